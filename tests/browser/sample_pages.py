"""Hand-made models to draw: a lithium chain as rich as a real one, and a nest of hostile names."""

from __future__ import annotations

from chainmap.views.model import (
    Card,
    ChainMapModel,
    Gap,
    Link,
    Maker,
    Need,
    Origin,
    PageFacts,
    Target,
    Tier,
)

FACTS = PageFacts(
    zone="西宁经济技术开发区",
    as_of="2026-10-31",
    sources=("企业.xlsx", "产业链.xlsx", "需求与供货.xlsx"),
    version="0.1.0",
)
TIERS = (
    Tier("资源原料", "上游"),
    Tier("基础化工", "上游"),
    Tier("关键材料", "中游"),
    Tier("电芯制造", "中游"),
    Tier("系统集成", "下游"),
    Tier("应用与回收", "下游"),
)
PRODUCTS = {
    0: "盐湖卤水 锂辉石精矿 磷矿石 萤石 针状焦 电解铜 电解铝 聚烯烃树脂",
    1: "碳酸锂 氢氧化锂 磷酸铁 三元前驱体 六氟磷酸锂",
    2: "磷酸铁锂正极 三元正极 人造石墨负极 锂电隔膜 电解液 锂电铜箔 铝箔 导电剂",
    3: "电芯 精密结构件 锂电装备",
    4: "电池包 电池管理系统（BMS） 储能系统",
    5: "新能源汽车 电动两轮车 电池回收",
}
INPUTS = """盐湖卤水>碳酸锂 锂辉石精矿>碳酸锂 锂辉石精矿>氢氧化锂 磷矿石>磷酸铁 萤石>六氟磷酸锂
碳酸锂>氢氧化锂 碳酸锂>六氟磷酸锂 碳酸锂>磷酸铁锂正极 磷酸铁>磷酸铁锂正极 氢氧化锂>三元正极
三元前驱体>三元正极 六氟磷酸锂>电解液 针状焦>人造石墨负极 电解铜>锂电铜箔 电解铝>铝箔
聚烯烃树脂>锂电隔膜 磷酸铁锂正极>电芯 三元正极>电芯 人造石墨负极>电芯 锂电隔膜>电芯
电解液>电芯 锂电铜箔>电芯 铝箔>电芯 导电剂>电芯 电解铝>精密结构件 精密结构件>电池包
电芯>电池包 电池管理系统（BMS）>电池包 电芯>储能系统 电池包>新能源汽车 电池包>电动两轮车
电池包>电池回收 电池回收>碳酸锂"""
FIRMS = {
    "碳酸锂": "泰丰先行L 盐湖股份A蓝 藏格锂业A 蓝科锂业A", "氢氧化锂": "赣锋锂业A★ 天齐锂业A★",
    "盐湖卤水": "盐湖股份A蓝 藏格锂业A", "锂辉石精矿": "赣锋锂业A★ 天齐锂业A★",
    "磷矿石": "示例川恒L 云天化A", "萤石": "金石资源A", "电解铝": "黄河鑫业L★ 百河铝业L 中国铝业A★",
    "磷酸铁": "示例川恒L 云天化A", "三元前驱体": "格林美A", "六氟磷酸锂": "天赐材料A★ 多氟多A",
    "磷酸铁锂正极":
    "泰丰先行L★ 湖南裕能A 德方纳米A 龙蟠科技A 万润新能A 示例正极材料L 示例正极二厂L "
    "国轩A",
    "三元正极": "容百科技A★", "人造石墨负极": "贝特瑞A★ 璞泰来A 杉杉股份A",
    "锂电隔膜": "示例北捷隔膜L 恩捷股份A★ 星源材质A", "电解液": "天赐材料A★ 新宙邦A",
    "锂电铜箔": "诺德股份L 嘉元科技A", "铝箔": "示例铝箔L", "导电剂": "天奈科技A",
    "电芯": "青海时代新能源L★ 比亚迪L★ 示例中创L 国轩高科A 亿纬锂能A",
    "精密结构件": "科达利A",
    "锂电装备": "先导智能A★", "电池包": "青海时代新能源L★ 比亚迪L★",
    "储能系统": "阳光电源A★ 示例储能集成L",
    "新能源汽车": "比亚迪A★ 理想汽车A", "电动两轮车": "雅迪控股A", "电池回收": "格林美A 示例循环L 邦普循环A",
    "电池管理系统（BMS）": "均胜电子A",
}  # fmt: skip
MISSING = (
    "锂辉石精矿 萤石 针状焦 聚烯烃树脂 六氟磷酸锂 三元正极 电解液 精密结构件 电池管理系统（BMS）"
)
SINGLE = "铝箔 锂电隔膜 磷矿石 三元前驱体"


