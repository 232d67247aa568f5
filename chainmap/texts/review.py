"""What a review says: help pages, options, refusals, the workbook that a colleague fills in."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "cli.review.short": ("审核拿不准的链接和重复企业", "Decide doubtful links and duplicate firms"),
    "cli.review.help": (
        "拿不准的“表述→产品”和“是不是同一家企业”，由人定一次，以后每次导入都照此办理。\n"
        "编号由内容（表述与产品、两家企业）算出，换一个图谱库、重新导入都不变；每次结论和撤销都留有经过。",
        "Doubtful pairs, a phrase and a product or two records of a firm, are decided once by a person and hold on every "
        "later import. A key is made of the content, so it is the same in every store; every verdict and undo is kept.",
    ),
    "cli.review.example": ("chainmap review list --top 20", "chainmap review list --top 20"),
    "cli.review.list.short": (
        "列出待审核的条目和依据",
        "List what waits for a decision, with its evidence",
    ),
    "cli.review.list.help": (
        "列出待审核的条目：概率、相合之处、次选、在哪些单元格出现，涉及单元格最多的在前。"
        "--state decided 看已作的结论，all 看全部（含自动采用的，也可以推翻）。",
        "List the pairs that wait for a decision: probability, what matched, the runner-up, the cells; those that most cells "
        "wait for first. --state decided shows what was decided, all everything (automatic links too, which may be overruled).",
    ),
    "cli.review.list.example": (
        "chainmap review list --state all --top 5",
        "chainmap review list --state all --top 5",
    ),
    "cli.review.accept.short": (
        "确认：表述就是该产品，或是同一家企业",
        "Accept: the phrase is the product, the firms are one",
    ),
    "cli.review.accept.help": (
        "确认编号为 KEY 的条目；任何一个编号不对就什么也不写。确认的表述从此是该产品的别名。\n"
        "也可以直接给内容，不必导入里出现过：--phrase 文本 --product 编码或名称。",
        "Accept the pairs KEY; if one key is wrong nothing is written. An accepted phrase is an alias of the product from then on. "
        "A pair may also be given by content, whether or not an import has met it: --phrase TEXT --product CODE_OR_NAME.",
    ),
    "cli.review.accept.example": (
        "chainmap review accept --phrase 280Ah方形铝壳电芯 --product LI-040",
        "chainmap review accept --phrase 280Ah方形铝壳电芯 --product LI-040",
    ),
    "cli.review.reject.short": (
        "排除：表述不是该产品，或不是同一家企业",
        "Reject: the phrase is not the product, the firms are two",
    ),
    "cli.review.reject.help": (
        "排除编号为 KEY 的条目，自动采用的也可以；以后导入不再提出。",
        "Reject the pairs KEY, automatic ones too; no later import proposes them again.",
    ),
    "cli.review.reject.example": (
        "chainmap review reject --phrase 280Ah方形铝壳电芯 --product LI-041 --reason 是电芯不是电池包",
        "chainmap review reject --phrase 280Ah方形铝壳电芯 --product LI-041 --reason a-cell-not-a-pack",
    ),
    "cli.review.undo.short": ("撤销结论，经过保留", "Take a verdict back; its history stays"),
    "cli.review.undo.help": (
        "撤销编号为 KEY 的条目的结论；先后各次结论和这次撤销都留在经过里。",
        "Take back what was decided about the pairs KEY; every verdict and this step stay in the history.",
    ),
    "cli.review.undo.example": (
        "chainmap review undo --phrase 280Ah方形铝壳电芯 --product LI-040",
        "chainmap review undo --phrase 280Ah方形铝壳电芯 --product LI-040",
    ),
    "cli.review.export.short": (
        "写成带下拉框的 xlsx，交同事填写",
        "Write an xlsx with drop-downs for a colleague",
    ),
    "cli.review.export.help": (
        "把条目写成工作簿：“表述”和“企业”各一张，结论一列有下拉框，留空表示以后再定。填好后用 review import 读回。",
        "Write the pairs as a workbook, one sheet for phrases and one for firms; the verdict has a drop-down, blank means later. "
        "Read it back with review import.",
    ),
    "cli.review.export.example": (
        "chainmap review export -o 待审核.xlsx",
        "chainmap review export -o to-review.xlsx",
    ),
    "cli.review.import.short": ("读回填好的审核工作簿", "Read the filled-in workbook back"),
    "cli.review.import.help": (
        "读回 review export 写出、已填好结论的工作簿。编号或内容被改动、结论不存在的行给出校验问题，其余照常；"
        "所有结论一次写入。同一份工作簿再读一次，什么也不变。",
        "Read back the workbook of review export with its verdicts. Rows with a changed key, changed content or a verdict that "
        "does not exist become findings, the others go on; all verdicts are written in one go. The same workbook again changes nothing.",
    ),
    "cli.review.import.example": (
        "chainmap review import 待审核.xlsx --dry-run",
        "chainmap review import to-review.xlsx --dry-run",
    ),
    "cli.opt.review.kind": (
        "只看 link（表述→产品）或 merge（同一企业）",
        "only link (phrase to product) or merge (same firm)",
    ),
    "cli.opt.review.state": (
        "open 待审核（默认）、decided 已有结论、all 全部",
        "open: to decide (default), decided, or all",
    ),
    "cli.opt.review.top": ("最多几行", "At most N rows"),
    "cli.opt.review.phrase": (
        "表述的文本，与 --product 一起给出一对",
        "The wording, with --product, instead of a key",
    ),
    "cli.opt.review.product": ("产品的编码或名称", "Code or name of the product"),
    "cli.opt.review.by": (
        "审核人；默认为本机用户",
        "Who decides; default: the user of this machine",
    ),
    "cli.opt.review.reason": ("理由", "Why"),
    "cli.opt.review.output": ("文件名；默认 审核.xlsx", "The file; default 审核.xlsx"),
    "cli.opt.review.by_book": (
        "工作簿里没有写审核人的行，算谁的；默认为本机用户",
        "Who decides where the workbook does not say; default: the user of this machine",
    ),
    "cli.review.internal_only": (
        "审核内容含企业之间的关系和台账原文，只供内部使用，因此不能 --for 外发",
        "A review holds pairs of firms and the wording of ledgers, for the bureau only: not for 外发",
    ),
    "cli.review.decided": (
        "{changed} 条结论写入，{same} 条与此前相同",
        "{changed} verdicts written, {same} said before",
    ),
    "cli.review.left": (
        "待审核 {open} 条，已有结论 {decided} 条，其余 {settled} 条不必审核",
        "{open} to decide, {decided} decided, {settled} need no decision",
    ),
    "cli.title.review-list": ("审核", "review"),
    "cli.title.review-decide": ("结论", "verdicts"),
    "cli.title.review-import": ("读回的结论", "verdicts read"),
    "review.unsigned": ("未署名", "unsigned"),
    "review.nothing_asked": (
        "没有说明是哪一条：请写编号（chainmap review list 列出），或用 --phrase 与 --product 给出一对",
        "which pair is meant? Give keys (chainmap review list shows them), or --phrase and --product",
    ),
    "review.half_a_pair": (
        "--phrase 与 --product 须一起给出",
        "--phrase and --product go together",
    ),
    "review.bad_phrase": (
        "表述须是 1 至 {most} 个字的产品说法",
        "the phrase must be a product's wording of 1 to {most} characters",
    ),
    "review.no_product": (
        "没有编码或名称为“{product}”的产品。{hint}用 chainmap link 可以查找",
        "no product has the code or name '{product}'. {hint}chainmap link finds products",
    ),
    "review.several_products": (
        "“{product}”不止一个产品：{names}；请写编码",
        "'{product}' is more than one product: {names}; give the code",
    ),
    "review.near": ("相近的有：{names}。", "Like it: {names}. "),
    "review.no_key": (
        "没有编号为“{key}”的条目，什么也没有写入。{hint}用 chainmap review list --state all 查看编号",
        "no pair has the key '{key}'; nothing was written. {hint}chainmap review list --state all shows the keys",
    ),
    "review.no_kind": (
        "没有“{value}”这一类；有：{known}",
        "there is no kind '{value}'; there are: {known}",
    ),
    "review.no_state": (
        "没有“{value}”这一状态；有：{known}",
        "there is no state '{value}'; there are: {known}",
    ),
    "review.different_codes": (
        "{key} 的两家企业统一社会信用代码不同（{one}、{other}），不可能是同一家，什么也没有写入。"
        "若其中一个代码有误，请先在来源文件中改正并重新导入",
        "the firms of {key} have different credit codes ({one}, {other}) and cannot be the same; nothing was written. "
        "If one of the codes is wrong, mend it in its file and import that again",
    ),
    "review.overtaken": (
        "审核期间，另一个程序写入了同一图谱；本次没有写入任何结论，请重新运行同一命令",
        "another program wrote to the same graph meanwhile; no verdict was written, run the same command again",
    ),
    "review.reserved_source": (
        "“{source}”是人工审核结论的保留来源，不能导入或撤下；撤销结论请用 chainmap review undo",
        "'{source}' is the reserved source of decisions: it cannot be imported or withdrawn; take verdicts back with chainmap review undo",
    ),
    "review.book_suffix": (
        "{path}：审核工作簿的后缀须是 .xlsx",
        "{path}: a review workbook ends in .xlsx",
    ),
    "review.book_exists": (
        "{path} 已存在，可能有人填过，不覆盖；请换一个文件名",
        "{path} is there already and may have been filled in; it is not overwritten, choose another name",
    ),
    "review.book_missing": ("没有文件 {path}", "there is no file {path}"),
    "review.book_refused": (
        "审核工作簿 {file} 不能用，什么也没有写入",
        "the review workbook {file} cannot be used; nothing was written",
    ),
    "review.sheet.link": ("表述", "phrases"),
    "review.sheet.merge": ("企业", "firms"),
    "review.head.key": ("编号（勿改）", "key (do not change)"),
    "review.head.phrase": ("表述", "phrase"),
    "review.head.product": ("产品", "product"),
    "review.head.code": ("产品编码", "product code"),
    "review.head.one": ("企业甲", "firm A"),
    "review.head.one_code": ("甲的信用代码", "credit code of A"),
    "review.head.other": ("企业乙", "firm B"),
    "review.head.other_code": ("乙的信用代码", "credit code of B"),
    "review.head.probability": ("概率", "probability"),
    "review.head.matched": ("相合之处", "matched"),
    "review.head.evidence": ("出处", "where it stands"),
    "review.head.runner_up": ("次选", "runner-up"),
    "review.head.verdict": ("结论", "verdict"),
    "review.head.by": ("审核人", "decided by"),
    "review.head.reason": ("理由", "reason"),
    "review.note.key": (
        "由内容算出，读回时据此认行；请勿改动",
        "made of the content; rows are known by it: do not change",
    ),
    "review.note.verdict": (
        "从下拉框选：{choices}；留空表示以后再定",
        "choose from the drop-down: {choices}; leave blank to decide later",
    ),
    "review.note.by": (
        "谁作的结论；留空则算读回的人",
        "who decides; blank: whoever reads the workbook back",
    ),
    "review.note.reason": ("为何如此，可留空", "why; may stay blank"),
    "review.more_cells": ("……等 {count} 处", "... {count} places"),
    "review.about": ("怎样填", "how to fill it in"),
    "review.about_text": (
        "每行一条：判断表述是不是该产品，或两条记录是不是同一家企业，在“结论”里选；拿不准就留空。"
        "编号和前几列请勿改动，行可以删、可以排序。填好后：chainmap review import 本文件",
        "One pair a row: say whether the phrase is the product, or whether both records are one firm; leave it blank when in doubt. "
        "Do not change the key and the first columns; rows may be deleted or sorted. Then: chainmap review import THIS_FILE",
    ),
    "column.key": ("编号", "key"),
    "column.subject_id": ("一方编号", "subject id"),
    "column.subject": ("一方", "subject"),
    "column.object_id": ("另一方编号", "object id"),
    "column.object": ("另一方", "object"),
    "column.cells": ("出现次数", "cells"),
    "column.columns": ("所在列", "columns"),
    "column.counts": ("数目", "counts"),
    "value.kind.link": ("表述→产品", "phrase to product"),
    "value.kind.merge": ("同一企业", "same firm"),
    "value.state.open": ("待审核", "open"),
    "value.state.decided": ("已有结论", "decided"),
    "value.state.settled": ("不必审核", "settled"),
    "value.verdict.确认": ("确认", "confirmed"),
    "value.verdict.排除": ("排除", "rejected"),
    "value.verdict.同一": ("同一", "same"),
    "value.verdict.不同": ("不同", "different"),
}
