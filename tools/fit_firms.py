"""Fit the weights of chainmap/link/firms.toml on the train and dev labels; test is not read.

``python tools/fit_firms.py`` prints the [weights] to paste. Pairs that a rule settles teach
nothing and are left out. Weights are pulled to PRIOR, what one would set by hand, since the labels
are silent on some features; the pull that does best on dev is chosen, then both parts are fitted.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from chainmap.link.firm_features import FEATURES, SIGNS, Compared, compare
from chainmap.link.firm_rows import read_rows

Floats: TypeAlias = NDArray[np.float64]
LABELS = Path(__file__).resolve().parent.parent / "seed_data" / "labels" / "firm_pairs.csv"
RIDGES = (0.001, 0.003, 0.01, 0.03, 0.1)
PRIOR = {
    "core_equal": 4.5, "core_nested": 2.5, "core_short": 2.5, "core_slip": 3.5, "one_char": -1.0,
    "form_equal": 0.5, "form_apart": -2.0, "place_equal": 0.5, "seat_equal": 0.5,
    "seat_agrees": 1.5,
    "region_apart": -4.0, "inside_alone": -2.0, "group_apart": -3.0, "signs_apart": -2.0,
    "aside_apart": -2.0, "short_name": 3.0, "short_equal": 1.5, "mark_alone": -0.5,
    "place_wider": -1.0,
}  # fmt: skip
"""In units of log odds; features that are not named are thought to say nothing."""


def read_pairs(*splits: str) -> list[dict[str, str]]:
    """Return the labelled pairs of some parts."""
    with LABELS.open(encoding="utf-8-sig", newline="") as stream:
        return [row for row in csv.DictReader(stream) if row["split"] in splits]


def pair_frame(pairs: list[dict[str, str]]) -> pd.DataFrame:
    """Return both sides of pairs as a firm table; pair n is the rows 2n and 2n + 1."""
    rows = [
        {"id": f"{2 * n + k:07d}"} | {c: pair[f"{c}_{side}"] for c in ("name", "uscc", "region")}
        for n, pair in enumerate(pairs)
        for k, side in enumerate("ab")
    ]
    return pd.DataFrame(rows, columns=["id", "name", "uscc", "region"])


def compare_pairs(pairs: list[dict[str, str]]) -> Compared:
    """Return features and rules of labelled pairs, in their order."""
    first = 2 * np.arange(len(pairs), dtype=np.int64)
    return compare(read_rows(pair_frame(pairs)), first, first + 1)


def prepare(pairs: list[dict[str, str]]) -> tuple[Floats, Floats]:
    """Return features and truth of the pairs that no rule settles."""
    compared = compare_pairs(pairs)
    free = ~compared.never & ~compared.surely
    same = np.array([pair["same"] == "1" for pair in pairs], dtype=np.float64)
    return compared.values[free], same[free]


def loss(vector: Floats, values: Floats, same: Floats, ridge: float) -> tuple[float, Floats]:
    """Return mean negative log likelihood plus the pull, and its gradient."""
    weights, bias = vector[:-1], vector[-1]
    p = np.clip(expit(values @ weights + bias), 1e-9, 1 - 1e-9)
    pull = weights - np.array([PRIOR.get(name, 0.0) for name in FEATURES])
    value = -np.mean(same * np.log(p) + (1 - same) * np.log(1 - p)) + ridge * pull @ pull / 2
    error = (p - same) / len(same)
    return float(value), np.r_[values.T @ error + ridge * pull, error.sum()]


def fit(values: Floats, same: Floats, ridge: float) -> Floats:
    """Return weights and bias; a feature keeps the sign it is meant to have."""
    signs = {1: (0.0, None), -1: (None, 0.0), 0: (None, None)}
    bounds = [signs[SIGNS.get(name, 1)] for name in FEATURES] + [(None, None)]
    start = np.zeros(len(FEATURES) + 1)
    solved = minimize(loss, start, (values, same, ridge), "L-BFGS-B", jac=True, bounds=bounds)
    return np.asarray(solved.x, dtype=np.float64)


def main() -> None:
    """Print the weights."""
    train, dev = prepare(read_pairs("train")), prepare(read_pairs("dev"))
    print(f"# pairs no rule settles: {len(train[1])} train, {len(dev[1])} dev")
    scores = {ridge: loss(fit(*train, ridge), *dev, 0.0)[0] for ridge in RIDGES}
    print("# log loss on dev by ridge:", {ridge: round(s, 4) for ridge, s in scores.items()})
    best = min(scores, key=lambda ridge: scores[ridge])
    both = fit(np.vstack([train[0], dev[0]]), np.r_[train[1], dev[1]], best)
    print(f"# ridge {best}\n[weights]\nbias = {both[-1]:.3f}")
    for name, weight in zip(FEATURES, both[:-1], strict=True):
        print(f"{name} = {weight + 0.0:.3f}")


if __name__ == "__main__":
    main()
