"""Run every notebook top to bottom in a fresh kernel; any error or warning fails.

Outputs are thrown away: notebooks are committed with their outputs cleared (checked here).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Run all notebooks and return the exit code."""
    failed = False
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        if any(cell.get("outputs") for cell in notebook.cells):
            print(f"{path.name}: clear the outputs before committing")
            failed = True
        with tempfile.TemporaryDirectory() as scratch:
            client = NotebookClient(
                notebook, timeout=300, kernel_name="python3",
                resources={"metadata": {"path": scratch}},
            )  # fmt: skip
            try:
                client.execute()
                print(f"{path.name}: {len(notebook.cells)} cells ran")
            except CellExecutionError as error:
                print(f"{path.name}: {error}")
                failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
