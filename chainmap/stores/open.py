"""From an address to a store; drivers are imported only when their scheme is asked for.

The one choice: an address never holds a password, and one that does is refused without being
shown again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chainmap.errors import ConfigError
from chainmap.schema import load_schema
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.stores.port import GraphStore

NEO4J_SCHEMES = frozenset(
    {"neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"},
)


def open_store(url: str, *, password: str | None = None, read_only: bool = False) -> GraphStore:
    """Open the store at ``url`` and prepare it for the schema.

    Parameters
    ----------
    url
        ``sqlite:PATH``, ``memory:``, or ``neo4j://USER@HOST:PORT/DATABASE`` and the driver's
        other schemes.
    password
        For Neo4j; never part of the address.
    read_only
        Write nothing, not even missing tables; a SQLite file must exist.

    Returns
    -------
    GraphStore
        An open store; close it, or use it in a ``with`` statement.

    Raises
    ------
    ConfigError
        The scheme is unknown, or the address holds a password.
    StoreUnavailable
        The store cannot be reached, or the file does not exist (``read_only``).
    StoreRefused
        The file is not a chainmap store.
    """
    scheme, _, rest = url.partition(":")
    if scheme == "memory" and not rest:
        return _prepared(_memory(), read_only=False)
    if scheme == "sqlite" and rest:
        return _prepared(_sqlite(rest, read_only=read_only), read_only=read_only)
    if scheme in NEO4J_SCHEMES and rest.startswith("//"):
        return _prepared(_neo4j(url, password), read_only=read_only)
    raise ConfigError(say("store.bad_url", url=scheme if "@" in url else url))


def _prepared(store: GraphStore, *, read_only: bool) -> GraphStore:
    try:
        if not read_only:
            store.prepare(load_schema())
    except BaseException:
        store.close()
        raise
    return store


def _memory() -> GraphStore:
    from chainmap.stores.memory import MemoryStore

    return MemoryStore()


def _sqlite(path: str, *, read_only: bool) -> GraphStore:
    from chainmap.stores.sqlite import SqliteStore

    return SqliteStore(path, load_schema(), read_only=read_only)


def _neo4j(url: str, password: str | None) -> GraphStore:
    if ":" in urlsplit(url).netloc.rpartition("@")[0]:
        raise ConfigError(say("store.password_in_url"))
    from chainmap.stores.neo4j import Neo4jStore

    return Neo4jStore(url, password=password)
