"""What is made from the schema and checked in is fresh and sound."""

import runpy
import sqlite3
from pathlib import Path

import pytest

from chainmap.schema import load_schema

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "graph_schema"
TOOL = runpy.run_path(str(ROOT / "tools" / "write_schema.py"))
MADE = TOOL["generated"](load_schema())


@pytest.mark.parametrize("name", MADE)
def test_the_generated_file_is_fresh(name):
    assert (FOLDER / name).read_text(encoding="utf-8") == MADE[name], "run: just schema"


def test_the_page_names_every_label_type_and_attribute():
    schema = load_schema()
    page = MADE["schema.md"]

    for owner in [*schema.nodes, *schema.edges]:
        assert f"### {owner}\n" in page
        for attribute in schema.owner(owner).attributes:
            assert f"| `{attribute.name}` | {attribute.zh} |" in page


def test_the_drawing_has_every_label_and_every_pair_of_ends():
    schema = load_schema()
    drawing = MADE["schema.md"].split("```mermaid")[1].split("```")[0]

    assert all(f"{n.zh}<br/>{n.label}" in drawing for n in schema.nodes.values())
    assert all(f"{e.zh} {e.type}" in drawing for e in schema.edges.values())


def test_the_tables_can_be_created():
    with sqlite3.connect(":memory:") as database:
        database.executescript(MADE["tables.sql"])
        names = {row[0] for row in database.execute("SELECT name FROM sqlite_master")}
    database.close()

    schema = load_schema()
    assert {*schema.nodes, *schema.edges} <= names


def test_the_check_says_when_a_file_is_stale(tmp_path, monkeypatch, capsys):
    main = TOOL["main"]
    for name in ("nodes.csv", "edges.csv", "attributes.csv"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    monkeypatch.setitem(main.__globals__, "FOLDER", tmp_path)

    assert main(["--check"]) == 1
    assert main([]) == 0
    assert main(["--check"]) == 0
    assert "schema.md: stale" in capsys.readouterr().out
