"""Which pairs are worth scoring: the makers of what a leader needs.

The choice: block by product first (the columns of the makes matrix), never all pairs. A pair that
a hard filter (``filters``) rules out keeps its place, so that "why not" has an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph
    from chainmap.analysis.needs import Need

Positions = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Candidate pairs of one leader, as aligned arrays, sorted by need, then company.

    Attributes
    ----------
    need
        Which of the leader's needs (position in the tuple of needs).
    company
        Candidate company.
    entry
        Position in ``graph.makes.data`` of what the company makes.
    factor
        1 for the very product, less for a kind of it.
    """

    need: Positions
    company: Positions
    entry: Positions
    factor: npt.NDArray[np.float64]

    def chosen(self, rows: npt.NDArray[np.int64]) -> Pairs:
        """Return some of the pairs."""
        return Pairs(self.need[rows], self.company[rows], self.entry[rows], self.factor[rows])


def candidate_pairs(
    graph: ChainGraph,
    leader: int,
    needs: Sequence[Need],
    *,
    child_product: float,
    least_fit: float = 0.0,
    only: npt.NDArray[np.bool_] | None = None,
) -> Pairs:
    """Return the pairs of ``leader`` with each maker of a needed product or of a kind of it.

    Parameters
    ----------
    graph, leader, needs
        The snapshot, the leader's position, its needs.
    child_product
        Fit of a company that makes a kind of the needed product instead of the product itself.
    least_fit
        Pairs whose need weight × probability × factor stays below are no candidates.
    only
        Mask over companies: which may be candidates; None means all.

    Notes
    -----
    The leader itself is never a candidate. O(makers of the needed products).
    """
    blocks = [_makers(graph, number, need, child_product) for number, need in enumerate(needs)] or [
        _nothing()
    ]
    number, company, entry, factor = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    weight = np.array([need.weight for need in needs] or [0.0])
    keep = (company != leader) & (weight[number] * graph.makes.data[entry] * factor >= least_fit)
    if only is not None:
        keep &= only[company]
    number, company, entry, factor = number[keep], company[keep], entry[keep], factor[keep]
    return Pairs(number, company, entry, factor)


Block = tuple[Positions, Positions, Positions, npt.NDArray[np.float64]]


def _nothing() -> Block:
    empty = np.empty(0, dtype=np.int32)
    return empty, empty, empty, np.empty(0)


def _makers(graph: ChainGraph, number: int, need: Need, child_product: float) -> Block:
    """Return the makers of one need; a company that makes several kinds counts with its best."""
    company, entry, factor = _of_product(graph, need.product, 1.0)
    children = graph.kinds_below(need.product)
    if children.size:
        blocks = [(company, entry, factor)]
        blocks += [_of_product(graph, int(child), child_product) for child in children]
        company, entry, factor = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
        best = np.lexsort((entry, -factor * graph.makes.data[entry], company))
        company, entry, factor = company[best], entry[best], factor[best]
        first = np.ones(company.size, dtype=np.bool_)
        first[1:] = company[1:] != company[:-1]
        company, entry, factor = company[first], entry[first], factor[first]
    return np.full(company.size, number, dtype=np.int32), company, entry, factor


def _of_product(
    graph: ChainGraph, product: int, factor: float
) -> tuple[Positions, Positions, npt.NDArray[np.float64]]:
    makers = graph.makers
    span = slice(makers.indptr[product], makers.indptr[product + 1])
    entry = makers.data[span]
    some = graph.makes.data[entry] > 0
    company, entry = makers.indices[span][some], entry[some]
    return company.astype(np.int32), entry.astype(np.int32), np.full(company.size, factor)
