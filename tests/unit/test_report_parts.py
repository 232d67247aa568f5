"""Parts of a report: file names, cover figures, lists, the run record."""

from __future__ import annotations

import hashlib
import json

import openpyxl
import pytest

from chainmap.answers import Answer
from chainmap.report.index import (
    Cell,
    best_pairs,
    finding_lines,
    gap_counts,
    pair_sentence,
    weightiest_gaps,
)
from chainmap.report.lists import write_finding_list, write_gap_list, write_match_list
from chainmap.report.names import FileNames
from chainmap.report.run_record import run_text

EVIDENCE = [
    {"text": "甲 需要 硫酸", "file": "需求.xlsx", "sheet": "需求", "row": 4, "column": "产品"},
    {"text": "甲 需要 硫酸", "file": "需求.xlsx", "sheet": "需求", "row": 9, "column": "产品"},
    {"text": "=cmd|' /C calc'!A0", "file": None, "sheet": None, "row": None, "column": None},
]


def match_row(leader, company, score, product="P1"):
    return {
        "leader_id": f"Company:{leader}",
        "leader": leader,
        "company_id": f"Company:{company}",
        "company": company,
        "product_id": f"Product:{product}",
        "product": "硫酸",
        "kind": "supply",
        "rank": 1,
        "score": score,
        "contributions": {"product_fit": score - 0.1, "nearness": 0.1},
        "evidence": EVIDENCE,
        "path": [],
        "counterfactual": None,
        "unknown": ["企业规模"],
    }


def gap_row(product, kind="缺链", importance=0.5, verdict="gap", **more):
    row = {
        "chain": "锂电", "product_id": f"Product:{product}", "product": product, "region": "西宁市",
        "kind": kind, "verdict": verdict, "importance": importance, "demand": 102.0, "supply": 5.6,
        "unit": "GW", "coverage": 0.055, "makers_local": 0, "effective_makers": None,
        "p_no_local_maker": 1.0, "confidence": 0.9, "evidence": EVIDENCE,
        "targets": [{"company_id": "Company:z", "company": "丁", "reasons": ["已在产"]}],
    }  # fmt: skip
    return {**row, **more}


def answer(rows, **more):
    columns = tuple(rows[0]) if rows else ("a",)
    return Answer("chainmap.test/1", columns, rows, **more)


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("锂电", "锂电.html"),
        ("../../etc/passwd", "etc passwd.html"),
        ("..\\..\\windows", "windows.html"),
        ("/absolute", "absolute.html"),
        ("C:\\x", "C x.html"),
        ("nul", "_nul.html"),
        ("COM1.txt", "_COM1.txt.html"),
        ("...", "_.html"),
        ("", "_.html"),
        ("a\x00b\nc\u202ed", "a b c d.html"),
        ("尾点. . ", "尾点.html"),
        ("长" * 300, "长" * 60 + ".html"),
        ("<script>", "script.html"),
    ],
)
def test_a_file_name_made_of_a_hostile_name_stays_in_its_folder(tmp_path, wanted, name):
    made = FileNames().name(wanted, ".html")

    assert made == name
    assert (tmp_path / made).resolve().parent == tmp_path.resolve()
    (tmp_path / made).write_text("x", encoding="utf-8")


def test_two_names_that_a_disk_may_confuse_get_different_files():
    names = FileNames()

    made = [names.name(name, ".html") for name in ("ABC", "abc", "A/B", "A B", "a:b")]

    assert len({name.casefold() for name in made}) == 5


def test_the_best_pairs_bring_new_partners_before_more_of_the_same():
    rows = [
        match_row("甲", "子", 0.9),
        match_row("甲", "丑", 0.8),
        match_row("乙", "子", 0.7),
        match_row("乙", "寅", 0.6),
    ]

    pairs = best_pairs(rows, 3)

    assert [(p.leader, p.company) for p in pairs] == [("甲", "子"), ("乙", "寅"), ("甲", "丑")]
    assert [p.place for p in pairs] == [1, 2, 3]


def test_the_order_of_rows_does_not_change_the_best_pairs():
    rows = [match_row("甲", c, 0.5, p) for c in "子丑寅" for p in ("P1", "P2")]

    assert best_pairs(rows, 4) == best_pairs(rows[::-1], 4)


def test_a_pair_is_told_with_reasons_and_sources():
    pair = best_pairs([match_row("甲", "子", 0.9)])[0]

    assert pair_sentence(pair).startswith("甲 ← 子（硫酸，90 分）：甲 需要 硫酸")
    assert pair.sources == ("需求.xlsx / 需求 / 第 4 行", "需求.xlsx / 需求 / 第 9 行")
    assert sum(value for _, value in pair.parts) == pytest.approx(pair.score)
    assert pair.unknown == "企业规模"


def test_the_weightiest_gaps_name_a_product_once_and_never_doubtful_ones():
    rows = [
        gap_row("隔膜", importance=0.2),
        gap_row("电解液", importance=0.9),
        gap_row("电解液", "弱链", importance=0.8),
        gap_row("铜箔", importance=1.0, verdict="数据不足"),
    ]

    assert [(g.product, g.kind) for g in weightiest_gaps(rows)] == [
        ("电解液", "缺链"),
        ("隔膜", "缺链"),
    ]
    assert gap_counts(rows) == (("缺链", 2), ("弱链", 1))


