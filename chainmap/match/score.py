"""The score of a pair: the sum of visible contributions, for all pairs of a leader at once.

The choice: contributions are kept as whole millionths, so that the score is their exact sum, the
same on every machine, and ties are real ties.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import CAPACITY_KNOWN, ChainGraph, cell, column
from chainmap.analysis.places import Nearness, nearness
from chainmap.match.features import CompanyFeatures, size_fit
from chainmap.match.weights import FEATURES, MatchWeights
from chainmap.tables import LIST_JOIN

if TYPE_CHECKING:
    from scipy import sparse

    from chainmap.analysis.needs import Need
    from chainmap.match.candidates import Pairs

Floats = npt.NDArray[np.float64]

MILLION = 1_000_000


@dataclass(frozen=True, eq=False)
class Scored:
    """Pairs with their contributions.

    Attributes
    ----------
    pairs
        The candidate pairs.
    contributions
        (n_pairs, n_features) in millionths, columns as ``FEATURES``.
    known
        Same shape: whether the feature could be judged; an unknown one contributes 0.
    score
        Row sums of ``contributions``.
    """

    pairs: Pairs
    contributions: npt.NDArray[np.int64]
    known: npt.NDArray[np.bool_]
    score: npt.NDArray[np.int64]


def score_pairs(
    graph: ChainGraph,
    leader: int,
    needs: Sequence[Need],
    pairs: Pairs,
    *,
    features: CompanyFeatures,
    weights: MatchWeights,
) -> Scored:
    """Score all candidate pairs of one leader.

    Notes
    -----
    contribution = weight × value, value in 0-1:

    - product_fit: need weight × probability of making × factor for a kind of the product;
    - nearness: the step of ``weights.nearness`` (same park ... apart);
    - titles: the best title of the company;
    - size_fit: see ``features.size_fit``;
    - capacity: min(1, capacity ÷ volume needed), both known in one unit;
    - certification: share of the required certificates that the company holds (of several
      demands the one it meets best); nothing is contributed where none is required.
    """
    need_weight = np.array([need.weight for need in needs] or [0.0])
    company = pairs.company
    values = {
        "product_fit": need_weight[pairs.need] * graph.makes.data[pairs.entry] * pairs.factor,
        "nearness": _nearness(graph, leader, company, weights),
        "titles": features.title[company],
        "size_fit": size_fit(features, company, leader, weights),
        "capacity": _capacity(graph, needs, pairs),
        "certification": _certification(graph, needs, pairs),
    }
    value = np.column_stack([values[name] for name in FEATURES])
    scale = np.array([weights.weights[name] for name in FEATURES]) * MILLION
    known = ~np.isnan(value)
    contributions = np.rint(np.where(known, value, 0.0) * scale).astype(np.int64)
    return Scored(pairs, contributions, known, contributions.sum(axis=1))


def _nearness(
    graph: ChainGraph, leader: int, company: npt.NDArray[np.int32], weights: MatchWeights
) -> Floats:
    parks = graph.in_park.indices[graph.in_park.indptr[leader] : graph.in_park.indptr[leader + 1]]
    mark = np.zeros(graph.parks.num_rows)
    mark[parks] = 1.0
    same_park = (graph.in_park @ mark)[company] > 0 if parks.size else np.zeros(company.size, bool)
    home = int(graph.company_region[leader])
    steps = nearness(graph.company_region[company], home, same_park)
    table = np.array(
        [np.nan, *(weights.nearness[step.name.lower()] for step in Nearness if step > 0)]
    )
    return np.asarray(table[steps])


def _capacity(graph: ChainGraph, needs: Sequence[Need], pairs: Pairs) -> Floats:
    volume = np.array([need.volume for need in needs] or [np.nan])[pairs.need]
    known = (graph.capacity_state[pairs.entry] == CAPACITY_KNOWN) & (pairs.factor == 1.0)
    capacity = np.where(known, graph.capacity[pairs.entry], np.nan)
    usable = np.isfinite(volume) & (volume > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(usable, np.minimum(1.0, capacity / volume), np.nan)


def _certification(graph: ChainGraph, needs: Sequence[Need], pairs: Pairs) -> Floats:
    value = np.full(pairs.company.size, np.nan)
    held = np.diff(graph.holds.indptr) > 0
    keys: list[str] | None = None
    for number, need in enumerate(needs):
        demanded = [required_certificates(graph, row) for row in need.demands]
        if not demanded:
            continue
        here = np.flatnonzero(pairs.need == number)
        if not all(demanded):  # one of the demands asks for nothing
            continue
        keys = keys or [
            certificate_key(name) for name in column(graph.certificates, "name").to_pylist()
        ]
        share = np.max(
            [_held_share(graph.holds, keys, pairs.company[here], wanted) for wanted in demanded],
            axis=0,
        )
        value[here] = np.where(held[pairs.company[here]], share, np.nan)
    return value


def _held_share(
    holds: sparse.csr_array,
    keys: Sequence[str],
    company: npt.NDArray[np.int32],
    wanted: Sequence[str],
) -> Floats:
    """Return the share of ``wanted`` certificates that each company holds."""
    met = np.zeros(company.size)
    for name in wanted:
        mark = np.array([float(is_certificate(key, name)) for key in keys])
        met += (holds @ mark)[company] > 0
    return met / len(wanted)


def is_certificate(held: str, wanted: str) -> bool:
    """Whether a certificate held is the one wanted: equal, or its code with a longer title."""
    return held == wanted or (len(wanted) >= 6 and any(map(str.isdigit, wanted)) and wanted in held)


def required_certificates(graph: ChainGraph, demand: int) -> tuple[str, ...]:
    """Return the certificates that one demand asks for, as comparable keys."""
    stated = cell(graph.demands, "certification", demand) or ""
    keys = (certificate_key(part) for part in stated.split(LIST_JOIN))
    return tuple(dict.fromkeys(key for key in keys if key))


def certificate_key(name: str) -> str:
    """Return the comparable form of a certificate's name: no year of edition, no blanks.

    >>> certificate_key("IATF 16949:2016") == certificate_key("iatf16949")
    True
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    folded = re.sub(r"[:\-](19|20)\d\d$", "", folded.strip())
    return re.sub(r"[\s\-_/:·.]+|认证$|体系认证$|证书$", "", folded)
