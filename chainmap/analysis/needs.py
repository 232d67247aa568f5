"""What a company needs: what it declares, and what its own products are made of.

The choice: a declared demand always stands before a derived one, and a derived need keeps the
path of products that it comes from, so that it can be shown with its rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from chainmap.analysis.graph import CAPACITY_KNOWN, ChainGraph, cell, ints, span_of

Floats = npt.NDArray[np.float64]

UNKNOWN_ESSENTIAL = -1

Step = tuple[int, float, tuple[int, ...]]
"""A product, its weight, and the path of products that leads from it to what is made."""


@dataclass(frozen=True, slots=True)
class RecipeRule:
    """How derived needs fade: ``decay`` per step, at most ``depth`` steps, times essentiality.

    ``essential`` maps 0, 1, 2 and -1 (unknown) to a factor in 0-1; ``accept`` is the probability
    from which a company counts as a maker.
    """

    depth: int
    decay: float
    essential: Mapping[int, float]
    accept: float


@dataclass(frozen=True, slots=True)
class Need:
    """One product that a company needs.

    Attributes
    ----------
    product
        Position of the needed product.
    weight
        1 for a declared demand, less for a derived one (0-1).
    demands
        Rows of ``graph.demands``; empty for a derived need.
    path
        Product positions from the needed product to what the company makes; only the product
        itself for a declared demand.
    volume
        Per year, in the product's unit; NaN when unknown. For a derived need of one step it is
        the company's capacity times the quantity per unit.
    supplies
        Rows of ``graph.supply_edges``: known purchases that the need rests on.
    """

    product: int
    weight: float
    demands: tuple[int, ...]
    path: tuple[int, ...]
    volume: float
    supplies: tuple[int, ...] = ()

    @property
    def is_declared(self) -> bool:
        """Whether the company itself asked for the product."""
        return bool(self.demands)


def needs_of(
    graph: ChainGraph,
    company: int,
    rule: RecipeRule,
    visible: npt.NDArray[np.bool_] | None = None,
) -> tuple[Need, ...]:
    """Return the needs of one company, the heaviest first, ties by product position.

    Parameters
    ----------
    graph
        The snapshot.
    company
        Position of the buyer.
    rule
        How derived needs fade.
    visible
        Mask over ``graph.demands``: which demands may be used; None means all.

    Notes
    -----
    Derived: w(p) = max over input paths of decay^steps · Π essential · K, steps <= depth. Products
    that the company makes itself are not needed from others. Cycles end at the depth.
    """
    declared = _declared(graph, company, visible)
    derived = _derived(graph, company, rule)
    needs = {need.product: need for need in (*derived, *declared)}
    return tuple(sorted(needs.values(), key=lambda need: (-need.weight, need.product)))


def demand_rows(graph: ChainGraph) -> npt.NDArray[np.int32]:
    """Return the company of each demand; demands are sorted by it."""
    return ints(graph.demands, "company")


def _declared(graph: ChainGraph, company: int, visible: npt.NDArray[np.bool_] | None) -> list[Need]:
    span = span_of(demand_rows(graph), company)
    if span.start == span.stop:
        return []
    rows = [row for row in range(span.start, span.stop) if visible is None or visible[row]]
    products = ints(graph.demands, "product")
    by_product: dict[int, list[int]] = {}
    for row in rows:
        by_product.setdefault(int(products[row]), []).append(row)
    return [
        Need(product, 1.0, tuple(demands), (product,), demanded_volume(graph, demands))
        for product, demands in sorted(by_product.items())
    ]


def demanded_volume(graph: ChainGraph, demands: Sequence[int]) -> float:
    """Return what rows of ``graph.demands`` ask for together; NaN where none says how much."""
    stated = np.array([cell(graph.demands, "volume", row) for row in demands], dtype=np.float64)
    return float(np.nansum(stated)) if not np.isnan(stated).all() else float("nan")


def _derived(graph: ChainGraph, company: int, rule: RecipeRule) -> list[Need]:
    makes = graph.makes
    entries = range(makes.indptr[company], makes.indptr[company + 1])
    made = {int(makes.indices[at]): at for at in entries if makes.data[at] >= rule.accept}
    best: dict[int, Need] = {}
    front: list[Step] = [
        (product, float(makes.data[at]), (product,)) for product, at in sorted(made.items())
    ]
    for step in range(1, rule.depth + 1):
        front = _one_step_up(graph, front, rule)
        for product, weight, path in front:
            if product in made or (product in best and best[product].weight >= weight):
                continue
            volume = _derived_volume(graph, made, path) if step == 1 else float("nan")
            best[product] = Need(product, weight, (), path, volume)
    return list(best.values())


def _one_step_up(graph: ChainGraph, front: list[Step], rule: RecipeRule) -> list[Step]:
    """Return the inputs of a front of products with their weights; of equal ones the best."""
    recipes = graph.recipes
    best: dict[int, Step] = {}
    for product, weight, path in front:
        for at in range(recipes.indptr[product], recipes.indptr[product + 1]):
            source = int(recipes.indices[at])
            if source in path:
                continue
            essential = int(graph.input_essential[recipes.data[at]])
            faded = weight * rule.decay * rule.essential[essential]
            if faded > 0 and (source not in best or faded > best[source][1]):
                best[source] = (source, faded, (source, *path))
    return [best[source] for source in sorted(best)]


def _derived_volume(graph: ChainGraph, made: Mapping[int, int], path: tuple[int, ...]) -> float:
    """Return capacity of the product made × input quantity per unit; NaN when either is unknown."""
    source, product = path[:2]
    at = made[product]
    if graph.capacity_state[at] != CAPACITY_KNOWN:
        return float("nan")
    return float(graph.capacity[at] * graph.input_quantity[input_entry(graph, source, product)])


def input_entry(graph: ChainGraph, source: int, product: int) -> int:
    """Return the position in ``graph.inputs.data`` of source -> product, which must exist."""
    start, stop = graph.inputs.indptr[source], graph.inputs.indptr[source + 1]
    return int(start + np.searchsorted(graph.inputs.indices[start:stop], product))


def essential_inputs(graph: ChainGraph, essential: Mapping[int, float]) -> sparse.csr_array:
    """Return ``inputs`` weighted by essentiality, without self-loops: (n_products, n_products)."""
    factor = np.array([essential[key] for key in (0, 1, 2, UNKNOWN_ESSENTIAL)])
    data = factor[graph.input_essential.astype(np.int64)]
    rows = np.repeat(np.arange(graph.n_products), np.diff(graph.inputs.indptr))
    data = np.where(rows == graph.inputs.indices, 0.0, data)
    shape = (graph.n_products, graph.n_products)
    return sparse.csr_array((data, graph.inputs.indices, graph.inputs.indptr), shape=shape)
