"""What every store refuses before it touches anything: rows and queries outside the schema.

The one choice: labels, types and attribute names are looked up in the schema here, once for
all engines, so that no engine ever builds a statement from a name it was given.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from chainmap.errors import ConfigError, StoreRefused
from chainmap.schema import ROLE_LABELS, EdgeType, Schema
from chainmap.stores.merge import merge_duplicates
from chainmap.stores.port import Condition, GraphQuery, Op
from chainmap.tables import PROVENANCE, GraphTables, Run, typed_frame
from chainmap.texts import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

_ENDS = ("source", "target")
_VALUE_TYPES: Mapping[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int, float),
    "float": (int, float),
    "bool": (bool,),
}


def checked_tables(schema: Schema, tables: GraphTables, run: Run) -> GraphTables:
    """Return the tables typed, one row a key, sorted by key.

    Raises
    ------
    StoreRefused
        For an owner or a column that the schema lacks, an id of another label, an end of a
        label that the relationship type does not join, or a row whose origin is not of
        ``run.source``.
    """
    nodes = {label: _checked(schema, label, tables.nodes[label], run) for label in tables.nodes}
    edges = {name: _checked(schema, name, tables.edges[name], run) for name in tables.edges}
    return GraphTables(nodes, edges, resolved_renames(tables.renames))


def resolved_renames(renames: Mapping[str, str]) -> dict[str, str]:
    """Return old id -> final new id, sorted; chains (a to b, b to c) are followed.

    Raises
    ------
    StoreRefused
        When the renames run in a circle, or an id would change its label.
    """
    resolved = {}
    for old in sorted(renames):
        new = renames[old]
        seen = {old}
        while new in renames and new not in seen:
            seen.add(new)
            new = renames[new]
        if new in seen or old.partition(":")[0] != new.partition(":")[0]:
            raise StoreRefused(say("store.bad_rename", old=old, new=new))
        resolved[old] = new
    return resolved


def checked_query(schema: Schema, query: GraphQuery) -> GraphQuery:
    """Return the query unchanged.

    Raises
    ------
    ConfigError
        When it names a label, type or attribute that the schema lacks, or compares an
        attribute with a value of another kind.
    """
    for label in query.labels or ():
        _known(label, schema.nodes)
    for name in query.edge_types or ():
        _known(name, schema.edges)
    for owner, names in query.columns.items():
        _known(owner, {**schema.nodes, **schema.edges})
        for name in set(names) - {*PROVENANCE}:
            _storage(schema, owner, name)
    for condition in query.where:
        _check_condition(schema, condition)
    if query.hops < 0 or (query.limit is not None and query.limit < 0):
        raise ConfigError(say("store.query_negative"))
    return query


def counted_owner(schema: Schema, owner: str, by: str | None) -> str:
    """Return the label or type whose attribute ``by`` is counted (a role counts its bearers).

    Raises
    ------
    ConfigError
        When the schema lacks the owner or the attribute.
    """
    counted = schema.edges[ROLE_LABELS[owner]].sources[0] if owner in ROLE_LABELS else owner
    _known(counted, {**schema.nodes, **schema.edges})
    if by is not None and by not in {a.name for a in schema.stored(counted)}:
        raise ConfigError(say("store.unknown_attribute", owner=counted, name=by))
    return counted


def _checked(schema: Schema, owner: str, frame: pd.DataFrame, run: Run) -> pd.DataFrame:
    if owner not in schema.nodes and owner not in schema.edges:
        raise StoreRefused(say("store.unknown_owner", owner=owner))
    known = {a.name for a in schema.owner(owner).attributes} | {"id", *_ENDS, *PROVENANCE}
    unknown = sorted(set(frame.columns) - known)
    if unknown:
        raise StoreRefused(say("store.unknown_attribute", owner=owner, name=unknown[0]))
    typed = typed_frame(schema, owner, frame)
    owned = schema.owner(owner)
    if isinstance(owned, EdgeType):
        _check_ids(owner, typed["source"], owned.sources)
        _check_ids(owner, typed["target"], owned.targets)
    else:
        _check_ids(owner, typed["id"], (owner,))
    foreign = ~typed["origin"].str.startswith(f"{run.source}/").fillna(value=False).astype(bool)
    if foreign.any():
        raise StoreRefused(say("store.foreign_origin", owner=owner, source=run.source))
    for name in typed.columns[typed.dtypes == "float64"]:
        typed[name] += 0.0  # SQLite keeps no negative zero, so none enters any store
    return merge_duplicates(schema, owner, typed)


def _check_ids(owner: str, ids: pd.Series, labels: tuple[str, ...]) -> None:
    prefixes = tuple(f"{label}:" for label in labels)
    wrong = ~ids.str.startswith(prefixes).fillna(value=False).astype(bool)
    if wrong.any():
        found = ids[wrong].iloc[0]
        raise StoreRefused(say("store.bad_id", owner=owner, id=found, labels=" / ".join(labels)))


def _check_condition(schema: Schema, condition: Condition) -> None:
    storage = _storage(schema, condition.owner, condition.attribute)
    values = condition.value if condition.op is Op.IN else (condition.value,)
    if condition.op is Op.PRESENT:
        values = ()
    right = isinstance(values, tuple) and all(_is_of(storage, value) for value in values)
    if not right:
        raise ConfigError(
            say("store.bad_value", owner=condition.owner, name=condition.attribute, kind=storage)
        )


def _is_of(storage: str, value: object) -> bool:
    if isinstance(value, bool) != (storage == "bool"):
        return False
    finite = not isinstance(value, float) or math.isfinite(value)
    return finite and isinstance(value, _VALUE_TYPES[storage])


def _storage(schema: Schema, owner: str, name: str) -> str:
    _known(owner, {**schema.nodes, **schema.edges})
    ends = _ENDS if owner in schema.edges else ("id",)
    if name in ends:
        return "str"
    stored = {a.name: a.dtype.storage for a in schema.stored(owner)}
    if name not in stored:
        raise ConfigError(say("store.unknown_attribute", owner=owner, name=name))
    return stored[name]


def _known(owner: str, owners: Mapping[str, object]) -> None:
    if owner not in owners:
        raise ConfigError(say("store.unknown_owner", owner=owner))
