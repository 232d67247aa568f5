"""Rows of the what-if answer: causes as sentences with their sources, the tree, the substitutes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.evidence import Cited, cite, distinct
from chainmap.analysis.graph import ChainGraph, EdgeRef, cell, row_of
from chainmap.risk.cascade import DOWN, UP
from chainmap.risk.causes import Cause, path_to
from chainmap.risk.network import STOPS
from chainmap.risk.substitutes import CUSTOMER
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.risk.cascade import Cascade
    from chainmap.risk.network import RiskNetwork
    from chainmap.risk.substitutes import Substitute, Substitution

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

COLUMNS = (
    "entity_id",
    "entity",
    "loss_share",
    "loss_low",
    "loss_high",
    "cause",
    "substitutes",
    "rank",
    "role",
    "direction",
    "tier",
    "product_id",
    "product",
    "cause_text",
    "estimated",
    "sales_cny",
    "lost_cny",
    "loss_downstream",
    "loss_upstream",
    "loss_median",
    "total_sales_cny",
    "sales_basis",
    "is_leader",
    "hardest_hit",
    "leaders_hit",
    "evidence",
)
"""Columns of a row; the first seven are ANSWERS.md, the others are additive."""

REMOVED, HIT, RANKED = "removed", "hit", "ranked"


@dataclass(frozen=True, eq=False)
class Told:
    """What is told beside the causes.

    Attributes
    ----------
    firms
        Firms of the rows.
    total, lost
        P10, P50, P90 of the loss of the network, and (3, rows) of each firm; None without draws.
    unknown
        Whether nothing at all is known of who is hit.
    unrecorded
        Firms that stop and of which no supply is recorded.
    itself
        Firms that stop, or a good of which does; the others are hit.
    accept
        Probability from which a firm makes a product.
    year
        Part of a year that the outage lasts: sums are of that time.
    substitution
        Who could step in.
    """

    firms: Ints
    total: Floats | None
    lost: Floats | None
    unknown: bool
    unrecorded: frozenset[int]
    itself: frozenset[int]
    accept: float
    year: float = 1.0
    substitution: Substitution | None = None

    def bands_of(self, at: int) -> dict[str, object]:
        """Return P10, P50 and P90 of the loss of one row's firm."""
        return quantiles(None if self.lost is None else self.lost[:, at])

    def chosen(self) -> Sequence[Substitute]:
        """Return the substitutes."""
        return () if self.substitution is None else self.substitution.chosen

    def substitute_rows(self, graph: ChainGraph) -> list[dict[str, object]]:
        """Return the substitutes with what they bring, one row each, one without any."""
        if self.substitution is None or self.substitution.restored is None:
            return []
        brings = {
            "restored": round(self.substitution.restored, 6),
            "enough": self.substitution.enough,
            "smallest": self.substitution.smallest,
            "looked_at": self.substitution.looked_at,
        }
        none = dict.fromkeys(("company_id", "company", "product_id", "product", "share"))
        rows = [substitute_record(graph, one) for one in self.chosen()]
        return [row | brings for row in rows] or [
            none | {"capacity_known": None, "basis": None} | brings
        ]


def substitute_record(graph: ChainGraph, one: Substitute) -> dict[str, object]:
    """Return a substitute as plain data."""
    product = _good(graph, one.good)
    return {
        "company_id": cell(graph.companies, "id", one.firm),
        "company": cell(graph.companies, "name", one.firm),
        "product_id": product[0],
        "product": product[1],
        "share": round(one.share, 6),
        "capacity_known": one.basis != CUSTOMER,
        "basis": one.basis,
    }


