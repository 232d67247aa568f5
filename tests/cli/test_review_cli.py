"""``chainmap review`` as a colleague uses it: list, decide, hand out a workbook, read it back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from review_samples import CODED, OTHER_CODED, fill

from chainmap.stores.open import open_store
from chainmap.workflow.review_pairs import pair_key

WET = pair_key("link", "Phrase:湿法隔膜", "Product:LI-001")
TWINS = pair_key("merge", "Company:tmp-a", "Company:tmp-b")
APART = pair_key("merge", f"Company:{CODED}", f"Company:{OTHER_CODED}")


@pytest.fixture
def review(run: Callable[..., object], tmp_path: Path) -> Callable[..., object]:
    """Run ``chainmap review`` in a workspace with doubtful pairs."""
    with open_store(f"sqlite:{tmp_path / 'chainmap.sqlite'}") as store:
        fill(store)

    def ask(*words: object, **more: object):
        return run("review", *words, "--workspace", tmp_path, **more)

    return ask


def listed(review, *words: str) -> set[str]:
    return {row["key"] for row in review("list", *words, "--format", "json").answer["rows"]}


def test_list_shows_what_waits_and_how_much(review) -> None:
    done = review("list", "--top", "2")

    assert done.exit_code == 0
    assert done.stdout.splitlines()[1].startswith(WET)
    assert "湿法隔膜" in done.stdout
    assert "待审核 6 条" in done.stderr
    english = review("list", "--top", "2", env={"CHAINMAP_LANG": "en"})
    assert "6 to decide" in english.stderr


def test_accept_reject_undo(review) -> None:
    accepted = review("accept", WET, TWINS, "--by", "张三", "--reason", "同一种产品")
    assert accepted.exit_code == 0
    assert "2 条结论写入" in accepted.stderr
    assert {WET, TWINS}.isdisjoint(listed(review))
    assert listed(review, "--state", "decided") == {WET, TWINS}

    assert review("reject", WET).exit_code == 0
    rows = review("list", "--state", "decided", "--kind", "link", "--format", "json").answer["rows"]
    assert [(row["verdict"], len(row["history"])) for row in rows] == [("排除", 2)]

    undone = review("undo", WET, "--format", "json").answer
    assert undone["rows"][0]["verdict"] is None
    assert undone["rows"][0]["changed"] is True
    assert WET in listed(review)


def test_a_pair_is_given_by_content(review) -> None:
    done = review("accept", "--phrase", "PE基膜", "--product", "隔膜", "--format", "json")

    assert done.exit_code == 0
    assert done.answer["rows"][0]["object_id"] == "Product:LI-001"


def test_a_wrong_key_says_which_is_meant_and_writes_nothing(review) -> None:
    done = review("accept", TWINS, WET[:-1] + "z")

    assert done.exit_code == 2
    assert WET in done.stderr
    assert "review list" in done.stderr
    assert TWINS in listed(review)
    assert review("accept").exit_code == 2


def test_firms_with_different_codes_are_refused(review) -> None:
    done = review("accept", APART)

    assert done.exit_code == 2
    assert CODED in done.stderr
    assert OTHER_CODED in done.stderr


def test_the_workbook_goes_out_and_comes_back(review, tmp_path: Path) -> None:
    path = tmp_path / "待审核.xlsx"
    sent = review("export", "-o", path)
    assert (sent.exit_code, sent.stdout.strip()) == (0, str(path))
    assert review("export", "-o", path).exit_code == 2, "somebody may have filled it in"

    book = openpyxl.load_workbook(path)
    sheet = book["表述"]
    place = [cell.value for cell in sheet[1]].index("结论") + 1
    sheet.cell(2, place).value = "确认"
    sheet.cell(3, place).value = "可能"
    book.save(path)

    tried = review("import", path, "--dry-run")
    assert tried.exit_code == 0
    assert WET in listed(review)
    done = review("import", path, "--by", "张三")
    assert done.exit_code == 0
    assert "D-bad-verdict" in done.stderr
    assert "第 3 行" in done.stderr
    assert "1 条结论写入" in done.stderr
    again = review("import", path)
    assert "0 条结论写入，1 条与此前相同" in again.stderr
    assert WET not in listed(review)


def test_a_file_that_is_no_review_is_refused(review, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["企业名称"])
    book.save(tmp_path / "别的.xlsx")

    done = review("import", tmp_path / "别的.xlsx")

    assert done.exit_code == 3
    assert "D-no-sheet" in done.stderr
    assert review("import", tmp_path / "没有.xlsx").exit_code == 2


@pytest.mark.parametrize(
    "words",
    [("list",), ("accept", WET), ("reject", WET), ("undo", WET), ("export",), ("import", "a.xlsx")],
)
def test_nothing_of_a_review_goes_outside(review, words: tuple[str, ...]) -> None:
    done = review(*words, "--for", "外发")

    assert done.exit_code == 2
    assert done.stdout == ""
    assert "湿法" not in done.stderr


def test_the_source_of_decisions_is_neither_withdrawn_nor_imported(run, review, tmp_path) -> None:
    review("accept", WET)
    table = tmp_path / "产品.csv"
    table.write_text("产品名称\n隔膜\n", encoding="utf-8")

    pruned = run("store", "prune", "--source", "审核", "--workspace", tmp_path)
    taken = run("import", table, "--source", "审核", "--workspace", tmp_path)

    assert (pruned.exit_code, taken.exit_code) == (2, 2)
    assert "review undo" in pruned.stderr
    assert listed(review, "--state", "decided") == {WET}
