"""The gap rules: arrays of supply and demand in, one record per gap, product and chain out.

The choice: rules are masks over all products at once; a rule that rests on too little data gives
the verdict 数据不足, never a gap and never an all-clear.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import ints
from chainmap.gaps.demand import local_demand
from chainmap.gaps.flows import local_flows
from chainmap.gaps.matter import ManyMatters, Matters, matters_of
from chainmap.gaps.qualify import qualification
from chainmap.gaps.supply import local_supply

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph
    from chainmap.gaps.demand import LocalDemand
    from chainmap.gaps.flows import LocalFlows
    from chainmap.gaps.matter import Structure
    from chainmap.gaps.qualify import Qualification
    from chainmap.gaps.supply import LocalSupply
    from chainmap.gaps.thresholds import GapThresholds
    from chainmap.match.features import CompanyFeatures

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


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

KINDS = tuple(GapKind)
_MISSING, _BROKEN, _WEAK, _SINGLE, _CAPACITY, _EXTERNAL, _BYPRODUCT = range(len(KINDS))
_GAP, _NO_DATA, _OK = range(len(VERDICTS))
_BY_NAME = np.array([sorted(KINDS).index(kind) for kind in KINDS])


@dataclass(frozen=True, slots=True)
class Gap:
    """One verdict on one product of one chain in one zone.

    ``chain`` is None where the product belongs to no chain yet.
    ``demand`` (of 外采: what is bought outside) and ``supply`` are per year in the product's unit,
    NaN when unknown; ``coverage`` is min(1, supply ÷ demand); ``importance`` is 1 for the gravest
    of the zone, ``stake`` the weight of firms that rest on the product, ``severity`` how bad it is
    (0-1), ``matters`` what hangs on it in the input network; ``confidence`` is the probability, as
    far as the data go, that what ``kind`` says is so (of an ok row: that it is not so).
    """

    chain: int | None
    product: int
    kind: GapKind
    verdict: Verdict
    importance: float
    stake: float
    severity: float
    demand: float
    supply: float
    coverage: float
    confidence: float
    matters: Matters


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
    quality: Qualification


def zone_state(
    graph: ChainGraph,
    local: Flags,
    parks: Flags,
    *,
    features: CompanyFeatures,
    visible: Flags,
    thresholds: GapThresholds,
    elsewhere: Flags | None = None,
    lost: Flags | None = None,
) -> ZoneState:
    """Compute what the rules look at.

    Parameters
    ----------
    graph
        The snapshot.
    local, parks
        Masks over companies and parks: what is in the zone.
    features
        Company arrays: who is out of business, who holds which title.
    visible
        Mask over ``graph.demands``: those the audience may see.
    thresholds
        Bounds and weights.
    elsewhere
        Mask over companies known to sit outside; default: those not in the zone whose region is
        known.
    lost
        Mask over companies whose place is unknown, so that they may sit in the zone; default: those
        of which neither region nor park is known.
    """
    working = local & ~features.is_out
    if elsewhere is None:
        elsewhere = ~local & (graph.company_region != 0)
    if lost is None:
        lost = (graph.company_region == 0) & (np.diff(graph.in_park.indptr) == 0)
    accept = thresholds.accept
    supply = local_supply(graph, local, parks, (features.is_out, lost), accept)
    demand = local_demand(graph, supply, working, visible=visible, thresholds=thresholds)
    firms = working, elsewhere, lost & ~local & ~features.is_out
    flows = local_flows(graph, supply, demand, firms, accept)
    declared = visible & working[ints(graph.demands, "company")]
    quality = qualification(graph, supply, declared, features, accept)
    return ZoneState(local, working, supply, demand, flows, quality)


@dataclass(frozen=True, eq=False)
class _Judged:
    """Verdicts as arrays: one entry a product and kind."""

    product: Ints
    kind: Ints
    verdict: Ints
    confidence: Floats
    severity: Floats
    stake: Floats


def find_zone_gaps(
    graph: ChainGraph,
    state: ZoneState,
    *,
    thresholds: GapThresholds,
    structure: Structure | None = None,
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
    structure
        What hangs on each product in the input network; None leaves that unknown.
    chain
        Only products of this chain.
    include_ok
        List also the needed products that lack nothing.

    Notes
    -----
    A product is looked at when a local firm declares it, makes something of it, could be fed more
    of it than it takes, buys it elsewhere, or has it as a by-product. importance = stake ×
    criticality × severity ÷ the greatest such product of the zone, whatever ``chain`` asks for.
    Stake: ``LocalDemand.stake``, for an excess upstream plus the weight of those who have it, for
    an idle by-product the weight of its makers. Criticality: the rank average of ``matters_of``,
    left out where nothing is known.
    """
    judged = _judged(state, thresholds)
    wrong = judged.verdict != _OK
    matters = matters_of(judged.product, wrong, structure)
    known = np.where(np.isnan(matters.criticality), 1.0, matters.criticality)
    raw = judged.stake * known * judged.severity
    most = raw.max(initial=0.0)
    importance = raw / most if most else np.zeros(raw.size)
    at, chains = _per_chain(graph, judged.product)
    kept = wrong[at] | include_ok
    if chain is not None:
        kept &= chains == chain
    at, chains = at[kept], chains[kept]
    order = np.lexsort(
        (
            chains,
            _BY_NAME[judged.kind[at]],
            judged.product[at],
            -importance[at],
            judged.verdict[at],
        )
    )
    return _records(state, judged, matters, importance, (at[order], chains[order]))


