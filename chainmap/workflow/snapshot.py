"""Open the graph for analysis: read it in bulk through the port, or map it from a cache.

The choice: the cache is a folder of plain Arrow and npy files keyed by the store's revision and a
format number, checked by size and CRC-32, written aside and renamed. It can be deleted at any
time, and whatever is wrong with it leads to reading the store again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from scipy import sparse

from chainmap.analysis.build import to_chain_graph
from chainmap.analysis.columns import EDGE_COLUMNS, NODE_COLUMNS
from chainmap.analysis.evidence import TableOrigins
from chainmap.analysis.fold import SAME, SAME_COLUMNS, fold_companies, same_firms
from chainmap.analysis.graph import ChainGraph, EdgeRef, OriginLookup
from chainmap.schema import load_schema
from chainmap.stores.port import GraphQuery, GraphStore
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.tables import GraphTables

CACHE_FORMAT = 9
"""Raised whenever the arrays of ChainGraph change; caches of another format are ignored."""

_LOG = logging.getLogger("chainmap")
_MATRIX_PARTS = ("data", "indices", "indptr")
_SEEDS_A_READ = 2000


class StoreOrigins:
    """Look origins up in the store, for the few relations and nodes that an answer names."""

    def __init__(self, store: GraphStore) -> None:
        self._reads = FoldedReads(store)

    def __call__(self, refs: Sequence[EdgeRef]) -> Mapping[EdgeRef, tuple[str, ...]]:
        """Read the named nodes and the relations between them, and return the origins."""
        found: dict[EdgeRef, tuple[str, ...]] = {}
        batch: list[EdgeRef] = []
        seeds: set[str] = set()
        for ref in sorted(refs):
            batch.append(ref)
            seeds |= {ref.source, ref.target} - {""}
            if len(seeds) >= _SEEDS_A_READ:
                found |= self._read(batch, seeds)
                batch, seeds = [], set()
        if batch:
            found |= self._read(batch, seeds)
        return found

    def _read(self, refs: list[EdgeRef], seeds: set[str]) -> Mapping[EdgeRef, tuple[str, ...]]:
        schema = load_schema()
        named = {ref.type for ref in refs}
        types = tuple(sorted(named & schema.edges.keys()))
        columns: dict[str, tuple[str, ...]] = {
            label: ("origin",) if label in named else () for label in schema.nodes
        }
        columns |= {name: (*schema.edges[name].key, "origin") for name in types}
        if "PRODUCES" in columns:
            columns["PRODUCES"] += ("evidence",)  # says which column of the row states it
        query = GraphQuery(seeds=tuple(sorted(seeds)), edge_types=types, columns=columns)
        return TableOrigins(self._reads.read(query))(refs)


class FoldedReads:
    """Reads a store as if the records of one firm were one company (ADR 0015)."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store

    @cached_property
    def _firm(self) -> Mapping[str, str]:
        return read_same_firms(self._store)

    @cached_property
    def _members(self) -> Mapping[str, list[str]]:
        members: dict[str, list[str]] = {}
        for member, firm in self._firm.items():
            members.setdefault(firm, []).append(member)
        return members

    def read(self, query: GraphQuery) -> GraphTables:
        """Return what ``query`` describes; a seed stands for all records of its firm."""
        if not self._firm:
            return self._store.read(query)
        if query.seeds is not None:
            more = {member for seed in query.seeds for member in self._members.get(seed, ())}
            query = replace(query, seeds=tuple(sorted({*query.seeds, *more})))
        return fold_companies(self._store.read(query), self._firm)


def read_same_firms(store: GraphStore) -> Mapping[str, str]:
    """Return id -> the id that stands for the firm, of companies that are folded into another."""
    if not int(store.count(SAME)["count"].sum()):
        return {}
    query = GraphQuery(
        labels=("Company",), edge_types=(SAME,), columns={"Company": (), SAME: SAME_COLUMNS}
    )
    pairs = store.read(query).edges.get(SAME)
    return same_firms(pairs) if pairs is not None else {}


