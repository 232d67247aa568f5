"""One demo workspace for all pages: what the documentation promises is tried on it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chainmap.cli import cli

VARIABLES = ("CHAINMAP_LANG", "CHAINMAP_STORE", "CHAINMAP_STORE_PASSWORD", "CHAINMAP_WORKSPACE")


@dataclass(frozen=True)
class Told:
    """What a command said."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def answer(self) -> dict[str, Any]:
        return json.loads(self.stdout, parse_constant=_refuse)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


Ask = Callable[..., Told]


@pytest.fixture(scope="session")
def demo(made_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a demo workspace ``chainmap-demo``, beside which this worker may write."""
    return shutil.copytree(made_demo, tmp_path_factory.mktemp("documented") / "here")


@pytest.fixture(scope="session")
def ask(demo: Path) -> Ask:
    """Run one command beside the demo workspace, in this process."""

    def invoke(*args: object, env: Mapping[str, str] | None = None) -> Told:
        with pytest.MonkeyPatch.context() as patch:
            for name in VARIABLES:
                patch.delenv(name, raising=False)
            patch.chdir(demo)
            result = CliRunner().invoke(cli, [str(arg) for arg in args], env=dict(env or {}))
        return Told(result.exit_code, result.stdout, result.stderr)

    return invoke
