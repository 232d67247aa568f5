"""Why a pair is proposed: its rows, its path, and what is not known, as plain Python.

The choice: only the rows that are shown become Python, and all relations they rest on are looked
up in one go. A row without a cited source would be a bug; a test says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from chainmap.analysis.evidence import Cited, cite, distinct
from chainmap.analysis.graph import (
    CAPACITY_KNOWN,
    CAPACITY_OTHER_UNIT,
    ChainGraph,
    EdgeRef,
)
from chainmap.analysis.kinds import kind_path
from chainmap.analysis.needs import Need, input_entry
from chainmap.match.certificates import certificate_name, lacking
from chainmap.match.decided import decision_record
from chainmap.match.filters import Filter
from chainmap.match.grounds import region_name, standing
from chainmap.match.score import MILLION
from chainmap.match.wording import bracket, quantity
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.match.changes import Counterfactual
    from chainmap.match.nearest import KnownPair
    from chainmap.match.pairing import LeaderMatch, Pairing, Proposal

COLUMNS = (
    "leader_id",
    "leader",
    "company_id",
    "company",
    "product_id",
    "product",
    "kind",
    "rank",
    "score",
    "contributions",
    "evidence",
    "path",
    "counterfactual",
    "unknown",
    "need",
    "demand_visibility",
    "path_text",
    "nearest_pair",
    "rank_raw",
    "package",
    "decision",
)
"""Columns of a match row; the first fourteen are ANSWERS.md, the others are additive. A trained
ranker adds ``probability``."""

UNSTATED_VISIBILITY = "仅局内"
_OPENNESS = ("公开", "定向", "仅局内")


def match_rows(
    chosen: Sequence[Proposal],
    *,
    counterfactuals: Sequence[Counterfactual | None] = (),
    nearest: Sequence[KnownPair | None] = (),
    outside: bool = False,
) -> list[dict[str, object]]:
    """Return the answer rows of the chosen pairs.

    Parameters
    ----------
    chosen
        What is shown, in the order of the rows; all of one snapshot, whose origin lookup is asked
        once.
    counterfactuals, nearest
        What would change and the nearest known pair, one for each pair or none at all.
    outside
        For readers outside the bureau: who supplies whom among third firms is not told.
    """
    if not chosen:
        return []
    graph = chosen[0].pairing.graph
    said: dict[int, list[Cited]] = {}
    reasons = [_reasons(proposal.pairing, said, outside=outside) for proposal in chosen]
    known = [pair.cited for pair in nearest if pair is not None]
    refs = {cited.ref for some in reasons for cited in some} | {cited.ref for cited in known}
    found = graph.origins(sorted(refs))
    blank: list[None] = [None] * len(chosen)
    rows = []
    for proposal, cited, change, pair in zip(
        chosen, reasons, counterfactuals or blank, nearest or blank, strict=True
    ):
        evidence = distinct(item for one in cited for item in cite(one.text, one.ref, found))
        row = _row(proposal, evidence, found)
        row["counterfactual"] = None if change is None else change.as_record()
        row["nearest_pair"] = None if pair is None else pair.as_record(found)
        rows.append(row)
    return rows


def excluded_rows(match: LeaderMatch, pairs: Sequence[int]) -> list[dict[str, object]]:
    """Return who was ruled out for a leader, about which product, and why."""
    return [
        {
            **ends_of(pairing),
            "filter": filter_name(pairing),
            "reason": filter_reason(pairing),
        }
        for pairing in map(match.pairing, pairs)
    ]


def filter_name(pairing: Pairing) -> str:
    """Return the name of the hard filter that a pair meets; ``none`` when it passes."""
    return Filter(int(pairing.match.scored.ruled_out[pairing.pair])).name.lower()


def filter_reason(pairing: Pairing) -> str:
    """Return why a pair is ruled out, for the user; empty when it passes."""
    name = filter_name(pairing)
    if name == "none":
        return ""
    if name == "excluded":
        return say(
            "match.filter.excluded",
            "zh",
            **(decision_record(pairing.graph, pairing.decision) or {}),
        )
    graph, need = pairing.graph, pairing.need
    whose = pairing.leader if name == "buyer_not_in_business" else pairing.company
    lacks = lacking(graph, pairing.match.asked.features, need, pairing.company)
    return say(
        f"match.filter.{name}",
        lang="zh",
        status=graph.fact("companies", "status", whose),
        product=_name(graph, pairing.made),
        lacks="、".join(certificate_name(graph, need, key) for key in lacks),
    )


def _row(
    proposal: Proposal,
    evidence: list[dict[str, object]],
    found: Mapping[EdgeRef, tuple[str, ...]],
) -> dict[str, object]:
    pairing = proposal.pairing
    need = pairing.need
    probability = pairing.probability
    steps = _steps(pairing)
    return {
        **ends_of(pairing, turned=proposal.turned),
        "kind": proposal.kind,
        "rank": proposal.rank,
        "score": int(pairing.match.scored.score[pairing.pair]) / MILLION,
        "contributions": {name: told / MILLION for name, told in pairing.contributions.items()},
        "evidence": evidence,
        "path": [*(node for node, _, _ in steps), _company_id(pairing, pairing.leader)],
        "counterfactual": None,
        "unknown": [say(f"match.unknown.{name}", lang="zh") for name in _unknown(pairing)],
        "need": say(f"match.need.{_basis(need)}", lang="zh"),
        "demand_visibility": _visibility(pairing.graph, need),
        "path_text": _path_text(pairing, steps, found),
        "nearest_pair": None,
        "rank_raw": proposal.rank_raw,
        "package": proposal.package,
        "decision": decision_record(pairing.graph, pairing.decision),
        **({} if probability is None else {"probability": probability}),
    }


def _basis(need: Need) -> str:
    """Return what a need rests on: declared, purchase (known supplies from elsewhere), recipe."""
    return "declared" if need.is_declared else "purchase" if need.supplies else "recipe"


def ends_of(pairing: Pairing, *, turned: bool = False) -> dict[str, object]:
    """Return leader, company and needed product of a pair, ids and names.

    ``turned``: the buyer is the company and the seller the leader.
    """
    graph, product = pairing.graph, pairing.need.product
    leader, company = pairing.leader, pairing.company
    if turned:
        leader, company = company, leader
    return {
        "leader_id": graph.fact("companies", "id", leader),
        "leader": graph.fact("companies", "name", leader),
        "company_id": graph.fact("companies", "id", company),
        "company": graph.fact("companies", "name", company),
        "product_id": graph.fact("products", "id", product),
        "product": graph.fact("products", "name", product),
    }


def _company_id(pairing: Pairing, company: int) -> str:
    return str(pairing.graph.fact("companies", "id", company))


def _steps(pairing: Pairing) -> list[tuple[str, str, EdgeRef | None]]:
    """Return id and name of each node before the leader, and the relation that leads into it."""
    graph, need = pairing.graph, pairing.need
    made = kind_path(graph.kinds, pairing.made, need.product)[:-1]
    products = [*made, *need.path]
    ids = [str(graph.fact("products", "id", product)) for product in products]
    company = [str(graph.fact("companies", key, pairing.company)) for key in ("id", "name")]
    edges = ["KIND_OF"] * len(made) + ["INPUT_TO"] * (len(need.path) - 1)
    refs = [EdgeRef("PRODUCES", company[0], ids[0])]
    refs += [EdgeRef(*step) for step in zip(edges, ids, ids[1:], strict=False)]
    names = [_name(graph, product) for product in products]
    return [(company[0], company[1], None), *zip(ids, names, refs, strict=True)]


def _path_text(
    pairing: Pairing,
    steps: Sequence[tuple[str, str, EdgeRef | None]],
    found: Mapping[EdgeRef, tuple[str, ...]],
) -> str:
    """Return the path with the row that states each step, from the company to the leader."""
    told = [name + (_place(ref, found) if ref else "") for _, name, ref in steps]
    return " → ".join([*told, str(pairing.graph.fact("companies", "name", pairing.leader))])


def _place(ref: EdgeRef, found: Mapping[EdgeRef, tuple[str, ...]]) -> str:
    item = cite("", ref, found)[0]
    return "" if item["file"] is None else say("match.path.place", lang="zh", **item)


def _reasons(pairing: Pairing, said: dict[int, list[Cited]], *, outside: bool) -> list[Cited]:
    """Return what the pair rests on: the demand or the recipe, the supply, then the rest.

    ``said`` keeps what was said about a need, for many rows answer the same one.
    """
    graph, need = pairing.graph, pairing.need
    if id(need) not in said:
        said[id(need)] = list(need_reasons(graph, pairing.leader, need))
    counted = pairing.counted - ({"partners"} if outside else set())
    return [
        *said[id(need)],
        *_kind_reason(graph, need, pairing.made),
        making_reason(graph, pairing.company, pairing.entry),
        *standing(pairing, counted, wanted=pairing.match.wanted[pairing.number]),
    ]


def need_reasons(graph: ChainGraph, leader: int, need: Need) -> Iterator[Cited]:
    """Yield the declared demands, or the leader's product and each input step below it."""
    leader_id, name = (graph.fact("companies", key, leader) for key in ("id", "name"))
    product_id = graph.fact("products", "id", need.product)
    for row in need.demands:
        ref = EdgeRef("REQUIRES", leader_id, product_id, graph.fact("demands", "demand_id", row))
        yield Cited(demand_text(graph, name, row), ref)
    yield from (_purchase(graph, row) for row in need.supplies)
    if need.is_declared or need.supplies:
        return
    made = need.path[-1]
    made_id = graph.fact("products", "id", made)
    text = say("match.makes", lang="zh", company=name, product=_name(graph, made), detail="")
    yield Cited(text, EdgeRef("PRODUCES", leader_id, made_id))
    for source, target in zip(need.path[-2::-1], need.path[:0:-1], strict=True):
        entry = input_entry(graph, source, target)
        essential = int(graph.input_essential[entry])
        text = say(
            "match.input",
            lang="zh",
            source=_name(graph, source),
            target=_name(graph, target),
            essential=say(f"match.essential.{essential}", lang="zh") if essential >= 0 else "",
        )
        ids = [graph.fact("products", "id", product) for product in (source, target)]
        yield Cited(text, EdgeRef("INPUT_TO", *ids))


