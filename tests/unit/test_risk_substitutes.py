"""Who could step in: what each could take over, and the fewest that restore enough."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from chain_samples import Sample
from risk_samples import EXACT, random_facts, random_family, stop

from chainmap.risk.assemble import risk_network
from chainmap.risk.cascade import Cascade, Shock
from chainmap.risk.settings import default_settings
from chainmap.risk.substitutes import CUSTOMER, FREE, WHOLE, Substitution, find_substitutes

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph
    from chainmap.risk.network import RiskNetwork

RULES = replace(default_settings(), most_rounds=100_000, tolerance=EXACT)


def market(**capacities: float) -> tuple[Sample, list[str]]:
    """Return A that alone delivers p, q and r to three firms, and makers that could step in."""
    sample = Sample()
    for key in "pqr":
        sample.product(key).product(f"of_{key}")
        sample.input(key, f"of_{key}", essential="2")
    sample.company("A")
    for key, amount in (("p", 10.0), ("q", 30.0), ("r", 60.0)):
        sample.makes("A", key, capacity=100.0, capacity_unit="吨")
        sample.company(f"C{key}").makes(f"C{key}", f"of_{key}")
        sample.edge("SUPPLIES", "Company:A", f"Company:C{key}", product=f"Product:{key}",
                    amount_cny=amount)  # fmt: skip
    names = sorted(capacities)
    for name in names:
        sample.company(name).makes(name, name[0], capacity=capacities[name], capacity_unit="吨")
    return sample, names


def test_the_fewest_that_restore_nine_tenths() -> None:
    sample, _ = market(p1=100.0, q1=60.0, q2=60.0, r1=40.0, r2=100.0)
    graph = sample.graph()
    network = risk_network(graph, RULES)
    a = graph.company_position("Company:A") or 0
    found = find_substitutes(graph, network, RULES, stop(a))
    names = [graph.companies["id"][one.firm].as_py() for one in found.chosen]

    # Without anybody: sigma of A is 1 (one spare maker of p), 1/2 and 1/2, so 10 + 15 + 30 are lost.
    # With p1, q1 and r2 only 0.4 of q is, of which the spare maker and q1 bear 1.6 of 2.6.
    assert names == ["Company:r2", "Company:q1", "Company:p1"]  # what most is lost of first
    assert found.restored == pytest.approx(1 - 30 * 0.4 / 2.6 / 55)
    assert (found.enough, found.smallest) == (True, True)


@pytest.mark.parametrize("seed", range(12))
def test_no_smaller_set_does_as_well(seed: int) -> None:
    rng = np.random.default_rng(seed)
    made = {f"{key}{number}": float(rng.integers(20, 120)) for key in "pqr" for number in range(3)}
    sample, _ = market(**made)
    graph = sample.graph()
    network = risk_network(graph, RULES)
    a = graph.company_position("Company:A") or 0
    found = find_substitutes(graph, network, RULES, stop(a))

    def restored(chosen: tuple[tuple[int, int], ...]) -> float:
        """Work out by hand what a set restores: all inputs stop, each customer has one."""
        lost = {"p": 10.0, "q": 30.0, "r": 60.0}
        gone = 0.0
        for key, amount in lost.items():
            good = graph.product_position(f"Product:{key}")
            share = sum(
                made[str(graph.companies["id"][firm].as_py()).removeprefix("Company:")] / 100
                for firm, what in chosen
                if what == good
            )
            # who is not taken on still counts as a spare maker: sigma of A is 1 / that of all
            spare = sum(1.0 for name in made if name[0] == key)
            still = min(1.0, share)
            sigma = min(1.0, 1 / (spare + still)) if spare + still > 1 else 1.0
            gone += amount * sigma * (1 - still)
        whole = sum(amount / 3 for amount in lost.values())
        return 1 - gone / whole

    chosen = tuple((one.firm, one.good) for one in found.chosen)
    assert found.smallest
    assert found.enough == (restored(chosen) >= 0.9 - 1e-9)
    every = [(network.outlet_firm[at], network.outlet_good[at])
             for at in np.flatnonzero(~np.isnan(network.outlet_spare))]  # fmt: skip
    for less in combinations(every, max(0, len(chosen) - 1)):
        if found.enough:
            assert restored(less) < 0.9 - 1e-9


def test_without_loss_of_others_nobody_has_to_step_in() -> None:
    _, network = random_facts(1).network(RULES)
    graph = random_facts(1).sample().graph()
    nobody = find_substitutes(graph, network, RULES, stop(0, left=1.0))

    assert (nobody.chosen, nobody.restored) == ((), None)


def asked(sample: Sample, *, left: float = 0.0) -> tuple[ChainGraph, Substitution]:
    """Return the snapshot, and who could step in for firm A."""
    graph = sample.graph()
    network = risk_network(graph, RULES)
    return graph, find_substitutes(
        graph, network, RULES, stop(graph.company_position("Company:A") or 0, left=left)
    )


def told(graph: ChainGraph, found: Substitution) -> list[tuple[str, float, str]]:
    return [
        (str(graph.companies["id"][one.firm].as_py())[-2:], round(one.share, 6), one.basis)
        for one in found.chosen
    ]


def one_product(**utilisation: float | None) -> Sample:
    """Return A (100 t, 80 % in use) that alone delivers p to L, and makers of 100 t each."""
    sample = Sample().product("p").product("x").input("p", "x", essential="2").company("L")
    sample.makes("L", "x").company("A")
    sample.makes("A", "p", capacity=100.0, capacity_unit="吨", utilisation=0.8)
    sample.edge("SUPPLIES", "Company:A", "Company:L", product="Product:p", amount_cny=9.0)
    for name, busy in utilisation.items():
        sample.company(name)
        sample.makes(name, "p", capacity=100.0, capacity_unit="吨", utilisation=busy)
    return sample


def test_only_what_utilisation_leaves_free_can_take_over() -> None:
    graph, found = asked(one_product(B1=0.5, B2=0.7, B3=1.2, B4=0.98))

    # 80 t are missing; B3 is full. 62.5 % and 37.5 % are all of it.
    assert told(graph, found) == [("B1", 0.625, FREE), ("B2", 0.375, FREE)]
    assert (found.restored, found.enough) == (1.0, True)


def test_of_an_unknown_utilisation_the_whole_capacity_counts_and_is_said() -> None:
    graph, found = asked(one_product(B1=None))
    assert told(graph, found) == [("B1", 1.0, WHOLE)]

    sample = one_product().company("B1").makes("B1", "p")
    sample.company("M").makes("M", "x")
    sample.edge("SUPPLIES", "Company:A", "Company:M", product="Product:p", amount_cny=3.0)
    graph, found = asked(sample)
    assert told(graph, found) == [("B1", 0.5, CUSTOMER)]  # one customer of two


def test_who_makes_a_kind_of_the_good_can_step_in() -> None:
    sample = one_product().product("wet").kind("wet", "p").company("B1")
    sample.makes("B1", "wet", capacity=100.0, capacity_unit="吨", utilisation=0.2)
    graph, found = asked(sample)

    assert told(graph, found) == [("B1", 1.0, FREE)]


def test_one_capacity_is_not_counted_for_a_good_and_for_a_kind_of_it() -> None:
    sample = one_product().product("wet").kind("wet", "p").company("M").makes("M", "x")
    sample.makes("A", "wet", capacity=80.0, capacity_unit="吨", utilisation=1.0)
    sample.edge("SUPPLIES", "Company:A", "Company:M", product="Product:wet", amount_cny=5.0)
    sample.company("B1")
    sample.makes("B1", "wet", capacity=100.0, capacity_unit="吨", utilisation=0.2)
    graph, found = asked(sample)

    # 80 t are free: for the good of which more is lost, not once more for its kind.
    assert [one[0] for one in told(graph, found)] == ["B1"]


def test_a_substitute_that_lacks_its_own_inputs_takes_over_less() -> None:
    sample = one_product(B1=0.0, B2=0.6)
    sample.product("raw").input("raw", "p", essential="2").makes("A", "raw")
    sample.edge("SUPPLIES", "Company:A", "Company:B1", product="Product:raw", amount_cny=5.0)
    graph, found = asked(sample)

    # B1 could deliver all of it, but it needs what A delivers and nobody else makes.
    assert told(graph, found) == [("B2", 0.5, FREE)]
    # L and B1 lose 9 + 5; then half of p is missing, of which 9 / (27 - 4.5 - 9) is not replaced.
    assert found.restored == pytest.approx(1 - (9 * 0.5 * 9 / 13.5 + 5) / 14)
    assert not found.enough


def test_who_loses_a_part_is_helped_by_what_is_missing_only() -> None:
    graph, found = asked(one_product(B1=0.75), left=0.7)

    # A still delivers 70 %; 25 t of the 80 t that it used are 31.25 %.
    assert told(graph, found) == [("B1", 0.3125, FREE)]
    assert found.restored == pytest.approx(1.0)


def makers_left(network: RiskNetwork, shock: Shock) -> dict[tuple[int, int], float]:
    """Return each (maker, good) that could step in, and the share: one average customer."""
    stopped = np.isin(network.outlet_firm, shock.firms)
    sold = network.outlet_size * np.isnan(network.outlet_spare)
    shares = {}
    counts = network.outlet_counts & ~stopped
    for good in np.unique(network.outlet_good[stopped & (sold > 0)]).tolist():
        delivered = sold[stopped & (network.outlet_good == good)].sum()
        share = min(1.0, float(network.average_intake[good] / delivered))
        for firm in network.outlet_firm[counts & (network.outlet_good == good)].tolist():
            shares[firm, good] = share
    return shares


def loss_with(network: RiskNetwork, shock: Shock, taken: dict[tuple[int, int], float]) -> float:
    """Return what the others lose, downstream, when some step in as far as their inputs go."""
    stopped = np.isin(network.outlet_firm, shock.firms) & np.isnan(network.outlet_spare)
    cascade, left = Cascade(network, RULES), np.ones(network.n_firms)
    before = np.zeros(network.n_firms)
    while not np.allclose(left, before, rtol=0, atol=1e-10):
        goods: dict[int, float] = {}
        for (firm, good), share in taken.items():
            goods[good] = goods.get(good, 0.0) + share * left[firm]
        outlets = np.flatnonzero(stopped & np.isin(network.outlet_good, list(goods)))
        aid = np.array([min(1.0, goods[int(good)]) for good in network.outlet_good[outlets]])
        cascade.run([replace(shock, replaced_outlets=outlets, replaced=aid)])
        before, left = left, cascade.downstream.copy()
    others = ~np.isin(np.arange(network.n_firms), shock.firms)
    return float((network.sales * (1 - left))[others].sum())


def test_no_set_of_fewer_does_it_though_some_lack_inputs_themselves() -> None:
    tried = hit = 0
    for seed in range(16):
        facts = random_facts(seed, firms=7, products=3, supplies=14)
        graph, network = facts.network(RULES)
        shock = stop(0, 1)
        found = find_substitutes(graph, network, RULES, shock)
        if not (found.chosen and found.smallest and found.enough):
            continue
        makers, whole = makers_left(network, shock), loss_with(network, shock, {})
        hit += any(cascade_hits(network, shock)[firm] for firm, _ in makers)
        chosen = {(one.firm, one.good): one.share for one in found.chosen}
        assert chosen == {key: makers[key] for key in chosen}
        assert loss_with(network, shock, chosen) <= 0.1 * whole + 1e-6
        for less in combinations(makers, len(chosen) - 1):
            taken = {key: makers[key] for key in less}
            assert loss_with(network, shock, taken) > 0.1 * whole - 1e-6, (seed, less)
        tried += 1

    assert tried >= 4
    assert hit >= 2


@pytest.mark.parametrize("seed", [1, 5, 12, 23, 37, 41, 43])
def test_the_fewest_of_all_sets_of_all_makers_though_goods_are_kinds_of_each_other(
    seed: int,
) -> None:
    graph, network = random_family(seed).network(RULES)
    shock = stop(0, 1)
    whole, makers = loss_with(network, shock, {}), makers_left(network, shock)
    found = find_substitutes(graph, network, RULES, shock)

    def does(some: tuple[tuple[int, int], ...]) -> bool:
        if any(a[0] == b[0] and one_is_a_kind(graph, a[1], b[1]) for a, b in combinations(some, 2)):
            return False  # one capacity, twice
        loss = loss_with(network, shock, {key: makers[key] for key in some})
        return loss <= 0.1 * whole + 1e-9 * whole

    assert 4 <= len(makers) <= 8
    assert (found.enough, found.smallest, found.looked_at <= 8) == (True, True, True)
    assert does(tuple((one.firm, one.good) for one in found.chosen))
    for less in range(len(found.chosen)):
        assert not any(does(some) for some in combinations(makers, less))


def one_is_a_kind(graph: ChainGraph, one: int, other: int) -> bool:
    return other in graph.kinds_below(one) or one in graph.kinds_below(other)


def test_a_maker_that_lacks_an_input_is_looked_at_though_others_could_do_it_together() -> None:
    """B1 could deliver all of p once R delivers raw to it; the four others a part each."""
    sample = one_product(B1=0.0, B2=0.76, B3=0.76, B4=0.76, B5=0.76)
    sample.product("raw").input("raw", "p", essential="2").makes("A", "raw")
    sample.company("R").makes("R", "raw").company("N").makes("N", "x").input("raw", "x")
    sample.rows["SUPPLIES"][0]["amount_cny"] = 50.0
    for customer, amount in (("B1", 5.0), ("N", 60.0)):
        ends = "Company:A", f"Company:{customer}"
        sample.edge("SUPPLIES", *ends, product="Product:raw", amount_cny=amount)
    for at in (row for row in sample.rows["PRODUCES"] if row["target"] == "Product:raw"):
        at |= {"capacity": 100.0, "capacity_unit": "吨", "utilisation": 0.5}
    graph, found = asked(sample)

    assert {one[0] for one in told(graph, found)} == {":R", "B1"}
    assert (found.enough, found.smallest) == (True, True)


def test_a_maker_of_a_good_and_a_kind_is_taken_for_where_it_is_needed() -> None:
    """Both B make 隔膜, only B2 makes the kind of it: B2 is for the kind, B1 for the other."""
    sample = Sample().product("p").product("wet").kind("wet", "p").product("x").product("y")
    sample.input("p", "x", essential="2").input("wet", "y", essential="2").company("A")
    sample.makes("A", "p").makes("A", "wet")
    for key, made, good, amount in (("L", "x", "p", 9.0), ("M", "y", "wet", 8.0)):
        sample.company(key).makes(key, made)
        ends = "Company:A", f"Company:{key}"
        sample.edge("SUPPLIES", *ends, product=f"Product:{good}", amount_cny=amount)
    sample.company("B1").makes("B1", "wet").company("B2").makes("B2", "p")
    graph, found = asked(sample)

    assert found.enough
    assert sorted(one[0] for one in told(graph, found)) == ["B1", "B2"]


def test_goods_beyond_the_candidates_that_are_looked_at_are_counted() -> None:
    sample, _ = market(p1=100.0, q1=60.0, r1=100.0)
    graph = sample.graph()
    rules = replace(RULES, substitutes=replace(RULES.substitutes, candidates=1))
    network = risk_network(graph, rules)
    found = find_substitutes(graph, network, rules, stop(graph.company_position("Company:A") or 0))

    assert (found.looked_at, found.left_out) == (1, 2)
    assert not found.enough


def cascade_hits(network: RiskNetwork, shock: Shock) -> list[bool]:
    cascade = Cascade(network, RULES)
    cascade.run([shock])
    return (cascade.downstream < 1).tolist()
