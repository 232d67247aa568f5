"""A company name taken apart: place, trade name, industry words, legal form, branch.

The one choice: every part has one spelling (simplified characters, half width, one word per legal
form, a code for a place), so that two names are compared part by part; what no rule knows
stays in the trade name, where a difference counts most.
"""

from __future__ import annotations

import csv
import re
import sys
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from chainmap.codes import parent_region, region_covers
from chainmap.names import name_key
from chainmap.resources import data_folder

_HERE = Path(__file__).resolve().parent
_HAN = re.compile(r"[\u3400-\u9fff]")
_BRACKET = re.compile(r"\(([^()]*)\)?")
_FORMER = re.compile(
    r"^(?:\d{4}年)?(?:\d+月)?(?:更名|改名|改制|变更)?前?"
    r"(?:原名称?为?|原|曾用名|曾名|前身为?|旧称|由)[:：]?(.+?)(?:更名|变更|改制)?(?:而来)?$"
)
_MARK = re.compile(r"^(\*st|s\*st|sst|st|xd|xr|dr|[a-z])(?=[\u3400-\u9fff])")
_LATIN = re.compile(r"^([a-z]{2,})(?=[\u3400-\u9fff])")
_SHARE = re.compile(r"(?<=[\u3400-\u9fff])(?:[ab]股?|h股|-?u?w|-?u)$")
_EXAMPLE = "示例"
_AFTER = re.compile(r"(?:集团|控股)+$")
_COUNTRIES = re.compile(r"^[A-Z]{3}$")
_PROVINCE_END = re.compile(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)$")
_NATIONS = (
    "(?:蒙古|藏|回|土家|苗|彝|傣|景颇|傈僳|白|哈尼|壮|布依|侗|羌|朝鲜|哈萨克|柯尔克孜|维吾尔|土"
    "|撒拉)族?"
)
_CITY_END = re.compile(rf"(?:市|地区|盟|(?:{_NATIONS})*自治州)$")
_COUNTY_END = re.compile(rf"(?:区|市|旗|(?:{_NATIONS})*自治县|县|自治旗)$")
_LONGEST_PLACE = 15
_SHORT_COUNTY = 3
"""A county without its 县 or 区 is a place only from this length, but for brackets."""
_MIN_TRADE = 2
_INITIALS = 3
NUMERALS = {ord(han): str(n) for n, han in enumerate("零一二三四五六七八九")}
STATUS_MARKS = frozenset({"*ST", "S*ST", "SST", "ST", "XD", "XR", "DR", "N", "C", "S"})
"""Marks that a stock exchange puts before a name and takes off again."""


@dataclass(frozen=True, slots=True)
class FirmName:
    """The parts of a company name; a part that the name does not have is empty.

    ``place_inside`` is set when the place stands in brackets or before the legal form (泽坤锂盐
    （衢州）有限公司): such a firm is often the daughter of the one without. ``aside`` is what else
    stands in brackets.
    """

    key: str
    region: str = ""
    trade: str = ""
    industry: str = ""
    form: str = ""
    branch: str = ""
    group: str = ""
    prefix_mark: str = ""
    former: tuple[str, ...] = ()
    place_inside: bool = False
    aside: str = ""

    @property
    def core(self) -> str:
        """Trade name and industry words together."""
        return self.trade + self.industry

    @property
    def is_short(self) -> bool:
        """Whether the name is short for another: without a legal form, or with 股份 alone."""
        return not self.form or self.key.endswith("股份")

    @property
    def canon(self) -> str:
        """All parts in one text, marks and former names left out."""
        parts = (self.region, self.core, self.form, self.branch, self.group, self.aside)
        return "|".join(parts)


@dataclass(frozen=True)
class _Words:
    """The [words] of firms.toml, longest first."""

    forms: Mapping[str, str]
    form_ends: tuple[str, ...]
    latin_forms: Mapping[str, str]
    branch: re.Pattern[str]
    parks: tuple[str, ...]
    industry: frozenset[str]
    longest_industry: int


