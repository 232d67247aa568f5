"""The collection workbook, made from the schema: one sheet a table, ready to be filled in.

The one choice: nothing is listed here that the schema knows. Headers, units, drop-downs and
notes come from it, so a new attribute appears in the workbook without a line of code. Only the
example values are chosen by hand where the type alone would make a dull example.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from chainmap.schema import Attribute, Dtype, Schema
from chainmap.texts import say
from chainmap.xlsx.marks import EXAMPLE_MARK, NOTES_SHEET
from chainmap.xlsx.write import display_width, save_workbook

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_FIRST, _LAST = 3, 5_000
_FONT = "微软雅黑"
_FILLS = {
    "required": PatternFill("solid", start_color="FF1F4E79"),
    "optional": PatternFill("solid", start_color="FF5B7A99"),
    "private": PatternFill("solid", start_color="FF9A5B13"),
}
_EXAMPLE_FILL = PatternFill("solid", start_color="FFF1F4F8")
_GRID = Border(*(Side(style="thin", color="FFD9DEE5") for _ in range(4)))
_TEXT_CELLS = (Dtype.USCC, Dtype.REGION, Dtype.INDUSTRY, Dtype.REF, Dtype.TEXT)

_BY_TYPE: Mapping[Dtype, str] = {
    Dtype.LIST: "甲；乙",
    Dtype.INTEGER: "120",
    Dtype.YEAR: "2024",
    Dtype.NUMBER: "1.5",
    Dtype.SHARE: "35",
    Dtype.MONEY: "3000",
    Dtype.QUANTITY: "5000",
    Dtype.UNIT: "吨",
    Dtype.DATE: "2024-12-31",
    Dtype.FLAG: "否",
    Dtype.USCC: "91990000MA00000XX0",
    Dtype.REGION: "630100",
    Dtype.INDUSTRY: "3985",
    Dtype.PRODUCTS: "磷酸铁锂；碳酸锂",
}
_BY_LABEL: Mapping[str, str] = {
    "Company": "青海示例新材料有限公司",
    "Product": "磷酸铁锂",
    "Segment": "锂电/正极材料",
    "IndustryChain": "锂电",
    "Region": "630100",
    "Park": "示例产业园",
    "Industry": "3985",
    "Certificate": "ISO 9001；IATF 16949",
    "TechField": "锂电池正极材料；固态电解质",
}
_BY_NAME: Mapping[tuple[str, str], str] = {
    ("Company", "name"): "青海示例新材料有限公司",
    ("Company", "short_name"): "示例新材",
    ("Company", "former_names"): "青海示例化工有限公司",
    ("Company", "titles"): "创新型中小企业；专精特新中小企业",
    ("Company", "longitude"): "101.78",
    ("Company", "latitude"): "36.62",
    ("Company", "founded_on"): "2016-05-18",
    ("Company", "contact"): "张三",
    ("Company", "phone"): "0971-0000000",
    ("IndustryChain", "name"): "锂电",
    ("Segment", "name"): "正极材料",
    ("Segment", "position"): "2",
    ("Product", "code"): "LI-021",
    ("Product", "name"): "磷酸铁锂",
    ("Product", "aliases"): "LFP；磷酸亚铁锂",
    ("Product", "unit"): "吨",
    ("Product", "parent"): "锂电池正极材料",
    ("Product", "hs_code"): "284290",
    ("Park", "name"): "示例产业园",
    ("Park", "parent"): "示例经济技术开发区",
    ("Region", "name"): "西宁市",
    ("Industry", "name"): "电子专用材料制造",
    ("Industry", "parent"): "398",
    ("TitleAward", "title"): "专精特新中小企业",
    ("TitleAward", "batch"): "第五批",
    ("REQUIRES", "demand_id"): "D-2024-001",
    ("REQUIRES", "specification"): "电池级，铁 ≤ 50 ppm",
    ("INPUT_TO", "source"): "碳酸锂",
    ("INPUT_TO", "quantity"): "0.25",
    ("SUPPLIES", "source"): "青海示例锂业有限公司",
}


def write_template_workbook(path: Path, schema: Schema) -> Path:
    """Write the empty collection workbook of ``schema`` to ``path``.

    Each sheet has the header in row 1 (required ones with ``*``), an example in row 2 whose
    first cell begins with 示例行 and which the import passes over, and drop-downs from row 3 on.

    Raises
    ------
    ConfigError
        When the target may not be written.
    """
    book = Workbook()
    notes = book.active
    notes.title = NOTES_SHEET
    _write_notes(notes, schema)
    for title, owner in schema.sheets.items():
        attributes = [a for a in schema.owner(owner).attributes if a.is_collected]
        _write_sheet(book.create_sheet(title), attributes)
    return save_workbook(book, path)


def template_header(attribute: Attribute) -> str:
    """Return the header cell of an attribute: term, unit, 仅局内 where private, ``*`` required."""
    header = attribute.header
    if attribute.private and not attribute.template_unit:
        header = f"{header}（{say('template.private_mark', 'zh')}）"
    return f"{header}*" if attribute.required else header


def example_value(attribute: Attribute) -> str:
    """Return a plausible cell for the example row."""
    chosen = _BY_NAME.get((attribute.owner, attribute.name))
    if chosen is not None:
        return chosen
    if attribute.allowed:
        return attribute.allowed[0]
    if attribute.refers is not None and attribute.dtype in (Dtype.REF, Dtype.REFLIST):
        return _BY_LABEL.get(attribute.refers.label, "示例")
    return _BY_TYPE.get(attribute.dtype, f"示例{attribute.zh}")


def _write_sheet(sheet: Worksheet, attributes: list[Attribute]) -> None:
    for place, attribute in enumerate(attributes, start=1):
        letter = get_column_letter(place)
        header = template_header(attribute)
        example = example_value(attribute)
        cell = sheet.cell(1, place, header)
        kind = "required" if attribute.required else "private" if attribute.private else "optional"
        cell.fill = _FILLS[kind]
        cell.font = Font(name=_FONT, size=10, bold=True, color="FFFFFFFF")
        cell.alignment = Alignment(vertical="center", horizontal="center", wrap_text=True)
        cell.border = _GRID
        cell.comment = _comment(attribute)
        shown = sheet.cell(2, place, f"{EXAMPLE_MARK}：{example}" if place == 1 else example)
        shown.font = Font(name=_FONT, size=10, italic=True, color="FF6B7280")
        shown.fill, shown.border = _EXAMPLE_FILL, _GRID
        shown.number_format = "@"
        shown.alignment = Alignment(vertical="center")
        width = max(display_width(header) + 3, display_width(str(shown.value)) + 2, 10)
        sheet.column_dimensions[letter].width = min(width, 42)
        if attribute.dtype in _TEXT_CELLS:
            # as text, or Excel turns an 18-digit code into a rounded number
            sheet.column_dimensions[letter].number_format = "@"
        _add_choices(sheet, letter, attribute)
    sheet.row_dimensions[1].height = 30
    sheet.freeze_panes = "B2"
    sheet.sheet_view.zoomScale = 110
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def _add_choices(sheet: Worksheet, letter: str, attribute: Attribute) -> None:
    """Add a drop-down for closed values; a year only warns."""
    choices = attribute.allowed or (("是", "否") if attribute.dtype is Dtype.FLAG else ())
    if choices:
        rule = DataValidation(
            type="list",
            formula1=f'"{",".join(choices)}"',
            allow_blank=True,
            errorTitle=say("template.not_listed_title", "zh"),
            error=say("template.not_listed", "zh", choices="、".join(choices))[:225],
        )
    elif attribute.dtype is Dtype.YEAR:
        rule = DataValidation(
            type="whole",
            operator="between",
            formula1="1949",
            formula2="2100",
            allow_blank=True,
            errorStyle="warning",
            error=say("template.not_a_year", "zh"),
        )
    else:
        return
    rule.showErrorMessage = True
    rule.add(f"{letter}{_FIRST}:{letter}{_LAST}")
    sheet.add_data_validation(rule)


def _comment(attribute: Attribute) -> Comment:
    lines = [attribute.description]
    if attribute.template_unit:
        lines.append(say("template.unit", "zh", unit=attribute.template_unit))
    if attribute.allowed:
        lines.append(say("template.choices", "zh", choices="、".join(attribute.allowed)))
    others = [h for h in attribute.headers if h != attribute.zh]
    if others:
        lines.append(say("template.accepted", "zh", headers="、".join(others)))
    if attribute.private:
        lines.append(say("template.private", "zh"))
    if attribute.source:
        lines.append(say("template.source", "zh", source=attribute.source))
    text = "\n".join(lines)
    rows = sum(1 + display_width(line) // 44 for line in lines)
    return Comment(text, "chainmap", width=340, height=24 + 18 * rows)


def _write_notes(sheet: Worksheet, schema: Schema) -> None:
    sheet.column_dimensions["A"].width = 16
    sheet.column_dimensions["B"].width = 96
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    title = sheet.cell(1, 1, say("template.title", "zh"))
    title.font = Font(name=_FONT, size=16, bold=True, color="FF1F4E79")
    sheet.row_dimensions[1].height = 34
    row = 3
    for name in ("fill", "example", "colours", "units", "refer", "privacy", "extra", "import"):
        _note(sheet, row, say(f"template.{name}_head", "zh"), say(f"template.{name}_body", "zh"))
        row += 1
    row += 1
    for place, key in ((1, "template.sheet_head"), (2, "template.sheet_about")):
        head = sheet.cell(row, place, say(key, "zh"))
        head.font = Font(name=_FONT, size=10, bold=True, color="FFFFFFFF")
        head.fill, head.border = _FILLS["required"], _GRID
    for title_text, owner in schema.sheets.items():
        row += 1
        _note(sheet, row, title_text, schema.owner(owner).description)
        link = sheet.cell(row, 1)
        link.hyperlink = f"#'{title_text}'!A3"
        link.font = Font(name=_FONT, size=10, underline="single", color="FF1D4ED8")
        for place in (1, 2):
            sheet.cell(row, place).border = _GRID


def _note(sheet: Worksheet, row: int, head: str, body: str) -> None:
    first, second = sheet.cell(row, 1, head), sheet.cell(row, 2, body)
    first.font = Font(name=_FONT, size=10, bold=True, color="FF1F2937")
    second.font = Font(name=_FONT, size=10, color="FF1F2937")
    for cell in (first, second):
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    sheet.row_dimensions[row].height = 17 * (1 + (display_width(body) - 1) // 104) + 3
