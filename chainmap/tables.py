"""Graph tables: one DataFrame a label or relationship type; how bulk data travels.

The modelling choice: columns are typed once (``column_dtype``), null means unknown, and every
row carries its ``origin``, the newline-joined, sorted list of ``source/sheet/row`` cells that
state it. Lists (dtype ``list``) are text joined by ``；``; dates are ISO text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from chainmap.schema import Attribute, EdgeType, Schema

LIST_JOIN = "；"
ORIGIN_JOIN = "\n"
PROVENANCE = ("origin", "first_run", "last_run", "statements")
"""Columns that a store adds to each row; ``origin`` is given by the import as well."""

CELLS = "cells"
"""The attribute that says in which column of which rows something stands, as ``cell_text``."""

REVIEW_SOURCE = "审核"
"""The reserved source of what people decide in a review; no file and no import may take it."""

_PANDAS = {"str": "str", "int": "Int64", "float": "float64", "bool": "boolean"}


@dataclass(frozen=True, slots=True)
class Run:
    """One import or analysis: the only clock, and the name under which a row was last stated.

    ``id`` sorts by time (UTC, ISO 8601, microseconds); ``as_of`` is an ISO date.
    """

    id: str
    source: str
    as_of: str
    version: str


@dataclass(frozen=True)
class GraphTables:
    """Nodes by label, edges by type, and ids that changed (old id -> new id).

    A node frame has ``id`` and the label's stored attributes; an edge frame has ``source``,
    ``target`` (node ids) and the type's stored attributes; both have ``origin``. Frames read
    from a store also have the other PROVENANCE columns. Frames are never modified in place.
    """

    nodes: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    edges: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    renames: Mapping[str, str] = field(default_factory=dict)

    def frames(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Yield ``(label or type, frame)``: nodes first, each group in sorted order."""
        for owner in sorted(self.nodes):
            yield owner, self.nodes[owner]
        for owner in sorted(self.edges):
            yield owner, self.edges[owner]


def column_dtype(attribute: Attribute) -> str:
    """Return the pandas dtype of an attribute's column."""
    return _PANDAS[attribute.dtype.storage]


def row_key(schema: Schema, owner: str) -> list[str]:
    """Return the columns that identify a row: ``id``, or the two ends and the edge's key."""
    if owner in schema.nodes:
        return ["id"]
    edge = schema.edges[owner]
    return ["source", "target", *edge.key]


def typed_frame(
    schema: Schema, owner: str, frame: pd.DataFrame, *, provenance: bool = False
) -> pd.DataFrame:
    """Return a copy with all columns of ``owner``, in schema order and with their dtypes.

    Absent columns are null; key attributes of an edge are never null but ``""`` when unknown.
    ``provenance`` adds first_run, last_run and statements beside origin.
    """
    columns: dict[str, str] = dict.fromkeys(
        ["source", "target"] if owner in schema.edges else ["id"], "str"
    )
    columns |= {a.name: column_dtype(a) for a in schema.stored(owner)}
    columns |= dict.fromkeys(PROVENANCE if provenance else PROVENANCE[:1], "str")
    data = {
        name: frame[name].astype(dtype)
        if name in frame.columns
        else pd.Series(None, index=frame.index, dtype=dtype)
        for name, dtype in columns.items()
    }
    typed = pd.DataFrame(data, index=frame.index)
    owned = schema.owner(owner)
    if isinstance(owned, EdgeType):
        for name in owned.key:
            typed[name] = typed[name].fillna("")
    return typed


def origins(cell: object) -> tuple[str, ...]:
    """Return the ``source/sheet/row`` parts of an origin cell; empty when unknown."""
    return tuple(cell.split(ORIGIN_JOIN)) if isinstance(cell, str) and cell else ()


def origin_parts(origin: str) -> tuple[str, str, int | None]:
    """Split one origin into source (file), sheet and row; the source may itself hold slashes.

    >>> origin_parts("企业.xlsx/企业/17")
    ('企业.xlsx', '企业', 17)
    """
    source, sheet, row = origin.rsplit("/", 2)
    return source, sheet, int(row) if row.isdigit() else None


def cell_text(sheet: str, column: str, rows: Iterable[int]) -> str:
    """Return cells as they are stored: JSON, ``source/sheet`` -> header -> sorted row numbers.

    >>> cell_text("企业.xlsx/企业", "主要产品", [7, 2])
    '{"企业.xlsx/企业":{"主要产品":[2,7]}}'
    """
    return _cells_json({sheet: {column: set(rows)}})


def joined_cells(texts: Iterable[object]) -> str | None:
    """Return the union of stored cells, None when there are none.

    >>> joined_cells([cell_text("甲/表", "产品", [2]), None, cell_text("甲/表", "产品", [3])])
    '{"甲/表":{"产品":[2,3]}}'
    """
    union: dict[str, dict[str, set[int]]] = {}
    for text in {text for text in texts if isinstance(text, str)}:
        for sheet, columns in json.loads(text).items():
            for column, rows in columns.items():
                union.setdefault(sheet, {}).setdefault(column, set()).update(rows)
    return _cells_json(union) if union else None


def cell_columns(text: object) -> dict[str, tuple[str, ...]]:
    """Return origin (``source/sheet/row``) -> headers of stored cells, sorted.

    >>> cell_columns('{"甲/表":{"产品":[2,3],"经营范围":[3]}}')
    {'甲/表/2': ('产品',), '甲/表/3': ('产品', '经营范围')}
    """
    found: dict[str, list[str]] = {}
    for sheet, columns in json.loads(text).items() if isinstance(text, str) else ():
        for column, rows in columns.items():
            for row in rows:
                found.setdefault(f"{sheet}/{row}", []).append(column)
    return {origin: tuple(sorted(headers)) for origin, headers in found.items()}


def _cells_json(cells: Mapping[str, Mapping[str, set[int]]]) -> str:
    plain = {
        sheet: {column: sorted(rows) for column, rows in columns.items()}
        for sheet, columns in cells.items()
    }
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
