"""What a row is when several sources state it (chainmap.stores.merge)."""

from __future__ import annotations

import itertools
import json

import pandas as pd
import pytest

from chainmap.schema import load_schema
from chainmap.stores.columns import frame_of, records_of, stored_dtypes
from chainmap.stores.merge import (
    differs,
    join_records,
    joined_list,
    merge_duplicates,
    merge_rows,
    sources_of,
    stale_rows,
    withdraw_rows,
)
from chainmap.tables import Run

SCHEMA = load_schema()
LABEL = "Company"


def run(number: int, source: str) -> Run:
    return Run(f"r{number}", source, "2026-01-01", "0")


def said(source: str, **values: object) -> pd.DataFrame:
    row = {"id": "Company:1", "name": "甲", "origin": f"{source}/企业/2"} | values
    dtypes = {n: d for n, d in stored_dtypes(SCHEMA, LABEL).items() if n in _GIVEN}
    return frame_of([row], dtypes)


_GIVEN = [
    n for n in stored_dtypes(SCHEMA, LABEL) if n not in ("first_run", "last_run", "statements")
]
NOTHING = frame_of([], stored_dtypes(SCHEMA, LABEL))


def stated(*said_by: tuple[str, dict[str, object]]) -> pd.DataFrame:
    """The row after the sources stated it one after the other."""
    stored = NOTHING
    for number, (source, values) in enumerate(said_by):
        row = said(source, **values)
        stored = merge_rows(SCHEMA, LABEL, row, stored, run(number, source)).rows
    return stored


def value(rows: pd.DataFrame, name: str) -> object:
    return records_of(rows)[0][name]


def test_a_new_row_is_added_and_stamped() -> None:
    merged = merge_rows(SCHEMA, LABEL, said("a"), NOTHING, run(1, "a"))

    assert merged.added.tolist() == [True]
    assert merged.changed.tolist() == [False]
    assert value(merged.rows, "first_run") == "r1"
    assert value(merged.rows, "statements") is None


def test_the_incoming_and_the_stored_frame_are_not_modified() -> None:
    incoming, stored = said("b", employees=2), stated(("a", {"employees": 1}))
    copies = incoming.copy(), stored.copy()

    merge_rows(SCHEMA, LABEL, incoming, stored, run(2, "b"))

    pd.testing.assert_frame_equal(incoming, copies[0])
    pd.testing.assert_frame_equal(stored, copies[1])


def test_a_restatement_with_other_origins_or_runs_only_is_unchanged() -> None:
    stored = stated(("a", {"employees": 1}))
    again = said("a", employees=1, origin="a/企业/9")

    merged = merge_rows(SCHEMA, LABEL, again, stored, run(5, "a"))

    assert merged.changed.tolist() == [False]
    assert value(merged.rows, "origin") == "a/企业/9"
    assert value(merged.rows, "first_run") == "r0"
    assert value(merged.rows, "last_run") == "r5"


SAID = (
    ("a", {"employees": 1, "as_of": "2025-01-01"}),
    ("b", {"employees": 2, "as_of": "2024-01-01", "address": "海东"}),
    ("c", {"employees": 3, "address": "西宁"}),
)


@pytest.mark.parametrize("order", list(itertools.permutations(SAID)))
def test_three_sources_give_one_row_in_every_order(
    order: tuple[tuple[str, dict[str, object]], ...],
) -> None:
    rows = stated(*order)

    assert value(rows, "employees") == 1
    assert value(rows, "address") == "海东"
    assert value(rows, "as_of") == "2025-01-01"
    assert value(rows, "origin") == "a/企业/2\nb/企业/2\nc/企业/2"


def test_statements_hold_what_each_source_said_and_when() -> None:
    text = value(stated(*SAID[:2]), "statements")

    assert json.loads(str(text)) == {
        "a": {
            "as_of": "2025-01-01",
            "origin": ["a/企业/2"],
            "run": "r0",
            "values": {"name": "甲", "employees": 1, "as_of": "2025-01-01"},
        },
        "b": {
            "as_of": "2024-01-01",
            "origin": ["b/企业/2"],
            "run": "r1",
            "values": {"name": "甲", "employees": 2, "as_of": "2024-01-01", "address": "海东"},
        },
    }


def test_a_source_that_agrees_or_is_silent_is_no_conflict() -> None:
    stored = stated(("a", {"employees": 1}))

    agreeing = merge_rows(SCHEMA, LABEL, said("b", employees=1), stored, run(2, "b"))
    silent = merge_rows(SCHEMA, LABEL, said("b"), stored, run(2, "b"))

    assert agreeing.conflicts == ()
    assert silent.conflicts == ()


def test_conflicts_name_both_values_both_origins_and_only_the_source_at_hand() -> None:
    stored = stated(*SAID[:2])

    found = merge_rows(SCHEMA, LABEL, said("c", employees=3), stored, run(3, "c")).conflicts

    assert [
        (c.row_id, c.attribute, c.kept, c.kept_origin, c.dropped, c.dropped_origin) for c in found
    ] == [
        ("Company:1", "employees", "1", "a/企业/2", "3", "c/企业/2"),
    ]


def test_withdrawing_brings_back_what_the_others_say() -> None:
    rows = stated(*SAID)

    once = withdraw_rows(SCHEMA, LABEL, rows, run(9, "a"))
    twice = withdraw_rows(SCHEMA, LABEL, once.kept, run(9, "b"))

    assert once.changed.tolist() == [True]
    assert value(once.kept, "employees") == 2
    assert value(twice.kept, "employees") == 3
    assert value(twice.kept, "statements") is None
    assert value(twice.kept, "last_run") == "r2"
    last = withdraw_rows(SCHEMA, LABEL, twice.kept, run(9, "c"))
    assert last.kept.empty
    assert last.unstated.tolist() == [0]


