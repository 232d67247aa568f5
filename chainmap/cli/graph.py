"""``graph``: a chain, a company's neighbourhood or everything, as one HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from chainmap.cli.formatting import command, option
from chainmap.cli.options import Place, Presentation, as_of_option, file_options, workspace_options
from chainmap.cli.output import whole_file
from chainmap.errors import ConfigError
from chainmap.texts import say


@command("graph")
@option("--chain", metavar="C")
@option("--company", metavar="X")
@option("--all", "everything", is_flag=True)
@as_of_option
@workspace_options
@file_options("FILE.html", text="graph.output")
def graph(*, place: Place, show: Presentation, **given: Any) -> None:
    """Draw the graph."""
    from chainmap.workflow.draw_graph import draw_graph

    wanted = [given["chain"], given["company"], given["everything"] or None]
    if len([item for item in wanted if item is not None]) != 1:
        raise ConfigError(say("cli.graph.one_of"))
    path = show.output or place.workspace.out_folder / Path("graph.html")
    with place.open() as store:
        whole_file(path, lambda part: draw_graph(store, part, audience=show.audience, **given))
    show.tell("cli.written", path=path)
    click.echo(str(path))
