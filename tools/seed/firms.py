"""The 示例 firms: who makes what, where, how much, and what kind of firm it is.

Slots of the plan (one product made in one place) are laid side by side in catalogue order and
cut into firms of one to three neighbouring products, as real firms widen within a segment.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from seed import draw
from seed.identity import TradeNames, credit_code
from seed.scenario import PARKS, ZONE_REGION, Park, Place, Plan, Scenario, number

HOME = {"锂电": ("南川", "东川"), "光伏": ("南川", "东川"), "有色合金": ("甘河", "东川")}
HOME |= {"特色化工": ("甘河", "甘河"), "生物医药": ("生物园", "东川")}
HOME |= {"高原动植物资源": ("生物园", "生物园")}
FIELD_PLACES = ("大通", "湟中", "湟源")
"""Counties of Xining outside the parks, where growing and quarrying takes place."""

GROUND = {"种养与采集", "药材与生物原料", "工业硅", "基础原料"}

NEIGHBOURS = {
    frozenset(pair)
    for pair in (
        ("冶炼", "合金"),
        ("合金", "压延加工"),
        ("电芯", "电池系统与储能"),
        ("单晶硅与切片", "电池片"),
        ("电池片", "组件"),
        ("无机化工", "化肥"),
        ("提取物与中间体", "原料药"),
        ("初级加工", "精深加工"),
        ("精深加工", "食品饮料"),
    )
}
"""Segments that one firm plausibly spans; other firms stay within one."""


@dataclass(frozen=True)
class Line:
    """One product a firm makes, with its yearly capacity in the product's unit."""

    code: str
    capacity: float
    is_byproduct: bool = False


