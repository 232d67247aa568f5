"""How much is needed: recipes and declarations of one firm, and what an unknown part leaves open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from gap_samples import state_of
from test_gaps_rules import BOUNDS, found, local, zone

from chainmap.workflow.gaps import find_gaps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chain_samples import Sample


def pull(sample: Sample, key: str = "sep") -> float:
    graph = sample.graph()
    return float(state_of(graph).demand.pull[graph.product_position(f"Product:{key}")])


def tons(sample: Sample, key: str, product: str, value: float | None, **more: object) -> Sample:
    values = {} if value is None else {"capacity": value, "capacity_unit": "吨"}
    return local(sample, key, product, **values, **more)


def row_of(sample: Sample, key: str = "sep", kind: str = "产能不匹配") -> Mapping[str, object]:
    answer = find_gaps(sample.store(), region="630100", include_ok=True, thresholds=BOUNDS)
    (row,) = (r for r in answer.rows if r["product_id"] == f"Product:{key}" and r["kind"] == kind)
    return row


def asked(row: Mapping[str, object]) -> list[tuple[object, object]]:
    return [(one["company"], one["column"]) for one in row["settle"]]  # type: ignore[attr-defined]


def texts(row: Mapping[str, object]) -> str:
    return "\n".join(item["text"] for item in row["evidence"])  # type: ignore[attr-defined]


def test_a_declaration_counts_where_the_own_capacity_of_the_firm_is_unknown() -> None:
    # K makes 10 t of cells (20 t of 隔膜); what L takes is only known by its declaration.
    sample = tons(zone(), "K", "cell", 10.0).wants("L", "sep", volume=300.0, unit="吨")

    assert pull(sample) == 320.0


def test_a_declaration_counts_where_the_firm_is_no_accepted_maker_of_what_is_counted() -> None:
    sample = tons(zone(), "K", "cell", 10.0)
    tons(sample, "W", "cell", 50.0, probability=0.5).wants("W", "sep", volume=300.0, unit="吨")

    assert pull(sample) == 320.0


def test_a_declaration_counts_beyond_the_recipe_of_some_outputs() -> None:
    # W makes 10 t of cells (20 t) and packs with an unknown 单耗: it says 300 t in all.
    sample = tons(zone().product("pack", chain="锂电").input("sep", "pack"), "W", "cell", 10.0)
    sample.makes("W", "pack").wants("W", "sep", volume=300.0, unit="吨")

    assert pull(sample) == 300.0
    assert pull(sample.wants("W", "sep", volume=0.0, unit="吨", demand_id="two")) == 300.0


def test_a_declaration_is_not_added_where_a_total_holds_the_firm() -> None:
    sample = zone().total("南川", "cell", 100.0).wants("L", "sep", volume=999.0, unit="吨")

    assert pull(sample) == 200.0


def enough() -> Sample:
    """Return the zone with 20 t of 隔膜 needed by K's cells, and 100 t made here by two firms."""
    sample = tons(zone(), "K", "cell", 10.0)
    sample.rows["PRODUCES"] = [r for r in sample.rows["PRODUCES"] if r["source"] != "Company:L"]
    return tons(tons(sample, "M", "sep", 50.0), "N", "sep", 50.0)


def test_enough_for_a_demand_that_is_known_whole_is_fine() -> None:
    assert found(enough(), include_ok=True)["sep", "产能不匹配"].verdict == "ok"
    settled = local(enough(), "W", "cell").wants("W", "sep", volume=5.0, unit="吨")
    assert found(settled, include_ok=True)["sep", "产能不匹配"].verdict == "ok"


def open_cases() -> dict[str, tuple[Sample, tuple[object, object]]]:
    other_unit = enough().company("W", "外购企业", region="630100")
    other_unit.wants("W", "sep", volume=5.0, unit="GW")
    no_volume = enough().company("W", "外购企业", region="630100").wants("W", "sep")
    recipe = enough().product("pack", name="电池包", chain="锂电").input("sep", "pack")
    capacity = enough().company("W", "外购企业", region="630100").makes("W", "cell")
    return {
        "a unit that does not convert": (other_unit, ("外购企业", "年需求量")),
        "no volume": (no_volume, ("外购企业", "年需求量")),
        "an unknown quantity": (tons(recipe, "W", "pack", 3.0), (None, "单耗")),
        "a user's unknown capacity": (capacity, ("外购企业", "年产能")),
    }


@pytest.mark.parametrize("case", open_cases())
def test_enough_for_the_known_part_of_a_demand_is_open(case: str) -> None:
    sample, missing = open_cases()[case]
    row = row_of(sample)

    assert (row["verdict"], row["coverage"]) == ("数据不足", 1.0)
    assert row["confidence"] == 0.5
    assert missing in asked(row)
    assert "另有 1 项本地用量未知（合计超过 180 吨 就低于 50%），覆盖率至多如此" in texts(row)


def test_short_of_the_known_part_of_a_demand_is_short() -> None:
    sample = tons(zone(), "K", "cell", 1000.0)
    tons(sample, "M", "sep", 50.0).company("W", region="630100").wants("W", "sep")
    row = row_of(sample)

    assert (row["verdict"], row["confidence"]) == ("gap", 1.0)
    assert "需求只多不少" in texts(row)


def test_makers_of_unknown_capacity_leave_a_known_demand_open() -> None:
    sample = zone().wants("L", "sep", volume=300.0, unit="吨")
    row = row_of(local(sample, "M", "sep").company("N", region="630100").makes("N", "sep"))

    assert (row["verdict"], row["demand"], row["supply"]) == ("数据不足", 300.0, None)
    assert (row["coverage"], row["confidence"]) == (None, 0.0)
    assert asked(row)[:2] == [("企业M", "年产能"), ("企业N", "年产能")]
    assert "覆盖率未知" in texts(row)


def test_makers_that_state_no_capacity_at_all_cover_nothing() -> None:
    sample = tons(zone().wants("L", "sep", volume=300.0, unit="吨"), "M", "sep", 0.0)
    row = row_of(sample)

    assert (row["verdict"], row["supply"], row["coverage"]) == ("gap", 0.0, 0.0)


def test_a_firm_that_may_be_in_the_total_leaves_a_shortage_open() -> None:
    sample = zone().wants("L", "sep", volume=300.0, unit="吨").total("南川", "sep", 50.0)
    row = row_of(tons(sample, "M", "sep", 400.0))

    assert (row["verdict"], row["supply"]) == ("数据不足", 50.0)
    assert ("企业M", "所在园区") in asked(row)
