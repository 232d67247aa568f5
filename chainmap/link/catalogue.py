"""What phrases are linked to: a catalogue of codes with names, aliases and definitions.

The one choice: names, aliases and definitions stay separate fields. A definition that is mixed
into the name hurts (METHODS §5); as a field of its own it helps where the name shares nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from chainmap.errors import Finding, InputRejected, Severity
from chainmap.names import clean_text, product_key, split_list
from chainmap.texts import rule_severity, say

if TYPE_CHECKING:
    from numpy.typing import NDArray

REQUIRED = ("code", "name")
OPTIONAL = ("parent", "level", "description", "aliases")
_FILLER = re.compile(r"(?:的?制造|生产|业|及其他|其他|未列明的?|以上|活动)")
_ALTERNATIVES = re.compile(r"[、和及与或]")


@dataclass(frozen=True)
class Entry:
    """One line of a catalogue, as it is shown."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True)
class Catalogue:
    """Entries in order of code, their spellings as documents, and their definitions.

    ``documents`` are comparable spellings (names first, then aliases, then parts of names that
    list several things), ``owners`` the entry each belongs to, ``weak`` marks the parts.
    """

    name: str
    entries: tuple[Entry, ...]
    documents: tuple[str, ...]
    owners: NDArray[np.int64]
    weak: NDArray[np.bool_]
    definitions: tuple[str, ...]
    is_classification: bool = False
    exact: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.entries)


def make_catalogue(
    name: str, entries: Sequence[Entry], *, is_classification: bool = False
) -> Catalogue:
    """Return the catalogue of ``entries``; the order given does not matter."""
    ordered = tuple(sorted(entries, key=lambda entry: entry.code))
    spellings: dict[tuple[str, int], bool] = {}
    exact: dict[str, set[int]] = {}
    for number, entry in enumerate(ordered):
        whole = [product_key(text) for text in (entry.name, *entry.aliases)]
        for key in filter(None, whole):
            exact.setdefault(key, set()).add(number)
            spellings[key, number] = False
        for part in _parts(entry.name) if is_classification else ():
            spellings.setdefault((part, number), True)
    return Catalogue(
        name=name,
        entries=ordered,
        documents=tuple(text for text, _ in spellings),
        owners=np.array([owner for _, owner in spellings], dtype=np.int64),
        weak=np.array([*spellings.values()], dtype=np.bool_),
        definitions=tuple(product_key(entry.description) for entry in ordered),
        is_classification=is_classification,
        exact={key: tuple(sorted(numbers)) for key, numbers in exact.items()},
    )


def _parts(name: str) -> tuple[str, ...]:
    """Return the things that a class name lists, its filler words dropped.

    >>> _parts("齿轮及齿轮减、变速箱制造")
    ('齿轮及齿轮减、变速箱', '齿轮', '齿轮减', '变速箱')
    """
    bare = _FILLER.sub("", name)
    pieces = [bare, *_ALTERNATIVES.split(bare)]
    keys = (product_key(piece) for piece in pieces)
    return tuple(dict.fromkeys(key for key in keys if len(key) > 1 and key != product_key(name)))


def product_catalogue(products: pd.DataFrame) -> Catalogue:
    """Return the catalogue of the graph's products (``id, name, aliases, description``).

    All products are targets, wider ones too: 碳酸锂 is made although 电池级碳酸锂 is a kind of it.
    """
    known = products.reindex(columns=["id", "name", "aliases", "description"])
    blank = known.where(known.notna(), "").drop_duplicates("id")
    entries = [
        Entry(str(key).removeprefix("Product:"), name, split_list(aliases), description)
        for key, name, aliases, description in blank.itertuples(index=False)
        if name
    ]
    return make_catalogue("products", entries)


def read_catalogue(
    file: str, frame: pd.DataFrame, rows: Sequence[int], *, level: int | None = None
) -> tuple[Catalogue, list[Finding]]:
    """Make a catalogue of a table of text with a header.

    Parameters
    ----------
    file
        Its name, for findings.
    frame
        Text columns named as in the file; ``code`` and ``name`` are needed, ``parent``, ``level``,
        ``description`` and ``aliases`` used where given.
    rows
        The number of each row in the file.
    level
        Entries of this level; None: those that are nobody's parent.

    Raises
    ------
    InputRejected
        A column that is needed is missing, or no entry is left.
    """
    folded = {str(name).strip().lower(): name for name in frame.columns}
    missing = [name for name in REQUIRED if name not in folded]
    if missing:
        found = _finding("L-catalogue-column", file, None, "、".join(missing), severity="error")
        raise InputRejected(say("link.catalogue_refused", file=file), [found])
    table = pd.DataFrame(
        {
            name: frame[folded[name]].map(lambda v: clean_text(v) if isinstance(v, str) else "")
            if name in folded
            else ""
            for name in (*REQUIRED, *OPTIONAL)
        }
    )
    table["row"] = list(rows)
    table, findings = _sound(file, table)
    kept = _at_level(file, table, level)
    if not len(kept):
        found = _finding("L-catalogue-empty", file, None, "", severity="error")
        raise InputRejected(say("link.catalogue_refused", file=file), [*findings, found])
    entries = [
        Entry(code, name, split_list(aliases), description)
        for code, name, aliases, description in zip(
            kept["code"], kept["name"], kept["aliases"], kept["description"], strict=True
        )
    ]
    classes = bool((table["parent"] != "").any() or (table["level"] != "").any())
    return make_catalogue(file, entries, is_classification=classes), findings


def _sound(file: str, table: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """Leave out rows without code or name and later rows of a code that stands twice; tell both."""
    empty = (table["code"] == "") | (table["name"] == "")
    lacking = table["row"][empty]
    findings = [_finding("L-catalogue-row", file, int(row), "") for row in lacking]
    table = table[~empty].sort_values(["code", "row"], kind="stable")
    twice = table["code"].duplicated()
    again = zip(table["code"][twice], table["row"][twice], strict=True)
    findings += [_finding("L-catalogue-twice", file, int(row), code) for code, row in again]
    return table[~twice], findings


def _at_level(file: str, table: pd.DataFrame, level: int | None) -> pd.DataFrame:
    if level is None:
        return table[~table["code"].isin(set(table["parent"]) - {""})]
    levels = sorted(set(table["level"]) - {""})
    if str(level) not in levels:
        shown = "、".join(levels) or "—"
        found = Finding(
            Severity.ERROR, "L-catalogue-level", file, column="level", value=str(level),
            params={"levels": shown},
        )  # fmt: skip
        raise InputRejected(say("link.catalogue_refused", file=file), [found])
    return table[table["level"] == str(level)]


def _finding(
    rule: str, file: str, row: int | None, value: str, *, severity: str | None = None
) -> Finding:
    column = "code" if rule == "L-catalogue-twice" else ""
    chosen = Severity(severity or rule_severity(rule))
    return Finding(chosen, rule, file, row=row, column=column, value=value)
