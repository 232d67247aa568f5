"""``init``, ``template``, ``config show``, ``doctor``: a workspace from nothing."""

from __future__ import annotations

import importlib.metadata
import io
import os
import sqlite3
import sys
from pathlib import Path

import pytest

from chainmap.cli.options import store_password
from chainmap.config import Settings, Workspace, load_settings
from chainmap.errors import ConfigError
from chainmap.workflow import workspace as workspace_module
from chainmap.workflow.workspace import init_workspace


def test_init_makes_the_four_parts_of_a_workspace(run, tmp_path: Path) -> None:
    folder = tmp_path / "我的 园区"

    told = run("init", folder)

    assert told.exit_code == 0
    assert told.stdout.strip() == str(folder)
    names = {path.name for path in folder.iterdir()}
    assert names == {"chainmap.toml", "采集表.xlsx", "chainmap.sqlite", "out"}


@pytest.mark.parametrize("name", ["chainmap.toml", "采集表.xlsx", "chainmap.sqlite"])
def test_init_overwrites_nothing_and_makes_nothing_then(run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    before = sorted(tmp_path.iterdir())

    told = run("init", tmp_path)

    assert told.exit_code == 2
    assert name in told.stderr
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / name).read_text() == "mine"


def test_init_leaves_other_files_of_the_folder_alone(run, tmp_path: Path) -> None:
    (tmp_path / "企业.xlsx").write_text("mine")

    assert run("init", tmp_path).exit_code == 0
    assert (tmp_path / "企业.xlsx").read_text() == "mine"


