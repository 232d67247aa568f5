"""Names to ids: places, many names at once, and firms without a code."""

from __future__ import annotations

import pandas as pd
import pytest

from chainmap.ingest.lookup import NameIndex, each, exploded, within
from chainmap.ingest.places import industry_table, region_table
from chainmap.ingest.resolve import certificate_name
from chainmap.ingest.suggest import Suggester
from chainmap.link.phrases import main_product_phrases


def text(*cells: str | None) -> pd.Series:
    return pd.Series(list(cells), dtype="str")


def plain(column: pd.Series) -> list[str | None]:
    return [cell if isinstance(cell, str) else None for cell in column]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("青海省", "630000"),
        ("青海", "630000"),
        ("内蒙古", "150000"),
        ("广西", "450000"),
        ("西宁", "630100"),
        ("青海省西宁市", "630100"),
        ("青海省/西宁市/城东区", "630102"),
        ("西宁市城东区", "630102"),
        ("青海省西宁市城东区八一东路 1 号", "630102"),
        ("海西州", "632800"),
        ("吉林", "220000"),
        ("吉林市", "220200"),
        ("北京市朝阳区", "110105"),
        ("630102", "630102"),
        ("999999", "999999"),
        ("中国香港", "HKG"),
        ("China", "CHN"),
        ("PK", "PAK"),
        ("United Kingdom", "GBR"),
        ("朝阳区", ""),
        ("火星市", ""),
        ("639999", ""),
    ],
)
def test_a_region_is_found_by_code_path_or_a_name_that_is_unique(name: str, code: str) -> None:
    assert region_table().find(name) == code


def test_a_county_code_out_of_use_falls_back_to_its_city() -> None:
    assert region_table().replaced("630122") == "630100"


def test_the_code_tables_are_complete_and_without_repeats() -> None:
    industries = industry_table()

    # GB/T 4754-2017: 20 letters, 97, 473 and 1,381 codes, as the crosswalk tables count them.
    assert len(industries.names) == 1971
    assert industries.chain("3841") == ("3841", "384", "38", "C")
    assert all(parent in industries.names for parent in industries.parents.values() if parent)
    provinces = [r for r in region_table().regions.values() if r.level == "province"]
    assert len(provinces) == 31


def test_a_key_of_two_ids_stands_for_none_and_better_ranks_go_first() -> None:
    index = NameIndex(
        [
            (text("甲", "乙", "乙", "丙", "丙"), text("1", "2", "3", "4", "4")),
            (text("甲", "丁", None), text("9", "5", "6")),
        ]
    )

    found = index.find(text("甲", "乙", "丙", "丁", None, "戊"))

    assert plain(found) == ["1", None, "4", "5", None, None]
    assert index.several("乙") == ("2", "3")
    assert index.is_several(text("乙", "甲", None)).tolist() == [True, False, False]


def test_an_empty_index_finds_nothing() -> None:
    assert plain(NameIndex([]).find(text("甲", None))) == [None, None]


def test_columns_are_changed_and_split_by_distinct_text() -> None:
    seen: list[str] = []

    def change(cell: str) -> str | None:
        seen.append(cell)
        return cell * 2 if cell != "b" else None

    assert plain(each(text("a", "b", "a", None), change)) == ["aa", None, "aa", None]
    assert seen == ["a", "b"]
    assert exploded(text("x；y", None, "z", "x；y")).to_numpy().tolist() == [
        [0, "x"],
        [0, "y"],
        [2, "z"],
        [3, "x"],
        [3, "y"],
    ]
    assert len(exploded(text(None, None))) == 0
    assert within(text("a", None, "c"), text("c", None)).tolist() == [False, False, True]


def test_certificates_have_one_spelling() -> None:
    assert certificate_name("iatf 16949") == certificate_name("IATF16949")


def test_hints_are_close_and_bounded() -> None:
    suggester = Suggester(["青海示例锂业有限公司", "西宁示例铝业有限公司", None])

    assert suggester.near("青海示例锂业有限责任公司") == ("青海示例锂业有限公司",)
    assert suggester.near("完全不同") == ()


@pytest.mark.parametrize(
    ("cell", "phrases"),
    [
        ("1、碳酸锂 2、氢氧化锂", ("碳酸锂 2", "氢氧化锂")),
        ("（1）碳酸锂；（2）氢氧化锂。", ("碳酸锂", "氢氧化锂")),
        ("碳酸锂、氢氧化锂等产品", ("碳酸锂", "氢氧化锂")),
    ],
)
def test_main_products_are_split_into_phrases(cell: str, phrases: tuple[str, ...]) -> None:
    found = [phrase.text for phrase in main_product_phrases(cell)]

    assert found[-1] == phrases[-1]
    assert len(found) >= len(phrases)
