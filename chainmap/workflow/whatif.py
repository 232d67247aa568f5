"""The what-if job: an open store in, the answer ``chainmap.whatif/1`` out.

The choice: one row a firm, with the one cause that binds and the way back to what stopped; the
total, the tree of causes and the substitutes stand beside. A loss that cannot be known (nobody
wrote down who supplies whom) is null and said, never 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import ChainGraph, cell, ints
from chainmap.answers import Answer
from chainmap.audience import INTERNAL
from chainmap.errors import ConfigError, Finding, NothingToAnalyse, Severity
from chainmap.match.features import closed_down
from chainmap.match.values import DAYS_A_YEAR
from chainmap.risk.assemble import risk_network
from chainmap.risk.cascade import DOWN, UP, Cascade, Shock
from chainmap.risk.causes import Cause, causes, hits_of
from chainmap.risk.network import typical_ratio
from chainmap.risk.settings import RiskSettings, default_settings
from chainmap.risk.substitutes import Substitution, find_substitutes
from chainmap.risk.systemic import systemic_index
from chainmap.risk.uncertain import bands
from chainmap.texts import rule_severity, say
from chainmap.workflow.progress import Progress, silent
from chainmap.workflow.scenario import Scenario, bridged, make_scenario, removed_named
from chainmap.workflow.scope import run_record
from chainmap.workflow.snapshot import load_chain_graph
from chainmap.workflow.whatif_rank import rank_rows, stopped_alone
from chainmap.workflow.whatif_rows import COLUMNS, Told, cause_rows, quantiles, tree_rows

if TYPE_CHECKING:
    from chainmap.risk.network import RiskNetwork
    from chainmap.stores.port import GraphStore

SCHEMA = "chainmap.whatif/1"
Ints = npt.NDArray[np.int64]


def simulate_outage(  # noqa: PLR0913 - the twin of the command: one parameter an option
    store: GraphStore,
    *,
    remove: Sequence[str] = (),
    fraction: float = 1.0,
    days: float | None = None,
    stock: Sequence[str] = (),
    rank: bool = False,
    top: int = 50,
    draws: int | None = None,
    audience: str = INTERNAL,
    as_of: str | None = None,
    cache_dir: Path | None = None,
    settings: RiskSettings | None = None,
    workers: int = 1,
    progress: Progress = silent,
    graph: ChainGraph | None = None,
) -> Answer:
    """Follow what breaks when firms, products or places stop.

    Parameters
    ----------
    store
        An open store.
    remove
        What stops: names, codes or ids of firms, products, parks, regions; where a name could be
        several, with 企业: 产品: 园区: or 地区: before it. A product stops at all of its makers.
    fraction
        Share of the output that is lost, above 0 to 1.
    days
        How long it lasts; stocks bridge the first days. Default: for good.
    stock
        ``产品=天数``: days that stocks of a product last; others as in the settings.
    rank
        Instead: the systemic index of every firm, what is lost when it stops for good.
    top
        At most so many rows.
    draws
        Repetitions with the uncertain varied, for P10, P50 and P90 of the losses; 0: none; default:
        as in the settings.
    audience
        Only 内部: an outage tells who supplies whom.
    as_of
        Date of the answer, ISO; default: that of the last import.
    cache_dir
        Folder of the snapshot cache.
    settings
        Rules of the cascade; default: the ones that ship.
    workers
        Processes for the systemic index of very many firms.
    progress
        Told how far it is.
    graph
        A snapshot of ``store`` that is open already; default: it is opened.

    Raises
    ------
    ConfigError
        When a name is unknown or ambiguous, or a number makes no sense.
    NothingToAnalyse
        When no supply is recorded at all.
    """
    _check(remove, fraction, days, audience, rank=rank, stocked=bool(stock))
    rules = settings or default_settings()
    if draws is not None:
        rules = replace(rules, draws=replace(rules.draws, count=draws))
    graph = graph or load_chain_graph(store, cache_dir=cache_dir)
    network = risk_network(graph, rules)
    if not network.n_supplies:
        closed = network.closed_rows.size
        raise NothingToAnalyse(
            say("whatif.all_closed", count=closed) if closed else say("whatif.no_supplies")
        )
    run = run_record(store, as_of=as_of, settings=rules.as_record())
    job = _Job(graph, network, rules, top, progress)
    if rank:
        return _ranked(job, run, workers)
    # Of a small part what is too small to follow is smaller, too.
    job = replace(job, rules=replace(rules, tolerance=rules.tolerance * fraction))
    exposed = bridged(graph, network, rules, days, stock)
    named = [removed_named(graph, text) for text in remove]
    scenario = make_scenario(graph, network, rules, named, fraction=fraction, exposed=exposed)
    return _outage(job, run, scenario, {"fraction": fraction, "days": days})


@dataclass(frozen=True, eq=False)
class _Job:
    """What every answer is made from."""

    graph: ChainGraph
    network: RiskNetwork
    rules: RiskSettings
    top: int
    progress: Progress


def _check(
    remove: Sequence[str],
    fraction: float,
    days: float | None,
    audience: str,
    *,
    rank: bool,
    stocked: bool,
) -> None:
    if rank == bool(remove):
        raise ConfigError(say("whatif.nothing_asked"))
    if rank and (fraction != 1.0 or days is not None or stocked):
        raise ConfigError(say("whatif.rank_alone"))
    if not 0 < fraction <= 1:
        raise ConfigError(say("whatif.fraction", fraction=fraction))
    if days is not None and not 0 < days < float("inf"):
        raise ConfigError(say("whatif.days", days=days))
    if audience != INTERNAL:
        raise ConfigError(say("whatif.inside"))


def _outage(
    job: _Job, run: dict[str, object], scenario: Scenario, asked: dict[str, object]
) -> Answer:
    network, rules = job.network, job.rules
    cascade = Cascade(network, rules)
    cascade.run([scenario.shock], exposed=scenario.exposed)
    hits = hits_of(cascade)
    shown = causes(cascade, hits.firms[: job.top])
    others = hits.firms[~hits.itself]
    other_leaders = np.setdiff1d(job.graph.leader_positions, scenario.shock.firms)
    led = hits.firms[np.isin(hits.firms, other_leaders)]
    days = cast("float | None", asked["days"])
    told = replace(
        _told(job, scenario, shown, hits.firms[hits.itself]),
        year=1.0 if days is None else days / DAYS_A_YEAR,
    )
    loss = None if told.unknown else _number(cascade.loss()[0])
    total = {
        "loss_share": loss,
        **quantiles(None if loss is None else told.total),
        "loss_downstream": None if told.unknown else _number(cascade.loss(DOWN)[0]),
        "loss_upstream": None if told.unknown else _number(cascade.loss(UP)[0]),
        "recorded_sales_cny": round(float(network.recorded_sales.sum()), 2),
        "total_sales_cny": round(float(network.sales.sum()), 2),
        "firms_removed": int(np.union1d(scenario.shock.firms, hits.firms[hits.itself]).size),
        "firms_hit": int(others.size),
        "leaders_hit": [str(cell(job.graph.companies, "name", at)) for at in led.tolist()],
        "rounds": cascade.rounds,
    }
    substitution = find_substitutes(
        job.graph, network, rules, scenario.shock, exposed=scenario.exposed
    )
    told = replace(told, substitution=substitution)
    return Answer(
        SCHEMA,
        COLUMNS,
        cause_rows(job.graph, cascade, shown, told),
        run=run,
        scope={
            "remove": [
                {"kind": one.kind, "id": one.id, "name": one.name} for one in scenario.removed
            ],
            **asked,
            "rank": False,
            "top": job.top,
            "audience": INTERNAL,
        },
        findings=tuple(_findings(job, scenario, cascade, substitution)),
        extra={
            "total": [total],
            "tree": tree_rows(job.graph, cascade, shown, told, job.top),
            "substitutes": told.substitute_rows(job.graph),
        },
    )


def _told(job: _Job, scenario: Scenario, shown: Sequence[Cause], itself: Ints) -> Told:
    """Return what the rows tell beside the causes: bands, and whether the loss is known at all."""
    network, shock = job.network, scenario.shock
    firms = np.array([cause.firm for cause in shown], dtype=np.int64)
    spread = None
    if job.rules.draws.count:
        spread = bands(
            network,
            job.rules,
            [shock],
            firms,
            exposed=scenario.exposed,
            progress=partial(job.progress, "whatif.step.draws"),
        )
    sold = np.isnan(network.outlet_spare[shock.outlets])
    stated = network.outlet_unrecorded[shock.outlets] > 0
    return Told(
        firms=firms,
        total=None if spread is None else spread.total[:, 0],
        lost=None if spread is None else spread.firms,
        unknown=not (network.connected[shock.firms].any() or sold.any() or stated.any()),
        unrecorded=frozenset(scenario.unrecorded),
        itself=frozenset(itself.tolist()),
        accept=job.rules.accept,
    )


def _ranked(job: _Job, run: dict[str, object], workers: int) -> Answer:
    network, rules = job.network, job.rules
    index = systemic_index(
        network,
        rules,
        workers=workers,
        progress=partial(job.progress, "whatif.step.index"),
    )
    known = np.flatnonzero(~np.isnan(index))
    order = known[np.lexsort((known, -np.round(index[known], 12)))][: job.top]
    spread = None
    if rules.draws.count and order.size:
        spread = bands(
            network,
            rules,
            [Shock(np.array([firm]), np.zeros(1)) for firm in order.tolist()],
            np.empty(0, np.int64),
            progress=partial(job.progress, "whatif.step.draws"),
        ).total
    return Answer(
        SCHEMA,
        COLUMNS,
        rank_rows(job.graph, network, stopped_alone(job.graph, network, rules, order), spread),
        run=run,
        scope={
            "remove": [],
            "fraction": 1.0,
            "days": None,
            "rank": True,
            "top": job.top,
            "audience": INTERNAL,
        },
        findings=tuple(_coverage(job)),
        extra={"total": [], "tree": [], "substitutes": []},
    )


def _findings(
    job: _Job, scenario: Scenario, cascade: Cascade, substitution: Substitution
) -> Iterator[Finding]:
    graph = job.graph
    if scenario.unrecorded:
        names = [str(cell(graph.companies, "name", firm)) for firm in scenario.unrecorded]
        yield _finding("A-outage-unrecorded", "、".join(names[:8]), count=len(names))
    if scenario.closed:
        names = [str(cell(graph.companies, "name", firm)) for firm in scenario.closed]
        yield _finding("A-outage-stopped", "、".join(names[:8]), count=len(names))
    if scenario.unclear:
        names = [str(cell(graph.companies, "name", firm)) for firm in scenario.unclear]
        yield _finding("A-outage-broad", "、".join(names[:8]), count=len(names))
    for product, makers in scenario.unsold:
        names = [str(cell(graph.companies, "name", firm)) for firm in makers]
        product_name = str(cell(graph.products, "name", product))
        listed = "、".join(names[:8])
        yield _finding("A-outage-makers", listed, product=product_name, count=len(names))
    for product in scenario.unbought:
        yield _finding("A-outage-unbought", str(cell(graph.products, "name", product)))
    if substitution.left_out:
        told = {"count": substitution.left_out, "looked_at": substitution.looked_at}
        yield _finding("A-outage-candidates", "", **told)
    if not cascade.settled:
        yield _finding("A-outage-unsettled", "", rounds=job.rules.most_rounds)
    yield from _coverage(job)


def _coverage(job: _Job) -> Iterator[Finding]:
    network = job.network
    yield _finding(
        "A-outage-coverage",
        "",
        firms=network.n_firms,
        known=int(network.connected.sum()),
        amounts=f"{network.supply_guessed.mean():.0%}",
        levels=f"{network.intake_guessed.mean():.0%}",
    )
    yield _sales(job)
    if network.skipped:
        yield _finding("A-outage-self", "", count=network.skipped)
    if network.closed_rows.size:
        yield _finding("A-outage-closed", _closed_named(job), count=network.closed_rows.size)


def _closed_named(job: _Job) -> str:
    """Return the names of firms that are closed down and of which supplies are still recorded."""
    rows = job.graph.supply_edges.take(job.network.closed_rows)
    firms = np.union1d(ints(rows, "source"), ints(rows, "target"))
    firms = firms[closed_down(job.graph)[firms]]
    return "、".join(str(cell(job.graph.companies, "name", firm)) for firm in firms[:8].tolist())


def _sales(job: _Job) -> Finding:
    """Tell how much of what firms sell is recorded, and what is assumed of the others."""
    observed = job.network.observed
    sellers = job.network.recorded_sales > 0
    told = {"known": observed.size, "assumed": int((sellers & job.network.sales_assumed).sum())}
    if observed.size < job.rules.sales_firms:
        return _finding("A-outage-few-revenues", "", **told)
    return _finding("A-outage-sales", "", share=f"{typical_ratio(observed, job.rules):.0%}", **told)


def _finding(rule: str, value: str, **params: object) -> Finding:
    return Finding(Severity(rule_severity(rule)), rule, value=value, params=params)


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)
