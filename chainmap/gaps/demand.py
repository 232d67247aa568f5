"""What a zone needs, and how much: the demand side of every gap.

The choice: *whether* and *how dearly* a product is needed comes from weights (leaders first,
essential inputs first); *how much* only from stated capacities, quantities and volumes. What is
not stated is left out and named, never estimated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import sparse

from chainmap.analysis.graph import ChainGraph, ints
from chainmap.analysis.needs import essential_inputs
from chainmap.arrays import ascending
from chainmap.gaps.kinds import values_at
from chainmap.gaps.volume import Pull, local_pull, recipe_entries

if TYPE_CHECKING:
    from chainmap.gaps.supply import LocalSupply
    from chainmap.gaps.thresholds import GapThresholds

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class LocalDemand:
    """The demand side of a zone; arrays over products.

    Attributes
    ----------
    firm
        Weight of each company: leaders most, other local ones less, all others 0.
    weight
        Declared demand plus demand of what local firms make, in firm weights; 0: not needed.
    stake
        Weight of everything made or wanted locally that rests on the product; its own makers do
        not count.
    push_stake
        Weight of the local makers of ``push_from``; 0 without one.
    pull
        What is taken per year (``Pull.volume``): Σ local supply downstream × quantity, plus
        declared volumes of firms not counted in that sum. NaN when nothing is known.
    pull_known
        Known parts of it ÷ all parts: below 1 the volume is a lower bound.
    push
        What local supply upstream could feed beyond all its known uses; NaN without such excess.
    push_from
        The product whose excess it is, -1 without one.
    push_is_sure
        Whether all other local uses of that product have a known capacity.
    taken
        What ``pull`` is made of, and what it leaves open.
    visible
        Mask over ``graph.demands``: those that may be shown.
    """

    firm: Floats
    weight: Floats
    stake: Floats
    push_stake: Floats
    pull: Floats
    pull_known: Floats
    push: Floats
    push_from: npt.NDArray[np.int64]
    push_is_sure: Flags
    taken: Pull
    visible: Flags


def local_demand(
    graph: ChainGraph,
    supply: LocalSupply,
    working: Flags,
    *,
    visible: Flags,
    thresholds: GapThresholds,
) -> LocalDemand:
    """Compute the demand side of a zone.

    Parameters
    ----------
    graph
        The snapshot.
    supply
        The supply side of the same zone.
    working
        Mask over companies: local and in business.
    visible
        Mask over ``graph.demands``: those the audience may see.
    thresholds
        Weights of firms and inputs, bounds on capacity.

    Notes
    -----
    Let w be the firm weights, E the inputs weighted by essentiality, m(q) = Σ w·K over the local
    makers of q. weight = declared + E·m; v = declared + m; stake = declared + E·v + d·E²·v + ...
    over ``depth`` steps, d = ``decay``.
    """
    firm = np.where(working, thresholds.other_weight, 0.0)
    leaders = np.array(graph.leader_positions, dtype=np.int64)
    firm[leaders] = np.where(working[leaders], thresholds.leader_weight, 0.0)
    demands = np.flatnonzero(visible & working[ints(graph.demands, "company")])
    declared = _declared(graph, firm, demands)
    made = _made(graph, supply, firm, thresholds)
    essential = essential_inputs(graph, thresholds.essential)
    weight = declared + essential @ made
    step = essential @ (declared + made)
    stake = declared + step
    for _ in range(thresholds.depth - 1):
        step = thresholds.decay * (essential @ step)
        stake += step
    taken = local_pull(graph, supply, demands, thresholds.accept)
    push, push_from, sure = _push(graph, supply, taken.joint, thresholds)
    return LocalDemand(
        firm=firm,
        weight=weight,
        stake=stake,
        push_stake=np.where(push_from >= 0, made[push_from], 0.0),
        pull=taken.volume,
        pull_known=taken.known_share,
        push=push,
        push_from=push_from,
        push_is_sure=sure,
        taken=taken,
        visible=visible,
    )


def _declared(graph: ChainGraph, firm: Floats, demands: npt.NDArray[np.int64]) -> Floats:
    """Return the weight of the firms that ask for each product, each firm once."""
    company = ints(graph.demands, "company")[demands].astype(np.int64)
    product = ints(graph.demands, "product")[demands].astype(np.int64)
    pairs = ascending(company * graph.n_products + product)
    weight = firm[pairs // graph.n_products]
    return np.asarray(np.bincount(pairs % graph.n_products, weight, graph.n_products), float)


def _made(
    graph: ChainGraph, supply: LocalSupply, firm: Floats, thresholds: GapThresholds
) -> Floats:
    """Return the weight of the accepted local makers; a park total alone counts as one firm."""
    makers = supply.makers
    sure = makers.probability >= thresholds.accept
    worth = firm[makers.company[sure]] * makers.probability[sure]
    made = np.bincount(makers.product[sure], worth, graph.n_products)
    only_park = (supply.accepted == 0) & (supply.park_capacity > 0)
    return np.where(only_park, thresholds.other_weight, made)


def _push(
    graph: ChainGraph, supply: LocalSupply, joint: Flags, thresholds: GapThresholds
) -> tuple[Floats, npt.NDArray[np.int64], Flags]:
    """Return for each product made locally what an upstream excess could feed.

    Notes
    -----
    For an input u of q with quantity a: U = Σ a·S over all local uses of u except those that are
    themselves inputs of q (their throughput ends in q). Where S(u) > ``over`` · U and q covers
    less than ``short`` of S(u)/a, the excess of u is a demand for q. Of several u the largest.
    """
    source, target = recipe_entries(graph)
    quantity = graph.input_quantity
    available = supply.supply
    some = np.nan_to_num(available, nan=0.0)
    known = (quantity > 0) & (source != target) & ~joint
    # An auxiliary input takes its share but never limits how much of the product can be made.
    limits = known & (graph.input_essential != 0)
    shape = (graph.n_products, graph.n_products)
    use = np.where(known, quantity * some[target], 0.0)
    total = np.bincount(source, use, graph.n_products)
    uses = sparse.csr_array((use, (source, target)), shape=shape)
    passing = values_at(sparse.csr_array(uses @ graph.inputs), source, target)
    with np.errstate(divide="ignore", invalid="ignore"):
        fed = some[source] / quantity
        excess = some[source] > thresholds.over * (total[source] - passing)
        short = some[target] < thresholds.short * fed
    rows = np.flatnonzero(limits & excess & short & (some[target] > 0))
    push = np.full(graph.n_products, np.nan)
    push_from = np.full(graph.n_products, -1, dtype=np.int64)
    best = rows[np.lexsort((-source[rows], fed[rows]))]
    push[target[best]], push_from[target[best]] = fed[best], source[best]
    # Other makers downstream, of unknown capacity or with an unknown 单耗, might use it up.
    maybe = ((supply.accepted > 0) & ~supply.is_complete)[target]
    maybe |= np.isnan(quantity) & (supply.accepted > 0)[target]
    maybe &= (source != target) & ~joint
    unsure = np.bincount(source, maybe, graph.n_products)
    hidden = sparse.csr_array((maybe.astype(np.float64), (source, target)), shape=shape)
    inner = values_at(sparse.csr_array(hidden @ graph.inputs), source, target)
    sure = np.ones(graph.n_products, dtype=np.bool_)
    sure[target[best]] = (unsure[source] - inner - maybe)[best] <= 0
    return push, push_from, sure
