"""What is installed, reachable and missing, and how to get it.

The choice: a check never fails, it becomes a row; ``broken`` is only what keeps the main job
from running, everything else that is not there is ``missing``.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from chainmap.answers import Answer
from chainmap.config import without_password
from chainmap.errors import ChainmapError
from chainmap.resources import data_folder
from chainmap.stores.port import GraphQuery
from chainmap.texts import say
from chainmap.version import __version__

if TYPE_CHECKING:
    from chainmap.config import Settings, Workspace
    from chainmap.stores.port import GraphStore

COLUMNS = ("area", "check", "state", "value", "advice")
USER_EXTRAS = ("cypher", "notebooks", "rank")
"""Extras a user may want; ``dev`` and ``all`` are not asked after."""

_GIGABYTE = 10**9

Row = dict[str, object]


def examine(
    workspace: Workspace, settings: Settings, *, open_store: Callable[[], GraphStore]
) -> Answer:
    """Examine installation, workspace and store.

    Parameters
    ----------
    workspace, settings
        Where the user works.
    open_store
        Opens the store that the settings name; what it raises becomes a row.

    Returns
    -------
    Answer
        ``chainmap.doctor/1``: area, check, state (ok, missing, broken), value, advice.
    """
    rows = [*_program(), *_packages(), *_workspace(workspace, settings)]
    rows += _store(workspace.store_url(settings), open_store)
    return Answer("chainmap.doctor/1", COLUMNS, rows, run={"version": __version__})


def _row(area: str, check: str, state: str, value: object = None, advice: str = "") -> Row:
    text = None if value is None else str(value)
    return {"area": area, "check": check, "state": state, "value": text, "advice": advice or None}


def _program() -> list[Row]:
    version = platform.python_version()
    new_enough = sys.version_info >= (3, 11)
    advice = "" if new_enough else say("doctor.python_old")
    where = f"{version} · {platform.system()} {platform.release()}"
    rows = [_row("program", say("doctor.python"), "ok" if new_enough else "broken", where, advice)]
    for name in ("graph_schema", "seed_data"):
        check = say("doctor.data", name=name)
        try:
            rows.append(_row("program", check, "ok", data_folder(name)))
        except ChainmapError as exc:
            rows.append(_row("program", check, "broken", None, str(exc)))
    for name, candidates in (
        ("java", ("java",)),
        ("chromium", ("chromium", "chrome", "google-chrome", "msedge")),
    ):
        check = say("doctor.program", name=name)
        found = next((path for each in candidates if (path := shutil.which(each))), None)
        advice = "" if found else say(f"doctor.get_{name}")
        rows.append(_row("program", check, "ok" if found else "missing", found, advice))
    return rows


def _packages() -> list[Row]:
    """Check what the metadata of the installed distribution asks for."""
    try:
        version = importlib.metadata.version("chainmap")
        required = importlib.metadata.requires("chainmap") or []
    except importlib.metadata.PackageNotFoundError:
        advice = say("doctor.not_installed")
        return [_row("package", say("doctor.version"), "missing", None, advice)]
    rows = [_row("package", say("doctor.version"), "ok", version)]
    extras: list[Row] = []
    for requirement in sorted(required):
        wanted, _, condition = requirement.partition(";")
        extra = re.search(r"extra\s*==\s*['\"](\w+)['\"]", condition)
        if extra is None:
            rows.append(_package("package", wanted.strip(), ""))
        elif extra.group(1) in USER_EXTRAS:
            extras.append(_package("extra", wanted.strip(), extra.group(1)))
    return rows + sorted(extras, key=lambda row: str(row["check"]))


def _package(area: str, wanted: str, extra: str) -> Row:
    name = re.split(r"[^\w.-]", wanted, maxsplit=1)[0]
    least = "".join(re.findall(r">=\s*([\d.]+)", wanted)[:1])
    exact = "".join(re.findall(r"==\s*([\w.]+)", wanted)[:1])
    check = (
        say("doctor.extra", extra=extra, name=name) if extra else say("doctor.package", name=name)
    )
    get = say("doctor.get_extra", extra=extra) if extra else say("doctor.get_package", name=wanted)
    lacking = "missing" if extra else "broken"
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return _row(area, check, lacking, None, get)
    if _numbers(version) < _numbers(least) or (exact and version != exact):
        told = say("doctor.old", version=version, wanted=wanted)
        return _row(area, check, lacking, told, get)
    return _row(area, check, "ok", version)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def _workspace(workspace: Workspace, settings: Settings) -> list[Row]:
    folder = workspace.folder.resolve()
    check = say("doctor.toml")
    if workspace.toml_path.is_file():
        rows = [_row("workspace", check, "ok", workspace.toml_path)]
    else:
        advice = say("doctor.no_workspace", folder=workspace.folder)
        rows = [_row("workspace", check, "missing", None, advice)]
    zone = "；".join(filter(None, [settings.zone.region, *settings.zone.parks]))
    advice = "" if zone else say("doctor.no_zone")
    rows.append(
        _row("workspace", say("doctor.zone"), "ok" if zone else "missing", zone or None, advice)
    )
    if folder.is_dir():
        may_write = os.access(folder, os.W_OK)
        advice = "" if may_write else say("doctor.not_writable")
        state = "ok" if may_write else "broken"
        rows.append(_row("workspace", say("doctor.writable"), state, folder, advice))
        free = shutil.disk_usage(folder).free
        advice = "" if free >= _GIGABYTE else say("doctor.disk_low")
        state = "ok" if free >= _GIGABYTE else "missing"
        value = f"{free / _GIGABYTE:.1f} GB"
        rows.append(_row("workspace", say("doctor.disk"), state, value, advice))
    return rows


def _store(url: str, open_store: Callable[[], GraphStore]) -> list[Row]:
    check = say("doctor.store", url=without_password(url))
    file = Path(url.partition(":")[2]) if url.startswith("sqlite:") else None
    if file is not None and not file.is_file():
        return [_row("store", check, "missing", None, say("doctor.store_missing"))]
    rows: list[Row] = []
    if file is not None:
        rows += _sqlite_file(file)
        if any(row["state"] == "broken" for row in rows):
            return rows
    try:
        with open_store() as store:
            rows.append(_row("store", check, "ok"))
            rows += _sources(store)
    except ChainmapError as exc:
        # A server that is down breaks only those who chose a server.
        rows.append(_row("store", check, "broken", None, str(exc)))
    return rows


def _sqlite_file(file: Path) -> list[Row]:
    """Check the file itself, read-only, and whether a write has not come to its end."""
    check = say("doctor.integrity")
    try:
        uri = f"{file.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=5)) as connection:
            (told,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as exc:
        return [_row("store", check, "broken", exc, say("doctor.damaged"))]
    if told != "ok":
        return [_row("store", check, "broken", told, say("doctor.damaged"))]
    size = f"{file.stat().st_size / 10**6:.1f} MB"
    rows = [_row("store", check, "ok", size)]
    for suffix in ("-journal", "-wal"):
        rest = file.with_name(file.name + suffix)
        if rest.is_file() and rest.stat().st_size:
            advice = say("doctor.pending_advice")
            rows.append(_row("store", say("doctor.pending"), "missing", rest.name, advice))
    return rows


def _sources(store: GraphStore) -> list[Row]:
    """List how many sources were imported, and when the last one was."""
    unfinished = store.unfinished()
    if unfinished:
        check, advice = say("doctor.pending"), say("doctor.pending_advice")
        return [_row("store", check, "missing", "；".join(unfinished), advice)]
    tables = store.read(GraphQuery(labels=("Source",), edge_types=()))
    frame = tables.nodes.get("Source")
    if frame is None or frame.empty:
        return [_row("store", say("doctor.sources"), "missing", 0, say("doctor.no_sources"))]
    return [
        _row("store", say("doctor.sources"), "ok", len(frame)),
        _row("store", say("doctor.last_import"), "ok", frame["last_run"].max()),
    ]
