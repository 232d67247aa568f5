"""The graph schema, read from graph_schema/*.csv: the one place where the graph is declared.

Everything else (store tables, constraints, the collection workbook, the import mapping, the
schema page) is made from the frozen objects of this module. Nonsense is refused when the
files are read, with file and line, not when a row arrives.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from pathlib import Path

from chainmap.errors import SchemaError
from chainmap.resources import data_folder

RESERVED = frozenset({"id", "origin", "first_run", "last_run", "statements"})
"""Names that every node and edge carries; no attribute may take one."""

ROLE_LABELS: Mapping[str, str] = {"ChainLeader": "LEADS"}
"""Labels that are roles: a Company with such an edge carries the label as well."""


class Dtype(StrEnum):
    """What a value is; ``storage`` says as what it rests in a table or a store."""

    TEXT = "text"
    LIST = "list"
    JSON = "json"
    INTEGER = "integer"
    YEAR = "year"
    NUMBER = "number"
    SHARE = "share"
    MONEY = "money"
    QUANTITY = "quantity"
    UNIT = "unit"
    DATE = "date"
    FLAG = "flag"
    ENUM = "enum"
    USCC = "uscc"
    REGION = "region"
    INDUSTRY = "industry"
    REF = "ref"
    REFLIST = "reflist"
    PRODUCTS = "products"
    SCOPE = "scope"

    @property
    def storage(self) -> str:
        """``str``, ``int``, ``float`` or ``bool``."""
        return _STORAGE.get(self, "str")


_STORAGE = {
    Dtype.INTEGER: "int",
    Dtype.YEAR: "int",
    Dtype.NUMBER: "float",
    Dtype.SHARE: "float",
    Dtype.MONEY: "float",
    Dtype.QUANTITY: "float",
    Dtype.FLAG: "bool",
}


class Flow(StrEnum):
    """Which way goods flow along an edge; ``NONE`` edges are walked only when named."""

    FORWARD = "forward"
    BACKWARD = "backward"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A cell that names another node: through which edge, of which label.

    ``edge`` is empty where the cell is itself an end (or the ``product``) of an edge row.
    ``incoming`` means the edge points from the named node to the row's node.
    """

    label: str
    edge: str = ""
    incoming: bool = False


@dataclass(frozen=True, slots=True)
class Attribute:
    """One column: of a node, an edge, and of the sheet they are collected on."""

    owner: str
    name: str
    zh: str
    headers: tuple[str, ...]
    dtype: Dtype
    unit: str
    template_unit: str
    required: bool
    default: str
    allowed: tuple[str, ...]
    refers: Reference | None
    private: bool
    description: str
    source: str

    @property
    def is_collected(self) -> bool:
        """Whether the attribute has a column on a sheet."""
        return bool(self.headers)

    @property
    def is_stored(self) -> bool:
        """Whether the store keeps a value (ends of edges and ``*_uscc`` helpers are not kept)."""
        if self.dtype in (Dtype.REF, Dtype.REFLIST):
            return self.refers is not None and not self.refers.edge and self.name not in _ENDS
        return not (self.dtype is Dtype.USCC and self.name != "uscc")

    @property
    def header(self) -> str:
        """The header of the collection workbook: the Chinese term and the unit expected."""
        return f"{self.zh}（{self.template_unit}）" if self.template_unit else self.zh


_ENDS = ("source", "target")
_NAMING = (Dtype.REF, Dtype.REFLIST, Dtype.PRODUCTS, Dtype.SCOPE)


@dataclass(frozen=True, slots=True)
class NodeType:
    """One label."""

    label: str
    zh: str
    key: tuple[str, ...]
    sheet: str
    description: str
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class EdgeType:
    """One relationship type; ``key`` are the attributes that tell parallel edges apart."""

    type: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    key: tuple[str, ...]
    flow: Flow
    zh: str
    sheet: str
    description: str
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True)
class Schema:
    """All labels and relationship types, in the order of the files."""

    nodes: Mapping[str, NodeType]
    edges: Mapping[str, EdgeType]

    def stored(self, owner: str) -> tuple[Attribute, ...]:
        """Return the attributes a store keeps for the label or type ``owner``."""
        return tuple(a for a in self.owner(owner).attributes if a.is_stored)

    def owner(self, name: str) -> NodeType | EdgeType:
        """Return the label or type ``name``; KeyError when there is none."""
        return self.nodes[name] if name in self.nodes else self.edges[name]

    def attribute(self, owner: str, name: str) -> Attribute:
        """Return one attribute; KeyError when there is none."""
        return self._by_name[owner, name]

    @cached_property
    def _by_name(self) -> Mapping[tuple[str, str], Attribute]:
        owners: list[NodeType | EdgeType] = [*self.nodes.values(), *self.edges.values()]
        return {(a.owner, a.name): a for o in owners for a in o.attributes}

    @cached_property
    def sheets(self) -> Mapping[str, str]:
        """Sheet name of the collection workbook -> label or type collected on it."""
        owners: list[tuple[str, str]] = [(n.sheet, n.label) for n in self.nodes.values()]
        owners += [(e.sheet, e.type) for e in self.edges.values()]
        return {sheet: owner for sheet, owner in owners if sheet}


def node_id(label: str, key: str) -> str:
    """Return the id of a node: ``<label>:<key>``; parts of a compound key are joined by ``/``."""
    return f"{label}:{key}"


