"""Purchases from outside beside local makers that nobody asks: equal to looking at each pair."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from chain_samples import Sample
from gap_samples import BOUNDS, state_of

from chainmap.analysis.graph import column
from chainmap.workflow.scope import make_zone

if TYPE_CHECKING:
    from chainmap.gaps.find import ZoneState

FIRMS, GOODS, EDGES = 14, 6, 60


def market(seed: int) -> Sample:
    """Return firms inside and outside that make and buy at random; g1 is a kind of g0, g2 of g1."""
    rng = Random(seed)
    sample = Sample().region("630100", "西宁市").region("320000", "江苏省").chain("锂电")
    for good in range(GOODS):
        sample.product(f"g{good}", chain="锂电")
    sample.kind("g1", "g0").kind("g2", "g1")
    for firm in range(FIRMS):
        sample.company(f"f{firm}", region=rng.choice(["630100", "630100", "320000"]))
        for good in rng.sample(range(GOODS), 2):
            sample.makes(f"f{firm}", f"g{good}", probability=rng.choice([1.0, 0.5]))
        where = rng.choice(["外地", "本地"])
        sample.wants(
            f"f{firm}", f"g{rng.randrange(GOODS)}", demand_id=f"D{firm}", sourced_from=where
        )
    ends = {
        (*rng.sample(range(FIRMS), 2), rng.choice([*(f"g{n}" for n in range(GOODS)), ""]))
        for _ in range(EDGES)
    }
    for source, target, good in sorted(ends):
        sample.supplies(f"f{source}", f"f{target}", good)
    return sample


@pytest.mark.parametrize("seed", range(10))
def test_a_purchase_counts_where_no_local_maker_is_known_to_supply_the_buyer(seed: int) -> None:
    graph = market(seed).graph()
    zone = make_zone(graph, 630100)
    state = state_of(graph)
    edges, demands = graph.supply_edges.to_pylist(), graph.demands.to_pylist()
    stated = column(graph.demands, "sourced_from").to_pylist()
    kinds = {number: set(graph.kinds_below(number).tolist()) for number in range(GOODS)}
    below = {
        number: kinds[number].union(*(kinds[one] for one in kinds[number])) for number in kinds
    }

    def is_unasked(buyer: int, product: int) -> bool:
        makers = makers_of(state, product) - {buyer}
        fitting = {-1, product, *below[product]}
        known = {e["source"] for e in edges if e["target"] == buyer and e["product"] in fitting}
        return bool(makers) and not makers & known

    outside = [
        at for at, row in enumerate(demands)
        if stated[at] == "外地" and zone.companies[row["company"]]
        and is_unasked(row["company"], row["product"])
    ]  # fmt: skip
    brought = [
        at for at, row in enumerate(edges)
        if zone.companies[row["target"]] and not zone.companies[row["source"]]
        and row["product"] >= 0 and is_unasked(row["target"], row["product"])
    ]  # fmt: skip

    assert state.flows.bought_outside.tolist() == outside
    assert state.flows.supplied_outside.tolist() == brought


def makers_of(state: ZoneState, product: int) -> set[int]:
    makers = state.supply.makers
    span = makers.of(product)
    return set(makers.company[span][makers.probability[span] >= BOUNDS.accept].tolist())
