"""Random supply networks, and the cascade written once more from its formulas, slowly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from chain_samples import Sample

from chainmap.risk.assemble import risk_network
from chainmap.risk.cascade import Shock
from chainmap.risk.settings import RiskSettings, default_settings

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph
    from chainmap.risk.network import RiskNetwork

EXACT = 1e-12


def stop(*firms: int, left: float = 0.0) -> Shock:
    """Return the shock that leaves ``left`` of the output of some firms."""
    return Shock(np.array(firms, np.int64), np.full(len(firms), left))


@dataclass
class Facts:
    """What the rows of a small network say; firms and products are numbers."""

    firms: int
    products: int
    makes: dict[int, list[int]] = field(default_factory=dict)
    recipes: dict[tuple[int, int], int | None] = field(default_factory=dict)
    supplies: dict[tuple[int, int, int], float] = field(default_factory=dict)
    cost_shares: dict[tuple[int, int], float] = field(default_factory=dict)
    revenue: dict[int, float] = field(default_factory=dict)
    revenue_shares: dict[tuple[int, int], float] = field(default_factory=dict)

    def sample(self) -> Sample:
        """Return the facts as rows."""
        sample = Sample()
        for product in range(self.products):
            sample.product(f"p{product}")
        for firm in range(self.firms):
            has = {"revenue_cny": self.revenue[firm]} if firm in self.revenue else {}
            sample.company(f"c{firm:02}", **has)
            for product in self.makes.get(firm, ()):
                share = self.revenue_shares.get((firm, product))
                sample.makes(f"c{firm:02}", f"p{product}", revenue_share=share)
        for (source, target), level in self.recipes.items():
            told: dict[str, object] = {} if level is None else {"essential": str(level)}
            if (source, target) in self.cost_shares:
                told["cost_share"] = self.cost_shares[source, target]
            sample.input(f"p{source}", f"p{target}", **told)
        for (source, target, product), amount in self.supplies.items():
            ends = f"Company:c{source:02}", f"Company:c{target:02}"
            sample.edge("SUPPLIES", *ends, product=f"Product:p{product}", amount_cny=amount)
        return sample

    def network(self, settings: RiskSettings | None = None) -> tuple[ChainGraph, RiskNetwork]:
        """Return snapshot and network."""
        graph = self.sample().graph()
        return graph, risk_network(graph, settings or default_settings())


def random_facts(seed: int, *, firms: int = 9, products: int = 5, supplies: int = 22) -> Facts:
    """Return a random network with cycles, several suppliers, spare makers and unknown levels."""
    rng = np.random.default_rng(seed)
    facts = Facts(firms, products)
    for firm in range(firms):
        count = int(rng.integers(0, 3))
        facts.makes[firm] = sorted(rng.choice(products, count, replace=False).tolist())
    for _ in range(8):
        source, target = rng.integers(0, products, 2).tolist()
        facts.recipes[source, target] = [0, 1, 2, None][int(rng.integers(0, 4))]
    for _ in range(supplies):
        source, target = rng.integers(0, firms, 2).tolist()
        if source != target:
            key = source, target, int(rng.integers(0, products))
            facts.supplies[key] = float(rng.integers(1, 100))
    _state_figures(facts, rng)
    return facts


def _state_figures(facts: Facts, rng: np.random.Generator) -> None:
    """Let about half of the recipes and firms state cost shares, revenues and shares of these."""
    for recipe in facts.recipes:
        if rng.random() < 0.5:
            facts.cost_shares[recipe] = float(rng.integers(1, 10)) / 10
    for firm in range(facts.firms):
        if rng.random() < 0.5:
            facts.revenue[firm] = float(rng.integers(1, 600))
        for product in facts.makes[firm]:
            if rng.random() < 0.5:
                facts.revenue_shares[firm, product] = float(rng.integers(1, 6)) / 10


def slow_cascade(
    facts: Facts,
    psi: dict[int, float],
    caps: dict[tuple[int, int], float] | None = None,
    exposed: dict[int, float] | None = None,
) -> tuple[list[float], list[float], float]:
    """Return d, u and the loss share of METHODS 3.1, by sweeping over everybody until it rests.

    Dense: W is supplier x customer x product, and every sweep works out everything anew.
    """
    n, products = facts.firms, facts.products
    w = np.zeros((n, n, products))
    for (i, j, k), amount in facts.supplies.items():
        w[i, j, k] = amount
    bought, sold = w.sum(axis=0), w.sum(axis=(1, 2))
    spent = bought.sum(axis=1)
    told = np.array([facts.revenue.get(i, 0.0) if sold[i] or spent[i] else 0.0 for i in range(n)])
    sells_all = np.where(told > 0, np.maximum(told, sold), np.maximum(sold, spent))
    size = w.sum(axis=1)
    for k in range(products):
        buyers = np.count_nonzero(bought[:, k])
        for i in range(n):
            if buyers and not size[i, k] and k in facts.makes[i]:
                size[i, k] = bought[:, k].sum() / buyers
    level = np.array([[_level(facts, j, k) for k in range(products)] for j in range(n)])
    own = np.array([psi.get(i, 1.0) for i in range(n)])
    cap = np.array([[(caps or {}).get((i, k), 1.0) for k in range(products)] for i in range(n)])
    bare = np.array([(exposed or {}).get(k, 1.0) for k in range(products)])
    part = np.divide(w, bought, out=np.zeros_like(w), where=bought > 0)
    weight = np.divide(bought.T, spent, out=np.zeros((products, n)), where=spent > 0).T
    weight = np.array(
        [[_cost_share(facts, j, k, weight[j, k]) for k in range(products)] for j in range(n)]
    )
    reach = np.array([[_reach(facts, j, k) for k in range(products)] for j in range(n)])
    fall = np.where(level == 2, 1.0, weight) * reach
    for j in range(n):
        for k in facts.makes[j]:  # it makes the good itself
            fall[j, k] = min(fall[j, k], bought[j, k] / sells_all[j] if sells_all[j] else 1.0)
    buyers = w.transpose(1, 2, 0)
    out = np.divide(buyers, sells_all, out=np.zeros(buyers.shape), where=sold > 0)
    elsewhere = 1 - out.sum(axis=(0, 1))  # what customers buy that no row names
    for (i, k), share in facts.revenue_shares.items():
        elsewhere[i] -= max(0.0, share - out[:, k, i].sum()) * (1 - cap[i, k])
    d, u = own.copy(), own.copy()
    for _ in range(1_000_000):
        left = np.minimum(d[:, None], cap)
        still = (size * left).sum(axis=0)
        sigma = np.ones((n, products))
        np.divide(size, still, out=sigma, where=still > 1e-12)
        lack = bare * np.einsum("ik,ijk->jk", np.minimum(1, sigma) * (1 - left), part)
        worst = np.where(level == 2, lack * fall, 0).max(axis=1)
        linear = np.where(level == 1, lack * fall, 0).sum(axis=1)
        new_d = np.minimum(np.minimum(1 - worst, 1 - linear), own)
        buys = np.minimum(u[:, None, None], cap.T[None])  # customer x product x supplier
        sells = (out * buys).sum(axis=(0, 1)) + elsewhere
        new_u = np.where(sold > 0, np.minimum(sells, own), own)
        moved = max(np.abs(d - new_d).max(), np.abs(u - new_u).max())
        d, u = new_d, new_u
        if moved < 1e-15:
            break
    lost = float((sells_all * (1 - np.minimum(d, u))).sum())
    return d.tolist(), u.tolist(), lost / sells_all.sum() if sells_all.sum() else float("nan")


def _cost_share(facts: Facts, customer: int, product: int, recorded: float) -> float:
    """Return the highest stated share in the costs, what is recorded where one is not stated."""
    recipes = [
        (source, target)
        for source, target in facts.recipes
        if source == product and target in facts.makes[customer] and source != target
    ]
    if not recipes or any(recipe not in facts.cost_shares for recipe in recipes):
        return recorded
    return max(facts.cost_shares[recipe] for recipe in recipes)


def _reach(facts: Facts, customer: int, product: int) -> float:
    """Return the share in revenue of what needs a product, 1 where that is not stated."""
    needing = [
        target
        for source, target in facts.recipes
        if source == product and target in facts.makes[customer] and source != target
    ]
    told = [facts.revenue_shares.get((customer, target)) for target in needing]
    if not told or None in told:
        return 1.0
    return min(1.0, sum(one for one in told if one is not None))


def _level(facts: Facts, customer: int, product: int) -> int:
    told = [
        level
        for (source, target), level in facts.recipes.items()
        if source == product and target in facts.makes[customer] and source != target
    ]
    stated = [level for level in told if level is not None]
    if stated and (None not in told or max(stated) == 2):
        return max(stated)
    return max([1, *stated])
