"""The import-ready tables: curated rows first, then the 示例 rows, one table a template sheet.

Headers are those of the collection workbook; values are plain (万元, %, ISO dates). The messy
workbooks of ``messy.py`` are made from these same tables.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from seed import draw
from seed.firms import Firm, make_firms
from seed.scenario import CURATED, HERE, Scenario, number, read_rows
from seed.years import LEVEL, Award, Year, awards, size_class, yearly

EXAMPLE_SOURCE = "生成的示例数据，不是真实企业（tools/make_seed.py）"
ORDER = (
    "产业链",
    "环节",
    "产品",
    "产品投入",
    "园区",
    "园区产能",
    "企业",
    "称号",
    "年度数据",
    "链主",
    "供给",
    "需求",
    "供货关系",
)


@dataclass
class Table:
    """One sheet: its name, headers and rows of text."""

    sheet: str
    header: tuple[str, ...]
    rows: list[list[str]]

    def add(self, **values: str) -> None:
        """Add a row; a value for an unknown header is a mistake."""
        unknown = set(values) - set(self.header)
        if unknown:
            msg = f"{self.sheet}: no column {sorted(unknown)}"
            raise KeyError(msg)
        self.rows.append([values.get(name, "") for name in self.header])

    def column(self, name: str) -> list[str]:
        """Return the values under a header."""
        place = self.header.index(name)
        return [row[place] for row in self.rows]

    def as_csv(self) -> bytes:
        """Return the table as UTF-8 CSV with LF."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.header)
        writer.writerows(self.rows)
        return text.getvalue().encode()


def _headers() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in read_rows(HERE / "columns.csv"):
        found[row["sheet"]] = (*found.get(row["sheet"], ()), row["header"])
    return found


HEADERS = _headers()
"""The columns of the sheets that hold 示例 rows; the other sheets are curated throughout."""


def make_tables(scenario: Scenario | None = None) -> dict[str, Table]:
    """Return all tables by sheet name, in the order of ``ORDER``."""
    scenario = scenario or Scenario()
    firms = make_firms(scenario)
    tables = {sheet: _curated(sheet) for sheet in ORDER}
    for firm in firms:
        _company(tables, scenario, firm)
        _supplies(tables["供给"], scenario, firm)
        if firm.leads:
            tables["链主"].add(
                企业名称=firm.name,
                统一社会信用代码=firm.uscc,
                产业链=firm.leads,
                角色="链主",
                资料来源=EXAMPLE_SOURCE,
                数据日期="2026-10-15",
            )
    _demands(tables["需求"], scenario, firms)
    _deliveries(tables["供货关系"], scenario, firms)
    return tables


def _curated(sheet: str) -> Table:
    """Read the curated rows of a sheet, laid under the headers of the full table."""
    path = CURATED / f"{sheet}.csv"
    if not path.exists():
        return Table(sheet, HEADERS[sheet], [])
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines)
        given = tuple(next(reader))
        rows = list(reader)
    header = HEADERS.get(sheet, given)
    table = Table(sheet, header, [])
    for row in rows:
        table.add(**dict(zip(given, row, strict=True)))
    return table


def money(value_cny: float) -> str:
    """Return an amount in 万元 as a person writes it."""
    return plain(round(value_cny / 1e4, 1))


def plain(value: float) -> str:
    """Return a number without a needless fraction."""
    return str(int(value)) if value == int(value) else f"{value:g}"


def _as_of(key: str) -> str:
    return f"2026-{draw.whole(6, 10, 'month', key):02d}-{draw.whole(1, 28, 'day', key):02d}"


def _known(value: str, chance: float, *what: object) -> str:
    """Return the value, or nothing: not every firm fills in every cell."""
    return value if draw.happens(chance, "filled in", *what) else ""


