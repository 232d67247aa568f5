"""Resolved rows to graph tables, one set a source, each row with its origin.

The one choice: several rows of one source that state the same element become one row; each
attribute takes the known value of the latest date (then the greatest value), so the order of
rows never matters; cells are united. What a row states outright goes before what a cell only
mentions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from chainmap.tables import (
    CELLS,
    ORIGIN_JOIN,
    GraphTables,
    joined_cells,
    origin_parts,
    row_key,
    typed_frame,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from chainmap.ingest.accounts import CleanTable, FindingLog
    from chainmap.ingest.resolution import Added, Link, Resolution
    from chainmap.schema import Schema

_STATED, _MENTIONED = 0, 1
_NOT_COMPARED = frozenset(
    {"as_of", "citation", "evidence", "note", "name_key", "description", CELLS}
)
"""Attributes that rows about one thing may well word differently."""


def build_graph_tables(
    tables: Sequence[CleanTable],
    resolution: Resolution,
    schema: Schema,
    log: FindingLog,
    *,
    source: str,
) -> GraphTables:
    """Return the nodes and edges that ``source`` states, typed and with their origins.

    Parameters
    ----------
    tables
        All tables of the import; only those of ``source`` are used.
    """
    parts: dict[str, list[pd.DataFrame]] = {}
    for table in tables:
        if table.source == source:
            parts.setdefault(table.owner, []).append(_stated(table, schema))
    for added in resolution.added:
        if added.table.source == source:
            parts.setdefault(added.label, []).append(_added(added))
    for link in resolution.links:
        if link.table.source == source:
            parts.setdefault(link.edge, []).append(_linked(link, schema))
    frames = {owner: _one_row_each(schema, owner, pieces, log) for owner, pieces in parts.items()}
    filled = {owner: frame for owner, frame in sorted(frames.items()) if len(frame)}
    return GraphTables(
        nodes={owner: frame for owner, frame in filled.items() if owner in schema.nodes},
        edges={owner: frame for owner, frame in filled.items() if owner in schema.edges},
    )


def _origins(table: CleanTable, places: NDArray[np.int64]) -> pd.Series:
    rows = pd.Series(table.rows[places]).astype("str")
    return f"{table.source}/{table.sheet}/" + rows


def _stated(table: CleanTable, schema: Schema) -> pd.DataFrame:
    """Return the kept rows of a table as rows of its label or type."""
    kept = np.flatnonzero(~table.rejected)
    every = len(kept) == len(table)
    stored = {a.name for a in schema.stored(table.owner)}
    data = {
        name: table.frame[name].array if every else table.frame[name].array.take(kept)
        for name in table.frame.columns
        if name in stored
    }
    edge = schema.edges.get(table.owner)
    names = ("source", "target", *edge.key) if edge else ("id",)
    for name in names:
        ids = table.ids[name].array
        data[name] = ids if every else ids.take(kept)
    frame = pd.DataFrame(data, index=pd.RangeIndex(len(kept)))
    frame["origin"] = _origins(table, kept).array
    frame["_rank"] = _STATED
    _complete(frame, table.owner, stored)
    return frame


def _complete(frame: pd.DataFrame, owner: str, stored: set[str]) -> None:
    """Fill what follows from the row itself: the code in the id, certainty of a statement."""
    for label, name, made in (("Company", "uscc", "tmp-"), ("Product", "code", "p-")):
        if owner == label:
            key = frame["id"].str.removeprefix(f"{label}:")
            own = key.mask(key.str.startswith(made))
            frame[name] = frame[name].fillna(own) if name in frame.columns else own
    if "active" in stored:
        frame["active"] = True
    if "probability" in stored and "probability" not in frame.columns:
        frame["probability"] = 1.0


def _added(added: Added) -> pd.DataFrame:
    frame = added.frame.reset_index(drop=True)
    frame["origin"] = _origins(added.table, added.places).array
    frame["_rank"] = _MENTIONED
    return frame


def _linked(link: Link, schema: Schema) -> pd.DataFrame:
    stored = {a.name for a in schema.stored(link.edge)}
    frame = pd.DataFrame({"source": link.sources.array, "target": link.targets.array})
    for name in ("as_of", "citation"):
        if name in stored and link.table.has(name):
            frame[name] = link.table.frame[name].array.take(link.places)
    if link.phrase is not None:
        frame["evidence"] = link.phrase.array
    for name, values in link.values.items():
        frame[name] = values.array
    frame["origin"] = _origins(link.table, link.places).array
    frame["_rank"] = _MENTIONED
    _complete(frame, link.edge, stored)
    return frame


def _one_row_each(
    schema: Schema, owner: str, pieces: Sequence[pd.DataFrame], log: FindingLog
) -> pd.DataFrame:
    filled = [piece for piece in pieces if len(piece)]
    if not filled:
        return typed_frame(schema, owner, pd.DataFrame())
    ranks = pd.concat([piece["_rank"] for piece in filled], ignore_index=True)
    typed = [typed_frame(schema, owner, piece) for piece in filled]
    frame = pd.concat(typed, ignore_index=True) if len(typed) > 1 else typed[0]
    keys = row_key(schema, owner)
    repeated = frame.duplicated(keys, keep=False).to_numpy()
    if repeated.any():
        again = frame[repeated].assign(_rank=ranks[repeated])
        _tell_differences(schema, owner, again, keys, log)
        merged = _merge(again, keys)
        frame = pd.concat([frame[~repeated], merged[frame.columns]], ignore_index=True)
        frame = typed_frame(schema, owner, frame)
    return frame


def _merge(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Make one row of each group; see the module for which value counts."""
    group = rows.groupby(keys, sort=True, dropna=False).ngroup()
    dated = rows.assign(_group=group, _date=_dates(rows))
    result = dated.drop_duplicates("_group").set_index("_group")[keys].sort_index()
    for name in rows.columns:
        if name in keys or name in ("origin", "_rank"):
            continue
        if name == CELLS:
            result[name] = dated.groupby("_group")[name].agg(joined_cells).astype("str")
            continue
        order = dated[["_group", "_rank", "_date", name]].sort_values(
            ["_group", "_rank", "_date", name], ascending=[True, True, False, False]
        )
        result[name] = order.groupby("_group")[name].first()
    cells = dated.groupby("_group")["origin"].agg(
        lambda cells: ORIGIN_JOIN.join(sorted({part for c in cells for part in c.split("\n")}))
    )
    result["origin"] = cells
    return result.reset_index(drop=True)


