"""The cells of one sheet part, streamed: each becomes the text a person sees.

The one choice: values are packed into Arrow string columns every FLUSH rows, so a sheet of a
million rows never exists as Python objects all at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NoReturn
from xml.parsers import expat

import numpy as np
import pandas as pd
import pyarrow as pa

from chainmap.xlsx.parts import NumberFormat, Shown, local, unescape, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chainmap.xlsx.package import Limits

FLUSH = 20_000
_HELD = 4_000_000
"""Cells kept as Python objects at most; a row may be 16,384 columns wide."""

_NOTED = 1_000
_COLUMNS = 16_384
_PLAIN = NumberFormat()
_BEGINS = {
    "c": "_start_cell",
    "v": "_listen",
    "t": "_listen",
    "f": "_start_formula",
    "rPh": "_start_phonetic",
    "row": "_start_row",
    "mergeCell": "_start_merged",
}
_FINISHES = {
    "c": "_end_cell",
    "v": "_stop_listening",
    "t": "_stop_listening",
    "rPh": "_end_phonetic",
    "row": "_end_row",
}
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


@dataclass(frozen=True, slots=True)
class CellPlace:
    """A cell worth telling about: 1-based row, 0-based column, the text concerned."""

    row: int
    column: int
    text: str


def column_letter(column: int) -> str:
    """Return the letters of the 0-based ``column``.

    >>> column_letter(0), column_letter(27)
    ('A', 'AB')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def split_reference(reference: str) -> tuple[int, int] | None:
    """Return 0-based column and 1-based row of a reference such as ``AB12``; None for nonsense.

    >>> split_reference("AB12")
    (27, 12)
    """
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return column - 1, int(match[2])


def number_text(text: str, style: NumberFormat, *, epoch_1904: bool = False) -> str:
    """Return a stored number as shown: no float noise, percent with its sign, dates as ISO text.

    Excel keeps 15 significant digits; what lies behind them is noise of the binary fraction.

    >>> number_text("3000.0", NumberFormat()), number_text("0.30000000000000004", NumberFormat())
    ('3000', '0.3')
    >>> number_text("0.35", NumberFormat(Shown.PERCENT))
    '35%'
    """
    try:
        value = float(text)
    except ValueError:
        return text
    if style.shown is Shown.DATE:
        return _date_text(value, epoch_1904=epoch_1904) or _plain(value)
    if style.shown is Shown.PERCENT:
        return f"{_plain(value * 100)}%"
    return f"{_plain(value)}{style.suffix}"


def _is_beyond_excel(text: str) -> bool:
    """Return whether a stored number has more digits before the point than the 15 Excel keeps."""
    try:
        return abs(float(text)) >= 1e15
    except ValueError:
        return False


def _plain(value: float) -> str:
    if value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    text = f"{value:.15g}"
    return text if "e" not in text else f"{value:.20f}".rstrip("0").rstrip(".") or "0"


def _date_text(serial: float, *, epoch_1904: bool) -> str:
    """Return ISO text of an Excel serial day; "" outside the calendar that Excel knows."""
    if not 0 <= serial < 2_958_466:
        return ""
    # Excel believes that 1900 was a leap year: days before 1 March 1900 are one off
    start = datetime(1904, 1, 1) if epoch_1904 else datetime(1899, 12, 31 if serial < 60 else 30)
    seconds = round(serial * 86_400)
    moment = start + timedelta(seconds=seconds)
    if serial < 1:
        return moment.time().isoformat() if serial else "0"
    return moment.date().isoformat() if seconds % 86_400 == 0 else moment.isoformat(" ")


