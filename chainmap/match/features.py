"""What is known of each company beforehand, as arrays: computed once, used for every leader.

The choice: NaN (or -1) is "not known" all the way; a feature turns it into no contribution and
the row lists it under ``unknown``, so missing data never counts as a pass nor as a fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import ChainGraph, column, floats

if TYPE_CHECKING:
    import pyarrow as pa

    from chainmap.match.weights import MatchWeights

Floats = npt.NDArray[np.float64]

ACTIVE_STATUS = "存续"
SIZE_CLASSES = ("微型", "小型", "中型", "大型")


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
        Value of the best title in 0-1, NaN when no titles are stated.
    decades
        log10 of revenue in CNY, NaN when unknown or not positive.
    size_step
        0 micro ... 3 large, -1 unknown.
    """

    is_out: npt.NDArray[np.bool_]
    status_known: npt.NDArray[np.bool_]
    title: Floats
    decades: Floats
    size_step: npt.NDArray[np.int8]


def company_features(graph: ChainGraph, weights: MatchWeights) -> CompanyFeatures:
    """Compute the company arrays: O(n_companies), text is looked at once per distinct value."""
    status = column(graph.companies, "status")
    out = coded(status, lambda text: float(text != ACTIVE_STATUS))
    revenue = floats(graph.companies, "revenue_cny")
    decades = np.full(revenue.shape, np.nan)
    np.log10(revenue, out=decades, where=revenue > 0)
    step = coded(
        column(graph.companies, "size_class"),
        lambda text: float(SIZE_CLASSES.index(text)) if text in SIZE_CLASSES else np.nan,
    )
    return CompanyFeatures(
        is_out=out == 1.0,
        status_known=~np.isnan(out),
        title=coded(
            column(graph.companies, "titles"), lambda text: title_value(text, weights.titles)
        ),
        decades=decades,
        size_step=np.where(np.isnan(step), -1, step).astype(np.int8),
    )


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
