"""Shares of regions in products: read from a sheet, in the snapshot, and what they say of a firm."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from chain_samples import Sample
from import_samples import DAY, account, edges, graph, ids, rules, write
from scipy import sparse

from chainmap.errors import InputRejected
from chainmap.evaluate.holdout import known_pairs, without
from chainmap.evaluate.run import rank_held_out
from chainmap.evaluate.splits import folds
from chainmap.match.signals import (
    DEFAULT_SIGNALS,
    Edge,
    Signals,
    default_parts,
    default_signals,
    scaled,
    wordings_of,
)
from chainmap.stores.memory import MemoryStore
from chainmap.stores.open import open_store
from chainmap.workflow.evaluate import evaluate_edges
from chainmap.workflow.import_files import import_files
from chainmap.workflow.snapshot import load_chain_graph

if TYPE_CHECKING:
    from pathlib import Path

    from chainmap.analysis.graph import ChainGraph
    from chainmap.stores.port import GraphStore

NAN = float("nan")
HEADER = "地区|产品|占比（%）|年份|资料来源|数据日期"
REGIONS = {
    "630102": "城东区", "630100": "西宁市", "630000": "青海省", "620000": "甘肃省",
    "CHN": "中国", "TWN": "台湾", "DEU": "德国", "USA": "美国",
}  # fmt: skip


# --- the sheet ---------------------------------------------------------------------------------


def products(folder: Path) -> None:
    write(folder, "产品", "产品编码|产品", "P1|碳酸锂", "P2|单晶硅")


def test_a_sheet_of_shares_becomes_relations_of_regions(tmp_path: Path) -> None:
    products(tmp_path)
    write(
        tmp_path,
        "地区产量占比",
        HEADER,
        "青海省|碳酸锂|43|2024|统计年鉴 2025|",
        "630100|单晶硅|12.5%|2024||2025-03-01",
        "DEU|碳酸锂|0|||",
    )
    store = MemoryStore()
    answer = import_files([tmp_path], store, as_of=DAY)

    assert account(answer, "HAS_SHARE") == {"read": 3, "stored": 3, "merged": 0, "rejected": 0}
    frame = graph(store).edges["HAS_SHARE"].set_index(["source", "target"])
    assert frame["share"].to_dict() == {
        ("Region:630000", "Product:P1"): 0.43,
        ("Region:630100", "Product:P2"): 0.125,
        ("Region:DEU", "Product:P1"): 0.0,
    }
    assert frame.loc[("Region:630000", "Product:P1"), "year"] == 2024
    assert ids(store, "Region") == ["Region:630000", "Region:630100", "Region:DEU"]
    assert rules(answer.findings) == []


def test_what_cannot_be_a_share_or_a_region_is_told_and_left_out(tmp_path: Path) -> None:
    products(tmp_path)
    write(
        tmp_path,
        "地区产量占比",
        HEADER,
        "火星|碳酸锂|10|2024||",
        "638877|碳酸锂|10|2024||",
        "甘肃省|反物质|10|2024||",
        "西宁市|碳酸锂||2024||",
    )
    store = MemoryStore()
    answer = import_files([tmp_path], store, as_of=DAY)

    assert edges(store, "HAS_SHARE") == set()
    assert ids(store, "Region") == []  # what only a rejected row names is not added
    lost = [f for f in answer.findings if f.rule == "R-region-of-row"]
    assert [(f.row, f.column, f.value) for f in lost] == [
        (2, "地区", "火星"),
        (3, "地区", "638877"),
    ]
    assert rules(answer.findings) == ["R-region-of-row", "R-unknown-product", "V-required"]
    assert account(answer, "HAS_SHARE")["rejected"] == 4


@pytest.mark.parametrize(("share", "rule"), [("143", "V-share-over"), ("-3", "V-negative")])
def test_a_share_outside_0_to_1_stops_the_import_as_elsewhere(
    tmp_path: Path, share: str, rule: str
) -> None:
    products(tmp_path)
    write(tmp_path, "地区产量占比", HEADER, f"青海省|碳酸锂|{share}|2024||")

    with MemoryStore() as store, pytest.raises(InputRejected) as told_of:
        import_files([tmp_path], store, as_of=DAY)
    assert rule in rules(told_of.value.findings)


# --- the snapshot ------------------------------------------------------------------------------


def shares() -> Sample:
    """Return firms at every level, and products with shares of their own, above, and none."""
    sample = Sample()
    for code, name in REGIONS.items():
        sample.region(code, name)
    for key in "pqrs":
        sample.product(key)
    places = {
        "a": "630102", "b": "630100", "c": "630000", "d": "620000",
        "e": "TWN", "f": "DEU", "g": "USA", "h": "",
    }  # fmt: skip
    for key, region in places.items():
        sample.company(key, region=region)
    for region, product, share in (
        ("630102", "p", 0.2), ("630000", "p", 0.6), ("CHN", "p", 0.8), ("DEU", "p", 0.1),
        ("USA", "p", 0.0), ("630100", "q", 0.5), ("CHN", "r", 0.9),
    ):  # fmt: skip
        sample.edge("HAS_SHARE", f"Region:{region}", f"Product:{product}", share=share)
    return sample


def test_the_snapshot_holds_regions_by_products_a_stated_zero_too() -> None:
    graph = shares().graph()
    found = graph.region_shares

    assert found.shape == (len(REGIONS), 4)
    assert found.nnz == 7
    row = graph.regions["id"].to_pylist().index("Region:USA")
    assert found[[row]].nnz == 1
    assert found[[row]].toarray().tolist() == [[0.0, 0.0, 0.0, 0.0]]
    network = graph.to_networkx()
    assert network.edges["Region:630000", "Product:p", "HAS_SHARE"]["share"] == 0.6


@pytest.mark.parametrize("cached", [False, True])
def test_every_store_gives_the_same_shares(tmp_path: Path, *, cached: bool) -> None:
    sample, cache = shares(), tmp_path / "cache" if cached else None
    with open_store(f"sqlite:{tmp_path / 'g.sqlite'}") as store:
        sample.into(store, shuffle=5)
        for _ in range(2):
            found = load_chain_graph(store, cache_dir=cache).region_shares
            assert (found != sample.graph().region_shares).nnz == 0
            assert found.nnz == 7


def test_neo4j_gives_the_same_shares(neo4j_store: GraphStore) -> None:
    found = load_chain_graph(shares().into(neo4j_store)).region_shares

    assert found.toarray().tolist() == shares().graph().region_shares.toarray().tolist()


# --- what it says of a firm --------------------------------------------------------------------


def told(graph: ChainGraph, product: str, edge: Edge = "PRODUCES") -> list[float]:
    signals = Signals(graph, edge, wordings_of(graph))
    target = graph.product_ids.get_loc(f"Product:{product}")
    return signals.of("region_share", target).tolist()


def test_the_most_specific_stated_region_counts_spread_over_its_firms() -> None:
    graph = shares().graph()

    # a own county (1 firm), b and c the province (3 firms), d the country (4 firms: a-d), e not
    # the country of d, f its own, g a stated zero, h nowhere
    expected = [0.2, 0.6 / 3, 0.6 / 3, 0.8 / 4, 0.0, 0.1, 0.0, NAN]
    np.testing.assert_allclose(told(graph, "p"), expected)
    # the city holds a and b; a region without a share, where others have one, makes nothing
    np.testing.assert_allclose(told(graph, "q"), [0.25, 0.25, 0, 0, 0, 0, 0, NAN])
    np.testing.assert_allclose(told(graph, "r"), [0.9 / 4] * 4 + [0, 0, 0, NAN])


def test_a_product_without_shares_says_nothing_of_anyone() -> None:
    graph = shares().graph()

    assert np.isnan(told(graph, "s")).all()
    assert not scaled(np.array(told(graph, "s"))).any()
    assert np.isnan(told(graph, "p", "REQUIRES")).all()


def test_a_share_is_no_relation_that_is_kept_back() -> None:
    graph = shares().makes("a", "p").makes("b", "p").graph()
    reduced = without(graph, "PRODUCES", known_pairs(graph, "PRODUCES"))

    assert told(reduced, "p") == pytest.approx(told(graph, "p"), nan_ok=True)


# --- in the default ----------------------------------------------------------------------------


def market() -> Sample:
    sample = shares()
    for company, product in ("ap", "bp", "cq", "dr", "aq", "fp", "gs", "es"):
        sample.makes(company, product)
    return sample.wants("a", "p").supplies("b", "a", "p")


def no_shares(graph: ChainGraph) -> ChainGraph:
    return replace(graph, region_shares=sparse.csr_array(graph.region_shares.shape))


def test_the_kind_joins_makers_only_and_only_where_shares_are_stated() -> None:
    graph = market().graph()

    assert default_signals(graph, "PRODUCES") == (*DEFAULT_SIGNALS, "region_share")
    assert default_signals(graph, "REQUIRES") == DEFAULT_SIGNALS
    assert default_signals(no_shares(graph), "PRODUCES") == DEFAULT_SIGNALS
    signals = Signals(graph, "PRODUCES", wordings_of(graph))
    assert list(default_parts(signals, 0)) == [*DEFAULT_SIGNALS, "region_share"]


def test_without_shares_every_score_is_what_five_kinds_gave() -> None:
    graph = no_shares(market().graph())
    for edge in ("PRODUCES", "REQUIRES", "SUPPLIES"):
        signals = Signals(graph, edge, wordings_of(graph))  # type: ignore[arg-type]
        parts = default_parts(signals, 0)
        five = {name: scaled(signals.of(name, 0)) for name in DEFAULT_SIGNALS}
        assert {name: part.tobytes() for name, part in parts.items()} == {
            name: part.tobytes() for name, part in five.items()
        }


def test_what_is_not_about_makers_is_byte_for_byte_the_same_with_shares() -> None:
    graph = market().graph()
    for edge in ("REQUIRES", "SUPPLIES"):
        ranked = [
            rank_held_out(one, edge, folds(one, edge, "edge"))  # type: ignore[arg-type]
            for one in (graph, no_shares(graph))
        ]
        assert ranked[0].places == ranked[1].places


def test_the_job_tells_which_kinds_it_summed() -> None:
    answer = json.loads(evaluate_edges(market().store(), edge="PRODUCES").as_json())
    bare = Sample().product("p").company("a").company("b").makes("a", "p")
    plain = json.loads(evaluate_edges(bare.store(), edge="PRODUCES").as_json())

    assert answer["run"]["weights"]["signals"] == [*DEFAULT_SIGNALS, "region_share"]
    assert plain["run"]["weights"]["signals"] == list(DEFAULT_SIGNALS)
