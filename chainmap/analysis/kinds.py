"""Which products are a kind of which, in one step or several.

The choice: KIND_OF is followed a few steps only, so that a cycle in the data ends by itself; every
part of the program that asks who makes "a kind of it" reads the same matrix.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

KIND_STEPS = 4
"""How many KIND_OF steps are followed upwards; a cycle in the data ends there."""


def kind_steps(kinds: sparse.csr_array) -> sparse.csr_array:
    """Return product × every product that it is a kind of: the fewest steps, 1 to KIND_STEPS.

    Nothing is a kind of itself, even in a cycle.

    >>> chain = sparse.csr_array(([1.0, 1.0], ([0, 1], [1, 2])), shape=(3, 3))
    >>> kind_steps(chain).toarray().astype(int).tolist()
    [[0, 1, 2], [0, 0, 1], [0, 0, 0]]
    """
    step = direct = sparse.csr_array(kinds != 0)
    found = sparse.csr_array(direct, dtype=np.int8)
    for number in range(2, KIND_STEPS + 1):
        step = sparse.csr_array(step @ direct)
        if not step.nnz:
            break
        new = sparse.csr_array(step > found.astype(np.bool_))
        found = sparse.csr_array(found + new.astype(np.int8) * np.int8(number))
    pairs = found.tocoo()
    apart = (pairs.coords[0] != pairs.coords[1]) & (pairs.data > 0)
    rows, cols = (part[apart] for part in pairs.coords)
    told = sparse.csr_array((pairs.data[apart], (rows, cols)), shape=kinds.shape)
    told.sort_indices()
    return told


def kind_path(kinds: sparse.csr_array, product: int, broad: int) -> tuple[int, ...]:
    """Return a shortest way of KIND_OF steps from a product up to ``broad``, both included.

    Of several the one through the products that come first. Empty where there is none of at most
    KIND_STEPS steps; a product alone leads to itself.

    >>> chain = sparse.csr_array(([1.0, 1.0], ([0, 1], [1, 2])), shape=(3, 3))
    >>> kind_path(chain, 0, 2), kind_path(chain, 2, 0), kind_path(chain, 1, 1)
    ((0, 1, 2), (), (1,))
    """
    ways: dict[int, tuple[int, ...]] = {product: (product,)}
    for _ in range(KIND_STEPS):
        if broad in ways:
            break
        ahead: dict[int, tuple[int, ...]] = {}
        for last, way in sorted(ways.items(), key=lambda one: one[1]):
            for above in kinds.indices[kinds.indptr[last] : kinds.indptr[last + 1]].tolist():
                ahead.setdefault(above, (*way, above))
        ways = ahead
    return ways.get(broad, ())
