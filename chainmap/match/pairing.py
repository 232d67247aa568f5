"""One leader's scored pairs, and one pair of them with its parts by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from chainmap.analysis.graph import row_of
from chainmap.match.certificates import required_certificates, wanted_certificates
from chainmap.match.filters import decisions_of
from chainmap.match.relations import sister_cosines
from chainmap.match.weights import FEATURES

if TYPE_CHECKING:
    import numpy.typing as npt

    from chainmap.analysis.graph import ChainGraph
    from chainmap.analysis.needs import Need
    from chainmap.match.score import Scored
    from chainmap.match.values import Question


@dataclass(frozen=True, eq=False)
class LeaderMatch:
    """One leader's scored pairs, and the question they answer."""

    asked: Question
    scored: Scored

    @property
    def leader(self) -> int:
        """Position of the leader."""
        return self.asked.leader

    @property
    def needs(self) -> Sequence[Need]:
        """What the leader needs, the heaviest first."""
        return self.asked.needs

    @cached_property
    def decisions(self) -> npt.NDArray[np.int64]:
        """Row of ``graph.decided`` that holds for each pair, -1 without one."""
        return decisions_of(self.asked)

    @cached_property
    def wanted(self) -> tuple[tuple[str, ...], ...]:
        """Comparable keys of all certificates that the demands of each need ask for."""
        graph = self.asked.graph
        return tuple(
            tuple(key for row in need.demands for key in required_certificates(graph, row))
            for need in self.needs
        )

    @cached_property
    def requires_certificates(self) -> tuple[bool, ...]:
        """Whether every demand of each need asks for certificates."""
        return tuple(bool(wanted_certificates(self.asked.graph, need)) for need in self.needs)

    @cached_property
    def _sisters(self) -> dict[int, dict[int, int]]:
        return {}

    def best_sister(self, company: int, made: int) -> int:
        """Return the other product of a maker that goes best with the one made, -1 without any.

        A product's makers are looked at together, for a list names many of them.
        """
        if made not in self._sisters:
            makers = row_of(self.asked.graph.makers, made).astype(np.int32)
            sisters = sister_cosines(self.asked.graph, made, makers)[1]
            self._sisters[made] = dict(zip(makers.tolist(), sisters.tolist(), strict=True))
        return self._sisters[made][company]

    def pairing(self, pair: int) -> Pairing:
        """Return one pair by its position."""
        return Pairing(self, int(pair))


@dataclass(frozen=True, eq=False)
class Pairing:
    """One scored pair: ``pair`` is its position among the leader's pairs."""

    match: LeaderMatch
    pair: int

    @property
    def graph(self) -> ChainGraph:
        """The snapshot."""
        return self.match.asked.graph

    @property
    def leader(self) -> int:
        """Position of the leader."""
        return self.match.leader

    @property
    def company(self) -> int:
        """Position of the company."""
        return int(self.match.scored.pairs.company[self.pair])

    @property
    def entry(self) -> int:
        """Position in ``graph.makes.data`` of what the company makes."""
        return int(self.match.scored.pairs.entry[self.pair])

    @property
    def made(self) -> int:
        """Position of the product that the company makes."""
        return int(self.graph.makes.indices[self.entry])

    @property
    def need(self) -> Need:
        """The need that the pair answers."""
        return self.match.needs[self.number]

    @property
    def decision(self) -> int:
        """Row of ``graph.decided`` that holds for the pair, -1 without one."""
        return int(self.match.decisions[self.pair])

    @property
    def number(self) -> int:
        """Which of the leader's needs the pair answers."""
        return int(self.match.scored.pairs.need[self.pair])

    @property
    def contributions(self) -> dict[str, int]:
        """The contributions in millionths, by feature (and ``base`` when trained)."""
        told = self.match.scored.contributions[self.pair].tolist()
        return dict(zip(self.match.scored.names, told, strict=True))

    @property
    def counted(self) -> set[str]:
        """The features of which a known fact adds to the score."""
        told = self.match.scored.counted[self.pair].tolist()
        return {name for name, counts in zip(FEATURES, told, strict=True) if counts}

    @property
    def probability(self) -> float | None:
        """What a trained ranker says of the pair, 0-1; None where nothing is trained."""
        ranker = self.match.asked.weights.ranker
        if ranker is None:
            return None
        return round(float(ranker.probability(self.match.scored.score[[self.pair]])[0]), 6)

    @property
    def known(self) -> dict[str, bool]:
        """Whether each feature could be judged."""
        return dict(zip(FEATURES, self.match.scored.known[self.pair].tolist(), strict=True))


@dataclass(frozen=True, eq=False)
class Proposal:
    """One pair as it is shown.

    Attributes
    ----------
    pairing
        The pair.
    rank, rank_raw
        Place on the list, and by score alone.
    kind
        What the two would do together (``kinds.KINDS``).
    turned
        The goods flow from the leader to the company: the pairing's buyer is the company.
    package
        For a set of firms that belong together: its number, its links and its worth.
    """

    pairing: Pairing
    rank: int
    rank_raw: int
    kind: str = "supply"
    turned: bool = False
    package: Mapping[str, object] | None = None
