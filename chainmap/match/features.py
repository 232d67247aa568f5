"""What is known of each company beforehand, as arrays: computed once, used for every leader.

The choice: NaN (or -1) is "not known" all the way; a feature turns it into no contribution and
the row lists it under ``unknown``, so missing data never counts as a pass nor as a fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from chainmap.analysis.graph import ChainGraph, column, floats, ints, span_of
from chainmap.analysis.places import kilometres

if TYPE_CHECKING:
    import pyarrow as pa

    from chainmap.match.weights import MatchWeights

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

ACTIVE_STATUS = "存续"
MOVED_STATUS = "迁出"
SIZE_CLASSES = ("微型", "小型", "中型", "大型")
LARGE = 3


@dataclass(frozen=True, eq=False)
class CompanyFeatures:
    """Arrays over all companies.

    Attributes
    ----------
    is_out
        Known not to be in business (status other than 存续).
    status_known
        Whether the status is stated.
    title
        Value of the best title in 0-1: of those that the company's own row states, and of the
        awards still valid on the day of the answer. NaN when there is neither.
    award_open
        Whether an award was left out because it has expired or its term is not known.
    decades
        log10 of revenue in CNY, NaN when unknown or not positive.
    size_step
        0 micro ... 3 large, -1 unknown.
    as_of
        The day of the answer (ISO), None when unknown: no award can be called valid then.
    title_values
        Value by what a title contains.
    longitude, latitude
        Degrees, NaN when the workbook gives none or one that is not on Earth.
    """

    is_out: Flags
    status_known: Flags
    title: Floats
    award_open: Flags
    decades: Floats
    size_step: npt.NDArray[np.int8]
    as_of: str | None
    title_values: Mapping[str, float]
    longitude: Floats
    latitude: Floats

    def has_coordinates(self, company: int) -> bool:
        """Whether the workbook gives both coordinates of a company."""
        return not np.isnan(self.longitude[company] + self.latitude[company])

    def kilometres(self, companies: npt.NDArray[np.int32], home: int) -> Floats:
        """Return the distance of companies to another one, NaN without coordinates."""
        place = float(self.longitude[home]), float(self.latitude[home])
        return kilometres(self.longitude[companies], self.latitude[companies], place)

    def worth(self, titles: str) -> float:
        """Return the value of the best title named in a text."""
        return title_value(titles, self.title_values)


_Known = dict[tuple[object, ...], CompanyFeatures]
_FEATURES: WeakKeyDictionary[ChainGraph, _Known] = WeakKeyDictionary()
"""Arrays already made, as long as their snapshot lives: at a million firms they cost 0.1 s."""


def company_features(
    graph: ChainGraph, weights: MatchWeights, as_of: str | None = None
) -> CompanyFeatures:
    """Return the company arrays; they are made once a snapshot, title table and day.

    Parameters
    ----------
    graph, weights
        The snapshot, and the values of titles.
    as_of
        The day of the answer, ISO: awards that end before it do not count.

    Notes
    -----
    O(n_companies); text is looked at once per distinct value.
    """
    known = _FEATURES.setdefault(graph, {})
    key = (as_of, *sorted(weights.titles.items()))
    if key not in known:
        known[key] = _features(graph, weights, as_of)
    return known[key]


def _features(graph: ChainGraph, weights: MatchWeights, as_of: str | None) -> CompanyFeatures:
    out = _out(graph)
    revenue = floats(graph.companies, "revenue_cny")
    decades = np.full(revenue.shape, np.nan)
    np.log10(revenue, out=decades, where=revenue > 0)
    step = coded(
        column(graph.companies, "size_class"),
        lambda text: float(SIZE_CLASSES.index(text)) if text in SIZE_CLASSES else np.nan,
    )
    title, award_open = _titles(graph, weights, as_of)
    longitude, latitude = _coordinates(graph)
    return CompanyFeatures(
        is_out=out == 1.0,
        status_known=~np.isnan(out),
        title=title,
        award_open=award_open,
        decades=decades,
        size_step=np.where(np.isnan(step), -1, step).astype(np.int8),
        as_of=as_of,
        title_values=weights.titles,
        longitude=longitude,
        latitude=latitude,
    )


def out_of_business(graph: ChainGraph) -> Flags:
    """Return which companies are stated not to be in business; an unknown status is not."""
    return np.asarray(_out(graph) == 1.0, dtype=np.bool_)


def closed_down(graph: ChainGraph) -> Flags:
    """Return which companies are stated to be struck off or suspended: one that moved is not."""
    open_ = (ACTIVE_STATUS, MOVED_STATUS)
    told = coded(column(graph.companies, "status"), lambda text: float(text not in open_))
    return np.asarray(told == 1.0, dtype=np.bool_)


def _out(graph: ChainGraph) -> Floats:
    return coded(column(graph.companies, "status"), lambda text: float(text != ACTIVE_STATUS))


def _coordinates(graph: ChainGraph) -> tuple[Floats, Floats]:
    east, north = floats(graph.companies, "longitude"), floats(graph.companies, "latitude")
    usable = (np.abs(east) <= 180) & (np.abs(north) <= 90) & ((east != 0) | (north != 0))
    return np.where(usable, east, np.nan), np.where(usable, north, np.nan)


def _titles(graph: ChainGraph, weights: MatchWeights, as_of: str | None) -> tuple[Floats, Flags]:
    value = partial(title_value, titles=weights.titles)
    title = coded(column(graph.companies, "titles"), value)
    holder = ints(graph.awards, "company")
    valid = valid_awards(graph, as_of)
    worth = coded(column(graph.awards, "title"), value)
    best = np.full(title.shape, -np.inf)
    np.maximum.at(best, holder[valid], worth[valid])
    award_open = np.zeros(title.shape, dtype=np.bool_)
    award_open[holder[~valid]] = True
    return np.fmax(title, np.where(np.isneginf(best), np.nan, best)), award_open


def valid_awards(graph: ChainGraph, as_of: str | None) -> Flags:
    """Return which rows of ``graph.awards`` are known to be valid on ``as_of`` (ISO)."""
    if as_of is None:
        return np.zeros(graph.awards.num_rows, dtype=np.bool_)
    valid = pc.fill_null(pc.greater_equal(column(graph.awards, "valid_to"), as_of), False)
    return np.asarray(valid.to_numpy(zero_copy_only=False), dtype=np.bool_)


def awards_of(graph: ChainGraph, company: int, as_of: str | None) -> list[dict[str, Any]]:
    """Return the awards of one company that are valid on ``as_of``, by id: id, title, valid_to."""
    span = span_of(ints(graph.awards, "company"), company)
    if span.start == span.stop:
        return []
    rows = graph.awards.slice(span.start, span.stop - span.start).to_pylist()
    return [row for row in rows if as_of and row["valid_to"] and row["valid_to"] >= as_of]


def title_value(text: str, titles: Mapping[str, float]) -> float:
    """Return the best value among the titles named in ``text``; 0 when none is known.

    >>> title_value("高新技术企业；专精特新中小企业", {"专精特新": 0.7, "高新技术": 0.4})
    0.7
    """
    return max((value for mark, value in titles.items() if mark in text), default=0.0)


def coded(values: pa.Array, read: object) -> Floats:
    """Return a number for each cell of a dictionary-encoded column; null becomes NaN.

    ``read`` maps a text to a number and is called once per distinct text.
    """
    texts = values.dictionary.to_pylist()
    numbers = np.array([read(text) for text in texts] + [np.nan])  # type: ignore[operator]
    codes = np.asarray(values.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False))
    return np.asarray(numbers[codes], dtype=np.float64)


def size_fit(
    features: CompanyFeatures, companies: npt.NDArray[np.int32], leader: int, weights: MatchWeights
) -> Floats:
    """Return how well the sizes go together (0-1), NaN when neither measure is known for both.

    Notes
    -----
    With both revenues: 1 while they differ by at most ``flat_decades`` orders of magnitude, falling
    linearly to 0 at ``zero_decades``. Otherwise by the difference of size classes.
    """
    apart = np.abs(features.decades[companies] - features.decades[leader])
    span = weights.zero_decades - weights.flat_decades
    by_revenue = np.clip(1 - (apart - weights.flat_decades) / span, 0.0, 1.0)
    steps = features.size_step[companies]
    table = np.array(weights.class_steps)
    apart_steps = np.minimum(np.abs(steps - features.size_step[leader]), table.size - 1)
    by_class = np.where((steps < 0) | (features.size_step[leader] < 0), np.nan, table[apart_steps])
    return np.where(np.isnan(by_revenue), by_class, by_revenue)
