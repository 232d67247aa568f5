"""Outages of a product whose supplies name a broader one, and of firms that are closed down."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from chain_samples import Sample
from risk_samples import EXACT

from chainmap.risk.assemble import risk_network
from chainmap.risk.cascade import Cascade, Shock
from chainmap.risk.families import Taken, take_away
from chainmap.risk.settings import default_settings
from chainmap.workflow.whatif import simulate_outage

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph
    from chainmap.risk.network import RiskNetwork

RULES = replace(default_settings(), most_rounds=100_000, tolerance=EXACT)


def market() -> Sample:
    """Return 隔膜 with its kinds 湿法 and 干法, 湿法 again with 湿法基膜; L buys 隔膜 of A, of B."""
    sample = Sample().region("630100", "西宁市").chain("锂电")
    for key, name in (("sep", "隔膜"), ("wet", "湿法隔膜"), ("dry", "干法隔膜"), ("fine", "超薄湿法隔膜"),
                      ("cell", "电芯")):  # fmt: skip
        sample.product(key, chain="锂电", name=name)
    sample.kind("wet", "sep").kind("dry", "sep").kind("fine", "wet")
    sample.input("sep", "cell", essential="2")
    sample.company("L", "链主公司", revenue_cny=1e8).leads("L", "锂电").makes("L", "cell")
    return sample


def sold(sample: Sample, source: str, target: str, good: str, amount: float) -> Sample:
    ends = f"Company:{source}", f"Company:{target}"
    return sample.edge("SUPPLIES", *ends, product=f"Product:{good}", amount_cny=amount)


def told(sample: Sample, *names: str, **more: Any) -> dict[str, Any]:
    answer = simulate_outage(sample.store(), remove=names, **{"draws": 0} | more)
    found: dict[str, Any] = json.loads(answer.as_json())
    return found


def row(found: dict[str, Any], name: str) -> dict[str, Any]:
    (one,) = [one for one in found["rows"] if one["entity"] == name]
    return one


def rules_of(found: dict[str, Any]) -> dict[str, str]:
    return {one["rule"]: one["message"] for one in found["findings"]}


def test_a_kind_that_stops_stops_what_is_sold_under_the_broader_name() -> None:
    sample = market().company("A", "甲膜公司", revenue_cny=1e7).makes("A", "wet")
    found = told(sold(sample, "A", "L", "sep", 5e6), "湿法隔膜")

    assert row(found, "链主公司")["loss_share"] == 1.0
    assert row(found, "甲膜公司")["loss_share"] == pytest.approx(0.5)
    assert not {"A-outage-unbought", "A-outage-makers", "A-outage-broad"} & set(rules_of(found))


def test_a_kind_of_a_kind_stops_with_the_broadest_and_alone() -> None:
    sample = market().company("A", "甲膜公司").makes("A", "fine")
    sold(sample, "A", "L", "sep", 5e6)

    for name in ("隔膜", "湿法隔膜", "超薄湿法隔膜"):
        assert row(told(sample, name), "链主公司")["loss_share"] == 1.0
    assert not told(sample, "干法隔膜")["rows"]


def test_of_two_kinds_under_one_name_the_shares_in_revenue_say_how_much_stops() -> None:
    sample = market().company("A", "甲膜公司")
    sample.makes("A", "wet", revenue_share=0.6).makes("A", "dry", revenue_share=0.2)
    found = told(sold(sample, "A", "L", "sep", 5e6), "湿法隔膜")

    assert row(found, "链主公司")["loss_share"] == pytest.approx(0.75)
    half = told(sample, "湿法隔膜", fraction=0.5)
    assert row(half, "链主公司")["loss_share"] == pytest.approx(0.375)


def test_without_shares_nothing_is_assumed_and_the_firm_is_named() -> None:
    sample = market().company("A", "甲膜公司").makes("A", "wet").makes("A", "dry")
    found = told(sold(sample, "A", "L", "sep", 5e6), "湿法隔膜")

    assert found["total"][0]["loss_share"] is None
    assert "甲膜公司" in rules_of(found)["A-outage-broad"]
    assert "A-outage-makers" not in rules_of(found)  # it is not recorded to sell it to nobody


def test_sales_under_a_broader_name_are_not_added_to_the_stated_share() -> None:
    """Of 40 % of revenue with 湿法, 30 % are recorded under 隔膜: 40 % are lost, not 70 %."""
    sample = market().company("A", "甲膜公司", revenue_cny=1e7)
    sample.makes("A", "wet", revenue_share=0.4)
    sold(sample, "A", "L", "sep", 3e6)

    for name in ("隔膜", "湿法隔膜"):
        assert row(told(sample, name), "甲膜公司")["loss_upstream"] == pytest.approx(0.4)


def test_sales_under_a_narrower_name_are_not_added_to_the_stated_share() -> None:
    sample = market().company("A", "甲膜公司", revenue_cny=1e7)
    sample.makes("A", "sep", revenue_share=0.5)
    sold(sample, "A", "L", "wet", 3e6)

    assert row(told(sample, "隔膜"), "甲膜公司")["loss_upstream"] == pytest.approx(0.5)


def test_what_a_broader_name_covers_is_shared_among_its_kinds() -> None:
    """Shares .4 and .2; 隔膜 for 30 % of revenue covers half of both; 湿法 takes two thirds of it."""
    sample = market().company("A", "甲膜公司", revenue_cny=1e7)
    sample.makes("A", "wet", revenue_share=0.4).makes("A", "dry", revenue_share=0.2)
    sold(sample, "A", "L", "sep", 3e6)

    lost = {name: row(told(sample, name), "甲膜公司")["loss_upstream"]
            for name in ("隔膜", "湿法隔膜", "干法隔膜")}  # fmt: skip
    assert lost == pytest.approx({"隔膜": 0.6, "湿法隔膜": 0.4, "干法隔膜": 0.2})


def test_a_spare_maker_of_what_stops_does_not_step_in_under_the_broader_name() -> None:
    sample = market().company("A", "甲膜公司").makes("A", "wet")
    sample.company("B", "乙膜公司").makes("B", "wet").company("C", "丙膜公司").makes("C", "dry")
    found = told(sold(sample, "A", "L", "sep", 5e6), "湿法隔膜")

    assert {one["company"] for one in found["substitutes"]} == {"丙膜公司"}


def random_family(seed: int) -> Sample:
    rng = np.random.default_rng(seed)
    sample = Sample()
    for product in range(6):
        sample.product(f"p{product}")
    for narrow, broad in {tuple(rng.integers(0, 6, 2).tolist()) for _ in range(6)}:
        if narrow != broad:
            sample.kind(f"p{narrow}", f"p{broad}")
    for firm in range(8):
        sample.company(f"c{firm}")
        for product in np.flatnonzero(rng.random(6) < 0.4).tolist():
            share = float(rng.integers(1, 4)) / 10 if rng.random() < 0.5 else None
            sure = float(rng.choice([1.0, 0.95, 0.6]))
            sample.makes(f"c{firm}", f"p{product}", revenue_share=share, probability=sure)
    for key in rng.permutation(8 * 8 * 6)[:20].tolist():
        source, target, good = key // 48, key // 6 % 8, key % 6
        if source != target:
            sold(sample, f"c{source}", f"c{target}", f"p{good}", float(rng.integers(1, 100)))
    return sample


def slowly(
    graph: ChainGraph, network: RiskNetwork, product: int
) -> tuple[dict[int, float], set[int]]:
    """Return what of each outlet stops and the unclear firms, outlet by outlet, by the definition."""
    kinds = {
        tuple(pair) for pair in zip(*(part.tolist() for part in graph.kinds.nonzero()), strict=True)
    }

    def below(broad: int) -> set[int]:
        found, front = set[int](), {broad}
        for _ in range(4):
            front = {a for a, b in kinds if b in front}
            found |= front
        return found - {broad}

    gone = {product} | below(product)
    makes, share = graph.makes, graph.revenue_share
    stops: dict[int, float] = {}
    unclear: set[int] = set()
    for outlet in range(network.n_outlets):
        firm, good = int(network.outlet_firm[outlet]), int(network.outlet_good[outlet])
        if good in gone:
            stops[outlet] = 1.0
            continue
        if good >= graph.n_products or not gone & below(good):
            continue
        places = range(makes.indptr[firm], makes.indptr[firm + 1])
        mine = {int(makes.indices[at]): float(share[at]) for at in places
                if makes.data[at] >= RULES.accept and makes.indices[at] in {good} | below(good)}  # fmt: skip
        lost = {at: part for at, part in mine.items() if at in gone}
        if not lost:
            continue
        if lost == mine:
            stops[outlet] = 1.0
        elif all(part > 0 for part in mine.values()):
            stops[outlet] = sum(lost.values()) / sum(mine.values())
        elif np.isnan(network.outlet_spare[outlet]):
            unclear.add(firm)
    return stops, unclear


def taken_from(sample: Sample, product: int) -> tuple[ChainGraph, RiskNetwork, Taken]:
    graph = sample.graph()
    network = risk_network(graph, RULES)
    return graph, network, take_away(graph, network, RULES, np.array([product]), 0.0)


def test_what_stops_is_what_the_definition_says() -> None:
    parts = unclear = 0
    for seed in range(150):
        graph, network, taken = taken_from(random_family(seed), seed % 6)
        stops, firms = slowly(graph, network, seed % 6)

        assert taken.outlets.tolist() == sorted(stops)
        assert (1 - taken.delivered).tolist() == pytest.approx([stops[at] for at in sorted(stops)])
        assert taken.unclear.tolist() == sorted(firms)
        parts += sum(0 < part < 1 for part in stops.values())
        unclear += len(firms)
    assert parts > 10
    assert unclear > 10


def test_a_kind_never_costs_more_than_the_broader_product() -> None:
    nobody = np.empty(0, np.int64)
    compared = 0
    for seed in range(100):
        graph = random_family(seed).graph()
        network = risk_network(graph, RULES)
        cascade = Cascade(network, RULES)
        lost = np.zeros(6)
        for product in range(6):
            taken = take_away(graph, network, RULES, np.array([product]), 0.0)
            cascade.run([Shock(nobody, np.empty(0), taken.outlets, taken.delivered)])
            lost[product] = cascade.loss()[0]
        for narrow, broad in zip(*graph.kind_steps.nonzero(), strict=True):
            families = [{at, *graph.kinds_below(at).tolist()} for at in (narrow, broad)]
            if families[0] <= families[1]:  # not so where KIND_STEPS cuts a longer line
                assert lost[narrow] <= lost[broad] + 1e-9
                compared += 1
    assert compared > 100


def test_a_maker_that_needs_the_product_itself_starts_one_branch_of_the_tree() -> None:
    """M makes 隔膜, uses it for 电芯, buys some of it and 基膜: both ways start from it."""
    sample = market().product("base", chain="锂电", name="基膜")
    sample.company("M", "丁膜公司", revenue_cny=1e7).company("G", "庚基公司", revenue_cny=1e6)
    sample.makes("M", "sep", revenue_share=0.5).makes("M", "cell").makes("G", "base")
    sample.company("A", "甲膜公司").makes("A", "sep").company("P", "包公司")
    for source, target, good, amount in (
        ("A", "M", "sep", 1e6), ("M", "L", "sep", 3e6), ("M", "P", "cell", 4e6),
        ("G", "M", "base", 9e5),
    ):  # fmt: skip
        sold(sample, source, target, good, amount)
    found = told(sample, "隔膜")

    starts = [line["entity_id"] for line in found["tree"] if line["depth"] == 0]
    assert starts.count("Company:M") == 1
    below = {line["entity_id"] for line in found["tree"] if line["parent_id"] == "Company:M"}
    assert {"Company:G", "Company:P"} <= below


# --- closed firms ------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["停业", "注销", "吊销"])
def test_a_firm_that_is_closed_down_supplies_nobody(status: str) -> None:
    sample = market().company("A", "甲膜公司", status=status).makes("A", "sep")
    sample.company("B", "乙膜公司", status="存续").makes("B", "sep")
    sold(sold(sample, "A", "L", "sep", 5e6), "B", "L", "sep", 5e6)

    found = told(sample, "乙膜公司")
    assert row(found, "链主公司")["loss_share"] == 1.0  # B is the only one left
    assert row(found, "链主公司")["cause_text"].startswith("缺「隔膜」100%（乙膜公司 供不上，唯一")
    assert "1 行" in rules_of(found)["A-outage-closed"]
    assert "甲膜公司" in rules_of(found)["A-outage-closed"]


def test_a_firm_that_moved_away_still_supplies() -> None:
    sample = market().company("A", "甲膜公司", status="迁出").makes("A", "sep")
    found = told(sold(sample, "A", "L", "sep", 5e6), "甲膜公司")

    assert row(found, "链主公司")["loss_share"] == 1.0
    assert "A-outage-closed" not in rules_of(found)


def test_a_closed_firm_cannot_stop_again_and_its_loss_is_unknown() -> None:
    sample = market().company("A", "甲膜公司", status="注销").makes("A", "sep")
    sample.company("B", "乙膜公司").makes("B", "sep")
    sold(sold(sample, "A", "L", "sep", 5e6), "B", "L", "sep", 5e6)

    found = told(sample, "甲膜公司")
    assert found["total"][0]["loss_share"] is None
    assert "甲膜公司" in rules_of(found)["A-outage-stopped"]
    assert "A-outage-unrecorded" not in rules_of(found)
    ranked = json.loads(simulate_outage(sample.store(), rank=True, draws=0).as_json())
    assert "甲膜公司" not in {one["entity"] for one in ranked["rows"]}
