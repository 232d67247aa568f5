"""What the zone could make next (延链): products whose inputs it already covers.

The choice: covered inputs say that it could be supplied, relatedness density says whether places
that make such things make this too; both are shown, neither is hidden in one score. A product with
an unknown input is judged by what is known of all its recipe rows, an input nobody makes is 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.evidence import cite, note
from chainmap.analysis.graph import ChainGraph, EdgeRef, cell
from chainmap.gaps.find import GapKind, Verdict
from chainmap.gaps.space import density
from chainmap.gaps.targets import find_targets
from chainmap.texts import say

if TYPE_CHECKING:
    from chainmap.gaps.find import ZoneState
    from chainmap.gaps.space import ProductSpace
    from chainmap.gaps.targets import ZoneReport
    from chainmap.gaps.thresholds import GapThresholds

Floats = npt.NDArray[np.float64]

MOST_CITED = 3


@dataclass(frozen=True, slots=True)
class Extension:
    """A product that nobody local makes and whose inputs are covered.

    ``covered`` is the share of its inputs covered here (0-1), ``feasibility`` the relatedness
    density of the zone around it (0-1, NaN where nothing is related), ``entries`` its recipe rows
    in ``graph.inputs``, ``shares`` and ``here`` the weight of each and how far it is covered.
    """

    product: int
    covered: float
    feasibility: float
    entries: tuple[int, ...]
    shares: tuple[float, ...]
    here: tuple[float, ...]


def find_extensions(
    graph: ChainGraph, state: ZoneState, space: ProductSpace, bounds: GapThresholds
) -> list[Extension]:
    """Return the products to extend into, the best covered and most feasible first.

    Parameters
    ----------
    graph, state, space
        The snapshot, the zone's state and the product space.
    bounds
        ``extension`` is the least share of inputs covered, ``missing`` the probability from which
        nobody local makes the product.

    Notes
    -----
    covered(q) = Σ a(p, q) κ(p) ÷ Σ a(p, q); a = cost shares where all of q's are known, else
    factors of essentiality; κ = min(1, supply ÷ demand) where known, else 1 - P(no local maker).
    Order: covered × (0.5 + 0.5 · feasibility), unknown feasibility as 0. O(inputs).
    """
    supply = state.supply
    here = _covered(state)
    made = 1 - supply.p_no_maker
    rows = np.repeat(np.arange(graph.n_products), np.diff(graph.recipes.indptr))
    apart = graph.recipes.indices != rows
    entry, source, target = graph.recipes.data[apart], graph.recipes.indices[apart], rows[apart]
    share = _weights(graph, entry, target, bounds)
    whole = np.bincount(target, share, graph.n_products)
    told = np.bincount(target, share * here[source], graph.n_products)
    covered = np.divide(told, whole, out=np.zeros(graph.n_products), where=whole > 0)
    new = (supply.p_no_maker >= bounds.missing) & ~(supply.park_capacity > 0)
    chosen = np.flatnonzero(new & (covered >= bounds.extension))
    near = np.full(graph.n_products, np.nan)
    near[chosen] = density(made, space.places, chosen)
    alone = chosen[np.isnan(near[chosen])]
    near[alone] = density(made, space.made, alone)
    value = covered * (0.5 + 0.5 * np.nan_to_num(near))
    starts = np.searchsorted(target, np.arange(graph.n_products + 1))
    found = []
    for product in chosen[np.lexsort((chosen, -np.round(value[chosen], 9)))].tolist():
        span = slice(starts[product], starts[product + 1])
        found.append(
            Extension(
                product,
                float(covered[product]),
                float(near[product]),
                tuple(int(one) for one in entry[span]),
                tuple((share[span] / whole[product]).tolist()),
                tuple(here[source[span]].tolist()),
            )
        )
    return found


def _covered(state: ZoneState) -> Floats:
    """Return how far each product is covered locally (0-1)."""
    here = 1 - state.supply.p_no_maker
    available = state.supply.supply
    wanted = np.fmax(state.demand.pull, state.demand.push)
    with np.errstate(invalid="ignore"):
        known = (available > 0) & (wanted > 0)
    here[known] = np.minimum(1.0, available[known] / wanted[known])
    return np.asarray(here, dtype=np.float64)


def _weights(
    graph: ChainGraph, entry: npt.NDArray[np.int64], target: npt.NDArray[np.int64],
    bounds: GapThresholds,
) -> Floats:  # fmt: skip
    """Return cost shares where all of a product's are known and in 0-1, else essential factors."""
    cost = graph.input_cost_share[entry]
    with np.errstate(invalid="ignore"):
        usable = (cost >= 0) & (cost <= 1)
    unknown = np.bincount(target, ~usable, graph.n_products) > 0
    factor = np.array([bounds.essential[key] for key in (0, 1, 2, -1)])
    essential = factor[graph.input_essential[entry].astype(np.int64)]
    return np.where(unknown[target], essential, np.nan_to_num(cost))


