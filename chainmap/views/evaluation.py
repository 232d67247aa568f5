"""The page of an evaluation: bars with intervals, beside the table they come from.

The choice: plain SVG laid out here, no library and no script: the page opens offline, prints, and
every bar has its figure beside it as text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chainmap.texts import say
from chainmap.views.page import asset, render_page

if TYPE_CHECKING:
    from chainmap.views.model import PageFacts

WIDTH, LABEL, ROW = 720, 130, 26
"""Size of a bar chart in CSS pixels: its width, the label column, a row's height."""
SIDE = 220
"""Side of the calibration plot in CSS pixels."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, figure, length and interval in pixels."""

    label: str
    figure: str
    y: int
    length: float
    low: float | None
    high: float | None
    is_default: bool


@dataclass(frozen=True, slots=True)
class Curve:
    """The calibration curve: points (x, y) in pixels of a square, and what its sides end at."""

    points: tuple[tuple[float, float], ...]
    most: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the stress chart: points as an SVG list, and the figures."""

    label: str
    points: str
    figures: tuple[str, ...]
    is_default: bool


def draw_evaluation(
    rows: Sequence[Mapping[str, Any]],
    extra: Mapping[str, Sequence[Mapping[str, Any]]],
    scope: Mapping[str, Any],
    facts: PageFacts,
) -> str:
    """Return the evaluation as HTML text.

    Parameters
    ----------
    rows, extra, scope
        Of the answer ``chainmap.evaluate/1``.
    facts
        What every page states about itself.
    """
    comparison = next(iter(extra["comparison"]), None)
    return render_page(
        "evaluation.html.j2",
        {
            "rows": [{**row, "label": scorer_name(row["scorer"])} for row in rows],
            "bars": bars(rows),
            "stress": stress_lines(extra["stress"]),
            "dropped": sorted({row["dropped"] for row in extra["stress"]}),
            "coverage": extra["coverage"],
            "comparison": comparison,
            "trained": next(iter(extra.get("trained", ())), None),
            "calibration": extra.get("calibration", ()),
            "curve": curve(extra.get("calibration", ())),
            "side": SIDE,
            "scope": scope,
            "width": WIDTH,
            "label": LABEL,
            "row": ROW,
        },
        facts=facts,
        styles=(asset("page.css"), asset("evaluation.css")),
    )


def scorer_name(scorer: str) -> str:
    """Return what people call a scorer."""
    return say(f"evaluate.scorer.{scorer}")


def bars(rows: Sequence[Mapping[str, Any]]) -> list[Bar]:
    """Return the bars of the MRR, the highest first, on one scale."""
    top = max((float(row["mrr_high"] or row["mrr"] or 0) for row in rows), default=0.0) or 1.0
    scale = (WIDTH - LABEL - 70) / top
    ordered = sorted(rows, key=lambda row: -float(row["mrr"] or 0))
    return [
        Bar(
            scorer_name(row["scorer"]),
            f"{row['mrr'] or 0:.3f}",
            number * ROW,
            float(row["mrr"] or 0) * scale,
            None if row["mrr_low"] is None else float(row["mrr_low"]) * scale,
            None if row["mrr_high"] is None else float(row["mrr_high"]) * scale,
            row["scorer"] == "default",
        )
        for number, row in enumerate(ordered)
    ]


def stress_lines(rows: Sequence[Mapping[str, Any]]) -> list[Line]:
    """Return one line a scorer over the shares of data that are missing."""
    top = max((float(row["mrr"] or 0) for row in rows), default=0.0) or 1.0
    shares = sorted({float(row["dropped"]) for row in rows})
    step = (WIDTH - LABEL - 70) / max(1, len(shares) - 1)
    lines = []
    for scorer in dict.fromkeys(row["scorer"] for row in rows):
        own = {
            float(row["dropped"]): float(row["mrr"] or 0) for row in rows if row["scorer"] == scorer
        }
        points = " ".join(
            f"{LABEL + at * step:.1f},{150 - 140 * own[share] / top:.1f}"
            for at, share in enumerate(shares)
        )
        figures = tuple(f"{own[share]:.3f}" for share in shares)
        lines.append(Line(scorer_name(scorer), points, figures, scorer == "default"))
    return lines


def curve(rows: Sequence[Mapping[str, Any]]) -> Curve:
    """Return the points of a calibration curve on one scale for both axes."""
    most = max((float(row[name]) for row in rows for name in ("probability", "share")), default=0.0)
    scale = SIDE / (most or 1.0)
    points = tuple(
        (float(row["probability"]) * scale, SIDE - float(row["share"]) * scale) for row in rows
    )
    return Curve(points, f"{most:.0%}")
