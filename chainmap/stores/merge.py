"""What a row is when several sources state it: pure functions on frames, used by every store.

The one choice: a row remembers what each source said (``statements``) only when two or more
sources say something; then each attribute takes the non-null value with the greatest
``(as_of, source)``. So the order of imports never matters, and withdrawing a source brings
back what the others say. The common case, a row of one source, is done column by column.

``statements`` is JSON: ``{source: {"as_of", "origin", "run", "values"}}``; ``run`` is the run in
which that source last stated the row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from chainmap.stores.columns import (
    Record,
    frame_of,
    key_attributes,
    records_of,
    stored_dtypes,
)
from chainmap.stores.port import Conflict
from chainmap.tables import (
    CELLS,
    LIST_JOIN,
    ORIGIN_JOIN,
    Run,
    joined_cells,
    origin_parts,
    origins,
    row_key,
)

if TYPE_CHECKING:
    from chainmap.schema import Schema

ACTIVE = "active"
"""Edges with this attribute stay, switched off, when nobody states them any more."""

FORMER_IDS = "former_ids"
"""The one attribute that only grows: a restatement never makes a node forget its old keys."""

VISIBILITY = "visibility"
_STRICTEST_FIRST = ("仅局内", "定向", "公开")
"""Who may see a demand is the one value that does not go by date: the strictest word holds,
else a 公开 statement would carry out the specification that a 仅局内 one gave (ADR 0010)."""

PLACES = ("origin", "statements", CELLS)
"""Where and by whom a row is stated: written when they move, but no change of the row. What each
source says of cells is united, so that its cells leave when it restates or withdraws them."""

_NO_CONFLICT = frozenset({"as_of", "citation", "name_key", CELLS})
"""Attributes that say where or when a value comes from: sources differ in them by nature."""

_SOURCE = r"^(?P<source>[^\n]*)/[^/\n]*/[^/\n]*(?:\n|$)"

Statement = dict[str, Any]


@dataclass(frozen=True)
class MergedRows:
    """Rows to store after a write.

    ``rows`` has the index of the incoming frame and all columns of a stored row; ``added`` and
    ``changed`` are boolean Series on that index (``changed`` looks at attributes only).
    """

    rows: pd.DataFrame
    added: pd.Series
    changed: pd.Series
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True)
class WithdrawnRows:
    """What is left after one source took its statements back.

    ``kept`` are the rows that others still state, ``changed`` a boolean Series on its index;
    ``unstated`` are the labels of the rows that nobody states any more.
    """

    kept: pd.DataFrame
    changed: pd.Series
    unstated: pd.Index


def merge_duplicates(schema: Schema, owner: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with one row a key, sorted by key, with a fresh index.

    Among rows of one key each attribute takes the non-null value with the greatest ``as_of``,
    then the smallest origin; origins are united. The order of rows does not matter.
    """
    key = row_key(schema, owner)
    ordered = frame.sort_values(key, kind="stable").reset_index(drop=True)
    doubled = ordered.duplicated(key, keep=False)
    if not doubled.any():
        return ordered
    records = [
        _unite(list(group), [a.name for a in schema.stored(owner)])
        for group in _groups(records_of(ordered[doubled]), key)
    ]
    united = frame_of(records, {name: str(ordered[name].dtype) for name in ordered.columns})
    merged = pd.concat([ordered[~doubled], united], ignore_index=True)
    return merged.sort_values(key, kind="stable").reset_index(drop=True)