def cause_rows(
    graph: ChainGraph, cascade: Cascade, shown: Sequence[Cause], told: Told
) -> list[dict[str, object]]:
    """Return one row a firm, the hardest hit first; sources are looked up once for all."""
    network = cascade.network
    reasons = [_reasons(graph, network, cause, told.accept) for cause in shown]
    found = graph.origins(sorted({cited.ref for some in reasons for cited in some}))
    return [
        _row(graph, network, cause, told, at)
        | directions(1 - cascade.left(np.array([cause.firm]), way)[0] for way in (DOWN, UP))
        | {
            "cause": _path(graph, path_to(cascade, cause)),
            "evidence": distinct(
                item for one in reasons[at] for item in cite(one.text, one.ref, found)
            ),
        }
        for at, cause in enumerate(shown)
    ]


def _row(
    graph: ChainGraph, network: RiskNetwork, cause: Cause, told: Told, at: int
) -> dict[str, object]:
    firm = cause.firm
    product = (None, None) if cause.good < 0 else _good(graph, cause.good)
    removed = firm in told.itself
    helps = [
        substitute_record(graph, one)
        for one in told.chosen()
        if (removed and _delivers(network, firm, one.good))
        or (not removed and not cause.upstream and one.good == cause.good)
    ]
    return dict.fromkeys(COLUMNS) | {
        "entity_id": cell(graph.companies, "id", firm),
        "entity": cell(graph.companies, "name", firm),
        "loss_share": round(cause.lost, 6),
        **told.bands_of(at),
        "substitutes": helps,
        "role": REMOVED if removed else HIT,
        "direction": None if cause.parent is None else "sales" if cause.upstream else "input",
        "tier": cause.tier,
        "product_id": product[0],
        "product": product[1],
        "cause_text": sentence(graph, cause, unrecorded=firm in told.unrecorded),
        "estimated": cause.guessed,
        "is_leader": firm in graph.leader_positions,
        **sales_told(network, firm, cause.lost * told.year),
    }


def quantiles(spread: Floats | None) -> dict[str, object]:
    """Return P10, P50 and P90 of a loss by their columns; null without draws."""
    names = ("loss_low", "loss_median", "loss_high")
    values = [None] * 3 if spread is None else [known(value) for value in spread]
    return dict(zip(names, values, strict=True))


def directions(losses: Iterable[float]) -> dict[str, object]:
    """Return what is lost for want of inputs, and of sales."""
    names = ("loss_downstream", "loss_upstream")
    return {name: round(float(loss), 6) for name, loss in zip(names, losses, strict=True)}


def sales_told(network: RiskNetwork, firm: int, lost: float | None) -> dict[str, object]:
    """Return what a firm sells, what that rests on, and how much of it is lost."""
    recorded, sales = float(network.recorded_sales[firm]), float(network.sales[firm])
    told: dict[str, object] = {"sales_cny": round(recorded, 2) if recorded > 0 else None}
    if sales > 0:
        told |= {"total_sales_cny": round(sales, 2), "sales_basis": network.sales_basis(firm)}
        if lost is not None:
            told["lost_cny"] = round(sales * lost, 2)
    return told


def tree_rows(
    graph: ChainGraph, cascade: Cascade, found: Sequence[Cause], told: Told, top: int
) -> list[dict[str, object]]:
    """Return the tree of causes, depth first, at most ``top`` lines; the hardest hit first.

    A firm that passes on both a want of inputs and a loss of sales may stand in it twice.
    """
    below: dict[tuple[int, bool] | None, dict[tuple[int, bool], Cause]] = {}
    for cause in found:
        parent: tuple[int, bool] | None = None
        for step in path_to(cascade, cause):
            lines = below.setdefault(parent, {})
            earlier = lines.setdefault(_line(step), step)
            if step.lost > earlier.lost:  # of what starts both ways the greater loss is told
                lines[_line(step)] = step
            parent = _line(step)
    rows: list[dict[str, object]] = []
    seen: set[tuple[int, bool]] = set()
    stack = [(0, key, cause) for key, cause in reversed(_ordered(below.get(None, {})))]
    while stack and len(rows) < top:
        depth, key, cause = stack.pop()
        if key in seen:
            continue
        seen.add(key)
        text = sentence(graph, cause, unrecorded=cause.firm in told.unrecorded)
        parent_id = None if cause.parent is None else cell(graph.companies, "id", cause.parent)
        rows.append(
            {
                "depth": depth,
                "entity_id": cell(graph.companies, "id", cause.firm),
                "parent_id": parent_id,
                "loss_share": round(cause.lost, 6),
                "text": f"{cell(graph.companies, 'name', cause.firm)} {text}",
            }
        )
        stack += [(depth + 1, *one) for one in reversed(_ordered(below.get(key, {})))]
    return rows


