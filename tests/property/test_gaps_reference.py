"""The verdicts follow from the definitions of docs/gaps.md, written again in plain Python.

Nothing here uses an array or the code of ``chainmap.gaps``; only what the documents state.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from chain_samples import Sample, rows_of

from chainmap.gaps.thresholds import default_thresholds
from chainmap.workflow.gaps import find_gaps

GRAPHS = 120
HERE, AWAY, NOWHERE = "630100", "320000", ""
PRODUCTS = [f"p{number}" for number in range(6)]
MAKES = (None, 0.3, 0.6, 0.95, 1.0)
CAPACITIES: tuple[tuple[float | None, str], ...] = (
    (None, "吨"), (0.0, "吨"), (40.0, "吨"), (40.0, "吨"), (0.1, "万吨"), (3.0, "GW"),
)  # fmt: skip
OUTSIDE = {"外地", "进口"}


@dataclass
class World:
    """Plain rows of a small graph."""

    least: int
    firms: dict[str, dict[str, Any]] = field(default_factory=dict)
    makes: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    wants: list[dict[str, Any]] = field(default_factory=list)
    inputs: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    supplies: list[tuple[str, str, str]] = field(default_factory=list)
    kinds: set[tuple[str, str]] = field(default_factory=set)
    totals: dict[str, float] = field(default_factory=dict)


def some_world(seed: int) -> World:
    """Return a random graph: either kinds of products or totals of a park, never both."""
    pick = random.Random(seed)
    world = World(least=pick.choice((1, 1, 1, 4)))
    for number in range(8):
        place = pick.choice((HERE, HERE, HERE, HERE, HERE, AWAY, NOWHERE)) if number else HERE
        park = pick.choice(("园", "外园", "")) if place == HERE else ""
        status = pick.choice(("存续", "存续", "存续", "存续", "注销", ""))
        holds = [name for name in ("甲证", "乙证", "丙证") if pick.random() < 0.4]
        world.firms[f"c{number}"] = {
            "place": place, "park": park, "status": status, "holds": holds,
        }  # fmt: skip
    firms = sorted(world.firms)
    for _ in range(pick.randint(4, 22)):
        capacity, unit = pick.choice(CAPACITIES)
        world.makes[pick.choice(firms), pick.choice(PRODUCTS)] = {
            "probability": pick.choice(MAKES), "capacity": capacity, "capacity_unit": unit,
            "is_byproduct": pick.choice((None, True)),
            "active": pick.choice((None, None, None, False)),
        }  # fmt: skip
    for _ in range(pick.randint(0, 8)):
        volume, unit = pick.choice(CAPACITIES)
        names = pick.sample(("甲证", "乙证"), pick.choice((0, 0, 1, 2)))
        world.wants.append({
            "company": pick.choice(firms), "product": pick.choice(PRODUCTS), "volume": volume,
            "unit": unit, "sourced_from": pick.choice((None, None, "本地", "外地", "进口")),
            "certification": "；".join(names) or None,
        })  # fmt: skip
    for _ in range(pick.randint(0, 12)):
        source, target = pick.sample(PRODUCTS, 2)
        world.inputs[source, target] = {
            "quantity": pick.choice((None, 0.5, 1.0, 2.0)),
            "essential": pick.choice((None, "0", "1", "2")),
        }
    for _ in range(pick.randint(0, 6)):
        source, target = pick.sample(firms, 2)
        world.supplies.append((source, target, pick.choice(["", *PRODUCTS])))
    if seed % 2:
        families: list[set[tuple[str, str]]] = [
            {("p0", "p4"), ("p1", "p4")}, {("p2", "p5")}, {("p0", "p4"), ("p1", "p0")},
        ]  # fmt: skip
        world.kinds = pick.choice(families)
    else:
        for product in pick.sample(PRODUCTS, pick.randint(0, 2)):
            world.totals[product] = pick.choice((5.0, 100.0, 3000.0))
    return world


def sample_of(world: World) -> Sample:
    """Return the graph as the rows of a workbook."""
    sample = Sample().chain("链").region(HERE, "西宁市").region(AWAY, "江苏省")
    sample.park("园", HERE).park("外园", HERE)
    for product in PRODUCTS:
        sample.product(product, chain="链")
    for name, firm in world.firms.items():
        stated = {"status": firm["status"]} if firm["status"] else {}
        sample.company(name, region=firm["place"], park=firm["park"], **stated)
        for certificate in firm["holds"]:
            sample.holds(name, certificate)
    for (company, product), row in world.makes.items():
        sample.makes(company, product, **row)
    for number, row in enumerate(world.wants):
        stated = {name: row[name] for name in row if name not in {"company", "product"}}
        sample.wants(row["company"], row["product"], demand_id=f"D{number}", **stated)
    for (source, target), row in world.inputs.items():
        sample.input(source, target, **row)
    for source, target, product in world.supplies:
        sample.supplies(source, target, product)
    for child, parent in sorted(world.kinds):
        sample.kind(child, parent)
    for product, total in world.totals.items():
        sample.total("园", product, total)
    return sample


def tonnes(amount: float | None, unit: str) -> float | None:
    """Return an amount in the products' unit, None where it is not stated or does not convert."""
    if amount is None or unit == "GW":
        return None
    return amount * (10_000 if unit == "万吨" else 1)


