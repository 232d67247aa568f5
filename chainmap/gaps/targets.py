"""Whom to turn to about a gap, ranked, with three reasons and one risk.

The choice: known makers first, in the order of a plain sum of four visible facts (makes it surely,
already supplies us, holds a title, is of size; weights in ``thresholds.toml``); behind them firms
that are close to making it, local ones included. What is bought outside is sought among local
makers; for a by-product, those who use it. Firms that the graph does not hold cannot be found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import CAPACITY_KNOWN, ChainGraph, cell, ints
from chainmap.gaps.close import close_reasons
from chainmap.gaps.find import Gap, GapKind, Verdict, ZoneState
from chainmap.match.features import CompanyFeatures, awards_of
from chainmap.match.wording import amount
from chainmap.tables import LIST_JOIN
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.gaps.space import Closeness
    from chainmap.gaps.thresholds import GapThresholds

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MOST_REASONS = 3
LARGEST_STEP = 3
NO_ENTRY = -1
"""Stands for a firm that is not known to make the product."""

SEEKS_CLOSE = frozenset({GapKind.MISSING, GapKind.BROKEN, GapKind.SINGLE})
"""Kinds for which firms that are only close to the product are targets too."""


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
    thresholds
        Weights of the four facts, bounds on makers and on closeness.
    places
        Region code -> name.
    """

    outside: npt.NDArray[np.bool_]
    supplies_us: npt.NDArray[np.bool_]
    features: CompanyFeatures
    thresholds: GapThresholds
    places: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class ZoneReport:
    """A zone with its gaps and what explaining them needs."""

    region: str
    state: ZoneState
    gaps: Sequence[Gap]
    ranking: TargetRanking


@dataclass(frozen=True, slots=True)
class Found:
    """A firm to turn to: position, relation in ``graph.makes.data`` (NO_ENTRY), what to do."""

    company: int
    entry: int
    action: str


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
        thresholds=thresholds,
        places={str(row["code"]): str(row["name"] or row["code"]) for row in regions},
    )


def find_targets(
    graph: ChainGraph,
    about: tuple[GapKind, int, Verdict],
    report: ZoneReport,
    most: int,
    near: Closeness | None = None,
) -> list[dict[str, object]]:
    """Return at most ``most`` firms to turn to about a gap of a product, best first, ties by id.

    Parameters
    ----------
    graph, report
        The snapshot and the zone.
    about
        Kind, product and verdict of the gap.
    most
        How many.
    near
        How close each company is to the product; None seeks known makers only.

    Notes
    -----
    Makers: makes·K + supplies_us·(supplies a local firm) + titles·title + size·size, title and size
    in 0-1 and 0 when unknown; of several kinds that a firm makes, the surest counts. Then, where no
    or one local maker is known, the firms that are close to it by ``closeness``.
    """
    chosen = rank_targets(graph, about, report, most, near)
    return [
        {
            "company_id": cell(graph.companies, "id", one.company),
            "company": cell(graph.companies, "name", one.company),
            "reasons": list(
                islice(_reasons(graph, one, about, report.ranking, near), MOST_REASONS)
            ),
            "risk": _risk(graph, one, about[0], report.ranking),
            "action": say(f"gaps.action.{one.action}", lang="zh"),
        }
        for one in chosen
    ]


def rank_targets(
    graph: ChainGraph,
    about: tuple[GapKind, int, Verdict],
    report: ZoneReport,
    most: int,
    near: Closeness | None = None,
) -> list[Found]:
    """Return the firms of ``find_targets`` without their reasons."""
    if not most:
        return []
    company, entry = _candidates(graph, about, report)
    order = np.lexsort((company, -_worth(graph, company, entry, report.ranking)))[:most]
    action = {GapKind.EXTERNAL: "meet", GapKind.BYPRODUCT: "use"}.get(about[0], "bring")
    found = [Found(int(company[at]), int(entry[at]), action) for at in order]
    if about[0] in SEEKS_CLOSE and near is not None and len(found) < most:
        rest = most - len(found)
        found += _close(about[1], report, near, company)[:rest]
    return found


def _worth(graph: ChainGraph, company: Ints, entry: Ints, ranking: TargetRanking) -> Floats:
    weights, features = ranking.thresholds.targets, ranking.features
    known = entry != NO_ENTRY
    worth = weights["makes"] * np.where(known, graph.makes.data[entry * known], 1.0)
    worth += weights["supplies_us"] * ranking.supplies_us[company]
    worth += weights["titles"] * np.nan_to_num(features.title[company])
    worth += weights["size"] * np.clip(features.size_step[company] / LARGEST_STEP, 0, 1)
    return np.asarray(np.round(worth, 9), dtype=np.float64)


def _close(product: int, report: ZoneReport, near: Closeness, known: Ints) -> list[Found]:
    """Return the firms that are close to a product and not known to make it, the closest first."""
    state, ranking = report.state, report.ranking
    wanted = near.total >= ranking.thresholds.least_close
    wanted &= ranking.outside | state.working
    wanted[known] = False
    wanted[state.supply.makers.company[state.supply.makers.of(product)]] = False
    at = np.flatnonzero(wanted)
    order = at[np.lexsort((at, -np.round(near.total[at], 9)))]
    return [Found(int(one), NO_ENTRY, "grow" if state.working[one] else "bring") for one in order]


