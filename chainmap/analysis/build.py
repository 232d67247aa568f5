"""Graph tables -> ChainGraph: positions for ids, matrices for relations.

The one choice: everything is sorted here, so the same content gives the same arrays whatever the
store and the order of its rows; and nothing is guessed: a value that the tables do not hold is
NaN or null, a quantity that does not convert to the product's unit is marked, not dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from chainmap.analysis.columns import EDGE_COLUMNS, NODE_COLUMNS, VERDICTS
from chainmap.analysis.evidence import TableOrigins
from chainmap.analysis.graph import ChainGraph, OriginLookup, column, transposed
from chainmap.analysis.places import region_numbers
from chainmap.analysis.quantities import day_numbers, in_product_unit, nullable
from chainmap.errors import StoreRefused
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.tables import GraphTables

Positions = npt.NDArray[np.int32]

_NUMBERS = frozenset(
    {"revenue_cny", "registered_capital_cny", "employees", "revenue_share", "utilisation"}
    | {"capacity", "volume", "amount_cny", "quantity", "cost_share", "probability", "position"}
    | {"longitude", "latitude", "share"}
)
_FLAGS = frozenset({"is_example", "is_key", "is_byproduct", "active"})
_REPEATING = (
    *("status", "size_class", "titles", "title", "industry", "region", "unit", "stage", "role"),
)


def to_chain_graph(tables: GraphTables, *, origins: OriginLookup | None = None) -> ChainGraph:
    """Build the immutable snapshot of ``tables``.

    Parameters
    ----------
    tables
        Nodes and edges as read from a store or made by an import; absent labels and columns
        count as empty and unknown.
    origins
        Where to look up the origins of a relation; default: the ``origin`` columns of ``tables``.

    Raises
    ------
    StoreRefused
        When an edge points to a node that the tables do not hold.

    Notes
    -----
    O(n log n) in the rows; three million PRODUCES rows take some seconds.
    """
    nodes = {label: _nodes(tables, label) for label in NODE_COLUMNS}
    edges = _Edges(tables, {label: column(nodes[label], "id") for label in nodes})
    location = _locations(edges, nodes)
    products = nodes["Product"]
    product_unit = column(products, "unit")
    return ChainGraph(
        companies=_with_company_places(nodes["Company"], nodes["Region"], edges, location),
        products=products,
        segments=_segments(nodes["Segment"], edges),
        chains=nodes["IndustryChain"],
        parks=nodes["Park"].append_column("region", _codes(nodes["Region"], location.park_region)),
        regions=nodes["Region"],
        certificates=nodes["Certificate"],
        tech_fields=nodes["TechField"],
        **_makes(edges, product_unit),
        **_needs(edges, product_unit),
        **_inputs(edges),
        kinds=edges.matrix("KIND_OF", "Product", "Product"),
        **_supplies(edges),
        in_segment=edges.matrix("IN_SEGMENT", "Product", "Segment"),
        in_park=location.in_park,
        park_in=location.park_in,
        holds=edges.matrix("HOLDS", "Company", "Certificate"),
        works_in=edges.matrix("WORKS_IN", "Company", "TechField"),
        company_region=_numbers_at(nodes["Region"], location.company_region),
        park_region=_numbers_at(nodes["Region"], location.park_region),
        awards=_awards(nodes["TitleAward"], edges),
        decided=_decided(edges),
        leaders=_leaders(edges),
        park_capacities=_park_capacities(edges, product_unit),
        region_shares=_region_shares(edges),
        origins=origins or TableOrigins(tables),
    )


def _arrow(values: object, name: str) -> pa.Array:
    """Return a column as one Arrow array: numbers as float64, flags as bool, else text."""
    wanted = (
        pa.float64() if name in _NUMBERS else pa.bool_() if name in _FLAGS else pa.large_string()
    )
    array = pa.array(values, from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return array.cast(wanted)


def _nodes(tables: GraphTables, label: str) -> pa.Table:
    """Return the label's columns in id order; text that repeats is dictionary-encoded."""
    frame = tables.nodes.get(label)
    frame = pd.DataFrame({"id": []}) if frame is None else frame
    data = {"id": _arrow(frame["id"], "id")}
    nothing = [None] * len(frame)
    for name in NODE_COLUMNS[label]:
        data[name] = _arrow(frame[name] if name in frame.columns else nothing, name)
    table = pa.table(data)
    if not frame["id"].is_monotonic_increasing:
        table = table.take(pc.sort_indices(table, sort_keys=[("id", "ascending")]))
    table = table.combine_chunks()
    for name in [n for n in table.column_names if n in _REPEATING]:
        at = table.column_names.index(name)
        table = table.set_column(at, name, column(table, name).dictionary_encode())
    return table


