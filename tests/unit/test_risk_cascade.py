"""The cascade against its formulas written slowly, and by hand on examples."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from chain_samples import Sample
from hypothesis import given, settings
from hypothesis import strategies as st
from risk_reference import Outage, Reference
from risk_samples import EXACT, Facts, random_facts, random_family

from chainmap.risk.assemble import risk_network
from chainmap.risk.cascade import Cascade, Shock
from chainmap.risk.families import take_away
from chainmap.risk.network import LINEAR, STOPS, RiskNetwork
from chainmap.risk.settings import default_settings

RULES = replace(default_settings(), most_rounds=100_000)


def cascade_of(network: RiskNetwork, copies: int = 1) -> Cascade:
    return Cascade(network, RULES, copies=copies, tolerance=EXACT)


def shock(firms: dict[int, float]) -> Shock:
    return Shock(np.array(list(firms), np.int64), np.array(list(firms.values()), np.float64))


def outlet(network: RiskNetwork, firm: int, good: int) -> int:
    (at,) = np.flatnonzero((network.outlet_firm == firm) & (network.outlet_good == good))
    return int(at)


@pytest.mark.parametrize("block", range(5))
def test_the_cascade_is_the_one_of_the_formulas(block: int) -> None:
    for seed in range(block * 100, block * 100 + 100):
        rng = np.random.default_rng(seed)
        facts = random_facts(seed) if seed % 5 == 0 else random_family(seed)
        rules = replace(RULES, sales_firms=3) if seed % 4 == 0 else RULES
        graph, network = facts.network(rules)
        outage = random_outage(facts, rng, seed)
        d, u, lost = Reference(facts, ratio_from=rules.sales_firms).run(outage)

        taken = take_away(graph, network, rules, np.array(sorted(outage.products), np.int64),
                          outage.left)  # fmt: skip
        limits = dict(zip(taken.outlets.tolist(), taken.delivered.tolist(), strict=True))
        for (firm, good), left in outage.caps.items():
            at = outlet(network, firm, good)
            limits[at] = min(left, limits.get(at, 1.0))
        cascade = cascade_of(network)
        cascade.run(
            [replace(shock(outage.psi), outlets=np.array(list(limits), np.int64),
                     delivered=np.array(list(limits.values())))],
            exposed=np.array([outage.exposed.get(k, 1.0) for k in range(network.n_goods)]),
        )  # fmt: skip
        np.testing.assert_allclose(cascade.downstream, d, atol=1e-9, err_msg=str(seed))
        np.testing.assert_allclose(cascade.upstream, u, atol=1e-9, err_msg=str(seed))
        np.testing.assert_allclose(cascade.loss()[0], lost, atol=1e-9, err_msg=str(seed))
        assert cascade.settled


def random_outage(facts: Facts, rng: np.random.Generator, seed: int) -> Outage:
    """Return firms, products, both or single deliveries that stop, whole or in part, with stocks."""
    outage = Outage(left=float(rng.choice([0.0, 0.4])))
    if seed % 3 != 1:
        hit = rng.choice(facts.firms, 2, replace=False).tolist()
        outage.psi = {firm: float(rng.choice([0.0, 0.3, 0.7])) for firm in hit}
    if seed % 3 != 2:
        count = int(rng.integers(1, 3))
        outage.products = frozenset(rng.choice(facts.products, count, replace=False).tolist())
    if seed % 2:
        sold = sorted({(i, k) for i, _, k in facts.supplies})
        outage.caps = {sold[int(rng.integers(len(sold)))]: float(rng.choice([0.0, 0.5]))}
    if seed % 7 == 0:
        outage.exposed = {k: float(rng.random()) for k in range(facts.products)}
    return outage


def chain() -> Facts:
    """Return A -> B -> C: A alone makes p0 that stops B, B is half of what C buys of p1."""
    facts = Facts(4, 3, makes={0: [0], 1: [1], 2: [2], 3: [1]})
    facts.recipes = {(0, 1): 2, (1, 2): 1}
    facts.supplies = {(0, 1, 0): 100.0, (1, 2, 1): 50.0, (3, 2, 1): 50.0}
    return facts


def test_an_example_by_hand() -> None:
    _, network = chain().network(RULES)
    cascade = cascade_of(network)
    cascade.run([shock({0: 0.0})])

    # B stops: nobody else makes p0. Of p1 the other maker sells 50 of the 50 that are left, so
    # sigma = 50 / 50 = 1: C lacks half of p1, which is all it buys and holds it up in step.
    assert cascade.downstream.tolist() == [0.0, 0.0, 0.5, 1.0]
    assert cascade.upstream.tolist() == [0.0, 1.0, 1.0, 1.0]
    assert cascade.reached_down.tolist() == [0, 1, 2, -1]
    # In all A sells 100, B at least the 100 that it buys, C (who sells to nobody recorded) 100 too.
    assert network.sales.tolist() == [100.0, 100.0, 100.0, 50.0]
    assert cascade.loss()[0] == pytest.approx((100 + 100 + 50) / 350)


def test_who_stops_buys_no_more() -> None:
    _, network = chain().network(RULES)
    cascade = cascade_of(network)
    cascade.run([shock({2: 0.0})])

    # B sells 50 to C and must sell 50 to others, for it buys 100.
    assert cascade.upstream.tolist() == [0.5, 0.5, 0.0, 0.0]
    assert cascade.reached_up.tolist() == [2, 1, 0, 1]


def test_sales_that_no_row_names_go_on() -> None:
    facts = chain()
    facts.revenue = {1: 500.0, 2: 50.0, 3: 40.0}
    _, network = facts.network(RULES)
    cascade = cascade_of(network)
    cascade.run([shock({2: 0.0})])

    # Of the 500 that B sells C takes 50; C states less than it buys, D less than it sells.
    assert network.sales.tolist() == [100.0, 500.0, 50.0, 50.0]
    assert cascade.upstream.tolist() == pytest.approx([0.9, 0.9, 0.0, 0.0])
    assert network.sales_assumed.tolist() == [True, False, False, False]


def test_a_product_that_is_gone_costs_its_maker_the_share_that_it_brings() -> None:
    facts = chain()
    facts.revenue = {1: 1000.0}
    facts.revenue_shares = {(1, 1): 0.3}
    _, network = facts.network(RULES)
    cascade = cascade_of(network)
    gone = np.array([outlet(network, 1, 1)])
    nobody = np.empty(0, np.int64)
    cascade.run([Shock(nobody, np.empty(0), gone, np.zeros(1))])

    # 5 % goes to C, the other 25 % to customers that no row names.
    assert cascade.upstream[1] == pytest.approx(0.7)
    facts.revenue_shares = {}
    _, network = facts.network(RULES)
    cascade = cascade_of(network)
    cascade.run([Shock(nobody, np.empty(0), gone, np.zeros(1))])
    assert cascade.upstream[1] == pytest.approx(0.95)


def test_firms_without_a_revenue_are_taken_to_record_as_much_as_the_others() -> None:
    rules = replace(RULES, sales_firms=3)
    facts = chain()
    facts.revenue = {1: 500.0, 3: 100.0}
    _, few = facts.network(rules)
    facts.firms = 6
    facts.makes |= {4: [], 5: []}
    facts.supplies[4, 5, 0] = 80.0
    facts.revenue[4] = 100.0
    _, enough = facts.network(rules)

    assert few.observed.tolist() == [0.1, 0.5]
    assert few.sales[0] == 100.0  # two firms say too little: what is recorded is all
    assert enough.observed.tolist() == [0.1, 0.5, 0.8]
    assert enough.sales[0] == pytest.approx(100 * (1 / 0.1 + 1 / 0.5 + 1 / 0.8) / 3)


def test_a_stated_share_in_the_costs_comes_before_what_purchases_tell() -> None:
    facts = chain()
    facts.cost_shares[1, 2] = 0.2
    _, network = facts.network(RULES)
    cascade = cascade_of(network)
    cascade.run([shock({0: 0.0})])

    assert cascade.downstream[2] == pytest.approx(1 - 0.5 * 0.2)
    facts.recipes[1, 0] = 1  # a recipe of C that states no share: what it buys tells
    facts.makes[2] = [0, 2]
    _, network = facts.network(RULES)
    assert np.isnan(network.intake_cost_share).all()


def test_an_input_of_a_side_product_stops_no_more_than_that() -> None:
    facts = chain()
    facts.makes[1] = [1, 2]
    facts.revenue_shares = {(1, 1): 0.1, (1, 2): 0.9}
    _, network = facts.network(RULES)
    cascade = cascade_of(network)
    cascade.run([shock({0: 0.0})])
    assert cascade.downstream[1] == pytest.approx(0.9)

    del facts.revenue_shares[1, 1]  # not stated: all of it may stop
    _, network = facts.network(RULES)
    cascade = cascade_of(network)
    cascade.run([shock({0: 0.0})])
    assert cascade.downstream[1] == 0.0


def test_who_makes_an_input_itself_loses_no_more_than_what_it_buys_is_worth() -> None:
    facts = chain()
    facts.makes[1], facts.revenue = [0, 1], {1: 1000.0}
    _, network = facts.network(RULES)
    cascade = cascade_of(network)
    cascade.run([shock({0: 0.0})])

    assert network.intake_own.tolist() == [True, False]
    assert cascade.downstream[1] == pytest.approx(0.9)  # it buys 100 and sells 1,000


def test_only_firms_that_state_all_amounts_tell_how_much_is_recorded() -> None:
    sample = Sample().product("p").company("L")
    for key, revenue, amounts in (("A", 100.0, (40.0,)), ("B", 60.0, (40.0, None))):
        sample.company(key, revenue_cny=revenue).company(f"{key}2")
        for customer, amount in zip(("L", f"{key}2"), amounts, strict=False):
            told = {} if amount is None else {"amount_cny": amount}
            ends = f"Company:{key}", f"Company:{customer}"
            sample.edge("SUPPLIES", *ends, product="Product:p", **told)
    network = risk_network(sample.graph(), RULES)

    assert network.observed.tolist() == [0.4]
    # B is taken to sell 40 more to B2; that is a guess, and does not overrule its revenue of 60.
    assert network.recorded_sales[2] == 80.0
    assert network.sales[[0, 2]].tolist() == [100.0, 60.0]
    assert [network.sales_basis(firm) for firm in (0, 1, 2)] == ["revenue", None, "revenue"]


def test_who_makes_a_kind_could_deliver_the_good() -> None:
    facts = chain()
    sample = facts.sample().product("wet").kind("wet", "p0").company("c04")
    graph = sample.makes("c04", "wet", probability=0.95).graph()
    network = risk_network(graph, RULES)
    (spare,) = np.flatnonzero(network.outlet_firm == 4)

    assert graph.products["id"][network.outlet_good[spare]].as_py() == "Product:p0"
    assert network.outlet_spare[spare] == 0.95
    assert network.outlet_size[spare] == 100.0


def test_a_spare_maker_takes_part_of_the_load() -> None:
    facts = chain()
    facts.firms, facts.makes[4] = 5, [0]
    _, network = facts.network(RULES)
    cascade = cascade_of(network)
    cascade.run([shock({0: 0.0})])

    # The spare maker could serve one average customer of p0, 100, as much as A sold: sigma = 1.
    assert network.outlet_size[outlet(network, 4, 0)] == 100.0
    assert cascade.downstream[1] == 0.0
    facts.firms, facts.makes[5] = 6, [0]
    _, network = facts.network(RULES)
    cascade = cascade_of(network)
    cascade.run([shock({0: 0.0})])
    assert cascade.downstream[1] == 0.5


def test_stocks_bridge_the_first_days() -> None:
    _, network = chain().network(RULES)
    cascade = cascade_of(network)
    days, stock = 30.0, np.array([20.0, 0.0, 0.0])
    cascade.run([shock({0: 0.0})], exposed=np.maximum(0, days - stock) / days)

    assert cascade.downstream.tolist() == pytest.approx([0.0, 2 / 3, 1 - 0.5 * (1 / 3) * 0.6, 1.0])


def test_what_somebody_else_takes_over_is_not_missing() -> None:
    _, network = chain().network(RULES)
    cascade = cascade_of(network)
    at = np.array([outlet(network, 0, 0)])
    cascade.run([replace(shock({0: 0.0}), replaced_outlets=at, replaced=np.array([0.9]))])
    assert cascade.downstream[1] == pytest.approx(0.9)
    cascade.run([replace(shock({0: 0.0}), replaced_outlets=at, replaced=np.array([1.0]))])
    assert cascade.downstream.tolist() == [0.0, 1.0, 1.0, 1.0]


def test_copies_do_not_touch_each_other_and_a_run_leaves_nothing_behind() -> None:
    for seed in range(30):
        _, network = random_facts(seed).network(RULES)
        alone = cascade_of(network)
        together = cascade_of(network, copies=4)
        for first in (0, 4):
            firms = np.arange(first, first + 4)
            together.run_firms(firms)
            for at, firm in enumerate(firms.tolist()):
                alone.run([shock({firm: 0.0})])
                own = slice(at * network.n_firms, (at + 1) * network.n_firms)
                np.testing.assert_array_equal(together.downstream[own], alone.downstream)
                np.testing.assert_array_equal(together.upstream[own], alone.upstream)
                assert together.loss()[at] == pytest.approx(alone.loss()[0], abs=1e-12, nan_ok=True)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.data())
def test_more_shock_is_never_less_loss_and_none_is_none(seed: int, data: st.DataObject) -> None:
    facts = random_facts(seed)
    _, network = facts.network(RULES)
    share = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])
    mild = {firm: data.draw(share) for firm in range(0, facts.firms, 2)}
    hard = {firm: data.draw(share.filter(lambda x, m=left: x <= m)) for firm, left in mild.items()}  # type: ignore[misc]
    cascade = cascade_of(network)
    cascade.run([shock(mild)])
    before = np.minimum(cascade.downstream, cascade.upstream)
    cascade.run([shock(hard)])
    after = np.minimum(cascade.downstream, cascade.upstream)
    cascade.run([shock(dict.fromkeys(mild, 1.0))])

    assert np.all(after <= before + 1e-9)
    assert cascade.hit().size == 0
    assert not np.nan_to_num(cascade.loss()).any()


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 4), st.floats(0.5, 200), st.data())
def test_a_further_maker_never_raises_the_loss_of_the_others(
    seed: int, product: int, amount: float, data: st.DataObject
) -> None:
    facts = random_facts(seed)
    bought = sorted({(j, k) for _, j, k in facts.supplies if k == product})
    _, network = facts.network(RULES)
    psi = dict.fromkeys(data.draw(st.sets(st.integers(0, 8), max_size=3)), 0.0)
    cascade = cascade_of(network)
    cascade.run([shock(psi)])
    more = random_facts(seed)
    more.firms, more.makes[9] = 10, [product]
    if bought and data.draw(st.booleans()):  # it sells to some who buy the product already
        for customer, _ in data.draw(st.sets(st.sampled_from(bought), min_size=1)):
            more.supplies[9, customer, product] = amount
    _, wider = more.network(RULES)
    richer = cascade_of(wider)
    richer.run([shock(psi)])

    assert np.all(richer.downstream[:9] >= cascade.downstream - 1e-9)


# --- what the rows do not say ------------------------------------------------------------------


def test_unknown_amounts_are_shared_equally_and_marked() -> None:
    sample = Sample().product("p").company("A").company("B").company("C").company("L")
    for key in "ABC":
        told = {"amount_cny": 40.0} if key == "A" else {}
        sample.edge("SUPPLIES", f"Company:{key}", "Company:L", product="Product:p", **told)
    network = risk_network(sample.graph(), RULES)
    assert network.supply_amount.tolist() == [40.0, 40.0, 40.0]
    assert network.supply_guessed.tolist() == [False, True, True]

    network = risk_network(sample.wants("L", "p", amount_cny=100.0).graph(), RULES)
    assert network.supply_amount.tolist() == [40.0, 30.0, 30.0]


def test_a_good_that_is_not_named_is_what_the_supplier_makes_or_its_own() -> None:
    sample = Sample().product("p").product("q")
    for key in "ABCL":
        sample.company(key)
    sample.makes("A", "p").makes("B", "p").makes("B", "q")
    for key in "ABC":
        sample.supplies(key, "L")
    graph = sample.graph()
    network = risk_network(graph, RULES)

    good = network.intake_good[network.supply_intake].tolist()
    assert good[0] == graph.product_position("Product:p")
    assert good[1] != good[2]
    assert min(good[1:]) >= graph.n_products
    assert network.supply_guessed.all()


def test_the_level_is_the_highest_of_the_recipes_also_through_a_kind() -> None:
    sample = Sample().product("p").product("wet").product("x").product("y").kind("wet", "p")
    sample.company("A").company("L").makes("L", "x").makes("L", "y")
    sample.input("p", "x", essential="1").input("p", "y", essential="2")
    sample.supplies("A", "L", "wet").supplies("A", "L", "p")
    network = risk_network(sample.graph(), RULES)
    assert network.intake_level.tolist() == [STOPS, STOPS]
    assert not network.intake_guessed.any()

    sample = Sample().product("p").product("x").product("z").company("A").company("L")
    sample.makes("L", "x").input("p", "x").supplies("A", "L", "p").supplies("A", "L", "z")
    network = risk_network(sample.graph(), RULES)
    assert network.intake_level.tolist() == [LINEAR, LINEAR]
    assert network.intake_guessed.all()


def test_who_supplies_itself_is_counted_and_left_out() -> None:
    sample = Sample().product("p").company("A").company("L").supplies("A", "A", "p")
    network = risk_network(sample.supplies("A", "L", "p").graph(), RULES)

    assert (network.n_supplies, network.skipped) == (1, 1)


def test_a_network_without_supplies_knows_nothing() -> None:
    network = risk_network(Sample().product("p").company("A").makes("A", "p").graph(), RULES)
    cascade = cascade_of(network)
    cascade.run([shock({0: 0.0})])

    assert np.isnan(cascade.loss()).all()
    assert not network.connected.any()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 500), st.integers(0, 99))
def test_the_order_of_rows_changes_nothing(seed: int, shuffle: int) -> None:
    sample = random_facts(seed).sample()
    graphs = sample.graph(), sample.graph(shuffle=shuffle)
    cascades = []
    for graph in graphs:
        cascade = cascade_of(risk_network(graph, RULES))
        cascade.run([shock({1: 0.0, 3: 0.4})])
        cascades.append(cascade)
    np.testing.assert_array_equal(cascades[0].downstream, cascades[1].downstream)
    np.testing.assert_array_equal(cascades[0].upstream, cascades[1].upstream)
