"""Records that are one firm count as one when the graph is read, and not before."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest

from chainmap.analysis.fold import fold_companies, same_firms
from chainmap.tables import GraphTables

A, B, C, D = (f"Company:{key}" for key in ("91A", "tmp-b", "tmp-c", "92D"))


def pairs(*rows: tuple[str, str, float, str | None, str | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["source", "target", "probability", "band", "verdict"])
    return frame.astype(dict.fromkeys(("source", "target", "band", "verdict"), "str"))


def test_a_sure_pair_is_one_firm_under_its_credit_code() -> None:
    assert same_firms(pairs((A, B, 0.99, "accept", None))) == {B: A}


def test_a_doubtful_pair_waits_for_a_verdict() -> None:
    assert same_firms(pairs((A, B, 0.7, "review", None))) == {}
    assert same_firms(pairs((A, B, 0.7, "review", "同一"))) == {B: A}


def test_a_verdict_overrules_the_comparison() -> None:
    assert same_firms(pairs((A, B, 0.99, "accept", "不同"))) == {}


def test_two_credit_codes_never_meet_not_even_through_a_third() -> None:
    found = same_firms(pairs((A, B, 0.99, "accept", None), (D, B, 0.98, "accept", None)))

    assert found == {B: A}


def test_a_pair_called_different_stays_apart_through_a_third() -> None:
    rows = [
        (B, C, 0.9, "review", "不同"),
        (A, B, 0.99, "accept", None),
        (A, C, 0.98, "accept", None),
    ]

    for order in itertools.permutations(rows):
        assert same_firms(pairs(*order)) == {B: A}


def company(**columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame(columns)


def test_folded_records_fill_each_other_and_parallel_relations_become_one() -> None:
    tables = GraphTables(
        nodes={"Company": company(id=[A, B], name=["甲", "甲公司"], employees=[None, 12.0])},
        edges={
            "PRODUCES": pd.DataFrame(
                {
                    "source": [A, B, B],
                    "target": ["Product:1", "Product:1", "Product:2"],
                    "probability": [0.4, 0.9, 1.0],
                    "capacity": [5.0, 7.0, 1.0],
                    "active": pd.array([False, True, True], dtype="boolean"),
                    "origin": ["a/s/1", "b/s/2", "b/s/3"],
                }
            ),
            "SUPPLIES": pd.DataFrame({"source": [A], "target": [B], "product": [""]}),
            "SAME_AS": pairs((A, B, 1.0, "accept", None)),
        },
    )

    folded = fold_companies(tables, {B: A})

    assert folded.nodes["Company"].to_dict("records") == [
        {"id": A, "name": "甲", "employees": 12.0}
    ]
    made = folded.edges["PRODUCES"].set_index("target")
    assert made["source"].tolist() == [A, A]
    one = made.loc["Product:1"]
    assert (one["probability"], one["capacity"], bool(one["active"])) == (0.9, 5.0, True)
    assert one["origin"] == "a/s/1\nb/s/2"
    assert len(folded.edges["SUPPLIES"]) == 0
    assert "SAME_AS" not in folded.edges
    assert len(tables.nodes["Company"]) == 2


@pytest.mark.parametrize("firm", [{}, {C: A}])
def test_tables_without_such_companies_stay_as_they_are(firm: dict[str, str]) -> None:
    frame = company(id=[A], name=["甲"])

    assert fold_companies(GraphTables({"Company": frame}), firm).nodes["Company"].equals(frame)
