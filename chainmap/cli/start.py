"""``demo``, ``init``, ``template``: how a bureau begins."""

from __future__ import annotations

from pathlib import Path

import click

from chainmap.cli.formatting import command, option
from chainmap.cli.options import Presentation, file_options
from chainmap.cli.output import whole_file
from chainmap.errors import ConfigError
from chainmap.texts import say

DEMO_FOLDER = Path("chainmap-demo")
TEMPLATE_FILE = Path("采集表.xlsx")


@command("demo")
@file_options("DIR", text="demo.output")
def demo(*, show: Presentation) -> None:
    """Run the seed data through everything."""
    from chainmap.workflow.demo import run_demo

    folder = show.output or DEMO_FOLDER
    run_demo(folder, audience=show.audience)


@command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@option("--quiet", is_flag=True)
def init(folder: Path, *, quiet: bool) -> None:
    """Set up a workspace."""
    from chainmap.workflow.workspace import init_workspace

    made = init_workspace(folder)
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

    path = output or TEMPLATE_FILE
    if path.exists():
        # A filled-in workbook lost to a blank one is the worst this command could do.
        raise ConfigError(say("cli.template.exists", path=path))
    if path.suffix.lower() != ".xlsx":
        raise ConfigError(say("cli.template.suffix", path=path))
    whole_file(path, write_template)
    if not quiet:
        click.echo(say("cli.written", path=path), err=True)
