"""The Neo4j store: one shared graph for a bureau, over Bolt, through the official driver.

``Neo4jStore`` is loaded on first use, so that the pure parts (addresses, constraint statements,
compiled queries) can be used without loading the driver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chainmap.stores.neo4j.store import Neo4jStore

__all__ = ["Neo4jStore"]


def __getattr__(name: str) -> object:
    if name == "Neo4jStore":
        from chainmap.stores.neo4j.store import Neo4jStore

        return Neo4jStore
    msg = f"module {__name__} has no attribute {name}"
    raise AttributeError(msg)
