"""The memory store: the port taken literally, slow on purpose, the oracle of the conformance suite.

The one choice: rows are plain records in dictionaries by key; nothing is indexed, nothing is
shared with the other engines but the rules of ``merge`` and ``checks``.
"""

from __future__ import annotations

import operator
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

import pandas as pd

from chainmap.errors import StoreRefused, StoreUnsupported
from chainmap.schema import ROLE_LABELS, Flow, Schema, load_schema
from chainmap.stores.checks import checked_query, checked_tables, counted_owner
from chainmap.stores.columns import (
    Record,
    column_of,
    frame_of,
    key_attributes,
    records_of,
    reference_attributes,
    stored_dtypes,
)
from chainmap.stores.merge import (
    ACTIVE,
    FORMER_IDS,
    join_records,
    joined_list,
    merge_rows,
    stale_rows,
    withdraw_rows,
)
from chainmap.stores.port import (
    Capability,
    Condition,
    Direction,
    GraphQuery,
    Op,
    WriteCounts,
)
from chainmap.stores.tally import Tally
from chainmap.tables import GraphTables, Run, row_key
from chainmap.texts import say

Key = tuple[str, ...]
Rows = dict[str, dict[Key, Record]]

_COMPARE: Mapping[Op, Callable[[Any, Any], bool]] = {
    Op.EQ: operator.eq,
    Op.NE: operator.ne,
    Op.LT: operator.lt,
    Op.LE: operator.le,
    Op.GT: operator.gt,
    Op.GE: operator.ge,
    Op.IN: lambda value, wanted: value in wanted,
    Op.PRESENT: lambda _value, _wanted: True,
}


