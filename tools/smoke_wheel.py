"""Prove the wheel: build it, install it alone in an empty environment, run the demo from there.

No dev packages, no extras, no checkout on the path: what a user gets.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command with a clean Python path and return what it printed on stdout."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "CHAINMAP"))}
    environment["PYTHONUTF8"] = "1"
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, check=True,
        capture_output=True, encoding="utf-8",
    )  # fmt: skip
    return done.stdout


def main() -> int:
    """Build, install, run; print what was proved."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        run(sys.executable, "-m", "pip", "wheel", "--no-deps", "-q", "-w", folder, ROOT, cwd=folder)
        wheel = next(folder.glob("chainmap-*.whl"))
        venv.create(folder / "env", with_pip=True)
        python = folder / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
        lock = ROOT / "requirements.lock"
        run(python, "-m", "pip", "install", "-q", "-c", lock, wheel, cwd=folder)
        run(python, "-m", "chainmap", "demo", "-o", "demo", cwd=folder)
        answer = run(
            python, "-m", "chainmap", "match", "--all", "--top", "3", "--format", "json",
            "--workspace", "demo", cwd=folder,
        )  # fmt: skip
        rows = json.loads(answer)["rows"]
        if not rows:
            print("smoke: the installed wheel found no match on its own seed data")
            return 1
        print(f"smoke: {wheel.name} ran its demo alone and gave {len(rows)} matches")
    return 0


if __name__ == "__main__":
    sys.exit(main())
