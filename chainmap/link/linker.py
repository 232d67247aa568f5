"""Phrases to entries of a catalogue, each with its probability, band and reasons.

The one choice: what people have decided comes first. A confirmed phrase is an alias with
probability 1, a refused pair is no candidate any more; only then does the model speak.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from chainmap.link.candidates import Candidates, Index
from chainmap.link.catalogue import Catalogue, Entry, make_catalogue
from chainmap.link.features import FEATURES
from chainmap.link.model import ACCEPT, LinkModel, default_model
from chainmap.link.thesaurus import Thesaurus, default_thesaurus
from chainmap.names import product_key, worded_key

if TYPE_CHECKING:
    from chainmap.link.grams import Floats
    from chainmap.link.semantic import Encoder

_CHUNK = 4096
_WORD_COSINE, _MEANING = FEATURES.index("word_cosine"), FEATURES.index("meaning")


@dataclass(frozen=True, slots=True)
class Decided:
    """What people said about phrases: (phrase key, code) confirmed, and refused."""

    confirmed: frozenset[tuple[str, str]] = frozenset()
    refused: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Linked:
    """One candidate of a phrase.

    ``matched`` are the runs of characters that phrase and spelling have in common; ``words`` the
    trade words that led to it; ``spelling`` the name or alias compared with; ``close`` whether the
    sentence vectors say so.
    """

    entry: Entry
    probability: float
    band: str
    spelling: str
    matched: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    decided: bool = False
    close: bool = False


@dataclass(frozen=True, slots=True)
class PhraseLinks:
    """The best candidates of a phrase, best first; empty when nothing is like it."""

    text: str
    links: tuple[Linked, ...] = ()

    @property
    def margin(self) -> float | None:
        """Probability of the best minus that of the runner-up; None without a candidate."""
        if not self.links:
            return None
        second = self.links[1].probability if len(self.links) > 1 else 0.0
        return self.links[0].probability - second


@dataclass(eq=False)
class Linker:
    """Links phrases to one catalogue; the index is built once."""

    catalogue: Catalogue
    model: LinkModel = field(default_factory=default_model)
    thesaurus: Thesaurus = field(default_factory=default_thesaurus)
    decided: Decided = field(default_factory=Decided)
    encoder: Encoder | None = None

    def __post_init__(self) -> None:
        """Add confirmed phrases as aliases and build the index."""
        learnt: dict[str, list[str]] = {}
        for phrase, code in sorted(self.decided.confirmed):
            learnt.setdefault(code, []).append(phrase)
        if learnt:
            entries = [
                replace(entry, aliases=(*entry.aliases, *learnt.get(entry.code, ())))
                for entry in self.catalogue.entries
            ]
            self.catalogue = make_catalogue(
                self.catalogue.name,
                entries,
                is_classification=self.catalogue.is_classification,
            )
        self._index = Index(self.catalogue, self.thesaurus)
        self._numbers = {entry.code: n for n, entry in enumerate(self.catalogue.entries)}
        self._refused = {
            (phrase, self._numbers[code])
            for phrase, code in self.decided.refused
            if code in self._numbers
        }
        self._confirmed = dict(sorted(self.decided.confirmed))

    @property
    def profile(self) -> str:
        """The name of the model's profile in use."""
        kind = "classes" if self.catalogue.is_classification else "products"
        return f"{kind}-{self.encoder.name}" if self.encoder else kind

    def link(self, texts: Sequence[str], *, top: int = 1) -> list[PhraseLinks]:
        """Return the ``top`` candidates of each text and the runner-up, in the order given."""
        spelt = {text: worded_key(text) for text in dict.fromkeys(texts)}
        phrases = _phrases(spelt.values())
        found: dict[str, tuple[Linked, ...]] = {}
        for start in range(0, len(phrases), _CHUNK):
            found |= self._link(phrases[start : start + _CHUNK], max(top, 2))
        return [PhraseLinks(text, found[_key(spelt[text])]) for text in texts]

    def candidates(self, phrases: Sequence[str]) -> Candidates:
        """Return the candidates of comparable phrases (see ``worded_key``)."""
        found = self._index.search(phrases)
        if self.encoder is None:
            return found
        keys = [_key(phrase) for phrase in phrases]
        return self.encoder.add_meaning(found, keys, self.catalogue)

    def _without_refused(
        self, found: Candidates, keys: Sequence[str], probability: Floats
    ) -> Floats:
        """Set refused pairs to 0 after the softmax: their share does not go to the runner-up."""
        known = {phrase for phrase, _ in self._refused}
        suspect = [number for number, key in enumerate(keys) if key in known]
        for place in np.flatnonzero(np.isin(found.phrase, suspect)):
            if (keys[found.phrase[place]], int(found.entry[place])) in self._refused:
                probability[place] = 0.0
        return probability

    def _link(self, phrases: Sequence[str], top: int) -> dict[str, tuple[Linked, ...]]:
        found = self.candidates(phrases)
        keys = [_key(phrase) for phrase in phrases]
        probability = self.model.probabilities(found, self.profile)
        if self._refused:
            probability = self._without_refused(found, keys, probability)
        # Rounded so that the last bit of a sum never decides; ties go to the smaller code.
        shown = np.round(probability.astype(np.float64), 4)
        order = np.lexsort((found.entry, -shown, found.phrase))
        phrase = found.phrase[order]
        new = np.r_[np.ones(min(len(phrase), 1), dtype=np.bool_), phrase[1:] != phrase[:-1]]
        starts = np.flatnonzero(new).tolist()
        answers: dict[str, tuple[Linked, ...]] = dict.fromkeys(keys, ())
        ends = [*starts[1:], len(phrase)] if starts else []
        for start, end in zip(starts, ends, strict=True):
            best = order[start : min(start + top, end)]
            number = int(phrase[start])
            answers[keys[number]] = self._of_phrase(phrases[number], best, found, shown)
        for key in keys:
            if self._confirmed.get(key) in self._numbers:
                answers[key] = self._as_decided(key, answers[key])
        return answers

    def _of_phrase(
        self, phrase: str, best: np.ndarray, found: Candidates, shown: np.ndarray
    ) -> tuple[Linked, ...]:
        key = _key(phrase)
        links = tuple(
            self._linked(phrase, int(place), found, float(shown[place])) for place in best
        )
        exact = self.catalogue.exact.get(key, ())
        if len(exact) != 1 or (key, exact[0]) in self._refused:
            return links
        named = self.catalogue.entries[exact[0]]
        others = (link for link in links if link.entry.code != named.code)
        rest = tuple(replace(o, probability=0.0, band="reject") for o in others)
        return (Linked(named, 1.0, ACCEPT, key, (key,)), *rest)

    def _linked(self, phrase: str, place: int, found: Candidates, probability: float) -> Linked:
        document = int(found.document[place])
        entry = self.catalogue.entries[int(found.entry[place])]
        spelling = self.catalogue.documents[document] if document >= 0 else product_key(entry.name)
        words: tuple[str, ...] = ()
        if found.features[place, _WORD_COSINE] > 0:
            target = product_key(entry.name)
            words = tuple(
                f"{term}→{word}"
                for term, word in self.thesaurus.find(phrase)
                if common_runs(word, target)
            )
        return Linked(
            entry=entry,
            probability=probability,
            band=self.model.band(probability),
            spelling=spelling,
            matched=common_runs(_key(phrase), spelling),
            words=words,
            close=bool(found.features[place, _MEANING] > 0),
        )

    def _as_decided(self, key: str, others: tuple[Linked, ...]) -> tuple[Linked, ...]:
        entry = self.catalogue.entries[self._numbers[self._confirmed[key]]]
        rest = tuple(
            replace(other, probability=0.0, band="reject")
            for other in others
            if other.entry.code != entry.code
        )
        return (Linked(entry, 1.0, ACCEPT, key, (key,), decided=True), *rest)


