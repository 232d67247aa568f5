"""The guard of the test database: it never empties a graph that somebody else put there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from neo4j_target import MARKER, Neo4jTarget, claim_database, empty_database, is_claimed, run_cypher


@pytest.fixture
def unmarked(neo4j_server: Neo4jTarget) -> Iterator[Neo4jTarget]:
    """The shared database, empty and without our mark; marked again afterwards."""
    empty_database(neo4j_server)
    run_cypher(neo4j_server, f"MATCH (n:{MARKER}) DELETE n")
    yield neo4j_server
    run_cypher(neo4j_server, "MATCH (n) DETACH DELETE n")
    claim_database(neo4j_server)


def test_a_database_with_somebody_elses_nodes_is_refused_and_untouched(
    unmarked: Neo4jTarget,
) -> None:
    run_cypher(unmarked, "CREATE (:Precious {worth: 1})")

    with pytest.raises(pytest.exit.Exception, match="not a test database"):
        claim_database(unmarked)

    assert run_cypher(unmarked, "MATCH (n) RETURN labels(n) AS l") == [{"l": ["Precious"]}]


def test_an_empty_database_is_marked_and_then_taken_again(unmarked: Neo4jTarget) -> None:
    claim_database(unmarked)
    claim_database(unmarked)

    assert is_claimed(unmarked)
    assert run_cypher(unmarked, "MATCH (n) RETURN count(n) AS n") == [{"n": 1}]


def test_emptying_a_database_that_lost_its_mark_fails(unmarked: Neo4jTarget) -> None:
    run_cypher(unmarked, "CREATE (:Precious)")

    with pytest.raises(AssertionError):
        empty_database(unmarked)

    assert run_cypher(unmarked, "MATCH (n) RETURN count(n) AS n") == [{"n": 1}]


def test_the_target_does_not_show_its_password(neo4j_server: Neo4jTarget) -> None:
    assert neo4j_server.password not in repr(neo4j_server)
