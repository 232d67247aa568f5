"""What stops when a product does: what is sold under its name, a kind's, or a broader one's.

The choice: a supply that names a broader product is of what the firm is known to make of it. Where
it makes only what stops, all of the supply stops; where it makes more, the stated shares in revenue
say how much; without these nothing is assumed, and the firm is named.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import ChainGraph, gather_rows, row_places
from chainmap.arrays import ascending
from chainmap.risk.network import added, spans

if TYPE_CHECKING:
    from chainmap.risk.network import RiskNetwork
    from chainmap.risk.settings import RiskSettings

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Taken:
    """What stops of the deliveries.

    Attributes
    ----------
    outlets, delivered
        Outlets, ascending, and the share of their deliveries that is left.
    unclear
        Firms, ascending, that make what stops and something else under a broader name, in
        proportions that nobody states: their supplies of that name go on here.
    """

    outlets: Ints
    delivered: Floats
    unclear: Ints


def take_away(
    graph: ChainGraph, network: RiskNetwork, settings: RiskSettings, products: Ints, left: float
) -> Taken:
    """Return what is left when of some products, with all kinds of them, only ``left`` is made.

    Parameters
    ----------
    graph, network, settings
        The snapshot, its supply network, and from which probability a firm makes a product.
    products
        Ascending.
    left
        Share that is still made, 0-1.

    Notes
    -----
    O(outlets of the products and of the broader ones + makers of these and of their kinds).
    """
    below, _ = gather_rows(graph.kinds_by_parent, products)
    gone = ascending(products, below)
    above, _ = gather_rows(graph.kind_steps, gone)
    outlets = [_outlets(network, gone)]
    delivered = [np.full(outlets[0].size, left)]
    unclear: list[Ints] = []
    for broad in np.setdiff1d(above, gone).tolist():
        named = _outlets(network, np.array([broad]))
        part = _part_gone(graph, settings, broad, gone)[network.outlet_firm[named]]
        some = part > 0
        outlets.append(named[some])
        delivered.append(1 - part[some] * (1 - left))
        sold = np.isnan(network.outlet_spare[named])
        unclear.append(network.outlet_firm[named[np.isnan(part) & sold]])
    every, rest = np.concatenate(outlets), np.concatenate(delivered)
    order = np.argsort(every, kind="stable")
    firms = ascending(*unclear) if unclear else np.empty(0, np.int64)
    return Taken(every[order], rest[order], firms)


def _outlets(network: RiskNetwork, goods: Ints) -> Ints:
    start, order = network.by_good
    return np.sort(order[spans(start, goods)[0]])


def _part_gone(graph: ChainGraph, settings: RiskSettings, broad: int, gone: Ints) -> Floats:
    """Return how much of what each firm makes of a broader product stops; NaN: nobody says.

    0 for a firm that makes nothing of what stops.
    """
    family = np.append(graph.kinds_below(broad), broad)
    places, at = row_places(graph.makers, family)
    entry, firm = graph.makers.data[places], graph.makers.indices[places]
    sure = graph.makes.data[entry] >= settings.accept
    entry, firm, stops = entry[sure], firm[sure], np.isin(family[at[sure]], gone)
    size = graph.n_companies
    made, lost = added(firm, np.ones(firm.size), size), added(firm, stops.astype(np.float64), size)
    share = graph.revenue_share[entry]
    share = np.where(share > 0, share, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        told = added(firm, np.where(stops, share, 0.0), size) / added(firm, share, size)
    return np.where(lost == 0, 0.0, np.where(lost == made, 1.0, told))
