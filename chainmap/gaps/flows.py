"""What crosses the border of a zone: purchases from outside, and by-products nobody takes.

The choice: a purchase counts as made outside where the buyer states it (现采购地) or where a firm
known to sit elsewhere is recorded to supply it, and a local maker as not asked only where no known
supply joins the two; a by-product counts as idle only when nothing local uses it, confidential
demands included.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from chainmap.analysis.graph import ChainGraph, column, floats, gather_rows, ints
from chainmap.arrays import ascending
from chainmap.gaps.kinds import is_among

if TYPE_CHECKING:
    from chainmap.gaps.demand import LocalDemand
    from chainmap.gaps.supply import LocalSupply

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int32]

OUTSIDE = ("外地", "进口")


@dataclass(frozen=True, eq=False)
class LocalFlows:
    """Flows over the border of a zone; arrays over products.

    Attributes
    ----------
    bought_outside
        Rows of ``graph.demands``: a local firm buys outside what local firms make, and none of
        these is known to supply it.
    supplied_outside
        Rows of ``graph.supply_edges``: likewise, of known supplies from firms elsewhere.
    outside_share
        Weight of the firms behind both in that of all local firms that declare a demand or are
        known to be supplied; 0 without any.
    outside_volume
        Sum of their volumes per year in the product's unit, NaN when none is known.
    byproduct
        Made locally as a by-product by an accepted maker.
    idle
        A by-product, and no local firm wants it or makes anything of it.
    open_use
        Idle, but a firm whose place is unknown wants, buys or needs it: it may be local.
    may_use
        Such firms, as far as the audience may know: product × company.
    no_known_use
        Products of which the graph tells no use at all: nothing is made of them, nobody wants or
        buys them, here or elsewhere.
    """

    bought_outside: Ints
    supplied_outside: Ints
    outside_share: Floats
    outside_volume: Floats
    byproduct: Flags
    idle: Flags
    open_use: Flags
    may_use: sparse.csr_array
    no_known_use: Flags


def local_flows(
    graph: ChainGraph,
    supply: LocalSupply,
    demand: LocalDemand,
    firms: tuple[Flags, Flags, Flags],
    accept: float,
) -> LocalFlows:
    """Compute what crosses the border of a zone.

    Parameters
    ----------
    graph, supply, demand
        The snapshot, and supply and demand of the zone.
    firms
        Masks over companies: local and in business; known to sit outside; in business and of
        unknown place.
    accept
        Probability from which a company counts as a maker.
    """
    working, elsewhere, lost = firms
    company, product = (ints(graph.demands, name) for name in ("company", "product"))
    declared = working[company] & demand.visible
    stated = pc.is_in(column(graph.demands, "sourced_from"), value_set=pa.array(OUTSIDE))
    outside = np.flatnonzero(declared & stated.to_numpy(zero_copy_only=False))
    edges = graph.supply_edges
    source, target, what = (ints(edges, name) for name in ("source", "target", "product"))
    hidden = _hidden(graph, demand)
    bought = working[target] & (what >= 0)
    bought &= ~is_among(target.astype(np.int64) * graph.n_products + what, hidden)
    brought = np.flatnonzero(bought & elsewhere[source])
    buyer = np.concatenate([company[outside], target[brought]]).astype(np.int64)
    wanted = np.concatenate([product[outside], what[brought]]).astype(np.int64)
    nobody = _unasked(graph, supply, buyer, wanted, accept)
    rows = outside[nobody[: outside.size]], brought[nobody[outside.size :]]
    count = graph.n_products
    every = _weight(
        demand,
        np.concatenate([company[declared], target[bought]]),
        np.concatenate([product[declared], what[bought]]),
        count,
    )
    some = _weight(
        demand,
        np.concatenate([company[rows[0]], target[rows[1]]]),
        np.concatenate([product[rows[0]], what[rows[1]]]),
        count,
    )
    share = np.divide(some, every, out=np.zeros(count), where=every > 0)
    byproduct = _byproducts(graph, supply, accept)
    idle = byproduct & ~_used(graph, demand, working)
    maybe, may_use = _may_use(graph, supply, lost, demand.visible, accept)
    volume, useless = _volume(graph, rows[0]), ~_useful(graph)
    return LocalFlows(*rows, share, volume, byproduct, idle, idle & maybe, may_use, useless)


def _hidden(graph: ChainGraph, demand: LocalDemand) -> Ints:
    """Return company × n_products + product of the demands that must not be seen, ascending.

    A known supply of the same product would tell of them.
    """
    rows = ~demand.visible
    company = ints(graph.demands, "company")[rows].astype(np.int64)
    return np.sort(company * graph.n_products + ints(graph.demands, "product")[rows])


def _weight(demand: LocalDemand, company: Numbers, product: Numbers, count: int) -> Floats:
    """Return the weight of the firms by product, each firm once."""
    pairs = ascending(company.astype(np.int64) * count + product)
    return np.bincount(pairs % count, demand.firm[pairs // count], count).astype(np.float64)


def _volume(graph: ChainGraph, rows: Ints) -> Floats:
    """Return the sum of the known volumes of demand rows by product, NaN where none is known."""
    stated = floats(graph.demands, "volume")[rows]
    product = ints(graph.demands, "product")[rows]
    known = ~np.isnan(stated)
    total = np.bincount(product[known], stated[known], graph.n_products).astype(np.float64)
    return np.where(np.bincount(product[known], minlength=graph.n_products) > 0, total, np.nan)


def _unasked(
    graph: ChainGraph, supply: LocalSupply, buyer: Ints, product: Ints, accept: float
) -> Flags:
    """Return whether others make locally what each buyer wants, and none is known to supply it."""
    makers, firms = supply.makers, graph.n_companies
    sure = makers.probability >= accept
    pairs = makers.product[sure].astype(np.int64) * firms + makers.company[sure]  # ascending
    others = np.bincount(pairs // firms, minlength=graph.n_products)[product]
    others = others - is_among(product * firms + buyer, pairs)
    asked = is_among(buyer * graph.n_products + product, _asked(graph, pairs, buyer))
    return np.asarray((others > 0) & ~asked, dtype=np.bool_)


def _asked(graph: ChainGraph, pairs: Ints, buyers: Ints) -> Ints:
    """Return buyer × n_products + product of what local makers supply to buyers, ascending.

    A supply of a kind is one of the product; one that names no product is one of all that its
    supplier makes. ``pairs``: product × n_companies + maker, ascending.
    """
    firms, count = graph.n_companies, graph.n_products
    buys = np.zeros(firms, dtype=np.bool_)
    buys[buyers] = True
    edges = graph.supply_edges
    source, target, what = (
        ints(edges, name).astype(np.int64) for name in ("source", "target", "product")
    )
    named = np.flatnonzero(buys[target] & (what >= 0))
    unnamed = np.flatnonzero(buys[target] & (what < 0))
    above, of_kind = gather_rows(graph.kind_steps, what[named])
    ones = np.ones(pairs.size, dtype=np.int8)
    made = sparse.csr_array((ones, (pairs % firms, pairs // firms)), shape=(firms, count))
    every, of_firm = gather_rows(made, source[unnamed])
    edge = np.concatenate([named, named[of_kind], unnamed[of_firm]])
    product = np.concatenate([what[named], above, every])
    told = is_among(product * firms + source[edge], pairs) & (source[edge] != target[edge])
    return np.sort(target[edge][told] * count + product[told])


def _byproducts(graph: ChainGraph, supply: LocalSupply, accept: float) -> Flags:
    sure = supply.aside(graph, accept)
    return np.bincount(supply.makers.product[sure], minlength=graph.n_products) > 0


def _used(graph: ChainGraph, demand: LocalDemand, working: Flags) -> Flags:
    """Return which products a local firm wants, buys, or makes something of."""
    used = demand.weight > 0
    every = ints(graph.demands, "product")[working[ints(graph.demands, "company")]]
    used[every] = True
    bought = ints(graph.supply_edges, "product")[working[ints(graph.supply_edges, "target")]]
    used[bought[bought >= 0]] = True
    return _or_broader(graph, used)


def _may_use(
    graph: ChainGraph, supply: LocalSupply, lost: Flags, visible: Flags, accept: float
) -> tuple[Flags, sparse.csr_array]:
    """Return which products firms of unknown place want, buy or need, and product × such firm.

    The firms only as far as demands may be told; and without supplies, which might tell of others.
    """
    wanting, wanted = (ints(graph.demands, name) for name in ("company", "product"))
    buying, bought = (ints(graph.supply_edges, name) for name in ("target", "product"))
    makers = supply.strangers
    sure = np.flatnonzero(makers.probability >= accept)
    needed, at = gather_rows(graph.recipes, makers.product[sure])
    apart = needed != makers.product[sure][at]
    firm, needed = makers.company[sure][at][apart], needed[apart]
    used = np.zeros(graph.n_products, dtype=np.bool_)
    used[needed] = used[wanted[lost[wanting]]] = used[bought[lost[buying] & (bought >= 0)]] = True
    asked = lost[wanting] & visible
    who, what = np.append(firm, wanting[asked]), np.append(needed, wanted[asked])
    shape = (graph.n_products, graph.n_companies)
    direct = sparse.csr_array((np.ones(who.size), (what, who)), shape=shape)
    told = sparse.csr_array(graph.kind_steps @ direct + direct)
    told.sort_indices()
    return _or_broader(graph, used), told


def _useful(graph: ChainGraph) -> Flags:
    """Return which products anybody, here or elsewhere, is known to use, want or buy."""
    rows = np.repeat(np.arange(graph.n_products), np.diff(graph.inputs.indptr))
    found = np.zeros(graph.n_products, dtype=np.bool_)
    found[rows[graph.inputs.indices != rows]] = True
    found[ints(graph.demands, "product")] = True
    bought = ints(graph.supply_edges, "product")
    found[bought[bought >= 0]] = True
    return _or_broader(graph, found)


def _or_broader(graph: ChainGraph, used: Flags) -> Flags:
    """Return what is used: what takes the product that it is a kind of takes it as well."""
    return np.asarray(used | (graph.kind_steps @ used.astype(np.float64) > 0), dtype=np.bool_)
