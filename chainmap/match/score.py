"""The score of a pair: the sum of visible contributions, for all pairs of a leader at once.

The choice: contributions are kept as whole millionths, so that the score is their exact sum, the
same on every machine, and ties are real ties. A trained ranker, where there is one, replaces the
weights and not the shape.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.match.filters import ruled_out
from chainmap.match.values import Question, feature_values
from chainmap.match.weights import BASE, FEATURES

if TYPE_CHECKING:
    from chainmap.match.candidates import Pairs
    from chainmap.match.ranker import Ranker
    from chainmap.match.weights import MatchWeights

MILLION = 1_000_000


@dataclass(frozen=True, eq=False)
class Scored:
    """Pairs with their contributions.

    Attributes
    ----------
    pairs
        The candidate pairs.
    contributions
        In millionths, columns as ``names``: (n_pairs, n_features), and ``BASE`` last when trained.
    known
        (n_pairs, n_features), whether the feature could be judged. An unknown one contributes 0;
        when trained, what the middle of what is known would.
    counted
        Same shape: whether a known fact adds to the score, so that its row may be cited.
    score
        Row sums of ``contributions``.
    ruled_out
        A Filter value of each pair.
    names
        What the columns of ``contributions`` are.
    """

    pairs: Pairs
    contributions: npt.NDArray[np.int64]
    known: npt.NDArray[np.bool_]
    counted: npt.NDArray[np.bool_]
    score: npt.NDArray[np.int64]
    ruled_out: npt.NDArray[np.int8]
    names: tuple[str, ...] = FEATURES


def score_pairs(asked: Question) -> Scored:
    """Score all candidate pairs of one leader: contribution = weight × value, value in 0-1.

    With a trained ranker in ``asked.weights`` the contributions are what it makes of the values.
    """
    values = feature_values(asked)
    value = np.column_stack([values[name] for name in FEATURES])
    scale = np.array([asked.weights.weights[name] for name in FEATURES]) * MILLION
    known = ~np.isnan(value)
    contributions = np.rint(np.where(known, value, 0.0) * scale).astype(np.int64)
    out = ruled_out(asked, values["certification"])
    counted = contributions > 0
    names: tuple[str, ...] = FEATURES
    if asked.weights.ranker is not None:
        contributions = asked.weights.ranker.contributions(value)
        counted &= contributions[:, : len(FEATURES)] > 0
        names = (*FEATURES, BASE)
    score = contributions.sum(axis=1)
    return Scored(asked.pairs, contributions, known, counted, score, out, names)


def missing_points(asked: Question, told: Scored, pair: int) -> dict[str, float]:
    """Return what each feature could still add to the score of a pair, if it alone were full.

    Parameters
    ----------
    asked, told
        The pairs of one leader, and their scores.
    pair
        Position of the pair.

    Returns
    -------
    Feature -> points, at least 0. For the default that is weight − contribution.
    """
    ranker = asked.weights.ranker
    if ranker is None:
        told_points = told.contributions[pair].tolist()
        return {
            name: round(asked.weights.weights[name] - points / MILLION, 6)
            for name, points in zip(FEATURES, told_points, strict=True)
        }
    values = feature_values(replace(asked, pairs=asked.pairs.chosen(np.array([pair]))))
    return _headroom(ranker, np.array([values[name][0] for name in FEATURES]))


def most_points(weights: MatchWeights) -> dict[str, float]:
    """Return what each feature could add for a company that makes nothing of what is needed."""
    if weights.ranker is None:
        return dict(weights.weights)
    return _headroom(weights.ranker, np.array([0.0, *[np.nan] * (len(FEATURES) - 1)]))


def _headroom(ranker: Ranker, value: npt.NDArray[np.float64]) -> dict[str, float]:
    """Return how much the score rises when each feature in turn is 1 and the others stay."""
    tried = np.repeat(value[np.newaxis], value.size + 1, axis=0)
    np.fill_diagonal(tried, 1.0)
    score = ranker.contributions(tried).sum(axis=1)
    points = np.maximum(0, score[:-1] - score[-1]) / MILLION
    return dict(zip(FEATURES, points.tolist(), strict=True))
