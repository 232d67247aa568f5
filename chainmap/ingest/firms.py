"""Which rows are the same company, and which company a cell names.

The one choice: the credit code decides; without it the normalised full name does, when the
regions do not contradict each other. Two valid codes are never one firm, and a name that fits
two firms names neither. A firm known without a code takes the code as soon as one is known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from chainmap.codes import region_covers
from chainmap.ingest.lookup import Known, NameIndex, each, exploded, within
from chainmap.ingest.mapping_file import OWN_KEY
from chainmap.ingest.suggest import Suggester
from chainmap.names import company_key, name_key
from chainmap.schema import node_id
from chainmap.tables import LIST_JOIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from chainmap.ingest.accounts import CleanTable, FindingLog

PREFIX = node_id("Company", "")
TEMPORARY = node_id("Company", "tmp-")
MENTION = node_id("Company", "tmp-n")
"""Begins the key of a firm that rows only name; a letter behind the hexadecimal digits, so that in
order of keys the firm's own record goes first and stands for both when they are folded."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """The record of an unknown spelling, and the firm it resembles most."""

    id: str
    other: str
    band: str
    probability: float


@dataclass(frozen=True)
class Firms:
    """The companies of an import and the store: names and codes to ids, ids that changed.

    ``spellings`` holds, by name key, unknown spellings that resemble a firm (``spellings.py``).
    """

    ids: NameIndex
    names: NameIndex
    exact: NameIndex
    shown: pd.Series
    suggest: Suggester
    renames: Mapping[str, str]
    spellings: Mapping[str, Spelling] = field(default_factory=dict)

    def name_of(self, ids: pd.Series) -> pd.Series:
        """Return the name of each id (index kept), null for an unknown one."""
        codes, uniques = pd.factorize(ids)
        places = self.shown.index.get_indexer(pd.Index(uniques))
        names = self.shown.array.take(places, allow_fill=True)
        return pd.Series(names.take(codes, allow_fill=True), index=ids.index, dtype="str")


def mention_id(name: str) -> str:
    """Return the id of a firm that is known only by being named in a row about something else.

    >>> mention_id("青海示例锂业")
    'Company:tmp-neb72fa7acbea10a'
    """
    return MENTION + company_key(name).removeprefix("tmp-")[:15]


def identify_companies(tables: Sequence[CleanTable], known: Known, log: FindingLog) -> Firms:
    """Give each kept Company row its id (``table.ids["id"]``) and its ``name_key``.

    ``table.ids["region"]`` must hold region codes, null unknown.
    """
    rows = _company_rows(tables)
    store = known.companies
    temporary = store["id"].str.startswith(TEMPORARY)
    rows["id"] = PREFIX + rows["uscc"]
    contested = _contested(rows, store)
    twins = _twins(rows, tables, log)
    bare = rows["uscc"].isna().to_numpy() & ~twins
    easy = np.flatnonzero(bare & ~within(rows["name_key"], contested))
    if len(easy):
        rows.iloc[easy, rows.columns.get_loc("id")] = _temporary_ids(rows.iloc[easy]).array
    renames: dict[str, str] = {}
    care = rows[within(rows["name_key"], contested) & ~twins]
    stored = store[within(store["name_key"], contested)]
    places = _places_of(rows, stored, temporary)
    for key, group in care.groupby("name_key", sort=True):
        held = stored[stored["name_key"] == key]
        chosen, moved = _settle(str(key), group, held, temporary, places)
        renames |= moved
        open_rows = group.index[group["uscc"].isna()]
        rows.loc[open_rows, "id"] = [
            chosen.get(region) for region in rows.loc[open_rows, "region"].fillna("")
        ]
    _hand_back(tables, rows, log)
    return _firms(rows, tables, store, renames)


def _company_rows(tables: Sequence[CleanTable]) -> pd.DataFrame:
    parts = []
    for number, table in enumerate(tables):
        table.frame["name_key"] = each(table.frame["name"], name_key)
        kept = np.flatnonzero(~table.rejected)
        part = pd.DataFrame({"table": number, "place": kept})
        part["name"] = table.frame["name"].array[kept]
        part["name_key"] = table.frame["name_key"].array[kept]
        part["uscc"] = (
            table.frame["uscc"].array[kept]
            if table.has("uscc")
            else pd.array([None] * len(kept), dtype="str")
        )
        part["own_key"] = table.frame[OWN_KEY].array[kept] if table.has(OWN_KEY) else ""
        part["region"] = table.ids["region"].array[kept]
        parts.append(part)
    columns = {"table": "int64", "place": "int64"}
    columns |= dict.fromkeys(("name", "name_key", "uscc", "own_key", "region"), "str")
    empty = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns.items()})
    return pd.concat(parts, ignore_index=True) if parts else empty


