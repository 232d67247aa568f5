"""The product space: proximity and density by hand and beside ecomplexity; who is close to what."""

from __future__ import annotations

import importlib.util
import sys
import tracemalloc
from dataclasses import replace
from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np
import pytest
from chain_samples import Sample, rows_of
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse

from chainmap.gaps.space import (
    WAYS,
    Closeness,
    advantage,
    closeness,
    density,
    product_space,
    proximity,
)
from chainmap.gaps.thresholds import default_thresholds
from chainmap.names import name_key
from chainmap.workflow.gaps import find_gaps

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph

BOUNDS = default_thresholds()
MATRIX = hnp.arrays(np.float64, (5, 6), elements=st.sampled_from([0.0, 0.0, 1.0, 2.0, 7.0]))


def test_proximity_is_the_smaller_conditional_probability() -> None:
    made = sparse.csr_array(np.array([[1.0, 1, 0], [1, 1, 0], [1, 0, 1], [1, 0, 0]]))
    found = proximity(made, np.arange(3))

    assert found.tolist() == [[0, 0.5, 0.25], [0.5, 0, 0], [0.25, 0, 0]]


def test_advantage_is_more_than_the_size_of_place_and_product_suggests() -> None:
    # x = 10; place 0 has 8, product 0 has 6: 6/8 against 6/10 is an advantage, 2/8 against 4/10 not
    counts = sparse.csr_array(np.array([[6.0, 2.0], [0.0, 2.0]]))

    assert advantage(counts).toarray().tolist() == [[1, 0], [0, 1]]


def test_density_is_the_share_of_what_goes_with_a_product_that_is_made() -> None:
    # φ(0,1) = φ(0,2) = ½, φ(1,2) = 0; product 3 is made by a maker of its own
    makes = sparse.csr_array(np.array([[1.0, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 1]]))
    found = density(np.array([0.0, 1.0, 0.0, 1.0]), makes, np.array([0, 1, 2, 3]))

    assert found[:3].tolist() == pytest.approx([0.5 / 2, 1 / 1.5, 0.0])
    assert np.isnan(found[3]), "nothing is known to go with it"


@settings(deadline=None, max_examples=60)
@given(MATRIX)
def test_proximity_and_density_are_those_of_the_dense_formulas(counts: np.ndarray) -> None:
    made = advantage(sparse.csr_array(counts))
    dense = made.toarray()
    every = np.arange(6)
    near = proximity(made, every)
    for p in range(6):
        for q in range(6):
            both, ubiquity = dense[:, p] @ dense[:, q], max(dense[:, p].sum(), dense[:, q].sum())
            assert near[p, q] == pytest.approx(both / ubiquity if p != q and ubiquity else 0)
    whole = near + np.eye(6)
    for place in dense:
        told = density(place, made, every)
        known = near.sum(axis=1) > 0
        assert told[known].tolist() == pytest.approx((whole @ place / whole.sum(axis=1))[known])


@pytest.mark.filterwarnings("ignore:.*")  # its own, on newer pandas
@pytest.mark.skipif(
    importlib.util.find_spec("ecomplexity") is None,
    reason="the oracle is not installed: pip install ecomplexity",
)
def test_advantage_and_density_are_those_of_ecomplexity() -> None:
    import pandas as pd
    from ecomplexity import ecomplexity

    rng = np.random.default_rng(3)
    counts = rng.integers(0, 4, (12, 15)) * rng.integers(0, 2, (12, 15)) + np.eye(12, 15)
    cells = [
        {"year": 1, "loc": f"r{r:02}", "prod": f"p{p:02}", "val": float(counts[r, p])}
        for r in range(12)
        for p in range(15)
    ]
    columns = {"time": "year", "loc": "loc", "prod": "prod", "val": "val"}
    with patch.object(sys, "stdout"):  # it prints the years
        told = ecomplexity(pd.DataFrame(cells), columns)
    made = advantage(sparse.csr_array(counts))
    expected = told.pivot_table(index="loc", columns="prod", values="density")
    mcp = told.pivot_table(index="loc", columns="prod", values="mcp")

    assert (mcp.to_numpy() == made.toarray()).all()
    every = np.arange(15)
    for place, row in zip(made.toarray(), expected.to_numpy(), strict=True):
        assert density(place, made, every).tolist() == pytest.approx(row.tolist(), abs=1e-9)


def world() -> Sample:
    """Return 隔膜 (sep), wanted by L, and six firms, each close to it in one way."""
    sample = Sample().region("630100", "西宁市").region("320000", "江苏省").chain("锂电")
    sample.product("sep", chain="锂电", name="锂电隔膜").product("film", name="膜材")
    for key, name in (("cell", "电芯"), ("base", "基膜"), ("tape", "胶带"), ("coat", "涂布膜")):
        sample.product(key, name=name)
    sample.kind("sep", "film").kind("coat", "film").input("base", "sep").input("sep", "cell")
    sample.company("L", region="630100").leads("L", "锂电").wants("L", "sep")
    sample.company("A", "甲贸易", region="320000").supplies("A", "L", "sep")
    sample.company("B", "乙锂电隔膜", region="320000")
    sample.company("C", "丙公司", region="630100").makes("C", "base")
    sample.company("D", "丁公司", region="630100").makes("D", "coat")
    sample.company("E", "戊公司", region="320000").makes("E", "tape").makes("E", "sep")
    return sample.company("F", "己公司", region="320000").makes("F", "tape")


