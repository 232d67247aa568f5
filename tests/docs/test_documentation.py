"""What the pages say is so: they name everything, their links lead somewhere, their blocks run."""

from __future__ import annotations

import inspect
import os
import re
import shutil
import subprocess
import sys
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from blocks import ROOT, python_blocks, shell_lines
from click.testing import CliRunner

from chainmap import errors
from chainmap.cli import cli
from chainmap.config import Settings
from chainmap.schema import load_schema
from chainmap.texts.findings import RULES
from chainmap.version import __version__

PAGES = [
    path
    for path in [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
    if path.is_file()
]
OF_TODAY = [page for page in PAGES if page.parent.name != "adr" and page.name != "CHANGELOG.md"]
"""Pages that are kept up to date; the others are records of their day, never edited."""
LINK = re.compile(r"!?\[[^\]]*\]\(([^()\s]+(?:\([^()]*\))?)\)")
RUNNABLE = [page for page in PAGES if shell_lines(page)]
WITH_PYTHON = [page for page in PAGES if python_blocks(page)]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands(command: click.Command, words: str) -> Iterator[tuple[str, click.Command]]:
    yield words, command
    if isinstance(command, click.Group):
        ctx = click.Context(command)
        for name in command.list_commands(ctx):
            found = command.get_command(ctx, name)
            assert found is not None
            yield from commands(found, f"{words} {name}")


COMMANDS = dict(commands(cli, "chainmap"))


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_and_option_is_on_the_command_page(words: str) -> None:
    section = read("docs/cli.md").partition(f"## {words}\n")[2].partition("\n## ")[0]

    assert section
    for param in COMMANDS[words].params:
        if isinstance(param, click.Option):
            assert all(f"{name}" in section for name in param.opts), param.opts


def test_every_setting_is_on_the_settings_page() -> None:
    page = read("docs/settings.md")

    for row in Settings().describe():
        assert f"`{row['setting']}`" in page
        assert f"`{row['env']}`" in page


def test_every_exit_code_of_an_error_is_explained() -> None:
    page = read("docs/exit-codes.md")
    raised = [
        error
        for _, error in inspect.getmembers(errors, inspect.isclass)
        if issubclass(error, errors.ChainmapError)
    ]

    assert len(raised) > 5
    for error in raised:
        row = re.search(rf"^\| {error.exit_code} \|.*$", page, re.MULTILINE)
        assert row, error
        assert f"`{error.__name__}`" in row[0], error


def test_every_rule_is_on_the_findings_page_with_its_sentences() -> None:
    page = read("docs/findings.md")

    for name, rule in RULES.items():
        line = next(line for line in page.splitlines() if line.startswith(f"| `{name}` |"))
        for text in (rule.severity, rule.message, rule.fix, rule.message_en, rule.fix_en):
            assert text.replace("|", "\\|") in line, name


def test_every_label_type_and_attribute_is_on_the_schema_page() -> None:
    schema = load_schema()
    page = read("graph_schema/schema.md")

    for owner in [*schema.nodes, *schema.edges]:
        section = page.partition(f"### {owner}\n")[2].partition("\n### ")[0]
        for attribute in schema.owner(owner).attributes:
            assert f"`{attribute.name}`" in section, (owner, attribute.name)


@pytest.mark.parametrize("tool", ["write_cli_docs", "write_findings_docs", "write_answer_docs"])
def test_the_pages_made_from_the_code_are_fresh(tool: str) -> None:
    done = subprocess.run(
        [sys.executable, f"tools/{tool}.py", "--check"],
        cwd=ROOT, capture_output=True, text=True, check=False, encoding="utf-8",
    )  # fmt: skip

    assert done.returncode == 0, f"{done.stdout}{done.stderr}run: python tools/{tool}.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_inside_the_project_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(_prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = page.parent / name if name else page
        assert file.exists(), target
        if anchor:
            assert anchor in _anchors(file), target


@pytest.mark.parametrize("page", OF_TODAY, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_files_of_the_project_that_a_page_names_exist(page: Path) -> None:
    folders = ("chainmap", "docs", "graph_schema", "seed_data", "tests", "tools", "benchmarks")
    named = re.findall(rf"`((?:{'|'.join(folders)})/[\w./-]+)`", page.read_text(encoding="utf-8"))

    missing = [name for name in named if not (ROOT / name).exists()]

    assert missing == []


def test_the_two_commands_of_the_readme_are_marked_and_real() -> None:
    text = read("README.md")
    project = tomllib.loads(read("pyproject.toml"))["project"]

    demo = _marked(text, "demo")
    tests = _marked(text, "test")

    for command in (demo, tests):
        assert "-c requirements.lock" in command
        extra = re.search(r'"\.\[(\w+)\]"', command)
        assert extra is not None
        assert extra[1] in project["optional-dependencies"]
    assert "-m chainmap demo -o chainmap-demo" in demo
    assert tests.endswith("-m pytest")
    assert project["requires-python"].removeprefix(">=") in text
    assert (ROOT / "requirements.lock").is_file()


def test_the_version_of_the_changelog_is_the_version_of_the_program() -> None:
    versions = re.findall(r"^## \[?v?(\d+\.\d+\.\d+)", read("CHANGELOG.md"), re.MULTILINE)
    unreleased = re.search(r"^## .*(?:unreleased|未发布)", read("CHANGELOG.md"), re.I | re.M)

    assert unreleased or versions[0] == __version__


def test_the_floors_drawn_for_contributors_are_those_that_are_enforced() -> None:
    drawn = read("CONTRIBUTING.md").partition("## The floors")[2].split("```")[1]
    contracts = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c["type"] == "layers")
    names = [re.split(r" {3,}(?=\S)", line.strip(), maxsplit=1)[0] for line in drawn.splitlines()]
    words = [set(re.findall(r"\w+", name)) for name in names if name]
    enforced = [set(re.findall(r"\w+", layer)) for layer in layers]

    floor_of = {word: number for number, line in enumerate(words) for word in line}
    for number, layer in enumerate(enforced[:-1]):
        assert layer <= floor_of.keys(), layer
        below = enforced[number + 1] & floor_of.keys()
        assert max(map(floor_of.get, layer)) <= min(map(floor_of.get, below), default=99)


def test_tests_that_a_page_cites_exist() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    cited = re.findall(r"`(test_\w+)`", "".join(page.read_text("utf-8") for page in PAGES))

    assert [name for name in cited if f"def {name}(" not in tests] == []


@pytest.mark.parametrize("page", RUNNABLE, ids=lambda page: page.name)
def test_the_shell_blocks_of_the_page_run(
    bench: Path, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In this process: that the program starts as one of its own is proved in tests/cli.
    for name in [name for name in os.environ if name.startswith("CHAINMAP_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(bench)
    for program, *words in shell_lines(page):
        done = CliRunner().invoke(cli, words)

        assert program == "chainmap"
        assert done.exit_code == 0, f"{words}\n{done.stderr}"


@pytest.mark.parametrize("page", WITH_PYTHON, ids=lambda page: page.name)
def test_the_python_blocks_of_the_page_run(bench: Path, env: dict[str, str], page: Path) -> None:
    blocks = python_blocks(page)

    for block in blocks:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", block],
            cwd=bench, env=env, capture_output=True, text=True, check=False, encoding="utf-8",
        )  # fmt: skip

        assert done.returncode == 0, done.stderr
        assert done.stdout.strip()
    assert blocks


def test_no_tracked_file_knows_this_machine_or_who_typed_it() -> None:
    folders = "|".join(("work", "tmp", "root"))
    names = "|".join(("clau" + "de", "sub" + "agent", "fa" + "rm-"))
    traces = re.compile(rf"(?<![\w.\-/])/(?:{folders})/[\w-]|(?i:{names})")
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in _tracked()
        for number, line in enumerate(_text(path).splitlines(), start=1)
        if traces.search(line)
    ]

    assert found == []


@pytest.fixture(scope="module")
def bench(made_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo that the blocks may change; other tests compare answers on another."""
    return shutil.copytree(made_demo, tmp_path_factory.mktemp("blocks") / "here")


@pytest.fixture
def env() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHAINMAP_")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}


def _marked(text: str, name: str) -> str:
    found = re.search(rf"<!-- command:{name} -->\n```sh\n(.+)\n```", text)
    assert found is not None
    return found[1]


def _prose(page: Path) -> str:
    text = page.read_text(encoding="utf-8")
    return re.sub(r"```.*?```|`[^`\n]*`(?!\])", "", text, flags=re.DOTALL)


def _anchors(file: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {_slug(head) for head in heads}


def _slug(head: str) -> str:
    """Return the anchor that GitHub makes of a heading."""
    kept = "".join(
        char
        for char in head.strip().lower()
        if char in " -_" or unicodedata.category(char)[0] in "LN"
    )
    return kept.replace(" ", "-")


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout")
    names = listed.stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def _text(path: Path) -> str:
    data = path.read_bytes()
    return "" if b"\0" in data else data.decode("utf-8", errors="replace")
