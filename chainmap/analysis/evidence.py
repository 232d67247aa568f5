"""Where an answer's relations were stated: origins of the few rows that it names.

The choice: a snapshot carries no origins (they would outweigh it); an answer collects the
relations that it rests on, asks once for all of them, and turns each into evidence items with
file, sheet, row and column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chainmap.analysis.graph import EdgeRef
from chainmap.schema import load_schema
from chainmap.tables import GraphTables, origin_parts, origins

MOST_ORIGINS = 2
"""An evidence text cites at most this many of the rows that state the same relation."""

COLUMNS: Mapping[str, tuple[str, str]] = {
    "PRODUCES": ("PRODUCES", "target"),
    "REQUIRES": ("REQUIRES", "target"),
    "INPUT_TO": ("INPUT_TO", "source"),
    "SUPPLIES": ("SUPPLIES", "product"),
    "HAS_CAPACITY": ("HAS_CAPACITY", "capacity"),
    "KIND_OF": ("Product", "parent"),
    "LEADS": ("LEADS", "target"),
}
"""The attribute that states each relation; evidence names the column by its Chinese term."""


class TableOrigins:
    """Look origins up in graph tables that carry an ``origin`` column."""

    def __init__(self, tables: GraphTables) -> None:
        self._tables = tables

    def __call__(self, refs: Sequence[EdgeRef]) -> Mapping[EdgeRef, tuple[str, ...]]:
        """Return the origins of each relation that the tables hold."""
        return {ref: cited for ref, cited in self._find(refs) if cited}

    def _find(self, refs: Sequence[EdgeRef]) -> list[tuple[EdgeRef, tuple[str, ...]]]:
        found = []
        wanted: dict[str, set[EdgeRef]] = {}
        for ref in refs:
            wanted.setdefault(ref.type, set()).add(ref)
        for edge_type in sorted(wanted):
            found += _origins_of(self._tables, edge_type, wanted[edge_type])
        return found


def _origins_of(
    tables: GraphTables, edge_type: str, refs: set[EdgeRef]
) -> list[tuple[EdgeRef, tuple[str, ...]]]:
    frame = tables.edges.get(edge_type)
    if frame is None or "origin" not in frame.columns:
        return []
    sources = {ref.source for ref in refs}
    frame = frame[frame["source"].isin(sources)]
    keys = load_schema().edges[edge_type].key
    found = []
    for row in frame.to_dict("records"):
        key = str(row.get(keys[0]) or "") if keys else ""
        ref = EdgeRef(edge_type, row["source"], row["target"], key)
        if ref in refs:
            found.append((ref, origins(row["origin"])))
    return found


def cite(
    text: str, ref: EdgeRef, found: Mapping[EdgeRef, tuple[str, ...]]
) -> list[dict[str, object]]:
    """Return the evidence items of one relation: ``text`` with each of its first origins.

    A relation whose origins are unknown (pruned, or a store that lost them) still says its text,
    with file, sheet and row null.
    """
    owner, attribute = COLUMNS[ref.type]
    term = load_schema().attribute(owner, attribute).zh
    cited = found.get(ref, ())[:MOST_ORIGINS]
    if not cited:
        return [note(text)]
    items: list[dict[str, object]] = []
    for origin in cited:
        file, sheet, row = origin_parts(origin)
        items.append({"text": text, "file": file, "sheet": sheet, "row": row, "column": term})
    return items


def note(text: str) -> dict[str, object]:
    """Return an evidence item that is arithmetic of ours, not a row of a file."""
    return {"text": text, "file": None, "sheet": None, "row": None, "column": None}
