"""Train the ranker that a question asks for, or say why the default answers it.

The choice: trained on demand from the snapshot that is asked, so a model is never older than what
is known, and nothing is left on disk; a model that is not better is not used, and both figures are
told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from chainmap.errors import ConfigError, Finding, Severity
from chainmap.evaluate.labels import served_examples
from chainmap.evaluate.training import Trained, enough, label_counts, train
from chainmap.match.ranker import learner
from chainmap.texts import rule_severity, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chainmap.analysis.graph import ChainGraph
    from chainmap.config import MatchConfig
    from chainmap.match.features import CompanyFeatures
    from chainmap.match.ranker import Examples
    from chainmap.match.recommend import MatchScope
    from chainmap.match.weights import MatchWeights
    from chainmap.workflow.progress import Progress

MODELS = ("default", "trained")
TRAINED_KINDS = ("supply", "substitute")
"""Kinds whose lists are made like those that are learnt from."""

SEED = 20_260_101
"""Of the resampling behind the interval; the pairs themselves are not drawn."""


@dataclass(frozen=True, eq=False)
class Model:
    """What ranks.

    Attributes
    ----------
    weights
        With a ranker where the trained one is used.
    record
        What ``--model trained`` came to, as one plain row; None where the default was asked.
    finding
        Why the default ranks all the same.
    """

    weights: MatchWeights
    record: Mapping[str, object] | None = None
    finding: Finding | None = None

    @property
    def scope(self) -> dict[str, object]:
        """Which model ranks, for the ``scope`` of an answer; nothing where none was asked."""
        return {} if self.record is None else {"model": self.record["used"]}

    @property
    def extra(self) -> dict[str, object]:
        """The record, for what stands beside the rows of an answer."""
        return {} if self.record is None else {"model": [self.record]}

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The finding as a tuple."""
        return () if self.finding is None else (self.finding,)


def chosen_model(
    graph: ChainGraph,
    model: str,
    kind: str,
    scope: MatchScope,
    *,
    features: CompanyFeatures,
    weights: MatchWeights,
    settings: MatchConfig,
    progress: Progress,
) -> Model:
    """Return what ranks: the default, or a ranker trained on what the snapshot knows.

    Raises
    ------
    ConfigError
        When there is no such model, it does not rank this kind, or lightgbm is not installed.
    """
    if model not in MODELS:
        raise ConfigError(say("match.model", model=model, models="、".join(MODELS)))
    if model == "default":
        return Model(weights)
    if kind not in TRAINED_KINDS:
        raise ConfigError(say("match.model_kind", kind=kind))
    learner()
    examples = served_examples(
        graph,
        scope,
        features=features,
        weights=weights,
        progress=partial(progress, "match.step.labels"),
    )
    return _judged(examples, weights, settings, progress)


def _judged(
    examples: Examples, weights: MatchWeights, settings: MatchConfig, progress: Progress
) -> Model:
    positives, leaders = label_counts(examples)
    record: dict[str, object] = {
        "used": "default",
        "positives": positives,
        "leaders": leaders,
        "least_positives": settings.least_positives,
        "least_leaders": settings.least_leaders,
        **dict.fromkeys(("mrr_default", "mrr_trained", *DIFFERENCE)),
    }
    if not enough(examples, settings.least_positives, settings.least_leaders):
        return Model(weights, record, _finding("A-few-labels", record))
    trained = train(examples, SEED, partial(progress, "match.step.train"))
    record |= judged_figures(trained)
    if not trained.is_kept:
        return Model(weights, record, _finding("A-model-not-kept", _shown(record)))
    return Model(replace(weights, ranker=trained.ranker), record | {"used": "trained"})


DIFFERENCE = ("difference", "difference_low", "difference_high")


def judged_figures(trained: Trained) -> dict[str, object]:
    """Return both MRR on leaders not learnt from, and the paired difference with its interval."""
    mrr = {f"mrr_{name}": round(told["mrr"], 6) for name, told in trained.figures.items()}
    difference = [round(value, 6) for value in trained.difference]
    return {**mrr, **dict(zip(DIFFERENCE, difference, strict=True))}


def _shown(record: Mapping[str, object]) -> dict[str, object]:
    return {
        "trained": f"{record['mrr_trained']:.3f}",
        "default": f"{record['mrr_default']:.3f}",
        "difference": f"{record['difference']:+.3f}",
        "low": f"{record['difference_low']:+.3f}",
        "high": f"{record['difference_high']:+.3f}",
    }


def _finding(rule: str, params: Mapping[str, object]) -> Finding:
    return Finding(Severity(rule_severity(rule)), rule, params=params)
