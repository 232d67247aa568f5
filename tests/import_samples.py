"""Small tables written as csv files, and what the import made of them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chainmap.codes import uscc_check_character
from chainmap.stores.port import GraphQuery

if TYPE_CHECKING:
    from chainmap.answers import Answer
    from chainmap.stores.memory import MemoryStore
    from chainmap.tables import GraphTables

DAY = "2026-11-01"


def code(number: int) -> str:
    first = f"91630100MA{number:07d}"
    return first + uscc_check_character(first)


def write(folder: Path, sheet: str, header: str, *rows: str) -> Path:
    path = folder / f"{sheet}.csv"
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(row.split("|") for row in (header, *rows))
    return path


def graph(store: MemoryStore) -> GraphTables:
    return store.read(GraphQuery())


def ids(store: MemoryStore, label: str) -> list[str]:
    frame = graph(store).nodes.get(label)
    return [] if frame is None else frame["id"].tolist()


def edges(store: MemoryStore, name: str) -> set[tuple[str, str]]:
    frame = graph(store).edges.get(name)
    return set() if frame is None else set(zip(frame["source"], frame["target"], strict=True))


def rules(findings: Sequence[object]) -> list[str]:
    return sorted({finding.rule for finding in findings})  # type: ignore[attr-defined]


def account(answer: Answer, table: str) -> dict[str, object]:
    (row,) = (row for row in answer.rows if row["table"] == table)
    return {name: row[name] for name in ("read", "stored", "merged", "rejected")}


def changed(answer: Answer) -> Mapping[str, Mapping[str, int]]:
    changes = answer.extra["changes"]
    assert isinstance(changes, dict)
    return {name: counts for name, counts in changes.items() if counts}


PRODUCTS = ("产品编码|产品名称|别名|计量单位", "LI-1|碳酸锂|电碳|吨", "LI-2|磷酸铁锂|LFP|吨")
