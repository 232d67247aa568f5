"""The systemic index: what is lost when each firm stops, one after the other.

The choice: firms go through the cascade a batch at a time (copies of one network), and batches go
to a few processes; a firm's figure is the same whatever batch or process it falls into.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.risk.cascade import Cascade, Shock, copies_for
from chainmap.risk.families import take_away

if TYPE_CHECKING:
    from chainmap.analysis.graph import ChainGraph
    from chainmap.risk.network import RiskNetwork
    from chainmap.risk.settings import RiskSettings

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Progress = Callable[[int, int], None]

COPIES = 32
"""Shocks that go side by side; of a wide network fewer, so that their state stays small."""
_CHUNK = 4_096
_ALONE = 20_000
"""Firms up to which a second process costs more than it brings."""


def systemic_index(
    network: RiskNetwork,
    settings: RiskSettings,
    *,
    firms: Ints | None = None,
    tolerance: float | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> Floats:
    """Return the share of all sales that is lost when a firm stops for good.

    Parameters
    ----------
    network, settings
        The supply network, and how far a cascade is followed.
    firms
        Which firms; default: all.
    tolerance
        A fall of output below this is not passed on; default: that of the settings.
    workers
        Processes; 1 stays in this one.
    progress
        Called with (firms done, firms).

    Returns
    -------
    (n_firms,) shares 0-1, NaN for firms without any recorded supply, or not asked for: what hangs
    on those is unknown.

    Notes
    -----
    O(supplies reached) a firm. Interrupting loses only what was under way.
    """
    index = np.full(network.n_firms, np.nan)
    asked = np.flatnonzero(network.connected)
    if firms is not None:
        asked = np.intersect1d(asked, firms)
    chunks = [asked[at : at + _CHUNK] for at in range(0, asked.size, _CHUNK)]
    told = _results(network, settings, tolerance, chunks, workers if asked.size > _ALONE else 1)
    done = 0
    for chunk, loss in zip(chunks, told, strict=True):
        index[chunk] = loss
        done += chunk.size
        if progress:
            progress(done, asked.size)
    return index


def product_losses(
    graph: ChainGraph,
    network: RiskNetwork,
    settings: RiskSettings,
    products: Ints,
    *,
    progress: Progress | None = None,
) -> Floats:
    """Return the share of all sales that is lost when a product cannot be had at all.

    Parameters
    ----------
    graph, network, settings
        The snapshot, its supply network, and how far a cascade is followed.
    products
        Which products; each stops with the kinds of it.
    progress
        Called with (products done, products).

    Returns
    -------
    (n_products,) shares 0-1, NaN for products that nobody is recorded to buy, or not asked for.
    """
    found = np.full(graph.n_products, np.nan)
    shocks: list[tuple[int, Shock]] = []
    for product in products.tolist():
        taken = take_away(graph, network, settings, np.array([product]), 0.0)
        if np.isnan(network.outlet_spare[taken.outlets]).any():  # somebody is recorded to buy it
            nobody = np.empty(0, np.int64)
            shocks.append((product, Shock(nobody, np.empty(0), taken.outlets, taken.delivered)))
    cascade = make_cascade(network, settings, None)
    for at in range(0, len(shocks), cascade.copies):
        batch = shocks[at : at + cascade.copies]
        cascade.run([shock for _, shock in batch])
        found[[product for product, _ in batch]] = cascade.loss()[: len(batch)]
        if progress:
            progress(min(at + cascade.copies, len(shocks)), len(shocks))
    return found


def _results(
    network: RiskNetwork,
    settings: RiskSettings,
    tolerance: float | None,
    chunks: list[Ints],
    workers: int,
) -> Iterator[Floats]:
    if workers <= 1:
        cascade = make_cascade(network, settings, tolerance)
        for chunk in chunks:
            yield losses(cascade, chunk)
        return
    # Spawned everywhere as on Windows: a fork would copy locks that other threads hold.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=_begin, initargs=(network, settings, tolerance)
    ) as pool:
        try:
            yield from pool.map(_losses, chunks)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def make_cascade(network: RiskNetwork, settings: RiskSettings, tolerance: float | None) -> Cascade:
    """Return a cascade of as many copies as its state may have room for."""
    copies = copies_for(network, COPIES)
    return Cascade(network, settings, copies=copies, tolerance=tolerance)


def losses(cascade: Cascade, firms: Ints) -> Floats:
    """Return the loss when each of some firms stops."""
    found = []
    for at in range(0, firms.size, cascade.copies):
        batch = firms[at : at + cascade.copies]
        cascade.run_firms(batch)
        found.append(cascade.loss()[: batch.size])
    return np.concatenate(found) if found else np.empty(0)


_CASCADE: list[Cascade] = []


def _begin(network: RiskNetwork, settings: RiskSettings, tolerance: float | None) -> None:
    _CASCADE[:] = [make_cascade(network, settings, tolerance)]


def _losses(firms: Ints) -> Floats:
    return losses(_CASCADE[0], firms)
