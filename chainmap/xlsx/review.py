"""The review workbook: one row a pair, a drop-down for the verdict, notes on what to fill in.

The one choice: what a person fills in looks other than what must stay as it is; nothing is
protected by a password, because whoever reads the workbook back checks every row anyway.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from chainmap.texts import say
from chainmap.xlsx.marks import NOTES_SHEET
from chainmap.xlsx.write import LINE_HEIGHT, MOST_HEIGHT, cell_value, display_width, save_workbook

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_FONT = "微软雅黑"
_HEAD = {
    True: PatternFill("solid", start_color="FF9A5B13"),
    False: PatternFill("solid", start_color="FF1F4E79"),
}
_FIXED = PatternFill("solid", start_color="FFEDEFF2")
_TO_FILL = PatternFill("solid", start_color="FFFFF8E6")
_GRID = Border(*(Side(style="thin", color="FFD9DEE5") for _ in range(4)))
_WRAP = Alignment(vertical="top", wrap_text=True)


@dataclass(frozen=True, slots=True)
class ReviewSheet:
    """One sheet to fill in.

    ``columns`` are the keys of each row, ``headers`` what stands above them; ``fixed`` columns
    are greyed, ``filled`` ones are for the person. ``choices``, ``notes``, ``widths`` and
    ``formats`` are by key; the first ``frozen`` columns stay in sight.
    """

    title: str
    columns: Sequence[str]
    headers: Sequence[str]
    rows: Sequence[Mapping[str, object]]
    fixed: frozenset[str]
    filled: frozenset[str]
    choices: Mapping[str, Sequence[str]]
    notes: Mapping[str, str]
    widths: Mapping[str, float]
    formats: Mapping[str, str] = field(default_factory=dict)
    frozen: int = 1


def write_review_workbook(
    path: Path, sheets: Sequence[ReviewSheet], *, notice: str, notes: Sequence[tuple[str, str]]
) -> Path:
    """Write ``sheets``, then the sheet 说明 with ``notice`` and ``notes`` (name, text).

    Raises
    ------
    ConfigError
        When the target may not be written.
    """
    book = Workbook()
    book.remove(book.active)
    for spec in sheets:
        _write_sheet(book.create_sheet(spec.title), spec, notice)
    about = book.create_sheet(NOTES_SHEET)
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 18, 90
    for row, (name, text) in enumerate([(say("xlsx.notice", "zh"), notice), *notes], start=1):
        for place, value in ((1, name), (2, text)):
            _fill(about.cell(row, place), value, bold=place == 1)
        _set_height(about, row, [text], [90])
    return save_workbook(book, path, notice=notice)


def _write_sheet(sheet: Worksheet, spec: ReviewSheet, notice: str) -> None:
    widths = [spec.widths.get(key, 14) for key in spec.columns]
    for place, (key, header) in enumerate(zip(spec.columns, spec.headers, strict=True), start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = widths[place - 1]
        head = sheet.cell(1, place, header)
        head.font = Font(name=_FONT, size=10, bold=True, color="FFFFFFFF")
        head.fill, head.border = _HEAD[key in spec.filled], _GRID
        head.alignment = Alignment(vertical="center", horizontal="center", wrap_text=True)
        if key in spec.notes:
            lines = 1 + display_width(spec.notes[key]) // 40
            head.comment = Comment(spec.notes[key], "chainmap", width=300, height=24 + 18 * lines)
        if key in spec.choices:
            _add_choices(sheet, letter, spec.choices[key], len(spec.rows))
    for number, row in enumerate(spec.rows, start=2):
        for place, key in enumerate(spec.columns, start=1):
            cell = sheet.cell(number, place)
            _fill(cell, row.get(key), fill=_look(key, spec))
            cell.number_format = spec.formats.get(key, "@")
        _set_height(sheet, number, [row.get(key) for key in spec.columns], widths)
    sheet.row_dimensions[1].height = 30
    sheet.freeze_panes = f"{get_column_letter(spec.frozen + 1)}2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(spec.columns))}{len(spec.rows) + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    sheet.oddHeader.center.text = notice.replace("&", "&&")


def _look(key: str, spec: ReviewSheet) -> PatternFill | None:
    if key in spec.filled:
        return _TO_FILL
    return _FIXED if key in spec.fixed else None


def _fill(
    cell: Cell, value: object, *, bold: bool = False, fill: PatternFill | None = None
) -> None:
    cell.value = cell_value(value)
    cell.font = Font(name=_FONT, size=10, bold=bold, color="FF1F2937")
    cell.alignment, cell.border = _WRAP, _GRID
    if fill is not None:
        cell.fill = fill


def _add_choices(sheet: Worksheet, letter: str, choices: Sequence[str], rows: int) -> None:
    rule = DataValidation(
        type="list",
        formula1=f'"{",".join(choices)}"',
        allow_blank=True,
        errorTitle=say("template.not_listed_title", "zh"),
        error=say("template.not_listed", "zh", choices="、".join(choices))[:225],
    )
    rule.showErrorMessage = True
    rule.add(f"{letter}2:{letter}{max(rows, 1) + 1}")
    sheet.add_data_validation(rule)


def _set_height(
    sheet: Worksheet, row: int, values: Sequence[object], widths: Sequence[float]
) -> None:
    """Make a row as high as its longest text."""
    lines = 1
    for value, width in zip(values, widths, strict=True):
        if isinstance(value, str):
            told = sum(1 + display_width(line) // max(int(width), 1) for line in value.split("\n"))
            lines = max(lines, told)
    sheet.row_dimensions[row].height = min(lines * LINE_HEIGHT + 2, MOST_HEIGHT)
