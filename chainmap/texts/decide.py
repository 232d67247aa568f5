"""Sentences about decisions on pairs: id -> (Chinese, English)."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "decide.verdict": (
        "没有“{verdict}”这种决定；可用：{verdicts}",
        "there is no verdict '{verdict}'; there are: {verdicts}",
    ),
    "decide.reason": (
        "请用 --reason 写明理由：以后的人要看得懂为什么",
        "give the reason with --reason: whoever comes later must see why",
    ),
    "decide.one_company": (
        "“{one}”和“{other}”是同一家企业，无从决定",
        "'{one}' and '{other}' are one company; there is nothing to decide",
    ),
    "decide.nothing": (
        "“{one}”与“{other}”没有可以撤销的决定；chainmap decide list 列出已有的",
        "nothing was decided about '{one}' and '{other}'; chainmap decide list shows what was",
    ),
    "decide.inside": (
        "决定和理由只供局内，不能 --for 外发",
        "decisions and their reasons are for the bureau only: not for 外发",
    ),
    "decide.refused": (
        "决定表 {file} 没有采用",
        "the decision workbook {file} was not taken",
    ),
    "decide.sheet": ("撮合决定", "decisions"),
    "decide.notes.fill": ("怎样填", "how to fill in"),
    "decide.notes.filling": (
        "改“结论”和“理由”即可；清空结论表示撤销。新增决定：键留空，写企业名称、结论、理由。键和名称不要改。",
        "Change verdict and reason; a blank verdict takes it back. A new decision: leave the key blank, "
        "write the names, the verdict and the reason. Do not change keys or names.",
    ),
    "cli.decide.short": (
        "记下两家企业该不该见，以后一直有效",
        "Decide who should meet, once and for all",
    ),
    "cli.decide.help": (
        "记下对一对企业的决定：确认、排除、待核，可限某一产品。排除的以后不再推荐，待核的不出现在外发文件。",
        "Decide about two companies: 确认 (should meet), 排除 (never propose), 待核 (to be checked), "
        "perhaps for one product only. 排除 is never proposed again; 待核 never leaves the bureau.",
    ),
    "cli.decide.example": (
        "chainmap decide 链主公司 某公司 排除 --reason 曾有质量纠纷\nchainmap decide list",
        "chainmap decide 链主公司 某公司 排除 --reason 曾有质量纠纷\nchainmap decide list",
    ),
    "cli.decide.set.short": ("作决定（set 可省略）", "Decide (the word set may be left out)"),
    "cli.decide.set.help": (
        "A、B 是两家企业，次序不限；结论是确认、排除或待核。",
        "A and B are two companies in either order; the verdict is 确认, 排除 or 待核.",
    ),
    "cli.decide.set.example": (
        "chainmap decide set 链主公司 某公司 确认 --product 隔膜 --reason 已实地看过",
        "chainmap decide set 链主公司 某公司 确认 --product 隔膜 --reason 已实地看过",
    ),
    "cli.decide.list.short": ("列出已有的决定", "List what was decided"),
    "cli.decide.list.help": (
        "列出各项决定及其经过，最近的在前。",
        "List decisions with their history, the latest first.",
    ),
    "cli.decide.list.example": (
        "chainmap decide list --verdict 排除",
        "chainmap decide list --verdict 排除",
    ),
    "cli.decide.undo.short": ("撤销一项决定", "Take a decision back"),
    "cli.decide.undo.help": (
        "撤销对一对企业的决定；经过仍然留着。",
        "Take back what was decided about two companies; the history keeps it.",
    ),
    "cli.decide.undo.example": (
        "chainmap decide undo 链主公司 某公司",
        "chainmap decide undo 链主公司 某公司",
    ),
    "cli.decide.export.short": ("把决定写成工作簿", "Write the decisions as a workbook"),
    "cli.decide.export.help": (
        "写成带下拉框的工作簿，供同事修改、补充后用 decide import 读回。",
        "Write a workbook with drop-downs that colleagues change and add to, for decide import.",
    ),
    "cli.decide.export.example": (
        "chainmap decide export -o 撮合决定.xlsx",
        "chainmap decide export -o 撮合决定.xlsx",
    ),
    "cli.decide.import.short": ("读回填好的工作簿", "Read the workbook back"),
    "cli.decide.import.help": (
        "逐行核对，有疑问的行成为校验问题，其余一次写入。",
        "Every row is checked; a doubtful one becomes a finding, the others are written at once.",
    ),
    "cli.decide.import.example": (
        "chainmap decide import 撮合决定.xlsx --dry-run",
        "chainmap decide import 撮合决定.xlsx --dry-run",
    ),
    "cli.opt.decide.product": ("只限这一产品", "Only about this product"),
    "cli.opt.decide.reason": ("理由，一句话", "Why, in a sentence"),
    "cli.opt.decide.by": (
        "谁作的决定，默认本机用户",
        "Who decides; default: the user of this machine",
    ),
    "cli.opt.decide.verdict": ("只列这种结论", "Only this verdict"),
    "cli.opt.decide.company": ("只列与这家企业有关的", "Only about this company"),
    "cli.opt.decide.output": ("工作簿，默认 撮合决定.xlsx", "The workbook; default 撮合决定.xlsx"),
    "cli.title.decide": ("撮合决定", "decisions"),
    "cli.title.decide-list": ("撮合决定", "decisions"),
}
