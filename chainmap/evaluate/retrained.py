"""The trained ranker under evaluation: fitted anew without what is kept back, then asked about it.

The choice: what is kept back leaves before labels are collected, the supplies and what was decided
about their ends alike. Parts that are kept back one by one are trained without in tens, so that
there are ten models and not a thousand; each part is still asked about on its own snapshot, the
one that all other scorers see.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.evaluate.labels import (
    LabelledList,
    apart,
    joined,
    labelled_list,
    served_examples,
    without_decisions,
)
from chainmap.evaluate.metrics import calibration_error, reliability
from chainmap.evaluate.training import enough, label_counts, paired, train
from chainmap.match.filters import Filter
from chainmap.match.recommend import match_leader
from chainmap.match.score import MILLION
from chainmap.match.values import feature_values
from chainmap.match.weights import FEATURES

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph
    from chainmap.evaluate.holdout import Pairs
    from chainmap.evaluate.training import Trained
    from chainmap.match.features import CompanyFeatures
    from chainmap.match.ranker import Ranker
    from chainmap.match.recommend import MatchScope
    from chainmap.match.weights import MatchWeights

Floats = npt.NDArray[np.float64]

GROUPS = 10
"""Models at most: parts are trained without in so many groups."""


@dataclass(frozen=True, eq=False)
class Basis:
    """What is evaluated: the whole snapshot, and what ``match`` would score with."""

    graph: ChainGraph
    scope: MatchScope
    features: CompanyFeatures
    weights: MatchWeights


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many labels a model needs."""

    positives: int
    leaders: int


@dataclass(eq=False)
class Retrained:
    """One model a group of parts, and the lists that it was asked for.

    Attributes
    ----------
    basis
        What is evaluated.
    parts
        Relations that are kept back together; part n belongs to model n modulo their number.
    models
        Empty when too few labels were left.
    positives, leaders
        Labels of the model that has fewest.
    """

    basis: Basis
    parts: Sequence[Pairs]
    models: Sequence[Trained]
    positives: int
    leaders: int
    _asked_for: list[tuple[int, LabelledList, Floats, Floats]] = field(default_factory=list)

    def scorer(self, number: int, reduced: ChainGraph) -> Callable[[int], Floats]:
        """Return the scores of part ``number`` on its snapshot: target -> score of each company.

        Who is no candidate of ``match`` scores below everybody who is.
        """
        ranker = self.models[number % len(self.models)].ranker
        part, open_graph = self.parts[number], without_decisions(reduced)

        def score(target: int) -> Floats:
            return self._asked(open_graph, target, part[part[:, 1] == target, 0], ranker)

        return score

    def _asked(
        self, reduced: ChainGraph, target: int, gone: npt.NDArray[np.int64], ranker: Ranker
    ) -> Floats:
        basis = self.basis
        match = match_leader(
            reduced, target, basis.scope, features=basis.features, weights=basis.weights
        )
        values = feature_values(match.asked)
        told = ranker.contributions(np.column_stack([values[name] for name in FEATURES]))
        millionths = told.sum(axis=1)
        margin = millionths / MILLION
        passes = match.scored.ruled_out == Filter.NONE
        scores = np.full(reduced.n_companies, -np.inf)
        np.maximum.at(scores, match.scored.pairs.company[passes], margin[passes])
        listed = labelled_list(basis.graph, match, gone)
        if listed.right.any():
            told_of = margin[listed.pair], ranker.probability(millionths[listed.pair])
            self._asked_for.append((target, listed, *told_of))
        return scores

    def told(self, seed: int) -> tuple[dict[str, object], list[dict[str, float]]]:
        """Return what the models came to on the lists that were asked for, and the reliability.

        Parameters
        ----------
        seed
            Of the resampling.

        Returns
        -------
        One plain row: labels, models, in how many the trained one would be kept, both MRR among
        the candidates of ``match`` and their paired difference (null without a list), ``ece``; and
        the rows of ``metrics.reliability``.
        """
        lists = sorted(self._asked_for, key=lambda one: one[0])  # stable, as ``joined`` is
        record: dict[str, object] = {
            "positives": self.positives,
            "leaders": self.leaders,
            "models": len(self.models),
            "kept": sum(model.is_kept for model in self.models),
            "n_lists": len(lists),
            "n_positives": int(sum(listed.right.sum() for _, listed, *_ in lists)),
        }
        names = ("mrr_default", "mrr_trained", "difference", "difference_low", "difference_high")
        if not lists:
            return record | dict.fromkeys((*names, "ece")), []
        examples = joined([(target, listed) for target, listed, *_ in lists])
        margin, probability = (np.concatenate([one[at] for one in lists]) for at in (2, 3))
        figures, difference = paired(examples, margin, seed)
        values = (figures["default"]["mrr"], figures["trained"]["mrr"], *difference)
        record |= {name: _rounded(value) for name, value in zip(names, values, strict=True)}
        times = np.bincount([target for target, *_ in lists])[examples.leader]
        weight = np.where(examples.positive, 1.0, 1 / times)
        rows = reliability(probability, examples.positive, weight)
        record["ece"] = _rounded(calibration_error(rows))
        return record, [{name: _rounded(row[name]) for name in row} for row in rows]


def _rounded(value: float) -> float:
    return round(float(value), 6)


def retrain(
    basis: Basis,
    parts: Sequence[Pairs],
    bounds: Bounds,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> Retrained:
    """Train without each part of the known supplies.

    Parameters
    ----------
    basis
        What is evaluated.
    parts
        Pairs (source, target) that are kept back together.
    bounds
        How many labels have to be left for each model; where one has fewer there are no models.
    seed
        Of the resampling that judges each model.
    progress
        Called with (models done, models).
    """
    groups = min(len(parts), GROUPS)
    models: list[Trained] = []
    counts: list[tuple[int, int]] = []
    for number in range(groups):
        examples = served_examples(
            apart(basis.graph, np.concatenate(parts[number::groups])),
            basis.scope,
            features=basis.features,
            weights=basis.weights,
        )
        counts.append(label_counts(examples))
        if not enough(examples, bounds.positives, bounds.leaders):
            models = []
            break
        models.append(train(examples, seed))
        if progress:
            progress(number + 1, groups)
    positives, leaders = (min(column) for column in zip(*counts, strict=True))
    return Retrained(basis, parts, models, positives, leaders)
