"""graph_schema/codes is what tools/make_codes.py makes of published lists."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import make_codes
import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
PROVINCES = [
    {
        "code": "63",
        "name": "青海省",
        "children": [
            {"code": "6301", "name": "西宁市", "children": [{"code": "630102", "name": "城东区"}]},
            {
                "code": "6390",
                "name": "省直辖县级行政区划",
                "children": [{"code": "639001", "name": "某市"}],
            },
        ],
    }
]


def test_codes_are_filled_to_six_digits_and_unnamed_cities_left_out(tmp_path: Path) -> None:
    path = tmp_path / "pca-code.json"
    path.write_text(json.dumps(PROVINCES), encoding="utf-8")

    rows = make_codes.divisions(path)

    assert {code: row[1:3] for code, row in rows.items()} == {
        "630000": ("青海省", "province"),
        "630100": ("西宁市", "city"),
        "630102": ("城东区", "county"),
        "639001": ("某市", "county"),
    }


def test_a_code_that_is_listed_twice_keeps_its_first_name(tmp_path: Path) -> None:
    path = tmp_path / "gbt.csv"
    path.write_text("code,name,parent\n02,林业,A\n0179,甲,017\n0179,乙,017\n03,,A\n", "utf-8")

    assert make_codes.industries(path) == [("0179", "甲", "017"), ("02", "林业", "A")]


def test_the_region_of_the_examples_is_the_only_one_that_does_not_exist() -> None:
    with (make_codes.CODES / "region.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))

    assert [row["code"] for row in rows if row["level"] == "example"] == ["999999"]
    assert len({row["code"] for row in rows}) == len(rows)


def test_the_lists_are_fresh() -> None:
    pytest.importorskip("babel", reason="names of countries come from Babel: pip install babel")
    if not DATA.is_dir():
        pytest.skip(f"{DATA} is absent: the published lists are not part of chainmap")

    assert make_codes.main(["--check", str(DATA)]) == 0
