"""Free text split into phrases, each with what the firm does with it: make, sell, serve.

The one choice: a phrase that names no activity is made when it stands under 主营产品, and is
left open when it stands under 经营范围: a licence to trade is not evidence of a factory.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from chainmap.names import clean_text, product_key, split_list

LONGEST = 60
"""Characters of a phrase; what is longer is a sentence, and nobody's product."""


class Intent(StrEnum):
    """What a firm does with a product; ``OPEN`` where the text does not say."""

    MAKE = "make"
    SELL = "sell"
    SERVE = "serve"
    RD = "rd"
    OPEN = "open"


_VERBS: dict[Intent, tuple[str, ...]] = {
    Intent.MAKE: (
        "研制", "生产", "制造", "加工", "制作", "冶炼", "精炼", "组装", "种植", "养殖", "炮制",
        "制备", "提取", "开采", "合成", "繁育", "屠宰", "熔炼", "铸造", "压延", "自产", "采选",
        "酿造", "印刷", "捕捞", "栽培", "选矿", "发电",
    ),
    Intent.SELL: (
        "销售", "批发", "零售", "经营", "贸易", "代理", "经销", "采购", "进出口", "自销", "购销",
        "出口", "进口", "收购", "供应", "代销", "专卖",
    ),
    Intent.SERVE: (
        "技术服务", "技术咨询", "技术转让", "技术推广", "技术交流", "服务", "维修", "安装",
        "租赁", "咨询", "运营", "运输", "仓储", "检测", "检验", "设计", "施工", "维护", "回收",
        "推广", "转让", "装卸", "调试", "改造", "保养", "配送", "培训", "测试", "处置",
        "再生利用",
    ),
    Intent.RD: (
        "技术研究", "技术开发", "研究", "研发", "开发", "试验发展",
    ),
}  # fmt: skip
_INTENT_OF = {verb: intent for intent, verbs in _VERBS.items() for verb in verbs}
_FIRST = (Intent.MAKE, Intent.SELL, Intent.SERVE, Intent.RD)
"""Of several activities in one list the first of these is the phrase's intent."""

_VERB = "(?:" + "|".join(sorted(map(re.escape, _INTENT_OF), key=len, reverse=True)) + ")"
_JOIN = r"(?:[、，,/及和与并兼]|以及|[（(]|[)）])*"
_ONLY_VERBS = re.compile(rf"(?:的)?(?:{_JOIN}{_VERB})+{_JOIN}(?:业务)?")
_ENDS = re.compile(rf"^(?P<rest>.+?)(?P<of>的)?(?P<verbs>{_VERB}(?:{_JOIN}{_VERB})*)(?:业务)?$")
_STARTS = re.compile(rf"^(?P<verbs>{_VERB}(?:{_JOIN}{_VERB})*)(?P<colon>[:：])?(?P<rest>.+)$")
_NOT_LEADING = re.compile(
    r"^(?:生产(?:设备|线|型|性|用|废)|加工(?:中心|机|设备)|研发(?:中心|设计)"
    r"|制造(?:执行|装备)|检测(?:仪|设备|试剂)"
    r"|测试|销售终端|服务器|服务(?:机器人|终端)|设计软件|开发板|试验|维修工具|提取物|发电机|发电(?:站|设备|系统)"
    r"|养殖(?:设备|用)|印刷(?:电路|机|油墨|版)|种植(?:机|体)|合成(?:树脂|橡胶|纤维|氨|气|革|材料|洗涤)"
    r"|进口(?:替代)|回收(?:料|铜|铝|塑料|设备)|铸造(?:机|砂|用)|运输(?:车|机|设备|带))"
)
_NOT_TRAILING = re.compile(r"(?:半合成|全合成|可再生利用)$")

