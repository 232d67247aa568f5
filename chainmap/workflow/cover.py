"""What a report's cover says, gathered from the pages' models and the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from chainmap.audience import INTERNAL
from chainmap.report.index import (
    Cell,
    ChainRow,
    Cover,
    FileLine,
    LeaderLine,
    best_pairs,
    finding_lines,
    gap_counts,
    weightiest_gaps,
)
from chainmap.views.tally import Tally, tally

if TYPE_CHECKING:
    from chainmap.answers import Answer
    from chainmap.views.model import ChainMapModel, Tier
    from chainmap.workflow.draw_graph import Scene


def make_cover(
    scene: Scene,
    maps: Sequence[tuple[str, ChainMapModel]],
    leaders: Sequence[LeaderLine],
    *,
    matches: Answer,
    gaps: Answer,
    findings: Sequence[Mapping[str, object]],
    files: tuple[FileLine, ...],
) -> Cover:
    """Return the cover of a report from its parts; counts are those of the snapshot."""
    graph = scene.graph
    gap_rows = [row for row in gaps.rows if row.get("verdict") == "gap"]
    demands = graph.demands.num_rows
    if scene.facts.audience != INTERNAL:
        demands = graph.demands["visibility"].to_pylist().count("公开")
    figures = (
        ("firms", graph.n_companies),
        ("local", int(scene.zone.companies.sum())),
        ("leaders", len(graph.leader_positions)),
        ("chains", graph.chains.num_rows),
        ("products", graph.n_products),
        ("demands", demands),
        ("pairs", len(matches.rows)),
        ("gaps", len({row["product_id"] for row in gap_rows})),
    )
    ordered = sorted(leaders, key=lambda line: (not line.is_local, -line.pairs, line.name))
    return Cover(
        figures=figures,
        gap_counts=gap_counts(gaps.rows),
        chains=tuple(_chain_row(file, model) for file, model in maps),
        pairs=best_pairs(matches.rows),
        n_pairs=len(matches.rows),
        gaps=weightiest_gaps(gaps.rows),
        n_gaps=len(gap_rows),
        leaders=tuple(ordered),
        files=files,
        findings=finding_lines(findings),
    )


def _chain_row(file: str, model: ChainMapModel) -> ChainRow:
    counts = tally(model.cards)
    cells = tuple(
        _cell(tier, tally([card for card in model.cards if card.tier == k]))
        for k, tier in enumerate(model.tiers)
    )
    return ChainRow(
        name=model.chain,
        file=file,
        products=counts.products,
        firms=counts.firms,
        local=counts.local,
        gaps=counts.gaps,
        cells=cells,
    )


def _cell(tier: Tier, counts: Tally) -> Cell:
    return Cell(
        name=tier.name,
        stage=tier.stage,
        products=counts.products,
        firms=counts.firms,
        local=counts.local,
        gaps=counts.gaps,
        has_leader=counts.leaders > 0,
    )
