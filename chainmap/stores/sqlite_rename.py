"""Nodes that take a new id: the integer stays, so the edges follow by themselves.

The one choice: only where the new id already exists are rows touched one by one: both nodes
become one, their edges are re-pointed, and edges that now share a key become one as well.
"""

# ruff: noqa: S608 -- names come from the schema, values are parameters

from __future__ import annotations

from collections.abc import Mapping

from chainmap.stores.columns import (
    Record,
    frame_of,
    key_attributes,
    records_of,
    reference_attributes,
    stored_dtypes,
)
from chainmap.stores.merge import FORMER_IDS, join_records, joined_list
from chainmap.stores.sqlite_rows import (
    Session,
    bound_columns,
    stored_names,
    stored_rows,
    update_columns,
)
from chainmap.stores.sqlite_sql import NODE, Statement, quoted

_NUMBER = f"SELECT id FROM {NODE} WHERE key = ?"


def rename_nodes(session: Session, renames: Mapping[str, str]) -> None:
    """Give nodes their new ids; ids that the store does not know are passed over."""
    for old, new in renames.items():
        number = session.scalar(_NUMBER, (old,))
        if number is None:
            continue
        label, _, key = old.partition(":")
        if FORMER_IDS in stored_dtypes(session.schema, label):
            _remember(session, label, number, key)
        there = session.scalar(_NUMBER, (new,))
        if there is None:
            session.execute(f"UPDATE {NODE} SET key = ? WHERE id = ?", (new, number))
        else:
            _join_rows(session, label, there, number)
            session.execute(f"DELETE FROM {NODE} WHERE id = ?", (number,))
            _repoint_ends(session, label, number, there)
        _repoint_references(session, old, new)


def _remember(session: Session, label: str, number: int, key: str) -> None:
    column, table = quoted(FORMER_IDS), quoted(label)
    former = session.scalar(f"SELECT {column} FROM {table} WHERE id = ?", (number,))
    values = (joined_list(former, key), number)
    session.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", values)


def _join_rows(session: Session, owner: str, kept: int, gone: int) -> None:
    """Make one row of two; the row ``kept`` stays."""
    joined = join_records(
        session.schema, owner, _record(session, owner, kept), _record(session, owner, gone)
    )
    session.execute(f"DELETE FROM {quoted(owner)} WHERE id = ?", (gone,))
    frame = frame_of([joined], stored_dtypes(session.schema, owner))
    update_columns(session, owner, bound_columns(session, owner, frame), [kept])


def _record(session: Session, owner: str, number: int) -> Record:
    names = ", ".join(quoted(n) for n in ["id", "id", *stored_names(session.schema, owner)])
    text = f"SELECT {names} FROM {quoted(owner)} WHERE id = ?"
    frame, _ = stored_rows(session, owner, Statement(text, (number,)))
    return records_of(frame)[0]


def _repoint_ends(session: Session, label: str, old: int, new: int) -> None:
    for name, edge in sorted(session.schema.edges.items()):
        for end, labels in (("source", edge.sources), ("target", edge.targets)):
            if label in labels:
                _move(session, name, end, old, new)


def _repoint_references(session: Session, old: str, new: str) -> None:
    for name in sorted(session.schema.edges):
        for column in reference_attributes(session.schema, name):
            _move(session, name, column, old, new)


def _move(session: Session, name: str, column: str, old: object, new: object) -> None:
    """Set ``column`` from old to new in one edge table; rows whose key is taken are joined."""
    table, moved = quoted(name), quoted(column)
    key = ("source", "target", *key_attributes(session.schema, name))
    match = " AND ".join(
        f"o.{quoted(k)} = " + ("?" if k == column else f"t.{quoted(k)}") for k in key
    )
    found = session.execute(f"SELECT id FROM {table} WHERE {moved} = ? ORDER BY id", (old,))
    for (number,) in found.fetchall():
        taken = None
        if column in key:
            text = f"SELECT o.id FROM {table} AS t JOIN {table} AS o ON {match} WHERE t.id = ?"
            taken = session.scalar(text, (new, number))
        if taken is None:
            session.execute(f"UPDATE {table} SET {moved} = ? WHERE id = ?", (new, number))
        else:
            _join_rows(session, name, taken, number)
