"""The SQLite file itself: what is refused, what survives, what others may do meanwhile."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from chainmap.errors import ConfigError, StoreError, StoreRefused, StoreUnavailable
from chainmap.resources import data_folder
from chainmap.schema import Schema, load_schema, read_schema
from chainmap.stores.open import open_store
from chainmap.stores.port import Condition, GraphQuery, Op
from chainmap.stores.sqlite import APPLICATION_ID, FORMAT, SqliteStore
from chainmap.stores.sqlite_errors import sqlite_errors, told
from chainmap.tables import GraphTables, Run

SCHEMA = load_schema()
RUN = Run("r1", "a.csv", "2026-01-01", "0")


def firms(count: int, **values: object) -> GraphTables:
    rows = {
        "id": [f"Company:{i:06d}" for i in range(count)],
        "name": [f"企业{i}" for i in range(count)],
        "origin": [f"a.csv/a/{i + 2}" for i in range(count)],
    }
    return GraphTables({"Company": pd.DataFrame(rows | values)})


def company_count(store: SqliteStore) -> int:
    return int(store.count("Company")["count"].iloc[0])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chainmap.sqlite"


@pytest.fixture
def filled(path: Path) -> Path:
    with SqliteStore(path, SCHEMA) as store:
        store.prepare(SCHEMA)
        store.write(firms(3), RUN)
    return path


def test_the_file_says_whose_it_is_and_what_it_is_like(filled: Path) -> None:
    with sqlite3.connect(filled) as raw:
        assert raw.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert raw.execute("PRAGMA user_version").fetchone() == (FORMAT,)
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        strict = "SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND NOT strict"
        assert raw.execute(f"{strict} AND name NOT LIKE 'sqlite_%'").fetchone() == (0,)
    raw.close()


def test_what_was_written_is_there_when_the_file_is_opened_again(filled: Path) -> None:
    with SqliteStore(filled, SCHEMA, read_only=True) as store:
        assert company_count(store) == 3


def test_a_file_that_is_not_sqlite_is_refused(path: Path) -> None:
    path.write_text("企业名称,地址\n" * 500, encoding="utf-8")

    with pytest.raises(StoreRefused, match="SQLite"):
        SqliteStore(path, SCHEMA)

    assert path.read_text(encoding="utf-8").startswith("企业名称")


def test_a_database_of_another_program_is_left_alone(path: Path) -> None:
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE notes (text TEXT)")
    raw.close()
    before = path.read_bytes()

    with pytest.raises(StoreRefused):
        SqliteStore(path, SCHEMA)

    assert path.read_bytes() == before


def test_a_newer_format_is_refused(filled: Path) -> None:
    with sqlite3.connect(filled) as raw:
        raw.execute(f"PRAGMA user_version = {FORMAT + 1}")
    raw.close()

    with pytest.raises(StoreRefused, match=str(FORMAT + 1)):
        SqliteStore(filled, SCHEMA)


def test_a_damaged_file_is_told_as_such(filled: Path) -> None:
    data = bytearray(filled.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    filled.write_bytes(data)

    with pytest.raises(StoreRefused), SqliteStore(filled, SCHEMA) as store:
        store.read(GraphQuery())


def test_a_missing_folder_and_a_folder_instead_of_a_file_are_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none" / "x.sqlite", tmp_path):
        with pytest.raises(StoreUnavailable, match=path.name):
            SqliteStore(path, SCHEMA)


def test_reading_a_file_that_is_not_there_creates_nothing(path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="chainmap import"):
        open_store(f"sqlite:{path}", read_only=True)

    assert not path.exists()


def test_a_read_only_store_does_not_write(filled: Path) -> None:
    with SqliteStore(filled, SCHEMA, read_only=True) as store:
        with pytest.raises(StoreRefused):
            store.write(firms(4), RUN)
        assert company_count(store) == 3


@pytest.mark.skipif(
    getattr(os, "geteuid", lambda: 0)() == 0, reason="root and Windows ignore the folder mode"
)
def test_a_file_in_a_read_only_folder_can_be_read(filled: Path) -> None:
    filled.parent.chmod(0o500)
    try:
        with SqliteStore(filled, SCHEMA, read_only=True) as store:
            assert company_count(store) == 3
    finally:
        filled.parent.chmod(0o700)


def test_a_second_writer_is_told_to_wait_and_a_reader_sees_the_last_commit(filled: Path) -> None:
    with SqliteStore(filled, SCHEMA) as first, first.batch():
        first.write(firms(9), RUN)
        with SqliteStore(filled, SCHEMA, timeout=0.05) as second:
            assert company_count(second) == 3
            second.prepare(SCHEMA)
            with pytest.raises(StoreUnavailable):
                second.write(firms(1), RUN)
            assert second.revision() != first.revision()

    with SqliteStore(filled, SCHEMA) as again:
        assert company_count(again) == 9


def test_an_inner_batch_can_be_undone_alone(filled: Path) -> None:
    with SqliteStore(filled, SCHEMA) as store:
        with store.batch():
            store.write(firms(5), RUN)
            with store.batch(dry_run=True):
                store.write(firms(8), RUN)
                assert company_count(store) == 8
        assert company_count(store) == 5


def test_a_closed_store_says_so(filled: Path) -> None:
    store = SqliteStore(filled, SCHEMA)
    store.close()
    store.close()

    with pytest.raises(StoreUnavailable):
        store.read(GraphQuery())


def test_killing_the_writer_loses_nothing(filled: Path) -> None:
    """SIGKILL in the middle of a batch: the file holds what was committed before."""
    code = f"""
