"""Read a workbook's cells as the text a person sees, sheet by sheet, in bounded memory.

The one choice: the sheet parts are streamed through expat instead of a workbook library
(docs/adr/0006). One pass sees what the import must tell the user about and libraries hide:
number formats (35 % is not 0.35), merged areas, hidden sheets, formulas without a result,
error cells. Full rows are packed into Arrow columns every few thousand rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import numpy as np
import pandas as pd

from chainmap.xlsx.cells import CellPlace, SheetParser, split_reference
from chainmap.xlsx.package import Limits, Package, refuse
from chainmap.xlsx.parts import SheetEntry, read_formats, read_shared_strings, read_sheet_list

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Limits", "SheetText", "WorkbookText", "read_workbook"]


@dataclass(frozen=True, slots=True, eq=False)
class SheetText:
    """One sheet: text by position, and what is odd about it.

    ``frame`` has ``str`` columns named by position in the sheet (0 is column A; columns without
    any value are left out) and only rows with a value; ``rows`` are their 1-based numbers.
    Merged areas are filled with their value. ``uncached`` are formulas without a stored result,
    ``errors`` cells such as ``#REF!`` with their text, ``long_numbers`` numbers of more than 15
    digits, of which Excel keeps only the first 15.
    """

    title: str
    hidden: bool
    frame: pd.DataFrame
    rows: NDArray[np.int64]
    merged: tuple[str, ...] = ()
    uncached: tuple[CellPlace, ...] = ()
    errors: tuple[CellPlace, ...] = ()
    long_numbers: tuple[CellPlace, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkbookText:
    """All worksheets of one workbook in their order; whether it carries macros."""

    sheets: tuple[SheetText, ...]
    has_macros: bool


def read_workbook(path: Path, *, limits: Limits | None = None) -> WorkbookText:
    """Read all worksheets of the .xlsx or .xlsm file ``path``; macros are never run.

    Raises
    ------
    InputRejected
        With one finding, when the file is locked, empty, password-protected, of another
        format, damaged, or holds more than ``limits`` allow.
    """
    with Package(path, limits or Limits()) as package:
        entries, epoch_1904 = read_sheet_list(package)
        formats = read_formats(package)
        strings = read_shared_strings(package)
        has_macros = any(name.endswith("vbaproject.bin") for name in package.names())
        sheets = []
        for entry in entries:

            def refuse_sheet(rule: str, what: str, title: str = entry.title) -> NoReturn:
                refuse(rule, path.name, sheet=title, what=what, reason=what)

            parser = SheetParser(
                strings, formats, package.limits, refuse=refuse_sheet, epoch_1904=epoch_1904
            )
            package.parse(entry.part, parser.expat)
            sheets.append(_sheet_text(entry, parser))
        return WorkbookText(tuple(sheets), has_macros)


def _sheet_text(entry: SheetEntry, parser: SheetParser) -> SheetText:
    frame, rows = parser.result()
    frame = _spread(frame, rows, parser.merged)
    return SheetText(
        entry.title,
        entry.hidden,
        frame,
        rows,
        tuple(parser.merged),
        tuple(parser.uncached),
        tuple(parser.errors),
        tuple(parser.long_numbers),
    )


def _spread(frame: pd.DataFrame, rows: NDArray[np.int64], merged: list[str]) -> pd.DataFrame:
    """Return ``frame`` with each merged area filled by the value of its first cell.

    Only rows and columns that hold some value of their own are filled: an area alone on its
    rows states nothing more than its first cell does.
    """
    areas = [area for area in map(_area, merged) if area is not None]
    touched = sorted({c for _, left, _, right in areas for c in frame if left <= c <= right})
    columns = {c: frame[c].to_numpy(dtype=object, na_value=None, copy=True) for c in touched}
    for top, left, bottom, right in areas:
        first = int(np.searchsorted(rows, top))
        last = int(np.searchsorted(rows, bottom, side="right"))
        if first >= last or rows[first] != top or left not in columns:
            continue
        value = columns[left][first]
        for column in touched:
            if left <= column <= right:
                columns[column][first:last] = value
    filled = {c: pd.Series(cells, dtype="str") for c, cells in columns.items()}
    return pd.DataFrame({c: filled.get(c, frame[c]) for c in frame}, index=frame.index)


def _area(ref: str) -> tuple[int, int, int, int] | None:
    """Return top row (1-based), left column (0-based), bottom row and right column of ``A1:B2``."""
    first, _, last = ref.partition(":")
    corner, opposite = split_reference(first), split_reference(last or first)
    if corner is None or opposite is None:
        return None
    return corner[1], corner[0], opposite[1], opposite[0]
