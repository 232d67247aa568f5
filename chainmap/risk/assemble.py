"""From a snapshot to the supply network of the cascade: what the rows say, what they leave open.

The choice: every rule that fills in what no row states is here and is marked, so that the draws of
the Monte-Carlo vary exactly what is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import (
    ChainGraph,
    floats,
    gather_rows,
    ints,
    places_in,
    places_of_runs,
)
from chainmap.arrays import ascending
from chainmap.match.features import closed_down, out_of_business
from chainmap.risk.network import STOPS, RiskNetwork, added, spans, starts_sorted

if TYPE_CHECKING:
    from chainmap.risk.settings import RiskSettings

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def risk_network(graph: ChainGraph, settings: RiskSettings) -> RiskNetwork:
    """Return the supply network of a snapshot.

    Parameters
    ----------
    graph, settings
        The snapshot; what counts as a maker, what an unknown level is taken for.

    Notes
    -----
    - Supplies of and to firms that are struck off or suspended are left out: they are history.
    - Good: as stated; where it is not, the one product that the supplier makes (probability at
      least ``accept``), marked; else a good of its own that nothing replaces.
    - Amount: as stated (above 0). Unstated ones share equally what the customer's stated demand
      leaves; without such a demand each counts as the mean of the customer's stated purchases of
      the good, else as the median purchase of the good, else as the median of all; marked.
    - Level of a good k for customer j: the highest ``essential`` among what j makes from k, or from
      what k is a kind of; not stated, or in no recipe of j: ``unknown_essential``, marked.
    - Spare makers: firms that make a good which is bought, or a kind of it, are not known to be out
      of business and sell it to nobody that is recorded. Each counts with ``spare_customers`` × the
      average intake of the good, a figure that a further supplier of a customer never lowers.
    - Sales: ``total_sales``.
    - O(supplies + makes × inputs).
    """
    edges = graph.supply_edges
    source, target = (ints(edges, name).astype(np.int64) for name in ("source", "target"))
    closed = closed_down(graph)
    gone = closed[source] | closed[target]
    rows = np.flatnonzero((source != target) & ~gone)
    supplier, customer = source[rows], target[rows]
    good, n_goods, inferred = _goods(graph, supplier, ints(edges, "product")[rows], settings.accept)
    intake_key, supply_intake = np.unique(customer * n_goods + good, return_inverse=True)
    intake_customer, intake_good = intake_key // n_goods, intake_key % n_goods
    amount, filled = _amounts(graph, rows, supply_intake, intake_customer, intake_good, n_goods)
    stated, guessed, cost, reach = _levels(graph, intake_customer, intake_good, settings.accept)
    filled_in = np.maximum(stated, settings.unknown_essential)
    level = np.where(guessed, filled_in, stated).astype(np.int8)
    sold_key = supplier * n_goods + good
    told = np.zeros(graph.n_companies, dtype=np.bool_)
    told[supplier] = told[customer] = True
    makers = _spare_makers(graph, intake_good, n_goods, ascending(sold_key), told)
    outlet_key = ascending(sold_key, makers[0])
    supply_outlet = np.searchsorted(outlet_key, sold_key)
    spare = np.full(outlet_key.size, np.nan)
    spare[np.searchsorted(outlet_key, makers[0])] = makers[1]
    order = np.lexsort((rows, supply_intake, supply_outlet))
    kin = _kin(graph, outlet_key, n_goods)
    outlet_firm = outlet_key // n_goods
    revenue, observed = _revenues(graph, told, supplier, np.where(filled, np.nan, amount))
    bare = RiskNetwork(
        n_firms=graph.n_companies,
        n_goods=n_goods,
        outlet_firm=outlet_firm,
        outlet_good=outlet_key % n_goods,
        outlet_spare=spare,
        outlet_counts=np.isnan(spare),
        outlet_size=np.zeros(outlet_key.size),
        outlet_share=_shares(graph, outlet_key, n_goods),
        outlet_start=starts_sorted(outlet_firm, graph.n_companies),
        kin_narrow=kin[0],
        kin_broad=kin[1],
        intake_customer=intake_customer,
        intake_good=intake_good,
        intake_level=level,
        intake_stated=stated,
        intake_guessed=guessed,
        intake_cost_share=cost,
        intake_reach=reach,
        intake_own=_own(graph, intake_customer, intake_good, settings.accept),
        supply_outlet=supply_outlet[order],
        supply_intake=supply_intake[order],
        supply_row=rows[order],
        supply_amount=amount[order],
        supply_guessed=(filled | inferred)[order],
        revenue=revenue,
        observed=observed,
        sales=np.zeros(graph.n_companies),
        spent=np.zeros(graph.n_companies),
        skipped=int(np.count_nonzero(source == target)),
        closed_rows=np.flatnonzero(gone & (source != target)),
    )
    return bare.with_values(
        settings, bare.supply_amount, level, np.nan_to_num(spare) >= settings.accept
    )


def _goods(
    graph: ChainGraph, supplier: Ints, stated: npt.NDArray[np.int32], accept: float
) -> tuple[Ints, int, Flags]:
    """Return the good of each supply, how many goods there are, and whether it was inferred.

    A good that nobody names is one more, behind the products: one for each such supplier.
    """
    sure = graph.makes.data >= accept
    maker = np.repeat(np.arange(graph.n_companies), np.diff(graph.makes.indptr))
    count = np.bincount(maker[sure], minlength=graph.n_companies)
    only = np.full(graph.n_companies, -1, dtype=np.int64)
    only[maker[sure]] = graph.makes.indices[sure]
    only[count != 1] = -1
    inferred = (stated < 0) & (only[supplier] >= 0)
    good = np.where(inferred, only[supplier], stated).astype(np.int64)
    unnamed, number = np.unique(supplier[good < 0], return_inverse=True)
    good[good < 0] = graph.n_products + number
    return good, graph.n_products + unnamed.size, inferred


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
    return np.append(total, np.nan)[places_in(keys, wanted)]


def _typical(stated: Floats, known: Flags, good: Ints, asked: Ints, n_goods: int) -> Floats:
    """Return the median stated amount of each good asked for, else of all goods, else 1."""
    if not known.any():
        return np.ones(asked.size)
    order = np.lexsort((stated[known], good[known]))
    value, owner = stated[known][order], good[known][order]
    start = starts_sorted(owner, n_goods)
    first, count = start[asked], start[asked + 1] - start[asked]
    low, high = first + np.maximum(count - 1, 0) // 2, first + count // 2
    last = value.size - 1
    middle = (value[np.minimum(low, last)] + value[np.minimum(high, last)]) / 2
    return np.where(count > 0, middle, float(np.median(value)))


def _levels(
    graph: ChainGraph, customer: Ints, good: Ints, accept: float
) -> tuple[npt.NDArray[np.int8], Flags, Floats, Floats]:
    """Return the stated level of each intake (-1: none), whether it may be higher, cost and reach.

    The cost share is the highest of the recipes in question, NaN where one states none. The reach
    is the share of what needs the good in the customer's revenue, 1 where that is not stated.
    """
    named = np.flatnonzero(good < graph.n_products)
    parents, child = gather_rows(graph.kind_steps, good[named])
    asked = np.concatenate([named, named[child]])
    product = np.concatenate([good[named], parents])
    used = _used(graph, ascending(customer), accept)
    wanted = customer[asked] * graph.n_products + product
    best, unsure, part = _in_recipes(graph, used, wanted)
    level = np.full(customer.size, -1, dtype=np.int8)
    np.maximum.at(level, asked, best)
    open_ = np.zeros(customer.size, dtype=np.bool_)
    open_[asked[unsure]] = True
    cost = np.full(customer.size, -np.inf)
    found = (best >= 0) | unsure
    np.maximum.at(cost, asked[found], part[found])
    cost[~np.isfinite(cost)] = np.nan
    reach = _reach(graph, used, wanted, asked, customer.size)
    guessed = (level < 0) | (open_ & (level < STOPS))
    return level, guessed, np.minimum(cost, 1.0), reach


def _in_recipes(
    graph: ChainGraph, used: tuple[Ints, Ints, Ints], wanted: Ints
) -> tuple[npt.NDArray[np.int8], Flags, Floats]:
    """Return the highest stated level of each (firm, product) in what the firm makes (-1: none).

    And whether a recipe of the firm names the product without a level, and its highest share in the
    costs; infinite where one is not stated. ``used``: see ``_used``; ``wanted``: keys.
    """
    key, inputs, _ = used
    level = graph.input_essential[inputs]
    keys, number = np.unique(key, return_inverse=True)
    highest = np.full(keys.size + 1, -1, dtype=np.int8)
    np.maximum.at(highest, number, level)
    unsure = np.zeros(keys.size + 1, dtype=np.bool_)
    unsure[number[level < 0]] = True
    part = np.full(keys.size + 1, -np.inf)
    share = graph.input_cost_share[inputs]
    np.maximum.at(part, number, np.where(share > 0, share, np.inf))
    found = places_in(keys, wanted)
    return highest[found], unsure[found], part[found]


def _used(graph: ChainGraph, firms: Ints, accept: float) -> tuple[Ints, Ints, Ints]:
    """Return what some firms use for what they make, a line for each product that needs it.

    (firm, product used) keys, the recipe (position of ``graph.input_essential``), and the entry of
    ``makes`` that needs it. ``firms``: ascending.
    """
    start, stop = graph.makes.indptr[firms], graph.makes.indptr[firms + 1]
    owner = np.repeat(firms, stop - start)
    entry = spans(graph.makes.indptr.astype(np.int64), firms)[0]
    sure = graph.makes.data[entry] >= accept
    entry, owner = entry[sure], owner[sure]
    made = graph.makes.indices[entry].astype(np.int64)
    place, at = spans(graph.recipes.indptr.astype(np.int64), made)
    used, inputs = graph.recipes.indices[place].astype(np.int64), graph.recipes.data[place]
    keep = used != made[at]  # a product in its own recipe holds nobody up
    key = owner[at] * graph.n_products + used
    return key[keep], inputs[keep].astype(np.int64), entry[at][keep]


def _reach(
    graph: ChainGraph, used: tuple[Ints, Ints, Ints], wanted: Ints, intakes: Ints, size: int
) -> Floats:
    """Return the share in revenue of what needs each of ``size`` intakes, 1 where nobody states it.

    What needs a good under several names (as a kind, and as the broader product) counts once; where
    all that needs it is stated to bring nothing, the shares tell nothing.
    """
    order = np.argsort(used[0], kind="stable")
    key, entry = used[0][order], used[2][order]
    first, last = np.searchsorted(key, wanted), np.searchsorted(key, wanted, side="right")
    places, at = places_of_runs(first, last)
    pairs = ascending(intakes[at] * max(1, graph.makes.nnz) + entry[places])
    intake, entry = np.divmod(pairs, max(1, graph.makes.nnz))
    brings = graph.revenue_share[entry]
    reach = added(intake, np.where(brings >= 0, brings, np.inf), size)
    return np.where(reach > 0, np.minimum(reach, 1.0), 1.0)


def _own(graph: ChainGraph, customer: Ints, good: Ints, accept: float) -> Flags:
    """Return whether each intake's customer makes the good, or a kind of it, itself."""
    named = good < graph.n_products
    bought = np.zeros(graph.n_products, dtype=np.bool_)
    bought[good[named]] = True
    key, entry = _makers_of(graph, bought, graph.n_products)
    keys = ascending(key[graph.makes.data[entry] >= accept])
    return named & (places_in(keys, customer * graph.n_products + good) < keys.size)


