"""Cells of real workbooks as the text a person sees."""

from datetime import date, datetime

import pytest
from openpyxl import Workbook

from chainmap.xlsx import read_workbook
from chainmap.xlsx.cells import CellPlace, column_letter, number_text, split_reference
from chainmap.xlsx.parts import NumberFormat, Shown


def saved(tmp_path, fill, name="book.xlsx"):
    book = Workbook()
    fill(book)
    path = tmp_path / name
    book.save(path)
    return path


def first_sheet(path):
    return read_workbook(path).sheets[0]


def test_text_keeps_leading_zeros_and_inner_blanks(tmp_path):
    path = saved(tmp_path, lambda b: b.active.append(["007", " 甲 乙 ", "91630100MA758K1X2Y"]))

    sheet = first_sheet(path)

    assert sheet.frame.iloc[0].tolist() == ["007", " 甲 乙 ", "91630100MA758K1X2Y"]


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (3000.0, "General", "3000"),
        (0.1 + 0.2, "General", "0.3"),
        (1.005, "0.00", "1.005"),
        (-12, "General", "-12"),
        (0.35, "0%", "35%"),
        (0.07, "0.0%", "7%"),
        (1.2e-7, "General", "0.00000012"),
        (3000, '0.0"万元"', "3000万元"),
        (30000000, '0.0,"千元"', "30000000"),
        (date(2024, 3, 1), "yyyy-mm-dd", "2024-03-01"),
        (datetime(2024, 3, 1, 8, 30), "yyyy-mm-dd hh:mm", "2024-03-01 08:30:00"),
        (date(2023, 5, 1), 'yyyy"年"m"月"', "2023-05-01"),
        (True, "General", "TRUE"),
        (1234567, "#,##0", "1234567"),
    ],
)
def test_a_cell_arrives_as_its_meaning_shows(tmp_path, value, number_format, shown):
    def fill(book):
        cell = book.active.cell(1, 1, value)
        cell.number_format = number_format

    sheet = first_sheet(saved(tmp_path, fill))

    assert sheet.frame.loc[0, 0] == shown


def test_days_before_march_1900_follow_excels_calendar():
    style = NumberFormat(Shown.DATE)

    shown = [number_text(serial, style) for serial in ("1", "59", "61", "45292")]

    assert shown == ["1900-01-01", "1900-02-28", "1900-03-01", "2024-01-01"]


def test_dates_counted_from_1904_are_read_as_such(tmp_path):
    def fill(book):
        book.epoch = datetime(1904, 1, 1)
        book.active.append([date(2024, 1, 1)])

    assert first_sheet(saved(tmp_path, fill)).frame.loc[0, 0] == "2024-01-01"


def test_empty_rows_and_columns_are_left_out_but_places_stay(tmp_path):
    def fill(book):
        book.active["B3"] = "甲"
        book.active["D7"] = "乙"
        book.active["C5"] = "   "

    sheet = first_sheet(saved(tmp_path, fill))

    assert list(sheet.frame.columns) == [1, 3]
    assert sheet.rows.tolist() == [3, 7]
    assert sheet.frame[1].isna().tolist() == [False, True]


def test_merged_areas_are_filled_with_their_value(tmp_path):
    def fill(book):
        sheet = book.active
        for row in (["企业", "产品"], ["甲公司", "电池"], [None, "电芯"], ["乙公司", "铝箔"]):
            sheet.append(row)
        sheet.merge_cells("A2:A3")

    sheet = first_sheet(saved(tmp_path, fill))

    assert sheet.frame[0].tolist() == ["企业", "甲公司", "甲公司", "乙公司"]
    assert sheet.merged == ("A2:A3",)


def test_a_formula_without_saved_result_is_noted(tmp_path):
    def fill(book):
        book.active.append(["=1+1", "甲"])

    sheet = first_sheet(saved(tmp_path, fill))

    assert sheet.uncached == (CellPlace(1, 0, ""),)
    assert sheet.frame[1].tolist() == ["甲"]


def test_error_cells_are_noted_and_read_as_empty(tmp_path):
    def fill(book):
        book.active.append(["甲", "#REF!"])

    sheet = first_sheet(saved(tmp_path, fill))

    assert sheet.errors == (CellPlace(1, 1, "#REF!"),)
    assert list(sheet.frame.columns) == [0]


def test_a_number_longer_than_excel_can_hold_is_noted(tmp_path):
    def fill(book):
        book.active.append(["甲", 916301007585012345])

    sheet = first_sheet(saved(tmp_path, fill))

    assert [place.column for place in sheet.long_numbers] == [1]


def test_hidden_sheets_say_so(tmp_path):
    def fill(book):
        book.active.append(["甲"])
        book.create_sheet("底稿").append(["乙"])
        book["底稿"].sheet_state = "hidden"

    sheets = read_workbook(saved(tmp_path, fill)).sheets

    assert [(s.title, s.hidden) for s in sheets] == [("Sheet", False), ("底稿", True)]


def test_more_rows_than_one_packet_stay_in_order_with_late_columns(tmp_path, monkeypatch):
    monkeypatch.setattr("chainmap.xlsx.cells.FLUSH", 3)

    def fill(book):
        for number in range(10):
            book.active.append([f"甲{number}", "乙" if number == 8 else None])

    sheet = first_sheet(saved(tmp_path, fill))

    assert sheet.frame[0].tolist() == [f"甲{n}" for n in range(10)]
    assert sheet.frame[1].notna().tolist() == [n == 8 for n in range(10)]


def test_a_prefixed_namespace_and_inline_strings_are_understood(tmp_path):
    import zipfile

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    path = tmp_path / "odd.xlsx"
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r" '
            f'Type="{office}/officeDocument" Target="/xl/workbook.xml"/></Relationships>',
        )
        parts.writestr(
            "xl/workbook.xml",
            f'<x:workbook xmlns:x="{main}" xmlns:r="{office}"><x:sheets>'
            '<x:sheet name="企业" sheetId="1" r:id="s1"/></x:sheets></x:workbook>',
        )
        parts.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="s1" '
            f'Type="{office}/worksheet" Target="worksheets/a.xml"/></Relationships>',
        )
        parts.writestr(
            "xl/worksheets/a.xml",
            f'<x:worksheet xmlns:x="{main}"><x:sheetData><x:row><x:c t="inlineStr"><x:is>'
            "<x:t>甲_x000D_</x:t><x:rPh><x:t>jia</x:t></x:rPh></x:is></x:c>"
            '<x:c t="str"><x:f>1</x:f><x:v>乙</x:v></x:c></x:row></x:sheetData></x:worksheet>',
        )

    sheet = first_sheet(path)

    assert (sheet.title, sheet.frame.iloc[0].tolist()) == ("企业", ["甲\r", "乙"])


def test_column_letters_and_references_are_inverse():
    for column in (0, 25, 26, 701, 702, 16383):
        assert split_reference(f"{column_letter(column)}9") == (column, 9)
    assert split_reference("1A") is None
