"""From graph tables and the gaps answer to the model of one chain's map.

The choice: whatever an audience must not see is left out here, before anything is drawn, so no
template can leak it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import TYPE_CHECKING, Any

from chainmap.analysis.kinds import KIND_STEPS
from chainmap.schema import node_id
from chainmap.views.model import Card, ChainMapModel, Gap, Link, Maker, Need, PageFacts, Tier
from chainmap.views.rows import (
    Row,
    company,
    edge_rows,
    gap_of,
    leading_roles,
    located,
    node_rows,
    places_of,
    quantity,
    visible_needs,
    words,
)

if TYPE_CHECKING:
    from chainmap.tables import GraphTables

MOST_MAKERS = 40
"""Companies listed on a product's panel; all are counted."""
_STAGES = {"上游": 0, "中游": 1, "下游": 2}


@dataclass(frozen=True)
class ChainTables:
    """What the map of a chain is made of.

    Attributes
    ----------
    network
        IndustryChain, Segment, Product; PART_OF, IN_SEGMENT, KIND_OF, INPUT_TO (of all chains,
        so that inputs from elsewhere can be named).
    firms
        Company, Park, Region; PRODUCES, REQUIRES, HAS_CAPACITY, LOCATED_IN, LEADS around the
        products of this chain.
    local
        Ids of the companies that count as local.
    gaps
        Rows of the gaps answer; those of other products are ignored.
    """

    network: GraphTables
    firms: GraphTables
    local: frozenset[str] = frozenset()
    gaps: Sequence[Mapping[str, object]] = field(default_factory=tuple)


def chain_products(network: GraphTables, chain: str) -> dict[str, int]:
    """Return the products of a chain (an id) and the position of their first segment."""
    order = {segment: k for k, (segment, _) in enumerate(_segments(network, chain))}
    tier_of: dict[str, int] = {}
    for row in edge_rows(network, "IN_SEGMENT"):
        tier = order.get(str(row["target"]))
        if tier is not None:
            product = str(row["source"])
            tier_of[product] = min(tier, tier_of.get(product, tier))
    return tier_of


