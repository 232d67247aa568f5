"""Who makes what in a zone, and how much: the supply side of every gap.

The choice: a maker of a kind of a product is a maker of the product (KIND_OF is "is a"), and covers
it like any other; a maker of the product in general covers none of its kinds. A park's official
total stands in place of its own firms' capacities and is never added to them; firms of other parks
still add (``official``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import CAPACITY_KNOWN, ChainGraph, cell, gather_rows, row_places
from chainmap.gaps.kinds import is_among, kinds_above, values_at
from chainmap.gaps.official import Totals, held_by_totals, official_totals

__all__ = ["Former", "LocalSupply", "Makers", "former_makers", "local_supply"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Makers:
    """Local makers, one row per (product, company), sorted by both.

    Attributes
    ----------
    product, company
        Positions.
    probability
        The best probability among the product and its kinds.
    capacity
        Per year in the product's unit, NaN when unknown: what is stated for the product itself,
        else the sum over its kinds.
    beside
        What of the capacity is in no park's total: 0 where a total holds it or may hold it, NaN
        when unknown.
    maybe
        What of the capacity a total may hold: whose park is unknown, or that of a broader product;
        NaN when that capacity is unknown.
    entry
        Position in ``graph.makes.data`` of the relation behind it.
    """

    product: Ints
    company: Ints
    probability: Floats
    capacity: Floats
    beside: Floats
    maybe: Floats
    entry: Ints

    def of(self, product: int) -> slice:
        """Return the rows of one product."""
        start, stop = np.searchsorted(self.product, [product, product + 1])
        return slice(int(start), int(stop))


@dataclass(frozen=True, eq=False)
class LocalSupply:
    """The supply side of a zone; arrays over products.

    Attributes
    ----------
    makers
        The local makers.
    surveyed
        Local companies that state any product.
    p_no_maker
        Π(1 - K) over the local makers: 1 without any.
    accepted
        Number of makers with K >= accept.
    effective
        1/HHI of the accepted makers: by capacity where all are known (``by_capacity``), else
        their number (equal shares).
    by_capacity
        Whether ``effective`` rests on capacities.
    firm_capacity
        Sum of the accepted makers' known capacities, NaN when none is known.
    unknown_capacity
        Number of accepted makers without a comparable capacity.
    park_capacity
        Sum of the parks' totals that count (``official_totals``), NaN without one.
    park_rows
        Rows of ``graph.park_capacities`` behind it, by product.
    beside_capacity
        Sum of the accepted makers' known capacities that are in no total; without a total all.
    unknown_beside
        Number of accepted makers in no total whose capacity is unknown.
    maybe_capacity
        Sum of the accepted makers' capacities that a total may or may not hold: not in ``supply``;
        NaN where one of them is unknown.
    strangers
        The makers whose place is unknown, so that they may be local; they count in no other field.
    n_strangers
        Number of them with K >= accept.
    p_no_stranger
        Π(1 - K) over them: 1 without any.
    p_once
        1 - Π(1 - K) over the local companies that made it once: no longer stated, or out of
        business; 0 without any.
    """

    makers: Makers
    surveyed: int
    p_no_maker: Floats
    accepted: Ints
    effective: Floats
    by_capacity: Flags
    firm_capacity: Floats
    unknown_capacity: Ints
    park_capacity: Floats
    park_rows: dict[int, list[int]]
    beside_capacity: Floats
    unknown_beside: Ints
    maybe_capacity: Floats
    strangers: Makers
    n_strangers: Ints
    p_no_stranger: Floats
    p_once: Floats

    @cached_property
    def supply(self) -> Floats:
        """The parks' totals and the firms of other parks, else the firms' sum; 0 without any."""
        firms = np.where((self.accepted == 0) & (self.p_no_maker == 1.0), 0.0, self.firm_capacity)
        official = self.park_capacity + self.beside_capacity
        return np.where(np.isnan(self.park_capacity), firms, official)

    def aside(self, graph: ChainGraph, accept: float, rows: slice = slice(None)) -> Flags:
        """Return which of ``makers`` (or of some rows) surely have the product as a by-product."""
        entry = self.makers.entry[rows]
        own = graph.makes.indices[entry] == self.makers.product[rows]
        return np.asarray(own & graph.is_byproduct[entry] & (graph.makes.data[entry] >= accept))

    def sure_of(self, accept: float) -> tuple[Floats, Floats]:
        """Return per product the greatest K of its makers, and Π(1 - K) of those below ``accept``.

        0 and 1 without any maker.
        """
        makers, count = self.makers, self.accepted.size
        most = np.zeros(count)
        np.maximum.at(most, makers.product, makers.probability)
        below = makers.probability < accept
        doubt = np.log1p(-makers.probability[below])
        return most, np.exp(np.bincount(makers.product[below], doubt, count).astype(np.float64))

    def top_sure(self, accept: float) -> Floats:
        """Return per product K of the accepted maker with the greatest capacity.

        Where some capacity is unknown, Π K of the accepted makers; 1 without any.
        """
        makers, count = self.makers, self.accepted.size
        sure = np.flatnonzero(makers.probability >= accept)
        chance = np.bincount(makers.product[sure], np.log(makers.probability[sure]), count)
        every = np.exp(chance.astype(np.float64))
        size = np.nan_to_num(makers.capacity[sure], nan=0.0)
        most = np.zeros(count)
        np.maximum.at(most, makers.product[sure], size)
        largest = sure[size == most[makers.product[sure]]]  # of equal ones the last counts
        top = np.ones(count)
        top[makers.product[largest]] = makers.probability[largest]
        return np.where(self.by_capacity, top, every)

    @cached_property
    def is_complete(self) -> Flags:
        """Whether the supply is all there is: no firm outside the totals is unknown."""
        return np.asarray(self.unknown_beside == 0, dtype=np.bool_)


def local_supply(
    graph: ChainGraph, local: Flags, parks: Flags, firms: tuple[Flags, Flags], accept: float
) -> LocalSupply:
    """Compute the supply side of a zone.

    Parameters
    ----------
    graph
        The snapshot.
    local, parks
        Masks over companies and parks: what is in the zone.
    firms
        Masks over companies: those known not to be in business, which make nothing, and those
        whose place is unknown, so that they may be in the zone.
    accept
        Probability from which a company counts as a maker.
    """
    is_out, lost = firms
    totals = official_totals(graph, parks)
    makers = _makers(graph, local & ~is_out, totals)
    strangers = _makers(graph, lost & ~local & ~is_out, totals)
    count = graph.n_products
    none = _nobody(makers, count)
    sure = makers.probability >= accept
    product, capacity = makers.product[sure], makers.capacity[sure]
    known = ~np.isnan(capacity)
    accepted = np.bincount(product, minlength=count)
    n_known = np.bincount(product[known], minlength=count)
    total = np.bincount(product[known], capacity[known], count)
    squares = np.bincount(product[known], capacity[known] ** 2, count)
    by_capacity = (accepted > 0) & (n_known == accepted) & (total > 0)
    effective = accepted.astype(np.float64)
    effective[by_capacity] = total[by_capacity] ** 2 / squares[by_capacity]
    beside, maybe = makers.beside[sure], makers.maybe[sure]
    states_any = np.diff(graph.makes.indptr) > 0
    return LocalSupply(
        makers=makers,
        surveyed=int((local & ~is_out & states_any).sum()),
        p_no_maker=none,
        accepted=accepted,
        effective=effective,
        by_capacity=by_capacity,
        firm_capacity=np.where(n_known > 0, total, np.nan),
        unknown_capacity=accepted - n_known,
        park_capacity=totals.by_product(count),
        park_rows=totals.rows_by_product(),
        beside_capacity=_total(product, np.nan_to_num(beside, nan=0.0), count),
        unknown_beside=np.bincount(product[np.isnan(beside)], minlength=count),
        maybe_capacity=_total(product, maybe, count),
        strangers=strangers,
        n_strangers=np.bincount(
            strangers.product[strangers.probability >= accept], minlength=count
        ),
        p_no_stranger=_nobody(strangers, count),
        p_once=_once(graph, local, is_out),
    )


def _nobody(makers: Makers, count: int) -> Floats:
    """Return Π(1 - K) by product, 1 without any maker."""
    with np.errstate(divide="ignore"):
        chance = np.bincount(makers.product, np.log1p(-makers.probability), count)
    return np.exp(chance.astype(np.float64))


def _total(product: Ints, value: Floats, count: int) -> Floats:
    return np.asarray(np.bincount(product, value, count), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class _Items:
    """What counts for a product: one row a company, product and thing it makes (``own``: itself).

    ``capacity`` is in the product's unit; ``held`` and ``maybe`` tell what totals hold of it.
    """

    product: Ints
    company: Ints
    capacity: Floats
    own: Flags
    probability: Floats
    entry: Ints
    held: Flags
    maybe: Flags

    def sorted(self) -> _Items:
        """Return them by product and company, what is made itself first, the surest first."""
        order = np.lexsort((self.entry, -self.probability, ~self.own, self.company, self.product))
        return _Items(*(getattr(self, name)[order] for name in self.__dataclass_fields__))


def _makers(graph: ChainGraph, working: Flags, totals: Totals) -> Makers:
    """Return the makers among the ``working`` companies, kinds counted for their parents."""
    rows = np.repeat(np.arange(graph.n_companies), np.diff(graph.makes.indptr))
    entry = np.flatnonzero(working[rows] & (graph.makes.data > 0))
    company, made = rows[entry], graph.makes.indices[entry].astype(np.int64)
    known = graph.capacity_state[entry] == CAPACITY_KNOWN
    capacity = np.where(known, graph.capacity[entry], np.nan)
    above = kinds_above(graph)
    broader, again = gather_rows(above, made)
    factor = values_at(above, made[again], broader)
    product = np.concatenate([made, broader])
    company = np.concatenate([company, company[again]])
    capacity = np.concatenate([capacity, capacity[again] * factor])
    own = np.arange(product.size) < entry.size
    made = np.concatenate([made, made[again]])
    held, maybe = held_by_totals(graph, totals, (product, company, made))
    capacity[_within_another(graph, (product, company, made), ~np.isnan(capacity))] = np.nan
    entry = np.concatenate([entry, entry[again]])
    probability = graph.makes.data[entry]
    items = _Items(product, company, capacity, own, probability, entry, held, maybe)
    return _merged(items.sorted())


def _within_another(graph: ChainGraph, items: tuple[Ints, Ints, Ints], known: Flags) -> Flags:
    """Return the capacities of kinds of a kind for which the same firm states its capacity too."""
    product, company, made = items
    above = kinds_above(graph)
    broader, of = gather_rows(above, made)
    between = np.flatnonzero((broader != product[of]) & (made != product)[of])
    broader, of = broader[between], of[between]
    within = np.zeros(product.size, dtype=np.bool_)
    if of.size:
        row = (product * graph.n_companies + company) * graph.n_products
        stated = is_among(row[of] + broader, np.sort((row + made)[known]))
        # Of kinds in a ring the first counts.
        stated &= (values_at(above.astype(np.bool_), broader, made[of]) == 0) | (broader < made[of])
        within[of[stated]] = True
    return within


def _merged(items: _Items) -> Makers:
    """Return one row per (product, company): the best probability, own capacity before kinds'."""
    product, company, capacity = items.product, items.company, items.capacity
    first = np.ones(product.size, dtype=np.bool_)
    first[1:] = (np.diff(product) != 0) | (np.diff(company) != 0)
    starts = np.flatnonzero(first)
    if not starts.size:
        none = np.zeros(0)
        return Makers(product, company, items.probability, capacity, none, none, items.entry)
    row = np.cumsum(first) - 1
    stated = (items.own & ~np.isnan(capacity))[starts][row]
    counts = ~np.isnan(capacity) & (items.own | ~stated)

    def total(which: Flags) -> Floats:
        return np.asarray(np.add.reduceat(np.where(which, capacity, 0.0), starts), dtype=float)

    touched = items.held | items.maybe
    unknown = ~np.logical_or.reduceat(counts, starts)
    apart = ~np.logical_or.reduceat(touched, starts)
    held = np.logical_or.reduceat(items.held, starts)
    return Makers(
        product[starts],
        company[starts],
        np.maximum.reduceat(items.probability, starts),
        np.where(unknown, np.nan, total(counts)),
        np.where(unknown & apart, np.nan, total(counts & ~touched)),
        np.where(unknown & ~apart & ~held, np.nan, total(counts & items.maybe)),
        items.entry[starts],
    )


