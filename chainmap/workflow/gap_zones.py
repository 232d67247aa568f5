"""Where gaps are looked for: zones, their parks, and what each of them cannot see.

The choice: without a region or park each city in which a leader sits is looked at by itself;
without any located leader the whole graph is one place. A firm sits elsewhere only when its region
is known and is no part of the city, so a neighbouring park is never "outside".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import CAPACITY_OTHER_UNIT, ChainGraph, cell, ints
from chainmap.analysis.places import city_of, within
from chainmap.codes import EXAMPLE_REGION
from chainmap.errors import Finding, NothingToAnalyse, Severity
from chainmap.gaps.find import ZoneState, unplaced_products
from chainmap.texts import rule_severity, say
from chainmap.workflow.scope import Zone, make_zone, region_code, whole_zone, zone_named

if TYPE_CHECKING:
    from chainmap.gaps.thresholds import GapThresholds

Flags = npt.NDArray[np.bool_]
MOST_NAMED = 8


def gap_zones(
    graph: ChainGraph, region: str | None, parks: Sequence[str], *, by_park: bool
) -> list[Zone]:
    """Return the places to look at; with ``by_park`` every park of these that has companies.

    Raises
    ------
    ConfigError
        When a name is unknown.
    NothingToAnalyse
        When the graph has no product, a place no company, or no park with companies is in it.
    """
    if not graph.n_products:
        raise NothingToAnalyse(say("gaps.no_product"))
    zone = zone_named(graph, region, parks)
    if zone is not None:
        zones = [zone]
    else:
        zones = [make_zone(graph, city) for city in leader_cities(graph)] or [whole_zone(graph)]
    if by_park:
        inside = np.any([zone.park_mask for zone in zones], axis=0)
        split = [make_zone(graph, 0, [park]) for park in np.flatnonzero(inside).tolist()]
        named = "、".join(zone.name for zone in zones)
        zones = [zone for zone in split if zone.companies.any()]
        if not zones:
            raise NothingToAnalyse(say("gaps.no_park", region=named))
    for zone in zones:
        if not zone.companies.any():
            raise NothingToAnalyse(say("gaps.no_company", region=zone.name))
    return zones


def leader_cities(graph: ChainGraph) -> list[int]:
    """Return where leaders sit; a province counts only when no leader's city is known in it.

    The region of example firms is no place.
    """
    homes = {int(graph.company_region[leader]) for leader in graph.leader_positions}
    homes -= {int(EXAMPLE_REGION)}
    cities = {city_of(home) for home in homes if home}
    provinces = {city // 10000 * 10000 for city in cities if city > 0 and city % 10000}
    return sorted(cities - provinces)


def known_elsewhere(graph: ChainGraph, zone: Zone) -> Flags:
    """Return which companies are known to sit outside a zone and the cities that it lies in.

    A company of which only the province of the zone is known may sit in it.
    """
    place = graph.company_region
    near = zone.companies | (place == 0)
    homes = {zone.region, *graph.park_region[zone.park_mask].tolist()} - {0}
    for home in sorted(homes):
        near |= within(place, city_of(home))
        if home > 0:
            near |= place == home // 10000 * 10000
    return np.asarray(~near, dtype=np.bool_)


def may_be_inside(graph: ChainGraph, zone: Zone) -> Flags:
    """Return which companies may sit in a zone as far as the graph tells.

    No park of theirs is known, and no region either or only one that the zone lies in.
    """
    place = graph.company_region
    found = place == 0
    homes = {zone.region, *graph.park_region[zone.park_mask].tolist()} - {0}
    for home in sorted(homes):
        if home > 0 and home % 10000:
            found |= place == home // 10000 * 10000
    if zone.region > 0 and zone.region % 100:
        found |= place == city_of(zone.region)
    return np.asarray(
        found & ~zone.companies & (np.diff(graph.in_park.indptr) == 0), dtype=np.bool_
    )


def told_zone(graph: ChainGraph, zone: Zone, state: ZoneState) -> dict[str, object]:
    """Return what the scope of an answer says about one place."""
    return {
        "name": zone.name,
        "region": region_code(graph, zone.region) if zone.region else None,
        "parks": [cell(graph.parks, "name", park) for park in zone.parks],
        "companies": int(zone.companies.sum()),
        "surveyed": state.supply.surveyed,
        "needed_products": int((state.demand.weight > 0).sum()),
    }


def zone_findings(
    graph: ChainGraph, zone: Zone, state: ZoneState, bounds: GapThresholds, chain: int | None
) -> Iterator[Finding]:
    """Yield what the rules could not judge in one place, and why."""
    needed = state.demand.weight > 0
    if not needed.any():
        yield _finding("A-nothing-needed", zone.name)
    elif chain is not None:
        member = np.asarray(graph.in_chain[:, [chain]].toarray()).ravel() > 0
        if not (member & needed).any():
            name = cell(graph.chains, "name", chain)
            yield _finding(
                "A-chain-not-needed", str(name), region=zone.name, count=int(member.sum())
            )
    surveyed = state.supply.surveyed
    if surveyed < bounds.min_surveyed:
        yield _finding("A-few-surveyed", zone.name, count=surveyed, least=bounds.min_surveyed)
    strangers = state.supply.strangers
    asked = needed[strangers.product]
    if asked.any():
        made = np.unique(strangers.product[asked]).tolist()
        firms = np.unique(strangers.company[asked]).size
        yield _named(graph, "A-place-unknown", made, region=zone.name, firms=firms)
    unplaced = unplaced_products(graph, state)
    if unplaced:
        yield _named(graph, "A-product-in-no-chain", unplaced, most=len(unplaced))
    other_units = np.flatnonzero(_in_other_units(graph, zone, state))
    if other_units.size:
        yield _named(graph, "A-unit-not-comparable", other_units.tolist(), region=zone.name)


def bring_findings(
    graph: ChainGraph, zones: Sequence[Zone], brought: Sequence[int], is_out: Flags
) -> Iterator[Finding]:
    """Yield which companies that are to be brought in change nothing: local already, or closed."""
    for company in brought:
        name = str(cell(graph.companies, "name", company))
        if is_out[company]:
            status = str(cell(graph.companies, "status", company))
            yield _finding("A-bring-closed", name, status=status)
            continue
        for zone in zones:
            if zone.companies[company]:
                yield _finding("A-bring-local", name, region=zone.name)


def graph_findings(graph: ChainGraph) -> Iterator[Finding]:
    """Yield recipe rows that no rule can use: own inputs, quantities and shares out of range."""
    rows = np.repeat(np.arange(graph.n_products), np.diff(graph.inputs.indptr))
    share = graph.input_cost_share
    with np.errstate(invalid="ignore"):
        wrong = (rows == graph.inputs.indices) | (graph.input_quantity <= 0)
        wrong |= (share < 0) | (share > 1)
    found = np.unique(graph.inputs.indices[wrong]).tolist()
    if found:
        yield _named(graph, "A-input-ignored", found, rows=int(wrong.sum()))


def _in_other_units(graph: ChainGraph, zone: Zone, state: ZoneState) -> Flags:
    """Return the products with a local quantity in a unit that does not convert to theirs."""
    found = np.zeros(graph.n_products, dtype=np.bool_)
    rows = np.repeat(np.arange(graph.n_companies), np.diff(graph.makes.indptr))
    made = state.working[rows] & (graph.capacity_state == CAPACITY_OTHER_UNIT)
    found[graph.makes.indices[made]] = True
    demands, totals = graph.demands, graph.park_capacities
    wanted = state.working[ints(demands, "company")] & state.demand.visible
    wanted &= ints(demands, "volume_state") == CAPACITY_OTHER_UNIT
    found[ints(demands, "product")[wanted]] = True
    stated = zone.park_mask[ints(totals, "park")]
    stated &= ints(totals, "capacity_state") == CAPACITY_OTHER_UNIT
    found[ints(totals, "product")[stated]] = True
    return found


def _named(
    graph: ChainGraph, rule: str, products: Sequence[int], most: int = MOST_NAMED, **more: object
) -> Finding:
    names = "、".join(str(cell(graph.products, "name", one)) for one in products[:most])
    return _finding(rule, names, count=len(products), **more)


def _finding(rule: str, value: str, **params: object) -> Finding:
    return Finding(Severity(rule_severity(rule)), rule, value=value, params=params)
