"""The snapshot holds what the tables state, sorted, typed and locked."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
from chain_samples import Sample, battery_chain
from scipy import sparse

from chainmap.analysis.build import to_chain_graph
from chainmap.analysis.graph import (
    CAPACITY_KNOWN,
    CAPACITY_OTHER_UNIT,
    CAPACITY_UNKNOWN,
    ChainGraph,
    EdgeRef,
    cell,
    span_of,
)
from chainmap.analysis.kinds import KIND_STEPS, kind_path, kind_steps
from chainmap.analysis.lookup import (
    find_chains,
    find_companies,
    find_parks,
    find_products,
    find_region,
    suggestions,
)
from chainmap.analysis.places import Nearness, nearness, region_numbers, within
from chainmap.errors import StoreRefused
from chainmap.stores.open import open_store
from chainmap.workflow.snapshot import load_chain_graph

if TYPE_CHECKING:
    from chainmap.stores.port import GraphStore


def check_equal(one: ChainGraph, other: ChainGraph) -> None:
    for (name, left), (_, right) in zip(one.parts(), other.parts(), strict=True):
        if sparse.issparse(left):
            assert left.shape == right.shape, name
            for piece in ("data", "indices", "indptr"):
                np.testing.assert_array_equal(getattr(left, piece), getattr(right, piece), name)
        elif isinstance(left, np.ndarray):
            np.testing.assert_array_equal(left, right, name)
        else:
            assert left.to_pylist() == right.to_pylist(), name


def at(graph: ChainGraph, company: str, product: str) -> tuple[int, int]:
    row = graph.company_position(f"Company:{company}")
    column = graph.product_position(f"Product:{product}")
    assert row is not None
    assert column is not None
    return row, column


def test_makes_holds_probabilities_and_capacities_in_the_products_unit() -> None:
    sample = Sample().product("p").company("A").company("B").company("C").company("D")
    sample.makes("A", "p", capacity=2.0, capacity_unit="万吨", probability=0.7)
    sample.makes("B", "p", capacity=2.0, capacity_unit="GW").makes("C", "p")
    graph = sample.graph()

    assert graph.makes.toarray().tolist() == [[0.7], [1.0], [1.0], [0.0]]
    assert graph.capacity[0] == 20000
    assert graph.capacity_state.tolist() == [
        CAPACITY_KNOWN, CAPACITY_OTHER_UNIT, CAPACITY_UNKNOWN,
    ]  # fmt: skip
    assert graph.makers.indices.tolist() == [0, 1, 2]


def test_inactive_relations_are_kept_apart() -> None:
    sample = Sample().product("p").company("A").company("B")
    sample.makes("A", "p", active=False).makes("B", "p", active=True)
    sample.edge("SUPPLIES", "Company:A", "Company:B", active=False)
    sample.wants("B", "p", active=False)
    graph = sample.graph()

    assert graph.makes.toarray().tolist() == [[0.0], [1.0]]
    assert graph.lost_makes.toarray().tolist() == [[1.0], [0.0]]
    assert graph.supplies.nnz == 0
    assert graph.lost_supplies.num_rows == 1
    assert graph.demands.num_rows == 0


def test_inputs_and_recipes_are_the_same_relations_from_both_ends() -> None:
    graph = battery_chain().graph()
    cell, sep = (graph.product_position(f"Product:{key}") for key in ("cell", "sep"))

    span = slice(graph.recipes.indptr[cell], graph.recipes.indptr[cell + 1])
    found = dict(zip(graph.recipes.indices[span], graph.recipes.data[span], strict=True))

    assert graph.inputs[sep, cell] == 1
    assert graph.input_quantity[found[sep]] == 2.0
    assert graph.input_essential[found[sep]] == 2
    assert np.isnan(graph.input_cost_share[found[sep]])


def test_several_demands_of_one_firm_stay_apart_and_count_once_in_the_matrix() -> None:
    sample = Sample().product("p").company("A")
    sample.wants("A", "p", demand_id="2", volume=1.0, unit="万吨")
    sample.wants("A", "p", demand_id="1")
    graph = sample.graph()

    assert graph.needs.toarray().tolist() == [[1.0]]
    assert graph.demands["demand_id"].to_pylist() == ["1", "2"]
    assert graph.demands["volume"].to_pylist() == [None, 10000.0]


def test_a_company_without_a_region_takes_the_one_of_its_park() -> None:
    sample = Sample().region("630100", "西宁市").region("630102", "城东区").park("南川", "630100")
    sample.company("A", park="南川").company("B", park="南川", region="630102").company("C")
    graph = sample.graph()

    assert graph.company_region.tolist() == [630100, 630102, 0]
    assert graph.companies["region"].to_pylist() == ["630100", "630102", None]


def test_shuffled_rows_give_the_same_arrays() -> None:
    sample = battery_chain()

    check_equal(sample.graph(), sample.graph(shuffle=7))


def test_memory_and_sqlite_give_the_same_arrays(tmp_path: Path) -> None:
    sample = battery_chain()
    memory = load_chain_graph(sample.store(shuffle=3))

    with open_store(f"sqlite:{tmp_path / 'g.sqlite'}") as store:
        check_equal(memory, load_chain_graph(sample.into(store)))


def test_neo4j_gives_the_same_arrays(neo4j_store: GraphStore) -> None:
    sample = battery_chain()

    check_equal(sample.graph(), load_chain_graph(sample.into(neo4j_store)))


def test_a_snapshot_cannot_be_changed() -> None:
    graph = battery_chain().graph()

    with pytest.raises(ValueError, match="read-only"):
        graph.makes.data[0] = 0.5
    with pytest.raises(ValueError, match="read-only"):
        graph.capacity[0] = 1.0
    with pytest.raises(AttributeError):
        graph.makes = None


def test_an_empty_store_gives_an_empty_graph() -> None:
    graph = Sample().graph()

    assert (graph.n_companies, graph.n_products) == (0, 0)
    assert graph.makes.shape == (0, 0)
    assert graph.to_networkx().number_of_nodes() == 0
    assert find_companies(graph, "谁") == ()


def test_an_edge_to_a_missing_node_is_a_damaged_store() -> None:
    tables = Sample().product("p").makes("X", "p").tables()

    with pytest.raises(StoreRefused, match=r"PRODUCES.*Company:X"):
        to_chain_graph(tables)


def test_self_loops_and_cycles_are_kept_as_stated() -> None:
    sample = Sample().product("p").product("q")
    graph = sample.input("p", "p").input("p", "q").input("q", "p").graph()

    assert graph.inputs.toarray().tolist() == [[1.0, 1.0], [1.0, 0.0]]
    assert nx.number_of_selfloops(graph.product_network) == 1


def test_networkx_shows_everything_with_types_and_names() -> None:
    graph = battery_chain().graph()
    network = graph.to_networkx()

    assert network.nodes["Company:L"]["label"] == "Company"
    assert network.nodes["Company:L"]["name"] == "链主公司"
    assert network.edges["Product:sep", "Product:cell", "INPUT_TO"]["quantity"] == 2.0
    assert network.edges["Company:A", "Product:sep", "PRODUCES"]["capacity"] == 500.0
    assert network.edges["Company:L", "IndustryChain:锂电", "LEADS"]["role"] == "链主"
    kinds = {data["type"] for _, _, data in network.edges(data=True)}
    assert kinds >= {"REQUIRES", "SUPPLIES", "KIND_OF", "IN_SEGMENT", "PART_OF", "LOCATED_IN"}


def test_the_product_network_points_the_way_goods_flow_and_is_frozen() -> None:
    network = battery_chain().graph().product_network

    assert nx.ancestors(network, "Product:cell") == {
        "Product:sep", "Product:foil", "Product:base",
    }  # fmt: skip
    with pytest.raises(nx.NetworkXError):
        network.remove_node("Product:cell")


@pytest.mark.parametrize("text", ["Company:A", "A", "甲膜公司", "甲膜", " 甲膜公司 ", "甲 膜公司"])
def test_a_company_goes_by_id_key_full_short_and_normalised_name(text: str) -> None:
    graph = battery_chain().graph()

    assert find_companies(graph, text) == (graph.company_position("Company:A"),)


def test_former_names_aliases_and_codes_are_names_too() -> None:
    sample = battery_chain().product("lfp", name="磷酸铁锂", aliases="LFP；磷酸亚铁锂", code="LI-9")
    graph = sample.graph()
    lfp = (graph.product_position("Product:lfp"),)

    assert find_companies(graph, "旧乙公司") == (graph.company_position("Company:B"),)
    assert find_products(graph, "lfp") == find_products(graph, "LI-9") == lfp
    assert find_products(graph, "磷酸亚铁锂") == find_products(graph, "磷酸 亚铁锂") == lfp
    assert find_chains(graph, "锂电") == find_parks(graph, "南川") == (0,)
    assert find_region(graph, "西宁市") == find_region(graph, "630100") == 630100
    assert find_region(graph, "火星") is None


def test_an_unknown_name_gets_suggestions() -> None:
    companies = battery_chain().graph().companies

    assert suggestions(companies, "膜公司")[0] in {"甲膜公司", "乙膜公司", "丁膜公司", "戊膜公司"}
    assert suggestions(companies, "甲膜有限公司")[0] == "甲膜公司"
    many = Sample()
    for number in range(40):
        many.company(str(number), f"青海{number}公司")
    assert suggestions(many.graph().companies, "龘") == ()


def test_places_compare_by_level() -> None:
    places = region_numbers(["630102", "630104", "630100", "632801", "320100", "DEU", None])
    same_park = np.array([False] * 7)
    same_park[4] = True

    assert within(places, 630100).tolist() == [True, True, True, False, False, False, False]
    assert within(places, 630000).tolist() == [True, True, True, True, False, False, False]
    assert nearness(places, 630102, same_park).tolist() == [
        Nearness.SAME_COUNTY,
        Nearness.SAME_CITY,
        Nearness.SAME_CITY,
        Nearness.SAME_PROVINCE,
        Nearness.SAME_PARK,
        Nearness.APART,
        Nearness.UNKNOWN,
    ]


def test_origins_are_read_from_the_store_for_the_relations_asked() -> None:
    graph = load_chain_graph(battery_chain().store())
    ref = EdgeRef("REQUIRES", "Company:L", "Product:sep", "D1")
    absent = EdgeRef("PRODUCES", "Company:L", "Product:sep")

    assert graph.origins([ref, absent]) == {ref: ("样例.xlsx/需求/2",)}


def test_the_day_of_the_data_and_coordinates_are_kept_and_unknown_stays_unknown() -> None:
    sample = Sample().product("p").product("q").company("A", longitude=101.78, latitude=36.62)
    graph = sample.makes("A", "p", as_of="1970-02-01").makes("A", "q").company("B").graph()

    assert graph.made_on.tolist() == [31, 0]
    assert graph.companies["longitude"].to_pylist() == [101.78, None]
    assert graph.companies["latitude"].to_pylist() == [36.62, None]


def test_another_province_is_the_same_country_and_a_foreign_code_is_a_country() -> None:
    places = region_numbers(["320100", "DEU", "FRA"])
    apart = np.zeros(3, dtype=bool)

    assert nearness(places, 630102, apart).tolist() == [
        Nearness.SAME_COUNTRY, Nearness.APART, Nearness.APART,
    ]  # fmt: skip
    assert nearness(places, int(places[1]), apart).tolist() == [
        Nearness.APART, Nearness.SAME_COUNTRY, Nearness.APART,
    ]  # fmt: skip


def test_a_span_is_found_in_the_arrays_own_type() -> None:
    values = np.array([1, 3, 3, 7], dtype=np.int32)

    assert [span_of(values, wanted) for wanted in (3, 4, 7)] == [
        slice(1, 3),
        slice(3, 3),
        slice(3, 4),
    ]


def test_a_remembered_cell_is_the_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chainmap.analysis.graph.MOST_FACTS", 2)
    graph = to_chain_graph(battery_chain().tables())

    for _ in range(2):
        for row in range(graph.n_companies):
            assert graph.fact("companies", "name", row) == cell(graph.companies, "name", row)


def test_kinds_are_counted_by_the_fewest_steps_and_their_way_is_found() -> None:
    rng = np.random.default_rng(3)
    for _ in range(100):
        size = int(rng.integers(2, 8))
        direct = rng.random((size, size)) < 0.25
        kinds = sparse.csr_array(direct.astype(np.float64))
        told, reach = np.zeros((size, size), dtype=int), np.eye(size, dtype=bool)
        for step in range(1, KIND_STEPS + 1):
            reach = (reach.astype(int) @ direct.astype(int)) > 0
            told[reach & (told == 0)] = step
        np.fill_diagonal(told, 0)
        np.testing.assert_array_equal(kind_steps(kinds).toarray(), told)
        for narrow, broad in zip(*told.nonzero(), strict=True):
            way = kind_path(kinds, int(narrow), int(broad))
            assert (way[0], way[-1], len(way) - 1) == (narrow, broad, told[narrow, broad])
            assert all(direct[one, other] for one, other in pairwise(way))