def _once(graph: ChainGraph, local: Flags, is_out: Flags) -> Floats:
    """Return 1 - Π(1 - K) over the local companies that made each product, or a kind, once."""
    company, made, chance = _former(graph, local, is_out)
    broader, again = gather_rows(graph.kind_steps, made)
    product = np.concatenate([made, broader])
    company = np.concatenate([company, company[again]])
    chance = np.concatenate([chance, chance[again]])
    order = np.lexsort((-chance, company, product))
    product, company, chance = product[order], company[order], chance[order]
    first = np.ones(product.size, dtype=np.bool_)
    first[1:] = (np.diff(product) != 0) | (np.diff(company) != 0)
    with np.errstate(divide="ignore"):
        never = np.bincount(product[first], np.log1p(-chance[first]), graph.n_products)
    return np.asarray(1 - np.exp(never), dtype=np.float64)


def _former(graph: ChainGraph, local: Flags, is_out: Flags) -> tuple[Ints, Ints, Floats]:
    """Return company, product and K of what is no longer stated, or stated of a closed firm."""
    parts = []
    for matrix, who in ((graph.lost_makes, local), (graph.makes, local & is_out)):
        company = np.flatnonzero(who)
        places, of = row_places(matrix, company)
        parts.append((company[of], matrix.indices[places], matrix.data[places]))
    company, made, chance = (np.concatenate(column) for column in zip(*parts, strict=True))
    return company, made.astype(np.int64), chance


