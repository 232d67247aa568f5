"""The map of one chain: columns by segment, cards by product, chips by company, on one page.

The choice: the drawing is SVG made here, panels are HTML made by the same template, and the
script only shows, hides and moves: a page without scripts is still the whole map.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chainmap.views.faces import Face, badge_text, cut, draw_face, kind_rank, tone_of
from chainmap.views.layering import Item, on_cycles
from chainmap.views.page import asset, render_page
from chainmap.views.placing import Band, Layout, lay_out
from chainmap.views.tally import Tally, is_gap, tally

if TYPE_CHECKING:
    from chainmap.views.model import Card, ChainMapModel, Gap, Maker
    from chainmap.views.routing import Box, Route

HEAD = 54.0
"""Height of the chevron heads above the columns, in pixels."""
NOTCH = 13.0
_PALETTES = {
    "上游": ("#14594a", "#2f7f68"),
    "中游": ("#17417a", "#2d6cb3"),
    "下游": ("#86480a", "#b2501e"),
    "": ("#3d4b63", "#566681"),
}
_TINTS = {"上游": "#f1f8f5", "中游": "#f0f5fc", "下游": "#fdf6ee", "": "#f4f6f9"}


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head: chevron outline, texts, colour, and the strip below it."""

    band: Band
    outline: str
    name: str
    full_name: str
    counts: Tally
    stage: str
    colour: str
    tint: str


@dataclass(frozen=True, slots=True)
class DrawnCard:
    """A card with its face, place, colour and the filters that it answers to."""

    card: Card
    face: Face
    box: Box
    colour: str
    tier_name: str
    filters: str
    words: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DrawnLink:
    """A link with its path; ``s`` and ``t`` are positions of cards."""

    s: int
    t: int
    route: Route
    weight: str
    note: str


@dataclass(frozen=True, slots=True)
class Firm:
    """A company of the chain with the positions of the cards that name it."""

    maker: Maker
    cards: tuple[int, ...]
    cells: tuple[Maker, ...]


def draw_chain_map(model: ChainMapModel) -> str:
    """Return the page of one chain as HTML text; cost O(n log n) in cards and links."""
    faces = [draw_face(card) for card in model.cards]
    position = {card.id: k for k, card in enumerate(model.cards)}
    links = [link for link in model.links if link.source in position and link.target in position]
    edges = [(position[link.source], position[link.target]) for link in links]
    items = [
        Item(card.id, card.tier, face.height) for card, face in zip(model.cards, faces, strict=True)
    ]
    layout = lay_out(items, edges)
    heads = _heads(model, layout)
    cards = _cards(model, faces, layout, edges, heads)
    cyclic = on_cycles(len(items), edges)
    drawn = [
        DrawnLink(s, t, route, _weight(link.essential, returns=flag), link.note)
        for link, (s, t), route, flag in zip(links, edges, layout.routes, cyclic, strict=True)
    ]
    firms = _firms(model.cards)
    return render_page(
        "chain_map.html.j2",
        {
            "model": model,
            "layout": layout,
            "head_height": HEAD,
            "heads": heads,
            "cards": cards,
            "links": drawn,
            "firms": firms,
            "firm_at": {firm.maker.id: k for k, firm in enumerate(firms)},
            "gaps": _gap_list(model.cards),
            "heaviest": max(
                (gap.importance or 0.0 for c in model.cards for gap in c.gaps), default=0
            ),
            "figures": tally(model.cards),
            "ghosts": any("ghost" in chip.look for face in faces for chip in face.chips),
            "examples": sum(firm.maker.is_example for firm in firms),
            "badge_text": badge_text,
            "loop_labels": _loop_labels(drawn),
            "tone_of": tone_of,
        },
        facts=model.facts,
        styles=(asset("page.css"), asset("chain_map.css"), asset("drawing.css")),
        scripts=(asset("chain_map.js"),),
        data={
            "links": [[link.s, link.t, int(link.route.kind == "back")] for link in drawn],
            "file": model.chain,
            "size": [layout.width, round(HEAD + layout.height, 1)],
        },
    )


