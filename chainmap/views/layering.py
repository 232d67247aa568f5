"""Columns and their order: from tiers and edges to layers whose links cross as little as possible.

The choice: tiers are given (a segment of the chain is a column), so only the order inside a
column is searched: dummy nodes, barycentre sweeps and a last pass of neighbour swaps. Links
that leave one card and skip a column share one dummy there, which bundles them into a lane.
Cycles need no special care: a link that does not go forward takes no part in the ordering.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SWEEPS = 12
"""Barycentre passes in each direction; on seed chains nothing improves after the sixth."""

Node = tuple[int, int]
"""A place in a column: (layer, item); a dummy is (layer, -1 - source item)."""


@dataclass(frozen=True, slots=True)
class Item:
    """A card to place: its tier (0 is leftmost) and the height it needs, in pixels."""

    id: str
    tier: int
    height: float


@dataclass(frozen=True)
class Layering:
    """Items in ordered layers; ``layers[k]`` holds nodes from top to bottom."""

    layers: tuple[tuple[Node, ...], ...]
    layer_of: tuple[int, ...]
    tier_of_layer: tuple[int, ...]
    above: Mapping[Node, tuple[Node, ...]]
    below: Mapping[Node, tuple[Node, ...]]


def assign_layers(
    items: Sequence[Item], edges: Sequence[tuple[int, int]], *, limit: float, gap: float
) -> tuple[list[int], list[int]]:
    """Return the layer of each item and the tier of each layer.

    A tier taller than ``limit`` pixels is cut into columns of about equal height; makers of an
    input come before its users, so links inside the tier run from left to right as well.

    Parameters
    ----------
    items
        Cards in the order in which ties are kept.
    edges
        Pairs of positions in ``items``.
    limit
        Greatest height of a column, in pixels.
    gap
        Space between two cards, in pixels.
    """
    layer_of = [0] * len(items)
    tier_of_layer: list[int] = []
    for tier in sorted({item.tier for item in items}):
        members = [i for i, item in enumerate(items) if item.tier == tier]
        inside = {i: [] for i in members}  # type: dict[int, list[int]]
        for source, target in edges:
            if source != target and source in inside and target in inside:
                inside[source].append(target)
        depth = _depths(members, inside)
        members.sort(key=lambda i: (depth[i], i))
        total = sum(items[i].height + gap for i in members)
        columns = max(1, -(-int(total) // int(limit)))
        share, used, column = total / columns, 0.0, 0
        for i in members:
            if used >= share * (column + 1) - gap:
                column += 1
            layer_of[i] = len(tier_of_layer) + column
            used += items[i].height + gap
        tier_of_layer += [tier] * (column + 1)
    return layer_of, tier_of_layer


def _depths(members: Sequence[int], inside: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """Return the longest path to each member; links that close a cycle are left out."""
    depth = dict.fromkeys(members, 0)
    for i in reversed(_finishing_order(members, inside)):
        for j in inside[i]:
            depth[j] = max(depth[j], depth[i] + 1)
    return depth


def _finishing_order(members: Iterable[int], inside: Mapping[int, Sequence[int]]) -> list[int]:
    """Return depth-first post-order; of a cycle one link points backwards and is harmless."""
    finished: list[int] = []
    seen: set[int] = set()
    for start in members:
        if start in seen:
            continue
        seen.add(start)
        stack = [(start, iter(inside[start]))]
        while stack:
            here, successors = stack[-1]
            for there in successors:
                if there not in seen:
                    seen.add(there)
                    stack.append((there, iter(inside[there])))
                    break
            else:
                finished.append(here)
                stack.pop()
    return finished


def on_cycles(count: int, edges: Sequence[tuple[int, int]]) -> list[bool]:
    """Return for each edge whether it lies on a cycle: both ends in one strong component.

    Notes
    -----
    Kosaraju's two passes, O(n + m).
    """
    onward: dict[int, list[int]] = {i: [] for i in range(count)}
    backward: dict[int, list[int]] = {i: [] for i in range(count)}
    for source, target in edges:
        onward[source].append(target)
        backward[target].append(source)
    component: dict[int, int] = {}
    for start in reversed(_finishing_order(range(count), onward)):
        stack = [start] if start not in component else []
        while stack:
            here = stack.pop()
            component[here] = start
            stack += [there for there in backward[here] if there not in component]
    return [component[source] == component[target] for source, target in edges]


def order_layers(
    layer_of: Sequence[int], tier_of_layer: Sequence[int], edges: Sequence[tuple[int, int]]
) -> Layering:
    """Order the nodes of each layer so that few links cross; ties keep the given order."""
    layers: list[list[Node]] = [[] for _ in tier_of_layer]
    for i, layer in enumerate(layer_of):
        layers[layer].append((layer, i))
    above: dict[Node, set[Node]] = {}
    below: dict[Node, set[Node]] = {}
    for source, target in edges:
        path = lane(source, target, layer_of)
        for node in path[1:-1]:
            if node not in above:
                layers[node[0]].append(node)
        for left, right in itertools.pairwise(path):
            below.setdefault(left, set()).add(right)
            above.setdefault(right, set()).add(left)
    up = {node: tuple(sorted(others)) for node, others in above.items()}
    down = {node: tuple(sorted(others)) for node, others in below.items()}
    best = _sweep(layers, up, down)
    _swap_neighbours(best, up, down, _same_layer_links(layer_of, edges))
    return Layering(tuple(map(tuple, best)), tuple(layer_of), tuple(tier_of_layer), up, down)


def lane(source: int, target: int, layer_of: Sequence[int]) -> list[Node]:
    """Return the nodes a forward link passes; empty when it does not go forward."""
    first, last = layer_of[source], layer_of[target]
    if first >= last:
        return []
    dummies = [(layer, -1 - source) for layer in range(first + 1, last)]
    return [(first, source), *dummies, (last, target)]


def _same_layer_links(
    layer_of: Sequence[int], edges: Sequence[tuple[int, int]]
) -> dict[Node, list[Node]]:
    links: dict[Node, list[Node]] = {}
    for source, target in edges:
        if source != target and layer_of[source] == layer_of[target]:
            a, b = (layer_of[source], source), (layer_of[target], target)
            links.setdefault(a, []).append(b)
            links.setdefault(b, []).append(a)
    return links


def _sweep(
    layers: list[list[Node]],
    above: Mapping[Node, tuple[Node, ...]],
    below: Mapping[Node, tuple[Node, ...]],
) -> list[list[Node]]:
    current = [list(layer) for layer in layers]
    best, fewest = [list(layer) for layer in current], _crossings(current, below)
    for sweep in range(2 * SWEEPS):
        if not fewest:
            break
        forward = sweep % 2 == 0
        order = range(1, len(current)) if forward else range(len(current) - 2, -1, -1)
        near = above if forward else below
        for k in order:
            _sort_by_barycentre(current[k], current[k - 1 if forward else k + 1], near)
        crossings = _crossings(current, below)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in current], crossings
    return best


def _sort_by_barycentre(
    layer: list[Node], fixed: Sequence[Node], near: Mapping[Node, tuple[Node, ...]]
) -> None:
    """Sort ``layer`` in place; nodes without neighbours keep their relative place."""
    place = {node: (k + 0.5) / len(fixed) for k, node in enumerate(fixed)}
    wanted = {}
    for k, node in enumerate(layer):
        spots = [place[other] for other in near.get(node, ()) if other in place]
        wanted[node] = sum(spots) / len(spots) if spots else (k + 0.5) / len(layer)
    layer.sort(key=wanted.__getitem__)


def _crossings(layers: Sequence[Sequence[Node]], below: Mapping[Node, tuple[Node, ...]]) -> int:
    """Count crossing pairs between neighbouring layers (inversions, O(m log m))."""
    total = 0
    for left, right in itertools.pairwise(layers):
        place = {node: k for k, node in enumerate(right)}
        seen: list[int] = []
        for node in left:
            spots = sorted(place[other] for other in below.get(node, ()))
            total += sum(len(seen) - bisect_right(seen, spot) for spot in spots)
            for spot in spots:
                insort(seen, spot)
    return total


def _swap_neighbours(
    layers: list[list[Node]],
    above: Mapping[Node, tuple[Node, ...]],
    below: Mapping[Node, tuple[Node, ...]],
    same: Mapping[Node, Sequence[Node]],
) -> None:
    """Swap neighbours while that removes crossings or brings linked cards of a column together."""
    for _ in range(6):
        places = {node: k for layer in layers for k, node in enumerate(layer)}
        changed = False
        for layer in layers:
            for k in range(len(layer) - 1):
                a, b = layer[k], layer[k + 1]
                gain = sum(
                    _pair_gain(near.get(a, ()), near.get(b, ()), places) for near in (above, below)
                )
                gain += _closeness_gain(same.get(a, ()), same.get(b, ()), k, places, (a, b))
                if gain > 0:
                    layer[k], layer[k + 1] = b, a
                    places[a], places[b] = k + 1, k
                    changed = True
        if not changed:
            return


def _pair_gain(first: Sequence[Node], second: Sequence[Node], places: Mapping[Node, int]) -> int:
    """Return crossings that vanish when the upper node (first) goes below the lower one."""
    gain = 0
    for a in first:
        for b in second:
            gain += (places[a] > places[b]) - (places[a] < places[b])
    return 4 * gain


def _closeness_gain(
    first: Sequence[Node],
    second: Sequence[Node],
    k: int,
    places: Mapping[Node, int],
    pair: tuple[Node, Node],
) -> int:
    """Return how much nearer (in places) same-column partners come; the pair itself is neutral."""
    upper = sum(1 if places[n] > k else -1 for n in first if n not in pair)
    lower = sum(1 if places[n] < k else -1 for n in second if n not in pair)
    return upper + lower