import sys
sys.path[:0] = {[str(Path(__file__).resolve().parents[2]), str(Path(__file__).parent)]!r}
from test_sqlite_file import *
with SqliteStore({str(filled)!r}, SCHEMA) as store, store.batch():
    store.write(firms(20_000), RUN)
    print("written", flush=True)
    sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline().strip() == b"written"
        writer.kill()

    with SqliteStore(filled, SCHEMA) as store:
        assert company_count(store) == 3
        store.write(firms(20_000), RUN)
        assert company_count(store) == 20_000


def schema_with(tmp_path: Path, row: str) -> Schema:
    folder = tmp_path / "schema"
    shutil.copytree(data_folder("graph_schema"), folder)
    with (folder / "attributes.csv").open("a", encoding="utf-8") as lines:
        lines.write(row)
    return read_schema(folder)


def test_an_attribute_added_to_the_schema_is_a_column_added_to_the_file(
    filled: Path, tmp_path: Path
) -> None:
    wider = schema_with(tmp_path, "Company,robots,机器人,机器人,integer,,,,,,,,机器人台数,\n")

    with SqliteStore(filled, wider) as store:
        store.prepare(wider)
        found = store.read(GraphQuery(columns={"Company": ("robots",)}))
        assert found.nodes["Company"]["robots"].isna().all()
        store.write(firms(3, robots=[1, 2, 3]), RUN)
        query = GraphQuery(where=(Condition("Company", "robots", Op.GT, 1),))
        assert len(store.read(query).nodes["Company"]) == 2


def test_an_older_file_is_read_without_being_changed(filled: Path, tmp_path: Path) -> None:
    wider = schema_with(tmp_path, "Company,robots,机器人,机器人,integer,,,,,,,,机器人台数,\n")

    with SqliteStore(filled, wider, read_only=True) as store:
        found = store.read(GraphQuery())

    assert found.nodes["Company"]["robots"].isna().all()


def test_a_column_of_another_type_is_refused(filled: Path, tmp_path: Path) -> None:
    with sqlite3.connect(filled) as raw:
        raw.execute('ALTER TABLE "Company" DROP COLUMN "employees"')
        raw.execute('ALTER TABLE "Company" ADD COLUMN "employees" TEXT')
    raw.close()

    with SqliteStore(filled, SCHEMA) as store, pytest.raises(StoreRefused, match="employees"):
        store.prepare(SCHEMA)


def test_bulk_writes_leave_every_index_in_place(path: Path) -> None:
    with SqliteStore(path, SCHEMA) as store:
        store.prepare(SCHEMA)
        store.write(firms(12_000), RUN)
    with sqlite3.connect(path) as raw:
        names = {row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type='index'")}
    raw.close()

    assert {"chainmap_node__key", "Company__uscc", "Company__name_key", "Product__name"} <= names


def test_explain_shows_the_sql_of_each_part_and_no_value(filled: Path) -> None:
    query = GraphQuery(
        seeds=("Company:秘密",), hops=2, where=(Condition("Company", "name", Op.EQ, "秘密"),)
    )

    with SqliteStore(filled, SCHEMA) as store:
        texts = store.explain(query)

    assert texts[0].startswith("INSERT OR IGNORE INTO temp.met")
    assert any('t."name" = ?' in text for text in texts)
    assert not any("秘密" in text for text in texts)


def driver_exceptions() -> list[type[Exception]]:
    found = [getattr(sqlite3, name) for name in dir(sqlite3)]
    return [e for e in found if isinstance(e, type) and issubclass(e, Exception)]


@pytest.mark.parametrize("kind", driver_exceptions(), ids=lambda kind: kind.__name__)
def test_every_exception_of_the_driver_becomes_one_of_ours(kind: type[Exception]) -> None:
    with pytest.raises(StoreError) as caught, sqlite_errors("x.sqlite"):
        raise kind

    assert "x.sqlite" in str(caught.value)
    assert caught.value.__cause__ is not None


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StoreUnavailable),
        (sqlite3.SQLITE_CANTOPEN, StoreUnavailable),
        (sqlite3.SQLITE_IOERR_WRITE, StoreUnavailable),
        (sqlite3.SQLITE_FULL, StoreRefused),
        (sqlite3.SQLITE_READONLY_DIRECTORY, StoreRefused),
        (sqlite3.SQLITE_NOTADB, StoreRefused),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, StoreRefused),
    ],
)
def test_the_result_code_decides_which_error_it_is(code: int, kind: type[StoreError]) -> None:
    raised = sqlite3.OperationalError("boom")
    raised.sqlite_errorcode = code

    assert type(told(raised, "x.sqlite")) is kind


@pytest.mark.parametrize("url", ["", "sqlite:", "memory:x", "postgres://h/db", "neo4j:x", "x.db"])
def test_an_unknown_address_is_answered_with_examples(url: str) -> None:
    with pytest.raises(ConfigError, match="sqlite:"):
        open_store(url)


@pytest.mark.parametrize(
    "url", ["neo4j://neo4j:geheim@localhost:7687", "bolt+s://u:geheim@h/db", "mysql://u:geheim@h"]
)
def test_a_password_in_the_address_is_refused_and_never_shown(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        open_store(url)

    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("name", ["带 空格.sqlite", "问?号#井.sqlite", "百%20分.sqlite"])
def test_odd_file_names_are_taken_as_they_are(tmp_path: Path, name: str) -> None:
    with open_store(f"sqlite:{tmp_path / name}") as store:
        store.write(firms(1), RUN)

    assert (tmp_path / name).is_file()
