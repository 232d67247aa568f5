"""What resolving leaves behind: ids of rows, edges that cells state, nodes only mentioned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from chainmap.ingest.accounts import CleanTable, Positions


@dataclass(frozen=True, eq=False)
class Link:
    """Edges that cells of a node's rows state: ``places`` are positions in the table.

    ``phrase`` is what the cell said, where that is evidence (main products); ``values`` are further
    attributes of the edges, one value a place.
    """

    table: CleanTable
    edge: str
    places: Positions
    sources: pd.Series
    targets: pd.Series
    phrase: pd.Series | None = None
    values: Mapping[str, pd.Series] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Added:
    """A node that is only mentioned: attributes, and the position of the first mention."""

    table: CleanTable
    label: str
    frame: pd.DataFrame
    places: Positions


@dataclass(eq=False)
class Resolution:
    """Everything that cells name; the ids of rows are in ``CleanTable.ids``."""

    links: list[Link] = field(default_factory=list)
    added: list[Added] = field(default_factory=list)
    renames: dict[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    products: Mapping[str, str] = field(default_factory=dict)


def blank(length: int) -> pd.Series:
    """Return a text column of nulls."""
    return pd.Series(pd.array([None] * length, dtype="str"))


def kept(table: CleanTable, values: pd.Series) -> pd.Series:
    """Return ``values`` with the rows that will not be stored set to null."""
    return values.mask(pd.Series(table.rejected, index=values.index))


def first_places(values: pd.Series) -> pd.Series:
    """Return distinct value -> position of its first row, in order of value."""
    given = values[values.notna()]
    first = given[~given.duplicated()]
    return pd.Series(first.index.to_numpy(), index=first.array).sort_index()
