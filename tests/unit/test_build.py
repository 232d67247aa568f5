"""Rows to graph tables: what one source states, one row an element."""

from __future__ import annotations

import numpy as np
import pandas as pd

from chainmap.ingest.accounts import CleanTable, FindingLog
from chainmap.ingest.build import build_graph_tables
from chainmap.ingest.resolution import Added, Link, Resolution
from chainmap.schema import load_schema


def companies(source: str, names: list[str], ids: list[str], **more: list[object]) -> CleanTable:
    frame = pd.DataFrame({"name": pd.Series(names, dtype="str"), **more})
    frame["name_key"] = frame["name"]
    return CleanTable(
        owner="Company",
        source=source,
        file=source,
        sheet="企业",
        frame=frame,
        text=frame.astype("str"),
        rows=np.arange(4, len(names) + 4),
        headers={},
        rejected=np.zeros(len(names), dtype=bool),
        ids={"id": pd.Series(ids, dtype="str")},
    )


def test_each_source_gets_its_own_rows_with_their_origin() -> None:
    tables = [
        companies("甲.xlsx", ["某公司"], ["Company:tmp-1"]),
        companies("乙.xlsx", ["某公司"], ["Company:tmp-1"]),
    ]

    graph = build_graph_tables(tables, Resolution(), load_schema(), FindingLog(), source="乙.xlsx")

    assert graph.nodes["Company"]["origin"].tolist() == ["乙.xlsx/企业/4"]


def test_rejected_rows_are_left_out_and_the_code_comes_from_the_id() -> None:
    table = companies("甲.xlsx", ["某公司", "它公司"], ["Company:91", "Company:tmp-2"])
    table.rejected[1] = True

    graph = build_graph_tables([table], Resolution(), load_schema(), FindingLog(), source="甲.xlsx")

    assert graph.nodes["Company"]["uscc"].tolist() == ["91"]


def test_of_rows_that_state_one_thing_the_latest_known_value_counts() -> None:
    table = companies(
        "甲.xlsx",
        ["某公司"] * 3,
        ["Company:tmp-1"] * 3,
        employees=[10, 30, None],
        address=["旧址", None, "新址"],
        as_of=["2024-01-01", "2023-01-01", None],
    )
    log = FindingLog()

    graph = build_graph_tables([table], Resolution(), load_schema(), log, source="甲.xlsx")

    (row,) = graph.nodes["Company"].to_dict("records")
    assert (row["employees"], row["address"], row["as_of"]) == (10, "旧址", "2024-01-01")
    assert row["origin"].split("\n") == ["甲.xlsx/企业/4", "甲.xlsx/企业/5", "甲.xlsx/企业/6"]
    assert {f.params["attribute"] for f in log.findings()} == {"从业人员", "地址"}


def test_a_declared_row_goes_before_a_mention() -> None:
    table = companies("甲.xlsx", ["某公司"], ["Company:tmp-1"])
    park = CleanTable(
        owner="Park",
        source="甲.xlsx",
        file="甲.xlsx",
        sheet="园区",
        frame=pd.DataFrame({"name": ["某园"], "description": ["说明"]}, dtype="str"),
        text=pd.DataFrame({"name": ["某园"]}, dtype="str"),
        rows=np.array([2]),
        headers={},
        rejected=np.zeros(1, dtype=bool),
        ids={"id": pd.Series(["Park:某园"], dtype="str")},
    )
    mention = pd.DataFrame({"id": ["Park:某园"], "name": ["别的写法"]}, dtype="str")
    resolution = Resolution(added=[Added(table, "Park", mention, np.array([0]))])

    graph = build_graph_tables(
        [table, park], resolution, load_schema(), FindingLog(), source="甲.xlsx"
    )

    (row,) = graph.nodes["Park"].to_dict("records")
    assert (row["name"], row["description"]) == ("某园", "说明")
    assert row["origin"] == "甲.xlsx/企业/4\n甲.xlsx/园区/2"


def test_a_phrase_becomes_an_edge_with_certainty_and_evidence() -> None:
    table = companies("甲.xlsx", ["某公司"], ["Company:tmp-1"])
    link = Link(
        table,
        "PRODUCES",
        np.array([0]),
        pd.Series(["Company:tmp-1"], dtype="str"),
        pd.Series(["Product:1"], dtype="str"),
        pd.Series(["主营产品：碳酸锂"], dtype="str"),
    )

    graph = build_graph_tables(
        [table], Resolution(links=[link]), load_schema(), FindingLog(), source="甲.xlsx"
    )

    (edge,) = graph.edges["PRODUCES"].to_dict("records")
    assert (edge["probability"], edge["active"]) == (1.0, True)
    assert edge["evidence"] == "主营产品：碳酸锂"
