"""The demo job: a new workspace, the seed data through everything, the three best answers.

The choice: the demo is an ordinary workspace made by the ordinary jobs, so that every other
command works in it afterwards; nothing in it is canned.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from chainmap.audience import INTERNAL
from chainmap.config import Workspace
from chainmap.errors import ConfigError
from chainmap.report.index import best_pairs, pair_sentence
from chainmap.resources import data_folder
from chainmap.stores.open import open_store
from chainmap.texts import say
from chainmap.views.page import check_audience
from chainmap.workflow.import_files import import_files
from chainmap.workflow.progress import Progress, silent
from chainmap.workflow.workspace import init_workspace
from chainmap.workflow.write_report import ReportFiles, write_report

DATA = "数据"
MARKER = ".chainmap-demo"
"""Says that a folder is a demo's, so that running it again may renew it."""
REGION = "630100"
BEST = 3


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demo made: the workspace, every file written, the cover, the best answers."""

    workspace: Workspace
    files: tuple[Path, ...]
    index: Path
    best: tuple[str, ...]
    report: ReportFiles


def run_demo(
    folder: Path, *, audience: str = INTERNAL, progress: Progress | None = None
) -> DemoResult:
    """Make ``folder`` a workspace with the seed data imported and the report written.

    Parameters
    ----------
    folder
        New, empty, or an earlier demo, which is then renewed.
    audience
        For whom the report is written: 内部 or 外发.
    progress
        Called as ``progress(step, done, total)``.

    Raises
    ------
    ConfigError
        When the folder holds anything that is not a demo's; nothing is changed then.
    """
    tell = progress or silent
    check_audience(audience)
    _clear(folder)
    workspace = init_workspace(folder, region=REGION)
    (folder / MARKER).write_text(say("demo.marker", "zh") + "\n", encoding="utf-8")
    books = _copy_seed(folder / DATA)
    with open_store(f"sqlite:{workspace.store_path}") as store:
        import_files([folder / DATA], store, progress=tell)
        report = write_report(
            store,
            workspace.out_folder,
            audience=audience,
            region=REGION,
            cache_dir=workspace.cache_folder,
            progress=tell,
        )
    best = tuple(pair_sentence(pair) for pair in best_pairs(report.matches.rows, BEST))
    files = (workspace.toml_path, workspace.store_path, *books, report.index, *report.files)
    return DemoResult(workspace, files, report.index, best, report)


def _clear(folder: Path) -> None:
    """Remove what an earlier demo made; refuse a folder that is anything else."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ConfigError(say("demo.not_empty", path=folder))
    if not any(folder.iterdir()):
        return
    if not (folder / MARKER).is_file():
        raise ConfigError(say("demo.not_empty", path=folder))
    workspace = Workspace(folder)
    try:
        for path in (workspace.out_folder, workspace.cache_folder, folder / DATA):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
        for path in _own_files(workspace):
            path.unlink(missing_ok=True)
    except OSError as exc:
        raise ConfigError(say("demo.locked", path=exc.filename, reason=exc.strerror)) from exc


def _own_files(workspace: Workspace) -> list[Path]:
    """Return the files of a demo workspace outside its folders; the user's own stay."""
    store = workspace.store_path
    beside = [store.with_name(store.name + suffix) for suffix in ("-wal", "-shm", "-journal")]
    return [workspace.toml_path, workspace.folder / "采集表.xlsx", store, *beside]


def _copy_seed(folder: Path) -> list[Path]:
    """Copy the workbooks a bureau would hold; return the copies."""
    folder.mkdir(parents=True, exist_ok=True)
    books = sorted(data_folder("seed_data").glob("*.xlsx"))
    return [Path(shutil.copyfile(book, folder / book.name)) for book in books]
