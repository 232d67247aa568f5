"""What evidence is worth together: learnt from what remains, and never from having nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from chain_samples import Sample
from hypothesis import given, settings
from hypothesis import strategies as st

from chainmap.evaluate import learnt
from chainmap.evaluate.holdout import known_pairs, without
from chainmap.evaluate.learnt import learnt_model
from chainmap.evaluate.run import rank_held_out
from chainmap.match.likelihood import (
    KINDS,
    SHRUNK_TO,
    LinkModel,
    Query,
    fit_link_model,
    raw_values,
)
from chainmap.match.signals import EDGES, Signals, wordings_of

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph

AT = {name: at for at, name in enumerate(KINDS)}
RELATIONAL = ("together", "walk", "recipe", "about", "product_names", "segment")


def asked(rng: np.random.Generator, weight: float, count: int = 200) -> list[Query]:
    """Return queries whose source was drawn by a known weight of ``together`` and no other kind."""
    queries = []
    for _ in range(count):
        values = np.zeros((30, len(KINDS)))
        values[:, AT["together"]] = rng.choice([0.0, 1.0], 30)
        values[:, AT["sector"]] = rng.normal(0, 1, 30)
        odds = np.exp(weight * values[:, AT["together"]] / 2)  # v / (v + half) is 1 / 2 at the half
        right = np.zeros(30, dtype=np.bool_)
        right[rng.choice(30, p=odds / odds.sum())] = True
        queries.append(Query(values, right))
    return queries


def test_a_planted_weight_is_found_and_a_kind_that_says_nothing_gets_none() -> None:
    model = fit_link_model(asked(np.random.default_rng(1), 4.0))

    assert model.weights[AT["together"]] == pytest.approx(4.0, abs=1.0)
    assert model.weights[AT["sector"]] < 0.2
    assert (model.weights >= 0).all()


def test_without_labels_the_prior_holds() -> None:
    assert fit_link_model([]).weights.tolist() == [SHRUNK_TO[name] for name in KINDS]


def test_the_order_of_queries_changes_nothing() -> None:
    queries = asked(np.random.default_rng(2), 2.0, 40)

    one, other = fit_link_model(queries), fit_link_model(queries[::-1])

    assert one.weights.tolist() == other.weights.tolist()
    assert one.above.tolist() == other.above.tolist()


def test_what_unrelated_firms_show_too_says_nothing() -> None:
    model = LinkModel(np.ones(len(KINDS)), np.full(len(KINDS), 0.4), np.full(len(KINDS), 0.2))

    assert model.values(np.full((1, len(KINDS)), 0.4)).tolist() == [[0.0] * len(KINDS)]
    assert model.values(np.full((1, len(KINDS)), 0.6))[0] == pytest.approx(0.5)


def market(pairs: set[tuple[int, int]]) -> ChainGraph:
    sample = Sample()
    for product in range(6):
        sample.product(f"p{product}", name=f"膜{product}号", description=f"隔膜 薄膜 {product}")
    for product in range(5):
        sample.edge("INPUT_TO", f"Product:p{product}", f"Product:p{product + 1}")
    for firm in range(8):
        sample.company(f"F{firm}", f"企业{firm}")
        for product in range(6):
            if (firm, product) in pairs:
                sample.makes(f"F{firm}", f"p{product}")
    return sample.graph()


@settings(max_examples=30, deadline=None)
@given(
    st.sets(st.tuples(st.integers(0, 7), st.integers(0, 5)), min_size=2, max_size=20),
    st.integers(0, 5),
)
def test_a_firm_never_gains_by_having_less(pairs: set[tuple[int, int]], target: int) -> None:
    """The artefact of leaving one out: nothing may speak for a firm because it has nothing."""
    graph = market(pairs)
    signals = Signals(graph, "PRODUCES", wordings_of(graph))
    raw = raw_values(signals, target)
    bare = np.diff(graph.makes.indptr) == 0
    firms = np.flatnonzero(bare)

    for name in RELATIONAL:
        assert (raw[:, AT[name]] >= 0).all(), name
        assert (raw[firms, AT[name]] == 0).all(), name


def test_the_model_is_made_without_what_is_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = market({(firm, (firm + step) % 6) for firm in range(8) for step in range(2)})
    part = known_pairs(graph, "PRODUCES")[:3]
    seen: list[ChainGraph] = []
    real = learnt.learnt_model

    def watched(reduced: ChainGraph, *rest: Any) -> LinkModel:
        seen.append(reduced)
        return real(reduced, *rest)

    monkeypatch.setattr("chainmap.evaluate.run.learnt_model", watched)
    rank_held_out(graph, "PRODUCES", [part])

    assert len(seen) == 1
    kept = {tuple(pair) for pair in known_pairs(seen[0], "PRODUCES").tolist()}
    assert kept == {tuple(pair) for pair in known_pairs(graph, "PRODUCES").tolist()} - {
        tuple(pair) for pair in part.tolist()
    }


def test_the_signals_of_what_is_learnt_from_do_not_see_it(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = market({(firm, (firm + step) % 6) for firm in range(8) for step in range(2)})
    gone: list[int] = []

    def watched(whole: ChainGraph, edge: Any, pairs: Any) -> ChainGraph:
        gone.append(len(pairs))
        return without(whole, edge, pairs)

    monkeypatch.setattr(learnt, "without", watched)
    learnt_model(graph, "PRODUCES", wordings_of(graph))

    assert sum(gone) == graph.makes.nnz


@pytest.mark.parametrize("edge", EDGES)
def test_a_relation_that_nothing_is_known_of_gives_the_prior(edge: Any) -> None:
    graph = Sample().company("A").company("B").product("p").graph()

    assert learnt_model(graph, edge, wordings_of(graph)).weights.tolist() == [
        SHRUNK_TO[name] for name in KINDS
    ]