@lru_cache(maxsize=1)
def _words() -> _Words:
    told = read_firms_toml()["words"]
    lists = told["lists"]
    ends = "|".join(sorted(lists["branches"], key=len, reverse=True))
    return _Words(
        forms=told["forms"],
        form_ends=tuple(sorted(told["forms"], key=lambda form: (-len(form), form))),
        latin_forms=told["latin_forms"],
        branch=re.compile(rf"^(.*?)((?:第?[\d一二三四五六七八九十]+|[东西南北])?(?:{ends}))$"),
        parks=tuple(sorted(lists["parks"], key=len, reverse=True)),
        industry=frozenset(lists["industry"]),
        longest_industry=max(map(len, lists["industry"])),
    )


def read_firms_toml(path: Path | None = None) -> dict[str, Any]:
    """Return ``firms.toml`` (or another file of its shape) as read."""
    with (path or _HERE / "firms.toml").open("rb") as stream:
        return tomllib.load(stream)


@lru_cache(maxsize=1)
def _variants() -> dict[int, str]:
    with (_HERE / "variants.csv").open(encoding="utf-8", newline="") as stream:
        return {ord(row["variant"]): row["simplified"] for row in csv.DictReader(stream)}


def firm_key(text: str) -> str:
    """Return ``name_key`` in simplified characters.

    >>> firm_key("青海東方鋰業（集團）有限公司")
    '青海东方锂业(集团)有限公司'
    """
    return name_key(text).translate(_variants())


def parse_firm_name(text: str) -> FirmName:
    """Return the parts of a company name.

    >>> name = parse_firm_name("*ST青海昆仑锂能科技有限责任公司西宁分公司")
    >>> name.region, name.trade, name.industry, name.form, name.branch, name.prefix_mark
    ('630000', '昆仑', '锂能科技', '有限公司', '西宁分公司', '*ST')
    """
    key = firm_key(text)
    if not _HAN.search(key):
        return _latin_name(text, key)
    plain, inside = _take_brackets(key)
    mark, plain = _take_mark(plain)
    plain, form, branch = _take_form(plain, inside)
    plain, group = _take_group(plain, inside.group)
    region, rest, is_inside = _take_places(plain, inside)
    trade, industry = _split_trade(rest)
    if region and trade in _words().industry and plain != rest:
        trade, industry = _last_place(plain), rest  # 西宁特钢: the place is the trade name
    return FirmName(
        key, region, trade, sys.intern(industry), form or inside.form,
        _branch_key(branch or inside.branch), group, mark,
        tuple(inside.former), is_inside, inside.aside,
    )  # fmt: skip


def _branch_key(branch: str) -> str:
    """Return the branch with its number in one spelling: 第二分厂 is 2分厂.

    >>> _branch_key("第二分厂")
    '2分厂'
    """
    return branch.translate(NUMERALS).removeprefix("第")


@dataclass(slots=True)
class _Inside:
    """What stood in brackets."""

    former: list[str]
    place: str = ""
    group: str = ""
    form: str = ""
    aside: str = ""
    branch: str = ""


def _take_brackets(key: str) -> tuple[str, _Inside]:
    inside = _Inside([])
    if "(" not in key and ")" not in key:
        return key, inside
    forms = _words().forms
    left: list[str] = []
    start = 0
    for found in _BRACKET.finditer(key):
        left.append(key[start : found.start()])
        start = found.end()
        content = found[1]
        former = _FORMER.match(content)
        if former and len(former[1]) >= _MIN_TRADE:
            inside.former.append(former[1])
        elif content in ("集团", "控股", "集团控股", "控股集团"):
            inside.group += content
        elif content in forms:
            inside.form = forms[content]
        else:
            _read_bracket(content, found.start(), inside)
    left.append(key[start:])
    return "".join(left).replace(")", ""), inside


def _read_bracket(content: str, start: int, inside: _Inside) -> None:
    code = place_code(content) if start else ""
    if code:
        inside.place = code
    elif _words().branch.match("某某" + content) and len(content) > _MIN_TRADE:
        inside.branch = content
    elif len(content) > _INITIALS and not _HAN.search(content):
        return  # the name in another language
    else:
        inside.aside += content


