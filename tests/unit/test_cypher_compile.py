"""From a query value to Cypher: names are quoted, values are parameters, nothing else."""

from __future__ import annotations

import re

import pytest

from chainmap.schema import load_schema
from chainmap.stores.neo4j import cypher
from chainmap.stores.neo4j.ddl import constraint_statements, quoted
from chainmap.stores.neo4j.explain import cypher_of
from chainmap.stores.port import Condition, Direction, GraphQuery, Op

SCHEMA = load_schema()


def test_every_label_of_the_schema_gets_one_idempotent_uniqueness_constraint() -> None:
    statements = constraint_statements(SCHEMA)

    assert len(statements) == len(SCHEMA.nodes) + 1
    for label, statement in zip(SCHEMA.nodes, statements, strict=False):
        assert f"FOR (n:`{label}`) REQUIRE n.id IS UNIQUE" in statement
        assert " IF NOT EXISTS " in statement


def test_a_backtick_in_a_name_cannot_end_the_quotation() -> None:
    assert quoted("a`) DETACH DELETE (n") == "`a``) DETACH DELETE (n`"


def test_values_of_conditions_travel_as_parameters_only() -> None:
    hostile = "x' OR 1=1 //"
    where = (
        Condition("Company", "name", Op.EQ, hostile),
        Condition("Company", "id", Op.IN, ("a",)),
    )

    statement = cypher.scan_nodes(SCHEMA, "Company", ["id"], where)

    assert hostile not in statement.text
    assert statement.parameters == {"w0": hostile, "w1": ["a"]}
    assert "n.`name` = $w0" in statement.text
    assert "n.`id` IN $w1" in statement.text


def test_present_needs_no_value() -> None:
    where = (Condition("PRODUCES", "capacity", Op.PRESENT),)

    statement = cypher.scan_edges(SCHEMA, "PRODUCES", "Company", [], where)

    assert "r.`capacity` IS NOT NULL" in statement.text
    assert not statement.parameters


def test_a_list_attribute_is_compared_as_the_text_of_the_tables() -> None:
    where = (Condition("Company", "titles", Op.EQ, "甲；乙"),)

    statement = cypher.scan_nodes(SCHEMA, "Company", ["id"], where)

    assert "reduce(text = head(n.`titles`)" in statement.text
    assert "'；'" in statement.text


def test_ends_of_an_edge_are_compared_at_the_nodes() -> None:
    where = (Condition("PRODUCES", "source", Op.EQ, "Company:a"),)

    statement = cypher.fetch_edges(SCHEMA, "PRODUCES", "Company", [], where)

    assert "WHERE a.id = $w0" in statement.text


def test_edges_are_put_by_their_ends_and_key_properties() -> None:
    statement = cypher.put_edges(("REQUIRES", "Company", "Product"), ["demand_id"])

    assert "MERGE (a)-[r:`REQUIRES` {`demand_id`: row.values.`demand_id`}]->(b)" in statement.text


@pytest.mark.parametrize(
    ("direction", "arrow"),
    [(Direction.DOWNSTREAM, "<-[:`REQUIRES`]-(b)"), (Direction.UPSTREAM, "-[:`REQUIRES`]->(b)")],
)
def test_requires_is_crossed_against_its_arrow_because_goods_flow_to_the_buyer(
    direction: Direction, arrow: str
) -> None:
    query = GraphQuery(
        seeds=("Product:p", "Company:c"), edge_types=("REQUIRES",), hops=1, direction=direction
    )

    steps = [text for text in cypher_of(SCHEMA, query) if "DISTINCT" in text]

    assert len(steps) == 1
    assert arrow in steps[0]


def test_a_walk_asks_one_frontier_at_a_time_and_never_a_variable_length_path() -> None:
    query = GraphQuery(seeds=("Product:p",), hops=7)

    texts = cypher_of(SCHEMA, query)

    assert not [text for text in texts if re.search(r"\*\s*\d|\*\]", text)]
    assert not [text for text in texts if "$hops" in text]


def test_an_explained_query_names_only_the_wanted_labels_and_types() -> None:
    query = GraphQuery(labels=("Company", "Product"), edge_types=("PRODUCES",))

    texts = cypher_of(SCHEMA, query)

    assert [re.findall(r"MATCH \(\w:`(\w+)`\)", text)[0] for text in texts] == [
        "Company",
        "Product",
        "Company",
    ]
