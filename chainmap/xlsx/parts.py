"""The small parts of a workbook: list of sheets, number formats, shared strings.

The one choice: element names are compared without their namespace prefix, because other
programs than Excel write ``<x:row>`` or the strict namespace.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from xml.parsers import expat

from chainmap.xlsx.package import Package, refuse


class Shown(Enum):
    """How a number is shown, as far as its meaning depends on it."""

    NUMBER = "number"
    PERCENT = "percent"
    DATE = "date"
    DURATION = "duration"


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """What a cell style does to a number; ``suffix`` is text shown behind it, such as 万元."""

    shown: Shown = Shown.NUMBER
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A worksheet as listed by the workbook."""

    title: str
    part: str
    hidden: bool


_DATE_IDS = frozenset([*range(14, 23), *range(27, 37), *range(50, 59), 45, 47])
_PERCENT_IDS = frozenset([9, 10])
_DURATION_IDS = frozenset([46])
_NOT_IN_TITLES = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\[\]:*?/\\]")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_SUFFIX = re.compile(r'^[#0?.,_ ()\-\\]*[0#?]\s*(?:"([^"]+)"|([一-鿿]+))\s*$')


def local(name: str) -> str:
    """Return an element or attribute name without its namespace prefix."""
    return name.rpartition(":")[2]


def unescape(text: str) -> str:
    """Replace the ``_x000D_`` escapes of OOXML strings by their characters."""
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text).replace("\0", "")
    # Two escapes may be one character beyond the BMP; half of one alone is no text at all.
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def whole(text: str) -> int:
    """Return a whole number of an attribute; -1 for anything else, also a number without end."""
    return int(text) if text.isdecimal() and len(text) < 16 else -1


def read_sheet_list(package: Package) -> tuple[list[SheetEntry], bool]:
    """Return the worksheets in their order, and whether dates count from 1904."""
    book = _main_part(package)
    targets = {
        key: _resolve(book, target)
        for key, (kind, target) in _relations(package, book).items()
        if kind.endswith("/worksheet")
    }
    entries: list[SheetEntry] = []
    epochs: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "sheet":
            plain = {local(key): value for key, value in attributes.items()}
            part = targets.get(plain.get("id", ""))
            if part is not None:
                hidden = plain.get("state", "visible") != "visible"
                title = _title(plain.get("name", ""), {entry.title for entry in entries})
                entries.append(SheetEntry(title, part, hidden))
        elif local(name) == "workbookPr":
            epochs.append(attributes.get("date1904", "0"))

    _parse(package, book, start)
    parts = [entry.part.lower() for entry in entries]
    # One part listed a thousand times would be read a thousand times; Excel never does so.
    if not entries or len(set(parts)) < len(parts):
        refuse("F-corrupt", package.file, reason="no sheet, or one sheet listed twice")
    return entries, bool(epochs) and epochs[0] in ("1", "true")


def _title(name: str, taken: set[str]) -> str:
    """Return a sheet's name as Excel would allow it: it is a part of every row's origin."""
    plain = _NOT_IN_TITLES.sub("_", name) or "_"
    title, number = plain, 1
    while title in taken:
        number += 1
        title = f"{plain} ({number})"
    return title


def read_formats(package: Package) -> list[NumberFormat]:
    """Return the number format of each cell style, by style index."""
    name = _sibling(package, "styles")
    codes: dict[int, str] = {}
    styles: list[int] = []
    stack: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        stack.append(local(tag))
        if stack[-1] == "numFmt":
            codes[whole(attributes.get("numFmtId", ""))] = attributes.get("formatCode", "")
        elif stack[-2:] == ["cellXfs", "xf"]:
            styles.append(max(whole(attributes.get("numFmtId", "")), 0))

    if name is None:
        return []
    _parse(package, name, start, lambda _: stack.pop())
    return [_number_format(number, codes.get(number, "")) for number in styles]


class _StringCollector:
    """Collects the texts of shared strings, phonetic guides (``rPh``) left out."""

    def __init__(self, package: Package) -> None:
        self.strings: list[str] = []
        self._package = package
        self._room = package.limits.characters
        self._pieces: list[str] = []
        self._in_text = False
        self._in_phonetic = False

    def start(self, tag: str, _: dict[str, str]) -> None:
        kind = local(tag)
        if kind == "si":
            self._pieces = []
        elif kind == "rPh":
            self._in_phonetic = True
        elif kind == "t":
            self._in_text = not self._in_phonetic

    def end(self, tag: str) -> None:
        kind = local(tag)
        if kind == "t":
            self._in_text = False
        elif kind == "rPh":
            self._in_phonetic = False
        elif kind == "si":
            self.strings.append(unescape("".join(self._pieces)))

    def text(self, data: str) -> None:
        if self._in_text:
            self._pieces.append(data)
            self._room -= len(data)
            if self._room < 0:
                limit = self._package.limits.characters
                refuse("F-too-large", self._package.file, what=f"> {limit:,} characters")


def read_shared_strings(package: Package) -> list[str]:
    """Return the shared strings; phonetic guides are left out."""
    name = _sibling(package, "sharedStrings")
    collector = _StringCollector(package)
    if name is not None:
        _parse(package, name, collector.start, collector.end, collector.text)
    return collector.strings


def _parse(
    package: Package,
    name: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], object] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    package.parse(name, parser)


def _relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    folder, base = posixpath.split(part)
    name = posixpath.join(folder, "_rels", f"{base}.rels")
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
            found[attributes.get("Id", "")] = (
                attributes.get("Type", ""),
                attributes.get("Target", ""),
            )

    if name in package:
        _parse(package, name, start)
    return found


def _resolve(part: str, target: str) -> str:
    if target.startswith(("/", "\\")):
        return target
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target.replace("\\", "/")))


def _main_part(package: Package) -> str:
    for kind, target in _relations(package, "").values():
        if kind.endswith("/officeDocument"):
            part = _resolve("", target)
            if part in package and not part.lower().endswith(".bin"):
                return part
    if "xl/workbook.xml" not in package:
        refuse("F-not-a-workbook", package.file)
    return "xl/workbook.xml"


def _sibling(package: Package, kind: str) -> str | None:
    book = _main_part(package)
    for relation, target in _relations(package, book).values():
        if relation.endswith(f"/{kind}") and _resolve(book, target) in package:
            return _resolve(book, target)
    return None


def _number_format(number: int, code: str) -> NumberFormat:
    if number in _PERCENT_IDS:
        return NumberFormat(Shown.PERCENT)
    if number in _DURATION_IDS:
        return NumberFormat(Shown.DURATION)
    if not code:
        return NumberFormat(Shown.DATE) if number in _DATE_IDS else NumberFormat()
    first = code.partition(";")[0]
    if re.search(r"\[(h+|m+|s+)\]", first, re.IGNORECASE):
        return NumberFormat(Shown.DURATION)
    bare = _LITERALS.sub("", first)
    if "%" in bare:
        return NumberFormat(Shown.PERCENT)
    if bare.lower() != "general" and re.search(r"[dmyhs]", bare, re.IGNORECASE):
        return NumberFormat(Shown.DATE)
    suffix = _SUFFIX.match(first)
    scaled = re.search(r"[0#?],+(?![0#?])", bare) is not None
    return NumberFormat(suffix=(suffix[1] or suffix[2]) if suffix and not scaled else "")
