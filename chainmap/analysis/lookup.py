"""Names as people type them -> positions: id, key, full, short or former name, alias, code.

The choice: every spelling is tried and all hits are returned; who asks decides what several
hits mean. Names are compared in Arrow, first exactly, then by their normalised key.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chainmap.analysis.graph import ChainGraph, column, position
from chainmap.analysis.places import region_number
from chainmap.names import name_key, product_key
from chainmap.tables import LIST_JOIN

MOST_SUGGESTIONS, MOST_COMPARED, SHORT_TABLE = 5, 5000, 30
_LETTERS = re.compile(r"[^\W_]+")


def find_companies(graph: ChainGraph, text: str) -> tuple[int, ...]:
    """Return the positions of the companies that ``text`` names, ascending; empty when none."""
    return _find(graph.companies, "Company", text, ("name", "short_name"), "former_names", name_key)


def find_products(graph: ChainGraph, text: str) -> tuple[int, ...]:
    """Return the positions of the products that ``text`` names, ascending; empty when none."""
    return _find(graph.products, "Product", text, ("name", "code"), "aliases", product_key)


def find_chains(graph: ChainGraph, text: str) -> tuple[int, ...]:
    """Return the positions of the chains that ``text`` names (id or name)."""
    return _find(graph.chains, "IndustryChain", text, ("name",), "", product_key)


def find_parks(graph: ChainGraph, text: str) -> tuple[int, ...]:
    """Return the positions of the parks that ``text`` names (id, name or alias)."""
    return _find(graph.parks, "Park", text, ("name",), "aliases", name_key)


def find_region(graph: ChainGraph, text: str) -> int | None:
    """Return the number of a region given by code, id or name; None when it is unknown."""
    number = region_number(text.strip().removeprefix("Region:"))
    if number:
        return number
    rows = _find(graph.regions, "Region", text, ("name",), "", name_key)
    return region_number(graph.regions["code"][rows[0]].as_py()) if len(rows) == 1 else None


def suggestions(table: pa.Table, text: str, names: str = "name") -> tuple[str, ...]:
    """Return at most five names of ``table`` that contain or resemble ``text``, best first.

    Of a short table (chains, parks) any name may be meant, so the nearest are always told.
    """
    values = column(table, names)
    wanted = text.strip()
    near = values.filter(_containing(values, wanted))
    if not len(near) and table.num_rows <= SHORT_TABLE:
        near = values
    elif not len(near):
        pairs = {wanted[at : at + 2] for at in range(len(wanted) - 1)}
        shared = pa.array(np.zeros(len(values), dtype=np.bool_))
        for pair in sorted(pairs):
            shared = pc.or_(shared, _containing(values, pair))
        near = values.filter(shared)
    found = sorted(set(near.slice(0, MOST_COMPARED).drop_null().to_pylist()))
    ranked = sorted(found, key=lambda n: (-difflib.SequenceMatcher(None, wanted, n).ratio(), n))
    return tuple(ranked[:MOST_SUGGESTIONS])


def _find(
    table: pa.Table,
    label: str,
    text: str,
    names: Sequence[str],
    lists: str,
    normalise: Callable[[str], str],
) -> tuple[int, ...]:
    wanted = text.strip()
    for node in (wanted, f"{label}:{wanted}"):
        at = position(table, node)
        if at is not None:
            return (at,)
    for name in names:
        hits = pc.indices_nonzero(pc.equal(column(table, name), wanted))
        if len(hits):
            return tuple(hits.to_pylist())
    listed = _listed(table, lists, wanted, normalise) if lists else ()
    return listed or _alike(table, names, wanted, normalise)


def _listed(
    table: pa.Table, lists: str, wanted: str, normalise: Callable[[str], str]
) -> tuple[int, ...]:
    """Return rows whose list column (joined by ``；``) holds the name."""
    values = column(table, lists)
    stated = pc.indices_nonzero(pc.is_valid(values))
    key = normalise(wanted)
    rows = zip(stated.to_pylist(), values.take(stated).to_pylist(), strict=True)
    return tuple(
        row for row, cell in rows if key in {normalise(part) for part in cell.split(LIST_JOIN)}
    )


def _alike(
    table: pa.Table, names: Sequence[str], wanted: str, normalise: Callable[[str], str]
) -> tuple[int, ...]:
    """Return rows whose name is the same but for width, case, blanks and brackets.

    Only names that share two letters with it are normalised in Python.
    """
    key = normalise(wanted)
    letters = max(_LETTERS.findall(key), key=len, default="")[:2]
    if not letters:
        return ()
    for name in names:
        values = column(table, name)
        rows = pc.indices_nonzero(_containing(values, letters))
        cells = zip(rows.to_pylist(), values.take(rows).to_pylist(), strict=True)
        hits = tuple(row for row, cell in cells if normalise(cell) == key)
        if hits:
            return hits
    return ()


def _containing(values: pa.Array, part: str) -> pa.Array:
    return pc.fill_null(pc.match_substring(values, part, ignore_case=True), False)
