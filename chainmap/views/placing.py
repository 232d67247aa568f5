"""Pixels: where cards stand and how links run, given the order inside each column.

The choice: vertical places are the least-squares answer to "stand where your neighbours are,
keep your distance, stay in the frame", solved exactly by pooling adjacent violators. All
links enter a card on its left; what flows back runs below the columns as a dashed loop.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from chainmap.views.layering import Item, Layering, Node, assign_layers, order_layers
from chainmap.views.routing import CARD_WIDTH, TRACK, Box, Frame, Route, draw_routes

LANE = 54.0
"""Space between two columns, in pixels: room for curves and for the loops' uprights."""
INNER_LANE = 38.0
GAP = 15.0
LINK_GAP = 26.0
"""Space between two cards with a link between them, so that the arrow has room."""
DUMMY_HEIGHT = 6.0
PAD = 11.0
MARGIN = 30.0
"""Space left and right of all columns: chevron tips and the outermost uprights of loops."""
MIN_COLUMN = 860.0
"""Tiers up to this height (pixels) stay one column."""
ASPECT = 1.75
"""Width to height that very long chains aim at."""
ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Band:
    """A tier's strip: left edge, width."""

    tier: int
    x: float
    width: float


@dataclass(frozen=True)
class Layout:
    """Places of all cards (in the order of the items) and routes (in that of the edges)."""

    boxes: tuple[Box, ...]
    bands: tuple[Band, ...]
    routes: tuple[Route, ...]
    width: float
    height: float
    band_height: float


def lay_out(items: Sequence[Item], edges: Sequence[tuple[int, int]]) -> Layout:
    """Place cards and links.

    Parameters
    ----------
    items
        Cards with tier and height; the order decides ties.
    edges
        Pairs of positions in ``items``: from the input to what is made of it. Cycles, loops on
        one card, links inside a tier and links backwards are all allowed.

    Returns
    -------
    Layout
        In pixels; the same items and edges give the same layout.

    Notes
    -----
    O(sweeps x (n + m) log m); 200 cards with 400 links take well under 0.2 s.
    """
    area = sum(item.height + GAP for item in items) * (CARD_WIDTH + LANE)
    # As many columns as tiers there must be; their width alone allows for so much height.
    given = len({item.tier for item in items}) * (CARD_WIDTH + LANE) / ASPECT
    tallest = max([MIN_COLUMN, given, math.sqrt(area / ASPECT), *(i.height for i in items)])
    layer_of, tier_of_layer = assign_layers(items, edges, limit=tallest, gap=GAP)
    layering = order_layers(layer_of, tier_of_layer, edges)
    xs, bands, width = _columns(tier_of_layer)
    tops, height = _tops(items, edges, layering)
    boxes = tuple(
        Box(xs[layer_of[i]], round(tops[layer_of[i], i], 1), CARD_WIDTH, item.height)
        for i, item in enumerate(items)
    )
    band_height = height + 2 * PAD
    lanes = {node: (xs[node[0]], y + DUMMY_HEIGHT / 2) for node, y in tops.items() if node[1] < 0}
    routes, tracks = draw_routes(edges, Frame(boxes, layering, lanes, band_height))
    bottom = band_height + (tracks * TRACK + 16.0 if tracks else 0.0)
    return Layout(boxes, bands, routes, width, bottom, band_height)


def _columns(tier_of_layer: Sequence[int]) -> tuple[list[float], tuple[Band, ...], float]:
    xs: list[float] = []
    bands: list[Band] = []
    x = MARGIN
    for k, tier in enumerate(tier_of_layer):
        if k:
            x += INNER_LANE if tier_of_layer[k - 1] == tier else LANE
        xs.append(x)
        if bands and bands[-1].tier == tier:
            bands[-1] = Band(tier, bands[-1].x, x + CARD_WIDTH + PAD - bands[-1].x)
        else:
            bands.append(Band(tier, x - PAD, CARD_WIDTH + 2 * PAD))
        x += CARD_WIDTH
    return xs, tuple(bands), x + MARGIN + PAD