def _take_mark(plain: str) -> tuple[str, str]:
    """Take a stock exchange's mark, a single initial or 示例 off the front."""
    mark = ""
    if plain.startswith(_EXAMPLE) and len(plain) > len(_EXAMPLE) + 1:
        return _EXAMPLE, plain[len(_EXAMPLE) :]
    found = _MARK.match(plain) or _LATIN.match(plain)
    if found and not _says_what(plain[found.end() :]):
        mark, plain = found[1].upper(), plain[found.end() :]
    return mark, _SHARE.sub("", plain)


def _says_what(plain: str) -> bool:
    """Whether a name begins with its industry or form, so that what stands before is its trade."""
    words = _words()
    if plain.startswith(("集团", "控股", "有限", "股份", "公司", "厂")):
        return True
    return any(plain[:size] in words.industry for size in range(2, words.longest_industry + 1))


def _take_form(plain: str, inside: _Inside) -> tuple[str, str, str]:
    """Return what stands before the legal form, the form, and the branch after it."""
    words = _words()
    for sure in ("有限责任公司", "有限公司"):
        place = plain.rfind(sure)
        if place > 0:
            head, tail = plain[: place + len(sure)], plain[place + len(sure) :]
            front, form = _cut_form(head)
            if tail in ("集团", "控股"):
                inside.group += tail
                tail = ""
            return front, form, tail
    found = words.branch.match(plain)
    if found and len(found[1]) >= _MIN_TRADE:
        front, branch = found[1], found[2]
        code, rest = _place_at_end(front)
        if code:
            front, branch = rest, front[len(rest) :] + branch
        front, form = _cut_form(front)
        return front, form, branch
    front, form = _cut_form(plain)
    return front, form, ""


def _cut_form(plain: str) -> tuple[str, str]:
    words = _words()
    for end in words.form_ends:
        if plain.endswith(end) and len(plain) - len(end) >= _MIN_TRADE:
            front = plain[: -len(end)]
            group = "集团" if end == "集团公司" else ""
            return front + group, words.forms[end]
    return plain, ""


def _take_group(plain: str, group: str) -> tuple[str, str]:
    found = _AFTER.search(plain)
    if found and found.start() >= _MIN_TRADE:
        plain, group = plain[: found.start()], group + found[0]
    words = [word for word in ("集团", "控股") if word in group]
    return plain, "".join(words)


def _take_places(plain: str, inside: _Inside) -> tuple[str, str, bool]:
    """Return the place of the name, what is left, and whether the place stands inside."""
    code, rest = _place_at_start(plain)
    seat = inside.place
    if not seat and len(rest) > _MIN_TRADE:
        seat, rest = _place_at_end(rest)
    if not seat:
        return code, rest, False
    if code and not region_covers(code, seat):
        if region_covers(seat, code):
            return code, rest, True
        return seat, plain if inside.place else plain[: plain.rindex(rest) + len(rest)], True
    return seat, rest, True


def _place_at_start(plain: str) -> tuple[str, str]:
    table = _places()
    code, rest = "", plain
    names: Mapping[str, str] = table.top
    while names:
        for size in range(min(_LONGEST_PLACE, len(rest) - _MIN_TRADE), 1, -1):
            found = names.get(rest[:size])
            if found:
                code, rest = found, rest[size:]
                break
        else:
            break
        names = table.below.get(code, {})
    if code:
        for park in _words().parks:
            if rest.startswith(park) and len(rest) - len(park) >= _MIN_TRADE:
                return code, rest[len(park) :]
    return code, rest


def _last_place(plain: str) -> str:
    """Return the last word for a place at the start of ``plain``."""
    word, rest = "", plain
    names: Mapping[str, str] = _places().top
    while True:
        sizes = range(min(_LONGEST_PLACE, len(rest) - _MIN_TRADE), 1, -1)
        size = next((size for size in sizes if rest[:size] in names), 0)
        if not size:
            return word or plain
        names = _places().below.get(names[rest[:size]], {})
        word, rest = rest[:size], rest[size:]


