"""The snapshot cache is quick, keyed by revision, and never in the way when it is damaged."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from chain_samples import RUN, Sample, battery_chain

from chainmap.tables import Run
from chainmap.workflow.match import find_matches
from chainmap.workflow.snapshot import load_chain_graph

if TYPE_CHECKING:
    import pandas as pd

    from chainmap.stores.port import GraphQuery, GraphStore
    from chainmap.tables import GraphTables


class CountingStore:
    """A store that counts how often it is read in bulk."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store
        self.bulk_reads = 0

    @property
    def url(self) -> str:
        return self._store.url

    def revision(self) -> str:
        return self._store.revision()

    def count(self, owner: str, by: str | None = None) -> pd.DataFrame:
        return self._store.count(owner, by)

    def read(self, query: GraphQuery) -> GraphTables:
        self.bulk_reads += "Company" in (query.labels or ())
        return self._store.read(query)


@pytest.fixture
def store() -> CountingStore:
    return CountingStore(battery_chain().store())


def snapshots(folder: Path) -> list[Path]:
    return sorted(folder.glob("snapshot-*"))


def test_the_second_opening_does_not_read_the_store(store: CountingStore, tmp_path: Path) -> None:
    first = find_matches(store, all_pairs=True, cache_dir=tmp_path)  # type: ignore[arg-type]
    second = find_matches(store, all_pairs=True, cache_dir=tmp_path)  # type: ignore[arg-type]

    assert store.bulk_reads == 1
    assert first.as_json() == second.as_json()


def test_the_cache_holds_no_pickle(store: CountingStore, tmp_path: Path) -> None:
    load_chain_graph(store, cache_dir=tmp_path)  # type: ignore[arg-type]

    (folder,) = snapshots(tmp_path)
    assert {path.suffix for path in folder.iterdir()} == {".npy", ".arrow", ".json"}


def test_a_changed_store_is_read_again_and_the_old_cache_leaves(tmp_path: Path) -> None:
    inner = battery_chain().store()
    store = CountingStore(inner)
    before = load_chain_graph(store, cache_dir=tmp_path)  # type: ignore[arg-type]
    run = Run("2026-03-02T08:00:00.000000Z", RUN.source, RUN.as_of, RUN.version)
    inner.write(Sample().company("NEW").tables(), run)

    after = load_chain_graph(store, cache_dir=tmp_path)  # type: ignore[arg-type]

    assert after.n_companies == before.n_companies + 1
    assert len(snapshots(tmp_path)) == 1


@pytest.mark.parametrize("name", ["manifest.json", "companies.arrow", "makes.data.npy"])
@pytest.mark.parametrize("damage", ["empty", "flipped", "gone"])
def test_a_damaged_cache_is_rebuilt_and_told(
    store: CountingStore,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    name: str,
    damage: str,
) -> None:
    sound = load_chain_graph(store, cache_dir=tmp_path)  # type: ignore[arg-type]
    expected = sound.companies.to_pylist()
    del sound
    spoil(snapshots(tmp_path)[0] / name, damage)

    with caplog.at_level(logging.INFO, logger="chainmap"):
        rebuilt = load_chain_graph(store, cache_dir=tmp_path)  # type: ignore[arg-type]

    assert rebuilt.companies.to_pylist() == expected
    assert store.bulk_reads == 2
    assert "快照缓存已损坏" in caplog.text
    load_chain_graph(store, cache_dir=tmp_path)  # type: ignore[arg-type]
    assert store.bulk_reads == 2


def spoil(path: Path, damage: str) -> None:
    if damage == "gone":
        path.unlink()
        return
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(b"" if damage == "empty" else bytes(content))


def test_a_folder_that_cannot_be_written_only_costs_time(
    store: CountingStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    in_the_way = tmp_path / "cache"
    in_the_way.write_text("a file where the folder should be", encoding="utf-8")

    with caplog.at_level(logging.INFO, logger="chainmap"):
        graph = load_chain_graph(store, cache_dir=in_the_way)  # type: ignore[arg-type]

    assert graph.n_companies == battery_chain().graph().n_companies
    assert "写不进去" in caplog.text


def test_the_cached_graph_is_locked_too(store: CountingStore, tmp_path: Path) -> None:
    load_chain_graph(store, cache_dir=tmp_path)  # type: ignore[arg-type]
    graph = load_chain_graph(store, cache_dir=tmp_path)  # type: ignore[arg-type]

    with pytest.raises(ValueError, match="read-only"):
        graph.makes.data[0] = 0.0
