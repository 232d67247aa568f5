"""A copy of an input file with the cells in question coloured, commented, and listed.

The one choice: the copy is for the person who filled the file in. It keeps their layout where
openpyxl can load it; a csv, a huge or a half-broken workbook is laid out anew from its text.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.properties import PageSetupProperties

from chainmap.errors import Finding, Severity
from chainmap.texts import say
from chainmap.xlsx.marks import LIST_SHEET
from chainmap.xlsx.write import display_width, neutral, save_workbook, sheet_title

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray
    from openpyxl.worksheet.worksheet import Worksheet

_LARGEST = 20 << 20
_MOST_MARKS = 5_000
_HEADER_ROWS = 30
_FILLS = {
    Severity.ERROR: PatternFill("solid", start_color="FFF6B5B0"),
    Severity.WARNING: PatternFill("solid", start_color="FFFCE3A1"),
    Severity.INFO: PatternFill("solid", start_color="FFDCE8F7"),
}
_ORDER = (Severity.ERROR, Severity.WARNING, Severity.INFO)
_LOAD_TROUBLE = (
    InvalidFileException,
    zipfile.BadZipFile,
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
)
"""What openpyxl raises on workbooks that Excel opens; the copy is then made from the text."""


class SheetLike(Protocol):
    """A table of text with its place: what ``read_files`` returns."""

    @property
    def sheet(self) -> str:
        """Name of the sheet."""
        ...

    @property
    def frame(self) -> pd.DataFrame:
        """Text by position."""
        ...

    @property
    def rows(self) -> NDArray[np.int64]:
        """Row numbers."""
        ...


def write_marked_copy(
    original: Path,
    findings: Sequence[Finding],
    target: Path,
    *,
    sheets: Sequence[SheetLike] = (),
) -> Path:
    """Write a copy of ``original`` with the cells of ``findings`` marked, as .xlsx.

    ``sheets`` are the tables read from it: from them the copy is laid out when the original is
    no workbook, is larger than 20 MiB, or cannot be loaded. The sheet 问题清单 comes first and
    lists all findings of this file, errors first.

    Raises
    ------
    ConfigError
        When ``target`` may not be written.
    """
    mine = [f for f in findings if f.file == original.name]
    mine.sort(key=lambda f: (_ORDER.index(f.severity), f.sheet, f.row or 0, f.column, f.rule))
    book = _loaded(original)
    by_title = {} if book is None else {sheet.title: sheet for sheet in book.worksheets}
    if book is None:
        book, by_title = _laid_out(sheets)
    for finding in mine[:_MOST_MARKS]:
        sheet = by_title.get(finding.sheet)
        if sheet is None and len(by_title) == 1 and not finding.sheet:
            sheet = next(iter(by_title.values()))
        if sheet is not None:
            _mark(sheet, finding)
    _write_list(book, mine)
    return save_workbook(book, target)


def _loaded(original: Path) -> Workbook | None:
    suffix = original.suffix.lower()
    if suffix not in (".xlsx", ".xlsm") or original.stat().st_size > _LARGEST:
        return None
    try:
        book: Workbook = load_workbook(original, keep_vba=False, keep_links=False)
    except _LOAD_TROUBLE:
        return None
    return book


def _laid_out(sheets: Sequence[SheetLike]) -> tuple[Workbook, dict[str, Worksheet]]:
    """Return a workbook with each text at its place, and its sheets by their own names."""
    book = Workbook()
    book.remove(book.active)
    by_title: dict[str, Worksheet] = {}
    titles: set[str] = set()
    for table in sheets:
        sheet = book.create_sheet(sheet_title(table.sheet, titles))
        by_title[table.sheet] = sheet
        for column in table.frame:
            place = int(column) + 1
            cells = table.frame[column].to_numpy(dtype=object, na_value=None)
            for row, text in zip(table.rows.tolist(), cells, strict=True):
                if text is not None:
                    sheet.cell(int(row), place, neutral(text)).number_format = "@"
            sheet.column_dimensions[get_column_letter(place)].width = 18
    return book, by_title


def _mark(sheet: Worksheet, finding: Finding) -> None:
    cell = _place(sheet, finding)
    if cell is None:
        return
    told = f"{finding.rule} {finding.message}\n{finding.fix}"
    before = cell.comment.text if cell.comment is not None else ""
    if told in before:
        return
    text = f"{before}\n{told}".strip()
    cell.comment = Comment(text[:4_000], "chainmap", width=360, height=60 + 18 * text.count("\n"))
    if not _marked_worse(cell, finding.severity):
        cell.fill = _FILLS[finding.severity]


def _marked_worse(cell: Cell, severity: Severity) -> bool:
    worse = _ORDER[: _ORDER.index(severity)]
    return cell.fill.start_color.rgb in [_FILLS[s].start_color.rgb for s in worse]


def _place(sheet: Worksheet, finding: Finding) -> Cell | None:
    """Return the cell meant: row and column, else the header, else the row's first cell."""
    column = _column(sheet, finding.column) if finding.column else None
    row = finding.row
    if row is None and column is not None:
        row = column[1]
    if row is None or not 1 <= row <= 1_048_576:
        return None
    cell = sheet.cell(row, column[0] if column else 1)
    if isinstance(cell, Cell):
        return cell
    area = next((a for a in sheet.merged_cells.ranges if cell.coordinate in a), None)
    return None if area is None else sheet.cell(area.min_row, area.min_col)


def _column(sheet: Worksheet, header: str) -> tuple[int, int] | None:
    """Return column and row of the header cell; a bare column letter also counts."""
    wanted = "".join(header.split(" + ", maxsplit=1)[0].split())
    for row in sheet.iter_rows(max_row=_HEADER_ROWS):
        for cell in row:
            if isinstance(cell.value, str) and "".join(cell.value.split()) == wanted:
                return int(cell.column), int(cell.row)
    if wanted.isascii() and wanted.isalpha() and wanted.isupper() and len(wanted) <= 2:
        place = 0
        for letter in wanted:
            place = place * 26 + ord(letter) - 64
        return place, 1
    return None


def _write_list(book: Workbook, findings: Sequence[Finding]) -> None:
    titles = {sheet.title.casefold() for sheet in book.worksheets}
    sheet = book.create_sheet(sheet_title(LIST_SHEET, titles), 0)
    columns = ("severity", "rule", "sheet", "row", "column", "value", "message", "fix")
    headers = [say(f"mark.{name}", "zh") for name in columns]
    widths = (8, 22, 14, 8, 18, 24, 60, 60)
    for place, (header, width) in enumerate(zip(headers, widths, strict=True), start=1):
        cell = sheet.cell(1, place, header)
        cell.font = Font(name="微软雅黑", size=10, bold=True, color="FFFFFFFF")
        cell.fill = PatternFill("solid", start_color="FF1F4E79")
        sheet.column_dimensions[get_column_letter(place)].width = width
    for number, finding in enumerate(findings, start=2):
        told = finding.as_row()
        for place, name in enumerate(columns, start=1):
            value = told[name]
            if name == "severity":
                value = say(f"mark.{finding.severity.value}", "zh")
            shown = neutral(value) if isinstance(value, str) else value
            cell = sheet.cell(number, place, shown)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cell.font = Font(name="微软雅黑", size=10)
        sheet.cell(number, 1).fill = _FILLS[finding.severity]
        lines = max(display_width(finding.message), display_width(finding.fix)) // 58 + 1
        sheet.row_dimensions[number].height = 17 * lines
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(findings) + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    book.active = 0
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet
