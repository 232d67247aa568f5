"""What an outage tells: rounds, reasons with their rows, stocks and small parts, what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from chain_samples import Sample

from chainmap.errors import ConfigError, NothingToAnalyse
from chainmap.workflow.whatif import simulate_outage


def sold(sample: Sample, source: str, target: str, good: str, amount: float | None = 5e6) -> Sample:
    ends, told = (f"Company:{source}", f"Company:{target}"), {"amount_cny": amount}
    return sample.edge("SUPPLIES", *ends, product=f"Product:{good}", **told)


def told(sample: Sample, *names: str, **more: Any) -> dict[str, Any]:
    answer = simulate_outage(sample.store(), remove=names, **{"draws": 0} | more)
    found: dict[str, Any] = json.loads(answer.as_json())
    return found


def rows(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["entity"]: one for one in found["rows"]}


def market() -> Sample:
    """Return A and B that sell p and q to L and M, and S that sells x to both."""
    sample = Sample()
    for key, name in (("p", "硅料"), ("q", "银浆"), ("x", "电力")):
        sample.product(key, name=name)
    for key in "ABLMS":
        sample.company(key, f"{key}公司")
    sold(sold(sample, "A", "L", "p"), "B", "M", "q")
    return sold(sold(sample, "S", "A", "x", 6e6), "S", "B", "x", 4e6)


def test_a_firm_and_a_product_that_stop_together_hit_in_the_same_rounds() -> None:
    found = rows(told(market(), "A公司", "银浆"))
    tiers = {name: row["tier"] for name, row in found.items()}

    assert tiers == {"A公司": 0, "B公司": 0, "L公司": 1, "M公司": 1, "S公司": 1}
    assert {name for name, row in found.items() if row["role"] == "removed"} == {"A公司", "B公司"}


def test_lost_sales_to_several_customers_are_told_as_such() -> None:
    both, one = (rows(told(market(), *names))["S公司"]["cause_text"]
                 for names in (("A公司", "B公司"), ("A公司",)))  # fmt: skip

    assert both == "「电力」少卖给 A公司（占其销售 60%），另有 1 家客户少买，共减产 100%"
    assert one == "「电力」少卖给 A公司（占其销售 60%），减产 60%"


def test_who_only_sells_what_stops_is_told_with_its_supply() -> None:
    (evidence,) = rows(told(market(), "银浆"))["B公司"]["evidence"]

    assert evidence["text"] == "B公司 向 M公司 供「银浆」，每年 500 万元"
    assert (evidence["sheet"], evidence["row"]) == ("供货关系", 3)


def test_small_amounts_and_shares_are_not_told_as_nothing() -> None:
    sample = sold(market().company("T", "T公司"), "T", "A", "x", 4_000.0)
    sample.rows["Company"][-1]["revenue_cny"] = 4e6
    row = rows(told(sample, "A公司"))["T公司"]

    assert row["cause_text"] == "「电力」少卖给 A公司（占其销售 <1%），减产 <1%"
    assert row["evidence"][0]["text"].endswith("每年 0.4 万元")


def test_a_small_part_is_followed_as_far_as_the_whole() -> None:
    whole, part = (told(market(), "A公司", fraction=share) for share in (1.0, 1e-4))

    assert set(rows(part)) == set(rows(whole))
    assert part["total"][0]["firms_hit"] == whole["total"][0]["firms_hit"] == 2
    assert rows(part)["L公司"]["loss_share"] == pytest.approx(1e-4)


def test_the_recipe_told_is_one_that_counted_and_names_the_good_itself() -> None:
    sample = market().product("wet", name="颗粒硅").kind("wet", "p").product("y").product("z")
    sample.makes("L", "y", probability=0.3).makes("L", "z")
    sample.input("wet", "y", essential="2").input("p", "z", essential="1")
    sample.input("wet", "z", essential="1")
    row = rows(told(sold(sample, "A", "L", "wet"), "颗粒硅"))["L公司"]

    assert [one["text"] for one in row["evidence"]] == [
        "A公司 向 L公司 供「颗粒硅」，每年 500 万元",
        "颗粒硅 是 产品z 的投入品（影响产量）",
    ]


def test_a_maker_that_lacks_its_own_good_is_told_as_one_that_stops() -> None:
    sample = market().product("w", name="硅片").input("p", "w", essential="2")
    sample.makes("L", "w").makes("L", "p").makes("A", "p")
    sample.rows["Company"][2]["revenue_cny"] = 1e8
    found = told(sample, "硅料")
    row = rows(found)["L公司"]

    assert (row["loss_share"], row["role"], row["tier"]) == (1.0, "removed", 0)
    assert row["cause_text"] == "「硅料」停供，减产 100%"
    assert row["cause"] == ["Company:L"]
    assert [one["text"] for one in row["evidence"]] == ["设定：L公司 不再供「硅料」"]
    assert {line["entity_id"] for line in found["tree"] if line["depth"] == 0} == {
        "Company:A",
        "Company:L",
    }


def test_of_stocks_the_narrowest_goes_before_in_any_order() -> None:
    sample = market().product("wet", name="颗粒硅").product("fine", name="细颗粒硅")
    sample.kind("wet", "p").kind("fine", "wet").product("y").makes("L", "y")
    sample.input("fine", "y", essential="2")
    sold(sample, "A", "L", "fine")
    stocks = ["硅料=20", "颗粒硅=5"]
    found = [told(sample, "细颗粒硅", days=20.0, stock=order)["rows"]
             for order in (stocks, stocks[::-1])]  # fmt: skip

    assert found[0] == found[1]
    (row,) = [one for one in found[0] if one["entity"] == "L公司"]
    assert row["loss_share"] == pytest.approx(0.75)


def test_stocks_are_refused_beside_the_ranking() -> None:
    with pytest.raises(ConfigError, match="--stock"):
        simulate_outage(market().store(), rank=True, stock=["硅料=3"])


def test_supplies_of_closed_firms_only_are_said_to_be_that() -> None:
    sample = Sample().product("p").company("A", status="注销").company("L")
    with pytest.raises(NothingToAnalyse, match="1 行供货关系的一方都已停业"):
        simulate_outage(sold(sample, "A", "L", "p").store(), rank=True)
