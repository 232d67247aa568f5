"""Where firms and parks lie, as the import reads it: parks in parks, region codes, degrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from import_samples import DAY, edges, graph, ids, rules, write

from chainmap.stores.memory import MemoryStore
from chainmap.workflow.import_files import import_files

if TYPE_CHECKING:
    from pathlib import Path

    from chainmap.answers import Answer
    from chainmap.errors import Finding


def found(answer: Answer, rule: str) -> list[Finding]:
    return [finding for finding in answer.findings if finding.rule == rule]


def test_a_park_lies_in_the_park_above_it_by_name_or_alias(tmp_path: Path) -> None:
    write(
        tmp_path,
        "园区",
        "园区|所在地区|上级园区|别名",
        "高新区|630100||高新",
        "东园|630100|高新区|",
        "西园|630100|高新|",
        "北园|630100|北园|",
        "南园|630100|新区|",
    )
    store = MemoryStore()
    answer = import_files([tmp_path], store, as_of=DAY)

    inner = {pair for pair in edges(store, "LOCATED_IN") if pair[1].startswith("Park:")}
    assert inner == {
        ("Park:东园", "Park:高新区"),
        ("Park:西园", "Park:高新区"),
        ("Park:南园", "Park:新区"),
    }
    assert rules(answer.findings) == ["R-park-added", "R-self-loop"]
    (loop,) = found(answer, "R-self-loop")
    assert (loop.row, loop.column, loop.value) == (5, "上级园区", "北园")


def test_a_region_that_does_not_exist_is_told_and_kept(tmp_path: Path) -> None:
    write(
        tmp_path,
        "企业",
        "企业名称|所在地区|示例",
        "甲公司|999999|",
        "乙公司|630100|",
        "丙公司|999999|是",
        "丁公司|990000|",
    )
    write(tmp_path, "园区", "园区|所在地区", "高新区|999999")
    write(tmp_path, "地区", "地区代码|地区", "630100|西宁市", "638877|某地", "XQZ|某国")
    store = MemoryStore()
    answer = import_files([tmp_path], store, as_of=DAY)

    example = [(f.file, f.row, f.column, f.value) for f in found(answer, "R-example-region")]
    assert sorted(example) == [
        ("企业.csv", 2, "所在地区", "999999"),
        ("园区.csv", 2, "所在地区", "999999"),
    ]
    assert [(f.row, f.value) for f in found(answer, "R-unknown-region")] == [(5, "990000")]
    listed = found(answer, "R-region-not-listed")
    assert [(f.row, f.column, f.value) for f in listed] == [
        (3, "地区代码", "638877"),
        (4, "地区代码", "XQZ"),
    ]
    assert len(ids(store, "Company")) == 4
    assert set(ids(store, "Region")) == {
        f"Region:{c}" for c in ("630100", "638877", "999999", "XQZ")
    }
    assert all(f.told("zh")[1] for f in answer.findings)


def test_degrees_out_of_range_are_told_and_unknown(tmp_path: Path) -> None:
    write(
        tmp_path,
        "企业",
        "企业名称|经度|纬度",
        "甲公司|101.78|36.62",
        "乙公司|36.62|101.78",
        "丙公司|-190|-36",
    )
    store = MemoryStore()
    answer = import_files([tmp_path], store, as_of=DAY)
    told = [(f.row, f.column, f.value) for f in found(answer, "V-degrees")]

    assert told == [(3, "纬度", "101.78"), (4, "经度", "-190")]
    companies = graph(store).nodes["Company"].set_index("name")
    assert companies["latitude"].isna().to_dict() == {
        "甲公司": False,
        "乙公司": True,
        "丙公司": False,
    }
    assert companies["longitude"]["乙公司"] == 36.62
