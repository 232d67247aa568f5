"""What a query answers: every part of GraphQuery, on every engine."""

from __future__ import annotations

import inspect

import pytest
from conformance_samples import battery, column, ends, ids, run, tables

from chainmap.errors import ConfigError
from chainmap.stores.port import Condition, Direction, GraphQuery, GraphStore, Op

LI, CATHODE = "Product:LI-001", "Product:LI-002"
MAKER, USER = "Company:甲", "Company:乙"


@pytest.fixture
def full(store: GraphStore) -> GraphStore:
    store.write(battery(), run(1))
    return store


def test_without_seeds_everything_is_read_in_order(full: GraphStore) -> None:
    found = full.read(GraphQuery())

    assert list(found.nodes) == ["Company", "Product", "Segment"]
    assert column(found, "Company", "id") == [USER, MAKER]
    assert [type_ for type_, _, _ in ends(found)] == [
        "INPUT_TO", "IN_SEGMENT", "PRODUCES", "PRODUCES", "REQUIRES", "SUPPLIES",
    ]  # fmt: skip
    assert column(found, "PRODUCES", "source") == [USER, MAKER]


def test_an_empty_store_answers_with_no_tables(store: GraphStore) -> None:
    found = store.read(GraphQuery(seeds=(MAKER,), hops=3))

    assert found.nodes == {}
    assert found.edges == {}


@pytest.mark.parametrize(
    ("direction", "hops", "met"),
    [
        (Direction.DOWNSTREAM, 0, [LI]),
        (Direction.DOWNSTREAM, 1, [USER, LI, CATHODE]),
        (Direction.UPSTREAM, 1, [MAKER, LI]),
        (Direction.UPSTREAM, 5, [MAKER, LI]),
        (Direction.BOTH, 1, [USER, MAKER, LI, CATHODE]),
    ],
)
def test_walks_follow_the_goods(
    full: GraphStore, direction: Direction, hops: int, met: list[str]
) -> None:
    """REQUIRES points from the buyer, so downstream of the product is its buyer."""
    found = full.read(GraphQuery(seeds=(LI,), hops=hops, direction=direction))

    assert ids(found) == met


def test_types_without_a_flow_are_walked_only_when_named(full: GraphStore) -> None:
    named = GraphQuery(
        seeds=(CATHODE,), edge_types=("IN_SEGMENT",), hops=1, direction=Direction.DOWNSTREAM
    )
    back = GraphQuery(
        seeds=("Segment:锂电/正极",),
        edge_types=("IN_SEGMENT",),
        hops=1,
        direction=Direction.UPSTREAM,
    )

    assert ids(full.read(named)) == [CATHODE, "Segment:锂电/正极"]
    assert ids(full.read(back)) == [CATHODE, "Segment:锂电/正极"]
    assert "Segment:锂电/正极" not in ids(full.read(GraphQuery(seeds=(CATHODE,), hops=4)))


def test_the_walk_passes_through_labels_that_are_not_returned(full: GraphStore) -> None:
    query = GraphQuery(
        seeds=(MAKER,), labels=("Company",), hops=2, edge_types=("PRODUCES", "REQUIRES")
    )

    found = full.read(query)

    assert ids(found) == [USER, MAKER]
    assert found.edges == {}


def test_unknown_seeds_are_ignored_and_no_seeds_are_no_nodes(full: GraphStore) -> None:
    assert ids(full.read(GraphQuery(seeds=("Company:无", LI)))) == [LI]
    assert full.read(GraphQuery(seeds=())).nodes == {}


