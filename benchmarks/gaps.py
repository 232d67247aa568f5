"""Gaps: are planted gaps found, are the firms that were taken away found again, and how fast.

``python benchmarks/gaps.py [--plants 200] [--eto FOLDER] [--speed] [--half dev]``. Plants are drawn
from all products of a zone that are needed and have an accepted local maker: (a) their makers
move to a region of their own, (b) their PRODUCES relations are forgotten, (c) all but one, which is
wrong and believed in with some probability. ETO 2022 is CC BY-NC and no part of chainmap: without
its folder that part is left out.
"""

from __future__ import annotations

import argparse
import csv
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from planted import (
    ABOUT_MAKERS,
    Plant,
    doubtful,
    features_of,
    forgotten,
    imported,
    lacking,
    moved,
    plants,
    state_of,
    touched,
    verdicts,
)
from scipy import sparse
from scipy.stats import rankdata

from chainmap.analysis.graph import ChainGraph, column
from chainmap.analysis.places import region_number, within
from chainmap.gaps.find import GapKind, Verdict
from chainmap.gaps.space import closeness, product_space, proximity
from chainmap.gaps.supply import local_supply
from chainmap.gaps.targets import ZoneReport, rank_targets, target_ranking
from chainmap.gaps.thresholds import GapThresholds, default_thresholds
from chainmap.workflow.scope import make_zone

ROOT = Path(__file__).resolve().parents[1]
ETO = ROOT.parent / "shared" / "data" / "eto_2022"
XINING = 630100
TOP = 20
WRONG = (0.1, 0.3, 0.6, 0.9)
COUNTRIES = ("USA", "CHN", "JPN")
"""Countries of ETO 2022 with at least ``min_surveyed`` firms that state something."""

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Case = tuple[ChainGraph, Plant]


def wilson(hits: int, count: int) -> str:
    """Return a share with its 95 % Wilson interval."""
    if not count:
        return "-"
    share, z = hits / count, 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count**2))
    half /= 1 + z * z / count
    return f"{share:.3f} [{max(0.0, middle - half):.3f}, {middle + half:.3f}] ({hits}/{count})"


def bootstrap(values: Sequence[Sequence[bool]], seed: int = 3) -> str:
    """Return a share of firms with its 95 % interval, resampling plants."""
    rng = np.random.default_rng(seed)
    hits, sizes = (np.array([f(one) for one in values], dtype=float) for f in (sum, len))
    draws = rng.integers(0, hits.size, (2000, hits.size))
    shares = hits[draws].sum(axis=1) / sizes[draws].sum(axis=1)
    low, high = np.quantile(shares, [0.025, 0.975])
    return f"{hits.sum() / sizes.sum():.3f} [{low:.3f}, {high:.3f}]"


def detection(
    cases: Iterable[Case],
    plant_it: Callable[[ChainGraph, Plant], ChainGraph],
    bounds: GapThresholds,
) -> tuple[str, str]:
    """Return recall of the planted gaps, and the share of untouched pairs called missing."""
    found = planted = wrong = untouched = 0
    before: dict[str, dict[int, dict[GapKind, Verdict]]] = {}
    for graph, plant in cases:
        key = plant.zone.name
        if key not in before:
            before[key] = verdicts(graph, plant.zone, bounds)
        after = verdicts(plant_it(graph, plant), plant.zone, bounds)
        if plant.product not in after:
            continue  # only its own makers needed it: nothing is missing any more
        planted += 1
        found += lacking(after[plant.product], ABOUT_MAKERS)
        fine = {product for product, told in before[key].items() if not lacking(told)}
        fine -= touched(graph, plant, whole=plant_it is moved)
        untouched += len(fine)
        wrong += sum(lacking(after.get(product, {})) for product in fine)
    return wilson(found, planted), wilson(wrong, untouched)


def hidden(cases: Iterable[Case], chance: float, bounds: GapThresholds) -> str:
    """Return what is said of plants that one wrong relation of some probability hides."""
    told = {Verdict.GAP: 0, Verdict.NO_DATA: 0, Verdict.OK: 0}
    plant_it = doubtful(chance)
    for graph, plant in cases:
        after = verdicts(plant_it(graph, plant), plant.zone, bounds).get(plant.product)
        if after is None:
            continue
        about = {after[kind] for kind in ABOUT_MAKERS if kind in after}
        told[about.pop() if about else Verdict.OK] += 1
    whole = max(sum(told.values()), 1)
    return ", ".join(f"{verdict.value} {count / whole:.2f}" for verdict, count in told.items())


