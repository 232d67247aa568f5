"""招商目标清单 as a workbook: whom to bring in, where to extend, how complete the chains are.

The choice: the three sheets are the tables that stand beside the gaps answer, so that a list that
travels without the report says no more and no less than the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chainmap.report.lists import reasons, sources
from chainmap.texts import say
from chainmap.xlsx.write import SheetSpec, write_table

if TYPE_CHECKING:
    from chainmap.answers import Answer

TARGET_LIST = "招商目标清单.xlsx"

_TARGETS = ("region", "chain", "product", "kind", "importance", "action", "company",
            "reasons", "risk", "next_step", "company_id", "product_id")  # fmt: skip
_EXTENSIONS = ("region", "chain", "product", "covered", "feasibility", "inputs", "targets",
               "evidence", "sources")  # fmt: skip
_MEASURES = ("region", "chain", "measure", "value", "after", "formula", "known", "unknown")
_SHARE = "0%"


def write_target_list(path: Path, gaps: Answer, *, notice: str) -> Path:
    """Write the sheets of a gaps answer: one row a firm, a downstream product, a measure."""
    targets = [{**row, "reasons": "\n".join(row["reasons"])} for row in _rows(gaps, "target_list")]
    extensions = [
        {
            **row,
            "inputs": "\n".join(f"{one['product']} {one['covered']:.0%}" for one in row["inputs"]),
            "targets": "\n".join(str(one["company"]) for one in row["targets"]),
            "evidence": "\n".join(reasons(row)),
            "sources": "\n".join(sources(row)),
        }
        for row in _rows(gaps, "extensions")
    ]
    sheets = [
        _sheet("target_list", _TARGETS, targets, {"importance": _SHARE}, printed=10),
        _sheet("extensions", _EXTENSIONS, extensions, {"covered": _SHARE, "feasibility": "0.00"}),
        _sheet(
            "measures",
            _MEASURES,
            _rows(gaps, "measures"),
            {"value": "0.0%", "after": "0.0%"},
        ),
    ]
    return write_table(path, sheets, notice=notice, notes=[("schema", gaps.schema)])


def _rows(gaps: Answer, name: str) -> list[dict[str, Any]]:
    table: Any = gaps.extra.get(name) or []
    return [dict(row) for row in table]


def _sheet(
    name: str,
    columns: Sequence[str],
    rows: Sequence[Mapping[str, object]],
    formats: Mapping[str, str],
    printed: int | None = None,
) -> SheetSpec:
    return SheetSpec(
        say(f"report.{name}", "zh"),
        columns,
        [say(f"column.{column}", "zh") for column in columns],
        rows,
        widths={"chain": 14, "product": 16, "kind": 11, "company": 28, "reasons": 44,
                "risk": 26, "next_step": 26, "inputs": 26, "targets": 30, "evidence": 44,
                "sources": 36, "measure": 14, "formula": 60},
        formats=formats,
        printed=len(columns) if printed is None else printed,
    )  # fmt: skip
