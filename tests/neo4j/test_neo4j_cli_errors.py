"""What the command line says when the server is down, refuses, or dies in the middle."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from chainmap.resources import data_folder

if TYPE_CHECKING:
    from neo4j_target import Neo4jTarget

PROGRAM = (sys.executable, "-m", "chainmap")
DAY = ("--as-of", "2026-10-01")
UNAVAILABLE = 4


def surroundings(password: str) -> dict[str, str]:
    return {**os.environ, "CHAINMAP_STORE_PASSWORD": password, "PYTHONUTF8": "1"}


def ask(password: str, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run one command in a process of its own."""
    done = subprocess.run(
        [*PROGRAM, *words],
        cwd=folder,
        env=surroundings(password),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert password not in done.stdout + done.stderr
    return done


def place_of(url: str) -> str:
    return url.partition("@")[2].partition("/")[0]


def assert_one_sentence(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """The command ended as unavailable, with one line on stderr that holds the words."""
    assert done.returncode == UNAVAILABLE, done.stderr
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("错误：")
    assert [word for word in words if word not in line] == []


@pytest.mark.parametrize("scheme", ["neo4j", "bolt", "bolt+s"])
def test_a_server_that_is_down_is_one_sentence_with_its_address(
    scheme: str, tmp_path: Path
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    done = ask("geheim-genug", tmp_path, "store", "info", "--store", f"{scheme}://127.0.0.1:{port}")

    assert_one_sentence(done, str(port))


@pytest.mark.neo4j
def test_a_wrong_password_is_one_sentence_that_names_the_variable(
    neo4j_server: Neo4jTarget, tmp_path: Path
) -> None:
    done = ask("ganz-falsch", tmp_path, "store", "info", "--store", neo4j_server.url)

    assert_one_sentence(done, "CHAINMAP_STORE_PASSWORD", place_of(neo4j_server.url))


@pytest.mark.neo4j
def test_a_wrong_database_is_one_sentence_that_names_the_right_one(
    neo4j_server: Neo4jTarget, tmp_path: Path
) -> None:
    url = neo4j_server.url.rpartition("/")[0] + "/park"

    done = ask(neo4j_server.password, tmp_path, "store", "info", "--store", url)

    assert_one_sentence(done, "park", "/neo4j")


@pytest.mark.neo4j
@pytest.mark.parametrize("scheme", ["neo4j+s", "neo4j+ssc", "bolt+s", "bolt+ssc"])
def test_an_address_with_tls_on_a_server_without_says_what_to_write_instead(
    scheme: str, neo4j_server: Neo4jTarget, tmp_path: Path
) -> None:
    url = f"{scheme}://neo4j@{place_of(neo4j_server.url)}/neo4j"

    done = ask(neo4j_server.password, tmp_path, "store", "info", "--store", url)

    assert_one_sentence(done, "TLS", "neo4j://", "bolt://")


def counted(done: subprocess.CompletedProcess[str]) -> dict[str, int]:
    assert done.returncode == 0, done.stderr
    rows: list[dict[str, Any]] = json.loads(done.stdout)["rows"]
    return {row["label"]: row["count"] for row in rows}


@pytest.mark.neo4j
@pytest.mark.slow
def test_an_import_into_a_killed_server_is_told_and_the_same_command_completes_it(
    own_neo4j_server: Any, tmp_path: Path
) -> None:
    server, files = own_neo4j_server, sorted(data_folder("seed_data").glob("*.xlsx"))
    place = ("--store", server.url)
    words = ("import", *map(str, files), *DAY)
    info = ("store", "info", "--format", "json", "--quiet")

    with subprocess.Popen(
        [*PROGRAM, *words, *place],
        cwd=tmp_path,
        env=surroundings(server.password),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as running:
        assert running.stderr is not None
        assert any(line.startswith("写入") for line in running.stderr)
        server.kill()
        stdout, stderr = running.communicate()
    server.start()
    left = counted(ask(server.password, tmp_path, *info, *place))
    again = ask(server.password, tmp_path, *words, *place, "--quiet")
    done = counted(ask(server.password, tmp_path, *info, *place))
    ask(server.password, tmp_path, *words, "--store", "sqlite:same.sqlite", "--quiet")
    same = counted(ask(server.password, tmp_path, *info, "--store", "sqlite:same.sqlite"))

    assert running.returncode == UNAVAILABLE, stderr
    assert stdout == ""
    assert place_of(server.url) in stderr.splitlines()[-1]
    assert "Traceback" not in stderr
    assert set(left.values()) == {0}
    assert again.returncode == 0, again.stderr
    assert done == same
    assert done["Company"] > 100
