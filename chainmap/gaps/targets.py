"""Whom to bring in: makers elsewhere in the graph, ranked, with three reasons and one risk.

The choice: the order is a plain sum of four visible facts (makes it surely, already supplies us,
holds a title, is of size); firms that are only named nowhere else cannot be targets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import CAPACITY_KNOWN, ChainGraph, cell, ints
from chainmap.analysis.needs import maker_entry
from chainmap.match.explain import number
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.gaps.find import ZoneState
    from chainmap.match.features import CompanyFeatures

MOST_REASONS = 3


@dataclass(frozen=True, eq=False)
class TargetRanking:
    """What ranking needs of a zone, computed once.

    Attributes
    ----------
    outside
        Mask over companies: not in the zone and not known to be out of business.
    supplies_us
        Mask over companies: known to supply a local company.
    features
        Company arrays (titles, size).
    places
        Region code -> name.
    """

    outside: npt.NDArray[np.bool_]
    supplies_us: npt.NDArray[np.bool_]
    features: CompanyFeatures
    places: Mapping[str, str]


def target_ranking(graph: ChainGraph, state: ZoneState, features: CompanyFeatures) -> TargetRanking:
    """Return the arrays behind the ranking of targets for one zone."""
    supplies = np.zeros(graph.n_companies, dtype=np.bool_)
    to_us = state.local[ints(graph.supply_edges, "target")]
    supplies[ints(graph.supply_edges, "source")[to_us]] = True
    regions = graph.regions.select(["code", "name"]).to_pylist()
    places = {str(row["code"]): str(row["name"] or row["code"]) for row in regions}
    return TargetRanking(~state.local & ~features.is_out, supplies, features, places)


def find_targets(
    graph: ChainGraph, product: int, ranking: TargetRanking, most: int
) -> list[dict[str, object]]:
    """Return at most ``most`` makers elsewhere of ``product``, best first, ties by id.

    Notes
    -----
    Order: 0.5·K + 0.2·(supplies a local firm) + 0.15·title + 0.15·size, title and size in 0-1
    and 0 when unknown.
    """
    makers = graph.makers
    span = slice(makers.indptr[product], makers.indptr[product + 1])
    company, entry = makers.indices[span], makers.data[span]
    outside = ranking.outside[company] & (graph.makes.data[entry] > 0)
    company, entry = company[outside], entry[outside]
    features = ranking.features
    worth = 0.5 * graph.makes.data[entry] + 0.2 * ranking.supplies_us[company]
    worth += 0.15 * np.nan_to_num(features.title[company])
    worth += 0.15 * np.clip(features.size_step[company] / 3, 0, 1)
    order = np.lexsort((company, -np.round(worth, 9)))[:most]
    return [
        {
            "company_id": cell(graph.companies, "id", company[at]),
            "company": cell(graph.companies, "name", company[at]),
            "reasons": list(
                islice(_reasons(graph, int(company[at]), product, ranking), MOST_REASONS)
            ),
            "risk": _risk(graph, int(company[at]), product, features),
        }
        for at in order
    ]


def _reasons(
    graph: ChainGraph, company: int, product: int, ranking: TargetRanking
) -> Iterator[str]:
    entry = maker_entry(graph, company, product)
    name = cell(graph.products, "name", product)
    if entry is not None and graph.capacity_state[entry] == CAPACITY_KNOWN:
        unit = cell(graph.products, "unit", product) or ""
        value = f"{number(float(graph.capacity[entry]))} {unit}".strip()
        yield say("gaps.reason.capacity", lang="zh", product=name, value=value)
    else:
        yield say("gaps.reason.makes", lang="zh", product=name)
    if ranking.supplies_us[company]:
        yield say("gaps.reason.supplies_us", lang="zh")
    titles = cell(graph.companies, "titles", company)
    if titles:
        yield say("gaps.reason.titles", lang="zh", titles=titles)
    size = cell(graph.companies, "size_class", company)
    if size:
        yield say("gaps.reason.size", lang="zh", size=size)
    region = cell(graph.companies, "region", company)
    if region:
        yield say("gaps.reason.place", lang="zh", place=ranking.places.get(region, region))
    others = int(graph.makes.indptr[company + 1] - graph.makes.indptr[company]) - 1
    if others > 0:
        yield say("gaps.reason.others", lang="zh", count=others)


def _risk(graph: ChainGraph, company: int, product: int, features: CompanyFeatures) -> str:
    """Return the gravest thing that is known against the firm, or not known about it."""
    entry = maker_entry(graph, company, product)
    if entry is not None and graph.makes.data[entry] < 0.9:
        probability = f"{graph.makes.data[entry]:.0%}"
        return say("gaps.risk.unsure", lang="zh", probability=probability)
    if not features.status_known[company]:
        return say("gaps.risk.status", lang="zh")
    if entry is not None and graph.capacity_state[entry] != CAPACITY_KNOWN:
        return say("gaps.risk.capacity", lang="zh")
    if graph.company_region[company] == 0:
        return say("gaps.risk.place", lang="zh")
    return say("gaps.risk.intention", lang="zh")
