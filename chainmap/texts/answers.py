"""Sentences of this area: id -> (Chinese, English)."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "analysis.dangling_edge": (
        "图存储不完整：{count} 条 {type} 关系指向不存在的节点（如 {example}）；请重新导入，或用备份恢复",
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
        "快照缓存已损坏，重新读取图存储并重建：{folder}",
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
    "scope.did_you_mean": ("是不是：{names}？", "did you mean: {names}?"),
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
        "还不能推荐“{kind}”这类协作；现有：{kinds}",
        "recommendations of kind '{kind}' do not exist yet; there are: {kinds}",
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
    "match.need.recipe": ("配方推算", "derived from recipes"),
    "match.requires": ("{company} 需要 {product}{detail}", "{company} needs {product}{detail}"),
    "match.makes": ("{company} 生产 {product}{detail}", "{company} makes {product}{detail}"),
    "match.input": (
        "{source} 是 {target} 的投入品{essential}",
        "{source} is an input of {target}{essential}",
    ),
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
    "match.unknown.size": ("规模与营收未知", "size and revenue unknown"),
    "match.unknown.capacity": ("产能未知", "capacity unknown"),
    "match.unknown.capacity_unit": (
        "产能单位不能换算",
        "the unit of the capacity does not convert",
    ),
    "match.unknown.volume": ("需求量未知", "volume needed unknown"),
    "match.unknown.certificates": ("持证情况未知", "certificates unknown"),
    "match.filter.not_in_business": ("经营状态为{status}", "business status: {status}"),
    "match.filter.already_supplies": (
        "已向该链主供应这一产品",
        "already supplies this product to the leader",
    ),
}
