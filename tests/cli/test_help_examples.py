"""The examples at the end of each page of help run as printed, in a demo workspace."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from chainmap.cli import cli
from chainmap.texts import cli as cli_texts

pytestmark = pytest.mark.slow

EXAMPLES = {
    f"{text_id} {number}": line
    for text_id, (zh, _) in cli_texts.TEXTS.items()
    if text_id.endswith(".example") and text_id != "cli.example"
    for number, line in enumerate(zh.format().splitlines())
}
FIRST = {line: name for name, line in reversed(EXAMPLES.items())}
"""The first page that gives a line: two pages may give the same one."""
ABOVE = ("cli.root.", "cli.demo.")
"""Pages whose examples are meant to be run beside the workspace, not in it."""


@pytest.fixture(scope="module")
def demo(made_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo workspace that the examples may change."""
    folder = tmp_path_factory.mktemp("examples") / "demo"  # as the examples call it
    return shutil.copytree(made_demo / "chainmap-demo", folder)


@pytest.mark.parametrize("name", FIRST.values())
def test_the_example_of_the_help_runs(demo: Path, name: str, monkeypatch) -> None:
    for variable in ("CHAINMAP_STORE", "CHAINMAP_LANG"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(demo.parent if name.startswith(ABOVE) else demo)
    program, *line = shlex.split(EXAMPLES[name].partition(" >")[0])

    done = CliRunner().invoke(cli, line)

    assert program == "chainmap"
    assert done.exit_code == 0, done.stderr
