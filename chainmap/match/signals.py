"""What speaks for a missing relation: who might make, need or supply this, judged from the rest.

The choice: one bipartite view for all relations (a source, a target, what is known), so the same
few signals serve makers of a product, buyers of a product and suppliers of a company; each is
computed for all sources of one target at once. The default is their sum, each put on one scale
within the target (mean 0, variance 1), with equal weights: nothing is fitted to any data.

References
----------
METHODS figures behind the choice: on 2,876 held-out links of listed Chinese companies the untrained
sum of item-to-item cosine, text and sector gave MRR .109 against .082 of the best single signal.
Item-to-item cosine: Sarwar et al., WWW 2001. Length-3 paths: Kovács et al., Nature Communications
10:1240 (2019). Relatedness of places: Hidalgo et al., Science 317 (2007).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse

from chainmap.analysis.graph import ChainGraph, column, gather_rows, row_of
from chainmap.analysis.places import nearness
from chainmap.arrays import ascending
from chainmap.link.grams import GramSpace, distinct_grams
from chainmap.match.regional import RegionShares

if TYPE_CHECKING:
    import pyarrow as pa

Floats = npt.NDArray[np.float64]
Edge = Literal["PRODUCES", "REQUIRES", "SUPPLIES"]

EDGES: tuple[Edge, ...] = ("PRODUCES", "REQUIRES", "SUPPLIES")
DEFAULT_SIGNALS = ("item_cf", "char_ngram", "about", "sector_pair", "place")
"""The signals whose scaled sum is the default score: each another kind of evidence (what is made
together, names, descriptions, sectors, places)."""

SHARE_SIGNAL = "region_share"
"""One kind more for makers of products, where the graph holds shares of regions (ADR 0024)."""

PRIOR = 5.0
"""How many known relations the coarser level counts for (sectors and places)."""


_WORDS = re.compile(r"[a-z]{3,}|[\u4e00-\u9fff]{2,}")


@dataclass(frozen=True, eq=False)
class Wordings:
    """Character n-grams of names: they hold no relation, so they may be made once for all.

    Attributes
    ----------
    products, companies
        Unit rows over one space of n-grams.
    about
        Unit rows of what the products' descriptions say: words of Latin script, pairs of Chinese
        characters, rare ones counting more.
    """

    products: sparse.csr_array
    companies: sparse.csr_array
    about: sparse.csr_array


def wordings_of(graph: ChainGraph) -> Wordings:
    """Return the n-grams of all product and company names."""
    products, companies = (
        [str(name or "").casefold() for name in column(table, "name").to_pylist()]
        for table in (graph.products, graph.companies)
    )
    space = GramSpace.of(distinct_grams([*products, *companies]))
    rows = [space.rows(distinct_grams(names))[0] for names in (products, companies)]
    texts = [str(text or "") for text in column(graph.products, "description").to_pylist()]
    return Wordings(rows[0], rows[1], _about(texts))


def _about(texts: Sequence[str]) -> sparse.csr_array:
    terms = [sorted(set(_terms(text.casefold()))) for text in texts]
    seen = Counter(term for found in terms for term in found)
    shared = sorted(term for term, count in seen.items() if count > 1)
    index = {term: at for at, term in enumerate(shared)}
    weight = np.array([np.log((len(texts) + 1) / seen[term]) for term in shared])
    columns = [[index[term] for term in found if term in index] for found in terms]
    indptr = np.concatenate(([0], np.cumsum([len(found) for found in columns]))).astype(np.int32)
    flat = np.array([at for found in columns for at in found], dtype=np.int32)
    return _unit_rows(
        sparse.csr_array((weight[flat], flat, indptr), shape=(len(texts), len(shared)))
    )


def _terms(text: str) -> Iterator[str]:
    for word in _WORDS.findall(text):
        if word.isascii():
            yield word
        else:
            yield from (word[at : at + 2] for at in range(len(word) - 1))


@dataclass(frozen=True, eq=False)
class Signals:
    """The signals of one kind of relation on one snapshot.

    Attributes
    ----------
    graph
        The snapshot; relations that are to be predicted must be gone from it.
    edge
        PRODUCES (which company makes the product), REQUIRES (which company needs it), SUPPLIES
        (which company supplies the buyer).
    wordings
        N-grams of names.
    """

    graph: ChainGraph
    edge: Edge
    wordings: Wordings

    @cached_property
    def known(self) -> sparse.csr_array:
        """Source × target, 1 where the relation is known."""
        matrix = {
            "PRODUCES": self.graph.makes,
            "REQUIRES": self.graph.needs,
            "SUPPLIES": self.graph.supplies,
        }[self.edge]
        some = sparse.csr_array(
            ((matrix.data > 0).astype(np.float64), matrix.indices.copy(), matrix.indptr.copy()),
            shape=matrix.shape,
        )
        some.eliminate_zeros()
        return some

    @cached_property
    def sources_of(self) -> sparse.csr_array:
        """Target × source: the transpose of ``known``."""
        turned = sparse.csr_array(self.known.T)
        turned.sort_indices()
        return turned

    @cached_property
    def degree(self) -> Floats:
        """How many targets each source has."""
        return np.asarray(np.diff(self.known.indptr), dtype=np.float64)

    @cached_property
    def width(self) -> Floats:
        """How many sources each target has."""
        return np.asarray(np.diff(self.sources_of.indptr), dtype=np.float64)

    def of(self, name: str, target: int) -> Floats:
        """Return one signal for all companies as sources of ``target``; NaN is unknown."""
        return SIGNALS[name](self, target)

    # --- single signals ------------------------------------------------------------------------

    def popularity(self, target: int) -> Floats:
        """Return how many relations each source has, the one asked about left out."""
        return np.asarray(self.degree - self._known_to(target))

    def item_cf(self, target: int) -> Floats:
        """Return Σ over the source's other targets t' of cos(t, t') = n_tt' / √(n_t n_t')."""
        shared = self._shared_sources(target)
        with np.errstate(divide="ignore", invalid="ignore"):
            cosine = shared / np.sqrt(self.width * self.width[target])
        return self._summed(np.nan_to_num(cosine), target)

    def l3(self, target: int) -> Floats:
        """Return Σ over paths source - t' - v - target of 1 / √(k_t' · k_v)."""
        makers = row_of(self.sources_of, target)
        other, at = gather_rows(self.known, makers)
        step = 1 / np.sqrt(self.degree[makers[at]])
        reach = np.bincount(other, step, minlength=self.width.size)
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = np.nan_to_num(reach / np.sqrt(self.width))
        own = np.zeros(self.degree.size)
        np.add.at(own, makers, self._own_paths(makers, target))
        return np.maximum(0.0, self._summed(reach, target) - own)

    def _own_paths(self, makers: npt.NDArray[np.int64], target: int) -> Floats:
        """Return for each known source the paths that lead through itself."""
        other, at = gather_rows(self.known, makers)
        keep = other != target
        step = 1 / np.sqrt(self.width[other[keep]] * self.degree[makers[at[keep]]])
        return np.asarray(np.bincount(at[keep], step, minlength=makers.size), dtype=np.float64)

    def char_ngram(self, target: int) -> Floats:
        """Return the mean n-gram cosine of the target's name to what the source is known by.

        A source is known by its own name and by its other products: those it makes (needs); for
        SUPPLIES the target is known by what its known suppliers and its own demands name.
        """
        wanted = self._target_words(target)
        by_product = np.asarray(self.wordings.products @ wanted).ravel()
        own_name = np.asarray(self.wordings.companies @ wanted).ravel()
        if self.edge == "SUPPLIES":
            total = self._portfolio @ by_product
            count = np.diff(self._portfolio.indptr)
        else:
            total = self._summed(by_product, target)
            count = self.degree - self._known_to(target)
        return np.asarray((total + own_name) / (count + 1))

    @cached_property
    def _portfolio(self) -> sparse.csr_array:
        makes = self.graph.makes
        ones = np.ones(makes.data.size)
        return sparse.csr_array((ones, makes.indices, makes.indptr), shape=makes.shape)

    def _target_words(self, target: int) -> Floats:
        products = self.wordings.products
        if self.edge != "SUPPLIES":
            return np.asarray(products[[target]].toarray()).ravel().astype(np.float64)
        wanted, _ = gather_rows(self._portfolio, row_of(self.sources_of, target))
        named = ascending(wanted, row_of(self.graph.needs, target))
        words = np.asarray(products[named].sum(axis=0)).ravel().astype(np.float64)
        length = float(np.linalg.norm(words))
        return words / length if length else words

    def about(self, target: int) -> Floats:
        """Return Σ over the source's other products of the likeness of descriptions.

        For SUPPLIES: Σ of the best likeness of what the source makes to what the buyer needs.
        """
        told = self.wordings.about
        if self.edge == "SUPPLIES":
            wanted = self._recipe_needs(target)
            like = _row_max(sparse.csr_array(told @ told[wanted].T))
            return np.asarray(self._portfolio @ like)
        like = np.asarray((told @ told[[target]].T).toarray()).ravel()
        return self._summed(like, target)

    def _recipe_needs(self, company: int) -> npt.NDArray[np.int64]:
        made = row_of(self.graph.makes, company)
        inputs, _ = gather_rows(self.graph.recipes, made)
        return ascending(inputs, row_of(self.graph.needs, company))

    def sector_pair(self, target: int) -> Floats:
        """Return log lift of the source's sector among sources of the target, shrunk.

        ln(P(s | t) ÷ q(s)) with P(s | t) = (N(s, t) + a · P(s | g)) / (N(t) + a), and P(s | g) for
        the target's group g shrunk to the share q(s) likewise; a = 5. A company without a sector
        counts as of the segment in which most of its known products are.
        """
        return self._log_lift(self.sectors, target)

    def place(self, target: int) -> Floats:
        """Return log lift of the source's province (or country) among sources of the target."""
        return self._log_lift(self._provinces, target)

    def region_share(self, target: int) -> Floats:
        """Return the expected share of one firm of the source's region (``regional.py``).

        Shares tell who makes a product: for another relation, or without any, all is unknown.
        """
        if self.edge != "PRODUCES":
            return np.full(self.degree.size, np.nan)
        return self._region_shares.expected(target)

    @cached_property
    def _region_shares(self) -> RegionShares:
        return RegionShares(self.graph)

    def sector_nearest(self, target: int) -> Floats:
        """Return 1 for a sector that a known source is of, plus nearness in tenths."""
        makers = row_of(self.sources_of, target)
        sectors = self.sectors
        same = np.isin(sectors, sectors[makers][sectors[makers] >= 0]).astype(np.float64)
        regions = self.graph.company_region
        if self.edge == "SUPPLIES":
            homes = [int(regions[target])]
        else:
            homes = ascending(regions[makers]).tolist()
        apart = np.zeros(regions.size, dtype=np.bool_)
        near = [nearness(regions, home, apart) for home in homes]
        best = np.max(near, axis=0) if near else np.zeros(regions.size)
        return same + best / 10

    # --- parts ---------------------------------------------------------------------------------

    def _known_to(self, target: int) -> Floats:
        marked = np.zeros(self.degree.size)
        marked[row_of(self.sources_of, target)] = 1.0
        return marked

    def _shared_sources(self, target: int) -> Floats:
        other, _ = gather_rows(self.known, row_of(self.sources_of, target))
        return np.bincount(other, minlength=self.width.size).astype(np.float64)

    def _summed(self, by_target: Floats, target: int) -> Floats:
        """Return Σ over the source's targets but the one asked about."""
        return np.asarray(self.known @ by_target - self._known_to(target) * by_target[target])

    @cached_property
    def sectors(self) -> npt.NDArray[np.int64]:
        """Sector number of each company; without a stated one the main segment, -1 unknown."""
        stated: pa.Array = column(self.graph.companies, "industry")
        sector = np.asarray(stated.indices.fill_null(-1).to_numpy(zero_copy_only=False), np.int64)
        lacking = np.flatnonzero(sector < 0)
        if lacking.size and self.graph.in_segment.nnz:
            counts = sparse.csr_array(self._portfolio[lacking] @ self.graph.in_segment)
            main = np.asarray(counts.argmax(axis=1)).ravel()
            has = np.asarray(counts.sum(axis=1)).ravel() > 0
            sector[lacking[has]] = len(stated.dictionary) + main[has]
        return sector

    @cached_property
    def _provinces(self) -> npt.NDArray[np.int64]:
        region = self.graph.company_region.astype(np.int64)
        coarse = np.where(region > 0, region // 10000, region)
        names, number = np.unique(coarse, return_inverse=True)
        return np.where(names[number] == 0, -1, number)

    @cached_property
    def _group(self) -> npt.NDArray[np.int64]:
        """Group of each target: a product's first segment, a buyer's sector; -1 without one."""
        if self.edge == "SUPPLIES":
            return self.sectors
        segments = self.graph.in_segment
        first = np.full(self.graph.n_products, -1, dtype=np.int64)
        some = np.flatnonzero(np.diff(segments.indptr) > 0)
        first[some] = segments.indices[segments.indptr[some]]
        return first

    def _log_lift(self, classes: npt.NDArray[np.int64], target: int) -> Floats:
        known = classes >= 0
        size = int(classes.max(initial=-1)) + 1
        if not size:
            return np.full(classes.size, np.nan)
        share = np.bincount(classes[known], minlength=size) / known.sum()
        makers = row_of(self.sources_of, target)
        group = self._group[target]
        alike = np.flatnonzero(self._group == group) if group >= 0 else np.empty(0, np.int64)
        around, _ = gather_rows(self.sources_of, alike[alike != target])
        coarse = self._shrunk(classes[around], share, share)
        fine = self._shrunk(classes[makers], coarse, share)
        with np.errstate(divide="ignore", invalid="ignore"):
            lift = np.log(fine / share)
        value = np.append(np.where(share > 0, lift, np.nan), np.nan)
        return value[np.where(known, classes, size)]

    @staticmethod
    def _shrunk(seen: npt.NDArray[np.int64], prior: Floats, share: Floats) -> Floats:
        counted = np.bincount(seen[seen >= 0], minlength=share.size)
        return np.asarray((counted + PRIOR * prior) / (counted.sum() + PRIOR))


def _unit_rows(matrix: sparse.csr_array) -> sparse.csr_array:
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = np.where(length > 0, 1 / np.where(length > 0, length, 1), 0.0)
    rows = np.repeat(np.arange(length.size), np.diff(matrix.indptr))
    return sparse.csr_array(
        (matrix.data * scale[rows], matrix.indices, matrix.indptr), matrix.shape
    )


def _row_max(matrix: sparse.csr_array) -> Floats:
    best = np.zeros(matrix.shape[0])
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    np.maximum.at(best, rows, matrix.data)
    return best


def scaled(value: Floats) -> Floats:
    """Return a signal with mean 0 and variance 1 over the known candidates; unknown is 0.

    >>> scaled(np.array([1.0, 3.0, np.nan])).tolist()
    [-1.0, 1.0, 0.0]
    """
    known = ~np.isnan(value)
    if not known.any():
        return np.zeros(value.size)
    spread = float(value[known].std())
    if spread < 1e-12:
        return np.zeros(value.size)
    return np.where(known, (value - value[known].mean()) / spread, 0.0)


def default_signals(graph: ChainGraph, edge: Edge) -> tuple[str, ...]:
    """Return the signals whose scaled sum is the default score on this graph."""
    if edge == "PRODUCES" and graph.region_shares.nnz:
        return (*DEFAULT_SIGNALS, SHARE_SIGNAL)
    return DEFAULT_SIGNALS


def default_parts(signals: Signals, target: int) -> Mapping[str, Floats]:
    """Return the visible parts of the default score of all sources; their sum is the score."""
    names = default_signals(signals.graph, signals.edge)
    return {name: scaled(signals.of(name, target)) for name in names}


def default_score(signals: Signals, target: int) -> Floats:
    """Return the default score of all sources of one target."""
    return np.asarray(np.sum(list(default_parts(signals, target).values()), axis=0))


SIGNALS: Mapping[str, Callable[[Signals, int], Floats]] = {
    "popularity": Signals.popularity,
    "sector_nearest": Signals.sector_nearest,
    "sector_pair": Signals.sector_pair,
    "item_cf": Signals.item_cf,
    "l3": Signals.l3,
    "char_ngram": Signals.char_ngram,
    "about": Signals.about,
    "place": Signals.place,
    "region_share": Signals.region_share,
}
"""Name -> signal: those of ``DEFAULT_SIGNALS``, and the baselines that stand beside."""
