"""Telephone numbers that somebody typed where none belong: found, and nothing else taken for one."""

from __future__ import annotations

import pytest

from chainmap.answers import Answer
from chainmap.audience import LEFT_OUT, without_phones
from chainmap.errors import Finding, Severity


@pytest.mark.parametrize(
    "number",
    [
        "13912345678",
        "139 1234 5678",
        "139-1234-5678",
        "+86 13912345678",
        "0086-13912345678",
        "13912345678".translate({ord("0") + n: 0xFF10 + n for n in range(10)}),
        "0971-6198765",
        "0971 6198765",
        "09716198765",
        "（0971）6198765",
        "010-62345678",
        "400-820-8820",
        "4008208820",
        "139—1234—5678",
        "139－1234－5678",
        "139\u00a01234\u00a05678",
        "139 123 45678",
        "139.1234.5678",
        "0971-619 8765",
        "0971–619–8765",
    ],
)
def test_a_telephone_number_is_left_out_wherever_it_stands(number):
    for text in ("{}", "联系张工{}。", "电话:{},传真另告", "张{}李"):
        assert without_phones(text.format(number)) == text.format(LEFT_OUT)


@pytest.mark.parametrize("text", ["电话：{}", "Tel {}", "座机{}，张工"])
def test_a_number_without_area_code_is_one_where_a_word_says_so(text):
    assert without_phones(text.format("6198765")) == text.format(LEFT_OUT)
    assert without_phones(text.format("6198-8765")) == text.format(LEFT_OUT)
    assert without_phones("年产 6198765 件") == "年产 6198765 件"


@pytest.mark.parametrize(
    "text",
    [
        "91630100MA758K1X2Y",
        "139.12345678 亿元",
        "手机 2024 款",
        "电话机 61987650 台",
        "91139123456789012X",
        "Company:tmp-1391234567890123",
        "2021-03-01",
        "2021-03-01—2024-12-31",
        "0.13912345678",
        "GB/T 17710",
        "630100",
        "年需求 1391万 吨",
        "ISO9001；IATF16949",
        "需求与供货.xlsx/需求/18812",
    ],
)
def test_codes_dates_and_amounts_are_no_telephone_numbers(text):
    assert without_phones(text) == text


def test_an_answer_for_outside_names_no_telephone_and_no_store():
    finding = Finding(Severity.INFO, "A-no-need", value="甲 13912345678", params={"product": "乙"})
    answer = Answer(
        "chainmap.test/1",
        ("name", "evidence", "volume"),
        [{"name": "甲", "evidence": [{"text": "请电 0971-6198765"}], "volume": 13912345678.0}],
        run={"store": "sqlite:C:/Users/王工/chainmap.sqlite", "version": "1"},
        extra={"excluded": [{"reason": "13912345678"}]},
        findings=[finding],
    )

    outside = answer.told_to("外发")

    assert answer.told_to("内部") is answer
    assert outside.run == {"version": "1"}
    assert outside.rows[0]["evidence"] == [{"text": f"请电 {LEFT_OUT}"}]
    assert outside.rows[0]["volume"] == 13912345678.0
    assert "13912345678" not in str(outside.extra) + str(outside.findings)
    assert "13912345678" in str(answer.extra), "the answer itself is left alone"
