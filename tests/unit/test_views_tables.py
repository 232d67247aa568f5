"""From graph tables to page models: what is taken, what an audience must not see."""

from __future__ import annotations

import pandas as pd
import pytest

from chainmap.schema import load_schema
from chainmap.tables import GraphTables, typed_frame
from chainmap.views.chain_map import draw_chain_map
from chainmap.views.chain_tables import MOST_MAKERS, ChainTables, chain_map_model
from chainmap.views.model import PageFacts
from chainmap.views.neighbour_tables import (
    CUSTOMERS,
    DERIVED,
    INPUTS,
    PRODUCTS,
    SUPPLIERS,
    neighbourhood_model,
    surroundings,
)
from chainmap.views.neighbourhood import draw_neighbourhood
from chainmap.views.tally import tally

PHONE = "0971-5550000"


def frames(rows):
    schema = load_schema()
    return {
        owner: typed_frame(schema, owner, pd.DataFrame(listed), provenance=True)
        for owner, listed in rows.items()
    }


def firm(key, name, **more):
    row = {"id": f"Company:{key}", "name": name, "phone": PHONE, "contact": "王工"}
    return {**row, "origin": f"企业.xlsx/企业/{len(name)}", **more}


def product(key, name, **more):
    return {"id": f"Product:{key}", "name": name, "code": key, "origin": "链.xlsx/产品/2", **more}


def edge(source, target, **more):
    return {"source": source, "target": target, "origin": "需.xlsx/表/3", **more}


NETWORK = GraphTables(
    nodes=frames(
        {
            "IndustryChain": [
                {"id": "IndustryChain:锂电", "name": "锂电"},
                {"id": "IndustryChain:化工", "name": "化工"},
            ],
            "Segment": [
                {"id": "Segment:锂电/材料", "name": "材料", "stage": "中游", "position": 2},
                {"id": "Segment:锂电/资源", "name": "资源", "stage": "上游", "position": 1},
                {"id": "Segment:化工/酸", "name": "酸", "stage": "上游", "position": 1},
            ],
            "Product": [
                product("L1", "卤水"),
                product("L2", "碳酸锂", is_key=True),
                product("C1", "硫酸"),
                product("X1", "无链产品"),
            ],
        }
    ),
    edges=frames(
        {
            "PART_OF": [
                edge("Segment:锂电/材料", "IndustryChain:锂电"),
                edge("Segment:锂电/资源", "IndustryChain:锂电"),
                edge("Segment:化工/酸", "IndustryChain:化工"),
            ],
            "IN_SEGMENT": [
                edge("Product:L1", "Segment:锂电/资源"),
                edge("Product:L2", "Segment:锂电/材料"),
                edge("Product:C1", "Segment:化工/酸"),
            ],
            "INPUT_TO": [
                edge("Product:L1", "Product:L2", essential="2"),
                edge("Product:C1", "Product:L2"),
            ],
        }
    ),
)
FIRMS = GraphTables(
    nodes=frames(
        {
            "Company": [
                firm("A", "甲锂业有限公司"),
                firm("B", "乙材料有限公司", is_example=True),
                firm("C", "丙电池有限公司"),
            ],
            "Park": [{"id": "Park:南川", "name": "南川园区"}],
            "Region": [{"id": "Region:630100", "name": "西宁市", "code": "630100"}],
        }
    ),
    edges=frames(
        {
            "PRODUCES": [
                edge("Company:A", "Product:L1"),
                edge("Company:B", "Product:L2", capacity=20000.0, capacity_unit="吨"),
                edge("Company:C", "Product:L2", active=False),
            ],
            "REQUIRES": [
                edge("Company:C", "Product:L2", demand_id="1", volume=5.0, visibility="公开"),
                edge("Company:C", "Product:L2", demand_id="2", volume=61.0, visibility="仅局内"),
                edge("Company:C", "Product:L2", demand_id="3", volume=62.0, visibility="定向"),
                edge("Company:C", "Product:L2", demand_id="4", volume=63.0),
                edge("Company:B", "Product:L1", demand_id="5", volume=64.0, visibility="仅局内"),
            ],
            "SUPPLIES": [edge("Company:A", "Company:B", product="Product:L1")],
            "LOCATED_IN": [
                edge("Company:A", "Region:630100"),
                edge("Company:B", "Region:630100"),
                edge("Company:B", "Park:南川"),
            ],
            "LEADS": [edge("Company:B", "IndustryChain:锂电", role="链主")],
            "HAS_CAPACITY": [
                edge("Park:南川", "Product:L2", capacity=16.0, unit="万吨", as_of="2026-01-01")
            ],
        }
    ),
)
GAPS = (
    {"product_id": "Product:L1", "kind": "单一来源", "verdict": "gap", "chain": "锂电",
     "evidence": [{"text": "仅一家", "file": "企业.xlsx", "sheet": "企业", "row": 7}]},
    {"product_id": "Product:L1", "kind": "单一来源", "verdict": "gap", "chain": "化工"},
)  # fmt: skip


