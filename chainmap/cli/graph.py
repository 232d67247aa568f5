"""``graph``: a chain, a company's neighbourhood or everything, as one HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chainmap.cli.formatting import command, option
from chainmap.cli.options import Place, as_of_option, file_options, workspace_options

if TYPE_CHECKING:
    from chainmap.cli.session import Presentation


@command("graph")
@option("--chain", metavar="C")
@option("--company", metavar="X")
@option("--region", metavar="R")
@as_of_option
@workspace_options
@file_options("FILE.html", text="graph.output")
def graph(*, place: Place, show: Presentation, region: str | None, **given: Any) -> None:
    """Draw the graph."""
    from chainmap.workflow.draw_graph import draw_graph

    path = show.output or place.workspace.out_folder / Path("graph.html")
    with place.open() as store:
        draw_graph(
            store,
            path,
            **given,
            **place.zone(region),
            audience=show.audience,
            cache_dir=place.cache_dir,
        )
    show.tell("cli.written", path=path)
    click.echo(str(path))
