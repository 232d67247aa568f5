"""Decisions about pairs: respected, remembered, taken back, and read from a workbook."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from chain_samples import Sample, battery_chain, rows_of
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openpyxl import load_workbook

from chainmap.errors import ConfigError, InputRejected
from chainmap.stores.memory import MemoryStore
from chainmap.stores.open import open_store
from chainmap.tables import Run
from chainmap.workflow.decide import decide_pair, list_decisions, undo_decision
from chainmap.workflow.decide_book import export_decisions, import_decisions
from chainmap.workflow.import_files import import_files
from chainmap.workflow.match import find_matches

if TYPE_CHECKING:
    from chainmap.stores.port import GraphStore

ANSWERS = Path(__file__).parents[2] / "docs" / "answers"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 9, 12, tzinfo=UTC)


@pytest.fixture(params=["memory", "sqlite", "neo4j"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    if request.param == "memory":
        yield battery_chain().store()
    elif request.param == "sqlite":
        with open_store(f"sqlite:{tmp_path / 'g.sqlite'}") as opened:
            yield battery_chain().into(opened)
    else:
        yield battery_chain().into(request.getfixturevalue("neo4j_store"))


def proposed(store: GraphStore, **more: Any) -> dict[str, Any]:
    answer = find_matches(store, leaders=["L"], **more)
    told = json.loads(answer.as_json())
    schema = json.loads((ANSWERS / "match.schema.json").read_text(encoding="utf-8"))
    assert [e.message for e in Draft202012Validator(schema).iter_errors(told)] == []
    return {row["company"]: row["decision"] for row in told["rows"]}


def excluded(store: GraphStore) -> dict[str, Mapping[str, Any]]:
    told: Any = find_matches(store, leaders=["L"]).as_object()["excluded"]
    return {row["company"]: row for row in told}


def test_who_is_excluded_is_never_proposed_again_and_the_reason_is_told(store: GraphStore) -> None:
    assert "甲膜公司" in proposed(store)
    answer = decide_pair(store, "甲膜", "L", "排除", reason="曾有纠纷", by="张处", now=NOON)

    assert rows_of(answer)[0]["changed"] is True
    assert "甲膜公司" not in proposed(store)
    assert excluded(store)["甲膜公司"]["reason"] == "已决定排除：曾有纠纷（张处，2026-03-02）"
    (row,) = rows_of(find_matches(store, leaders=["L"], why_not="甲膜公司"))
    assert (row["filter"], row["cheapest_change"]) == ("excluded", None)


def test_a_new_import_keeps_the_decision_and_undoing_it_keeps_the_history(
    store: GraphStore,
) -> None:
    decide_pair(store, "L", "A", "排除", reason="曾有纠纷", by="张处", now=NOON)
    sample = battery_chain()
    run = Run("2026-04-01T08:00:00.000000Z", "样例.xlsx", "2026-04-01", "0")
    store.write(sample.tables(), run)
    store.prune(run)
    assert "甲膜公司" not in proposed(store)

    undo_decision(store, "A", "L", by="李科", reason="已和解", now=LATER)
    assert proposed(store)["甲膜公司"] is None
    assert rows_of(list_decisions(store)) == []
    decide_pair(store, "L", "A", "确认", reason="重新合作", by="李科", now=LATER)
    (row,) = rows_of(list_decisions(store))
    steps: Any = row["history"]
    assert [step["verdict"] for step in steps] == ["排除", "撤销", "确认"]
    assert row["one_id"] == "Company:L"


def test_what_is_to_be_checked_is_shown_inside_and_not_there_outside() -> None:
    store = battery_chain().store()
    decide_pair(store, "L", "A", "待核", reason="核实产能", by="张处", now=NOON)

    assert proposed(store)["甲膜公司"] == {
        "verdict": "待核", "reason": "核实产能", "by": "张处", "date": "2026-03-02",
    }  # fmt: skip
    assert "甲膜公司" not in proposed(store, audience="外发")
    decide_pair(store, "L", "C", "确认", reason="内部理由", by="张处", now=NOON)
    outside = find_matches(store, leaders=["L"], audience="外发").as_json()
    assert "丙箔公司" in outside
    assert "内部理由" not in outside
    assert "核实产能" not in outside


def test_a_decision_about_a_product_outweighs_the_one_about_the_pair() -> None:
    sample = battery_chain().makes("A", "foil")
    store = sample.store()
    decide_pair(store, "L", "A", "排除", reason="不合适", by="张处", now=NOON)
    decide_pair(store, "L", "A", "确认", product="铜箔", reason="铜箔可以", by="张处", now=LATER)
    rows = rows_of(find_matches(store, leaders=["L"], companies=["A"]))

    assert [row["product"] for row in rows] == ["铜箔"]
    assert excluded(store)["甲膜公司"]["product"] == "隔膜"


@pytest.mark.parametrize("excluded_product", ["隔膜", "湿法隔膜"])
def test_of_what_is_needed_and_what_is_made_an_exclusion_of_either_holds(
    excluded_product: str,
) -> None:
    store = battery_chain().store()
    for product in ("隔膜", "湿法隔膜"):
        verdict = "排除" if product == excluded_product else "确认"
        decide_pair(store, "L", "B", verdict, product=product, reason="看过", by="张处", now=NOON)

    assert "乙膜公司" not in proposed(store)
    assert excluded(store)["乙膜公司"]["filter"] == "excluded"


def test_a_confirmed_competitor_is_proposed() -> None:
    store = battery_chain().makes("L", "sep").store()
    assert excluded(store)["甲膜公司"]["filter"] == "competitor"
    decide_pair(store, "L", "A", "确认", reason="外协", by="张处", now=NOON)

    told = proposed(store)["甲膜公司"]
    assert told["verdict"] == "确认"


def test_the_same_said_twice_changes_nothing() -> None:
    store = battery_chain().store()
    first = rows_of(decide_pair(store, "L", "A", "排除", reason="甲", by="张", now=NOON))
    again = rows_of(decide_pair(store, "A", "L", "排除", reason="甲", by="李", now=LATER))

    assert [first[0]["changed"], again[0]["changed"]] == [True, False]
    assert again[0]["by"] == "张"


@pytest.mark.parametrize(
    ("words", "reason", "told"),
    [
        (("L", "A", "不行"), "因为", "确认、排除、待核"),
        (("L", "A", "排除"), " ", "--reason"),
        (("L", "L", "排除"), "因为", "同一家"),
        (("L", "甲膜有限公司", "排除"), "因为", "甲膜公司"),
    ],
)
def test_what_cannot_be_decided_is_refused(
    words: tuple[str, str, str], reason: str, told: str
) -> None:
    store = battery_chain().store()
    with pytest.raises(ConfigError, match=told):
        decide_pair(store, *words, reason=reason)
    with pytest.raises(ConfigError, match="没有可以撤销"):
        undo_decision(store, "L", "A")
    assert rows_of(list_decisions(store)) == []


def test_an_unknown_product_gets_candidates() -> None:
    with pytest.raises(ConfigError, match="隔膜"):
        decide_pair(battery_chain().store(), "L", "A", "排除", reason="因", product="隔摸")


def test_hostile_words_are_kept_as_words(tmp_path: Path) -> None:
    store = battery_chain().store()
    hostile = '=HYPERLINK("http://x")\n<script>'
    decide_pair(store, "L", "A", "排除", reason=hostile, by="=1+1", now=NOON)
    path = export_decisions(store, tmp_path / "决定.xlsx")
    sheet = load_workbook(path).worksheets[0]

    assert [cell.data_type for row in sheet.iter_rows(min_row=2, max_row=2) for cell in row].count(
        "f"
    ) == 0
    assert "\n" not in str(rows_of(list_decisions(store))[0]["reason"])


def test_a_firm_that_gets_its_credit_code_takes_its_decisions_along(tmp_path: Path) -> None:
    def write(code: str) -> Path:
        path = tmp_path / "企业.csv"
        path.write_text(
            f"统一社会信用代码,企业名称,所在地区\n{code},甲膜有限公司,630100\n,乙电池有限公司,630100\n",
            "utf-8",
        )
        return path

    store = MemoryStore()
    import_files([write("")], store, as_of="2026-01-01")
    decide_pair(store, "甲膜有限公司", "乙电池有限公司", "排除", reason="因", by="张", now=NOON)
    import_files([write("91350100M000100Y43")], store, as_of="2026-02-01")
    (row,) = rows_of(list_decisions(store))

    assert row["one_id"] == "Company:91350100M000100Y43"
    assert row["verdict"] == "排除"


def test_a_workbook_goes_out_and_comes_back_with_changes_and_additions(tmp_path: Path) -> None:
    store = battery_chain().store()
    decide_pair(store, "L", "A", "排除", reason="旧", by="张", now=NOON)
    decide_pair(store, "L", "C", "确认", reason="好", by="张", now=NOON)
    path = export_decisions(store, tmp_path / "决定.xlsx")
    book = load_workbook(path)
    sheet = book.worksheets[0]
    head = {cell.value: cell.column for cell in sheet[1]}
    assert sheet.data_validations.dataValidation[0].formula1 == '"确认,排除,待核"'
    for row in (2, 3):
        if sheet.cell(row, head["企业二"]).value == "甲膜公司":
            sheet.cell(row, head["结论"]).value = "待核"
            sheet.cell(row, head["理由"]).value = "再看"
        else:
            sheet.cell(row, head["结论"]).value = None
    for name, value in {
        "企业一": "链主公司",
        "企业二": "乙膜",
        "结论": "排除",
        "理由": "太远",
    }.items():
        sheet.cell(4, head[name]).value = value
    for name, value in {
        "企业一": "链主公司",
        "企业二": "旧乙公司",
        "结论": "排除",
        "理由": "太远",
    }.items():
        sheet.cell(5, head[name]).value = value
    book.save(path)

    dry = import_decisions(store, path, by="李", dry_run=True, now=LATER)
    assert len(rows_of(list_decisions(store))) == 2
    answer = import_decisions(store, path, by="李", now=LATER)
    assert [row["changed"] for row in rows_of(answer)] == [row["changed"] for row in rows_of(dry)]
    assert [finding.rule for finding in answer.findings] == ["D-decide-row"]
    told = {row["other"]: (row["verdict"], row["by"]) for row in rows_of(list_decisions(store))}
    assert told == {"甲膜公司": ("待核", "张"), "乙膜公司": ("排除", "李")}
    again = import_decisions(store, export_decisions(store, tmp_path / "二.xlsx"), now=LATER)
    assert not any(row["changed"] for row in rows_of(again))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("{key}x,链主公司,甲膜公司,,排除,旧", "D-unknown-key"),
        ("{key},链主公司,丙箔公司,,排除,旧", "D-changed-key"),
        ("{key},链主公司,甲膜公司,,也许,旧", "D-bad-verdict"),
        ("{key},链主公司,甲膜公司,,确认,", "D-decide-reason"),
        (",链主公司,没有这家,,排除,旧", "D-decide-row"),
    ],
)
def test_a_spoiled_row_is_a_finding_and_the_others_count(
    tmp_path: Path, text: str, rule: str
) -> None:
    store = battery_chain().store()
    decide_pair(store, "L", "A", "排除", reason="旧", by="张", now=NOON)
    first = load_workbook(export_decisions(store, tmp_path / "a.xlsx")).worksheets[0]
    key = first.cell(2, 1).value
    path = tmp_path / "b.csv"
    rows = [
        "编号,企业一,企业二,产品,结论,理由",
        text.format(key=key),
        ",链主公司,丙箔公司,,确认,好",
    ]
    path.write_text("\n".join(rows), "utf-8")
    answer = import_decisions(store, path, now=LATER)

    assert [(f.rule, f.file, f.row) for f in answer.findings] == [(rule, "b.csv", 2)]
    assert all(finding.fix for finding in answer.findings)
    verdicts = {row["other"]: row["verdict"] for row in rows_of(list_decisions(store))}
    assert verdicts == {"甲膜公司": "排除", "丙箔公司": "确认"}


def test_rows_that_contradict_each_other_count_neither(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_text("编号,企业一,企业二,产品,结论,理由\n,L,A,,确认,好\n,A,L,,排除,坏\n", "utf-8")
    store = battery_chain().store()
    answer = import_decisions(store, path)

    assert [(f.rule, f.row) for f in answer.findings] == [
        ("D-two-verdicts", 2), ("D-two-verdicts", 3),
    ]  # fmt: skip
    assert rows_of(list_decisions(store)) == []


def test_a_workbook_without_its_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_text("企业一,企业二\nL,A\n", "utf-8")
    with pytest.raises(InputRejected) as caught:
        import_decisions(battery_chain().store(), path)

    assert [f.rule for f in caught.value.findings] == ["D-decide-columns"]
    assert "结论" in caught.value.findings[0].message


@settings(max_examples=20, deadline=None)
@given(st.sets(st.sampled_from("ABCEFG"), min_size=1))
def test_no_excluded_pair_returns_in_any_kind(keys: set[str]) -> None:
    sample = battery_chain().works_in("L", "提锂").input("shell", "cell", essential="2")
    for key in "ABC":
        sample.works_in(key, "提锂")
    store = sample.store()
    names = {row["company"] for row in rows_of(find_matches(store, leaders=["L"]))}
    gone = {
        str(
            rows_of(decide_pair(store, "L", key, "排除", reason="因", by="张", now=NOON))[0][
                "other"
            ]
        )
        for key in sorted(keys)
    }

    for kind in ("supply", "substitute", "codevelop", "package"):
        rows = rows_of(find_matches(store, leaders=["L"], kind=kind))
        assert not gone & {str(row["company"]) for row in rows}
    left = {row["company"] for row in rows_of(find_matches(store, leaders=["L"]))}
    assert left == names - gone


def test_decisions_of_two_records_of_one_firm_the_latest_holds() -> None:
    sample = Sample().product("p", name="隔膜").company("L", "链主公司").wants("L", "p")
    sample.company("A", "甲公司").makes("A", "p").company("tmp-1", "甲公司（旧）")
    store = sample.store()
    decide_pair(store, "L", "甲公司（旧）", "排除", reason="旧", by="张", now=NOON)
    decide_pair(store, "L", "A", "确认", reason="新", by="张", now=LATER)
    sample = Sample().edge("SAME_AS", "Company:tmp-1", "Company:A", band="accept", probability=1.0)
    store.write(sample.tables(), Run("2026-04-01T08:00:00.000000Z", "样例.xlsx", "2026-04-01", "0"))

    told = {row["company"]: row["decision"] for row in rows_of(find_matches(store, leaders=["L"]))}
    assert told["甲公司"]["verdict"] == "确认"  # type: ignore[index]


def twice_recorded(store: GraphStore) -> None:
    """Say afterwards that A and tmp-1 are one firm."""
    sample = Sample().edge("SAME_AS", "Company:tmp-1", "Company:A", band="accept", probability=1.0)
    store.write(sample.tables(), Run("2026-04-01T08:00:00.000000Z", "样例.xlsx", "2026-04-01", "0"))


def buyer_and_two_records() -> Sample:
    sample = Sample().product("p", name="隔膜").company("L", "链主公司").wants("L", "p")
    return sample.company("A", "甲公司").makes("A", "p").company("tmp-1", "甲公司（旧）")


@pytest.mark.parametrize("name", ["甲公司", "tmp-1"])
def test_a_decision_about_a_folded_record_can_be_taken_back_and_overruled(name: str) -> None:
    store = buyer_and_two_records().store()
    decide_pair(store, "L", "甲公司（旧）", "排除", reason="旧", by="张", now=NOON)
    twice_recorded(store)
    assert proposed(store) == {}

    undo_decision(store, "L", "甲公司", by="李", now=LATER)
    assert rows_of(list_decisions(store)) == []
    assert proposed(store) == {"甲公司": None}
    decide_pair(store, "甲公司", "L", "确认", reason="新", by="李", now=LATER)
    (row,) = rows_of(list_decisions(store))
    steps: Any = row["history"]
    assert [step["verdict"] for step in steps] == ["排除", "撤销", "确认"]
    told: Any = proposed(store)["甲公司"]
    assert told["verdict"] == "确认"


def test_what_is_undone_on_one_record_leaves_what_is_said_on_the_other() -> None:
    store = buyer_and_two_records().store()
    decide_pair(store, "L", "A", "确认", reason="甲", by="张", now=NOON)
    undo_decision(store, "L", "A", by="张", now=LATER)
    decide_pair(store, "L", "甲公司（旧）", "排除", reason="旧", by="张", now=NOON)
    twice_recorded(store)

    (row,) = rows_of(list_decisions(store))
    assert (row["verdict"], row["reason"]) == ("排除", "旧")
    assert proposed(store) == {}


def test_of_two_decisions_of_one_day_about_two_records_the_stricter_holds() -> None:
    for verdicts in (("确认", "排除"), ("排除", "确认")):
        store = buyer_and_two_records().store()
        for name, verdict in zip(("A", "甲公司（旧）"), verdicts, strict=True):
            decide_pair(store, "L", name, verdict, reason="因", by="张", now=NOON)
        twice_recorded(store)
        assert [row["verdict"] for row in rows_of(list_decisions(store))] == ["排除"]
        assert proposed(store) == {}


def test_a_row_whose_firm_was_folded_meanwhile_is_told_the_name_that_holds_now(
    tmp_path: Path,
) -> None:
    store = buyer_and_two_records().store()
    decide_pair(store, "L", "甲公司（旧）", "排除", reason="旧", by="张", now=NOON)
    path = export_decisions(store, tmp_path / "决定.xlsx")
    book = load_workbook(path)
    sheet = book.worksheets[0]
    head = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, head["结论"]).value = "待核"
    book.save(path)
    twice_recorded(store)

    answer = import_decisions(store, path, by="李", now=LATER)
    (finding,) = answer.findings
    assert (finding.rule, finding.row) == ("D-changed-key", 2)
    assert "甲公司" in str(finding.params["expected"])
    assert [row["verdict"] for row in rows_of(list_decisions(store))] == ["排除"]
