"""What a query value becomes: the Cypher that ``read`` would send, kind by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chainmap.stores.neo4j import cypher
from chainmap.stores.neo4j.cypher import conditions_on
from chainmap.stores.neo4j.read import fetched_columns, walk_steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chainmap.schema import Schema
    from chainmap.stores.port import GraphQuery


def cypher_of(schema: Schema, query: GraphQuery) -> list[str]:
    """Return the statements: the walk's frontier, then nodes by label, then edges by type."""
    steps: list[str] = []
    if query.seeds is not None and query.hops:
        for label, types, outgoing in walk_steps(schema, query):
            steps.append(cypher.next_nodes(label, types, outgoing=outgoing).text)
    return [*steps, *_nodes(schema, query), *_edges(schema, query)]


def _nodes(schema: Schema, query: GraphQuery) -> Iterator[str]:
    statement = cypher.scan_nodes if query.seeds is None else cypher.fetch_nodes
    for label in query.labels if query.labels is not None else schema.nodes:
        where = conditions_on(label, query.where)
        columns = fetched_columns(schema, label, query)
        yield statement(schema, label, columns, where).text


def _edges(schema: Schema, query: GraphQuery) -> Iterator[str]:
    statement = cypher.scan_edges if query.seeds is None else cypher.fetch_edges
    for name in query.edge_types if query.edge_types is not None else schema.edges:
        where = conditions_on(name, query.where)
        columns = fetched_columns(schema, name, query)
        for source in schema.edges[name].sources:
            if query.labels is None or source in query.labels:
                yield statement(schema, name, source, columns, where).text
