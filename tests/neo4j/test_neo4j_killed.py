"""A server that dies in the middle of an import: a clear error, and a re-run that completes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from chainmap.errors import StoreUnavailable
from chainmap.schema import load_schema
from chainmap.stores.neo4j import Neo4jStore, transactions
from chainmap.stores.open import open_store
from chainmap.stores.port import GraphQuery, GraphStore
from chainmap.tables import GraphTables, Run

pytestmark = [pytest.mark.neo4j, pytest.mark.slow]

COMPANIES = 10_000


@pytest.fixture
def tables() -> GraphTables:
    rows = range(COMPANIES)
    return GraphTables(
        {
            "Company": pd.DataFrame(
                {
                    "id": [f"Company:{n:06d}" for n in rows],
                    "name": [f"示例企业{n}" for n in rows],
                    "origin": [f"大表.csv/大表/{n + 2}" for n in rows],
                }
            ),
            "Product": pd.DataFrame(
                {"id": ["Product:A"], "name": ["甲"], "origin": ["大表.csv/产品/2"]}
            ),
        },
        {
            "PRODUCES": pd.DataFrame(
                {
                    "source": [f"Company:{n:06d}" for n in rows],
                    "target": "Product:A",
                    "origin": [f"大表.csv/供给/{n + 2}" for n in rows],
                }
            )
        },
    )


def complete_import(store: GraphStore, tables: GraphTables, run: Run) -> None:
    with store.batch():
        store.write(tables, run)
        store.prune(run)


def killed_import(
    server: Any, tables: GraphTables, run: Run, *, when: Callable[[Neo4jStore], bool], size: int
) -> BaseException | None:
    """Import in a thread, kill the server as soon as ``when``, return what the import raised."""
    raised: list[BaseException] = []
    with Neo4jStore(server.url, password=server.password, rows=500, transaction_rows=size) as store:
        store.prepare(load_schema())

        def work() -> None:
            try:
                complete_import(store, tables, run)
            except BaseException as exc:
                raised.append(exc)

        thread = threading.Thread(target=work)
        with Neo4jStore(server.url, password=server.password) as watcher:
            thread.start()
            while thread.is_alive() and not when(watcher):
                time.sleep(0.02)
            server.kill()
        thread.join()
    return raised[0] if raised else None


@pytest.mark.parametrize(
    ("size", "is_whole"), [(2_000, False), (10 * COMPANIES, True)], ids=["pieces", "one piece"]
)
def test_an_import_into_a_killed_server_fails_clearly_and_a_second_run_completes_it(
    size: int,
    is_whole: bool,
    own_neo4j_server: Any,
    tables: GraphTables,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = own_neo4j_server
    first = Run("2026-03-01T08:00:00.000000Z", "大表.csv", "2026-03-01", "test")
    second = Run("2026-03-02T08:00:00.000000Z", "大表.csv", "2026-03-02", "test")
    started = time.monotonic()

    def when(store: Neo4jStore) -> bool:
        if is_whole:
            return time.monotonic() > started + 1.5
        return int(store.count("Company")["count"].sum()) > 0

    monkeypatch.setattr(transactions, "RETRIES", 1)

    raised = killed_import(server, tables, first, when=when, size=size)
    server.start()
    with Neo4jStore(server.url, password=server.password) as store:
        store.prepare(load_schema())
        left, unfinished = int(store.count("Company")["count"].sum()), store.unfinished()
        complete_import(store, tables, second)
        done, still = store.read(GraphQuery()), store.unfinished()
    with open_store(f"sqlite:{tmp_path / 'same.sqlite'}") as oracle:
        complete_import(oracle, tables, second)
        expected = oracle.read(GraphQuery())

    assert isinstance(raised, StoreUnavailable)
    assert raised.exit_code == 4
    assert server.url.partition("@")[2].partition("/")[0] in str(raised)
    assert (left == 0) if is_whole else (0 < left < COMPANIES)
    assert unfinished == (() if is_whole else ("大表.csv",))
    assert still == ()
    for (owner, ours), (_, theirs) in zip(done.frames(), expected.frames(), strict=True):
        shown = [name for name in ours.columns if name != "first_run"]
        pd.testing.assert_frame_equal(ours[shown], theirs[shown], obj=owner)
