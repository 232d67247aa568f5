"""``demo``, ``init``, ``template``: how a bureau begins."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from chainmap.cli.formatting import command, option
from chainmap.cli.options import file_options
from chainmap.cli.progress import ShownProgress
from chainmap.cli.rows import visible
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.cli.session import Presentation

DEMO_FOLDER = Path("chainmap-demo")
TEMPLATE_FILE = Path("采集表.xlsx")


@command("demo")
@file_options("DIR", text="demo.output")
def demo(*, show: Presentation) -> None:
    """Run the seed data through everything."""
    from chainmap.workflow.demo import run_demo

    progress = ShownProgress(quiet=show.quiet)
    try:
        made = run_demo(show.output or DEMO_FOLDER, audience=show.audience, progress=progress)
    finally:
        progress.finish()
    click.echo(say("cli.demo.files"))
    for path in made.files:
        click.echo(f"  {path}")
    if made.best:
        click.echo(say("cli.demo.best"))
    for number, sentence in enumerate(made.best, start=1):
        click.echo(f"  {number}. {visible(sentence)}")
    click.echo(say("cli.demo.open", path=made.index))
    click.echo(say("cli.demo.next", folder=made.workspace.folder))


@command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@option("--region", metavar="R", text="init.region")
@option("--park", "parks", metavar="P", multiple=True)
@option("--quiet", is_flag=True)
def init(folder: Path, *, region: str | None, parks: tuple[str, ...], quiet: bool) -> None:
    """Set up a workspace."""
    from chainmap.workflow.workspace import init_workspace

    made = init_workspace(folder, region=region, parks=parks)
    if not quiet:
        click.echo(say("cli.init.done", folder=folder), err=True)
    click.echo(str(made.folder))


@command("template")
@option(
    "-o", "--output", metavar="FILE.xlsx", type=click.Path(path_type=Path), text="template.output"
)
@option("--quiet", is_flag=True)
def template(*, output: Path | None, quiet: bool) -> None:
    """Write the blank collection workbook."""
    from chainmap.workflow.template import write_template

    path = write_template(output or TEMPLATE_FILE)
    if not quiet:
        click.echo(say("cli.written", path=path), err=True)
