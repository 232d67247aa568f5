"""Why something is called a gap: the arithmetic in words, and the rows behind each figure.

The choice: the first evidence item is the rule with its numbers, the others are rows of the input;
relations are collected for all gaps and looked up once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from chainmap.analysis.evidence import Cited, cite, distinct, note
from chainmap.analysis.graph import ChainGraph, EdgeRef, cell, ints
from chainmap.gaps.arithmetic import arithmetic, told_importance
from chainmap.gaps.find import Gap, GapKind, Verdict, ZoneState, is_pushed
from chainmap.gaps.settle import settle_rows
from chainmap.gaps.space import Closeness, closeness, product_space
from chainmap.gaps.strengthen import strengthen_rows
from chainmap.gaps.supply import Former, former_makers
from chainmap.gaps.targets import SEEKS_CLOSE, ZoneReport, find_targets
from chainmap.match.explain import demand_text, making_reason
from chainmap.match.wording import amount
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.gaps.thresholds import GapThresholds

COLUMNS = (
    "chain",
    "product_id",
    "product",
    "region",
    "kind",
    "verdict",
    "importance",
    "demand",
    "supply",
    "unit",
    "coverage",
    "makers_local",
    "effective_makers",
    "p_no_local_maker",
    "confidence",
    "evidence",
    "targets",
    "stake",
    "severity",
    "criticality",
    "matters",
    "settle",
    "strengthen",
)
"""Columns of a gap row; the first seventeen are ANSWERS.md, the others are additive."""

MOST_CITED = 3
"""Wants, makers and park totals are cited up to this many each; the sums count all."""


def gap_rows(
    graph: ChainGraph,
    reports: Sequence[ZoneReport],
    thresholds: GapThresholds,
    candidates: int,
    *,
    outside: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> list[dict[str, object]]:
    """Return the answer rows of all zones, in the order given; origins are looked up once.

    ``outside``: for readers who may not be told who supplies whom. ``progress`` is called with
    (rows done, rows).
    """
    pairs = [(report, gap) for report in reports for gap in report.gaps]
    reasons = [list(_reasons(graph, report.state, gap, outside=outside)) for report, gap in pairs]
    found = graph.origins(sorted({one.ref for some in reasons for one in some}))
    rows = []
    near = _Near(graph, thresholds)
    for (report, gap), cited in zip(pairs, reasons, strict=True):
        told = [note(text) for text in arithmetic(graph, report.state, gap, thresholds)]
        told += [item for one in cited for item in cite(one.text, one.ref, found)]
        if gap.verdict != Verdict.OK:
            told.append(note(told_importance(gap)))
        row = _row(graph, report, gap, distinct(told))
        if gap.verdict != Verdict.OK or gap.kind == GapKind.BYPRODUCT:
            close = near.of(gap)
            about = (gap.kind, gap.product, gap.verdict)
            row["targets"] = find_targets(graph, about, report, candidates, close)
            row["strengthen"] = strengthen_rows(graph, report, gap, close)
        row["settle"] = settle_rows(graph, report.state, gap, thresholds)
        rows.append(row)
        if progress:
            progress(len(rows), len(pairs))
    return rows


class _Near:
    """Closeness of all companies to the products of the gravest gaps, each computed once."""

    def __init__(self, graph: ChainGraph, thresholds: GapThresholds) -> None:
        self._graph, self._bounds = graph, thresholds
        self._known: dict[int, Closeness] = {}

    def of(self, gap: Gap) -> Closeness | None:
        """Return how close companies are; None for kinds and gaps for which nobody is sought."""
        if gap.kind not in SEEKS_CLOSE or gap.verdict == Verdict.OK:
            return None
        if gap.product not in self._known:
            if len(self._known) >= self._bounds.close_for:
                return None
            space = product_space(self._graph, self._bounds.accept)
            self._known[gap.product] = closeness(
                self._graph, space, gap.product, self._bounds.related
            )
        return self._known[gap.product]


def _row(
    graph: ChainGraph, report: ZoneReport, gap: Gap, evidence: list[dict[str, object]]
) -> dict[str, object]:
    supply = report.state.supply
    return {
        "chain": None if gap.chain is None else cell(graph.chains, "name", gap.chain),
        "product_id": cell(graph.products, "id", gap.product),
        "product": cell(graph.products, "name", gap.product),
        "region": report.region,
        "kind": gap.kind.value,
        "verdict": gap.verdict.value,
        "importance": _rounded(gap.importance),
        "demand": _rounded(gap.demand),
        "supply": _rounded(gap.supply),
        "unit": cell(graph.products, "unit", gap.product),
        "coverage": _rounded(gap.coverage),
        "makers_local": int(supply.accepted[gap.product]),
        "effective_makers": _rounded(float(supply.effective[gap.product])),
        "p_no_local_maker": _rounded(float(supply.p_no_maker[gap.product])),
        "confidence": _rounded(gap.confidence),
        "evidence": evidence,
        "targets": [],
        "stake": _rounded(gap.stake),
        "severity": _rounded(gap.severity),
        "criticality": _rounded(gap.matters.criticality),
        "matters": gap.matters.as_record(),
        "settle": [],
        "strengthen": [],
    }


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 6)


def _reasons(graph: ChainGraph, state: ZoneState, gap: Gap, *, outside: bool) -> Iterator[Cited]:
    """Yield the relations behind a gap: who wants it, park totals, who makes it."""
    yield from _wants(graph, state, gap.kind, gap.product, outside=outside)
    if gap.kind == GapKind.CAPACITY and is_pushed(state.demand, gap.product):
        source = int(state.demand.push_from[gap.product])
        yield _input(graph, source, gap.product)
        yield from _park_totals(graph, state, source)
        yield from _makers(graph, state, source)
    yield from _park_totals(graph, state, gap.product)
    yield from _makers(graph, state, gap.product)
    if gap.kind in {GapKind.MISSING, GapKind.BROKEN} and gap.verdict != Verdict.OK:
        yield from _lost(graph, state, gap.product)


def _wants(
    graph: ChainGraph, state: ZoneState, kind: GapKind, product: int, *, outside: bool
) -> Iterator[Cited]:
    """Yield the local declared demands, then what is made locally of the product."""
    products, companies = ints(graph.demands, "product"), ints(graph.demands, "company")
    rows = np.flatnonzero((products == product) & state.working[companies])
    rows = rows[state.demand.visible[rows]]
    if kind == GapKind.EXTERNAL:
        rows = rows[np.isin(rows, state.flows.bought_outside)]
    for row in rows[:MOST_CITED]:
        company = int(companies[row])
        ids = cell(graph.companies, "id", company), cell(graph.products, "id", product)
        ref = EdgeRef("REQUIRES", *ids, cell(graph.demands, "demand_id", int(row)))
        text = demand_text(graph, cell(graph.companies, "name", company), int(row))
        yield Cited(text, ref)
    if kind == GapKind.EXTERNAL:
        if not outside:
            yield from _supplied(graph, state, product)
        return
    inputs = graph.inputs
    targets = inputs.indices[inputs.indptr[product] : inputs.indptr[product + 1]]
    supply = state.supply
    made = (supply.accepted[targets] > 0) | (supply.park_capacity[targets] > 0)
    used = targets[made & (targets != product)]
    heaviest = np.lexsort((used, -state.demand.stake[used]))[:MOST_CITED]
    for target in used[heaviest]:
        yield _input(graph, product, int(target))
        yield from list(_makers(graph, state, int(target)))[:1]
        yield from _park_totals(graph, state, int(target))


def _supplied(graph: ChainGraph, state: ZoneState, product: int) -> Iterator[Cited]:
    """Yield the known supplies from elsewhere."""
    rows = state.flows.supplied_outside
    edges = graph.supply_edges
    for row in rows[ints(edges, "product")[rows] == product][:MOST_CITED]:
        ends = [int(cell(edges, name, row)) for name in ("source", "target")]
        names = [cell(graph.companies, "name", end) for end in ends]
        text = say(
            "gaps.supplied_outside",
            lang="zh",
            source=names[0],
            target=names[1],
            product=cell(graph.products, "name", product),
        )
        supplier, buyer = (cell(graph.companies, "id", end) for end in ends)
        yield Cited(text, EdgeRef("SUPPLIES", supplier, buyer, cell(edges, "product_key", row)))


def _input(graph: ChainGraph, source: int, target: int) -> Cited:
    ids = [cell(graph.products, "id", product) for product in (source, target)]
    names = [cell(graph.products, "name", product) for product in (source, target)]
    text = say("match.input", lang="zh", source=names[0], target=names[1], essential="")
    return Cited(text, EdgeRef("INPUT_TO", *ids))


def _makers(graph: ChainGraph, state: ZoneState, product: int) -> Iterator[Cited]:
    makers = state.supply.makers
    span = makers.of(product)
    best = np.lexsort((makers.company[span], -makers.probability[span]))[:MOST_CITED]
    for at in best:
        company, entry = int(makers.company[span][at]), int(makers.entry[span][at])
        yield making_reason(graph, company, entry)


def _park_totals(graph: ChainGraph, state: ZoneState, product: int) -> Iterator[Cited]:
    for row in state.supply.park_rows.get(product, [])[:MOST_CITED]:
        told = graph.park_capacities.slice(row, 1).to_pylist()[0]
        made = told["product"]
        ids = cell(graph.parks, "id", told["park"]), cell(graph.products, "id", made)
        text = say(
            "gaps.park_total",
            lang="zh",
            park=cell(graph.parks, "name", told["park"]),
            product=cell(graph.products, "name", made),
            total=amount(told["capacity_stated"], told["unit"]),
            as_of=told["as_of"],
        )
        yield Cited(text, EdgeRef("HAS_CAPACITY", *ids, told["as_of"]))


def _lost(graph: ChainGraph, state: ZoneState, product: int) -> Iterator[Cited]:
    for one in _former(graph, state, product)[:MOST_CITED]:
        names = cell(graph.companies, "name", one.company), cell(graph.products, "name", one.made)
        text_id = "gaps.lost_status" if one.status else "gaps.lost"
        told = {"company": names[0], "product": names[1], "status": one.status}
        text = say(text_id, lang="zh", **told)
        if one.probability < 1:
            text += say("gaps.lost_unsure", lang="zh", probability=f"{one.probability:.0%}")
        ids = cell(graph.companies, "id", one.company), cell(graph.products, "id", one.made)
        yield Cited(text, EdgeRef("PRODUCES", *ids))


def _former(graph: ChainGraph, state: ZoneState, product: int) -> list[Former]:
    """Return who made the product locally once."""
    return former_makers(graph, state.local, ~state.working, product)
