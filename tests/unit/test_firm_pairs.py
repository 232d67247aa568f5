"""Which rows are one firm."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainmap.codes import uscc_check_character
from chainmap.errors import ConfigError
from chainmap.link.firm_features import FEATURES
from chainmap.link.firm_pairs import ANSWER, default_model, find_same_firms, read_model, score_pair
from chainmap.texts.link import TEXTS


def uscc(number: int) -> str:
    first17 = f"91999999{number:09d}"
    return first17 + uscc_check_character(first17)


ONE, OTHER = uscc(1), uscc(2)


def band(a: str, b: str, **more: str) -> str:
    """Score two names; ``uscc_a="…"`` and the like set the other columns."""
    rows = [
        {"name": name} | {k[:-2]: v for k, v in more.items() if k.endswith(side)}
        for name, side in ((a, "_a"), (b, "_b"))
    ]
    return str(score_pair(*rows)["band"])


def table(*rows: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        rows, columns=["id", "name", "uscc", "region", "short_name", "former_names"]
    )


LITHIUM = "青海昆仑锂能有限公司"


def test_two_valid_codes_are_never_one_firm() -> None:
    assert (
        band(LITHIUM, LITHIUM, uscc_a=ONE, uscc_b=OTHER, region_a="630100", region_b="630100")
        == "reject"
    )
    assert band(LITHIUM, "昆仑", uscc_a=ONE, uscc_b=OTHER, former_names_b=LITHIUM) == "reject"


def test_one_code_is_one_firm_whatever_the_name() -> None:
    assert band(LITHIUM, "江西昆伦锂业集团股份有限公司", uscc_a=ONE, uscc_b=ONE) == "accept"


def test_a_wrong_code_says_nothing() -> None:
    wrong = OTHER[:-1] + ("0" if OTHER[-1] != "0" else "1")
    assert band(LITHIUM, LITHIUM, uscc_a=ONE, uscc_b=wrong) == "accept"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("昆仑锂能有限公司西宁分公司", "昆仑锂能有限公司"),
        ("昆仑锂能有限公司西宁分公司", "昆仑锂能有限公司海东分公司"),
        ("昆仑锂能有限公司第一分厂", "昆仑锂能有限公司第二分厂"),
        ("昆仑锂能一厂", "昆仑锂能二厂"),
        ("昆仑第1锂能有限公司", "昆仑第二锂能有限公司"),
        ("昆仑东区锂能有限公司", "昆仑西区锂能有限公司"),
        ("赣州A昆仑锂能有限公司", "赣州B昆仑锂能有限公司"),
        ("KUNLUN昆仑锂能有限公司", "QILIAN昆仑锂能有限公司"),
    ],
)
def test_never(a: str, b: str) -> None:
    assert band(a, b, region_a="630100", region_b="630100") == "reject"


def test_a_branch_is_not_its_parent_even_under_its_code() -> None:
    assert (
        band("昆仑锂能有限公司西宁分公司", "昆仑锂能有限公司", uscc_a=ONE, uscc_b=ONE) == "reject"
    )


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("昆仑锂能集团有限公司", "昆仑锂能有限公司"),
        ("昆仑锂能（集团）有限公司", "西宁昆仑锂能有限公司"),
        ("昆仑控股有限公司", "昆仑锂能有限公司"),
        ("青海昆仑锂能有限公司", "青海昆伦锂能有限公司"),
        ("青海昆仑锂能有限公司", "青海昆仑锂能科技有限公司"),
        ("青海昆仑锂能有限公司", "青海昆仑锂能厂"),
        ("昆仑锂能有限公司", "昆仑锂能（西宁）有限公司"),
        ("青海昆仑锂能有限公司", "西宁昆仑锂能有限公司"),
        ("昆仑锂能（青海）有限公司", "昆仑锂能（西宁）有限公司"),
        ("比亚迪（南川项目）", "比亚迪（甘河项目）"),
        ("昆仑锂能厂", "昆仑锂能3厂"),
        ("示例·昆仑锂能有限公司", "昆仑锂能有限公司"),
        ("", ""),
    ],
)
def test_not_accepted_from_the_name(a: str, b: str) -> None:
    assert band(a, b, region_a="630100", region_b="630100") != "accept"


@pytest.mark.parametrize(
    "more",
    [
        {"region_a": "630100", "region_b": "360000"},
        {"region_a": "630100", "region_b": "630200"},
        {"region_a": "USA", "region_b": "DEU"},
    ],
)
def test_contradicting_regions_are_not_accepted(more: dict[str, str]) -> None:
    assert band("昆仑锂能有限公司", "昆仑锂能有限公司", **more) != "accept"
    assert (
        band("昆仑锂能有限公司", "昆仑有限公司", former_names_b="昆仑锂能有限公司", **more)
        != "accept"
    )


def test_a_region_holds_the_ones_below() -> None:
    assert band("昆仑锂能有限公司", "西宁昆仑锂能有限公司", region_a="630102") == "accept"
    assert band("昆仑锂能有限公司", "西宁昆仑锂能有限公司", region_a="360000") == "reject"
    assert band("昆仑锂能有限公司", "西宁昆仑锂能有限公司") == "review"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (LITHIUM, "青海省昆仑锂能有限责任公司"),
        (LITHIUM, "青海崑崙鋰能有限公司"),
        (LITHIUM, "*ST青海昆仑锂能有限公司"),
        (LITHIUM, "青海昆仑锂能公司"),
        (LITHIUM, "A青海昆仑锂能有限公司"),
        ("昆仑锂能（集团）有限公司", "昆仑锂能集团有限责任公司"),
        ("昆仑锂能有限公司西宁分公司", "昆仑锂能有限公司（西宁分公司）"),
        ("昆仑（西宁）锂能有限公司", "西宁昆仑锂能有限公司"),
    ],
)
def test_spellings_of_one_name(a: str, b: str) -> None:
    assert band(a, b) == "accept"


def test_former_and_short_names() -> None:
    assert band(LITHIUM, "西宁祁连电池厂", former_names_a="西宁市祁连电池厂；西宁祁连") == "accept"
    assert band(f"{LITHIUM}（原西宁祁连电池厂）", "西宁祁连电池厂") == "accept"
    assert band("青海黄河上游水电开发有限责任公司", "黄河水电", short_name_a="黄河水电") == "review"
    assert band("盐湖股份", "青海盐湖工业股份有限公司", region_a="632801") == "review"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("青海昆仑锂能有限公司", "青海昆仑锂能股份有限公司"),
        ("*ST昆仑", "青海昆仑锂能股份有限公司"),
        ("昆仑股份", "青海昆仑锂能股份有限公司"),
        ("昆仑锂能", "青海昆仑锂能科技有限公司"),
    ],
)
def test_names_that_differ_are_accepted_only_within_one_city(a: str, b: str) -> None:
    assert band(a, b, region_a="630102", region_b="630100") == "accept"
    assert band(a, b, region_a="630100") != "accept"
    assert band(a, b, region_a="630000", region_b="630000") != "accept"
    assert band(a, b, region_a="630100", region_b="630200") != "accept"


def test_a_short_name_that_is_no_stock_name_is_for_review() -> None:
    at_home = {"region_a": "630100", "region_b": "630100"}
    assert band("昆仑", "青海昆仑锂能股份有限公司", **at_home) == "review"
    assert band("昆仑股份", "青海昆仑锂能有限公司", **at_home) == "review"
    assert band("青海昆仑锂能科技有限公司", "青海昆仑锂能有限公司", **at_home) == "review"


@pytest.mark.parametrize(
    ("short", "full", "sister"),
    [
        ("昆仑股份", "青海昆仑锂能股份有限公司", "青海昆仑机械股份有限公司"),
        ("昆仑锂能", "青海昆仑锂能科技有限公司", "青海昆仑锂能实业有限公司"),
    ],
)
def test_a_short_name_that_fits_two_firms_is_for_review(short: str, full: str, sister: str) -> None:
    rows = [
        {"id": str(n), "name": name, "region": "630100"}
        for n, name in enumerate((short, full, sister))
    ]
    alone, both = find_same_firms(table(*rows[:2])), find_same_firms(table(*rows))
    again = find_same_firms(table(*rows, {"id": "3", "name": full, "region": "630102"}))

    assert list(alone.band) == ["accept"]
    assert "accept" not in set(both.band)
    assert both[both.source == "0"].matched.str.contains("不止一家").all()
    assert set(again[again.band == "accept"].source + again[again.band == "accept"].target) == {
        "13"
    }


def test_reasons_are_sentences_of_the_texts() -> None:
    told = {name: (zh, en) for name, (zh, en) in TEXTS.items() if name.startswith("same.")}

    assert {f"same.{name}" for name in FEATURES} <= set(told)
    assert all(zh and en for zh, en in told.values())


def test_old_registration_numbers_are_kept_as_such() -> None:
    number, different = "630100012345678", "630100087654321"
    assert band(LITHIUM, "青海昆伦锂能厂", uscc_a=number, uscc_b=number) == "accept"
    assert band(LITHIUM, LITHIUM, uscc_a=number, uscc_b=different) == "review"
    assert band(LITHIUM, LITHIUM, uscc_a=number, uscc_b=ONE) == "accept"
    assert band(LITHIUM, "青海昆伦锂能厂", uscc_a=ONE[8:17], uscc_b=ONE) == "accept"


def test_reasons_say_what_agrees_and_what_differs() -> None:
    told = score_pair(
        {"name": "昆仑锂能有限公司", "region": "630100"},
        {"name": "昆仑锂能股份有限公司", "region": "630000"},
    )
    assert told["matched"] == "字号相同：昆仑锂能；法人形式不同：有限公司/股份有限公司；地区一致"
    assert set(FEATURES) <= set(told)


def test_find_returns_accept_and_review_only() -> None:
    found = find_same_firms(
        table(
            {"id": "c", "name": LITHIUM, "region": "630100"},
            {"id": "a", "name": "青海昆仑锂能有限责任公司"},
            {"id": "b", "name": "青海祁连锂能有限公司"},
            {"id": "d", "name": "青海昆仑锂能有限公司海东分公司"},
            {"id": "e", "name": "昆仑锂能", "region": "630102"},
        )
    )
    assert list(found.columns) == list(ANSWER)
    assert list(zip(found.source, found.target, found.band, strict=True)) == [
        ("a", "e", "accept"), ("c", "e", "accept"), ("a", "c", "accept"),
    ]  # fmt: skip
    assert found.probability.between(default_model().review, 1).all()


def test_only_keeps_pairs_with_one_of_them() -> None:
    frame = table(*({"id": n, "name": LITHIUM} for n in "abc"), {"id": "d", "name": "昆仑"})
    found = find_same_firms(frame, only=["b"])
    assert set(zip(found.source, found.target, strict=True)) >= {("a", "b"), ("b", "c")}
    assert ((found.source == "b") | (found.target == "b")).all()
    assert find_same_firms(frame, only=[]).empty


def test_two_codes_are_not_joined_through_a_third_row() -> None:
    found = find_same_firms(
        table(
            {"id": "a", "name": LITHIUM, "uscc": ONE},
            {"id": "b", "name": LITHIUM, "uscc": OTHER},
            {"id": "c", "name": LITHIUM},
            {"id": "d", "name": "旧名", "uscc": ONE},
        )
    )
    bands = dict(zip(zip(found.source, found.target, strict=True), found.band, strict=True))
    assert bands == {("a", "c"): "review", ("b", "c"): "review", ("a", "d"): "accept"}
    assert found.matched.str.contains("不止一家").sum() == 2


def test_two_regions_are_not_joined_through_a_third_row() -> None:
    rows = [
        {"id": n, "name": "昆仑锂能有限公司", "region": code}
        for n, code in (("a", "630100"), ("b", ""), ("c", "360000"))
    ]
    assert set(find_same_firms(table(*rows)).band) == {"review"}


@pytest.mark.parametrize(
    "rows", [[], [{"id": "a", "name": LITHIUM}], [{"id": "a", "name": ""}, {"id": "b", "name": ""}]]
)
def test_nothing_to_find(rows: list[dict[str, str]]) -> None:
    found = find_same_firms(table(*rows))
    assert found.empty
    assert list(found.columns) == list(ANSWER)


def test_columns_may_be_missing_or_null() -> None:
    frame = pd.DataFrame(
        {"id": ["a", "b"], "name": [LITHIUM, LITHIUM], "uscc": [None, float("nan")]}
    )
    assert list(find_same_firms(frame).band) == ["accept"]


NAMES = st.sampled_from(
    [
        LITHIUM,
        "昆仑锂能",
        "昆仑锂能（西宁）有限公司",
        "昆仑锂能集团有限公司",
        "昆伦锂能有限公司",
        "昆仑锂能一厂",
        "昆仑锂能有限公司西宁分公司",
        "昆仑股份",
        "仑昆锂能有限公司",
        "ACME Ltd",
        "",
    ]
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "name": NAMES,
            "uscc": st.sampled_from(["", ONE, OTHER, "630100012345678"]),
            "region": st.sampled_from(["", "630100", "630000", "360000", "CHN"]),
            "short_name": st.sampled_from(["", "昆仑锂能"]),
            "former_names": st.sampled_from(["", "昆仑锂能厂；昆伦锂能有限公司"]),
        }
    ),
    max_size=9,
)


@settings(max_examples=40, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter_and_rules_hold(rows, random) -> None:
    named = [row | {"id": f"f{n}"} for n, row in enumerate(rows)]
    found = find_same_firms(table(*named))
    random.shuffle(named)
    pd.testing.assert_frame_equal(found, find_same_firms(table(*named)))
    by_id = {row["id"]: row for row in named}
    for pair in found.itertuples():
        assert pair.source < pair.target
        codes = {by_id[n]["uscc"] for n in (pair.source, pair.target)} & {ONE, OTHER}
        assert len(codes) < 2
        assert score_pair(by_id[pair.source], by_id[pair.target])["band"] in {pair.band, "accept"}


def test_a_block_larger_than_the_window_is_still_joined() -> None:
    frame = pd.DataFrame({"id": [f"{n:03d}" for n in range(100)], "name": LITHIUM})
    assert len(find_same_firms(frame)) == sum(
        100 - step for step in range(1, default_model().window + 1)
    )


def test_pairs_are_compared_in_parts_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [LITHIUM, LITHIUM.replace("有限", "股份有限"), "青海昆仑锂能", "昆仑锂能科技有限公司"]
    frame = pd.DataFrame({"id": [f"{n:02d}" for n in range(24)], "name": names * 6})
    frame["region"] = ["630100", "630000", "", "630200"] * 6
    whole = find_same_firms(frame)
    for size in (1, 7):
        monkeypatch.setattr("chainmap.link.firm_pairs._CHUNK", size)
        pd.testing.assert_frame_equal(whole, find_same_firms(frame))
    assert {"accept", "review"} == set(whole["band"])


def test_bounds_out_of_order_are_refused(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "chainmap" / "link" / "firms.toml").read_text("utf-8")
    bad = tmp_path / "firms.toml"
    bad.write_text(text.replace(f"accept = {default_model().accept}", "accept = 0.2"), "utf-8")
    with pytest.raises(ConfigError):
        read_model(bad)
