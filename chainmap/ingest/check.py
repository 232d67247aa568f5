"""Rules over whole tables: one function a rule, all rows once, findings only.

The one choice: a rule never changes a value. What would put two firms under one code is an
error; what can be true in the real world (a cycle, a past deadline) is only told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from chainmap.codes import EXAMPLE_REGION
from chainmap.ingest.lookup import each
from chainmap.names import name_key, product_key, split_list
from chainmap.units import convert, read_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chainmap.ingest.accounts import CleanTable, FindingLog
    from chainmap.ingest.resolution import Resolution

_OVER = 1.005
"""Shares may add up to half a percent too much by rounding."""


def check_tables(tables: Sequence[CleanTable], log: FindingLog, *, as_of: str) -> None:
    """Apply the rules that need no ids; ``as_of`` (ISO date) is the clock for deadlines."""
    companies = [table for table in tables if table.owner == "Company"]
    products = [table for table in tables if table.owner == "Product"]
    demands = [table for table in tables if table.owner == "REQUIRES"]
    check_one_code_one_name(companies, log)
    check_one_name_one_code(companies, log)
    check_one_product_code_one_name(products, log)
    for table in companies:
        check_examples(table, log)
    for table in demands:
        check_deadlines(table, log, as_of=as_of)
        check_visibility(table, log)


def check_graph(tables: Sequence[CleanTable], resolution: Resolution, log: FindingLog) -> None:
    """Apply the rules that compare rows by what they name."""
    inputs = [table for table in tables if table.owner == "INPUT_TO"]
    makers = [table for table in tables if table.owner == "PRODUCES"]
    check_sums(inputs, "cost_share", "target", "G-cost-share-sum", log, resolution.products.get)
    names = _company_names(tables)
    check_sums(makers, "revenue_share", "source", "G-revenue-share-sum", log, names.get)
    check_cycles(inputs, resolution, log)
    for table in tables:
        check_units(table, resolution, log)


def _rows_of(tables: Sequence[CleanTable], names: Sequence[str]) -> pd.DataFrame:
    """Return the kept rows of several tables with their place; absent columns are null."""
    parts = []
    for number, table in enumerate(tables):
        part = pd.DataFrame({"table": number, "place": np.arange(len(table))})
        for name in names:
            part[name] = table.frame[name].array if table.has(name) else None
            part[name] = part[name].astype("str")
        parts.append(part[~table.rejected])
    if not parts:
        return pd.DataFrame(columns=["table", "place", *names])
    return pd.concat(parts, ignore_index=True)


def _row_list(tables: Sequence[CleanTable], group: pd.DataFrame) -> str:
    numbers = [
        int(tables[table].rows[place])
        for table, place in zip(group["table"], group["place"], strict=True)
    ]
    return "、".join(str(number) for number in numbers[:10]) + ("…" if len(numbers) > 10 else "")


def check_one_code_one_name(tables: Sequence[CleanTable], log: FindingLog) -> None:
    """One credit code, one name; a former or short name, or another date, explains a second."""
    names = ("uscc", "name", "former_names", "short_name", "as_of")
    rows = _rows_of(tables, names)
    rows = rows[rows["uscc"].notna()]
    rows = rows[rows["uscc"].duplicated(keep=False)]
    for uscc, group in rows.groupby("uscc", sort=True):
        keys = each(group["name"], name_key)
        explained = {
            name_key(part)
            for column in ("former_names", "short_name")
            for cell in group[column].dropna()
            for part in split_list(cell)
        }
        open_names = {key for key in keys.dropna() if key not in explained}
        dated = group["as_of"].notna().all() and group["as_of"].nunique() > 1
        if len(open_names) < 2 or dated:
            continue
        shown = " / ".join(sorted(set(group["name"]))[:4])
        listed = _row_list(tables, group)
        for table, places in group.groupby("table")["place"]:
            log.add(
                "R-one-code-two-names",
                tables[int(table)],
                places.to_numpy(),
                attribute="uscc",
                params={"uscc": uscc, "names": shown, "rows": listed},
            )


def check_one_name_one_code(tables: Sequence[CleanTable], log: FindingLog) -> None:
    """Firms of one name with different codes are kept apart, and told."""
    rows = _rows_of(tables, ("uscc", "name"))
    rows = rows[rows["uscc"].notna()].drop_duplicates(["uscc", "name"])
    rows["key"] = each(rows["name"], name_key)
    rows = rows[rows["key"].duplicated(keep=False)]
    for _, group in rows.groupby("key", sort=True):
        codes = sorted(set(group["uscc"]))
        if len(codes) < 2:
            continue
        for table, places in group.groupby("table")["place"]:
            log.add(
                "R-one-name-two-codes",
                tables[int(table)],
                places.to_numpy(),
                attribute="name",
                params={"name": group["name"].min(), "codes": "、".join(codes[:5])},
            )


def check_one_product_code_one_name(tables: Sequence[CleanTable], log: FindingLog) -> None:
    """One product code, one name; a name listed as an alias explains a second."""
    rows = _rows_of(tables, ("code", "name", "aliases"))
    rows = rows[rows["code"].notna()]
    rows = rows[rows["code"].duplicated(keep=False)]
    for code, group in rows.groupby("code", sort=True):
        aliases = {
            product_key(part) for cell in group["aliases"].dropna() for part in split_list(cell)
        }
        open_names = {product_key(name) for name in group["name"]} - aliases
        if len(open_names) < 2:
            continue
        shown = " / ".join(sorted(set(group["name"]))[:4])
        listed = _row_list(tables, group)
        for table, places in group.groupby("table")["place"]:
            log.add(
                "R-one-product-code-two-names",
                tables[int(table)],
                places.to_numpy(),
                attribute="code",
                params={"code": code, "names": shown, "rows": listed},
            )


def check_examples(table: CleanTable, log: FindingLog) -> None:
    """A credit code of region 999999 belongs to a generated firm and must be marked so."""
    if not table.has("uscc"):
        return
    example = (table.frame["uscc"].str[2:8] == EXAMPLE_REGION).fillna(False)
    marked = table.frame["is_example"].fillna(False) if table.has("is_example") else ~example
    unmarked = example & ~marked.astype(bool) if table.has("is_example") else example
    places = np.flatnonzero(unmarked.to_numpy(dtype=bool) & ~table.rejected)
    log.add("R-example-unmarked", table, places, attribute="uscc")


def check_deadlines(table: CleanTable, log: FindingLog, *, as_of: str) -> None:
    """A demand whose deadline has passed is told."""
    if not table.has("deadline"):
        return
    past = (table.frame["deadline"] < as_of).fillna(False).to_numpy(dtype=bool)
    log.add(
        "R-deadline-past",
        table,
        np.flatnonzero(past & ~table.rejected),
        attribute="deadline",
        params={"as_of": as_of},
    )


def check_visibility(table: CleanTable, log: FindingLog) -> None:
    """Demands without visibility are counted: they will never leave the bureau."""
    empty = table.frame["visibility"].isna() if table.has("visibility") else None
    kept = ~table.rejected
    count = int((empty.to_numpy() & kept).sum()) if empty is not None else int(kept.sum())
    if count:
        log.tell("R-visibility-empty", file=table.file, sheet=table.sheet, count=count)


def _company_names(tables: Sequence[CleanTable]) -> dict[str, str]:
    names: dict[str, str] = {}
    for table in tables:
        if table.owner == "PRODUCES" and table.has("source") and table.has("revenue_share"):
            pairs = zip(table.ids["source"], table.frame["source"], strict=True)
            names |= {str(key): str(name) for key, name in pairs if isinstance(name, str)}
    return names


def check_sums(
    tables: Sequence[CleanTable],
    attribute: str,
    end: str,
    rule: str,
    log: FindingLog,
    named: Callable[[str], str | None],
) -> None:
    """Shares that belong to one whole must not add up to more than 1."""
    for table in tables:
        if not table.has(attribute):
            continue
        ends = pd.DataFrame({n: table.ids[n].array for n in ("source", "target")})
        ends["share"] = table.frame[attribute].array
        ends = ends[~table.rejected].dropna().drop_duplicates(["source", "target"])
        totals = ends.groupby(end, sort=True)["share"].sum()
        over = totals[totals > _OVER]
        concerned = ends[ends[end].isin(over.index)]
        for key, group in concerned.groupby(end, sort=True):
            if len(group) == 1:  # told where the share itself was read
                continue
            rows = [int(table.rows[place]) for place in group.index]
            column = table.headers.get(attribute, "") or attribute
            log.add_at(
                rule,
                (table.file, table.sheet, rows[0]),
                column,
                name=named(str(key)) or str(key).partition(":")[2],
                total=f"{over[key] * 100:.4g}",
                rows="、".join(map(str, rows[:10])),
            )


def check_cycles(tables: Sequence[CleanTable], resolution: Resolution, log: FindingLog) -> None:
    """Products that are inputs of each other are told: allowed, and often a swapped pair."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    parts = [
        pd.DataFrame({n: table.ids[n].array for n in ("source", "target")})[~table.rejected]
        for table in tables
    ]
    edges = pd.concat(parts, ignore_index=True).dropna() if parts else pd.DataFrame()
    if not len(edges):
        return
    codes, ids = pd.factorize(pd.concat([edges["source"], edges["target"]]), sort=True)
    half = len(edges)
    shape = (len(ids), len(ids))
    matrix = coo_array((np.ones(half), (codes[:half], codes[half:])), shape=shape)
    _, label = connected_components(matrix.tocsr(), directed=True, connection="strong")
    sizes = pd.Series(label).value_counts()
    rings = [np.flatnonzero(label == number) for number in sizes.index[sizes > 1]]
    for members in sorted(rings, key=lambda ring: int(ring[0])):
        names = [resolution.products.get(str(ids[m])) or str(ids[m]) for m in members]
        log.tell(
            "G-cycle",
            file=tables[0].file,
            sheet=tables[0].sheet,
            count=len(members),
            names="、".join(names[:10]) + ("…" if len(names) > 10 else ""),
        )


_MEASURED = {
    "PRODUCES": ("capacity", "capacity_unit"),
    "REQUIRES": ("volume", "unit"),
    "HAS_CAPACITY": ("capacity", "unit"),
}


def check_units(table: CleanTable, resolution: Resolution, log: FindingLog) -> None:
    """A quantity must convert to the unit its product is counted in."""
    value, unit = _MEASURED.get(table.owner, ("", ""))
    if not value or not (table.has(value) and table.has(unit)):
        return
    units = table.frame[unit]
    wanted = each(table.ids["target"], resolution.units.get)
    both = table.frame[value].notna() & units.notna() & wanted.notna()
    pair = (units + "\x1f" + wanted).where(both)

    def differs(text: str) -> str | None:
        here, there = text.split("\x1f")
        known = read_unit(here) is not None  # an unknown unit has its own finding
        return text if known and convert(1.0, here, there) is None else None

    places = np.flatnonzero(each(pair, differs).notna().to_numpy() & ~table.rejected)
    log.add(
        "G-unit-differs",
        table,
        places,
        attribute=value,
        params=lambda place: {
            "unit": units.iloc[place],
            "expected": wanted.iloc[place],
            "name": resolution.products.get(str(table.ids["target"].iloc[place])) or "—",
        },
    )
