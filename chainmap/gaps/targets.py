"""Whom to turn to about a gap, ranked, with three reasons and one risk.

The choice: the order is a plain sum of four visible facts (makes it surely, already supplies us,
holds a title, is of size; weights in ``thresholds.toml``). What is missing is sought among makers
elsewhere, kinds of the product included; what is bought outside, among local makers; for an idle
by-product, among those elsewhere who use it. Firms that the graph does not hold cannot be found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import sparse

from chainmap.analysis.graph import CAPACITY_KNOWN, ChainGraph, cell, ints
from chainmap.gaps.find import Gap, GapKind, ZoneState
from chainmap.gaps.supply import kinds_above
from chainmap.match.features import CompanyFeatures, awards_of
from chainmap.match.wording import amount
from chainmap.tables import LIST_JOIN
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.gaps.thresholds import GapThresholds

Ints = npt.NDArray[np.int64]

MOST_REASONS = 3
LARGEST_STEP = 3


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
    weights
        Weights of the four facts (``GapThresholds.targets``).
    accept
        Probability from which a company counts as a maker.
    kinds_below
        Product × every product that is a kind of it.
    places
        Region code -> name.
    """

    outside: npt.NDArray[np.bool_]
    supplies_us: npt.NDArray[np.bool_]
    features: CompanyFeatures
    weights: Mapping[str, float]
    accept: float
    kinds_below: sparse.csr_array
    places: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class ZoneReport:
    """A zone with its gaps and what explaining them needs."""

    region: str
    state: ZoneState
    gaps: Sequence[Gap]
    ranking: TargetRanking


def target_ranking(
    graph: ChainGraph, state: ZoneState, features: CompanyFeatures, thresholds: GapThresholds
) -> TargetRanking:
    """Return what ranking needs of one zone."""
    supplies = np.zeros(graph.n_companies, dtype=np.bool_)
    to_us = state.local[ints(graph.supply_edges, "target")]
    supplies[ints(graph.supply_edges, "source")[to_us]] = True
    regions = graph.regions.select(["code", "name"]).to_pylist()
    return TargetRanking(
        outside=~state.local & ~features.is_out,
        supplies_us=supplies,
        features=features,
        weights=thresholds.targets,
        accept=thresholds.accept,
        kinds_below=sparse.csr_array(kinds_above(graph).astype(bool).T),
        places={str(row["code"]): str(row["name"] or row["code"]) for row in regions},
    )


def find_targets(
    graph: ChainGraph, about: tuple[GapKind, int], report: ZoneReport, most: int
) -> list[dict[str, object]]:
    """Return at most ``most`` firms to turn to about a gap of a product, best first, ties by id.

    Notes
    -----
    Order: makes·K + supplies_us·(supplies a local firm) + titles·title + size·size, title and
    size in 0-1 and 0 when unknown; of several kinds that a firm makes, the surest counts. An idle
    by-product takes the makers of what it goes into.
    """
    if not most:
        return []
    ranking, features = report.ranking, report.ranking.features
    company, entry = _candidates(graph, about, report)
    worth = ranking.weights["makes"] * graph.makes.data[entry]
    worth += ranking.weights["supplies_us"] * ranking.supplies_us[company]
    worth += ranking.weights["titles"] * np.nan_to_num(features.title[company])
    worth += ranking.weights["size"] * np.clip(features.size_step[company] / LARGEST_STEP, 0, 1)
    order = np.lexsort((company, -np.round(worth, 9)))[:most]
    return [
        {
            "company_id": cell(graph.companies, "id", company[at]),
            "company": cell(graph.companies, "name", company[at]),
            "reasons": list(
                islice(_reasons(graph, int(company[at]), int(entry[at]), about, ranking), 3)
            ),
            "risk": _risk(graph, int(company[at]), int(entry[at]), ranking),
        }
        for at in order
    ]