def _records(
    state: ZoneState,
    judged: _Judged,
    matters: ManyMatters,
    importance: Floats,
    rows: tuple[Ints, Ints],
) -> list[Gap]:
    """Return the rows as records; columns become Python at once, which is where the time goes."""
    at, chains = rows
    product, kind = judged.product[at], judged.kind[at]
    wanted = np.where(
        kind == _EXTERNAL, state.flows.outside_volume[product], _wanted(state)[product]
    )
    available = state.supply.supply[product]
    ratio = np.full(at.size, np.nan)
    np.divide(available, wanted, out=ratio, where=wanted > 0)
    columns = (
        importance[at],
        judged.stake[at],
        judged.severity[at],
        wanted,
        available,
        np.minimum(1.0, ratio),
        judged.confidence[at],
    )
    return [
        Gap(
            None if chain < 0 else chain,
            one,
            KINDS[kind_at],
            VERDICTS[verdict],
            weight,
            stake,
            severity,
            demand,
            supply,
            covered,
            confidence,
            Matters(criticality, tuple(values), tuple(ranks)),
        )
        for (
            chain,
            one,
            kind_at,
            verdict,
            weight,
            stake,
            severity,
            demand,
            supply,
            covered,
            confidence,
            criticality,
            values,
            ranks,
        ) in zip(
            chains.tolist(),
            product.tolist(),
            kind.tolist(),
            judged.verdict[at].tolist(),
            *(column.tolist() for column in columns),
            matters.criticality[at].tolist(),
            matters.values[at].tolist(),
            matters.ranks[at].tolist(),
            strict=True,
        )
    ]


def unplaced_products(graph: ChainGraph, state: ZoneState) -> list[int]:
    """Return needed products that belong to no chain: judged, but on no chain map."""
    in_some_chain = np.diff(graph.in_chain.indptr) > 0
    return [int(p) for p in np.flatnonzero((state.demand.weight > 0) & ~in_some_chain)]


def volume_needed(demand: LocalDemand, product: int) -> float:
    """Return the larger of what downstream takes and what upstream could feed; NaN: unknown."""
    return float(np.fmax(demand.pull[product], demand.push[product]))


def is_pushed(demand: LocalDemand, product: int) -> bool:
    """Whether the volume needed is what upstream could feed."""
    return bool(volume_needed(demand, product) == demand.push[product])


def _wanted(state: ZoneState) -> Floats:
    """Return what is needed per year by product, NaN where nothing is known."""
    return np.asarray(np.fmax(state.demand.pull, state.demand.push), dtype=np.float64)


def _per_chain(graph: ChainGraph, product: Ints) -> tuple[Ints, Ints]:
    """Return (entry, chain) of each entry once a chain of its product, -1 for none."""
    chains = graph.in_chain
    count = np.diff(chains.indptr)[product]
    repeats = np.maximum(count, 1)
    at = np.repeat(np.arange(product.size), repeats)
    offset = np.arange(at.size) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    place = chains.indptr[product][at] + offset
    known = count[at] > 0
    found = np.full(at.size, -1, dtype=np.int64)
    found[known] = chains.indices[place[known]]
    return at, found


