"""The collection workbook: complete, the same every time, and readable by the import."""

import pytest
from openpyxl import load_workbook

from chainmap.errors import ConfigError
from chainmap.ingest.columns import match_columns
from chainmap.ingest.read import read_files
from chainmap.schema import Dtype, load_schema
from chainmap.workflow.template import write_template
from chainmap.xlsx.template import example_value, template_header

SCHEMA = load_schema()


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return write_template(tmp_path_factory.mktemp("t") / "采集表.xlsx")


@pytest.fixture(scope="module")
def book(template):
    return load_workbook(template)


def collected(owner):
    return [a for a in SCHEMA.owner(owner).attributes if a.is_collected]


def test_there_is_one_sheet_a_table_after_the_notes(book):
    assert book.sheetnames == ["说明", *SCHEMA.sheets]


@pytest.mark.parametrize(("sheet", "owner"), SCHEMA.sheets.items())
def test_each_column_has_header_example_and_note(book, sheet, owner):
    for place, attribute in enumerate(collected(owner), start=1):
        header = book[sheet].cell(1, place)
        assert header.value == template_header(attribute)
        assert attribute.description in header.comment.text
        assert book[sheet].cell(2, place).value


def test_required_columns_carry_a_star_and_private_ones_say_so(book):
    headers = [cell.value for cell in book["企业"][1]]

    assert "企业名称*" in headers
    assert "联系电话（仅局内）" in headers
    assert "注册资本（万元）" in headers


def test_closed_values_have_a_drop_down(book):
    lists = {
        str(rule.sqref): rule.formula1
        for rule in book["需求"].data_validations.dataValidation
        if rule.type == "list"
    }

    assert '"公开,定向,仅局内"' in lists.values()
    assert all(len(formula) <= 257 for formula in lists.values())
    assert all(area.split(":")[0].endswith("3") for area in lists)


def test_codes_are_kept_as_text(book):
    place = next(i for i, a in enumerate(collected("Company"), start=1) if a.dtype is Dtype.USCC)

    letter = book["企业"].cell(1, place).column_letter
    assert book["企业"].column_dimensions[letter].number_format == "@"


def test_two_templates_have_the_same_bytes(template, tmp_path, monkeypatch):
    monkeypatch.setattr("time.localtime", lambda *_: (2031, 5, 5, 5, 5, 5, 0, 1, 0))

    assert write_template(tmp_path / "b.xlsx").read_bytes() == template.read_bytes()


def test_the_blank_template_imports_as_no_data(template):
    raws, _, trouble = read_files([template])
    tables, findings = match_columns(raws, SCHEMA)

    assert (trouble, tables) == ([], [])
    assert [f.rule for f in findings] == ["H-no-rows"] * len(SCHEMA.sheets) + ["H-no-data"]


def test_what_is_filled_in_comes_back_under_its_attribute(template, tmp_path):
    book = load_workbook(template)
    for sheet, owner in SCHEMA.sheets.items():
        for place, attribute in enumerate(collected(owner), start=1):
            book[sheet].cell(3, place, f"{attribute.name}之值")
    path = tmp_path / "填好.xlsx"
    book.save(path)

    raws, _, _ = read_files([path])
    tables, findings = match_columns(raws, SCHEMA)

    assert {f.rule for f in findings} == {"H-note-rows"}
    assert [t.owner for t in tables] == list(SCHEMA.sheets.values())
    for table in tables:
        names = [a.name for a in collected(table.owner)]
        assert table.frame.to_dict("records") == [{n: f"{n}之值" for n in names}]
        assert table.rows.tolist() == [3]
        for attribute in collected(table.owner):
            measured = attribute.dtype not in (Dtype.TEXT, Dtype.REF, Dtype.DATE)
            if attribute.template_unit and measured:
                assert table.units[attribute.name] == attribute.template_unit.casefold()


def test_examples_of_closed_values_are_allowed():
    for owner in SCHEMA.sheets.values():
        for attribute in collected(owner):
            if attribute.allowed:
                assert example_value(attribute) in attribute.allowed


def test_a_filled_template_is_not_overwritten(template):
    with pytest.raises(ConfigError, match="已经存在"):
        write_template(template)


def test_another_extension_is_refused_and_a_folder_gets_the_usual_name(tmp_path):
    with pytest.raises(ConfigError, match=r"\.xlsx"):
        write_template(tmp_path / "t.csv")

    assert write_template(tmp_path).name == "采集表.xlsx"
