"""Sentences of the what-if: what stops, why somebody is hit, who could step in; zh and en."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "cli.whatif.short": ("停了会怎样", "What breaks if something stops"),
    "cli.whatif.help": (
        "推演企业、产品、园区或地区停供之后谁受影响：缺什么、几家供应商、停产多少，损失的上下限，"
        "以及最少由哪些企业顶上就能挽回九成。\n"
        "名称有歧义时在前面写 企业: 产品: 园区: 地区:。--rank 列出最牵一发动全身的企业。",
        "Follow an outage of firms, products, parks or regions: who lacks what, how many suppliers "
        "there are, how much output is lost and how sure that is, and the fewest firms that could "
        "step in to restore nine tenths. Write company: product: park: or region: before a name "
        "that is ambiguous. --rank lists the firms on which most hangs.",
    ),
    "cli.whatif.example": (
        "chainmap whatif --remove 单晶硅片 --days 30\nchainmap whatif --rank -o 风险.xlsx",
        "chainmap whatif --remove 单晶硅片 --days 30\nchainmap whatif --rank -o risk.xlsx",
    ),
    "cli.opt.remove": (
        "停供的企业、产品、园区或地区（可重复）",
        "The firm, product, park or region that stops (repeatable)",
    ),
    "cli.opt.fraction": (
        "停掉几成，0–1；默认全停",
        "Share of the output that is lost, 0-1; default: all",
    ),
    "cli.opt.days": (
        "停多少天，库存先顶着；默认一直停",
        "Days it lasts, stocks bridge the first; default: for good",
    ),
    "cli.opt.stock": (
        "某种产品的库存够几天，如 硅料=15（可重复，与 --days 同用）",
        "Days a stock of a product lasts, as PRODUCT=15 (repeatable, with --days)",
    ),
    "cli.opt.whatif.rank": (
        "改为列出每家企业停掉会损失多少，从大到小",
        "Instead: what is lost when each firm stops, the worst first",
    ),
    "cli.opt.draws": (
        "不确定的数变动多少次来估上下限；0 不估",
        "Repetitions with the uncertain varied, for the range; 0: none",
    ),
    "cli.bad_number": ("{value} 不是数", "{value} is not a number"),
    "cli.title.whatif": ("停供推演", "outage"),
    "cli.title.total": ("合计", "total"),
    "cli.title.tree": ("影响传导", "tree of causes"),
    "cli.title.substitutes": ("替补", "substitutes"),
    "whatif.step.draws": ("估计上下限", "Varying what is uncertain"),
    "whatif.step.index": ("逐家推演", "Stopping one firm after the other"),
    "whatif.nothing_asked": (
        "请说明什么停了：--remove 名称（可重复），或用 --rank 列出全部企业的牵连程度",
        "say what stops: --remove NAME (repeatable), or --rank for all firms",
    ),
    "whatif.rank_alone": (
        "--rank 总是假定全停、一直停；不要与 --fraction、--days、--stock 同用",
        "--rank always stops a firm wholly and for good: leave out --fraction, --days and --stock",
    ),
    "whatif.fraction": (
        "--fraction 应大于 0、不超过 1，不能是 {fraction}",
        "--fraction must be above 0 and at most 1, not {fraction}",
    ),
    "whatif.days": ("--days 应大于 0，不能是 {days}", "--days must be above 0, not {days}"),
    "whatif.stock": (
        "--stock 写成 产品=天数，天数从 0 起；“{text}”读不懂",
        "--stock is PRODUCT=DAYS with days from 0; '{text}' is not",
    ),
    "whatif.stock_without_days": (
        "--stock 要与 --days 同用：停多久，库存才说得上够不够",
        "--stock needs --days: how long the outage lasts",
    ),
    "whatif.inside": (
        "停供推演写明谁给谁供货，只供局内使用，不能 --for 外发",
        "an outage tells who supplies whom: for the bureau only, not for 外发",
    ),
    "whatif.no_supplies": (
        "数据不足：图里没有一条供货关系，推演不出谁影响谁。请在“供货关系”表填写供方、需方和产品",
        "not enough data: no supply is recorded, so nobody is known to hit anybody. Fill in the "
        "sheet 供货关系 (who supplies whom with what)",
    ),
    "whatif.all_closed": (
        "数据不足：{count} 行供货关系的一方都已停业、注销或吊销，只是过去的供货，推演不出谁影响谁。"
        "请核对“企业”表的经营状态",
        "not enough data: all {count} supplies are of firms that are struck off or suspended. Check "
        "经营状态 (企业)",
    ),
    "whatif.unknown": (
        "没有叫“{text}”的企业、产品、园区或地区。相近的有：{near}",
        "no firm, product, park or region is called '{text}'. Near: {near}",
    ),
    "whatif.ambiguous": (
        "“{text}”可以是几样东西，请写明是哪一个：{choices}",
        "'{text}' could be several things; write which: {choices}",
    ),
    "whatif.empty_place": (
        "“{name}”内没有登记企业，停不了什么；请在“企业”表填写所在园区或地区",
        "no company is recorded in '{name}': fill in where companies are (企业)",
    ),
    "whatif.stops": ("停产 {lost}", "stops ({lost})"),
    "whatif.no_longer": (
        "「{product}」停供，减产 {lost}",
        "no longer delivers {product}: loses {lost}",
    ),
    "whatif.unrecorded": ("；没有供货记录，影响未知", "; no supply recorded: effect unknown"),
    "whatif.only": ("唯一供应商", "its only supplier"),
    "whatif.own": ("自己也生产", "makes it itself, too"),
    "whatif.others": ("另有 {count} 家供应商", "{count} other suppliers"),
    "whatif.unnamed": ("（未写明的货物）", "(goods not named)"),
    "whatif.stopped": (
        "缺「{product}」{missing}（{parent} 供不上，{only}；缺则停产），停产 {lost}",
        "lacks {missing} of {product} ({parent} falls short, {only}; stops without it): loses {lost}",
    ),
    "whatif.held_up": (
        "缺「{product}」{missing}（{parent} 供不上，{only}），减产 {lost}",
        "lacks {missing} of {product} ({parent} falls short, {only}): loses {lost}",
    ),
    "whatif.unsold": (
        "「{product}」少卖给 {parent}（占其销售 {missing}），减产 {lost}",
        "sells less {product} to {parent} ({missing} of its sales): loses {lost}",
    ),
    "whatif.unsold_more": (
        "「{product}」少卖给 {parent}（占其销售 {missing}），另有 {count} 家客户少买，共减产 {lost}",
        "sells less {product} to {parent} ({missing} of its sales), {count} other customers buy less: "
        "loses {lost} in all",
    ),
    "whatif.assumed": ("设定：{company} 停产", "assumed: {company} stops"),
    "whatif.assumed_product": (
        "设定：{company} 不再供「{product}」",
        "assumed: {company} no longer delivers {product}",
    ),
    "whatif.supply": (
        "{source} 向 {target} 供「{product}」，每年 {amount} 万元",
        "{source} supplies {target} with {product}, CNY {amount}0,000 a year",
    ),
    "whatif.supply_unknown": (
        "{source} 向 {target} 供「{product}」，金额未填，按估计",
        "{source} supplies {target} with {product}, amount not stated, estimated",
    ),
    "whatif.total": (
        "合计：损失有供货记录企业销售额的 {loss_share}（缺投入 {loss_downstream}，少销售 {loss_upstream}{range}），"
        "受影响 {firms_hit} 家；受影响的链主：{leaders_hit}",
        "total: {loss_share} of the sales of firms with supplies lost (inputs {loss_downstream}, "
        "sales {loss_upstream}{range}), {firms_hit} firms hit; leaders hit: {leaders_hit}",
    ),
    "whatif.range": (
        "；上下限 {loss_low}–{loss_high}，中值 {loss_median}",
        "; range {loss_low}-{loss_high}, median {loss_median}",
    ),
    "whatif.substitute": (
        "  {company} 顶上「{product}」{share}（{basis}）",
        "  {company} takes over {share} of {product} ({basis})",
    ),
    "whatif.substitutes": (
        "替补（合起来挽回别家缺投入损失的 {restored}，{enough}；{smallest}）：",
        "substitutes (together they restore {restored} of what others lose for want of inputs, "
        "{enough}; {smallest}):",
    ),
    "whatif.enough.yes": ("够九成", "nine tenths or more"),
    "whatif.enough.no": ("不到九成", "less than nine tenths"),
    "whatif.smallest.yes": ("已证明没有更少的组合", "no smaller set does it"),
    "whatif.smallest.no": ("候选多，没有证明最少", "not proven to be the fewest"),
    "whatif.nobody": (
        "替补：图里没有能顶上的企业（看过 {looked_at} 个候选）",
        "substitutes: no firm of the graph could step in ({looked_at} candidates)",
    ),
    "whatif.rank_text": (
        "有记录的供货 {customers} 笔、采购 {suppliers} 笔",
        "{customers} recorded sales, {suppliers} purchases",
    ),
    "whatif.hit": ("{company}（{lost}）", "{company} ({lost})"),
    "whatif.hit_most": ("；停了损失最大的是 {firms}", "; hit most: {firms}"),
    "report.risk_list": ("风险清单", "risks"),
    "report.file.risks": (
        "风险清单（停哪一家牵连最大，一行一家企业，附供货依据）",
        "the firms on which most hangs, one a row",
    ),
    "column.hardest_hit": ("损失最大的企业", "hit most"),
    "column.entity_id": ("编号", "id"),
    "column.entity": ("企业", "firm"),
    "column.loss_share": ("损失占比", "loss"),
    "column.loss_low": ("损失下限", "loss P10"),
    "column.loss_median": ("损失中值", "loss P50"),
    "column.loss_high": ("损失上限", "loss P90"),
    "column.cause": ("传导路径", "path"),
    "column.substitutes": ("替补", "substitutes"),
    "column.role": ("角色", "role"),
    "column.direction": ("方向", "direction"),
    "column.tier": ("第几层", "tier"),
    "column.cause_text": ("原因", "why"),
    "column.estimated": ("含估计", "estimated"),
    "column.sales_cny": ("有记录的销售额", "recorded sales"),
    "column.lost_cny": ("损失的销售额", "sales lost"),
    "column.is_leader": ("是否链主", "leader"),
    "column.loss_downstream": ("缺投入的损失", "loss of inputs"),
    "column.loss_upstream": ("少销售的损失", "loss of sales"),
    "column.total_sales_cny": ("全部销售额", "all sales"),
    "column.sales_basis": ("销售额依据", "sales from"),
    "column.basis": ("依据", "from"),
    "value.sales_basis.revenue": ("营业收入", "revenue"),
    "value.sales_basis.recorded": ("供货记录", "recorded sales"),
    "value.sales_basis.purchases": ("采购记录", "recorded purchases"),
    "value.sales_basis.estimated": ("按记录比例估计", "estimated"),
    "value.basis.free": ("按空余产能", "free capacity"),
    "value.basis.whole": ("按全部产能，开工率未填", "whole capacity, utilisation unknown"),
    "value.basis.customer": ("产能未知，按再供一家平均客户", "capacity unknown, one more customer"),
    "column.recorded_sales_cny": ("全部有记录的销售额", "all recorded sales"),
    "column.firms_removed": ("停掉的企业数", "firms that stop"),
    "column.firms_hit": ("受影响的企业数", "firms hit"),
    "column.leaders_hit": ("受影响的链主", "leaders hit"),
    "column.rounds": ("传导轮数", "rounds"),
    "column.depth": ("层", "depth"),
    "column.parent_id": ("上一环编号", "parent id"),
    "column.capacity_known": ("产能已知", "capacity known"),
    "column.restored": ("挽回的损失占比", "loss restored"),
    "column.enough": ("够九成", "enough"),
    "column.smallest": ("已证明最少", "proven smallest"),
    "column.looked_at": ("看过的候选数", "candidates"),
    "value.role.removed": ("停掉", "removed"),
    "value.role.hit": ("受影响", "hit"),
    "value.role.ranked": ("排名", "ranked"),
    "value.direction.input": ("缺投入", "input"),
    "value.direction.sales": ("少销售", "sales"),
}
