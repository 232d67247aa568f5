"""Why a pair is proposed: its rows, its path, and what is not known, as plain Python.

The choice: only the rows that are shown become Python, and all relations they rest on are looked
up in one go. A row without a cited source would be a bug; a test says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from chainmap.analysis.evidence import Cited, cite, distinct
from chainmap.analysis.graph import (
    CAPACITY_KNOWN,
    CAPACITY_OTHER_UNIT,
    ChainGraph,
    EdgeRef,
    cell,
)
from chainmap.analysis.needs import Need, input_entry
from chainmap.match.candidates import Filter
from chainmap.match.grounds import standing
from chainmap.match.score import MILLION, Scored, required_certificates
from chainmap.match.weights import FEATURES
from chainmap.match.wording import bracket, quantity
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.match.features import CompanyFeatures

COLUMNS = (
    "leader_id",
    "leader",
    "company_id",
    "company",
    "product_id",
    "product",
    "kind",
    "rank",
    "score",
    "contributions",
    "evidence",
    "path",
    "counterfactual",
    "unknown",
    "need",
    "demand_visibility",
)
"""Columns of a match row; the first fourteen are ANSWERS.md, the others are additive."""

UNSTATED_VISIBILITY = "仅局内"
_OPENNESS = ("公开", "定向", "仅局内")


@dataclass(frozen=True, eq=False)
class LeaderMatch:
    """One leader's scored pairs and the needs they answer."""

    leader: int
    needs: tuple[Need, ...]
    scored: Scored


def match_rows(
    graph: ChainGraph,
    chosen: Sequence[tuple[LeaderMatch, int, int]],
    features: CompanyFeatures,
) -> list[dict[str, object]]:
    """Return the answer rows of the chosen pairs.

    Parameters
    ----------
    graph
        The snapshot; its origin lookup is asked once.
    chosen
        (leader's pairs, position of the pair, rank) in the order of the rows.
    features
        Company arrays, for what is unknown.
    """
    reasons = [_reasons(graph, match, pair, features) for match, pair, _ in chosen]
    found = graph.origins(sorted({cited.ref for some in reasons for cited in some}))
    rows = []
    for (match, pair, rank), cited in zip(chosen, reasons, strict=True):
        evidence = distinct(item for one in cited for item in cite(one.text, one.ref, found))
        rows.append(_row(graph, match, pair, rank, evidence, features))
    return rows


def excluded_rows(
    graph: ChainGraph, match: LeaderMatch, pairs: Sequence[int]
) -> list[dict[str, object]]:
    """Return who was ruled out for a leader, about which product, and why."""
    rows: list[dict[str, object]] = []
    for pair in pairs:
        need = match.needs[match.scored.pairs.need[pair]]
        company = int(match.scored.pairs.company[pair])
        reason = Filter(int(match.scored.pairs.ruled_out[pair])).name.lower()
        status = cell(graph.companies, "status", company)
        rows.append(
            {
                **_ends(graph, match.leader, company, need.product),
                "filter": reason,
                "reason": say(f"match.filter.{reason}", lang="zh", status=status),
            }
        )
    return rows


def _row(
    graph: ChainGraph,
    match: LeaderMatch,
    pair: int,
    rank: int,
    evidence: list[dict[str, object]],
    features: CompanyFeatures,
) -> dict[str, object]:
    scored = match.scored
    need = match.needs[scored.pairs.need[pair]]
    company = int(scored.pairs.company[pair])
    contributions = {
        name: int(value) / MILLION
        for name, value in zip(FEATURES, scored.contributions[pair], strict=True)
    }
    return {
        **_ends(graph, match.leader, company, need.product),
        "kind": "supply",
        "rank": rank,
        "score": int(scored.score[pair]) / MILLION,
        "contributions": contributions,
        "evidence": evidence,
        "path": _path(graph, match, pair),
        "counterfactual": None,
        "unknown": [
            say(f"match.unknown.{name}", lang="zh")
            for name in _unknown(graph, match, pair, features)
        ],
        "need": say("match.need.declared" if need.is_declared else "match.need.recipe", lang="zh"),
        "demand_visibility": _visibility(graph, need),
    }


def _ends(graph: ChainGraph, leader: int, company: int, product: int) -> dict[str, object]:
    return {
        "leader_id": cell(graph.companies, "id", leader),
        "leader": cell(graph.companies, "name", leader),
        "company_id": cell(graph.companies, "id", company),
        "company": cell(graph.companies, "name", company),
        "product_id": cell(graph.products, "id", product),
        "product": cell(graph.products, "name", product),
    }


def _path(graph: ChainGraph, match: LeaderMatch, pair: int) -> list[str]:
    """Return ids: company, what it makes, the needed product, ... , the leader."""
    scored = match.scored
    need = match.needs[scored.pairs.need[pair]]
    made = int(graph.makes.indices[scored.pairs.entry[pair]])
    products = [*([made] if made != need.product else []), *need.path]
    return [
        cell(graph.companies, "id", int(scored.pairs.company[pair])),
        *(cell(graph.products, "id", product) for product in products),
        cell(graph.companies, "id", match.leader),
    ]


