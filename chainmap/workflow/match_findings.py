"""What is told of a leader whom nobody is proposed to: the first thing that keeps it without rows.

The choice: one finding a leader, and always the one that somebody can act upon; an empty list
without a word would be read as "there is nobody".
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from chainmap.analysis.graph import cell
from chainmap.errors import Finding, Severity
from chainmap.match.filters import Filter
from chainmap.texts import rule_severity, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from chainmap.analysis.graph import ChainGraph
    from chainmap.match.kinds import Market
    from chainmap.match.pairing import LeaderMatch

MOST_NAMED = 8
"""Products that a finding names."""


def no_rows(
    market: Market,
    buyers: Sequence[int],
    rows: Sequence[Mapping[str, object]],
    matches: Sequence[LeaderMatch],
    kind: str,
) -> Iterator[Finding]:
    """Yield what keeps a leader without rows: its status, its needs, the makers, the filters.

    Parameters
    ----------
    market, kind
        What was looked at, and for what.
    buyers
        The leaders asked about.
    rows
        What is shown.
    matches
        Scored pairs of each leader, where the kind has such.
    """
    served = {row["leader_id"] for row in rows}
    match_of = {match.leader: match for match in matches}
    for buyer in buyers:
        match = match_of.get(buyer)
        if market.features.is_out[buyer]:
            status = cell(market.graph.companies, "status", buyer)
            yield _finding(market.graph, buyer, "A-leader-out", status=status)
        elif match is not None and _all_ruled_out(match) and not market.scope.outside:
            # outside, who supplies whom must not be guessed from a count
            yield _finding(market.graph, buyer, "A-all-ruled-out", **_counted(match))
        elif kind != "supply":
            if cell(market.graph.companies, "id", buyer) not in served:
                yield _finding(market.graph, buyer, f"A-no-{kind}")
        elif match is not None:
            yield from _nothing_to_go_by(market, match)


def _nothing_to_go_by(market: Market, match: LeaderMatch) -> Iterator[Finding]:
    graph, product = market.graph, market.scope.product
    if not match.needs:
        rule = "A-no-need" if product is None else "A-product-not-needed"
        name = "" if product is None else _product_name(graph, product)
        yield _finding(graph, match.leader, rule, product=name)
    elif not match.scored.pairs.company.size:
        named = [_product_name(graph, need.product) for need in match.needs[:MOST_NAMED]]
        told = {"product": "、".join(named), "count": len(match.needs)}
        yield _finding(graph, match.leader, "A-no-maker", **told)


def _all_ruled_out(match: LeaderMatch) -> bool:
    return bool(match.scored.ruled_out.size and match.scored.ruled_out.all())


def _counted(match: LeaderMatch) -> dict[str, object]:
    """Return how many candidates there are, and how many each filter rules out."""
    out = match.scored.ruled_out.tolist()
    counts = Counter(Filter(value).name.lower() for value in sorted(out)).most_common()
    reasons = "、".join(f"{say(f'value.filter.{name}')} {count}" for name, count in counts)
    return {"count": len(out), "reasons": reasons}


def _product_name(graph: ChainGraph, product: int) -> str:
    return str(cell(graph.products, "name", product))


def _finding(graph: ChainGraph, leader: int, rule: str, **params: object) -> Finding:
    name = str(cell(graph.companies, "name", leader))
    return Finding(Severity(rule_severity(rule)), rule, value=name, params=params)
