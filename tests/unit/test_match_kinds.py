"""Substitutes, by-products, joint development and packages of hand-made graphs."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from chain_samples import Sample, rows_of
from jsonschema import Draft202012Validator

from chainmap.errors import ConfigError
from chainmap.match.features import company_features
from chainmap.match.package import packages_of, together
from chainmap.match.recommend import MatchScope, match_leader, visible_demands
from chainmap.match.weights import default_weights
from chainmap.workflow.match import find_matches

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "answers" / "match.schema.json").read_text("utf-8")
)


def ask(sample: Sample, kind: str, **more: Any) -> list[Mapping[str, Any]]:
    answer = find_matches(sample.store(), leaders=["L"], kind=kind, **more)
    told = json.loads(answer.as_json())
    assert [e.message for e in Draft202012Validator(SCHEMA).iter_errors(told)] == []
    assert all(row["kind"] == kind for row in told["rows"])
    for row in told["rows"]:
        assert row["score"] == pytest.approx(math.fsum(row["contributions"].values()), abs=1e-9)
        assert all(item["file"] for item in row["evidence"])
    return told["rows"]


def rules(sample: Sample, kind: str) -> list[str]:
    return [f.rule for f in find_matches(sample.store(), leaders=["L"], kind=kind).findings]


def zone() -> Sample:
    sample = Sample().region("630100", "西宁市").region("320100", "南京市").chain("链")
    sample.product("p", name="隔膜", chain="链").product("q", name="电芯", chain="链")
    return sample.company("L", "链主公司", region="630100").leads("L", "链")


def test_a_local_maker_may_replace_what_is_bought_elsewhere() -> None:
    sample = zone().wants("L", "p", sourced_from="进口")
    sample.company("A", "本地公司", region="630100").makes("A", "p")
    sample.company("B", "外地公司", region="320100").makes("B", "p")

    assert [row["company"] for row in ask(sample, "substitute")] == ["本地公司"]
    assert [row["company"] for row in ask(sample, "substitute", region="320100")] == ["外地公司"]


def test_a_known_supply_from_elsewhere_is_a_need_and_is_cited() -> None:
    sample = zone().company("A", "本地公司", region="630100").makes("A", "p")
    sample.company("B", "外地公司", region="320100").makes("B", "p").supplies("B", "L", "p")
    (row,) = ask(sample, "substitute")

    assert (row["company"], row["need"]) == ("本地公司", "已知外采")
    assert row["evidence"][0]["text"] == "链主公司 现从 外地公司（南京市）采购 隔膜"
    assert row["evidence"][0]["sheet"] == "供货关系"


def test_who_supplies_whom_is_not_told_outside() -> None:
    sample = zone().wants("L", "p", sourced_from="进口").company("A", "本地公司", region="630100")
    sample.makes("A", "p").company("V", "某供应商", region="320100").company("U", "某客户")
    sample.supplies("V", "L", "q").supplies("V", "U").supplies("A", "U")

    def told(kind: str, audience: str) -> str:
        return json.dumps(ask(sample, kind, audience=audience, explain=True), ensure_ascii=False)

    assert "某供应商" in told("supply", "内部")
    for kind in ("supply", "substitute"):
        outside = told(kind, "外发")
        assert "本地公司" in outside
        assert "某供应商" not in outside
        assert "某客户" not in outside


def test_what_is_bought_nearby_or_from_an_unknown_place_needs_no_substitute() -> None:
    sample = zone().wants("L", "p", sourced_from="本地").company("A", region="630100")
    sample.makes("A", "p").company("B").makes("B", "p").supplies("B", "L", "p")

    assert ask(sample, "substitute") == []
    assert rules(sample, "substitute") == ["A-no-substitute"]


def test_a_byproduct_finds_who_wants_it_and_who_makes_something_of_it() -> None:
    sample = zone().makes("L", "p", is_byproduct=True).input("p", "q", essential="2")
    sample.company("A", "申报公司").wants("A", "p").company("B", "配方公司").makes("B", "q")
    sample.company("C", "无关公司").makes("C", "p")
    rows = ask(sample, "byproduct")

    assert [(row["leader"], row["company"], row["need"]) for row in rows] == [
        ("链主公司", "申报公司", "申报需求"),
        ("链主公司", "配方公司", "配方推算"),
    ]
    assert rows[1]["path"] == ["Company:L", "Product:p", "Product:q", "Company:B"]
    assert [row["rank"] for row in rows] == [1, 2]


def test_a_main_product_is_no_byproduct_and_a_known_user_is_not_told_again() -> None:
    sample = zone().makes("L", "p").company("A", "申报公司").wants("A", "p")
    assert rules(sample, "byproduct") == ["A-no-byproduct"]
    sample = zone().makes("L", "p", is_byproduct=True).company("A", "申报公司").wants("A", "p")
    assert ask(sample.supplies("L", "A", "p"), "byproduct") == []


def test_a_confidential_wish_for_a_byproduct_stays_inside() -> None:
    sample = zone().makes("L", "p", is_byproduct=True).company("A", "申报公司")
    sample.wants("A", "p", visibility="仅局内")

    assert len(ask(sample, "byproduct")) == 1
    assert ask(sample, "byproduct", audience="外发") == []


def test_a_user_out_of_business_is_offered_nothing() -> None:
    sample = zone().makes("L", "p", is_byproduct=True)
    sample.company("A", "注销公司", status="注销").wants("A", "p")
    sample.company("B", "申报公司", status="存续").wants("B", "p")

    assert [row["company"] for row in ask(sample, "byproduct")] == ["申报公司"]


@pytest.mark.parametrize("kind", ["supply", "substitute", "byproduct", "codevelop", "package"])
def test_a_leader_out_of_business_is_told_and_meets_nobody(kind: str) -> None:
    sample = stretch().works_in("L", "提锂").works_in("P1", "提锂")
    sample.product("r", name="废气").makes("L", "r", is_byproduct=True).wants("P1", "r")
    sample.wants("L", "p", sourced_from="进口", demand_id="1")
    assert ask(sample, kind)
    sample.rows["Company"][0]["status"] = "吊销"

    assert ask(sample, kind) == []
    assert rules(sample, kind) == ["A-leader-out"]


def test_the_volume_to_replace_is_that_of_the_demands_met_from_elsewhere() -> None:
    sample = zone().wants("L", "p", demand_id="1", volume=100.0, unit="吨", sourced_from="本地")
    sample.wants("L", "p", demand_id="2", volume=50.0, unit="吨", sourced_from="进口")
    sample.company("A", "本地公司", region="630100")
    sample.makes("A", "p", capacity=50.0, capacity_unit="吨")
    (row,) = ask(sample, "substitute")

    assert row["contributions"]["capacity"] == 0.08


def test_shared_fields_count_by_their_rarity() -> None:
    sample = zone().works_in("L", "固态电解质").works_in("L", "提锂")
    for key in "ABCD":
        sample.company(key, f"{key}公司")
    sample.works_in("A", "固态电解质")  # rare: L and A
    sample.works_in("B", "提锂").works_in("C", "提锂").works_in("D", "光伏")
    rows = ask(sample, "codevelop")
    rare, common = math.log1p(5 / 2), math.log1p(5 / 3)

    assert [row["company"] for row in rows] == ["A公司", "B公司", "C公司"]
    weight = default_weights().codevelop["shared_fields"]
    assert rows[0]["contributions"]["shared_fields"] == pytest.approx(
        weight * rare / (rare + common), abs=1e-6
    )
    assert rows[0]["path"] == ["Company:A", "TechField:固态电解质", "Company:L"]
    assert (rows[0]["product"], rows[0]["need"]) == (None, "共同技术领域")
    assert [item["text"] for item in rows[0]["evidence"]] == [
        "链主公司 的技术领域：固态电解质", "A公司 的技术领域：固态电解质",
    ]  # fmt: skip


def test_who_is_out_of_business_develops_nothing_and_no_field_is_told() -> None:
    sample = zone().works_in("L", "提锂").company("A", status="注销").works_in("A", "提锂")
    assert ask(sample, "codevelop") == []
    assert rules(zone(), "codevelop") == ["A-no-codevelop"]


def stretch() -> Sample:
    """Return L that makes 电芯 of 隔膜 of 基膜: two makers of each, with ties between some."""
    sample = zone().park("南川", "630100").product("base", name="基膜", chain="链")
    sample.makes("L", "q").input("p", "q", essential="2").input("base", "p", essential="2")
    for key in ("P1", "P2", "B1", "B2"):
        sample.company(key, f"{key}公司", region="630100")
        sample.makes(key, "p" if key[0] == "P" else "base")
    return sample


def test_the_best_set_is_not_the_best_pairs_side_by_side() -> None:
    sample = stretch().supplies("B2", "P2")
    rows = ask(sample, "package")

    assert [row["company"] for row in rows] == ["B2公司", "P2公司"]
    assert rows[0]["package"] == rows[1]["package"]
    assert rows[0]["package"]["links"] == ["基膜", "隔膜"]
    assert rows[0]["rank"] == 1


def test_the_worth_of_a_package_tells_no_supply_outside() -> None:
    def told(sample: Sample) -> list[Mapping[str, Any]]:
        return ask(sample, "package", audience="外发")

    assert told(stretch().supplies("B2", "P2"))[0]["package"] == told(stretch())[0]["package"]


def test_a_package_ranks_sets_so_no_change_of_one_member_is_told() -> None:
    sample = stretch()
    for row in sample.rows["Company"]:
        row["titles"] = "文明单位"
    answer = find_matches(sample.store(), leaders=["L"], kind="package", explain=True)

    assert rows_of(answer)
    assert {row["counterfactual"] for row in rows_of(answer)} == {None}


def test_one_firm_may_cover_both_links() -> None:
    rows = ask(stretch().makes("P2", "base"), "package")

    assert {row["company"] for row in rows} == {"P2公司"}


def test_a_product_names_the_stretches_that_lead_through_it() -> None:
    sample = stretch().product("x", name="铜箔", chain="链").input("x", "q", essential="2")
    sample.company("X1", "铜箔公司").makes("X1", "x")

    assert ask(sample, "package", product="基膜") == ask(sample, "package", product="隔膜")
    assert ask(sample, "package", product="基膜") == ask(sample, "package")
    assert ask(sample, "package", product="铜箔") == []


def test_a_stretch_with_an_empty_link_is_no_package() -> None:
    sample = stretch()
    sample.rows["PRODUCES"] = [
        row for row in sample.rows["PRODUCES"] if row["target"] != "Product:base"
    ]
    assert ask(sample, "package") == []
    assert rules(sample, "package") == ["A-no-package"]


def test_the_set_found_is_the_best_of_all_sets() -> None:
    sample = stretch().supplies("B1", "P2").company("P3", park="南川").makes("P3", "p")
    sample.company("B3", park="南川").makes("B3", "base")
    graph, weights = sample.graph(), default_weights()
    leader = graph.company_position("Company:L")
    assert leader is not None
    scope = MatchScope(visible_demands(graph, "内部"))
    features = company_features(graph, weights)
    match = match_leader(graph, leader, scope, features=features, weights=weights)
    (package,) = packages_of(match)
    scored, pairs = match.scored, match.scored.pairs
    rule = weights.package

    def worth(chosen: tuple[int, ...]) -> float:
        firms = [int(pairs.company[pair]) for pair in chosen]
        mean = sum(int(scored.score[pair]) for pair in chosen) / 2e6
        return (1 - rule.cohesion) * mean + rule.cohesion * together(graph, *firms)

    links = [
        [pair for pair in range(pairs.company.size)
         if match.needs[pairs.need[pair]].product == product]
        for product in package.links
    ]  # fmt: skip
    assert package.worth == pytest.approx(max(map(worth, itertools.product(*links))), abs=1e-6)


def test_what_a_kind_cannot_answer_is_refused() -> None:
    store = stretch().store()
    for options, told in (
        ({"companies": ["P1公司"], "kind": "package"}, "--leader"),
        ({"leaders": ["L"], "kind": "friendship"}, "friendship"),
        ({"leaders": ["L"], "kind": "byproduct", "why_not": "P1公司"}, "--why-not"),
        ({"leaders": ["L"], "kind": "codevelop", "product": "隔膜"}, "--product"),
    ):
        with pytest.raises(ConfigError, match=told):
            find_matches(store, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["substitute", "byproduct", "codevelop", "package"])
def test_shuffled_rows_give_the_same_answer(kind: str) -> None:
    sample = stretch().supplies("B2", "P2").product("r", name="废气").input("r", "base")
    sample.works_in("L", "提锂").works_in("P1", "提锂").works_in("P2", "提锂")
    sample.makes("L", "r", is_byproduct=True).wants("L", "p", sourced_from="进口", demand_id="1")
    sample.company("L2", "另一链主").leads("L2", "链").makes("L2", "q")

    def told(seed: int | None) -> object:
        answer = find_matches(sample.fixed(shuffle=seed), all_pairs=True, kind=kind, explain=True)
        return rows_of(answer)

    assert told(None) == told(3)
    assert told(None)
