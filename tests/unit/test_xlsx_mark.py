"""A marked copy shows each finding where it stands and lists them all."""

import pytest
from openpyxl import Workbook, load_workbook

from chainmap.errors import Finding, Severity
from chainmap.ingest.marked import write_marked_copies
from chainmap.ingest.read import read_files
from chainmap.xlsx.mark import write_marked_copy

RED, YELLOW = "FFF6B5B0", "FFFCE3A1"


def workbook(tmp_path, name="台账.xlsx"):
    book = Workbook()
    sheet = book.active
    sheet.title = "企业"
    for row in (["某区台账"], ["企业名称", "注册资本\n（万元）"], ["甲", "=1+1"], ["乙", "很多"]):
        sheet.append(row)
    sheet.merge_cells("A1:B1")
    path = tmp_path / name
    book.save(path)
    return path


def finding(severity=Severity.ERROR, rule="F-error-cell", **place):
    return Finding(severity, rule, "台账.xlsx", "企业", **place)


def test_cells_are_coloured_and_commented_and_everything_is_listed(tmp_path):
    path = workbook(tmp_path)
    findings = [
        finding(Severity.WARNING, row=4, column="注册资本\n（万元）", value="=很多"),
        finding(row=4, column="注册资本\n（万元）", value="很多"),
        finding(Severity.WARNING, "H-unknown-column", row=2, column="企业名称"),
        finding(Severity.INFO, "H-no-rows"),
        Finding(Severity.ERROR, "F-corrupt", "别的.xlsx"),
    ]

    book = load_workbook(write_marked_copy(path, findings, tmp_path / "m.xlsx"))

    sheet = book["企业"]
    assert sheet["B4"].fill.start_color.rgb == RED
    assert sheet["B4"].comment.text.count("F-error-cell") == 2
    assert sheet["A2"].fill.start_color.rgb == YELLOW
    assert sheet["B3"].value == "=1+1"
    listed = [[c.value for c in row] for row in book["问题清单"].rows]
    assert [row[0] for row in listed] == ["级别", "错误", "警告", "警告", "提示"]
    assert [row[5] for row in listed].count("'=很多") == 1
    assert book.sheetnames[0] == "问题清单"


def test_a_finding_without_a_column_marks_the_first_cell_of_its_row(tmp_path):
    book = load_workbook(
        write_marked_copy(workbook(tmp_path), [finding(row=3)], tmp_path / "m.xlsx")
    )

    assert book["企业"]["A3"].fill.start_color.rgb == RED


def test_a_finding_inside_a_merged_area_marks_its_first_cell(tmp_path):
    book = load_workbook(
        write_marked_copy(workbook(tmp_path), [finding(row=1, column="B")], tmp_path / "m.xlsx")
    )

    assert book["企业"]["A1"].fill.start_color.rgb == RED


def test_the_original_is_not_touched(tmp_path):
    path = workbook(tmp_path)
    before = path.read_bytes()

    write_marked_copy(path, [finding(row=3)], tmp_path / "m.xlsx")

    assert path.read_bytes() == before


def test_a_csv_becomes_a_workbook_with_its_cells_in_place(tmp_path):
    path = tmp_path / "台账.csv"
    path.write_text("企业名称,额\n\n甲,=2+2\n", encoding="gbk")
    raws, records, _ = read_files([path])
    findings = [Finding(Severity.ERROR, "F-error-cell", "台账.csv", "台账", 3, "额", "=2+2")]

    (copy,) = write_marked_copies(records, raws, findings, tmp_path / "out")

    sheet = load_workbook(copy)["台账"]
    assert copy.name == "台账_csv_问题标记.xlsx"
    assert (sheet["A3"].value, sheet["B3"].value) == ("甲", "'=2+2")
    assert sheet["B3"].fill.start_color.rgb == RED


def test_files_without_findings_get_no_copy(tmp_path):
    raws, records, _ = read_files([workbook(tmp_path)])

    assert write_marked_copies(records, raws, [], tmp_path / "out") == []


@pytest.mark.parametrize("content", [b"PK\x03\x04 broken", b"text"])
def test_a_workbook_that_cannot_be_loaded_still_gets_its_list(tmp_path, content):
    path = tmp_path / "台账.xlsx"
    path.write_bytes(content)
    problem = Finding(Severity.ERROR, "F-corrupt", "台账.xlsx")

    book = load_workbook(write_marked_copy(path, [problem], tmp_path / "m.xlsx"))

    assert book.sheetnames == ["问题清单"]
    assert book["问题清单"]["B2"].value == "F-corrupt"


def test_two_sheets_with_long_equal_beginnings_are_marked_apart(tmp_path):
    path = tmp_path / "台账.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    (raw,), _, _ = read_files([path])
    long = "x" * 40
    sheets = [type(raw)(raw.file, f"{long}{n}", raw.frame, raw.rows) for n in (1, 2)]
    problem = Finding(Severity.ERROR, "F-error-cell", "台账.csv", f"{long}2", 2, "b")

    book = load_workbook(write_marked_copy(path, [problem], tmp_path / "m.xlsx", sheets=sheets))

    first, second = book.sheetnames[1:]
    assert book[first]["B2"].fill.fill_type is None
    assert book[second]["B2"].fill.start_color.rgb == RED
