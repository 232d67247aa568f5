"""The steps that ``run.py`` measures, one process each so that peak memory is the step's own.

``python benchmarks/steps.py STEP ARGUMENTS`` prints one JSON object. A step named ``plain_*`` does
the same work the plain way (csv module, a networkx graph, a Python loop) and is the baseline.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import networkx as nx

import chainmap

Result = dict[str, float | int | str]


@contextmanager
def timed(result: Result, name: str) -> Iterator[None]:
    """Record the seconds a block takes under ``name``."""
    started = time.perf_counter()
    yield
    result[name] = round(time.perf_counter() - started, 4)


def best_of(work: Callable[[], object], runs: int = 5) -> float:
    """Return the median seconds of ``runs`` calls, after one call that is not counted."""
    work()
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return sorted(seconds)[runs // 2]


def load(folder: str, url: str) -> Result:
    """Import a folder of CSV files through the whole import path."""
    result: Result = {}
    password = os.environ.get("CHAINMAP_STORE_PASSWORD")
    with chainmap.open_store(url, password=password) as store, timed(result, "seconds"):
        answer = chainmap.import_files([Path(folder)], store, as_of="2026-06-30")
    result["rows"] = sum(int(str(row["read"])) for row in answer.rows)
    result["stored"] = sum(int(str(row["stored"])) for row in answer.rows)
    return result


def changed_slice(folder: str, target: str, rows: int = 10_000) -> None:
    """Write the first ``rows`` companies with another revenue as a source of their own."""
    with (Path(folder) / "企业.csv").open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        taken = [row for row, _ in zip(reader, range(rows), strict=False)]
    version = int(Path(target).stem.rpartition("_")[2])
    for row in taken:
        row["上年营业收入（万元）"] = str(float(row["上年营业收入（万元）"]) + version)
    with Path(target).open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(taken[0]))
        writer.writeheader()
        writer.writerows(taken)


def reload(folder: str, url: str, scratch: str) -> Result:
    """Import 10,000 companies as a separate source, then again with every row changed."""
    result: Result = {}
    with chainmap.open_store(url) as store:
        for version in (1, 2):
            path = Path(scratch) / f"更新_{version}.csv"
            changed_slice(folder, str(path))
            with timed(result, "first" if version == 1 else "seconds"):
                answer = chainmap.import_files(
                    [path], store, source="更新", as_of="2026-07-01"
                )  # fmt: skip
    changes = answer.extra["changes"]
    result["changed"] = int(str(changes["changed"].get("Company", 0)))  # type: ignore[index]
    return result


def snapshot(url: str, cache: str) -> Result:
    """Open the snapshot without and then with its cache; time one leader's top 100, warm."""
    result: Result = {}
    password = os.environ.get("CHAINMAP_STORE_PASSWORD")
    with chainmap.open_store(url, password=password) as store:
        folder = Path(cache) if cache else None
        with timed(result, "cold"):
            chainmap.load_chain_graph(store, cache_dir=folder)
        with timed(result, "cached"):
            graph = chainmap.load_chain_graph(store, cache_dir=folder)
        result["companies"] = graph.makes.shape[0]
        result["makes"] = int(graph.makes.nnz)
    return result


def match(url: str, cache: str) -> Result:
    """Rank the top 100 firms for one leader, warm, with evidence rows read from the store."""
    result: Result = {}
    password = os.environ.get("CHAINMAP_STORE_PASSWORD")
    with chainmap.open_store(url, password=password) as store:
        folder = Path(cache) if cache else None
        graph = chainmap.load_chain_graph(store, cache_dir=folder)
        leader = first_leader(store)
        result["answer"] = round(
            best_of(lambda: chainmap.find_matches(store, leaders=[leader], top=100, graph=graph)), 4
        )
        result["leader"] = leader
    return result


def first_leader(store: chainmap.GraphStore) -> str:
    """Return the id of the first leader."""
    query = chainmap.GraphQuery(labels=("Company", "IndustryChain"), edge_types=("LEADS",))
    return str(store.read(query).edges["LEADS"]["source"].min())