def test_init_refuses_a_file_where_the_folder_should_be(run, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x")

    assert run("init", tmp_path / "taken").exit_code == 2
    assert run("init", tmp_path / "taken" / "below").exit_code == 2


def test_a_set_up_that_fails_takes_back_what_it_made(tmp_path: Path, monkeypatch) -> None:
    def fail(url: str) -> None:
        raise ConfigError(url)

    monkeypatch.setattr(workspace_module, "open_store", fail)

    with pytest.raises(ConfigError):
        init_workspace(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_zone_given_is_in_force(tmp_path: Path, run) -> None:
    init_workspace(tmp_path, region="630100", parks=("甘河工业园区",))

    rows = {r["setting"]: r for r in run("config", "show", "--workspace", tmp_path,
                                         "--format", "json").answer["rows"]}  # fmt: skip
    assert rows["zone.region"]["value"] == "630100"
    assert rows["zone.parks"]["value"] == ["甘河工业园区"]
    assert rows["zone.region"]["origin"] == "file"
    assert rows["zone.region"]["place"].endswith("chainmap.toml:5")


def test_template_is_a_workbook_and_never_overwrites(run, tmp_path: Path) -> None:
    path = tmp_path / "采集表.xlsx"

    first, second = run("template", "-o", path), run("template", "-o", path)

    assert first.exit_code == 0
    assert path.read_bytes().startswith(b"PK")
    assert second.exit_code == 2
    assert run("template", "-o", tmp_path / "采集表.txt").exit_code == 2


def test_config_show_never_shows_a_password(run, tmp_path: Path) -> None:
    env = {"CHAINMAP_STORE_PASSWORD": "geheim", "CHAINMAP_STORE": "neo4j://neo4j@localhost:1/neo4j"}

    told = run("config", "show", "--workspace", tmp_path, "--format", "json", env=env)

    assert told.exit_code == 0
    assert "geheim" not in told.stdout + told.stderr
    assert told.answer["scope"]["store"] == env["CHAINMAP_STORE"]


def test_a_wrong_settings_file_is_told_by_every_command(run, tmp_path: Path) -> None:
    (tmp_path / "chainmap.toml").write_text("[macth]\ntop = 3\n")

    told = run("gaps", "--workspace", tmp_path)

    assert told.exit_code == 2
    assert "chainmap.toml:1" in told.stderr
    assert "match" in told.stderr


@pytest.mark.parametrize("url", ["neo4j://neo4j:geheim@localhost:7687/neo4j", "bolt://u:geheim@h"])
def test_a_password_in_an_address_is_refused_and_not_repeated(run, tmp_path, url) -> None:
    told = run("store", "info", "--workspace", tmp_path, "--store", url)

    assert told.exit_code == 2
    assert "geheim" not in told.stdout + told.stderr
    assert "CHAINMAP_STORE_PASSWORD" in told.stderr


def test_a_password_variable_that_is_not_set_is_told(run, tmp_path: Path) -> None:
    told = run("store", "info", "--workspace", tmp_path, "--store", "bolt://neo4j@localhost:1",
               "--password-env", "NO_SUCH_VARIABLE")  # fmt: skip

    assert told.exit_code == 2
    assert "NO_SUCH_VARIABLE" in told.stderr


def test_a_password_is_not_asked_for_where_nobody_can_type(run, tmp_path: Path) -> None:
    told = run("store", "info", "--workspace", tmp_path, "--store", "bolt://neo4j@localhost:1")

    assert told.exit_code == 2
    assert "CHAINMAP_STORE_PASSWORD" in told.stderr


@pytest.mark.parametrize(
    ("url", "environ", "password"),
    [
        ("sqlite:a.sqlite", {"CHAINMAP_STORE_PASSWORD": "x"}, None),
        ("memory:", {}, None),
        ("bolt://localhost", {}, None),
        ("bolt://neo4j@localhost", {"CHAINMAP_STORE_PASSWORD": "x"}, "x"),
        ("bolt://neo4j@localhost", {"CHAINMAP_STORE_PASSWORD_ENV": "OURS", "OURS": "y"}, "y"),
    ],
)
def test_the_password_comes_from_the_variable_that_is_named(
    monkeypatch, url, environ, password
) -> None:
    monkeypatch.delenv("CHAINMAP_STORE_PASSWORD", raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    assert store_password(url, load_settings(Workspace(Path("none")), os.environ)) == password


def test_a_person_at_a_terminal_is_asked_for_the_password(monkeypatch) -> None:
    monkeypatch.delenv("CHAINMAP_STORE_PASSWORD", raising=False)
    monkeypatch.setattr(sys, "stdin", Terminal("geheim\n"))
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda prompt: input())

    assert store_password("bolt://neo4j@localhost", Settings()) == "geheim"


class Terminal(io.StringIO):
    """A keyboard."""

    def isatty(self) -> bool:
        return True


def test_a_server_that_is_down_exits_4(run, tmp_path: Path) -> None:
    told = run("store", "info", "--workspace", tmp_path, "--store", "bolt://localhost:1")

    assert told.exit_code == 4
    assert "Traceback" not in told.stderr


def test_doctor_on_a_fresh_workspace_finds_nothing_broken(run, tmp_path: Path) -> None:
    init_workspace(tmp_path)

    told = run("doctor", "--workspace", tmp_path, "--format", "json")

    assert told.exit_code == 0
    states = {row["state"] for row in told.answer["rows"]}
    assert "broken" not in states
    assert all(row["advice"] for row in told.answer["rows"] if row["state"] != "ok")


def test_doctor_without_a_workspace_says_how_to_make_one(run, tmp_path: Path) -> None:
    told = run("doctor", "--workspace", tmp_path)

    assert told.exit_code == 0
    assert "chainmap init" in told.stdout


def test_doctor_finds_a_damaged_store_and_exits_1(run, tmp_path: Path) -> None:
    init_workspace(tmp_path)
    store = Workspace(tmp_path).store_path
    content = bytearray(store.read_bytes())
    content[4096:20480] = b"\xff" * 16384
    store.write_bytes(content)

    told = run("doctor", "--workspace", tmp_path, "--format", "json")

    assert told.exit_code == 1
    broken = [row for row in told.answer["rows"] if row["state"] == "broken"]
    assert [row["area"] for row in broken] == ["store"]
    assert "备份" in broken[0]["advice"]


def test_doctor_finds_a_file_that_is_no_store(run, tmp_path: Path) -> None:
    (tmp_path / "chainmap.sqlite").write_text("not a database, not at all")

    assert run("doctor", "--workspace", tmp_path).exit_code == 1


def test_doctor_sees_a_write_that_has_not_come_to_its_end(run, tmp_path: Path) -> None:
    init_workspace(tmp_path)
    with sqlite3.connect(Workspace(tmp_path).store_path, isolation_level=None) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("CREATE TABLE more (a)")
        told = run("doctor", "--workspace", tmp_path, "--format", "json")
    writer.close()

    assert any(row["value"] == "chainmap.sqlite-wal" for row in told.answer["rows"])


def test_doctor_tells_a_server_that_is_down(run, tmp_path: Path) -> None:
    told = run(
        "doctor", "--workspace", tmp_path, "--store", "bolt://localhost:1", "--format", "json"
    )

    assert told.exit_code == 1
    assert [row["area"] for row in told.answer["rows"] if row["state"] == "broken"] == ["store"]


def test_doctor_tells_old_missing_and_optional_packages_apart(run, tmp_path, monkeypatch) -> None:
    versions = {"chainmap": "0.1.0", "click": "8.0.0", "scipy": "1.15.2", "kglite": "0.20.0"}
    wanted = ["click>=8.2", "scipy>=1.14", "rich>=13", "kglite==0.21.2; extra == 'cypher'",
              "ipykernel>=6; extra == 'notebooks'", "ruff>=0.9; extra == 'dev'"]  # fmt: skip

    def version(name: str) -> str:
        if name not in versions:
            raise importlib.metadata.PackageNotFoundError(name)
        return versions[name]

    monkeypatch.setattr(importlib.metadata, "version", version)
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: wanted)

    told = run("doctor", "--workspace", tmp_path, "--format", "json")

    assert told.exit_code == 1
    states = {row["check"]: row["state"] for row in told.answer["rows"]}
    assert states["组件 click"] == "broken"
    assert states["组件 scipy"] == "ok"
    assert states["组件 rich"] == "broken"
    assert states["附加组件 cypher：kglite"] == "missing"
    assert states["附加组件 notebooks：ipykernel"] == "missing"
    assert not any("ruff" in check for check in states)


@pytest.mark.parametrize("command", [("config", "show"), ("doctor",)])
def test_a_password_written_into_the_address_is_not_repeated(run, tmp_path, command):
    url = "neo4j://anna:geheim@host:7687/neo4j"
    (tmp_path / "chainmap.toml").write_text(f'[store]\nurl = "{url}"\n', encoding="utf-8")

    for form in ("table", "json", "csv"):
        told = run(*command, "--workspace", tmp_path, "--format", form)

        assert "anna" in told.stdout
        assert "geheim" not in told.stdout + told.stderr
