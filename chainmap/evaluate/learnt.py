"""Learn what evidence is worth from the relations that an evaluation leaves in the snapshot.

The choice: what is learnt from is itself kept back. A fifth of the remaining relations leaves the
reduced snapshot at a time, before a signal is computed, and is looked for among all companies; so
the weights come from no relation that is asked about, and from none that was visible when its
signals were made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.evaluate.holdout import known_pairs, without
from chainmap.evaluate.splits import hashed, pair_keys
from chainmap.match.likelihood import LinkModel, Query, fit_link_model, raw_values
from chainmap.match.signals import Signals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chainmap.analysis.graph import ChainGraph
    from chainmap.evaluate.holdout import Pairs
    from chainmap.match.signals import Edge, Wordings

FOLDS = 5
"""In how many parts what is learnt from leaves the snapshot."""
MOST_LABELS = 500
"""Relations that are learnt from; of more a hashed sample, the same on every machine."""
MOST_OTHERS = 1_000
"""Candidates beside them that a target is learnt with; of more a drawn sample."""


def learnt_model(graph: ChainGraph, edge: Edge, wordings: Wordings) -> LinkModel:
    """Return the weights that the snapshot's own relations of a kind give.

    Parameters
    ----------
    graph
        The snapshot, already without what an evaluation asks about.
    edge
        Kind of relation.
    wordings
        N-grams of names.
    """
    return fit_link_model([*_queries(graph, edge, wordings)])


def _queries(graph: ChainGraph, edge: Edge, wordings: Wordings) -> Iterator[Query]:
    pairs = known_pairs(graph, edge)
    order = hashed(pair_keys(graph, edge, pairs))
    chosen = np.argsort(np.argsort(order, kind="stable"), kind="stable") < MOST_LABELS
    for part in range(FOLDS):
        own = order % FOLDS == part
        gone = pairs[own & chosen]
        if not len(gone):
            continue
        signals = Signals(without(graph, edge, pairs[own]), edge, wordings)
        for target in np.unique(gone[:, 1]).tolist():
            yield _query(signals, pairs, gone, target)


def _query(signals: Signals, pairs: Pairs, gone: Pairs, target: int) -> Query:
    n = signals.graph.n_companies
    right = np.zeros(n, dtype=np.bool_)
    right[gone[gone[:, 1] == target, 0]] = True
    known = np.zeros(n, dtype=np.bool_)
    known[pairs[pairs[:, 1] == target, 0]] = True
    if signals.edge == "SUPPLIES":
        known[target] = True
    rows = np.concatenate((np.flatnonzero(right), _drawn(np.flatnonzero(~known), target)))
    return Query(raw_values(signals, target)[rows], right[rows])


def _drawn(others: npt.NDArray[np.int64], target: int) -> npt.NDArray[np.int64]:
    if others.size <= MOST_OTHERS:
        return others
    return np.random.default_rng(target).choice(others, MOST_OTHERS, replace=False)
