"""What the generator is told: curated tables of seed_data/ and the plan of the 示例 firms.

``plan.csv`` fixes how many local and outside makers a product has, so that the gaps of the
example zone are engineered in one readable table and not a by-product of chance. Its prices
only scale the revenue of 示例 firms; they are stated nowhere else.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
SEED_DATA = ROOT / "seed_data"
CURATED = SEED_DATA / "curated"

ZONE = "西宁（国家级）经济技术开发区"
ZONE_REGION = "630100"


@dataclass(frozen=True)
class Park:
    """One of the four parks of the zone, with a point near it."""

    name: str
    short: str
    longitude: float
    latitude: float


PARKS = {
    park.short: park
    for park in (
        Park("西宁经济技术开发区东川工业园区", "东川", 101.86, 36.60),
        Park("西宁经济技术开发区南川工业园区", "南川", 101.72, 36.51),
        Park("西宁经济技术开发区甘河工业园区", "甘河", 101.50, 36.55),
        Park("西宁经济技术开发区生物科技产业园区", "生物园", 101.73, 36.70),
    )
}


@dataclass(frozen=True)
class Product:
    """One row of the curated catalogue, as far as the generator needs it."""

    code: str
    name: str
    aliases: tuple[str, ...]
    unit: str
    chain: str
    segment: str
    industry: str


@dataclass(frozen=True)
class Place:
    """A city or county with a point."""

    name: str
    region: str
    longitude: float
    latitude: float


@dataclass(frozen=True)
class Plan:
    """How many 示例 firms make a product, where, and how much each; ``alone``: nothing beside."""

    code: str
    local: int
    outside: int
    capacity: float
    price_cny: float
    places: tuple[str, ...]
    status: str
    alone: bool


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file (UTF-8)."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def number(text: str) -> float:
    """Return the value of ``2.5万`` or ``1.2亿``."""
    factor = {"万": 1e4, "亿": 1e8}.get(text[-1:], 1.0)
    return float(text.rstrip("万亿")) * factor


class Scenario:
    """All that the generator reads; the attributes are read once."""

    @cached_property
    def products(self) -> dict[str, Product]:
        """Return the catalogue by code, in the order of the file."""
        return {row["产品编码"]: _product(row) for row in read_rows(CURATED / "产品.csv")}

    @cached_property
    def by_name(self) -> dict[str, Product]:
        """Return the catalogue by name."""
        return {product.name: product for product in self.products.values()}

    @cached_property
    def inputs(self) -> list[tuple[str, str, int]]:
        """Return (input code, output code, essential) in the order of the file."""
        return [
            (
                self.by_name[row["投入品"]].code,
                self.by_name[row["产出品"]].code,
                int(row["关键程度"]),
            )
            for row in read_rows(CURATED / "产品投入.csv")
        ]

    @cached_property
    def plans(self) -> list[Plan]:
        """Return the plan, in the order of the file."""
        return [_plan(row) for row in read_rows(HERE / "plan.csv")]

    @cached_property
    def prices(self) -> dict[str, float]:
        """Return CNY per unit, only to scale the revenue of 示例 firms."""
        return {plan.code: plan.price_cny for plan in self.plans}

    @cached_property
    def places(self) -> dict[str, Place]:
        """Return the places outside the four parks by name."""
        return {
            row["place"]: Place(
                row["place"], row["region"], float(row["longitude"]), float(row["latitude"])
            )
            for row in read_rows(HERE / "places.csv")
        }

    @cached_property
    def byproducts(self) -> dict[str, list[tuple[str, float]]]:
        """Return what comes along with a product: code -> (by-product code, typical amount)."""
        found: dict[str, list[tuple[str, float]]] = {}
        for row in read_rows(HERE / "byproducts.csv"):
            pair = (row["byproduct"], number(row["capacity"]))
            found.setdefault(row["product"], []).append(pair)
        return found

    @cached_property
    def leaders(self) -> list[dict[str, str]]:
        """Return the rows of the 示例链主."""
        return read_rows(HERE / "leaders.csv")

    @cached_property
    def demands(self) -> list[dict[str, str]]:
        """Return the demands of the 示例链主."""
        return read_rows(HERE / "demands.csv")


def _product(row: dict[str, str]) -> Product:
    chain, _, segment = row["所在环节"].split("；")[0].partition("/")
    aliases = tuple(part for part in row["别名"].split("；") if part)
    return Product(
        row["产品编码"],
        row["产品"],
        aliases,
        row["计量单位"],
        chain,
        segment,
        row["行业小类代码"],
    )


def _plan(row: dict[str, str]) -> Plan:
    return Plan(
        code=row["code"],
        local=int(row["local"]),
        outside=int(row["outside"]),
        capacity=number(row["capacity"]),
        price_cny=float(row["price_cny"]),
        places=tuple(part for part in row["places"].split("；") if part),
        status=row["status"],
        alone=bool(row["alone"] or row["status"]),
    )
