"""``link``: free text to products."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chainmap.cli.formatting import command, option
from chainmap.cli.options import Place, answer_options, workspace_options
from chainmap.cli.output import show_answer
from chainmap.cli.params import Count, InputPath, Level

if TYPE_CHECKING:
    from chainmap.cli.session import Presentation

COLUMNS = ("text", "rank", "code", "name", "probability", "band", "matched", "runner_up")


@command("link")
@click.argument("texts", metavar="[TEXT]...", nargs=-1)
@option("--file", metavar="FILE", type=InputPath(path_type=Path), text="link.file")
@option("--catalogue", metavar="FILE", type=InputPath(path_type=Path), text="link.catalogue")
@option("--level", metavar="N", type=Level(), text="link.level")
@option("--top", metavar="N", type=Count(), default=1, text="link.top")
@option("--semantic", is_flag=True, text="link.semantic")
@workspace_options
@answer_options
def link(texts: tuple[str, ...], *, place: Place, show: Presentation, **given: Any) -> None:
    """Link free text to products."""
    from chainmap.workflow.link import link_texts

    cache = place.workspace.cache_folder if place.workspace.store_path.is_file() else None
    if given["catalogue"] is not None:
        answer = link_texts(None, texts, **given, cache_dir=cache)
    else:
        with place.open() as store:
            answer = link_texts(store, texts, **given, cache_dir=cache)
    show_answer(answer.told_to(show.audience), show, columns=COLUMNS)
