"""Writing: merge with what is stored, put, rename and withdraw, by the rules of ``merge``.

The choice: the rules run here, in the same pure functions as in every other store; the server is
asked for the stored rows of the incoming keys and told the rows that result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from chainmap.errors import StoreRefused
from chainmap.schema import ROLE_LABELS, Reference
from chainmap.stores.columns import (
    Record,
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
from chainmap.stores.neo4j import cypher
from chainmap.stores.neo4j.cypher import PAGE, Statement, list_joiners
from chainmap.stores.neo4j.read import (
    chunks,
    edge_rows,
    flat,
    frame_of_rows,
    ids_by_label,
    scan_node_rows,
    stored_columns,
)
from chainmap.stores.tally import Tally
from chainmap.tables import GraphTables, Run, row_key
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.schema import Schema
    from chainmap.stores.neo4j.transactions import Transactions
    from chainmap.stores.port import WriteCounts


_PLAYS_ROLE = frozenset(ROLE_LABELS.values())
"""Types whose edges make a role."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes tables of one schema through the open batch of ``transactions``."""

    schema: Schema
    transactions: Transactions
    rows: int = PAGE
    """Rows a statement carries."""

    def write(self, tables: GraphTables, run: Run) -> WriteCounts:
        """Upsert checked tables for ``run.source``; see ``GraphStore.write``."""
        tally = Tally()
        for old, new in tables.renames.items():
            self._rename(old, new)
        held = self._held()
        for owner, frame in tables.frames():
            stored = self._stored(owner, frame, held)
            merged = merge_rows(self.schema, owner, frame, stored, run)
            self.put(owner, merged.rows)
            tally.add_merged(owner, merged)
        if tables.renames or _PLAYS_ROLE & {*tables.edges}:
            self.match_roles()
        return tally.counts()

    def restore(self, tables: GraphTables) -> None:
        """Put rows as they are, provenance and all."""
        for owner, frame in tables.frames():
            self.put(owner, frame)
        self.match_roles()

    def prune(self, run: Run) -> WriteCounts:
        """Withdraw what ``run.source`` did not restate; see ``GraphStore.prune``."""
        tally, unstated = Tally(), set()
        stale = self._stale_owners(run)
        for name in sorted(stale & {*self.schema.edges}):
            gone, tally.changed[name] = self._withdraw(name, run)
            if gone and ACTIVE in gone[0]:
                self._put_records(name, [row | {ACTIVE: False, "origin": None} for row in gone])
                tally.deactivated[name] = len(gone)
            else:
                self._delete_edges(name, gone)
                tally.removed[name] = len(gone)
        for label in sorted(stale & {*self.schema.nodes}):
            gone, tally.changed[label] = self._withdraw(label, run)
            self._put_records(label, [row | {"origin": None} for row in gone])
            unstated |= {row["id"] for row in gone}
        # Always: an import that was cut short may have left such nodes behind.
        deleted = set(self.transactions.write(cypher.delete_unstated(self.schema))[0]["ids"])
        tally.removed.update(node.partition(":")[0] for node in deleted)
        tally.deactivated.update(node.partition(":")[0] for node in unstated - deleted)
        if _PLAYS_ROLE & stale:
            self.match_roles()
        return tally.counts()

    def _held(self) -> set[str]:
        """Return the labels and types that may have rows: of the others nothing is asked."""
        statements = (cypher.labels_in_use(), cypher.types_in_use())
        return {n for asked in statements for n in self.transactions.read(asked)[0]["names"]}

    def put(self, owner: str, frame: pd.DataFrame) -> None:
        """Store rows as they are; a null takes the property away.

        Raises
        ------
        StoreRefused
            When an end of an edge is not in the store.
        """
        for start in range(0, len(frame), self.rows):
            self._put_records(owner, records_of(frame.iloc[start : start + self.rows]))

    def match_roles(self) -> None:
        """Give role labels to the nodes that play the role, and take them from the others."""
        for role, edge in sorted(ROLE_LABELS.items()):
            self.transactions.write(cypher.add_role(role, edge))
            self.transactions.write(cypher.drop_role(role, edge))

    def _put_records(self, owner: str, records: Sequence[Record]) -> None:
        if owner in self.schema.nodes:
            values = self._properties(owner, records)
            rows = [{"id": row.pop("id"), "values": row} for row in values]
            for part in _parts(rows, self.rows):
                self.transactions.write(cypher.put_nodes(owner), len(part), rows=part)
            return
        key = key_attributes(self.schema, owner)
        for ends, rows in self._by_ends(owner, records).items():
            for part in _parts(rows, self.rows):
                written = self._written(cypher.put_edges(ends, key), len(part), rows=part)
                if written != len(part):
                    self._check_ends(owner, part)

    def _delete_edges(self, name: str, records: Sequence[Record]) -> None:
        key = key_attributes(self.schema, name)
        for ends, rows in self._by_ends(name, records).items():
            for part in _parts(rows, self.rows):
                self._written(cypher.delete_edges(ends, key), len(part), rows=part)

    def _by_ends(
        self, name: str, records: Sequence[Record]
    ) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
        """Return edge rows by type and labels of the ends, as the edge statements want them."""
        found: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
        for record, values in zip(records, self._properties(name, records), strict=True):
            source, target = record["source"], record["target"]
            labels = source.partition(":")[0], target.partition(":")[0]
            row = {"source": source, "target": target, "values": values}
            found.setdefault((name, *labels), []).append(row)
        return found

    def _properties(self, owner: str, records: Sequence[Record]) -> list[dict[str, Any]]:
        """Return the rows' properties, lists as lists; a null takes the property away."""
        columns = stored_columns(self.schema, owner)
        joiners = list_joiners(self.schema, owner)
        rows = []
        for record in records:
            row = {name: record[name] for name in columns}
            for name in joiners:
                if name in row and row[name] is not None:
                    row[name] = row[name].split(joiners[name])
            rows.append(row)
        return rows

    def _stored(self, owner: str, frame: pd.DataFrame, held: set[str]) -> pd.DataFrame:
        """Return the stored rows of the frame's keys, labelled like the frame's rows."""
        columns = stored_columns(self.schema, owner)
        rows: list[list[Any]] = []
        if owner not in held:
            pass
        elif owner in self.schema.nodes:
            rows = self._stored_nodes(owner, columns, frame["id"].tolist())
        else:
            rows = self._stored_edges(owner, columns, set(frame["source"]))
        stored = frame_of_rows(self.schema, owner, columns, rows)
        key = row_key(self.schema, owner)
        labels = pd.Series(frame.index, index=pd.MultiIndex.from_frame(frame[key]))
        stored = stored[pd.MultiIndex.from_frame(stored[key]).isin(labels.index)]
        return stored.set_index(pd.Index(labels[pd.MultiIndex.from_frame(stored[key])]))

    def _stored_nodes(self, label: str, columns: Sequence[str], ids: list[str]) -> list[list[Any]]:
        ask = self.transactions.read
        statement = cypher.fetch_nodes(self.schema, label, columns)
        return [row for part in chunks(ids) for row in ask(statement, ids=part)[0]["rows"]]

    def _stored_edges(
        self, name: str, columns: Sequence[str], sources: set[str]
    ) -> list[list[Any]]:
        ask = self.transactions.read
        return [
            row
            for source, ids in ids_by_label(sources).items()
            for row in edge_rows(self.schema, ask, (name, source, columns), named=ids)
        ]

    def _check_ends(self, owner: str, rows: Sequence[Mapping[str, Any]]) -> None:
        ends = {row[end] for row in rows for end in ("source", "target")}
        for label, ids in ids_by_label(ends).items():
            missing = self._missing(label, ids)
            if missing:
                raise StoreRefused(say("store.unknown_end", owner=owner, id=min(missing)))

    def _missing(self, label: str, ids: Sequence[str]) -> list[str]:
        statement = cypher.missing_nodes(label)
        parts = (self.transactions.read(statement, ids=part)[0]["ids"] for part in chunks(ids))
        return [node for part in parts for node in part]

    def _stale_owners(self, run: Run) -> set[str]:
        """Return the labels and types with rows that the run's source may have to withdraw."""
        asked = {"run": run.id, "prefix": f"{run.source}/"}
        statements = (cypher.stale_labels(self.schema), cypher.stale_types(self.schema))
        found = [self.transactions.read(statement, **asked) for statement in statements]
        return {name for rows in found for name in rows[0]["names"]}

    def _withdraw(self, owner: str, run: Run) -> tuple[list[Record], int]:
        """Take the source's statements back; return rows nobody states, and how many changed."""
        ask, columns = self.transactions.read, stored_columns(self.schema, owner)
        asked = {"run": run.id, "prefix": f"{run.source}/"}
        if owner in self.schema.nodes:
            rows = scan_node_rows(ask, cypher.scan_stale_nodes(owner, columns), given=asked)
        else:
            rows = [
                row
                for source in self.schema.edges[owner].sources
                for row in flat(ask(cypher.stale_edges(owner, source, columns), **asked)[0]["rows"])
            ]
        if not rows:
            return [], 0
        stored = frame_of_rows(self.schema, owner, columns, rows)
        stale = stored[stale_rows(stored, run)]
        withdrawn = withdraw_rows(self.schema, owner, stale, run)
        self.put(owner, withdrawn.kept)
        return records_of(stale.loc[withdrawn.unstated]), int(withdrawn.changed.sum())

    def _rename(self, old: str, new: str) -> None:
        """Give a node another id; when that id is taken, the two nodes become one."""
        label = old.partition(":")[0]
        columns = stored_columns(self.schema, label)
        rows = self._stored_nodes(label, columns, [old, new])
        found = {r["id"]: r for r in records_of(frame_of_rows(self.schema, label, columns, rows))}
        gone, kept = found.get(old), found.get(new)
        if gone is None:
            return
        if FORMER_IDS in gone:
            gone[FORMER_IDS] = joined_list(gone[FORMER_IDS], old.partition(":")[2])
        touched = {name: self._touching(name, old) for name in sorted(self.schema.edges)}
        for name, edges in touched.items():
            self._delete_edges(name, edges)
        if kept is None:
            self._written(cypher.rename_node(label), 1, id=old, new=new)
            self._put_records(label, [gone | {"id": new}])
        else:
            self._written(cypher.delete_node(label), 1, id=old)
            self._put_records(label, [join_records(self.schema, label, kept, gone)])
        for name, edges in touched.items():
            self._repoint(name, edges, old, new)

    def _touching(self, name: str, node: str) -> list[Record]:
        """Return the edges of a type that end in ``node`` or name it, by key."""
        ask, label = self.transactions.read, node.partition(":")[0]
        edge, columns = self.schema.edges[name], stored_columns(self.schema, name)
        rows: list[list[Any]] = []
        for source in edge.sources:
            if source == label:
                rows += edge_rows(self.schema, ask, (name, source, columns), named=[node])
            if label in edge.targets:
                into = cypher.edges_into(name, source, label, columns)
                rows += flat_single(ask(into, id=node)[0]["rows"])
            for column in self._references(name, label):
                naming = cypher.edges_naming(name, source, column, columns)
                rows += flat(ask(naming, id=node)[0]["rows"])
        key = row_key(self.schema, name)
        records = records_of(frame_of_rows(self.schema, name, columns, rows))
        by_key = {tuple(record[part] for part in key): record for record in records}
        return [by_key[found] for found in sorted(by_key)]

    def _references(self, name: str, label: str | None = None) -> list[str]:
        """Return the attributes of a type that name nodes (of ``label``)."""
        columns = reference_attributes(self.schema, name)
        named = {c: self.schema.attribute(name, c).refers for c in columns}
        return [c for c, refers in named.items() if label is None or _label(refers) == label]

    def _repoint(self, name: str, edges: Sequence[Record], old: str, new: str) -> None:
        """Put edges that ended in ``old`` or named it at ``new``, joined with what is there."""
        columns = ["source", "target", *self._references(name)]
        for edge in edges:
            row = edge | {column: new for column in columns if edge[column] == old}
            frame = frame_of([row], stored_dtypes(self.schema, name))
            there = records_of(self._stored(name, frame, {name}))
            joined = join_records(self.schema, name, there[0], row) if there else row
            self._put_records(name, [joined])

    def _written(self, statement: Statement, size: int, /, **parameters: object) -> int:
        return int(self.transactions.write(statement, size, **parameters)[0]["written"])


def _label(refers: Reference | None) -> str:
    return "" if refers is None else refers.label


def flat_single(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Return source, target and columns from ``[source, [target, column...]]`` rows."""
    return [[source, *found] for source, found in rows]


def _parts(rows: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [rows[start : start + size] for start in range(0, len(rows), size)]
