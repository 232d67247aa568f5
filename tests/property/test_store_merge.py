"""Laws of the merge: order of imports and of rows never matters; withdrawing undoes stating."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from chainmap.schema import load_schema
from chainmap.stores.columns import Record, frame_of, records_of, stored_dtypes
from chainmap.stores.merge import merge_duplicates, merge_rows, withdraw_rows
from chainmap.tables import Run

SCHEMA = load_schema()
LABEL = "Company"
DTYPES = stored_dtypes(SCHEMA, LABEL)
GIVEN = {n: d for n, d in DTYPES.items() if n not in ("first_run", "last_run", "statements")}
SOURCES = ("a", "b/c", "d")

VALUES = st.fixed_dictionaries(
    {
        "name": st.text(max_size=3) | st.none(),
        "employees": st.integers(-(2**63), 2**63 - 1) | st.none(),
        "revenue_cny": st.floats(allow_nan=False, allow_infinity=False) | st.none(),
        "is_example": st.booleans() | st.none(),
        "as_of": st.sampled_from(["2024-01-01", "2025-01-01", None]),
    }
)
quick = settings(max_examples=40, deadline=None, derandomize=True)


def stated(order: list[str], said: dict[str, dict[str, Any]]) -> Record:
    """The row after the sources spoke in that order; run ids belong to the source."""
    stored = frame_of([], DTYPES)
    for source in order:
        row = said[source] | {"id": "Company:1", "origin": f"{source}/s/2"}
        run = Run(f"run {source}", source, "", "")
        stored = merge_rows(SCHEMA, LABEL, frame_of([row], GIVEN), stored, run).rows
    return records_of(stored)[0] | {"first_run": None}


@quick
@given(st.fixed_dictionaries(dict.fromkeys(SOURCES, VALUES)), st.permutations(SOURCES))
def test_the_order_of_imports_never_matters(
    said: dict[str, dict[str, Any]], order: list[str]
) -> None:
    assert stated(order, said) == stated(list(SOURCES), said)


@quick
@given(st.fixed_dictionaries(dict.fromkeys(SOURCES, VALUES)), st.sampled_from(SOURCES))
def test_a_source_withdrawn_is_a_source_that_never_spoke(
    said: dict[str, dict[str, Any]], gone: str
) -> None:
    rows = frame_of([stated(list(SOURCES), said)], DTYPES)

    left = withdraw_rows(SCHEMA, LABEL, rows, Run("later", gone, "", "")).kept

    assert records_of(left)[0] == stated([s for s in SOURCES if s != gone], said)


@quick
@given(st.lists(VALUES, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(rows: list[dict[str, Any]], random: Any) -> None:
    given_rows = [r | {"id": "Company:1", "origin": f"a/s/{i}"} for i, r in enumerate(rows)]
    shuffled = random.sample(given_rows, len(given_rows))

    one = merge_duplicates(SCHEMA, LABEL, frame_of(given_rows, GIVEN))
    other = merge_duplicates(SCHEMA, LABEL, frame_of(shuffled, GIVEN))

    pd.testing.assert_frame_equal(one, other)


@quick
@given(st.lists(VALUES, min_size=1, max_size=3), st.lists(VALUES, min_size=1, max_size=3))
def test_the_fast_path_is_the_slow_path_of_one_source(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    """Restating many rows at once gives what restating each row alone gives."""
    rows = [
        [r | {"id": f"Company:{i}", "origin": f"a/s/{i}"} for i, r in enumerate(some)]
        for some in (before, after)
    ]
    first, second = (Run(f"r{i}", "a", "", "") for i in (1, 2))
    nothing = frame_of([], DTYPES)
    stored = merge_rows(SCHEMA, LABEL, frame_of(rows[0], GIVEN), nothing, first).rows
    known = stored.loc[: len(after) - 1]

    together = merge_rows(SCHEMA, LABEL, frame_of(rows[1], GIVEN), known, second)

    for i, row in enumerate(rows[1]):
        old = known.loc[known.index == i].reset_index(drop=True)
        alone = merge_rows(SCHEMA, LABEL, frame_of([row], GIVEN), old, second)
        assert records_of(alone.rows)[0] == records_of(together.rows)[i]
        assert bool(alone.changed.iloc[0]) == bool(together.changed.iloc[i])
        assert bool(alone.added.iloc[0]) == bool(together.added.iloc[i])
