"""The thresholds of the gap rules: a versioned TOML file, read into a frozen value.

The choice: a bound that decides whether something is called a gap is data, with a version that
is printed beside every verdict.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from chainmap.errors import ConfigError
from chainmap.match.weights import essential_factors
from chainmap.texts import say

SEVERITIES = ("single", "external", "byproduct")
TARGETS = ("makes", "supplies_us", "titles", "size")
RELATED = ("supplies", "named", "portfolio", "recipe", "tree", "sector")


@dataclass(frozen=True, slots=True)
class GapThresholds:
    """Bounds and weights of the gap rules (``thresholds.toml``).

    Attributes
    ----------
    missing, present
        Bounds on P(no local maker): at least ``missing`` is a gap, at most ``present`` is fine.
    accept
        Probability from which a company counts as a maker.
    min_surveyed
        Local companies that must state a product before absence means anything.
    confidence
        Below this confidence a gap is only 数据不足.
    effective_makers
        Below this 1/HHI a product with two or more makers is weak.
    short, over
        Bounds on supply ÷ demand.
    leader_weight, other_weight
        Demand weight of a leader and of any other local company.
    decay, depth
        How the stake in a product fades along what it goes into.
    essential
        Factor per essentiality 0, 1, 2 and -1 (unknown).
    severity
        How bad a single source, buying outside and an idle by-product are, in 0-1.
    targets
        Weights of the ranking of targets, by name; their sum is 1.
    related
        Weights of the ways in which a firm can be close to a product it does not make; sum 1.
    least_close, least_grow, close_for
        Below this closeness a firm is no target, and a local one is not listed to be grown; for
        how many products such firms are sought.
    extension
        Share of a product's inputs that must be covered locally for 延链.
    """

    version: str
    missing: float
    present: float
    accept: float
    min_surveyed: int
    confidence: float
    effective_makers: float
    short: float
    over: float
    leader_weight: float
    other_weight: float
    decay: float
    depth: int
    essential: Mapping[int, float]
    severity: Mapping[str, float]
    targets: Mapping[str, float]
    related: Mapping[str, float]
    least_close: float
    least_grow: float
    close_for: int
    extension: float

    def as_record(self) -> dict[str, object]:
        """Return version and values for the ``run`` of an answer."""
        tables = {"essential", "severity", "targets", "related"}
        names = [name for name in self.__dataclass_fields__ if name not in tables]
        factors = {
            "unknown" if key < 0 else str(key): value
            for key, value in sorted(self.essential.items())
        }
        return {name: getattr(self, name) for name in names} | {
            "essential": factors,
            "severity": dict(self.severity),
            "targets": dict(self.targets),
            "related": dict(self.related),
        }


@lru_cache(maxsize=1)
def default_thresholds() -> GapThresholds:
    """Return the thresholds that ship with chainmap (read once)."""
    return read_thresholds(Path(__file__).with_name("thresholds.toml"))


def read_thresholds(path: Path) -> GapThresholds:
    """Read a thresholds file.

    Raises
    ------
    ConfigError
        When the file is missing or not TOML, lacks a value, or its bounds contradict each other.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise ConfigError(say("weights.unreadable", path=path, why=exc)) from exc
    try:
        bounds = _thresholds(told)
    except (KeyError, TypeError, ValueError) as exc:
        raise ConfigError(say("weights.incomplete", path=path, what=exc)) from exc
    if not (0 <= bounds.present < bounds.missing <= 1 and bounds.short < 1 < bounds.over):
        raise ConfigError(say("gaps.bounds", path=path))
    for weights in (bounds.targets, bounds.related):
        total = math.fsum(weights.values())
        if abs(total - 1) > 1e-9 or min(weights.values()) < 0:
            raise ConfigError(say("weights.sum", path=path, total=total))
    return bounds


def _thresholds(told: Mapping[str, Any]) -> GapThresholds:
    verdict, need, search = told["verdict"], told["need"], told["search"]
    return GapThresholds(
        version=str(told["version"]),
        missing=float(verdict["missing"]),
        present=float(verdict["present"]),
        accept=float(verdict["accept"]),
        min_surveyed=int(verdict["min_surveyed"]),
        confidence=float(verdict["confidence"]),
        effective_makers=float(told["weak"]["effective_makers"]),
        short=float(told["capacity"]["short"]),
        over=float(told["capacity"]["over"]),
        leader_weight=float(need["leader_weight"]),
        other_weight=float(need["other_weight"]),
        decay=float(need["decay"]),
        depth=int(need["depth"]),
        essential=essential_factors(told["essential"]),
        severity={name: float(told["severity"][name]) for name in SEVERITIES},
        targets={name: float(told["targets"][name]) for name in TARGETS},
        related={name: float(told["related"][name]) for name in RELATED},
        least_close=float(search["least_close"]),
        least_grow=float(search["least_grow"]),
        close_for=int(search["close_for"]),
        extension=float(search["extension"]),
    )
