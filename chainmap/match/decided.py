"""What people decided about pairs: 确认, 排除 or 待核, for the pair or for one product of it.

The choice: a decision is about two companies, whichever of them was typed first and whichever way
goods would flow; and what was decided about a product outweighs what was decided about the pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.columns import VERDICTS
from chainmap.analysis.graph import cell, ints

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph


class Verdict(IntEnum):
    """What was decided; NONE where nothing was."""

    NONE = 0
    CONFIRMED = 1
    EXCLUDED = 2
    PENDING = 3


WORDS = {"确认": Verdict.CONFIRMED, "排除": Verdict.EXCLUDED, "待核": Verdict.PENDING}


def decided_rows(
    graph: ChainGraph,
    leader: int,
    company: npt.NDArray[np.int32],
    products: Sequence[npt.NDArray[np.int32]],
) -> npt.NDArray[np.int64]:
    """Return the row of ``graph.decided`` that holds for each pair, -1 without one.

    Parameters
    ----------
    graph, leader
        The snapshot and the leader's position.
    company
        (n_pairs,) positions of the other company.
    products
        One or more products of each pair, (n_pairs,) each: what is needed, what is made. A
        decision about any of them holds; of several the strictest.
    """
    found = np.full(company.size, -1, dtype=np.int64)
    one, other = ints(graph.decided, "one"), ints(graph.decided, "other")
    about = np.flatnonzero((one == leader) | (other == leader))
    if not about.size:
        return found
    product = ints(graph.decided, "product")
    strict = [VERDICTS.index(word) for word in graph.decided["verdict"].to_pylist()]
    for row in sorted(about.tolist(), key=lambda row: (product[row] >= 0, strict[row], row)):
        partner = other[row] if one[row] == leader else one[row]
        holds = company == partner
        if product[row] >= 0:
            holds &= np.any([made == product[row] for made in products], axis=0)
        found[holds] = row
    return found


def verdicts(graph: ChainGraph, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int8]:
    """Return the Verdict of each row of ``decided_rows``."""
    told = [WORDS[word] for word in graph.decided["verdict"].to_pylist()]
    return np.array([*told, Verdict.NONE], dtype=np.int8)[rows]


def decision_record(graph: ChainGraph, row: int) -> dict[str, object] | None:
    """Return a decision as plain data: verdict, reason, by, date; None for row -1."""
    if row < 0:
        return None
    names = ("verdict", "reason", "by", "date")
    return {name: cell(graph.decided, name, row) for name in names}
