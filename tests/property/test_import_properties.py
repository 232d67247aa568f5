"""What holds for every import: twice is once, row order does not matter, nothing is lost."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chainmap.codes import ALPHABET, check_uscc, uscc_check_character
from chainmap.errors import InputRejected
from chainmap.names import name_key, product_key
from chainmap.stores.memory import MemoryStore
from chainmap.stores.port import GraphQuery
from chainmap.units import convert, read_date, read_money, read_quantity
from chainmap.workflow.import_files import import_files

if TYPE_CHECKING:
    import random

    from chainmap.answers import Answer

CODES = [first + uscc_check_character(first) for first in (f"91630100MA{n:07d}" for n in range(4))]
NAMES = ["甲公司", "甲 公司", "乙（西宁）公司", "乙(西宁)公司", "丙公司"]
GOODS = ["碳酸锂", "电碳", "磷酸铁锂", "LFP", "水"]

firms = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(["", "", *CODES]),
        st.sampled_from(["", "西宁市", "630102", "海东市"]),
        st.sampled_from(["", "10", "20"]),
        st.sampled_from(["", "2024-01-01", "2025-01-01"]),
    ),
    min_size=1,
    max_size=7,
)
supply = st.lists(
    st.tuples(
        st.sampled_from([*NAMES, *CODES]), st.sampled_from(GOODS), st.sampled_from(["", "5吨"])
    ),
    max_size=6,
)


def write(folder: Path, sheet: str, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    with (folder / f"{sheet}.csv").open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([header, *rows])


def write_all(
    folder: Path, companies: list[tuple[str, ...]], supplies: list[tuple[str, ...]]
) -> None:
    goods = [("L1", "碳酸锂", "电碳"), ("L2", "磷酸铁锂", "LFP")]
    write(folder, "产品", ("产品编码", "产品名称", "别名"), [*goods])
    head = ("企业名称", "统一社会信用代码", "所在地区", "从业人员", "数据日期")
    write(folder, "企业", head, companies)
    if supplies:
        write(folder, "供给", ("企业名称", "产品", "年产能"), supplies)


def picture(store: MemoryStore) -> dict[str, pd.DataFrame]:
    graph = store.read(GraphQuery())
    drop = ["origin", "first_run", "last_run", "statements"]
    return {owner: frame.drop(columns=drop) for owner, frame in graph.frames() if owner != "Source"}


def same(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> None:
    assert sorted(one) == sorted(other)
    for owner, frame in one.items():
        pd.testing.assert_frame_equal(frame, other[owner], obj=owner)


def attempt(folder: Path, store: MemoryStore) -> Answer | set[str]:
    """Import, or return the rules that refused it."""
    try:
        return import_files([folder], store, as_of="2026-01-01")
    except InputRejected as rejected:
        return {f.rule for f in rejected.findings if f.severity == "error"}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(firms, supply, st.randoms(use_true_random=False))
def test_twice_is_once_and_row_order_does_not_matter(
    companies: list[tuple[str, ...]], supplies: list[tuple[str, ...]], rng: random.Random
) -> None:
    with tempfile.TemporaryDirectory() as name, MemoryStore() as store, MemoryStore() as other:
        folder = Path(name)
        write_all(folder, companies, supplies)
        first = attempt(folder, store)
        if isinstance(first, set):
            assert first == {"R-one-code-two-names"}
            return
        for row in first.rows:
            assert row["read"] == row["stored"] + row["merged"] + row["rejected"]  # type: ignore[operator]
        before = picture(store)

        second = import_files([folder], store, as_of="2026-01-01")

        changes = second.extra["changes"]
        assert isinstance(changes, dict)
        assert {kind for kind, counts in changes.items() if counts} == {"unchanged"}
        same(before, picture(store))
        write_all(
            folder, rng.sample(companies, len(companies)), rng.sample(supplies, len(supplies))
        )
        import_files([folder], other, as_of="2026-01-01")
        same(before, picture(other))


@given(st.text(alphabet=ALPHABET, min_size=17, max_size=17))
def test_a_code_with_its_check_character_is_valid_when_the_region_is_digits(first: str) -> None:
    code = first + uscc_check_character(first)

    assert check_uscc(code) in ("", "shape")
    assert (check_uscc(code) == "") == code[2:8].isdigit()


@given(st.text(max_size=40))
def test_normalising_a_name_twice_changes_nothing_more(text: str) -> None:
    assert name_key(name_key(text)) == name_key(text)
    assert product_key(product_key(text)) == product_key(text)


@given(st.text(max_size=20))
def test_any_text_is_read_or_told_and_never_raises(text: str) -> None:
    for cell in (read_money(text), read_quantity(text), read_date(text)):
        assert cell.value is not None or cell.rule


@given(st.decimals(min_value=0, max_value=10**6, places=2))
def test_an_amount_reads_the_same_in_every_unit_of_money(amount: object) -> None:
    whole = read_money(f"{amount}万元").value

    assert isinstance(whole, float)
    assert read_money(str(amount), unit="万元").value == whole
    assert read_money(f"{amount}", unit="万").value == whole


@given(
    st.floats(min_value=1e-3, max_value=1e9),
    st.sampled_from([("万吨", "kg"), ("GW", "kW"), ("亿㎡", "亩"), ("公里", "米"), ("升", "mL")]),
)
def test_converting_there_and_back_keeps_the_value(value: float, pair: tuple[str, str]) -> None:
    there = convert(value, *pair)

    assert there is not None
    back = convert(there, pair[1], pair[0])
    assert back is not None
    assert abs(back - value) <= 1e-9 * value
