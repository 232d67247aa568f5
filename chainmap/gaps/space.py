"""The product space: which products go together, what a place could do next, who could make what.

The choice: plain conditional probabilities of making both (Hidalgo et al. 2007), computed in
numpy; beside them what the input network and the product tree say, since most firms of a small
graph state one product only. A feasibility is an indication and never a verdict.

References
----------
Hidalgo, Klinger, Barabási, Hausmann, Science 317:482 (2007): proximity and density. Balassa (1965):
revealed comparative advantage. He, Yan, Rigby (regions of China, 1998-2008): entries rise with
relatedness.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc
from scipy import sparse

from chainmap.analysis.graph import ChainGraph, column, ints, row_of
from chainmap.gaps.thresholds import RELATED
from chainmap.names import name_key

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NAME_PART = 24
"""Characters of a company's name that are looked at."""
BLOCK = 256
"""Products whose proximities are held at once."""

WAYS = RELATED
"""Ways in which a firm can be close to a product, in the order in which they are told."""


def proximity(
    makes: sparse.csr_array, products: Ints, makers: sparse.csr_array | None = None
) -> Floats:
    """Return how often each of some products is made by who makes any other product.

    Parameters
    ----------
    makes
        Maker × product, 1 where made; makers are firms or places.
    products
        Positions of the products asked about.
    makers
        ``makes`` turned round (product × maker), where it is at hand.

    Returns
    -------
    (len(products), n_products); the whole matrix is never needed, and with a few places that make
    much it would be dense.

    Notes
    -----
    φ(p, q) = min(P(p | q), P(q | p)) = n(p, q) ÷ max(n(p), n(q)); 0 of a product with itself.
    """
    makers = turned(makes) if makers is None else makers
    both = np.asarray((makers[products, :] @ makes).toarray(), dtype=np.float64)
    ubiquity = np.diff(makers.indptr)
    most = np.maximum(ubiquity[products][:, None], ubiquity[None, :])
    near: Floats = np.divide(both, most, out=np.zeros(both.shape), where=most > 0)
    near[np.arange(products.size), products] = 0.0
    return near


def turned(makes: sparse.csr_array) -> sparse.csr_array:
    """Return product × maker of maker × product."""
    return sparse.csr_array(makes.T)


def advantage(counts: sparse.csr_array) -> sparse.csr_array:
    """Return 1 where a place makes more of a product than its size suggests (RCA >= 1).

    Notes
    -----
    RCA = (x(r, p) ÷ x(r)) ÷ (x(p) ÷ x).
    """
    coo = sparse.coo_array(counts)
    rows, cols = coo.coords
    by_place, by_product = (np.asarray(coo.sum(axis=axis)).ravel() for axis in (1, 0))
    ratio = coo.data * coo.data.sum() / (by_place[rows] * by_product[cols])
    kept = ratio >= 1 - 1e-12
    ones = np.ones(int(kept.sum()))
    return sparse.csr_array((ones, (rows[kept], cols[kept])), shape=coo.shape)


def density(made: Floats, makes: sparse.csr_array, products: Ints) -> Floats:
    """Return how much of what goes with each of some products is made: Σ φ(p, q) M(q) ÷ Σ φ(p, q).

    Parameters
    ----------
    made
        How far each product is made (0-1).
    makes, products
        As for ``proximity``.

    Notes
    -----
    The sums hold the product itself with φ = 1, as in Hidalgo et al. NaN where nothing else is
    known to go with the product. O(products asked × products) time, a block of memory.
    """
    found = np.full(products.size, np.nan)
    makers = turned(makes)
    for start in range(0, products.size, BLOCK):
        block = products[start : start + BLOCK]
        near = proximity(makes, block, makers)
        total = near.sum(axis=1)
        value = (near @ made + made[block]) / (total + 1)
        found[start : start + BLOCK] = np.where(total > 0, value, np.nan)
    return found


