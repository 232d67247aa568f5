"""Measure one leader, 500 leaders and one full explanation, beside a networkx loop.

``python benchmarks/match.py [COMPANIES]`` (default 1,000,000; 20,000 products, 3 PRODUCES and one
SUPPLIES a company). The snapshot is made from arrays by a seeded generator of our own, so what is
measured is matching, not reading. The loop gives the same ranking with the same eleven features,
in plain Python over a networkx graph; "loop / ours" is a ratio within this run.
"""

from __future__ import annotations

import math
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import networkx as nx
import numpy as np
import pyarrow as pa
from scipy import sparse

from chainmap.analysis.build import to_chain_graph
from chainmap.analysis.graph import ChainGraph, transposed
from chainmap.analysis.places import region_numbers
from chainmap.match.changes import counterfactual
from chainmap.match.explain import match_rows
from chainmap.match.features import CompanyFeatures, company_features
from chainmap.match.nearest import nearest_known_pair
from chainmap.match.pairing import Proposal
from chainmap.match.rank import best_pairs
from chainmap.match.recommend import MatchScope, match_leader
from chainmap.match.relations import SECTOR_PRIOR
from chainmap.match.weights import FEATURES, MatchWeights, default_weights
from chainmap.tables import GraphTables

PRODUCTS, LEADERS, NEEDS, DAY = 20_000, 500, 20, "2026-06-30"
ROWS_OF = 100
"""Leaders whose lists are also written out as rows: their time is scaled to all."""
PLACES = ("630102", "630104", "632801", "320100", "440300", "110100")
TITLES = (None, "创新型中小企业", "专精特新中小企业", "专精特新“小巨人”企业")


def generate(companies: int) -> ChainGraph:
    """Return a snapshot of the asked size: the empty one with its arrays replaced."""
    rng = np.random.default_rng(7)
    parts = dict(to_chain_graph(GraphTables({}, {})).parts())
    parts |= firms(companies, rng) | makes_and_inputs(companies, rng) | trade(companies, rng)
    return ChainGraph(**parts)


def firms(companies: int, rng: np.random.Generator) -> dict[str, Any]:
    """Return the companies, where they are, and the products."""
    ids = pa.array([f"Company:{n:09d}" for n in range(companies)], pa.large_string())
    sector = rng.integers(0, 400, companies)
    titles = rng.choice(len(TITLES), companies, p=[0.7, 0.1, 0.15, 0.05])
    revenue = 10 ** rng.normal(8, 1, companies)
    place = rng.integers(0, len(PLACES), companies)
    table = pa.table(
        {
            "id": ids,
            "name": ids,
            "status": pa.array(["存续"] * companies).dictionary_encode(),
            "size_class": pa.nulls(companies, pa.large_string()).dictionary_encode(),
            "titles": pa.DictionaryArray.from_arrays(
                pa.array(titles.astype(np.int32), mask=titles == 0), pa.array(["", *TITLES[1:]])
            ),
            "revenue_cny": revenue,
            "longitude": pa.nulls(companies, pa.float64()),
            "latitude": pa.nulls(companies, pa.float64()),
            "region": pa.DictionaryArray.from_arrays(place.astype(np.int32), pa.array(PLACES)),
            "industry": pa.DictionaryArray.from_arrays(
                sector.astype(np.int32), pa.array([f"{1000 + n}" for n in range(400)])
            ),
        }
    )
    goods = pa.array([f"Product:{n:05d}" for n in range(PRODUCTS)], pa.large_string())
    units = pa.array(["吨"] * PRODUCTS).dictionary_encode()
    return {
        "companies": table,
        "products": pa.table({"id": goods, "name": goods, "unit": units}),
        "in_park": sparse.csr_array((companies, 0)),
        "holds": sparse.csr_array((companies, 0)),
        "works_in": sparse.csr_array((companies, 0)),
        "company_region": region_numbers(PLACES)[place],
    }


