"""The same tables as a bureau would hold them: other headers, units in cells, three date forms.

Only the spelling differs, never the meaning: the import of the workbooks and of the plain CSV
tables must end in the same firms, products and edges. What is added are phrases under 主营产品
that name no product of the catalogue, because every real ledger has some, and wordings of
products (from the training labels) that only the linker can read. What rows say of
real firms is never respelled: a product or a phrase no source printed would be an invention.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date

from chainmap.resources import data_folder
from seed import draw
from seed.scenario import PARKS, Scenario
from seed.tables import Table, plain

Value = str | float | int | date | None

RENAMED = {
    "企业": {
        "企业名称": "公司名称",
        "统一社会信用代码": "社会信用代码",
        "注册资本（万元）": "注册资金（万元）",
        "成立日期": "成立时间",
        "上年营业收入（万元）": "营业收入（万元）",
        "从业人员（人）": "员工人数",
        "主营产品": "主要产品",
        "所在园区": "所属园区",
        "企业规模": "规模",
        "企业称号": "荣誉资质",
        "资质证书": "体系认证",
        "地址": "注册地址",
        "经度（度）": "经度",
        "纬度（度）": "纬度",
        "联系电话": "电话",
        "示例": "是否示例",
        "数据日期": "更新日期",
        "资料来源": "来源",
    },
    "供给": {
        "企业名称": "供应企业",
        "产品": "供给产品",
        "年产能": "产能",
        "产能利用率（%）": "开工率（%）",
    },
    "需求": {
        "企业名称": "采购企业",
        "产品": "需求产品",
        "年需求量": "年采购量",
        "截止日期": "截止时间",
    },
    "供货关系": {"供方": "供货企业", "需方": "客户", "年供货额（万元）": "年交易额（万元）"},
    "产品": {"产品": "产品名称", "计量单位": "单位", "别名": "又名"},
    "产品投入": {"投入品": "上游产品", "产出品": "下游产品"},
}

DATES = {"成立日期", "数据日期", "截止日期", "起始日期"}
MONEY = {"注册资本（万元）", "上年营业收入（万元）", "年供货额（万元）"}
UNLINKED = (
    "新能源材料技术服务",
    "高端装备用轻量化部件",
    "电池产业配套加工",
    "特色农副产品购销",
    "化工助剂分装",
    "来料加工",
    "工业固废综合利用方案",
)
WORDED = {"variant", "spec", "synonym"}
"""Kinds of labelled phrases that a ledger may hold in place of a product's name."""

_HARMLESS = {"所在地区", "所在园区"}
"""Columns that may be respelled for real firms as well: the place stays the same."""

_WIDE = {ord(char): ord(char) + 0xFEE0 for char in "0123456789."}

_Spelling = Callable[[str, tuple[str, ...]], Value]


