"""Which company a cell names: by code, by name, or by a spelling that resembles one.

The one choice: the code wins over the name beside it; a name that fits two firms names neither, and
a row that names nobody is told, with the likest names, and left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from chainmap.codes import check_uscc, fold_code
from chainmap.ingest.firms import PREFIX, TEMPORARY, Firms
from chainmap.ingest.lookup import each
from chainmap.names import name_key
from chainmap.texts import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from chainmap.ingest.accounts import CleanTable, FindingLog


@dataclass(frozen=True, eq=False)
class _Named:
    """What a column's cells say of firms, and the ids found; ``keys`` are those of the names."""

    texts: pd.Series
    keys: pd.Series
    codes: pd.Series
    given: pd.Series
    by_code: pd.Series
    by_name: pd.Series

    def found(self) -> pd.Series:
        """Return the id of each row, null where none or where code and name contradict."""
        found = self.by_code.where(self.by_code.notna(), self.by_name)
        # A code that nobody has, beside a name that belongs to another code: neither is taken.
        foreign = self.codes.notna() & self.by_code.isna() & self.by_name.notna()
        foreign &= ~self.by_name.fillna("").str.startswith(TEMPORARY)
        return found.mask(foreign)


def _named(table: CleanTable, attribute: str, firms: Firms) -> _Named:
    empty = pd.Series(pd.array([None] * len(table), dtype="str"))
    texts = table.frame[attribute] if table.has(attribute) else empty
    codes_at = f"{attribute}_uscc"
    codes = table.frame[codes_at] if table.has(codes_at) else empty
    by_code = firms.ids.find(PREFIX + codes)
    # Where the code's firm has this very name there is nothing left to look up.
    same = by_code.notna() & (firms.name_of(by_code) == texts)
    given = texts.notna() | codes.notna()
    texts = texts.mask(same.fillna(False).astype(bool))
    keys = each(texts, name_key)
    return _Named(texts, keys, codes, given, by_code, _by_text(texts, keys, firms))


def unknown_names(table: CleanTable, attribute: str, firms: Firms) -> pd.DataFrame:
    """Return ``place``, ``name`` and ``key`` of the names that no firm has, where no code stands.

    Rows that will not be stored, names of several firms and cells that hold an id are left out.
    """
    named = _named(table, attribute, firms)
    lost = named.texts.notna() & named.found().isna() & named.codes.isna() & (named.keys != "")
    lost &= ~firms.names.is_several(named.keys) & each(named.texts, _as_id).isna()
    places = np.flatnonzero(lost.fillna(value=False).to_numpy(dtype=bool) & ~table.rejected)
    data = {"place": places, "name": named.texts.array[places], "key": named.keys.array[places]}
    return pd.DataFrame(data)


def find_companies(table: CleanTable, attribute: str, firms: Firms, log: FindingLog) -> pd.Series:
    """Return the company id that each row names by code or name; unknown rows are rejected.

    The cell may hold a name, a code or an id; a column ``<attribute>_uscc`` beside it wins. An
    unknown spelling that resembles a firm is a record of its own.
    """
    named = _named(table, attribute, firms)
    texts, keys, codes = named.texts, named.keys, named.codes
    _check_names(table, attribute, texts, named.by_code, named.by_name, firms, log)
    spelt = each(keys.where(codes.isna()), lambda key: _spelt(key, firms))
    found = named.found()
    new = (found.isna() & spelt.notna()).to_numpy()
    found = found.where(found.notna(), spelt)
    _tell_spellings(table, attribute, np.flatnonzero(new & ~table.rejected), keys, firms, log)
    open_rows = (found.isna() & named.given).to_numpy()
    several = firms.names.is_several(keys).to_numpy() & open_rows
    shown_at = attribute if table.has(attribute) else f"{attribute}_uscc"

    def told(place: int) -> str:
        text = texts.iloc[place]
        return str(text if isinstance(text, str) else codes.iloc[place])

    log.add(
        "R-ambiguous-company",
        table,
        np.flatnonzero(several),
        attribute=shown_at,
        params=lambda place: {
            "name": told(place),
            "candidates": "、".join(firms.names.several(keys.iloc[place])[:5]),
        },
        reject=True,
    )
    log.add(
        "R-unknown-company",
        table,
        np.flatnonzero(open_rows & ~several),
        attribute=shown_at,
        params=lambda place: {"name": told(place), "guess": _guess(firms, told(place))},
        reject=True,
    )
    return found


def _spelt(key: str, firms: Firms) -> str | None:
    return firms.spellings[key].id if key in firms.spellings else None


def _tell_spellings(
    table: CleanTable,
    attribute: str,
    places: NDArray[np.int64],
    keys: pd.Series,
    firms: Firms,
    log: FindingLog,
) -> None:
    bands = [firms.spellings[key].band for key in keys.iloc[places]]

    def told(place: int) -> Mapping[str, object]:
        spelling = firms.spellings[keys.iloc[place]]
        return {
            "name": table.frame[attribute].iloc[place],
            "other": spelling.other,
            "probability": f"{spelling.probability:.2f}",
        }

    for band, rule in (("accept", "R-spelling"), ("review", "R-spelling-review")):
        rows = places[np.array([b == band for b in bands], dtype=np.bool_)]
        log.add(rule, table, rows, attribute=attribute, params=told)


def _guess(firms: Firms, name: str) -> str:
    near = firms.suggest.near(name)
    return say("import.guess", "zh", names="、".join(near)) if near else ""


def _by_text(texts: pd.Series, keys: pd.Series, firms: Firms) -> pd.Series:
    """Return ids for cells that hold a name, a credit code, a key or an id."""
    ids = firms.ids.find(each(texts, _as_id))
    ids = ids.where(ids.notna(), firms.names.find(keys))
    if ids.notna().all():
        return ids
    # Disco and DISCO are one key but two spellings; a source may also name a firm by its key.
    return ids.where(ids.notna(), firms.exact.find(texts))


def _as_id(text: str) -> str | None:
    """Return the id that a cell holds as an id, a key or a credit code; None for a name."""
    if text.startswith(PREFIX):
        return text
    if text.startswith("tmp-"):
        return PREFIX + text
    code = fold_code(text) if 18 <= len(text) <= 24 and text.isascii() else ""
    return PREFIX + code if code and not check_uscc(code) else None


def _check_names(
    table: CleanTable,
    attribute: str,
    texts: pd.Series,
    by_code: pd.Series,
    by_name: pd.Series,
    firms: Firms,
    log: FindingLog,
) -> None:
    """Tell where name and code name different firms, or the name is not one of the firm's."""
    differs = by_code.notna() & texts.notna() & (by_name != by_code).fillna(True)
    log.add(
        "R-name-differs",
        table,
        np.flatnonzero(differs.to_numpy() & ~table.rejected),
        attribute=attribute,
        params=lambda place: {
            "name": texts.iloc[place],
            "known": firms.shown.get(by_code.iloc[place], "—"),
        },
    )