def _candidates(
    graph: ChainGraph, about: tuple[GapKind, int, Verdict], report: ZoneReport
) -> tuple[Ints, Ints]:
    """Return the firms, each once with its surest relation (position in ``graph.makes.data``)."""
    kind, product, verdict = about
    products = [product, *graph.kinds_below(product).tolist()]
    who = report.ranking.outside
    buyers = np.zeros(0, dtype=np.int64)
    if kind == GapKind.BYPRODUCT:
        inputs = graph.inputs
        products = inputs.indices[inputs.indptr[product] : inputs.indptr[product + 1]].tolist()
        buyers = _buyers(graph, report.state, product)
        who = who if verdict != Verdict.OK else who | report.state.working
    elif kind == GapKind.EXTERNAL:
        who = report.state.working.copy()
        who[_outside_buyers(graph, report.state, product)] = False
    makers = graph.makers
    spans = [slice(makers.indptr[one], makers.indptr[one + 1]) for one in sorted(products)]
    company = np.concatenate([*(makers.indices[span] for span in spans), buyers]).astype(np.int64)
    none = np.full(buyers.size, NO_ENTRY)
    entry = np.concatenate([*(makers.data[span] for span in spans), none]).astype(np.int64)
    known = entry != NO_ENTRY
    chance = np.where(known, graph.makes.data[entry * known], 1.0)
    other = np.where(known, graph.makes.indices[entry * known] != product, False)
    order = np.lexsort((entry, other, -chance, company))
    company, entry, chance = company[order], entry[order], chance[order]
    first = np.ones(company.size, dtype=np.bool_)
    first[1:] = company[1:] != company[:-1]
    chosen = first & who[company] & (chance > 0)
    return company[chosen], entry[chosen]


def _outside_buyers(graph: ChainGraph, state: ZoneState, product: int) -> Ints:
    """Return the local firms that buy a product outside."""
    demands, edges = graph.demands, graph.supply_edges
    rows, brought = state.flows.bought_outside, state.flows.supplied_outside
    rows = rows[ints(demands, "product")[rows] == product]
    brought = brought[ints(edges, "product")[brought] == product]
    return np.union1d(ints(demands, "company")[rows], ints(edges, "target")[brought])


def _buyers(graph: ChainGraph, state: ZoneState, product: int) -> Ints:
    """Return who declares a visible demand for a product or is known to be supplied with it."""
    demands, edges = graph.demands, graph.supply_edges
    wants = state.demand.visible & (ints(demands, "product") == product)
    hidden = ints(demands, "company")[~state.demand.visible & (ints(demands, "product") == product)]
    supplied = np.setdiff1d(ints(edges, "target")[ints(edges, "product") == product], hidden)
    found = np.union1d(ints(demands, "company")[wants], supplied)
    return np.asarray(found, dtype=np.int64)


def _reasons(
    graph: ChainGraph,
    one: Found,
    about: tuple[GapKind, int, Verdict],
    ranking: TargetRanking,
    near: Closeness | None,
) -> Iterator[str]:
    company, product = one.company, about[1]
    if one.entry != NO_ENTRY:
        yield _making(graph, one.entry, about)
    elif about[0] == GapKind.BYPRODUCT:
        name = cell(graph.products, "name", product)
        yield say("gaps.reason.wants", lang="zh", product=name)
    elif near is not None:
        yield from islice(close_reasons(graph, near, company, product), MOST_REASONS - 1)
    yield from company_reasons(graph, company, ranking)
    others = int(graph.makes.indptr[company + 1] - graph.makes.indptr[company])
    others -= one.entry != NO_ENTRY
    if others > 0:
        yield say("gaps.reason.others", lang="zh", count=others)


def company_reasons(graph: ChainGraph, company: int, ranking: TargetRanking) -> Iterator[str]:
    """Yield what speaks for a firm whatever the product: knows us, titles, size, place."""
    if ranking.supplies_us[company]:
        yield say("gaps.reason.supplies_us", lang="zh")
    titles = titles_of(graph, company, ranking.features)
    if titles:
        yield say("gaps.reason.titles", lang="zh", titles=titles)
    size = cell(graph.companies, "size_class", company)
    if size:
        yield say("gaps.reason.size", lang="zh", size=size)
    region = cell(graph.companies, "region", company)
    if region:
        yield say("gaps.reason.place", lang="zh", place=ranking.places.get(region, region))


def _making(graph: ChainGraph, entry: int, about: tuple[GapKind, int, Verdict]) -> str:
    """Return what the firm makes, and what that has to do with the product asked about."""
    kind, product, _ = about
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


def titles_of(graph: ChainGraph, company: int, features: CompanyFeatures) -> str:
    """Return the titles that the company's row states, then its valid awards, each once."""
    stated = (cell(graph.companies, "titles", company) or "").split(LIST_JOIN)
    awarded = [row["title"] for row in awards_of(graph, company, features.as_of)]
    return LIST_JOIN.join(dict.fromkeys(title for title in (*stated, *awarded) if title))


def _risk(graph: ChainGraph, one: Found, kind: GapKind, ranking: TargetRanking) -> str:
    """Return the gravest thing that is known against the firm, or not known about it."""
    company, entry = one.company, one.entry
    if entry == NO_ENTRY and kind != GapKind.BYPRODUCT:
        return say("gaps.risk.not_made", lang="zh")
    if entry != NO_ENTRY and graph.makes.data[entry] < ranking.thresholds.accept:
        probability = f"{graph.makes.data[entry]:.0%}"
        return say("gaps.risk.unsure", lang="zh", probability=probability)
    if not ranking.features.status_known[company]:
        return say("gaps.risk.status", lang="zh")
    if entry != NO_ENTRY and graph.capacity_state[entry] != CAPACITY_KNOWN:
        return say("gaps.risk.capacity", lang="zh")
    if graph.company_region[company] == 0:
        return say("gaps.risk.place", lang="zh")
    if not ranking.outside[company]:
        return say("gaps.risk.local", lang="zh")
    return say("gaps.risk.intention", lang="zh")
