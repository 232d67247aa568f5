"""Decisions hold in every store: after a re-import, a withdrawal, a copy, an undo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from review_samples import FILE, fill

from chainmap.stores.memory import MemoryStore
from chainmap.stores.open import open_store
from chainmap.workflow.decisions import read_decisions
from chainmap.workflow.review import decide_reviews, list_reviews
from chainmap.workflow.store import copy_store, prune_store

if TYPE_CHECKING:
    from chainmap.stores.port import GraphStore

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
LATER = datetime(2026, 4, 2, 9, tzinfo=UTC)
ENGINES = ("memory", "sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j))


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[GraphStore]:
    """A store of each engine with doubtful links and merges."""
    if request.param == "neo4j":
        yield fill(request.getfixturevalue("neo4j_store"))
        return
    url = "memory:" if request.param == "memory" else f"sqlite:{tmp_path / 'a.sqlite'}"
    with open_store(url) as opened:
        yield fill(opened)


def keys(store: GraphStore, **asked: object) -> list[str]:
    return [str(row["key"]) for row in list_reviews(store, **asked).rows]


def test_every_decision_holds_at_the_next_import(store: GraphStore) -> None:
    links, merges = keys(store, kind="link"), keys(store, kind="merge")
    decide_reviews(store, links, verdict="accept", by="张三", now=NOW)
    decide_reviews(store, merges, verdict="reject", by="张三", now=NOW)
    before = [dict(row) for row in list_reviews(store, state="all").rows]

    for number in (5, 6):
        fill(store, number)

    assert keys(store) == []
    assert [dict(row) for row in list_reviews(store, state="all").rows] == before
    assert len(read_decisions(store).means) == len(links)
    assert set(read_decisions(store).same["verdict"]) == {"不同"}


def test_every_store_lists_and_decides_alike(store: GraphStore) -> None:
    with MemoryStore() as oracle:
        fill(oracle)
        for one in (oracle, store):
            chosen = keys(one)
            decide_reviews(one, chosen[:3], verdict="reject", by="张三", now=NOW)
            decide_reviews(one, chosen[:1], verdict="undo", by="李四", now=LATER)
            decide_reviews(
                one, verdict="accept", phrase="PE基膜", product="隔膜", by="张三", now=NOW
            )
        told = [
            [dict(row) for row in list_reviews(one, state="all").rows] for one in (oracle, store)
        ]

    assert told[0] == told[1]


def test_decisions_outlive_their_source_and_move_with_a_copy(
    store: GraphStore, tmp_path: Path
) -> None:
    decide_reviews(store, keys(store), verdict="reject", by="张三", now=NOW)
    decided = keys(store, state="decided")
    prune_store(store, FILE, now=LATER)

    assert sorted(keys(store, state="decided")) == sorted(decided)
    with open_store(f"sqlite:{tmp_path / 'copy.sqlite'}") as target:
        copy_store(store, target)
        fill(target, 7)
        assert keys(target) == []
        assert sorted(keys(target, state="decided")) == sorted(decided)
