"""``import``: workbooks into the graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from chainmap.cli.formatting import command, option
from chainmap.cli.options import (
    Place,
    Presentation,
    answer_options,
    as_of_option,
    workspace_options,
)
from chainmap.cli.output import show_answer
from chainmap.errors import Finding, InputRejected


@command("import")
@click.argument(
    "paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@option("--mapping", metavar="FILE.toml", type=click.Path(path_type=Path))
@option("--source", metavar="NAME")
@option("--dry-run", is_flag=True)
@option("--strict", metavar="RULE", multiple=True)
@option("--mark", metavar="DIR", type=click.Path(path_type=Path))
@as_of_option
@workspace_options
@answer_options
def import_files(
    paths: tuple[Path, ...], *, place: Place, show: Presentation, mark: Path | None, **given: Any
) -> None:
    """Read files into the store."""
    from chainmap.workflow.import_files import import_files as run

    ingest = place.settings.ingest
    given["strict"] = tuple(sorted({*given["strict"], *ingest.strict}))
    if given["mapping"] is None and ingest.mapping:
        given["mapping"] = place.workspace.folder / ingest.mapping
    try:
        with place.open("create") as store:
            answer = run(paths, store, **given)
    except InputRejected as exc:
        _mark(paths, exc.findings, mark, show)
        raise
    _mark(paths, answer.findings, mark, show)
    show_answer(answer, show)


def _mark(
    paths: tuple[Path, ...], findings: tuple[Finding, ...], folder: Path | None, show: Presentation
) -> None:
    """Write copies of the workbooks with the faulty cells marked, when asked."""
