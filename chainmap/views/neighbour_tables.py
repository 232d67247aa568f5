"""From graph tables to the model of one company's neighbourhood.

The choice: every node gets the column where goods would meet it (suppliers, inputs, the
company, its products, what is made of them, customers), so the picture reads from left to
right like the chain map, and the nearest survive when there are too many.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chainmap.audience import INTERNAL
from chainmap.texts import say
from chainmap.views.model import Decision, Neighbour, NeighbourhoodModel, PageFacts, Tie
from chainmap.views.rows import (
    Row,
    edge_rows,
    label_of,
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

SHOWN = 300
"""Nodes drawn unless asked otherwise: more labels than this nobody reads."""
HARD_CAP = 1000
"""Nodes drawn at most: the page stays quick on an office PC (VIEWS section 2)."""

SUPPLIERS, INPUTS, CENTRE, PRODUCTS, DERIVED, CUSTOMERS = range(-2, 4)


@dataclass(frozen=True, slots=True)
class _Flows:
    """Edges near a company, each as (from, to, row) the way goods flow."""

    makes: tuple[tuple[str, str, Row], ...]
    needs: tuple[tuple[str, str, Row], ...]
    inputs: tuple[tuple[str, str, Row], ...]
    supplies: tuple[tuple[str, str, Row], ...]


@dataclass(frozen=True)
class Surroundings:
    """What the neighbourhoods of one or several companies are drawn from, read once."""

    flows: _Flows
    rows: Mapping[str, Row]
    roles: Mapping[str, str]
    places: Mapping[str, str]
    local: frozenset[str]
    facts: PageFacts
    decided: tuple[Decision, ...] = ()


def surroundings(
    tables: GraphTables,
    facts: PageFacts,
    *,
    local: frozenset[str] = frozenset(),
    decided: Iterable[Decision] = (),
) -> Surroundings:
    """Prepare graph tables for ``neighbourhood_model``.

    Parameters
    ----------
    tables
        The companies, their products, demands and known partners, the inputs and outputs of
        those products, and who makes or needs them.
    local
        Ids of the companies that count as local.
    decided
        What people decided about pairs; for any audience but 内部 it is left out.
    """
    return Surroundings(
        flows=_flows(tables, facts.audience),
        rows={
            str(row["id"]): row
            for label in ("Company", "Product")
            for row in node_rows(tables, label)
        },
        roles=leading_roles(tables),
        places=located(tables),
        local=local,
        facts=facts,
        decided=tuple(decided) if facts.audience == INTERNAL else (),
    )


def neighbourhood_model(
    around: Surroundings, centre: str, *, limit: int = SHOWN
) -> NeighbourhoodModel:
    """Build the neighbourhood of the company with id ``centre``.

    ``limit`` is the number of nodes kept, nearest first; never more than HARD_CAP.
    """
    found = _places(around.flows, centre)
    decided = tuple(told for told in around.decided if centre in told.ends)
    nodes = [
        _node(around, around.rows[node], column, hops, _about(decided, centre, node))
        for node, (column, hops) in found.items()
        if node in around.rows
    ]
    nodes.sort(key=lambda n: (n.hops, not n.role, not n.is_local, n.name, n.id))
    kept = nodes[: min(limit, HARD_CAP)]
    ids = {node.id for node in kept}
    names = {node.id: node.name for node in nodes}
    return NeighbourhoodModel(
        centre=centre,
        name=names.get(centre, centre),
        nodes=tuple(sorted(kept, key=lambda n: (n.column, n.hops, not n.role, n.name, n.id))),
        ties=_ties(around, centre, found, ids),
        left_out=len(nodes) - len(kept),
        facts=around.facts,
        decided=decided,
    )


def _about(decided: Iterable[Decision], centre: str, company: str) -> list[Decision]:
    """Return what was decided about two companies."""
    return [told for told in decided if company != centre and told.other(centre)[0] == company]


def decided_text(told: Decision) -> str:
    """Return verdict and date, what product it is about, why and by whom."""
    text_id = "views.decided_product" if told.product else "views.decided_pair"
    return say(
        text_id,
        verdict=told.verdict,
        date=told.date,
        product=told.product,
        reason=told.reason,
        by=told.by,
    )


def _flows(tables: GraphTables, audience: str) -> _Flows:
    def pairs(rows: Iterable[Row], *, turned: bool = False) -> tuple[tuple[str, str, Row], ...]:
        ends = ("target", "source") if turned else ("source", "target")
        return tuple((str(row[ends[0]]), str(row[ends[1]]), row) for row in rows)

    return _Flows(
        makes=pairs(edge_rows(tables, "PRODUCES")),
        needs=pairs(visible_needs(tables, audience), turned=True),
        inputs=pairs(edge_rows(tables, "INPUT_TO")),
        supplies=pairs(edge_rows(tables, "SUPPLIES")),
    )


def _places(flows: _Flows, centre: str) -> dict[str, tuple[int, int]]:
    """Return column and distance of each node; the first reason to be near decides."""
    found = {centre: (CENTRE, 0)}

    def place(nodes: Iterable[str], column: int, hops: int) -> set[str]:
        new = {node for node in nodes if node not in found}
        found.update(dict.fromkeys(sorted(new), (column, hops)))
        return new

    own = place((t for s, t, _ in flows.makes if s == centre), PRODUCTS, 1)
    wanted = place((s for s, t, _ in flows.needs if t == centre), INPUTS, 1)
    place((s for s, t, _ in flows.supplies if t == centre), SUPPLIERS, 1)
    place((t for s, t, _ in flows.supplies if s == centre), CUSTOMERS, 1)
    inputs = wanted | place((s for s, t, _ in flows.inputs if t in own), INPUTS, 2)
    derived = place((t for s, t, _ in flows.inputs if s in own), DERIVED, 2)
    place((t for s, t, _ in flows.needs if s in own), CUSTOMERS, 2)
    place((s for s, t, _ in flows.makes if t in wanted), SUPPLIERS, 2)
    place((s for s, t, _ in flows.makes if t in inputs), SUPPLIERS, 3)
    place((s for s, t, _ in flows.makes if t in derived), CUSTOMERS, 3)
    return found


def _node(
    around: Surroundings, row: Row, column: int, hops: int, decided: Sequence[Decision]
) -> Neighbour:
    node, name = str(row["id"]), str(row.get("name") or row["id"])
    is_company = node.startswith("Company:")
    told: list[tuple[str, str]] = []
    if is_company:
        told = [
            (say("views.place"), around.places.get(node, "")),
            (say("views.titles"), "、".join(words(row.get("titles")))),
            (say("views.size_class"), str(row.get("size_class") or "")),
            (say("views.decided"), "；".join(map(decided_text, decided))),
        ]
        if around.facts.audience == INTERNAL:
            contact = " ".join(str(row[k]) for k in ("contact", "phone") if row.get(k))
            told.append((say("views.contact"), contact))
    else:
        told = [
            (say("views.code"), str(row.get("code") or "")),
            (say("views.also"), "、".join(words(row.get("aliases")))),
        ]
    return Neighbour(
        id=node,
        name=name,
        label=label_of(row) if is_company else name,
        is_company=is_company,
        column=column,
        hops=hops,
        role=around.roles.get(node, ""),
        is_local=node in around.local,
        is_example=bool(row.get("is_example")),
        details=tuple((term, value) for term, value in told if value),
        origins=places_of(row.get("origin")),
        verdict=decided[0].verdict if decided else "",
    )


def _ties(
    around: Surroundings, centre: str, found: Mapping[str, tuple[int, int]], kept: set[str]
) -> tuple[Tie, ...]:
    """Return edges between kept nodes that run from left to right, and the known supplies.

    Supplies between two others say nothing about the company in the centre.
    """
    flows = around.flows
    ties = []
    for kind, pairs in (
        ("PRODUCES", flows.makes),
        ("REQUIRES", flows.needs),
        ("INPUT_TO", flows.inputs),
        ("SUPPLIES", flows.supplies),
    ):
        for source, target, row in pairs:
            if source not in kept or target not in kept:
                continue
            if kind == "SUPPLIES" and centre not in (source, target):
                continue
            if kind != "SUPPLIES" and found[source][0] >= found[target][0]:
                # A customer that makes the company's own product is a fact for its panel only.
                if kind == "PRODUCES" and found[source][0] == CUSTOMERS:
                    ties.append(Tie(source, target, kind, "", places_of(row.get("origin"))))
                continue
            ties.append(
                Tie(
                    source,
                    target,
                    kind,
                    _tie_label(kind, row, around.rows),
                    places_of(row.get("origin")),
                )
            )
    return tuple(sorted(set(ties), key=lambda t: (t.kind, t.source, t.target, t.label)))


def _tie_label(kind: str, row: Row, rows: Mapping[str, Row]) -> str:
    if kind == "SUPPLIES":
        product = str(row.get("product") or "")
        named = rows.get(product)
        return str(named.get("name")) if named else product.removeprefix("Product:")
    if kind == "PRODUCES":
        return quantity(row.get("capacity"), row.get("capacity_unit"))
    if kind == "REQUIRES":
        return quantity(row.get("volume"), row.get("unit"))
    return ""
