"""What holds of any outage: who stops half loses no more than half, and more that stops costs more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from chain_samples import Sample
from risk_samples import EXACT, random_family, stop

from chainmap.risk.assemble import risk_network
from chainmap.risk.cascade import Cascade
from chainmap.risk.settings import default_settings
from chainmap.workflow.scenario import Removed, make_scenario

if TYPE_CHECKING:
    from chainmap.risk.network import RiskNetwork

RULES = replace(default_settings(), most_rounds=100_000, tolerance=EXACT)


def sold(sample: Sample, source: str, target: str, good: str, amount: float | None) -> Sample:
    ends, told = (f"Company:{source}", f"Company:{target}"), {"amount_cny": amount}
    return sample.edge("SUPPLIES", *ends, product=f"Product:{good}",
                       **{key: value for key, value in told.items() if value})  # fmt: skip


def left_of(network: RiskNetwork, *firms: int, left: float = 0.0) -> Cascade:
    cascade = Cascade(network, RULES)
    cascade.run([stop(*firms, left=left)])
    return cascade


@pytest.mark.parametrize("block", range(4))
def test_a_set_never_costs_anybody_less_than_a_part_of_it(block: int) -> None:
    for seed in range(block * 25, block * 25 + 25):
        rng = np.random.default_rng([seed, 2])
        graph = random_family(seed).sample().graph()
        network = risk_network(graph, RULES)
        things = [Removed("company", int(at), "", "") for at in rng.choice(9, 2, replace=False)]
        things += [Removed("product", int(at), "", "") for at in rng.choice(6, 2, replace=False)]
        rng.shuffle(things)  # type: ignore[arg-type]
        fraction = float(rng.choice([1.0, 0.5, 0.3]))
        cascade, before, loss = Cascade(network, RULES), np.ones(9), 0.0
        for count in range(1, 5):
            scenario = make_scenario(
                graph, network, RULES, things[:count], fraction=fraction, exposed=None
            )
            cascade.run([scenario.shock])
            after = np.minimum(cascade.downstream, cascade.upstream)
            assert np.all(after <= before + 1e-9), seed
            assert cascade.loss()[0] >= loss - 1e-9, seed
            assert cascade.downstream.min() >= 1 - fraction - 1e-9, seed
            before, loss = after.copy(), cascade.loss()[0]


def test_where_half_of_every_input_is_missing_half_is_lost() -> None:
    """Two products of L, each with an input that is 90 % of its costs: not 90 % of both."""
    sample = Sample().product("p").product("q").product("x").product("y")
    for key in "ABL":
        sample.company(key)
    sample.makes("L", "x").makes("L", "y")
    sample.input("p", "x", essential="1", cost_share=0.9)
    sample.input("q", "y", essential="1", cost_share=0.9)
    network = risk_network(
        sold(sold(sample, "A", "L", "p", 1.0), "B", "L", "q", 1.0).graph(), RULES
    )

    assert left_of(network, 0, 1, left=0.5).downstream[2] == pytest.approx(0.5)
    assert left_of(network, 0).downstream[2] == pytest.approx(0.5)


def test_amounts_that_nobody_stated_are_no_more_than_the_revenue() -> None:
    """Of four customers, one with 40 stated, two stop: a half, though 80 are more than all 60."""
    sample = Sample().product("p").company("A", revenue_cny=60.0)
    for key in "BCDE":
        sold(sample.company(key), "A", key, "p", 40.0 if key == "B" else None)
    network = risk_network(sample.graph(), RULES)

    assert left_of(network, 2, 3).upstream[0] == pytest.approx(0.5)
    assert left_of(network, 1, 2, 3, 4).upstream[0] == pytest.approx(0.0)


def test_what_needs_a_good_under_two_names_counts_once() -> None:
    sample = Sample().product("sep").product("wet").product("x").kind("wet", "sep")
    sample.input("sep", "x", essential="2").input("wet", "x", essential="2")
    sample.company("A").company("L").makes("L", "x", revenue_share=0.3)
    network = risk_network(sold(sample, "A", "L", "wet", 5.0).graph(), RULES)

    assert network.intake_reach.tolist() == [0.3]


def test_shares_of_nothing_tell_nothing() -> None:
    sample = Sample().product("p").product("x").input("p", "x", essential="2")
    sample.company("A").company("L").makes("L", "x", revenue_share=0.0)
    network = risk_network(sold(sample, "A", "L", "p", 5.0).graph(), RULES)

    assert left_of(network, 0).downstream[1] == 0.0


def test_a_doubtful_maker_does_not_lose_the_share_that_it_states() -> None:
    sample = Sample().product("p").product("q").company("B").company("L")
    sample.company("A", revenue_cny=100.0).makes("A", "p", probability=0.2, revenue_share=0.5)
    graph = sold(sold(sample, "B", "L", "p", 5.0), "A", "L", "q", 5.0).graph()
    network = risk_network(graph, RULES)
    (at,) = np.flatnonzero(network.outlet_spare == 0.2)
    sure = network.with_values(RULES, network.supply_amount, network.intake_level,
                               np.ones(network.n_outlets, dtype=np.bool_))  # fmt: skip

    assert network.outlet_unrecorded[at] == 0.0
    assert sure.outlet_unrecorded[at] == 0.5
    removed = [Removed("product", graph.product_position("Product:p") or 0, "", "")]
    scenario = make_scenario(graph, network, RULES, removed, fraction=1.0, exposed=None)
    assert scenario.unsold == ()  # it is not told as a maker either
    cascade = Cascade(network, RULES)
    cascade.run([scenario.shock])
    a, b = (graph.company_position(f"Company:{key}") or 0 for key in "AB")
    assert cascade.limits_some(np.array([a, b])).tolist() == [False, True]


def own_maker() -> Sample:
    """Return L that makes p for itself and buys a twentieth of its sales of it from A."""
    sample = Sample().product("p").product("x").product("z").input("p", "x", essential="2")
    sample.company("L", revenue_cny=100.0).makes("L", "x").makes("L", "p")
    sample.company("A").makes("A", "p")
    return sold(sample, "A", "L", "p", 5.0)


def test_who_makes_what_stops_for_itself_has_none_of_its_own_either() -> None:
    graph = own_maker().graph()
    network = risk_network(graph, RULES)
    leader = graph.company_position("Company:L") or 0
    removed = [Removed("product", graph.product_position("Product:p") or 0, "", "")]
    found = []
    for fraction in (1.0, 0.4):
        scenario = make_scenario(graph, network, RULES, removed, fraction=fraction, exposed=None)
        cascade = Cascade(network, RULES)
        cascade.run([scenario.shock])
        found.append(float(cascade.downstream[leader]))

    # Of 40 % that is missing all of its own is, of what it buys 5 / 6: it could sell 5 as A does.
    assert found == pytest.approx([0.0, 1 - 0.4 * (0.95 + 0.05 * 5 / 6)])
    # Where A alone stops, L goes on with its own.
    a = graph.company_position("Company:A") or 0
    assert left_of(network, a).downstream[leader] == pytest.approx(0.95)


def test_a_stock_bridges_what_it_makes_itself_as_well() -> None:
    graph = own_maker().graph()
    network = risk_network(graph, RULES)
    leader = graph.company_position("Company:L") or 0
    removed = [Removed("product", graph.product_position("Product:p") or 0, "", "")]
    scenario = make_scenario(graph, network, RULES, removed, fraction=1.0, exposed=None)
    cascade = Cascade(network, RULES)
    cascade.run([scenario.shock], exposed=np.full(network.n_goods, 0.25))
    assert cascade.downstream[leader] == pytest.approx(0.75)
    cascade.run([stop(leader, left=1.0)])  # nothing is left of it afterwards
    assert cascade.downstream[leader] == 1.0
    assert not cascade.own_lost(np.arange(network.n_intakes)).any()
