"""The engines under test: each conformance test runs on every one of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chainmap.schema import load_schema
from chainmap.stores.open import open_store

if TYPE_CHECKING:
    from chainmap.stores.port import GraphStore

ENGINES = ("memory", "sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j))


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The name of the engine."""
    return str(request.param)


@pytest.fixture
def store(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[GraphStore]:
    """An empty, prepared store of the engine."""
    if engine == "neo4j":
        yield request.getfixturevalue("neo4j_store")
        return
    url = "memory:" if engine == "memory" else f"sqlite:{tmp_path / 'chainmap.sqlite'}"
    with open_store(url) as opened:
        opened.prepare(load_schema())
        yield opened
