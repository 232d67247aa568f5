"""The Open Supply Hub test lists: each read to the last row, or refused with the row named."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from chainmap.names import name_key
from chainmap.stores.memory import MemoryStore
from chainmap.stores.port import GraphQuery
from chainmap.workflow.import_files import import_files

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "osh_lists"

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"{DATA} is absent: the lists are not part of chainmap"
)


def test_every_list_is_read_to_the_last_row() -> None:
    with MemoryStore() as store:
        answer = import_files([DATA], store, mapping=ROOT / "seed_data/mappings/osh_lists.toml")
        firms = store.read(GraphQuery()).nodes["Company"]

    for row in answer.rows:
        assert row["read"] == row["stored"] + row["merged"] + row["rejected"]  # type: ignore[operator]
    counted = {str(row["file"]): row["read"] for row in answer.rows}
    csvs = {path.name: len(pd.read_csv(path)) for path in DATA.glob("*.csv")}
    assert {name: counted[name] for name in csvs} == csvs
    assert sum(int(str(row["rejected"])) for row in answer.rows) == 0
    stored = sum(int(str(row["stored"])) for row in answer.rows)
    assert stored == len(firms)
    names = {
        name_key(name) for path in DATA.glob("*.csv") for name in pd.read_csv(path)["name"].dropna()
    }
    assert set(firms["name"].map(name_key)) >= names
