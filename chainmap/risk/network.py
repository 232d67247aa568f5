"""The supply network as the cascade walks it: who delivers what to whom, how much hangs on it.

The choice: goods are delivered by (firm, product) pairs, "outlets", to (customer, product) pairs,
"intakes"; everything is an array over one of these or over the supplies between them, so that many
shocks can be followed at once. What the rows do not say is filled by a stated rule and marked, and
the marks are what the Monte-Carlo draws vary.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import ChainGraph, floats, gather_rows, ints
from chainmap.match.features import out_of_business

if TYPE_CHECKING:
    from chainmap.risk.settings import RiskSettings

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NO_EFFECT, LINEAR, STOPS = 0, 1, 2
"""Levels of an input: none, output falls in step, output stops without it (Diem et al. 2022)."""


@dataclass(frozen=True, eq=False)
class RiskNetwork:
    """Supplies between firms with everything that a cascade needs.

    Firms are positions of the snapshot's companies. Goods are positions of its products; behind
    them one further number for each firm that supplies something that its row does not name, for
    nothing is known to replace that.

    Attributes
    ----------
    n_firms, n_goods
        Counts.
    outlet_firm, outlet_good
        Sorted by firm, then good: what a firm delivers, or makes and could deliver.
    outlet_spare
        Probability that a firm without recorded sales of the good makes it; NaN with sales.
    outlet_size
        Sales in CNY; of a spare maker what it could sell, 0 where it is left out.
    outlet_start
        (n_firms + 1,): the outlets of each firm.
    intake_customer, intake_good
        Sorted by customer, then good: what a firm buys.
    intake_level
        NO_EFFECT, LINEAR or STOPS.
    intake_stated
        The highest level that a row states, -1 where none does.
    intake_guessed
        Whether the level may be higher than stated, or none is stated.
    intake_start
        (n_firms + 1,): the intakes of each firm.
    supply_outlet, supply_intake
        Ends of each supply, sorted by outlet, then intake.
    supply_row
        Row of ``graph.supply_edges``.
    supply_amount
        CNY a year, above 0.
    supply_guessed
        Whether amount or good is not stated.
    skipped
        Rows that tell of a firm that supplies itself: no part of the network.
    """

    n_firms: int
    n_goods: int
    outlet_firm: Ints
    outlet_good: Ints
    outlet_spare: Floats
    outlet_size: Floats
    outlet_start: Ints
    intake_customer: Ints
    intake_good: Ints
    intake_level: npt.NDArray[np.int8]
    intake_stated: npt.NDArray[np.int8]
    intake_guessed: Flags
    intake_start: Ints
    supply_outlet: Ints
    supply_intake: Ints
    supply_row: Ints
    supply_amount: Floats
    supply_guessed: Flags
    skipped: int

    @property
    def n_outlets(self) -> int:
        """Number of (firm, good) pairs that deliver or could."""
        return int(self.outlet_firm.size)

    @property
    def n_intakes(self) -> int:
        """Number of (customer, good) pairs."""
        return int(self.intake_customer.size)

    @property
    def n_supplies(self) -> int:
        """Number of supplies."""
        return int(self.supply_row.size)

    @cached_property
    def supply_start(self) -> Ints:
        """(n_outlets + 1,): the supplies of each outlet."""
        return _starts(self.supply_outlet, self.n_outlets)

    @cached_property
    def supplier(self) -> Ints:
        """Firm that delivers each supply."""
        return self.outlet_firm[self.supply_outlet]

    @cached_property
    def by_customer(self) -> tuple[Ints, Ints]:
        """Start of each customer's run, and the supplies sorted by customer."""
        customer = self.intake_customer[self.supply_intake]
        return _starts_of(customer, self.n_firms), np.argsort(customer, kind="stable")

    @cached_property
    def by_intake(self) -> tuple[Ints, Ints]:
        """Start of each intake's run, and the supplies sorted by intake."""
        order = np.argsort(self.supply_intake, kind="stable")
        return _starts_of(self.supply_intake, self.n_intakes), order

    @cached_property
    def intake_total(self) -> Floats:
        """E: what each customer buys of a good, CNY."""
        return added(self.supply_intake, self.supply_amount, self.n_intakes)

    @cached_property
    def share_of_intake(self) -> Floats:
        """W ÷ E: the share of each supply in what its customer buys of the good."""
        return self.supply_amount / self.intake_total[self.supply_intake]

    @cached_property
    def intake_weight(self) -> Floats:
        """E ÷ c: the share of a good in all that its customer buys."""
        bought = added(self.intake_customer, self.intake_total, self.n_firms)
        return self.intake_total / bought[self.intake_customer]

    @cached_property
    def sales(self) -> Floats:
        """r: what each firm sells in all, CNY; 0 without a recorded customer."""
        return added(self.supplier, self.supply_amount, self.n_firms)

    @cached_property
    def share_of_sales(self) -> Floats:
        """W ÷ r: the share of each supply in what its supplier sells."""
        return self.supply_amount / self.sales[self.supplier]

    @cached_property
    def good_size(self) -> Floats:
        """Σ size of the outlets of each good: what all its makers sell or could."""
        return added(self.outlet_good, self.outlet_size, self.n_goods)

    @cached_property
    def connected(self) -> Flags:
        """Whether any supply of or to each firm is recorded."""
        told = np.zeros(self.n_firms, dtype=np.bool_)
        told[self.supplier] = True
        told[self.intake_customer] = True
        return told

    def with_values(
        self, settings: RiskSettings, amount: Floats, level: npt.NDArray[np.int8], spare: Flags
    ) -> RiskNetwork:
        """Return the network with other amounts, levels, and spare makers that take part."""
        sold = added(self.supply_outlet, amount, self.n_outlets)
        room = settings.spare_customers * _average_intake(
            self.intake_good, self.supply_intake, amount, self.n_goods
        )
        known = np.isnan(self.outlet_spare)
        size = np.where(known, sold, np.where(spare, room[self.outlet_good], 0.0))
        return replace(self, supply_amount=amount, intake_level=level, outlet_size=size)


