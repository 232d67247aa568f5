"""The scoring weights: a versioned TOML file, read into a frozen value.

The choice: weights are data that a bureau may read and change; the version is printed with
every answer, and a file that is incomplete or does not add up to 1 is refused.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chainmap.analysis.needs import UNKNOWN_ESSENTIAL, RecipeRule
from chainmap.errors import ConfigError
from chainmap.match.congestion import CongestionRule
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.match.ranker import Ranker

FEATURES = (
    "product_fit",
    "sector_pair",
    "partners",
    "portfolio",
    "nearness",
    "titles",
    "size_fit",
    "capacity",
    "certification",
    "freshness",
    "mutual",
)
"""The contributions, in the order in which they are shown."""

BASE = "base"
"""A trained score has one more, shown last: the log-odds before anything is known of the pair."""

CODEVELOP_FEATURES = ("shared_fields", "nearness", "titles", "size_fit")
"""The contributions of a joint development, in the order in which they are shown."""

NEARNESS = ("apart", "same_country", "same_province", "same_city", "same_county", "same_park")


@dataclass(frozen=True, slots=True)
class PackageRule:
    """How many candidates of a link are looked at, and what going together is worth (0-1)."""

    candidates: int
    cohesion: float


@dataclass(frozen=True, slots=True)
class MatchWeights:
    """What each contribution can add, and the scales behind them (``weights.toml``).

    ``ranker`` turns the same values into contributions in place of ``weights``; None: it does not.
    """

    version: str
    weights: Mapping[str, float]
    recipe: RecipeRule
    child_product: float
    least_fit: float
    nearness: Mapping[str, float]
    scale_km: float
    titles: Mapping[str, float]
    flat_decades: float
    zero_decades: float
    class_steps: tuple[float, ...]
    partners_half: float
    half_life_years: float
    congestion: CongestionRule
    package: PackageRule
    codevelop: Mapping[str, float]
    ranker: Ranker | None = None

    def as_record(self) -> dict[str, object]:
        """Return version and values for the ``run`` of an answer."""
        trained = {} if self.ranker is None else {"ranker": self.ranker.as_record()}
        return {
            "version": self.version,
            "weights": dict(self.weights),
            "need": {
                "depth": self.recipe.depth,
                "decay": self.recipe.decay,
                "child_product": self.child_product,
                "accept": self.recipe.accept,
                "least_fit": self.least_fit,
            },
            "essential": {
                "unknown" if key < 0 else str(key): value
                for key, value in sorted(self.recipe.essential.items())
            },
            "nearness": {**self.nearness, "scale_km": self.scale_km},
            "titles": dict(self.titles),
            "size": {
                "flat_decades": self.flat_decades,
                "zero_decades": self.zero_decades,
                "class_steps": list(self.class_steps),
            },
            "network": {"partners_half": self.partners_half},
            "freshness": {"half_life_years": self.half_life_years},
            "congestion": asdict(self.congestion),
            "package": asdict(self.package),
            "codevelop": dict(self.codevelop),
            **trained,
        }


@lru_cache(maxsize=1)
def default_weights() -> MatchWeights:
    """Return the weights that ship with chainmap (read once)."""
    return read_weights(Path(__file__).with_name("weights.toml"))


def read_weights(path: Path) -> MatchWeights:
    """Read a weights file.

    Raises
    ------
    ConfigError
        When the file is missing or not TOML, lacks a value, or its weights do not add up to 1.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise ConfigError(say("weights.unreadable", path=path, why=exc)) from exc
    try:
        weights = _weights(told)
    except (KeyError, TypeError, ValueError) as exc:
        raise ConfigError(say("weights.incomplete", path=path, what=exc)) from exc
    for table in (weights.weights, weights.codevelop):
        total = math.fsum(table.values())
        if abs(total - 1) > 1e-9 or min(table.values()) < 0:
            raise ConfigError(say("weights.sum", path=path, total=total))
    return weights


def essential_factors(told: Mapping[str, Any]) -> dict[int, float]:
    """Return the factor per essentiality of a TOML table with keys 0, 1, 2 and unknown."""
    factors = {key: float(told[str(key)]) for key in (0, 1, 2)}
    return factors | {UNKNOWN_ESSENTIAL: float(told["unknown"])}


def _positive(told: Mapping[str, Any], table: str, name: str) -> float:
    value = float(told[table][name])
    if not value > 0:
        raise ValueError(f"{table}.{name}")  # noqa: EM102 - told to the user as a name
    return value


def _weights(told: Mapping[str, Any]) -> MatchWeights:
    need, size = told["need"], told["size"]
    recipe = RecipeRule(
        depth=int(need["depth"]),
        decay=float(need["decay"]),
        essential=essential_factors(told["essential"]),
        accept=float(need["accept"]),
    )
    return MatchWeights(
        version=str(told["version"]),
        weights={name: float(told["weights"][name]) for name in FEATURES},
        recipe=recipe,
        child_product=float(need["child_product"]),
        least_fit=float(need["least_fit"]),
        nearness={name: float(told["nearness"][name]) for name in NEARNESS},
        titles={str(name): float(value) for name, value in told["titles"].items()},
        flat_decades=float(size["flat_decades"]),
        zero_decades=float(size["zero_decades"]),
        class_steps=tuple(float(step) for step in size["class_steps"]),
        scale_km=_positive(told, "nearness", "scale_km"),
        partners_half=_positive(told, "network", "partners_half"),
        half_life_years=_positive(told, "freshness", "half_life_years"),
        congestion=CongestionRule(
            slack=_positive(told, "congestion", "slack"),
            temperature=_positive(told, "congestion", "temperature"),
            pool=int(_positive(told, "congestion", "pool")),
        ),
        package=PackageRule(
            candidates=int(_positive(told, "package", "candidates")),
            cohesion=_positive(told, "package", "cohesion"),
        ),
        codevelop={name: float(told["codevelop"][name]) for name in CODEVELOP_FEATURES},
    )
