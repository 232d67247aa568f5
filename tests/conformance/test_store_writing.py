"""What a write, a prune, a rename and a batch do: the same on every engine."""

from __future__ import annotations

import pytest
from conformance_samples import (
    assert_same_tables,
    battery,
    column,
    ends,
    ids,
    run,
    tables,
)

from chainmap.errors import StoreRefused
from chainmap.stores.port import GraphQuery, GraphStore
from chainmap.tables import GraphTables, cell_text

ALL = GraphQuery()
FIRM = "Company:甲"


def firm(source: str = "a.xlsx", **values: object) -> GraphTables:
    return tables(source, Company=[{"id": FIRM, "name": "甲"} | values])


def test_a_first_write_adds_everything_and_stamps_it(store: GraphStore) -> None:
    counts = store.write(battery(), run(1))

    assert counts.added == {
        "Company": 2, "IN_SEGMENT": 1, "INPUT_TO": 1, "PRODUCES": 2, "Product": 2,
        "REQUIRES": 1, "SUPPLIES": 1, "Segment": 1,
    }  # fmt: skip
    assert not counts.changed
    assert not counts.unchanged
    found = store.read(ALL)
    assert column(found, "Company", "first_run") == [run(1).id] * 2
    assert column(found, "Company", "last_run") == [run(1).id] * 2
    assert column(found, "Company", "origin") == ["a.xlsx/Company/3", "a.xlsx/Company/2"]
    assert column(found, "Company", "statements") == [None, None]


def test_the_same_tables_twice_are_unchanged_and_keep_their_first_run(store: GraphStore) -> None:
    store.write(battery(), run(1))

    counts = store.write(battery(), run(2))

    assert not counts.added
    assert not counts.changed
    assert sum(counts.unchanged.values()) == 11
    found = store.read(ALL)
    assert column(found, "PRODUCES", "first_run") == [run(1).id] * 2
    assert column(found, "PRODUCES", "last_run") == [run(2).id] * 2


def test_a_restatement_replaces_every_value_and_empties_what_it_leaves_out(
    store: GraphStore,
) -> None:
    store.write(firm(employees=300, address="西宁"), run(1))

    counts = store.write(firm(address="海东"), run(2))

    assert counts.changed == {"Company": 1}
    found = store.read(ALL)
    assert column(found, "Company", "employees") == [None]
    assert column(found, "Company", "address") == ["海东"]


def test_an_edge_is_one_row_per_key_and_an_unknown_key_is_empty_text(store: GraphStore) -> None:
    first = battery()
    store.write(first, run(1))
    demands = [
        {"source": FIRM, "target": "Product:LI-002", "demand_id": demand, "volume": volume}
        for demand, volume in (("d2", 5.0), (None, 7.0), ("d1", 6.0))
    ]

    store.write(tables(REQUIRES=demands), run(2))

    found = store.read(GraphQuery(edge_types=("REQUIRES",)))
    assert column(found, "REQUIRES", "demand_id") == ["d1", "", "d1", "d2"]
    assert column(found, "REQUIRES", "volume") == [None, 7.0, 6.0, 5.0]


def test_duplicates_in_one_frame_become_one_row_whatever_their_order(store: GraphStore) -> None:
    rows = [
        {"id": FIRM, "name": "甲", "as_of": "2024-01-01", "address": "旧址", "phone": "1"},
        {
            "id": FIRM,
            "name": "甲",
            "as_of": "2025-01-01",
            "address": "新址",
            "origin": "a.xlsx/x/9",
        },
    ]
    store.write(tables(Company=rows), run(1))
    once = store.read(ALL)

    rows[0]["origin"], rows[1]["origin"] = "a.xlsx/Company/2", "a.xlsx/x/9"
    counts = store.write(tables(Company=rows[::-1]), run(2))

    assert counts.unchanged == {"Company": 1}
    assert column(once, "Company", "address") == ["新址"]
    assert column(once, "Company", "phone") == ["1"]
    assert column(once, "Company", "origin") == ["a.xlsx/Company/2\na.xlsx/x/9"]


@pytest.mark.parametrize("order", [("a.xlsx", "b.xlsx"), ("b.xlsx", "a.xlsx")])
def test_of_two_sources_the_later_date_wins_in_either_order(
    store: GraphStore, order: tuple[str, str]
) -> None:
    said = {
        "a.xlsx": firm("a.xlsx", employees=10, as_of="2025-06-01"),
        "b.xlsx": firm("b.xlsx", employees=20, as_of="2024-06-01", address="海东"),
    }

    conflicts = [
        conflict
        for number, source in enumerate(order)
        for conflict in store.write(said[source], run(number, source)).conflicts
    ]

    found = store.read(ALL)
    assert column(found, "Company", "employees") == [10]
    assert column(found, "Company", "address") == ["海东"]
    assert column(found, "Company", "origin") == ["a.xlsx/Company/2\nb.xlsx/Company/2"]
    assert [(c.attribute, c.kept, c.dropped) for c in conflicts] == [("employees", "10", "20")]
    assert conflicts[0].kept_origin == "a.xlsx/Company/2"
    assert conflicts[0].dropped_origin == "b.xlsx/Company/2"


