"""Companies that are the same firm as one company: graph tables before and after.

The one choice: records are never merged in the store. A pair that people called 同一, or that
the comparison is sure of and nobody called 不同, is folded when the graph is read; so a
decision takes effect at once, can be undone, and every row keeps its own origin.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from chainmap.schema import load_schema
from chainmap.tables import ORIGIN_JOIN, GraphTables, row_key

if TYPE_CHECKING:
    from collections.abc import Iterable

SAME = "SAME_AS"
DECIDED = "DECIDED"
SAME_COLUMNS = ("probability", "band", "verdict")
_MADE = "Company:tmp-"


def same_firms(pairs: pd.DataFrame) -> dict[str, str]:
    """Return id -> the id that stands for the firm, for all that are folded into another.

    Parameters
    ----------
    pairs
        SAME_AS edges: ``source, target, probability, band, verdict``; any order.

    Notes
    -----
    Decided pairs join first, then sure ones by probability, then ids. A join that would put a
    pair called 不同, or two different valid credit codes, into one firm is not made. The
    firm's id is its credit code's, else the smallest.
    """
    apart = {_pair(s, t) for s, t, v in _told(pairs) if v == "不同"}
    wanted = pairs[
        (pairs["verdict"] == "同一") | (pairs["verdict"].isna() & (pairs["band"] == "accept"))
    ]
    order = wanted.assign(_open=wanted["verdict"].isna(), _less=-wanted["probability"].fillna(1.0))
    order = order.sort_values(["_open", "_less", "source", "target"], kind="stable")
    firm: dict[str, str] = {}
    members: dict[str, list[str]] = {}
    for one, other in zip(order["source"], order["target"], strict=True):
        ours, theirs = (members[firm[i]] if i in firm else [i] for i in (one, other))
        if ours is theirs or firm.get(one, one) == firm.get(other, other):
            continue
        every = sorted([*ours, *theirs])
        coded = [member for member in every if not member.startswith(_MADE)]
        if len(coded) > 1 or any(_pair(a, b) in apart for a in ours for b in theirs):
            continue
        chosen = coded[0] if coded else every[0]
        for member in every:
            firm[member] = chosen
        members[chosen] = every
    return {member: chosen for member, chosen in sorted(firm.items()) if member != chosen}


def fold_companies(tables: GraphTables, firm: Mapping[str, str]) -> GraphTables:
    """Return the tables with each firm as one company; SAME_AS is left out.

    What the firm's own record leaves open is taken from the others in order of id. Of parallel
    relations the probability is the greatest, one that is active keeps the rest active, other
    values come from the firm's own record first.
    """
    edges = {name: frame for name, frame in tables.edges.items() if name != SAME}
    if not firm:
        return GraphTables(tables.nodes, edges, tables.renames)
    schema = load_schema()
    nodes = dict(tables.nodes)
    if "Company" in nodes:
        nodes["Company"] = _joined(nodes["Company"], ["id"], firm)
    for name, frame in edges.items():
        ends = {*schema.edges[name].sources, *schema.edges[name].targets}
        if "Company" in ends:
            edges[name] = (
                _renamed(frame, firm)
                if name == DECIDED
                else _joined(frame, row_key(schema, name), firm)
            )
    return GraphTables(nodes, edges, tables.renames)


def _renamed(frame: pd.DataFrame, firm: Mapping[str, str]) -> pd.DataFrame:
    """Return the edges with each firm as one company; parallel ones stay, the latest will hold."""
    changed = frame.copy(deep=False)
    for name in ("source", "target"):
        changed[name] = (
            frame[name].map(firm).where(frame[name].isin(firm), frame[name]).astype("str")
        )
    return changed[changed["source"] != changed["target"]].reset_index(drop=True)


def _joined(frame: pd.DataFrame, key: list[str], firm: Mapping[str, str]) -> pd.DataFrame:
    ends = [name for name in ("id", "source", "target") if name in frame.columns]
    moved = np.zeros(len(frame), dtype=bool)
    changed = frame.copy(deep=False)
    for name in ends:
        folded = frame[name].isin(firm).to_numpy()
        moved |= folded
        changed[name] = frame[name].map(firm).where(folded, frame[name]).astype("str")
    if not moved.any():
        return frame
    if "source" in ends:
        loop = (changed["source"] == changed["target"]).to_numpy()
        changed, moved = changed[~loop], moved[~loop]
    key = [name for name in key if name in changed.columns]
    doubled = changed.duplicated(key, keep=False)
    rest = changed[doubled].assign(
        _moved=moved[doubled.to_numpy()], _own=frame.loc[changed.index[doubled], ends[0]]
    )
    if not len(rest):
        return changed.sort_values(key, kind="stable", ignore_index=True)
    rest = rest.sort_values([*key, "_moved", "_own"], kind="stable").drop(
        columns=["_moved", "_own"]
    )
    groups = rest.groupby(key, sort=True, dropna=False)
    united = groups.first()
    for name, how in (("probability", "max"), ("active", "max")):
        if name in united.columns:
            united[name] = groups[name].agg(how)
    if "origin" in united.columns:
        united["origin"] = groups["origin"].agg(_origins)
    both = pd.concat([changed[~doubled], united.reset_index().astype(changed.dtypes.to_dict())])
    return both[list(changed.columns)].sort_values(key, kind="stable", ignore_index=True)


def _origins(cells: pd.Series) -> str | None:
    said = {part for cell in cells.dropna() for part in str(cell).split(ORIGIN_JOIN) if part}
    return ORIGIN_JOIN.join(sorted(said)) or None


def _told(pairs: pd.DataFrame) -> Iterable[tuple[str, str, object]]:
    return zip(pairs["source"], pairs["target"], pairs["verdict"], strict=True)


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)
