"""What a card shows in its few pixels: cut names, chips, the mark of its gap, its height."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from chainmap.texts import say
from chainmap.views.model import GAP_ORDER, Card, Gap, Maker
from chainmap.views.page import amount, plain
from chainmap.views.routing import CARD_WIDTH

MAX_CHIPS = 6
NAME_SIZE = 13.5
CHIP_SIZE = 10.5
CHIP_HEIGHT = 18.0
CHIP_GAP = 4.0
LEFT, RIGHT = 14.0, 9.0
_LEGAL_FORM = re.compile(
    r"(股份有限公司|有限责任公司|集团有限公司|有限公司|股份公司|\(?集团\)?|（集团）|总公司|公司)+$"
)
_EXAMPLE = re.compile(r"^示例[·・\-_ ]*")
_TONES = {
    "缺链": "missing",
    "断链": "missing",
    "产能不匹配": "mismatch",
    "单一来源": "weak",
    "弱链": "weak",
    "外采": "outside",
    "副产品无去处": "outside",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A company on a card, placed relative to the card's corner."""

    x: float
    y: float
    width: float
    text: str
    title: str
    look: str
    example_x: float | None
    company: str


@dataclass(frozen=True, slots=True)
class Badge:
    """The state of a card at its right: text, width, tone."""

    text: str
    width: float
    tone: str


@dataclass(frozen=True, slots=True)
class Face:
    """Everything drawn on one card."""

    name: str
    is_cut: bool
    counts: str
    badge: Badge
    tone: str
    chips: tuple[Chip, ...]
    more: str
    more_at: tuple[float, float]
    bar: float | None
    bar_text: str
    height: float


def draw_face(card: Card) -> Face:
    """Lay out one card; its height follows from the rows of chips and the coverage bar."""
    gap = leading_gap(card.gaps)
    tone = tone_of(gap)
    name = cut(card.name, CARD_WIDTH - LEFT - RIGHT - (16 if card.is_key else 0), NAME_SIZE)
    chips, more, more_at, foot = _chips(card)
    bar = _bar(card.gaps)
    bar_text = ""
    if bar is not None:
        foot += 20
        bar_text = say(
            "views.supply_demand",
            supply=amount(bar.supply),
            demand=amount(bar.demand),
            unit=bar.unit,
        )
    return Face(
        name=name,
        is_cut=name != plain(card.name),
        counts=_counts(card),
        badge=_badge(card, gap, tone),
        tone=tone,
        chips=chips,
        more=more,
        more_at=more_at,
        bar=None if bar is None else min(1.0, max(0.0, bar.coverage or 0.0)),
        bar_text=cut(bar_text, CARD_WIDTH - LEFT - RIGHT, 10),
        height=foot + 8,
    )


def leading_gap(gaps: Sequence[Gap]) -> Gap | None:
    """Return the gap that marks a card: real gaps first, then by kind, then importance."""
    told = [gap for gap in gaps if gap.verdict != "ok"]
    return min(
        told,
        key=lambda gap: (gap.verdict != "gap", kind_rank(gap.kind), -(gap.importance or 0.0)),
        default=None,
    )


def kind_rank(kind: str) -> int:
    """Return the place of a kind in the order of gravity."""
    return GAP_ORDER.index(kind) if kind in GAP_ORDER else len(GAP_ORDER)


def tone_of(gap: Gap | None) -> str:
    """Return how a card with this gap looks; ``fine`` without one."""
    if gap is None:
        return "fine"
    return "unknown" if gap.verdict != "gap" else _TONES.get(gap.kind, "weak")


def badge_text(gap: Gap) -> str:
    """Return the words of a gap's mark."""
    if gap.verdict != "gap":
        return gap.verdict
    return {"缺链": say("views.local_gap"), "弱链": say("views.weak")}.get(gap.kind, gap.kind)


def _badge(card: Card, gap: Gap | None, tone: str) -> Badge:
    local = len(card.local_in_all)
    if gap is not None:
        text = badge_text(gap)
    elif local:
        text = say("views.local_n", n=local)
    else:
        text, tone = "", "none"
    return Badge(text, text_width(text, 10) + 12 if text else 0.0, tone)


