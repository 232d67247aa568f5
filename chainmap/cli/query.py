"""``query``: read-only Cypher."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chainmap.audience import INTERNAL
from chainmap.cli.formatting import command, option
from chainmap.cli.options import Place, answer_options, workspace_options
from chainmap.cli.output import show_answer
from chainmap.cli.params import Count, Parameter
from chainmap.errors import ConfigError
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.cli.session import Presentation


@command("query")
@click.argument("cypher", metavar="CYPHER")
@option("--param", "params", metavar="NAME=VALUE", multiple=True, type=Parameter())
@option("--limit", metavar="N", type=Count())
@workspace_options
@answer_options
def query(
    cypher: str,
    *,
    place: Place,
    show: Presentation,
    params: tuple[tuple[str, object], ...],
    limit: int | None,
) -> None:
    """Ask the graph in Cypher."""
    from chainmap.workflow.query import ROWS, run_query

    if show.audience != INTERNAL:
        # Free columns: nobody can tell a phone number or a 仅局内 demand among them.
        raise ConfigError(say("cli.query.internal_only"))
    with place.open() as store:
        answer = run_query(
            store, cypher, dict(params), limit=limit or ROWS, cache_dir=place.cache_dir
        )
    show_answer(answer, show)
