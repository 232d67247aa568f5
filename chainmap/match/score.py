"""The score of a pair: the sum of visible contributions, for all pairs of a leader at once.

The choice: contributions are kept as whole millionths, so that the score is their exact sum, the
same on every machine, and ties are real ties.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.match.filters import ruled_out
from chainmap.match.values import Question, feature_values
from chainmap.match.weights import FEATURES

if TYPE_CHECKING:
    from chainmap.match.candidates import Pairs

MILLION = 1_000_000


@dataclass(frozen=True, eq=False)
class Scored:
    """Pairs with their contributions.

    Attributes
    ----------
    pairs
        The candidate pairs.
    contributions
        (n_pairs, n_features) in millionths, columns as ``FEATURES``.
    known
        Same shape: whether the feature could be judged; an unknown one contributes 0.
    score
        Row sums of ``contributions``.
    ruled_out
        A Filter value of each pair.
    """

    pairs: Pairs
    contributions: npt.NDArray[np.int64]
    known: npt.NDArray[np.bool_]
    score: npt.NDArray[np.int64]
    ruled_out: npt.NDArray[np.int8]


def score_pairs(asked: Question) -> Scored:
    """Score all candidate pairs of one leader: contribution = weight × value, value in 0-1."""
    values = feature_values(asked)
    value = np.column_stack([values[name] for name in FEATURES])
    scale = np.array([asked.weights.weights[name] for name in FEATURES]) * MILLION
    known = ~np.isnan(value)
    contributions = np.rint(np.where(known, value, 0.0) * scale).astype(np.int64)
    out = ruled_out(asked, values["certification"])
    return Scored(asked.pairs, contributions, known, contributions.sum(axis=1), out)
