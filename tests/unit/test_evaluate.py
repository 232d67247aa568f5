"""The evaluation: what is kept back is gone, figures are the known ones, chance gets chance."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from chain_samples import Sample, rows_of
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from chainmap.errors import ConfigError, InputRejected, NothingToAnalyse
from chainmap.evaluate.holdout import HeldOutLeakError, known_pairs, prove_gone, without
from chainmap.evaluate.metrics import figures, interval, placed
from chainmap.evaluate.run import rank_held_out, thin
from chainmap.evaluate.splits import folds
from chainmap.match.relations import partner_paths
from chainmap.match.signals import Signals, default_parts, default_score, scaled, wordings_of
from chainmap.workflow.evaluate import evaluate_edges

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "answers" / "evaluate.schema.json").read_text("utf-8")
)


def clubs() -> Sample:
    """Return two clubs of firms: one makes p, q and r together, the other x and y."""
    sample = Sample().chain("链").region("630100", "西宁市").region("320100", "南京市")
    for key in ("p", "q", "r", "x", "y"):
        sample.product(key, chain="链", name=f"产品{key}")
    for number in range(6):
        sample.company(f"a{number}", region="630100")
        sample.company(f"b{number}", region="320100")
        for product in "pqr":
            sample.makes(f"a{number}", product, as_of=f"2026-01-{10 + number}")
        for product in "xy":
            sample.makes(f"b{number}", product, as_of="2025-01-01")
    sample.company("L", region="630100").wants("L", "p").wants("a0", "x").supplies("a1", "L", "p")
    return sample.supplies("a2", "L", "q").supplies("b1", "b0", "x")


# --- what is kept back is gone -----------------------------------------------------------------


@pytest.mark.parametrize("edge", ["PRODUCES", "REQUIRES", "SUPPLIES"])
def test_what_is_kept_back_leaves_every_array_and_nothing_else_does(edge: Any) -> None:
    graph = clubs().graph()
    pairs = known_pairs(graph, edge)
    reduced = without(graph, edge, pairs[:1])

    assert known_pairs(reduced, edge).tolist() == pairs[1:].tolist()
    assert known_pairs(graph, edge).tolist() == pairs.tolist()
    prove_gone(reduced, edge, pairs[:1])


def test_the_arrays_beside_the_matrix_stay_aligned() -> None:
    sample = Sample().product("p").product("q").company("A").company("B")
    sample.makes("A", "p", capacity=1.0, capacity_unit="吨").makes("A", "q", capacity=2.0)
    graph = sample.makes("B", "q", capacity=3.0, capacity_unit="吨", is_byproduct=True).graph()
    reduced = without(graph, "PRODUCES", np.array([[0, 1]]))

    assert reduced.capacity.tolist() == [1.0, 3.0]
    assert reduced.is_byproduct.tolist() == [False, True]
    at = reduced.makers.data[reduced.makers.indptr[1]]
    assert (int(reduced.makers.indices[reduced.makers.indptr[1]]), int(at)) == (1, 1)


def test_a_leak_is_told_loudly() -> None:
    graph = clubs().graph()
    pairs = known_pairs(graph, "PRODUCES")[:1]
    reduced = without(graph, "PRODUCES", pairs)

    with pytest.raises(HeldOutLeakError, match="makes"):
        prove_gone(replace(reduced, makes=graph.makes), "PRODUCES", pairs)
    asked, sold = known_pairs(graph, "REQUIRES")[:1], known_pairs(graph, "SUPPLIES")[:1]
    with_demands = replace(without(graph, "REQUIRES", asked), demands=graph.demands)
    with_rows = replace(without(graph, "SUPPLIES", sold), supply_edges=graph.supply_edges)
    with pytest.raises(HeldOutLeakError, match="demands"):
        prove_gone(with_demands, "REQUIRES", asked)
    with pytest.raises(HeldOutLeakError, match="supply_edges"):
        prove_gone(with_rows, "SUPPLIES", sold)


def test_features_of_the_whole_graph_are_refused() -> None:
    graph = clubs().graph()
    parts = list(folds(graph, "PRODUCES", "edge"))

    with pytest.raises(HeldOutLeakError, match="makes"):
        rank_held_out(graph, "PRODUCES", parts, thinned=lambda _: graph)


# --- figures -----------------------------------------------------------------------------------


def test_the_figures_of_known_places() -> None:
    told = figures(np.array([0, 2, 9]), np.array([0, 0, 0]), np.array([10, 10, 10]))

    assert told["mrr"].tolist() == pytest.approx([1.0, 1 / 3, 0.1])
    assert told["hits_1"].tolist() == [1.0, 0.0, 0.0]
    assert told["hits_10"].tolist() == [1.0, 1.0, 1.0]
    assert told["ndcg_20"].tolist() == pytest.approx([1.0, 0.5, 1 / math.log2(11)])
    assert told["auc"].tolist() == pytest.approx([1.0, 0.8, 0.1])


@given(st.integers(0, 8), st.integers(0, 8))
def test_ties_count_with_the_mean_over_all_orders(better: int, alike: int) -> None:
    told = figures(np.array([better]), np.array([alike]), np.array([better + alike + 3]))
    places = range(better + 1, better + alike + 2)

    assert told["mrr"][0] == pytest.approx(np.mean([1 / place for place in places]))
    assert told["hits_10"][0] == pytest.approx(np.mean([place <= 10 for place in places]))


def test_who_says_nothing_gets_what_chance_gets() -> None:
    others = np.array([False] + [True] * 99)
    for score in (np.zeros(100), np.full(100, np.nan)):
        told = figures(*(np.array([part]) for part in placed(score, 0, others)))
        assert told["auc"][0] == 0.5
        assert told["mrr"][0] == pytest.approx(np.mean(1 / np.arange(1, 101)))


def test_an_interval_holds_the_mean_and_widens_with_fewer_targets() -> None:
    values = np.tile([0.0, 1.0], 200)
    many = interval(values, np.arange(400), 1)
    few = interval(values, np.repeat(np.arange(8), 50), 1)

    assert many[0] < 0.5 < many[1]
    assert math.isnan(interval(np.array([np.nan]), np.array([0]), 1)[0])
    assert few[1] - few[0] <= many[1] - many[0]  # eight targets that are all half right
    lumped = interval(np.repeat([0.0, 1.0], 200), np.repeat(np.arange(8), 50), 1)
    assert lumped[1] - lumped[0] > many[1] - many[0]


# --- signals -----------------------------------------------------------------------------------


def signals_of(sample: Sample, edge: Any = "PRODUCES") -> tuple[ChainGraph, Signals]:
    graph = sample.graph()
    return graph, Signals(graph, edge, wordings_of(graph))


def test_item_cf_is_the_sum_of_cosines_without_the_target_itself() -> None:
    sample = Sample()
    for key in "pqr":
        sample.product(key)
    for key, made in {"A": "pq", "B": "pq", "C": "q", "D": "r"}.items():
        sample.company(key)
        for product in made:
            sample.makes(key, product)
    _, signals = signals_of(sample)
    cosine = 2 / math.sqrt(2 * 3)

    assert signals.of("item_cf", 0).tolist() == pytest.approx([cosine, cosine, cosine, 0.0])
    assert signals.of("popularity", 0).tolist() == [1.0, 1.0, 1.0, 1.0]


def test_l3_counts_paths_over_another_maker() -> None:
    sample = Sample().product("p").product("q")
    for key, made in {"A": "pq", "B": "q", "C": "p"}.items():
        sample.company(key)
        for product in made:
            sample.makes(key, product)
    _, signals = signals_of(sample)

    # B - q - A - p: 1 / sqrt(two makers of q x two products of A); A has no path but its own.
    assert signals.of("l3", 0).tolist() == pytest.approx([0.0, 0.5, 0.0])


@settings(max_examples=60, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=14))
def test_l3_of_supplies_is_what_matching_calls_partners(pairs: set[tuple[int, int]]) -> None:
    sample = Sample()
    for key in range(6):
        sample.company(str(key))
    for source, target in sorted(pairs):
        if source != target:
            sample.supplies(str(source), str(target))
    graph, signals = signals_of(sample, "SUPPLIES")
    everyone = np.arange(6, dtype=np.int32)

    for leader in range(6):
        partners = partner_paths(graph, leader, everyone)
        known = ~np.isnan(partners)
        l3 = signals.of("l3", leader)
        np.testing.assert_allclose(l3[known], partners[known], atol=1e-12)
        assert not l3[~known].any()


def test_names_in_capitals_are_as_alike_as_any() -> None:
    sample = Sample().product("p", name="LFP Cathode").product("q", name="lfp cathode powder")
    sample.company("A", "ACME").makes("A", "q").company("B", "ZZZ")
    _, signals = signals_of(sample)
    value = signals.of("char_ngram", 0)
    lower = Sample().product("p", name="lfp cathode").product("q", name="lfp cathode powder")
    lower.company("A", "acme").makes("A", "q").company("B", "zzz")

    assert value[0] > 0.2
    assert value.tolist() == signals_of(lower)[1].of("char_ngram", 0).tolist()


def test_the_default_is_the_sum_of_its_visible_parts() -> None:
    graph, signals = signals_of(clubs())
    parts = default_parts(signals, 0)

    np.testing.assert_allclose(default_score(signals, 0), sum(parts.values()))
    assert all(part.size == graph.n_companies for part in parts.values())
    assert all(abs(float(part.mean())) < 1e-9 for part in parts.values())


def test_a_scaled_signal_has_mean_0_and_unknown_counts_as_the_mean() -> None:
    assert scaled(np.array([2.0, 2.0])).tolist() == [0.0, 0.0]
    assert scaled(np.array([np.nan, 1.0, 3.0]))[0] == 0.0


# --- the job -----------------------------------------------------------------------------------


def test_an_answer_meets_its_schema_and_chance_is_chance() -> None:
    told = json.loads(evaluate_edges(clubs().store(), edge="PRODUCES").as_json())
    rows = {row["scorer"]: row for row in told["rows"]}

    assert [e.message for e in Draft202012Validator(SCHEMA).iter_errors(told)] == []
    assert rows["default"]["n_positives"] == 30
    assert rows["default"]["mrr"] > 2 * rows["random"]["mrr"]
    assert told["comparison"][0]["scorer"] == "default"
    assert [row["dropped"] for row in told["stress"]][::2] == [0.0, 0.1, 0.2, 0.3, 0.4]
    baseline = told["comparison"][0]["baseline"]
    assert {row["scorer"] for row in told["stress"]} == {"default", baseline}


@pytest.mark.parametrize("split", ["edge", "company", "region", "time"])
def test_every_split_covers_what_it_says(split: str) -> None:
    graph = clubs().graph()
    parts = list(folds(graph, "PRODUCES", split))
    every = np.concatenate(parts)

    assert len(np.unique(every, axis=0)) == len(every)
    if split == "time":
        assert len(parts) == 1
        assert {graph.companies["id"][int(firm)].as_py() for firm, _ in every} == {
            "Company:a4", "Company:a5",
        }  # fmt: skip
    else:
        assert len(every) == 30
    if split == "company":
        owners = [set(part[:, 0].tolist()) for part in parts]
        assert sum(map(len, owners)) == len(set.union(*owners))
    if split == "region":
        assert sorted(map(len, parts)) == [12, 18]


def test_the_latest_day_is_kept_back_also_where_most_rows_are_of_it() -> None:
    sample = clubs()
    for row in sample.rows["PRODUCES"][2:]:
        row["as_of"] = "2026-01-01"
    for row in sample.rows["PRODUCES"][:2]:
        row["as_of"] = "2025-01-01"
    (part,) = folds(sample.graph(), "PRODUCES", "time")

    assert len(part) == 28
    answer = evaluate_edges(sample.store(), edge="PRODUCES", split="time")
    assert {row["n_positives"] for row in rows_of(answer)} == {28}


def test_a_holdout_file_names_the_relations_by_id_or_name(tmp_path: Path) -> None:
    path = tmp_path / "留出.csv"
    path.write_text("source,target,edge\nCompany:a0,产品p,PRODUCES\n企业b1,Product:x,\n", "utf-8")
    answer = evaluate_edges(clubs().store(), edge="PRODUCES", holdout=path)

    assert answer.scope["split"] == "holdout"
    assert next(row["n_positives"] for row in rows_of(answer)) == 2
    assert not [finding for finding in answer.findings if finding.rule == "E-holdout-other-edge"]
    assert {row["n_queries"] for row in rows_of(answer)} == {2}


def test_rows_of_another_kind_are_counted_not_dropped_in_silence(tmp_path: Path) -> None:
    path = tmp_path / "留出.csv"
    text = "source,target,edge\nCompany:a0,产品p,PRODUCES\nCompany:a1,Company:L,SUPPLIES\n"
    path.write_text(text, "utf-8")
    answer = evaluate_edges(clubs().store(), edge="PRODUCES", holdout=path)

    (finding,) = answer.findings
    assert (finding.rule, finding.params["count"]) == ("E-holdout-other-edge", 1)
    assert next(row["n_positives"] for row in rows_of(answer)) == 1


@pytest.mark.parametrize(
    ("text", "rule", "row"),
    [
        ("source,product\nCompany:a0,产品p\n", "E-holdout-columns", None),
        ("source,target\nCompany:a0,产品p\n企业a0,产品x\n", "E-holdout-absent", 3),
        ("source,target\n没有这家,产品p\n", "E-holdout-unknown", 2),
        ("source,target,edge\nCompany:a0,产品p,SUPPLIES\n", "E-holdout-empty", None),
    ],
)
def test_a_wrong_holdout_file_says_which_rows(
    tmp_path: Path, text: str, rule: str, row: int | None
) -> None:
    path = tmp_path / "留出.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(InputRejected) as caught:
        evaluate_edges(clubs().store(), edge="PRODUCES", holdout=path)

    assert [(f.rule, f.row, f.file) for f in caught.value.findings] == [(rule, row, "留出.csv")]


def test_what_cannot_be_evaluated_is_refused() -> None:
    store = clubs().store()
    with pytest.raises(ConfigError, match="LEADS"):
        evaluate_edges(store, edge="LEADS")
    with pytest.raises(ConfigError, match="weather"):
        evaluate_edges(store, edge="PRODUCES", split="weather")
    with pytest.raises(NothingToAnalyse, match="SUPPLIES"):
        evaluate_edges(Sample().product("p").company("A").store(), edge="SUPPLIES")
    with pytest.raises(NothingToAnalyse, match="数据日期"):
        evaluate_edges(store, edge="SUPPLIES", split="time")


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 99))
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    def told(shuffle: int | None) -> object:
        answer = evaluate_edges(clubs().fixed(shuffle=shuffle), edge="PRODUCES", split="company")
        return {**answer.as_object(), "run": None}

    assert told(seed) == told(None)


def test_what_a_source_has_left_is_counted_without_what_is_asked() -> None:
    graph = clubs().graph()

    ranked = rank_held_out(graph, "PRODUCES", folds(graph, "PRODUCES", "edge"), scorers=("random",))
    by_firm = rank_held_out(
        graph, "PRODUCES", folds(graph, "PRODUCES", "company"), scorers=("random",)
    )

    degree = np.diff(graph.makes.indptr)
    assert ranked.others == [int(degree[source]) - 1 for source in ranked.source]
    assert set(by_firm.others) == {0}


def test_thinning_takes_the_share_it_says_and_small_firms_lose_more() -> None:
    sample = Sample()
    for number in range(20):
        sample.product(f"p{number:02d}")
    sample.company("big")
    for number in range(20):
        sample.company(f"s{number:02d}").makes(f"s{number:02d}", f"p{number:02d}")
        sample.makes("big", f"p{number:02d}")
    graph = sample.graph()
    left = thin(graph, "PRODUCES", 0.4)

    assert left.makes.nnz == 24
    big = graph.company_position("Company:big")
    assert big is not None
    kept_big = int(np.diff(left.makes.indptr)[big])
    assert kept_big > 24 - kept_big


def test_the_page_shows_the_figures_and_runs_no_script(tmp_path: Path) -> None:
    path = tmp_path / "检验.html"
    answer = evaluate_edges(clubs().store(), edge="PRODUCES", page=path)
    text = path.read_text(encoding="utf-8")
    default = rows_of(answer)[0]

    assert f"{default['mrr']:.3f}" in text
    assert "默认方法" in text
    assert "https://" not in text
    assert "<script>" not in text
