"""Partners, portfolios and sectors of hand-made graphs, counted by hand or the slow way."""

from __future__ import annotations

import math
from itertools import product as pairs_of
from typing import TYPE_CHECKING

import numpy as np
import pytest
from chain_samples import Sample
from hypothesis import given, settings
from hypothesis import strategies as st

from chainmap.match.relations import (
    SECTOR_PRIOR,
    best_partner_path,
    partner_paths,
    sector_pair,
    sector_supply_count,
    sister_cosines,
)

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph


def at(graph: ChainGraph, key: str) -> int:
    found = graph.company_position(f"Company:{key}")
    assert found is not None
    return found


def everyone(graph: ChainGraph) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.arange(graph.n_companies, dtype=np.int32)


def partners_sample() -> Sample:
    """Return L with supplier V; V and C supply U; C2 has a customer that nobody shares."""
    sample = Sample()
    for key in ("L", "V", "U", "C", "C2", "W", "X"):
        sample.company(key)
    sample.supplies("V", "L").supplies("V", "U").supplies("C", "U")
    return sample.supplies("C2", "W")


def test_a_path_of_three_supplies_counts_by_the_degrees_of_its_middle() -> None:
    graph = partners_sample().graph()
    value = partner_paths(graph, at(graph, "L"), everyone(graph))

    assert value[at(graph, "C")] == pytest.approx(1 / math.sqrt(2 * 2))
    assert value[at(graph, "C2")] == 0.0
    assert math.isnan(value[at(graph, "X")])
    assert best_partner_path(graph, at(graph, "L"), at(graph, "C")) == (
        at(graph, "U"), at(graph, "V"),
    )  # fmt: skip


def test_a_supplier_does_not_speak_for_itself_nor_does_the_leader_as_customer() -> None:
    graph = partners_sample().graph()
    value = partner_paths(graph, at(graph, "L"), everyone(graph))

    assert value[at(graph, "V")] == 0.0
    assert best_partner_path(graph, at(graph, "L"), at(graph, "V")) is None


def test_without_known_suppliers_of_the_leader_nothing_is_known() -> None:
    graph = partners_sample().graph()

    assert np.isnan(partner_paths(graph, at(graph, "C"), everyone(graph))).all()


EDGES = st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=25)


@settings(max_examples=60, deadline=None)
@given(EDGES)
def test_the_sparse_sum_is_the_sum_over_all_paths(edges: set[tuple[int, int]]) -> None:
    sample = Sample()
    for key in range(7):
        sample.company(f"k{key}")
    for source, target in sorted(edges):
        sample.supplies(f"k{source}", f"k{target}")
    graph = sample.graph()
    real = {(u, v) for u, v in edges if u != v}
    customers = [sum(u == k for u, _ in real) for k in range(7)]
    suppliers = [sum(v == k for _, v in real) for k in range(7)]

    def slow(company: int, leader: int) -> float:
        if not suppliers[leader] or not customers[company]:
            return math.nan
        return sum(
            1 / math.sqrt(suppliers[u] * customers[v])
            for u, v in pairs_of(range(7), range(7))
            if (company, u) in real and (v, u) in real and (v, leader) in real
            and v != company and u != leader
        )  # fmt: skip

    for leader in range(7):
        found = partner_paths(graph, leader, everyone(graph))
        expected = [slow(company, leader) for company in range(7)]
        np.testing.assert_allclose(found, expected, atol=1e-12)


def test_sister_products_count_the_other_makers_only() -> None:
    sample = Sample()
    for key in ("p", "q", "r"):
        sample.product(key)
    for key, made in {"A": "pq", "B": "pq", "C": "pr", "D": "p", "E": "q"}.items():
        sample.company(key)
        for product in made:
            sample.makes(key, product)
    graph = sample.graph()
    firms = np.array([at(graph, key) for key in "ABCD"], dtype=np.int32)
    value, sister = sister_cosines(graph, 0, firms)

    # A: of the other makers of p (B, C, D) and of q (B, E), B makes both.
    assert value[:2] == pytest.approx([1 / math.sqrt(3 * 2)] * 2)
    assert value[2] == 0.0  # nobody else makes r
    assert math.isnan(value[3])  # makes nothing else
    assert sister.tolist() == [1, 1, 2, -1]


def sectors_sample() -> Sample:
    """Return ten firms: 3841 buys from 2613 twice and from 3985 never."""
    sample = Sample()
    for code in ("2613", "3841", "3985"):
        sample.add("Industry", id=f"Industry:{code}", code=code)
    sectors = {"L": "3841", "A": "2613", "B": "2613", "C": "3985", "D": "3985", "X": ""}
    for key, code in sectors.items():
        sample.company(key)
        if code:
            sample.edge("IN_INDUSTRY", f"Company:{key}", f"Industry:{code}")
    return sample.supplies("A", "L").supplies("B", "L")


def test_a_sector_that_supplies_more_than_by_chance_counts_and_an_unknown_one_is_unknown() -> None:
    graph = sectors_sample().graph()
    value = sector_pair(graph, at(graph, "L"), everyone(graph))
    # P(26 | 38) = (2 + a 2/5) / (2 + a); the same one level below; q = 2/5.
    coarse = (2 + SECTOR_PRIOR * 2 / 5) / (2 + SECTOR_PRIOR)
    lift = (2 + SECTOR_PRIOR * coarse) / (2 + SECTOR_PRIOR) / (2 / 5)

    assert value[at(graph, "A")] == pytest.approx((lift - 1) / (lift + 1))
    assert value[at(graph, "C")] == 0.0
    assert math.isnan(value[at(graph, "X")])
    assert sector_supply_count(graph, at(graph, "L"), at(graph, "A")) == 2


def test_without_a_known_supply_sectors_say_nothing() -> None:
    sample = sectors_sample()
    sample.rows.pop("SUPPLIES")
    graph = sample.graph()

    assert np.isnan(sector_pair(graph, at(graph, "L"), everyone(graph))).all()
