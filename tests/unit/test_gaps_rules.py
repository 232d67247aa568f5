"""The gap rules on hand-made zones: each kind, its bounds, and what is not called a gap."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from chain_samples import Sample, rows_of
from gap_samples import state_of

from chainmap.errors import ConfigError
from chainmap.gaps.find import Gap, find_zone_gaps
from chainmap.gaps.thresholds import GapThresholds, default_thresholds, read_thresholds
from chainmap.workflow.gap_zones import known_elsewhere
from chainmap.workflow.gaps import find_gaps
from chainmap.workflow.scope import make_zone

BOUNDS = replace(default_thresholds(), min_surveyed=1)


def found(
    sample: Sample, bounds: GapThresholds = BOUNDS, *, include_ok: bool = False
) -> dict[tuple[str, str], Gap]:
    """Return the gaps by (product key, kind)."""
    graph = sample.graph()
    gaps = find_zone_gaps(graph, state_of(graph, bounds), thresholds=bounds, include_ok=include_ok)
    ids = graph.products["id"].to_pylist()
    return {(ids[gap.product].removeprefix("Product:"), gap.kind.value): gap for gap in gaps}


def zone() -> Sample:
    """Return a zone in which L, a leader, makes 电芯 (cell) of 隔膜 (sep)."""
    sample = Sample().region("630100", "西宁市").region("320000", "江苏省").park("南川", "630100")
    sample.chain("锂电").product("cell", chain="锂电").product("sep", chain="锂电")
    sample.company("L", region="630100").leads("L", "锂电").makes("L", "cell")
    return sample.input("sep", "cell", quantity=2.0, essential="2")


def local(sample: Sample, key: str, product: str, **values: object) -> Sample:
    return sample.company(key, region="630100").makes(key, product, **values)


def test_a_needed_product_without_a_local_maker_is_missing() -> None:
    (gap,) = found(zone()).values()

    assert (gap.kind, gap.verdict) == ("缺链", "gap")
    assert (gap.supply, gap.confidence) == (0.0, 1.0)
    assert gap.importance == 1.0


def test_a_maker_elsewhere_does_not_fill_a_local_gap() -> None:
    sample = zone().company("X", region="320000").makes("X", "sep")

    assert found(sample)["sep", "缺链"].verdict == "gap"


def test_products_that_nobody_local_needs_are_not_judged() -> None:
    sample = zone().product("else", chain="锂电").company("X", region="320000").wants("X", "else")

    assert all(product != "else" for product, _ in found(sample, include_ok=True))


def test_a_declared_demand_makes_a_product_needed() -> None:
    sample = zone().product("shell", chain="锂电").wants("L", "shell")

    assert found(sample)["shell", "缺链"].verdict == "gap"


@pytest.mark.parametrize(
    ("probabilities", "kind", "verdict"),
    [
        ([0.1], "缺链", "gap"),
        ([0.5], "缺链", "数据不足"),
        ([0.5, 0.5], "缺链", "数据不足"),
        ([0.7, 0.7], "缺链", "ok"),
        ([0.95], "单一来源", "gap"),
        ([0.95, 0.95], "缺链", "ok"),
    ],
)
def test_the_verdict_follows_the_probability_of_no_local_maker(
    probabilities: list[float], kind: str, verdict: str
) -> None:
    sample = zone()
    for number, probability in enumerate(probabilities):
        local(sample, f"M{number}", "sep", probability=probability)

    gaps = found(sample, include_ok=True)

    assert gaps["sep", kind].verdict == verdict
    assert len(gaps) == 1


def test_too_few_surveyed_firms_give_no_verdict_on_makers() -> None:
    bounds = replace(BOUNDS, min_surveyed=20)
    missing = found(zone(), bounds)["sep", "缺链"]
    single = found(local(zone(), "M", "sep"), bounds)["sep", "单一来源"]

    assert missing.verdict == single.verdict == "数据不足"
    assert missing.confidence == pytest.approx(1 / 20)


@pytest.mark.parametrize(
    ("capacities", "weak"),
    [([100.0, 10.0], True), ([100.0, 100.0], False), ([100.0, None], False)],
)
def test_two_makers_are_weak_when_one_has_most_of_the_capacity(
    capacities: list[float | None], weak: bool
) -> None:
    sample = zone()
    for number, capacity in enumerate(capacities):
        values = {} if capacity is None else {"capacity": capacity, "capacity_unit": "吨"}
        local(sample, f"M{number}", "sep", **values)

    assert (("sep", "弱链") in found(sample)) is weak


def test_what_was_made_once_is_broken_not_missing() -> None:
    withdrawn = local(zone(), "M", "sep", active=False)
    closed = zone().company("M", region="630100", status="注销").makes("M", "sep")

    assert found(withdrawn)["sep", "断链"].verdict == "gap"
    assert found(closed)["sep", "断链"].verdict == "gap"


def test_a_kind_of_the_product_counts_as_the_product() -> None:
    sample = zone().product("wet", chain="锂电").kind("wet", "sep")
    local(sample, "M", "wet", capacity=1.0, capacity_unit="万吨")
    graph = sample.graph()
    supply = state_of(graph).supply
    sep = graph.product_position("Product:sep")

    assert ("sep", "单一来源") in found(sample)
    assert supply.firm_capacity[sep] == 10000.0


def test_a_park_total_stands_in_place_of_firms_and_is_not_added() -> None:
    sample = local(zone(), "M", "sep", capacity=30.0, capacity_unit="吨")
    sample.total("南川", "sep", 50.0).total("南川", "sep", 7.0, as_of="2024-01-01")
    graph = sample.graph()
    supply = state_of(graph).supply
    sep = graph.product_position("Product:sep")

    assert supply.supply[sep] == 50.0
    assert supply.firm_capacity[sep] == 30.0


def test_a_park_total_without_a_known_maker_is_not_called_missing() -> None:
    gap = found(zone().total("南川", "sep", 50.0))["sep", "缺链"]

    assert gap.verdict == "数据不足"
    assert gap.supply == 50.0


def test_demand_is_downstream_supply_times_quantity() -> None:
    sample = zone().total("南川", "cell", 100.0).total("南川", "sep", 40.0)
    sample.company("M", region="630100", park="南川").makes("M", "sep")
    gap = found(sample)["sep", "产能不匹配"]

    assert (gap.demand, gap.supply, gap.coverage) == (200.0, 40.0, 0.2)
    assert (gap.verdict, gap.confidence) == ("gap", 1.0)


def test_enough_capacity_is_ok_and_listed_only_when_asked() -> None:
    sample = zone().total("南川", "cell", 100.0).total("南川", "sep", 100.0)
    local(local(sample, "M", "sep"), "N", "sep")

    assert found(sample) == {}
    assert found(sample, include_ok=True)["sep", "产能不匹配"].verdict == "ok"


def test_an_unknown_capacity_leaves_a_shortage_open() -> None:
    sample = zone().total("南川", "cell", 100.0)
    local(sample, "M", "sep", capacity=40.0, capacity_unit="吨")
    local(sample, "N", "sep", capacity=40.0, capacity_unit="GW")
    gap = found(sample)["sep", "产能不匹配"]

    assert gap.verdict == "数据不足"
    assert gap.confidence == 0.5


def test_a_declared_volume_is_not_counted_beside_the_recipe_of_the_same_firm() -> None:
    sample = zone().total("南川", "cell", 100.0).wants("L", "sep", volume=999.0, unit="吨")
    graph = sample.graph()
    sep = graph.product_position("Product:sep")

    assert state_of(graph).demand.pull[sep] == 200.0
    other = sample.company("W", region="630100").wants("W", "sep", volume=0.1, unit="万吨").graph()
    assert state_of(other).demand.pull[sep] == 1200.0


def pv_zone() -> Sample:
    """Return the PV chain of the zone: 102 GW ingots, 5.6 GW wafers, 5.7 GW cells."""
    sample = Sample().region("630100", "西宁市").park("经开区", "630100").chain("光伏")
    for key in ("ingot", "wafer", "cell"):
        sample.product(key, chain="光伏", unit="GW")
    sample.input("ingot", "wafer", quantity=1.0, essential="2")
    sample.input("wafer", "cell", quantity=1.0, essential="2")
    for key, total in (("ingot", 102.0), ("wafer", 5.6), ("cell", 5.7)):
        sample.total("经开区", key, total, unit="GW")
        sample.company(f"M{key}", region="630100", park="经开区").makes(f"M{key}", key)
    return sample


def test_an_upstream_excess_makes_the_product_that_cannot_take_it_the_short_one() -> None:
    gaps = found(pv_zone())
    short = gaps["wafer", "产能不匹配"]

    assert (short.demand, short.supply, short.verdict) == (102.0, 5.6, "gap")
    assert short.coverage == pytest.approx(5.6 / 102)
    assert [key for key in gaps if key[1] == "产能不匹配"] == [("wafer", "产能不匹配")]


def test_an_excess_that_another_product_takes_is_none() -> None:
    sample = pv_zone().product("chip", chain="光伏", unit="GW")
    sample.input("ingot", "chip", quantity=1.0, essential="2")
    sample.total("经开区", "chip", 95.0, unit="GW").company("Mchip", region="630100")
    sample.makes("Mchip", "chip")

    assert ("wafer", "产能不匹配") not in found(sample)


def test_an_excess_is_open_while_another_user_states_no_capacity() -> None:
    sample = pv_zone().product("chip", chain="光伏", unit="GW")
    sample.input("ingot", "chip", quantity=1.0, essential="2").company("Mchip", region="630100")
    sample.makes("Mchip", "chip")

    assert found(sample)["wafer", "产能不匹配"].verdict == "数据不足"


def test_an_excess_is_open_while_how_much_another_user_takes_is_unknown() -> None:
    sample = pv_zone().product("chip", chain="光伏", unit="GW")
    sample.input("ingot", "chip", essential="2").company("Mchip", region="630100")
    sample.total("经开区", "chip", 1.0, unit="GW").makes("Mchip", "chip")

    assert found(sample)["wafer", "产能不匹配"].verdict == "数据不足"


def test_a_step_between_is_no_other_user() -> None:
    sample = pv_zone().product("brick", chain="光伏", unit="GW")
    sample.input("ingot", "brick", quantity=1.0).input("brick", "wafer", quantity=1.0)
    sample.total("经开区", "brick", 60.0, unit="GW")
    sample.company("Mbrick", region="630100", park="经开区").makes("Mbrick", "brick")
    short = found(sample)["wafer", "产能不匹配"]

    assert (short.demand, short.verdict) == (102.0, "gap")


def test_a_kind_is_not_counted_beside_its_parent() -> None:
    sample = pv_zone().product("topcon", chain="光伏", unit="GW").kind("topcon", "cell")
    sample.input("wafer", "topcon", quantity=1.0)
    sample.company("T", region="630100")
    sample.makes("T", "topcon", capacity=2.0, capacity_unit="GW")
    graph = sample.graph()
    wafer = graph.product_position("Product:wafer")

    assert state_of(graph).demand.pull[wafer] == pytest.approx(5.7)


def test_cycles_and_self_loops_do_no_harm() -> None:
    sample = zone().input("cell", "sep", quantity=1.0).input("sep", "sep", quantity=9.0)
    sample.total("南川", "cell", 10.0).total("南川", "sep", 18.0)
    graph = sample.graph()

    assert state_of(graph).demand.pull.tolist() == [18.0, 20.0]
    assert np.isfinite(state_of(graph).demand.stake).all()


def test_importance_is_one_for_the_gravest_and_grows_with_what_depends_on_the_product() -> None:
    sample = zone().product("tape", chain="锂电").input("tape", "cell", essential="0")
    gaps = found(sample)

    assert gaps["sep", "缺链"].importance == 1.0
    assert gaps["tape", "缺链"].importance == pytest.approx(BOUNDS.essential[0])


def test_importance_does_not_depend_on_which_chain_is_asked_for() -> None:
    sample = zone().chain("光伏").product("tape", chain="光伏").input("tape", "cell", essential="0")
    graph = sample.graph()
    gaps = find_zone_gaps(graph, state_of(graph), thresholds=BOUNDS, chain=0)

    assert [gap.importance for gap in gaps] == [pytest.approx(BOUNDS.essential[0])]


def test_a_harmless_thin_link_stands_behind_a_single_source_and_that_behind_a_missing_input() -> (
    None
):
    sample = zone().product("foil", chain="锂电").input("foil", "cell", essential="2")
    sample.product("shell", chain="锂电").input("shell", "cell", essential="2")
    local(sample, "M", "foil")
    for key, capacity in (("N", 100.0), ("O", 90.0)):
        local(sample, key, "shell", capacity=capacity, capacity_unit="吨")
    gaps = found(sample)

    missing, single, weak = (
        gaps[pair].importance for pair in (("sep", "缺链"), ("foil", "单一来源"), ("shell", "弱链"))
    )
    assert missing == 1.0
    assert single == pytest.approx(BOUNDS.severity["single"])
    assert 0 < weak < 0.01


def test_what_its_own_makers_are_worth_is_no_stake() -> None:
    graph = zone().graph()
    cell, sep = (graph.product_position(f"Product:{key}") for key in ("cell", "sep"))
    stake = state_of(graph).demand.stake

    assert (stake[cell], stake[sep]) == (0.0, BOUNDS.leader_weight)


def outside_zone() -> Sample:
    """Return the zone with L buying 隔膜 outside although M makes it."""
    sample = zone().wants("L", "sep", volume=3.0, unit="吨", sourced_from="进口")
    return local(sample, "M", "sep", capacity=60.0, capacity_unit="吨")


def test_a_purchase_outside_of_what_is_made_here_is_told_with_its_volume() -> None:
    gap = found(outside_zone())["sep", "外采"]

    assert (gap.verdict, gap.demand, gap.supply, gap.coverage) == ("gap", 3.0, 60.0, 1.0)
    assert gap.importance > 0


@pytest.mark.parametrize("product", ["", "sep", "wet"])
def test_a_purchase_outside_is_none_where_a_local_maker_is_known_to_supply(product: str) -> None:
    sample = outside_zone().product("wet", chain="锂电").kind("wet", "sep")

    assert ("sep", "外采") not in found(sample.supplies("M", "L", product))
    assert ("sep", "外采") in found(outside_zone().supplies("M", "L", "cell"))


def test_a_purchase_outside_is_none_where_only_the_buyer_makes_it_or_the_place_is_unknown() -> None:
    own = zone().wants("L", "sep", sourced_from="外地").makes("L", "sep")
    unstated = local(zone().wants("L", "sep"), "M", "sep")

    assert ("sep", "外采") not in found(own)
    assert ("sep", "外采") not in found(unstated)


def idle_zone() -> Sample:
    """Return the zone with a by-product of M that nobody local uses."""
    sample = zone().product("acid", chain="锂电").product("salt", chain="锂电")
    return local(sample.input("acid", "salt"), "M", "acid", is_byproduct=True)


def test_a_by_product_that_nobody_local_uses_is_told() -> None:
    assert found(idle_zone())["acid", "副产品无去处"].verdict == "gap"
    assert ("acid", "副产品无去处") not in found(local(zone(), "M", "sep", is_byproduct=True))


def test_a_by_product_has_a_use_where_someone_wants_buys_or_makes_something_of_it() -> None:
    wanted = idle_zone().wants("L", "acid", visibility="仅局内")
    bought = idle_zone().supplies("M", "L", "acid")
    made_into = local(idle_zone(), "N", "salt")
    parent = idle_zone().product("acids", chain="锂电").kind("acid", "acids").wants("L", "acids")

    for sample in (wanted, bought, made_into, parent):
        assert ("acid", "副产品无去处") not in found(sample)


def test_a_confidential_use_of_a_by_product_still_counts_for_others() -> None:
    graph = idle_zone().wants("L", "acid", visibility="仅局内").graph()

    assert not state_of(graph, audience="外发").flows.idle.any()


def test_an_empty_graph_has_no_gaps() -> None:
    assert found(Sample().region("630100", "西宁市")) == {}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("missing = 0.8", "missing = 0.1", "互相矛盾"),
        ("short = 0.5", "", "short"),
        ("makes = 0.50", "makes = 0.60", "1.1"),
        ("byproduct = 0.3", "", "byproduct"),
        ("[weak]", "[weak", "读不了"),
    ],
)
def test_a_thresholds_file_that_is_wrong_is_refused(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    shipped = Path(default_thresholds.__wrapped__.__code__.co_filename)
    text = shipped.with_name("thresholds.toml").read_text(encoding="utf-8")
    path = tmp_path / "thresholds.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(ConfigError, match=told):
        read_thresholds(path)


def test_two_equal_makers_are_weak_when_none_has_what_the_buyer_requires() -> None:
    sample = zone().wants("L", "sep", certification="IATF16949")
    for key in "MN":
        local(sample, key, "sep").holds(key, "ISO9001")

    gap = found(sample)["sep", "弱链"]
    assert (gap.verdict, gap.confidence, gap.severity) == ("gap", 1.0, BOUNDS.severity["single"])

    assert ("sep", "弱链") not in found(sample.holds("N", "IATF 16949:2016"))


@pytest.mark.parametrize(
    ("held", "verdict"), [("ISO9001", "gap"), (None, "数据不足"), ("IATF 16949:2016", None)]
)
def test_a_sole_maker_that_lacks_what_is_required_is_weak_as_well(
    held: str | None, verdict: str | None
) -> None:
    sample = local(zone().wants("L", "sep", certification="IATF16949"), "M", "sep")
    if held:
        sample.holds("M", held)
    gaps = found(sample)

    assert gaps["sep", "单一来源"].verdict == "gap"
    weak = gaps.get(("sep", "弱链"))
    assert (None if weak is None else weak.verdict) == verdict
    rows = rows_of(find_gaps(sample.store(), thresholds=BOUNDS, kind="弱链"))
    said = [row["evidence"][0]["text"] for row in rows]  # type: ignore[index]
    assert len(said) == (verdict is not None)
    assert all("要求“IATF16949”，本地认定的生产企业中" in text for text in said)


def test_a_maker_without_a_stated_certificate_leaves_the_requirement_open() -> None:
    sample = zone().wants("L", "sep", certification="IATF16949")
    local(local(sample, "M", "sep").holds("M", "ISO9001"), "N", "sep")
    gap = found(sample)["sep", "弱链"]

    assert (gap.verdict, gap.confidence) == ("数据不足", 0.5)


def test_a_required_title_is_met_by_a_better_one_only() -> None:
    sample = zone().wants("L", "sep", certification="专精特新中小企业")
    for key in "MN":
        local_titled(sample, key, "创新型中小企业")
    better = zone().wants("L", "sep", certification="专精特新中小企业")
    local_titled(local_titled(better, "M", "创新型中小企业"), "N", "专精特新“小巨人”企业")

    assert found(sample)["sep", "弱链"].verdict == "gap"
    assert ("sep", "弱链") not in found(better)


def local_titled(sample: Sample, key: str, titles: str) -> Sample:
    return sample.company(key, region="630100", titles=titles).makes(key, "sep")


def test_what_only_the_buyer_holds_does_not_help_the_buyer() -> None:
    sample = zone().wants("L", "sep", certification="IATF16949").makes("L", "sep")
    sample.holds("L", "IATF16949")
    local(sample, "M", "sep").holds("M", "ISO9001")

    assert found(sample)["sep", "弱链"].verdict == "gap"


def test_below_the_confidence_bound_there_is_no_verdict() -> None:
    sure = local(local(zone(), "M", "sep"), "N", "sep", probability=0.3)
    unsure = local(local(zone(), "M", "sep"), "N", "sep", probability=0.5)

    assert found(sure)["sep", "单一来源"].verdict == "gap"
    assert found(unsure)["sep", "单一来源"].confidence == pytest.approx(0.5)
    assert found(unsure)["sep", "单一来源"].verdict == "数据不足"


def test_a_known_supply_from_elsewhere_is_a_purchase_outside() -> None:
    sample = local(zone(), "M", "sep").company("X", region="320000").supplies("X", "L", "sep")

    assert found(sample)["sep", "外采"].verdict == "gap"
    assert ("sep", "外采") not in found(sample.supplies("M", "L", "sep"))


@pytest.mark.parametrize("region", ["", "630000", "630102"])
def test_a_supply_from_an_unknown_place_or_the_own_city_is_none_from_outside(region: str) -> None:
    sample = local(zone(), "M", "sep").region("630000", "青海省").region("630102", "城东区")
    graph = sample.company("X", region=region).supplies("X", "L", "sep").graph()
    place = make_zone(graph, 0, [0])
    elsewhere = known_elsewhere(graph, place)

    assert not elsewhere[graph.company_position("Company:X")]


def test_a_used_by_product_is_told_only_when_asked() -> None:
    used = idle_zone().wants("L", "acid")

    assert ("acid", "副产品无去处") not in found(used)
    assert found(used, include_ok=True)["acid", "副产品无去处"].verdict == "ok"
