"""The file store: one SQLite file, the default record of a workspace.

The choices: one connection, one transaction per batch (``BEGIN IMMEDIATE``, WAL), so that a
crash or an interrupt loses nothing and readers are never blocked; the file says whose it is
(``application_id``) and how it is laid out (``user_version``); columns follow the schema.
"""

from __future__ import annotations

import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

import numpy as np
import pandas as pd

from chainmap.errors import StoreError, StoreRefused, StoreUnavailable
from chainmap.schema import ROLE_LABELS, Schema
from chainmap.stores.checks import checked_query, counted_owner
from chainmap.stores.columns import column_of, stored_dtypes
from chainmap.stores.port import Capability, GraphQuery, WriteCounts
from chainmap.stores.sqlite_errors import sqlite_errors
from chainmap.stores.sqlite_read import describe_query, read_tables
from chainmap.stores.sqlite_rows import Session, typed_column
from chainmap.stores.sqlite_sql import (
    INTERNAL,
    NODE,
    NODE_INDEX,
    add_column,
    count_rows,
    create_table,
    quoted,
    table_columns,
    table_indexes,
)
from chainmap.stores.sqlite_write import prune_source, restore_tables, write_tables
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.tables import GraphTables, Run

APPLICATION_ID = 0x43484D50
"""``CHMP`` in the file's header."""

FORMAT = 1
"""Layout of the tables; a file with a greater number is refused."""

_SETTINGS = ("cache_size = -131072", "temp_store = MEMORY", "mmap_size = 268435456")


