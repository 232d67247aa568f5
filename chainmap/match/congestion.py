"""Lists that are published together: nobody crowds all of them while others are on none.

The choice: the score stays as it is, and so does the order within a list; balancing only decides
who is on it. Each company gets a price for being wanted by many at once, and the places go by score
minus price. The prices are those of an entropic assignment in which every list is full and no
company is expected on more lists than its fair share allows.

References
----------
Tomita and Yokoyama, RecSys 2024 (fair reciprocal recommendation, Sinkhorn approximation);
Decker et al., Mathematical Social Sciences 66 (2013) (matching with transferable utility, scaling
of margins); the bounded form x = 1 / (1 + exp(−(s − p − q) / t)) keeps a pair in 0-1.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_ROUNDS, _HALVINGS, _TOLERANCE = 60, 40, 1e-6


@dataclass(frozen=True, slots=True)
class CongestionRule:
    """How strongly lists are balanced.

    Attributes
    ----------
    slack
        A company is expected on at most ``slack`` times as many lists as if all places were dealt
        evenly; a list too short to choose from still shows it.
    temperature
        Score points by which the assignment is blurred; smaller is closer to the optimum.
    pool
        So many times the length of a list is looked at.
    """

    slack: float
    temperature: float
    pool: int


@dataclass(frozen=True, eq=False)
class Pool:
    """Candidate rows of several lists, as aligned arrays.

    Attributes
    ----------
    owner
        List that the row belongs to, 0 ... n_lists - 1.
    company
        Company of the row.
    score
        Score of the row (0-1).
    """

    owner: Ints
    company: Ints
    score: Floats


def balanced_order(pool: Pool, length: int, rule: CongestionRule) -> Ints:
    """Return the rows of a pool, list by list, each in balanced order.

    Parameters
    ----------
    pool
        Rows sorted by list, then by their place in it.
    length
        Rows of a list that are shown.
    rule
        How strongly to balance.

    Returns
    -------
    (n_rows,) positions, sorted by list; the first ``length`` of a list are the ones shown. No
    company is shown on every list while one that could stand there instead is shown on none.

    Notes
    -----
    O(rounds × rows). With one list nothing changes.
    """
    numbers, owner = np.unique(pool.owner, return_inverse=True)
    pool, lists = replace(pool, owner=owner), numbers.size  # a list without rows is no list
    price = np.zeros(pool.owner.size)
    if lists > 1:
        firms, firm = np.unique(pool.company, return_inverse=True)
        price = _prices(pool, firm, firms.size, length, rule)[firm]
    place = np.arange(pool.owner.size)
    order = np.lexsort((place, price - pool.score, pool.owner))
    return _by_score(pool, _spread(pool, order, length), length) if lists > 1 else order


def _by_score(pool: Pool, order: Ints, length: int) -> Ints:
    """Put the rows that are shown, and those that are not, back in the order they came in."""
    start = np.searchsorted(pool.owner[order], pool.owner[order])
    hidden = np.arange(order.size) - start >= length
    return order[np.lexsort((order, hidden, pool.owner[order]))]


def _prices(pool: Pool, firm: Ints, n_firms: int, length: int, rule: CongestionRule) -> Floats:
    """Return the price of each firm: 0 unless more lists want it than its share."""
    size = np.bincount(pool.owner)
    places = np.minimum(size, length).astype(np.float64)
    share = max(1.0, rule.slack * float(places.sum()) / n_firms)
    price = np.zeros(n_firms)
    for _ in range(_ROUNDS):
        left = pool.score - price[firm]
        bar = _levels(left, pool.owner, places, rule.temperature)
        wanted = _levels(pool.score - bar[pool.owner], firm, np.full(n_firms, share),
                         rule.temperature)  # fmt: skip
        new = np.maximum(0.0, wanted)
        moved = float(np.abs(new - price).max(initial=0.0))
        price = new
        if moved < _TOLERANCE:
            break
    return price


def _levels(value: Floats, group: Ints, total: Floats, temperature: float) -> Floats:
    """Return for each group the level b with Σ 1 / (1 + exp((b − value) / t)) = ``total``.

    By halving; a group with no more members than its total gets a level below all of them.
    """
    low = np.full(total.size, float(value.min(initial=0.0)) - 50 * temperature)
    high = np.full(total.size, float(value.max(initial=0.0)) + 50 * temperature)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        fill = 1 / (1 + np.exp(np.clip((middle[group] - value) / temperature, -60, 60)))
        above = np.bincount(group, fill, minlength=total.size) > total
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.asarray((low + high) / 2)


def _spread(pool: Pool, order: Ints, length: int) -> Ints:
    """Give up the place of a firm that is on every list to one that is on none, at least loss."""
    owners = np.arange(int(pool.owner.max()) + 2)
    starts = np.searchsorted(pool.owner[order], owners)
    lists = [order[start:stop].tolist() for start, stop in itertools.pairwise(starts)]
    shown = [{int(pool.company[row]) for row in rows[:length]} for rows in lists]
    for firm in sorted(set.intersection(*shown)):
        best: tuple[float, int, int] | None = None
        for number, rows in enumerate(lists):
            seen = set.union(*shown)
            comers = (row for row in rows[length:] if int(pool.company[row]) not in seen)
            comer = next(comers, None)
            if comer is not None:
                given_up = [row for row in rows[:length] if pool.company[row] == firm]
                loss = float(pool.score[given_up].sum() - pool.score[comer])
                best = min(best or (loss, number, comer), (loss, number, comer))
        if best is not None:
            _, number, comer = best
            lists[number] = _without(pool, lists[number], firm, comer, length)
            shown[number] = {int(pool.company[row]) for row in lists[number][:length]}
    return np.array([row for rows in lists for row in rows], dtype=np.int64)


def _without(pool: Pool, rows: list[int], firm: int, comer: int, length: int) -> list[int]:
    """Return a list in which ``comer`` closes the gap that ``firm`` leaves on the first places."""
    others = [row for row in rows if row != comer and pool.company[row] != firm]
    stay = [row for row in rows[:length] if pool.company[row] != firm]
    rest = others[len(stay) :]
    first = [*stay, comer, *rest][:length]
    own = [row for row in rows if pool.company[row] == firm]
    return [*first, *own, *[row for row in [*others, comer] if row not in set(first)]]
