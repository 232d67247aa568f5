"""Ask the graph in Cypher, read-only, whatever store it rests in.

The choice: a store that speaks Cypher answers itself; any other is projected into kglite, so that
the same reading query runs in both places.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from chainmap.answers import Answer
from chainmap.errors import ConfigError, Finding, Severity
from chainmap.schema import load_schema
from chainmap.stores.port import Capability, GraphStore
from chainmap.stores.queries import QueryRows, unknown_names
from chainmap.texts import rule_severity, say
from chainmap.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS = 10_000
"""Rows that an answer holds unless the caller says otherwise."""


class CypherStore(Protocol):
    """A store that answers Cypher itself."""

    def query(self, text: str, parameters: Mapping[str, object], *, limit: int) -> QueryRows:
        """Run a reading query."""


def run_query(
    store: GraphStore,
    cypher: str,
    params: Mapping[str, object] | None = None,
    *,
    limit: int = ROWS,
    cache_dir: Path | None = None,
) -> Answer:
    """Run a reading query and return its rows under the aliases it gives them.

    Parameters
    ----------
    store
        An open store.
    cypher
        The query; values belong into ``params``.
    params
        Values for ``$name``.
    limit
        Rows to return at most; more are cut with a finding.
    cache_dir
        Where a projection may be kept for the next query; None: nowhere.

    Returns
    -------
    Answer
        ``chainmap.query/1``. Nodes are ``{labels, properties}``, relationships
        ``{type, source, target, properties}``, paths ``{nodes, relationships}``.

    Raises
    ------
    StoreRefused
        The query writes (nothing is written), or is not Cypher.
    StoreUnsupported
        The store has no Cypher and the extra ``cypher`` is not installed.
    ConfigError
        A parameter or the limit cannot be used.

    Examples
    --------
    >>> from chainmap.stores.memory import MemoryStore
    >>> answer = run_query(MemoryStore(), "MATCH (c:Company) RETURN count(c) AS companies")
    >>> answer.rows
    [{'companies': 0}]
    """
    if limit < 1:
        raise ConfigError(say("query.bad_limit", limit=limit))
    given = dict(params or {})
    if Capability.CYPHER in store.capabilities:
        found = cast("CypherStore", store).query(cypher, given, limit=limit)
    else:
        from chainmap.stores.projection import project

        found = project(store, cache_dir=cache_dir).query(cypher, given, limit=limit)
    return Answer(
        schema="chainmap.query/1",
        columns=found.columns,
        rows=[dict(zip(found.columns, row, strict=True)) for row in found.rows],
        run={"version": __version__, "store": store.url},
        scope={"cypher": cypher, "params": given},
        findings=[*_findings(cypher, found, limit)],
    )


def _findings(cypher: str, found: QueryRows, limit: int) -> Iterator[Finding]:
    for unknown in unknown_names(cypher, load_schema()):
        near = {"near": unknown.near} if unknown.near else {}
        yield _finding(f"Q-unknown-{unknown.kind}", value=unknown.name, **near)
    if found.is_cut:
        yield _finding("Q-rows-cut", limit=str(limit))


def _finding(rule: str, *, value: str = "", **params: str) -> Finding:
    return Finding(Severity(rule_severity(rule)), rule, value=value, params=params)
