"""The generator of the 示例 firms: draws repeat, codes check, cells are only messy."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

import pytest

from chainmap.codes import check_uscc
from chainmap.units import read_date, read_money

sys.path.append(str(Path(__file__).resolve().parents[2] / "tools"))

from seed import draw
from seed.firms import Firm, Line, make_firms
from seed.identity import TradeNames, credit_code
from seed.messy import Messy
from seed.scenario import Scenario, number
from seed.tables import Table, make_tables, money
from seed.workbooks import Sheet, same_content, workbook_bytes
from seed.years import INNOVATIVE, LITTLE_GIANT, SPECIALISED, Award, awards, size_class, yearly


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return Scenario()


@pytest.fixture(scope="module")
def firms(scenario: Scenario) -> list[Firm]:
    return make_firms(scenario)


def firm(**more: object) -> Firm:
    base: dict[str, object] = {"index": 0, "name": "示例·测试有限公司", "short_name": "示例·测试"}
    base |= {"uscc": credit_code("测试"), "chain": "锂电", "lines": [Line("LI-014", 1000.0)]}
    return Firm(**{**base, **more})  # type: ignore[arg-type]


def test_a_draw_is_fixed_for_ever() -> None:
    # A change here changes every 示例 firm: raise the seed instead, and say so in the changelog.
    assert draw.share("capacity", "示例") == pytest.approx(0.040871, abs=1e-6)
    assert draw.share("a", 1) == draw.share("a", 1)
    assert draw.share("a", 1) != draw.share("a", 2)
    assert draw.share("ab", "c") != draw.share("a", "bc")


def test_draws_stay_within_their_bounds() -> None:
    for i in range(300):
        assert 2 <= draw.whole(2, 4, "w", i) <= 4
        assert 1.5 <= draw.between(1.5, 2.5, "b", i) <= 2.5
        assert 10 * 0.1353 <= draw.spread(10, 1.0, "s", i) <= 10 * 7.4
    assert {draw.whole(2, 4, "w", i) for i in range(300)} == {2, 3, 4}


def test_shuffling_keeps_every_item_once() -> None:
    assert sorted(draw.shuffled(list("甲乙丙丁"), "x")) == sorted("甲乙丙丁")


def test_an_example_credit_code_passes_the_check_and_has_the_region_that_does_not_exist() -> None:
    codes = [credit_code(f"示例·{i}") for i in range(500)]
    assert {check_uscc(code) for code in codes} == {""}
    assert {code[2:8] for code in codes} == {"999999"}
    assert len(set(codes)) == 500


def test_the_organisation_part_of_a_code_has_its_own_check_character() -> None:
    # GB 11714: weights 3 7 9 10 5 8 4 2, character = 11 - sum mod 11, X for 10, 0 for 11
    for i in range(200):
        body = credit_code(f"机构{i}")[8:17]
        total = sum(
            w * int(char, 36) for w, char in zip((3, 7, 9, 10, 5, 8, 4, 2), body, strict=False)
        )
        check = 10 if body[8] == "X" else int(body[8])
        assert (total + check) % 11 == 0


def test_trade_names_are_handed_out_once_and_marked() -> None:
    names = TradeNames()
    taken = [names.take("LI-014", "正极材料", "")[0] for _ in range(250)]
    assert len(set(taken)) == 250
    assert all(name.startswith("示例·") for name in taken)


def test_numbers_of_the_plan_may_carry_a_multiplier() -> None:
    assert number("2.5万") == 25000
    assert number("1.2亿") == 1.2e8
    assert number("40") == 40


def test_the_plan_says_exactly_how_many_example_firms_make_a_product(
    scenario: Scenario, firms: list[Firm]
) -> None:
    common = [one for one in firms if not one.leads]
    for plan in scenario.plans:
        makers = [
            one
            for one in common
            if any(line.code == plan.code and not line.is_byproduct for line in one.lines)
        ]
        assert sum(one.is_local for one in makers) == plan.local, plan
        assert sum(not one.is_local for one in makers) == plan.outside, plan


def test_no_firm_makes_a_product_twice(firms: list[Firm]) -> None:
    for one in firms:
        codes = [line.code for line in one.lines]
        assert len(codes) == len(set(codes)), one.name


@pytest.mark.parametrize(
    ("staff", "revenue", "size"),
    [
        (1000, 4.0e8, "大型"),
        (999, 9.0e9, "中型"),
        (300, 2.0e7, "中型"),
        (299, 2.0e7, "小型"),
        (20, 3.0e6, "小型"),
        (19, 9.0e7, "微型"),
    ],
)
def test_the_size_of_an_industrial_firm_needs_staff_and_revenue(
    staff: int, revenue: float, size: str
) -> None:
    assert size_class(firm(employees=staff, revenue_cny=revenue), "3985") == size


def test_the_size_of_a_farm_goes_by_revenue_alone() -> None:
    assert size_class(firm(employees=8, revenue_cny=6.0e6), "0171") == "中型"


def test_titles_come_in_order_and_large_or_stopped_firms_have_none(
    scenario: Scenario, firms: list[Firm]
) -> None:
    for one in firms:
        industry = scenario.products[one.lines[0].code].industry
        titles = {award.title for award in awards(one, industry, yearly(one))}
        if LITTLE_GIANT in titles:
            assert SPECIALISED in titles
        if SPECIALISED in titles:
            assert INNOVATIVE in titles
        if size_class(one, industry) == "大型" or one.status != "存续":
            assert titles.isdisjoint({INNOVATIVE, SPECIALISED, LITTLE_GIANT})


def test_a_title_that_has_run_out_is_not_current() -> None:
    assert not Award(INNOVATIVE, 2022, "2025-12-31").is_current
    assert Award(INNOVATIVE, 2025, "2028-12-31").is_current


def test_an_unknown_column_of_a_table_is_a_mistake() -> None:
    table = Table("企业", ("企业名称",), [])
    with pytest.raises(KeyError, match="没有的列"):
        table.add(没有的列="x")


def test_messy_money_and_dates_read_back_to_the_plain_values(scenario: Scenario) -> None:
    table = make_tables(scenario)["企业"]
    messy = Messy(scenario)
    header = list(table.header)
    capital, founded = header.index("注册资本（万元）"), header.index("成立日期")
    for plain, spelt in zip(table.rows, messy.rows(table), strict=True):
        if plain[capital]:
            read = read_money(str(spelt[capital]), unit="万元").value
            assert read == read_money(plain[capital], unit="万元").value
        if plain[founded]:
            assert read_date(str(spelt[founded])).value == plain[founded]


def test_money_is_written_in_ten_thousand_yuan() -> None:
    assert money(32_000_000) == "3200"
    assert money(12_345_678) == "1234.6"


def test_two_workbooks_packed_differently_are_the_same_file() -> None:
    made = workbook_bytes([Sheet("企业", ("企业名称",), [["示例·甲"]])])
    repacked = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as one, zipfile.ZipFile(repacked, "w") as other:
        for name in one.namelist():
            other.writestr(name, one.read(name))
    assert repacked.getvalue() != made
    assert same_content(made, repacked.getvalue())
    changed = workbook_bytes([Sheet("企业", ("企业名称",), [["示例·乙"]])])
    assert not same_content(made, changed)


def test_a_name_that_begins_with_an_equals_sign_is_written_as_text() -> None:
    made = workbook_bytes([Sheet("企业", ("企业名称",), [["=cmd|'/C calc'!A0"]])])
    with zipfile.ZipFile(io.BytesIO(made)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
