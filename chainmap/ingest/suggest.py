"""Close spellings for a name that nobody has: a hint in a finding, never a decision."""

from __future__ import annotations

import difflib
from functools import cached_property
from typing import TYPE_CHECKING

from chainmap.names import product_key

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_NAMES = 3_000
"""Beyond so many names only those that begin alike are compared."""

MOST_QUESTIONS = 50
"""Hints for the first questions only: a wrong workbook would ask a million times."""


class Suggester:
    """Finds up to three close names; slow by nature, so it stops after some questions."""

    def __init__(self, names: Iterable[object]) -> None:
        self._names = names
        self._asked: dict[str, tuple[str, ...]] = {}

    @cached_property
    def _by_head(self) -> dict[str, list[tuple[str, str]]]:
        heads: dict[str, list[tuple[str, str]]] = {}
        for name in sorted({name for name in self._names if isinstance(name, str)}):
            key = product_key(name)
            heads.setdefault(key[:2], []).append((key, name))
        return heads

    @cached_property
    def _all(self) -> list[tuple[str, str]]:
        return sorted(pair for pairs in self._by_head.values() for pair in pairs)

    def near(self, name: str) -> tuple[str, ...]:
        """Return up to three names close to ``name``, the closest first."""
        if name not in self._asked:
            if len(self._asked) >= MOST_QUESTIONS:
                return ()
            self._asked[name] = self._search(product_key(name))
        return self._asked[name]

    def _search(self, key: str) -> tuple[str, ...]:
        pairs = self._all if len(self._all) <= MOST_NAMES else self._by_head.get(key[:2], [])
        names = dict(pairs[:MOST_NAMES])
        return tuple(names[near] for near in difflib.get_close_matches(key, names, 3, 0.75))
