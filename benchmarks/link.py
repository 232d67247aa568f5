"""Phrase -> product: quality on the test labels beside the baselines, calibration, and speed.

``python benchmarks/link.py [--semantic] [--speed]``. Everything is read from seed_data/labels
(test part) and, where it is there, ../shared/data (GB/T 4754-2017). Protocol: every phrase is
ranked against all entries of the catalogue; 95 % intervals are bootstrap percentiles over phrases
(2,000 draws, seed 0), those of a share Wilson's. Labels of the train and dev parts were used to
fit; the test part is read by this program only.
"""

from __future__ import annotations

import math
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tools"), str(ROOT)]

from link_labels import Labelled, core, gbt_catalogue, read_labels, seed_catalogue  # noqa: E402

from chainmap.link.catalogue import Catalogue, Entry, make_catalogue  # noqa: E402
from chainmap.link.grams import GramSpace, distinct_grams  # noqa: E402
from chainmap.link.linker import Linker  # noqa: E402
from chainmap.link.phrases import Intent, main_product_phrases  # noqa: E402
from chainmap.names import product_key  # noqa: E402

Ranker = Callable[[Sequence[str]], list[list[str]]]
"""Texts -> codes, best first."""


def exact_name(catalogue: Catalogue) -> Ranker:
    """Baseline: the phrase is a name or alias."""
    codes = {
        key: [catalogue.entries[n].code for n in found] for key, found in catalogue.exact.items()
    }
    return lambda texts: [codes.get(product_key(text), []) for text in texts]


def char_ngram(catalogue: Catalogue) -> Ranker:
    """Baseline: cosine of character 1- to 3-grams over names and aliases, one document each."""
    grams = distinct_grams(catalogue.documents)
    space = GramSpace.of(grams)
    rows, _ = space.rows(grams)

    def rank(texts: Sequence[str]) -> list[list[str]]:
        queries, _ = space.rows(distinct_grams([product_key(text) for text in texts]))
        cosine = (queries @ rows.T).toarray()
        return [_codes(catalogue, line) for line in cosine]

    return rank


def jieba_bm25(catalogue: Catalogue) -> Ranker | None:
    """Baseline: BM25 (k1 1.5, b .75) over jieba words; None where jieba is not installed."""
    try:
        import jieba
    except ImportError:
        return None
    jieba.setLogLevel(60)
    documents = [jieba.lcut(text) for text in catalogue.documents]
    counts = Counter(word for words in documents for word in set(words))
    mean = sum(map(len, documents)) / len(documents)

    def rank(texts: Sequence[str]) -> list[list[str]]:
        found = []
        for text in texts:
            score = np.zeros(len(documents))
            for word in jieba.lcut(product_key(text)):
                if word not in counts:
                    continue
                idf = math.log(1 + (len(documents) - counts[word] + 0.5) / (counts[word] + 0.5))
                for n, words in enumerate(documents):
                    if word in words:
                        tf = words.count(word)
                        score[n] += idf * tf * 2.5 / (tf + 1.5 * (0.25 + 0.75 * len(words) / mean))
            found.append(_codes(catalogue, score))
        return found

    return rank


def ours(linker: Linker) -> Ranker:
    """The linker."""
    return lambda texts: [
        [link.entry.code for link in found.links] for found in linker.link(texts, top=10)
    ]


def _codes(catalogue: Catalogue, score: np.ndarray) -> list[str]:
    order = [n for n in np.lexsort((np.arange(len(score)), -score))[:60] if score[n] > 0]
    owners = dict.fromkeys(int(catalogue.owners[n]) for n in order)
    return [catalogue.entries[n].code for n in owners][:10]


