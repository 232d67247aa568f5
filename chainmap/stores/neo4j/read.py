"""Reading: pages of lists become typed frames; a walk is one frontier query a hop.

The choice: a whole label or type is read in pages through the id index, one record a page, edges
grouped by their source (five times faster than a record an edge); a walked subgraph is read by
the ids it met. Either way the induced subgraph is cut here, from ids that are known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from chainmap.schema import Flow
from chainmap.stores.columns import column_of, key_attributes, stored_dtypes
from chainmap.stores.neo4j import cypher
from chainmap.stores.neo4j.cypher import PAGE, Statement, conditions_on, list_joiners
from chainmap.stores.port import Direction, GraphQuery
from chainmap.tables import GraphTables, row_key

if TYPE_CHECKING:
    from chainmap.schema import Schema

Ask = Callable[..., list[dict[str, Any]]]
"""Runs a statement with parameters and returns its records as dictionaries."""

EdgeRow = list[Any]
"""Source, target, then the columns asked for."""


def read_tables(schema: Schema, ask: Ask, query: GraphQuery) -> GraphTables:
    """Return the subgraph that a checked query describes."""
    if query.seeds is None:
        nodes = _all_nodes(schema, ask, query)
    else:
        nodes = _named_nodes(schema, ask, query, walk(schema, ask, query))
    if query.limit is not None:
        nodes = _first_by_id(nodes, query.limit)
    nodes = {label: frame for label, frame in sorted(nodes.items()) if len(frame)}
    whole = query.seeds is None and query.limit is None
    filtered = {condition.owner for condition in query.where}
    complete = {label for label in nodes if whole and label not in filtered}
    edges = _edges(schema, ask, query, nodes, complete)
    shown = {label: _columns_of(label, frame, query) for label, frame in nodes.items()}
    return GraphTables(shown, edges)


def walk(schema: Schema, ask: Ask, query: GraphQuery) -> set[str]:
    """Return the ids met from the seeds, by one frontier a hop (ids of seeds may not exist)."""
    met = frontier = set(query.seeds or ())
    for _ in range(query.hops):
        frontier = _next(schema, ask, query, frontier) - met
        if not frontier:
            break
        met = met | frontier
    return met


def walk_steps(schema: Schema, query: GraphQuery) -> list[tuple[str, tuple[str, ...], bool]]:
    """Return ``(label, types, outgoing)``: how the query may leave a node of each label."""
    names = query.edge_types
    if names is None:
        names = tuple(name for name, e in schema.edges.items() if e.flow is not Flow.NONE)
    steps = []
    for label in schema.nodes:
        for outgoing in (True, False):
            types = tuple(name for name in names if _leaves(schema, name, label, query, outgoing))
            if types:
                steps.append((label, types, outgoing))
    return steps


def _leaves(schema: Schema, name: str, label: str, query: GraphQuery, outgoing: bool) -> bool:
    """Whether the query may cross edges of a type from a node of ``label`` that way."""
    edge = schema.edges[name]
    if label not in (edge.sources if outgoing else edge.targets):
        return False
    downstream = outgoing != (edge.flow is Flow.BACKWARD)
    return query.direction in (
        Direction.BOTH,
        Direction.DOWNSTREAM if downstream else Direction.UPSTREAM,
    )


def _next(schema: Schema, ask: Ask, query: GraphQuery, frontier: set[str]) -> set[str]:
    found: set[str] = set()
    by_label = ids_by_label(frontier)
    for label, types, outgoing in walk_steps(schema, query):
        statement = cypher.next_nodes(label, types, outgoing=outgoing)
        for ids in chunks(by_label.get(label, [])):
            found.update(ask(statement, ids=ids)[0]["ids"])
    return found


def _all_nodes(schema: Schema, ask: Ask, query: GraphQuery) -> dict[str, pd.DataFrame]:
    frames = {}
    for label in schema.nodes:
        if query.labels is not None and label not in query.labels:
            continue
        columns = fetched_columns(schema, label, query)
        statement = cypher.scan_nodes(schema, label, columns, conditions_on(label, query.where))
        rows = scan_node_rows(ask, statement, limit=query.limit)
        frames[label] = frame_of_rows(schema, label, columns, rows)
    return frames


def _named_nodes(
    schema: Schema, ask: Ask, query: GraphQuery, ids: set[str]
) -> dict[str, pd.DataFrame]:
    frames = {}
    for label, named in ids_by_label(ids).items():
        if label not in schema.nodes or (query.labels is not None and label not in query.labels):
            continue
        columns = fetched_columns(schema, label, query)
        statement = cypher.fetch_nodes(schema, label, columns, conditions_on(label, query.where))
        rows = [row for part in chunks(named) for row in ask(statement, ids=part)[0]["rows"]]
        frames[label] = frame_of_rows(schema, label, columns, sorted(rows, key=lambda r: r[0]))
    return frames


def _first_by_id(nodes: dict[str, pd.DataFrame], limit: int) -> dict[str, pd.DataFrame]:
    kept = set(sorted(i for frame in nodes.values() for i in frame["id"])[:limit])
    return {label: frame[frame["id"].isin(kept)] for label, frame in nodes.items()}


def _edges(
    schema: Schema,
    ask: Ask,
    query: GraphQuery,
    nodes: dict[str, pd.DataFrame],
    complete: set[str],
) -> dict[str, pd.DataFrame]:
    ids = {label: frame["id"].tolist() for label, frame in nodes.items()}
    inside = {i for label in ids if label not in complete for i in ids[label]}
    frames = {}
    for name in sorted(schema.edges if query.edge_types is None else set(query.edge_types)):
        columns = fetched_columns(schema, name, query)
        where = conditions_on(name, query.where)
        rows: list[EdgeRow] = []
        for source in schema.edges[name].sources:
            if source not in nodes:
                continue
            named = None if source in complete else ids[source]
            found = edge_rows(schema, ask, (name, source, columns), named=named, where=where)
            rows += _ends_inside(found, set(nodes), complete, inside)
        if rows:
            frame = frame_of_rows(schema, name, columns, rows)
            ordered = frame.sort_values(row_key(schema, name), ignore_index=True)
            frames[name] = _columns_of(name, ordered, query)
    return frames


def _ends_inside(
    rows: Iterator[EdgeRow], labels: set[str], complete: set[str], inside: set[str]
) -> list[EdgeRow]:
    """Return the edges whose target is kept; a complete label keeps every node it has."""
    kept = []
    for row in rows:
        label = row[1].partition(":")[0]
        if label in complete or (label in labels and row[1] in inside):
            kept.append(row)
    return kept


def edge_rows(
    schema: Schema,
    ask: Ask,
    wanted: tuple[str, str, Sequence[str]],
    *,
    named: Sequence[str] | None = None,
    where: Sequence[Any] = (),
) -> Iterator[EdgeRow]:
    """Yield the edges of ``wanted`` (type, source label, columns); of ``named`` sources or all."""
    name, source, columns = wanted
    if named is not None:
        statement = cypher.fetch_edges(schema, name, source, columns, where)
        for part in chunks(named):
            yield from flat(ask(statement, ids=part)[0]["rows"])
        return
    total = ask(cypher.edge_total(name, source))[0]["total"]
    if total == 0:
        return
    if total <= PAGE:
        yield from flat(ask(cypher.all_edges(schema, name, source, columns, where))[0]["rows"])
        return
    statement = cypher.scan_edges(schema, name, source, columns, where)
    after, seen = "", PAGE
    while seen == PAGE:
        page = ask(statement, after=after, page=PAGE)[0]
        after, seen = page["last"], page["seen"]
        yield from flat(page["rows"])


def scan_node_rows(
    ask: Ask,
    statement: Statement,
    *,
    limit: int | None = None,
    given: Mapping[str, object] | None = None,
) -> list[list[Any]]:
    """Return all rows of a paged node statement, ordered by id."""
    size = PAGE if limit is None else max(1, min(PAGE, limit))
    rows: list[list[Any]] = []
    while True:
        after = rows[-1][0] if rows else ""
        page = ask(statement, after=after, page=size, **(given or {}))[0]["rows"]
        rows += page
        if len(page) < size or (limit is not None and len(rows) >= limit):
            return rows


def flat(groups: Sequence[Sequence[Any]]) -> Iterator[EdgeRow]:
    """Yield source, target and columns from rows grouped by source."""
    for source, found in groups:
        for target, *values in found:
            yield [source, target, *values]


def frame_of_rows(
    schema: Schema, owner: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> pd.DataFrame:
    """Return rows of lists as a typed frame; Neo4j's lists become joined text.

    Node rows are the columns; edge rows have source and target before them.
    """
    names = ["source", "target", *columns] if owner in schema.edges else list(columns)
    dtypes = stored_dtypes(schema, owner)
    values: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    joiners = list_joiners(schema, owner)
    data = {}
    for name, column in zip(names, values, strict=True):
        joiner = joiners.get(name)
        told = column if joiner is None else [_joined(joiner, value) for value in column]
        data[name] = column_of(told, dtypes[name])
    return pd.DataFrame(data, columns=names)


def ids_by_label(ids: set[str]) -> dict[str, list[str]]:
    """Return the ids by the label they begin with, sorted."""
    found: dict[str, list[str]] = {}
    for node in sorted(ids):
        found.setdefault(node.partition(":")[0], []).append(node)
    return found


def chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Yield at most ``PAGE`` values at a time."""
    for start in range(0, len(values), PAGE):
        yield values[start : start + PAGE]


def stored_columns(schema: Schema, owner: str) -> list[str]:
    """Return all properties of a node (with id) or an edge (without its ends)."""
    return [name for name in stored_dtypes(schema, owner) if name not in ("source", "target")]


def fetched_columns(schema: Schema, owner: str, query: GraphQuery) -> list[str]:
    """Return the properties to fetch: those asked for, and what the order of rows needs."""
    stored = stored_columns(schema, owner)
    if owner not in query.columns:
        return stored
    named = {"id", *key_attributes(schema, owner), *query.columns[owner]}
    return [name for name in stored if name in named]


def _columns_of(owner: str, frame: pd.DataFrame, query: GraphQuery) -> pd.DataFrame:
    ordered = frame.reset_index(drop=True)
    if owner not in query.columns:
        return ordered
    named = {"id", "source", "target", *query.columns[owner]}
    return ordered[[name for name in ordered.columns if name in named]]


def _joined(joiner: str, value: list[str] | None) -> str | None:
    return None if value is None else joiner.join(value)
