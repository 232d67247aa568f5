"""The pairs that a person may decide: a phrase and a product, two records of a firm.

The one choice: a pair is known by its content (the ids of its two ends), so that its key is the
same in every store and after every import; two opposite SAME_AS edges, which a renamed company
may leave behind, are one pair.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chainmap.codes import check_uscc
from chainmap.schema import load_schema
from chainmap.stores.columns import records_of
from chainmap.stores.port import GraphQuery
from chainmap.tables import CELLS, REVIEW_SOURCE, cell_columns, origin_parts, origins
from chainmap.workflow.decisions import CONFIRMED, REFUSED

if TYPE_CHECKING:
    from chainmap.stores.port import GraphStore

LINK, MERGE = "link", "merge"
KINDS = (LINK, MERGE)
OPEN, DECIDED, SETTLED = "open", "decided", "settled"
EDGES: Mapping[str, str] = {LINK: "MEANS", MERGE: "SAME_AS"}
SAME, DIFFERENT = "同一", "不同"
VERDICTS: Mapping[str, tuple[str, str]] = {LINK: (CONFIRMED, REFUSED), MERGE: (SAME, DIFFERENT)}
"""What accepting and rejecting a pair of each kind is called."""

MOST_EVIDENCE = 20
"""Cells that a row of the list names; ``cells`` counts them all."""

_CHUNK = 5_000
_LETTER = {LINK: "m-", MERGE: "s-"}
_ENDS = {LINK: ("Phrase", "Product"), MERGE: ("Company",)}
_JOINT = "\x1f"


@dataclass(frozen=True, slots=True)
class End:
    """One end of a pair: id, what a person calls it, its credit code and the rows that state it."""

    id: str
    name: str
    uscc: str = ""
    origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """A phrase and a product, or two companies, and what machine and people say about them.

    ``edges`` are the (source, target) of the edges that hold it, at least one; ``values`` their
    attributes by name, the decided edge first; ``cells`` the origin and header of each cell that
    states it, the header None where the row as a whole does.
    """

    kind: str
    one: End
    other: End
    edges: tuple[tuple[str, str], ...] = ()
    cells: tuple[tuple[str, str | None], ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The key of the pair, made of the ids of its ends."""
        return pair_key(self.kind, self.one.id, self.other.id)

    @property
    def verdict(self) -> str | None:
        """What a person said last, None when nothing or undone."""
        verdict: str | None = self.values.get("verdict")
        return verdict

    @property
    def history(self) -> list[dict[str, object]]:
        """Every step taken, the oldest first."""
        text = self.values.get("history")
        return list(json.loads(text)) if text else []

    @property
    def codes(self) -> tuple[str, str] | None:
        """The two valid credit codes that tell the firms apart; None when nothing does."""
        ours, theirs = self.one.uscc, self.other.uscc
        return (ours, theirs) if ours and theirs and ours != theirs else None

    def as_row(self, state: str) -> dict[str, object]:
        """Return the pair as a row of ``chainmap.review-list/1``."""
        told = {name: self.values.get(name) for name in _TOLD}
        return {
            "key": self.key,
            "kind": self.kind,
            "state": state,
            **self.ends(),
            **told,
            "cells": len(self.cells),
            "evidence": self.evidence(),
            "history": self.history,
            "columns": sorted({header for _, header in self.cells if header is not None}),
        }

    def ends(self) -> dict[str, object]:
        """Return ids and names of both ends."""
        return {
            "subject_id": self.one.id,
            "subject": self.one.name,
            "object_id": self.other.id,
            "object": self.other.name,
        }

    def evidence(self) -> list[dict[str, object]]:
        """Return the cells of the phrase, or the rows of both firms, MOST_EVIDENCE at most."""
        if self.kind == LINK:
            return [_cell(self.one.name, *cell) for cell in self.cells[:MOST_EVIDENCE]]
        half = MOST_EVIDENCE // 2
        return [
            _cell(" ".join(part for part in (end.name, end.uscc) if part), origin)
            for end in (self.one, self.other)
            for origin in end.origins[:half]
        ]


_TOLD = (
    "probability", "band", "verdict", "by", "date", "reason", "matched", "runner_up", "margin",
)  # fmt: skip
ROW_COLUMNS = (
    "key", "kind", "state", "subject_id", "subject", "object_id", "object",
    *_TOLD, "cells", "evidence", "history", "columns",
)  # fmt: skip


def pair_key(kind: str, one: str, other: str) -> str:
    """Return the key of a pair: phrase id and product id, or two company ids in any order.

    >>> pair_key("merge", "Company:b", "Company:a") == pair_key("merge", "Company:a", "Company:b")
    True
    """
    ids = sorted((one, other)) if kind == MERGE else [one, other]
    return _LETTER[kind] + hashlib.sha256(_JOINT.join(ids).encode()).hexdigest()[:12]