def _purchase(graph: ChainGraph, row: int) -> Cited:
    """Return the sentence of a known supply that a need rests on."""
    edges = graph.supply_edges
    ends = [int(edges[name][row].as_py()) for name in ("source", "target")]
    ids, names = (
        [str(graph.fact("companies", key, end)) for end in ends] for key in ("id", "name")
    )
    text = say(
        "match.purchase",
        lang="zh",
        source=names[0],
        target=names[1],
        place=region_name(graph, graph.fact("companies", "region", ends[0])),
        product=_name(graph, int(edges["product"][row].as_py())),
    )
    return Cited(text, EdgeRef("SUPPLIES", ids[0], ids[1], str(edges["product_key"][row].as_py())))


def demand_text(graph: ChainGraph, company: str, row: int) -> str:
    """Return the sentence of a declared demand with what it states."""
    stated = graph.demands.slice(row, 1).to_pylist()[0]
    details = [quantity(stated["volume_stated"], stated["unit"], "match.detail.volume")]
    details += [
        say(f"match.detail.{name}", lang="zh", value=stated[name])
        for name in ("specification", "certification", "sourced_from")
        if stated[name]
    ]
    product = _name(graph, stated["product"])
    return say(
        "match.requires", lang="zh", company=company, product=product, detail=bracket(details)
    )


