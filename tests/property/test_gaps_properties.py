"""What holds for every gap answer, whatever the zone."""

from __future__ import annotations

from dataclasses import replace

from chain_samples import Sample, rows_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chainmap.gaps.thresholds import default_thresholds
from chainmap.workflow.gaps import find_gaps

BOUNDS = replace(default_thresholds(), min_surveyed=1)
KEYS = st.integers(0, 4).map(lambda number: f"k{number}")
SHARES = st.sampled_from([None, 0.2, 0.5, 0.95, 1.0])
AMOUNTS = st.sampled_from([None, 1.0, 30.0, 1e5])
SETTINGS = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def zones(draw: st.DrawFn) -> Sample:
    """Return a small zone: local and other makers, demands, inputs with cycles, park totals."""
    sample = Sample().chain("链").region("630100", "西宁市").region("320000", "江苏省")
    for park in ("园", "内园", "外园"):
        sample.park(park, "630100")
    if draw(st.booleans()):
        sample.edge("LOCATED_IN", "Park:内园", "Park:园")
    for number in range(5):
        region = "630100" if number < 3 else "320000"
        park = draw(st.sampled_from(["", "园", "内园", "外园"])) if number < 3 else ""
        sample.company(f"k{number}", region=region, park=park).product(f"k{number}", chain="链")
    sample.leads("k0", "链")
    pairs = st.sets(st.tuples(KEYS, KEYS), max_size=8).map(sorted)
    for company, product in draw(pairs):
        values = {"probability": draw(SHARES), "capacity": draw(AMOUNTS), "capacity_unit": "吨"}
        values["is_byproduct"] = draw(st.sampled_from([None, True]))
        sample.makes(company, product, active=draw(st.sampled_from([None, False])), **values)
    for company, product in draw(pairs):
        bought = draw(st.sampled_from([None, "本地", "外地", "进口"]))
        unit = draw(st.sampled_from(["吨", "吨", "GW"]))
        sample.wants(company, product, volume=draw(AMOUNTS), unit=unit, sourced_from=bought)
    for source, target in draw(pairs):
        sample.supplies(source, target, draw(KEYS))
    for source, target in draw(pairs):
        sample.input(source, target, quantity=draw(st.sampled_from([None, 0.5, 2.0])))
    for product in draw(st.sets(KEYS, max_size=2).map(sorted)):
        park = draw(st.sampled_from(["园", "内园"]))
        sample.total(park, product, draw(st.sampled_from([5.0, 400.0])))
    return sample


def answers(sample: Sample) -> dict[tuple[object, object], dict[str, object]]:
    answer = find_gaps(sample.fixed(), include_ok=True, region="630100", thresholds=BOUNDS)
    return {(row["product_id"], row["kind"]): dict(row) for row in rows_of(answer)}


@SETTINGS
@given(zones())
def test_shares_are_shares_and_each_gap_cites_its_arithmetic(sample: Sample) -> None:
    for row in answers(sample).values():
        for name in ("importance", "p_no_local_maker", "confidence"):
            assert 0 <= row[name] <= 1  # type: ignore[operator]
        assert row["coverage"] is None or 0 <= row["coverage"] <= 1  # type: ignore[operator]
        evidence = row["evidence"]
        assert isinstance(evidence, list)
        assert evidence[0]["file"] is None
        assert any(item["file"] for item in evidence)


@SETTINGS
@given(zones())
def test_the_gravest_gap_of_a_zone_is_one_and_what_is_fine_nothing(sample: Sample) -> None:
    rows = list(answers(sample).values())
    graded = [row["importance"] for row in rows if row["verdict"] != "ok"]

    assert all(row["importance"] == 0 for row in rows if row["verdict"] == "ok")
    assert max(graded, default=1.0) in {0.0, 1.0}  # type: ignore[type-var]


@SETTINGS
@given(zones(), KEYS, SHARES)
def test_a_further_local_maker_never_raises_the_risk_of_having_none(
    sample: Sample, product: str, probability: float | None
) -> None:
    before = answers(sample)
    # A maker that nobody else depends on: it adds supply of the product, and no demand but its own.
    after = answers(
        sample.company("new", region="630100").makes("new", product, probability=probability)
    )

    for key, row in before.items():
        if key in after and key[0] == f"Product:{product}":
            assert after[key]["p_no_local_maker"] <= row["p_no_local_maker"]  # type: ignore[operator]


@SETTINGS
@given(zones(), KEYS, st.sampled_from([1.0, 1e4]))
def test_more_capacity_never_lowers_the_supply_nor_the_coverage_of_a_product(
    sample: Sample, product: str, capacity: float
) -> None:
    before = answers(sample)
    sample.company("new", region="630100")
    after = answers(sample.makes("new", product, capacity=capacity, capacity_unit="吨"))

    for key, row in before.items():
        if key in after and key[0] == f"Product:{product}" and row["supply"] is not None:
            now = after[key]
            assert now["supply"] >= row["supply"]  # type: ignore[operator]
            if row["coverage"] is not None and now["coverage"] is not None:
                assert now["coverage"] >= row["coverage"]  # type: ignore[operator]


