"""Sheets find their owner and columns their attribute; the rest becomes findings."""

import numpy as np
import pandas as pd
import pytest

from chainmap.ingest.columns import match_columns
from chainmap.ingest.headers import header_key, read_header
from chainmap.ingest.shapes import RawTable
from chainmap.schema import load_schema

SCHEMA = load_schema()


def raw(*rows, sheet="Sheet1", file="台账.xlsx"):
    width = max(map(len, rows))
    cells = [list(row) + [None] * (width - len(row)) for row in rows]
    frame = pd.DataFrame(
        {c: pd.Series([row[c] for row in cells], dtype="str") for c in range(width)}
    )
    return RawTable(file, sheet, frame, np.arange(1, len(rows) + 1))


def match(*tables):
    named, findings = match_columns(tables, SCHEMA)
    return named, findings, [f.rule for f in findings]


def test_a_sheet_of_the_template_is_known_by_name():
    (table,), findings, _ = match(
        raw(["企业名称*", "注册资本（万元）"], ["甲公司", "3000"], sheet="企业")
    )

    assert (table.owner, findings) == ("Company", [])
    assert table.frame.to_dict("list") == {"name": ["甲公司"], "registered_capital_cny": ["3000"]}
    assert table.headers["registered_capital_cny"] == "注册资本（万元）"
    assert table.units == {"name": "", "registered_capital_cny": "万元"}
    assert table.rows.tolist() == [2]


@pytest.mark.parametrize(
    ("headers", "owner"),
    [
        (["企业名称", "年度", "营业收入（万元）"], "CompanyYear"),
        (["公司名称", "产品名称", "年产能", "产能单位"], "PRODUCES"),
        (["采购企业", "需求产品", "年需求量", "单位"], "REQUIRES"),
        (["原材料", "产成品", "单耗"], "INPUT_TO"),
        (["供方", "需方", "产品"], "SUPPLIES"),
        (["产业链", "环节", "上中下游"], "Segment"),
        (["公司名称", "信用代码", "主营产品", "注册资金"], "Company"),
        (["企业名称", "称号", "认定年度"], "TitleAward"),
    ],
)
def test_any_other_sheet_is_known_by_its_headers(headers, owner):
    (table,), _, rules = match(raw(headers, ["1"] * len(headers)))

    assert (table.owner, rules) == (owner, [])


def test_the_header_is_found_below_banners_and_gives_the_row_numbers():
    (table,), _, rules = match(
        raw(
            ["某某园区企业台账"],
            ["填报单位：招商局", None, "单位：万元"],
            ["企业名称", "注册资本", "企业规模"],
            ["甲公司", "3000", "小型"],
        )
    )

    assert (table.owner, table.rows.tolist(), rules) == ("Company", [4], [])
    assert table.units["registered_capital_cny"] == "万元"


def test_examples_notes_and_totals_are_left_out_and_named():
    (table,), findings, rules = match(
        raw(
            ["企业名称", "注册资本（万元）"],
            ["示例行：某某公司", "3000"],
            ["甲公司", "1"],
            ["企业名称", "注册资本（万元）"],
            ["合 计", "1"],
            ["注：数据截至年底", "注：数据截至年底"],
            ["填表人：张三", "电话：1"],
            sheet="企业",
        )
    )

    assert table.frame["name"].tolist() == ["甲公司"]
    assert rules == ["H-note-rows", "H-total-row"]
    assert [f.params["rows"] for f in findings] == ["2, 4, 6-7", "5"]


def test_a_company_whose_name_only_looks_like_a_note_is_kept():
    (table,), _, rules = match(
        raw(
            ["企业名称", "企业规模", "所在地区", "地址"],
            ["备注：科技公司", "小型", "西宁", "某路"],
            sheet="企业",
        )
    )

    assert (table.frame["name"].tolist(), rules) == (["备注：科技公司"], [])


def test_an_unknown_column_is_told_with_the_nearest_header():
    (table,), findings, rules = match(
        raw(["企业名称", "注册资木", "心情"], ["甲", "1", "好"], sheet="企业")
    )

    assert list(table.frame) == ["name"]
    assert rules == ["H-unknown-column", "H-unknown-column"]
    assert [f.column for f in findings] == ["注册资木", "心情"]
    assert "注册资本" in findings[0].message
    assert findings[1].params["near"] == "—"