class _Edges:
    """The edge frames with their ends as positions, sorted by source, target and key."""

    def __init__(self, tables: GraphTables, ids: Mapping[str, pa.Array]) -> None:
        self._tables = tables
        self.ids = ids

    def rows(self, edge_type: str, source: str, target: str, key: str = "") -> _EdgeRows:
        """Return the edges of a type whose ends have the labels ``source`` and ``target``."""
        frame = self._tables.edges.get(edge_type)
        frame = pd.DataFrame({"source": [], "target": []}) if frame is None else frame
        starts, stops = _arrow(frame["source"], "id"), _arrow(frame["target"], "id")
        chosen = pc.and_(pc.starts_with(starts, f"{source}:"), pc.starts_with(stops, f"{target}:"))
        starts, stops = starts.filter(chosen), stops.filter(chosen)
        mask = np.asarray(chosen.to_numpy(zero_copy_only=False), dtype=bool)
        if not mask.all():
            frame = frame[mask]
        rows = self.positions(source, starts, edge_type)
        cols = self.positions(target, stops, edge_type)
        order = np.lexsort((*([_text(frame, key)] if key else []), cols, rows))
        data = {
            name: _arrow(frame[name], name).take(pa.array(order))
            for name in EDGE_COLUMNS[edge_type]
            if name in frame.columns
        }
        found = _EdgeRows(rows[order], cols[order], data)
        return found if key else found.only(_firsts(found.rows, found.cols))

    def matrix(self, edge_type: str, source: str, target: str) -> sparse.csr_array:
        """Return 1 where an edge of the type leads from the row to the column."""
        edges = self.rows(edge_type, source, target)
        return _csr(edges.rows, edges.cols, np.ones(edges.rows.size), self.shape(source, target))

    def shape(self, source: str, target: str) -> tuple[int, int]:
        """Return the numbers of nodes of two labels."""
        return len(self.ids[source]), len(self.ids[target])

    def positions(self, label: str, wanted: pa.Array, edge_type: str) -> Positions:
        """Return the positions of ids; an id without a node means a damaged store."""
        found = pc.index_in(wanted, value_set=self.ids[label])
        if found.null_count:
            example = wanted.filter(pc.is_null(found))[0].as_py()
            raise StoreRefused(
                say(
                    "analysis.dangling_edge",
                    type=edge_type,
                    count=found.null_count,
                    example=example,
                )
            )
        return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.int32)


@dataclass(frozen=True)
class _EdgeRows:
    """Edges of one type: positions of both ends and the columns, in the same order."""

    rows: Positions
    cols: Positions
    data: Mapping[str, pa.Array]

    def floats(self, name: str) -> npt.NDArray[np.float64]:
        """Return a number column, unknown as NaN."""
        if name not in self.data:
            return np.full(self.rows.size, np.nan)
        return np.asarray(self.data[name].to_numpy(zero_copy_only=False), dtype=np.float64)

    def flags(self, name: str, *, unknown: bool) -> npt.NDArray[np.bool_]:
        """Return a flag column, unknown as told."""
        if name not in self.data:
            return np.full(self.rows.size, unknown)
        values = self.data[name].fill_null(unknown)
        return np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.bool_)

    def texts(self, name: str) -> pa.Array:
        """Return a text column."""
        if name not in self.data:
            return pa.nulls(self.rows.size, pa.large_string())
        return self.data[name]

    def only(self, mask: npt.NDArray[np.bool_]) -> _EdgeRows:
        """Return the edges where ``mask`` holds."""
        if mask.all():
            return self
        chosen = pa.array(mask)
        data = {name: values.filter(chosen) for name, values in self.data.items()}
        return _EdgeRows(self.rows[mask], self.cols[mask], data)