class Reference:
    """The definitions of docs/gaps.md, one method each."""

    def __init__(self, world: World) -> None:
        self.world, self.bounds = world, default_thresholds()
        self.local = {n for n, f in world.firms.items() if f["place"] == HERE}
        self.open = {n for n, f in world.firms.items() if f["status"] != "注销"}
        self.here = self.local & self.open
        self.surveyed = len({c for (c, _), row in world.makes.items()
                             if c in self.here and row["active"] is not False})  # fmt: skip
        self.asked = self.surveyed >= world.least
        steps = [(a, d) for a, b in world.kinds for c, d in world.kinds if b == c]
        self.kinds = world.kinds | set(steps)  # no family has more than two steps

    def below(self, product: str) -> list[str]:
        """Return a product and its kinds."""
        return [product, *sorted(c for c, parent in self.kinds if parent == product)]

    def chance(self, company: str, product: str, *, former: bool = False) -> float:
        """Return K of a firm and a product: the best of the product and its kinds."""
        rows = [self.world.makes.get((company, one)) for one in self.below(product)]
        closed = company not in self.open
        known = [row for row in rows if row and (row["active"] is False or closed) == former]
        return max((1.0 if r["probability"] is None else r["probability"] for r in known),
                   default=0.0)  # fmt: skip

    def makers(self, product: str) -> list[str]:
        """Return the accepted local makers."""
        return [c for c in sorted(self.here) if self.chance(c, product) >= self.bounds.accept]

    def nobody_lost(self, product: str) -> float:
        """Return the probability that none of the firms whose place is unknown makes it."""
        firms = self.world.firms
        return self.nobody(product, {n for n in self.open if firms[n]["place"] == NOWHERE})

    def nobody(self, product: str, firms: set[str]) -> float:
        return math.prod(1 - self.chance(c, product) for c in firms)

    def capacity(self, company: str, product: str) -> float | None:
        """Return what a firm can make a year: stated of the product, else of its kinds."""
        row = self.world.makes.get((company, product))
        if row and row["active"] is not False:
            stated = tonnes(row["capacity"], row["capacity_unit"])
            if stated is not None:
                return stated
        kinds = sorted(child for child, parent in self.world.kinds if parent == product)
        known = [self.capacity(company, kind) for kind in kinds]
        amounts = [amount for amount in known if amount is not None]
        return sum(amounts) if amounts else None

    def apart(self, product: str) -> list[str]:
        """Return the accepted makers that no total of a park holds or may hold."""
        firms = self.world.firms
        if product not in self.world.totals:
            return self.makers(product)
        return [c for c in self.makers(product) if firms[c]["park"] == "外园"]

    def supply(self, product: str) -> float | None:
        known = [self.capacity(c, product) for c in self.apart(product)]
        amounts = [amount for amount in known if amount is not None]
        if product in self.world.totals:
            return self.world.totals[product] + sum(amounts)
        if amounts:
            return sum(amounts)
        return 0.0 if self.nobody(product, self.here) == 1 else None

    def unknown_supply(self, product: str) -> int:
        return sum(self.capacity(c, product) is None for c in self.apart(product))

    def made(self, product: str) -> bool:
        return bool(self.makers(product)) or product in self.world.totals

    def local_wants(self, product: str) -> list[dict[str, Any]]:
        wants = self.world.wants
        return [r for r in wants if r["product"] == product and r["company"] in self.here]

    def needed(self, product: str) -> bool:
        """Whether a local firm declares it, or what is made locally takes it."""
        takes = any(s == product and self.made(t) for s, t in self.world.inputs)
        return takes or bool(self.local_wants(product))

    def used(self, product: str) -> bool:
        bought = any(p == product and t in self.here for _, t, p in self.world.supplies)
        return self.needed(product) or bought

    def joint(self, source: str, target: str) -> bool:
        """Whether a by-product takes nothing that the main product of its makers does not take."""
        makers = self.makers(target)
        mains = [m for s, m in self.world.inputs if s == source and m != target]
        return bool(makers) and all(
            self.aside(c, target) and any(self.main(c, m) for m in mains) for c in makers
        )

    def aside(self, company: str, product: str) -> bool:
        """Whether a firm surely has the product itself as a by-product."""
        row = self.world.makes.get((company, product))
        if not row or row["active"] is False or not row["is_byproduct"]:
            return False
        return row["probability"] is None or row["probability"] >= self.bounds.accept

    def main(self, company: str, product: str) -> bool:
        """Whether a firm makes a product and what it states of it is no by-product."""
        rows = [self.world.makes.get((company, one)) for one in self.below(product)]
        stated = next((row for row in rows if row and row["active"] is not False), None)
        return company in self.makers(product) and not (stated and stated["is_byproduct"])

    def uses(self, product: str) -> list[tuple[str, float | None]]:
        """Return what is made locally of a product, with its 单耗, each use once."""
        found = self._every_use(product)
        return [(t, q) for t, q in found if not self._within(t, {t for t, _ in found})]

    def known_uses(self, product: str) -> list[tuple[str, float, float]]:
        """Return what is made of a product, 单耗 and amount, where both are known."""
        found = [(t, q, self.supply(t) or 0.0) for t, q in self._every_use(product) if q]
        found = [(t, q, amount) for t, q, amount in found if amount > 0]
        return [one for one in found if not self._within(one[0], {t for t, *_ in found})]

    def _every_use(self, product: str) -> list[tuple[str, float | None]]:
        return [(t, row["quantity"]) for (s, t), row in sorted(self.world.inputs.items())
                if s == product and self.made(t) and not self.joint(s, t)]  # fmt: skip

    def _within(self, product: str, others: set[str]) -> bool:
        """Whether one of some products is what this one is a kind of."""
        return any((product, parent) in self.kinds for parent in others)

    def own_use(self, company: str, product: str) -> tuple[bool, bool, float]:
        """Return whether some, and whether not all, of a firm's use follows; and how much does."""
        inside = outside = False
        told = 0.0
        for target, quantity in self.uses(product):
            if not self.chance(company, target):
                continue
            capacity = self.capacity(company, target)
            held = target in self.world.totals and self.world.firms[company]["park"] != "外园"
            known = quantity is not None and company in self.makers(target) and capacity != 0
            if known and self.supply(target) is not None and (capacity is not None or held):
                inside = True
                told += quantity * (math.nan if capacity is None else capacity)
            else:
                outside = True
        return inside, outside, told

    def pull(self, product: str) -> tuple[float | None, int]:
        """Return what is taken a year, and how many parts of it are unknown."""
        parts = [quantity * amount for _, quantity, amount in self.known_uses(product)]
        known, missing, settled = len(parts), 0, set()
        for company in sorted(self.here):
            rows = [r for r in self.local_wants(product) if r["company"] == company]
            inside, outside, derived = self.own_use(company, product)
            amounts = [tonnes(row["volume"], row["unit"]) for row in rows]
            told = sum(amount for amount in amounts if amount is not None)
            counts = not inside or (outside and not math.isnan(derived))
            rest = max(told - derived, 0.0) if inside and counts else told
            if counts and (rest > 0 or not inside):
                stated = [amount for amount in amounts if amount is not None]
                parts += [amount * rest / told if told else 0.0 for amount in stated]
                known += len(stated)
            if not (inside and not outside):
                missing += sum(amount is None for amount in amounts)
            if rows and counts and None not in amounts:
                settled.add(company)
        for target, quantity in self.uses(product):
            makers = self.makers(target) if quantity is None else [
                c for c in self.apart(target) if self.capacity(c, target) is None]  # fmt: skip
            zone_total = quantity is None and target in self.world.totals
            missing += bool(zone_total or set(makers) - settled)
        return (sum(parts) if known else None), missing

    def push(self, product: str) -> tuple[float | None, bool]:
        """Return what an upstream excess could feed, and whether all other uses are known."""
        best: tuple[float, str, bool] | None = None
        for (source, target), row in self.world.inputs.items():
            usable = row["quantity"] is not None and row["essential"] != "0"
            if target != product or not usable or self.joint(source, target):
                continue
            available, own = self.supply(source) or 0.0, self.supply(product) or 0.0
            others, sure = 0.0, True
            for (start, end), use in self.world.inputs.items():
                if start != source or self.joint(start, end):
                    continue
                if end != product and (end, product) in self.world.inputs:
                    continue
                if use["quantity"] is not None:
                    others += use["quantity"] * (self.supply(end) or 0.0)
                makers = bool(self.makers(end))
                open_use = use["quantity"] is None or self.unknown_supply(end) > 0
                sure &= end == product or not (makers and open_use)
            fed = available / row["quantity"]
            excess = available > self.bounds.over * others
            if excess and own > 0 and own < self.bounds.short * fed:
                found = (fed, source, sure)
                if best is None or fed > best[0] or (fed == best[0] and source < best[1]):
                    best = found
        return (best[0], best[2]) if best else (None, True)

    def verdicts(self) -> dict[tuple[str, str], str]:
        """Return (product, kind) -> verdict of all that is looked at."""
        found: dict[tuple[str, str], str] = {}
        for product in PRODUCTS:
            if self.needed(product):
                found |= {(product, k): v for k, v in self.about_makers(product).items()}
            for kind, verdict in (
                ("产能不匹配", self.about_capacity(product)),
                ("外采", self.about_purchases(product)),
                ("副产品无去处", self.about_byproduct(product)),
            ):
                if verdict:
                    found[product, kind] = verdict
        return found

    def about_makers(self, product: str) -> dict[str, str]:
        bounds, none = self.bounds, self.nobody(product, self.here)
        lost = self.nobody_lost(product)
        asked = min(1.0, self.surveyed / self.world.least)
        makers = self.makers(product)
        if none > bounds.present:
            former = math.prod(1 - self.chance(c, product, former=True) for c in self.local)
            kind = "断链" if 1 - former >= bounds.accept else "缺链"
            doubt = none < bounds.missing or product in self.world.totals
            return {kind: self.settled(none * lost * asked, doubt=doubt)}
        found = {}
        lack = self.lacking(product)
        if len(makers) == 1:
            others = self.here - set(makers)
            sure = self.chance(makers[0], product) * self.nobody(product, others)
            found["单一来源"] = self.settled(sure * lost * asked)
        thin = len(makers) >= 2 and self.effective(product) < bounds.effective_makers
        if makers and (thin or lack is not None):
            known = 1.0 if lack is None else lack
            least = min(self.chance(c, product) for c in makers)
            sure = least ** len(makers) if thin else known
            found["弱链"] = self.settled(sure * lost * asked, doubt=not thin and known < 1)
        return found or {"缺链": "ok"}

    def settled(self, confidence: float, *, doubt: bool = False) -> str:
        unsure = doubt or not self.asked or confidence < self.bounds.confidence
        return "数据不足" if unsure else "gap"

    def effective(self, product: str) -> float:
        known = [self.capacity(c, product) for c in self.makers(product)]
        amounts = [amount for amount in known if amount is not None]
        if len(amounts) < len(known) or not sum(amounts):
            return float(len(known))
        return sum(amounts) ** 2 / sum(amount**2 for amount in amounts)

    def lacking(self, product: str) -> float | None:
        """Return the share of makers known to fail what some buyer requires; None: all is met."""
        shares = []
        for row in self.local_wants(product):
            makers = [c for c in self.makers(product) if c != row["company"]]
            asked = set(filter(None, (row["certification"] or "").split("；")))
            held = {c: set(self.world.firms[c]["holds"]) for c in makers}
            if makers and asked and not any(asked <= held[c] for c in makers):
                failing = sum(bool(held[c]) and not asked <= held[c] for c in makers)
                shares.append(failing / len(makers))
        return max(shares, default=None)

    def about_capacity(self, product: str) -> str:
        missing = self.pull(product)[1]
        push, sure = self.push(product)
        wanted = self.wanted(product)
        if not (self.made(product) and wanted > 0):
            return ""
        available, short = self.supply(product), self.bounds.short
        pushed = push is not None and wanted == push
        if available is not None and available >= short * wanted:
            return "数据不足" if missing else "ok"
        total = product in self.world.totals
        maybe = [self.capacity(c, product) for c in self.makers(product)
                 if total and not self.world.firms[c]["park"]]  # fmt: skip
        open_supply = self.unknown_supply(product) or None in maybe or (pushed and not sure)
        if open_supply or available is None or not (total or self.asked):
            return "数据不足"
        if self.nobody_lost(product) < self.bounds.confidence:
            return "数据不足"
        enough = available + sum(amount for amount in maybe if amount is not None)
        return "数据不足" if enough >= short * wanted else "gap"

    def wanted(self, product: str) -> float:
        amounts = (self.pull(product)[0], self.push(product)[0])
        return max((amount for amount in amounts if amount is not None), default=0.0)

    def about_purchases(self, product: str) -> str:
        firms, supplies = self.world.firms, self.world.supplies
        buyers = {r["company"] for r in self.local_wants(product) if r["sourced_from"] in OUTSIDE}
        buyers |= {t for s, t, p in supplies
                   if p == product and t in self.here and firms[s]["place"] == AWAY}  # fmt: skip
        for buyer in buyers:
            others = [c for c in self.makers(product) if c != buyer]
            asked = any(t == buyer and s in others and p in {"", *self.below(product)}
                        for s, t, p in supplies)  # fmt: skip
            if others and not asked:
                return "gap"
        return ""

    def about_byproduct(self, product: str) -> str:
        if not any(self.aside(c, product) for c in self.here):
            return ""
        upwards = [product, *(parent for child, parent in self.kinds if child == product)]
        if any(self.used(one) for one in upwards):
            return "ok"
        world = self.world
        known = {s for s, _ in world.inputs} | {r["product"] for r in world.wants}
        known |= {p for _, _, p in world.supplies}
        if not self.asked or any(self.may_be_used(one) for one in upwards):
            return "数据不足"
        return "gap" if known & set(upwards) else "数据不足"

    def may_be_used(self, product: str) -> bool:
        """Whether a firm whose place nobody states wants, buys or needs the product."""
        world = self.world
        lost = {n for n in self.open if world.firms[n]["place"] == NOWHERE}
        needed = [t for s, t in world.inputs if s == product]
        return (
            any(row["company"] in lost and row["product"] == product for row in world.wants)
            or any(t in lost and p == product for _, t, p in world.supplies)
            or any(self.chance(c, t) >= self.bounds.accept for c in lost for t in needed)
        )


@pytest.mark.parametrize("seed", range(GRAPHS))
def test_the_verdicts_follow_from_the_stated_definitions(seed: int) -> None:
    world = some_world(seed)
    bounds = replace(default_thresholds(), min_surveyed=world.least)
    answer = find_gaps(
        sample_of(world).fixed(), region=HERE, include_ok=True, thresholds=bounds, candidates=1
    )
    rows = {(str(r["product_id"])[8:], str(r["kind"])): r for r in rows_of(answer)}
    reference = Reference(world)

    assert {key: row["verdict"] for key, row in rows.items()} == reference.verdicts()
    for (product, kind), row in rows.items():
        if kind == "产能不匹配":
            assert row["demand"] == pytest.approx(reference.wanted(product)), product
            assert row["supply"] == pytest.approx(reference.supply(product)), product
