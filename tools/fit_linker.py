"""Fit chainmap/link/linker.toml on the train and dev labels; the test part is never read here.

``python tools/fit_linker.py`` prints what it chose and writes the file; ``--semantic`` also fits
the profiles that use sentence vectors (needs ``chainmap[semantic]``). Whatever is chosen (ridge,
sharpness, bounds) is chosen on cross-fitted predictions: train and dev in five parts, each judged
by a model that has seen no phrase of its products; the weights are then fitted on all of it.
"""

from __future__ import annotations

import hashlib
import math
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from link_labels import Labelled, core, gbt_catalogue, read_labels, seed_catalogue
from scipy.optimize import minimize

from chainmap.link.candidates import Candidates
from chainmap.link.features import AGAINST, FEATURES, contradicted
from chainmap.link.linker import Linker
from chainmap.link.model import LinkModel, Profile, default_model, softmax_with_none
from chainmap.names import product_key, worded_key

if TYPE_CHECKING:
    from chainmap.link.catalogue import Catalogue
    from chainmap.link.semantic import Encoder

TARGET = Path(__file__).resolve().parent.parent / "chainmap" / "link" / "linker.toml"
CACHE = Path(tempfile.gettempdir()) / "chainmap-fit"
VERSION = "2026.11-2"
RIDGES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03)
FOLDS = 5
PRECISE, SURE = 0.97, 1.645
"""Precision of what is accepted, and the one-sided 95 % at which it is to hold."""
MOST_REVIEW = 0.22
MOST_DOUBTFUL = 0.9
"""What is at most for review counts as no more than this here; the bound of accept is above."""


@dataclass(frozen=True)
class Set:
    """Candidates of labelled phrases, what is right, and the fold of each phrase."""

    found: Candidates
    right: np.ndarray
    none: np.ndarray
    fold: np.ndarray

    def part(self, kept: np.ndarray) -> Set:
        """Return the phrases that ``kept`` marks."""
        mine = kept[self.found.phrase]
        number = np.cumsum(kept) - 1
        found = Candidates(
            number[self.found.phrase[mine]],
            self.found.entry[mine],
            self.found.document[mine],
            self.found.features[mine],
        )
        return Set(found, self.right[mine], self.none[kept], self.fold[kept])


def prepare(linker: Linker, labels: list[Labelled]) -> Set:
    """Return candidates with a flag for right ones; ``none``: phrases that mean no entry."""
    found = linker.candidates([worded_key(core(label.phrase)) for label in labels])
    codes = [entry.code for entry in linker.catalogue.entries]
    right = np.array(
        [codes[e] in labels[p].codes for p, e in zip(found.phrase, found.entry, strict=True)],
        dtype=np.bool_,
    )
    none = np.array([not label.codes for label in labels], dtype=np.bool_)
    names = [min(label.codes, default=label.phrase) for label in labels]
    fold = [int(hashlib.sha256(name.encode()).hexdigest()[8:16], 16) % FOLDS for name in names]
    return Set(found, right, none, np.array(fold))


def loss(vector: np.ndarray, data: Set, ridge: float) -> tuple[float, np.ndarray]:
    """Return mean negative log likelihood plus ridge, and its gradient."""
    weights, level = vector[:-1], vector[-1]
    features = data.found.features.astype(np.float64)
    p = softmax_with_none(data.found.phrase, features @ weights, level).astype(np.float64)
    total = np.zeros(len(data.none))
    np.add.at(total, data.found.phrase, p)
    hit = np.zeros(len(data.none))
    np.add.at(hit, data.found.phrase, p * data.right)
    reached = np.zeros(len(data.none), dtype=bool)
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


def solve(data: Set, ridge: float) -> np.ndarray:
    """Return weights and the level of "none"; a feature keeps the sign it is meant to have."""
    bounds = [(None, 0.0) if n in AGAINST else (0.0, None) for n in FEATURES] + [(None, None)]
    start = np.r_[np.zeros(len(FEATURES)), 1.0]
    solved = minimize(loss, start, args=(data, ridge), jac=True, bounds=bounds, method="L-BFGS-B")
    return np.asarray(solved.x)


def cross_fit(data: Set, ridge: float) -> list[np.ndarray]:
    """Return what is fitted without each fold."""
    return [solve(data.part(data.fold != fold), ridge) for fold in range(FOLDS)]


def held_out(data: Set, solved: list[np.ndarray], sharp: float) -> float:
    """Return the mean loss of the folds, each by the model that has not seen it."""
    parts = [data.part(data.fold == fold) for fold in range(FOLDS)]
    losses = [
        loss(vector * sharp, part, 0.0)[0] for vector, part in zip(solved, parts, strict=True)
    ]
    return float(np.average(losses, weights=[len(part.none) for part in parts]))


def fit(data: Set, *, strict: bool) -> tuple[Profile, np.ndarray]:
    """Return the profile, and the cross-fitted probability of every candidate."""
    solved = {ridge: cross_fit(data, ridge) for ridge in RIDGES}
    losses = {ridge: held_out(data, vectors, 1.0) for ridge, vectors in solved.items()}
    print("  held-out loss by ridge:", {ridge: round(x, 4) for ridge, x in losses.items()})
    ridge = min(losses, key=lambda r: losses[r])
    steps = np.arange(0.7, 1.31, 0.05)
    sharp = float(min(steps, key=lambda s: held_out(data, solved[ridge], s)))
    vectors = np.array(solved[ridge])[data.fold[data.found.phrase]] * sharp
    logits = (data.found.features * vectors[:, :-1]).sum(axis=1)
    none = np.array(solved[ridge])[data.fold][:, -1] * sharp
    vector = solve(data, ridge)
    weights = {n: round(float(w), 3) for n, w in zip(FEATURES, vector[:-1], strict=True)}
    profile = Profile(weights, round(float(vector[-1]), 3), round(sharp, 2), strict)
    shifted = logits - none[data.found.phrase]
    return profile, softmax_with_none(data.found.phrase, shifted, 0.0)


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


