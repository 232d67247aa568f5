"""一条龙: a set of firms that together cover a stretch of the chain for one leader.

The choice: the best set, not the best pairs put side by side. How well neighbours on the stretch
go together (known supply, same park, same city) is part of a set's worth, and the best set is
found exactly among the first candidates of each link, because only neighbours are coupled.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from chainmap.analysis.graph import cell, row_of
from chainmap.match.filters import Filter
from chainmap.match.pairing import LeaderMatch, Proposal
from chainmap.match.rank import best_pairs
from chainmap.match.score import MILLION

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph
    from chainmap.match.kinds import Market
    from chainmap.match.weights import PackageRule

_Chain = tuple[float, tuple[int, ...]]
"""What the links up to here are worth, and their pairs."""

SAME_FIRM = KNOWN_SUPPLY = 1.0
SAME_PARK, SAME_CITY = 0.8, 0.5
"""How well two neighbours go together (0-1): one firm for both links, a known supply between them,
a park, a city; nothing else is 0."""


@dataclass(frozen=True, eq=False)
class Package:
    """One stretch of the chain with the best set of firms.

    Attributes
    ----------
    links
        Products from the far end to the leader's own input.
    pairs
        For each link the position of the chosen pair.
    worth
        (1 − cohesion) × mean score of the pairs + cohesion × mean fit of neighbours, 0-1.
    """

    links: tuple[int, ...]
    pairs: tuple[int, ...]
    worth: float


def propose_packages(market: Market, leaders: Sequence[int], top: int) -> list[Proposal]:
    """Return the members of the ``top`` best sets of each leader, set by set, link by link.

    Of the stretches only those through the product of the scope, where it names one.
    """
    product = market.scope.product
    whole = replace(market, scope=replace(market.scope, product=None))
    proposals = []
    for leader in leaders:
        match = whole.match(leader)
        packages = packages_of(match, outside=market.scope.outside)
        if product is not None:
            packages = [package for package in packages if product in package.links]
        for rank, package in enumerate(packages[:top], start=1):
            told = _told(match, package, rank)
            proposals += [
                Proposal(match.pairing(pair), rank, rank, "package", package=told)
                for pair in package.pairs
            ]
    return proposals


def packages_of(match: LeaderMatch, *, outside: bool = False) -> list[Package]:
    """Return the best set for each stretch of two links or more, the best first.

    Parameters
    ----------
    match
        Scored pairs of one leader.
    outside
        For readers outside the bureau: known supplies between the firms do not count, for the worth
        would tell them.

    Notes
    -----
    A stretch is the input path of a derived need, from the needed product to the leader's own
    input; every link needs a candidate that passes the filters. A stretch that is part of a longer
    one stands for itself. O(stretches × links × candidates²).
    """
    rule = match.asked.weights.package
    by_need = _candidates(match, rule.candidates)
    number = {need.product: at for at, need in enumerate(match.needs)}
    found = []
    for need in match.needs:
        links = need.path[:-1]
        if len(links) < 2 or need.is_declared:
            continue
        options = [by_need.get(number.get(product, -1), []) for product in links]
        if all(options):
            found.append(_best(match, links, options, rule, outside=outside))
    return sorted(found, key=lambda package: (-package.worth, package.links))


def _candidates(match: LeaderMatch, most: int) -> dict[int, list[int]]:
    """Return for each need the positions of its best pairs that pass the filters."""
    found: dict[int, list[int]] = {}
    for pair in best_pairs(match.scored, match.scored.score.size).tolist():
        taken = found.setdefault(int(match.scored.pairs.need[pair]), [])
        if len(taken) < most and match.scored.ruled_out[pair] == Filter.NONE:
            taken.append(pair)
    return found


def _best(
    match: LeaderMatch,
    links: tuple[int, ...],
    options: list[list[int]],
    rule: PackageRule,
    *,
    outside: bool,
) -> Package:
    """Return the best set by dynamic programming along the links; ties by company, first link."""
    own = (1 - rule.cohesion) / len(links)
    joint = rule.cohesion / (len(links) - 1)
    graph, scored, firms = match.asked.graph, match.scored, match.scored.pairs.company

    def best(found: Iterable[_Chain]) -> _Chain:
        return max(found, key=lambda one: (round(one[0], 9), [-int(firms[at]) for at in one[1]]))

    chains: list[_Chain] = [(own * scored.score[pair] / MILLION, (pair,)) for pair in options[0]]
    for pairs in options[1:]:
        chains = [
            best(
                (
                    before
                    + joint * together(graph, *firms[[taken[-1], pair]].tolist(), outside=outside)
                    + own * float(scored.score[pair]) / MILLION,
                    (*taken, pair),
                )
                for before, taken in chains
            )
            for pair in pairs
        ]
    worth, chosen = best(chains)
    return Package(links, chosen, round(float(worth), 6))


def together(graph: ChainGraph, seller: int, buyer: int, *, outside: bool = False) -> float:
    """Return how well two neighbours of a stretch go together (0-1), see the constants."""
    if seller == buyer:
        return SAME_FIRM
    if not outside and buyer in row_of(graph.supplies, seller):
        return KNOWN_SUPPLY
    if np.intersect1d(row_of(graph.in_park, seller), row_of(graph.in_park, buyer)).size:
        return SAME_PARK
    cities = {int(graph.company_region[at]) // 100 for at in (seller, buyer)}
    return SAME_CITY if len(cities) == 1 and min(cities) > 0 else 0.0


def _told(match: LeaderMatch, package: Package, rank: int) -> dict[str, object]:
    graph = match.asked.graph
    firms = [int(match.scored.pairs.company[pair]) for pair in package.pairs]
    return {
        "number": rank,
        "worth": package.worth,
        "links": [cell(graph.products, "name", product) for product in package.links],
        "members": [cell(graph.companies, "name", firm) for firm in firms],
    }
