"""招商目标清单: the targets of all gaps as one flat list, one row a product and firm.

The choice: the list is made of the rows of the gaps answer and adds nothing, so it can never say
anything that the answer does not show; a product of several chains stands in it once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chainmap.texts import say

COLUMNS = (
    "region",
    "chain",
    "product_id",
    "product",
    "kind",
    "verdict",
    "importance",
    "action",
    "company_id",
    "company",
    "reasons",
    "risk",
    "next_step",
)


def target_list(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, object]]:
    """Return one row a place, product, kind and firm, the weightiest gap first.

    Parameters
    ----------
    rows
        Rows of the gaps answer, in its order.
    """
    found: dict[tuple[object, ...], dict[str, object]] = {}
    chains: dict[tuple[object, ...], list[str]] = {}
    for row in rows:
        if row["verdict"] == "ok":
            continue
        for target in row["targets"]:
            key = (row["region"], row["product_id"], row["kind"], target["company_id"])
            chains.setdefault(key, []).extend([str(row["chain"])] if row["chain"] else [])
            found.setdefault(key, _entry(row, target))
    for place, entry in found.items():
        entry["chain"] = "、".join(dict.fromkeys(chains[place])) or None
    return list(found.values())


def _entry(row: Mapping[str, Any], target: Mapping[str, Any]) -> dict[str, object]:
    told = {**row, **target, "next_step": _next_step(row, target)}
    return {name: told[name] for name in COLUMNS}


def _next_step(row: Mapping[str, Any], target: Mapping[str, Any]) -> str:
    """Return what to do first: settle the doubt, visit, or bring buyer and maker together."""
    if row["verdict"] != "gap":
        return say("gaps.next.settle", lang="zh")
    steps = {
        say(f"gaps.action.{name}", lang="zh"): f"gaps.next.{name}"
        for name in ("bring", "grow", "meet", "use")
    }
    return say(steps[target["action"]], lang="zh", product=row["product"])
