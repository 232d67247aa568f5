"""The same facts in another order of rows, in another process, give the same answers."""

from __future__ import annotations

import csv
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chainmap.resources import data_folder

pytestmark = pytest.mark.slow

PROGRAM = (sys.executable, "-m", "chainmap")
DAY = ("--as-of", "2026-10-01")
Answer = dict[str, Any]
Places = dict[tuple[str, int], int]


def ask(store: Path, hash_seed: int, *words: str) -> Answer:
    """Run one command in a process of its own and return its json answer."""
    done = subprocess.run(
        [*PROGRAM, *words, *DAY, "--store", f"sqlite:{store}", "--format", "json", "--quiet"],
        cwd=store.parent,
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: Answer = json.loads(done.stdout)
    return answer


def shuffled(folder: Path, into: Path) -> Places:
    """Copy the csv files with their rows in another order; return new row -> old row, by file."""
    places: Places = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            head, *rows = csv.reader(lines)
        order = list(range(len(rows)))
        random.Random(7).shuffle(order)
        places |= {(path.name, new + 2): old + 2 for new, old in enumerate(order)}
        with (into / path.name).open("w", encoding="utf-8", newline="") as lines:
            csv.writer(lines).writerows([head, *(rows[old] for old in order)])
    return places


def put_back(rows: list[Answer], places: Places) -> None:
    """Give evidence the row numbers that the rows had before they were shuffled."""

    def old_place(found: re.Match[str]) -> str:
        return f"，{found[1]} {found[2]}!R{places[found[1], int(found[3])]}）"

    for row in rows:
        for fact in [*row["evidence"], *filter(None, [row.get("nearest_pair")])]:
            if fact["row"] is not None:
                fact["row"] = places[fact["file"], fact["row"]]
        if "path_text" in row:
            row["path_text"] = re.sub(r"，(\S+) (\S+)!R(\d+)）", old_place, row["path_text"])


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., tuple[list[Answer], ...]]:
    """The rows of a command on the files as they are and on the shuffled ones, put back."""
    folder, seed = tmp_path_factory.mktemp("order"), data_folder("seed_data") / "csv"
    (folder / "shuffled").mkdir()
    places = shuffled(seed, folder / "shuffled")
    stores = (folder / "one.sqlite", folder / "other.sqlite")
    for store, files, number in zip(stores, (seed, folder / "shuffled"), (1, 2), strict=True):
        ask(store, number, "import", str(files))

    def asked(*words: str) -> tuple[list[Answer], ...]:
        one, other = (ask(store, n, *words)["rows"] for n, store in enumerate(stores, 11))
        put_back(other, places)
        return one, other

    return asked


@pytest.mark.parametrize(
    "words",
    [
        ("match", "--all", "--explain"),
        ("gaps", "--include-ok"),
        ("whatif", "--remove", "地区:630100", "--top", "200", "--draws", "5"),
        ("whatif", "--rank", "--top", "200", "--draws", "5"),
    ],
    ids=" ".join,
)
def test_neither_the_order_of_rows_nor_the_hash_seed_changes_an_answer(
    both: Callable[..., tuple[list[Answer], ...]], words: tuple[str, ...]
) -> None:
    one, other = both(*words)

    assert len(one) > 100
    assert json.dumps(other) == json.dumps(one)