def _twins(rows: pd.DataFrame, tables: Sequence[CleanTable], log: FindingLog) -> NDArray[np.bool_]:
    """Keep firms of one name and region apart that their source tells apart by its own key.

    The first of them, in order of these keys, goes on as if it were alone; the others get an
    id that holds the key. Returns which rows are such others.
    """
    marked = rows[rows["uscc"].isna() & (rows["own_key"].fillna("") != "")]
    pair = marked["name_key"] + "\x1f" + marked["region"].fillna("")
    first = marked.groupby(pair)["own_key"].transform("min")
    others = marked[marked["own_key"] != first]
    whole = pair.loc[others.index] + "\x1f" + others["own_key"]
    rows.loc[others.index, "id"] = each(
        whole, lambda text: PREFIX + company_key(*text.split("\x1f"))
    )
    for place in others.index:
        alike = marked[pair == pair[place]].sort_values("own_key")
        names = "、".join(
            f"{n}（{k}）" for n, k in zip(alike["name"], alike["own_key"], strict=True)
        )
        log.add(
            "R-twins",
            tables[int(rows["table"][place])],
            [int(rows["place"][place])],
            attribute="name",
            params={"names": names},
        )
    return np.asarray(rows.index.isin(others.index), dtype=np.bool_)


def _contested(rows: pd.DataFrame, store: pd.DataFrame) -> pd.Index:
    """Return the name keys that need a decision; all others are told apart by their hash."""
    bare = rows[rows["uscc"].isna()]
    pairs = bare[["name_key", "region"]].drop_duplicates()
    keys = [pairs["name_key"][pairs["name_key"].duplicated()]]
    coded = rows["name_key"][rows["uscc"].notna()]
    keys.append(bare["name_key"][within(bare["name_key"], coded)])
    keys.append(bare["name_key"][within(bare["name_key"], store["name_key"])])
    open_keys = store["name_key"][store["id"].str.startswith(TEMPORARY)]
    keys.append(open_keys[within(open_keys, coded)])
    return pd.Index(pd.concat(keys).dropna().unique())


def _temporary_ids(rows: pd.DataFrame) -> pd.Series:
    pair = rows["name_key"] + "\x1f" + rows["region"].fillna("")
    return each(pair, lambda text: PREFIX + company_key(*text.split("\x1f")))


def _places_of(
    rows: pd.DataFrame, stored: pd.DataFrame, temporary: pd.Series
) -> Mapping[str, set[str]]:
    """Return where each firm with a code is said to be, under whichever name a row states it.

    A code may stand under two names in two places. If only the rows of one name were asked, a
    second import would know more of the firm than the first did, and join what that kept apart.
    """
    places: dict[str, set[str]] = {}
    coded, held = rows[rows["uscc"].notna()], stored[~temporary.loc[stored.index]]
    for firm, region in zip(coded["id"], coded["region"].fillna(""), strict=True):
        places.setdefault(str(firm), set()).add(str(region))
    for firm, told in zip(held["id"], held["regions"].fillna(""), strict=True):
        places.setdefault(str(firm), set()).update(str(told).split(LIST_JOIN))
    return places


def _settle(
    key: str,
    group: pd.DataFrame,
    held: pd.DataFrame,
    temporary: pd.Series,
    places_of: Mapping[str, set[str]],
) -> tuple[dict[str, str | None], dict[str, str]]:
    """Return region -> id of the rows without a code, and the ids that change.

    A region of ``""`` is unknown and fits any one firm. ``None`` means that several fit.
    """
    is_open = temporary.loc[held.index]
    coded = group[group["uscc"].notna()]
    firms = {str(firm): places_of[str(firm)] for firm in (*coded["id"], *held["id"][~is_open])}
    waiting = dict(zip(held["id"][is_open], held["region"][is_open].fillna(""), strict=True))
    regions = {*group["region"][group["uscc"].isna()].fillna(""), *waiting.values()}
    chosen: dict[str, str | None] = {}
    left = set()
    for region in sorted(regions):
        fits = sorted(firm for firm, places in firms.items() if _agrees(region, places))
        if fits:
            chosen[region] = fits[0] if len(fits) == 1 else None
        else:
            left.add(region)
    chosen |= _clusters(key, left)
    # Two open firms of one region are twins that a source keeps apart: neither moves.
    alone = {region for region in waiting.values() if list(waiting.values()).count(region) == 1}
    moved = {
        old: new
        for old, region in waiting.items()
        if region in alone and (new := chosen.get(region)) is not None and new != old
    }
    return chosen, moved


