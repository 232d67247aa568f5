"""From a query value to Cypher: pure functions that return text and parameters.

The choices: labels, types and property names come from the schema and are quoted, every value is
a parameter; rows come back as lists in pages (one record a page, edges grouped by their source),
because the price of a bulk read over Bolt is the price of its records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chainmap.schema import Dtype
from chainmap.stores.neo4j.ddl import META_LABEL, quoted
from chainmap.stores.port import Condition, Op
from chainmap.tables import LIST_JOIN, ORIGIN_JOIN

if TYPE_CHECKING:
    from chainmap.schema import Schema

PAGE = 10_000
"""Rows a record carries when reading; sources a record carries when reading edges."""

_META = "RETURN m.database AS database, m.revision AS revision, m.unfinished AS unfinished"
_ENDS = {"source": "a.id", "target": "b.id"}


@dataclass(frozen=True, slots=True)
class Statement:
    """One Cypher statement and its parameters."""

    text: str
    parameters: Mapping[str, object] = field(default_factory=dict)


def list_joiners(schema: Schema, owner: str) -> dict[str, str]:
    """Return column -> what joins its parts, for the columns that Neo4j keeps as lists."""
    lists = [a.name for a in schema.stored(owner) if a.dtype is Dtype.LIST]
    return dict.fromkeys(lists, LIST_JOIN) | {"origin": ORIGIN_JOIN}


def conditions_on(owner: str, where: Iterable[Condition]) -> tuple[Condition, ...]:
    """Return the conditions that speak of ``owner``."""
    return tuple(condition for condition in where if condition.owner == owner)


def scan_nodes(
    schema: Schema, label: str, columns: Sequence[str], where: Sequence[Condition] = ()
) -> Statement:
    """Return the statement for one page of a label's nodes, ordered by id.

    Parameters: ``$after`` (last id of the page before, ``""`` at first) and ``$page``.
    """
    tests, parameters = _tests(schema, label, where)
    return _scan(label, columns, tests, parameters)


def scan_stale_nodes(label: str, columns: Sequence[str]) -> Statement:
    """Return the statement for one page of the nodes that a source may have to withdraw.

    Parameters: ``$after``, ``$page``, ``$run`` (id of the run) and ``$prefix`` (``source/``).
    """
    return _scan(label, columns, [_stale("n")], {})


def _scan(
    label: str, columns: Sequence[str], tests: Sequence[str], parameters: dict[str, object]
) -> Statement:
    found = " AND ".join(["n.id > $after", *tests])
    text = (
        f"MATCH (n:{quoted(label)}) WHERE {found} WITH n ORDER BY n.id LIMIT $page "
        f"RETURN collect({_row('n', columns)}) AS rows"
    )
    return Statement(text, parameters)


def fetch_nodes(
    schema: Schema, label: str, columns: Sequence[str], where: Sequence[Condition] = ()
) -> Statement:
    """Return the statement for the nodes named by ``$ids``, in no particular order."""
    tests, parameters = _tests(schema, label, where)
    filtered = f"WHERE {' AND '.join(tests)} " if tests else ""
    text = (
        f"UNWIND $ids AS id MATCH (n:{quoted(label)} {{id: id}}) {filtered}"
        f"RETURN collect({_row('n', columns)}) AS rows"
    )
    return Statement(text, parameters)


def scan_edges(
    schema: Schema,
    name: str,
    source: str,
    columns: Sequence[str],
    where: Sequence[Condition] = (),
) -> Statement:
    """Return the statement for the edges of one page of source nodes, grouped by source.

    Parameters: ``$after`` and ``$page``. Returns ``last`` (id to go on from), ``seen`` (sources
    on the page) and ``rows``: ``[source, [[target, column...], ...]]``.
    """
    tests, parameters = _tests(schema, name, where)
    text = (
        f"MATCH (a:{quoted(source)}) WHERE a.id > $after WITH a ORDER BY a.id LIMIT $page "
        f"WITH a.id AS id, {_grouped(name, columns, tests)} AS found "
        "RETURN max(id) AS last, count(*) AS seen, "
        "collect(CASE WHEN size(found) > 0 THEN [id, found] END) AS rows"
    )
    return Statement(text, parameters)


def fetch_edges(
    schema: Schema,
    name: str,
    source: str,
    columns: Sequence[str],
    where: Sequence[Condition] = (),
) -> Statement:
    """Return the statement for the edges that leave the nodes ``$ids``, grouped by source."""
    tests, parameters = _tests(schema, name, where)
    text = (
        f"UNWIND $ids AS id MATCH (a:{quoted(source)} {{id: id}}) "
        f"WITH id, {_grouped(name, columns, tests)} AS found WHERE size(found) > 0 "
        "RETURN collect([id, found]) AS rows"
    )
    return Statement(text, parameters)


def all_edges(
    schema: Schema,
    name: str,
    source: str,
    columns: Sequence[str],
    where: Sequence[Condition] = (),
) -> Statement:
    """Return the statement for all edges of a type that has few, grouped by source."""
    tests, parameters = _tests(schema, name, where)
    return _flat_edges(f"(a:{quoted(source)})", name, columns, tests, parameters)


def stale_labels(schema: Schema) -> Statement:
    """Return the statement for the labels of nodes that a source may have to withdraw.

    One statement over all labels (``$run``, ``$prefix``): a server takes longer to plan a query
    for each of them than to run it.
    """
    return Statement(
        f"MATCH (n:{_any_of(schema.nodes)}) WHERE {_stale('n')} "
        "WITH DISTINCT labels(n) AS found UNWIND found AS name "
        "RETURN collect(DISTINCT name) AS names"
    )


def stale_types(schema: Schema) -> Statement:
    """Return the statement for the types of edges that a source may have to withdraw."""
    return Statement(
        f"MATCH ()-[r:{_any_of(schema.edges)}]->() WHERE {_stale('r')} "
        "RETURN collect(DISTINCT type(r)) AS names"
    )


def stale_edges(name: str, source: str, columns: Sequence[str]) -> Statement:
    """Return the statement for the edges that a source may have to withdraw (``$run, $prefix``)."""
    return _flat_edges(f"(a:{quoted(source)})", name, columns, [_stale("r")], {})


def edges_into(name: str, source: str, target: str, columns: Sequence[str]) -> Statement:
    """Return the statement for the edges that end in the node ``$id`` of label ``target``."""
    text = (
        f"MATCH (b:{quoted(target)} {{id: $id}})<-[r:{quoted(name)}]-(a:{quoted(source)}) "
        f"RETURN collect([a.id, {_edge_row(columns)}]) AS rows"
    )
    return Statement(text)


def edges_naming(name: str, source: str, column: str, columns: Sequence[str]) -> Statement:
    """Return the statement for the edges whose property ``column`` is ``$id``."""
    tests = [f"r.{quoted(column)} = $id"]
    return _flat_edges(f"(a:{quoted(source)})", name, columns, tests, {})


def edge_total(name: str, source: str) -> Statement:
    """Return the statement that counts the edges of a type by source label (from counters)."""
    return Statement(f"MATCH (:{quoted(source)})-[r:{quoted(name)}]->() RETURN count(r) AS total")


def labels_in_use() -> Statement:
    """Return the statement for the labels that have nodes, at once (from counters).

    Inside a transaction also those that it has just emptied.
    """
    return Statement("CALL db.labels() YIELD label RETURN collect(label) AS names")


def types_in_use() -> Statement:
    """Return the statement for the types that have edges; see ``labels_in_use``."""
    return Statement(
        "CALL db.relationshipTypes() YIELD relationshipType "
        "RETURN collect(relationshipType) AS names"
    )


def any_node(schema: Schema) -> Statement:
    """Return the statement that finds one node of the graph, if there is any."""
    return Statement(f"MATCH (n:{_any_of(schema.nodes)}) RETURN n.id AS id LIMIT 1")


def missing_nodes(label: str) -> Statement:
    """Return the statement for those of the ids ``$ids`` that do not exist."""
    return Statement(
        f"UNWIND $ids AS id WITH id WHERE NOT EXISTS {{ MATCH (:{quoted(label)} {{id: id}}) }} "
        "RETURN collect(id) AS ids"
    )


def next_nodes(label: str, types: Sequence[str], *, outgoing: bool) -> Statement:
    """Return the statement for the ids one step away from the nodes ``$ids`` of ``label``.

    One frontier a hop: a variable-length pattern would enumerate paths, of which a dense
    product network has exponentially many.
    """
    kinds = "|".join(quoted(name) for name in types)
    step = f"-[:{kinds}]->" if outgoing else f"<-[:{kinds}]-"
    text = (
        f"UNWIND $ids AS id MATCH (:{quoted(label)} {{id: id}}){step}(b) "
        "RETURN collect(DISTINCT b.id) AS ids"
    )
    return Statement(text)


def count_rows(schema: Schema, owner: str, by: str | None) -> Statement:
    """Return the statement that counts the rows of a label, role label or type by a column."""
    pattern = f"()-[n:{quoted(owner)}]->()" if owner in schema.edges else f"(n:{quoted(owner)})"
    value = "null" if by is None else _value(_joiner_of(schema, owner, by), "n", by)
    return Statement(f"MATCH {pattern} RETURN {value} AS value, count(*) AS count")


def put_nodes(label: str) -> Statement:
    """Return the statement that stores the node rows ``$rows`` (id, values; null removes).

    The id is not set again: Neo4j 2026.08.1 keeps an index entry of a node whose unique property
    was set and which was then deleted in one transaction, and fails when it is looked up.
    """
    return Statement(
        f"UNWIND $rows AS row MERGE (n:{quoted(label)} {{id: row.id}}) SET n += row.values "
        "RETURN count(*) AS written"
    )


def put_edges(ends: tuple[str, str, str], key: Sequence[str]) -> Statement:
    """Return the statement that stores the edge rows ``$rows`` (source, target, values).

    An edge is known by its ends and its key properties; rows whose ends do not exist are not
    written and lower ``written``.
    """
    name, source, target = (quoted(part) for part in ends)
    keys = ", ".join(f"{quoted(part)}: row.values.{quoted(part)}" for part in key)
    known = f" {{{keys}}}" if keys else ""
    return Statement(
        f"UNWIND $rows AS row MATCH (a:{source} {{id: row.source}}) "
        f"MATCH (b:{target} {{id: row.target}}) MERGE (a)-[r:{name}{known}]->(b) "
        "SET r = row.values RETURN count(*) AS written"
    )


def delete_unstated(schema: Schema) -> Statement:
    """Return the statement that removes nodes that nobody states and no edge touches; their ids."""
    return Statement(
        f"MATCH (n:{_any_of(schema.nodes)}) WHERE n.origin IS NULL AND NOT EXISTS {{ (n)--() }} "
        "WITH n, n.id AS id DELETE n RETURN collect(id) AS ids"
    )


def delete_node(label: str) -> Statement:
    """Return the statement that removes the node ``$id``; an edge left on it is an error."""
    return Statement(f"MATCH (n:{quoted(label)} {{id: $id}}) DELETE n RETURN count(*) AS written")


def rename_node(label: str) -> Statement:
    """Return the statement that gives the node ``$id`` the id ``$new``; its edges stay on it."""
    return Statement(
        f"MATCH (n:{quoted(label)} {{id: $id}}) SET n.id = $new RETURN count(*) AS written"
    )


def delete_edges(ends: tuple[str, str, str], key: Sequence[str]) -> Statement:
    """Return the statement that removes the edges ``$rows`` (source, target, values)."""
    name, source, target = (quoted(part) for part in ends)
    tests = [f"r.{quoted(part)} = row.values.{quoted(part)}" for part in key]
    filtered = f"WHERE {' AND '.join(tests)} " if tests else ""
    return Statement(
        f"UNWIND $rows AS row MATCH (:{source} {{id: row.source}})-[r:{name}]->"
        f"(:{target} {{id: row.target}}) {filtered}DELETE r RETURN count(*) AS written"
    )


def add_role(role: str, edge: str) -> Statement:
    """Return the statement that gives the role label to all sources of its edge."""
    return Statement(
        f"MATCH (n)-[:{quoted(edge)}]->() WHERE NOT n:{quoted(role)} SET n:{quoted(role)}"
    )


def drop_role(role: str, edge: str) -> Statement:
    """Return the statement that takes the role label from nodes that lost their last edge."""
    return Statement(
        f"MATCH (n:{quoted(role)}) WHERE NOT EXISTS {{ (n)-[:{quoted(edge)}]->() }} "
        f"REMOVE n:{quoted(role)}"
    )


def read_meta() -> Statement:
    """Return the statement that reads the meta node; no row when there is none."""
    return Statement(f"MATCH (m:{META_LABEL} {{id: 'meta'}}) {_META}")


def meta(*assignments: str) -> Statement:
    """Return the statement that sets properties of the meta node and reads it."""
    given = ", ".join(f"m.{assignment}" for assignment in assignments)
    return Statement(f"MERGE (m:{META_LABEL} {{id: 'meta'}}) SET {given} {_META}")


def _any_of(names: Iterable[str]) -> str:
    return "|".join(quoted(name) for name in names)


def _row(variable: str, columns: Sequence[str]) -> str:
    return "[" + ", ".join(f"{variable}.{quoted(name)}" for name in columns) + "]"


def _edge_row(columns: Sequence[str]) -> str:
    return "[" + ", ".join(["b.id", *(f"r.{quoted(column)}" for column in columns)]) + "]"


def _grouped(name: str, columns: Sequence[str], tests: Sequence[str]) -> str:
    """Return the expression for a source's edges as ``[[target, column...], ...]``."""
    filtered = f" WHERE {' AND '.join(tests)}" if tests else ""
    return f"[(a)-[r:{quoted(name)}]->(b){filtered} | {_edge_row(columns)}]"