def without(bounds: GapThresholds, *names: str) -> GapThresholds:
    """Return thresholds whose closeness leaves out some signals, the others scaled up."""
    kept = {name: 0.0 if name in names else part for name, part in bounds.related.items()}
    whole = math.fsum(kept.values())
    return replace(bounds, related={name: part / whole for name, part in kept.items()})


def recovery(cases: Iterable[Case], bounds: GapThresholds) -> dict[str, list[list[bool]]]:
    """Return for each ranking which of the forgotten makers stand among its first TOP firms."""
    found: dict[str, list[list[bool]]] = {}
    ways = {
        "chainmap": bounds,
        "chainmap without recorded supplies": without(bounds, "supplies"),
        "chainmap without supplies and names": without(bounds, "supplies", "named"),
    }
    for graph, plant in cases:
        gone = forgotten(graph, plant)
        state = state_of(gone, plant.zone, bounds)
        ranking = target_ranking(gone, state, features_of(gone), bounds)
        space = product_space(gone, bounds.accept)
        about = (GapKind.MISSING, plant.product, Verdict.GAP)
        for name, way in ways.items():
            near = closeness(gone, space, plant.product, way.related)
            chosen = rank_targets(gone, about, ZoneReport("", state, [], ranking), TOP, near)
            first = {one.company for one in chosen}
            found.setdefault(name, []).append([maker in first for maker in plant.makers])
        row = proximity(space.made, np.array([plant.product]))[0]
        known = np.asarray(space.made[:, [plant.product]].toarray()).ravel()
        scores = {
            "density": space.made @ row + 1e3 * known,
            "popularity": np.diff(gone.makes.indptr) + 1e3 * known,
        }
        for name, score in scores.items():
            best = set(np.lexsort((np.arange(score.size), -score))[:TOP].tolist())
            found.setdefault(name, []).append([maker in best for maker in plant.makers])
    return found


def drawn(pool: Sequence[Case], count: int, seed: int = 11) -> list[Case]:
    """Return ``count`` different plants at random, all where there are fewer."""
    order = np.random.default_rng(seed).permutation(len(pool))
    return [pool[at] for at in order[:count]]


def show(name: str, pool: Sequence[Case], count: int, bounds: GapThresholds) -> None:
    """Print the figures of one data set."""
    cases = drawn(pool, count)
    print(f"\n{name}: {len(pool)} pairs of product and zone, {len(cases)} different plants")
    for told, plant_it in (
        ("(a) makers moved away", moved),
        ("(b) relations forgotten", forgotten),
    ):
        recall, false = detection(cases, plant_it, bounds)
        print(f"  {told}: recall {recall}; false gaps {false}")
    for chance in WRONG:
        told = hidden(cases, chance, bounds)
        print(f"  (c) all makers forgotten, one wrong relation of {chance}: {told}")
    for ranking, hits in recovery(cases, bounds).items():
        print(f"  (b) hits@{TOP} of the forgotten makers, {ranking}: {bootstrap(hits)}")


def halves(pool: Sequence[Case], half: str) -> list[Case]:
    """Return the plants of the dev or the test half of the products, or all."""
    parts = {"dev": 0, "test": 1}
    return [c for c in pool if half == "all" or (c[1].product * 2654435761 >> 8) % 2 == parts[half]]


def with_demand(graph: ChainGraph) -> ChainGraph:
    """Return ETO with one firm a country that asks for every input, since it states no demand.

    The firm is the one of the country that makes the least, so that plants rarely move it.
    """
    made = np.diff(graph.makes.indptr)
    rows = []
    for code in COUNTRIES:
        firms = np.flatnonzero(within(graph.company_region, region_number(code)))
        buyer = int(firms[np.lexsort((firms, made[firms]))[0]])
        rows += [(buyer, product) for product in range(graph.n_products)]
    rows.sort()
    schema = graph.demands.schema
    values = [
        dict.fromkeys(schema.names)
        | {"company": buyer, "product": product, "demand_id": "", "volume_state": 0}
        for buyer, product in rows
    ]
    ends = tuple(np.array(part) for part in zip(*rows, strict=True))
    needs = sparse.csr_array((np.ones(len(rows)), ends), shape=graph.makes.shape)
    return replace(graph, demands=pa.Table.from_pylist(values, schema=schema), needs=needs)


