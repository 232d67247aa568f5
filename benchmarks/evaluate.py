"""Print how well held-out relations are found again, on data nobody here wrote and on the seed.

``python benchmarks/evaluate.py`` looks for ``../shared/data`` beside the project: ETO 2022 (CC
BY-NC, never part of chainmap) and the KAG sample (Apache-2.0). No weight was fitted to either.
Protocol: every relation is kept back alone, all companies are ranked, other known ones filtered;
ties count with their expectation; intervals are bootstrap 95 % over targets.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

import chainmap
from chainmap.analysis.build import to_chain_graph
from chainmap.evaluate.run import rank_held_out, score_rows
from chainmap.evaluate.splits import folds
from chainmap.match.signals import EDGES
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


HEAD = ("data", "relation", "scorer", "held out", "MRR [95 %]", "H@1", "H@10", "AUC", "hard AUC")
SHOWN = ("hits_1", "hits_10", "auc_uniform", "auc_hard")


def show(name: str, row: dict[str, object]) -> None:
    """Print one row of the table."""
    told = {key: float(str(row[key])) for key in ("mrr", "mrr_low", "mrr_high", *SHOWN)}
    cells = [name, row["edge"], row["scorer"], row["n_positives"],
             f"{told['mrr']:.3f} [{told['mrr_low']:.3f}, {told['mrr_high']:.3f}]",
             *(f"{told[key]:.3f}" for key in SHOWN)]  # fmt: skip
    print(f"| {' | '.join(map(str, cells))} |", flush=True)


def main() -> None:
    """Print one table over all graphs and relations, then the paired comparisons."""
    print(f"| {' | '.join(HEAD)} |\n|{'---|' * len(HEAD)}")
    verdicts = []
    for name, graph in graphs():
        for edge in EDGES:
            started = time.perf_counter()
            ranked = rank_held_out(graph, edge, folds(graph, edge, "edge"))
            if not ranked.target:
                continue
            rows, found = score_rows(ranked, edge, "edge", 1)
            for row in sorted(rows, key=lambda row: -float(str(row["mrr"]))):
                show(name, row)
            if found:
                low, high = found["difference_low"], found["difference_high"]
                verdicts.append(
                    f"{name} {edge}: default / {found['baseline']} = {found['mrr_ratio']:.2f}, "
                    f"difference {found['difference']:+.4f} [{low:+.4f}, {high:+.4f}], "
                    f"{time.perf_counter() - started:.1f} s"
                )
    print("\n" + "\n".join(verdicts))


if __name__ == "__main__":
    main()
