"""Columns between DataFrames and plain Python values, without losing a bit on the way.

The one choice: null is ``None`` on the Python side, never NaN, and an integer never passes
through a float (2**53 + 1 comes back as it went in).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from chainmap.schema import Dtype, EdgeType, Schema
from chainmap.tables import PROVENANCE, column_dtype

if TYPE_CHECKING:
    from collections.abc import Iterable

Record = dict[str, Any]
"""One row as column -> plain value, ``None`` when unknown."""


def stored_dtypes(schema: Schema, owner: str) -> dict[str, str]:
    """Return column -> pandas dtype of a stored row: ids, attributes, provenance, in order."""
    ends = ["source", "target"] if owner in schema.edges else ["id"]
    dtypes = dict.fromkeys(ends, "str")
    dtypes |= {a.name: column_dtype(a) for a in schema.stored(owner)}
    return dtypes | dict.fromkeys(PROVENANCE, "str")


def key_attributes(schema: Schema, owner: str) -> tuple[str, ...]:
    """Return the attributes that belong to the row's key (edges only)."""
    owned = schema.owner(owner)
    return owned.key if isinstance(owned, EdgeType) else ()


def reference_attributes(schema: Schema, owner: str) -> tuple[str, ...]:
    """Return the stored attributes whose value is the id of a node."""
    return tuple(a.name for a in schema.stored(owner) if a.dtype is Dtype.REF)


def values_of(column: pd.Series) -> list[Any]:
    """Return a column as a list of str, int, float, bool or None."""
    return list(pa.array(column, from_pandas=True).to_pylist())


def column_of(values: Iterable[Any], dtype: str) -> pd.Series:
    """Return a pandas Series of ``dtype`` from plain values."""
    return pd.Series(list(values), dtype=dtype)


def records_of(frame: pd.DataFrame) -> list[Record]:
    """Return the rows of a frame as records."""
    names = list(frame.columns)
    columns = [values_of(frame[name]) for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def frame_of(records: Sequence[Mapping[str, Any]], dtypes: Mapping[str, str]) -> pd.DataFrame:
    """Return records as a frame with the columns and dtypes of ``dtypes``."""
    return pd.DataFrame(
        {
            name: column_of((record.get(name) for record in records), dtype)
            for name, dtype in dtypes.items()
        }
    )
