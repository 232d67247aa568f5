"""What would settle a verdict of 数据不足: which row of which sheet, of whom.

The choice: the rows nearest to a decision come first (the surest of the doubtful makers, the
largest of the silent firms), at most a few each; a bureau telephones these, not everybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import ChainGraph, cell, floats, ints, row_of
from chainmap.gaps.find import Gap, GapKind, Verdict, ZoneState, is_pushed
from chainmap.schema import load_schema
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.gaps.demand import LocalDemand
    from chainmap.gaps.thresholds import GapThresholds

Ints = npt.NDArray[np.int64]

MOST_ASKED = 5
"""Firms named a reason; how many more there are is in the sentence's figures."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A row to be collected: what to state (``text``), for whom, on which sheet, in which column.

    ``company`` is None where any firm may be the one.
    """

    text: str
    company: int | None
    sheet: str
    column: str


def settle_rows(
    graph: ChainGraph, state: ZoneState, gap: Gap, bounds: GapThresholds
) -> list[dict[str, object]]:
    """Return the rows that would settle a verdict of 数据不足; none for any other verdict."""
    if gap.verdict != Verdict.NO_DATA:
        return []
    return [
        {
            "text": one.text,
            "company_id": None if one.company is None else cell(graph.companies, "id", one.company),
            "company": None if one.company is None else cell(graph.companies, "name", one.company),
            "sheet": one.sheet,
            "column": one.column,
        }
        for one in dict.fromkeys(_missing(graph, state, gap, bounds))
    ]


def _missing(
    graph: ChainGraph, state: ZoneState, gap: Gap, bounds: GapThresholds
) -> Iterator[Missing]:
    if gap.kind == GapKind.CAPACITY:
        yield from _capacities(graph, state, gap.product, bounds)
        yield from _parks(graph, state, gap.product, bounds)
        yield from _open_demand(graph, state, gap.product, bounds)
        if is_pushed(state.demand, gap.product):
            source = int(state.demand.push_from[gap.product])
            yield from _uses(graph, state, (source, gap.product), bounds)
    else:
        yield from _doubtful(graph, state, gap.product, bounds)
        yield from _certificates(state, gap)
    if gap.kind == GapKind.BYPRODUCT and state.flows.no_known_use[gap.product]:
        text = say("gaps.settle.use", lang="zh", product=cell(graph.products, "name", gap.product))
        yield Missing(text, None, *_column("INPUT_TO", "target"))
    if gap.kind == GapKind.BYPRODUCT and state.flows.open_use[gap.product]:
        text = say("gaps.settle.user", lang="zh", product=cell(graph.products, "name", gap.product))
        for company in row_of(state.flows.may_use, gap.product)[:MOST_ASKED].tolist():
            yield Missing(text, company, *_column("Company", "region"))
    if lacks_makers(state, gap, bounds):
        yield from _strangers(graph, state, gap.product)
    if (
        gap.kind in {GapKind.MISSING, GapKind.BROKEN}
        and state.supply.park_capacity[gap.product] > 0
    ):
        name = cell(graph.products, "name", gap.product)
        text = say("gaps.settle.maker", lang="zh", product=name)
        yield Missing(text, None, *_column("PRODUCES", "source"))
    if state.supply.surveyed < bounds.min_surveyed:
        yield from _silent(graph, state, bounds)


def _doubtful(
    graph: ChainGraph, state: ZoneState, product: int, bounds: GapThresholds
) -> Iterator[Missing]:
    """Yield the firms that may make the product, the surest first."""
    makers = state.supply.makers
    span = makers.of(product)
    chance, company = makers.probability[span], makers.company[span]
    for at in np.lexsort((company, -chance)):
        if chance[at] < 1 and (chance[at] < bounds.accept or chance.max() < 1):
            name = cell(graph.products, "name", int(graph.makes.indices[makers.entry[span][at]]))
            text = say(
                "gaps.settle.makes", lang="zh", product=name, probability=f"{chance[at]:.0%}"
            )
            yield Missing(text, int(company[at]), *_column("PRODUCES", "target"))


def lacks_makers(state: ZoneState, gap: Gap, bounds: GapThresholds) -> bool:
    """Whether a doubt would fall away if makers whose place is unknown proved to be elsewhere."""
    if gap.verdict != Verdict.NO_DATA or gap.kind in {GapKind.EXTERNAL, GapKind.BYPRODUCT}:
        return False
    enough = gap.kind == GapKind.CAPACITY and gap.supply >= bounds.short * gap.demand
    return not enough and float(state.supply.p_no_stranger[gap.product]) < 1


def _strangers(graph: ChainGraph, state: ZoneState, product: int) -> Iterator[Missing]:
    """Yield the makers whose place is unknown, the surest first."""
    makers = state.supply.strangers
    span = makers.of(product)
    company = makers.company[span]
    order = np.lexsort((company, -makers.probability[span]))
    text = say("gaps.settle.place", lang="zh", product=cell(graph.products, "name", product))
    for one in company[order][:MOST_ASKED].tolist():
        yield Missing(text, one, *_column("Company", "region"))


def _certificates(state: ZoneState, gap: Gap) -> Iterator[Missing]:
    lack = state.quality.lacks.get(gap.product)
    if gap.kind != GapKind.WEAK or lack is None:
        return
    for company in lack.unknown[:MOST_ASKED]:
        text = say("gaps.settle.certificate", lang="zh", name=lack.name)
        yield Missing(text, company, *_column("Company", "certificates"))


def _capacities(
    graph: ChainGraph, state: ZoneState, product: int, bounds: GapThresholds
) -> Iterator[Missing]:
    """Yield the accepted makers, in no park's total, whose capacity is unknown or incomparable."""
    makers = state.supply.makers
    span = makers.of(product)
    unknown = np.isnan(makers.beside[span]) & (makers.probability[span] >= bounds.accept)
    unit = cell(graph.products, "unit", product) or ""
    name = cell(graph.products, "name", product)
    for company in makers.company[span][unknown][:MOST_ASKED].tolist():
        text = say("gaps.settle.capacity", lang="zh", product=name, unit=unit)
        yield Missing(text, company, *_column("PRODUCES", "capacity"))