def lithium(audience="内部"):
    tables = ChainTables(NETWORK, FIRMS, frozenset({"Company:B"}), GAPS)
    return chain_map_model(tables, "IndustryChain:锂电", PageFacts(audience=audience))


def test_a_map_holds_the_products_of_its_chain_in_segment_order():
    model = lithium()

    assert model.chain == "锂电"
    assert [tier.name for tier in model.tiers] == ["资源", "材料"]
    assert [(card.name, card.tier) for card in model.cards] == [("卤水", 0), ("碳酸锂", 1)]
    assert [(link.source, link.target, link.essential) for link in model.links] == [
        ("Product:L1", "Product:L2", 2)
    ]


def test_inputs_of_other_chains_are_named_not_drawn():
    card = lithium().cards[1]

    assert card.inputs_elsewhere == ("硫酸",)


def test_what_is_no_longer_stated_is_not_drawn():
    card = lithium().cards[1]

    assert [maker.name for maker in card.makers] == ["乙材料有限公司"]


def test_a_maker_carries_role_place_capacity_and_sources():
    maker = lithium().cards[1].makers[0]

    assert (maker.role, maker.place, maker.capacity) == ("链主", "南川园区", "2 万 吨")
    assert maker.is_local
    assert maker.is_example
    assert {origin.file for origin in maker.origins} == {"企业.xlsx", "需.xlsx"}


def test_park_totals_are_cited_beside_the_companies():
    assert lithium().cards[1].park_capacity == ("南川园区 16 万吨（2026-01-01）",)


def test_a_gap_of_a_product_in_two_chains_counts_once():
    gaps = lithium().cards[0].gaps

    assert [(gap.kind, gap.chain) for gap in gaps] == [("单一来源", "锂电")]
    assert gaps[0].evidence == ("仅一家（企业.xlsx / 企业 / 第 7 行）",)


def test_the_bureau_sees_all_demands_and_the_phone():
    page = draw_chain_map(lithium())

    assert [need.volume for need in lithium().cards[1].needs] == ["5", "61", "62", "63"]
    assert PHONE in page


def test_a_page_that_leaves_holds_no_phone_and_only_public_demands():
    model = lithium("外发")
    page = draw_chain_map(model)

    assert [need.volume for need in model.cards[1].needs] == ["5"]
    assert model.cards[0].needs == ()
    assert PHONE not in page
    assert "王工" not in page
    assert "仅局内" not in page
    assert "定向" not in page


def near(centre, audience="内部", **more):
    tables = GraphTables(
        nodes={**NETWORK.nodes, **FIRMS.nodes}, edges={**NETWORK.edges, **FIRMS.edges}
    )
    around = surroundings(tables, PageFacts(audience=audience), local=frozenset({"Company:B"}))
    return neighbourhood_model(around, centre, **more)


def test_everyone_stands_where_goods_meet_them():
    model = near("Company:B")

    assert {node.name: node.column for node in model.nodes} == {
        "甲锂业有限公司": SUPPLIERS,
        "卤水": INPUTS,
        "硫酸": INPUTS,
        "乙材料有限公司": 0,
        "碳酸锂": PRODUCTS,
        "丙电池有限公司": CUSTOMERS,
    }
    assert {node.column for node in near("Company:A").nodes} >= {PRODUCTS, DERIVED, CUSTOMERS}


