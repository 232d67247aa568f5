"""Write docs/findings.md: every rule of the import and the answers; --check only looks.

python tools/write_findings_docs.py [--check]
"""

from __future__ import annotations

import sys

from pages import ROOT, settle, table

sys.path.insert(0, str(ROOT))
from chainmap.texts.findings import RULES, Rule

PAGE = ROOT / "docs" / "findings.md"

HEAD = """# 校验问题 / Findings

<!-- 由 tools/write_findings_docs.py 从 chainmap/texts/findings 生成，请勿手改 -->

每个问题都写明级别、规则编号、文件、工作表、行、列、原值、哪里不对、怎样改。
**错误**（error）使导入停止，什么都不写入；**警告**（warning）不阻止导入，随报告走；
**提示**（info）仅供了解。`--strict 规则编号` 把一条警告当作错误。
花括号处填具体内容，没有的显示“—”。

A finding names its severity, rule, file, sheet, row, column and value, what is wrong and the way
out. An error stops the import; `--strict RULE` makes an error of a warning. `message` and `fix` in
json and csv are always the Chinese sentences.
"""

KINDS = {
    "F": ("文件", "the file itself"),
    "H": ("工作表与表头", "sheets and headers"),
    "M": ("映射文件", "the mapping"),
    "V": ("单元格的值", "values of cells"),
    "R": ("行与引用", "rows and what they refer to"),
    "G": ("整张图", "the graph as a whole"),
    "A": ("匹配与缺口", "matches and gaps"),
    "E": ("检验", "the evaluation"),
    "Q": ("查询", "queries"),
    "S": ("图谱库", "the store"),
    "L": ("链接", "linking"),
    "D": ("审核", "decisions of a review"),
}
SEVERITIES = {"error": "错误", "warning": "警告", "info": "提示"}


def findings_page() -> str:
    """Return the text of docs/findings.md."""
    parts = [HEAD]
    for letter, (zh, en) in KINDS.items():
        rules = {name: rule for name, rule in RULES.items() if name.startswith(f"{letter}-")}
        heads = ("规则 rule", "级别 severity", "问题", "怎样改", "problem", "way out")
        rows = [_row(name, rule) for name, rule in sorted(rules.items())]
        parts.append(f"## {letter}：{zh} / {en}\n\n{table(heads, rows)}\n")
    return "\n".join(parts)


def _row(name: str, rule: Rule) -> tuple[str, ...]:
    severity = f"{SEVERITIES[rule.severity]} {rule.severity}"
    return (f"`{name}`", severity, rule.message, rule.fix, rule.message_en, rule.fix_en)


if __name__ == "__main__":
    sys.exit(settle({PAGE: findings_page()}, None, __doc__ or ""))
