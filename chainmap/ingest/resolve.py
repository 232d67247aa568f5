"""Rows to ids: what each row states, and which nodes its cells name.

The one choice: everything is settled over all tables of the import at once, and nothing is
merged on likeness. Places, industries, parks and chains come first, then products and firms,
then the rows that connect them; a row that names something unknown is told and left out.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from chainmap.ingest.accounts import CleanTable, FindingLog
from chainmap.ingest.firms import Firms, find_companies, identify_companies
from chainmap.ingest.goods import Goods, find_main_products, find_products, identify_products
from chainmap.ingest.lookup import Known, NameIndex, each, exploded
from chainmap.ingest.places import industry_table, region_table
from chainmap.names import product_key
from chainmap.schema import Attribute, Dtype, NodeType, Schema, node_id


@dataclass(frozen=True, eq=False)
class Link:
    """Edges that cells of a node's rows state: ``places`` are positions in the table.

    ``phrase`` is what the cell said, where that is evidence (main products).
    """

    table: CleanTable
    edge: str
    places: np.ndarray[tuple[int], np.dtype[np.int64]]
    sources: pd.Series
    targets: pd.Series
    phrase: pd.Series | None = None


@dataclass(frozen=True, eq=False)
class Added:
    """A node that is only mentioned: attributes, and the position of the first mention."""

    table: CleanTable
    label: str
    frame: pd.DataFrame
    places: np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(eq=False)
class Resolution:
    """Everything that cells name; the ids of rows are in ``CleanTable.ids``."""

    links: list[Link] = field(default_factory=list)
    added: list[Added] = field(default_factory=list)
    renames: dict[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    products: Mapping[str, str] = field(default_factory=dict)


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
        _find_places(table, schema, log, resolution)
    parks, chains, segments = _name_places(by_owner, known, log, resolution)
    goods = identify_products(by_owner.get("Product", []), known, log)
    firms = identify_companies(by_owner.get("Company", []), known, log)
    scope = Scope(log, parks, chains, segments, goods, firms)
    for table in tables:
        if table.owner in schema.nodes:
            _link_node_table(table, schema, scope, resolution)
        else:
            _resolve_edge_table(table, schema, scope)
    for old, new in sorted((firms.renames | goods.renames).items()):
        log.tell("R-renamed", old=old, new=new)
        resolution.renames[old] = new
    resolution.units = goods.units
    resolution.products = goods.shown
    return resolution


def _blank(length: int) -> pd.Series:
    return pd.Series(pd.array([None] * length, dtype="str"))


def _kept(table: CleanTable, values: pd.Series) -> pd.Series:
    """Return ``values`` with the rows that will not be stored set to null."""
    return values.mask(pd.Series(table.rejected, index=values.index))


# --- regions and industries: code tables, added as they are mentioned ------------------------


def _find_places(
    table: CleanTable, schema: Schema, log: FindingLog, resolution: Resolution
) -> None:
    owner = schema.owner(table.owner)
    for attribute in owner.attributes:
        if attribute.refers and attribute.refers.label == "Region":
            codes = _find_regions(table, attribute, log)
            table.ids[attribute.name] = codes
            _add_regions(table, _kept(table, codes), resolution)
        elif attribute.refers and attribute.refers.label == "Industry":
            codes = _find_industries(table, attribute, log)
            table.ids[attribute.name] = codes
            _add_industries(table, _kept(table, codes), resolution)


def _find_regions(table: CleanTable, attribute: Attribute, log: FindingLog) -> pd.Series:
    if not table.has(attribute.name):
        return _blank(len(table))
    texts = table.frame[attribute.name]
    regions = region_table()
    codes = each(texts, lambda text: regions.find(text) or None)
    lost = texts.notna() & codes.isna()
    if lost.any():
        above = each(texts.where(lost), lambda text: regions.replaced(text) or None)
        log.add(
            "R-old-region-code",
            table,
            np.flatnonzero(above.notna()),
            attribute=attribute.name,
            params=lambda place: {
                "parent": f"{above.iloc[place]} {regions.regions[above.iloc[place]].name}"
            },
        )
        codes = codes.where(codes.notna(), above)
        unknown = np.flatnonzero((lost & above.isna()).to_numpy())
        log.add("R-unknown-region", table, unknown, attribute=attribute.name)
    return codes


def _find_industries(table: CleanTable, attribute: Attribute, log: FindingLog) -> pd.Series:
    if not table.has(attribute.name):
        return _blank(len(table))
    texts = table.frame[attribute.name]
    industries = industry_table()
    codes = each(texts, lambda text: industries.find(text) or None)
    unknown = np.flatnonzero((texts.notna() & codes.isna()).to_numpy())
    log.add("R-unknown-industry", table, unknown, attribute=attribute.name)
    return codes


def _first_places(values: pd.Series) -> pd.Series:
    """Return distinct value -> position of its first row, in order of value."""
    given = values[values.notna()]
    first = given[~given.duplicated()]
    return pd.Series(first.index.to_numpy(), index=first.array).sort_index()


def _add_regions(table: CleanTable, codes: pd.Series, resolution: Resolution) -> None:
    first = _first_places(codes)
    if len(first):
        regions = region_table().regions
        frame = pd.DataFrame({"code": first.index.array})
        frame["id"] = "Region:" + frame["code"]
        frame["name"] = [regions[code].name for code in first.index]
        resolution.added.append(Added(table, "Region", frame, first.to_numpy(dtype=np.int64)))


def _add_industries(table: CleanTable, codes: pd.Series, resolution: Resolution) -> None:
    industries = industry_table()
    places: dict[str, int] = {}
    for code, place in _first_places(codes).items():
        for step in industries.chain(str(code)):
            places[step] = min(int(place), places.get(step, int(place)))
    if not places:
        return
    frame = pd.DataFrame({"code": pd.Series(sorted(places), dtype="str")})
    frame["id"] = "Industry:" + frame["code"]
    frame["name"] = [industries.names[code] for code in frame["code"]]
    at = np.array([places[code] for code in frame["code"]], dtype=np.int64)
    resolution.added.append(Added(table, "Industry", frame, at))
    below = [place for place, code in enumerate(frame["code"]) if industries.parents.get(code)]
    lower = frame["id"].iloc[below].reset_index(drop=True)
    upper = pd.Series(
        ["Industry:" + industries.parents[code] for code in frame["code"].iloc[below]], dtype="str"
    )
    if below:
        resolution.links.append(Link(table, "CHILD_OF", at[below], lower, upper))


# --- parks, chains, segments: named on their sheets ------------------------------------------


def _name_places(
    by_owner: Mapping[str, list[CleanTable]],
    known: Known,
    log: FindingLog,
    resolution: Resolution,
) -> tuple[NameIndex, NameIndex, NameIndex]:
    parks = _park_names(by_owner.get("Park", []), known)
    _add_parks(by_owner.get("Company", []), parks, log, resolution)
    chain_ids = _identify(by_owner.get("IndustryChain", []), "IndustryChain", ("name",))
    chains = _chain_names([*chain_ids, *known.chains])
    for table in by_owner.get("Segment", []):
        _segment_ids(table, chains, log, resolution)
    segment_ids = [
        segment
        for table in by_owner.get("Segment", [])
        for segment in _kept(table, table.ids["id"]).dropna().unique()
    ]
    return parks, chains, _segment_names([*segment_ids, *known.segments])


def _identify(tables: Sequence[CleanTable], label: str, key: tuple[str, ...]) -> list[str]:
    """Give rows the id made of their key as written; return the ids."""
    found: set[str] = set()
    for table in tables:
        parts = table.frame[key[0]].str.cat([table.frame[k] for k in key[1:]], sep="/")
        table.ids["id"] = node_id(label, "") + parts
        found |= set(_kept(table, table.ids["id"]).dropna())
    return sorted(found)


def _park_names(tables: Sequence[CleanTable], known: Known) -> NameIndex:
    _identify(tables, "Park", ("name",))
    frames = [known.parks]
    for table in tables:
        frame = pd.DataFrame({"id": _kept(table, table.ids["id"]), "name": table.frame["name"]})
        frame["aliases"] = table.frame["aliases"] if table.has("aliases") else None
        frames.append(frame[frame["id"].notna()])
    every = pd.concat(
        [frame[["id", "name", "aliases"]] for frame in frames if len(frame)] or frames[:1]
    )
    parts = exploded(every["aliases"].astype("str"))
    ids = pd.Series(every["id"].array.take(parts["place"].to_numpy()), dtype="str")
    return NameIndex(
        [(every["id"], every["id"]), (each(every["name"], product_key), every["id"]),
         (each(parts["part"], product_key), ids)]
    )  # fmt: skip


def _add_parks(
    tables: Sequence[CleanTable], parks: NameIndex, log: FindingLog, resolution: Resolution
) -> None:
    for table in tables:
        if not table.has("park"):
            table.ids["park"] = _blank(len(table))
            continue
        texts = table.frame["park"]
        ids = parks.find(each(texts, product_key))
        first = _first_places(_kept(table, texts.where(ids.isna())))
        table.ids["park"] = ids.where(ids.notna(), "Park:" + texts)
        if not len(first):
            continue
        frame = pd.DataFrame({"name": first.index.array})
        frame["id"] = "Park:" + frame["name"]
        places = first.to_numpy(dtype=np.int64)
        resolution.added.append(Added(table, "Park", frame, places))
        log.add(
            "R-park-added",
            table,
            np.sort(places),
            attribute="park",
            params=lambda place, texts=texts: {"name": texts.iloc[place]},
        )


def _chain_names(ids: Sequence[str]) -> NameIndex:
    every = pd.Series(sorted(set(ids)), dtype="str")
    names = each(every.str.removeprefix("IndustryChain:"), product_key)
    short = each(names, lambda name: name.removesuffix("产业链"))
    return NameIndex([(every, every), (names, every), (short, every)])


def _find_chain(texts: pd.Series, chains: NameIndex) -> pd.Series:
    keys = each(texts, product_key)
    ids = chains.find(keys)
    return ids.where(ids.notna(), chains.find(each(keys, lambda key: key.removesuffix("产业链"))))


def _segment_ids(
    table: CleanTable, chains: NameIndex, log: FindingLog, resolution: Resolution
) -> None:
    texts = table.frame["chain"]
    ids = _find_chain(texts, chains)
    first = _first_places(_kept(table, texts.where(ids.isna())))
    if len(first):
        frame = pd.DataFrame({"name": first.index.array})
        frame["id"] = "IndustryChain:" + frame["name"]
        places = first.to_numpy(dtype=np.int64)
        resolution.added.append(Added(table, "IndustryChain", frame, places))
        log.add(
            "R-chain-added",
            table,
            np.sort(places),
            attribute="chain",
            params=lambda place: {"name": texts.iloc[place]},
        )
    ids = ids.where(ids.notna(), "IndustryChain:" + texts)
    table.ids["chain"] = ids
    names = ids.str.removeprefix("IndustryChain:")
    table.ids["id"] = "Segment:" + names + "/" + table.frame["name"]


def _segment_names(ids: Sequence[str]) -> NameIndex:
    every = pd.Series(sorted(set(ids)), dtype="str")
    whole = every.str.removeprefix("Segment:")
    chain, name = whole.str.split("/", n=1).str[0], whole.str.split("/", n=1).str[1]
    short = chain.str.removesuffix("产业链") + "/" + name
    return NameIndex(
        [
            (every, every),
            (each(whole, product_key), every),
            (each(short, product_key), every),
            (each(name, product_key), every),
        ]
    )


# --- rows about nodes: their own id, and the edges their cells state --------------------------


def _link_node_table(
    table: CleanTable, schema: Schema, scope: Scope, resolution: Resolution
) -> None:
    node = schema.nodes[table.owner]
    if table.owner in ("CompanyYear", "TitleAward"):
        _identify_of_company(table, node, scope)
    elif "id" not in table.ids:
        _identify([table], node.label, node.key)
    for attribute in node.attributes:
        refers = attribute.refers
        if refers is None or not refers.edge:
            continue
        if not (table.has(attribute.name) or attribute.name in table.ids):
            continue
        link = _link_of(table, attribute, scope)
        if link is None or not len(link.places):
            continue
        if refers.incoming:
            link = Link(table, link.edge, link.places, link.targets, link.sources)
        resolution.links.append(link)
        if refers.label == "Certificate":
            _add_certificates(link, resolution)


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
    if attribute.dtype is Dtype.PRODUCTS:
        found = find_main_products(table, scope.goods, scope.log)
        places = found["place"].to_numpy(dtype=np.int64)
        return Link(
            table, refers.edge, places, _own_ids(table, places), found["target"], found["phrase"]
        )
    if attribute.dtype is Dtype.REFLIST:
        parts = exploded(_kept(table, table.frame[attribute.name]))
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
    return _blank(len(table))


def certificate_name(text: str) -> str:
    """Return a certificate's name in one spelling: ``IATF 16949`` and ``iatf16949`` are one."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def _targets_of_parts(
    table: CleanTable, attribute: Attribute, parts: pd.DataFrame, scope: Scope
) -> pd.Series:
    if attribute.refers and attribute.refers.label == "Certificate":
        return "Certificate:" + each(parts["part"], certificate_name)
    found = scope.segments.find(each(parts["part"], _segment_key))
    loose = parts[found.isna()].groupby("place")["part"].agg("、".join)
    scope.log.add(
        "R-unknown-segment",
        table,
        loose.index.to_numpy(),
        attribute=attribute.name,
        params=lambda place: {"name": loose[place]},
    )
    return found


