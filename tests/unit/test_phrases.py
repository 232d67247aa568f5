"""Free text split into phrases, and make, sell, serve, R&D told apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainmap.link.phrases import is_accounting, main_product_phrases, scope_phrases


def told(phrases) -> list[tuple[str, str]]:
    return [(phrase.text, phrase.intent.value) for phrase in phrases]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("锂电池隔膜的研发、生产和销售", [("锂电池隔膜", "make")]),
        ("电池、隔膜的研发、生产、销售", [("电池", "make"), ("隔膜", "make")]),
        ("生产、销售：碳酸锂、氢氧化锂", [("碳酸锂", "make"), ("氢氧化锂", "make")]),
        ("电池制造；电池销售", [("电池", "make"), ("电池", "sell")]),
        ("光伏组件销售", [("光伏组件", "sell")]),
        ("从事五金批发、零售", [("五金", "sell")]),
        ("货物进出口", [("货物", "sell")]),
        ("太阳能发电技术服务", [("太阳能技术服务", "serve")]),
        ("新材料技术研发", [("新材料技术研发", "rd")]),
        ("普通货运", [("普通货运", "open")]),
        ("加工中心、生产设备制造", [("加工中心", "make"), ("生产设备", "make")]),
        ("药品生产；药品零售", [("药品", "make"), ("药品", "sell")]),
    ],
)
def test_a_business_scope_says_what_is_made_and_what_is_only_sold(text: str, expected) -> None:
    assert told(scope_phrases(text)) == expected


def test_licence_wording_is_no_product() -> None:
    text = (
        "许可项目：危险化学品生产（依法须经批准的项目，经相关部门批准后方可开展经营活动，具体经营项目以审批结果为准）"
        "一般项目：石墨及碳素制品制造（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）"
    )

    assert told(scope_phrases(text)) == [("危险化学品", "make"), ("石墨及碳素制品", "make")]


def test_a_bare_main_product_is_made_and_a_sold_one_is_not() -> None:
    assert told(main_product_phrases("碳酸锂、化肥销售")) == [("碳酸锂", "make"), ("化肥", "sell")]
    assert told(main_product_phrases("碳酸锂、化肥的销售")) == [
        ("碳酸锂", "sell"),
        ("化肥", "sell"),
    ]


@pytest.mark.parametrize(
    "line",
    ["平衡项目", "分部间抵销", "内部抵消", "其他业务收入", "合计", "其他(补充)", "减：内部抵销数"],
)
def test_accounting_lines_are_no_products(line: str) -> None:
    assert is_accounting(line)
    assert main_product_phrases(line) == ()


@pytest.mark.parametrize(
    "product", ["其他基础化学原料", "无水氟化氢", "平衡车", "合成氨", "发电机", "加工中心"]
)
def test_products_that_begin_like_a_verb_or_an_accounting_word_stay(product: str) -> None:
    assert told(main_product_phrases(product)) == [(product, "make")]


def test_numbering_and_a_trailing_etc_are_dropped_and_brackets_hold_together() -> None:
    numbered = main_product_phrases("1.碳酸锂；2.氢氧化锂（电池级、工业级）等。")
    assert [phrase.text for phrase in numbered] == ["碳酸锂", "氢氧化锂（电池级、工业级）"]
    commas = main_product_phrases("1,4-丁二醇、甲醇")
    assert [phrase.text for phrase in commas] == ["1,4-丁二醇", "甲醇"]


@given(st.text(max_size=200))
def test_any_text_is_split_without_an_error_and_twice_the_same(text: str) -> None:
    first = scope_phrases(text)

    assert first == scope_phrases(text)
    assert all(phrase.text.strip() for phrase in first)
