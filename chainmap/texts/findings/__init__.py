"""The finding rules by their stable ids; one module for each kind, told apart by the first letter.

Letters: F file; H header and sheet, M mapping; V value; R row and reference; G graph; A analysis; E evaluation;
Q query, S store; L linking; D decisions of a review. A new rule goes to the module of its
letter; an id stated twice is refused here.
``docs/findings.md`` is made from this table.
"""

from __future__ import annotations

from collections.abc import Mapping

from chainmap.texts.findings import (
    answers,
    evaluate,
    files,
    graph,
    headers,
    link,
    review,
    rows,
    stores,
    values,
)
from chainmap.texts.findings.rule import Rule

__all__ = ["RULES", "Rule", "joined"]


def joined(*tables: Mapping[str, Rule]) -> dict[str, Rule]:
    """Return all ``tables`` as one.

    Raises
    ------
    KeyError
        When two tables state the same id: a bug, seen at the first import.
    """
    rules: dict[str, Rule] = {}
    for table in tables:
        twice = sorted(rules.keys() & table.keys())
        if twice:
            raise KeyError(*twice)
        rules |= table
    return rules


RULES: dict[str, Rule] = joined(
    files.RULES,
    headers.RULES,
    values.RULES,
    rows.RULES,
    graph.RULES,
    answers.RULES,
    evaluate.RULES,
    stores.RULES,
    link.RULES,
    review.RULES,
)
