"""Decisions about pairs: this leader and this firm should meet, should not, or are to be checked.

The choice: a decision is a statement of the reserved source 审核 on the edge DECIDED, keyed by the
two companies and, where given, the product: no import touches it, a firm that gets its credit code
takes it along, and taking it back is one more statement with a longer history.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pandas as pd

from chainmap.analysis.columns import VERDICTS as BY_STRICTNESS
from chainmap.analysis.graph import ChainGraph, cell
from chainmap.answers import Answer
from chainmap.errors import ConfigError, StoreUnavailable
from chainmap.match.decided import WORDS
from chainmap.schema import load_schema
from chainmap.stores.columns import records_of
from chainmap.stores.port import GraphQuery
from chainmap.tables import REVIEW_SOURCE, GraphTables, Run, typed_frame
from chainmap.texts import say
from chainmap.version import __version__
from chainmap.workflow.review import UNDONE, one_line, signature
from chainmap.workflow.scope import company_named, product_named
from chainmap.workflow.snapshot import load_chain_graph, read_same_firms

if TYPE_CHECKING:
    from pathlib import Path

    from chainmap.stores.port import GraphStore

VERDICTS = tuple(WORDS)
COLUMNS = (
    "one_id", "one", "other_id", "other", "product_id", "product",
    "verdict", "reason", "by", "date", "changed",
)  # fmt: skip
LISTED = (*COLUMNS[:-1], "history")

_EDGE, _ORIGIN = "DECIDED", f"{REVIEW_SOURCE}/-/-"
_TOLD = ("verdict", "reason", "by", "date")


Key = tuple[str, str, str]
"""Two companies in order of id, and a product or nothing."""


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """Two companies and perhaps a product, by id."""

    source: str
    target: str
    product: str = ""

    @property
    def key(self) -> Key:
        """The same whichever company was typed first."""
        one, other = sorted((self.source, self.target))
        return one, other, self.product


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about two firms.

    Attributes
    ----------
    pair
        With same firms folded.
    values
        verdict, reason, by, date (null after an undoing) and history.
    edges
        The edges of the store that say so: those of all records of the two firms.
    """

    pair: Pair
    values: Mapping[str, object]
    edges: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True)
class Stated:
    """What a person says about a pair; ``verdict`` None takes back what was said."""

    pair: Pair
    verdict: str | None
    reason: str | None
    by: str


def decide_pair(  # noqa: PLR0913 - the twin of the command: one parameter an option
    store: GraphStore,
    one: str,
    other: str,
    verdict: str,
    *,
    reason: str,
    product: str | None = None,
    by: str | None = None,
    cache_dir: Path | None = None,
    now: datetime | None = None,
) -> Answer:
    """Decide whether two companies should meet; the decision holds until somebody changes it.

    Parameters
    ----------
    store
        An open store.
    one, other
        The two companies, in either order: names, codes or ids.
    verdict
        确认 (they should meet), 排除 (never propose them), 待核 (to be checked; inside only).
    reason
        Why, in a sentence.
    product
        Only about this product; default: whatever the product.
    by
        Who decides; None: the user of this machine.
    cache_dir
        Folder of the snapshot cache.
    now
        The time of the decision; None: the clock.

    Returns
    -------
    Answer
        ``chainmap.decide/1``: one row; ``changed`` is false where the same was said before.

    Raises
    ------
    ConfigError
        When a name is unknown or ambiguous, both are one company, the verdict is none of the
        three or the reason is empty; nothing is written.
    StoreUnavailable
        When somebody else wrote to the store meanwhile; run it again.
    """
    if verdict not in VERDICTS:
        raise ConfigError(say("decide.verdict", verdict=verdict, verdicts="、".join(VERDICTS)))
    why = one_line(reason)
    if not why:
        raise ConfigError(say("decide.reason"))
    return _state(store, (one, other, product), verdict, why, by, cache_dir, now)


def undo_decision(
    store: GraphStore,
    one: str,
    other: str,
    *,
    reason: str | None = None,
    product: str | None = None,
    by: str | None = None,
    cache_dir: Path | None = None,
    now: datetime | None = None,
) -> Answer:
    """Take back what was decided about two companies; the history keeps it.

    Parameters
    ----------
    store, one, other, reason, product, by, cache_dir, now
        As in ``decide_pair``.

    Raises
    ------
    ConfigError
        When nothing was decided about them.
    """
    return _state(store, (one, other, product), None, one_line(reason), by, cache_dir, now)


