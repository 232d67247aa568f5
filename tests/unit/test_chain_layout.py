"""The layout of a chain map: columns, order, places, routes."""

from __future__ import annotations

import itertools
import random
import re

import pytest

from chainmap.views.layering import Item, assign_layers, on_cycles, order_layers
from chainmap.views.placing import GAP, MARGIN, _pool, lay_out
from chainmap.views.routing import CARD_WIDTH


def line(count: int, height: float = 60.0) -> list[Item]:
    return [Item(f"p{k}", k, height) for k in range(count)]


def random_chain(count: int, seed: int = 7) -> tuple[list[Item], list[tuple[int, int]]]:
    dice = random.Random(seed)
    items = [
        Item(f"p{k}", min(5, k * 6 // count), 60.0 + 20 * dice.randrange(4)) for k in range(count)
    ]
    edges = sorted({(dice.randrange(count), dice.randrange(count)) for _ in range(2 * count)})
    return items, edges


def test_an_empty_chain_has_an_empty_layout():
    layout = lay_out([], [])

    assert layout.boxes == ()
    assert layout.routes == ()


def test_tiers_run_from_left_to_right_in_their_order():
    layout = lay_out(line(5), [(k, k + 1) for k in range(4)])

    lefts = [box.x for box in layout.boxes]
    assert lefts == sorted(lefts)
    assert lefts[0] == MARGIN
    assert [band.tier for band in layout.bands] == [0, 1, 2, 3, 4]


def test_a_straight_chain_stands_on_one_level():
    layout = lay_out(line(4), [(0, 1), (1, 2), (2, 3)])

    assert len({box.middle for box in layout.boxes}) == 1


@pytest.mark.parametrize("count", [1, 10, 60, 200])
def test_cards_never_overlap_and_stay_in_the_frame(count):
    items, edges = random_chain(count)

    layout = lay_out(items, edges)

    columns: dict[float, list[tuple[float, float]]] = {}
    for box in layout.boxes:
        columns.setdefault(box.x, []).append((box.y, box.y + box.height))
    for spans in columns.values():
        spans.sort()
        assert spans[0][0] >= 0
        assert spans[-1][1] <= layout.band_height + 0.1
        for (_, foot), (top, _) in itertools.pairwise(spans):
            assert top >= foot + GAP * 0.6
    assert all(box.x + CARD_WIDTH <= layout.width for box in layout.boxes)


def test_the_same_chain_is_laid_out_alike_twice():
    items, edges = random_chain(80)

    assert lay_out(items, edges) == lay_out(list(items), list(edges))


def test_the_order_of_the_links_does_not_move_a_card():
    items, edges = random_chain(60)
    shuffled = random.Random(1).sample(edges, len(edges))

    assert lay_out(items, edges).boxes == lay_out(items, shuffled).boxes


def test_crossing_links_are_untangled():
    items = [Item("a", 0, 50), Item("b", 0, 50), Item("x", 1, 50), Item("y", 1, 50)]

    layout = lay_out(items, [(0, 3), (1, 2)])

    a, b, x, y = layout.boxes
    assert (a.y < b.y) == (y.y < x.y)


def test_a_link_over_a_column_gets_a_lane_beside_the_cards():
    items = [Item("a", 0, 50), Item("m", 1, 50), Item("z", 2, 50)]

    layout = lay_out(items, [(0, 1), (1, 2), (0, 2)])

    middle = layout.boxes[1]
    levels = [float(y) for y in re.findall(r" ([\d.]+)H", layout.routes[2].d)]
    assert len(levels) == 1
    assert not middle.y <= levels[0] <= middle.y + middle.height


def test_a_link_inside_a_column_is_drawn_between_neighbours():
    items = [Item("a", 0, 50), Item("b", 0, 50), Item("c", 0, 50)]

    layout = lay_out(items, [(0, 2)])

    a, _, c = layout.boxes
    assert layout.routes[0].kind == "inside"
    assert "V" in layout.routes[0].d
    assert abs(c.y - a.y) < 100


@pytest.mark.parametrize("edges", [[(3, 0)], [(2, 2)], [(3, 1), (3, 0), (2, 0)]])
def test_what_flows_back_runs_below_all_columns(edges):
    layout = lay_out(line(4), edges)

    for route in layout.routes:
        assert route.kind == "back"
        assert route.label is not None
        assert layout.band_height < route.label[1] < layout.height


def test_a_link_to_the_column_before_takes_the_short_way():
    layout = lay_out(line(3), [(0, 1), (1, 0)])

    assert layout.routes[1].kind == "back"
    assert layout.routes[1].label is None
    assert layout.height == layout.band_height


def test_a_cycle_inside_a_tier_is_no_trouble():
    items = [Item(name, 0, 400) for name in "abcdef"]

    layout = lay_out(items, [(0, 1), (1, 2), (2, 0), (3, 4), (4, 3)])

    assert len(layout.routes) == 5


def test_a_long_tier_becomes_several_columns_with_inputs_left_of_outputs():
    items = [Item(f"p{k:02}", 0, 100) for k in range(30)]

    layers, tiers = assign_layers(items, [(29, 0)], limit=1000, gap=15)

    assert len(tiers) == 4
    assert set(tiers) == {0}
    assert layers[0] == max(layers)
    assert layers[1] == 0


def test_only_links_on_a_cycle_are_told_to_return():
    edges = [(0, 1), (1, 2), (2, 0), (3, 1), (2, 4), (4, 4)]

    assert on_cycles(5, edges) == [True, True, True, False, False, True]


def test_links_of_one_card_share_their_lane():
    layering = order_layers([0, 1, 2, 2], [0, 0, 0], [(0, 2), (0, 3)])

    assert [node for node in layering.layers[1] if node[1] < 0] == [(1, -1)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]),
        ([3.0, 1.0], [2.0, 2.0]),
        ([5.0, 1.0, 3.0, 9.0], [3.0, 3.0, 3.0, 9.0]),
        ([], []),
    ],
)
def test_pooling_gives_the_nearest_rising_sequence(values, expected):
    assert _pool(values, [1.0] * len(values)) == expected