def kinds_below(network: GraphTables, products: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the kinds of each product that has any (KIND_OF, up to KIND_STEPS).

    Who makes a kind makes the product; the gap job counts such makers, so the map must know them.
    """
    children: defaultdict[str, set[str]] = defaultdict(set)
    for row in edge_rows(network, "KIND_OF"):
        children[str(row["target"])].add(str(row["source"]))
    found = {}
    for product in products:
        below: set[str] = set()
        front = children.get(product, set())
        for _ in range(KIND_STEPS):
            below |= front
            front = set().union(*(children.get(one, set()) for one in front)) - below
        if below - {product}:
            found[product] = frozenset(below - {product})
    return found


def chain_map_model(tables: ChainTables, chain: str, facts: PageFacts) -> ChainMapModel:
    """Build the map of the chain with id ``chain``; cards in tier and name order."""
    tier_of = chain_products(tables.network, chain)
    products = {str(row["id"]): row for row in node_rows(tables.network, "Product")}
    makers = _Makers(tables, chain, facts.audience)
    below = kinds_below(tables.network, tier_of)
    needs = _needs(tables.firms, facts.audience)
    gaps = _gaps(tables.gaps, chain_name(tables.network, chain))
    capacities = _park_capacities(tables.firms)
    links, near_in, near_out = _links(tables.network, tier_of, products)
    cards = [
        Card(
            id=product,
            name=str(products[product].get("name") or product),
            tier=tier,
            code=str(products[product].get("code") or ""),
            is_key=bool(products[product].get("is_key")),
            aliases=words(products[product].get("aliases")),
            description=str(products[product].get("description") or ""),
            park_capacity=tuple(capacities[product]),
            **makers.of(product),
            below_ids=makers.ids(below.get(product, ())),
            needs=tuple(needs[product]),
            gaps=tuple(gaps[product]),
            inputs_elsewhere=tuple(near_in[product]),
            outputs_elsewhere=tuple(near_out[product]),
            origins=places_of(products[product].get("origin")),
        )
        for product, tier in tier_of.items()
        if product in products
    ]
    cards.sort(key=lambda card: (card.tier, card.code, card.name, card.id))
    tiers = tuple(
        Tier(str(row.get("name") or ""), str(row.get("stage") or ""))
        for _, row in _segments(tables.network, chain)
    )
    return ChainMapModel(chain_name(tables.network, chain), tiers, tuple(cards), links, facts)


def chain_name(network: GraphTables, chain: str) -> str:
    """Return the name of a chain id; the id's key when the chain has no row."""
    for row in node_rows(network, "IndustryChain"):
        if row["id"] == chain:
            return str(row.get("name") or "")
    return chain.removeprefix(node_id("IndustryChain", ""))


def _segments(network: GraphTables, chain: str) -> list[tuple[str, Row]]:
    """Return the chain's segments from left to right: by position, then stage, then name."""
    members = {str(r["source"]) for r in edge_rows(network, "PART_OF") if r["target"] == chain}
    rows = [
        (str(row["id"]), row) for row in node_rows(network, "Segment") if str(row["id"]) in members
    ]
    # Positions rule when all are given; else the stage says more than half of the positions.
    numbered = all(row.get("position") is not None for _, row in rows)
    return sorted(
        rows,
        key=lambda pair: (
            0 if numbered else _STAGES.get(str(pair[1].get("stage")), len(_STAGES)),
            pair[1].get("position") or 0,
            str(pair[1].get("name")),
            pair[0],
        ),
    )


class _Makers:
    """Who makes what: all are counted, the first of each product become records.

    In a graph of a million companies a product may have a hundred thousand makers; records of
    all of them would take minutes.
    """

    def __init__(self, tables: ChainTables, chain: str, audience: str) -> None:
        self._rows = {str(row["id"]): row for row in node_rows(tables.firms, "Company")}
        self._roles = leading_roles(tables.firms, chain)
        self._places = located(tables.firms)
        self._local, self._audience = tables.local, audience
        self._edges: defaultdict[str, list[Row]] = defaultdict(list)
        for edge in edge_rows(tables.firms, "PRODUCES"):
            if str(edge["source"]) in self._rows:
                self._edges[str(edge["target"])].append(edge)

    def of(self, product: str) -> dict[str, Any]:
        """Return the fields of a card that tell its makers."""
        ids = self.ids([product])
        first = nsmallest(MOST_MAKERS, self._edges[product], key=self._rank)
        return {
            "makers": tuple(self._maker(edge) for edge in first),
            "maker_ids": ids,
            "local_ids": ids & self._local,
            "leader_ids": frozenset(one for one in ids if self._roles.get(one)),
        }

    def ids(self, products: Iterable[str]) -> frozenset[str]:
        """Return who makes any of some products."""
        return frozenset(str(edge["source"]) for one in products for edge in self._edges[one])

    def _rank(self, edge: Row) -> tuple[object, ...]:
        """Order makers: leaders first, then local ones, by-products last, then by name."""
        company_id = str(edge["source"])
        return (
            not self._roles.get(company_id),
            company_id not in self._local,
            bool(edge.get("is_byproduct")),
            str(self._rows[company_id].get("name") or company_id),
            company_id,
        )

    def _maker(self, edge: Row) -> Maker:
        company_id = str(edge["source"])
        return company(
            self._rows[company_id],
            role=self._roles.get(company_id, ""),
            place=self._places.get(company_id, ""),
            is_local=company_id in self._local,
            audience=self._audience,
            edge=edge,
        )


def _needs(firms: GraphTables, audience: str) -> defaultdict[str, list[Need]]:
    names = {str(row["id"]): str(row.get("name") or "") for row in node_rows(firms, "Company")}
    found: defaultdict[str, list[Need]] = defaultdict(list)
    for row in visible_needs(firms, audience):
        found[str(row["target"])].append(
            Need(
                company=names.get(str(row["source"]), str(row["source"])),
                volume=quantity(row.get("volume"), row.get("unit")),
                visibility=str(row.get("visibility") or "仅局内"),
                specification=str(row.get("specification") or ""),
                origins=places_of(row.get("origin")),
            )
        )
    return found


def _gaps(rows: Iterable[Mapping[str, object]], chain: str) -> defaultdict[str, list[Gap]]:
    """Return gaps by product, a kind once: a product of several chains has a row in each."""
    chosen: dict[tuple[str, str], Gap] = {}
    for row in rows:
        gap = gap_of(row)
        key = (gap.product_id, gap.kind)
        if key not in chosen or (gap.chain == chain and chosen[key].chain != chain):
            chosen[key] = gap
    found: defaultdict[str, list[Gap]] = defaultdict(list)
    for gap in chosen.values():
        found[gap.product_id].append(gap)
    return found


def _park_capacities(firms: GraphTables) -> defaultdict[str, list[str]]:
    names = {str(row["id"]): str(row.get("name") or "") for row in node_rows(firms, "Park")}
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in edge_rows(firms, "HAS_CAPACITY"):
        park = names.get(str(row["source"]), str(row["source"]))
        told = quantity(row.get("capacity"), row.get("unit"))
        found[str(row["target"])].append(f"{park} {told}（{row.get('as_of') or '—'}）")
    return found


def _links(
    network: GraphTables, tier_of: Mapping[str, int], products: Mapping[str, Row]
) -> tuple[tuple[Link, ...], defaultdict[str, list[str]], defaultdict[str, list[str]]]:
    """Return links inside the chain, and the names of inputs and outputs of other chains."""
    links = []
    inputs: defaultdict[str, list[str]] = defaultdict(list)
    outputs: defaultdict[str, list[str]] = defaultdict(list)
    for row in edge_rows(network, "INPUT_TO"):
        source, target = str(row["source"]), str(row["target"])
        if source in tier_of and target in tier_of:
            essential = row.get("essential")
            links.append(
                Link(
                    source,
                    target,
                    None if essential in (None, "") else int(str(essential)),
                    row.get("cost_share"),
                    str(row.get("note") or ""),
                )
            )
        elif target in tier_of:
            inputs[target].append(str(products.get(source, {}).get("name") or source))
        elif source in tier_of:
            outputs[source].append(str(products.get(target, {}).get("name") or target))
    return tuple(links), inputs, outputs
