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

from chainmap.analysis.graph import CAPACITY_KNOWN, ChainGraph, floats, ints
from chainmap.analysis.needs import essential_inputs
from chainmap.gaps.kinds import values_at

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
        Volume needed per year in the product's unit: Σ local supply downstream × quantity, plus
        declared volumes of firms not counted in that sum. NaN when nothing is known.
    push
        What local supply upstream could feed beyond all its known uses; NaN without such excess.
    push_from
        The product whose excess it is, -1 without one.
    push_is_sure
        Whether all other local uses of that product have a known capacity.
    uses
        Entries of ``graph.inputs`` that ``pull`` counts.
    demands
        Rows of ``graph.demands`` that ``pull`` counts.
    visible
        Mask over ``graph.demands``: those that may be shown.
    """

    firm: Floats
    weight: Floats
    stake: Floats
    push_stake: Floats
    pull: Floats
    push: Floats
    push_from: npt.NDArray[np.int64]
    push_is_sure: Flags
    uses: npt.NDArray[np.int64]
    demands: npt.NDArray[np.int64]
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
    pull, uses, counted = _pull(graph, supply, demands)
    push, push_from, sure = _push(graph, supply, thresholds)
    return LocalDemand(
        firm=firm,
        weight=weight,
        stake=stake,
        push_stake=np.where(push_from >= 0, made[push_from], 0.0),
        pull=pull,
        push=push,
        push_from=push_from,
        push_is_sure=sure,
        uses=uses,
        demands=counted,
        visible=visible,
    )


def _declared(graph: ChainGraph, firm: Floats, demands: npt.NDArray[np.int64]) -> Floats:
    """Return the weight of the firms that ask for each product, each firm once."""
    company = ints(graph.demands, "company")[demands].astype(np.int64)
    product = ints(graph.demands, "product")[demands].astype(np.int64)
    pairs = np.unique(company * graph.n_products + product)
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


def _recipe_entries(graph: ChainGraph) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return input and output product of each entry of ``graph.inputs``."""
    rows = np.repeat(np.arange(graph.n_products), np.diff(graph.inputs.indptr))
    return rows, graph.inputs.indices.astype(np.int64)


def _pull(
    graph: ChainGraph, supply: LocalSupply, demands: npt.NDArray[np.int64]
) -> tuple[Floats, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return volumes needed, the recipe entries and the demand rows that they are made of."""
    source, target = _recipe_entries(graph)
    available = supply.supply
    usable = (graph.input_quantity > 0) & (source != target) & (available[target] > 0)
    usable &= ~_within_parent(graph, usable, source, target)
    uses = np.flatnonzero(usable)
    volume = graph.input_quantity[uses] * available[target[uses]]
    # bincount counts in integers when there is nothing to count, whatever the weights' type
    pull = np.bincount(source[uses], volume, graph.n_products).astype(np.float64)
    known = np.bincount(source[uses], minlength=graph.n_products) > 0
    counted = _not_in_recipes(graph, supply, demands, uses)
    product = ints(graph.demands, "product")[counted]
    pull += np.bincount(product, floats(graph.demands, "volume")[counted], graph.n_products)
    known[product] = True
    return np.where(known, pull, np.nan), uses, counted


def _within_parent(
    graph: ChainGraph,
    usable: Flags,
    source: npt.NDArray[np.int64],
    target: npt.NDArray[np.int64],
) -> Flags:
    """Return which uses are already counted under the product that theirs is a kind of."""
    if not graph.kinds.nnz:
        return np.zeros(usable.shape, dtype=np.bool_)
    shape = (graph.n_products, graph.n_products)
    counted = sparse.csr_array((usable.astype(np.float64), (source, target)), shape=shape)
    under = sparse.csr_array(counted @ graph.kinds.T)
    return np.asarray(values_at(under, source, target) > 0)


def _not_in_recipes(
    graph: ChainGraph,
    supply: LocalSupply,
    demands: npt.NDArray[np.int64],
    uses: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:
    """Return the demands with a volume whose firm makes none of the products counted in uses.

    A firm that makes such a product has its demand in the product's capacity already; adding the
    declared volume would count it twice.
    """
    known = ints(graph.demands, "volume_state")[demands] == CAPACITY_KNOWN
    demands = demands[known]
    if not (demands.size and uses.size):
        return demands
    source, target = _recipe_entries(graph)
    shape = (graph.n_products, graph.n_products)
    outputs = sparse.csr_array((np.ones(uses.size), (source[uses], target[uses])), shape=shape)
    makers = supply.makers
    made = sparse.csr_array(
        (np.ones(makers.product.size), (makers.company, makers.product)),
        shape=(graph.n_companies, graph.n_products),
    )
    company = ints(graph.demands, "company")[demands]
    product = ints(graph.demands, "product")[demands]
    shared = made[company].multiply(outputs[product]).sum(axis=1)
    return np.asarray(demands[np.asarray(shared).ravel() == 0], dtype=np.int64)


def _push(
    graph: ChainGraph, supply: LocalSupply, thresholds: GapThresholds
) -> tuple[Floats, npt.NDArray[np.int64], Flags]:
    """Return for each product made locally what an upstream excess could feed.

    Notes
    -----
    For an input u of q with quantity a: U = Σ a·S over all local uses of u except those that are
    themselves inputs of q (their throughput ends in q). Where S(u) > ``over`` · U and q covers
    less than ``short`` of S(u)/a, the excess of u is a demand for q. Of several u the largest.
    """
    source, target = _recipe_entries(graph)
    quantity = graph.input_quantity
    available = supply.supply
    some = np.nan_to_num(available, nan=0.0)
    known = (quantity > 0) & (source != target)
    # An auxiliary input never limits how much of the product can be made.
    known &= graph.input_essential != 0
    shape = (graph.n_products, graph.n_products)
    use = np.where(known, quantity * some[target], 0.0)
    total = np.bincount(source, use, graph.n_products)
    uses = sparse.csr_array((use, (source, target)), shape=shape)
    passing = values_at(sparse.csr_array(uses @ graph.inputs), source, target)
    with np.errstate(divide="ignore", invalid="ignore"):
        fed = some[source] / quantity
        excess = some[source] > thresholds.over * (total[source] - passing)
        short = some[target] < thresholds.short * fed
    rows = np.flatnonzero(known & excess & short & (some[target] > 0))
    push = np.full(graph.n_products, np.nan)
    push_from = np.full(graph.n_products, -1, dtype=np.int64)
    best = rows[np.lexsort((-source[rows], fed[rows]))]
    push[target[best]], push_from[target[best]] = fed[best], source[best]
    # Other makers downstream, of unknown capacity or with an unknown 单耗, might use it up.
    maybe = ((supply.accepted > 0) & ~supply.is_complete)[target]
    maybe |= np.isnan(quantity) & (graph.input_essential != 0) & (supply.accepted > 0)[target]
    maybe &= source != target
    unsure = np.bincount(source, maybe, graph.n_products)
    hidden = sparse.csr_array((maybe.astype(np.float64), (source, target)), shape=shape)
    inner = values_at(sparse.csr_array(hidden @ graph.inputs), source, target)
    sure = np.ones(graph.n_products, dtype=np.bool_)
    sure[target[best]] = (unsure[source] - inner - maybe)[best] <= 0
    return push, push_from, sure
