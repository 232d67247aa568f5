"""The trained ranker: it adds up, it is monotone, it learns nothing that leaks, it must be better."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from chain_samples import rows_of
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from rank_samples import market

from chainmap.config import MatchConfig
from chainmap.errors import ConfigError
from chainmap.evaluate import labels
from chainmap.evaluate.holdout import known_pairs
from chainmap.evaluate.labels import served_examples
from chainmap.evaluate.training import label_counts, ranked, train
from chainmap.match import ranker as ranking
from chainmap.match.explain import COLUMNS
from chainmap.match.features import company_features
from chainmap.match.ranker import Calibration, fit_calibration, fit_ranker
from chainmap.match.recommend import MatchScope, visible_demands
from chainmap.match.weights import BASE, FEATURES, default_weights
from chainmap.workflow import trained as trained_job
from chainmap.workflow.match import find_matches

if TYPE_CHECKING:
    from chain_samples import Sample

    from chainmap.answers import Answer
    from chainmap.match.ranker import Examples, Ranker

DAY = "2026-03-01"
ENOUGH = MatchConfig(least_positives=50, least_leaders=20)
ANSWERS = Path(__file__).parents[2] / "docs" / "answers"


def examples_of(sample: Sample, *, shuffle: int | None = None) -> Examples:
    graph = sample.graph(shuffle=shuffle)
    weights = default_weights()
    scope = MatchScope(visible_demands(graph, "内部"))
    features = company_features(graph, weights, DAY)
    return served_examples(graph, scope, features=features, weights=weights)


@lru_cache(maxsize=1)
def by_title() -> Examples:
    return examples_of(market(by_title=True))


@lru_cache(maxsize=1)
def learnt() -> Ranker:
    return fit_ranker(by_title())


def matched(sample: Sample, *, shuffle: int | None = None, **asked: object) -> Answer:
    asked = {"all_pairs": True, "as_of": DAY, "settings": ENOUGH} | asked
    return find_matches(sample.fixed(shuffle=shuffle), **asked)  # type: ignore[arg-type]


# --- what is learnt from -----------------------------------------------------------------------


def test_the_examples_are_the_lists_that_would_be_served() -> None:
    found = by_title()

    assert label_counts(found) == (80, 40)
    lists = np.unique(found.query).size
    assert np.unique(found.leader).size == 40
    assert 40 < lists <= 80
    # a firm on two lists of one buyer counts once in all
    some = found.leader == found.leader[0]
    wrong = some & ~found.positive
    assert found.weight[wrong].sum() == pytest.approx(
        wrong.sum() / np.unique(found.query[some]).size
    )


def test_what_is_right_is_gone_before_a_feature_is_computed(monkeypatch) -> None:
    sample = market(by_title=True)
    sample.edge("DECIDED", "Company:f00", "Company:b00", verdict="确认", reason="看过", date=DAY)
    all_pairs = known_pairs(sample.graph(), "SUPPLIES")
    assert sample.graph().decided.num_rows == 1
    asked: list[tuple[int, int]] = []
    plain = labels.match_leader

    def watched(graph, leader, *args, **named):
        assert graph.decided.num_rows == 0
        left = set(map(tuple, known_pairs(graph, "SUPPLIES").tolist()))
        asked.extend((s, t) for s, t in all_pairs.tolist() if t == leader and (s, t) not in left)
        return plain(graph, leader, *args, **named)

    monkeypatch.setattr(labels, "match_leader", watched)
    found = examples_of(sample)

    assert sorted(asked) == sorted(map(tuple, all_pairs.tolist()))  # each is asked about once
    assert found.positive.sum() >= len(all_pairs)


def test_labels_without_meaning_teach_nothing_and_are_not_kept() -> None:
    for seed in range(3):
        found = examples_of(market(by_title=False, buyers=60, seed=seed))
        told = train(found, 1)

        assert label_counts(found) == (120, 60)
        assert told.figures["trained"]["auc"] == pytest.approx(0.5, abs=0.09)
        assert not told.is_kept


def shuffled(found: Examples, seed: int) -> Examples:
    """Return the examples with the labels of each list in another order."""
    rng = np.random.default_rng(seed)
    positive = found.positive.copy()
    for number in np.unique(found.query).tolist():
        rows = np.flatnonzero(found.query == number)
        positive[rows] = positive[rng.permutation(rows)]
    return replace(found, positive=positive, weight=np.where(positive, 1.0, found.weight))


def test_shuffled_labels_teach_nothing_either() -> None:
    told = [train(shuffled(by_title(), seed), 1) for seed in range(40)]
    gains = np.array([one.difference[0] for one in told])

    # Of 600 seeds 0.8 % were kept (without ``WIDER`` 5.2 %): two of forty are bad luck already.
    assert sum(one.is_kept for one in told) <= 2
    assert np.mean([one.figures["trained"]["auc"] for one in told]) == pytest.approx(0.5, abs=0.02)
    assert gains.mean() == pytest.approx(0.0, abs=3 * gains.std() / math.sqrt(40))


def test_the_interval_is_wide_enough_for_models_that_learn_from_each_other() -> None:
    told = np.array([train(shuffled(by_title(), seed), 1).difference for seed in range(40)])
    claimed = (told[:, 2] - told[:, 1]).mean() / (2 * 1.96)

    assert claimed >= told[:, 0].std()


def test_decisions_are_labels_and_what_is_open_is_not() -> None:
    sample = market(by_title=True)
    plain = examples_of(sample)
    pairs = [row for row in rows_of(matched(sample, top=3)) if row["leader_id"] == "Company:b00"]
    for row, verdict in zip(pairs, ("确认", "待核", "排除"), strict=True):
        sample.edge(
            "DECIDED",
            str(row["company_id"]),
            "Company:b00",
            verdict=verdict,
            reason="看过",
            date=DAY,
        )
    told = examples_of(sample)

    assert told.positive.sum() == plain.positive.sum() + 1
    assert label_counts(told)[1] == 40


def test_of_a_long_list_some_are_learnt_from_and_count_for_the_whole(monkeypatch) -> None:
    count = labels._counts(1000)

    assert np.count_nonzero(count) == labels.MOST_OTHERS
    assert count.sum() == 1000
    assert count[:100].tolist() == [1.0] * 100
    assert labels._counts(3).tolist() == [1.0] * 3

    whole = by_title()
    monkeypatch.setattr(labels, "MOST_OTHERS", 6)
    thinned = examples_of(market(by_title=True))
    np.testing.assert_array_equal(thinned.values, whole.values)
    assert thinned.weight.sum() == pytest.approx(whole.weight.sum())
    assert np.count_nonzero(thinned.weight) < 0.6 * whole.weight.size
    told = train(thinned, 1)
    assert told.figures["default"] == train(whole, 1).figures["default"]  # judged on whole lists
    assert told.is_kept


def test_leaders_stop_at_so_many_candidates_in_an_order_of_their_own(monkeypatch) -> None:
    monkeypatch.setattr(labels, "MOST_ROWS", 300)
    found = examples_of(market(by_title=True))
    again = examples_of(market(by_title=True), shuffle=5)

    assert 300 < found.positive.size < 360
    assert set(found.leader) == set(again.leader)


def test_ranks_are_within_the_list_and_ties_are_shared() -> None:
    found = by_title().chosen(by_title().query < 2)
    none = ranked(found, np.zeros(found.positive.size))

    assert none["auc"].tolist() == [0.5] * int(found.positive.sum())
    best = ranked(found, found.positive.astype(float))
    assert best["mrr"].tolist() == [1.0] * int(found.positive.sum())


# --- the model ---------------------------------------------------------------------------------

VALUES = st.lists(st.one_of(st.just(math.nan), st.floats(0, 1)), min_size=11, max_size=11)


@settings(max_examples=60, deadline=None)
@given(VALUES, st.integers(0, 10), st.floats(0, 1))
def test_more_of_a_feature_never_lowers_the_score(
    values: list[float], at: int, more: float
) -> None:
    model = learnt()
    lower, higher = np.array([values]), np.array([values])
    known = model.fill[at] if math.isnan(values[at]) else values[at]
    higher[0, at] = max(known, more)

    margin = model.margin(np.concatenate([lower, higher]))
    assert margin[1] >= margin[0] - 1e-12
    assert model.probability((margin * 1e6).astype(np.int64)).tolist() == sorted(
        model.probability((margin * 1e6).astype(np.int64)).tolist()
    )


@settings(max_examples=60, deadline=None)
@given(VALUES)
def test_the_contributions_and_the_base_are_the_log_odds(values: list[float]) -> None:
    model = learnt()
    told = model.contributions(np.array([values]))

    assert told.shape == (1, len(FEATURES) + 1)
    assert told.sum() / 1e6 == pytest.approx(float(model.margin(np.array([values]))[0]), abs=1e-5)
    assert told[0, -1] == model.contributions(np.array([[math.nan] * 11]))[0, -1]


def test_the_same_content_gives_the_same_trees_in_any_order() -> None:
    again = examples_of(market(by_title=True), shuffle=3)

    assert fit_ranker(again).as_record() == learnt().as_record()


def test_the_unknown_is_the_middle_and_no_relation_is_none() -> None:
    model = learnt()
    at = FEATURES.index("partners")

    assert model.fill[at] == 0.0
    known = by_title().values[:, FEATURES.index("product_fit")]
    assert model.fill[0] == np.median(known)


def test_a_calibration_never_turns_the_order_and_finds_the_share() -> None:
    rng = np.random.default_rng(0)
    margin = rng.normal(size=4000)
    positive = rng.random(4000) < 1 / (1 + np.exp(-(0.5 * margin - 2)))
    told = fit_calibration(margin, positive, np.ones(4000))

    assert told.slope == pytest.approx(0.5, abs=0.15)
    assert told.shift == pytest.approx(-2, abs=0.15)
    against = fit_calibration(-margin, positive, np.ones(4000))
    assert against.slope == 0.0  # worse than nothing counts as nothing
    assert Calibration().probability(np.array([0.0])).tolist() == [0.5]


# --- the answer --------------------------------------------------------------------------------


def test_the_better_model_ranks_and_its_parts_add_up() -> None:
    answer = matched(market(by_title=True), model="trained", explain=True)
    rows = rows_of(answer)
    (record,) = answer.as_object()["model"]  # type: ignore[misc]

    assert (record["used"], answer.scope["model"]) == ("trained", "trained")
    assert record["difference_low"] > 0
    assert record["mrr_trained"] > record["mrr_default"]
    assert answer.findings == ()
    for row in rows:
        told = row["contributions"]
        assert isinstance(told, dict)
        assert list(told) == [*FEATURES, BASE]
        assert round(math.fsum(told.values()), 6) == row["score"]
        assert 0 < row["probability"] < 1  # type: ignore[operator]
    raw = rows_of(matched(market(by_title=True), model="trained", raw=True))
    for leader in {row["leader_id"] for row in raw}:
        told = [row["probability"] for row in raw if row["leader_id"] == leader]
        assert told == sorted(told, reverse=True)  # type: ignore[type-var]
    schema = json.loads((ANSWERS / "match.schema.json").read_text(encoding="utf-8"))
    faults = Draft202012Validator(schema).iter_errors(json.loads(answer.as_json()))
    assert [fault.message for fault in faults] == []
    assert answer.columns == (*COLUMNS, "probability")


def test_a_counterfactual_is_the_trained_score_of_the_changed_firm() -> None:
    plain = market(by_title=True)
    rows = rows_of(matched(plain, model="trained", explain=True, raw=True, top=100))
    row = next(row for row in rows if row["counterfactual"])
    change = row["counterfactual"]
    assert isinstance(change, dict)

    assert change["score"] == row["score"]
    assert change["new_score"] > change["score"]
    assert change["rank"] == row["rank_raw"]
    assert change["new_rank"] < change["rank"]


def test_why_not_speaks_of_the_trained_score() -> None:
    asked = matched(market(by_title=True), model="trained", why_not="企业f05")
    found = [row for row in rows_of(asked) if row["rank"] is not None]
    lists = rows_of(matched(market(by_title=True), model="trained", raw=True, top=100))
    place = {(row["leader_id"], row["company_id"], row["product_id"]): row for row in lists}

    assert asked.scope["model"] == "trained"
    assert found
    for row in found:
        listed = place[row["leader_id"], row["company_id"], row["product_id"]]
        assert (row["rank"], row["score"]) == (listed["rank_raw"], listed["score"])
        assert all(value >= 0 for value in row["missing"].values())  # type: ignore[union-attr]
    schema = json.loads((ANSWERS / "why-not.schema.json").read_text(encoding="utf-8"))
    faults = Draft202012Validator(schema).iter_errors(json.loads(asked.as_json()))
    assert [fault.message for fault in faults] == []


def test_a_model_that_is_not_better_is_not_used_and_both_figures_are_told() -> None:
    sample = market(by_title=False)
    answer = matched(sample, model="trained")
    (finding,) = [found for found in answer.findings if found.rule.startswith("A-model")]
    (record,) = answer.as_object()["model"]  # type: ignore[misc]

    assert finding.rule == "A-model-not-kept"
    assert f"{record['mrr_trained']:.3f}" in finding.message
    assert f"{record['mrr_default']:.3f}" in finding.message
    assert answer.scope["model"] == "default"
    assert answer.as_object()["rows"] == matched(sample).as_object()["rows"]


def test_too_few_labels_are_counted() -> None:
    sample = market(by_title=True)
    answer = matched(sample, model="trained", settings=None)
    (finding,) = answer.findings

    assert finding.rule == "A-few-labels"
    assert "数据不足" in finding.message
    assert all(word in finding.message for word in ("80 对", "40 家", "200 对", "20 家"))
    assert answer.as_object()["rows"] == matched(sample).as_object()["rows"]


def test_without_any_supply_there_is_nothing_to_learn() -> None:
    sample = market(by_title=True)
    del sample.rows["SUPPLIES"]

    assert matched(sample, model="trained").findings[0].rule == "A-few-labels"


def test_the_default_says_nothing_of_models() -> None:
    answer = matched(market(by_title=True))

    assert "model" not in answer.scope
    assert "model" not in answer.extra
    assert "ranker" not in answer.run["weights"]  # type: ignore[operator]
    assert answer.columns == COLUMNS


def test_without_lightgbm_it_says_how_to_get_it(monkeypatch) -> None:
    monkeypatch.setattr(ranking, "find_spec", lambda _: None)

    with pytest.raises(ConfigError, match=r'pip install "chainmap\[rank\]"'):
        matched(market(by_title=True), model="trained")
    assert rows_of(matched(market(by_title=True)))


@pytest.mark.parametrize(
    "failure",
    [
        OSError("libgomp.so.1: cannot open shared object file"),
        ModuleNotFoundError("No module named 'narwhals'"),
    ],
)
def test_a_lightgbm_that_does_not_load_is_told_with_the_reason(monkeypatch, failure) -> None:
    def broken(name: str) -> None:
        raise failure

    monkeypatch.setattr(ranking, "import_module", broken)

    with pytest.raises(ConfigError, match=f"{failure}.*OpenMP"):
        matched(market(by_title=True), model="trained")
    assert not ranking.is_usable()


def test_the_order_of_the_store_changes_no_byte() -> None:
    asked = {"model": "trained", "explain": True, "top": 5}
    one = matched(market(by_title=True), **asked).as_object()
    other = matched(market(by_title=True), shuffle=9, **asked).as_object()

    assert one["model"][0]["used"] == "trained"  # type: ignore[index]
    for run in (one.pop("run"), other.pop("run")):
        assert len(run["weights"]["ranker"]["sha256"]) == 64  # type: ignore[index]
    assert json.dumps(one, ensure_ascii=False) == json.dumps(other, ensure_ascii=False)


def test_a_name_that_is_unknown_is_told_before_anything_is_learnt(monkeypatch) -> None:
    monkeypatch.setattr(trained_job, "served_examples", None)

    with pytest.raises(ConfigError, match="没有这家"):
        matched(market(by_title=True), model="trained", why_not="没有这家")


def test_what_it_does_not_rank_is_refused() -> None:
    with pytest.raises(ConfigError, match="package"):
        matched(market(by_title=True), model="trained", kind="package")
    with pytest.raises(ConfigError, match="default、trained"):
        matched(market(by_title=True), model="best")
    substitutes = matched(market(by_title=True), model="trained", kind="substitute")
    assert substitutes.scope["model"] == "trained"
