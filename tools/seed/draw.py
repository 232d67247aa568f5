"""Draws that repeat: a number is a hash of the seed and of what it is drawn for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from statistics import NormalDist
from typing import TypeVar

T = TypeVar("T")
SEED = "chainmap-seed-1"
"""Change it and every 示例 firm changes; the curated rows do not."""

_STANDARD = NormalDist()


def share(*what: object) -> float:
    """Return a number in (0, 1) that belongs to ``what``."""
    text = "\x1f".join([SEED, *map(str, what)])
    first = int.from_bytes(hashlib.sha256(text.encode()).digest()[:7], "big")
    return (first + 0.5) / 2**56


def happens(chance: float, *what: object) -> bool:
    """Return whether something of probability ``chance`` happens."""
    return share(*what) < chance


def between(low: float, high: float, *what: object) -> float:
    """Return a number between ``low`` and ``high``, evenly spread."""
    return low + (high - low) * share(*what)


def whole(low: int, high: int, *what: object) -> int:
    """Return a whole number from ``low`` to ``high``, both included."""
    return low + int(share(*what) * (high - low + 1))


def choice(items: Sequence[T], *what: object) -> T:
    """Return one of ``items``."""
    return items[int(share(*what) * len(items))]


def shuffled(items: Sequence[T], *what: object) -> list[T]:
    """Return the items in an order of their own; equal items keep their order."""
    ranks = [share(*what, position, item) for position, item in enumerate(items)]
    return [items[i] for i in sorted(range(len(items)), key=lambda i: ranks[i])]


def spread(median: float, sigma: float, *what: object) -> float:
    """Return a log-normal number: ``median`` times e to a normal of deviation ``sigma``."""
    deviate = max(-2.0, min(2.0, _STANDARD.inv_cdf(share(*what))))
    return float(median * 2.718281828459045 ** (sigma * deviate))


def rounded(value: float, digits: int = 2) -> float:
    """Return ``value`` with so many significant digits: what a person would have filled in."""
    return float(f"{value:.{digits}g}")
