"""Cypher for people: their own queries, in a read transaction that is always rolled back.

The choice: the server itself refuses what writes (access mode READ), so no list of words has to be
complete; the rollback stands behind it. Answers are plain values, never driver objects.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING

from neo4j import READ_ACCESS, Driver, Result, Transaction
from neo4j.graph import Node, Path, Relationship
from neo4j.spatial import Point
from neo4j.time import Date, DateTime, Duration, Time

from chainmap.errors import ConfigError
from chainmap.stores.queries import QueryRows
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.stores.neo4j.address import Address

QUERY_SECONDS = 300
"""A query that runs longer is ended by the server."""


def run_for_people(
    driver: Driver, address: Address, text: str, parameters: Mapping[str, object], *, limit: int
) -> QueryRows:
    """Run one query and return at most ``limit`` rows of plain values."""
    with driver.session(
        database=address.database, default_access_mode=READ_ACCESS, fetch_size=min(limit + 1, 1000)
    ) as session:
        transaction = session.begin_transaction(timeout=QUERY_SECONDS)
        try:
            result = _run(transaction, text, dict(parameters))
            columns = tuple(result.keys())
            found = [[plain(v) for v in record.values()] for record in islice(result, limit + 1)]
        finally:
            if not transaction.closed():
                transaction.rollback()
    return QueryRows(columns, found[:limit], len(found) > limit)


def _run(transaction: Transaction, text: str, parameters: dict[str, object]) -> Result:
    try:
        return transaction.run(text, parameters)
    except (TypeError, ValueError, OverflowError) as exc:
        raise ConfigError(say("query.bad_parameter", detail=str(exc))) from exc


def plain(value: object) -> object:
    """Return a driver value as str, number, bool, None, list or dict.

    A node is ``{labels, properties}``, a relationship ``{type, source, target, properties}``
    (source and target: ids where the driver knows them), a path ``{nodes, relationships}``.
    """
    if isinstance(value, Node):
        return {"labels": sorted(value.labels), "properties": plain(dict(value.items()))}
    if isinstance(value, Relationship):
        return _relationship(value)
    if isinstance(value, Path):
        edges = [_relationship(edge) for edge in value.relationships]
        return {"nodes": [plain(node) for node in value.nodes], "relationships": edges}
    if isinstance(value, Mapping):
        return {str(name): plain(value[name]) for name in sorted(value, key=str)}
    if isinstance(value, (list, set, frozenset)):
        return [plain(item) for item in value]
    return _scalar(value)


def _scalar(value: object) -> object:
    if isinstance(value, (Date, DateTime, Time, Duration)):
        return value.iso_format()
    if isinstance(value, Point):
        return {"srid": value.srid, "coordinates": list(value)}
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    return value


def _relationship(edge: Relationship) -> dict[str, object]:
    source, target = edge.start_node, edge.end_node
    return {
        "type": edge.type,
        "source": None if source is None else source.get("id"),
        "target": None if target is None else target.get("id"),
        "properties": plain(dict(edge.items())),
    }