def test_only_the_source_s_own_older_statement_is_stale() -> None:
    rows = stated(*SAID)

    assert stale_rows(rows, run(5, "a")).tolist() == [True]
    assert stale_rows(rows, run(0, "a")).tolist() == [False]
    assert stale_rows(rows, run(5, "d")).tolist() == [False]
    assert stale_rows(stated(SAID[0]), run(5, "a")).tolist() == [True]
    assert stale_rows(stated(SAID[0]), run(0, "a")).tolist() == [False]


def test_a_row_that_nobody_states_belongs_to_whoever_states_it_next() -> None:
    unstated = stated(("a", {"employees": 1})).assign(origin=pd.Series([None], dtype="str"))

    merged = merge_rows(SCHEMA, LABEL, said("b"), unstated, run(2, "b"))

    assert value(merged.rows, "employees") is None
    assert value(merged.rows, "statements") is None
    assert value(merged.rows, "first_run") == "r0"
    assert merged.changed.tolist() == [True]


def test_an_edge_is_active_unless_it_says_otherwise() -> None:
    dtypes = stored_dtypes(SCHEMA, "PRODUCES")
    ends = {"source": "Company:1", "origin": "a/s/2"}
    rows = [
        ends | {"target": f"Product:{i}", "active": a} for i, a in enumerate((None, True, False))
    ]
    given = {n: d for n, d in dtypes.items() if n not in ("first_run", "last_run", "statements")}

    merged = merge_rows(
        SCHEMA, "PRODUCES", frame_of(rows, given), frame_of([], dtypes), run(1, "a")
    )

    assert merged.rows["active"].tolist() == [True, True, False]


def test_old_keys_are_never_forgotten() -> None:
    rows = stated(("a", {"former_ids": "tmp-1"}), ("b", {"former_ids": "tmp-2"}), ("a", {}))

    assert value(rows, "former_ids") == "tmp-1；tmp-2"
    assert joined_list(None, "") is None


def test_two_rows_become_one_and_the_later_statement_goes_first() -> None:
    one = records_of(stated(("a", {"employees": 1, "as_of": "2024-01-01", "address": "甲地"})))[0]
    two = records_of(stated(("a", {"employees": 2, "as_of": "2025-01-01", "origin": "a/x/9"})))[0]

    ways = [join_records(SCHEMA, LABEL, *pair) for pair in ((one, two), (two, one))]

    for joined in ways:
        assert joined["employees"] == 2
        assert joined["address"] == "甲地"
        assert joined["origin"] == "a/x/9\na/企业/2"
        assert joined["statements"] is None


def test_duplicates_are_united_the_same_way_in_every_order() -> None:
    frames = [
        said("a", employees=1, as_of="2024-01-01", phone="1"),
        said("a", employees=2, as_of="2025-01-01", origin="a/企业/3"),
        said("a", employees=3, origin="a/企业/4", address="西宁"),
    ]

    united = [
        merge_duplicates(SCHEMA, LABEL, pd.concat(order, ignore_index=True))
        for order in itertools.permutations(frames)
    ]

    for one in united:
        pd.testing.assert_frame_equal(one, united[0])
    assert len(united[0]) == 1
    row = records_of(united[0])[0]
    assert (row["employees"], row["phone"], row["address"]) == (2, "1", "西宁")
    assert row["origin"] == "a/企业/2\na/企业/3\na/企业/4"


@pytest.mark.parametrize(
    ("origin", "source"),
    [
        ("a.xlsx/企业/2", "a.xlsx"),
        ("a/b.xlsx/企业/2\na/b.xlsx/企业/3", "a/b.xlsx"),
        (None, None),
        ("", None),
    ],
)
def test_the_source_of_an_origin_is_what_stands_before_sheet_and_row(
    origin: str | None, source: str | None
) -> None:
    found = sources_of(pd.Series([origin], dtype="str"))

    assert [None if pd.isna(name) else name for name in found] == [source]


def test_null_equals_null_and_nothing_else() -> None:
    one, other = stated(("a", {"employees": 0})), stated(("a", {}))

    assert differs(SCHEMA, LABEL, one, one).tolist() == [False]
    assert differs(SCHEMA, LABEL, other, other).tolist() == [False]
    assert differs(SCHEMA, LABEL, one, other).tolist() == [True]


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ("公开", "仅局内", "仅局内"),
        ("定向", "公开", "定向"),
        ("公开", None, None),
        ("公开", "公开", "公开"),
    ],
)
def test_the_strictest_visibility_holds_whoever_came_last(
    first: str, second: str | None, kept: str | None
) -> None:
    dtypes = stored_dtypes(SCHEMA, "REQUIRES")
    given = {n: d for n, d in dtypes.items() if n not in ("first_run", "last_run", "statements")}
    demand = {"source": "Company:1", "target": "Product:1", "demand_id": "1"}
    for order in ((first, second), (second, first)):
        stored = frame_of([], dtypes)
        for number, visibility in enumerate(order):
            source = f"{number}.xlsx"
            told = demand | {"visibility": visibility, "origin": f"{source}/需求/2"}
            row = frame_of([told | {"as_of": f"2026-0{number + 1}-01"}], given)
            stored = merge_rows(SCHEMA, "REQUIRES", row, stored, run(number, source)).rows
        assert value(stored, "visibility") == kept

    rows = [
        demand | {"visibility": v, "origin": f"a.xlsx/需求/{n}"}
        for n, v in enumerate((first, second))
    ]
    assert value(merge_duplicates(SCHEMA, "REQUIRES", frame_of(rows, given)), "visibility") == kept
