"""How statements reach the server: managed reads, and writes in transactions that can be replayed.

A read outside a batch is one managed transaction; the driver repeats it when the server says so.
A batch is one explicit transaction, because the code that fills it runs between its statements.
So that a lost connection or a change of leader does not lose an import, its writes are kept until
the commit and replayed in a new transaction; the revision, which each writing transaction raises
first and thereby locks, shows whether somebody else wrote in between.

Exactly: up to ``TRANSACTION_ROWS`` rows a batch is all or nothing. A larger one is committed in
pieces of about that size, for the server holds an open transaction in its heap; until it ends, the
meta node names the sources it was writing (``unfinished``), and importing them again completes it.
A dry run is never committed, whatever its size.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from neo4j import READ_ACCESS, WRITE_ACCESS, Driver, ManagedTransaction, Session, Transaction
from neo4j.exceptions import GqlError

from chainmap.errors import StoreRefused, StoreUnavailable, StoreUnsupported
from chainmap.stores.neo4j.cypher import Statement, meta
from chainmap.stores.neo4j.errors import is_retryable, translated
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.stores.neo4j.address import Address

TRANSACTION_ROWS = 20_000
"""Rows that one transaction holds at most; a server with a heap of 512 MB takes that many."""

RETRIES = 3
"""How often the work of a transaction is tried again, after 1, 2 and 4 seconds."""

Rows = list[dict[str, Any]]
_T = TypeVar("_T")
_log = logging.getLogger("chainmap.stores.neo4j")


class Transactions:
    """The way to one database; one batch at a time."""

    def __init__(self, driver: Driver, address: Address, *, rows: int = TRANSACTION_ROWS) -> None:
        self._driver = driver
        self._address = address
        self._limit = rows
        self._open: _Batch | None = None

    @property
    def in_batch(self) -> bool:
        """Whether a batch is open."""
        return self._open is not None

    @property
    def raised(self) -> int:
        """By how much an open batch has raised the revision without a commit: 0 or 1."""
        return int(self._open is not None and self._open.has_begun)

    def read(self, statement: Statement, **parameters: object) -> Rows:
        """Run a reading statement; inside a batch it sees what the batch wrote."""
        with translated(self._address):
            if self._open is not None:
                return self._open.run(statement, parameters)
            return self._managed(READ_ACCESS, statement, parameters)

    def write(self, statement: Statement, size: int = 1, /, **parameters: object) -> Rows:
        """Run a writing statement that touches ``size`` rows; only inside a batch."""
        if self._open is None:
            msg = "write outside a batch"
            raise RuntimeError(msg)
        with translated(self._address):
            return self._open.run(statement, parameters, size)

    def write_at_once(self, statement: Statement, **parameters: object) -> Rows:
        """Run one writing statement in a managed transaction of its own."""
        with translated(self._address):
            return self._managed(WRITE_ACCESS, statement, parameters)

    def declare(self, text: str) -> None:
        """Run a schema command, which Neo4j does not mix with data in one transaction."""
        with translated(self._address), self._session(WRITE_ACCESS) as session:
            session.run(text).consume()

    def name_source(self, source: str) -> None:
        """Note that the open batch writes ``source``."""
        if self._open is not None:
            self._open.sources.add(source)

    @contextmanager
    def batch(self, *, dry_run: bool = False) -> Iterator[None]:
        """Open a batch; an exception, or ``dry_run``, undoes what is not committed yet.

        A batch inside a batch is a part of it: Neo4j has no savepoints, so when the inner one
        fails, the outer one can only be undone as well.

        Raises
        ------
        StoreUnsupported
            For a dry run inside a batch.
        """
        if self._open is not None:
            with self._inner(self._open, dry_run=dry_run):
                yield
            return
        limit = None if dry_run else self._limit
        batch = _Batch(lambda: self._session(WRITE_ACCESS), limit)
        self._open = batch
        try:
            yield
            if batch.failed:
                raise StoreRefused(say("neo4j.batch_failed"))
            if not dry_run:
                with translated(self._address):
                    batch.commit(last=True)
        finally:
            self._open = None
            batch.abandon()

    @contextmanager
    def _inner(self, batch: _Batch, *, dry_run: bool) -> Iterator[None]:
        if dry_run:
            raise StoreUnsupported(say("neo4j.inner_dry_run"))
        try:
            yield
        except BaseException:
            batch.failed = True
            raise

    def _session(self, access: str) -> Session:
        return self._driver.session(
            database=self._address.database, default_access_mode=access, fetch_size=1000
        )

    def _managed(self, access: str, statement: Statement, parameters: Mapping[str, object]) -> Rows:
        given = {**statement.parameters, **parameters}

        def work(transaction: ManagedTransaction) -> Rows:
            return _rows(transaction, statement.text, given)

        with self._session(access) as session:
            run = session.execute_read if access == READ_ACCESS else session.execute_write
            return run(work)


class _Batch:
    """One explicit transaction at a time, with the writes it would take to repeat it."""

    def __init__(self, session: Callable[[], Session], limit: int | None) -> None:
        self.sources: set[str] = set()
        self.failed = False
        self._new_session = session
        self._limit = limit
        self._session: Session | None = None
        self._transaction: Transaction | None = None
        self._writes: list[tuple[str, dict[str, object]]] = []
        self._written = 0
        self._revision: int | None = None
        self._pieces = 0

    @property
    def has_begun(self) -> bool:
        """Whether a transaction is open, which is when the revision is raised."""
        return self._transaction is not None and not self._transaction.closed()

    def run(self, statement: Statement, parameters: Mapping[str, object], rows: int = 0) -> Rows:
        """Run a statement; ``rows`` above 0 means that it writes and must be replayable."""
        given = {**statement.parameters, **parameters}

        def work() -> Rows:
            return _rows(self._begun(), statement.text, given)

        found = self._tried(work)
        if rows:
            self._writes.append((statement.text, given))
            self._written += rows
            if self._limit is not None and self._written >= self._limit:
                self.commit(last=False)
        return found

    def commit(self, *, last: bool) -> None:
        """Commit; ``last`` ends the batch, else the sources are marked as unfinished.

        A batch that wrote nothing is not committed: the revision stays what it was.
        """
        if not self._writes and not self._pieces:
            return
        self._pieces += not last
        self._tried(lambda: self._mark_and_commit(last=last))
        self._close()
        self._writes.clear()
        self._written = 0
        self._revision = None

    def abandon(self) -> None:
        """Roll back what is open; a lost connection has rolled back already."""
        with suppress(GqlError):
            if self._transaction is not None and not self._transaction.closed():
                self._transaction.rollback()
        self._close()

    def _mark_and_commit(self, *, last: bool) -> None:
        transaction = self._begun()
        if last:
            text = meta("unfinished = [s IN coalesce(m.unfinished, []) WHERE NOT s IN $sources]")
        else:
            text = meta(
                "unfinished = coalesce(m.unfinished, []) + [s IN $sources "
                "WHERE NOT s IN coalesce(m.unfinished, [])]"
            )
        _rows(transaction, text.text, {"sources": sorted(self.sources)})
        transaction.commit()

    def _begun(self) -> Transaction:
        """Return the open transaction; a new one raises the revision and repeats the writes."""
        if self._transaction is not None and self.has_begun:
            return self._transaction
        self._close()
        self._session = self._new_session()
        self._transaction = self._session.begin_transaction()
        statement = meta("revision = coalesce(m.revision, 0) + 1")
        revision = int(_rows(self._transaction, statement.text, {})[0]["revision"])
        if self._revision not in (None, revision):
            raise StoreUnavailable(say("neo4j.overtaken"))
        self._revision = revision
        for text, parameters in self._writes:
            _rows(self._transaction, text, parameters)
        return self._transaction

    def _tried(self, work: Callable[[], _T]) -> _T:
        for attempt in range(RETRIES + 1):
            try:
                return work()
            except GqlError as exc:
                if attempt == RETRIES or not is_retryable(exc):
                    raise
                _log.warning("Neo4j: %s; trying again", type(exc).__name__)
                self.abandon()
                time.sleep(2**attempt)
        raise AssertionError

    def _close(self) -> None:
        self._transaction = None
        if self._session is not None:
            with suppress(GqlError):
                self._session.close()
            self._session = None


def new_database_name() -> str:
    """Return the random name that tells this graph from another one at the same address."""
    return uuid.uuid4().hex


def _rows(runner: ManagedTransaction | Transaction, text: str, given: dict[str, Any]) -> Rows:
    # Not Result.data(): it copies every nested list once more.
    return [
        dict(zip(record.keys(), record.values(), strict=True)) for record in runner.run(text, given)
    ]
