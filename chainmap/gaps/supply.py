"""Who makes what in a zone, and how much: the supply side of every gap.

The choice: a maker of a kind of a product is a maker of the product (KIND_OF is "is a"), and covers
it like any other; a maker of the product in general covers none of its kinds. A park's official
total stands in place of its firms' capacities and is never added to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from scipy import sparse

from chainmap.analysis.graph import (
    CAPACITY_KNOWN,
    ChainGraph,
    cell,
    column,
    floats,
    ints,
)
from chainmap.units import convert

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

KIND_STEPS = 4
"""How many KIND_OF steps are followed upwards; a cycle in the data ends there."""


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
    entry
        Position in ``graph.makes.data`` of the relation behind it.
    """

    product: Ints
    company: Ints
    probability: Floats
    capacity: Floats
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
        Sum of the parks' latest totals, NaN without one.
    park_rows
        Rows of ``graph.park_capacities`` behind it, by product.
    lost
        Whether a local company made it once: no longer stated, or out of business.
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
    lost: Flags

    @cached_property
    def supply(self) -> Floats:
        """The park total where there is one, else the firms' sum; 0 without any maker."""
        firms = np.where((self.accepted == 0) & (self.p_no_maker == 1.0), 0.0, self.firm_capacity)
        return np.where(np.isnan(self.park_capacity), firms, self.park_capacity)

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
        largest = sure[np.lexsort((size, makers.product[sure]))]
        top = np.ones(count)
        top[makers.product[largest]] = makers.probability[largest]
        return np.where(self.by_capacity, top, every)

    @cached_property
    def is_complete(self) -> Flags:
        """Whether the supply is all there is: an official total, or no firm unknown."""
        return np.asarray(~np.isnan(self.park_capacity) | (self.unknown_capacity == 0), bool)


def local_supply(
    graph: ChainGraph, local: Flags, parks: Flags, is_out: Flags, accept: float
) -> LocalSupply:
    """Compute the supply side of a zone.

    Parameters
    ----------
    graph
        The snapshot.
    local, parks
        Masks over companies and parks: what is in the zone.
    is_out
        Mask over companies known not to be in business; they make nothing.
    accept
        Probability from which a company counts as a maker.
    """
    makers = _makers(graph, local & ~is_out)
    count = graph.n_products
    with np.errstate(divide="ignore"):
        none = np.exp(np.bincount(makers.product, np.log1p(-makers.probability), count))
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
    park_capacity, park_rows = _park_totals(graph, parks)
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
        park_capacity=park_capacity,
        park_rows=park_rows,
        lost=_lost(graph, local, is_out),
    )


def _makers(graph: ChainGraph, working: Flags) -> Makers:
    """Return the makers among the ``working`` companies, kinds counted for their parents."""
    rows = np.repeat(np.arange(graph.n_companies), np.diff(graph.makes.indptr))
    entry = np.flatnonzero(working[rows] & (graph.makes.data > 0))
    company, made = rows[entry], graph.makes.indices[entry].astype(np.int64)
    known = graph.capacity_state[entry] == CAPACITY_KNOWN
    capacity = np.where(known, graph.capacity[entry], np.nan)
    own = np.ones(entry.size, dtype=np.bool_)
    above = kinds_above(graph)
    repeats = np.diff(above.indptr)[made]
    again = np.repeat(np.arange(entry.size), repeats)
    offsets = np.arange(again.size) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    place = above.indptr[made[again]] + offsets
    product = np.concatenate([made, above.indices[place]])
    company = np.concatenate([company, company[again]])
    capacity = np.concatenate([capacity, capacity[again] * above.data[place]])
    own = np.concatenate([own, np.zeros(again.size, dtype=np.bool_)])
    entry = np.concatenate([entry, entry[again]])
    return _merged(product, company, capacity, own, graph.makes.data[entry], entry)