def list_decisions(
    store: GraphStore,
    *,
    verdict: str | None = None,
    company: str | None = None,
    cache_dir: Path | None = None,
) -> Answer:
    """List what was decided, the latest first.

    Parameters
    ----------
    store
        An open store.
    verdict
        Only this one.
    company
        Only decisions about this company.
    cache_dir
        Folder of the snapshot cache.

    Returns
    -------
    Answer
        ``chainmap.decide-list/1``.
    """
    if verdict is not None and verdict not in VERDICTS:
        raise ConfigError(say("decide.verdict", verdict=verdict, verdicts="、".join(VERDICTS)))
    graph = load_chain_graph(store, cache_dir=cache_dir)
    wanted = None
    if company is not None:
        wanted = str(cell(graph.companies, "id", company_named(graph, company)))
    rows = [
        named_row(graph, known.pair, known.values) | {"history": history_of(known.values)}
        for known in read_decisions_about(store).values()
        if known.values["verdict"]
        and verdict in (None, known.values["verdict"])
        and wanted in (None, known.pair.source, known.pair.target)
    ]
    rows.sort(key=lambda row: (str(row["one_id"]), str(row["other_id"]), str(row["product_id"])))
    rows.sort(key=lambda row: str(row["date"]), reverse=True)
    return Answer(
        "chainmap.decide-list/1",
        LISTED,
        rows,
        run={"version": __version__, "store": store.url},
        scope={"verdict": verdict, "company": wanted},
    )


def read_decisions_about(store: GraphStore) -> dict[Key, Known]:
    """Return what is known about each pair of firms, undone decisions among them.

    Notes
    -----
    Two records of one firm may each have an edge. Of those with a verdict the latest holds, of the
    same day the strictest; the history is that of all.
    """
    if not int(store.count(_EDGE)["count"].sum()):
        return {}
    query = GraphQuery(
        labels=("Company",),
        edge_types=(_EDGE,),
        columns={"Company": (), _EDGE: ("product", *_TOLD, "history")},
    )
    firm = read_same_firms(store)
    frame = store.read(query).edges.get(_EDGE)
    found: dict[Key, list[tuple[Pair, dict[str, object]]]] = {}
    for record in [] if frame is None else records_of(frame):
        edge = Pair(record["source"], record["target"], record["product"] or "")
        pair = Pair(firm.get(edge.source, edge.source), firm.get(edge.target, edge.target),
                    edge.product)  # fmt: skip
        if pair.source != pair.target:
            found.setdefault(pair.key, []).append((edge, record))
    return {key: _united(edges, firm) for key, edges in sorted(found.items())}


def _united(edges: list[tuple[Pair, dict[str, object]]], firm: Mapping[str, str]) -> Known:
    """Return what the edges of one pair say together."""

    def strength(told: tuple[Pair, dict[str, object]]) -> tuple[object, ...]:
        edge, values = told
        word = str(values["verdict"] or "")
        strict = BY_STRICTNESS.index(word) if word in BY_STRICTNESS else -1
        return word != "", str(values["date"] or ""), strict, edge

    edge, values = max(edges, key=strength)
    steps: list[dict[str, object]] = []
    for _, one in sorted(edges, key=strength):
        steps += [step for step in history_of(one) if step not in steps]
    steps.sort(key=lambda step: str(step.get("date") or ""))
    pair = Pair(firm.get(edge.source, edge.source), firm.get(edge.target, edge.target),
                edge.product)  # fmt: skip
    history = json.dumps(steps, ensure_ascii=False)
    return Known(pair, {**values, "history": history}, tuple(sorted(one for one, _ in edges)))


def named_row(graph: ChainGraph, pair: Pair, values: Mapping[str, object]) -> dict[str, object]:
    """Return a decision as a row, with names beside the ids."""

    def name(table: str, key: str) -> str | None:
        at = graph.company_position(key) if table == "companies" else graph.product_position(key)
        return None if at is None else str(cell(getattr(graph, table), "name", at))

    return {
        "one_id": pair.source,
        "one": name("companies", pair.source),
        "other_id": pair.target,
        "other": name("companies", pair.target),
        "product_id": pair.product or None,
        "product": name("products", pair.product) if pair.product else None,
        **{key: values.get(key) for key in _TOLD},
    }