class SqliteStore:
    """A graph store in one SQLite file; see ``port.GraphStore``.

    Parameters
    ----------
    path
        The file; it is created by ``prepare`` when it does not exist.
    schema
        The graph schema that queries are checked against until ``prepare`` names another.
    read_only
        Open an existing file without ever writing to it.
    timeout
        Seconds to wait for another program's write to end.

    Raises
    ------
    StoreUnavailable
        The file is missing (``read_only``), cannot be opened, or is locked.
    StoreRefused
        The file is not a SQLite database, not chainmap's, or of a newer format.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        schema: Schema,
        *,
        read_only: bool = False,
        timeout: float = 10.0,
    ) -> None:
        self._path = Path(path)
        self._read_only = read_only
        self._timeout = timeout
        self._depth = 0
        self._dirty = False
        with self._errors():
            connection = self._connect()
        self._session = Session(connection, schema)
        try:
            with self._errors():
                self._check_file()
                if read_only:
                    self._stand_in(schema)
        except BaseException:
            connection.close()
            raise

    @property
    def url(self) -> str:
        """The address."""
        return f"sqlite:{self._path}"

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What this store can do."""
        return frozenset({Capability.ONE_TRANSACTION, Capability.DRY_RUN})

    def prepare(self, schema: Schema) -> None:
        """Create missing tables, columns and indexes; takes no lock when nothing is missing.

        Raises
        ------
        StoreRefused
            When a column has another type than the schema wants, or the file is read-only.
        """
        self._session.schema = schema
        with self._errors():
            missing = self._missing(schema)
            if not missing:
                return
            if self._depth == 0:
                self._session.execute("PRAGMA journal_mode = WAL")
        with self.batch(), self._errors():
            for text in self._missing(schema):
                self._session.execute(text)

    @contextmanager
    def batch(self, *, dry_run: bool = False) -> Iterator[None]:
        """Group writes in one transaction; a batch inside a batch is a part of it."""
        name = f"batch_{self._depth}"
        begin = f"SAVEPOINT {name}" if self._depth else "BEGIN IMMEDIATE"
        before = self._dirty
        with self._errors():
            self._session.execute(begin)
        self._depth += 1
        try:
            yield
        except BaseException:
            self._leave(name, before, undo=True)
            raise
        self._leave(name, before, undo=dry_run)

    def write(self, tables: GraphTables, run: Run) -> WriteCounts:
        """Upsert rows by key for ``run.source``; stamp first_run, last_run and origin."""
        with self.batch(), self._errors():
            self._touch()
            return write_tables(self._session, tables, run)

    def restore(self, tables: GraphTables) -> None:
        """Fill the empty store with rows as read from another, provenance and all.

        Raises
        ------
        StoreRefused
            When the store is not empty.
        """
        with self.batch(), self._errors():
            if self._session.scalar(f"SELECT 1 FROM {NODE} LIMIT 1") is not None:  # noqa: S608
                raise StoreRefused(say("store.not_empty", url=self.url))
            self._touch()
            restore_tables(self._session, tables)

    def prune(self, run: Run) -> WriteCounts:
        """Withdraw what ``run.source`` stated before and did not restate in ``run``."""
        with self.batch(), self._errors():
            self._touch()
            return prune_source(self._session, run)

    def read(self, query: GraphQuery) -> GraphTables:
        """Return the subgraph that ``query`` describes."""
        checked_query(self._session.schema, query)
        with self._one_view(), self._errors():
            return read_tables(self._session, query)

    def explain(self, query: GraphQuery) -> list[str]:
        """Return the SQL that ``read`` runs for the query, in order."""
        checked_query(self._session.schema, query)
        return describe_query(self._session.schema, query)

    def count(self, owner: str, by: str | None = None) -> pd.DataFrame:
        """Return ``value, count`` rows of a label, role label or type, ordered by value."""
        counted = counted_owner(self._session.schema, owner, by)
        with self._errors():
            text = count_rows(counted, by, ROLE_LABELS.get(owner))
            rows = self._session.execute(text).fetchall()
        dtype = stored_dtypes(self._session.schema, counted)[by] if by else "str"
        values = np.array([*(value for value, _ in rows), None], dtype=object)[:-1]
        counts = column_of((number for _, number in rows), "int64")
        return pd.DataFrame({"value": typed_column(values, dtype), "count": counts})

    def unfinished(self) -> tuple[str, ...]:
        """Return nothing: a batch is one transaction."""
        return ()

    def revision(self) -> str:
        """Return a token that changes with every committed write, of this file only."""
        with self._errors():
            return str(
                self._session.scalar("SELECT value FROM chainmap_meta WHERE name = 'revision'")
            )

    def close(self) -> None:
        """Close the file; an open batch is undone."""
        with self._errors():
            self._session.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        with sqlite_errors(str(self._path)):
            yield

    def _connect(self) -> sqlite3.Connection:
        if self._read_only and not self._path.is_file():
            raise StoreUnavailable(say("sqlite.missing", path=self._path))
        if self._path.is_dir() or not self._path.absolute().parent.is_dir():
            detail = "is a directory" if self._path.is_dir() else "no such folder"
            raise StoreUnavailable(say("sqlite.cannot_open", path=self._path, detail=detail))
        connection = self._opened("mode=ro" if self._read_only else "mode=rwc")
        try:
            connection.execute("PRAGMA schema_version")
        except sqlite3.OperationalError:
            wal = self._path.with_name(self._path.name + "-wal")
            if not self._read_only or wal.exists():
                connection.close()
                raise
            # A read-only folder has no room for the WAL index; without a WAL none is needed.
            connection.close()
            connection = self._opened("mode=ro&immutable=1")
        for setting in _SETTINGS:
            connection.execute(f"PRAGMA {setting}")
        return connection

    def _opened(self, mode: str) -> sqlite3.Connection:
        address = f"file:{quote(str(self._path.absolute()))}?{mode}"
        return sqlite3.connect(address, uri=True, timeout=self._timeout, isolation_level=None)

    def _check_file(self) -> None:
        session = self._session
        owner = session.scalar("PRAGMA application_id")
        empty = session.scalar("SELECT count(*) FROM sqlite_master") == 0
        if owner != APPLICATION_ID and not (owner == 0 and empty and not self._read_only):
            raise StoreRefused(say("sqlite.not_ours", path=self._path))
        found = session.scalar("PRAGMA user_version")
        if found > FORMAT:
            raise StoreRefused(say("sqlite.newer", path=self._path, found=found, known=FORMAT))

    def _missing(self, schema: Schema) -> list[str]:
        """Return the statements that bring the file up to the schema; nothing is written."""
        there = {row[0] for row in self._session.execute("SELECT name FROM sqlite_master")}
        if not there:
            missing = [
                f"PRAGMA application_id = {APPLICATION_ID}",
                f"PRAGMA user_version = {FORMAT}",
            ]
            missing += [*INTERNAL, *NODE_INDEX.values()]
            missing.append(
                f"INSERT INTO chainmap_meta VALUES ('revision', '{uuid.uuid4().hex}')"  # noqa: S608
            )
        else:
            missing = []
        for owner in (*schema.nodes, *schema.edges):
            if owner in there:
                missing += self._missing_columns(schema, owner)
            else:
                missing.append(create_table(schema, owner))
            indexes = table_indexes(schema, owner)
            missing += [text for name, text in indexes.items() if name not in there]
        return missing

    def _missing_columns(self, schema: Schema, owner: str) -> list[str]:
        info = self._session.execute(f"PRAGMA table_info({quoted(owner)})").fetchall()
        found = {row[1]: row[2] for row in info}
        missing = []
        for name, wanted in table_columns(schema, owner).items():
            if name not in found:
                missing.append(add_column(owner, name, wanted))
            elif found[name] != wanted:
                raise StoreRefused(
                    say(
                        "sqlite.column_type",
                        path=self._path,
                        owner=owner,
                        name=name,
                        found=found[name],
                        wanted=wanted,
                    )
                )
        return missing

    def _stand_in(self, schema: Schema) -> None:
        """Give a file older than the schema its missing tables and columns, in memory only."""
        there = {row[0] for row in self._session.execute("SELECT name FROM sqlite_master")}
        for owner in (*schema.nodes, *schema.edges):
            if owner not in there:
                text = create_table(schema, owner)
                self._session.execute(text.replace("CREATE TABLE", "CREATE TEMP TABLE", 1))
                continue
            info = self._session.execute(f"PRAGMA main.table_info({quoted(owner)})")
            found = {row[1] for row in info}
            nulls = [quoted(n) for n in table_columns(schema, owner) if n not in found]
            if nulls:
                columns = ", ".join(f"NULL AS {name}" for name in nulls)
                view = f"CREATE TEMP VIEW {quoted(owner)} AS SELECT *, {columns}"
                self._session.execute(f"{view} FROM main.{quoted(owner)}")

    def _touch(self) -> None:
        """Give the file a new revision, once a batch; it is undone with the batch."""
        if not self._dirty:
            token = uuid.uuid4().hex
            text = "INSERT OR REPLACE INTO chainmap_meta VALUES ('revision', ?)"
            self._session.execute(text, (token,))
            self._dirty = True

    def _leave(self, name: str, before: bool, *, undo: bool) -> None:
        self._depth -= 1
        inner = self._depth > 0
        ends = ["RELEASE"] if not undo else ["ROLLBACK TO", "RELEASE"]
        texts = [f"{end} {name}" for end in ends] if inner else ["ROLLBACK" if undo else "COMMIT"]
        if undo:
            self._dirty = before
            self._session.numbers.clear()
        if not inner:
            self._dirty = False
        try:
            with self._errors():
                if self._session.connection.in_transaction:
                    for text in texts:
                        self._session.execute(text)
        except StoreError:
            # A COMMIT that failed (a full disk, say) leaves the transaction open.
            with self._errors():
                self._session.connection.rollback()
            raise

    @contextmanager
    def _one_view(self) -> Iterator[None]:
        """Let the SELECTs of one read see one state of the file."""
        with self._errors():
            inside = self._session.connection.in_transaction
            if not inside:
                self._session.execute("BEGIN")
        if inside:
            yield
            return
        try:
            yield
        finally:
            with self._errors():
                self._session.execute("ROLLBACK")
