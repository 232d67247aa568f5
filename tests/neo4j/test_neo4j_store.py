"""What only the Neo4j store has: native lists, role labels, pieces, the meta node, its errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from neo4j_target import Neo4jTarget, run_cypher

from chainmap.errors import StoreRefused, StoreUnavailable, StoreUnsupported
from chainmap.schema import load_schema
from chainmap.stores.neo4j import Neo4jStore
from chainmap.stores.port import GraphQuery

if TYPE_CHECKING:
    from chainmap.tables import GraphTables, Run

Tables = Callable[..., "GraphTables"]
Runs = Callable[..., "Run"]


def fail_after_writing(store: Neo4jStore, tables: GraphTables, run: Run) -> None:
    with store.batch():
        store.write(tables, run)
        raise ZeroDivisionError


@pytest.fixture
def target(neo4j_server: Neo4jTarget) -> Neo4jTarget:
    return neo4j_server


@pytest.fixture
def one(target: Neo4jTarget) -> Callable[[str], Any]:
    """The single value that a query through the bare driver answers."""
    return lambda text: next(iter(run_cypher(target, text)[0].values()))


def test_lists_and_origins_are_native_lists_in_the_server(
    neo4j_store: Neo4jStore, sample_tables: Tables, sample_run: Runs, target: Neo4jTarget
) -> None:
    neo4j_store.write(sample_tables(), sample_run())

    found = run_cypher(
        target, "MATCH (c:Company {id: 'Company:正极厂'}) RETURN c.titles AS t, c.origin AS o"
    )

    assert found == [{"t": ["专精特新", "小巨人"], "o": ["样例.xlsx/Company/3"]}]


def test_unknown_is_an_absent_property(
    neo4j_store: Neo4jStore, sample_tables: Tables, sample_run: Runs, one: Callable[[str], Any]
) -> None:
    neo4j_store.write(sample_tables(), sample_run())

    keys = one("MATCH (c:Company {id: 'Company:锂盐厂'}) RETURN keys(c) AS k")

    assert set(keys) == {
        "id", "name", "employees", "is_example", "origin", "first_run", "last_run",
    }  # fmt: skip


def test_a_company_that_leads_a_chain_also_carries_the_role_label(
    neo4j_store: Neo4jStore, sample_tables: Tables, sample_run: Runs, one: Callable[[str], Any]
) -> None:
    neo4j_store.write(sample_tables(), sample_run())

    assert one("MATCH (c:ChainLeader) RETURN collect(c.id) AS ids") == ["Company:链主"]
    assert neo4j_store.count("ChainLeader")["count"].tolist() == [1]


def test_the_role_label_goes_when_pruning_takes_the_last_leads_edge(
    neo4j_store: Neo4jStore, sample_tables: Tables, sample_run: Runs, one: Callable[[str], Any]
) -> None:
    neo4j_store.write(sample_tables(), sample_run(1))
    tables = sample_tables()
    edges = {name: frame for name, frame in tables.edges.items() if name != "LEADS"}
    neo4j_store.write(type(tables)(tables.nodes, edges), sample_run(2))

    neo4j_store.prune(sample_run(2))

    assert one("MATCH (c:ChainLeader) RETURN count(c) AS n") == 0
    assert one("MATCH (c:Company {id: 'Company:链主'}) RETURN labels(c) AS l") == ["Company"]


def test_properties_and_labels_that_others_put_on_a_node_do_not_stop_a_write(
    neo4j_store: Neo4jStore, sample_tables: Tables, sample_run: Runs, target: Neo4jTarget
) -> None:
    neo4j_store.write(sample_tables(), sample_run(1))
    run_cypher(target, "MATCH (c:Company {id: 'Company:链主'}) SET c:Marked RETURN 1 AS one")

    neo4j_store.write(sample_tables(), sample_run(2))

    found = run_cypher(target, "MATCH (c:Marked) RETURN c.last_run AS run")
    assert found == [{"run": sample_run(2).id}]


def test_prepare_creates_a_uniqueness_constraint_for_every_label_once(
    neo4j_store: Neo4jStore, target: Neo4jTarget
) -> None:
    neo4j_store.prepare(load_schema())

    found = run_cypher(target, "SHOW CONSTRAINTS YIELD labelsOrTypes, type RETURN *")

    labels = sorted(row["labelsOrTypes"][0] for row in found)
    assert labels == sorted([*load_schema().nodes, "ChainmapMeta"])


def test_a_failure_inside_a_batch_leaves_nothing_behind(
    neo4j_store: Neo4jStore, sample_tables: Tables, sample_run: Runs
) -> None:
    before = neo4j_store.revision()

    with pytest.raises(ZeroDivisionError):
        fail_after_writing(neo4j_store, sample_tables(), sample_run())

    assert not neo4j_store.read(GraphQuery()).nodes
    assert neo4j_store.revision() == before


def test_a_batch_whose_inner_part_failed_cannot_be_committed(
    neo4j_store: Neo4jStore, sample_tables: Tables, sample_run: Runs
) -> None:
    def swallow_an_inner_failure() -> None:
        with neo4j_store.batch():
            neo4j_store.write(sample_tables(), sample_run(1))
            with pytest.raises(ZeroDivisionError):
                fail_after_writing(neo4j_store, sample_tables(), sample_run(2))

    with pytest.raises(StoreRefused):
        swallow_an_inner_failure()

    assert not neo4j_store.read(GraphQuery()).nodes


def test_a_dry_run_inside_a_batch_is_refused(neo4j_store: Neo4jStore) -> None:
    with (
        pytest.raises(StoreUnsupported),
        neo4j_store.batch(),
        neo4j_store.batch(dry_run=True),
    ):
        pass


def test_a_dry_run_counts_and_leaves_nothing_behind(
    neo4j_store: Neo4jStore, sample_tables: Tables, sample_run: Runs
) -> None:
    with neo4j_store.batch(dry_run=True):
        counts = neo4j_store.write(sample_tables(), sample_run())
        seen = neo4j_store.count("Company")["count"].tolist()

    assert counts.added["Company"] == 3
    assert seen == [3]
    assert neo4j_store.count("Company")["count"].tolist() == [0]


def test_a_large_import_is_committed_in_pieces_and_marked_until_it_ends(
    neo4j_store: Neo4jStore, target: Neo4jTarget, sample_tables: Tables, sample_run: Runs
) -> None:
    with Neo4jStore(target.url, password=target.password, rows=2, transaction_rows=4) as store:
        with pytest.raises(ZeroDivisionError):
            fail_after_writing(store, sample_tables(), sample_run(1))
        interrupted = store.unfinished()
        kept = int(store.count("Company")["count"].sum())
        with store.batch():
            store.write(sample_tables(), sample_run(2))
            store.prune(sample_run(2))
        finished = store.unfinished()

    assert interrupted == ("样例.xlsx",)
    assert kept > 0
    assert finished == ()
    assert len(neo4j_store.read(GraphQuery()).edges["REQUIRES"]) == 2


def test_an_edge_to_an_unknown_node_is_refused_and_named(
    neo4j_store: Neo4jStore, sample_tables: Tables, sample_run: Runs
) -> None:
    tables = sample_tables()
    edge = {"source": "Company:链主", "target": "Product:Z", "origin": "样例.xlsx/PRODUCES/9"}
    lost = type(tables)(tables.nodes, {"PRODUCES": pd.DataFrame([edge])})

    with pytest.raises(StoreRefused, match="Product:Z"):
        neo4j_store.write(lost, sample_run())

    assert not neo4j_store.read(GraphQuery()).nodes


def test_the_revision_changes_with_every_write_and_tells_two_graphs_apart(
    neo4j_store: Neo4jStore, sample_tables: Tables, sample_run: Runs, target: Neo4jTarget
) -> None:
    first = neo4j_store.revision()
    neo4j_store.write(sample_tables(), sample_run(1))
    second = neo4j_store.revision()
    run_cypher(target, "MATCH (m:ChainmapMeta) DETACH DELETE m")
    neo4j_store.prepare(load_schema())

    assert len({first, second, neo4j_store.revision()}) == 3
    assert first.split("-")[0] == second.split("-")[0] != neo4j_store.revision().split("-")[0]


def test_a_read_that_an_import_overtakes_starts_again(
    neo4j_store: Neo4jStore,
    target: Neo4jTarget,
    sample_tables: Tables,
    sample_run: Runs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from chainmap.stores.neo4j import store as module

    real, calls = module.read_tables, []

    def overtaken(*args: Any) -> Any:
        tables = real(*args)
        calls.append(1)
        if len(calls) == 1:
            with Neo4jStore(target.url, password=target.password) as other:
                other.write(sample_tables(), sample_run())
        return tables

    monkeypatch.setattr(module, "read_tables", overtaken)
    tables = neo4j_store.read(GraphQuery())

    assert len(calls) == 2
    assert len(tables.nodes["Company"]) == 3


def test_a_read_that_is_always_overtaken_says_so(
    neo4j_store: Neo4jStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = iter(range(100))
    monkeypatch.setattr(Neo4jStore, "revision", lambda _self: str(next(numbers)))

    with pytest.raises(StoreUnavailable):
        neo4j_store.read(GraphQuery())


def test_neither_repr_nor_url_holds_the_password(
    neo4j_store: Neo4jStore, target: Neo4jTarget
) -> None:
    assert target.password not in repr(neo4j_store)
    assert target.password not in neo4j_store.url


def test_statements_of_an_explained_query_run_on_the_server(
    neo4j_store: Neo4jStore, target: Neo4jTarget
) -> None:
    query = GraphQuery(seeds=("Company:链主",), hops=2)
    given = {"ids": ["Company:链主"], "after": "", "page": 5}

    statements = neo4j_store.explain(query)

    assert statements
    for text in statements:
        assert run_cypher(target, text, **given) is not None
