"""The one check: format, lint, types, floors, sizes, generated files, tests, notebooks, wheel.

``python tools/check.py`` runs all of it; ``--fix`` lets ruff mend first; ``--only`` and
``--without`` take step names. The last line says what failed. The justfile names the same steps.
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAX_FILE_LINES = 500
MAX_BODY_LINES = 60
MAX_TRACKED_BYTES = 600_000


def run(*command: str) -> bool:
    """Run a command in the project's root and say whether it succeeded."""
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def python(*arguments: str) -> bool:
    """Run this interpreter with ``arguments``."""
    return run(sys.executable, *arguments)


def tracked(pattern: str) -> Iterator[Path]:
    """Yield the files git knows (or would add) that match ``pattern``."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", pattern],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    for name in sorted(listed.stdout.decode().split("\0")):
        if name and (ROOT / name).is_file():
            yield ROOT / name


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function's body without its docstring."""
    body = function.body
    if ast.get_docstring(function) is not None:
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def sizes() -> bool:
    """Refuse files over 500 lines, functions over 60, and large files in the repository."""
    faults = []
    for path in tracked("*.py"):
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(ROOT)
        lines = text.count("\n")
        if lines > MAX_FILE_LINES:
            faults.append(f"{name}: {lines} lines (at most {MAX_FILE_LINES})")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = body_lines(node)
                if length > MAX_BODY_LINES:
                    faults.append(f"{name}:{node.lineno} {node.name}: {length} lines")
    faults += [
        f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes"
        for path in tracked("*")
        if path.stat().st_size > MAX_TRACKED_BYTES
    ]
    print("\n".join(faults) or "sizes: fine")
    return not faults


def generated() -> bool:
    """Refuse generated files that do not match what they are made from."""
    makers = (
        "write_schema", "write_cli_docs", "write_findings_docs", "write_answer_docs", "make_seed",
    )  # fmt: skip
    # all of them run, so that one call names every stale file
    fresh = [python(f"tools/{name}.py", "--check") for name in makers]
    return all(fresh)


STEPS: dict[str, Callable[[], bool]] = {
    "format": lambda: python("-m", "ruff", "format", "--check", "."),
    "lint": lambda: python("-m", "ruff", "check", "."),
    "types": lambda: python("-m", "mypy"),
    # beside this interpreter: a virtual environment need not be activated
    "floors": lambda: run(str(Path(sys.executable).with_name("lint-imports"))),
    "sizes": sizes,
    "generated": generated,
    "tests": lambda: python("-m", "pytest"),
    "notebooks": lambda: python("tools/run_notebooks.py"),
    "smoke": lambda: python("tools/smoke_wheel.py"),
}


def main() -> int:
    """Run the chosen steps and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fix", action="store_true", help="let ruff mend what it can first")
    parser.add_argument("--only", nargs="+", choices=STEPS, default=list(STEPS))
    parser.add_argument("--without", nargs="+", choices=STEPS, default=[])
    options = parser.parse_args()
    if options.fix:
        python("-m", "ruff", "check", "--fix", "--quiet", ".")
        python("-m", "ruff", "format", "--quiet", ".")
    failed = []
    for name in options.only:
        if name in options.without:
            continue
        started = time.monotonic()
        print(f"== {name}", flush=True)
        if not STEPS[name]():
            failed.append(name)
        print(f"== {name}: {time.monotonic() - started:.0f} s", flush=True)
    print(f"check: {'failed: ' + ', '.join(failed) if failed else 'all passed'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
