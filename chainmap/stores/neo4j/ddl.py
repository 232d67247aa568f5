"""The constraints that Neo4j Community has: a node key per label; made from the schema, no driver.

Existence, type and relationship keys are Enterprise features; chainmap checks those itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chainmap.schema import Schema

META_LABEL = "ChainmapMeta"
"""Label of the one node that holds the revision and the mark of an unfinished import."""


def quoted(name: str) -> str:
    """Return a label, type or property name for use in Cypher.

    Names come from the schema, never from input; quoting keeps a strange one from being syntax.

    >>> quoted("a`b")
    '`a``b`'
    """
    return "`" + name.replace("`", "``") + "`"


def constraint_statements(schema: Schema) -> list[str]:
    """Return one idempotent statement per label, in schema order, and one for the meta node."""
    labels = [*schema.nodes, META_LABEL]
    return [
        f"CREATE CONSTRAINT {quoted(label.lower() + '_id')} IF NOT EXISTS "
        f"FOR (n:{quoted(label)}) REQUIRE n.id IS UNIQUE"
        for label in labels
    ]
