"""An answer as data: the one shape behind table, json, csv and xlsx (ANSWERS.md)."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from chainmap.audience import INTERNAL, for_outside, without_phones

if TYPE_CHECKING:
    from chainmap.errors import Finding


@dataclass(frozen=True)
class Answer:
    """What a job answers.

    ``schema`` is e.g. ``chainmap.match/1``; ``rows`` all have the keys ``columns`` in that order;
    ``extra`` holds what is not per row and stands beside ``rows`` at top level.
    Values are plain Python (str, int, float, bool, None, list, dict), unknown is None.
    """

    schema: str
    columns: tuple[str, ...]
    rows: Sequence[Mapping[str, object]]
    run: Mapping[str, object] = field(default_factory=dict)
    scope: Mapping[str, object] = field(default_factory=dict)
    findings: Sequence[Finding] = ()
    extra: Mapping[str, object] = field(default_factory=dict)

    def told_to(self, audience: str) -> Answer:
        """Return what ``audience`` may read of the answer: outside no telephone, no store address.

        The rows must rest on what the audience may see already; only the job can see to that.
        """
        if audience == INTERNAL:
            return self
        return replace(
            self,
            rows=[_outside(row) for row in self.rows],
            run=_outside({name: part for name, part in self.run.items() if name != "store"}),
            scope=_outside(self.scope),
            findings=[
                replace(
                    finding, value=without_phones(finding.value), params=_outside(finding.params)
                )
                for finding in self.findings
            ],
            extra=_outside(self.extra),
        )

    def as_object(self) -> dict[str, object]:
        """Return the JSON object with its keys in the fixed order, NaN as None."""
        rows = [{name: _plain(row.get(name)) for name in self.columns} for row in self.rows]
        return {
            "schema": self.schema,
            "run": _plain(self.run),
            "scope": _plain(self.scope),
            "rows": rows,
            **{name: _plain(value) for name, value in self.extra.items()},
            "findings": [finding.as_row() for finding in self.findings],
        }

    def as_json(self) -> str:
        """Return the answer as JSON text, UTF-8 characters kept, no NaN."""
        return json.dumps(self.as_object(), ensure_ascii=False, allow_nan=False, indent=2)


def _outside(value: Mapping[str, object]) -> dict[str, Any]:
    return cast("dict[str, Any]", for_outside(value))


def _plain(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
