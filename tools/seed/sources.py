"""SOURCES.md: every curated row with the source it rests on, made from the tables themselves."""

from __future__ import annotations

import re
from pathlib import Path

from seed.scenario import CURATED, read_rows

_HEAD = Path(__file__).with_name("sources_head.md")

_TABLES = {
    "企业": ("企业名称",),
    "供给": ("企业名称", "产品"),
    "需求": ("企业名称", "产品"),
    "供货关系": ("供方", "需方", "产品"),
    "链主": ("企业名称", "产业链"),
    "园区": ("园区",),
    "园区产能": ("产品", "产能", "单位"),
    "产业链": ("产业链",),
    "环节": ("产业链", "环节"),
    "产品投入": ("投入品", "产出品"),
    "产品": ("产品编码", "产品"),
}


def sources_page() -> str:
    """Return SOURCES.md."""
    lines = [_HEAD.read_text(encoding="utf-8").rstrip("\n")]
    lines += ["| " + " | ".join(row.values()) + " |" for row in read_rows(CURATED / "来源.csv")]
    lines += ["", "## 逐行", "", "行号是 `curated/` 中 CSV 的行号（表头为第 1 行）。", ""]
    for name, columns in _TABLES.items():
        lines += [
            f"### curated/{name}.csv",
            "",
            "| 行 | 内容 | 来源 | 数据日期 |",
            "|---|---|---|---|",
        ]
        lines += _rows(name, columns)
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def _rows(name: str, columns: tuple[str, ...]) -> list[str]:
    """Return one line a row; neighbouring rows that rest on K0 share one line."""
    lines: list[str] = []
    run: list[tuple[int, str]] = []
    for number, row in enumerate(read_rows(CURATED / f"{name}.csv"), start=2):
        content = " · ".join(row[column] for column in columns)
        if "K0" in row["资料来源"]:
            run.append((number, content))
            continue
        lines += _run(run)
        run = []
        codes = "、".join(re.findall(r"\bS\d\d\b", row["资料来源"]))
        lines.append(f"| {number} | {content} | {codes} | {row['数据日期']} |")
    return lines + _run(run)


def _run(run: list[tuple[int, str]]) -> list[str]:
    if not run:
        return []
    (first, start), (last, end) = run[0], run[-1]
    if first == last:
        return [f"| {first} | {start} | K0 | 2026-11-23 |"]
    return [f"| {first}–{last} | {start} … {end}（{len(run)} 行） | K0 | 2026-11-23 |"]
