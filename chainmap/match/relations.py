"""What known supplies and portfolios say about a pair: sectors, length-3 paths, sister products.

The choice: partners of partners are the wrong prior, because companies resemble their competitors
and not their partners; so the evidence is a path of three supplies (firm -> customer <- known
supplier -> leader). What is known only through the pair itself never speaks for the pair.

References
----------
Kovács et al., Nature Communications 10:1240 (2019): paths of length three with degree
normalisation. Mattsson et al., Frontiers in Big Data 4:666712 (2021): production networks are
made of squares, not of triangles. Sarwar et al., WWW 2001: item-to-item cosine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from scipy import sparse

from chainmap.analysis.graph import (
    ChainGraph,
    column,
    gather_rows,
    ints,
    row_of,
    row_places,
    span_of,
)
from chainmap.arrays import ascending

if TYPE_CHECKING:
    from chainmap.match.candidates import Pairs

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SECTOR_PRIOR = 10.0
"""How many known supplies the coarser level counts for, when sectors are compared."""
_DIVISION = 2  # characters of a GB/T 4754 division


@dataclass(frozen=True, eq=False)
class Relations:
    """What is precomputed once a snapshot.

    Attributes
    ----------
    suppliers
        (n_companies, n_companies) buyer × supplier, without self-supplies.
    customers
        The transpose: supplier × buyer.
    sector
        Sector of each company as a position in ``sector_names``, -1 unknown.
    sector_names
        GB/T 4754 codes as stated.
    sector_bought
        Buyer sector × supplier sector, the number of known supplies.
    sector_firms
        How many companies state each sector.
    division, division_bought
        Number of each sector's division; buyer division × supplier division, the known supplies.
    edges_by_buyer, buyers
        Rows of ``graph.supply_edges`` sorted by buyer, and the buyer of each.
    """

    suppliers: sparse.csr_array
    customers: sparse.csr_array
    sector: npt.NDArray[np.int32]
    sector_names: tuple[str, ...]
    sector_bought: sparse.csr_array
    sector_firms: npt.NDArray[np.int64]
    division: Ints
    division_bought: Ints
    edges_by_buyer: npt.NDArray[np.int64]
    buyers: npt.NDArray[np.int32]

    def supplies_to(self, buyer: int) -> Ints:
        """Return the rows of ``graph.supply_edges`` that lead to a buyer, ascending."""
        return self.edges_by_buyer[span_of(self.buyers, buyer)]


_RELATIONS: WeakKeyDictionary[ChainGraph, Relations] = WeakKeyDictionary()


def relations_of(graph: ChainGraph) -> Relations:
    """Return the relations of a snapshot; they are made once and live as long as it does."""
    known = _RELATIONS.get(graph)
    if known is None:
        known = _RELATIONS[graph] = _relations(graph)
    return known


def _relations(graph: ChainGraph) -> Relations:
    supplies = graph.supplies.tocoo()
    source, target = supplies.coords
    apart = source != target
    source, target = source[apart], target[apart]
    ones, shape = np.ones(source.size), supplies.shape
    stated = column(graph.companies, "industry")
    names = tuple(stated.dictionary.to_pylist())
    sector = np.asarray(stated.indices.fill_null(-1).to_numpy(zero_copy_only=False), np.int32)
    both = (sector[source] >= 0) & (sector[target] >= 0)
    ends = sector[target[both]], sector[source[both]]
    division = np.unique([name[:_DIVISION] for name in names], return_inverse=True)[1]
    buyers = ints(graph.supply_edges, "target")
    by_buyer = np.argsort(buyers, kind="stable")
    return Relations(
        suppliers=_canonical(sparse.csr_array((ones, (target, source)), shape=shape)),
        customers=_canonical(sparse.csr_array((ones, (source, target)), shape=shape)),
        sector=sector,
        sector_names=names,
        sector_bought=_canonical(
            sparse.csr_array((np.ones(ends[0].size), ends), shape=(len(names), len(names)))
        ),
        sector_firms=np.bincount(sector[sector >= 0], minlength=len(names)),
        division=division,
        division_bought=_counted(
            division[ends[0]], division[ends[1]], division.max(initial=-1) + 1
        ),
        edges_by_buyer=by_buyer,
        buyers=buyers[by_buyer],
    )


def _counted(rows: Ints, columns: Ints, size: int) -> Ints:
    """Return how often each row and column meet: (size, size)."""
    return np.bincount(rows * size + columns, minlength=size * size).reshape(size, size)


def _canonical(matrix: sparse.csr_array) -> sparse.csr_array:
    matrix.sum_duplicates()
    matrix.sort_indices()
    return matrix


# --- sectors -----------------------------------------------------------------------------------


def sector_pair(graph: ChainGraph, leader: int, company: npt.NDArray[np.int32]) -> Floats:
    """Return how much more often the company's sector supplies the leader's than by chance.

    Returns
    -------
    (n,), 0-1: (lift − 1) / (lift + 1), 0 when the lift is at most 1. NaN when a sector or any
    supply between known sectors is unknown.

    Notes
    -----
    lift = P(s | b) ÷ q(s), where q is the share of companies with a known sector that are in s.
    P(s | b) = (N(s, b) + a · P0) / (N(b) + a) with N the known supplies and a = 10, shrunk to the
    division level P0 = P(S | B) · q(s) / q(S), which is shrunk to q(S) likewise. O(sectors).

    References
    ----------
    The conditional probability between sectors is the feature that carried most in a study of
    327,012 transactions of firms in north-eastern Japan ("Business partner selection considering
    supply-chain centralities and causalities", abstract).
    """
    known = relations_of(graph)
    buyer = int(known.sector[leader])
    if buyer < 0 or not known.sector_bought.nnz:
        return np.full(company.size, np.nan)
    value = np.append(_sector_values(known, buyer), np.nan)
    return value[known.sector[company]]


def _sector_values(known: Relations, buyer: int) -> Floats:
    share, division = known.sector_firms / known.sector_firms.sum(), known.division
    division_share = np.bincount(division, share)
    counted = known.division_bought[division[buyer]]
    coarse = (counted + SECTOR_PRIOR * division_share) / (counted.sum() + SECTOR_PRIOR)
    places, _ = row_places(known.sector_bought, np.array([buyer]))
    here = np.zeros(share.size)
    here[known.sector_bought.indices[places]] = known.sector_bought.data[places]
    with np.errstate(divide="ignore", invalid="ignore"):
        within = np.where(share > 0, share / division_share[division], 0.0)
        fine = (here + SECTOR_PRIOR * coarse[division] * within) / (here.sum() + SECTOR_PRIOR)
        lift = np.where(share > 0, fine / share, 0.0)
    return np.asarray(np.maximum(0.0, (lift - 1) / (lift + 1)))


def sector_supply_count(graph: ChainGraph, leader: int, company: int) -> int:
    """Return how many known supplies lead from the company's sector to the leader's."""
    known = relations_of(graph)
    ends = int(known.sector[leader]), int(known.sector[company])
    if min(ends) < 0:
        return 0
    sellers = row_of(known.sector_bought, ends[0])
    at = span_of(sellers, ends[1])
    counts = known.sector_bought.data[known.sector_bought.indptr[ends[0]] :][at]
    return int(counts.sum())


# --- paths of three supplies -------------------------------------------------------------------


def partner_paths(graph: ChainGraph, leader: int, company: npt.NDArray[np.int32]) -> Floats:
    """Return the length-3 path sum between each company and the leader; NaN when unknown.

    Parameters
    ----------
    graph, leader
        The snapshot and the buyer's position.
    company
        Candidate positions.

    Returns
    -------
    (n,), at least 0: Σ over customers u of the company and known suppliers v of the leader that
    supply u, of 1 / √(k_u · k_v), where k_u counts the suppliers of u and k_v the customers of v.
    Paths through the leader as customer and through the company as supplier do not count. NaN
    when the leader has no known supplier or the company no known customer.

    Notes
    -----
    A firm's paths through itself are the term that is taken off again. O(supplies of the leader's
    suppliers and of their customers); nothing else is touched.
    """
    known = relations_of(graph)
    sellers = row_of(known.suppliers, leader)
    customers_known = _degrees(known.customers, company.astype(np.int64)) > 0
    if not sellers.size:
        return np.full(company.size, np.nan)
    customer, at = gather_rows(known.customers, sellers)
    others = customer != leader
    customer, through = customer[others], sellers[at[others]]
    degrees = _degrees(known.customers, through) * _degrees(known.suppliers, customer)
    step: Floats = 1.0 / np.sqrt(degrees)
    shared, place = np.unique(customer, return_inverse=True)
    reach = np.bincount(place, step, minlength=shared.size)
    firm, by = gather_rows(known.suppliers, shared)
    wanted, back = np.unique(company.astype(np.int64), return_inverse=True)
    total: Floats = _added(wanted, firm, reach[by]) - _added(wanted, through, step)
    return np.where(customers_known, np.maximum(total[back], 0.0), np.nan)


def _degrees(matrix: sparse.csr_array, rows: Ints) -> Floats:
    return np.asarray(matrix.indptr[rows + 1] - matrix.indptr[rows], dtype=np.float64)


def _added(wanted: Ints, keys: Ints, values: npt.NDArray[Any]) -> Floats:
    """Return the sum of the values of each wanted key; ``wanted`` is sorted and distinct."""
    at = np.minimum(np.searchsorted(wanted, keys), max(wanted.size - 1, 0))
    hit = wanted[at] == keys if wanted.size else np.zeros(keys.size, dtype=np.bool_)
    return np.asarray(np.bincount(at[hit], values[hit], minlength=wanted.size), dtype=np.float64)


def best_partner_path(graph: ChainGraph, leader: int, company: int) -> tuple[int, int] | None:
    """Return (customer, known supplier) of the heaviest path of three; None when there is none."""
    known = relations_of(graph)
    sellers = row_of(known.suppliers, leader)
    sellers = sellers[sellers != company]
    best: tuple[float, int, int] | None = None
    for customer in row_of(known.customers, company).tolist():
        if customer == leader:
            continue
        both = np.intersect1d(row_of(known.suppliers, customer), sellers)
        for seller in both.tolist():
            degree = row_of(known.suppliers, customer).size * row_of(known.customers, seller).size
            found = (degree**0.5, int(customer), int(seller))
            best = found if best is None else min(best, found)
    return None if best is None else best[1:]


# --- portfolios --------------------------------------------------------------------------------


def portfolio_fit(graph: ChainGraph, pairs: Pairs) -> Floats:
    """Return how well the company's other products go with the one it would supply.

    Returns
    -------
    (n_pairs,), 0-1: the best cosine between the product made and another product of the company,
    over the makers of both, this company left out. NaN when it makes nothing else that is known.

    Notes
    -----
    cos(p, q) = n_pq / √(n_p · n_q), n counting the other companies that make p, q, both.
    O(products of the makers of the needed products).
    """
    made = graph.makes.indices[pairs.entry].astype(np.int64)
    sisters = _sisters(graph, ascending(made))
    value = np.full(sisters.company.size, np.nan)
    if sisters.owner.size:
        first = np.flatnonzero(np.diff(sisters.owner, prepend=-1))
        value[sisters.owner[first]] = np.maximum.reduceat(sisters.cosine, first)
    return value[sisters.rows_of(made, pairs.company)]


def sister_cosines(
    graph: ChainGraph, product: int, company: npt.NDArray[np.int32]
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Return the best cosine of each maker of ``product`` and the sister product that gives it.

    Parameters
    ----------
    graph, product
        The snapshot and the product's position.
    company
        Makers of the product; repetitions are allowed.

    Returns
    -------
    Cosines (NaN: makes nothing else) and positions of products (-1), (n,) each.
    """
    sisters = _sisters(graph, np.array([product]))
    order = np.lexsort((sisters.sister, -sisters.cosine, sisters.owner))
    best = order[np.flatnonzero(np.diff(sisters.owner[order], prepend=-1))]
    size = sisters.company.size
    value, which = np.full(size, np.nan), np.full(size, -1, dtype=np.int64)
    value[sisters.owner[best]], which[sisters.owner[best]] = (
        sisters.cosine[best],
        sisters.sister[best],
    )
    rows = sisters.rows_of(np.full(company.size, product), company)
    return value[rows], which[rows]


