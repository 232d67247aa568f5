"""Help and messages in English hold no Chinese beyond names and values, and the other way round."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

import click
import pytest

from chainmap.cli import cli
from chainmap.texts import answers, findings, messages, say, speaking, terms, views
from chainmap.texts import cli as cli_texts

HAN = re.compile(r"[\u4e00-\u9fff]+")
KEPT = re.compile(
    "内部|外发|公开|定向|仅局内|示例|缺链|断链|弱链|单一来源|产能不匹配|外采|副产品无去处|数据不足"
    "|采集表|审核|问题清单|产品投入|主营产品|供给|需求|企业|产品|产业链|环节|园区|别名|曾用名|所在环节"
    "|数据|锂电|光伏|光|碳酸锂|甘河工业园区|元|万|亿|吨|平方米|是|否|确认|排除|待核|撮合决定"
)
"""Values, sheets and units of the workbooks, which are Chinese in any language."""


def pages(command: click.Command, words: str, parent: click.Context | None) -> Iterator[str]:
    ctx = command.context_class(command, info_name=words.rpartition(" ")[2], parent=parent)
    ctx.terminal_width = 100
    yield command.get_help(ctx)
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            found = command.get_command(ctx, name)
            assert found is not None
            yield from pages(found, f"{words} {name}", ctx)


@pytest.fixture
def english(monkeypatch) -> None:
    monkeypatch.setenv("CHAINMAP_LANG", "en")


@pytest.mark.usefixtures("english")
def test_every_page_of_help_is_english() -> None:
    for page in pages(cli, "chainmap", None):
        text = page.partition("Example:")[0]
        words = list(HAN.findall(re.sub(r"\s*\n\s*", "", text)))
        left = [word for word in words if KEPT.sub("", word)]
        assert left == [], page
        assert "Usage: chainmap" in page
        assert "选项" not in page


@pytest.mark.usefixtures("english")
def test_messages_of_a_failure_are_english(ask) -> None:
    env = {"CHAINMAP_LANG": "en"}
    told = [
        ask("match", "--workspace", "chainmap-demo", env=env),
        ask("match", "--leader", "nobody", "--workspace", "chainmap-demo", env=env),
        ask("gaps", "--chain", "光", "--workspace", "chainmap-demo", env=env),
        ask("import", "nowhere.xlsx", "--store", "sqlite:never.sqlite", env=env),
        ask("query", "MATCH (n", "--workspace", "chainmap-demo", env=env),
        ask("store", "info", "--store", "redis:x", env=env),
        ask("gapps", env=env),
    ]

    for done in told:
        assert done.exit_code in (2, 3, 4, 5)
        assert "Error" in done.stderr or "error" in done.stderr
        left = [word for word in HAN.findall(done.stderr) if KEPT.sub("", word)]
        assert left == [], done.stderr


def test_inside_the_block_the_given_language_is_spoken(monkeypatch) -> None:
    monkeypatch.setenv("CHAINMAP_LANG", "en")

    with speaking("zh"):
        inside = say("cli.required")

    assert inside == "必填"
    assert say("cli.required") == "required"


@pytest.mark.parametrize("table", [messages, terms, cli_texts, views, answers])
def test_every_text_has_both_languages_and_the_same_values(table) -> None:
    for text_id, (zh, en) in table.TEXTS.items():
        fields = [{f for _, f, _, _ in string.Formatter().parse(text) if f} for text in (zh, en)]
        assert fields[0] == fields[1], text_id
        assert bool(zh.strip()) == bool(en.strip()), text_id


def test_every_rule_has_both_languages_and_no_value_of_its_own() -> None:
    for name, rule in findings.RULES.items():
        assert rule.severity in ("error", "warning", "info"), name
        for chinese, english in ((rule.message, rule.message_en), (rule.fix, rule.fix_en)):
            assert HAN.search(chinese), name
            assert re.search("[a-z]", english), name
            named = [
                {f for _, f, _, _ in string.Formatter().parse(text) if f}
                for text in (chinese, english)
            ]
            # a translation may leave a detail out, but may not ask for one nobody gives
            assert named[1] <= {*named[0], "value", "column"}, name


def test_a_rule_stated_twice_is_refused() -> None:
    one = {"F-missing": findings.RULES["F-missing"]}

    with pytest.raises(KeyError, match="F-missing"):
        findings.joined(one, one)
