"""Finding rules D: decisions of a review, and the workbook they come back in."""

from __future__ import annotations

from chainmap.texts.findings.rule import Rule

RULES: dict[str, Rule] = {
    "D-no-sheet": Rule(
        "error",
        "文件里没有审核表：须有一张工作表，表头含 {columns}",
        "请填写由 chainmap review export 写出的工作簿，并保留表头",
        "the file holds no review sheet: one with the headers {columns} is needed",
        "fill in the workbook that chainmap review export writes, and keep its header row",
    ),
    "D-column": Rule(
        "error",
        "审核表缺少列：{value}",
        "请恢复这一列，或重新导出：chainmap review export",
        "the review sheet lacks the column {value}",
        "restore the column, or export anew: chainmap review export",
    ),
    "D-unknown-key": Rule(
        "warning",
        "没有编号为“{value}”的条目，这一行未采用；相近的编号：{near}",
        "请恢复导出时的编号；条目若已不在图谱中，请重新导出：chainmap review export",
        "no pair has the key '{value}', the row was left out; keys like it: {near}",
        "restore the key as exported; if the pair left the graph, export anew: chainmap review export",
    ),
    "D-changed-key": Rule(
        "warning",
        "编号“{value}”指的是“{expected}”，这一行写的是“{found}”，未采用",
        "请恢复导出时的编号和内容；图谱里的名称若已改变，请重新导出：chainmap review export",
        "the key '{value}' stands for '{expected}', but the row says '{found}'; it was left out",
        "restore key and content as exported; if a name has changed in the graph, export anew: chainmap review export",
    ),
    "D-bad-verdict": Rule(
        "warning",
        "没有“{value}”这样的结论，这一行未采用",
        "请从下拉框选：{choices}；留空表示以后再定",
        "there is no verdict '{value}', the row was left out",
        "choose from the drop-down: {choices}; leave it blank to decide later",
    ),
    "D-two-verdicts": Rule(
        "warning",
        "同一编号“{value}”有两种结论（{verdicts}），都未采用",
        "请只留一行，或写成同一结论（另一行：{other}）",
        "the key '{value}' has two verdicts ({verdicts}), neither was taken",
        "keep one row, or make them agree (the other row: {other})",
    ),
    "D-different-codes": Rule(
        "warning",
        "两家企业的统一社会信用代码不同（{one}、{other}），不可能是同一家，这一行未采用",
        "请改为“不同”；若其中一个代码有误，请先在来源文件中改正并重新导入",
        "the firms have different credit codes ({one}, {other}) and cannot be the same; the row was left out",
        "say 不同; if one of the codes is wrong, mend it in its file and import that again",
    ),
    "D-overruled": Rule(
        "info",
        "此前的结论“{before}”（{by}，{date}）改为“{value}”",
        "若非本意：chainmap review undo {key}，再作结论",
        "the earlier verdict '{before}' ({by}, {date}) became '{value}'",
        "if that was not meant: chainmap review undo {key}, then decide again",
    ),
    "D-several-products": Rule(
        "warning",
        "表述“{value}”已确认指多个产品：{products}；导入时只采用其中一个",
        "请对不该采用的一对用 chainmap review undo 撤销，或 reject 排除",
        "the phrase '{value}' is confirmed to mean several products: {products}; an import takes one of them",
        "take the wrong one back with chainmap review undo, or reject it",
    ),
    "D-decide-columns": Rule(
        "error",
        "决定表缺少列：{value}",
        "请恢复这些列，或重新导出：chainmap decide export",
        "the decision sheet lacks the columns {value}",
        "restore them, or export anew: chainmap decide export",
    ),
    "D-decide-row": Rule(
        "warning",
        "这一行未采用：{why}",
        "请写图里的企业全称（或简称、代码、id），产品写名称或编码；编号留空表示新增",
        "the row was left out: {why}",
        "write the companies as the graph names them, and the product by name or code; a blank key means a new decision",
    ),
    "D-decide-reason": Rule(
        "warning",
        "有结论没有理由，这一行未采用",
        "请写一句理由：以后的人要看得懂为什么",
        "a verdict without a reason: the row was left out",
        "write the reason in a sentence: whoever comes later must see why",
    ),
}
