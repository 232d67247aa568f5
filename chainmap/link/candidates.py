"""Which catalogue entries a phrase may mean, and what speaks for each, for many phrases at once.

The one choice: every feature comes from one sparse product a field. The cosine, the share of the
phrase's n-grams that the name covers and the share of the name's that the phrase covers are the
same inner product divided by different lengths.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from chainmap.link.features import FEATURES, Columns, compare_names
from chainmap.link.grams import Floats, Grams, GramSpace, Ints, distinct_grams
from chainmap.link.shapes import Shapes, bare_text, common_start, shapes_of

if TYPE_CHECKING:
    from chainmap.link.catalogue import Catalogue
    from chainmap.link.thesaurus import Thesaurus

Flags: TypeAlias = NDArray[np.bool_]

_LEAST_WORD = 0.6
"""A catalogue word must be most of a name: loose hits crowd the softmax."""
_MOST_NAMES, _MOST_DEFINITIONS, _MOST_WORDS = 24, 8, 10


@dataclass(frozen=True)
class Candidates:
    """Pairs of phrase and entry (positions), ordered by phrase, then entry; features (n, F)."""

    phrase: Ints
    entry: Ints
    document: Ints
    features: Floats


@dataclass(frozen=True)
class _Hits:
    """The best documents of each query row: positions, and cosines."""

    row: Ints
    document: Ints
    cosine: Floats


@dataclass(frozen=True)
class _Best:
    """The spelling that a pair is judged by; ``at`` is the place of the pair."""

    at: Ints
    row: Ints
    document: Ints
    cosine: Floats


class Index:
    """The searchable form of a catalogue; built once."""

    def __init__(self, catalogue: Catalogue, thesaurus: Thesaurus) -> None:
        self._catalogue = catalogue
        self._thesaurus = thesaurus
        grams = distinct_grams(catalogue.documents)
        self._names = GramSpace.of(grams)
        self._rows, self._lengths = self._names.rows(grams)
        self._turned = _turned(self._rows)
        self._shapes = shapes_of(catalogue.documents, grams)
        self._first = _first_documents(catalogue.owners, len(catalogue))

    @cached_property
    def _defined(self) -> tuple[GramSpace, sparse.csr_matrix] | None:
        if not any(self._catalogue.definitions):
            return None
        grams = distinct_grams(self._catalogue.definitions)
        space = GramSpace.of(grams)
        return space, _turned(space.rows(grams)[0])

    def search(self, phrases: Sequence[str]) -> Candidates:
        """Return the candidates of comparable ``phrases`` (see ``worded_key``)."""
        keys = [phrase.replace(" ", "") for phrase in phrases]
        grams = distinct_grams(keys)
        queries, lengths = self._names.rows(grams)
        named = _top(queries, self._turned, _MOST_NAMES)
        owners = self._catalogue.owners
        size = len(self._catalogue)
        pairs = [named.row * size + owners[named.document]]
        defined = self._search_definitions(grams)
        if defined is not None:
            pairs.append(defined.row * size + defined.document)
        worded, word_covers, word_ends = self._search_words(phrases)
        pairs.append(worded.row * size + owners[worded.document])
        every = np.sort(np.concatenate(pairs))
        every = every[_starts(every)]
        features = np.zeros((len(every), len(FEATURES)), dtype=np.float32)
        best = self._spellings(every, named, pairs[0], queries)
        shapes = shapes_of(keys, grams)
        for name, values in self._compare(best, shapes, lengths).items():
            features[best.at, FEATURES.index(name)] = np.minimum(values, 1.0)
        if defined is not None:
            _fill_best(features, np.searchsorted(every, pairs[1]), {
                "definition_cosine": defined.cosine,
                "definition_covers": defined.cosine**2,
            })  # fmt: skip
        _fill_best(features, np.searchsorted(every, pairs[-1]), {
            "word_cosine": worded.cosine, "word_covered": word_covers, "word_head": word_ends,
        })  # fmt: skip
        self._tell_other_words(features, every, keys, shapes, best)
        document = np.full(len(every), -1, dtype=np.int64)
        document[best.at] = best.document
        return Candidates(every // size, every % size, document, features)

    def _spellings(
        self, every: Ints, named: _Hits, pairs: Ints, queries: sparse.csr_array
    ) -> _Best:
        """Return the best spelling of each pair: the likest, of equal ones the first.

        A pair that was found without its name is compared with the entry's name.
        """
        phrase, entry = np.divmod(every, len(self._catalogue))
        document = self._first[entry]
        cosine = np.zeros(len(every), dtype=np.float32)
        order = np.lexsort((named.document, -named.cosine, pairs))
        first = order[_starts(pairs[order])]
        at = np.searchsorted(every, pairs[first])
        document[at], cosine[at] = named.document[first], named.cosine[first]
        other = np.ones(len(every), dtype=np.bool_)
        other[at] = False
        other &= document >= 0
        both = queries[phrase[other]].multiply(self._rows[document[other]])
        cosine[other] = np.asarray(both.sum(axis=1)).ravel()
        kept = np.flatnonzero(document >= 0)
        return _Best(kept, phrase[kept], document[kept], cosine[kept])

    def _compare(self, best: _Best, shapes: Shapes, lengths: Floats) -> Columns:
        row, doc = best.row, best.document
        both = (lengths[row], self._lengths[doc])
        columns = compare_names(shapes, row, self._shapes, doc, best.cosine, both)
        return {**columns, "weak_name": self._catalogue.weak[doc]}

    def _search_definitions(self, grams: Grams) -> _Hits | None:
        if self._defined is None:
            return None
        space, turned = self._defined
        queries, _ = space.rows(grams)
        return _top(queries, turned, _MOST_DEFINITIONS)

    def _search_words(self, phrases: Sequence[str]) -> tuple[_Hits, Floats, Floats]:
        """Search with the catalogue's words for the trade words that a phrase contains."""
        numbers: list[int] = []
        words: list[str] = []
        ends: list[float] = []
        for number, phrase in enumerate(phrases):
            key = phrase.replace(" ", "")
            for term, meant in self._thesaurus.find(phrase):
                numbers.append(number)
                words.append(meant)
                ends.append(float(key.endswith(term)))
        distinct = sorted(set(words))  # many phrases hold the same few
        rows, lengths = self._names.rows(distinct_grams(distinct))
        hits = _top(rows, self._turned, _MOST_WORDS, least=_LEAST_WORD)
        place = {word: number for number, word in enumerate(distinct)}
        used, at = _spread(hits.row, np.array([place[word] for word in words], dtype=np.int64))
        document, cosine = hits.document[at], hits.cosine[at]
        dot = cosine * lengths[hits.row[at]] * self._lengths[document]
        squared = np.maximum(self._lengths[document] ** 2, np.float32(1e-6))
        covered: Floats = (dot / squared).astype(np.float32)
        end: Floats = np.array(ends, dtype=np.float32)[used] * cosine
        whose = np.array(numbers, dtype=np.int64)[used]
        return _Hits(whose, document, cosine), covered, end

    def _tell_other_words(
        self, features: Floats, every: Ints, keys: Sequence[str], shapes: Shapes, best: _Best
    ) -> None:
        """Fill where the end of a phrase is a trade word that neither names nor means the entry."""
        count = len(self._catalogue)
        ends = [self._thesaurus.last(bare_text(key)) for key in keys]
        own = [
            number * count + entry
            for number, end in enumerate(ends)
            for entry in self._catalogue.exact.get(end, ())
        ]
        long = np.array([len(end) for end in ends], dtype=np.int64)[best.row]
        other = (long > 0) & (features[best.at, FEATURES.index("word_cosine")] == 0)
        other &= ~np.isin(every[best.at], np.array(own, dtype=np.int64))
        at, row, doc, long = best.at[other], best.row[other], best.document[other], long[other]
        shared = common_start(shapes.back[row], self._shapes.back[doc])
        features[at, FEATURES.index("known_otherwise")] = long == shapes.size[row]
        features[at, FEATURES.index("head_known_otherwise")] = long > shared


