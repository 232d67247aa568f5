"""The best pairs: by score, ties by company and product id, without sorting what is not shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.match.filters import Filter

if TYPE_CHECKING:
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