def _made(graph: ChainGraph, n_goods: int) -> Ints:
    """Return the (firm, good) key of each entry of ``makes``, ascending."""
    maker = np.repeat(np.arange(graph.n_companies, dtype=np.int64), np.diff(graph.makes.indptr))
    return np.asarray(maker * n_goods + graph.makes.indices, dtype=np.int64)


def _kin(graph: ChainGraph, outlet_key: Ints, n_goods: int) -> tuple[Ints, Ints]:
    """Return pairs of outlets of one firm of which the first's good is a kind of the other's."""
    good = outlet_key % n_goods
    named = np.flatnonzero(good < graph.n_products)
    broad, at = gather_rows(graph.kind_steps, good[named])
    narrow = named[at]
    found = places_in(outlet_key, outlet_key[narrow] - good[narrow] + broad)
    both = found < outlet_key.size
    return narrow[both], found[both]


def _shares(graph: ChainGraph, outlet_key: Ints, n_goods: int) -> Floats:
    """Return the stated share of each outlet's good in its firm's revenue, NaN where unknown."""
    found = places_in(_made(graph, n_goods), outlet_key)
    share = np.append(graph.revenue_share, np.nan)[found]
    return np.asarray(np.clip(share, 0.0, 1.0), dtype=np.float64)


def _revenues(
    graph: ChainGraph, told: Flags, supplier: Ints, amount: Floats
) -> tuple[Floats, Floats]:
    """Return the revenue of the firms with supplies (NaN: unknown), and recorded sales ÷ it.

    The ratios are of firms that state the amounts (else NaN) of all that they sell.
    """
    revenue = floats(graph.companies, "revenue_cny")
    revenue = np.where(told & (revenue > 0), revenue, np.nan)
    recorded = added(supplier, amount, graph.n_companies)
    both = (recorded > 0) & ~np.isnan(revenue)  # a sum with an amount that is not stated is NaN
    return revenue, np.sort(np.minimum(1.0, recorded[both] / revenue[both]))


