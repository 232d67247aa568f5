"""How far a long job is, on stderr: one line that renews itself, or one line a step in a log."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import click

from chainmap.texts import say


@dataclass(slots=True)
class ShownProgress:
    """A listener of the jobs' progress (``chainmap.workflow.progress.Progress``)."""

    quiet: bool = False
    step: str = ""
    percent: int = -1

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show a step when it begins and, on a terminal, each percent of it."""
        if self.quiet:
            return
        percent = 100 * done // total if total else 100
        if (step, percent) == (self.step, self.percent):
            return
        begins = step != self.step
        self.step, self.percent = step, percent
        if sys.stderr.isatty():
            click.echo(f"\r\x1b[K{say(step)} {percent}%", err=True, nl=False)
        elif begins:
            click.echo(f"{say(step)}…", err=True)

    def finish(self) -> None:
        """Clear the line that renews itself."""
        if self.step and not self.quiet and sys.stderr.isatty():
            click.echo("\r\x1b[K", err=True, nl=False)
