"""The frame: help in two languages, lazy commands, usage errors, exit codes, one handler."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from chainmap import errors
from chainmap.cli import COMMANDS, cli
from chainmap.cli.formatting import Group, Option, display_width, fold
from chainmap.errors import Finding, InputRejected, Severity
from chainmap.texts import say
from chainmap.texts.findings import RULES

HEAVY = ("pandas", "numpy", "scipy", "networkx", "neo4j", "openpyxl", "rich", "pyvis", "pyarrow")


def all_commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every page of help: (words of the command, command)."""
    pending: list[tuple[tuple[str, ...], click.Command]] = [((), cli)]
    while pending:
        words, command = pending.pop()
        yield words, command
        if isinstance(command, Group):
            ctx = click.Context(command)
            for name in command.list_commands(ctx):
                found = command.get_command(ctx, name)
                assert found is not None
                pending.append(((*words, name), found))


PAGES = sorted(all_commands(), key=lambda page: page[0])


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("words", [words for words, _ in PAGES], ids=" ".join)
def test_every_page_of_help_ends_with_an_example(run, words, lang) -> None:
    told = run(*words, "--help", env={"CHAINMAP_LANG": lang})

    assert told.exit_code == 0
    assert told.stderr == ""
    examples = told.stdout.split(say("cli.heading", lang, title=say("cli.example", lang)))[1]
    lines = [line.strip() for line in examples.strip().splitlines()]
    assert all(line.startswith(" ".join(["chainmap", *words[:1]])) for line in lines)


@pytest.mark.parametrize(
    ("words", "command"),
    PAGES,
    ids=lambda part: " ".join(part) or "root" if isinstance(part, tuple) else "",
)
def test_every_option_has_a_text_and_no_line_of_help_is_wider_than_the_page(words, command) -> None:
    ctx = command.context_class(command, info_name=" ".join(("chainmap", *words)))

    assert all(isinstance(p, (Option, click.Argument)) for p in command.params)
    page = command.get_help(ctx)
    assert max(display_width(line) for line in page.split(say("cli.example"))[0].splitlines()) <= 80


def test_help_loads_no_command_and_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from chainmap.cli import main\n"
        "sys.argv = ['chainmap', '--help']\n"
        "try:\n    main()\n"
        "except SystemExit as done:\n    assert done.code == 0\n"
        f"print([m for m in sys.modules if m.split('.')[0] in {HEAVY!r}], file=sys.stderr)\n"
        "print([m for m in sys.modules if m.startswith(('chainmap.workflow', 'chainmap.cli.m'))],"
        " file=sys.stderr)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stderr.split() == ["[]", "[]"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["matc"], "match"),
        (["store", "inof"], "info"),
        (["match", "--leadr", "X"], "--leader"),
        (["match", "--kind", "friend"], "supply"),
        (["match", "--top", "0"], "1 以上"),
        (["match", "--as-of", "昨天"], "2024-06-30"),
        (["query", "RETURN 1", "--param", "n"], "名称=值"),
        (["import"], "PATH"),
        (["match", "--leader"], "--leader"),
        (["match", "--all", "too", "many"], "many"),
        (["gaps", "--format", "yaml"], "table | json | csv | xlsx"),
    ],
)
def test_a_usage_error_says_what_was_meant_and_exits_2(run, line, told) -> None:
    answer = run(*line)

    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert told in answer.stderr
    assert "--help" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_without_a_command_the_help_goes_to_stderr_and_the_code_is_2(run) -> None:
    answer = run()

    assert (answer.exit_code, answer.stdout) == (2, "")
    assert all(name in answer.stderr for name in COMMANDS)


class Failing(click.Command):
    """A command that raises what it is given."""

    def __init__(self, exc: BaseException) -> None:
        super().__init__("doctor")
        self.exc = exc

    def invoke(self, ctx: click.Context) -> None:
        raise self.exc


@pytest.fixture
def fail_with(monkeypatch: pytest.MonkeyPatch):
    def prepare(exc: BaseException) -> None:
        monkeypatch.setattr(cli, "get_command", lambda ctx, name: Failing(exc))

    return prepare


