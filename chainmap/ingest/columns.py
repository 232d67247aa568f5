"""Match sheets to labels and relationship types, and their columns to attributes.

The one choice: exact, then by declared alias, else a finding; never a guess. A sheet is known
by its name when it carries a name of the template, else by headers that fit one type only.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from chainmap.ingest.findings import found
from chainmap.ingest.headers import (
    HEADER_ROWS,
    HeaderText,
    banner_unit,
    best_row,
    data_rows,
    first_texts,
    header_key,
    header_rows,
    read_header,
)
from chainmap.ingest.shapes import NamedTable, RawTable
from chainmap.schema import Attribute, Dtype, Schema
from chainmap.xlsx.cells import column_letter
from chainmap.xlsx.marks import LIST_SHEET, NOTES_SHEET

if TYPE_CHECKING:
    from chainmap.errors import Finding

SIDE_SHEETS = frozenset({NOTES_SHEET, LIST_SHEET, "填表说明", "填报说明"})
"""Sheets beside the data: the template's explanation and the list that marking adds."""

_MOST_HINTS = 100
"""Similar headers are looked for this often: a hostile sheet has 16,384 columns."""

_MEASURED = (Dtype.MONEY, Dtype.QUANTITY, Dtype.SHARE, Dtype.NUMBER, Dtype.INTEGER)


@dataclass(frozen=True, slots=True)
class _Known:
    """The headers of one owner: spelling -> attribute and rank (0 is the template's own)."""

    owner: str
    sheet: str
    spellings: Mapping[str, tuple[str, int]]
    required: tuple[Attribute, ...]
    words: frozenset[str]

    def attributes(self, headers: Mapping[int, HeaderText]) -> dict[int, str]:
        """Return column position -> attribute for the headers that are known."""
        hits: dict[int, str] = {}
        for column, header in headers.items():
            attribute = self.attribute(header)
            if attribute is not None:
                hits[column] = attribute[0]
        return hits

    def attribute(self, header: HeaderText) -> tuple[str, int] | None:
        """Return attribute and rank of a header, None when it is unknown."""
        return next((self.spellings[k] for k in header.keys if k in self.spellings), None)

    def missing(self, headers: Mapping[int, HeaderText]) -> list[Attribute]:
        """Return the required attributes that no header gives."""
        given = set(self.attributes(headers).values())
        return [a for a in self.required if a.name not in given]


@dataclass(frozen=True, slots=True)
class _Fit:
    """How well one owner fits a sheet: its best header row and what is known in it."""

    known: _Known
    place: int
    headers: Mapping[int, HeaderText]

    @property
    def hits(self) -> int:
        """Number of different attributes found."""
        return len(set(self.known.attributes(self.headers).values()))

    @property
    def is_complete(self) -> bool:
        """Whether all required columns are there and the match is no accident."""
        enough = self.hits >= 2 or self.hits == len(self.headers)
        return self.hits > 0 and enough and not self.known.missing(self.headers)


def match_columns(
    raws: Sequence[RawTable], schema: Schema
) -> tuple[list[NamedTable], list[Finding]]:
    """Name the owner and the columns of each sheet; what is not recognised becomes a finding.

    Returns
    -------
    The recognised tables in the order given, and the findings: unknown or ambiguous sheets
    (warning), missing required columns and repeated headers (error), unknown columns (warning),
    and an error when no table at all was recognised.
    """
    tables, findings = match_known(raws, schema)
    return tables, findings + nothing_recognised(raws, tables, findings)


def match_known(raws: Sequence[RawTable], schema: Schema) -> tuple[list[NamedTable], list[Finding]]:
    """Do as ``match_columns``, but let the caller judge whether finding no table is wrong."""
    knowns = [_known(schema, owner) for owner in schema.sheets.values()]
    tables: list[NamedTable] = []
    findings: list[Finding] = []
    for raw in raws:
        if raw.sheet in SIDE_SHEETS:
            continue
        fit, trouble = _choose(raw, knowns)
        findings += trouble
        if fit is not None:
            table, trouble = _named(raw, fit, schema)
            findings += trouble + _second_table(raw, fit, knowns)
            if table is not None:
                tables.append(table)
    return tables, findings


def nothing_recognised(
    raws: Sequence[RawTable], tables: Sequence[NamedTable], findings: Sequence[Finding]
) -> list[Finding]:
    """Return the error that no file held data of a known table, unless an error says more."""
    if not raws or tables or any(f.severity == "error" for f in findings):
        return []
    empty = sum(f.rule == "H-no-rows" for f in findings)
    return [found("H-no-data", tables=empty) if empty else found("H-nothing-recognised")]


