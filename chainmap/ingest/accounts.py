"""The books of an import: findings in a bounded list, and what became of each row.

The one choice: findings are added column-wise (rule, table, row positions), because a
million-row sheet may break one rule a million times. The list keeps the first rows of each
rule and column; the rest is counted in one further finding, so nothing goes uncounted.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from chainmap.errors import Finding, Severity
from chainmap.texts import rule_severity

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    import pandas as pd

LISTED = 1000
"""How many rows of one rule, sheet and column are listed one by one."""

Positions = NDArray[np.int64]


@dataclass(eq=False)
class CleanTable:
    """A sheet's rows about one label or type, with typed values and the text they came from.

    ``frame`` and ``text`` have the same columns and index 0..n-1; ``rows`` holds row numbers as
    seen in Excel; ``rejected`` marks rows that will not be stored (each has a finding).
    """

    owner: str
    source: str
    file: str
    sheet: str
    frame: pd.DataFrame
    text: pd.DataFrame
    rows: NDArray[np.int64]
    headers: Mapping[str, str]
    rejected: NDArray[np.bool_]
    ids: dict[str, pd.Series] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def has(self, attribute: str) -> bool:
        """Whether the sheet gives the attribute at all."""
        return attribute in self.frame.columns


class FindingLog:
    """Findings of one import, collected; strict rules are raised to errors."""

    def __init__(self, *, strict: Collection[str] = ()) -> None:
        self._strict = frozenset(strict)
        self._listed: list[Finding] = []
        self._counts: dict[tuple[str, str, str, str], int] = {}

    def add(
        self,
        rule: str,
        table: CleanTable,
        positions: Positions | Sequence[int],
        *,
        attribute: str = "",
        params: Callable[[int], Mapping[str, object]] | Mapping[str, object] | None = None,
        reject: bool = False,
    ) -> None:
        """Note that the rows at ``positions`` of ``table`` break ``rule``.

        ``params`` are the sentence's values, or give them for one position; ``reject`` marks
        the rows as not stored.
        """
        places = np.asarray(positions, dtype=np.int64)
        if not len(places):
            return
        if reject:
            table.rejected[places] = True
        column = table.headers.get(attribute, "") or attribute
        key = (rule, table.file, table.sheet, column)
        room = LISTED - self._counts.get(key, 0)
        self._counts[key] = self._counts.get(key, 0) + len(places)
        shown = table.text[attribute] if attribute in table.text.columns else None
        for place in places[: max(0, room)].tolist():
            value = "" if shown is None else shown.iloc[place]
            self._listed.append(
                Finding(
                    self._severity(rule),
                    rule,
                    file=table.file,
                    sheet=table.sheet,
                    row=int(table.rows[place]),
                    column=column,
                    value=value if isinstance(value, str) else "",
                    params=params(place) if callable(params) else params or {},
                )
            )

    def add_at(
        self, rule: str, place: tuple[str, str, int | None], column: str, **params: object
    ) -> None:
        """Add a finding at one place (file, sheet, row), counted like those of ``add``."""
        file, sheet, row = place
        key = (rule, file, sheet, column)
        self._counts[key] = self._counts.get(key, 0) + 1
        if self._counts[key] <= LISTED:
            self._listed.append(
                Finding(self._severity(rule), rule, file, sheet, row, column, params=params)
            )

    def note(self, finding: Finding) -> None:
        """Add a finding made elsewhere (reading, matching columns, the store)."""
        raised = self._severity(finding.rule) if finding.rule in self._strict else finding.severity
        self._listed.append(replace(finding, severity=raised))

    def tell(self, rule: str, *, file: str = "", sheet: str = "", **params: object) -> None:
        """Add a finding that is about a file or the graph, not about a row."""
        self._listed.append(
            Finding(self._severity(rule), rule, file=file, sheet=sheet, params=params)
        )

    def findings(self) -> tuple[Finding, ...]:
        """Return all findings in a fixed order: by place, then rule; counts of the rest last."""
        rest = [
            Finding(
                self._severity(rule),
                "F-more",
                file=file,
                sheet=sheet,
                column=column,
                params={"rule": rule, "count": count - LISTED, "total": count},
            )
            for (rule, file, sheet, column), count in self._counts.items()
            if count > LISTED
        ]
        return tuple(sorted([*self._listed, *rest], key=_order))

    @property
    def has_errors(self) -> bool:
        """Whether anything found stops the import."""
        return any(found.severity is Severity.ERROR for found in self._listed)

    def _severity(self, rule: str) -> Severity:
        severity = Severity(rule_severity(rule))
        raised = rule in self._strict and severity is Severity.WARNING
        return Severity.ERROR if raised else severity


def _order(finding: Finding) -> tuple[object, ...]:
    row = finding.row if finding.row is not None else 1 << 60
    return (finding.file, finding.sheet, row, finding.column, finding.rule, finding.message)


@dataclass(frozen=True, slots=True)
class Account:
    """What became of the rows of one table: read = stored + merged + rejected."""

    file: str
    sheet: str
    table: str
    read: int
    stored: int
    merged: int
    rejected: int

    def as_row(self) -> dict[str, object]:
        """Return the row of ANSWERS.md."""
        return {name: getattr(self, name) for name in ACCOUNT_COLUMNS}


ACCOUNT_COLUMNS = ("file", "sheet", "table", "read", "stored", "merged", "rejected")


def refused_rows(tables: Iterable[CleanTable]) -> list[Account]:
    """Count, per table, the rows of an import that is refused: none is stored."""
    accounts = [
        Account(table.file, table.sheet, table.owner, len(table), 0, 0, len(table))
        for table in tables
    ]
    return sorted(accounts, key=_place_of)


def _place_of(account: Account) -> tuple[str, str, str]:
    return account.file, account.sheet, account.table


def count_rows(
    tables: Iterable[CleanTable], elements: Callable[[str], Sequence[str]]
) -> list[Account]:
    """Count, per table, the rows that state an element first, again, or not at all.

    ``elements(owner)`` names the keys of ``CleanTable.ids`` that identify an element. The first
    row in order of file, sheet and row is the one stored; ``merged`` rows restate it.
    """
    by_owner: dict[str, list[CleanTable]] = {}
    ordered = sorted(tables, key=lambda table: (table.file, table.sheet, table.owner))
    for table in ordered:
        by_owner.setdefault(table.owner, []).append(table)
    accounts = []
    for owner, group in by_owner.items():
        repeated = _repeated(group, elements(owner))
        for table, merged in zip(group, repeated, strict=True):
            rejected = int(table.rejected.sum())
            stored = len(table) - rejected - merged
            accounts.append(
                Account(table.file, table.sheet, owner, len(table), stored, merged, rejected)
            )
    return sorted(accounts, key=_place_of)


def _repeated(group: Sequence[CleanTable], names: Sequence[str]) -> list[int]:
    """Count, per table, the kept rows whose element an earlier kept row already stated."""
    import pandas as pd

    kept = [~table.rejected for table in group]
    combined = np.zeros(sum(int(mask.sum()) for mask in kept), dtype=np.int64)
    for name in names:
        parts = [table.ids[name][mask] for table, mask in zip(group, kept, strict=True)]
        codes, uniques = pd.factorize(pd.concat(parts, ignore_index=True), use_na_sentinel=False)
        both = combined * np.int64(len(uniques) + 1) + codes
        combined = pd.factorize(both)[0].astype(np.int64)
    again = pd.Series(combined).duplicated(keep="first").to_numpy()
    ends = np.cumsum([int(mask.sum()) for mask in kept])
    return [int(part.sum()) for part in np.split(again, ends[:-1])]
