"""The Neo4j of the tests: where it is, and the guard that keeps them off anybody else's graph."""

from __future__ import annotations

import atexit
import importlib.util
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
MARKER = "ChainmapTestDatabase"
"""A node with this label says: this database belongs to the tests and may be emptied."""


@dataclass(frozen=True, slots=True)
class Neo4jTarget:
    """Where the tests find their Neo4j: a store URL and its password."""

    url: str
    password: str

    def __repr__(self) -> str:
        return f"Neo4jTarget({self.url!r})"


@lru_cache(maxsize=1)
def server_tool() -> ModuleType:
    """tools/neo4j_server.py as a module (tools/ is no package)."""
    path = ROOT / "tools" / "neo4j_server.py"
    spec = importlib.util.spec_from_file_location("neo4j_server", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["neo4j_server"] = module
    spec.loader.exec_module(module)
    return module


def claim_database(target: Neo4jTarget) -> None:
    """Mark an empty database as ours; refuse one that holds anything and is not marked.

    No option switches this off: the tests empty the database before each test.
    """
    nodes = run_cypher(target, "MATCH (n) RETURN count(n) AS n")[0]["n"]
    if is_claimed(target):
        return
    if nodes:
        msg = (
            f"{target.url} holds {nodes} nodes and is not a test database of chainmap. "
            "The tests would empty it: name an empty database."
        )
        pytest.exit(msg, returncode=4)
    run_cypher(target, f"CREATE (:{MARKER} {{by: 'chainmap tests'}})")


def is_claimed(target: Neo4jTarget) -> bool:
    """Whether the database carries the marker of these tests."""
    return bool(run_cypher(target, f"MATCH (n:{MARKER}) RETURN count(n) AS n")[0]["n"])


def empty_database(target: Neo4jTarget) -> None:
    """Remove everything but the marker from a database that carries it."""
    assert is_claimed(target)
    run_cypher(
        target,
        f"MATCH (n) WHERE NOT n:{MARKER} "
        "CALL { WITH n DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS",
    )


def run_cypher(target: Neo4jTarget, text: str, **parameters: object) -> list[dict[str, object]]:
    """Run one query through the bare driver, beside the code under test."""
    driver, database = _lasting_driver(target)
    with driver.session(database=database) as session:
        return session.run(text, parameters).data()


def run_once(target: Neo4jTarget, text: str) -> None:
    """Run one query on a server that may be killed at any time."""
    driver, database = _driver(target)
    with driver, driver.session(database=database) as session:
        session.run(text).consume()


def _driver(target: Neo4jTarget) -> tuple[Any, str]:
    import neo4j

    from chainmap.stores.neo4j.address import read_address

    address = read_address(target.url)
    auth = (address.user, target.password)
    driver = neo4j.GraphDatabase.driver(address.uri, auth=auth, notifications_min_severity="OFF")
    return driver, address.database


@lru_cache(maxsize=1)
def _lasting_driver(target: Neo4jTarget) -> tuple[Any, str]:
    """Return one driver for the whole run: a connection and a handshake a query would be dear."""
    driver, database = _driver(target)
    atexit.register(driver.close)
    return driver, database
