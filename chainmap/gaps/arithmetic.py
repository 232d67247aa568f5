"""The arithmetic of a verdict in words: the rule with its numbers, sums, bounds, what is open.

The choice: a sentence holds every number that its verdict rests on, so that a reader can compute it
again; an amount that is not known is called so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import ChainGraph, cell, ints
from chainmap.gaps.find import Gap, GapKind, Verdict, ZoneState, is_pushed
from chainmap.gaps.matter import MEASURES
from chainmap.gaps.settle import lacks_makers, open_parts
from chainmap.match.wording import amount, number
from chainmap.texts import say

if TYPE_CHECKING:
    import pyarrow as pa

    from chainmap.gaps.thresholds import GapThresholds

MOST_DIGITS = 6


def arithmetic(
    graph: ChainGraph, state: ZoneState, gap: Gap, bounds: GapThresholds
) -> Iterator[str]:
    """Yield the rule applied, with its numbers, and what would settle a doubtful case."""
    supply = state.supply
    if gap.kind == GapKind.CAPACITY:
        yield from _capacity_sums(graph, state, gap, bounds)
        yield from _strangers(state, gap, bounds)
        if gap.verdict == Verdict.NO_DATA and supply.surveyed < bounds.min_surveyed:
            yield _few_surveyed(state, bounds)
        return
    if gap.kind == GapKind.EXTERNAL:
        yield _outside_sum(graph, state, gap.product, bounds)
    else:
        yield from _rule(graph, state, gap, bounds)
    if gap.kind in {GapKind.MISSING, GapKind.BROKEN}:
        yield from _once_and_official(graph, state, gap, bounds)
    if gap.kind == GapKind.BYPRODUCT and state.flows.no_known_use[gap.product]:
        yield say("gaps.no_known_use", lang="zh")
    if gap.kind == GapKind.BYPRODUCT and state.flows.open_use[gap.product]:
        yield say("gaps.open_use", lang="zh")
    yield from _strangers(state, gap, bounds)
    if gap.verdict == Verdict.NO_DATA and supply.surveyed < bounds.min_surveyed:
        yield _few_surveyed(state, bounds)
    elif gap.verdict == Verdict.NO_DATA and gap.confidence < bounds.confidence:
        told = {"confidence": f"{gap.confidence:.0%}", "least": f"{bounds.confidence:.0%}"}
        yield say("gaps.unsure", lang="zh", **told)


def _strangers(state: ZoneState, gap: Gap, bounds: GapThresholds) -> Iterator[str]:
    """Yield that makers whose place is unknown may be local, where that leaves a verdict open."""
    if lacks_makers(state, gap, bounds):
        makers = state.supply.strangers
        span = makers.of(gap.product)
        yield say("gaps.strangers", lang="zh", count=span.stop - span.start)


def _few_surveyed(state: ZoneState, bounds: GapThresholds) -> str:
    told = {"surveyed": state.supply.surveyed, "least": bounds.min_surveyed}
    return say("gaps.too_few_surveyed", lang="zh", **told)


def _rule(graph: ChainGraph, state: ZoneState, gap: Gap, bounds: GapThresholds) -> Iterator[str]:
    """Yield the rule about makers with its numbers; of a weak link also what it rests on."""
    supply, product = state.supply, gap.product
    if gap.kind == GapKind.WEAK and supply.accepted[product] < 2:
        yield from _unqualified(graph, state, product)
        return
    count = int(supply.accepted[product])
    if gap.kind == GapKind.BYPRODUCT:
        count = int(supply.aside(graph, bounds.accept, supply.makers.of(product)).sum())
    yield say(
        f"gaps.rule.{_rule_of(state, gap, bounds)}",
        lang="zh",
        count=count,
        surveyed=supply.surveyed,
        none=f"{supply.p_no_maker[product]:.2f}",
        missing=f"{bounds.missing:.2f}",
        present=f"{bounds.present:.2f}",
        effective=_below(float(supply.effective[product]), bounds.effective_makers),
        bound=f"{bounds.effective_makers:g}",
    )
    if gap.kind == GapKind.WEAK:
        basis = "capacity" if supply.by_capacity[product] else "equal"
        yield say(f"gaps.basis.{basis}", lang="zh")
        yield from _unqualified(graph, state, product)


def _rule_of(state: ZoneState, gap: Gap, bounds: GapThresholds) -> str:
    """Return which sentence tells the rule: by kind, and by what of it holds."""
    if gap.kind == GapKind.BYPRODUCT and gap.verdict == Verdict.OK:
        return "byproduct_used"
    spread = state.supply.effective[gap.product] >= bounds.effective_makers
    if gap.kind == GapKind.WEAK and spread:
        return "weak_spread"
    return gap.kind.name.lower()


def _once_and_official(
    graph: ChainGraph, state: ZoneState, gap: Gap, bounds: GapThresholds
) -> Iterator[str]:
    """Yield what speaks against a plain 缺链: a park's total, a doubtful former maker."""
    supply, product = state.supply, gap.product
    if supply.park_capacity[product] > 0:
        total = told_amount(graph, product, float(supply.park_capacity[product]))
        yield say("gaps.park_without_firm", lang="zh", total=total)
    once = float(supply.p_once[product])
    if gap.kind == GapKind.MISSING and gap.verdict != Verdict.OK and once > 0:
        accept = f"{bounds.accept:.0%}"
        yield say("gaps.once_unsure", lang="zh", once=f"{once:.0%}", accept=accept)


