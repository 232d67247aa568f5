"""The value of each feature for all pairs of a leader at once, in 0-1, NaN where it is unknown.

The choice: a value never depends on who else is a candidate, so narrowing a question to a region
or a company changes no score; and what is supposed for a counterfactual enters here, where the
stored value would, so a counterfactual is the same arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import CAPACITY_KNOWN, ChainGraph, gather_rows, row_of
from chainmap.analysis.places import Nearness, nearness
from chainmap.match.certificates import held_shares
from chainmap.match.features import CompanyFeatures, size_fit
from chainmap.match.relations import partner_paths, portfolio_fit, sector_pair

if TYPE_CHECKING:
    from chainmap.analysis.needs import Need
    from chainmap.match.candidates import Pairs
    from chainmap.match.weights import MatchWeights

Floats = npt.NDArray[np.float64]

DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Supposed:
    """What is supposed to be otherwise than the store says, by position.

    Attributes
    ----------
    titles
        Company -> value of its best title (0-1).
    certificates
        Company -> comparable keys of certificates that it holds besides its own.
    capacity
        Position in ``graph.makes.data`` -> capacity per year in the product's unit.
    """

    titles: Mapping[int, float] = field(default_factory=dict)
    certificates: Mapping[int, frozenset[str]] = field(default_factory=dict)
    capacity: Mapping[int, float] = field(default_factory=dict)


NOTHING = Supposed()


@dataclass(frozen=True, eq=False)
class Question:
    """The pairs of one leader and what is needed to judge them."""

    graph: ChainGraph
    leader: int
    needs: Sequence[Need]
    pairs: Pairs
    features: CompanyFeatures
    weights: MatchWeights
    supposed: Supposed = NOTHING


def feature_values(asked: Question) -> dict[str, Floats]:
    """Return the values of all features, each (n_pairs,), keyed as ``weights.FEATURES``.

    Notes
    -----
    - product_fit: need weight × probability of making × factor for a kind of the product.
    - sector_pair, partners, portfolio: see ``chainmap.match.relations``; partners is x / (x +
      ``partners_half``) of the path sum x.
    - nearness: the step of ``weights.nearness``; where both sides give coordinates and share no
      park, exp(-kilometres / ``scale_km``).
    - titles: the best title of the company. size_fit: see ``features.size_fit``.
    - capacity: min(1, capacity ÷ volume needed), both known in one unit.
    - certification: share of the required certificates that the company holds.
    - freshness: 0.5 ^ (age of the PRODUCES row in years ÷ ``half_life_years``).
    - mutual: harmonic mean of product_fit and of how well the leader suits the company.
    """
    graph, pairs, weights = asked.graph, asked.pairs, asked.weights
    need_weight = np.array([need.weight for need in asked.needs] or [0.0])
    fit = need_weight[pairs.need] * graph.makes.data[pairs.entry] * pairs.factor
    paths = partner_paths(graph, asked.leader, pairs.company)
    volume, capacity = _volume(asked), _capacity_known(asked)
    return {
        "product_fit": fit,
        "sector_pair": sector_pair(graph, asked.leader, pairs.company),
        "partners": paths / (paths + weights.partners_half),
        "portfolio": portfolio_fit(graph, pairs),
        "nearness": nearness_values(asked),
        "titles": _titles(asked),
        "size_fit": size_fit(asked.features, pairs.company, asked.leader, weights),
        "capacity": np.minimum(1.0, capacity / volume),
        "certification": held_shares(asked),
        "freshness": _freshness(asked),
        "mutual": _mutual(fit, _suits_company(asked, volume, capacity)),
    }


def nearness_values(asked: Question) -> Floats:
    """Return how near each company is to the leader, see ``feature_values``."""
    graph, leader, company = asked.graph, asked.leader, asked.pairs.company
    park, owner = gather_rows(graph.in_park, company)
    same_park = np.zeros(company.size, dtype=np.bool_)
    same_park[owner[np.isin(park, row_of(graph.in_park, leader))]] = True
    home = int(graph.company_region[leader])
    steps = nearness(graph.company_region[company], home, same_park)
    table = asked.weights.nearness
    by_step = np.array([np.nan, *(table[step.name.lower()] for step in Nearness if step > 0)])
    value = by_step[steps]
    if asked.features.has_coordinates(leader):
        apart = asked.features.kilometres(company, leader)
        by_distance = np.exp(-apart / asked.weights.scale_km)
        value = np.where(np.isnan(apart) | same_park, value, by_distance)
    return np.asarray(value)


def _titles(asked: Question) -> Floats:
    value = asked.features.title[asked.pairs.company]
    for company, worth in asked.supposed.titles.items():
        value = np.where(asked.pairs.company == company, worth, value)
    return value


def _volume(asked: Question) -> Floats:
    """Return the volume needed of each pair, NaN when unknown or not above 0."""
    volume = np.array([need.volume for need in asked.needs] or [np.nan])[asked.pairs.need]
    usable = np.isfinite(volume) & (volume > 0)
    return np.where(usable, volume, np.nan)


def _capacity_known(asked: Question) -> Floats:
    """Return the capacity of each pair in the needed product's unit, NaN when unknown.

    Of a kind of the product the capacity is not compared: its unit need not be the same.
    """
    graph, pairs = asked.graph, asked.pairs
    known = (graph.capacity_state[pairs.entry] == CAPACITY_KNOWN) & (pairs.factor == 1.0)
    capacity = np.where(known, graph.capacity[pairs.entry], np.nan)
    for entry, value in asked.supposed.capacity.items():
        capacity = np.where((pairs.entry == entry) & (pairs.factor == 1.0), value, capacity)
    return capacity


def _freshness(asked: Question) -> Floats:
    if asked.features.as_of is None:
        return np.full(asked.pairs.company.size, np.nan)
    today = (date.fromisoformat(asked.features.as_of) - date(1970, 1, 1)).days
    day = asked.graph.made_on[asked.pairs.entry]
    years = np.maximum(0, today - day) / DAYS_A_YEAR
    return np.where(day > 0, 0.5 ** (years / asked.weights.half_life_years), np.nan)


def _suits_company(asked: Question, volume: Floats, capacity: Floats) -> Floats:
    """Return how well the leader suits the company (0-1), NaN when nothing is known.

    The mean of what is known of two shares: how much of the company's revenue the product brings
    (its main business), and how much of its capacity the leader would take.
    """
    main = np.clip(asked.graph.revenue_share[asked.pairs.entry], 0.0, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        taken = np.minimum(1.0, np.where(capacity > 0, volume / capacity, np.nan))
    known = np.stack([~np.isnan(main), ~np.isnan(taken)])
    total = np.where(known, np.stack([main, taken]), 0.0).sum(axis=0)
    with np.errstate(invalid="ignore"):
        return np.where(known.any(axis=0), total / known.sum(axis=0), np.nan)


def _mutual(to_company: Floats, to_leader: Floats) -> Floats:
    both = to_company + to_leader
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(both > 0, 2 * to_company * to_leader / both, 0.0)
    return np.where(np.isnan(to_leader), np.nan, mean)
