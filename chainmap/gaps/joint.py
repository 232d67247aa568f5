"""By-products do not take an input a second time: what a main product takes is taken once.

The choice: of 牦牛 slaughtered for meat, hides and bones take none of their own; where all accepted
makers of a by-product also make a main product of the same input, that use is the main product's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import sparse

from chainmap.analysis.graph import ChainGraph, places_of_runs
from chainmap.gaps.kinds import values_at

if TYPE_CHECKING:
    from chainmap.gaps.supply import LocalSupply

Flags = npt.NDArray[np.bool_]


def joint_uses(graph: ChainGraph, supply: LocalSupply, accept: float) -> Flags:
    """Return which entries of ``graph.inputs`` are uses that a main product already stands for.

    Parameters
    ----------
    graph, supply
        The snapshot and the zone's supply.
    accept
        Probability from which a company counts as a maker.

    Notes
    -----
    The use of p for q is joint when q has accepted makers, all of them have q as a by-product, and
    each of them makes a main product m ≠ q with p an input of m.
    """
    makers, inputs = supply.makers, graph.inputs
    joint = np.zeros(inputs.nnz, dtype=np.bool_)
    sure = makers.probability >= accept
    aside = supply.aside(graph, accept)
    count = np.bincount(makers.product[aside], minlength=graph.n_products)
    only_aside = (count > 0) & (count == supply.accepted)
    source = np.repeat(np.arange(graph.n_products), np.diff(inputs.indptr))
    entry = np.flatnonzero(only_aside[inputs.indices] & (inputs.indices != source))
    if not entry.size:
        return joint
    main = np.flatnonzero(sure & ~graph.is_byproduct[makers.entry])
    shape = (graph.n_companies, graph.n_products)
    cells = makers.company[main], makers.product[main]
    made = sparse.csr_array((np.ones(main.size), cells), shape=shape)
    takes = sparse.csr_array(made @ inputs.astype(np.bool_).astype(np.float64).T)
    target = inputs.indices[entry]
    first = np.searchsorted(makers.product, np.arange(graph.n_products + 1))
    row, which = places_of_runs(first[target], first[target + 1])
    row, which = row[sure[row]], which[sure[row]]
    elsewhere = values_at(takes, makers.company[row].astype(np.int64), source[entry][which]) > 0
    joint[entry] = np.bincount(which[~elsewhere], minlength=entry.size) == 0
    return joint
