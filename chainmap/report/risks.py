"""风险清单 as a workbook: the firms on which most hangs, whom their outage hits, and who says so.

The choice: a row says what a director asks next (whom it hits, which leader feels it); who supplies
whom stays inside the bureau, so there is no such list for outside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chainmap.report.lists import reasons, sources
from chainmap.texts import say
from chainmap.xlsx.write import SheetSpec, write_table

if TYPE_CHECKING:
    from chainmap.answers import Answer

RISK_LIST = "风险清单.xlsx"

_COLUMNS = (
    "rank", "entity", "loss_share", "loss_low", "loss_median", "loss_high", "loss_downstream",
    "loss_upstream", "hardest_hit", "leaders_hit", "is_leader", "reasons", "total_sales_cny",
    "sales_basis", "sources", "entity_id",
)  # fmt: skip
_SHARES = tuple(name for name in _COLUMNS if name.startswith("loss_"))
_PRINTED = _COLUMNS.index("total_sales_cny")


def write_risk_list(path: Path, ranking: Answer, *, notice: str) -> Path:
    """Write one row a firm of a ``whatif --rank`` answer, and what the answer warns of."""
    sheet = SheetSpec(
        say("report.risk_list", "zh"),
        _COLUMNS,
        [say(f"column.{name}", "zh") for name in _COLUMNS],
        [_row(row) for row in ranking.rows],
        widths={"rank": 6, "entity": 30, "hardest_hit": 40, "leaders_hit": 30, "reasons": 48,
                "total_sales_cny": 16, "sales_basis": 12, "sources": 36},
        formats={**dict.fromkeys(_SHARES, "0.0%"), "total_sales_cny": "#,##0"},
        printed=_PRINTED,
    )  # fmt: skip
    told = [finding.as_row() for finding in ranking.findings]
    notes = [("schema", ranking.schema), *((str(f["rule"]), str(f["message"])) for f in told)]
    return write_table(path, [sheet], notice=notice, notes=notes)


def _row(row: Mapping[str, Any]) -> dict[str, object]:
    hit: Sequence[Mapping[str, Any]] = row["hardest_hit"]
    basis = row["sales_basis"]
    return {
        **row,
        "hardest_hit": "\n".join(f"{one['company']} {one['loss_share']:.0%}" for one in hit),
        "leaders_hit": "\n".join(row["leaders_hit"]),
        "is_leader": say("cli.yes", "zh") if row["is_leader"] else "",
        "reasons": "\n".join(reasons(row)),
        "sales_basis": say(f"value.sales_basis.{basis}", "zh") if basis else None,
        "sources": "\n".join(sources(row)),
    }
