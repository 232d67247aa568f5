"""What holds for every match answer, whatever the graph."""

from __future__ import annotations

import math

from chain_samples import Sample, rows_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chainmap.match.weights import default_weights
from chainmap.workflow.match import find_matches

KEYS = st.integers(0, 5).map(lambda number: f"k{number}")
SHARES = st.sampled_from([None, 0.3, 0.9, 1.0])
AMOUNTS = st.sampled_from([None, 0.0, 3.0, 1e6])
PLACES = st.sampled_from(["", "630100", "630102", "320000"])
TERMS = st.sampled_from([None, "2025-12-31", "2028-12-31"])
DAY = "2026-03-01"
SETTINGS = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def graphs(draw: st.DrawFn) -> Sample:
    """Return a small graph with a leader k0: any makes, wants, inputs, kinds and supplies."""
    sample = Sample().chain("链")
    for code, name in (("630100", "西宁市"), ("630102", "城东区"), ("320000", "江苏省")):
        sample.region(code, name)
    for number in range(6):
        titles = draw(st.sampled_from([None, "专精特新中小企业", "专精特新“小巨人”企业"]))
        status = draw(st.sampled_from([None, "存续", "注销"]))
        revenue = draw(AMOUNTS)
        sample.company(
            f"k{number}", region=draw(PLACES), titles=titles, status=status, revenue_cny=revenue
        )
        sample.product(f"k{number}", chain="链", unit=draw(st.sampled_from(["吨", "GW"])))
        if draw(st.booleans()):
            sample.award(f"k{number}", "专精特新中小企业", 2023, draw(TERMS))
    sample.leads("k0", "链")
    pairs = st.sets(st.tuples(KEYS, KEYS), max_size=8).map(sorted)
    for company, product in draw(pairs):
        values = {"probability": draw(SHARES), "capacity": draw(AMOUNTS), "capacity_unit": "吨"}
        sample.makes(company, product, **values)
    for company, product in draw(pairs):
        certificate = draw(st.sampled_from([None, "ISO9001", "ISO9001；IATF16949"]))
        volume = draw(AMOUNTS)
        sample.wants(company, product, volume=volume, unit="吨", certification=certificate)
    for source, target in draw(pairs):
        sample.input(source, target, essential=draw(st.sampled_from([None, "0", "1", "2"])))
    for child, parent in draw(pairs):
        sample.kind(child, parent)
    for source, target in draw(pairs):
        sample.supplies(source, target, draw(KEYS))
    for company in draw(st.sets(KEYS, max_size=3).map(sorted)):
        sample.holds(company, "ISO 9001")
    return sample


@SETTINGS
@given(graphs())
def test_the_score_is_the_sum_of_its_contributions_and_within_the_weights(sample: Sample) -> None:
    weights = default_weights().weights
    for row in rows_of(find_matches(sample.fixed(), all_pairs=True, top=100, as_of=DAY)):
        told = row["contributions"]
        assert isinstance(told, dict)
        assert abs(row["score"] - math.fsum(told.values())) <= 1e-9  # type: ignore[operator]
        assert all(0 <= told[name] <= weights[name] + 1e-9 for name in weights)


@SETTINGS
@given(graphs())
def test_every_row_carries_sources_and_a_path_from_the_company_to_the_leader(
    sample: Sample,
) -> None:
    for row in rows_of(find_matches(sample.fixed(), all_pairs=True, top=100, as_of=DAY)):
        evidence, path = row["evidence"], row["path"]
        assert isinstance(evidence, list)
        assert isinstance(path, list)
        assert len(evidence) >= 2
        assert all(item["file"] and item["row"] for item in evidence)
        assert (path[0], path[-1]) == (row["company_id"], row["leader_id"])
        assert row["product_id"] in path


@SETTINGS
@given(graphs(), st.integers(0, 99))
def test_the_order_of_rows_changes_nothing(sample: Sample, seed: int) -> None:
    plain = find_matches(sample.fixed(), all_pairs=True, as_of=DAY)
    shuffled = find_matches(sample.fixed(shuffle=seed), all_pairs=True, as_of=DAY)

    assert plain.as_object()["rows"] == shuffled.as_object()["rows"]
    assert plain.as_object()["excluded"] == shuffled.as_object()["excluded"]


@SETTINGS
@given(graphs(), st.integers(1, 6))
def test_the_first_rows_are_the_first_rows_of_a_longer_list(sample: Sample, top: int) -> None:
    store = sample.fixed()
    whole = rows_of(find_matches(store, all_pairs=True, top=100, as_of=DAY))

    assert rows_of(find_matches(store, all_pairs=True, top=top, as_of=DAY)) == whole[:top]
    assert [row["rank"] for row in whole] == list(range(1, len(whole) + 1))
    scores = [row["score"] for row in whole]
    assert scores == sorted(scores, reverse=True)  # type: ignore[type-var]
