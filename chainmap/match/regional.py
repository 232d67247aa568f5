"""What the stated share of a region in a product says about one firm of that region.

The choice: a region's share, spread evenly over the firms of the graph that lie there, is what one
of them is expected to make; the most specific stated region counts. A product without any stated
share says nothing about anyone; where shares are stated, a region that is not among them has 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import sparse

from chainmap.analysis.graph import column, row_places
from chainmap.analysis.places import UNKNOWN_PLACE, region_number, region_numbers

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]

_COUNTRIES = {71: "TWN", 81: "HKG", 82: "MAC"}
"""Provinces that figures of the whole country leave out."""


class RegionShares:
    """The stated shares of a snapshot, and how many of its firms lie in each region.

    References
    ----------
    National figures without 71, 81 and 82: the notes to every China Statistical Yearbook.
    """

    def __init__(self, graph: ChainGraph) -> None:
        self._by_product = sparse.csr_array(graph.region_shares.T)
        self._regions = region_numbers(
            region_id.removeprefix("Region:")
            for region_id in column(graph.regions, "id").to_pylist()
        )
        self._levels = region_levels(graph.company_region)
        self._firms = _firms_in(self._levels)

    def expected(self, product: int) -> Floats:
        """Return share ÷ firms of the region for each company; NaN where nothing is known.

        Nothing is known of a product without any stated share, and of a company without a region.
        """
        own = self._levels[0]
        places, _ = row_places(self._by_product, np.array([product]))
        if not places.size:
            return np.full(own.size, np.nan)
        stated = self._regions[self._by_product.indices[places]]
        order = np.argsort(stated, kind="stable")
        stated, share = stated[order], self._by_product.data[places][order]
        value = np.zeros(own.size)
        rest = own != UNKNOWN_PLACE
        for level, firms in zip(self._levels, self._firms, strict=True):
            at = np.searchsorted(stated, level).clip(max=stated.size - 1)
            found = rest & (stated[at] == level)
            value[found] = share[at[found]] / firms[found]
            rest &= ~found
        value[own == UNKNOWN_PLACE] = np.nan
        return value


def region_levels(own: Codes) -> tuple[Codes, ...]:
    """Return the regions that places lie in: their own, its city, its province, its country.

    A province stands for its city too; a country is all there is of itself.

    >>> levels = region_levels(np.array([630102, 710000, -1, 0]))
    >>> [level.tolist() for level in levels[1:3]]
    [[630100, 710000, -1, 0], [630000, 710000, -1, 0]]
    >>> levels[3].tolist() == [region_number("CHN"), region_number("TWN"), -1, 0]
    True
    """
    city, province = (np.where(own > 0, own // step * step, own) for step in (100, 10000))
    country = np.where(own > 0, region_number("CHN"), own)
    for code, name in _COUNTRIES.items():
        country[own // 10000 == code] = region_number(name)
    return own, city, province, country


def _firms_in(levels: tuple[Codes, ...]) -> list[npt.NDArray[np.int64]]:
    """Return at each level of each firm how many firms lie in that region, at any level."""
    counts: dict[int, int] = {}
    for number, level in enumerate(levels):
        new = np.ones(level.size, dtype=np.bool_)  # a firm counts once in a region
        for finer in levels[:number]:
            new &= level != finer
        for region, count in zip(*np.unique(level[new], return_counts=True), strict=True):
            counts[int(region)] = counts.get(int(region), 0) + int(count)
    known = np.array(sorted(counts), dtype=np.int64)
    firms = np.array([counts[region] for region in known.tolist()], dtype=np.int64)
    return [firms[np.searchsorted(known, level)] for level in levels]
