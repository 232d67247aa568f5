"""The workbooks of the seed data in every store: the same rows of every answer, byte for byte."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from neo4j_target import Neo4jTarget, empty_database

import chainmap
from chainmap.resources import data_folder
from chainmap.stores.open import open_store
from chainmap.stores.port import GraphQuery

if TYPE_CHECKING:
    from chainmap.tables import GraphTables

pytestmark = [pytest.mark.neo4j, pytest.mark.slow]

DAY = "2026-10-01"
DATED = {
    "match": ("match", "--all"),
    "gaps": ("gaps", "--include-ok"),
    "whatif": ("whatif", "--remove", "地区:630100", "--top", "500", "--draws", "5"),
    "rank": ("whatif", "--rank", "--top", "500", "--draws", "5"),
}
ASKED = {**DATED, "info": ("store", "info")}
Answer = dict[str, Any]


def run_cli(target: Neo4jTarget, folder: Path, *words: str) -> str:
    """Run one command in a process of its own and return what it wrote to stdout."""
    done = subprocess.run(
        [sys.executable, "-m", "chainmap", *words, "--format", "json", "--quiet"],
        cwd=folder,
        env={**os.environ, "CHAINMAP_STORE_PASSWORD": target.password, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert target.password not in done.stdout + done.stderr
    return done.stdout


def workbooks() -> list[Path]:
    return sorted(data_folder("seed_data").glob("*.xlsx"))


def told(target: Neo4jTarget, folder: Path, store: str) -> dict[str, Answer]:
    """Ask every question on the command line."""
    day = ("--as-of", DAY)
    return {
        name: json.loads(
            run_cli(target, folder, *words, *(day if name in DATED else ()), "--store", store)
        )
        for name, words in ASKED.items()
    }


@pytest.fixture(scope="module")
def imports(neo4j_server: Neo4jTarget, tmp_path_factory: pytest.TempPathFactory) -> Answer:
    """Import, ask, import again, then copy from SQLite to Neo4j and back; all that was told."""
    folder = tmp_path_factory.mktemp("same")
    names = [str(path) for path in workbooks()]
    stores = {"neo4j": neo4j_server.url, "sqlite": f"sqlite:{folder / 'one.sqlite'}"}
    found: Answer = {}
    empty_database(neo4j_server)
    for engine, store in stores.items():
        words = ("import", *names, "--as-of", DAY, "--store", store)
        found[f"{engine} import"] = json.loads(run_cli(neo4j_server, folder, *words))
        found[engine] = told(neo4j_server, folder, store)
        found[f"{engine} again"] = json.loads(run_cli(neo4j_server, folder, *words))
    empty_database(neo4j_server)
    back = f"sqlite:{folder / 'back.sqlite'}"
    for start, end in ((stores["sqlite"], stores["neo4j"]), (stores["neo4j"], back)):
        run_cli(neo4j_server, folder, "store", "copy", start, end)
    found["copied back"] = told(neo4j_server, folder, back)
    found["files"] = (stores["sqlite"], back)
    return found


@pytest.fixture(scope="module")
def by_library() -> dict[str, Answer]:
    """What the library tells of the same workbooks in memory."""
    with open_store("memory:") as store:
        chainmap.import_files(workbooks(), store, as_of=DAY)
        answers = {
            "match": chainmap.find_matches(store, all_pairs=True, as_of=DAY),
            "gaps": chainmap.find_gaps(store, include_ok=True, as_of=DAY),
            "whatif": chainmap.simulate_outage(
                store, remove=["地区:630100"], top=500, draws=5, as_of=DAY
            ),
            "rank": chainmap.simulate_outage(store, rank=True, top=500, draws=5, as_of=DAY),
            "info": chainmap.store_info(store),
        }
    return {name: json.loads(answer.as_json()) for name, answer in answers.items()}


def text(rows: Sequence[Answer]) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=2)


@pytest.mark.parametrize("name", ASKED)
def test_neo4j_sqlite_and_memory_give_the_same_rows_byte_for_byte(
    name: str, imports: Answer, by_library: dict[str, Answer]
) -> None:
    expected = text(by_library[name]["rows"])

    assert len(by_library[name]["rows"]) > 20
    assert text(imports["neo4j"][name]["rows"]) == expected
    assert text(imports["sqlite"][name]["rows"]) == expected
    assert text(imports["copied back"][name]["rows"]) == expected


def test_neo4j_and_sqlite_account_for_the_same_rows_and_find_the_same(imports: Answer) -> None:
    one, other = imports["neo4j import"], imports["sqlite import"]

    assert one["rows"] == other["rows"]
    assert one["findings"] == other["findings"]
    assert one["changes"] == other["changes"]


@pytest.mark.parametrize("engine", ["neo4j", "sqlite"])
def test_the_same_files_again_change_nothing(engine: str, imports: Answer) -> None:
    changes = imports[f"{engine} again"]["changes"]

    assert {name for name, counts in changes.items() if counts} == {"unchanged"}
    assert changes["unchanged"]["Company"] > 100


def test_a_copy_to_neo4j_and_back_keeps_every_row_and_every_origin(imports: Answer) -> None:
    def rows(url: str) -> GraphTables:
        with open_store(url, read_only=True) as store:
            return store.read(GraphQuery())

    one, other = (rows(url) for url in imports["files"])

    for (owner, ours), (name, theirs) in zip(one.frames(), other.frames(), strict=True):
        assert owner == name
        assert ours["origin"].notna().all()
        pd.testing.assert_frame_equal(ours, theirs, obj=owner)
