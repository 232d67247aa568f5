"""Money in yuan and shares from 0 to 1."""

from __future__ import annotations

import re

from chainmap.units.numbers import (
    FACTORS,
    MORE,
    MULTIPLIER,
    Cell,
    folded,
    has_factor,
    read_amount,
    tidy,
)

_YUAN = {"元", "人民币", "人民币元", "rmb", "cny", "¥", "元人民币", "块", "圆", "元整"}
_FOREIGN: tuple[str, ...] = ("美元", "usd", "$", "us$", "欧元", "eur", "€")
_FOREIGN += ("港元", "港币", "hkd", "日元", "jpy")
_FOREIGN += ("英镑", "gbp", "£", "韩元", "krw", "新台币", "twd", "billion", "million")
_MONEY_MARK = re.compile(r"^(人民币|rmb|cny|¥)|(人民币|rmb|cny)$")


def _money_factor(unit: str) -> tuple[float | None, str]:
    """Return the yuan in one ``unit`` ("万元" -> 1e4), or None and why not."""
    plain = folded(unit)
    if any(mark in plain for mark in _FOREIGN):
        return None, "V-foreign-currency"
    plain = _MONEY_MARK.sub("", plain) or "元"
    head = MULTIPLIER.fullmatch(plain)
    factor, rest = head.groups() if head else ("", plain)
    return (FACTORS[factor], "") if rest in _YUAN or (factor and not rest) else (None, "V-unit")


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
    plain = _MONEY_MARK.sub("", folded(text)).removeprefix("¥")
    if any(mark in plain for mark in _FOREIGN):
        return Cell(None, "V-foreign-currency")
    amount = read_amount(plain)
    if amount.value is None:
        return Cell(None, amount.rule)
    if not (amount.unit or unit or plain != folded(text)):
        return Cell(None, "V-no-unit")
    factor, rule = _money_factor(amount.unit or unit)
    if factor is None:
        return Cell(None, rule)
    if not amount.unit and has_factor(plain):
        factor = 1.0  # 3千万 under 万元 is thirty million yuan: the cell's multiplier is in yuan
    about = "V-approximate" if MORE.search(text) else amount.rule
    return Cell(tidy(amount.value * factor), about, "元")


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
    mark = amount.unit or ("" if not unit else folded(unit))
    scale = {"%": 100.0, "‰": 1000.0, "1": 1.0, "成": 10.0}.get(mark)
    rule = amount.rule
    if scale is None:
        if mark:
            return Cell(None, "V-unit")
        scale = 100.0 if abs(amount.value) > 1 else 1.0
    elif not amount.unit and scale > 1 and 0 < abs(amount.value) < 1:
        rule = "V-share-small"
    share = tidy(amount.value / scale)
    if share < 0:
        return Cell(share, "V-negative")
    return Cell(share, "V-share-over") if share > 1 else Cell(share, rule)
