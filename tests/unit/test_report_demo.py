"""The demo and the report as jobs: what they write, refuse, and never let out."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from chainmap.errors import ConfigError, NothingToAnalyse
from chainmap.stores.open import open_store
from chainmap.stores.port import GraphQuery
from chainmap.workflow.demo import MARKER, run_demo
from chainmap.workflow.draw_graph import draw_graph
from chainmap.workflow.write_report import write_report

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    return run_demo(tmp_path_factory.mktemp("demo") / "工作区")


@pytest.fixture
def store(demo):
    with open_store(f"sqlite:{demo.workspace.store_path}") as opened:
        yield opened


@pytest.fixture(scope="module")
def outside(demo, tmp_path_factory):
    """The report as it leaves the bureau; tests only read it."""
    folder = tmp_path_factory.mktemp("outside")
    with open_store(f"sqlite:{demo.workspace.store_path}") as opened:
        write_report(opened, folder, audience="外发", region="630100")
    return folder


def texts(folder):
    """All that can be read in the files of a folder, also inside workbooks."""
    for path in sorted(Path(folder).rglob("*")):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                for name in book.namelist():
                    yield path.name, book.read(name).decode("utf-8", "replace")
        elif path.is_file():
            yield path.name, path.read_text(encoding="utf-8")


def test_the_demo_leaves_a_workspace_with_a_report(demo):
    out = demo.workspace.out_folder

    assert demo.workspace.exists
    assert demo.index == out / "index.html"
    assert len(list((out / "图谱").glob("*.html"))) == 6
    assert len(list((out / "链主").glob("*.html"))) == 24
    assert {p.name for p in out.glob("*.xlsx")} == {
        "对接清单.xlsx",
        "缺口清单.xlsx",
        "招商目标清单.xlsx",
        "风险清单.xlsx",
        "问题清单.xlsx",
    }
    assert all(path.is_file() for path in demo.files)


def test_the_demo_ends_with_three_answers_and_why(demo):
    assert len(demo.best) == 3
    for sentence in demo.best:
        assert re.fullmatch(r".+ ← .+（.+，\d+ 分）：.+ 需要 .+生产.+", sentence)


def test_the_risk_list_says_whom_an_outage_hits_and_which_rows_say_so(demo):
    book = load_workbook(demo.workspace.out_folder / "风险清单.xlsx")
    header, *rows = book["风险清单"].iter_rows(values_only=True)
    first = dict(zip(header, rows[0], strict=True))

    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    assert 0 < first["损失下限"] <= first["损失上限"] < 1
    assert first["损失占比"] >= first["缺投入的损失"] > first["少销售的损失"]
    assert re.search(r"示例·.+ \d+%", first["损失最大的企业"])
    assert "每年" in first["理由"]
    assert "需求与供货.xlsx / 供货关系 / 第" in first["出处"]
    assert first["销售额依据"] in {"营业收入", "按记录比例估计", "供货记录", "采购记录"}


def test_every_link_of_the_cover_leads_to_a_file(demo):
    links = set(re.findall(r'href="([^"]+)"', demo.index.read_text(encoding="utf-8")))

    assert len(links) > 30
    assert [link for link in links if not (demo.index.parent / link).is_file()] == []


def test_the_run_record_names_every_input_and_file(demo):
    told = json.loads((demo.workspace.out_folder / "run.json").read_text(encoding="utf-8"))

    assert {one["file"] for one in told["inputs"]} == {
        "企业.xlsx",
        "产业链.xlsx",
        "需求与供货.xlsx",
    }
    assert all(re.fullmatch("[0-9a-f]{64}", one["sha256"]) for one in told["inputs"])
    assert len(told["files"]) == 6 + 24 + 5
    assert told["jobs"]["match"]["run"]["weights"]["version"]
    assert told["jobs"]["gaps"]["run"]["thresholds"]["version"]


def test_the_demo_can_be_run_again_in_its_own_folder(demo):
    own = demo.workspace.folder / "我的笔记.txt"
    own.write_text("留着", encoding="utf-8")

    again = run_demo(demo.workspace.folder)

    assert again.best == demo.best
    assert own.read_text(encoding="utf-8") == "留着"


def test_the_demo_refuses_a_folder_that_is_not_its_own(tmp_path):
    (tmp_path / "chainmap.toml").write_text("", encoding="utf-8")

    with pytest.raises(ConfigError, match="不是空文件夹"):
        run_demo(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["chainmap.toml"]


def test_the_demo_refuses_a_file_as_folder(tmp_path):
    path = tmp_path / "file"
    path.write_text("x", encoding="utf-8")

    with pytest.raises(ConfigError, match="file"):
        run_demo(path)


def test_a_demo_without_its_marker_is_somebodys_workspace(tmp_path):
    (tmp_path / MARKER).mkdir()

    with pytest.raises(ConfigError):
        run_demo(tmp_path)


def test_a_report_that_leaves_holds_no_phone_and_no_private_demand(store, outside):
    tables = store.read(GraphQuery(labels=("Company", "Product"), edge_types=("REQUIRES",)))
    companies, needs = tables.nodes["Company"], tables.edges["REQUIRES"]
    phones = set(companies["phone"].dropna()) | set(companies["contact"].dropna())
    private = needs[needs["visibility"] != "公开"]
    secrets = {text for text in private["specification"].dropna() if len(text) > 6}
    public = set(needs[needs["visibility"] == "公开"]["specification"].dropna())
    assert len(phones) > 20
    assert len(secrets - public) > 5

    for name, text in texts(outside):
        assert [one for one in phones if len(one) > 3 and one in text] == [], name
        assert [one for one in secrets - public if one in text] == [], name
        assert "仅局内" not in text, name


def test_a_report_that_leaves_says_nothing_of_what_was_wrong_in_the_input(demo, outside):
    cover = (outside / "index.html").read_text(encoding="utf-8")
    record = json.loads((outside / "run.json").read_text(encoding="utf-8"))

    assert not (outside / "问题清单.xlsx").exists()
    assert not (outside / "风险清单.xlsx").exists()
    assert "数据问题" not in cover
    assert "数据问题" in demo.index.read_text(encoding="utf-8")
    assert record["findings"] == []
    assert str(demo.workspace.folder) not in json.dumps(record, ensure_ascii=False)


def test_the_figures_of_the_cover_are_those_of_the_store(store, demo):
    cover = demo.index.read_text(encoding="utf-8")
    told = {
        name: int(number) for number, name in re.findall(r"<dd>(\d+)</dd><dt>([^<]+)</dt>", cover)
    }
    tables = store.read(GraphQuery())
    places = tables.edges["LOCATED_IN"]
    in_city = places["target"].str.startswith("Region:6301")
    parks = set(places["source"][in_city & places["source"].str.startswith("Park:")])
    local = places["source"][
        (in_city | places["target"].isin(parks)) & places["source"].str.startswith("Company:")
    ]

    assert told["企业"] == len(tables.nodes["Company"])
    assert told["本地企业"] == local.nunique()
    assert told["链主与龙头"] == tables.edges["LEADS"]["source"].nunique()
    assert told["产业链"] == len(tables.nodes["IndustryChain"])
    assert told["产品"] == len(tables.nodes["Product"])
    assert told["采购需求"] == len(tables.edges["REQUIRES"])
    assert told["对接建议"] == len(demo.report.matches.rows)
    gaps = [row["product_id"] for row in demo.report.gaps.rows if row["verdict"] == "gap"]
    assert told["缺口产品"] == len(set(gaps))


def test_an_internal_report_is_marked(demo):
    for path in demo.workspace.out_folder.rglob("*.html"):
        assert "内部资料" in path.read_text(encoding="utf-8")


def test_a_report_is_the_same_twice_apart_from_the_run(store, demo, tmp_path):
    write_report(store, tmp_path / "a", region="630100")
    write_report(store, tmp_path / "b", region="630100")

    names = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*.*"))
    assert len(names) > 30
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_a_chain_and_a_company_are_drawn_by_name(store, tmp_path):
    chain = draw_graph(store, tmp_path / "链.html", chain="锂电", region="630100")
    company = draw_graph(store, tmp_path / "企业.html", company="泰丰先行")

    assert "锂电产业链图谱" in chain.read_text(encoding="utf-8")
    assert "青海泰丰先行锂能科技有限公司" in company.read_text(encoding="utf-8")


@pytest.mark.parametrize("given", [{}, {"chain": "锂电", "company": "泰丰先行"}])
def test_one_of_chain_and_company_must_be_named(store, tmp_path, given):
    with pytest.raises(ConfigError, match="二者取一"):
        draw_graph(store, tmp_path / "x.html", **given)


@pytest.mark.parametrize("given", [{"chain": "没有的链"}, {"company": "没有的企业"}])
def test_an_unknown_name_writes_nothing(store, tmp_path, given):
    with pytest.raises(ConfigError, match="没有的"):
        draw_graph(store, tmp_path / "x.html", **given)

    assert list(tmp_path.iterdir()) == []


def test_an_empty_graph_has_no_report(tmp_path):
    with open_store("memory:") as store, pytest.raises(NothingToAnalyse):
        write_report(store, tmp_path)

    assert list(tmp_path.iterdir()) == []
