"""SQLite's errors in our words: the one place where the driver's exceptions end.

The one choice: the result code decides, not the class and not the English text, because
sqlite3 raises ``OperationalError`` for a locked file, a full disk and a wrong folder alike.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from chainmap.errors import StoreError, StoreRefused, StoreUnavailable
from chainmap.texts import say

_BY_CODE: Mapping[int, tuple[type[StoreError], str]] = {
    sqlite3.SQLITE_BUSY: (StoreUnavailable, "sqlite.locked"),
    sqlite3.SQLITE_LOCKED: (StoreUnavailable, "sqlite.locked"),
    sqlite3.SQLITE_PROTOCOL: (StoreUnavailable, "sqlite.locked"),
    sqlite3.SQLITE_INTERRUPT: (StoreUnavailable, "sqlite.interrupted"),
    sqlite3.SQLITE_CANTOPEN: (StoreUnavailable, "sqlite.cannot_open"),
    sqlite3.SQLITE_IOERR: (StoreUnavailable, "sqlite.disk"),
    sqlite3.SQLITE_FULL: (StoreRefused, "sqlite.full"),
    sqlite3.SQLITE_READONLY: (StoreRefused, "sqlite.read_only"),
    sqlite3.SQLITE_PERM: (StoreRefused, "sqlite.read_only"),
    sqlite3.SQLITE_AUTH: (StoreRefused, "sqlite.read_only"),
    sqlite3.SQLITE_NOTADB: (StoreRefused, "sqlite.not_a_database"),
    sqlite3.SQLITE_CORRUPT: (StoreRefused, "sqlite.damaged"),
    sqlite3.SQLITE_CONSTRAINT: (StoreRefused, "sqlite.constraint"),
    sqlite3.SQLITE_TOOBIG: (StoreRefused, "sqlite.too_big"),
}


@contextmanager
def sqlite_errors(path: str) -> Iterator[None]:
    """Turn every exception class of sqlite3 into StoreUnavailable or StoreRefused."""
    try:
        yield
    except (sqlite3.Error, sqlite3.Warning) as exc:
        raise told(exc, path) from exc


def told(exc: Exception, path: str) -> StoreError:
    """Return our error for one of the driver's; extended codes fall back to their base."""
    code = getattr(exc, "sqlite_errorcode", None)
    if code is None and isinstance(exc, sqlite3.ProgrammingError) and "closed" in str(exc):
        return StoreUnavailable(say("sqlite.closed", path=path))
    kind, text = _BY_CODE.get((code or 0) & 0xFF, (StoreRefused, "sqlite.other"))
    return kind(say(text, path=path, detail=str(exc)))
