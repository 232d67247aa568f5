"""Scores of a hand-made chain, checked by hand: needs, candidates, filters, contributions."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from chain_samples import Sample, battery_chain

from chainmap.analysis.needs import Need, needs_of
from chainmap.errors import ConfigError
from chainmap.match.features import company_features, title_value
from chainmap.match.rank import best_pairs
from chainmap.match.recommend import MatchScope, match_leader, visible_demands
from chainmap.match.score import MILLION
from chainmap.match.standards import certificate_key, is_certificate
from chainmap.match.weights import FEATURES, MatchWeights, default_weights, read_weights

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph
    from chainmap.match.explain import LeaderMatch

WEIGHTS = default_weights()


def leader_match(
    graph: ChainGraph, leader: str = "L", *, audience: str = "内部", weights: MatchWeights = WEIGHTS
) -> LeaderMatch:
    at = graph.company_position(f"Company:{leader}")
    assert at is not None
    scope = MatchScope(visible_demands(graph, audience))
    features = company_features(graph, weights)
    return match_leader(graph, at, scope, features=features, weights=weights)


def contributions(graph: ChainGraph, match: LeaderMatch, company: str) -> dict[str, float]:
    """Return the contributions of the best pair of ``company``."""
    at = graph.company_position(f"Company:{company}")
    pairs = match.scored.pairs
    rows = [row for row in range(pairs.company.size) if pairs.company[row] == at]
    best = max(rows, key=lambda row: int(match.scored.score[row]))
    told = match.scored.contributions[best] / MILLION
    return dict(zip(FEATURES, told.tolist(), strict=True))


def ranked(graph: ChainGraph, match: LeaderMatch, *, ruled_out: bool = False) -> list[str]:
    ids = graph.companies["id"].to_pylist()
    rows = best_pairs(match.scored, 100, ruled_out=ruled_out)
    return [ids[match.scored.pairs.company[row]] for row in rows]


def needs(graph: ChainGraph, company: str = "L") -> dict[str, Need]:
    at = graph.company_position(f"Company:{company}")
    assert at is not None
    ids = graph.products["id"].to_pylist()
    return {ids[need.product]: need for need in needs_of(graph, at, WEIGHTS.recipe)}


def test_declared_needs_weigh_one_and_derived_ones_fade_by_step_and_essentiality() -> None:
    graph = battery_chain().graph()
    found = needs(graph)

    assert {key: need.weight for key, need in found.items()} == pytest.approx(
        {
            "Product:sep": 1.0,
            "Product:shell": 1.0,
            "Product:foil": 0.5 * WEIGHTS.recipe.essential[1],
            "Product:base": 0.25,
        }
    )
    assert list(found)[:2] == ["Product:sep", "Product:shell"]


def test_a_derived_need_keeps_its_path_and_its_volume() -> None:
    sample = battery_chain()
    sample.rows.pop("REQUIRES")
    graph = sample.graph()
    sep, cell, base = (graph.product_position(f"Product:{key}") for key in ("sep", "cell", "base"))
    found = needs(graph)

    assert found["Product:sep"].path == (sep, cell)
    assert found["Product:sep"].volume == 500 * 2.0
    assert found["Product:base"].path == (base, sep, cell)
    assert math.isnan(found["Product:base"].volume)


def test_what_the_leader_makes_itself_is_not_needed_from_others() -> None:
    graph = battery_chain().makes("L", "foil").graph()

    assert "Product:foil" not in needs(graph)


def test_a_cycle_of_inputs_ends() -> None:
    sample = Sample().product("p").product("q").company("L").makes("L", "p")
    graph = sample.input("q", "p", essential="2").input("p", "q", essential="2").graph()

    assert {key: need.weight for key, need in needs(graph).items()} == {"Product:q": 0.5}


def test_the_contributions_are_those_of_the_weights_file() -> None:
    graph = battery_chain().graph()
    told = contributions(graph, leader_match(graph), "A")

    assert told == pytest.approx(
        {
            "product_fit": 0.42,  # declared, certain, the very product
            "sector_pair": 0.0,  # no sector stated
            "partners": 0.0,  # no customer known
            "portfolio": 0.0,  # makes nothing else
            "nearness": 0.12,  # same park
            "titles": 0.08,  # little giant
            "size_fit": 0.06,  # one order of magnitude apart
            "capacity": 0.04,  # 500 of 1000 t
            "certification": 0.05,  # IATF 16949:2016 is IATF16949
            "freshness": 0.0,  # no date
            "mutual": 0.04,  # the leader would take all of its capacity
        }
    )


def test_a_kind_of_the_product_fits_less_and_unknowns_contribute_nothing() -> None:
    graph = battery_chain().graph()
    told = contributions(graph, leader_match(graph), "B")

    assert told == pytest.approx(
        {
            "product_fit": 0.42 * WEIGHTS.child_product,
            "sector_pair": 0.0,
            "partners": 0.0,
            "portfolio": 0.0,
            "nearness": 0.12 * WEIGHTS.nearness["same_country"],
            "titles": 0.0,
            "size_fit": 0.0,
            "capacity": 0.0,
            "certification": 0.0,
            "freshness": 0.0,
            "mutual": 0.0,
        }
    )


def test_who_is_out_of_business_or_already_supplies_is_ruled_out_with_the_reason() -> None:
    graph = battery_chain().graph()
    match = leader_match(graph)

    assert ranked(graph, match) == [
        "Company:A", "Company:F", "Company:B", "Company:C", "Company:G",
    ]  # fmt: skip
    assert ranked(graph, match, ruled_out=True) == ["Company:D", "Company:E"]


def test_a_supply_of_another_product_rules_nobody_out() -> None:
    sample = battery_chain().supplies("A", "L", "foil").supplies("F", "L")
    graph = sample.graph()

    assert {"Company:A", "Company:F"} <= set(ranked(graph, leader_match(graph)))


def test_only_public_demands_count_for_others() -> None:
    graph = battery_chain().graph()

    assert "Company:F" not in ranked(graph, leader_match(graph, audience="外发"))


def test_a_need_too_faint_proposes_nobody() -> None:
    graph = battery_chain().graph()
    strict = replace(WEIGHTS, least_fit=0.3)

    assert "Company:G" in ranked(graph, leader_match(graph))
    assert "Company:G" not in ranked(graph, leader_match(graph, weights=strict))


def test_of_several_demands_the_one_met_best_counts_for_certificates() -> None:
    sample = battery_chain()
    sample.wants("L", "foil", demand_id="a", certification="ISO9001；ISO14001")
    sample.wants("L", "foil", demand_id="b", certification="ISO9001").holds("C", "ISO 9001")
    graph = sample.graph()

    assert contributions(graph, leader_match(graph), "C")["certification"] == pytest.approx(0.05)


def test_equal_scores_go_by_id() -> None:
    sample = Sample().product("p").company("L").wants("L", "p")
    for key in ("Z", "Y", "X"):
        sample.company(key).makes(key, "p")
    graph = sample.graph(shuffle=1)

    match = leader_match(graph)
    top_two = best_pairs(match.scored, 2)

    assert ranked(graph, match) == ["Company:X", "Company:Y", "Company:Z"]
    assert [graph.companies["id"][int(match.scored.pairs.company[r])].as_py() for r in top_two] == [
        "Company:X", "Company:Y",
    ]  # fmt: skip


def test_titles_count_by_the_best_mark() -> None:
    assert title_value("高新技术企业；专精特新中小企业", WEIGHTS.titles) == 0.7
    assert title_value("文明单位", WEIGHTS.titles) == 0.0


def test_certificates_compare_without_blanks_and_year() -> None:
    assert certificate_key("ＩＳＯ 9001：2015") == certificate_key("ISO9001")  # noqa: RUF001
    assert certificate_key("ISO 9001") != certificate_key("ISO 14001")


@pytest.mark.parametrize(
    "spelling",
    [
        "ISO 9001质量管理体系认证",
        "ISO9001（2015版）",
        "ISO 9001:2015 质量管理体系",
        "GB/T 19001-2016",
        "GB/T 19001-2016/ISO 9001:2015",
        "质量管理体系认证证书",
        "9001",
    ],
)
def test_one_standard_is_one_certificate_however_it_is_written(spelling: str) -> None:
    held, wanted = certificate_key("iso9001"), certificate_key(spelling)

    assert is_certificate(held, wanted)
    assert is_certificate(wanted, held)
    assert not is_certificate(certificate_key("IATF 16949"), wanted)


def test_of_two_standards_in_one_name_both_or_either_are_meant() -> None:
    both, either = certificate_key("ISO9001+ISO14001"), certificate_key("ISO9001或IATF16949")

    assert is_certificate(both, certificate_key("ISO 14001"))
    assert is_certificate(certificate_key("IATF16949"), either)
    assert not is_certificate(certificate_key("ISO14001"), either)
    sample = battery_chain().wants(
        "L", "foil", demand_id="a", certification="ISO9001和ISO14001认证"
    )
    graph = sample.holds("C", "ISO 9001").graph()
    assert "Company:C" in ranked(graph, leader_match(graph), ruled_out=True)


def test_a_name_of_words_is_met_by_a_longer_one_and_no_other() -> None:
    assert is_certificate(certificate_key("药品GMP证书"), certificate_key("GMP认证"))
    assert is_certificate(certificate_key("CCC"), certificate_key("3C认证"))
    assert not is_certificate(certificate_key("保健食品GMP"), certificate_key("药品GMP"))
    assert not is_certificate(certificate_key("有机认证"), certificate_key("绿色食品认证"))


@pytest.mark.parametrize(
    ("titles", "certification"),
    [("专精特新“小巨人”企业", 0.05), ("创新型中小企业", None), (None, 0.0)],
)
def test_a_title_that_a_demand_requires_is_judged_by_titles(
    titles: str | None, certification: float | None
) -> None:
    sample = battery_chain().wants("L", "shell", demand_id="t", certification="专精特新")
    sample.rows["REQUIRES"] = [
        row for row in sample.rows["REQUIRES"] if row["demand_id"] in ("D1", "t")
    ]
    sample.company("T", titles=titles).makes("T", "shell").holds("T", "ISO9001")
    graph = sample.graph()
    match = leader_match(graph)

    assert ("Company:T" in ranked(graph, match)) == (certification is not None)
    if certification is not None:
        assert contributions(graph, match, "T")["certification"] == pytest.approx(certification)


def test_the_shipped_weights_add_up_to_one() -> None:
    assert math.fsum(WEIGHTS.weights.values()) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("product_fit = 0.42", "product_fit = 0.60", "合计"),
        ("product_fit = 0.42", "", "product_fit"),
        ("depth = 2", "depth = 'two'", "two"),
        ("[need]", "[need", "读不了"),
    ],
)
def test_a_weights_file_that_is_wrong_is_refused(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    shipped = Path(default_weights.__wrapped__.__code__.co_filename).with_name("weights.toml")
    path = tmp_path / "weights.toml"
    path.write_text(shipped.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    with pytest.raises(ConfigError, match=told):
        read_weights(path)


def test_a_missing_weights_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"weights\.toml"):
        read_weights(tmp_path / "weights.toml")