@dataclass(frozen=True, eq=False)
class _Sisters:
    """The other products of the makers of some products.

    Attributes
    ----------
    product, company
        Product and maker of each row, sorted.
    cosine, sister, owner
        For each other product of a maker: cosine to the row's product, the product, the row.
    """

    product: Ints
    company: Ints
    cosine: Floats
    sister: Ints
    owner: Ints

    def rows_of(self, made: Ints, company: npt.NDArray[np.int32]) -> Ints:
        """Return the row of each pair of a product and one of its makers."""
        size = int(self.company.max(initial=0)) + 1
        keys = self.product * size + self.company
        return np.asarray(np.searchsorted(keys, made * size + company), dtype=np.int64)


def _sisters(graph: ChainGraph, products: Ints) -> _Sisters:
    """Return what the makers of distinct, sorted products make besides them."""
    makers, at = gather_rows(graph.makers, products)
    sister, owner = gather_rows(graph.makes, makers)
    made = products[at][owner]
    _, same, counts = np.unique(
        made * graph.n_products + sister, return_inverse=True, return_counts=True
    )
    other = np.flatnonzero(sister != made)
    both, sister, owner, made = counts[same][other], sister[other], owner[other], made[other]
    width = np.maximum(np.diff(graph.makers.indptr) - 1, 0).astype(np.float64)
    below = np.sqrt(width[made] * width[sister])
    with np.errstate(divide="ignore", invalid="ignore"):
        cosine = np.where(below > 0, (both - 1) / below, 0.0)
    return _Sisters(products[at], makers, cosine, sister, owner)
