"""Sentences about the evaluation: id -> (Chinese, English)."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "cli.evaluate.short": ("检验匹配方法有多准", "How well the matching finds what is known"),
    "cli.evaluate.help": (
        "把已知关系逐条留出，看方法把它排在全部候选的第几，并与各项基线对比，给出区间。",
        "Keep known relations back, rank them among all candidates, beside the baselines, with intervals.",
    ),
    "cli.evaluate.example": (
        "chainmap evaluate --edge PRODUCES --page 检验.html",
        "chainmap evaluate --edge PRODUCES --page evaluation.html",
    ),
    "cli.opt.edge": ("检验哪种关系", "Which relation to evaluate"),
    "cli.opt.split": ("怎样留出：逐条、按企业、按时间、按地区", "What is kept back together"),
    "cli.opt.holdout": (
        "留出清单（csv 或 xlsx，列 source、target）",
        "Relations to keep back (csv or xlsx with source and target)",
    ),
    "cli.opt.page": ("另存一张带图的网页", "Also write a page with plots"),
    "cli.title.evaluate": ("检验", "evaluate"),
    "cli.title.comparison": ("与最好基线之比", "against the best baseline"),
    "cli.title.stress": ("缺数据时", "with data missing"),
    "cli.title.coverage": ("数据覆盖", "coverage"),
    "cli.title.trained": ("训练的模型", "trained model"),
    "cli.title.calibration": ("校准", "calibration"),
    "cli.title.model": ("模型", "model"),
    "column.used": ("实际采用", "used"),
    "column.positives": ("已知配对数", "known pairs"),
    "column.leaders": ("采购方数", "buyers"),
    "column.least_positives": ("至少配对数", "pairs needed"),
    "column.least_leaders": ("至少采购方数", "buyers needed"),
    "column.mrr_default": ("MRR（默认权重）", "MRR, default weights"),
    "column.mrr_trained": ("MRR（训练的模型）", "MRR, trained model"),
    "column.models": ("模型数", "models"),
    "column.kept": ("其中会采用", "of them kept"),
    "column.n_lists": ("名单数", "lists"),
    "column.ece": ("校准误差", "calibration error"),
    "column.low": ("最低", "low"),
    "column.high": ("最高", "high"),
    "column.n": ("候选数", "candidates"),
    "value.used.default": ("默认方法", "default"),
    "value.used.trained": ("训练的模型", "trained model"),
    "evaluate.edge": (
        "不能评估“{edge}”；可用：{edges}",
        "cannot evaluate '{edge}'; there are: {edges}",
    ),
    "evaluate.split": (
        "没有“{split}”这种划分；可用：{splits}",
        "there is no split '{split}'; there are: {splits}",
    ),
    "evaluate.no_edges": (
        "图里没有 {edge} 关系，没有可以留出来检验的；请先导入相应的表",
        "the graph holds no {edge} to keep back; import the sheet that states them first",
    ),
    "evaluate.no_dates": (
        "{edge} 关系没有可用的数据日期，不能按时间划分；请在供给表填写“数据日期”，或改用 --split edge",
        "no {edge} is dated: fill in 数据日期 on the supply sheet (供给), or use --split edge",
    ),
    "evaluate.refused": (
        "留出清单 {file} 有错，没有评估",
        "the hold-out list {file} is wrong; nothing was evaluated",
    ),
    "evaluate.step.rank": ("逐条留出并排名", "keeping back and ranking"),
    "evaluate.step.train": ("逐组留出并训练排序模型", "training without what is kept back"),
    "evaluate.step.stress": ("检验缺数据时的表现", "ranking with data missing"),
    "evaluate.page.title": ("匹配方法检验", "How good the matching is"),
    "evaluate.page.lead": (
        "把已知的 {edge} 关系逐条留出，再看方法把它排在全部 {candidates} 家候选的第几。留出的关系在计算任何特征之前就已移走。",
        "Known {edge} relations are kept back one by one and ranked among all {candidates} candidates. What is kept back leaves before any feature is computed.",
    ),
    "evaluate.page.mrr": (
        "平均倒数排名（MRR），横线是 95% 区间",
        "Mean reciprocal rank (MRR); the line is the 95 % interval",
    ),
    "evaluate.page.stress": (
        "缺 10%–40% 数据时的 MRR（小企业缺得更多）",
        "MRR with 10–40 % of the data missing (small firms miss more)",
    ),
    "evaluate.page.coverage": ("数据覆盖", "Coverage of the data"),
    "evaluate.page.table": ("全部指标", "All figures"),
    "evaluate.page.better": (
        "默认方法的 MRR 是最好单项基线（{baseline}）的 {ratio} 倍；配对差 {difference}，95% 区间 {low} 至 {high}。",
        "The default has {ratio} times the MRR of the best single baseline ({baseline}); paired difference {difference}, 95 % interval {low} to {high}.",
    ),
    "evaluate.page.proven": (
        "区间在 0 以上：确有提高。",
        "The interval lies above 0: a real gain.",
    ),
    "evaluate.page.unproven": (
        "区间含 0：不能说有提高。",
        "The interval holds 0: no gain can be claimed.",
    ),
    "evaluate.page.trained": ("训练的模型", "The trained model"),
    "evaluate.page.trained_better": (
        "在留出的 {n_positives} 条、{n_lists} 份名单上，只在 match 的候选之内比：训练的模型 MRR {trained}，match 默认权重 {default}；配对差 {difference}，95% 区间（放宽 √2 倍）{low} 至 {high}。",
        "On {n_positives} supplies kept back, {n_lists} lists, among the candidates of match alone: MRR {trained} of the trained model, {default} of the default weights of match; paired difference {difference}, 95 % interval (widened by √2) {low} to {high}.",
    ),
    "evaluate.page.trained_counts": (
        "{models} 个模型，每个都没见过它要回答的关系；最少的一个学了 {positives} 对、{leaders} 家采购方。其中 {kept} 个会被 match --model trained 采用。",
        "{models} models, each without what it is asked about; the one with fewest labels learnt from {positives} pairs of {leaders} buyers. match --model trained would use {kept} of them.",
    ),
    "evaluate.page.trained_empty": (
        "留出的关系没有一条在 match 的名单上。",
        "None of the supplies kept back is on a list of match.",
    ),
    "evaluate.page.calibration": (
        "概率说多少，实际对多少（按份量相同的各档；斜线为完全相符）。期望校准误差 {ece}。",
        "What the probability says, and how many are right (bins of equal weight; the line is perfect agreement). Expected calibration error {ece}.",
    ),
    "evaluate.page.calibration_note": (
        "“对”指是已知供方。没填的供方也算不对，所以概率说的是“已知供方中占多少”，偏低。",
        "Right means a known supplier. Suppliers that nobody stated count as wrong, so the probability is of being a known one, which is low.",
    ),
    "evaluate.page.note": (
        "留出的正例之外可能还有没填的企业，所以绝对值偏低；请看与基线之比。同分按所有次序的期望计。",
        "Makers that nobody stated count as wrong, so absolute values are low: look at the ratio to the baselines. Ties count with the expectation over all orders.",
    ),
    "evaluate.scorer.default": ("默认方法", "default"),
    "evaluate.scorer.trained": ("训练的模型", "trained"),
    "evaluate.scorer.random": ("随机", "random"),
    "evaluate.scorer.popularity": ("按产品数", "popularity"),
    "evaluate.scorer.sector_nearest": ("同行业且近", "same sector, nearest"),
    "evaluate.scorer.sector_pair": ("行业相配", "sector pair"),
    "evaluate.scorer.item_cf": ("产品共现", "item-to-item"),
    "evaluate.scorer.l3": ("三步路径", "length-3 paths"),
    "evaluate.scorer.char_ngram": ("字词相似", "character n-gram"),
    "evaluate.scorer.random_labels": ("打乱标签", "random labels"),
    "evaluate.measure.firms_with_product": ("填了产品的企业", "firms with a product"),
    "evaluate.measure.firms_with_sector": ("填了行业的企业", "firms with a sector"),
    "evaluate.measure.firms_with_place": ("填了所在地的企业", "firms with a place"),
    "evaluate.measure.products_with_maker": ("有企业生产的产品", "products with a maker"),
    "evaluate.measure.needed_products_with_recipe": (
        "有配方的所需产品",
        "needed products with a recipe",
    ),
}