def _tops(
    items: Sequence[Item], edges: Sequence[tuple[int, int]], layering: Layering
) -> tuple[dict[Node, float], float]:
    """Return the top of each node and the height of the tallest column."""
    linked = {frozenset(edge) for edge in edges}
    heights = {
        node: items[node[1]].height if node[1] >= 0 else DUMMY_HEIGHT
        for layer in layering.layers
        for node in layer
    }
    spaces = [_spaces(layer, heights, linked) for layer in layering.layers]
    frame = max((sum(space) for space in spaces), default=0.0)
    spaces = [
        _spread(space, layer, frame) for space, layer in zip(spaces, layering.layers, strict=True)
    ]
    centre: dict[Node, float] = {}
    for layer, space in zip(layering.layers, spaces, strict=True):
        _settle(layer, space, heights, frame, {}, centre)
    for sweep in range(ROUNDS):
        forward = sweep % 2 == 0
        order = range(len(layering.layers)) if forward else range(len(layering.layers) - 1, -1, -1)
        for k in order:
            layer = layering.layers[k]
            wanted = {node: _wanted(node, layering, centre, sweep) for node in layer}
            _settle(layer, spaces[k], heights, frame, wanted, centre)
    return {node: PAD + y - heights[node] / 2 for node, y in centre.items()}, frame


def _spaces(
    layer: Sequence[Node], heights: Mapping[Node, float], linked: set[frozenset[int]]
) -> list[float]:
    """Return what each node takes: its height and the gap below it (none below the last)."""
    taken = []
    for k, node in enumerate(layer):
        gap = 0.0
        if k + 1 < len(layer):
            after = layer[k + 1]
            near = frozenset((node[1], after[1])) in linked
            gap = LINK_GAP if near else GAP if node[1] >= 0 and after[1] >= 0 else GAP * 0.7
        taken.append(heights[node] + gap)
    return taken


def _spread(space: list[float], layer: Sequence[Node], frame: float) -> list[float]:
    """Widen the gaps of a short column, so that it does not huddle in the middle."""
    spare = 0.82 * frame - sum(space)
    if len(layer) < 2 or spare <= 0:
        return space
    extra = min(2.2 * GAP, spare / (len(layer) - 1))
    return [s + extra for s in space[:-1]] + space[-1:]


def _wanted(node: Node, layering: Layering, centre: Mapping[Node, float], sweep: int) -> float:
    """Return where a node would like its centre: the median of its neighbours."""
    near = layering.above.get(node, ()) if sweep % 2 == 0 else layering.below.get(node, ())
    if sweep >= ROUNDS - 2 or not near:
        near = (*layering.above.get(node, ()), *layering.below.get(node, ()))
    return median(centre[other] for other in near) if near else centre[node]


def _settle(
    layer: Sequence[Node],
    space: Sequence[float],
    heights: Mapping[Node, float],
    frame: float,
    wanted: Mapping[Node, float],
    centre: dict[Node, float],
) -> None:
    """Set the centres of a column: as near as can be to ``wanted``, no overlap, in the frame."""
    if not layer:
        return
    offsets = [0.0]
    for taken in space[:-1]:
        offsets.append(offsets[-1] + taken)
    starts = [o + heights[node] / 2 for o, node in zip(offsets, layer, strict=True)]
    rest = max(0.0, frame - sum(space))
    if wanted:
        weights = [1.0 if node[1] >= 0 else 2.0 for node in layer]
        shifts = [wanted[node] - start for node, start in zip(layer, starts, strict=True)]
        moved = _pool(shifts, weights)
    else:
        moved = [rest / 2] * len(layer)
    for node, start, shift in zip(layer, starts, moved, strict=True):
        centre[node] = start + min(max(shift, 0.0), rest)


def _pool(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return the non-decreasing sequence nearest to ``values`` (weighted least squares).

    References
    ----------
    Ayer et al. (1955), An empirical distribution function for sampling with incomplete
    information: pool adjacent violators.
    """
    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(values, weights, strict=True):
        mean, total, size = value, weight, 1
        while blocks and blocks[-1][0] > mean:
            before, heavy, count = blocks.pop()
            mean = (before * heavy + mean * total) / (heavy + total)
            total, size = total + heavy, size + count
        blocks.append((mean, total, size))
    return [mean for mean, _, size in blocks for _ in range(size)]
