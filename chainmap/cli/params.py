"""Kinds of values on the command line; each refuses in the user's language."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from chainmap.texts import say

if TYPE_CHECKING:
    _Type = click.ParamType[Any]
else:  # generic only since click 8.2
    _Type = click.ParamType


class InputPath(click.Path):
    """A file or folder to read; an empty text is none (``""`` would be the current folder)."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | bytes | os.PathLike[str]:
        """Return the path, or refuse an empty one: a shell variable that is not set."""
        if not os.fspath(value):
            self.fail(say("cli.empty_path"), param, ctx)
        return super().convert(value, param, ctx)


class Choice(_Type):
    """One of a closed list; ``aliases`` are other spellings, for keyboards without Chinese."""

    name = "choice"

    def __init__(self, *choices: str, aliases: Mapping[str, str] | None = None) -> None:
        self.choices = choices
        self.aliases = aliases or {}

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Return the value, or refuse with the list of those possible."""
        chosen = self.aliases.get(str(value), str(value))
        if chosen not in self.choices:
            names = " | ".join([*self.choices, *self.aliases])
            self.fail(say("cli.bad_choice", value=value, names=names), param, ctx)
        return chosen

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[Any]:
        """Complete from the list."""
        from click.shell_completion import CompletionItem

        del ctx, param
        words = [*self.choices, *self.aliases]
        return [CompletionItem(item) for item in words if item.startswith(incomplete)]


class Count(_Type):
    """A whole number from 1."""

    name = "count"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the number."""
        text = str(value)
        if not text.isdecimal() or int(text) < 1:
            self.fail(say("cli.bad_count", value=value), param, ctx)
        return int(text)


class Level(_Type):
    """A whole number from 0."""

    name = "level"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the number."""
        text = str(value)
        if not text.isdecimal():
            self.fail(say("cli.bad_level", value=value), param, ctx)
        return int(text)


class Number(_Type):
    """A number; what it may be is for the job to say."""

    name = "number"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number."""
        try:
            return float(str(value))
        except ValueError:
            self.fail(say("cli.bad_number", value=value), param, ctx)


class Day(_Type):
    """A date, as ISO text."""

    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Return the date as ``YYYY-MM-DD``."""
        try:
            return datetime.date.fromisoformat(str(value)).isoformat()
        except ValueError:
            self.fail(say("cli.bad_date", value=value), param, ctx)


class Parameter(_Type):
    """``NAME=VALUE`` for a query: VALUE is read as JSON where it is JSON, else it is text.

    >>> Parameter().convert("n=3", None, None)
    ('n', 3)
    >>> Parameter().convert("name=青海", None, None)
    ('name', '青海')
    >>> Parameter().convert('code="630100"', None, None)
    ('code', '630100')
    """

    name = "param"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, object]:
        """Return name and typed value."""
        if isinstance(value, tuple):
            return value
        name, equals, text = str(value).partition("=")
        if not equals or not name.isidentifier():
            self.fail(say("cli.bad_param", value=value), param, ctx)
        try:
            return name, json.loads(text, parse_constant=_not_json)
        except ValueError:
            return name, text


def _not_json(word: str) -> object:
    """Refuse NaN and Infinity, which Python's json takes and JSON does not know."""
    raise ValueError(word)
