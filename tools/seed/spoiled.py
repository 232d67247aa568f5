"""One workbook with planted faults, and the list of them: for tests, and to show the findings.

Every fault is written beside the row that carries it, so that the list (sheet, row, column,
value, rule) cannot drift from the workbook. Its firms are 示例 firms as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seed.identity import credit_code
from seed.workbooks import Sheet, workbook_bytes

if TYPE_CHECKING:
    from seed.messy import Value

NAME = "spoiled/有问题的企业.xlsx"
LIST = "spoiled/README.md"


@dataclass(frozen=True)
class Fault:
    """One planted fault: where it stands, what the import calls it, what it shows.

    ``row`` is None where the finding is about the sheet as a whole.
    """

    sheet: str
    row: int | None
    column: str
    value: str
    rule: str
    shows: str


_OF_THE_SHEET = {"F-merged-cells", "G-cycle", "R-visibility-empty"}


@dataclass
class _Page:
    """A sheet under construction: rows by header, faults by header."""

    title: str
    header: tuple[str, ...]
    banner: tuple[str, ...] = ()
    rows: list[list[Value]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    merged: tuple[str, ...] = ()
    formulas: dict[str, str] = field(default_factory=dict)

    def add(self, cells: dict[str, Value], *faults: tuple[str, str, str]) -> None:
        """Add a row and its faults (column, rule, what it shows)."""
        self.rows.append([cells.get(name) for name in self.header])
        row = len(self.banner) + 1 + len(self.rows)
        for column, rule, shows in faults:
            value = str(cells.get(column) or "")
            place = None if rule in _OF_THE_SHEET else row
            self.faults.append(Fault(self.title, place, column, value, rule, shows))

    def sheet(self) -> Sheet:
        """Return the sheet for the writer."""
        return Sheet(self.title, self.header, self.rows, self.banner, self.merged, self.formulas)


def spoiled_files() -> dict[str, bytes]:
    """Return the workbook and its list of faults by relative name."""
    pages = _pages()
    book = workbook_bytes([page.sheet() for page in pages])
    return {NAME: book, LIST: _list(pages).encode()}


def planted_faults() -> list[Fault]:
    """Return all planted faults in the order of the workbook."""
    return [fault for page in _pages() for fault in page.faults]


def _pages() -> list[_Page]:
    return [_companies(), _products(), _inputs(), _supplies(), _demands(), _deliveries()]


def _firm(name: str, **more: Value) -> dict[str, Value]:
    code = credit_code(f"spoiled {name}")
    base: dict[str, Value] = {"统一社会信用代码": code, "企业名称": f"示例·{name}有限公司"}
    base |= {"注册资本": "3000万元", "成立日期": "2015-06-01", "所在地区": "西宁市"}
    return base | {"主营产品": "碳酸锂", "示例": "是", "数据日期": "2026-06-30"} | more


_COMPANY_HEADER = (
    "序号",
    "统一社会信用代码",
    "企业名称",
    "注册资本",
    "成立日期",
    "所在地区",
    "行业代码",
    "企业规模",
    "从业人员",
    "主营产品",
    "示例",
    "领导批示",
    "数据日期",
)


def _companies() -> _Page:
    banner = ("企业信息采集表（有问题的示例，供测试与演示）", "填报单位：示例园区")
    page = _Page("企业", _COMPANY_HEADER, banner)
    page.add(_firm("正常甲"))
    _add_bad_codes(page)
    _add_bad_cells(page)
    _add_bad_firms(page)
    page.add({"序号": "合计", "从业人员": 1300}, ("", "H-total-row", "合计行不是企业"))
    page.add({"序号": "填表人：示例"}, ("", "H-note-rows", "制表信息不是企业"))
    page.faults.append(Fault("企业", 3, "领导批示", "", "H-unknown-column", "不认得的列"))
    page.faults.append(Fault("企业", None, "", "", "F-merged-cells", "合并的地区单元格与标题行"))
    page.rows[0][11] = "已阅"
    page.merged = ("F4:F5",)
    page.formulas = {"I4": "=200+30"}
    page.faults.append(
        Fault("企业", 4, "从业人员", "=200+30", "F-formula-without-result", "没存结果")
    )
    return page


def _add_bad_codes(page: _Page) -> None:
    code = credit_code("spoiled 正常")
    page.add(
        _firm("校验位", 统一社会信用代码=code[:17] + ("0" if code[17] != "0" else "1")),
        ("统一社会信用代码", "V-uscc-check", "校验位算不对，多半抄错一位"),
    )
    page.add(
        _firm("字母", 统一社会信用代码="91999999MAO1I5Z8X2"),
        ("统一社会信用代码", "V-uscc-letters", "代码里不会有 I、O、S、V、Z"),
    )
    page.add(
        _firm("短码", 统一社会信用代码="91999999MA12"),
        ("统一社会信用代码", "V-uscc-length", "少了几位"),
    )
    page.add(
        _firm("旧号", 统一社会信用代码="630100100012345"),
        ("统一社会信用代码", "V-uscc-old", "15 位旧注册号"),
    )


def _add_bad_cells(page: _Page) -> None:
    page.add(_firm("无单位", 注册资本="3千万"), ("注册资本", "V-no-unit", "金额没有单位"))
    page.add(
        _firm("外币", 注册资本="500万美元"), ("注册资本", "V-foreign-currency", "不做汇率换算")
    )
    page.add(_firm("坏日期", 成立日期="2016-13-45"), ("成立日期", "V-not-a-date", "没有 13 月"))
    page.add(_firm("无此地", 所在地区="火星市"), ("所在地区", "R-unknown-region", "认不出的地区"))
    page.add(
        _firm("无此业", 行业代码="造火箭"), ("行业代码", "R-unknown-industry", "不是行业代码或名称")
    )
    page.add(_firm("巨型", 企业规模="巨型"), ("企业规模", "V-not-allowed", "不在可选值之内"))
    page.add(_firm("负数", 从业人员=-5), ("从业人员", "V-negative", "人数为负"))
    page.add(_firm("区间", 从业人员="500-800"), ("从业人员", "V-range", "区间不是一个数"))
    page.add(_firm("约数", 从业人员="约500人"), ("从业人员", "V-approximate", "约数照记并提示"))
    page.add(_firm("错误值", 从业人员="#N/A"), ("从业人员", "F-error-cell", "单元格是错误值"))


def _add_bad_firms(page: _Page) -> None:
    shared = credit_code("spoiled 同码")
    page.add(
        _firm("同码甲", 统一社会信用代码=shared),
        ("统一社会信用代码", "R-one-code-two-names", "一个代码两个名称"),
    )
    page.add(
        _firm("同码乙", 统一社会信用代码=shared),
        ("统一社会信用代码", "R-one-code-two-names", "一个代码两个名称"),
    )
    page.add(_firm("重复"))
    page.add(_firm("重复"))
    page.add(_firm("没写名", 企业名称=None), ("企业名称", "V-required", "缺必填项"))
    page.add(
        _firm("对不上", 主营产品="碳酸锂、新能源整体解决方案"),
        ("主营产品", "R-phrase-unlinked", "与产品名录对不上的表述"),
    )
    page.add(
        _firm("没标示例", 示例=None),
        ("统一社会信用代码", "R-example-unmarked", "999999 却没标示例"),
    )
    page.add(
        _firm("公式名", 企业名称="=cmd|'/C calc'!A0"), ("企业名称", "", "表格公式注入，须当文字")
    )
    page.add(
        _firm("脚本名", 企业名称="<script>alert(1)</script>示例公司"),
        ("企业名称", "", "须在网页中转义"),
    )


def _products() -> _Page:
    page = _Page("产品", ("产品编码", "产品", "别名", "计量单位"))
    rows = (("LI-003", "碳酸锂", "工业级碳酸锂"), ("LI-008", "磷酸铁", None))
    for code, name, alias in (*rows, ("LI-014", "磷酸铁锂", "LFP")):
        page.add({"产品编码": code, "产品": name, "别名": alias, "计量单位": "吨"})
    page.add(
        {"产品编码": "XX-001", "产品": "错码甲", "计量单位": "吨"},
        ("产品编码", "R-one-product-code-two-names", "一个编码两个名称"),
    )
    page.add(
        {"产品编码": "XX-001", "产品": "错码乙", "计量单位": "吨"},
        ("产品编码", "R-one-product-code-two-names", "一个编码两个名称"),
    )
    for code in ("XX-002", "XX-003"):
        page.add(
            {"产品编码": code, "产品": "一物两码", "计量单位": "吨"},
            ("产品", "R-duplicate-product", "一个名称两个编码"),
        )
    return page


def _inputs() -> _Page:
    page = _Page("产品投入", ("投入品", "产出品", "成本占比（%）", "关键程度"))
    page.add(
        {"投入品": "磷酸铁", "产出品": "磷酸铁锂", "成本占比（%）": 70, "关键程度": "2"},
        ("成本占比（%）", "G-cost-share-sum", "与下一行合计 130%"),
    )
    page.add(
        {"投入品": "碳酸锂", "产出品": "磷酸铁锂", "成本占比（%）": 60, "关键程度": "5"},
        ("关键程度", "V-not-allowed", "只有 0、1、2"),
    )
    page.add(
        {"投入品": "磷酸铁锂", "产出品": "碳酸锂", "关键程度": "0"}, ("", "G-cycle", "互为上下游")
    )
    page.add({"投入品": "碳酸锂", "产出品": "碳酸锂"}, ("产出品", "R-self-loop", "指向自身"))
    page.add(
        {"投入品": "永动机", "产出品": "碳酸锂"}, ("投入品", "R-unknown-product", "名录没有的产品")
    )
    return page


def _supplies() -> _Page:
    page = _Page("供给", ("企业名称", "产品", "主营占比", "年产能", "产能单位", "产能利用率"))
    firm = "示例·正常甲有限公司"
    page.add(
        {"企业名称": firm, "产品": "碳酸锂", "主营占比": "120%", "年产能": 5000, "产能单位": "吨"},
        ("主营占比", "V-share-over", "占比超过 100%"),
    )
    page.add(
        {"企业名称": firm, "产品": "磷酸铁锂", "年产能": 5, "产能单位": "GWh"},
        ("年产能", "G-unit-differs", "吨与 GWh 不能换算"),
    )
    page.add(
        {"企业名称": "示例·重复有限公司", "产品": "磷酸铁", "年产能": 800, "产能利用率": "130%"},
        ("年产能", "V-quantity-no-unit", "产能没有单位"),
        ("产能利用率", "V-utilisation-over", "利用率超过 100%"),
    )
    page.add(
        {"企业名称": "示例·区间有限公司", "产品": "磷酸铁", "年产能": 800, "产能单位": "毛"},
        ("产能单位", "V-unknown-unit", "单位表里没有"),
    )
    page.add(
        {"企业名称": "示例·查无此企有限公司", "产品": "碳酸锂"},
        ("企业名称", "R-unknown-company", "企业表里没有"),
    )
    page.add({"企业名称": firm, "产品": "永动机"}, ("产品", "R-unknown-product", "名录没有的产品"))
    return page


def _demands() -> _Page:
    page = _Page("需求", ("企业名称", "产品", "年需求量", "需求单位", "截止日期", "公开范围"))
    firm = "示例·正常甲有限公司"
    page.add(
        {
            "企业名称": firm,
            "产品": "磷酸铁",
            "年需求量": "1.2万",
            "需求单位": "吨",
            "截止日期": "2020-01-01",
        },
        ("截止日期", "R-deadline-past", "早已过期"),
        ("公开范围", "R-visibility-empty", "没填公开范围"),
    )
    page.add(
        {"企业名称": firm, "产品": "碳酸锂", "年需求量": "很多", "公开范围": "内部可见"},
        ("年需求量", "V-not-a-number", "不是数字"),
        ("公开范围", "V-not-allowed", "不在可选值之内"),
    )
    return page


def _deliveries() -> _Page:
    page = _Page("供货关系", ("供方", "需方", "产品"))
    firm = "示例·正常甲有限公司"
    page.add({"供方": firm, "需方": firm, "产品": "碳酸锂"}, ("需方", "R-self-loop", "自己供自己"))
    page.add(
        {"供方": "示例·查无此企有限公司", "需方": firm, "产品": "碳酸锂"},
        ("供方", "R-unknown-company", "企业表里没有"),
    )
    return page


def _list(pages: list[_Page]) -> str:
    lines = [
        "# 有问题的企业.xlsx：埋设的问题",
        "",
        "由 `tools/make_seed.py` 写出，请勿手改。",
        "规则为空的两行不是错误，而是输出时必须当作文字处理的名称。",
        "",
        "| 工作表 | 行 | 列 | 值 | 规则 | 说明 |",
        "|---|---|---|---|---|---|",
    ]
    for fault in (fault for page in pages for fault in page.faults):
        value = f"`{fault.value.replace('|', chr(92) + '|')}`" if fault.value else ""
        rule = f"`{fault.rule}`" if fault.rule else ""
        cells = (fault.sheet, str(fault.row or ""), fault.column, value, rule, fault.shows)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
