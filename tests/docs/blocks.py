"""The blocks of the documentation that are meant to be run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUN = re.compile(r"<!-- blocks:run -->\n```sh\n(.*?)```", re.DOTALL)


def shell_lines(page: Path) -> list[list[str]]:
    """Return the commands of the page's runnable blocks, each split into words."""
    blocks = RUN.findall(page.read_text(encoding="utf-8"))
    lines = [line for block in blocks for line in block.splitlines() if line.strip()]
    return [shlex.split(line, comments=True) for line in lines]


def python_blocks(page: Path) -> list[str]:
    """Return the Python blocks of the page."""
    return re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
