"""Numbers, money, shares, quantities, dates and flags as people write them in workbooks.

The one choice: every reader answers with a value and the id of the finding rule that applies
("" when none does); nothing is guessed. A range or an amount in dollars has no value here, a
value marked 约 has one and is told. Multipliers (万, 亿) go into the number, so a quantity
keeps a plain unit and equal amounts compare equal.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from typing import NamedTuple


class Cell(NamedTuple):
    """What a cell says: the value (None when unknown), the rule it breaks, and its unit."""

    value: float | int | bool | str | None
    rule: str = ""
    unit: str = ""


_FACTORS = {"": 1.0, "十": 1e1, "百": 1e2, "千": 1e3, "k": 1e3, "万": 1e4, "w": 1e4, "十万": 1e5}
_FACTORS |= {"百万": 1e6, "千万": 1e7, "亿": 1e8, "十亿": 1e9, "百亿": 1e10, "千亿": 1e11}
_FACTORS |= {"万亿": 1e12, "兆": 1e12}
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
_MULTIPLIER = re.compile(r"(万亿|千亿|百亿|十亿|千万|百万|十万|亿|万|千|百|十|)(.*)")
_MORE = re.compile(r"(?<=[\d十百千万亿])[余多](?=[十百千万亿元吨个人]|$)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_EMPTY = frozenset({"", "-", "--", "—", "——", "/", "\\", "无", "暂无", "不详", "未知", "n/a", "na"})
_EMPTY |= {"none", "null", "nan", "待定", "未填", "空", "#n/a", "#value!", "#ref!", "#div/0!"}


def is_empty(text: str) -> bool:
    """Whether a cell says that there is nothing to say (-, 无, 不详, N/A …).

    >>> is_empty("——"), is_empty("0")
    (True, False)
    """
    return text.strip().casefold() in _EMPTY


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip().casefold().replace("\u2212", "-")
    plain = plain.replace(" ", "").replace("\u3000", "")
    if re.fullmatch(r"\(.*\d.*\)", plain):  # accountants write a loss in brackets
        plain = "-" + plain[1:-1]
    return _MORE.sub("", _THOUSANDS.sub("", plain))


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
    plain = _folded(text)
    found = _VALUE.fullmatch(plain)
    if found is None:
        return Amount(None, "", "V-not-a-number")
    number = found["low"]
    value = float(number) if re.fullmatch(_NUMBER, number) else _han_number(number)
    factor, unit = _split_factor(found["rest"])
    if found["between"]:
        return Amount(None, unit, "V-range")
    value *= _FACTORS[factor]
    if factor and unit[:1].isdigit():  # 1亿5千万
        tail = read_amount(unit)
        if tail.value is None or tail.value >= _FACTORS[factor] or not _has_factor(unit):
            return Amount(None, "", "V-not-a-number")
        value, unit = value + tail.value, tail.unit
    if unit[:1] and unit[0] in "0123456789,.;:+-*=~()":
        return Amount(None, "", "V-not-a-number")
    about = found["about"] or found["after"] or _MORE.search(text)
    return Amount(_tidy(value), unit, "V-approximate" if about else "")


def _split_factor(rest: str) -> tuple[str, str]:
    """Split 万千瓦 into 万 and 千瓦: a thousand may belong to the unit."""
    found = _MULTIPLIER.fullmatch(rest)
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
    head = _MULTIPLIER.fullmatch(_folded(unit))
    if head and head[1] and not _has_factor(text):
        return Cell(_tidy(amount.value * _FACTORS[head[1]]), amount.rule)
    return Cell(_tidy(amount.value), amount.rule)


_COUNTED = frozenset({"人", "名", "个", "件", "项", "家", "台", "套", "°", "度", "年", "位", "次"})


def _has_factor(text: str) -> bool:
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


_YUAN = {"元", "人民币", "人民币元", "rmb", "cny", "¥", "元人民币", "块", "圆", "元整"}
_FOREIGN: tuple[str, ...] = ("美元", "usd", "$", "us$", "欧元", "eur", "€")
_FOREIGN += ("港元", "港币", "hkd", "日元", "jpy")
_FOREIGN += ("英镑", "gbp", "£", "韩元", "krw", "新台币", "twd", "billion", "million")
_MONEY_MARK = re.compile(r"^(人民币|rmb|cny|¥)|(人民币|rmb|cny)$")


def _money_factor(unit: str) -> tuple[float | None, str]:
    """Return the yuan in one ``unit`` ("万元" -> 1e4), or None and why not."""
    plain = _folded(unit)
    if any(mark in plain for mark in _FOREIGN):
        return None, "V-foreign-currency"
    plain = _MONEY_MARK.sub("", plain) or "元"
    head = _MULTIPLIER.fullmatch(plain)
    factor, rest = head.groups() if head else ("", plain)
    return (_FACTORS[factor], "") if rest in _YUAN or (factor and not rest) else (None, "V-unit")


def read_money(text: str, *, unit: str = "") -> Cell:
    """Read an amount of money in CNY; ``unit`` is what the header says (万元).

    Notes
    -----
    The cell's own unit beats the header's. ``V-no-unit`` when neither names one (3000, 3千万
    without 元 counts as yuan only under a header with a unit), ``V-foreign-currency`` for
    anything but CNY: no rate is invented.

    >>> read_money("3000", unit="万元").value, read_money("3千万元").value
    (30000000.0, 30000000.0)
    >>> read_money("3千万").rule, read_money("500万美元").rule
    ('V-no-unit', 'V-foreign-currency')
    """
    plain = _MONEY_MARK.sub("", _folded(text)).removeprefix("¥")
    if any(mark in plain for mark in _FOREIGN):
        return Cell(None, "V-foreign-currency")
    amount = read_amount(plain)
    if amount.value is None:
        return Cell(None, amount.rule)
    if amount.unit:
        factor, rule = _money_factor(amount.unit)
        if factor is None:
            return Cell(None, rule)
        return Cell(_tidy(amount.value * factor), amount.rule, "元")
    if not unit:
        marked = plain != _folded(text)
        return Cell(_tidy(amount.value), amount.rule) if marked else Cell(None, "V-no-unit")
    factor, rule = _money_factor(unit)
    if factor is None:
        return Cell(None, rule)
    # 3千万 under 万元 is thirty million yuan: a multiplier in the cell already counts in yuan
    value = amount.value if _has_factor(plain) else amount.value * factor
    return Cell(_tidy(value), amount.rule, "元")


def read_share(text: str, *, unit: str = "") -> Cell:
    """Read a share as 0-1; ``unit`` ``%`` in the header makes 61 mean 61 %.

    Notes
    -----
    Without any unit a number above 1 can only be a percentage; one of at most 1 is taken as
    a share. ``V-share-small`` marks a number of at most 1 under a ``%`` header, which is read
    as written (0.61 is 0.61 %).

    >>> read_share("61%").value, read_share("61", unit="%").value, read_share("0.61").value
    (0.61, 0.61, 0.61)
    """
    amount = read_amount(text.replace("百分之", "") + ("%" if "百分之" in text else ""))
    if amount.value is None:
        return Cell(None, amount.rule)
    mark = amount.unit or ("" if not unit else _folded(unit))
    scale = {"%": 100.0, "‰": 1000.0, "1": 1.0, "成": 10.0}.get(mark)
    rule = amount.rule
    if scale is None:
        if mark:
            return Cell(None, "V-unit")
        scale = 100.0 if abs(amount.value) > 1 else 1.0
    elif not amount.unit and scale > 1 and 0 < abs(amount.value) < 1:
        rule = "V-share-small"
    share = _tidy(amount.value / scale)
    if share < 0:
        return Cell(share, "V-negative")
    return Cell(share, "V-share-over") if share > 1 else Cell(share, rule)


def _tidy(value: float) -> float:
    """Return the float a person would have written: no 0.30000000000000004."""
    return float(f"{value:.12g}")


class Unit(NamedTuple):
    """A unit of measure: its plain spelling, its dimension, and its size in the base unit."""

    name: str
    dimension: str
    factor: float


def _dimension(dimension: str, *entries: tuple[str, float, str]) -> dict[str, Unit]:
    return {
        spelling: Unit(name, dimension, factor)
        for name, factor, spellings in entries
        for spelling in (name.casefold(), *spellings.split())
    }


_UNITS: dict[str, Unit] = {
    **_dimension(
        "mass",
        ("吨", 1.0, "t 公吨 ton tons mt/年 实物吨"),
        ("kg", 1e-3, "公斤 千克"),
        ("g", 1e-6, "克"),
        ("mg", 1e-9, "毫克"),
        ("kt", 1e3, ""),
        ("斤", 5e-4, "市斤"),
    ),
    **_dimension(
        "power",
        ("W", 1e-6, "瓦 wp"),
        ("kW", 1e-3, "千瓦 kwp"),
        ("MW", 1.0, "兆瓦 mwp"),
        ("GW", 1e3, "吉瓦 gwp"),
    ),
    **_dimension(
        "energy",
        ("Wh", 1e-6, "瓦时"),
        ("kWh", 1e-3, "千瓦时 度"),
        ("MWh", 1.0, "兆瓦时"),
        ("GWh", 1e3, "吉瓦时"),
        ("TWh", 1e6, ""),
    ),
    **_dimension(
        "area",
        ("平方米", 1.0, "㎡ m2 平米 平方"),
        ("亩", 10000 / 15, ""),
        ("公顷", 1e4, "ha"),
        ("平方公里", 1e6, "km2 平方千米"),
    ),
    **_dimension(
        "volume",
        ("升", 1e-3, "l"),
        ("mL", 1e-6, "毫升"),
        ("立方米", 1.0, "m3 方 标方 nm3 标准立方米"),
    ),
    **_dimension(
        "length",
        ("米", 1.0, "m"),
        ("km", 1e3, "公里 千米"),
        ("厘米", 1e-2, "cm"),
        ("毫米", 1e-3, "mm"),
    ),
    **_dimension("fibre", ("芯公里", 1.0, "芯千米 芯km")),
    **_dimension("time", ("小时", 1.0, "h 时"), ("天", 24.0, "日")),
    **{
        name: unit
        for group in (
            "只 枚 颗 粒",
            "个",
            "件",
            "套 组",
            "台",
            "辆",
            "片",
            "块",
            "支",
            "根",
            "瓶",
            "盒",
            "箱",
            "袋",
            "株 棵",
            "头",
            "羽",
            "条",
            "张",
            "卷",
            "双",
            "份",
            "次",
            "人次",
            "架",
            "艘",
            "节",
            "对",
            "串",
        )
        for name, unit in _dimension(
            f"count:{group.split()[0]}", (group.split()[0], 1.0, " ".join(group.split()[1:]))
        ).items()
    },
}
# A cell, a battery or a chip is counted 只 in one workbook and 个 in the next.
_UNITS |= {name: Unit(name, "count:个", 1.0) for name in ("个", "只", "枚", "颗", "粒", "件")}
_PER = re.compile(r"[/每](年|a|y|yr|year|月|日|天|h|小时)$")


def read_unit(text: str) -> tuple[str, float] | None:
    """Return the plain unit in ``text`` and the multiplier before it; None when unknown.

    A trailing 每年 is dropped (capacities are per year); per month or per day is not known.

    >>> read_unit("万吨/年"), read_unit("GWh"), read_unit("亿㎡"), read_unit("毛")
    (('吨', 10000.0), ('GWh', 1.0), ('平方米', 100000000.0), None)
    """
    plain = re.sub(r"(/|每)(年|a|y|yr|year)$", "", _folded(text))
    if plain in _UNITS:
        return _UNITS[plain].name, 1.0
    head = _MULTIPLIER.fullmatch(plain)
    for factor, rest in _unit_splits(head[1], head[2]) if head else ():
        if rest in _UNITS:
            return _UNITS[rest].name, _FACTORS[factor]
    return None


def _unit_splits(factor: str, rest: str) -> tuple[tuple[str, str], ...]:
    """百万千瓦 is 百万 and 千瓦; the multiplier pattern alone would not see it."""
    return ((factor, rest), (factor[:-1], factor[-1:] + rest)) if factor else ()


def read_quantity(text: str, *, unit: str = "") -> Cell:
    """Read a quantity with its unit; ``unit`` is what a unit column or the header says.

    Notes
    -----
    The unit in the cell wins. ``V-quantity-no-unit`` when there is none (value kept),
    ``V-unknown-unit`` when the dictionary does not hold it (value and unit kept as written:
    they compare only with themselves).

    >>> read_quantity("5万吨"), read_quantity("5", unit="GWh")
    (Cell(value=50000.0, rule='', unit='吨'), Cell(value=5.0, rule='', unit='GWh'))
    """
    amount = read_amount(text)
    if amount.value is None:
        return Cell(None, amount.rule)
    written = amount.unit or unit
    if not written:
        return Cell(_tidy(amount.value), "V-quantity-no-unit")
    known = read_unit(written)
    if known is None:
        return Cell(_tidy(amount.value), "V-unknown-unit", written.strip())
    name, factor = known
    if not amount.unit and _has_factor(text):
        factor = 1.0  # 5万 under a header of 万吨 is fifty thousand tonnes, not 5e8
    rule = "V-negative" if amount.value < 0 else amount.rule
    return Cell(_tidy(amount.value * factor), rule, name)


def convert(value: float, unit: str, to: str) -> float | None:
    """Return ``value`` of ``unit`` in the unit ``to``; None when they measure different things.

    >>> convert(5, "万吨", "kg"), convert(1, "GW", "GWh")
    (50000000.0, None)
    """
    if unit == to:
        return float(value)
    here, there = read_unit(unit), read_unit(to)
    if here is None or there is None:
        return None
    one, other = _UNITS[here[0].casefold()], _UNITS[there[0].casefold()]
    if one.dimension != other.dimension:
        return None
    return _tidy(value * here[1] * one.factor / (other.factor * there[1]))


_YES = frozenset(["是", "√", "✓", "✔", "y", "yes", "true", "1", "有", "对", "☑", "t"])
_NO = frozenset(["否", "×", "✗", "✘", "x", "n", "no", "false", "0", "无", "没有", "不是"])
_NO |= {"☐", "f", "非"}


def read_flag(text: str) -> Cell:
    """Read yes or no.

    >>> read_flag("√").value, read_flag("N").value, read_flag("也许").rule
    (True, False, 'V-not-a-flag')
    """
    plain = _folded(text)
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
    plain = _folded(text)
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
    found = re.fullmatch(r"(\d{4})(?:年度?|(?:-|/|年)\d.*|\.0)?", _folded(text))
    year = int(found[1]) if found else 0
    return Cell(year) if 1900 <= year <= 2100 else Cell(None, "V-not-a-year")
