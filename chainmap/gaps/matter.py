"""How much a gap matters: what hangs on a product in the input network, and the rank average.

The choice: each measure is shown as it is, and only their ranks are averaged, since a share of
output, a share of bottlenecks and a number of products have no common unit. What cannot be computed
(no leader makes anything) is unknown and takes no part in the average. Cycles are normal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, connected_components, maximum_flow
from scipy.stats import rankdata

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph
    from chainmap.gaps.supply import LocalSupply

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

MEASURES = ("cascade", "dominated", "cut", "reach")
"""Names of the measures, in the order in which they are shown."""


@dataclass(frozen=True, eq=False)
class Structure:
    """What hangs on each product; arrays over products, NaN where unknown.

    Attributes
    ----------
    cascade
        Share of output that a cascade loses when the product cannot be had (0-1).
    dominated
        Weight share of the leaders' products that every input path reaches through the product.
    cut
        Σ weight ÷ size over the leaders' products with the product in a smallest set of products
        that cuts them off from all raw inputs, ÷ Σ weight: 1 where it alone cuts all of them off.
    reach
        Number of products that can be reached downstream.
    ends
        The leaders' products, ascending.
    """

    cascade: Floats
    dominated: Floats
    cut: Floats
    reach: Floats
    ends: Ints


@dataclass(frozen=True, eq=False)
class _InputNetwork:
    """The inputs that can stop something, and what follows from them whatever the zone.

    Attributes
    ----------
    forwards
        1 from input to output: (products, products).
    """

    forwards: sparse.csr_array
    _known_cuts: dict[int, tuple[int, Ints]] = field(default_factory=dict)

    @property
    def root(self) -> int:
        """The node before all raw inputs, one more than the products have."""
        return int(self.forwards.shape[0])

    @cached_property
    def backwards(self) -> sparse.csr_array:
        """1 from output to input."""
        return sparse.csr_array(self.forwards.T)

    @cached_property
    def raw(self) -> Flags:
        """Mask over products: where the paths begin (``_raw``)."""
        found = np.zeros(self.root, dtype=np.bool_)
        found[_raw(self.forwards)] = True
        return found

    @cached_property
    def dominators(self) -> dict[int, int]:
        """The nearest product that all paths from raw inputs to each go through; or the root."""
        walk: nx.DiGraph = nx.from_scipy_sparse_array(self.forwards, create_using=nx.DiGraph)
        walk.add_edges_from((self.root, raw) for raw in np.flatnonzero(self.raw).tolist())
        return dict(nx.immediate_dominators(walk, self.root))

    @cached_property
    def reach(self) -> Floats:
        """How many other products can be reached downstream of each."""
        return _reach(self.forwards)

    def cut(self, end: int) -> tuple[int, Ints]:
        """Return ``smallest_cuts`` of a product."""
        if end not in self._known_cuts:
            found = smallest_cuts(self.forwards, self.backwards, self.raw, end)
            self._known_cuts[end] = found
        return self._known_cuts[end]


_NETWORKS: WeakKeyDictionary[ChainGraph, _InputNetwork] = WeakKeyDictionary()


def _input_network(graph: ChainGraph) -> _InputNetwork:
    """Return the input network of a snapshot; made once and kept as long as the snapshot."""
    if graph not in _NETWORKS:
        _NETWORKS[graph] = _InputNetwork(_network(graph))
    return _NETWORKS[graph]


def _network(graph: ChainGraph) -> sparse.csr_array:
    """Return the inputs that can stop something, 1 from input to output: (products, products)."""
    rows = np.repeat(np.arange(graph.n_products), np.diff(graph.inputs.indptr))
    cols = graph.inputs.indices
    kept = (graph.input_essential != 0) & (rows != cols)
    shape = (graph.n_products, graph.n_products)
    ones = np.ones(int(kept.sum()), dtype=np.int32)
    return sparse.csr_array((ones, (rows[kept], cols[kept])), shape=shape)


def _reach(network: sparse.csr_array) -> Floats:
    """Return how many other products can be reached downstream of each.

    Sets are bits of one integer a product; the groups of mutual inputs are walked from the end of
    the chain to its beginning.
    """
    walk: nx.DiGraph = nx.from_scipy_sparse_array(network, create_using=nx.DiGraph)
    groups = nx.condensation(walk)
    found = np.zeros(network.shape[0])
    below: dict[int, int] = {}
    for group in reversed(list(nx.topological_sort(groups))):
        members = groups.nodes[group]["members"]
        reached = 0
        for member in members:
            reached |= 1 << member
        for after in groups.successors(group):
            reached |= below[after]
        below[group] = reached
        found[list(members)] = reached.bit_count() - 1
    return found


@dataclass(frozen=True, slots=True)
class Matters:
    """What hangs on one gap: each measure and its rank share (0-1), NaN where unknown."""

    criticality: float
    values: tuple[float, ...]
    ranks: tuple[float, ...]

    def as_record(self) -> dict[str, dict[str, float | None]]:
        """Return measure -> {value, rank}, unknown as None."""
        told = zip(MEASURES, self.values, self.ranks, strict=True)
        return {name: {"value": _known(v), "rank": _known(r)} for name, v, r in told}


@dataclass(frozen=True, eq=False)
class ManyMatters:
    """Measures of many gaps: (gaps, measures)."""

    criticality: Floats
    values: Floats
    ranks: Floats


def matters_of(product: Ints, wrong: Flags, structure: Structure | None) -> ManyMatters:
    """Return the measures of some verdicts, their ranks among the wrong ones, and the average.

    Notes
    -----
    rank = rank among the n wrong ones (ties share the mean) ÷ n. criticality = mean of the known
    ranks; NaN where none is known.
    """
    values = np.full((product.size, len(MEASURES)), np.nan)
    if structure is not None:
        for column, name in enumerate(MEASURES):
            values[:, column] = getattr(structure, name)[product]
    ranks = np.full(values.shape, np.nan)
    for column in range(len(MEASURES)):
        known = np.flatnonzero(wrong & ~np.isnan(values[:, column]))
        told = values[known, column]
        if known.size:
            ranks[known, column] = rankdata(told) / known.size
    count = (~np.isnan(ranks)).sum(axis=1)
    total = np.nansum(ranks, axis=1)
    average = np.divide(total, count, out=np.full(product.size, np.nan), where=count > 0)
    return ManyMatters(average, values, ranks)


def structure_of(
    graph: ChainGraph,
    supply: LocalSupply,
    weight: Floats,
    accept: float,
    cascade: Floats | None = None,
) -> Structure:
    """Compute what hangs on each product for the leaders of a zone.

    Parameters
    ----------
    graph, supply
        The snapshot and the zone's supply.
    weight
        Weight by company (``LocalDemand.firm``); only leaders count here.
    accept
        Probability from which a company counts as a maker.
    cascade
        Loss by product, where it has been computed.

    Notes
    -----
    Auxiliary inputs (essential 0) and self-loops stop nothing and are left out. An end product
    without inputs has no cut. O(ends × inputs); what does not depend on the zone is kept with the
    snapshot.
    """
    unknown = np.full(graph.n_products, np.nan)
    inputs = _input_network(graph)
    ends, worth = _ends(graph, supply, weight, accept)
    measured = bool(ends.size)
    return Structure(
        cascade=unknown if cascade is None else cascade,
        dominated=_dominated(inputs, ends, worth) if measured else unknown,
        cut=_cuts(inputs, ends, worth) if measured else unknown,
        reach=inputs.reach,
        ends=ends,
    )


def _ends(
    graph: ChainGraph, supply: LocalSupply, weight: Floats, accept: float
) -> tuple[Ints, Floats]:
    """Return what local leaders make, and the weight of the leaders behind each."""
    leads = np.zeros(graph.n_companies, dtype=np.bool_)
    leads[list(graph.leader_positions)] = True
    makers = supply.makers
    own = graph.makes.indices[makers.entry] == makers.product
    sure = own & leads[makers.company] & (makers.probability >= accept)
    worth = np.bincount(makers.product[sure], weight[makers.company[sure]], graph.n_products)
    ends = np.flatnonzero(worth > 0)
    return ends, worth[ends].astype(np.float64)


def _raw(network: sparse.csr_array) -> Ints:
    """Return one product of each group of mutual inputs that needs nothing from outside it.

    A product without inputs is such a group of its own; a ring that feeds only on itself is entered
    at all of its members.
    """
    count, label = connected_components(network, connection="strong")
    coo = network.tocoo()
    rows, cols = coo.coords
    fed = np.zeros(count, dtype=np.bool_)
    fed[label[cols[label[rows] != label[cols]]]] = True
    return np.flatnonzero(~fed[label])


def _dominated(inputs: _InputNetwork, ends: Ints, worth: Floats) -> Floats:
    """Return the weight share of the ends that every path from raw inputs reaches through each."""
    root = inputs.root
    found = np.zeros(root)
    for end, value in zip(ends.tolist(), worth.tolist(), strict=True):
        at = inputs.dominators[end]
        while at != root:
            found[at] += value
            at = inputs.dominators[at]
    return np.asarray(found / worth.sum(), dtype=np.float64)


def _cuts(inputs: _InputNetwork, ends: Ints, worth: Floats) -> Floats:
    """Return Σ weight ÷ size over the ends with each product in a smallest cut, ÷ Σ weight."""
    found = np.zeros(inputs.root)
    for end, value in zip(ends.tolist(), worth.tolist(), strict=True):
        size, members = inputs.cut(end)
        if size:
            found[members] += value / size
    return np.asarray(found / worth.sum(), dtype=np.float64)


def smallest_cuts(
    network: sparse.csr_array, backwards: sparse.csr_array, raw: Flags, end: int
) -> tuple[int, Ints]:
    """Return the size of the smallest cut of one product from all raw inputs, and all its members.

    Parameters
    ----------
    network, backwards
        Input × output, and its transpose.
    raw
        Mask over products: where the paths begin.
    end
        The product to be cut off.

    Notes
    -----
    Each product is a pair of nodes joined by an arc of capacity 1; by Menger's theorem the greatest
    flow is the size of the smallest cut. A product is in some smallest cut exactly when its arc is
    full and its two nodes lie in different strong components of the residual (Picard, Queyranne
    1980). 0 and nothing for a product that is raw itself.
    """
    upstream = np.sort(breadth_first_order(backwards, end, return_predecessors=False))
    if raw[end] or upstream.size == 1:
        return 0, np.zeros(0, dtype=np.int64)
    count = upstream.size
    inner = sparse.coo_array(network[upstream][:, upstream])
    rows, cols = inner.coords
    stop = int(np.searchsorted(upstream, end))
    first = np.flatnonzero(raw[upstream])
    # in-node k, out-node count + k, source 2·count; the end's in-node is the sink
    source, many = 2 * count, count + 1
    tail = np.concatenate([np.arange(count), rows + count, np.full(first.size, source)])
    head = np.concatenate([np.arange(count) + count, cols, first])
    room = np.full(tail.size, many, dtype=np.int32)
    room[:count] = 1
    shape = (source + 1, source + 1)
    arcs = sparse.csr_array((room, (tail, head)), shape=shape)
    result = maximum_flow(arcs, source, stop)
    left = arcs - result.flow
    left.eliminate_zeros()
    _, group = connected_components(left > 0, connection="strong")
    full = np.asarray(result.flow[np.arange(count), np.arange(count) + count]).ravel() == 1
    apart = group[:count] != group[count : 2 * count]
    return int(result.flow_value), upstream[full & apart & (np.arange(count) != stop)]


def _known(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)
