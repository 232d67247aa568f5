"""``Neo4jStore``: the port on a Neo4j server, and what only it can do (Cypher for people).

The choice: the server is asked for rows and told rows, and the rules of what a row is stay in
``merge``, so that Neo4j and SQLite cannot disagree. Works on Community: one database, uniqueness
constraints, no APOC. Beside the graph it keeps one node ``ChainmapMeta``: the graph's name, the
revision, and the sources of an import that did not end.
"""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Self

import pandas as pd
from neo4j import GraphDatabase

from chainmap.errors import StoreRefused, StoreUnavailable
from chainmap.schema import Schema, load_schema
from chainmap.stores.checks import checked_query, checked_tables, counted_owner
from chainmap.stores.columns import column_of, stored_dtypes
from chainmap.stores.neo4j import cypher
from chainmap.stores.neo4j.address import Address, read_address
from chainmap.stores.neo4j.cypher import PAGE, Statement
from chainmap.stores.neo4j.ddl import constraint_statements
from chainmap.stores.neo4j.errors import translated
from chainmap.stores.neo4j.explain import cypher_of
from chainmap.stores.neo4j.people import run_for_people
from chainmap.stores.neo4j.read import read_tables
from chainmap.stores.neo4j.transactions import (
    TRANSACTION_ROWS,
    Transactions,
    new_database_name,
)
from chainmap.stores.neo4j.write import Writer
from chainmap.stores.port import Capability, GraphQuery, WriteCounts
from chainmap.texts import say
from chainmap.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chainmap.stores.queries import QueryRows
    from chainmap.tables import GraphTables, Run

# The driver says on stderr what it also raises; whoever wants its log configures one.
logging.getLogger("neo4j").addHandler(logging.NullHandler())

CONNECT_SECONDS = 10
RETRY_SECONDS = 15
"""How long the driver repeats a managed transaction that the server calls retryable."""

STEADY_READS = 3
"""How often a bulk read starts again because an import was committed meanwhile."""