def _judged(state: ZoneState, bounds: GapThresholds) -> _Judged:
    """Return all verdicts, unsure ones already 数据不足: makers, capacity, ways in and out."""
    parts = [
        _about_makers(state, bounds),
        _about_sole_makers(state, bounds),
        _about_capacity(state, bounds),
        _about_purchases(state, bounds),
        _about_byproducts(state, bounds),
    ]
    product, kind, verdict, confidence, severity, stake = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    unsure = (verdict == _GAP) & (confidence < bounds.confidence)
    verdict = np.where(unsure, _NO_DATA, verdict)
    severity = np.where(verdict == _OK, 0.0, severity)
    return _Judged(product, kind, verdict, confidence, severity, stake)


_Part = tuple[Ints, Ints, Ints, Floats, Floats, Floats]
"""product, kind, verdict, confidence, severity, stake."""


def _surveyed(state: ZoneState, bounds: GapThresholds) -> float:
    """Return how far the local firms have been asked (0-1): 1 from ``min_surveyed`` on."""
    return min(1.0, state.supply.surveyed / max(bounds.min_surveyed, 1))


def _about_makers(state: ZoneState, bounds: GapThresholds) -> _Part:
    """Judge whether the product is made locally at all, by one firm only, by too few or too weak.

    Severity: 缺链, 断链: P(no local maker); 单一来源 ``single``; 弱链 ``single`` falling to 0 as
    1/HHI goes from 1 to its bound, ``single`` when a requirement is not met. Confidence: P(no local
    maker); of 单一来源 K · Π (1 - K of the doubtful ones); of 弱链 K of the largest maker (equal
    shares: Π K), or the share of makers whose certificates are known; times surveyed ÷ bound and
    times Π(1 - K) of the makers whose place is unknown.
    """
    supply, quality = state.supply, state.quality
    needed = np.flatnonzero(state.demand.weight > 0)
    none, accepted = supply.p_no_maker[needed], supply.accepted[needed]
    effective = supply.effective[needed]
    short, is_open = quality.short[needed], quality.is_open[needed]
    several = accepted >= 2
    thin = several & (effective < bounds.effective_makers)
    absent = none > bounds.present
    once = supply.p_once[needed] >= bounds.accept
    single = ~absent & (accepted == 1)
    weak = ~absent & several & (thin | short | is_open)
    kind = np.select(
        [absent & once, absent, single, weak],
        [_BROKEN, _MISSING, _SINGLE, _WEAK],
        _MISSING,
    )
    official = supply.park_capacity[needed] > 0
    wrong = _GAP if supply.surveyed >= bounds.min_surveyed else _NO_DATA
    doubtful = absent & ((none < bounds.missing) | official)
    doubtful |= weak & ~thin & ~short
    verdict = np.select([doubtful, absent | single | weak], [_NO_DATA, wrong], _OK)
    sure, others = supply.sure_of(bounds.accept)
    lacks = [quality.lacks.get(product) for product in needed.tolist()]
    known = np.array([1.0 if lack is None else lack.known_share for lack in lacks])
    weakness = np.where(thin, supply.top_sure(bounds.accept)[needed], known)
    confidence = np.select(
        [absent, single, weak], [none, sure[needed] * others[needed], weakness], 1 - none
    )
    sureness = _surveyed(state, bounds) * supply.p_no_stranger[needed]
    confidence *= np.where(verdict == _OK, 1.0, sureness)
    room = max(bounds.effective_makers - 1, 1e-9)
    thinness = np.where(thin, np.clip((bounds.effective_makers - effective) / room, 0, 1), 0.0)
    thinness = np.where(short | is_open, 1.0, thinness)
    factor = bounds.severity["single"]
    severity = np.select([absent, single, weak], [none, factor, factor * thinness], 0.0)
    return needed, kind, verdict, confidence, severity, state.demand.stake[needed]


def _about_sole_makers(state: ZoneState, bounds: GapThresholds) -> _Part:
    """Judge whether the only accepted maker meets what is required: 弱链 beside 单一来源.

    Severity and confidence as of any 弱链 that lacks a requirement.
    """
    supply, quality = state.supply, state.quality
    sole = (supply.accepted == 1) & (supply.p_no_maker <= bounds.present)
    lacking = quality.short | quality.is_open
    at = np.flatnonzero((state.demand.weight > 0) & sole & lacking)
    wrong = _GAP if supply.surveyed >= bounds.min_surveyed else _NO_DATA
    verdict = np.where(quality.short[at], wrong, _NO_DATA)
    known = np.array([quality.lacks[product].known_share for product in at.tolist()], dtype=float)
    severity = np.full(at.size, bounds.severity["single"])
    confidence = known * _surveyed(state, bounds) * supply.p_no_stranger[at]
    kind = np.full(at.size, _WEAK)
    return at, kind, verdict, confidence, severity, state.demand.stake[at]


