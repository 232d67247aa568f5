"""What travels between reading, matching and cleaning: tables of text that know their place.

The one choice: a cell stays the text a person sees (dates as ISO text, numbers without float
noise, percent cells with their sign) until ``clean`` gives it a type; so every later finding
can quote the cell as it stands in the sheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

RowNumbers = NDArray[np.int64]
"""1-based row numbers as a person sees them in Excel."""


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One file that was read: its name, path, SHA-256 (hex) and size in bytes."""

    name: str
    path: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """All non-empty rows of one sheet (or csv file), header and banners included.

    ``frame`` has ``str`` columns named 0, 1, … by position, null where a cell is empty;
    ``rows`` is as long as ``frame`` and holds each row's number in the sheet. Which row is the
    header is decided by ``match_columns`` or ``apply_mapping``, who know what to look for.
    """

    file: str
    sheet: str
    frame: pd.DataFrame
    rows: RowNumbers

    def __len__(self) -> int:
        return len(self.frame)


@dataclass(frozen=True, slots=True, eq=False)
class NamedTable:
    """The data rows of one sheet that speak about one label or relationship type.

    ``owner`` is a label or type of the schema. ``frame`` has one ``str`` column an attribute
    that the sheet (or the mapping) gives, null where empty, index 0..n-1; constants of a
    mapping are filled in. ``rows`` holds each row's number in the sheet. ``headers`` says for
    each attribute the header as written ("" for a constant of a mapping); ``units`` the unit
    found in the header or declared by the mapping ("" when there is none). ``filtered`` counts
    the rows of the sheet that a mapping's filter leaves to other tables: they are not addressed
    to this one and not part of its ``read``.
    """

    owner: str
    file: str
    sheet: str
    frame: pd.DataFrame
    rows: RowNumbers
    headers: Mapping[str, str]
    units: Mapping[str, str] = field(default_factory=dict)
    filtered: int = 0

    def __len__(self) -> int:
        return len(self.frame)
