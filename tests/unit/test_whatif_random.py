"""Outages of random networks: rows, tree and total agree, however the causes go round."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from risk_samples import random_facts, random_family

from chainmap.workflow.whatif import simulate_outage

# 7123 and 7187 once led the search for causes round in a circle for ever, 7018 and 7069 left the tree.
SEEDS = [*range(7000, 7012), 7018, 7069, 7123, 7187]


def outage(seed: int) -> dict[str, Any]:
    """Stop a firm, a product that has kinds, or both, wholly or in part, with stocks or without."""
    rng = np.random.default_rng(seed)
    if seed % 5 == 0:
        sample = random_family(seed).sample()
    else:
        sample = random_facts(seed).sample()
        sample = sample.kind("p0", "p1") if seed % 2 else sample.kind("p3", "p2")
    firm, product = f"企业c{int(rng.integers(9)):02}", f"Product:p{int(rng.integers(5))}"
    names = [[firm], [product], [firm, product]][seed % 3]
    stocked: dict[str, Any] = {"days": 30.0, "stock": ["Product:p1=10"]} if seed % 4 == 0 else {}
    fraction = float(rng.choice([1.0, 0.4]))
    answer = simulate_outage(sample.store(), remove=names, fraction=fraction, draws=0, **stocked)
    return answer.as_object()


@pytest.mark.parametrize("seed", SEEDS)
def test_rows_tree_and_total_agree(seed: int) -> None:
    found = outage(seed)
    rows, (total,) = found["rows"], found["total"]
    removed = {row["entity_id"] for row in rows if row["role"] == "removed"}

    assert {row["entity_id"] for row in rows} <= {line["entity_id"] for line in found["tree"]}
    assert all(row["cause"][0] in removed for row in rows)
    assert all(row["cause"][-1] == row["entity_id"] for row in rows)
    assert total["firms_hit"] == sum(row["role"] == "hit" for row in rows)
    assert all(row["tier"] > 0 for row in rows if row["role"] == "hit")
    assert all(item["file"] for row in rows for item in row["evidence"])
    roots = [line["entity_id"] for line in found["tree"] if line["depth"] == 0]
    assert set(roots) <= removed
    assert len(set(roots)) == len(roots)
    if total["loss_share"] is not None:
        lost = sum((row["total_sales_cny"] or 0) * row["loss_share"] for row in rows)
        assert total["loss_share"] == pytest.approx(lost / total["total_sales_cny"], abs=1e-4)
