"""A market with enough known supplies to learn from: who is chosen is known beforehand."""

from __future__ import annotations

import numpy as np
from chain_samples import Sample

TITLES = ("", "创新型中小企业", "专精特新中小企业", "专精特新“小巨人”企业")


def market(*, by_title: bool, buyers: int = 40, firms: int = 36, seed: int = 7) -> Sample:
    """Return buyers of six products and their makers, of which each buyer knows two.

    ``by_title``: the known ones have the highest titles, which the default weighs little; else
    they are drawn by chance, so nothing that is measured of a firm tells them from the others.
    """
    rng = np.random.default_rng(seed)
    sample = Sample().chain("链").region("630100", "西宁市").region("320100", "南京市")
    products = [f"p{number}" for number in range(6)]
    for key in products:
        sample.product(key, chain="链")
    worth: dict[str, int] = {}
    makers: dict[str, list[str]] = {key: [] for key in products}
    for number in range(firms):
        firm = f"f{number:02}"
        worth[firm] = int(rng.integers(len(TITLES)))
        region = ("630100", "320100")[int(rng.integers(2))]
        titles = TITLES[worth[firm]] or None
        sample.company(firm, region=region, titles=titles, industry=f"39{number % 4}1")
        for key in rng.choice(products, 3, replace=False).tolist():
            sample.makes(firm, key, probability=round(float(rng.uniform(0.5, 1.0)), 3))
            makers[key].append(firm)
    for number in range(buyers):
        buyer = f"b{number:02}"
        sample.company(buyer, region="630100", industry=f"36{number % 3}1")
        key = products[number % 6]
        sample.wants(buyer, key)
        drawn = rng.permutation(makers[key]).tolist()
        first = sorted(drawn, key=lambda firm: -worth[firm]) if by_title else drawn
        for firm in first[:2]:
            sample.supplies(firm, buyer, key)
    for number in range(4):
        sample.leads(f"b{number:02}", "链")
    return sample
