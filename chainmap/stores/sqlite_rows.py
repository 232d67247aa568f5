"""Rows of the SQLite store as frames: text ids to integers and back, in bulk.

The one choice: ids and columns travel as whole arrays (pyarrow looks ids up, numpy drains the
cursor); Python touches single values only where sqlite3 itself does.
"""

# ruff: noqa: S608 -- names come from the schema, values are parameters

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from chainmap.stores.columns import stored_dtypes
from chainmap.stores.merge import sources_of
from chainmap.stores.sqlite_sql import NODE, STATED_BY, Statement, insert_rows, update_rows

if TYPE_CHECKING:
    from chainmap.schema import Schema

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

RUN_COLUMNS = ("first_run", "last_run")
_FEW = 20_000
"""Up to so many ids are looked up one by one in the index; beyond, the whole list is read."""


@dataclass
class Session:
    """An open connection, the schema it serves, and the names it has numbered so far."""

    connection: sqlite3.Connection
    schema: Schema
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    def execute(self, text: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        """Run one statement."""
        return self.connection.execute(text, values)

    def scalar(self, text: str, values: Sequence[object] = ()) -> Any:  # noqa: ANN401 (SQLite's value)
        """Return the first value of the first row, None without rows."""
        row = self.connection.execute(text, values).fetchone()
        return row[0] if row else None

    def number(self, kind: str, name: str) -> int:
        """Return the integer of a ``run`` or a ``source``, new if need be."""
        if (kind, name) not in self.numbers:
            self.execute(f"INSERT OR IGNORE INTO chainmap_{kind} (name) VALUES (?)", (name,))
            found = self.scalar(f"SELECT id FROM chainmap_{kind} WHERE name = ?", (name,))
            self.numbers[kind, name] = found
        return self.numbers[kind, name]

    def numbered(self, kind: str, names: pd.Series) -> list[int | None]:
        """Return the integers of a column of names; null stays None."""
        if len(names) and (names == names.iloc[0]).all():
            return [self.number(kind, str(names.iloc[0]))] * len(names)
        codes, uniques = pd.factorize(names)
        known = [self.number(kind, str(name)) for name in uniques]
        return [known[code] if code >= 0 else None for code in codes.tolist()]

    def run_names(self) -> dict[int, str]:
        """Return integer -> id of all runs."""
        return dict(self.execute("SELECT id, name FROM chainmap_run").fetchall())


def node_numbers(session: Session, ids: pd.Series) -> Ints:
    """Return the integers of a column of node ids (int64 array), -1 where there is no such node."""
    column = pa.array(ids, type=pa.large_string(), from_pandas=True)
    unique = column.unique()
    if len(unique) > _FEW:
        rows = session.execute(f"SELECT id, key FROM {NODE}").fetchall()
    else:
        text = f"SELECT id, key FROM {NODE} WHERE key = ?"
        found = (session.execute(text, (key,)).fetchone() for key in unique.to_pylist())
        rows = [row for row in found if row]
    numbers = np.array([*(row[0] for row in rows), -1], dtype=np.int64)
    keys = pa.array([row[1] for row in rows], type=pa.large_string())
    places: Ints = pc.fill_null(pc.index_in(column, value_set=keys), -1).to_numpy()
    return numbers[places]


def fetch_columns(
    session: Session, statement: Statement, dtypes: Sequence[str]
) -> list[npt.NDArray[Any]]:
    """Return the columns of a SELECT: int64 and float64 arrays, object arrays for all else.

    ``dtypes`` are pandas dtypes; ``int64`` stands for an integer that is never null.
    """
    kinds = {"int64": "i8", "float64": "f8"}
    layout = [(f"c{i}", kinds.get(dtype, "O")) for i, dtype in enumerate(dtypes)]
    rows = np.fromiter(session.execute(statement.text, statement.values), dtype=layout)
    return [rows[name] for name, _ in layout]


def typed_column(values: npt.NDArray[Any], dtype: str) -> pd.Series:
    """Return a Series from an array of fetched values (None is null)."""
    if dtype == "str":
        return pd.Series(pd.array(pa.array(values, type=pa.large_string()), dtype="str"))
    if dtype == "boolean":
        return pd.Series([None if v is None else v == 1 for v in values.tolist()], dtype=dtype)
    return pd.Series(values.tolist() if dtype == "Int64" else values, dtype=dtype)


def stored_names(schema: Schema, owner: str) -> list[str]:
    """Return the columns of a stored row without its ids, in order."""
    ids = ("id", "source", "target")
    return [name for name in stored_dtypes(schema, owner) if name not in ids]


def stored_rows(session: Session, owner: str, statement: Statement) -> tuple[pd.DataFrame, Ints]:
    """Return stored rows without their ids, indexed by position, and the rows' integers.

    The statement selects a position, the row's integer and the columns of ``stored_names``.
    """
    dtypes = stored_dtypes(session.schema, owner)
    names = stored_names(session.schema, owner)
    kinds = ["Int64" if name in RUN_COLUMNS else dtypes[name] for name in names]
    position, numbers, *columns = fetch_columns(session, statement, ["int64", "int64", *kinds])
    runs = session.run_names()
    for i, name in enumerate(names):
        if name in RUN_COLUMNS:
            columns[i] = np.array([runs[run] for run in columns[i].tolist()], dtype=object)
    typed = zip(names, columns, strict=True)
    frame = pd.DataFrame({name: typed_column(values, dtypes[name]) for name, values in typed})
    return frame.set_index(pd.Index(position)), numbers


def bound_columns(
    session: Session, owner: str, rows: pd.DataFrame, source: str | None = None
) -> dict[str, list[Any]]:
    """Return the columns of stored rows as values that sqlite3 binds, ids left out.

    ``source`` states the rows that nobody else states, where that is known beforehand.
    """
    names = stored_names(session.schema, owner)
    columns = {
        name: session.numbered("run", rows[name]) if name in RUN_COLUMNS else plain(rows[name])
        for name in names
    }
    shared = rows["statements"].notna()
    if source is None or shared.any():
        alone = sources_of(rows["origin"]).mask(shared)
    else:
        alone = pd.Series(source, index=rows.index, dtype="str")
    return columns | {STATED_BY: session.numbered("source", alone)}


def plain(column: pd.Series) -> list[Any]:
    """Return a column as values that sqlite3 binds; null is None (NaN binds as NULL)."""
    if column.dtype == "float64":
        return list(column.tolist())
    values = pa.array(column, from_pandas=True)
    if values.null_count == len(values):
        return [None] * len(values)
    if pa.types.is_large_string(values.type) or pa.types.is_string(values.type):
        return list(values.to_numpy(zero_copy_only=False).tolist())
    return list(values.to_pylist())


def insert_columns(session: Session, owner: str, columns: dict[str, list[Any]]) -> None:
    """Insert columns of equal length; those that are null throughout are left out."""
    given = {name: c for name, c in columns.items() if c.count(None) < len(c)}
    if given:
        rows = zip(*given.values(), strict=True)
        session.connection.executemany(insert_rows(owner, given), rows)


def update_columns(
    session: Session, owner: str, columns: dict[str, list[Any]], numbers: list[int]
) -> None:
    """Set columns of the rows with these integers."""
    if numbers:
        rows = zip(*columns.values(), numbers, strict=True)
        session.connection.executemany(update_rows(owner, columns), rows)


def chunks(rows: int, size: int) -> Iterator[slice]:
    """Yield slices that cover ``rows`` rows, ``size`` at a time."""
    for start in range(0, rows, size):
        yield slice(start, min(start + size, rows))
