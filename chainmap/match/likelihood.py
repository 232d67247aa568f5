"""What the kinds of evidence for a missing relation are worth together, learnt from known ones.

The choice: a conditional logit. That a source is the missing one among all candidates is
proportional to exp(Σ weight · value), so each weighted value is a log-likelihood ratio and the
score their visible sum. Weights are at least 0 and are learnt from relations that are taken away
from the snapshot for the purpose (``chainmap.evaluate.learnt``), never set by hand; what the
labels do not say stays at the prior.

A firm without any other relation must not be known by that (ADR 0017, 0023). Evidence that rests
on relations is therefore 0 without them and counts only above what nine in ten unrelated firms
show too, so a firm that has less can only score less, and a firm with unrelated products ties with
one without any.

References
----------
Conditional logit: McFadden, in Frontiers in Econometrics (1974).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from chainmap.match.signals import Signals

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

KINDS = (
    "together",
    "walk",
    "recipe",
    "about",
    "product_names",
    "own_name",
    "sector",
    "segment",
    "place",
)
"""The signals that are weighed (``chainmap.match.signals``)."""

LIFTS = frozenset({"sector", "segment", "place"})
"""Signals that are log-likelihood ratios as they are; a segment known from products only speaks
for a firm, since those without products have none."""
SHRUNK_TO: Mapping[str, float] = dict.fromkeys(KINDS, 2.0) | dict.fromkeys(LIFTS, 1.0)
"""Mean of each weight's normal prior: 1 for a log-likelihood ratio, 2 (e² = 7 times as likely) for
the most that another signal can say."""
SPREAD = 5.0
"""Standard deviation of the prior: wide, so that some tens of relations outweigh it."""
ABOVE = 0.9
"""Quantile of the negatives that is taken for no evidence."""
ABOVE_FOR = frozenset({"walk", "recipe", "about", "product_names", "own_name"})
"""Signals that unrelated pairs show too; the others are 0 for nearly all of them."""


@dataclass(frozen=True, eq=False)
class Query:
    """One target whose relations to some sources were taken away.

    Attributes
    ----------
    values
        (n, kinds), raw values of the candidates (``raw_values``).
    right
        Which are the sources that were taken away; the others are not known to be any.
    """

    values: Floats
    right: Flags


@dataclass(frozen=True, eq=False)
class LinkModel:
    """Weights of the kinds of evidence, and how raw values become comparable.

    Attributes
    ----------
    weights
        (kinds,), at least 0: what the fullest evidence of each kind adds to the log-odds.
    above
        (kinds,), raw values up to which a kind says nothing.
    half
        (kinds,), value above that which says half of what is possible; NaN for ``LIFTS``.
    """

    weights: Floats
    above: Floats
    half: Floats

    def values(self, raw: Floats) -> Floats:
        """Return comparable values: v / (v + half) of what is above, lifts as they are."""
        over = np.maximum(0.0, raw - self.above)
        with np.errstate(invalid="ignore"):
            return np.where(np.isnan(self.half), raw, over / (over + self.half))

    def parts(self, signals: Signals, target: int) -> dict[str, Floats]:
        """Return the visible parts of all sources' scores; their sum is the score."""
        parts = self.values(raw_values(signals, target)) * self.weights
        return dict(zip(KINDS, parts.T, strict=True))

    def score(self, signals: Signals, target: int) -> Floats:
        """Return the score of all sources of one target (log-odds but for a constant)."""
        return np.asarray(np.sum(list(self.parts(signals, target).values()), axis=0))


def raw_values(signals: Signals, target: int) -> Floats:
    """Return the raw value of each kind for all sources, (n_companies, kinds); unknown is 0.

    0 is what says nothing: a lift of 1, no likeness. Of a segment only what speaks for counts.
    """
    told = np.stack([np.nan_to_num(signals.of(name, target)) for name in KINDS], axis=1)
    at = KINDS.index("segment")
    told[:, at] = np.maximum(0.0, told[:, at])
    return told


def fit_link_model(queries: Sequence[Query]) -> LinkModel:
    """Fit the weights to what was taken away.

    Parameters
    ----------
    queries
        Targets with what was taken away; none gives the prior.

    Notes
    -----
    Maximum a posteriori of Σ ln P(source | target) over what was taken away, P over the source and
    the candidates that are not known to be right; convex, so there is one answer. Weights are
    rounded to 1e-4: the order of sums cannot show.
    """
    above, half = _scales(queries)
    start = np.array([SHRUNK_TO[name] for name in KINDS])
    blank = LinkModel(start, above, half)
    asked = []
    for query in queries:
        values = blank.values(query.values)
        others = values[~query.right]
        asked += [(own, others) for own in values[query.right]]
    if not asked:
        return blank
    from scipy.optimize import minimize  # half a second that matching need not wait for

    def loss(weights: Floats) -> tuple[float, Floats]:
        value = float(np.sum((weights - start) ** 2)) / (2 * SPREAD**2)
        slope = (weights - start) / SPREAD**2
        for own, others in asked:
            apart = (others - own) @ weights
            most = max(0.0, float(apart.max(initial=0.0)))
            share = np.exp(apart - most)
            total = float(share.sum()) + float(np.exp(-most))
            value += most + float(np.log(total))
            slope = slope + share @ (others - own) / total
        return value, slope

    bounds = [(0.0, None)] * start.size
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return LinkModel(np.round(found, 4), above, half)


def _scales(queries: Sequence[Query]) -> tuple[Floats, Floats]:
    """Return from where each kind says something, and the median of what is above."""
    above, half = np.zeros(len(KINDS)), np.ones(len(KINDS))
    for at, name in enumerate(KINDS):
        if name in LIFTS:
            half[at] = np.nan
            continue
        values = np.concatenate([query.values[:, at] for query in queries] or [np.zeros(1)])
        wrong = np.concatenate([~query.right for query in queries] or [np.ones(1, np.bool_)])
        if name in ABOVE_FOR and wrong.any():
            above[at] = float(np.quantile(values[wrong], ABOVE))
        over = values - above[at]
        half[at] = float(np.median(over[over > 0])) if (over > 0).any() else 1.0
    return above, half
