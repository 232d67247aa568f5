"""The lists of a report as workbooks: pairs to bring together, gaps to close, rows to mend.

The choice: one row a pair, a gap, a finding; reasons and sources as sentences beside the
figures, so that a list that travels without the report still explains itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chainmap.texts import say
from chainmap.xlsx.write import SheetSpec, write_table

if TYPE_CHECKING:
    from chainmap.answers import Answer
    from chainmap.errors import Finding

MATCH_LIST = "对接清单.xlsx"
GAP_LIST = "缺口清单.xlsx"
FINDING_LIST = "问题清单.xlsx"

_MATCH_COLUMNS = (
    "leader", "product", "rank", "company", "score", "reasons", "unknown", "counterfactual",
    "decision", "decision_reason",
)  # fmt: skip
_WHERE_SAID = {"counterfactual", "decision", "decision_reason"}
"""Columns that a list has only where one of its rows says something."""
_MATCH_DETAILS = ("sources", "leader_id", "company_id", "product_id")
_GAP_COLUMNS = (
    "chain", "product", "region", "kind", "verdict", "importance", "demand", "supply", "unit",
    "coverage", "reasons", "targets",
)  # fmt: skip
_GAP_DETAILS = (
    "makers_local", "effective_makers", "p_no_local_maker", "confidence", "sources", "product_id",
)  # fmt: skip
"""The first columns are what is read and printed; the details stand to their right."""

_POINTS = "0.0"
_SHARE = "0%"
_AMOUNT = "[>=1000]#,##0;General"
_FINDING_COLUMNS = (
    "severity", "rule", "file", "sheet", "row", "column", "value", "message", "fix",
)  # fmt: skip


def write_match_list(path: Path, answer: Answer, *, notice: str) -> Path:
    """Write one row a pair, with its contributions (points of 100), reasons and sources."""
    features = sorted({name for row in answer.rows for name in _mapping(row["contributions"])})
    rows = [_pair_row(row, features) for row in answer.rows]
    told = [name for name in _MATCH_COLUMNS if name not in _WHERE_SAID or _any(rows, name)]
    parts = [f"feature_{name}" for name in features]
    columns = (*told, *parts, *_MATCH_DETAILS)
    sheet = SheetSpec(
        say("report.match_list", "zh"),
        columns,
        [*map(_header, told), *map(feature_name, features), *map(_header, _MATCH_DETAILS)],
        rows,
        widths={"leader": 26, "company": 26, "product": 14, "rank": 6, "reasons": 62,
                "unknown": 22, "counterfactual": 30, "decision": 16, "decision_reason": 30,
                "sources": 36},
        formats=dict.fromkeys(["score", *parts], _POINTS),
        printed=len(told),
    )  # fmt: skip
    sheets = [sheet]
    excluded = [dict(row) for row in _rows(answer.extra.get("excluded"))]
    if excluded:
        columns = ("leader", "product", "company", "reason")
        headers = [_header(name) for name in columns]
        sheets.append(
            SheetSpec(
                say("report.excluded", "zh"), columns, headers, excluded, widths={"reason": 50}
            )
        )
    return write_table(path, sheets, notice=notice, notes=_notes(answer))


def _pair_row(row: Mapping[str, Any], features: Sequence[str]) -> dict[str, object]:
    parts = _mapping(row["contributions"])
    decided = _mapping(row.get("decision"))
    return {
        **row,
        "decision": verdict(row),
        "decision_reason": say("report.decided_by", "zh", **decided) if decided else "",
        "score": 100 * row["score"],
        "reasons": "\n".join(reasons(row)),
        "sources": "\n".join(sources(row)),
        "unknown": _joined(row.get("unknown")),
        **{f"feature_{name}": 100 * parts[name] for name in features if name in parts},
    }


def verdict(row: Mapping[str, Any]) -> str:
    """Return what was decided about a pair and when (确认 2026-11-20); empty without a decision."""
    decided = _mapping(row.get("decision"))
    return " ".join(str(decided[name]) for name in ("verdict", "date") if decided.get(name))


def write_gap_list(path: Path, answer: Answer, *, notice: str) -> Path:
    """Write one row a gap with its arithmetic, its sources and whom to bring in."""
    heaviest = heaviest_of(answer.rows)
    rows = [
        {
            **row,
            "importance": relative_weight(row, heaviest),
            "verdict": say(f"value.verdict.{row['verdict']}", "zh"),
            "reasons": "\n".join(reasons(row)),
            "sources": "\n".join(sources(row)),
            "targets": "\n".join(_targets(row)),
        }
        for row in answer.rows
    ]
    columns = (*_GAP_COLUMNS, *_GAP_DETAILS)
    shares = ("importance", "coverage", "p_no_local_maker", "confidence")
    sheet = SheetSpec(
        say("report.gap_list", "zh"),
        columns,
        [_header(name) for name in columns],
        rows,
        widths={"chain": 12, "product": 16, "region": 10, "kind": 11, "verdict": 9,
                "importance": 14, "demand": 12, "supply": 12, "unit": 8, "coverage": 9,
                "reasons": 60, "targets": 44, "sources": 36},
        formats={
            **dict.fromkeys(shares, _SHARE),
            "demand": _AMOUNT,
            "supply": _AMOUNT,
            "effective_makers": "0.00",
        },
        printed=len(_GAP_COLUMNS),
    )  # fmt: skip
    return write_table(path, [sheet], notice=notice, notes=_notes(answer))


def heaviest_of(rows: Iterable[Mapping[str, Any]]) -> float:
    """Return the greatest importance of some gaps, 0 when none is known."""
    return max((row.get("importance") or 0.0 for row in rows), default=0.0)


def relative_weight(row: Mapping[str, Any], heaviest: float) -> float | None:
    """Return a gap's importance as a share (0-1) of the heaviest one's; unknown stays None.

    The importance of an answer is a share of everything that is needed in a zone: a number like
    0.013 that ranks well and tells a reader nothing.
    """
    importance = row.get("importance")
    return None if importance is None or not heaviest else float(importance) / heaviest


def points(score: float) -> str:
    """Return a score (0-1) as people read it: points of a hundred.

    >>> points(0.964), points(1.0)
    ('96', '100')
    """
    return f"{100 * score:.0f}"


def write_finding_list(
    path: Path, findings: Sequence[Mapping[str, object]], *, notice: str
) -> Path:
    """Write what the last imports found wrong: place, value, what it means, the way out."""
    sheet = SheetSpec(
        say("report.finding_list", "zh"),
        _FINDING_COLUMNS,
        [_header(name) for name in _FINDING_COLUMNS],
        findings,
        widths={"message": 50, "fix": 50, "value": 24},
    )
    return write_table(path, [sheet], notice=notice)


def reasons(row: Mapping[str, Any]) -> list[str]:
    """Return the sentences of a row's evidence, each once."""
    texts = (
        str(item.get("text") or "") if isinstance(item, Mapping) else str(item)
        for item in _rows(row.get("evidence"))
    )
    return [text for text in dict.fromkeys(texts) if text]


