"""``report``: everything a director wants, in one folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from chainmap.cli.formatting import command, option
from chainmap.cli.options import Place, as_of_option, file_options, workspace_options
from chainmap.cli.progress import ShownProgress

if TYPE_CHECKING:
    from chainmap.cli.session import Presentation


@command("report")
@option("--region", metavar="R")
@as_of_option
@workspace_options
@file_options("DIR", text="report.output")
def report(*, place: Place, show: Presentation, region: str | None, **given: Any) -> None:
    """Write the report."""
    from chainmap.workflow.write_report import write_report

    progress = ShownProgress(quiet=show.quiet)
    folder = show.output or place.workspace.out_folder
    with place.open() as store:
        files = write_report(
            store,
            folder,
            **given,
            **place.zone(region),
            audience=show.audience,
            cache_dir=place.cache_dir,
            progress=progress,
        )
    progress.finish()
    show.tell("cli.written", path=folder)
    click.echo(str(files.index))
