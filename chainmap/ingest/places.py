"""Regions, countries and industries by code or by name, from graph_schema/codes/*.csv.

The one choice: a name is accepted only when it can mean one thing. A county's name that
several cities share needs its city before it (青海省西宁市城东区); a province goes before a city
of the same short name (吉林). Nothing is looked up anywhere else.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from chainmap.codes import fold_code, parent_region, parse_industry, parse_region
from chainmap.resources import data_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_JOINTS = re.compile(r"[\s/\\,，、·.\-_>]+")
_NATION = (
    "(?:蒙古|藏|回|土家|苗|彝|傣|景颇|傈僳|白|哈尼|壮|布依|侗|羌|朝鲜|哈萨克|柯尔克孜|维吾尔)族?"
)
_PROVINCE_END = re.compile(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区)$")
_CITY_END = re.compile(rf"(?:市|地区|盟|(?:{_NATION})+自治州|自治州)$")
_COUNTY_END = re.compile(r"(?:区|县|市|旗|自治县|自治旗|林区|特区)$")
_FULL_PATH = 4
"""A name has at least this many characters to be looked for at the start of an address."""


@dataclass(frozen=True, slots=True)
class Region:
    """One line of region.csv."""

    code: str
    name: str
    level: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class RegionTable:
    """All regions by code, and the names that stand for exactly one of them."""

    regions: Mapping[str, Region]
    names: Mapping[str, str]

    def find(self, text: str) -> str:
        """Return the code that ``text`` names, "" when it names none or several.

        >>> table = region_table()
        >>> [table.find(name) for name in ("630102", "西宁", "青海省西宁市城东区", "朝阳区")]
        ['630102', '630100', '630102', '']
        """
        code = parse_region(text)
        if code in self.regions:
            return code or ""
        plain = _plain(text)
        if plain in self.names:
            return self.names[plain]
        for end in range(min(len(plain), 24), _FULL_PATH - 1, -1):
            if plain[end - 1] in "省市区县州盟旗" and plain[:end] in self.names:
                return self.names[plain[:end]]
        return ""

    def replaced(self, text: str) -> str:
        """Return the region above a six-digit code that is not in use, "" when there is none."""
        code = parse_region(text) or ""
        while code and code not in self.regions:
            code = parent_region(code)
        return code


def _plain(text: str) -> str:
    return _JOINTS.sub("", unicodedata.normalize("NFKC", text)).casefold()


@lru_cache(maxsize=1)
def region_table() -> RegionTable:
    """Read region.csv once.

    References
    ----------
    GB/T 2260 codes and names from modood/Administrative-divisions-of-China (WTFPL), county
    level and above, 2023; countries by ISO 3166-1 alpha-3 with CLDR names.
    """
    with (data_folder("graph_schema") / "codes" / "region.csv").open(encoding="utf-8") as lines:
        regions = {
            row["code"]: Region(
                row["code"], row["name"], row["level"], tuple(row["aliases"].split("|"))
            )
            for row in csv.DictReader(lines)
        }
    names: dict[str, str] = {}
    for rank in range(_RANKS):
        level: dict[str, set[str]] = {}
        for name, code in _names_of_rank(rank, regions):
            level.setdefault(_plain(name), set()).add(code)
        for name, codes in level.items():
            if name:
                names.setdefault(name, codes.pop() if len(codes) == 1 else "")
    return RegionTable(regions, {name: code for name, code in names.items() if code})


_RANKS = 5


def _names_of_rank(rank: int, regions: Mapping[str, Region]) -> Iterator[tuple[str, str]]:
    """Yield (name, code): provinces and countries, cities, paths, counties, short counties."""
    for region in regions.values():
        if region.level in ("province", "country", "example") and rank == 0:
            yield from ((name, region.code) for name in _forms(region))
        elif region.level == "city":
            if rank == 1:
                yield from ((name, region.code) for name in _forms(region))
            elif rank == 2:
                yield from ((name, region.code) for name in _paths(region, regions))
        elif region.level == "county":
            if rank == 2:
                yield from ((name, region.code) for name in _paths(region, regions))
            elif rank == 3:
                yield region.name, region.code
            elif rank == 4:
                yield from ((name, region.code) for name in _forms(region)[1:])


@cache
def _forms(region: Region) -> tuple[str, ...]:
    ends = {"province": _PROVINCE_END, "city": _CITY_END, "county": _COUNTY_END}
    forms = [region.name, *region.aliases]
    if region.level in ends:
        short = ends[region.level].sub("", region.name)
        if len(short) >= 2 and short != region.name:
            forms.append(short)
            if region.name.endswith("自治州"):
                forms.append(short + "州")
    return tuple(form for form in forms if form)


def _paths(region: Region, regions: Mapping[str, Region]) -> Iterator[str]:
    """Yield province+city+county in full and short spellings, any level above left out once."""
    above = [regions[code] for code in _ancestors(region.code) if code in regions]
    heads = [""]
    for step in above:  # province first
        heads = [head + form for head in heads for form in ("", *_forms(step))]
    yield from (head + form for head in heads if head for form in _forms(region))


def _ancestors(code: str) -> list[str]:
    parent = parent_region(code)
    return [*_ancestors(parent), parent] if parent else []


@dataclass(frozen=True)
class IndustryTable:
    """GB/T 4754-2017: names and parents by code, and names that stand for one code."""

    names: Mapping[str, str]
    parents: Mapping[str, str]
    codes: Mapping[str, str]

    def find(self, text: str) -> str:
        """Return the code that ``text`` names, "" when it names none or several.

        >>> [industry_table().find(text) for text in ("C3841", "锂离子电池制造", "火星")]
        ['3841', '3841', '']
        """
        code = parse_industry(text)
        if code in self.names:
            return code or ""
        leading = re.match(r"[A-T]?\d{2,4}(?!\d)", fold_code(text))
        code = parse_industry(leading[0]) if leading else None
        return code if code in self.names and code else self.codes.get(_plain(text), "")

    def chain(self, code: str) -> tuple[str, ...]:
        """Return ``code`` and the codes above it, up to the letter."""
        found: list[str] = []
        while code:
            found.append(code)
            code = self.parents.get(code, "")
        return tuple(found)


@lru_cache(maxsize=1)
def industry_table() -> IndustryTable:
    """Read industry.csv once; of a name that stands at several levels the finest code counts.

    References
    ----------
    GB/T 4754-2017, codes and names; 0179, which stands twice in the source, kept once.
    """
    with (data_folder("graph_schema") / "codes" / "industry.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    codes: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: (len(row["code"]), row["code"])):
        codes[_plain(row["name"])] = row["code"]
    return IndustryTable(
        {row["code"]: row["name"] for row in rows},
        {row["code"]: row["parent"] for row in rows},
        codes,
    )
