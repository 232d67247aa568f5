"""What would change a pair's place: one certificate, one title or more capacity, recomputed.

The choice: nothing is estimated. The supposed value enters where the stored one would, the same
code scores all pairs of that company again, and the new rank is counted among all pairs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import CAPACITY_KNOWN, cell
from chainmap.match.certificates import certificate_name, lacking
from chainmap.match.features import LARGE
from chainmap.match.filters import Filter
from chainmap.match.score import MILLION, Scored, score_pairs
from chainmap.match.values import Supposed
from chainmap.match.wording import amount
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.match.pairing import Pairing

TITLE_LADDER = ("创新型", "专精特新", "小巨人")
"""The titles of a small or medium firm, from the first to the highest (MIIT, interim measures on
the graded cultivation of quality SMEs, 2022)."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that could be otherwise: its kind, its value in words, and what is supposed."""

    kind: str
    value: str
    supposed: Supposed

    @property
    def text(self) -> str:
        """The condition in words: 取得 IATF16949."""
        return say(f"match.change.{self.kind}", lang="zh", value=self.value)


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """A change and what it does to one pair.

    Attributes
    ----------
    change
        What is supposed.
    rank, new_rank
        Place among the leader's pairs before and after, None when the pair is ruled out.
    score, new_score
        In millionths.
    """

    change: Change
    rank: int | None
    new_rank: int | None
    score: int
    new_score: int

    def as_record(self) -> dict[str, object]:
        """Return the counterfactual as plain data."""
        stated = "match.counterfactual" if self.rank else "match.counterfactual_in"
        change = self.change.text
        change += " " if change[-1].isascii() else ""  # between Latin and Chinese letters
        text = say(stated, lang="zh", change=change, rank=self.rank, new_rank=self.new_rank)
        return {
            "text": text,
            "change": self.change.kind,
            "value": self.change.value,
            "rank": self.rank,
            "new_rank": self.new_rank,
            "score": self.score / MILLION,
            "new_score": self.new_score / MILLION,
        }


def counterfactual(pairing: Pairing) -> Counterfactual | None:
    """Return the change that lifts a pair most; None when none lifts it.

    Of equal lifts the first of certificate, title, capacity is told.
    """
    found = [tried for tried in all_counterfactuals(pairing) if _lifts(tried)]
    return min(found, key=lambda tried: tried.new_rank or 0, default=None)


def _lifts(tried: Counterfactual) -> bool:
    return tried.new_rank is not None and (tried.rank is None or tried.new_rank < tried.rank)


def all_counterfactuals(pairing: Pairing) -> Iterator[Counterfactual]:
    """Yield every possible change of a pair with the rank and score that it gives."""
    before = rank_of(pairing)
    score = int(pairing.match.scored.score[pairing.pair])
    for change in possible_changes(pairing):
        rank, new_score = rank_after(pairing, change.supposed)
        yield Counterfactual(change, before, rank, score, new_score)


def possible_changes(pairing: Pairing) -> Iterator[Change]:
    """Yield what the company of a pair could come to have, from what is known of it.

    A required certificate that it lacks, the next title of ``TITLE_LADDER`` above the best it is
    known to have (none for a large firm: they are for small and medium ones), and capacity for the
    whole volume. What is unknown is no change: the company may have it already.
    """
    graph, need, company = pairing.graph, pairing.need, pairing.company
    features = pairing.match.asked.features
    states_some = graph.holds.indptr[company + 1] > graph.holds.indptr[company]
    lacks = lacking(graph, features, need, company) if states_some else ()
    missing = [name for name in lacks if not features.worth(name)]
    if missing:
        names = "、".join(certificate_name(graph, need, key) for key in missing)
        supposed = Supposed(certificates={company: frozenset(missing)})
        yield Change("certificate", names, supposed)
    has = float(features.title[company])
    ladder = [(features.title_values.get(title, 0.0), title) for title in TITLE_LADDER]
    above = [(worth, title) for worth, title in ladder if worth > has]
    if above and features.size_step[company] != LARGE:
        worth, title = min(above)
        yield Change("title", title, Supposed(titles={company: worth}))
    capacity = float(graph.capacity[pairing.entry])
    compared = (
        graph.capacity_state[pairing.entry] == CAPACITY_KNOWN and pairing.made == need.product
    )
    if compared and capacity < need.volume:
        unit = cell(graph.products, "unit", need.product)
        supposed = Supposed(capacity={pairing.entry: need.volume})
        yield Change("capacity", amount(need.volume, unit), supposed)


def rank_of(pairing: Pairing) -> int | None:
    """Return the place of a pair among all pairs of its leader; None when it is ruled out."""
    scored = pairing.match.scored
    if scored.ruled_out[pairing.pair] != Filter.NONE:
        return None
    return 1 + int(np.count_nonzero(_before(scored, np.arange(scored.score.size), pairing)))


def rank_after(pairing: Pairing, supposed: Supposed) -> tuple[int | None, int]:
    """Return rank (None: ruled out) and score of a pair when something is otherwise.

    All pairs of the company are scored again, for a title or a certificate lifts them all.
    """
    scored = pairing.match.scored
    own = np.flatnonzero(scored.pairs.company == pairing.company)
    again = score_pairs(
        replace(pairing.match.asked, pairs=scored.pairs.chosen(own), supposed=supposed)
    )
    faint = scored.ruled_out[own] > max(Filter)  # what ``why_not`` alone looks at stays so
    again = replace(again, ruled_out=np.where(faint, scored.ruled_out[own], again.ruled_out))
    at = int(np.searchsorted(own, pairing.pair))
    if again.ruled_out[at] != Filter.NONE:
        return None, int(again.score[at])
    others = np.flatnonzero(scored.pairs.company != pairing.company)
    key = _key(again, at)
    better = np.count_nonzero(_better(scored, others, key))
    better += np.count_nonzero(_better(again, np.arange(own.size), key))
    return 1 + int(better), int(again.score[at])


def _before(scored: Scored, rows: npt.NDArray[np.int64], pairing: Pairing) -> npt.NDArray[np.bool_]:
    return _better(scored, rows, _key(scored, pairing.pair))


def _key(scored: Scored, pair: int) -> tuple[int, int, int, int]:
    """Return the order of ``rank.best_pairs``: smaller is better."""
    pairs = scored.pairs
    score, fit = int(scored.score[pair]), int(scored.contributions[pair, 0])
    return -score, -fit, int(pairs.company[pair]), int(pairs.need[pair])


def _better(
    scored: Scored, rows: npt.NDArray[np.int64], key: tuple[int, int, int, int]
) -> npt.NDArray[np.bool_]:
    """Return which of ``rows`` are not ruled out and come before ``key``."""
    columns = (
        -scored.score[rows],
        -scored.contributions[rows, 0],
        scored.pairs.company[rows],
        scored.pairs.need[rows],
    )
    before = np.zeros(rows.size, dtype=np.bool_)
    tied = scored.ruled_out[rows] == Filter.NONE
    for values, bound in zip(columns, key, strict=True):
        before |= tied & (values < bound)
        tied = tied & (values == bound)
    return before