def _dates(rows: pd.DataFrame) -> pd.Series:
    dates = rows["as_of"] if "as_of" in rows.columns else pd.Series("", index=rows.index)
    return dates.astype("str").fillna("")


def _tell_differences(
    schema: Schema, owner: str, rows: pd.DataFrame, keys: list[str], log: FindingLog
) -> None:
    """Name the rows of one source that state different values for one thing."""
    stated = rows[rows["_rank"] == _STATED]
    stated = stated[stated.duplicated(keys, keep=False)]
    if not len(stated):
        return
    group = stated.groupby(keys, sort=True, dropna=False).ngroup()
    merged = _merge(stated, keys)
    members = {int(number): rows for number, rows in stated.groupby(group).indices.items()}
    for attribute in schema.stored(owner):
        name = attribute.name
        compared = _compared(owner, name)
        if compared is None or name in keys or name not in stated.columns:
            continue
        kinds = stated.groupby(group)[compared].nunique()
        for number in kinds.index[kinds > 1]:
            kept = merged[name].iloc[int(number)]
            _tell_one(stated.iloc[members[int(number)]], name, attribute.zh, str(kept), log)


def _compared(owner: str, name: str) -> str | None:
    """Return the column that decides whether two rows differ in ``name``; None: they may."""
    if name in _NOT_COMPARED:
        return None
    return "name_key" if (owner, name) == ("Company", "name") else name


def _tell_one(rows: pd.DataFrame, name: str, zh: str, kept: str, log: FindingLog) -> None:
    places = sorted(origin_parts(cell) for cell in rows["origin"])
    log.add_at(
        "R-rows-differ",
        places[0],
        zh,
        rows="、".join(str(row) for _, _, row in places[:10]),
        attribute=zh,
        values=" / ".join(sorted({str(value) for value in rows[name].dropna()})[:5]),
        kept=kept,
    )
