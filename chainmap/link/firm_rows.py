"""Rows of firms as columns of numbers, and the pairs of rows worth a look.

The one choice: a row becomes small integers (equal text, equal number; -1 unknown), so that
blocking and comparing are array work whatever the size. Numbers follow the order of the texts and
rows the order of ids, so the order of the input never shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from chainmap.arrays import ascending
from chainmap.codes import check_uscc, fold_code
from chainmap.link.firm_names import (
    NUMERALS,
    STATUS_MARKS,
    FirmName,
    parse_firm_name,
    read_firms_toml,
)

Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]

COLUMNS = ("id", "name", "uscc", "region", "short_name", "former_names")
UNKNOWN = -1
_LIST = re.compile(r"[;；、|\n]")
_SIGNS = re.compile(r"[0-9a-z东西南北甲乙丙丁]")
_ABROAD = 10_000_000
"""Codes of countries start here: they cover nothing but themselves."""
_MUNICIPAL = (11, 12, 31, 50)
"""Provinces that are one city."""
_HOME = "CHN"


@dataclass(frozen=True)
class FirmRows:
    """Rows in the order of their ids; every array has one entry a row.

    ``core`` is trade name and industry, ``strong`` the same without words that say little, ``bare``
    its characters sorted, repeats left out; ``canon`` all parts of the name; ``signs`` its
    numbers, directions and letters; ``place`` and ``seat`` the regions of the name and of the row;
    ``short`` marks names without a legal form, ``stock`` those of them that an exchange shows.
    ``aliases`` are (row, canon of a former name), ``shorts`` (row, core of a short name).
    """

    ids: NDArray[np.object_]
    parsed: tuple[FirmName, ...]
    cores: NDArray[np.object_]
    core: Ints
    strong: Ints
    bare: Ints
    canon: Ints
    form: Ints
    group: Ints
    branch: Ints
    aside: Ints
    signs: Ints
    mark: Ints
    example: Flags
    short: Flags
    stock: Flags
    inside: Flags
    place: Ints
    seat: Ints
    uscc: Ints
    registration: Ints
    organisation: Ints
    aliases: tuple[Ints, Ints]
    shorts: tuple[Ints, Ints]
    first: Ints

    def __len__(self) -> int:
        return len(self.ids)


def read_rows(frame: pd.DataFrame) -> FirmRows:
    """Return the rows of a firm table; a column that is missing is unknown throughout."""
    table = frame.reindex(columns=list(COLUMNS)).drop_duplicates("id")
    texts = {
        column: ["" if pd.isna(value) else str(value) for value in table[column]]
        for column in COLUMNS
    }
    order = sorted(range(len(table)), key=lambda n: texts["id"][n])
    told = {column: [values[n] for n in order] for column, values in texts.items()}
    parsed = tuple(parse_firm_name(name) for name in told["name"])
    ids = table["id"].to_numpy(dtype=object)[order]
    return _as_arrays(ids, parsed, told)


def _as_arrays(
    ids: NDArray[np.object_], parsed: tuple[FirmName, ...], told: dict[str, list[str]]
) -> FirmRows:
    weak = tuple(read_firms_toml()["words"]["lists"]["weak"])
    cores = [name.core for name in parsed]
    strong = [without_weak(core, weak) for core in cores]
    codes = [read_code(code) for code in told["uscc"]]
    former = _former(parsed, told["former_names"])
    shorts = [
        (row, parse_firm_name(name).core) for row, name in enumerate(told["short_name"]) if name
    ]
    canon, alias = _numbered_with([name.canon for name in parsed], [text for _, text in former])
    core, short = _numbered_with(cores, [text for _, text in shorts])
    return FirmRows(
        ids=ids,
        parsed=parsed,
        cores=np.array(cores, dtype=object),
        core=core,
        strong=_numbered(strong),
        bare=_numbered(["".join(sorted(_without_repeats(core))) for core in cores]),
        canon=canon,
        form=_numbered([name.form for name in parsed]),
        group=_numbered([name.group for name in parsed]),
        branch=_numbered([name.branch for name in parsed]),
        aside=_numbered([name.aside for name in parsed]),
        signs=_numbered([_signs(name) for name in parsed]),
        mark=_numbered([_mark(name) for name in parsed]),
        example=np.array([name.prefix_mark == "示例" for name in parsed], dtype=np.bool_),
        short=np.array([name.is_short for name in parsed], dtype=np.bool_),
        stock=np.array([_is_stock(name) for name in parsed], dtype=np.bool_),
        inside=np.array([name.place_inside for name in parsed], dtype=np.bool_),
        place=_regions([name.region for name in parsed]),
        seat=_regions(told["region"]),
        uscc=_numbered([code[0] for code in codes]),
        registration=_numbered([code[1] for code in codes]),
        organisation=_numbered([code[2] for code in codes]),
        aliases=(np.array([row for row, _ in former], dtype=np.int64), alias),
        shorts=(np.array([row for row, _ in shorts], dtype=np.int64), short),
        first=_numbered([core[:2] if len(core) >= 2 else "" for core in cores]),
    )


def _former(parsed: Sequence[FirmName], told: Sequence[str]) -> list[tuple[int, str]]:
    found: set[tuple[int, str]] = set()
    for row, (name, more) in enumerate(zip(parsed, told, strict=True)):
        for text in (*name.former, *_LIST.split(more)):
            if text.strip():
                found.add((row, parse_firm_name(text).canon))
    return sorted(found)


def read_code(text: str) -> tuple[str, str, str]:
    """Return credit code, old registration number and organisation code in ``text``, "" unknown.

    A valid credit code holds the organisation code as characters 9 to 17.

    >>> read_code("91110108551385082Q"), read_code("630100123456789")
    (('91110108551385082Q', '', '551385082'), ('', '630100123456789', ''))
    """
    code = fold_code(text)
    if not code:
        return "", "", ""
    problem = check_uscc(code)
    if not problem:
        return code, "", code[8:17]
    if problem == "registration":
        return "", code, ""
    return "", "", code if problem == "organisation" else ""


def without_weak(core: str, weak: Iterable[str]) -> str:
    """Return a core without the words that say little at its end.

    >>> without_weak("昆仑锂能科技实业", ["科技", "实业"])
    '昆仑锂能'
    """
    while True:
        end = next((word for word in weak if core.endswith(word) and len(core) > len(word) + 1), "")
        if not end:
            return core
        core = core[: -len(end)]


def _without_repeats(text: str) -> str:
    return "".join(char for char, _ in groupby(text))


def _signs(name: FirmName) -> str:
    """Return the numbers, directions and letters of a name, in order."""
    signs = _SIGNS.findall(name.core.translate(NUMERALS))
    if len(signs) == len(name.core):  # a name in letters only: its numbers
        signs = [sign for sign in signs if sign.isdigit()]
    return "".join(signs)


def _mark(name: FirmName) -> str:
    """Return letters before the name that could tell two firms apart."""
    return "" if name.prefix_mark in STATUS_MARKS else name.prefix_mark


def _is_stock(name: FirmName) -> bool:
    """Whether a name is one that a stock exchange shows: *ST昆仑, 昆仑股份."""
    marked = name.prefix_mark in STATUS_MARKS or name.key.endswith("股份")
    return name.is_short and marked and not name.region


def _numbered(texts: Sequence[str]) -> Ints:
    return _numbered_with(texts, ())[0]


def _numbered_with(texts: Sequence[str], more: Sequence[str]) -> tuple[Ints, Ints]:
    """Number two lists of texts alike; "" is -1."""
    every = pd.Series([*texts, *more], dtype=object)
    known, _ = every.where(every != "").factorize(sort=True)
    numbers = np.asarray(known, dtype=np.int64)
    return numbers[: len(texts)], numbers[len(texts) :]


def _regions(codes: Sequence[str]) -> Ints:
    """Return six-digit codes as numbers; countries beyond; -1 unknown and for China itself."""
    known = {"": UNKNOWN, _HOME: UNKNOWN}
    for code in sorted(set(codes) - set(known)):
        if code.isdigit() and len(code) == 6:
            known[code] = int(code)
        else:
            letters = [ord(char) for char in code[:4]]
            known[code] = _ABROAD + sum(n * 256**place for place, n in enumerate(letters))
    return np.array([known[code] for code in codes], dtype=np.int64)


def covers(outer: Ints, inner: Ints) -> Flags:
    """Whether known regions hold others, by their numbers."""
    step = np.select([outer >= _ABROAD, outer % 10_000 == 0, outer % 100 == 0], [1, 10_000, 100], 1)
    covered: Flags = inner // step == outer // step
    return covered


def in_one_city(one: Ints, other: Ints) -> Flags:
    """Return where two regions are of one city; a province alone is no city, but Beijing is."""
    known = (one >= 0) & (other >= 0) & (one < _ABROAD) & (other < _ABROAD)
    cities = [
        np.where(np.isin(code // 10_000, _MUNICIPAL), code // 10_000 * 100, code // 100)
        for code in (one, other)
    ]
    wide = [(code % 10_000 == 0) & ~np.isin(code // 10_000, _MUNICIPAL) for code in (one, other)]
    same: Flags = known & (cities[0] == cities[1]) & ~wide[0] & ~wide[1]
    return same


def agree(one: Ints, other: Ints) -> tuple[Flags, Flags]:
    """Return where two regions are known and one holds the other, and where neither does."""
    known = (one >= 0) & (other >= 0)
    fit = covers(one, other) | covers(other, one)
    return known & fit, known & ~fit


def candidate_pairs(rows: FirmRows, window: int, only: Flags | None = None) -> tuple[Ints, Ints]:
    """Return pairs of rows (first before second) that share a key.

    Keys are codes, the core as written, without weak words and as a bag of characters, former and
    short names, and for short names their first two characters. In a block of more than ``window``
    rows only neighbours are paired, ordered by name and region.
    """
    count = len(rows)
    every = np.arange(count)
    blocks = [
        (every, rows.uscc, None),
        (every, rows.registration, None),
        (every, rows.organisation, None),
        (every, rows.core, None),
        (every, rows.strong, None),
        (every, rows.bare, None),
        (np.r_[every, rows.aliases[0]], np.r_[rows.canon, rows.aliases[1]], None),
        (np.r_[every, rows.shorts[0]], np.r_[rows.core, rows.shorts[1]], None),
        (every, rows.first, rows.short),
    ]
    size = max(count, 1)
    pairs = np.empty(0, dtype=np.int64)
    for members, keys, asked in blocks:
        found = _within_blocks(rows, members, keys, window, asked)
        if only is not None:
            found = found[only[found // size] | only[found % size]]
        pairs = ascending(pairs, found)
    return pairs // size, pairs % size


def _within_blocks(
    rows: FirmRows, members: Ints, keys: Ints, window: int, asked: Flags | None
) -> Ints:
    """Pair neighbours of equal key; with ``asked`` only pairs that hold such a row."""
    known = keys >= 0
    members, keys = members[known], keys[known]
    order = np.lexsort((members, rows.seat[members], rows.canon[members], keys))
    if asked is not None:  # short names first, so that they meet the rest
        order = np.lexsort((members, rows.canon[members], ~asked[members], keys))
    members, keys = members[order], keys[order]
    found = [np.empty(0, dtype=np.int64)]
    for step in range(1, min(window, len(keys) - 1) + 1):
        same = keys[step:] == keys[:-step]
        if not same.any():
            break
        one, other = members[:-step][same], members[step:][same]
        if asked is not None:
            keep = asked[one] | asked[other]
            one, other = one[keep], other[keep]
        low, high = np.minimum(one, other), np.maximum(one, other)
        found.append((low * len(rows) + high)[low != high])
    return ascending(*found)
