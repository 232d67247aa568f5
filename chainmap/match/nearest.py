"""The nearest known pair: a supply that is already known and resembles the proposed one most.

The choice: likeness is counted in plain words (same product, same buyer, same sector, same
place), so that an official can say "as 戊膜公司 already does" and open the row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from chainmap.analysis.evidence import Cited, cite
from chainmap.analysis.graph import EdgeRef, cell, ints
from chainmap.match.relations import relations_of
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.match.pairing import Pairing

LIKENESS = {"product": 4, "leader": 3, "sector": 2, "city": 1}
"""Points for what a known supply shares with the pair; one without the product or the leader is
no comparison."""


@dataclass(frozen=True, slots=True)
class KnownPair:
    """A known supply, with what it shares with the pair."""

    source: str
    target: str
    product: str | None
    shared: tuple[str, ...]
    cited: Cited

    def as_record(self, found: Mapping[EdgeRef, tuple[str, ...]]) -> dict[str, object]:
        """Return the known pair as plain data with the row that states it."""
        (item,) = cite(self.cited.text, self.cited.ref, found)
        names = {"company": self.source, "leader": self.target, "product": self.product}
        return {**names, "same": list(self.shared), **item}


def nearest_known_pair(pairing: Pairing) -> KnownPair | None:
    """Return the known supply most like a pair; ties by supplier, buyer and product.

    Notes
    -----
    None when no known supply is of the needed product (or of the one made) or goes to the leader.
    A supply by the company itself does not count: it says nothing about others who did this.
    O(known supplies).
    """
    graph, edges = pairing.graph, pairing.graph.supply_edges
    source, target, product = (ints(edges, name) for name in ("source", "target", "product"))
    of_product = (product == pairing.need.product) | (product == pairing.made)
    to_leader = target == pairing.leader
    rows = np.flatnonzero((of_product | to_leader) & (source != pairing.company))
    if not rows.size:
        return None
    sector = relations_of(graph).sector
    city = graph.company_region // 100
    own_sector, own_city = sector[pairing.company], city[pairing.company]
    shares = {
        "product": of_product[rows],
        "leader": to_leader[rows],
        "sector": (sector[source[rows]] == own_sector) & (own_sector >= 0),
        "city": (city[source[rows]] == own_city) & (own_city > 0),
    }
    points = sum((LIKENESS[name] * same.astype(np.int64) for name, same in shares.items()))
    best = int(np.argmax(points))
    return _known_pair(pairing, int(rows[best]), [name for name in shares if shares[name][best]])


def _known_pair(pairing: Pairing, row: int, shared: list[str]) -> KnownPair:
    graph, edges = pairing.graph, pairing.graph.supply_edges
    ends = [int(edges[name][row].as_py()) for name in ("source", "target")]
    product = int(edges["product"][row].as_py())
    ids, names = ([str(cell(graph.companies, key, end)) for end in ends] for key in ("id", "name"))
    named = str(cell(graph.products, "name", product)) if product >= 0 else None
    same = tuple(say(f"match.same.{name}", lang="zh") for name in shared)
    text = say(
        "match.nearest",
        lang="zh",
        source=names[0],
        target=names[1],
        product=named or say("match.product_unstated", lang="zh"),
        same="、".join(same),
    )
    ref = EdgeRef("SUPPLIES", ids[0], ids[1], cell(edges, "product_key", row))
    return KnownPair(names[0], names[1], named, same, Cited(text, ref))
