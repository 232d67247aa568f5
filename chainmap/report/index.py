"""What the cover says: key figures, the heat table, the best pairs, the weightiest gaps.

The choice: plain frozen records made of answers; no sentence is invented here, each comes from
an answer's evidence with its place, and each figure is a count or a sum of rows shown elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chainmap.report.lists import (
    feature_name,
    heaviest_of,
    place,
    points,
    reasons,
    relative_weight,
    sources,
    verdict,
)
from chainmap.texts import say

BEST = 10
"""Pairs and gaps on the cover; the lists hold them all."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One segment of a chain in the heat table."""

    name: str
    stage: str
    products: int
    firms: int
    local: int
    gaps: int
    has_leader: bool

    @property
    def heat(self) -> str:
        """How the segment stands: none (no product), missing, thin, fair or strong."""
        if not self.products:
            return "none"
        if not self.local:
            return "missing"
        if self.gaps * 2 > self.products:
            return "thin"
        return "fair" if self.gaps else "strong"


@dataclass(frozen=True, slots=True)
class ChainRow:
    """One chain on the cover: its page and its segments from left to right."""

    name: str
    file: str
    products: int
    firms: int
    local: int
    gaps: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """One recommended meeting, with what its score is made of."""

    place: int
    leader: str
    company: str
    product: str
    score: float
    parts: tuple[tuple[str, float], ...]
    reasons: tuple[str, ...]
    sources: tuple[str, ...]
    unknown: str
    counterfactual: str
    decision: str = ""


@dataclass(frozen=True, slots=True)
class GapLine:
    """One gap on the cover, with its sum; ``weight`` is a share (0-1) of the weightiest one's."""

    product: str
    chain: str
    kind: str
    weight: float | None
    demand: float | None
    supply: float | None
    unit: str
    coverage: float | None
    reasons: tuple[str, ...]
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeaderLine:
    """A leader with its page and how many partners are proposed to it."""

    name: str
    role: str
    chains: str
    place: str
    file: str
    pairs: int
    is_local: bool
    is_example: bool


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file of the report: address relative to the cover, what it is, size in bytes."""

    file: str
    text: str
    size: int


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One rule and how often it was broken, with one example."""

    severity: str
    rule: str
    count: int
    message: str
    fix: str
    where: str


@dataclass(frozen=True, slots=True)
class Cover:
    """Everything the cover shows."""

    figures: tuple[tuple[str, int], ...]
    gap_counts: tuple[tuple[str, int], ...]
    chains: tuple[ChainRow, ...]
    pairs: tuple[Pair, ...]
    n_pairs: int
    gaps: tuple[GapLine, ...]
    n_gaps: int
    leaders: tuple[LeaderLine, ...]
    files: tuple[FileLine, ...]
    findings: tuple[FindingLine, ...]


def best_pairs(rows: Sequence[Mapping[str, Any]], count: int = BEST) -> tuple[Pair, ...]:
    """Return the best pairs over all leaders; a company or a leader is not named twice first.

    A list in which one strong firm fills all places helps nobody plan: pairs are taken by
    score, those that bring a new leader and a new company before the rest.
    """
    ordered = sorted(
        rows,
        key=lambda row: (-row["score"], row["leader_id"], row["company_id"], row["product_id"]),
    )
    leaders: set[str] = set()
    companies: set[str] = set()
    first, rest = [], []
    for row in ordered:
        if row["leader_id"] in leaders or row["company_id"] in companies:
            rest.append(row)
        else:
            first.append(row)
            leaders.add(row["leader_id"])
            companies.add(row["company_id"])
    return tuple(_pair(k, row) for k, row in enumerate([*first, *rest][:count], start=1))


def _pair(number: int, row: Mapping[str, Any]) -> Pair:
    parts = sorted(row["contributions"].items(), key=lambda part: (-part[1], part[0]))
    unknown = row.get("unknown") or ()
    return Pair(
        place=number,
        leader=str(row["leader"]),
        company=str(row["company"]),
        product=str(row["product"]),
        score=float(row["score"]),
        parts=tuple((feature_name(name), float(value)) for name, value in parts if value),
        reasons=tuple(reasons(row)[:3]),
        sources=tuple(sources(row)[:3]),
        unknown=unknown if isinstance(unknown, str) else "、".join(map(str, unknown)),
        counterfactual=str(row.get("counterfactual") or ""),
        decision=verdict(row),
    )


def pair_sentence(pair: Pair) -> str:
    """Return a pair as one sentence with its reasons."""
    why = "；".join(pair.reasons)
    return say(
        "report.pair",
        leader=pair.leader,
        company=pair.company,
        product=pair.product,
        score=points(pair.score),
        why=why,
    )


def weightiest_gaps(rows: Sequence[Mapping[str, Any]], count: int = BEST) -> tuple[GapLine, ...]:
    """Return the weightiest gaps, a product once; verdict ``gap`` only."""
    ordered = sorted(
        (row for row in rows if row.get("verdict") == "gap"),
        key=lambda row: (-(row.get("importance") or 0.0), row["product_id"], row["kind"]),
    )
    heaviest = heaviest_of(rows)
    seen: set[str] = set()
    lines = []
    for row in ordered:
        if row["product_id"] in seen:
            continue
        seen.add(row["product_id"])
        targets = [str(t.get("company") or "") for t in row.get("targets") or ()]
        lines.append(
            GapLine(
                product=str(row["product"]),
                chain=_joined(row.get("chain")),
                kind=str(row["kind"]),
                weight=relative_weight(row, heaviest),
                demand=row.get("demand"),
                supply=row.get("supply"),
                unit=str(row.get("unit") or ""),
                coverage=row.get("coverage"),
                reasons=tuple(reasons(row)[:2]),
                targets=tuple(targets[:3]),
            )
        )
        if len(lines) == count:
            break
    return tuple(lines)


def _joined(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return "、".join(map(str, value))
    return str(value or "")


def gap_counts(rows: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, int], ...]:
    """Return how many products have a gap of each kind, most first."""
    found = {(row["kind"], row["product_id"]) for row in rows if row.get("verdict") == "gap"}
    counted = Counter(kind for kind, _ in found)
    return tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def finding_lines(rows: Sequence[Mapping[str, Any]]) -> tuple[FindingLine, ...]:
    """Return findings by rule, the graver and more frequent first, each with one example."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault((str(row.get("severity")), str(row.get("rule"))), []).append(row)
    rank = {"error": 0, "warning": 1, "info": 2}
    ordered = sorted(groups.items(), key=lambda g: (rank.get(g[0][0], 3), -len(g[1]), g[0][1]))
    return tuple(
        FindingLine(
            severity=severity,
            rule=rule,
            count=len(found),
            message=str(found[0].get("message") or ""),
            fix=str(found[0].get("fix") or ""),
            where=place(found[0]),
        )
        for (severity, rule), found in ordered
    )
