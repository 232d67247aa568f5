"""Why a firm is close to a product that it is not known to make, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from chainmap.analysis.graph import ChainGraph, cell, row_of
from chainmap.gaps.space import WAYS, Closeness
from chainmap.texts import say


def close_reasons(graph: ChainGraph, near: Closeness, company: int, product: int) -> Iterator[str]:
    """Yield one sentence a way that counts for the company, the weightiest first."""
    parts = [(near.weights[name] * float(near.ways[name][company]), name) for name in WAYS]
    for value, name in sorted(parts, key=lambda part: (-part[0], WAYS.index(part[1]))):
        if value > 0:
            share = f"{float(near.ways[name][company]):.0%}"
            yield say(
                f"gaps.close.{name}",
                lang="zh",
                product=cell(graph.products, "name", product),
                other=_other(graph, near, name, company),
                share=share,
            )


def _other(graph: ChainGraph, near: Closeness, way: str, company: int) -> str:
    """Return the product of the company that makes it close in this way; empty without one."""
    value = near.by_product.get(way)
    if value is None:
        return ""
    made = row_of(near.made, company)
    best = made[np.lexsort((made, -value[made]))[0]]
    return str(cell(graph.products, "name", int(best)))
