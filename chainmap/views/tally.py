"""How many products, companies and gaps some cards hold: the same sums on map and cover."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chainmap.views.faces import leading_gap, tone_of

if TYPE_CHECKING:
    from chainmap.views.model import Card


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over cards; a company on several cards counts once, listed on its card or not."""

    products: int
    firms: int
    local: int
    leaders: int
    gaps: int


def tally(cards: Collection[Card]) -> Tally:
    """Count over ``cards``; ``gaps`` are cards with a real gap, not verdicts or kinds."""
    return Tally(
        products=len(cards),
        firms=_distinct(card.makers_in_all for card in cards),
        local=_distinct(card.local_in_all for card in cards),
        leaders=_distinct(card.leaders_in_all for card in cards),
        gaps=sum(is_gap(tone_of(leading_gap(card.gaps))) for card in cards),
    )


def is_gap(tone: str) -> bool:
    """Return whether a card of this tone has a real gap."""
    return tone not in ("fine", "unknown", "none")


def _distinct(groups: Iterable[frozenset[str]]) -> int:
    return len(frozenset().union(*groups))
