"""Companies that may be one firm under two records: proposed with a probability, never merged.

The one choice: only pairs with a company of this import are looked for, and each pair is stated by
the row it was seen in; what people say of a pair stands beside it and outlives every import.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from chainmap.ingest.firms import MENTION
from chainmap.ingest.resolution import Added, Link, Resolution, first_places, kept
from chainmap.link.firm_pairs import ANSWER, default_model, find_same_firms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chainmap.ingest.accounts import CleanTable, FindingLog
    from chainmap.ingest.lookup import Known

MOST = 500_000
"""Companies compared at most; beyond that the search is left out and said so. A million take 154 s
of one core and 1.7 GB beside what the import itself holds (benchmarks/README.md)."""

MOST_FOR_SPELLINGS = 100_000
"""Companies up to which mentioned names are compared: all of them must be read for one name, and
a name compared with some of them only could be given to the wrong one."""

_COLUMNS = ("id", "name", "uscc", "region", "short_name", "former_names")


@dataclass(frozen=True, eq=False)
class Alike:
    """Pairs that may be one firm, best first: of two firms, of a mentioned name and a firm.

    ``names`` are the names by id.
    """

    firms: pd.DataFrame
    mentions: pd.DataFrame
    names: Mapping[str, str]


def find_pairs(
    tables: Sequence[CleanTable],
    mentioned: pd.DataFrame,
    known: Known,
    renames: Mapping[str, str],
    log: FindingLog,
) -> Alike:
    """Compare the companies and the mentioned names of this import with all that are known.

    Parameters
    ----------
    tables
        The tables of companies; ``ids`` must hold ``id`` and ``region`` of each kept row.
    mentioned
        Names in rows about something else (``spellings.mentioned_names``); they are compared with
        firms, not with each other.
    """
    stated = [_own(table) for table in tables]
    if max(known.held, sum(map(len, stated))) > MOST_FOR_SPELLINGS:
        mentioned = mentioned.iloc[:0]
    named = mentioned.groupby("id", sort=True, as_index=False)["name"].min()
    mine = {str(key) for frame in (*stated, named) for key in frame["id"]}
    nothing = pd.DataFrame(columns=[*ANSWER])
    if not mine:
        return Alike(nothing, nothing, {})
    held = known.companies[~known.companies["id"].isin(mine | set(renames))]
    held = held[~held["id"].str.startswith(MENTION)]
    parts = [part.reindex(columns=[*_COLUMNS]) for part in (*stated, named, held) if len(part)]
    frame = pd.concat(parts, ignore_index=True)
    frame = frame.drop_duplicates("id").sort_values("id", kind="stable", ignore_index=True)
    if len(frame) > MOST:
        file = tables[0].file if tables else ""
        log.tell("R-same-firm-skipped", file=file, count=len(frame), most=MOST)
        return Alike(nothing, nothing, {})
    pairs = find_same_firms(frame, only=mine if len(held) else None)
    one, other = (pairs[end].isin(named["id"]) for end in ("source", "target"))
    names = dict(zip(frame["id"], frame["name"], strict=True))
    return Alike(pairs[~one & ~other], pairs[one ^ other], names)


def state_pairs(
    tables: Sequence[CleanTable],
    records: Sequence[Added],
    alike: Alike,
    log: FindingLog,
    resolution: Resolution,
) -> None:
    """Add a SAME_AS edge for each pair, stated at the first row of each of its companies.

    What a mentioned name resembles is stated only where it is mentioned, so that it leaves with
    the mention (``records``).
    """
    for table in tables:
        first = first_places(kept(table, table.ids["id"]))
        ends = _state(table, first, alike.firms, resolution)
        _tell_pairs(table, first, ends, alike.names, log)
    for added in records:
        first = pd.Series(added.places, index=pd.Index(added.frame["id"]))
        _state(added.table, first, alike.mentions, resolution)


def _own(table: CleanTable) -> pd.DataFrame:
    good = np.flatnonzero(~table.rejected & table.ids["id"].notna().to_numpy())
    frame = pd.DataFrame({"id": table.ids["id"].array.take(good)})
    frame["region"] = table.ids["region"].array.take(good)
    for name in ("name", "uscc", "short_name", "former_names"):
        known = table.has(name)
        frame[name] = (
            table.frame[name].array.take(good) if known else pd.array([None] * len(good), "str")
        )
    return frame[[*_COLUMNS]]


def _state(
    table: CleanTable, first: pd.Series, pairs: pd.DataFrame, resolution: Resolution
) -> pd.DataFrame:
    """State the pairs at ``first``, id -> place in the table; return their ends (``at``)."""
    ends = pd.concat([pairs.assign(at=pairs[end]) for end in ("source", "target")])
    ends = ends[ends["at"].isin(first.index)].sort_values(["source", "target", "at"])
    if not len(ends):
        return ends
    places = first.reindex(ends["at"]).to_numpy(dtype=np.int64)
    model = pd.Series([default_model().version] * len(ends), dtype="str")
    values = {
        name: ends[name].reset_index(drop=True) for name in ("probability", "band", "matched")
    }
    resolution.links.append(
        Link(
            table,
            "SAME_AS",
            places,
            ends["source"].reset_index(drop=True),
            ends["target"].reset_index(drop=True),
            values=values | {"model": model},
        )
    )
    return ends


def _tell_pairs(
    table: CleanTable,
    first: pd.Series,
    ends: pd.DataFrame,
    names: Mapping[str, str],
    log: FindingLog,
) -> None:
    for band, rule in (("accept", "R-same-firm"), ("review", "R-same-firm-review")):
        rows = ends[(ends["band"] == band).to_numpy()]
        other = [
            t if a == s else s
            for s, t, a in zip(rows["source"], rows["target"], rows["at"], strict=True)
        ]
        told = dict(zip(first.reindex(rows["at"]), (names.get(o, o) for o in other), strict=True))
        _tell(rule, table, told, log)


def _tell(rule: str, table: CleanTable, told: dict[int, str], log: FindingLog) -> None:
    log.add(
        rule,
        table,
        np.array(sorted(told), dtype=np.int64),
        attribute="name",
        params=lambda place: {"name": table.frame["name"].iloc[place], "other": told[place]},
    )
