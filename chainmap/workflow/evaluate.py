"""The evaluation job: an open store in, the answer ``chainmap.evaluate/1`` out.

The choice: what is judged is who might make, need or supply something that the graph does not
know; known relations are kept back and the job looks where the method ranks them. Every figure
stands beside the baselines on the same queries.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

import chainmap
from chainmap.analysis.lookup import find_companies, find_products
from chainmap.answers import Answer
from chainmap.audience import INTERNAL
from chainmap.config import MatchConfig
from chainmap.errors import ConfigError, Finding, InputRejected, NothingToAnalyse, Severity
from chainmap.evaluate.holdout import Pairs, known_pairs
from chainmap.evaluate.retrained import Basis, Bounds, Retrained, retrain
from chainmap.evaluate.run import DROPPED, Ranked, rank_held_out, score_rows, thin
from chainmap.evaluate.splits import SPLITS, folds, pair_keys
from chainmap.match.features import company_features
from chainmap.match.ranker import is_usable
from chainmap.match.recommend import MatchScope, visible_demands
from chainmap.match.signals import EDGES, PRIOR, Edge, Wordings, default_signals, wordings_of
from chainmap.match.weights import default_weights
from chainmap.texts import rule_severity, say
from chainmap.views.evaluation import draw_evaluation
from chainmap.views.model import PageFacts
from chainmap.workflow.headed import read_headed
from chainmap.workflow.progress import Progress, silent
from chainmap.workflow.scope import run_record
from chainmap.workflow.snapshot import load_chain_graph
from chainmap.workflow.trained import SEED
from chainmap.xlsx.write import replace_file

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph
    from chainmap.stores.port import GraphStore

SCHEMA = "chainmap.evaluate/1"
COLUMNS = (
    "edge",
    "split",
    "scorer",
    "n_queries",
    "n_positives",
    "mrr",
    "mrr_low",
    "mrr_high",
    "hits_1",
    "hits_10",
    "hits_50",
    "ndcg_20",
    "auc_uniform",
    "auc_hard",
)

STRESS_LIMIT = 200_000
"""Relations above which the missing-data stress is left out: it ranks everything five times."""


def evaluate_edges(  # noqa: PLR0913 - the twin of the command: one parameter an option
    store: GraphStore,
    *,
    edge: str,
    split: str = "edge",
    holdout: str | Path | None = None,
    page: Path | None = None,
    audience: str = INTERNAL,
    as_of: str | None = None,
    cache_dir: Path | None = None,
    progress: Progress = silent,
    graph: ChainGraph | None = None,
    settings: MatchConfig | None = None,
) -> Answer:
    """Measure how well known relations are found again when they are kept back.

    Parameters
    ----------
    store
        An open store.
    edge
        PRODUCES (who makes a product), REQUIRES (who needs it), SUPPLIES (who supplies a company).
    split
        What leaves together: ``edge``, ``company``, ``time`` or ``region``.
    holdout
        A csv or xlsx with the columns source and target (ids or exact names; edge optional): these
        relations are kept back together, instead of a split.
    page
        An HTML file to write beside: bars with intervals, the stress, the table.
    audience
        Whom the page is for; an evaluation names no company.
    as_of
        Date of the answer, ISO; default: that of the last import.
    cache_dir
        Folder of the snapshot cache.
    progress
        Told how far the ranking is.
    graph
        A snapshot of ``store`` that is open already; default: it is opened.
    settings
        How many known pairs a trained ranker needs, for the row ``trained`` of SUPPLIES; default:
        those that ship.

    Raises
    ------
    ConfigError
        When edge or split is none of those above.
    InputRejected
        When the hold-out file lacks a column, or names what the graph does not hold.
    NothingToAnalyse
        When the graph holds no such relation, or none is dated for ``time``.
    """
    kind = _edge(edge, split)
    graph = graph or load_chain_graph(store, cache_dir=cache_dir)
    if not len(known_pairs(graph, kind)):
        raise NothingToAnalyse(say("evaluate.no_edges", edge=edge))
    findings = _findings(graph, kind)
    if holdout is None:
        parts = [*folds(graph, kind, split)]
    else:
        held, passed_over = _held(graph, kind, holdout)
        parts = [held]
        findings += passed_over
    if not parts:
        raise NothingToAnalyse(say("evaluate.no_dates", edge=edge))
    told = split if holdout is None else "holdout"
    wordings = wordings_of(graph)
    run = run_record(store, as_of=as_of, weights=_method(graph, kind))
    trained, missing = _retrained(
        graph, kind, parts, settings or MatchConfig(), as_of=run["as_of"], progress=progress
    )
    ranked = rank_held_out(
        graph,
        kind,
        parts,
        others={} if trained is None else {"trained": trained.scorer},
        wordings=wordings,
        progress=partial(progress, "evaluate.step.rank"),
    )
    seed = _seed(graph, kind, ranked)
    rows, comparison = score_rows(ranked, edge, told, seed)
    answer = Answer(
        SCHEMA,
        COLUMNS,
        rows,
        run=run,
        scope={"edge": edge, "split": told, "candidates": graph.n_companies, "folds": len(parts)},
        findings=(*findings, *missing),
        extra={
            "comparison": [comparison] if comparison else [],
            "stress": _stress(graph, kind, comparison, wordings, progress),
            "coverage": _coverage(graph),
            **_judged(trained, seed),
        },
    ).told_to(audience)
    if page is not None:
        _draw(answer, page, audience)
    return answer


def _draw(answer: Answer, page: Path, audience: str) -> None:
    inputs = cast("list[dict[str, object]]", answer.run["inputs"])
    facts = PageFacts(
        as_of=str(answer.run["as_of"] or ""),
        sources=tuple(sorted({str(one.get("file") or one.get("source")) for one in inputs})),
        audience=audience,
        version=chainmap.__version__,
    )
    extra = cast("dict[str, list[dict[str, object]]]", dict(answer.extra))
    replace_file(page, draw_evaluation(answer.rows, extra, answer.scope, facts).encode())


def _retrained(
    graph: ChainGraph,
    edge: Edge,
    parts: Sequence[Pairs],
    settings: MatchConfig,
    *,
    as_of: str | None,
    progress: Progress,
) -> tuple[Retrained | None, list[Finding]]:
    """Return the rankers trained without each part, or why there are none."""
    if edge != "SUPPLIES":
        return None, []
    if not is_usable():
        return None, [_finding("E-trained-no-lightgbm")]
    weights = default_weights()
    trained = retrain(
        Basis(
            graph,
            MatchScope(visible_demands(graph, INTERNAL)),
            company_features(graph, weights, as_of),
            weights,
        ),
        parts,
        Bounds(settings.least_positives, settings.least_leaders),
        SEED,
        partial(progress, "evaluate.step.train"),
    )
    if trained.models:
        return trained, []
    found = {"positives": trained.positives, "leaders": trained.leaders}
    least = {name: getattr(settings, name) for name in ("least_positives", "least_leaders")}
    return None, [_finding("E-trained-few-labels", **found, **least)]


def _judged(trained: Retrained | None, seed: int) -> dict[str, object]:
    if trained is None:
        return {}
    record, calibration = trained.told(seed)
    return {"trained": [record], "calibration": calibration}


def _finding(rule: str, **params: object) -> Finding:
    return Finding(Severity(rule_severity(rule)), rule, params=params)


def _method(graph: ChainGraph, edge: Edge) -> dict[str, object]:
    return {
        "version": "2026.11-1",
        "signals": list(default_signals(graph, edge)),
        "prior": PRIOR,
    }


def _edge(edge: str, split: str) -> Edge:
    if split not in SPLITS:
        raise ConfigError(say("evaluate.split", split=split, splits="、".join(SPLITS)))
    for known in EDGES:
        if known == edge:
            return known
    raise ConfigError(say("evaluate.edge", edge=edge, edges="、".join(EDGES)))


def _seed(graph: ChainGraph, edge: Edge, ranked: Ranked) -> int:
    """Return the seed of the resampling, from what is resampled: the same on every store."""
    pairs = np.column_stack([ranked.source, ranked.target]).astype(np.int64)
    keys = "\n".join(sorted(pair_keys(graph, edge, pairs)))
    return int.from_bytes(hashlib.sha256(keys.encode()).digest()[:4])


# --- hold-out files ----------------------------------------------------------------------------


def _held(graph: ChainGraph, edge: Edge, path: str | Path) -> tuple[Pairs, list[Finding]]:
    """Return the relations that a file lists, and how many of its rows are of another kind.

    Raises
    ------
    InputRejected
        With one finding for each row that names nothing, or no relation of the graph.
    """
    frame, numbers, name, _, findings = read_headed(path)
    if not {"source", "target"} <= set(frame.columns):
        columns = "、".join(map(str, frame.columns)) or "—"
        found = Finding(Severity.ERROR, "E-holdout-columns", name, params={"columns": columns})
        raise InputRejected(say("evaluate.refused", file=name), [*findings, found])
    others: list[Finding] = []
    if "edge" in frame.columns:
        wanted = frame["edge"].fillna(edge).astype(str).str.strip().isin(["", edge]).to_numpy()
        if passed := int((~wanted).sum()):
            rule, params = "E-holdout-other-edge", {"count": passed, "edge": edge}
            others = [Finding(Severity(rule_severity(rule)), rule, name, params=params)]
        frame = frame[wanted]
        numbers = [row for row, keep in zip(numbers, wanted.tolist(), strict=True) if keep]
    pairs, wrong = _pairs(graph, edge, frame[["source", "target"]].fillna("").values.tolist())
    if wrong or not pairs:
        found_rows = [
            Finding(Severity.ERROR, f"E-holdout-{why}", name, row=numbers[at],
                    value=" → ".join(map(str, frame.iloc[at][["source", "target"]])))
            for at, why in wrong
        ]  # fmt: skip
        empty = [] if wrong else [Finding(Severity.ERROR, "E-holdout-empty", name)]
        raise InputRejected(say("evaluate.refused", file=name), [*findings, *found_rows, *empty])
    return np.unique(np.array(pairs, dtype=np.int64), axis=0), [*findings, *others]


def _pairs(
    graph: ChainGraph, edge: Edge, rows: Sequence[Sequence[str]]
) -> tuple[list[tuple[int, int]], list[tuple[int, str]]]:
    """Return the relations found, and (row, what is wrong) of the others."""
    known = set(map(tuple, known_pairs(graph, edge).tolist()))
    find_target = find_companies if edge == "SUPPLIES" else find_products
    found: list[tuple[int, int]] = []
    wrong: list[tuple[int, str]] = []
    for at, (source, target) in enumerate(rows):
        ends = find_companies(graph, str(source).strip()), find_target(graph, str(target).strip())
        if not all(ends):
            wrong.append((at, "unknown"))
        elif len(ends[0]) > 1 or len(ends[1]) > 1:
            wrong.append((at, "ambiguous"))
        elif (pair := (ends[0][0], ends[1][0])) not in known:
            wrong.append((at, "absent"))
        else:
            found.append(pair)
    return found, wrong


# --- stress and coverage -----------------------------------------------------------------------


def _stress(
    graph: ChainGraph,
    edge: Edge,
    comparison: Mapping[str, object] | None,
    wordings: Wordings,
    progress: Progress,
) -> list[dict[str, object]]:
    """Return the default and the strongest single signal as more and more relations are missing.

    Every tenth of the relations is kept back in turn; of the others 10 to 40 % are gone as well.
    The strongest signal is the one that the default was compared with.
    """
    pairs = known_pairs(graph, edge)
    if len(pairs) > STRESS_LIMIT:
        return []
    parts = _tenths(graph, edge, pairs)
    strongest = [str(comparison["baseline"])] if comparison else []
    rows: list[dict[str, object]] = []
    for number, share in enumerate((0.0, *DROPPED)):
        progress("evaluate.step.stress", number, 1 + len(DROPPED))
        ranked = rank_held_out(
            graph,
            edge,
            parts,
            scorers=("default", *strongest),
            wordings=wordings,
            thinned=partial(thin, edge=edge, share=share) if share else None,
        )
        told, _ = score_rows(ranked, edge, "edge", _seed(graph, edge, ranked))
        names = ("scorer", "mrr", "mrr_low", "mrr_high", "hits_10")
        rows += [{"dropped": share} | {name: row[name] for name in names} for row in told]
    return rows


def _tenths(graph: ChainGraph, edge: Edge, pairs: Pairs) -> list[Pairs]:
    order = np.argsort(pair_keys(graph, edge, pairs), kind="stable")
    number = np.empty(len(pairs), dtype=np.int64)
    number[order] = np.arange(len(pairs)) % 10
    return [pairs[number == part] for part in range(10) if (number == part).any()]


def _coverage(graph: ChainGraph) -> list[dict[str, object]]:
    """Return how much of the graph says anything at all: shares 0-1, null without a base."""

    def share(known: int, base: int) -> float | None:
        return round(known / base, 6) if base else None

    firms, products = graph.n_companies, graph.n_products
    stated = graph.companies["industry"]
    needed = np.unique(graph.needs.indices)
    recipes = np.diff(graph.recipes.indptr) > 0
    return [
        {"measure": "firms_with_product",
         "share": share(int(np.count_nonzero(np.diff(graph.makes.indptr))), firms)},
        {"measure": "firms_with_sector", "share": share(firms - stated.null_count, firms)},
        {"measure": "firms_with_place",
         "share": share(int(np.count_nonzero(graph.company_region)), firms)},
        {"measure": "products_with_maker",
         "share": share(int(np.count_nonzero(np.diff(graph.makers.indptr))), products)},
        {"measure": "needed_products_with_recipe",
         "share": share(int(recipes[needed].sum()), int(needed.size))},
    ]  # fmt: skip


def _findings(graph: ChainGraph, edge: Edge) -> list[Finding]:
    if len(known_pairs(graph, edge)) <= STRESS_LIMIT:
        return []
    return [_finding("E-no-stress", most=STRESS_LIMIT)]
