"""Graph tables have fixed columns and dtypes, whatever they are made from."""

from __future__ import annotations

import pandas as pd

from chainmap.schema import load_schema
from chainmap.tables import (
    GraphTables,
    origin_parts,
    origins,
    row_key,
    typed_frame,
)

SCHEMA = load_schema()


def test_an_empty_frame_has_the_columns_of_the_schema() -> None:
    frame = typed_frame(SCHEMA, "REQUIRES", pd.DataFrame())
    assert list(frame.columns[:3]) == ["source", "target", "demand_id"]
    assert frame["volume"].dtype == "float64"
    assert str(frame["active"].dtype) == "boolean"
    assert frame.columns[-1] == "origin"
    assert list(typed_frame(SCHEMA, "Region", pd.DataFrame(), provenance=True).columns[-3:]) == [
        "first_run", "last_run", "statements",
    ]  # fmt: skip


def test_absent_columns_are_null_and_absent_keys_are_empty_text() -> None:
    frame = typed_frame(SCHEMA, "SUPPLIES", pd.DataFrame({"source": ["a"], "target": ["b"]}))
    assert frame.loc[0, "product"] == ""
    assert pd.isna(frame.loc[0, "amount_cny"])


def test_the_input_frame_is_not_modified() -> None:
    given = pd.DataFrame({"id": ["Region:1"], "code": [None]})
    typed_frame(SCHEMA, "Region", given)
    assert list(given.columns) == ["id", "code"]


def test_rows_are_identified_by_id_or_by_ends_and_key() -> None:
    assert row_key(SCHEMA, "Company") == ["id"]
    assert row_key(SCHEMA, "HAS_CAPACITY") == ["source", "target", "as_of"]


def test_an_origin_is_split_from_the_right() -> None:
    assert origin_parts("a/b.xlsx/企业/17") == ("a/b.xlsx", "企业", 17)
    assert origin_parts("import/表/") == ("import", "表", None)
    assert origins("x/y/1\nx/y/2") == ("x/y/1", "x/y/2")
    assert origins(None) == ()


def test_frames_come_nodes_first_in_sorted_order() -> None:
    frame = typed_frame(SCHEMA, "Region", pd.DataFrame())
    tables = GraphTables(nodes={"Region": frame, "Park": frame}, edges={"LEADS": frame})
    assert [owner for owner, _ in tables.frames()] == ["Park", "Region", "LEADS"]
