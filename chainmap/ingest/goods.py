"""Which rows are the same product, and which product a cell names.

The one choice: the code decides; without it the normalised name, then the aliases. A name
that stands for two products names neither. Free text is linked only where it is such a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from chainmap.ingest.lookup import Known, NameIndex, each, exploded
from chainmap.ingest.suggest import Suggester
from chainmap.link.catalogue import product_catalogue
from chainmap.link.linker import Decided, Linker
from chainmap.names import product_code, product_key
from chainmap.schema import node_id
from chainmap.texts import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from chainmap.ingest.accounts import CleanTable, FindingLog

PREFIX = node_id("Product", "")


@dataclass(frozen=True)
class Goods:
    """The products of an import and the store: names, codes and aliases to ids.

    ``every`` has a row a product (``id, name, aliases, description``).
    """

    names: NameIndex
    units: Mapping[str, str]
    shown: Mapping[str, str]
    suggest: Suggester
    renames: Mapping[str, str]
    every: pd.DataFrame
    decided: Decided

    @cached_property
    def linker(self) -> Linker:
        """The linker to these products; built when the first unknown wording asks for it."""
        return Linker(product_catalogue(self.every), decided=self.decided)


def identify_products(tables: Sequence[CleanTable], known: Known, log: FindingLog) -> Goods:
    """Give each kept Product row its id (``table.ids["id"]``)."""
    rows = _product_rows(tables)
    store = known.products.assign(key=each(known.products["name"], product_key))
    coded = rows[rows["code"].notna()]
    rows["id"] = PREFIX + rows["code"]
    # A code counts before a name; a store product that waits without one takes it.
    waiting = store[store["code"].isna()]
    settled = store[store["code"].notna()]
    index = NameIndex(
        [
            (
                pd.concat([coded["key"], settled["key"]]),
                pd.concat([rows["id"][coded.index], settled["id"]]),
            )
        ]
    )
    bare = rows[rows["code"].isna()]
    by_name = index.find(bare["key"])
    several = index.is_several(bare["key"])
    fresh = each(bare["name"], lambda name: PREFIX + product_code(name))
    rows.loc[bare.index, "id"] = by_name.where(by_name.notna(), fresh).mask(several)
    _hand_back(tables, rows, index, log)
    moved = index.find(waiting["key"])
    renames = {
        str(old): str(new)
        for old, new in zip(waiting["id"], moved, strict=True)
        if isinstance(new, str) and new != old
    }
    _tell_doubles(tables, rows, index, log)
    return _goods(rows, store, renames, known.decided)


def _product_rows(tables: Sequence[CleanTable]) -> pd.DataFrame:
    columns = {"table": "int64", "place": "int64"}
    columns |= dict.fromkeys(("code", "name", "key", "aliases", "unit", "description"), "str")
    parts = [pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns.items()})]
    for number, table in enumerate(tables):
        kept = np.flatnonzero(~table.rejected)
        part = pd.DataFrame({"table": number, "place": kept})
        for name in ("code", "name", "aliases", "unit", "description"):
            empty = pd.array([None] * len(kept), dtype="str")
            part[name] = table.frame[name].array[kept] if table.has(name) else empty
        part["key"] = each(part["name"], product_key)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _hand_back(
    tables: Sequence[CleanTable], rows: pd.DataFrame, index: NameIndex, log: FindingLog
) -> None:
    for number, table in enumerate(tables):
        mine = rows[rows["table"] == number]
        ids = pd.Series(pd.array([None] * len(table), dtype="str"))
        ids.iloc[mine["place"].to_numpy()] = mine["id"].array
        table.ids["id"] = ids
        _tell_ambiguous(table, mine["place"][mine["id"].isna()].to_numpy(), index, log)


def _tell_ambiguous(
    table: CleanTable, places: NDArray[np.int64], index: NameIndex, log: FindingLog
) -> None:
    names = table.frame["name"]
    log.add(
        "R-ambiguous-product",
        table,
        places,
        attribute="name",
        params=lambda place: {
            "name": names.iloc[place],
            "candidates": "、".join(index.several(product_key(names.iloc[place]))[:5]),
            "kept": say("import.row-left-out", "zh"),
        },
        reject=True,
    )


def _tell_doubles(
    tables: Sequence[CleanTable], rows: pd.DataFrame, index: NameIndex, log: FindingLog
) -> None:
    coded = rows[rows["code"].notna()]
    doubled = coded[index.is_several(coded["key"])]
    for number, group in doubled.groupby("table"):
        _tell_double(tables[int(number)], group["place"].to_numpy(), index, log)


def _tell_double(
    table: CleanTable, places: NDArray[np.int64], index: NameIndex, log: FindingLog
) -> None:
    names = table.frame["name"]

    def told(place: int) -> Mapping[str, object]:
        name = names.iloc[place]
        codes = "、".join(i.removeprefix(PREFIX) for i in index.several(product_key(name)))
        return {"name": name, "codes": codes}

    log.add("R-duplicate-product", table, places, attribute="name", params=told)


def _goods(
    rows: pd.DataFrame, store: pd.DataFrame, renames: Mapping[str, str], decided: Decided
) -> Goods:
    known = store.assign(id=store["id"].replace(dict(renames)) if renames else store["id"])
    columns = ["id", "code", "name", "key", "aliases", "unit", "description"]
    every = pd.concat([rows[rows["id"].notna()][columns], known[columns]], ignore_index=True)
    aliases = every[every["aliases"].notna()]
    parts = exploded(aliases["aliases"])
    alias_ids = pd.Series(aliases["id"].array.take(parts["place"].to_numpy()), dtype="str")
    codes = every[every["code"].notna()]
    names = NameIndex(
        [
            (pd.concat([codes["code"], every["id"]]), pd.concat([codes["id"], every["id"]])),
            (each(codes["code"], product_key), codes["id"]),
            (every["key"], every["id"]),
            (each(parts["part"], product_key), alias_ids),
        ]
    )
    given = every[every["unit"].notna()].drop_duplicates("id")
    shown = every.drop_duplicates("id")
    return Goods(
        names=names,
        units=dict(zip(given["id"], given["unit"], strict=True)),
        shown=dict(zip(shown["id"], shown["name"], strict=True)),
        suggest=Suggester([*every["name"].tolist(), *parts["part"].tolist()]),
        renames=dict(renames),
        every=every.sort_values("id", kind="stable"),
        decided=decided,
    )


def find_products(
    table: CleanTable, attribute: str, goods: Goods, log: FindingLog, *, reject: bool
) -> pd.Series:
    """Return the product id that each row names; unknown ones are told, and rejected if so."""
    texts = table.frame[attribute]
    ids, several = _by_name(texts, goods)
    _tell_unknown(
        table, attribute, np.flatnonzero((texts.notna() & ids.isna()).to_numpy()),
        texts=texts, several=several, goods=goods, log=log, reject=reject,
    )  # fmt: skip
    return ids


def _by_name(texts: pd.Series, goods: Goods) -> tuple[pd.Series, pd.Series]:
    exact = goods.names.find(texts)
    keys = each(texts, product_key)
    ids = exact.where(exact.notna(), goods.names.find(keys))
    return ids, goods.names.is_several(keys) & ids.isna()


def _tell_unknown(
    table: CleanTable,
    attribute: str,
    places: NDArray[np.int64],
    *,
    texts: pd.Series,
    several: pd.Series,
    goods: Goods,
    log: FindingLog,
    reject: bool,
) -> None:
    kept = say("import.row-left-out" if reject else "import.kept-without", "zh")
    doubtful = several.iloc[places].to_numpy()

    def unknown(place: int) -> Mapping[str, object]:
        near = goods.suggest.near(texts.iloc[place])
        guess = say("import.guess", "zh", names="、".join(near)) if near else ""
        return {"name": texts.iloc[place], "kept": kept, "guess": guess}

    def ambiguous(place: int) -> Mapping[str, object]:
        candidates = goods.names.several(product_key(texts.iloc[place]))
        return {"name": texts.iloc[place], "kept": kept, "candidates": "、".join(candidates[:5])}

    log.add(
        "R-unknown-product", table, places[~doubtful], attribute=attribute, params=unknown,
        reject=reject,
    )  # fmt: skip
    log.add(
        "R-ambiguous-product", table, places[doubtful], attribute=attribute, params=ambiguous,
        reject=reject,
    )  # fmt: skip