def load_chain_graph(store: GraphStore, *, cache_dir: Path | None = None) -> ChainGraph:
    """Return the snapshot of everything in ``store``.

    Parameters
    ----------
    store
        An open store.
    cache_dir
        Folder for the rebuildable cache (``<db>.cache`` beside an SQLite workspace); None: no
        cache.

    Raises
    ------
    StoreError
        What the store raises; a damaged or unwritable cache is only logged.
    """
    revision = store.revision()
    origins = StoreOrigins(store)
    folder = cache_dir / _folder_name(revision) if cache_dir else None
    if folder and folder.exists():
        graph = _open_cache(folder, origins)
        if graph is not None:
            return graph
        _LOG.info(say("snapshot.cache_damaged", folder=folder))
        shutil.rmtree(folder, ignore_errors=True)
    tables = store.read(bulk_query())
    pairs = tables.edges.get(SAME)
    tables = fold_companies(tables, {} if pairs is None else same_firms(pairs))
    graph = to_chain_graph(tables, origins=origins)
    if folder and store.revision() == revision:
        _write_cache(graph, folder)
    return graph


def bulk_query() -> GraphQuery:
    """Return the query that reads all that a snapshot needs, without provenance."""
    return GraphQuery(
        labels=tuple(NODE_COLUMNS),
        edge_types=(*EDGE_COLUMNS, SAME),
        columns={**NODE_COLUMNS, **EDGE_COLUMNS, SAME: SAME_COLUMNS},
    )


def _folder_name(revision: str) -> str:
    key = hashlib.sha256(revision.encode()).hexdigest()[:16]
    return f"snapshot-{CACHE_FORMAT}-{key}"


def _write_cache(graph: ChainGraph, folder: Path) -> None:
    """Write the cache aside and rename it; a folder that cannot be written is only logged."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix="writing-", dir=folder.parent))
    except OSError as exc:
        _LOG.info(say("snapshot.cache_unwritable", folder=folder.parent, why=exc))
        return
    try:
        for name, part in graph.parts():
            _write_part(aside, name, part)
        sums = {path.name: _checksum(path) for path in sorted(aside.iterdir())}
        manifest = json.dumps({"format": CACHE_FORMAT, "files": sums, "shapes": _shapes(graph)})
        (aside / "manifest.json").write_text(manifest, encoding="utf-8")
        aside.rename(folder)
    except OSError as exc:  # another process was quicker, or the disk is full
        _LOG.info(say("snapshot.cache_unwritable", folder=folder, why=exc))
        shutil.rmtree(aside, ignore_errors=True)
        return
    for old in folder.parent.glob("snapshot-*"):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)


def _write_part(folder: Path, name: str, part: object) -> None:
    if isinstance(part, pa.Table):
        with pa.ipc.new_file(str(folder / f"{name}.arrow"), part.schema) as sink:
            sink.write_table(part)
    elif sparse.issparse(part):
        for piece in _MATRIX_PARTS:
            np.save(folder / f"{name}.{piece}.npy", getattr(part, piece), allow_pickle=False)
    else:
        np.save(folder / f"{name}.npy", np.asarray(part), allow_pickle=False)


def _shapes(graph: ChainGraph) -> dict[str, list[int]]:
    return {name: list(part.shape) for name, part in graph.parts() if sparse.issparse(part)}


def _checksum(path: Path) -> list[int]:
    """Return size and CRC-32 of a file: enough against truncation and bit rot, and quick."""
    crc = 0
    with path.open("rb") as stream:
        while block := stream.read(1 << 22):
            crc = zlib.crc32(block, crc)
    return [path.stat().st_size, crc]


def _open_cache(folder: Path, origins: OriginLookup) -> ChainGraph | None:
    """Return the cached snapshot, None when anything about it is not as written."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        files = manifest["files"]
        if any(_checksum(folder / name) != told for name, told in sorted(files.items())):
            return None
        shapes = manifest["shapes"]
        parts: dict[str, Any] = {
            item.name: _open_part(folder, item.name, shapes.get(item.name))
            for item in fields(ChainGraph)
            if item.name != "origins"
        }
        return ChainGraph(**parts, origins=origins)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, pa.ArrowException):
        return None


def _open_part(folder: Path, name: str, shape: list[int] | None) -> object:
    table = folder / f"{name}.arrow"
    if table.exists():
        return pa.ipc.open_file(pa.memory_map(str(table))).read_all()
    if shape is None:
        return np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
    pieces = [
        np.load(folder / f"{name}.{piece}.npy", mmap_mode="r", allow_pickle=False)
        for piece in _MATRIX_PARTS
    ]
    matrix = sparse.csr_array(tuple(pieces), shape=tuple(shape))
    matrix.has_canonical_format = True
    return matrix