_SECTION = re.compile(
    r"(?:一般(?:经营)?项目|许可(?:经营)?项目|经营范围|主营(?:业务|产品)?|兼营|主要产品)\s*[:：]"
)
_BOILERPLATE = re.compile(
    r"依法须经批准|经相关部门批准|须经批准的项目|方可开展经营|审批结果为准|批准文件|许可证(?:件)?(?:为准|有效期|核准|经营)"
    r"|凭.{0,12}(?:许可|执照|资质).{0,12}经营|除依法|除许可业务|法律.{0,4}法规|国务院决定|自主(?:选择)?(?:依法)?经营"
    r"|国家(?:限制|禁止|限定|规定)|需.{0,6}前置(?:审批|许可)|有效期(?:至|限)|以下限|仅限分支|不得(?:从事|含)|未经批准"
    r"|不含.{0,10}(?:危险|许可)|自营和代理|登记机关"
)  # fmt: skip
_ACCOUNTING = re.compile(
    r"^(?:平衡项目|其他业务(?:收入)?|其他[（(]补充[)）]|其他|其它|合计|总计|小计|主营业务(?:收入)?|营业收入|未分配"
    r"|不适用|无|暂无|公司总部|本部|.*(?:分部间|内部|合并|关联).{0,4}(?:抵[销消]|交易).*|减[:：].*|加[:：].*"
    r"|.*(?:抵[销消]|调整)(?:数|项|额)?|其中[:：].*|行业收入|产品收入|其他(?:产品|收入|项目|行业|主营业务))$"
)  # fmt: skip
_TAIL = re.compile(
    r"(?:等(?:系列)?(?:产品|商品|业务|项目)?|系列产品|及其(?:相关|系列)?(?:产品|制品))$"
)
_NUMBERING = re.compile(
    r"^(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十])[)）.、\uff0e](?=\D)|[①-⑳])\s*"
)
_HEAD = re.compile(r"^(?:主要|专业)?从事|^(?:主营|兼营|主要产品(?:为|有))[:：]?")
_ASIDE = re.compile(r"[（(][^（）()]*[)）]")
_STOPS = re.compile(r"[。；;\n\r]")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One thing a text names: as written, without its verbs, and what is done with it."""

    text: str
    intent: Intent


@lru_cache(maxsize=65536)
def main_product_phrases(text: str) -> tuple[Phrase, ...]:
    """Return the phrases of a 主营产品 cell; a bare thing is made, 销售 still is not 制造.

    >>> [(p.text, p.intent.value) for p in main_product_phrases("碳酸锂、化肥销售；平衡项目")]
    [('碳酸锂', 'make'), ('化肥', 'sell')]
    >>> [(p.text, p.intent.value) for p in main_product_phrases("碳酸锂、化肥的销售")]
    [('碳酸锂', 'sell'), ('化肥', 'sell')]
    """
    return _phrases(text, bare=Intent.MAKE)


@lru_cache(maxsize=65536)
def scope_phrases(text: str) -> tuple[Phrase, ...]:
    """Return the phrases of a 经营范围, licence boilerplate dropped.

    >>> found = scope_phrases("一般项目：电池、隔膜的研发、生产和销售；货物进出口"
    ...                       "（依法须经批准的项目，经相关部门批准后方可开展经营活动）")
    >>> [(p.text, p.intent.value) for p in found]
    [('电池', 'make'), ('隔膜', 'make'), ('货物', 'sell')]
    """
    return _phrases(text, bare=Intent.OPEN)


def is_accounting(text: str) -> bool:
    """Whether a line is one of bookkeeping (平衡项目, 分部间抵销), not a product."""
    return bool(_ACCOUNTING.match(clean_text(text)))


def phrase_key(phrase: str) -> str:
    """Return the form in which a phrase is looked up among names and aliases."""
    return product_key(phrase)


def _phrases(text: str, *, bare: Intent) -> tuple[Phrase, ...]:
    plain = _SECTION.sub("；", _without_asides(text))
    found = []
    for clause in _STOPS.split(plain):
        if clause.strip() and not _BOILERPLATE.search(clause):
            found += _clause(clause, bare)
    return tuple(dict.fromkeys(found))


def _without_asides(text: str) -> str:
    """Drop brackets that hold licence wording; what else stands in brackets belongs to a name."""

    def kept(match: re.Match[str]) -> str:
        return "" if _BOILERPLATE.search(match[0]) else match[0]

    return _ASIDE.sub(kept, text)


def _clause(clause: str, bare: Intent) -> list[Phrase]:
    """Read one clause: verbs at its end go back over bare parts, verbs at its head go forward.

    Things that take their verbs from one list share that list, so that it may still grow
    ("甲、乙的研发、生产和销售").
    """
    things: list[tuple[str, list[str]]] = []
    ahead: list[str] | None = None  # verbs that stand before the first thing
    for part in filter(None, map(_trimmed, split_list(clause))):
        if _ONLY_VERBS.fullmatch(part):
            if things and ahead is None:
                _give_back(things, _verbs(part))
            else:
                ahead = [*(ahead or []), *_verbs(part)]
            continue
        thing, own, leads = _read(part, ahead=ahead is not None)
        if leads:
            ahead = [*(ahead or []), *own] if not things else [*own]
            things.append((thing, ahead))
            continue
        things.append((thing, [*own] if own or ahead is None else ahead))
        together = "的" in part[len(thing) : len(thing) + 1] or bare is Intent.OPEN
        if own and ahead is None and together:
            _give_back(things, ())
    return [_phrase(thing, verbs, bare) for thing, verbs in things if not is_accounting(thing)]


def _phrase(thing: str, verbs: list[str], bare: Intent) -> Phrase:
    """Return the phrase; of a service the verb belongs to the name (光伏电站运维, not 光伏电站)."""
    intent = _intent(verbs) if verbs else bare
    is_service = intent in (Intent.SERVE, Intent.RD)
    return Phrase(thing + "".join(verbs) if is_service else thing, intent)


def _give_back(things: list[tuple[str, list[str]]], verbs: tuple[str, ...]) -> None:
    """Add ``verbs`` to the last thing's list and let the bare things before it share that."""
    shared = things[-1][1]
    shared.extend(verbs)
    place = len(things) - 2
    while place >= 0 and (not things[place][1] or things[place][1] is shared):
        things[place] = (things[place][0], shared)
        place -= 1


