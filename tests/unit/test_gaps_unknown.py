"""What is not known is neither there nor absent: places, parks, uses, requirements met in part."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from chain_samples import Sample, rows_of
from gap_samples import state_of
from test_gaps_rules import BOUNDS, found, local, zone

from chainmap.workflow.gap_zones import may_be_inside
from chainmap.workflow.gaps import find_gaps
from chainmap.workflow.scope import make_zone

if TYPE_CHECKING:
    from chainmap.answers import Answer


def answer_of(sample: Sample, **options: Any) -> Answer:
    return find_gaps(sample.store(), region="630100", thresholds=BOUNDS, **options)


def row_of(answer: Answer, key: str, kind: str) -> dict[str, Any]:
    rows = {(row["product_id"], row["kind"]): row for row in rows_of(answer)}
    return dict(rows[f"Product:{key}", kind])


def told(row: dict[str, Any]) -> list[str]:
    return [item["text"] for item in row["evidence"]]


def rules(answer: Answer) -> list[str]:
    return [finding.rule for finding in answer.findings]


def test_a_maker_whose_place_is_unknown_leaves_it_open_whether_any_is_local() -> None:
    sample = zone().company("X").makes("X", "sep")
    row = row_of(answer_of(sample), "sep", "缺链")

    assert (row["verdict"], row["makers_local"], row["p_no_local_maker"]) == ("数据不足", 0, 1.0)
    assert "另有 1 家生产企业的所在地不明，可能在本地，把握按它们也在本地计" in told(row)
    (asked,) = row["settle"]
    assert (asked["company"], asked["sheet"], asked["column"]) == ("企业X", "企业", "所在地区")


def test_firms_of_an_unknown_place_are_told_once_with_what_they_make() -> None:
    sample = zone().company("X").makes("X", "sep").company("Y").makes("Y", "sep")
    (finding,) = [f for f in answer_of(sample).findings if f.rule == "A-place-unknown"]

    assert (finding.value, finding.params["firms"], finding.params["count"]) == ("产品sep", 2, 1)
    assert "A-place-unknown" not in rules(answer_of(zone()))


@pytest.mark.parametrize("chance", [0.1, 1.0])
def test_the_confidence_counts_makers_of_an_unknown_place_as_local(chance: float) -> None:
    gap = found(zone().company("X").makes("X", "sep", probability=chance))["sep", "缺链"]

    assert gap.confidence == pytest.approx(1 - chance)
    assert gap.verdict == ("gap" if chance < 0.4 else "数据不足")


@pytest.mark.parametrize(("tons", "verdict"), [(10.0, "数据不足"), (90.0, "ok")])
def test_a_single_source_and_a_shortage_are_open_too_and_enough_is_enough(
    tons: float, verdict: str
) -> None:
    sample = local(zone(), "M", "sep", capacity=tons, capacity_unit="吨")
    sample.rows["PRODUCES"][0] |= {"capacity": 1.0, "capacity_unit": "吨"}
    sample.company("W", region="630100").wants("W", "sep", volume=100.0, unit="吨")
    gaps = found(sample.company("X").makes("X", "sep"), include_ok=True)

    assert gaps["sep", "单一来源"].verdict == "数据不足"
    assert gaps["sep", "产能不匹配"].verdict == verdict


def test_a_firm_of_the_province_may_sit_in_the_city_and_one_of_another_city_does_not() -> None:
    sample = zone().region("630000", "青海省").region("630200", "海东市").park("乐都", "630200")
    sample.company("P", region="630000").company("Q", region="630200").company("R")
    graph = sample.company("S", region="630000", park="南川").company("T", park="乐都").graph()
    names = graph.companies["id"].to_pylist()
    inside = may_be_inside(graph, make_zone(graph, 630100))

    assert {names[at] for at in inside.nonzero()[0]} == {"Company:P", "Company:R"}


def test_a_firm_of_the_city_may_sit_in_a_county_of_it() -> None:
    graph = zone().region("630104", "城西区").company("C", region="630104").graph()
    inside = may_be_inside(graph, make_zone(graph, 630104))

    assert [graph.companies["id"][int(at)].as_py() for at in inside.nonzero()[0]] == ["Company:L"]


def test_a_firm_of_another_city_is_in_no_total_of_the_park() -> None:
    sample = zone().region("630200", "海东市").total("南川", "sep", 50.0)
    sample.company("Q", region="630200").makes("Q", "sep", capacity=9.0, capacity_unit="吨")
    sample.region("630000", "青海省").company("P", region="630000")
    sample.makes("P", "sep", capacity=3.0, capacity_unit="吨")
    answer = find_gaps(
        sample.wants("L", "sep", volume=1000.0, unit="吨").store(), region="630000",
        thresholds=BOUNDS,
    )  # fmt: skip
    row = row_of(answer, "sep", "产能不匹配")

    assert row["supply"] == 59.0
    assert "另有企业产能 3 吨 可能已含在园区口径内，未相加" in " ".join(told(row))


def test_a_maker_brought_in_adds_to_what_the_parks_state() -> None:
    sample = zone().total("南川", "sep", 50.0).wants("L", "sep", volume=1000.0, unit="吨")
    sample.company("H", region="320000").makes("H", "sep", capacity=150.0, capacity_unit="吨")
    answer = answer_of(sample, bring=["企业H"]).as_object()
    (row,) = [m for m in answer["measures"] if m["measure"] == "产能满足率"]  # type: ignore[attr-defined]

    assert (row["value"], row["after"]) == (0.05, 0.2)
    assert "= 5.0%" in row["formula"]
    assert row["formula"].endswith("；引进后 0.4 ÷ 2 = 20.0%（计入 1 项）")


def test_bringing_in_who_is_there_or_closed_is_told() -> None:
    sample = zone().company("D", region="320000", status="注销")
    answer = answer_of(sample, bring=["企业L", "企业D"])
    findings = {f.rule: f for f in answer.findings}

    assert (findings["A-bring-local"].value, findings["A-bring-closed"].value) == ("企业L", "企业D")
    assert findings["A-bring-closed"].params["status"] == "注销"


def test_a_maker_of_unknown_capacity_and_park_may_be_outside_the_total() -> None:
    sample = zone().total("南川", "sep", 5.0).wants("L", "sep", volume=1000.0, unit="吨")
    row = row_of(answer_of(local(sample, "M", "sep")), "sep", "产能不匹配")

    assert (row["verdict"], row["supply"]) == ("数据不足", 5.0)
    assert "另有企业的产能和所在园区都未知，可能在园区口径以外" in " ".join(told(row))
    assert "所在园区" in [one["column"] for one in row["settle"]]


def test_a_spread_market_without_the_certificate_is_not_said_to_be_concentrated() -> None:
    sample = zone().wants("L", "sep", certification="IATF16949")
    for key in "MNO":
        local(sample, key, "sep").holds(key, "ISO9001")
    row = row_of(answer_of(sample), "sep", "弱链")

    assert row["verdict"] == "gap"
    assert "有效企业数 1/HHI=3.00，不低于 2，不因集中判为弱链" in told(row)[0]


def both_required() -> Sample:
    sample = zone().wants("L", "sep", certification="ISO9001；IATF16949")
    local(sample, "M", "sep").holds("M", "ISO9001")
    return local(sample, "N", "sep").holds("N", "IATF16949")


def test_one_maker_has_to_meet_all_that_a_buyer_requires() -> None:
    row = row_of(answer_of(both_required()), "sep", "弱链")

    assert row["verdict"] == "gap"
    assert any("同时要求“ISO9001；IATF16949”" in text for text in told(row))
    assert [r["lacks"][0] for r in row["strengthen"]] == ["未同时具备“ISO9001；IATF16949”"] * 2


def test_a_maker_that_meets_all_is_enough_and_one_that_states_nothing_leaves_it_open() -> None:
    silent = local(both_required(), "O", "sep")
    able = local(both_required(), "O", "sep").holds("O", "ISO9001").holds("O", "IATF16949")

    assert found(silent)["sep", "弱链"].verdict == "数据不足"
    assert ("sep", "弱链") not in found(able)


@pytest.mark.parametrize(
    ("required", "held", "is_met"),
    [
        ("ISO9001或IATF16949", "GB/T 19001-2016", True),
        ("ISO9001+IATF16949", "ISO9001", False),
        ("药品GMP", "GMP认证", True),
    ],
)
def test_requirements_compare_by_their_standards_as_in_a_match(
    required: str, held: str, is_met: bool
) -> None:
    sample = zone().wants("L", "sep", certification=required)
    for key in "MN":
        local(sample, key, "sep").holds(key, held)

    assert (("sep", "弱链") not in found(sample)) == is_met


def slaughter() -> Sample:
    """Return a zone in which M makes meat and, beside it, hides, both of yaks."""
    sample = zone().product("yak").product("meat").product("hide")
    sample.input("yak", "meat", quantity=4.0).input("yak", "hide", quantity=1.0)
    local(sample, "M", "meat", capacity=10.0, capacity_unit="吨")
    sample.makes("M", "hide", capacity=40.0, capacity_unit="吨", is_byproduct=True)
    return local(sample, "Y", "yak", capacity=30.0, capacity_unit="吨")


def test_a_by_product_takes_no_input_a_second_time() -> None:
    gap = found(slaughter(), include_ok=True)["yak", "产能不匹配"]

    assert (gap.demand, gap.verdict) == (40.0, "ok")


def test_a_by_product_of_unknown_use_per_unit_leaves_nothing_open_beside_the_main_product() -> None:
    sample = slaughter()
    sample.rows["INPUT_TO"][-1]["quantity"] = None

    assert found(sample, include_ok=True)["yak", "产能不匹配"].verdict == "ok"


def test_who_makes_the_by_product_only_takes_its_own_input() -> None:
    sample = local(slaughter(), "T", "hide", capacity=20.0, capacity_unit="吨", is_byproduct=True)

    assert found(sample)["yak", "产能不匹配"].demand == 100.0


def test_a_by_product_of_which_no_use_is_known_anywhere_is_open() -> None:
    sample = zone().product("slag", name="炉渣").makes("L", "slag", is_byproduct=True)
    row = row_of(answer_of(sample), "slag", "副产品无去处")
    used = sample.company("H", region="320000").wants("H", "slag")

    assert row["verdict"] == "数据不足"
    assert row["settle"] == [
        {"text": "补录以炉渣为投入品的产品", "company_id": None, "company": None,
         "sheet": "产品投入", "column": "产出品"}
    ]  # fmt: skip
    assert row_of(answer_of(used), "slag", "副产品无去处")["verdict"] == "gap"


@pytest.mark.parametrize("use", ["recipe", "demand", "purchase"])
def test_a_user_whose_place_is_unknown_leaves_it_open_whether_a_by_product_is_idle(
    use: str,
) -> None:
    sample = zone().product("slag").product("brick").company("U").company("E", region="320000")
    local(sample, "M", "slag", is_byproduct=True).input("slag", "brick")
    local(sample, "N", "sep").makes("E", "brick")
    assert row_of(answer_of(sample), "slag", "副产品无去处")["verdict"] == "gap"

    if use == "recipe":
        sample.makes("U", "brick")
    elif use == "demand":
        sample.wants("U", "slag")
    else:
        sample.supplies("M", "U", "slag")
    row = row_of(answer_of(sample), "slag", "副产品无去处")
    assert row["verdict"] == "数据不足"
    assert "用得着它的企业中有所在地不明的，可能就在本地" in told(row)
    asked = [(one["company"], one["column"]) for one in row["settle"] if "用得着" in one["text"]]
    assert asked == ([] if use == "purchase" else [("企业U", "所在地区")])


def test_a_hidden_demand_of_a_firm_of_unknown_place_is_not_named_outside() -> None:
    sample = zone().product("slag").product("brick").company("U")
    local(sample, "M", "slag", is_byproduct=True).input("slag", "brick")
    sample.wants("U", "slag", visibility="仅局内")
    inside, outside = (
        row_of(answer_of(sample, audience=one), "slag", "副产品无去处") for one in ("内部", "外发")
    )

    assert inside["verdict"] == outside["verdict"] == "数据不足"
    assert "企业U" in json.dumps(inside, ensure_ascii=False)
    assert "企业U" not in json.dumps(outside, ensure_ascii=False)


def test_by_product_firms_are_those_that_have_it_as_a_by_product() -> None:
    sample = zone().makes("L", "sep", is_byproduct=True)
    row = row_of(answer_of(local(sample, "M", "sep"), include_ok=True), "sep", "副产品无去处")

    assert told(row)[0] == "本地认定的副产企业 1 家，已有本地用处"


def test_a_doubtful_by_product_is_none_though_the_firm_surely_makes_a_kind_of_it() -> None:
    sample = zone().product("acid").product("strong").kind("strong", "acid")
    sample.makes("L", "acid", is_byproduct=True, probability=0.5).makes("L", "strong")

    assert ("acid", "副产品无去处") not in found(sample, include_ok=True)


def test_what_auxiliary_uses_take_is_no_excess() -> None:
    def shortage(other: float | None) -> str | None:
        sample = zone().product("gas").product("use")
        sample.input("gas", "sep", quantity=1.0).input("gas", "use", quantity=other, essential="0")
        for key, amount in (("gas", 100.0), ("use", 60.0), ("sep", 5.0)):
            local(sample, f"M{key}", key, capacity=amount, capacity_unit="吨")
        gap = found(sample).get(("sep", "产能不匹配"))
        return gap and gap.verdict.value

    assert (shortage(1.0), shortage(0.01), shortage(None)) == (None, "gap", "数据不足")


def test_what_a_firm_of_capacity_zero_asks_for_counts() -> None:
    sample = zone().wants("L", "sep", volume=100.0, unit="吨")
    sample.rows["PRODUCES"][0] |= {"capacity": 0.0, "capacity_unit": "吨"}
    graph = sample.graph()

    assert state_of(graph).demand.pull[graph.product_position("Product:sep")] == 100.0


def test_the_sums_do_not_speak_of_what_is_not_there() -> None:
    sample = local(zone().wants("L", "sep", volume=100.0, unit="吨"), "M", "sep")
    texts = told(row_of(answer_of(sample), "sep", "产能不匹配"))

    assert texts[:2] == ["下游需求：申报需求 100 吨 = 100 吨", "供给：认定的 1 家企业产能都未知"]


def test_the_capacity_measure_tells_of_supply_that_is_partly_known() -> None:
    sample = zone().wants("L", "sep", volume=100.0, unit="吨")
    local(sample, "M", "sep", capacity=30.0, capacity_unit="吨")
    answer = answer_of(local(sample, "N", "sep")).as_object()
    (row,) = [m for m in answer["measures"] if m["measure"] == "产能满足率"]  # type: ignore[attr-defined]

    assert "供给只知一部分的 1 种，至少如此" in row["formula"]
