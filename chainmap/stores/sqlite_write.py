"""How rows enter and leave the SQLite store: upsert, rename, prune, restore.

The one choice: rows are merged in chunks of frames by ``merge``; SQLite only looks up, inserts
and updates by integer. Nothing here begins or ends a transaction.
"""

# ruff: noqa: S608 -- names come from the schema, values are parameters

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from chainmap.errors import StoreRefused
from chainmap.stores.checks import checked_tables
from chainmap.stores.columns import key_attributes, stored_dtypes
from chainmap.stores.merge import (
    ACTIVE,
    PLACES,
    MergedRows,
    merge_rows,
    stale_rows,
    withdraw_rows,
)
from chainmap.stores.sqlite_rename import rename_nodes
from chainmap.stores.sqlite_rows import (
    Bools,
    Ints,
    Session,
    bound_columns,
    chunks,
    insert_columns,
    node_numbers,
    plain,
    stored_names,
    stored_rows,
    update_columns,
)
from chainmap.stores.sqlite_sql import (
    NODE,
    NODE_INDEX,
    STATED_BY,
    Statement,
    lookup_rows,
    quoted,
    table_indexes,
    touching_edges,
)
from chainmap.stores.tally import Tally
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.stores.port import WriteCounts
    from chainmap.tables import GraphTables, Run

CHUNK = 100_000
"""Rows merged and written at a time: bounds the memory, large enough to keep Python idle."""

BULK = 10_000
"""From so many rows on, an empty table gets its indexes after the rows."""


def write_tables(session: Session, tables: GraphTables, run: Run) -> WriteCounts:
    """Upsert the rows of one source; see ``port.GraphStore.write``."""
    checked = checked_tables(session.schema, tables, run)
    tally = Tally()
    rename_nodes(session, checked.renames)
    for label in sorted(checked.nodes):
        frame = checked.nodes[label]
        with _without_indexes(session, label, len(frame)):
            _write_nodes(session, label, frame, run, tally)
    for name in sorted(checked.edges):
        frame = checked.edges[name]
        with _without_indexes(session, name, len(frame)):
            _write_edges(session, name, frame, run, tally)
    return tally.counts()


def restore_tables(session: Session, tables: GraphTables) -> None:
    """Insert rows with their provenance as they are; the tables are empty."""
    for label in sorted(tables.nodes):
        frame = tables.nodes[label]
        with _without_indexes(session, label, len(frame)):
            for part in chunks(len(frame), CHUNK):
                _insert_nodes(session, label, frame.iloc[part])
    for name in sorted(tables.edges):
        frame = tables.edges[name]
        ends = _ends(session, name, frame)
        with _without_indexes(session, name, len(frame)):
            for part in chunks(len(frame), CHUNK):
                _insert_edges(session, name, frame.iloc[part], ends[part])


def prune_source(session: Session, run: Run) -> WriteCounts:
    """Withdraw what the source no longer states; see ``port.GraphStore.prune``."""
    tally = Tally()
    for name in sorted(session.schema.edges):
        gone = _withdraw(session, name, run, tally)
        if ACTIVE in stored_dtypes(session.schema, name):
            _leave_unstated(session, name, gone, f"{quoted(ACTIVE)} = 0")
            tally.deactivated[name] += len(gone)
        else:
            _delete(session, name, gone)
            tally.removed[name] += len(gone)
    for label in sorted(session.schema.nodes):
        gone = _withdraw(session, label, run, tally)
        _leave_unstated(session, label, gone)
        loose = _loose_nodes(session, label)
        _delete(session, label, loose)
        _delete(session, NODE, loose)
        tally.removed[label] += len(loose)
        tally.deactivated[label] += len({*gone} - {*loose})
    return tally.counts()