def sources(row: Mapping[str, Any]) -> list[str]:
    """Return the places of a row's evidence as ``file / sheet / row``, each once."""
    return list(
        dict.fromkeys(
            place(item)
            for item in _rows(row.get("evidence"))
            if isinstance(item, Mapping) and item.get("file")
        )
    )


def place(item: Mapping[str, Any]) -> str:
    """Return where an evidence item or a finding stands."""
    parts = [str(item[name]) for name in ("file", "sheet") if item.get(name)]
    if item.get("row") is not None:
        parts.append(say("views.row", "zh", row=item["row"]))
    return " / ".join(parts)


def feature_name(name: str) -> str:
    """Return the Chinese name of a score's contribution."""
    try:
        return say(f"report.feature.{name}", "zh")
    except KeyError:
        return name


def _header(name: str) -> str:
    return say(f"report.column.{name}", "zh")


def _any(rows: Iterable[Mapping[str, object]], name: str) -> bool:
    return any(row.get(name) for row in rows)


def finding_rows(findings: Iterable[Finding]) -> list[Mapping[str, object]]:
    """Return findings as rows."""
    return [finding.as_row() for finding in findings]


def _targets(row: Mapping[str, Any]) -> list[str]:
    return [
        f"{item.get('company') or ''}：{_joined(item.get('reasons'))}".rstrip("：")
        for item in _rows(row.get("targets"))
        if isinstance(item, Mapping)
    ]


def _joined(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        parts = [str(v.get("text") or v) if isinstance(v, Mapping) else str(v) for v in value]
        return "；".join(parts)
    return str(value)


def _rows(value: object) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else ()


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _notes(answer: Answer) -> list[tuple[str, str]]:
    told = [("schema", answer.schema)]
    told += [
        (str(name), str(value))
        for name, value in answer.run.items()
        if name in ("version", "as_of") and value is not None
    ]
    return told