def making_reason(graph: ChainGraph, company: int, entry: int) -> Cited:
    """Return the sentence that a company makes a product, with its capacity."""
    product = int(graph.makes.indices[entry])
    unit = graph.fact("products", "unit", product)
    known = graph.capacity_state[entry] == CAPACITY_KNOWN
    capacity = float(graph.capacity[entry]) if known else None
    probability = float(graph.makes.data[entry])
    details = [quantity(capacity, unit, "match.detail.capacity")]
    if graph.is_byproduct[entry]:
        details.append(say("match.detail.byproduct", lang="zh"))
    if probability < 1:
        details.append(say("match.detail.probability", lang="zh", value=f"{probability:.0%}"))
    company_id, name = (graph.fact("companies", key, company) for key in ("id", "name"))
    text = say(
        "match.makes",
        lang="zh",
        company=name,
        product=_name(graph, product),
        detail=bracket(details),
    )
    return Cited(text, EdgeRef("PRODUCES", company_id, graph.fact("products", "id", product)))


def _kind_reason(graph: ChainGraph, need: Need, made: int) -> list[Cited]:
    """Return that what is made is a kind of what is needed, each step with its row."""
    cited = []
    for step in pairwise(kind_path(graph.kinds, made, need.product)):
        child, parent = (_name(graph, product) for product in step)
        text = say("match.kind_of", lang="zh", child=child, parent=parent)
        ids = [graph.fact("products", "id", product) for product in step]
        cited.append(Cited(text, EdgeRef("KIND_OF", *ids)))
    return cited


def _unknown(pairing: Pairing) -> Iterator[str]:
    """Yield what could not be judged, in a fixed order."""
    graph, need, known = pairing.graph, pairing.need, pairing.known
    features = pairing.match.asked.features
    if not features.status_known[pairing.company]:
        yield "status"
    if not known["nearness"]:
        yield "place"
    if not known["titles"]:
        yield "award_term" if features.award_open[pairing.company] else "titles"
    if not known["size_fit"]:
        yield "size"
    state = graph.capacity_state[pairing.entry]
    if state != CAPACITY_KNOWN:
        yield "capacity_unit" if state == CAPACITY_OTHER_UNIT else "capacity"
    if np.isnan(need.volume):
        yield "volume"
    if pairing.match.requires_certificates[pairing.number] and not known["certification"]:
        yield "certificates"
    yield from (name for name in ("sector_pair", "partners", "freshness") if not known[name])


def _visibility(graph: ChainGraph, need: Need) -> str | None:
    """Return the most open visibility among the demands; an unstated one is 仅局内 (schema)."""
    stated = [
        graph.fact("demands", "visibility", row) or UNSTATED_VISIBILITY for row in need.demands
    ]
    return min(stated, key=_OPENNESS.index, default=None)


def _name(graph: ChainGraph, product: int) -> str:
    return str(graph.fact("products", "name", product))
