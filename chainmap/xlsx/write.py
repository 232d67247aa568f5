"""Write styled lists as workbooks: safe to open, equal bytes for equal content, never half.

The one choice: rows are streamed (openpyxl's write-only mode) and the zip is repacked with
fixed times, so a list of a million rows fits in memory and two runs give the same file.
"""

from __future__ import annotations

import io
import json
import math
import os
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from chainmap.errors import ConfigError
from chainmap.texts import say
from chainmap.xlsx.marks import NOTES_SHEET

EPOCH = datetime(2020, 1, 1)
"""The time that every written workbook carries, so that equal content gives equal bytes."""

MOST_ROWS = 1_048_575
MOST_TEXT = 32_767
LIST_JOIN = "；"

_RISKY = ("=", "+", "-", "@", "\t", "\r")
_NUMERIC = re.compile(r"[+-]?[\d\s.,:%/()-]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_TITLE = re.compile(r"[\[\]:*?/\\]")
_MODIFIED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(<)")

LINE_HEIGHT = 15.0
MOST_HEIGHT = 400.0
"""Points: of a line of text, and of a row (Excel allows 409)."""

_INK = "FF1F2937"
_HEADER_FONT = Font(name="微软雅黑", size=10, bold=True, color="FFFFFFFF")
_HEADER_FILL = PatternFill("solid", start_color="FF1F4E79")
_BODY_FONT = Font(name="微软雅黑", size=10, color=_INK)
_LINE = Border(bottom=Side(style="thin", color="FFD9DEE5"))
_WRAP = Alignment(vertical="top", wrap_text=True)
_MIDDLE = Alignment(vertical="center", wrap_text=True)


@dataclass(frozen=True, slots=True)
class SheetSpec:
    """One sheet of a styled list.

    ``columns`` are the keys of each row, ``headers`` what stands above them. ``widths`` (in
    characters) and ``formats`` (Excel number formats, such as ``0.0%``) are by key; what is not
    given is judged from the content of the first rows. The first ``printed``
    columns (default: all) are the printed page.
    """

    title: str
    columns: Sequence[str]
    headers: Sequence[str]
    rows: Iterable[Mapping[str, object]]
    widths: Mapping[str, float] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)
    printed: int | None = None


def write_table(
    path: Path,
    sheets: Sequence[SheetSpec],
    *,
    notice: str = "",
    notes: Sequence[tuple[str, str]] = (),
) -> Path:
    """Write ``sheets`` as one workbook: header in row 1, frozen, with filters.

    ``notice`` (such as 内部资料) stands in the printed page header, in the document properties
    and first on the sheet 说明, which also lists ``notes`` (name, text).

    Raises
    ------
    ConfigError
        When the target is open in another program or may not be written, or a sheet has more
        rows than Excel takes.
    """
    lines = [(say("xlsx.notice", "zh"), notice)] if notice else []
    rows = [{"name": name, "text": text} for name, text in [*lines, *notes]]
    heads = (say("xlsx.note_name", "zh"), say("xlsx.note_text", "zh"))
    about = SheetSpec(NOTES_SHEET, ("name", "text"), heads, rows, {"name": 18, "text": 80})
    book = Workbook(write_only=True)
    titles: set[str] = set()
    try:
        for spec in [*sheets, about] if rows else sheets:
            _write_sheet(book.create_sheet(sheet_title(spec.title, titles)), spec, notice)
    except BaseException:
        # a half-written sheet holds an open stream that would complain when it is collected
        for sheet in book.worksheets:
            sheet.close()
        raise
    return save_workbook(book, path, notice=notice)


def save_workbook(book: Workbook, path: Path, *, notice: str = "") -> Path:
    """Save ``book`` to ``path`` with fixed times, whole or not at all.

    Raises
    ------
    ConfigError
        When the target is open in another program or may not be written.
    """
    book.properties.creator = "chainmap"
    book.properties.lastModifiedBy = "chainmap"
    book.properties.category = notice or None
    book.properties.created = EPOCH
    buffer = io.BytesIO()
    book.save(buffer)
    return replace_file(path, _repacked(buffer))


