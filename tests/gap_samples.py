"""The state of the zone 西宁市 (630100) of a snapshot, as the gap rules see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chainmap.gaps.find import ZoneState, zone_state
from chainmap.gaps.thresholds import GapThresholds, default_thresholds
from chainmap.match.features import company_features
from chainmap.match.recommend import visible_demands
from chainmap.match.weights import default_weights
from chainmap.workflow.scope import make_zone

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph


BOUNDS = default_thresholds()


def state_of(
    graph: ChainGraph, bounds: GapThresholds = BOUNDS, *, audience: str = "内部"
) -> ZoneState:
    """Return what the rules look at."""
    zone = make_zone(graph, 630100)
    return zone_state(
        graph,
        zone.companies,
        zone.park_mask,
        features=company_features(graph, default_weights()),
        visible=visible_demands(graph, audience),
        thresholds=bounds,
    )
