"""SQL of the SQLite store: table definitions and compiled queries, as text; nothing runs here.

The one choice: every node is one integer (``chainmap_node``), and edges join integers. Names in
the text come from the schema only, quoted; every value is a parameter.
"""

# ruff: noqa: S608 -- names come from the schema, values are parameters (see above)

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chainmap.schema import Attribute, Flow, Schema
from chainmap.stores.columns import key_attributes
from chainmap.stores.port import Condition, Direction, GraphQuery, Op

if TYPE_CHECKING:
    from chainmap.schema import EdgeType

NODE = "chainmap_node"
STATED_BY = "_stated_by"
"""Integer of the one source that states a row; null when several do, or none."""

INTERNAL = (
    'CREATE TABLE IF NOT EXISTS chainmap_meta ("name" TEXT PRIMARY KEY, "value" TEXT) STRICT',
    'CREATE TABLE IF NOT EXISTS chainmap_run ("id" INTEGER PRIMARY KEY, "name" TEXT UNIQUE) STRICT',
    "CREATE TABLE IF NOT EXISTS chainmap_source "
    '("id" INTEGER PRIMARY KEY, "name" TEXT UNIQUE) STRICT',
    'CREATE TABLE IF NOT EXISTS chainmap_node ("id" INTEGER PRIMARY KEY, "key" TEXT) STRICT',
)
NODE_INDEX = {
    "chainmap_node__key": 'CREATE UNIQUE INDEX "chainmap_node__key" ON chainmap_node ("key")'
}

