"""The match job: rows as ANSWERS.md promises, the same from every store, and clear refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from chain_samples import Sample, battery_chain, rows_of
from jsonschema import Draft202012Validator

from chainmap.errors import ConfigError, NothingToAnalyse
from chainmap.match.explain import COLUMNS
from chainmap.stores.open import open_store
from chainmap.workflow.match import find_matches

if TYPE_CHECKING:
    from chainmap.stores.port import GraphStore

SCHEMA_FILE = Path(__file__).parents[2] / "docs" / "answers" / "match.schema.json"


@pytest.fixture
def store() -> GraphStore:
    return battery_chain().store()


def test_an_answer_meets_its_published_schema(store: GraphStore) -> None:
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    answer = json.loads(find_matches(store, all_pairs=True).as_json())

    assert [e.message for e in Draft202012Validator(schema).iter_errors(answer)] == []
    assert list(answer["rows"][0]) == list(COLUMNS)
    assert list(COLUMNS) == schema["properties"]["rows"]["items"]["required"]


def cited(text: str, row: int, column: str) -> dict[str, object]:
    return {"text": text, "file": "样例.xlsx", "sheet": "企业", "row": row, "column": column}


def test_the_best_row_says_who_what_why_and_from_where(store: GraphStore) -> None:
    row = rows_of(find_matches(store, leaders=["链主公司"]))[0]

    assert (row["leader"], row["company"], row["product"], row["rank"]) == (
        "链主公司", "甲膜公司", "隔膜", 1,
    )  # fmt: skip
    assert row["score"] == 0.81
    assert row["path"] == ["Company:A", "Product:sep", "Company:L"]
    assert row["need"] == "申报需求"
    assert row["demand_visibility"] == "公开"
    assert row["unknown"] == [
        "行业或行业间的供货未知",
        "双方现有的供货关系未填，无从比照",
        "资料日期未填",
    ]
    assert row["path_text"] == "甲膜公司 → 隔膜（产品，样例.xlsx 供给!R3） → 链主公司"
    assert row["evidence"] == [
        {
            "text": "链主公司 需要 隔膜（年需求 1000 吨；要求 IATF16949）",
            "file": "样例.xlsx",
            "sheet": "需求",
            "row": 2,
            "column": "产品",
        },
        {
            "text": "甲膜公司 生产 隔膜（年产能 500 吨）",
            "file": "样例.xlsx",
            "sheet": "供给",
            "row": 3,
            "column": "产品",
        },
        cited("甲膜公司 与 链主公司 同在 南川", 6, "所在园区"),
        cited("甲膜公司 的称号：专精特新“小巨人”企业", 3, "企业称号"),
        cited("甲膜公司 上年营业收入 10亿元", 3, "上年营业收入"),
        cited("甲膜公司 持有 IATF 16949:2016", 2, "资质证书"),
    ]


def test_a_derived_row_shows_the_recipe_and_its_path(store: GraphStore) -> None:
    row = next(
        row for row in rows_of(find_matches(store, leaders=["L"])) if row["company"] == "庚基公司"
    )

    assert row["need"] == "配方推算"
    assert row["demand_visibility"] is None
    assert row["path"] == [
        "Company:G", "Product:base", "Product:sep", "Product:cell", "Company:L",
    ]  # fmt: skip
    assert [item["text"] for item in row["evidence"]] == [  # type: ignore[attr-defined]
        "链主公司 生产 电芯",
        "隔膜 是 电芯 的投入品（缺则停产）",
        "基膜 是 隔膜 的投入品（缺则停产）",
        "庚基公司 生产 基膜",
        "庚基公司 位于 江苏省，与 链主公司 同国不同省",
    ]


def test_an_award_counts_until_it_expires() -> None:
    sample = battery_chain().award("C", "专精特新中小企业", 2023, "2026-06-30")

    def told(day: str | None) -> tuple[float, bool, bool]:
        rows = rows_of(find_matches(sample.store(), leaders=["L"], product="铜箔", as_of=day))
        texts = [item["text"] for item in rows[0]["evidence"]]  # type: ignore[attr-defined]
        award = "丙箔公司 获认定专精特新中小企业（有效期至 2026-06-30）"
        unknown = "称号的有效期未填或已过，现在是否有效未知" in rows[0]["unknown"]  # type: ignore[operator]
        return rows[0]["contributions"]["titles"], award in texts, unknown  # type: ignore[index]

    assert told("2026-06-30") == (0.056, True, False)
    assert told("2026-07-01") == (0.0, False, True)
    assert told(None) == (0.0, False, True)


def test_the_day_is_the_one_of_the_imports_and_no_folder_is_told(tmp_path: Path) -> None:
    with open_store(f"sqlite:{tmp_path / 'zone.sqlite'}") as store:
        sample = battery_chain()
        for name, day in (("a.xlsx", "2026-05-01"), ("b.xlsx", "2026-04-01")):
            sample.add("Source", id=f"Source:{name}", name=name, as_of=day)
        run = find_matches(sample.into(store), leaders=["L"]).run

    assert (run["as_of"], run["store"]) == ("2026-05-01", "sqlite:zone.sqlite")


def test_who_is_ruled_out_about_a_confidential_demand_stays_inside() -> None:
    sample = battery_chain().company("X", "壬壳公司", status="注销").makes("X", "shell")

    def told(audience: str) -> list[object]:
        answer = find_matches(sample.store(), leaders=["L"], audience=audience).as_object()
        return [row["company"] for row in answer["excluded"]]  # type: ignore[attr-defined]

    assert "壬壳公司" in told("内部")
    assert "壬壳公司" not in told("外发")


def test_who_supplies_a_leader_already_is_not_told_outside(store: GraphStore) -> None:
    outside = find_matches(store, leaders=["L"], audience="外发")

    assert [row["company"] for row in outside.as_object()["excluded"]] == ["丁膜公司"]  # type: ignore[attr-defined]
    assert "戊膜公司" not in outside.as_json()


def test_a_leader_whose_candidates_are_all_ruled_out_is_told_why() -> None:
    sample = Sample().product("p", name="隔膜").company("L", "链主公司").wants("L", "p")
    sample.company("A", status="注销").makes("A", "p").company("B").makes("B", "p")
    store = sample.company("C").makes("C", "p").supplies("B", "L", "p").supplies("C", "L", "p")
    (finding,) = find_matches(store.store(), leaders=["L"]).findings

    assert finding.rule == "A-all-ruled-out"
    assert "有 3 个候选" in finding.message
    assert "已在供货 2、不在营业 1" in finding.message
    assert not find_matches(store.store(), leaders=["L"], audience="外发").findings


def test_a_kind_of_the_product_is_said_and_what_is_unknown_is_listed(store: GraphStore) -> None:
    row = next(
        row for row in rows_of(find_matches(store, leaders=["L"])) if row["company"] == "乙膜公司"
    )

    assert row["path"] == ["Company:B", "Product:wet", "Product:sep", "Company:L"]
    assert "湿法隔膜 属于 隔膜" in [item["text"] for item in row["evidence"]]  # type: ignore[attr-defined]
    assert row["unknown"] == [
        "经营状态未知",
        "称号未填",
        "双方规模或营收不全",
        "持证情况未知",
        "行业或行业间的供货未知",
        "双方现有的供货关系未填，无从比照",
        "资料日期未填",
    ]


def test_a_kind_of_a_kind_is_a_match_with_each_step_and_its_row() -> None:
    sample = battery_chain().product("fine", name="超薄湿法隔膜").kind("fine", "wet")
    sample.company("F", "丙薄膜公司").makes("F", "fine")
    rows: Any = rows_of(find_matches(sample.store(), leaders=["链主公司"], product="隔膜"))
    (row,) = [row for row in rows if row["company"] == "丙薄膜公司"]

    assert row["path"][:3] == ["Company:F", "Product:fine", "Product:wet"]
    texts = [item["text"] for item in row["evidence"]]
    assert {"超薄湿法隔膜 属于 湿法隔膜", "湿法隔膜 属于 隔膜"} <= set(texts)
    assert all(item["row"] for item in row["evidence"] if "属于" in item["text"])
    fits = {one["company"]: one["contributions"]["product_fit"] for one in rows}
    assert fits["丙薄膜公司"] == pytest.approx(0.8 * fits["乙膜公司"], abs=1e-6)


def test_who_is_not_proposed_is_told_with_the_reason(store: GraphStore) -> None:
    excluded = find_matches(store, leaders=["L"]).as_object()["excluded"]

    assert [(row["company"], row["reason"]) for row in excluded] == [  # type: ignore[attr-defined]
        ("丁膜公司", "经营状态为注销"),
        ("戊膜公司", "已向该链主供应这一产品"),
    ]


def test_a_company_finds_its_leaders(store: GraphStore) -> None:
    turned = rows_of(find_matches(store, companies=["甲膜"]))
    both = rows_of(find_matches(store, leaders=["L"], companies=["甲膜"]))

    assert [(row["leader"], row["rank"]) for row in turned] == [("链主公司", 1)]
    assert both == turned


def test_product_region_and_top_narrow_the_answer(store: GraphStore) -> None:
    def found(**narrow: object) -> list[object]:
        return [row["company"] for row in rows_of(find_matches(store, leaders=["L"], **narrow))]  # type: ignore[arg-type]

    assert found(top=1) == ["甲膜公司"]
    assert found(product="铜箔") == ["丙箔公司"]
    assert found(region="江苏省") == ["乙膜公司", "庚基公司"]
    assert found(parks=["南川"]) == ["甲膜公司"]


def test_confidential_demands_stay_inside(store: GraphStore) -> None:
    inside = find_matches(store, leaders=["L"])
    outside = find_matches(store, leaders=["L"], audience="外发")

    assert "铝壳" not in outside.as_json()
    assert "store" not in outside.run
    # not even how many there are
    assert outside.scope["n_demands"] == inside.scope["n_demands"] - 1
    assert not any("hidden" in name for name in outside.scope)


def test_all_stores_and_shuffled_rows_give_the_same_bytes(tmp_path: Path) -> None:
    def told(store: GraphStore) -> str:
        answer = find_matches(store, all_pairs=True).as_object()
        return json.dumps({**answer, "run": None}, ensure_ascii=False)

    sample = battery_chain()
    expected = told(sample.store())

    assert told(sample.store(shuffle=5)) == expected
    with open_store(f"sqlite:{tmp_path / 'g.sqlite'}") as store:
        assert told(sample.into(store, shuffle=6)) == expected


def test_neo4j_gives_the_same_bytes(neo4j_store: GraphStore) -> None:
    sample = battery_chain()

    expected = rows_of(find_matches(sample.store(), all_pairs=True))
    assert rows_of(find_matches(sample.into(neo4j_store), all_pairs=True)) == expected


def test_an_unknown_company_gets_candidates(store: GraphStore) -> None:
    with pytest.raises(ConfigError, match="甲膜公司"):
        find_matches(store, leaders=["甲膜有限公司"])


def test_an_ambiguous_name_lists_whom_it_may_mean_and_where_they_are() -> None:
    store = battery_chain().company("A2", "甲膜公司", region="320000").store()

    with pytest.raises(ConfigError, match=r"Company:A，630100）.*Company:A2，320000）"):
        find_matches(store, companies=["甲膜公司"])


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "--leader"),
        ({"all_pairs": True, "kind": "friendship"}, "friendship"),
        ({"all_pairs": True, "top": 0}, "--top"),
        ({"all_pairs": True, "product": "火箭"}, "火箭"),
        ({"all_pairs": True, "region": "火星"}, "火星"),
    ],
)
def test_what_cannot_be_answered_is_refused(
    store: GraphStore, options: dict[str, object], told: str
) -> None:
    with pytest.raises(ConfigError, match=told):
        find_matches(store, **options)  # type: ignore[arg-type]


def test_without_any_leader_there_is_nothing_to_analyse() -> None:
    with pytest.raises(NothingToAnalyse, match="链主"):
        find_matches(Sample().company("A").store(), all_pairs=True)
    with pytest.raises(NothingToAnalyse, match="企业"):
        find_matches(Sample().product("p").store(), leaders=["A"])


def test_a_leader_without_demand_and_recipe_is_told_what_to_supply() -> None:
    store = Sample().chain("锂电").company("L", "空链主").leads("L", "锂电").store()
    (finding,) = find_matches(store, all_pairs=True).findings

    assert finding.rule == "A-no-need"
    assert "数据不足" in finding.message
    assert "需求" in finding.fix


def test_needs_that_nobody_makes_are_told() -> None:
    store = Sample().product("p", name="稀有品").company("L").wants("L", "p").store()
    answer = find_matches(store, leaders=["L"])

    assert rows_of(answer) == []
    assert [(f.rule, "稀有品" in f.message) for f in answer.findings] == [("A-no-maker", True)]
