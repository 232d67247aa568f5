"""Write what is made from the schema and checked in: constraints.cypher, tables.sql, schema.md.

Run it after editing graph_schema/*.csv (``just schema``); ``--check`` only compares.
"""

from __future__ import annotations

import sys
from pathlib import Path

from chainmap.schema import Attribute, EdgeType, Flow, NodeType, Schema, read_schema
from chainmap.stores.neo4j.ddl import constraint_statements
from chainmap.stores.sqlite_sql import INTERNAL, NODE_INDEX, create_table, table_indexes

FOLDER = Path(__file__).resolve().parent.parent / "graph_schema"
_HEAD = "由 tools/write_schema.py 生成，请勿手工修改（made from graph_schema/*.csv; do not edit）"
_FLOWS = {
    Flow.FORWARD: "物流与箭头同向",
    Flow.BACKWARD: "物流与箭头相反",
    Flow.NONE: "无物流，点名才走",
}


def generated(schema: Schema) -> dict[str, str]:
    """Return the text of each generated file by its name."""
    return {
        "constraints.cypher": _cypher(schema),
        "tables.sql": _sql(schema),
        "schema.md": _page(schema),
    }


def main(arguments: list[str]) -> int:
    """Write the files, or with ``--check`` say which are stale (exit 1)."""
    stale = []
    for name, text in generated(read_schema(FOLDER)).items():
        path = FOLDER / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--check" not in arguments:
                path.write_text(text, encoding="utf-8", newline="\n")
    for name in stale:
        print(f"{name}: {'stale, run just schema' if '--check' in arguments else 'written'}")
    return 1 if stale and "--check" in arguments else 0


def _cypher(schema: Schema) -> str:
    return f"// {_HEAD}\n" + "".join(f"{line};\n" for line in constraint_statements(schema))


def _sql(schema: Schema) -> str:
    statements = [*INTERNAL, *NODE_INDEX.values()]
    for owner in [*schema.nodes, *schema.edges]:
        table = create_table(schema, owner).replace("(", "(\n  ", 1).replace(", ", ",\n  ")
        statements += [table, *table_indexes(schema, owner).values()]
    return f"-- {_HEAD}\n" + "".join(f"{statement};\n" for statement in statements)


def _page(schema: Schema) -> str:
    parts = [
        "# 图谱结构 / graph schema",
        f"<!-- {_HEAD} -->",
        "节点的 id 为 `标签:键`，如 `Company:91630100MA758K1X2Y`；复合键以 `/` 连接。"
        "每个节点和边还带有 `origin`（哪个文件、哪张表、哪一行）、`first_run`、`last_run`。"
        "空值表示“未知”，从不当作 0。",
        "生产、投入、供货等箭头指向物流的去向；`REQUIRES` 由买方指向产品，与物流相反。",
        _drawing(schema),
        "## 节点",
        _table(
            ("标签", "中文", "键", "采集表", "说明"),
            [
                (
                    f"[`{n.label}`](#{n.label.lower()})",
                    n.zh,
                    "、".join(f"`{k}`" for k in n.key),
                    n.sheet or "—",
                    n.description,
                )
                for n in schema.nodes.values()
            ],
        ),
        "## 边",
        _table(
            ("类型", "中文", "由", "到", "另有键", "物流", "采集表", "说明"),
            [
                (
                    f"[`{e.type}`](#{e.type.lower()})",
                    e.zh,
                    "、".join(e.sources),
                    "、".join(e.targets),
                    "、".join(f"`{k}`" for k in e.key) or "—",
                    _FLOWS[e.flow],
                    e.sheet or "—",
                    e.description,
                )
                for e in schema.edges.values()
            ],
        ),
        "## 属性",
        "`必填` 的列缺失时整张表不导入；`仅局内` 的内容不出现在外发文件中；"
        "“表头”是导入时认得的写法，第一个是采集表用的。",
    ]
    owners: list[NodeType | EdgeType] = [*schema.nodes.values(), *schema.edges.values()]
    for owner in owners:
        name = owner.label if isinstance(owner, NodeType) else owner.type
        parts += [f"### {name}", f"{owner.zh}：{owner.description}", _attributes(owner.attributes)]
    return "\n\n".join(parts) + "\n"


def _drawing(schema: Schema) -> str:
    """Return a mermaid flowchart: labels as boxes, types as arrows; what carries goods is thick."""
    lines = ["```mermaid", "flowchart LR"]
    lines += [f'  {n.label}["{n.zh}<br/>{n.label}"]' for n in schema.nodes.values()]
    for edge in schema.edges.values():
        arrow = "-->" if edge.flow is Flow.NONE else "==>"
        lines += [
            f'  {source} {arrow}|"{edge.zh} {edge.type}"| {target}'
            for source in edge.sources
            for target in edge.targets
            if source != target or len(edge.sources) == 1
        ]
    return "\n".join([*lines, "```"])


def _attributes(attributes: tuple[Attribute, ...]) -> str:
    return _table(
        ("属性", "中文", "类型", "单位", "必填", "表头", "取值", "说明"),
        [
            (
                f"`{a.name}`",
                a.zh,
                _kind(a),
                a.unit or "—",
                "必填" if a.required else "",
                "、".join(a.headers) or "不在表中填写",
                "、".join(a.allowed) or "",
                a.description
                + (f"（{a.source}）" if a.source else "")
                + ("；**仅局内**" if a.private else ""),
            )
            for a in attributes
        ],
    )


def _kind(attribute: Attribute) -> str:
    if attribute.refers is None:
        return str(attribute.dtype)
    edge = attribute.refers.edge
    arrow = "<-" if attribute.refers.incoming else "->"
    return f"{attribute.dtype} {arrow} {f'{edge} ' if edge else ''}{attribute.refers.label}"


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |"
        for line in lines
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
