"""Who could step in: an irreducible set of makers that restores most of what a shock costs others.

The choice: a substitute takes over a share of what the stopped firms delivered of one good, as far
as its own inputs still come. Of two makers of a good that lack nothing the one that can take over
more is never the worse choice, which keeps the search for the smallest set short.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import CAPACITY_KNOWN, ChainGraph, cell, row_of
from chainmap.arrays import ascending
from chainmap.match.features import out_of_business
from chainmap.risk.cascade import Cascade, Shock, copies_for
from chainmap.risk.network import spans

if TYPE_CHECKING:
    from chainmap.risk.network import RiskNetwork
    from chainmap.risk.settings import RiskSettings

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_BATCH = 64
_ROUNDS = 50
_ASSIGNED = 512
"""Ways to say which makers deliver which of their goods, at most, that are tried."""


FREE, WHOLE, CUSTOMER = "free", "whole", "customer"
"""What a share rests on: what utilisation leaves of a capacity; a capacity of unknown utilisation;
that a maker of unknown capacity could serve one more average customer."""


@dataclass(frozen=True, slots=True)
class Substitute:
    """A maker that could take over.

    Attributes
    ----------
    firm, good
        Who, and what.
    share
        Share of what the stopped firms delivered of the good that it can take over, 0-1, as long as
        it has its own inputs.
    basis
        FREE, WHOLE or CUSTOMER.
    """

    firm: int
    good: int
    share: float
    basis: str


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
    left_out
        Of how many goods that are lost makers were not looked at, for there were too many.
    """

    chosen: tuple[Substitute, ...]
    restored: float | None
    enough: bool
    smallest: bool
    looked_at: int
    left_out: int = 0


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
    - Loss of the others: Σ r (1 − d) over the firms that do not stop of themselves. Lost sales
      upstream are not restored by anybody.
    - A substitute that lacks inputs itself takes over less, in step with its output.
    - A firm that makes a good and a kind of it takes over either, not both.
    - Share: free capacity ÷ what the stopped firms used of theirs, kinds of the good in the same
      unit added. Of an unknown utilisation the whole capacity counts; without a capacity on either
      side ``spare_customers`` × the average intake of the good ÷ what was delivered, in CNY.
    """
    search = _Search(graph, network, settings, shock, exposed)
    whole = search.loss([()])[0]
    if whole <= 0:
        return Substitution((), None, enough=True, smallest=True, looked_at=0)
    wanted = (1 - settings.substitutes.restore) * whole + 1e-12 * whole
    chosen = search.assigned(search.greedy(wanted), wanted)
    best = float(search.loss([chosen])[0])
    enough = best <= wanted
    bound = wanted if enough else best + 1e-12 * whole
    chosen = search.reduced(chosen, bound)
    smallest = len(search.candidates) <= settings.substitutes.exact
    if smallest:
        chosen = search.smaller(chosen, bound) or chosen
    restored = 1 - float(search.loss([chosen])[0]) / whole
    picked = tuple(search.candidates[at] for at in chosen)
    looked_at = len(search.candidates)
    return Substitution(picked, restored, enough, smallest, looked_at, search.left_out)


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
        self._gone = self._stopped[network.outlet_firm]
        self._gone[shock.outlets[shock.delivered < 1]] = True  # no maker of a product that is gone
        self._weight = np.where(self._stopped, 0.0, network.sales)
        self.candidates: list[Substitute] = []
        self._cascade = Cascade(network, settings, copies=copies_for(network, _BATCH))
        self._known: dict[tuple[int, ...], float] = {}
        self.loss([()])
        output = self._cascade.downstream[: network.n_firms].copy()
        self.candidates, self.left_out = _candidates(
            graph, network, settings, self._lost, self._gone, output
        )
        self._rivals = _rivals(graph, self.candidates)
        self._firm = np.array([one.firm for one in self.candidates], np.int64)
        self._unhit = (output[self._firm] >= 1).tolist()

    def loss(self, sets: Sequence[tuple[int, ...]]) -> list[float]:
        """Return the loss of the others with each of some sets of candidates."""
        new = [one for one in dict.fromkeys(sets) if one not in self._known]
        for at in range(0, len(new), self._cascade.copies):
            batch = new[at : at + self._cascade.copies]
            self._settle(batch)
            n = self._network.n_firms
            for copy, one in enumerate(batch):
                left = self._cascade.downstream[copy * n : (copy + 1) * n]
                self._known[one] = float((self._weight * (1 - left)).sum())
        return [self._known[one] for one in sets]

    def _settle(self, sets: Sequence[tuple[int, ...]]) -> None:
        """Run the cascade until no substitute takes over more than its own inputs allow."""
        n = self._network.n_firms
        keys = [[copy * n + self._firm[at] for at in one] for copy, one in enumerate(sets)]
        able = [np.ones(len(one)) for one in sets]
        for _ in range(_ROUNDS):
            shocks = [self._with(one, left) for one, left in zip(sets, able, strict=True)]
            self._cascade.run(shocks, exposed=self._exposed)
            before, able = able, [self._cascade.downstream[np.array(at, np.int64)] for at in keys]
            if all(np.allclose(a, b, rtol=0, atol=1e-9) for a, b in zip(able, before, strict=True)):
                break

    def _with(self, chosen: tuple[int, ...], able: Floats) -> Shock:
        taken: dict[int, float] = {}
        for at, left in zip(chosen, able.tolist(), strict=True):
            one = self.candidates[at]
            taken[one.good] = min(1.0, taken.get(one.good, 0.0) + one.share * left)
        goods = self._network.outlet_good[self._lost].tolist()
        share = np.array([taken.get(good, 0.0) for good in goods])
        some = share > 0
        return replace(self._shock, replaced_outlets=self._lost[some], replaced=share[some])

    def greedy(self, wanted: float) -> tuple[int, ...]:
        """Return candidates taken one by one, the one that restores most first."""
        chosen: tuple[int, ...] = ()
        left = list(range(len(self.candidates)))
        loss = self.loss([chosen])[0]
        while loss > wanted and (left := [at for at in left if self._agree((*chosen, at))]):
            sets = [tuple(sorted((*chosen, at))) for at in left]
            found = self.loss(sets)
            best = min(range(len(left)), key=lambda at: (round(found[at], 9), left[at]))
            if found[best] > loss - 1e-12 and not self._several_needed(chosen, left):
                break
            chosen, loss = sets[best], found[best]
            left.pop(best)
        return chosen

    def assigned(self, chosen: tuple[int, ...], wanted: float) -> tuple[int, ...]:
        """Return the set that restores most where the one chosen restores too little.

        Which of its goods a maker is taken for first may have kept it from where it is needed.
        """
        if self.loss([chosen])[0] <= wanted or not self._rivals:
            return chosen
        every = self._without_rivals(tuple(range(len(self.candidates))))
        sets = [chosen, *islice(every, _ASSIGNED)]
        return min(zip(self.loss(sets), sets, strict=True))[1]

    def _without_rivals(self, one: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        for pair in self._rivals:
            if pair[0] in one and pair[1] in one:
                for out in pair:
                    yield from self._without_rivals(tuple(at for at in one if at != out))
                return
        yield one

    def _agree(self, one: tuple[int, ...]) -> bool:
        """Whether no maker is taken for a good and again for a kind of it."""
        return not any(a in one and b in one for a, b in self._rivals)

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
            sets = [one for one in self._sets(size) if self._agree(one)]
            for one, loss in zip(sets, self.loss(sets), strict=True):
                if loss <= bound:
                    return one
        return None

    def _sets(self, size: int) -> Iterator[tuple[int, ...]]:
        """Yield the sets of a size without those that another one is surely as good as.

        Of the candidates for a good that lack nothing themselves the first ones take over most; one
        that is hit itself may be worth more or less than its share, and one that makes a kind as
        well may be needed there, so all of these are tried.
        """
        rivals = {at for pair in self._rivals for at in pair}
        plain = [unhit and at not in rivals for at, unhit in enumerate(self._unhit)]
        of_good: dict[int, list[int]] = {}
        for at, one in enumerate(self.candidates):
            of_good.setdefault(one.good, []).append(at)
        groups = [[at for at in group if plain[at]] for group in of_good.values()]
        others = [at for at in range(len(plain)) if not plain[at]]

        def rest(number: int, left: int) -> Iterator[tuple[int, ...]]:
            if number == len(groups):
                yield from combinations(others, left)
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
    every = ascending(own, limited)
    return every[np.isnan(network.outlet_spare[every])]


def _candidates(
    graph: ChainGraph,
    network: RiskNetwork,
    settings: RiskSettings,
    lost: Ints,
    gone: Flags,
    output: Floats,
) -> tuple[list[Substitute], int]:
    """Return who could take over, good by good, those that can take over most first.

    Of one good no more of those that lack nothing than together take over all of it: further ones
    add nothing. Who is hit (``output``: what is left when nobody steps in) may be worth all of its
    share once somebody helps it, and who makes a kind of the good may be needed there. The goods of
    which most is lost come first, so that a limit leaves out what matters least; of how many goods
    is told. A firm that is struck off or suspended takes over nothing, even where it is recorded to
    supply.
    """
    most = settings.substitutes.candidates
    start, by_good = network.by_good
    lost_goods, at = np.unique(network.outlet_good[lost], return_inverse=True)
    size = np.bincount(at, network.outlet_size[lost], minlength=lost_goods.size)
    closed = out_of_business(graph)
    found: list[Substitute] = []
    goods = np.lexsort((lost_goods, -size)).tolist()
    for done, number in enumerate(goods):
        if len(found) >= most:
            return found[:most], len(goods) - done + (len(found) > most)
        good = int(lost_goods[number])
        makers = by_good[start[good] : start[good + 1]]
        spare = network.outlet_spare[makers]
        able = np.isnan(spare) | (spare >= settings.accept)
        able &= ~gone[makers] & ~closed[network.outlet_firm[makers]]
        stopped = network.outlet_firm[lost[network.outlet_good[lost] == good]]
        before = [_capacity(graph, firm, good) for firm in stopped.tolist()]
        used = sum(one.used for one in before) or np.nan
        sure = all(one.basis == FREE for one in before)
        room = settings.spare_customers * float(network.average_intake[good]) / float(size[number])
        total = 0.0
        alike = np.intersect1d(lost_goods, _family(graph, good))
        elsewhere = set(network.outlet_firm[by_good[spans(start, alike)[0]]].tolist())
        for one in _shares(graph, network.outlet_firm[makers[able]], good, used, room, output):
            unhit = bool(output[one.firm] >= 1)
            if total >= 1 and unhit:
                continue
            total += one.share * (unhit and one.firm not in elsewhere)
            doubtful = one.basis == FREE and not sure
            found.append(replace(one, basis=WHOLE) if doubtful else one)
    return found[:most], int(len(found) > most)


def _rivals(graph: ChainGraph, candidates: Sequence[Substitute]) -> list[tuple[int, int]]:
    """Return pairs of candidates that are one firm, for a good and for a kind of it.

    One capacity does not take over both.
    """
    return [
        (one, other)
        for one, other in combinations(range(len(candidates)), 2)
        if candidates[one].firm == candidates[other].firm
        and candidates[other].good in _family(graph, candidates[one].good)
    ]


def _family(graph: ChainGraph, good: int) -> Ints:
    """Return the goods that are a kind of a good, and those that it is a kind of."""
    if good >= graph.n_products:
        return np.empty(0, np.int64)
    return np.union1d(graph.kinds_below(good), row_of(graph.kind_steps, good))


def _shares(
    graph: ChainGraph, firms: Ints, good: int, used: float, room: float, output: Floats
) -> list[Substitute]:
    """Return what each of some makers could take over, the most first; known before assumed."""
    found = []
    for firm in firms.tolist():
        has = _capacity(graph, firm, good)
        share, basis = has.free / used, has.basis
        if np.isnan(share):
            share, basis = room, CUSTOMER
        if share > 0:
            found.append(Substitute(firm, good, min(1.0, share), basis))
    bases = (FREE, WHOLE, CUSTOMER)
    return sorted(
        found, key=lambda one: (-one.share * output[one.firm], bases.index(one.basis), one.firm)
    )


@dataclass(frozen=True, slots=True)
class _Capacity:
    """Capacity of a firm for a good, in the good's unit; NaN when unknown.

    ``used``: what it delivers; ``free``: what it could deliver more; of an unknown utilisation both
    are the whole.
    """

    used: float
    free: float
    basis: str


def _capacity(graph: ChainGraph, firm: int, good: int) -> _Capacity:
    """Return the capacity of a firm for a good and, in the same unit, for kinds of it."""
    if good >= graph.n_products:
        return _Capacity(np.nan, np.nan, CUSTOMER)
    unit = cell(graph.products, "unit", good)
    same = [kind for kind in graph.kinds_below(good).tolist()
            if unit is not None and cell(graph.products, "unit", kind) == unit]  # fmt: skip
    used = free = 0.0
    known, basis = False, FREE
    start, stop = graph.makes.indptr[firm], graph.makes.indptr[firm + 1]
    for place in start + np.flatnonzero(np.isin(graph.makes.indices[start:stop], [good, *same])):
        capacity = float(graph.capacity[place])
        if graph.capacity_state[place] != CAPACITY_KNOWN or not capacity > 0:
            continue
        known = True
        busy = float(graph.utilisation[place])
        basis = basis if busy >= 0 else WHOLE
        used += capacity * (min(busy, 1.0) if busy >= 0 else 1.0)
        free += capacity * (max(0.0, 1.0 - busy) if busy >= 0 else 1.0)
    return _Capacity(used, free, basis) if known else _Capacity(np.nan, np.nan, CUSTOMER)