def similar(word: str, known: Iterable[str]) -> str:
    """Return the known spelling closest to ``word`` (the first of equals), "" when none is near."""
    key = header_key(word)
    scored = [(difflib.SequenceMatcher(None, key, header_key(k)).ratio(), k) for k in known]
    best = max(scored, key=lambda pair: pair[0], default=(0.0, ""))
    return best[1] if best[0] >= 0.6 else ""


def _known(schema: Schema, owner: str) -> _Known:
    spellings: dict[str, tuple[str, int]] = {}
    collected = [a for a in schema.owner(owner).attributes if a.is_collected]
    for attribute in collected:
        for rank, header in enumerate(attribute.headers):
            spellings.setdefault(header_key(header), (attribute.name, rank))
    required = tuple(a for a in collected if a.required)
    words = frozenset(header for attribute in collected for header in attribute.headers)
    return _Known(owner, schema.owner(owner).sheet, spellings, required, words)


def _choose(raw: RawTable, knowns: list[_Known]) -> tuple[_Fit | None, list[Finding]]:
    rows = header_rows(raw)
    if not rows:
        return None, [found("F-empty-sheet", raw.file, raw.sheet)]
    fits = [_fit(known, rows) for known in knowns]
    complete = sorted((f for f in fits if f.is_complete), key=lambda f: -f.hits)
    named = next((f for f in fits if header_key(f.known.sheet) == header_key(raw.sheet)), None)
    if named is not None:
        return _check_name(raw, named, complete)
    best = [f for f in complete if f.hits == complete[0].hits]
    hinted = [f for f in best if f.known.sheet in f"{raw.sheet} {raw.file}"]
    if len(best) > 1 and len(hinted) != 1:
        owners = "、".join(f.known.sheet for f in best)
        about: dict[str, Any] = {"owners": owners, "rows": len(raw) - best[0].place - 1}
        return None, [found("H-ambiguous-table", raw.file, raw.sheet, **about)]
    if best:
        return (hinted or best)[0], []
    return None, [_unknown_table(raw, max(fits, key=lambda f: f.hits))]


def _fit(known: _Known, rows: list[dict[int, HeaderText]]) -> _Fit:
    place = best_row(rows, lambda headers: len(set(known.attributes(headers).values())))
    return _Fit(known, place, rows[place])


def _unknown_table(raw: RawTable, nearest: _Fit) -> Finding:
    hits = nearest.known.attributes(nearest.headers)
    known = [h.text for c, h in nearest.headers.items() if c in hits]
    unknown = [h.text for c, h in nearest.headers.items() if c not in hits]
    return found(
        "H-unknown-table",
        raw.file,
        raw.sheet,
        rows=max(len(raw) - nearest.place - 1, 0),
        known=_listed(known),
        unknown=_listed(unknown),
    )


def _check_name(
    raw: RawTable, named: _Fit, complete: list[_Fit]
) -> tuple[_Fit | None, list[Finding]]:
    """Take the sheet at its name, unless its headers clearly belong to another type."""
    other = complete[0] if complete else None
    if named.known.missing(named.headers) and other is not None and other.hits > named.hits:
        hits = other.known.attributes(other.headers)
        known = _listed([h.text for c, h in other.headers.items() if c in hits])
        about: dict[str, Any] = {"other": other.known.sheet, "known": known}
        return None, [found("H-wrong-sheet", raw.file, raw.sheet, **about, sheet_name=raw.sheet)]
    if named.hits == 0:
        wanted = _listed([a.header for a in named.known.required])
        return None, [found("H-no-header", raw.file, raw.sheet, rows=HEADER_ROWS, wanted=wanted)]
    return named, []


def _named(raw: RawTable, fit: _Fit, schema: Schema) -> tuple[NamedTable | None, list[Finding]]:
    attributes = {a.name: a for a in schema.owner(fit.known.owner).attributes}
    chosen, findings = _assign(raw, fit, attributes)
    for attribute in fit.known.missing(fit.headers):
        findings.append(
            found(
                "H-missing-column",
                raw.file,
                raw.sheet,
                row=int(raw.rows[fit.place]),
                column=attribute.header,
                header=attribute.header,
                accepted=_listed(attribute.headers, 8),
                found=_listed([h.text for h in fit.headers.values()], 12),
            )
        )
    findings += _headless(raw, fit)
    if any(f.severity == "error" for f in findings):
        return None, findings
    keep, left_out = data_rows(raw, fit.place, dict(fit.headers))
    if not keep.any():
        return None, [*findings, found("H-no-rows", raw.file, raw.sheet)]
    banner = banner_unit(header_rows(raw)[: fit.place])
    table = NamedTable(
        owner=fit.known.owner,
        file=raw.file,
        sheet=raw.sheet,
        frame=_data_frame(raw, keep, chosen),
        rows=raw.rows[keep],
        headers={name: fit.headers[column].text for name, column in chosen.items()},
        units={
            name: _unit(attributes[name], fit.headers[column], banner)
            for name, column in chosen.items()
        },
    )
    return table, [*findings, *left_out]


