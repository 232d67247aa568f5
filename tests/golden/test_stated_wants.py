"""隔膜 and 负极 are wants of the zone because rows of the workbooks say so, and only then."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from chain_samples import rows_of

from chainmap.stores.memory import MemoryStore
from chainmap.workflow.gaps import find_gaps
from chainmap.workflow.import_files import import_files

if TYPE_CHECKING:
    from collections.abc import Mapping

SEED = Path(__file__).parents[2] / "seed_data" / "csv"
DAY = "2026-11-23"
WORDS = ("隔膜", "基膜", "负极材料")
DEMANDS, INPUTS = "需求.csv", "产品投入.csv"

Rows = list[dict[str, str]]


def table(folder: Path, name: str) -> Rows:
    with (folder / name).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def without(folder: Path, into: Path, name: str, column: str) -> int:
    """Copy the tables, ``name`` without the rows whose ``column`` is of such a product."""
    into.mkdir()
    gone = 0
    for path in sorted(folder.glob("*.csv")):
        rows = table(folder, path.name)
        kept = [r for r in rows if path.name != name or not is_wanted(r[column])]
        gone += len(rows) - len(kept)
        with (into / path.name).open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, list(rows[0]))
            writer.writeheader()
            writer.writerows(kept)
    return gone


def is_wanted(product: str) -> bool:
    return any(word in product for word in WORDS)


def gaps(folder: Path) -> list[Mapping[str, object]]:
    """Return the rows of 隔膜 and 负极, of all verdicts."""
    store = MemoryStore()
    import_files([folder], store, as_of=DAY)
    rows = rows_of(find_gaps(store, region="630100", include_ok=True))
    return [row for row in rows if is_wanted(str(row["product"]))]


def cited(row: Mapping[str, object], name: str) -> list[int]:
    evidence: list[Mapping[str, object]] = row["evidence"]  # type: ignore[assignment]
    return [int(item["row"]) for item in evidence if item["file"] == name]  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def told() -> list[Mapping[str, object]]:
    return gaps(SEED)


def test_each_row_cites_demands_or_inputs_that_name_the_product(
    told: list[Mapping[str, object]],
) -> None:
    stated = {DEMANDS: (table(SEED, DEMANDS), "产品"), INPUTS: (table(SEED, INPUTS), "投入品")}

    assert {"锂电隔膜", "涂覆隔膜", "锂电负极材料", "人造石墨负极材料"} <= {
        row["product"] for row in told
    }
    for row in told:
        named = 0
        for name, (rows, column) in stated.items():
            for number in cited(row, name):
                assert rows[number - 2][column] == row["product"], (row["product"], name, number)
                named += 1
        assert named, (row["product"], row["kind"])


def test_a_declared_volume_is_the_sum_of_the_rows_that_state_it(
    told: list[Mapping[str, object]],
) -> None:
    stated = [r for r in table(SEED, DEMANDS) if is_wanted(r["产品"])]
    wanted = {
        name: sum(float(r["年需求量"]) for r in stated if r["产品"] == name)
        for name in {r["产品"] for r in stated}
    }

    assert wanted == {"人造石墨负极材料": 38000.0, "涂覆隔膜": 3.2e8, "湿法基膜": 1.5e8}
    for row in told:
        assert row["demand"] == wanted.get(str(row["product"])), (row["product"], row["kind"])


def test_without_the_demand_rows_nothing_is_stated_and_without_the_recipes_nothing_is_wanted(
    told: list[Mapping[str, object]], tmp_path: Path
) -> None:
    undeclared, unneeded = tmp_path / "no demand", tmp_path / "no recipe"
    assert without(SEED, undeclared, DEMANDS, "产品") == 4
    left = gaps(undeclared)

    assert not any(cited(row, DEMANDS) for row in left)
    assert all(row["demand"] is None and row["kind"] != "外采" for row in left)
    # Nothing is made of 涂覆隔膜: it was a want because K declares it, and is none any more.
    assert {row["product"] for row in told} - {row["product"] for row in left} == {"涂覆隔膜"}
    assert all(cited(row, INPUTS) for row in left)

    assert without(undeclared, unneeded, INPUTS, "投入品") == 9
    assert gaps(unneeded) == []
