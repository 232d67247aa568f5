"""Regions, industries, parks, chains and segments that rows name; added when only mentioned.

The one choice: what a row mentions it states, with the first row that does as its origin: a
region or a park stays as long as some row names it. Only its name is known then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from chainmap.codes import EXAMPLE_REGION
from chainmap.ingest.lookup import Known, NameIndex, each, exploded
from chainmap.ingest.places import industry_table, region_table
from chainmap.ingest.resolution import Added, Link, Resolution, blank, first_places, kept
from chainmap.names import product_key
from chainmap.schema import Attribute, Schema, node_id

if TYPE_CHECKING:
    from chainmap.ingest.accounts import CleanTable, FindingLog


def find_places(table: CleanTable, schema: Schema, log: FindingLog, resolution: Resolution) -> None:
    """Find the region and industry codes of each row; add the nodes they stand for.

    A region that is the end of a relation is left to ``find_region``: its row stands or falls
    with it.
    """
    owner = schema.owner(table.owner)
    if table.owner == "Region":
        _check_codes(table, log)
    for attribute in owner.attributes:
        if attribute.refers and attribute.refers.label == "Region" and attribute.refers.edge:
            codes = _find_regions(table, attribute, log)
            table.ids[attribute.name] = codes
            _add_regions(table, kept(table, codes), resolution)
        elif attribute.refers and attribute.refers.label == "Industry":
            codes = _find_industries(table, attribute, log)
            table.ids[attribute.name] = codes
            _add_industries(table, kept(table, codes), resolution)


def find_region(table: CleanTable, attribute: Attribute, log: FindingLog) -> pd.Series:
    """Return the id of the region that each row of a relation names; others are left out.

    A code that is no longer in use is not replaced by the region above it, which another figure
    belongs to.
    """
    texts = table.frame[attribute.name]
    regions = region_table()
    codes = each(texts, lambda text: regions.find(text) or None)
    lost = (texts.notna() & codes.isna()).to_numpy() & ~table.rejected
    log.add("R-region-of-row", table, np.flatnonzero(lost), attribute=attribute.name, reject=True)
    return node_id("Region", "") + codes


def mention_regions(table: CleanTable, ids: pd.Series, resolution: Resolution) -> None:
    """Add the regions that the kept rows of a relation name."""
    _add_regions(table, kept(table, ids).str.removeprefix("Region:"), resolution)


def _find_regions(table: CleanTable, attribute: Attribute, log: FindingLog) -> pd.Series:
    if not table.has(attribute.name):
        return blank(len(table))
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
    _tell_examples(table, attribute.name, codes, log)
    return codes


def _check_codes(table: CleanTable, log: FindingLog) -> None:
    """Tell the codes of the sheet of regions that are not in use."""
    codes = table.frame["code"]
    regions = region_table().regions
    missing = each(codes, lambda code: None if code in regions else code).notna()
    log.add("R-region-not-listed", table, np.flatnonzero(missing.to_numpy()), attribute="code")
    _tell_examples(table, "code", codes, log)


def _tell_examples(table: CleanTable, attribute: str, codes: pd.Series, log: FindingLog) -> None:
    """Tell the rows that lie in the region of examples and are not marked as one."""
    example = (codes == EXAMPLE_REGION).fillna(False).to_numpy(dtype=bool)
    if table.has("is_example"):
        example = example & ~table.frame["is_example"].fillna(False).to_numpy(dtype=bool)
    places = np.flatnonzero(example & ~table.rejected)
    log.add("R-example-region", table, places, attribute=attribute)


def _find_industries(table: CleanTable, attribute: Attribute, log: FindingLog) -> pd.Series:
    if not table.has(attribute.name):
        return blank(len(table))
    texts = table.frame[attribute.name]
    industries = industry_table()
    codes = each(texts, lambda text: industries.find(text) or None)
    unknown = np.flatnonzero((texts.notna() & codes.isna()).to_numpy())
    log.add("R-unknown-industry", table, unknown, attribute=attribute.name)
    return codes


def _add_regions(table: CleanTable, codes: pd.Series, resolution: Resolution) -> None:
    first = first_places(codes)
    if len(first):
        regions = region_table().regions
        frame = pd.DataFrame({"code": first.index.array})
        frame["id"] = "Region:" + frame["code"]
        frame["name"] = [regions[code].name for code in first.index]
        resolution.added.append(Added(table, "Region", frame, first.to_numpy(dtype=np.int64)))


def _add_industries(table: CleanTable, codes: pd.Series, resolution: Resolution) -> None:
    industries = industry_table()
    places: dict[str, int] = {}
    for code, place in first_places(codes).items():
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


def name_places(
    by_owner: Mapping[str, list[CleanTable]],
    known: Known,
    log: FindingLog,
    resolution: Resolution,
) -> tuple[NameIndex, NameIndex, NameIndex]:
    """Give parks, chains and segments their ids; return parks, chains, segments by name."""
    parks = _park_names(by_owner.get("Park", []), known)
    _add_parks(by_owner.get("Company", []), "park", parks, log, resolution)
    _add_parks(by_owner.get("Park", []), "parent", parks, log, resolution)
    chain_ids = identify(by_owner.get("IndustryChain", []), "IndustryChain", ("name",))
    chains = _chain_names([*chain_ids, *known.chains])
    for table in by_owner.get("Segment", []):
        _segment_ids(table, chains, log, resolution)
    segment_ids = [
        segment
        for table in by_owner.get("Segment", [])
        for segment in kept(table, table.ids["id"]).dropna().unique()
    ]
    return parks, chains, _segment_names([*segment_ids, *known.segments])


def identify(tables: Sequence[CleanTable], label: str, key: tuple[str, ...]) -> list[str]:
    """Give rows the id made of their key as written; return the ids."""
    found: set[str] = set()
    for table in tables:
        parts = table.frame[key[0]].str.cat([table.frame[k] for k in key[1:]], sep="/")
        table.ids["id"] = node_id(label, "") + parts
        found |= set(kept(table, table.ids["id"]).dropna())
    return sorted(found)


def _park_names(tables: Sequence[CleanTable], known: Known) -> NameIndex:
    identify(tables, "Park", ("name",))
    frames = [known.parks]
    for table in tables:
        frame = pd.DataFrame({"id": kept(table, table.ids["id"]), "name": table.frame["name"]})
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
    tables: Sequence[CleanTable],
    attribute: str,
    parks: NameIndex,
    log: FindingLog,
    resolution: Resolution,
) -> None:
    """Find the park that a column names; one that nobody declares is added by its name."""
    for table in tables:
        if not table.has(attribute):
            table.ids[attribute] = blank(len(table))
            continue
        texts = table.frame[attribute]
        ids = parks.find(each(texts, product_key))
        _tell_added(table, attribute, texts.where(ids.isna()), "R-park-added", log)
        ids = ids.where(ids.notna(), "Park:" + texts)
        if table.owner == "Park":
            ids = _not_itself(table, attribute, ids, log)
        table.ids[attribute] = ids
        _mention(table, "Park", ids, resolution)


def _not_itself(table: CleanTable, attribute: str, ids: pd.Series, log: FindingLog) -> pd.Series:
    """Return the ids without those of the row's own node, which are told."""
    itself = (ids == table.ids["id"]).fillna(False).astype(bool)
    log.add(
        "R-self-loop",
        table,
        np.flatnonzero(itself.to_numpy()),
        attribute=attribute,
        params=lambda place: {"name": table.frame[attribute].iloc[place]},
    )
    return ids.mask(itself)


