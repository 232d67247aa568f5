"""Ranking figures of one positive among all candidates, and their intervals.

The choice: ties are honest. Candidates that score alike are taken in every order with equal
chance, and each figure is its expectation over these orders, so a scorer that says nothing gets
what chance would get, not the best or the worst place.

References
----------
MRR, hits and NDCG in full ranking: Sun et al., ACL 2020 (on ties in knowledge-graph completion);
Krichene and Rendle, KDD 2020 (sampled metrics mislead). Intervals: percentile bootstrap over
targets, Efron and Tibshirani 1993, because relations of one target are not independent.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

HITS = (1, 10, 50)
DEPTH = 20
RESAMPLES = 2_000


def placed(score: Floats, positive: int, candidates: npt.NDArray[np.bool_]) -> tuple[int, int, int]:
    """Return how many candidates score above a positive, how many alike, and how many there are.

    ``candidates`` are the negatives. An unknown score (NaN) says neither for nor against: it counts
    as the mean of the known ones.
    """
    known = score[~np.isnan(score)]
    value = np.where(np.isnan(score), known.mean() if known.size else 0.0, score)
    own = value[positive]
    others = value[candidates]
    return int(np.count_nonzero(others > own)), int(np.count_nonzero(others == own)), others.size


def figures(better: Ints, alike: Ints, total: Ints) -> dict[str, Floats]:
    """Return the expected figures of each query.

    Parameters
    ----------
    better, alike, total
        (n_queries,) of ``placed``.

    Returns
    -------
    ``mrr``, ``hits_k``, ``ndcg_20``, ``auc``, each (n_queries,), 0-1. ``auc`` is NaN without a
    negative.

    Examples
    --------
    >>> figures(np.array([1]), np.array([0]), np.array([9]))["mrr"].tolist()
    [0.5]
    >>> float(figures(np.array([0]), np.array([1]), np.array([1]))["hits_1"][0])
    0.5
    """
    most = int((better + alike).max(initial=0)) + 1
    ranks = np.arange(1, most + 1)
    told = {
        "mrr": _mean_of(1 / ranks, better, alike),
        **{f"hits_{k}": _mean_of((ranks <= k).astype(np.float64), better, alike) for k in HITS},
        f"ndcg_{DEPTH}": _mean_of(
            np.where(ranks <= DEPTH, 1 / np.log2(1 + ranks), 0.0), better, alike
        ),
    }
    with np.errstate(divide="ignore", invalid="ignore"):
        told["auc"] = np.where(total > 0, 1 - (better + alike / 2) / total, np.nan)
    return told


def _mean_of(gain: Floats, better: Ints, alike: Ints) -> Floats:
    """Return the mean of ``gain`` over the places better + 1 ... better + alike + 1."""
    summed = np.concatenate(([0.0], np.cumsum(gain)))
    return np.asarray((summed[better + alike + 1] - summed[better]) / (alike + 1))


def interval(values: Floats, group: Ints, seed: int) -> tuple[float, float]:
    """Return the 95 % interval of a mean by resampling groups; (NaN, NaN) without a value.

    Parameters
    ----------
    values
        (n_queries,); NaN is left out.
    group
        Target of each query.
    seed
        Of the resampling.
    """
    known = ~np.isnan(values)
    if not known.any():
        return float("nan"), float("nan")
    _, at = np.unique(group[known], return_inverse=True)
    total, count = np.bincount(at, values[known]), np.bincount(at).astype(np.float64)
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, count.size, (RESAMPLES, count.size))
    means = total[drawn].sum(axis=1) / count[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def mean(values: Floats) -> float:
    """Return the mean of what is known, NaN without anything."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


def summary(told: Mapping[str, Floats], group: Ints, seed: int) -> dict[str, float]:
    """Return the mean of each figure, and the interval of ``mrr``."""
    low, high = interval(told["mrr"], group, seed)
    return {name: mean(values) for name, values in told.items()} | {
        "mrr_low": low,
        "mrr_high": high,
    }