def _agrees(region: str, places: Iterable[str]) -> bool:
    known = {place for place in places if place}
    if not region or not known:
        return True
    return any(region_covers(region, place) or region_covers(place, region) for place in known)


def _clusters(key: str, regions: set[str]) -> dict[str, str | None]:
    """Give the most exact regions an id each; a wider region goes with the only one it covers."""
    named = {region for region in regions if region}
    tips = sorted(
        region
        for region in named
        if not any(other != region and region_covers(region, other) for other in named)
    )
    chosen: dict[str, str | None] = {}
    for region in sorted(regions):
        within = [tip for tip in tips if not region or region_covers(region, tip)]
        if len(within) > 1:
            chosen[region] = None
        else:
            chosen[region] = PREFIX + company_key(key, within[0] if within else region)
    return chosen


def _hand_back(tables: Sequence[CleanTable], rows: pd.DataFrame, log: FindingLog) -> None:
    for number, table in enumerate(tables):
        mine = rows[rows["table"] == number]
        ids = pd.Series(pd.array([None] * len(table), dtype="str"))
        ids.iloc[mine["place"].to_numpy()] = mine["id"].array
        table.ids["id"] = ids
        _tell_ambiguous(table, mine["place"][mine["id"].isna()].to_numpy(), rows, log)


def _tell_ambiguous(
    table: CleanTable, places: NDArray[np.int64], rows: pd.DataFrame, log: FindingLog
) -> None:
    names = table.frame["name"]
    log.add(
        "R-ambiguous-company",
        table,
        places,
        attribute="name",
        params=lambda place: {
            "name": names.iloc[place],
            "candidates": _same_name(rows, names.iloc[place]),
        },
        reject=True,
    )


def _same_name(rows: pd.DataFrame, name: str) -> str:
    ids = rows["id"][(rows["name_key"] == name_key(name)) & rows["id"].notna()]
    return "、".join(sorted(set(ids))[:5]) or "—"


def _firms(
    rows: pd.DataFrame,
    tables: Sequence[CleanTable],
    store: pd.DataFrame,
    renames: Mapping[str, str],
) -> Firms:
    settled = rows[rows["id"].notna()]
    known = store.assign(id=store["id"].replace(dict(renames)) if renames else store["id"])
    known = known[~known["id"].str.startswith(MENTION)]
    ranked = [
        _stack([(settled["name_key"], settled["id"]), (known["name_key"], known["id"])]),
        _stack([*_own_names(tables, "short_name"), *_listed(known, "short_name")]),
        _stack([*_own_names(tables, "former_names"), *_listed(known, "former_names")]),
    ]
    ids = _stack([(settled["id"], settled["name"]), (known["id"], known["name"])])
    shown = pd.Series(ids[1].array, index=pd.Index(ids[0].array))
    shown = shown[~shown.index.duplicated()]
    every = pd.Series(shown.index, dtype="str")
    old = pd.Series(list(renames), dtype="str")
    moved = pd.Series(list(renames.values()), dtype="str")
    return Firms(
        ids=NameIndex([_stack([(every, every), (old, moved)])]),
        names=NameIndex(ranked),
        exact=NameIndex(
            [
                _stack([(settled["own_key"], settled["id"])]),
                _stack([(settled["name"], settled["id"]), (known["name"], known["id"])]),
            ]
        ),
        shown=shown,
        suggest=Suggester(shown.array),
        renames=dict(renames),
    )


def _stack(parts: Sequence[tuple[pd.Series, pd.Series]]) -> tuple[pd.Series, pd.Series]:
    filled = [part for part in parts if len(part[0])]
    if not filled:
        return pd.Series(dtype="str"), pd.Series(dtype="str")
    keys, ids = zip(*filled, strict=True)
    return pd.concat(keys, ignore_index=True), pd.concat(ids, ignore_index=True)


def _own_names(tables: Sequence[CleanTable], attribute: str) -> list[tuple[pd.Series, pd.Series]]:
    frames = [
        pd.DataFrame({"id": table.ids["id"], attribute: table.frame[attribute]})
        for table in tables
        if table.has(attribute)
    ]
    return [pair for frame in frames for pair in _listed(frame[frame["id"].notna()], attribute)]


def _listed(frame: pd.DataFrame, attribute: str) -> list[tuple[pd.Series, pd.Series]]:
    """Return (key, id) for each of the names in a list cell."""
    given = frame[frame[attribute].notna()]
    if not len(given):
        return []
    parts = exploded(given[attribute])
    ids = pd.Series(given["id"].array.take(parts["place"].to_numpy()))
    return [(each(parts["part"], name_key), ids)]
