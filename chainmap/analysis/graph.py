"""ChainGraph: everything that analysis reads, as immutable arrays with sorted ids.

The modelling choice: companies and products are rows of Arrow tables in id order, relations are
CSR matrices over those positions, and what a relation carries (capacity, quantity) lies in arrays
aligned with the matrix's ``data``. Arrow and numpy can both be mapped from a file, so a million
companies open without becoming a million Python objects.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

if TYPE_CHECKING:
    import networkx as nx
    import pyarrow as pa

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

CAPACITY_UNKNOWN, CAPACITY_KNOWN, CAPACITY_OTHER_UNIT = 0, 1, 2
"""States of a quantity: not stated; stated in the product's unit; stated, does not convert."""


MOST_FACTS = 100_000
"""Cells that a snapshot remembers (about 20 MB)."""


@dataclass(frozen=True, slots=True, order=True)
class EdgeRef:
    """Names one relation of the store: its type, both ends, and its key (``""`` without one).

    One attribute of a node is named likewise: its label as ``type``, its id as ``source``, no
    ``target``, the attribute as ``key``.
    """

    type: str
    source: str
    target: str = ""
    key: str = ""


class OriginLookup(Protocol):
    """Where rows come from: asked only for the few relations that an answer names."""

    def __call__(self, refs: Sequence[EdgeRef]) -> Mapping[EdgeRef, tuple[str, ...]]:
        """Return the origins (``source/sheet/row``) of each relation that is found."""


def no_origins(refs: Sequence[EdgeRef]) -> Mapping[EdgeRef, tuple[str, ...]]:
    """Know nothing about any relation: the lookup of a graph without a store."""
    return dict.fromkeys(refs, ())