def _parks(
    graph: ChainGraph, state: ZoneState, product: int, bounds: GapThresholds
) -> Iterator[Missing]:
    """Yield the makers that may be in a park's total: their park would tell."""
    makers = state.supply.makers
    span = makers.of(product)
    maybe = ~(makers.maybe[span] <= 0) & (makers.probability[span] >= bounds.accept)
    for company in makers.company[span][maybe][:MOST_ASKED].tolist():
        text = say("gaps.settle.park", lang="zh", product=cell(graph.products, "name", product))
        yield Missing(text, company, *_column("Company", "park"))


def open_parts(graph: ChainGraph, demand: LocalDemand, product: int) -> int:
    """Return how many parts of what is taken downstream are unknown."""
    uses, rows = _open_of(graph, demand, product)
    return uses.size + rows.size


def _open_of(graph: ChainGraph, demand: LocalDemand, product: int) -> tuple[Ints, Ints]:
    taken, inputs = demand.taken, graph.inputs
    start, stop = inputs.indptr[product], inputs.indptr[product + 1]
    uses = taken.open_uses[(taken.open_uses >= start) & (taken.open_uses < stop)]
    rows = taken.open_demands[ints(graph.demands, "product")[taken.open_demands] == product]
    return uses, rows


def _open_demand(
    graph: ChainGraph, state: ZoneState, product: int, bounds: GapThresholds
) -> Iterator[Missing]:
    """Yield what would tell the unknown parts of a demand: 单耗, users' capacities, volumes."""
    uses, rows = _open_of(graph, state.demand, product)
    told = {
        "product": cell(graph.products, "name", product),
        "unit": cell(graph.products, "unit", product) or "",
    }
    for row in rows[:MOST_ASKED].tolist():
        text = say("gaps.settle.volume", lang="zh", **told)
        company = int(cell(graph.demands, "company", row))
        yield Missing(text, company, *_column("REQUIRES", "volume"))
    for entry in uses.tolist():
        yield from _use(graph, state, (product, entry), bounds)


def _uses(
    graph: ChainGraph, state: ZoneState, link: tuple[int, int], bounds: GapThresholds
) -> Iterator[Missing]:
    """Yield what other local uses of an excess leave open: their 单耗 or their capacity.

    ``link``: the product in excess and the one that is short of it.
    """
    inputs, source = graph.inputs, link[0]
    for entry in range(inputs.indptr[source], inputs.indptr[source + 1]):
        target = int(inputs.indices[entry])
        used = state.supply.accepted[target] and not state.demand.taken.joint[entry]
        if target in link or not used:
            continue
        yield from _use(graph, state, (source, entry), bounds)


def _use(
    graph: ChainGraph, state: ZoneState, use: tuple[int, int], bounds: GapThresholds
) -> Iterator[Missing]:
    """Yield what one use (a product and its entry in ``graph.inputs``) leaves open."""
    source, entry = use
    target = int(graph.inputs.indices[entry])
    if not graph.input_quantity[entry] > 0:
        names = [cell(graph.products, "name", product) for product in (source, target)]
        text = say("gaps.settle.quantity", lang="zh", source=names[0], target=names[1])
        yield Missing(text, None, *_column("INPUT_TO", "quantity"))
    else:
        yield from _capacities(graph, state, target, bounds)


def _silent(graph: ChainGraph, state: ZoneState, bounds: GapThresholds) -> Iterator[Missing]:
    """Yield the largest local firms that state no product."""
    rest = bounds.min_surveyed - state.supply.surveyed
    for company in silent_firms(graph, state.working)[:MOST_ASKED].tolist():
        text = say("gaps.settle.products", lang="zh", count=rest)
        yield Missing(text, company, *_column("PRODUCES", "target"))
    if not silent_firms(graph, state.working).size:
        text = say("gaps.settle.firms", lang="zh", count=rest)
        yield Missing(text, None, *_column("Company", "name"))


def silent_firms(graph: ChainGraph, working: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Return the local firms that state no product, the largest revenue first, unknown last."""
    silent = np.flatnonzero(working & (np.diff(graph.makes.indptr) == 0))
    revenue = np.nan_to_num(floats(graph.companies, "revenue_cny")[silent], nan=-1.0)
    return silent[np.lexsort((silent, -revenue))]


def _column(owner: str, attribute: str) -> tuple[str, str]:
    """Return sheet and column, as the collection workbook calls them."""
    schema = load_schema()
    return str(schema.owner(owner).sheet), schema.attribute(owner, attribute).zh
