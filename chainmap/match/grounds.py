"""What the smaller contributions rest on, each with its row: partners, place, titles, size ...

The choice: a contribution that adds something to the score cites the row that it was read from;
one that adds nothing stays silent, and what is not known is listed under ``unknown``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from chainmap.analysis.evidence import Cited
from chainmap.analysis.graph import ChainGraph, EdgeRef, cell, ints, position, row_of, span_of
from chainmap.analysis.places import step_between
from chainmap.match.features import CompanyFeatures, awards_of
from chainmap.match.relations import best_partner_path, sector_supply_count
from chainmap.match.standards import certificate_key, is_certificate
from chainmap.match.wording import number
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.match.pairing import Pairing


def standing(
    pairing: Pairing, counted: Collection[str], *, wanted: Sequence[str]
) -> Iterator[Cited]:
    """Yield what speaks for a company beside its product.

    Parameters
    ----------
    pairing
        The pair.
    counted
        Names of the contributions above 0.
    wanted
        Comparable keys of the certificates that are asked for.
    """
    graph, leader, company = pairing.graph, pairing.leader, pairing.company
    features = pairing.match.asked.features
    if "partners" in counted:
        yield from _partners(graph, leader, company)
    if "portfolio" in counted:
        yield _portfolio(pairing)
    if "nearness" in counted:
        yield place_reason(graph, leader, company, features)
    if "titles" in counted:
        yield title_reason(graph, company, features)
    if "size_fit" in counted:
        yield _size(graph, leader, company)
    if "certification" in counted:
        yield from _certificates(graph, company, wanted)
    if "sector_pair" in counted:
        yield _sectors(graph, leader, company)


def _partners(graph: ChainGraph, leader: int, company: int) -> Iterator[Cited]:
    """Yield the three supplies of the heaviest path: company -> customer <- supplier -> leader."""
    found = best_partner_path(graph, leader, company)
    if found is None:
        return
    customer, supplier = found
    ends = (company, customer), (supplier, customer), (supplier, leader)
    for step, (source, target) in enumerate(ends):
        names = [graph.fact("companies", "name", at) for at in (source, target, leader)]
        text = say(
            "match.supplies" if step else "match.partners",
            lang="zh",
            source=names[0],
            target=names[1],
            leader=names[2],
            partner=graph.fact("companies", "name", supplier),
        )
        yield Cited(text, supply_ref(graph, source, target))


def supply_ref(graph: ChainGraph, source: int, target: int) -> EdgeRef:
    """Return the first known supply from one company to another, by product."""
    edges = graph.supply_edges
    span = span_of(ints(edges, "source"), source)
    at = span.start + int(np.flatnonzero(ints(edges, "target")[span] == target)[0])
    ids = [graph.fact("companies", "id", end) for end in (source, target)]
    return EdgeRef("SUPPLIES", ids[0], ids[1], cell(edges, "product_key", at))


def _portfolio(pairing: Pairing) -> Cited:
    """Return the other product that goes best with the one made, and how many make both."""
    graph, company, made = pairing.graph, pairing.company, pairing.made
    sister = pairing.match.best_sister(company, made)
    both = np.intersect1d(row_of(graph.makers, sister), row_of(graph.makers, made))
    company_id, name = (graph.fact("companies", key, company) for key in ("id", "name"))
    text = say(
        "match.portfolio",
        lang="zh",
        company=name,
        sister=graph.fact("products", "name", sister),
        product=graph.fact("products", "name", made),
        count=both.size - 1,
    )
    return Cited(text, EdgeRef("PRODUCES", company_id, graph.fact("products", "id", sister)))


def _sectors(graph: ChainGraph, leader: int, company: int) -> Cited:
    sectors = [graph.fact("companies", "industry", at) for at in (company, leader)]
    text = say(
        "match.sector_pair",
        lang="zh",
        company=graph.fact("companies", "name", company),
        sector=sectors[0],
        buyer=sectors[1],
        count=sector_supply_count(graph, leader, company),
    )
    company_id = graph.fact("companies", "id", company)
    return Cited(text, EdgeRef("IN_INDUSTRY", company_id, f"Industry:{sectors[0]}"))


def place_reason(graph: ChainGraph, leader: int, company: int, features: CompanyFeatures) -> Cited:
    """Return how near a company is to the leader, with the row that places it."""
    parks, homes = (row_of(graph.in_park, at).tolist() for at in (company, leader))
    shared = sorted(set(parks) & set(homes))
    region, home = (int(graph.company_region[at]) for at in (company, leader))
    step = step_between(region, home, same_park=bool(shared))
    if not shared and features.has_coordinates(leader) and features.has_coordinates(company):
        apart = float(features.kilometres(np.array([company]), leader)[0])
        names = {"company": company, "leader": leader}
        told = {key: graph.fact("companies", "name", at) for key, at in names.items()}
        text = say("match.near.kilometres", lang="zh", kilometres=f"{apart:.0f}", **told)
        company_id = graph.fact("companies", "id", company)
        return Cited(text, EdgeRef("Company", company_id, key="longitude"))
    park = next(iter(shared or parks), None)
    code = graph.fact("companies", "region", company)
    place = f"Region:{code}" if park is None else graph.fact("parks", "id", park)
    name = region_name(graph, code) if park is None else graph.fact("parks", "name", park)
    text = say(
        f"match.near.{step.name.lower()}",
        lang="zh",
        company=graph.fact("companies", "name", company),
        leader=graph.fact("companies", "name", leader),
        place=name,
    )
    return Cited(text, EdgeRef("LOCATED_IN", graph.fact("companies", "id", company), place))


def region_name(graph: ChainGraph, code: str) -> str:
    """Return what a region is called, its code when it has no name."""
    at = position(graph.regions, f"Region:{code}")
    return code if at is None else str(graph.fact("regions", "name", at) or code)


def title_reason(graph: ChainGraph, company: int, features: CompanyFeatures) -> Cited:
    """Return the company's own statement when it is worth as much as the best award."""
    own = graph.fact("companies", "titles", company)
    best = float(features.title[company])
    company_id, name = (graph.fact("companies", key, company) for key in ("id", "name"))
    if own and features.worth(own) >= best:
        text = say("match.titles", lang="zh", company=name, titles=own)
        return Cited(text, EdgeRef("Company", company_id, key="titles"))
    award = next(
        row
        for row in awards_of(graph, company, features.as_of)
        if features.worth(row["title"]) >= best
    )
    text = say(
        "match.award", lang="zh", company=name, title=award["title"], valid_to=award["valid_to"]
    )
    return Cited(text, EdgeRef("TitleAward", award["id"], key="title"))


