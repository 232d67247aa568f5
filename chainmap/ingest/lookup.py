"""Many names to ids at once, and what the store already knows.

The one choice: a name that stands for two ids stands for none. Spellings have ranks (full
name, short name, former name); a worse rank is asked only where no better one knows the name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from chainmap.link.linker import Decided
from chainmap.names import split_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

COMPANY_COLUMNS = ("id", "uscc", "name", "name_key", "short_name", "former_names", "region",
                   "regions")  # fmt: skip
PRODUCT_COLUMNS = ("id", "code", "name", "aliases", "unit", "description")
PARK_COLUMNS = ("id", "name", "aliases")


def _empty(columns: Sequence[str]) -> Callable[[], pd.DataFrame]:
    return lambda: pd.DataFrame({name: pd.Series(dtype="str") for name in columns})


@dataclass(frozen=True)
class Known:
    """What the store holds of the things an import mentions; frames of text, null unknown.

    ``companies`` may be those asked for only; ``held`` is how many the store has.
    """

    companies: pd.DataFrame = field(default_factory=_empty(COMPANY_COLUMNS))
    products: pd.DataFrame = field(default_factory=_empty(PRODUCT_COLUMNS))
    parks: pd.DataFrame = field(default_factory=_empty(PARK_COLUMNS))
    decided: Decided = field(default_factory=Decided)
    chains: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    held: int = 0


class NameIndex:
    """Keys to ids; built once, asked for whole columns."""

    def __init__(self, ranked: Iterable[tuple[pd.Series, pd.Series]]) -> None:
        """``ranked`` gives (keys, ids) of equal length, best rank first."""
        self._ids = pd.Series(dtype="str")
        self._several = pd.DataFrame({"key": [], "id": []}, dtype="str")
        best: list[pd.DataFrame] = []
        for keys, ids in ranked:
            part = pd.DataFrame({"key": keys.array, "id": ids.array})
            part = part[part["key"].notna() & (part["key"] != "")]
            for better in best:
                part = part[~within(part["key"], better["key"])]
            if len(part):
                best.append(part)
        if best:
            self._fill(pd.concat(best, ignore_index=True) if len(best) > 1 else best[0])

    def _fill(self, entries: pd.DataFrame) -> None:
        repeated = entries["key"].duplicated(keep=False)
        single, doubled = entries[~repeated], entries[repeated].drop_duplicates()
        several = doubled["key"].duplicated(keep=False)
        self._several = doubled[several].sort_values(["key", "id"])
        single = pd.concat([single, doubled[~several]])
        self._ids = pd.Series(single["id"].array, index=pd.Index(single["key"].array))

    def find(self, keys: pd.Series) -> pd.Series:
        """Return the id of each key (index kept), null where none or several."""
        codes, uniques = pd.factorize(keys)
        places = self._ids.index.get_indexer(pd.Index(uniques))
        ids = self._ids.array.take(places, allow_fill=True)
        return pd.Series(ids.take(codes, allow_fill=True), index=keys.index, dtype="str")

    def knows(self, key: str) -> bool:
        """Whether ``key`` stands for exactly one id."""
        return key in self._ids.index

    def several(self, key: object) -> tuple[str, ...]:
        """Return the ids that ``key`` may stand for when there are several."""
        hits = self._several["id"][self._several["key"] == key]
        return tuple(str(hit) for hit in hits)

    def is_several(self, keys: pd.Series) -> pd.Series:
        """Return where a key stands for several ids."""
        return pd.Series(within(keys, self._several["key"]), index=keys.index)


def within(values: pd.Series, wanted: pd.Series | pd.Index) -> NDArray[np.bool_]:
    """Return which values are among ``wanted`` (null never is); quicker than ``isin`` on text."""
    if not len(values) or not len(wanted):
        return np.zeros(len(values), dtype=np.bool_)
    given = pa.array(wanted.dropna().unique(), type=pa.large_string())
    found = pc.is_in(pa.array(values, type=pa.large_string(), from_pandas=True), value_set=given)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.bool_)


def each(texts: pd.Series, change: Callable[[str], str | None]) -> pd.Series:
    """Apply ``change`` to each distinct text; null stays null."""
    codes, uniques = pd.factorize(texts)
    changed = pd.array([change(text) for text in uniques.tolist()], dtype="str")
    return pd.Series(changed.take(codes, allow_fill=True), index=texts.index, dtype="str")


def exploded(cells: pd.Series, split: Callable[[str], Sequence[str]] = split_list) -> pd.DataFrame:
    """Return one row (place, part) for each part of each cell; place is the position."""
    codes, uniques = pd.factorize(cells)
    parts = [tuple(split(text)) for text in uniques.tolist()]
    counts = np.array([len(part) for part in parts], dtype=np.int64)
    places = np.flatnonzero(codes >= 0)
    per_row = counts[codes[places]] if parts else np.zeros(0, dtype=np.int64)
    flat = pd.array([item for part in parts for item in part], dtype="str")
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]) if parts else counts
    offsets = np.arange(per_row.sum()) - np.repeat(np.cumsum(per_row) - per_row, per_row)
    first = np.repeat(starts[codes[places]], per_row) if parts else offsets
    return pd.DataFrame({"place": np.repeat(places, per_row), "part": flat.take(first + offsets)})
