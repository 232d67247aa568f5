"""Who is not proposed, and why: the hard filters of a pair.

The choice: one reason a pair, the one that weighs most; and a filter speaks only where something
is known. A company without a stated status or certificate is unknown, not ruled out.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import ChainGraph, ints
from chainmap.match.decided import Verdict, decided_rows, verdicts
from chainmap.match.relations import relations_of

if TYPE_CHECKING:
    from chainmap.match.values import Question

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class Filter(IntEnum):
    """Why a pair is not proposed; NONE passes. Of several reasons the lowest number is told."""

    NONE = 0
    BUYER_NOT_IN_BUSINESS = 1
    NOT_IN_BUSINESS = 2
    EXCLUDED = 3
    ALREADY_SUPPLIES = 4
    COMPETITOR = 5
    CERTIFICATE_MISSING = 6


def ruled_out(asked: Question, certified: Floats) -> npt.NDArray[np.int8]:
    """Return the Filter of each pair.

    Parameters
    ----------
    asked
        The pairs of one leader.
    certified
        (n_pairs,) share of the required certificates that each holds (``held_shares``).

    Notes
    -----
    - NOT_IN_BUSINESS: a stated status other than 存续; BUYER_NOT_IN_BUSINESS: that of the buyer.
    - ALREADY_SUPPLIES: a known supply of the needed product, or of the one made, to the leader.
    - COMPETITOR: the leader makes the very product that the company would supply (probability at
      least ``accept``, not as a by-product).
    - EXCLUDED: somebody decided 排除 about the pair or the product. 确认 overrules COMPETITOR and
      CERTIFICATE_MISSING, nothing else.
    - CERTIFICATE_MISSING: every demand for the product requires certificates (or a title), the
      company states some, and lacks one for each of the demands.
    """
    pairs = asked.pairs
    found = np.zeros(pairs.company.size, dtype=np.int8)
    verdict = verdicts_of(asked)
    open_ = verdict != Verdict.CONFIRMED
    reasons = {
        Filter.CERTIFICATE_MISSING: (certified < 1.0) & open_,
        Filter.COMPETITOR: _competes(asked) & open_,
        Filter.ALREADY_SUPPLIES: _already_supplies(asked),
        Filter.EXCLUDED: verdict == Verdict.EXCLUDED,
        Filter.NOT_IN_BUSINESS: asked.features.is_out[pairs.company],
        Filter.BUYER_NOT_IN_BUSINESS: np.full(found.size, asked.features.is_out[asked.leader]),
    }
    for reason, holds in reasons.items():
        found[holds] = reason
    return found


def decisions_of(asked: Question) -> npt.NDArray[np.int64]:
    """Return the decision that holds for each pair, a row of ``graph.decided`` or -1."""
    graph, pairs = asked.graph, asked.pairs
    needed = np.array([need.product for need in asked.needs] or [0], dtype=np.int32)[pairs.need]
    made = graph.makes.indices[pairs.entry].astype(np.int32)
    return decided_rows(graph, asked.leader, pairs.company, (needed, made))


def verdicts_of(asked: Question) -> npt.NDArray[np.int8]:
    """Return the Verdict of each pair."""
    return verdicts(asked.graph, decisions_of(asked))


def _competes(asked: Question) -> Flags:
    graph, leader = asked.graph, asked.leader
    own = slice(graph.makes.indptr[leader], graph.makes.indptr[leader + 1])
    sells = (graph.makes.data[own] >= asked.weights.recipe.accept) & ~graph.is_byproduct[own]
    offered = graph.makes.indices[asked.pairs.entry]
    return np.isin(offered, graph.makes.indices[own][sells])


def _already_supplies(asked: Question) -> Flags:
    """Return which pairs are known supplies of that product to the leader."""
    graph, pairs = asked.graph, asked.pairs
    known = _supplied(graph, asked.leader)
    company = pairs.company.astype(np.int64) * (graph.n_products + 1)
    needed = np.array([need.product for need in asked.needs] or [0], dtype=np.int64)[pairs.need]
    return np.isin(company + needed, known) | np.isin(
        company + graph.makes.indices[pairs.entry], known
    )


def _supplied(graph: ChainGraph, leader: int) -> npt.NDArray[np.int64]:
    """Return what is known to be supplied to the leader, as supplier × products + product."""
    to_leader = relations_of(graph).supplies_to(leader)
    source = ints(graph.supply_edges, "source")[to_leader].astype(np.int64)
    product = ints(graph.supply_edges, "product")[to_leader]
    supplied: npt.NDArray[np.int64] = source * (graph.n_products + 1) + product
    return np.asarray(supplied[product >= 0])