def test_no_edge_types_mean_no_edges_and_no_walk(full: GraphStore) -> None:
    found = full.read(GraphQuery(seeds=(LI,), edge_types=(), hops=3))

    assert ids(found) == [LI]
    assert found.edges == {}


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        (Condition("Company", "employees", Op.EQ, 300), [MAKER]),
        (Condition("Company", "employees", Op.NE, 300), []),
        (Condition("Company", "employees", Op.LT, 300.5), [MAKER]),
        (Condition("Company", "employees", Op.GE, 301), []),
        (Condition("Company", "employees", Op.PRESENT), [MAKER]),
        (Condition("Company", "employees", Op.IN, (1, 300)), [MAKER]),
        (Condition("Company", "employees", Op.IN, ()), []),
        (Condition("Company", "name", Op.EQ, "西宁甲锂业（集团）有限公司"), [MAKER]),
        (Condition("Company", "name", Op.IN, ("x", "青海乙材料有限公司")), [USER]),
        (Condition("Company", "name", Op.GT, "西"), [USER, MAKER]),
        (Condition("Company", "name", Op.LE, "西宁"), []),
        (Condition("Company", "is_example", Op.EQ, value=True), [USER]),
        (Condition("Company", "is_example", Op.NE, value=False), [USER]),
        (Condition("Company", "id", Op.EQ, MAKER), [MAKER]),
        (Condition("Company", "id", Op.NE, MAKER), [USER]),
        (Condition("Company", "id", Op.PRESENT), [USER, MAKER]),
    ],
)
def test_conditions_filter_nodes_and_null_never_matches(
    full: GraphStore, condition: Condition, met: list[str]
) -> None:
    found = full.read(GraphQuery(labels=("Company",), where=(condition,)))

    assert ids(found) == met


def test_conditions_touch_only_rows_of_their_owner(full: GraphStore) -> None:
    query = GraphQuery(
        where=(
            Condition("Company", "employees", Op.PRESENT),
            Condition("PRODUCES", "target", Op.EQ, CATHODE),
        )
    )

    found = full.read(query)

    assert ids(found) == [MAKER, LI, CATHODE, "Segment:锂电/正极"]
    assert "PRODUCES" not in found.edges
    assert "INPUT_TO" in found.edges


def test_all_conditions_on_an_owner_must_hold(full: GraphStore) -> None:
    conditions = (
        Condition("INPUT_TO", "cost_share", Op.GT, 0.3),
        Condition("INPUT_TO", "cost_share", Op.LT, 0.35),
    )

    assert "INPUT_TO" in full.read(GraphQuery(where=conditions[:1])).edges
    assert "INPUT_TO" not in full.read(GraphQuery(where=conditions)).edges


def test_the_limit_takes_the_first_ids_and_the_edges_between_them(full: GraphStore) -> None:
    found = full.read(GraphQuery(limit=3))

    assert ids(found) == [USER, MAKER, LI]
    assert ends(found) == [
        ("PRODUCES", MAKER, LI),
        ("REQUIRES", USER, LI),
        ("SUPPLIES", MAKER, USER),
    ]
    assert full.read(GraphQuery(limit=0)).nodes == {}


def test_edges_of_an_end_type_need_both_labels(full: GraphStore) -> None:
    park = tables(
        "b.csv",
        Park=[{"id": "Park:甘河", "name": "甘河"}],
        Region=[{"id": "Region:630100", "code": "630100"}],
        LOCATED_IN=[
            {"source": "Park:甘河", "target": "Region:630100"},
            {"source": MAKER, "target": "Park:甘河"},
            {"source": MAKER, "target": "Region:630100"},
        ],
    )
    full.write(park, run(2, "b.csv"))

    found = full.read(GraphQuery(labels=("Company", "Region"), edge_types=("LOCATED_IN",)))

    assert ends(found) == [("LOCATED_IN", MAKER, "Region:630100")]


def test_columns_choose_attributes_and_ids_always_come(full: GraphStore) -> None:
    query = GraphQuery(
        columns={"Company": ("employees", "name"), "PRODUCES": (), "REQUIRES": ("last_run",)}
    )

    found = full.read(query)

    assert list(found.nodes["Company"].columns) == ["id", "name", "employees"]
    assert list(found.edges["PRODUCES"].columns) == ["source", "target"]
    assert list(found.edges["REQUIRES"].columns) == ["source", "target", "last_run"]
    assert list(found.nodes["Product"].columns[-4:]) == [
        "origin", "first_run", "last_run", "statements",
    ]  # fmt: skip


def test_inactive_edges_are_walked_and_returned(full: GraphStore) -> None:
    full.prune(run(2))

    found = full.read(GraphQuery(seeds=(MAKER,), hops=1, edge_types=("PRODUCES",)))

    assert ends(found) == [("PRODUCES", MAKER, LI)]
    assert column(found, "PRODUCES", "active") == [False]


