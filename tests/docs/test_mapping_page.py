"""docs/mapping.md names every key of the format, and its example is a valid mapping."""

import re
from pathlib import Path

import pytest

from chainmap.ingest import mapping_file
from chainmap.ingest.mapping import read_mapping
from chainmap.schema import load_schema

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "mapping.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("part", ["_TABLE", "_COLUMN", "_WHERE", "_LOOKUP", "_IGNORE"])
def test_every_key_is_explained(part):
    for key in getattr(mapping_file, part):
        assert f"`{key}`" in PAGE or f"{key} =" in PAGE, key


def test_every_example_is_a_valid_mapping(tmp_path):
    examples = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert examples

    for number, text in enumerate(examples):
        path = tmp_path / f"{number}.toml"
        path.write_text(text, encoding="utf-8")
        assert read_mapping(path, load_schema()).tables
