"""协同研发: companies that work in the technology fields of a leader.

The choice: a field that few companies work in says more than one that all name, so a shared field
counts by its rarity; without a stated field on both sides nothing is proposed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.evidence import Cited, cite, distinct
from chainmap.analysis.graph import EdgeRef, cell, gather_rows, row_of, transposed
from chainmap.arrays import ascending
from chainmap.match.candidates import Pairs
from chainmap.match.decided import Verdict, decided_rows, decision_record, verdicts
from chainmap.match.explain import COLUMNS
from chainmap.match.features import size_fit
from chainmap.match.grounds import place_reason, title_reason
from chainmap.match.score import MILLION
from chainmap.match.values import Question, nearness_values
from chainmap.match.weights import CODEVELOP_FEATURES
from chainmap.texts import say

if TYPE_CHECKING:
    from scipy import sparse

    from chainmap.analysis.graph import ChainGraph
    from chainmap.match.kinds import Market

Floats = npt.NDArray[np.float64]


def codevelop_rows(market: Market, leaders: Sequence[int], top: int) -> list[dict[str, object]]:
    """Return the answer rows of the best partners for joint development of each leader.

    Notes
    -----
    shared_fields = Σ idf of shared fields ÷ Σ idf of all fields of the two, with idf = ln(1 + n ÷
    n_f), n companies that state a field, n_f of them this one. Companies out of business and the
    leader itself are left out, and a leader out of business has nobody. Ties by company.
    ``product_id`` and ``product`` are null.
    """
    found: list[_Partner] = []
    fields = Fields.of(market.graph)
    scale = np.array([market.weights.codevelop[name] for name in CODEVELOP_FEATURES]) * MILLION
    for leader in leaders:
        firms, values = _values(market, fields, leader)
        table = np.column_stack([values[name] for name in CODEVELOP_FEATURES])
        told = np.rint(np.where(np.isnan(table), 0.0, table) * scale).astype(np.int64)
        order = np.lexsort((firms, -told.sum(axis=1)))[:top]
        for rank, at in enumerate(order.tolist(), start=1):
            points = dict(zip(CODEVELOP_FEATURES, told[at].tolist(), strict=True))
            unknown = [name for name in CODEVELOP_FEATURES if np.isnan(values[name][at])]
            ends = (leader, int(firms[at]))
            reasons = _reasons(market, ends, points)
            found.append(_Partner(ends, rank, points, unknown, reasons))
    refs = sorted({cited.ref for partner in found for cited in partner.reasons})
    origins = market.graph.origins(refs)
    return [_row(market, partner, origins) for partner in found]


@dataclass(frozen=True, slots=True)
class _Partner:
    """One row before its sources are looked up: leader and company, place, points, reasons."""

    ends: tuple[int, int]
    rank: int
    points: dict[str, int]
    unknown: Sequence[str]
    reasons: Sequence[Cited]


@dataclass(frozen=True, eq=False)
class Fields:
    """Who works in which technology field, and how much a field says.

    Attributes
    ----------
    works_in, by_field
        company × field, and its transpose.
    rarity
        idf of each field.
    """

    works_in: sparse.csr_array
    by_field: sparse.csr_array
    rarity: Floats

    @classmethod
    def of(cls, graph: ChainGraph) -> Fields:
        """Return the fields of a snapshot."""
        by_field = transposed(graph.works_in)
        works = np.diff(by_field.indptr).astype(np.float64)
        stated = max(1, int(np.count_nonzero(np.diff(graph.works_in.indptr))))
        return cls(graph.works_in, by_field, np.log1p(stated / np.maximum(works, 1)))

    def shared(self, leader: int) -> tuple[npt.NDArray[np.int32], Floats]:
        """Return the companies that share a field with the leader, and how much (0-1)."""
        own = row_of(self.works_in, leader)
        firms = ascending(gather_rows(self.by_field, own)[0])
        firms = firms[firms != leader]
        field, at = gather_rows(self.works_in, firms)
        both = np.isin(field, own)
        common = np.bincount(at[both], self.rarity[field[both]], minlength=firms.size)
        other = np.bincount(at[~both], self.rarity[field[~both]], minlength=firms.size)
        return firms.astype(np.int32), common / (self.rarity[own].sum() + other)


def _values(
    market: Market, fields: Fields, leader: int
) -> tuple[npt.NDArray[np.int32], dict[str, Floats]]:
    graph, scope = market.graph, market.scope
    firms, shared = fields.shared(leader)
    verdict = verdicts(graph, decided_rows(graph, leader, firms, ()))
    keep = ~market.features.is_out[firms] & (verdict != Verdict.EXCLUDED)
    keep &= not market.features.is_out[leader]
    if scope.outside:
        keep &= verdict != Verdict.PENDING
    if scope.companies is not None:
        keep &= scope.companies[firms]
    firms, shared = firms[keep], shared[keep]
    nothing = np.zeros(firms.size, dtype=np.int32)
    pairs = Pairs(nothing, firms, nothing, np.ones(firms.size))
    asked = Question(graph, leader, (), pairs, market.features, market.weights)
    return firms, {
        "shared_fields": shared,
        "nearness": nearness_values(asked),
        "titles": market.features.title[firms],
        "size_fit": size_fit(market.features, firms, leader, market.weights),
    }


def _reasons(market: Market, ends: tuple[int, int], told: Mapping[str, int]) -> list[Cited]:
    """Return what a row rests on: each shared field as either side states it, place, title."""
    graph, (leader, company) = market.graph, ends
    ids, names = ([str(cell(graph.companies, key, at)) for at in ends] for key in ("id", "name"))
    fields = np.intersect1d(row_of(graph.works_in, leader), row_of(graph.works_in, company))
    reasons = [
        Cited(
            say("match.works_in", lang="zh", company=name,
                field=cell(graph.tech_fields, "name", field)),
            EdgeRef("WORKS_IN", company_id, cell(graph.tech_fields, "id", field)),
        )
        for field in fields.tolist()
        for company_id, name in zip(ids, names, strict=True)
    ]  # fmt: skip
    if told["nearness"]:
        reasons.append(place_reason(graph, leader, company, market.features))
    if told["titles"]:
        reasons.append(title_reason(graph, company, market.features))
    return reasons


def _row(
    market: Market, partner: _Partner, found: Mapping[EdgeRef, tuple[str, ...]]
) -> dict[str, object]:
    graph, (leader, company) = market.graph, partner.ends
    told, rank = partner.points, partner.rank
    ids, names = (
        [str(cell(graph.companies, key, at)) for at in partner.ends] for key in ("id", "name")
    )
    fields = np.intersect1d(row_of(graph.works_in, leader), row_of(graph.works_in, company))
    evidence = distinct(item for one in partner.reasons for item in cite(one.text, one.ref, found))
    decided = decided_rows(graph, leader, np.array([company], dtype=np.int32), ())
    field, field_name = (cell(graph.tech_fields, key, int(fields[0])) for key in ("id", "name"))
    return dict.fromkeys(COLUMNS) | {
        "leader_id": ids[0],
        "leader": names[0],
        "company_id": ids[1],
        "company": names[1],
        "kind": "codevelop",
        "rank": rank,
        "score": sum(told.values()) / MILLION,
        "contributions": {name: value / MILLION for name, value in told.items()},
        "evidence": evidence,
        "path": [ids[1], field, ids[0]],
        "unknown": [say(f"match.unknown.{_UNKNOWN[name]}", lang="zh") for name in partner.unknown],
        "need": say("match.need.fields", lang="zh"),
        "path_text": f"{names[1]} → {field_name} → {names[0]}",
        "rank_raw": rank,
        "decision": decision_record(graph, int(decided[0])),
    }  # fmt: skip


_UNKNOWN = {"nearness": "place", "titles": "titles", "size_fit": "size"}
