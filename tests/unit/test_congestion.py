"""Balanced lists: full, nobody on all of them while others are on none, scores untouched."""

from __future__ import annotations

from collections import Counter

import numpy as np
from chain_samples import Sample, rows_of
from hypothesis import given, settings
from hypothesis import strategies as st

from chainmap.match.congestion import CongestionRule, Pool, balanced_order
from chainmap.workflow.match import find_matches

RULE = CongestionRule(slack=3.0, temperature=0.02, pool=5)


def pool_of(lists: list[list[tuple[int, float]]]) -> Pool:
    """Return the pool of lists of (company, score), each put in order of score."""
    rows = [
        (owner, company, score)
        for owner, entries in enumerate(lists)
        for company, score in sorted(entries, key=lambda entry: (-entry[1], entry[0]))
    ]
    return Pool(
        owner=np.array([row[0] for row in rows], dtype=np.int64),
        company=np.array([row[1] for row in rows], dtype=np.int64),
        score=np.array([row[2] for row in rows], dtype=np.float64),
    )


def shown(pool: Pool, order: np.ndarray, length: int) -> list[list[int]]:
    lists: list[list[int]] = [[] for _ in range(int(pool.owner.max(initial=-1)) + 1)]
    for row in order.tolist():
        if len(lists[pool.owner[row]]) < length:
            lists[pool.owner[row]].append(int(pool.company[row]))
    return lists


def test_a_star_gives_room_where_it_costs_least() -> None:
    lists = [[(0, 0.9), (n + 1, 0.9 - 0.1 * n)] for n in range(4)]
    pool = pool_of(lists)
    found = shown(pool, balanced_order(pool, 1, RULE), 1)

    assert Counter(firm for entry in found for firm in entry)[0] < 4
    assert found[0] == [1]  # company 1 is as good there


def test_one_list_stays_as_it_is() -> None:
    pool = pool_of([[(n, 1 - n / 10) for n in range(6)]])

    assert balanced_order(pool, 2, RULE).tolist() == list(range(6))


LISTS = st.lists(
    st.dictionaries(
        st.integers(0, 7), st.sampled_from([0.1, 0.3, 0.5, 0.7, 0.9]), max_size=8
    ).map(lambda entries: sorted(entries.items())),
    min_size=1, max_size=6,
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(LISTS, st.integers(1, 4))
def test_nobody_is_on_all_lists_while_a_candidate_is_on_none(
    lists: list[list[tuple[int, float]]], length: int
) -> None:
    pool = pool_of(lists)
    order = balanced_order(pool, length, RULE)
    found = shown(pool, order, length)

    assert sorted(order.tolist()) == list(range(pool.owner.size))
    assert np.all(np.diff(pool.owner[order]) >= 0)
    full = [min(len(entry), length) for entry in lists]
    assert [len(entry) for entry in found] == full[: len(found)]
    filled = [set(entry) for entry in found if entry]  # a leader without candidates has no list
    everywhere = set.intersection(*filled) if filled else set()
    nowhere = {firm for entries in lists for firm, _ in entries} - {
        firm for entry in found for firm in entry
    }
    assert len(filled) <= 1 or not everywhere or not nowhere


def market() -> Sample:
    """Return three leaders that want p; a star that all like best and ten plain makers."""
    sample = Sample().chain("链").product("p", chain="链")
    for key in ("L1", "L2", "L3"):
        sample.company(key, f"链主{key}").leads(key, "链").wants(key, "p")
    sample.company("S", "明星公司", titles="专精特新“小巨人”企业").makes("S", "p")
    for number in range(10):
        sample.company(f"m{number}", f"普通{number}").makes(f"m{number}", "p")
    return sample


def test_all_lists_are_balanced_and_raw_ones_are_not() -> None:
    store = market().store()
    balanced = rows_of(find_matches(store, all_pairs=True, top=2))
    raw = rows_of(find_matches(store, all_pairs=True, top=2, raw=True))

    assert Counter(row["company"] for row in raw)["明星公司"] == 3
    assert Counter(row["company"] for row in balanced)["明星公司"] < 3
    assert [row["rank"] for row in balanced] == [1, 2] * 3
    scores = {(row["leader"], row["company"]): row["score"] for row in raw}
    for row in balanced:
        assert scores.get((row["leader"], row["company"]), row["score"]) == row["score"]
    assert all(row["rank_raw"] == row["rank"] for row in raw)
    assert any(row["rank_raw"] != row["rank"] for row in balanced)


def test_a_leader_without_candidates_does_not_undo_the_balance() -> None:
    sample = market().product("q", chain="链").company("L0", "无人可供").leads("L0", "链")
    rows = rows_of(find_matches(sample.wants("L0", "q").store(), all_pairs=True, top=1))
    firms = [row["company"] for row in rows]

    assert len(firms) == 3
    assert Counter(firms)["明星公司"] < 3


def test_a_leader_asked_alone_gets_its_list_by_score() -> None:
    rows = rows_of(find_matches(market().store(), leaders=["L1"], top=2))

    assert next(row["company"] for row in rows) == "明星公司"
    assert [row["rank_raw"] for row in rows] == [1, 2]