def _read(part: str, *, ahead: bool) -> tuple[str, tuple[str, ...], bool]:
    """Return the thing, its verbs, and whether they stand before it."""
    match = _STARTS.match(part)
    if match and (match["colon"] or not _NOT_LEADING.match(part)):
        several = len(_verbs(match["verbs"])) > 1
        first = _verbs(match["verbs"])[0]
        if match["colon"] or several or ahead or _INTENT_OF[first] is not Intent.SERVE:
            thing, more = _strip_end(match["rest"])
            if thing and (len(thing) > 1 or not more):
                return thing, _verbs(match["verbs"]) + more, True
    thing, own = _strip_end(part)
    return thing, own, False


def _strip_end(part: str) -> tuple[str, tuple[str, ...]]:
    match = _ENDS.match(part)
    if match is None or _NOT_TRAILING.search(part):
        return part, ()
    verbs = _verbs(match["verbs"])
    pair = len(verbs) == 2 and "".join(verbs) == match["verbs"]  # 发电技术服务, 加工服务
    if pair and _INTENT_OF[verbs[1]] is Intent.SERVE and _INTENT_OF[verbs[0]] is not Intent.SELL:
        verbs = verbs[1:]
    return _trimmed(match["rest"]), verbs


@lru_cache(maxsize=4096)
def _verbs(text: str) -> tuple[str, ...]:
    return tuple(re.findall(_VERB, text))


def _intent(verbs: Sequence[str]) -> Intent:
    said = {_INTENT_OF[verb] for verb in verbs}
    return next(intent for intent in _FIRST if intent in said)


def _trimmed(part: str) -> str:
    bare = _HEAD.sub("", _NUMBERING.sub("", part.strip()))
    before = ""
    while bare != before:
        before, bare = bare, _TAIL.sub("", bare).strip(" .　·-—：:")
    return bare
