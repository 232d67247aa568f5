"""Rules E: the evaluation and its hold-out lists."""

from __future__ import annotations

from chainmap.texts.findings.rule import Rule

RULES: dict[str, Rule] = {
    "E-holdout-columns": Rule(
        "error",
        "留出清单缺少 source 或 target 列；现有的列：{columns}",
        "第一行写列名 source、target（可再加 edge），下面每行一条关系",
        "the hold-out list lacks the column source or target; it has: {columns}",
        "name the columns source and target (and edge) in the first row, one relation a row below",
    ),
    "E-holdout-unknown": Rule(
        "error",
        "“{value}”中有图里没有的企业或产品",
        "请用 id 或图里的全称；chainmap query 可以查",
        "'{value}' names a company or product that the graph does not hold",
        "use ids or the exact names of the graph; chainmap query finds them",
    ),
    "E-holdout-ambiguous": Rule(
        "error",
        "“{value}”中的名称对应多家企业或多个产品",
        "请改用 id",
        "'{value}' has a name that fits several companies or products",
        "use ids",
    ),
    "E-holdout-absent": Rule(
        "error",
        "图里没有“{value}”这条关系，无从留出",
        "请从清单中删去这一行，或先导入这条关系；检查 --edge 是否写对",
        "the graph holds no relation '{value}' that could be kept back",
        "delete the row or import the relation first; check --edge",
    ),
    "E-holdout-empty": Rule(
        "error",
        "留出清单里没有一条要评估的关系",
        "请填写 source 和 target；edge 列若有，应与 --edge 相同",
        "the hold-out list names no relation to evaluate",
        "fill in source and target; an edge column must say what --edge says",
    ),
    "E-holdout-other-edge": Rule(
        "info",
        "清单中有 {count} 行是别的关系，没有参加 {edge} 的评估",
        "需要时用 --edge 另行评估",
        "{count} rows of the list are of another kind and took no part in evaluating {edge}",
        "evaluate them on their own with --edge when you need it",
    ),
    "E-no-stress": Rule(
        "info",
        "关系多于 {most} 条，没有做缺数据检验",
        "需要时在一个园区或一条链的较小工作区上评估",
        "more than {most} relations: the missing-data stress was left out",
        "evaluate a smaller workspace when you need it",
    ),
    "E-trained-few-labels": Rule(
        "warning",
        "数据不足：没有检验训练的模型。移走留出的关系后，能学的已知配对最少只剩 {positives} 对、{leaders} 家采购方，至少要 {least_positives} 对、{least_leaders} 家",
        "在“供货”表补充已知供货，或用 chainmap decide 记下 确认；所需数目可在 chainmap.toml 的 [match] 改",
        "not enough data: no trained model was evaluated. Without what is kept back as few as {positives} known pairs of {leaders} buyers can be learnt from, {least_positives} of {least_leaders} are needed",
        "add known supplies (供货) or decide 确认 with chainmap decide; the bounds are in [match] of chainmap.toml",
    ),
    "E-trained-no-lightgbm": Rule(
        "warning",
        "lightgbm 没有装或不能用，没有检验训练的模型",
        '要检验请 pip install "chainmap[rank]"',
        "lightgbm is not installed or does not load: no trained model was evaluated",
        'pip install "chainmap[rank]" to evaluate one',
    ),
}
