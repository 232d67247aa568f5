"""The what-if job and command: names, bands, tree, evidence, what is not known."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from chain_samples import Sample, rows_of
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from openpyxl import load_workbook

from chainmap.cli import cli
from chainmap.errors import ConfigError, NothingToAnalyse
from chainmap.stores.open import open_store
from chainmap.workflow.gaps import find_gaps
from chainmap.workflow.whatif import simulate_outage

if TYPE_CHECKING:
    from chainmap.stores.port import GraphStore

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "answers" / "whatif.schema.json").read_text("utf-8")
)


def battery() -> Sample:
    """Return 基膜 -> 隔膜 -> 电芯 -> 电池包: A alone delivers 隔膜, half of what L sells goes to P."""
    sample = Sample().region("630100", "西宁市").park("南川", "630100").chain("锂电")
    for key, name in (("base", "基膜"), ("sep", "隔膜"), ("cell", "电芯"), ("pack", "电池包")):
        sample.product(key, chain="锂电", name=name)
    sample.product("wet", chain="锂电", name="湿法隔膜").kind("wet", "sep")
    sample.input("base", "sep", essential="2").input("sep", "cell", essential="2")
    sample.input("cell", "pack", essential="2")
    sample.company("G", "庚基公司").makes("G", "base", capacity=10.0, capacity_unit="吨")
    sample.company("A", "甲膜公司", park="南川").makes("A", "sep", capacity=100.0,
                                                      capacity_unit="吨")  # fmt: skip
    sample.company("B", "乙膜公司").makes("B", "sep", capacity=80.0, capacity_unit="吨")
    sample.company("C", "丙膜公司").makes("C", "sep", capacity=60.0, capacity_unit="吨")
    sample.company("L", "链主公司").leads("L", "锂电").makes("L", "cell")
    sample.company("P", "包公司").makes("P", "pack").company("Q", "储能公司")
    sample.company("X", "未联公司")
    for source, target, good, amount in (
        ("G", "A", "base", 1e6), ("A", "L", "sep", 5e6), ("L", "P", "cell", 4e7),
        ("L", "Q", "cell", 4e7), ("P", "Q", "pack", 6e7),
    ):  # fmt: skip
        ends = f"Company:{source}", f"Company:{target}"
        sample.edge("SUPPLIES", *ends, product=f"Product:{good}", amount_cny=amount)
    return sample


def told(store: GraphStore, *names: str, **more: Any) -> dict[str, Any]:
    answer = simulate_outage(store, remove=names, **{"draws": 5} | more)
    found: dict[str, Any] = json.loads(answer.as_json())
    assert [e.message for e in Draft202012Validator(SCHEMA).iter_errors(found)] == []
    return found


def row(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    (one,) = [one for one in found["rows"] if one["entity"] == name]
    return one


def test_a_firm_that_stops_is_followed_to_the_end_with_its_sources() -> None:
    found = told(battery().store(), "甲膜公司")
    leader = row(found, "链主公司")

    # B and C could each serve one average customer of 隔膜: sigma = 5 / (5 + 5), half is missing.
    assert leader["loss_share"] == pytest.approx(0.5)
    assert leader["cause"] == ["Company:A", "Product:sep", "Company:L"]
    assert (
        leader["cause_text"] == "缺「隔膜」50%（甲膜公司 供不上，唯一供应商；缺则停产），停产 50%"
    )
    texts = [(item["text"], item["sheet"]) for item in leader["evidence"]]
    assert texts == [
        ("甲膜公司 向 链主公司 供「隔膜」，每年 500 万元", "供货关系"),
        ("隔膜 是 电芯 的投入品（缺则停产）", "产品投入"),
    ]
    assert leader["is_leader"]
    assert row(found, "庚基公司")["direction"] == "sales"
    assert row(found, "甲膜公司")["role"] == "removed"
    assert found["rows"][-1]["role"] == "removed"
    (total,) = found["total"]
    sales = {"庚基公司": 1e6, "甲膜公司": 5e6, "链主公司": 8e7, "包公司": 6e7, "储能公司": 1e8}
    assert {name: row(found, name)["total_sales_cny"] for name in sales} == sales
    assert row(found, "储能公司")["sales_basis"] == "purchases"
    assert row(found, "储能公司")["sales_cny"] is None
    lost = sum(value * row(found, name)["loss_share"] for name, value in sales.items())
    assert total["loss_share"] == pytest.approx(lost / 2.46e8, abs=1e-5)
    assert (total["recorded_sales_cny"], total["total_sales_cny"]) == (1.46e8, 2.46e8)
    assert total["leaders_hit"] == ["链主公司"]


def test_the_tree_stands_on_what_stops() -> None:
    found = told(battery().store(), "甲膜公司")
    lines = [(line["depth"], line["entity_id"], line["parent_id"]) for line in found["tree"]]

    assert lines[0] == (0, "Company:A", None)
    assert (1, "Company:L", "Company:A") in lines
    assert (2, "Company:P", "Company:L") in lines
    shown = {row["entity_id"] for row in found["rows"]}
    assert shown == {line["entity_id"] for line in found["tree"]}


def test_two_makers_together_step_in() -> None:
    found = told(battery().store(), "甲膜公司")
    names = [(one["company"], one["share"], one["smallest"]) for one in found["substitutes"]]

    assert names == [("乙膜公司", 0.8, True), ("丙膜公司", 0.6, True)]
    assert found["substitutes"][0]["restored"] == 1.0
    helps = [one["company"] for one in row(found, "链主公司")["substitutes"]]
    assert helps == ["乙膜公司", "丙膜公司"]


def test_a_firm_that_is_struck_off_takes_over_nothing_though_it_is_recorded_to_supply() -> None:
    sample = battery()
    sample.company("N", "新能公司").makes("N", "cell")
    for key in ("B", "C"):
        ends = f"Company:{key}", "Company:N"
        sample.edge("SUPPLIES", *ends, product="Product:sep", amount_cny=1e6)
    names = [one["company"] for one in told(sample.store(), "甲膜公司")["substitutes"]]
    (struck,) = [one for one in sample.rows["Company"] if one["name"] == "乙膜公司"]
    struck["status"] = "注销"
    left = [one["company"] for one in told(sample.store(), "甲膜公司")["substitutes"]]

    assert "乙膜公司" in names
    assert "乙膜公司" not in left
    assert "丙膜公司" in left


def test_what_a_firm_sells_elsewhere_goes_on() -> None:
    """The one customer that is recorded takes a tenth of what G sells: no more than that is lost."""
    sample = battery()
    base, unsold = (
        one for one in sample.rows["Company"] if one["name"] in ("庚基公司", "丙膜公司")
    )
    base["revenue_cny"] = 1e7
    found = told(sample.store(), "甲膜公司")
    supplier = row(found, "庚基公司")

    assert (supplier["loss_share"], supplier["loss_upstream"], supplier["loss_downstream"]) == (
        0.1,
        0.1,
        0.0,
    )
    assert (supplier["sales_cny"], supplier["total_sales_cny"]) == (1e6, 1e7)
    assert supplier["sales_basis"] == "revenue"
    assert supplier["lost_cny"] == 1e6
    rules = {finding["rule"]: finding["message"] for finding in found["findings"]}
    assert "只有 1 家企业既有营业收入又有供货记录" in rules["A-outage-few-revenues"]
    unsold["revenue_cny"] = 5e6  # without a supply: nothing is known of it
    assert told(sample.store(), "甲膜公司")["total"] == found["total"]


def test_a_product_that_stops_tells_of_makers_whose_customers_are_unknown() -> None:
    found = told(battery().store(), "产品:隔膜")
    rules = {finding["rule"]: finding["message"] for finding in found["findings"]}

    assert "生产“隔膜”的 2 家企业没有记录供给谁" in rules["A-outage-makers"]
    assert "乙膜公司、丙膜公司" in rules["A-outage-makers"]


def test_stocks_and_fractions_soften_the_blow() -> None:
    store = battery().store()
    whole = row(told(store, "甲膜公司"), "链主公司")["loss_share"]
    half = row(told(store, "甲膜公司", fraction=0.5), "链主公司")["loss_share"]
    stocked = told(store, "甲膜公司", days=30.0, stock=["隔膜=15"])

    assert half < whole
    assert row(stocked, "链主公司")["loss_share"] == pytest.approx(whole / 2)
    assert stocked["scope"]["days"] == 30.0


def test_a_product_stops_at_all_of_its_makers_and_kinds() -> None:
    sample = battery().makes("B", "wet")
    sample.edge("SUPPLIES", "Company:B", "Company:L", product="Product:wet", amount_cny=5e6)
    found = told(sample.store(), "产品:隔膜")

    assert row(found, "链主公司")["loss_share"] == 1.0
    assert row(found, "甲膜公司")["cause_text"] == "「隔膜」停供，减产 100%"
    assert {row(found, name)["role"] for name in ("甲膜公司", "乙膜公司")} == {"removed"}
    assert found["scope"]["remove"][0]["kind"] == "product"
    # C makes it too, but it is gone everywhere: nobody can step in.
    (nobody,) = found["substitutes"]
    assert (nobody["company"], nobody["restored"], nobody["enough"]) == (None, 0.0, False)


def test_a_gap_matters_by_what_its_product_costs_everybody() -> None:
    sample = battery().company("K", "西宁用户", region="630100").wants("K", "sep").wants("K", "wet")
    store = sample.store()
    loss = told(store, "隔膜")["total"][0]["loss_share"]
    rows = {row["product"]: row for row in rows_of(find_gaps(store, region="630100"))}
    matters: Any = rows["隔膜"]["matters"]

    assert matters["cascade"]["value"] == pytest.approx(loss, abs=1e-6)
    nobody: Any = rows["湿法隔膜"]["matters"]
    assert nobody["cascade"] == {"value": None, "rank": None}
    for row in rows_of(find_gaps(store, region="630100", audience="外发")):
        outside: Any = row["matters"]
        assert outside["cascade"] == {"value": None, "rank": None}


def test_a_place_stops_with_the_firms_in_it() -> None:
    store = battery().store()

    assert told(store, "南川")["rows"] == told(store, "甲膜公司")["rows"]
    assert told(store, "地区：西宁市")["scope"]["remove"][0]["id"] == "Region:630100"


def test_sums_are_of_the_days_that_the_outage_lasts() -> None:
    store = battery().store()
    whole = row(told(store, "甲膜公司"), "甲膜公司")["lost_cny"]
    found = row(told(store, "甲膜公司", days=36.525), "甲膜公司")

    assert found["lost_cny"] == pytest.approx(whole / 10)


def test_a_stock_of_a_kind_goes_before_that_of_the_product_in_any_order() -> None:
    sample = battery().makes("B", "wet")
    sample.edge("SUPPLIES", "Company:B", "Company:L", product="Product:wet", amount_cny=5e6)
    store = sample.store()
    both = ["隔膜=30", "湿法隔膜=3"]
    found = [told(store, "乙膜公司", days=30.0, stock=order) for order in (both, both[::-1])]

    assert found[0]["rows"] == found[1]["rows"]
    assert row(found[0], "链主公司")["loss_share"] == pytest.approx(0.9)


def test_a_leader_whose_own_product_stops_is_told_among_the_leaders() -> None:
    found = told(battery().store(), "产品:电芯")

    assert found["total"][0]["leaders_hit"] == ["链主公司"]
    assert found["total"][0]["firms_removed"] == 1


def test_what_hangs_on_a_firm_without_supplies_is_unknown_not_zero() -> None:
    found = told(battery().store(), "未联公司")
    rules = {finding["rule"]: finding["message"] for finding in found["findings"]}

    assert found["total"][0]["loss_share"] is None
    assert "未联公司" in rules["A-outage-unrecorded"]
    assert row(found, "未联公司")["cause_text"].endswith("没有供货记录，影响未知")
    assert found["substitutes"] == []


def test_a_product_that_nobody_is_recorded_to_buy_is_said() -> None:
    found = told(battery().product("z", name="孤品").makes("A", "z").store(), "孤品")

    assert found["total"][0]["loss_share"] is None
    assert found["findings"][0]["rule"] == "A-outage-unbought"


def test_a_product_that_nobody_is_recorded_to_buy_costs_its_maker_the_share_it_states() -> None:
    sample = battery().product("z", name="孤品").makes("A", "z", revenue_share=0.4)
    found = told(sample.makes("X", "z", revenue_share=0.9).store(), "孤品")
    maker = row(found, "甲膜公司")

    assert (maker["loss_share"], maker["role"]) == (0.4, "removed")
    assert maker["cause_text"] == "「孤品」停供，减产 40%"
    assert maker["lost_cny"] == 0.4 * 5e6
    assert row(found, "庚基公司")["loss_share"] == pytest.approx(0.4)  # it sells all to A
    assert found["total"][0]["loss_share"] == pytest.approx(0.4 * 6e6 / 2.46e8, abs=1e-6)
    assert found["findings"][0]["rule"] == "A-outage-unbought"


def test_rank_lists_the_firms_on_which_most_hangs() -> None:
    answer = simulate_outage(battery().store(), rank=True, top=3, draws=4)
    found = json.loads(answer.as_json())
    assert [e.message for e in Draft202012Validator(SCHEMA).iter_errors(found)] == []
    alone = [
        told(battery().store(), one["entity"])["total"][0]["loss_share"] for one in found["rows"]
    ]

    assert [one["rank"] for one in found["rows"]] == [1, 2, 3]
    assert [one["loss_share"] for one in found["rows"]] == pytest.approx(alone, abs=1e-6)
    assert alone == sorted(alone, reverse=True)
    assert found["tree"] == found["total"] == []
    first = found["rows"][0]
    total = told(battery().store(), first["entity"])["total"][0]
    assert first["loss_downstream"] == pytest.approx(total["loss_downstream"], abs=1e-6)
    assert first["loss_upstream"] == pytest.approx(total["loss_upstream"], abs=1e-6)


def test_a_rank_row_says_whom_the_outage_hits_and_which_rows_say_so() -> None:
    found = json.loads(simulate_outage(battery().store(), rank=True, draws=0).as_json())
    alone = told(battery().store(), "甲膜公司")
    ranked = row(found, "甲膜公司")
    lost = {one["entity"]: one["lost_cny"] for one in alone["rows"] if one["role"] == "hit"}
    most = sorted(lost, key=lambda name: -lost[name])[:3]

    assert [one["company"] for one in ranked["hardest_hit"]] == most
    assert [one["lost_cny"] for one in ranked["hardest_hit"]] == [lost[name] for name in most]
    assert ranked["leaders_hit"] == ["链主公司"]
    assert "停了损失最大的是 储能公司（50%）、链主公司（50%）、" in ranked["cause_text"]
    assert [(one["text"], one["sheet"]) for one in ranked["evidence"]] == [
        ("甲膜公司 向 链主公司 供「隔膜」，每年 500 万元", "供货关系")
    ]
    assert row(found, "储能公司")["evidence"][0]["text"].startswith("包公司 向 储能公司 供")


def test_without_draws_no_range_is_shown(tmp_path: Path) -> None:
    with open_store(f"sqlite:{tmp_path / 'chainmap.sqlite'}") as store:
        battery().into(store)
    words = ["whatif", "--workspace", str(tmp_path), "--remove", "甲膜公司", "--draws", "0"]
    done = CliRunner().invoke(cli, words)

    assert "合计：损失有供货记录企业销售额的 51.2%" in done.stdout
    total = done.stdout.split("合计：")[1]
    assert "上下限" not in total
    assert re.search(r"少销售 [\d.]+%）", total)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"remove": ["没有这家"]}, "没有叫"),
        ({"remove": ["甲"]}, "甲膜公司"),
        ({"remove": ["同名"]}, "企业:同名.*产品:同名"),
        ({"remove": []}, "--remove"),
        ({"remove": ["甲膜公司"], "rank": True}, "--remove"),
        ({"remove": [], "rank": True, "days": 3.0}, "--rank"),
        ({"remove": ["甲膜公司"], "fraction": 0.0}, "--fraction"),
        ({"remove": ["甲膜公司"], "fraction": float("nan")}, "--fraction"),
        ({"remove": ["甲膜公司"], "days": -1.0}, "--days"),
        ({"remove": ["甲膜公司"], "days": 3.0, "stock": ["隔膜"]}, "产品=天数"),
        ({"remove": ["甲膜公司"], "days": 3.0, "stock": ["隔膜=nan"]}, "产品=天数"),
        ({"remove": ["甲膜公司"], "days": 3.0, "stock": ["隔摸=3"]}, "隔膜"),
        ({"remove": ["甲膜公司"], "stock": ["隔膜=3"]}, "--days"),
        ({"remove": ["空园"]}, "没有登记企业"),
        ({"remove": ["甲膜公司"], "audience": "外发"}, "外发"),
    ],
)
def test_what_cannot_be_followed_is_refused(more: dict[str, Any], message: str) -> None:
    sample = battery().company("S", "同名").product("same", name="同名").park("空园", "630100")
    with pytest.raises(ConfigError, match=message):
        simulate_outage(sample.store(), **more)


def test_without_supplies_there_is_nothing_to_follow() -> None:
    sample = Sample().product("p").company("A", "甲").makes("A", "p")
    with pytest.raises(NothingToAnalyse, match="供货关系"):
        simulate_outage(sample.store(), remove=["甲"])


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    sample = battery().company("H", '=cmd|"/c calc"!A1').makes("H", "base")
    sample.edge("SUPPLIES", "Company:H", "Company:A", product="Product:base", amount_cny=1e6)
    with open_store(f"sqlite:{tmp_path / 'chainmap.sqlite'}") as store:
        sample.into(store)
    out = tmp_path / "风险.xlsx"
    words = ["whatif", "--workspace", str(tmp_path), "--remove", "Company:H", "--draws", "0"]
    done = CliRunner().invoke(cli, [*words, "-o", str(out)])

    assert done.exit_code == 0, done.stderr
    book = load_workbook(out)
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert {"影响传导", "替补", "合计"} <= set(book.sheetnames)


def test_the_terminal_shows_the_tree_and_the_total(tmp_path: Path) -> None:
    with open_store(f"sqlite:{tmp_path / 'chainmap.sqlite'}") as store:
        battery().into(store)
    words = ["whatif", "--workspace", str(tmp_path), "--remove", "甲膜公司", "--draws", "3"]
    done = CliRunner().invoke(cli, words)

    assert done.exit_code == 0, done.stderr
    assert "  └ 链主公司 缺「隔膜」50%" in done.stdout
    assert "合计：损失有供货记录企业销售额的 51.2%（缺投入 50.8%，少销售" in done.stdout
    assert "；上下限 " in done.stdout
    assert (
        "替补（合起来挽回别家缺投入损失的 100.0%，够九成；已证明没有更少的组合）：\n" in done.stdout
    )
    assert "\n  乙膜公司 顶上「隔膜」80.0%（按全部产能" in done.stdout
    assert "估计上下限" in done.stderr


def test_what_is_no_number_is_refused_in_words() -> None:
    done = CliRunner().invoke(cli, ["whatif", "--remove", "x", "--fraction", "一半"])

    assert done.exit_code == 2
    assert "一半 不是数" in done.stderr


@pytest.mark.parametrize("kind", ["sqlite", "neo4j"])
def test_every_store_gives_the_same_answer(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    asked: dict[str, Any] = {"remove": ["甲膜公司"], "draws": 6}
    expected = rows_of(simulate_outage(battery().store(), **asked))
    if kind == "sqlite":
        with open_store(f"sqlite:{tmp_path / 'g.sqlite'}") as store:
            found = rows_of(simulate_outage(battery().into(store, shuffle=3), **asked))
    else:
        store = request.getfixturevalue("neo4j_store")
        found = rows_of(simulate_outage(battery().into(store, shuffle=3), **asked))

    assert found == expected
