"""All sentences the user reads, by id, in Chinese and English.

One table per area (a module of this package with ``TEXTS`` or ``RULES``); nothing else in
the code holds prose for the user. ``say`` answers in the language of ``CHAINMAP_LANG``;
data (findings in json and csv) always asks for Chinese explicitly.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

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

_TABLES = (
    messages.TEXTS,
    terms.TEXTS,
    cli.TEXTS,
    views.TEXTS,
    answers.TEXTS,
    decide.TEXTS,
    evaluate.TEXTS,
    gaps.TEXTS,
    link.TEXTS,
    review.TEXTS,
    risk.TEXTS,
)
_TEXTS = {text_id: text for table in reversed(_TABLES) for text_id, text in table.items()}

_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Speak ``lang`` inside the block whatever CHAINMAP_LANG says: what becomes data is ``zh``."""
    token = _spoken.set(lang)
    try:
        yield
    finally:
        _spoken.reset(token)


def language() -> str:
    """Return the language of ``speaking``, else ``en`` when CHAINMAP_LANG starts so, else ``zh``."""
    spoken = _spoken.get()
    if spoken is not None:
        return spoken
    return "en" if os.environ.get("CHAINMAP_LANG", "").lower().startswith("en") else "zh"


def say(text_id: str, /, lang: str | None = None, **values: object) -> str:
    """Return the sentence ``text_id`` with ``values`` filled in.

    Raises
    ------
    KeyError
        When no table knows the id: a bug, caught by the test that walks all ids.
    """
    zh, en = _TEXTS[text_id]
    return (en if (lang or language()) == "en" else zh).format(**values)


def finding_text(rule: str, lang: str, values: Mapping[str, object]) -> tuple[str, str]:
    """Return message and way out of the finding rule ``rule``."""
    told = findings.RULES[rule]
    message, fix = (told.message_en, told.fix_en) if lang == "en" else (told.message, told.fix)
    return message.format_map(_Gaps(values)), fix.format_map(_Gaps(values))


def rule_severity(rule: str) -> str:
    """Return the severity a rule has unless ``--strict`` raises it."""
    return findings.RULES[rule].severity


class _Gaps(dict[str, object]):
    """A value that a rule's sentence names and nobody gave shows as a dash, not as a crash."""

    def __missing__(self, key: str) -> str:
        return "—"
