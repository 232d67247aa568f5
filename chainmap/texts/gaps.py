"""Sentences of gaps: what would settle them, how much they matter, what to do; zh and en."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "gaps.step.read": ("读取图谱", "reading the graph"),
    "gaps.step.judge": ("逐地判断缺口", "judging each place"),
    "gaps.step.cascade": ("推演断供损失", "following what each product's absence costs"),
    "gaps.step.explain": ("写明依据、找招商目标", "citing rows, seeking targets"),
    "gaps.step.measures": ("计算链条指标", "measuring the chains"),
    "gaps.no_park": (
        "“{region}”内没有登记了企业的园区；请在“企业”表填写所在园区，或去掉 --by-park",
        "no park with companies in '{region}'; state the parks of companies, or leave out --by-park",
    ),
    "cli.opt.by_park": ("逐个园区判断缺口", "Look at each park by itself"),
    "cli.opt.bring": (
        "假定引进这家企业（可重复），对比引进前后的完整度等",
        "Take this company as settled here (repeatable): measures before and after",
    ),
    "views.ghost": ("招商目标（外地企业）", "could be brought in"),
    "report.file.targets": (
        "招商目标清单（一行一家企业，附理由、风险和下一步）",
        "target firms, one a row",
    ),
    "report.target_list": ("招商目标清单", "target list"),
    "report.extensions": ("延链方向", "extensions"),
    "report.measures": ("链条指标", "measures"),
    "cli.title.measures": ("链条指标", "measures"),
    "column.sources": ("出处", "sources"),
    "column.after": ("引进后", "after"),
    "column.numerator": ("分子", "numerator"),
    "column.denominator": ("分母", "denominator"),
    "column.known": ("已知数", "known"),
    "column.formula": ("算式", "formula"),
    "column.gaps.severity": ("程度", "how bad"),
    "column.stake": ("利害", "stake"),
    "column.criticality": ("关键度", "criticality"),
    "column.matters": ("关键度构成", "criticality parts"),
    "column.settle": ("补哪些资料可下结论", "rows that would settle it"),
    "gaps.settle.makes": (
        "核实是否生产{product}（现把握 {probability}）",
        "check whether it makes {product} (now {probability})",
    ),
    "gaps.settle.maker": ("补录{product}的生产企业", "record who makes {product}"),
    "gaps.settle.certificate": (
        "补填资质证书与称号，看是否有“{name}”",
        "state certificates and titles: is '{name}' among them?",
    ),
    "gaps.settle.capacity": (
        "补填{product}的年产能（{unit}或可换算的单位）",
        "state the capacity of {product} (in {unit} or a unit that converts)",
    ),
    "gaps.settle.park": (
        "补填所在园区，看{product}的产能是否已含在园区口径内",
        "state its park: is its capacity of {product} within the park's total?",
    ),
    "gaps.settle.use": (
        "补录以{product}为投入品的产品",
        "record what is made of {product}",
    ),
    "gaps.no_known_use": (
        "图谱中没有登记它有什么用途（产品投入、需求、供货都没有），不下结论",
        "the graph tells no use of it (no recipe, demand or supply): no verdict",
    ),
    "gaps.settle.user": (
        "补填所在地区或园区，看用得着{product}的这家企业是否在本地",
        "state its region or park: is this user of {product} local?",
    ),
    "gaps.open_use": (
        "用得着它的企业中有所在地不明的，可能就在本地",
        "some firms that use it are of unknown place and may be local",
    ),
    "gaps.settle.place": (
        "补填所在地区或园区，看{product}的这家生产企业是否在本地",
        "state its region or park: is this maker of {product} local?",
    ),
    "gaps.strangers": (
        "另有 {count} 家生产企业的所在地不明，可能在本地，把握按它们也在本地计",
        "the place of {count} more makers is unknown: the confidence counts them as local",
    ),
    "gaps.settle.volume": (
        "补填{product}的年需求量（{unit}或可换算的单位）",
        "state how much {product} it needs a year (in {unit} or a unit that converts)",
    ),
    "gaps.coverage_unknown": (
        "需求 {demand}，而认定的本地生产企业都没有可比的产能，覆盖率未知，不下结论",
        "demand {demand}, but no accepted local maker states a comparable capacity: coverage unknown, no verdict",
    ),
    "gaps.coverage_most": (
        "另有 {count} 项本地用量未知（合计超过 {spare} 就低于 {short}），覆盖率至多如此，不下结论",
        "{count} more local uses are unknown (beyond {spare} in all it is below {short}): the coverage is at most this; "
        "no verdict",
    ),
    "gaps.demand_least": (
        "另有 {count} 项本地用量未知，需求只多不少",
        "{count} more local uses are unknown: the demand is at least this",
    ),
    "gaps.settle.quantity": (
        "补填{source}到{target}的单耗",
        "state how much {source} goes into {target}",
    ),
    "gaps.settle.products": (
        "填报生产的产品（还差 {count} 家企业填报才下结论）",
        "state what it makes ({count} more firms must answer)",
    ),
    "gaps.settle.firms": (
        "补录本地企业及其产品（还差 {count} 家）",
        "record local firms and what they make ({count} more)",
    ),
    "gaps.supply_both": (
        "供给：园区口径 {park} + 口径以外园区的企业 {beside}{unknown} = {total}（口径内的企业不再相加，企业合计 {firms}）",
        "supply: the parks' totals {park} + firms of other parks {beside}{unknown} = {total} (firms within the totals are "
        "not added; all firms: {firms})",
    ),
    "gaps.supply_maybe": (
        "；另有企业产能 {maybe} 可能已含在园区口径内，未相加",
        "; a further {maybe} of firms may be within the total and is not added",
    ),
    "gaps.supply_maybe_unknown": (
        "；另有企业的产能和所在园区都未知，可能在园区口径以外",
        "; of some firms neither capacity nor park is known: they may be outside the total",
    ),
    "gaps.lost_unsure": ("（把握 {probability}）", " ({probability} sure)"),
    "gaps.once_unsure": (
        "曾有本地企业生产的把握 {once}，不到 {accept}，不判为断链",
        "that it was made locally once is {once} sure, below {accept}: not called broken",
    ),
    "gaps.rule.unqualified": (
        "{buyer} 要求“{name}”，本地认定的生产企业中 {failing} 家没有、{unknown} 家未填，无一家已知具备",
        "{buyer} requires '{name}': of the accepted local makers {failing} lack it, {unknown} state "
        "nothing, none is known to have it",
    ),
    "gaps.rule.unqualified_together": (
        "{buyer} 同时要求“{name}”，本地认定的生产企业中 {failing} 家缺其中的项、{unknown} 家未填全，"
        "无一家已知全部具备",
        "{buyer} requires all of '{name}': of the accepted local makers {failing} lack some, {unknown} "
        "do not state all, none is known to have them all",
    ),
    "gaps.unsure": (
        "把握 {confidence} 低于 {least}，不下结论",
        "confidence {confidence} is below {least}: no verdict",
    ),
    "gaps.rule.byproduct_used": (
        "本地认定的副产企业 {count} 家，已有本地用处",
        "{count} accepted local firms have it as a by-product, and it is used locally",
    ),
    "gaps.supplied_outside": (
        "{source}（外地）向 {target} 供应 {product}",
        "{source} (elsewhere) supplies {product} to {target}",
    ),
    "gaps.importance": (
        "重要程度：利害 {stake} × 关键度 {criticality}（{ranks}，排位平均）× 程度 {severity}，"
        "再除以本地最大的一项",
        "importance: stake {stake} × criticality {criticality} (mean rank of: {ranks}) × severity "
        "{severity}, relative to the gravest here",
    ),
    "gaps.measure.completeness": ("完整度", "completeness"),
    "gaps.measure.local_sourcing": ("本地配套率", "local sourcing"),
    "gaps.measure.key_segments": ("关键环节覆盖率", "key segments covered"),
    "gaps.measure.capacity": ("产能满足率", "capacity met"),
    "gaps.formula.completeness": (
        "Σ 需求权重 ×（1 − 无本地生产企业的概率）÷ Σ 需求权重 = {numerator} ÷ {denominator} = {value}"
        "（{known} 种本地需要的产品）",
        "Σ weight × (1 − P(no local maker)) ÷ Σ weight = {numerator} ÷ {denominator} = {value} "
        "({known} products needed)",
    ),
    "gaps.formula.local_sourcing": (
        "已知在本地采购的需求权重 ÷ 已知采购地的需求权重 = {numerator} ÷ {denominator} = {value}"
        "（{known} 项已知，{unknown} 项未知采购地，未计入）",
        "weight of purchases known to be local ÷ weight of those with a known place = {numerator} ÷ "
        "{denominator} = {value} ({known} known, {unknown} unknown and left out)",
    ),
    "gaps.formula.key_segments": (
        "各关键环节中本地有生产的关键产品占比之和 ÷ 关键环节数 = {numerator} ÷ {denominator} = {value}"
        "（另有 {unknown} 个环节没有关键产品，未计入）",
        "Σ share of a segment's key products made locally ÷ number of segments with key products = "
        "{numerator} ÷ {denominator} = {value} ({unknown} segments without key products left out)",
    ),
    "gaps.formula.capacity": (
        "Σ 需求权重 × min(1，供给 ÷ 需求) ÷ Σ 需求权重 = {numerator} ÷ {denominator} = {value}"
        "（{known} 种产品供需都已知，其中需求只知一部分的 {partial} 种，至多如此，供给只知一部分的 {partial_supply} 种，"
        "至少如此；{unknown} 种未知，未计入）",
        "Σ weight × min(1, supply ÷ demand) ÷ Σ weight = {numerator} ÷ {denominator} = {value} "
        "({known} products with both known, of {partial} only part of the demand: at most this, of "
        "{partial_supply} only part of the supply: at least this; {unknown} left out)",
    ),
    "gaps.formula_after": (
        "；引进后 {numerator} ÷ {denominator} = {value}（计入 {known} 项）",
        "; with them settled {numerator} ÷ {denominator} = {value} ({known} counted)",
    ),
    "gaps.action.bring": ("补链", "bring in"),
    "gaps.action.grow": ("自培", "grow"),
    "gaps.action.raise": ("强链", "strengthen"),
    "gaps.action.meet": ("对接", "introduce"),
    "gaps.action.use": ("消纳", "use"),
    "gaps.reason.wants": ("需要或在采购{product}", "wants or buys {product}"),
    "gaps.close.supplies": ("有供应{product}的记录", "is recorded to supply {product}"),
    "gaps.close.named": (
        "企业名称含“{product}”的字（{share}）",
        "its name holds characters of '{product}' ({share})",
    ),
    "gaps.close.portfolio": (
        "生产{other}，常与{product}由同一家企业生产（{share}）",
        "makes {other}, often made by the same firm as {product} ({share})",
    ),
    "gaps.close.recipe": (
        "生产{other}，与{product}是投入产出关系",
        "makes {other}, an input or an output of {product}",
    ),
    "gaps.close.tree": (
        "生产{other}，与{product}同类或同环节",
        "makes {other}, of the same kind or segment as {product}",
    ),
    "gaps.close.sector": (
        "同行业企业中 {share} 生产{product}",
        "{share} of its sector's firms make {product}",
    ),
    "gaps.risk.not_made": (
        "尚未登记生产该产品，需核实能否生产",
        "not known to make the product: whether it could is open",
    ),
    "gaps.lack.requirement": ("缺“{name}”", "lacks '{name}'"),
    "gaps.lack.together": ("未同时具备“{name}”", "does not have all of '{name}'"),
    "gaps.lack.unstated": ("未填是否有“{name}”", "does not state whether it has '{name}'"),
    "gaps.lack.capacity": (
        "现有 {own}；本地再增 {short} 才满足需求",
        "has {own}; {short} more is needed here",
    ),
    "gaps.lack.smaller": ("产能 {own}，最大一家 {top}", "capacity {own}, the largest has {top}"),
    "gaps.lack.capacity_unknown": ("产能未知", "capacity unknown"),
    "gaps.lack.title": ("没有已知的有效称号", "no valid title known"),
    "gaps.lack.product": ("尚未生产{product}", "does not make {product} yet"),
    "gaps.risk.expansion": ("扩产意愿与条件待核", "will and means to expand are open"),
    "gaps.extension": (
        "{count} 种投入品按比重已覆盖 {covered}；相关密度 {feasibility}（与它常在同一地方或同一企业生产的产品中，"
        "本地已有的比重）",
        "{count} inputs covered {covered} by weight; relatedness density {feasibility} (share of what is "
        "often made with it that is made here)",
    ),
    "gaps.next.settle": ("先补资料，确认是否缺", "settle first whether it is a gap"),
    "gaps.next.bring": (
        "登门拜访，了解投资{product}的意愿",
        "visit: would it invest in {product}?",
    ),
    "gaps.next.grow": ("走访，看能否转产或增产{product}", "visit: could it make {product}?"),
    "gaps.next.meet": ("安排与采购企业对接", "bring together with the buyers"),
    "gaps.next.use": ("商谈消纳副产品", "talk about taking the by-product"),
    "cli.title.extensions": ("延链方向", "extensions"),
    "cli.title.targets": ("招商目标清单", "target list"),
    "cli.title.target_list": ("招商目标清单", "target list"),
    "cli.opt.list": ("打印招商目标清单，一行一家企业", "Show the list of targets, one firm a row"),
    "column.covered": ("投入品已覆盖", "inputs covered"),
    "column.feasibility": ("相关密度", "relatedness density"),
    "column.inputs": ("投入品", "inputs"),
    "column.action": ("做法", "action"),
    "column.reasons": ("理由", "reasons"),
    "column.risk": ("风险", "risk"),
    "column.next_step": ("下一步", "next step"),
    "column.strengthen": ("本地强链与自培", "local firms to raise"),
    "gaps.matters.cascade": ("断供损失 {value}", "cascade loss {value}"),
    "gaps.matters.dominated": (
        "支配链主产品 {value}",
        "dominates {value} of the leaders' products",
    ),
    "gaps.matters.cut": ("最小割 {value}", "smallest cuts {value}"),
    "gaps.matters.reach": ("下游可达 {value} 种产品", "{value} products downstream"),
}