def test_a_missing_required_column_is_an_error_with_the_accepted_spellings():
    named, (finding, *_), rules = match(
        raw(["企业名称", "营业收入（万元）"], ["甲", "1"], sheet="年度数据")
    )

    assert (named, rules[0], finding.severity) == ([], "H-missing-column", "error")
    assert "年份" in finding.message


def test_the_same_header_twice_is_an_error():
    named, findings, rules = match(
        raw(["企业名称", "地址", "地址"], ["甲", "1", "2"], sheet="企业")
    )

    assert (named, rules) == ([], ["H-duplicate-column"])
    assert findings[0].column == "地址"


def test_of_two_spellings_of_one_attribute_the_template_one_is_read():
    (table,), (finding,), _ = match(
        raw(["企业名称", "城市", "所在地区"], ["甲", "西宁", "630102"], sheet="企业")
    )

    assert table.frame["region"].tolist() == ["630102"]
    assert (finding.rule, finding.column) == ("H-second-column", "城市")


def test_data_below_an_empty_header_is_told():
    _, (finding,), _ = match(raw(["企业名称"], ["甲", "漏了表头"], sheet="企业"))

    assert (finding.rule, finding.column) == ("H-column-without-header", "B")


def test_headers_that_fit_two_types_alike_are_not_guessed():
    named, findings, rules = match(raw(["企业名称", "产品", "单位"], ["甲", "电池", "吨"]))

    assert named == []
    assert rules == ["H-ambiguous-table", "H-nothing-recognised"]
    assert "供给、需求" in findings[0].message


def test_the_name_of_the_file_decides_between_equal_types():
    (table,), _, rules = match(
        raw(["企业名称", "产品", "单位"], ["甲", "电池", "吨"], file="2024年需求清单.xlsx")
    )

    assert (table.owner, rules) == ("REQUIRES", [])


def test_a_table_nobody_knows_is_a_finding_with_its_headers():
    named, findings, rules = match(raw(["日期", "天气"], ["1", "晴"]))

    assert (named, rules) == ([], ["H-unknown-table", "H-nothing-recognised"])
    assert findings[0].params["rows"] == 1
    assert "日期、天气" in findings[0].message


def test_the_wrong_sheet_in_the_right_place_is_told():
    named, findings, rules = match(
        raw(["产业链", "环节", "阶段"], ["锂电", "正极", "中游"], sheet="企业")
    )

    assert (named, rules) == ([], ["H-wrong-sheet"])
    assert "环节" in findings[0].message


def test_a_known_sheet_without_any_header_is_an_error():
    named, _, rules = match(raw(["甲公司", "3000"], sheet="企业"))

    assert (named, rules) == ([], ["H-no-header"])


def test_a_template_left_empty_is_told_as_such():
    named, findings, rules = match(
        raw(["企业名称"], ["示例行：甲"], sheet="企业"), raw(["说明"], sheet="说明")
    )

    assert (named, rules) == ([], ["H-no-rows", "H-no-data"])
    assert [f.severity for f in findings] == ["info", "error"]


@pytest.mark.parametrize(
    ("text", "key", "unit"),
    [
        ("企业名称*", "企业名称", ""),
        ("＊ 企业 名称", "企业名称", ""),
        ("企业名称（必填）", "企业名称", ""),
        ("1.企业名称", "企业名称", ""),
        ("注册资本\n（万元）", "注册资本", "万元"),
        ("注册资本(单位：万元)", "注册资本", "万元"),
        ("注册资本/亿元", "注册资本", "亿元"),
        ("注册资本万元", "注册资本", "万元"),
        ("主营占比（\uff05）", "主营占比", "%"),
        ("年产能【GWh】", "年产能", "gwh"),
    ],
)
def test_a_header_is_split_into_term_and_unit(text, key, unit):
    header = read_header(text)

    assert (header.keys[-1], header.unit) == (key, unit)


def test_every_header_of_the_schema_is_its_own_key():
    """No declared spelling may be lost by normalisation or shadow a sibling's."""
    for owner in SCHEMA.sheets.values():
        seen = {}
        for attribute in SCHEMA.owner(owner).attributes:
            for header in attribute.headers:
                key = header_key(header)
                assert key, (owner, header)
                assert seen.setdefault(key, attribute.name) == attribute.name, (owner, header)
