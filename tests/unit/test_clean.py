from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from chainmap.errors import Severity
from chainmap.ingest.accounts import LISTED, CleanTable, FindingLog
from chainmap.ingest.clean import clean_table
from chainmap.ingest.shapes import NamedTable
from chainmap.schema import load_schema

if TYPE_CHECKING:
    from collections.abc import Mapping

VALID = "91350100M000100Y43"


def cleaned(
    owner: str,
    columns: Mapping[str, list[str | None]],
    *,
    units: Mapping[str, str] | None = None,
    strict: tuple[str, ...] = (),
) -> tuple[CleanTable, FindingLog]:
    length = len(next(iter(columns.values())))
    data = {name: pd.Series(cells, dtype="str") for name, cells in columns.items()}
    named = NamedTable(
        owner=owner,
        file="表.xlsx",
        sheet="表",
        frame=pd.DataFrame(data, index=pd.RangeIndex(length)),
        rows=np.arange(2, length + 2),
        headers={name: f"列{name}" for name in columns},
        units=units or {},
    )
    log = FindingLog(strict=strict)
    return clean_table(named, load_schema(), log, source="表.xlsx"), log


def told(log: FindingLog) -> list[tuple[str, int | None, str]]:
    return [(finding.rule, finding.row, finding.value) for finding in log.findings()]


def test_a_value_is_canonical_and_the_text_is_kept() -> None:
    table, log = cleaned(
        "Company",
        {
            "name": [" 甲公司 ", "乙公司"],
            "registered_capital_cny": ["3000", "2亿元"],
            "founded_on": ["2016年5月3日", "42491"],
            "employees": ["1,200人", None],
            "is_example": ["是", "×"],
        },
        units={"registered_capital_cny": "万元"},
    )

    assert table.frame["name"].tolist() == ["甲公司", "乙公司"]
    assert table.frame["registered_capital_cny"].tolist() == [3e7, 2e8]
    assert table.frame["founded_on"].tolist() == ["2016-05-03", "2016-05-01"]
    assert table.frame["employees"].tolist() == [1200, pd.NA]
    assert table.frame["is_example"].tolist() == [True, False]
    assert table.text["name"].tolist()[0] == " 甲公司 "
    assert told(log) == []


def test_money_without_a_unit_names_the_cell_and_the_way_out() -> None:
    _, log = cleaned("Company", {"name": ["甲"], "registered_capital_cny": ["3千万"]})

    (finding,) = log.findings()

    assert finding.severity is Severity.ERROR
    assert (finding.rule, finding.row, finding.value) == ("V-no-unit", 2, "3千万")
    assert finding.column == "列registered_capital_cny"
    assert "3千万" in finding.message
    assert "万元" in finding.fix


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("91350100M000100Y4A", "V-uscc-check"),
        ("9135O100M000100Y43", "V-uscc-letters"),
        ("91350100", "V-uscc-length"),
        ("9.16301E+17", "V-uscc-precision"),
        ("630100100012345", "V-uscc-old"),
    ],
)
def test_a_bad_credit_code_is_unknown_and_told(code: str, rule: str) -> None:
    table, log = cleaned("Company", {"name": ["甲", "乙"], "uscc": [code, f" {VALID.lower()} "]})

    assert table.frame["uscc"].tolist()[1] == VALID
    assert table.frame["uscc"].isna().tolist() == [True, False]
    assert told(log) == [(rule, 2, code)]


def test_the_column_test_for_codes_agrees_with_the_single_one() -> None:
    from chainmap.codes import ALPHABET, check_uscc, uscc_check_character

    rng = np.random.default_rng(7)
    first = ["91630100" + "".join(rng.choice(list(ALPHABET), 9)) for _ in range(300)]
    codes: list[str | None] = [
        code + uscc_check_character(code) if number % 2 else code + "0"
        for number, code in enumerate(first)
    ]

    table, _ = cleaned("Company", {"name": ["甲"] * 300, "uscc": [*codes]})

    expected = [code if check_uscc(str(code)) == "" else None for code in codes]
    assert table.frame["uscc"].astype(object).where(table.frame["uscc"].notna(), None).tolist() == (
        expected
    )