def _company(tables: dict[str, Table], scenario: Scenario, firm: Firm) -> None:
    made = [scenario.products[line.code] for line in firm.lines if not line.is_byproduct]
    industry, years = made[0].industry, yearly(firm)
    won = awards(firm, industry, years)
    founded = (
        f"{draw.whole(1998, 2021, 'founded', firm.key)}-{draw.whole(1, 12, 'm', firm.key):02d}"
    )
    capital = draw.rounded(firm.revenue_cny * draw.between(0.08, 0.5, "capital", firm.key))
    key, names = firm.key, "、".join(product.name for product in made)
    tables["企业"].add(
        **{
            "统一社会信用代码": firm.uscc,
            "企业名称": firm.name,
            "企业简称": firm.short_name,
            "经营状态": firm.status,
            "所在地区": firm.region,
            "所在园区": firm.park,
            "行业代码": _known(industry, 0.93, "industry", key),
            "企业规模": _known(size_class(firm, industry), 0.9, "size", key),
            "注册资本（万元）": money(capital),
            "成立日期": f"{founded}-{draw.whole(1, 28, 'd', key):02d}",
            "上年营业收入（万元）": _known(money(firm.revenue_cny), 0.92, "revenue", key),
            "从业人员（人）": _known(str(firm.employees), 0.94, "staff", key),
            "主营产品": names,
            "经营范围": f"{names}的研发、生产和销售；货物进出口",
            "企业称号": "；".join(dict.fromkeys(award.title for award in won if award.is_current)),
            "资质证书": "；".join(firm.certificates),
            "技术领域": "；".join(firm.tech_fields),
            "地址": firm.address,
            "经度（度）": _known(f"{firm.longitude:g}", 0.9, "point", key),
            "纬度（度）": _known(f"{firm.latitude:g}", 0.9, "point", key),
            "联系人": "示例联系人",
            "联系电话": f"000-{draw.whole(0, 9999999, 'phone', key):07d}",
            "示例": "是",
            "资料来源": EXAMPLE_SOURCE,
            "数据日期": _as_of(key),
        }
    )
    _titles(tables["称号"], firm, won)
    _years(tables["年度数据"], firm, years)


def _titles(table: Table, firm: Firm, won: list[Award]) -> None:
    for award in won:
        table.add(
            企业名称=firm.name,
            统一社会信用代码=firm.uscc,
            称号=award.title,
            认定年度=str(award.year),
            级别=LEVEL[award.title],
            有效期至=award.valid_to,
            资料来源=EXAMPLE_SOURCE,
            数据日期=_as_of(firm.key),
        )


def _years(table: Table, firm: Firm, years: list[Year]) -> None:
    for year in years:
        table.add(
            **{
                "企业名称": firm.name,
                "统一社会信用代码": firm.uscc,
                "年度": str(year.year),
                "营业收入（万元）": money(year.revenue_cny),
                "主营业务收入（万元）": money(year.main_business_revenue_cny),
                "净利润（万元）": money(year.net_profit_cny),
                "资产总额（万元）": money(year.total_assets_cny),
                "负债总额（万元）": money(year.total_liabilities_cny),
                "研发费用（万元）": money(year.rd_expense_cny),
                "从业人员（人）": str(year.employees),
                "研发人员（人）": str(year.rd_staff),
                "有效发明专利（件）": str(year.invention_patents),
                "资料来源": EXAMPLE_SOURCE,
                "数据日期": f"{year.year + 1}-04-30",
            }
        )


def _supplies(table: Table, scenario: Scenario, firm: Firm) -> None:
    weights = _weights(scenario, firm)
    for line, weight in zip(firm.lines, weights, strict=True):
        product = scenario.products[line.code]
        used = draw.between(52, 97, "utilisation", firm.key, line.code)
        table.add(
            **{
                "企业名称": firm.name,
                "统一社会信用代码": firm.uscc,
                "产品": product.name,
                "主营占比（%）": ""
                if line.is_byproduct
                else _known(plain(round(100 * weight)), 0.8, "share", firm.key, line.code),
                "年产能": plain(line.capacity),
                "产能单位": product.unit,
                "产能利用率（%）": _known(plain(round(used)), 0.82, "used", firm.key, line.code),
                "副产品": "是" if line.is_byproduct else "",
                "供给说明": "副产，可长期供应" if line.is_byproduct else "",
                "资料来源": EXAMPLE_SOURCE,
                "数据日期": _as_of(firm.key),
            }
        )


def _weights(scenario: Scenario, firm: Firm) -> list[float]:
    """Return each product's share of revenue; by-products count nothing."""
    sales = [
        0.0 if line.is_byproduct else line.capacity * scenario.prices[line.code]
        for line in firm.lines
    ]
    other = draw.between(0.02, 0.12, "other revenue", firm.key)
    return [sale / sum(sales) * (1 - other) for sale in sales]


