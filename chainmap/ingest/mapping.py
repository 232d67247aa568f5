"""Apply a mapping to the tables that were read.

The one choice: a row belongs to every target whose conditions it fulfils; what no target
addresses is counted and named, and tables that the mapping does not know are matched by
their headers like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from chainmap.ingest.columns import match_known, nothing_recognised, similar
from chainmap.ingest.delimited import row_list
from chainmap.ingest.findings import found
from chainmap.ingest.headers import (
    HeaderText,
    banner_unit,
    best_row,
    data_rows,
    header_key,
    header_rows,
)
from chainmap.ingest.mapping_file import (
    OWN_KEY,
    ColumnMapping,
    ColumnRule,
    Filter,
    Lookup,
    TableRule,
    read_mapping,
)
from chainmap.ingest.shapes import NamedTable, RawTable
from chainmap.schema import Dtype, Schema

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chainmap.errors import Finding

__all__ = ["OWN_KEY", "ColumnMapping", "apply_mapping", "read_mapping"]


@dataclass(frozen=True, slots=True, eq=False)
class _Headed:
    """A table whose header row is known: its data columns by comparable header."""

    raw: RawTable
    place: int
    headers: Mapping[int, HeaderText]
    keep: NDArray[np.bool_]
    findings: tuple[Finding, ...]

    def position(self, column: str) -> int | None:
        """Return the position of the column with this header, None when there is none."""
        wanted = header_key(column)
        places = sorted(self.headers.items())
        exact = (p for p, h in places if h.keys[0] == wanted)
        return next(exact, next((p for p, h in places if wanted in h.keys), None))

    def cells(self, position: int) -> pd.Series:
        """Return the data cells of one column, index 0..n-1."""
        return self.raw.frame[position][self.keep].reset_index(drop=True)

    @property
    def numbers(self) -> NDArray[np.int64]:
        """Sheet row numbers of the data rows."""
        return self.raw.rows[self.keep]


class _Applier:
    """Applies one mapping to one set of tables; collects findings on the way."""

    def __init__(self, raws: Sequence[RawTable], mapping: ColumnMapping, schema: Schema) -> None:
        self.raws = raws
        self.mapping = mapping
        self.schema = schema
        self.findings: list[Finding] = []
        self._headed: dict[tuple[int, int | None], _Headed] = {}

    def chosen(self, file: str, sheet: str) -> list[int]:
        """Return the positions of the tables that a file and a sheet pattern name."""
        return [
            place
            for place, raw in enumerate(self.raws)
            if fnmatchcase(raw.file.casefold(), file.casefold())
            and (raw.file.casefold().endswith(".csv") or fnmatchcase(raw.sheet, sheet))
        ]

    def headed(self, place: int, rule: TableRule | None, names: Sequence[str]) -> _Headed:
        """Find the header row of a table: as told, else where most of ``names`` stand."""
        header_row = rule.header_row if rule else None
        if (place, header_row) in self._headed:
            return self._headed[place, header_row]
        raw = self.raws[place]
        rows = header_rows(raw)
        wanted = {header_key(name) for name in names}
        if header_row is None:
            at = best_row(rows, lambda r: sum(h.keys[0] in wanted for h in r.values()))
        else:
            at = int(np.searchsorted(raw.rows, header_row))
            at = min(at, len(rows) - 1)
        keep, findings = data_rows(raw, at, dict(rows[at]))
        headed = _Headed(raw, at, rows[at], keep, tuple(findings))
        self._headed[place, header_row] = headed
        return headed

    def table(self, place: int, rule: TableRule) -> tuple[NamedTable | None, NDArray[np.bool_]]:
        """Return the table of one target, and which data rows it addresses."""
        headed = self.headed(place, rule, _names(rule))
        missing = [name for name in _needed(rule) if headed.position(name) is None]
        if missing:
            self.findings += [self._column_missing(headed, name) for name in missing]
            # an error stops the import anyway: its rows need no second finding
            return None, np.ones(int(headed.keep.sum()), dtype=bool)
        mask = np.ones(int(headed.keep.sum()), dtype=bool)
        for condition in rule.where:
            mask &= self._fulfils(headed, condition)
        columns = {
            name: column
            for name, column in rule.columns.items()
            if all(headed.position(part) is not None for part in column.columns)
        }
        data = {name: self._filled(headed, column, mask) for name, column in columns.items()}
        count = int(mask.sum())
        data |= {
            name: pd.Series([value] * count, dtype="str") for name, value in rule.constants.items()
        }
        banner = banner_unit(header_rows(headed.raw)[: headed.place])
        named = NamedTable(
            owner=rule.to,
            file=headed.raw.file,
            sheet=headed.raw.sheet,
            frame=pd.DataFrame(data, index=pd.RangeIndex(count)),
            rows=headed.numbers[mask],
            headers={n: self._header(headed, rule.columns.get(n)) for n in data},
            units={
                n: self._unit(headed, rule.to, n, column, banner)
                for n, column in columns.items()
                if n != OWN_KEY
            },
            filtered=len(mask) - count,
        )
        return named, mask

    def _column_missing(self, headed: _Headed, name: str) -> Finding:
        texts = [header.text for header in headed.headers.values()]
        return found(
            "M-column-missing",
            headed.raw.file,
            headed.raw.sheet,
            column=name,
            near=similar(name, texts) or "—",
            mapping=self.mapping.name,
            found="、".join(texts),
        )

    def _header(self, headed: _Headed, column: ColumnRule | None) -> str:
        if column is None:
            return ""
        places = [headed.position(name) for name in column.columns]
        return " + ".join(headed.headers[p].text for p in places if p is not None)

    def _unit(self, headed: _Headed, to: str, name: str, column: ColumnRule, banner: str) -> str:
        if column.unit:
            return column.unit
        place = headed.position(column.columns[0])
        dtype = self.schema.attribute(to, name).dtype
        told = headed.headers[place].unit if place is not None else ""
        measured = (Dtype.MONEY, Dtype.QUANTITY, Dtype.SHARE, Dtype.NUMBER, Dtype.INTEGER)
        return (told if dtype in measured else "") or (banner if dtype is Dtype.MONEY else "")

    def _filled(self, headed: _Headed, column: ColumnRule, mask: NDArray[np.bool_]) -> pd.Series:
        """Return the cells of an attribute: put together, looked up, translated."""
        parts = {
            name: headed.cells(position)[mask].reset_index(drop=True)
            for name in column.columns
            if (position := headed.position(name)) is not None
        }
        first = parts[column.columns[0]]
        cells = first
        if column.lookup is not None:
            cells = self._looked_up(headed, cells, column.lookup, mask)
        if column.values:
            cells = _translated(cells, column.values, column.otherwise)
        if column.format:
            parts |= {"value": cells, column.columns[0]: cells}
            cells = _formatted(column.format, parts)
        return cells

    def _looked_up(
        self, headed: _Headed, cells: pd.Series, lookup: Lookup, mask: NDArray[np.bool_]
    ) -> pd.Series:
        table = self._lookup_table(lookup)
        result = cells.str.strip().map(table).astype("str")
        missed = (cells.notna() & result.isna()).to_numpy()
        if missed.any():
            numbers = [int(n) for n in headed.numbers[mask][missed]]
            self.findings.append(
                found(
                    "M-lookup-miss",
                    headed.raw.file,
                    headed.raw.sheet,
                    row=numbers[0],
                    value=str(cells[missed].iloc[0]),
                    count=len(numbers),
                    rows=row_list(numbers),
                    other=lookup.file,
                    key=lookup.key,
                )
            )
        return result

    def _lookup_table(self, lookup: Lookup) -> dict[str, str]:
        table: dict[str, str] = {}
        for place in self.chosen(lookup.file, lookup.sheet):
            headed = self.headed(place, None, (lookup.key, lookup.value))
            key, value = headed.position(lookup.key), headed.position(lookup.value)
            missing = [n for n, p in ((lookup.key, key), (lookup.value, value)) if p is None]
            if key is None or value is None:
                self.findings += [self._column_missing(headed, name) for name in missing]
                continue
            pairs = zip(headed.cells(key), headed.cells(value), strict=True)
            for k, v in pairs:
                if isinstance(k, str) and isinstance(v, str):
                    table.setdefault(k.strip(), v)
        return table

    def _fulfils(self, headed: _Headed, condition: Filter) -> NDArray[np.bool_]:
        position = headed.position(condition.column)
        if position is None:
            return np.zeros(int(headed.keep.sum()), dtype=bool)
        cells = headed.cells(position).str.strip()
        if condition.lookup is not None:
            cells = cells.map(self._lookup_table(condition.lookup)).astype("str").str.strip()
        return _test(cells, condition)

    def left_out(self, place: int, addressed: NDArray[np.bool_] | None) -> None:
        """Name the rows of a mapped table that no target addresses, and the notes below it."""
        for (at, _), headed in sorted(self._headed.items(), key=lambda item: item[0][0]):
            if at != place:
                continue
            self.findings += headed.findings
            if addressed is not None and len(addressed) and not addressed.all():
                numbers = [int(n) for n in headed.numbers[~addressed]]
                self.findings.append(
                    found(
                        "M-rows-left-out",
                        headed.raw.file,
                        headed.raw.sheet,
                        row=numbers[0],
                        count=len(numbers),
                        rows=row_list(numbers, 1_000),
                    )
                )
            return


def apply_mapping(
    raws: Sequence[RawTable], mapping: ColumnMapping, schema: Schema
) -> tuple[list[NamedTable], list[Finding]]:
    """Turn the tables that ``mapping`` knows into named tables; match the rest by header.

    Returns
    -------
    One table for each target and file, in the order of the mapping, then those matched by
    their headers; and the findings: columns the mapping names and the table lacks (error),
    tables it names and the files lack (warning), rows that no target addresses (info).
    """
    applier = _Applier(raws, mapping, schema)
    tables: list[NamedTable] = []
    addressed: dict[int, NDArray[np.bool_]] = {}
    for rule in mapping.tables:
        places = applier.chosen(rule.file, rule.sheet)
        if not places and not rule.optional:
            applier.findings.append(found("M-table-missing", pattern=rule.file, table=rule.sheet))
        for place in places:
            named, mask = applier.table(place, rule)
            before = addressed.get(place)
            addressed[place] = mask if before is None or len(before) != len(mask) else before | mask
            if named is not None and len(named):
                tables.append(named)
    for place in sorted(addressed):
        applier.left_out(place, addressed[place])
    known = set(addressed)
    for ignored in mapping.ignored:
        for place in applier.chosen(ignored.file, ignored.sheet):
            if place not in known:
                raw = raws[place]
                known.add(place)
                about: dict[str, Any] = {"rows": len(raw), "reason": ignored.reason}
                applier.findings.append(found("M-ignored", raw.file, raw.sheet, **about))
    rest, findings = match_known([r for p, r in enumerate(raws) if p not in known], schema)
    findings = applier.findings + findings
    tables += rest
    return tables, findings + nothing_recognised(raws, tables, findings)


def _names(rule: TableRule) -> list[str]:
    """Return all columns that a target uses, each once."""
    names = [name for column in rule.columns.values() for name in column.columns]
    return list(dict.fromkeys([*names, *(condition.column for condition in rule.where)]))


def _needed(rule: TableRule) -> list[str]:
    """Return the columns that the table must have."""
    names = [n for column in rule.columns.values() if not column.optional for n in column.columns]
    return list(dict.fromkeys([*names, *(condition.column for condition in rule.where)]))


def _translated(cells: pd.Series, values: Mapping[str, str], otherwise: str | None) -> pd.Series:
    result = cells.str.strip().map(dict(values)).astype("str")
    rest = cells if otherwise is None else pd.Series([otherwise or None] * len(cells), dtype="str")
    return result.where(result.notna() | cells.isna(), rest)


def _formatted(pattern: str, parts: Mapping[str, pd.Series]) -> pd.Series:
    """Fill ``pattern`` row by row; a row with any part empty stays empty."""
    used = {name: cells.str.strip() for name, cells in parts.items() if f"{{{name}}}" in pattern}
    whole = pd.concat(used, axis=1).notna().all(axis=1) if used else None
    length = len(next(iter(parts.values())))
    result = pd.Series([pattern] * length, dtype="object")
    for name, cells in used.items():
        texts = cells.fillna("").to_numpy(dtype=object)
        result = pd.Series(
            [p.replace(f"{{{name}}}", t) for p, t in zip(result, texts, strict=True)],
            dtype="object",
        )
    return (result if whole is None else result.where(whole, None)).astype("str")


def _test(cells: pd.Series, condition: Filter) -> NDArray[np.bool_]:
    """Return which cells pass; an empty cell equals nothing and begins with nothing."""
    wanted = condition.wanted
    if condition.test == "filled":
        filled = cells.notna() & (cells != "")
        mask = filled if wanted[0] == "true" else ~filled
    elif condition.test in ("equals", "in"):
        mask = cells.isin(wanted)
    elif condition.test in ("not_equals", "not_in"):
        mask = ~cells.isin(wanted)
    else:
        mask = cells.str.startswith(wanted)
        mask = mask.fillna(False)
        mask = ~mask if condition.test == "not_starts_with" else mask
    passed: NDArray[np.bool_] = mask.to_numpy(dtype=bool, na_value=False)
    return passed
