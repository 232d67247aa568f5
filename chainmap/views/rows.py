"""Cells of graph tables as plain Python, and the words made of them, for all pages alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from chainmap.audience import INTERNAL
from chainmap.tables import LIST_JOIN, GraphTables, origin_parts, origins
from chainmap.texts import say
from chainmap.views.faces import short_name
from chainmap.views.model import Gap, Maker, Origin, Target
from chainmap.views.page import amount

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]
MOST_ORIGINS = 40
_EDGE_KEYS = ("demand_id", "product", "as_of")
"""What tells parallel edges apart: with it rows come in one order from every store."""


def node_rows(tables: GraphTables, label: str) -> Iterator[Row]:
    """Yield the rows of a label in id order, unknown as None."""
    yield from _rows(tables.nodes.get(label), ["id"])


def edge_rows(tables: GraphTables, edge_type: str) -> Iterator[Row]:
    """Yield the rows of a type by source and target, unknown as None; inactive ones left out."""
    for row in _rows(tables.edges.get(edge_type), ["source", "target"]):
        if row.get("active") is not False:
            yield row


def _rows(frame: pd.DataFrame | None, order: list[str]) -> Iterator[Row]:
    if frame is None or frame.empty:
        return
    keys = [*order, *(name for name in _EDGE_KEYS if name in frame.columns)]
    ordered = frame.sort_values(keys if len(order) > 1 else order, kind="stable")
    names = [str(name) for name in ordered.columns]
    columns = [_known(ordered[name]) for name in ordered.columns]
    for values in zip(*columns, strict=True):
        yield dict(zip(names, values, strict=True))


def _known(column: pd.Series) -> list[Any]:
    """Return a column as plain Python values, null as None; cell by cell is ten times slower."""
    values, missing = column.tolist(), column.isna().tolist()
    return [None if gone else value for value, gone in zip(values, missing, strict=True)]


def words(cell: object) -> tuple[str, ...]:
    """Return the parts of a list cell."""
    return tuple(part for part in str(cell).split(LIST_JOIN) if part) if cell else ()


def places_of(cell: object) -> tuple[Origin, ...]:
    """Return where a row is stated, in order, at most MOST_ORIGINS of them."""
    return tuple(Origin(*origin_parts(text)) for text in origins(cell)[:MOST_ORIGINS])


def quantity(value: float | None, unit: object, per_year: str = "") -> str:
    """Return an amount with its unit; empty when unknown."""
    return "" if value is None else f"{amount(value)} {unit or ''}".strip() + per_year


def visible_needs(tables: GraphTables, audience: str) -> list[Row]:
    """Return the demands that ``audience`` may see.

    What leaves the bureau shows only what the firm made public: an empty visibility counts as
    仅局内, and a 定向 demand belongs on the sheet of the firm invited to it, not here.
    """
    rows = edge_rows(tables, "REQUIRES")
    return [row for row in rows if audience == INTERNAL or row.get("visibility") == "公开"]


def located(tables: GraphTables) -> dict[str, str]:
    """Return the name of the place of each company: its park when known, else its region."""
    names = {
        row["id"]: str(row.get("name") or row["id"])
        for label in ("Region", "Park")
        for row in node_rows(tables, label)
    }
    found: dict[str, str] = {}
    for row in edge_rows(tables, "LOCATED_IN"):
        target = str(row["target"])
        if target in names and (target.startswith("Park:") or row["source"] not in found):
            found[str(row["source"])] = names[target]
    return found


def leading_roles(tables: GraphTables, chain: str | None = None) -> dict[str, str]:
    """Return the role of each company that leads ``chain`` (an id; None: any chain)."""
    found: dict[str, str] = {}
    for row in edge_rows(tables, "LEADS"):
        if chain is None or row["target"] == chain:
            role = str(row.get("role") or "")
            if found.get(str(row["source"])) != "链主":
                found[str(row["source"])] = role
    return found


def label_of(row: Row) -> str:
    """Return the short name of a company row."""
    return short_name(
        str(row.get("name") or row["id"]),
        str(row.get("short_name") or ""),
        is_example=bool(row.get("is_example")),
    )


def company(
    row: Row, *, role: str, place: str, is_local: bool, audience: str, edge: Row | None = None
) -> Maker:
    """Return a company as a page shows it; contact and phone only inside the bureau."""
    contact = ""
    if audience == INTERNAL:
        contact = " ".join(str(row[name]) for name in ("contact", "phone") if row.get(name))
    edge = edge or {}
    return Maker(
        id=str(row["id"]),
        name=str(row.get("name") or row["id"]),
        label=label_of(row),
        role=role,
        is_local=is_local,
        is_example=bool(row.get("is_example")),
        place=place,
        capacity=quantity(edge.get("capacity"), edge.get("capacity_unit")),
        titles=words(row.get("titles")),
        contact=contact,
        is_byproduct=bool(edge.get("is_byproduct")),
        origins=tuple(
            dict.fromkeys((*places_of(edge.get("origin")), *places_of(row.get("origin"))))
        ),
    )


def gap_of(row: Row) -> Gap:
    """Return a row of the gaps answer as a record; evidence items become their sentences."""
    return Gap(
        product_id=str(row["product_id"]),
        kind=str(row.get("kind") or ""),
        verdict=str(row.get("verdict") or ""),
        importance=row.get("importance"),
        demand=row.get("demand"),
        supply=row.get("supply"),
        unit=str(row.get("unit") or ""),
        coverage=row.get("coverage"),
        makers_local=row.get("makers_local"),
        effective_makers=row.get("effective_makers"),
        p_no_local_maker=row.get("p_no_local_maker"),
        confidence=row.get("confidence"),
        evidence=tuple(dict.fromkeys(evidence_text(item) for item in row.get("evidence") or ())),
        targets=tuple(_target(item) for item in row.get("targets") or ()),
        chain=str(row.get("chain") or ""),
        product=str(row.get("product") or ""),
    )


def _text(value: object) -> str:
    return "" if value is None else f"{value:.2g}" if isinstance(value, float) else str(value)


def _target(item: Row) -> Target:
    reasons = item.get("reasons") or ()
    told = [reasons] if isinstance(reasons, str) else [evidence_text(r) for r in reasons]
    return Target(
        str(item.get("company") or item.get("company_id") or ""),
        tuple(told),
        _text(item.get("risk")),
        str(item.get("company_id") or ""),
        str(item.get("action") or ""),
    )


def evidence_text(item: object) -> str:
    """Return an evidence item as one line: the sentence and, in brackets, where it stands."""
    if not isinstance(item, Mapping):
        return str(item)
    place = [str(item[name]) for name in ("file", "sheet") if item.get(name)]
    if item.get("row") is not None:
        place.append(say("views.row", row=item["row"]))
    text = str(item.get("text") or "")
    return f"{text}（{' / '.join(place)}）" if place else text
