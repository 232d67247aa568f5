"""Planted gaps: graphs from which the local makers of a product were moved away or forgotten."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import sparse

from chainmap.analysis.graph import ints
from chainmap.gaps.find import GapKind, Verdict, ZoneState, find_zone_gaps, zone_state
from chainmap.gaps.supply import kinds_above
from chainmap.match.features import CompanyFeatures, company_features
from chainmap.match.recommend import visible_demands
from chainmap.match.weights import default_weights
from chainmap.stores.memory import MemoryStore
from chainmap.workflow.gap_zones import known_elsewhere
from chainmap.workflow.import_files import import_files
from chainmap.workflow.scope import make_zone
from chainmap.workflow.snapshot import load_chain_graph

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph
    from chainmap.gaps.thresholds import GapThresholds

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

ABOUT_MAKERS = {GapKind.MISSING, GapKind.BROKEN}
FAR = 990000
"""A region number that no company of the data has."""


@dataclass(frozen=True)
class Plant:
    """A product of a region whose local makers are taken away."""

    region: int
    product: int
    makers: tuple[int, ...]


def imported(paths: list[Path], mapping: Path | None = None) -> ChainGraph:
    """Import workbooks into memory and return the snapshot."""
    store = MemoryStore()
    import_files(paths, store, mapping=mapping, as_of="2026-11-23")
    return load_chain_graph(store)


def state_of(graph: ChainGraph, region: int, bounds: GapThresholds) -> ZoneState:
    """Return what the rules look at in one region."""
    zone = make_zone(graph, region)
    return zone_state(
        graph,
        zone.companies,
        zone.park_mask,
        features=features_of(graph),
        visible=visible_demands(graph, "内部"),
        thresholds=bounds,
        elsewhere=known_elsewhere(graph, zone),
    )


def features_of(graph: ChainGraph) -> CompanyFeatures:
    """Return the company arrays with no day given."""
    return company_features(graph, default_weights())


def verdicts(graph: ChainGraph, region: int, bounds: GapThresholds) -> dict[int, tuple[str, str]]:
    """Return product -> (kind, verdict) of the question whether it is made locally."""
    state = state_of(graph, region, bounds)
    found = {}
    for gap in find_zone_gaps(graph, state, thresholds=bounds, include_ok=True):
        if gap.kind in ABOUT_MAKERS or gap.kind in {GapKind.SINGLE, GapKind.WEAK}:
            found[gap.product] = (gap.kind.value, gap.verdict.value)
    return found


def missing(found: dict[int, tuple[str, str]]) -> set[int]:
    """Return the products that are called missing or broken."""
    return {
        product
        for product, (kind, verdict) in found.items()
        if kind in ABOUT_MAKERS and verdict == Verdict.GAP
    }


def plants(graph: ChainGraph, region: int, bounds: GapThresholds) -> list[Plant]:
    """Return every needed product of a region that has an accepted local maker."""
    state = state_of(graph, region, bounds)
    makers = state.supply.makers
    found = []
    for product in np.flatnonzero((state.demand.weight > 0) & (state.supply.accepted > 0)):
        local = makers.company[makers.of(int(product))]
        found.append(Plant(region, int(product), tuple(local.tolist())))
    return found


def without_totals(graph: ChainGraph, plant: Plant) -> ChainGraph:
    """Return the graph without the region's park totals of the product.

    An official total says that somebody here makes it; with it the verdict is 数据不足, rightly.
    """
    table = graph.park_capacities
    zone = make_zone(graph, plant.region)
    kept = ~zone.park_mask[ints(table, "park")] | (ints(table, "product") != plant.product)
    return replace(graph, park_capacities=table.filter(pa.array(kept)))


def moved(graph: ChainGraph, plant: Plant) -> ChainGraph:
    """Return the graph with the makers sitting in no park and in a region of their own."""
    graph = without_totals(graph, plant)
    region = graph.company_region.copy()
    region[list(plant.makers)] = FAR
    keep = np.ones(graph.n_companies)
    keep[list(plant.makers)] = 0.0
    in_park = sparse.csr_array(sparse.diags_array(keep) @ graph.in_park)
    in_park.eliminate_zeros()
    return replace(graph, company_region=region, in_park=in_park)


def forgotten(graph: ChainGraph, plant: Plant) -> ChainGraph:
    """Return the graph without the makers' PRODUCES relations to the product and its kinds."""
    graph = without_totals(graph, plant)
    above = kinds_above(graph)
    same = np.zeros(graph.n_products, dtype=np.bool_)
    same[plant.product] = True
    same |= np.asarray(above[:, [plant.product]].toarray()).ravel() != 0
    firms = np.zeros(graph.n_companies, dtype=np.bool_)
    firms[list(plant.makers)] = True
    rows = np.repeat(np.arange(graph.n_companies), np.diff(graph.makes.indptr))
    return without_relations(graph, firms[rows] & same[graph.makes.indices])


def without_relations(graph: ChainGraph, dropped: Flags) -> ChainGraph:
    """Return the graph without some entries of ``makes`` and everything aligned with it."""
    kept = ~dropped
    rows = np.repeat(np.arange(graph.n_companies), np.diff(graph.makes.indptr))[kept]
    cols = graph.makes.indices[kept]
    shape = graph.makes.shape
    makes = sparse.csr_array((graph.makes.data[kept], (rows, cols)), shape=shape)
    by_product = np.lexsort((rows, cols))
    starts = np.concatenate([[0], np.cumsum(np.bincount(cols, minlength=shape[1]))])
    makers = sparse.csr_array((by_product, rows[by_product], starts), shape=shape[::-1])
    aligned = {
        "capacity",
        "capacity_state",
        "revenue_share",
        "utilisation",
        "is_byproduct",
        "made_on",
    }
    names = {field.name for field in fields(graph)} & aligned
    return replace(
        graph, makes=makes, makers=makers, **{name: getattr(graph, name)[kept] for name in names}
    )
