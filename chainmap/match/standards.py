"""Names of certificates in one spelling, so that equal certificates compare equal.

The choice: what tells a certificate is the number of its standard (ISO 9001), not the words and
the year of edition around it, and the Chinese standard that adopts it unchanged is the same one.
Where a cell names two standards with 或 or a slash between, either will do.

References
----------
GB/T 19001, 24001, 45001, 23331, 22080 and 22000 adopt ISO 9001, 14001, 45001, 50001, ISO/IEC 27001
and ISO 22000 (IDT); the certification of "质量管理体系" and so on is against these standards.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

ALL_OF, ONE_OF = "+", "|"
"""Between the standards that one name states: all of them, any of them."""

_YEAR = re.compile(r"[:\-](?:19|20)\d\d(?!\d)|\(?(?<!\d)(?:19|20)\d\d年?版\)?")
_CODE = re.compile(r"(?:([a-z]+(?:/[a-z]+)*)[\s\-_/]*|(?<![a-z\d.]))(\d+(?:\.\d+)*)(?![\d.])")
_EITHER = re.compile(r"或|(?<=[^a-z])\s*/\s*(?=[a-z])")
_FILLING = re.compile(r"[\s\-_/:·.()]+")
_ENDING = re.compile(r"(?:认证|证书|资质)+$")
_LATIN = re.compile(r"[a-z\d]+")

_SAME = {
    "gbt19001": "iso9001",
    "gbt24001": "iso14001",
    "gbt45001": "iso45001",
    "gbt23331": "iso50001",
    "gbt22080": "iso27001",
    "isoiec27001": "iso27001",
    "gbt22000": "iso22000",
    "质量管理体系": "iso9001",
    "环境管理体系": "iso14001",
    "职业健康安全管理体系": "iso45001",
    "能源管理体系": "iso50001",
    "信息安全管理体系": "iso27001",
    "食品安全管理体系": "iso22000",
    "3c": "ccc",
    "强制性产品": "ccc",
    "中国强制性产品": "ccc",
}
_BARE = {"9001": "iso9001", "14001": "iso14001", "45001": "iso45001", "16949": "iatf16949"}
"""Numbers that people write without the body: ISO9001、14001、45001."""


@lru_cache(maxsize=10_000)
def certificate_key(name: str) -> str:
    """Return the comparable form of a certificate's name: its standards, else its words.

    >>> certificate_key("IATF 16949:2016 汽车质量管理体系"), certificate_key("iatf16949认证证书")
    ('iatf16949', 'iatf16949')
    >>> certificate_key("GB/T 19001-2016/ISO 9001:2015"), certificate_key("ISO9001或IATF16949")
    ('iso9001', 'iatf16949|iso9001')
    """
    folded = _YEAR.sub("", unicodedata.normalize("NFKC", name).casefold().strip())
    codes = sorted(set(_codes(folded)))
    if codes:
        return (ONE_OF if _EITHER.search(folded) else ALL_OF).join(codes)
    words = _ENDING.sub("", _FILLING.sub("", folded))
    return _SAME.get(words, words)


def _codes(folded: str) -> Iterator[str]:
    for body, number in _CODE.findall(folded):
        code = _FILLING.sub("", body + number)
        if body:
            yield _SAME.get(code, code)
        elif number in _BARE:
            yield _BARE[number]


def is_certificate(held: str, wanted: str) -> bool:
    """Whether what is held is what is wanted, both as keys.

    A name of words alone (GMP) is also met by a longer one (药品GMP), and the other way round, for
    they may be the same: a firm is struck off only where they cannot.
    """
    if any(part in held.replace(ONE_OF, ALL_OF).split(ALL_OF) for part in wanted.split(ONE_OF)):
        return True
    latin = _LATIN.findall(wanted)
    return bool(latin) and latin == _LATIN.findall(held) and "".join(latin) in (held, wanted)
