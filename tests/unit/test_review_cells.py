"""A link says in which column of which row its phrase stands, whatever happens to the files."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from import_samples import changed, code, write

from chainmap.link.phrases import phrase_key
from chainmap.resources import data_folder
from chainmap.stores.open import open_store
from chainmap.workflow.import_files import import_files
from chainmap.workflow.review import decide_reviews, list_reviews
from chainmap.workflow.review_book import export_reviews
from chainmap.workflow.store import prune_store

if TYPE_CHECKING:
    from chainmap.stores.port import GraphStore

SEED = data_folder("seed_data")
PRODUCTS = (
    "产品编码|产品名称|别名|计量单位",
    "LI-1|碳酸锂|电碳|吨",
    "LI-2|锂电隔膜|电池隔膜；锂离子电池隔膜|平方米",
)
WORDING = "锂电池隔膜"
Cell = tuple[str, int, str | None]


@pytest.fixture(params=["memory:", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    url = request.param
    if url == "sqlite":
        url = f"sqlite:{tmp_path_factory.mktemp('store') / 'chainmap.sqlite'}"
    with closing(open_store(url)) as opened:
        yield opened


def firms(folder: Path, *rows: str, name: str = "企业", header: str = "主要产品") -> Path:
    head = f"企业名称|统一社会信用代码|{header}|经营范围"
    return write(folder, name, head, *rows)


def firm(number: int, main: str = "", scope: str = "") -> str:
    return f"青海示例{number}有限公司|{code(number)}|{main}|{scope}"


def cells(store: GraphStore) -> list[Cell]:
    """The cells of the one wording: file, row, header."""
    (row,) = (r for r in list_reviews(store, state="all").rows if r["subject"] == WORDING)
    assert row["cells"] == len(row["evidence"])
    found = [(item["file"], item["row"], item["column"]) for item in row["evidence"]]
    assert row["columns"] == sorted({column for _, _, column in found if column})
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "产品", *PRODUCTS)
    return tmp_path


def test_each_cell_has_the_header_of_the_user_s_own_sheet(store: GraphStore, folder: Path) -> None:
    firms(
        folder,
        firm(1, WORDING, f"{WORDING}的研发、生产"),
        firm(2, "碳酸锂", f"{WORDING}制造"),
        firm(3, f"电碳、{WORDING}"),
    )

    import_files([folder], store)

    assert cells(store) == [
        ("企业.csv", 2, "主要产品"),
        ("企业.csv", 2, "经营范围"),
        ("企业.csv", 3, "经营范围"),
        ("企业.csv", 4, "主要产品"),
    ]


def test_a_cell_that_moved_is_named_where_it_stands_now(store: GraphStore, folder: Path) -> None:
    firms(folder, firm(1, WORDING), firm(2, "碳酸锂"))
    import_files([folder], store)
    firms(folder, firm(2, "碳酸锂"), firm(3, "碳酸锂"), firm(1, WORDING), header="主营产品")

    answer = import_files([folder], store)

    assert cells(store) == [("企业.csv", 4, "主营产品")]
    assert "MEANS" not in changed(answer).get("changed", {}), "it is the same link as before"


def test_a_decided_link_keeps_track_of_its_cells(store: GraphStore, folder: Path) -> None:
    firms(folder, firm(1, WORDING))
    import_files([folder], store)
    decide_reviews(store, [key_of(store)], verdict="accept", by="张三")
    assert cells(store) == [("企业.csv", 2, "主要产品")]
    firms(folder, firm(2, "碳酸锂"), firm(1, "", f"{WORDING}生产"))

    import_files([folder], store)

    assert cells(store) == [("企业.csv", 3, "经营范围")]


def test_only_the_header_changed(store: GraphStore, folder: Path) -> None:
    firms(folder, firm(1, WORDING))
    import_files([folder], store)
    firms(folder, firm(1, WORDING), header="主营产品")

    import_files([folder], store)

    assert cells(store) == [("企业.csv", 2, "主营产品")]


def key_of(store: GraphStore) -> str:
    rows = list_reviews(store, state="all").rows
    return next(str(r["key"]) for r in rows if r["subject"] == WORDING)


def test_cells_of_two_files_leave_with_their_file(store: GraphStore, folder: Path) -> None:
    firms(folder, firm(1, WORDING))
    firms(folder, firm(2, "", f"{WORDING}生产"), name="名录")
    import_files([folder], store)
    assert cells(store) == [("企业.csv", 2, "主要产品"), ("名录.csv", 2, "经营范围")]

    firms(folder, firm(2), firm(3, WORDING), name="名录", header="主营产品")
    import_files([folder / "名录.csv"], store)
    assert cells(store) == [("企业.csv", 2, "主要产品"), ("名录.csv", 3, "主营产品")]

    prune_store(store, "企业.csv")
    assert cells(store) == [("名录.csv", 3, "主营产品")]


def test_the_order_of_rows_and_files_does_not_matter(folder: Path) -> None:
    rows = [firm(n, WORDING if n % 2 else "", f"{WORDING}生产") for n in range(1, 9)]
    answers = []
    for seed in range(3):
        random.Random(seed).shuffle(rows)
        firms(folder, *rows)
        firms(folder, firm(9, WORDING), name="名录")
        with closing(open_store("memory:")) as opened:
            paths = sorted(folder.glob("*.csv"), reverse=bool(seed % 2))
            import_files(paths, opened)
            answers.append({(line_of(folder / f, row), column) for f, row, column in cells(opened)})
    assert len(answers[0]) == 13
    assert answers[0] == answers[1] == answers[2]


def line_of(path: Path, row: int) -> str:
    return path.read_text(encoding="utf-8").splitlines()[row - 1]


def test_the_workbook_for_a_colleague_names_the_column(folder: Path) -> None:
    firms(folder, firm(1, WORDING, f"{WORDING}生产"))
    with closing(open_store("memory:")) as opened:
        import_files([folder], opened)
        path = export_reviews(opened, folder / "审核.xlsx", state="all")

    sheet = openpyxl.load_workbook(path)["表述"]
    head = [cell.value for cell in sheet[1]]
    assert sheet.cell(2, head.index("出处") + 1).value == (
        "企业.csv / 企业 / 2 / 主要产品\n企业.csv / 企业 / 2 / 经营范围"
    )


def test_every_link_of_the_seed_data_can_be_looked_up_in_its_workbook(tmp_path: Path) -> None:
    books = [Path(shutil.copy(path, tmp_path)) for path in sorted(SEED.glob("*.xlsx"))]
    with closing(open_store("memory:")) as opened:
        import_files(books, opened)
        rows = list_reviews(opened, kind="link", state="all").rows
    sheets = {book.name: openpyxl.load_workbook(book, data_only=True) for book in books}

    assert len(rows) > 30
    for row in rows:
        assert row["evidence"], row
        for item in row["evidence"]:
            text = cell_of(sheets[item["file"]][item["sheet"]], item["row"], item["column"])
            assert phrase_key(item["text"]) in phrase_key(text), item


def cell_of(sheet, row: int, column: str) -> str:
    (place,) = (
        cell.column for line in sheet.iter_rows(max_row=5) for cell in line if cell.value == column
    )
    return str(sheet.cell(row, place).value)