def _unqualified(graph: ChainGraph, state: ZoneState, product: int) -> Iterator[str]:
    """Yield the requirement that no local maker is known to meet."""
    lack = state.quality.lacks.get(product)
    if lack is not None:
        buyer = int(cell(graph.demands, "company", lack.demand))
        yield say(
            "gaps.rule.unqualified_together" if lack.is_several else "gaps.rule.unqualified",
            lang="zh",
            buyer=cell(graph.companies, "name", buyer),
            name=lack.name,
            failing=len(lack.failing),
            unknown=len(lack.unknown),
        )


def told_importance(gap: Gap) -> str:
    """Return what the importance is made of: the ranks of what is known, and the severity."""
    told = zip(MEASURES, gap.matters.values, gap.matters.ranks, strict=True)
    parts = [
        say(f"gaps.matters.{name}", lang="zh", value=number(round(value, 3)))
        for name, value, rank in told
        if not math.isnan(rank)
    ]
    return say(
        "gaps.importance",
        lang="zh",
        criticality=f"{1 if math.isnan(gap.matters.criticality) else gap.matters.criticality:.2f}",
        ranks="、".join(parts) or say("gaps.unknown_amount", lang="zh"),
        stake=number(round(gap.stake, 3)),
        severity=f"{gap.severity:.2f}",
    )


def _capacity_sums(
    graph: ChainGraph, state: ZoneState, gap: Gap, bounds: GapThresholds
) -> Iterator[str]:
    supply, demand, product = state.supply, state.demand, gap.product
    if is_pushed(demand, product):
        source = int(demand.push_from[product])
        yield say(
            "gaps.push",
            lang="zh",
            source=cell(graph.products, "name", source),
            available=told_amount(graph, source, float(supply.supply[source])),
            fed=told_amount(graph, product, float(demand.push[product])),
            product=cell(graph.products, "name", product),
        )
    if not math.isnan(demand.pull[product]):
        pull = told_amount(graph, product, float(demand.pull[product]))
        yield say(
            "gaps.pull", lang="zh", parts=" + ".join(_pull_parts(graph, state, product)), pull=pull
        )
    yield _supply_sum(graph, state, product)
    if math.isnan(gap.supply):
        yield say("gaps.coverage_unknown", lang="zh", demand=number(gap.demand))
        return
    enough = gap.supply >= bounds.short * gap.demand
    yield say(
        "gaps.coverage",
        lang="zh",
        supply=number(gap.supply),
        demand=number(gap.demand),
        coverage=f"{gap.supply / gap.demand:.1%}",
        short=f"{bounds.short:.0%}",
        sign="≥" if enough else "<",
    )
    missing = open_parts(graph, state.demand, product)
    if missing:
        spare = told_amount(graph, product, gap.supply / bounds.short - gap.demand)
        text_id = "gaps.coverage_most" if enough else "gaps.demand_least"
        yield say(text_id, lang="zh", count=missing, spare=spare, short=f"{bounds.short:.0%}")
    if gap.verdict == Verdict.NO_DATA and not enough:
        yield say("gaps.capacity_unsure", lang="zh")


