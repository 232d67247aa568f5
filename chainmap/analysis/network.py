"""The snapshot as networkx graphs: for product-level algorithms and for people's own analysis.

Nodes are store ids; edges keep their graph_schema type and point as declared there. The graphs are
built when asked for: networkx holds about a hundred times the memory of the arrays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np

from chainmap.analysis.graph import column

if TYPE_CHECKING:
    import pyarrow as pa
    from scipy import sparse

    from chainmap.analysis.graph import ChainGraph


def product_network(graph: ChainGraph) -> nx.DiGraph:
    """Return the input network of products.

    Nodes have ``name`` and ``unit``; edges point from input to output and have ``quantity``
    (input units per output unit), ``cost_share`` (0-1) and ``essential`` (0, 1, 2), None when
    unknown. Cycles and self-loops of the data are kept.
    """
    network = nx.DiGraph()
    for row in graph.products.select(["id", "name", "unit"]).to_pylist():
        network.add_node(row["id"], name=row["name"], unit=row["unit"])
    network.add_edges_from(_inputs(graph))
    return nx.freeze(network)


def whole_network(graph: ChainGraph) -> nx.MultiDiGraph:
    """Return all nodes and relations of the snapshot, keyed by relationship type.

    Nodes have ``label`` and the columns of their table. What is no longer stated has
    ``active=False``.
    """
    network = nx.MultiDiGraph()
    tables = {
        "Company": graph.companies,
        "Product": graph.products,
        "Segment": graph.segments.drop_columns(["chain"]),
        "IndustryChain": graph.chains,
        "Park": graph.parks,
        "Region": graph.regions,
        "Certificate": graph.certificates,
        "TechField": graph.tech_fields,
    }
    for label, table in tables.items():
        for row in table.to_pylist():
            network.add_node(row.pop("id"), label=label, **row)
    for row in graph.awards.select(["id", "title", "valid_to"]).to_pylist():
        network.add_node(row.pop("id"), label="TitleAward", **row)
    ids = {label: column(table, "id").to_pylist() for label, table in tables.items()}
    _add_company_edges(network, graph, ids)
    for source, target, values in _inputs(graph):
        network.add_edge(source, target, key="INPUT_TO", type="INPUT_TO", **values)
    plain = {
        "KIND_OF": (graph.kinds, "Product", "Product"),
        "IN_SEGMENT": (graph.in_segment, "Product", "Segment"),
        "PART_OF": (graph.segment_chain, "Segment", "IndustryChain"),
        "LOCATED_IN": (graph.in_park, "Company", "Park"),
        "HOLDS": (graph.holds, "Company", "Certificate"),
        "WORKS_IN": (graph.works_in, "Company", "TechField"),
    }
    for edge_type, (matrix, source, target) in plain.items():
        _add_matrix(network, edge_type, matrix, (ids[source], ids[target]))
    _add_matrix(network, "LOCATED_IN", graph.park_in, (ids["Park"], ids["Park"]))
    _add_regions(network, ids, graph)
    shares = zip(*ends(graph.region_shares), graph.region_shares.data, strict=True)
    for region, product, share in shares:
        source, target = ids["Region"][region], ids["Product"][product]
        network.add_edge(source, target, key="HAS_SHARE", type="HAS_SHARE", share=float(share))
    return network


def _inputs(graph: ChainGraph) -> list[tuple[str, str, dict[str, Any]]]:
    ids = column(graph.products, "id").to_pylist()
    sources, targets = ends(graph.inputs)
    return [
        (
            ids[source],
            ids[target],
            {
                "quantity": _known(quantity),
                "cost_share": _known(share),
                "essential": None if essential < 0 else int(essential),
            },
        )
        for source, target, quantity, share, essential in zip(
            sources,
            targets,
            graph.input_quantity,
            graph.input_cost_share,
            graph.input_essential,
            strict=True,
        )
    ]


def _add_company_edges(
    network: nx.MultiDiGraph, graph: ChainGraph, ids: dict[str, list[str]]
) -> None:
    companies, products = ids["Company"], ids["Product"]
    makes = zip(*ends(graph.makes), graph.makes.data, graph.capacity, strict=True)
    for company, product, probability, capacity in makes:
        network.add_edge(
            companies[company],
            products[product],
            key="PRODUCES",
            type="PRODUCES",
            active=True,
            probability=float(probability),
            capacity=_known(capacity),
        )
    _add_matrix(network, "PRODUCES", graph.lost_makes, (companies, products), active=False)
    for row in graph.demands.to_pylist():
        source, target = companies[row.pop("company")], products[row.pop("product")]
        key = f"REQUIRES {row['demand_id']}"
        network.add_edge(source, target, key=key, type="REQUIRES", active=True, **row)
    for table, active in ((graph.supply_edges, True), (graph.lost_supplies, False)):
        _add_supplies(network, table, ids, active=active)
    for row in graph.awards.to_pylist():
        source = companies[row["company"]]
        network.add_edge(source, row["id"], key="HAS_TITLE", type="HAS_TITLE")
    for row in graph.leaders.to_pylist():
        chain = ids["IndustryChain"][row["chain"]]
        network.add_edge(
            companies[row["company"]], chain, key="LEADS", type="LEADS", role=row["role"]
        )
    for row in graph.park_capacities.to_pylist():
        source, target = ids["Park"][row.pop("park")], products[row.pop("product")]
        key = f"HAS_CAPACITY {row['as_of']}"
        network.add_edge(source, target, key=key, type="HAS_CAPACITY", **row)


def _add_supplies(
    network: nx.MultiDiGraph, table: pa.Table, ids: dict[str, list[str]], *, active: bool
) -> None:
    for row in table.to_pylist():
        product = ids["Product"][row["product"]] if row["product"] >= 0 else None
        network.add_edge(
            ids["Company"][row["source"]],
            ids["Company"][row["target"]],
            key=f"SUPPLIES {product or ''}",
            type="SUPPLIES",
            product=product,
            amount_cny=row["amount_cny"],
            active=active,
        )


def _add_regions(network: nx.MultiDiGraph, ids: dict[str, list[str]], graph: ChainGraph) -> None:
    """Add the region of each company and park as far as a Region node states it."""
    known = set(ids["Region"])
    for label, table in (("Company", graph.companies), ("Park", graph.parks)):
        codes = column(table, "region").to_pylist()
        for source, code in zip(ids[label], codes, strict=True):
            if code and f"Region:{code}" in known:
                target = f"Region:{code}"
                network.add_edge(source, target, key="LOCATED_IN", type="LOCATED_IN")


def _add_matrix(
    network: nx.MultiDiGraph,
    edge_type: str,
    matrix: sparse.csr_array,
    ids: tuple[list[str], list[str]],
    **values: object,
) -> None:
    sources, targets = ids
    for source, target in zip(*ends(matrix), strict=True):
        network.add_edge(sources[source], targets[target], key=edge_type, type=edge_type, **values)


def ends(matrix: sparse.csr_array) -> tuple[Any, Any]:
    """Return row and column of each stored entry, in the order of ``data``."""
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    return rows, matrix.indices


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
