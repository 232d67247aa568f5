"""What a finding rule is: a severity, what is wrong, and the way out, in two languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of finding; the sentences take the finding's params by name."""

    severity: str
    message: str
    fix: str
    message_en: str
    fix_en: str
