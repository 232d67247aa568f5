"""The job behind ``chainmap template``: write the empty collection workbook."""

from __future__ import annotations

from pathlib import Path

from chainmap.errors import ConfigError
from chainmap.schema import load_schema
from chainmap.texts import say
from chainmap.xlsx.template import write_template_workbook

DEFAULT_NAME = "采集表.xlsx"


def write_template(path: str | Path = DEFAULT_NAME, *, overwrite: bool = False) -> Path:
    """Write the collection workbook to ``path`` and return it.

    Raises
    ------
    ConfigError
        When the file is there already (it may be filled in) and ``overwrite`` is not set, when
        ``path`` does not end in .xlsx, or when it may not be written.
    """
    target = Path(path)
    if target.is_dir():
        target = target / DEFAULT_NAME
    if target.suffix.lower() != ".xlsx":
        raise ConfigError(say("template.suffix", path=target))
    if target.exists() and not overwrite:
        raise ConfigError(say("template.exists", path=target))
    return write_template_workbook(target, load_schema())
