"""Workbooks that are broken, locked or meant to do harm get one clear finding."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from chainmap.errors import InputRejected
from chainmap.xlsx import Limits, read_workbook


def workbook_bytes():
    book = Workbook()
    book.active.append(["企业名称"])
    book.active.append(["甲公司"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_part(name, content):
    """Return a workbook in which the part ``name`` is replaced or added."""
    source, target = io.BytesIO(workbook_bytes()), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info.filename, old.read(info))
        new.writestr(name, content)
    return target.getvalue()


OLE = bytes.fromhex("d0cf11e0a1b11ae1")
BILLION_LAUGHS = (
    '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]>'
    '<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>&y;</v></c></row></sheetData>'
    "</worksheet>"
)

CASES = {
    "F-empty-file": b"",
    "F-not-a-workbook": b"<html><table>",
    "F-old-xls": OLE + b"\0" * 600 + "Workbook".encode("utf-16-le"),
    "F-password": OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
    "F-corrupt": workbook_bytes()[:900],
    "F-unsafe-xml": with_part("xl/worksheets/sheet1.xml", BILLION_LAUGHS),
}


@pytest.mark.parametrize("rule", CASES)
def test_what_cannot_be_read_is_refused_with_its_reason(tmp_path, rule):
    path = tmp_path / "坏.xlsx"
    path.write_bytes(CASES[rule])

    with pytest.raises(InputRejected) as refusal:
        read_workbook(path)

    assert [f.rule for f in refusal.value.findings] == [rule]
    assert refusal.value.findings[0].file == "坏.xlsx"
    assert refusal.value.findings[0].fix


def test_a_sheet_that_is_no_xml_is_corrupt(tmp_path):
    path = tmp_path / "b.xlsx"
    path.write_bytes(with_part("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row>"))

    with pytest.raises(InputRejected) as refusal:
        read_workbook(path)

    assert refusal.value.findings[0].rule == "F-corrupt"
    assert "sheet1.xml" in refusal.value.findings[0].message


def test_a_zip_that_is_no_workbook_is_told(tmp_path):
    path = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("readme.txt", "hello")

    with pytest.raises(InputRejected) as refusal:
        read_workbook(path)

    assert refusal.value.findings[0].rule == "F-not-a-workbook"


@pytest.mark.parametrize(
    "limits",
    [Limits(unpacked=1_000), Limits(parts=3)],
    ids=["too many bytes", "too many parts"],
)
def test_a_zip_bomb_is_refused_from_its_directory(tmp_path, limits):
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(workbook_bytes())

    with pytest.raises(InputRejected) as refusal:
        read_workbook(path, limits=limits)

    assert refusal.value.findings[0].rule == "F-zip-bomb"


def test_a_steeply_packed_part_is_refused(tmp_path):
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(with_part("xl/media/zeros.bin", b"\0" * (20 << 20)))

    with pytest.raises(InputRejected) as refusal:
        read_workbook(path)

    assert refusal.value.findings[0].rule == "F-zip-bomb"


def test_a_directory_that_lies_about_sizes_does_not_help(tmp_path):
    """The declared size bounds what is read: the part ends early and its checksum is wrong."""
    content = bytearray(with_part("xl/worksheets/sheet1.xml", "<worksheet>" + " " * 50_000))
    true_size = (50_011).to_bytes(4, "little")
    assert content.count(true_size) == 2
    content = content.replace(true_size, (100).to_bytes(4, "little"))
    path = tmp_path / "lie.xlsx"
    path.write_bytes(bytes(content))

    with pytest.raises(InputRejected) as refusal:
        read_workbook(path)

    assert refusal.value.findings[0].rule == "F-corrupt"


def test_a_sheet_beyond_the_cell_limit_is_refused(tmp_path):
    book = Workbook()
    for _ in range(30):
        book.active.append(["x"] * 10)
    path = tmp_path / "big.xlsx"
    book.save(path)

    with pytest.raises(InputRejected) as refusal:
        read_workbook(path, limits=Limits(cells=200))

    assert refusal.value.findings[0].rule == "F-too-large"
    assert refusal.value.findings[0].sheet == "Sheet"


def test_a_stray_cell_at_the_far_corner_costs_nothing(tmp_path):
    book = Workbook()
    book.active["A1"] = "甲"
    book.active["XFD1048576"] = "乙"
    path = tmp_path / "far.xlsx"
    book.save(path)

    sheet = read_workbook(path).sheets[0]

    assert sheet.frame.shape == (2, 2)
    assert sheet.rows.tolist() == [1, 1_048_576]


def test_macros_are_reported_and_cells_are_read(tmp_path):
    path = tmp_path / "m.xlsm"
    path.write_bytes(with_part("xl/vbaProject.bin", b"macro"))

    book = read_workbook(path)

    assert book.has_macros
    assert book.sheets[0].frame[0].tolist() == ["企业名称", "甲公司"]


def test_a_file_that_another_program_holds_is_told(tmp_path, monkeypatch):
    path = tmp_path / "held.xlsx"
    path.write_bytes(workbook_bytes())

    def held(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", held)

    with pytest.raises(InputRejected) as refusal:
        read_workbook(path)

    assert refusal.value.findings[0].rule == "F-locked"
