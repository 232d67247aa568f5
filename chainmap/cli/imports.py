"""``import``: workbooks into the graph."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from chainmap.audience import INTERNAL
from chainmap.cli.formatting import command, option
from chainmap.cli.options import (
    Place,
    answer_options,
    as_of_option,
    open_url,
    workspace_options,
)
from chainmap.cli.output import file_format, show_answer
from chainmap.cli.params import InputPath
from chainmap.cli.progress import ShownProgress
from chainmap.cli.rows import screen_cell
from chainmap.errors import ConfigError, InputRejected
from chainmap.texts import say
from chainmap.texts.findings import RULES

if TYPE_CHECKING:
    from chainmap.answers import Answer
    from chainmap.cli.session import Presentation
    from chainmap.errors import Finding
    from chainmap.stores.port import GraphStore


@command("import")
@click.argument(
    "paths",
    metavar="PATH...",
    nargs=-1,
    required=True,
    type=InputPath(path_type=Path, readable=False),
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
    file_format(show)  # a suffix nobody knows is told before the work, not after
    ingest = place.settings.ingest
    given["strict"] = _known_rules({*given["strict"], *ingest.strict})
    if given["mapping"] is None and ingest.mapping:
        given["mapping"] = place.workspace.folder / ingest.mapping
    progress = ShownProgress(quiet=show.quiet)
    try:
        with _open(place, paths, dry_run=bool(given["dry_run"])) as store:
            answer = run(paths, store, **given, progress=progress)
    except InputRejected as exc:
        progress.finish()
        try:
            remarks = _mark(paths, exc.findings, mark)
        except ConfigError as trouble:  # must not take the place of the findings
            remarks = [say("cli.error", message=trouble)]
        for remark in remarks:
            exc.add_note(remark)  # told after the findings
        raise
    finally:
        progress.finish()
    show_answer(answer, show)
    _tell_changes(answer, show)
    for remark in _mark(paths, answer.findings, mark):
        show.tell_text(remark)


def _open(place: Place, paths: Sequence[Path], *, dry_run: bool) -> GraphStore:
    """Open the store; where nothing will be written, no file is made: an empty one stands in."""
    scheme, _, path = place.url.partition(":")
    if scheme == "sqlite" and Path(path).parent.is_dir() and not Path(path).exists():
        from chainmap.ingest.read import list_files

        if dry_run or not list_files(paths)[0]:
            return open_url("memory:", place.settings, mode="create")
    return place.open("create")


def _known_rules(rules: set[str]) -> tuple[str, ...]:
    """Return the rules in order; a misspelt one would silently be strict about nothing."""
    for rule in sorted(rules - set(RULES)):
        near = difflib.get_close_matches(rule, RULES, n=1, cutoff=0.4)
        hint = say("cli.did_you_mean", names=near[0]) if near else ""
        raise ConfigError(say("cli.no_rule", rule=rule, hint=hint))
    return tuple(sorted(rules))


def _mark(paths: Sequence[Path], findings: Sequence[Finding], folder: Path | None) -> list[str]:
    """Write copies of the files with the faulty cells marked, or say that one could have them."""
    if folder is None:
        in_cells = any(found.row is not None and found.severity != "info" for found in findings)
        return [say("cli.mark_hint")] if in_cells else []
    if not findings:
        return []
    from chainmap.workflow.mark_files import mark_files

    return [say("cli.written", path=path) for path in mark_files(paths, findings, folder)]


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