def _text(frame: pd.DataFrame, name: str) -> npt.NDArray[Any]:
    """Return a key column as ranks of its texts: numpy sorts numbers, not Arrow strings."""
    if name not in frame.columns:
        return np.zeros(len(frame), dtype=np.int32)
    ranks = pc.rank(_arrow(frame[name], name).fill_null(""), tiebreaker="dense")
    return np.asarray(ranks.to_numpy(zero_copy_only=False))


def _firsts(rows: Positions, cols: Positions) -> npt.NDArray[np.bool_]:
    """Return which of the sorted entries are not parallel to the one before."""
    first = np.ones(rows.size, dtype=np.bool_)
    first[1:] = (np.diff(rows) != 0) | (np.diff(cols) != 0)
    return first


def _csr(
    rows: Positions, cols: Positions, data: npt.NDArray[Any], shape: tuple[int, int]
) -> sparse.csr_array:
    """Return a CSR matrix of entries already sorted by row and column; parallel ones are one."""
    first = _firsts(rows, cols)
    rows, cols, data = rows[first], cols[first], data[first]
    counts = np.bincount(rows, minlength=shape[0])
    indptr = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    matrix = sparse.csr_array((data, cols.astype(np.int32), indptr), shape=shape)
    matrix.has_canonical_format = True
    return matrix


def _makes(edges: _Edges, product_unit: pa.Array) -> dict[str, Any]:
    every = edges.rows("PRODUCES", "Company", "Product")
    active = every.flags("active", unknown=True)
    shape = edges.shape("Company", "Product")
    kept, lost = every.only(active), every.only(~active)
    makes = _csr(kept.rows, kept.cols, _probabilities(kept), shape)
    capacity, state = in_product_unit(
        kept.floats("capacity"), kept.texts("capacity_unit"), product_unit, kept.cols
    )
    return {
        "makes": makes,
        "capacity": capacity,
        "capacity_state": state,
        "revenue_share": kept.floats("revenue_share"),
        "utilisation": kept.floats("utilisation"),
        "is_byproduct": kept.flags("is_byproduct", unknown=False),
        "made_on": day_numbers(kept.texts("as_of")),
        "makers": transposed(makes),
        "lost_makes": _csr(lost.rows, lost.cols, _probabilities(lost), shape),
    }


def _probabilities(rows: _EdgeRows) -> npt.NDArray[np.float64]:
    """Return K; a stated relation without one is certain (attributes.csv: 明确填报为 1)."""
    return np.clip(np.nan_to_num(rows.floats("probability"), nan=1.0), 0.0, 1.0)


def _needs(edges: _Edges, product_unit: pa.Array) -> dict[str, Any]:
    every = edges.rows("REQUIRES", "Company", "Product", key="demand_id")
    kept = every.only(every.flags("active", unknown=True))
    volume, state = in_product_unit(
        kept.floats("volume"), kept.texts("unit"), product_unit, kept.cols
    )
    shape = edges.shape("Company", "Product")
    demands = {"company": pa.array(kept.rows), "product": pa.array(kept.cols)}
    demands |= {"demand_id": kept.texts("demand_id").fill_null("")}
    demands |= {"volume": nullable(volume), "volume_state": pa.array(state)}
    demands |= {"volume_stated": nullable(kept.floats("volume")), "unit": kept.texts("unit")}
    demands |= {"amount_cny": nullable(kept.floats("amount_cny"))}
    for name in ("specification", "certification", "deadline", "visibility", "sourced_from"):
        demands[name] = kept.texts(name)
    return {
        "needs": _csr(kept.rows, kept.cols, np.ones(kept.rows.size), shape),
        "demands": pa.table(demands),
    }


def _inputs(edges: _Edges) -> dict[str, Any]:
    rows = edges.rows("INPUT_TO", "Product", "Product")
    shape = edges.shape("Product", "Product")
    inputs = _csr(rows.rows, rows.cols, np.ones(rows.rows.size), shape)
    stated = pd.to_numeric(pd.Series(rows.texts("essential").to_pylist(), dtype="object"))
    essential = stated.astype("float64").fillna(-1).to_numpy().astype(np.int8)
    return {
        "inputs": inputs,
        "input_quantity": rows.floats("quantity"),
        "input_cost_share": rows.floats("cost_share"),
        "input_essential": essential,
        "recipes": transposed(inputs),
    }


