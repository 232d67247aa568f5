"""Make findings with the severity that their rule declares."""

from __future__ import annotations

from chainmap.errors import Finding, Severity
from chainmap.texts import rule_severity


def found(
    rule: str,
    file: str = "",
    sheet: str = "",
    *,
    row: int | None = None,
    column: str = "",
    value: str = "",
    **params: object,
) -> Finding:
    """Return a finding of ``rule`` at its place; ``params`` fill the sentence of the rule."""
    return Finding(Severity(rule_severity(rule)), rule, file, sheet, row, column, value, params)
