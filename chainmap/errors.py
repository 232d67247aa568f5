"""The error tree and the finding: what can go wrong, and how it is told.

::

    ChainmapError                    exit 1
      ConfigError(ValueError)        exit 2   a setting or an argument is wrong or missing
      SchemaError(ValueError)        exit 1   graph_schema/ contradicts itself
      InputRejected(ValueError)      exit 3   the files have errors; carries .findings
      StoreError                     exit 4
        StoreUnavailable             not reachable, wrong password, locked; worth another try
        StoreUnsupported             this store cannot do that
        StoreRefused                 constraint, permission, damaged file
      NothingToAnalyse(ValueError)   exit 5   no leader, no product, empty scope

Any other exception is a bug (exit 70). User mistakes also inherit the built-in
``ValueError``, so both styles of ``except`` work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from chainmap.texts import finding_text


class Severity(StrEnum):
    """How grave a finding is: an error stops the import, a warning travels to the reports."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong (or worth knowing) in the input, with its place and the way out.

    ``row`` is the row number a person sees in the sheet (1-based), ``column`` the header as
    written. ``params`` fill the sentence of the rule in ``chainmap.texts.findings``.
    """

    severity: Severity
    rule: str
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """What is wrong, in Chinese (data never depends on CHAINMAP_LANG)."""
        return self.told("zh")[0]

    @property
    def fix(self) -> str:
        """What to do about it, in Chinese."""
        return self.told("zh")[1]

    def told(self, lang: str) -> tuple[str, str]:
        """Return message and way out in ``lang`` (``zh`` or ``en``)."""
        values = {"value": self.value, "column": self.column, **self.params}
        return finding_text(self.rule, lang, values)

    def as_row(self) -> dict[str, object]:
        """Return the finding as the flat row that ANSWERS.md promises, keys in fixed order."""
        return {
            "severity": self.severity.value,
            "rule": self.rule,
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "message": self.message,
            "fix": self.fix,
        }


class ChainmapError(Exception):
    """Base of everything chainmap raises on purpose; the message is ready for the user."""

    exit_code: ClassVar[int] = 1


class ConfigError(ChainmapError, ValueError):
    """A setting or an argument is wrong or missing."""

    exit_code = 2


class SchemaError(ChainmapError, ValueError):
    """The declarations in graph_schema/ contradict each other."""


class InputRejected(ChainmapError, ValueError):
    """The input files have errors; nothing was written.

    Parameters
    ----------
    findings
        Everything found, warnings too.
    rows
        The account of ``chainmap.import/1``, one row a table that was recognised: as nothing
        is stored, all its rows are rejected.
    """

    exit_code = 3

    def __init__(
        self,
        message: str,
        findings: Sequence[Finding] = (),
        *,
        rows: Sequence[Mapping[str, object]] = (),
    ) -> None:
        super().__init__(message)
        self.findings: tuple[Finding, ...] = tuple(findings)
        self.rows: tuple[Mapping[str, object], ...] = tuple(rows)


class StoreError(ChainmapError):
    """The graph store did not do what it was asked."""

    exit_code = 4


class StoreUnavailable(StoreError):
    """The store cannot be reached, is locked, or does not accept the credentials."""


class StoreUnsupported(StoreError):
    """The store in use cannot do that."""


class StoreRefused(StoreError):
    """The store refused: a constraint, a missing permission, a damaged file."""


class NothingToAnalyse(ChainmapError, ValueError):
    """The scope holds no leader, no product or no company to answer about."""

    exit_code = 5
