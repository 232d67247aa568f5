"""What is taken away: names of firms, products, parks and regions -> a shock.

The choice: a name may be any of the four; where it could be several, it is asked which, never
guessed. A product is taken away as what its makers deliver, a place as the firms in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import ChainGraph, cell, row_of, row_places
from chainmap.analysis.lookup import (
    find_companies,
    find_parks,
    find_products,
    find_region,
    suggestions,
)
from chainmap.errors import ConfigError
from chainmap.match.features import closed_down, out_of_business
from chainmap.match.grounds import region_name
from chainmap.risk.cascade import Shock
from chainmap.risk.families import take_away
from chainmap.texts import say
from chainmap.workflow.scope import make_zone, product_named, region_code

if TYPE_CHECKING:
    from chainmap.risk.network import RiskNetwork
    from chainmap.risk.settings import RiskSettings

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

COMPANY, PRODUCT, PARK, REGION = "company", "product", "park", "region"
_WORDS: Mapping[str, str] = {
    "企业": COMPANY, "产品": PRODUCT, "园区": PARK, "地区": REGION,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Removed:
    """One thing that is taken away: its kind, position (a region's number), id and name."""

    kind: str
    at: int
    id: str
    name: str


@dataclass(frozen=True, eq=False)
class Scenario:
    """What is taken away, and what that means for the network.

    Attributes
    ----------
    removed
        As asked.
    shock
        Firms and outlets that deliver less.
    exposed
        Share of a shortage that stocks do not bridge, by good; None: an outage without end.
    unrecorded
        Firms that stop and of which no supply is recorded: what hangs on them is unknown.
    closed
        Firms asked for that are struck off or suspended already.
    unclear
        Firms whose supplies name a broader product, of which an unknown part stops.
    unbought
        Products that nobody is recorded to buy.
    unsold
        Products that stop, each with those of its makers that are recorded to sell it to nobody.
    """

    removed: tuple[Removed, ...]
    shock: Shock
    exposed: Floats | None
    unrecorded: tuple[int, ...]
    closed: tuple[int, ...]
    unclear: tuple[int, ...]
    unbought: tuple[int, ...]
    unsold: tuple[tuple[int, tuple[int, ...]], ...]


def removed_named(graph: ChainGraph, text: str) -> Removed:
    """Return what a name means.

    Raises
    ------
    ConfigError
        When it is unknown, or could be several things; the message lists what to write instead.
    """
    word, _, rest = text.replace("：", ":", 1).partition(":")
    kind = _WORDS.get(word.strip(), word.strip().lower())
    kinds = [kind] if rest and kind in _WORDS.values() else [*_WORDS.values()]
    name = rest.strip() if len(kinds) == 1 else text.strip()
    found = [one for kind in kinds for one in _FINDERS[kind](graph, name)]
    if len(found) == 1:
        return found[0]
    words = {kind: word for word, kind in _WORDS.items()}
    if found:
        choices = "、".join(f"{words[one.kind]}:{one.name}（{one.id}）" for one in found[:8])
        raise ConfigError(say("whatif.ambiguous", text=text, choices=choices))
    near = [
        hint
        for table in (graph.companies, graph.products, graph.parks, graph.regions)
        for hint in suggestions(table, name)[:2]
    ]
    raise ConfigError(say("whatif.unknown", text=text, near="、".join(near) or "—"))


def _companies(graph: ChainGraph, name: str) -> list[Removed]:
    return [_row(graph, COMPANY, at) for at in find_companies(graph, name)]


def _products(graph: ChainGraph, name: str) -> list[Removed]:
    return [_row(graph, PRODUCT, at) for at in find_products(graph, name)]


def _parks(graph: ChainGraph, name: str) -> list[Removed]:
    return [_row(graph, PARK, at) for at in find_parks(graph, name)]


def _regions(graph: ChainGraph, name: str) -> list[Removed]:
    number = find_region(graph, name)
    if not number:
        return []
    code = region_code(graph, number)
    return [Removed(REGION, number, f"Region:{code}", region_name(graph, code))]


def _row(graph: ChainGraph, kind: str, at: int) -> Removed:
    table = {COMPANY: graph.companies, PRODUCT: graph.products, PARK: graph.parks}[kind]
    return Removed(kind, at, str(cell(table, "id", at)), str(cell(table, "name", at)))


_FINDERS: Mapping[str, Callable[[ChainGraph, str], list[Removed]]] = {
    COMPANY: _companies, PRODUCT: _products, PARK: _parks, REGION: _regions,
}  # fmt: skip


def make_scenario(
    graph: ChainGraph,
    network: RiskNetwork,
    settings: RiskSettings,
    removed: Sequence[Removed],
    *,
    fraction: float,
    exposed: Floats | None,
) -> Scenario:
    """Return the shock that takes ``fraction`` of everything named away.

    Raises
    ------
    ConfigError
        When a place holds no firm.
    """
    firms, products = np.empty(0, np.int64), np.empty(0, np.int64)
    for one in removed:
        if one.kind == PRODUCT:
            products = np.union1d(products, [one.at])
        else:
            inside = _firms_of(graph, one)
            if not inside.size:
                raise ConfigError(say("whatif.empty_place", name=one.name))
            firms = np.union1d(firms, inside)
    left = 1 - fraction
    taken = take_away(graph, network, settings, products, left)
    shock = Shock(
        firms=firms,
        output=np.full(firms.size, left),
        outlets=taken.outlets,
        delivered=taken.delivered,
    )
    sold = taken.outlets[np.isnan(network.outlet_spare[taken.outlets])]
    sellers = np.union1d(network.outlet_firm[sold], taken.unclear)
    bought, moved = network.intake_good, network.outlet_good[sold]
    unbought = [
        at
        for at in products.tolist()
        if not np.isin([at, *graph.kinds_below(at).tolist()], bought).any()
        and not np.isin(row_of(graph.kind_steps, at), moved).any()
    ]
    unsold = [
        (at, makers)
        for at in products.tolist()
        if at not in unbought and (makers := _makers_unsold(graph, settings, at, sellers))
    ]
    closed = closed_down(graph)[firms]
    return Scenario(
        removed=tuple(removed),
        shock=shock,
        exposed=exposed,
        unrecorded=tuple(firms[~network.connected[firms] & ~closed].tolist()),
        closed=tuple(firms[closed].tolist()),
        unclear=tuple(taken.unclear.tolist()),
        unbought=tuple(unbought),
        unsold=tuple(unsold),
    )


def _makers_unsold(
    graph: ChainGraph, settings: RiskSettings, product: int, sellers: Ints
) -> tuple[int, ...]:
    """Return the makers of a product or a kind of it that are recorded to sell neither."""
    places, _ = row_places(graph.makers, np.array([product, *graph.kinds_below(product).tolist()]))
    sure = graph.makes.data[graph.makers.data[places]] >= settings.accept
    makers = graph.makers.indices[places][sure]
    makers = makers[~out_of_business(graph)[makers]]
    return tuple(np.setdiff1d(makers, sellers).tolist())


def _firms_of(graph: ChainGraph, one: Removed) -> Ints:
    if one.kind == COMPANY:
        return np.array([one.at], dtype=np.int64)
    zone = make_zone(graph, 0, (one.at,)) if one.kind == PARK else make_zone(graph, one.at)
    return np.flatnonzero(zone.companies)


def bridged(
    graph: ChainGraph,
    network: RiskNetwork,
    settings: RiskSettings,
    days: float | None,
    stock: Sequence[str],
) -> Floats | None:
    """Return the share of a shortage that stocks do not bridge, by good; None without ``days``.

    Parameters
    ----------
    graph, network, settings
        The snapshot, its network, and the days that any stock lasts by default.
    days
        How long the outage lasts.
    stock
        ``产品=天数``: how long stocks of single products last.

    Notes
    -----
    max(0, days − stock) ÷ days (METHODS 3.1).

    Raises
    ------
    ConfigError
        When a product is unknown, or the days are no number from 0.
    """
    lasts = np.full(network.n_goods, settings.stock_days)
    single: dict[int, float] = {}
    for one in stock:
        name, equals, number = one.rpartition("=")
        try:
            value = float(number)
        except ValueError:
            value = -1.0
        if not equals or not 0 <= value < float("inf"):
            raise ConfigError(say("whatif.stock", text=one))
        product = product_named(graph, name)
        single[product] = value
    # The narrowest that is said goes before, in whatever order it is said.
    for product in sorted(single, key=lambda at: (-graph.kinds_below(at).size, at)):
        lasts[graph.kinds_below(product)] = single[product]
    for product, value in single.items():
        lasts[product] = value
    if days is None:
        if stock:
            raise ConfigError(say("whatif.stock_without_days"))
        return None
    return np.maximum(0.0, days - lasts) / days