def tops(
    linker: Linker, labels: list[Labelled], data: Set, p: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return probability and truth of the best candidate of each phrase; an exact name is sure."""
    best, right = np.zeros(len(labels)), np.zeros(len(labels), dtype=np.bool_)
    order = np.lexsort((-data.found.entry, p))
    best[data.found.phrase[order]] = p[order]  # the last written is the best
    right[data.found.phrase[order]] = data.right[order]
    for number, label in enumerate(labels):
        exact = linker.catalogue.exact.get(product_key(core(label.phrase)), ())
        if len(exact) == 1:
            best[number] = 1.0
            right[number] = linker.catalogue.entries[exact[0]].code in label.codes
    return best, right


def lower(hits: int, n: int) -> float:
    """Return the lower one-sided bound of a share (Wilson), 0 of nothing."""
    if not n:
        return 0.0
    p, z = hits / n, SURE
    wide = z * math.sqrt(p * (1 - p) / n + z * z / 4 / n / n)
    return (p + z * z / 2 / n - wide) / (1 + z * z / n)


def bounds_on(best: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """Return the lowest accept bound from which on PRECISE holds for sure, and review."""
    sure = [
        bound
        for bound in np.arange(MOST_DOUBTFUL + 0.005, 1.0, 0.005)
        if lower(int(right[best >= bound].sum()), int((best >= bound).sum())) >= PRECISE
    ]
    accept = round(float(min(sure, default=0.999)), 3)
    review = 0.05
    for bound in np.arange(0.05, accept, 0.01):
        review = round(float(bound), 2)
        if np.mean((bound <= best) & (best < accept)) <= MOST_REVIEW:
            break
    return accept, review


def told(best: np.ndarray, right: np.ndarray, accept: float, review: float) -> str:
    """Return how the cross-fitted predictions fare within the bounds."""
    taken, asked = best >= accept, (best >= review) & (best < accept)
    bins = np.minimum((best * 10).astype(int), 9)
    gaps = [abs(best[bins == b].sum() - right[bins == b].sum()) for b in range(10)]
    return (
        f"cross-fitted: accepted {right[taken].mean():.3f} of {taken.sum()}, review "
        f"{asked.mean():.3f} of {len(best)}, ECE {sum(gaps) / len(best):.3f}"
    )


def blank_model() -> LinkModel:
    """Return a model for building candidates only."""
    profile = Profile(dict.fromkeys(FEATURES, 1.0), 1.0, 1.0, strict=False)
    names = [f"{kind}{end}" for kind in ("products", "classes") for end in ("", "-e5", "-use")]
    return LinkModel("fit", 0.9, 0.3, 0.6, dict.fromkeys(names, profile))


def fitted(
    name: str, catalogue: Catalogue, labels: list[Labelled], encoder: Encoder | None
) -> tuple[Profile, np.ndarray, np.ndarray]:
    """Fit one profile and return it with the cross-fitted tops and their truth."""
    linker = Linker(catalogue, blank_model(), encoder=encoder)
    print(f"{name}: {len(labels)} train and dev")
    data = prepare(linker, labels)
    profile, p = fit(data, strict=not catalogue.is_classification)
    if profile.strict:
        p = np.where(contradicted(data.found.features), np.minimum(p, MOST_DOUBTFUL), p)
    model = LinkModel("fit", 0.9, 0.3, 0.6, {name: profile})
    print("  in sample:", rates(Linker(catalogue, model, encoder=encoder), labels))
    return profile, *tops(linker, labels, data, p)


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
    judged: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for kind, (catalogue, labels) in sets.items():
        if catalogue is None:
            print(f"{kind}: no catalogue here, left out")
            continue
        known = [label for label in labels if label.split in ("train", "dev")]
        for suffix, encoder in encoders.items():
            name = kind + suffix
            profiles[name], *told_of = fitted(name, catalogue, known, encoder)
            judged[name] = (told_of[0], told_of[1])
    accept, review = bounds_on(*judged["products"])
    for name, tops_of in judged.items():
        print(f"{name}: {told(*tops_of, accept, review)}")
    profiles = {**default_model().profiles, **profiles} if TARGET.exists() else profiles
    write(LinkModel(VERSION, accept, review, 0.6, profiles))
    print(f"accept {accept}, review {review}; {TARGET.name} written")
    return 0


def write(model: LinkModel) -> None:
    """Write the model file."""
    lines = [
        "# 表述 → 产品的模型：tools/fit_linker.py 在 train、dev 标注上拟合，界限按交叉拟合选定。",
        "# 版本随答案给出。",
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
            f"strict = {str(profile.strict).lower()}",
        ]
        lines += [f"[profiles.{name}.weights]"]
        lines += [f"{feature} = {weight}" for feature, weight in profile.weights.items()]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
