"""The best pairs: by score, ties by company and product id, without sorting what is not shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.match.congestion import CongestionRule, Pool, balanced_order
from chainmap.match.filters import Filter
from chainmap.match.pairing import Proposal
from chainmap.match.score import MILLION

if TYPE_CHECKING:
    from chainmap.match.pairing import LeaderMatch
    from chainmap.match.score import Scored


def best_pairs(scored: Scored, top: int, *, ruled_out: bool = False) -> npt.NDArray[np.int64]:
    """Return the positions of the ``top`` best pairs, best first.

    Parameters
    ----------
    scored
        Scored pairs of one leader.
    top
        At most so many positions.
    ruled_out
        Rank the pairs that a hard filter ruled out instead of those that passed.

    Notes
    -----
    Ties: higher product fit, then company id, then need. O(n + k log k): only pairs that reach
    the k-th best score are sorted.
    """
    passed = (scored.ruled_out == Filter.NONE) != ruled_out
    rows = np.flatnonzero(passed)
    if rows.size > top > 0:
        score = scored.score[rows]
        least = np.partition(score, rows.size - top)[rows.size - top]
        rows = rows[score >= least]
    order = np.lexsort(
        (
            scored.pairs.need[rows],
            scored.pairs.company[rows],
            -scored.contributions[rows, 0],
            -scored.score[rows],
        )
    )
    return rows[order][: max(top, 0)]


def _worth(match: LeaderMatch) -> npt.NDArray[np.float64]:
    """Return what the pairs of one list are worth beside those of another, 0-1."""
    ranker = match.asked.weights.ranker
    score = match.scored.score
    return score / MILLION if ranker is None else ranker.probability(score)


def published_lists(
    matches: Sequence[LeaderMatch], top: int, rule: CongestionRule | None, kind: str = "supply"
) -> list[Proposal]:
    """Return the first ``top`` pairs of each leader.

    Parameters
    ----------
    matches
        Scored pairs, one a leader.
    top
        Length of each list.
    rule
        How to balance the lists (``congestion``); None ranks by score alone.
    kind
        What the pairs are proposed for.
    """
    deep = top if rule is None else top * rule.pool
    best = [best_pairs(match.scored, deep) for match in matches]
    if rule is None:
        return [
            Proposal(match.pairing(pair), rank, rank, kind)
            for match, pairs in zip(matches, best, strict=True)
            for rank, pair in enumerate(pairs, start=1)
        ]
    rows = [
        (owner, int(pair), raw)
        for owner, pairs in enumerate(best)
        for raw, pair in enumerate(pairs, start=1)
    ]
    pool = Pool(
        owner=np.array([owner for owner, _, _ in rows], dtype=np.int64),
        company=np.array(
            [matches[owner].scored.pairs.company[pair] for owner, pair, _ in rows], dtype=np.int64
        ),
        score=np.array([_worth(matches[owner])[pair] for owner, pair, _ in rows]),
    )
    shown: list[Proposal] = []
    last, rank = -1, 0
    for at in balanced_order(pool, top, rule).tolist():
        owner, pair, raw = rows[at]
        rank = rank + 1 if owner == last else 1
        last = owner
        if rank <= top:
            shown.append(Proposal(matches[owner].pairing(pair), rank, raw, kind))
    return shown
