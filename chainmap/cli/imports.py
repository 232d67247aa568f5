"""``import``: workbooks into the graph."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from chainmap.audience import INTERNAL
from chainmap.cli.formatting import command, option
from chainmap.cli.options import Place, answer_options, as_of_option, workspace_options
from chainmap.cli.output import show_answer
from chainmap.cli.progress import ShownProgress
from chainmap.cli.rows import screen_cell
from chainmap.errors import ConfigError, InputRejected
from chainmap.texts import say
from chainmap.texts.findings import RULES

if TYPE_CHECKING:
    from chainmap.answers import Answer
    from chainmap.cli.session import Presentation
    from chainmap.errors import Finding


@command("import")
@click.argument(
    "paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@option("--mapping", metavar="FILE.toml", type=click.Path(path_type=Path))
@option("--source", metavar="NAME")
@option("--dry-run", is_flag=True)
@option("--strict", metavar="RULE", multiple=True)
@option("--mark", metavar="DIR", type=click.Path(path_type=Path))
@as_of_option
@workspace_options
@answer_options
def import_files(
    paths: tuple[Path, ...], *, place: Place, show: Presentation, mark: Path | None, **given: Any
) -> None:
    """Read files into the store."""
    from chainmap.workflow.import_files import import_files as run

    if show.audience != INTERNAL:
        # Findings quote cells, phone numbers among them.
        raise ConfigError(say("cli.import.internal_only"))
    ingest = place.settings.ingest
    given["strict"] = _known_rules({*given["strict"], *ingest.strict})
    if given["mapping"] is None and ingest.mapping:
        given["mapping"] = place.workspace.folder / ingest.mapping
    progress = ShownProgress(quiet=show.quiet)
    try:
        with place.open("create") as store:
            answer = run(paths, store, **given, progress=progress)
    except InputRejected as exc:
        progress.finish()
        _mark(paths, exc.findings, mark, show)
        raise
    finally:
        progress.finish()
    _mark(paths, answer.findings, mark, show)
    show_answer(answer, show)
    _tell_changes(answer, show)


def _known_rules(rules: set[str]) -> tuple[str, ...]:
    """Return the rules in order; a misspelt one would silently be strict about nothing."""
    for rule in sorted(rules - set(RULES)):
        near = difflib.get_close_matches(rule, RULES, n=1, cutoff=0.4)
        hint = say("cli.did_you_mean", names=near[0]) if near else ""
        raise ConfigError(say("cli.no_rule", rule=rule, hint=hint))
    return tuple(sorted(rules))


def _mark(
    paths: Sequence[Path], findings: Sequence[Finding], folder: Path | None, show: Presentation
) -> None:
    """Write copies of the files with the faulty cells marked, or say that one could have them."""
    if not findings:
        return
    if folder is None:
        show.tell("cli.mark_hint")
        return
    from chainmap.workflow.mark_files import mark_files

    for path in mark_files(paths, findings, folder):
        show.tell("cli.written", path=path)


def _tell_changes(answer: Answer, show: Presentation) -> None:
    """Say what the import changed, by label or type, or that nothing changed."""
    changes = cast("Mapping[str, Mapping[str, int]]", answer.extra["changes"])
    told = {
        name: screen_cell(counts)
        for name, counts in changes.items()
        if counts and name != "unchanged"
    }
    if answer.extra["dry_run"]:
        show.tell("cli.import.dry_run")
    for name, counts in told.items():
        show.tell(f"cli.import.{name}", counts=counts)
    if not told:
        show.tell("cli.import.same")
