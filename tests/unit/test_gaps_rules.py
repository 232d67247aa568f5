"""The gap rules on hand-made zones: each kind, its bounds, and what is not called a gap."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from chain_samples import Sample

from chainmap.errors import ConfigError
from chainmap.gaps.demand import local_demand
from chainmap.gaps.find import Gap, ZoneState, find_zone_gaps
from chainmap.gaps.supply import local_supply
from chainmap.gaps.thresholds import GapThresholds, default_thresholds, read_thresholds
from chainmap.match.features import company_features
from chainmap.match.recommend import visible_demands
from chainmap.match.weights import default_weights
from chainmap.workflow.scope import make_zone

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph

BOUNDS = replace(default_thresholds(), min_surveyed=1)


def zone_state(graph: ChainGraph, bounds: GapThresholds = BOUNDS) -> ZoneState:
    zone = make_zone(graph, 630100)
    out = company_features(graph, default_weights()).is_out
    supply = local_supply(graph, zone.companies, zone.park_mask, out, bounds.accept)
    working = zone.companies & ~out
    visible = visible_demands(graph, "内部")
    demand = local_demand(graph, supply, working, visible=visible, thresholds=bounds)
    return ZoneState(zone.companies, working, supply, demand)


def found(
    sample: Sample, bounds: GapThresholds = BOUNDS, *, include_ok: bool = False
) -> dict[tuple[str, str], Gap]:
    """Return the gaps by (product key, kind)."""
    graph = sample.graph()
    gaps = find_zone_gaps(
        graph, zone_state(graph, bounds), thresholds=bounds, include_ok=include_ok
    )
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
    supply = zone_state(graph).supply
    sep = graph.product_position("Product:sep")

    assert ("sep", "单一来源") in found(sample)
    assert supply.firm_capacity[sep] == 10000.0


def test_a_park_total_stands_in_place_of_firms_and_is_not_added() -> None:
    sample = local(zone(), "M", "sep", capacity=30.0, capacity_unit="吨")
    sample.total("南川", "sep", 50.0).total("南川", "sep", 7.0, as_of="2024-01-01")
    graph = sample.graph()
    supply = zone_state(graph).supply
    sep = graph.product_position("Product:sep")

    assert supply.supply[sep] == 50.0
    assert supply.firm_capacity[sep] == 30.0


def test_a_park_total_without_a_known_maker_is_not_called_missing() -> None:
    gap = found(zone().total("南川", "sep", 50.0))["sep", "缺链"]

    assert gap.verdict == "数据不足"
    assert gap.supply == 50.0


def test_demand_is_downstream_supply_times_quantity() -> None:
    sample = zone().total("南川", "cell", 100.0).total("南川", "sep", 40.0)
    local(sample, "M", "sep")
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

    assert zone_state(graph).demand.pull[sep] == 200.0
    other = sample.company("W", region="630100").wants("W", "sep", volume=0.1, unit="万吨").graph()
    assert zone_state(other).demand.pull[sep] == 1200.0


def pv_zone() -> Sample:
    """Return the PV chain of the zone: 102 GW ingots, 5.6 GW wafers, 5.7 GW cells."""
    sample = Sample().region("630100", "西宁市").park("经开区", "630100").chain("光伏")
    for key in ("ingot", "wafer", "cell"):
        sample.product(key, chain="光伏", unit="GW")
    sample.input("ingot", "wafer", quantity=1.0, essential="2")
    sample.input("wafer", "cell", quantity=1.0, essential="2")
    for key, total in (("ingot", 102.0), ("wafer", 5.6), ("cell", 5.7)):
        sample.total("经开区", key, total, unit="GW").company(f"M{key}", region="630100")
        sample.makes(f"M{key}", key)
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


def test_a_step_between_is_no_other_user() -> None:
    sample = pv_zone().product("brick", chain="光伏", unit="GW")
    sample.input("ingot", "brick", quantity=1.0).input("brick", "wafer", quantity=1.0)
    sample.total("经开区", "brick", 60.0, unit="GW").company("Mbrick", region="630100")
    sample.makes("Mbrick", "brick")
    short = found(sample)["wafer", "产能不匹配"]

    assert (short.demand, short.verdict) == (102.0, "gap")


def test_a_kind_is_not_counted_beside_its_parent() -> None:
    sample = pv_zone().product("topcon", chain="光伏", unit="GW").kind("topcon", "cell")
    sample.input("wafer", "topcon", quantity=1.0)
    sample.company("T", region="630100")
    sample.makes("T", "topcon", capacity=2.0, capacity_unit="GW")
    graph = sample.graph()
    wafer = graph.product_position("Product:wafer")

    assert zone_state(graph).demand.pull[wafer] == pytest.approx(5.7)


def test_cycles_and_self_loops_do_no_harm() -> None:
    sample = zone().input("cell", "sep", quantity=1.0).input("sep", "sep", quantity=9.0)
    sample.total("南川", "cell", 10.0).total("南川", "sep", 18.0)
    graph = sample.graph()

    assert zone_state(graph).demand.pull.tolist() == [18.0, 20.0]
    assert np.isfinite(zone_state(graph).demand.reach).all()


def test_importance_is_a_share_and_grows_with_what_depends_on_the_product() -> None:
    sample = zone().product("tape", chain="锂电").input("tape", "cell", essential="0")
    gaps = found(sample)

    assert sum(gap.importance for gap in gaps.values()) == pytest.approx(1.0)
    assert gaps["sep", "缺链"].importance > gaps["tape", "缺链"].importance


def test_an_empty_graph_has_no_gaps() -> None:
    assert found(Sample().region("630100", "西宁市")) == {}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("missing = 0.8", "missing = 0.1", "互相矛盾"),
        ("short = 0.5", "", "short"),
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