def _segment_key(text: str) -> str:
    key = product_key(text.removeprefix("Segment:"))
    for joint in (">", "-", "—", "\\", ":"):
        if "/" not in key and joint in key:
            return key.replace(joint, "/", 1)
    chain, slash, name = key.partition("/")
    return chain.removesuffix("产业链") + slash + name if slash else key


def _add_certificates(link: Link, resolution: Resolution) -> None:
    first = _first_places(link.targets)
    frame = pd.DataFrame({"id": first.index.array})
    frame["name"] = frame["id"].str.removeprefix("Certificate:")
    places = link.places[first.to_numpy(dtype=np.int64)]
    resolution.added.append(Added(link.table, "Certificate", frame, places))


# --- rows about edges --------------------------------------------------------------------------


def _resolve_edge_table(table: CleanTable, schema: Schema, scope: Scope) -> None:
    edge = schema.edges[table.owner]
    ends = {a.name: a for a in edge.attributes if a.refers is not None and not a.refers.edge}
    for name, attribute in ends.items():
        if not (table.has(name) or table.has(f"{name}_uscc")):
            table.ids[name] = _blank(len(table))
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
            given = table.frame[name].astype("str") if table.has(name) else _blank(len(table))
            table.ids[name] = given
    if table.owner == "REQUIRES":
        table.ids["demand_id"] = _demand_ids(table)
    for name in edge.key:
        table.ids[name] = table.ids[name].fillna("")


def _find_end(table: CleanTable, attribute: Attribute, scope: Scope) -> pd.Series:
    label = attribute.refers.label if attribute.refers else ""
    if label == "Company":
        return find_companies(table, attribute.name, scope.firms, scope.log)
    if label == "Product":
        optional = not attribute.required
        return find_products(table, attribute.name, scope.goods, scope.log, reject=not optional)
    texts = table.frame[attribute.name]
    found = {
        "Park": lambda: scope.parks.find(each(texts, product_key)),
        "IndustryChain": lambda: _find_chain(texts, scope.chains),
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

    own = table.frame["demand_id"] if table.has("demand_id") else _blank(len(table))
    return own.where(own.notna(), each(content, made))


Elements = Callable[[str], Sequence[str]]


def element_keys(schema: Schema) -> Elements:
    """Return which ``CleanTable.ids`` identify an element of a label or type."""

    def names(owner: str) -> Sequence[str]:
        edge = schema.edges.get(owner)
        return ("source", "target", *edge.key) if edge else ("id",)

    return names
