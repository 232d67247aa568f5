"""The cascade once more from its formulas, slowly: dense arrays, and sets where goods have kinds.

Nothing of ``chainmap.risk`` is used here; what a supply or a good stands for is worked out firm by
firm from the rows of ``Facts``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from risk_samples import Facts

Floats = npt.NDArray[np.float64]
STEPS = 4


@dataclass
class Outage:
    """What stops: firms and single deliveries with what is left, whole products, stocks by good."""

    psi: dict[int, float] = field(default_factory=dict)
    caps: dict[tuple[int, int], float] = field(default_factory=dict)
    products: frozenset[int] = frozenset()
    left: float = 0.0
    exposed: dict[int, float] = field(default_factory=dict)


class Reference:
    """Everything that the cascade needs, worked out from the rows.

    ``ratio_from``: so many firms must state revenue and sales before others are taken to record as
    large a part.
    """

    def __init__(self, facts: Facts, *, ratio_from: int = 20) -> None:
        self.facts, n, goods = facts, facts.firms, range(facts.products)
        self.w = np.zeros((n, n, facts.products))
        for (i, j, k), amount in facts.supplies.items():
            self.w[i, j, k] = amount
        self.sold, self.bought = self.w.sum(axis=1), self.w.sum(axis=0)  # firm x good
        self.known = (self.sold.sum(axis=1) > 0) | (self.bought.sum(axis=1) > 0)
        self.sure = [set(facts.makes[i]) - {k for j, k in facts.doubtful if j == i}
                     for i in range(n)]  # fmt: skip
        self.below = [self._kinds(k) for k in goods]
        self.family = [{k} | self.below[k] for k in goods]  # who makes one of these makes k
        self.names = [{k} | {b for b in goods if k in self.below[b]} for k in goods]
        self.r, self.c = self._totals(ratio_from)
        pairs = [(j, k) for j in range(n) for k in goods]
        self.level = self._table({(j, k): float(self._level(j, k)) for j, k in pairs})
        self.need = self._needs(pairs)
        worth = np.minimum(1.0, np.divide(self.bought, self.r[:, None],
                                          out=np.ones((n, facts.products)),
                                          where=self.r[:, None] > 0))  # fmt: skip
        own = self._table({(j, k): float(bool(self.sure[j] & self.family[k])) for j, k in pairs})
        self.weight = np.where(own > 0, np.minimum(self.need, worth), self.need)
        self.size = self._table({pair: self._size(*pair) for pair in pairs})
        self.outlet = {(i, k) for i, k in pairs if self._delivers(i, k)}
        told = np.maximum(self.r, self.sold.sum(axis=1))
        self.part_of_sales = np.divide(self.w, told[:, None, None], out=np.zeros_like(self.w),
                                       where=told[:, None, None] > 0)  # fmt: skip
        self.unrecorded = self._unrecorded()

    def _table(self, values: dict[tuple[int, int], float]) -> Floats:
        table = np.zeros((self.facts.firms, self.facts.products))
        for at, value in values.items():
            table[at] = value
        return table

    def _kinds(self, good: int) -> set[int]:
        found, front = set[int](), {good}
        for _ in range(STEPS):
            front = {narrow for narrow, broad in self.facts.kinds if broad in front}
            found |= front
        return found - {good}

    def _totals(self, ratio_from: int) -> tuple[Floats, Floats]:
        recorded, spent = self.sold.sum(axis=1), self.bought.sum(axis=1)
        revenue = {i: told for i, told in self.facts.revenue.items() if self.known[i]}
        seen = sorted(min(1.0, recorded[i] / told) for i, told in revenue.items() if recorded[i])
        ratio = 1.0
        if len(seen) >= ratio_from:
            cut = len(seen) // 10
            kept = seen[cut : len(seen) - cut]
            ratio = len(kept) / sum(1 / one for one in kept)
        r = np.maximum(recorded / ratio, spent)
        for i, told in revenue.items():
            r[i] = max(told, recorded[i])
        return r, np.clip(spent / ratio, spent, np.maximum(r, spent))

    def _recipes(self, firm: int, good: int) -> list[tuple[int, int]]:
        return [(source, target) for source, target in self.facts.recipes
                if source in self.names[good] and target in self.sure[firm]
                and source != target]  # fmt: skip

    def _level(self, firm: int, good: int) -> int:
        told = [self.facts.recipes[one] for one in self._recipes(firm, good)]
        stated = [level for level in told if level is not None]
        if stated and (None not in told or max(stated) == 2):
            return max(stated)
        return max([1, *stated])

    def _reach(self, firm: int, good: int) -> float:
        needing = {target for _, target in self._recipes(firm, good)}
        told = [self.facts.revenue_shares.get((firm, target)) for target in needing]
        if not told or None in told:
            return 1.0
        return min(1.0, sum(one for one in told if one is not None)) or 1.0

    def _needs(self, pairs: list[tuple[int, int]]) -> Floats:
        need = self._table({pair: self._reach(*pair) for pair in pairs})
        for j, k in pairs:
            if self.level[j, k] == 1:
                costs = [self.facts.cost_shares.get(one) for one in self._recipes(j, k)]
                told = [one for one in costs if one is not None]
                unknown = not told or None in costs
                need[j, k] *= self.bought[j, k] / (self.c[j] or 1) if unknown else max(told)
        linear = (self.level == 1) & (self.bought > 0)
        whole = np.where(linear, need, 0.0).sum(axis=1)
        return np.where(self.level == 1, need / np.maximum(1.0, whole)[:, None], need)

    def _size(self, firm: int, good: int) -> float:
        if self.sold[firm, good]:
            return float(self.sold[firm, good])
        buyers = np.count_nonzero(self.bought[:, good])
        makes = buyers and self.sure[firm] & self.family[good]
        return float(self.bought[:, good].sum() / buyers) if makes else 0.0

    def _delivers(self, firm: int, good: int) -> bool:
        """Whether a firm sells a good, or is known to make it and it matters to anybody."""
        if self.sold[firm, good]:
            return True
        stated = (firm, good) in self.facts.revenue_shares and self.known[firm]
        bought = bool(self.bought[:, good].any() and self.sure[firm] & self.family[good])
        return bought or (stated and good in self.sure[firm])

    def _unrecorded(self) -> dict[tuple[int, int], float]:
        """Return what customers that no row names take of each delivery: a share of all sales."""
        found: dict[tuple[int, int], float] = {}
        for i in range(self.facts.firms):
            mine = [k for firm, k in self.outlet if firm == i]
            stated = {k: self.facts.revenue_shares.get((i, k), 0.0) for k in mine}
            has = {k: float(self.part_of_sales[i, :, k].sum()) for k in mine}
            lacks = {k: max(0.0, stated[k] - has[k]) for k in mine}
            covered = dict.fromkeys(mine, 0.0)
            for giver in mine:
                kin = [k for k in mine
                       if k != giver and (k in self.below[giver] or giver in self.below[k])]  # fmt: skip
                asked = sum(lacks[k] for k in kin)
                given = max(0.0, has[giver] - stated[giver])
                for k in kin:
                    covered[k] += lacks[k] * (min(1.0, given / asked) if asked else 0.0)
            found |= {(i, k): max(0.0, lacks[k] - covered[k]) for k in mine}
        return found

    def _caps(self, outage: Outage) -> Floats:
        """Return what is left of each delivery when products stop, and single deliveries do."""
        gone = set[int]().union(*(self.family[k] for k in outage.products))
        caps = np.ones((self.facts.firms, self.facts.products))
        for (i, k), left in outage.caps.items():
            caps[i, k] = left
        for i, k in self.outlet:
            mine = self.sure[i] & self.family[k]
            lost, part = mine & gone, 0.0
            shares = {one: self.facts.revenue_shares.get((i, one)) for one in mine}
            told = {one: share for one, share in shares.items() if share}
            if k in gone or (lost and lost == mine):
                part = 1.0
            elif lost and len(told) == len(mine):
                part = sum(told[one] for one in lost) / sum(told.values())
            caps[i, k] = min(caps[i, k], 1 - part * (1 - outage.left))
        return caps

    def run(self, outage: Outage) -> tuple[Floats, Floats, float]:
        """Return d, u and the loss share, by sweeping over everybody until it rests."""
        n, goods = self.facts.firms, self.facts.products
        cap = self._caps(outage)
        psi = np.array([outage.psi.get(i, 1.0) for i in range(n)])
        bare = np.array([outage.exposed.get(k, 1.0) for k in range(goods)])
        part = np.divide(self.w, self.bought, out=np.zeros_like(self.w), where=self.bought > 0)
        buys = self.bought > 0
        own = np.where(buys, (self.need - self.weight) * (1 - cap) * bare, 0.0)
        elsewhere = 1 - self.part_of_sales.sum(axis=(1, 2))
        for (i, k), share in self.unrecorded.items():
            elsewhere[i] -= share * (1 - cap[i, k])
        d, u = psi.copy(), psi.copy()
        for _ in range(1_000_000):
            left = np.minimum(d[:, None], cap)
            still = (self.size * left).sum(axis=0)
            sigma = np.ones((n, goods))
            np.divide(self.size, still, out=sigma, where=still > 1e-12)
            lack = bare * np.einsum("ik,ijk->jk", np.minimum(1, sigma) * (1 - left), part)
            lost = lack * self.weight + own
            worst = np.where(self.level == 2, lost, 0).max(axis=1)
            linear = np.where(self.level == 1, lost, 0).sum(axis=1)
            new_d = np.minimum(np.minimum(1 - worst, 1 - linear), psi)
            taken = np.minimum(u[None, :, None], cap[:, None, :])  # supplier x customer x good
            sells = (self.part_of_sales * taken).sum(axis=(1, 2)) + elsewhere
            new_u = np.minimum(np.maximum(0.0, sells), psi)
            moved = max(np.abs(d - new_d).max(), np.abs(u - new_u).max())
            d, u = np.maximum(0.0, new_d), new_u
            if moved < 1e-15:
                break
        total = self.r.sum()
        return d, u, float((self.r * (1 - np.minimum(d, u))).sum() / total) if total else np.nan
