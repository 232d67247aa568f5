"""How sure a loss is: the cascade again and again, with everything that is estimated varied.

The choice: a draw never changes what a row states. It varies the amounts and levels that no row
states, and leaves out a spare maker as often as its PRODUCES relation is doubtful. What no row
mentions at all, a supplier that nobody wrote down, no draw can know; the answer says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.risk.cascade import Cascade, Shock, copies_for
from chainmap.risk.network import middle

if TYPE_CHECKING:
    from chainmap.risk.network import RiskNetwork
    from chainmap.risk.settings import RiskSettings

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Progress = Callable[[int, int], None]

LOW, HIGH = 0.1, 0.9


@dataclass(frozen=True, eq=False)
class Bands:
    """P10, P50 and P90 over the draws, rows in this order.

    Attributes
    ----------
    total
        (3, n_shocks) of the loss share of the network, NaN where nothing is sold.
    firms
        (3, n_firms asked about) of the output that each loses under the first shock.
    """

    total: Floats
    firms: Floats


def draws(network: RiskNetwork, settings: RiskSettings) -> Iterator[RiskNetwork]:
    """Yield ``draws.count`` networks; the same ones for the same content and settings.

    Notes
    -----
    Unstated amounts: × exp(ln(``amount_spread``) · z), z standard normal. Levels that may be higher
    than stated: drawn by ``draws.essential``, never below what is stated. Spare makers: in with
    their probability. Sales of firms without a revenue: recorded ÷ a ratio drawn from those of the
    firms that state both (from ``sales_firms`` of these on; ``middle``).
    """
    rule = settings.draws
    for number in range(rule.count):
        rng = np.random.default_rng([rule.seed, number])
        factor = np.exp(np.log(rule.amount_spread) * rng.standard_normal(network.n_supplies))
        amount = network.supply_amount * np.where(network.supply_guessed, factor, 1.0)
        drawn = rng.choice(3, network.n_intakes, p=rule.essential).astype(np.int8)
        level = np.where(
            network.intake_guessed, np.maximum(drawn, network.intake_stated), network.intake_level
        ).astype(np.int8)
        chance = rng.random(network.n_outlets)
        spare = chance < np.nan_to_num(network.outlet_spare)
        few = network.observed.size < settings.sales_firms
        ratio = 1.0 if few else rng.choice(middle(network.observed), network.n_firms)
        yield network.with_values(settings, amount, level, spare, ratio)


def bands(
    network: RiskNetwork,
    settings: RiskSettings,
    shocks: list[Shock],
    firms: Ints,
    *,
    exposed: Floats | None = None,
    progress: Progress | None = None,
) -> Bands:
    """Return how far the losses spread over the draws.

    Parameters
    ----------
    network, settings
        The supply network and the rules.
    shocks
        Followed side by side.
    firms
        Firms whose own losses are wanted, under the first shock.
    exposed
        As in ``Cascade.run``.
    progress
        Called with (draws done, draws).
    """
    total = np.empty((settings.draws.count, len(shocks)))
    lost = np.empty((settings.draws.count, firms.size))
    for number, drawn in enumerate(draws(network, settings)):
        copies = copies_for(drawn, len(shocks))
        cascade = Cascade(drawn, settings, copies=copies)
        for at in range(0, len(shocks), copies):
            batch = shocks[at : at + copies]
            cascade.run(batch, exposed=exposed)
            total[number, at : at + copies] = cascade.loss()[: len(batch)]
            if at == 0:
                lost[number] = 1 - np.minimum(cascade.downstream[firms], cascade.upstream[firms])
        if progress:
            progress(number + 1, settings.draws.count)
    parts = (LOW, 0.5, HIGH)
    return Bands(np.quantile(total, parts, axis=0), np.quantile(lost, parts, axis=0))
