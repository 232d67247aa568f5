"""Finding rules Q and S: queries in Cypher, and the state of the store."""

from __future__ import annotations

from chainmap.texts.findings.rule import Rule

RULES: dict[str, Rule] = {
    "Q-unknown-label": Rule(
        "warning",
        "查询中的标签或关系类型“{value}”不在图谱结构中，不会匹配到任何内容",
        "请核对拼写，最接近的名称是 {near}；全部名称见 graph_schema/schema.md",
        "the label or relationship type '{value}' of the query is not in the schema: no matches",
        "check the spelling, the nearest name is {near}; all names are in graph_schema/schema.md",
    ),
    "Q-unknown-property": Rule(
        "warning",
        "查询中的属性“{value}”不在图谱结构中，其值总是空",
        "请核对拼写，最接近的名称是 {near}；全部名称见 graph_schema/schema.md",
        "the property '{value}' of the query is not in the schema: it is always null",
        "check the spelling, the nearest name is {near}; all names are in graph_schema/schema.md",
    ),
    "Q-rows-cut": Rule(
        "warning",
        "结果超过 {limit} 行，只给出前 {limit} 行",
        "请在查询中加条件或 LIMIT，或提高行数上限",
        "the result has more than {limit} rows; only the first {limit} are given",
        "narrow the query, add LIMIT, or raise the row limit",
    ),
    "S-unfinished": Rule(
        "warning",
        "来源“{value}”上次的导入没有完成，图谱中只有其中一部分",
        "请把同样的文件再导入一次，导入会接着完成",
        "the last import of the source '{value}' did not end; the graph holds a part of it",
        "import the same files again; that completes it",
    ),
}
