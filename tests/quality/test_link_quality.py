"""Linking quality on the dev part of the labels does not fall below what was reached.

The weights are fitted on train and dev, so this guards against falling back; it measures nothing.
The test part is for ``benchmarks/link.py`` and ``benchmarks/firms.py``, which print it with intervals.
"""

from __future__ import annotations

import numpy as np
import pytest
from link_labels import core, read_labels, seed_catalogue

from chainmap.link.linker import Linker
from chainmap.link.phrases import main_product_phrases
from chainmap.names import product_key


@pytest.fixture(scope="module")
def dev():
    return [label for label in read_labels("phrases.csv") if label.split == "dev"]


@pytest.fixture(scope="module")
def linker() -> Linker:
    return Linker(seed_catalogue())


def test_the_labels_are_enough_and_no_product_is_in_two_parts() -> None:
    labels = read_labels("phrases.csv")
    known = {entry.code for entry in seed_catalogue().entries}
    parts: dict[str, set[str]] = {}
    for label in labels:
        for code in label.codes:
            assert code in known
        if len(label.codes) == 1:
            parts.setdefault(min(label.codes), set()).add(label.split)

    assert len(labels) >= 600
    assert {len(found) for found in parts.values()} == {1}
    assert sum(label.kind == "hard_negative" for label in labels) >= 100
    keys = [product_key(label.phrase) for label in labels]
    assert len(set(keys)) == len(keys)


def test_what_is_accepted_is_right_and_review_stays_bearable(dev, linker: Linker) -> None:
    found = linker.link([core(label.phrase) for label in dev])
    p = np.array([one.links[0].probability if one.links else 0.0 for one in found])
    right = np.array(
        [bool(one.links) and one.links[0].entry.code in label.codes
         for one, label in zip(found, dev, strict=True)]
    )  # fmt: skip
    accepted = p >= linker.model.accept

    assert accepted.sum() >= 60
    assert right[accepted].mean() >= 0.97
    assert ((p >= linker.model.review) & ~accepted).mean() <= 0.25
    bins = np.minimum((p * 10).astype(int), 9)
    gaps = [abs(p[bins == b].sum() - right[bins == b].sum()) for b in range(10)]
    assert sum(gaps) / len(dev) <= 0.07


def test_ranking_beats_exact_names_by_far(dev, linker: Linker) -> None:
    meant = [label for label in dev if label.codes]
    links = linker.link([core(label.phrase) for label in meant], top=5)
    hits = [
        bool({link.entry.code for link in one.links[:5]} & label.codes)
        for one, label in zip(links, meant, strict=True)
    ]
    exact = [product_key(core(label.phrase)) in linker.catalogue.exact for label in meant]

    assert np.mean(hits) >= 0.95
    assert np.mean(hits) > 3 * np.mean(exact)


def test_make_sell_serve_and_research_are_told_apart(dev) -> None:
    judged = [label for label in dev if label.intent and label.kind != "none"]
    said = [main_product_phrases(label.phrase)[:1] for label in judged]
    right = [
        bool(found) and found[0].intent.value == label.intent
        for found, label in zip(said, judged, strict=True)
    ]

    assert np.mean(right) >= 0.95