def chinese_shares(folder: Path) -> dict[str, float]:
    """Return the Chinese share of each input for which the file gives shares of countries."""
    with (folder / "providers.csv").open(encoding="utf-8-sig", newline="") as lines:
        kinds = {row["provider_id"]: row["provider_type"] for row in csv.DictReader(lines)}
    found: dict[str, float] = {}
    with (folder / "provision.csv").open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            stated = row["share_provided"].rstrip("%")
            if kinds[row["provider_id"]] != "country" or not stated:
                continue
            if row["provided_id"].startswith("N"):
                found.setdefault(row["provided_id"], 0.0)
                if row["provider_name"] == "CHN":
                    found[row["provided_id"]] = float(stated) / 100
    return found


def auc(score: Floats, truth: Flags) -> float:
    """Return the probability that a true one scores above a false one, ties half."""
    ranks, ones = rankdata(score), int(truth.sum())
    return float((ranks[truth].sum() - ones * (ones + 1) / 2) / (ones * (~truth).sum()))


def auc_with_interval(score: Floats, truth: Flags, seed: int = 5) -> str:
    """Return the AUC with its 95 % bootstrap interval, resampling inputs."""
    rng = np.random.default_rng(seed)
    draws = [rng.integers(0, truth.size, truth.size) for _ in range(4000)]
    values = [auc(score[at], truth[at]) for at in draws if 0 < truth[at].sum() < truth.size]
    low, high = np.quantile(values, [0.025, 0.975])
    return f"{auc(score, truth):.3f} [{low:.3f}, {high:.3f}]"


def chokepoints(graph: ChainGraph, folder: Path, bounds: GapThresholds) -> None:
    """Print how well the verdicts for China rank the inputs of which it makes less than 10 %."""
    shares = chinese_shares(folder)
    codes = column(graph.products, "code").to_pylist()
    at = np.array([codes.index(code) for code in shares])
    truth = np.array(list(shares.values())) < 0.10
    state = state_of(graph, make_zone(graph, region_number("CHN")), bounds)
    everywhere = np.ones(graph.n_companies, dtype=np.bool_)
    nowhere = np.zeros(graph.parks.num_rows, dtype=np.bool_)
    world = local_supply(graph, everywhere, nowhere, (~everywhere, ~everywhere), bounds.accept)
    local = state.supply.effective[at]
    fraction = 1 - state.supply.accepted[at] / np.maximum(world.accepted[at], 1)
    # The graver the verdict the higher: no maker, one, and then by the effective number of makers.
    grave = state.supply.p_no_maker[at] + 1 / (1 + local)
    print(f"\nETO 2022, China: {truth.size} inputs with shares, {truth.sum()} below 10 %")
    print(
        f"  AUC of the verdict (P(no local maker), then 1/HHI): {auc_with_interval(grave, truth)}"
    )
    print(f"  AUC of the local-firm fraction: {auc_with_interval(fraction, truth)}")


def main() -> None:
    """Parse the command line and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plants", type=int, default=200)
    parser.add_argument("--half", choices=("dev", "test", "all"), default="all")
    parser.add_argument("--eto", type=Path, default=ETO)
    parser.add_argument("--speed", action="store_true")
    options = parser.parse_args()
    bounds = default_thresholds()
    print(f"thresholds {bounds.version}")
    if options.speed:
        from gaps_speed import measure

        measure()
        return
    seed = imported(sorted((ROOT / "seed_data").glob("*.xlsx")))
    city = make_zone(seed, XINING)
    parks = [make_zone(seed, 0, [park]) for park in np.flatnonzero(city.park_mask).tolist()]
    pool = [(seed, plant) for zone in (city, *parks) for plant in plants(seed, zone, bounds)]
    show("seed data, 西宁市 and its parks", halves(pool, options.half), options.plants, bounds)
    if not options.eto.is_dir():
        print(f"\nETO 2022 is not at {options.eto}: left out")
        return
    eto = imported([options.eto], ROOT / "seed_data" / "mappings" / "eto_2022.toml")
    asked = with_demand(eto)
    pool = [
        (asked, plant)
        for code in COUNTRIES
        for plant in plants(asked, make_zone(asked, region_number(code)), bounds)
    ]
    show("ETO 2022, " + ", ".join(COUNTRIES), halves(pool, options.half), options.plants, bounds)
    chokepoints(eto, options.eto, bounds)


if __name__ == "__main__":
    main()
