"""Measure 'same firm': 100,000 names in one go, the test labels, and false merges.

``python benchmarks/firms.py [speed|test|false|all]``; with ``pip install splink`` it stands beside.
Thresholds of the baselines are tuned on the train and dev labels; the test part is read once.
"""

from __future__ import annotations

import csv
import importlib
import importlib.util
import random
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from scipy.stats import beta

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))

from fit_firms import compare_pairs, pair_frame, read_pairs  # noqa: E402

from chainmap.codes import check_uscc, fold_code, uscc_check_character  # noqa: E402
from chainmap.link.firm_pairs import default_model, find_same_firms  # noqa: E402
from chainmap.link.firm_rows import read_rows  # noqa: E402
from chainmap.names import name_key  # noqa: E402

Floats: TypeAlias = NDArray[np.float64]
Pair: TypeAlias = dict[str, str]
Scorer: TypeAlias = Callable[[list[Pair]], Floats]
OSH = HERE.parent.parent / "shared" / "data" / "osh_lists"
SEED = HERE.parent / "seed_data" / "csv" / "企业.csv"
FIRST = "昆泰金宏恒瑞盛华新天海德嘉永福安晟源泽宇鼎博凯信达远中正和润隆兴东西南"
SECOND = "达源泰丰盛和利德信诚宇辉腾飞翔龙鹏程远航星光明亮康宁安顺通城邦美佳"
TRADES = (
    "锂能", "新材料", "电解液", "铜箔", "化工", "矿业", "钾肥", "新能源", "电气", "机械",
    "食品", "药业", "生物", "物流", "建材", "光电", "农牧", "纺织", "环保", "合金",
)  # fmt: skip
PLACES = (
    "青海 630000,西宁 630100,海东 630200,江西 360000,宜春 360900,四川 510000,成都 510100,"
    "湖南 430000,长沙 430100,浙江 330000,宁波 330200,江苏 320000,苏州 320500,广东 440000,"
    "深圳 440300,山东 370000"
)


