"""What is known to be right among the pairs that are served: the examples a ranker learns from.

The choice: a known supply is looked at as if it were not known. A fifth of all known pairs leaves
the snapshot at a time, before a feature is computed, and then each leader of that fifth is asked
for its list as serving would: same candidates, same hard filters. The pairs that left are right,
the other candidates of the list are not, and both were computed on the same snapshot; what a firm
has left of relations therefore says nothing about which of the two it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import ints
from chainmap.evaluate.holdout import Pairs, known_pairs, without
from chainmap.evaluate.splits import hashed, pair_keys
from chainmap.match.decided import WORDS, Verdict, decided_rows, verdicts
from chainmap.match.filters import Filter
from chainmap.match.ranker import Examples
from chainmap.match.recommend import MatchScope, match_leader
from chainmap.match.score import MILLION
from chainmap.match.values import feature_values
from chainmap.match.weights import FEATURES

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph
    from chainmap.match.features import CompanyFeatures
    from chainmap.match.pairing import LeaderMatch
    from chainmap.match.weights import MatchWeights

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

FOLDS = 5
"""In how many parts known pairs leave the snapshot."""
MOST_LEADERS = 500
"""Leaders that are learnt from; of more a hashed sample, the same on every machine."""
MOST_ROWS = 2_000_000
"""Candidates that are looked at (176 MB): the leader whose lists pass it is the last one."""
MOST_OTHERS = 200
"""Candidates of a list that are learnt from though not known to be right: of a longer one the
better half of these are its first, the others evenly spaced over the rest and count for those
between them. A model is judged on the whole list all the same: a rank that is guessed from a few
of those who are above flatters whoever puts many there."""

RIGHT, WRONG, UNTOLD = 1, 0, -1


@dataclass(frozen=True, eq=False)
class LabelledList:
    """The candidates of one list whose label is known, the right ones first.

    Attributes
    ----------
    pair
        Position of each among the pairs of the leader.
    values
        (n, n_features), NaN unknown.
    right
        Which are known to be right.
    stands_for
        How many candidates each counts for when a model learns, 0 for those left out.
    default
        Score without training.
    """

    pair: Ints
    values: Floats
    right: Flags
    stands_for: Floats
    default: Floats


def served_examples(
    graph: ChainGraph,
    scope: MatchScope,
    *,
    features: CompanyFeatures,
    weights: MatchWeights,
    progress: Callable[[int, int], None] | None = None,
) -> Examples:
    """Return labelled pairs as ``match`` would score them if they were not known.

    Parameters
    ----------
    graph
        The snapshot, without what an evaluation keeps back (``apart``).
    scope
        Which demands count; candidates are not narrowed.
    features, weights
        Company arrays, and the weights of the default.
    progress
        Called with (leaders done, leaders).

    Notes
    -----
    Right: a known supply of the product, and a pair that was decided 确认. Not right: the other
    candidates, among them what was decided 排除. Left out: 待核, and other products of a company
    that supplies the leader already. A right pair that a hard filter rules out is no candidate.
    """
    known = _labelled(graph)
    fold = hashed(pair_keys(graph, "SUPPLIES", known)) % FOLDS
    undecided = without_decisions(graph)
    reduced = [without(undecided, "SUPPLIES", known[fold == part]) for part in range(FOLDS)]
    scope = replace(scope, companies=None, product=None)
    lists: list[tuple[int, LabelledList]] = []
    leaders = _leaders(graph, known)
    rows = 0
    for number, leader in enumerate(leaders.tolist()):
        own = known[:, 1] == leader
        for part in np.unique(fold[own]).tolist():
            match = match_leader(reduced[part], leader, scope, features=features, weights=weights)
            listed = labelled_list(graph, match, known[own & (fold == part), 0])
            if listed.right.any():
                lists.append((leader, listed))
                rows += listed.right.size
        if progress:
            progress(number + 1, leaders.size)
        if rows > MOST_ROWS:
            break
    return joined(lists)


def without_decisions(graph: ChainGraph) -> ChainGraph:
    """Return the snapshot as if nobody had decided anything: a decision is half an answer."""
    return replace(graph, decided=graph.decided.slice(0, 0))


def apart(graph: ChainGraph, pairs: Pairs) -> ChainGraph:
    """Return the snapshot without supplies and without what was decided about their ends."""
    reduced = without(graph, "SUPPLIES", pairs)
    one, other = (ints(graph.decided, name).astype(np.int64) for name in ("one", "other"))
    gone = pairs[:, 0] * graph.n_companies + pairs[:, 1]
    known = np.isin(one * graph.n_companies + other, gone)
    known |= np.isin(other * graph.n_companies + one, gone)
    return replace(reduced, decided=graph.decided.filter(~known))


def _labelled(graph: ChainGraph) -> Pairs:
    """Return the pairs (source, target) that are right: supplies, and 确认 whichever way."""
    verdict = np.array([WORDS[word] for word in graph.decided["verdict"].to_pylist()], np.int64)
    sure = verdict == Verdict.CONFIRMED
    ends = np.column_stack([ints(graph.decided, name)[sure] for name in ("one", "other")])
    both = np.concatenate([known_pairs(graph, "SUPPLIES"), ends, ends[:, ::-1]])
    return np.unique(both.astype(np.int64), axis=0)


def _leaders(graph: ChainGraph, known: Pairs) -> Ints:
    """Return the buyers that are learnt from, in the order of a hash."""
    buyers = np.unique(known[:, 1])
    ids = graph.companies["id"].take(buyers).to_pylist()
    return buyers[np.argsort(hashed(ids), kind="stable")[:MOST_LEADERS]]


def labelled_list(graph: ChainGraph, match: LeaderMatch, gone: Ints) -> LabelledList:
    """Return the candidates of one list with their labels.

    Parameters
    ----------
    graph
        The snapshot that knows all labels.
    match
        The list, of a snapshot without ``gone``.
    gone
        Positions of the firms kept back.
    """
    label = _labels(graph, match, gone)
    score = match.scored.score
    rows = np.flatnonzero((match.scored.ruled_out == Filter.NONE) & (label != UNTOLD))
    right, others = (rows[label[rows] == wanted] for wanted in (RIGHT, WRONG))
    others = others[np.argsort(-score[others], kind="stable")]
    rows = np.concatenate([right, others])
    values = feature_values(match.asked)
    return LabelledList(
        rows,
        np.column_stack([values[name][rows] for name in FEATURES]),
        label[rows] == RIGHT,
        np.concatenate([np.ones(right.size), _counts(others.size)]),
        score[rows] / MILLION,
    )


def _labels(graph: ChainGraph, match: LeaderMatch, gone: Ints) -> Ints:
    """Return RIGHT, WRONG or UNTOLD for each pair of one leader; one right pair a firm."""
    pairs, leader = match.scored.pairs, match.leader
    needed = np.array([need.product for need in match.needs] or [0], dtype=np.int32)[pairs.need]
    made = graph.makes.indices[pairs.entry].astype(np.int32)
    rows = decided_rows(graph, leader, pairs.company, (needed, made))
    verdict = verdicts(graph, rows)
    supplies = _supplied(graph, leader)
    supplier = np.isin(pairs.company, [source for source, _ in supplies])
    right = verdict == Verdict.CONFIRMED
    for source, product in supplies:
        of_product = (needed == product) | (made == product) | (product < 0)
        right |= (pairs.company == source) & of_product & (verdict != Verdict.EXCLUDED)
    told = supplier | np.isin(verdict, (Verdict.CONFIRMED, Verdict.PENDING))
    label = np.where(told, UNTOLD, WRONG).astype(np.int64)
    right &= np.isin(pairs.company, gone) & (match.scored.ruled_out == Filter.NONE)
    for company in np.unique(pairs.company[right]).tolist():
        own = np.flatnonzero(right & (pairs.company == company))
        label[pairs.company == company] = UNTOLD
        label[own[np.argmax(match.scored.score[own])]] = RIGHT
    return label


def _supplied(graph: ChainGraph, leader: int) -> list[tuple[int, int]]:
    edges = graph.supply_edges
    rows = np.flatnonzero(ints(edges, "target") == leader)
    ends = (ints(edges, name)[rows].tolist() for name in ("source", "product"))
    return sorted(set(zip(*ends, strict=True)))


def _counts(size: int) -> Floats:
    """Return how many of ``size`` ordered candidates each counts for when a model learns."""
    count = np.ones(size)
    if size > MOST_OTHERS:
        first = MOST_OTHERS // 2
        bounds = np.linspace(first, size, MOST_OTHERS - first + 1).astype(np.int64)
        count[first:] = 0.0
        count[(bounds[:-1] + bounds[1:]) // 2] = np.diff(bounds)
    return count


def joined(lists: list[tuple[int, LabelledList]]) -> Examples:
    """Return the lists of (leader, list) as one, by leader, of which each list keeps its order.

    When a model learns, a candidate on several lists of a leader counts once in all.
    """
    lists = sorted(lists, key=lambda one: one[0])
    sizes = np.array([listed.right.size for _, listed in lists], dtype=np.int64)
    leaders = np.array([leader for leader, _ in lists], dtype=np.int64)
    times = np.bincount(leaders) if leaders.size else np.zeros(1, dtype=np.int64)
    leader = np.repeat(leaders, sizes)
    right = np.concatenate([listed.right for _, listed in lists] or [np.empty(0, np.bool_)])
    stands_for = np.concatenate([listed.stands_for for _, listed in lists] or [np.empty(0)])
    blank = np.empty((0, len(FEATURES)))
    return Examples(
        names=FEATURES,
        values=np.concatenate([listed.values for _, listed in lists] or [blank]),
        positive=right,
        weight=np.where(right, 1.0, stands_for / times[leader]),
        query=np.repeat(np.arange(len(lists)), sizes),
        leader=leader,
        default=np.concatenate([listed.default for _, listed in lists] or [np.empty(0)]),
    )
