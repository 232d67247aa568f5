"""Certificates: what a demand asks for, what a company holds, and who lacks what is required.

The choice: a company that states no certificate at all is unknown; one that states some, but not
the required one, lacks it. Names compare by the number of their standard, however it is written
(``standards``), since a wrong "lacks" strikes a firm off a list. A title that a demand asks for is
judged by the company's titles.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import cell, column, gather_rows
from chainmap.match.standards import ALL_OF, certificate_key, is_certificate
from chainmap.tables import LIST_JOIN

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph
    from chainmap.analysis.needs import Need
    from chainmap.match.features import CompanyFeatures
    from chainmap.match.values import Question

Floats = npt.NDArray[np.float64]


def held_shares(asked: Question) -> Floats:
    """Return the share of what is required that each pair's company holds.

    Parameters
    ----------
    asked
        The pairs of one leader, and what is supposed of their companies.

    Returns
    -------
    (n_pairs,), 0-1; of several demands for one product the one met best counts. NaN where
    nothing is required, where one of the demands requires nothing, and where it is not known
    whether the company has what is required: it states no certificate at all, or no title.
    """
    graph, pairs = asked.graph, asked.pairs
    value = np.full(pairs.company.size, np.nan)
    wanted = {at: wanted_certificates(graph, need) for at, need in enumerate(asked.needs)}
    if not any(wanted.values()):
        return value
    keys = [certificate_key(name) for name in column(graph.certificates, "name").to_pylist()]
    for at, demands in wanted.items():
        here = np.flatnonzero(pairs.need == at)
        if demands and here.size:
            told = [_share(asked, keys, pairs.company[here], demand) for demand in demands]
            value[here] = _best(np.stack(told))
    return value


def _best(shares: Floats) -> Floats:
    """Return the best share over demands: 1 if one is met, unknown if one might be met better."""
    known = np.where(np.isnan(shares), -1.0, shares).max(axis=0)
    return np.where((known < 1.0) & np.isnan(shares).any(axis=0), np.nan, known)


def _share(
    asked: Question, keys: Sequence[str], company: npt.NDArray[np.int32], wanted: Sequence[str]
) -> Floats:
    graph, features, supposed = asked.graph, asked.features, asked.supposed
    certificate, owner = gather_rows(graph.holds, company)
    states_some = graph.holds.indptr[company + 1] > graph.holds.indptr[company]
    states_some |= np.isin(company, list(supposed.certificates))
    met = np.zeros(company.size)
    for name in wanted:
        worth = features.worth(name)
        if worth > 0:
            met += _has_title(asked, company, worth)
            continue
        mark = np.array([is_certificate(key, name) for key in keys], dtype=np.bool_)
        has = np.zeros(company.size, dtype=np.bool_)
        has[owner[mark[certificate]]] = True
        for firm, more in supposed.certificates.items():
            has |= (company == firm) & any(is_certificate(key, name) for key in more)
        met += np.where(states_some, has, np.nan)
    return met / len(wanted)


def _has_title(asked: Question, company: npt.NDArray[np.int32], worth: float) -> Floats:
    """Return 1 for a title worth as much, 0 for less, NaN where titles are not (all) known."""
    features = asked.features
    title = features.title[company]
    for firm, value in asked.supposed.titles.items():
        title = np.where(company == firm, value, title)
    open_ = np.isnan(title) | features.award_open[company]
    return np.where(title >= worth, 1.0, np.where(open_, np.nan, 0.0))


def wanted_certificates(graph: ChainGraph, need: Need) -> list[tuple[str, ...]]:
    """Return what each demand of a need requires; empty when one of them requires nothing."""
    demanded = [required_certificates(graph, row) for row in need.demands]
    return demanded if all(demanded) else []


def lacking(
    graph: ChainGraph, features: CompanyFeatures, need: Need, company: int
) -> tuple[str, ...]:
    """Return what the company lacks of what the demand that it meets best requires, as keys."""
    start, stop = graph.holds.indptr[company], graph.holds.indptr[company + 1]
    held = [
        certificate_key(cell(graph.certificates, "name", at))
        for at in graph.holds.indices[start:stop].tolist()
    ]
    title = float(features.title[company])

    def has(name: str) -> bool:
        worth = features.worth(name)
        return title >= worth if worth > 0 else any(is_certificate(key, name) for key in held)

    wanted = wanted_certificates(graph, need)
    lacks = [tuple(name for name in demand if not has(name)) for demand in wanted]
    return min(lacks, key=lambda names: (len(names), names), default=())


def certificate_name(graph: ChainGraph, need: Need, key: str) -> str:
    """Return a required certificate as the demand spells it."""
    for row in need.demands:
        for name in (cell(graph.demands, "certification", row) or "").split(LIST_JOIN):
            if certificate_key(name) == key:
                return str(name).strip()
    return key.upper()


def required_certificates(graph: ChainGraph, demand: int) -> tuple[str, ...]:
    """Return what one demand asks for, as comparable keys; a title as it is written."""
    stated = graph.fact("demands", "certification", demand)
    if not stated:
        return ()
    keys = [key for part in stated.split(LIST_JOIN) for key in certificate_key(part).split(ALL_OF)]
    return tuple(dict.fromkeys(key for key in keys if key))
