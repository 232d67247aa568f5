"""The systemic index, the spread of losses, and who could step in."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from chain_samples import Sample
from risk_samples import EXACT, Facts, random_facts, stop

from chainmap.errors import ConfigError
from chainmap.risk import systemic
from chainmap.risk.assemble import risk_network
from chainmap.risk.cascade import Cascade, Shock
from chainmap.risk.causes import causes, hits_of, path_to
from chainmap.risk.settings import default_settings, read_settings
from chainmap.risk.systemic import product_losses, systemic_index
from chainmap.risk.uncertain import bands, draws

if TYPE_CHECKING:
    from chainmap.risk.network import RiskNetwork

RULES = replace(default_settings(), most_rounds=100_000, tolerance=EXACT)


# --- systemic index ----------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2])
def test_the_index_is_what_each_firm_alone_costs(
    workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(systemic, "_ALONE", 0)
    monkeypatch.setattr(systemic, "_CHUNK", 5)
    _, network = random_facts(3, firms=14, supplies=30).network(RULES)
    told: list[tuple[int, int]] = []
    index = systemic_index(
        network, RULES, workers=workers, progress=lambda done, of: told.append((done, of))
    )

    cascade = Cascade(network, RULES)
    for firm in range(network.n_firms):
        cascade.run([stop(firm)])
        expected = cascade.loss()[0] if network.connected[firm] else np.nan
        np.testing.assert_allclose(index[firm], expected, atol=1e-12)
    assert told[-1] == (int(network.connected.sum()),) * 2


def test_only_the_firms_asked_about_get_a_figure() -> None:
    _, network = random_facts(3).network(RULES)
    index = systemic_index(network, RULES, firms=np.array([2, 5]))

    assert np.flatnonzero(~np.isnan(index)).tolist() == [2, 5]


def test_the_loss_of_a_product_is_that_of_all_its_makers_and_kinds() -> None:
    for seed in range(20):
        facts = random_facts(seed)
        sample = facts.sample().kind("p1", "p0").product("unsold")
        graph = sample.graph()
        network = risk_network(graph, RULES)
        asked = np.arange(graph.n_products)
        found = product_losses(graph, network, RULES, asked)
        cascade = Cascade(network, RULES)
        narrow = 1  # what is sold under the broader name counts too: test_risk_families
        for product in np.setdiff1d(asked, [narrow]).tolist():
            kinds = [product, *graph.kinds_below(product).tolist()]
            outlets = np.flatnonzero(np.isin(network.outlet_good, kinds))
            bought = bool(np.isin(kinds, network.intake_good).any())
            nobody = np.empty(0, np.int64)
            cascade.run([Shock(nobody, np.empty(0), outlets, np.zeros(outlets.size))])
            expected = cascade.loss()[0] if bought else np.nan
            np.testing.assert_allclose(found[product], expected, atol=1e-12)


def test_a_run_with_limits_leaves_nothing_behind() -> None:
    _, network = random_facts(5).network(RULES)
    used = Cascade(network, RULES, copies=2)
    first = np.flatnonzero(np.isnan(network.outlet_spare))[:3]
    limited = Shock(np.array([2]), np.zeros(1), first, np.zeros(3), first[:1], np.array([0.5]))
    used.run([limited, stop(1)])
    for shocks in ([stop(0), stop(3)], [limited, stop(4)]):
        used.run(shocks)
        fresh = Cascade(network, RULES, copies=2)
        fresh.run(shocks)
        np.testing.assert_array_equal(used.downstream, fresh.downstream)
        np.testing.assert_array_equal(used.upstream, fresh.upstream)


# --- spread ------------------------------------------------------------------------------------


def test_what_every_row_states_does_not_spread() -> None:
    facts = random_facts(8)
    facts.recipes = {key: 2 if level is None else level for key, level in facts.recipes.items()}
    _, network = facts.network(RULES)
    sure = replace(
        network,
        intake_guessed=np.zeros(network.n_intakes, dtype=np.bool_),
        intake_level=network.intake_level,
    )
    rules = replace(RULES, draws=replace(RULES.draws, count=5))
    spread = bands(sure, rules, [stop(0)], np.arange(network.n_firms))
    cascade = Cascade(sure, rules)
    cascade.run([stop(0)])

    np.testing.assert_allclose(spread.total[:, 0], cascade.loss()[0])
    left = np.minimum(cascade.downstream, cascade.upstream)
    np.testing.assert_allclose(spread.firms, np.tile(1 - left, (3, 1)), atol=1e-12)


def unsure() -> RiskNetwork:
    """Return B that buys p of A and C for unknown amounts; D may make it (0.6)."""
    sample = Sample().product("p").product("q")
    for key in "ABCD":
        sample.company(key)
    sample.makes("B", "q").makes("D", "p", probability=0.6).input("p", "q")
    sample.supplies("A", "B", "p").supplies("C", "B", "p")
    return risk_network(sample.graph(), RULES)


def test_what_is_estimated_spreads_within_what_is_possible() -> None:
    network = unsure()
    rules = replace(RULES, draws=replace(RULES.draws, count=200))
    spread = bands(network, rules, [stop(0)], np.array([1]))

    low, middle, high = spread.firms[:, 0].tolist()
    assert low == 0.0  # the level of p may be that it does not matter
    assert low < middle < high <= 1.0
    again = bands(network, rules, [stop(0)], np.array([1]))
    assert again.firms.tolist() == spread.firms.tolist()


def test_a_doubtful_maker_takes_part_as_often_as_it_is_likely() -> None:
    network = unsure()
    rules = replace(RULES, draws=replace(RULES.draws, count=400))
    (spare,) = np.flatnonzero(network.outlet_spare == 0.6)
    often = np.mean([drawn.outlet_size[spare] > 0 for drawn in draws(network, rules)])

    assert abs(often - 0.6) < 0.08
    assert network.outlet_size[spare] == 0.0  # 0.6 is below ``accept``: not counted on


def test_sales_that_are_assumed_spread_around_what_is_taken_for_them() -> None:
    """The last of 32 sellers states no revenue; of the others a hundredth to all is recorded."""
    facts = Facts(33, 1, supplies={(firm, 32, 0): 10.0 for firm in range(32)})
    facts.makes = {firm: [0] for firm in range(32)} | {32: []}
    facts.revenue = {firm: 10.0 / (0.01 + 0.03 * firm) for firm in range(31)}
    _, network = facts.network(RULES)
    rules = replace(RULES, draws=replace(RULES.draws, count=400))
    drawn = np.array([one.sales for one in draws(network, rules)])

    kept = np.sort(network.observed)[3:-3]
    assert network.sales[31] == pytest.approx(10.0 * np.mean(1 / kept))
    assert drawn[:, 31].mean() == pytest.approx(network.sales[31], rel=0.1)
    assert drawn[:, 31].min() >= 10.0 / kept[-1] - 1e-9
    assert drawn[:, 31].max() <= 10.0 / kept[0] + 1e-9
    assert (drawn[:, :31] == network.sales[:31]).all()


# --- causes ------------------------------------------------------------------------------------


def test_every_cause_leads_back_to_what_was_taken_away() -> None:
    for seed in range(60):
        _, network = random_facts(seed).network(RULES)
        cascade = Cascade(network, RULES, tolerance=1e-6)
        shock = stop(0, 4)
        if seed % 3 == 0:
            limited = np.flatnonzero(np.isnan(network.outlet_spare))[:1]
            shock = Shock(np.empty(0, np.int64), np.empty(0), limited, np.zeros(1))
        cascade.run([shock])
        found = causes(cascade, hits_of(cascade).firms)
        for cause in found:
            path = path_to(cascade, cause)
            assert path[0].parent is None
            assert all(a.firm == b.parent for a, b in pairwise(path))
            firms = [step.firm for step in path]
            assert firms[-1] == cause.firm
            assert len(set(firms)) == len(firms), (seed, firms)
        assert {cause.firm for cause in found} == set(cascade.hit().tolist())


def test_the_binding_input_is_told_with_the_suppliers_that_are_left() -> None:
    sample = Sample().product("p").product("q").product("x")
    for key in "ABCL":
        sample.company(key)
    sample.makes("L", "x").input("p", "x", essential="2").input("q", "x", essential="1")
    for source, good, amount in (("A", "p", 30.0), ("B", "p", 70.0), ("C", "q", 900.0)):
        ends = f"Company:{source}", "Company:L"
        sample.edge("SUPPLIES", *ends, product=f"Product:{good}", amount_cny=amount)
    graph = sample.graph()
    network = risk_network(graph, RULES)
    cascade = Cascade(network, RULES)
    cascade.run([stop(0)])
    (cause,) = causes(cascade, np.array([3]))

    # sigma of A is 30 / 70: L lacks 0.3 x 3 / 7 of p
    assert cause.lost == pytest.approx(0.3 * 30 / 70)
    assert (cause.parent, cause.others, cause.upstream) == (0, 1, False)
    assert graph.products["id"][cause.good].as_py() == "Product:p"


# --- settings ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("accept = 0.9", "accept = 1.9"),
        ("essential = [0.25, 0.5, 0.25]", "essential = [0.5, 0.5, 0.5]"),
        ("most_rounds = 1000", ""),
        ('version = "', "version = ["),
    ],
)
def test_wrong_settings_are_refused(tmp_path: Path, old: str, new: str) -> None:
    text = Path(systemic.__file__).with_name("settings.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "settings.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"settings\.toml"):
        read_settings(path)
