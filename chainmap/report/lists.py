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
    "leader", "product", "rank", "company", "score", "reasons", "sources", "counterfactual",
    "unknown", "leader_id", "company_id", "product_id",
)  # fmt: skip
_GAP_COLUMNS = (
    "chain", "product", "region", "kind", "verdict", "importance", "demand", "supply", "unit",
    "coverage", "makers_local", "effective_makers", "p_no_local_maker", "confidence", "reasons",
    "sources", "targets", "product_id",
)  # fmt: skip
_FINDING_COLUMNS = (
    "severity", "rule", "file", "sheet", "row", "column", "value", "message", "fix",
)  # fmt: skip


def write_match_list(path: Path, answer: Answer, *, notice: str) -> Path:
    """Write one row a pair, with its contributions, reasons and sources."""
    features = sorted({name for row in answer.rows for name in _mapping(row["contributions"])})
    rows = [
        {
            **row,
            "reasons": "\n".join(reasons(row)),
            "sources": "\n".join(sources(row)),
            "unknown": _joined(row.get("unknown")),
            **{f"feature_{name}": _mapping(row["contributions"]).get(name) for name in features},
        }
        for row in answer.rows
    ]
    columns = (
        *_MATCH_COLUMNS[:5],
        *(f"feature_{name}" for name in features),
        *_MATCH_COLUMNS[5:],
    )
    headers = [
        feature_name(name.removeprefix("feature_"))
        if name.startswith("feature_")
        else say(f"report.column.{name}", "zh")
        for name in columns
    ]
    sheet = SheetSpec(
        say("report.match_list", "zh"),
        columns,
        headers,
        rows,
        widths={"leader": 30, "company": 30, "product": 16, "reasons": 60, "sources": 40},
        formats=dict.fromkeys(["score", *(f"feature_{name}" for name in features)], "0.000"),
    )
    sheets = [sheet]
    excluded = [dict(row) for row in _rows(answer.extra.get("excluded"))]
    if excluded:
        columns = ("leader", "product", "company", "reason")
        headers = [say(f"report.column.{name}", "zh") for name in columns]
        sheets.append(
            SheetSpec(
                say("report.excluded", "zh"), columns, headers, excluded, widths={"reason": 50}
            )
        )
    return write_table(path, sheets, notice=notice, notes=_notes(answer))


def write_gap_list(path: Path, answer: Answer, *, notice: str) -> Path:
    """Write one row a gap with its arithmetic, its sources and whom to bring in."""
    rows = [
        {
            **row,
            "reasons": "\n".join(reasons(row)),
            "sources": "\n".join(sources(row)),
            "targets": "\n".join(_targets(row)),
        }
        for row in answer.rows
    ]
    sheet = SheetSpec(
        say("report.gap_list", "zh"),
        _GAP_COLUMNS,
        [say(f"report.column.{name}", "zh") for name in _GAP_COLUMNS],
        rows,
        widths={"product": 18, "reasons": 60, "sources": 40, "targets": 40},
        formats={"coverage": "0.0%", "p_no_local_maker": "0.0%", "importance": "0.000"},
    )
    return write_table(path, [sheet], notice=notice, notes=_notes(answer))


def write_finding_list(
    path: Path, findings: Sequence[Mapping[str, object]], *, notice: str
) -> Path:
    """Write what the last imports found wrong: place, value, what it means, the way out."""
    sheet = SheetSpec(
        say("report.finding_list", "zh"),
        _FINDING_COLUMNS,
        [say(f"report.column.{name}", "zh") for name in _FINDING_COLUMNS],
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