def _key(phrase: str) -> str:
    """Return the ``product_key`` of a comparable phrase (see ``worded_key``)."""
    return phrase.replace(" ", "")


def _phrases(spelt: Iterable[str]) -> list[str]:
    """Return one comparable phrase a key, in order: of several the one with most words."""
    best: dict[str, str] = {}
    for phrase in spelt:
        known = best.setdefault(_key(phrase), phrase)
        best[_key(phrase)] = min(known, phrase, key=lambda some: (-some.count(" "), some))
    return [*best.values()]


def common_runs(one: str, other: str) -> tuple[str, ...]:
    """Return the runs of two or more characters that both have, longest first, none in another.

    >>> common_runs("锂电池隔膜", "电池隔膜")
    ('电池隔膜',)
    """
    found: list[str] = []
    left = one
    while run := _longest_run(left, other):
        found.append(run)
        left = left.replace(run, "\x00")
    return tuple(found)


def _longest_run(one: str, other: str) -> str:
    """Return the longest run of two or more characters, the first of several; "" without one."""
    for short, long in ((one, other), (other, one)):
        if len(short) > 1 and short in long:
            return short
    best, size = "", 2
    for start in range(len(one)):
        while start + size <= len(one) and one[start : start + size] in other:
            best = one[start : start + size]
            size += 1
    return best
