"""Options that several commands share, and what they become: a Place and a Presentation.

The choice: a shared decorator swallows its options and hands the command one frozen value, so
a command's own parameters are exactly those of the job it calls (the twin test rests on it).
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from chainmap.audience import AUDIENCES, EXTERNAL, INTERNAL
from chainmap.cli.formatting import option
from chainmap.cli.params import Choice, Day
from chainmap.cli.session import Presentation, Session
from chainmap.config import Settings, Value, Workspace, load_settings
from chainmap.errors import ConfigError
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.stores.port import GraphStore

Mode = Literal["read", "write", "create"]

FORMATS = ("table", "json", "csv", "xlsx")

AUDIENCE = Choice(*AUDIENCES, aliases={"internal": INTERNAL, "external": EXTERNAL})

PRESENTATION = frozenset(
    {"workspace", "store", "password_env", "format", "output", "audience", "quiet"}
)
"""Parameters that say where and how, not what; jobs do not know them (``audience`` some do)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Workspace, settings and store of a command."""

    workspace: Workspace
    settings: Settings

    @property
    def url(self) -> str:
        """The store's URL, without a password."""
        return self.workspace.store_url(self.settings)

    @property
    def cache_dir(self) -> Path | None:
        """Where snapshots of the workspace's own store are kept; None for other stores."""
        own = f"sqlite:{self.workspace.store_path}"
        return self.workspace.cache_folder if self.url == own else None

    def zone(self, region: str | None) -> dict[str, Any]:
        """Return what counts as local: ``--region``, else the zone of the settings."""
        if region is not None:
            return {"region": region, "parks": ()}
        return {"region": self.settings.zone.region, "parks": self.settings.zone.parks}

    def open(self, mode: Mode = "read") -> GraphStore:
        """Open the store, ready for use; see ``open_url``."""
        return open_url(self.url, self.settings, mode=mode, folder=self.workspace.folder)


def open_url(url: str, settings: Settings, *, mode: Mode, folder: Path | None = None) -> GraphStore:
    """Open the store at ``url`` with the password that the settings name.

    Parameters
    ----------
    url, settings
        Which store, and where its password is.
    mode
        ``read`` and ``write`` want a SQLite file that is there, else the user stands in the
        wrong folder; ``create`` may make one.
    folder
        The workspace, for the message that says what to do.
    """
    scheme, _, path = url.partition(":")
    if scheme == "sqlite":
        file = Path(path)
        if mode != "create" and not file.is_file():
            raise ConfigError(say("cli.no_store", path=file, folder=folder or file.parent))
        if mode == "create" and not file.parent.is_dir():
            raise ConfigError(say("cli.no_folder", path=file.parent))
    from chainmap.stores.open import open_store

    return open_store(url, password=store_password(url, settings), read_only=mode == "read")


def store_password(url: str, settings: Settings) -> str | None:
    """Return the password of a server's URL: environment or prompt, never an argument."""
    scheme, _, rest = url.partition("://")
    if not rest or scheme in ("sqlite", "memory"):
        return None
    user, at, _ = rest.partition("@")
    if at and ":" in user:
        raise ConfigError(say("cli.password_in_url", env=settings.store.password_env))
    name = settings.store.password_env
    if name in os.environ:
        return os.environ[name]
    if settings.origins.get("store.password_env") is not None:
        raise ConfigError(say("cli.no_password_env", env=name))
    if not at:
        return None
    if not sys.stdin.isatty():
        raise ConfigError(say("cli.no_password", env=name))
    prompted: str = click.prompt(say("cli.password", user=user), hide_input=True, err=True)
    return prompted


def workspace_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--workspace``, ``--store``, ``--password-env``; the command gets ``place``."""

    @option("--workspace", metavar="DIR", type=click.Path(path_type=Path), default=".")
    @option("--store", metavar="URL")
    @option("--password-env", metavar="NAME")
    @functools.wraps(function)
    def placed(
        *args: object, workspace: Path, store: str | None, password_env: str | None, **kwargs: Any
    ) -> object:
        flags: dict[str, Value] = {"store.url": store, "store.password_env": password_env}
        return function(*args, place=find_place(workspace, flags), **kwargs)

    return placed


def find_place(folder: Path, flags: Mapping[str, Value] | None = None) -> Place:
    """Return the place of a command from its flags, the environment and ``chainmap.toml``."""
    workspace = Workspace(folder)
    return Place(workspace, load_settings(workspace, os.environ, flags=flags))


def answer_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--format``, ``-o``, ``--for``, ``--quiet``; the command gets ``show``."""

    @option("--format", metavar="|".join(FORMATS), type=Choice(*FORMATS))
    @option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path))
    @option("--for", "audience", metavar="|".join(AUDIENCES), type=AUDIENCE)
    @option("--quiet", is_flag=True)
    @functools.wraps(function)
    def shown(
        *args: object,
        format: str | None,
        output: Path | None,
        audience: str | None,
        quiet: bool,
        **kwargs: Any,
    ) -> object:
        show = Presentation(
            format=format or "table",
            output=output,
            audience=_audience(audience, kwargs.get("place")),
            quiet=quiet,
        )
        _remember(show)
        return function(*args, show=show, **kwargs)

    return shown


def file_options(
    metavar: str = "FILE", *, text: str = "output"
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add ``-o``, ``--for``, ``--quiet`` for commands whose answer is a file or a folder."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @option(
            "-o",
            "--output",
            metavar=metavar,
            type=click.Path(path_type=Path),
            text=text,
        )
        @option("--for", "audience", metavar="|".join(AUDIENCES), type=AUDIENCE)
        @option("--quiet", is_flag=True)
        @functools.wraps(function)
        def shown(
            *args: object, output: Path | None, audience: str | None, quiet: bool, **kwargs: Any
        ) -> object:
            chosen = _audience(audience, kwargs.get("place"))
            show = Presentation(output=output, audience=chosen, quiet=quiet)
            _remember(show)
            return function(*args, show=show, **kwargs)

        return shown

    return decorate


def as_of_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--as-of``."""
    return option("--as-of", metavar="YYYY-MM-DD", type=Day())(function)


def _audience(given: str | None, place: Place | None) -> str:
    if given is not None:
        return given
    return place.settings.report.audience if place is not None else AUDIENCES[0]


def _remember(show: Presentation) -> None:
    session = click.get_current_context().find_object(Session)
    if session is not None:
        session.presentation = show
