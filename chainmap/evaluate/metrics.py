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

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

HITS = (1, 10, 50)
DEPTH = 20
RESAMPLES = 2_000
BINS = 10


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


def reliability(probability: Floats, right: Flags, weight: Floats) -> list[dict[str, float]]:
    """Return how often pairs of about one probability are right, in bins of equal weight.

    Parameters
    ----------
    probability, right, weight
        (n,) of each pair: what was said, whether it is right, what it counts for.

    Returns
    -------
    At most ``BINS`` rows by ascending probability (equal ones stay together): ``low`` and ``high``
    probability, ``n`` (weight), ``positives``, mean ``probability``, ``share`` of right ones.

    Notes
    -----
    Bins of equal weight, because most pairs are improbable: of equal width nearly all would be in
    the first (Nguyen and O'Connor, EMNLP 2015).

    Examples
    --------
    >>> told = reliability(np.array([0.1, 0.1]), np.array([True, False]), np.ones(2))
    >>> told[0]["share"], round(calibration_error(told), 3)
    (0.5, 0.4)
    """
    values, at = np.unique(probability, return_inverse=True)
    below = np.cumsum(np.bincount(at, weight)) - np.bincount(at, weight)
    bins = np.minimum((below / weight.sum() * BINS).astype(np.int64), BINS - 1)[at]
    rows = []
    for number in np.unique(bins).tolist():
        own = bins == number
        count, hits = float(weight[own].sum()), float(weight[own & right].sum())
        rows.append(
            {
                "low": float(values[at[own].min()]),
                "high": float(values[at[own].max()]),
                "n": count,
                "positives": hits,
                "probability": float(weight[own] @ probability[own]) / count,
                "share": hits / count,
            }
        )
    return rows


def calibration_error(rows: Sequence[Mapping[str, float]]) -> float:
    """Return the expected calibration error (ECE): mean distance of probability and share.

    References
    ----------
    Naeini, Cooper and Hauskrecht, AAAI 2015.
    """
    total = sum(row["n"] for row in rows)
    off = (row["n"] * abs(row["probability"] - row["share"]) for row in rows)
    return sum(off) / total if total else float("nan")
