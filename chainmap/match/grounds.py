"""What the smaller contributions rest on: place, titles, size and certificates, each with its row.

The choice: a contribution that adds something to the score cites the row that it was read from;
one that adds nothing stays silent, and what is not known is listed under ``unknown``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from chainmap.analysis.evidence import Cited
from chainmap.analysis.graph import ChainGraph, EdgeRef, cell, position
from chainmap.analysis.places import Nearness, nearness
from chainmap.match.features import CompanyFeatures, awards_of
from chainmap.match.score import certificate_key, is_certificate
from chainmap.match.wording import number
from chainmap.texts import say

if TYPE_CHECKING:
    from scipy import sparse


def standing(
    graph: ChainGraph,
    ends: tuple[int, int],
    counted: Collection[str],
    *,
    features: CompanyFeatures,
    wanted: Sequence[str],
) -> Iterator[Cited]:
    """Yield what speaks for a company beside its product.

    Parameters
    ----------
    graph
        The snapshot.
    ends
        Positions of the leader and of the company.
    counted
        Names of the contributions above 0.
    features
        Company arrays; their day decides which awards are valid.
    wanted
        Comparable keys of the certificates that are asked for.
    """
    leader, company = ends
    if "nearness" in counted:
        yield _place(graph, leader, company)
    if "titles" in counted:
        yield _title(graph, company, features)
    if "size_fit" in counted:
        yield _size(graph, leader, company)
    if "certification" in counted:
        yield from _certificates(graph, company, wanted)


def _place(graph: ChainGraph, leader: int, company: int) -> Cited:
    parks, homes = (_row(graph.in_park, at) for at in (company, leader))
    shared = sorted(set(parks) & set(homes))
    step = nearness(
        graph.company_region[[company]],
        int(graph.company_region[leader]),
        np.array([bool(shared)]),
    )[0]
    park = next(iter(shared or parks), None)
    region = cell(graph.companies, "region", company)
    place = f"Region:{region}" if park is None else cell(graph.parks, "id", park)
    name = _region_name(graph, region) if park is None else cell(graph.parks, "name", park)
    text = say(
        f"match.near.{Nearness(int(step)).name.lower()}",
        lang="zh",
        company=cell(graph.companies, "name", company),
        leader=cell(graph.companies, "name", leader),
        place=name,
    )
    return Cited(text, EdgeRef("LOCATED_IN", cell(graph.companies, "id", company), place))


def _region_name(graph: ChainGraph, code: str) -> str:
    at = position(graph.regions, f"Region:{code}")
    return code if at is None else str(cell(graph.regions, "name", at) or code)


def _title(graph: ChainGraph, company: int, features: CompanyFeatures) -> Cited:
    """Return the company's own statement when it is worth as much as the best award."""
    own = cell(graph.companies, "titles", company)
    best = float(features.title[company])
    company_id, name = (cell(graph.companies, key, company) for key in ("id", "name"))
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
    company_id, name = (cell(graph.companies, key, company) for key in ("id", "name"))
    revenue = cell(graph.companies, "revenue_cny", company) or 0.0
    if revenue > 0 and (cell(graph.companies, "revenue_cny", leader) or 0.0) > 0:
        text = say("match.revenue", lang="zh", company=name, value=number(revenue))
        return Cited(text, EdgeRef("Company", company_id, key="revenue_cny"))
    size = cell(graph.companies, "size_class", company)
    text = say("match.size", lang="zh", company=name, size=size)
    return Cited(text, EdgeRef("Company", company_id, key="size_class"))


def _certificates(graph: ChainGraph, company: int, wanted: Sequence[str]) -> Iterator[Cited]:
    for held in _row(graph.holds, company):
        certificate = cell(graph.certificates, "name", held)
        if any(is_certificate(certificate_key(certificate), key) for key in wanted):
            company_id, name = (cell(graph.companies, key, company) for key in ("id", "name"))
            text = say("match.holds", lang="zh", company=name, certificate=certificate)
            yield Cited(text, EdgeRef("HOLDS", company_id, cell(graph.certificates, "id", held)))


def _row(matrix: sparse.csr_array, at: int) -> list[int]:
    return sorted(matrix.indices[matrix.indptr[at] : matrix.indptr[at + 1]].tolist())
