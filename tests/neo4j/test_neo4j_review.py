"""Decisions hold in every store: after a re-import, a withdrawal, a copy, an undo."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import openpyxl
import pytest
from review_samples import FILE, fill

from chainmap.resources import data_folder
from chainmap.stores.memory import MemoryStore
from chainmap.stores.open import open_store
from chainmap.workflow.decisions import read_decisions
from chainmap.workflow.import_files import import_files
from chainmap.workflow.review import decide_reviews, list_reviews
from chainmap.workflow.store import copy_store, prune_store

if TYPE_CHECKING:
    from chainmap.stores.port import GraphStore

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
LATER = datetime(2026, 4, 2, 9, tzinfo=UTC)
FIRST_ROW = 4
"""Of the companies in the seed workbook, after titles and headings."""
ENGINES = ("memory", "sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j))


@pytest.fixture(params=ENGINES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[GraphStore]:
    """A store of each engine with nothing in it."""
    if request.param == "neo4j":
        yield request.getfixturevalue("neo4j_store")
        return
    url = "memory:" if request.param == "memory" else f"sqlite:{tmp_path / 'a.sqlite'}"
    with open_store(url) as opened:
        yield opened


@pytest.fixture
def store(empty: GraphStore) -> GraphStore:
    """A store of each engine with doubtful links and merges."""
    return fill(empty)


def shuffled_seed(folder: Path) -> list[Path]:
    """Copy the seed workbooks; in the copy the rows of companies stand in another order."""
    folder.mkdir()
    copies = [Path(shutil.copy(path, folder)) for path in seed_books()]
    book = openpyxl.load_workbook(folder / "企业.xlsx")
    rows = list(book["企业"].iter_rows(min_row=FIRST_ROW))
    values = [[cell.value for cell in row] for row in rows]
    Random(3).shuffle(values)
    for row, told in zip(rows, values, strict=True):
        for cell, value in zip(row, told, strict=True):
            cell.value = value
    book.save(folder / "企业.xlsx")
    return copies


def seed_books() -> list[Path]:
    return sorted(data_folder("seed_data").glob("*.xlsx"))


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


def cells_of(store: GraphStore) -> list[object]:
    return [row["evidence"] for row in list_reviews(store, state="all").rows]


@pytest.mark.slow
@pytest.mark.parametrize("empty", ENGINES[1:], indirect=True)
def test_twenty_decisions_on_the_seed_data_are_asked_for_once(
    empty: GraphStore, tmp_path: Path
) -> None:
    """All that is doubtful, and sure links overruled, to make up twenty; then other row numbers."""
    import_files(seed_books(), empty, as_of="2026-04-01")
    asked = keys(empty)
    sure = [key for key in keys(empty, state="all") if key not in asked]
    accepted, rejected = asked[::2], [*asked[1::2], *sure][: 20 - len(asked[::2])]
    rows = cells_of(empty)
    assert asked
    decide_reviews(empty, accepted, verdict="accept", by="张三", now=NOW)
    decide_reviews(empty, rejected, verdict="reject", by="张三", now=NOW)

    import_files(shuffled_seed(tmp_path / "later"), empty, as_of="2026-04-02")

    assert keys(empty) == []
    assert cells_of(empty) != rows
    told = {row["key"]: row["verdict"] for row in list_reviews(empty, state="decided").rows}
    assert len(told) == 20
    assert {told[key] for key in accepted} <= {"确认", "同一"}
    assert {told[key] for key in rejected} <= {"排除", "不同"}
