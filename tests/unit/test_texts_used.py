"""Every sentence is said somewhere, and every sentence that the code says exists.

The choice: ids are looked for as they stand in the source. An id put together from parts is
known by its pattern (``f"scope.{kind}"``), so a pattern must hit an id and an id a pattern.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click

import chainmap
from chainmap.cli import cli as command_line
from chainmap.cli.formatting import Option
from chainmap.texts import (
    answers,
    cli,
    decide,
    evaluate,
    findings,
    gaps,
    link,
    messages,
    review,
    risk,
    terms,
    views,
)

PACKAGE = Path(chainmap.__file__).parent
IDS = {
    text_id
    for module in (
        *(messages, terms, cli, views, answers, gaps, link, review, evaluate, decide, risk),
    )
    for text_id in module.TEXTS
}
AREAS = {text_id.partition(".")[0] for text_id in IDS}
DATA = ("column.", "value.")
"""Terms of columns and closed values: said by the data's own names, held by the answers' test."""


@cache
def sources() -> tuple[tuple[Path, ast.Module], ...]:
    paths = sorted(PACKAGE.rglob("*.py"))
    return tuple(
        (path, ast.parse(path.read_text(encoding="utf-8")))
        for path in paths
        if PACKAGE / "texts" not in path.parents
    )


def literals() -> Iterator[str]:
    """Yield all plain strings of the code and of the templates."""
    for _, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
    for template in PACKAGE.rglob("*.j2"):
        yield from re.findall(r"[a-z_]+(?:\.\w+)+", template.read_text(encoding="utf-8"))


def made_of_parts() -> Iterator[str]:
    """Yield all strings put together from parts, as regular expressions."""
    for _, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(part.value) if isinstance(part, ast.Constant) else ".+"
                    for part in node.values
                ]
                yield "".join(parts)
    for template in PACKAGE.rglob("*.j2"):
        text = template.read_text(encoding="utf-8")
        yield from (re.escape(start) + ".+" for start in re.findall(r't\("([\w.]+)" \+', text))


def patterns() -> set[str]:
    """Return the patterns that look like ids of texts."""
    return {one for one in made_of_parts() if r"\." in one and one.partition(r"\.")[0] in AREAS}


def said() -> Iterator[tuple[str, str]]:
    """Yield (file, id) for every ``say("...")`` and ``t("...")`` with a plain id."""
    for path, tree in sources():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "say"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                yield path.name, str(node.args[0].value)
    for template in sorted(PACKAGE.rglob("*.j2")):
        text = template.read_text(encoding="utf-8")
        for text_id in re.findall(r"""\bt\(["']([\w.]+)["'](?! \+)""", text):
            yield template.name, text_id


def option_ids(command: click.Command, ctx: click.Context) -> set[str]:
    found = {param.text_id for param in command.params if isinstance(param, Option)}
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            below = command.get_command(ctx, name)
            assert below is not None
            found |= option_ids(below, click.Context(below, parent=ctx))
    return found


def test_everything_that_is_said_has_a_text():
    assert sorted({(file, one) for file, one in said() if one not in IDS}) == []


def test_every_id_put_together_from_parts_can_be_one():
    nowhere = {one for one in patterns() if not any(re.fullmatch(one, text_id) for text_id in IDS)}

    assert nowhere == set()


def test_every_text_is_said_somewhere():
    plain, made = set(literals()), [re.compile(one) for one in patterns()]

    unused = {
        text_id
        for text_id in IDS
        if text_id not in plain
        and not text_id.startswith(DATA)
        and not any(one.fullmatch(text_id) for one in made)
    }

    assert unused == set()


def test_every_text_of_an_option_belongs_to_one():
    used = option_ids(command_line, click.Context(command_line)) | set(literals())

    assert {one for one in IDS if one.startswith("cli.opt.")} - used == set()


def test_every_rule_is_raised_somewhere():
    plain = set(literals())
    made = [re.compile(one) for one in made_of_parts() if re.match(r"[A-Z]\d*\\-", one)]

    unused = {
        rule
        for rule in findings.RULES
        if rule not in plain and not any(one.fullmatch(rule) for one in made)
    }

    assert unused == set()


def test_no_id_stands_in_two_tables():
    tables = (messages, terms, cli, views, answers, gaps, link, review, evaluate, decide, risk)
    count = Counter(text_id for module in tables for text_id in module.TEXTS)

    assert [text_id for text_id, times in count.items() if times > 1] == []