def maker(text: str) -> Maker:
    """Read ``name``, L local or A away, ★ leader."""
    name = text.rstrip("LA★蓝")
    return Maker(
        id=f"Company:{name}",
        name=f"青海{name}科技股份有限公司",
        label=name,
        role="龙头(公开报道)" if "★" in text else "",
        is_local="L" in text,
        is_example=name.startswith("示例"),
        place="南川工业园区" if "L" in text else "外省",
        capacity="16 万吨/年" if "L" in text else "",
        titles=("专精特新中小企业",) if "示例" in text else (),
        contact="王工 0971-0000000" if "L" in text else "",
        origins=(Origin("企业.xlsx", "企业", 17),),
    )


def gaps_of(name: str) -> tuple[Gap, ...]:
    if name in MISSING.split():
        return (
            Gap(name, "缺链", "gap", 0.42, makers_local=0, coverage=0.0, p_no_local_maker=0.97,
                confidence=0.95, evidence=("本地没有企业填报生产该产品", "需求：2 家企业 3.2 万吨/年"),
                targets=(Target("天赐材料股份有限公司", ("公开报道为龙头", "已在西北设厂")),)),
        )  # fmt: skip
    if name in SINGLE.split():
        return (Gap(name, "单一来源", "gap", 0.2, makers_local=1, effective_makers=1.0),)
    if name == "电芯":
        return (
            Gap(name, "产能不匹配", "gap", 0.61, demand=102.0, supply=37.5, unit="GWh",
                coverage=37.5 / 102, makers_local=3, confidence=0.6,
                evidence=("园区总产能 37.5 GWh（官方口径）",)),
        )  # fmt: skip
    if name == "导电剂":
        return (Gap(name, "弱链", "数据不足", 0.1),)
    return ()


def lithium_chain(audience: str = "内部") -> ChainMapModel:
    """A chain with a same-tier link, a recycling loop, gaps of all looks and example firms."""
    cards = [
        Card(
            id=f"Product:{name}",
            name=name,
            tier=tier,
            code=f"LI-{tier}{k:02d}",
            is_key=name in ("碳酸锂", "电芯", "磷酸铁锂正极"),
            makers=tuple(maker(text) for text in FIRMS.get(name, "").split()),
            gaps=gaps_of(name),
            needs=(Need("青海时代新能源科技有限公司", "2 万吨/年", "公开"),) if tier == 2 else (),
            origins=(Origin("产业链.xlsx", "产品", 10 * tier + k + 2),),
            inputs_elsewhere=("硫酸",) if name == "磷酸铁" else (),
        )
        for tier, names in PRODUCTS.items()
        for k, name in enumerate(names.split())
    ]
    links = [
        Link(
            f"Product:{a}",
            f"Product:{b}",
            2 if b == "电芯" else None,
            note="再生利用" if a == "电池回收" else "",
        )
        for a, b in (pair.split(">") for pair in INPUTS.split())
    ]
    facts = PageFacts(FACTS.zone, FACTS.as_of, FACTS.sources, audience, FACTS.version)
    return ChainMapModel("锂电池", TIERS, tuple(cards), tuple(links), facts)


HOSTILE = (
    "<script>window.pwned=1</script>",
    '"onmouseover="window.pwned=1',
    "</script><script>window.pwned=1</script>",
    "</title><img src=x onerror=window.pwned=1>",
    'href="javascript:window.pwned=1"',
    "行\u2028尾\u202e乱\x07码\x00",
    "{{ 7*7 }}{% raw %}",
    "'`${window.pwned=1}",
    "很长的名字" * 60,
)


def hostile_chain() -> ChainMapModel:
    """Every kind of name that has broken a page somewhere, as product, company and place."""
    cards = tuple(
        Card(
            id=f"Product:{k}",
            name=name,
            tier=k % 2,
            code=name,
            aliases=(name,),
            description=name,
            makers=(Maker(f"Company:{k}", name, name, role=name, place=name, contact=name),),
            gaps=(Gap(f"Product:{k}", name, "gap", unit=name, evidence=(name,)),),
            needs=(Need(name, name, name, name),),
            origins=(Origin(name, name, 1),),
        )
        for k, name in enumerate(HOSTILE)
    )
    links = tuple(Link(f"Product:{k}", f"Product:{k + 1}", note=HOSTILE[k]) for k in range(8))
    facts = PageFacts(HOSTILE[0], HOSTILE[1], HOSTILE, version="0")
    return ChainMapModel(
        HOSTILE[2], (Tier(HOSTILE[0], "上游"), Tier(HOSTILE[3])), cards, links, facts
    )
