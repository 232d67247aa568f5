"""Quantities in one unit: what companies and parks state, converted to the product's unit.

The choice: what does not convert is marked, not dropped and not guessed; each distinct pair of
units is converted once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from chainmap.analysis.graph import CAPACITY_KNOWN, CAPACITY_OTHER_UNIT, CAPACITY_UNKNOWN
from chainmap.units import convert

Positions = npt.NDArray[np.int32]


def nullable(values: npt.NDArray[np.float64]) -> pa.Array:
    """Return numbers as Arrow, NaN as null."""
    return pa.array(values, mask=np.isnan(values))


def day_numbers(dates: pa.Array) -> npt.NDArray[np.int32]:
    """Return ISO dates as days since 1970-01-01; 0 where the date is unknown or none.

    >>> day_numbers(pa.array(["1970-01-03", None, "soon"])).tolist()
    [2, 0, 0]
    """
    coded = dates.cast(pa.large_string()).dictionary_encode()
    numbers = np.array([*map(_day_number, coded.dictionary.to_pylist()), 0], dtype=np.int32)
    codes = coded.indices.fill_null(len(coded.dictionary)).to_numpy(zero_copy_only=False)
    return np.asarray(numbers[codes], dtype=np.int32)


def _day_number(text: str) -> int:
    try:
        return (date.fromisoformat(text) - date(1970, 1, 1)).days
    except ValueError:
        return 0


def in_product_unit(
    values: npt.NDArray[np.float64], units: pa.Array, product_unit: pa.Array, products: Positions
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int8]]:
    """Return quantities in their product's unit and the state of each (CAPACITY_*).

    A quantity without a unit, or of a product without a unit, is not comparable: it keeps the
    state CAPACITY_OTHER_UNIT unless both lack one.
    """
    wanted = product_unit.cast(pa.large_string()).take(pa.array(products)).dictionary_encode()
    given = units.dictionary_encode()
    pairs = _pair_codes(given, wanted)
    known = ~np.isnan(values)
    factors = np.full(len(pairs[1]), np.nan)
    for number, (unit, to) in enumerate(pairs[1]):
        factor = convert(1.0, unit, to) if unit and to else 1.0 if unit == to else None
        factors[number] = np.nan if factor is None else factor
    converted = values * factors[pairs[0]] if len(pairs[1]) else values
    state = np.full(values.shape, CAPACITY_UNKNOWN, dtype=np.int8)
    state[known] = CAPACITY_OTHER_UNIT
    state[known & ~np.isnan(converted)] = CAPACITY_KNOWN
    return converted, state


def _pair_codes(
    given: pa.Array, wanted: pa.Array
) -> tuple[npt.NDArray[np.int64], Sequence[tuple[str | None, str | None]]]:
    """Return for each row the number of its (unit, wanted unit) pair, and the distinct pairs."""
    left = [*given.dictionary.to_pylist(), None]
    right = [*wanted.dictionary.to_pylist(), None]
    codes = [
        np.asarray(array.indices.fill_null(len(texts) - 1).to_numpy(zero_copy_only=False))
        for array, texts in ((given, left), (wanted, right))
    ]
    combined = codes[0].astype(np.int64) * len(right) + codes[1]
    distinct, numbers = np.unique(combined, return_inverse=True)
    pairs = [(left[int(c) // len(right)], right[int(c) % len(right)]) for c in distinct]
    return numbers, pairs