def merge_rows(
    schema: Schema, owner: str, incoming: pd.DataFrame, stored: pd.DataFrame, run: Run
) -> MergedRows:
    """Merge what ``run.source`` states with what is stored.

    Parameters
    ----------
    schema
        The graph schema.
    owner
        Label or relationship type of both frames.
    incoming
        Typed rows of one source, one a key, unique index.
    stored
        The stored rows of those keys, with provenance; its index holds the labels of the
        incoming rows that they belong to.
    run
        The run that states the rows.

    Returns
    -------
    MergedRows
        All incoming keys with their new values; inputs are not modified.
    """
    rows = _stamped(incoming, run)
    added = ~rows.index.isin(stored.index)
    changed = pd.Series(data=False, index=rows.index)
    if stored.empty:
        return MergedRows(rows, pd.Series(added, index=rows.index), changed, ())
    rows["first_run"] = stored["first_run"].reindex(rows.index).fillna(rows["first_run"])
    rows = _with_former_ids(rows, stored)
    shared = stored.index[_is_shared(stored, run.source)]
    conflicts: list[Conflict] = []
    if len(shared):
        settled, conflicts = _settle_shared(schema, owner, rows.loc[shared], stored, run)
        rows = pd.concat([rows.drop(index=shared), settled]).reindex(rows.index)
    changed[stored.index] = differs(schema, owner, rows.loc[stored.index], stored)
    return MergedRows(rows, pd.Series(added, index=rows.index), changed, tuple(conflicts))


def stale_rows(stored: pd.DataFrame, run: Run) -> pd.Series:
    """Return which stored rows ``run.source`` stated before and not in ``run`` (boolean Series)."""
    alone = sources_of(stored["origin"]).eq(run.source) & stored["last_run"].ne(run.id)
    stale = (alone & stored["statements"].isna()).astype(bool)
    several = stored["statements"].dropna()
    if len(several):
        stale[several.index] = [_is_stale(json.loads(text), run) for text in several]
    return stale


def withdraw_rows(schema: Schema, owner: str, stored: pd.DataFrame, run: Run) -> WithdrawnRows:
    """Take back what ``run.source`` says in the rows ``stored`` (all of which it states)."""
    several = stored["statements"].notna()
    names = _stated_names(schema, owner)
    kept = [
        _settle(names, record, _without(_statements(names, record), run.source))
        for record in records_of(stored[several])
    ]
    frame = frame_of(kept, stored_dtypes(schema, owner)).set_index(stored.index[several])
    changed = differs(schema, owner, frame, stored[several])
    return WithdrawnRows(frame, changed, stored.index[~several])


def join_records(schema: Schema, owner: str, kept: Record, gone: Record) -> Record:
    """Return the row that two rows become when one takes the other's key.

    Statements of different sources stand side by side; of one source the later goes first and
    the other fills what it leaves open.
    """
    names = _stated_names(schema, owner)
    ours, theirs = (_statements(names, record) for record in (kept, gone))
    both = {source: _joined(ours.get(source), theirs.get(source)) for source in {*ours, *theirs}}
    if FORMER_IDS in kept:
        kept = kept | {FORMER_IDS: joined_list(kept[FORMER_IDS], gone[FORMER_IDS])}
    first = min(run for run in (kept["first_run"], gone["first_run"]) if run is not None)
    return _settle(names, kept | {"first_run": first}, both)


def joined_list(*cells: object) -> str | None:
    """Return the sorted union of list cells, or None when there is nothing in them.

    >>> joined_list("b；a", None, "b")
    'a；b'
    """
    parts = {p for cell in cells if isinstance(cell, str) for p in cell.split(LIST_JOIN) if p}
    return LIST_JOIN.join(sorted(parts)) or None


def sources_of(origin: pd.Series) -> pd.Series:
    """Return the source of each origin cell (of its first line), null when there is none."""
    found = pc.extract_regex(pa.array(origin, from_pandas=True, type=pa.large_string()), _SOURCE)
    source = pc.struct_field(found, "source")
    return pd.Series(source.to_pandas().astype("str").to_numpy(), index=origin.index, dtype="str")


def differs(schema: Schema, owner: str, left: pd.DataFrame, right: pd.DataFrame) -> pd.Series:
    """Return which rows differ in any stored attribute (frames with one index, null = null).

    A row that only stands elsewhere in its file (PLACES) is the same.
    """
    changed = pd.Series(data=False, index=left.index)
    for attribute in (a for a in schema.stored(owner) if a.name not in PLACES):
        one, other = left[attribute.name], right[attribute.name].reindex(left.index)
        same = (one == other).fillna(value=False).astype(bool) | (one.isna() & other.isna())
        changed |= ~same
    return changed


