"""From features to a calibrated probability and a band: a versioned TOML file.

The one choice: the candidates of a phrase compete with each other and with "none of them" in one
softmax, so their probabilities add up to at most 1, a close runner-up lowers the winner, and a
phrase that nothing fits is rejected rather than forced. ``tools/fit_linker.py`` fits the weights.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from chainmap.errors import ConfigError
from chainmap.link.features import FEATURES, contradicted
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.link.candidates import Candidates
    from chainmap.link.grams import Floats

ACCEPT, REVIEW, REJECT = "accept", "review", "reject"
_BELOW = 0.001
BANDS = (ACCEPT, REVIEW, REJECT)


@dataclass(frozen=True, slots=True)
class Profile:
    """One fitted softmax: a weight a feature, the level of "none", and the sharpness.

    ``strict``: whether a contradiction bars a pair from being accepted. In a classification it does
    not: the names of classes list several things and begin anyhow.
    """

    weights: Mapping[str, float]
    none: float
    sharpness: float
    strict: bool


@dataclass(frozen=True, slots=True)
class LinkModel:
    """``linker.toml``: profiles by name, the bands' bounds, and what a 经营范围 is worth."""

    version: str
    accept: float
    review: float
    scope_belief: float
    profiles: Mapping[str, Profile]

    def band(self, probability: float) -> str:
        """Return the band of a probability."""
        if probability >= self.accept:
            return ACCEPT
        return REVIEW if probability >= self.review else REJECT

    def probabilities(self, found: Candidates, profile: str) -> Floats:
        """Return the probability of each candidate; those of one phrase add up to at most 1.

        What is at most for review stays below the bound of accept.
        """
        chosen = self.profiles[profile]
        weights = np.array([chosen.weights[name] for name in FEATURES], dtype=np.float64)
        logits = found.features.astype(np.float64) @ weights * chosen.sharpness
        none = chosen.none * chosen.sharpness
        p = softmax_with_none(found.phrase, logits, none)
        if chosen.strict:
            most = np.float32(self.accept - _BELOW)
            p = np.where(contradicted(found.features), np.minimum(p, most), p)
        return p

    def as_record(self) -> dict[str, object]:
        """Return version and bounds for the ``run`` of an answer."""
        return {
            "version": self.version,
            "accept": self.accept,
            "review": self.review,
            "scope_belief": self.scope_belief,
        }


def softmax_with_none(
    phrase: np.ndarray[Any, Any], logits: np.ndarray[Any, Any], none: float
) -> Floats:
    """Return exp(l) / (exp(none) + sum of exp(l) over the candidates of the same phrase)."""
    if not len(phrase):
        return np.zeros(0, dtype=np.float32)
    starts = np.flatnonzero(np.r_[True, phrase[1:] != phrase[:-1]])
    counts = np.diff(np.r_[starts, len(phrase)])
    top = np.maximum(np.maximum.reduceat(logits, starts), none)
    raised = np.exp(logits - np.repeat(top, counts))
    total = np.add.reduceat(raised, starts) + np.exp(none - top)
    return np.asarray(raised / np.repeat(total, counts), dtype=np.float32)


@lru_cache(maxsize=1)
def default_model() -> LinkModel:
    """Return the model that ships with chainmap (read once)."""
    return read_model(Path(__file__).with_name("linker.toml"))


def read_model(path: Path) -> LinkModel:
    """Read a model file.

    Raises
    ------
    ConfigError
        When the file is missing or not TOML, lacks a value, or its bounds are not 0 <= review <=
        accept <= 1.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise ConfigError(say("weights.unreadable", path=path, why=exc)) from exc
    try:
        model = LinkModel(
            version=str(told["version"]),
            accept=float(told["bands"]["accept"]),
            review=float(told["bands"]["review"]),
            scope_belief=float(told["scope_belief"]),
            profiles={name: _profile(part) for name, part in told["profiles"].items()},
        )
    except (KeyError, TypeError, ValueError) as exc:
        raise ConfigError(say("weights.incomplete", path=path, what=exc)) from exc
    if not 0 <= model.review <= model.accept <= 1 or not 0 <= model.scope_belief <= 1:
        raise ConfigError(say("link.bad_bounds", path=path))
    return model


def _profile(told: Mapping[str, Any]) -> Profile:
    weights = {name: float(told["weights"][name]) for name in FEATURES}
    return Profile(weights, float(told["none"]), float(told["sharpness"]), bool(told["strict"]))
