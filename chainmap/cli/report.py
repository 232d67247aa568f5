"""``report``: everything a director wants, in one folder."""

from __future__ import annotations

from typing import Any

import click

from chainmap.cli.formatting import command
from chainmap.cli.options import Place, Presentation, as_of_option, file_options, workspace_options


@command("report")
@as_of_option
@workspace_options
@file_options("DIR", text="report.output")
def report(*, place: Place, show: Presentation, **given: Any) -> None:
    """Write the report."""
    from chainmap.workflow.write_report import write_report

    folder = show.output or place.workspace.out_folder
    with place.open() as store:
        files = write_report(store, folder, audience=show.audience, **given)
    show.tell("cli.written", path=folder)
    click.echo(str(files.index))
