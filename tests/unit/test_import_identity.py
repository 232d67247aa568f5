"""Which firm and which product a row means: codes, names, former names, renaming."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from import_samples import PRODUCTS, account, changed, code, edges, graph, ids, rules, write

from chainmap.errors import InputRejected
from chainmap.names import company_key, product_code
from chainmap.stores.memory import MemoryStore
from chainmap.workflow.import_files import import_files


@pytest.fixture
def store() -> Iterator[MemoryStore]:
    with MemoryStore() as opened:
        yield opened


def test_a_firm_takes_its_code_as_soon_as_one_file_knows_it(
    tmp_path: Path, store: MemoryStore
) -> None:
    write(tmp_path, "产品", *PRODUCTS)
    bare = write(
        tmp_path, "名单", "企业名称|所在地区|主营产品", "青海甲（集团）有限公司|西宁市|碳酸锂"
    )
    years = write(
        tmp_path, "年度数据", "企业名称|年度|营业收入（万元）", "青海甲（集团）有限公司|2024|900"
    )
    import_files([tmp_path], store)
    temporary = f"Company:{company_key('青海甲(集团)有限公司', '630100')}"
    assert ids(store, "Company") == [temporary]
    later = write(
        tmp_path, "企业", "企业名称|统一社会信用代码|地区", f"青海甲(集团)有限公司|{code(1)}|630100"
    )

    answer = import_files([later], store)

    firm = f"Company:{code(1)}"
    assert ids(store, "Company") == [firm]
    assert ids(store, "CompanyYear") == [f"CompanyYear:{code(1)}/2024"]
    assert edges(store, "PRODUCES") == {(firm, "Product:LI-1")}
    assert graph(store).nodes["Company"]["former_ids"].tolist() == [
        temporary.removeprefix("Company:")
    ]
    assert "R-renamed" in rules(answer.findings)
    again = import_files([bare, years], store)
    assert set(changed(again)) == {"unchanged"}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_order_of_files_does_not_change_the_ids(
    tmp_path: Path, store: MemoryStore, order: tuple[int, int]
) -> None:
    files = [
        write(tmp_path, "甲", "企业名称|所在地区", "甲公司|", "乙公司|西宁市", "丙公司|西宁市"),
        write(
            tmp_path,
            "乙",
            "企业名称|统一社会信用代码|所在地区",
            f"甲公司|{code(1)}|西宁市",
            "乙公司||西宁市城东区",
            "丙公司||海东市",
        ),
    ]

    for number in order:
        import_files([files[number]], store)

    assert ids(store, "Company") == sorted(
        [
            f"Company:{code(1)}",
            f"Company:{company_key('乙公司', '630102')}",
            f"Company:{company_key('丙公司', '630100')}",
            f"Company:{company_key('丙公司', '630200')}",
        ]
    )


def test_two_valid_codes_are_two_firms_and_their_name_alone_is_neither(
    tmp_path: Path, store: MemoryStore
) -> None:
    write(tmp_path, "产品", *PRODUCTS)
    write(
        tmp_path,
        "企业",
        "企业名称|统一社会信用代码|所在地区",
        f"甲公司|{code(1)}|西宁市",
        f"甲公司|{code(2)}|海东市",
        "甲公司||海东市",
        "甲公司||",
    )
    write(
        tmp_path,
        "供给",
        "企业名称|统一社会信用代码|产品",
        f"甲公司|{code(2)}|碳酸锂",
        "甲公司||碳酸锂",
        f"{code(1)}||LFP",
    )

    answer = import_files([tmp_path], store)

    assert ids(store, "Company") == [f"Company:{code(1)}", f"Company:{code(2)}"]
    assert account(answer, "Company") == {"read": 4, "stored": 2, "merged": 1, "rejected": 1}
    assert edges(store, "PRODUCES") == {
        (f"Company:{code(2)}", "Product:LI-1"),
        (f"Company:{code(1)}", "Product:LI-2"),
    }
    assert {"R-one-name-two-codes", "R-ambiguous-company"} <= set(rules(answer.findings))


def test_one_code_with_two_names_stops_unless_the_old_name_is_told(
    tmp_path: Path, store: MemoryStore
) -> None:
    header = "企业名称|统一社会信用代码|曾用名"
    write(tmp_path, "企业", header, f"甲公司|{code(1)}|", f"乙公司|{code(1)}|")
    with pytest.raises(InputRejected) as caught:
        import_files([tmp_path], store)
    assert [(f.rule, f.row) for f in caught.value.findings] == [
        ("R-one-code-two-names", 2),
        ("R-one-code-two-names", 3),
    ]

    write(tmp_path, "企业", header, f"甲公司|{code(1)}|乙公司", f"乙公司|{code(1)}|")
    write(tmp_path, "产品", *PRODUCTS)
    write(tmp_path, "供给", "企业名称|产品", "乙公司|碳酸锂")

    import_files([tmp_path], store)

    assert edges(store, "PRODUCES") == {(f"Company:{code(1)}", "Product:LI-1")}


def test_short_and_former_names_name_a_firm_that_the_store_knows(
    tmp_path: Path, store: MemoryStore
) -> None:
    firms = write(tmp_path, "企业", "企业名称|企业简称|曾用名", "青海甲有限公司|青甲|老甲厂")
    goods = write(tmp_path, "产品", *PRODUCTS)
    import_files([firms, goods], store)
    supply = write(tmp_path, "供给", "企业名称|产品", "青甲|碳酸锂", "老甲厂|LFP", "青乙|LFP")

    answer = import_files([supply], store)

    assert account(answer, "PRODUCES")["stored"] == 2
    assert len(edges(store, "PRODUCES")) == 2


def test_a_product_takes_its_code_and_edges_move_along(tmp_path: Path, store: MemoryStore) -> None:
    firms = write(tmp_path, "企业", "企业名称", "甲公司", "乙公司")
    loose = write(tmp_path, "产品", "产品名称", "碳酸锂")
    sales = write(tmp_path, "供货关系", "供方|需方|产品", "甲公司|乙公司|碳酸锂")
    import_files([firms, loose, sales], store)
    assert ids(store, "Product") == [f"Product:{product_code('碳酸锂')}"]
    catalogue = write(tmp_path, "产品目录", "产品编码|产品名称", "LI-1|碳酸锂")

    import_files([catalogue], store)
    again = import_files([sales], store)

    assert ids(store, "Product") == ["Product:LI-1"]
    assert graph(store).edges["SUPPLIES"]["product"].tolist() == ["Product:LI-1"]
    assert set(changed(again)) == {"unchanged"}


@pytest.mark.parametrize("turn", range(4))
def test_a_code_under_two_names_in_two_places_gives_the_same_firms_twice(
    tmp_path: Path, store: MemoryStore, turn: int
) -> None:
    rows = [
        f"甲公司|{code(1)}|海东市|2025-01-01",
        "甲公司|||",
        "甲公司||西宁市|",
        f"丙公司|{code(1)}|630102|2024-01-01",
    ]
    path = write(
        tmp_path, "企业", "企业名称|统一社会信用代码|所在地区|数据日期", *rows[turn:], *rows[:turn]
    )
    import_files([path], store)
    first = ids(store, "Company")
    again = import_files([path], store)

    # 西宁市 holds 630102, where 丙公司 says the firm of this code is: the bare row is that firm.
    assert first == [f"Company:{code(1)}"]
    assert ids(store, "Company") == first
    assert set(changed(again)) == {"unchanged"}


def test_too_many_firms_to_compare_are_told(
    tmp_path: Path, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = write(
        tmp_path, "企业", "企业名称|地区", "青海甲锂能有限公司|630100", "甲锂能有限公司|630100"
    )
    monkeypatch.setattr("chainmap.ingest.same_firms.MOST", 1)
    left_out = import_files([rows], store)
    assert "R-same-firm-skipped" in rules(left_out.findings)
    assert edges(store, "SAME_AS") == set()

    monkeypatch.undo()
    compared = import_files([rows], store)

    assert "R-same-firm" in rules(compared.findings)
    assert len(edges(store, "SAME_AS")) == 1