def _demands(table: Table, scenario: Scenario, firms: list[Firm]) -> None:
    leaders = {firm.short_name.removeprefix("示例·"): firm for firm in firms if firm.leads}
    for row in scenario.demands:
        product = scenario.by_name[row["product"]]
        amount = number(row["volume"].removesuffix(product.unit))
        _demand(table, leaders[row["leader"]], row["product"], plain(amount), product.unit, row)
    known = {(firm.key, code) for firm in firms for code in (line.code for line in firm.lines)}
    local = {line.code for firm in firms if firm.is_local for line in firm.lines}
    for firm in firms:
        if firm.leads or not firm.is_local or not draw.happens(0.12, "asks", firm.key):
            continue
        made = firm.lines[0].code
        wanted = [a for a, b, essential in scenario.inputs if b == made and essential == 2]
        wanted = [code for code in wanted if (firm.key, code) not in known]
        if wanted:
            code = draw.choice(wanted, "wanted", firm.key)
            row = {
                "specification": "",
                "certification": "",
                "deadline": f"2027-{draw.whole(1, 9, 'deadline', firm.key):02d}-28",
                "visibility": draw.choice(("公开", "公开", "定向", "仅局内"), "seen", firm.key),
                "sourced_from": "本地" if code in local else "外地",
            }
            product = scenario.products[code]
            _demand(table, firm, product.name, "", "", row)


def _demand(
    table: Table, firm: Firm, product: str, volume: str, unit: str, row: dict[str, str]
) -> None:
    table.add(
        需求编号=f"SL-{sum(1 for text in table.column('需求编号') if text) + 1:03d}",
        企业名称=firm.name,
        统一社会信用代码=firm.uscc,
        产品=product,
        年需求量=volume,
        需求单位=unit,
        规格要求=row["specification"],
        认证要求=row["certification"],
        截止日期=row["deadline"],
        公开范围=row["visibility"],
        现采购地=row["sourced_from"],
        资料来源=EXAMPLE_SOURCE,
        数据日期="2026-10-20" if firm.leads else _as_of(firm.key),
    )


def _deliveries(table: Table, scenario: Scenario, firms: list[Firm]) -> None:
    """Add known deliveries between 示例 firms: what one makes goes into what the other makes."""
    makers: dict[str, list[Firm]] = {}
    for firm in firms:
        for line in firm.lines:
            makers.setdefault(line.code, []).append(firm)
    for source, target, essential in scenario.inputs:
        if not essential:
            continue
        for buyer in makers.get(target, ()):
            sellers = [firm for firm in makers.get(source, ()) if firm is not buyer]
            chance = 0.75 if buyer.leads else 0.17 * essential
            if sellers and draw.happens(chance, "delivers", source, buyer.key):
                seller = _seller(sellers, source, buyer)
                _delivery(table, scenario, seller, buyer, source)


def _seller(sellers: list[Firm], code: str, buyer: Firm) -> Firm:
    near = [firm for firm in sellers if firm.is_local]
    pool: Iterable[Firm] = near if near and draw.happens(0.6, "near", code, buyer.key) else sellers
    return draw.choice(tuple(pool), "seller", code, buyer.key)


def _delivery(table: Table, scenario: Scenario, seller: Firm, buyer: Firm, code: str) -> None:
    pair = (seller.name, buyer.name, scenario.products[code].name)
    places = [table.header.index(name) for name in ("供方", "需方", "产品")]
    if any(tuple(row[i] for i in places) == pair for row in table.rows):
        return
    what = (seller.key, buyer.key, code)
    amount = min(seller.revenue_cny, buyer.revenue_cny) * draw.between(0.03, 0.3, "amount", *what)
    since = f"{draw.whole(2017, 2025, 'since', *what)}-{draw.whole(1, 12, 'since m', *what):02d}-01"
    table.add(
        **{
            "供方": seller.name,
            "供方信用代码": seller.uscc,
            "需方": buyer.name,
            "需方信用代码": buyer.uscc,
            "产品": pair[2],
            "年供货额（万元）": _known(money(draw.rounded(amount)), 0.85, "amount", *what),
            "起始日期": _known(since, 0.7, "since", *what),
            "依据": "企业填报",
            "资料来源": EXAMPLE_SOURCE,
            "数据日期": _as_of(buyer.key),
        }
    )
