"""A firm that a row names in an unknown spelling: tied to the firm it is, or asked about."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from import_samples import account, changed, code, edges, graph, ids, rules, write

from chainmap.analysis.fold import fold_companies, same_firms
from chainmap.stores.open import open_store
from chainmap.workflow import known
from chainmap.workflow.import_files import import_files
from chainmap.workflow.review import decide_reviews, list_reviews

if TYPE_CHECKING:
    from chainmap.answers import Answer
    from chainmap.stores.port import GraphStore

HEADER = "企业名称|统一社会信用代码|所在地区"
LITHIUM, GUOAN = f"Company:{code(1)}", f"Company:{code(2)}"
FIRMS = (
    f"青海甲锂业有限公司|{code(1)}|630100",
    f"青海中信国安锂业发展有限公司|{code(2)}|630100",
)
SURE, DOUBTFUL = "青海甲锂业", "中信国安锂业"


@pytest.fixture(params=["memory:", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    url = request.param
    if url == "sqlite":
        url = f"sqlite:{tmp_path_factory.mktemp('store') / 'chainmap.sqlite'}"
    with closing(open_store(url)) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "产品", "产品编码|产品名称|计量单位", "LI-1|碳酸锂|吨")
    write(tmp_path, "企业", HEADER, *FIRMS)
    return tmp_path


def supplies(folder: Path, *rows: str, header: str = "供方|需方|产品") -> Path:
    return write(folder, "供货关系", header, *rows)


def sold(store: GraphStore) -> set[tuple[str, str]]:
    """Who supplies whom as an analysis sees it, by name."""
    tables = graph(store)
    folded = fold_companies(tables, same_firms(tables.edges["SAME_AS"]))
    names = dict(zip(folded.nodes["Company"]["id"], folded.nodes["Company"]["name"], strict=True))
    ends = folded.edges["SUPPLIES"]
    return {(names[s], names[t]) for s, t in zip(ends["source"], ends["target"], strict=True)}


def findings(answer: Answer, rule: str) -> list[tuple[int | None, str, object, object]]:
    return [
        (f.row, f.column, f.params["name"], f.params["other"])
        for f in answer.findings
        if f.rule == rule
    ]


def pair(store: GraphStore, name: str) -> dict[str, object]:
    rows = list_reviews(store, kind="merge", state="all").rows
    return next(dict(row) for row in rows if name in (row["subject"], row["object"]))


def test_a_sure_spelling_counts_as_the_firm_and_says_so(store: GraphStore, folder: Path) -> None:
    supplies(folder, f"{SURE}|青海中信国安锂业发展有限公司|LI-1")

    answer = import_files([folder], store)

    assert sold(store) == {("青海甲锂业有限公司", "青海中信国安锂业发展有限公司")}
    assert account(answer, "SUPPLIES")["stored"] == 1
    assert findings(answer, "R-spelling") == [(2, "供方", SURE, "青海甲锂业有限公司")]
    row = pair(store, SURE)
    assert (row["band"], row["state"]) == ("accept", "settled")
    assert ("供货关系.csv", 2) in [(e["file"], e["row"]) for e in row["evidence"]]


def test_a_firm_without_a_code_stands_for_its_spellings(store: GraphStore, folder: Path) -> None:
    write(folder, "企业", HEADER, "青海甲锂业有限公司||630100", "海东丙化工有限公司||630200")
    supplies(folder, "青海甲锂业|海东丙化工|LI-1", "青海甲锂业公司|海东丙化工|LI-1")

    import_files([folder], store)

    assert sold(store) == {("青海甲锂业有限公司", "海东丙化工有限公司")}


def test_a_doubtful_spelling_waits_for_a_person(store: GraphStore, folder: Path) -> None:
    supplies(folder, f"青海甲锂业有限公司|{DOUBTFUL}|LI-1")

    answer = import_files([folder], store)

    assert findings(answer, "R-spelling-review") == [
        (2, "需方", DOUBTFUL, "青海中信国安锂业发展有限公司")
    ]
    assert sold(store) == {("青海甲锂业有限公司", DOUBTFUL)}
    row = pair(store, DOUBTFUL)
    assert (row["kind"], row["state"], row["band"]) == ("merge", "open", "review")

    decide_reviews(store, [str(row["key"])], verdict="accept", by="张三")
    merged = {("青海甲锂业有限公司", "青海中信国安锂业发展有限公司")}
    assert sold(store) == merged, "at once, without another import"
    supplies(
        folder, "青海甲锂业有限公司|甲锂业有限公司|LI-1", f"青海甲锂业有限公司|{DOUBTFUL}|LI-1"
    )
    import_files([folder / "供货关系.csv"], store)
    assert merged <= sold(store)
    assert pair(store, DOUBTFUL)["key"] == row["key"]
    assert pair(store, DOUBTFUL)["state"] == "decided"

    decide_reviews(store, [str(row["key"])], verdict="undo", by="张三")
    assert ("青海甲锂业有限公司", DOUBTFUL) in sold(store)
    assert pair(store, DOUBTFUL)["state"] == "open"


def test_a_sure_spelling_can_be_overruled(store: GraphStore, folder: Path) -> None:
    supplies(folder, f"{SURE}|青海中信国安锂业发展有限公司|LI-1")
    import_files([folder], store)

    decide_reviews(store, [str(pair(store, SURE)["key"])], verdict="reject", by="张三")
    import_files([folder], store)

    assert sold(store) == {(SURE, "青海中信国安锂业发展有限公司")}


@pytest.mark.parametrize(
    "name",
    ["查无此人有限公司", "青海甲锂业有限公司大通分公司", "青海乙锂业有限公司", "青海甲锂业二厂"],
)
def test_a_name_that_resembles_no_firm_is_left_out_as_before(folder: Path, name: str) -> None:
    supplies(folder, f"{name}|青海甲锂业有限公司|LI-1")

    with closing(open_store("memory:")) as store:
        answer = import_files([folder], store)
        assert "R-unknown-company" in rules(answer.findings)
        assert ids(store, "Company") == [LITHIUM, GUOAN]


def test_a_code_that_nobody_has_is_another_firm_whatever_its_name(folder: Path) -> None:
    supplies(
        folder,
        f"{SURE}|{code(7)}|青海中信国安锂业发展有限公司|LI-1",
        f"{SURE}||青海中信国安锂业发展有限公司|LI-1",
        header="供方|供方信用代码|需方|产品",
    )

    with closing(open_store("memory:")) as store:
        answer = import_files([folder], store)

        assert account(answer, "SUPPLIES") == {"read": 2, "stored": 1, "merged": 0, "rejected": 1}
        assert [f.row for f in answer.findings if f.rule == "R-unknown-company"] == [2]


def test_the_same_files_again_change_nothing_together_or_apart(
    store: GraphStore, folder: Path
) -> None:
    supplies(folder, f"{SURE}|{DOUBTFUL}|LI-1")
    import_files([folder], store)

    for paths in ([folder], [folder / "供货关系.csv"], [folder / "企业.csv"]):
        assert set(changed(import_files(paths, store))) == {"unchanged"}


def test_a_large_store_is_asked_for_every_firm_when_a_name_is_unknown(
    store: GraphStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = [f"青海第{n}化工有限公司|{code(n)}|630100" for n in range(10, 40)]
    write(folder, "企业", HEADER, *FIRMS, *more)
    supplies(folder, f"{SURE}|{DOUBTFUL}|LI-1")
    import_files([folder], store)
    monkeypatch.setattr(known, "WHOLE_BELOW", 3)

    again = import_files([folder / "供货关系.csv"], store)

    assert set(changed(again)) == {"unchanged"}


def test_beyond_the_bound_a_name_is_compared_with_nobody_rather_than_with_some(
    store: GraphStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    supplies(folder, f"{SURE}|{DOUBTFUL}|LI-1")
    monkeypatch.setattr("chainmap.ingest.same_firms.MOST_FOR_SPELLINGS", 1)

    for paths in ([folder], [folder / "供货关系.csv"]):
        answer = import_files(paths, store)
        assert "R-unknown-company" in rules(answer.findings)
        assert ids(store, "Company") == [LITHIUM, GUOAN]


def test_a_spelling_that_is_mended_leaves_with_its_row(store: GraphStore, folder: Path) -> None:
    write(folder, "供给", "企业名称|产品", f"{SURE}|LI-1")
    import_files([folder], store)
    assert len(ids(store, "Company")) == 3
    write(folder, "供给", "企业名称|产品", "青海甲锂业有限公司|LI-1")

    import_files([folder / "供给.csv"], store)

    assert edges(store, "SAME_AS") == set()
    active = graph(store).edges["PRODUCES"].set_index("source")["active"].to_dict()
    assert active.pop(LITHIUM)
    assert not any(active.values())


def test_the_spelling_s_own_row_takes_over_its_record(store: GraphStore, folder: Path) -> None:
    supplies(folder, f"{DOUBTFUL}|青海甲锂业有限公司|LI-1")
    import_files([folder], store)
    decide_reviews(store, [str(pair(store, DOUBTFUL)["key"])], verdict="reject", by="张三")
    write(folder, "企业", HEADER, *FIRMS, f"{DOUBTFUL}|{code(3)}|630100")

    import_files([folder], store)

    assert ids(store, "Company") == [LITHIUM, GUOAN, f"Company:{code(3)}"]
    assert edges(store, "SUPPLIES") == {(f"Company:{code(3)}", LITHIUM)}
    assert pair(store, DOUBTFUL)["verdict"] == "不同"


def test_the_order_of_rows_does_not_matter(folder: Path) -> None:
    firms = [*FIRMS, f"青海甲锂业股份有限公司|{code(3)}|630200"]
    rows = [
        f"{name}|青海甲锂业有限公司|LI-1"
        for name in (SURE, DOUBTFUL, "青海省甲锂业公司", f" {SURE}")
    ]
    found = []
    for seed in range(4):
        random.Random(seed).shuffle(rows)
        random.Random(seed).shuffle(firms)
        write(folder, "企业", HEADER, *firms)
        supplies(folder, *rows)
        with closing(open_store("memory:")) as store:
            answer = import_files([folder], store)
            same = graph(store).edges["SAME_AS"]
            told = sorted(f.message for f in answer.findings if f.rule.startswith("R-spelling"))
            columns = ["source", "target", "probability", "band", "matched"]
            found.append((same[columns].values.tolist(), told, sold(store)))
    assert found[0] == found[1] == found[2] == found[3]
    assert all(row[3] == "review" for row in found[0][0] if row[0] == LITHIUM), "two firms would do"