def told(graph: ChainGraph, found: Closeness, way: str) -> dict[str, float]:
    ids = graph.companies["id"].to_pylist()
    values = found.ways[way].tolist()
    return {i.removeprefix("Company:"): v for i, v in zip(ids, values, strict=True) if v > 0}


def test_who_makes_a_kind_of_a_sister_is_not_as_close_as_who_makes_the_sister() -> None:
    sample = Sample().chain("链").region("630100", "西宁市")
    for key in ("top", "one", "sister", "below"):
        sample.product(key)
    sample.kind("one", "top").kind("sister", "top").kind("below", "sister")
    sample.company("S", region="630100").makes("S", "sister")
    sample.company("B", region="630100").makes("B", "below")
    graph = sample.graph()
    one = graph.product_position("Product:one")
    assert one is not None

    assert told(
        graph, closeness(graph, product_space(graph, 0.9), one, BOUNDS.related), "tree"
    ) == {"S": 1}


def test_each_way_of_being_close_is_a_share() -> None:
    graph = world().graph()
    sep = graph.product_position("Product:sep")
    assert sep is not None
    found = closeness(graph, product_space(graph, 0.9), sep, BOUNDS.related)

    assert told(graph, found, "supplies") == {"A": 1}
    assert told(graph, found, "named") == {"B": 1}
    assert told(graph, found, "portfolio") == {"E": 0.5, "F": 0.5}, "1 of 2 makers of tape"
    assert told(graph, found, "recipe") == {"C": 1}
    assert told(graph, found, "tree") == {"D": 1}
    for way in WAYS:
        assert found.ways[way].min() >= 0
        assert found.ways[way].max() <= 1
    assert found.total.max() <= 1


def test_an_input_of_everything_brings_nobody_close() -> None:
    sample = world()
    for number in range(8):
        sample.product(f"x{number}").input("base", f"x{number}")
    graph = sample.graph()
    sep = graph.product_position("Product:sep")
    assert sep is not None
    found = closeness(graph, product_space(graph, 0.9), sep, BOUNDS.related)

    assert told(graph, found, "recipe") == {"C": pytest.approx(1 / 3)}


def test_targets_are_makers_first_then_the_close_with_what_to_do() -> None:
    bounds = replace(BOUNDS, min_surveyed=1)
    rows = rows_of(find_gaps(world().store(), region="630100", thresholds=bounds))
    (row,) = (r for r in rows if (r["product"], r["kind"]) == ("锂电隔膜", "缺链"))

    assert [(t["company"], t["action"]) for t in row["targets"]] == [  # type: ignore[attr-defined]
        ("戊公司", "补链"),
        ("甲贸易", "补链"),
        ("乙锂电隔膜", "补链"),
        ("丙公司", "自培"),
        ("丁公司", "自培"),
    ]
    raised = [(s["company"], s["action"], s["lacks"]) for s in row["strengthen"]]  # type: ignore[attr-defined]
    assert raised == [
        ("丙公司", "自培", ["尚未生产锂电隔膜"]),
        ("丁公司", "自培", ["尚未生产锂电隔膜"]),
    ]


NAMES = st.lists(st.text("锂电隔膜公司A", max_size=9), min_size=1, max_size=6)


@settings(deadline=None, max_examples=40)
@given(NAMES, st.text("锂电隔膜A", min_size=1, max_size=5))
def test_a_name_is_compared_pair_by_pair(names: list[str], asked: str) -> None:
    sample = Sample().product("p", name=asked)
    for number, name in enumerate(names):
        sample.company(str(number), name or "无")
    graph = sample.graph()
    found = closeness(graph, product_space(graph, 0.9), 0, BOUNDS.related).ways["named"]
    key = name_key(asked)
    pairs = {key[at : at + 2] for at in range(len(key) - 1)}

    expected = [
        sum(pair in (name or "无") for pair in pairs) / max(len(pairs), 1) for name in names
    ]
    assert found.tolist() == pytest.approx(expected)


def test_a_few_places_that_make_much_do_not_fill_the_memory() -> None:
    """A whole proximity matrix of 20,000 products would be 3 GB."""
    makes = sparse.csr_array(np.ones((2, 20_000)))
    made = np.zeros(20_000)
    made[:5000] = 1.0
    tracemalloc.start()
    found = density(made, makes, np.arange(600))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert found[0] == pytest.approx(0.25)
    assert peak < 400e6
