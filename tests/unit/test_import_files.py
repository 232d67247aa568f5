"""The import as a whole on small tables: accounts, building, conflicts, pruning, refusals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from import_samples import DAY, PRODUCTS, account, changed, code, edges, graph, ids, rules, write

from chainmap.errors import InputRejected
from chainmap.stores.memory import MemoryStore
from chainmap.workflow.import_files import import_files


@pytest.fixture
def store() -> Iterator[MemoryStore]:
    with MemoryStore() as opened:
        yield opened


def test_every_row_is_stored_merged_or_rejected(tmp_path: Path, store: MemoryStore) -> None:
    write(tmp_path, "产品", *PRODUCTS)
    write(
        tmp_path, "企业", "企业名称|统一社会信用代码", f"甲公司|{code(1)}", f"甲公司|{code(1)}", "|"
    )
    write(
        tmp_path,
        "供给",
        "企业名称|产品|年产能（万吨）",
        "甲公司|碳酸锂|5",
        "甲 公司|电碳|5",
        "乙公司|碳酸锂|1",
        "甲公司|水|1",
    )

    answer = import_files([tmp_path], store, as_of=DAY)

    assert account(answer, "Company") == {"read": 2, "stored": 1, "merged": 1, "rejected": 0}
    assert account(answer, "PRODUCES") == {"read": 4, "stored": 1, "merged": 1, "rejected": 2}
    for row in answer.rows:
        assert row["read"] == row["stored"] + row["merged"] + row["rejected"]  # type: ignore[operator]
    left_out = {(f.row, f.rule) for f in answer.findings if f.sheet == "供给"}
    assert left_out == {(4, "R-unknown-company"), (5, "R-unknown-product")}
    frame = graph(store).edges["PRODUCES"]
    assert frame["capacity"].tolist() == [50_000]
    assert frame["capacity_unit"].tolist() == ["吨"]
    assert frame["origin"].tolist() == ["供给.csv/供给/2\n供给.csv/供给/3"]


def test_the_same_files_twice_change_nothing(tmp_path: Path, store: MemoryStore) -> None:
    write(tmp_path, "产品", *PRODUCTS)
    write(
        tmp_path,
        "企业",
        "企业名称|所在地区|所在园区|行业代码|主营产品|资质证书",
        "甲公司|西宁市|甘河园区|C3841|碳酸锂、LFP|ISO 9001",
    )
    write(tmp_path, "需求", "企业名称|产品|年需求量|单位", "甲公司|LFP|5|吨")

    first = import_files([tmp_path], store, as_of=DAY)
    before = graph(store)
    second = import_files([tmp_path], store, as_of="2027-01-01")
    after = graph(store)

    assert set(changed(second)) == {"unchanged"}
    assert first.rows == second.rows
    assert set(before.nodes["Source"]["as_of"]) == {DAY}
    assert set(after.nodes["Source"]["as_of"]) == {"2027-01-01"}
    for (owner, one), (_, other) in zip(before.frames(), after.frames(), strict=True):
        # Of a source, the day is that of its import, as the run is.
        of_the_run = ["last_run", "as_of"] if owner == "Source" else ["last_run"]
        pd.testing.assert_frame_equal(
            one.drop(columns=of_the_run), other.drop(columns=of_the_run), obj=owner
        )


def test_a_dry_run_tells_the_changes_and_makes_none(tmp_path: Path, store: MemoryStore) -> None:
    write(tmp_path, "产品", *PRODUCTS)

    answer = import_files([tmp_path], store, dry_run=True)

    assert changed(answer)["added"] == {"Product": 2}
    assert answer.extra["dry_run"] is True
    assert graph(store).nodes == {}


def test_rows_a_file_no_longer_states_leave_the_graph(tmp_path: Path, store: MemoryStore) -> None:
    write(tmp_path, "产品", *PRODUCTS)
    write(tmp_path, "企业", "企业名称", "甲公司", "乙公司")
    write(tmp_path, "供给", "企业名称|产品", "甲公司|碳酸锂", "甲公司|LFP")
    import_files([tmp_path], store)
    write(tmp_path, "企业", "企业名称", "甲公司")
    write(tmp_path, "供给", "企业名称|产品", "甲公司|碳酸锂")

    answer = import_files([tmp_path], store)

    assert changed(answer)["removed"] == {"Company": 1}
    assert changed(answer)["deactivated"] == {"PRODUCES": 1}
    active = graph(store).edges["PRODUCES"].set_index("target")["active"]
    assert active.to_dict() == {"Product:LI-1": True, "Product:LI-2": False}


def test_errors_write_nothing_and_list_everything(tmp_path: Path, store: MemoryStore) -> None:
    write(
        tmp_path,
        "企业",
        "企业名称|统一社会信用代码|注册资本",
        "甲公司|123|3千万",
        "乙公司||约5万元",
    )
    write(tmp_path, "供给", "企业名称|产品", "丙公司|碳酸锂")

    with pytest.raises(InputRejected) as caught:
        import_files([tmp_path], store)

    assert rules(caught.value.findings) == [
        "R-unknown-company",
        "R-unknown-product",
        "V-approximate",
        "V-no-unit",
        "V-uscc-length",
    ]
    assert graph(store).nodes == {}


def test_a_strict_warning_stops_the_import(tmp_path: Path, store: MemoryStore) -> None:
    write(tmp_path, "企业", "企业名称|所在地区", "甲公司|火星市")

    import_files([tmp_path], store)
    with pytest.raises(InputRejected, match="1"):
        import_files([tmp_path], store, strict=("R-unknown-region",))


def test_main_products_that_are_names_or_aliases_become_edges(
    tmp_path: Path, store: MemoryStore
) -> None:
    write(tmp_path, "产品", *PRODUCTS)
    write(
        tmp_path,
        "企业",
        "企业名称|主营产品",
        "甲公司|1.电碳；2.LFP等",
        "乙公司|锂电整体方案、碳酸锂",
    )

    answer = import_files([tmp_path], store)

    frame = graph(store).edges["PRODUCES"]
    assert len(frame) == 3
    assert set(frame["probability"]) == {1.0}
    assert "主营产品：电碳" in frame["evidence"].tolist()
    unlinked = [f for f in answer.findings if f.rule == "R-phrase-unlinked"]
    assert [(f.row, f.params["phrases"]) for f in unlinked] == [(3, "锂电整体方案")]


def test_places_industries_and_certificates_come_with_their_names(
    tmp_path: Path, store: MemoryStore
) -> None:
    write(
        tmp_path,
        "企业",
        "企业名称|所在地区|行业代码|资质证书",
        "甲公司|青海省西宁市城东区|锂离子电池制造|IATF 16949、iso9001",
        "乙公司|日本||iatf16949",
    )

    import_files([tmp_path], store)

    nodes = graph(store).nodes
    assert dict(zip(nodes["Region"]["id"], nodes["Region"]["name"], strict=True)) == {
        "Region:630102": "城东区",
        "Region:JPN": "日本",
    }
    assert edges(store, "CHILD_OF") == {
        ("Industry:3841", "Industry:384"),
        ("Industry:384", "Industry:38"),
        ("Industry:38", "Industry:C"),
    }
    assert ids(store, "Certificate") == ["Certificate:IATF16949", "Certificate:ISO9001"]
    assert len(edges(store, "HOLDS")) == 3


def test_a_park_that_no_sheet_declares_is_added_and_told(
    tmp_path: Path, store: MemoryStore
) -> None:
    write(tmp_path, "园区", "园区名称|别名|所在地区", "甘河工业园区|甘河|西宁市")
    write(tmp_path, "企业", "企业名称|所在园区", "甲公司|甘河", "乙公司|南川")

    answer = import_files([tmp_path], store)

    assert ids(store, "Park") == ["Park:南川", "Park:甘河工业园区"]
    assert [f.row for f in answer.findings if f.rule == "R-park-added"] == [3]


def test_segments_are_named_by_chain_and_segment_or_alone_when_unique(
    tmp_path: Path, store: MemoryStore
) -> None:
    write(
        tmp_path,
        "环节",
        "产业链|环节|阶段",
        "锂电产业链|正极, 负极|上游",
        "锂电产业链|电芯|中游",
        "光伏产业链|回收|下游",
        "锂电产业链|回收|下游",
    )
    write(
        tmp_path,
        "产品",
        "产品名称|所在环节",
        "甲|锂电/电芯；光伏产业链/回收",
        "乙|电芯",
        "丙|回收",
        "丁|锂电产业链/正极, 负极",
    )

    answer = import_files([tmp_path], store)

    assert {target for _, target in edges(store, "IN_SEGMENT")} == {
        "Segment:锂电产业链/电芯",
        "Segment:光伏产业链/回收",
        "Segment:锂电产业链/正极, 负极",
    }
    assert [f.row for f in answer.findings if f.rule == "R-unknown-segment"] == [4]


def test_two_demands_for_one_product_stay_apart_and_keep_their_numbers(
    tmp_path: Path, store: MemoryStore
) -> None:
    write(tmp_path, "产品", *PRODUCTS)
    write(tmp_path, "企业", "企业名称", "甲公司")
    header = "企业名称|产品|年需求量|单位|规格要求|需求编号|公开范围"
    rows = ["甲公司|LFP|5|吨|动力|D-1|公开", "甲公司|LFP|5|吨|动力||", "甲公司|LFP|5|吨|储能||定向"]
    write(tmp_path, "需求", header, *rows)

    answer = import_files([tmp_path], store)
    numbers = set(graph(store).edges["REQUIRES"]["demand_id"])
    write(tmp_path, "需求", header, *reversed(rows))
    again = import_files([tmp_path], store)

    assert len(numbers) == 3
    assert "D-1" in numbers
    assert set(graph(store).edges["REQUIRES"]["demand_id"]) == numbers
    assert "REQUIRES" not in changed(again).get("added", {})
    (hidden,) = (f for f in answer.findings if f.rule == "R-visibility-empty")
    assert hidden.params["count"] == 1


def test_the_later_row_wins_within_one_file_whatever_the_order(
    tmp_path: Path, store: MemoryStore
) -> None:
    rows = ["甲公司|100|2024-01-01", "甲公司|300|2025-01-01", "甲公司||2026-01-01"]
    for ordered in (rows, rows[::-1]):
        write(tmp_path, "企业", "企业名称|从业人员|数据日期", *ordered)

        answer = import_files([tmp_path], store)

        assert graph(store).nodes["Company"]["employees"].tolist() == [300]
        (finding,) = (f for f in answer.findings if f.rule == "R-rows-differ")
        assert finding.params["kept"] == "300"


def test_sources_that_disagree_are_told_with_both_places(
    tmp_path: Path, store: MemoryStore
) -> None:
    write(tmp_path, "甲", "企业名称|从业人员|数据日期", "甲公司|100|2025-01-01")
    write(tmp_path, "乙", "企业名称|从业人员|数据日期", "甲公司|90|2024-01-01")

    answer = import_files([tmp_path], store)

    (finding,) = (f for f in answer.findings if f.rule == "G-conflict")
    assert (finding.params["kept"], finding.params["dropped"]) == ("100", "90")
    assert finding.params["kept_origin"] == "甲.csv/甲/2"
    assert graph(store).nodes["Company"]["employees"].tolist() == [100]


def test_cycles_self_loops_and_sums_are_told(tmp_path: Path, store: MemoryStore) -> None:
    write(tmp_path, "产品", "产品名称|计量单位", "甲|吨", "乙|吨", "丙|GWh")
    write(
        tmp_path,
        "产品投入",
        "投入品|产出品|成本占比",
        "甲|乙|70%",
        "丙|乙|60%",
        "乙|甲|",
        "甲|甲|",
    )
    write(tmp_path, "企业", "企业名称", "某公司")
    write(tmp_path, "供给", "企业名称|产品|年产能", "某公司|丙|5吨")

    answer = import_files([tmp_path], store)

    assert {"G-cycle", "G-cost-share-sum", "R-self-loop", "G-unit-differs"} <= set(
        rules(answer.findings)
    )
    assert account(answer, "INPUT_TO") == {"read": 4, "stored": 3, "merged": 0, "rejected": 1}


def test_an_unknown_name_gets_a_hint(tmp_path: Path, store: MemoryStore) -> None:
    write(tmp_path, "产品", *PRODUCTS)
    write(tmp_path, "企业", "企业名称", "青海示例锂业有限公司")
    write(tmp_path, "供给", "企业名称|产品", "青海示例钾业有限公司|碳酸锂")

    answer = import_files([tmp_path], store)

    (finding,) = (f for f in answer.findings if f.rule == "R-unknown-company")
    assert "青海示例锂业有限公司" in finding.message


def test_a_named_source_collects_files_and_the_source_node_tells_their_hashes(
    tmp_path: Path, store: MemoryStore
) -> None:
    write(tmp_path, "产品", *PRODUCTS)
    write(tmp_path, "企业", "企业名称", "甲公司")

    answer = import_files([tmp_path], store, source="2026 年台账")

    assert graph(store).nodes["Company"]["origin"].tolist() == ["2026 年台账/企业/2"]
    (source,) = graph(store).nodes["Source"].to_dict("records")
    assert source["name"] == "2026 年台账"
    for entry in answer.run["inputs"]:  # type: ignore[attr-defined]
        assert entry["sha256"] in source["files"]


def test_a_hostile_name_is_stored_as_text(tmp_path: Path, store: MemoryStore) -> None:
    write(
        tmp_path, "企业", "企业名称", "=cmd()", "<script>alert(1)</script>", "甲'; DROP TABLE x--"
    )

    import_files([tmp_path], store)

    assert len(ids(store, "Company")) == 3


def test_progress_is_told_step_by_step(tmp_path: Path, store: MemoryStore) -> None:
    write(tmp_path, "产品", *PRODUCTS)
    steps: list[str] = []

    import_files([tmp_path], store, progress=lambda step, done, total: steps.append(step))

    assert list(dict.fromkeys(steps)) == [
        f"import.step.{step}" for step in ("read", "clean", "check", "resolve", "build", "write")
    ]


def test_nothing_to_import_is_refused(tmp_path: Path, store: MemoryStore) -> None:
    with pytest.raises(InputRejected) as caught:
        import_files([tmp_path], store)

    assert caught.value.findings