def generate(count: int, seed: int = 7) -> pd.DataFrame:
    """Return ``count`` rows, of which about three in ten spell a firm of another row anew."""
    rng = random.Random(seed)
    places = [place.split() for place in PLACES.split(",")]
    rows: list[Pair] = []
    for number in range(count):
        if rows and rng.random() < 0.3:
            rows.append(spelt_anew(rng, rng.choice(rows)) | {"id": f"{number:06d}"})
            continue
        place, region = rng.choice(places)
        trade = rng.choice(FIRST) + rng.choice(SECOND) + rng.choice(["", rng.choice(SECOND)])
        work = rng.choice(TRADES) + rng.choice(["", "", "科技", "实业"])
        form = rng.choice(["有限公司"] * 4 + ["股份有限公司", "有限责任公司", "集团有限公司", "厂"])
        code = f"91999999{number:09d}"
        rows.append(
            {
                "id": f"{number:06d}", "name": place + trade + work + form,
                "uscc": code + uscc_check_character(code) if rng.random() < 0.6 else "",
                "region": region if rng.random() < 0.8 else "", "firm": str(number),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def spelt_anew(rng: random.Random, row: Pair) -> Pair:
    """Return a row of the same firm: width, place, form, bracket, or code left out."""
    name = row["name"]
    ways = [
        name.replace("有限公司", "有限责任公司"), name.replace("集团", "（集团）"), f" {name} ",
        name.removesuffix("有限公司"), name[2:], f"*ST{name}", name[:2] + "省" + name[2:],
        name.translate(str.maketrans("锂电铜矿药", "鋰電銅礦藥")),
    ]  # fmt: skip
    code = row["uscc"] if rng.random() < 0.4 else ""
    return row | {"name": rng.choice(ways), "uscc": code}


def speed(count: int = 100_000) -> None:
    """Print seconds, peak memory and pairs of a generated table."""
    frame = generate(count)
    start = time.perf_counter()
    found = find_same_firms(frame)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    firms = dict(zip(frame["id"], frame["firm"], strict=True))
    print(f"{count:,} names: {seconds:.1f} s, peak {peak:,} MB, {len(found):,} pairs")
    for band, part in found.groupby("band"):
        right = sum(
            firms[a] == firms[b] for a, b in zip(part["source"], part["target"], strict=True)
        )
        print(f"  {band}: {len(part):,} pairs, {right:,} of one generated firm")


def upper_bound(wrong: int, count: int) -> float:
    """Return the 95 % Clopper-Pearson upper bound (two-sided) of a share."""
    bound = 1.0 if wrong >= count else beta.ppf(0.975, wrong + 1, count - wrong)
    return float(bound)


def truth(pairs: Sequence[Pair]) -> NDArray[np.bool_]:
    """Return which pairs are one firm."""
    return np.array([pair["same"] == "1" for pair in pairs], dtype=np.bool_)


def ours(pairs: list[Pair]) -> Floats:
    """Return our probability of each pair."""
    return default_model().probabilities(compare_pairs(pairs))


def by_code(pairs: list[Pair], scores: Floats) -> Floats:
    """Give a baseline our rule of codes: equal valid codes one firm, different ones two."""
    for number, pair in enumerate(pairs):
        one, other = (fold_code(pair[f"uscc_{side}"]) for side in "ab")
        if one and other and not check_uscc(one) and not check_uscc(other):
            scores[number] = float(one == other)
    return scores


def exact(pairs: list[Pair]) -> Floats:
    """Return 1 for equal name keys."""
    keys = [name_key(p["name_a"]) == name_key(p["name_b"]) for p in pairs]
    return by_code(pairs, np.array(keys, dtype=np.float64))


def ratio(pairs: list[Pair]) -> Floats:
    """Return the likeness of name keys."""
    one, other = ([name_key(p[f"name_{side}"]) for p in pairs] for side in "ab")
    likeness = process.cpdist(one, other, scorer=fuzz.ratio, dtype=np.float64) / 100
    return by_code(pairs, np.asarray(likeness))


def f1_at(scores: Floats, same: NDArray[np.bool_], bound: float) -> tuple[float, float, float]:
    """Return precision, recall and F1 of "same from this score on"."""
    said = scores >= bound
    right = int((said & same).sum())
    precision, recall = right / max(int(said.sum()), 1), right / max(int(same.sum()), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def f1_interval(scores: Floats, same: NDArray[np.bool_], bound: float) -> tuple[float, float]:
    """Return the bootstrap 95 % interval of ``f1_at``'s F1, over pairs."""
    rng = np.random.default_rng(2026)
    draws = rng.integers(0, len(same), (2_000, len(same)))
    found = [f1_at(scores[rows], same[rows], bound)[2] for rows in draws]
    low, high = np.quantile(found, (0.025, 0.975))
    return float(low), float(high)


def best_bound(scores: Floats, same: NDArray[np.bool_]) -> float:
    """Return the bound of the best F1."""
    bounds = np.unique(scores[scores > 0])
    return float(max(bounds, key=lambda bound: f1_at(scores, same, float(bound))[2]))


def safe_bound(scores: Floats, same: NDArray[np.bool_]) -> float:
    """Return the lowest bound from which on 99 % are right, 1 when there is none."""
    safe = [b for b in np.unique(scores[scores > 0]) if f1_at(scores, same, float(b))[0] >= 0.99]
    return float(min(safe, default=1.0))


def splink_scorer(tuning: list[Pair], *, parsed: bool) -> Scorer:
    """Return splink (Fellegi-Sunter): u by sampling, m from the labels of ``tuning``.

    ``parsed`` gives it the parts of our parser instead of the name alone.
    """
    splink, library = importlib.import_module("splink"), importlib.import_module(
        "splink.comparison_library"
    )  # fmt: skip
    if parsed:
        names = [library.JaroWinklerAtThresholds("core", [0.95, 0.85])]
        names += [library.ExactMatch(c) for c in ("form", "owner", "branch", "signs", "place")]
    else:
        names = [library.JaroWinklerAtThresholds("key", [0.98, 0.95, 0.9, 0.8])]
    comparisons = [*names, library.ExactMatch("uscc"), library.ExactMatch("region")]

    def linker_of(pairs: list[Pair], settings: object) -> object:
        api = importlib.import_module("splink").DuckDBAPI()
        return splink.Linker(api.register(splink_frame(pairs)), settings, log_level=40)

    settings = splink.SettingsCreator(
        link_type="dedupe_only", comparisons=comparisons, unique_id_column_name="id",
        blocking_rules_to_generate_predictions=[splink.block_on("pair")],
        probability_two_random_records_match=float(truth(tuning).mean()),
    )  # fmt: skip
    trained: Any = linker_of(tuning, settings)
    trained.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    trained.training.estimate_m_from_label_column("firm")
    model = trained.misc.save_model_to_json()

    def score(pairs: list[Pair]) -> Floats:
        linker: Any = linker_of(pairs, model)
        told = linker.inference.predict().as_pandas_dataframe()
        number = told["id_l"].astype(int) // 2
        scores = np.zeros(len(pairs))
        scores[number] = told["match_probability"]
        return by_code(pairs, scores)

    return score


def splink_frame(pairs: list[Pair]) -> pd.DataFrame:
    """Return the rows of pairs with the columns splink compares; "" is null."""
    frame = pair_frame(pairs)
    rows = read_rows(frame)
    names = rows.parsed
    frame["pair"] = frame["id"].astype(int) // 2
    same = truth(pairs).repeat(2)
    frame["firm"] = np.where(same, "p" + frame["pair"].astype(str), "r" + frame["id"])
    frame["key"] = [name.key for name in names]
    frame["core"] = [name.core for name in names]
    for column, texts in {
        "form": [name.form for name in names], "branch": [name.branch or "-" for name in names],
        "owner": [name.group or "-" for name in names], "place": [name.region for name in names],
        "signs": [str(sign) for sign in rows.signs],
    }.items():  # fmt: skip
        frame[column] = texts
    codes = [fold_code(code) for code in frame["uscc"]]
    frame["uscc"] = ["" if check_uscc(code) else code for code in codes]
    return frame.replace("", None)


def scorers(tuning: list[Pair]) -> dict[str, Scorer]:
    """Return ours and the baselines."""
    found: dict[str, Scorer] = {"ours": ours, "exact name_key": exact, "rapidfuzz ratio": ratio}
    if importlib.util.find_spec("splink"):
        found["splink, name"] = splink_scorer(tuning, parsed=False)
        found["splink, our parts"] = splink_scorer(tuning, parsed=True)
    return found


def test_part() -> None:
    """Print F1 on the test labels; bounds of the baselines come from train and dev."""
    tuning, test = read_pairs("train", "dev"), read_pairs("test")
    print(f"labels: {len(tuning)} train and dev, {len(test)} test, {truth(test).sum()} of one firm")
    for name, scorer in scorers(tuning).items():
        known, scores = scorer(tuning), scorer(test)
        bounds = {"best F1": best_bound(known, truth(tuning))}
        bounds["safe"] = safe_bound(known, truth(tuning))
        if name == "ours":
            bounds = {"fixed": 0.5}
        for kind, bound in bounds.items():
            precision, recall, f1 = f1_at(scores, truth(test), bound)
            low, high = f1_interval(scores, truth(test), bound)
            print(
                f"  {name}, {kind} bound {bound:.4f}: precision {precision:.3f} "
                f"recall {recall:.3f} F1 {f1:.3f} [{low:.3f}, {high:.3f}]"
            )
    scores, same, model = ours(test), truth(test), default_model()
    for band, bound in (("accept", model.accept), ("accept or review", model.review)):
        precision, recall, f1 = f1_at(scores, same, bound)
        low, high = f1_interval(scores, same, bound)
        told = f"{precision:.3f} {recall:.3f} {f1:.3f} [{low:.3f}, {high:.3f}]"
        print(f"  ours, {band}: {int((scores >= bound).sum())} pairs, {told}")
    print(f"  calibration error (10 bins): {calibration(scores, same):.3f}")
    for number in np.flatnonzero((scores >= 0.5) != same):
        pair = test[number]
        print(
            "   wrong:", pair["kind"], pair["same"], scores[number], pair["name_a"], pair["name_b"]
        )


def calibration(scores: Floats, same: NDArray[np.bool_]) -> float:
    """Return the expected calibration error over ten bins."""
    bins = np.minimum((scores * 10).astype(int), 9)
    gaps = [abs(scores[bins == b].sum() - same[bins == b].sum()) for b in range(10)]
    return float(sum(map(float, gaps)) / len(scores))


def pair_of(one: Pair, other: Pair) -> Pair:
    """Return a pair of two firms; codes are hidden, so that the names must tell them apart."""
    sides = {"a": one, "b": other}
    told = {f"{c}_{s}": row.get(c, "") for s, row in sides.items() for c in ("name", "region")}
    return told | {"uscc_a": "", "uscc_b": "", "same": "0"}


def closest(rows: list[Pair], count: int, differ: str) -> list[Pair]:
    """Return each row with the ``count`` likest names of rows with another ``differ``."""
    names = [name_key(row["name"]) for row in rows]
    found: dict[tuple[int, int], Pair] = {}
    for number, likeness in enumerate(process.cdist(names, names, scorer=fuzz.ratio)):
        others = (int(n) for n in np.argsort(-likeness, kind="stable"))
        near = [n for n in others if rows[n][differ] != rows[number][differ]][:count]
        for other in near:
            low, high = sorted((number, other))
            found[low, high] = pair_of(rows[low], rows[high])
    return [found[key] for key in sorted(found)]


def osh_pairs(each: int) -> tuple[list[Pair], list[Pair]]:
    """Return likest names of other countries, and names with one letter changed."""
    rows: dict[str, Pair] = {}
    for path in sorted(OSH.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.DictReader(stream):
                name, country = (row.get(c) or "" for c in ("name", "country"))
                if name_key(name) and country:
                    rows.setdefault(name_key(name), {"name": name, "country": country.upper()[:2]})
    rng, changed = random.Random(11), []
    for row in rows.values():
        name = row["name"]
        places = [n for n, char in enumerate(name) if char.isalpha()]
        for place in rng.sample(places, min(each, len(places))):
            letter = rng.choice([c for c in "abdeghiklmnorstu" if c != name[place].lower()])
            changed.append(pair_of(row, {"name": name[:place] + letter + name[place + 1 :]}))
    return closest(list(rows.values()), 3, "country") if rows else [], changed


def false_merges() -> None:
    """Print how many of surely different firms are accepted, codes hidden.

    Baselines accept from the bound that is right in 99 % of the train and dev labels.
    """
    with SEED.open(encoding="utf-8-sig", newline="") as stream:
        seed = [
            {"name": row["企业名称"], "region": row["所在地区"], "uscc": row["统一社会信用代码"]}
            for row in csv.DictReader(stream)
        ]
    seed = [row for row in seed if row["uscc"] and not check_uscc(row["uscc"])]
    made = generate(4_000, seed=23).query("uscc != ''").drop_duplicates("name")
    abroad, letters = osh_pairs(6)
    tuning = read_pairs("train", "dev")
    parts = {
        "seed firms, likest names": closest(seed, 20, "uscc"),
        "generated firms, likest names": closest(made.to_dict("records"), 3, "uscc"),
        "labels, different firms": [pair for pair in read_pairs("test") if pair["same"] == "0"],
        "OSH lists, other country": abroad,
        "OSH lists, one letter changed": letters,
    }
    bounds = {"ours": default_model().accept}
    for name, scorer in scorers(tuning).items():
        bound = bounds.get(name) or safe_bound(scorer(tuning), truth(tuning))
        wrong = {
            part: int((scorer(pairs) >= bound).sum()) for part, pairs in parts.items() if pairs
        }
        total, count = sum(wrong.values()), sum(map(len, parts.values()))
        most = upper_bound(total, count)
        print(f"  {name}: {total} of {count:,} = {total / count:.3%}, at most {most:.3%}")
        for part, number in wrong.items():
            print(f"    {part}: {number} of {len(parts[part]):,}")


def main() -> None:
    """Run the parts that are asked for."""
    asked = sys.argv[1:] or ["all"]
    if {"speed", "all"} & set(asked):
        speed()
    if {"test", "all"} & set(asked):
        test_part()
    if {"false", "all"} & set(asked):
        print("false merges, codes hidden:")
        false_merges()


if __name__ == "__main__":
    main()
