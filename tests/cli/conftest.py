"""Fixtures of the command-line tests: a runner, and one small imported workspace."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chainmap.cli import cli

FILES = {
    "产业链.csv": "产业链\n示例锂电\n",
    "环节.csv": (
        "产业链,环节,阶段\n示例锂电,锂盐,上游\n示例锂电,正极材料,中游\n示例锂电,电池,下游\n"
    ),
    "产品.csv": (
        "产品编码,产品,所在环节,计量单位\n"
        "T-001,碳酸锂,示例锂电/锂盐,吨\n"
        "T-002,磷酸铁锂,示例锂电/正极材料,吨\n"
        "T-003,锂电池,示例锂电/电池,吨\n"
        "T-004,隔膜,示例锂电/正极材料,吨\n"
    ),
    "产品投入.csv": "投入品,产出品,关键程度\n碳酸锂,磷酸铁锂,2\n磷酸铁锂,锂电池,2\n隔膜,锂电池,2\n",
    "企业.csv": (
        "企业名称,企业规模,联系电话,示例\n"
        "示例链主电池有限公司,大型,13900000001,是\n"
        "示例锂盐有限公司,小型,13900000002,是\n"
        "示例正极材料有限公司,小型,13900000003,是\n"
        "示例铁锂科技有限公司,微型,13900000004,是\n"
    ),
    "供给.csv": (
        "企业名称,产品,年产能,产能单位\n"
        "示例锂盐有限公司,碳酸锂,1000,吨\n"
        "示例正极材料有限公司,磷酸铁锂,500,吨\n"
        "示例铁锂科技有限公司,磷酸铁锂,100,吨\n"
        "示例链主电池有限公司,锂电池,2000,吨\n"
    ),
    "需求.csv": (
        "企业名称,产品,需求编号,年需求量,需求单位,公开范围\n"
        "示例链主电池有限公司,磷酸铁锂,D1,800,吨,公开\n"
        "示例链主电池有限公司,隔膜,仅局内需求77,300,吨,仅局内\n"
    ),
    "链主.csv": "企业名称,产业链,角色\n示例链主电池有限公司,示例锂电,链主\n",
}


@dataclass(frozen=True)
class Told:
    """What a command said and did."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def answer(self) -> dict:
        return json.loads(self.stdout)


Run = Callable[..., Told]

CUT_SHORT = """
import os, signal
from chainmap.stores.sqlite import SqliteStore
def prune(store, run, prune=SqliteStore.prune):
    prune(store, run)
    os.kill(os.getpid(), signal.{kind})
SqliteStore.prune = prune
from chainmap.cli import main
main()
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one command line in this process, without the caller's CHAINMAP settings."""
    for name in ("CHAINMAP_LANG", "CHAINMAP_STORE", "CHAINMAP_STORE_PASSWORD"):
        monkeypatch.delenv(name, raising=False)

    def invoke(*args: object, env: dict[str, str] | None = None) -> Told:
        result: Result = CliRunner().invoke(cli, [str(arg) for arg in args], env=env)
        return Told(result.exit_code, result.stdout, result.stderr)

    return invoke


@pytest.fixture
def cut_short() -> Callable[[str], list[str]]:
    """The program as a process that gets a signal when all rows are written, not yet committed."""
    return lambda kind: [sys.executable, "-c", CUT_SHORT.format(kind=kind)]


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of csv tables: three makers, one leader, one product nobody makes."""
    folder = tmp_path_factory.mktemp("tables")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory, tables: Path) -> Path:
    """A workspace with the tables imported; tests only read it."""
    folder = tmp_path_factory.mktemp("workspace") / "示例工作区"
    runner = CliRunner()
    assert runner.invoke(cli, ["init", str(folder)]).exit_code == 0
    done = runner.invoke(cli, ["import", str(tables), "--workspace", str(folder)])
    assert done.exit_code == 0, done.stderr
    return folder
