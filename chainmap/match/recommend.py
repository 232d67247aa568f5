"""Matching of one leader, start to end: needs, candidates, scores."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import ChainGraph, column
from chainmap.analysis.needs import needs_of
from chainmap.audience import INTERNAL
from chainmap.match.candidates import candidate_pairs
from chainmap.match.decided import Verdict
from chainmap.match.filters import verdicts_of
from chainmap.match.pairing import LeaderMatch
from chainmap.match.score import score_pairs
from chainmap.match.values import Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chainmap.analysis.needs import Need
    from chainmap.match.features import CompanyFeatures
    from chainmap.match.weights import MatchWeights


@dataclass(frozen=True, eq=False)
class MatchScope:
    """What to look at: which demands, products and companies count.

    Attributes
    ----------
    demands
        Mask over ``graph.demands``: those the audience may see.
    product
        Position of the only product asked about; None means all.
    companies
        Mask over companies that may be candidates; None means all.
    outside
        For readers outside the bureau: pairs that are 待核 or 排除 are not there at all, and from
        whom a leader is known to buy is told by nothing.
    """

    demands: npt.NDArray[np.bool_]
    product: int | None = None
    companies: npt.NDArray[np.bool_] | None = None
    outside: bool = False


def visible_demands(graph: ChainGraph, audience: str) -> npt.NDArray[np.bool_]:
    """Return which demands may be used: all for 内部, for any other audience only 公开 ones.

    A demand without a stated visibility counts as 仅局内 (graph_schema).
    """
    if audience == INTERNAL:
        return np.ones(graph.demands.num_rows, dtype=np.bool_)
    stated = column(graph.demands, "visibility").to_pylist()
    return np.array([value == "公开" for value in stated], dtype=np.bool_)


def match_leader(
    graph: ChainGraph,
    leader: int,
    scope: MatchScope,
    *,
    features: CompanyFeatures,
    weights: MatchWeights,
) -> LeaderMatch:
    """Score every company that makes something the leader needs.

    Parameters
    ----------
    graph, leader
        The snapshot and the position of the buyer.
    scope
        Which demands, products and candidates count.
    features
        Company arrays of ``company_features``.
    weights
        Scoring weights.

    Notes
    -----
    A leader without demand and recipe gives no needs and no pairs; the caller tells it.
    """
    needs = needs_of(graph, leader, weights.recipe, scope.demands)
    return match_needs(graph, leader, needs, scope, features=features, weights=weights)


def match_needs(
    graph: ChainGraph,
    leader: int,
    needs: Sequence[Need],
    scope: MatchScope,
    *,
    features: CompanyFeatures,
    weights: MatchWeights,
) -> LeaderMatch:
    """Score every company that makes one of ``needs``; see ``match_leader``."""
    if scope.product is not None:
        needs = tuple(need for need in needs if need.product == scope.product)
    pairs = candidate_pairs(
        graph,
        leader,
        needs,
        child_product=weights.child_product,
        least_fit=weights.least_fit,
        only=scope.companies,
    )
    asked = Question(graph, leader, needs, pairs, features, weights)
    if scope.outside:
        told = np.isin(verdicts_of(asked), (Verdict.NONE, Verdict.CONFIRMED))
        asked = replace(asked, pairs=pairs.chosen(np.flatnonzero(told)))
    return LeaderMatch(asked, score_pairs(asked))
