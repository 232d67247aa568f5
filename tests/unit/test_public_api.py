"""``import chainmap``: light, complete, and the same jobs as the command line."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import chainmap
from chainmap.answers import Answer
from chainmap.workflow import JOBS

HEAVY = ("pandas", "numpy", "scipy", "networkx", "neo4j", "openpyxl", "rich", "pyvis", "pyarrow")


def test_importing_chainmap_loads_nothing_heavy() -> None:
    code = f"import chainmap, sys; print([m for m in {HEAVY!r} + ('click',) if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", sorted(JOBS))
def test_every_job_is_a_public_name(name: str) -> None:
    module, _, function = JOBS[name].partition(":")

    assert getattr(chainmap, name) is getattr(importlib.import_module(module), function)
    assert name in dir(chainmap)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="mtach"):
        _ = chainmap.mtach


def test_an_answer_becomes_a_frame_with_its_columns_and_nulls() -> None:
    answer = Answer("chainmap.test/1", ("a", "b"), [{"a": 1, "b": None}, {"a": None, "b": [1]}])

    frame = chainmap.to_frame(answer)

    assert list(frame.columns) == ["a", "b"]
    assert frame.to_dict("list") == {"a": [1, None], "b": [None, [1]]}
