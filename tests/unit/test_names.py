# ruff: noqa: RUF001  full-width characters are what is tested
from __future__ import annotations

import pytest

from chainmap.names import (
    clean_text,
    company_key,
    name_key,
    product_code,
    product_key,
    split_list,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("青海示例（集团）有限公司", "青海示例(集团)有限公司"),
        ("青海示例【集团】有限公司", "青海示例（集团）有限公司"),
        ("青海 示例\u3000有限公司", "青海示例有限公司"),
        ("ＡＢＣ科技有限公司", "abc科技有限公司"),
        ("Chen Feng (Jiangsu) Apparel CO., LTD.", "Chen Feng（Jiangsu）Apparel Co Ltd"),
        ("DISCO", "Disco"),
        ("青海示例\u200b有限公司", "青海示例有限公司"),
    ],
)
def test_spellings_that_mean_one_name_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("青海示例有限公司", "青海示例有限责任公司"),
        ("青海示例股份有限公司", "青海示例有限公司"),
        ("青海示例（西宁）有限公司", "青海示例（海东）有限公司"),
        ("传化****限公司", "传化***限公司"),
    ],
)
def test_the_legal_form_the_place_and_masked_signs_tell_names_apart(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


def test_a_comma_and_a_dash_belong_to_a_product_name() -> None:
    assert product_key("1,4-丁二醇") != product_key("14丁二醇")
    assert product_key("1,4\u2013丁二醇") == product_key("1，4-丁二醇")


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("碳酸锂、氢氧化锂", ("碳酸锂", "氢氧化锂")),
        ("碳酸锂;氢氧化锂；氯化锂，金属锂", ("碳酸锂", "氢氧化锂", "氯化锂", "金属锂")),
        ("铝合金（6061、7075）、铝箔", ("铝合金（6061、7075）", "铝箔")),
        ("1,4-丁二醇、1,200型", ("1,4-丁二醇", "1,200型")),
        ("碳酸锂、、碳酸锂 ", ("碳酸锂",)),
        ("（不配对、的括号", ("（不配对、的括号",)),
        ("", ()),
    ],
)
def test_a_list_splits_outside_brackets_and_numbers(cell: str, parts: tuple[str, ...]) -> None:
    assert split_list(cell) == parts


def test_text_is_shown_trimmed_with_single_blanks() -> None:
    assert clean_text("\ufeff 青海  示例\n公司 ") == "青海 示例 公司"


def test_the_key_of_a_firm_without_code_depends_on_name_and_region_only() -> None:
    key = company_key("青海示例（集团）有限公司", "630100")

    assert key == company_key("青海示例(集团) 有限公司", "630100")
    assert key != company_key("青海示例(集团)有限公司", "630200")
    # SHA-256 of "青海示例(集团)有限公司|630100": ids must never change between versions.
    assert key == "tmp-" + _first_hex("青海示例(集团)有限公司|630100", 16)
    assert product_code("ＬＦＰ") == "p-" + _first_hex("lfp", 12)


def _first_hex(text: str, digits: int) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()[:digits]