@dataclass(frozen=True, eq=False)
class ChainGraph:
    """One immutable snapshot of the graph, ready for sparse arithmetic.

    Positions are row numbers of ``companies``, ``products``, ... in id order. Matrices are CSR in
    canonical form and read-only. Unknown is NaN in numbers, null in Arrow columns.

    Attributes
    ----------
    companies
        id, name, short_name, former_names, status, size_class, titles, industry, region,
        revenue_cny (CNY per year), registered_capital_cny, employees, longitude and latitude
        (degrees, null where the workbook gives none), is_example.
    products
        id, code, name, aliases, unit, is_key, description.
    makes
        (n_companies, n_products), the probability that the company makes the product; only
        relations that are still stated. Aligned with ``makes.data``: ``capacity`` (per year, in
        the product's unit), ``capacity_state``, ``revenue_share`` (0-1), ``utilisation`` (share of
        the capacity in use, may exceed 1), ``is_byproduct``, ``made_on`` (day of the data as days
        since 1970-01-01, 0 unknown).
    makers
        (n_products, n_companies), positions in ``makes.data``: the same relations by product.
    lost_makes, lost_supplies
        What was stated once and no longer is (``active = false``); of ``lost_makes`` the
        probability.
    needs
        (n_companies, n_products), 1 where a demand is declared; the demands are in ``demands``.
    inputs
        (n_products, n_products), 1 where the row goes into the column. Aligned with its data:
        ``input_quantity`` (input units per output unit), ``input_cost_share`` (0-1),
        ``input_essential`` (0, 1, 2; -1 unknown). ``recipes`` is the transpose, holding
        positions in ``inputs.data``.
    kinds
        (n_products, n_products), 1 where the row is a kind of the column.
    supplies
        (n_companies, n_companies), 1 where the row is known to supply the column; what and how
        much is in ``supply_edges``.
    in_segment, in_park, holds, works_in
        product × segment, company × park, company × certificate, company × technology field.
    park_in
        (n_parks, n_parks), 1 where the row lies in the column, directly or in one that does.
    awards
        company (position), id, title, valid_to (ISO date, null when unknown): titles as they were
        awarded, sorted by company and id.
    decided
        one < other (positions of two companies), source and target as typed, product (position, -1:
        any), product_key, verdict (确认, 排除, 待核), reason, by, date: what people decided about a
        pair, the latest of each pair and product, sorted.
    region_shares
        (n_regions, n_products), the stated share (0-1) of the row in what is made of the column,
        of the whole country, for a country of the world; a stated 0 is an entry.
    company_region, park_region
        Region numbers (``chainmap.analysis.places``).
    """

    companies: pa.Table
    products: pa.Table
    segments: pa.Table
    chains: pa.Table
    parks: pa.Table
    regions: pa.Table
    certificates: pa.Table
    tech_fields: pa.Table
    makes: sparse.csr_array
    capacity: Floats
    capacity_state: npt.NDArray[np.int8]
    revenue_share: Floats
    utilisation: Floats
    is_byproduct: Flags
    made_on: Ints
    makers: sparse.csr_array
    lost_makes: sparse.csr_array
    needs: sparse.csr_array
    demands: pa.Table
    inputs: sparse.csr_array
    input_quantity: Floats
    input_cost_share: Floats
    input_essential: npt.NDArray[np.int8]
    recipes: sparse.csr_array
    kinds: sparse.csr_array
    supplies: sparse.csr_array
    supply_edges: pa.Table
    lost_supplies: pa.Table
    in_segment: sparse.csr_array
    in_park: sparse.csr_array
    park_in: sparse.csr_array
    holds: sparse.csr_array
    works_in: sparse.csr_array
    company_region: Ints
    park_region: Ints
    awards: pa.Table
    decided: pa.Table
    leaders: pa.Table
    park_capacities: pa.Table
    region_shares: sparse.csr_array
    origins: OriginLookup = field(default=no_origins, repr=False)

    def __post_init__(self) -> None:
        """Lock every array: a snapshot that an analysis could change would not be one."""
        for _, part in self.parts():
            arrays = (
                (part.data, part.indices, part.indptr)
                if sparse.issparse(part)
                else (part,)
                if isinstance(part, np.ndarray)
                else ()
            )
            for array in arrays:
                array.flags.writeable = False

    def parts(self) -> Iterator[tuple[str, Any]]:
        """Yield name and value of every table, matrix and array (not the origin lookup)."""
        for item in fields(self):
            if item.name != "origins":
                yield item.name, getattr(self, item.name)

    def __repr__(self) -> str:
        """Tell the sizes; the arrays themselves would fill the screen."""
        return (
            f"ChainGraph({self.n_companies} companies, {self.n_products} products, "
            f"{self.makes.nnz} makes, {self.demands.num_rows} demands, {self.inputs.nnz} inputs, "
            f"{self.supply_edges.num_rows} supplies)"
        )

    @property
    def n_companies(self) -> int:
        """Number of companies."""
        return int(self.companies.num_rows)

    @property
    def n_products(self) -> int:
        """Number of products."""
        return int(self.products.num_rows)

    @cached_property
    def company_ids(self) -> pd.Index:
        """Company ids in position order (Arrow strings, nothing is copied into Python)."""
        return pd.Index(column(self.companies, "id").to_pandas(), dtype="str")

    @cached_property
    def product_ids(self) -> pd.Index:
        """Product ids in position order."""
        return pd.Index(column(self.products, "id").to_pandas(), dtype="str")

    @cached_property
    def leader_positions(self) -> tuple[int, ...]:
        """Positions of the companies that lead a chain, ascending, each once."""
        return tuple(sorted({int(c) for c in self.leaders["company"].to_pylist()}))

    @cached_property
    def segment_chain(self) -> sparse.csr_array:
        """Segment × chain, 1 where the segment is part of the chain."""
        chain = ints(self.segments, "chain")
        rows = np.flatnonzero(chain >= 0)
        shape = (self.segments.num_rows, self.chains.num_rows)
        return sparse.csr_array((np.ones(rows.size), (rows, chain[rows])), shape=shape)

    @cached_property
    def in_chain(self) -> sparse.csr_array:
        """Product × chain, a positive number where the product has a segment in the chain."""
        return sparse.csr_array(self.in_segment @ self.segment_chain)

    @cached_property
    def _facts(self) -> dict[tuple[str, str, int], Any]:
        return {}

    def fact(self, table: str, name: str, row: int) -> Any:  # noqa: ANN401 - as the column
        """Return one cell of one of the tables as ``cell`` does, remembered for the next sentence.

        Rows of an answer name the same few companies and products again and again, and reading a
        cell from Arrow costs more than the sentence around it.
        """
        key = table, name, int(row)
        known = self._facts
        if key not in known:
            if len(known) >= MOST_FACTS:
                known.clear()
            known[key] = cell(getattr(self, table), name, row)
        return known[key]

    @cached_property
    def kind_steps(self) -> sparse.csr_array:
        """Product × every product that it is a kind of: the fewest KIND_OF steps (1 to 4)."""
        from chainmap.analysis.kinds import kind_steps

        return kind_steps(self.kinds)

    @cached_property
    def kinds_by_parent(self) -> sparse.csr_array:
        """Product × every kind of it: the transpose of ``kind_steps``."""
        turned = sparse.csr_array(self.kind_steps.T)
        turned.sort_indices()
        return turned

    def kinds_below(self, product: int) -> npt.NDArray[np.int64]:
        """Return the positions of the products that are a kind of ``product``, in any step."""
        return row_of(self.kinds_by_parent, product)

    @cached_property
    def product_network(self) -> nx.DiGraph:
        """The product network: nodes are product ids, edges point the way goods flow; frozen."""
        from chainmap.analysis.network import product_network

        return product_network(self)

    def to_networkx(self) -> nx.MultiDiGraph:
        """Return everything in the snapshot as one networkx graph (new on every call)."""
        from chainmap.analysis.network import whole_network

        return whole_network(self)

    def company_position(self, company_id: str) -> int | None:
        """Return the position of a company id; None when there is no such company."""
        return position(self.companies, company_id)

    def product_position(self, product_id: str) -> int | None:
        """Return the position of a product id; None when there is no such product."""
        return position(self.products, product_id)

    def company_frame(
        self, positions: Sequence[int] | npt.NDArray[Any] | None = None
    ) -> pd.DataFrame:
        """Return the companies (or those at ``positions``) as a new DataFrame, index = id."""
        table = self.companies if positions is None else self.companies.take(list(positions))
        return table.to_pandas().set_index("id")


