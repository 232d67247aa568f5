"""``match``: who should meet whom, about what, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chainmap.cli.formatting import command, option
from chainmap.cli.options import Place, answer_options, as_of_option, workspace_options
from chainmap.cli.output import show_answer
from chainmap.cli.params import Choice, Count
from chainmap.cli.progress import ShownProgress

if TYPE_CHECKING:
    from chainmap.cli.session import Presentation

MODELS = ("default", "trained")
KINDS = ("supply", "substitute", "byproduct", "codevelop", "package")
COLUMNS = ("leader", "rank", "company", "product", "kind", "score", "evidence")
EXPLAINED = ("leader", "rank", "company", "product", "kind", "score", "contributions", "evidence",
             "counterfactual", "nearest_pair", "path_text", "unknown")  # fmt: skip
WHY_NOT = ("leader", "company", "product", "filter", "reason", "rank", "score", "missing",
           "gap", "cheapest_change", "unknown")  # fmt: skip


@command("match")
@option("--leader", "leaders", metavar="X", multiple=True)
@option("--company", "companies", metavar="X", multiple=True)
@option("--all", "all_pairs", is_flag=True)
@option("--product", metavar="P")
@option("--kind", metavar="|".join(KINDS), type=Choice(*KINDS), default="supply")
@option("--top", metavar="N", type=Count())
@option("--region", metavar="R")
@option("--model", metavar="|".join(MODELS), type=Choice(*MODELS), default="default")
@option("--raw", is_flag=True)
@option("--explain", is_flag=True)
@option("--why-not", metavar="Y")
@as_of_option
@workspace_options
@answer_options
def match(*, place: Place, show: Presentation, **given: Any) -> None:
    """Rank the companies a leader should meet."""
    from chainmap.workflow.match import find_matches as run

    given["top"] = given["top"] or place.settings.match.top
    progress = ShownProgress(quiet=show.quiet)
    with place.open() as store:
        answer = run(
            store,
            **given,
            audience=show.audience,
            cache_dir=place.cache_dir,
            settings=place.settings.match,
            progress=progress,
        )
    progress.finish()
    columns: tuple[str, ...] = EXPLAINED if given["explain"] else COLUMNS
    if "probability" in answer.columns:
        at = columns.index("score") + 1
        columns = (*columns[:at], "probability", *columns[at:])
    show_answer(answer, show, columns=columns if given["why_not"] is None else WHY_NOT)
