"""Read a csv file of any common encoding and separator into a RawTable.

The one choice: a regular file goes through Arrow (a million rows a second); only a file with
ragged rows takes the slow, forgiving road of the csv module. Rows are counted as Excel shows
them: a record is a row, also when a quoted cell holds line breaks.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from chainmap.ingest.findings import found
from chainmap.ingest.shapes import RawTable
from chainmap.xlsx.package import OLE_MAGIC

if TYPE_CHECKING:
    from chainmap.errors import Finding

DELIMITERS = ",;\t|"
_CHUNK = 1 << 20
_SAMPLE = 64 << 10
_FOREIGN = {
    b"PK\x03\x04": "Excel (.xlsx)",
    OLE_MAGIC: "Excel 97-2003 (.xls)",
    b"%PDF": "PDF",
}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class _Plain:
    """A csv file as UTF-8 without BOM, its separator, and how many lines came before."""

    data: bytes
    delimiter: str
    skipped: int


def read_delimited(path: Path, data: bytes) -> tuple[RawTable | None, list[Finding]]:
    """Read the content ``data`` of the csv file ``path``; the sheet is named by its stem.

    Returns
    -------
    The table, or None with an error finding when the bytes are no text in UTF-8, UTF-16 or
    GB18030, or the quotes do not match.
    """
    findings: list[Finding] = []
    plain = _plain(path, data, findings)
    if plain is None:
        return None, findings
    if not plain.data.strip():
        empty = RawTable(path.name, path.stem, pd.DataFrame(), np.empty(0, dtype=np.int64))
        return empty, [found("F-empty-sheet", path.name, path.stem)]
    frame = _read_regular(plain)
    if frame is None:
        try:
            frame, ragged = _read_ragged(plain)
        except csv.Error as error:
            line = _broken_line(plain)
            return None, [found("F-broken-quotes", path.name, path.stem, line=line, reason=error)]
        if ragged:
            findings.append(
                found(
                    "F-ragged-rows",
                    path.name,
                    path.stem,
                    row=ragged[0],
                    count=len(ragged),
                    rows=row_list(ragged),
                )
            )
    rows = np.arange(1 + plain.skipped, len(frame) + 1 + plain.skipped, dtype=np.int64)
    filled = _has_value(frame)
    if not filled.all():
        frame, rows = frame[filled].reset_index(drop=True), rows[filled]
    return RawTable(path.name, path.stem, frame, rows), findings


def row_list(rows: list[int], most: int = 20) -> str:
    """Return row numbers as people write them, runs joined, the tail cut off.

    >>> row_list([2, 3, 4, 9])
    '2-4, 9'
    """
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    parts = [f"{a}-{b}" if b > a else str(a) for a, b in runs[:most]]
    return ", ".join(parts) + (" …" if len(runs) > most else "")


def _has_value(frame: pd.DataFrame) -> np.ndarray:
    filled = np.zeros(len(frame), dtype=bool)
    for name in frame:
        filled |= frame[name].notna().to_numpy()
        if filled.all():
            break
    return filled


def _plain(path: Path, data: bytes, findings: list[Finding]) -> _Plain | None:
    for magic, kind in _FOREIGN.items():
        if data.startswith(magic):
            findings.append(found("F-not-a-text", path.name, path.stem, kind=kind))
            return None
    encoding, bom = "", b""
    for mark, name in _BOMS:
        if data.startswith(mark):
            encoding, bom = name, mark
            break
    body = data[len(bom) :]
    candidates = (encoding,) if encoding else ("utf-8", "gb18030")
    furthest = 0
    for name in candidates:
        text, position = _as_utf8(body, name)
        furthest = max(furthest, position)
        if text is not None:
            if b"\x00" in text:
                line = text.count(b"\n", 0, text.index(b"\x00")) + 1
                findings.append(found("F-nul", path.name, path.stem, line=line))
                return None
            return _split_off_separator(text)
    line = body.count(b"\n", 0, furthest) + 1
    findings.append(
        found("F-encoding", path.name, path.stem, line=line, position=furthest + len(bom))
    )
    return None


def _as_utf8(body: bytes, encoding: str) -> tuple[bytes | None, int]:
    """Return ``body`` as UTF-8, or None and the position of the first byte that does not fit."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    pieces: list[bytes] = []
    position = 0
    try:
        for start in range(0, len(body), _CHUNK):
            position = start
            pending = len(decoder.getstate()[0])
            piece = decoder.decode(body[start : start + _CHUNK], start + _CHUNK >= len(body))
            if encoding != "utf-8":
                pieces.append(piece.encode())
    except UnicodeDecodeError as error:
        return None, position - pending + error.start
    except UnicodeEncodeError:  # a lone surrogate in UTF-16
        return None, position
    return body if encoding == "utf-8" else b"".join(pieces), len(body)