def makes_and_inputs(companies: int, rng: np.random.Generator) -> dict[str, Any]:
    """Return who makes what, and what is made of what."""
    made = distinct(companies, PRODUCTS, 3 * companies, rng)
    inputs = distinct(PRODUCTS, PRODUCTS, 3 * PRODUCTS, rng)
    return {
        "makes": made,
        "makers": transposed(made),
        "capacity": rng.uniform(10, 1000, made.nnz),
        "capacity_state": np.ones(made.nnz, dtype=np.int8),
        "utilisation": np.full(made.nnz, np.nan),
        "revenue_share": np.where(rng.random(made.nnz) < 0.5, rng.random(made.nnz), np.nan),
        "is_byproduct": np.zeros(made.nnz, dtype=bool),
        "made_on": rng.integers(19_000, 20_600, made.nnz).astype(np.int32),
        "lost_makes": sparse.csr_array((companies, PRODUCTS)),
        "inputs": inputs,
        "recipes": transposed(inputs),
        "input_quantity": np.full(inputs.nnz, np.nan),
        "input_cost_share": np.full(inputs.nnz, np.nan),
        "input_essential": rng.integers(0, 3, inputs.nnz).astype(np.int8),
        "kinds": sparse.csr_array((PRODUCTS, PRODUCTS)),
        "in_segment": sparse.csr_array((PRODUCTS, 0)),
    }


def trade(companies: int, rng: np.random.Generator) -> dict[str, Any]:
    """Return who supplies whom, the leaders and what they want."""
    sold = distinct(companies, companies, companies, rng)
    leaders = np.sort(rng.choice(companies, LEADERS, replace=False))
    wanted = np.concatenate([np.sort(rng.choice(PRODUCTS, NEEDS, replace=False)) for _ in leaders])
    rows = np.repeat(leaders, NEEDS)
    source = np.repeat(np.arange(companies), np.diff(sold.indptr))
    blank = pa.nulls(rows.size, pa.large_string())
    return {
        "needs": sparse.csr_array((np.ones(rows.size), (rows, wanted)), (companies, PRODUCTS)),
        "demands": pa.table(
            {"company": rows.astype(np.int32), "product": wanted.astype(np.int32),
             "demand_id": blank, "volume": rng.uniform(10, 1000, rows.size),
             "volume_state": np.ones(rows.size, np.int8), "volume_stated": rng.random(rows.size),
             "unit": blank, "amount_cny": pa.nulls(rows.size, pa.float64()), "specification": blank,
             "certification": blank, "deadline": blank, "visibility": blank, "sourced_from": blank}
        ),
        "supplies": sold,
        "supply_edges": pa.table(
            {"source": source.astype(np.int32), "target": sold.indices.astype(np.int32),
             "product": np.full(sold.nnz, -1, np.int32), "product_key": pa.array([""] * sold.nnz)}
        ),
        "leaders": pa.table(
            {"company": leaders.astype(np.int32), "chain": np.zeros(LEADERS, np.int32),
             "role": pa.array(["链主"] * LEADERS)}
        ),
    }  # fmt: skip


def distinct(rows: int, columns: int, entries: int, rng: np.random.Generator) -> sparse.csr_array:
    """Return about so many distinct random entries of 1, without the diagonal."""
    row = np.sort(rng.integers(0, rows, entries))
    column = rng.integers(0, columns, entries)
    keep = row != column if rows == columns else np.ones(entries, dtype=bool)
    matrix = sparse.csr_array((np.ones(keep.sum()), (row[keep], column[keep])), (rows, columns))
    matrix.sum_duplicates()
    matrix.data[:] = 1.0
    return matrix


# --- the plain way -----------------------------------------------------------------------------


