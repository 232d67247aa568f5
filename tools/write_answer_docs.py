"""Write docs/answers.md from the JSON schemas in docs/answers/; --check only looks.

python tools/write_answer_docs.py [--check]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from pages import ROOT, settle, table

sys.path.insert(0, str(ROOT))
from chainmap.cli.rows import term

FOLDER = ROOT / "docs" / "answers"
PAGE = ROOT / "docs" / "answers.md"
ORDER = ("import", "link", "review-list", "review-decide", "review-import", "match", "why-not",
         "decide", "decide-list", "gaps", "targets", "whatif", "evaluate",
         "query", "store-info", "store-copy", "store-prune",
         "store-export", "store-explain", "config", "doctor", "report")  # fmt: skip

HEAD = """# 回答的格式 / Answers as data

<!-- 由 tools/write_answer_docs.py 从 docs/answers/*.schema.json 生成，请勿手改 -->

其他程序可以依赖这里写的内容；以后只增不改。
每个 `--format json` 在标准输出给出一个对象，键的次序固定：

```json
{"schema": "chainmap.match/1", "run": {}, "scope": {}, "rows": [], "findings": []}
```

- `run`：程序版本、输入文件的 SHA-256、权重或阈值、以哪一天为准。
  同一个库上跑两次，除 `run` 外逐字节相同。
- `scope`：这次问的是什么。`rows`：回答本身。
  不属于某一行的内容（如 `changes`、`excluded`）与 `rows` 并列。
- `findings`：校验问题，见 [findings.md](findings.md)。
- 不知道就是 `null`，没有 NaN；占比 0–1；金额为元；日期 `YYYY-MM-DD`；
  编号是图谱库里的 id，名称在旁边。
- json 与 csv 的键和值都不随 `CHAINMAP_LANG` 改变。
- csv（UTF-8，带 BOM）和 xlsx 的列就是 `rows` 的列，次序相同；csv 用英文键，xlsx 用中文列名。
  简单列表用“；”连接，对象和对象的列表写成 JSON 文字；
  以 `= + - @` 开头的文字前加 `'`，以免被当作公式。
- xlsx 另有校验问题和并列内容的工作表；`run` 与 `scope` 在“说明”工作表。
- `-o` 是一个文件（`demo`、`report` 是文件夹），格式看后缀；
  同时给 `--format json` 时，标准输出仍给出 json。

Other programs may rely on this page; it only grows. `run` names versions and inputs, `scope` what
was asked, `rows` is the answer. Unknown is null, shares are 0-1, money is CNY. Keys and values
never depend on `CHAINMAP_LANG`. csv (UTF-8 with BOM, English keys) and xlsx (Chinese headers)
carry the columns of `rows` in the same order. A JSON schema of each answer is in
[answers/](answers/).
"""


def answers_page() -> str:
    """Return the text of docs/answers.md."""
    names = {path.name.removesuffix(".schema.json") for path in FOLDER.glob("*.schema.json")}
    parts = [HEAD]
    for name in [*ORDER, *sorted(names - set(ORDER))]:
        schema = json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))
        parts.append(_section(name, schema))
    return "\n".join(parts)


def _section(name: str, schema: Mapping[str, Any]) -> str:
    file = f"[{name}.schema.json](answers/{name}.schema.json)"
    text = [f"## {schema['title']}\n\n`{schema['$id']}`，{file}\n"]
    properties = dict(schema["properties"])
    rows = properties.pop("rows", None)
    if rows is not None:
        text.append(_columns(rows["items"]))
    beside = [
        (f"`{key}`", _kind(part), part.get("description", ""))
        for key, part in properties.items()
        if rows is None or key not in ("schema", "run", "scope", "findings")
    ]
    if beside:
        heads = ("键 key", "类型 type", "说明")
        text.append(("与 `rows` 并列：\n\n" if rows else "") + table(heads, beside) + "\n")
    return "\n".join(text)


def _columns(row: Mapping[str, Any]) -> str:
    if "properties" not in row:
        return f"{row['description']}。\n"
    cells = [
        (f"`{key}`", term(key, "zh"), _kind(part), part.get("description", ""))
        for key, part in row["properties"].items()
    ]
    return table(("列 key", "列名", "类型 type", "说明"), cells) + "\n"


def _kind(part: Mapping[str, Any]) -> str:
    if "const" in part:
        return f"`{part['const']}`"
    if "enum" in part:
        return "、".join("null" if value is None else f"`{value}`" for value in part["enum"])
    kinds = part["type"] if isinstance(part["type"], list) else [part["type"]]
    inner = _inner(part)
    return " / ".join(f"{kind}{inner if kind in ('array', 'object') else ''}" for kind in kinds)


def _inner(part: Mapping[str, Any]) -> str:
    keys = part.get("items", part).get("properties")
    return " {" + ", ".join(keys) + "}" if keys else ""


if __name__ == "__main__":
    sys.exit(settle({PAGE: answers_page()}, None, __doc__ or ""))