def column(table: pa.Table, name: str) -> pa.Array:
    """Return one column of a table as a single Arrow array."""
    chunked = table[name]
    return chunked.chunk(0) if chunked.num_chunks == 1 else chunked.combine_chunks()


def ints(table: pa.Table, name: str) -> Ints:
    """Return an integer column without nulls as numpy."""
    return np.asarray(column(table, name).to_numpy(zero_copy_only=False), dtype=np.int32)


def floats(table: pa.Table, name: str) -> Floats:
    """Return a number column as numpy, null as NaN."""
    return np.asarray(column(table, name).to_numpy(zero_copy_only=False), dtype=np.float64)


def cell(table: pa.Table, name: str, row: int) -> Any:  # noqa: ANN401 - as the column
    """Return one cell as a Python value, None when unknown."""
    return table[name][int(row)].as_py()


def position(table: pa.Table, wanted: str) -> int | None:
    """Return the row of ``wanted`` in a table sorted by ``id``; None when absent. O(log n)."""
    ids = table["id"]
    row = bisect_left(range(len(ids)), wanted, key=lambda at: ids[at].as_py())
    return row if row < len(ids) and ids[row].as_py() == wanted else None


def span_of(values: npt.NDArray[Any], wanted: int) -> slice:
    """Return where ``wanted`` stands in sorted integers. O(log n).

    The number is given the array's own type: numpy would else convert the whole array to that of
    the number, which at a million rows costs a thousand times the search.
    """
    ends = np.array([wanted, wanted + 1], dtype=values.dtype)
    start, stop = np.searchsorted(values, ends).tolist()
    return slice(start, stop)


def row_of(matrix: sparse.csr_array, at: int) -> npt.NDArray[np.int64]:
    """Return the columns of one row of a CSR matrix."""
    return np.asarray(matrix.indices[matrix.indptr[at] : matrix.indptr[at + 1]], dtype=np.int64)


def transposed(matrix: sparse.csr_array) -> sparse.csr_array:
    """Return the transpose as CSR, sorted, whose data are positions in ``matrix.data``."""
    places = np.arange(matrix.nnz, dtype=np.int32)
    by_row = sparse.csr_array((places, matrix.indices, matrix.indptr), shape=matrix.shape)
    turned = sparse.csr_array(by_row.tocsc().T)
    turned.sort_indices()
    return turned


def gather_rows(
    matrix: sparse.csr_array, rows: npt.NDArray[Any]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the columns of several rows, one after the other, and where in ``rows`` each is from.

    O(entries of these rows): what a matrix product over all companies would waste.
    """
    places, owner = row_places(matrix, rows)
    return matrix.indices[places].astype(np.int64), owner


def row_places(
    matrix: sparse.csr_array, rows: npt.NDArray[Any]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the positions in ``matrix.data`` of several rows, and where in ``rows`` each is from.

    >>> matrix = sparse.csr_array(np.array([[1, 0], [1, 1], [0, 1]]))
    >>> [found.tolist() for found in row_places(matrix, np.array([2, 1]))]
    [[3, 1, 2], [0, 1, 1]]
    """
    return places_of_runs(matrix.indptr[rows], matrix.indptr[rows + 1])


def places_of_runs(
    start: npt.NDArray[Any], stop: npt.NDArray[Any]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the places of several runs one after the other, and which run each is of.

    >>> [found.tolist() for found in places_of_runs(np.array([3, 0]), np.array([6, 2]))]
    [[3, 4, 5, 0, 1], [0, 0, 0, 1, 1]]
    """
    count = np.maximum(stop.astype(np.int64) - start, 0)
    run = np.repeat(np.arange(start.size), count)
    shift = start - (np.cumsum(count) - count)
    return np.arange(run.size, dtype=np.int64) + shift[run], run


def places_in(ascending: npt.NDArray[Any], wanted: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Return where each value stands in an ascending array, the array's size where it does not.

    Many times quicker than ``np.isin``, which hashes its arguments whatever their order.

    >>> places_in(np.array([2, 4, 7]), np.array([7, 3, 2])).tolist()
    [2, 3, 0]
    """
    place = np.searchsorted(ascending, wanted).astype(np.int64)
    there = place < ascending.size
    there[there] = ascending[place[there]] == wanted[there]
    return np.where(there, place, ascending.size)