def _heads(model: ChainMapModel, layout: Layout) -> list[Head]:
    stages = Counter(tier.stage for tier in model.tiers)
    seen: Counter[str] = Counter()
    bands = {band.tier: band for band in layout.bands}
    heads: list[Head] = []
    for k, tier in enumerate(model.tiers):
        rank = seen[tier.stage]
        seen[tier.stage] += 1
        if k not in bands:
            continue
        band = bands[k]
        cards = [card for card in model.cards if card.tier == k]
        counts = tally(cards)
        heads.append(
            Head(
                band=band,
                outline=_chevron(band, first=not heads),
                name=cut(tier.name, band.width - 40, 14.5),
                full_name=tier.name,
                counts=counts,
                stage=tier.stage,
                colour=_shade(tier.stage, rank, stages[tier.stage]),
                tint=_TINTS.get(tier.stage, _TINTS[""]),
            )
        )
    return heads


def _chevron(band: Band, *, first: bool) -> str:
    left, right, height = band.x, band.x + band.width + 22, HEAD - 12
    notch = 0.0 if first else NOTCH
    return (
        f"{left:g},0 {right:g},0 {right + NOTCH:g},{height / 2:g} {right:g},{height:g} "
        f"{left:g},{height:g} {left + notch:g},{height / 2:g}"
    )


def _shade(stage: str, rank: int, count: int) -> str:
    """Return the colour of a stage's column: from its dark to its light end."""
    dark, light = _PALETTES.get(stage, _PALETTES[""])
    part = rank / (count - 1) if count > 1 else 0.5
    pairs = [(int(dark[k : k + 2], 16), int(light[k : k + 2], 16)) for k in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)


def _cards(
    model: ChainMapModel,
    faces: Sequence[Face],
    layout: Layout,
    edges: Sequence[tuple[int, int]],
    heads: Sequence[Head],
) -> list[DrawnCard]:
    colours = {head.band.tier: head.colour for head in heads}
    cards = []
    for k, (card, face) in enumerate(zip(model.cards, faces, strict=True)):
        names = [card.name, card.code, *card.aliases]
        names += [part for maker in card.makers for part in (maker.name, maker.label)]
        cards.append(
            DrawnCard(
                card=card,
                face=face,
                box=layout.boxes[k],
                colour=colours[card.tier],
                tier_name=model.tiers[card.tier].name,
                filters=_filters(card, face),
                words="\n".join(dict.fromkeys(name.lower() for name in names if name)),
                inputs=tuple(sorted({s for s, t in edges if t == k})),
                outputs=tuple(sorted({t for s, t in edges if s == k})),
            )
        )
    return cards


def _filters(card: Card, face: Face) -> str:
    names = {
        "gap": is_gap(face.tone),
        "leader": any(maker.role for maker in card.makers),
        "local": any(maker.is_local for maker in card.makers),
    }
    return " ".join(name for name, holds in names.items() if holds)


def _weight(essential: int | None, *, returns: bool) -> str:
    weight = {2: "must", 0: "minor"}.get(-1 if essential is None else essential, "")
    return f"{weight} returns".strip() if returns else weight


def _loop_labels(links: Sequence[DrawnLink]) -> list[tuple[float, float, str]]:
    """Return the notes of loops as (x, y, text), those that find room beside the others."""
    placed: list[tuple[float, float, str]] = []
    for link in links:
        if link.route.label is None or not link.note:
            continue
        x, y = link.route.label
        text = cut(link.note, 130, 10)
        if all(abs(x - other) > 140 or abs(y - level) > 12 for other, level, _ in placed):
            placed.append((round(x, 1), round(y - 3, 1), text))
    return placed


def _firms(cards: Sequence[Card]) -> list[Firm]:
    """Return each company once, leaders first, with all the cards that name it."""
    named: dict[str, list[tuple[int, Maker]]] = {}
    for k, card in enumerate(cards):
        for maker in card.makers:
            named.setdefault(maker.id, []).append((k, maker))
    firms = [
        Firm(cells[0][1], tuple(k for k, _ in cells), tuple(maker for _, maker in cells))
        for cells in named.values()
    ]
    return sorted(
        firms, key=lambda f: (not f.maker.role, not f.maker.is_local, f.maker.name, f.maker.id)
    )


def _gap_list(cards: Sequence[Card]) -> list[tuple[int, Gap]]:
    """Return real gaps, the weightiest first: (position of the card, gap)."""
    found = [(k, gap) for k, card in enumerate(cards) for gap in card.gaps if gap.verdict == "gap"]
    return sorted(
        found,
        key=lambda pair: (-(pair[1].importance or 0.0), kind_rank(pair[1].kind), pair[0]),
    )
