"""Make graph_schema/codes/*.csv from published lists; --check only looks.

python tools/make_codes.py DATA_DIR            write what differs
python tools/make_codes.py --check DATA_DIR    exit 1 when a file is not what would be written

DATA_DIR holds ``admin_divisions/pca-code.json`` and ``gbt4754/gbt4754_2017.csv``; where they come
from is in graph_schema/codes/README.md. Names of countries come from CLDR as Babel carries it
(``pip install babel``), which nothing else here needs.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import io
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CODES = ROOT / "graph_schema" / "codes"
Row = tuple[str, ...]

UNNAMED = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")
"""Cities of the list that are no place: the counties below them belong to the province."""

PLACES: tuple[Row, ...] = (
    ("710000", "台湾省", "code", ""),
    ("810000", "香港特别行政区", "code", ""),
    ("820000", "澳门特别行政区", "code", ""),
    ("999999", "示例地区", "example", "示例"),
)
"""Codes of GB/T 2260 that the list lacks, and the region of the 示例 firms."""

CHINESE_REGIONS = {"TWN": "中国台湾", "HKG": "中国香港", "MAC": "中国澳门"}

LONG_CODES = {
    "AM": "ARM", "BF": "BFA", "BJ": "BEN", "CD": "COD", "CN": "CHN", "DE": "DEU", "FI": "FIN",
    "FR": "FRA", "GB": "GBR", "MM": "MMR", "RO": "ROU", "RS": "SRB", "RU": "RUS", "TL": "TLS",
    "UA": "UKR", "US": "USA", "VN": "VNM", "VU": "VUT", "YE": "YEM", "ZW": "ZWE",
}  # fmt: skip
"""ISO 3166-1 alpha-3 where CLDR lists several (a code that was given up stands beside it)."""

ALIASES: dict[str, str] = {
    "CHN": "中华人民共和国|大陆",
    "USA": "美利坚合众国|US|United States of America|U.S.|U.S.A.|America",
    "GBR": "UK|United Kingdom|Great Britain|England",
    "KOR": "South Korea|Korea|Korea, Republic of|Republic of Korea|南韩",
    "TWN": "Taiwan|台湾",
    "HKG": "Hong Kong|中国香港|香港",
    "MAC": "Macau|Macao|中国澳门|澳门",
    "RUS": "Russian Federation|俄国",
    "VNM": "Viet Nam|Vietnam",
    "CZE": "Czech Republic|捷克共和国",
    "TUR": "Turkey",
    "MYS": "MAL",
    "IRN": "Iran",
    "LAO": "Laos",
    "SYR": "Syria",
    "MKD": "Macedonia",
    "CIV": "Cote d'Ivoire|Ivory Coast",
    "MMR": "Myanmar|Burma",
    "BIH": "Bosnia and Herzegovina|Bosnia",
    "COD": "DR Congo",
    "PRK": "North Korea",
    "ARE": "UAE|阿联酋",
    "CPV": "Cape Verde",
    "SWZ": "Swaziland",
    "NLD": "Holland|The Netherlands",
    "BLR": "Belarus",
}
"""Spellings seen in real lists, beside the two-letter code and the English name."""


def divisions(path: Path) -> dict[str, Row]:
    """Return provinces, cities and counties by their six digits."""
    rows: dict[str, Row] = {}
    for province in json.loads(path.read_text(encoding="utf-8")):
        rows |= _row(province, "province")
        for city in province.get("children", []):
            if city["name"] not in UNNAMED:
                rows |= _row(city, "city")
            for county in city.get("children", []):
                if len(county["code"]) == 6:
                    rows |= _row(county, "county")
    return rows


def _row(place: dict[str, Any], level: str) -> dict[str, Row]:
    code = place["code"].ljust(6, "0")
    return {code: (code, place["name"], level, "")}


def countries() -> Iterator[Row]:
    """Yield countries by ISO 3166-1 alpha-3 with their Chinese name and other spellings."""
    babel = importlib.import_module("babel")
    longer: dict[str, list[str]] = {}
    for code, to in importlib.import_module("babel.core").get_global("territory_aliases").items():
        if len(code) == 3 and code.isalpha() and len(to) == 1:
            longer.setdefault(to[0], []).append(code)
    chinese, english = babel.Locale("zh").territories, babel.Locale("en").territories
    for short in sorted(chinese):
        found = longer.get(short, [])
        code = LONG_CODES.get(short) or (found[0] if len(found) == 1 else None)
        if len(short) == 2 and short.isalpha() and code is not None:
            name = CHINESE_REGIONS.get(code, chinese[short])
            other = [short, english[short], *filter(None, ALIASES.get(code, "").split("|"))]
            aliases = [text for text in dict.fromkeys(other) if text != name]
            yield code, name, "country", "|".join(aliases)


def industries(path: Path) -> list[Row]:
    """Return code, name and parent; of a code that is listed twice the first."""
    rows: dict[str, Row] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["name"]:
                rows.setdefault(row["code"], (row["code"], row["name"], row["parent"]))
    return sorted(rows.values())


def made(data: Path) -> dict[str, str]:
    """Return the text of each file by name."""
    places = sorted(divisions(data / "admin_divisions" / "pca-code.json").values())
    regions = [*places, *PLACES, *sorted(countries())]
    return {
        "region.csv": _text(("code", "name", "level", "aliases"), regions),
        "industry.csv": _text(
            ("code", "name", "parent"), industries(data / "gbt4754" / "gbt4754_2017.csv")
        ),
    }


def _text(head: Row, rows: Iterable[Row]) -> str:
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows([head, *rows])
    return lines.getvalue()


def main(arguments: list[str] | None = None) -> int:
    """Write or check the files; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 when stale")
    options = parser.parse_args(arguments)
    stale = 0
    for name, text in made(options.data).items():
        path = CODES / name
        is_fresh = path.is_file() and path.read_text(encoding="utf-8") == text
        stale += not is_fresh
        if not is_fresh and not options.check:
            path.write_text(text, encoding="utf-8", newline="\n")
        print(f"{name}: {'up to date' if is_fresh else 'stale' if options.check else 'written'}")
    return 1 if stale and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
