"""Which rows are one firm: a probability, a band and the reasons of every pair worth a look.

The one choice: rules first, weights second. Two different valid credit codes, a branch and its
parent, 一厂 and 二厂 are never one firm whatever else agrees; a name that is merely alike is at
most for review. Only within these bounds does the fitted model (``firms.toml``) decide.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.special import expit

from chainmap.errors import ConfigError
from chainmap.link.firm_features import FEATURES, Compared, Floats, compare, joined
from chainmap.link.firm_names import read_firms_toml
from chainmap.link.firm_rows import FirmRows, Flags, Ints, agree, candidate_pairs, read_rows
from chainmap.texts import say

ACCEPT, REVIEW, REJECT = "accept", "review", "reject"
ANSWER = ("source", "target", "probability", "band", "matched")
_CHUNK = 250_000
"""Pairs compared at a time: bounds the memory, whatever the number of candidates."""

_BELOW = 0.001
"""What is at most for review stays this much below the bound of accept."""


@dataclass(frozen=True, slots=True)
class FirmModel:
    """``firms.toml``: bounds of the bands, size of a block, weights of the features."""

    version: str
    accept: float
    review: float
    window: int
    surely: float
    bias: float
    weights: Mapping[str, float]

    def probabilities(self, compared: Compared) -> Floats:
        """Return the probability of each pair within the bounds its rules set."""
        weights = np.array([self.weights[name] for name in FEATURES], dtype=np.float64)
        free = expit(compared.values @ weights + self.bias)
        p = np.where(compared.surely, np.maximum(free, self.surely), free)
        p = np.where(compared.same_code, 1.0, p)
        p = np.where(compared.at_most_review, np.minimum(p, self.accept - _BELOW), p)
        return np.round(np.where(compared.never, 0.0, p), 4).astype(np.float64)

    def band(self, probability: float) -> str:
        """Return the band of a probability."""
        if probability >= self.accept:
            return ACCEPT
        return REVIEW if probability >= self.review else REJECT


def read_model(path: Path | None = None) -> FirmModel:
    """Return the model of ``firms.toml`` or of another file of its shape.

    Raises
    ------
    ConfigError
        When the bounds are not in order between 0 and 1.
    """
    told: dict[str, Any] = read_firms_toml(path)
    model = FirmModel(
        version=str(told["version"]),
        accept=float(told["accept"]),
        review=float(told["review"]),
        window=int(told["window"]),
        surely=float(told["surely"]),
        bias=float(told["weights"]["bias"]),
        weights={name: float(told["weights"][name]) for name in FEATURES},
    )
    if not 0 < model.review <= model.accept <= model.surely <= 1:
        raise ConfigError(say("link.bad_bounds", path=path or "firms.toml"))
    return model


@lru_cache(maxsize=1)
def default_model() -> FirmModel:
    """Return the model that ships with the package."""
    return read_model()


def find_same_firms(
    frame: pd.DataFrame, *, only: Collection[str] | None = None, config: FirmModel | None = None
) -> pd.DataFrame:
    """Return the pairs of rows that are, or may be, one firm.

    Parameters
    ----------
    frame
        Columns ``id`` (unique text), ``name``, ``uscc``, ``region`` (code), ``short_name`` and
        ``former_names`` (joined by ；); null is unknown, a missing column is unknown throughout.
    only
        Ids; only pairs that hold one of them are returned.
    config
        Another model than the package's own.

    Returns
    -------
    pandas.DataFrame
        ``source`` and ``target`` (ids, source before target), ``probability``, ``band`` (accept or
        review) and ``matched`` (what agrees and what differs), best first. The order of the rows of
        ``frame`` does not matter. Accepted pairs never join two credit codes or two regions, not
        even through a third row: such groups are for review.
    """
    model = config or default_model()
    rows = read_rows(frame)
    asked = None if only is None else np.isin(rows.ids.astype(str), sorted(map(str, only)))
    first, second, compared, p = _likely(rows, *candidate_pairs(rows, model.window, asked), model)
    torn = _torn(rows, first, second, p >= model.accept) & ~compared.same_code
    torn |= compared.guessed & _several(rows, first, second, compared.guessed)
    p = np.where(torn & (p >= model.accept), model.accept - _BELOW, p)
    order = np.lexsort((second, first, -p))
    return pd.DataFrame(
        {
            "source": pd.Series([rows.ids[n] for n in first[order]], dtype="str"),
            "target": pd.Series([rows.ids[n] for n in second[order]], dtype="str"),
            "probability": p[order],
            "band": pd.Series([model.band(value) for value in p[order]], dtype="str"),
            "matched": pd.Series(
                [
                    _reasons(rows, compared, int(n), int(first[n]), int(second[n]), bool(torn[n]))
                    for n in order
                ],
                dtype="str",
            ),
        },
        columns=list(ANSWER),
    )


def _likely(
    rows: FirmRows, first: Ints, second: Ints, model: FirmModel
) -> tuple[Ints, Ints, Compared, Floats]:
    """Return the pairs that are at least for review, with their features and probabilities."""
    parts = []
    for start in range(0, max(len(first), 1), _CHUNK):
        one, other = first[start : start + _CHUNK], second[start : start + _CHUNK]
        compared = compare(rows, one, other)
        p = model.probabilities(compared)
        kept = np.flatnonzero(p >= model.review)
        parts.append((one[kept], other[kept], compared.take(kept), p[kept]))
    ones, others, told, likely = zip(*parts, strict=True)
    return np.concatenate(ones), np.concatenate(others), joined(told), np.concatenate(likely)


def score_pair(
    a: Mapping[str, Any], b: Mapping[str, Any], *, config: FirmModel | None = None
) -> dict[str, Any]:
    """Return the features of one pair by name, and its ``probability``, ``band`` and ``matched``.

    ``a`` and ``b`` hold what a row of a firm table does; an id is not needed.
    """
    model = config or default_model()
    rows = read_rows(pd.DataFrame([{**a, "id": "1"}, {**b, "id": "2"}]))
    first, second = np.array([0]), np.array([1])
    compared = compare(rows, first, second)
    p = float(model.probabilities(compared)[0])
    told: dict[str, Any] = dict(zip(FEATURES, map(float, compared.values[0]), strict=True))
    told |= {
        "same_code": bool(compared.same_code[0]),
        "same_registration": bool(compared.same_registration[0]),
        "former": bool(compared.former[0]),
        "never": bool(compared.never[0]),
        "at_most_review": bool(compared.at_most_review[0]),
    }
    told["matched"] = _reasons(rows, compared, 0, 0, 1, torn=False)
    return told | {"probability": p, "band": model.band(p)}


def _torn(rows: FirmRows, first: Ints, second: Ints, accepted: Flags) -> Flags:
    """Return pairs of groups (joined by accepted pairs) that hold two codes or two regions."""
    torn = np.zeros(len(first), dtype=np.bool_)
    if not accepted.any():
        return torn
    one, other = first[accepted], second[accepted]
    shape = (len(rows), len(rows))
    joined = coo_matrix((np.ones(len(one), dtype=np.int8), (one, other)), shape=shape)
    count, group = connected_components(joined, directed=False)
    bad = np.zeros(count, dtype=np.bool_)
    for column, is_region in ((rows.uscc, False), (rows.seat, True), (rows.place, True)):
        bad |= _holds_two(group, count, column, is_region=is_region)
    bad_pairs: Flags = bad[group[first]] & (group[first] == group[second])
    return bad_pairs


def _several(rows: FirmRows, first: Ints, second: Ints, guessed: Flags) -> Flags:
    """Return pairs of which one row could as well be another: its guesses bear several names."""
    one, other = first[guessed], second[guessed]
    row = np.r_[one, other]
    name = np.r_[rows.canon[other], rows.canon[one]]
    pairs = np.unique(np.column_stack([row, name]), axis=0)
    many = np.bincount(pairs[:, 0], minlength=len(rows)) > 1
    found: Flags = many[first] | many[second]
    return found


def _holds_two(group: Ints, count: int, column: Ints, *, is_region: bool) -> Flags:
    """Return groups with two values; of regions, two that do not hold one another."""
    known = np.flatnonzero(column >= 0)
    finest = np.full(count, -1, dtype=np.int64)
    size = np.select([column % 10_000 == 0, column % 100 == 0], [2, 1], 0) if is_region else column
    for row in known[np.lexsort((column[known], -size[known]))]:
        finest[group[row]] = column[row]  # the last written is the finest
    if is_region:
        wrong = agree(column[known], finest[group[known]])[1]
    else:
        wrong = column[known] != finest[group[known]]
    bad = np.zeros(count, dtype=np.bool_)
    bad[group[known[wrong]]] = True
    return bad


_BY_RULE = ("same_code", "same_registration", "former")


def _reasons(
    rows: FirmRows, compared: Compared, pair: int, first: int, second: int, torn: bool
) -> str:
    """Return what agrees and what differs, in Chinese (data)."""
    one, other = rows.parsed[first], rows.parsed[second]
    said = [name for name in _BY_RULE if getattr(compared, name)[pair]]
    said += [
        name
        for place, name in enumerate(FEATURES)
        if compared.values[pair, place]
        and not (name == "seat_agrees" and compared.column("seat_equal")[pair])
    ]
    if one.form != other.form and not (one.form and other.form):
        said.append("no_form")
    values = {
        "core": one.core,
        "cores": f"{one.core}/{other.core}",
        "forms": f"{one.form}/{other.form}",
        "asides": f"{one.aside}/{other.aside}",
    }
    told = [say(f"same.{name}", "zh", **values) for name in said]
    marks = (name.prefix_mark for name in (one, other) if name.prefix_mark)
    told += [say("same.mark", "zh", mark=mark) for mark in marks]
    if torn:
        told.append(say("same.several", "zh"))
    return "；".join(dict.fromkeys(told))
