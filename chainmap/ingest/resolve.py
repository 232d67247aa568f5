"""Rows to ids: what each row states, and which nodes its cells name.

The one choice: everything is settled over all tables of the import at once; what is only
alike becomes a link with a probability, never a merge. Places, industries, parks and chains
come first, then products and firms, then the rows that connect them; a row that names something
unknown is told and left out.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from chainmap.ingest.firms import Firms, identify_companies
from chainmap.ingest.free_text import link_text
from chainmap.ingest.goods import Goods, find_products, identify_products
from chainmap.ingest.lookup import Known, NameIndex, each, exploded
from chainmap.ingest.mentions import (
    find_chain,
    find_places,
    find_region,
    identify,
    mention_regions,
    name_places,
    segment_key,
)
from chainmap.ingest.named_firms import find_companies
from chainmap.ingest.resolution import Added, Link, Resolution, blank, first_places, kept
from chainmap.ingest.same_firms import find_pairs, state_pairs
from chainmap.ingest.spellings import mentioned_names, named_records, with_spellings
from chainmap.names import product_key, split_list
from chainmap.schema import Attribute, Dtype, EdgeType, NodeType, Schema, node_id

if TYPE_CHECKING:
    from chainmap.ingest.accounts import CleanTable, FindingLog


@dataclass(frozen=True, eq=False)
class Scope:
    """What a resolver of one attribute needs."""

    log: FindingLog
    parks: NameIndex
    chains: NameIndex
    segments: NameIndex
    goods: Goods
    firms: Firms


def resolve_tables(
    tables: Sequence[CleanTable], known: Known, schema: Schema, log: FindingLog
) -> Resolution:
    """Resolve all rows of an import.

    Parameters
    ----------
    tables
        Cleaned tables; their ``ids`` and ``rejected`` are filled in here.
    known
        What the store holds of the names and codes mentioned.
    """
    by_owner: dict[str, list[CleanTable]] = {}
    for table in tables:
        by_owner.setdefault(table.owner, []).append(table)
    resolution = Resolution()
    for table in tables:
        find_places(table, schema, log, resolution)
    parks, chains, segments = name_places(by_owner, known, log, resolution)
    goods = identify_products(by_owner.get("Product", []), known, log)
    companies = by_owner.get("Company", [])
    firms = identify_companies(companies, known, log)
    mentioned = mentioned_names(tables, schema, firms)
    alike = find_pairs(companies, mentioned, known, firms.renames, log)
    firms = with_spellings(firms, mentioned, alike)
    scope = Scope(log, parks, chains, segments, goods, firms)
    for table in tables:
        if table.owner in schema.nodes:
            _link_node_table(table, schema, scope, resolution)
        else:
            _resolve_edge_table(table, schema, scope)
            for end in _region_ends(schema.edges[table.owner]):
                mention_regions(table, table.ids[end], resolution)
    for old, new in sorted(({**firms.renames, **goods.renames}).items()):
        log.tell("R-renamed", old=old, new=new)
        resolution.renames[old] = new
    records = named_records(tables, mentioned, firms)
    resolution.added += records
    state_pairs(companies, records, alike, log, resolution)
    resolution.units = goods.units
    resolution.products = goods.shown
    return resolution


# --- rows about nodes: their own id, and the edges their cells state --------------------------


def _link_node_table(
    table: CleanTable, schema: Schema, scope: Scope, resolution: Resolution
) -> None:
    node = schema.nodes[table.owner]
    if table.owner in ("CompanyYear", "TitleAward"):
        _identify_of_company(table, node, scope)
    elif "id" not in table.ids:
        identify([table], node.label, node.key)
    for attribute in node.attributes:
        refers = attribute.refers
        if refers is None or not refers.edge:
            continue
        if not (table.has(attribute.name) or attribute.name in table.ids):
            continue
        if attribute.dtype in (Dtype.PRODUCTS, Dtype.SCOPE):
            link = link_text(table, attribute.name, scope.goods, scope.log, resolution)
        else:
            link = _link_of(table, attribute, scope)
        if link is None or not len(link.places):
            continue
        if refers.incoming:
            link = Link(table, link.edge, link.places, link.targets, link.sources)
        resolution.links.append(link)
        if refers.label in NAMED_BY_LIST:
            _add_named(refers.label, link, resolution)


def _identify_of_company(table: CleanTable, node: NodeType, scope: Scope) -> None:
    companies = find_companies(table, "company", scope.firms, scope.log)
    table.ids["company"] = companies
    key = companies.str.removeprefix("Company:")
    for name in node.key[1:]:
        key = key + "/" + table.frame[name].astype("str")
    table.ids["id"] = node_id(node.label, "") + key


def _link_of(table: CleanTable, attribute: Attribute, scope: Scope) -> Link | None:
    refers = attribute.refers
    if refers is None:
        return None
    if attribute.dtype is Dtype.REFLIST:
        cells = kept(table, table.frame[attribute.name])
        parts = exploded(cells, lambda text: _parts(text, attribute, scope))
        places = parts["place"].to_numpy(dtype=np.int64)
        targets = _targets_of_parts(table, attribute, parts, scope)
    else:
        targets = _targets(table, attribute, scope)
        places = np.arange(len(table), dtype=np.int64)
    good = targets.notna().to_numpy() & ~table.rejected[places]
    places, targets = places[good], targets[good].reset_index(drop=True)
    return Link(table, refers.edge, places, _own_ids(table, places), targets)


def _own_ids(table: CleanTable, places: np.ndarray[tuple[int], np.dtype[np.int64]]) -> pd.Series:
    return pd.Series(table.ids["id"].array.take(places), dtype="str")


def _targets(table: CleanTable, attribute: Attribute, scope: Scope) -> pd.Series:
    label = attribute.refers.label if attribute.refers else ""
    if label in ("Region", "Industry"):
        return f"{label}:" + table.ids[attribute.name]
    if attribute.name in table.ids:
        return table.ids[attribute.name]
    if label == "Product":
        found = find_products(table, attribute.name, scope.goods, scope.log, reject=False)
        own = found == table.ids["id"]
        scope.log.add(
            "R-self-loop",
            table,
            np.flatnonzero(own.fillna(False).to_numpy(dtype=bool)),
            attribute=attribute.name,
            params=lambda place: {"name": table.frame[attribute.name].iloc[place]},
        )
        return found.mask(own.fillna(False))
    return blank(len(table))


def _parts(text: str, attribute: Attribute, scope: Scope) -> tuple[str, ...]:
    """Split a cell that names several nodes, unless the whole cell names one (it has commas)."""
    label = attribute.refers.label if attribute.refers else ""
    if label == "Segment" and scope.segments.knows(segment_key(text)):
        return (text,)
    return split_list(text)


def certificate_name(text: str) -> str:
    """Return a certificate's name in one spelling: ``IATF 16949`` and ``iatf16949`` are one."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def field_name(text: str) -> str:
    """Return a technology field's name in one spelling: widths and blanks made alike."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


NAMED_BY_LIST: Mapping[str, Callable[[str], str]] = {
    "Certificate": certificate_name,
    "TechField": field_name,
}
"""Labels whose nodes come into being by being named in a list, with their one spelling."""


def _targets_of_parts(
    table: CleanTable, attribute: Attribute, parts: pd.DataFrame, scope: Scope
) -> pd.Series:
    if attribute.refers and attribute.refers.label in NAMED_BY_LIST:
        label = attribute.refers.label
        return f"{label}:" + each(parts["part"], NAMED_BY_LIST[label])
    found = scope.segments.find(each(parts["part"], segment_key))
    loose = parts[found.isna()].groupby("place")["part"].agg("、".join)
    scope.log.add(
        "R-unknown-segment",
        table,
        loose.index.to_numpy(),
        attribute=attribute.name,
        params=lambda place: {"name": loose[place]},
    )
    return found


def _add_named(label: str, link: Link, resolution: Resolution) -> None:
    first = first_places(link.targets)
    frame = pd.DataFrame({"id": first.index.array})
    frame["name"] = frame["id"].str.removeprefix(f"{label}:")
    places = link.places[first.to_numpy(dtype=np.int64)]
    resolution.added.append(Added(link.table, label, frame, places))


# --- rows about edges --------------------------------------------------------------------------


def _resolve_edge_table(table: CleanTable, schema: Schema, scope: Scope) -> None:
    edge = schema.edges[table.owner]
    ends = {a.name: a for a in edge.attributes if a.refers is not None and not a.refers.edge}
    for name, attribute in ends.items():
        if not (table.has(name) or table.has(f"{name}_uscc")):
            table.ids[name] = blank(len(table))
            continue
        table.ids[name] = _find_end(table, attribute, scope)
    if len(edge.sources) == 1 and edge.sources == edge.targets:
        loops = (table.ids["source"] == table.ids["target"]).fillna(False).to_numpy(dtype=bool)
        scope.log.add(
            "R-self-loop",
            table,
            np.flatnonzero(loops & ~table.rejected),
            attribute="source",
            params=lambda place: {"name": table.text["source"].iloc[place]},
            reject=True,
        )
    for name in edge.key:
        if name not in table.ids:
            given = table.frame[name].astype("str") if table.has(name) else blank(len(table))
            table.ids[name] = given
    if table.owner == "REQUIRES":
        table.ids["demand_id"] = _demand_ids(table)
    for name in edge.key:
        table.ids[name] = table.ids[name].fillna("")


def _region_ends(edge: EdgeType) -> list[str]:
    return [
        a.name
        for a in edge.attributes
        if a.refers is not None and a.refers.label == "Region" and not a.refers.edge
    ]


def _find_end(table: CleanTable, attribute: Attribute, scope: Scope) -> pd.Series:
    label = attribute.refers.label if attribute.refers else ""
    if label == "Company":
        return find_companies(table, attribute.name, scope.firms, scope.log)
    if label == "Product":
        optional = not attribute.required
        return find_products(table, attribute.name, scope.goods, scope.log, reject=not optional)
    if label == "Region":
        return find_region(table, attribute, scope.log)
    texts = table.frame[attribute.name]
    found = {
        "Park": lambda: scope.parks.find(each(texts, product_key)),
        "IndustryChain": lambda: find_chain(texts, scope.chains),
    }[label]()
    rule = {"Park": "R-unknown-park", "IndustryChain": "R-unknown-chain"}[label]
    scope.log.add(
        rule,
        table,
        np.flatnonzero((texts.notna() & found.isna()).to_numpy() & ~table.rejected),
        attribute=attribute.name,
        params=lambda place: {"name": texts.iloc[place]},
        reject=True,
    )
    return found


_DEMAND_CONTENT = ("volume", "unit", "amount_cny", "specification", "certification", "deadline")


def _demand_ids(table: CleanTable) -> pd.Series:
    """Return the demand's own number, else one made of its content (never of its place)."""
    content = pd.Series([""] * len(table), dtype="str")
    for name in _DEMAND_CONTENT:
        if table.has(name):
            content = content + table.frame[name].astype("str").fillna("")
        content = content + "\x1f"

    def made(text: str) -> str:
        return "d-" + hashlib.sha256(text.encode()).hexdigest()[:12]

    own = table.frame["demand_id"] if table.has("demand_id") else blank(len(table))
    return own.where(own.notna(), each(content, made))


Elements = Callable[[str], Sequence[str]]


def element_keys(schema: Schema) -> Elements:
    """Return which ``CleanTable.ids`` identify an element of a label or type."""

    def names(owner: str) -> Sequence[str]:
        edge = schema.edges.get(owner)
        return ("source", "target", *edge.key) if edge else ("id",)

    return names
