"""How complete a chain is in a zone: four measures, each with its formula and its figures.

The choice: every measure is a share of something weighted by demand or counted, told with numerator
and denominator and with what it could not see; no published standard fixes these formulas, so ours
are printed. What is unknown is left out of both and counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from chainmap.analysis.graph import ChainGraph, column, ints
from chainmap.gaps.flows import OUTSIDE
from chainmap.match.wording import number
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.gaps.find import ZoneState
    from chainmap.gaps.thresholds import GapThresholds

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ChainMeasure:
    """One measure of one chain: numerator ÷ denominator, what it rests on, what it cannot see.

    ``known`` and ``unknown`` count products (of 本地配套率 pairs of buyer and product, of
    关键环节覆盖率 segments); ``partial`` those of the known whose demand is a lower bound,
    ``partial_supply`` those whose supply is.
    """

    name: str
    numerator: float
    denominator: float
    known: int
    unknown: int
    partial: int = 0
    partial_supply: int = 0

    @property
    def value(self) -> float:
        """The share (0-1), NaN when nothing is known."""
        return self.numerator / self.denominator if self.denominator > 0 else float("nan")


@dataclass(frozen=True, eq=False)
class Sourcing:
    """Where local buyers are known to buy: one row a buyer and product.

    ``share`` is 1 bought here, 0 elsewhere, ½ both; NaN not known.
    """

    company: npt.NDArray[np.int64]
    product: npt.NDArray[np.int64]
    share: Floats


def chain_measures(
    graph: ChainGraph,
    state: ZoneState,
    chain: int,
    bounds: GapThresholds,
    *,
    sourcing: Sourcing,
    base: ZoneState | None = None,
) -> tuple[ChainMeasure, ...]:
    """Return the measures of one chain in one zone.

    Parameters
    ----------
    graph, state
        The snapshot, and supply, demand and flows of the zone.
    chain
        Position of the chain.
    bounds
        Thresholds: what counts as made locally.
    sourcing
        ``known_sourcing`` of the same state.
    base
        The state whose demand weights count; default: ``state``. Before and after are compared with
        the weights of before.

    Notes
    -----
    Over the products of the chain that are needed locally, w their demand weight, P the
    probability of no local maker, κ = min(1, supply ÷ demand): 完整度 = Σ w (1 - P) ÷ Σ w;
    产能满足率 = Σ w κ ÷ Σ w where κ is known. 本地配套率 = weight of the buyers' purchases known to
    be made here ÷ weight of those with a known place. 关键环节覆盖率 = mean, over the segments with
    key products, of the share of these made locally (P <= ``present``).
    """
    weights = (base or state).demand
    member = np.asarray(graph.in_chain[:, [chain]].toarray()).ravel() > 0
    needed = member & (weights.weight > 0)
    weight = np.where(needed, weights.weight, 0.0)
    none = state.supply.p_no_maker
    ratio = _coverage(state)
    rated = needed & ~np.isnan(ratio)
    pairs = member[sourcing.product] & (weights.firm[sourcing.company] > 0)
    worth = weights.firm[sourcing.company]
    told = pairs & ~np.isnan(sourcing.share)
    return (
        ChainMeasure(
            "completeness",
            float(weight @ (1 - none)),
            float(weight.sum()),
            int(needed.sum()),
            0,
        ),
        ChainMeasure(
            "local_sourcing",
            float(worth[told] @ sourcing.share[told]),
            float(worth[told].sum()),
            int(told.sum()),
            int((pairs & ~told).sum()),
        ),
        _key_segments(graph, state, chain, bounds),
        ChainMeasure(
            "capacity",
            float(weight[rated] @ ratio[rated]),
            float(weight[rated].sum()),
            int(rated.sum()),
            int((needed & ~rated).sum()),
            int((rated & (state.demand.pull_known < 1)).sum()),
            int((rated & _partly_supplied(state)).sum()),
        ),
    )


def _coverage(state: ZoneState) -> Floats:
    wanted = np.fmax(state.demand.pull, state.demand.push)
    ratio = np.full(wanted.shape, np.nan)
    known = wanted > 0
    ratio[known] = np.minimum(1.0, state.supply.supply[known] / wanted[known])
    return ratio


def _partly_supplied(state: ZoneState) -> Flags:
    """Return where some supply is left out of the sum: its amount or whether it counts is open."""
    supply = state.supply
    return np.asarray(~supply.is_complete | ~(supply.maybe_capacity <= 0), dtype=np.bool_)


def _key_segments(
    graph: ChainGraph, state: ZoneState, chain: int, bounds: GapThresholds
) -> ChainMeasure:
    key = column(graph.products, "is_key").fill_null(False).to_numpy(zero_copy_only=False)
    made = key & (state.supply.p_no_maker <= bounds.present)
    inside = ints(graph.segments, "chain") == chain
    parts = graph.in_segment.T.astype(bool).astype(np.float64)
    keys, there = parts @ key.astype(np.float64), parts @ made.astype(np.float64)
    counted = inside & (keys > 0)
    total = float((there[counted] / keys[counted]).sum())
    count = int(counted.sum())
    return ChainMeasure("key_segments", total, float(count), count, int(inside.sum()) - count)


def known_sourcing(graph: ChainGraph, state: ZoneState, elsewhere: Flags) -> Sourcing:
    """Return where local buyers are known to buy what they declare or are known to be supplied.

    Parameters
    ----------
    graph, state
        The snapshot and the state of the zone.
    elsewhere
        Mask over companies known to sit outside.

    Notes
    -----
    A pair is known from 现采购地 and from supplies; supplies of what someone wants confidentially
    do not count where the demand must not be seen.
    """
    demands, edges = graph.demands, graph.supply_edges
    company = ints(demands, "company").astype(np.int64)
    pair = company * graph.n_products + ints(demands, "product")
    rows = state.working[company] & state.demand.visible
    where = column(demands, "sourced_from")
    out = pc.is_in(where, value_set=pa.array(OUTSIDE)).to_numpy(zero_copy_only=False)
    here = pc.is_in(where, value_set=pa.array(["本地"])).to_numpy(zero_copy_only=False)
    source, target, what = (
        ints(edges, n).astype(np.int64) for n in ("source", "target", "product")
    )
    supplied = target * graph.n_products + what
    seen = state.working[target] & (what >= 0)
    seen &= ~np.isin(supplied, pair[~state.demand.visible])
    every, at = np.unique(np.concatenate([pair[rows], supplied[seen]]), return_inverse=True)
    local = np.concatenate([here[rows], state.local[source[seen]]])
    outer = np.concatenate([out[rows], elsewhere[source[seen]] & ~state.local[source[seen]]])
    from_here = np.bincount(at, local, every.size) > 0
    from_out = np.bincount(at, outer, every.size) > 0
    share = np.select([from_here & from_out, from_here, from_out], [0.5, 1.0, 0.0], np.nan)
    return Sourcing(every // graph.n_products, every % graph.n_products, share)


def measure_rows(
    region: str,
    chain: str,
    before: tuple[ChainMeasure, ...],
    after: tuple[ChainMeasure, ...] | None,
) -> Iterator[dict[str, object]]:
    """Yield the answer rows of one chain; ``after`` holds the measures with the targets settled."""
    for at, measure in enumerate(before):
        value, later = _known(measure.value), None if after is None else after[at]
        name = say(f"gaps.measure.{measure.name}", lang="zh")
        yield {
            "region": region,
            "chain": chain,
            "measure": name,
            "value": value,
            "after": None if later is None else _known(later.value),
            "numerator": round(measure.numerator, 6),
            "denominator": round(measure.denominator, 6),
            "known": measure.known,
            "unknown": measure.unknown,
            "formula": _formula(measure) + ("" if later is None else _formula_after(later)),
        }


def _formula(measure: ChainMeasure) -> str:
    return say(
        f"gaps.formula.{measure.name}",
        lang="zh",
        known=measure.known,
        unknown=measure.unknown,
        partial=measure.partial,
        partial_supply=measure.partial_supply,
        **_fraction(measure),
    )


def _formula_after(measure: ChainMeasure) -> str:
    """Return the figures with the targets settled; denominators differ where more is known."""
    return say("gaps.formula_after", lang="zh", known=measure.known, **_fraction(measure))


def _fraction(measure: ChainMeasure) -> dict[str, str]:
    value = _known(measure.value)
    return {
        "numerator": number(round(measure.numerator, 4)),
        "denominator": number(round(measure.denominator, 4)),
        "value": say("gaps.unknown_amount", lang="zh") if value is None else f"{value:.1%}",
    }


def _known(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)
