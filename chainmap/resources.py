"""Find graph_schema/ and seed_data/: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

from chainmap.errors import SchemaError

_PACKAGE = Path(__file__).resolve().parent


def data_folder(name: str) -> Path:
    """Return the folder ``name`` (``graph_schema`` or ``seed_data``).

    Raises
    ------
    SchemaError
        When the folder is in neither place: the installation is damaged.
    """
    for parent in (_PACKAGE, _PACKAGE.parent):
        folder = parent / name
        if folder.is_dir() and not (folder / "__init__.py").exists():
            return folder
    msg = f"{name}/ 不在安装目录中，请重新安装 chainmap（{name}/ is missing: reinstall chainmap）"
    raise SchemaError(msg)
