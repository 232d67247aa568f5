"""``chainmap link``: texts, files, catalogues, and everything that can be wrong with them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

CATALOGUE = (
    "code,name,parent,level,description",
    "C,制造业,,0,",
    "3841,锂离子电池制造,C,1,指以锂离子嵌入化合物为正极材料的电池制造",
    "3982,电子电路制造,C,1,指在绝缘基材上印制电路的制造",
)


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "目录.csv"
    path.write_text("\n".join(CATALOGUE) + "\n", encoding="utf-8")
    return path


def texts(folder: Path, *rows: list[str]) -> Path:
    path = folder / "表述.csv"
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(rows)
    return path


def test_a_file_is_linked_row_by_row_and_its_other_columns_pass_through(
    run, tmp_path: Path, catalogue: Path
) -> None:
    file = texts(
        tmp_path, ["text", "企业", "code"], ["锂电池", "甲", "x"], ["电子电路板", "乙", "y"]
    )

    answer = run(
        "link", "--file", file, "--catalogue", catalogue, "--top", "2", "--format", "json"
    ).answer

    first = [row for row in answer["rows"] if row["rank"] == 1]
    assert [(row["code"], row["企业"], row["input_code"]) for row in first] == [
        ("3841", "甲", "x"),
        ("3982", "乙", "y"),
    ]
    evidence = first[0]["evidence"][0]
    place = ("表述.csv", "表述", 2, "text")
    assert tuple(evidence[name] for name in ("file", "sheet", "row", "column")) == place


def test_strange_texts_are_told_and_the_rest_goes_on(run, tmp_path: Path, catalogue: Path) -> None:
    rows = [[""], ["锂"], ["锂" * 5000], ["lithium battery"], ["\U0001f600"], ["锂电池"]]
    file = texts(tmp_path, ["text", "n"], *[[*row, str(n)] for n, row in enumerate(rows)])

    done = run("link", "--file", file, "--catalogue", catalogue, "--format", "json")

    assert done.exit_code == 0
    told = {(finding["rule"], finding["row"]) for finding in done.answer["findings"]}
    assert told == {
        ("L-text-empty", 2),
        ("L-text-short", 3),
        ("L-text-long", 4),
        ("L-text-foreign", 5),
        ("L-text-no-words", 6),
    }
    assert all(finding["fix"] for finding in done.answer["findings"])
    codes = {row["n"]: row["code"] for row in done.answer["rows"]}
    assert len(codes) == 6
    assert codes["5"] == "3841"
    assert [codes[n] for n in "0124"] == [None] * 4


def test_a_text_that_links_to_nothing_has_one_row(run, catalogue: Path) -> None:
    rows = run("link", "\U0001f600", "--catalogue", catalogue, "--format", "json").answer["rows"]

    assert [(row["code"], row["band"]) for row in rows] == [(None, "reject")]


def test_a_catalogue_without_a_name_or_with_a_double_code_is_told(run, tmp_path: Path) -> None:
    bad = tmp_path / "坏.csv"
    bad.write_text("code,title\n1,甲\n", encoding="utf-8")
    double = tmp_path / "重.csv"
    double.write_text("code,name\n1,锂电池\n1,隔膜\n", encoding="utf-8")

    refused = run("link", "锂电池", "--catalogue", bad)
    told = run("link", "锂电池", "--catalogue", double, "--format", "json")

    assert refused.exit_code == 3
    assert "L-catalogue-column" in refused.stderr
    assert [(f["rule"], f["row"]) for f in told.answer["findings"]] == [("L-catalogue-twice", 3)]
    assert told.answer["rows"][0]["name"] == "锂电池"


def test_wrong_questions_are_answered_with_a_way_out(run, tmp_path: Path, catalogue: Path) -> None:
    no_column = texts(tmp_path, ["名称"], ["锂电池"])

    assert run("link", "--catalogue", catalogue).exit_code == 2
    assert run("link", "锂电池", "--catalogue", catalogue, "--level", "9").exit_code == 3
    assert run("link", "锂电池", "--catalogue", catalogue, "--level", "x").exit_code == 2
    wrong = run("link", "--file", no_column, "--catalogue", catalogue)
    assert wrong.exit_code == 3
    assert "L-text-column" in wrong.stderr
    assert run("link", "锂电池", "--catalogue", tmp_path / "没有.csv").exit_code in (2, 3)


def test_level_picks_the_classes_of_that_level(run, catalogue: Path) -> None:
    rows = run(
        "link", "制造业", "--catalogue", catalogue, "--level", "0", "--format", "json"
    ).answer["rows"]

    assert [row["code"] for row in rows] == ["C"]