def test_sources_of_one_date_are_ranked_by_name(store: GraphStore) -> None:
    store.write(firm("b.xlsx", employees=20), run(1, "b.xlsx"))

    store.write(firm("a.xlsx", employees=10), run(2, "a.xlsx"))

    assert column(store.read(ALL), "Company", "employees") == [20]


def test_pruning_removes_what_the_source_no_longer_states(store: GraphStore) -> None:
    store.write(battery(), run(1))
    store.write(tables(Product=[{"id": "Product:LI-001", "name": "碳酸锂"}]), run(2))

    counts = store.prune(run(2))

    assert counts.removed == {"IN_SEGMENT": 1, "INPUT_TO": 1, "Segment": 1}
    assert counts.deactivated == {
        "Company": 2, "PRODUCES": 2, "Product": 1, "REQUIRES": 1, "SUPPLIES": 1,
    }  # fmt: skip
    found = store.read(ALL)
    assert column(found, "PRODUCES", "active") == [False, False]
    assert column(found, "PRODUCES", "origin") == [None, None]
    assert column(found, "Product", "origin") == ["a.xlsx/Product/2", None]


def test_pruning_twice_does_nothing_more(store: GraphStore) -> None:
    store.write(battery(), run(1))
    store.prune(run(2))
    before = store.read(ALL)

    counts = store.prune(run(3))

    assert not counts.removed
    assert not counts.deactivated
    assert_same_tables(store.read(ALL), before)


def test_pruning_one_source_leaves_the_other_alone(store: GraphStore) -> None:
    store.write(firm("a.xlsx", employees=10, as_of="2025-01-01"), run(1, "a.xlsx"))
    store.write(firm("b.xlsx", employees=20), run(2, "b.xlsx"))

    counts = store.prune(run(3, "a.xlsx"))

    assert counts.changed == {"Company": 1}
    found = store.read(ALL)
    assert column(found, "Company", "employees") == [20]
    assert column(found, "Company", "origin") == ["b.xlsx/Company/2"]
    assert column(found, "Company", "statements") == [None]
    assert column(found, "Company", "last_run") == [run(2).id]


def test_a_source_is_pruned_by_its_own_run_not_by_the_row_s_last(store: GraphStore) -> None:
    store.write(firm("a.xlsx"), run(1, "a.xlsx"))
    store.write(firm("b.xlsx"), run(2, "b.xlsx"))

    counts = store.prune(run(1, "a.xlsx"))

    assert not counts.changed
    assert not counts.removed
    assert column(store.read(ALL), "Company", "origin") == ["a.xlsx/Company/2\nb.xlsx/Company/2"]


def test_a_restated_edge_is_active_again(store: GraphStore) -> None:
    store.write(battery(), run(1))
    store.prune(run(2))

    counts = store.write(battery(), run(3))

    assert counts.changed == {"PRODUCES": 2, "REQUIRES": 1, "SUPPLIES": 1}
    found = store.read(ALL)
    assert column(found, "PRODUCES", "active") == [True, True]
    assert column(found, "PRODUCES", "first_run") == [run(1).id] * 2


def test_a_node_that_nobody_states_goes_with_its_last_edge(store: GraphStore) -> None:
    region = tables("a.xlsx", Region=[{"id": "Region:630100", "code": "630100"}])
    park = tables(
        "b.xlsx",
        Park=[{"id": "Park:甘河", "name": "甘河"}],
        LOCATED_IN=[{"source": "Park:甘河", "target": "Region:630100"}],
    )
    store.write(region, run(1, "a.xlsx"))
    store.write(park, run(2, "b.xlsx"))
    kept = store.prune(run(3, "a.xlsx"))

    gone = store.prune(run(4, "b.xlsx"))

    assert kept.deactivated == {"Region": 1}
    assert gone.removed == {"LOCATED_IN": 1, "Park": 1, "Region": 1}
    assert store.read(ALL).nodes == {}