def _size(graph: ChainGraph, leader: int, company: int) -> Cited:
    """Return the measure that was compared: revenue where both state one, else the size class."""
    company_id, name = (graph.fact("companies", key, company) for key in ("id", "name"))
    revenue = graph.fact("companies", "revenue_cny", company) or 0.0
    if revenue > 0 and (graph.fact("companies", "revenue_cny", leader) or 0.0) > 0:
        text = say("match.revenue", lang="zh", company=name, value=number(revenue))
        return Cited(text, EdgeRef("Company", company_id, key="revenue_cny"))
    size = graph.fact("companies", "size_class", company)
    text = say("match.size", lang="zh", company=name, size=size)
    return Cited(text, EdgeRef("Company", company_id, key="size_class"))


def _certificates(graph: ChainGraph, company: int, wanted: Sequence[str]) -> Iterator[Cited]:
    for held in row_of(graph.holds, company).tolist():
        certificate = graph.fact("certificates", "name", held)
        if any(is_certificate(certificate_key(certificate), key) for key in wanted):
            company_id, name = (graph.fact("companies", key, company) for key in ("id", "name"))
            text = say("match.holds", lang="zh", company=name, certificate=certificate)
            yield Cited(text, EdgeRef("HOLDS", company_id, graph.fact("certificates", "id", held)))