def _supplies(edges: _Edges) -> dict[str, Any]:
    every = edges.rows("SUPPLIES", "Company", "Company", key="product")
    active = every.flags("active", unknown=True)
    tables = []
    for rows in (every.only(active), every.only(~active)):
        data = {"source": pa.array(rows.rows), "target": pa.array(rows.cols)}
        data |= {"product": _named_products(rows, edges)}
        data |= {"product_key": rows.texts("product").fill_null("")}
        tables.append(pa.table(data | {"amount_cny": nullable(rows.floats("amount_cny"))}))
    kept = every.only(active)
    shape = edges.shape("Company", "Company")
    return {
        "supplies": _csr(kept.rows, kept.cols, np.ones(kept.rows.size), shape),
        "supply_edges": tables[0],
        "lost_supplies": tables[1],
    }


def _named_products(rows: _EdgeRows, edges: _Edges) -> pa.Array:
    """Return the position of the product that the key of each row names, -1 without one."""
    named = rows.texts("product")
    named = pc.if_else(pc.equal(named.fill_null(""), ""), None, named)
    product = pc.index_in(named, value_set=edges.ids["Product"])
    if product.null_count > named.null_count:  # the key may be the bare product code
        coded = pc.binary_join_element_wise("Product", named, ":")
        product = pc.coalesce(product, pc.index_in(coded, value_set=edges.ids["Product"]))
    return product.fill_null(-1).cast(pa.int32())


def _decided(edges: _Edges) -> pa.Table:
    """Return what people decided about pairs, the smaller position first.

    Of several the latest counts, of those of one day the strictest.
    """
    every = edges.rows("DECIDED", "Company", "Company", key="product")
    rows = every.only(~pc.is_null(every.texts("verdict")).to_numpy(zero_copy_only=False))
    key = rows.texts("product").fill_null("")
    table = pa.table(
        {
            "one": pa.array(np.minimum(rows.rows, rows.cols)),
            "other": pa.array(np.maximum(rows.rows, rows.cols)),
            "source": pa.array(rows.rows),
            "target": pa.array(rows.cols),
            "product": _named_products(rows, edges),
            "product_key": key,
            **{name: rows.texts(name) for name in ("verdict", "reason", "by", "date")},
        }
    )
    # A decision about a product that the graph no longer holds says nothing about the others.
    table = table.filter(pc.or_(pc.equal(key, ""), pc.greater_equal(table["product"], 0)))
    frame = table.to_pandas()
    frame["strict"] = frame["verdict"].map({word: at for at, word in enumerate(VERDICTS)})
    by = ["one", "other", "product", "date", "strict", "source", "target"]
    frame = frame.sort_values(by, na_position="first")
    last = frame.drop_duplicates(["one", "other", "product"], keep="last").drop(columns="strict")
    return pa.Table.from_pandas(last, schema=table.schema, preserve_index=False)


def _leaders(edges: _Edges) -> pa.Table:
    rows = edges.rows("LEADS", "Company", "IndustryChain")
    data = {"company": pa.array(rows.rows), "chain": pa.array(rows.cols)}
    return pa.table(data | {"role": rows.texts("role")})


def _park_capacities(edges: _Edges, product_unit: pa.Array) -> pa.Table:
    rows = edges.rows("HAS_CAPACITY", "Park", "Product", key="as_of")
    stated = rows.floats("capacity")
    converted, state = in_product_unit(stated, rows.texts("unit"), product_unit, rows.cols)
    data = {"park": pa.array(rows.rows), "product": pa.array(rows.cols)}
    data |= {"as_of": rows.texts("as_of").fill_null(""), "capacity": nullable(converted)}
    data |= {"capacity_state": pa.array(state), "capacity_stated": nullable(stated)}
    return pa.table(data | {"unit": rows.texts("unit")})