def plain_graph(graph: ChainGraph) -> nx.MultiDiGraph:
    """Return companies, products and relations as a networkx graph with their values."""
    network = nx.MultiDiGraph()
    names = ("titles", "revenue_cny", "region", "industry")
    columns = [graph.companies[name].to_pylist() for name in names]
    for at, told in enumerate(zip(*columns, strict=True)):
        network.add_node(at, **dict(zip(names, told, strict=True)))
    rows = np.repeat(np.arange(graph.n_companies), np.diff(graph.makes.indptr)).tolist()
    values = zip(rows, graph.makes.indices.tolist(), graph.capacity.tolist(),
                 graph.revenue_share.tolist(), graph.made_on.tolist(), strict=True)  # fmt: skip
    for firm, product, capacity, share, day in values:
        network.add_edge(firm, f"p{product}", "makes", capacity=capacity, share=share, day=day)
    source = np.repeat(np.arange(graph.n_products), np.diff(graph.inputs.indptr)).tolist()
    for one, other, need in zip(
        source, graph.inputs.indices.tolist(), graph.input_essential.tolist(), strict=True
    ):
        network.add_edge(f"p{one}", f"p{other}", "input", essential=need)
    ends = (graph.supply_edges[name].to_pylist() for name in ("source", "target"))
    network.add_edges_from(((one, other, "supplies") for one, other in zip(*ends, strict=True)))
    for row in graph.demands.to_pylist():
        network.add_edge(row["company"], f"p{row['product']}", "needs", volume=row["volume"])
    return network


