"""``evaluate``: how well known relations are found again, beside the baselines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chainmap.cli.formatting import command, option
from chainmap.cli.options import Place, answer_options, as_of_option, workspace_options
from chainmap.cli.output import show_answer
from chainmap.cli.params import Choice, InputPath
from chainmap.cli.progress import ShownProgress

if TYPE_CHECKING:
    from chainmap.cli.session import Presentation

EDGES = ("PRODUCES", "REQUIRES", "SUPPLIES")
SPLITS = ("edge", "company", "time", "region")
COLUMNS = ("scorer", "n_queries", "n_positives", "mrr", "mrr_low", "mrr_high", "hits_1", "hits_10",
           "hits_50", "ndcg_20", "auc_uniform", "auc_hard")  # fmt: skip


@command("evaluate")
@option("--edge", metavar="|".join(EDGES), type=Choice(*EDGES), required=True)
@option("--split", metavar="|".join(SPLITS), type=Choice(*SPLITS), default="edge")
@option("--holdout", metavar="FILE", type=InputPath(path_type=Path))
@option("--page", metavar="FILE.html", type=click.Path(path_type=Path, dir_okay=False))
@as_of_option
@workspace_options
@answer_options
def evaluate(*, place: Place, show: Presentation, **given: Any) -> None:
    """Measure how well known relations are found again."""
    from chainmap.workflow.evaluate import evaluate_edges

    progress = ShownProgress(quiet=show.quiet)
    with place.open() as store:
        answer = evaluate_edges(
            store,
            **given,
            audience=show.audience,
            cache_dir=place.cache_dir,
            progress=progress,
            settings=place.settings.match,
        )
    progress.finish()
    show_answer(answer, show, columns=COLUMNS)
