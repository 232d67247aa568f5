"""One reading query, two engines: the same rows on Neo4j and on the projection; no writes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from neo4j_target import Neo4jTarget, run_cypher

from chainmap.errors import ConfigError, StoreRefused
from chainmap.stores.memory import MemoryStore
from chainmap.workflow.query import run_query

if TYPE_CHECKING:
    from chainmap.stores.neo4j import Neo4jStore
    from chainmap.stores.port import GraphStore
    from chainmap.tables import GraphTables, Run

QUERIES = {
    "scalars": "MATCH (c:Company) RETURN c.id AS id, c.name AS name, c.revenue_cny AS revenue, "
    "c.employees AS staff, c.is_example AS example ORDER BY id",
    "lists": "MATCH (c:Company) RETURN c.id AS id, c.titles AS titles, c.origin AS origin "
    "ORDER BY id",
    "list membership": "MATCH (c:Company) WHERE '小巨人' IN c.titles RETURN c.id AS id ORDER BY id",
    "parameters": "MATCH (c:Company)-[r:PRODUCES]->(p:Product {id: $product}) "
    "RETURN c.name AS maker, r.capacity AS capacity, r.capacity_unit AS unit",
    "list parameter": "UNWIND $ids AS wanted MATCH (p:Product {id: wanted}) "
    "RETURN p.id AS id, p.name AS name ORDER BY id",
    "role label": "MATCH (c:ChainLeader)-[:LEADS]->(k:IndustryChain) "
    "RETURN c.id AS id, k.name AS chain ORDER BY id",
    "demand meets supply": "MATCH (l:ChainLeader)-[r:REQUIRES]->(p:Product)<-[:PRODUCES]-"
    "(c:Company) WHERE l.id <> c.id RETURN l.id AS leader, c.id AS id, p.name AS product, "
    "r.demand_id AS demand, r.volume AS volume ORDER BY demand, id",
    "parallel edges": "MATCH (:Company)-[r:REQUIRES]->(p:Product) RETURN p.id AS id, "
    "count(r) AS demands, coalesce(sum(r.volume), 0) AS volume ORDER BY id",
    "aggregation": "MATCH (p:Product) OPTIONAL MATCH (c:Company)-[:PRODUCES]->(p) "
    "RETURN p.id AS id, count(DISTINCT c) AS makers, collect(c.id) AS who ORDER BY id",
    "bounded walk": "MATCH (p:Product {id: 'Product:LI-001'})-[:INPUT_TO*1..4]->(q:Product) "
    "RETURN DISTINCT q.id AS id ORDER BY id",
    "exists": "MATCH (c:Company) WHERE NOT EXISTS { MATCH (c)-[:LEADS]->(:IndustryChain) } "
    "RETURN c.id AS id ORDER BY id",
    "shortest path": "MATCH p = shortestPath((a:Company {id: 'Company:锂盐厂'})-[*..4]-"
    "(b:Company {id: 'Company:链主'})) RETURN length(p) AS steps",
    "case and order": "MATCH (p:Product) RETURN p.id AS id, CASE WHEN p.is_key THEN '关键' "
    "ELSE '一般' END AS kind ORDER BY kind, id",
    "with having": "MATCH (c:Company)-[:REQUIRES]->(p:Product) WITH c, count(*) AS n "
    "WHERE n > 1 RETURN c.id AS id, n AS demands ORDER BY id",
    "title attribute": "MATCH (:Company)-[:HAS_TITLE]->(t:TitleAward) RETURN t.id AS id, "
    "t.title AS title, t.year AS year ORDER BY id",
    "skip and limit": "MATCH (p:Product) RETURN p.id AS id ORDER BY id SKIP 1 LIMIT 1",
    "null never matches": "MATCH (c:Company) WHERE c.revenue_cny < 1e12 RETURN c.id AS id",
    "edge key": "MATCH (a:Company)-[s:SUPPLIES]->(b:Company) "
    "RETURN a.id AS id, s.product AS product, s.amount_cny AS amount, s.active AS active",
    "whole node": "MATCH (c:Company {id: 'Company:正极厂'}) RETURN c AS company",
    "whole path": "MATCH path = (:ChainLeader)-[:LEADS]->(:IndustryChain) RETURN path AS path",
    "text functions": "MATCH (c:Company) WHERE c.name CONTAINS '西宁' AND c.name STARTS WITH "
    "'示例' RETURN toUpper(c.id) AS shown, size(c.name) AS letters",
    "map": "MATCH (p:Product) RETURN {code: p.code, name: p.name} AS both, p.id AS id ORDER BY id",
}
GIVEN: dict[str, object] = {
    "product": "Product:LI-002",
    "ids": ["Product:LI-003", "Product:LI-001"],
}

WRITES = {
    "create": "CREATE (:Company {id: 'Company:x'})",
    "merge": "MERGE (c:Company {id: 'Company:x'}) RETURN c.id AS id",
    "set": "MATCH (c:Company) SET c.name = 'x'",
    "remove": "MATCH (c:Company) REMOVE c.name",
    "delete": "MATCH (c:Company) DETACH DELETE c",
    "hidden in a subquery": "MATCH (c:Company) CALL { WITH c DETACH DELETE c } "
    "RETURN count(*) AS n",
    "hidden behind a read": "MATCH (c:Company) WITH c LIMIT 1 CREATE (c)-[:LEADS]->(c) "
    "RETURN c.id AS id",
    "schema": "CREATE INDEX evil FOR (c:Company) ON (c.name)",
    "drop": "DROP CONSTRAINT company_id IF EXISTS",
    "foreach": "MATCH (c:Company) FOREACH (x IN [1] | SET c.name = 'x')",
}


@pytest.fixture(params=["memory", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def filled(
    request: pytest.FixtureRequest,
    sample_tables: Callable[..., GraphTables],
    sample_run: Callable[..., Run],
) -> GraphStore:
    """The sample graph in a store of either kind."""
    named = request.param == "neo4j"
    store = request.getfixturevalue("neo4j_store") if named else MemoryStore()
    store.write(sample_tables(), sample_run())
    return store


@pytest.fixture
def both(
    neo4j_store: Neo4jStore,
    sample_tables: Callable[..., GraphTables],
    sample_run: Callable[..., Run],
) -> tuple[GraphStore, GraphStore]:
    """The sample graph in memory and on Neo4j."""
    memory = MemoryStore()
    for store in (memory, neo4j_store):
        store.write(sample_tables(), sample_run())
    return memory, neo4j_store


@pytest.mark.neo4j
@pytest.mark.parametrize("name", QUERIES)
def test_a_reading_query_gives_the_same_rows_on_both_engines(
    name: str, both: tuple[GraphStore, GraphStore]
) -> None:
    text = QUERIES[name]
    given = {key: value for key, value in GIVEN.items() if f"${key}" in text}

    ours, theirs = (run_query(store, text, given) for store in both)

    assert ours.columns == theirs.columns
    assert ours.rows, "a query that finds nothing compares nothing"
    assert ours.rows == theirs.rows
    assert not [*ours.findings, *theirs.findings]


@pytest.mark.parametrize("name", WRITES)
def test_a_writing_query_is_refused_and_writes_nothing(name: str, filled: GraphStore) -> None:
    before = filled.revision(), run_query(filled, QUERIES["scalars"]).rows

    with pytest.raises(StoreRefused) as caught:
        run_query(filled, WRITES[name])

    assert (filled.revision(), run_query(filled, QUERIES["scalars"]).rows) == before
    assert str(caught.value)


@pytest.mark.parametrize("name", ["create", "merge", "set", "delete"])
def test_the_refusal_says_that_queries_only_read(name: str, filled: GraphStore) -> None:
    with pytest.raises(StoreRefused, match="没有写入任何内容"):
        run_query(filled, WRITES[name])


@pytest.mark.neo4j
@pytest.mark.parametrize(
    "text",
    [
        "CREATE USER mallory SET PASSWORD 'longenough1'",
        "ALTER CURRENT USER SET PASSWORD FROM 'a' TO 'longenough2'",
        "CALL db.createLabel('Evil')",
        "CALL db.awaitIndexes() MATCH (c:Company) SET c.name = 'x'",
        "MATCH (c:Company) CALL { WITH c DETACH DELETE c } IN TRANSACTIONS RETURN 1 AS one",
    ],
)
def test_commands_that_change_the_server_change_nothing(
    text: str, neo4j_store: Neo4jStore, neo4j_server: Neo4jTarget
) -> None:
    state = "SHOW USERS YIELD user RETURN collect(user) AS users"
    before = run_cypher(neo4j_server, state), run_cypher(neo4j_server, "CALL db.labels()")

    with pytest.raises(StoreRefused):
        run_query(neo4j_store, text)

    after = run_cypher(neo4j_server, state), run_cypher(neo4j_server, "CALL db.labels()")
    assert after == before


def test_more_rows_than_the_limit_are_cut_and_told(filled: GraphStore) -> None:
    answer = run_query(filled, "MATCH (p:Product) RETURN p.id AS id ORDER BY id", limit=2)

    assert [row["id"] for row in answer.rows] == ["Product:LI-001", "Product:LI-002"]
    assert [finding.rule for finding in answer.findings] == ["Q-rows-cut"]


def test_exactly_as_many_rows_as_the_limit_are_not_called_cut(filled: GraphStore) -> None:
    answer = run_query(filled, "MATCH (p:Product) RETURN p.id AS id", limit=3)

    assert len(answer.rows) == 3
    assert not answer.findings


def test_an_unknown_name_is_told_with_the_nearest_one(filled: GraphStore) -> None:
    answer = run_query(filled, "MATCH (c:Compny) RETURN c.nmae AS name")

    told = [(finding.rule, finding.value, finding.fix) for finding in answer.findings]
    assert [part[:2] for part in told] == [
        ("Q-unknown-label", "Compny"),
        ("Q-unknown-property", "nmae"),
    ]
    assert "Company" in told[0][2]
    assert not answer.rows


@pytest.mark.parametrize("text", ["", "MATCH (c:Company RETURN c", "这不是查询"])
def test_what_is_not_cypher_is_refused_with_a_reason(text: str, filled: GraphStore) -> None:
    with pytest.raises(StoreRefused):
        run_query(filled, text)


def test_a_parameter_that_is_missing_is_told(filled: GraphStore) -> None:
    with pytest.raises(StoreRefused, match="nix"):
        run_query(filled, "MATCH (c:Company {id: $nix}) RETURN c.id AS id")


def test_a_parameter_of_no_known_kind_is_told(filled: GraphStore) -> None:
    with pytest.raises(ConfigError):
        run_query(filled, "RETURN $a AS a", {"a": object()})


def test_a_limit_below_one_is_refused(filled: GraphStore) -> None:
    with pytest.raises(ConfigError):
        run_query(filled, "RETURN 1 AS one", limit=0)


def test_the_answer_is_plain_json_whatever_is_returned(filled: GraphStore) -> None:
    text = "MATCH p = (a:Company)-[r:PRODUCES]->(b) RETURN p AS p, a AS a, r AS r, date() AS d"

    answer = json.loads(run_query(filled, text).as_json())

    assert answer["schema"] == "chainmap.query/1"
    assert len(answer["rows"]) == 3
    assert set(answer["rows"][0]["a"]) == {"labels", "properties"}
    assert set(answer["rows"][0]["r"]) == {"type", "source", "target", "properties"}
    assert isinstance(answer["rows"][0]["d"], str)


def test_hostile_text_in_a_parameter_is_only_text(filled: GraphStore) -> None:
    hostile: dict[str, Any] = {"name": "x'}) DETACH DELETE (n) //"}

    answer = run_query(filled, "MATCH (c:Company {name: $name}) RETURN c.id AS id", hostile)

    assert not answer.rows
    assert len(run_query(filled, QUERIES["scalars"]).rows) == 3
