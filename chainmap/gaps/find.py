"""The gap rules: arrays of supply and demand in, one record per gap, product and chain out.

The choice: rules are masks over all products at once; a rule that rests on too little data gives
the verdict 数据不足, never a gap and never an all-clear.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.gaps.demand import local_demand
from chainmap.gaps.flows import local_flows
from chainmap.gaps.supply import local_supply

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph
    from chainmap.gaps.demand import LocalDemand
    from chainmap.gaps.flows import LocalFlows
    from chainmap.gaps.supply import LocalSupply
    from chainmap.gaps.thresholds import GapThresholds

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class GapKind(StrEnum):
    """What is wrong; the values are those of ANSWERS.md."""

    MISSING = "缺链"
    BROKEN = "断链"
    WEAK = "弱链"
    SINGLE = "单一来源"
    CAPACITY = "产能不匹配"
    EXTERNAL = "外采"
    BYPRODUCT = "副产品无去处"


class Verdict(StrEnum):
    """Whether it is wrong."""

    GAP = "gap"
    OK = "ok"
    NO_DATA = "数据不足"


VERDICTS = (Verdict.GAP, Verdict.NO_DATA, Verdict.OK)
"""The order in which rows are listed."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One verdict on one product of one chain in one zone.

    ``chain`` is None where the product belongs to no chain yet.
    ``demand`` (of 外采: what is bought outside) and ``supply`` are per year in the product's unit,
    NaN when unknown; ``coverage`` is min(1, supply ÷ demand); ``importance`` is 1 for the gravest
    of the zone; ``confidence`` is the probability, as far as the data go, that what ``kind`` says
    is so (of an ok row: that it is not so).
    """

    chain: int | None
    product: int
    kind: GapKind
    verdict: Verdict
    importance: float
    demand: float
    supply: float
    coverage: float
    confidence: float


@dataclass(frozen=True, eq=False)
class ZoneState:
    """Supply, demand and outer flows of one zone, and whose companies they are.

    ``local`` is the mask of the zone, ``working`` those of it that are in business.
    """

    local: Flags
    working: Flags
    supply: LocalSupply
    demand: LocalDemand
    flows: LocalFlows


def zone_state(
    graph: ChainGraph,
    local: Flags,
    parks: Flags,
    *,
    is_out: Flags,
    visible: Flags,
    thresholds: GapThresholds,
) -> ZoneState:
    """Compute what the rules look at.

    Parameters
    ----------
    graph
        The snapshot.
    local, parks
        Masks over companies and parks: what is in the zone.
    is_out
        Mask over companies known not to be in business.
    visible
        Mask over ``graph.demands``: those the audience may see.
    thresholds
        Bounds and weights.
    """
    working = local & ~is_out
    supply = local_supply(graph, local, parks, is_out, thresholds.accept)
    demand = local_demand(graph, supply, working, visible=visible, thresholds=thresholds)
    flows = local_flows(graph, supply, demand, working, thresholds.accept)
    return ZoneState(local, working, supply, demand, flows)


def find_zone_gaps(
    graph: ChainGraph,
    state: ZoneState,
    *,
    thresholds: GapThresholds,
    chain: int | None = None,
    include_ok: bool = False,
) -> list[Gap]:
    """Return the gaps of one zone, per product and chain, worst first.

    Parameters
    ----------
    graph, state
        The snapshot, and supply, demand and flows of the zone.
    thresholds
        Bounds of the rules.
    chain
        Only products of this chain.
    include_ok
        List also the needed products that lack nothing.

    Notes
    -----
    A product is looked at when a local firm declares it, makes something of it, could be fed more
    of it than it takes, or has it left over. importance = stake × severity ÷ the greatest such
    product of the zone, whatever ``chain`` asks for. Stake: ``LocalDemand.stake``, for an excess
    upstream plus the weight of those who have it, for an idle by-product the weight of its makers.
    Severity: see ``severity``; 0 for what is fine.
    """
    judged = [
        (int(product), kind, verdict)
        for product in np.flatnonzero(_looked_at(state))
        for kind, verdict in _verdicts(int(product), state, thresholds)
    ]
    raw = [_raw_importance(*one, state, thresholds) for one in judged]
    most = max(raw, default=0.0)
    gaps = [
        gap
        for (product, kind, verdict), value in zip(judged, raw, strict=True)
        if include_ok or verdict != Verdict.OK
        for gap in _per_chain(graph, state, product, (kind, verdict), value / most if most else 0.0)
        if chain in {None, gap.chain}
    ]
    gaps = [_with_confidence(gap, state, thresholds) for gap in gaps]
    return sorted(gaps, key=_order)


def _looked_at(state: ZoneState) -> Flags:
    needed = (state.demand.weight > 0) | ~np.isnan(state.demand.push) | state.flows.idle
    return np.asarray(needed, dtype=np.bool_)


def _raw_importance(
    product: int, kind: GapKind, verdict: Verdict, state: ZoneState, bounds: GapThresholds
) -> float:
    if verdict == Verdict.OK:
        return 0.0
    demand = state.demand
    stake = float(demand.stake[product])
    if kind == GapKind.CAPACITY and is_pushed(demand, product):
        stake += float(demand.push_stake[product])
    if kind == GapKind.BYPRODUCT:
        makers = state.supply.makers
        span = makers.of(product)
        stake = float(demand.firm[makers.company[span]] @ makers.probability[span])
    return stake * severity(product, kind, state, bounds)


def severity(product: int, kind: GapKind, state: ZoneState, bounds: GapThresholds) -> float:
    """Return how bad a gap is, in 0-1.

    Notes
    -----
    缺链, 断链: P(no local maker); 产能不匹配: 1 - coverage; 单一来源: ``single``; 弱链: ``single``
    falling to 0 as 1/HHI goes from 1 to its bound; 外采: ``external`` × the share of the buyers;
    副产品无去处: ``byproduct``.
    """
    single = bounds.severity["single"]
    if kind in {GapKind.MISSING, GapKind.BROKEN}:
        return float(state.supply.p_no_maker[product])
    if kind == GapKind.CAPACITY:
        return 1 - coverage(state.supply.supply[product], volume_needed(state.demand, product))
    if kind == GapKind.WEAK:
        room = bounds.effective_makers - 1
        thin = (bounds.effective_makers - float(state.supply.effective[product])) / room
        return single * min(1.0, max(0.0, thin))
    if kind == GapKind.EXTERNAL:
        return bounds.severity["external"] * float(state.flows.outside_share[product])
    return single if kind == GapKind.SINGLE else bounds.severity["byproduct"]


def coverage(supply: float, demand: float) -> float:
    """Return min(1, supply ÷ demand); NaN when either is unknown or nothing is wanted."""
    return float(np.minimum(1.0, supply / demand)) if demand > 0 else float("nan")


def unplaced_products(graph: ChainGraph, state: ZoneState) -> list[int]:
    """Return needed products that belong to no chain: judged, but on no chain map."""
    in_some_chain = np.diff(graph.in_chain.indptr) > 0
    return [int(p) for p in np.flatnonzero((state.demand.weight > 0) & ~in_some_chain)]


def _order(gap: Gap) -> tuple[int, float, int, str, int]:
    chain = -1 if gap.chain is None else gap.chain
    return VERDICTS.index(gap.verdict), -gap.importance, gap.product, gap.kind, chain


def _verdicts(
    product: int, state: ZoneState, bounds: GapThresholds
) -> Iterator[tuple[GapKind, Verdict]]:
    """Yield kind and verdict of one product: its makers, its capacity, its way in and out."""
    supply, demand, flows = state.supply, state.demand, state.flows
    if demand.weight[product] > 0:
        yield _about_makers(product, supply, bounds)
    capacity = _about_capacity(product, supply, demand, bounds)
    if capacity is not None:
        yield GapKind.CAPACITY, capacity
    if flows.outside_share[product] > 0:
        yield GapKind.EXTERNAL, Verdict.GAP
    if flows.idle[product]:
        surveyed = supply.surveyed >= bounds.min_surveyed
        yield GapKind.BYPRODUCT, Verdict.GAP if surveyed else Verdict.NO_DATA


def _about_makers(
    product: int, supply: LocalSupply, bounds: GapThresholds
) -> tuple[GapKind, Verdict]:
    """Judge whether the product is made locally at all, by one firm only, or by too few."""
    none = supply.p_no_maker[product]
    accepted = int(supply.accepted[product])
    surveyed = supply.surveyed >= bounds.min_surveyed
    wrong = Verdict.GAP if surveyed else Verdict.NO_DATA
    if none > bounds.present:
        kind = GapKind.BROKEN if supply.lost[product] else GapKind.MISSING
        sure = none >= bounds.missing and not supply.park_capacity[product] > 0
        return kind, wrong if sure else Verdict.NO_DATA
    if accepted == 1:
        return GapKind.SINGLE, wrong
    if accepted >= 2 and supply.effective[product] < bounds.effective_makers:
        return GapKind.WEAK, wrong
    return GapKind.MISSING, Verdict.OK


def _about_capacity(
    product: int, supply: LocalSupply, demand: LocalDemand, bounds: GapThresholds
) -> Verdict | None:
    """Judge supply against demand; None where either is unknown or nothing is supplied."""
    available, wanted = supply.supply[product], volume_needed(demand, product)
    if not (available > 0 and wanted > 0):
        return None
    if available >= bounds.short * wanted:
        return Verdict.OK
    official = supply.park_capacity[product] > 0
    sure = bool(supply.is_complete[product])
    sure &= bool(official) or supply.surveyed >= bounds.min_surveyed
    if is_pushed(demand, product):
        sure &= bool(demand.push_is_sure[product])
    return Verdict.GAP if sure else Verdict.NO_DATA


def volume_needed(demand: LocalDemand, product: int) -> float:
    """Return the larger of what downstream takes and what upstream could feed; NaN: unknown."""
    return float(np.fmax(demand.pull[product], demand.push[product]))


def is_pushed(demand: LocalDemand, product: int) -> bool:
    """Whether the volume needed is what upstream could feed."""
    return bool(volume_needed(demand, product) == demand.push[product])


def _per_chain(
    graph: ChainGraph,
    state: ZoneState,
    product: int,
    found: tuple[GapKind, Verdict],
    importance: float,
) -> Iterator[Gap]:
    kind, verdict = found
    supply = float(state.supply.supply[product])
    demand = volume_needed(state.demand, product)
    if kind == GapKind.EXTERNAL:
        demand = float(state.flows.outside_volume[product])
    chains = graph.in_chain
    placed = np.sort(chains.indices[chains.indptr[product] : chains.indptr[product + 1]])
    for chain in placed.tolist() or [None]:
        yield Gap(
            chain=chain,
            product=product,
            kind=kind,
            verdict=verdict,
            importance=importance,
            demand=demand,
            supply=supply,
            coverage=coverage(supply, demand),
            confidence=0.0,
        )


def _with_confidence(gap: Gap, state: ZoneState, bounds: GapThresholds) -> Gap:
    supply = state.supply
    none = float(supply.p_no_maker[gap.product])
    probability = supply.makers.probability[supply.makers.of(gap.product)]
    if gap.kind in {GapKind.MISSING, GapKind.BROKEN}:
        value = 1 - none if gap.verdict == Verdict.OK else none
    elif gap.kind == GapKind.SINGLE:
        others = np.sort(probability)[:-1]
        value = float(probability.max() * np.prod(1 - others))
    elif gap.kind == GapKind.WEAK:
        value = float(np.prod(probability[probability >= bounds.accept]))
    elif gap.kind == GapKind.EXTERNAL:
        value = 1 - none
    elif gap.kind == GapKind.BYPRODUCT:
        value = float(probability.max())
    else:
        value = _known_share(gap.product, supply)
    official = gap.kind == GapKind.CAPACITY and supply.park_capacity[gap.product] > 0
    # A stated purchase and an official total hold however few firms have answered.
    stated = official or gap.kind == GapKind.EXTERNAL
    surveyed = 1.0 if stated else min(1.0, supply.surveyed / max(bounds.min_surveyed, 1))
    fields = {name: getattr(gap, name) for name in Gap.__dataclass_fields__}
    return Gap(**fields | {"confidence": value * surveyed})


def _known_share(product: int, supply: LocalSupply) -> float:
    """Return the share of accepted makers whose capacity counts; 1 under an official total."""
    if supply.is_complete[product]:
        return 1.0
    accepted = int(supply.accepted[product])
    return (accepted - int(supply.unknown_capacity[product])) / accepted