def _write_nodes(session: Session, label: str, frame: pd.DataFrame, run: Run, tally: Tally) -> None:
    numbers = node_numbers(session, frame["id"])
    for part in chunks(len(frame), CHUNK):
        rows, known = frame.iloc[part], numbers[part]
        stored, found = _lookup(session, label, {"id": known}, known >= 0)
        merged = merge_rows(session.schema, label, rows.reset_index(drop=True), stored, run)
        new = merged.added.to_numpy()
        _insert_nodes(session, label, merged.rows[new], run.source)
        _update(session, label, merged, stored, found)
        tally.add_merged(label, merged)


def _write_edges(session: Session, name: str, frame: pd.DataFrame, run: Run, tally: Tally) -> None:
    ends = _ends(session, name, frame)
    stocked = session.scalar(f"SELECT 1 FROM {quoted(name)} LIMIT 1") is not None
    for part in chunks(len(frame), CHUNK):
        rows, known = frame.iloc[part].reset_index(drop=True), ends[part]
        key = {"source": known[:, 0], "target": known[:, 1]}
        key |= {k: rows[k] for k in key_attributes(session.schema, name)}
        stored, found = _lookup(session, name, key, np.full(len(rows), fill_value=stocked))
        merged = merge_rows(session.schema, name, rows, stored, run)
        new = merged.added.to_numpy()
        _insert_edges(session, name, merged.rows[new], known[new], run.source)
        _update(session, name, merged, stored, found)
        tally.add_merged(name, merged)


def _lookup(
    session: Session, owner: str, key: dict[str, Any], wanted: Bools
) -> tuple[pd.DataFrame, Ints]:
    """Return the stored rows of a key, indexed by position in the chunk, and their integers."""
    if not wanted.any():
        return pd.DataFrame(index=pd.Index([], dtype="int64")), np.empty(0, dtype=np.int64)
    session.execute("DROP TABLE IF EXISTS temp.incoming")
    columns = ", ".join(quoted(name) for name in key)
    session.execute(f"CREATE TEMP TABLE incoming (pos INTEGER PRIMARY KEY, {columns})")
    places = np.flatnonzero(wanted)
    values = [plain(pd.Series(column)[places]) for column in key.values()]
    marks = ", ".join("?" * (len(key) + 1))
    rows = zip(places.tolist(), *values, strict=True)
    session.connection.executemany(f"INSERT INTO temp.incoming VALUES ({marks})", rows)
    names = ["id", *stored_names(session.schema, owner)]
    return stored_rows(session, owner, lookup_rows(owner, names, key))


def _insert_nodes(
    session: Session, label: str, rows: pd.DataFrame, source: str | None = None
) -> None:
    if rows.empty:
        return
    first = (session.scalar(f"SELECT max(id) FROM {NODE}") or 0) + 1
    numbers = list(range(first, first + len(rows)))
    keys = zip(numbers, plain(rows["id"]), strict=True)
    session.connection.executemany(f"INSERT INTO {NODE} (id, key) VALUES (?, ?)", keys)
    insert_columns(session, label, {"id": numbers} | bound_columns(session, label, rows, source))


def _insert_edges(
    session: Session, name: str, rows: pd.DataFrame, ends: Ints, source: str | None = None
) -> None:
    if rows.empty:
        return
    places = {"source": ends[:, 0].tolist(), "target": ends[:, 1].tolist()}
    insert_columns(session, name, places | bound_columns(session, name, rows, source))


def _update(
    session: Session, owner: str, merged: MergedRows, stored: pd.DataFrame, numbers: Ints
) -> None:
    """Write rows that were stored before; of those that say the same only the run moves."""
    if stored.empty:
        return
    rows = merged.rows.loc[stored.index]
    same = ~merged.changed[stored.index]
    for name in [name for name in PLACES if name in rows.columns]:
        same &= (rows[name] == stored[name]).fillna(value=False) | (
            rows[name].isna() & stored[name].isna()
        )
    same = same.to_numpy(dtype=bool)
    runs = session.numbered("run", rows["last_run"][same])
    update_columns(session, owner, {"last_run": runs}, numbers[same].tolist())
    columns = bound_columns(session, owner, rows[~same])
    update_columns(session, owner, columns, numbers[~same].tolist())


