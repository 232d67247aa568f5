"""Styled lists: safe cells, fixed bytes, whole files."""

import math
import os

import pytest
from openpyxl import load_workbook

from chainmap.errors import ConfigError
from chainmap.xlsx.write import (
    SheetSpec,
    cell_value,
    neutral,
    replace_file,
    sheet_title,
    write_table,
)

ROWS = [
    {"name": "=HYPERLINK(1)", "score": 0.3456, "why": ["近", "同园区"], "ok": True},
    {"name": "乙", "score": None, "why": [{"text": "x"}], "ok": False},
]


def spec(rows=ROWS, **more):
    return SheetSpec(
        "匹配", ("name", "score", "why", "ok"), ("企业", "得分", "理由", "合格"), rows, **more
    )


def test_a_list_has_a_frozen_header_filters_and_typed_cells(tmp_path):
    path = write_table(tmp_path / "out.xlsx", [spec(formats={"score": "0.0%"})])

    sheet = load_workbook(path)["匹配"]

    assert [[cell.value for cell in row] for row in sheet.rows] == [
        ["企业", "得分", "理由", "合格"],
        ["'=HYPERLINK(1)", 0.3456, "近；同园区", "是"],
        ["乙", None, '[{"text": "x"}]', "否"],
    ]
    assert sheet["A2"].data_type == "s"
    assert sheet["B2"].number_format == "0.0%"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:D3")


def test_the_notice_is_on_the_page_header_the_properties_and_the_notes(tmp_path):
    path = write_table(
        tmp_path / "out.xlsx", [spec()], notice="内部资料", notes=[("数据日期", "2024-12-31")]
    )

    book = load_workbook(path)

    assert book["匹配"].oddHeader.center.text == "内部资料"
    assert book.properties.category == "内部资料"
    assert [[c.value for c in row] for row in book["说明"].rows][1:] == [
        ["标记", "内部资料"],
        ["数据日期", "2024-12-31"],
    ]


def test_the_same_content_gives_the_same_bytes_at_another_time(tmp_path, monkeypatch):
    first = write_table(tmp_path / "a.xlsx", [spec()]).read_bytes()
    monkeypatch.setattr("time.localtime", lambda *_: (2031, 5, 5, 5, 5, 5, 0, 1, 0))
    second = write_table(tmp_path / "b.xlsx", [spec()]).read_bytes()

    assert first == second


@pytest.mark.parametrize("text", ["=1", "+cmd|' /C'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_that_a_spreadsheet_would_run_is_neutralised(text):
    assert neutral(text).startswith("'")


@pytest.mark.parametrize("text", ["钛白粉", "-5%", "+86 971 0000000", "2024-12-31", "a=b", ""])
def test_harmless_text_stays_as_it_is(text):
    assert neutral(text) == text


def test_control_characters_and_overlong_text_fit_into_a_cell():
    assert neutral("甲\x00\x1b乙\n丙") == "甲乙\n丙"
    assert len(neutral("长" * 40_000)) == 32_767


@pytest.mark.parametrize("value", [None, math.nan, math.inf])
def test_unknown_values_are_empty_cells(value):
    assert cell_value(value) is None


def test_sheet_titles_are_legal_and_unique():
    taken = set()

    titles = [sheet_title(t, taken) for t in ("甲/乙", "甲 乙", "x" * 40, "x" * 40, "''")]

    assert titles == ["甲 乙", "甲 乙 2", "x" * 31, "x" * 28 + " 2", "Sheet"]


def test_a_list_longer_than_a_sheet_is_refused_with_the_way_out(tmp_path, monkeypatch):
    monkeypatch.setattr("chainmap.xlsx.write.MOST_ROWS", 1)

    with pytest.raises(ConfigError, match="--format csv"):
        write_table(tmp_path / "out.xlsx", [spec()])

    assert list(tmp_path.iterdir()) == []


def test_a_target_that_excel_holds_open_is_told_and_left_alone(tmp_path, monkeypatch):
    target = tmp_path / "out.xlsx"
    target.write_bytes(b"old")

    def held(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.replace", held)

    with pytest.raises(ConfigError, match="关闭"):
        write_table(target, [spec()])

    assert [p.name for p in tmp_path.iterdir()] == ["out.xlsx"]
    assert target.read_bytes() == b"old"


def test_a_folder_in_the_way_is_told(tmp_path):
    (tmp_path / "x").write_bytes(b"")

    with pytest.raises(ConfigError):
        replace_file(tmp_path / "x" / "out.xlsx", b"new")


def test_missing_folders_are_made_and_files_are_readable_by_others(tmp_path):
    path = replace_file(tmp_path / "a" / "b.xlsx", b"new")

    assert path.read_bytes() == b"new"
    assert os.name == "nt" or path.stat().st_mode & 0o777 == 0o644
