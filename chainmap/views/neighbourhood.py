"""A company and who is near it, drawn with vis-network out of the pyvis wheel.

The choice: pyvis is only the container and the carrier of vis-network. Its own page loads
bootstrap from a CDN and runs names as script (VIEWS section 1), so the page, its policy and all
positions are ours; physics and smooth edges are off, so it is there at once and stays put.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from chainmap.texts import say
from chainmap.views.faces import cut
from chainmap.views.layering import Item
from chainmap.views.neighbour_tables import CENTRE, decided_text
from chainmap.views.page import asset, plain, render_page
from chainmap.views.placing import lay_out
from chainmap.views.routing import CARD_WIDTH

if TYPE_CHECKING:
    from chainmap.views.model import Neighbour, NeighbourhoodModel, Tie

ROW_HEIGHT = 30.0
LABEL_WIDTH = CARD_WIDTH - 28.0
LABEL_SIZE = 13.0
MARK_WIDTH = 4 * LABEL_SIZE
"""Room for what was decided: two characters in brackets."""
_COLOURS = {
    "centre": ("#10294d", "#10294d", "#ffffff"),
    "lead local": ("#b3261e", "#8f1b15", "#ffffff"),
    "lead away": ("#fff5f4", "#d98680", "#98201a"),
    "local": ("#e0f4ee", "#5fb39c", "#0a4f41"),
    "away": ("#ffffff", "#b3bfcf", "#34425a"),
    "product": ("#fdf6e6", "#c8973a", "#5c3f06"),
}
_LINES = {
    "SUPPLIES": ("#1d5fb4", 2.6, False),
    "PRODUCES": ("#9aa8bb", 1.2, False),
    "REQUIRES": ("#c2560c", 1.8, [6, 4]),
    "INPUT_TO": ("#a08a5c", 1.2, [2, 3]),
}


def draw_neighbourhood(model: NeighbourhoodModel) -> str:
    """Return the page of one company's neighbourhood as HTML text (about 0.5 MB)."""
    position = {node.id: k for k, node in enumerate(model.nodes)}
    # Two demands for one product are one line on the picture, and two facts in the panel.
    pairs = sorted({(position[t.source], position[t.target], t.kind) for t in model.ties})
    items = [Item(node.id, node.column - CENTRE + 2, ROW_HEIGHT) for node in model.nodes]
    layout = lay_out(items, [(s, t) for s, t, _ in pairs])
    net = _network(model, pairs, layout.boxes)
    columns = {band.tier: band for band in layout.bands}
    return render_page(
        "neighbourhood.html.j2",
        {
            "model": model,
            "looks": [_look(node, model.centre) for node in model.nodes],
            "facts_of": _facts_of(model.ties, position, len(model.nodes)),
            "groups": _groups(model.nodes),
            "decided": _decided(model, position),
        },
        facts=model.facts,
        styles=(asset("page.css"), asset("chain_map.css"), asset("neighbourhood.css")),
        scripts=(_vis_network(), asset("neighbourhood.js")),
        data={
            "nodes": net.nodes,
            "edges": net.edges,
            "file": model.name,
            "columns": [
                {
                    "name": say(f"views.column_{tier}"),
                    "x": band.x,
                    "width": band.width,
                    "centre": tier == 2,
                }
                for tier, band in sorted(columns.items())
            ],
            "height": layout.band_height,
            "words": [_search_words(node) for node in model.nodes],
        },
    )


def _network(
    model: NeighbourhoodModel, pairs: Sequence[tuple[int, int, str]], boxes: Sequence[Any]
) -> Any:  # noqa: ANN401 -- pyvis has no types
    from pyvis.network import Network

    net = Network(directed=True)
    # add_edge compares each edge with all before it; the plain dicts are what it would make.
    for k, (node, box) in enumerate(zip(model.nodes, boxes, strict=True)):
        look = _look(node, model.centre)
        fill, border, ink = _COLOURS[look]
        room = LABEL_WIDTH - 26 * node.is_example - MARK_WIDTH * bool(node.verdict)
        label = cut(node.label, room, LABEL_SIZE)
        net.nodes.append(
            {
                "id": k,
                "label": ("★" if node.role else "")
                + label
                + (f" {say('views.example_short')}" if node.is_example else "")
                + (f"【{node.verdict}】" if node.verdict else ""),
                "title": _tooltip(node),
                "shape": "box",
                "x": round(box.x + box.width / 2, 1),
                "y": round(box.y + box.height / 2, 1),
                "color": {"background": fill, "border": border},
                "font": {"color": ink, "size": LABEL_SIZE},
                "borderWidth": 2 if look == "centre" else 1,
                "shapeProperties": {"borderDashes": [4, 3] if node.is_example else False},
            }
        )
    for source, target, kind in pairs:
        colour, width, dashes = _LINES[kind]
        net.edges.append(
            {
                "from": source,
                "to": target,
                "color": colour,
                "width": width,
                "dashes": dashes,
                "arrows": "to",
                "title": say(f"views.tie_{kind}"),
            }
        )
    return net


def _look(node: Neighbour, centre: str) -> str:
    if node.id == centre:
        return "centre"
    if not node.is_company:
        return "product"
    where = "local" if node.is_local else "away"
    return f"lead {where}" if node.role else where


def _tooltip(node: Neighbour) -> str:
    # vis-network shows a string as text, never as markup.
    return plain("\n".join([node.name, *(f"{term}：{value}" for term, value in node.details)]))


def _search_words(node: Neighbour) -> str:
    return "\n".join([node.name, node.label, *(value for _, value in node.details)]).lower()


def _facts_of(
    ties: Sequence[Tie], position: dict[str, int], count: int
) -> list[list[tuple[str, int, Tie]]]:
    """Return each node's ties as (text id, the other end, tie), those towards it first."""
    found: list[list[tuple[str, int, Tie]]] = [[] for _ in range(count)]
    for tie in ties:
        source, target = position[tie.source], position[tie.target]
        found[target].append((f"views.from_{tie.kind}", source, tie))
        found[source].append((f"views.to_{tie.kind}", target, tie))
    return [sorted(facts, key=lambda f: (f[0], f[1], f[2].label)) for facts in found]


def _decided(model: NeighbourhoodModel, position: dict[str, int]) -> list[dict[str, object]]:
    """Return what was decided about the company: with whom, where it is drawn, and the line."""
    found: list[dict[str, object]] = []
    for told in model.decided:
        other, name = told.other(model.centre)
        found.append(
            {"at": position.get(other), "name": name, "told": told, "text": decided_text(told)}
        )
    return found


def _groups(nodes: Sequence[Neighbour]) -> list[tuple[str, list[int]]]:
    """Return nodes by column, for the list that stands in for the picture."""
    return [
        (say(f"views.column_{column - CENTRE + 2}"), members)
        for column in sorted({node.column for node in nodes})
        if (members := [k for k, node in enumerate(nodes) if node.column == column])
    ]


@lru_cache(maxsize=1)
def _vis_network() -> str:
    path = files("pyvis") / "lib" / "vis-9.1.2" / "vis-network.min.js"
    return path.read_text(encoding="utf-8")
