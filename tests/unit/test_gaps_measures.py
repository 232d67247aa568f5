"""How complete a chain is, by hand; what settles a doubt; parks, findings and targets settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from chain_samples import Sample, battery_chain, rows_of

from chainmap.errors import ConfigError, NothingToAnalyse
from chainmap.gaps.thresholds import default_thresholds
from chainmap.workflow.gaps import find_gaps

BOUNDS = replace(default_thresholds(), min_surveyed=1)


def zone() -> Sample:
    """Return L, a leader, making 电芯 of 隔膜 (bought elsewhere), 铜箔 (made by M) and 铝壳."""
    sample = Sample().region("630100", "西宁市").region("320000", "江苏省").chain("锂电")
    for key, name in (("cell", "电芯"), ("sep", "隔膜"), ("foil", "铜箔"), ("shell", "铝壳")):
        sample.product(key, chain="锂电", name=name, is_key=key != "shell" or None)
        if key != "cell":
            sample.input(key, "cell", essential="2", quantity=1.0)
    sample.company("L", region="630100").leads("L", "锂电")
    sample.makes("L", "cell", capacity=100.0, capacity_unit="吨")
    sample.wants("L", "sep", sourced_from="外地").wants("L", "foil", sourced_from="本地")
    sample.wants("L", "shell")
    sample.company("M", region="630100").makes("M", "foil", capacity=25.0, capacity_unit="吨")
    return sample.company("X", region="320000").makes("X", "sep", capacity=80.0, capacity_unit="吨")


def measured(sample: Sample, **options: object) -> dict[str, Mapping[str, object]]:
    answer = find_gaps(sample.store(), region="630100", thresholds=BOUNDS, **options)  # type: ignore[arg-type]
    rows: list[Mapping[str, object]] = answer.as_object()["measures"]  # type: ignore[assignment]
    return {str(row["measure"]): row for row in rows}


def test_each_measure_is_its_numerator_over_its_denominator() -> None:
    found = measured(zone())

    # three inputs needed with weight 1 (declared) + 1 (essential 2 of what the leader makes)
    assert [found["完整度"][n] for n in ("numerator", "denominator", "value")] == [
        2.0, 6.0, pytest.approx(1 / 3, abs=1e-6),
    ]  # fmt: skip
    told = [found["本地配套率"][n] for n in ("value", "known", "unknown")]
    assert told == [0.5, 2, 1]
    # one segment; of its key products 电芯 and 铜箔 are made here, 隔膜 is not
    assert found["关键环节覆盖率"]["value"] == pytest.approx(2 / 3, abs=1e-6)
    # 隔膜 0/100, 铜箔 25/100, 铝壳 0/100, all of weight 2
    assert found["产能满足率"]["value"] == pytest.approx(0.25 / 3, abs=1e-6)
    assert "2 ÷ 6 = 33.3%" in str(found["完整度"]["formula"])


def test_nothing_known_is_null_not_zero() -> None:
    sample = Sample().chain("链").product("p", chain="链").company("A").wants("A", "p")
    rows = find_gaps(sample.store(), thresholds=BOUNDS).as_object()["measures"]
    found = {row["measure"]: row for row in rows}  # type: ignore[attr-defined]

    assert found["完整度"]["value"] == 0
    for name in ("本地配套率", "关键环节覆盖率", "产能满足率"):
        assert found[name]["value"] is None
        assert "未知" in found[name]["formula"]


def test_a_target_that_settles_here_raises_what_it_makes() -> None:
    found = measured(zone(), bring=["企业X"])

    assert [found["完整度"][n] for n in ("value", "after")] == pytest.approx(
        [1 / 3, 2 / 3], abs=1e-6
    )
    assert found["产能满足率"]["after"] == pytest.approx((0.25 + 0.8) / 3, abs=1e-6)
    assert found["完整度"]["denominator"] == 6.0, "weighed as before"
    assert measured(zone())["完整度"]["after"] is None


def test_a_target_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ConfigError, match="企业Y"):
        measured(zone(), bring=["企业Y"])


def asked(sample: Sample, **options: object) -> list[Mapping[str, object]]:
    return rows_of(find_gaps(sample.store(), thresholds=BOUNDS, **options))  # type: ignore[arg-type]


def settled(rows: list[Mapping[str, object]], product: str) -> list[tuple[object, object, object]]:
    (row,) = (r for r in rows if r["product"] == product and r["verdict"] == "数据不足")
    return [(s["company"], s["sheet"], s["column"]) for s in row["settle"]]  # type: ignore[attr-defined]


def test_a_doubtful_maker_is_the_row_that_would_settle_it() -> None:
    sample = zone().company("D", region="630100").makes("D", "sep", probability=0.5)

    assert settled(asked(sample), "隔膜") == [("企业D", "供给", "产品")]


def test_a_capacity_in_another_unit_is_the_row_that_would_settle_it() -> None:
    sample = zone().company("N", region="630100")
    sample.makes("N", "foil", capacity=9.0, capacity_unit="套")
    answer = find_gaps(sample.store(), thresholds=BOUNDS)

    assert settled(rows_of(answer), "铜箔") == [("企业N", "供给", "年产能")]
    found = {finding.rule: finding.value for finding in answer.findings}
    assert found["A-unit-not-comparable"] == "铜箔"


def test_silent_firms_are_asked_first_where_too_few_have_answered() -> None:
    sample = zone().company("S", region="630100", revenue_cny=1e8).company("T", region="630100")
    bounds = replace(BOUNDS, min_surveyed=4)
    rows = rows_of(find_gaps(sample.store(), thresholds=bounds))

    assert settled(rows, "隔膜") == [("企业S", "供给", "产品"), ("企业T", "供给", "产品")]


def test_a_missing_certificate_is_the_row_that_would_settle_it() -> None:
    sample = battery_chain().company("N", region="630100").makes("N", "sep")
    sample.rows["HOLDS"] = []
    rows = asked(sample)
    (weak,) = (r for r in rows if (r["product"], r["kind"]) == ("隔膜", "弱链"))

    assert weak["verdict"] == "数据不足"
    assert [s["column"] for s in weak["settle"]] == ["资质证书"] * 3  # type: ignore[attr-defined]
    assert any("IATF16949" in e["text"] for e in weak["evidence"])  # type: ignore[attr-defined]


def test_a_sure_verdict_needs_no_further_rows() -> None:
    rows = asked(zone())

    assert {row["verdict"] for row in rows} == {"gap"}
    assert all(row["settle"] == [] for row in rows)


def parks() -> Sample:
    sample = battery_chain().park("东川", "630100").company("P", region="630100", park="东川")
    return sample.makes("P", "foil").wants("P", "sep")


def test_each_park_is_judged_by_itself() -> None:
    rows = rows_of(find_gaps(parks().store(), thresholds=BOUNDS, by_park=True))
    about = {(row["region"], row["product"]): row["kind"] for row in rows}

    assert about["东川", "隔膜"] == "缺链", "made in the other park"
    assert about["南川", "隔膜"] == "单一来源"
    assert about["南川", "铜箔"] == "缺链"
    assert ("东川", "铜箔") not in about, "nobody there needs it"


def test_a_park_can_be_named_as_the_region() -> None:
    by_name = find_gaps(parks().store(), thresholds=BOUNDS, region="东川")

    assert by_name.scope["regions"][0]["parks"] == ["东川"]  # type: ignore[index]
    assert {row["region"] for row in rows_of(by_name)} == {"东川"}


def test_a_neighbouring_park_is_not_outside() -> None:
    sample = parks().supplies("E", "P", "sep")
    rows = rows_of(find_gaps(sample.store(), thresholds=BOUNDS, by_park=True))

    assert not [row for row in rows if row["kind"] == "外采"]


def test_a_zone_without_parks_cannot_be_split() -> None:
    with pytest.raises(NothingToAnalyse, match="西宁市"):
        find_gaps(zone().store(), by_park=True)


def test_a_chain_that_nobody_needs_is_told() -> None:
    store = zone().chain("光伏").product("pv", chain="光伏").store()
    answer = find_gaps(store, chain="光伏", thresholds=BOUNDS)

    assert answer.rows == []
    (told,) = (f for f in answer.findings if f.rule == "A-chain-not-needed")
    assert (told.value, told.params["count"]) == ("光伏", 1)


def test_recipe_rows_that_cannot_be_used_are_told_not_counted() -> None:
    sample = zone().input("sep", "sep", quantity=2.0).product("tab", chain="锂电", name="极耳")
    sample.input("tab", "cell", quantity=-1.0).input("cell", "shell", cost_share=1.5)
    answer = find_gaps(sample.store(), thresholds=BOUNDS)
    (told,) = (f for f in answer.findings if f.rule == "A-input-ignored")

    assert (told.params["rows"], set(told.value.split("、"))) == (3, {"电芯", "隔膜", "铝壳"})
    row = next(r for r in rows_of(answer) if r["product"] == "极耳")
    assert row["demand"] is None
