"""The library is the twin of the command line: same options, same parameters (STYLE B9)."""

from __future__ import annotations

import dataclasses
import importlib
import inspect

import click
import pytest

from chainmap.cli import COMMANDS, cli
from chainmap.cli.options import PRESENTATION
from chainmap.stores.port import GraphQuery
from chainmap.workflow import JOBS

WIRED = {
    "store",
    "schema",
    "cache_dir",
    "graph",
    "weights",
    "thresholds",
    "settings",
    "workers",
    "parks",
    "progress",
    "overwrite",
    "run_id",
    "now",
    "verdict",
}
"""What the command line gives a job from the workspace and its settings, not from options
(``verdict`` is the name of the command)."""

SHOWN = {"mark", "as_list"}
"""Options of one command that only change what is shown of its answer."""

PAIRS = {
    "demo": ("run_demo", {"folder": "output"}),
    "template": ("write_template", {"path": "output"}),
    "init": ("init_workspace", {}),
    "import": ("import_files", {}),
    "link": ("link_texts", {}),
    "review list": ("list_reviews", {}),
    "review accept": ("decide_reviews", {}),
    "review reject": ("decide_reviews", {}),
    "review undo": ("decide_reviews", {}),
    "review export": ("export_reviews", {"path": "output"}),
    "review import": ("import_reviews", {}),
    "match": ("find_matches", {}),
    "decide set": ("decide_pair", {}),
    "decide list": ("list_decisions", {}),
    "decide undo": ("undo_decision", {}),
    "decide export": ("export_decisions", {"path": "output"}),
    "decide import": ("import_decisions", {}),
    "evaluate": ("evaluate_edges", {}),
    "gaps": ("find_gaps", {}),
    "whatif": ("simulate_outage", {}),
    "graph": ("draw_graph", {}),
    "report": ("write_report", {"folder": "output"}),
    "query": ("run_query", {}),
    "store info": ("store_info", {}),
    "store copy": ("copy_store", {}),
    "store prune": ("prune_store", {}),
    "store export": ("export_for_neo4j", {"folder": "neo4j_import"}),
}


def command_of(words: str) -> click.Command:
    command: click.Command = cli
    for word in words.split():
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), word)
        assert found is not None
        command = found
    return command


@pytest.mark.parametrize("words", PAIRS)
def test_options_of_a_command_are_the_parameters_of_its_job(words: str) -> None:
    name, renamed = PAIRS[words]
    module, _, function = JOBS[name].partition(":")
    job = getattr(importlib.import_module(module), function)

    options = {p.name for p in command_of(words).params} - SHOWN - WIRED
    parameters = {renamed.get(p, p) for p in inspect.signature(job).parameters} - WIRED

    assert options - PRESENTATION == parameters - PRESENTATION


def test_explain_takes_parts_of_the_query_it_shows() -> None:
    options = {p.name for p in command_of("store explain").params} - PRESENTATION

    assert options < {field.name for field in dataclasses.fields(GraphQuery)}


def test_every_command_has_its_twin_or_is_about_the_program_itself() -> None:
    about_itself = {"config", "doctor", "completion"}

    assert {words.split()[0] for words in PAIRS} | about_itself == set(COMMANDS)