def _outside_sum(graph: ChainGraph, state: ZoneState, product: int, bounds: GapThresholds) -> str:
    """Return who buys outside, and who else makes it here."""
    flows, edges = state.flows, graph.supply_edges
    buyers = np.union1d(
        _about(graph.demands, flows.bought_outside, product, "company"),
        _about(edges, flows.supplied_outside, product, "target"),
    )
    makers = state.supply.makers
    span = makers.of(product)
    sure = makers.company[span][makers.probability[span] >= bounds.accept]
    return say(
        "gaps.rule.external",
        lang="zh",
        buyers=buyers.size,
        share=f"{state.flows.outside_share[product]:.0%}",
        makers=np.setdiff1d(sure, buyers).size,
    )


def _about(
    table: pa.Table, rows: npt.NDArray[np.int64], product: int, name: str
) -> npt.NDArray[np.int32]:
    """Return a column of those of some rows that are about a product."""
    chosen = rows[ints(table, "product")[rows] == product]
    return np.asarray(ints(table, name)[chosen], dtype=np.int32)


def _supply_sum(graph: ChainGraph, state: ZoneState, product: int) -> str:
    """Return what the supply is made of: official totals, firms of other parks, or all firms."""
    supply = state.supply
    park, beside = float(supply.park_capacity[product]), float(supply.beside_capacity[product])
    unknown, apart = int(supply.unknown_capacity[product]), int(supply.unknown_beside[product])
    both = park >= 0 and (beside > 0 or apart > 0)
    unknown = apart if both else unknown
    form = "both" if both else "park" if park >= 0 else "firms"
    if form == "firms" and math.isnan(supply.supply[product]):
        return say("gaps.supply_none_known", lang="zh", count=unknown)
    told = say(
        f"gaps.supply_{form}",
        lang="zh",
        total=told_amount(graph, product, float(supply.supply[product])),
        park=told_amount(graph, product, park),
        beside=told_amount(graph, product, beside),
        firms=told_amount(graph, product, float(supply.firm_capacity[product])),
        unknown=say("gaps.supply_unknown", lang="zh", count=unknown) if unknown else "",
    )
    maybe = float(supply.maybe_capacity[product])
    if math.isnan(maybe):
        told += say("gaps.supply_maybe_unknown", lang="zh")
    elif maybe > 0:
        told += say("gaps.supply_maybe", lang="zh", maybe=told_amount(graph, product, maybe))
    return told


def _below(value: float, bound: float) -> str:
    """Return a number below ``bound`` with as many digits as it takes to look below it."""
    digits = 2
    while value < bound <= float(f"{value:.{digits}f}") and digits < MOST_DIGITS:
        digits += 1
    return f"{value:.{digits}f}"


def _pull_parts(graph: ChainGraph, state: ZoneState, product: int) -> Iterator[str]:
    """Yield the summands of what downstream takes: supply × quantity, then declared volumes."""
    taken, inputs = state.demand.taken, graph.inputs
    start, stop = inputs.indptr[product], inputs.indptr[product + 1]
    uses = taken.uses[(taken.uses >= start) & (taken.uses < stop)]
    for entry in uses:
        target = int(inputs.indices[entry])
        yield say(
            "gaps.pull_part",
            lang="zh",
            product=cell(graph.products, "name", target),
            available=told_amount(graph, target, float(state.supply.supply[target])),
            quantity=number(float(graph.input_quantity[entry])),
        )
    if np.any(ints(graph.demands, "product")[taken.demands] == product):
        volume = told_amount(graph, product, float(taken.declared[product]))
        text_id = "gaps.pull_declared" if uses.size else "gaps.pull_declared_all"
        yield say(text_id, lang="zh", volume=volume)


def told_amount(graph: ChainGraph, product: int, value: float) -> str:
    """Return an amount in the product's unit, or that it is unknown."""
    if math.isnan(value):
        return say("gaps.unknown_amount", lang="zh")
    return amount(value, cell(graph.products, "unit", product))
