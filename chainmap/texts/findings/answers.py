"""Finding rules A: what a match or a gap could not say, and why."""

from __future__ import annotations

from chainmap.texts.findings.rule import Rule

RULES: dict[str, Rule] = {
    "A-no-need": Rule(
        "warning",
        "数据不足：“{value}”没有申报需求，也没有可用的投入产出配方，推不出需要什么",
        "请在“需求”表填写这家企业的采购需求，或在“供给”表填写它生产什么、在“产品投入”表填写其投入品",
        "not enough data: '{value}' declares no demand and has no recipe to derive one from",
        "fill in its demands (需求), or what it makes (供给) and the inputs of that (产品投入)",
    ),
    "A-leader-out": Rule(
        "warning",
        "“{value}”的经营状态为{status}，不再为它推荐",
        "如果它仍在经营，请改正“企业”表的经营状态",
        "'{value}' is not in business ({status}): nobody is proposed to it",
        "if it is, correct its status in the company sheet (企业)",
    ),
    "A-outage-unrecorded": Rule(
        "warning",
        "数据不足：停掉的企业中 {count} 家没有供货记录，不知道会影响谁：{value}",
        "请在“供货关系”表填写它们供给谁、向谁采购",
        "not enough data: no supply is recorded of {count} firms that stop, whom that hits is "
        "unknown: {value}",
        "fill in whom they supply and from whom they buy (供货关系)",
    ),
    "A-outage-unbought": Rule(
        "warning",
        "数据不足：没有在营企业采购“{value}”的供货记录，不知道它断供会影响谁",
        "请在“供货关系”表填写这种产品的供方和需方",
        "not enough data: no supply of '{value}' between firms in business is recorded; whom it stops is unknown",
        "fill in who supplies whom with it (供货关系)",
    ),
    "A-outage-makers": Rule(
        "warning",
        "数据不足：生产“{product}”的 {count} 家企业没有记录供给谁，它们停供影响谁不知道：{value}",
        "请在“供货关系”表填写它们把这种产品供给谁",
        "not enough data: {count} makers of '{product}' are recorded to sell it to nobody; whom "
        "that hits is unknown: {value}",
        "fill in whom they supply with it (供货关系)",
    ),
    "A-outage-sales": Rule(
        "info",
        "记录的供货额只占营业收入的 {share}（{known} 家两样都填了，去掉两头各一成）；其余的当作卖给停供影响不到的客户。"
        "{assumed} 家没填营业收入，按同样的比例估计",
        "请补填“供货关系”和企业的“上年营业收入”",
        "recorded sales are {share} of revenue ({known} firms state both; the extreme tenths left out); the rest "
        "counts as sold to customers that the outage does not reach. {assumed} firms state no "
        "revenue and are taken to record as much",
        "fill in 供货关系 and 上年营业收入",
    ),
    "A-outage-few-revenues": Rule(
        "warning",
        "只有 {known} 家企业既有营业收入又有供货记录，看不出记录了几成；{assumed} 家没填营业收入，"
        "当作只有记录的客户，少卖的损失是上限",
        "请在“企业”表填写“上年营业收入”",
        "only {known} firms state both revenue and sales: how much is recorded is unknown. {assumed} "
        "firms without a revenue are taken to have no other customers; lost sales are upper bounds",
        "fill in 上年营业收入 (企业)",
    ),
    "A-outage-unsettled": Rule(
        "warning",
        "推演 {rounds} 轮后仍有变化，结果是下限",
        "请减少同时停供的对象，或反馈给开发者",
        "the cascade was still moving after {rounds} rounds; the losses are lower bounds",
        "take less away at once, or report it",
    ),
    "A-outage-candidates": Rule(
        "info",
        "停供的产品太多：替补只看了 {looked_at} 个候选，另有 {count} 种产品的生产企业没有全看；挽回的比例是下限",
        "想看某一种产品由谁顶上，请单独推演这种产品的供方",
        "too much stops: {looked_at} candidates were looked at, of {count} products not all makers; "
        "more could be restored",
        "to see who could take over a product, stop its supplier alone",
    ),
    "A-outage-coverage": Rule(
        "info",
        "{firms} 家企业中 {known} 家有供货记录，其余的联系推演不到；{amounts} 的供货额、{levels} 的关键程度按估计",
        "请补填“供货关系”（含年供货额）和“产品投入”的关键程度，上下限会随之收窄",
        "supplies are recorded of {known} of {firms} firms, other links cannot be followed; {amounts} "
        "of the amounts and {levels} of the input levels are estimated",
        "fill in 供货关系 with amounts and the 关键程度 of inputs: the range narrows",
    ),
    "A-outage-self": Rule(
        "info",
        "有 {count} 行供货关系的供方与需方是同一家企业，推演时不计",
        "请核对“供货关系”表的供方和需方",
        "{count} supplies lead from a firm to itself and do not count",
        "check supplier and buyer of these rows (供货关系)",
    ),
    "A-outage-closed": Rule(
        "info",
        "有 {count} 行供货关系的一方已停业、注销或吊销（{value}），只是过去的供货，推演时不计",
        "请核对“企业”表的经营状态；仍在供货的，请改正",
        "{count} supplies are of firms that are struck off or suspended ({value}) and do not count",
        "check 经营状态 (企业) of firms that still supply",
    ),
    "A-outage-stopped": Rule(
        "warning",
        "{count} 家企业已停业、注销或吊销，不会再停一次：{value}",
        "请核对“企业”表的经营状态；缺了它谁来补，请看 chainmap gaps",
        "{count} firms are struck off or suspended already and cannot stop: {value}",
        "check 经营状态 (企业); chainmap gaps tells what is missing without them",
    ),
    "A-outage-broad": Rule(
        "warning",
        "数据不足：{count} 家企业的供货只写了上位产品，其中多少是停供的那一种不知道，未计入：{value}",
        "请在“供货关系”表写明供的是哪一种，或在“供给”表填写各产品的主营占比",
        "not enough data: {count} firms supply under a broader name, how much of that is what stops "
        "is unknown and not counted: {value}",
        "name the very product (供货关系), or state the shares in revenue (供给)",
    ),
    "A-no-substitute": Rule(
        "info",
        "“{value}”没有可由本地企业替代的外地或进口采购：现采购地未填、都在本地，或本地无人生产",
        "请在“需求”表填写“现采购地”，或在“供货关系”表填写现有供应商、在“企业”表填写其所在地",
        "'{value}' has no purchase from elsewhere that a local company could replace: none is "
        "stated, all are local, or nobody local makes it",
        "fill in 现采购地 of its demands (需求), or its suppliers (供货关系) and where they are (企业)",
    ),
    "A-no-byproduct": Rule(
        "info",
        "“{value}”没有标明的副产品，或没有企业用得上",
        "请在“供给”表把副产品标为“是”，并在“产品投入”或“需求”表填写谁用得上",
        "'{value}' states no by-product, or nobody can use it",
        "mark by-products in 供给, and say in 产品投入 or 需求 who can use them",
    ),
    "A-no-codevelop": Rule(
        "info",
        "数据不足：“{value}”未填技术领域，或没有企业与它有共同的技术领域",
        "请在“企业”表填写“技术领域”，多个用分号隔开",
        "not enough data: '{value}' states no technology field, or shares none with a company",
        "fill in 技术领域 on the company sheet (企业), several separated by semicolons",
    ),
    "A-no-package": Rule(
        "info",
        "“{value}”的上游没有两个环节以上、且每个环节都有企业可选的链段",
        "请在“产品投入”表补上游配方，或在“供给”表补各环节的生产企业",
        "'{value}' has no stretch of two links or more upstream with a company for each link",
        "add recipes to 产品投入, or makers of the links to 供给",
    ),
    "A-product-not-needed": Rule(
        "info",
        "“{value}”既没有申报、也推不出对“{product}”的需求",
        "如确有需求，请在“需求”表补一行",
        "'{value}' neither declares nor derives a need for '{product}'",
        "if it does need it, add a row to the demand sheet (需求)",
    ),
    "A-few-labels": Rule(
        "warning",
        "数据不足：没有训练模型。能学的已知配对 {positives} 对、{leaders} 家采购方，至少要 {least_positives} 对、{least_leaders} 家；名次按默认方法",
        "在“供货”表补充已知供货，或用 chainmap decide 记下 确认；所需数目可在 chainmap.toml 的 [match] 改",
        "not enough data: no model was trained. {positives} known pairs of {leaders} buyers can be learnt from, {least_positives} of {least_leaders} are needed; ranked by the default",
        "add known supplies (供货) or decide 确认 with chainmap decide; the bounds are in [match] of chainmap.toml",
    ),
    "A-model-not-kept": Rule(
        "warning",
        "训练的模型没有采用：在没学过的采购方上 MRR {trained}，默认方法 {default}，配对差 {difference}，95% 区间 {low} 至 {high}，不在 0 以上；名次按默认方法",
        "已知供货更多以后再试；详见 chainmap evaluate --edge SUPPLIES",
        "the trained model is not used: MRR {trained} on buyers it has not learnt from, {default} by the default; paired difference {difference}, 95 % interval {low} to {high}, not above 0; ranked by the default",
        "try again when more supplies are known; see chainmap evaluate --edge SUPPLIES",
    ),
    "A-all-ruled-out": Rule(
        "info",
        "“{value}”有 {count} 个候选，都不推荐：{reasons}",
        "各家的原因见 --why-not 企业，或 --format json 的 excluded",
        "'{value}' has {count} candidates, none of which is proposed: {reasons}",
        "the reason of each: --why-not COMPANY, or excluded in --format json",
    ),
    "A-no-maker": Rule(
        "warning",
        "“{value}”需要的 {count} 种产品，范围内没有一家企业登记生产：{product}",
        "请在“供给”表补充生产企业，或放宽地区范围；这些产品见 chainmap gaps",
        "nobody in scope is recorded to make any of the {count} products '{value}' needs: {product}",
        "add makers to the supply sheet (供给), widen the region, or see chainmap gaps",
    ),
    "A-product-in-no-chain": Rule(
        "info",
        "{count} 种本地需要的产品不属于任何产业链，缺口照算，但不在任何一张图谱上：{value}",
        "请在“产品”表的“所在环节”填写产业链/环节",
        "{count} products needed locally belong to no chain: judged, but on no chain map: {value}",
        "fill in the segment (所在环节) of these products",
    ),
    "A-chain-not-needed": Rule(
        "warning",
        "产业链“{value}”有 {count} 种产品，但在“{region}”没有一种被申报、被用作投入，没有可判断的缺口",
        "请在“需求”表填写采购需求，或在“供给”“产品投入”表补充本地企业的产品及投入品",
        "none of the {count} products of the chain '{value}' is needed in '{region}': nothing to judge",
        "fill in demands (需求), or what local firms make (供给) and its inputs (产品投入)",
    ),
    "A-unit-not-comparable": Rule(
        "warning",
        "“{region}”有 {count} 种产品的产能或需求量单位换算不成产品的计量单位，未参与产能比较：{value}",
        "请在“供给”“需求”“园区产能”表改用产品的计量单位，或改正“产品”表的计量单位",
        "{count} products in '{region}' have quantities in units that do not convert: {value}",
        "use the product's unit in 供给, 需求 and 园区产能, or correct the unit of the product",
    ),
    "A-input-ignored": Rule(
        "warning",
        "{rows} 条产品投入没有参与计算：以自身为投入、单耗不是正数，或成本占比不在 0–100%：{value}",
        "请核对“产品投入”表中这些产出品的投入品、单耗和成本占比",
        "{rows} input rows were ignored (own input, quantity not positive, share outside 0-100 %): "
        "{value}",
        "check inputs, quantities and cost shares of these products (产品投入)",
    ),
    "A-place-unknown": Rule(
        "warning",
        "{firms} 家企业没有填明所在地区或园区，不知是否在“{region}”；它们生产的 {count} 种本地需要的产品"
        "可能因此不下结论：{value}",
        "请在“企业”表填写这些企业的所在地区或所在园区",
        "of {firms} firms it is not known whether they sit in '{region}'; they make {count} products "
        "needed there, on which there may be no verdict: {value}",
        "state region or park of these firms (企业)",
    ),
    "A-bring-local": Rule(
        "warning",
        "“{value}”已在“{region}”，引进前后没有差别",
        "--bring 请写外地的企业",
        "'{value}' sits in '{region}' already: nothing differs before and after",
        "name firms from elsewhere with --bring",
    ),
    "A-bring-closed": Rule(
        "warning",
        "“{value}”的经营状态为{status}，不能算作引进",
        "--bring 请写在营的企业；状态有误的，请改正“企业”表",
        "'{value}' is {status}: it does not count as brought in",
        "name a firm in business with --bring, or correct its status (企业)",
    ),
    "A-few-surveyed": Rule(
        "warning",
        "“{value}”只有 {count} 家企业填报了产品，少于 {least} 家，缺链、单一来源、弱链只能给出数据不足",
        "请继续收集“供给”表；填报越全，结论越可靠",
        "only {count} firms of '{value}' state products, fewer than {least}: no verdict on makers",
        "collect more of the supply sheet (供给)",
    ),
    "A-nothing-needed": Rule(
        "warning",
        "“{value}”范围内推不出任何产品需求：企业既没有申报需求，也没有登记生产有配方的产品",
        "请填写“需求”表，或在“供给”和“产品投入”表补充企业产品及其投入品",
        "no product is needed in '{value}': firms neither declare demands nor make anything with "
        "known inputs",
        "fill in demands (需求), or what firms make (供给) and its inputs (产品投入)",
    ),
}