def _spare_makers(
    graph: ChainGraph, bought: Ints, n_goods: int, sold: Ints, told: Flags
) -> tuple[Ints, Floats]:
    """Return (firm, good) keys of makers without recorded sales of it, and their probability.

    Of goods that somebody is known to buy: nobody else would ask them. And, of firms of which any
    supply is ``told``, of goods of which the share in revenue is stated: what they lose without it.
    Who makes a kind of a good makes the good. ``sold``: ascending keys of recorded sales.
    """
    wanted = np.zeros(n_goods, dtype=np.bool_)
    wanted[bought] = True
    key, entry = _makers_of(graph, wanted, n_goods)
    maker, good = key // n_goods, key % n_goods
    direct = np.arange(key.size) < graph.makes.nnz
    asked = wanted[good] | (direct & (graph.revenue_share[entry] > 0) & told[maker])
    chance = graph.makes.data[entry]
    open_ = (chance > 0) & ~out_of_business(graph)[maker] & asked
    open_ &= places_in(sold, key) == sold.size
    keys, number = np.unique(key[open_], return_inverse=True)
    probability = np.zeros(keys.size)
    np.maximum.at(probability, number, chance[open_])
    return keys, probability


def _makers_of(graph: ChainGraph, wanted: Flags, n_goods: int) -> tuple[Ints, Ints]:
    """Return (firm, good) keys and the entries of ``makes`` behind them.

    All entries first, then those that make a kind of a wanted good, under that good.
    """
    kinds, parents = graph.kind_steps.tocoo().coords
    kinds, parents = (part[wanted[parents]].astype(np.int64) for part in (kinds, parents))
    places, at = spans(graph.makers.indptr.astype(np.int64), kinds)
    of_kind = graph.makers.data[places].astype(np.int64)
    made = _made(graph, n_goods)
    entry = np.concatenate([np.arange(made.size), of_kind])
    return np.concatenate([made, made[of_kind] // n_goods * n_goods + parents[at]]), entry