class Loop:
    """The same ranking, firm by firm."""

    def __init__(self, network: nx.MultiDiGraph, weights: MatchWeights) -> None:
        self.network, self.weights = network, weights
        sectors: dict[str, int] = {}
        for _, told in network.nodes(data=True):
            if "industry" in told:
                sectors[told["industry"]] = sectors.get(told["industry"], 0) + 1
        self.sectors = sectors
        self.pairs: dict[tuple[str, str], int] = {}
        self.lifts: dict[tuple[str, str], float] = {}
        for one, other, kind in network.edges(keys=True):
            if kind == "supplies":
                key = network.nodes[one]["industry"], network.nodes[other]["industry"]
                self.pairs[key] = self.pairs.get(key, 0) + 1

    def out(self, node: object, kind: str) -> list[Any]:
        """Return where the relations of a kind lead to."""
        return [other for _, other, key in self.network.out_edges(node, keys=True) if key == kind]

    def into(self, node: object, kind: str) -> list[Any]:
        """Return where the relations of a kind come from."""
        return [one for one, _, key in self.network.in_edges(node, keys=True) if key == kind]

    def needs(self, leader: int) -> dict[object, tuple[float, float]]:
        """Return product -> (weight, volume)."""
        recipe, made = self.weights.recipe, set(self.out(leader, "makes"))
        best: dict[object, tuple[float, float]] = {}
        front: dict[object, tuple[float, tuple[object, ...]]] = {p: (1.0, (p,)) for p in made}
        for _ in range(recipe.depth):
            following: dict[object, tuple[float, tuple[object, ...]]] = {}
            for product, (weight, path) in sorted(front.items(), key=lambda item: str(item[0])):
                for source, _, kind, told in self.network.in_edges(product, keys=True, data=True):
                    if kind == "input" and source not in path:
                        faded = weight * recipe.decay * recipe.essential[told["essential"]]
                        if faded > following.get(source, (0.0, ()))[0]:
                            following[source] = (faded, (source, *path))
            for product, (weight, _) in following.items():
                if product not in made and weight > best.get(product, (0.0, 0.0))[0]:
                    best[product] = (weight, math.nan)
            front = following
        for _, product, kind, told in self.network.out_edges(leader, keys=True, data=True):
            if kind == "needs":
                best[product] = (1.0, told["volume"])
        return best

    def rank(self, leader: int, top: int) -> list[tuple[int, object, float]]:
        """Return (company, needed product, score) of the best pairs."""
        own = set(self.out(leader, "makes"))
        sellers = set(self.into(leader, "supplies"))
        found = []
        for product, (weight, volume) in self.needs(leader).items():
            if product in own:
                continue
            if weight >= self.weights.least_fit:
                found += [
                    (firm, product, self.score((leader, firm, product), weight, volume, sellers))
                    for firm in self.into(product, "makes")
                    if firm != leader
                ]
        found.sort(key=lambda one: (-one[2], one[0]))
        return found[:top]

    def score(
        self, pair: tuple[int, int, object], weight: float, volume: float, sellers: set[object]
    ) -> float:
        """Return the score of one pair, contribution by contribution."""
        leader, firm, product = pair
        told = self.network.edges[firm, product, "makes"]
        here, there = self.network.nodes[firm], self.network.nodes[leader]
        steps = self.weights.nearness
        one, other = int(here["region"]), int(there["region"])
        near = (
            steps["same_county"]
            if one == other and one % 100
            else steps["same_city"]
            if one // 100 == other // 100 and other % 10000
            else steps["same_province"]
            if one // 10000 == other // 10000
            else steps["same_country"]
        )
        apart = abs(math.log10(here["revenue_cny"]) - math.log10(there["revenue_cny"]))
        span = self.weights.zero_decades - self.weights.flat_decades
        age = (date.fromisoformat(DAY) - date(1970, 1, 1)).days - told["day"]
        shares = [told["share"], min(1.0, volume / told["capacity"])]
        known = [share for share in shares if not math.isnan(share)]
        back = sum(known) / len(known) if known else math.nan
        values = {
            "product_fit": weight,
            "sector_pair": self.known_lift(here["industry"], there["industry"]),
            "partners": self.partners(leader, firm, sellers),
            "portfolio": self.portfolio(firm, product),
            "nearness": near,
            "titles": self.title(here["titles"]),
            "size_fit": min(1.0, max(0.0, 1 - (apart - self.weights.flat_decades) / span)),
            "capacity": min(1.0, told["capacity"] / volume),
            "certification": math.nan,
            "freshness": 0.5 ** (max(0, age) / 365.25 / self.weights.half_life_years),
            "mutual": 2 * weight * back / (weight + back),
        }  # fmt: skip
        points = {name: float(value) for name, value in values.items() if not math.isnan(value)}
        return (
            sum(round(self.weights.weights[name] * 1e6 * value) for name, value in points.items())
            / 1e6
        )

    def title(self, titles: str | None) -> float:
        """Return the value of the best title."""
        told = [value for mark, value in self.weights.titles.items() if mark in (titles or "")]
        return max(told, default=0.0) if titles else math.nan

    def known_lift(self, seller: str, buyer: str) -> float:
        """Return the lift of two sectors, computed once a pair."""
        key = seller, buyer
        if key not in self.lifts:
            self.lifts[key] = self.sector_pair(seller, buyer)
        return self.lifts[key]

    def sector_pair(self, seller: str, buyer: str) -> float:
        """Return the lift of the sectors, shrunk to their divisions."""
        total = sum(self.sectors.values())
        share = self.sectors[seller] / total
        alike = [name for name in self.sectors if name[:2] == seller[:2]]
        division = sum(self.sectors[name] for name in alike) / total
        buyers = [name for name in self.sectors if name[:2] == buyer[:2]]
        coarse_hits = sum(self.pairs.get((one, other), 0) for one in alike for other in buyers)
        coarse_all = sum(
            self.pairs.get((one, other), 0) for one in self.sectors for other in buyers
        )
        coarse = (coarse_hits + SECTOR_PRIOR * division) / (coarse_all + SECTOR_PRIOR)
        hits = self.pairs.get((seller, buyer), 0)
        all_ = sum(self.pairs.get((one, buyer), 0) for one in self.sectors)
        fine = (hits + SECTOR_PRIOR * coarse * share / division) / (all_ + SECTOR_PRIOR)
        lift = fine / share
        return max(0.0, (lift - 1) / (lift + 1))

    def partners(self, leader: int, firm: int, sellers: set[object]) -> float:
        """Return the path sum over customers shared with the leader's suppliers."""
        customers = self.out(firm, "supplies")
        if not sellers or not customers:
            return math.nan
        total = 0.0
        for customer in customers:
            if customer != leader:
                rivals = self.into(customer, "supplies")
                for rival in rivals:
                    if rival in sellers and rival != firm:
                        total += 1 / math.sqrt(len(rivals) * len(self.out(rival, "supplies")))
        return total / (total + self.weights.partners_half)

    def portfolio(self, firm: int, product: object) -> float:
        """Return the best cosine to another product of the firm."""
        makers = set(self.into(product, "makes")) - {firm}
        best = math.nan
        for other in self.out(firm, "makes"):
            if other != product:
                others = set(self.into(other, "makes")) - {firm}
                below = math.sqrt(len(makers) * len(others))
                value = len(makers & others) / below if below else 0.0
                best = value if math.isnan(best) else max(best, value)
        return best


