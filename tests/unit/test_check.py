"""Rules over whole tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from chainmap.ingest import check
from chainmap.ingest.accounts import CleanTable, FindingLog, count_rows
from chainmap.ingest.resolution import Resolution

if TYPE_CHECKING:
    from collections.abc import Mapping

EXAMPLE = "91999999MA00000018"


def table(
    owner: str,
    columns: Mapping[str, list[object]],
    ids: Mapping[str, list[str | None]] | None = None,
) -> CleanTable:
    frame = pd.DataFrame(dict(columns))
    for name in frame.columns:
        if frame[name].dtype == object:
            frame[name] = frame[name].astype("str")
    made = CleanTable(
        owner=owner,
        source="表.xlsx",
        file="表.xlsx",
        sheet=owner,
        frame=frame,
        text=frame.astype("str"),
        rows=np.arange(2, len(frame) + 2),
        headers={},
        rejected=np.zeros(len(frame), dtype=bool),
    )
    made.ids = {name: pd.Series(cells, dtype="str") for name, cells in (ids or {}).items()}
    return made


def told(log: FindingLog) -> list[tuple[str, int | None]]:
    return [(finding.rule, finding.row) for finding in log.findings()]


@pytest.mark.parametrize(
    ("columns", "count"),
    [
        ({"uscc": ["A", "A"], "name": ["甲公司", "乙公司"]}, 2),
        ({"uscc": ["A", "A"], "name": ["甲（西宁）公司", "甲(西宁) 公司"]}, 0),
        ({"uscc": ["A", "A"], "name": ["甲公司", "乙公司"], "former_names": ["乙公司", None]}, 0),
        (
            {
                "uscc": ["A", "A"],
                "name": ["甲公司", "乙公司"],
                "as_of": ["2024-01-01", "2025-01-01"],
            },
            0,
        ),
        ({"uscc": ["A", "B"], "name": ["甲公司", "乙公司"]}, 0),
        ({"uscc": [None, None], "name": ["甲公司", "乙公司"]}, 0),
    ],
)
def test_one_code_has_one_name_unless_a_change_is_told(
    columns: Mapping[str, list[object]], count: int
) -> None:
    log = FindingLog()

    check.check_one_code_one_name([table("Company", columns)], log)

    assert len(told(log)) == count


def test_codes_that_differ_under_one_name_are_told_across_tables() -> None:
    log = FindingLog()
    tables = [
        table("Company", {"uscc": ["A"], "name": ["甲公司"]}),
        table("Company", {"uscc": ["B"], "name": ["甲 公司"]}),
    ]

    check.check_one_name_one_code(tables, log)

    assert [rule for rule, _ in told(log)] == ["R-one-name-two-codes"] * 2


def test_one_product_code_has_one_name_or_an_alias() -> None:
    log = FindingLog()
    columns: dict[str, list[object]] = {
        "code": ["P1", "P1", "P2", "P2"],
        "name": ["甲", "乙", "丙", "丁"],
        "aliases": [None, None, "丁；戊", None],
    }

    check.check_one_product_code_one_name([table("Product", columns)], log)

    assert told(log) == [("R-one-product-code-two-names", 2), ("R-one-product-code-two-names", 3)]


def test_an_example_code_must_be_marked() -> None:
    log = FindingLog()
    marked = pd.array([True, False, None], dtype="boolean")
    firms = table("Company", {"uscc": [EXAMPLE] * 3, "name": ["甲", "乙", "丙"]})
    firms.frame["is_example"] = marked

    check.check_examples(firms, log)

    assert told(log) == [("R-example-unmarked", 3), ("R-example-unmarked", 4)]


def test_a_deadline_on_the_day_itself_has_not_passed() -> None:
    log = FindingLog()
    demands = table("REQUIRES", {"deadline": ["2026-10-31", "2026-11-01", None]})

    check.check_deadlines(demands, log, as_of="2026-11-01")

    assert told(log) == [("R-deadline-past", 2)]


def test_shares_of_one_whole_are_added_once_a_pair() -> None:
    log = FindingLog()
    ids = {"source": ["a", "b", "b", "a"], "target": ["x", "x", "x", "y"]}
    inputs = table("INPUT_TO", {"cost_share": [0.6, 0.6, 0.6, 0.9]}, ids)

    check.check_sums([inputs], "cost_share", "target", "G-cost-share-sum", log, {"x": "某物"}.get)

    (finding,) = log.findings()
    assert finding.params["total"] == "120"
    assert finding.params["name"] == "某物"


def test_a_cycle_names_its_products_and_a_line_does_not_appear() -> None:
    log = FindingLog()
    ids = {"source": ["a", "b", "c"], "target": ["b", "a", "d"]}
    inputs = table("INPUT_TO", {"quantity": [1.0, 1.0, 1.0]}, ids)

    check.check_cycles([inputs], Resolution(products={"a": "甲", "b": "乙"}), log)

    (finding,) = log.findings()
    assert finding.params == {"count": 2, "names": "甲、乙"}


def test_accounts_count_an_element_where_it_is_stated_first() -> None:
    first = table("Company", {"name": ["甲", "乙", "甲"]}, {"id": ["1", "2", "1"]})
    second = table("Company", {"name": ["乙", "丙"]}, {"id": ["2", None]})
    second.sheet = "后"
    second.rejected[1] = True

    accounts = count_rows([second, first], lambda _: ("id",))

    counted = [(a.read, a.stored, a.merged, a.rejected) for a in accounts]
    assert counted == [(3, 2, 1, 0), (2, 0, 1, 1)]