class MemoryStore:
    """A graph store that lives as long as the process; see ``port.GraphStore``."""

    def __init__(self) -> None:
        self._schema = load_schema()
        self._rows: Rows = {}
        self._name = uuid.uuid4().hex
        self._writes = 0

    @property
    def url(self) -> str:
        """The address."""
        return "memory:"

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What this store can do."""
        return frozenset({Capability.ONE_TRANSACTION, Capability.DRY_RUN})

    def prepare(self, schema: Schema) -> None:
        """Remember the schema; there is nothing else to prepare."""
        self._schema = schema

    @contextmanager
    def batch(self, *, dry_run: bool = False) -> Iterator[None]:
        """Group writes: all or nothing; ``dry_run`` undoes them all."""
        before = (
            {
                owner: {key: row.copy() for key, row in rows.items()}  # values are never changed
                for owner, rows in self._rows.items()
            },
            self._writes,
        )
        done = False
        try:
            yield
            done = not dry_run
        finally:
            if not done:
                self._rows, self._writes = before

    def write(self, tables: GraphTables, run: Run) -> WriteCounts:
        """Upsert rows by key for ``run.source``; stamp first_run, last_run and origin."""
        checked = checked_tables(self._schema, tables, run)
        tally = Tally()
        with self.batch():
            for old, new in checked.renames.items():
                self._rename(old, new)
            for owner, frame in checked.frames():
                self._check_ends(owner, frame)
                merged = merge_rows(self._schema, owner, frame, self._stored(owner, frame), run)
                self._put(owner, merged.rows)
                tally.add_merged(owner, merged)
            self._writes += 1
        return tally.counts()

    def restore(self, tables: GraphTables) -> None:
        """Fill the empty store with rows as read from another, provenance and all.

        Raises
        ------
        StoreRefused
            When the store is not empty.
        """
        if any(self._rows.values()):
            raise StoreRefused(say("store.not_empty", url=self.url))
        with self.batch():
            for owner, frame in tables.frames():
                self._put(owner, frame)
            self._writes += 1

    def prune(self, run: Run) -> WriteCounts:
        """Withdraw what ``run.source`` stated before and did not restate in ``run``."""
        tally = Tally()
        with self.batch():
            for name in sorted(self._schema.edges):
                self._prune_edges(name, run, tally)
            for label in sorted(self._schema.nodes):
                self._prune_nodes(label, run, tally)
            self._writes += 1
        return tally.counts()

    def read(self, query: GraphQuery) -> GraphTables:
        """Return the subgraph that ``query`` describes, step by step as its docstring says."""
        checked_query(self._schema, query)
        met = self._walk(query)
        kept = sorted(i for i in met if self._is_wanted(i, query))[: query.limit]
        nodes = {
            label: self._frame(label, rows, query)
            for label in sorted(self._schema.nodes)
            if (rows := [self._rows[label][i,] for i in kept if i.partition(":")[0] == label])
        }
        inside = set(kept)
        edges = {
            name: self._frame(name, rows, query)
            for name in sorted(self._schema.edges)
            if query.edge_types is None or name in query.edge_types
            if (rows := self._edges_inside(name, inside, query))
        }
        return GraphTables(nodes, edges)

    def count(self, owner: str, by: str | None = None) -> pd.DataFrame:
        """Return ``value, count`` rows of a label, role label or type, ordered by value."""
        counted = counted_owner(self._schema, owner, by)
        rows = list(self._rows.get(counted, {}).values())
        if owner in ROLE_LABELS:
            bearers = {row["source"] for row in self._rows.get(ROLE_LABELS[owner], {}).values()}
            rows = [row for row in rows if row["id"] in bearers]
        dtype = stored_dtypes(self._schema, counted)[by] if by else "str"
        tally = Counter(row[by] for row in rows) if by else Counter({None: len(rows)})
        values = sorted(v for v in tally if v is not None) + [None] * (None in tally)
        counts = [tally[value] for value in values]
        return pd.DataFrame(
            {"value": column_of(values, dtype), "count": column_of(counts, "int64")}
        )

    def explain(self, query: GraphQuery) -> list[str]:
        """Refuse: nothing is compiled here.

        Raises
        ------
        StoreUnsupported
            Always.
        """
        del query
        raise StoreUnsupported(say("store.cannot", url=self.url, what="store explain"))

    def unfinished(self) -> tuple[str, ...]:
        """Return nothing: a batch is one transaction."""
        return ()

    def revision(self) -> str:
        """Return a token that changes with every committed write."""
        return f"{self._name}-{self._writes}"

    def close(self) -> None:
        """Do nothing: the rows go with the object."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _key(self, owner: str, record: Record) -> Key:
        return tuple(record[name] for name in row_key(self._schema, owner))

    def _put(self, owner: str, rows: pd.DataFrame) -> None:
        mine = self._rows.setdefault(owner, {})
        mine.update({self._key(owner, record): record for record in records_of(rows)})

    def _stored(self, owner: str, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the stored rows of the frame's keys, labelled like the frame's rows."""
        mine = self._rows.get(owner, {})
        keys = {self._key(owner, record): i for i, record in enumerate(records_of(frame))}
        found = [key for key in keys if key in mine]
        stored = frame_of([mine[key] for key in found], stored_dtypes(self._schema, owner))
        return stored.set_index(frame.index[[keys[key] for key in found]])

    def _check_ends(self, owner: str, frame: pd.DataFrame) -> None:
        if owner in self._schema.nodes:
            return
        for end in sorted({*frame["source"], *frame["target"]}):
            if not self._has_node(end):
                raise StoreRefused(say("store.unknown_end", owner=owner, id=end))

    def _has_node(self, node: str) -> bool:
        return (node,) in self._rows.get(node.partition(":")[0], {})

    def _is_end(self, node: str) -> bool:
        return any(
            node in key[:2] for name in self._schema.edges for key in self._rows.get(name, {})
        )

    def _withdraw(self, owner: str, run: Run) -> tuple[set[Key], int]:
        """Take the source's statements back; return the keys nobody states, and changed rows."""
        rows = [row for row in self._rows.get(owner, {}).values() if _may_be_stale(row, run)]
        if not rows:
            return set(), 0
        stored = frame_of(rows, stored_dtypes(self._schema, owner))
        stale = stored[stale_rows(stored, run)]
        withdrawn = withdraw_rows(self._schema, owner, stale, run)
        self._put(owner, withdrawn.kept)
        gone = records_of(stale.loc[withdrawn.unstated])
        return {self._key(owner, record) for record in gone}, int(withdrawn.changed.sum())

    def _prune_edges(self, name: str, run: Run, tally: Tally) -> None:
        gone, tally.changed[name] = self._withdraw(name, run)
        for key in gone:
            if ACTIVE in self._rows[name][key]:
                self._rows[name][key] |= {ACTIVE: False, "origin": None}
                tally.deactivated[name] += 1
            else:
                del self._rows[name][key]
                tally.removed[name] += 1

    def _prune_nodes(self, label: str, run: Run, tally: Tally) -> None:
        gone, tally.changed[label] = self._withdraw(label, run)
        for key in gone:
            self._rows[label][key]["origin"] = None
        for key in [key for key, row in self._rows.get(label, {}).items() if not row["origin"]]:
            if not self._is_end(key[0]):
                del self._rows[label][key]
                tally.removed[label] += 1
            elif key in gone:
                tally.deactivated[label] += 1

    def _rename(self, old: str, new: str) -> None:
        label = old.partition(":")[0]
        nodes = self._rows.get(label, {})
        if (old,) not in nodes:
            return
        gone = nodes.pop((old,))
        if FORMER_IDS in gone:
            key = old.partition(":")[2]
            gone[FORMER_IDS] = joined_list(gone[FORMER_IDS], key)
        kept = nodes.get((new,))
        nodes[new,] = (
            gone | {"id": new} if kept is None else join_records(self._schema, label, kept, gone)
        )
        for name in self._schema.edges:
            self._repoint(name, old, new)

    def _repoint(self, name: str, old: str, new: str) -> None:
        mine = self._rows.get(name, {})
        columns = ["source", "target", *reference_attributes(self._schema, name)]
        for key in sorted(k for k, row in mine.items() if old in [row[c] for c in columns]):
            row = mine.pop(key)
            row = row | {c: new for c in columns if row[c] == old}
            there = mine.get(self._key(name, row))
            joined = row if there is None else join_records(self._schema, name, there, row)
            mine[self._key(name, row)] = joined

    def _walk(self, query: GraphQuery) -> set[str]:
        everything = {key[0] for label in self._schema.nodes for key in self._rows.get(label, {})}
        if query.seeds is None:
            return everything
        met = frontier = {seed for seed in query.seeds if seed in everything}
        steps = [step for name in self._walked(query) for step in self._steps(name, query)]
        for _ in range(query.hops):
            frontier = {end for start, end in steps if start in frontier} - met
            met = met | frontier
        return met

    def _walked(self, query: GraphQuery) -> list[str]:
        if query.edge_types is not None:
            return list(query.edge_types)
        return [name for name, edge in self._schema.edges.items() if edge.flow is not Flow.NONE]

    def _steps(self, name: str, query: GraphQuery) -> Iterator[tuple[str, str]]:
        """Yield (from, to) of each step that the query may take along edges of one type."""
        backward = self._schema.edges[name].flow is Flow.BACKWARD
        for key in self._rows.get(name, {}):
            up, down = (key[1], key[0]) if backward else (key[0], key[1])
            if query.direction is not Direction.UPSTREAM:
                yield up, down
            if query.direction is not Direction.DOWNSTREAM:
                yield down, up

    def _is_wanted(self, node: str, query: GraphQuery) -> bool:
        label = node.partition(":")[0]
        if query.labels is not None and label not in query.labels:
            return False
        return _meets(label, self._rows[label][node,], query.where)

    def _edges_inside(self, name: str, inside: set[str], query: GraphQuery) -> list[Record]:
        mine = self._rows.get(name, {})
        return [
            mine[key]
            for key in sorted(mine)
            if key[0] in inside and key[1] in inside and _meets(name, mine[key], query.where)
        ]

    def _frame(self, owner: str, rows: list[Record], query: GraphQuery) -> pd.DataFrame:
        dtypes = stored_dtypes(self._schema, owner)
        if owner in query.columns:
            ends = set(row_key(self._schema, owner)) - set(key_attributes(self._schema, owner))
            wanted = {*ends, *query.columns[owner]}
            dtypes = {name: dtype for name, dtype in dtypes.items() if name in wanted}
        return frame_of(rows, dtypes)


def _may_be_stale(row: Record, run: Run) -> bool:
    """Return whether the row names the source and an earlier run; of most rows nothing is asked.

    A run is of one source: a row whose last run is this one was restated by it.
    """
    return row["last_run"] != run.id and f"{run.source}/" in (row["origin"] or "")


def _meets(owner: str, row: Record, where: tuple[Condition, ...]) -> bool:
    """Return whether a row meets every condition on its owner; null meets none."""
    return all(
        row[c.attribute] is not None and _COMPARE[c.op](row[c.attribute], c.value)
        for c in where
        if c.owner == owner
    )