@pytest.mark.parametrize(
    "query",
    [
        GraphQuery(labels=("Firm",)),
        GraphQuery(edge_types=("MAKES",)),
        GraphQuery(columns={"Company": ("colour",)}),
        GraphQuery(columns={"Firm": ()}),
        GraphQuery(where=(Condition("Company", "colour", Op.EQ, "red"),)),
        GraphQuery(where=(Condition("Company", "source", Op.EQ, "x"),)),
        GraphQuery(where=(Condition("Company", "name", Op.EQ, 5),)),
        GraphQuery(where=(Condition("Company", "employees", Op.EQ, "5"),)),
        GraphQuery(where=(Condition("Company", "employees", Op.EQ, value=True),)),
        GraphQuery(where=(Condition("Company", "employees", Op.LT, float("nan")),)),
        GraphQuery(where=(Condition("Company", "employees", Op.EQ),)),
        GraphQuery(where=(Condition("Company", "name", Op.IN, "甲"),)),
        GraphQuery(hops=-1),
        GraphQuery(limit=-1),
    ],
)
def test_queries_outside_the_schema_are_refused_before_they_run(
    store: GraphStore, query: GraphQuery
) -> None:
    with pytest.raises(ConfigError):
        store.read(query)


def test_counts_of_labels_types_and_roles(full: GraphStore) -> None:
    chain = tables(
        "b.csv",
        IndustryChain=[{"id": "IndustryChain:锂电", "name": "锂电"}, {"id": "IndustryChain:光伏"}],
        LEADS=[
            {"source": MAKER, "target": "IndustryChain:锂电", "role": "链主"},
            {"source": MAKER, "target": "IndustryChain:光伏", "role": "龙头"},
        ],
    )
    full.write(chain, run(2, "b.csv"))

    for owner, wanted in (("Company", 2), ("LEADS", 2), ("ChainLeader", 1), ("Park", 0)):
        counted = full.count(owner)
        assert counted["count"].tolist() == [wanted], owner
        assert counted["value"].isna().all()


@pytest.mark.parametrize(
    ("owner", "by", "rows"),
    [
        ("Company", "employees", [(300, 1), (None, 1)]),
        ("Company", "is_example", [(True, 1), (None, 1)]),
        ("Product", "name", [("正极材料", 1), ("碳酸锂", 1)]),
        ("PRODUCES", "active", [(True, 2)]),
        ("Park", "name", []),
        ("ChainLeader", "name", []),
    ],
)
def test_counts_by_value_come_in_order_with_null_last(
    full: GraphStore, owner: str, by: str, rows: list[tuple[object, int]]
) -> None:
    from conformance_samples import SCHEMA

    from chainmap.stores.columns import stored_dtypes, values_of

    counted = full.count(owner, by)

    assert list(zip(values_of(counted["value"]), counted["count"], strict=True)) == rows
    assert (
        counted["value"].dtype == stored_dtypes(SCHEMA, owner.replace("ChainLeader", "Company"))[by]
    )


@pytest.mark.parametrize(
    ("owner", "by"), [("Firm", None), ("Company", "colour"), ("Company", "id")]
)
def test_counts_outside_the_schema_are_refused(
    store: GraphStore, owner: str, by: str | None
) -> None:
    with pytest.raises(ConfigError):
        store.count(owner, by)


def test_every_method_has_the_signature_of_the_port(store: GraphStore) -> None:
    names = [name for name in vars(GraphStore) if not name.startswith("_")]
    for name in [*names, "__enter__", "__exit__"]:
        wanted, found = getattr(GraphStore, name), getattr(type(store), name)
        if isinstance(wanted, property):
            assert isinstance(found, property), name
            continue
        wanted_parameters = inspect.signature(wanted).parameters.values()
        found_parameters = inspect.signature(found).parameters.values()
        assert [(p.name, p.kind, p.default) for p in found_parameters] == [
            (p.name, p.kind, p.default) for p in wanted_parameters
        ], name
