"""Names that rows mention in a spelling nobody knows: records of their own that resemble a firm.

The one choice: such a name is never replaced by the firm it resembles. It becomes a record with a
key made of the name alone, tied to the firm by SAME_AS like two rows of one firm: what is sure
is folded on reading, what is doubtful waits for a person, and both can be undone. A name that
resembles no firm stays unknown, and its row is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from chainmap.ingest.firms import Firms, Spelling, mention_id
from chainmap.ingest.named_firms import unknown_names
from chainmap.ingest.resolution import Added
from chainmap.names import name_key

if TYPE_CHECKING:
    from chainmap.ingest.accounts import CleanTable
    from chainmap.ingest.same_firms import Alike
    from chainmap.schema import Schema

_COLUMNS = ("place", "name", "key", "table")


def mentioned_names(tables: Sequence[CleanTable], schema: Schema, firms: Firms) -> pd.DataFrame:
    """Return the unknown names of firms in rows about something else.

    Returns
    -------
    pandas.DataFrame
        ``place`` (position in the table), ``name`` (as written), ``key``, ``table`` (its position
        in ``tables``) and ``id`` (of the record it would be); one row a cell.
    """
    parts = [pd.DataFrame({name: pd.Series(dtype="str") for name in _COLUMNS})]
    for number, table in enumerate(tables):
        for attribute in schema.owner(table.owner).attributes:
            refers = attribute.refers
            if table.owner == "Company" or refers is None or refers.label != "Company":
                continue
            if table.has(attribute.name):
                part = unknown_names(table, attribute.name, firms)
                parts.append(part.assign(table=number))
    filled = [part for part in parts if len(part)] or parts[:1]
    found = pd.concat(filled, ignore_index=True)
    return found.assign(id=[mention_id(name) for name in found["name"]])


def with_spellings(firms: Firms, mentioned: pd.DataFrame, alike: Alike) -> Firms:
    """Return the firms with the mentioned names that resemble one; the likeliest is told."""
    open_ids = set(mentioned["id"])
    best: dict[str, Spelling] = {}
    columns = (alike.mentions[name] for name in ("source", "target", "band", "probability"))
    for source, target, band, probability in zip(*columns, strict=True):
        one, other = (source, target) if source in open_ids else (target, source)
        told = Spelling(one, alike.names[other], band, float(probability))
        best.setdefault(one, told)
    keys = dict(zip(mentioned["id"], mentioned["key"], strict=True))
    return replace(firms, spellings={keys[one]: found for one, found in sorted(best.items())})


def named_records(
    tables: Sequence[CleanTable], mentioned: pd.DataFrame, firms: Firms
) -> list[Added]:
    """Return the records of the names that resemble a firm, a part a table that mentions them.

    The first cell that mentions a name states its record; of several ways to write one key the
    smallest is its name.
    """
    kept = mentioned[mentioned["key"].isin(firms.spellings)]
    records = []
    for number, cells in kept.groupby("table", sort=True):
        table = tables[int(number)]
        stored = cells[~table.rejected[cells["place"].to_numpy(dtype=np.int64)]]
        first = stored.groupby("id", sort=True).agg({"place": "min", "name": "min"})
        if not len(first):
            continue
        frame = pd.DataFrame({"id": first.index.array, "name": first["name"].array})
        frame["name_key"] = [name_key(name) for name in frame["name"]]
        places = first["place"].to_numpy(dtype=np.int64)
        records.append(Added(table, "Company", frame, places))
    return records
