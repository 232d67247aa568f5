"""tools/neo4j_server.py before it starts anything: which Java, which cache, what it tells."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from neo4j_target import server_tool

TOOL = server_tool()
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="writes shell scripts as java")


def fake_java(folder: Path, told: str) -> Path:
    (folder / "bin").mkdir(parents=True)
    java = folder / "bin" / "java"
    java.write_text(f"#!/bin/sh\necho '{told}' >&2\n", encoding="utf-8")
    java.chmod(java.stat().st_mode | stat.S_IXUSR)
    return java


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """A machine whose only Java is the one JAVA_HOME names, and without Maven."""
    monkeypatch.setattr(TOOL, "_java_candidates", lambda: iter([tmp_path / "bin" / "java"]))
    monkeypatch.setattr(TOOL.shutil, "which", lambda _name: None)
    monkeypatch.setenv("CHAINMAP_NEO4J_CACHE", str(tmp_path / "cache"))
    return monkeypatch


@pytest.mark.parametrize(
    ("told", "version"),
    [
        ('openjdk version "17.0.12" 2024-07-16', 17),
        ('openjdk version "25" 2025-09-16', 25),
        ('java version "1.8.0_402"', 8),
        ("something else", 0),
    ],
)
def test_the_feature_version_of_a_java_is_read(tmp_path: Path, told: str, version: int) -> None:
    assert TOOL._java_version(fake_java(tmp_path, told)) == version


def test_a_program_that_is_not_there_has_no_version(tmp_path: Path) -> None:
    assert TOOL._java_version(tmp_path / "java") == 0


@pytest.mark.usefixtures("alone")
def test_a_java_that_is_too_old_is_named_with_what_to_do(tmp_path: Path) -> None:
    fake_java(tmp_path, 'openjdk version "11.0.2"')

    with pytest.raises(TOOL.ServerFailed, match=r"no Java 17 or newer.*\(11\).*JAVA_HOME"):
        TOOL.find_java(17)


@pytest.mark.usefixtures("alone")
def test_a_java_that_is_new_enough_is_taken(tmp_path: Path) -> None:
    java = fake_java(tmp_path, 'openjdk version "21.0.1"')

    assert TOOL.find_java(21) == java


@pytest.mark.usefixtures("alone")
def test_without_maven_and_without_jars_the_way_out_is_told() -> None:
    with pytest.raises(TOOL.ServerFailed, match="apt-get install maven"):
        TOOL.fetch_jars(TOOL.LINES["5"])


@pytest.mark.usefixtures("alone")
def test_jars_in_the_cache_need_no_maven(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / TOOL.LINES["5"].version / "lib"
    folder.mkdir(parents=True)

    assert TOOL.fetch_jars(TOOL.LINES["5"]) == folder


def test_the_cache_lies_outside_the_checkout_unless_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHAINMAP_NEO4J_CACHE", raising=False)

    root = Path(__file__).resolve().parents[2]
    assert root not in TOOL.cache_folder().parents


def test_the_script_explains_itself() -> None:
    script = Path(TOOL.__file__)

    told = subprocess.run(
        [sys.executable, str(script), "--help"], capture_output=True, text=True, check=True
    )

    assert "--line" in told.stdout
