"""Odd values go in and come out the same on every engine."""

from __future__ import annotations

from typing import Any

import pytest
from conformance_samples import column, ids, run, tables

from chainmap.stores.port import Condition, GraphQuery, GraphStore, Op

TEXTS = [
    'O\'Brien "Ltd"; DROP TABLE Company; --',
    "西宁（国家级）经济技术开发区【甲】《乙》",
    "多行\n文本\r\n\t制表",
    "🔋⚡ 𠮷野家 é é",
    '=HYPERLINK("x")',
    " 两端空格 ",
    "null",
    "$x {y} `z` \\ % _ ?",
    "长" * 40_000,
]
FLOATS = [0.0, -0.0, 5e-324, 1.7976931348623157e308, 0.1 + 0.2, -1e-300, 1e22, 123456789.123456789]
INTEGERS = [0, -1, 2**53, 2**53 + 1, 2**63 - 1, -(2**63)]


def one(**values: Any) -> Any:
    return tables(Company=[{"id": "Company:甲", "name": "甲"} | values])


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_texts_come_back_and_can_be_asked_for(store: GraphStore, text: str) -> None:
    store.write(one(business_scope=text), run(1))

    query = GraphQuery(where=(Condition("Company", "business_scope", Op.EQ, text),))

    assert column(store.read(query), "Company", "business_scope") == [text]


@pytest.mark.parametrize("text", [t for t in TEXTS if len(t) < 100], ids=str)
def test_ids_hold_any_text(store: GraphStore, text: str) -> None:
    company, product = f"Company:{text}", f"Product:{text}"
    written = tables(
        Company=[{"id": company, "name": "甲"}],
        Product=[{"id": product, "name": "乙"}],
        PRODUCES=[{"source": company, "target": product}],
    )
    store.write(written, run(1))
    store.write(written, run(2))

    found = store.read(GraphQuery(seeds=(company,), hops=1))

    assert ids(found) == [company, product]
    assert column(found, "PRODUCES", "target") == [product]


def test_floats_keep_every_bit_but_the_sign_of_zero(store: GraphStore) -> None:
    rows = [{"id": f"Company:{i}", "name": "甲", "revenue_cny": v} for i, v in enumerate(FLOATS)]

    store.write(tables(Company=rows), run(1))

    found = column(store.read(GraphQuery()), "Company", "revenue_cny")
    assert [value.hex() for value in found] == [(value + 0.0).hex() for value in FLOATS]


def test_integers_keep_every_digit(store: GraphStore) -> None:
    rows = [{"id": f"Company:{i}", "name": "甲", "employees": v} for i, v in enumerate(INTEGERS)]

    store.write(tables(Company=rows), run(1))

    assert column(store.read(GraphQuery()), "Company", "employees") == INTEGERS
    query = GraphQuery(where=(Condition("Company", "employees", Op.EQ, 2**53 + 1),))
    assert ids(store.read(query)) == ["Company:3"]


def test_odd_values_survive_a_second_source(store: GraphStore) -> None:
    """A row of several sources goes through JSON; nothing may be lost there."""
    values = {"business_scope": TEXTS[2], "employees": 2**53 + 1, "revenue_cny": 5e-324}
    store.write(one(**values, is_example=False), run(1))

    store.write(tables("b.xlsx", Company=[{"id": "Company:甲", "name": "甲"}]), run(2, "b.xlsx"))
    store.write(one(**values, is_example=False), run(3))
    store.prune(run(4, "b.xlsx"))

    found = store.read(GraphQuery())
    for name, value in values.items():
        assert column(found, "Company", name) == [value]
    assert column(found, "Company", "is_example") == [False]


def test_true_false_and_unknown_are_three_things(store: GraphStore) -> None:
    flags = [True, False, None]
    rows = [{"id": f"Company:{i}", "name": "甲", "is_example": v} for i, v in enumerate(flags)]

    store.write(tables(Company=rows), run(1))

    found = store.read(GraphQuery())
    assert column(found, "Company", "is_example") == flags
    assert str(found.nodes["Company"]["is_example"].dtype) == "boolean"


def test_an_empty_text_is_not_null(store: GraphStore) -> None:
    store.write(one(address=""), run(1))

    found = store.read(GraphQuery())

    assert column(found, "Company", "address") == [""]
    assert column(found, "Company", "short_name") == [None]


def test_sources_may_hold_slashes_and_share_a_beginning(store: GraphStore) -> None:
    for number, source in enumerate(("a", "a/b", "a/b/c")):
        row = {"id": f"Company:{number}", "name": "甲"}
        store.write(tables(source, Company=[row]), run(number, source))

    store.prune(run(9, "a/b"))

    assert ids(store.read(GraphQuery())) == ["Company:0", "Company:2"]
