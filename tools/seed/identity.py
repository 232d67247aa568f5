"""Names and credit codes of 示例 firms: always told apart from real ones.

A name begins with 示例, and the region part of the credit code is 999999, which GB/T 2260 does
not know; both check characters are right, so that the code passes every check of form.
"""

from __future__ import annotations

import hashlib

from chainmap.codes import EXAMPLE_REGION, uscc_check_character
from seed import draw

_FIRST = "瑞昆祁湟青源晟恒鼎星云朗泽博宏睿隆景怀禹"
_SECOND = "川泰合远峰达辰盛岳润拓嘉诚锐禾沃"
_AVOIDED = frozenset(
    {"恒泰", "云峰", "恒远", "恒润", "恒达", "博远", "青峰", "恒锐", "瑞合", "星辰"}
)
"""Pairs that are household names of real firms or plain words."""

WORDS = {
    "锂资源与锂盐": "锂盐",
    "材料前驱体": "新材料",
    "正极材料": "正极材料",
    "负极材料": "负极材料",
    "隔膜": "膜材料",
    "电解液": "电解液",
    "集流体与结构件": "精密结构件",
    "电芯": "电池",
    "电池系统与储能": "储能科技",
    "电池回收": "再生资源",
    "工业硅": "硅业",
    "多晶硅": "硅材料",
    "拉晶切片辅材": "新材料",
    "单晶硅与切片": "单晶硅",
    "电池片": "光伏电池",
    "组件辅材": "光伏材料",
    "组件": "光伏科技",
    "电站与应用": "新能源",
    "矿石与冶炼辅料": "冶金材料",
    "冶炼": "冶炼",
    "合金": "合金",
    "压延加工": "金属加工",
    "终端制品": "金属制品",
    "再生循环": "循环科技",
    "基础原料": "矿业",
    "无机化工": "化工",
    "氟铬精细化工": "精细化工",
    "有机与合成材料": "合成材料",
    "化肥": "农化",
    "化工新材料": "化工新材料",
    "资源循环": "环保建材",
    "药材与生物原料": "药材种植",
    "提取物与中间体": "植物提取",
    "原料药": "药业",
    "辅料包材": "医药包装",
    "中藏药制剂": "藏药",
    "化学与生物制剂": "制药",
    "健康产品与器械": "健康科技",
    "流通与服务": "医药服务",
    "种养与采集": "农牧",
    "初级加工": "农产品加工",
    "精深加工": "生物科技",
    "食品饮料": "食品",
    "健康与日化": "日化",
    "副产综合利用": "生态科技",
}


PRODUCT_WORDS = {
    "LI-020": "焦化",
    "LI-030": "铜箔",
    "LI-031": "铝箔",
    "LI-042": "电控",
    "LI-043": "电气",
    "PV-009": "硅片",
    "PV-015": "绿能",
    "PV-016": "石英科技",
    "PV-017": "石英科技",
    "PV-018": "碳素",
    "PV-019": "碳碳材料",
    "PV-020": "超硬材料",
    "PV-022": "电子浆料",
    "PV-024": "玻璃科技",
    "PV-025": "胶膜材料",
    "PV-028": "电气",
    "PV-030": "支架科技",
    "PV-031": "电气",
    "PV-032": "装备",
    "PV-033": "气体",
    "NF-001": "氧化铝",
    "NF-002": "炭素",
    "NF-012": "型材",
    "NF-019": "线缆",
    "NF-021": "钢绞线",
    "CH-003": "盐业",
    "CH-006": "萤石矿业",
    "CH-048": "纤维材料",
    "CH-050": "复合材料",
    "CH-053": "光纤",
    "CH-054": "光缆",
    "BM-017": "饮片",
    "BM-021": "胶囊",
    "BM-023": "药包材料",
    "BM-043": "检测",
    "HP-017": "枸杞",
    "HP-038": "酒业",
    "HP-041": "乳业",
    "HP-046": "藏毯",
    "HP-052": "肥业",
}
"""Closer words where the segment's would mislead, by the code of the first product."""


class TradeNames:
    """Hands out trade names, each once."""

    def __init__(self) -> None:
        pairs = [a + b for a in _FIRST for b in _SECOND if a + b not in _AVOIDED]
        self._free = iter(draw.shuffled(pairs, "trade names"))

    def take(self, code: str, segment: str, place: str) -> tuple[str, str]:
        """Return the short and the full name of the next firm, by its first product."""
        pair = next(self._free)
        where = f"（{place}）" if place and draw.happens(0.4, "place", pair) else ""
        word = PRODUCT_WORDS.get(code, WORDS[segment])
        form = "股份有限公司" if draw.happens(0.15, "form", pair) else "有限公司"
        return f"示例·{pair}", f"示例·{pair}{word}{where}{form}"


def credit_code(key: str) -> str:
    """Return a credit code with region 999999 and right check characters.

    References
    ----------
    GB 32100-2015; the ninth character of the organisation code follows GB 11714-1997.
    """
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    digest = hashlib.sha256(f"{draw.SEED}\x1fuscc\x1f{key}".encode()).digest()
    body = "MA" + "".join(alphabet[byte % 31] for byte in digest[:6])
    first17 = "91" + EXAMPLE_REGION + body + _organisation_check(body)
    return first17 + uscc_check_character(first17)


def _organisation_check(body: str) -> str:
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    values = (int(char, 36) for char in body)
    rest = 11 - sum(w * v for w, v in zip(weights, values, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))
