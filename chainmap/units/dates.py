"""Dates, years, and yes or no."""

from __future__ import annotations

import re
from datetime import date, timedelta

from chainmap.units.numbers import Cell, folded

_YES = frozenset(["是", "√", "✓", "✔", "y", "yes", "true", "1", "有", "对", "☑", "t"])
_NO = frozenset(["否", "×", "✗", "✘", "x", "n", "no", "false", "0", "无", "没有", "不是"])
_NO |= {"☐", "f", "非"}


def read_flag(text: str) -> Cell:
    """Read yes or no.

    >>> read_flag("√").value, read_flag("N").value, read_flag("也许").rule
    (True, False, 'V-not-a-flag')
    """
    plain = folded(text)
    if plain in _YES or plain in _NO:
        return Cell(plain in _YES)
    return Cell(None, "V-not-a-flag")


_DATE = re.compile(
    r"(\d{4})(?:[-./年](\d{1,2})(?:[-./月](\d{1,2})日?|月)?|年)?"
    r"(?:[t ]?\d{1,2}:\d{2}(?::\d{2}.*)?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_EXCEL_EPOCH = date(1899, 12, 30)


def read_date(text: str, *, last: bool = False) -> Cell:
    """Read a date as ISO text; a month or a year stands for its first day (``last``: its last).

    Notes
    -----
    ``V-date-month`` tells that the day was not given. Five digits are an Excel serial.

    >>> read_date("2024年5月").value, read_date("45000").value, read_date("2024", last=True).value
    ('2024-05-01', '2023-03-15', '2024-12-31')
    """
    plain = folded(text)
    if _SERIAL.fullmatch(plain):
        return Cell((_EXCEL_EPOCH + timedelta(days=int(float(plain)))).isoformat())
    found = _COMPACT.fullmatch(plain) or _DATE.fullmatch(plain)
    if found is None:
        return Cell(None, "V-not-a-date")
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        return Cell(None, "V-not-a-date")
    if not 1800 <= year <= 2200:
        return Cell(None, "V-not-a-date")
    if day:
        return Cell(first.isoformat())
    end = date(year + 1, 1, 1) if not month or month == 12 else date(year, month + 1, 1)
    shown = end - timedelta(days=1) if last else first
    return Cell(shown.isoformat(), "V-date-month")


def read_year(text: str) -> Cell:
    """Read a year.

    >>> read_year("2023年度").value, read_year("23").rule
    (2023, 'V-not-a-year')
    """
    found = re.fullmatch(r"(\d{4})(?:年度?|(?:-|/|年)\d.*|\.0)?", folded(text))
    year = int(found[1]) if found else 0
    return Cell(year) if 1900 <= year <= 2100 else Cell(None, "V-not-a-year")
