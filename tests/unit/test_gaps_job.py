"""The gap job: rows as ANSWERS.md promises, with their arithmetic, the same from every store."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from chain_samples import Sample, battery_chain, rows_of
from jsonschema import Draft202012Validator

from chainmap.errors import ConfigError, NothingToAnalyse
from chainmap.gaps.explain import COLUMNS
from chainmap.gaps.thresholds import default_thresholds
from chainmap.stores.open import open_store
from chainmap.workflow.gaps import find_gaps, list_targets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chainmap.stores.port import GraphStore

SCHEMA_FILE = Path(__file__).parents[2] / "docs" / "answers" / "gaps.schema.json"
BOUNDS = replace(default_thresholds(), min_surveyed=3)


def zone() -> Sample:
    """Return the battery chain with totals of its park and a maker of base film elsewhere."""
    sample = battery_chain().total("南川", "cell", 1000.0).total("南川", "sep", 600.0)
    sample.company("H", "辛铝壳", region="320000", titles="专精特新中小企业", size_class="中型")
    sample.edge("LOCATED_IN", "Company:E", "Park:南川")
    return sample.makes("H", "shell", capacity=50.0, capacity_unit="吨").supplies("H", "L", "shell")


def texts(row: Mapping[str, object]) -> list[str]:
    return [item["text"] for item in row["evidence"]]  # type: ignore[attr-defined]


def test_an_answer_meets_its_published_schema() -> None:
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    answer = json.loads(find_gaps(zone().store(), include_ok=True, thresholds=BOUNDS).as_json())

    assert [e.message for e in Draft202012Validator(schema).iter_errors(answer)] == []
    assert {row["verdict"] for row in answer["rows"]} == {"gap", "ok"}
    assert answer["run"]["thresholds"]["targets"]["makes"] == 0.5
    assert list(COLUMNS) == schema["properties"]["rows"]["items"]["required"]


def test_a_shortage_shows_its_sums_and_its_rows() -> None:
    answer = find_gaps(zone().store(), thresholds=BOUNDS)
    row = next(row for row in rows_of(answer) if row["kind"] == "产能不匹配")

    assert (row["product"], row["region"], row["demand"], row["supply"], row["coverage"]) == (
        "隔膜", "西宁市", 2000.0, 600.0, 0.3,
    )  # fmt: skip
    assert texts(row)[:3] == [
        "下游需求：电芯 1000 吨 × 单耗 2 = 2000 吨",
        "供给：采用园区口径 600 吨（企业合计 500 吨，另有 1 家产能未知，不与园区口径相加）",
        "覆盖率 = 供给 600 ÷ 需求 2000 = 30.0%（< 50%）",
    ]
    cited = [item for item in row["evidence"] if item["file"]]  # type: ignore[attr-defined]
    assert {"file": "样例.xlsx", "sheet": "园区产能", "row": 3, "column": "产能"}.items() <= next(
        item for item in cited if item["text"].startswith("南川 隔膜")
    ).items()


def test_every_gap_cites_a_row_of_the_input() -> None:
    for row in rows_of(find_gaps(zone().store(), include_ok=True, thresholds=BOUNDS)):
        assert any(item["file"] for item in row["evidence"]), row["product"]  # type: ignore[attr-defined]


def test_targets_have_reasons_and_one_risk() -> None:
    sample = zone().company("I", "壬铝壳", region="320000").makes("I", "shell", probability=0.5)
    rows = rows_of(find_gaps(sample.store(), thresholds=BOUNDS))
    shell = next(row for row in rows if row["product"] == "铝壳")

    assert (shell["kind"], shell["makers_local"]) == ("单一来源", 1)
    assert shell["targets"][:2] == [  # type: ignore[index]
        {
            "company_id": "Company:H",
            "company": "辛铝壳",
            "reasons": ["生产铝壳，年产能 50 吨", "已向本地企业供货", "称号：专精特新中小企业"],
            "risk": "经营状态未知",
            "action": "补链",
        },
        {
            "company_id": "Company:I",
            "company": "壬铝壳",
            "reasons": ["生产铝壳", "位于江苏省"],
            "risk": "是否生产尚待核实（把握 50%）",
            "action": "补链",
        },
    ]


def test_candidates_limits_the_targets() -> None:
    answer = find_gaps(zone().store(), candidates=0, thresholds=BOUNDS)

    assert all(row["targets"] == [] for row in rows_of(answer))


def test_who_makes_a_kind_of_the_product_elsewhere_is_a_target() -> None:
    sample = battery_chain()
    sample.rows["PRODUCES"] = [
        row for row in sample.rows["PRODUCES"] if row["target"] != "Product:sep"
    ]
    rows = rows_of(find_gaps(sample.store(), thresholds=BOUNDS))
    missing = next(row for row in rows if row["product"] == "隔膜")

    assert missing["kind"] == "缺链"
    assert [(t["action"], t["reasons"][0]) for t in missing["targets"]][:4] == [  # type: ignore[attr-defined]
        ("补链", "生产湿法隔膜（属于隔膜），年产能 2000 吨"),
        ("自培", "有供应隔膜的记录"),
        ("补链", "生产基膜，与隔膜是投入产出关系"),
        ("自培", "生产电芯，与隔膜是投入产出关系"),
    ]


def test_for_a_purchase_outside_the_targets_are_the_local_makers() -> None:
    sample = zone().wants("L", "foil", demand_id="D9", sourced_from="外地")
    rows = rows_of(find_gaps(sample.store(), thresholds=BOUNDS, kind="外采"))
    row = next(row for row in rows if row["product"] == "铜箔")

    assert [target["company"] for target in row["targets"]] == ["丙箔公司"]  # type: ignore[attr-defined]
    assert texts(row)[:2] == [
        "1 家本地企业从外地采购或进口（按其注明或供货记录；占本地需求方权重 100%），"
        "本地另有认定的生产企业 1 家，未见它们向这些企业供货",
        "链主公司 需要 铜箔（现从外地采购）",
    ]


def test_who_supplies_whom_is_told_inside_only() -> None:
    sample = zone().region("320500", "苏州市").company("S", "外地箔公司", region="320500")
    sample.edge("SUPPLIES", "Company:S", "Company:L", product="Product:foil", amount_cny=1e6)
    told = {
        audience: rows_of(
            find_gaps(sample.store(), thresholds=BOUNDS, kind="外采", audience=audience)
        )
        for audience in ("内部", "外发")
    }
    inside, outside = (
        next(row for row in rows if row["product"] == "铜箔") for rows in told.values()
    )

    assert any("外地箔公司" in text for text in texts(inside))
    assert not any("外地箔公司" in text for text in texts(outside))


def test_for_an_idle_by_product_the_targets_are_its_users_elsewhere() -> None:
    sample = zone().product("acid", chain="锂电", name="废酸").product("salt", name="硫酸盐")
    sample.input("acid", "salt").makes("L", "acid", is_byproduct=True).makes("H", "salt")
    (row,) = rows_of(find_gaps(sample.store(), thresholds=BOUNDS, kind="副产品无去处"))

    (target,) = row["targets"]  # type: ignore[misc]
    assert (target["company"], target["reasons"][0]) == (  # type: ignore[index]
        "辛铝壳", "生产硫酸盐，以废酸为投入品",
    )  # fmt: skip
    assert "链主公司 生产 废酸（副产品）" in texts(row)


def test_valid_awards_stand_among_the_reasons_of_a_target() -> None:
    sample = (
        zone().award("H", "高新技术企业", 2024, "2027-12-31").award("H", "创新型中小企业", 2019)
    )
    rows = rows_of(find_gaps(sample.store(), thresholds=BOUNDS, as_of="2026-03-01"))
    shell = next(row for row in rows if row["product"] == "铝壳")

    assert shell["targets"][0]["reasons"][2] == "称号：专精特新中小企业；高新技术企业"  # type: ignore[index]


def test_no_unknown_capacity_is_mentioned_where_there_is_none() -> None:
    sample = zone()
    sample.rows["PRODUCES"] = [
        row for row in sample.rows["PRODUCES"] if row["source"] != "Company:E"
    ]
    (row,) = rows_of(find_gaps(sample.store(), thresholds=BOUNDS, kind="产能不匹配"))

    assert "供给：采用园区口径 600 吨（企业合计 500 吨，不与园区口径相加）" in texts(row)


def test_kind_and_chain_narrow_the_answer() -> None:
    store = zone().chain("光伏").store()

    kinds = {row["kind"] for row in rows_of(find_gaps(store, kind="缺链", thresholds=BOUNDS))}

    assert kinds == {"缺链"}
    assert rows_of(find_gaps(store, chain="光伏", thresholds=BOUNDS)) == []


def test_without_a_region_the_cities_of_the_leaders_are_looked_at() -> None:
    sample = zone().region("320500", "苏州市").region("630000", "青海省")
    sample.company("L2", "苏州链主", region="320500").leads("L2", "锂电").makes("L2", "cell")
    sample.company("L3", "青海链主", region="630000").leads("L3", "锂电")
    scope = find_gaps(sample.store(), thresholds=BOUNDS).scope

    assert [one["name"] for one in scope["regions"]] == ["苏州市", "西宁市"]  # type: ignore[attr-defined]


def test_the_region_of_example_firms_is_no_place_to_look_at() -> None:
    sample = zone().region("999999", "示例地区").company("X", "示例链主", region="999999")
    scope = find_gaps(sample.leads("X", "锂电").store(), thresholds=BOUNDS).scope

    assert [one["name"] for one in scope["regions"]] == ["西宁市"]  # type: ignore[attr-defined]


def test_without_a_located_leader_the_whole_graph_is_one_place() -> None:
    sample = Sample().chain("锂电").product("p", chain="锂电").company("A").wants("A", "p")
    answer = find_gaps(sample.store())

    assert [row["region"] for row in rows_of(answer)] == ["全图"]
    assert [finding.rule for finding in answer.findings] == ["A-few-surveyed"]


def test_parks_can_be_the_zone() -> None:
    answer = find_gaps(zone().store(), parks=["南川"], thresholds=BOUNDS)

    assert {row["region"] for row in rows_of(answer)} == {"南川"}
    assert answer.scope["regions"][0]["companies"] == 3  # type: ignore[index]


def test_confidential_demands_stay_inside() -> None:
    sample = zone()
    inside = find_gaps(sample.store(), thresholds=BOUNDS)
    outside = find_gaps(sample.store(), audience="外发", thresholds=BOUNDS)

    assert "铝壳" in {row["product"] for row in rows_of(inside)}
    assert "铝壳" not in {row["product"] for row in rows_of(outside)}
    assert "需要 铝壳" in inside.as_json()
    assert "需要 铝壳" not in outside.as_json()


def test_needed_products_in_no_chain_are_judged_and_named() -> None:
    store = zone().product("loose", name="散件").wants("L", "loose").store()
    answer = find_gaps(store, thresholds=BOUNDS)

    assert [(f.rule, f.value) for f in answer.findings] == [("A-product-in-no-chain", "散件")]
    rows = [(r["chain"], r["kind"]) for r in answer.rows if r["product"] == "散件"]
    assert rows == [(None, "缺链")]


def test_all_stores_and_shuffled_rows_give_the_same_bytes(tmp_path: Path) -> None:
    def told(store: GraphStore) -> str:
        answer = find_gaps(store, include_ok=True, thresholds=BOUNDS).as_object()
        return json.dumps({**answer, "run": None}, ensure_ascii=False)

    sample = zone()
    expected = told(sample.store())

    assert told(sample.store(shuffle=5)) == expected
    with open_store(f"sqlite:{tmp_path / 'g.sqlite'}") as store:
        assert told(sample.into(store, shuffle=6)) == expected


def test_neo4j_gives_the_same_bytes(neo4j_store: GraphStore) -> None:
    expected = rows_of(find_gaps(zone().store(), include_ok=True))

    assert rows_of(find_gaps(zone().into(neo4j_store), include_ok=True)) == expected


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"kind": "缺口"}, "缺链"),
        ({"chain": "锂点"}, "锂电"),
        ({"region": "火星"}, "火星"),
        ({"parks": ["北川"]}, "南川"),
        ({"candidates": -1}, "--candidates"),
    ],
)
def test_what_cannot_be_answered_is_refused(options: dict[str, object], told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        find_gaps(zone().store(), **options)  # type: ignore[arg-type]


def test_nothing_to_analyse_says_what_is_missing() -> None:
    with pytest.raises(NothingToAnalyse, match="产品"):
        find_gaps(Sample().company("A").store())
    with pytest.raises(NothingToAnalyse, match="110000"):
        find_gaps(zone().store(), region="110000")


def test_a_zone_that_needs_nothing_is_told() -> None:
    store = Sample().product("p").company("A").store()

    assert "A-nothing-needed" in {finding.rule for finding in find_gaps(store).findings}


def acid() -> Sample:
    """Return the battery chain with 硫酸 as a by-product of L, used by N here and P elsewhere."""
    sample = zone().product("acid", chain="锂电", name="硫酸").product("salt", name="硫酸盐")
    sample.input("acid", "salt").makes("L", "acid", is_byproduct=True)
    sample.company("P", "外地盐业", region="320000", status="存续").makes("P", "salt")
    return sample.company("W", "外地用酸", region="320000").wants("W", "acid", visibility="仅局内")


def users(sample: Sample, **options: object) -> list[tuple[object, object]]:
    rows = rows_of(find_gaps(sample.store(), thresholds=BOUNDS, include_ok=True, **options))  # type: ignore[arg-type]
    (row,) = (r for r in rows if r["kind"] == "副产品无去处")
    return [(t["company"], t["action"]) for t in row["targets"]]  # type: ignore[attr-defined]


def test_who_can_use_a_by_product_is_answered_even_where_it_is_used() -> None:
    used = acid().company("N", "本地盐业", region="630100", status="存续").makes("N", "salt")

    assert users(acid()) == [("外地盐业", "消纳"), ("外地用酸", "消纳")]
    assert users(used) == [("本地盐业", "消纳"), ("外地盐业", "消纳"), ("外地用酸", "消纳")]


def test_who_wants_a_by_product_confidentially_is_not_told_outside() -> None:
    assert users(acid(), audience="外发") == [("外地盐业", "消纳")]


def test_local_makers_to_raise_are_told_what_they_lack() -> None:
    rows = rows_of(find_gaps(zone().store(), thresholds=BOUNDS))
    (short,) = (r for r in rows if r["kind"] == "产能不匹配")

    assert [(s["company"], s["action"], s["lacks"]) for s in short["strengthen"]] == [  # type: ignore[attr-defined]
        ("甲膜公司", "强链", ["现有 500 吨；本地再增 1400 吨 才满足需求"]),
        ("戊膜公司", "强链", ["产能未知", "没有已知的有效称号"]),
    ]


def test_a_downstream_product_whose_inputs_are_covered_is_an_extension() -> None:
    sample = zone().product("pack", chain="锂电", name="电池包").product("bms", name="管理系统")
    sample.input("cell", "pack", essential="2").input("bms", "pack", essential="0")
    sample.company("K", "外地电池包", region="320000").makes("K", "pack")
    sample.input("pack", "pack").product("car", name="整车").input("pack", "car")
    answer = find_gaps(sample.store(), thresholds=BOUNDS).as_object()
    (row,) = answer["extensions"]  # type: ignore[misc]

    # 1.0 of weight 1 (电芯, essential 2) and 0 of weight 0.2 (管理系统, auxiliary)
    assert (row["product"], row["covered"]) == ("电池包", pytest.approx(1 / 1.2, abs=1e-6))
    assert [(i["product"], i["covered"]) for i in row["inputs"]] == [
        ("电芯", 1.0),
        ("管理系统", 0.0),
    ]
    assert [t["company"] for t in row["targets"]] == ["外地电池包"]
    assert row["evidence"][1]["sheet"] == "产品投入"
    assert find_gaps(sample.chain("光伏").store(), chain="光伏").extra["extensions"] == []


def test_cost_shares_weigh_the_inputs_of_an_extension_where_all_are_known() -> None:
    sample = zone().product("pack", chain="锂电", name="电池包").product("bms", name="管理系统")
    sample.input("cell", "pack", cost_share=0.75).input("bms", "pack", cost_share=0.25)
    (row,) = find_gaps(sample.store(), thresholds=BOUNDS).as_object()["extensions"]  # type: ignore[misc]

    assert row["covered"] == 0.75


def test_the_target_list_is_the_targets_of_the_rows_each_once() -> None:
    sample = zone().chain("储能").edge("IN_SEGMENT", "Product:shell", "Segment:储能/储能环节")
    answer = find_gaps(sample.store(), thresholds=BOUNDS)
    listed = list_targets(answer).as_object()["rows"]
    expected = {
        (row["product_id"], row["kind"], target["company_id"])
        for row in rows_of(answer)
        for target in row["targets"]  # type: ignore[attr-defined]
    }

    keys = [(r["product_id"], r["kind"], r["company_id"]) for r in listed]  # type: ignore[attr-defined]
    assert (len(keys), set(keys)) == (len(expected), expected)
    shell = next(r for r in listed if r["product"] == "铝壳")  # type: ignore[attr-defined]
    assert shell["chain"] == "储能、锂电"
    assert shell["next_step"] == "登门拜访，了解投资铝壳的意愿"
    assert len(shell["reasons"]) == 3


def test_progress_is_told_step_by_step() -> None:
    steps: list[tuple[str, int, int]] = []
    sample = zone().region("320500", "苏州市")
    sample.company("L2", "苏州链主", region="320500").leads("L2", "锂电").makes("L2", "cell")
    answer = find_gaps(
        sample.store(),
        thresholds=BOUNDS,
        progress=lambda step, done, total: steps.append((step, done, total)),
    )

    assert list(dict.fromkeys(step for step, _, _ in steps)) == [
        f"gaps.step.{name}" for name in ("read", "judge", "cascade", "explain", "measures")
    ]
    assert [one for one in steps if one[0] == "gaps.step.judge"] == [
        ("gaps.step.judge", 0, 2),
        ("gaps.step.judge", 1, 2),
    ]
    rows = len(rows_of(answer))
    assert [done for step, done, _ in steps if step == "gaps.step.explain"] == [*range(1, rows + 1)]
