"""Units of measure by dimension, quantities that carry one, and conversion between them."""

from __future__ import annotations

import re
from typing import NamedTuple

from chainmap.units.numbers import FACTORS, MULTIPLIER, Cell, folded, has_factor, read_amount, tidy


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


def read_unit(text: str) -> tuple[str, float] | None:
    """Return the plain unit in ``text`` and the multiplier before it; None when unknown.

    A trailing 每年 is dropped (capacities are per year); per month or per day is not known.

    >>> read_unit("万吨/年"), read_unit("GWh"), read_unit("亿㎡"), read_unit("毛")
    (('吨', 10000.0), ('GWh', 1.0), ('平方米', 100000000.0), None)
    """
    plain = re.sub(r"(/|每)(年|a|y|yr|year)$", "", folded(text))
    if plain in _UNITS:
        return _UNITS[plain].name, 1.0
    head = MULTIPLIER.fullmatch(plain)
    for factor, rest in _unit_splits(head[1], head[2]) if head else ():
        if rest in _UNITS:
            return _UNITS[rest].name, FACTORS[factor]
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
        return Cell(tidy(amount.value), "V-quantity-no-unit")
    known = read_unit(written)
    if known is None:
        return Cell(tidy(amount.value), "V-unknown-unit", written.strip())
    name, factor = known
    if not amount.unit and has_factor(text):
        factor = 1.0  # 5万 under a header of 万吨 is fifty thousand tonnes, not 5e8
    rule = "V-negative" if amount.value < 0 else amount.rule
    return Cell(tidy(amount.value * factor), rule, name)


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
    return tidy(value * here[1] * one.factor / (other.factor * there[1]))
