"""Driver exceptions become our errors in one place; messages never hold a password.

The choice: a table over the driver's classes, walked by method resolution order, so that a class
the driver adds later still maps through its base; a test enumerates the classes of today.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from neo4j import exceptions as driver

from chainmap.errors import StoreError, StoreRefused, StoreUnavailable
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.stores.neo4j.address import Address

MAPPED: Mapping[type[Exception], tuple[type[StoreError], str]] = {
    driver.AuthError: (StoreUnavailable, "neo4j.auth"),
    driver.Forbidden: (StoreRefused, "neo4j.forbidden"),
    driver.ConstraintError: (StoreRefused, "neo4j.constraint"),
    driver.CypherSyntaxError: (StoreRefused, "neo4j.query"),
    driver.CypherTypeError: (StoreRefused, "neo4j.query"),
    driver.ClientError: (StoreRefused, "neo4j.query"),
    driver.TransientError: (StoreUnavailable, "neo4j.busy"),
    driver.DatabaseError: (StoreRefused, "neo4j.failed"),
    driver.Neo4jError: (StoreRefused, "neo4j.failed"),
    driver.ServiceUnavailable: (StoreUnavailable, "neo4j.down"),
    driver.SessionExpired: (StoreUnavailable, "neo4j.down"),
    driver.ConnectionPoolError: (StoreUnavailable, "neo4j.down"),
    driver.IncompleteCommit: (StoreUnavailable, "neo4j.commit"),
    driver.ConfigurationError: (StoreUnavailable, "neo4j.configuration"),
    driver.DriverError: (StoreRefused, "neo4j.failed"),
    driver.GqlError: (StoreRefused, "neo4j.failed"),
}

_BY_CODE: Mapping[str, tuple[type[StoreError], str]] = {
    "Neo.ClientError.Database.DatabaseNotFound": (StoreUnavailable, "neo4j.database"),
    "Neo.ClientError.Security.AuthenticationRateLimit": (StoreUnavailable, "neo4j.auth_locked"),
    "Neo.ClientError.Security.CredentialsExpired": (StoreUnavailable, "neo4j.auth_expired"),
    "Neo.ClientError.Statement.AccessMode": (StoreRefused, "neo4j.read_only"),
    "Neo.TransientError.General.MemoryPoolOutOfMemoryError": (StoreRefused, "neo4j.memory"),
    "Neo.TransientError.General.TransactionMemoryLimit": (StoreRefused, "neo4j.memory"),
    "Neo.TransientError.General.OutOfMemoryError": (StoreRefused, "neo4j.memory"),
}
"""Server codes that say more than their class."""


def mapped(exc: Exception, address: Address) -> StoreError:
    """Return our error for a driver exception, told for the user of ``address``."""
    code = getattr(exc, "code", None) or ""
    kind, text = _BY_CODE.get(code) or next(
        MAPPED[base] for base in type(exc).__mro__ if base in MAPPED
    )
    if text == "neo4j.down" and "+" in address.scheme:
        text = "neo4j.down_tls"
    detail = " ".join(str(getattr(exc, "message", None) or exc).split())
    shown = {"url": address.url, "user": address.user, "database": address.database}
    return kind(say(text, **shown, detail=detail, code=code))


@contextmanager
def translated(address: Address) -> Iterator[None]:
    """Raise our errors instead of the driver's; the cause stays attached.

    Raises
    ------
    StoreUnavailable
        Not reachable, wrong password or database, overloaded.
    StoreRefused
        A constraint, a missing permission, a query that is not Cypher.
    """
    try:
        yield
    except driver.GqlError as exc:
        raise mapped(exc, address) from exc


def is_retryable(exc: Exception) -> bool:
    """Whether the same work may succeed in a new transaction, as the driver judges it.

    A commit whose outcome is unknown is not repeated blindly, and memory that one transaction
    exceeded will be exceeded again.
    """
    if isinstance(exc, driver.IncompleteCommit) or _is_memory(exc):
        return False
    return isinstance(exc, (driver.Neo4jError, driver.DriverError)) and exc.is_retryable()


def _is_memory(exc: Exception) -> bool:
    return _BY_CODE.get(getattr(exc, "code", None) or "", (None, ""))[1] == "neo4j.memory"