def test_a_renamed_node_keeps_its_edges_and_remembers_its_key(store: GraphStore) -> None:
    store.write(battery(), run(1))
    moved = tables(renames={FIRM: "Company:91630100MA758K1X2Y"})

    store.write(moved, run(2))

    found = store.read(ALL)
    assert ids(found)[0] == "Company:91630100MA758K1X2Y"
    assert FIRM not in ids(found)
    assert column(found, "Company", "former_ids") == ["甲", None]
    assert ("PRODUCES", "Company:91630100MA758K1X2Y", "Product:LI-001") in ends(found)
    assert ("SUPPLIES", "Company:91630100MA758K1X2Y", "Company:乙") in ends(found)


def test_former_ids_survive_a_restatement(store: GraphStore) -> None:
    store.write(firm(), run(1))
    store.write(tables(renames={FIRM: "Company:新"}), run(2))

    store.write(tables(Company=[{"id": "Company:新", "name": "甲"}]), run(3))

    assert column(store.read(ALL), "Company", "former_ids") == ["甲"]


def test_a_rename_onto_an_existing_node_makes_one_of_both(store: GraphStore) -> None:
    store.write(battery(revenue_share=0.5), run(1))
    other = tables(
        "b.xlsx",
        Company=[{"id": "Company:丙", "name": "丙", "address": "海东"}],
        PRODUCES=[
            {"source": "Company:丙", "target": "Product:LI-001", "capacity": 9.0},
            {"source": "Company:丙", "target": "Product:LI-002"},
        ],
    )
    store.write(other, run(2, "b.xlsx"))

    store.write(tables("c.xlsx", renames={FIRM: "Company:丙"}), run(3, "c.xlsx"))

    found = store.read(GraphQuery(labels=("Company", "Product"), edge_types=("PRODUCES",)))
    assert column(found, "Company", "id") == ["Company:丙", "Company:乙"]
    assert column(found, "Company", "employees") == [300, None]
    assert column(found, "Company", "address") == ["海东", None]
    assert ends(found) == [
        ("PRODUCES", "Company:丙", "Product:LI-001"),
        ("PRODUCES", "Company:丙", "Product:LI-002"),
        ("PRODUCES", "Company:乙", "Product:LI-002"),
    ]
    assert column(found, "PRODUCES", "capacity") == [9.0, None, None]
    assert column(found, "PRODUCES", "revenue_share") == [0.5, None, None]
    assert column(found, "PRODUCES", "origin")[0] == "a.xlsx/PRODUCES/2\nb.xlsx/PRODUCES/2"


def test_a_renamed_product_is_renamed_where_an_edge_names_it(store: GraphStore) -> None:
    store.write(battery(), run(1))

    store.write(tables(renames={"Product:LI-001": "Product:C-9"}), run(2))

    assert column(store.read(ALL), "SUPPLIES", "product") == ["Product:C-9"]


def test_renames_are_followed_to_their_end_and_unknown_ids_are_passed_over(
    store: GraphStore,
) -> None:
    store.write(firm(), run(1))
    renames = {FIRM: "Company:二", "Company:二": "Company:三", "Company:无": "Company:也无"}

    store.write(tables(renames=renames), run(2))

    assert ids(store.read(ALL)) == ["Company:三"]


@pytest.mark.parametrize(
    "renames",
    [{"Company:a": "Company:b", "Company:b": "Company:a"}, {"Company:a": "Product:a"}],
    ids=["circle", "other label"],
)
def test_a_senseless_rename_is_refused(store: GraphStore, renames: dict[str, str]) -> None:
    with pytest.raises(StoreRefused):
        store.write(tables(renames=renames), run(1))


def test_an_edge_to_a_node_that_is_not_there_is_refused_and_nothing_is_written(
    store: GraphStore,
) -> None:
    bad = tables(
        Company=[{"id": FIRM, "name": "甲"}],
        PRODUCES=[{"source": FIRM, "target": "Product:没有"}],
    )

    with pytest.raises(StoreRefused, match="Product:没有"):
        store.write(bad, run(1))

    assert store.read(ALL).nodes == {}


@pytest.mark.parametrize(
    "bad",
    [
        GraphTables({"Firm": firm().nodes["Company"]}),
        GraphTables({"Product": firm().nodes["Company"]}),
        GraphTables({"Company": firm().nodes["Company"].assign(colour="red")}),
        firm("b.xlsx"),
    ],
    ids=["unknown label", "id of another label", "unknown column", "origin of another source"],
)
def test_rows_outside_the_schema_or_the_source_are_refused(
    store: GraphStore, bad: GraphTables
) -> None:
    with pytest.raises(StoreRefused):
        store.write(bad, run(1))


def test_empty_tables_are_written_as_nothing(store: GraphStore) -> None:
    counts = store.write(tables(Company=[], PRODUCES=[]), run(1))

    assert not counts.added
    assert store.read(ALL).nodes == {}
    assert not store.prune(run(1)).removed


