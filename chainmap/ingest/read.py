"""Read files and folders into RawTables; what cannot be read becomes a finding, never a trace.

The one choice: nothing is interpreted here. Which row is the header, what a sheet is about
and what its values mean is decided by those who know the schema or the mapping.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

from chainmap.errors import Finding, InputRejected
from chainmap.ingest.delimited import read_delimited, row_list
from chainmap.ingest.findings import found
from chainmap.ingest.shapes import FileRecord, RawTable
from chainmap.xlsx import Limits, SheetText, read_workbook
from chainmap.xlsx.cells import CellPlace, column_letter

WORKBOOKS = (".xlsx", ".xlsm")
TEXTS = (".csv", ".tsv", ".txt")
FOLDER_SUFFIXES = (*WORKBOOKS, ".csv")
_OLD_WORKBOOKS = (".xls", ".et", ".xlsb")
_ODD = frozenset({"Cc", "Cs", "Zl", "Zp"})
_NO_FILE = "not a regular file"

Progress = Callable[[str], None]
"""Called with the name of each file before it is read."""


def read_files(
    paths: Sequence[str | Path],
    *,
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> tuple[list[RawTable], list[FileRecord], list[Finding]]:
    """Read every table of ``paths``; of a folder all .xlsx, .xlsm and .csv directly in it.

    Returns
    -------
    Tables in order of file name and sheet; a record for each file that could be opened; the
    findings. Lock files of Excel (``~$…``) and hidden files (``.…``) of a folder are passed over.
    """
    files, findings = list_files(paths)
    tables: list[RawTable] = []
    records: list[FileRecord] = []
    for path in files:
        if progress is not None:
            progress(path.name)
        if not path.is_file():  # a pipe or a device would be waited for without end
            findings.append(found("F-unreadable", path.name, reason=_NO_FILE))
            continue
        try:
            data = path.read_bytes()
        except PermissionError:
            findings.append(found("F-locked", path.name))
            continue
        except OSError as error:
            findings.append(found("F-unreadable", path.name, reason=error.strerror or ""))
            continue
        digest = hashlib.sha256(data).hexdigest()
        records.append(FileRecord(path.name, str(path), digest, len(data)))
        read, trouble = _read_file(path, data, limits)
        tables += read
        findings += trouble
    return tables, records, findings


def list_files(paths: Sequence[str | Path]) -> tuple[list[Path], list[Finding]]:
    """Return the files to read, sorted by name, and what is wrong with ``paths``."""
    findings: list[Finding] = []
    chosen: dict[Path, None] = {}
    for path in map(Path, paths):
        try:
            inside, trouble = _files_at(path)
        except PermissionError:
            inside, trouble = [], [found("F-locked", visible_name(path.name))]
        except OSError as error:  # a name too long, a share that is gone
            reason = error.strerror or ""
            inside, trouble = [], [found("F-unreadable", visible_name(path.name), reason=reason)]
        chosen |= dict.fromkeys(inside)
        findings += trouble
    by_name: dict[str, Path] = {}
    for path in sorted(chosen, key=lambda p: (p.name, str(p))):
        if (shown := visible_name(path.name)) != path.name:
            findings.append(found("F-odd-name", shown))
        elif path.name in by_name:
            findings.append(found("F-same-name", path.name, path=path, other=by_name[path.name]))
        else:
            by_name[path.name] = path
    return list(by_name.values()), findings


def _files_at(path: Path) -> tuple[list[Path], list[Finding]]:
    """Return the files that one path of the command means."""
    if path.is_dir():
        inside = sorted(p.resolve() for p in path.iterdir() if _belongs(p))
        return inside, [] if inside else [found("F-empty-folder", path=path)]
    if path.exists():
        return [path.resolve()], []
    return [], [found("F-missing", path=path)]


def visible_name(name: str) -> str:
    """Return a file's name with control characters, line breaks and broken bytes made visible."""
    return "".join("·" if unicodedata.category(c) in _ODD else c for c in name)


def _belongs(path: Path) -> bool:
    hidden = path.name.startswith(("~$", "."))
    return path.is_file() and path.suffix.lower() in FOLDER_SUFFIXES and not hidden


def _read_file(
    path: Path, data: bytes, limits: Limits | None
) -> tuple[list[RawTable], list[Finding]]:
    suffix = path.suffix.lower()
    if not data:
        return [], [found("F-empty-file", path.name)]
    if suffix in WORKBOOKS:
        return _read_workbook(path, limits)
    if suffix in TEXTS:
        table, findings = read_delimited(path, data)
        return ([] if table is None else [table]), findings
    if suffix in _OLD_WORKBOOKS:
        return [], [found("F-old-xls", path.name)]
    return [], [found("F-other-format", path.name, suffix=suffix or path.name)]


def _read_workbook(path: Path, limits: Limits | None) -> tuple[list[RawTable], list[Finding]]:
    try:
        book = read_workbook(path, limits=limits)
    except InputRejected as refusal:
        return [], list(refusal.findings)
    findings = [found("F-macros", path.name)] if book.has_macros else []
    tables = []
    for sheet in book.sheets:
        if len(sheet.frame) == 0:
            continue
        findings += _sheet_findings(path.name, sheet)
        tables.append(RawTable(path.name, sheet.title, sheet.frame, sheet.rows))
    if not tables:
        findings.append(found("F-empty-sheet", path.name))
    return tables, findings


def _sheet_findings(file: str, sheet: SheetText) -> list[Finding]:
    findings = []
    if sheet.hidden:
        findings.append(found("F-hidden-sheet", file, sheet.title, rows=len(sheet.frame)))
    if sheet.merged:
        areas = ", ".join(sheet.merged[:5]) + (" …" if len(sheet.merged) > 5 else "")
        findings.append(
            found("F-merged-cells", file, sheet.title, count=len(sheet.merged), areas=areas)
        )
    findings += [
        found(
            "F-formula-without-result",
            file,
            sheet.title,
            row=rows[0],
            column=letter,
            cells=f"{letter} {row_list(rows)}",
        )
        for letter, rows in _by_column(sheet.uncached)
    ]
    findings += [
        found(rule, file, sheet.title, row=p.row, column=column_letter(p.column), value=p.text)
        for rule, places in (("F-error-cell", sheet.errors), ("F-long-number", sheet.long_numbers))
        for p in places
    ]
    return findings


def _by_column(places: tuple[CellPlace, ...]) -> list[tuple[str, list[int]]]:
    """Group cells by column: its letters and their rows."""
    rows: dict[int, list[int]] = {}
    for place in places:
        rows.setdefault(place.column, []).append(place.row)
    return [(column_letter(column), numbers) for column, numbers in sorted(rows.items())]