def plain_load(folder: str) -> Result:
    """Read the same CSV files with the csv module into one networkx graph (no store, no checks)."""
    result: Result = {}
    with timed(result, "seconds"):
        result["edges"] = plain_graph(Path(folder)).number_of_edges()
    return result


def plain_graph(folder: Path) -> nx.MultiDiGraph:
    """Build the graph the plain way: a node a firm and product, an edge a row."""
    graph = nx.MultiDiGraph()
    for row in read(folder / "企业.csv"):
        graph.add_node(row["统一社会信用代码"], **row)
    for row in read(folder / "产品.csv"):
        graph.add_node(row["产品"], **row)
    for row in read(folder / "供给.csv"):
        graph.add_edge(row["统一社会信用代码"], row["产品"], "makes")
    for row in read(folder / "产品投入.csv"):
        graph.add_edge(row["投入品"], row["产出品"], "input", essential=int(row["关键程度"]))
    for row in read(folder / "需求.csv"):
        graph.add_edge(row["统一社会信用代码"], row["产品"], "needs")
    return graph


def read(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def plain_needs(graph: nx.MultiDiGraph, company: str) -> dict[str, float]:
    """Return what a company needs: declared 1, else 0.5 per step of its products' recipes."""
    out = list(graph.out_edges(company, keys=True))
    needs = {product: 1.0 for _, product, kind in out if kind == "needs"}
    frontier = {product for _, product, kind in out if kind == "makes"}
    for weight in (0.5, 0.25):
        frontier = {
            upstream
            for product in frontier
            for upstream, _, kind in graph.in_edges(product, keys=True)
            if kind == "input"
        }
        for product in frontier:
            needs.setdefault(product, weight)
    return needs


def plain_match(folder: str, leader: str) -> Result:
    """Rank for one leader with loops over the networkx graph (product fit only)."""
    graph = plain_graph(Path(folder))
    company = leader.partition(":")[2]

    def rank() -> list[tuple[float, str]]:
        scores: dict[str, float] = {}
        for product, weight in plain_needs(graph, company).items():
            for maker, _, kind in graph.in_edges(product, keys=True):
                if kind == "makes" and maker != company:
                    scores[maker] = max(scores.get(maker, 0), weight)
        return sorted((-score, maker) for maker, score in scores.items())[:100]

    return {"ranking": round(best_of(rank, 3), 4)}


def cypher_match(url: str, leader: str) -> Result:
    """Rank for one leader with a single Cypher query (product fit only, recipe of depth 2)."""
    query = """
        MATCH (l:Company {id: $leader})
        CALL (l) {
          MATCH (l)-[:REQUIRES]->(p:Product) RETURN p, 1.0 AS weight
          UNION ALL MATCH (l)-[:PRODUCES]->(:Product)<-[:INPUT_TO]-(p:Product)
          RETURN p, 0.5 AS weight
          UNION ALL MATCH (l)-[:PRODUCES]->(:Product)<-[:INPUT_TO*2]-(p:Product)
          RETURN p, 0.25 AS weight
        }
        WITH l, p, max(weight) AS weight
        MATCH (c:Company)-[:PRODUCES]->(p) WHERE c.id <> l.id
        RETURN c.id AS company, max(weight) AS score ORDER BY score DESC, company LIMIT 100
    """
    password = os.environ.get("CHAINMAP_STORE_PASSWORD")
    with chainmap.open_store(url, password=password) as store:
        return {
            "ranking": round(
                best_of(lambda: chainmap.run_query(store, query, {"leader": leader}), 3), 4
            )
        }


STEPS: dict[str, Callable[..., Result]] = {
    "load": load,
    "reload": reload,
    "snapshot": snapshot,
    "match": match,
    "plain_load": plain_load,
    "plain_match": plain_match,
    "cypher_match": cypher_match,
}

if __name__ == "__main__":
    measured = STEPS[sys.argv[1]](*sys.argv[2:])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    measured["peak_mb"] = round(peak / 1024)
    print(json.dumps(measured, ensure_ascii=False))
