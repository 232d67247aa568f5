"""A trained ranker: boosted trees that may only count for a pair what the default counts for it.

The choice: every feature has a monotone constraint (more of it never lowers the score), the score
is the log-odds as the exact sum of what each feature adds (TreeSHAP) and a stated base, and a
probability stands beside. Unknown is neither for nor against: it counts as the middle of what is
known, and as nothing found where only a known relation could tell (``ABSENT``): otherwise a firm
whose last relation was kept back would be known by that.

References
----------
TreeSHAP: Lundberg et al., Nature Machine Intelligence 2 (2020). Gradient boosting: Ke et al.,
NeurIPS 2017 (LightGBM). Platt 1999, with the targets of Lin, Lin and Weng 2007.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from chainmap.errors import ConfigError
from chainmap.match.score import MILLION
from chainmap.texts import say

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

ABSENT = frozenset({"partners"})
"""Features that are made of relations: an unknown one counts as 0, none found."""

ROUNDS = 150
SETTINGS: dict[str, object] = {
    "objective": "binary",
    "learning_rate": 0.05,
    "num_leaves": 8,
    "max_depth": 3,
    "min_data_in_leaf": 20,
    "lambda_l2": 1.0,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "seed": 1,
    "verbosity": -1,
}
"""Small trees, for a bureau has hundreds of known pairs; fixed beforehand, fitted to no data."""


@dataclass(frozen=True, eq=False)
class Examples:
    """Labelled candidates, as aligned arrays in an order that follows from ids alone.

    Attributes
    ----------
    names
        What the columns of ``values`` are.
    values
        (n, n_features), NaN unknown.
    positive
        Which are known to be right.
    weight
        What each counts for when log-odds are learnt: a candidate that is asked about several
        times, each time with other relations kept back, counts once in all; of a long list some
        count for those between them, which count 0.
    query
        Number of the list that each is a candidate of; ascending.
    leader
        Whose list it is.
    default
        Score without training.
    """

    names: tuple[str, ...]
    values: Floats
    positive: Flags
    weight: Floats
    query: Ints
    leader: Ints
    default: Floats

    def chosen(self, rows: Flags | Ints) -> Examples:
        """Return some of the examples."""
        return Examples(
            self.names,
            self.values[rows],
            self.positive[rows],
            self.weight[rows],
            self.query[rows],
            self.leader[rows],
            self.default[rows],
        )


@dataclass(frozen=True, slots=True)
class Calibration:
    """Log-odds -> probability: 1 / (1 + exp(−(slope · score + shift))), slope at least 0."""

    slope: float = 1.0
    shift: float = 0.0

    def probability(self, margin: Floats) -> Floats:
        """Return the probability of each log-odds; never falls as they rise."""
        return np.asarray(expit(self.slope * margin + self.shift))


@dataclass(frozen=True, eq=False)
class Ranker:
    """A fitted model.

    Attributes
    ----------
    names
        Features, in the order of the columns.
    fill
        What an unknown value counts as, (n_features,).
    booster
        The trees (``lightgbm.Booster``).
    calibration
        From score to probability.
    """

    names: tuple[str, ...]
    fill: Floats
    booster: Any
    calibration: Calibration = Calibration()

    def contributions(self, values: Floats) -> Ints:
        """Return what each feature adds to the log-odds, in millionths.

        Parameters
        ----------
        values
            (n, n_features), NaN unknown.

        Returns
        -------
        (n, n_features + 1): features as ``names``, then ``weights.BASE``. The score is the row sum.
        """
        if not len(values):
            return np.empty((0, len(self.names) + 1), dtype=np.int64)
        told = self.booster.predict(self._filled(values), pred_contrib=True, num_threads=1)
        millionths: Ints = np.rint(np.asarray(told) * MILLION).astype(np.int64)
        return millionths

    def margin(self, values: Floats) -> Floats:
        """Return the log-odds of each row of ``values``: what the contributions add up to."""
        if not len(values):
            return np.empty(0)
        told = self.booster.predict(self._filled(values), raw_score=True, num_threads=1)
        return np.asarray(told, dtype=np.float64)

    def probability(self, score: Ints) -> Floats:
        """Return the probability (0-1) of scores in millionths."""
        return self.calibration.probability(score / MILLION)

    def as_record(self) -> dict[str, object]:
        """Return what was fitted, for the ``run`` of an answer; equal trees have equal hashes."""
        trees = self.booster.model_to_string(num_iteration=-1).partition("parameters:")[0]
        return {
            "features": list(self.names),
            "unknown": dict(zip(self.names, self.fill.round(6).tolist(), strict=True)),
            "rounds": ROUNDS,
            "settings": SETTINGS,
            "calibration": {"slope": self.calibration.slope, "shift": self.calibration.shift},
            "sha256": hashlib.sha256(trees.encode()).hexdigest(),
        }

    def _filled(self, values: Floats) -> Floats:
        return np.where(np.isnan(values), self.fill, values)


def learner() -> Any:  # noqa: ANN401 - the module of an optional extra
    """Return the module of lightgbm.

    Raises
    ------
    ConfigError
        When the extra is not installed, or does not load (OpenMP is not there).
    """
    if find_spec("lightgbm") is None:
        raise ConfigError(say("match.no_lightgbm"))
    try:
        return import_module("lightgbm")
    except (ImportError, OSError) as exc:
        raise ConfigError(say("match.broken_lightgbm", reason=exc)) from exc


def is_usable() -> bool:
    """Return whether ``learner`` answers."""
    try:
        learner()
    except ConfigError:
        return False
    return True


def fit_ranker(examples: Examples) -> Ranker:
    """Fit the trees, uncalibrated.

    Notes
    -----
    The same examples give the same trees whatever the order of the store's rows: examples are
    ordered by id, one thread sums them, and nothing is drawn by chance.
    """
    lightgbm = learner()
    examples = examples.chosen(examples.weight > 0)
    fill = _fills(examples)
    values = np.where(np.isnan(examples.values), fill, examples.values)
    told = lightgbm.Dataset(
        values,
        label=examples.positive.astype(np.float64),
        weight=examples.weight,
        params={"verbosity": -1, "min_data_in_bin": 1},
    )
    settings = SETTINGS | {"monotone_constraints": [1] * len(examples.names)}
    return Ranker(examples.names, fill, lightgbm.train(settings, told, num_boost_round=ROUNDS))


def _fills(examples: Examples) -> Floats:
    """Return the median of what is known of each feature; 0 for ``ABSENT`` and without any."""
    found = np.zeros(len(examples.names))
    for at, name in enumerate(examples.names):
        known = examples.values[~np.isnan(examples.values[:, at]), at]
        if name not in ABSENT and known.size:
            found[at] = float(np.median(known))
    return found


def calibrated(ranker: Ranker, margin: Floats, positive: Flags, weight: Floats) -> Ranker:
    """Return the ranker with the calibration that fits margins of pairs it did not learn from."""
    return replace(ranker, calibration=fit_calibration(margin, positive, weight))


def fit_calibration(margin: Floats, positive: Flags, weight: Floats) -> Calibration:
    """Fit slope and shift by weighted likelihood; a slope below 0 is none.

    Platt rather than isotonic: with a few hundred positives isotonic steps overfit (Niculescu-Mizil
    and Caruana, ICML 2005), and it would say 0 % and 100 %.
    """
    from scipy.optimize import minimize  # half a second that the default need not wait for

    right, wrong = float(weight[positive].sum()), float(weight[~positive].sum())
    wanted = np.where(positive, (right + 1) / (right + 2), 1 / (wrong + 2))

    def loss(told: Floats) -> tuple[float, Floats]:
        at = told[0] * margin + told[1]
        value = float(np.sum(weight * (np.logaddexp(0.0, at) - wanted * at)))
        slope = weight * (expit(at) - wanted)
        return value, np.array([float(slope @ margin), float(slope.sum())])

    start = np.array([1.0, 0.0])
    bounds = [(0.0, None), (None, None)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return Calibration(round(float(found[0]), 6), round(float(found[1]), 6))
