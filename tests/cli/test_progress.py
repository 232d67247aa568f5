"""Progress on stderr: a line a step in a log, one line that renews itself on a terminal."""

from __future__ import annotations

import sys

import pytest

from chainmap.cli.progress import ShownProgress

STEPS = [("import.step.read", 0, 2), ("import.step.read", 1, 2), ("import.step.write", 0, 0)]


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHAINMAP_LANG", raising=False)


def told(progress: ShownProgress, capsys) -> str:
    for step in STEPS:
        progress(*step)
    progress.finish()
    out, err = capsys.readouterr()
    assert out == ""
    return err


def test_a_log_gets_one_line_a_step(capsys) -> None:
    assert told(ShownProgress(), capsys).splitlines() == ["读取文件…", "写入…"]


def test_a_terminal_gets_one_line_that_is_cleared_in_the_end(capsys, monkeypatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)

    err = told(ShownProgress(), capsys)

    assert "\n" not in err
    assert "读取文件 50%" in err
    assert err.endswith("\r\x1b[K")


@pytest.mark.parametrize("terminal", [True, False])
def test_quiet_says_nothing(capsys, monkeypatch, terminal) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)

    assert told(ShownProgress(quiet=True), capsys) == ""