@dataclass(frozen=True, slots=True)
class Former:
    """A local company that made a product (or the kind ``made``) once, and how sure that is."""

    company: int
    made: int
    probability: float
    status: str


def former_makers(graph: ChainGraph, local: Flags, is_out: Flags, product: int) -> list[Former]:
    """Return the local companies that made a product or a kind of it once, the surest first."""
    below = graph.kinds_below(product).tolist()
    found: dict[tuple[int, int], float] = {}
    for made in sorted({product, *below}):
        lost = graph.lost_makes[:, [made]].tocoo()
        pairs = list(zip(lost.coords[0].tolist(), lost.data.tolist(), strict=True))
        span = slice(graph.makers.indptr[made], graph.makers.indptr[made + 1])
        companies = graph.makers.indices[span]
        chance = graph.makes.data[graph.makers.data[span]]
        out = is_out[companies]
        pairs += zip(companies[out].tolist(), chance[out].tolist(), strict=True)
        for company, value in pairs:
            if local[company] and value > 0:
                found[company, made] = max(value, found.get((company, made), 0.0))
    listed = sorted(found.items(), key=lambda one: (-one[1], one[0]))
    return [
        Former(company, made, chance, str(cell(graph.companies, "status", company) or ""))
        for (company, made), chance in listed
    ]
