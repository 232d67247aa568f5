"""Keep relations back: a snapshot without them, and the proof that they are gone.

The choice: held-out relations leave the arrays before a single feature is computed, and the proof
looks into every array that could still hold one. A public replication of a supply-chain network
once reported an AUC of 0.9999 because the target edge had stayed in the subgraph (METHODS 1.3).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from chainmap.analysis.graph import ChainGraph, ints, transposed
from chainmap.arrays import ascending

if TYPE_CHECKING:
    import pyarrow as pa

    from chainmap.match.signals import Edge

Flags = npt.NDArray[np.bool_]
Pairs = npt.NDArray[np.int64]
"""(n, 2): positions of source and target."""


class HeldOutLeakError(AssertionError):
    """A relation that was kept back is still in the snapshot that predicts it."""


def known_pairs(graph: ChainGraph, edge: Edge) -> Pairs:
    """Return the distinct known relations of a kind as (source, target), sorted."""
    matrix = {"PRODUCES": graph.makes, "REQUIRES": graph.needs, "SUPPLIES": graph.supplies}[edge]
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    some = matrix.data > 0
    return np.column_stack([rows[some], matrix.indices[some]]).astype(np.int64)


def without(graph: ChainGraph, edge: Edge, pairs: Pairs) -> ChainGraph:
    """Return the snapshot without the given relations, in all arrays that hold them.

    Raises
    ------
    HeldOutLeakError
        When one of them is still there: a bug of ours, told loudly.
    """
    width = graph.n_companies if edge == "SUPPLIES" else graph.n_products
    gone = ascending(pairs[:, 0] * width + pairs[:, 1])
    if edge == "PRODUCES":
        reduced = _without_makes(graph, gone)
    elif edge == "REQUIRES":
        reduced = _without_demands(graph, gone)
    else:
        reduced = _without_supplies(graph, gone)
    prove_gone(reduced, edge, pairs)
    return reduced


def prove_gone(graph: ChainGraph, edge: Edge, pairs: Pairs) -> None:
    """Raise HeldOutLeakError when the snapshot still holds one of the relations."""
    width = graph.n_companies if edge == "SUPPLIES" else graph.n_products
    gone = ascending(pairs[:, 0] * width + pairs[:, 1])
    matrices: dict[str, sparse.csr_array] = {
        "PRODUCES": {"makes": graph.makes, "lost_makes": graph.lost_makes,
                     "makers": sparse.csr_array(graph.makers.T)},
        "REQUIRES": {"needs": graph.needs},
        "SUPPLIES": {"supplies": graph.supplies},
    }[edge]  # fmt: skip
    tables: dict[str, tuple[pa.Table, str, str]] = {
        "PRODUCES": {},
        "REQUIRES": {"demands": (graph.demands, "company", "product")},
        "SUPPLIES": {
            "supply_edges": (graph.supply_edges, "source", "target"),
            "lost_supplies": (graph.lost_supplies, "source", "target"),
        },
    }[edge]
    left = [name for name, matrix in matrices.items() if np.isin(_keys(matrix), gone).any()]
    for name, (table, source, target) in tables.items():
        keys = ints(table, source).astype(np.int64) * width + ints(table, target)
        if np.isin(keys, gone).any():
            left.append(name)
    if left:
        raise HeldOutLeakError(f"{edge}: held-out relations are still in {', '.join(left)}")  # noqa: EM102 - a bug, not a message


def _keys(matrix: sparse.csr_array) -> npt.NDArray[np.int64]:
    rows = np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr))
    keys: npt.NDArray[np.int64] = rows * matrix.shape[1] + matrix.indices
    return keys


def _kept(matrix: sparse.csr_array, keep: Flags, data: npt.NDArray[Any]) -> sparse.csr_array:
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))[keep]
    counts = np.bincount(rows, minlength=matrix.shape[0])
    indptr = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    kept = sparse.csr_array((data[keep], matrix.indices[keep], indptr), shape=matrix.shape)
    kept.has_canonical_format = True
    return kept


def _without_makes(graph: ChainGraph, gone: npt.NDArray[np.int64]) -> ChainGraph:
    keep = ~np.isin(_keys(graph.makes), gone)
    makes = _kept(graph.makes, keep, graph.makes.data)
    lost = graph.lost_makes
    return replace(
        graph,
        makes=makes,
        makers=transposed(makes),
        capacity=graph.capacity[keep],
        capacity_state=graph.capacity_state[keep],
        revenue_share=graph.revenue_share[keep],
        utilisation=graph.utilisation[keep],
        is_byproduct=graph.is_byproduct[keep],
        made_on=graph.made_on[keep],
        lost_makes=_kept(lost, ~np.isin(_keys(lost), gone), lost.data),
    )


def _without_demands(graph: ChainGraph, gone: npt.NDArray[np.int64]) -> ChainGraph:
    needs = graph.needs
    return replace(
        graph,
        needs=_kept(needs, ~np.isin(_keys(needs), gone), needs.data),
        demands=_filtered(graph.demands, "company", "product", gone, graph.n_products),
    )


def _without_supplies(graph: ChainGraph, gone: npt.NDArray[np.int64]) -> ChainGraph:
    supplies = graph.supplies
    return replace(
        graph,
        supplies=_kept(supplies, ~np.isin(_keys(supplies), gone), supplies.data),
        supply_edges=_filtered(graph.supply_edges, "source", "target", gone, graph.n_companies),
        lost_supplies=_filtered(graph.lost_supplies, "source", "target", gone, graph.n_companies),
    )


def _filtered(
    table: pa.Table, source: str, target: str, gone: npt.NDArray[np.int64], width: int
) -> pa.Table:
    keys = ints(table, source).astype(np.int64) * width + ints(table, target)
    return table.filter(~np.isin(keys, gone))