TREE = [
    each
    for each in vars(errors).values()
    if isinstance(each, type) and issubclass(each, errors.ChainmapError)
]


@pytest.mark.parametrize("kind", TREE)
def test_every_error_of_the_tree_ends_with_its_code_and_its_sentence(run, fail_with, kind) -> None:
    fail_with(kind("第 3 行有问题"))

    answer = run("doctor")

    assert answer.exit_code == kind.exit_code
    assert answer.exit_code not in (0, 70)
    assert answer.stderr == "错误：第 3 行有问题\n"


def test_a_bug_exits_70_with_the_trace_and_asks_for_a_report(run, fail_with) -> None:
    fail_with(ZeroDivisionError("division"))

    answer = run("doctor")

    assert answer.exit_code == 70
    assert "Traceback" in answer.stderr
    assert "维护者" in answer.stderr


@pytest.mark.parametrize("exc", [KeyboardInterrupt(), click.Abort()])
def test_an_interrupt_exits_130_and_says_that_nothing_is_half_written(run, fail_with, exc) -> None:
    fail_with(exc)

    answer = run("doctor")

    assert answer.exit_code == 130
    assert "没有写了一半" in answer.stderr


def test_rejected_input_tells_each_finding_on_stderr(run, fail_with) -> None:
    rule = min(RULES)
    finding = Finding(Severity.ERROR, rule, file="企业.xlsx", sheet="企业", row=17, column="名称")
    fail_with(InputRejected("1 处错误", [finding]))

    answer = run("doctor")

    assert answer.exit_code == 3
    assert rule in answer.stderr
    assert "企业.xlsx / 企业 / 第 17 行 / 列 名称" in answer.stderr


def test_every_exit_code_is_documented() -> None:
    page = Path(__file__).parents[2].joinpath("docs", "exit-codes.md").read_text(encoding="utf-8")

    stated = {int(code) for code in re.findall(r"(?m)^\| (\d+) \|", page)}
    assert stated == {0, 70, 130} | {kind.exit_code for kind in TREE}


def test_a_reader_that_leaves_early_is_no_error() -> None:
    command = f"{sys.executable} -m chainmap config show --format csv"
    line = f"{command} | head -c 3; echo ${{PIPESTATUS[0]}}"

    done = subprocess.run(["bash", "-c", line], capture_output=True, check=True)

    assert done.stdout.endswith(b"0\n")
    assert done.stderr == b""


def test_a_pipe_gets_utf8_even_where_python_would_write_gbk() -> None:
    env = {**os.environ, "PYTHONIOENCODING": "gbk", "CHAINMAP_LANG": "zh"}

    done = subprocess.run(
        [sys.executable, "-m", "chainmap", "--help"], capture_output=True, env=env, check=True
    )

    assert "用法" in done.stdout.decode("utf-8")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_completion_prints_the_script_of_each_shell(run, shell) -> None:
    answer = run("completion", shell)

    assert answer.exit_code == 0
    assert f"{shell}_complete" in answer.stdout


@pytest.mark.parametrize(
    ("words", "incomplete", "completed"),
    [
        ("chainmap ma", "ma", ["match"]),
        ("chainmap store ", "", ["info", "copy", "prune"]),
        ("chainmap match --kind s", "s", ["supply"]),
    ],
)
def test_powershell_is_told_the_words_that_fit(words, incomplete, completed) -> None:
    env = {
        **os.environ,
        "_CHAINMAP_COMPLETE": "powershell_complete",
        "COMP_WORDS": words,
        "COMP_INCOMPLETE": incomplete,
    }

    done = subprocess.run(
        [sys.executable, "-m", "chainmap"], capture_output=True, text=True, env=env, check=True
    )

    assert set(completed) <= set(done.stdout.split())


def test_fold_counts_wide_characters_twice_and_keeps_every_character() -> None:
    text = "产业链图谱 chainmap 与 Excel 台账，逐行可查"

    lines = fold(text, 12)

    assert max(display_width(line) for line in lines) <= 14
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