def _candidates(
    graph: ChainGraph, about: tuple[GapKind, int], report: ZoneReport
) -> tuple[Ints, Ints]:
    """Return the firms, each once with its surest relation (position in ``graph.makes.data``)."""
    kind, product = about
    below = report.ranking.kinds_below
    products = [product, *below.indices[below.indptr[product] : below.indptr[product + 1]]]
    who = report.ranking.outside
    if kind == GapKind.BYPRODUCT:
        inputs = graph.inputs
        products = inputs.indices[inputs.indptr[product] : inputs.indptr[product + 1]].tolist()
    elif kind == GapKind.EXTERNAL:
        buyers = ints(graph.demands, "company")[report.state.flows.bought_outside]
        wanted = ints(graph.demands, "product")[report.state.flows.bought_outside]
        who = report.state.working.copy()
        who[buyers[wanted == product]] = False
    makers = graph.makers
    spans = [slice(makers.indptr[one], makers.indptr[one + 1]) for one in sorted(products)]
    company = np.concatenate([makers.indices[span] for span in spans] or [[]]).astype(np.int64)
    entry = np.concatenate([makers.data[span] for span in spans] or [[]]).astype(np.int64)
    order = np.lexsort(
        (entry, graph.makes.indices[entry] != product, -graph.makes.data[entry], company)
    )
    company, entry = company[order], entry[order]
    first = np.ones(company.size, dtype=np.bool_)
    first[1:] = company[1:] != company[:-1]
    chosen = first & who[company] & (graph.makes.data[entry] > 0)
    return company[chosen], entry[chosen]


def _reasons(
    graph: ChainGraph,
    company: int,
    entry: int,
    about: tuple[GapKind, int],
    ranking: TargetRanking,
) -> Iterator[str]:
    yield _making(graph, entry, about)
    if ranking.supplies_us[company]:
        yield say("gaps.reason.supplies_us", lang="zh")
    titles = _titles(graph, company, ranking.features)
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


def _making(graph: ChainGraph, entry: int, about: tuple[GapKind, int]) -> str:
    """Return what the firm makes, and what that has to do with the product asked about."""
    kind, product = about
    made = int(graph.makes.indices[entry])
    name, asked = (cell(graph.products, "name", one) for one in (made, product))
    words = {"product": name}
    if kind == GapKind.BYPRODUCT:
        return say("gaps.reason.uses", lang="zh", **words, asked=asked)
    if made != product:
        words["product"] = say("gaps.reason.kind", lang="zh", product=name, asked=asked)
    if graph.capacity_state[entry] != CAPACITY_KNOWN:
        return say("gaps.reason.makes", lang="zh", **words)
    value = amount(float(graph.capacity[entry]), cell(graph.products, "unit", made))
    return say("gaps.reason.capacity", lang="zh", **words, value=value)


def _titles(graph: ChainGraph, company: int, features: CompanyFeatures) -> str:
    """Return the titles that the company's row states, then its valid awards, each once."""
    stated = (cell(graph.companies, "titles", company) or "").split(LIST_JOIN)
    awarded = [row["title"] for row in awards_of(graph, company, features.as_of)]
    return LIST_JOIN.join(dict.fromkeys(title for title in (*stated, *awarded) if title))


def _risk(graph: ChainGraph, company: int, entry: int, ranking: TargetRanking) -> str:
    """Return the gravest thing that is known against the firm, or not known about it."""
    if graph.makes.data[entry] < ranking.accept:
        probability = f"{graph.makes.data[entry]:.0%}"
        return say("gaps.risk.unsure", lang="zh", probability=probability)
    if not ranking.features.status_known[company]:
        return say("gaps.risk.status", lang="zh")
    if graph.capacity_state[entry] != CAPACITY_KNOWN:
        return say("gaps.risk.capacity", lang="zh")
    if graph.company_region[company] == 0:
        return say("gaps.risk.place", lang="zh")
    if not ranking.outside[company]:
        return say("gaps.risk.local", lang="zh")
    return say("gaps.risk.intention", lang="zh")