@pytest.mark.parametrize(
    ("products", "local", "gaps", "heat"),
    [
        (0, 0, 0, "none"),
        (3, 0, 3, "missing"),
        (4, 2, 3, "thin"),
        (4, 2, 2, "fair"),
        (4, 2, 0, "strong"),
    ],
)
def test_the_heat_of_a_segment(products, local, gaps, heat):
    assert Cell("环节", "上游", products, 9, local, gaps, has_leader=False).heat == heat


def test_findings_are_summed_by_rule_with_an_example():
    rows = [
        {"severity": severity, "rule": rule, "message": "甲", "file": "a.xlsx", "row": row}
        for severity, rule, row in (("warning", "V1", 3), ("error", "R2", 4), ("warning", "V1", 9))
    ]

    lines = finding_lines(rows)

    assert [(line.rule, line.count) for line in lines] == [("R2", 1), ("V1", 2)]
    assert lines[1].where == "a.xlsx / 第 3 行"


def test_the_match_list_has_one_row_a_pair_with_reasons_and_its_mark(tmp_path):
    rows = [match_row("甲", "=HYPERLINK(1)", 0.9), match_row("甲", "丑", 0.8)]

    path = write_match_list(tmp_path / "对接.xlsx", answer(rows), notice="内部资料")

    book = openpyxl.load_workbook(path)
    cells = [[cell.value for cell in row] for row in book["对接清单"].iter_rows()]
    told = dict(zip(cells[0], cells[1], strict=True))
    assert len(cells) == 3
    assert told["推荐企业"] == "'=HYPERLINK(1)"
    assert told["理由"] == "甲 需要 硫酸\n=cmd|' /C calc'!A0"
    assert told["出处"].startswith("需求.xlsx / 需求 / 第 4 行")
    assert told["得分（满分 100）"] == pytest.approx(told["产品对口"] + told["距离近"])
    assert book.properties.category == "内部资料"


def test_the_gap_list_shows_the_sum_and_the_targets(tmp_path):
    path = write_gap_list(tmp_path / "缺口.xlsx", answer([gap_row("隔膜")]), notice="")

    sheet = openpyxl.load_workbook(path)["缺口清单"]
    told = dict(zip(*[[c.value for c in row] for row in sheet.iter_rows()], strict=True))
    assert (told["需求"], told["供给"], told["单位"]) == (102, 5.6, "GW")
    assert told["补链对象"] == "丁：已在产"


def test_lists_without_rows_are_still_lists(tmp_path):
    empty = Answer("chainmap.match/1", ("leader",), ())

    for name, write in (("a", write_match_list), ("b", write_gap_list)):
        assert write(tmp_path / f"{name}.xlsx", empty, notice="").stat().st_size > 1000
    assert write_finding_list(tmp_path / "c.xlsx", [], notice="").is_file()


def test_a_list_is_the_same_file_twice(tmp_path):
    one = write_match_list(tmp_path / "1.xlsx", answer([match_row("甲", "子", 0.9)]), notice="x")
    two = write_match_list(tmp_path / "2.xlsx", answer([match_row("甲", "子", 0.9)]), notice="x")

    assert one.read_bytes() == two.read_bytes()


def test_the_run_record_names_inputs_weights_and_files(tmp_path):
    file = tmp_path / "a.html"
    file.write_text("甲", encoding="utf-8")
    run = {"as_of": "2026-01-01", "weights": {"version": "1"}, "inputs": [{"file": "企业.xlsx"}]}
    answers = {"match": answer([match_row("甲", "子", 0.9)], run=run)}

    told = json.loads(
        run_text(answers, audience="内部", files=[file], folder=tmp_path, findings=[])
    )

    assert told["inputs"] == [{"file": "企业.xlsx"}]
    assert told["jobs"]["match"]["run"]["weights"] == {"version": "1"}
    assert told["files"][0] == {
        "file": "a.html",
        "bytes": 3,
        "sha256": hashlib.sha256("甲".encode()).hexdigest(),
    }


def test_the_weight_of_a_gap_is_told_against_the_weightiest_of_all():
    rows = [
        gap_row("甲", importance=0.02),
        gap_row("乙", importance=0.005),
        gap_row("丙", importance=None),
    ]

    assert [line.weight for line in weightiest_gaps(rows)] == [1.0, 0.25, None]
    assert [line.weight for line in weightiest_gaps([gap_row("甲", importance=0.0)])] == [None]


def test_lists_open_with_all_lines_shown_and_print_without_ids(tmp_path):
    long = {**match_row("甲", "子", 0.9), "evidence": [{"text": "很长的理由" * 30}, {"text": "又"}]}
    path = write_match_list(tmp_path / "对接.xlsx", answer([long]), notice="内部资料")

    sheet = openpyxl.load_workbook(path)["对接清单"]
    headers = [cell.value for cell in sheet[1]]

    assert sheet.row_dimensions[2].height >= 6 * 15
    printed = headers[: headers.index("尚不清楚") + 1]
    assert sheet.print_area.endswith(f"${chr(ord('A') + len(printed) - 1)}$2")
    assert "企业标识" not in printed
    assert sheet["E2"].value == pytest.approx(90)


def test_a_list_tells_what_would_help_only_where_something_is_known(tmp_path):
    helped = {**match_row("甲", "丑", 0.8), "counterfactual": "取得 IATF16949 后升至第 2"}

    def headers(rows):
        path = write_match_list(tmp_path / "对接.xlsx", answer(rows), notice="")
        return [cell.value for cell in openpyxl.load_workbook(path)["对接清单"][1]]

    assert "怎样能更靠前" not in headers([match_row("甲", "子", 0.9)])
    assert "怎样能更靠前" in headers([match_row("甲", "子", 0.9), helped])