def _split_off_separator(text: bytes) -> _Plain:
    """Find the separator: the ``sep=;`` line that Excel knows, else the most regular one."""
    first, _, rest = text.partition(b"\n")
    if first.lower().startswith(b"sep=") and len(first.strip()) <= 5:
        return _Plain(rest, first.rstrip(b"\r\n")[4:5].decode() or ",", 1)
    sample = text[:_SAMPLE].decode(errors="ignore")
    scores = {mark: _regularity(sample, mark) for mark in DELIMITERS}
    best = max(DELIMITERS, key=lambda mark: scores[mark])
    return _Plain(text, best if scores[best] > (0, 0) else ",", 0)


def _regularity(sample: str, delimiter: str) -> tuple[int, int]:
    """Score a separator: in how many of the first records it cuts, and the commonest count."""
    widths: list[int] = []
    try:
        for record in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            widths.append(len(record))
            if len(widths) == 20:
                break
    except csv.Error:
        return (0, 0)
    cut = [width for width in widths if width > 1]
    return (max(map(cut.count, cut)), max(cut)) if cut else (0, 0)


def _read_regular(plain: _Plain) -> pd.DataFrame | None:
    """Read with Arrow; None when a row has another number of cells than the first."""
    width = len(next(_records(plain, strict=False), []))
    if width == 0:
        return None
    names = [str(position) for position in range(width)]
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(plain.data),
            read_options=pa_csv.ReadOptions(column_names=names, block_size=16 << 20),
            parse_options=pa_csv.ParseOptions(
                delimiter=plain.delimiter,
                newlines_in_values=b'"' in plain.data,
                ignore_empty_lines=False,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        return None
    return pd.DataFrame(
        {int(name): pd.Series(table[name].to_pandas(), dtype="str") for name in names}
    )


def _records(plain: _Plain, *, strict: bool) -> Iterator[list[str]]:
    lines = io.TextIOWrapper(io.BytesIO(plain.data), encoding="utf-8", newline="")
    return csv.reader(lines, delimiter=plain.delimiter, strict=strict)


def _read_ragged(plain: _Plain) -> tuple[pd.DataFrame, list[int]]:
    """Read with the csv module; also the row numbers that differ from the commonest width."""
    records = list(_records(plain, strict=True))
    widths = np.array([len(record) for record in records])
    ragged = np.flatnonzero(_is_ragged(widths)) + 1 + plain.skipped
    columns: dict[int, pd.Series] = {
        place: pd.Series(
            [r[place] or None if place < len(r) else None for r in records], dtype="str"
        )
        for place in range(int(widths.max(initial=0)))
    }
    return pd.DataFrame(columns), [int(row) for row in ragged]


def _is_ragged(widths: np.ndarray) -> np.ndarray:
    """Return which records have another number of cells than most; banners above are none."""
    cut = widths[widths > 1]
    if not len(cut):
        return np.zeros(len(widths), dtype=bool)
    common = int(np.bincount(cut).argmax())
    begins = int(np.argmax(widths == common))
    banner = (widths == 1) & (np.arange(len(widths)) < begins)
    ragged: np.ndarray = (widths != common) & (widths > 0) & ~banner
    return ragged


def _broken_line(plain: _Plain) -> int:
    """Return the line on which the record starts whose quotes do not match."""
    reader = csv.reader(
        io.TextIOWrapper(io.BytesIO(plain.data), encoding="utf-8", newline=""),
        delimiter=plain.delimiter,
        strict=True,
    )
    line = 1
    try:
        for _ in reader:
            line = reader.line_num + 1
    except csv.Error:
        pass
    return line + plain.skipped
