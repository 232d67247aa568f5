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

from chainmap.analysis.graph import ChainGraph, gather_rows, row_places

if TYPE_CHECKING:
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
        Fit of a company that makes a kind of the needed product instead of the product itself, and
        again for a kind of that kind.
    least_fit
        Pairs whose need weight × probability × factor stays below are no candidates.
    only
        Mask over companies: which may be candidates; None means all.

    Notes
    -----
    The leader itself is never a candidate. O(makers of the needed products).
    """
    number, company, entry, factor = _makers(graph, needs, child_product)
    weight = np.array([need.weight for need in needs] or [0.0])
    keep = (company != leader) & (weight[number] * graph.makes.data[entry] * factor >= least_fit)
    if only is not None:
        keep &= only[company]
    number, company, entry, factor = number[keep], company[keep], entry[keep], factor[keep]
    return Pairs(number, company, entry, factor)


def _makers(
    graph: ChainGraph, needs: Sequence[Need], child_product: float
) -> tuple[Positions, Positions, Positions, npt.NDArray[np.float64]]:
    """Return the makers of each need; a company that makes several kinds counts with its best."""
    wanted = np.array([need.product for need in needs], dtype=np.int64)
    below = graph.kinds_by_parent
    child, parent = gather_rows(below, wanted)
    number = np.concatenate((np.arange(wanted.size), parent))
    steps, _ = row_places(below, wanted)
    share = np.concatenate((np.ones(wanted.size), child_product ** below.data[steps]))
    places, owner = row_places(graph.makers, np.concatenate((wanted, child)))
    entry, company = graph.makers.data[places], graph.makers.indices[places]
    number, factor, fit = number[owner], share[owner], graph.makes.data[entry]
    kept = fit > 0
    if child.size:
        order = np.lexsort((entry, -factor * fit, company, number))
        order = order[kept[order]]
        again = np.zeros(order.size, dtype=np.bool_)
        again[1:] = (np.diff(number[order]) == 0) & (np.diff(company[order]) == 0)
        chosen = order[~again]
    else:
        chosen = np.flatnonzero(kept)
    return (
        number[chosen].astype(np.int32),
        company[chosen].astype(np.int32),
        entry[chosen].astype(np.int32),
        factor[chosen],
    )