_TYPES = {"str": "TEXT", "int": "INTEGER", "float": "REAL", "bool": "INTEGER"}
_LOOKED_UP = {("Company", "name_key"), ("Company", "uscc"), ("Product", "name")}
_PROVENANCE = (
    ("origin", "TEXT"),
    ("first_run", "INTEGER"),
    ("last_run", "INTEGER"),
    ("statements", "TEXT"),
    (STATED_BY, "INTEGER"),
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL text and its parameters."""

    text: str
    values: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """How a GraphQuery is answered.

    ``start`` fills temp.met, ``steps`` (parameter: the hop) run once a hop until a hop meets
    nothing new, ``keep`` fills temp.kept; then ``ids``, one after the other, list the nodes (id,
    key) in order of key, and ``nodes`` and ``edges`` are the filters of the tables that are read.
    """

    start: tuple[Statement, ...]
    steps: tuple[str, ...]
    hops: int
    keep: tuple[Statement, ...]
    ids: tuple[Statement, ...]
    nodes: Mapping[str, Statement]
    edges: Mapping[str, Statement]


def quoted(name: str) -> str:
    """Return an identifier in quotes."""
    return '"' + name.replace('"', '""') + '"'


def column_type(attribute: Attribute) -> str:
    """Return the SQLite type of an attribute's column."""
    return _TYPES[attribute.dtype.storage]


def table_columns(schema: Schema, owner: str) -> dict[str, str]:
    """Return column -> SQLite type of the table of a label or type."""
    ends = ("source", "target") if owner in schema.edges else ()
    columns = {"id": "INTEGER"} | dict.fromkeys(ends, "INTEGER")
    return columns | {a.name: column_type(a) for a in schema.stored(owner)} | dict(_PROVENANCE)


def create_table(schema: Schema, owner: str) -> str:
    """Return the statement that creates the table of ``owner``."""
    columns = [f"{quoted(name)} {kind}" for name, kind in table_columns(schema, owner).items()]
    columns[0] += " PRIMARY KEY"
    return f"CREATE TABLE {quoted(owner)} ({', '.join(columns)}) STRICT"


def add_column(owner: str, name: str, kind: str) -> str:
    """Return the statement that adds a column that the schema gained."""
    return f"ALTER TABLE {quoted(owner)} ADD COLUMN {quoted(name)} {kind}"


def table_indexes(schema: Schema, owner: str) -> dict[str, str]:
    """Return index name -> statement that creates it."""
    table = quoted(owner)
    made = {
        f"{owner}__stated_by": f"({quoted(STATED_BY)}) WHERE {quoted(STATED_BY)} IS NOT NULL",
        f"{owner}__shared": '("id") WHERE "statements" IS NOT NULL',
        f"{owner}__unstated": '("id") WHERE "origin" IS NULL',
    }
    if owner in schema.edges:
        key = ", ".join(quoted(n) for n in ("source", "target", *key_attributes(schema, owner)))
        made[f"{owner}__target"] = '("target", "source")'
        indexes = {f"{owner}__key": f"CREATE UNIQUE INDEX {{}} ON {table} ({key})"}
    else:
        looked_up = [a.name for a in schema.stored(owner) if (owner, a.name) in _LOOKED_UP]
        made |= {f"{owner}__{name}": f"({quoted(name)})" for name in looked_up}
        indexes = {}
    indexes |= {name: f"CREATE INDEX {{}} ON {table} {columns}" for name, columns in made.items()}
    return {name: text.format(quoted(name)) for name, text in indexes.items()}


def compile_query(schema: Schema, query: GraphQuery) -> Plan:
    """Return the plan of a checked query; pure."""
    labels = [n for n in sorted(schema.nodes) if query.labels is None or n in query.labels]
    types = [n for n in sorted(schema.edges) if query.edge_types is None or n in query.edge_types]
    narrowed = any(c.owner in labels for c in query.where)
    whole = query.seeds is None and query.limit is None and not narrowed
    edges = {}
    for name in types:
        statement = _edge_filter(schema.edges[name], labels, query.where, whole=whole)
        if statement is not None:
            edges[name] = statement
    return Plan(
        start=() if query.seeds is None else (_seeds(query.seeds),),
        steps=() if query.seeds is None else tuple(_steps(schema, query)),
        hops=query.hops,
        keep=() if whole else tuple(_keep(labels, query)),
        ids=tuple(_ids(None if len(labels) == len(schema.nodes) else labels, whole=whole)),
        nodes={label: _node_filter(label, whole=whole) for label in labels},
        edges=edges,
    )


def select(columns: Sequence[str], source: Statement) -> Statement:
    """Return the statement that reads ``columns`` of the table under the alias t."""
    names = ", ".join(f"t.{quoted(name)}" for name in columns)
    return Statement(f"SELECT {names} {source.text}", source.values)


def lookup_rows(owner: str, columns: Iterable[str], key: Iterable[str]) -> Statement:
    """Return the statement that finds the stored rows of temp.incoming (pos and the key)."""
    names = ", ".join(f"t.{quoted(name)}" for name in columns)
    match = " AND ".join(f"t.{quoted(name)} = i.{quoted(name)}" for name in key)
    return Statement(
        f"SELECT i.pos, {names} FROM temp.incoming AS i CROSS JOIN {quoted(owner)} AS t ON {match}"
    )


def insert_rows(owner: str, columns: Iterable[str]) -> str:
    """Return the INSERT for ``columns``."""
    names = [quoted(name) for name in columns]
    marks = ", ".join("?" * len(names))
    return f"INSERT INTO {quoted(owner)} ({', '.join(names)}) VALUES ({marks})"


def update_rows(owner: str, columns: Iterable[str]) -> str:
    """Return the UPDATE of ``columns``; the row's integer comes last."""
    names = ", ".join(f"{quoted(name)} = ?" for name in columns)
    return f'UPDATE {quoted(owner)} SET {names} WHERE "id" = ?'


def count_rows(owner: str, by: str | None, role: str | None) -> str:
    """Return the statement that counts rows of ``owner`` by an attribute, nulls last."""
    where = f'WHERE "id" IN (SELECT "source" FROM {quoted(role)})' if role else ""
    if by is None:
        return f"SELECT NULL, count(*) FROM {quoted(owner)} {where}"
    column = quoted(by)
    return (
        f"SELECT {column}, count(*) FROM {quoted(owner)} {where} "
        f"GROUP BY {column} ORDER BY {column} IS NULL, {column}"
    )


def touching_edges(schema: Schema, label: str) -> str:
    """Return the condition that some edge begins or ends at node t of ``label``."""
    tests = [
        f'EXISTS (SELECT 1 FROM {quoted(name)} AS e WHERE e.{quoted(end)} = t."id")'
        for name, edge in sorted(schema.edges.items())
        for end, labels in (("source", edge.sources), ("target", edge.targets))
        if label in labels
    ]
    return f"({' OR '.join(tests)})" if tests else "0"


def _seeds(seeds: tuple[str, ...]) -> Statement:
    text = (
        f'INSERT OR IGNORE INTO temp.met SELECT n."id", 0 FROM json_each(?) AS j '
        f'CROSS JOIN {NODE} AS n ON n."key" = j.value'
    )
    return Statement(text, (json.dumps(seeds),))


def _steps(schema: Schema, query: GraphQuery) -> Iterator[str]:
    """Yield one INSERT per type and way of walking it; parameters: next hop, this hop."""
    if query.hops == 0:
        return
    types = query.edge_types
    if types is None:
        types = tuple(n for n, edge in schema.edges.items() if edge.flow is not Flow.NONE)
    for name in sorted(types):
        backward = schema.edges[name].flow is Flow.BACKWARD
        up, down = ("target", "source") if backward else ("source", "target")
        ways = []
        if query.direction is not Direction.UPSTREAM:
            ways.append((up, down))
        if query.direction is not Direction.DOWNSTREAM:
            ways.append((down, up))
        for start, end in ways:
            yield (
                f"INSERT OR IGNORE INTO temp.met SELECT t.{quoted(end)}, ? FROM temp.met AS m "
                f'CROSS JOIN {quoted(name)} AS t ON t.{quoted(start)} = m."id" WHERE m.hop = ?'
            )


def _keep(labels: list[str], query: GraphQuery) -> Iterator[Statement]:
    for label in labels:
        if query.seeds is None:
            source = f"FROM {quoted(label)} AS t"
        else:
            source = f'FROM temp.met AS m CROSS JOIN {quoted(label)} AS t ON t."id" = m."id"'
        tests, values = _conditions(label, query.where)
        yield Statement(f'INSERT INTO temp.kept SELECT t."id" {source}{_where(tests)}', values)
    if query.limit is not None:
        yield Statement(
            'DELETE FROM temp.kept WHERE "id" NOT IN (SELECT n."id" FROM temp.kept AS k '
            f'CROSS JOIN {NODE} AS n ON n."id" = k."id" ORDER BY n."key" LIMIT ?)',
            (query.limit,),
        )


def _ids(labels: Sequence[str] | None, *, whole: bool) -> Iterator[Statement]:
    """Yield the lists of nodes: of the kept ones, of all, or one range of keys a label."""
    chosen = f'SELECT n."id", n."key" FROM {NODE} AS n'
    if not whole:
        kept = f'FROM temp.kept AS k CROSS JOIN {NODE} AS n ON n."id" = k."id"'
        yield Statement(f'SELECT n."id", n."key" {kept} ORDER BY n."key"')
    elif labels is None:
        yield Statement(f'{chosen} ORDER BY n."key"')
    else:
        # Keys begin with "Label:"; the semicolon is the character after the colon.
        within = f'{chosen} WHERE n."key" >= ? AND n."key" < ? ORDER BY n."key"'
        for label in sorted(labels, key=lambda name: f"{name}:"):
            yield Statement(within, (f"{label}:", f"{label};"))


def _node_filter(label: str, *, whole: bool) -> Statement:
    """Return how the kept nodes of a label are found; CROSS JOIN keeps the small table first."""
    if whole:
        return Statement(f"FROM {quoted(label)} AS t")
    return Statement(f'FROM temp.kept AS k CROSS JOIN {quoted(label)} AS t ON t."id" = k."id"')


def _edge_filter(
    edge: EdgeType,
    labels: list[str],
    where: tuple[Condition, ...],
    *,
    whole: bool,
) -> Statement | None:
    """Return how edges between kept nodes are found; None when there can be none."""
    if not {*edge.sources} & {*labels} or not {*edge.targets} & {*labels}:
        return None
    tests, values = _conditions(edge.type, where)
    if not whole:
        # The plus keeps SQLite from trying every kept id as a target of every kept source.
        tests = ['+t."target" IN (SELECT "id" FROM temp.kept)', *tests]
        source = f'FROM temp.kept AS k CROSS JOIN {quoted(edge.type)} AS t ON t."source" = k."id"'
        return Statement(source + _where(tests), values)
    for end, found in (("source", edge.sources), ("target", edge.targets)):
        if not {*found} <= {*labels}:
            inside = " OR ".join(
                f'EXISTS (SELECT 1 FROM {quoted(n)} AS x WHERE x."id" = t.{quoted(end)})'
                for n in found
                if n in labels
            )
            tests = [f"({inside})", *tests]
    return Statement(f"FROM {quoted(edge.type)} AS t{_where(tests)}", values)


def _where(tests: list[str]) -> str:
    return f" WHERE {' AND '.join(tests)}" if tests else ""


def _conditions(owner: str, where: tuple[Condition, ...]) -> tuple[list[str], tuple[object, ...]]:
    tests: list[str] = []
    values: tuple[object, ...] = ()
    for condition in where:
        if condition.owner == owner:
            test, more = _condition(condition)
            tests.append(test)
            values += more
    return tests, values


def _condition(condition: Condition) -> tuple[str, tuple[object, ...]]:
    is_id = condition.attribute in ("id", "source", "target")
    column = 'n."key"' if is_id else f"t.{quoted(condition.attribute)}"
    test = f"{column} IS NOT NULL"
    values: tuple[object, ...] = ()
    if condition.op is Op.IN:
        test, values = _one_of(column, condition.value)
    elif condition.op is not Op.PRESENT:
        test, values = f"{column} {condition.op.value} ?", (condition.value,)
    if is_id:
        inner = f'SELECT n."id" FROM {NODE} AS n WHERE {test}'
        test = f"t.{quoted(condition.attribute)} IN ({inner})"
    return test, values


def _one_of(column: str, value: object) -> tuple[str, tuple[object, ...]]:
    """Return a membership test; numbers stay bound values so that no digit is lost in JSON."""
    wanted = value if isinstance(value, tuple) else ()
    if wanted and all(isinstance(item, str) for item in wanted):
        return f"{column} IN (SELECT value FROM json_each(?))", (json.dumps(wanted),)
    return f"{column} IN ({', '.join('?' * len(wanted))})", wanted
