"""The gap job: an open store in, the answer ``chainmap.gaps/1`` out.

The choice: a gap belongs to a place. Without a region or park each city in which a leader sits is
looked at by itself; without any located leader the whole graph is one place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chainmap.analysis.graph import ChainGraph, cell
from chainmap.analysis.places import city_of
from chainmap.answers import Answer
from chainmap.audience import INTERNAL
from chainmap.errors import ConfigError, Finding, NothingToAnalyse, Severity
from chainmap.gaps.explain import COLUMNS, gap_rows
from chainmap.gaps.find import (
    GapKind,
    ZoneState,
    find_zone_gaps,
    unplaced_products,
    zone_state,
)
from chainmap.gaps.targets import ZoneReport, target_ranking
from chainmap.gaps.thresholds import GapThresholds, default_thresholds
from chainmap.match.features import CompanyFeatures, company_features
from chainmap.match.recommend import visible_demands
from chainmap.match.weights import default_weights
from chainmap.texts import rule_severity, say
from chainmap.workflow.scope import (
    Zone,
    chain_named,
    make_zone,
    region_code,
    run_record,
    whole_zone,
    zone_named,
)
from chainmap.workflow.snapshot import load_chain_graph

if TYPE_CHECKING:
    from chainmap.stores.port import GraphStore

SCHEMA = "chainmap.gaps/1"


def find_gaps(  # noqa: PLR0913 - the twin of the command: one parameter an option
    store: GraphStore,
    *,
    chain: str | None = None,
    region: str | None = None,
    parks: Sequence[str] = (),
    kind: str | None = None,
    candidates: int = 5,
    include_ok: bool = False,
    audience: str = INTERNAL,
    thresholds: GapThresholds | None = None,
    as_of: str | None = None,
    cache_dir: Path | None = None,
    graph: ChainGraph | None = None,
) -> Answer:
    """Find where a zone's chains are missing, broken, thin, short, or buy and waste needlessly.

    Parameters
    ----------
    store
        An open store.
    chain
        Only products of this chain.
    region, parks
        What counts as local; default: each city in which a leader sits.
    kind
        Only this kind of gap.
    candidates
        At most so many targets a gap.
    include_ok
        List also the needed products that lack nothing.
    audience
        内部 uses all demands, 外发 only 公开 ones.
    thresholds
        Bounds of the rules; default: the ones that ship.
    as_of
        Date of the answer, ISO; default: that of the last import.
    cache_dir
        Folder of the snapshot cache.
    graph
        A snapshot of ``store`` that is open already; default: it is opened.

    Raises
    ------
    ConfigError
        When a name or a kind is unknown.
    NothingToAnalyse
        When the graph has no product, or the zone no company.
    """
    _check(kind, candidates)
    bounds = thresholds or default_thresholds()
    graph = graph or load_chain_graph(store, cache_dir=cache_dir)
    wanted = None if chain is None else chain_named(graph, chain)
    zones = _zones(graph, region, parks)
    run = run_record(store, as_of=as_of, thresholds=bounds.as_record())
    features = company_features(graph, default_weights(), run["as_of"])
    states = [_state(graph, zone, features, audience, bounds) for zone in zones]
    reports = []
    for zone, state in zip(zones, states, strict=True):
        found = find_zone_gaps(graph, state, thresholds=bounds, chain=wanted, include_ok=include_ok)
        chosen = [gap for gap in found if kind in {None, gap.kind.value}]
        ranking = target_ranking(graph, state, features, bounds)
        reports.append(ZoneReport(zone.name, state, chosen, ranking))
    return Answer(
        SCHEMA,
        COLUMNS,
        gap_rows(graph, reports, bounds, candidates),
        run=run,
        scope={
            "chain": None if wanted is None else cell(graph.chains, "id", wanted),
            "regions": [
                _told(graph, zone, state) for zone, state in zip(zones, states, strict=True)
            ],
            "kind": kind,
            "candidates": candidates,
            "include_ok": include_ok,
            "audience": audience,
        },
        findings=[
            finding
            for zone, state in zip(zones, states, strict=True)
            for finding in _findings(graph, zone, state, bounds)
        ],
    ).told_to(audience)


def _check(kind: str | None, candidates: int) -> None:
    kinds = [one.value for one in GapKind]
    if kind is not None and kind not in kinds:
        raise ConfigError(say("gaps.kind", kind=kind, kinds="、".join(kinds)))
    if candidates < 0:
        raise ConfigError(say("gaps.candidates", count=candidates))


def _zones(graph: ChainGraph, region: str | None, parks: Sequence[str]) -> list[Zone]:
    if not graph.n_products:
        raise NothingToAnalyse(say("gaps.no_product"))
    zone = zone_named(graph, region, parks)
    if zone is not None:
        zones = [zone]
    else:
        zones = [make_zone(graph, city) for city in _leader_cities(graph)] or [whole_zone(graph)]
    for zone in zones:
        if not zone.companies.any():
            raise NothingToAnalyse(say("gaps.no_company", region=zone.name))
    return zones


def _leader_cities(graph: ChainGraph) -> list[int]:
    """Return where leaders sit; a province counts only when no leader's city is known in it."""
    homes = {int(graph.company_region[leader]) for leader in graph.leader_positions}
    cities = {city_of(home) for home in homes if home}
    provinces = {city // 10000 * 10000 for city in cities if city > 0 and city % 10000}
    return sorted(cities - provinces)


def _state(
    graph: ChainGraph,
    zone: Zone,
    features: CompanyFeatures,
    audience: str,
    bounds: GapThresholds,
) -> ZoneState:
    return zone_state(
        graph,
        zone.companies,
        zone.park_mask,
        is_out=features.is_out,
        visible=visible_demands(graph, audience),
        thresholds=bounds,
    )


def _told(graph: ChainGraph, zone: Zone, state: ZoneState) -> dict[str, object]:
    return {
        "name": zone.name,
        "region": region_code(graph, zone.region) if zone.region else None,
        "parks": [cell(graph.parks, "name", park) for park in zone.parks],
        "companies": int(zone.companies.sum()),
        "surveyed": state.supply.surveyed,
        "needed_products": int((state.demand.weight > 0).sum()),
    }


def _findings(
    graph: ChainGraph, zone: Zone, state: ZoneState, bounds: GapThresholds
) -> Iterator[Finding]:
    if not (state.demand.weight > 0).any():
        yield _finding("A-nothing-needed", zone.name)
    surveyed = state.supply.surveyed
    if surveyed < bounds.min_surveyed:
        yield _finding("A-few-surveyed", zone.name, count=surveyed, least=bounds.min_surveyed)
    unplaced = unplaced_products(graph, state)
    if unplaced:
        names = "、".join(str(cell(graph.products, "name", product)) for product in unplaced)
        yield _finding("A-product-in-no-chain", names, count=len(unplaced))


def _finding(rule: str, value: str, **params: object) -> Finding:
    return Finding(Severity(rule_severity(rule)), rule, value=value, params=params)