def _line(cause: Cause) -> tuple[int, bool]:
    """Return which line of the tree a cause is: where it all starts is one line for both ways."""
    return cause.firm, cause.upstream and cause.parent is not None


def _ordered(
    causes: Mapping[tuple[int, bool], Cause],
) -> list[tuple[tuple[int, bool], Cause]]:
    return sorted(causes.items(), key=lambda one: (-round(one[1].lost, 9), one[0]))


def sentence(graph: ChainGraph, cause: Cause, *, unrecorded: bool = False) -> str:
    """Return why a firm is hit: 缺「电芯」（甲公司停供，唯一供应商），停产 62%."""
    lost = _percent(cause.lost)
    if cause.parent is None and cause.good >= 0:
        product = _good(graph, cause.good)[1]
        return say("whatif.no_longer", lang="zh", product=product, lost=lost)
    if cause.parent is None:
        text = say("whatif.stops", lang="zh", lost=lost)
        return text + (say("whatif.unrecorded", lang="zh") if unrecorded else "")
    told = {
        "parent": cell(graph.companies, "name", cause.parent),
        "product": _good(graph, cause.good)[1] or say("whatif.unnamed", lang="zh"),
        "lost": lost,
        "missing": _percent(cause.missing),
    }
    if cause.upstream:
        how = "unsold_more" if cause.others else "unsold"
        return say(f"whatif.{how}", lang="zh", count=cause.others, **told)
    only = "own" if cause.own else "only" if cause.others == 0 else "others"
    told["only"] = say(f"whatif.{only}", lang="zh", count=cause.others)
    how = "stopped" if cause.level == STOPS else "held_up"
    return say(f"whatif.{how}", lang="zh", **told)


def _percent(share: float) -> str:
    """Return a share that is above 0 as a percentage; never 0 %."""
    return f"{share:.0%}" if share >= 0.005 else "<1%"


def _path(graph: ChainGraph, path: Sequence[Cause]) -> list[str]:
    """Return the ids from what was taken away to a firm: firms, and the goods between them."""
    ids: list[str] = []
    for step in path:
        good = None if step.good < 0 else _good(graph, step.good)[0]
        if ids and good is not None:
            ids.append(good)
        ids.append(str(cell(graph.companies, "id", step.firm)))
    return ids


def _reasons(graph: ChainGraph, network: RiskNetwork, cause: Cause, accept: float) -> list[Cited]:
    """Return the supply, and the recipe that makes its good matter."""
    if cause.parent is None:
        return [_taken_away(graph, network, cause)]
    reason = supply_cited(graph, network, cause.supply)
    return [reason] if cause.upstream else [reason, *_recipe(graph, cause, accept)]


def supply_cited(graph: ChainGraph, network: RiskNetwork, supply: int) -> Cited:
    """Return who supplies whom with what, for how much, and the relation that says so."""
    row = int(network.supply_row[supply])
    edges = graph.supply_edges
    good = int(network.outlet_good[network.supply_outlet[supply]])
    ends = [int(edges[name][row].as_py()) for name in ("source", "target")]
    ids, names = ([str(cell(graph.companies, key, end)) for end in ends] for key in ("id", "name"))
    amount = edges["amount_cny"][row].as_py()
    told = {
        "source": names[0],
        "target": names[1],
        "product": _good(graph, good)[1] or say("whatif.unnamed", lang="zh"),
    }
    text = (
        say("whatif.supply_unknown", lang="zh", **told)
        if amount is None
        else say("whatif.supply", lang="zh", amount=_in_10_000(amount), **told)
    )
    key = str(edges["product_key"][row].as_py())
    return Cited(text, EdgeRef("SUPPLIES", ids[0], ids[1], key))


