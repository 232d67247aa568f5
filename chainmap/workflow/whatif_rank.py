"""Rows of the ranking: what hangs on each firm, whom its outage costs most, which rows say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.evidence import Cited, cite, distinct
from chainmap.analysis.graph import ChainGraph, cell
from chainmap.risk.cascade import BOTH, DOWN, UP
from chainmap.risk.systemic import make_cascade
from chainmap.texts import say
from chainmap.workflow.whatif_rows import (
    COLUMNS,
    RANKED,
    directions,
    quantiles,
    sales_told,
    supply_cited,
)

if TYPE_CHECKING:
    from chainmap.risk.cascade import Cascade
    from chainmap.risk.network import RiskNetwork
    from chainmap.risk.settings import RiskSettings

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MOST = 3
"""Firms that are named as hit hardest, and supplies that are cited, at most."""
_FELT = 0.005
"""A leader that loses less of its output is not told: 0 % on the page."""


@dataclass(frozen=True, eq=False)
class Alone:
    """What happens when one firm stops for good.

    Attributes
    ----------
    firm
        Its position.
    losses
        Share of all sales that is lost: in both directions, of inputs, of sales.
    hardest
        Other firms that lose most in CNY, with the share of output that each loses.
    leaders
        Leaders that lose a part of their output that is worth telling.
    """

    firm: int
    losses: tuple[float, float, float]
    hardest: tuple[tuple[int, float], ...]
    leaders: tuple[int, ...]


def stopped_alone(
    graph: ChainGraph, network: RiskNetwork, settings: RiskSettings, firms: Ints
) -> list[Alone]:
    """Return what happens when each of some firms stops, in their order."""
    cascade = make_cascade(network, settings, None)
    found: list[Alone] = []
    for at in range(0, firms.size, cascade.copies):
        batch = firms[at : at + cascade.copies]
        cascade.run_firms(batch)
        losses = np.array([cascade.loss(way) for way in (BOTH, DOWN, UP)])
        hit = cascade.hit()
        copy, other = hit // network.n_firms, hit % network.n_firms
        for number, firm in enumerate(batch.tolist()):
            mine = other[(copy == number) & (other != firm)]
            both, down, up = losses[:, number].tolist()
            found.append(Alone(firm, (both, down, up), *_hit_most(graph, cascade, number, mine)))
    return found


def _hit_most(
    graph: ChainGraph, cascade: Cascade, copy: int, firms: Ints
) -> tuple[tuple[tuple[int, float], ...], tuple[int, ...]]:
    """Return the firms of one copy that lose most in CNY, and the leaders that feel it."""
    network = cascade.network
    lost = 1 - cascade.left(copy * network.n_firms + firms)
    order = np.lexsort((firms, -np.round(lost * network.sales[firms], 2)))[:MOST]
    hardest = [(int(firms[at]), float(lost[at])) for at in order.tolist()]
    felt = set(firms[lost >= _FELT].tolist())
    return tuple(hardest), tuple(at for at in graph.leader_positions if at in felt)


def rank_rows(
    graph: ChainGraph, network: RiskNetwork, alone: Sequence[Alone], spread: Floats | None
) -> list[dict[str, object]]:
    """Return one row a firm.

    Parameters
    ----------
    graph, network
        The snapshot and its supply network.
    alone
        The firms, the one on which most hangs first.
    spread
        (3, rows): P10, P50, P90 of the loss in both directions; None without draws.
    """
    customers = np.bincount(network.supplier, minlength=network.n_firms)
    suppliers = np.diff(network.by_customer[0])
    reasons = [_reasons(graph, network, one.firm) for one in alone]
    found = graph.origins(sorted({cited.ref for some in reasons for cited in some}))
    rows = []
    for at, one in enumerate(alone):
        both, down, up = one.losses
        counts = {"customers": int(customers[one.firm]), "suppliers": int(suppliers[one.firm])}
        rows.append(
            dict.fromkeys(COLUMNS)
            | {
                "entity_id": cell(graph.companies, "id", one.firm),
                "entity": cell(graph.companies, "name", one.firm),
                "loss_share": round(both, 6),
                **quantiles(None if spread is None else spread[:, at]),
                "cause": [],
                "substitutes": [],
                "rank": at + 1,
                "role": RANKED,
                "cause_text": _sentence(graph, one, counts),
                "is_leader": one.firm in graph.leader_positions,
                "hardest_hit": [
                    _named(graph, firm)
                    | {
                        "loss_share": round(lost, 6),
                        "lost_cny": round(lost * float(network.sales[firm]), 2),
                    }
                    for firm, lost in one.hardest
                ],
                "leaders_hit": [cell(graph.companies, "name", firm) for firm in one.leaders],
                "evidence": distinct(
                    item for cited in reasons[at] for item in cite(cited.text, cited.ref, found)
                ),
            }
            | sales_told(network, one.firm, None)
            | directions((down, up))
        )
    return rows


def _named(graph: ChainGraph, firm: int) -> dict[str, object]:
    ids = ("company_id", "id"), ("company", "name")
    return {name: cell(graph.companies, key, firm) for name, key in ids}


def _sentence(graph: ChainGraph, one: Alone, counts: dict[str, int]) -> str:
    text = say("whatif.rank_text", lang="zh", **counts)
    hit = [
        say(
            "whatif.hit", lang="zh", company=cell(graph.companies, "name", firm), lost=f"{lost:.0%}"
        )
        for firm, lost in one.hardest
        if lost >= _FELT
    ]
    return text + (say("whatif.hit_most", lang="zh", firms="、".join(hit)) if hit else "")


def _reasons(graph: ChainGraph, network: RiskNetwork, firm: int) -> list[Cited]:
    """Return the largest supplies of a firm, of one without any its largest purchases."""
    first, last = network.outlet_start[firm], network.outlet_start[firm + 1]
    supplies = np.arange(network.supply_start[first], network.supply_start[last])
    if not supplies.size:
        start, order = network.by_customer
        supplies = order[start[firm] : start[firm + 1]]
    most = supplies[np.lexsort((supplies, -network.supply_amount[supplies]))][:MOST]
    return [supply_cited(graph, network, supply) for supply in most.tolist()]
