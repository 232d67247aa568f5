"""What is in a store, and moving it: info, copy, prune, explain.

The choice: each job works through the port, so that it does the same to every store; a copy takes
the rows with their provenance and statements, so that a later import goes on where it was.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chainmap.answers import Answer
from chainmap.errors import ConfigError, Finding, Severity
from chainmap.schema import ROLE_LABELS, Schema, load_schema
from chainmap.stores.port import GraphQuery, GraphStore, WriteCounts
from chainmap.tables import REVIEW_SOURCE, Run
from chainmap.texts import rule_severity, say
from chainmap.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNTED = ("kind", "label", "count")
PRUNED = ("kind", "label", "changed", "removed", "deactivated")


def store_info(store: GraphStore) -> Answer:
    """Count nodes and edges.

    Returns
    -------
    Answer
        ``chainmap.store-info/1``: ``kind`` (node or edge), ``label``, ``count``, one row for
        every label, role label and type, in schema order, zeros included.
    """
    owners = list(_owners(load_schema()))
    counts = {label: int(store.count(label)["count"].sum()) for _, label in owners}
    return Answer(
        schema="chainmap.store-info/1",
        columns=COUNTED,
        rows=[{"kind": k, "label": label, "count": counts[label]} for k, label in owners],
        run={"version": __version__, "store": store.url},
        findings=[_finding("S-unfinished", name) for name in store.unfinished()],
    )


def copy_store(source: GraphStore, target: GraphStore) -> Answer:
    """Copy everything in ``source`` into the empty store ``target``, provenance included.

    Returns
    -------
    Answer
        ``chainmap.store-copy/1``: the rows copied, by ``kind`` and ``label``.

    Raises
    ------
    StoreRefused
        When ``target`` is not empty.
    ConfigError
        When both are the same store.
    """
    if source is target or (source.url == target.url != "memory:"):
        raise ConfigError(say("store.same_store", url=source.url))
    schema = load_schema()
    target.prepare(schema)
    tables = source.read(GraphQuery())
    with target.batch():
        target.restore(tables)
    counts = {owner: len(frame) for owner, frame in tables.frames()}
    owners = [(kind, label) for kind, label in _owners(schema) if label in counts]
    return Answer(
        schema="chainmap.store-copy/1",
        columns=COUNTED,
        rows=[{"kind": k, "label": label, "count": counts[label]} for k, label in owners],
        run={"version": __version__, "from": source.url, "to": target.url},
    )


def prune_store(
    store: GraphStore, source: str, *, dry_run: bool = False, now: datetime | None = None
) -> Answer:
    """Withdraw everything that ``source`` states (a file name, or an import's ``--source``).

    What others state as well stays, with their values; supply relations that nobody states any
    more stay inactive, as evidence of what was.

    Parameters
    ----------
    store
        An open store.
    source
        The name of the source.
    dry_run
        Only tell what would change.
    now
        The time of the withdrawal; None: the clock.

    Returns
    -------
    Answer
        ``chainmap.store-prune/1``: ``kind``, ``label``, and the rows ``changed``, ``removed``
        and ``deactivated``.

    Raises
    ------
    ConfigError
        When the store holds nothing from that source, or it is the reserved source of reviews.
    """
    if source.strip() == REVIEW_SOURCE:
        raise ConfigError(say("review.reserved_source", source=REVIEW_SOURCE))
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    run = Run(
        id=moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        source=source,
        as_of=moment.date().isoformat(),
        version=__version__,
    )
    with store.batch(dry_run=dry_run):
        counts = store.prune(run)
        rows = _pruned(counts)
        if not rows:
            known = "、".join(_sources(store)) or "—"
            raise ConfigError(
                say("store.no_such_source", url=store.url, source=source, known=known)
            )
    return Answer(
        schema="chainmap.store-prune/1",
        columns=PRUNED,
        rows=rows,
        run={"version": __version__, "store": store.url, "id": run.id},
        scope={"source": source, "dry_run": dry_run},
    )


def explain_query(store: GraphStore, query: GraphQuery) -> Answer:
    """Return the statements with which the store would answer ``query``.

    Returns
    -------
    Answer
        ``chainmap.store-explain/1``: ``step`` (from 1) and ``statement``.

    Raises
    ------
    StoreUnsupported
        When the store has no statements (``memory:``).
    """
    steps = store.explain(query)
    return Answer(
        schema="chainmap.store-explain/1",
        columns=("step", "statement"),
        rows=[{"step": number, "statement": text} for number, text in enumerate(steps, start=1)],
        run={"version": __version__, "store": store.url},
        scope={"query": json.loads(json.dumps(asdict(query)))},
    )


def _owners(schema: Schema) -> Iterator[tuple[str, str]]:
    """Yield kind and label: node labels, each followed by its role labels, then edge types."""
    for label in schema.nodes:
        yield "node", label
        for role, edge in ROLE_LABELS.items():
            if schema.edges[edge].sources[0] == label:
                yield "node", role
    for name in schema.edges:
        yield "edge", name


def _pruned(counts: WriteCounts) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for kind, label in _owners(load_schema()):
        parts = (counts.changed, counts.removed, counts.deactivated)
        numbers = [part.get(label, 0) for part in parts]
        if any(numbers):
            rows.append(dict(zip(PRUNED, (kind, label, *numbers), strict=True)))
    return rows


def _sources(store: GraphStore) -> list[str]:
    names = store.count("Source", by="name")["value"]
    return sorted(str(name) for name in names.dropna())


def _finding(rule: str, value: str) -> Finding:
    return Finding(Severity(rule_severity(rule)), rule, value=value)