def read_pairs(store: GraphStore, kinds: Iterable[str] = KINDS) -> dict[str, Pair]:
    """Return all pairs of these kinds that the store holds, by key in order of key."""
    found = [pair for kind in kinds for pair in _read_kind(store, kind)]
    return {pair.key: pair for pair in sorted(found, key=lambda pair: pair.key)}


def states_of(pairs: Mapping[str, Pair]) -> dict[str, str]:
    """Return key -> open, decided or settled (nothing left to ask: sure, refused, or undone).

    A doubtful product of a phrase that a person has confirmed for another one is settled too.
    """
    told = {pair.one.id for pair in pairs.values() if pair.verdict == CONFIRMED}
    return {key: _state(pair, told) for key, pair in pairs.items()}


def in_order(pairs: Iterable[Pair]) -> list[Pair]:
    """Return the pairs, the most valuable first: by cells, then probability, then key."""
    return sorted(
        pairs, key=lambda p: (-len(p.cells), -(p.values.get("probability") or 0.0), p.key)
    )


def _state(pair: Pair, told: set[str]) -> str:
    if pair.verdict is not None:
        return DECIDED
    doubtful = pair.values.get("band") == "review" and pair.one.id not in told
    return OPEN if doubtful else SETTLED


def _cell(text: str, origin: str, header: str | None = None) -> dict[str, object]:
    file, sheet, row = origin_parts(origin)
    return {"text": text, "file": file, "sheet": sheet, "row": row, "column": header}


def _read_kind(store: GraphStore, kind: str) -> list[Pair]:
    edge = EDGES[kind]
    if not int(store.count(edge)["count"].sum()):
        return []
    labels = _ENDS[kind]
    attributes = tuple(a.name for a in load_schema().stored(edge) if a.name != "as_of")
    names = {"Phrase": ("text",), "Product": ("name",), "Company": ()}
    query = GraphQuery(
        labels=labels,
        edge_types=(edge,),
        columns={**{label: names[label] for label in labels}, edge: (*attributes, "origin")},
    )
    tables = store.read(query)
    records = records_of(tables.edges[edge]) if edge in tables.edges else []
    records = [record for record in records if record["source"] != record["target"]]
    ends = _firms(store, records) if kind == MERGE else {}
    if kind == LINK:
        for label, name in (("Phrase", "text"), ("Product", "name")):
            for row in records_of(tables.nodes[label]) if label in tables.nodes else []:
                ends[row["id"]] = End(row["id"], row[name] or row["id"].partition(":")[2])
    return [_pair(kind, same, ends) for same in _grouped(kind, records)]


def _firms(store: GraphStore, records: Sequence[Mapping[str, Any]]) -> dict[str, End]:
    ids = sorted({record[end] for record in records for end in ("source", "target")})
    firms = {}
    for start in range(0, len(ids), _CHUNK):
        query = GraphQuery(
            seeds=tuple(ids[start : start + _CHUNK]),
            labels=("Company",),
            edge_types=(),
            columns={"Company": ("name", "uscc", "origin")},
        )
        for row in records_of(store.read(query).nodes["Company"]):
            key = row["id"].partition(":")[2]
            uscc = next((c for c in (row["uscc"], key) if c and not check_uscc(c)), "")
            firms[row["id"]] = End(row["id"], row["name"] or key, uscc, _stated(row["origin"]))
    return firms


def _grouped(kind: str, records: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        key = pair_key(kind, record["source"], record["target"])
        groups.setdefault(key, []).append(record)
    return list(groups.values())


def _pair(kind: str, records: Sequence[dict[str, Any]], ends: Mapping[str, End]) -> Pair:
    ranked = sorted(records, key=lambda r: (r["verdict"] or "", r["history"] or ""), reverse=True)
    first = ranked[0]
    one, other = first["source"], first["target"]
    if kind == MERGE:
        one, other = sorted((one, other))
    values = {
        name: next((r[name] for r in ranked if r[name] is not None), None)
        for name in first
        if name not in ("source", "target", "origin", CELLS)
    }
    cells = {cell for record in records for cell in _cells(record)}
    return Pair(
        kind,
        ends[one],
        ends[other],
        tuple(sorted((r["source"], r["target"]) for r in records)),
        tuple(sorted(cells, key=lambda cell: (cell[0], cell[1] or ""))),
        values,
    )


def _cells(record: Mapping[str, Any]) -> list[tuple[str, str | None]]:
    """Return origin and header of each cell that states an edge; older stores know no headers."""
    headers = cell_columns(record.get(CELLS))
    return [
        (origin, header)
        for origin in _stated(record["origin"])
        for header in headers.get(origin) or (None,)
    ]


def _stated(origin: object) -> tuple[str, ...]:
    """Return the cells that state a row, without what a review states."""
    return tuple(cell for cell in origins(origin) if origin_parts(cell)[0] != REVIEW_SOURCE)
