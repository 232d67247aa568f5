"""``store``: what is in a store, and moving it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from chainmap.audience import INTERNAL
from chainmap.cli.formatting import Group, command, option
from chainmap.cli.options import Place, answer_options, open_url, workspace_options
from chainmap.cli.output import show_answer
from chainmap.cli.params import Choice, Count
from chainmap.errors import ConfigError
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.cli.session import Presentation

DIRECTIONS = ("upstream", "downstream", "both")


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
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@workspace_options
@answer_options
def copy(source: str, target: str, *, place: Place, show: Presentation) -> None:
    """Copy one store into another."""
    from chainmap.workflow.store import copy_store

    settings = place.settings
    with (
        open_url(source, settings, mode="read") as origin,
        open_url(target, settings, mode="create") as sink,
    ):
        answer = copy_store(origin, sink)
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
    if dry_run:
        show.tell("cli.import.dry_run")
    show_answer(answer, show)


@command("explain", text_id="store.explain")
@option("--seed", "seeds", metavar="ID", multiple=True)
@option("--hops", metavar="N", type=Count(), default=1)
@option("--direction", metavar="|".join(DIRECTIONS), type=Choice(*DIRECTIONS), default="both")
@option("--edge", "edge_types", metavar="TYPE", multiple=True)
@option("--label", "labels", metavar="LABEL", multiple=True)
@workspace_options
@answer_options
def explain(
    *,
    place: Place,
    show: Presentation,
    seeds: tuple[str, ...],
    hops: int,
    direction: str,
    edge_types: tuple[str, ...],
    labels: tuple[str, ...],
) -> None:
    """Show how a read would be run."""
    from chainmap.stores.port import Direction, GraphQuery
    from chainmap.workflow.store import explain_query

    asked = GraphQuery(
        seeds=seeds or None,
        labels=labels or None,
        edge_types=edge_types or None,
        hops=hops,
        direction=Direction(direction),
    )
    with place.open() as store:
        answer = explain_query(store, asked)
    show_answer(answer, show)


@command("export", text_id="store.export")
@option("--neo4j-import", metavar="DIR", required=True, type=click.Path(path_type=Path))
@workspace_options
@answer_options
def export(*, place: Place, show: Presentation, neo4j_import: Path) -> None:
    """Write files for a bulk import into Neo4j."""
    from chainmap.workflow.store_export import export_for_neo4j

    if show.audience != INTERNAL:
        raise ConfigError(say("cli.store.export.internal_only"))
    with place.open() as store:
        answer = export_for_neo4j(store, neo4j_import)
    show_answer(answer, show)
    show.tell("cli.store.export.next", count=len(answer.rows), command=answer.extra["command"])


COMMANDS = ("info", "copy", "prune", "explain", "export")

store = Group(
    name="store",
    text_id="store",
    lazy={name: f"{__name__}:{name}" for name in COMMANDS},
)