@SETTINGS
@given(zones(), KEYS, st.sampled_from([1.0, 1e4]))
def test_a_total_of_a_park_of_its_own_adds_to_the_supply(
    sample: Sample, product: str, total: float
) -> None:
    located = sample.rows["LOCATED_IN"]
    placed = {row["source"] for row in located if str(row["target"]).startswith("Park:")}
    for number in range(3):  # a firm of no known park may be in the new one, and then adds nothing
        if f"Company:k{number}" not in placed:
            sample.edge("LOCATED_IN", f"Company:k{number}", "Park:外园")
    before = answers(sample)
    after = answers(sample.park("新园", "630100").total("新园", product, total))

    for key, row in before.items():
        if key in after and key[0] == f"Product:{product}" and row["supply"] is not None:
            assert after[key]["supply"] >= row["supply"]  # type: ignore[operator]


@SETTINGS
@given(zones(), KEYS)
def test_a_further_unknown_use_leaves_nothing_fine_that_was_not(
    sample: Sample, product: str
) -> None:
    before = answers(sample)
    after = answers(sample.company("new", region="630100").wants("new", product))
    key = (f"Product:{product}", "产能不匹配")

    if key in before and key in after:
        assert after[key]["verdict"] == ("gap" if before[key]["verdict"] == "gap" else "数据不足")
        assert after[key]["confidence"] <= before[key]["confidence"]  # type: ignore[operator]


@SETTINGS
@given(zones(), st.integers(0, 99))
def test_the_order_of_rows_changes_nothing(sample: Sample, seed: int) -> None:
    plain = find_gaps(sample.fixed(), include_ok=True, region="630100", thresholds=BOUNDS)
    shuffled = find_gaps(
        sample.fixed(shuffle=seed), include_ok=True, region="630100", thresholds=BOUNDS
    )

    assert plain.as_object()["rows"] == shuffled.as_object()["rows"]


@SETTINGS
@given(zones())
def test_a_product_is_not_missing_and_single_sourced_at_once(sample: Sample) -> None:
    lacking = {product for product, kind in answers(sample) if kind in {"缺链", "断链"}}
    made = {product for product, kind in answers(sample) if kind in {"单一来源", "弱链"}}

    assert not lacking & made


@SETTINGS
@given(zones())
def test_measures_are_shares_and_targets_never_known_local_makers(sample: Sample) -> None:
    answer = find_gaps(sample.fixed(), region="630100", thresholds=BOUNDS, candidates=20)
    told = answer.as_object()
    makers = {
        (row["source"], row["target"])
        for row in sample.rows.get("PRODUCES", [])
        if row.get("active") is not False and row["source"] in {f"Company:k{n}" for n in range(3)}
    }

    for measure in told["measures"]:  # type: ignore[attr-defined]
        assert measure["value"] is None or 0 <= measure["value"] <= 1
        assert measure["value"] is not None or measure["denominator"] == 0
    for extension in told["extensions"]:  # type: ignore[attr-defined]
        assert BOUNDS.extension - 1e-9 <= extension["covered"] <= 1
    for row in rows_of(answer):
        targets: list[dict[str, object]] = row["targets"]  # type: ignore[assignment]
        assert len({target["company_id"] for target in targets}) == len(targets) <= 20
        for target in targets:
            assert 1 <= len(target["reasons"]) <= 3  # type: ignore[arg-type]
            assert target["risk"]
            if target["action"] in {"补链", "自培"}:
                assert (target["company_id"], row["product_id"]) not in makers


@SETTINGS
@given(zones(), st.sets(st.sampled_from(["企业k3", "企业k4"]), min_size=1))
def test_bringing_firms_in_never_lowers_the_completeness(sample: Sample, brought: set[str]) -> None:
    answer = find_gaps(
        sample.fixed(), region="630100", thresholds=BOUNDS, bring=sorted(brought)
    ).as_object()

    for measure in answer["measures"]:  # type: ignore[attr-defined]
        if measure["measure"] in {"完整度", "关键环节覆盖率"} and measure["value"] is not None:
            assert measure["after"] >= measure["value"]


@SETTINGS
@given(zones())
def test_a_doubt_names_what_would_settle_it_and_a_verdict_does_not(sample: Sample) -> None:
    for row in answers(sample).values():
        assert row["verdict"] == "数据不足" or row["settle"] == []
        if row["verdict"] == "数据不足":
            assert row["settle"], (row["product"], row["kind"], row["evidence"])
