"""Hand files back with their problems marked, after an import was refused or warned."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chainmap.ingest.marked import write_marked_copies
from chainmap.ingest.read import read_files

if TYPE_CHECKING:
    from chainmap.errors import Finding


def mark_files(
    paths: Sequence[str | Path], findings: Sequence[Finding], folder: Path
) -> list[Path]:
    """Write a copy of each file that has findings into ``folder``, the cells marked.

    Parameters
    ----------
    paths
        The files and folders that were imported; they are read again, never changed.
    findings
        What the import found.
    folder
        Made when it is not there.

    Raises
    ------
    ConfigError
        When a copy may not be written.
    """
    raws, records, _ = read_files(paths)
    return write_marked_copies(records, raws, findings, folder)
