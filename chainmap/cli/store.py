"""``store``: what is in a store, and moving it."""

from __future__ import annotations

import click

from chainmap.cli.formatting import Group, command, option
from chainmap.cli.options import Place, Presentation, answer_options, open_url, workspace_options
from chainmap.cli.output import show_answer


@command("info", text_id="store.info")
@workspace_options
@answer_options
def info(*, place: Place, show: Presentation) -> None:
    """Count nodes and edges."""
    from chainmap.workflow.store import store_info

    with place.open() as store:
        answer = store_info(store)
    show_answer(answer, show)


@command("copy", text_id="store.copy")
@click.argument("origin", metavar="FROM")
@click.argument("target", metavar="TO")
@workspace_options
@answer_options
def copy(origin: str, target: str, *, place: Place, show: Presentation) -> None:
    """Copy one store into another."""
    from chainmap.workflow.store import copy_store

    settings = place.settings
    with (
        open_url(origin, settings, mode="read") as source,
        open_url(target, settings, mode="create") as sink,
    ):
        answer = copy_store(source, sink)
    show_answer(answer, show)


@command("prune", text_id="store.prune")
@option("--source", metavar="NAME", required=True, text="prune.source")
@option("--dry-run", is_flag=True)
@workspace_options
@answer_options
def prune(*, place: Place, show: Presentation, source: str, dry_run: bool) -> None:
    """Withdraw a source."""
    from chainmap.workflow.store import prune_store

    with place.open("write") as store:
        answer = prune_store(store, source, dry_run=dry_run)
    show_answer(answer, show)


store = Group(
    name="store",
    text_id="store",
    lazy={
        "info": f"{__name__}:info",
        "copy": f"{__name__}:copy",
        "prune": f"{__name__}:prune",
    },
)
