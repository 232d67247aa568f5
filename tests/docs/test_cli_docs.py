"""docs/cli.md is what the commands say, and no command, option or variable is undocumented."""

from __future__ import annotations

import runpy
import string
from pathlib import Path

from chainmap.texts import cli as cli_texts

ROOT = Path(__file__).parents[2]


def test_the_command_page_is_fresh(monkeypatch) -> None:
    monkeypatch.delenv("CHAINMAP_LANG", raising=False)
    tool = runpy.run_path(str(ROOT / "tools" / "write_cli_docs.py"))

    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")

    assert page == tool["cli_page"](), "run: python tools/write_cli_docs.py"


def test_every_text_of_the_command_line_differs_by_language_and_takes_the_same_values() -> None:
    for text_id, (zh, en) in cli_texts.TEXTS.items():
        fields = [{f for _, f, _, _ in string.Formatter().parse(text) if f} for text in (zh, en)]
        assert fields[0] == fields[1], text_id
        assert zh.strip(), text_id
        assert en.strip(), text_id


def test_the_settings_page_is_fresh() -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "write_cli_docs.py"))

    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")

    assert page == tool["settings_page"](), "run: python tools/write_cli_docs.py"
