"""docs/import.md and docs/privacy.md: the figures and examples they give are the program's own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chainmap.ingest.delimited import DELIMITERS
from chainmap.ingest.headers import HEADER_ROWS
from chainmap.ingest.read import FOLDER_SUFFIXES, TEXTS
from chainmap.schema import load_schema
from chainmap.texts.findings import RULES
from chainmap.units import is_empty, read_date, read_flag, read_money, read_quantity, read_share
from chainmap.xlsx.marks import EXAMPLE_MARK

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "import.md").read_text(encoding="utf-8")


def row(subject: str) -> str:
    found = re.search(rf"^\| {subject} \| (.*) \|$", PAGE, re.MULTILINE)
    assert found is not None
    return found[1]


def shown(subject: str) -> list[str]:
    return re.findall(r"`([^`]+)`", row(subject))


def test_every_kind_of_file_is_named() -> None:
    for suffix in {*FOLDER_SUFFIXES, *TEXTS}:
        assert f"`{suffix}`" in PAGE
    assert len(DELIMITERS) == 4
    assert "逗号、分号、制表符、竖线" in PAGE


def test_the_header_is_looked_for_where_the_page_says() -> None:
    assert f"前 {HEADER_ROWS} 个有内容的行" in PAGE
    assert f"“{EXAMPLE_MARK}”" in PAGE


def test_the_shares_shown_are_read_as_told() -> None:
    whole, under_percent, part, small = shown("占比")

    assert read_share(whole).value == read_share(under_percent, unit="%").value == 0.61
    assert read_share(part).value == 0.61
    assert small == part
    assert read_share(small, unit="%") == (0.0061, "V-share-small", "")
    assert RULES[read_share("120%").rule].severity == "error"


def test_money_is_judged_as_told() -> None:
    assert "哪里都没有单位就是错误" in row("金额")
    assert RULES[read_money("3000").rule].severity == "error"
    assert read_money("3000", unit="万元").value == 30_000_000
    assert read_money("2亿元", unit="万元").value == 200_000_000
    assert read_money("500万美元").value is None


def test_quantities_and_what_is_no_number_are_read_as_told() -> None:
    (quantity,) = shown("数量")
    about, between = shown("约数、区间")[0], shown("约数、区间")[1]

    assert read_quantity(quantity)[::2] == (50_000, "吨")
    assert read_quantity(f"{about}吨")[:2] == (500, "V-approximate")
    assert read_quantity(between)[:2] == (None, "V-range")


@pytest.mark.parametrize("text", shown("日期"))
def test_every_date_shown_is_read(text: str) -> None:
    assert str(read_date(text).value).startswith("2024-05")


def test_every_yes_and_no_shown_is_read() -> None:
    yes, no, *_ = row("是否").split("；")

    assert {read_flag(word).value for word in re.findall(r"[^、 …]+", yes)} == {True}
    assert {read_flag(word).value for word in re.findall(r"[^、 …]+", no)} == {False}


@pytest.mark.parametrize("text", shown("空"))
def test_every_empty_cell_shown_is_unknown(text: str) -> None:
    assert is_empty(text)


def test_every_rule_a_page_cites_exists() -> None:
    for page in DOCS.glob("*.md"):
        cited = re.findall(r"`([FHMVRGAQS]-[a-z-]+)`", page.read_text(encoding="utf-8"))
        assert set(cited) <= RULES.keys(), page.name


def test_the_private_attributes_named_are_private() -> None:
    page = (DOCS / "privacy.md").read_text(encoding="utf-8")
    schema = load_schema()
    private = {
        attribute.zh
        for owner in [*schema.nodes, *schema.edges]
        for attribute in schema.owner(owner).attributes
        if attribute.private
    }

    assert {"联系人", "联系电话", "备注"} <= private
    assert "联系人、电话、备注" in page