def _first_documents(owners: Ints, count: int) -> Ints:
    """Return the first document of each of ``count`` entries (its name), -1 without any."""
    first = np.full(count, -1, dtype=np.int64)
    first[owners[::-1]] = np.arange(len(owners))[::-1]
    return first


def _turned(rows: sparse.csr_array) -> sparse.csr_matrix:
    return sparse.csr_matrix(rows.T.tocsr())


def _top(
    queries: sparse.csr_array, turned: sparse.csr_matrix, most: int, least: float | None = None
) -> _Hits:
    if not queries.shape[0]:
        none = np.zeros(0, dtype=np.int64)
        return _Hits(none, none, np.zeros(0, dtype=np.float32))
    found = sp_matmul_topn(
        sparse.csr_matrix(queries),
        turned,
        top_n=most,
        threshold=least,
        sort=True,
        n_threads=os.cpu_count(),
    )
    rows = np.repeat(np.arange(found.shape[0], dtype=np.int64), np.diff(found.indptr))
    return _Hits(rows, found.indices.astype(np.int64), found.data.astype(np.float32))


def _starts(ordered: Ints) -> Flags:
    """Return where a value is not the one before."""
    new = np.ones(len(ordered), dtype=np.bool_)
    new[1:] = ordered[1:] != ordered[:-1]
    return new


def _spread(groups: Ints, asked: Ints) -> tuple[Ints, Ints]:
    """Return, for each member of the group that each of ``asked`` names, who asked and its place.

    ``groups`` ascends.
    """
    starts = np.searchsorted(groups, asked)
    counts = np.searchsorted(groups, asked, side="right") - starts
    who = np.repeat(np.arange(len(asked)), counts)
    before = np.cumsum(counts) - counts
    return who, np.arange(len(who)) - before[who] + starts[who]


def _fill_best(features: Floats, at: Ints, columns: dict[str, Floats]) -> None:
    for name, values in columns.items():
        np.maximum.at(features[:, FEATURES.index(name)], at, np.minimum(values, 1.0))
