"""Errors carry exit codes, findings carry their place, sentences exist in both languages."""

from __future__ import annotations

import string

import pytest

from chainmap import errors, texts
from chainmap.errors import ChainmapError, ConfigError, Finding, InputRejected, Severity
from chainmap.texts import answers, cli, decide, evaluate, findings, link, messages, review, views

TABLES = {
    "answers": answers,
    "cli": cli,
    "decide": decide,
    "evaluate": evaluate,
    "link": link,
    "messages": messages,
    "review": review,
    "views": views,
}


def error_classes(base: type[ChainmapError]) -> set[type[ChainmapError]]:
    """Return ``base`` and all classes below it."""
    return {base}.union(*(error_classes(child) for child in base.__subclasses__()))


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    told = errors.__doc__ or ""
    for error in error_classes(ChainmapError):
        assert error.__name__ in told
    codes = {error.__name__: error.exit_code for error in error_classes(ChainmapError)}
    assert codes["ConfigError"] == 2
    assert codes["InputRejected"] == 3
    assert codes["StoreUnavailable"] == codes["StoreRefused"] == codes["StoreUnsupported"] == 4
    assert codes["NothingToAnalyse"] == 5
    assert codes["SchemaError"] == codes["ChainmapError"] == 1


def test_user_mistakes_are_also_value_errors() -> None:
    text = "no such thing"
    with pytest.raises(ValueError, match=text):
        raise ConfigError(text)


def test_a_rejection_carries_its_findings() -> None:
    rule = min(findings.RULES)
    finding = Finding(Severity.ERROR, rule, file="a.xlsx", row=3)
    assert InputRejected("no", [finding]).findings == (finding,)
    assert list(finding.as_row()) == [
        "severity", "rule", "file", "sheet", "row", "column", "value", "message", "fix",
    ]  # fmt: skip
    assert finding.as_row()["row"] == 3


def test_data_speaks_chinese_whatever_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = min(findings.RULES)
    plain = Finding(Severity.ERROR, rule).message
    monkeypatch.setenv("CHAINMAP_LANG", "en")
    assert Finding(Severity.ERROR, rule).message == plain
    assert Finding(Severity.ERROR, rule).told("en")[0] != plain


@pytest.mark.parametrize("area", TABLES)
def test_every_sentence_has_both_languages_and_the_same_blanks(area: str) -> None:
    for text_id, (zh, en) in TABLES[area].TEXTS.items():
        assert zh.strip(), text_id
        assert en.strip(), text_id
        assert blanks(zh) == blanks(en), text_id


def test_every_rule_says_what_and_what_to_do() -> None:
    for rule, told in findings.RULES.items():
        assert told.severity in set(Severity), rule
        assert told.message, rule
        assert told.fix, rule
        assert blanks(told.message) == blanks(told.message_en), rule
        assert blanks(told.fix) == blanks(told.fix_en), rule


def test_no_id_stands_in_two_tables() -> None:
    ids = [text_id for table in TABLES.values() for text_id in table.TEXTS]
    assert len(ids) == len(set(ids))


def test_an_unknown_id_is_a_bug() -> None:
    with pytest.raises(KeyError):
        texts.say("no.such.sentence")


def blanks(sentence: str) -> set[str]:
    """Return the names of the fields a sentence takes."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}
