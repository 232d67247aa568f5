"""Company and product names in one spelling, so that equal names compare equal.

The one choice: only what never tells two firms apart is dropped (width, case, blanks, quotes,
commas, dots); the legal form, the place and what stands in brackets stay. Names that are
alike but not equal are a matter for linking, not for normalisation.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

_BRACKETS: dict[int, str | None] = {
    **dict.fromkeys(map(ord, "[{<【\u3014「『《〈〖"), "("),
    **dict.fromkeys(map(ord, "]}>】\u3015」』》〉〗"), ")"),
}
_DASHES: dict[int, str | None] = dict.fromkeys(
    map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-"
)
_QUOTES: dict[int, str | None] = dict.fromkeys(map(ord, "\"'`“”‘’„‟\u2032″"), None)
_COMPANY = (
    _BRACKETS
    | _QUOTES
    | dict.fromkeys(map(ord, ".,;:·•・‧∙-_、。|\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), None)
)
_PRODUCT: dict[int, str | None] = (
    _BRACKETS | _QUOTES | _DASHES | dict.fromkeys(map(ord, "·•・‧∙"), None)
)
_BLANK = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad]+")
_LIST = re.compile(r"[、；;，,|\n\r]")
_OPEN, _CLOSE = frozenset("(（[【《"), frozenset(")）]】》")


def clean_text(text: str) -> str:
    r"""Return ``text`` as it may be shown: trimmed, blanks and invisible characters collapsed.

    >>> clean_text("  青海示例\u3000新能源 有限公司\u200b ")
    '青海示例 新能源 有限公司'
    """
    if text.isalnum():  # the common case, without any blank to look for
        return text
    return _BLANK.sub(" ", text).strip()


def name_key(name: str) -> str:
    """Return the comparable form of a company name; the legal form is kept.

    >>> name_key("青海示例（集团）有限公司") == name_key(" 青海示例(集团) 有限公司")
    True
    >>> name_key("ACME Co., Ltd.")
    'acmecoltd'
    """
    return _folded(name, _COMPANY)


def _folded(name: str, table: dict[int, str | None]) -> str:
    """Fold until nothing changes: keys are made from names and again from keys."""
    if name.isalnum() and name == name.casefold() and unicodedata.is_normalized("NFKC", name):
        return name  # the common case: nothing to fold
    before, folded = "", name
    while folded != before:
        before = folded
        plain = unicodedata.normalize("NFKC", folded).translate(table)
        folded = _BLANK.sub("", plain).casefold()
    return folded


def product_key(name: str) -> str:
    """Return the comparable form of a product name; commas and dashes count (1,4-丁二醇).

    >>> product_key("磷酸铁锂 （LFP）")
    '磷酸铁锂(lfp)'
    """
    return _folded(name, _PRODUCT)


def worded_key(name: str) -> str:
    """Return ``product_key`` with one blank kept between words in Latin letters or digits.

    >>> worded_key("户外 LED Display 屏"), product_key("户外 LED Display 屏")
    ('户外led display屏', '户外leddisplay屏')
    """
    key = product_key(name)
    words = _BLANK.split(name)
    if len(words) == 1 or not any(map(str.isascii, words)):
        return key
    found = ""
    for word in filter(None, map(product_key, words)):
        meet = found[-1:].isalnum() and word[0].isalnum() and (found[-1:] + word[0]).isascii()
        found += f" {word}" if meet else word
    return found if found.replace(" ", "") == key else key


def company_key(name: str, region: str = "", own_key: str = "") -> str:
    """Return the key of a company without a credit code (DESIGN §3).

    ``own_key`` is what the source itself tells two firms of one name and region apart by;
    the first of them (in order of these keys) goes without.
    """
    parts = [name_key(name), region, *([own_key] if own_key else [])]
    return "tmp-" + hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def product_code(name: str) -> str:
    """Return the key of a product without a code: ``p-`` and 12 hex digits of its name."""
    return "p-" + hashlib.sha256(product_key(name).encode()).hexdigest()[:12]


def split_list(text: str) -> tuple[str, ...]:
    """Split a cell that lists several things; no split inside brackets or between digits.

    >>> split_list("碳酸锂、氢氧化锂（电池级、工业级）；1,4-丁二醇")
    ('碳酸锂', '氢氧化锂（电池级、工业级）', '1,4-丁二醇')
    """
    if not _LIST.search(text):
        alone = clean_text(text)
        return (alone,) if alone else ()
    cleaned = (clean_text(part) for part in _parts(text))
    return tuple(dict.fromkeys(part for part in cleaned if part))


def _parts(text: str) -> list[str]:
    parts: list[str] = []
    start, depth = 0, 0
    for position, char in enumerate(text):
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        elif depth == 0 and _LIST.match(char) and not _within_number(text, position):
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]]


def _within_number(text: str, position: int) -> bool:
    around = text[position - 1 : position] + text[position + 1 : position + 2]
    return text[position] == "," and len(around) == 2 and around.isdigit()