def _flat_edges(
    source: str,
    name: str,
    columns: Sequence[str],
    tests: Sequence[str],
    parameters: dict[str, object],
) -> Statement:
    filtered = f"WHERE {' AND '.join(tests)} " if tests else ""
    text = (
        f"MATCH {source}-[r:{quoted(name)}]->(b) {filtered}"
        f"WITH a.id AS id, collect({_edge_row(columns)}) AS found "
        "RETURN collect([id, found]) AS rows"
    )
    return Statement(text, parameters)


def _stale(variable: str) -> str:
    """Return the test for rows that name the source and were not last stated in this run of it."""
    return (
        f"{variable}.last_run <> $run "
        f"AND any(part IN {variable}.origin WHERE part STARTS WITH $prefix)"
    )


def _tests(
    schema: Schema, owner: str, where: Sequence[Condition]
) -> tuple[list[str], dict[str, object]]:
    """Return the comparisons of ``owner`` and their parameters ``$w0``, ``$w1``, ..."""
    tests: list[str] = []
    parameters: dict[str, object] = {}
    variable = "r" if owner in schema.edges else "n"
    joiners = list_joiners(schema, owner)
    for number, condition in enumerate(where):
        column = condition.attribute
        left = _ENDS.get(column) if owner in schema.edges else None
        left = left or _value(joiners.get(column), variable, column)
        if condition.op is Op.PRESENT:
            tests.append(f"{left} IS NOT NULL")
            continue
        name, value = f"w{number}", condition.value
        parameters[name] = list(value) if isinstance(value, tuple) else value
        operator = "IN" if condition.op is Op.IN else condition.op.value
        tests.append(f"{left} {operator} ${name}")
    return tests, parameters


def _joiner_of(schema: Schema, owner: str, column: str) -> str | None:
    """Return the joiner of a column of a label or type; a role label has Company's columns."""
    known = owner in schema.nodes or owner in schema.edges
    return list_joiners(schema, owner if known else "Company").get(column)


def _value(joiner: str | None, variable: str, column: str) -> str:
    """Return the value of a column as the tables hold it: lists as joined text."""
    plain = f"{variable}.{quoted(column)}"
    if joiner is None:
        return plain
    shown = joiner.replace("\n", "\\n")
    return (
        f"CASE WHEN {plain} IS NULL THEN null WHEN size({plain}) = 0 THEN '' ELSE "
        f"reduce(text = head({plain}), part IN tail({plain}) | text + '{shown}' + part) END"
    )
