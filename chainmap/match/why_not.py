"""Why a company is not proposed to a leader: the filter, or the rank with the points it lacks.

The choice: every product that could bring the two together is answered, also one too faint to be
proposed; and the cheapest change is one whose effect was recomputed, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from chainmap.analysis.evidence import cite
from chainmap.analysis.graph import EdgeRef, cell, gather_rows, row_of
from chainmap.match.changes import Counterfactual, all_counterfactuals, rank_of
from chainmap.match.explain import ends_of, filter_name, filter_reason, match_rows
from chainmap.match.filters import Filter
from chainmap.match.pairing import Proposal
from chainmap.match.recommend import MatchScope, match_leader
from chainmap.match.score import MILLION, missing_points, most_points
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph
    from chainmap.match.features import CompanyFeatures
    from chainmap.match.pairing import LeaderMatch, Pairing
    from chainmap.match.weights import MatchWeights

WHY_NOT_COLUMNS = (
    "leader_id",
    "leader",
    "company_id",
    "company",
    "product_id",
    "product",
    "filter",
    "reason",
    "rank",
    "score",
    "contributions",
    "missing",
    "gap",
    "cheapest_change",
    "unknown",
    "evidence",
)

Published = tuple[int, int, int]
"""A pair on a list: leader, company, needed product."""

NO_COMMON_PRODUCT, TOO_FAINT, ELSEWHERE = "no_common_product", "too_faint", "elsewhere"

_COST = {"certificate": 0, "capacity": 1, "title": 2}
"""What a firm can do soonest: a certificate takes months, capacity a year, a title several."""


def why_not_rows(
    graph: ChainGraph,
    company: int,
    leaders: Sequence[int],
    scope: MatchScope,
    *,
    features: CompanyFeatures,
    weights: MatchWeights,
    top: int,
    published: Mapping[Published, int] | None = None,
) -> list[dict[str, object]]:
    """Return why a company is not among the first ``top`` of each leader's list.

    Parameters
    ----------
    graph, features, weights
        The snapshot, its company arrays and the scoring weights.
    company, leaders
        Positions of the company asked about, and of the buyers.
    scope
        Which demands and candidates count for the list.
    top
        Length of the list.
    published
        Place of each pair on lists that are balanced together; None: the list goes by score.

    Returns
    -------
    Rows of ``WHY_NOT_COLUMNS``: for each leader one a product that it needs and the company makes,
    the best pair first. ``missing`` is what each feature alone could still add
    (``missing_points``); ``gap`` the points to the last place of the list, 0 when the pair is on
    it, null when it is ruled out. Without a product in common one row says so. Of a company
    outside the places asked about it is told that, unless something weighs more. The company
    itself is none of the leaders.
    """
    rows: list[dict[str, object]] = []
    everything = replace(weights, least_fit=0.0)
    outside = scope.companies is not None and not scope.companies[company]
    if scope.companies is not None and outside:
        named = scope.companies.copy()
        named[company] = True
        scope = replace(scope, companies=named)
    for leader in leaders:
        if leader != company:
            match = match_leader(graph, leader, scope, features=features, weights=everything)
            told = _List(top, weights.least_fit, published)
            found = _rows(match, company, scope.product, told)
            rows += [_elsewhere(graph, company, row) for row in found] if outside else found
    return rows


def _elsewhere(graph: ChainGraph, company: int, row: dict[str, object]) -> dict[str, object]:
    """Return the row of a company that is not in the places asked about."""
    if row["filter"] not in (None, TOO_FAINT):
        return row
    known = bool(graph.company_region[company]) or row_of(graph.in_park, company).size > 0
    reason = say(f"match.filter.{'elsewhere' if known else 'place_unknown'}", lang="zh")
    return (
        row
        | {"filter": ELSEWHERE, "reason": reason}
        | dict.fromkeys(("rank", "gap", "cheapest_change"))
    )


@dataclass(frozen=True, slots=True)
class _List:
    """The list that a pair is not on: its length, the least fit, places on balanced lists."""

    top: int
    least_fit: float
    published: Mapping[Published, int] | None

    def place(self, pairing: Pairing, rank: int | None) -> int | None:
        """Return the place on the list; None when the pair is not on it."""
        if self.published is not None:
            return self.published.get(published_key(pairing))
        return rank if rank is not None and rank <= self.top else None


def published_key(pairing: Pairing) -> Published:
    """Return what tells a pair on several lists."""
    return pairing.leader, pairing.company, pairing.need.product


def _rows(
    match: LeaderMatch, company: int, product: int | None, asked: _List
) -> list[dict[str, object]]:
    proposed = _only_proposed(match, asked.least_fit)
    pairs = np.flatnonzero(match.scored.pairs.company == company)
    if not pairs.size:
        return [_nothing_in_common(match, company, product)]
    order = np.lexsort((match.scored.pairs.need[pairs], -match.scored.score[pairs]))
    return [_row(match.pairing(pair), proposed, asked) for pair in pairs[order]]


def _only_proposed(match: LeaderMatch, faint: float) -> LeaderMatch:
    """Return the match as the list sees it: what is too faint counts as ruled out."""
    pairs, scored = match.scored.pairs, match.scored
    weight = np.array([need.weight for need in match.needs] or [0.0])
    fit = weight[pairs.need] * match.asked.graph.makes.data[pairs.entry] * pairs.factor
    out = np.where((fit < faint) & (scored.ruled_out == 0), _FAINT, scored.ruled_out)
    return replace(match, scored=replace(scored, ruled_out=out.astype(np.int8)))


_FAINT = 1 + max(Filter)


def _row(pairing: Pairing, proposed: LeaderMatch, asked: _List) -> dict[str, object]:
    seen = proposed.pairing(pairing.pair)
    faint = int(proposed.scored.ruled_out[pairing.pair]) == _FAINT
    passes = not faint and filter_name(pairing) == "none"
    rank = rank_of(seen) if passes else None
    shown = match_rows([Proposal(pairing, rank or 0, rank or 0)])[0]
    reason = say("match.filter.too_faint", lang="zh") if faint else filter_reason(pairing)
    place, top = asked.place(pairing, rank), asked.top
    change = None if faint or place else _cheapest(seen, rank, top)
    if place:
        where = say("match.why_not.listed", lang="zh", rank=place, top=top)
    else:
        balanced = rank is not None and rank <= top
        stated = f"match.why_not.{'balanced' if balanced else 'below'}"
        where = say(stated, lang="zh", rank=rank, top=top)
    return {
        **ends_of(pairing),
        "filter": TOO_FAINT if faint else None if passes else filter_name(pairing),
        "reason": reason or where,
        "rank": rank,
        "score": shown["score"],
        "contributions": shown["contributions"],
        "missing": missing_points(pairing.match.asked, pairing.match.scored, pairing.pair),
        "gap": None if rank is None else 0.0 if place else _gap(proposed, pairing.pair, top),
        "cheapest_change": None if change is None else change.as_record(),
        "unknown": shown["unknown"],
        "evidence": shown["evidence"],
    }


def _gap(match: LeaderMatch, pair: int, top: int) -> float:
    """Return the points between a pair and the last place of the list."""
    scored = match.scored
    best = np.sort(scored.score[scored.ruled_out == Filter.NONE])[::-1]
    last = int(best[min(top, best.size) - 1])
    return max(0, last - int(scored.score[pair])) / MILLION


def _cheapest(pairing: Pairing, rank: int | None, top: int) -> Counterfactual | None:
    """Return the soonest change that brings the pair onto the list, else the one that lifts most.

    None when it is on the list already, or when no known change helps.
    """
    if rank is not None and rank <= top:
        return None
    helps = [
        tried
        for tried in all_counterfactuals(pairing)
        if tried.new_rank is not None and (rank is None or tried.new_rank < rank)
    ]
    reach = [tried for tried in helps if (tried.new_rank or 0) <= top]
    if reach:
        return min(reach, key=lambda tried: (_COST[tried.change.kind], tried.new_rank or 0))
    return min(helps, key=lambda tried: tried.new_rank or 0, default=None)


def _nothing_in_common(match: LeaderMatch, company: int, product: int | None) -> dict[str, object]:
    graph = match.asked.graph
    sister = _nearest_need(match, company)
    name = None if product is None else cell(graph.products, "name", product)
    why = "no_common_product" if product is None else "not_made" if match.needs else "not_needed"
    text = say(f"match.filter.{why}", lang="zh", product=name)
    evidence: list[dict[str, object]] = []
    change: dict[str, object] | None = None
    if sister is not None:
        need, made, both = sister
        names = [str(cell(graph.products, "name", at)) for at in (need, made)]
        told = {"product": names[0], "sister": names[1], "count": both}
        change_text = say("match.why_not.could_make", lang="zh", **told)
        change = {"text": change_text, "change": "product", "value": names[0]}
        change |= dict.fromkeys(("rank", "new_rank", "score", "new_score"))
        ids = [cell(graph.companies, "id", company), cell(graph.products, "id", made)]
        company_name = cell(graph.companies, "name", company)
        makes = say("match.makes", lang="zh", company=company_name, product=names[1], detail="")
        ref = EdgeRef("PRODUCES", *ids)
        evidence = cite(makes, ref, graph.origins([ref]))
    ends = {
        "leader_id": cell(graph.companies, "id", match.leader),
        "leader": cell(graph.companies, "name", match.leader),
        "company_id": cell(graph.companies, "id", company),
        "company": cell(graph.companies, "name", company),
    }
    blank = dict.fromkeys(WHY_NOT_COLUMNS)
    return blank | ends | {
        "filter": NO_COMMON_PRODUCT,
        "reason": text,
        "contributions": {},
        "missing": most_points(match.asked.weights),
        "cheapest_change": change,
        "unknown": [] if row_of(graph.makes, company).size else [_makes_unknown()],
        "evidence": evidence,
    }  # fmt: skip


def _makes_unknown() -> str:
    return say("match.unknown.makes", lang="zh")


def _nearest_need(match: LeaderMatch, company: int) -> tuple[int, int, int] | None:
    """Return (needed product, product made, firms that make both) that go together best."""
    graph = match.asked.graph
    own = row_of(graph.makes, company)
    best: tuple[float, int, int, int] | None = None
    for need in match.needs:
        together = _made_together(graph, need.product)
        makers = row_of(graph.makers, need.product).size
        for product in own.tolist():
            count = int(together[product])
            if count and product != need.product:
                cosine = count / (makers * row_of(graph.makers, product).size) ** 0.5
                found = (-cosine, need.product, product, count)
                best = found if best is None else min(best, found)
    return None if best is None else best[1:]


def _made_together(graph: ChainGraph, product: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    sisters, _ = gather_rows(graph.makes, row_of(graph.makers, product))
    return np.bincount(sisters, minlength=graph.n_products)