class SheetParser:
    """Collects the cells of one sheet; give ``expat`` to ``Package.parse``, then ``result()``.

    Parameters
    ----------
    refuse
        Called with what is wrong, as soon as a limit is passed or a cell names a shared string
        that is not there; it must raise.
    """

    def __init__(
        self,
        strings: list[str],
        formats: list[NumberFormat],
        limits: Limits,
        *,
        refuse: Callable[[str, str], NoReturn],
        epoch_1904: bool = False,
    ) -> None:
        self._refuse = refuse
        self._room = limits.characters
        self._strings = strings
        self._formats = formats
        self._limits = limits
        self._epoch_1904 = epoch_1904
        self.merged: list[str] = []
        self.uncached: list[CellPlace] = []
        self.errors: list[CellPlace] = []
        self.long_numbers: list[CellPlace] = []
        self._columns: dict[str, int] = {}
        self._cells: dict[int, list[str | None]] = {}
        self._pending: list[int] = []
        self._chunks: list[pa.Table] = []
        self._done = 0
        self._widths: set[int] = set()
        self._numbers: list[NDArray[np.int64]] = []
        self._row = 0
        self._column = -1
        self._row_has_value = False
        self._kind = ""
        self._style = _PLAIN
        self._pieces: list[str] = []
        self._listening = False
        self._phonetic = False
        self._formula = False
        self._begins: dict[str, Callable[[dict[str, str]], None] | None] = {}
        self._finishes: dict[str, Callable[[], None] | None] = {}
        self.expat = expat.ParserCreate()
        self.expat.StartElementHandler = self._start
        self.expat.EndElementHandler = self._end
        self.expat.CharacterDataHandler = self._text

    def result(self) -> tuple[pd.DataFrame, NDArray[np.int64]]:
        """Return the frame of text (columns by position) and the row numbers."""
        self._flush()
        rows = np.concatenate(self._numbers) if self._numbers else np.empty(0, dtype=np.int64)
        names = sorted({name for chunk in self._chunks for name in chunk.column_names}, key=int)
        if not names:
            return pd.DataFrame(index=pd.RangeIndex(0)), rows[:0]
        schema = pa.schema([(name, pa.large_string()) for name in names])
        filled = [
            pa.table(
                [
                    chunk[name]
                    if name in chunk.column_names
                    else pa.nulls(len(chunk), pa.large_string())
                    for name in names
                ],
                schema=schema,
            )
            for chunk in self._chunks
        ]
        table = pa.concat_tables(filled)
        columns = {int(name): pd.Series(table[name].to_pandas(), dtype="str") for name in names}
        order = np.argsort(rows, kind="stable")
        frame = pd.DataFrame(columns)
        if not np.array_equal(order, np.arange(len(rows))):
            frame = frame.take(order).reset_index(drop=True)
        return frame, rows[order]

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        try:
            begin = self._begins[name]
        except KeyError:
            begin = self._begins[name] = getattr(self, _BEGINS.get(local(name), ""), None)
        if begin is not None:
            begin(attributes)

    def _listen(self, _: dict[str, str]) -> None:
        self._listening = not self._phonetic

    def _start_formula(self, _: dict[str, str]) -> None:
        self._formula = True

    def _start_phonetic(self, _: dict[str, str]) -> None:
        self._phonetic = True

    def _start_row(self, attributes: dict[str, str]) -> None:
        given = whole(attributes.get("r", ""))
        self._row = given if given > 0 else self._row + 1
        self._column = -1

    def _start_merged(self, attributes: dict[str, str]) -> None:
        if len(self.merged) < self._limits.rows:
            self.merged.append(attributes.get("ref", ""))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        letters = reference.rstrip("0123456789") if reference else ""
        column = self._columns.get(letters)
        if column is None:
            place = split_reference(f"{letters}1")
            column = place[0] if place else self._column + 1
            if letters and place:
                self._columns[letters] = column
        self._column = column
        self._kind = attributes.get("t", "")
        style = attributes.get("s")
        self._style = self._format(style) if style else _PLAIN
        self._pieces = []
        self._formula = False

    def _format(self, style: str) -> NumberFormat:
        index = whole(style)
        return self._formats[index] if 0 <= index < len(self._formats) else _PLAIN

    def _text(self, data: str) -> None:
        if self._listening:
            self._pieces.append(data)
            self._count(data)

    def _count(self, text: str) -> None:
        """Keep account of the text held: few bytes of XML can name one long string often."""
        self._room -= len(text)
        if self._room < 0:
            self._refuse("F-too-large", f"> {self._limits.characters:,} characters")

    def _end(self, name: str) -> None:
        try:
            finish = self._finishes[name]
        except KeyError:
            finish = self._finishes[name] = getattr(self, _FINISHES.get(local(name), ""), None)
        if finish is not None:
            finish()

    def _stop_listening(self) -> None:
        self._listening = False

    def _end_phonetic(self) -> None:
        self._phonetic = False

    def _end_cell(self) -> None:
        raw = self._pieces[0] if len(self._pieces) == 1 else "".join(self._pieces)
        if not raw:
            if self._formula and self._kind != "str":
                self._note(self.uncached, "")
            return
        text = self._cell_text(raw)
        if not text or text.isspace():
            return
        if self._row > self._limits.rows or self._column >= _COLUMNS:
            self._refuse("F-too-large", f"{self._row} × {column_letter(self._column)}")
        if not self._row_has_value:
            self._pending.append(self._row)
            self._row_has_value = True
        cells = self._cells.get(self._column)
        if cells is None:
            cells = self._cells[self._column] = []
        missing = len(self._pending) - len(cells)
        if missing > 1:
            cells.extend([None] * (missing - 1))
        elif missing < 1:  # the same reference twice in a row: the later one wins, as in Excel
            cells.pop()
        cells.append(text)

    def _cell_text(self, raw: str) -> str:
        kind = self._kind
        if kind == "s":
            index = whole(raw.strip())
            if not 0 <= index < len(self._strings):
                self._refuse("F-corrupt", f"sharedStrings {raw[:20]}")
            text = self._strings[index]
            self._count(text)
            return text
        if kind in ("", "n"):
            if len(raw) > 15 and _is_beyond_excel(raw):
                self._note(self.long_numbers, number_text(raw, _PLAIN))
            if self._style is _PLAIN and len(raw) < 16 and raw.isdigit():
                return raw
            return number_text(raw, self._style, epoch_1904=self._epoch_1904)
        if kind == "e":
            self._note(self.errors, raw)
            return ""
        if kind == "b":
            return "TRUE" if raw.strip() in ("1", "true") else "FALSE"
        return raw if kind == "d" else unescape(raw)

    def _note(self, notes: list[CellPlace], text: str) -> None:
        if len(notes) < _NOTED:
            notes.append(CellPlace(self._row, self._column, text))

    def _end_row(self) -> None:
        self._row_has_value = False
        if len(self._pending) >= FLUSH or len(self._pending) * len(self._cells) > _HELD:
            self._flush()

    def _flush(self) -> None:
        count = len(self._pending)
        if count:
            self._widths |= self._cells.keys()
            self._done += count
            if self._done * len(self._widths) > self._limits.cells:
                self._refuse("F-too-large", f"{self._done} × {len(self._widths)}")
            arrays = {}
            for column in sorted(self._cells):
                cells = self._cells[column]
                cells.extend([None] * (count - len(cells)))
                arrays[str(column)] = pa.array(cells, pa.large_string())
            self._chunks.append(pa.table(arrays))
            self._numbers.append(np.array(self._pending, dtype=np.int64))
        self._cells = {}
        self._pending = []
