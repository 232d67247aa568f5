"""Links as curves: forward in lanes, inside a column as an arrow or a bow, back as a loop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chainmap.views.layering import Layering, Node, lane

CARD_WIDTH = 174.0
TRACK = 9.0
"""Distance between the level runs of two loops, in pixels."""
ARROW = 2.0
BOW = 24.0
CORNER = 7.0


@dataclass(frozen=True, slots=True)
class Box:
    """A card's place, in pixels from the top left corner of the drawing area."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.width

    @property
    def middle(self) -> float:
        """The y of the horizontal centre line, where forward links leave and enter."""
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Route:
    """A link's path (SVG ``d``), its kind (forward, inside, back) and where a label fits."""

    d: str
    kind: str
    label: tuple[float, float] | None = None


@dataclass(frozen=True)
class Frame:
    """What routing needs: cards, order, the left end of each dummy's run, the columns' foot."""

    boxes: Sequence[Box]
    layering: Layering
    lanes: Mapping[Node, tuple[float, float]]
    floor: float


def draw_routes(edges: Sequence[tuple[int, int]], frame: Frame) -> tuple[tuple[Route, ...], int]:
    """Return a route per edge and the number of loop tracks used below the columns."""
    layer_of = frame.layering.layer_of
    back = [(s, t) for s, t in edges if s == t or layer_of[s] > layer_of[t] + 1]
    # The shortest loop runs on the innermost track, so that loops nest instead of crossing.
    back.sort(key=lambda edge: (layer_of[edge[0]] - layer_of[edge[1]], edge))
    track = {edge: k for k, edge in enumerate(dict.fromkeys(back))}
    routes = []
    for source, target in edges:
        if source != target and layer_of[source] == layer_of[target] + 1:
            routes.append(_against(frame, source, target))
        elif (source, target) in track:
            routes.append(_loop(frame, source, target, track[source, target]))
        elif layer_of[source] == layer_of[target]:
            routes.append(_inside(frame, source, target))
        else:
            routes.append(_forward(frame, source, target))
    return tuple(routes), len(track)


def _forward(frame: Frame, source: int, target: int) -> Route:
    start, end = frame.boxes[source], frame.boxes[target]
    x, y = start.right, start.middle
    d = [f"M{_n(x)} {_n(y)}"]
    for node in lane(source, target, frame.layering.layer_of)[1:-1]:
        left, level = frame.lanes[node]
        d.append(_curve(x, y, left, level) + f"H{_n(left + CARD_WIDTH)}")
        x, y = left + CARD_WIDTH, level
    d.append(_curve(x, y, end.x - ARROW, end.middle))
    return Route("".join(d), "forward")


def _inside(frame: Frame, source: int, target: int) -> Route:
    """Draw a link inside a column: straight to the next card, else a bow on the left."""
    layer = frame.layering.layers[frame.layering.layer_of[source]]
    cards = [item for _, item in layer if item >= 0]
    start, end = frame.boxes[source], frame.boxes[target]
    if abs(cards.index(source) - cards.index(target)) == 1:
        down = start.y < end.y
        top, foot = (start.y + start.height, end.y) if down else (start.y, end.y + end.height)
        tip = foot - ARROW if down else foot + ARROW
        x = start.x + start.width / 2
        return Route(f"M{_n(x)} {_n(top)}V{_n(tip)}", "inside")
    x, y, tip = start.x, start.y + start.height * 0.72, end.y + end.height * 0.28
    d = f"M{_n(x)} {_n(y)}C{_n(x - BOW)} {_n(y)} {_n(x - BOW)} {_n(tip)} {_n(x - ARROW)} {_n(tip)}"
    return Route(d, "inside")


def _against(frame: Frame, source: int, target: int) -> Route:
    """Draw what goes to the column before: from the left edge into the right one."""
    start, end = frame.boxes[source], frame.boxes[target]
    y, tip = start.y + start.height * 0.75, end.y + end.height * 0.75
    return Route(f"M{_n(start.x)} {_n(y)}" + _curve(start.x, y, end.right + ARROW, tip), "back")


def _loop(frame: Frame, source: int, target: int, track: int) -> Route:
    """Draw what flows back: down on the right, below all columns, up on the left."""
    start, end = frame.boxes[source], frame.boxes[target]
    spread = 5.0 * (track % 4)
    right, left = start.right + 11 + spread, end.x - 15 - spread
    level = frame.floor + 10 + TRACK * track
    y, tip = start.y + start.height * 0.75, end.y + end.height * 0.75
    d = (
        f"M{_n(start.right)} {_n(y)}H{_n(right - CORNER)}"
        f"Q{_n(right)} {_n(y)} {_n(right)} {_n(y + CORNER)}V{_n(level - CORNER)}"
        f"Q{_n(right)} {_n(level)} {_n(right - CORNER)} {_n(level)}H{_n(left + CORNER)}"
        f"Q{_n(left)} {_n(level)} {_n(left)} {_n(level - CORNER)}V{_n(tip + CORNER)}"
        f"Q{_n(left)} {_n(tip)} {_n(left + CORNER)} {_n(tip)}H{_n(end.x - ARROW)}"
    )
    return Route(d, "back", ((right + left) / 2, level))


def _curve(x: float, y: float, to_x: float, to_y: float) -> str:
    middle = (x + to_x) / 2
    return f"C{_n(middle)} {_n(y)} {_n(middle)} {_n(to_y)} {_n(to_x)} {_n(to_y)}"


def _n(value: float) -> str:
    """Return a short number for a path."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text
