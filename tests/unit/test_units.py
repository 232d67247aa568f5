# ruff: noqa: RUF001  full-width characters are what is tested
from __future__ import annotations

import pytest

from chainmap.units import (
    Cell,
    convert,
    is_empty,
    read_amount,
    read_date,
    read_flag,
    read_integer,
    read_money,
    read_quantity,
    read_share,
    read_unit,
    read_year,
)


@pytest.mark.parametrize(
    ("text", "unit", "yuan"),
    [
        ("3000", "万元", 3e7),
        ("1,200.5", "万元", 12_005_000),
        ("１２００", "元", 1200),
        ("3千万元", "", 3e7),
        ("3千万", "万元", 3e7),
        ("三千五百万元", "", 3.5e7),
        ("1.5亿", "万元", 1.5e8),
        ("1亿5千万元", "", 1.5e8),
        ("人民币500万元", "", 5e6),
        ("￥500", "", 500),
        ("十万元", "", 1e5),
        ("2.5", "亿元", 2.5e8),
        ("-120", "万元", -1.2e6),
        ("(120)", "万元", -1.2e6),
        ("0", "万元", 0),
    ],
)
def test_money_is_read_in_yuan(text: str, unit: str, yuan: float) -> None:
    assert read_money(text, unit=unit) == Cell(yuan, "", read_money(text, unit=unit).unit)


@pytest.mark.parametrize(
    ("text", "unit", "rule"),
    [
        ("3000", "", "V-no-unit"),
        ("3千万", "", "V-no-unit"),
        ("500万美元", "", "V-foreign-currency"),
        ("500", "万美元", "V-foreign-currency"),
        ("$5 million", "", "V-foreign-currency"),
        ("500-800", "万元", "V-range"),
        ("500至800", "万元", "V-range"),
        ("面议", "万元", "V-not-a-number"),
        ("1,23", "万元", "V-not-a-number"),
        ("5吨", "万元", "V-unit"),
        ("5", "吨", "V-unit"),
    ],
)
def test_money_that_cannot_be_read_has_no_value(text: str, unit: str, rule: str) -> None:
    assert read_money(text, unit=unit) == Cell(None, rule)


@pytest.mark.parametrize("text", ["约500万元", "500余万元", "500万元以上", "≥500万元", "近500万元"])
def test_an_approximate_amount_is_kept_and_told(text: str) -> None:
    assert read_money(text)[:2] == (5e6, "V-approximate")


@pytest.mark.parametrize(
    ("text", "unit", "share", "rule"),
    [
        ("61%", "", 0.61, ""),
        ("61", "%", 0.61, ""),
        ("0.61", "", 0.61, ""),
        ("61", "", 0.61, ""),
        ("61％", "%", 0.61, ""),
        ("5‰", "", 0.005, ""),
        ("3成", "", 0.3, ""),
        ("百分之五", "", 0.05, ""),
        ("0.61", "%", 0.0061, "V-share-small"),
        ("1", "%", 0.01, ""),
        ("105%", "", 1.05, "V-share-over"),
        ("-3%", "", -0.03, "V-negative"),
    ],
)
def test_a_share_is_read_as_zero_to_one(text: str, unit: str, share: float, rule: str) -> None:
    assert read_share(text, unit=unit)[:2] == (share, rule)


@pytest.mark.parametrize(
    ("text", "unit", "cell"),
    [
        ("5万吨", "", Cell(50_000, "", "吨")),
        ("5", "万吨/年", Cell(50_000, "", "吨")),
        ("5", "GWh", Cell(5, "", "GWh")),
        ("5万千瓦", "", Cell(50_000, "", "kW")),
        ("300亿㎡", "", Cell(3e10, "", "平方米")),
        ("10万套/年", "吨", Cell(100_000, "", "套")),
        ("5万", "万吨", Cell(50_000, "", "吨")),
        ("800", "", Cell(800, "V-quantity-no-unit")),
        ("800", "毛", Cell(800, "V-unknown-unit", "毛")),
        ("10吨/月", "", Cell(10, "V-unknown-unit", "吨/月")),
        ("很多", "吨", Cell(None, "V-not-a-number")),
    ],
)
def test_a_quantity_keeps_a_plain_unit(text: str, unit: str, cell: Cell) -> None:
    assert read_quantity(text, unit=unit) == cell


@pytest.mark.parametrize(
    ("value", "unit", "to", "result"),
    [
        (5, "万吨", "kg", 5e7),
        (1, "GW", "MW", 1000),
        (3, "亿平方米", "平方米", 3e8),
        (15, "亩", "公顷", 1),
        (7, "只", "个", 7),
        (1, "GW", "GWh", None),
        (1, "毛", "吨", None),
        (2, "毛", "毛", 2),
        (1, "吨/月", "吨", None),
    ],
)
def test_units_of_one_dimension_convert(
    value: float, unit: str, to: str, result: float | None
) -> None:
    assert convert(value, unit, to) == result


@pytest.mark.parametrize(
    ("text", "day", "rule"),
    [
        ("2024-05-01", "2024-05-01", ""),
        ("2024.5.1", "2024-05-01", ""),
        ("2024/05/01 00:00:00", "2024-05-01", ""),
        ("2024年5月1日", "2024-05-01", ""),
        ("20240501", "2024-05-01", ""),
        ("45000", "2023-03-15", ""),
        ("２０２４．５．１", "2024-05-01", ""),
        ("2024年5月", "2024-05-01", "V-date-month"),
        ("2024/05", "2024-05-01", "V-date-month"),
        ("2024", "2024-01-01", "V-date-month"),
        ("2024-02-30", None, "V-not-a-date"),
        ("2016-13-45", None, "V-not-a-date"),
        ("尽快", None, "V-not-a-date"),
    ],
)
def test_dates_of_all_common_forms(text: str, day: str | None, rule: str) -> None:
    assert read_date(text) == Cell(day, rule)


@pytest.mark.parametrize(
    ("text", "day"),
    [("2024年2月", "2024-02-29"), ("2024-12", "2024-12-31"), ("2024年", "2024-12-31")],
)
def test_a_month_that_ends_something_stands_for_its_last_day(text: str, day: str) -> None:
    assert read_date(text, last=True).value == day


def test_flags_numbers_and_years() -> None:
    assert [read_flag(text).value for text in ("是", "√", "Y", "1")] == [True] * 4
    assert [read_flag(text).value for text in ("否", "×", "N", "0", "无")] == [False] * 5
    assert read_flag("也许") == Cell(None, "V-not-a-flag")
    assert read_integer("1,024人") == Cell(1024)
    assert read_integer("1.2", unit="万人") == Cell(12_000)
    assert read_integer("3.5").rule == "V-not-whole"
    assert read_year("2023年度") == Cell(2023)
    assert read_year("去年").rule == "V-not-a-year"


def test_cells_that_say_nothing_are_empty() -> None:
    assert all(is_empty(text) for text in ("", " - ", "——", "暂无", "N/A", "#REF!"))
    assert not is_empty("0")


@pytest.mark.parametrize(
    ("text", "unit"), [("万吨", "吨"), ("t/a", "吨"), ("MWp", "MW"), ("兆瓦", "MW")]
)
def test_a_unit_has_one_plain_spelling(text: str, unit: str) -> None:
    found = read_unit(text)

    assert found is not None
    assert found[0] == unit


def test_a_number_with_garbage_behind_it_is_no_number() -> None:
    assert read_amount("12:30").rule == "V-not-a-number"
    assert read_amount("3万5").rule == "V-not-a-number"