def _data_frame(raw: RawTable, keep: pd.Series, chosen: Mapping[str, int]) -> pd.DataFrame:
    start = int(keep.argmax())
    below = raw.frame.iloc[start:] if keep[start:].all() else raw.frame[keep]
    data = {name: below[column].reset_index(drop=True) for name, column in chosen.items()}
    return pd.DataFrame(data, index=pd.RangeIndex(len(below)))


def _unit(attribute: Attribute, header: HeaderText, banner: str) -> str:
    if attribute.dtype not in _MEASURED:
        return ""
    return header.unit or (banner if attribute.dtype is Dtype.MONEY else "")


def _assign(
    raw: RawTable, fit: _Fit, attributes: Mapping[str, Attribute]
) -> tuple[dict[str, int], list[Finding]]:
    """Give each attribute one column: the spelling the schema lists first, then the leftmost."""
    findings: list[Finding] = []
    row = int(raw.rows[fit.place])
    claims: dict[str, list[tuple[int, int]]] = {}
    for column, header in sorted(fit.headers.items()):
        hit = fit.known.attribute(header)
        if hit is None:
            known = fit.known.spellings if len(findings) < _MOST_HINTS else ()
            findings.append(_unknown_column(raw, row, header, known))
        else:
            claims.setdefault(hit[0], []).append((hit[1], column))
    chosen: dict[str, int] = {}
    for name in (a for a in attributes if a in claims):
        ranked = sorted(claims[name])
        chosen[name] = ranked[0][1]
        first = fit.headers[ranked[0][1]]
        for rank, column in ranked[1:]:
            other = fit.headers[column]
            place: dict[str, Any] = {"row": row, "column": other.text}
            if rank == ranked[0][0]:
                count = sum(1 for r, _ in ranked if r == rank)
                findings.append(
                    found("H-duplicate-column", raw.file, raw.sheet, **place, count=count)
                )
            else:
                about: dict[str, Any] = {"other": first.text, "header": attributes[name].zh}
                findings.append(found("H-second-column", raw.file, raw.sheet, **place, **about))
    return chosen, findings


def _unknown_column(
    raw: RawTable, row: int, header: HeaderText, spellings: Iterable[str]
) -> Finding:
    near = similar(header.text, spellings) or "—"
    return found("H-unknown-column", raw.file, raw.sheet, row=row, column=header.text, near=near)


def _second_table(raw: RawTable, fit: _Fit, knowns: Sequence[_Known]) -> list[Finding]:
    """Name the first row below that is another table's header: its rows would be misread."""
    below = raw.frame.iloc[fit.place + 1 :]
    spellings = {word for known in knowns for word in known.words}
    own = next(iter(fit.headers.values())).text
    first = first_texts(below)
    for place in np.flatnonzero((first.isin(spellings) & (first != own)).to_numpy(dtype=bool)):
        row = below.iloc[int(place)].dropna()
        headers = {int(column): read_header(text) for column, text in row.items()}
        fits = [_Fit(known, int(place), headers) for known in knowns]
        best = max((f for f in fits if f.is_complete), key=lambda f: f.hits, default=None)
        if best is not None and best.hits == len(headers) > 1:
            number = int(raw.rows[fit.place + 1 + int(place)])
            about: dict[str, Any] = {"other": best.known.sheet, "known": _listed(row)}
            return [found("H-second-table", raw.file, raw.sheet, row=number, **about)]
    return []


def _headless(raw: RawTable, fit: _Fit) -> list[Finding]:
    """Name the columns that hold data below an empty header cell."""
    below = raw.frame.iloc[fit.place + 1 :]
    counts = {c: int(below[c].notna().sum()) for c in raw.frame if int(c) not in fit.headers}
    return [
        found(
            "H-column-without-header",
            raw.file,
            raw.sheet,
            row=int(raw.rows[fit.place]),
            column=column_letter(int(column)),
            letter=column_letter(int(column)),
            count=count,
        )
        for column, count in counts.items()
        if count
    ]


def _listed(words: Iterable[str], most: int = 10) -> str:
    texts = [" ".join(word.split()) for word in words]
    return "、".join(texts[:most]) + (" …" if len(texts) > most else "") or "—"