def risk_network(graph: ChainGraph, settings: RiskSettings) -> RiskNetwork:
    """Return the supply network of a snapshot.

    Parameters
    ----------
    graph, settings
        The snapshot; what counts as a maker, what an unknown level is taken for.

    Notes
    -----
    - Good: as stated; where it is not, the one product that the supplier makes (probability at
      least ``accept``), marked; else a good of its own that nothing replaces.
    - Amount: as stated (above 0). Unstated ones share equally what the customer's stated demand
      leaves; without such a demand each counts as the mean of the customer's stated purchases of
      the good, else as the median purchase of the good, else as the median of all; marked.
    - Level of a good k for customer j: the highest ``essential`` among what j makes from k, or from
      what k is a kind of; not stated, or in no recipe of j: ``unknown_essential``, marked.
    - Spare makers: firms that make a good which is bought, are not known to be out of business and
      sell it to nobody that is recorded. Each counts with ``spare_customers`` × the average intake
      of the good, a figure that a further supplier of a customer never lowers.
    - O(supplies + makes × inputs).
    """
    edges = graph.supply_edges
    source, target = (ints(edges, name).astype(np.int64) for name in ("source", "target"))
    rows = np.flatnonzero(source != target)
    good, inferred = _goods(graph, source[rows], ints(edges, "product")[rows], settings.accept)
    supplier, customer = source[rows], target[rows]
    unnamed, number = np.unique(supplier[good < 0], return_inverse=True)
    good = good.copy()
    good[good < 0] = graph.n_products + number
    n_goods = graph.n_products + unnamed.size
    intake_key, supply_intake = np.unique(customer * n_goods + good, return_inverse=True)
    intake_customer, intake_good = intake_key // n_goods, intake_key % n_goods
    amount, filled = _amounts(graph, rows, supply_intake, intake_customer, intake_good, n_goods)
    stated, guessed = _levels(graph, intake_customer, intake_good, settings.accept)
    filled_in = np.maximum(stated, settings.unknown_essential)
    level = np.where(guessed, filled_in, stated).astype(np.int8)
    sold_key = supplier * n_goods + good
    makers = _spare_makers(graph, intake_good, n_goods, sold_key)
    outlet_key = np.union1d(sold_key, makers[0])
    supply_outlet = np.searchsorted(outlet_key, sold_key)
    spare = np.full(outlet_key.size, np.nan)
    spare[np.searchsorted(outlet_key, makers[0])] = makers[1]
    order = np.lexsort((rows, supply_intake, supply_outlet))
    outlet_firm = outlet_key // n_goods
    bare = RiskNetwork(
        n_firms=graph.n_companies,
        n_goods=n_goods,
        outlet_firm=outlet_firm,
        outlet_good=outlet_key % n_goods,
        outlet_spare=spare,
        outlet_size=np.zeros(outlet_key.size),
        outlet_start=_starts(outlet_firm, graph.n_companies),
        intake_customer=intake_customer,
        intake_good=intake_good,
        intake_level=level,
        intake_stated=stated,
        intake_guessed=guessed,
        intake_start=_starts(intake_customer, graph.n_companies),
        supply_outlet=supply_outlet[order],
        supply_intake=supply_intake[order],
        supply_row=rows[order],
        supply_amount=amount[order],
        supply_guessed=(filled | inferred)[order],
        skipped=int(source.size - rows.size),
    )
    return bare.with_values(
        settings, bare.supply_amount, level, np.nan_to_num(spare) >= settings.accept
    )


