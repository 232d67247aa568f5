"""Numbers, money, shares, quantities, dates and flags as people write them in workbooks.

The one choice: every reader answers with a value and the id of the finding rule that applies
("" when none does); nothing is guessed. A range or an amount in dollars has no value here, a
value marked 约 has one and is told. Multipliers (万, 亿) go into the number, so a quantity
keeps a plain unit and equal amounts compare equal.
"""

from __future__ import annotations

from chainmap.units.dates import read_date, read_flag, read_year
from chainmap.units.measures import Unit, convert, read_quantity, read_unit
from chainmap.units.numbers import (
    LONGEST_EMPTY,
    Amount,
    Cell,
    is_empty,
    read_amount,
    read_integer,
    read_number,
)
from chainmap.units.shares import read_money, read_share

__all__ = [
    "LONGEST_EMPTY",
    "Amount",
    "Cell",
    "Unit",
    "convert",
    "is_empty",
    "read_amount",
    "read_date",
    "read_flag",
    "read_integer",
    "read_money",
    "read_number",
    "read_quantity",
    "read_share",
    "read_unit",
    "read_year",
]
