"""The cover of a report: one page that a director reads first and prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chainmap.views.page import asset, render_page

if TYPE_CHECKING:
    from chainmap.views.model import PageFacts


def draw_cover(cover: object, title: str, facts: PageFacts) -> str:
    """Return the cover as HTML text.

    ``cover`` is the record of ``chainmap.report.index``; views and report are siblings that do
    not know each other, so only the template knows its fields.
    """
    return render_page(
        "cover.html.j2",
        {"cover": cover, "title": title},
        facts=facts,
        styles=(asset("page.css"), asset("cover.css")),
    )
