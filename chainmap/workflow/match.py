"""The matching job: an open store in, the answer ``chainmap.match/1`` out.

The choice: one row per leader, product and company; ``rank`` counts within a leader (or, when only
companies are named, within a company), and who was ruled out is listed with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from chainmap.analysis.graph import ChainGraph, cell
from chainmap.answers import Answer
from chainmap.audience import INTERNAL
from chainmap.config import MatchConfig
from chainmap.errors import ConfigError, NothingToAnalyse
from chainmap.match.changes import counterfactual
from chainmap.match.codevelop import codevelop_rows
from chainmap.match.explain import COLUMNS, excluded_rows, match_rows
from chainmap.match.features import company_features
from chainmap.match.filters import Filter
from chainmap.match.kinds import KINDS, Market, match_substitutes, propose_byproducts
from chainmap.match.nearest import nearest_known_pair
from chainmap.match.package import propose_packages
from chainmap.match.pairing import LeaderMatch, Pairing, Proposal
from chainmap.match.rank import best_pairs, published_lists
from chainmap.match.recommend import MatchScope, visible_demands
from chainmap.match.weights import MatchWeights, default_weights
from chainmap.match.why_not import WHY_NOT_COLUMNS, published_key, why_not_rows
from chainmap.texts import say
from chainmap.workflow.match_findings import no_rows
from chainmap.workflow.progress import Progress, silent
from chainmap.workflow.scope import (
    Zone,
    company_named,
    product_named,
    run_record,
    zone_named,
)
from chainmap.workflow.snapshot import load_chain_graph
from chainmap.workflow.trained import chosen_model

if TYPE_CHECKING:
    from chainmap.match.congestion import CongestionRule
    from chainmap.stores.port import GraphStore

SCHEMA = "chainmap.match/1"
WHY_NOT_SCHEMA = "chainmap.why-not/1"


def find_matches(  # noqa: PLR0913 - the twin of the command: one parameter an option
    store: GraphStore,
    *,
    leaders: Sequence[str] = (),
    companies: Sequence[str] = (),
    all_pairs: bool = False,
    product: str | None = None,
    kind: str = "supply",
    top: int = 20,
    region: str | None = None,
    parks: Sequence[str] = (),
    raw: bool = False,
    model: str = "default",
    explain: bool = False,
    why_not: str | None = None,
    audience: str = INTERNAL,
    weights: MatchWeights | None = None,
    as_of: str | None = None,
    cache_dir: Path | None = None,
    graph: ChainGraph | None = None,
    settings: MatchConfig | None = None,
    progress: Progress = silent,
) -> Answer:
    """Find which companies should meet which leaders, about which product, and why.

    Parameters
    ----------
    store
        An open store.
    leaders
        Names of buyers: leaders of a chain or any other company.
    companies
        Names of suppliers; alone, all leaders are looked through for them.
    all_pairs
        All leaders of all chains.
    product
        Only this product; of packages those through it. A joint development is of no product.
    kind
        What they would do together: ``supply``, ``substitute`` (a local maker for what is bought
        elsewhere; local is the region or the leader's city), ``byproduct`` (users of the leader's
        by-products), ``codevelop`` (shared technology fields), ``package`` (a set of firms for a
        stretch of the chain).
    top
        At most so many rows a leader (or a company, when only companies are named).
    region, parks
        Only suppliers located there; default: anywhere.
    raw
        Rank all leaders' lists by score alone: the same few companies may then head all of them.
    model
        ``default``: the published weights. ``trained``: a ranker learnt from known supplies and
        decisions (needs ``chainmap[rank]``), if there are enough of them and it ranks leaders that
        it has not learnt from better than the default; else a finding tells why not, and the
        default ranks.
    explain
        Add to each row the change that would lift it most and the nearest known pair.
    why_not
        Answer instead (``chainmap.why-not/1``) why this company is not on the leaders' lists.
    audience
        内部 uses all demands, 外发 only 公开 ones.
    weights
        Scoring weights; default: the ones that ship.
    as_of
        Date of the answer, ISO; default: that of the last import.
    cache_dir
        Folder of the snapshot cache.
    graph
        A snapshot of ``store`` that is open already; default: it is opened.
    settings
        How many known pairs a trained model needs; default: those that ship.
    progress
        Told how far the training is.

    Raises
    ------
    ConfigError
        When a name is unknown or ambiguous, nothing is asked for, or lightgbm is not installed.
    NothingToAnalyse
        When the graph has no leader, or no company.
    """
    _check(leaders, companies, kind=kind, product=product, top=top, all_pairs=all_pairs)
    if why_not is not None:
        _check_why_not(companies, kind, audience)
    weights = weights or default_weights()
    graph = graph or load_chain_graph(store, cache_dir=cache_dir)
    buyers = _buyers(graph, leaders)
    asked = None if why_not is None else _asked(graph, why_not, buyers)
    suppliers = tuple(sorted({company_named(graph, name) for name in companies}))
    zone, outside = zone_named(graph, region, parks), audience != INTERNAL
    scope = MatchScope(
        demands=visible_demands(graph, audience),
        product=None if product is None else product_named(graph, product),
        companies=_candidates(graph, suppliers, zone),
        outside=outside,
    )
    run = run_record(store, as_of=as_of, weights=weights.as_record())
    features = company_features(graph, weights, run["as_of"])
    chosen = chosen_model(
        graph,
        model,
        kind,
        scope,
        features=features,
        weights=weights,
        settings=settings or MatchConfig(),
        progress=progress,
    )
    weights, run["weights"] = chosen.weights, chosen.weights.as_record()
    named = suppliers if asked is None else (asked,)
    told = _scope(graph, buyers, named, scope, zone=zone, top=top, audience=audience)
    told |= {"kind": kind, **chosen.scope}
    market = Market(graph, features, weights, scope, None if zone is None else zone.companies)
    rule = weights.congestion if all_pairs and not raw else None
    if asked is not None:
        return Answer(
            WHY_NOT_SCHEMA,
            WHY_NOT_COLUMNS,
            _why_not(market, asked, buyers, top, rule),
            run=run,
            scope=told,
            findings=chosen.findings,
            extra=chosen.extra,
        ).told_to(audience)
    turned = suppliers if not leaders and not all_pairs else ()
    found = _found(market, buyers, kind, top, rule, turned)
    whole = _whole_lists(market, kind, zone) if suppliers else None
    rows = [*found.rows, *_rows(found.chosen, explain=explain, outside=outside, whole=whole)]
    if outside:  # why somebody was confirmed is the bureau's own
        rows = [row | {"decision": None} for row in rows]
    return Answer(
        SCHEMA,
        COLUMNS if weights.ranker is None else (*COLUMNS, "probability"),
        rows,
        run=run,
        scope=told,
        findings=(*chosen.findings, *no_rows(market, buyers, rows, found.matches, kind)),
        extra={"excluded": _excluded(found.matches, top, outside=outside), **chosen.extra},
    ).told_to(audience)


@dataclass(frozen=True, eq=False)
class _Found:
    """What a kind found: pairs to show (or finished rows), and the matches they come from."""

    chosen: Sequence[Proposal] = ()
    rows: Sequence[dict[str, object]] = ()
    matches: Sequence[LeaderMatch] = ()


def _found(
    market: Market,
    buyers: Sequence[int],
    kind: str,
    top: int,
    rule: CongestionRule | None,
    suppliers: Sequence[int],
) -> _Found:
    if kind == "byproduct":
        return _Found(propose_byproducts(market, buyers, top))
    if kind == "package":
        return _Found(propose_packages(market, buyers, top))
    if kind == "codevelop":
        return _Found(rows=codevelop_rows(market, buyers, top))
    matches = [_match(market, kind, buyer) for buyer in buyers]
    if suppliers:
        return _Found(_by_company(matches, suppliers, top, kind), matches=matches)
    return _Found(published_lists(matches, top, rule, kind), matches=matches)


def _match(market: Market, kind: str, buyer: int) -> LeaderMatch:
    return market.match(buyer) if kind == "supply" else match_substitutes(market, buyer)


def _why_not(
    market: Market, asked: int, buyers: Sequence[int], top: int, rule: CongestionRule | None
) -> list[dict[str, object]]:
    """Return why a company is not on the lists that the same question without it shows."""
    published = None
    if rule is not None:
        shown = published_lists([market.match(buyer) for buyer in buyers], top, rule)
        published = {published_key(one.pairing): one.rank for one in shown}
    return why_not_rows(
        market.graph,
        asked,
        buyers,
        market.scope,
        features=market.features,
        weights=market.weights,
        top=top,
        published=published,
    )


def _whole_lists(market: Market, kind: str, zone: Zone | None) -> Callable[[Pairing], Pairing]:
    """Return how a pair is found again among all candidates, not only the companies asked about.

    What a change is worth is a matter of the whole list.
    """
    scope = replace(market.scope, companies=None if zone is None else zone.companies)
    find = lru_cache(None)(partial(_match, replace(market, scope=scope), kind))

    def same(pairing: Pairing) -> Pairing:
        match = find(pairing.leader)
        pairs = match.scored.pairs
        here = (pairs.company == pairing.company) & (pairs.need == pairing.number)
        return match.pairing(int(np.flatnonzero(here)[0]))

    return same


def _rows(
    chosen: Sequence[Proposal],
    *,
    explain: bool,
    outside: bool,
    whole: Callable[[Pairing], Pairing] | None,
) -> list[dict[str, object]]:
    if not explain:
        return match_rows(chosen, outside=outside)
    same = whole or (lambda pairing: pairing)
    return match_rows(
        chosen,
        # A leader changes nothing to be rid of its by-product, and a package ranks sets of firms.
        counterfactuals=[
            None if one.turned or one.package is not None else counterfactual(same(one.pairing))
            for one in chosen
        ],
        nearest=[None if outside else nearest_known_pair(one.pairing) for one in chosen],
        outside=outside,
    )


def _check(
    leaders: Sequence[str],
    companies: Sequence[str],
    *,
    kind: str,
    product: str | None,
    top: int,
    all_pairs: bool,
) -> None:
    if not (leaders or companies or all_pairs):
        raise ConfigError(say("match.nothing_asked"))
    if kind not in KINDS:
        raise ConfigError(say("match.kind", kind=kind, kinds="、".join(KINDS)))
    if kind == "codevelop" and product is not None:
        raise ConfigError(say("match.codevelop_product"))
    if kind == "package" and not (leaders or all_pairs):
        raise ConfigError(say("match.package_company"))
    if top < 1:
        raise ConfigError(say("match.top", top=top))


def _check_why_not(companies: Sequence[str], kind: str, audience: str) -> None:
    if companies:
        raise ConfigError(say("match.why_not_company"))
    if kind != "supply":
        raise ConfigError(say("match.why_not_kind"))
    if audience != INTERNAL:
        raise ConfigError(say("match.why_not_inside"))


def _asked(graph: ChainGraph, why_not: str, buyers: Sequence[int]) -> int:
    """Return the company of ``--why-not``, which is not the only leader itself."""
    asked = company_named(graph, why_not)
    if tuple(buyers) == (asked,):
        raise ConfigError(say("match.why_not_self", company=why_not))
    return asked


def _buyers(graph: ChainGraph, leaders: Sequence[str]) -> tuple[int, ...]:
    if not graph.n_companies:
        raise NothingToAnalyse(say("match.no_company"))
    if leaders:
        return tuple(sorted({company_named(graph, name) for name in leaders}))
    if not graph.leader_positions:
        raise NothingToAnalyse(say("match.no_leader"))
    return graph.leader_positions


def _candidates(
    graph: ChainGraph, suppliers: Sequence[int], zone: Zone | None
) -> np.ndarray[tuple[int], np.dtype[np.bool_]] | None:
    if not suppliers and zone is None:
        return None
    mask = np.ones(graph.n_companies, dtype=np.bool_) if zone is None else zone.companies
    if suppliers:
        named = np.zeros(graph.n_companies, dtype=np.bool_)
        named[list(suppliers)] = True
        mask = mask & named
    return mask


def _by_company(
    matches: Sequence[LeaderMatch], suppliers: Sequence[int], top: int, kind: str
) -> list[Proposal]:
    """Return for each supplier its best pairs over all leaders; ties by leader, then need."""
    found: dict[int, list[tuple[int, int, int, int]]] = {company: [] for company in suppliers}
    for number, match in enumerate(matches):
        pairs = match.scored.pairs
        for pair in best_pairs(match.scored, pairs.company.size):
            score = int(match.scored.score[pair])
            found[int(pairs.company[pair])].append((-score, match.leader, number, int(pair)))
    return [
        Proposal(matches[number].pairing(pair), rank, rank, kind)
        for company in suppliers
        for rank, (_, _, number, pair) in enumerate(sorted(found[company])[:top], start=1)
    ]


def _excluded(matches: Iterable[LeaderMatch], top: int, *, outside: bool) -> list[object]:
    """Return who was ruled out; outside not for being a supplier: that is the two firms' affair."""
    rows: list[object] = []
    for match in matches:
        out = match.scored.ruled_out
        pairs = best_pairs(match.scored, out.size if outside else top, ruled_out=True)
        if outside:
            pairs = pairs[out[pairs] != Filter.ALREADY_SUPPLIES]
        rows += excluded_rows(match, [int(pair) for pair in pairs[:top]])
    return rows


def _scope(
    graph: ChainGraph,
    buyers: Sequence[int],
    suppliers: Sequence[int],
    scope: MatchScope,
    *,
    zone: Zone | None,
    top: int,
    audience: str,
) -> dict[str, object]:
    ids = graph.companies["id"]
    return {
        "leaders": [ids[buyer].as_py() for buyer in buyers],
        "companies": [ids[supplier].as_py() for supplier in suppliers],
        "product": None if scope.product is None else cell(graph.products, "id", scope.product),
        "kind": "supply",
        "top": top,
        "region": zone.name if zone else None,
        "audience": audience,
        "n_companies": graph.n_companies,
        "n_products": graph.n_products,
        "n_demands": int(scope.demands.sum()),
    }
