"""The mapping file: tables of any layout to labels and relationship types (docs/mapping.md).

The one choice: a mapping is checked completely against the schema when it is read, with line
and did-you-mean; against the tables it is applied column by column, and what it does not
address is counted and named.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from chainmap.errors import ConfigError
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.schema import Schema

FORMAT = "chainmap.mapping/1"
OWN_KEY = "own_key"
"""Column of a NamedTable that holds the source's own key of a row (``key`` in the mapping)."""

_TOP = ("format", "title", "table", "ignore")
_TABLE = (
    "file",
    "sheet",
    "to",
    "header_row",
    "key",
    "columns",
    "constants",
    "where",
    "optional",
)
_COLUMN = ("column", "columns", "format", "values", "otherwise", "unit", "lookup", "optional")
_LOOKUP = ("file", "sheet", "key", "value")
_WHERE = (
    "column",
    "equals",
    "not_equals",
    "starts_with",
    "not_starts_with",
    "in",
    "not_in",
    "filled",
    "lookup",
)
_TESTS = ("equals", "not_equals", "starts_with", "not_starts_with", "in", "not_in", "filled")
_IGNORE = ("file", "sheet", "reason")
_FIELD = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Lookup:
    """Translate through another table: find a value under ``key``, take what ``value`` holds."""

    file: str
    sheet: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """How an attribute is filled: from columns, put together, looked up, translated."""

    columns: tuple[str, ...]
    format: str
    lookup: Lookup | None
    values: Mapping[str, str]
    otherwise: str | None
    unit: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition that a row must fulfil; ``test`` is one of equals, not_equals, in and so on."""

    column: str
    test: str
    wanted: tuple[str, ...]
    lookup: Lookup | None


@dataclass(frozen=True, slots=True)
class TableRule:
    """One target of one table: which file and sheet, which label or type, which columns."""

    file: str
    sheet: str
    to: str
    header_row: int | None
    columns: Mapping[str, ColumnRule]
    constants: Mapping[str, str]
    where: tuple[Filter, ...]
    optional: bool


@dataclass(frozen=True, slots=True)
class Ignored:
    """A table that is left out on purpose, and why."""

    file: str
    sheet: str
    reason: str


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """A whole mapping file."""

    name: str
    title: str
    tables: tuple[TableRule, ...]
    ignored: tuple[Ignored, ...]


class _Reader:
    """Turns the parsed TOML into rules; knows the text, to tell lines."""

    def __init__(self, path: Path, text: str, schema: Schema) -> None:
        self.path = path
        self.lines = text.splitlines()
        self.schema = schema
        self.block = 0

    def refuse(self, text_id: str, near: str = "", **values: str) -> NoReturn:
        where = {"file": self.path.name, "line": str(self.line(near))}
        raise ConfigError(say(f"mapping.{text_id}", None, **where, **values))

    def line(self, word: str) -> int:
        """Return the line on which ``word`` stands as a key in the current [[table]] block."""
        starts = [i for i, line in enumerate(self.lines) if line.strip().startswith("[[")]
        first = starts[self.block - 1] if 0 < self.block <= len(starts) else 0
        shape = re.compile(rf"(?:^|[\s\[{{,.\"']){re.escape(word)}(?:[\"'\]\s=.]|$)")
        for i in range(first, len(self.lines)):
            if word and shape.search(self.lines[i].split("#")[0]):
                return i + 1
        return first + 1

    def known_keys(self, table: Mapping[str, Any], known: Iterable[str], what: str) -> None:
        for key in table:
            if key not in (choices := tuple(known)):
                self.refuse("unknown_key", key, key=key, what=what, guess=_guess(key, choices))

    def text(self, table: Mapping[str, Any], key: str, default: str | None = None) -> str:
        value = table.get(key, default)
        if value is None:
            self.refuse("missing_key", key, key=key)
        if isinstance(value, (bool, list, dict)):
            self.refuse("not_text", key, key=key)
        return str(value)

    def flag(self, table: Mapping[str, Any], key: str) -> bool:
        value = table.get(key, False)
        if not isinstance(value, bool):
            self.refuse("not_flag", key, key=key)
        return value

    def texts(self, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or any(isinstance(v, (list, dict)) for v in value):
            self.refuse("not_list", key, key=key)
        return tuple(map(str, value))

    def section(self, table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = table.get(key, {})
        if not isinstance(value, dict):
            self.refuse("not_section", key, key=key)
        return value

    def table(self, given: Mapping[str, Any]) -> TableRule:
        self.known_keys(given, _TABLE, "[[table]]")
        to = self.text(given, "to")
        owners = [*self.schema.nodes, *self.schema.edges]
        if to not in owners:
            self.refuse("unknown_owner", "to", owner=to, guess=_guess(to, owners))
        columns = {
            name: self.column(name, value) for name, value in self.section(given, "columns").items()
        }
        constants = {n: self.text({n: v}, n) for n, v in self.section(given, "constants").items()}
        self._check_attributes(to, columns, constants)
        if "key" in given:
            columns[OWN_KEY] = self.column("key", given["key"])
        header_row = given.get("header_row")
        if header_row is not None and (not isinstance(header_row, int) or header_row < 1):
            self.refuse("bad_header_row", "header_row")
        where = given.get("where", [])
        if not isinstance(where, list):
            self.refuse("not_list", "where", key="where")
        return TableRule(
            file=self.text(given, "file"),
            sheet=self.text(given, "sheet", "*"),
            to=to,
            header_row=header_row,
            columns=columns,
            constants=constants,
            where=tuple(self.filter(condition) for condition in where),
            optional=self.flag(given, "optional"),
        )

    def _check_attributes(
        self, to: str, columns: Mapping[str, object], constants: Mapping[str, object]
    ) -> None:
        known = {a.name for a in self.schema.owner(to).attributes}
        for name in [*columns, *constants]:
            if name not in known:
                about = {"owner": to, "name": name, "guess": _guess(name, sorted(known))}
                self.refuse("unknown_attribute", name, **about)
        for name in columns:
            if name in constants:
                self.refuse("given_twice", name, name=name)
        for attribute in self.schema.owner(to).attributes:
            if attribute.required and attribute.name not in {*columns, *constants}:
                self.refuse("required", "to", owner=to, name=attribute.name, zh=attribute.zh)

    def column(self, name: str, given: object) -> ColumnRule:
        if isinstance(given, str):
            given = {"column": given}
        if not isinstance(given, dict):
            self.refuse("not_text", name, key=name)
        self.known_keys(given, _COLUMN, name)
        pattern = self.text(given, "format", "")
        columns = (
            (self.text(given, "column"),) if "column" in given else self.texts(given, "columns")
        )
        columns = columns or tuple(dict.fromkeys(_FIELD.findall(pattern)))
        if not columns or (len(columns) > 1 and not pattern):
            self.refuse("no_column", name, name=name)
        unknown = [field for field in _FIELD.findall(pattern) if field not in (*columns, "value")]
        if unknown:
            self.refuse("bad_format", "format", field=unknown[0])
        otherwise = self.text(given, "otherwise") if "otherwise" in given else None
        return ColumnRule(
            columns=columns,
            format=pattern,
            lookup=self.lookup(given),
            values={k: self.text({k: v}, k) for k, v in self.section(given, "values").items()},
            otherwise=otherwise,
            unit=self.text(given, "unit", ""),
            optional=self.flag(given, "optional"),
        )

    def lookup(self, given: Mapping[str, Any]) -> Lookup | None:
        if "lookup" not in given:
            return None
        table = self.section(given, "lookup")
        self.known_keys(table, _LOOKUP, "lookup")
        return Lookup(
            self.text(table, "file"),
            self.text(table, "sheet", "*"),
            self.text(table, "key"),
            self.text(table, "value"),
        )

    def filter(self, given: object) -> Filter:
        if not isinstance(given, dict):
            self.refuse("not_section", "where", key="where")
        self.known_keys(given, _WHERE, "where")
        tests = [test for test in _TESTS if test in given]
        if len(tests) != 1:
            self.refuse("one_test", "where", tests=", ".join(_TESTS))
        test = tests[0]
        value = given[test]
        wanted = self.texts(given, test) if test in ("in", "not_in") else (_as_text(value),)
        return Filter(self.text(given, "column"), test, wanted, self.lookup(given))

    def ignored(self, given: Mapping[str, Any]) -> Ignored:
        self.known_keys(given, _IGNORE, "[[ignore]]")
        return Ignored(
            self.text(given, "file"),
            self.text(given, "sheet", "*"),
            self.text(given, "reason", "—"),
        )

    def blocks(self, document: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
        blocks = document.get(name, [])
        if not isinstance(blocks, list) or not all(isinstance(b, dict) for b in blocks):
            self.refuse("not_blocks", name, key=name)
        return blocks


def read_mapping(path: str | Path, schema: Schema) -> ColumnMapping:
    """Read and check the mapping file ``path`` against ``schema``.

    Raises
    ------
    ConfigError
        When the file is missing, no TOML, or names something that the schema or the format does
        not know; with file, line and, where one is near, the word that was meant.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(say("mapping.unreadable", file=str(path), reason=reason)) from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(say("mapping.no_toml", file=path.name, reason=error)) from error
    reader = _Reader(path, text, schema)
    reader.known_keys(document, _TOP, path.name)
    if document.get("format") != FORMAT:
        reader.refuse("bad_version", "format", wanted=FORMAT)
    order = [line.strip() for line in text.splitlines() if line.strip().startswith("[[")]
    starts = {
        name: [i + 1 for i, t in enumerate(order) if t.startswith(f"[[{name}]]")]
        for name in ("table", "ignore")
    }
    tables = []
    for place, given in enumerate(reader.blocks(document, "table")):
        reader.block = starts["table"][place] if place < len(starts["table"]) else 0
        tables.append(reader.table(given))
    ignored = []
    for place, given in enumerate(reader.blocks(document, "ignore")):
        reader.block = starts["ignore"][place] if place < len(starts["ignore"]) else 0
        ignored.append(reader.ignored(given))
    if not tables:
        reader.refuse("no_table")
    return ColumnMapping(path.name, str(document.get("title", "")), tuple(tables), tuple(ignored))


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _guess(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return say("mapping.guess", word=close[0]) if close else ""