@lru_cache(maxsize=1)
def load_schema() -> Schema:
    """Return the schema that ships with chainmap (read once)."""
    return read_schema(data_folder("graph_schema"))


def read_schema(folder: Path) -> Schema:
    """Read and check ``nodes.csv``, ``edges.csv`` and ``attributes.csv`` of ``folder``.

    Raises
    ------
    SchemaError
        For the first contradiction found, with file and line.
    """
    labels = {row["label"] for _, row in _rows(folder / "nodes.csv")}
    types = {row["type"] for _, row in _rows(folder / "edges.csv")}
    attributes: dict[str, list[Attribute]] = {name: [] for name in [*labels, *types]}
    for where, row in _rows(folder / "attributes.csv"):
        attribute = _attribute(where, row, labels, types)
        _check_siblings(where, attribute, attributes[attribute.owner])
        attributes[attribute.owner].append(attribute)
    nodes = {
        row["label"]: _node(where, row, tuple(attributes[row["label"]]))
        for where, row in _rows(folder / "nodes.csv")
    }
    edges = {
        row["type"]: _edge(where, row, labels, tuple(attributes[row["type"]]))
        for where, row in _rows(folder / "edges.csv")
    }
    return Schema(nodes, edges)


def _rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield ``file:line`` and the row; a missing file or a ragged line is refused."""
    if not path.is_file():
        msg = f"{path} is missing"
        raise SchemaError(msg)
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        for row in reader:
            where = f"{path.name}:{reader.line_num}"
            if None in row or None in row.values():
                msg = f"{where}: wrong number of columns"
                raise SchemaError(msg)
            if not row.get("zh") or not row.get("description"):
                msg = f"{where}: zh and description must not be empty"
                raise SchemaError(msg)
            yield where, row


def _attribute(where: str, row: Mapping[str, str], labels: set[str], types: set[str]) -> Attribute:
    owner, name = row["owner"], row["attribute"]
    if owner not in labels | types:
        msg = f"{where}: unknown owner {owner}"
        raise SchemaError(msg)
    if name in RESERVED:
        msg = f"{where}: {name} is a reserved name"
        raise SchemaError(msg)
    if row["dtype"] not in set(Dtype):
        msg = f"{where}: unknown dtype {row['dtype']}"
        raise SchemaError(msg)
    if row["required"] and row["default"]:
        msg = f"{where}: a required attribute has no default"
        raise SchemaError(msg)
    dtype = Dtype(row["dtype"])
    if dtype is Dtype.MONEY and row["unit"] != "CNY":
        msg = f"{where}: money is kept in CNY, not in {row['unit'] or 'nothing'}"
        raise SchemaError(msg)
    if dtype is Dtype.ENUM and not row["allowed"]:
        msg = f"{where}: an enum lists its values under allowed"
        raise SchemaError(msg)
    refers = _reference(where, row["refers"], labels, types) if row["refers"] else None
    if dtype in _NAMING and refers is None:
        msg = f"{where}: a {dtype} says under refers what it names"
        raise SchemaError(msg)
    return Attribute(
        owner=owner,
        name=name,
        zh=row["zh"],
        headers=_split(row["headers"]),
        dtype=dtype,
        unit=row["unit"],
        template_unit=row["template_unit"],
        required=row["required"] == "yes",
        default=row["default"],
        allowed=_split(row["allowed"]),
        refers=refers,
        private=row["private"] == "yes",
        description=row["description"],
        source=row["source"],
    )


def _reference(where: str, text: str, labels: set[str], types: set[str]) -> Reference:
    arrow, _, label = text.rpartition(" ")
    edge = arrow.lstrip("<>")
    if label not in labels or (edge and edge not in types):
        msg = f"{where}: refers names an unknown label or type: {text}"
        raise SchemaError(msg)
    return Reference(label, edge, arrow.startswith("<"))


def _check_siblings(where: str, attribute: Attribute, siblings: list[Attribute]) -> None:
    for other in siblings:
        if other.name == attribute.name:
            msg = f"{where}: {attribute.owner}.{attribute.name} is declared twice"
            raise SchemaError(msg)
        shared = set(other.headers) & set(attribute.headers)
        if shared:
            msg = f"{where}: header {min(shared)} stands for both {other.name} and {attribute.name}"
            raise SchemaError(msg)


def _node(where: str, row: Mapping[str, str], attributes: tuple[Attribute, ...]) -> NodeType:
    key = tuple(row["key"].split(";"))
    missing = set(key) - {a.name for a in attributes}
    if missing:
        msg = f"{where}: key {min(missing)} is not an attribute of {row['label']}"
        raise SchemaError(msg)
    return NodeType(row["label"], row["zh"], key, row["sheet"], row["description"], attributes)


def _edge(
    where: str, row: Mapping[str, str], labels: set[str], attributes: tuple[Attribute, ...]
) -> EdgeType:
    sources, targets, key = (_split(row[name]) for name in ("source", "target", "key"))
    unknown = {*sources, *targets} - labels
    if unknown:
        msg = f"{where}: unknown label {min(unknown)}"
        raise SchemaError(msg)
    missing = set(key) - {a.name for a in attributes}
    if missing:
        msg = f"{where}: key {min(missing)} is not an attribute of {row['type']}"
        raise SchemaError(msg)
    return EdgeType(
        row["type"],
        sources,
        targets,
        key,
        Flow(row["flow"]),
        row["zh"],
        row["sheet"],
        row["description"],
        attributes,
    )


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)
