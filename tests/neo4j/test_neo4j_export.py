"""Files for neo4j-admin: the server that loaded them holds what the store held."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from neo4j_target import server_tool

from chainmap.errors import ConfigError
from chainmap.schema import load_schema
from chainmap.stores.memory import MemoryStore
from chainmap.stores.neo4j import Neo4jStore
from chainmap.stores.port import GraphQuery
from chainmap.workflow.store_export import export_for_neo4j

if TYPE_CHECKING:
    from chainmap.tables import GraphTables, Run


@pytest.fixture
def filled(
    sample_tables: Callable[..., GraphTables], sample_run: Callable[..., Run]
) -> MemoryStore:
    store = MemoryStore()
    tables = sample_tables("a.xlsx")
    hostile = tables.nodes["Company"].assign(
        business_scope=['引"号；分号;逗号,', "两\n行", ""], address=[None, "=1+1", "\t制表"]
    )
    nodes = {**tables.nodes, "Company": hostile}
    store.write(type(tables)(nodes, tables.edges), sample_run(1, "a.xlsx"))
    store.write(sample_tables("b.xlsx"), sample_run(2, "b.xlsx"))
    return store


def test_a_folder_that_holds_something_is_refused(filled: MemoryStore, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")

    with pytest.raises(ConfigError):
        export_for_neo4j(filled, tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_command_names_every_file(filled: MemoryStore, tmp_path: Path) -> None:
    answer = export_for_neo4j(filled, tmp_path / "out")

    written = {path.name for path in (tmp_path / "out").iterdir()}
    command = str(answer.extra["command"])
    assert written == {row["file"] for row in answer.rows}
    assert {part.partition("=")[2] for part in command.split() if part.endswith(".csv")} == written


@pytest.mark.slow
def test_a_neo4j_server_that_loaded_the_files_holds_the_same_graph(
    filled: MemoryStore, tmp_path: Path, own_neo4j_server: Any
) -> None:
    tool, server = server_tool(), own_neo4j_server
    answer = export_for_neo4j(filled, tmp_path / "out")
    server.kill()
    words = shlex.split(str(answer.extra["command"]))[1:]
    java, jars = tool.find_java(server.line.java), tool.fetch_jars(server.line)
    places = {"NEO4J_HOME": str(server.home), "NEO4J_CONF": str(server.home / "conf")}

    loaded = subprocess.run(
        [str(java), "-Xmx512m", "-cp", f"{jars}/*", "org.neo4j.cli.AdminTool", *words],
        cwd=tmp_path / "out",
        env={**os.environ, **places},
        capture_output=True,
        text=True,
        check=False,
    )
    assert loaded.returncode == 0, loaded.stdout + loaded.stderr
    server.start()
    with Neo4jStore(server.url, password=server.password) as store:
        store.prepare(load_schema())
        found = store.read(GraphQuery())
        leaders = store.count("ChainLeader")["count"].tolist()

    assert leaders == [1]
    for (owner, ours), (name, theirs) in zip(
        found.frames(), filled.read(GraphQuery()).frames(), strict=True
    ):
        assert owner == name
        pd.testing.assert_frame_equal(ours, theirs, obj=owner)
