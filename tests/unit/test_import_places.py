"""Where firms and parks lie, as the import reads it: parks in parks, region codes, degrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from import_samples import DAY, edges, rules, write

from chainmap.stores.memory import MemoryStore
from chainmap.workflow.import_files import import_files

if TYPE_CHECKING:
    from pathlib import Path

    from chainmap.answers import Answer
    from chainmap.errors import Finding


def found(answer: Answer, rule: str) -> list[Finding]:
    return [finding for finding in answer.findings if finding.rule == rule]


def test_a_park_lies_in_the_park_above_it_by_name_or_alias(tmp_path: Path) -> None:
    write(
        tmp_path,
        "园区",
        "园区|所在地区|上级园区|别名",
        "高新区|630100||高新",
        "东园|630100|高新区|",
        "西园|630100|高新|",
        "北园|630100|北园|",
        "南园|630100|新区|",
    )
    store = MemoryStore()
    answer = import_files([tmp_path], store, as_of=DAY)

    inner = {pair for pair in edges(store, "LOCATED_IN") if pair[1].startswith("Park:")}
    assert inner == {
        ("Park:东园", "Park:高新区"),
        ("Park:西园", "Park:高新区"),
        ("Park:南园", "Park:新区"),
    }
    assert rules(answer.findings) == ["R-park-added", "R-self-loop"]
    (loop,) = found(answer, "R-self-loop")
    assert (loop.row, loop.column, loop.value) == (5, "上级园区", "北园")
