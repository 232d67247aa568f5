"""Help pages in two languages: text by id, looked up when the page is shown.

The choice: commands and options carry text ids, not prose, so that one process can answer in
either language and ``chainmap --help`` need not load the module of any command.
"""

from __future__ import annotations

import difflib
import importlib
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import click

from chainmap.texts import say


def display_width(text: str) -> int:
    """Return how many terminal columns a text takes: wide characters count two."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def fold(text: str, width: int) -> list[str]:
    """Break a text into lines of at most ``width`` columns; Chinese may break at any character."""
    lines, line, used = [], "", 0
    for piece in _pieces(text):
        if line and used + display_width(piece) > width and piece not in "，。；：、）！？":
            lines.append(line.rstrip())
            line, used = "", 0
        added = piece if line else piece.lstrip()
        line += added
        used += display_width(added)
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _pieces(text: str) -> list[str]:
    """Split into unbreakable pieces: one wide character, or a run of narrow ones with its space."""
    pieces: list[str] = []
    for char in text:
        narrow = display_width(char) < 2
        if pieces and narrow and pieces[-1][-1] != " " and display_width(pieces[-1][-1]) < 2:
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


class Formatter(click.HelpFormatter):
    """A help formatter that knows how wide Chinese is."""

    def write_heading(self, heading: str) -> None:
        """Write a heading with the colon of its language."""
        self.write(f"{' ' * self.current_indent}{say('cli.heading', title=heading)}\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs, folded and indented; a line break in ``text`` stays one."""
        pad = " " * self.current_indent
        for paragraph in text.split("\n"):
            for line in fold(paragraph, max(self.width - self.current_indent, 20)):
                self.write(f"{pad}{line}".rstrip() + "\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write a definition list; a long first column gets a line of its own."""
        rows = list(rows)
        pad = " " * self.current_indent
        first = min(max((display_width(a) for a, _ in rows), default=0), col_max) + col_spacing
        width = max(self.width - first - self.current_indent, 20)
        for term, text in rows:
            lines = fold(text, width) if text else [""]
            if display_width(term) > first - col_spacing:
                self.write(f"{pad}{term}\n")
            else:
                gap = " " * (first - display_width(term))
                self.write(f"{pad}{term}{gap}{lines.pop(0)}".rstrip() + "\n")
            for line in lines:
                self.write(f"{pad}{' ' * first}{line}\n")


class Context(click.Context):
    """A context whose help is set by our formatter."""

    formatter_class = Formatter


class Option(click.Option):
    """An option whose help is the text ``cli.opt.<id>``."""

    def __init__(
        self, param_decls: Sequence[str] | None = None, *, text: str = "", **attributes: Any
    ) -> None:
        super().__init__(param_decls, **attributes)
        self.text_id = f"cli.opt.{text or self.name}"

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option's names and its help in the language of this moment."""
        self.help = say(self.text_id)
        return super().get_help_record(ctx)

    def get_help_extra(self, ctx: click.Context) -> Any:  # noqa: ANN401 -- click's own dict
        """Return what click adds in brackets, ``required`` in the language of this moment."""
        extra = super().get_help_extra(ctx)
        if "required" in extra:
            extra["required"] = say("cli.required")
        return extra


class _Page(click.Command):
    """The page of a command or group, from ``cli.<text_id>.short``, ``.help`` and ``.example``."""

    text_id: str
    context_class = Context

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the line shown in the list of commands."""
        del limit
        return say(f"cli.{self.text_id}.short")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return ``--help`` with its own text."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = say("cli.opt.help")
        return option

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        self.options_metavar = say("cli.options_metavar")
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=say("cli.usage"))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command does."""
        del ctx
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(say(f"cli.{self.text_id}.help"))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options."""
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        records = [param.get_help_record(ctx) for param in options]
        with formatter.section(say("cli.options")):
            formatter.write_dl([record for record in records if record])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the runnable example."""
        del ctx
        with formatter.section(say("cli.example")):
            for line in say(f"cli.{self.text_id}.example").split("\n"):
                formatter.write(f"  {line}\n")


class Command(_Page):
    """A command."""

    def __init__(self, name: str, *, text_id: str = "", **attributes: Any) -> None:
        super().__init__(name, **attributes)
        self.text_id = text_id or name


class Group(_Page, click.Group):
    """A group whose commands are ``name -> module:attribute``, imported when called."""

    context_class = Context

    def __init__(
        self,
        name: str,
        *,
        lazy: Mapping[str, str],
        text_id: str,
        params: list[click.Parameter] | None = None,
    ) -> None:
        super().__init__(name=name, params=params, no_args_is_help=True)
        self.lazy = lazy
        self.text_id = text_id

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of the main path, not of the alphabet."""
        del ctx
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command."""
        del ctx
        if cmd_name not in self.lazy:
            return None
        module, _, attribute = self.lazy[cmd_name].partition(":")
        found: click.Command = getattr(importlib.import_module(module), attribute)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one was probably meant."""
        name = args[0]
        if name not in self.lazy and not name.startswith("-"):
            near = difflib.get_close_matches(name, self.lazy, n=1, cutoff=0.5)
            hint = say("cli.did_you_mean", names=near[0]) if near else ""
            raise click.UsageError(say("cli.no_command", name=name, hint=hint), ctx)
        return super().resolve_command(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        self.subcommand_metavar = say("cli.command_metavar")
        super().format_usage(ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options and the commands; the latter without importing them."""
        super().format_options(ctx, formatter)
        prefix = "" if self.text_id == "root" else f"{self.text_id}."
        with formatter.section(say("cli.commands")):
            formatter.write_dl([(name, say(f"cli.{prefix}{name}.short")) for name in self.lazy])


def option(*names: str, **attributes: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare an option whose help is the text ``cli.opt.<text or name>``."""
    return click.option(*names, cls=Option, **attributes)


def command(name: str, text_id: str = "") -> Callable[[Callable[..., Any]], Command]:
    """Declare a command whose page is made from the texts ``cli.<text_id or name>.*``."""
    return click.command(name, cls=Command, text_id=text_id or name)