def test_a_quantity_takes_its_unit_from_cell_then_column_then_header() -> None:
    table, log = cleaned(
        "PRODUCES",
        {
            "source": ["甲"] * 4,
            "target": ["乙"] * 4,
            "capacity": ["5万吨", "5", "5", "5"],
            "capacity_unit": ["GWh", "GWh", None, "-"],
        },
        units={"capacity": "万套"},
    )

    assert table.frame["capacity"].tolist() == [50_000, 5, 50_000, 5]
    assert table.frame["capacity_unit"].astype(object).tolist()[:3] == ["吨", "GWh", "套"]
    assert told(log) == [("V-quantity-no-unit", 5, "5")]


def test_shares_out_of_bounds_are_errors_but_utilisation_may_exceed() -> None:
    table, log = cleaned(
        "PRODUCES",
        {
            "source": ["甲"] * 3,
            "target": ["乙"] * 3,
            "revenue_share": ["120%", "-5%", "60%"],
            "utilisation": ["110%", "90%", None],
        },
    )

    assert table.frame["utilisation"].tolist()[:2] == [1.1, 0.9]
    assert {(f.rule, f.row, f.severity.value) for f in log.findings()} == {
        ("V-utilisation-over", 2, "warning"),
        ("V-share-over", 2, "error"),
        ("V-negative", 3, "error"),
    }


def test_a_row_without_a_required_value_is_rejected_and_told() -> None:
    table, log = cleaned("Company", {"name": [None, "乙", "-"], "address": ["某路", None, None]})

    assert table.rejected.tolist() == [True, False, True]
    assert [entry[:2] for entry in told(log)] == [("V-required", 2), ("V-required", 4)]


def test_a_code_stands_in_for_the_name_of_an_end() -> None:
    table, log = cleaned(
        "PRODUCES", {"source": [None], "source_uscc": [VALID], "target": ["碳酸锂"]}
    )

    assert not table.rejected.any()
    assert told(log) == []


@pytest.mark.parametrize(
    ("owner", "attribute", "text", "value"),
    [
        ("Company", "status", "存续（在营、开业、在册）", "存续"),
        ("Company", "size_class", "小型企业", "小型"),
        ("REQUIRES", "visibility", "否", "仅局内"),
        ("LEADS", "role", "龙头（公开报道）", "龙头(公开报道)"),
        ("INPUT_TO", "essential", "2.0", "2"),
    ],
)
def test_usual_wordings_of_closed_values_are_understood(
    owner: str, attribute: str, text: str, value: str
) -> None:
    table, log = cleaned(owner, {attribute: [text]})

    assert table.frame[attribute].tolist() == [value]
    assert not [entry for entry in told(log) if entry[0] != "V-required"]


def test_a_value_outside_the_closed_set_lists_the_choices() -> None:
    _, log = cleaned("Company", {"name": ["甲"], "size_class": ["巨型"]})

    (finding,) = log.findings()

    assert finding.rule == "V-not-allowed"
    assert "大型、中型、小型、微型" in finding.fix


def test_a_million_equal_problems_are_listed_in_part_and_counted_in_full() -> None:
    count = LISTED + 234
    _, log = cleaned("Company", {"name": ["甲"] * count, "employees": ["很多"] * count})

    findings = log.findings()
    rest = [finding for finding in findings if finding.rule == "F-more"]

    assert sum(finding.rule == "V-not-a-number" for finding in findings) == LISTED
    assert [finding.params["total"] for finding in rest] == [count]
    assert "234" in rest[0].message


def test_a_strict_rule_becomes_an_error() -> None:
    _, loose = cleaned("Company", {"name": ["甲"], "employees": ["500-800"]})
    _, strict = cleaned("Company", {"name": ["甲"], "employees": ["500-800"]}, strict=("V-range",))

    assert not loose.has_errors
    assert strict.has_errors