def spans(start: Ints, rows: npt.NDArray[np.int64]) -> tuple[Ints, Ints]:
    """Return the positions of several runs one after the other, and which of ``rows`` each is of.

    >>> spans(np.array([0, 2, 3, 6]), np.array([2, 0]))[0].tolist()
    [3, 4, 5, 0, 1]
    """
    first = start[rows]
    count = start[rows + 1] - first
    total = int(count.sum())
    at = np.repeat(np.arange(rows.size), count)
    before = np.cumsum(count) - count
    return np.arange(total) + (first - before)[at], at


def added(at: Ints, value: Floats, size: int) -> Floats:
    """Return the sum of ``value`` at each of ``size`` places."""
    return np.asarray(np.bincount(at, value, minlength=size), dtype=np.float64)


def _starts(sorted_owner: Ints, size: int) -> Ints:
    return np.searchsorted(sorted_owner, np.arange(size + 1)).astype(np.int64)


def _starts_of(owner: Ints, size: int) -> Ints:
    counts = np.bincount(owner, minlength=size)
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)


def _goods(
    graph: ChainGraph, supplier: Ints, stated: npt.NDArray[np.int32], accept: float
) -> tuple[Ints, Flags]:
    """Return the good of each supply (-1: unknown), and whether it was inferred."""
    sure = graph.makes.data >= accept
    maker = np.repeat(np.arange(graph.n_companies), np.diff(graph.makes.indptr))
    count = np.bincount(maker[sure], minlength=graph.n_companies)
    only = np.full(graph.n_companies, -1, dtype=np.int64)
    only[maker[sure]] = graph.makes.indices[sure]
    only[count != 1] = -1
    inferred = (stated < 0) & (only[supplier] >= 0)
    return np.where(inferred, only[supplier], stated).astype(np.int64), inferred


def _amounts(
    graph: ChainGraph,
    rows: Ints,
    intake: Ints,
    customer: Ints,
    good: Ints,
    n_goods: int,
) -> tuple[Floats, Flags]:
    """Return the amount of each supply in CNY, and whether it is not stated (see above)."""
    stated = floats(graph.supply_edges, "amount_cny")[rows]
    known = np.isfinite(stated) & (stated > 0)
    size = customer.size
    total = added(intake[known], stated[known], size)
    counts = np.bincount(intake[known], minlength=size)
    open_ = np.bincount(intake[~known], minlength=size)
    each = np.divide(total, counts, out=np.full(size, np.nan), where=counts > 0)
    wanted = _demanded(graph, customer, good, n_goods)
    with np.errstate(invalid="ignore"):
        left = np.where(wanted > total, (wanted - total) / np.maximum(open_, 1), np.nan)
    each = np.where(np.isnan(left), each, left)
    lacking = np.flatnonzero(np.isnan(each) & (open_ > 0))
    if lacking.size:
        each[lacking] = _typical(stated, known, good[intake], good[lacking], n_goods)
    return np.where(known, stated, each[intake]), ~known


def _demanded(graph: ChainGraph, customer: Ints, good: Ints, n_goods: int) -> Floats:
    """Return what each intake's customer states to buy of the good a year, NaN when unknown."""
    value = floats(graph.demands, "amount_cny")
    some = np.isfinite(value) & (value > 0)
    company, product = (
        ints(graph.demands, name).astype(np.int64)[some] for name in ("company", "product")
    )
    keys, at = np.unique(company * n_goods + product, return_inverse=True)
    total = added(at, value[some], keys.size)
    wanted = customer * n_goods + good
    place = np.minimum(np.searchsorted(keys, wanted), max(keys.size - 1, 0))
    if not keys.size:
        return np.full(customer.size, np.nan)
    return np.where(keys[place] == wanted, total[place], np.nan)


