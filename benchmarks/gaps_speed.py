"""How fast the gap rules are at a million firms, beside a plain loop over the same rows."""

from __future__ import annotations

import math
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from generate import generate
from planted import features_of

from chainmap.analysis.graph import ChainGraph, ints
from chainmap.gaps.find import find_zone_gaps, zone_state
from chainmap.gaps.matter import structure_of
from chainmap.gaps.thresholds import GapThresholds, default_thresholds
from chainmap.match.recommend import visible_demands
from chainmap.risk.assemble import risk_network
from chainmap.risk.settings import default_settings
from chainmap.risk.systemic import product_losses
from chainmap.stores.open import open_store
from chainmap.workflow.gap_zones import known_elsewhere
from chainmap.workflow.gaps import find_gaps
from chainmap.workflow.import_files import import_files
from chainmap.workflow.scope import Zone, make_zone
from chainmap.workflow.snapshot import load_chain_graph

if TYPE_CHECKING:
    from chainmap.stores.port import GraphStore

REGION = 630100


def million(store: GraphStore, folder: Path, firms: int, products: int) -> ChainGraph:
    """Generate, import and open a graph; capacities, quantities and by-products are drawn."""
    generate(firms, folder, products=products, supplies=firms)
    import_files([folder], store, as_of="2026-06-30")
    graph = load_chain_graph(store)
    rng = np.random.default_rng(5)
    known = rng.random(graph.makes.nnz) < 0.8
    capacity = np.where(known, np.round(rng.lognormal(5, 1.5, graph.makes.nnz), 1), np.nan)
    return replace(
        graph,
        capacity=capacity,
        capacity_state=known.astype(np.int8),
        is_byproduct=rng.random(graph.makes.nnz) < 0.05,
        input_quantity=np.round(rng.lognormal(0, 1, graph.inputs.nnz), 2),
    )


def best(work: Callable[[], object], runs: int = 5) -> float:
    """Return the median seconds of ``runs`` calls after one that is not counted."""
    work()
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return sorted(seconds)[runs // 2]


def plain(graph: ChainGraph, zone: Zone, bounds: GapThresholds) -> int:
    """Do less the plain way: loops over rows, no confidence, no push, no purchases outside."""
    local = zone.companies.tolist()
    firms: dict[int, list[tuple[float, float]]] = {}
    for company in range(graph.n_companies):
        if local[company]:
            for at in range(graph.makes.indptr[company], graph.makes.indptr[company + 1]):
                product = int(graph.makes.indices[at])
                pair = float(graph.makes.data[at]), float(graph.capacity[at])
                firms.setdefault(product, []).append(pair)
    needed = {
        int(product)
        for company, product in zip(
            ints(graph.demands, "company").tolist(),
            ints(graph.demands, "product").tolist(),
            strict=True,
        )
        if local[company]
    }
    supply = {p: sum(c for _, c in pairs if not math.isnan(c)) for p, pairs in firms.items()}
    demand: dict[int, float] = {}
    for source in range(graph.n_products):
        for at in range(graph.inputs.indptr[source], graph.inputs.indptr[source + 1]):
            target = int(graph.inputs.indices[at])
            if supply.get(target):
                needed.add(source)
                volume = float(graph.input_quantity[at]) * supply[target]
                demand[source] = demand.get(source, 0.0) + volume
    found = 0
    for product in needed:
        pairs, none = firms.get(product, []), 1.0
        for chance, _ in pairs:
            none *= 1 - chance
        sure = [capacity for chance, capacity in pairs if chance >= bounds.accept]
        total = sum(c for c in sure if not math.isnan(c))
        squares = sum(c * c for c in sure if not math.isnan(c))
        thin = len(sure) > 1 and squares > 0 and total * total / squares < bounds.effective_makers
        short = bool(total) and total < bounds.short * demand.get(product, 0.0)
        found += none >= bounds.missing or len(sure) == 1 or thin
        found += short
    return found


def measure(firms: int = 1_000_000, products: int = 20_000) -> None:
    """Print seconds of the rules, of what hangs on them, of a whole answer, of the plain loop."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        open_store(f"sqlite:{Path(scratch) / 'g.sqlite'}") as store,
    ):
        graph = million(store, Path(scratch) / "csv", firms, products)
        rules_alone(graph)
        started = time.perf_counter()
        answer = find_gaps(store, region=str(REGION), graph=graph)
        seconds = time.perf_counter() - started
    evidence = sum(len(cast("list[object]", row["evidence"])) for row in answer.rows)
    print(
        f"a whole answer: {len(answer.rows)} rows, {evidence} pieces of evidence: {seconds:.0f} s"
    )
    print(
        f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB with the import"
    )


def rules_alone(graph: ChainGraph) -> None:
    """Print seconds of the rules and of what hangs on them, beside the plain loop."""
    bounds = default_thresholds()
    zone = make_zone(graph, REGION)
    features, visible = features_of(graph), visible_demands(graph, "内部")
    elsewhere = known_elsewhere(graph, zone)

    def rules() -> object:
        state = zone_state(
            graph,
            zone.companies,
            zone.park_mask,
            features=features,
            visible=visible,
            thresholds=bounds,
            elsewhere=elsewhere,
        )
        return find_zone_gaps(graph, state, thresholds=bounds, include_ok=True)

    ours, loop = best(rules), best(lambda: plain(graph, zone, bounds), 3)
    state = zone_state(
        graph,
        zone.companies,
        zone.park_mask,
        features=features,
        visible=visible,
        thresholds=bounds,
    )
    gaps = find_zone_gaps(graph, state, thresholds=bounds, include_ok=True)
    started = time.perf_counter()
    shape = structure_of(graph, state.supply, state.demand.firm, bounds.accept)
    hanging = time.perf_counter() - started
    print(f"{graph}, {int(zone.companies.sum())} local firms, {len(gaps)} rows")
    print(f"all kinds with coverage and confidence, warm: {ours:.2f} s; plain loop {loop:.2f} s, ")
    print(f"  plain / ours {loop / ours:.1f}")
    print(f"dominators, cuts and reach for {shape.ends.size} products of leaders: {hanging:.1f} s")
    gravest = sorted(gaps, key=lambda gap: (-gap.importance, gap.product))
    largest = np.array(list(dict.fromkeys(gap.product for gap in gravest))[:50])
    started = time.perf_counter()
    network = risk_network(graph, default_settings())
    built = time.perf_counter() - started
    losses = product_losses(graph, network, default_settings(), largest)
    cascades = time.perf_counter() - started - built
    known = int(np.isfinite(losses).sum())
    print(
        f"cascades of the 50 largest gaps ({known} of them bought by somebody): {cascades:.1f} s, "
    )
    print(f"  and {built:.1f} s for the network of {network.n_supplies} supplies")
