"""Companies that may be one firm under two records: proposed with a probability, never merged.

The one choice: only pairs with a company of this import are looked for, and each pair is stated by
the row it was seen in; what people say of a pair stands beside it and outlives every import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from chainmap.ingest.resolution import Link, Resolution, first_places, kept
from chainmap.link.firm_pairs import default_model, find_same_firms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chainmap.ingest.accounts import CleanTable, FindingLog
    from chainmap.ingest.lookup import Known

MOST = 100_000
"""Companies compared at most; beyond that the search is left out and said so."""

_COLUMNS = ("id", "name", "uscc", "region", "short_name", "former_names")


def propose_same_firms(
    tables: Sequence[CleanTable], known: Known, log: FindingLog, resolution: Resolution
) -> None:
    """Add a SAME_AS edge for each pair of records that may be one firm.

    ``table.ids`` must hold ``id`` and ``region`` of each kept row.
    """
    stated = [_own(table) for table in tables]
    mine = {str(key) for frame in stated for key in frame["id"]}
    if not mine:
        return
    held = known.companies[~known.companies["id"].isin(mine | set(resolution.renames))]
    frame = pd.concat([*stated, held.reindex(columns=[*_COLUMNS])], ignore_index=True)
    frame = frame.drop_duplicates("id").sort_values("id", kind="stable", ignore_index=True)
    if len(frame) > MOST:
        log.tell("R-same-firm-skipped", file=tables[0].file, count=len(frame), most=MOST)
        return
    pairs = find_same_firms(frame, only=mine if len(held) else None)
    if not len(pairs):
        return
    names = dict(zip(frame["id"], frame["name"], strict=True))
    for table in tables:
        _state(table, pairs, names, log, resolution)


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
    table: CleanTable,
    pairs: pd.DataFrame,
    names: dict[str, str],
    log: FindingLog,
    resolution: Resolution,
) -> None:
    """State the pairs at the first row of each of their companies that ``table`` has."""
    first = first_places(kept(table, table.ids["id"]))
    ends = pd.concat([pairs.assign(at=pairs[end]) for end in ("source", "target")])
    ends = ends[ends["at"].isin(first.index)].sort_values(["source", "target", "at"])
    if not len(ends):
        return
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