def _region_shares(edges: _Edges) -> sparse.csr_array:
    every = edges.rows("HAS_SHARE", "Region", "Product")
    rows = every.only(~np.isnan(every.floats("share")))
    return _csr(rows.rows, rows.cols, rows.floats("share"), edges.shape("Region", "Product"))


def _awards(awards: pa.Table, edges: _Edges) -> pa.Table:
    rows = edges.rows("HAS_TITLE", "Company", "TitleAward")
    held = awards.take(pa.array(rows.cols)).combine_chunks()
    return held.append_column("company", pa.array(rows.rows))


def _segments(segments: pa.Table, edges: _Edges) -> pa.Table:
    rows = edges.rows("PART_OF", "Segment", "IndustryChain")
    chain = np.full(segments.num_rows, -1, dtype=np.int32)
    chain[rows.rows[::-1]] = rows.cols[::-1]  # the first by id wins, whatever the order
    return segments.append_column("chain", pa.array(chain))


@dataclass(frozen=True)
class _Locations:
    """Where things lie: company × park, park × park, and a region position (-1 unknown) of both."""

    in_park: sparse.csr_array
    park_in: sparse.csr_array
    company_region: Positions
    park_region: Positions


def _locations(edges: _Edges, nodes: Mapping[str, pa.Table]) -> _Locations:
    """Return the places; without a region of its own a company or park takes that of its park."""
    in_park = edges.matrix("LOCATED_IN", "Company", "Park")
    park_in = _closed(edges.matrix("LOCATED_IN", "Park", "Park"))
    park_region = _last_region(edges, "Park", nodes["Park"].num_rows)
    inner, outer = park_in.tocoo().coords
    inherited = park_region.copy()
    np.maximum.at(inherited, inner, park_region[outer])
    park_region = np.where(park_region < 0, inherited, park_region).astype(np.int32)
    company_region = _last_region(edges, "Company", nodes["Company"].num_rows)
    lacking = np.flatnonzero((company_region < 0) & (np.diff(in_park.indptr) > 0))
    company_region[lacking] = park_region[in_park.indices[in_park.indptr[lacking]]]
    return _Locations(in_park, park_in, company_region, park_region)


def _closed(matrix: sparse.csr_array) -> sparse.csr_array:
    """Return 1 where the row leads to the column in one step or several; cycles end there."""
    reach = matrix.astype(np.bool_)
    while True:
        further = (reach + reach @ reach).astype(np.bool_)
        if further.nnz == reach.nnz:
            break
        reach = further
    rows, cols = reach.tocoo().coords
    apart = rows != cols
    order = np.lexsort((cols[apart], rows[apart]))
    ends = rows[apart][order].astype(np.int32), cols[apart][order].astype(np.int32)
    return _csr(*ends, np.ones(order.size), matrix.shape)


def _last_region(edges: _Edges, label: str, count: int) -> Positions:
    """Return the region position of each node: of several, the last code is the finest."""
    rows = edges.rows("LOCATED_IN", label, "Region")
    region = np.full(count, -1, dtype=np.int32)
    np.maximum.at(region, rows.rows, rows.cols)
    return region


def _codes(regions: pa.Table, region: Positions) -> pa.Array:
    """Return region codes by position, null when unknown."""
    codes = pc.replace_substring(column(regions, "id"), "Region:", "")
    return codes.take(pa.array(region, mask=region < 0)).dictionary_encode()


def _numbers_at(regions: pa.Table, region: Positions) -> Positions:
    numbers = region_numbers(
        region_id.removeprefix("Region:") for region_id in column(regions, "id").to_pylist()
    )
    return np.where(region < 0, 0, np.append(numbers, 0)[region]).astype(np.int32)


def _with_company_places(
    companies: pa.Table, regions: pa.Table, edges: _Edges, location: _Locations
) -> pa.Table:
    rows = edges.rows("IN_INDUSTRY", "Company", "Industry")
    industry = np.full(companies.num_rows, -1, dtype=np.int32)
    np.maximum.at(industry, rows.rows, rows.cols)
    codes = pc.replace_substring(edges.ids["Industry"], "Industry:", "")
    stated = codes.take(pa.array(industry, mask=industry < 0)).dictionary_encode()
    companies = companies.append_column("region", _codes(regions, location.company_region))
    return companies.append_column("industry", stated)
