"""Plain numbers as people write them: 1,200, 3千万, 三千五百, 约500, 500-800."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

FACTORS = {"": 1.0, "十": 1e1, "百": 1e2, "千": 1e3, "k": 1e3, "万": 1e4, "w": 1e4, "十万": 1e5}
FACTORS |= {"百万": 1e6, "千万": 1e7, "亿": 1e8, "十亿": 1e9, "百亿": 1e10, "千亿": 1e11}
FACTORS |= {"万亿": 1e12, "兆": 1e12}
_DIGITS = {char: i for i, char in enumerate("零一二三四五六七八九")} | {"\u3007": 0, "两": 2}
_DIGITS |= {char: i for i, char in enumerate("零壹贰叁肆伍陆柒捌玖")}
_TENS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_ABOUT = r"(?:约|近|大约|大概|逾|超|超过|不低于|不少于|不超过|至少|≥|≤|>|<|>=|<=|~|上下)"
_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?"
_HAN_DIGIT = "零\u3007一二两三四五六七八九十壹贰叁肆伍陆柒捌玖拾"
_HAN = f"[{_HAN_DIGIT}][{_HAN_DIGIT}百千万亿佰仟]*"
_VALUE = re.compile(
    rf"(?P<about>{_ABOUT}?)(?P<low>{_NUMBER}|{_HAN}(?=[^零-龥]|$|元|吨|个|人|台|套))"
    rf"(?P<between>\s*(?:-|~|至|到|—|–)\s*(?P<high>{_NUMBER}))?"
    r"(?P<rest>.*?)(?P<after>(?:左右|以上|以下|上下|以内|\+)?)"
)
MULTIPLIER = re.compile(r"(万亿|千亿|百亿|十亿|千万|百万|十万|亿|万|千|百|十|)(.*)")
MORE = re.compile(r"(?<=[\d十百千万亿])[余多](?=[十百千万亿元吨个人]|$)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_EMPTY = frozenset({"", "-", "--", "—", "——", "/", "\\", "无", "暂无", "不详", "未知", "n/a", "na"})
_EMPTY |= {"none", "null", "nan", "待定", "未填", "空", "#n/a", "#value!", "#ref!", "#div/0!"}

_GREATEST = 1e15
"""Beyond it a number is a slip of the finger (1e400) or a code, and no longer counts by one."""

LONGEST_EMPTY = 7
"""No text that says "nothing" is longer."""


def is_empty(text: str) -> bool:
    """Whether a cell says that there is nothing to say (-, 无, 不详, N/A …).

    >>> is_empty("——"), is_empty("0")
    (True, False)
    """
    if len(text) > LONGEST_EMPTY:
        return not text.strip()
    return text.strip().casefold() in _EMPTY


class Cell(NamedTuple):
    """What a cell says: the value (None when unknown), the rule it breaks, and its unit."""

    value: float | int | bool | str | None
    rule: str = ""
    unit: str = ""


def folded(text: str) -> str:
    """Return the text in half width and lower case, without blanks and thousands commas."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold().replace("\u2212", "-")
    plain = plain.replace(" ", "").replace("\u3000", "")
    if re.fullmatch(r"\(.*\d.*\)", plain):  # accountants write a loss in brackets
        plain = "-" + plain[1:-1]
    return MORE.sub("", _THOUSANDS.sub("", plain))


def _han_number(text: str) -> float:
    """Return the value of 三千五百, 一百二十, 十万."""
    total, section, digit = 0.0, 0, 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _TENS:
            section += (digit or 1) * _TENS[char]
            digit = 0
        else:
            factor = 1e4 if char == "万" else 1e8
            total = (total + section + digit or 1.0) * factor
            section, digit = 0, 0
    return total + section + digit


class Amount(NamedTuple):
    """A number as written: value, the unit text behind it, and the rule that applies."""

    value: float | None
    unit: str
    rule: str


def read_amount(text: str) -> Amount:
    """Read number, multiplier and the text behind it.

    Notes
    -----
    ``V-range`` for 500-800 (no value), ``V-approximate`` for 约500 (value kept),
    ``V-not-a-number`` for anything else.

    >>> read_amount("约1,200万吨"), read_amount("３千万元"), read_amount("500-800")
    (Amount(value=12000000.0, unit='吨', rule='V-approximate'), Amount(value=30000000.0, \
unit='元', rule=''), Amount(value=None, unit='', rule='V-range'))
    """
    plain = folded(text)
    found = _VALUE.fullmatch(plain)
    if found is None:
        return Amount(None, "", "V-not-a-number")
    number = found["low"]
    value = float(number) if re.fullmatch(_NUMBER, number) else _han_number(number)
    factor, unit = split_factor(found["rest"])
    if found["between"]:
        return Amount(None, unit, "V-range")
    value *= FACTORS[factor]
    if abs(value) > _GREATEST:
        return Amount(None, "", "V-not-a-number")
    if factor and unit[:1].isdigit():  # 1亿5千万
        tail = read_amount(unit)
        if tail.value is None or tail.value >= FACTORS[factor] or not has_factor(unit):
            return Amount(None, "", "V-not-a-number")
        value, unit = value + tail.value, tail.unit
    if unit[:1] and unit[0] in "0123456789,.;:+-*=~()":
        return Amount(None, "", "V-not-a-number")
    about = found["about"] or found["after"] or MORE.search(text)
    return Amount(tidy(value), unit, "V-approximate" if about else "")


def split_factor(rest: str) -> tuple[str, str]:
    """Split 万千瓦 into 万 and 千瓦: a thousand may belong to the unit."""
    found = MULTIPLIER.fullmatch(rest)
    factor, unit = found.groups() if found else ("", rest)
    if factor.endswith("千") and unit[:1] in {"瓦", "克", "米"}:
        return factor[:-1], "千" + unit
    return factor, unit


def read_number(text: str, *, unit: str = "") -> Cell:
    """Read a plain number; a multiplier in the cell or in the header's ``unit`` counts.

    >>> read_number("1.2万").value, read_number("36.6°").value
    (12000.0, 36.6)
    """
    amount = read_amount(text)
    if amount.value is None:
        return Cell(None, amount.rule)
    if amount.unit and amount.unit not in _COUNTED:
        return Cell(None, "V-not-a-number")
    head = MULTIPLIER.fullmatch(folded(unit))
    if head and head[1] and not has_factor(text):
        return Cell(tidy(amount.value * FACTORS[head[1]]), amount.rule)
    return Cell(tidy(amount.value), amount.rule)


_COUNTED = frozenset({"人", "名", "个", "件", "项", "家", "台", "套", "°", "度", "年", "位", "次"})


def has_factor(text: str) -> bool:
    """Whether the text holds a multiplier of its own (万, 亿 …)."""
    return any(char in text for char in "十百千万亿")


def read_integer(text: str, *, unit: str = "") -> Cell:
    """Read a whole number (``V-not-whole`` when it has a fraction).

    >>> read_integer("1,024人").value, read_integer("3.5").rule
    (1024, 'V-not-whole')
    """
    cell = read_number(text, unit=unit)
    if not isinstance(cell.value, float):
        return cell
    if cell.value != int(cell.value):
        return Cell(None, "V-not-whole")
    return Cell(int(cell.value), cell.rule)


def tidy(value: float) -> float:
    """Return the float a person would have written: no 0.30000000000000004."""
    return float(f"{value:.12g}")
