"""Print how far weights of the signals could reach on ETO 2022, were they chosen on the answers.

``python benchmarks/bound.py`` is no method and nothing here is served: it tells whether another
sum of the same signals could reach the goal. *peeked*: weights that make the MRR of the very
queries it is measured on as high as a search finds. *inside folds*: the same search on nine tenths
of the relations, each kept back alone, without the tenth that is then asked about.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from evaluate import DATA, eto

from chainmap.evaluate.holdout import known_pairs, without
from chainmap.evaluate.metrics import figures, mean
from chainmap.match.signals import SIGNALS, Signals, Wordings, default_signals, scaled, wordings_of

if TYPE_CHECKING:
    import chainmap

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

GRID = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
STARTS = 6
FOLDS = 10


@dataclass(frozen=True)
class Queries:
    """Scaled signals (query, signal, company), who is right, who is a wrong candidate."""

    values: Floats
    right: Ints
    wrong: npt.NDArray[np.bool_]

    def mrr(self, weights: Floats) -> Floats:
        """Return the reciprocal rank of each query under some weights; ties as expected."""
        score = np.einsum("qsc,s->qc", self.values, weights)
        mark = score[np.arange(self.right.size), self.right][:, None]
        better = ((score > mark + 1e-9) & self.wrong).sum(axis=1)
        alike = ((np.abs(score - mark) <= 1e-9) & self.wrong).sum(axis=1)
        return figures(better, alike, self.wrong.sum(axis=1))["mrr"]


def asked(graph: chainmap.ChainGraph, words: Wordings, names: list[str], pairs: Ints) -> Queries:
    """Return one query a relation, each kept back alone."""
    known = known_pairs(graph, "PRODUCES")
    values, wrong = [], []
    for source, target in pairs.tolist():
        reduced = without(graph, "PRODUCES", np.array([[source, target]]))
        signals = Signals(reduced, "PRODUCES", words)
        values.append([scaled(signals.of(name, target)) for name in names])
        others = np.ones(graph.n_companies, dtype=np.bool_)
        others[known[known[:, 1] == target, 0]] = False
        wrong.append(others)
    return Queries(np.array(values), pairs[:, 0], np.array(wrong))


def searched(queries: Queries, start: Floats) -> tuple[float, Floats]:
    """Return the highest MRR that changing one weight at a time finds, and the weights."""
    weights, best, moved = start, mean(queries.mrr(start)), True
    while moved:
        moved = False
        for at in range(weights.size):
            for value in GRID:
                tried = weights.copy()
                tried[at] = value
                found = mean(queries.mrr(tried))
                if found > best + 1e-9:
                    best, weights, moved = found, tried, True
    return best, weights


def inside_folds(graph: chainmap.ChainGraph, words: Wordings, names: list[str]) -> float:
    """Return the MRR with weights searched without the tenth that is asked about."""
    pairs = known_pairs(graph, "PRODUCES")
    fold = np.random.default_rng(1).permutation(len(pairs)) % FOLDS
    ranks: list[float] = []
    for number in range(FOLDS):
        kept, out = pairs[fold != number], pairs[fold == number]
        smaller = without(graph, "PRODUCES", out)
        _, weights = searched(asked(smaller, words, names, kept), np.ones(len(names)))
        ranks += asked(graph, words, names, out).mrr(weights).tolist()
        print(f"fold {number + 1}: {dict(zip(names, weights.tolist(), strict=True))}", flush=True)
    return mean(np.array(ranks))


def main() -> None:
    """Print the bounds beside the equal sum and the best single baseline."""
    if not (DATA / "eto_2022").is_dir():
        sys.exit("ETO 2022 is not there")
    graph = eto()
    words, pairs = wordings_of(graph), known_pairs(graph, "PRODUCES")
    six = list(default_signals(graph, "PRODUCES"))
    single = mean(asked(graph, words, ["l3"], pairs).mrr(np.ones(1)))
    print(f"l3 alone: {single:.4f}; the goal, 1.4 times that: {1.4 * single:.4f}")
    for names in (six, list(SIGNALS)):
        queries = asked(graph, words, names, pairs)
        rng = np.random.default_rng(1)
        starts = [np.ones(len(names)), *rng.choice(GRID, (STARTS - 1, len(names)))]
        best, weights = max((searched(queries, one) for one in starts), key=lambda found: found[0])
        equal = mean(queries.mrr(np.ones(len(names))))
        nested = inside_folds(graph, words, names)
        print(f"{len(names)} signals: equal {equal:.4f} ({equal / single:.2f}), inside folds "
              f"{nested:.4f} ({nested / single:.2f}), peeked {best:.4f} ({best / single:.2f}) with "
              f"{dict(zip(names, weights.tolist(), strict=True))}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
