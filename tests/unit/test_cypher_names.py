"""Names in people's queries that the schema lacks are told, with the likeliest meant one."""

from __future__ import annotations

import pytest

from chainmap.schema import load_schema
from chainmap.stores.queries import unknown_names

SCHEMA = load_schema()


def names(text: str) -> set[tuple[str, str]]:
    return {(found.kind, found.name) for found in unknown_names(text, SCHEMA)}


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (c:Company)-[r:PRODUCES]->(p:Product {name: $name}) RETURN c.name AS name",
        "MATCH (c:ChainLeader)-[:LEADS]->(k:IndustryChain) RETURN c.id AS id, k.name AS chain",
        "MATCH (a)-[:PRODUCES|REQUIRES*1..3]->(b) RETURN DISTINCT b.id AS id",
        "MATCH (c:Company) WHERE EXISTS { MATCH (c)-[:LEADS]->(:IndustryChain) } RETURN c.id AS i",
        "MATCH (c:Company) WHERE c.name CONTAINS 'x:Nothing' RETURN c.id AS id // (q:Nix)",
        "UNWIND $rows AS row MATCH (c:Company {id: row.anything}) RETURN c.origin AS origin",
        "MATCH (c:`Company`) RETURN c.`name` AS name, date().year AS year",
        "MATCH (c:Company) RETURN {colour: c.name, other: [1, 2]} AS map",
        "CALL db.labels() YIELD label RETURN label",
    ],
)
def test_a_query_that_only_names_what_there_is_gets_no_warning(text: str) -> None:
    assert names(text) == set()


def test_unknown_labels_types_and_properties_are_found() -> None:
    text = "MATCH (c:Compny)-[:MAKES|PRODUCES]->(p:Product) WHERE p.nmae = 'a' RETURN c.id AS id"

    assert names(text) == {("label", "Compny"), ("label", "MAKES"), ("property", "nmae")}


def test_the_nearest_name_is_offered() -> None:
    found = unknown_names("MATCH (c:Companny) RETURN c.revenue AS r", SCHEMA)

    assert [(u.name, u.near) for u in found] == [
        ("Companny", "Company"),
        ("revenue", "revenue_cny"),
    ]


def test_a_name_like_nothing_known_comes_without_an_offer() -> None:
    assert unknown_names("MATCH (c:Zzzzz) RETURN 1 AS one", SCHEMA)[0].near == ""