def test_a_dry_run_counts_and_leaves_nothing_behind(store: GraphStore) -> None:
    store.write(battery(), run(1))
    before, revision = store.read(ALL), store.revision()

    with store.batch(dry_run=True):
        counts = store.write(firm(employees=1), run(2))
        pruned = store.prune(run(2))

    assert counts.changed == {"Company": 1}
    assert pruned.removed
    assert_same_tables(store.read(ALL), before)
    assert store.revision() == revision


def _interrupted_batch(store: GraphStore) -> None:
    with store.batch():
        store.write(battery(), run(2))
        store.prune(run(2))
        raise KeyboardInterrupt


def test_an_exception_undoes_the_whole_batch(store: GraphStore) -> None:
    store.write(firm(), run(1))
    before, revision = store.read(ALL), store.revision()

    with pytest.raises(KeyboardInterrupt):
        _interrupted_batch(store)

    assert_same_tables(store.read(ALL), before)
    assert store.revision() == revision
    assert store.write(battery(), run(3)).added["Product"] == 2


def test_a_batch_reads_its_own_writes(store: GraphStore) -> None:
    with store.batch():
        store.write(firm(), run(1))
        assert ids(store.read(ALL)) == [FIRM]

    assert ids(store.read(ALL)) == [FIRM]


def test_every_committed_write_changes_the_revision_and_reading_does_not(
    store: GraphStore,
) -> None:
    seen = [store.revision()]
    for step in (
        lambda: store.write(firm(), run(1)),
        lambda: store.write(firm(), run(2)),
        lambda: store.prune(run(3)),
    ):
        step()
        seen.append(store.revision())

    assert len(set(seen)) == 4
    store.read(ALL)
    assert store.revision() == seen[-1]


def test_preparing_again_keeps_every_row(store: GraphStore) -> None:
    from conformance_samples import SCHEMA

    store.write(battery(), run(1))
    before = store.read(ALL)

    store.prepare(SCHEMA)

    assert_same_tables(store.read(ALL), before)


def test_a_batch_sees_the_revision_of_the_store_until_it_writes(store: GraphStore) -> None:
    before = store.revision()

    with store.batch():
        inside = store.revision()

    assert inside == before == store.revision()


def test_a_store_that_finished_its_imports_names_none(store: GraphStore) -> None:
    assert store.unfinished() == ()


def standing(source: str, header: str, *rows: int) -> GraphTables:
    return tables(
        source,
        Phrase=[{"id": "Phrase:隔膜", "text": "隔膜"}],
        Product=[{"id": "Product:LI-001", "name": "锂电隔膜"}],
        MEANS=[
            {
                "source": "Phrase:隔膜",
                "target": "Product:LI-001",
                "cells": cell_text(f"{source}/企业", header, rows),
            }
        ],
    )


def test_cells_of_all_sources_are_united_and_leave_with_their_source(store: GraphStore) -> None:
    store.write(standing("a.xlsx", "主营/产品", 2, 3), run(1))
    store.write(standing("b.xlsx", "经营范围", 7), run(2, "b.xlsx"))
    both = '{"a.xlsx/企业":{"主营/产品":[2,3]},"b.xlsx/企业":{"经营范围":[7]}}'
    assert column(store.read(ALL), "MEANS", "cells") == [both]

    counts = store.write(standing("a.xlsx", "主要产品", 5), run(3))
    store.prune(run(3))
    moved = '{"a.xlsx/企业":{"主要产品":[5]},"b.xlsx/企业":{"经营范围":[7]}}'
    assert not counts.changed
    assert not counts.conflicts
    assert column(store.read(ALL), "MEANS", "cells") == [moved]

    store.prune(run(4, "b.xlsx"))
    assert column(store.read(ALL), "MEANS", "cells") == ['{"a.xlsx/企业":{"主要产品":[5]}}']

    store.write(standing("a.xlsx", "主营产品", 5), run(5))
    assert column(store.read(ALL), "MEANS", "cells") == ['{"a.xlsx/企业":{"主营产品":[5]}}']


def test_cells_stay_together_when_two_phrases_become_one_product(store: GraphStore) -> None:
    store.write(standing("a.xlsx", "主营产品", 2), run(1))
    other = tables(
        Product=[{"id": "Product:p-1", "name": "锂电隔膜"}],
        MEANS=[
            {
                "source": "Phrase:隔膜",
                "target": "Product:p-1",
                "cells": cell_text("a.xlsx/企业", "经营范围", [4]),
            }
        ],
    )
    store.write(other, run(2))

    store.write(tables(renames={"Product:p-1": "Product:LI-001"}), run(3))

    both = '{"a.xlsx/企业":{"主营产品":[2],"经营范围":[4]}}'
    assert column(store.read(ALL), "MEANS", "cells") == [both]