@dataclass(frozen=True, eq=False)
class ProductSpace:
    """What is precomputed once a snapshot.

    Attributes
    ----------
    made
        Company × product, 1 where K >= accept.
    makers
        The same turned round: product × company.
    sector
        Number of the sector of each company, -1 unknown.
    places
        City × product, 1 where the city has an advantage.
    """

    made: sparse.csr_array
    makers: sparse.csr_array
    sector: Ints
    places: sparse.csr_array


_SPACES: WeakKeyDictionary[ChainGraph, dict[float, ProductSpace]] = WeakKeyDictionary()


def product_space(graph: ChainGraph, accept: float) -> ProductSpace:
    """Return the product space of a snapshot; made once and kept as long as the snapshot."""
    known = _SPACES.setdefault(graph, {})
    if accept not in known:
        rows = np.repeat(np.arange(graph.n_companies), np.diff(graph.makes.indptr))
        sure = graph.makes.data >= accept
        ones = np.ones(int(sure.sum()))
        cells = rows[sure], graph.makes.indices[sure]
        made = sparse.csr_array((ones, cells), shape=graph.makes.shape)
        places = advantage(_places(graph, made))
        known[accept] = ProductSpace(made, turned(made), _sectors(graph), places)
    return known[accept]


def _sectors(graph: ChainGraph) -> Ints:
    stated = column(graph.companies, "industry").indices.fill_null(-1)
    return np.asarray(stated.to_numpy(zero_copy_only=False), np.int64)


