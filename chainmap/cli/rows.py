"""Rows of an answer as cells: what csv, xlsx and a terminal show of a list, an object, a null.

The choice: one function a medium, and every text that may come from a workbook passes through
the one that disarms it (a spreadsheet formula, a terminal escape).
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from chainmap.schema import ROLE_LABELS, load_schema
from chainmap.texts import language, say

LIST_JOIN = "；"
_LABELS = frozenset({"label", "table"})
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

Cell = str | int | float | bool | None


def sheet_cell(value: object) -> Cell:
    """Return a value as a csv or xlsx cell: lists joined, objects as JSON, formulas disarmed.

    >>> sheet_cell(["a", "b"]), sheet_cell({"x": None}), sheet_cell("=1+1"), sheet_cell(-1.5)
    ('a；b', '{"x": null}', "'=1+1", -1.5)
    """
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, (list, tuple)) and not any(
        isinstance(item, (Mapping, list, tuple)) for item in value
    ):
        return disarmed(LIST_JOIN.join("" if item is None else str(item) for item in value))
    if isinstance(value, (list, tuple, Mapping)):
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    return disarmed(str(value))


def disarmed(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def screen_cell(value: object) -> str:
    """Return a value as a person reads it; control characters (terminal escapes) become ``·``.

    >>> screen_cell(None), screen_cell(True), screen_cell(0.123456), screen_cell(1200000.0)
    ('—', '是', '0.123', '1,200,000')
    """
    if value is None or value in ("", []):
        return "—"
    if isinstance(value, bool):
        return say("cli.yes" if value else "cli.no")
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        parts = [f"{name} {screen_cell(item)}" for name, item in value.items()]
        return LIST_JOIN.join(parts) or "—"
    if isinstance(value, (list, tuple)):
        return LIST_JOIN.join(_listed(item) for item in value)
    return visible(str(value))


def _listed(item: object) -> str:
    if isinstance(item, Mapping):
        for name in ("text", "company", "name"):
            if item.get(name):
                return screen_cell(item[name])
    return screen_cell(item)


def visible(text: str) -> str:
    """Return the text without control and direction characters, line breaks as a blank.

    A workbook cell could otherwise move the cursor, recolour the terminal, or print its
    letters in another order than they stand.
    """
    return "".join(
        " "
        if char in "\n\r\t"
        else "·"
        if unicodedata.category(char) in ("Cc", "Cf", "Cs")
        else char
        for char in text
    )


def worded(column: str, value: object) -> str:
    """Return a closed value or a label in the reader's language, else as ``screen_cell``."""
    if column in ("contributions", "missing") and isinstance(value, Mapping):
        return screen_cell({_feature(name): part for name, part in value.items()})
    if isinstance(value, Mapping) and isinstance(value.get("text"), str):
        return screen_cell(value["text"])
    if not isinstance(value, str):
        return screen_cell(value)
    if column in _LABELS and language() == "zh":
        return f"{_label_terms().get(value, '')} {visible(value)}".strip()
    try:
        return say(f"value.{column}.{value}")
    except KeyError:
        return screen_cell(value)


def _feature(name: str) -> str:
    """Return what people call a feature of the score."""
    try:
        return say(f"report.feature.{name}")
    except KeyError:
        return name


@lru_cache(maxsize=1)
def _label_terms() -> Mapping[str, str]:
    """Return the Chinese term of each label and type."""
    schema = load_schema()
    terms = {owner.label: owner.zh for owner in schema.nodes.values()}
    terms |= {owner.type: owner.zh for owner in schema.edges.values()}
    return terms | {role: schema.edges[edge].sheet for role, edge in ROLE_LABELS.items()}


def term(column: str, lang: str | None = None, *, table: str = "") -> str:
    """Return the heading of a column, its own one in ``table``; without a term it keeps its key."""
    for text_id in (f"column.{table}.{column}", f"column.{column}"):
        try:
            return say(text_id, lang)
        except KeyError:
            continue
    return column
