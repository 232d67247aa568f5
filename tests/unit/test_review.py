"""Doubtful links and merges: listed with their evidence, decided once, taken back with history."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from review_samples import CODED, FILE, OTHER_CODED, fill, stated

from chainmap.errors import ConfigError, InputRejected, StoreUnavailable
from chainmap.stores.memory import MemoryStore
from chainmap.stores.port import GraphQuery
from chainmap.tables import REVIEW_SOURCE, GraphTables, Run
from chainmap.workflow.decisions import read_decisions
from chainmap.workflow.import_files import import_files
from chainmap.workflow.review import Decision, decide_reviews, list_reviews, write_decisions
from chainmap.workflow.review_book import export_reviews, import_reviews
from chainmap.workflow.review_pairs import pair_key, read_pairs
from chainmap.workflow.store import prune_store

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
LATER = datetime(2026, 4, 2, 9, tzinfo=UTC)
WET = pair_key("link", "Phrase:湿法隔膜", "Product:LI-001")
SALT = pair_key("link", "Phrase:锂盐", "Product:LI-002")
ROLL = pair_key("link", "Phrase:=隔膜卷", "Product:LI-001")
SURE = pair_key("link", "Phrase:电池用隔膜", "Product:LI-001")
TWINS = pair_key("merge", "Company:tmp-a", "Company:tmp-b")
APART = pair_key("merge", f"Company:{CODED}", f"Company:{OTHER_CODED}")
HALF = pair_key("merge", "Company:tmp-a", f"Company:{CODED}")


@pytest.fixture
def store() -> Iterator[MemoryStore]:
    with MemoryStore() as opened:
        fill(opened)
        yield opened


def keys(store: MemoryStore, **asked: object) -> list[str]:
    return [str(row["key"]) for row in list_reviews(store, **asked).rows]


def row_of(store: MemoryStore, key: str) -> dict[str, object]:
    return next(dict(r) for r in list_reviews(store, state="all").rows if r["key"] == key)


def rows_by_key(store: MemoryStore) -> dict[str, dict[str, object]]:
    return {str(row["key"]): dict(row) for row in list_reviews(store, state="all").rows}


def test_the_most_cells_come_first_then_the_likeliest(store: MemoryStore) -> None:
    assert keys(store) == [WET, TWINS, SALT, *sorted([ROLL, APART]), HALF]
    assert keys(store, kind="link") == [WET, SALT, ROLL]
    assert keys(store, top=2) == [WET, TWINS]
    assert list_reviews(store).extra["counts"] == {"open": 6, "decided": 0, "settled": 1}


def test_a_row_says_what_was_compared_and_where_it_stands(store: MemoryStore) -> None:
    link, merge = row_of(store, WET), row_of(store, TWINS)

    assert (link["subject"], link["object"], link["probability"]) == ("湿法隔膜", "隔膜", 0.6)
    assert (link["matched"], link["runner_up"], link["margin"]) == (
        "相合：隔膜",
        "LI-003 电芯",
        0.2,
    )
    assert link["cells"] == 3
    assert link["evidence"][0] == {  # type: ignore[index]
        "text": "湿法隔膜", "file": FILE, "sheet": "企业", "row": 2, "column": None,
    }  # fmt: skip
    told = [(item["text"], item["row"]) for item in merge["evidence"]]  # type: ignore[attr-defined]
    assert told == [("示例隔膜厂", 2), ("示例隔膜有限公司", 3)]
    assert f"示例锂业有限公司 {CODED}" in str(row_of(store, APART)["evidence"])


def test_a_key_is_made_of_the_content_and_not_of_the_order_of_firms() -> None:
    assert pair_key("merge", "Company:a", "Company:b") == pair_key(
        "merge", "Company:b", "Company:a"
    )
    assert pair_key("link", "Phrase:a", "Product:b") != pair_key("link", "Phrase:b", "Product:a")
    assert WET.startswith("m-")
    assert TWINS.startswith("s-")
    assert len(WET) == len(TWINS) == 14


def test_an_accepted_pair_is_not_asked_again_and_survives_the_next_import(store) -> None:
    answer = decide_reviews(store, [WET, TWINS], verdict="accept", by="张三", now=NOW)
    fill(store, 5)

    assert [row["changed"] for row in answer.rows] == [True, True]
    assert {WET, TWINS}.isdisjoint(keys(store))
    row = row_of(store, WET)
    assert (row["verdict"], row["by"], row["date"]) == ("确认", "张三", "2026-04-01")
    assert row["probability"] == 0.6, "the import's own words stay beside the decision"
    found = read_decisions(store)
    assert found.means.to_numpy().tolist() == [["Phrase:湿法隔膜", "Product:LI-001", "确认"]]
    assert found.same["verdict"].tolist() == ["同一"]


def test_a_decision_outlives_the_source_that_asked_for_it(store: MemoryStore) -> None:
    decide_reviews(store, [WET, TWINS], verdict="reject", now=NOW)
    prune_store(store, FILE, now=LATER)

    row = row_of(store, WET)
    assert (row["verdict"], row["probability"], row["cells"]) == ("排除", None, 0)
    assert len(read_decisions(store).same) == 1


def test_undo_asks_again_and_keeps_every_step(store: MemoryStore) -> None:
    decide_reviews(store, [WET], verdict="accept", by="张三", reason="同一种", now=NOW)
    decide_reviews(store, [WET], verdict="undo", by="李四", now=LATER)

    row = row_of(store, WET)
    assert row["state"] == "open"
    assert (row["verdict"], row["by"], row["reason"]) == (None, None, None)
    assert row["history"] == [
        {"verdict": "确认", "by": "张三", "date": "2026-04-01", "reason": "同一种"},
        {"verdict": "撤销", "by": "李四", "date": "2026-04-02", "reason": None},
    ]


def test_the_same_again_changes_nothing(store: MemoryStore) -> None:
    decide_reviews(store, [WET], verdict="accept", by="张三", reason="同一种", now=NOW)
    before = store.revision()
    again = decide_reviews(store, [WET], verdict="accept", by="李四", now=LATER)
    undone = decide_reviews(store, [SALT], verdict="undo", now=LATER)

    assert [row["changed"] for row in [*again.rows, *undone.rows]] == [False, False]
    assert again.rows[0]["by"] == "张三"
    assert store.revision() == before


def test_an_automatic_link_can_be_overruled(store: MemoryStore) -> None:
    assert SURE not in keys(store)
    decide_reviews(store, [SURE], verdict="reject", now=NOW)

    assert row_of(store, SURE)["verdict"] == "排除"


def test_one_wrong_key_and_nothing_is_written(store: MemoryStore) -> None:
    before = store.revision()

    with pytest.raises(ConfigError, match=WET):
        decide_reviews(store, [SALT, WET[:-1] + "x"], verdict="accept", now=NOW)
    with pytest.raises(ConfigError, match="--phrase"):
        decide_reviews(store, verdict="accept", now=NOW)

    assert store.revision() == before


def test_two_valid_credit_codes_are_never_one_firm(store: MemoryStore) -> None:
    with pytest.raises(ConfigError, match=CODED):
        decide_reviews(store, [WET, APART], verdict="accept", now=NOW)

    assert row_of(store, WET)["verdict"] is None
    decide_reviews(store, [APART], verdict="reject", now=NOW)
    decide_reviews(store, [HALF], verdict="accept", now=NOW)
    assert (row_of(store, APART)["verdict"], row_of(store, HALF)["verdict"]) == ("不同", "同一")


def test_a_pair_that_no_import_has_met_can_be_decided(store: MemoryStore) -> None:
    asked = {"phrase": " PE 基膜\n", "product": "电池隔膜", "now": NOW}
    answer = decide_reviews(store, verdict="accept", **asked)

    assert answer.rows[0]["subject_id"] == "Phrase:pe基膜"
    assert answer.rows[0]["object_id"] == "Product:LI-001"
    assert "Phrase:pe基膜" in set(read_decisions(store).means["source"])
    again = decide_reviews(store, verdict="accept", phrase="PE基膜", product="LI-001", now=LATER)
    assert again.rows[0]["changed"] is False
    decide_reviews(store, verdict="undo", phrase="PE基膜", product="LI-001", now=LATER)
    assert row_of(store, str(again.rows[0]["key"]))["state"] == "settled"


@pytest.mark.parametrize(
    "asked",
    [
        {"phrase": "基膜"},
        {"product": "LI-001"},
        {"phrase": " \u200b", "product": "LI-001"},
        {"phrase": "膜" * 61, "product": "LI-001"},
        {"phrase": "基膜", "product": "碳酸锂锂"},
        {"phrase": "基膜", "product": ""},
    ],
)
def test_half_a_pair_or_no_product_is_refused(store: MemoryStore, asked: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        decide_reviews(store, verdict="accept", now=NOW, **asked)


def test_a_phrase_confirmed_for_another_product_is_not_asked_about(store: MemoryStore) -> None:
    decide_reviews(store, verdict="accept", phrase="湿法隔膜", product="LI-002", now=NOW)
    assert row_of(store, WET)["state"] == "settled"

    both = decide_reviews(store, [WET], verdict="accept", now=NOW)
    assert [finding.rule for finding in both.findings] == ["D-several-products"]
    assert "碳酸锂、隔膜" in both.findings[0].message


def test_who_decides_is_the_user_of_the_machine(store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("USERNAME", raising=False)
    monkeypatch.setenv("USER", "wang")
    assert decide_reviews(store, [WET], verdict="accept", now=NOW).rows[0]["by"] == "wang"
    monkeypatch.delenv("USER")
    assert decide_reviews(store, [SALT], verdict="accept", now=NOW).rows[0]["by"] == "未署名"


def test_a_write_in_between_is_refused(store: MemoryStore) -> None:
    decision = Decision(read_pairs(store)[WET], "确认", "张三")

    with pytest.raises(StoreUnavailable):
        write_decisions(store, [decision], NOW, seen="another revision")

    assert row_of(store, WET)["verdict"] is None


def test_opposite_edges_of_a_renamed_firm_are_one_pair(store: MemoryStore) -> None:
    decide_reviews(store, [TWINS], verdict="reject", now=NOW)
    _, run = stated(6)
    store.write(GraphTables({}, {}, {"Company:tmp-a": "Company:tmp-z"}), run)
    moved = pair_key("merge", "Company:tmp-z", "Company:tmp-b")

    assert row_of(store, moved)["verdict"] == "不同"
    decide_reviews(store, [moved], verdict="undo", now=LATER)
    assert row_of(store, moved)["verdict"] is None
    assert len(row_of(store, moved)["history"]) == 2  # type: ignore[arg-type]


@pytest.mark.parametrize("asked", [{"kind": "links"}, {"state": "closed"}])
def test_an_unknown_kind_or_state_is_refused(store: MemoryStore, asked: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        list_reviews(store, **asked)


def test_an_empty_store_has_nothing_to_review() -> None:
    with MemoryStore() as empty:
        assert list_reviews(empty).rows == []
        with pytest.raises(ConfigError):
            decide_reviews(empty, [WET], verdict="accept", now=NOW)


def test_the_source_of_decisions_is_reserved(store: MemoryStore, tmp_path: Path) -> None:
    decide_reviews(store, [WET], verdict="accept", now=NOW)
    table = tmp_path / "产品.csv"
    table.write_text("产品名称\n隔膜\n", encoding="utf-8")

    with pytest.raises(ConfigError, match="undo"):
        prune_store(store, REVIEW_SOURCE)
    with pytest.raises(ConfigError, match="undo"):
        import_files([table], store, source=f" {REVIEW_SOURCE}")

    assert row_of(store, WET)["verdict"] == "确认"


def test_listing_is_the_same_twice(store: MemoryStore) -> None:
    one, other = (list_reviews(store, state="all").as_json() for _ in range(2))
    assert one == other
    json.loads(one)


# The workbook


def exported(store: MemoryStore, folder: Path, **asked: object) -> Path:
    return export_reviews(store, folder / "审核.xlsx", **asked)


def edit(path: Path, change: dict[str, dict[str, object]]) -> None:
    """Write cells by key of the row and header; ``*`` stands for every row."""
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets[:2]:
        heads = {cell.value: cell.column for cell in sheet[1]}
        for row in range(2, sheet.max_row + 1):
            key = sheet.cell(row, 1).value
            for header, value in {**change.get("*", {}), **change.get(key, {})}.items():
                if header in heads:
                    sheet.cell(row, heads[header]).value = value
    book.save(path)
    book.close()


def test_the_workbook_has_a_sheet_a_kind_with_drop_downs(store, tmp_path: Path) -> None:
    path = exported(store, tmp_path)

    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["表述", "企业", "说明"]
    choices = [sheet.data_validations.dataValidation[0] for sheet in book.worksheets[:2]]
    assert [rule.formula1 for rule in choices] == ['"确认,排除"', '"同一,不同"']
    links = book["表述"]
    assert [cell.value for cell in links[1]][:3] == ["编号（勿改）", "表述", "产品"]
    assert [links.cell(row, 1).value for row in (2, 3, 4)] == [WET, SALT, ROLL]
    assert links.cell(4, 2).value == "'=隔膜卷", "no formula from a ledger"
    assert links["A1"].comment is not None
    assert links.freeze_panes == "D2"
    book.close()
    again = exported(store, tmp_path / "again")
    assert path.read_bytes() == again.read_bytes()


def test_a_filled_workbook_is_read_back_once(store: MemoryStore, tmp_path: Path) -> None:
    path = exported(store, tmp_path)
    edit(
        path,
        {
            WET: {"结论": "确认", "审核人": "张三", "理由": "=同一种"},
            ROLL: {"结论": "排除"},
            TWINS: {"结论": "同一"},
        },
    )

    answer = import_reviews(store, path, by="李四", now=NOW)

    assert [(r["sheet"], r["row"], r["verdict"], r["by"]) for r in answer.rows] == [
        ("表述", 2, "确认", "张三"),
        ("表述", 4, "排除", "李四"),
        ("企业", 2, "同一", "李四"),
    ]
    assert answer.findings == []
    assert keys(store) == [SALT, APART, HALF]
    before, rows = store.revision(), rows_by_key(store)
    again = import_reviews(store, path, by="王五", now=LATER)
    assert [row["changed"] for row in again.rows] == [False, False, False]
    assert (store.revision(), rows_by_key(store)) == (before, rows)


def test_what_was_decided_is_exported_and_read_back_unchanged(store, tmp_path: Path) -> None:
    decide_reviews(store, [ROLL, TWINS], verdict="accept", reason="-说明", by="张三", now=NOW)
    path = exported(store, tmp_path, state="decided")

    answer = import_reviews(store, path, now=LATER)

    assert [row["changed"] for row in answer.rows] == [False, False]


def test_a_dry_run_writes_nothing(store: MemoryStore, tmp_path: Path) -> None:
    path = exported(store, tmp_path)
    edit(path, {WET: {"结论": "确认"}})
    before = store.revision()

    answer = import_reviews(store, path, dry_run=True, now=NOW)

    assert answer.rows[0]["changed"] is True
    assert store.revision() == before


def test_bad_rows_become_findings_and_the_rest_goes_on(store, tmp_path: Path) -> None:
    path = exported(store, tmp_path, state="all")
    edit(
        path,
        {
            WET: {"结论": "确认"},
            SALT: {"结论": "也许"},
            ROLL: {"编号（勿改）": ROLL[:-1] + "x", "结论": "确认"},
            SURE: {"表述": "别的说法", "结论": "排除"},
            TWINS: {"编号（勿改）": HALF, "结论": "同一"},
            APART: {"结论": "同一"},
        },
    )

    answer = import_reviews(store, path, now=NOW)

    assert [row["key"] for row in answer.rows] == [WET]
    found = {finding.rule: finding for finding in answer.findings}
    assert sorted(finding.rule for finding in answer.findings) == [
        "D-bad-verdict", "D-changed-key", "D-changed-key", "D-different-codes", "D-unknown-key",
    ]  # fmt: skip
    bad = found["D-bad-verdict"]
    assert (bad.file, bad.sheet, bad.row, bad.column, bad.value) == (
        "审核.xlsx", "表述", 4, "结论", "也许",
    )  # fmt: skip
    assert "确认、排除" in bad.fix
    assert ROLL in found["D-unknown-key"].message
    assert {row["key"] for row in list_reviews(store, state="decided").rows} == {WET}


def test_one_key_with_two_verdicts_counts_for_neither(store, tmp_path: Path) -> None:
    path = exported(store, tmp_path)
    edit(path, {WET: {"结论": "确认"}, SALT: {"结论": "确认"}})
    book = openpyxl.load_workbook(path)
    sheet = book["表述"]
    for key, verdict in ((WET, "排除"), (SALT, "确认")):
        source = next(row for row in sheet.iter_rows(min_row=2) if row[0].value == key)
        cells = [cell.value for cell in source]
        cells[[cell.value for cell in sheet[1]].index("结论")] = verdict
        sheet.append(cells)
    book.save(path)

    answer = import_reviews(store, path, now=NOW)

    assert [row["key"] for row in answer.rows] == [SALT]
    assert [(f.rule, f.row) for f in answer.findings] == [
        ("D-two-verdicts", 2), ("D-two-verdicts", 5),
    ]  # fmt: skip


def test_an_earlier_verdict_that_changes_is_told(store: MemoryStore, tmp_path: Path) -> None:
    path = exported(store, tmp_path)
    edit(path, {WET: {"结论": "确认"}})
    decide_reviews(store, [WET], verdict="reject", by="王五", now=NOW)

    answer = import_reviews(store, path, now=LATER)

    assert [finding.rule for finding in answer.findings] == ["D-overruled"]
    assert "王五" in answer.findings[0].message
    assert row_of(store, WET)["verdict"] == "确认"


def test_a_book_that_is_no_review_is_refused(store: MemoryStore, tmp_path: Path) -> None:
    path = exported(store, tmp_path)
    edit(path, {WET: {"结论": "确认"}})
    book = openpyxl.load_workbook(path)
    book["企业"].cell(1, 1).value = "序号"
    book.save(path)
    before = store.revision()

    with pytest.raises(InputRejected) as refusal:
        import_reviews(store, path, now=NOW)
    assert [f.rule for f in refusal.value.findings] == ["D-column"]
    for sheet in ("表述", "企业"):
        del book[sheet]
    book.save(path)
    with pytest.raises(InputRejected) as refusal:
        import_reviews(store, path, now=NOW)
    assert [f.rule for f in refusal.value.findings] == ["D-no-sheet"]
    path.write_bytes(b"PK no zip")
    with pytest.raises(InputRejected):
        import_reviews(store, path, now=NOW)
    with pytest.raises(ConfigError):
        import_reviews(store, tmp_path / "没有.xlsx", now=NOW)
    assert store.revision() == before


def test_a_filled_book_is_not_overwritten(store: MemoryStore, tmp_path: Path) -> None:
    path = exported(store, tmp_path)

    with pytest.raises(ConfigError, match=r"审核\.xlsx"):
        exported(store, tmp_path)
    with pytest.raises(ConfigError, match="xlsx"):
        export_reviews(store, tmp_path / "审核.csv")
    exported(store, tmp_path, kind="link", overwrite=True)
    assert openpyxl.load_workbook(path).sheetnames == ["表述", "说明"]


def test_runs_of_reviews_are_no_import(store: MemoryStore) -> None:
    decide_reviews(store, [WET], verdict="accept", now=NOW)
    edges = store.read(GraphQuery()).edges["MEANS"].set_index("source")

    assert REVIEW_SOURCE + "/-/-" in edges["origin"]["Phrase:湿法隔膜"].split("\n")
    assert isinstance(stated(1)[1], Run)
