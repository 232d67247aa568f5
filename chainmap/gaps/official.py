"""What parks state officially, and which firms such a total already holds.

The choice: a total stands in place of the firms of its park (and of the parks in it) that make the
product or a kind of it; firms of other parks add to it. Of totals that hold each other the
outermost park and the broadest product count. A firm of which no park is known, or that may sit
in the inner park, may be in the total, so it is not added and not ruled out; one that is known to
sit in another city than the park is in no total of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from chainmap.analysis.graph import (
    CAPACITY_KNOWN,
    ChainGraph,
    floats,
    gather_rows,
    ints,
    places_of_runs,
)
from chainmap.analysis.places import UNKNOWN_PLACE
from chainmap.gaps.kinds import is_among, kinds_above, values_at

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Totals:
    """The totals that count, sorted by product, park and what is made: parallel arrays.

    Attributes
    ----------
    product
        The product that the total counts for.
    park
        Whose total it is.
    made
        What it states: the product itself or a kind of it.
    value
        Per year in the product's unit.
    row
        Row of ``graph.park_capacities``.
    """

    product: Ints
    park: Ints
    made: Ints
    value: Floats
    row: Ints

    def only(self, mask: Flags) -> Totals:
        """Return those where ``mask`` holds."""
        return Totals(
            self.product[mask], self.park[mask], self.made[mask], self.value[mask], self.row[mask]
        )

    def of(self, product: Ints, count: int) -> tuple[Ints, Ints]:
        """Return (which total, which of ``product``) for every total of each of some products.

        ``count``: the number of products.
        """
        first = np.searchsorted(self.product, np.arange(count + 1))
        return places_of_runs(first[product], first[product + 1])

    def by_product(self, count: int) -> Floats:
        """Return the sum by product, NaN without any."""
        total = np.bincount(self.product, self.value, count).astype(np.float64)
        return np.where(np.bincount(self.product, minlength=count) > 0, total, np.nan)

    def rows_by_product(self) -> dict[int, list[int]]:
        """Return the rows of ``graph.park_capacities`` behind each sum."""
        rows: dict[int, list[int]] = {}
        for product, row in zip(self.product.tolist(), self.row.tolist(), strict=True):
            rows.setdefault(product, []).append(row)
        return rows


def official_totals(graph: ChainGraph, parks: Flags) -> Totals:
    """Return the totals of some parks that count for each product.

    Parameters
    ----------
    graph
        The snapshot.
    parks
        Mask over parks: what is in the zone.

    Notes
    -----
    Of each park and product the latest comparable total. Where one park's total of a kind and the
    total of the product in a park inside it overlap without one holding the other, the larger sum
    of the two counts: a lower bound, as nothing tells how much both hold.
    """
    latest = _latest(graph, parks)
    above = kinds_above(graph)
    made = latest.made
    broader, of = gather_rows(above, made)
    factor = values_at(above, made[of], broader)
    told = Totals(
        np.concatenate([made, broader]),
        np.concatenate([latest.park, latest.park[of]]),
        np.concatenate([made, made[of]]),
        np.concatenate([latest.value, latest.value[of] * factor]),
        np.concatenate([latest.row, latest.row[of]]),
    )
    told = _sorted(told.only(~np.isnan(told.value)))
    inside = sparse.csr_array(graph.park_in)
    told = told.only(~_held(told, inside, above))
    return told.only(~_overlapped(told, inside, above))


def _latest(graph: ChainGraph, parks: Flags) -> Totals:
    table = graph.park_capacities  # sorted by park, product and date
    park, product = (ints(table, name).astype(np.int64) for name in ("park", "product"))
    known = parks[park] & (ints(table, "capacity_state") == CAPACITY_KNOWN)
    row = np.flatnonzero(known)
    park, product = park[row], product[row]
    last = np.ones(row.size, dtype=np.bool_)
    last[:-1] = (np.diff(park) != 0) | (np.diff(product) != 0)
    value = floats(table, "capacity")[row]
    return Totals(product, park, product, value, row.astype(np.int64)).only(last)


def _sorted(told: Totals) -> Totals:
    order = np.lexsort((told.made, told.park, told.product))
    return Totals(
        told.product[order], told.park[order], told.made[order], told.value[order], told.row[order]
    )


def _and_itself(matrix: sparse.csr_array, rows: Ints) -> tuple[Ints, Ints]:
    """Return each of ``rows`` and its columns, and where in ``rows`` each is from."""
    cols, of = gather_rows(matrix, rows)
    return np.concatenate([rows, cols]), np.concatenate([np.arange(rows.size), of])


def _held(told: Totals, inside: sparse.csr_array, above: sparse.csr_array) -> Flags:
    """Return which totals another one holds: of a park around theirs, of a broader product."""
    park, of = _and_itself(inside, told.park)
    made, again = _and_itself(above, told.made[of])
    park, of = park[again], of[again]
    width = (max(inside.shape[0], 1), max(above.shape[0], 1))
    keys = (told.product * width[0] + told.park) * width[1] + told.made
    wanted = (told.product[of] * width[0] + park) * width[1] + made
    # In a ring of parks or kinds each holds the other: the first of them counts.
    back = (park == told.park[of]) | (_is_in(inside, park, told.park[of]))
    back &= (made == told.made[of]) | (_is_in(above, made, told.made[of]))
    holds = is_among(wanted, keys) & (wanted != keys[of]) & (~back | (wanted < keys[of]))
    return np.bincount(of[holds], minlength=told.product.size) > 0


def _is_in(matrix: sparse.csr_array, rows: Ints, cols: Ints) -> Flags:
    """Return whether the matrix holds an entry at the given places."""
    return np.asarray(values_at(matrix.astype(np.bool_), rows, cols) > 0, dtype=np.bool_)


def _overlapped(told: Totals, inside: sparse.csr_array, above: sparse.csr_array) -> Flags:
    """Return which totals go: kinds of an outer park beside broader products of an inner one."""
    around, of = gather_rows(inside, told.park)
    width = max(inside.shape[0], 1)
    keys = told.product * width + told.park
    wanted = told.product[of] * width + around
    start, stop = (np.searchsorted(keys, wanted, side) for side in ("left", "right"))
    outer, which = places_of_runs(start, stop)
    inner = of[which]
    crossing = _is_in(above, told.made[outer], told.made[inner])
    outer, inner = outer[crossing], inner[crossing]
    count = told.product.size
    rest = np.bincount(outer, told.value[inner], count).astype(np.float64)
    kept = np.bincount(outer, minlength=count) > 0
    smaller = kept & (told.value < rest)
    gone = smaller.copy()
    gone[inner[~smaller[outer]]] = True
    return gone


def held_by_totals(
    graph: ChainGraph, totals: Totals, items: tuple[Ints, Ints, Ints]
) -> tuple[Flags, Flags]:
    """Return which capacities a total holds, and which it may hold.

    Parameters
    ----------
    graph, totals
        The snapshot and the totals that count.
    items
        Parallel arrays: the product that a capacity counts for, the company, what it makes.
    """
    product, company, made = items
    held, maybe = (np.zeros(product.size, dtype=np.bool_) for _ in range(2))
    stated = np.zeros(graph.n_products, dtype=np.bool_)
    stated[totals.product] = True
    about = np.flatnonzero(stated[product])
    if not about.size:
        return held, maybe
    product, company, made = product[about], company[about], made[about]
    above, inside = kinds_above(graph), sparse.csr_array(graph.park_in)
    total, item = totals.of(product, graph.n_products)
    same = totals.made[total] == made[item]
    other = np.flatnonzero(~same)
    kind, whole = made[item[other]], totals.made[total[other]]
    related = same.copy()
    same[other] = _is_in(above, kind, whole)
    related[other] = same[other] | _is_in(above, whole, kind)
    within, near = _where(graph, inside, company[item], totals.park[total])
    count = about.size
    held[about] = np.bincount(item[same & within], minlength=count) > 0
    maybe[about] = np.bincount(item[related & (within | near)], minlength=count) > 0
    return held, maybe & ~held


def _where(
    graph: ChainGraph, inside: sparse.csr_array, company: Ints, park: Ints
) -> tuple[Flags, Flags]:
    """Return whether each company is in a park (or one in it), and whether it may be."""
    every, of = np.unique(company, return_inverse=True)
    home, owner = gather_rows(graph.in_park, every)
    around, again = _and_itself(inside, home)
    shape = (every.size, max(graph.parks.num_rows, 1))
    ones = np.ones(around.size)
    homes = sparse.csr_array((ones, (owner[again], around)), shape=shape)
    below, again = _and_itself(sparse.csr_array(inside.T), home)
    ones = np.ones(below.size)
    parts = sparse.csr_array((ones, (owner[again], below)), shape=shape)
    unplaced = np.bincount(owner, minlength=every.size) == 0
    unplaced = unplaced[of] & ~_in_other_cities(graph, company, park)
    near = unplaced | _is_in(parts, of, park)
    return _is_in(homes, of, park), near


def _in_other_cities(graph: ChainGraph, company: Ints, park: Ints) -> Flags:
    """Return whether each company is known to sit in another city than the park beside it."""
    place, home = (
        regions.astype(np.int64)[at]
        for regions, at in ((graph.company_region, company), (graph.park_region, park))
    )
    known = (place != UNKNOWN_PLACE) & (home != UNKNOWN_PLACE)
    abroad = (place < 0) | (home < 0)
    same_province = place // 10000 == home // 10000
    # Of a province-level code the city is open: the firm may sit in any of its cities.
    city_open = (place % 10000 == 0) | (home % 10000 == 0)
    same_city = same_province & ((place // 100 == home // 100) | city_open)
    return np.asarray(known & np.where(abroad, place != home, ~same_city), dtype=np.bool_)
