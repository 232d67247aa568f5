"""Evaluate: every fold leaves the graph, every candidate is ranked, every baseline stands beside.

The choice: what is told is a table of scorers on the same queries, with the difference to the best
single baseline as a paired interval; a scorer is worth something only when that lies above 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.evaluate.holdout import Pairs, known_pairs, prove_gone, without
from chainmap.evaluate.metrics import figures, interval, mean, placed, summary
from chainmap.evaluate.splits import hashed, pair_keys
from chainmap.match.signals import Signals, Wordings, default_score, wordings_of

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph
    from chainmap.match.signals import Edge

Floats = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]

BASELINES = (
    "random",
    "popularity",
    "sector_nearest",
    "sector_pair",
    "item_cf",
    "l3",
    "char_ngram",
)
SCORERS = ("default", *BASELINES, "random_labels")
Scorer = Callable[[int, "ChainGraph"], Callable[[int], Floats]]
"""(Number of a part, the snapshot without it) -> (target -> score of every company)."""
MOST_QUERIES = 2_000
"""Queries that are ranked; of more a hashed sample, the same on every machine."""

DROPPED = (0.1, 0.2, 0.3, 0.4)
"""Shares of the other relations that the missing-data stress takes away."""


@dataclass(eq=False)
class Ranked:
    """Where the positives of all queries came to stand, for each scorer.

    Attributes
    ----------
    target, source
        Positions of each query's ends.
    others
        How many relations of the kind each source had left when it was asked for.
    places, hard
        Scorer -> rows of (better, alike, negatives), against all candidates and against those of
        the true source's sector.
    """

    target: list[int] = field(default_factory=list)
    source: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)
    places: dict[str, list[tuple[int, int, int]]] = field(default_factory=dict)
    hard: dict[str, list[tuple[int, int, int]]] = field(default_factory=dict)

    def add(self, scorer: str, place: tuple[int, int, int], hard: tuple[int, int, int]) -> None:
        """Add the place of one query under one scorer."""
        self.places.setdefault(scorer, []).append(place)
        self.hard.setdefault(scorer, []).append(hard)

    def told(self, scorer: str) -> dict[str, Floats]:
        """Return the figures of every query under one scorer."""
        told = figures(*np.array(self.places[scorer], dtype=np.int64).reshape(-1, 3).T)
        hard = figures(*np.array(self.hard[scorer], dtype=np.int64).reshape(-1, 3).T)
        told["auc_uniform"] = told.pop("auc")
        return told | {"auc_hard": hard["auc"]}


def rank_held_out(
    graph: ChainGraph,
    edge: Edge,
    parts: Iterable[Pairs],
    *,
    scorers: Sequence[str] = SCORERS,
    others: Mapping[str, Scorer] | None = None,
    wordings: Wordings | None = None,
    thinned: Callable[[ChainGraph], ChainGraph] | None = None,
    progress: Progress | None = None,
) -> Ranked:
    """Rank the held-out relations of each part among all companies.

    Parameters
    ----------
    graph
        The whole snapshot.
    edge
        Kind of relation.
    parts
        Relations that leave together.
    scorers
        Names of ``SCORERS``.
    others
        Further scorers by name, each made anew for every part.
    wordings
        N-grams of names, which hold no relation; default: made here.
    thinned
        Takes further relations away from each reduced snapshot (the stress test).
    progress
        Called with (parts done, parts).
    """
    parts = list(parts)
    wordings = wordings or wordings_of(graph)
    chosen = _sampled(graph, edge, parts)
    positives = _by_target(graph, edge)
    ranked = Ranked()
    for number, part in enumerate(parts):
        queries = part[np.isin(_keys(part), chosen)]
        if len(queries):
            reduced = without(graph, edge, part)
            if thinned:
                reduced = thinned(reduced)
                prove_gone(reduced, edge, part)
            signals = Signals(reduced, edge, wordings)
            made = {name: scorer(number, reduced) for name, scorer in (others or {}).items()}
            for target in np.unique(queries[:, 1]).tolist():
                sources = queries[queries[:, 1] == target, 0].tolist()
                scores = {name: _score(signals, name, target) for name in scorers}
                scores |= {name: score(target) for name, score in made.items()}
                _rank_target(ranked, signals, target, sources, positives[target], scores)
        if progress:
            progress(number + 1, len(parts))
    return ranked


def _keys(pairs: Pairs) -> npt.NDArray[np.int64]:
    return pairs[:, 0] * (1 << 32) + pairs[:, 1]


def _sampled(graph: ChainGraph, edge: Edge, parts: Sequence[Pairs]) -> npt.NDArray[np.int64]:
    """Return the keys of the relations that are asked about."""
    every = np.concatenate(parts) if parts else np.empty((0, 2), dtype=np.int64)
    if len(every) > MOST_QUERIES:
        order = np.argsort(hashed(pair_keys(graph, edge, every)), kind="stable")
        every = every[order[:MOST_QUERIES]]
    return _keys(every)


def _by_target(graph: ChainGraph, edge: Edge) -> Mapping[int, npt.NDArray[np.int64]]:
    pairs = known_pairs(graph, edge)
    order = np.argsort(pairs[:, 1], kind="stable")
    targets, starts = np.unique(pairs[order, 1], return_index=True)
    sources = np.split(pairs[order, 0], starts[1:]) if targets.size else []
    return dict(zip(targets.tolist(), sources, strict=True))


def _rank_target(
    ranked: Ranked,
    signals: Signals,
    target: int,
    sources: Sequence[int],
    positives: npt.NDArray[np.int64],
    scores: Mapping[str, Floats],
) -> None:
    negatives = np.ones(signals.graph.n_companies, dtype=np.bool_)
    negatives[positives] = False
    if signals.edge == "SUPPLIES":
        negatives[target] = False
    for source in sources:
        ranked.target.append(target)
        ranked.source.append(source)
        ranked.others.append(int(signals.degree[source]))
        for name, score in scores.items():
            shuffled = name == "random_labels"
            at = _stand_in(target, source, negatives) if shuffled else source
            others = _without(negatives, at)
            sector = signals.sectors[at]
            hard = others & (signals.sectors == sector) & (sector >= 0)
            ranked.add(name, placed(score, at, others), placed(score, at, hard))


def _without(mask: npt.NDArray[np.bool_], at: int) -> npt.NDArray[np.bool_]:
    less = mask.copy()
    less[at] = False
    return less


def _score(signals: Signals, name: str, target: int) -> Floats:
    if name in ("default", "random_labels"):
        return default_score(signals, target)
    if name == "random":
        return _chance(signals.graph.n_companies, target)
    return signals.of(name, target)


def _chance(size: int, target: int) -> Floats:
    return np.random.default_rng(target).random(size)


def _stand_in(target: int, source: int, negatives: npt.NDArray[np.bool_]) -> int:
    """Return a random negative in the place of the true source: what a label by chance gives."""
    rng = np.random.default_rng([target, source])
    others = np.flatnonzero(negatives)
    return int(others[rng.integers(others.size)]) if others.size else source


def score_rows(
    ranked: Ranked, edge: str, split: str, seed: int
) -> tuple[list[dict[str, object]], dict[str, object] | None]:
    """Return one row a scorer, and the comparison of the default with the best baseline.

    The best baseline is the one of the highest MRR among the single signals (chance and shuffled
    labels are no baselines). ``difference`` is paired: both scorers on the same queries.
    """
    group = np.array(ranked.target, dtype=np.int64)
    told = {name: ranked.told(name) for name in ranked.places}
    rows = []
    for name, values in told.items():
        counts = {"n_queries": int(np.unique(group).size), "n_positives": int(group.size)}
        row: dict[str, object] = {"edge": edge, "split": split, "scorer": name, **counts}
        rows.append(
            row | {key: _rounded(value) for key, value in summary(values, group, seed).items()}
        )
    singles = [name for name in BASELINES[1:] if name in told]
    if "default" not in told or not singles or not group.size:
        return rows, None
    best = max(singles, key=lambda name: mean(told[name]["mrr"]))
    gain = told["default"]["mrr"] - told[best]["mrr"]
    low, high = interval(gain, group, seed)
    base = mean(told[best]["mrr"])
    return rows, {
        "scorer": "default",
        "baseline": best,
        "mrr_ratio": _rounded(mean(told["default"]["mrr"]) / base) if base else None,
        "difference": _rounded(mean(gain)),
        "difference_low": _rounded(low),
        "difference_high": _rounded(high),
    }


def _rounded(value: float) -> float:
    return round(float(value), 6)


def thin(graph: ChainGraph, edge: Edge, share: float) -> ChainGraph:
    """Return the snapshot without ``share`` of the relations, small firms losing more.

    Which ones go is decided by a hash divided by the source's number of relations, so a firm of
    one relation is as likely to lose it as one of ten is to lose several.

    References
    ----------
    That the pattern of what is missing changes the ranking of methods: He et al. (METHODS 6).
    """
    pairs = known_pairs(graph, edge)
    if not len(pairs):
        return graph
    drawn = hashed(pair_keys(graph, edge, pairs)) / float(1 << 63)
    degree = np.bincount(pairs[:, 0], minlength=graph.n_companies)[pairs[:, 0]]
    order = np.argsort(drawn * np.sqrt(degree), kind="stable")
    return without(graph, edge, pairs[order[: int(share * len(pairs))]])
