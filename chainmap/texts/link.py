"""What linking says: help pages, options, reasons of a link."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "cli.link.short": ("自由文本对到产品", "Free text to products"),
    "cli.link.help": (
        "把自由文本对到产品：给出概率、档次（accept 采用、review 待审核、reject 不采用）、相合的字词、次选与差距。\n"
        "目录默认是工作区的产品；--catalogue 换成任何 CSV（须有 code、name 列，可有 parent、level、description、aliases），"
        "如国民经济行业分类，此时对到最末一级，或 --level 指定的一级。--file 读 CSV 的 text 列，其他列原样带出。",
        "Link free text to products, with a probability, a band (accept, review, reject), the matching words, the runner-up and "
        "the margin. The catalogue is the workspace's products, or with --catalogue any CSV (columns code and name; parent, level, "
        "description, aliases optional), e.g. GB/T 4754: then its leaves, or those of --level. --file reads the column text of a "
        "CSV; other columns pass through.",
    ),
    "cli.link.example": (
        "chainmap link 锂电池隔膜 280Ah磷酸铁锂方形电芯 --top 3",
        "chainmap link 锂电池隔膜 280Ah磷酸铁锂方形电芯 --top 3",
    ),
    "cli.opt.link.file": ("从 CSV 的 text 列读文本", "read texts from the column text of a CSV"),
    "cli.opt.link.catalogue": (
        "目录：带 code、name 列的 CSV",
        "catalogue: a CSV with columns code and name",
    ),
    "cli.opt.link.level": (
        "对到目录的这一级；默认最末级",
        "link to this level of the catalogue; default: its leaves",
    ),
    "cli.opt.link.top": ("每条文本最多给几个候选", "candidates per text"),
    "cli.opt.link.semantic": (
        "加用语义模型（须装 chainmap[semantic]）",
        "also use the sentence model (needs chainmap[semantic])",
    ),
    "cli.bad_level": (
        "“{value}”不是级别：请写 0、1、2…",
        "'{value}' is not a level: write 0, 1, 2 ...",
    ),
    "cli.title.link": ("链接", "link"),
    "link.nothing_asked": (
        "没有要对的文本：请写在命令后面，或用 --file 指定 CSV",
        "no text to link: give it after the command, or a CSV with --file",
    ),
    "link.level_needs_catalogue": (
        "--level 只用于 --catalogue 给出的目录：工作区的产品没有级别",
        "--level goes with --catalogue: the products of a workspace have no levels",
    ),
    "link.no_file": ("读不到文件 {path}：{reason}", "cannot read {path}: {reason}"),
    "link.no_products": (
        "图谱里没有产品：请先导入产品表，或用 --catalogue 指定目录",
        "the graph holds no product: import the sheet 产品 first, or give a catalogue with --catalogue",
    ),
    "link.catalogue_refused": ("目录 {file} 不能用", "the catalogue {file} cannot be used"),
    "link.texts_refused": ("文件 {file} 不能用", "the file {file} cannot be used"),
    "link.no_semantic": (
        '没有装语义模型：请 pip install "chainmap[semantic]"，或去掉 --semantic',
        'no sentence model is installed: pip install "chainmap[semantic]", or leave out --semantic',
    ),
    "link.bad_bounds": (
        "{path}：须 0 ≤ review ≤ accept ≤ 1，scope_belief 在 0 与 1 之间",
        "{path}: 0 <= review <= accept <= 1 is needed, scope_belief between 0 and 1",
    ),
    "import.business_scope": ("经营范围：{phrase}", "business scope: {phrase}"),
    "link.decided": ("人工确认", "confirmed by a person"),
    "link.matched": ("相合：{runs}", "in common: {runs}"),
    "link.words": ("行业用语：{words}", "trade words: {words}"),
    "link.meaning": ("语义相近", "close in meaning"),
    "link.definition": ("与定义相合", "fits the definition"),
    "same.same_code": ("统一社会信用代码相同", "the credit codes are equal"),
    "same.same_registration": (
        "注册号或组织机构代码相同",
        "the registration numbers or organisation codes are equal",
    ),
    "same.former": (
        "一方的曾用名是另一方的名称",
        "the former name of one is the name of the other",
    ),
    "same.short_name": (
        "一方的简称是另一方的名称",
        "the short name of one is the name of the other",
    ),
    "same.short_equal": ("简称相同", "the short names are equal"),
    "same.core_equal": ("字号相同：{core}", "equal trade name: {core}"),
    "same.core_nested": (
        "字号相同，行业用词只差泛称：{cores}",
        "equal trade name, the rest differs in words that say little: {cores}",
    ),
    "same.core_short": ("名称是简写：{cores}", "one is short for the other: {cores}"),
    "same.core_slip": ("疑为笔误：{cores}", "perhaps a slip of the pen: {cores}"),
    "same.one_char": ("差一个字：{cores}", "one character differs: {cores}"),
    "same.likeness": ("名称不同：{cores}", "the names differ: {cores}"),
    "same.form_equal": ("法人形式一致", "equal legal form"),
    "same.form_kin": ("法人形式不同：{forms}", "the legal forms differ: {forms}"),
    "same.form_apart": ("法人形式不同：{forms}", "the legal forms differ: {forms}"),
    "same.place_equal": ("名称中的地区相同", "the names say the same place"),
    "same.place_wider": (
        "名称中的地区一大一小",
        "the place in one name holds that in the other",
    ),
    "same.seat_equal": ("在同一市", "both are seated in one city"),
    "same.seat_agrees": ("地区一致", "the regions agree"),
    "same.region_apart": ("地区不一致", "the regions do not agree"),
    "same.inside_alone": (
        "只有一方的名称标出所在地",
        "only one name says where it is seated",
    ),
    "same.group_apart": ("只有一方是集团或控股", "only one is a group or a holding"),
    "same.signs_apart": (
        "编号、方位或字母不同",
        "numbers, directions or letters differ",
    ),
    "same.aside_apart": ("括号内容不同：{asides}", "what stands in brackets differs: {asides}"),
    "same.mark_alone": ("只有一方名称前有字母", "letters stand before one name only"),
    "same.no_form": ("一方未写法人形式", "one says no legal form"),
    "same.mark": ("{mark} 是名称前的标记", "{mark} is a mark before the name"),
    "same.several": (
        "符合的企业不止一家，须人工判断是哪一家",
        "more than one firm would do: a person has to say which",
    ),
    "column.text": ("文本", "text"),
    "column.code": ("编码", "code"),
    "column.name": ("名称", "name"),
    "column.probability": ("概率", "probability"),
    "column.band": ("档", "band"),
    "column.matched": ("相合之处", "matched"),
    "column.phrase": ("表述", "phrase"),
    "column.intent": ("做什么", "intent"),
    "column.runner_up": ("次选", "runner-up"),
    "column.margin": ("差距", "margin"),
    "value.band.accept": ("采用", "accept"),
    "value.band.review": ("待审核", "review"),
    "value.band.reject": ("不采用", "reject"),
    "value.intent.make": ("生产", "make"),
    "value.intent.sell": ("销售", "sell"),
    "value.intent.serve": ("服务", "serve"),
    "value.intent.rd": ("研发", "R&D"),
    "value.intent.open": ("未说明", "not said"),
}
