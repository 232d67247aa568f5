"""The store port: what every engine can do, as values; no query text crosses it.

A store is only a place where tables rest and get filtered. All engines pass one conformance
suite in which ``memory`` is the oracle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    import pandas as pd

    from chainmap.schema import Schema
    from chainmap.tables import GraphTables, Run


class Direction(StrEnum):
    """Which way to walk, as goods flow."""

    UPSTREAM = "upstream"
    DOWNSTREAM = "downstream"
    BOTH = "both"


class Op(StrEnum):
    """The closed set of comparisons; null never matches (PRESENT asks for not null)."""

    EQ = "="
    NE = "<>"
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    IN = "in"
    PRESENT = "present"


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter on one attribute of one label or type; rows of other owners are not touched.

    ``attribute`` may also be ``id`` (nodes), ``source`` or ``target`` (edges). ``value`` is a
    tuple for IN and None for PRESENT.
    """

    owner: str
    attribute: str
    op: Op
    value: str | float | bool | tuple[str | float | bool, ...] | None = None


@dataclass(frozen=True, slots=True)
class GraphQuery:
    """What to read; the meaning is fixed and goes in this order.

    1. start at ``seeds`` (ids that do not exist are ignored; None: all nodes);
    2. walk ``hops`` steps along ``edge_types`` (None: all types that have a flow, see
       ``edges.csv``; types without a flow only when named, and DOWNSTREAM then means from source
       to target) in ``direction``; all nodes met on the way are kept, whatever their label;
    3. keep nodes whose label is in ``labels`` (None: all) and that meet every Condition on it;
    4. keep the first ``limit`` nodes by id (None: all);
    5. return the induced subgraph: every edge between kept nodes, of ``edge_types`` (None: all
       types, also those without a flow; ``()``: no edges) that meets the Conditions on its type.

    Inactive edges (``active = false``) are walked and returned like others.
    ``columns`` maps a label or type to the attributes wanted (the ids always come; provenance
    only when named); an owner that it does not name comes whole, with provenance.
    Frames are ordered by id, or by source, target, key; labels and types without rows are absent.
    """

    seeds: tuple[str, ...] | None = None
    labels: tuple[str, ...] | None = None
    edge_types: tuple[str, ...] | None = None
    hops: int = 0
    direction: Direction = Direction.BOTH
    where: tuple[Condition, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class WriteCounts:
    """Rows by label or type: what a write or a prune did."""

    added: Mapping[str, int] = field(default_factory=dict)
    changed: Mapping[str, int] = field(default_factory=dict)
    unchanged: Mapping[str, int] = field(default_factory=dict)
    removed: Mapping[str, int] = field(default_factory=dict)
    deactivated: Mapping[str, int] = field(default_factory=dict)
    conflicts: Sequence[Conflict] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two sources state different values for one attribute; the later as_of (then name) won."""

    owner: str
    row_id: str
    attribute: str
    kept: str
    kept_origin: str
    dropped: str
    dropped_origin: str


class Capability(StrEnum):
    """What a store may or may not be able to do."""

    CYPHER = "cypher"
    ONE_TRANSACTION = "one_transaction"
    DRY_RUN = "dry_run"


class GraphStore(Protocol):
    """A place where graph tables rest; a context manager that closes itself."""

    @property
    def url(self) -> str:
        """The address without any password."""

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What this store can do."""

    def prepare(self, schema: Schema) -> None:
        """Create tables, keys and indexes; may be called again at any time."""

    def batch(self, *, dry_run: bool = False) -> AbstractContextManager[None]:
        """Group writes: all or nothing where ONE_TRANSACTION; ``dry_run`` undoes them all."""

    def write(self, tables: GraphTables, run: Run) -> WriteCounts:
        """Upsert rows by key for ``run.source``; stamp first_run, last_run and origin."""

    def prune(self, run: Run) -> WriteCounts:
        """Withdraw what ``run.source`` stated before and did not restate in ``run``."""

    def restore(self, tables: GraphTables) -> None:
        """Fill the empty store with rows as read from another, provenance and all.

        Raises
        ------
        StoreRefused
            When the store holds anything.
        """

    def read(self, query: GraphQuery) -> GraphTables:
        """Return the subgraph that ``query`` describes."""

    def count(self, owner: str, by: str | None = None) -> pd.DataFrame:
        """Return ``value, count`` rows of a label, role label or type, ordered by value.

        ``by`` is a stored attribute; without it there is one row with a null value.
        """

    def explain(self, query: GraphQuery) -> list[str]:
        """Return the statements that ``read`` runs for the query, in order.

        Raises
        ------
        StoreUnsupported
            When the store runs none (``memory:``).
        """

    def unfinished(self) -> tuple[str, ...]:
        """Return the sources of imports that were committed in part and did not end, sorted.

        Always empty where ONE_TRANSACTION.
        """

    def revision(self) -> str:
        """Return a token that changes with every committed write: the key of any cache."""

    def close(self) -> None:
        """Release connections and files."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...
