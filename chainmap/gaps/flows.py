"""What crosses the border of a zone: purchases from outside, and by-products nobody takes.

The choice: a purchase counts as made outside only where the buyer states it (现采购地), and a local
maker as not asked only where no known supply joins the two; a by-product counts as idle only when
nothing local uses it, confidential demands included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from chainmap.analysis.graph import ChainGraph, column, floats, ints
from chainmap.gaps.supply import kinds_above

if TYPE_CHECKING:
    from chainmap.gaps.demand import LocalDemand
    from chainmap.gaps.supply import LocalSupply

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

OUTSIDE = ("外地", "进口")


@dataclass(frozen=True, eq=False)
class LocalFlows:
    """Flows over the border of a zone; arrays over products.

    Attributes
    ----------
    bought_outside
        Rows of ``graph.demands``: a local firm buys outside what local firms make, and none of
        these is known to supply it.
    outside_share
        Weight of the firms behind ``bought_outside`` in that of all local firms that declare a
        demand; 0 without any.
    outside_volume
        Sum of their volumes per year in the product's unit, NaN when none is known.
    idle
        Made locally as a by-product, and no local firm wants it or makes anything of it.
    """

    bought_outside: Ints
    outside_share: Floats
    outside_volume: Floats
    idle: Flags


def local_flows(
    graph: ChainGraph, supply: LocalSupply, demand: LocalDemand, working: Flags, accept: float
) -> LocalFlows:
    """Compute what crosses the border of a zone.

    Parameters
    ----------
    graph, supply, demand
        The snapshot, and supply and demand of the zone.
    working
        Mask over companies: local and in business.
    accept
        Probability from which a company counts as a maker.
    """
    company, product = (ints(graph.demands, name) for name in ("company", "product"))
    declared = working[company] & demand.visible
    stated = pc.is_in(column(graph.demands, "sourced_from"), value_set=pa.array(OUTSIDE))
    outside = np.flatnonzero(declared & stated.to_numpy(zero_copy_only=False))
    known = _suppliers(graph, set(company[outside].tolist()))
    unasked = np.array(
        [
            row
            for row in outside.tolist()
            if _is_unasked(graph, supply, known, (int(company[row]), int(product[row])), accept)
        ],
        dtype=np.int64,
    )
    count = graph.n_products
    every = _weight(demand, company[declared], product[declared], count)
    some = _weight(demand, company[unasked], product[unasked], count)
    share = np.divide(some, every, out=np.zeros(count), where=every > 0)
    idle = _idle(graph, supply, demand, working, accept)
    return LocalFlows(unasked, share, _volume(graph, unasked), idle)


def _weight(
    demand: LocalDemand,
    company: npt.NDArray[np.int32],
    product: npt.NDArray[np.int32],
    count: int,
) -> Floats:
    """Return the weight of the firms by product, each firm once."""
    pairs = np.unique(company.astype(np.int64) * count + product)
    return np.bincount(pairs % count, demand.firm[pairs // count], count).astype(np.float64)


def _volume(graph: ChainGraph, rows: Ints) -> Floats:
    """Return the sum of the known volumes of demand rows by product, NaN where none is known."""
    stated = floats(graph.demands, "volume")[rows]
    product = ints(graph.demands, "product")[rows]
    known = ~np.isnan(stated)
    total = np.bincount(product[known], stated[known], graph.n_products).astype(np.float64)
    return np.where(np.bincount(product[known], minlength=graph.n_products) > 0, total, np.nan)


_Supplied = Mapping[int, Sequence[tuple[int, int]]]
"""Buyer -> (supplier, product, -1 where the supply names none)."""


def _suppliers(graph: ChainGraph, buyers: set[int]) -> _Supplied:
    edges = graph.supply_edges
    source, target, product = (ints(edges, name) for name in ("source", "target", "product"))
    found: dict[int, list[tuple[int, int]]] = {}
    for at in np.flatnonzero(np.isin(target, sorted(buyers))):
        pair = int(source[at]), int(product[at])
        found.setdefault(int(target[at]), []).append(pair)
    return found


def _is_unasked(
    graph: ChainGraph, supply: LocalSupply, known: _Supplied, need: tuple[int, int], accept: float
) -> bool:
    """Whether others make locally what a buyer wants, and none of them is known to supply it."""
    buyer, product = need
    span = supply.makers.of(product)
    makers = supply.makers.company[span][supply.makers.probability[span] >= accept]
    others = set(makers.tolist()) - {buyer}
    fitting = {-1, product, *graph.kinds_below(product).tolist()}
    asked = {source for source, what in known.get(buyer, ()) if what in fitting}
    return bool(others) and not others & asked


def _idle(
    graph: ChainGraph, supply: LocalSupply, demand: LocalDemand, working: Flags, accept: float
) -> Flags:
    makers = supply.makers
    own = graph.makes.indices[makers.entry] == makers.product
    byproduct = own & graph.is_byproduct[makers.entry] & (makers.probability >= accept)
    idle = np.bincount(makers.product[byproduct], minlength=graph.n_products) > 0
    used = demand.weight > 0
    every = ints(graph.demands, "product")[working[ints(graph.demands, "company")]]
    used[every] = True
    bought = ints(graph.supply_edges, "product")[working[ints(graph.supply_edges, "target")]]
    used[bought[bought >= 0]] = True
    # What takes the product that it is a kind of takes it as well.
    used |= (kinds_above(graph).astype(bool) @ used.astype(np.float64)) > 0
    return np.asarray(idle & ~used, dtype=np.bool_)
