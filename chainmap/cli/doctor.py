"""``doctor``: what is installed, reachable, missing, and how to get it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chainmap.cli.formatting import command
from chainmap.cli.options import Place, answer_options, workspace_options
from chainmap.cli.output import show_answer
from chainmap.texts import speaking

if TYPE_CHECKING:
    from chainmap.cli.session import Presentation


@command("doctor")
@workspace_options
@answer_options
def doctor(*, place: Place, show: Presentation) -> None:
    """Examine installation, store and workspace."""
    from chainmap.workflow.doctor import examine

    with speaking(show.row_language):
        answer = examine(place.workspace, place.settings, open_store=place.open)
    show_answer(answer, show, columns=("area", "check", "state", "value", "advice"))
    if any(row["state"] == "broken" for row in answer.rows):
        click.get_current_context().exit(1)
