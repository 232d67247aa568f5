"""How much is taken downstream: by recipes, by declarations beside them, and what stays open.

The choice: a firm whose use follows from a known capacity and a known 单耗 is counted by the recipe
and its declaration is not added; wherever that figure is not known the declaration counts. What
neither tells is left open and named: the volume is then a lower bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import sparse

from chainmap.analysis.graph import CAPACITY_KNOWN, ChainGraph, floats, gather_rows, ints
from chainmap.gaps.joint import joint_uses
from chainmap.gaps.kinds import values_at

if TYPE_CHECKING:
    from chainmap.gaps.supply import LocalSupply

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Pull:
    """What local firms take of each product; arrays over products unless said otherwise.

    Attributes
    ----------
    volume
        Per year in the product's unit, a lower bound where something is open; NaN when nothing is
        known.
    declared
        What of it is declared and not in the recipes.
    uses
        Entries of ``graph.inputs`` that it counts.
    demands
        Rows of ``graph.demands`` that it counts, in whole or in part.
    open_uses
        Entries of ``graph.inputs`` of which some use is unknown: the 单耗, or a maker's capacity.
    open_demands
        Rows of ``graph.demands`` without a comparable volume that no recipe gives either.
    joint
        Mask over entries of ``graph.inputs``: by-products for which nothing is taken a second time
        (``joint_uses``).
    known_share
        Known parts (uses and demands) ÷ all parts, 1 where nothing is open.
    """

    volume: Floats
    declared: Floats
    uses: Ints
    demands: Ints
    open_uses: Ints
    open_demands: Ints
    joint: Flags
    known_share: Floats


def local_pull(graph: ChainGraph, supply: LocalSupply, demands: Ints, accept: float) -> Pull:
    """Return what local firms take of each product.

    Parameters
    ----------
    graph, supply
        The snapshot and the zone's supply.
    demands
        Rows of ``graph.demands`` of local firms in business that may be seen.
    accept
        Probability from which a company counts as a maker.

    Notes
    -----
    volume(p) = Σ a(p, q) · S(q) over the products q made locally of p, plus the declared volumes of
    firms that make no such q, or none whose capacity is in S(q) with a known a(p, q). A firm that
    makes some q in and some not adds what it declares beyond Σ a · its own capacity of the former.
    A by-product beside a main product of the same input takes nothing of its own.
    """
    source, target = recipe_entries(graph)
    quantity, available = graph.input_quantity, supply.supply
    joint = joint_uses(graph, supply, accept)
    users = (
        (source != target)
        & ~joint
        & ((supply.accepted > 0) | ~np.isnan(supply.park_capacity))[target]
    )
    usable = users & (quantity > 0) & (available[target] > 0)
    uses = np.flatnonzero(usable & ~_within_parent(graph, usable, source, target))
    volume = quantity[uses] * available[target[uses]]
    # bincount counts in integers when there is nothing to count, whatever the weights' type
    pull = np.bincount(source[uses], volume, graph.n_products).astype(np.float64)
    known = np.bincount(source[uses], minlength=graph.n_products) > 0
    parent = _within_parent(graph, users, source, target)
    own = _own_uses(graph, supply, demands, users & ~parent, accept)
    product = ints(graph.demands, "product")
    declared = np.bincount(product[own.counted], own.volume, graph.n_products).astype(np.float64)
    known[product[own.counted]] = True
    makers = np.where(quantity > 0, supply.unknown_beside[target], supply.accepted[target])
    makers = makers + (~(quantity > 0) & ~np.isnan(supply.park_capacity)[target])
    unknown = np.flatnonzero(users & ~parent & (makers - own.settled > 0))
    parts = _parts(source[uses], product[own.counted], graph.n_products)
    missing = _parts(source[unknown], product[own.silent], graph.n_products)
    return Pull(
        np.where(known, pull + declared, np.nan),
        declared,
        uses,
        own.counted,
        unknown,
        own.silent,
        joint,
        np.where(missing > 0, parts / np.maximum(parts + missing, 1), 1.0),
    )


def _parts(used: Ints, declared: npt.NDArray[np.int32], count: int) -> Ints:
    """Return how many uses and declarations each product has."""
    return np.bincount(used, minlength=count) + np.bincount(declared, minlength=count)


def recipe_entries(graph: ChainGraph) -> tuple[Ints, Ints]:
    """Return input and output product of each entry of ``graph.inputs``."""
    rows = np.repeat(np.arange(graph.n_products), np.diff(graph.inputs.indptr))
    return rows, graph.inputs.indices.astype(np.int64)


def _within_parent(graph: ChainGraph, usable: Flags, source: Ints, target: Ints) -> Flags:
    """Return which uses are already counted under the product that theirs is a kind of."""
    if not graph.kinds.nnz:
        return np.zeros(usable.shape, dtype=np.bool_)
    shape = (graph.n_products, graph.n_products)
    counted = sparse.csr_array((usable.astype(np.float64), (source, target)), shape=shape)
    under = sparse.csr_array(counted @ graph.kinds_by_parent)
    return np.asarray(values_at(under, source, target) > 0)


@dataclass(frozen=True, eq=False)
class _Own:
    """What declarations add: rows counted and their volumes, silent rows, settled makers."""

    counted: Ints
    volume: Floats
    silent: Ints
    settled: Ints


def _own_uses(
    graph: ChainGraph, supply: LocalSupply, demands: Ints, users: Flags, accept: float
) -> _Own:
    """Set each firm's declarations of a product beside what the recipes count of it.

    ``settled``: by entry of ``graph.inputs`` the accepted makers whose unknown use a declared
    volume stands for.
    """
    count = graph.n_products
    company = ints(graph.demands, "company")[demands].astype(np.int64)
    wanted = company * count + ints(graph.demands, "product")[demands]
    pairs, pair = np.unique(wanted, return_inverse=True)
    stated = ints(graph.demands, "volume_state")[demands] == CAPACITY_KNOWN
    volume = np.where(stated, floats(graph.demands, "volume")[demands], 0.0)
    told = np.bincount(pair, volume, pairs.size)
    whole = np.bincount(pair, ~stated, pairs.size) == 0
    which, entry, maker = _made_of(graph, supply, pairs, users)
    makers, quantity = supply.makers, graph.input_quantity[entry]
    sure = makers.probability[maker] >= accept
    known = ~np.isnan(supply.supply)[graph.inputs.indices[entry]] & (quantity > 0)
    # A firm of capacity 0 that asks for the input means to make something: its word counts.
    known &= sure & ~np.isnan(makers.beside[maker]) & (makers.capacity[maker] != 0)
    inside = np.bincount(which, known, pairs.size) > 0
    outside = np.bincount(which, ~known, pairs.size) > 0
    derived = np.bincount(
        which[known], (quantity * makers.capacity[maker])[known], pairs.size
    ).astype(np.float64)  # NaN where a total holds a capacity that is not stated
    rest = np.where(inside, np.maximum(told - derived, 0.0), told)
    counts = ~inside | (outside & ~np.isnan(derived))
    share = np.divide(rest, told, out=np.zeros(pairs.size), where=told > 0)
    kept = stated & counts[pair] & ((share > 0) | ~inside)[pair]
    settles = counts & whole
    done = entry[settles[which] & sure & ~known]
    return _Own(
        demands[kept],
        (volume * share[pair])[kept],
        demands[~stated & ~(inside & ~outside)[pair]],
        np.bincount(done, minlength=graph.inputs.nnz),
    )


def _made_of(
    graph: ChainGraph, supply: LocalSupply, pairs: Ints, users: Flags
) -> tuple[Ints, Ints, Ints]:
    """Return (pair, entry of ``graph.inputs``, maker) of all that firms make of what they ask for.

    ``pairs``: company × n_products + product; ``users`` masks the entries that count.
    """
    makers, count = supply.makers, graph.n_products
    rows = np.arange(1, makers.product.size + 1)
    shape = (graph.n_companies, count)
    made = sparse.csr_array((rows, (makers.company, makers.product)), shape=shape)
    output, which = gather_rows(made, pairs // count)
    source, target = recipe_entries(graph)
    at = np.flatnonzero(users)
    entries = sparse.csr_array((at + 1, (source[at], target[at])), shape=(count, count))
    entry = values_at(entries, (pairs % count)[which], output).astype(np.int64)
    which, output, entry = which[entry > 0], output[entry > 0], entry[entry > 0] - 1
    maker = values_at(made, (pairs // count)[which], output).astype(np.int64) - 1
    return which, entry, maker
