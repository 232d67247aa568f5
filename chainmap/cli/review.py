"""``review``: doubtful links and merges, decided by a person."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chainmap.audience import INTERNAL
from chainmap.cli.formatting import Group, command, option
from chainmap.cli.options import Place, answer_options, file_options, workspace_options
from chainmap.cli.output import show_answer
from chainmap.cli.params import Choice, Count, InputPath
from chainmap.errors import ConfigError
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.answers import Answer
    from chainmap.cli.session import Presentation
    from chainmap.workflow.review import Word

KINDS = ("link", "merge")
STATES = ("open", "decided", "all")
BOOK = Path("审核.xlsx")
LISTED = (
    "key", "kind", "subject", "object", "probability", "matched", "runner_up", "cells", "columns",
)  # fmt: skip
DECIDED = ("key", "kind", "subject", "object", "verdict", "by", "changed")

Command = Callable[..., Any]


def _which(function: Command) -> Command:
    """Add ``--kind``, ``--state``, ``--top``."""
    for add in (
        option("--top", metavar="N", type=Count(), text="review.top"),
        option(
            "--state",
            metavar="|".join(STATES),
            type=Choice(*STATES),
            default=STATES[0],
            text="review.state",
        ),
        option("--kind", metavar="|".join(KINDS), type=Choice(*KINDS), text="review.kind"),
    ):
        function = add(function)
    return function


def _pairs(function: Command) -> Command:
    """Add ``KEY...``, ``--phrase``, ``--product``, ``--by``, ``--reason``."""
    for add in (
        option("--reason", metavar="TEXT", text="review.reason"),
        option("--by", metavar="NAME", text="review.by"),
        option("--product", metavar="CODE", text="review.product"),
        option("--phrase", metavar="TEXT", text="review.phrase"),
        click.argument("keys", metavar="[KEY]...", nargs=-1),
    ):
        function = add(function)
    return function


@command("list", text_id="review.list")
@_which
@workspace_options
@answer_options
def list_(*, place: Place, show: Presentation, **given: Any) -> None:
    """List pairs."""
    from chainmap.workflow.review import list_reviews

    _only_inside(show)
    with place.open() as store:
        answer = list_reviews(store, **given)
    columns = LISTED if given["state"] == "open" else (*LISTED[:5], "state", "verdict", "by")
    show_answer(answer, show, columns=columns)
    counts: Any = answer.extra["counts"]
    show.tell("cli.review.left", **counts)


@command("accept", text_id="review.accept")
@_pairs
@workspace_options
@answer_options
def accept(keys: tuple[str, ...], *, place: Place, show: Presentation, **given: Any) -> None:
    """Accept pairs."""
    _decide(keys, "accept", place, show, given)


@command("reject", text_id="review.reject")
@_pairs
@workspace_options
@answer_options
def reject(keys: tuple[str, ...], *, place: Place, show: Presentation, **given: Any) -> None:
    """Reject pairs."""
    _decide(keys, "reject", place, show, given)


@command("undo", text_id="review.undo")
@_pairs
@workspace_options
@answer_options
def undo(keys: tuple[str, ...], *, place: Place, show: Presentation, **given: Any) -> None:
    """Take verdicts back."""
    _decide(keys, "undo", place, show, given)


@command("export", text_id="review.export")
@_which
@workspace_options
@file_options("FILE.xlsx", text="review.output")
def export(*, place: Place, show: Presentation, **given: Any) -> None:
    """Write the workbook."""
    from chainmap.workflow.review_book import export_reviews

    _only_inside(show)
    with place.open() as store:
        path = export_reviews(store, show.output or BOOK, **given)
    show.tell("cli.written", path=path)
    click.echo(str(path))


@command("import", text_id="review.import")
@click.argument("book", metavar="FILE.xlsx", type=InputPath(path_type=Path))
@option("--by", metavar="NAME", text="review.by_book")
@option("--dry-run", is_flag=True)
@workspace_options
@answer_options
def import_(book: Path, *, place: Place, show: Presentation, dry_run: bool, **given: Any) -> None:
    """Read the workbook back."""
    from chainmap.workflow.review_book import import_reviews

    _only_inside(show)
    with place.open("read" if dry_run else "write") as store:
        answer = import_reviews(store, book, dry_run=dry_run, **given)
    if dry_run:
        show.tell("cli.import.dry_run")
        show_answer(answer, show, columns=DECIDED)
    else:
        _show_decided(answer, show)


def _decide(
    keys: tuple[str, ...], verdict: Word, place: Place, show: Presentation, given: dict[str, Any]
) -> None:
    from chainmap.workflow.review import decide_reviews

    _only_inside(show)
    with place.open("write") as store:
        answer = decide_reviews(store, keys, verdict=verdict, **given)
    _show_decided(answer, show)


def _show_decided(answer: Answer, show: Presentation) -> None:
    show_answer(answer, show, columns=DECIDED)
    changed = sum(row["changed"] is True for row in answer.rows)
    show.tell("cli.review.decided", changed=changed, same=len(answer.rows) - changed)


def _only_inside(show: Presentation) -> None:
    if show.audience != INTERNAL:
        raise ConfigError(say("cli.review.internal_only"))


COMMANDS = {
    "list": "list_",
    "accept": "accept",
    "reject": "reject",
    "undo": "undo",
    "export": "export",
    "import": "import_",
}

review = Group(
    name="review",
    text_id="review",
    lazy={name: f"{__name__}:{attribute}" for name, attribute in COMMANDS.items()},
)
