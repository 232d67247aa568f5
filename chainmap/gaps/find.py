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

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph
    from chainmap.gaps.demand import LocalDemand
    from chainmap.gaps.supply import LocalSupply
    from chainmap.gaps.thresholds import GapThresholds

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class GapKind(StrEnum):
    """What is wrong; the values are those of ANSWERS.md that are computed."""

    MISSING = "缺链"
    BROKEN = "断链"
    WEAK = "弱链"
    SINGLE = "单一来源"
    CAPACITY = "产能不匹配"


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

    ``demand`` and ``supply`` are per year in the product's unit, NaN when unknown; ``coverage``
    is min(1, supply ÷ demand); ``confidence`` is the probability, as far as the data go, that what
    ``kind`` says is so (of an ok row: that it is not so).
    """

    chain: int
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
    """Supply and demand of one zone, and whose companies they are.

    ``local`` is the mask of the zone, ``working`` those of it that are in business.
    """

    local: Flags
    working: Flags
    supply: LocalSupply
    demand: LocalDemand


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
        The snapshot, and supply and demand of the zone.
    thresholds
        Bounds of the rules.
    chain
        Only products of this chain.
    include_ok
        List also the needed products that lack nothing.

    Notes
    -----
    A product is looked at when a local firm declares it, makes something of it, or could be fed
    more of it than it takes. importance = reach ÷ Σ reach over all those products.
    """
    supply, demand = state.supply, state.demand
    needed = (demand.weight > 0) | ~np.isnan(demand.push)
    in_some_chain = np.diff(graph.in_chain.indptr) > 0
    looked_at = needed & in_some_chain
    total = float(demand.reach[looked_at].sum())
    gaps = [
        gap
        for product in np.flatnonzero(looked_at)
        for kind, verdict in _verdicts(int(product), supply, demand, thresholds)
        if include_ok or verdict != Verdict.OK
        for gap in _per_chain(graph, int(product), kind, verdict, state=state, total=total)
        if chain in {None, gap.chain}
    ]
    gaps = [_with_confidence(gap, state, thresholds) for gap in gaps]
    return sorted(gaps, key=_order)


def unplaced_products(graph: ChainGraph, state: ZoneState) -> list[int]:
    """Return needed products that belong to no chain and are therefore not judged."""
    in_some_chain = np.diff(graph.in_chain.indptr) > 0
    return [int(p) for p in np.flatnonzero((state.demand.weight > 0) & ~in_some_chain)]


def _order(gap: Gap) -> tuple[int, float, int, str, int]:
    return VERDICTS.index(gap.verdict), -gap.importance, gap.product, gap.kind, gap.chain


def _verdicts(
    product: int, supply: LocalSupply, demand: LocalDemand, bounds: GapThresholds
) -> Iterator[tuple[GapKind, Verdict]]:
    """Yield kind and verdict of one product: about its makers, then about its capacity."""
    if demand.weight[product] > 0:
        yield _about_makers(product, supply, bounds)
    capacity = _about_capacity(product, supply, demand, bounds)
    if capacity is not None:
        yield GapKind.CAPACITY, capacity


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
    product: int,
    kind: GapKind,
    verdict: Verdict,
    *,
    state: ZoneState,
    total: float,
) -> Iterator[Gap]:
    available = float(state.supply.supply[product])
    wanted = volume_needed(state.demand, product)
    coverage = min(1.0, available / wanted) if wanted > 0 else float("nan")
    chains = graph.in_chain
    for chain in np.sort(chains.indices[chains.indptr[product] : chains.indptr[product + 1]]):
        yield Gap(
            chain=int(chain),
            product=product,
            kind=kind,
            verdict=verdict,
            importance=float(state.demand.reach[product]) / total if total else 0.0,
            demand=wanted,
            supply=available,
            coverage=coverage,
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
    else:
        value = _known_share(gap.product, supply)
    official = gap.kind == GapKind.CAPACITY and supply.park_capacity[gap.product] > 0
    surveyed = 1.0 if official else min(1.0, supply.surveyed / max(bounds.min_surveyed, 1))
    fields = {name: getattr(gap, name) for name in Gap.__dataclass_fields__}
    return Gap(**fields | {"confidence": value * surveyed})


def _known_share(product: int, supply: LocalSupply) -> float:
    """Return the share of accepted makers whose capacity counts; 1 under an official total."""
    if supply.is_complete[product]:
        return 1.0
    accepted = int(supply.accepted[product])
    return (accepted - int(supply.unknown_capacity[product])) / accepted
