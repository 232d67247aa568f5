"""What a question is about: names -> positions, the zone, and the record of the run.

The choice: a name that is unknown or fits several nodes is never guessed; the message lists the
candidates to choose from.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import ChainGraph, cell
from chainmap.analysis.lookup import (
    find_chains,
    find_companies,
    find_parks,
    find_products,
    find_region,
    suggestions,
)
from chainmap.analysis.places import within
from chainmap.errors import ConfigError
from chainmap.stores.port import Condition, GraphQuery, GraphStore, Op
from chainmap.texts import say
from chainmap.version import __version__

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, eq=False)
class Zone:
    """A place that counts as local: a region, parks, or both.

    Attributes
    ----------
    name
        What people call it.
    region
        Region number, 0 without one.
    parks
        Positions of parks.
    companies
        Mask over companies that are in it.
    park_mask
        Mask over parks that are in it.
    """

    name: str
    region: int
    parks: tuple[int, ...]
    companies: npt.NDArray[np.bool_]
    park_mask: npt.NDArray[np.bool_]


def company_named(graph: ChainGraph, text: str) -> int:
    """Return the position of the company that ``text`` names.

    Raises
    ------
    ConfigError
        When no company or several companies go by that name; the message lists candidates.
    """
    return _one(graph.companies, text, find_companies(graph, text), "company")


def product_named(graph: ChainGraph, text: str) -> int:
    """Return the position of the product that ``text`` names (ConfigError as company_named)."""
    return _one(graph.products, text, find_products(graph, text), "product")


def chain_named(graph: ChainGraph, text: str) -> int:
    """Return the position of the chain that ``text`` names (ConfigError as company_named)."""
    return _one(graph.chains, text, find_chains(graph, text), "chain")


def zone_named(graph: ChainGraph, region: str | None, parks: Sequence[str]) -> Zone | None:
    """Return the zone of a region and parks; None when neither is given.

    Local means LOCATED_IN the region (or a place below it) or one of the parks. A region that is
    none is taken for a park.

    Raises
    ------
    ConfigError
        When the region or a park is unknown.
    """
    if not region and not parks:
        return None
    number = 0
    if region:
        found = find_region(graph, region)
        named = find_parks(graph, region) if found is None else ()
        if len(named) == 1:
            return make_zone(graph, 0, named)
        if found is None:
            hints = suggestions(graph.regions, region)
            raise ConfigError(_unknown("region", region, hints))
        number = found
    chosen = tuple(
        sorted({_one(graph.parks, park, find_parks(graph, park), "park") for park in parks})
    )
    return make_zone(graph, number, chosen)


def make_zone(graph: ChainGraph, region: int, parks: Sequence[int] = ()) -> Zone:
    """Return the zone of a region number (0: none) and park positions, with the parks in these."""
    park_mask = np.zeros(graph.parks.num_rows, dtype=np.bool_)
    park_mask[list(parks)] = True
    park_mask |= np.asarray(graph.park_in @ park_mask.astype(float)) > 0
    companies = np.asarray(graph.in_park @ park_mask.astype(float)) > 0
    names = [str(cell(graph.parks, "name", park)) for park in parks]
    if region:
        companies |= within(graph.company_region, region)
        park_mask |= within(graph.park_region, region)
        names.insert(0, region_name(graph, region))
    return Zone("、".join(names), region, tuple(parks), companies, park_mask)


def whole_zone(graph: ChainGraph) -> Zone:
    """Return the zone that holds every company and park of the graph."""
    return Zone(
        say("scope.everywhere", lang="zh"),
        0,
        (),
        np.ones(graph.n_companies, dtype=np.bool_),
        np.ones(graph.parks.num_rows, dtype=np.bool_),
    )


def region_code(graph: ChainGraph, number: int) -> str:
    """Return the code of a region number: GB/T 2260, or ISO 3166-1 for a foreign country."""
    if number > 0:
        return f"{number:06d}"
    codes = (str(row["code"]) for row in graph.regions.to_pylist())
    return next((code for code in codes if find_region(graph, code) == number), str(number))


def region_name(graph: ChainGraph, number: int) -> str:
    """Return the name of a region number, its code when the graph has no such region."""
    code = f"{number:06d}"
    for row in graph.regions.to_pylist():
        if find_region(graph, row["code"]) == number:
            return str(row["name"] or row["code"])
    return code


def run_record(store: GraphStore, *, as_of: str | None, **versions: object) -> dict[str, Any]:
    """Return the ``run`` of an answer: versions, date, store and the inputs with their hashes.

    ``as_of`` defaults to the latest ``as_of`` of the imports in the store, null when none states
    one; ``store`` is the address without folders, since answers are sent around.
    """
    # Asking for a name, which every node has, spares the file store a list of all its node ids.
    sources = store.read(
        GraphQuery(
            labels=("Source",),
            edge_types=(),
            where=(Condition("Source", "name", Op.PRESENT),),
            columns={"Source": ("name", "files", "as_of")},
        )
    )
    frame = sources.nodes.get("Source")
    rows = [] if frame is None else frame.sort_values("id").to_dict("records")
    dates = [row["as_of"] for row in rows if isinstance(row.get("as_of"), str)]
    return {
        "version": __version__,
        **versions,
        "as_of": as_of or max(dates, default=None),
        "store": told_address(store.url),
        "inputs": [file for row in rows for file in _files(row)],
    }


def told_address(url: str) -> str:
    """Return a store's address as it may be told: of a file only its name.

    >>> told_address("sqlite:/home/wang/bureau/chainmap.sqlite"), told_address("bolt://host:7687")
    ('sqlite:chainmap.sqlite', 'bolt://host:7687')
    """
    scheme, colon, place = url.partition(":")
    if scheme != "sqlite":
        return url
    return scheme + colon + re.split(r"[/\\]", place)[-1]


def _files(row: dict[str, Any]) -> list[dict[str, object]]:
    """Return the files of one Source node, each with its source."""
    told = row.get("files")
    listed = json.loads(told) if isinstance(told, str) and told else []
    listed = listed if isinstance(listed, list) else [listed]
    return [
        {"source": row.get("name"), "file": one.get("file"), "sha256": one.get("sha256")}
        for one in listed
        if isinstance(one, dict)
    ]


def _one(table: pa.Table, text: str, found: Sequence[int], kind: str) -> int:
    if len(found) == 1:
        return found[0]
    if not found:
        raise ConfigError(_unknown(kind, text, suggestions(table, text)))
    placed = "region" in table.column_names  # of two firms of one name the place tells most

    def name(row: int) -> str:
        place = (cell(table, "region", row) if placed else None) or ""
        where = f"，{place}" if place else ""
        return f"{cell(table, 'name', row)}（{cell(table, 'id', row)}{where}）"

    told = "；".join(name(row) for row in found)
    raise ConfigError(say("scope.ambiguous", kind=say(f"scope.{kind}"), text=text, names=told))


def _unknown(kind: str, text: str, hints: Sequence[str]) -> str:
    told = say("scope.did_you_mean", names="；".join(hints)) if hints else say("scope.no_hint")
    return say("scope.unknown", kind=say(f"scope.{kind}"), text=text, hint=told)
