"""How an answer is shown, and what the error handler must know of a command that failed.

The choice: apart from the options that fill them, so that ``chainmap --help`` loads neither.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import click

from chainmap.audience import INTERNAL
from chainmap.texts import language, say


@dataclass(frozen=True, slots=True)
class Presentation:
    """How an answer is shown: format on stdout, the file written, for whom, how loud."""

    format: str = "table"
    output: Path | None = None
    audience: str = INTERNAL
    quiet: bool = False

    @property
    def row_language(self) -> str:
        """The language of rows that are sentences: data is Chinese, a table is the reader's."""
        as_data = self.format != "table" or self.output is not None
        return "zh" if as_data else language()

    def tell(self, text_id: str, **values: object) -> None:
        """Say how far we are, on stderr, unless ``--quiet``."""
        self.tell_text(say(text_id, None, **values))

    def tell_text(self, text: str) -> None:
        """Say a remark that was worded before."""
        if not self.quiet:
            click.echo(text, err=True)


@dataclass(slots=True)
class Session:
    """What the one error handler must know of a command that failed."""

    presentation: Presentation = field(default_factory=Presentation)
