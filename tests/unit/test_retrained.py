"""``evaluate`` of the trained ranker: it never saw what it is asked, and says what it is worth."""

from __future__ import annotations

import json
from functools import lru_cache
from itertools import pairwise
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
from chainmap.errors import Severity
from chainmap.evaluate import retrained
from chainmap.evaluate.holdout import known_pairs
from chainmap.evaluate.labels import apart
from chainmap.evaluate.metrics import BINS, calibration_error, reliability
from chainmap.evaluate.splits import folds
from chainmap.match import ranker as ranking
from chainmap.match.features import company_features
from chainmap.match.recommend import MatchScope, visible_demands
from chainmap.match.weights import default_weights
from chainmap.workflow.evaluate import evaluate_edges

if TYPE_CHECKING:
    from chain_samples import Sample

    from chainmap.answers import Answer

DAY = "2026-03-01"
ENOUGH = MatchConfig(least_positives=50, least_leaders=20)
SCHEMA = Path(__file__).parents[2] / "docs" / "answers" / "evaluate.schema.json"


def evaluated(sample: Sample, *, shuffle: int | None = None, **asked: object) -> Answer:
    asked = {"edge": "SUPPLIES", "as_of": DAY, "settings": ENOUGH} | asked
    return evaluate_edges(sample.fixed(shuffle=shuffle), **asked)  # type: ignore[arg-type]


@lru_cache(maxsize=1)
def told() -> Answer:
    return evaluated(market(by_title=True))


def row_of(answer: Answer, scorer: str) -> dict[str, object]:
    (row,) = [row for row in rows_of(answer) if row["scorer"] == scorer]
    return dict(row)


# --- nothing leaks -----------------------------------------------------------------------------


@pytest.mark.parametrize("split", ["edge", "company", "region"])
def test_what_is_asked_is_gone_before_labels_are_collected(split: str, monkeypatch) -> None:
    sample = market(by_title=True)
    graph = sample.graph()
    for source, target in known_pairs(graph, "SUPPLIES").tolist():
        ends = [str(graph.companies["id"][at]) for at in (target, source)]  # either way round
        sample.edge("DECIDED", *ends, verdict="确认", reason="看过", date=DAY)
    graph = sample.graph()
    parts = list(folds(graph, "SUPPLIES", split))
    seen: list[set[tuple[int, int]]] = []
    plain = retrained.served_examples

    def watched(reduced, *args, **named):
        told = {tuple(pair) for pair in known_pairs(reduced, "SUPPLIES").tolist()}
        for name in (("one", "other"), ("other", "one")):
            told |= set(zip(*(reduced.decided[end].to_pylist() for end in name), strict=True))
        seen.append(told)
        return plain(reduced, *args, **named)

    monkeypatch.setattr(retrained, "served_examples", watched)
    weights = default_weights()
    basis = retrained.Basis(
        graph,
        MatchScope(visible_demands(graph, "内部")),
        company_features(graph, weights, DAY),
        weights,
    )
    found = retrained.retrain(basis, parts, retrained.Bounds(20, 10), 1)

    assert len(found.models) == len(seen) == min(len(parts), retrained.GROUPS)
    for number, part in enumerate(parts):
        labels = seen[number % len(seen)]
        assert labels
        assert not labels & {tuple(pair) for pair in part.tolist()}


def test_what_was_decided_about_a_pair_leaves_with_it() -> None:
    sample = market(by_title=True)
    sample.edge("DECIDED", "Company:f00", "Company:f01", verdict="确认", reason="看过", date=DAY)
    graph = sample.graph()
    one, other = (graph.company_position(f"Company:{key}") for key in ("f00", "f01"))
    pairs = known_pairs(graph, "SUPPLIES")[:1]

    assert apart(graph, pairs).decided.num_rows == 1
    for ends in ([one, other], [other, one]):
        assert apart(graph, np.array([ends])).decided.num_rows == 0


def test_a_company_nobody_knows_anything_of_is_asked_about_all_the_same() -> None:
    answer = evaluated(market(by_title=True), split="company")
    (record,) = answer.as_object()["trained"]  # type: ignore[misc]

    assert record["models"] == len(
        list(folds(market(by_title=True).graph(), "SUPPLIES", "company"))
    )
    assert row_of(answer, "trained")["n_positives"] == row_of(answer, "random")["n_positives"]


def test_who_is_judged_by_chance_gets_what_chance_gets() -> None:
    answer = evaluated(market(by_title=False, buyers=60, seed=3))
    (record,) = answer.as_object()["trained"]  # type: ignore[misc]

    assert record["kept"] == 0
    assert record["difference_low"] < 0 < record["difference_high"]
    assert record["ece"] < 0.03  # it knows that it knows nothing


# --- the answer --------------------------------------------------------------------------------


