"""主营产品 and 经营范围 at import: what becomes a relation, what waits, what a decision changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from import_samples import code, edges, graph, rules, write

from chainmap.stores.memory import MemoryStore
from chainmap.workflow.import_files import import_files

PRODUCTS = (
    "产品编码|产品名称|别名|计量单位",
    "LI-1|碳酸锂|电碳|吨",
    "LI-2|锂电隔膜|电池隔膜；锂离子电池隔膜|平方米",
    "LI-3|单晶硅片|硅片|GW",
)
FIRM = f"Company:{code(1)}"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[MemoryStore]:
    write(tmp_path, "产品", *PRODUCTS)
    with MemoryStore() as opened:
        yield opened


def firm(folder: Path, main: str = "", scope: str = "") -> Path:
    header = "企业名称|统一社会信用代码|所在地区|主营产品|经营范围"
    return write(folder, "企业", header, f"青海甲有限公司|{code(1)}|630100|{main}|{scope}")


def test_a_licence_to_sell_makes_no_maker(tmp_path: Path, store: MemoryStore) -> None:
    firm(tmp_path, "碳酸锂的销售", "碳酸锂销售；单晶硅片的研发、生产和销售")

    answer = import_files([tmp_path], store)

    assert edges(store, "PRODUCES") == {(FIRM, "Product:LI-3")}
    assert "R-phrase-not-made" in rules(answer.findings)


def test_a_business_scope_is_weaker_evidence_than_a_main_product(
    tmp_path: Path, store: MemoryStore
) -> None:
    firm(tmp_path, "碳酸锂", "碳酸锂生产；单晶硅片制造")

    import_files([tmp_path], store)

    made = graph(store).edges["PRODUCES"].set_index("target")
    assert made.loc["Product:LI-1", "probability"] == 1.0
    assert 0 < made.loc["Product:LI-3", "probability"] < 1
    assert made.loc["Product:LI-3", "evidence"] == "经营范围：单晶硅片"


def test_a_wording_leaves_a_phrase_with_its_reasons_and_its_cell(
    tmp_path: Path, store: MemoryStore
) -> None:
    firm(tmp_path, "锂电池隔膜")

    import_files([tmp_path], store)

    means = graph(store).edges["MEANS"]
    assert means[["source", "target"]].values.tolist() == [["Phrase:锂电池隔膜", "Product:LI-2"]]
    row = means.iloc[0]
    assert row["band"] in ("accept", "review")
    assert "电池隔膜" in row["matched"]
    assert row["origin"] == "企业.csv/企业/2"
    assert row["verdict"] is None or row.isna()["verdict"]


def test_accounting_lines_and_unknown_wordings_make_nothing(
    tmp_path: Path, store: MemoryStore
) -> None:
    firm(tmp_path, "平衡项目、分部间抵销、文化创意")

    answer = import_files([tmp_path], store)

    assert edges(store, "PRODUCES") == set()
    (finding,) = [f for f in answer.findings if f.rule == "R-phrase-unlinked"]
    assert finding.params["phrases"] == "文化创意"


def test_the_same_file_twice_changes_nothing(tmp_path: Path, store: MemoryStore) -> None:
    firm(tmp_path, "锂电池隔膜、电碳", "硅片生产")
    import_files([tmp_path], store)
    before = graph(store)

    answer = import_files([tmp_path], store)

    assert {name for name, counts in answer.extra["changes"].items() if counts} == {"unchanged"}
    for owner, frame in graph(store).frames():
        columns = [c for c in frame.columns if c != "last_run"]
        other = {**before.nodes, **before.edges}[owner]
        assert frame[columns].equals(other[columns]), owner
