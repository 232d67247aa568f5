"""Fit chainmap/link/linker.toml on the train and dev labels; the test part is never read here.

``python tools/fit_linker.py`` prints what it chose and writes the file; ``--semantic`` also fits
the profiles that use sentence vectors (needs ``chainmap[semantic]``).
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from link_labels import Labelled, core, gbt_catalogue, read_labels, seed_catalogue
from scipy.optimize import minimize

from chainmap.link.candidates import AGAINST, FEATURES, Candidates
from chainmap.link.linker import Linker
from chainmap.link.model import LinkModel, Profile, default_model, softmax_with_none
from chainmap.names import product_key

if TYPE_CHECKING:
    from chainmap.link.catalogue import Catalogue
    from chainmap.link.semantic import Encoder

TARGET = Path(__file__).resolve().parent.parent / "chainmap" / "link" / "linker.toml"
CACHE = Path(tempfile.gettempdir()) / "chainmap-fit"
VERSION = "2026.11-1"
RIDGES = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3)


@dataclass(frozen=True)
class Set:
    """Candidates of labelled phrases, and what is right."""

    found: Candidates
    right: np.ndarray
    none: np.ndarray
    size: int


def prepare(linker: Linker, labels: list[Labelled]) -> Set:
    """Return candidates with a flag for right ones; ``none``: phrases that mean no entry."""
    keys = [product_key(core(label.phrase)) for label in labels]
    found = linker.candidates(keys)
    codes = [entry.code for entry in linker.catalogue.entries]
    right = np.array(
        [codes[e] in labels[p].codes for p, e in zip(found.phrase, found.entry, strict=True)],
        dtype=np.bool_,
    )
    none = np.array([not label.codes for label in labels], dtype=np.bool_)
    return Set(found, right, none, len(labels))


def loss(vector: np.ndarray, data: Set, ridge: float) -> tuple[float, np.ndarray]:
    """Return mean negative log likelihood plus ridge, and its gradient."""
    weights, level = vector[:-1], vector[-1]
    features = data.found.features.astype(np.float64)
    p = softmax_with_none(data.found.phrase, features @ weights, level).astype(np.float64)
    total = np.zeros(data.size)
    np.add.at(total, data.found.phrase, p)
    hit = np.zeros(data.size)
    np.add.at(hit, data.found.phrase, p * data.right)
    reached = np.zeros(data.size, dtype=bool)
    reached[data.found.phrase[data.right]] = True
    used = data.none | reached  # a right entry that was not retrieved teaches nothing
    likely = np.clip(np.where(data.none, 1 - total, hit), 1e-9, 1)
    share = np.where(data.right, p / np.maximum(hit[data.found.phrase], 1e-9), 0.0)
    wanted = np.where(data.none[data.found.phrase], 0.0, share)
    error = (p - wanted) * used[data.found.phrase]
    gradient = features.T @ error
    none_error = np.where(used, (1 - total) - data.none, 0.0).sum()
    n = max(int(used.sum()), 1)
    value = -np.log(likely[used]).sum() / n + ridge * float(weights @ weights) / 2
    return value, np.r_[gradient / n + ridge * weights, none_error / n]


def fit(train: Set, dev: Set) -> Profile:
    """Return the profile whose ridge does best on dev, then its sharpness chosen on dev."""
    bounds = [(None, 0.0) if n in AGAINST else (0.0, None) for n in FEATURES] + [(None, None)]
    best: tuple[float, np.ndarray] | None = None
    for ridge in RIDGES:
        start = np.r_[np.zeros(len(FEATURES)), 1.0]
        solved = minimize(
            loss, start, args=(train, ridge), jac=True, bounds=bounds, method="L-BFGS-B"
        )
        score = loss(solved.x, dev, 0.0)[0]
        print(f"  ridge {ridge}: train {loss(solved.x, train, 0.0)[0]:.3f} dev {score:.3f}")
        if best is None or score < best[0]:
            best = (score, solved.x)
    vector = best[1] if best else start
    sharp = min(np.arange(0.5, 2.01, 0.05), key=lambda s: loss(vector * s, dev, 0.0)[0])
    weights = {n: round(float(w), 3) for n, w in zip(FEATURES, vector[:-1], strict=True)}
    return Profile(weights, round(float(vector[-1]), 3), round(float(sharp), 2))


def rates(linker: Linker, labels: list[Labelled]) -> dict[str, float]:
    """Return H@1 and H@5 of phrases that mean something."""
    meant = [label for label in labels if label.codes]
    links = linker.link([core(label.phrase) for label in meant], top=5)
    pairs = [
        ([k.entry.code for k in p.links[:5]], label.codes)
        for p, label in zip(links, meant, strict=True)
    ]
    return {
        "h1": float(np.mean([bool(set(c[:1]) & r) for c, r in pairs])),
        "h5": float(np.mean([bool(set(c) & r) for c, r in pairs])),
    }


def bounds_on(linker: Linker, labels: list[Labelled], wanted: float) -> tuple[float, float]:
    """Return the accept bound with at least ``wanted`` precision on ``labels``, and review."""
    links = linker.link([core(label.phrase) for label in labels])
    tops = [
        (k.links[0].probability, k.links[0].entry.code in label.codes) if k.links else (0.0, False)
        for k, label in zip(links, labels, strict=True)
    ]
    accept = 0.999
    for bound in np.arange(0.995, 0.39, -0.005):
        taken = [ok for p, ok in tops if p >= bound]
        if taken and np.mean(taken) < wanted:
            break
        accept = round(float(bound), 3)
    review = 0.05
    for bound in np.arange(0.05, accept, 0.01):
        review = round(float(bound), 2)
        if np.mean([bound <= p < accept for p, _ in tops]) <= 0.22:
            break
    return accept, review


def blank_model() -> LinkModel:
    """Return a model for building candidates only."""
    profile = Profile(dict.fromkeys(FEATURES, 1.0), 1.0, 1.0)
    names = [f"{kind}{end}" for kind in ("products", "classes") for end in ("", "-e5", "-use")]
    return LinkModel("fit", 0.9, 0.3, 0.6, dict.fromkeys(names, profile))


def fitted(
    name: str, catalogue: Catalogue, labels: list[Labelled], encoder: Encoder | None
) -> tuple[Profile, list[Labelled]]:
    """Fit one profile and return it with the dev labels it was chosen on."""
    linker = Linker(catalogue, blank_model(), encoder=encoder)
    parts = {s: [label for label in labels if label.split == s] for s in ("train", "dev")}
    print(f"{name}: {len(parts['train'])} train, {len(parts['dev'])} dev")
    sets = {s: prepare(linker, part) for s, part in parts.items()}
    return fit(sets["train"], sets["dev"]), parts["dev"]


def main(arguments: list[str]) -> int:
    """Fit all profiles and write the file."""
    from chainmap.link.semantic import ENCODERS, named_encoder

    encoders: dict[str, Encoder | None] = {"": None}
    for name in ENCODERS if "--semantic" in arguments else ():
        encoders[f"-{name}"] = named_encoder(name, CACHE)
    sets = {
        "products": (seed_catalogue(), read_labels("phrases.csv")),
        "classes": (gbt_catalogue(), read_labels("industry_phrases.csv")),
    }
    profiles: dict[str, Profile] = {}
    devs: dict[str, tuple[Catalogue, list[Labelled]]] = {}
    for kind, (catalogue, labels) in sets.items():
        if catalogue is None:
            print(f"{kind}: no catalogue here, left out")
            continue
        for suffix, encoder in encoders.items():
            profile, dev = fitted(kind + suffix, catalogue, labels, encoder)
            profiles[kind + suffix], devs[kind + suffix] = profile, (catalogue, dev)
            model = LinkModel("fit", 0.9, 0.3, 0.6, profiles)
            print("  ", rates(Linker(catalogue, model, encoder=encoder), dev), profile)
    profiles = {**default_model().profiles, **profiles} if TARGET.exists() else profiles
    model = LinkModel("fit", 0.9, 0.3, 0.6, profiles)
    known = [label for label in sets["products"][1] if label.split in ("train", "dev")]
    accept, review = bounds_on(Linker(devs["products"][0], model), known, 0.985)
    write(LinkModel(VERSION, accept, review, 0.6, profiles))
    print(f"accept {accept}, review {review}; {TARGET.name} written")
    return 0


def write(model: LinkModel) -> None:
    """Write the model file."""
    lines = [
        "# 表述 → 产品的模型：tools/fit_linker.py 在 train、dev 标注上拟合；版本随答案给出。",
        f'version = "{model.version}"',
        "# 只在经营范围中出现的产品：获准经营不等于在产，链接概率乘以此数（人为设定，非拟合）。",
        f"scope_belief = {model.scope_belief}",
        "[bands]",
        "# 概率不低于 accept 自动采用，不低于 review 送审核，其余不采用。",
        f"accept = {model.accept}",
        f"review = {model.review}",
    ]
    for name, profile in sorted(model.profiles.items()):
        lines += [
            "",
            f"[profiles.{name}]",
            f"none = {profile.none}",
            f"sharpness = {profile.sharpness}",
        ]
        lines += [f"[profiles.{name}.weights]"]
        lines += [f"{feature} = {weight}" for feature, weight in profile.weights.items()]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