class Neo4jStore:
    """A graph store on a Neo4j server; see ``port.GraphStore``.

    ``rows`` go into one statement and ``transaction_rows`` into one transaction; up to the latter
    a batch is all or nothing (see ``transactions``).
    """

    def __init__(
        self,
        url: str,
        *,
        password: str | None = None,
        rows: int = PAGE,
        transaction_rows: int = TRANSACTION_ROWS,
    ) -> None:
        self._address = read_address(url)
        self._schema = load_schema()
        self._rows = rows
        with translated(self._address):
            self._driver = GraphDatabase.driver(
                self._address.uri,
                auth=None if password is None else (self._address.user, password),
                user_agent=f"chainmap/{__version__}",
                connection_timeout=CONNECT_SECONDS,
                connection_acquisition_timeout=2 * CONNECT_SECONDS,
                max_transaction_retry_time=RETRY_SECONDS,
                notifications_min_severity="OFF",
            )
        self._transactions = Transactions(self._driver, self._address, rows=transaction_rows)
        try:
            with translated(self._address):
                # First without repeats, so that a server that is down is told at once.
                self._driver.verify_connectivity()
                self._driver.execute_query("RETURN 1", database_=self._address.database)
        except BaseException:
            self._driver.close()
            raise

    def __repr__(self) -> str:
        return f"Neo4jStore({self.url!r})"

    @property
    def address(self) -> Address:
        """The address in its parts."""
        return self._address

    @property
    def url(self) -> str:
        """The address without any password."""
        return self._address.url

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What this store can do; a batch is one transaction only up to a size, so not claimed."""
        return frozenset({Capability.CYPHER, Capability.DRY_RUN})

    @property
    def schema(self) -> Schema:
        """The schema in use."""
        return self._schema

    def prepare(self, schema: Schema) -> None:
        """Create the constraints that are missing and the meta node; may be called again."""
        self._schema = schema
        names = self._transactions.read(Statement("SHOW CONSTRAINTS YIELD name"))
        there = {str(row["name"]) for row in names}
        for text in constraint_statements(schema):
            if text.split("`")[1] not in there:
                self._transactions.declare(text)
        if self._meta()["database"] is None:
            given = cypher.meta(
                "database = coalesce(m.database, $name)", "revision = coalesce(m.revision, 0)"
            )
            self._transactions.write_at_once(given, name=new_database_name())

    def batch(self, *, dry_run: bool = False) -> AbstractContextManager[None]:
        """Group writes; all or nothing up to ``transaction_rows``, ``dry_run`` undoes them all."""
        return self._transactions.batch(dry_run=dry_run)

    def write(self, tables: GraphTables, run: Run) -> WriteCounts:
        """Upsert rows by key for ``run.source``; stamp first_run, last_run and origin."""
        checked = checked_tables(self._schema, tables, run)
        with self._transactions.batch():
            self._transactions.name_source(run.source)
            return self._writer().write(checked, run)

    def restore(self, tables: GraphTables) -> None:
        """Fill the empty store with rows as read from another, provenance and all.

        Raises
        ------
        StoreRefused
            When the store holds rows already.
        """
        if self._transactions.read(cypher.any_node(self._schema)):
            raise StoreRefused(say("store.not_empty", url=self.url))
        with self._transactions.batch():
            self._writer().restore(tables)

    def prune(self, run: Run) -> WriteCounts:
        """Withdraw what ``run.source`` stated before and did not restate in ``run``."""
        with self._transactions.batch():
            self._transactions.name_source(run.source)
            return self._writer().prune(run)

    def read(self, query: GraphQuery) -> GraphTables:
        """Return the subgraph that ``query`` describes.

        Raises
        ------
        StoreUnavailable
            When imports are committed so quickly that no read sees one state.
        """
        checked = checked_query(self._schema, query)
        if self._transactions.in_batch:
            return read_tables(self._schema, self._transactions.read, checked)
        for _ in range(STEADY_READS):
            before = self.revision()
            tables = read_tables(self._schema, self._transactions.read, checked)
            if self.revision() == before:
                return tables
        raise StoreUnavailable(say("neo4j.unsteady", url=self.url))

    def count(self, owner: str, by: str | None = None) -> pd.DataFrame:
        """Return ``value, count`` rows of a label, role label or type, ordered by value."""
        counted = counted_owner(self._schema, owner, by)
        rows = self._transactions.read(cypher.count_rows(self._schema, owner, by))
        tally = {row["value"]: row["count"] for row in rows}
        dtype = stored_dtypes(self._schema, counted)[by] if by else "str"
        return _count_frame(tally if by else {None: tally.get(None, 0)}, dtype)

    def revision(self) -> str:
        """Return a token that changes with every committed write: the key of any cache."""
        found = self._meta()
        committed = (found["revision"] or 0) - self._transactions.raised
        return f"{found['database'] or ''}-{committed}"

    def unfinished(self) -> tuple[str, ...]:
        """Return the sources of imports that were committed in part and did not end."""
        return tuple(sorted(self._meta()["unfinished"] or ()))

    def explain(self, query: GraphQuery) -> list[str]:
        """Return the kinds of Cypher statement that ``read`` sends for the query, in order."""
        return cypher_of(self._schema, checked_query(self._schema, query))

    def query(self, text: str, parameters: Mapping[str, object], *, limit: int) -> QueryRows:
        """Run somebody's Cypher in a read transaction; a write is refused and undone."""
        with translated(self._address):
            return run_for_people(self._driver, self._address, text, parameters, limit=limit)

    def close(self) -> None:
        """Close the connections."""
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _writer(self) -> Writer:
        return Writer(self._schema, self._transactions, self._rows)

    def _meta(self) -> dict[str, Any]:
        found = self._transactions.read(cypher.read_meta())
        return found[0] if found else dict.fromkeys(("database", "revision", "unfinished"))


def _count_frame(tally: Mapping[Any, int], dtype: str) -> pd.DataFrame:
    values = sorted(v for v in tally if v is not None) + [None] * (None in tally)
    counts = [tally[value] for value in values]
    return pd.DataFrame({"value": column_of(values, dtype), "count": column_of(counts, "int64")})