def _about_capacity(state: ZoneState, bounds: GapThresholds) -> _Part:
    """Judge supply against a known demand where an accepted maker or a park's total supplies.

    A demand of which parts are unknown is a lower bound: short of it is short, enough for it is
    open. Severity: 1 - coverage, 1 - ``short`` when that is unknown. Confidence: the share of
    makers whose capacity is known (times surveyed ÷ bound without an official total); of enough
    also the share of the demand's parts that are known, of short Π(1 - K) of the makers whose
    place is unknown.
    """
    supply, demand = state.supply, state.demand
    wanted = _wanted(state)
    supplied = (supply.accepted > 0) | ~np.isnan(supply.park_capacity)
    with np.errstate(invalid="ignore"):
        at = np.flatnonzero(supplied & (wanted > 0))
    available, wanted = supply.supply[at], wanted[at]
    enough = available >= bounds.short * wanted
    settled = demand.pull_known[at] >= 1
    official = supply.park_capacity[at] > 0
    sure = supply.is_complete[at] & (official | (supply.surveyed >= bounds.min_surveyed))
    sure &= available + supply.maybe_capacity[at] < bounds.short * wanted
    pushed = wanted == demand.push[at]
    sure &= (~pushed | demand.push_is_sure[at]) & (supply.n_strangers[at] == 0)
    verdict = np.select([enough & settled, ~enough & sure], [_OK, _GAP], _NO_DATA)
    accepted = np.maximum(supply.accepted[at], 1)
    known = 1 - np.minimum(1.0, supply.unknown_beside[at] / accepted)
    confidence = known * np.where(official | enough, 1.0, _surveyed(state, bounds))
    confidence *= np.where(enough, demand.pull_known[at], supply.p_no_stranger[at])
    stake = demand.stake[at] + np.where(pushed, demand.push_stake[at], 0.0)
    coverage = np.where(np.isnan(available), bounds.short, np.minimum(1.0, available / wanted))
    return at, np.full(at.size, _CAPACITY), verdict, confidence, 1 - coverage, stake


def _about_purchases(state: ZoneState, bounds: GapThresholds) -> _Part:
    """Judge purchases outside: stated, so sure as far as somebody local does make the product.

    Severity: ``external`` × the share of the buyers.
    """
    share = state.flows.outside_share
    at = np.flatnonzero(share > 0)
    confidence = 1 - state.supply.p_no_maker[at]
    severity = bounds.severity["external"] * share[at]
    kind, verdict = np.full(at.size, _EXTERNAL), np.full(at.size, _GAP)
    return at, kind, verdict, confidence, severity, state.demand.stake[at]


def _about_byproducts(state: ZoneState, bounds: GapThresholds) -> _Part:
    """Judge by-products: idle ones are gaps, those with a local use are fine.

    Where the graph tells no use at all, here or elsewhere, it is open whether somebody local could
    use it, and where a firm of unknown place does, whether it is local. Severity ``byproduct``;
    confidence the greatest K, for an idle one times surveyed ÷ bound.
    """
    supply, flows = state.supply, state.flows
    at = np.flatnonzero(flows.byproduct)
    idle = flows.idle[at]
    wrong = _GAP if supply.surveyed >= bounds.min_surveyed else _NO_DATA
    unsure = flows.no_known_use[at] | flows.open_use[at]
    verdict = np.where(idle, np.where(unsure, _NO_DATA, wrong), _OK)
    confidence = supply.sure_of(bounds.accept)[0][at]
    confidence = confidence * np.where(idle, _surveyed(state, bounds), 1.0)
    makers = supply.makers
    worth = state.demand.firm[makers.company] * makers.probability
    stake = np.bincount(makers.product, worth, supply.accepted.size)[at].astype(np.float64)
    severity = np.full(at.size, bounds.severity["byproduct"])
    return at, np.full(at.size, _BYPRODUCT), verdict, confidence, severity, stake
