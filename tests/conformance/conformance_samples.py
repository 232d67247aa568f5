"""Small graphs and comparisons for the conformance suite; imported by its tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from chainmap.schema import load_schema
from chainmap.stores.columns import frame_of, stored_dtypes
from chainmap.tables import GraphTables, Run, typed_frame

SCHEMA = load_schema()


def run(number: int, source: str = "a.xlsx") -> Run:
    """The run of that number; ids sort by number."""
    return Run(f"2026-01-01T00:00:{number:02d}.000000Z", source, "2026-01-01", "0.1.0")


def frame(owner: str, rows: Sequence[Mapping[str, Any]], source: str = "a.xlsx") -> pd.DataFrame:
    """Rows as an import would hand them over: typed, each with an origin of ``source``."""
    given = [{"origin": f"{source}/{owner}/{i + 2}"} | dict(row) for i, row in enumerate(rows)]
    columns = list(typed_frame(SCHEMA, owner, pd.DataFrame()).columns)
    dtypes = {name: stored_dtypes(SCHEMA, owner)[name] for name in columns}
    return frame_of(given, dtypes)


def tables(
    source: str = "a.xlsx",
    renames: Mapping[str, str] | None = None,
    **owners: Sequence[Mapping[str, Any]],
) -> GraphTables:
    """GraphTables from rows by label or type."""
    nodes = {n: frame(n, rows, source) for n, rows in owners.items() if n in SCHEMA.nodes}
    edges = {n: frame(n, rows, source) for n, rows in owners.items() if n in SCHEMA.edges}
    return GraphTables(nodes, edges, renames or {})


def battery(source: str = "a.xlsx", **share: Any) -> GraphTables:
    """Two firms, two products, a demand, a supply, a segment: every kind of flow."""
    return tables(
        source,
        Company=[
            {"id": "Company:甲", "name": "西宁甲锂业（集团）有限公司", "employees": 300},
            {"id": "Company:乙", "name": "青海乙材料有限公司", "is_example": True},
        ],
        Product=[
            {"id": "Product:LI-001", "name": "碳酸锂", "unit": "吨"},
            {"id": "Product:LI-002", "name": "正极材料"},
        ],
        Segment=[{"id": "Segment:锂电/正极", "name": "正极", "stage": "中游"}],
        PRODUCES=[
            {"source": "Company:甲", "target": "Product:LI-001"} | share,
            {"source": "Company:乙", "target": "Product:LI-002"},
        ],
        REQUIRES=[{"source": "Company:乙", "target": "Product:LI-001", "demand_id": "d1"}],
        INPUT_TO=[{"source": "Product:LI-001", "target": "Product:LI-002", "cost_share": 0.4}],
        SUPPLIES=[{"source": "Company:甲", "target": "Company:乙", "product": "Product:LI-001"}],
        IN_SEGMENT=[{"source": "Product:LI-002", "target": "Segment:锂电/正极"}],
    )


def column(found: GraphTables, owner: str, name: str) -> list[Any]:
    """One column of what was read as plain values, None for null; no rows, no values."""
    frames = found.nodes if owner in SCHEMA.nodes else found.edges
    if owner not in frames:
        return []
    return [None if pd.isna(value) else value for value in frames[owner][name].tolist()]


def ids(found: GraphTables) -> list[str]:
    """All node ids that were read, sorted."""
    return sorted(i for nodes in found.nodes.values() for i in nodes["id"])


def ends(found: GraphTables) -> list[tuple[str, str, str]]:
    """All edges that were read as (type, source, target), in order."""
    return [
        (name, source, target)
        for name in sorted(found.edges)
        for source, target in zip(
            found.edges[name]["source"], found.edges[name]["target"], strict=True
        )
    ]


def assert_same_tables(found: GraphTables, wanted: GraphTables) -> None:
    """Same owners, columns, dtypes, order and values."""
    assert sorted(found.nodes) == sorted(wanted.nodes)
    assert sorted(found.edges) == sorted(wanted.edges)
    for (owner, left), (_, right) in zip(found.frames(), wanted.frames(), strict=True):
        pd.testing.assert_frame_equal(left, right, check_exact=True, obj=owner)