def interval(values: np.ndarray) -> tuple[float, float]:
    """Return the bootstrap 95 % interval of a mean."""
    draws = np.random.default_rng(0).integers(0, len(values), (2000, len(values)))
    means = values[draws].mean(axis=1)
    return float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share."""
    if not n:
        return 0.0, 1.0
    z, p = 1.96, hits / n
    middle, wide = p + z * z / 2 / n, z * math.sqrt(p * (1 - p) / n + z * z / 4 / n / n)
    return (middle - wide) / (1 + z * z / n), (middle + wide) / (1 + z * z / n)


def show(name: str, ranker: Ranker | None, texts: list[str], right: list[frozenset[str]]) -> None:
    """Print H@1, H@5 and MRR with intervals."""
    if ranker is None:
        print(f"  {name:28} not installed")
        return
    places = [
        next((n for n, code in enumerate(codes) if code in good), -1)
        for codes, good in zip(ranker(texts), right, strict=True)
    ]
    parts = []
    for title, value in (
        ("H@1", [float(p == 0) for p in places]),
        ("H@5", [float(0 <= p < 5) for p in places]),
        ("MRR", [1 / (p + 1) if p >= 0 else 0.0 for p in places]),
    ):
        low, high = interval(np.array(value))
        parts.append(f"{title} {np.mean(value):.3f} [{low:.3f}, {high:.3f}]")
    print(f"  {name:28}", "  ".join(parts))


def compare(
    title: str, catalogue: Catalogue, labels: list[Labelled], linkers: dict[str, Linker]
) -> None:
    """Print the ranking quality of the linkers beside the baselines."""
    meant = [label for label in labels if label.codes]
    texts, right = [core(label.phrase) for label in meant], [label.codes for label in meant]
    print(f"\n{title}: {len(meant)} phrases, {len(catalogue)} entries")
    baselines = {
        "exact name": exact_name,
        "jieba + BM25": jieba_bm25,
        "character n-gram": char_ngram,
    }
    for name, make in baselines.items():
        show(name, make(catalogue), texts, right)
    for name, linker in linkers.items():
        show(name, ours(linker), texts, right)


def bands(linker: Linker, labels: list[Labelled]) -> None:
    """Print precision of the accepted band, share of review, and the calibration curve."""
    found = linker.link([core(label.phrase) for label in labels])
    p = np.array([f.links[0].probability if f.links else 0.0 for f in found])
    ok = np.array([bool(f.links) and f.links[0].entry.code in label.codes
                   for f, label in zip(found, labels, strict=True)])  # fmt: skip
    model = linker.model
    taken, asked = p >= model.accept, (p >= model.review) & (p < model.accept)
    linkable = sum(bool(label.codes) for label in labels)
    low, high = wilson(int(ok[taken].sum()), int(taken.sum()))
    print(
        f"  accept (p >= {model.accept}): precision {ok[taken].mean():.3f} "
        f"[{low:.3f}, {high:.3f}] of "
        f"{taken.sum()}, covers {ok[taken].sum() / linkable:.3f} of the {linkable} linkable phrases"
    )
    low, high = wilson(int(asked.sum()), len(labels))
    print(
        f"  review (p >= {model.review}): {asked.mean():.3f} [{low:.3f}, {high:.3f}] of "
        f"{len(labels)} phrases, "
        f"{ok[asked].mean() if asked.any() else float('nan'):.3f} of them right; below review: "
        f"{sum(ok[~taken & ~asked])} right ones are not proposed"
    )
    edges = np.linspace(0, 1, 11)
    inside = np.clip(np.digitize(p, edges) - 1, 0, 9)
    error = 0.0
    print("  calibration (probability: said -> true, n):", end=" ")
    for n in range(10):
        mine = inside == n
        if mine.any():
            error += mine.mean() * abs(p[mine].mean() - ok[mine].mean())
            print(f"{p[mine].mean():.2f}->{ok[mine].mean():.2f} ({mine.sum()})", end="  ")
    print(f"\n  ECE (10 bins) {error:.3f}")
    said = [
        (main_product_phrases(label.phrase)[:1], label.intent)
        for label in labels
        if label.kind != "none"
    ]
    right = [bool(f) and f[0].intent == Intent(want) for f, want in said if want]
    print(f"  make/sell/serve/R&D told apart: {np.mean(right):.3f} of {len(right)}")


def from_definitions(catalogue: Catalogue) -> tuple[Catalogue, list[Labelled]]:
    """Return the classes without definitions, and as phrases the definitions (not ours)."""
    bare = [Entry(e.code, e.name, e.aliases) for e in catalogue.entries]
    labels = [
        Labelled(e.description[:200], frozenset([e.code]), "definition", "test")
        for e in catalogue.entries
        if len(e.description) >= 8 and "13" <= e.code[:2] <= "43"
    ]
    return make_catalogue("names only", bare, is_classification=True), labels


def speed() -> None:
    """Print distinct phrases a second against 20,000 products, beside rapidfuzz over all."""
    from rapidfuzz import fuzz, process

    rng = random.Random(0)
    heads = [e.name for e in seed_catalogue().entries]
    marks = "高低精细纯特新环保节能智数轻微纳复合改性耐热防阻燃导电级型系专用工业超薄厚宽窄长短硬软"
    names: set[str] = set()
    while len(names) < 20_000:
        names.add("".join(rng.sample(marks, rng.randint(1, 4))) + rng.choice(heads))
    ordered = sorted(names)
    catalogue = make_catalogue("made", [Entry(f"X{n:05}", name) for n, name in enumerate(ordered)])
    phrases = sorted(
        {"".join(rng.sample(marks, 2)) + name for name in rng.sample(ordered, 12_000)}
    )[:10_000]
    start = time.perf_counter()
    linker = Linker(catalogue)
    built = time.perf_counter() - start
    linker.link(phrases[:200])
    start = time.perf_counter()
    linker.link(phrases)
    took = time.perf_counter() - start
    start = time.perf_counter()
    process.cdist(phrases[:100], catalogue.documents, scorer=fuzz.ratio)
    plain = (time.perf_counter() - start) / 100
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"\nspeed: index of 20,000 products {built:.1f} s; "
        f"{len(phrases) / took:,.0f} distinct phrases/s, "
        f"{plain / (took / len(phrases)):.1f} x rapidfuzz ratio over all names; peak {peak:.0f} MB"
    )


def main(arguments: list[str]) -> int:
    """Print everything."""
    encoder = None
    if "--semantic" in arguments:
        from chainmap.link.semantic import default_encoder

        encoder = default_encoder(Path.home() / ".cache" / "chainmap-bench")
    seed = seed_catalogue()
    labels = [label for label in read_labels("phrases.csv") if label.split == "test"]
    linkers = {"chainmap lexical": Linker(seed)}
    if encoder:
        linkers[f"chainmap + {encoder.name}"] = Linker(seed, encoder=encoder)
    compare("our labels -> seed products (test part)", seed, labels, linkers)
    for name, linker in linkers.items():
        print(f" {name}")
        bands(linker, labels)
    classes = gbt_catalogue()
    if classes is None:
        print("\nGB/T 4754 is not here: left out")
    else:
        tests = [label for label in read_labels("industry_phrases.csv") if label.split == "test"]
        sets = {"our labels -> GB/T 4754-2017 classes (test part)": (classes, tests)}
        sets["GB/T class definitions -> class names"] = from_definitions(classes)
        for title, (catalogue, some) in sets.items():
            linkers = {"chainmap lexical": Linker(catalogue)}
            if encoder:
                linkers[f"chainmap + {encoder.name}"] = Linker(catalogue, encoder=encoder)
            compare(title, catalogue, some, linkers)
    if "--speed" in arguments:
        speed()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
