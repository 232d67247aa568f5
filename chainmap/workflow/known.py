"""What the store already knows about the names and codes that an import mentions.

The one choice: a small store, or an import that mentions much of it, is read whole; else only
the rows asked for. Either way the resolver sees the same frames.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import pandas as pd

from chainmap.codes import parse_region
from chainmap.ingest.firms import MENTION
from chainmap.ingest.lookup import (
    COMPANY_COLUMNS,
    PARK_COLUMNS,
    PRODUCT_COLUMNS,
    Known,
    each,
    exploded,
)
from chainmap.ingest.same_firms import MOST_FOR_SPELLINGS
from chainmap.link.linker import Decided
from chainmap.names import name_key
from chainmap.stores.port import Condition, Direction, GraphQuery, Op
from chainmap.tables import LIST_JOIN
from chainmap.workflow.decisions import read_decisions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chainmap.ingest.accounts import CleanTable
    from chainmap.schema import Schema
    from chainmap.stores.port import GraphStore

WHOLE_BELOW = 5_000
"""A store with fewer companies is read whole: one query is quicker than several."""

CHUNK = 5_000
"""Names asked for in one query."""

_COMPANY = ("uscc", "name", "name_key", "short_name", "former_names")


def read_known(store: GraphStore, tables: Sequence[CleanTable], schema: Schema) -> Known:
    """Return the companies, products, parks, chains and segments that ``tables`` may mean."""
    labels = _labels(tables, schema)
    nodes = _nodes(store, {label: columns for label, columns in _SMALL.items() if label in labels})
    return Known(
        companies=_companies(store, tables) if "Company" in labels else _empty(COMPANY_COLUMNS),
        held=_count(store, "Company") if "Company" in labels else 0,
        products=nodes.get("Product", _empty(PRODUCT_COLUMNS)),
        decided=read_decisions(store).about_phrases() if "Company" in labels else Decided(),
        parks=nodes.get("Park", _empty(PARK_COLUMNS)),
        chains=tuple(nodes["IndustryChain"]["id"]) if "IndustryChain" in nodes else (),
        segments=tuple(nodes["Segment"]["id"]) if "Segment" in nodes else (),
    )


_SMALL = {
    "Product": PRODUCT_COLUMNS,
    "Park": PARK_COLUMNS,
    "IndustryChain": ("id", "name"),
    "Segment": ("id", "name"),
}
"""Labels that are read whole: tens of thousands of nodes at most."""


def _labels(tables: Sequence[CleanTable], schema: Schema) -> set[str]:
    """Return the labels that some column of the tables names."""
    labels = {table.owner for table in tables}
    for table in tables:
        for attribute in schema.owner(table.owner).attributes:
            given = table.has(attribute.name) or table.has(f"{attribute.name}_uscc")
            if given and attribute.refers is not None:
                labels.add(attribute.refers.label)
    return labels


def _nodes(store: GraphStore, wanted: Mapping[str, Sequence[str]]) -> dict[str, pd.DataFrame]:
    """Read these columns of these labels in one query; labels without nodes are absent."""
    if not wanted:
        return {}
    query = GraphQuery(
        labels=tuple(sorted(wanted)),
        edge_types=(),
        columns={label: tuple(columns[1:]) for label, columns in wanted.items()},
    )
    found = store.read(query).nodes
    return {label: found[label][list(wanted[label])].reset_index(drop=True) for label in found}


def _count(store: GraphStore, label: str) -> int:
    counts = store.count(label)
    return int(counts["count"].sum()) if len(counts) else 0


def _empty(columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="str") for name in columns})


def _companies(store: GraphStore, tables: Sequence[CleanTable]) -> pd.DataFrame:
    held = _count(store, "Company")
    if not held:
        return _empty(COMPANY_COLUMNS)
    keys, codes, texts = _mentions(tables)
    is_whole = held <= WHOLE_BELOW or len(keys) + len(codes) > held // 4
    found = _whole(store) if is_whole else _asked(store, keys, codes, texts)
    # A name that nobody has may be another spelling of any firm.
    if not is_whole and held <= MOST_FOR_SPELLINGS and _nobody_s(texts, found, tables):
        found = _whole(store)
    return _with_regions(store, found, set(keys)).reset_index(drop=True)


def _whole(store: GraphStore) -> pd.DataFrame:
    whole = ("id", *_COMPANY)
    return _nodes(store, {"Company": whole}).get("Company", _empty(whole))


def _nobody_s(texts: Sequence[str], found: pd.DataFrame, tables: Sequence[CleanTable]) -> bool:
    """Return whether some text is neither name nor id of a firm, in the import or in ``found``."""
    firms = found[~found["id"].str.startswith(MENTION)]
    others = (firms["short_name"], exploded(firms["former_names"])["part"])
    names = {*firms["name_key"], *(name_key(n) for part in others for n in part.dropna())}
    for table in tables:
        for name in ("name", "short_name") if table.owner == "Company" else ():
            given = table.frame[name].dropna().unique() if table.has(name) else ()
            names |= {name_key(text) for text in given}
    ids = {*firms["id"], *firms["id"].str.removeprefix("Company:")}
    return any(text not in ids and name_key(text) not in names for text in texts)


def _mentions(tables: Sequence[CleanTable]) -> tuple[list[str], list[str], list[str]]:
    """Return the name keys, the ids by credit code, and the texts that may be other names."""
    names: set[str] = set()
    codes: set[str] = set()
    texts: set[str] = set()
    for table in tables:
        for column in ("source", "target", "company"):
            if table.owner != "INPUT_TO" and table.has(column):
                texts |= set(table.frame[column].dropna().unique())
        for column in ("uscc", "source_uscc", "target_uscc", "company_uscc"):
            if table.has(column):
                codes |= set(table.frame[column].dropna().unique())
        if table.owner == "Company":
            names |= set(each(table.frame["name"], name_key).dropna().unique())
    codes |= {text for text in texts if len(text) == 18 and text.isascii()}
    keys = names | {name_key(text) for text in texts}
    return sorted(keys), sorted(f"Company:{code}" for code in codes), sorted(texts)


def _asked(
    store: GraphStore, keys: Sequence[str], ids: Sequence[str], texts: Sequence[str]
) -> pd.DataFrame:
    """Read the companies with these ids, names, short names, and all with former names."""
    own = [text for text in texts if text.startswith(("Company:", "tmp-"))]
    seeds = [*ids, *(t if t.startswith("Company:") else f"Company:{t}" for t in own)]
    queries = [GraphQuery(seeds=tuple(seeds), labels=("Company",), edge_types=())] if seeds else []
    queries += [
        _where("name_key", tuple(keys[start : start + CHUNK]))
        for start in range(0, len(keys), CHUNK)
    ]
    frames = [found for query in queries if (found := _read(store, query)) is not None]
    seen = {key for frame in frames for key in frame["name_key"].dropna()}
    left = [text for text in texts if name_key(text) not in seen and f"Company:{text}" not in ids]
    if left:
        others = [
            _where("short_name", tuple(left[start : start + CHUNK]))
            for start in range(0, len(left), CHUNK)
        ]
        others.append(
            GraphQuery(
                labels=("Company",),
                edge_types=(),
                where=(Condition("Company", "former_names", Op.PRESENT),),
            )
        )
        frames += [found for query in others if (found := _read(store, query)) is not None]
    if not frames:
        return _empty(("id", *_COMPANY))
    return pd.concat(frames, ignore_index=True).drop_duplicates("id", ignore_index=True)


def _where(attribute: str, values: tuple[str, ...]) -> GraphQuery:
    condition = Condition("Company", attribute, Op.IN, values)
    return GraphQuery(labels=("Company",), edge_types=(), where=(condition,))


def _read(store: GraphStore, query: GraphQuery) -> pd.DataFrame | None:
    narrow = GraphQuery(
        seeds=query.seeds,
        labels=query.labels,
        edge_types=query.edge_types,
        where=query.where,
        columns={"Company": _COMPANY},
    )
    found = store.read(narrow).nodes.get("Company")
    return None if found is None else found[["id", *_COMPANY]]


def _with_regions(store: GraphStore, found: pd.DataFrame, keys: set[str]) -> pd.DataFrame:
    """Add the most exact region code, and all of them; asked only where a name needs it."""
    needed = found[found["name_key"].isin(keys)]
    doubtful = needed["id"].str.startswith("Company:tmp-")
    doubtful |= needed["name_key"].duplicated(keep=False)
    ids = needed["id"][doubtful].tolist()
    every: dict[str, set[str]] = {}
    for start in range(0, len(ids), CHUNK):
        query = GraphQuery(
            seeds=tuple(ids[start : start + CHUNK]),
            edge_types=("LOCATED_IN",),
            hops=1,
            direction=Direction.DOWNSTREAM,
            columns={"Company": (), "LOCATED_IN": (), "Region": (), "Park": ()},
        )
        edges = store.read(query).edges.get("LOCATED_IN")
        for source, target in (
            zip(edges["source"], edges["target"], strict=True) if edges is not None else ()
        ):
            label, _, code = target.partition(":")
            if label == "Region" and parse_region(code):
                every.setdefault(source, set()).add(code)
    finest = {firm: reduce(_finer, sorted(codes), "") for firm, codes in every.items()}
    joined = {firm: LIST_JOIN.join(sorted(codes)) for firm, codes in every.items()}
    return found.assign(
        region=found["id"].map(finest).astype("str"), regions=found["id"].map(joined).astype("str")
    )


def _finer(one: str, other: str) -> str:
    """Return the region code with fewer trailing zeros, the smaller one when equal."""
    return min(one, other, key=lambda code: (len(code.rstrip("0")) * -1 if code else 1, code))


def child_renames(store: GraphStore, renames: dict[str, str]) -> dict[str, str]:
    """Return the new ids of yearly data and titles, whose ids hold their company's key."""
    olds = tuple(sorted(old for old in renames if old.startswith("Company:")))
    if not olds:
        return {}
    query = GraphQuery(
        seeds=olds,
        edge_types=("REPORTS", "HAS_TITLE"),
        hops=1,
        direction=Direction.DOWNSTREAM,
        columns={"REPORTS": (), "HAS_TITLE": ()},
    )
    moved: dict[str, str] = {}
    edges = store.read(query).edges
    for frame in edges.values():
        for source, target in zip(frame["source"], frame["target"], strict=True):
            if source in renames:
                old, new = source.partition(":")[2], renames[source].partition(":")[2]
                moved[target] = target.replace(f":{old}/", f":{new}/", 1)
    return moved
