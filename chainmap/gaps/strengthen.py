"""Which local firms to raise (强链) or to lead to a product (自培), and what each of them lacks.

The choice: what is lacking is said only where it can be shown: a requirement of a buyer, a capacity
against the demand or against the largest maker; a title that is not known is told as not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import ChainGraph, cell
from chainmap.gaps.close import close_reasons
from chainmap.gaps.find import Gap, GapKind
from chainmap.gaps.targets import SEEKS_CLOSE, TargetRanking, ZoneReport, company_reasons, titles_of
from chainmap.match.wording import amount
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.gaps.space import Closeness

MOST_RAISED, MOST_REASONS = 3, 3

RAISES = frozenset({GapKind.WEAK, GapKind.SINGLE, GapKind.CAPACITY})


def strengthen_rows(
    graph: ChainGraph, report: ZoneReport, gap: Gap, near: Closeness | None
) -> list[dict[str, object]]:
    """Return at most MOST_RAISED local makers to raise, then local firms close to the product.

    Each has ``company_id, company, action, lacks, reasons, risk``.
    """
    rows = []
    if gap.kind in RAISES:
        for company in _makers(report, gap)[:MOST_RAISED]:
            lacks = list(_lacks(graph, report, gap, company))
            reasons = islice(company_reasons(graph, company, report.ranking), MOST_REASONS)
            risk = _risk(report.ranking, company)
            rows.append(_row(graph, company, "raise", lacks, (list(reasons), risk)))
    if gap.kind in SEEKS_CLOSE and near is not None:
        product = cell(graph.products, "name", gap.product)
        for company in _close(report, gap, near)[:MOST_RAISED]:
            reasons = islice(close_reasons(graph, near, company, gap.product), MOST_REASONS)
            lacks = [say("gaps.lack.product", lang="zh", product=product)]
            risk = say("gaps.risk.not_made", lang="zh")
            rows.append(_row(graph, company, "grow", lacks, (list(reasons), risk)))
    return rows


def _row(
    graph: ChainGraph, company: int, action: str, lacks: list[str], told: tuple[list[str], str]
) -> dict[str, object]:
    return {
        "company_id": cell(graph.companies, "id", company),
        "company": cell(graph.companies, "name", company),
        "action": say(f"gaps.action.{action}", lang="zh"),
        "lacks": lacks,
        "reasons": told[0],
        "risk": told[1],
    }


def _makers(report: ZoneReport, gap: Gap) -> list[int]:
    """Return the accepted local makers, those that lack a requirement first, then the largest."""
    makers = report.state.supply.makers
    span = makers.of(gap.product)
    sure = makers.probability[span] >= report.ranking.thresholds.accept
    company, capacity = makers.company[span][sure], makers.capacity[span][sure]
    lack = report.state.quality.lacks.get(gap.product)
    failing = np.isin(company, () if lack is None else [*lack.failing, *lack.unknown])
    order = np.lexsort((company, -np.nan_to_num(capacity, nan=-1.0), ~failing))
    chosen: list[int] = company[order].tolist()
    return chosen


def _lacks(graph: ChainGraph, report: ZoneReport, gap: Gap, company: int) -> Iterator[str]:
    lack = report.state.quality.lacks.get(gap.product)
    if lack is not None and company in {*lack.failing, *lack.unknown}:
        text_id = "requirement" if company in lack.failing else "unstated"
        if lack.is_several and company in lack.failing:
            text_id = "together"
        yield say(f"gaps.lack.{text_id}", lang="zh", name=lack.name)
    yield from _capacity_lacks(graph, report, gap, company)
    if not titles_of(graph, company, report.ranking.features):
        yield say("gaps.lack.title", lang="zh")


def _capacity_lacks(graph: ChainGraph, report: ZoneReport, gap: Gap, company: int) -> Iterator[str]:
    """Yield how much more would meet the demand, or make the firm as large as the largest."""
    makers = report.state.supply.makers
    span = makers.of(gap.product)
    unit = cell(graph.products, "unit", gap.product)
    capacity = dict(zip(makers.company[span].tolist(), makers.capacity[span].tolist(), strict=True))
    own = capacity[company]
    if np.isnan(own):
        yield say("gaps.lack.capacity_unknown", lang="zh")
    elif gap.kind == GapKind.CAPACITY and gap.demand > gap.supply:
        short = amount(gap.demand - gap.supply, unit)
        yield say("gaps.lack.capacity", lang="zh", own=amount(own, unit), short=short)
    elif gap.kind == GapKind.WEAK and report.state.supply.by_capacity[gap.product]:
        top = max(capacity.values())
        if own < top:
            told = {"own": amount(own, unit), "top": amount(top, unit)}
            yield say("gaps.lack.smaller", lang="zh", **told)


def _close(report: ZoneReport, gap: Gap, near: Closeness) -> list[int]:
    """Return the local firms in business that are close to the product and do not make it."""
    state = report.state
    wanted: npt.NDArray[np.bool_] = near.total >= report.ranking.thresholds.least_grow
    wanted &= state.working
    wanted[state.supply.makers.company[state.supply.makers.of(gap.product)]] = False
    at = np.flatnonzero(wanted)
    chosen: list[int] = at[np.lexsort((at, -np.round(near.total[at], 9)))].tolist()
    return chosen


def _risk(ranking: TargetRanking, company: int) -> str:
    """Return what is not known about a local maker's will and means."""
    known = ranking.features.status_known[company]
    return say("gaps.risk.expansion" if known else "gaps.risk.status", lang="zh")
