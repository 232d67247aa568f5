"""Cypher that people write: what an engine answers, and names in it that the schema lacks.

The choice: engines answer an unknown label with nothing, so the names are looked up before the
query runs. A full parser is not needed for that: labels, types and properties stand in few
places, and what is found there only ever becomes a warning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from chainmap.schema import RESERVED, ROLE_LABELS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chainmap.schema import Schema

_NAME = r"(?:`[^`]+`|[^\W\d]\w*)"
_IGNORED = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|//[^\n]*|/\*.*?\*/", re.DOTALL)
_MAP = re.compile(rf"\{{\s*{_NAME}\s*:[^{{}}]*\}}")
_LABELS = re.compile(rf"[(\[\w`]\s*:\s*({_NAME}(?:\s*[:|&]\s*:?\s*{_NAME})*)")
_VARIABLE = re.compile(rf"[(\[]\s*({_NAME})\s*(?=[:)\]*{{])")
_PROPERTY = re.compile(rf"(?<![\w`.$])({_NAME})\.({_NAME})(?!\s*\()")


@dataclass(frozen=True, slots=True)
class QueryRows:
    """Columns and rows (plain values) of a query; ``is_cut`` says that there were more rows."""

    columns: tuple[str, ...]
    rows: list[list[object]]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A name of a query that the schema lacks; ``near`` is the likeliest meant one, or empty."""

    kind: str
    name: str
    near: str


def unknown_names(text: str, schema: Schema) -> list[UnknownName]:
    """Return the labels, types and properties of a query that the schema lacks, sorted.

    ``kind`` is ``label`` (label or relationship type) or ``property``.

    Examples
    --------
    >>> from chainmap.schema import load_schema
    >>> unknown_names("MATCH (c:Compny) RETURN c.name AS name", load_schema())
    [UnknownName(kind='label', name='Compny', near='Company')]
    """
    bare = _IGNORED.sub("''", text)
    plain = _MAP.sub(" ", bare)
    labels = [*schema.nodes, *schema.edges, *ROLE_LABELS]
    found = {name for part in _LABELS.findall(plain) for name in _parts(part)}
    owners = [*schema.nodes, *schema.edges]
    properties = {a.name for owner in owners for a in schema.stored(owner)} | RESERVED
    bound = {_bare(name) for name in _VARIABLE.findall(bare)}
    named = {_bare(name) for owner, name in _PROPERTY.findall(bare) if _bare(owner) in bound}
    return [*_unknown("label", found, labels), *_unknown("property", named, properties)]


def _parts(text: str) -> list[str]:
    return [_bare(part) for part in re.findall(_NAME, text)]


def _bare(name: str) -> str:
    return name.strip("`")


def _unknown(kind: str, names: Iterable[str], known: Iterable[str]) -> list[UnknownName]:
    there = sorted(known)
    missing = sorted(set(names) - set(there))
    near = {name: get_close_matches(name, there, n=1, cutoff=0.6) for name in missing}
    return [UnknownName(kind, name, (near[name] or [""])[0]) for name in missing]
