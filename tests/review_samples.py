"""A small graph with doubtful links and merges, as an import would have stated them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from chainmap.schema import load_schema
from chainmap.tables import GraphTables, Run

if TYPE_CHECKING:
    from chainmap.stores.port import GraphStore

FILE = "企业.xlsx"
CODED, OTHER_CODED = "91350100M000100Y43", "91110108551385082Q"


def stated(number: int = 1, source: str = FILE) -> tuple[GraphTables, Run]:
    """Return what import ``number`` of ``source`` states."""
    day = f"2026-03-{number:02d}"
    return graph(source), Run(f"{day}T08:00:00.000000Z", source, day, "test")


def at(source: str, *rows: int) -> str:
    return "\n".join(sorted(f"{source}/企业/{row}" for row in rows))


def means(phrase: str, product: str, probability: float, origin: str, band: str = "review"):
    return {
        "source": f"Phrase:{phrase}",
        "target": f"Product:{product}",
        "probability": probability,
        "band": band,
        "matched": "相合：隔膜",
        "runner_up": "LI-003 电芯",
        "margin": 0.2,
        "model": "1",
        "origin": origin,
    }


def same(one: str, other: str, probability: float, origin: str):
    source, target = sorted((f"Company:{one}", f"Company:{other}"))
    said = {"probability": probability, "band": "review", "matched": "字号相同", "model": "1"}
    return {"source": source, "target": target, **said, "origin": origin}


def graph(source: str = FILE) -> GraphTables:
    """Return two products, three phrases and four companies, all stated by ``source``."""
    firms = {
        "tmp-a": ("示例隔膜厂", None),
        "tmp-b": ("示例隔膜有限公司", None),
        CODED: ("示例锂业有限公司", CODED),
        OTHER_CODED: ("示例锂业股份有限公司", OTHER_CODED),
    }
    companies = [
        {"id": f"Company:{key}", "name": name, "uscc": uscc, "origin": at(source, row)}
        for row, (key, (name, uscc)) in enumerate(firms.items(), start=2)
    ]
    products = [
        {"id": "Product:LI-001", "code": "LI-001", "name": "隔膜", "aliases": "电池隔膜",
         "origin": at(source, 2)},
        {"id": "Product:LI-002", "code": "LI-002", "name": "碳酸锂", "origin": at(source, 3)},
    ]  # fmt: skip
    phrases = [{"id": f"Phrase:{t}", "text": t, "origin": at(source, 2)} for t in PHRASES]
    links = [
        means("湿法隔膜", "LI-001", 0.6, at(source, 2, 3, 4)),
        means("锂盐", "LI-002", 0.7, at(source, 2)),
        means("=隔膜卷", "LI-001", 0.5, at(source, 3)),
        means("电池用隔膜", "LI-001", 0.99, at(source, 2), band="accept"),
    ]
    pairs = [
        same("tmp-a", "tmp-b", 0.8, at(source, 5)),
        same(CODED, OTHER_CODED, 0.5, at(source, 5)),
        same("tmp-a", CODED, 0.4, at(source, 5)),
    ]
    nodes = {"Company": companies, "Product": products, "Phrase": phrases}
    edges = {"MEANS": links, "SAME_AS": pairs}
    return GraphTables(
        {label: pd.DataFrame(rows) for label, rows in nodes.items()},
        {name: pd.DataFrame(rows) for name, rows in edges.items()},
    )


PHRASES = ("湿法隔膜", "锂盐", "=隔膜卷", "电池用隔膜")


def fill(store: GraphStore, number: int = 1, source: str = FILE) -> GraphStore:
    """Let import ``number`` of ``source`` state the graph, and withdraw what it left out."""
    tables, run = stated(number, source)
    store.prepare(load_schema())
    store.write(tables, run)
    store.prune(run)
    return store