def row_name(schema: Schema, owner: str, record: Mapping[str, Any]) -> str:
    """Return what a person calls the row: the id, or ``source -> target`` and the edge's key."""
    if owner in schema.nodes:
        return str(record["id"])
    key = [str(record[name]) for name in key_attributes(schema, owner) if record[name]]
    return " ".join([f"{record['source']} -> {record['target']}", *key])


def _stamped(incoming: pd.DataFrame, run: Run) -> pd.DataFrame:
    rows = incoming.copy(deep=False)
    if ACTIVE in rows.columns:
        rows[ACTIVE] = rows[ACTIVE].fillna(value=True)
    stamps = {"first_run": run.id, "last_run": run.id, "statements": None}
    for name, value in stamps.items():
        rows[name] = pd.Series(value, index=rows.index, dtype="str")
    return rows


def _with_former_ids(rows: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    if FORMER_IDS not in rows.columns:
        return rows
    old = stored[FORMER_IDS].dropna()
    if old.empty:
        return rows
    former = rows[FORMER_IDS].copy()
    former[old.index] = [joined_list(a, b) for a, b in zip(former[old.index], old, strict=True)]
    return rows.assign(**{FORMER_IDS: former})


def _is_shared(stored: pd.DataFrame, source: str) -> pd.Series:
    """Return which stored rows somebody else states as well."""
    other = sources_of(stored["origin"]).ne(source) & stored["origin"].fillna("").ne("")
    return (stored["statements"].notna() | other).astype(bool)


def _settle_shared(
    schema: Schema, owner: str, rows: pd.DataFrame, stored: pd.DataFrame, run: Run
) -> tuple[pd.DataFrame, list[Conflict]]:
    settled, conflicts = [], []
    names = _stated_names(schema, owner)
    pairs = zip(records_of(rows), records_of(stored.loc[rows.index]), strict=True)
    for new, old in pairs:
        statements = _statements(names, old) | _statements(names, new)
        settled.append(_settle(names, new, statements))
        conflicts += _conflicts(row_name(schema, owner, new), owner, statements, run.source)
    return frame_of(settled, stored_dtypes(schema, owner)).set_index(rows.index), conflicts


def _stated_names(schema: Schema, owner: str) -> tuple[str, ...]:
    """Return the attributes that sources state: not the key, and not what only grows."""
    settled = {*key_attributes(schema, owner), FORMER_IDS}
    return tuple(a.name for a in schema.stored(owner) if a.name not in settled)


def _statements(names: Sequence[str], record: Record) -> dict[str, Statement]:
    """Return who says what about a row; a row of one source is its own statement."""
    if record["statements"]:
        return dict(json.loads(record["statements"]))
    said = origins(record["origin"])
    if not said:
        return {}
    values = {name: record[name] for name in names if record[name] is not None}
    as_of = record.get("as_of") or ""
    statement = {"as_of": as_of, "origin": list(said), "run": record["last_run"], "values": values}
    return {origin_parts(said[0])[0]: statement}


def _settle(names: Sequence[str], record: Record, statements: Mapping[str, Statement]) -> Record:
    """Return ``record`` with the values of ``names`` that win among ``statements``."""
    if not statements:
        return record
    values = dict.fromkeys(names)
    for source in reversed(_winners_first(statements)):
        values |= statements[source]["values"]
    for name, settle in _SETTLED_BY.items():
        if name in values:
            values[name] = settle(s["values"].get(name) for s in statements.values())
    said = sorted({cell for statement in statements.values() for cell in statement["origin"]})
    text = json.dumps(statements, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return (
        record
        | values
        | {
            "origin": ORIGIN_JOIN.join(said),
            "last_run": max(statement["run"] for statement in statements.values()),
            "statements": text if len(statements) > 1 else None,
        }
    )


def _conflicts(
    row_id: str, owner: str, statements: Mapping[str, Statement], source: str
) -> list[Conflict]:
    """Return where ``source`` and another contradict each other about one row."""
    found = []
    order = _winners_first(statements)
    names = {name for statement in statements.values() for name in statement["values"]}
    for name in sorted(names - _NO_CONFLICT):
        said = [s for s in order if statements[s]["values"].get(name) is not None]
        kept = statements[said[0]]
        for loser in said[1:]:
            dropped = statements[loser]
            differ = dropped["values"][name] != kept["values"][name]
            if differ and source in (said[0], loser):
                found.append(
                    Conflict(
                        owner,
                        row_id,
                        name,
                        _shown(kept["values"][name]),
                        kept["origin"][0],
                        _shown(dropped["values"][name]),
                        dropped["origin"][0],
                    )
                )
    return found


def _winners_first(statements: Mapping[str, Statement]) -> list[str]:
    return sorted(statements, key=lambda s: (statements[s]["as_of"], s), reverse=True)


def _joined(ours: Statement | None, theirs: Statement | None) -> Statement:
    """Return one statement of two by one source: the later as_of goes first, then the origin."""
    if ours is None or theirs is None:
        return ours or theirs or {}
    if (theirs["as_of"], ours["origin"]) > (ours["as_of"], theirs["origin"]):
        ours, theirs = theirs, ours
    values = theirs["values"] | ours["values"]
    if CELLS in values:
        values[CELLS] = joined_cells(said["values"].get(CELLS) for said in (ours, theirs))
    return {
        "as_of": ours["as_of"],
        "origin": sorted({*ours["origin"], *theirs["origin"]}),
        "run": max(ours["run"], theirs["run"]),
        "values": values,
    }


def _without(statements: dict[str, Statement], source: str) -> dict[str, Statement]:
    return {name: said for name, said in statements.items() if name != source}


def _is_stale(statements: Mapping[str, Statement], run: Run) -> bool:
    said = statements.get(run.source)
    return said is not None and said["run"] != run.id


def _strictest(told: Iterable[object]) -> object:
    """Return the strictest visibility; unstated counts as 仅局内 and stays unstated."""
    said = set(told)
    if None in said:
        return None
    # a word of another vocabulary is stricter than any we know, and stays to be seen
    rank = {word: place for place, word in enumerate(_STRICTEST_FIRST)}
    return min(sorted(said, key=str), key=lambda word: rank.get(str(word), -1))


_SETTLED_BY: Mapping[str, Callable[[Iterable[object]], object]] = {
    VISIBILITY: _strictest,
    CELLS: joined_cells,
}
"""Attributes whose value is made of what all sources say, not the latest of them."""


def _unite(group: list[Record], attributes: list[str]) -> Record:
    """Return one record of several with one key, all of one source."""
    ranked = sorted(group, key=lambda r: (r["origin"] or "", repr(sorted(r.items(), key=str))))
    ranked.sort(key=lambda r: r.get("as_of") or "", reverse=True)
    said = sorted({cell for record in group for cell in origins(record["origin"])})
    united = {name: _first(record[name] for record in ranked) for name in attributes}
    for name, settle in _SETTLED_BY.items():
        if name in united:
            united[name] = settle(record[name] for record in group)
    return ranked[0] | united | {"origin": ORIGIN_JOIN.join(said) or None}


def _groups(records: list[Record], key: list[str]) -> Iterable[list[Record]]:
    groups: dict[tuple[Any, ...], list[Record]] = {}
    for record in records:
        groups.setdefault(tuple(record[name] for name in key), []).append(record)
    return groups.values()


def _first(values: Iterable[object]) -> object:
    return next((value for value in values if value is not None), None)


def _shown(value: object) -> str:
    """Return a value as a person reads it (data: always Chinese)."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return f"{value:.15g}" if isinstance(value, float) else str(value)
