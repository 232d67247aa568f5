"""``decide``: should these two meet, decided by a person, remembered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chainmap.audience import INTERNAL
from chainmap.cli.formatting import Group, command, option
from chainmap.cli.options import Place, answer_options, file_options, workspace_options
from chainmap.cli.output import show_answer
from chainmap.cli.params import Choice, InputPath
from chainmap.errors import ConfigError
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.cli.session import Presentation

VERDICTS = ("确认", "排除", "待核")
BOOK = Path("撮合决定.xlsx")
COLUMNS = ("one", "other", "product", "verdict", "reason", "by", "date", "changed")


@command("set", text_id="decide.set")
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@click.argument("verdict", metavar="|".join(VERDICTS))
@option("--product", metavar="P", text="decide.product")
@option("--reason", metavar="TEXT", text="decide.reason", default="")
@option("--by", metavar="NAME", text="decide.by")
@workspace_options
@answer_options
def set_(*, place: Place, show: Presentation, **given: Any) -> None:
    """Decide about a pair."""
    from chainmap.workflow.decide import decide_pair

    _only_inside(show)
    with place.open("write") as store:
        answer = decide_pair(store, **given, cache_dir=place.cache_dir)
    show_answer(answer, show, columns=COLUMNS)


@command("list", text_id="decide.list")
@option("--verdict", metavar="|".join(VERDICTS), type=Choice(*VERDICTS), text="decide.verdict")
@option("--company", metavar="X", text="decide.company")
@workspace_options
@answer_options
def list_(*, place: Place, show: Presentation, **given: Any) -> None:
    """List decisions."""
    from chainmap.workflow.decide import list_decisions

    _only_inside(show)
    with place.open() as store:
        answer = list_decisions(store, **given, cache_dir=place.cache_dir)
    show_answer(answer, show, columns=COLUMNS[:-1])


@command("undo", text_id="decide.undo")
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@option("--product", metavar="P", text="decide.product")
@option("--reason", metavar="TEXT", text="decide.reason")
@option("--by", metavar="NAME", text="decide.by")
@workspace_options
@answer_options
def undo(*, place: Place, show: Presentation, **given: Any) -> None:
    """Take a decision back."""
    from chainmap.workflow.decide import undo_decision

    _only_inside(show)
    with place.open("write") as store:
        answer = undo_decision(store, **given, cache_dir=place.cache_dir)
    show_answer(answer, show, columns=COLUMNS)


@command("export", text_id="decide.export")
@workspace_options
@file_options("FILE.xlsx", text="decide.output")
def export(*, place: Place, show: Presentation) -> None:
    """Write the workbook."""
    from chainmap.workflow.decide_book import export_decisions

    _only_inside(show)
    with place.open() as store:
        path = export_decisions(store, show.output or BOOK, cache_dir=place.cache_dir)
    show.tell("cli.written", path=path)
    click.echo(str(path))


@command("import", text_id="decide.import")
@click.argument("book", metavar="FILE.xlsx", type=InputPath(path_type=Path))
@option("--by", metavar="NAME", text="decide.by")
@option("--dry-run", is_flag=True)
@workspace_options
@answer_options
def import_(*, place: Place, show: Presentation, dry_run: bool, **given: Any) -> None:
    """Read the workbook back."""
    from chainmap.workflow.decide_book import import_decisions

    _only_inside(show)
    with place.open("read" if dry_run else "write") as store:
        answer = import_decisions(store, **given, dry_run=dry_run, cache_dir=place.cache_dir)
    if dry_run:
        show.tell("cli.import.dry_run")
    show_answer(answer, show, columns=COLUMNS)


def _only_inside(show: Presentation) -> None:
    if show.audience != INTERNAL:
        raise ConfigError(say("decide.inside"))


COMMANDS = {"set": "set_", "list": "list_", "undo": "undo", "export": "export", "import": "import_"}


class _Decide(Group):
    """``decide A B 确认`` is ``decide set A B 确认``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the word ``set`` before what begins with a company."""
        if args and args[0] not in self.lazy and not args[0].startswith("-"):
            args = ["set", *args]
        return super().parse_args(ctx, args)


decide = _Decide(
    name="decide",
    text_id="decide",
    lazy={name: f"{__name__}:{attribute}" for name, attribute in COMMANDS.items()},
)
