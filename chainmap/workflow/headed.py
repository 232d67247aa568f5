"""A csv or workbook that someone hands to a command: its first table, read with its header."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from chainmap.errors import ConfigError, Finding, InputRejected, Severity
from chainmap.ingest.read import read_files
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.ingest.shapes import RawTable


class Headed(NamedTuple):
    """The rows under a header, their row numbers, the file's and the sheet's name, findings."""

    frame: pd.DataFrame
    rows: list[int | None]
    name: str
    sheet: str
    findings: list[Finding]


def read_headed(path: str | Path) -> Headed:
    """Return the first table of a file with its first row as header.

    Raises
    ------
    InputRejected
        When the file holds no table that can be read.
    """
    tables, _, findings = read_files([path])
    name = Path(path).name
    if not tables:
        errors = [f for f in findings if f.severity is Severity.ERROR] or findings
        if not errors:
            raise ConfigError(say("link.no_file", path=path, reason="—"))
        raise InputRejected(say("link.texts_refused", file=name), errors)
    return Headed(*_headed(tables[0]), name, tables[0].sheet, findings)


def _headed(table: RawTable) -> tuple[pd.DataFrame, list[int | None]]:
    header = [str(value).strip() if isinstance(value, str) else "" for value in table.frame.iloc[0]]
    frame = table.frame.iloc[1:].reset_index(drop=True)
    frame.columns = pd.Index([text or f"column{n + 1}" for n, text in enumerate(header)])
    frame = frame.loc[:, ~frame.columns.duplicated()]
    return frame, [int(row) for row in table.rows[1:]]
