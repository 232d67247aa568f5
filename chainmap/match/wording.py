"""Quantities and brackets as people write them in Chinese: shared by matches and gaps.

The choice: six significant digits and 万 or 亿, so that a sum can be checked by reading it.
"""

from __future__ import annotations

from collections.abc import Sequence

from chainmap.texts import say


def number(value: float) -> str:
    """Return a number as people write it in Chinese: 5.6, 102, 16万, 1.5亿.

    >>> number(5.6), number(160000.0), number(1.5e8)
    ('5.6', '16万', '1.5亿')
    """
    for size, mark in ((1e8, "亿"), (1e4, "万")):
        if abs(value) >= size:
            return f"{value / size:.6g}{mark}"
    return f"{value:.6g}"


def amount(value: float, unit: str | None) -> str:
    """Return a quantity with its unit: ``16万 吨``."""
    return f"{number(value)} {unit or ''}".strip()


def quantity(value: float | None, unit: str | None, text_id: str) -> str:
    """Return the sentence part ``text_id`` about a quantity; empty when it is unknown."""
    if value is None:
        return ""
    return say(text_id, lang="zh", value=amount(value, unit))


def bracket(details: Sequence[str]) -> str:
    """Return the details that say something in brackets; empty without any."""
    told = [detail for detail in details if detail]
    return f"（{'；'.join(told)}）" if told else ""
