"""What one unit of a kind is in units of the broader product, and what a matrix holds where.

The choice: a unit that does not convert to the broader product's is unknown there, never guessed.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from scipy import sparse

from chainmap.analysis.graph import ChainGraph, column, places_in
from chainmap.units import convert

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_KINDS: WeakKeyDictionary[ChainGraph, sparse.csr_array] = WeakKeyDictionary()


def kinds_above(graph: ChainGraph) -> sparse.csr_array:
    """Return product × every product that it is a kind of; data convert its unit to theirs.

    NaN where the units do not convert. Made once and kept as long as the snapshot; not to be
    changed.
    """
    if graph not in _KINDS:
        _KINDS[graph] = _kinds_above(graph)
    return _KINDS[graph]


def _kinds_above(graph: ChainGraph) -> sparse.csr_array:
    pairs = graph.kind_steps.tocoo()
    rows, cols = pairs.coords
    units = column(graph.products, "unit").to_pylist()
    factors = []
    for child, parent in zip(rows, cols, strict=True):
        small, large = units[child], units[parent]
        factor = 1.0 if small == large else convert(1.0, small, large) if small and large else None
        factors.append(np.nan if factor is None else factor)
    shape = (graph.n_products, graph.n_products)
    return sparse.csr_array((np.array(factors, dtype=np.float64), (rows, cols)), shape=shape)


def values_at(matrix: sparse.csr_array, rows: Ints, cols: Ints) -> Floats:
    """Return the values of a sparse matrix at the given places, 0 where nothing is stored."""
    if not rows.size or not matrix.nnz:
        return np.zeros(rows.size)
    matrix = matrix if matrix.has_canonical_format else sparse.csr_array(matrix.copy())
    matrix.sum_duplicates()
    width = matrix.shape[1]
    at = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr)) * width + matrix.indices
    wanted = rows * width + cols
    place = np.minimum(np.searchsorted(at, wanted), at.size - 1)
    return np.where(at[place] == wanted, matrix.data[place], 0.0)


def is_among(values: Ints, ascending: Ints) -> npt.NDArray[np.bool_]:
    """Return which values stand in an ascending array."""
    return np.asarray(places_in(ascending, values) < ascending.size, dtype=np.bool_)