# --- measuring ---------------------------------------------------------------------------------


def median_of(work: Callable[[], object], runs: int) -> float:
    """Return the median seconds of ``runs`` calls after one that is not counted."""
    work()
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def peak_mb() -> int:
    """Return the peak resident memory of this process in MB."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used // (1024 if platform.system() == "Linux" else 1024 * 1024)


def main() -> None:
    """Print the table."""
    companies = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    graph, weights = generate(companies), default_weights()
    features = company_features(graph, weights, DAY)
    scope = MatchScope(np.ones(graph.demands.num_rows, dtype=bool))
    leaders = graph.leader_positions

    def one(leader: int, features: CompanyFeatures = features) -> list[Proposal]:
        match = match_leader(graph, leader, scope, features=features, weights=weights)
        return [
            Proposal(match.pairing(pair), n, n)
            for n, pair in enumerate(best_pairs(match.scored, 100), 1)
        ]

    list_seconds = median_of(lambda: match_rows(one(leaders[0])), 9)
    shown = one(leaders[0])
    explain_seconds = median_of(lambda: match_rows(
        shown[50:51], counterfactuals=[counterfactual(shown[50].pairing)],
        nearest=[nearest_known_pair(shown[50].pairing)]), 9)  # fmt: skip
    started = time.perf_counter()
    for leader in leaders:
        one(leader)
    all_seconds = time.perf_counter() - started
    started = time.perf_counter()
    for leader in leaders[:ROWS_OF]:
        match_rows(one(leader))
    row_seconds = (time.perf_counter() - started) * len(leaders) / ROWS_OF
    rank_seconds = median_of(lambda: one(leaders[0]), 9)
    memory = peak_mb()
    loop = Loop(plain_graph(graph), weights)
    loop.rank(leaders[0], 100)  # fills its table of sectors, as ours is filled
    started = time.perf_counter()
    plain = loop.rank(leaders[0], 100)
    loop_seconds = time.perf_counter() - started
    ours = [
        (
            p.pairing.company,
            f"p{p.pairing.need.product}",
            int(p.pairing.match.scored.score[p.pairing.pair]) / 1e6,
        )
        for p in shown
    ]
    same = sum(a[2] == b[2] for a, b in zip(ours, plain, strict=True))
    edges = f"{graph.makes.nnz:,} PRODUCES, {graph.supplies.nnz:,} SUPPLIES"
    print(f"{companies:,} companies, {edges}, {len(FEATURES)} features")
    print(f"{same} of {len(ours)} scores equal to the loop's, in the same order: {ours == plain}")
    for what, told in (
        ("one leader, top 100, contributions and evidence, warm", f"{1000 * list_seconds:.1f} ms"),
        ("the ranking alone", f"{1000 * rank_seconds:.1f} ms"),
        ("one pair explained: path, recomputed counterfactual, nearest known pair",
         f"{1000 * explain_seconds:.1f} ms"),
        (f"{len(leaders)} leaders, top 100 each, with contributions", f"{all_seconds:.2f} s"),
        (f"the same as rows with their sentences ({ROWS_OF} leaders measured)",
         f"{row_seconds:.1f} s"),
        ("networkx loop, one leader", f"{loop_seconds:.2f} s"),
        ("loop / ours", f"{loop_seconds / rank_seconds:.0f}"),
        ("peak memory without the loop", f"{memory:,} MB"),
    ):  # fmt: skip
        print(f"| {what} | {told} |")


if __name__ == "__main__":
    main()
