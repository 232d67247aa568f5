"""What people have decided about phrases and firms, read from any store.

The one choice: a decision is an attribute of the MEANS or SAME_AS edge, stated by the reserved
source 审核; so it is keyed by content, survives every import, and moves with a renamed node.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from chainmap.link.linker import Decided
from chainmap.stores.port import Condition, GraphQuery, Op

if TYPE_CHECKING:
    from chainmap.stores.port import GraphStore

CONFIRMED, REFUSED = "确认", "排除"
_COLUMNS = ("source", "target", "verdict")


def _empty() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="str") for name in _COLUMNS})


@dataclass(frozen=True)
class Decisions:
    """Edges with a verdict: ``source, target, verdict``; ids as in the store, ordered."""

    means: pd.DataFrame = field(default_factory=_empty)
    same: pd.DataFrame = field(default_factory=_empty)

    def about_phrases(self) -> Decided:
        """Return the decided phrases as the linker wants them: (phrase key, product code)."""
        pairs = {CONFIRMED: set[tuple[str, str]](), REFUSED: set[tuple[str, str]]()}
        for phrase, product, verdict in self.means.itertuples(index=False):
            key = (phrase.removeprefix("Phrase:"), product.removeprefix("Product:"))
            pairs[verdict].add(key)
        return Decided(frozenset(pairs[CONFIRMED]), frozenset(pairs[REFUSED]))


def read_decisions(store: GraphStore) -> Decisions:
    """Return all decisions that ``store`` holds."""
    return Decisions(
        means=_decided(store, "MEANS", ("Phrase", "Product")),
        same=_decided(store, "SAME_AS", ("Company",)),
    )


def _decided(store: GraphStore, edge: str, labels: tuple[str, ...]) -> pd.DataFrame:
    if not int(store.count(edge)["count"].sum()):
        return _empty()
    query = GraphQuery(
        labels=labels,
        edge_types=(edge,),
        where=(Condition(edge, "verdict", Op.PRESENT),),
        columns={**dict.fromkeys(labels, ()), edge: ("verdict",)},
    )
    found = store.read(query).edges.get(edge)
    return _empty() if found is None else found[list(_COLUMNS)].reset_index(drop=True)