def _ends(session: Session, name: str, frame: pd.DataFrame) -> Ints:
    """Return the integers of both ends, shape (n_edges, 2); an unknown end is refused."""
    both = pd.concat([frame["source"], frame["target"]], ignore_index=True)
    numbers = node_numbers(session, both)
    if (numbers < 0).any():
        missing = min(both[numbers < 0])
        raise StoreRefused(say("store.unknown_end", owner=name, id=missing))
    return numbers.reshape(2, -1).T


def _withdraw(session: Session, owner: str, run: Run, tally: Tally) -> list[int]:
    """Take the source's statements back; return the rows nobody states any more."""
    source = session.number("source", run.source)
    names = ", ".join(quoted(n) for n in ["id", "id", *stored_names(session.schema, owner)])
    this = session.number("run", run.id)
    alone = session.execute(
        f"SELECT id FROM {quoted(owner)} WHERE {quoted(STATED_BY)} = ? AND last_run <> ?",
        (source, this),
    )
    gone = [row[0] for row in alone.fetchall()]
    # A run is of one source: a row whose last run is this one was restated by it.
    rows = (
        f'{quoted(owner)} WHERE "statements" IS NOT NULL AND last_run <> ? '
        'AND instr("origin", ?) > 0'
    )
    values = (this, f"{run.source}/")
    # Most tables have none: an empty frame for each would cost more than the whole import.
    if session.execute(f"SELECT 1 FROM {rows} LIMIT 1", values).fetchone() is None:
        return gone
    stored, numbers = stored_rows(session, owner, Statement(f"SELECT {names} FROM {rows}", values))
    stale = stale_rows(stored, run)
    if stale.any():
        withdrawn = withdraw_rows(session.schema, owner, stored[stale], run)
        columns = bound_columns(session, owner, withdrawn.kept)
        update_columns(session, owner, columns, numbers[stale.to_numpy()].tolist())
        tally.changed[owner] += int(withdrawn.changed.sum())
    return gone


def _leave_unstated(session: Session, owner: str, numbers: list[int], also: str = "") -> None:
    sets = ", ".join(
        part for part in ('"origin" = NULL', f"{quoted(STATED_BY)} = NULL", also) if part
    )
    text = f'UPDATE {quoted(owner)} SET {sets} WHERE "id" = ?'
    session.connection.executemany(text, ((number,) for number in numbers))


def _loose_nodes(session: Session, label: str) -> list[int]:
    """Return the nodes that nobody states and no edge touches."""
    touched = touching_edges(session.schema, label)
    text = f'SELECT t."id" FROM {quoted(label)} AS t WHERE t."origin" IS NULL AND NOT {touched}'
    return [row[0] for row in session.execute(text).fetchall()]


def _delete(session: Session, table: str, numbers: list[int]) -> None:
    text = f'DELETE FROM {quoted(table)} WHERE "id" = ?'
    session.connection.executemany(text, ((number,) for number in numbers))


@contextmanager
def _without_indexes(session: Session, owner: str, rows: int) -> Iterator[None]:
    """Build the indexes of an empty table after a bulk of rows, not along with them."""
    tables = {owner: table_indexes(session.schema, owner)}
    if owner in session.schema.nodes:
        tables[NODE] = NODE_INDEX
    indexes: dict[str, str] = {}
    for table, statements in tables.items():
        if rows >= BULK and session.scalar(f"SELECT 1 FROM {quoted(table)} LIMIT 1") is None:
            indexes |= statements
    for name in indexes:
        session.execute(f"DROP INDEX IF EXISTS {quoted(name)}")
    yield
    for text in indexes.values():
        session.execute(text)
