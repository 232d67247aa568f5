"""Why a link was proposed, in one line a person can check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.link.linker import Linked


def reasons(link: Linked) -> str:
    """Return why a link was proposed, in Chinese (data)."""
    if link.decided:
        return say("link.decided", "zh")
    parts = []
    if link.matched:
        parts.append(say("link.matched", "zh", runs="、".join(link.matched)))
    if link.words:
        parts.append(say("link.words", "zh", words="、".join(link.words)))
    return "；".join(parts) or say("link.meaning" if link.close else "link.definition", "zh")