def test_the_trained_row_stands_beside_on_the_same_queries() -> None:
    trained, random = row_of(told(), "trained"), row_of(told(), "random")
    (record,) = told().as_object()["trained"]  # type: ignore[misc]

    for name in ("n_queries", "n_positives", "split"):
        assert trained[name] == random[name]
    assert trained["auc_uniform"] > 0.9  # type: ignore[operator]
    assert record["mrr_trained"] > record["mrr_default"]
    assert record["difference_low"] > 0
    assert record["kept"] > record["models"] // 2 == retrained.GROUPS // 2
    assert 50 <= record["positives"] < 80
    assert record["n_positives"] == trained["n_positives"]  # all are on the lists
    assert record["mrr_trained"] == trained["mrr"]  # and who is no candidate is below
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    faults = Draft202012Validator(schema).iter_errors(json.loads(told().as_json()))
    assert [fault.message for fault in faults] == []


def test_the_calibration_is_of_the_lists_that_were_asked_for() -> None:
    rows = told().as_object()["calibration"]
    (record,) = told().as_object()["trained"]  # type: ignore[misc]

    assert sum(row["positives"] for row in rows) == record["n_positives"]  # type: ignore[attr-defined]
    assert record["ece"] == pytest.approx(calibration_error(rows), abs=1e-6)  # type: ignore[arg-type]
    assert record["ece"] < 0.05


def test_the_order_of_the_store_says_nothing() -> None:
    def bare(answer: Answer) -> dict[str, object]:
        return {key: value for key, value in answer.as_object().items() if key != "run"}

    assert bare(evaluated(market(by_title=True), shuffle=4)) == bare(told())


def test_the_page_shows_the_curve(tmp_path: Path) -> None:
    path = tmp_path / "检验.html"
    answer = evaluated(market(by_title=True), page=path)
    text = path.read_text(encoding="utf-8")
    (record,) = answer.as_object()["trained"]  # type: ignore[misc]

    assert "训练的模型" in text
    assert f"期望校准误差 {record['ece']:.3f}" in text
    assert text.count('class="dot"') == len(answer.as_object()["calibration"])  # type: ignore[arg-type]


# --- where there is none -----------------------------------------------------------------------


def without_trained(answer: Answer) -> dict[str, object]:
    told = dict(answer.as_object())
    for name in ("run", "findings", "trained", "calibration"):
        told.pop(name, None)
    told["rows"] = [row for row in rows_of(answer) if row["scorer"] != "trained"]
    return told


def test_too_few_labels_are_counted_and_nothing_else_changes() -> None:
    answer = evaluated(market(by_title=True), settings=None)
    (finding,) = answer.findings

    assert (finding.rule, finding.severity) == ("E-trained-few-labels", Severity.WARNING)
    assert "数据不足" in finding.message
    assert all(word in finding.message for word in ("200 对", "20 家"))
    assert "trained" not in answer.extra
    assert "calibration" not in answer.extra
    assert without_trained(answer) == without_trained(told())


def test_without_lightgbm_a_finding_says_so_and_nothing_else_changes(monkeypatch) -> None:
    expected = without_trained(told())  # with lightgbm, and kept so for the other tests
    monkeypatch.setattr(ranking, "find_spec", lambda _: None)
    answer = evaluated(market(by_title=True))

    assert [found.rule for found in answer.findings] == ["E-trained-no-lightgbm"]
    assert without_trained(answer) == expected


def test_other_edges_have_no_trained_ranker_and_no_finding() -> None:
    answer = evaluated(market(by_title=True), edge="PRODUCES")

    assert answer.findings == ()
    assert {row["scorer"] for row in rows_of(answer)} == {
        row["scorer"] for row in rows_of(told())
    } - {"trained"}


# --- reliability -------------------------------------------------------------------------------

SHARES = st.sampled_from([0.0, 0.01, 0.02, 0.3, 0.300001, 1.0]) | st.floats(0, 1)
PAIRS = st.lists(st.tuples(SHARES, st.booleans(), st.floats(0.1, 3)), min_size=1, max_size=60)


@settings(max_examples=80, deadline=None)
@given(PAIRS)
def test_bins_hold_everything_once_in_order(pairs: list[tuple[float, bool, float]]) -> None:
    said, right, weight = (np.array(part) for part in zip(*pairs, strict=True))
    rows = reliability(said, right, weight)

    assert 1 <= len(rows) <= BINS
    assert sum(row["n"] for row in rows) == pytest.approx(weight.sum())
    assert sum(row["positives"] for row in rows) == pytest.approx(weight[right].sum())
    for row in rows:
        assert row["low"] - 1e-9 <= row["probability"] <= row["high"] + 1e-9
        assert 0 <= row["share"] <= 1 + 1e-9
    for row, after in pairwise(rows):
        assert row["high"] < after["low"]  # equal probabilities stay together
    off = abs(weight @ said - weight[right].sum()) / weight.sum()
    assert off - 1e-9 <= calibration_error(rows) <= 1 + 1e-9


def test_who_is_right_as_often_as_said_has_no_error() -> None:
    said = np.repeat([0.1, 0.5], 10)
    right = np.array([True] + [False] * 9 + [True, False] * 5)
    rows = reliability(said, right, np.ones(20))

    assert [row["share"] for row in rows] == [0.1, 0.5]
    assert [row["probability"] for row in rows] == pytest.approx([0.1, 0.5])
    assert calibration_error(rows) == pytest.approx(0.0)
    assert calibration_error(reliability(said, ~right, np.ones(20))) == pytest.approx(0.4)
