"""``match --model trained`` on the command line: kept, not kept, too few labels, no lightgbm."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from rank_samples import market

from chainmap.match import ranker as ranking
from chainmap.schema import load_schema
from chainmap.stores.sqlite import SqliteStore

if TYPE_CHECKING:
    from chain_samples import Sample


def workspace(run, folder: Path, sample: Sample, positives: int = 50) -> Path:
    assert run("init", folder).exit_code == 0
    with SqliteStore(folder / "chainmap.sqlite", load_schema()) as store:
        sample.into(store)
    place = folder / "chainmap.toml"
    bounds = f"[match]\nleast_positives = {positives}\n"
    place.write_text(place.read_text("utf-8").replace("[match]\n", bounds), "utf-8")
    return folder


@pytest.fixture
def titled(run, tmp_path: Path) -> Path:
    return workspace(run, tmp_path / "工作区", market(by_title=True))


def test_the_trained_model_ranks_with_a_probability_beside_the_score(run, titled: Path) -> None:
    told = run("match", "--all", "--model", "trained", "--explain", "--workspace", titled)

    assert told.exit_code == 0, told.stderr
    heads = told.stdout.splitlines()[0].split()
    assert heads[heads.index("得分") + 1] == "概率"
    assert "起点" in told.stdout
    assert "训练排序模型" in told.stderr
    assert "A-model" not in told.stderr


def test_files_have_the_column_and_what_the_training_came_to(run, titled: Path) -> None:
    book, table = titled / "名单.xlsx", titled / "名单.csv"
    for path in (book, table):
        told = run(
            "match", "--leader", "企业b00", "--model", "trained", "-o", path, "--workspace", titled
        )
        assert told.exit_code == 0, told.stderr
    sheets = openpyxl.load_workbook(book)
    heads = [[cell.value for cell in sheet[1]] for sheet in sheets]
    (model,) = [row for row in heads if "MRR（训练的模型）" in row]
    read = next(csv.DictReader(io.StringIO(table.read_text("utf-8-sig"))))

    assert heads[0][-1] == "概率"
    assert "实际采用" in model
    assert all(str(head)[0] > "~" or head.startswith("MRR") for row in heads for head in row)
    assert 0 < float(read["probability"]) < 1


def test_outside_no_decision_and_no_demand_of_the_bureau_is_told(run, tmp_path: Path) -> None:
    sample = market(by_title=True).wants("b00", "p1", visibility="仅局内")
    sample.edge(
        "DECIDED", "Company:b01", "Company:f00", verdict="确认", reason="机密", date="2026-01-01"
    )
    place = workspace(run, tmp_path / "w", sample)
    told = run("match", "--all", "--model", "trained", "--explain", "--for", "外发",
               "--format", "json", "--workspace", place)  # fmt: skip

    assert told.answer["scope"]["model"] == "trained"
    assert "机密" not in told.stdout
    assert all(row["demand_visibility"] == "公开" for row in told.answer["rows"])
    assert all("probability" in row for row in told.answer["rows"])
    texts = [item["text"] for row in told.answer["rows"] for item in row["evidence"]]
    assert not any("供货" in text for text in texts)


def test_what_is_not_kept_is_told_with_both_figures(run, tmp_path: Path) -> None:
    place = workspace(run, tmp_path / "w", market(by_title=False))
    told = run("match", "--all", "--model", "trained", "--workspace", place)
    plain = run("match", "--all", "--workspace", place)

    assert told.exit_code == 0
    assert "A-model-not-kept" in told.stderr
    assert told.stdout == plain.stdout


def test_too_few_labels_rank_by_the_default(run, tmp_path: Path) -> None:
    place = workspace(run, tmp_path / "w", market(by_title=True), positives=1000)
    told = run("match", "--all", "--model", "trained", "--workspace", place)

    assert told.exit_code == 0
    assert "数据不足" in told.stderr
    assert "1000 对" in told.stderr
    assert told.stdout == run("match", "--all", "--workspace", place).stdout
    evaluated = run("evaluate", "--edge", "SUPPLIES", "--split", "company", "--workspace", place)
    assert "E-trained-few-labels" in evaluated.stderr


def test_without_lightgbm_only_the_trained_model_is_refused(run, titled: Path, monkeypatch) -> None:
    monkeypatch.setattr(ranking, "find_spec", lambda _: None)
    told = run("match", "--all", "--model", "trained", "--workspace", titled)

    assert told.exit_code == 2
    assert 'pip install "chainmap[rank]"' in told.stderr
    assert run("match", "--all", "--workspace", titled).exit_code == 0


def test_evaluate_shows_the_trained_row(run, titled: Path) -> None:
    told = run("evaluate", "--edge", "SUPPLIES", "--split", "company", "--workspace", titled)

    assert told.exit_code == 0, told.stderr
    assert any(line.startswith("trained") for line in told.stdout.splitlines())
