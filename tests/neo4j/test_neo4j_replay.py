"""A server that comes back in the middle of a batch: the writes are replayed, or it is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from chainmap.errors import StoreUnavailable
from chainmap.schema import load_schema
from chainmap.stores.neo4j import Neo4jStore
from chainmap.stores.port import GraphQuery, GraphStore

if TYPE_CHECKING:
    from chainmap.tables import GraphTables, Run

pytestmark = [pytest.mark.neo4j, pytest.mark.slow]

Tables = Callable[..., "GraphTables"]
Runs = Callable[..., "Run"]


def interrupted(
    store: GraphStore, restart: Callable[[], None], tables: GraphTables, run: Run
) -> None:
    with store.batch():
        store.write(tables, run)
        restart()
        store.prune(run)


def test_a_batch_goes_on_where_it_was_when_the_server_comes_back(
    own_neo4j_server: Any, sample_tables: Tables, sample_run: Runs
) -> None:
    server = own_neo4j_server

    def restart() -> None:
        server.kill()
        server.start()

    with Neo4jStore(server.url, password=server.password) as store:
        store.prepare(load_schema())

        interrupted(store, restart, sample_tables(), sample_run())
        found = store.read(GraphQuery())

    assert {name: len(frame) for name, frame in found.frames()} == {
        name: len(frame) for name, frame in sample_tables().frames()
    }


def test_a_batch_that_another_import_overtook_meanwhile_is_refused(
    own_neo4j_server: Any, sample_tables: Tables, sample_run: Runs
) -> None:
    server = own_neo4j_server

    def restart_and_write() -> None:
        server.kill()
        server.start()
        with Neo4jStore(server.url, password=server.password) as other:
            other.write(sample_tables("b.xlsx"), sample_run(1, "b.xlsx"))

    with Neo4jStore(server.url, password=server.password) as store:
        store.prepare(load_schema())
        with pytest.raises(StoreUnavailable):
            interrupted(store, restart_and_write, sample_tables(), sample_run())
        sources = {
            cell.partition("/")[0]
            for _, frame in store.read(GraphQuery()).frames()
            for cell in frame["origin"]
        }

    assert sources == {"b.xlsx"}
