"""Measure the cascade on a network of our own making: ``python benchmarks/risk.py``.

The plain way beside it sweeps the whole network every round with numpy and no frontier; it computes
the same equations and must come to the same losses.
"""

from __future__ import annotations

import argparse
import resource
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import kendalltau

from chainmap.risk.cascade import Cascade, Shock
from chainmap.risk.network import LINEAR, STOPS, RiskNetwork
from chainmap.risk.settings import default_settings
from chainmap.risk.systemic import systemic_index

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

TIERS, TOLERANCE = 6, 1e-2


def made_up(firms: int, makers: int, seed: int = 7, kept: float = 1.0) -> RiskNetwork:
    """Return a network of six tiers: a firm makes one good of one to three of the tier before.

    Each input is bought from one firm (half of the cases) to five; sellers are drawn by a heavy
    tail, so a few have thousands of customers. One in twelve inputs comes from a later tier: there
    are cycles. ``makers``: firms that make a good, on average. ``kept``: the share of the supplies
    that stay.
    """
    rng = np.random.default_rng(seed)
    each = max(20, firms // (TIERS * makers))  # goods of a tier
    tier = rng.integers(0, TIERS, firms)
    good = tier * each + (rng.pareto(1.2, firms) * 40).astype(np.int64) % each
    some = min(firms, TIERS * each)
    tier[:some], good[:some] = np.arange(some) // each, np.arange(some)  # each has a maker
    size = rng.pareto(1.1, firms) + 0.1
    order = np.lexsort((size, good))
    start = np.searchsorted(good[order], np.arange(TIERS * each + 1))
    inputs = rng.integers(0, each, (TIERS * each, 3))
    level = rng.choice([0, LINEAR, STOPS], (TIERS * each, 3), p=[0.2, 0.5, 0.3])
    rows = []
    for number in range(3):
        buyer = np.flatnonzero((tier > 0) & (rng.random(firms) < (1.0, 0.8, 0.5)[number]))
        back = rng.random(buyer.size) < 1 / 12
        source = np.where(back, (tier[buyer] + 1) % TIERS, tier[buyer] - 1)
        wanted = source * each + inputs[good[buyer], number]
        count = start[wanted + 1] - start[wanted]
        buyer, wanted, count = buyer[count > 0], wanted[count > 0], count[count > 0]
        many = np.where(rng.random(buyer.size) < 0.5, 1, rng.integers(2, 6, buyer.size))
        at = np.repeat(np.arange(buyer.size), many)
        place = count[at] - 1 - (count[at] * rng.random(at.size) ** 2).astype(np.int64)
        seller = order[start[wanted[at]] + np.clip(place, 0, None)]
        rows.append((seller, buyer[at], wanted[at], level[good[buyer[at]], number]))
    seller, customer, sold, how = (np.concatenate(parts) for parts in zip(*rows, strict=True))
    goods = TIERS * each
    other = seller != customer
    key, first = np.unique(
        ((seller * goods + sold) * firms + customer)[other], return_index=True
    )  # supplies of one pair and good count once
    amount, stay = rng.lognormal(0, 1.5, key.size), rng.random(key.size) < kept
    return assembled(firms, goods, key[stay], how[other][first][stay], amount[stay])


def assembled(firms: int, goods: int, key: Ints, level: Ints, amount: Floats) -> RiskNetwork:
    """Return the network of supplies; ``key`` is (seller x goods + good) x firms + customer."""
    customer, good = key % firms, key // firms % goods
    outlet, supply_outlet = np.unique(key // firms, return_inverse=True)
    intake, at, supply_intake = np.unique(
        customer * goods + good, return_index=True, return_inverse=True
    )
    # Half of the sellers state a revenue, of which their recorded sales are a fifth to all.
    rng = np.random.default_rng(1)
    recorded = np.bincount(key // firms // goods, amount, firms)
    known = (recorded > 0) & (rng.random(firms) < 0.5)
    revenue = np.where(known, recorded / rng.uniform(0.2, 1.0, firms), np.nan)
    bare = RiskNetwork(
        n_firms=firms,
        n_goods=goods,
        outlet_firm=outlet // goods,
        outlet_good=outlet % goods,
        outlet_spare=np.full(outlet.size, np.nan),
        outlet_counts=np.ones(outlet.size, dtype=np.bool_),
        outlet_size=np.zeros(outlet.size),
        outlet_share=np.full(outlet.size, np.nan),
        outlet_start=np.searchsorted(outlet // goods, np.arange(firms + 1)),
        kin_narrow=np.empty(0, np.int64),
        kin_broad=np.empty(0, np.int64),
        intake_customer=intake // goods,
        intake_good=intake % goods,
        intake_level=level[at].astype(np.int8),
        intake_stated=level[at].astype(np.int8),
        intake_guessed=np.zeros(intake.size, dtype=np.bool_),
        intake_cost_share=np.full(intake.size, np.nan),
        intake_reach=np.ones(intake.size),
        intake_own=np.zeros(intake.size, dtype=np.bool_),
        supply_outlet=supply_outlet,
        supply_intake=supply_intake,
        supply_row=np.arange(key.size),
        supply_amount=amount,
        supply_guessed=np.zeros(key.size, dtype=np.bool_),
        revenue=revenue,
        observed=np.sort(recorded[known] / revenue[known]),
        sales=np.zeros(firms),
        spent=np.zeros(firms),
        skipped=0,
        closed_rows=np.empty(0, np.int64),
    )
    spare = np.zeros(outlet.size, dtype=np.bool_)
    return bare.with_values(default_settings(), bare.supply_amount, bare.intake_level, spare)


@dataclass(frozen=True, eq=False)
class Sweep:
    """The plain way: every round works out everybody anew."""

    net: RiskNetwork

    def loss(self, firm: int, tolerance: float) -> tuple[float, int]:
        """Return the loss share when a firm stops, and the rounds it took."""
        net = self.net
        psi = np.ones(net.n_firms)
        psi[firm] = 0.0
        d, u, rounds = psi.copy(), psi.copy(), 0
        elsewhere = 1 - np.bincount(net.supplier, net.share_of_sales, net.n_firms)
        while True:
            rounds += 1
            still = np.bincount(net.outlet_good, net.outlet_size * d[net.outlet_firm], net.n_goods)
            left = still[net.outlet_good]
            sigma = np.ones(left.size)
            np.divide(net.outlet_size, left, out=sigma, where=left > net.outlet_size)
            lost = (sigma * (1 - d[net.outlet_firm]))[net.supply_outlet] * net.share_of_intake
            lack = np.bincount(net.supply_intake, lost, net.n_intakes)
            worst = np.zeros(net.n_firms)
            stops = net.intake_level == STOPS
            np.maximum.at(worst, net.intake_customer[stops], lack[stops])
            step = np.where(net.intake_level == LINEAR, lack * net.intake_weight, 0)
            linear = np.bincount(net.intake_customer, step, net.n_firms)
            new_d = np.minimum(psi, 1 - np.maximum(worst, linear))
            buys = u[net.intake_customer][net.supply_intake] * net.share_of_sales
            sells = np.bincount(net.supplier, buys, net.n_firms) + elsewhere
            new_u = np.minimum(psi, sells)
            moved = float(max(np.max(d - new_d), np.max(u - new_u)))
            d, u = new_d, new_u
            if moved <= tolerance:
                lost_sales = float((net.sales * (1 - np.minimum(d, u))).sum())
                return lost_sales / float(net.sales.sum()), rounds


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--firms", type=int, default=900_000)
    parser.add_argument("--makers", type=int, default=50)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    settings = default_settings()
    net = made_up(given.firms, given.makers)
    single = np.bincount(net.supply_intake, minlength=net.n_intakes) == 1
    print(f"{net.n_firms:,} firms, {net.n_supplies:,} supplies, {net.n_intakes:,} intakes, "
          f"{single.mean():.0%} of one supplier")  # fmt: skip
    single_shocks(net)
    products_gone(net)
    begin = time.perf_counter()
    index = systemic_index(net, settings, tolerance=TOLERANCE, workers=given.workers, progress=told)
    seconds = time.perf_counter() - begin
    asked = int(np.count_nonzero(~np.isnan(index)))
    print(f"systemic index of {asked:,} firms: {seconds:.0f} s, {1000 * seconds / asked:.3f} ms a "
          f"firm, {given.workers} processes")  # fmt: skip
    for who, name in (
        (resource.RUSAGE_SELF, "this process"),
        (resource.RUSAGE_CHILDREN, "one of the others"),
    ):
        print(f"peak memory of {name}: {resource.getrusage(who).ru_maxrss / 1024:.0f} MB")
    print(f"share of firms above 1 % of sales: {np.nanmean(index > 0.01):.5f}; "
          f"greatest {np.nanmax(index):.3f}")  # fmt: skip
    if given.firms <= 20_000:
        missing_data(given.firms, given.makers, index)


def told(done: int, total: int) -> None:
    """Print progress now and then."""
    if done * 10 // total != (done - 4096) * 10 // total:
        print(f"  {done:,} of {total:,}", flush=True)


def single_shocks(net: RiskNetwork) -> None:
    """Time single shocks: the greatest hub and random firms, beside full sweeps."""
    rng = np.random.default_rng(1)
    degree = np.bincount(net.supplier, minlength=net.n_firms)
    firms = [int(degree.argmax()), *rng.choice(np.flatnonzero(degree), 30, replace=False).tolist()]
    fine, coarse = (Cascade(net, default_settings(), tolerance=t) for t in (1e-12, TOLERANCE))
    sweep = Sweep(net)
    coarse.run([Shock(np.array(firms[1:2]), np.zeros(1))])  # what is worked out once a network
    rows = []
    for number, firm in enumerate(firms):
        shock = Shock(np.array([firm]), np.zeros(1))
        begin = time.perf_counter()
        coarse.run([shock])
        ours, loss = time.perf_counter() - begin, float(coarse.loss()[0])
        if number > 4:
            rows.append((ours, np.nan, 0.0))
            continue
        begin = time.perf_counter()
        plain, rounds = sweep.loss(firm, TOLERANCE)
        slow = time.perf_counter() - begin
        fine.run([shock])
        exact, _ = sweep.loss(firm, 1e-12)
        rows.append((ours, slow, abs(exact - float(fine.loss()[0]))))
        print(f"firm with {degree[firm]:,} customers: {1000 * ours:.1f} ms, full sweeps {rounds} "
              f"rounds {1000 * slow:.0f} ms, ratio {slow / ours:.0f}; loss {loss:.6f} beside "
              f"{plain:.6f}; both exact: {rows[-1][2]:.1e} apart")  # fmt: skip
    took = 1000 * np.array([row[0] for row in rows])
    print(f"31 single shocks: median {np.median(took):.1f} ms, worst {took.max():.1f}")


def products_gone(net: RiskNetwork) -> None:
    """Time the loss of the fifty products with the most makers, none of them to be had."""
    makers = np.bincount(net.outlet_good, minlength=net.n_goods)
    goods = np.sort(np.argsort(-makers, kind="stable")[:50])
    nobody = np.empty(0, np.int64)
    shocks = []
    for good in goods.tolist():
        outlets = np.flatnonzero(net.outlet_good == good)
        shocks.append(Shock(nobody, np.empty(0), outlets, np.zeros(outlets.size)))
    cascade = Cascade(net, default_settings())
    begin = time.perf_counter()
    for shock in shocks:
        cascade.run([shock])
    print(f"50 products that nobody delivers, {makers[goods].min():,} to {makers[goods].max():,} "
          f"makers each: {time.perf_counter() - begin:.1f} s")  # fmt: skip


def missing_data(firms: int, makers: int, index: Floats) -> None:
    """Print how far the ranking of the top 100 stays when supplies are missing."""
    top = np.argsort(-np.nan_to_num(index))[:100]
    for gone in (0.1, 0.2, 0.4):
        net = made_up(firms, makers, kept=1 - gone)
        less = systemic_index(net, default_settings(), tolerance=TOLERANCE)
        tau = kendalltau(index[top], np.nan_to_num(less[top])).statistic
        every = kendalltau(np.nan_to_num(index), np.nan_to_num(less)).statistic
        still = np.isin(top, np.argsort(-np.nan_to_num(less))[:100]).mean()
        print(f"{gone:.0%} of the supplies missing: Kendall tau {every:.2f}, within the top 100 "
              f"{tau:.2f}; {still:.0%} of the top 100 stay in it")  # fmt: skip


if __name__ == "__main__":
    main()