@dataclass
class Firm:
    """One 示例 firm; money in CNY."""

    index: int
    name: str
    short_name: str
    uscc: str
    chain: str
    lines: list[Line]
    region: str = ""
    park: str = ""
    longitude: float = 0.0
    latitude: float = 0.0
    address: str = ""
    status: str = "存续"
    leads: str = ""
    employees: int = 0
    revenue_cny: float = 0.0
    quality: float = 0.0
    certificates: list[str] = field(default_factory=list)
    tech_fields: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Return the name under which everything about this firm is drawn."""
        return self.short_name

    @property
    def is_local(self) -> bool:
        """Whether the firm is in Xining."""
        return self.region.startswith(ZONE_REGION[:4])


@dataclass(frozen=True)
class _Slot:
    plan: Plan
    place: str
    turn: int


def make_firms(scenario: Scenario) -> list[Firm]:
    """Return the 示例链主 and the 示例 firms in a fixed order."""
    names = TradeNames()
    firms = [_leader(row, i) for i, row in enumerate(scenario.leaders)]
    for group in _groups(scenario):
        firms.append(_firm(scenario, group, len(firms), names))
    for firm in firms:
        _add_byproducts(scenario, firm)
        _size(scenario, firm)
        firm.certificates = firm.certificates or _certificates(scenario, firm)
        firm.tech_fields = _tech_fields(firm)
    return firms


def _groups(scenario: Scenario) -> list[list[_Slot]]:
    groups: list[list[_Slot]] = []
    current: list[_Slot] = []
    room = 0
    for slot in _slots(scenario):
        fits = current and _together(scenario, current[-1], slot) and len(current) < room
        if not fits or any(other.plan is slot.plan for other in current):
            current = []
            groups.append(current)
            room = 1 + sum(
                draw.happens(chance, "room", half, slot.plan.code, slot.place, slot.turn)
                for half, chance in enumerate((0.95, 0.75))
            )
        current.append(slot)
    return groups


def _together(scenario: Scenario, one: _Slot, other: _Slot) -> bool:
    here, there = scenario.products[one.plan.code], scenario.products[other.plan.code]
    same = here.chain == there.chain and one.place == other.place
    near = here.segment == there.segment or {here.segment, there.segment} in NEIGHBOURS
    alone = one.plan.alone or other.plan.alone
    return same and near and not alone


def _slots(scenario: Scenario) -> list[_Slot]:
    """Return local slots round by round, then outside slots place by place."""
    local = [
        _Slot(plan, "", turn)
        for turn in range(max(plan.local for plan in scenario.plans))
        for plan in scenario.plans
        if plan.local > turn
    ]
    outside = [
        _Slot(plan, plan.places[turn % len(plan.places)], turn)
        for plan in scenario.plans
        for turn in range(plan.outside)
    ]
    order = {name: i for i, name in enumerate(scenario.places)}
    return local + sorted(outside, key=lambda slot: order[slot.place])


def _firm(scenario: Scenario, group: list[_Slot], index: int, names: TradeNames) -> Firm:
    first = scenario.products[group[0].plan.code]
    place = group[0].place
    short, name = names.take(first.code, first.segment, place)
    lines = [
        Line(slot.plan.code, _amount(slot.plan.capacity, short, slot.plan.code)) for slot in group
    ]
    firm = Firm(
        index=index,
        name=name,
        short_name=short,
        uscc=credit_code(short),
        chain=first.chain,
        lines=lines,
        status=group[0].plan.status or "存续",
        quality=draw.share("quality", short),
    )
    if place:
        _settle(firm, scenario.places[place])
    elif first.segment in GROUND and first.chain != "光伏":
        _settle(firm, scenario.places[draw.choice(FIELD_PLACES, "county", short)])
    else:
        home = HOME[first.chain]
        _settle(firm, PARKS[home[0] if draw.happens(0.75, "home", short) else home[1]])
    return firm


def _amount(median: float, *what: object) -> float:
    return draw.rounded(draw.spread(median, 0.45, "capacity", *what))


def _settle(firm: Firm, site: Park | Place) -> None:
    street = draw.whole(1, 188, "street", firm.key)
    if isinstance(site, Park):
        firm.region, firm.park = ZONE_REGION, site.name
        firm.address = f"{site.name}示例路{street}号"
    else:
        firm.region = site.region
        firm.address = f"{site.name}示例街{street}号"
    firm.longitude = round(site.longitude + draw.between(-0.02, 0.02, "longitude", firm.key), 4)
    firm.latitude = round(site.latitude + draw.between(-0.02, 0.02, "latitude", firm.key), 4)


def _leader(row: dict[str, str], index: int) -> Firm:
    short = f"示例·{row['name']}"
    made = (part.split("=") for part in row["products"].split("；"))
    firm = Firm(
        index=index,
        name=f"{short}{row['form']}有限公司" if row["form"] == "股份" else f"{short}有限公司",
        short_name=short,
        uscc=credit_code(short),
        chain=row["chain"],
        lines=[Line(code, number(amount)) for code, amount in made],
        leads=row["chain"],
        employees=int(row["employees"]),
        quality=0.9,
        certificates=row["certificates"].split(","),
    )
    _settle(firm, PARKS[row["park"]])
    return firm


def _add_byproducts(scenario: Scenario, firm: Firm) -> None:
    made = {line.code for line in firm.lines}
    for line in tuple(firm.lines):
        for code, median in scenario.byproducts.get(line.code, ()):
            if code not in made:
                made.add(code)
                firm.lines.append(Line(code, _amount(median, firm.key, code), is_byproduct=True))


def _size(scenario: Scenario, firm: Firm) -> None:
    """Set revenue from capacities (with the plan's prices) and staff from revenue."""
    sold = sum(
        line.capacity * scenario.prices[line.code] * draw.between(0.45, 0.9, "sold", firm.key, i)
        for i, line in enumerate(firm.lines)
        if not line.is_byproduct
    )
    firm.revenue_cny = draw.rounded(max(sold, 1.5e6 * draw.between(1, 3, "floor", firm.key)), 4)
    if not firm.employees:
        each = draw.between(6e5, 2.2e6, "revenue per head", firm.key)
        firm.employees = max(6, min(3200, round(firm.revenue_cny / each)))


_CERTIFICATES = {
    "锂电": (("ISO9001", 0.85), ("IATF16949", 0.45), ("ISO14001", 0.4)),
    "光伏": (("ISO9001", 0.85), ("ISO14001", 0.4), ("IEC61215", 0.25)),
    "有色合金": (("ISO9001", 0.85), ("IATF16949", 0.25), ("ISO14001", 0.35)),
    "特色化工": (("ISO9001", 0.8), ("ISO14001", 0.45), ("ISO45001", 0.35)),
    "生物医药": (("GMP", 0.7), ("ISO9001", 0.5), ("CNAS", 0.1)),
    "高原动植物资源": (("ISO22000", 0.6), ("HACCP", 0.5), ("有机产品认证", 0.3)),
}


def _certificates(scenario: Scenario, firm: Firm) -> list[str]:
    if scenario.products[firm.lines[0].code].name == "药品检验检测服务":
        return ["CNAS", "ISO9001"]
    offered = _CERTIFICATES[firm.chain]
    return [
        name
        for name, chance in offered
        if draw.happens(chance * (0.6 + 0.6 * firm.quality), "certificate", name, firm.key)
    ]


_TECH_FIELDS = {
    "锂电": "正极材料改性 0.5 固态电解质 0.3 电池安全与热管理 0.4 盐湖提锂 0.3 退役电池再生 0.25",
    "光伏": "N型电池工艺 0.45 大尺寸薄片化切割 0.3 硅料低能耗提纯 0.35 光储协同控制 0.3",
    "有色合金": "轻量化铝合金 0.5 再生金属提纯 0.35 电解槽节能 0.3 高纯金属 0.25",
    "特色化工": "盐湖镁资源利用 0.4 含氟精细化学品 0.35 副产氯化氢循环 0.3 硅料低能耗提纯 0.15",
    "生物医药": "藏药质量标准 0.45 中药有效成分提取 0.4 冻干工艺 0.2",
    "高原动植物资源": "中药有效成分提取 0.3 功能性食品配方 0.4 冻干工艺 0.35",
}
"""Technology fields of a chain, each with how often a good firm states it."""


def _tech_fields(firm: Firm) -> list[str]:
    """Return what the firm does research in: better firms and leaders state more of it."""
    boost = 1.0 if firm.leads else 0.2 + 0.8 * firm.quality
    told = _TECH_FIELDS[firm.chain].split()
    return [
        name
        for name, chance in zip(told[::2], told[1::2], strict=True)
        if draw.happens(float(chance) * boost, "technology field", name, firm.key)
    ]
