"""``gaps``: where the chain is missing, broken, thin, short or buying outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chainmap.cli.formatting import command, option
from chainmap.cli.options import Place, answer_options, as_of_option, workspace_options
from chainmap.cli.output import show_answer
from chainmap.cli.params import Choice, Count
from chainmap.cli.progress import ShownProgress

if TYPE_CHECKING:
    from chainmap.cli.session import Presentation

KINDS = ("缺链", "断链", "弱链", "单一来源", "产能不匹配", "外采", "副产品无去处")
ENGLISH = {
    "missing": "缺链",
    "broken": "断链",
    "weak": "弱链",
    "single_source": "单一来源",
    "capacity": "产能不匹配",
    "external": "外采",
    "byproduct": "副产品无去处",
}
COLUMNS = ("chain", "product", "kind", "verdict", "importance", "demand", "supply", "unit",
           "makers_local", "effective_makers", "evidence")  # fmt: skip

MEASURES = ("region", "chain", "measure", "value", "formula")
BROUGHT = ("region", "chain", "measure", "value", "after", "formula")

LISTED = ("product", "kind", "importance", "action", "company", "reasons", "risk", "next_step")


@command("gaps")
@option("--chain", metavar="C")
@option("--region", metavar="R")
@option("--by-park", is_flag=True)
@option("--kind", metavar="|".join(KINDS), type=Choice(*KINDS, aliases=ENGLISH), text="gaps.kind")
@option("--candidates", metavar="N", type=Count(), default=5)
@option("--include-ok", is_flag=True)
@option("--bring", metavar="FIRM", multiple=True)
@option("--list", "as_list", is_flag=True, text="list")
@as_of_option
@workspace_options
@answer_options
def gaps(
    *, place: Place, show: Presentation, region: str | None, as_list: bool, **given: Any
) -> None:
    """Find the gaps of a chain."""
    from chainmap.workflow.gaps import find_gaps, list_targets

    progress = ShownProgress(quiet=show.quiet)
    given["include_ok"] = given["include_ok"] or place.settings.gaps.include_ok
    with place.open() as store:
        answer = find_gaps(
            store,
            **given,
            **place.zone(region),
            audience=show.audience,
            cache_dir=place.cache_dir,
            progress=progress,
        )
    progress.finish()
    if as_list:
        show_answer(list_targets(answer), show, columns=LISTED)
    else:
        more = {"measures": BROUGHT if given["bring"] else MEASURES}
        show_answer(answer, show, columns=COLUMNS, more=more)
