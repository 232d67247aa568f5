"""Files and folders become raw tables; what cannot be read becomes findings."""

import pytest
from openpyxl import Workbook

from chainmap.ingest.read import read_files

HEAD = "企业名称,产品\n"


def csv_file(tmp_path, content, name="企业.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def rules(findings):
    return [f.rule for f in findings]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le-bom"]
)
def test_common_encodings_give_the_same_table(tmp_path, encoding):
    text = HEAD + "青海某公司,磷酸铁锂\n"
    data = (
        b"\xff\xfe" + text.encode("utf-16-le")
        if encoding == "utf-16-le-bom"
        else text.encode(encoding)
    )

    (table,), (record,), findings = read_files([csv_file(tmp_path, data)])

    assert table.frame.to_numpy().tolist() == [["企业名称", "产品"], ["青海某公司", "磷酸铁锂"]]
    assert (table.sheet, record.bytes, findings) == ("企业", len(data), [])


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_separator_is_found(tmp_path, mark):
    text = f"企业名称{mark}产品\n甲公司{mark}电池\n"

    (table,), _, _ = read_files([csv_file(tmp_path, text)])

    assert table.frame.shape == (2, 2)
    assert table.frame.loc[1, 1] == "电池"


def test_the_separator_line_of_excel_counts_as_a_row(tmp_path):
    (table,), _, _ = read_files([csv_file(tmp_path, "sep=;\n企业名称;产品\n甲;乙\n")])

    assert table.rows.tolist() == [2, 3]
    assert table.frame.loc[1].tolist() == ["甲", "乙"]


def test_a_quoted_line_break_does_not_shift_row_numbers(tmp_path):
    text = HEAD + '"甲\n公司",电池\n乙公司,铝箔\n'

    (table,), _, findings = read_files([csv_file(tmp_path, text)])

    assert table.frame[0].tolist() == ["企业名称", "甲\n公司", "乙公司"]
    assert table.rows.tolist() == [1, 2, 3]
    assert findings == []


def test_blank_lines_are_dropped_and_still_counted(tmp_path):
    (table,), _, _ = read_files([csv_file(tmp_path, HEAD + "\n,\n甲,乙\n")])

    assert table.rows.tolist() == [1, 4]


def test_ragged_rows_are_read_and_named(tmp_path):
    text = HEAD + "甲,电池\n乙\n丙,铝箔,多余\n丁,铜箔\n"

    (table,), _, (finding,) = read_files([csv_file(tmp_path, text)])

    assert table.frame.shape == (5, 3)
    assert table.frame[1].isna().tolist() == [False, False, True, False, False]
    assert table.frame.loc[3, 2] == "多余"
    assert (finding.rule, finding.params["count"], finding.params["rows"]) == (
        "F-ragged-rows",
        2,
        "3-4",
    )


def test_quotes_that_never_close_are_an_error_with_the_line(tmp_path):
    text = HEAD + '甲,电池\n"乙,铝箔\n丙,铜箔\n'

    tables, _, (finding,) = read_files([csv_file(tmp_path, text)])

    assert tables == []
    assert (finding.rule, finding.params["line"]) == ("F-broken-quotes", 3)


def test_bytes_that_are_no_text_are_told_with_their_place(tmp_path):
    data = HEAD.encode() + "甲,电池\n".encode() + b"\x81\xff\xff,x\n"

    tables, _, (finding,) = read_files([csv_file(tmp_path, data)])

    assert tables == []
    assert finding.rule == "F-encoding"
    assert finding.params["line"] == 3


def test_an_encoding_error_deep_in_a_long_file_is_placed_right(tmp_path):
    data = HEAD.encode() + "甲公司,电池\n".encode() * 100_000 + b"\xff\xff\n"

    _, _, (finding,) = read_files([csv_file(tmp_path, data)])

    assert finding.params["position"] == len(data) - 3
    assert finding.params["line"] == 100_002