def _typical(stated: Floats, known: Flags, good: Ints, asked: Ints, n_goods: int) -> Floats:
    """Return the median stated amount of each good asked for, else of all goods, else 1."""
    if not known.any():
        return np.ones(asked.size)
    order = np.lexsort((stated[known], good[known]))
    value, owner = stated[known][order], good[known][order]
    start = _starts(owner, n_goods)
    first, count = start[asked], start[asked + 1] - start[asked]
    low, high = first + np.maximum(count - 1, 0) // 2, first + count // 2
    last = value.size - 1
    middle = (value[np.minimum(low, last)] + value[np.minimum(high, last)]) / 2
    return np.where(count > 0, middle, float(np.median(value)))


def _levels(
    graph: ChainGraph, customer: Ints, good: Ints, accept: float
) -> tuple[npt.NDArray[np.int8], Flags]:
    """Return the stated level of each intake (-1: none), and whether it may be higher."""
    named = np.flatnonzero(good < graph.n_products)
    parents, child = gather_rows(graph.kinds, good[named])
    asked = np.concatenate([named, named[child]])
    product = np.concatenate([good[named], parents])
    best, unsure = _in_recipes(graph, customer[asked], product, accept)
    level = np.full(customer.size, -1, dtype=np.int8)
    np.maximum.at(level, asked, best)
    open_ = np.zeros(customer.size, dtype=np.bool_)
    open_[asked[unsure]] = True
    return level, (level < 0) | (open_ & (level < STOPS))


def _in_recipes(
    graph: ChainGraph, customer: Ints, product: Ints, accept: float
) -> tuple[npt.NDArray[np.int8], Flags]:
    """Return the highest stated level of each product in what the customer makes (-1: none).

    And whether a recipe of the customer names the product without a level.
    """
    firms = np.unique(customer)
    start, stop = graph.makes.indptr[firms], graph.makes.indptr[firms + 1]
    owner = np.repeat(firms, stop - start)
    entry = spans(graph.makes.indptr.astype(np.int64), firms)[0]
    sure = graph.makes.data[entry] >= accept
    made, owner = graph.makes.indices[entry][sure].astype(np.int64), owner[sure]
    place, at = spans(graph.recipes.indptr.astype(np.int64), made)
    used, inputs = graph.recipes.indices[place].astype(np.int64), graph.recipes.data[place]
    keep = used != made[at]  # a product in its own recipe holds nobody up
    key = (owner[at] * graph.n_products + used)[keep]
    level = graph.input_essential[inputs][keep]
    keys, number = np.unique(key, return_inverse=True)
    highest = np.full(keys.size + 1, -1, dtype=np.int8)
    np.maximum.at(highest, number, level)
    unsure = np.zeros(keys.size + 1, dtype=np.bool_)
    unsure[number[level < 0]] = True
    wanted = customer * graph.n_products + product
    found = np.searchsorted(keys, wanted)
    hit = found < keys.size
    hit[hit] = keys[found[hit]] == wanted[hit]
    found = np.where(hit, found, keys.size)
    return highest[found], unsure[found]


def _spare_makers(graph: ChainGraph, bought: Ints, n_goods: int, sold: Ints) -> tuple[Ints, Floats]:
    """Return (firm, good) keys of makers without recorded sales of it, and their probability.

    Only of goods that somebody is known to buy: nobody else would ask them.
    """
    wanted = np.zeros(n_goods, dtype=np.bool_)
    wanted[bought] = True
    closed = out_of_business(graph)
    maker = np.repeat(np.arange(graph.n_companies, dtype=np.int64), np.diff(graph.makes.indptr))
    key = maker * n_goods + graph.makes.indices
    open_ = (graph.makes.data > 0) & ~closed[maker] & wanted[graph.makes.indices]
    open_ &= ~np.isin(key, sold)
    return key[open_], np.asarray(graph.makes.data[open_], dtype=np.float64)


def _average_intake(intake_good: Ints, intake: Ints, amount: Floats, n_goods: int) -> Floats:
    """Return what a customer of each good buys of it on average, CNY; 0 where nobody does."""
    total = added(intake, amount, intake_good.size)
    bought = added(intake_good, total, n_goods)
    customers = np.bincount(intake_good, minlength=n_goods)
    return np.divide(bought, customers, out=np.zeros(n_goods), where=customers > 0)
