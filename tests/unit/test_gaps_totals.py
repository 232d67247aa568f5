"""Official totals of parks: which firms each stands for, parks in parks, kinds of a product."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from gap_samples import state_of
from test_gaps_rules import found, local, zone

if TYPE_CHECKING:
    from chain_samples import Sample


def amount(sample: Sample, key: str = "sep") -> float:
    """Return the local supply of a product, whatever the order of the rows."""
    graph = sample.graph()
    value = float(state_of(graph).supply.supply[graph.product_position(f"Product:{key}")])
    shuffled = sample.graph(shuffle=3)
    place = shuffled.product_position(f"Product:{key}")
    assert float(state_of(shuffled).supply.supply[place]) == value
    return value


def firm(sample: Sample, key: str, product: str, tons: float | None, park: str) -> Sample:
    """Add a local maker in a park."""
    values = {} if tons is None else {"capacity": tons, "capacity_unit": "吨"}
    sample.company(key, region="630100", park=park)
    return sample.makes(key, product, **values)


def parks() -> Sample:
    """Return the zone with 南川 and 东川 in 经开区, and 甘河 by itself."""
    sample = zone().park("经开区", "630100").park("东川", "630100").park("甘河", "630100")
    for inner in ("南川", "东川"):
        sample.edge("LOCATED_IN", f"Park:{inner}", "Park:经开区")
    return sample


def test_a_park_total_replaces_the_firms_of_its_park_only() -> None:
    sample = firm(zone().park("甘河", "630100"), "A", "sep", 30.0, "南川")
    firm(sample, "B", "sep", 7.0, "甘河").total("南川", "sep", 50.0)

    assert amount(sample) == 57.0


def test_a_firm_without_a_park_may_be_in_the_total_and_is_not_added() -> None:
    sample = local(zone().total("南川", "sep", 50.0), "M", "sep", capacity=9.0, capacity_unit="吨")
    graph = sample.graph()
    supply = state_of(graph).supply
    sep = graph.product_position("Product:sep")

    assert (supply.supply[sep], supply.maybe_capacity[sep]) == (50.0, 9.0)


def test_a_total_of_the_outer_park_holds_the_inner_parks_and_their_firms() -> None:
    sample = firm(parks().total("经开区", "sep", 100.0).total("南川", "sep", 60.0), "A", "sep",
                  55.0, "南川")  # fmt: skip
    firm(firm(sample, "B", "sep", 20.0, "东川"), "C", "sep", 8.0, "甘河")

    assert amount(sample) == 108.0


def test_inner_totals_add_up_where_the_outer_park_states_none() -> None:
    sample = parks().total("南川", "sep", 60.0).total("东川", "sep", 5.0)

    assert amount(firm(sample, "C", "sep", 8.0, "甘河")) == 73.0


def test_a_firm_of_the_outer_park_may_be_in_an_inner_one() -> None:
    sample = firm(parks().total("南川", "sep", 60.0), "A", "sep", 9.0, "经开区")

    assert amount(sample) == 60.0


def test_parks_in_a_ring_count_once() -> None:
    sample = parks().edge("LOCATED_IN", "Park:经开区", "Park:南川")

    assert amount(sample.total("经开区", "sep", 100.0).total("南川", "sep", 60.0)) == 60.0


def kinds(sample: Sample) -> Sample:
    for key in ("wet", "dry"):
        sample.product(key, chain="锂电").kind(key, "sep")
    return sample


def test_a_total_of_a_kind_counts_for_the_product_and_holds_the_makers_of_the_kind() -> None:
    sample = kinds(zone()).total("南川", "wet", 50.0)
    firm(firm(sample, "A", "wet", 30.0, "南川"), "B", "dry", 4.0, "南川")

    assert amount(sample) == 54.0
    assert amount(sample, "wet") == 50.0
    assert amount(sample, "dry") == 4.0


def test_the_total_of_the_product_holds_those_of_its_kinds() -> None:
    sample = kinds(zone()).total("南川", "wet", 50.0).total("南川", "sep", 60.0)
    firm(sample, "B", "dry", 4.0, "南川")

    assert amount(sample) == 60.0


def test_a_maker_of_the_product_in_general_may_be_in_the_total_of_a_kind() -> None:
    sample = firm(kinds(zone()).total("南川", "wet", 50.0), "A", "sep", 30.0, "南川")

    assert amount(sample) == 50.0


@pytest.mark.parametrize(("inner", "expected"), [(60.0, 60.0), (20.0, 50.0)])
def test_totals_that_overlap_are_not_added(inner: float, expected: float) -> None:
    sample = kinds(parks()).total("经开区", "wet", 50.0).total("南川", "sep", inner)

    assert amount(sample) == expected


def test_a_kind_made_once_breaks_the_product() -> None:
    sample = kinds(zone())

    assert found(local(sample, "M", "wet", active=False))["sep", "断链"].verdict == "gap"


@pytest.mark.parametrize("closed", [True, False])
def test_a_doubtful_former_maker_breaks_nothing(closed: bool) -> None:
    sample = zone().company("M", region="630100", status="注销" if closed else "存续")
    sample.makes("M", "sep", probability=0.4, active=None if closed else False)
    gaps = found(sample)

    assert gaps["sep", "缺链"].verdict == "gap"
    assert ("sep", "断链") not in gaps
    sure = zone().company("M", region="630100", status="注销").makes("M", "sep", probability=0.95)
    assert found(sure)["sep", "断链"].verdict == "gap"


def test_a_kind_of_a_kind_is_not_counted_beside_it() -> None:
    sample = kinds(zone()).product("thin", chain="锂电").kind("thin", "wet")
    firm(firm(sample, "A", "wet", 30.0, "南川"), "B", "dry", 4.0, "南川").makes(
        "A", "thin", capacity=10.0, capacity_unit="吨"
    )

    assert amount(sample) == 34.0
    # Each a kind of the other: only the first of them counts.
    assert amount(sample.kind("wet", "thin")) == 14.0
