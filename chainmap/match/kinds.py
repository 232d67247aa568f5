"""The kinds of cooperation beside plain supply: what is needed changes, the arithmetic does not.

The choice: substituting a purchase from elsewhere and finding a user for a by-product are supply
matches with other needs and other ends, so they keep features, filters, reasons and path. The
goods flow along the path in every kind; for a by-product they flow from the leader to the company.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import ChainGraph, ints, row_of
from chainmap.analysis.needs import Need, demanded_volume, needs_of
from chainmap.analysis.places import city_of, within
from chainmap.match.pairing import LeaderMatch, Proposal
from chainmap.match.rank import best_pairs
from chainmap.match.recommend import MatchScope, match_leader, match_needs

if TYPE_CHECKING:
    from chainmap.match.features import CompanyFeatures
    from chainmap.match.weights import MatchWeights

KINDS = ("supply", "substitute", "byproduct", "codevelop", "package")

FROM_ELSEWHERE = ("外地", "进口")
"""Values of 现采购地 that a local company could replace."""

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Market:
    """What every kind of matching looks at.

    Attributes
    ----------
    graph, features, weights
        The snapshot, its company arrays and the scoring weights.
    scope
        Which demands, products and candidates count.
    local
        Mask over companies of the zone; None: the city of each leader.
    """

    graph: ChainGraph
    features: CompanyFeatures
    weights: MatchWeights
    scope: MatchScope
    local: Flags | None = None

    def match(self, leader: int) -> LeaderMatch:
        """Return the supply matches of one leader."""
        return match_leader(
            self.graph, leader, self.scope, features=self.features, weights=self.weights
        )

    def match_needs(self, leader: int, needs: Sequence[Need], scope: MatchScope) -> LeaderMatch:
        """Return the matches of one leader for given needs and scope."""
        return match_needs(
            self.graph, leader, needs, scope, features=self.features, weights=self.weights
        )


# --- substitutes -------------------------------------------------------------------------------


def match_substitutes(market: Market, leader: int) -> LeaderMatch:
    """Return local makers of what the leader buys from elsewhere.

    Notes
    -----
    Bought from elsewhere: a declared demand whose 现采购地 is 外地 or 进口, and a known supply of a
    named product by a company whose place is known and not local. Local: the zone, else the
    leader's city; without either nobody is local.
    """
    near = _near(market, leader)
    needs = _bought_elsewhere(market, leader, near)
    asked = market.scope.companies
    only = near if asked is None else near & asked
    return market.match_needs(leader, needs, replace(market.scope, companies=only))


def _near(market: Market, leader: int) -> Flags:
    if market.local is not None:
        return market.local
    home = city_of(int(market.graph.company_region[leader]))
    return within(market.graph.company_region, home)


def _bought_elsewhere(market: Market, leader: int, near: Flags) -> tuple[Need, ...]:
    graph = market.graph
    found: dict[int, Need] = {}
    edges = graph.supply_edges
    product, source = ints(edges, "product"), ints(edges, "source")
    known = (product >= 0) & (graph.company_region[source] != 0) & ~near[source]
    rows = np.flatnonzero((ints(edges, "target") == leader) & known)
    if market.scope.outside:  # outside, from whom a firm buys is its own affair
        rows = rows[:0]
    for at in np.unique(product[rows]).tolist():
        bought = tuple(rows[product[rows] == at].tolist())
        found[at] = Need(at, 1.0, (), (at,), float("nan"), bought)
    stated = graph.demands["sourced_from"]
    for need in needs_of(graph, leader, market.weights.recipe, market.scope.demands):
        demands = tuple(row for row in need.demands if stated[row].as_py() in FROM_ELSEWHERE)
        if demands:
            bought = found[need.product].supplies if need.product in found else ()
            volume = demanded_volume(graph, demands)
            found[need.product] = replace(need, demands=demands, supplies=bought, volume=volume)
    return tuple(found[at] for at in sorted(found))


# --- by-products -------------------------------------------------------------------------------


def match_byproducts(market: Market, leader: int) -> list[LeaderMatch]:
    """Return for each company that could use a by-product of the leader its match with it.

    Notes
    -----
    Users declare a demand for the by-product, or make (probability at least ``accept``) something
    that it goes into. In each match the user is the buyer and the leader the only candidate.
    """
    graph, scope = market.graph, market.scope
    only_leader = np.zeros(graph.n_companies, dtype=np.bool_)
    only_leader[leader] = True
    found = []
    for product in _byproducts(market, leader):
        if scope.product is not None and scope.product != product:
            continue
        narrowed = replace(scope, product=product, companies=only_leader)
        for user in _users(market, product):
            if user != leader and (scope.companies is None or scope.companies[user]):
                needs = needs_of(graph, user, market.weights.recipe, scope.demands)
                found.append(market.match_needs(user, needs, narrowed))
    return found


def _byproducts(market: Market, leader: int) -> Iterator[int]:
    graph = market.graph
    start, stop = graph.makes.indptr[leader], graph.makes.indptr[leader + 1]
    for entry in range(start, stop):
        if graph.is_byproduct[entry] and graph.makes.data[entry] >= market.weights.recipe.accept:
            yield int(graph.makes.indices[entry])


def _users(market: Market, product: int) -> list[int]:
    graph = market.graph
    wanted = ints(graph.demands, "product") == product
    users = set(ints(graph.demands, "company")[wanted & market.scope.demands].tolist())
    for output in row_of(graph.inputs, product).tolist():
        if output != product:
            span = slice(graph.makers.indptr[output], graph.makers.indptr[output + 1])
            sure = graph.makes.data[graph.makers.data[span]] >= market.weights.recipe.accept
            users.update(graph.makers.indices[span][sure].tolist())
    return sorted(users)


def propose_byproducts(market: Market, leaders: Sequence[int], top: int) -> list[Proposal]:
    """Return the best users of each leader's by-products, by score, then user and product."""
    proposals = []
    for leader in leaders:
        passed = [
            (-int(match.scored.score[pair]), match.leader, match.needs[0].product, match, int(pair))
            for match in match_byproducts(market, leader)
            for pair in best_pairs(match.scored, match.scored.score.size)
        ]
        ranked = sorted(passed, key=lambda found: found[:3])[:top]
        proposals += [
            Proposal(match.pairing(pair), rank, rank, "byproduct", turned=True)
            for rank, (_, _, _, match, pair) in enumerate(ranked, start=1)
        ]
    return proposals