def history_of(values: Mapping[str, object]) -> list[dict[str, object]]:
    """Return the steps of a decision, oldest first; what is not such a list counts as none."""
    try:
        told = json.loads(str(values.get("history") or "[]"))
    except ValueError:
        return []
    return [step for step in told if isinstance(step, dict)] if isinstance(told, list) else []


def _state(
    store: GraphStore,
    asked: tuple[str, str, str | None],
    verdict: str | None,
    reason: str | None,
    by: str | None,
    cache_dir: Path | None,
    now: datetime | None,
) -> Answer:
    seen = store.revision()
    graph = load_chain_graph(store, cache_dir=cache_dir)
    pair = find_pair(graph, *asked)
    known = read_decisions_about(store)
    if verdict is None and not known.get(pair.key, Known(pair, {})).values.get("verdict"):
        raise ConfigError(say("decide.nothing", one=asked[0], other=asked[1]))
    told = Stated(pair, verdict, reason, signature(by))
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    rows = write_statements(store, [told], known, moment, seen=seen)
    return Answer(
        "chainmap.decide/1",
        COLUMNS,
        [named_row(graph, row_pair, values) | {"changed": values["changed"]}
         for row_pair, values in rows],
        run={"version": __version__, "store": store.url},
        scope={"verdict": verdict or UNDONE},
    )  # fmt: skip


def find_pair(graph: ChainGraph, one: str, other: str, product: str | None) -> Pair:
    """Return the pair that names mean.

    Raises
    ------
    ConfigError
        When a name is unknown or ambiguous, or both are one company.
    """
    ends = [str(cell(graph.companies, "id", company_named(graph, name))) for name in (one, other)]
    if ends[0] == ends[1]:
        raise ConfigError(say("decide.one_company", one=one, other=other))
    about = "" if not product else str(cell(graph.products, "id", product_named(graph, product)))
    return Pair(ends[0], ends[1], about)


def write_statements(
    store: GraphStore,
    statements: Sequence[Stated],
    known: Mapping[Key, Known],
    moment: datetime,
    *,
    seen: str,
    dry_run: bool = False,
) -> list[tuple[Pair, dict[str, object]]]:
    """State what is new in one batch; return each pair with what now holds, and ``changed``.

    What is said of two firms is said on the edges of all their records, so that no older one is
    left to speak against it.

    Raises
    ------
    StoreUnavailable
        When the store is no longer at revision ``seen``; nothing was written.
    """
    day = moment.date().isoformat()
    rows: list[dict[str, object]] = []
    found: list[tuple[Pair, dict[str, object]]] = []
    for told in statements:
        had = known.get(told.pair.key, Known(told.pair, {}))
        before = had.values
        same = before.get("verdict") == told.verdict and told.reason in (None, before.get("reason"))
        if same:
            found.append((had.pair, {**before, "changed": False}))
            continue
        step: dict[str, object] = {
            "verdict": told.verdict or UNDONE,
            "by": told.by,
            "date": day,
            "reason": told.reason,
        }
        stated: dict[str, object] = dict(step) if told.verdict else dict.fromkeys(step)
        history = json.dumps([*history_of(before), step], ensure_ascii=False)
        said = stated | {"history": history, "origin": _ORIGIN}
        rows += [
            {"source": edge.source, "target": edge.target, "product": edge.product or None} | said
            for edge in had.edges or (had.pair,)
        ]
        found.append((had.pair, {**stated, "changed": True}))
    if rows and not dry_run:
        _write(store, rows, moment, seen)
    return found


def _write(store: GraphStore, rows: list[dict[str, object]], moment: datetime, seen: str) -> None:
    schema = load_schema()
    store.prepare(schema)
    run = Run(
        id=moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        source=REVIEW_SOURCE,
        as_of=moment.date().isoformat(),
        version=__version__,
    )
    frame = typed_frame(schema, _EDGE, pd.DataFrame(rows, dtype=object))
    with store.batch():
        if store.revision() != seen:
            raise StoreUnavailable(say("review.overtaken"))
        store.write(GraphTables({}, {_EDGE: frame}), run)
