"""Jobs on stores: info, copy, prune, explain, and Cypher through the projection."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from chainmap.errors import ConfigError, StoreRefused, StoreUnsupported
from chainmap.schema import load_schema
from chainmap.stores.memory import MemoryStore
from chainmap.stores.open import open_store
from chainmap.stores.port import GraphQuery, GraphStore
from chainmap.workflow.query import run_query
from chainmap.workflow.store import copy_store, explain_query, prune_store, store_info

if TYPE_CHECKING:
    from chainmap.tables import GraphTables, Run

Tables = Callable[..., "GraphTables"]
Runs = Callable[..., "Run"]
NOW = datetime(2026, 4, 1, tzinfo=UTC)
ENGINES = ["memory", "sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)]


def opened(engine: str, folder: Path, request: pytest.FixtureRequest) -> GraphStore:
    if engine == "neo4j":
        return request.getfixturevalue("neo4j_store")
    url = "memory:" if engine == "memory" else f"sqlite:{folder / 'a.sqlite'}"
    return open_store(url)


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[GraphStore]:
    """An empty store of each engine."""
    with opened(request.param, tmp_path, request) as found:
        yield found


@pytest.fixture
def two_sources(store: GraphStore, sample_tables: Tables, sample_run: Runs) -> GraphStore:
    """The sample graph stated by a.xlsx, and all of it but one company by b.xlsx."""
    store.write(sample_tables("a.xlsx"), sample_run(1, "a.xlsx"))
    store.write(sample_tables("b.xlsx", skip="Company:锂盐厂"), sample_run(2, "b.xlsx"))
    return store


def same(one: GraphTables, other: GraphTables) -> None:
    for (owner, ours), (name, theirs) in zip(one.frames(), other.frames(), strict=True):
        assert owner == name
        pd.testing.assert_frame_equal(ours, theirs, obj=owner)


def test_info_counts_every_label_role_and_type_in_schema_order(two_sources: GraphStore) -> None:
    answer = store_info(two_sources)

    counts = {row["label"]: row["count"] for row in answer.rows}
    labels = [row["label"] for row in answer.rows]
    schema = load_schema()
    assert [label for label in labels if label != "ChainLeader"] == [*schema.nodes, *schema.edges]
    assert labels[:2] == ["Company", "ChainLeader"]
    assert (counts["Company"], counts["ChainLeader"], counts["REQUIRES"]) == (3, 1, 2)
    assert counts["Segment"] == 0
    assert {row["kind"] for row in answer.rows} == {"node", "edge"}
    assert not answer.findings


def test_info_of_an_empty_store_is_all_zeros(store: GraphStore) -> None:
    assert {row["count"] for row in store_info(store).rows} == {0}


def test_a_copy_holds_the_same_rows_with_provenance_and_statements(
    two_sources: GraphStore, tmp_path: Path
) -> None:
    with open_store(f"sqlite:{tmp_path / 'copy.sqlite'}") as target:
        answer = copy_store(two_sources, target)

        copied = target.read(GraphQuery())
        same(copied, two_sources.read(GraphQuery()))
        assert copied.nodes["Company"]["statements"].notna().sum() == 2
        assert {row["label"]: row["count"] for row in answer.rows}["Company"] == 3


def test_an_import_goes_on_in_a_copy_where_it_was(
    two_sources: GraphStore, sample_tables: Tables, sample_run: Runs
) -> None:
    copy = MemoryStore()
    copy_store(two_sources, copy)

    for target in (two_sources, copy):
        target.write(sample_tables("a.xlsx", skip="Company:链主"), sample_run(3, "a.xlsx"))
        target.prune(sample_run(3, "a.xlsx"))

    same(copy.read(GraphQuery()), two_sources.read(GraphQuery()))


@pytest.mark.parametrize("engine", ENGINES)
def test_every_store_takes_a_copy(
    engine: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    sample_tables: Tables,
    sample_run: Runs,
) -> None:
    source = MemoryStore()
    source.write(sample_tables(), sample_run())

    with opened(engine, tmp_path, request) as target:
        copy_store(source, target)

        same(target.read(GraphQuery()), source.read(GraphQuery()))
        assert target.count("ChainLeader")["count"].tolist() == [1]


def test_a_store_that_holds_something_takes_no_copy(
    two_sources: GraphStore, sample_tables: Tables, sample_run: Runs
) -> None:
    source = MemoryStore()
    source.write(sample_tables("c.xlsx"), sample_run(5, "c.xlsx"))
    before = two_sources.read(GraphQuery())

    with pytest.raises(StoreRefused):
        copy_store(source, two_sources)

    same(two_sources.read(GraphQuery()), before)


def test_a_store_is_not_copied_onto_itself(two_sources: GraphStore) -> None:
    with pytest.raises(ConfigError):
        copy_store(two_sources, two_sources)


def test_pruning_a_source_leaves_what_others_state(two_sources: GraphStore) -> None:
    answer = prune_store(two_sources, "a.xlsx", now=NOW)

    rows = {row["label"]: row for row in answer.rows}
    left = two_sources.read(GraphQuery())
    assert rows["PRODUCES"]["deactivated"] == 1
    assert rows["SUPPLIES"]["deactivated"] == 1
    assert rows["Company"]["deactivated"] == 1
    assert set(left.nodes["Company"]["id"]) == {"Company:链主", "Company:正极厂", "Company:锂盐厂"}
    assert not left.nodes["Product"]["origin"].str.contains("a.xlsx").any()


def test_pruning_every_source_leaves_only_inactive_relations_and_their_ends(
    two_sources: GraphStore,
) -> None:
    for source in ("a.xlsx", "b.xlsx"):
        prune_store(two_sources, source, now=NOW)

    left = two_sources.read(GraphQuery())
    assert set(left.edges) == {"PRODUCES", "REQUIRES", "SUPPLIES"}
    assert not any(frame["active"].any() for frame in left.edges.values())
    assert "IndustryChain" not in left.nodes
    assert two_sources.count("ChainLeader")["count"].tolist() == [0]


def test_a_dry_run_tells_the_same_and_changes_nothing(two_sources: GraphStore) -> None:
    before = two_sources.read(GraphQuery())

    told = prune_store(two_sources, "a.xlsx", dry_run=True, now=NOW)

    same(two_sources.read(GraphQuery()), before)
    assert told.rows == prune_store(two_sources, "a.xlsx", now=NOW).rows


def test_an_unknown_source_is_named_and_nothing_changes(two_sources: GraphStore) -> None:
    before = two_sources.read(GraphQuery())

    with pytest.raises(ConfigError, match=r"没有的\.xlsx"):
        prune_store(two_sources, "没有的.xlsx", now=NOW)

    same(two_sources.read(GraphQuery()), before)


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def test_an_explained_query_shows_its_statements(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    query = GraphQuery(seeds=("Company:链主",), hops=2)

    with opened(engine, tmp_path, request) as store:
        answer = explain_query(store, query)

    assert [row["step"] for row in answer.rows] == list(range(1, len(answer.rows) + 1))
    assert answer.rows
    assert answer.as_object()["scope"]["query"]["seeds"] == ["Company:链主"]


def test_the_memory_store_has_no_statements_to_show() -> None:
    with pytest.raises(StoreUnsupported):
        explain_query(MemoryStore(), GraphQuery())


def test_a_kept_projection_answers_like_a_fresh_one_and_follows_the_revision(
    tmp_path: Path, sample_tables: Tables, sample_run: Runs
) -> None:
    text = "MATCH (c:ChainLeader) RETURN c.id AS id, c.origin AS origin"
    cache = tmp_path / "cache"
    with open_store(f"sqlite:{tmp_path / 'a.sqlite'}") as store:
        store.write(sample_tables(), sample_run(1))
        fresh = run_query(store, text).rows
        made = run_query(store, text, cache_dir=cache).rows
        first = list(cache.iterdir())
        kept = run_query(store, text, cache_dir=cache).rows
        again = list(cache.iterdir())
        store.prune(sample_run(2))
        after = run_query(store, text, cache_dir=cache).rows

    assert fresh == made == kept == [{"id": "Company:链主", "origin": ["样例.xlsx/Company/2"]}]
    assert first == again
    assert len(first) == len(list(cache.iterdir())) == 1
    assert first != list(cache.iterdir())
    assert after == []


def test_a_damaged_projection_is_made_again(
    tmp_path: Path, sample_tables: Tables, sample_run: Runs
) -> None:
    text = "MATCH (c:Company) RETURN count(c) AS n"
    with open_store(f"sqlite:{tmp_path / 'a.sqlite'}") as store:
        store.write(sample_tables(), sample_run())
        run_query(store, text, cache_dir=tmp_path / "cache")
        kept = next((tmp_path / "cache").iterdir())
        kept.write_bytes(b"not a graph")

        answer = run_query(store, text, cache_dir=tmp_path / "cache")

    assert answer.rows == [{"n": 3}]
    assert kept.stat().st_size > len(b"not a graph")


def test_without_the_extra_the_way_to_install_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "kglite", None)

    with pytest.raises(StoreUnsupported, match=r"chainmap\[cypher\]"):
        run_query(MemoryStore(), "RETURN 1 AS one")
