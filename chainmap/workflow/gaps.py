"""The gap job: an open store in, the answer ``chainmap.gaps/1`` out.

The choice: a gap belongs to a place (``gap_zones``), and everything that is not about one product,
such as how complete a chain is, stands beside the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import ChainGraph, cell
from chainmap.answers import Answer
from chainmap.audience import INTERNAL
from chainmap.errors import ConfigError
from chainmap.gaps.explain import COLUMNS, gap_rows
from chainmap.gaps.extend import extension_rows, find_extensions
from chainmap.gaps.find import GapKind, ZoneState, find_zone_gaps, zone_state
from chainmap.gaps.matter import structure_of
from chainmap.gaps.measures import chain_measures, known_sourcing, measure_rows
from chainmap.gaps.space import product_space
from chainmap.gaps.target_list import COLUMNS as LIST_COLUMNS
from chainmap.gaps.target_list import target_list
from chainmap.gaps.targets import ZoneReport, target_ranking
from chainmap.gaps.thresholds import GapThresholds, default_thresholds
from chainmap.match.features import CompanyFeatures, company_features
from chainmap.match.recommend import visible_demands
from chainmap.match.weights import default_weights
from chainmap.risk.assemble import risk_network
from chainmap.risk.settings import default_settings
from chainmap.risk.systemic import product_losses
from chainmap.texts import say
from chainmap.workflow.gap_zones import (
    bring_findings,
    gap_zones,
    graph_findings,
    known_elsewhere,
    may_be_inside,
    told_zone,
    zone_findings,
)
from chainmap.workflow.progress import Progress, silent
from chainmap.workflow.scope import Zone, chain_named, company_named, run_record
from chainmap.workflow.snapshot import load_chain_graph

if TYPE_CHECKING:
    from chainmap.stores.port import GraphStore

SCHEMA = "chainmap.gaps/1"
LIST_SCHEMA = "chainmap.targets/1"


def find_gaps(  # noqa: PLR0913 - the twin of the command: one parameter an option
    store: GraphStore,
    *,
    chain: str | None = None,
    region: str | None = None,
    parks: Sequence[str] = (),
    by_park: bool = False,
    kind: str | None = None,
    candidates: int = 5,
    include_ok: bool = False,
    bring: Sequence[str] = (),
    audience: str = INTERNAL,
    thresholds: GapThresholds | None = None,
    as_of: str | None = None,
    cache_dir: Path | None = None,
    progress: Progress = silent,
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
        What counts as local (a region or a park); default: each city in which a leader sits.
    by_park
        Look at each park of these by itself.
    kind
        Only this kind of gap.
    candidates
        At most so many targets a gap.
    include_ok
        List also the needed products that lack nothing.
    bring
        Companies to be taken as settled locally: ``measures`` then tells before and after.
    audience
        内部 uses all demands, 外发 only 公开 ones.
    thresholds
        Bounds of the rules; default: the ones that ship.
    as_of
        Date of the answer, ISO; default: that of the last import.
    cache_dir
        Folder of the snapshot cache.
    progress
        Told how far it is.
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
    progress("gaps.step.read", 0, 1)
    graph = graph or load_chain_graph(store, cache_dir=cache_dir)
    wanted = None if chain is None else chain_named(graph, chain)
    brought = sorted({company_named(graph, name) for name in bring})
    zones = gap_zones(graph, region, parks, by_park=by_park)
    run = run_record(
        store,
        as_of=as_of,
        thresholds=bounds.as_record() | {"risk": default_settings().version},
    )
    features = company_features(graph, default_weights(), run["as_of"])
    view = _View(graph, features, visible_demands(graph, audience), bounds)
    states = list(view.states(zones, progress))
    losses = _losses(graph, states, progress) if audience == INTERNAL else None
    pairs = list(zip(zones, states, strict=True))
    reports = [
        view.report(pair, losses, chain=wanted, kind=kind, include_ok=include_ok) for pair in pairs
    ]
    rows = gap_rows(
        graph,
        reports,
        bounds,
        candidates,
        outside=audience != INTERNAL,
        progress=partial(progress, "gaps.step.explain"),
    )
    progress("gaps.step.measures", 0, 1)
    return Answer(
        SCHEMA,
        COLUMNS,
        rows,
        run=run,
        scope={
            "chain": None if wanted is None else cell(graph.chains, "id", wanted),
            "regions": [told_zone(graph, zone, state) for zone, state in pairs],
            "kind": kind,
            "candidates": candidates,
            "include_ok": include_ok,
            "audience": audience,
            "by_park": by_park,
            "bring": [cell(graph.companies, "id", company) for company in brought],
        },
        findings=[
            *graph_findings(graph),
            *bring_findings(graph, zones, brought, features.is_out),
            *(f for pair in pairs for f in zone_findings(graph, *pair, bounds, wanted)),
        ],
        extra={
            "measures": [row for pair in pairs for row in view.measures(*pair, brought, wanted)],
            "extensions": [
                row for report in reports for row in view.extensions(report, wanted, candidates)
            ],
            "target_list": target_list(rows),
        },
    ).told_to(audience)


def list_targets(gaps: Answer) -> Answer:
    """Return the targets of a gaps answer as an answer of its own: 招商目标清单, one row a firm.

    Parameters
    ----------
    gaps
        What ``find_gaps`` answered.
    """
    rows = cast("list[dict[str, object]]", gaps.extra["target_list"])
    return replace(gaps, schema=LIST_SCHEMA, columns=LIST_COLUMNS, rows=rows, extra={})


def _check(kind: str | None, candidates: int) -> None:
    kinds = [one.value for one in GapKind]
    if kind is not None and kind not in kinds:
        raise ConfigError(say("gaps.kind", kind=kind, kinds="、".join(kinds)))
    if candidates < 0:
        raise ConfigError(say("gaps.candidates", count=candidates))


def _losses(
    graph: ChainGraph, states: Sequence[ZoneState], progress: Progress
) -> npt.NDArray[np.float64]:
    """Return what the cascade loses when each product that a zone needs cannot be had.

    It rests on who supplies whom and on demands of all kinds: told inside only.
    """
    rules = default_settings()
    network = risk_network(graph, rules)
    needed = np.any([state.demand.weight > 0 for state in states], axis=0)
    if not network.n_supplies:
        return np.full(graph.n_products, np.nan)
    told = partial(progress, "gaps.step.cascade")
    return product_losses(graph, network, rules, np.flatnonzero(needed), progress=told)


@dataclass(frozen=True, eq=False)
class _View:
    """What every zone of one answer is looked at with."""

    graph: ChainGraph
    features: CompanyFeatures
    visible: npt.NDArray[np.bool_]
    bounds: GapThresholds

    def state(self, zone: Zone) -> ZoneState:
        return zone_state(
            self.graph,
            zone.companies,
            zone.park_mask,
            features=self.features,
            visible=self.visible,
            thresholds=self.bounds,
            elsewhere=known_elsewhere(self.graph, zone),
            lost=may_be_inside(self.graph, zone),
        )

    def states(self, zones: Sequence[Zone], progress: Progress) -> Iterator[ZoneState]:
        """Yield the state of each zone, telling how far it is."""
        for number, zone in enumerate(zones):
            progress("gaps.step.judge", number, len(zones))
            yield self.state(zone)

    def report(
        self,
        pair: tuple[Zone, ZoneState],
        losses: npt.NDArray[np.float64] | None,
        *,
        chain: int | None,
        kind: str | None,
        include_ok: bool,
    ) -> ZoneReport:
        """Return the verdicts of one zone of one kind (None: all), and who could be sought."""
        zone, state = pair
        structure = structure_of(
            self.graph, state.supply, state.demand.firm, self.bounds.accept, cascade=losses
        )
        found = find_zone_gaps(
            self.graph,
            state,
            thresholds=self.bounds,
            structure=structure,
            chain=chain,
            include_ok=include_ok,
        )
        chosen = [gap for gap in found if kind in {None, gap.kind.value}]
        ranking = target_ranking(self.graph, state, self.features, self.bounds)
        return ZoneReport(zone.name, state, chosen, ranking)

    def measures(
        self, zone: Zone, state: ZoneState, brought: Sequence[int], only: int | None
    ) -> Iterator[dict[str, object]]:
        """Yield the measures of each chain that is needed in the zone, before and after."""
        graph = self.graph
        later = self._settled(zone, brought) if brought else (zone, state)
        needed = (state.demand.weight > 0).astype(np.float64)
        chains = np.flatnonzero(graph.in_chain.T.astype(bool) @ needed > 0).tolist()
        sources = [
            known_sourcing(graph, seen, known_elsewhere(graph, place))
            for place, seen in ((zone, state), later)
        ]
        for chain in chains if only is None else [one for one in chains if one == only]:
            before = chain_measures(graph, state, chain, self.bounds, sourcing=sources[0])
            after = None
            if brought:
                after = chain_measures(
                    graph, later[1], chain, self.bounds, sourcing=sources[1], base=state
                )
            name = str(cell(graph.chains, "name", chain))
            yield from measure_rows(zone.name, name, before, after)

    def extensions(
        self, report: ZoneReport, only: int | None, most: int
    ) -> list[dict[str, object]]:
        """Return what the zone could make next."""
        space = product_space(self.graph, self.bounds.accept)
        found = find_extensions(self.graph, report.state, space, self.bounds)
        return extension_rows(self.graph, report, found, only, most)

    def _settled(self, zone: Zone, brought: Sequence[int]) -> tuple[Zone, ZoneState]:
        """Return zone and state with some companies settled in it."""
        companies = zone.companies.copy()
        companies[list(brought)] = True
        settled = replace(zone, companies=companies)
        return settled, self.state(settled)
