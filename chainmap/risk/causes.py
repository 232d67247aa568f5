"""Why a firm is hit: the binding input or the lost customers, and the way back to what stopped.

The choice: one cause a firm, the one that binds (the worst input that stops it, else the largest
part of the inputs that hold it up, else the customers that buy less), so that the causes of all
form a tree whose roots are what was taken away.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.risk.network import LINEAR, STOPS, added

if TYPE_CHECKING:
    from chainmap.risk.cascade import Cascade
    from chainmap.risk.network import RiskNetwork

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cause:
    """What hits one firm most.

    Attributes
    ----------
    firm
        The firm that is hit.
    lost
        Share of its output that is lost, 0-1.
    upstream
        It sells less; otherwise it lacks an input.
    parent
        The firm through which it is hit; None for what was taken away itself, or where the good
        that was taken away is its own.
    good
        What it lacks, or no longer sells.
    supply
        The supply between the two (position in the network).
    missing
        Share of the intake that is missing, or of the firm's sales that the parent no longer buys
        (that a good of its own no longer brings, where that was taken away).
    others
        How many other suppliers of the good the firm is known to have, or how many other customers
        buy less.
    level
        Level of the input; of lost sales LINEAR.
    guessed
        Whether amount, good or level rest on an estimate.
    own
        Whether the firm makes what it lacks itself.
    tier
        Round in which it was first reached: 0 is what was taken away, 1 are direct customers and
        suppliers.
    """

    firm: int
    lost: float
    upstream: bool
    parent: int | None
    good: int
    supply: int
    missing: float
    others: int
    level: int
    guessed: bool
    tier: int
    own: bool = False


@dataclass(frozen=True, eq=False)
class Hits:
    """The firms that the first shock hits, the hardest hit first, what was taken away itself last.

    Attributes
    ----------
    firms
        Positions.
    itself
        Whether the firm, or a good of it, was taken away itself.
    """

    firms: Ints
    itself: npt.NDArray[np.bool_]


def hits_of(cascade: Cascade) -> Hits:
    """Return who is hit; ties by the round in which they were reached, then position."""
    network = cascade.network
    hit = cascade.hit()
    hit = hit[hit < network.n_firms]
    down, up = cascade.downstream[hit], cascade.upstream[hit]
    number = np.where(up < down, cascade.reached_up[hit], cascade.reached_down[hit])
    itself = (number <= 0) | cascade.limits_some(hit)
    order = np.lexsort((hit, number, -np.round(1 - np.minimum(down, up), 9), itself))
    return Hits(hit[order], itself[order])


def causes(cascade: Cascade, firms: Ints) -> list[Cause]:
    """Return the cause of each of some firms that the first shock hits, in their order.

    Notes
    -----
    Firms that stop of themselves have no parent. Of several suppliers of the binding input one that
    was reached earlier is the parent, of these the one that costs most. Ties by position.
    """
    upstream = (cascade.upstream[firms] < cascade.downstream[firms]).tolist()
    return [
        cause_of(cascade, firm, upstream=sales)
        for firm, sales in zip(firms.tolist(), upstream, strict=True)
    ]


def cause_of(cascade: Cascade, firm: int, *, upstream: bool, early: bool = False) -> Cause:
    """Return why a firm sells less (``upstream``) or lacks an input.

    ``early``: what hit it first instead of what binds in the end; where firms depend on each other
    the binding causes go round in a circle, the first ones never do.
    """
    left = float((cascade.upstream if upstream else cascade.downstream)[firm])
    reached = int((cascade.reached_up if upstream else cascade.reached_down)[firm])
    if reached < 0 or cascade.stops(np.array([firm]))[0]:  # never reached: only a good of it stops
        return Cause(firm, 1 - left, upstream, None, -1, -1, 0.0, 0, STOPS, False, 0)
    return (_unsold if upstream else _lacking)(cascade, firm, 1 - left, early=early)


def cause_behind(cascade: Cascade, cause: Cause, *, early: bool = False) -> Cause:
    """Return why the parent of a cause is hit; a good that was taken away itself is the beginning.

    ``cause`` has a parent.
    """
    parent = -1 if cause.parent is None else cause.parent
    supply = np.array([cause.supply])
    if not cause.upstream and cascade.caps(cascade.network.supply_outlet[supply])[0] < 1:
        missing = 1 - float(cascade.delivered(supply)[0])
        lost = 1 - float(cascade.left(np.array([parent]))[0])
        return Cause(parent, lost, True, None, cause.good, -1, missing, 0, STOPS, False, 0)
    return cause_of(cascade, parent, upstream=cause.upstream, early=early)


def _lacking(cascade: Cascade, firm: int, lost: float, *, early: bool) -> Cause:
    network = cascade.network
    start, order = network.by_customer
    supplies = order[start[firm] : start[firm + 1]]
    suppliers, intakes = network.supplier[supplies], network.supply_intake[supplies]
    part = network.share_of_intake[supplies] * (1 - cascade.delivered(supplies))
    before = cascade.fell(supplies) < cascade.reached_down[firm]
    asked = (part > 0) & (before | (not early))
    level, lack = network.intake_level[intakes], cascade.shortage[intakes]
    bought, own_lost = lack * network.intake_weight[intakes], cascade.own_lost(intakes)
    weighed = bought + own_lost
    linear, stops = (np.where(level == one, weighed, 0.0) for one in (LINEAR, STOPS))
    each = np.unique(intakes, return_index=True)[1]
    worst = stops if stops.max() >= linear[each].sum() else linear
    if early:
        worst = np.maximum(stops, linear)
    keys = (suppliers, -part, ~before, intakes, -worst, ~(asked | (own_lost > 0)))
    best = int(np.lexsort(keys)[0])
    intake = int(intakes[best])
    own = supplies[intakes == intake]
    if own_lost[best] > 0 and (early or own_lost[best] >= bought[best]):  # it makes it itself
        good, lacks = int(network.intake_good[intake]), float(own_lost[best])
        return Cause(firm, lost, False, None, good, -1, lacks, 0, STOPS, True, 0)
    return Cause(
        firm=firm,
        lost=lost,
        upstream=False,
        parent=int(suppliers[best]),
        good=int(network.intake_good[intake]),
        supply=int(supplies[best]),
        missing=float(cascade.shortage[intake]),
        others=int(np.unique(network.supplier[own]).size - 1),
        level=int(network.intake_level[intake]),
        guessed=_rests_on_guesses(network, intake) or bool(network.supply_guessed[own].any()),
        tier=int(cascade.reached_down[firm]),
        own=bool(network.intake_own[intake]),
    )


def _rests_on_guesses(network: RiskNetwork, intake: int) -> bool:
    """Return whether the level, or of a linear input the share in the costs, is not stated."""
    linear = network.intake_level[intake] == LINEAR
    unknown = linear and np.isnan(network.intake_cost_share[intake])
    return bool(network.intake_guessed[intake] or unknown or network.intake_own[intake])


def _unsold(cascade: Cascade, firm: int, lost: float, *, early: bool) -> Cause:
    network = cascade.network
    first, last = network.outlet_start[firm], network.outlet_start[firm + 1]
    supplies = np.arange(network.supply_start[first], network.supply_start[last])
    outlet = network.supply_outlet[supplies]
    customers = network.intake_customer[network.supply_intake[supplies]]
    part = network.share_of_sales[supplies] * (1 - cascade.bought(supplies))
    cause = Cause(
        firm=firm,
        lost=lost,
        upstream=True,
        parent=None,
        good=-1,
        supply=-1,
        missing=0.0,
        others=0,
        level=LINEAR,
        guessed=bool(network.supply_guessed[supplies].any() or network.sales_assumed[firm]),
        tier=int(cascade.reached_up[firm]),
    )
    by_cap = 1 - cascade.caps(np.arange(first, last))
    own = added(outlet - first, part, last - first) + network.outlet_unrecorded[first:last] * by_cap
    own[by_cap == 0] = 0.0
    best = int(own.argmax())
    free = by_cap[outlet - first] == 0
    # A limit of its own hits in the first round: before any customer does.
    if own[best] > 0 and (early or own[best] >= part[free].max(initial=0.0)):
        return replace(cause, good=int(network.outlet_good[first + best]), missing=float(own[best]))
    before = cascade.reached(customers) < cascade.reached_up[firm]
    keys = (customers, -part, ~before, ~free) if early else (customers, ~before, -part, ~free)
    best = int(np.lexsort(keys)[0])
    return replace(
        cause,
        parent=int(customers[best]),
        good=int(network.outlet_good[outlet[best]]),
        supply=int(supplies[best]),
        missing=float(part[best]),
        others=int(np.unique(customers[part > 0]).size - 1),
    )


def path_to(cascade: Cascade, cause: Cause) -> list[Cause]:
    """Return the causes from what was taken away to a firm, the firm's own last.

    A shortage is traced through what its suppliers lacked, lost sales through what its customers
    no longer sold. Where that goes round in a circle, what hit first is followed from there on; the
    last step may then be another one than ``cause``.
    """
    path, seen, early = [cause], {cause.firm}, False
    while (parent := path[-1].parent) is not None:
        if parent in seen and not early:
            early = True
            path[-1] = cause_of(cascade, path[-1].firm, upstream=cause.upstream, early=True)
            continue
        path.append(cause_behind(cascade, path[-1], early=early))
        seen.add(parent)
    told: list[Cause] = []
    for step in reversed(path):  # a firm that comes twice is told where it comes first
        firms = [one.firm for one in told]
        told = told[: firms.index(step.firm) + 1] if step.firm in firms else [*told, step]
    return told
