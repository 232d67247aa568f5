"""Trade words and the words that catalogues use for them: PCB is 印制电路板.

The one choice: the table knows words, not codes, so it serves any catalogue, and it widens the
search only; whether a phrase means an entry is still for the model to say.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from chainmap.names import product_key

LONGEST = 12
_MOST = 6


class Thesaurus:
    """Finds the trade words inside a phrase."""

    def __init__(self, meanings: Mapping[str, tuple[str, ...]]) -> None:
        self._meanings = meanings
        self._sizes = sorted({len(term) for term in meanings}, reverse=True)

    def find(self, phrase: str) -> list[tuple[str, str]]:
        """Return (trade word, catalogue word) pairs: the longest words first, none inside another.

        >>> table = made_of([("pcb", "印制电路板|电子电路", "same"), ("ic", "集成电路", "same")])
        >>> table.find("pcb多层板")
        [('pcb', '印制电路板'), ('pcb', '电子电路')]
        >>> table.find("silicone胶")
        []
        """
        found: list[tuple[str, str]] = []
        taken: list[tuple[int, int]] = []
        for size in self._sizes:
            for start in range(len(phrase) - size + 1):
                term = phrase[start : start + size]
                if term not in self._meanings:
                    continue
                if any(begin <= start and start + size <= end for begin, end in taken):
                    continue
                if _goes_on(phrase, start) or _goes_on(phrase, start + size):
                    continue
                taken.append((start, start + size))
                found += [(term, word) for word in self._meanings[term]]
        return found[:_MOST]


def _goes_on(phrase: str, at: int) -> bool:
    """Return whether one Latin word or one number runs across ``at``.

    Chinese has no word ends to look at, but "ic" is no word of "silicone", and 锦纶6 is not 锦纶66.
    A letter beside a digit is an end: PE100 is PE.
    """
    pair = phrase[max(at - 1, 0) : at + 1]
    if at == 0 or len(pair) < 2 or not pair.isascii():
        return False
    return pair.isalpha() or pair.isdigit()


def made_of(rows: Iterable[tuple[str, str, str]]) -> Thesaurus:
    """Return the thesaurus of ``(term, words joined by |, same or kind)`` rows.

    ``same`` holds both ways: then each word also leads to the term.
    """
    meanings: dict[str, dict[str, None]] = {}
    for term, means, kind in rows:
        key = product_key(term)
        words = [product_key(word) for word in means.split("|")]
        for word in words:
            if word and word != key:
                meanings.setdefault(key, {})[word] = None
                if kind == "same" and len(word) > 1:
                    meanings.setdefault(word, {})[key] = None
    return Thesaurus({term: tuple(words) for term, words in meanings.items()})


@lru_cache(maxsize=1)
def default_thesaurus() -> Thesaurus:
    """Return the table that ships with chainmap (read once)."""
    path = Path(__file__).with_name("thesaurus.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [(row["term"], row["means"], row["kind"]) for row in csv.DictReader(lines)]
    return made_of(rows)
