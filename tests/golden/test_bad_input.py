"""Files as a bureau gets them, broken or meant to do harm: one clear finding, every row counted."""

import io
import os
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from chainmap.errors import ConfigError, InputRejected, StoreUnavailable
from chainmap.ingest import read as ingest_read
from chainmap.ingest.read import read_files
from chainmap.stores.open import open_store
from chainmap.workflow import import_files as job
from chainmap.workflow.import_files import import_files
from chainmap.xlsx import Limits, read_workbook

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
BOOK = "xl/workbook.xml"
COMPANIES = "企业名称,企业规模,示例\n示例甲有限公司,小型,是\n示例乙有限公司,中型,是\n"


@pytest.fixture
def store():
    with open_store("memory:") as opened:
        yield opened


def saved(path, *sheets):
    """Write a workbook of (title, rows) and return its path."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def with_parts(path, parts):
    """Write a workbook whose parts are replaced by ``parts``; a relation to strings is added."""
    original = io.BytesIO()
    book = Workbook()
    book.active.title = "企业"
    book.active.append(["企业名称"])
    book.save(original)
    relation = (
        '<Relationship Id="rId99" Target="sharedStrings.xml" Type="http://schemas.openxmlformats'
        '.org/officeDocument/2006/relationships/sharedStrings"/></Relationships>'
    )
    with zipfile.ZipFile(original) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        relations = old.read(RELATIONS).decode()
        if STRINGS in parts and "sharedStrings" not in relations:
            parts = {**parts, RELATIONS: relations.replace("</Relationships>", relation)}
        for info in old.infolist():
            new.writestr(info.filename, parts.get(info.filename) or old.read(info))
        for name in parts.keys() - set(old.namelist()):
            new.writestr(name, parts[name])
    return path


def sheet_of(*rows):
    """Return a sheet part of rows of (reference, type, value)."""
    cells = [
        f'<row r="{number}">'
        + "".join(f'<c r="{at}" t="{kind}"><v>{value}</v></c>' for at, kind, value in row)
        + "</row>"
        for number, row in enumerate(rows, start=1)
    ]
    return f"<worksheet><sheetData>{''.join(cells)}</sheetData></worksheet>"


def rules(refusal):
    return {finding.rule for finding in refusal.value.findings}


# --- bombs -------------------------------------------------------------------------------------


def test_a_long_string_named_by_many_cells_is_refused_before_it_fills_the_memory(tmp_path):
    text = f"<sst><si><t>{'字' * 1_000}</t></si></sst>"
    rows = [[(f"A{n}", "s", 0)] for n in range(1, 200)]
    path = with_parts(tmp_path / "放大.xlsx", {STRINGS: text, SHEET: sheet_of(*rows)})

    with pytest.raises(InputRejected) as refusal:
        read_workbook(path, limits=Limits(characters=100_000))

    assert rules(refusal) == {"F-too-large"}
    assert read_workbook(path).sheets[0].frame.shape == (199, 1)


def test_shared_strings_of_endless_text_are_refused(tmp_path):
    text = f"<sst><si><t>{'字' * 5_000}</t></si></sst>"
    path = with_parts(tmp_path / "长串.xlsx", {STRINGS: text})

    with pytest.raises(InputRejected) as refusal:
        read_workbook(path, limits=Limits(characters=1_000))

    assert rules(refusal) == {"F-too-large"}


def test_a_diagonal_of_cells_is_measured_by_its_area(tmp_path):
    rows = [[(f"{get_column_letter(n)}{n}", "str", "甲")] for n in range(1, 400)]
    path = with_parts(tmp_path / "对角.xlsx", {SHEET: sheet_of(*rows)})

    with pytest.raises(InputRejected) as refusal:
        read_workbook(path, limits=Limits(cells=50_000))

    assert rules(refusal) == {"F-too-large"}


def test_one_sheet_listed_many_times_is_not_read_many_times(tmp_path):
    listed = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, 1_000))
    book = (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http'
        '://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        f"<sheets>{listed}</sheets></workbook>"
    )
    path = with_parts(tmp_path / "重复.xlsx", {BOOK: book})

    with pytest.raises(InputRejected) as refusal:
        read_workbook(path)

    assert rules(refusal) == {"F-corrupt"}


# --- broken workbooks --------------------------------------------------------------------------


def test_a_cell_naming_a_string_that_is_not_there_is_corrupt_and_not_empty(tmp_path):
    rows = [[("A1", "str", "企业名称")], [("A2", "s", 7)]]
    path = with_parts(tmp_path / "缺串.xlsx", {SHEET: sheet_of(*rows)})

    with pytest.raises(InputRejected) as refusal:
        read_workbook(path)

    assert rules(refusal) == {"F-corrupt"}


def test_numbers_without_end_in_attributes_are_no_trace(tmp_path):
    rows = '<row r="²"><c r="A1" t="str" s="' + "9" * 5_000 + '"><v>甲</v></c></row>'
    part = f'<worksheet><sheetData>{rows}<row r="{"9" * 5_000}"/></sheetData></worksheet>'
    path = with_parts(tmp_path / "属性.xlsx", {SHEET: part})

    assert read_workbook(path).sheets[0].frame.iloc[0, 0] == "甲"


def test_escapes_of_half_a_character_or_of_nothing_do_not_reach_the_store(tmp_path, store):
    rows = [[("A1", "str", "企业名称")], [("A2", "str", "示例_xD842__xDFB7_家_xD800_店_x0000_")]]
    path = with_parts(tmp_path / "半字.xlsx", {SHEET: sheet_of(*rows)})

    import_files([path], store)

    assert list(store.count("Company", "name")["value"]) == ["示例𠮷家\ufffd店"]


def test_what_the_library_quotes_of_the_damage_is_left_out(tmp_path):
    path = with_parts(tmp_path / "坏.xlsx", {})
    data = bytearray(path.read_bytes())
    start = data.index(SHEET.encode())
    data[start : start + 200] = bytes(200)
    path.write_bytes(bytes(data))

    with pytest.raises(InputRejected) as refusal:
        read_workbook(path)

    (finding,) = refusal.value.findings
    assert finding.rule == "F-corrupt"
    assert "\\x00" not in finding.message
    assert "\x00" not in finding.message


def test_a_sheet_title_that_excel_forbids_cannot_forge_an_origin(tmp_path):
    book = (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http'
        '://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="甲/1&#10;乙" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    path = with_parts(tmp_path / "名.xlsx", {BOOK: book})

    assert read_workbook(path).sheets[0].title == "甲_1_乙"


# --- files that are none -----------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system here")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "管道.csv")

    _, _, findings = read_files([tmp_path / "管道.csv"])

    assert [f.rule for f in findings] == ["F-unreadable"]


@pytest.mark.parametrize(
    ("error", "rule"),
    [(PermissionError(13, "no"), "F-locked"), (OSError(36, "name too long"), "F-unreadable")],
)
def test_a_path_that_cannot_even_be_looked_at_is_a_finding(tmp_path, monkeypatch, error, rule):
    def refused(path):
        raise error

    monkeypatch.setattr(ingest_read, "_files_at", refused)

    _, _, findings = read_files([tmp_path / "台账.csv"])

    assert [f.rule for f in findings] == [rule]


def test_a_line_break_in_a_file_name_is_refused_because_names_are_sources(tmp_path):
    path = tmp_path / "企业\n.csv"
    path.write_text(COMPANIES, encoding="utf-8")

    _, records, findings = read_files([path])

    assert not records
    assert [(f.rule, f.file) for f in findings] == [("F-odd-name", "企业·.csv")]


def test_a_nul_far_down_a_csv_is_found_with_its_line(tmp_path):
    path = tmp_path / "企业.csv"
    rows = "".join(f"示例{number}有限公司,小型,是\n" for number in range(20_000))
    path.write_text(f"企业名称,企业规模,示例\n{rows}示\0例,小型,是\n", encoding="utf-8")

    _, _, findings = read_files([path])

    assert [(f.rule, f.params["line"]) for f in findings] == [("F-nul", 20_002)]


def test_banner_lines_above_a_csv_header_are_not_ragged(tmp_path):
    path = tmp_path / "企业.csv"
    banners = "".join(f"说明第 {number} 行\n" for number in range(11))
    path.write_text(banners + COMPANIES + "示例丙有限公司\n", encoding="utf-8")

    tables, _, findings = read_files([path])

    assert [(f.rule, f.params["rows"]) for f in findings] == [("F-ragged-rows", "15")]
    assert list(tables[0].rows) == list(range(1, 16))


# --- tables ------------------------------------------------------------------------------------


def test_a_second_table_below_the_first_is_not_read_as_more_companies(tmp_path, store):
    path = saved(
        tmp_path / "两表.xlsx",
        (
            "企业",
            [
                ["企业名称", "企业规模", "示例"],
                ["示例甲有限公司", "小型", "是"],
                [],
                ["产品", "计量单位"],
                ["碳酸锂", "吨"],
            ],
        ),
    )

    with pytest.raises(InputRejected) as refusal:
        import_files([path], store)

    (second,) = [f for f in refusal.value.findings if f.rule == "H-second-table"]
    assert (second.row, second.params["other"]) == (4, "产品")


def test_a_header_repeated_on_each_printed_page_is_no_second_table(tmp_path, store):
    path = tmp_path / "企业.csv"
    path.write_text(COMPANIES + COMPANIES.replace("甲", "丙").replace("乙", "丁"), encoding="utf-8")

    answer = import_files([path], store)

    assert answer.rows[0]["stored"] == 4


def test_numbers_beyond_all_measure_are_unknown_and_told(tmp_path, store):
    path = tmp_path / "企业.csv"
    path.write_text(
        "企业名称,注册资本（万元）,从业人数,示例\n示例甲有限公司,1e400,1e400,是\n"
        f"示例乙有限公司,1e300亿,{'9' * 4_000},是\n示例丙有限公司,inf,NaN,是\n",
        encoding="utf-8",
    )

    answer = import_files([path], store)

    told = [(f.row, f.column) for f in answer.findings if f.rule == "V-not-a-number"]
    assert told == [
        (2, "从业人数"),
        (2, "注册资本（万元）"),
        (3, "从业人数"),
        (3, "注册资本（万元）"),
        (4, "注册资本（万元）"),
    ]
    assert store.count("Company", "employees")["value"].isna().all()


def test_every_row_of_a_messy_folder_is_stored_merged_or_rejected(tmp_path, store):
    saved(
        tmp_path / "台账.xlsx",
        ("产品", [["产品编码", "产品", "计量单位"], ["P1", "碳酸锂", "吨"], ["P2", "电池", "GWh"]]),
        (
            "产品投入",
            [
                ["投入品", "产出品", "关键程度"],
                ["碳酸锂", "电池", 2],
                ["电池", "碳酸锂", 0],
                ["碳酸锂", "碳酸锂", 2],
                ["没有的", "电池", 2],
                ["碳酸锂", "电池", "要命"],
                [None, "电池", 1],
            ],
        ),
        (
            "企业",
            [
                ["企业名称", "企业规模", "示例"],
                ["示例𠮷野🍜有限公司", "小型", "是"],
                ["<script>alert(1)</script>示例", "巨型", "是"],
                ["../../etc/示例", "小型", "是"],
                ['\'=HYPERLINK("http://x")示例', "小型", "是"],
                ["示例𠮷野🍜有限公司", "小型", "是"],
                [None, "小型", "是"],
            ],
        ),
        (
            "供给",
            [
                ["企业名称", "产品", "年产能", "产能单位"],
                ["../../etc/示例", "电池", 5, "吨"],
                ["示例不存在", "碳酸锂", 100, "吨"],
                ["示例𠮷野🍜有限公司", "碳酸锂", "约５００", "箱"],
            ],
        ),
    )

    answer = import_files([tmp_path], store)

    books = {row["table"]: tuple(row.values())[3:] for row in answer.rows}
    assert books == {
        "Product": (2, 2, 0, 0),
        "INPUT_TO": (6, 2, 1, 3),
        "Company": (6, 4, 1, 1),
        "PRODUCES": (3, 2, 0, 1),
    }
    named = {f.rule for f in answer.findings}
    assert named >= {
        *("R-self-loop", "R-unknown-product", "R-unknown-company", "V-required"),
        *("V-not-allowed", "G-unit-differs", "V-approximate", "G-cycle"),
    }


def test_a_refused_import_still_accounts_for_its_rows(tmp_path, store):
    path = tmp_path / "企业.csv"
    path.write_text(COMPANIES + "示例丙有限公司,小型,是\n", encoding="utf-8")
    bad = tmp_path / "年度数据.csv"
    bad.write_text("企业名称,年度,营业收入（万元）\n示例甲有限公司,2023,-5\n", encoding="utf-8")

    with pytest.raises(InputRejected) as refusal:
        import_files([path, bad], store)

    assert [tuple(row.values())[2:] for row in refusal.value.rows] == [
        ("Company", 3, 0, 0, 3),
        ("CompanyYear", 1, 0, 0, 1),
    ]
    assert store.count("Company")["count"].sum() == 0


# --- sources and stores ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "甲\u202e乙", "长" * 500])
def test_a_source_name_that_cannot_stand_in_an_origin_is_refused(tmp_path, store, name):
    path = tmp_path / "企业.csv"
    path.write_text(COMPANIES, encoding="utf-8")

    with pytest.raises(ConfigError, match="来源名称"):
        import_files([path], store, source=name)


def test_an_import_overtaken_by_another_writes_nothing(tmp_path, store, monkeypatch):
    path, other = tmp_path / "企业.csv", tmp_path / "别处.csv"
    path.write_text(COMPANIES, encoding="utf-8")
    other.write_text(COMPANIES.replace("甲", "丙"), encoding="utf-8")
    read_known = job.read_known

    def overtaken(*args):
        monkeypatch.setattr(job, "read_known", read_known)
        import_files([other], store)
        return read_known(*args)

    monkeypatch.setattr(job, "read_known", overtaken)

    with pytest.raises(StoreUnavailable, match="重新运行"):
        import_files([path], store)

    assert sorted(store.count("Company", "name")["value"]) == ["示例丙有限公司", "示例乙有限公司"]


def test_the_template_filled_by_a_person_comes_back_as_it_was_filled(tmp_path, store):
    from openpyxl import load_workbook

    from chainmap.workflow.template import write_template

    path = Path(write_template(tmp_path / "采集表.xlsx"))
    book = load_workbook(path)
    sheet = book["企业"]
    place = {str(cell.value).partition("（")[0].rstrip("*"): cell.column for cell in sheet[1]}
    for number, name in enumerate(["示例甲有限公司", "示例乙有限公司", "示例丙有限公司"], start=3):
        sheet.cell(number, place["企业名称"], name)
        sheet.cell(number, place["注册资本"], 1_000 * number)
        sheet.cell(number, place["示例"], "是")
    book.save(path)

    answer = import_files([path], store)

    assert [(row["sheet"], row["stored"]) for row in answer.rows] == [("企业", 3)]
    assert list(store.count("Company", "registered_capital_cny")["value"]) == [3e7, 4e7, 5e7]
