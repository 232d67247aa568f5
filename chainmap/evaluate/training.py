"""Train a ranker, and keep it only if it beats the default on leaders it has not learnt from.

The choice: leaders, not pairs, are split. Each fifth of them is scored by a model of the other
four, so every leader is judged once, on the whole list, by a model that never saw it; the
difference of the reciprocal ranks is paired, and its interval resamples leaders and is widened
(``WIDER``). What is served is then fitted to all of them.

References
----------
That figures of cross-validation vary more than their resampling shows: Nadeau and Bengio, Machine
Learning 52 (2003).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.evaluate.metrics import figures, interval, mean
from chainmap.match.ranker import calibrated, fit_ranker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chainmap.match.ranker import Examples, Ranker

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

PARTS = 5
"""Into how many parts leaders are split."""

WIDER = math.sqrt(2)
"""By how much the interval is widened. Of two leaders whose suppliers are alike by chance each is
judged by a model that learnt from the other, so the likeness counts twice: where nothing can be
learnt, the variance of the mean is twice what resampling leaders shows."""


@dataclass(frozen=True, eq=False)
class Trained:
    """What training found.

    Attributes
    ----------
    ranker
        Fitted to all examples and calibrated.
    figures
        ``default`` and ``trained`` -> mean MRR and NDCG@20 and AUC on leaders not learnt from.
    difference
        Mean paired difference of the MRR, and its 95 % interval by leader (``paired``).
    """

    ranker: Ranker
    figures: Mapping[str, Mapping[str, float]]
    difference: tuple[float, float, float]

    @property
    def is_kept(self) -> bool:
        """Whether the interval of the difference lies above 0."""
        return self.difference[1] > 0


def enough(examples: Examples, positives: int, leaders: int) -> bool:
    """Return whether so many positives over so many leaders are there (and some for each part)."""
    found = label_counts(examples)
    return found[0] >= max(1, positives) and found[1] >= max(PARTS, leaders)


def label_counts(examples: Examples) -> tuple[int, int]:
    """Return how many positives there are, and over how many leaders."""
    leaders = np.unique(examples.leader[examples.positive])
    return int(examples.positive.sum()), int(leaders.size)


def train(
    examples: Examples, seed: int, progress: Callable[[int, int], None] | None = None
) -> Trained:
    """Fit, calibrate and judge a ranker.

    Parameters
    ----------
    examples
        Labelled candidates of at least ``PARTS`` leaders.
    seed
        Of the resampling.
    progress
        Called with (fits done, fits).
    """
    part = _parts(examples.leader)
    margin = np.zeros(part.size)
    for number in range(PARTS):
        own = part == number
        margin[own] = fit_ranker(examples.chosen(~own)).margin(examples.values[own])
        if progress:
            progress(number + 1, PARTS + 1)
    ranker = calibrated(fit_ranker(examples), margin, examples.positive, examples.weight)
    if progress:
        progress(PARTS + 1, PARTS + 1)
    judged, difference = paired(examples, margin, seed)
    return Trained(ranker, judged, difference)


def paired(
    examples: Examples, margin: Floats, seed: int
) -> tuple[dict[str, dict[str, float]], tuple[float, float, float]]:
    """Return what the default and a trained score come to on the same lists.

    Parameters
    ----------
    examples
        Whole lists with the score of the default.
    margin
        (n,) of each example, by a model that did not learn from its leader's right ones.
    seed
        Of the resampling.

    Returns
    -------
    ``default`` and ``trained`` -> mean ``mrr``, ``ndcg_20`` and ``auc``; and the mean paired
    difference of the MRR with its 95 % interval by leader, widened by ``WIDER``.
    """
    told = {"default": ranked(examples, examples.default), "trained": ranked(examples, margin)}
    gain = told["trained"]["mrr"] - told["default"]["mrr"]
    middle = mean(gain)
    low, high = interval(gain, examples.leader[examples.positive], seed)
    means = {
        name: {figure: mean(values[figure]) for figure in ("mrr", "ndcg_20", "auc")}
        for name, values in told.items()
    }
    return means, (middle, middle - WIDER * (middle - low), middle + WIDER * (high - middle))


def _parts(leader: Ints) -> Ints:
    """Return the part of each example's leader: leaders in turn, as their ids are ordered."""
    _, at = np.unique(leader, return_inverse=True)
    return np.asarray(at % PARTS, dtype=np.int64)


def ranked(examples: Examples, score: Floats) -> dict[str, Floats]:
    """Return the figures of each positive among the negatives of its list.

    Returns
    -------
    As ``metrics.figures``, (n_positives,) in the order of the examples.
    """
    starts = np.flatnonzero(np.diff(examples.query, prepend=-1))
    places = []
    for rows in np.split(np.arange(score.size), starts[1:]):
        wrong = np.sort(score[rows[~examples.positive[rows]]])
        for right in score[rows[examples.positive[rows]]]:
            below, upto = (np.searchsorted(wrong, right, side) for side in ("left", "right"))
            places.append((wrong.size - upto, upto - below, wrong.size))
    return figures(*np.array(places, dtype=np.int64).reshape(-1, 3).T)
