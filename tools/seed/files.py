"""All generated files of seed_data/ by relative name."""

from __future__ import annotations

from seed.messy import Messy
from seed.scenario import Scenario
from seed.sources import sources_page
from seed.spoiled import spoiled_files
from seed.tables import Table, make_tables
from seed.workbooks import Sheet, workbook_bytes

BOOKS = {
    "企业.xlsx": ("企业", "称号", "年度数据"),
    "产业链.xlsx": ("产业链", "环节", "产品", "产品投入", "园区", "园区产能"),
    "需求与供货.xlsx": ("需求", "供给", "供货关系", "链主"),
}
BANNERS = {
    "企业": (
        "西宁（国家级）经济技术开发区企业基本情况台账",
        "其中“示例·”企业由程序生成，不是真实企业；其余企业只记公开报道写明的内容",
    ),
    "年度数据": ("示例企业 2023—2025 年度数据（全部为示例）",),
    "需求": ("对接会需求征集汇总（示例企业需求为示例）",),
}


def seed_files() -> dict[str, bytes]:
    """Return name -> content: plain CSV, the three workbooks, the spoiled one, SOURCES.md."""
    scenario = Scenario()
    tables = make_tables(scenario)
    files = {f"csv/{sheet}.csv": table.as_csv() for sheet, table in tables.items()}
    messy = Messy(scenario)
    for name, sheets in BOOKS.items():
        files[name] = workbook_bytes([_sheet(messy, tables[sheet]) for sheet in sheets])
    return files | spoiled_files() | {"SOURCES.md": sources_page().encode()}


def _sheet(messy: Messy, table: Table) -> Sheet:
    return Sheet(table.sheet, messy.header(table), messy.rows(table), BANNERS.get(table.sheet, ()))
