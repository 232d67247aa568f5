"""Generated markets with a known structure, to choose methods on without looking at real data.

``market(seed, **shape)``: products of a few niches along a chain, described in words of their
niche; companies of a country and a home niche, most with one product, as lists of makers have it.
Each company makes products at random in proportion to popularity · exp(pull), where the pulls say
how much its niche, the next niche of the chain and its country (which niches a country is good at)
matter. Names tell the niche of some.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainmap.analysis.build import to_chain_graph
from chainmap.schema import load_schema
from chainmap.tables import GraphTables, typed_frame

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chainmap.analysis.graph import ChainGraph

COUNTRIES = ("USA", "CHN", "JPN", "DEU", "KOR", "NLD", "TWN", "GBR", "FRA", "CHE", "SWE", "AUT")
FIRMS, PRODUCTS, NICHES = 270, 80, 10
WORDS = [a + b for a in "qwxzvkjb" for b in ("ion", "ester", "lith", "etch", "film", "wafer")]


@dataclass(frozen=True)
class Shape:
    """How much each thing matters, in nats; ``named``: share of names that tell the niche."""

    niche: float = 2.5
    chain: float = 0.5
    place: float = 1.0
    named: float = 0.3


MARKETS = {
    "plain": Shape(),
    "places": Shape(place=2.0, niche=3.0),
    "no places, no names": Shape(place=0.0, named=0.0),
    "along the chain": Shape(niche=1.5, chain=2.0),
    "names": Shape(niche=2.0, named=0.8),
    "chance": Shape(niche=0.0, chain=0.0, place=0.0, named=0.0),
}


def market(seed: int, shape: Shape) -> ChainGraph:
    """Return one market."""
    rng = np.random.default_rng(seed)
    niche = rng.integers(0, NICHES, PRODUCTS)
    vocabulary = [rng.choice(WORDS, 4, replace=False) for _ in range(NICHES)]
    country = rng.choice(len(COUNTRIES), FIRMS, p=rng.dirichlet(np.full(len(COUNTRIES), 1.5)))
    good_at = np.exp(rng.normal(0, shape.place, (len(COUNTRIES), NICHES)))
    good_at /= good_at.sum(axis=1, keepdims=True)
    home = np.array([rng.choice(NICHES, p=good_at[at]) for at in country])
    makes = _made(rng, niche, home, shape)
    firms = [f"Company:{firm:04d}" for firm in range(FIRMS)]
    goods = [f"Product:{product:03d}" for product in range(PRODUCTS)]
    rows: dict[str, list[dict[str, str]]] = {
        "Company": [
            {"id": firm, "name": f"{_word(rng, vocabulary[at], shape.named)} corp {number}"}
            for number, (firm, at) in enumerate(zip(firms, home, strict=True))
        ],
        "Product": [
            {
                "id": good,
                "name": f"{rng.choice(vocabulary[at])} {rng.choice(WORDS)} {number}",
                "description": " ".join([*rng.choice(vocabulary[at], 3), *rng.choice(WORDS, 5)]),
            }
            for number, (good, at) in enumerate(zip(goods, niche, strict=True))
        ],
        "Region": [{"id": f"Region:{code}", "name": code, "code": code} for code in COUNTRIES],
        "LOCATED_IN": _edges(
            (firm, f"Region:{COUNTRIES[at]}") for firm, at in zip(firms, country, strict=True)
        ),
        "PRODUCES": _edges((firms[firm], goods[product]) for firm, product in sorted(makes)),
        "INPUT_TO": _edges((goods[a], goods[b]) for a, b in _recipes(rng, niche)),
        "KIND_OF": _edges((goods[a], goods[b]) for a, b in _kinds(rng, niche)),
    }
    schema = load_schema()
    frames = {name: typed_frame(schema, name, pd.DataFrame(found)) for name, found in rows.items()}
    nodes = {name: frame for name, frame in frames.items() if name in schema.nodes}
    return to_chain_graph(
        GraphTables(nodes, {name: frame for name, frame in frames.items() if name not in nodes})
    )


def _word(rng: np.random.Generator, own: npt.NDArray[np.str_], named: float) -> str:
    return str(rng.choice(own if rng.random() < named else WORDS))


def _made(
    rng: np.random.Generator,
    niche: npt.NDArray[np.int64],
    home: npt.NDArray[np.int64],
    shape: Shape,
) -> set[tuple[int, int]]:
    """Return who makes what: a tenth nothing that is known, seven in ten of the rest one thing."""
    popular = rng.lognormal(0, 0.8, PRODUCTS)
    count = np.where(rng.random(FIRMS) < 0.7, 1, 1 + rng.geometric(0.35, FIRMS))
    count[rng.random(FIRMS) < 0.1] = 0
    makes = set()
    for firm, at in enumerate(home):
        pull = shape.niche * (niche == at) + shape.chain * (niche == (at + 1) % NICHES)
        weight = popular * np.exp(pull)
        size = min(int(count[firm]), PRODUCTS)
        chosen = rng.choice(PRODUCTS, size, replace=False, p=weight / weight.sum())
        makes |= {(firm, int(product)) for product in chosen}
    return makes


def _recipes(rng: np.random.Generator, niche: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return inputs: four in five products go into one of the next niche."""
    found = set()
    for product in range(PRODUCTS):
        following = np.flatnonzero(niche == (niche[product] + 1) % NICHES)
        if following.size and rng.random() < 0.8:
            found.add((product, int(rng.choice(following))))
    return sorted(found)


def _kinds(rng: np.random.Generator, niche: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return kinds: a third of the products are a kind of the first one of their niche."""
    first = [int(np.flatnonzero(niche == at).min()) for at in niche]
    drawn = rng.random(PRODUCTS) < 0.35
    return [(at, top) for at, top in enumerate(first) if drawn[at] and at != top]


def _edges(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"source": one, "target": other} for one, other in pairs]