def replace_file(path: Path, content: bytes) -> Path:
    """Write ``content`` to ``path`` whole or not at all, through a file beside it.

    Raises
    ------
    ConfigError
        When the target is open in another program or may not be written.
    """
    spare = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, spare = tempfile.mkstemp(prefix=".~", suffix=path.suffix, dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(spare).chmod(0o644)
        Path(spare).replace(path)
    except OSError as error:
        if spare:
            Path(spare).unlink(missing_ok=True)
        raise ConfigError(
            say("xlsx.not_writable", path=path, reason=error.strerror or error)
        ) from error
    return path


def neutral(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula; control characters go.

    Plain numbers, dates and telephone numbers (+86 971 …, -5 %) stay as they are.

    >>> neutral("=HYPERLINK(1)"), neutral("-5%"), neutral("钛白粉")
    ("'=HYPERLINK(1)", '-5%', '钛白粉')
    """
    plain = _CONTROL.sub("", text)
    if plain.startswith(_RISKY) and not (plain[0] in "+-" and _NUMERIC.fullmatch(plain)):
        plain = f"'{plain}"
    return plain if len(plain) <= MOST_TEXT else f"{plain[: MOST_TEXT - 1]}…"


def cell_value(value: object) -> str | int | float | None:
    """Return what a cell holds for ``value``: lists joined by ；, objects as JSON, null empty."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, Mapping):
        return neutral(json.dumps(value, ensure_ascii=False, default=str))
    if isinstance(value, (list, tuple)):
        if any(isinstance(part, (Mapping, list, tuple)) for part in value):
            return neutral(json.dumps(value, ensure_ascii=False, default=str))
        return neutral(LIST_JOIN.join(str(part) for part in value))
    text = str(value)
    return None if text in ("<NA>", "nan", "NaT") else neutral(text)


def sheet_title(title: str, taken: set[str]) -> str:
    """Return ``title`` as Excel allows it (31 characters, no special ones); mark it as taken."""
    plain = _TITLE.sub(" ", title).strip("' ")[:31] or "Sheet"
    choice, number = plain, 2
    while choice.casefold() in taken:
        choice = f"{plain[:28]} {number}"
        number += 1
    taken.add(choice.casefold())
    return choice


def display_width(text: str) -> int:
    """Return the width of ``text`` in characters of a spreadsheet; Chinese ones count twice."""
    lines = text.split("\n") or [""]
    return max(sum(2 if ord(char) > 0x2E7F else 1 for char in line) for line in lines)


def _write_sheet(sheet: Worksheet, spec: SheetSpec, notice: str) -> None:
    rows = iter(spec.rows)
    first = [row for row, _ in zip(rows, range(200), strict=False)]
    widths = {
        key: spec.widths.get(key) or _width(header, key, first)
        for key, header in zip(spec.columns, spec.headers, strict=True)
    }
    for place, key in enumerate(spec.columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = widths[key]
    _set_page(sheet, notice)
    _set_height(sheet, 1, spec.headers, widths.values())
    sheet.append([_header_cell(sheet, header) for header in spec.headers])
    looks = {key: _looks(sheet, spec.formats.get(key)) for key in spec.columns}
    count = 1
    for row in _chain(first, rows):
        count += 1
        if count > MOST_ROWS + 1:
            raise ConfigError(say("xlsx.too_many_rows", sheet=spec.title, most=MOST_ROWS))
        values = [cell_value(row.get(key)) for key in spec.columns]
        _set_height(sheet, count, values, widths.values())
        cells = zip(values, spec.columns, strict=True)
        sheet.append([_body_cell(sheet, value, looks[key]) for value, key in cells])
        # a list of a million rows must not keep a record of each
        sheet.row_dimensions.pop(count, None)
    if spec.columns:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(spec.columns))}{count}"
        sheet.print_area = f"A1:{get_column_letter(spec.printed or len(spec.columns))}{count}"


def _set_page(sheet: Worksheet, notice: str) -> None:
    """Freeze and repeat the header, one page wide, what it is and the page number around it."""
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins = PageMargins(
        left=0.4, right=0.4, top=0.75, bottom=0.7, header=0.3, footer=0.3
    )
    sheet.print_title_rows = "1:1"
    sheet.oddHeader.center.text = notice.replace("&", "&&") or None
    sheet.oddFooter.center.text = "&P / &N"


def _set_height(
    sheet: Worksheet, row: int, values: Iterable[object], widths: Iterable[float]
) -> None:
    """Make a row as high as its texts: LibreOffice opens a row without a height as one line."""
    lines = max(map(_lines, values, widths), default=1)
    if lines > 1:
        sheet.row_dimensions[row].height = min(lines * LINE_HEIGHT + 2, MOST_HEIGHT)


def _lines(value: object, width: float) -> int:
    """Return how many lines a cell takes."""
    if not isinstance(value, str) or ("\n" not in value and 2 * len(value) < width):
        return 1
    return sum(max(1, math.ceil(display_width(line) / (width - 1))) for line in value.split("\n"))


def _chain(
    first: list[Mapping[str, object]], rest: Iterator[Mapping[str, object]]
) -> Iterator[Mapping[str, object]]:
    yield from first
    yield from rest


def _header_cell(sheet: Worksheet, header: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=neutral(header))
    cell.font, cell.fill, cell.alignment = _HEADER_FONT, _HEADER_FILL, _MIDDLE
    return cell


def _looks(sheet: Worksheet, number_format: str | None) -> tuple[Any, Any]:
    """Return the styles of a column's texts and numbers.

    They are made once a column: setting fonts and borders cell by cell takes most of the time
    of a long list.
    """
    text, number = WriteOnlyCell(sheet), WriteOnlyCell(sheet)
    for cell in (text, number):
        cell.font, cell.alignment, cell.border = _BODY_FONT, _WRAP, _LINE
    number.number_format = number_format or "General"
    return text._style, number._style


def _body_cell(
    sheet: Worksheet, shown: str | int | float | None, looks: tuple[Any, Any]
) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=shown)
    # openpyxl has no public way to share a style between cells
    cell._style = looks[isinstance(shown, (int, float))]
    return cell


def _width(header: str, key: str, rows: Sequence[Mapping[str, object]]) -> float:
    widths = [display_width(str(cell_value(row.get(key)) or "")) for row in rows]
    widest = sorted(widths)[int(len(widths) * 0.9)] if widths else 0
    return float(min(max(display_width(header) + 4, widest + 2, 8), 60))


def _repacked(buffer: io.BytesIO) -> bytes:
    """Return the zip with fixed times, its parts in the same order."""
    target = io.BytesIO()
    stamp = EPOCH.timetuple()[:6]
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            fresh = zipfile.ZipInfo(info.filename, stamp)
            fresh.compress_type = zipfile.ZIP_DEFLATED
            fresh.external_attr = 0o600 << 16
            if info.filename == "docProps/core.xml":
                time = EPOCH.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
                new.writestr(fresh, _MODIFIED.sub(rb"\g<1>" + time + rb"\3", old.read(info)))
                continue
            with old.open(info) as source, new.open(fresh, "w", force_zip64=True) as sink:
                while chunk := source.read(1 << 20):
                    sink.write(chunk)
    return target.getvalue()
