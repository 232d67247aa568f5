"""Finding rules G: what only shows when all rows stand together."""

from __future__ import annotations

from chainmap.texts.findings.rule import Rule

RULES: dict[str, Rule] = {
    "G-cycle": Rule(
        "info",
        "产品投入关系中有 {count} 个产品互为上下游：{names}",
        "真实产业里可以如此；若是填反了方向请改正",
        "{count} products are inputs of each other: {names}",
        "this may be real; correct it if a direction is the wrong way round",
    ),
    "G-cost-share-sum": Rule(
        "warning",
        "“{name}”的投入成本占比合计 {total}%，超过 100%",
        "请核对第 {rows} 行的成本占比",
        "the cost shares of the inputs of '{name}' add up to {total} %",
        "check the cost shares in rows {rows}",
    ),
    "G-revenue-share-sum": Rule(
        "warning",
        "“{name}”的主营占比合计 {total}%，超过 100%",
        "请核对第 {rows} 行的主营占比",
        "the revenue shares of '{name}' add up to {total} %",
        "check the revenue shares in rows {rows}",
    ),
    "G-unit-differs": Rule(
        "warning",
        "“{value}”的单位 {unit} 不能换算成产品“{name}”的计量单位 {expected}，不参与产能比较",
        "请改用 {expected}，或改正产品的计量单位",
        "the unit {unit} of '{value}' does not convert to {expected} of '{name}'",
        "use {expected}, or correct the product's unit",
    ),
    "G-conflict": Rule(
        "warning",
        "{element} 的“{attribute}”各来源不一致：采用 {kept}（{kept_origin}），"
        "未采用 {dropped}（{dropped_origin}）",
        "请核对两处来源；以数据日期较晚者为准",
        "sources differ on '{attribute}' of {element}: {kept} ({kept_origin}) counts, "
        "{dropped} ({dropped_origin}) does not",
        "check both sources; the later date counts",
    ),
}