def _counts(card: Card) -> str:
    if not card.makers and card.below_ids:
        return say("views.makers_below", n=len(card.below_ids))
    if not card.makers:
        return say("views.no_maker")
    return say("views.maker_counts", n=len(card.makers_in_all), local=len(card.local_in_all))


def _bar(gaps: Sequence[Gap]) -> Gap | None:
    """Return the gap whose supply and demand are both known and do not fit."""
    known = [
        gap
        for gap in gaps
        if gap.kind == "产能不匹配"
        and gap.verdict == "gap"
        and gap.coverage is not None
        and gap.supply is not None
        and gap.demand is not None
    ]
    return known[0] if known else None


def _chips(card: Card) -> tuple[tuple[Chip, ...], str, tuple[float, float], float]:
    """Place at most MAX_CHIPS chips; return them, the rest as text, its place and the foot.

    Firms elsewhere that could be brought in come before other firms elsewhere, as ghosts.
    """
    x, y, foot = LEFT, 46.0, 42.0
    ghosts, in_all = frozenset(card.ghosts), len(card.makers_in_all)
    chips = []
    makers = sorted(card.makers, key=lambda m: not (m.role or m.is_local or m.id in ghosts))
    for maker in makers[:MAX_CHIPS]:
        chip = _chip(maker, x, y, is_ghost=maker.id in ghosts)
        if chip.x + chip.width > CARD_WIDTH - RIGHT + 1 and x > LEFT:
            x, y = LEFT, y + CHIP_HEIGHT + CHIP_GAP
            chip = _chip(maker, x, y, is_ghost=maker.id in ghosts)
        chips.append(chip)
        x, foot = chip.x + chip.width + CHIP_GAP, y + CHIP_HEIGHT
    if in_all <= MAX_CHIPS:
        return tuple(chips), "", (0.0, 0.0), foot
    more = say("views.and_others", n=in_all)
    if x + text_width(more, CHIP_SIZE) > CARD_WIDTH - RIGHT:
        x, y = LEFT, y + CHIP_HEIGHT + CHIP_GAP
    return tuple(chips), more, (x + 2, y + 13), y + CHIP_HEIGHT


def _chip(maker: Maker, x: float, y: float, *, is_ghost: bool) -> Chip:
    star = "★" if maker.role else ""
    room = (44.0 if maker.is_example else 58.0) + (24.0 if maker.role else 0.0)
    text = star + cut(maker.label, room - (10 if star else 0), CHIP_SIZE)
    width = text_width(text, CHIP_SIZE) + 13
    example_x = x + width - 4 if maker.is_example else None
    where = "local" if maker.is_local else "ghost away" if is_ghost else "away"
    told = [maker.name, maker.role, maker.place, say("views.ghost") if is_ghost else ""]
    return Chip(
        x=round(x, 1),
        y=y,
        width=round(width + (15 if maker.is_example else 0), 1),
        text=text,
        title=" · ".join(part for part in told if part),
        look=f"lead {where}" if maker.role else where,
        example_x=None if example_x is None else round(example_x, 1),
        company=maker.id,
    )


def short_name(name: str, short: str = "", *, is_example: bool = False) -> str:
    """Return a company's name as it fits a chip: the given short name, else without its form.

    Of an example firm the word 示例 is left out: its chip carries it as a mark of its own.
    """
    trimmed = short.strip() or _LEGAL_FORM.sub("", name.strip())
    if is_example:
        trimmed = _EXAMPLE.sub("", trimmed)
    return trimmed or name


def cut(text: str, width: float, size: float) -> str:
    """Return ``text`` cut to ``width`` pixels at a font size, with an ellipsis when cut."""
    text = plain(" ".join(text.split()))
    if text_width(text, size) <= width:
        return text
    room = width - size
    kept = 0
    while kept < len(text) and room >= 0:
        room -= _em(text[kept]) * size
        kept += 1
    return text[: max(1, kept - 1)].rstrip() + "…"


def text_width(text: str, size: float) -> float:
    """Return an upper estimate of a text's width in pixels (no font is measured)."""
    return sum(map(_em, text)) * size


def _em(char: str) -> float:
    if unicodedata.east_asian_width(char) in "WF" or char in "★…—·“”":
        return 1.0
    if unicodedata.combining(char):
        return 0.0
    return 0.72 if char.isupper() or char in "mwMW%@" else 0.58