def _reasons(
    graph: ChainGraph, match: LeaderMatch, pair: int, features: CompanyFeatures
) -> list[Cited]:
    """Return what the pair rests on: the demand or the recipe, the supply, then the rest."""
    scored = match.scored
    need = match.needs[scored.pairs.need[pair]]
    company = int(scored.pairs.company[pair])
    told = zip(FEATURES, scored.contributions[pair].tolist(), strict=True)
    return [
        *need_reasons(graph, match.leader, need),
        *_kind_reason(graph, need, int(graph.makes.indices[scored.pairs.entry[pair]])),
        making_reason(graph, company, int(scored.pairs.entry[pair])),
        *standing(
            graph,
            (match.leader, company),
            {name for name, value in told if value > 0},
            features=features,
            wanted=[key for row in need.demands for key in required_certificates(graph, row)],
        ),
    ]


def need_reasons(graph: ChainGraph, leader: int, need: Need) -> Iterator[Cited]:
    """Yield the declared demands, or the leader's product and each input step below it."""
    leader_id, name = (cell(graph.companies, key, leader) for key in ("id", "name"))
    product_id = cell(graph.products, "id", need.product)
    for row in need.demands:
        ref = EdgeRef("REQUIRES", leader_id, product_id, cell(graph.demands, "demand_id", row))
        yield Cited(demand_text(graph, name, row), ref)
    if need.is_declared:
        return
    made = need.path[-1]
    made_id = cell(graph.products, "id", made)
    text = say("match.makes", lang="zh", company=name, product=_name(graph, made), detail="")
    yield Cited(text, EdgeRef("PRODUCES", leader_id, made_id))
    for source, target in zip(need.path[-2::-1], need.path[:0:-1], strict=True):
        entry = input_entry(graph, source, target)
        essential = int(graph.input_essential[entry])
        text = say(
            "match.input",
            lang="zh",
            source=_name(graph, source),
            target=_name(graph, target),
            essential=say(f"match.essential.{essential}", lang="zh") if essential >= 0 else "",
        )
        ids = [cell(graph.products, "id", product) for product in (source, target)]
        yield Cited(text, EdgeRef("INPUT_TO", *ids))


def demand_text(graph: ChainGraph, company: str, row: int) -> str:
    """Return the sentence of a declared demand with what it states."""
    stated = graph.demands.slice(row, 1).to_pylist()[0]
    details = [quantity(stated["volume_stated"], stated["unit"], "match.detail.volume")]
    details += [
        say(f"match.detail.{name}", lang="zh", value=stated[name])
        for name in ("specification", "certification", "sourced_from")
        if stated[name]
    ]
    product = _name(graph, stated["product"])
    return say(
        "match.requires", lang="zh", company=company, product=product, detail=bracket(details)
    )


def making_reason(graph: ChainGraph, company: int, entry: int) -> Cited:
    """Return the sentence that a company makes a product, with its capacity."""
    product = int(graph.makes.indices[entry])
    unit = cell(graph.products, "unit", product)
    known = graph.capacity_state[entry] == CAPACITY_KNOWN
    capacity = float(graph.capacity[entry]) if known else None
    probability = float(graph.makes.data[entry])
    details = [quantity(capacity, unit, "match.detail.capacity")]
    if graph.is_byproduct[entry]:
        details.append(say("match.detail.byproduct", lang="zh"))
    if probability < 1:
        details.append(say("match.detail.probability", lang="zh", value=f"{probability:.0%}"))
    company_id, name = (cell(graph.companies, key, company) for key in ("id", "name"))
    text = say(
        "match.makes",
        lang="zh",
        company=name,
        product=_name(graph, product),
        detail=bracket(details),
    )
    return Cited(text, EdgeRef("PRODUCES", company_id, cell(graph.products, "id", product)))


def _kind_reason(graph: ChainGraph, need: Need, made: int) -> list[Cited]:
    if made == need.product:
        return []
    text = say(
        "match.kind_of", lang="zh", child=_name(graph, made), parent=_name(graph, need.product)
    )
    ids = [cell(graph.products, "id", product) for product in (made, need.product)]
    return [Cited(text, EdgeRef("KIND_OF", *ids))]


def _unknown(
    graph: ChainGraph, match: LeaderMatch, pair: int, features: CompanyFeatures
) -> Iterator[str]:
    """Yield what could not be judged, in a fixed order."""
    scored = match.scored
    need = match.needs[scored.pairs.need[pair]]
    company = int(scored.pairs.company[pair])
    known: Mapping[str, bool] = dict(zip(FEATURES, scored.known[pair].tolist(), strict=True))
    if not features.status_known[company]:
        yield "status"
    if not known["nearness"]:
        yield "place"
    if not known["titles"]:
        yield "award_term" if features.award_open[company] else "titles"
    if not known["size_fit"]:
        yield "size"
    state = graph.capacity_state[scored.pairs.entry[pair]]
    if state != CAPACITY_KNOWN:
        yield "capacity_unit" if state == CAPACITY_OTHER_UNIT else "capacity"
    if np.isnan(need.volume):
        yield "volume"
    demanded = [required_certificates(graph, row) for row in need.demands]
    if demanded and all(demanded) and not known["certification"]:
        yield "certificates"


def _visibility(graph: ChainGraph, need: Need) -> str | None:
    """Return the most open visibility among the demands; an unstated one is 仅局内 (schema)."""
    stated = [cell(graph.demands, "visibility", row) or UNSTATED_VISIBILITY for row in need.demands]
    return min(stated, key=_OPENNESS.index, default=None)


def _name(graph: ChainGraph, product: int) -> str:
    return str(cell(graph.products, "name", product))
