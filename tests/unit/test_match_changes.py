"""Filters, counterfactuals and why-not: what they claim is what the edited graph gives."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from chain_samples import Sample, battery_chain, rows_of
from jsonschema import Draft202012Validator

from chainmap.errors import ConfigError
from chainmap.workflow.match import find_matches

ANSWERS = Path(__file__).parents[2] / "docs" / "answers"


def explained(sample: Sample) -> list[Mapping[str, Any]]:
    return rows_of(find_matches(sample.store(), leaders=["L"], explain=True))


def row_for(rows: list[Mapping[str, Any]], company: str) -> Mapping[str, Any]:
    return next(row for row in rows if row["company"] == company)


def excluded(sample: Sample) -> dict[str, str]:
    answer = find_matches(sample.store(), leaders=["L"]).as_object()
    rows: Any = answer["excluded"]
    return {row["company"]: row["filter"] for row in rows}


def why_not(sample: Sample, company: str, top: int = 20) -> list[Mapping[str, Any]]:
    return rows_of(find_matches(sample.store(), leaders=["L"], why_not=company, top=top))


def contest() -> Sample:
    """Return L that wants 1000 t of p, and five makers that differ in one thing each."""
    sample = Sample().product("p", name="隔膜").product("q", name="电芯").company("L", "链主公司")
    sample.wants("L", "p", volume=1000.0, unit="吨", demand_id="1")
    for key, name in zip("ABCD", ("甲", "乙", "丙", "丁"), strict=True):
        sample.company(key, f"{name}公司", titles="创新型中小企业")
        sample.makes(key, "p", capacity=900.0, capacity_unit="吨")
    sample.company("E", "戊公司", titles="创新型中小企业")
    return sample.makes("E", "p", capacity=500.0, capacity_unit="吨")


def test_a_lift_by_capacity_is_what_the_edited_graph_gives() -> None:
    row = row_for(explained(contest()), "戊公司")
    told = row["counterfactual"]
    edited = contest()
    edited.rows["PRODUCES"][-1]["capacity"] = 1000.0
    again = row_for(explained(edited), "戊公司")

    assert row["rank"] == 5
    assert (told["change"], told["value"], told["rank"]) == ("capacity", "1000 吨", 5)
    assert told["text"] == "年产能达到 1000 吨后由第 5 升至第 1"
    assert (told["new_rank"], told["new_score"]) == (again["rank"], again["score"]) == (1, 0.564)


def test_a_lift_by_title_is_what_the_edited_graph_gives() -> None:
    sample = contest()
    for company in sample.rows["Company"]:
        company["titles"] = "文明单位"
    sample.rows["PRODUCES"][-1]["capacity"] = 900.0
    row = row_for(explained(sample), "戊公司")
    told = row["counterfactual"]
    sample.rows["Company"][-1]["titles"] = "创新型中小企业"
    again = row_for(explained(sample), "戊公司")

    assert (row["rank"], told["change"], told["value"]) == (5, "title", "创新型")
    assert told["text"] == "获评创新型后由第 5 升至第 1"
    assert (told["new_rank"], told["new_score"]) == (again["rank"], again["score"])


def test_a_change_that_lifts_nobody_is_not_told() -> None:
    best = row_for(explained(contest()), "甲公司")

    assert (best["rank"], best["counterfactual"]) == (1, None)


def with_certificates() -> Sample:
    sample = contest()
    sample.rows["REQUIRES"][0]["certification"] = "IATF16949；ISO9001"
    for key in "ABC":
        sample.holds(key, "IATF 16949:2016").holds(key, "ISO 9001")
    return sample.holds("E", "ISO 9001")


def test_a_firm_that_lacks_a_required_certificate_is_out_and_one_that_states_none_is_not() -> None:
    sample = with_certificates()

    assert excluded(sample) == {"戊公司": "certificate_missing"}
    assert "持证情况未知" in row_for(explained(sample), "丁公司")["unknown"]


def test_why_not_names_the_certificate_and_the_place_it_would_give() -> None:
    sample = with_certificates()
    (row,) = why_not(sample, "戊公司")
    sample.holds("E", "IATF16949")
    again = row_for(explained(sample), "戊公司")
    told = row["cheapest_change"]

    assert (row["filter"], row["rank"], row["gap"]) == ("certificate_missing", None, None)
    assert row["reason"] == "缺少需求要求的 IATF16949"
    assert told["text"] == "取得 IATF16949 后可列入推荐，排第 4"
    assert (told["new_rank"], told["new_score"]) == (again["rank"], again["score"])


def test_a_demand_in_other_words_strikes_off_nobody_who_holds_the_certificate() -> None:
    sample = with_certificates()
    sample.rows["REQUIRES"][0]["certification"] = "IATF 16949:2016 汽车质量管理体系认证"

    assert excluded(sample) == {"戊公司": "certificate_missing"}
    assert "IATF 16949:2016 汽车质量管理体系认证" in why_not(sample, "戊公司")[0]["reason"]


def test_a_large_firm_is_not_told_to_win_a_title_of_small_ones() -> None:
    sample = contest()
    sample.rows["PRODUCES"][-1]["capacity"] = 900.0
    (told,) = why_not(sample, "戊公司", top=1)
    sample.rows["Company"][-1]["size_class"] = "大型"
    (large,) = why_not(sample, "戊公司", top=1)

    assert (told["cheapest_change"]["change"], large["cheapest_change"]["change"]) == (
        "capacity", "capacity",
    )  # fmt: skip
    sample.rows["PRODUCES"][-1]["capacity"] = 1000.0
    sample.rows["PRODUCES"][0]["capacity"] = 1000.0
    assert why_not(sample, "戊公司", top=1)[0]["cheapest_change"] is None
    sample.rows["Company"][-1]["size_class"] = "中型"
    assert why_not(sample, "戊公司", top=1)[0]["cheapest_change"]["value"] == "专精特新"


@pytest.mark.parametrize("leaders", [[], ["L"]])
def test_a_change_is_worth_its_place_on_the_whole_list_whoever_is_asked_about(
    leaders: list[str],
) -> None:
    store = contest().chain("链").leads("L", "链").store()
    whole = row_for(rows_of(find_matches(store, leaders=["L"], explain=True)), "戊公司")
    (row,) = rows_of(find_matches(store, leaders=leaders, companies=["戊公司"], explain=True))

    assert row["counterfactual"] == whole["counterfactual"]
    assert row["counterfactual"]["rank"] == 5  # type: ignore[index]


def test_a_pair_too_faint_to_be_proposed_holds_no_place_after_a_change() -> None:
    sample = Sample()
    for key in ("c", "m", "p", "f"):
        sample.product(key)
    sample.company("L", "链主公司").makes("L", "c").input("m", "c", essential="2")
    sample.input("p", "m", essential="2").input("f", "m", essential="1")
    sample.company("X", "己公司", titles="创新型中小企业").makes("X", "p")
    sample.makes("X", "f", as_of="2026-03-01", revenue_share=1.0)
    sample.company("Z", "庚公司", titles="专精特新中小企业").makes("Z", "p")
    answer = find_matches(
        sample.store(), leaders=["L"], why_not="己公司", top=1, as_of="2026-03-01"
    )
    row = next(row for row in rows_of(answer) if row["filter"] is None)
    sample.rows["Company"][1]["titles"] = "专精特新中小企业"
    again = rows_of(find_matches(sample.store(), leaders=["L"], as_of="2026-03-01"))

    assert row["rank"] == 2
    assert row["cheapest_change"]["new_rank"] == 1  # type: ignore[index]
    assert (again[0]["company"], again[0]["rank"]) == ("己公司", 1)


def test_why_not_speaks_of_the_lists_that_are_balanced_together() -> None:
    sample = Sample().chain("链").product("p", name="隔膜")
    sample.company("S", "明星公司", titles="专精特新“小巨人”企业").makes("S", "p")
    for number in range(4):
        sample.company(f"L{number}", f"链主{number}").leads(f"L{number}", "链")
        sample.wants(f"L{number}", "p").company(f"F{number}").makes(f"F{number}", "p")
    store = sample.store()
    shown = rows_of(find_matches(store, all_pairs=True, top=1))
    listed = {row["leader"] for row in shown if row["company"] == "明星公司"}
    rows = rows_of(find_matches(store, all_pairs=True, top=1, why_not="明星公司"))
    raw = rows_of(find_matches(store, all_pairs=True, top=1, why_not="明星公司", raw=True))

    assert 0 < len(listed) < 4
    assert [row["rank"] for row in rows] == [1] * 4
    assert {row["leader"] for row in rows if "就在名单上" in str(row["reason"])} == listed
    assert all("让给了别家" in str(r["reason"]) for r in rows if r["leader"] not in listed)
    assert all("就在名单上" in str(row["reason"]) for row in raw)


def test_one_demand_without_requirement_lets_everybody_pass() -> None:
    sample = with_certificates().wants("L", "p", demand_id="2")

    assert excluded(sample) == {}


def test_a_leader_that_makes_the_product_itself_sees_competitors() -> None:
    sample = contest().makes("L", "p")

    assert set(excluded(sample).values()) == {"competitor"}
    assert why_not(sample, "甲公司")[0]["reason"] == "链主自己也生产隔膜，是同业"


def test_a_byproduct_of_the_leader_makes_no_competitor() -> None:
    assert excluded(contest().makes("L", "p", is_byproduct=True)) == {}


def test_why_not_below_the_list_tells_rank_gap_and_missing_points() -> None:
    (row,) = why_not(contest(), "戊公司", top=2)
    best = rows_of(find_matches(contest().store(), leaders=["L"], top=2))[-1]

    assert (row["filter"], row["rank"]) == (None, 5)
    assert row["gap"] == pytest.approx(best["score"] - row["score"])  # type: ignore[operator]
    assert row["missing"]["capacity"] == pytest.approx(0.08 - 0.04)
    assert row["missing"]["product_fit"] == 0.0
    assert row["cheapest_change"]["new_rank"] == 1
    assert "排第 5" in row["reason"]


def test_why_not_of_a_listed_firm_says_that_it_is_listed() -> None:
    (row,) = why_not(contest(), "甲公司")

    assert (row["rank"], row["gap"], row["cheapest_change"]) == (1, 0.0, None)
    assert "就在名单上" in row["reason"]


def test_nothing_in_common_names_the_nearest_product() -> None:
    sample = contest().company("X", "己公司").makes("X", "q").makes("A", "q")
    (row,) = why_not(sample, "己公司")

    assert (row["filter"], row["product"]) == ("no_common_product", None)
    assert row["cheapest_change"]["value"] == "隔膜"
    assert [item["text"] for item in row["evidence"]] == ["己公司 生产 电芯"]


def test_a_firm_whose_products_are_unknown_is_said_to_be_unknown() -> None:
    (row,) = why_not(contest().company("X", "己公司"), "己公司")

    assert row["unknown"] == ["企业生产什么未知"]
    assert row["cheapest_change"] is None


def test_a_firm_outside_the_region_asked_about_is_told_that() -> None:
    sample = contest()
    for company in ("E", "D"):
        sample.company(f"{company}2", f"{company}外公司", region="630100" if company == "D" else "")
        sample.makes(f"{company}2", "p")
    store = sample.region("630100", "西宁市").region("320100", "南京市").store()

    def asked(company: str) -> Mapping[str, Any]:
        found = find_matches(store, leaders=["L"], why_not=company, region="南京市")
        (row,) = rows_of(found)
        return row

    row = asked("D外公司")
    assert (row["filter"], row["rank"], row["gap"]) == ("elsewhere", None, None)
    assert row["reason"] == "企业不在所问的地区或园区"
    assert row["contributions"]["product_fit"] > 0
    assert "所在地未知" in str(asked("E外公司")["reason"])


def test_the_product_asked_about_is_named() -> None:
    store = contest().product("z", name="别的").company("X", "己公司").makes("X", "z").store()

    def asked(company: str, product: str) -> Mapping[str, Any]:
        (row,) = rows_of(find_matches(store, leaders=["L"], why_not=company, product=product))
        return row

    made = rows_of(find_matches(store, leaders=["L"], top=1))[0]["product"]
    assert asked("己公司", str(made))["reason"] == f"企业不生产{made}"
    assert asked("己公司", "别的")["reason"] == "没有资料说明该链主需要别的"


def test_a_leader_is_no_candidate_of_its_own() -> None:
    sample = contest().chain("链").leads("L", "链").company("L2", "链主二").leads("L2", "链")
    store = sample.wants("L2", "p").store()
    with pytest.raises(ConfigError, match="自己"):
        find_matches(store, leaders=["L"], why_not="L")
    rows = rows_of(find_matches(store, all_pairs=True, why_not="L"))
    assert [row["leader"] for row in rows] == ["链主二"]


def test_a_need_too_faint_is_told_as_such() -> None:
    sample = battery_chain()
    sample.product("ore", name="矿石").input("ore", "base", essential="0")
    sample.company("H", "辛矿公司").makes("H", "ore")
    sample.rows["INPUT_TO"][0]["essential"] = "0"
    rows = why_not(sample, "庚基公司")

    assert [row["filter"] for row in rows] == ["too_faint"]


def test_the_nearest_known_supply_is_cited() -> None:
    row = row_for(explained(battery_chain()), "甲膜公司")

    assert row["nearest_pair"] == {
        "company": "戊膜公司",
        "leader": "链主公司",
        "product": "隔膜",
        "same": ["同一产品", "同一采购方", "供方同市"],
        "text": "最近似的已知供货：戊膜公司 → 链主公司（隔膜）；相同之处：同一产品、同一采购方、供方同市",
        "file": "样例.xlsx",
        "sheet": "供货关系",
        "row": 2,
        "column": "产品",
    }


def test_the_answers_meet_their_schemas() -> None:
    asked: dict[str, Callable[[], Any]] = {
        "match": lambda: find_matches(battery_chain().store(), leaders=["L"], explain=True),
        "why-not": lambda: find_matches(contest().store(), leaders=["L"], why_not="戊公司", top=1),
    }
    for name, ask in asked.items():
        schema = json.loads((ANSWERS / f"{name}.schema.json").read_text(encoding="utf-8"))
        told = json.loads(ask().as_json())
        assert [e.message for e in Draft202012Validator(schema).iter_errors(told)] == []


def test_why_not_needs_a_leader_and_one_company() -> None:
    store = contest().store()
    with pytest.raises(ConfigError, match="--why-not"):
        find_matches(store, companies=["甲公司"], why_not="乙公司")
    with pytest.raises(ConfigError, match="--leader"):
        find_matches(store, why_not="乙公司")
    with pytest.raises(ConfigError, match="甲公司"):
        find_matches(store, leaders=["L"], why_not="甲工司")
