"""Hand the files back with their problems marked: one copy for each file that has findings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chainmap.xlsx.mark import write_marked_copy

if TYPE_CHECKING:
    from chainmap.errors import Finding
    from chainmap.ingest.shapes import FileRecord, RawTable

SUFFIX = "_问题标记"


def write_marked_copies(
    records: Sequence[FileRecord],
    raws: Sequence[RawTable],
    findings: Sequence[Finding],
    folder: Path,
) -> list[Path]:
    """Write ``<file>_问题标记.xlsx`` into ``folder`` for each file of ``records`` with findings.

    The originals are never touched. A csv becomes a workbook.

    Raises
    ------
    ConfigError
        When a copy may not be written (it is open in Excel, say).
    """
    concerned = {finding.file for finding in findings}
    written = []
    for record in records:
        if record.name not in concerned:
            continue
        name = Path(record.name)
        # 台账.xlsx and 台账.csv may lie side by side: their copies must not overwrite each other
        kind = "" if name.suffix.lower() == ".xlsx" else f"_{name.suffix.lstrip('.').lower()}"
        target = folder / f"{name.stem}{kind}{SUFFIX}.xlsx"
        sheets = [raw for raw in raws if raw.file == record.name]
        written.append(write_marked_copy(Path(record.path), findings, target, sheets=sheets))
    return written