def _merged(
    product: Ints, company: Ints, capacity: Floats, own: Flags, probability: Floats, entry: Ints
) -> Makers:
    """Return one row per (product, company): the best probability, own capacity before kinds'."""
    order = np.lexsort((entry, -probability, ~own, company, product))
    product, company, capacity = product[order], company[order], capacity[order]
    own, probability, entry = own[order], probability[order], entry[order]
    first = np.ones(product.size, dtype=np.bool_)
    first[1:] = (np.diff(product) != 0) | (np.diff(company) != 0)
    starts = np.flatnonzero(first)
    if not starts.size:
        return Makers(product, company, probability, capacity, entry)
    known = ~np.isnan(capacity)
    kinds = np.add.reduceat(np.where(known & ~own, capacity, 0.0), starts)
    any_kind = np.logical_or.reduceat(known & ~own, starts)
    stated = capacity[starts]
    from_kinds = np.where(any_kind, kinds, np.nan)
    merged = np.where(own[starts] & ~np.isnan(stated), stated, from_kinds)
    best = np.maximum.reduceat(probability, starts)
    return Makers(product[starts], company[starts], best, merged, entry[starts])


_KINDS: WeakKeyDictionary[ChainGraph, sparse.csr_array] = WeakKeyDictionary()


def kinds_above(graph: ChainGraph) -> sparse.csr_array:
    """Return product × every product that it is a kind of; data convert its unit to theirs.

    NaN where the units do not convert. Made once and kept as long as the snapshot; not to be
    changed.
    """
    if graph not in _KINDS:
        _KINDS[graph] = _kinds_above(graph)
    return _KINDS[graph]


def _kinds_above(graph: ChainGraph) -> sparse.csr_array:
    kinds = graph.kinds
    if not kinds.nnz:
        return sparse.csr_array((graph.n_products, graph.n_products))
    reach, step = kinds.astype(bool), kinds.astype(bool)
    for _ in range(KIND_STEPS - 1):
        step = (step @ kinds.astype(bool)).astype(bool)
        reach = (reach + step).astype(bool)
    pairs = reach.tocoo()
    rows, cols = pairs.coords
    apart = rows != cols
    rows, cols = rows[apart], cols[apart]
    units = column(graph.products, "unit").to_pylist()
    factors = []
    for child, parent in zip(rows, cols, strict=True):
        small, large = units[child], units[parent]
        factor = 1.0 if small == large else convert(1.0, small, large) if small and large else None
        factors.append(np.nan if factor is None else factor)
    shape = (graph.n_products, graph.n_products)
    return sparse.csr_array((np.array(factors, dtype=np.float64), (rows, cols)), shape=shape)


def _park_totals(graph: ChainGraph, parks: Flags) -> tuple[Floats, dict[int, list[int]]]:
    """Return the sum over parks of each one's latest comparable total, and the rows behind it."""
    table = graph.park_capacities
    totals = np.full(graph.n_products, np.nan)
    rows_by_product: dict[int, list[int]] = {}
    park, product = ints(table, "park"), ints(table, "product")
    capacity, state = floats(table, "capacity"), ints(table, "capacity_state")
    latest: dict[tuple[int, int], int] = {}
    for row in range(table.num_rows):  # sorted by park, product, date: the last one stays
        if parks[park[row]] and state[row] == CAPACITY_KNOWN:
            latest[int(park[row]), int(product[row])] = row
    for (_, made), row in sorted(latest.items()):
        totals[made] = np.nansum([totals[made], capacity[row]])
        rows_by_product.setdefault(made, []).append(row)
    return totals, rows_by_product


def _lost(graph: ChainGraph, local: Flags, is_out: Flags) -> Flags:
    """Return which products a local company made once but is not known to make any more."""
    once = (local.astype(np.float64) @ graph.lost_makes) > 0
    gone = ((local & is_out).astype(np.float64) @ graph.makes) > 0
    return np.asarray(once | gone, dtype=np.bool_)


def lost_makers(
    graph: ChainGraph, local: Flags, is_out: Flags, product: int
) -> list[tuple[int, str]]:
    """Return the local companies that made a product once, each with its status, by position."""
    by_product = graph.lost_makes[:, [product]].tocoo().coords[0]
    span = slice(graph.makers.indptr[product], graph.makers.indptr[product + 1])
    gone = [int(company) for company in graph.makers.indices[span] if is_out[company]]
    found = {int(company) for company in by_product} | set(gone)
    return [
        (company, str(cell(graph.companies, "status", company) or ""))
        for company in sorted(found)
        if local[company]
    ]