def _in_10_000(amount: float) -> str:
    """Return an amount in units of 10,000, whole ones from 10 on."""
    number = amount / 10_000
    return f"{number:,.0f}" if number >= 10 else f"{number:.2g}"


def _taken_away(graph: ChainGraph, network: RiskNetwork, cause: Cause) -> Cited:
    """Return where a firm that stops is stated, or that it makes the product that stops.

    Of a product that it is only recorded to sell, its largest supply of it; of one of which it
    makes a kind, that.
    """
    firm, good = cause.firm, cause.good
    firm_id, name = (str(cell(graph.companies, key, firm)) for key in ("id", "name"))
    if good < 0:
        return Cited(say("whatif.assumed", lang="zh", company=name),
                     EdgeRef("Company", firm_id, key="name"))  # fmt: skip
    first, last = network.outlet_start[firm], network.outlet_start[firm + 1]
    (outlet,) = first + np.flatnonzero(network.outlet_good[first:last] == good)
    supplies = slice(network.supply_start[outlet], network.supply_start[outlet + 1])
    made = row_of(graph.makes, firm)
    if good not in made and supplies.stop > supplies.start:
        largest = int(supplies.start + network.supply_amount[supplies].argmax())
        return supply_cited(graph, network, largest)
    family = np.array([good, *graph.kinds_below(good).tolist()])
    product_id, _ = _good(graph, int(family[np.isin(family, made)][0]))
    text = say("whatif.assumed_product", lang="zh", company=name, product=_good(graph, good)[1])
    return Cited(text, EdgeRef("PRODUCES", firm_id, str(product_id)))


def _recipe(graph: ChainGraph, cause: Cause, accept: float) -> list[Cited]:
    """Return the recipe of the firm in which its missing good weighs most, if one is recorded.

    Of several the one that names the good itself, not what it is a kind of.
    """
    if cause.good >= graph.n_products:
        return []
    goods = [cause.good, *row_of(graph.kind_steps, cause.good).tolist()]
    start, stop = graph.makes.indptr[cause.firm], graph.makes.indptr[cause.firm + 1]
    made = set(graph.makes.indices[start:stop][graph.makes.data[start:stop] >= accept].tolist())
    best: tuple[int, bool, int, int] | None = None
    for good in goods:
        start, stop = graph.inputs.indptr[good], graph.inputs.indptr[good + 1]
        for place in range(start, stop):
            product = int(graph.inputs.indices[place])
            if product in made and product != good:
                level = int(graph.input_essential[place])
                found = level, good == cause.good, -good, -product
                best = max(best or found, found)
    if best is None:
        return []
    level, good, product = best[0], -best[2], -best[3]
    names = [str(cell(graph.products, "name", at)) for at in (good, product)]
    essential = say(f"match.essential.{level}", lang="zh") if level >= 0 else ""
    text = say("match.input", lang="zh", source=names[0], target=names[1], essential=essential)
    ids = [str(cell(graph.products, "id", at)) for at in (good, product)]
    return [Cited(text, EdgeRef("INPUT_TO", ids[0], ids[1]))]


def _good(graph: ChainGraph, good: int) -> tuple[str | None, str | None]:
    """Return id and name of a good; a good that no row names has neither."""
    if not 0 <= good < graph.n_products:
        return None, None
    return str(cell(graph.products, "id", good)), str(cell(graph.products, "name", good))


def _delivers(network: RiskNetwork, firm: int, good: int) -> bool:
    span = slice(network.outlet_start[firm], network.outlet_start[firm + 1])
    return bool(np.isin(good, network.outlet_good[span]))


def known(value: float) -> float | None:
    """Return a rounded number, None for NaN."""
    return None if np.isnan(value) else round(float(value), 6)
