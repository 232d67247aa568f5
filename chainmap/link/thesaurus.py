"""Trade words and the words that catalogues use for them: PCB is 印制电路板.

The one choice: the table knows words, not codes, so it serves any catalogue, and it widens the
search only; whether a phrase means an entry is still for the model to say.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

from chainmap.names import product_key

_MOST = 6
_START = 2
"""Characters by which terms are looked up, and at least in each."""


class Thesaurus:
    """Finds the trade words inside a phrase."""

    def __init__(self, meanings: Mapping[str, tuple[str, ...]]) -> None:
        self._meanings = meanings
        sizes: dict[str, set[int]] = {}
        for term in meanings:
            sizes.setdefault(term[:_START], set()).add(len(term))
        self._sizes = {start: tuple(found) for start, found in sizes.items()}

    def find(self, phrase: str) -> list[tuple[str, str]]:
        """Return (trade word, catalogue word) pairs: the longest words first, none inside another.

        A blank in ``phrase`` ends a word and is no character (see ``worded_key``).

        >>> table = made_of([("pcb", "印制电路板|电子电路", "same"), ("ic", "集成电路", "same")])
        >>> table.find("pcb多层板")
        [('pcb', '印制电路板'), ('pcb', '电子电路')]
        >>> table.find("silicone胶"), table.find("ic socket")
        ([], [('ic', '集成电路')])
        """
        key, ends = _without_blanks(phrase)
        found: list[tuple[str, str]] = []
        taken: list[tuple[int, int]] = []
        for less, start, term in sorted(self._terms(key, ends)):
            end = start - less
            if any(begin <= start and end <= until for begin, until in taken):
                continue
            taken.append((start, end))
            found += [(term, word) for word in self._meanings[term]]
        return found[:_MOST]

    def last(self, key: str) -> str:
        """Return the longest trade word that ``key`` ends with, "" without one.

        >>> made_of([("灶", "灶具", "kind"), ("燃气灶", "厨具", "kind")]).last("新型燃气灶")
        '燃气灶'
        """
        for start in range(len(key)):
            if key[start:] in self._meanings and not _goes_on(key, start, frozenset()):
                return key[start:]
        return ""

    def _terms(self, key: str, ends: frozenset[int]) -> Iterator[tuple[int, int, str]]:
        """Yield all terms of ``key`` that are no part of a longer Latin word or number."""
        for start in range(len(key)):
            for size in self._sizes.get(key[start : start + _START], ()):
                end = start + size
                term = key[start:end]
                if end > len(key) or term not in self._meanings:
                    continue
                if not _goes_on(key, start, ends) and not _goes_on(key, end, ends):
                    yield -size, start, term


def _without_blanks(phrase: str) -> tuple[str, frozenset[int]]:
    """Return the phrase without blanks, and where in it they stood."""
    words = phrase.split(" ")
    if len(words) == 1:
        return phrase, frozenset()
    return "".join(words), frozenset(accumulate(map(len, words)))


def _goes_on(key: str, at: int, ends: frozenset[int]) -> bool:
    """Return whether one Latin word or one number runs across ``at``.

    Chinese has no word ends to look at, but "ic" is no word of "silicone", and 锦纶6 is not 锦纶66.
    A letter beside a digit is an end: PE100 is PE. So is a blank: LED display.
    """
    pair = key[max(at - 1, 0) : at + 1]
    if at == 0 or at in ends or len(pair) < 2 or not pair.isascii():
        return False
    return pair.isalpha() or pair.isdigit()


def made_of(rows: Iterable[tuple[str, str, str]]) -> Thesaurus:
    """Return the thesaurus of ``(term, words joined by |, same or kind)`` rows.

    ``same`` holds both ways: then each word also leads to the term. One character is no term.
    """
    meanings: dict[str, dict[str, None]] = {}
    for term, means, kind in rows:
        key = product_key(term)
        words = [product_key(word) for word in means.split("|")]
        for word in words:
            if word and word != key and len(key) >= _START:
                meanings.setdefault(key, {})[word] = None
                if kind == "same" and len(word) >= _START:
                    meanings.setdefault(word, {})[key] = None
    return Thesaurus({term: tuple(words) for term, words in meanings.items()})


@lru_cache(maxsize=1)
def default_thesaurus() -> Thesaurus:
    """Return the table that ships with chainmap (read once)."""
    path = Path(__file__).with_name("thesaurus.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [(row["term"], row["means"], row["kind"]) for row in csv.DictReader(lines)]
    return made_of(rows)
