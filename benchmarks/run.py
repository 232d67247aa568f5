"""Measure import, re-import, snapshot and match at several sizes, beside the plain way of doing it.

``python benchmarks/run.py 1000 50000 1000000`` (add ``--neo4j`` for a real Neo4j at each size
up to 50,000). Each step runs in a process of its own; "plain / ours" is a ratio within this run,
which is what may be quoted: absolute seconds belong to the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))
NEO4J_LIMIT = 50_000


def step(name: str, *arguments: str, env: dict[str, str] | None = None) -> dict[str, float | str]:
    """Run one step of ``steps.py`` in its own process and return what it measured."""
    done = subprocess.run(
        [sys.executable, str(HERE / "steps.py"), name, *arguments],
        check=True, capture_output=True, encoding="utf-8", env={**os.environ, **(env or {})},
    )  # fmt: skip
    measured: dict[str, float | str] = json.loads(done.stdout.splitlines()[-1])
    return measured


def show(what: str, seconds: float, peak: float | str, plain: float | None, note: str = "") -> None:
    """Print one line of the table; the ratio is plain seconds over ours."""
    ratio = f"{plain / seconds:.2f}" if plain and seconds else "-"
    print(f"| {what} | {seconds:.3f} | {peak} | {plain or '-'} | {ratio} | {note} |", flush=True)


def measure(companies: int, scratch: Path) -> None:
    """Measure one size on SQLite."""
    folder, url = scratch / f"csv{companies}", f"sqlite:{scratch / f'{companies}.sqlite'}"
    cache = str(scratch / f"cache{companies}")
    subprocess.run(
        [sys.executable, str(HERE / "generate.py"), str(companies), str(folder)], check=True
    )
    plain = step("plain_load", str(folder))
    loaded = step("load", str(folder), url)
    rows = loaded["rows"]
    show(
        f"import {companies:,} firms, {rows:,} rows -> SQLite", float(loaded["seconds"]),
        loaded["peak_mb"], float(plain["seconds"]),
        f"plain = csv -> networkx, no checks, no store, {plain['peak_mb']} MB",
    )  # fmt: skip
    again = step("reload", str(folder), url, str(scratch))
    show(
        f"re-import of a source of 10,000 rows, {again['changed']:,} changed",
        float(again["seconds"]), again["peak_mb"], None,
    )  # fmt: skip
    opened = step("snapshot", url, cache)
    show("snapshot, no cache", float(opened["cold"]), opened["peak_mb"], None)
    show("snapshot, cached", float(opened["cached"]), opened["peak_mb"], None)
    ranked = step("match", url, cache)
    loop = step("plain_match", str(folder), str(ranked["leader"]))
    show(
        "one leader, top 100, with contributions and evidence (warm)", float(ranked["answer"]),
        ranked["peak_mb"], float(loop["ranking"]),
        "plain = loops over the networkx graph, product fit only, no evidence",
    )  # fmt: skip


def measure_neo4j(companies: int, scratch: Path) -> None:
    """Measure one size on a real Neo4j started for this, beside the best single Cypher query."""
    from neo4j_server import Neo4jServer

    with Neo4jServer(heap="2g") as server:
        secret = {"CHAINMAP_STORE_PASSWORD": server.password}
        folder = scratch / f"csv{companies}"
        loaded = step("load", str(folder), server.url, env=secret)
        show(f"import {companies:,} firms -> Neo4j", float(loaded["seconds"]),
             loaded["peak_mb"], None)  # fmt: skip
        opened = step("snapshot", server.url, "", env=secret)
        show("snapshot from Neo4j", float(opened["cold"]), opened["peak_mb"], None)
        ranked = step("match", server.url, str(scratch / "cache-neo4j"), env=secret)
        query = step("cypher_match", server.url, str(ranked["leader"]), env=secret)
        show(
            "one leader, top 100, with contributions and evidence (warm)",
            float(ranked["answer"]), ranked["peak_mb"], float(query["ranking"]),
            "plain = one Cypher query, product fit only",
        )  # fmt: skip


def measure_commands(scratch: Path) -> None:
    """Measure ``chainmap --help`` and the whole demo as a user would feel them."""
    for what, command, runs in (
        ("chainmap --help", ["--help"], 7),
        ("chainmap demo, all of it", ["demo", "-o", str(scratch / "demo")], 1),
    ):
        seconds = []
        for _ in range(runs):
            started = time.perf_counter()
            subprocess.run(
                [sys.executable, "-m", "chainmap", *command], check=True, capture_output=True
            )
            seconds.append(time.perf_counter() - started)
        show(what, statistics.median(seconds), "-", None, f"median of {runs}")


def main() -> None:
    """Parse the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=[1_000, 50_000])
    parser.add_argument("--neo4j", action="store_true")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}")
    print("\n| what | seconds | peak MB | plain, seconds | plain / ours | note |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        measure_commands(Path(scratch))
        for companies in options.sizes:
            measure(companies, Path(scratch))
            if options.neo4j and companies <= NEO4J_LIMIT:
                measure_neo4j(companies, Path(scratch))


if __name__ == "__main__":
    main()
