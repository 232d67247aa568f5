"""Write docs/cli.md and docs/settings.md from commands and settings; --check only looks.

python tools/write_cli_docs.py [--check]
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import click
from pages import ROOT, settle

sys.path.insert(0, str(ROOT))
PAGE = ROOT / "docs" / "cli.md"
SETTINGS_PAGE = ROOT / "docs" / "settings.md"

HEAD = """# 命令行 / Command line

本页由 `python tools/write_cli_docs.py` 从命令本身生成，请勿手改。
数据写到标准输出，进度和校验问题写到标准错误；
退出码见 [exit-codes.md](exit-codes.md)。`CHAINMAP_LANG=en` 给出英文帮助。

Generated from the commands; do not edit. `CHAINMAP_LANG=en` gives every page in English.
"""


def command_pages() -> Iterator[tuple[str, str]]:
    """Yield ``(words, page of help)`` for each command, in the order of ``chainmap --help``."""
    os.environ.pop("CHAINMAP_LANG", None)
    from chainmap.cli import cli

    yield from _pages(cli, "chainmap", None)


def _pages(
    command: click.Command, words: str, parent: click.Context | None
) -> Iterator[tuple[str, str]]:
    ctx = command.context_class(command, info_name=words.rpartition(" ")[2], parent=parent)
    ctx.terminal_width = 88
    yield words, command.get_help(ctx)
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            found = command.get_command(ctx, name)
            if found is not None:
                yield from _pages(found, f"{words} {name}", ctx)


def cli_page() -> str:
    """Return the text of docs/cli.md."""
    parts = [HEAD]
    for words, page in command_pages():
        parts.append(f"## {words}\n\n```text\n{page.rstrip()}\n```\n")
    return "\n".join(parts)


SETTINGS_HEAD = """# 设置 / Settings

本页由 `python tools/write_cli_docs.py` 生成，请勿手改。
先后次序：命令行选项、环境变量、`chainmap.toml`、默认值；
`chainmap config show` 列出每项的值和来处。图谱库的密码只从环境变量或提示输入，不写在任何文件里。

Order: flag, environment, `chainmap.toml`, default. The store's password comes from the environment
or a prompt, never from a file. `CHAINMAP_LANG=en` gives English help and messages; `NO_COLOR` turns
colours off.

| 设置 setting | 默认 default | 单位 unit | 环境变量 environment | 说明 | meaning |
|---|---|---|---|---|---|
"""


def settings_page() -> str:
    """Return the text of docs/settings.md."""
    from chainmap.config import Settings
    from chainmap.texts import say

    rows = []
    for row in Settings().describe():
        value = "" if row["value"] in (None, []) else f"`{row['value']}`"
        told = [say(f"config.{row['setting']}", lang) for lang in ("zh", "en")]
        cells = [f"`{row['setting']}`", value, row["unit"] or "", f"`{row['env']}`", *told]
        rows.append("| " + " | ".join(map(str, cells)) + " |")
    return SETTINGS_HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.exit(settle({PAGE: cli_page(), SETTINGS_PAGE: settings_page()}, None, __doc__ or ""))
