"""Whether any local maker meets what local buyers ask of a supplier: certificates and titles.

The choice: a requirement is what a demand states (认证要求), nothing else; a maker without a single
stated certificate or title is unknown, so it neither meets nor fails. One maker that meets all
that a demand requires is enough: the best one counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from chainmap.analysis.graph import ChainGraph, cell, column, ints
from chainmap.match.standards import ALL_OF, certificate_key, is_certificate
from chainmap.tables import LIST_JOIN

if TYPE_CHECKING:
    from chainmap.gaps.supply import LocalSupply
    from chainmap.match.features import CompanyFeatures

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lack:
    """A requirement of a local buyer that no local maker is known to meet.

    Attributes
    ----------
    demand
        Row of ``graph.demands`` that states it.
    name
        As the demand states it: a certificate or a title; several where each is met by some maker,
        but no maker meets them all.
    failing, unknown
        Positions of the accepted makers that state others, and of those that state none.
    """

    demand: int
    name: str
    failing: tuple[int, ...]
    unknown: tuple[int, ...]

    @property
    def is_several(self) -> bool:
        """Whether several requirements are meant, which no maker meets together."""
        return LIST_JOIN in self.name

    @property
    def known_share(self) -> float:
        """Share of the makers whose certificates or titles are stated (0-1)."""
        return len(self.failing) / (len(self.failing) + len(self.unknown))


@dataclass(frozen=True, eq=False)
class Qualification:
    """Per product the first requirement that no accepted local maker is known to meet.

    ``short`` masks the products with one that all makers are known to fail, ``is_open`` those
    where some maker states nothing.
    """

    lacks: Mapping[int, Lack] = field(default_factory=dict)
    short: Flags = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    is_open: Flags = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))


def qualification(
    graph: ChainGraph,
    supply: LocalSupply,
    demands: npt.NDArray[np.bool_],
    features: CompanyFeatures,
    accept: float,
) -> Qualification:
    """Compare what local demands require with the best local maker of each product.

    Parameters
    ----------
    graph, supply
        The snapshot and the zone's supply.
    demands
        Mask over ``graph.demands``: declared by a local firm in business, and visible.
    features
        Company arrays: titles valid on the day of the answer.
    accept
        Probability from which a company counts as a maker.

    Notes
    -----
    A requirement that names a title (``title_values``) is met by a title worth as much; any other
    by a certificate of that name. Of several lacks a sure one comes before an open one, then the
    order of the demands.
    """
    found: dict[int, Lack] = {}
    holders: dict[str, set[int]] = {}
    product = ints(graph.demands, "product")
    stated = pc.is_valid(column(graph.demands, "certification")).to_numpy(zero_copy_only=False)
    for row in np.flatnonzero(demands & stated).tolist():
        makers = _makers(graph, supply, row, accept)
        for lack in _lacks(graph, features, row, makers, holders) if makers else ():
            known = found.get(int(product[row]))
            if known is None or (known.unknown and not lack.unknown):
                found[int(product[row])] = lack
    short, is_open = (np.zeros(graph.n_products, dtype=np.bool_) for _ in range(2))
    for at, lack in found.items():
        (is_open if lack.unknown else short)[at] = True
    return Qualification(found, short, is_open)


def required(graph: ChainGraph, demand: int) -> Iterator[tuple[str, str]]:
    """Yield name and comparable key of each requirement that one demand states."""
    for part in (cell(graph.demands, "certification", demand) or "").split(LIST_JOIN):
        keys = [key for key in certificate_key(part).split(ALL_OF) if key]
        for key in keys:
            yield part.strip() if len(keys) == 1 else key.upper(), key


def _makers(graph: ChainGraph, supply: LocalSupply, row: int, accept: float) -> list[int]:
    """Return the accepted local makers of a demanded product other than the buyer."""
    makers = supply.makers
    span = makers.of(int(cell(graph.demands, "product", row)))
    sure = makers.company[span][makers.probability[span] >= accept]
    buyer = cell(graph.demands, "company", row)
    return [company for company in sure.tolist() if company != buyer]


def _lacks(
    graph: ChainGraph,
    features: CompanyFeatures,
    row: int,
    makers: list[int],
    holders: dict[str, set[int]],
) -> Iterator[Lack]:
    """Yield each requirement of a demand that no maker is known to meet, then all of them together.

    Together: when no maker is known to meet all of them, though each is met by some maker or every
    maker is known to fail one.
    """
    names, meeting, fail = [], [], []
    for name, key in required(graph, row):
        meets, known = _standing(graph, features, (name, key), makers, holders)
        names.append(name)
        meeting.append(meets)
        fail.append(known & ~meets)
        if not meets.any():
            yield _lack_of(row, name, makers, fail[-1])
    if len(names) > 1 and not np.all(meeting, axis=0).any():
        fails = np.any(fail, axis=0)
        if fails.all() or all(meets.any() for meets in meeting):
            yield _lack_of(row, LIST_JOIN.join(names), makers, fails)


def _lack_of(row: int, name: str, makers: list[int], fails: Flags) -> Lack:
    pairs = list(zip(makers, fails.tolist(), strict=True))
    return Lack(
        row,
        name,
        tuple(maker for maker, failed in pairs if failed),
        tuple(maker for maker, failed in pairs if not failed),
    )


def _standing(
    graph: ChainGraph,
    features: CompanyFeatures,
    wanted: tuple[str, str],
    makers: list[int],
    holders: dict[str, set[int]],
) -> tuple[Flags, Flags]:
    """Return which makers meet a requirement, and of which that is known either way."""
    name, key = wanted
    worth = features.worth(name)
    if worth > 0:
        title = features.title[makers]
        meets, known = title >= worth, ~np.isnan(title) & ~features.award_open[makers]
    else:
        if key not in holders:
            holders[key] = _holders(graph, key)
        meets = np.array([maker in holders[key] for maker in makers])
        known = np.diff(graph.holds.indptr)[makers] > 0
    return np.asarray(meets, dtype=np.bool_), np.asarray(known, dtype=np.bool_)


def _holders(graph: ChainGraph, key: str) -> set[int]:
    """Return the companies that hold a certificate that a requirement of this key accepts."""
    names = column(graph.certificates, "name").to_pylist()
    same = np.array([is_certificate(certificate_key(name), key) for name in names], dtype=float)
    return set(np.flatnonzero(graph.holds @ same > 0).tolist()) if same.any() else set()
