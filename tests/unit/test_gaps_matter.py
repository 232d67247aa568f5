"""What hangs on a product: reach, dominators and smallest cuts, beside networkx on small networks."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
from chain_samples import Sample
from gap_samples import state_of
from hypothesis import given, settings
from hypothesis import strategies as st

from chainmap.gaps.find import find_zone_gaps
from chainmap.gaps.matter import Matters, Structure, matters_of, structure_of
from chainmap.gaps.thresholds import default_thresholds

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph

SETTINGS = settings(max_examples=60, deadline=None)


def network(edges: Iterable[tuple[str, str]], makes: str = "z", count: str = "") -> Sample:
    """Return a zone whose leader makes each product of ``makes``; edges of one-letter products."""
    pairs = list(edges)
    sample = Sample().region("630100", "西宁市").chain("链")
    for key in sorted({*itertools.chain(*pairs), *makes, *count}):
        sample.product(key, chain="链")
    for source, target in pairs:
        sample.input(source, target)
    sample.company("L", region="630100").leads("L", "链")
    for key in makes:
        sample.makes("L", key)
    return sample


def structure(graph: ChainGraph) -> Structure:
    bounds = default_thresholds()
    state = state_of(graph)
    return structure_of(graph, state.supply, state.demand.firm, bounds.accept)


def told(graph: ChainGraph, values: np.ndarray) -> dict[str, float]:
    ids = graph.products["id"].to_pylist()
    return {i.removeprefix("Product:"): float(v) for i, v in zip(ids, values, strict=True)}


def test_a_step_that_every_path_takes_dominates_and_is_the_smallest_cut() -> None:
    graph = network(["am", "bm", "mz", "by"]).graph()
    found = structure(graph)

    assert told(graph, found.dominated) == {"a": 0, "b": 0, "m": 1, "y": 0, "z": 0}
    assert told(graph, found.cut) == {"a": 0, "b": 0, "m": 1, "y": 0, "z": 0}
    assert told(graph, found.reach) == {"a": 2, "b": 3, "m": 1, "y": 0, "z": 0}


def test_of_two_ways_in_each_is_half_a_cut_and_none_dominates() -> None:
    graph = network(["az", "bz"]).graph()
    found = structure(graph)

    assert told(graph, found.dominated) == {"a": 0, "b": 0, "z": 0}
    assert told(graph, found.cut) == {"a": 0.5, "b": 0.5, "z": 0}


def test_auxiliary_inputs_stop_nothing() -> None:
    sample = network(["az"], count="b").input("b", "z", essential="0")
    graph = sample.graph()
    found = structure(graph)

    assert told(graph, found.cut) == {"a": 1, "b": 0, "z": 0}
    assert told(graph, found.reach)["b"] == 0


def test_a_ring_that_feeds_on_itself_is_entered_everywhere() -> None:
    graph = network(["ab", "ba", "bz", "zz"]).graph()
    found = structure(graph)

    assert told(graph, found.dominated) == {"a": 0, "b": 1, "z": 0}
    assert told(graph, found.reach) == {"a": 2, "b": 2, "z": 0}


def test_without_a_leader_that_makes_something_bottlenecks_are_unknown() -> None:
    graph = network(["az"], makes="").graph()
    found = structure(graph)

    assert np.isnan(found.dominated).all()
    assert np.isnan(found.cut).all()
    assert told(graph, found.reach) == {"a": 1, "z": 0}


def test_ranks_are_shared_by_equal_values_and_unknown_ones_take_no_part() -> None:
    unknown = np.full(4, np.nan)
    shape = Structure(
        cascade=unknown,
        dominated=np.array([0.0, 0.0, 1.0, 9.0]),
        cut=np.array([0.5, np.nan, 0.1, 9.0]),
        reach=unknown,
        ends=np.array([0]),
    )
    found = matters_of(np.arange(4), np.array([True, True, True, False]), shape)

    assert found.ranks[:3, 1].tolist() == pytest.approx([0.5, 0.5, 1.0])
    assert found.ranks[:3, 2].tolist() == pytest.approx([1.0, np.nan, 0.5], nan_ok=True)
    assert found.criticality[:3].tolist() == pytest.approx([0.75, 0.5, 0.75])
    assert np.isnan(found.criticality[3])
    one = Matters(0.5, tuple(found.values[1].tolist()), tuple(found.ranks[1].tolist()))
    assert one.as_record()["cut"] == {"value": None, "rank": None}
    assert one.as_record()["dominated"] == {"value": 0.0, "rank": 0.5}


PAIRS = st.sets(
    st.tuples(st.sampled_from("abcdefz"), st.sampled_from("abcdefz")), min_size=1, max_size=16
).map(sorted)


def raw_of(walk: nx.DiGraph) -> set[str]:
    groups = list(nx.strongly_connected_components(walk))
    return set().union(
        *(g for g in groups if not any(s not in g for n in g for s in walk.predecessors(n)))
    )


def cuts(walk: nx.DiGraph, raw: set[str]) -> bool:
    """Return whether ``z`` cannot be reached from ``raw``."""
    return not any(nx.has_path(walk, one, "z") for one in raw if one in walk)


@SETTINGS
@given(PAIRS)
def test_cuts_and_dominators_are_those_of_plain_search(pairs: list[tuple[str, str]]) -> None:
    graph = network(pairs, count="z").graph()
    walk = nx.DiGraph([pair for pair in pairs if pair[0] != pair[1]])
    walk.add_node("z")
    raw = raw_of(walk)
    found = structure(graph)
    cut, dominated = told(graph, found.cut), told(graph, found.dominated)
    others = sorted(set(walk) - {"z"})

    single = {one for one in others if cuts(nx.restricted_view(walk, [one], []), raw)}
    expected = set() if "z" in raw else single
    assert {one for one in others if dominated.get(one, 0) > 0} == expected
    smallest: set[str] = set()
    size = 0
    while "z" not in raw and not smallest:
        size += 1
        for chosen in itertools.combinations(others, size):
            if cuts(nx.restricted_view(walk, chosen, []), raw):
                smallest |= set(chosen)
    told_cut = {one: value for one, value in cut.items() if value > 0}
    assert told_cut == pytest.approx(dict.fromkeys(smallest, 1 / max(size, 1)))


@SETTINGS
@given(PAIRS)
def test_reach_is_the_number_of_descendants(pairs: list[tuple[str, str]]) -> None:
    graph = network(pairs, count="z").graph()
    walk = nx.DiGraph(pairs)
    walk.add_node("z")

    reach = told(graph, structure(graph).reach)

    assert reach == {one: len(nx.descendants(walk, one)) for one in sorted(walk)}


def test_the_same_gap_matters_more_where_more_hangs_on_it() -> None:
    graph = network(["ab", "bz", "cz"]).graph()
    bounds = default_thresholds()
    state = state_of(graph)
    shape = structure_of(graph, state.supply, state.demand.firm, bounds.accept)
    plain = find_zone_gaps(graph, state, thresholds=bounds)
    ranked = find_zone_gaps(graph, state, thresholds=bounds, structure=shape)

    assert {gap.importance for gap in plain} == {1.0}
    assert {gap.matters.ranks for gap in ranked} != {gap.matters.ranks for gap in plain}
    assert max(gap.importance for gap in ranked) == 1.0