def extension_rows(
    graph: ChainGraph, report: ZoneReport, found: list[Extension], chain: int | None, most: int
) -> list[dict[str, object]]:
    """Return the answer rows of one zone, one a product and chain; origins are looked up once."""
    refs = {one.product: _refs(graph, one) for one in found}
    origins = graph.origins(sorted({ref for some in refs.values() for ref in some}))
    rows: list[dict[str, object]] = []
    for one in found:
        chains = graph.in_chain
        placed = np.sort(
            chains.indices[chains.indptr[one.product] : chains.indptr[one.product + 1]]
        )
        kept = [at for at in placed.tolist() or [None] if chain in {None, at}]
        if not kept:
            continue
        inputs = _inputs(graph, one)
        evidence = [note(_arithmetic(one, len(inputs)))]
        for ref, part in zip(refs[one.product][:MOST_CITED], inputs, strict=False):
            evidence += cite(_input_text(graph, one.product, str(part["product"])), ref, origins)
        about = (GapKind.MISSING, one.product, Verdict.GAP)
        targets = find_targets(graph, about, report, most)
        rows += [
            {
                "region": report.region,
                "chain": None if at is None else cell(graph.chains, "name", at),
                "product_id": cell(graph.products, "id", one.product),
                "product": cell(graph.products, "name", one.product),
                "covered": round(one.covered, 6),
                "feasibility": None if np.isnan(one.feasibility) else round(one.feasibility, 6),
                "inputs": inputs,
                "evidence": evidence,
                "targets": targets,
            }
            for at in kept
        ]
    return rows


def _inputs(graph: ChainGraph, one: Extension) -> list[dict[str, object]]:
    """Return the inputs of an extension, the weightiest first."""
    parts = zip(_sources(graph, one), one.shares, one.here, strict=True)
    return [
        {
            "product_id": cell(graph.products, "id", source),
            "product": cell(graph.products, "name", source),
            "share": round(share, 6),
            "covered": round(here, 6),
        }
        for source, share, here in sorted(parts, key=lambda part: (-part[1], part[0]))
    ]


def _sources(graph: ChainGraph, one: Extension) -> list[int]:
    entries = np.array(one.entries, dtype=np.int64)
    found: list[int] = (np.searchsorted(graph.inputs.indptr, entries, side="right") - 1).tolist()
    return found


def _refs(graph: ChainGraph, one: Extension) -> list[EdgeRef]:
    """Return the recipe rows of an extension in the order of ``_inputs``."""
    target = cell(graph.products, "id", one.product)
    return [EdgeRef("INPUT_TO", str(part["product_id"]), target) for part in _inputs(graph, one)]


def _input_text(graph: ChainGraph, product: int, source: str) -> str:
    target = cell(graph.products, "name", product)
    return say("match.input", lang="zh", source=source, target=target, essential="")


def _arithmetic(one: Extension, count: int) -> str:
    unknown = say("gaps.unknown_amount", lang="zh")
    return say(
        "gaps.extension",
        lang="zh",
        count=count,
        covered=f"{one.covered:.0%}",
        feasibility=unknown if np.isnan(one.feasibility) else f"{one.feasibility:.2f}",
    )