def _place_at_end(plain: str) -> tuple[str, str]:
    table = _places()
    for size in range(min(_LONGEST_PLACE, len(plain) - _MIN_TRADE), 1, -1):
        code = table.top.get(plain[-size:])
        if code:
            return code, plain[:-size]
    return "", plain


def _split_trade(plain: str) -> tuple[str, str]:
    """Take words for what a firm does off the end while two characters are left."""
    words = _words()
    end = len(plain)
    while end > _MIN_TRADE:
        for size in range(min(words.longest_industry, end - _MIN_TRADE), 1, -1):
            if plain[end - size : end] in words.industry:
                end -= size
                break
        else:
            break
    return plain[:end], plain[end:]


def _latin_name(text: str, key: str) -> FirmName:
    plain = unicodedata.normalize("NFKC", text).casefold().replace(".", "")
    tokens = re.findall(r"[^\W_]+", plain)
    forms = _words().latin_forms
    form = ""
    while len(tokens) > 1 and tokens[-1] in forms:
        form = form or forms[tokens[-1]]
        tokens.pop()
    return FirmName(key, trade="".join(tokens).translate(_variants()) or key, form=form)


@dataclass(frozen=True)
class _Places:
    """Names of places: for one code anywhere, below a place, and short counties (江阴).

    The last are trusted only where nothing else is said, in brackets: 大通 is a trade name too.
    """

    top: Mapping[str, str]
    below: Mapping[str, Mapping[str, str]]
    alone: Mapping[str, str]


def place_code(text: str) -> str:
    """Return the code of the place that ``text`` is, from its name alone; "" when none.

    >>> place_code("西宁"), place_code("青海省西宁市"), place_code("昆仑")
    ('630100', '630100', '')
    """
    code = _places().alone.get(text, "")
    if code:
        return code
    names: Mapping[str, str] = _places().top
    while text:
        for size in range(min(_LONGEST_PLACE, len(text)), 1, -1):
            if text[:size] in names:
                code, text = names[text[:size]], text[size:]
                names = _places().below.get(code, {})
                break
        else:
            return ""
    return code


@lru_cache(maxsize=1)
def _places() -> _Places:
    """Read region.csv once; a province goes before a city, a city before a county."""
    ranks: dict[str, dict[str, set[str]]] = {"province": {}, "city": {}, "county": {}}
    below: dict[str, dict[str, set[str]]] = {}
    alone: dict[str, set[str]] = {}
    for code, level, name in _place_names():
        if level == "county" and len(name) < _SHORT_COUNTY:
            alone.setdefault(name, set()).add(code)
            continue
        ranks[level].setdefault(name, set()).add(code)
        parent = parent_region(code)
        while parent:
            below.setdefault(parent, {}).setdefault(name, set()).add(code)
            parent = parent_region(parent)
    top: dict[str, str] = {}
    for names in ranks.values():
        for name, codes in names.items():
            top.setdefault(name, next(iter(codes)) if len(codes) == 1 else "")
    short = {name: codes.pop() for name, codes in alone.items() if len(codes) == 1}
    return _Places(
        {name: code for name, code in top.items() if code},
        {
            parent: {name: next(iter(codes)) for name, codes in names.items() if len(codes) == 1}
            for parent, names in below.items()
        },
        {name: code for name, code in short.items() if name not in top},
    )


def _place_names() -> Iterator[tuple[str, str, str]]:
    """Yield (code, level, name) in full and short spellings."""
    ends = {"province": _PROVINCE_END, "city": _CITY_END, "county": _COUNTY_END}
    with (data_folder("graph_schema") / "codes" / "region.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            code, level = row["code"], row["level"]
            if _COUNTRIES.match(code) or level == "example" or not code.isdigit():
                continue
            level = level if level in ends else "province" if code.endswith("0000") else "county"
            short = ends[level].sub("", row["name"])
            yield code, level, row["name"]
            if len(short) >= _MIN_TRADE and short != row["name"]:
                yield code, level, short
            for end in ("州", "县"):
                if row["name"].endswith("自治" + end):
                    yield code, level, short + end
