"""The drawing job: an open store in, one HTML file out (a chain or a company's neighbourhood).

The choice: names and places come from the snapshot, which is in memory anyway; what a page
cites (origins, contacts, notes) is read from the store for the few rows that are drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import chainmap
from chainmap.analysis.graph import ChainGraph, cell
from chainmap.analysis.places import city_of
from chainmap.audience import INTERNAL
from chainmap.errors import ConfigError
from chainmap.stores.port import Direction, GraphQuery, GraphStore
from chainmap.tables import GraphTables
from chainmap.texts import say
from chainmap.views.chain_map import draw_chain_map
from chainmap.views.chain_tables import (
    ChainTables,
    chain_map_model,
    chain_products,
    kinds_below,
)
from chainmap.views.model import ChainMapModel, Decision, PageFacts
from chainmap.views.neighbour_tables import Surroundings, neighbourhood_model, surroundings
from chainmap.views.neighbourhood import draw_neighbourhood
from chainmap.views.page import check_audience
from chainmap.workflow.gaps import find_gaps
from chainmap.workflow.scope import (
    Zone,
    chain_named,
    company_named,
    make_zone,
    run_record,
    whole_zone,
    zone_named,
)
from chainmap.workflow.snapshot import FoldedReads, load_chain_graph
from chainmap.xlsx.write import replace_file

if TYPE_CHECKING:
    import pandas as pd

NETWORK_LABELS = ("IndustryChain", "Segment", "Product")
NETWORK_EDGES = ("PART_OF", "IN_SEGMENT", "KIND_OF", "INPUT_TO")
FIRM_EDGES = ("LOCATED_IN", "LEADS")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "Company": (
        "name",
        "short_name",
        "size_class",
        "titles",
        "contact",
        "phone",
        "is_example",
        "origin",
    ),
    "Product": ("code", "name", "aliases", "is_key", "description", "origin"),
    "Park": ("name",),
    "Region": ("name",),
    "LOCATED_IN": (),
}
"""What pages show of these; the rest stays in the store, which makes reading three times faster."""


@dataclass(frozen=True, eq=False)
class Scene:
    """What several pages of one store share: snapshot, product network, zone, page facts."""

    store: GraphStore
    reads: FoldedReads
    graph: ChainGraph
    network: GraphTables
    zone: Zone
    facts: PageFacts

    @cached_property
    def local(self) -> frozenset[str]:
        """Ids of the companies in the zone."""
        ids = self.graph.company_ids
        return frozenset(ids[np.flatnonzero(self.zone.companies)])


def draw_graph(  # noqa: PLR0913 - the twin of the command: one parameter an option
    store: GraphStore,
    output: Path,
    *,
    chain: str | None = None,
    company: str | None = None,
    audience: str = INTERNAL,
    region: str | None = None,
    parks: Sequence[str] = (),
    as_of: str | None = None,
    cache_dir: Path | None = None,
) -> Path:
    """Draw one chain, or one company and who is near it, as a self-contained HTML file.

    Parameters
    ----------
    store
        An open store.
    output
        The HTML file to write.
    chain, company
        Exactly one of them: name or id.
    audience
        内部, or 外发: no phone number, only 公开 demands.
    region, parks
        What counts as local; default: everywhere.
    as_of
        Date of the answer, ISO; default: that of the last import.
    cache_dir
        Folder of the snapshot cache.

    Raises
    ------
    ConfigError
        When not exactly one of chain and company is given, or the name is unknown or ambiguous.
    """
    if (chain is None) == (company is None):
        raise ConfigError(say("views.one_of"))
    scene = set_scene(
        store, audience=audience, region=region, parks=parks, as_of=as_of, cache_dir=cache_dir
    )
    if company is not None:
        at = company_named(scene.graph, company)
        centre = str(cell(scene.graph.companies, "id", at))
        model = neighbourhood_model(surroundings_of(scene, [centre]), centre)
        text = draw_neighbourhood(model)
    else:
        at = chain_named(scene.graph, str(chain))
        name = str(cell(scene.graph.chains, "name", at))
        gaps = find_gaps(
            store,
            chain=name,
            region=region,
            parks=parks,
            audience=audience,
            as_of=as_of,
            cache_dir=cache_dir,
            graph=scene.graph,
        )
        text = draw_chain_map(chain_map(scene, str(cell(scene.graph.chains, "id", at)), gaps.rows))
    return replace_file(output, text.encode())


def set_scene(
    store: GraphStore,
    *,
    audience: str,
    region: str | None,
    parks: Sequence[str],
    as_of: str | None,
    cache_dir: Path | None,
    home: str = "",
) -> Scene:
    """Load what the pages share; ``home`` is the relative address of a cover to link to."""
    check_audience(audience)
    graph = load_chain_graph(store, cache_dir=cache_dir)
    zone = zone_named(graph, region, parks) or home_zone(graph)
    record = run_record(store, as_of=as_of)
    files = {str(one.get("file") or one.get("source")) for one in record["inputs"]}
    facts = PageFacts(
        zone=zone.name,
        as_of=str(record["as_of"] or ""),
        sources=tuple(sorted(files)),
        audience=audience,
        version=chainmap.__version__,
        home=home,
    )
    reads = FoldedReads(store)
    network = reads.read(
        GraphQuery(labels=NETWORK_LABELS, edge_types=NETWORK_EDGES, columns=COLUMNS)
    )
    return Scene(store, reads, graph, network, zone, facts)


def home_zone(graph: ChainGraph) -> Zone:
    """Return the cities in which a leader sits (as the gap job takes them), else everywhere."""
    homes = {int(graph.company_region[leader]) for leader in graph.leader_positions}
    cities = [make_zone(graph, city) for city in sorted({city_of(home) for home in homes if home})]
    if not cities:
        return whole_zone(graph)
    return replace(
        cities[0],
        name="、".join(city.name for city in cities),
        companies=np.any([city.companies for city in cities], axis=0),
        park_mask=np.any([city.park_mask for city in cities], axis=0),
    )


def chain_map(scene: Scene, chain: str, gaps: Sequence[Mapping[str, object]]) -> ChainMapModel:
    """Return the model of the chain with id ``chain``; reads only what its products touch."""
    own = chain_products(scene.network, chain)
    products = set(own).union(*kinds_below(scene.network, own).values())
    around = _around(scene.reads, sorted(products), ("PRODUCES", "REQUIRES", "HAS_CAPACITY"))
    tables = ChainTables(scene.network, _with_places(scene.reads, around), scene.local, gaps)
    return chain_map_model(tables, chain, scene.facts)


def surroundings_of(scene: Scene, companies: Sequence[str]) -> Surroundings:
    """Read what is near some companies (ids): products, partners, and who makes or needs them."""
    first = _around(scene.reads, companies, ("PRODUCES", "REQUIRES", "SUPPLIES"))
    own = _ids(first, "Product")
    recipe = _around(scene.reads, own, ("INPUT_TO",))
    second = _around(scene.reads, tuple({*own, *_ids(recipe, "Product")}), ("PRODUCES", "REQUIRES"))
    firms = _with_places(scene.reads, _joined([first, second]))
    tables = _joined([firms, recipe])
    return surroundings(tables, scene.facts, local=scene.local, decided=decisions_in(scene.graph))


def decisions_in(graph: ChainGraph) -> list[Decision]:
    """Return what people decided about pairs, the latest of each pair and product first."""
    ids, names = graph.companies["id"], graph.companies["name"]
    found = [
        Decision(
            ends=(ids[row["one"]].as_py(), ids[row["other"]].as_py()),
            names=(names[row["one"]].as_py(), names[row["other"]].as_py()),
            verdict=row["verdict"],
            date=row["date"] or "",
            product=cell(graph.products, "name", row["product"]) if row["product"] >= 0 else "",
            reason=row["reason"] or "",
            by=row["by"] or "",
        )
        for row in graph.decided.to_pylist()
    ]
    return sorted(found, key=lambda told: (told.date, told.ends, told.product), reverse=True)


def _around(reads: FoldedReads, seeds: Sequence[str], edge_types: tuple[str, ...]) -> GraphTables:
    if not seeds:
        return GraphTables()
    query = GraphQuery(
        seeds=tuple(sorted(seeds)),
        edge_types=edge_types,
        hops=1,
        direction=Direction.BOTH,
        columns=COLUMNS,
    )
    return reads.read(query)


def _with_places(reads: FoldedReads, tables: GraphTables) -> GraphTables:
    """Return ``tables`` with where its companies are and what they lead."""
    companies = _ids(tables, "Company")
    if not companies:
        return tables
    places = reads.read(
        GraphQuery(seeds=companies, edge_types=FIRM_EDGES, hops=1, direction=Direction.DOWNSTREAM)
    )
    return _joined([tables, places])


def _ids(tables: GraphTables, label: str) -> tuple[str, ...]:
    frame = tables.nodes.get(label)
    return () if frame is None else tuple(sorted(frame["id"]))


def _joined(parts: Sequence[GraphTables]) -> GraphTables:
    """Return the union of several reads of one store; a row read twice counts once."""
    import pandas as pd

    def union(kinds: Sequence[Mapping[str, pd.DataFrame]], keys: list[str]) -> dict[str, Any]:
        frames: dict[str, list[pd.DataFrame]] = {}
        for kind in kinds:
            for name, frame in kind.items():
                frames.setdefault(name, []).append(frame)
        joined = {name: pd.concat(some, ignore_index=True) for name, some in frames.items()}
        return {
            name: frame.drop_duplicates(
                subset=keys + [k for k in ("demand_id", "product", "as_of") if k in frame.columns]
                if len(keys) > 1
                else keys
            )
            for name, frame in joined.items()
        }

    return GraphTables(
        nodes=union([part.nodes for part in parts], ["id"]),
        edges=union([part.edges for part in parts], ["source", "target"]),
    )
