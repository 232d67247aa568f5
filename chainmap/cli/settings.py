"""``config show``: each setting, its value and where it came from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chainmap.answers import Answer
from chainmap.cli.formatting import Group, command
from chainmap.cli.options import Place, answer_options, workspace_options
from chainmap.cli.output import show_answer
from chainmap.config import without_password
from chainmap.texts import speaking
from chainmap.version import __version__

if TYPE_CHECKING:
    from chainmap.cli.session import Presentation

COLUMNS = ("setting", "value", "unit", "origin", "place", "env", "description")


@command("show", text_id="config.show")
@workspace_options
@answer_options
def show_settings(*, place: Place, show: Presentation) -> None:
    """Show the settings in force."""
    with speaking(show.row_language):
        rows = place.settings.describe()
    scope = {
        "workspace": str(Path(place.workspace.folder).resolve()),
        "store": without_password(place.url),
    }
    answer = Answer("chainmap.config/1", COLUMNS, rows, run={"version": __version__}, scope=scope)
    show_answer(answer, show, columns=("setting", "value", "origin", "place", "description"))


config = Group(name="config", text_id="config", lazy={"show": f"{__name__}:show_settings"})
