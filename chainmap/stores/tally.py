"""Count what a write or a prune did, the same way in every store."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chainmap.stores.port import Conflict, WriteCounts

if TYPE_CHECKING:
    from chainmap.stores.merge import MergedRows


@dataclass(frozen=True)
class Tally:
    """Running counts by label or type; ``counts`` closes the books (zeros are left out)."""

    added: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    deactivated: Counter[str] = field(default_factory=Counter)
    conflicts: list[Conflict] = field(default_factory=list)

    def add_merged(self, owner: str, merged: MergedRows) -> None:
        """Count the rows of one merged frame."""
        added, changed = int(merged.added.sum()), int(merged.changed.sum())
        self.added[owner] += added
        self.changed[owner] += changed
        self.unchanged[owner] += len(merged.rows) - added - changed
        self.conflicts.extend(merged.conflicts)

    def counts(self) -> WriteCounts:
        """Return the counts in sorted order."""
        return WriteCounts(
            added=_sorted(self.added),
            changed=_sorted(self.changed),
            unchanged=_sorted(self.unchanged),
            removed=_sorted(self.removed),
            deactivated=_sorted(self.deactivated),
            conflicts=tuple(sorted(self.conflicts, key=_place)),
        )


def _sorted(counter: Counter[str]) -> dict[str, int]:
    return {owner: counter[owner] for owner in sorted(counter) if counter[owner]}


def _place(conflict: Conflict) -> tuple[str, ...]:
    return (conflict.owner, conflict.row_id, conflict.attribute, conflict.dropped_origin)
