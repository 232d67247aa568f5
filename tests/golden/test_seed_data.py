"""The seed data: enough of it, honest row by row, fresh, and importable without one error."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx
import openpyxl
import pandas as pd
import pytest

from chainmap.codes import check_uscc
from chainmap.errors import InputRejected, Severity
from chainmap.stores.open import open_store
from chainmap.stores.port import GraphQuery
from chainmap.workflow.import_files import import_files

if TYPE_CHECKING:
    from chainmap.answers import Answer
    from chainmap.errors import Finding
    from chainmap.tables import GraphTables

ROOT = Path(__file__).resolve().parents[2]
SEED = ROOT / "seed_data"
CURATED = SEED / "curated"
BOOKS = [SEED / name for name in ("企业.xlsx", "产业链.xlsx", "需求与供货.xlsx")]
SPOILED = SEED / "spoiled" / "有问题的企业.xlsx"
TODAY = "2026-11-23"
CHAINS = {"锂电", "光伏", "有色合金", "特色化工", "生物医药", "高原动植物资源"}
SHEETS = ("企业", "供给", "需求", "供货关系", "链主", "年度数据", "称号")
WITH_SOURCE = sorted(path.stem for path in CURATED.glob("*.csv") if path.stem != "来源")


@lru_cache(maxsize=64)
def rows(folder: str, sheet: str) -> tuple[dict[str, str], ...]:
    with (SEED / folder / f"{sheet}.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def firm_names(sheet: str) -> list[str]:
    columns = ("供方", "需方") if sheet == "供货关系" else ("企业名称",)
    return [row[column] for row in rows("csv", sheet) for column in columns]


def inputs() -> set[tuple[str, str]]:
    return {(row["投入品"], row["产出品"]) for row in rows("curated", "产品投入")}


@lru_cache(maxsize=2)
def imported(kind: str) -> tuple[Answer, GraphTables]:
    with open_store("memory:") as store:
        if kind == "workbooks":
            answer = import_files(BOOKS, store, as_of=TODAY)
        else:
            answer = import_files([SEED / "csv"], store, source="seed", as_of=TODAY)
        return answer, store.read(GraphQuery())


# --- enough --------------------------------------------------------------------------------


def test_there_are_six_chains_with_all_three_stages() -> None:
    assert {row["产业链"] for row in rows("curated", "产业链")} == CHAINS
    stages = {(row["产业链"], row["阶段"]) for row in rows("curated", "环节")}
    assert stages == {(chain, stage) for chain in CHAINS for stage in ("上游", "中游", "下游")}


def test_every_chain_has_products_and_an_example_leader() -> None:
    chains = {
        part.partition("/")[0]
        for row in rows("curated", "产品")
        for part in row["所在环节"].split("；")
    }
    assert chains == CHAINS
    leaders = {row["产业链"] for row in rows("csv", "链主") if row["角色"] == "链主"}
    assert leaders == CHAINS


def test_the_counts_of_the_plan_are_reached() -> None:
    firms = rows("csv", "企业")
    examples = [row for row in firms if row["示例"] == "是"]
    assert len(rows("curated", "产品")) >= 140
    assert len(inputs()) >= 220
    assert len(firms) - len(examples) >= 25
    assert len(examples) >= 150
    assert 60 <= len(rows("csv", "需求")) <= 120
    assert len(rows("csv", "供货关系")) >= 80
    assert len({row["公开范围"] for row in rows("csv", "需求")}) == 3
    assert sum(row["副产品"] == "是" for row in rows("csv", "供给")) >= 10


@pytest.mark.parametrize(
    "chain",
    [
        "工业硅 三氯氢硅 多晶硅 单晶硅棒 单晶硅片 光伏电池片 光伏组件 光伏电站",
        "电解铝 铝锭 铝合金 铝型材",
        "铝合金 电线电缆",
        "铬铁 重铬酸钠 铬酐",
        "天然气 甲醇 烯烃",
        "工业尾气 甲醇",
        "电石 氯乙烯 聚氯乙烯",
        "烧碱 聚氯乙烯",
        "硫酸 氟化氢 有机氟材料",
        "萤石 氟化氢",
        "石英坩埚 单晶硅棒",
        "铝边框 光伏组件",
        "光伏支架 光伏电站",
    ],
)
def test_the_chains_that_sources_print_are_contained(chain: str) -> None:
    steps = chain.split()
    assert set(pairwise(steps)) <= inputs()


def test_recycling_closes_the_loop_from_cells_back_to_lithium_carbonate() -> None:
    network = nx.DiGraph(sorted(inputs()))
    loop = ["碳酸锂", "电池级碳酸锂", "磷酸铁锂", "动力电池", "退役动力电池", "电池黑粉", "碳酸锂"]
    assert nx.is_path(network, loop)


def test_no_product_of_the_catalogue_stands_alone() -> None:
    joined = {name for pair in inputs() for name in pair}
    assert {row["产品"] for row in rows("curated", "产品")} - joined == set()


# --- honest --------------------------------------------------------------------------------


@pytest.mark.parametrize("sheet", WITH_SOURCE)
def test_every_curated_row_names_a_source_that_is_listed(sheet: str) -> None:
    listed = {row["编号"] for row in rows("curated", "来源")}
    for row in rows("curated", sheet):
        named = set(re.findall(r"\b(?:S\d\d|K0)\b", row["资料来源"]))
        assert named, row
        assert named <= listed, row


@pytest.mark.parametrize("sheet", WITH_SOURCE)
def test_a_curated_row_has_a_date_unless_its_source_has_none(sheet: str) -> None:
    for row in rows("curated", sheet):
        if not row["数据日期"]:
            assert re.search("日期不明|年份不明", row["资料来源"]), row


def test_a_capacity_of_a_page_without_a_date_says_so() -> None:
    for row in rows("curated", "园区产能"):
        assert "数据日期为本项目整理日" in row["资料来源"]
        assert row["数据日期"] == TODAY


def test_cost_shares_are_empty_and_quantities_only_where_units_cancel() -> None:
    units = {row["产品"]: row["计量单位"] for row in rows("curated", "产品")}
    for row in rows("curated", "产品投入"):
        assert row["成本占比（%）"] == ""
        if row["单耗"]:
            assert row["单耗"] == "1"
            assert units[row["投入品"]] == units[row["产出品"]]
            assert units[row["投入品"]] in {"GW", "GWh"}


def test_real_firms_carry_nothing_that_was_not_curated() -> None:
    for sheet in SHEETS:
        path = CURATED / f"{sheet}.csv"
        kept = [
            {name: value for name, value in row.items() if value}
            for row in rows("csv", sheet)
            if not any(str(value).startswith("示例·") for value in row.values())
        ]
        curated = rows("curated", sheet) if path.exists() else ()
        stated = [{name: value for name, value in row.items() if value} for row in curated]
        assert kept == stated, sheet


def test_real_firms_have_no_credit_code_no_example_mark_and_only_the_reported_role() -> None:
    real = {row["企业名称"] for row in rows("curated", "企业")}
    for row in rows("csv", "企业"):
        if row["企业名称"] in real:
            assert not row["统一社会信用代码"]
            assert not row["示例"]
            assert not row["联系电话"]
    for row in rows("csv", "链主"):
        if row["企业名称"] in real:
            assert row["角色"] == "龙头(公开报道)"


def test_every_example_firm_says_so_in_its_name_and_its_credit_code() -> None:
    examples = [row for row in rows("csv", "企业") if row["示例"] == "是"]
    codes = {row["统一社会信用代码"] for row in examples}
    assert len(codes) == len(examples)
    for row in examples:
        code = row["统一社会信用代码"]
        assert row["企业名称"].startswith("示例·")
        assert code[2:8] == "999999"
        assert check_uscc(code) == ""
        assert row["联系人"] == "示例联系人"
        assert row["联系电话"].startswith("000-")
        assert "不是真实企业" in row["资料来源"]


def test_everything_invented_belongs_to_example_firms() -> None:
    real = {row["企业名称"] for row in rows("curated", "企业")}
    for sheet in ("年度数据", "称号"):
        assert real.isdisjoint(firm_names(sheet))
    pairs = {(row["供方"], row["需方"]) for row in rows("csv", "供货关系")}
    mixed = [pair for pair in pairs if len({name in real for name in pair}) == 2]
    assert mixed == []


def test_what_the_workbooks_say_of_real_firms_is_not_respelled() -> None:
    book = openpyxl.load_workbook(BOOKS[0], read_only=True)
    table = list(book["企业"].iter_rows(values_only=True))
    book.close()
    head = next(i for i, row in enumerate(table) if "公司名称" in row)
    name, made = table[head].index("公司名称"), table[head].index("主要产品")
    written = {row[name]: row[made] or "" for row in table[head + 1 :]}
    for row in rows("curated", "企业"):
        assert written[row["企业名称"]] == row["主营产品"]


def test_sources_list_every_curated_firm_edge_and_capacity() -> None:
    page = (SEED / "SOURCES.md").read_text(encoding="utf-8")
    for row in rows("curated", "企业"):
        assert f"| {row['企业名称']} |" in page
    for row in rows("curated", "供货关系"):
        assert f"| {row['供方']} · {row['需方']} · {row['产品']} |" in page
    for row in rows("curated", "园区产能"):
        assert f"| {row['产品']} · {row['产能']} · {row['单位']} |" in page


def test_a_mirror_is_cited_without_its_address() -> None:
    hosts = {"ttnews", "csxuan", "daiyun", "hhygw", "databm", "206313", "javascriptjump", "253pk"}
    hosts |= {"zoetocados", "jiuxingjy", "bashou", "100md", "zgdm", "shi-fen", "bailiqin", "xuehua"}
    for path in [*CURATED.glob("*.csv"), SEED / "SOURCES.md"]:
        text = path.read_text(encoding="utf-8")
        assert not [host for host in hosts if host in text], path.name


# --- fresh ---------------------------------------------------------------------------------


@pytest.mark.parametrize("hash_seed", ["0", "7"])
def test_the_files_are_what_the_generator_writes_under_any_hash_seed(hash_seed: str) -> None:
    environment = dict(os.environ, PYTHONHASHSEED=hash_seed, PYTHONPATH=str(ROOT))
    told = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "make_seed.py"), "--check"],
        capture_output=True,
        env=environment,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr


def test_each_workbook_stays_small() -> None:
    assert {path.name for path in [*BOOKS, SPOILED] if path.stat().st_size > 400_000} == set()


# --- imported ------------------------------------------------------------------------------


def test_the_three_workbooks_import_without_an_error_or_a_lost_row() -> None:
    answer, _ = imported("workbooks")
    assert [f for f in answer.findings if f.severity is Severity.ERROR] == []
    assert {row["sheet"] for row in answer.rows} >= {*SHEETS, "产品", "产品投入", "园区产能"}
    for row in answer.rows:
        assert row["rejected"] == 0, row
        assert row["read"] == row["stored"] + row["merged"]


def test_free_text_of_the_ledger_has_phrases_that_link_to_nothing() -> None:
    answer, _ = imported("workbooks")
    unlinked = [f for f in answer.findings if f.rule == "R-phrase-unlinked"]
    assert 20 <= len(unlinked) <= 100


def test_the_messy_workbooks_and_the_plain_tables_are_the_same_graph() -> None:
    _, books = imported("workbooks")
    _, plain = imported("plain")
    for owner, frame in plain.frames():
        if owner in {"Source"}:
            continue
        other = {**books.nodes, **books.edges}[owner]
        drop = {"origin", "first_run", "last_run", "statements", "main_products", "evidence"}
        # one source or two: which row's citation an edge keeps, not what it says
        drop |= {"citation", "as_of"} if owner == "PRODUCES" else set()
        columns = [name for name in frame.columns if name not in drop]
        left = frame[columns].reset_index(drop=True)
        pd.testing.assert_frame_equal(left, other[columns].reset_index(drop=True), obj=owner)


def test_park_totals_give_the_hole_in_the_middle_of_the_photovoltaic_chain() -> None:
    _, graph = imported("workbooks")
    products = graph.nodes["Product"].set_index("id")["name"]
    totals = graph.edges["HAS_CAPACITY"]
    capacity = dict(zip(totals["target"].map(products), totals["capacity"], strict=True))
    assert capacity["单晶硅棒"] == 102
    assert capacity["单晶硅片"] == pytest.approx(5.6)
    assert capacity["单晶硅片"] / capacity["单晶硅棒"] < 0.06


def test_the_zone_has_missing_single_and_several_makers_and_outside_firms_to_bring_in() -> None:
    _, graph = imported("workbooks")
    products = graph.nodes["Product"].set_index("id")["name"]
    placed = graph.edges["LOCATED_IN"]
    local = set(placed.loc[placed["target"].str.startswith("Region:6301"), "source"])
    made = graph.edges["PRODUCES"].assign(name=lambda frame: frame["target"].map(products))
    inside = made[made["source"].isin(local)].groupby("name")["source"].nunique()
    outside = made[~made["source"].isin(local)].groupby("name")["source"].nunique()
    for name in ("人造石墨负极材料", "电解液", "光伏银浆", "空心胶囊"):
        assert name not in inside.index
        assert outside[name] >= 2
    assert inside["石英坩埚"] == 1
    assert inside["铝型材"] >= 4


# --- spoiled -------------------------------------------------------------------------------


CONSEQUENCES = {"R-rows-differ", "G-revenue-share-sum"}
"""Rules that fire because of a planted error, as long as it stands."""


def findings_of(path: Path) -> tuple[Finding, ...]:
    with open_store("memory:") as store:
        try:
            return tuple(import_files([path], store, as_of=TODAY).findings)
        except InputRejected as rejected:
            return tuple(rejected.findings)


def listed_faults() -> list[tuple[str, int | None, str, str]]:
    text = (SPOILED.parent / "README.md").read_text(encoding="utf-8")
    found = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == 6 and cells[4].startswith("`"):
            row = int(cells[1]) if cells[1] else None
            found.append((cells[0], row, cells[2], cells[4].strip("`")))
    return found


def mended(path: Path, findings: tuple[Finding, ...], folder: Path) -> Path:
    """Return a copy in which every cell with an error is empty, as a clerk would leave it."""
    book = openpyxl.load_workbook(path)
    for finding in findings:
        if finding.severity is Severity.ERROR and finding.row:
            sheet = book[finding.sheet]
            head = next(
                row for row in sheet.iter_rows() if finding.column in [cell.value for cell in row]
            )
            column = next(cell.column for cell in head if cell.value == finding.column)
            sheet.cell(finding.row, column).value = None
    copy = folder / path.name
    book.save(copy)
    return copy


def test_the_spoiled_workbook_is_refused_with_errors_named_cell_by_cell() -> None:
    with open_store("memory:") as store:
        with pytest.raises(InputRejected) as caught:
            import_files([SPOILED], store, as_of=TODAY)
        assert store.read(GraphQuery()).nodes == {}
    errors = {f.rule for f in caught.value.findings if f.severity is Severity.ERROR}
    assert errors >= {"V-uscc-check", "V-no-unit", "V-share-over", "R-one-code-two-names"}


def test_every_planted_fault_is_found_and_nothing_else(tmp_path: Path) -> None:
    # Arrange: what errors hide from the later rules shows once the cells are mended
    first = findings_of(SPOILED)
    second = findings_of(mended(SPOILED, first, tmp_path))

    # Act
    found = {(f.sheet, f.row, f.rule) for f in (*first, *second)}
    planted = {(sheet, row, rule) for sheet, row, _, rule in listed_faults()}

    # Assert
    assert len(planted) >= 40
    assert planted - found == set()
    rules = {rule for _, _, rule in planted}
    assert {rule for _, _, rule in found} - rules - CONSEQUENCES == set()
