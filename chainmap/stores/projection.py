"""Cypher on a store without Cypher: a read-only copy of the graph in kglite (extra ``cypher``).

The choice: nothing in the main job depends on it, it is made from what the store reads and can be
thrown away at any time; it is frozen, so that a query that writes is refused by the engine.
Labels, types, ids, properties and lists are those of Neo4j, so that one query runs in both.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pandas as pd

from chainmap.errors import ConfigError, StoreRefused, StoreUnsupported
from chainmap.schema import ROLE_LABELS, Dtype, Schema, load_schema
from chainmap.stores.port import GraphQuery, GraphStore
from chainmap.stores.queries import QueryRows
from chainmap.tables import LIST_JOIN, ORIGIN_JOIN
from chainmap.texts import say

if TYPE_CHECKING:
    from pathlib import Path

Graph = Any
"""A kglite graph; the library has no types that mypy reads."""

CACHE_FORMAT = 1
"""Raised whenever the projection is made differently; caches of another format are ignored."""

_TITLE = "title"
"""kglite keeps this property apart: a label that has it declares it as the node's title."""

_log = logging.getLogger("chainmap")


class Projection:
    """A frozen copy of a store's graph that answers Cypher."""

    def __init__(self, graph: Graph) -> None:
        self._kglite = engine()
        self._frozen = graph.freeze()

    def query(self, text: str, parameters: Mapping[str, object], *, limit: int) -> QueryRows:
        """Run a reading query and return at most ``limit`` rows of plain values.

        Raises
        ------
        StoreRefused
            When the query writes, is not Cypher, or takes too long.
        ConfigError
            When a parameter cannot be passed on.
        """
        kglite = self._kglite
        try:
            found = self._frozen.cypher(text, params=dict(parameters), row_limit=limit + 1)
        except kglite.ReadOnlyError as exc:
            raise StoreRefused(say("query.read_only")) from exc
        except kglite.KgError as exc:
            raise StoreRefused(say("query.refused", detail=str(exc).strip())) from exc
        except (TypeError, OverflowError, ValueError) as exc:
            raise ConfigError(say("query.bad_parameter", detail=str(exc))) from exc
        if isinstance(found, str):
            raise StoreRefused(say("query.refused", detail="FORMAT CSV"))
        columns = tuple(found.columns)
        rows = [[plain(row[name]) for name in columns] for row in found.to_list()]
        return QueryRows(columns, rows[:limit], len(rows) > limit)


def engine() -> ModuleType:
    """Return the kglite module, told not to print.

    Raises
    ------
    StoreUnsupported
        When the extra ``cypher`` is not installed.
    """
    try:
        kglite = import_module("kglite")
    except ImportError as exc:
        raise StoreUnsupported(say("query.no_engine")) from exc
    kglite.set_query_warning_policy("silent")
    return kglite


def project(store: GraphStore, *, cache_dir: Path | None = None) -> Projection:
    """Return the projection of everything in ``store``, from the cache when it is of this revision.

    Raises
    ------
    StoreUnsupported
        When the extra ``cypher`` is not installed.
    """
    kglite = engine()
    if cache_dir is None:
        return Projection(_made(kglite, store, load_schema()))
    name = f"{CACHE_FORMAT} {kglite.__version__} {store.revision()}"
    path = cache_dir / f"cypher-{hashlib.sha256(name.encode()).hexdigest()[:16]}.kgl"
    graph = _loaded(kglite, path)
    if graph is None:
        graph = _made(kglite, store, load_schema())
        _save(graph, path)
    return Projection(graph)


def _loaded(kglite: ModuleType, path: Path) -> Graph:
    if not path.is_file():
        return None
    try:
        return kglite.load(str(path))
    except (kglite.KgError, OSError, ValueError) as exc:
        _log.warning("%s: %s; made again", path.name, exc)
        return None


def _save(graph: Graph, path: Path) -> None:
    """Keep the projection and drop those of older revisions; a failure only costs time."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        written = path.with_name(f"{path.stem}-{os.getpid()}.kgl")
        graph.save(str(written))
        written.replace(path)
        for old in path.parent.glob("cypher-*.kgl"):
            if old != path:
                old.unlink(missing_ok=True)
    except OSError as exc:
        _log.warning("%s: %s; not kept", path.name, exc)


def _made(kglite: ModuleType, store: GraphStore, schema: Schema) -> Graph:
    tables = store.read(GraphQuery())
    graph = kglite.KnowledgeGraph()
    for label, frame in tables.nodes.items():
        shown = _columns(schema, label, frame)
        graph.add_nodes(shown, label, "id", _TITLE if _TITLE in shown.columns else None)
    for name, frame in tables.edges.items():
        labels = frame[["source", "target"]].apply(lambda ids: ids.str.partition(":")[0])
        for (source, target), part in frame.groupby([labels["source"], labels["target"]]):
            shown = _columns(schema, name, part)
            graph.add_relationships(
                shown, name, source, "source", target, "target", distinct=True, on_invalid="error"
            )
    for role, edge in sorted(ROLE_LABELS.items()):
        if edge in tables.edges:
            label = schema.edges[edge].sources[0]
            graph.add_label(label, sorted(set(tables.edges[edge]["source"])), role)
    return graph


def _columns(schema: Schema, owner: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with lists as lists, without the columns that hold nothing."""
    joins = {a.name: LIST_JOIN for a in schema.stored(owner) if a.dtype is Dtype.LIST}
    joins["origin"] = ORIGIN_JOIN
    filled = frame.dropna(axis="columns", how="all")
    data = {
        name: pd.Series(
            [value.split(joins[name]) if isinstance(value, str) else None for value in column],
            index=filled.index,
            dtype=object,
        )
        if name in joins
        else column
        for name, column in filled.items()
    }
    return pd.DataFrame(data, index=filled.index).reset_index(drop=True)


def plain(value: object) -> object:
    """Return an engine value in the shape that the Neo4j store gives nodes and edges.

    A node is ``{labels, properties}``, a relationship ``{type, source, target, properties}``,
    a path ``{nodes, relationships}``.
    """
    if isinstance(value, Mapping):
        if set(value) == {"id", "labels", "properties"}:
            return _node(value)
        if set(value) == {"nodes", "relationships"}:
            return _path(value)
        if set(value) == {"id", "start", "end", "type", "properties"}:
            return _edge(value, {})
        return {str(name): plain(value[name]) for name in sorted(value, key=str)}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    return str(value)


def _node(value: Mapping[str, Any]) -> dict[str, object]:
    labels = sorted(value["labels"])
    hidden = {"type", _TITLE} - ({_TITLE} if "TitleAward" in labels else set())
    properties = {name: value["properties"][name] for name in sorted(value["properties"])}
    shown = {name: plain(part) for name, part in properties.items() if name not in hidden}
    return {"labels": labels, "properties": shown}


def _edge(value: Mapping[str, Any], ids: Mapping[int, str]) -> dict[str, object]:
    properties = {name: value["properties"][name] for name in sorted(value["properties"])}
    return {
        "type": value["type"],
        "source": ids.get(value["start"]),
        "target": ids.get(value["end"]),
        "properties": {name: plain(part) for name, part in properties.items()},
    }


def _path(value: Mapping[str, Any]) -> dict[str, object]:
    ids = {node["id"]: node["properties"].get("id") for node in value["nodes"]}
    return {
        "nodes": [_node(node) for node in value["nodes"]],
        "relationships": [_edge(edge, ids) for edge in value["relationships"]],
    }
