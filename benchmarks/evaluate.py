"""Print how well held-out relations are found again, on data nobody here wrote and on the seed.

``python benchmarks/evaluate.py`` looks for ``../shared/data`` beside the project: ETO 2022 (CC
BY-NC, never part of chainmap) and the KAG sample (Apache-2.0). No weight was
chosen on either; that shares of regions stay in the default was decided on ETO (ADR 0024).
``--dev`` prints what choices were made on: the seed workbooks and generated markets, relation by
relation and company by company. Protocol: every relation is kept back alone, all companies are
ranked, other known ones filtered; ties count with their expectation; intervals are bootstrap 95 %
over targets. Each MRR is told apart for sources that have other relations left and for those
with none.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from markets import MARKETS, market

import chainmap
from chainmap.analysis.build import to_chain_graph
from chainmap.evaluate.holdout import known_pairs
from chainmap.evaluate.metrics import figures, interval, mean
from chainmap.evaluate.run import Floats, Ranked, Scorer, rank_held_out, score_rows
from chainmap.evaluate.splits import folds
from chainmap.match.signals import (
    DEFAULT_SIGNALS,
    EDGES,
    SHARE_SIGNAL,
    Edge,
    Signals,
    default_signals,
    scaled,
    wordings_of,
)
from chainmap.schema import load_schema
from chainmap.tables import GraphTables, typed_frame

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"


def eto() -> chainmap.ChainGraph:
    """Return ETO 2022 through its mapping."""
    with chainmap.open_store("memory:") as store:
        mapping = ROOT / "seed_data" / "mappings" / "eto_2022.toml"
        chainmap.import_files([DATA / "eto_2022"], store, mapping=mapping)
        return chainmap.load_chain_graph(store)


def seed() -> chainmap.ChainGraph:
    """Return the seed workbooks."""
    with tempfile.TemporaryDirectory() as folder:
        files = sorted((ROOT / "seed_data").glob("*.xlsx"))
        with chainmap.open_store(f"sqlite:{folder}/seed.sqlite") as store:
            chainmap.import_files(files, store)
            return chainmap.load_chain_graph(store)


def kag() -> chainmap.ChainGraph:
    """Return the KAG sample: products named by their path, who pays whom is who supplies whom."""
    folder = DATA / "kag_supplychain"
    firms = pd.read_csv(folder / "Company.csv")
    goods = pd.read_csv(folder / "Product.csv")
    money = pd.read_csv(folder / "Company_fundTrans_Company.csv")
    known = set(goods["id"])
    split = [
        (row.id, row.product.split(",")) for row in firms.dropna(subset=["product"]).itertuples()
    ]
    makes = [(firm, made) for firm, products in split for made in products]
    known |= {made for _, made in makes}
    paths = sorted(known)
    sold = goods.dropna(subset=["hasSupplyChain"])
    inputs = [
        (row.id, target)
        for row in sold.itertuples()
        for target in row.hasSupplyChain.split(",")
        if target in known
    ]
    kinds = [(path, path.rpartition("-")[0]) for path in paths if path.rpartition("-")[0] in known]
    rows: dict[str, list[dict[str, str]]] = {
        "Company": [{"id": f"Company:{row.id}", "name": row.name_} for row in
                    firms.rename(columns={"name": "name_"}).itertuples()],
        "Product": [{"id": f"Product:{path}", "name": path.rpartition("-")[2], "description": path}
                    for path in paths],
        "PRODUCES": edges("Company", "Product", makes),
        "INPUT_TO": edges("Product", "Product", inputs),
        "KIND_OF": edges("Product", "Product", kinds),
        "SUPPLIES": edges("Company", "Company", zip(money["dstId"], money["srcId"], strict=True)),
    }  # fmt: skip
    schema = load_schema()
    frames = {name: typed_frame(schema, name, pd.DataFrame(found)) for name, found in rows.items()}
    nodes = {name: frame for name, frame in frames.items() if name in schema.nodes}
    links = {name: frame.drop_duplicates(["source", "target"]) for name, frame in frames.items()
             if name in schema.edges}  # fmt: skip
    return to_chain_graph(GraphTables(nodes, links))


def edges(source: str, target: str, pairs: Iterable[tuple[object, object]]) -> list[dict[str, str]]:
    """Return edge rows between two labels."""
    return [{"source": f"{source}:{one}", "target": f"{target}:{other}"} for one, other in pairs]


def graphs() -> Iterator[tuple[str, chainmap.ChainGraph]]:
    """Yield what there is to evaluate on."""
    if (DATA / "eto_2022").is_dir():
        yield "ETO 2022", eto()
    if (DATA / "kag_supplychain").is_dir():
        yield "KAG sample", kag()
    yield "seed", seed()


def dev_graphs() -> Iterator[tuple[str, chainmap.ChainGraph]]:
    """Yield what may be looked at while something is chosen."""
    yield "seed", seed()
    for name, shape in MARKETS.items():
        yield f"market: {name}", market(1, shape)


HEAD = ("data", "relation", "scorer", "held out", "MRR [95 %]", "H@1", "H@10", "AUC", "hard AUC",
        "MRR with others", "MRR with none")  # fmt: skip
SHOWN = ("hits_1", "hits_10", "auc_uniform", "auc_hard")


def show(name: str, row: dict[str, object], parted: tuple[float, float]) -> None:
    """Print one row of the table."""
    told = {key: float(str(row[key])) for key in ("mrr", "mrr_low", "mrr_high", *SHOWN)}
    cells = [name, row["edge"], row["scorer"], row["n_positives"],
             f"{told['mrr']:.3f} [{told['mrr_low']:.3f}, {told['mrr_high']:.3f}]",
             *(f"{told[key]:.3f}" for key in SHOWN),
             *(f"{value:.3f}" for value in parted)]  # fmt: skip
    print(f"| {' | '.join(map(str, cells))} |", flush=True)


def parted(ranked: Ranked, scorer: str) -> tuple[float, float]:
    """Return the MRR of sources with other relations left, and of those with none."""
    alone = np.array(ranked.others) == 0
    told = ranked.told(scorer)["mrr"]
    return mean(told[~alone]), mean(told[alone])


def place_oracle(graph: chainmap.ChainGraph, ranked: Ranked, edge: Edge) -> float:
    """Return the MRR of who knows the place of each source without other relations, nothing else.

    The companies of that place that are not known for the target stand alike, all others below.
    More than this only names, sectors and descriptions can tell.
    """
    pairs = known_pairs(graph, edge)
    alike = []
    for target, source, others in zip(ranked.target, ranked.source, ranked.others, strict=True):
        if not others:
            near = graph.company_region == graph.company_region[source]
            near[pairs[pairs[:, 1] == target, 0]] = False
            alike.append(np.count_nonzero(near))
    ties = np.array(alike, dtype=np.int64)
    return mean(figures(np.zeros_like(ties), ties, ties)["mrr"]) if ties.size else float("nan")


def paired(ranked: Ranked, one: str, other: str) -> str:
    """Return how two scorers compare on the same queries."""
    ours, theirs = (ranked.told(name)["mrr"] for name in (one, other))
    low, high = interval(ours - theirs, np.array(ranked.target), 1)
    told = f"{mean(ours - theirs):+.4f} [{low:+.4f}, {high:+.4f}]"
    return f"{one} / {other} = {mean(ours) / mean(theirs):.2f}, difference {told}"


def with_and_without_shares(graph: chainmap.ChainGraph, edge: Edge) -> Mapping[str, Scorer]:
    """Return, where shares of regions are part of the default, it without them and them alone."""
    if default_signals(graph, edge) == DEFAULT_SIGNALS:
        return {}
    words = wordings_of(graph)

    def scorer(names: Sequence[str]) -> Scorer:
        def of(_: int, reduced: chainmap.ChainGraph) -> Callable[[int], Floats]:
            signals = Signals(reduced, edge, words)
            return lambda target: np.sum([scaled(signals.of(n, target)) for n in names], axis=0)

        return of

    return {"without shares": scorer(DEFAULT_SIGNALS), SHARE_SIGNAL: scorer([SHARE_SIGNAL])}


def main() -> None:
    """Print one table over all graphs and relations, then the paired comparisons."""
    dev = "--dev" in sys.argv
    print(f"| {' | '.join(HEAD)} |\n|{'---|' * len(HEAD)}")
    verdicts = []
    for name, graph in dev_graphs() if dev else graphs():
        for edge in EDGES:
            for split in ("edge", "company") if dev and name == "seed" else ("edge",):
                started = time.perf_counter()
                others = with_and_without_shares(graph, edge)
                ranked = rank_held_out(graph, edge, folds(graph, edge, split), others=others)
                if not ranked.target:
                    continue
                told = f"{name}, by company" if split == "company" else name
                rows, found = score_rows(ranked, edge, split, 1)
                for row in sorted(rows, key=lambda row: -float(str(row["mrr"]))):
                    show(told, row, parted(ranked, str(row["scorer"])))
                if found:
                    verdicts.append(
                        f"{told} {edge}: {paired(ranked, 'default', str(found['baseline']))}"
                    )
                verdicts += [
                    f"{told} {edge}: {paired(ranked, 'default', other)}" for other in others
                ]
                verdicts.append(
                    f"{told} {edge}: {ranked.others.count(0)} of {len(ranked.others)} without "
                    f"another relation, for which an oracle of place has "
                    f"{place_oracle(graph, ranked, edge):.3f} "
                    f"({time.perf_counter() - started:.0f} s)"
                )
    print("\n" + "\n".join(verdicts))


if __name__ == "__main__":
    main()
