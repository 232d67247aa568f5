"""Random imports and random queries over a small world; imported by the random tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance_samples import SCHEMA, tables
from hypothesis import strategies as st

from chainmap.stores.port import Condition, Direction, GraphQuery, Op

if TYPE_CHECKING:
    from chainmap.tables import GraphTables

COMPANIES = [f"Company:{key}" for key in ("甲", "乙（集团）", "it's", "🔋")]
PRODUCTS = [f"Product:{key}" for key in ("LI-1", "LI-2", "p-3")]
PARKS = ["Park:甘河", "Park:南川"]
REGIONS = ["Region:630100"]
SOURCES = ("a.xlsx", "b/c.csv")

NAMES = st.sampled_from(["甲", "乙", "", "a\nb", '"', None])
NUMBERS = st.sampled_from([0.0, 0.1, 5e-324, 1e22, None])
COUNTS = st.sampled_from([0, 7, 2**53 + 1, None])
DATES = st.sampled_from(["2024-01-01", "2025-01-01", None])
FLAGS = st.sampled_from([True, False, None])


@dataclass(frozen=True)
class Step:
    """One import: what a source states, and whether what it no longer states is pruned."""

    source: str
    owners: dict[str, list[dict[str, Any]]]
    renames: dict[str, str]
    pruned: bool

    def graph_tables(self, known: set[str]) -> GraphTables:
        """The tables; edges whose ends are neither stated here nor ``known`` are left out."""
        stated = {self.renames.get(i, i) for i in known}
        stated |= {row["id"] for n in SCHEMA.nodes for row in self.owners.get(n, [])}
        owners = {
            name: [r for r in rows if "source" not in r or {r["source"], r["target"]} <= stated]
            for name, rows in self.owners.items()
        }
        return tables(self.source, self.renames, **owners)


def _nodes(ids: list[str], **values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    row = st.fixed_dictionaries({"id": st.sampled_from(ids), "as_of": DATES, **values})
    return st.lists(row, max_size=4)


def _edges(
    sources: list[str], targets: list[str], **values: st.SearchStrategy[Any]
) -> st.SearchStrategy[Any]:
    ends = {"source": st.sampled_from(sources), "target": st.sampled_from(targets)}
    return st.lists(st.fixed_dictionaries(ends | values), max_size=4)


OWNERS = st.fixed_dictionaries(
    {
        "Company": _nodes(COMPANIES, name=NAMES, employees=COUNTS, is_example=FLAGS),
        "Product": _nodes(PRODUCTS, name=NAMES),
        "Park": _nodes(PARKS, name=NAMES),
        "Region": _nodes(REGIONS, name=NAMES),
    },
    optional={
        "PRODUCES": _edges(COMPANIES, PRODUCTS, revenue_share=NUMBERS, as_of=DATES, active=FLAGS),
        "REQUIRES": _edges(COMPANIES, PRODUCTS, demand_id=NAMES, volume=NUMBERS),
        "SUPPLIES": _edges(COMPANIES, COMPANIES, product=st.sampled_from([None, *PRODUCTS])),
        "INPUT_TO": _edges(PRODUCTS, PRODUCTS, cost_share=NUMBERS, as_of=DATES),
        "KIND_OF": _edges(PRODUCTS, PRODUCTS),
        "LOCATED_IN": _edges([*COMPANIES, *PARKS], [*REGIONS]),
        "HAS_SHARE": _edges(REGIONS, PRODUCTS, share=NUMBERS, as_of=DATES),
    },
)
RENAMES = st.one_of(
    st.just({}),
    st.just({}),
    st.builds(
        lambda old, new: {} if old == new else {old: new},
        st.sampled_from(COMPANIES),
        st.sampled_from([*COMPANIES, "Company:新"]),
    ),
    st.just({PRODUCTS[0]: PRODUCTS[2]}),
)
STEPS = st.lists(
    st.builds(Step, st.sampled_from(SOURCES), OWNERS, RENAMES, st.booleans()),
    min_size=1,
    max_size=3,
)

CONDITIONS = st.one_of(
    st.builds(Condition, st.just("Company"), st.just("name"), st.sampled_from(_OPS := [
        Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.GE]), st.sampled_from(["甲", "乙", ""])),
    st.builds(Condition, st.just("Company"), st.just("employees"), st.sampled_from(_OPS),
              st.sampled_from([0, 7, 2**53 + 1])),
    st.builds(Condition, st.just("Company"), st.just("employees"), st.just(Op.IN),
              st.sampled_from([(), (7,), (0, 2**53 + 1)])),
    st.builds(Condition, st.just("Company"), st.just("is_example"), st.sampled_from([Op.EQ, Op.NE]),
              st.booleans()),
    st.builds(Condition, st.just("Product"), st.just("id"), st.sampled_from(_OPS),
              st.sampled_from(PRODUCTS)),
    st.builds(Condition, st.just("Product"), st.just("name"), st.just(Op.PRESENT)),
    st.builds(Condition, st.just("PRODUCES"), st.just("active"), st.just(Op.EQ), st.booleans()),
    st.builds(Condition, st.just("PRODUCES"), st.just("revenue_share"), st.sampled_from(_OPS),
              st.sampled_from([0.0, 0.1, 5e-324])),
    st.builds(Condition, st.just("INPUT_TO"), st.just("source"), st.sampled_from(_OPS),
              st.sampled_from(PRODUCTS)),
)  # fmt: skip
TYPES = ["PRODUCES", "REQUIRES", "SUPPLIES", "INPUT_TO", "KIND_OF", "LOCATED_IN", "HAS_SHARE"]
LABELS = ["Company", "Product", "Park", "Region"]
QUERIES = st.builds(
    GraphQuery,
    seeds=st.none()
    | st.lists(st.sampled_from([*COMPANIES, *PRODUCTS, *REGIONS, "Company:无"])).map(tuple),
    labels=st.none() | st.lists(st.sampled_from(LABELS), unique=True).map(tuple),
    edge_types=st.none() | st.lists(st.sampled_from(TYPES), unique=True).map(tuple),
    hops=st.integers(0, 4),
    direction=st.sampled_from(Direction),
    where=st.lists(CONDITIONS, max_size=2).map(tuple),
    columns=st.dictionaries(
        st.sampled_from(["Company", "PRODUCES"]),
        st.lists(st.sampled_from(["as_of", "origin", "last_run"]), unique=True).map(tuple),
    ),
    limit=st.none() | st.integers(0, 6),
)
