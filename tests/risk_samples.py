"""Random supply networks."""

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
    kinds: set[tuple[int, int]] = field(default_factory=set)
    doubtful: set[tuple[int, int]] = field(default_factory=set)

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
                told = {"probability": 0.6} if (firm, product) in self.doubtful else {}
                sample.makes(f"c{firm:02}", f"p{product}", revenue_share=share, **told)
        for narrow, broad in sorted(self.kinds):
            sample.kind(f"p{narrow}", f"p{broad}")
        for (source, target), level in self.recipes.items():
            recipe: dict[str, object] = {} if level is None else {"essential": str(level)}
            if (source, target) in self.cost_shares:
                recipe["cost_share"] = self.cost_shares[source, target]
            sample.input(f"p{source}", f"p{target}", **recipe)
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


def random_family(seed: int) -> Facts:
    """Return ``random_facts`` with kinds of products (in steps and in circles) and doubtful makers."""
    facts = random_facts(seed, firms=9, products=6, supplies=24)
    rng = np.random.default_rng([seed, 1])
    for _ in range(int(rng.integers(1, 6))):
        narrow, broad = rng.integers(0, facts.products, 2).tolist()
        if narrow != broad:
            facts.kinds.add((narrow, broad))
    for firm, made in facts.makes.items():
        facts.doubtful |= {(firm, product) for product in made if rng.random() < 0.15}
    return facts
