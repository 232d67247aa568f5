"""Open the zip of a workbook safely: refuse what is locked, broken, huge or no workbook at all.

The one choice: sizes are judged from the zip directory before anything is unpacked, and
``zipfile`` never yields more than the directory declares, so the judgement holds while reading.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn
from xml.parsers import expat

from chainmap.errors import Finding, InputRejected, Severity
from chainmap.texts import rule_severity

OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
ZIP_MAGIC = b"PK"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_CHUNK = 1 << 20
_LONGEST_REASON = 160


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a workbook may hold before it is refused.

    ``rows`` a sheet; ``cells`` a sheet (rows times columns in use); ``characters`` a sheet, and
    the shared strings; ``unpacked`` bytes of all parts together; ``ratio`` unpacked to packed
    bytes of a part above 16 MiB; ``parts`` files in the zip. A sheet of 1,048,576 rows with ten
    columns unpacks to about 0.6 GB at a ratio near 10.
    """

    rows: int = 1_048_576
    cells: int = 100_000_000
    characters: int = 400_000_000
    unpacked: int = 4 << 30
    ratio: int = 400
    parts: int = 5_000


def refuse(
    rule: str, file: str, *, sheet: str = "", cause: BaseException | None = None, **params: object
) -> NoReturn:
    """Refuse ``file`` with one finding.

    Raises
    ------
    InputRejected
        Always.
    """
    finding = Finding(Severity(rule_severity(rule)), rule, file, sheet, params=params)
    msg = f"{file}: {finding.message}"
    raise InputRejected(msg, [finding]) from cause


class Package:
    """The parts of one workbook, by lower-case name.

    Raises
    ------
    InputRejected
        When the file is empty, locked by another program, password-protected, an old .xls, no
        zip, damaged, or larger than ``limits`` allow; with one finding.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self.file = path.name
        self.limits = limits
        try:
            self._stream = path.open("rb")
        except PermissionError as error:
            refuse("F-locked", self.file, cause=error)
        except OSError as error:
            refuse("F-unreadable", self.file, reason=error.strerror or "", cause=error)
        try:
            self._check_magic()
            self._zip = self._open_zip()
            self._parts = {_clean(info.filename): info for info in self._zip.infolist()}
            self._check_sizes()
        except BaseException:
            self._stream.close()
            raise

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()
        self._stream.close()

    def __contains__(self, name: str) -> bool:
        return _clean(name) in self._parts

    def names(self) -> list[str]:
        """Return the lower-case names of all parts, sorted."""
        return sorted(self._parts)

    def parse(self, name: str, parser: expat.XMLParserType) -> None:
        """Feed the part ``name`` to ``parser``; document types and entities are refused.

        Raises
        ------
        InputRejected
            When the part is absent, damaged, no XML, or declares a document type.
        """
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        try:
            for chunk in self._chunks(name):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            self._corrupt(f"{name}: {error}", error)

    def _corrupt(self, reason: str, cause: BaseException | None = None) -> NoReturn:
        """Refuse with what the library says: it may quote the damaged bytes, which help nobody."""
        refuse("F-corrupt", self.file, reason=_legible(reason), cause=cause)

    def _chunks(self, name: str) -> Iterator[bytes]:
        info = self._parts.get(_clean(name))
        if info is None:
            self._corrupt(f"{name} ?")
        try:
            with self._zip.open(info) as part:
                while chunk := part.read(_CHUNK):
                    yield chunk
        except RuntimeError as error:  # zipfile: an encrypted member without its password
            refuse("F-password", self.file, cause=error)
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
            self._corrupt(f"{name}: {error}", error)
        except Exception as error:  # zlib.error and lzma errors share no base class
            if type(error).__name__ not in ("error", "LZMAError"):
                raise
            self._corrupt(f"{name}: {error}", error)

    def _refuse_doctype(self, *_: object) -> None:
        refuse("F-unsafe-xml", self.file)

    def _check_magic(self) -> None:
        head = self._stream.read(8)
        if not head:
            refuse("F-empty-file", self.file)
        if head == OLE_MAGIC:
            refuse(_ole_rule(self._stream), self.file)
        if not head.startswith(ZIP_MAGIC):
            refuse("F-not-a-workbook", self.file)

    def _open_zip(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self._stream)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
            self._corrupt(str(error), error)

    def _check_sizes(self) -> None:
        infos = self._zip.infolist()
        if any(info.flag_bits & 1 for info in infos):
            refuse("F-password", self.file)
        unpacked = sum(info.file_size for info in infos)
        steep = [
            info
            for info in infos
            if info.file_size > 16 << 20
            and info.file_size > self.limits.ratio * max(info.compress_size, 1)
        ]
        if len(infos) > self.limits.parts or unpacked > self.limits.unpacked or steep:
            refuse("F-zip-bomb", self.file, parts=len(infos), megabytes=round(unpacked / (1 << 20)))


def _legible(reason: str) -> str:
    """Return a library's reason up to the bytes that it quotes."""
    return reason.partition(" and header b")[0].partition("b'")[0][:_LONGEST_REASON].strip()


def _clean(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/").lstrip("/")).lower()


def _ole_rule(stream: IO[bytes]) -> str:
    """Tell a password-protected .xlsx (an OLE file with one encrypted stream) from an old .xls."""
    tail = b""
    while chunk := stream.read(_CHUNK):
        if _ENCRYPTED_STREAM in tail + chunk:
            return "F-password"
        tail = chunk[-len(_ENCRYPTED_STREAM) :]
    return "F-old-xls"