def _mention(table: CleanTable, label: str, ids: pd.Series, resolution: Resolution) -> None:
    """State the nodes that the rows name, so that they stay as long as a row names them."""
    first = first_places(kept(table, ids))
    if len(first):
        frame = pd.DataFrame({"id": first.index.array})
        frame["name"] = frame["id"].str.removeprefix(f"{label}:")
        resolution.added.append(Added(table, label, frame, first.to_numpy(dtype=np.int64)))


def _tell_added(
    table: CleanTable, attribute: str, texts: pd.Series, rule: str, log: FindingLog
) -> None:
    places = first_places(kept(table, texts)).to_numpy(dtype=np.int64)
    log.add(
        rule,
        table,
        np.sort(places),
        attribute=attribute,
        params=lambda place: {"name": texts.iloc[place]},
    )


def _chain_names(ids: Sequence[str]) -> NameIndex:
    every = pd.Series(sorted(set(ids)), dtype="str")
    names = each(every.str.removeprefix("IndustryChain:"), product_key)
    short = each(names, lambda name: name.removesuffix("产业链"))
    return NameIndex([(every, every), (names, every), (short, every)])


def find_chain(texts: pd.Series, chains: NameIndex) -> pd.Series:
    """Return the id of the chain each text names, 产业链 at its end or not; else null."""
    keys = each(texts, product_key)
    ids = chains.find(keys)
    return ids.where(ids.notna(), chains.find(each(keys, lambda key: key.removesuffix("产业链"))))


def _segment_ids(
    table: CleanTable, chains: NameIndex, log: FindingLog, resolution: Resolution
) -> None:
    texts = table.frame["chain"]
    ids = find_chain(texts, chains)
    _tell_added(table, "chain", texts.where(ids.isna()), "R-chain-added", log)
    ids = ids.where(ids.notna(), "IndustryChain:" + texts)
    table.ids["chain"] = ids
    _mention(table, "IndustryChain", ids, resolution)
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


def segment_key(text: str) -> str:
    """Return the comparable form of a segment reference: chain/segment or segment."""
    key = product_key(text.removeprefix("Segment:"))
    for joint in (">", "-", "—", "\\", ":"):
        if "/" not in key and joint in key:
            return key.replace(joint, "/", 1)
    chain, slash, name = key.partition("/")
    return chain.removesuffix("产业链") + slash + name if slash else key
