"""File names made of names from workbooks: confined, unique, writable on Windows as well."""

from __future__ import annotations

import re
import unicodedata

_UNSAFE = re.compile(r"[\x00-\x1f\x7f<>:\"/\\|?*\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
MOST_LETTERS = 60
"""Chinese letters take three bytes: with folder and suffix this stays below every limit."""


class FileNames:
    """Hands out file names; two names that a disk may not tell apart get a number."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def name(self, wanted: str, suffix: str) -> str:
        """Return a file name for ``wanted``: no folders, no reserved words, never given before.

        >>> FileNames().name("../../etc/passwd", ".html")
        'etc passwd.html'
        >>> FileNames().name("CON", ".html")
        '_CON.html'
        """
        plain = unicodedata.normalize("NFC", wanted)
        plain = " ".join(_UNSAFE.sub(" ", plain).split()).strip(". ")[:MOST_LETTERS].strip(". ")
        if not plain or _RESERVED.fullmatch(plain):
            plain = f"_{plain}"
        choice, number = plain, 2
        while (choice + suffix).casefold() in self._taken:
            choice = f"{plain} {number}"
            number += 1
        self._taken.add((choice + suffix).casefold())
        return choice + suffix
