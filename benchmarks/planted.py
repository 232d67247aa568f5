"""Planted gaps: graphs from which the local makers of a product were moved away or forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import sparse

from chainmap.analysis.graph import CAPACITY_UNKNOWN, ints
from chainmap.gaps.find import GapKind, Verdict, ZoneState, find_zone_gaps, zone_state
from chainmap.match.features import CompanyFeatures, company_features
from chainmap.match.recommend import visible_demands
from chainmap.match.weights import default_weights
from chainmap.stores.memory import MemoryStore
from chainmap.workflow.gap_zones import known_elsewhere
from chainmap.workflow.import_files import import_files
from chainmap.workflow.scope import Zone, make_zone
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
    """A product of a zone whose local makers are taken away."""

    zone: Zone
    product: int
    makers: tuple[int, ...]


def imported(paths: list[Path], mapping: Path | None = None) -> ChainGraph:
    """Import workbooks into memory and return the snapshot."""
    store = MemoryStore()
    import_files(paths, store, mapping=mapping, as_of="2026-11-23")
    return load_chain_graph(store)


def state_of(graph: ChainGraph, zone: Zone, bounds: GapThresholds) -> ZoneState:
    """Return what the rules look at in one zone; its firms are looked up in ``graph`` again."""
    zone = make_zone(graph, zone.region, zone.parks)
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


def verdicts(
    graph: ChainGraph, zone: Zone, bounds: GapThresholds
) -> dict[int, dict[GapKind, Verdict]]:
    """Return product -> kind -> verdict of every product that is needed in a zone."""
    found: dict[int, dict[GapKind, Verdict]] = {}
    state = state_of(graph, zone, bounds)
    for gap in find_zone_gaps(graph, state, thresholds=bounds, include_ok=True):
        found.setdefault(gap.product, {})[gap.kind] = gap.verdict
    return found


def lacking(told: dict[GapKind, Verdict], kinds: Iterable[GapKind] = tuple(GapKind)) -> bool:
    """Return whether a product has a gap of one of some kinds."""
    return any(told.get(kind) == Verdict.GAP for kind in kinds)


def touched(graph: ChainGraph, plant: Plant, *, whole: bool) -> set[int]:
    """Return the products about which a plant changes what is known.

    The product, its kinds and what it is a kind of, with their inputs and outputs; where the makers
    move ``whole``, also all that they make, with inputs and outputs, and all that they ask for.
    """
    own = {plant.product}
    if whole:
        own |= set(graph.makes[list(plant.makers)].indices.tolist())
    alike = sparse.csr_array(graph.kinds + graph.kinds.T)
    own |= set(alike[sorted(own)].indices.tolist())
    near = sparse.csr_array(graph.inputs + graph.inputs.T)
    every = own | set(near[sorted(own)].indices.tolist())
    return every | set(graph.needs[list(plant.makers)].indices.tolist()) if whole else every


def plants(graph: ChainGraph, zone: Zone, bounds: GapThresholds) -> list[Plant]:
    """Return every needed product of a zone that has an accepted local maker."""
    state = state_of(graph, zone, bounds)
    makers = state.supply.makers
    found = []
    for product in np.flatnonzero((state.demand.weight > 0) & (state.supply.accepted > 0)):
        local = makers.company[makers.of(int(product))]
        found.append(Plant(zone, int(product), tuple(local.tolist())))
    return found


def without_totals(graph: ChainGraph, plant: Plant) -> ChainGraph:
    """Return the graph without the zone's park totals of the product.

    An official total says that somebody here makes it; with it the verdict is 数据不足, rightly.
    """
    table = graph.park_capacities
    kept = ~plant.zone.park_mask[ints(table, "park")] | (ints(table, "product") != plant.product)
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


def doubtful(chance: float) -> Callable[[ChainGraph, Plant], ChainGraph]:
    """Return what forgets all makers but one, and believes with ``chance`` in that one.

    As if a wrong link said that somebody makes it: the truth is that nobody does.
    """

    def planted(graph: ChainGraph, plant: Plant) -> ChainGraph:
        left = forgotten(graph, replace(plant, makers=plant.makers[1:]))
        firm = plant.makers[0]
        span = slice(left.makes.indptr[firm], left.makes.indptr[firm + 1])
        same = _same(left, plant)[left.makes.indices[span]]
        data, capacity = left.makes.data.copy(), left.capacity.copy()
        places = np.arange(span.start, span.stop)[same]
        data[places], capacity[places] = 0.0, np.nan
        data[places[0]] = chance
        state = left.capacity_state.copy()
        state[places] = CAPACITY_UNKNOWN
        makes = sparse.csr_array((data, left.makes.indices, left.makes.indptr), left.makes.shape)
        return replace(left, makes=makes, capacity=capacity, capacity_state=state)

    return planted


def _same(graph: ChainGraph, plant: Plant) -> Flags:
    """Return the mask of the plant's product and its kinds."""
    same = np.zeros(graph.n_products, dtype=np.bool_)
    same[graph.kinds_below(plant.product)] = True
    same[plant.product] = True
    return same


def forgotten(graph: ChainGraph, plant: Plant) -> ChainGraph:
    """Return the graph without the makers' PRODUCES relations to the product and its kinds."""
    graph = without_totals(graph, plant)
    same = _same(graph, plant)
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
