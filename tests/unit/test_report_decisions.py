"""What people decided about pairs stands beside them in a report, and never leaves the bureau."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from chain_samples import battery_chain
from openpyxl import load_workbook

from chainmap.workflow.decide import decide_pair, undo_decision
from chainmap.workflow.draw_graph import draw_graph
from chainmap.workflow.write_report import write_report

if TYPE_CHECKING:
    from chainmap.stores.memory import MemoryStore

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WHY = {"A": "核实产能", "B": "曾有质量纠纷", "C": "已实地看过"}


@pytest.fixture
def store() -> MemoryStore:
    store = battery_chain().store()
    for firm, verdict in (("A", "待核"), ("B", "排除"), ("C", "确认")):
        decide_pair(store, "L", firm, verdict, reason=WHY[firm], by="张处", now=NOON)
    return store


def column(path: Path, header: str) -> dict[str, str]:
    """Return company -> cell of one column of the pairs."""
    sheet = load_workbook(path).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    top = next(at for at, row in enumerate(rows) if "推荐企业" in row)
    if header not in rows[top]:
        return {}
    at = rows[top].index(header), rows[top].index("推荐企业")
    return {row[at[1]]: row[at[0]] or "" for row in rows[top + 1 :] if row[at[1]]}


def everything(folder: Path) -> str:
    """Return all text of a folder: pages, lists, records."""
    told = []
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".xlsx":
            with ZipFile(path) as book:
                told += [book.read(name).decode(errors="ignore") for name in book.namelist()]
        elif path.is_file():
            told.append(path.read_text(encoding="utf-8"))
    return "\n".join(told)


def test_the_list_the_cover_and_the_leaders_page_tell_the_verdict(
    store: MemoryStore, tmp_path: Path
) -> None:
    report = write_report(store, tmp_path)

    verdicts = column(tmp_path / "对接清单.xlsx", "撮合决定")
    assert verdicts["甲膜公司"] == "待核 2026-03-02"
    assert verdicts["丙箔公司"] == "确认 2026-03-02"
    assert "乙膜公司" not in verdicts
    assert column(tmp_path / "对接清单.xlsx", "决定的理由")["丙箔公司"] == "已实地看过（张处）"
    assert "确认 2026-03-02" in report.index.read_text(encoding="utf-8")
    page = next(path for path in report.files if path.parent.name == "链主")
    told = page.read_text(encoding="utf-8")
    assert "撮合决定（3）" in told
    assert "甲膜【待核】" in told
    for firm, verdict in (("A", "待核"), ("B", "排除"), ("C", "确认")):
        assert f"{verdict} 2026-03-02：{WHY[firm]}（张处）" in told


def test_a_verdict_about_one_product_says_which(tmp_path: Path) -> None:
    store = battery_chain().store()
    decide_pair(store, "L", "A", "确认", product="隔膜", reason="看过", by="张处", now=NOON)

    told = draw_graph(store, tmp_path / "L.html", company="L").read_text(encoding="utf-8")

    assert "确认 2026-03-02，只限 隔膜：看过（张处）" in told


def test_nothing_of_what_was_decided_leaves_the_bureau(store: MemoryStore, tmp_path: Path) -> None:
    write_report(store, tmp_path, audience="外发")

    told = everything(tmp_path)
    assert "丙箔公司" in told
    for word in (*WHY.values(), "张处", "撮合决定", "待核 2026", "确认 2026", "排除 2026"):
        assert word not in told, word


def test_without_decisions_nothing_is_said_of_them(store: MemoryStore, tmp_path: Path) -> None:
    for firm in WHY:
        undo_decision(store, "L", firm, reason="误记", by="张处", now=NOON.replace(hour=13))

    report = write_report(store, tmp_path)

    assert column(tmp_path / "对接清单.xlsx", "撮合决定") == {}
    page = next(path for path in report.files if path.parent.name == "链主")
    assert "撮合决定（" not in page.read_text(encoding="utf-8")
