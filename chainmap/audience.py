"""For whom a file is written: the bureau itself, or anybody outside it (ADR 0010).

The choice: what leaves holds no telephone number, also none that somebody typed into a name, a
specification or an address; private columns and demands are left out before, by whoever reads
them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

INTERNAL = "内部"
EXTERNAL = "外发"
AUDIENCES = (INTERNAL, EXTERNAL)
LEFT_OUT = "（电话略）"

_GAP = "[- \u00a0\u3000\u2010-\u2015\u2212\uff0d]?"
"""A blank or a dash of any kind, or nothing."""
_PHONE = re.compile(
    r"(?<![\dA-Za-z.])"
    rf"(?:(?:\+|00)?86{_GAP})?"
    rf"(?:[1１][3-9３-９]\d{_GAP}(?:\d{{4}}{_GAP}\d{{4}}|\d{{3}}{_GAP}\d{{5}})"  # noqa: RUF001 -- full-width digits are meant
    r"|1[3-9]\d\.\d{4}\.\d{4}"
    rf"|[（(]?[0０]\d{{2,3}}[)）]?{_GAP}[2-9２-９]\d{{2,3}}{_GAP}\d{{4}}"  # noqa: RUF001
    rf"|[48]00{_GAP}\d{{3,4}}{_GAP}\d{{3,4}})"
    r"(?![\dA-Za-z])"
)
"""Chinese mobile numbers, landlines with their area code, 400 and 800 numbers, full-width digits
too. A letter or digit beside it (a credit code, an id) or a decimal point before it says that it
is something else."""
_NAMED = re.compile(
    rf"((?:电话|座机|手机|传真|(?<![a-z])tel\.?)[:： ]*)[2-9]\d{{2,3}}{_GAP}\d{{4}}(?!\d)",
    re.IGNORECASE,
)
"""Seven or eight digits without an area code, where a word says what they are."""


def without_phones(text: str) -> str:
    """Return ``text`` with telephone numbers left out.

    >>> without_phones("张工 139-1234-5678，0971 6123456"), without_phones("91630100MA758K1X2Y")
    ('张工 （电话略），（电话略）', '91630100MA758K1X2Y')
    """
    return _NAMED.sub(rf"\1{LEFT_OUT}", _PHONE.sub(LEFT_OUT, text))


def for_outside(value: object) -> object:
    """Return plain data (texts, numbers, lists, dicts) with telephone numbers left out."""
    if isinstance(value, str):
        return without_phones(value)
    if isinstance(value, Mapping):
        return {name: for_outside(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [for_outside(part) for part in value]
    return value
