"""Random imports and queries: every engine does what the memory store does, step by step."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from conformance_samples import SCHEMA, assert_same_tables, ids, run
from conformance_strategies import QUERIES, STEPS, Step
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chainmap.stores.memory import MemoryStore
from chainmap.stores.open import open_store
from chainmap.stores.port import GraphQuery

if TYPE_CHECKING:
    from chainmap.stores.port import GraphStore

COUNTED = (("Company", None), ("Company", "employees"), ("PRODUCES", "active"), ("LEADS", None))

quietly = settings(
    deadline=None,
    max_examples=30,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # shrinking a whole import takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def assert_same_steps(store: GraphStore, steps: list[Step], queries: list[GraphQuery]) -> None:
    oracle = MemoryStore()
    oracle.prepare(SCHEMA)
    for number, step in enumerate(steps):
        at = run(number, step.source)
        written = step.graph_tables(set(ids(oracle.read(GraphQuery()))))

        assert store.write(written, at) == oracle.write(written, at)
        if step.pruned:
            assert store.prune(at) == oracle.prune(at)

        assert_same_tables(store.read(GraphQuery()), oracle.read(GraphQuery()))
    for query in queries:
        assert_same_tables(store.read(query), oracle.read(query))
    for owner, by in COUNTED:
        pd.testing.assert_frame_equal(store.count(owner, by), oracle.count(owner, by))


@contextmanager
def empty_sqlite() -> Iterator[GraphStore]:
    with (
        tempfile.TemporaryDirectory() as folder,
        open_store(f"sqlite:{Path(folder) / 'chainmap.sqlite'}") as store,
    ):
        yield store


@quietly
@given(STEPS, st.lists(QUERIES, max_size=4))
def test_sqlite_does_what_memory_does(steps: list[Step], queries: list[GraphQuery]) -> None:
    with empty_sqlite() as store:
        assert_same_steps(store, steps, queries)


@pytest.mark.neo4j
@settings(quietly, max_examples=10)
@given(steps=STEPS, queries=st.lists(QUERIES, max_size=4))
def test_neo4j_does_what_memory_does(
    neo4j_store: GraphStore, steps: list[Step], queries: list[GraphQuery]
) -> None:
    """Each example runs in a batch that is undone, so the next one starts empty."""
    with neo4j_store.batch(dry_run=True):
        assert_same_steps(neo4j_store, steps, queries)


@quietly
@given(STEPS)
def test_what_a_store_restores_is_what_another_held(steps: list[Step]) -> None:
    first = MemoryStore()
    for number, step in enumerate(steps):
        at = run(number, step.source)
        first.write(step.graph_tables(set(ids(first.read(GraphQuery())))), at)
        if step.pruned:
            first.prune(at)
    held = first.read(GraphQuery())

    with empty_sqlite() as store:
        store.restore(held)

        assert_same_tables(store.read(GraphQuery()), held)
        assert store.prune(run(50, "a.xlsx")) == first.prune(run(50, "a.xlsx"))
        assert_same_tables(store.read(GraphQuery()), first.read(GraphQuery()))
