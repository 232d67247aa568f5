"""Ghosts on a chain map: firms elsewhere that could be brought in, at most three a product."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from chain_samples import battery_chain

from chainmap.report.targets import write_target_list
from chainmap.views.faces import draw_face
from chainmap.views.model import Card, Gap, Maker, Target
from chainmap.workflow.draw_graph import draw_graph
from chainmap.workflow.gaps import find_gaps


def card(*targets: Target, verdict: str = "gap") -> Card:
    makers = tuple(Maker(f"Company:{n}", f"外地{n}", f"外地{n}") for n in "ABCDE")
    gap = Gap("Product:p", "缺链", verdict, targets=targets)
    return Card("Product:p", "隔膜", 0, makers=makers, gaps=(gap,))


def bring(key: str, action: str = "补链") -> Target:
    return Target(f"外地{key}", id=f"Company:{key}", action=action)


def test_at_most_three_firms_to_bring_in_are_ghosts_and_stand_first() -> None:
    face = draw_face(card(*(bring(key) for key in "EDCB")))

    assert [(chip.text, chip.look) for chip in face.chips] == [
        ("外地C", "ghost away"),
        ("外地D", "ghost away"),
        ("外地E", "ghost away"),
        ("外地A", "away"),
        ("外地B", "away"),
    ]
    assert "招商目标" in face.chips[0].title


def test_what_is_no_sure_gap_or_no_firm_to_bring_in_has_no_ghost() -> None:
    unsure = draw_face(card(bring("E"), verdict="数据不足"))
    grown = draw_face(card(bring("E", action="自培")))

    for face in (unsure, grown):
        assert {chip.look for chip in face.chips} == {"away"}


def test_the_map_draws_the_targets_of_its_gaps_as_ghosts(tmp_path: Path) -> None:
    sample = battery_chain()
    for number in range(17):
        sample.company(f"S{number}", region="630100").makes(f"S{number}", "foil")
    page = draw_graph(sample.store(), tmp_path / "map.html", chain="锂电").read_text("utf-8")

    assert 'class="chip ghost away"' in page, "庚基公司 makes what nobody here makes"
    assert page.count("招商目标（外地企业）") >= 2, "the chip and the legend"


def test_the_workbook_of_targets_has_no_formulas_and_chinese_heads(tmp_path: Path) -> None:
    sample = battery_chain()
    sample.company("Z", "=cmd|' /C calc'!A0", region="320000").makes("Z", "base")
    answer = find_gaps(sample.store())
    path = write_target_list(tmp_path / "招商目标清单.xlsx", answer, notice="内部资料")
    book = openpyxl.load_workbook(path)

    assert book.sheetnames[:3] == ["招商目标清单", "延链方向", "链条指标"]
    cells = [cell for sheet in book.worksheets for line in sheet.iter_rows() for cell in line]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert any("cmd|" in str(cell.value) for cell in cells)
    head = [cell.value for cell in book.worksheets[0][1]]
    assert head[:7] == ["地区", "产业链", "产品", "类型", "重要程度", "做法", "企业名称"]
