"""Set up a workspace: settings, blank collection workbook, store, folder for output.

The choice: nothing that exists is ever overwritten, and a set-up that fails half-way takes back
what it made, so that it can simply be run again.
"""

from __future__ import annotations

from pathlib import Path

from chainmap.config import Workspace, toml_template
from chainmap.errors import ChainmapError, ConfigError
from chainmap.stores.open import open_store
from chainmap.texts import say
from chainmap.workflow.template import write_template

TEMPLATE_NAME = "采集表.xlsx"


def init_workspace(
    folder: Path, *, region: str | None = None, parks: tuple[str, ...] = ()
) -> Workspace:
    """Make ``folder`` a workspace.

    Parameters
    ----------
    folder
        New, or existing without a workspace's files; other files in it stay untouched.
    region, parks
        Written into ``[zone]`` of ``chainmap.toml`` when known.

    Returns
    -------
    Workspace
        The paths of what was made.

    Raises
    ------
    ConfigError
        One of the files exists, or the folder cannot be written.
    """
    workspace = Workspace(folder)
    template = folder / TEMPLATE_NAME
    for path in (workspace.toml_path, template, workspace.store_path):
        if path.exists():
            raise ConfigError(say("workspace.exists", path=path))
    if folder.exists() and not folder.is_dir():
        raise ConfigError(say("workspace.not_a_folder", path=folder))
    try:
        workspace.out_folder.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise ConfigError(say("workspace.unwritable", path=folder, reason=exc.strerror)) from exc
    try:
        write_template(template)
        open_store(f"sqlite:{workspace.store_path}").close()
        text = toml_template(region=region, parks=parks)
        workspace.toml_path.write_text(text, encoding="utf-8")
    except OSError as exc:
        _take_back(workspace, template)
        raise ConfigError(say("workspace.unwritable", path=folder, reason=exc.strerror)) from exc
    except ChainmapError:
        _take_back(workspace, template)
        raise
    return workspace


def _take_back(workspace: Workspace, template: Path) -> None:
    """Remove the files this set-up made; all of them were absent when it began."""
    for path in (workspace.toml_path, template, workspace.store_path):
        path.unlink(missing_ok=True)
