"""Finding rules H and M: sheets, headers and the mapping that names them."""

from __future__ import annotations

from chainmap.texts.findings.rule import Rule

RULES: dict[str, Rule] = {
    "H-unknown-table": Rule(
        "warning",
        "看不出这是哪一类表，{rows} 行未读入；认得的表头：{known}；不认得的：{unknown}",
        "请改用采集表的工作表名和表头（chainmap template），或写一个映射文件（--mapping）",
        "no known kind of table, {rows} rows were not read; known headers: {known}; "
        "unknown: {unknown}",
        "use the sheet names and headers of the template, or write a mapping (--mapping)",
    ),
    "H-ambiguous-table": Rule(
        "warning",
        "表头同时符合 {owners}，无法确定是哪一类表，{rows} 行未读入",
        "请把工作表改名为其中之一（csv 则改文件名），或写一个映射文件（--mapping）",
        "the headers fit {owners} alike, {rows} rows were not read",
        "name the sheet (or the csv file) after one of them, or write a mapping (--mapping)",
    ),
    "H-wrong-sheet": Rule(
        "error",
        "工作表名是“{sheet_name}”，内容却像“{other}”（认得的表头：{known}）",
        "请确认是否放错了工作簿或工作表",
        "the sheet is named '{sheet_name}' but looks like '{other}' (known headers: {known})",
        "check whether the wrong workbook or sheet was put here",
    ),
    "H-nothing-recognised": Rule(
        "error",
        "给出的文件中没有一张认得的表",
        "请核对文件；可用 chainmap template 生成采集表，或写一个映射文件（--mapping）",
        "none of the files holds a known table",
        "check the files; make a template (chainmap template) or write a mapping (--mapping)",
    ),
    "H-missing-column": Rule(
        "error",
        "缺少必填列“{header}”（可写作：{accepted}）",
        "请补上该列；表头已是：{found}",
        "the required column '{header}' is missing (accepted: {accepted})",
        "add the column; the headers are: {found}",
    ),
    "H-unknown-column": Rule(
        "warning",
        "不认得的列，未读入（相近的表头：{near}）",
        "请改用采集表的表头，或在映射文件中说明；不需要的列可不管",
        "unknown column, not read (nearest header: {near})",
        "use a header of the template, or name it in a mapping; ignore it if not needed",
    ),
    "H-duplicate-column": Rule(
        "error",
        "表头“{column}”出现 {count} 次，不知该用哪一列",
        "请删除或改名其中重复的列",
        "the header '{column}' occurs {count} times",
        "delete or rename the repeated column",
    ),
    "H-second-column": Rule(
        "warning",
        "与“{other}”说的是同一项（{header}），只读“{other}”，本列未读入",
        "请把两列合并为一列",
        "says the same as '{other}' ({header}); only '{other}' was read",
        "merge the two columns into one",
    ),
    "H-column-without-header": Rule(
        "warning",
        "{letter} 列有 {count} 个单元格有内容但没有表头，未读入",
        "请补上表头，或删除该列",
        "column {letter} has {count} cells with content but no header; not read",
        "give it a header, or delete the column",
    ),
    "H-second-table": Rule(
        "error",
        "这一行看来是另一张表（{other}）的表头：{known}；一张工作表只能放一张表",
        "请把该行及以下各行移到单独的工作表",
        "this row looks like the header of another table ({other}): {known}; one sheet holds one "
        "table",
        "move this row and those below to a sheet of their own",
    ),
    "H-note-rows": Rule(
        "info",
        "{count} 行是示例、说明或制表信息，未作为数据读入（{rows}）",
        "无需处理；如是数据，请改掉开头的“示例行”“注：”“填表人”等字样",
        "{count} rows are examples or notes and were not read as data ({rows})",
        "nothing to do; if they are data, remove the leading word",
    ),
    "H-total-row": Rule(
        "warning",
        "{count} 行是合计或小计，未作为数据读入（{rows}）",
        "请删除合计行；如确是数据，请改名",
        "{count} rows are totals and were not read as data ({rows})",
        "delete the totals; if they are data, rename them",
    ),
    "H-no-data": Rule(
        "error",
        "认得 {tables} 张表，但都没有数据",
        "请从表头下方填写数据，保存后再导入",
        "{tables} tables were recognised, but none holds data",
        "fill in data below the headers, save, and import again",
    ),
    "H-no-rows": Rule(
        "info",
        "只有表头，没有数据",
        "请填写数据；不需要的工作表可不管",
        "there is a header but no data",
        "fill in data, or ignore the sheet",
    ),
    "H-no-header": Rule(
        "error",
        "前 {rows} 行中找不到表头（需要：{wanted}）",
        "请检查表头所在行；表头应在前 {rows} 行内",
        "no header found in the first {rows} rows (wanted: {wanted})",
        "the header must stand within the first {rows} rows",
    ),
    "M-table-missing": Rule(
        "warning",
        "映射文件要读 {pattern}（工作表 {table}），给出的文件中没有",
        "请补上该文件，或从映射文件中删去这一段",
        "the mapping names {pattern} (sheet {table}), which is not among the files",
        "add the file, or remove that part of the mapping",
    ),
    "M-column-missing": Rule(
        "error",
        "映射文件要用的列“{column}”不在表中（相近的表头：{near}）",
        "请改正映射文件 {mapping} 中的列名；表头是：{found}",
        "the mapping uses the column '{column}', which the table lacks (nearest: {near})",
        "correct the column in the mapping {mapping}; the headers are: {found}",
    ),
    "M-rows-left-out": Rule(
        "info",
        "{count} 行不属于映射文件中的任何一张表，未读入（{rows}）",
        "如应读入，请放宽映射文件中的 where 条件",
        "{count} rows belong to no table of the mapping and were not read ({rows})",
        "if they should be read, widen the where conditions of the mapping",
    ),
    "M-ignored": Rule(
        "info",
        "按映射文件的 ignore 未读入 {rows} 行：{reason}",
        "无需处理",
        "left out by the mapping's ignore, {rows} rows: {reason}",
        "nothing to do",
    ),
    "M-lookup-miss": Rule(
        "warning",
        "{count} 行的“{value}”等在 {other} 的“{key}”列中找不到（{rows}），按空值处理",
        "请补上被查的表，或检查编码是否一致",
        "'{value}' and others of {count} rows are not in column '{key}' of {other} ({rows})",
        "complete the table that is looked up, or check the codes",
    ),
}
