"""Sentences of this area: id -> (Chinese, English)."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "analysis.dangling_edge": (
        "图谱库不完整：{count} 条 {type} 关系指向不存在的节点（如 {example}）；请重新导入，或用备份恢复",
        "the store is damaged: {count} {type} edges point to a node that does not exist "
        "(such as {example}); import again or restore a backup",
    ),
    "weights.unreadable": (
        "读不了 {path}：{why}",
        "cannot read {path}: {why}",
    ),
    "weights.incomplete": (
        "{path} 缺少或写错了 {what}；请对照随软件附带的文件补上",
        "{path} lacks {what} or has it wrong; compare it with the file that ships",
    ),
    "weights.sum": (
        "{path} 的权重合计 {total}，应为 1，且都不小于 0",
        "the weights in {path} add up to {total}; they must add up to 1 and none be below 0",
    ),
    "snapshot.cache_damaged": (
        "快照缓存已损坏，重新读取图谱库并重建：{folder}",
        "the snapshot cache is damaged; reading the store again: {folder}",
    ),
    "snapshot.cache_unwritable": (
        "快照缓存写不进去（{why}），下次打开会慢一些：{folder}",
        "cannot write the snapshot cache ({why}); the next opening will be slower: {folder}",
    ),
    "scope.company": ("企业", "company"),
    "scope.product": ("产品", "product"),
    "scope.chain": ("产业链", "chain"),
    "scope.park": ("园区", "park"),
    "scope.region": ("地区", "region"),
    "scope.unknown": ("没有叫“{text}”的{kind}。{hint}", "no {kind} is called '{text}'. {hint}"),
    "scope.did_you_mean": ("是不是：{names}？", "Did you mean: {names}?"),
    "scope.no_hint": (
        "名称用营业执照上的全称、简称、曾用名、代码或 id 都可以",
        "use a full, short or former name, a code or an id",
    ),
    "scope.ambiguous": (
        "“{text}”对应多个{kind}，请写明是哪一个：{names}",
        "'{text}' names more than one {kind}; say which: {names}",
    ),
    "scope.everywhere": ("全图", "everywhere"),
    "match.nothing_asked": (
        "请说明要撮合谁：--leader 链主、--company 企业，或 --all",
        "say whom to match: --leader, --company or --all",
    ),
    "match.kind": (
        "没有“{kind}”这类协作；可用：{kinds}",
        "there is no kind '{kind}'; there are: {kinds}",
    ),
    "match.model": (
        "没有“{model}”这种模型；可用：{models}",
        "there is no model '{model}'; there are: {models}",
    ),
    "match.model_kind": (
        "训练的模型只用于供需对接和替代（supply、substitute）；--kind {kind} 请用 --model default",
        "a trained model ranks supply and substitute only: use --model default with --kind {kind}",
    ),
    "match.no_lightgbm": (
        '没有装训练排序所需的 lightgbm：请 pip install "chainmap[rank]"，或用 --model default',
        'lightgbm is not installed: pip install "chainmap[rank]", or use --model default',
    ),
    "match.broken_lightgbm": (
        "lightgbm 装了但不能用（{reason}）：请重装 chainmap[rank]，并装好系统的 OpenMP 库（libgomp 或 libomp）；若原因是 static TLS，请在新的进程里运行；或用 --model default",
        "lightgbm is installed but does not load ({reason}): reinstall chainmap[rank] and the OpenMP library of the system (libgomp or libomp); if it is static TLS, run it in a process of its own; or use --model default",
    ),
    "match.step.labels": ("逐份留出已知的供货，计算特征", "keeping known supplies back"),
    "match.step.train": ("训练排序模型", "training the ranker"),
    "match.why_not_self": (
        "{company} 就是所问的链主自己。请用 --why-not 指另一家企业。",
        "{company} is the leader itself. Name another company with --why-not.",
    ),
    "match.why_not_inside": (
        "--why-not 涉及局内的决定和需求，不能 --for 外发",
        "--why-not rests on decisions and demands of the bureau: not for 外发",
    ),
    "match.why_not_kind": (
        "--why-not 只回答供需对接（supply），不要与其他 --kind 同用",
        "--why-not is about supply only: leave out the other --kind",
    ),
    "match.why_not_company": (
        "--why-not 已指明企业，不要再用 --company；用 --leader 或 --all 指明链主",
        "--why-not names the company already: leave out --company, name leaders with --leader "
        "or --all",
    ),
    "match.top": ("--top 至少为 1，不能是 {top}", "--top must be at least 1, not {top}"),
    "match.no_company": (
        "图里还没有企业；先用 chainmap import 导入企业表",
        "the graph has no company; import a company sheet first (chainmap import)",
    ),
    "match.no_leader": (
        "图里还没有链主；请在“链主”表中填写企业与产业链后重新导入，或用 --leader 指定一家企业",
        "the graph has no chain leader; fill in the leader sheet (链主) and import again, "
        "or name a company with --leader",
    ),
    "match.need.declared": ("申报需求", "declared demand"),
    "match.need.purchase": ("已知外采", "known purchase from elsewhere"),
    "match.purchase": (
        "{target} 现从 {source}（{place}）采购 {product}",
        "{target} now buys {product} from {source} ({place})",
    ),
    "match.need.fields": ("共同技术领域", "shared technology fields"),
    "match.works_in": (
        "{company} 的技术领域：{field}",
        "technology field of {company}: {field}",
    ),
    "match.codevelop_product": (
        "协同研发看的是共同技术领域，与产品无关：请去掉 --product",
        "joint development is about shared technology fields, not products: leave out --product",
    ),
    "match.package_company": (
        "一条龙要为链主选一组企业，请用 --leader 或 --all，不要只给 --company",
        "a package is a set of firms for a leader: use --leader or --all, not --company alone",
    ),
    "match.need.recipe": ("配方推算", "derived from recipes"),
    "match.requires": ("{company} 需要 {product}{detail}", "{company} needs {product}{detail}"),
    "match.makes": ("{company} 生产 {product}{detail}", "{company} makes {product}{detail}"),
    "match.input": (
        "{source} 是 {target} 的投入品{essential}",
        "{source} is an input of {target}{essential}",
    ),
    "match.near.same_park": (
        "{company} 与 {leader} 同在 {place}",
        "{company} and {leader} are both in {place}",
    ),
    "match.near.same_county": (
        "{company} 位于 {place}，与 {leader} 同县（区）",
        "{company} is in {place}, the same county as {leader}",
    ),
    "match.near.same_city": (
        "{company} 位于 {place}，与 {leader} 同市",
        "{company} is in {place}, the same city as {leader}",
    ),
    "match.near.same_province": (
        "{company} 位于 {place}，与 {leader} 同省",
        "{company} is in {place}, the same province as {leader}",
    ),
    "match.near.same_country": (
        "{company} 位于 {place}，与 {leader} 同国不同省",
        "{company} is in {place}, another province of the same country as {leader}",
    ),
    "match.near.kilometres": (
        "{company} 距 {leader} 约 {kilometres} 公里（按填报的经纬度）",
        "{company} is about {kilometres} km from {leader} (by the coordinates given)",
    ),
    "match.partners": (
        "{source} 已向 {target} 供货，而 {leader} 的供应商 {partner} 也向它供货",
        "{source} already supplies {target}, and so does {partner}, a supplier of {leader}",
    ),
    "match.supplies": ("{source} 向 {target} 供货", "{source} supplies {target}"),
    "match.portfolio": (
        "{company} 还生产 {sister}；另有 {count} 家企业同时生产 {sister} 和 {product}",
        "{company} also makes {sister}; {count} other companies make both {sister} and {product}",
    ),
    "match.sector_pair": (
        "{company} 属行业 {sector}；已知该行业向链主所在行业 {buyer} 供货 {count} 条，高于平均",
        "{company} is in sector {sector}; {count} known supplies lead from it to the leader's "
        "sector {buyer}, more than by chance",
    ),
    "match.path.place": (
        "（{column}，{file} {sheet}!R{row}）",
        " ({column}, {file} {sheet}!R{row})",
    ),
    "match.change.certificate": ("取得 {value}", "with {value}"),
    "match.change.title": ("获评{value}", "with the title {value}"),
    "match.change.capacity": ("年产能达到 {value}", "with a capacity of {value} a year"),
    "match.counterfactual": (
        "{change}后由第 {rank} 升至第 {new_rank}",
        "{change}: from place {rank} to place {new_rank}",
    ),
    "match.counterfactual_in": (
        "{change}后可列入推荐，排第 {new_rank}",
        "{change}: proposed, in place {new_rank}",
    ),
    "match.nearest": (
        "最近似的已知供货：{source} → {target}（{product}）；相同之处：{same}",
        "nearest known supply: {source} → {target} ({product}); in common: {same}",
    ),
    "match.product_unstated": ("产品未填", "product not stated"),
    "match.same.product": ("同一产品", "same product"),
    "match.same.leader": ("同一采购方", "same buyer"),
    "match.same.sector": ("供方同行业", "suppliers of one sector"),
    "match.same.city": ("供方同市", "suppliers of one city"),
    "match.titles": ("{company} 的称号：{titles}", "titles of {company}: {titles}"),
    "match.award": (
        "{company} 获认定{title}（有效期至 {valid_to}）",
        "{company} was awarded {title} (valid to {valid_to})",
    ),
    "match.revenue": (
        "{company} 上年营业收入 {value}元",
        "{company} had a revenue of CNY {value} last year",
    ),
    "match.size": ("{company} 为{size}企业", "size of {company}: {size}"),
    "match.holds": ("{company} 持有 {certificate}", "{company} holds {certificate}"),
    "match.kind_of": ("{child} 属于 {parent}", "{child} is a kind of {parent}"),
    "match.essential.0": ("（辅助）", " (auxiliary)"),
    "match.essential.1": ("（影响产量）", " (limits output)"),
    "match.essential.2": ("（缺则停产）", " (output stops without it)"),
    "match.detail.volume": ("年需求 {value}", "{value} a year"),
    "match.detail.specification": ("规格 {value}", "specification {value}"),
    "match.detail.certification": ("要求 {value}", "requires {value}"),
    "match.detail.sourced_from": ("现从{value}采购", "now bought from {value}"),
    "match.detail.capacity": ("年产能 {value}", "capacity {value} a year"),
    "match.detail.byproduct": ("副产品", "by-product"),
    "match.detail.probability": ("把握 {value}", "probability {value}"),
    "match.unknown.status": ("经营状态未知", "business status unknown"),
    "match.unknown.place": ("所在地未知", "location unknown"),
    "match.unknown.titles": ("称号未填", "titles not stated"),
    "match.unknown.award_term": (
        "称号的有效期未填或已过，现在是否有效未知",
        "titles awarded, but their term has passed or is not stated",
    ),
    "match.unknown.size": ("双方规模或营收不全", "size or revenue of one side unknown"),
    "match.unknown.capacity": ("产能未知", "capacity unknown"),
    "match.unknown.capacity_unit": (
        "产能单位不能换算",
        "the unit of the capacity does not convert",
    ),
    "match.unknown.volume": ("需求量未知", "volume needed unknown"),
    "match.unknown.certificates": ("持证情况未知", "certificates unknown"),
    "match.unknown.sector_pair": ("行业或行业间的供货未知", "sectors or their supplies unknown"),
    "match.unknown.partners": (
        "双方现有的供货关系未填，无从比照",
        "known supplies of one side are missing, nothing to compare with",
    ),
    "match.unknown.freshness": ("资料日期未填", "date of the data not stated"),
    "match.filter.excluded": (
        "已决定排除：{reason}（{by}，{date}）",
        "excluded by decision: {reason} ({by}, {date})",
    ),
    "match.filter.competitor": (
        "链主自己也生产{product}，是同业",
        "the leader makes {product} itself: a competitor",
    ),
    "match.filter.certificate_missing": (
        "缺少需求要求的 {lacks}",
        "lacks what the demand requires: {lacks}",
    ),
    "match.filter.too_faint": (
        "产品只在配方的远端用到，对口程度低于推荐的下限",
        "the product is used only far up the recipe: fit below the least that is proposed",
    ),
    "match.filter.no_common_product": (
        "企业不生产该链主需要的任何产品",
        "the company makes nothing that the leader needs",
    ),
    "match.filter.not_made": ("企业不生产{product}", "the company does not make {product}"),
    "match.filter.not_needed": (
        "没有资料说明该链主需要{product}",
        "nothing says that the leader needs {product}",
    ),
    "match.filter.elsewhere": (
        "企业不在所问的地区或园区",
        "the company is not in the region or park asked about",
    ),
    "match.filter.place_unknown": (
        "企业的所在地未知，不能算在所问的地区或园区内",
        "where the company is is unknown: it does not count as in the region or park asked about",
    ),
    "match.unknown.makes": ("企业生产什么未知", "what the company makes is unknown"),
    "match.why_not.listed": (
        "就在名单上，排第 {rank}（名单取前 {top}）",
        "it is on the list, place {rank} (the list holds {top})",
    ),
    "match.why_not.balanced": (
        "按得分排第 {rank}，但各家名单一起平衡后让给了别家（名单取前 {top}；加 --raw 只按得分）",
        "place {rank} by score, but the lists are balanced together and its place went to another "
        "(the list holds {top}; --raw ranks by score alone)",
    ),
    "match.why_not.below": (
        "没有被排除，排第 {rank}（名单取前 {top}）",
        "not ruled out, place {rank} (the list holds {top})",
    ),
    "match.why_not.could_make": (
        "若能生产 {product}：它与该企业的 {sister} 已有 {count} 家企业同时生产",
        "if it could make {product}: {count} companies make both that and its {sister}",
    ),
    "match.filter.not_in_business": ("经营状态为{status}", "business status: {status}"),
    "match.filter.buyer_not_in_business": (
        "采购方经营状态为{status}",
        "business status of the buyer: {status}",
    ),
    "match.filter.already_supplies": (
        "已向该链主供应这一产品",
        "already supplies this product to the leader",
    ),
    "gaps.bounds": (
        "{path} 的门槛互相矛盾：应有 0 ≤ present < missing ≤ 1，short < 1 < over",
        "the bounds in {path} contradict each other: 0 ≤ present < missing ≤ 1, short < 1 < over",
    ),
    "gaps.kind": (
        "没有“{kind}”这一类缺口；可选：{kinds}",
        "there is no gap kind '{kind}'; there are: {kinds}",
    ),
    "gaps.candidates": (
        "--candidates 不能小于 0（现为 {count}）",
        "--candidates must not be below 0 (it is {count})",
    ),
    "gaps.no_product": (
        "图里还没有产品；先用 chainmap import 导入产品与投入产出",
        "the graph has no product; import products and inputs first (chainmap import)",
    ),
    "gaps.no_company": (
        "“{region}”范围内没有企业；请检查地区或园区的写法，或先导入这里的企业",
        "there is no company in '{region}'; check the region or park, or import its companies",
    ),
    "gaps.rule.missing": (
        "本地认定的生产企业 {count} 家（共有 {surveyed} 家本地企业填报了产品）；"
        "无本地生产企业的概率 Π(1−K)={none}，达到 {missing} 判为缺，不超过 {present} 视为有",
        "{count} accepted local makers ({surveyed} local firms state products); P(no local maker) "
        "= Π(1−K) = {none}; a gap from {missing}, fine up to {present}",
    ),
    "gaps.rule.broken": (
        "曾有本地生产企业，现认定 {count} 家（共有 {surveyed} 家本地企业填报了产品）；"
        "无本地生产企业的概率 Π(1−K)={none}，达到 {missing} 判为断",
        "made locally once, {count} accepted makers now ({surveyed} local firms state products); "
        "P(no local maker) = Π(1−K) = {none}; broken from {missing}",
    ),
    "gaps.rule.single": (
        "本地认定的生产企业只有 {count} 家（共有 {surveyed} 家本地企业填报了产品）",
        "only {count} accepted local maker ({surveyed} local firms state products)",
    ),
    "gaps.rule.weak": (
        "本地认定的生产企业 {count} 家，有效企业数 1/HHI={effective}，低于 {bound} 判为弱链",
        "{count} accepted local makers, effective number 1/HHI = {effective}; weak below {bound}",
    ),
    "gaps.rule.weak_spread": (
        "本地认定的生产企业 {count} 家，有效企业数 1/HHI={effective}，不低于 {bound}，不因集中判为弱链",
        "{count} accepted local makers, effective number 1/HHI = {effective}, not below {bound}: not "
        "weak for being concentrated",
    ),
    "gaps.rule.external": (
        "{buyers} 家本地企业从外地采购或进口（按其注明或供货记录；占本地需求方权重 {share}），"
        "本地另有认定的生产企业 {makers} 家，未见它们向这些企业供货",
        "{buyers} local firms buy outside, by their own word or a recorded supply ({share} of the local buyers by weight); "
        "{makers} other local firms make it, none of them known to supply these buyers",
    ),
    "gaps.rule.byproduct": (
        "本地认定的副产企业 {count} 家；没有本地企业申报需要它，也没有本地企业生产以它为投入品的产品"
        "（共有 {surveyed} 家本地企业填报了产品）",
        "{count} accepted local firms have it as a by-product; no local firm declares a need for it "
        "or makes anything of it ({surveyed} local firms state products)",
    ),
    "gaps.basis.capacity": ("HHI 按各家产能计算", "HHI by the firms' capacities"),
    "gaps.basis.equal": (
        "有企业产能未知，HHI 按各家相等计算",
        "some capacity is unknown: HHI with equal shares",
    ),
    "gaps.park_without_firm": (
        "园区口径有产能 {total}，但没有认定的本地生产企业：请补录生产企业后再下结论",
        "the park states a capacity of {total} but no accepted local maker is recorded: add it first",
    ),
    "gaps.too_few_surveyed": (
        "只有 {surveyed} 家本地企业填报了产品，少于 {least} 家，不下结论：请继续收集供给表",
        "only {surveyed} local firms state products, fewer than {least}: collect more first",
    ),
    "gaps.push": (
        "上游 {source} 有 {available}，远超本地用量，按单耗可供生产 {fed} {product}",
        "upstream {source} has {available}, far above local use: enough for {fed} of {product}",
    ),
    "gaps.pull": ("下游需求：{parts} = {pull}", "downstream demand: {parts} = {pull}"),
    "gaps.pull_part": (
        "{product} {available} × 单耗 {quantity}",
        "{product} {available} × {quantity}",
    ),
    "gaps.pull_declared": (
        "申报需求 {volume}（不含已按产能计入的企业）",
        "declared {volume} (without firms already counted by capacity)",
    ),
    "gaps.pull_declared_all": ("申报需求 {volume}", "declared {volume}"),
    "gaps.supply_park": (
        "供给：采用园区口径 {total}（企业合计 {firms}{unknown}，不与园区口径相加）",
        "supply: the park total {total} (firms add up to {firms}{unknown}; never added)",
    ),
    "gaps.supply_firms": (
        "供给：企业产能合计 {total}{unknown}",
        "supply: the firms' sum {total}{unknown}",
    ),
    "gaps.supply_none_known": (
        "供给：认定的 {count} 家企业产能都未知",
        "supply: the capacity of all {count} accepted makers is unknown",
    ),
    "gaps.supply_unknown": (
        "，另有 {count} 家产能未知",
        ", {count} more of unknown capacity",
    ),
    "gaps.coverage": (
        "覆盖率 = 供给 {supply} ÷ 需求 {demand} = {coverage}（{sign} {short}）",
        "coverage = supply {supply} ÷ demand {demand} = {coverage} ({sign} {short})",
    ),
    "gaps.capacity_unsure": (
        "有本地企业的产能、用量或所在园区未知，不下结论",
        "some local capacity, use or park is unknown: no verdict",
    ),
    "gaps.unknown_amount": ("未知", "unknown"),
    "gaps.park_total": (
        "{park} {product} 总产能 {total}（{as_of}）",
        "{park}: total capacity of {product} {total} ({as_of})",
    ),
    "gaps.lost": (
        "{company} 曾生产 {product}，来源不再列出",
        "{company} made {product} once; its source no longer says so",
    ),
    "gaps.lost_status": (
        "{company} 曾生产 {product}，经营状态为{status}",
        "{company} made {product} once; its business status is {status}",
    ),
    "gaps.reason.makes": ("生产{product}", "makes {product}"),
    "gaps.reason.capacity": ("生产{product}，年产能 {value}", "makes {product}, {value} a year"),
    "gaps.reason.kind": ("{product}（属于{asked}）", "{product} (a kind of {asked})"),
    "gaps.reason.uses": ("生产{product}，以{asked}为投入品", "makes {product} of {asked}"),
    "gaps.reason.supplies_us": ("已向本地企业供货", "already supplies a local firm"),
    "gaps.reason.titles": ("称号：{titles}", "titles: {titles}"),
    "gaps.reason.size": ("{size}企业", "size: {size}"),
    "gaps.reason.place": ("位于{place}", "located in {place}"),
    "gaps.reason.others": ("另产 {count} 种图中产品", "makes {count} more products of the graph"),
    "gaps.risk.unsure": (
        "是否生产尚待核实（把握 {probability}）",
        "whether it makes the product is uncertain ({probability})",
    ),
    "gaps.risk.status": ("经营状态未知", "business status unknown"),
    "gaps.risk.capacity": ("产能未知，能否满足需求待核", "capacity unknown: may not suffice"),
    "gaps.risk.place": ("所在地未知", "location unknown"),
    "gaps.risk.local": (
        "规格、价格能否满足采购方待对接",
        "whether specification and price suit the buyer is open",
    ),
    "gaps.risk.intention": ("投资意愿未知，需先接触", "its interest to invest is unknown"),
}