def _places(graph: ChainGraph, made: sparse.csr_array) -> sparse.csr_array:
    """Return city × product, the number of makers; firms of an unknown place are left out."""
    city = np.where(graph.company_region > 0, graph.company_region // 100, graph.company_region)
    known = np.flatnonzero(graph.company_region != 0)
    number = np.unique(city[known], return_inverse=True)[1]
    shape = (int(number.max(initial=-1)) + 1, graph.n_companies)
    here = sparse.csr_array((np.ones(known.size), (number, known)), shape=shape)
    return sparse.csr_array(here @ made)


@dataclass(frozen=True, eq=False)
class Closeness:
    """How close every company is to making one product.

    Attributes
    ----------
    total
        Weighted sum of the ways, over companies (0-1).
    ways
        Each of WAYS as an array over companies (0-1).
    weights
        Weight of each way.
    by_product
        For ways that go by what a company makes: how close each product is (0-1).
    made
        Company × product, 1 where made.
    """

    total: Floats
    ways: Mapping[str, Floats]
    weights: Mapping[str, float]
    by_product: Mapping[str, Floats]
    made: sparse.csr_array


def closeness(
    graph: ChainGraph, space: ProductSpace, product: int, weights: Mapping[str, float]
) -> Closeness:
    """Return how close every company is to making a product that it is not known to make.

    Parameters
    ----------
    graph, space
        The snapshot and its product space.
    product
        Position of the product.
    weights
        Weight of each of WAYS (``thresholds.toml``), together 1.

    Notes
    -----
    supplies: recorded to supply the product (a trader may). named: share of the product's name (its
    pairs of characters) found in the company's name. portfolio: the greatest proximity among its
    products. recipe: it makes an input or an output of the product, less the more uses or inputs
    that has. tree: it makes a sister
    (another kind of the same product), or else another product of the same segment (½).
    sector: share of the companies of its sector that make the product. O(relations).
    """
    by_product = {
        "portfolio": proximity(space.made, np.array([product]), space.makers)[0],
        "recipe": _recipe(graph, product),
        "tree": _tree(graph, product),
    }
    ways = {name: _best(space.makers, value) for name, value in by_product.items()} | {
        "supplies": _suppliers(graph, product),
        "named": _named(graph, product),
        "sector": _sector(space, product),
    }
    total = np.zeros(graph.n_companies)
    for name in WAYS:
        total += weights[name] * ways[name]
    return Closeness(total, ways, weights, by_product, space.made)


def _row(matrix: sparse.csr_array, at: int) -> Floats:
    return np.asarray(matrix[[at], :].toarray(), dtype=np.float64).ravel()


def _best(makers: sparse.csr_array, value: Floats) -> Floats:
    """Return the greatest value among the products that each company makes; 0 without any."""
    best = np.zeros(makers.shape[1])
    near = np.flatnonzero(value > 0)
    near = near[np.argsort(value[near], kind="stable")]
    found = makers[near, :]
    best[found.indices] = np.repeat(value[near], np.diff(found.indptr))  # the last one stays
    return best


def _suppliers(graph: ChainGraph, product: int) -> Floats:
    found = np.zeros(graph.n_companies)
    edges = graph.supply_edges
    found[ints(edges, "source")[ints(edges, "product") == product]] = 1.0
    return found


def _recipe(graph: ChainGraph, product: int) -> Floats:
    """Return 1 ÷ √(number of uses) of each input, 1 ÷ √(number of inputs) of each output.

    Electricity goes into everything: who makes it is close to nothing.
    """
    near = np.zeros(graph.n_products)
    for matrix, other in ((graph.inputs, graph.recipes), (graph.recipes, graph.inputs)):
        linked = row_of(matrix, product)
        near[linked] = np.maximum(near[linked], 1 / np.sqrt(np.diff(other.indptr)[linked]))
    near[product] = 0.0
    return near


def _tree(graph: ChainGraph, product: int) -> Floats:
    segments = _row(graph.in_segment, product)
    shared = np.asarray(graph.in_segment @ segments, dtype=np.float64).ravel()
    near: Floats = 0.5 * np.minimum(1.0, shared)
    below = graph.kinds_by_parent
    for parent in row_of(graph.kinds, product).tolist():
        span = slice(below.indptr[parent], below.indptr[parent + 1])
        near[below.indices[span][below.data[span] == 1]] = 1.0  # sisters, not what is below them
        near[parent] = 1.0
    near[product] = 0.0
    return near


def _sector(space: ProductSpace, product: int) -> Floats:
    code = space.sector
    known = code >= 0
    firms = np.bincount(code[known])
    of_makers = code[row_of(space.makers, product)]
    makers = np.bincount(of_makers[of_makers >= 0], minlength=firms.size)
    share = makers / np.maximum(firms, 1)
    return np.asarray(np.where(known, np.append(share, 0.0)[code], 0.0), dtype=np.float64)


_NAMES: WeakKeyDictionary[ChainGraph, tuple[npt.NDArray[np.uint64], Ints]] = WeakKeyDictionary()
"""Pairs of characters of all names, sorted, and each company that has it once; once a snapshot."""


def _name_pairs(graph: ChainGraph) -> tuple[npt.NDArray[np.uint64], Ints]:
    if graph not in _NAMES:
        names = pc.utf8_slice_codeunits(column(graph.companies, "name").fill_null(""), 0, NAME_PART)
        letters = np.array(names.to_pylist(), dtype=f"<U{NAME_PART}").view(np.uint32)
        letters = letters.reshape(graph.n_companies, NAME_PART)
        told = letters[:, 1:] > 0
        codes = letters[:, :-1][told].astype(np.uint64) << np.uint64(32) | letters[:, 1:][told]
        order = np.argsort(codes, kind="stable")
        codes, company = codes[order], np.nonzero(told)[0][order]
        again = (np.diff(codes) == 0) & (np.diff(company) == 0)
        first = np.append(True, ~again)[: codes.size]
        _NAMES[graph] = codes[first], company[first]
    return _NAMES[graph]


def _named(graph: ChainGraph, product: int) -> Floats:
    """Return the share of the product's character pairs that stand in each company's name."""
    asked = name_key(str(graph.products["name"][product].as_py() or ""))
    pairs = sorted({asked[at : at + 2] for at in range(len(asked) - 1)})
    found = np.zeros(graph.n_companies)
    codes, company = _name_pairs(graph)
    for pair in pairs:
        code = np.uint64(ord(pair[0]) << 32 | ord(pair[1]))
        start, stop = np.searchsorted(codes, code), np.searchsorted(codes, code, side="right")
        found[company[start:stop]] += 1
    return found / max(len(pairs), 1)
