"""Hand a store over to ``neo4j-admin``: files, and the command that loads them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chainmap import __version__
from chainmap.answers import Answer
from chainmap.errors import ConfigError
from chainmap.schema import load_schema
from chainmap.stores.neo4j.export import import_command, write_import_files
from chainmap.stores.port import GraphQuery
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.stores.port import GraphStore


def export_for_neo4j(store: GraphStore, folder: Path) -> Answer:
    """Write everything in ``store`` as CSV for a full import into an empty Neo4j.

    Parameters
    ----------
    store
        An open store.
    folder
        Where the files go; made when missing, refused when not empty. They hold everything,
        private attributes too: for the bureau's own server, not for handing out.

    Returns
    -------
    Answer
        ``chainmap.store-export/1``: ``kind``, ``label``, ``count``, ``file``; beside the rows
        ``command``, the line to run in the folder while the server is stopped. Afterwards open
        the store once (``chainmap store info --store neo4j://...``): that adds the constraints.

    Raises
    ------
    ConfigError
        When ``folder`` is a file or holds anything.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError(say("store.export_not_empty", folder=folder))
    folder.mkdir(parents=True, exist_ok=True)
    tables = store.read(GraphQuery())
    counts = write_import_files(load_schema(), tables, folder)
    rows = [
        {
            "kind": "node" if label in tables.nodes else "edge",
            "label": label,
            "count": count,
            "file": f"{'nodes' if label in tables.nodes else 'edges'}_{label}.csv",
        }
        for label, count in counts.items()
    ]
    return Answer(
        schema="chainmap.store-export/1",
        columns=("kind", "label", "count", "file"),
        rows=rows,
        run={"version": __version__, "store": store.url},
        scope={"folder": str(folder)},
        extra={"command": import_command(tables)},
    )
