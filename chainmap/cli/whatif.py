"""``whatif``: what breaks if a firm, a product or a place stops."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from chainmap.cli.formatting import command, option
from chainmap.cli.options import Place, answer_options, as_of_option, workspace_options
from chainmap.cli.output import show_answer
from chainmap.cli.params import Count, Level, Number
from chainmap.cli.progress import ShownProgress
from chainmap.cli.rows import screen_cell, visible

if TYPE_CHECKING:
    from chainmap.answers import Answer
    from chainmap.cli.session import Presentation

COLUMNS = ("entity", "loss_share", "loss_low", "loss_high", "tier", "is_leader", "cause_text")
RANKED = ("rank", "entity", "loss_share", "loss_low", "loss_high", "loss_downstream",
          "loss_upstream", "total_sales_cny", "is_leader", "cause_text")  # fmt: skip


@command("whatif")
@option("--remove", metavar="X", multiple=True)
@option("--fraction", metavar="F", type=Number(), default=1.0)
@option("--days", metavar="D", type=Number())
@option("--stock", metavar="PRODUCT=DAYS", multiple=True)
@option("--rank", is_flag=True, text="whatif.rank")
@option("--top", metavar="N", type=Count(), default=50, text="whatif.top")
@option("--draws", metavar="N", type=Level())
@as_of_option
@workspace_options
@answer_options
def whatif(*, place: Place, show: Presentation, **given: Any) -> None:
    """Follow an outage."""
    from chainmap.workflow.whatif import simulate_outage

    progress = ShownProgress(quiet=show.quiet)
    with place.open() as store:
        answer = simulate_outage(
            store,
            **given,
            audience=show.audience,
            cache_dir=place.cache_dir,
            workers=os.cpu_count() or 1,
            progress=progress,
        )
    progress.finish()
    show_answer(answer, show, columns=RANKED if given["rank"] else COLUMNS)
    if show.format == "table" and show.output is None and not given["rank"]:
        _tell_rest(answer)


def _tell_rest(answer: Answer) -> None:
    """Print the tree, the total and the substitutes below the table."""
    told: Any = answer.as_object()
    click.echo()
    for line in told["tree"]:
        click.echo("  " * line["depth"] + ("└ " if line["depth"] else "") + visible(line["text"]))
    (total,) = told["total"]
    known = total["loss_low"] is not None
    bounds = _sentence("whatif.range", total) if known else ""
    click.echo("\n" + _sentence("whatif.total", total, range=bounds))
    _tell_substitutes(told["substitutes"])


def _tell_substitutes(rows: list[dict[str, object]]) -> None:
    """Print who could step in: what they bring together, then each of them."""
    from chainmap.texts import say

    named = [row for row in rows if row["company"]]
    if named:
        parts = {name: say(f"whatif.{name}.{'yes' if named[0][name] else 'no'}")
                 for name in ("enough", "smallest")}  # fmt: skip
        click.echo(_sentence("whatif.substitutes", named[0], **parts))
    for row in rows:
        click.echo(_sentence("whatif.substitute" if row["company"] else "whatif.nobody", row))


def _sentence(text_id: str, values: dict[str, object], **parts: str) -> str:
    from chainmap.texts import say

    told = {name: screen_cell(_share(name, one)) for name, one in values.items()}
    if basis := values.get("basis"):
        told["basis"] = say(f"value.basis.{basis}")
    return say(text_id, **told | parts)


def _share(name: str, value: object) -> object:
    """Return shares as a percentage."""
    shares = ("share", "restored")
    is_share = name in shares or name.startswith("loss_")
    return f"{value:.1%}" if is_share and isinstance(value, float) else value
