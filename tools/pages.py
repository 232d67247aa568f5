"""Pages made from the code: written, or only compared with what is checked in.

The one choice: every ``tools/write_*.py`` ends here, so that ``--check`` means the same for all.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def settle(pages: Mapping[Path, str], arguments: Sequence[str] | None, about: str) -> int:
    """Write ``pages``, or with ``--check`` only name the stale ones; return the exit code."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 when stale")
    only_check = parser.parse_args(arguments).check
    stale = [path for path, text in pages.items() if not _is(path, text)]
    for path in stale:
        print(("stale: " if only_check else "wrote ") + path.relative_to(ROOT).as_posix())
        if not only_check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(pages[path], encoding="utf-8", newline="\n")
    if not stale:
        print("up to date: " + ", ".join(path.name for path in pages))
    return 1 if stale and only_check else 0


def _is(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; bars and line breaks inside cells are kept from ending them."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |"
        for line in lines
    )
