"""Workbooks as bytes that repeat: fixed times inside, members compared and not the zip around.

zlib may pack the same content differently on another machine, so freshness is a comparison of
unpacked members; a file is only rewritten when a member differs.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from seed.messy import Value

_STAMP = datetime(2026, 11, 23)
_CORE = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_HEADER_FILL = PatternFill("solid", fgColor="DDE7F0")


@dataclass
class Sheet:
    """One sheet: lines above the header, the header, the cells; ranges to merge, formulas."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Value]]
    banner: Sequence[str] = ()
    merged: Sequence[str] = ()
    formulas: Mapping[str, str] = field(default_factory=dict)


def workbook_bytes(sheets: Sequence[Sheet]) -> bytes:
    """Return an .xlsx file of the sheets."""
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        _fill(book.create_sheet(sheet.title), sheet)
    book.properties.creator = "chainmap"
    raw = io.BytesIO()
    book.save(raw)
    return _fixed(raw.getvalue())


def _fill(target: Worksheet, sheet: Sheet) -> None:
    _write_banner(target, sheet)
    target.append(list(sheet.header))
    head = target.max_row
    for cell in target[head]:
        cell.font = Font(bold=True)
        cell.fill = _HEADER_FILL
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    for row in sheet.rows:
        _write_row(target, row)
    target.freeze_panes = target.cell(head + 1, 1)
    for column, name in enumerate(sheet.header, start=1):
        width = max(10, min(40, 2 * len(name) + 4))
        target.column_dimensions[get_column_letter(column)].width = width
    for area in sheet.merged:
        target.merge_cells(area)
    for cell, formula in sheet.formulas.items():
        target[cell] = formula


def _write_banner(target: Worksheet, sheet: Sheet) -> None:
    width = len(sheet.header)
    for row, line in enumerate(sheet.banner, start=1):
        target.append([line])
        if width > 1:
            target.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)
        target.cell(row, 1).font = Font(bold=True, size=13)


def _write_row(target: Worksheet, row: Sequence[Value]) -> None:
    target.append(list(row))
    for cell in target[target.max_row]:
        if isinstance(cell.value, date):
            cell.number_format = "yyyy-mm-dd"
        elif cell.data_type == "f":  # a name that begins with = is text, not a formula
            cell.data_type = "s"


def _fixed(raw: bytes) -> bytes:
    """Return the workbook with all times set to one stamp."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(packed, "w") as target:
        for name in sorted(
            source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)
        ):
            data = source.read(name)
            if name == "docProps/core.xml":
                data = _CORE.sub(rb"\g<1>" + _STAMP.isoformat().encode() + b"Z", data)
            entry = zipfile.ZipInfo(name, _STAMP.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            target.writestr(entry, data, compresslevel=9)
    return packed.getvalue()


def same_content(one: bytes, other: bytes) -> bool:
    """Whether two files say the same; of workbooks the unpacked members are compared."""
    if one == other:
        return True
    if not (one[:2] == other[:2] == b"PK"):
        return False
    return _members(one) == _members(other)


def _members(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}
