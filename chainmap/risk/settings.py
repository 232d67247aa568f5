"""The settings of the cascade: a versioned TOML file, read into a frozen value.

The choice: what decides how bad an outage looks (replaceability, stocks, what an unknown input is
taken for) is data with a version that is printed beside every loss.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from chainmap.errors import ConfigError
from chainmap.texts import say


@dataclass(frozen=True, slots=True)
class DrawRule:
    """How the uncertain is varied.

    Attributes
    ----------
    count, seed
        How many draws, and where their random numbers begin.
    amount_spread
        Factor by which an estimated amount goes up or down (one standard deviation).
    essential
        Probabilities of the levels 0, 1, 2 where a recipe does not say.
    """

    count: int
    seed: int
    amount_spread: float
    essential: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class SubstituteRule:
    """Share of the loss that substitutes must restore, and how many candidates are looked at."""

    restore: float
    exact: int
    candidates: int


@dataclass(frozen=True, slots=True)
class RiskSettings:
    """Settings of the cascade (``settings.toml``).

    Attributes
    ----------
    accept
        Probability from which a company counts as a maker that could step in.
    unknown_essential
        Level (0, 1, 2) of an input whose recipe says none, or that no recipe names.
    sales_firms
        From so many firms on that state revenue and sales, firms without a revenue are taken to
        have recorded as large a part of their sales as those.
    spare_customers
        A maker without recorded sales can serve so many average customers of the product.
    stock_days
        Days that a stock of any input lasts.
    tolerance
        A fall of output below this is not passed on.
    most_rounds
        Rounds after which a cascade is cut off.
    draws, substitutes
        See there.
    """

    version: str
    accept: float
    unknown_essential: int
    sales_firms: int
    spare_customers: float
    stock_days: float
    tolerance: float
    most_rounds: int
    draws: DrawRule
    substitutes: SubstituteRule

    def as_record(self) -> dict[str, object]:
        """Return version and values for the ``run`` of an answer."""
        told = asdict(self)
        told["draws"]["essential"] = list(self.draws.essential)
        return told


@lru_cache(maxsize=1)
def default_settings() -> RiskSettings:
    """Return the settings that ship with chainmap (read once)."""
    return read_settings(Path(__file__).with_name("settings.toml"))


def read_settings(path: Path) -> RiskSettings:
    """Read a settings file.

    Raises
    ------
    ConfigError
        When the file is missing or not TOML, lacks a value, or holds one that makes no sense.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise ConfigError(say("weights.unreadable", path=path, why=exc)) from exc
    try:
        return _settings(told)
    except (KeyError, TypeError, ValueError) as exc:
        raise ConfigError(say("weights.incomplete", path=path, what=exc)) from exc


def _settings(told: dict[str, Any]) -> RiskSettings:
    draws, substitutes = told["draws"], told["substitutes"]
    none, linear, stops = (float(share) for share in draws["essential"])
    return RiskSettings(
        version=str(told["version"]),
        accept=_between(told, "accept", 0, 1),
        unknown_essential=int(_between(told, "unknown_essential", 0, 2)),
        sales_firms=int(_between(told, "sales_firms", 1, math.inf)),
        spare_customers=_between(told, "spare_customers", 0, math.inf),
        stock_days=_between(told, "stock_days", 0, math.inf),
        tolerance=_between(told, "tolerance", 0, 1),
        most_rounds=int(_between(told, "most_rounds", 1, math.inf)),
        draws=DrawRule(
            count=int(_between(draws, "count", 1, math.inf)),
            seed=int(draws["seed"]),
            amount_spread=_between(draws, "amount_spread", 1, math.inf),
            essential=_shares(none, linear, stops),
        ),
        substitutes=SubstituteRule(
            restore=_between(substitutes, "restore", 0, 1),
            exact=int(_between(substitutes, "exact", 0, 20)),
            candidates=int(_between(substitutes, "candidates", 1, math.inf)),
        ),
    )


def _between(told: dict[str, Any], name: str, low: float, high: float) -> float:
    value = float(told[name])
    if not low <= value <= high:
        raise ValueError(name)
    return value


def _shares(*shares: float) -> tuple[float, float, float]:
    if min(shares) < 0 or abs(math.fsum(shares) - 1) > 1e-9:
        raise ValueError("draws.essential")  # noqa: EM101 - told to the user as a name
    none, linear, stops = shares
    return none, linear, stops