class Messy:
    """Spells cells as people do; the spelling of a cell depends on its row and column only."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._special: dict[tuple[str, str], _Spelling] = {
            ("企业", "主营产品"): self._product_text,
            ("企业", "所在地区"): self._region,
            ("企业", "所在园区"): _park,
            ("企业", "统一社会信用代码"): _code,
            ("供给", "企业名称"): _name,
            ("供给", "产品"): self._product,
            ("供货关系", "供方"): _name,
            ("需求", "产品"): self._product,
        }
        self._wordings = read_wordings()
        self._places = {place.region: place.name for place in scenario.places.values()}

    def header(self, table: Table) -> list[str]:
        """Return the headers of the workbook."""
        renamed = RENAMED.get(table.sheet, {})
        return [renamed.get(name, name) for name in table.header]

    def rows(self, table: Table) -> list[list[Value]]:
        """Return the cells of the workbook, row by row."""
        return [
            [
                self._cell(table, name, text, row)
                for name, text in zip(table.header, row, strict=True)
            ]
            for row in table.rows
        ]

    def _cell(self, table: Table, name: str, text: str, row: list[str]) -> Value:
        if not text:
            return None
        what = (table.sheet, name, *row[:4])
        if (table.sheet, name) in self._special and (name in _HARMLESS or _is_example(row)):
            return self._special[table.sheet, name](text, what)
        if name in DATES and table.sheet in {"企业", "供给", "需求", "供货关系"}:
            return _date(text, what)
        if name in MONEY:
            return _money(text, what)
        if name in {"年产能", "年需求量"}:
            return _quantity(text, what)
        return _typed(name, text)

    def _product_text(self, text: str, what: tuple[str, ...]) -> Value:
        names = [self._worded(name, (*what, name)) for name in text.split("、")]
        if draw.happens(0.15, "unlinked", *what):
            names.append(draw.choice(UNLINKED, "which", *what))
        return draw.choice(("、", "、", "；", "，"), "joint", *what).join(names)

    def _worded(self, text: str, what: tuple[str, ...]) -> str:
        """Return a product as some ledgers word it: no name and no alias, yet the same thing."""
        worded = self._wordings.get(self._scenario.by_name[text].code, ())
        if worded and draw.happens(0.2, "worded", *what):
            return draw.choice(worded, "which wording", *what)
        return str(self._product(text, what))

    def _product(self, text: str, what: tuple[str, ...]) -> Value:
        aliases = self._scenario.by_name[text].aliases
        if aliases and draw.happens(0.22, "alias", text, *what):
            return draw.choice(aliases, "which alias", text, *what)
        return text

    def _region(self, text: str, what: tuple[str, ...]) -> Value:
        if text == "630100":
            return draw.choice(("西宁市", "青海省西宁市", "630100", "西宁"), "region", *what)
        name = self._places.get(text, "")
        if text.endswith("00") and name not in {"", "海东", "玉树", "海南州"}:
            return f"{name}市" if draw.happens(0.5, "region", *what) else text
        return text


def read_wordings() -> dict[str, tuple[str, ...]]:
    """Return product code -> wordings, from the training part of the labels."""
    path = data_folder("seed_data") / "labels" / "phrases.csv"
    found: dict[str, list[str]] = {}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            usable = row["split"] == "train" and row["intent"] == "make" and row["kind"] in WORDED
            if usable and row["codes"] and "|" not in row["codes"]:
                found.setdefault(row["codes"], []).append(row["phrase"])
    return {code: tuple(sorted(phrases)) for code, phrases in found.items()}


def _is_example(row: list[str]) -> bool:
    return any(cell.startswith("示例·") for cell in row)


def _park(text: str, what: tuple[str, ...]) -> Value:
    short = next((park.short for park in PARKS.values() if park.name == text), text)
    spoken = f"{short.removesuffix('园')}园区"
    return draw.choice((text, text, short, spoken), "park", *what)


def _code(text: str, what: tuple[str, ...]) -> Value:
    if draw.happens(0.06, "blank in code", *what):
        return f"{text[:8]} {text[8:]}"
    return text.lower() if draw.happens(0.04, "lower case", *what) else text


def _name(text: str, what: tuple[str, ...]) -> Value:
    if draw.happens(0.2, "brackets", *what):
        text = text.replace("（", "(").replace("）", ")")
    return f" {text}" if draw.happens(0.06, "blank", *what) else text


def _date(text: str, what: tuple[str, ...]) -> Value:
    day = date.fromisoformat(text)
    written = f"{day.year}年{day.month}月{day.day}日"
    spellings: tuple[Value, ...] = (day, text, text.replace("-", "/"), written)
    return draw.choice(spellings, "date", *what)


def _money(text: str, what: tuple[str, ...]) -> Value:
    amount = float(text)
    if amount >= 10000 and draw.happens(0.25, "100M", *what):
        return f"{plain(amount / 10000)}亿元"
    if draw.happens(0.08, "with unit", *what):
        return f"{text}万元"
    if draw.happens(0.05, "wide", *what):
        return text.translate(_WIDE)
    if amount >= 1000 and draw.happens(0.1, "thousands", *what):
        return f"{amount:,.1f}"
    return _typed("", text, numeric=True)


def _quantity(text: str, what: tuple[str, ...]) -> Value:
    if draw.happens(0.05, "wide", *what):
        return text.translate(_WIDE)
    if draw.happens(0.06, "thousands", *what):
        return f"{float(text):,.10g}"
    return _typed("", text, numeric=True)


_NUMBERS = ("（万元）", "（%）", "（人）", "（度）", "（件）")
_PLAIN_NUMBERS = {"顺序", "单耗", "年度", "认定年度", "产能"}


def _typed(name: str, text: str, *, numeric: bool = False) -> Value:
    """Return a number where the column holds numbers; codes stay text."""
    if numeric or name.endswith(_NUMBERS) or name in _PLAIN_NUMBERS:
        try:
            value = float(text)
        except ValueError:
            return text
        return int(value) if value == int(value) else value
    return text
