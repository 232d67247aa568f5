"""Where an answer's relations were stated: origins of the few rows that it names.

The choice: a snapshot carries no origins (they would outweigh it); an answer collects the
relations that it rests on, asks once for all of them, and turns each into evidence items with
file, sheet, row and column.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chainmap.analysis.graph import EdgeRef
from chainmap.schema import load_schema
from chainmap.tables import GraphTables, origin_parts, origins

_STATED_BY: Mapping[str, str] = {
    "INPUT_TO": "source",
    "SUPPLIES": "product",
    "HAS_CAPACITY": "capacity",
    "HAS_SHARE": "share",
}
"""The column that states a relation on its own sheet, where it is not its target."""

_SCOPE = load_schema().attribute("Company", "business_scope").zh
_JOINT = "\x1f"
"""Joins an origin and the column that states the relation, where its node has two for it."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A sentence and the relation or attribute that states it."""

    text: str
    ref: EdgeRef


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
    tables: GraphTables, owner: str, refs: set[EdgeRef]
) -> list[tuple[EdgeRef, tuple[str, ...]]]:
    frame = tables.nodes.get(owner, tables.edges.get(owner))
    if frame is None or "origin" not in frame.columns:
        return []
    sources = {ref.source for ref in refs}
    if owner in load_schema().nodes:
        frame = frame[frame["id"].isin(sources)]
        cited = dict(zip(frame["id"], frame["origin"], strict=True))
        return [(ref, origins(cited.get(ref.source))) for ref in sorted(refs)]
    frame = frame[frame["source"].isin(sources)]
    keys = load_schema().edges[owner].key
    key = frame[keys[0]].fillna("").astype(str) if keys else [""] * len(frame)
    named = zip(frame["source"], frame["target"], key, frame["origin"], strict=True)
    found = [(EdgeRef(owner, *ends), origins(origin)) for *ends, origin in named]
    if "evidence" in frame.columns:
        scope = frame["evidence"].str.startswith(_SCOPE).fillna(value=False)
        found = [
            (ref, tuple(f"{cell}{_JOINT}{_SCOPE}" for cell in cells) if by_scope else cells)
            for (ref, cells), by_scope in zip(found, scope, strict=True)
        ]
    return [(ref, cells) for ref, cells in found if ref in refs]


def cite(
    text: str, ref: EdgeRef, found: Mapping[EdgeRef, tuple[str, ...]]
) -> list[dict[str, object]]:
    """Return the evidence item of one relation or attribute: ``text`` with the row that states it.

    Of several rows the one on the relation's own sheet is cited (a company's list of products
    states less than its supply row), then the first by name. A relation whose origins are unknown
    (withdrawn by its source) still says its text, with file, sheet, row and column null.
    """
    cited = sorted(found.get(ref, ()), key=lambda origin: (_place(ref, origin)[0], origin))
    if not cited:
        return [note(text)]
    file, sheet, row = origin_parts(cited[0].partition(_JOINT)[0])
    column = _place(ref, cited[0])[1]
    return [{"text": text, "file": file, "sheet": sheet, "row": row, "column": column}]


def note(text: str) -> dict[str, object]:
    """Return an evidence item that is arithmetic of ours, not a row of a file."""
    return {"text": text, "file": None, "sheet": None, "row": None, "column": None}


def distinct(items: Iterable[dict[str, object]]) -> list[dict[str, object]]:
    """Return the evidence items without repetitions, in their order."""
    return list({tuple(item.values()): item for item in items}.values())


def _place(ref: EdgeRef, origin: str) -> tuple[int, str | None]:
    """Return how directly the origin's sheet states the relation, and in which column.

    0: its own sheet; 1: a node's sheet with a column for it (主营产品); 2: a sheet that a mapping
    read, whose columns the schema does not name, or one that only mentions the node.
    """
    schema = load_schema()
    origin, _, column = origin.partition(_JOINT)
    sheet = origin_parts(origin)[1]
    owner = schema.sheets.get(sheet)
    if owner == ref.type:
        stated = _STATED_BY.get(ref.type, ref.key if ref.type in schema.nodes else "target")
        return 0, schema.attribute(ref.type, stated).zh
    attributes = schema.owner(owner).attributes if owner else ()
    labels = {end.partition(":")[0] for end in (ref.source, ref.target)}
    named = [
        a.zh
        for a in attributes
        if a.refers is not None and a.refers.edge == ref.type and a.refers.label in labels
    ]
    return (1, column if column in named else named[0]) if named else (2, None)