def test_ties_run_from_left_to_right_and_name_what_flows():
    ties = {(t.source, t.target, t.kind): t.label for t in near("Company:B").ties}

    assert ties["Company:A", "Company:B", "SUPPLIES"] == "卤水"
    assert ("Product:L1", "Company:B", "REQUIRES") in ties
    assert ("Product:L2", "Company:C", "REQUIRES") in ties


def test_a_neighbourhood_that_leaves_hides_private_demands_and_phones():
    model = near("Company:B", "外发")
    kinds = [t for t in model.ties if t.kind == "REQUIRES"]

    assert [(t.source, t.target) for t in kinds] == [("Product:L2", "Company:C")]
    assert PHONE not in draw_neighbourhood(model)


@pytest.mark.parametrize("limit", [1, 3])
def test_the_nearest_are_kept_and_the_rest_counted(limit):
    model = near("Company:B", limit=limit)

    assert len(model.nodes) == limit
    assert model.left_out == 6 - limit
    assert "Company:B" in {node.id for node in model.nodes}
    assert f"另有 {6 - limit} 个未画出" in draw_neighbourhood(model)


def test_no_limit_goes_beyond_the_hard_cap():
    makers = [firm(f"S{k:04}", f"供方{k:04}有限公司") for k in range(1200)]
    tables = GraphTables(
        nodes=frames({"Company": [firm("B", "乙"), *makers], "Product": [product("P", "丙")]}),
        edges=frames({"SUPPLIES": [edge(row["id"], "Company:B") for row in makers]}),
    )

    model = neighbourhood_model(surroundings(tables, PageFacts()), "Company:B", limit=5000)

    assert len(model.nodes) == 1000
    assert model.left_out == 201


def test_the_order_of_rows_does_not_change_the_page():
    turned = GraphTables(
        nodes={k: f.iloc[::-1].reset_index(drop=True) for k, f in FIRMS.nodes.items()},
        edges={k: f.iloc[::-1].reset_index(drop=True) for k, f in FIRMS.edges.items()},
    )
    tables = ChainTables(NETWORK, turned, frozenset({"Company:B"}), GAPS)

    model = chain_map_model(tables, "IndustryChain:锂电", PageFacts())

    assert draw_chain_map(model) == draw_chain_map(lithium())


def test_makers_that_find_no_room_on_a_card_still_count():
    names = [f"企业{n:03d}" for n in range(MOST_MAKERS + 25)]
    crowd = GraphTables(
        nodes=frames({"Company": [firm(name, name) for name in names]}),
        edges=frames({"PRODUCES": [edge(f"Company:{name}", "Product:L2") for name in names]}),
    )
    local = frozenset(f"Company:{name}" for name in names[-30:])

    model = chain_map_model(
        ChainTables(NETWORK, crowd, local=local), "IndustryChain:锂电", PageFacts()
    )
    (card,) = (card for card in model.cards if card.name == "碳酸锂")
    counts = tally(model.cards)

    assert len(card.makers) == MOST_MAKERS
    assert all(maker.is_local for maker in card.makers[:30])
    assert (counts.firms, counts.local, counts.products) == (len(names), 30, 2)
    assert f"企业 {len(names)} · 本地 30" in draw_chain_map(model)


def test_a_product_made_only_as_one_of_its_kinds_says_so():
    kinds = [edge("Product:C1", "Product:L1"), edge("Product:X1", "Product:C1")]
    kinds += [edge("Product:L1", "Product:X1")]  # a cycle in the input must not hang the page
    network = GraphTables(NETWORK.nodes, {**NETWORK.edges, **frames({"KIND_OF": kinds})})
    firms = GraphTables(
        nodes=frames({"Company": [firm("A", "甲"), firm("B", "乙")]}),
        edges=frames(
            {"PRODUCES": [edge("Company:A", "Product:X1"), edge("Company:B", "Product:C1")]}
        ),
    )

    model = chain_map_model(ChainTables(network, firms), "IndustryChain:锂电", PageFacts())
    cards = {card.name: card for card in model.cards}

    assert cards["卤水"].below_ids == {"Company:A", "Company:B"}
    assert cards["碳酸锂"].below_ids == frozenset()
    assert "下位产品企业 2" in draw_chain_map(model)
