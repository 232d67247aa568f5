"""The cascade: what a shock does to everybody, downstream for want of inputs, upstream of sales.

The choice: only firms whose output changed are followed (a frontier), and several shocks go side by
side as copies of one network, so that the cost of a numpy call is shared among them. Output only
ever falls on the way to the fixed point, which makes the running worst shortage exact.

References
----------
Diem, Borsos, Reisch, Kertész, Thurner, Scientific Reports 12:7719 (2022), equations as in METHODS
3.1. Ours: goods instead of one product a firm, caps of single outlets, stocks (``--days``), spare
makers in the replaceability (``network``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.arrays import ascending
from chainmap.risk.network import LINEAR, NO_EFFECT, STOPS, added, spans

if TYPE_CHECKING:
    from chainmap.risk.network import RiskNetwork
    from chainmap.risk.settings import RiskSettings

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


BOTH, DOWN, UP = "both", "down", "up"
"""Which losses are counted: of inputs and of sales, or of one of them."""

_STATE = 16_000_000
"""Entries that the state of all copies may have together."""


def copies_for(network: RiskNetwork, most: int) -> int:
    """Return how many shocks may go side by side on a network, at most ``most``."""
    width = max(1, network.n_firms + network.n_intakes)
    return int(np.clip(_STATE // width, 1, max(1, most)))


@dataclass(frozen=True, eq=False)
class Shock:
    """What stops.

    Attributes
    ----------
    firms, output
        Firms and the share of their output that is left (psi, 0-1).
    outlets, delivered
        Outlets and the share of their deliveries that is left, where only one good is concerned.
    replaced
        Share of the deliveries of ``replaced_outlets`` that somebody else adds to what is left.
    """

    firms: Ints
    output: Floats
    outlets: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    delivered: Floats = field(default_factory=lambda: np.empty(0))
    replaced_outlets: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    replaced: Floats = field(default_factory=lambda: np.empty(0))


class Cascade:
    """State of ``copies`` shocks on one network; the copy of entry (c, i) is c × size + i.

    Attributes
    ----------
    downstream, upstream
        (copies × n_firms) output that is left as far as inputs (sales) go: d and u.
    shortage
        (copies × n_intakes) share of the intake that is missing: S, before its level.
    reached_down, reached_up
        (copies × n_firms) round in which output first fell; 0 for the shock itself, also where it
        takes only a good of the firm, -1 never.
    rounds
        Rounds of the last run, the longer of both directions.
    settled
        Whether it came to rest within the rounds allowed.
    """

    def __init__(
        self,
        network: RiskNetwork,
        settings: RiskSettings,
        *,
        copies: int = 1,
        tolerance: float | None = None,
    ) -> None:
        self.network = network
        self.copies = copies
        self._tolerance = settings.tolerance if tolerance is None else tolerance
        self._most = settings.most_rounds
        firms, intakes = copies * network.n_firms, copies * network.n_intakes
        self.downstream, self.upstream = np.ones(firms), np.ones(firms)
        self.shortage = np.zeros(intakes)
        self.reached_down, self.reached_up = (np.full(firms, -1, np.int32) for _ in range(2))
        self._worst, self._linear, self._unsold = (np.zeros(firms) for _ in range(3))
        self._gone = np.zeros(copies * network.n_goods)
        self._marked = np.zeros(copies * network.n_goods, dtype=np.bool_)
        self._cap, self._aid = np.ones(0), np.zeros(0)  # made when first needed, then kept
        self._own = np.zeros(0)
        self._limits, self._aided = (np.empty(0, np.int64) for _ in range(2))
        self._stopped = np.empty(0, np.int64)
        self._exposed: Floats | None = None
        self._touched: dict[str, list[Ints]] = {}
        self._impaired: list[Ints] = []
        self.rounds, self.settled = 0, True

    # --- runs ----------------------------------------------------------------------------------

    def run(self, shocks: list[Shock], *, exposed: Floats | None = None) -> None:
        """Follow one shock a copy to its fixed point.

        Parameters
        ----------
        shocks
            At most ``copies``.
        exposed
            (n_goods,) share of a shortage that stocks do not bridge; default: all of it.
        """
        self._clear()
        self._exposed = exposed
        self.rounds, self.settled = 0, True
        firms = [shock.firms + at * self.network.n_firms for at, shock in enumerate(shocks)]
        keys = np.concatenate(firms)
        output = np.concatenate([shock.output for shock in shocks])
        self._stopped = shocks[0].firms[shocks[0].output < 1]
        self._limit(shocks)
        self._follow(self._start(self.downstream, self.reached_down, keys, output), down=True)
        self._follow(self._start(self.upstream, self.reached_up, keys, output), down=False)

    def run_firms(self, firms: Ints) -> None:
        """Stop each of the firms for good, one a copy."""
        self._clear()
        self._exposed = None
        self.rounds, self.settled = 0, True
        keys = np.arange(firms.size) * self.network.n_firms + firms
        self._stopped = firms[:1]
        output = np.zeros(firms.size)
        self._follow(self._start(self.downstream, self.reached_down, keys, output), down=True)
        self._follow(self._start(self.upstream, self.reached_up, keys, output), down=False)

    def loss(self, direction: str = BOTH) -> Floats:
        """Return the share of all sales that is lost in each copy; NaN where nothing is sold.

        ESRI = Σ r (1 − min(u, d)) ÷ Σ r; of one direction with d or u alone in place of the
        minimum. Of a firm without a recorded supply r is 0.
        """
        network = self.network
        total = float(network.sales.sum())
        if not total > 0:
            return np.full(self.copies, np.nan)
        hit = self.hit()
        lost = network.sales[hit % network.n_firms] * (1 - self.left(hit, direction))
        return added(hit // network.n_firms, lost, self.copies) / total

    def left(self, keys: Ints, direction: str = BOTH) -> Floats:
        """Return the output that is left of some firms, as far as one direction or both go."""
        if direction == BOTH:
            return np.minimum(self.downstream[keys], self.upstream[keys])
        return (self.downstream if direction == DOWN else self.upstream)[keys]

    def hit(self) -> Ints:
        """Return the keys of all firms whose output fell, ascending."""
        return ascending(*self._touched["down"], *self._touched["up"])

    def delivered(self, supplies: Ints) -> Floats:
        """Return the share of some supplies that is still delivered, under the first shock."""
        outlet = self.network.supply_outlet[supplies]
        output = self.downstream[self.network.outlet_firm[outlet]]
        return self._delivers(outlet, np.zeros_like(outlet), output)

    def bought(self, supplies: Ints) -> Floats:
        """Return the share of some supplies that is still bought, under the first shock."""
        network = self.network
        buys = self.upstream[network.intake_customer[network.supply_intake[supplies]]]
        return np.minimum(buys, self.caps(network.supply_outlet[supplies]))

    def caps(self, outlets: Ints) -> Floats:
        """Return what the first shock itself leaves of the deliveries of outlets; 1: all."""
        return self._cap[outlets] if self._limits.size else np.ones(outlets.size)

    def reached(self, firms: Ints) -> npt.NDArray[np.int32]:
        """Return the round in which firms first sold less, a very late one where never."""
        return _late(self.reached_up[firms])

    def fell(self, supplies: Ints) -> npt.NDArray[np.int32]:
        """Return the round in which less was first delivered, a very late one where never.

        0 is the shock itself: of a firm of which only single outlets are limited, these only.
        """
        outlet = self.network.supply_outlet[supplies]
        number = self.reached_down[self.network.outlet_firm[outlet]]
        return _late(np.where(self.caps(outlet) < 1, 0, number))

    def stops(self, firms: Ints) -> npt.NDArray[np.bool_]:
        """Return which firms the first shock stops, whole or in part."""
        return np.isin(firms, self._stopped)

    def limits_some(self, firms: Ints) -> npt.NDArray[np.bool_]:
        """Return of which firms the first shock limits a good by itself."""
        first = self._limits[self._limits < self.network.n_outlets]
        first = first[self.network.outlet_counts[first]]
        return np.isin(firms, self.network.outlet_firm[first])

    def own_lost(self, intakes: Ints) -> Floats:
        """Return what firms lose for want of goods that they made themselves (first shock)."""
        return self._own[intakes] if self._own.size else np.zeros(intakes.size)

    # --- start and end -------------------------------------------------------------------------

    def _clear(self) -> None:
        """Put everything that the last run changed back to where nothing is lost."""
        for name, arrays in (
            ("down", ((self.downstream, 1.0), (self.reached_down, -1))),
            ("up", ((self.upstream, 1.0), (self.reached_up, -1), (self._unsold, 0.0))),
            ("asked", ((self._worst, 0.0), (self._linear, 0.0))),
            ("unsold", ((self._unsold, 0.0),)),
            ("intakes", ((self.shortage, 0.0),)),
            ("own", ((self._own, 0.0),)),
            ("goods", ((self._gone, 0.0),)),
        ):
            for keys in self._touched.get(name, []):
                for array, value in arrays:
                    array[keys] = value
        self._touched = {
            name: [np.empty(0, np.int64)]
            for name in ("down", "up", "asked", "unsold", "intakes", "own", "goods")
        }
        self._impaired = []
        if self._limits.size:
            self._cap[self._limits] = 1.0
        if self._aided.size:
            self._aid[self._aided] = 0.0
        self._limits = self._aided = np.empty(0, np.int64)

    def _start(
        self, left: Floats, reached: npt.NDArray[np.int32], keys: Ints, output: Floats
    ) -> tuple[Ints, Floats]:
        some = output < 1
        keys, output = keys[some], output[some]
        left[keys] = output
        reached[keys] = 0
        self._touched["down" if left is self.downstream else "up"].append(keys)
        return keys, np.ones(keys.size)

    def _limit(self, shocks: list[Shock]) -> None:
        """Set caps and aid of single outlets; the sales that a cap costs are lost at once."""
        size = self.network.n_outlets
        aided = [at * size + shock.replaced_outlets for at, shock in enumerate(shocks)]
        limits = [at * size + shock.outlets[shock.delivered < 1] for at, shock in enumerate(shocks)]
        self._aided, self._limits = np.concatenate(aided), ascending(*limits)
        if self._aided.size:
            self._aid = self._aid if self._aid.size else np.zeros(self.copies * size)
            self._aid[self._aided] = np.concatenate([shock.replaced for shock in shocks])
        if self._limits.size:
            self._cap = self._cap if self._cap.size else np.ones(self.copies * size)
            for at, shock in enumerate(shocks):
                self._cap[at * size + shock.outlets] = shock.delivered

    def _delivers(self, outlets: Ints, copy: Ints, output: Floats) -> Floats:
        """Return what is left of the deliveries of outlets whose firms have ``output`` left."""
        key = copy * self.network.n_outlets + outlets
        if self._limits.size:
            output = np.minimum(output, self._cap[key])
        return np.minimum(1.0, output + self._aid[key]) if self._aided.size else output

    def _follow(self, changed: tuple[Ints, Floats], *, down: bool) -> None:
        goods = np.empty(0, np.int64)
        if self._limits.size:
            changed, goods = self._capped(changed, down=down)
        number = 0
        while changed[0].size or goods.size:
            number += 1
            if number > self._most:
                self.settled = False
                break
            if down:
                changed = self._step_down(*changed, number, goods)
                goods = np.empty(0, np.int64)
            else:
                changed = self._step_up(*changed, number)
        self.rounds = max(self.rounds, number)

    def _capped(
        self, changed: tuple[Ints, Floats], *, down: bool
    ) -> tuple[tuple[Ints, Floats], Ints]:
        """Return who loses output for want of goods of its own that stop, and (down) these goods.

        What a firm needs of such a good and does not buy is its own: it lacks as much of it.
        """
        network = self.network
        key = self._limits
        copy, outlet = key // network.n_outlets, key % network.n_outlets
        missing = 1 - self._cap[key]
        goods = np.empty(0, np.int64)
        if down:
            whole = np.ones(outlet.size)
            left = self._delivers(outlet, copy, whole)
            goods = self._impair(outlet, copy, whole, left, first=True)
            falls = self._lose_own(outlet, copy, missing)
        else:
            supply, at = spans(network.supply_start, outlet)
            seller = copy * network.n_firms + network.outlet_firm[outlet]
            lost = network.share_of_sales[supply] * missing[at]
            rest = network.outlet_unrecorded[outlet] * missing
            falls = self._unsell(
                np.concatenate([seller[at], seller]), np.concatenate([lost, rest]), 0
            )
        # A firm that was shocked may fall again: all of its fall is passed on once.
        keys, which = np.unique(np.concatenate([changed[0], falls[0]]), return_inverse=True)
        before = np.zeros(keys.size)
        np.maximum.at(before, which, np.concatenate([changed[1], falls[1]]))
        return (keys, before), goods

    # --- downstream ----------------------------------------------------------------------------

    def _lose_own(self, outlet: Ints, copy: Ints, missing: Floats) -> tuple[Ints, Floats]:
        """Take away what firms make of goods for themselves and buy as well; return who falls."""
        network = self.network
        place = network.outlet_intake[outlet]
        copy, missing, place = copy[place >= 0], missing[place >= 0], place[place >= 0]
        if self._exposed is not None:
            missing = missing * self._exposed[network.intake_good[place]]
        lost = (network.intake_need - network.intake_weight)[place] * missing
        intake = copy * network.n_intakes + place
        self._own = self._own if self._own.size else np.zeros(self.copies * network.n_intakes)
        self._own[intake] = lost
        self._touched["own"].append(intake)
        linear = network.intake_level[place] == LINEAR
        firm = copy * network.n_firms + network.intake_customer[place]
        np.add.at(self._linear, firm[linear], lost[linear])
        nothing = np.zeros(intake.size)
        return self._hold_up(intake, nothing, nothing, 0)

    def _step_down(
        self, keys: Ints, before: Floats, number: int, stopped: Ints
    ) -> tuple[Ints, Floats]:
        """Pass on that some firms deliver less; return who delivers less then, and what before.

        ``stopped``: goods that the shock itself takes away, in its first round.
        """
        network = self.network
        copy, firm = keys // network.n_firms, keys % network.n_firms
        outlet, at = spans(network.outlet_start, firm)
        copy = copy[at]
        old = self._delivers(outlet, copy, before[at])
        new = self._delivers(outlet, copy, self.downstream[keys][at])
        goods = self._impair(outlet, copy, old, new, first=False)
        return self._starve(ascending(goods, stopped) if stopped.size else goods, number)

    def _impair(self, outlet: Ints, copy: Ints, old: Floats, new: Floats, *, first: bool) -> Ints:
        """Note that outlets deliver less; return the goods concerned."""
        network = self.network
        less = new < old
        outlet, copy, old, new = outlet[less], copy[less], old[less], new[less]
        good = copy * network.n_goods + network.outlet_good[outlet]
        np.add.at(self._gone, good, network.outlet_size[outlet] * (old - new))
        # Before its first fall an outlet delivered all; capped ones were noted at the beginning.
        begins = np.full(old.size, first) | (old >= 1)
        self._impaired.append(copy[begins] * network.n_outlets + outlet[begins])
        goods = ascending(good)
        self._touched["goods"].append(goods)
        return goods

    def _starve(self, goods: Ints, number: int) -> tuple[Ints, Floats]:
        """Work out what customers lack of some goods; return whose output falls, and from what."""
        network = self.network
        key, sigma_loss = self._lacking(goods)
        copy = key // network.n_outlets
        supply, at = spans(network.supply_start, key % network.n_outlets)
        part = network.share_of_intake[supply] * sigma_loss[at]
        intake = copy[at] * network.n_intakes + network.supply_intake[supply]
        intake, which = np.unique(intake, return_inverse=True)
        lacks = added(which, part, intake.size)
        if self._exposed is not None:
            lacks = lacks * self._exposed[network.intake_good[intake % network.n_intakes]]
        more = lacks - self.shortage[intake]
        self.shortage[intake] = lacks
        self._touched["intakes"].append(intake)
        return self._hold_up(intake, lacks, more, number)

    def _lacking(self, goods: Ints) -> tuple[Ints, Floats]:
        """Return the impaired outlets of some goods, and what is lost of each and not replaced."""
        network = self.network
        key = np.concatenate(self._impaired) if self._impaired else np.empty(0, np.int64)
        copy, outlet = key // network.n_outlets, key % network.n_outlets
        good = copy * network.n_goods + network.outlet_good[outlet]
        self._marked[goods] = True
        chosen = self._marked[good]
        self._marked[goods] = False
        key, copy, outlet, good = key[chosen], copy[chosen], outlet[chosen], good[chosen]
        output = self.downstream[copy * network.n_firms + network.outlet_firm[outlet]]
        lost = 1 - self._delivers(outlet, copy, output)
        left = network.good_size[good % network.n_goods] - self._gone[good]
        size = network.outlet_size[outlet]
        sigma = np.divide(size, left, out=np.ones(size.size), where=left > size)
        return key, sigma * lost

    def _hold_up(
        self, intake: Ints, lacks: Floats, more: Floats, number: int
    ) -> tuple[Ints, Floats]:
        network = self.network
        place = intake % network.n_intakes
        level = network.intake_level[place]
        firm = intake // network.n_intakes * network.n_firms + network.intake_customer[place]
        stops, linear = level == STOPS, level == LINEAR
        lost = lacks * network.intake_weight[place]
        if self._own.size:
            lost += self._own[intake]
        np.maximum.at(self._worst, firm[stops], lost[stops])
        np.add.at(self._linear, firm[linear], (more * network.intake_weight[place])[linear])
        asked = ascending(firm[level != NO_EFFECT])
        self._touched["asked"].append(asked)
        left = 1 - np.maximum(self._worst[asked], self._linear[asked])
        before = self.downstream[asked]
        falls = before - left > self._tolerance
        keys, before = asked[falls], before[falls]
        self.downstream[keys] = np.maximum(0.0, left[falls])
        self.reached_down[keys] = np.where(
            self.reached_down[keys] < 0, number, self.reached_down[keys]
        )
        self._touched["down"].append(keys)
        return keys, before

    # --- upstream ------------------------------------------------------------------------------

    def _step_up(self, keys: Ints, before: Floats, number: int) -> tuple[Ints, Floats]:
        """Pass on that some firms buy less; return who sells less then, and what before."""
        network = self.network
        copy, firm = keys // network.n_firms, keys % network.n_firms
        start, order = network.by_customer
        place, at = spans(start, firm)
        supply = order[place]
        old, new = before[at], self.upstream[keys][at]
        if self._limits.size:
            cap = self._cap[copy[at] * network.n_outlets + network.supply_outlet[supply]]
            old, new = np.minimum(old, cap), np.minimum(new, cap)
        lost = network.share_of_sales[supply] * (old - new)
        return self._unsell(copy[at] * network.n_firms + network.supplier[supply], lost, number)

    def _unsell(self, seller: Ints, lost: Floats, number: int) -> tuple[Ints, Floats]:
        seller, which = np.unique(seller, return_inverse=True)
        self._unsold[seller] += added(which, lost, seller.size)
        self._touched["unsold"].append(seller)
        left = 1 - self._unsold[seller]
        before = self.upstream[seller]
        falls = before - left > self._tolerance
        keys, before = seller[falls], before[falls]
        self.upstream[keys] = np.maximum(0.0, left[falls])
        self.reached_up[keys] = np.where(self.reached_up[keys] < 0, number, self.reached_up[keys])
        self._touched["up"].append(keys)
        return keys, before


def _late(number: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    return np.where(number < 0, np.iinfo(np.int32).max, number).astype(np.int32)
