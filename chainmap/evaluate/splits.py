"""Which relations are kept back together: one by one, by company, by region, or the latest.

The choice: a fold is decided by a hash of ids, never by position or chance, so the same content is
split alike on every machine; and a company or region leaves as a whole, for what is asked then is
a company nobody knows anything about.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import ChainGraph, column
from chainmap.evaluate.holdout import Pairs, known_pairs

if TYPE_CHECKING:
    from chainmap.match.signals import Edge

SPLITS = ("edge", "company", "time", "region")

ONE_BY_ONE = 1_000
"""Up to so many relations each is kept back alone; more are kept back in FOLDS parts."""
FOLDS = 10
LATEST = 0.2
"""Share of the dated relations that counts as the future."""


def folds(graph: ChainGraph, edge: Edge, split: str) -> Iterator[Pairs]:
    """Yield the relations of each fold as (source, target) positions.

    Parameters
    ----------
    graph
        The whole snapshot.
    edge
        Kind of relation.
    split
        ``edge``: each relation alone, or in ten parts when there are more than a thousand;
        ``company``: all relations of a tenth of the source companies; ``region``: all of the
        companies of one province or country; ``time``: the latest fifth of the dated ones, all of
        the last day where that has more.

    Notes
    -----
    ``time`` yields nothing where no relation is dated (only PRODUCES is).
    """
    pairs = known_pairs(graph, edge)
    if split == "edge" and len(pairs) <= ONE_BY_ONE:
        yield from (pairs[at : at + 1] for at in range(len(pairs)))
        return
    if split == "time":
        yield from _latest(graph, edge, pairs)
        return
    if split == "edge":
        number = hashed(pair_keys(graph, edge, pairs)) % FOLDS
    elif split == "company":
        number = _by_company(graph, pairs)
    else:
        number = _by_region(graph, pairs)
    for fold in np.unique(number[number >= 0]).tolist():
        yield pairs[number == fold]


def hashed(keys: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return a number of 63 bits for each key, the same on every machine."""
    digests = (hashlib.sha256(key.encode()).digest()[:8] for key in keys)
    return np.array([int.from_bytes(digest) >> 1 for digest in digests], dtype=np.int64)


def pair_keys(graph: ChainGraph, edge: Edge, pairs: Pairs) -> list[str]:
    """Return the ids of each relation's ends, joined."""
    sources = column(graph.companies, "id").to_pylist()
    targets = sources if edge == "SUPPLIES" else column(graph.products, "id").to_pylist()
    return [f"{sources[source]}>{targets[target]}" for source, target in pairs.tolist()]


def _by_company(graph: ChainGraph, pairs: Pairs) -> npt.NDArray[np.int64]:
    ids = column(graph.companies, "id").to_pylist()
    distinct, at = np.unique(pairs[:, 0], return_inverse=True)
    return (hashed([ids[company] for company in distinct.tolist()]) % FOLDS)[at]


def _by_region(graph: ChainGraph, pairs: Pairs) -> npt.NDArray[np.int64]:
    region = graph.company_region[pairs[:, 0]].astype(np.int64)
    coarse = np.where(region > 0, region // 10000, region)
    names, number = np.unique(coarse, return_inverse=True)
    return np.where(names[number] == 0, -1, number)


def _latest(graph: ChainGraph, edge: Edge, pairs: Pairs) -> Iterator[Pairs]:
    if edge != "PRODUCES":
        return
    day = graph.made_on[graph.makes.data > 0]
    dated = np.sort(day[day > 0])
    if dated.size and dated[0] < dated[-1]:
        bound = dated[int((1 - LATEST) * (dated.size - 1))]
        if bound == dated[-1]:  # the last day alone has more than that
            bound = dated[dated < bound][-1]
        yield pairs[day > bound]
