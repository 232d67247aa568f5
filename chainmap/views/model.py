"""What the pages draw, as plain frozen records; the drawing knows no store and no frame.

The choice: one record per thing a reader can point at (card, maker, gap, link), made once by
``chain_tables`` or ``neighbour_tables``, which also leave out what an audience must not see.
"""

from __future__ import annotations

from dataclasses import dataclass

from chainmap.audience import INTERNAL

GAP_ORDER = ("缺链", "断链", "产能不匹配", "单一来源", "弱链", "外采", "副产品无去处")
"""Kinds of gaps, the one that marks a card first."""

BRING = "补链"
"""The action of a target that is to be brought in."""
MOST_GHOSTS = 3


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something is stated; ``row`` as seen in Excel, None when the source has no rows."""

    file: str
    sheet: str
    row: int | None


@dataclass(frozen=True, slots=True)
class Target:
    """A company that could close a gap, why, and what speaks against it."""

    company: str
    reasons: tuple[str, ...] = ()
    risk: str = ""
    id: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """One row of the gaps answer; amounts in ``unit``, shares 0 to 1, unknown None."""

    product_id: str
    kind: str
    verdict: str
    importance: float | None = None
    demand: float | None = None
    supply: float | None = None
    unit: str = ""
    coverage: float | None = None
    makers_local: int | None = None
    effective_makers: float | None = None
    p_no_local_maker: float | None = None
    confidence: float | None = None
    evidence: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()
    chain: str = ""
    product: str = ""


@dataclass(frozen=True, slots=True)
class Maker:
    """A company on a card; ``label`` is the short name shown, ``role`` 链主 or 龙头 or empty."""

    id: str
    name: str
    label: str
    role: str = ""
    is_local: bool = False
    is_example: bool = False
    place: str = ""
    capacity: str = ""
    titles: tuple[str, ...] = ()
    contact: str = ""
    is_byproduct: bool = False
    origins: tuple[Origin, ...] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """A declared demand for a product that this audience may see."""

    company: str
    volume: str = ""
    visibility: str = ""
    specification: str = ""
    origins: tuple[Origin, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """A product of the chain with everything its panel tells; ``tier`` counts from 0.

    ``makers`` may hold only the first of many; ``maker_ids``, ``local_ids`` and ``leader_ids``
    then name them all, for counts; ``below_ids`` are those who make a kind of it.
    """

    id: str
    name: str
    tier: int
    code: str = ""
    is_key: bool = False
    aliases: tuple[str, ...] = ()
    description: str = ""
    park_capacity: tuple[str, ...] = ()
    makers: tuple[Maker, ...] = ()
    maker_ids: frozenset[str] | None = None
    local_ids: frozenset[str] | None = None
    leader_ids: frozenset[str] | None = None
    below_ids: frozenset[str] = frozenset()
    needs: tuple[Need, ...] = ()
    gaps: tuple[Gap, ...] = ()
    inputs_elsewhere: tuple[str, ...] = ()
    outputs_elsewhere: tuple[str, ...] = ()
    origins: tuple[Origin, ...] = ()

    @property
    def makers_in_all(self) -> frozenset[str]:
        """Ids of all companies that make it, shown or not."""
        shown = (maker.id for maker in self.makers)
        return frozenset(shown) if self.maker_ids is None else self.maker_ids

    @property
    def local_in_all(self) -> frozenset[str]:
        """Ids of the local ones among them."""
        shown = (maker.id for maker in self.makers if maker.is_local)
        return frozenset(shown) if self.local_ids is None else self.local_ids

    @property
    def ghosts(self) -> tuple[str, ...]:
        """Ids of at most MOST_GHOSTS firms elsewhere that could be brought in, the best first."""
        real = sorted(
            (gap for gap in self.gaps if gap.verdict == "gap" and gap.kind in GAP_ORDER),
            key=lambda gap: GAP_ORDER.index(gap.kind),
        )
        ids = (one.id for gap in real for one in gap.targets if one.action == BRING)
        return tuple(dict.fromkeys(one for one in ids if one))[:MOST_GHOSTS]

    @property
    def leaders_in_all(self) -> frozenset[str]:
        """Ids of those that lead the chain."""
        shown = (maker.id for maker in self.makers if maker.role)
        return frozenset(shown) if self.leader_ids is None else self.leader_ids


@dataclass(frozen=True, slots=True)
class Link:
    """An input: from one card's id to another's; ``essential`` 0, 1, 2 or None (unknown)."""

    source: str
    target: str
    essential: int | None = None
    cost_share: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tier:
    """A column: the segment's name and its stage (上游, 中游, 下游 or empty)."""

    name: str
    stage: str = ""


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What every page states about itself."""

    zone: str = ""
    as_of: str = ""
    sources: tuple[str, ...] = ()
    audience: str = INTERNAL
    version: str = ""
    home: str = ""
    """Relative address of the cover; empty for a page that stands alone."""


@dataclass(frozen=True, slots=True)
class ChainMapModel:
    """The map of one chain; cards in reading order, links between cards only."""

    chain: str
    tiers: tuple[Tier, ...]
    cards: tuple[Card, ...]
    links: tuple[Link, ...]
    facts: PageFacts = PageFacts()


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A node near a company.

    ``column`` is its place as goods flow: -2 suppliers, -1 inputs, 0 the company itself,
    1 its products, 2 what is made of them, 3 customers. ``hops`` is the distance from the
    company; ``details`` are (term, value) pairs for its panel. ``verdict`` is what was decided
    about it and the company in the centre, empty when nothing was.
    """

    id: str
    name: str
    label: str
    is_company: bool
    column: int
    hops: int
    role: str = ""
    is_local: bool = False
    is_example: bool = False
    details: tuple[tuple[str, str], ...] = ()
    origins: tuple[Origin, ...] = ()
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Tie:
    """An edge near a company, from where goods come to where they go."""

    source: str
    target: str
    kind: str
    label: str = ""
    origins: tuple[Origin, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about two companies (``ends``, ids), or about one product of theirs.

    ``names`` are those of the ends; ``product`` is empty where the decision is about the pair.
    """

    ends: tuple[str, str]
    names: tuple[str, str]
    verdict: str
    date: str
    product: str = ""
    reason: str = ""
    by: str = ""

    def other(self, company: str) -> tuple[str, str]:
        """Return id and name of the end that is not ``company``."""
        at = 1 if self.ends[0] == company else 0
        return self.ends[at], self.names[at]


@dataclass(frozen=True, slots=True)
class NeighbourhoodModel:
    """One company in the middle, what is near it, and how many more were left out."""

    centre: str
    name: str
    nodes: tuple[Neighbour, ...]
    ties: tuple[Tie, ...]
    left_out: int = 0
    facts: PageFacts = PageFacts()
    decided: tuple[Decision, ...] = ()
