"""Run a compiled query and return frames; the other half of ``sqlite_sql.compile_query``.

The one choice: rows come out in table order and are sorted here, by the rank of their ids, as
integers; SQLite never sorts wide rows, and equal text ids are made only once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from chainmap.stores.columns import key_attributes, stored_dtypes
from chainmap.stores.sqlite_rows import (
    RUN_COLUMNS,
    Ints,
    Session,
    fetch_columns,
    typed_column,
)
from chainmap.stores.sqlite_sql import Plan, Statement, compile_query, select
from chainmap.tables import GraphTables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chainmap.schema import Schema
    from chainmap.stores.port import GraphQuery

_ENDS = ("source", "target")


def read_tables(session: Session, query: GraphQuery) -> GraphTables:
    """Answer a checked query; the caller holds the transaction."""
    plan = compile_query(session.schema, query)
    _find_nodes(session, plan)
    numbers, keys = _node_list(session, plan)
    ranks = np.full(int(numbers.max(initial=-1)) + 1, fill_value=-1, dtype=np.int64)
    ranks[numbers] = np.arange(len(numbers))
    nodes = {
        label: frame
        for label, source in plan.nodes.items()
        if len(frame := _node_frame(session, query, (label, source), ranks, keys))
    }
    edges = {
        name: frame
        for name, source in plan.edges.items()
        if len(frame := _edge_frame(session, query, (name, source), ranks, keys))
    }
    return GraphTables(nodes, edges)


def describe_query(schema: Schema, query: GraphQuery) -> list[str]:
    """Return the SQL of a checked query in the order in which it runs."""
    plan = compile_query(schema, query)
    texts = [statement.text for statement in plan.start]
    texts += [f"{text} -- hop 1..{plan.hops}" for text in plan.steps]
    texts += [statement.text for statement in plan.keep]
    texts += [statement.text for statement in plan.ids]
    for owner, source in (*plan.nodes.items(), *plan.edges.items()):
        texts.append(select(list(_selected(schema, query, owner)), source).text)
    return texts


def _find_nodes(session: Session, plan: Plan) -> None:
    """Walk from the seeds and fill temp.kept."""
    for name, columns in (
        ("met", "id INTEGER PRIMARY KEY, hop INTEGER"),
        ("kept", "id INTEGER PRIMARY KEY"),
    ):
        session.execute(f"CREATE TEMP TABLE IF NOT EXISTS {name} ({columns})")
        session.execute(f"DELETE FROM temp.{name}")  # noqa: S608
    for statement in plan.start:
        session.execute(statement.text, statement.values)
    for hop in range(plan.hops if plan.steps else 0):
        met = sum(session.execute(text, (hop + 1, hop)).rowcount for text in plan.steps)
        if not met:
            break
    for statement in plan.keep:
        session.execute(statement.text, statement.values)


def _node_list(session: Session, plan: Plan) -> tuple[Ints, pa.Array]:
    found = [fetch_columns(session, statement, ["int64", "str"]) for statement in plan.ids]
    numbers = np.concatenate([np.empty(0, dtype=np.int64), *(part[0] for part in found)])
    keys = np.concatenate([np.empty(0, dtype=object), *(part[1] for part in found)])
    return numbers, pa.array(keys, type=pa.large_string())


def _selected(schema: Schema, query: GraphQuery, owner: str) -> dict[str, str]:
    """Return column -> dtype as fetched: the ids as integers, then what is wanted or sorts."""
    dtypes = stored_dtypes(schema, owner)
    ends = [name for name in ("id", *_ENDS) if name in dtypes]
    key = key_attributes(schema, owner)
    wanted = {*query.columns.get(owner, tuple(dtypes)), *key}
    fetched = {name: dtype for name, dtype in dtypes.items() if name in wanted}
    fetched |= {name: "Int64" for name in RUN_COLUMNS if name in fetched}
    return dict.fromkeys(ends, "int64") | {n: d for n, d in fetched.items() if n not in ends}


def _node_frame(
    session: Session, query: GraphQuery, owned: tuple[str, Statement], ranks: Ints, keys: pa.Array
) -> pd.DataFrame:
    columns = _fetched(session, query, *owned)
    if not len(columns["id"]):
        return pd.DataFrame()
    rank = ranks[columns["id"]]
    order = np.argsort(rank, kind="stable")
    return _frame(
        session, query, owned[0], columns, order, {"id": keys.take(pa.array(rank[order]))}
    )


def _edge_frame(
    session: Session, query: GraphQuery, owned: tuple[str, Statement], ranks: Ints, keys: pa.Array
) -> pd.DataFrame:
    columns = _fetched(session, query, *owned)
    if not len(columns["source"]):
        return pd.DataFrame()
    source, target = (ranks[columns[end]] for end in _ENDS)
    key = [_sort_codes(columns[name]) for name in key_attributes(session.schema, owned[0])]
    order = np.lexsort((*reversed(key), target, source))
    ends = {
        "source": keys.take(pa.array(source[order])),
        "target": keys.take(pa.array(target[order])),
    }
    return _frame(session, query, owned[0], columns, order, ends)


def _fetched(
    session: Session, query: GraphQuery, owner: str, source: Statement
) -> dict[str, npt.NDArray[np.generic]]:
    fetched = _selected(session.schema, query, owner)
    values = fetch_columns(session, select(list(fetched), source), list(fetched.values()))
    return dict(zip(fetched, values, strict=True))


def _sort_codes(values: npt.NDArray[np.generic]) -> Ints:
    """Return integers that sort like the texts; key attributes are never null."""
    return np.unique(values.astype(str), return_inverse=True)[1].astype(np.int64)


def _frame(
    session: Session,
    query: GraphQuery,
    owner: str,
    columns: dict[str, npt.NDArray[np.generic]],
    order: Ints,
    ids: dict[str, pa.Array],
) -> pd.DataFrame:
    dtypes = stored_dtypes(session.schema, owner)
    wanted = {*query.columns.get(owner, tuple(dtypes)), *ids}
    runs = session.run_names() if wanted & {*RUN_COLUMNS} else {}
    return pd.DataFrame(dict(_typed(columns, order, ids, runs, dtypes, wanted)))


def _typed(
    columns: dict[str, npt.NDArray[np.generic]],
    order: Ints,
    ids: dict[str, pa.Array],
    runs: dict[int, str],
    dtypes: dict[str, str],
    wanted: set[str],
) -> Iterator[tuple[str, pd.Series]]:
    for name, dtype in dtypes.items():
        if name in ids:
            yield name, pd.Series(pd.array(ids[name], dtype="str"))
        elif name in wanted:
            values = columns[name][order]
            if name in RUN_COLUMNS:
                values = np.array([runs[number] for number in values.tolist()], dtype=object)
            yield name, typed_column(values, dtype)
