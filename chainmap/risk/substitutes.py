"""Who could step in: an irreducible set of makers that restores most of what a shock costs others.

The choice: a substitute takes over a share of what the stopped firms delivered of one good; of two
makers of a good the one that can take over more is never the worse choice, so a set is told by how
many makers of each good it takes, which keeps the search for the smallest one short.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import CAPACITY_KNOWN, ChainGraph
from chainmap.match.features import out_of_business
from chainmap.risk.cascade import Cascade, Shock, copies_for

if TYPE_CHECKING:
    from chainmap.risk.network import RiskNetwork
    from chainmap.risk.settings import RiskSettings

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_BATCH = 64


@dataclass(frozen=True, slots=True)
class Substitute:
    """A maker that could take over.

    Attributes
    ----------
    firm, good
        Who, and what.
    share
        Share of what the stopped firms delivered of the good that it can take over, 0-1.
    capacity_known
        Whether the share rests on stated capacities; otherwise all of it is assumed.
    """

    firm: int
    good: int
    share: float
    capacity_known: bool


@dataclass(frozen=True, slots=True)
class Substitution:
    """The substitutes chosen and what they bring.

    Attributes
    ----------
    chosen
        An irreducible set: without any one of them less than wanted is restored.
    restored
        Share of the loss of the others (downstream) that they restore; None without such a loss.
    enough
        Whether that is what was wanted.
    smallest
        Whether no smaller set does it as well, by trying all of them.
    looked_at
        How many candidates were considered.
    """

    chosen: tuple[Substitute, ...]
    restored: float | None
    enough: bool
    smallest: bool
    looked_at: int


def find_substitutes(
    graph: ChainGraph,
    network: RiskNetwork,
    settings: RiskSettings,
    shock: Shock,
    *,
    exposed: Floats | None = None,
) -> Substitution:
    """Return the substitutes for what a shock takes away.

    Parameters
    ----------
    graph, network, settings
        The snapshot, its supply network, the rules.
    shock
        What stops.
    exposed
        As in ``Cascade.run``.

    Notes
    -----
    Loss of the others: Σ w (1 − d) over the firms that do not stop of themselves, w the firm's
    sales, of a firm without recorded sales its purchases (a leader at the end of the chain sells
    to nobody that is recorded). Lost sales upstream are not restored by anybody.
    """
    search = _Search(graph, network, settings, shock, exposed)
    whole = search.loss([()])[0]
    if whole <= 0:
        return Substitution((), None, enough=True, smallest=True, looked_at=0)
    wanted = (1 - settings.substitutes.restore) * whole + 1e-12 * whole
    chosen = search.greedy(wanted)
    best = float(search.loss([chosen])[0])
    enough = best <= wanted
    bound = wanted if enough else best + 1e-12 * whole
    chosen = search.reduced(chosen, bound)
    smallest = len(search.candidates) <= settings.substitutes.exact
    if smallest:
        chosen = search.smaller(chosen, bound) or chosen
    restored = 1 - float(search.loss([chosen])[0]) / whole
    picked = tuple(search.candidates[at] for at in chosen)
    return Substitution(picked, restored, enough, smallest, len(search.candidates))


class _Search:
    """Losses of sets of candidates, each worked out by the cascade; sets are tuples of numbers."""

    def __init__(
        self,
        graph: ChainGraph,
        network: RiskNetwork,
        settings: RiskSettings,
        shock: Shock,
        exposed: Floats | None,
    ) -> None:
        self._network, self._shock, self._exposed = network, shock, exposed
        self._stopped = np.zeros(network.n_firms, dtype=np.bool_)
        self._stopped[shock.firms[shock.output < 1]] = True
        self._lost = _lost_outlets(network, shock)
        bought = np.bincount(
            network.intake_customer, network.intake_total, minlength=network.n_firms
        )
        self._gone = self._stopped[network.outlet_firm]
        self._gone[shock.outlets[shock.delivered < 1]] = True  # no maker of a product that is gone
        self._weight = np.where(network.sales > 0, network.sales, bought)
        self._weight[self._stopped] = 0
        self.candidates = _candidates(graph, network, settings, self._lost, self._gone)
        self._cascade = Cascade(network, settings, copies=copies_for(network, _BATCH))
        self._known: dict[tuple[int, ...], float] = {}

    def loss(self, sets: Sequence[tuple[int, ...]]) -> list[float]:
        """Return the loss of the others with each of some sets of candidates."""
        new = [one for one in dict.fromkeys(sets) if one not in self._known]
        for at in range(0, len(new), self._cascade.copies):
            batch = new[at : at + self._cascade.copies]
            self._cascade.run([self._with(one) for one in batch], exposed=self._exposed)
            n = self._network.n_firms
            for copy, one in enumerate(batch):
                left = self._cascade.downstream[copy * n : (copy + 1) * n]
                self._known[one] = float((self._weight * (1 - left)).sum())
        return [self._known[one] for one in sets]

    def _with(self, chosen: tuple[int, ...]) -> Shock:
        taken: dict[int, float] = {}
        for at in chosen:
            one = self.candidates[at]
            taken[one.good] = min(1.0, taken.get(one.good, 0.0) + one.share)
        goods = self._network.outlet_good[self._lost].tolist()
        share = np.array([taken.get(good, 0.0) for good in goods])
        some = share > 0
        return replace(self._shock, replaced_outlets=self._lost[some], replaced=share[some])

    def greedy(self, wanted: float) -> tuple[int, ...]:
        """Return candidates taken one by one, the one that restores most first."""
        chosen: tuple[int, ...] = ()
        left = list(range(len(self.candidates)))
        loss = self.loss([chosen])[0]
        while left and loss > wanted:
            sets = [tuple(sorted((*chosen, at))) for at in left]
            found = self.loss(sets)
            best = min(range(len(left)), key=lambda at: (round(found[at], 9), left[at]))
            if found[best] > loss - 1e-12 and not self._several_needed(chosen, left):
                break
            chosen, loss = sets[best], found[best]
            left.pop(best)
        return chosen

    def _several_needed(self, chosen: tuple[int, ...], left: Sequence[int]) -> bool:
        """Whether what is left helps together though no single one does (two inputs at once)."""
        both = self.loss([chosen, tuple(sorted((*chosen, *left)))])
        return both[1] < both[0] - 1e-12

    def reduced(self, chosen: tuple[int, ...], bound: float) -> tuple[int, ...]:
        """Leave out whatever can be left out, the last first."""
        for at in reversed(chosen):
            less = tuple(one for one in chosen if one != at)
            if self.loss([less])[0] <= bound:
                chosen = less
        return chosen

    def smaller(self, chosen: tuple[int, ...], bound: float) -> tuple[int, ...] | None:
        """Return the first set of fewer candidates that does as well; None when there is none."""
        for size in range(len(chosen)):
            sets = list(self._sets(size))
            for one, loss in zip(sets, self.loss(sets), strict=True):
                if loss <= bound:
                    return one
        return None

    def _sets(self, size: int) -> Iterator[tuple[int, ...]]:
        """Yield the sets of a size; of each good its first candidates (they take over most)."""
        of_good: dict[int, list[int]] = {}
        for at, one in enumerate(self.candidates):
            of_good.setdefault(one.good, []).append(at)
        groups = list(of_good.values())

        def rest(number: int, left: int) -> Iterator[tuple[int, ...]]:
            if number == len(groups):
                if left == 0:
                    yield ()
                return
            for count in range(min(left, len(groups[number])) + 1):
                for more in rest(number + 1, left - count):
                    yield (*groups[number][:count], *more)

        for found in rest(0, size):
            yield tuple(sorted(found))


def _lost_outlets(network: RiskNetwork, shock: Shock) -> Ints:
    """Return the outlets with customers that a shock takes away, whole or in part."""
    stopped = shock.firms[shock.output < 1]
    own = np.flatnonzero(np.isin(network.outlet_firm, stopped))
    limited = shock.outlets[shock.delivered < 1]
    every = np.union1d(own, limited)
    return every[np.isnan(network.outlet_spare[every])]


def _candidates(
    graph: ChainGraph, network: RiskNetwork, settings: RiskSettings, lost: Ints, gone: Flags
) -> list[Substitute]:
    """Return who could take over, good by good, those that can take over most first.

    Of one good no more than together take over all of it: further ones add nothing. The goods of
    which most is lost come first, so that a limit leaves out what matters least. A firm that is
    struck off or suspended takes over nothing, even where it is recorded to supply.
    """
    by_good = np.argsort(network.outlet_good, kind="stable")
    goods = network.outlet_good[by_good]
    lost_goods, at = np.unique(network.outlet_good[lost], return_inverse=True)
    size = np.bincount(at, network.outlet_size[lost], minlength=lost_goods.size)
    needed = _capacities(graph, network.outlet_firm[lost], network.outlet_good[lost])
    closed = out_of_business(graph)
    found: list[Substitute] = []
    for good in lost_goods[np.lexsort((lost_goods, -size))].tolist():
        if len(found) >= settings.substitutes.candidates:
            break
        before = needed[network.outlet_good[lost] == good]
        span = slice(np.searchsorted(goods, good), np.searchsorted(goods, good, side="right"))
        makers = by_good[span]
        spare = network.outlet_spare[makers]
        able = np.isnan(spare) | (spare >= settings.accept)
        able &= ~gone[makers] & ~closed[network.outlet_firm[makers]]
        firms = network.outlet_firm[makers[able]]
        has = _capacities(graph, firms, np.full(firms.size, good))
        ratio = has / before.sum()
        share = np.where(np.isnan(ratio), 1.0, np.minimum(1.0, ratio))
        order = np.lexsort((firms, np.isnan(ratio), -share))
        total = 0.0
        for at in order.tolist():
            if total >= 1:
                break
            total += float(share[at])
            known = not bool(np.isnan(ratio[at]))
            found.append(Substitute(int(firms[at]), good, float(share[at]), known))
    return found[: settings.substitutes.candidates]


def _capacities(graph: ChainGraph, firms: Ints, goods: Ints) -> Floats:
    """Return the capacity of each firm for its good in the good's unit, NaN when unknown."""
    value = np.full(firms.size, np.nan)
    for at, (firm, good) in enumerate(zip(firms.tolist(), goods.tolist(), strict=True)):
        start, stop = graph.makes.indptr[firm], graph.makes.indptr[firm + 1]
        place = start + int(np.searchsorted(graph.makes.indices[start:stop], good))
        stated = place < stop and graph.makes.indices[place] == good
        if stated and graph.capacity_state[place] == CAPACITY_KNOWN and graph.capacity[place] > 0:
            value[at] = graph.capacity[place]
    return value