def test_a_workbook_named_csv_is_told(tmp_path):
    _, _, (finding,) = read_files([csv_file(tmp_path, b"PK\x03\x04rest")])

    assert (finding.rule, finding.params["kind"]) == ("F-not-a-text", "Excel (.xlsx)")


def test_a_folder_gives_its_tables_sorted_without_lock_files(tmp_path):
    for name in ("乙.csv", "甲.csv", "~$甲.xlsx", ".hidden.csv", "readme.md"):
        csv_file(tmp_path, HEAD + "a,b\n", name)
    (tmp_path / "inner").mkdir()
    csv_file(tmp_path / "inner", HEAD, "内.csv")

    tables, records, findings = read_files([tmp_path])

    assert [t.file for t in tables] == sorted(["乙.csv", "甲.csv"])
    assert [r.name for r in records] == [t.file for t in tables]
    assert findings == []


def test_missing_empty_and_foreign_paths_are_each_told(tmp_path):
    (tmp_path / "空").mkdir()
    paths = [
        tmp_path / "没有.xlsx",
        tmp_path / "空",
        csv_file(tmp_path, b"", "a.csv"),
        csv_file(tmp_path, b"%PDF", "b.pdf"),
        csv_file(tmp_path, b"x", "c.xls"),
    ]

    tables, _, findings = read_files(paths)

    assert tables == []
    assert rules(findings) == [
        "F-missing",
        "F-empty-folder",
        "F-empty-file",
        "F-other-format",
        "F-old-xls",
    ]


def test_two_files_of_one_name_are_an_error(tmp_path):
    (tmp_path / "x").mkdir()
    paths = [csv_file(tmp_path, HEAD + "a,b\n"), csv_file(tmp_path / "x", HEAD + "a,b\n")]

    tables, _, findings = read_files(paths)

    assert len(tables) == 1
    assert rules(findings) == ["F-same-name"]


def test_the_same_file_given_twice_is_read_once(tmp_path):
    path = csv_file(tmp_path, HEAD + "a,b\n")

    tables, _, findings = read_files([path, tmp_path])

    assert (len(tables), findings) == (1, [])


@pytest.mark.parametrize(
    ("error", "rule"), [(PermissionError(13, "x"), "F-locked"), (OSError(5, "x"), "F-unreadable")]
)
def test_a_file_that_cannot_be_opened_is_told(tmp_path, monkeypatch, error, rule):
    """Only Windows locks files against reading, so the refusal is put in by hand."""
    path = csv_file(tmp_path, HEAD)

    def refuse(_):
        raise error

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)

    _, records, findings = read_files([path])

    assert (records, rules(findings)) == ([], [rule])


def test_a_workbook_tells_what_is_odd_about_it(tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.title = "企业"
    for row in (["企业名称", "产品", "额"], ["甲", "=A1", "#N/A"], ["乙", "=A2", 1]):
        sheet.append(row)
    sheet.merge_cells("A5:B5")
    hidden = book.create_sheet("底稿")
    hidden.append(["x"])
    hidden.sheet_state = "veryHidden"
    book.create_sheet("空表")
    path = tmp_path / "台账.xlsx"
    book.save(path)

    tables, _, findings = read_files([path])

    assert [t.sheet for t in tables] == ["企业", "底稿"]
    told = {f.rule: f for f in findings}
    assert set(told) == {
        "F-merged-cells",
        "F-formula-without-result",
        "F-error-cell",
        "F-hidden-sheet",
    }
    assert told["F-formula-without-result"].params["cells"] == "B 2-3"
    assert (told["F-error-cell"].row, told["F-error-cell"].column) == (2, "C")


def test_progress_hears_each_file_before_it_is_read(tmp_path):
    csv_file(tmp_path, HEAD + "a,b\n", "a.csv")
    csv_file(tmp_path, HEAD + "a,b\n", "b.csv")
    heard = []

    read_files([tmp_path], progress=heard.append)

    assert heard == ["a.csv", "b.csv"]
