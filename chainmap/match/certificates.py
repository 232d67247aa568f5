"""Certificates: what a demand asks for, what a company holds, and who lacks what is required.

The choice: a company that states no certificate at all is unknown; one that states some, but not
the required one, lacks it. Names compare without blanks, year of edition and the word 认证.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import ChainGraph, cell, column, gather_rows
from chainmap.tables import LIST_JOIN

if TYPE_CHECKING:
    from chainmap.analysis.needs import Need

Floats = npt.NDArray[np.float64]
Held = Mapping[int, frozenset[str]]
"""Certificates (comparable keys) that companies are supposed to hold besides their own."""


def held_shares(
    graph: ChainGraph,
    needs: Sequence[Need],
    number: npt.NDArray[np.int32],
    company: npt.NDArray[np.int32],
    supposed: Held,
) -> Floats:
    """Return the share of the required certificates that each pair's company holds.

    Parameters
    ----------
    graph
        The snapshot.
    needs
        The leader's needs.
    number, company
        Of each pair: which need (position in ``needs``), and the candidate's position.
    supposed
        What else companies hold, for the question what would change.

    Returns
    -------
    (n_pairs,), 0-1; of several demands for one product the one met best counts. NaN where
    nothing is required, where one of the demands requires nothing, and where the company states
    no certificate at all.
    """
    value = np.full(company.size, np.nan)
    wanted = {at: wanted_certificates(graph, need) for at, need in enumerate(needs)}
    if not any(wanted.values()):
        return value
    keys = [certificate_key(name) for name in column(graph.certificates, "name").to_pylist()]
    for at, demands in wanted.items():
        here = np.flatnonzero(number == at)
        if not demands or not here.size:
            continue
        firms = company[here]
        states_some = graph.holds.indptr[firms + 1] > graph.holds.indptr[firms]
        states_some |= np.isin(firms, list(supposed))
        share = np.max([_share(graph, keys, firms, demand, supposed) for demand in demands], axis=0)
        value[here] = np.where(states_some, share, np.nan)
    return value


def _share(
    graph: ChainGraph,
    keys: Sequence[str],
    company: npt.NDArray[np.int32],
    wanted: Sequence[str],
    supposed: Held,
) -> Floats:
    met = np.zeros(company.size)
    certificate, owner = gather_rows(graph.holds, company)
    for name in wanted:
        mark = np.array([is_certificate(key, name) for key in keys], dtype=np.bool_)
        has = np.zeros(company.size, dtype=np.bool_)
        has[owner[mark[certificate]]] = True
        for firm, more in supposed.items():
            has |= (company == firm) & any(is_certificate(key, name) for key in more)
        met += has
    return met / len(wanted)


def wanted_certificates(graph: ChainGraph, need: Need) -> list[tuple[str, ...]]:
    """Return what each demand of a need requires; empty when one of them requires nothing."""
    demanded = [required_certificates(graph, row) for row in need.demands]
    return demanded if all(demanded) else []


def missing_certificates(graph: ChainGraph, need: Need, company: int) -> tuple[str, ...]:
    """Return what the company lacks for the demand it meets best, as comparable keys."""
    start, stop = graph.holds.indptr[company], graph.holds.indptr[company + 1]
    held = [
        certificate_key(cell(graph.certificates, "name", at))
        for at in graph.holds.indices[start:stop].tolist()
    ]
    lacking = [
        tuple(name for name in demand if not any(is_certificate(key, name) for key in held))
        for demand in wanted_certificates(graph, need)
    ]
    return min(lacking, key=lambda names: (len(names), names), default=())


def certificate_name(graph: ChainGraph, need: Need, key: str) -> str:
    """Return a required certificate as the demand spells it."""
    for row in need.demands:
        for name in (cell(graph.demands, "certification", row) or "").split(LIST_JOIN):
            if certificate_key(name) == key:
                return str(name).strip()
    return key


def is_certificate(held: str, wanted: str) -> bool:
    """Whether a certificate held is the one wanted: equal, or its code with a longer title."""
    return held == wanted or (len(wanted) >= 6 and any(map(str.isdigit, wanted)) and wanted in held)


def required_certificates(graph: ChainGraph, demand: int) -> tuple[str, ...]:
    """Return the certificates that one demand asks for, as comparable keys."""
    stated = graph.fact("demands", "certification", demand)
    if not stated:
        return ()
    keys = (certificate_key(part) for part in stated.split(LIST_JOIN))
    return tuple(dict.fromkeys(key for key in keys if key))


def certificate_key(name: str) -> str:
    """Return the comparable form of a certificate's name: no year of edition, no blanks.

    >>> certificate_key("IATF 16949:2016") == certificate_key("iatf16949")
    True
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    folded = re.sub(r"[:\-](19|20)\d\d$", "", folded.strip())
    return re.sub(r"[\s\-_/:·.]+|认证$|体系认证$|证书$", "", folded)
