"""The supply network as the cascade walks it: who delivers what to whom, how much hangs on it.

The choice: goods are delivered by (firm, product) pairs, "outlets", to (customer, product) pairs,
"intakes"; everything is an array over one of these or over the supplies between them, so that many
shocks can be followed at once. What the rows do not say is filled by a stated rule and marked, and
the marks are what the Monte-Carlo draws vary.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainmap.analysis.graph import places_in, places_of_runs

if TYPE_CHECKING:
    from chainmap.risk.settings import RiskSettings

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NO_EFFECT, LINEAR, STOPS = 0, 1, 2
"""Levels of an input: none, output falls in step, output stops without it (Diem et al. 2022)."""

REVENUE, RECORDED, PURCHASES, ESTIMATED = "revenue", "recorded", "purchases", "estimated"
"""What the sales of a firm rest on: its revenue, its recorded sales, what it is recorded to buy, or
its recorded sales and how large a part others record."""


@dataclass(frozen=True, eq=False)
class RiskNetwork:
    """Supplies between firms with everything that a cascade needs.

    Firms are positions of the snapshot's companies. Goods are positions of its products; behind
    them one further number for each firm that supplies something that its row does not name, for
    nothing is known to replace that.

    Attributes
    ----------
    n_firms, n_goods
        Counts.
    outlet_firm, outlet_good
        Sorted by firm, then good: what a firm delivers, or makes and could deliver.
    outlet_spare
        Probability that a firm without recorded sales of the good makes it; NaN with sales.
    outlet_counts
        Whether the firm counts as a maker of the good: with recorded sales, or likely enough (in a
        draw: drawn).
    outlet_size
        Sales in CNY; of a spare maker what it could sell, 0 where it does not count.
    outlet_share
        Share of the firm's revenue that the good brings, as stated (0-1); NaN where it is not.
    outlet_start
        (n_firms + 1,): the outlets of each firm.
    kin_narrow, kin_broad
        Pairs of outlets of one firm of which the good of the first is a kind of the other's.
    intake_customer, intake_good
        Sorted by customer, then good: what a firm buys.
    intake_level
        NO_EFFECT, LINEAR or STOPS.
    intake_stated
        The highest level that a row states, -1 where none does.
    intake_guessed
        Whether the level may be higher than stated, or none is stated.
    intake_cost_share
        Share of the good in the costs of what the customer makes of it, as stated (0-1), the
        highest of its recipes; NaN where one of them states none.
    intake_reach
        Share of the customer's revenue that comes from what the good is needed for, as stated
        (0-1); 1 where that is not known.
    intake_own
        Whether the customer makes the good, or a kind of it, itself.
    supply_outlet, supply_intake
        Ends of each supply, sorted by outlet, then intake.
    supply_row
        Row of ``graph.supply_edges``.
    supply_amount
        CNY a year, above 0.
    supply_guessed
        Whether amount or good is not stated.
    revenue
        (n_firms,) CNY a year as stated, of firms with a recorded supply; NaN: unknown.
    observed
        Ascending: recorded sales ÷ revenue of each firm that states both, at most 1.
    sales, spent
        (n_firms,) r and c: what each firm sells (``total_sales``) and buys in all, CNY a year.
    skipped
        Rows that tell of a firm that supplies itself: no part of the network.
    closed_rows
        Rows that tell of a firm that is struck off or suspended: no part of the network.
    """

    n_firms: int
    n_goods: int
    outlet_firm: Ints
    outlet_good: Ints
    outlet_spare: Floats
    outlet_counts: Flags
    outlet_size: Floats
    outlet_share: Floats
    outlet_start: Ints
    kin_narrow: Ints
    kin_broad: Ints
    intake_customer: Ints
    intake_good: Ints
    intake_level: npt.NDArray[np.int8]
    intake_stated: npt.NDArray[np.int8]
    intake_guessed: Flags
    intake_cost_share: Floats
    intake_reach: Floats
    intake_own: Flags
    supply_outlet: Ints
    supply_intake: Ints
    supply_row: Ints
    supply_amount: Floats
    supply_guessed: Flags
    revenue: Floats
    observed: Floats
    sales: Floats
    spent: Floats
    skipped: int
    closed_rows: Ints

    @property
    def n_outlets(self) -> int:
        """Number of (firm, good) pairs that deliver or could."""
        return int(self.outlet_firm.size)

    @property
    def n_intakes(self) -> int:
        """Number of (customer, good) pairs."""
        return int(self.intake_customer.size)

    @property
    def n_supplies(self) -> int:
        """Number of supplies."""
        return int(self.supply_row.size)

    @cached_property
    def supply_start(self) -> Ints:
        """(n_outlets + 1,): the supplies of each outlet."""
        return starts_sorted(self.supply_outlet, self.n_outlets)

    @cached_property
    def supplier(self) -> Ints:
        """Firm that delivers each supply."""
        return self.outlet_firm[self.supply_outlet]

    @cached_property
    def by_customer(self) -> tuple[Ints, Ints]:
        """Start of each customer's run, and the supplies sorted by customer."""
        customer = self.intake_customer[self.supply_intake]
        return starts_of(customer, self.n_firms), np.argsort(customer, kind="stable")

    @cached_property
    def intake_total(self) -> Floats:
        """E: what each customer buys of a good, CNY."""
        return added(self.supply_intake, self.supply_amount, self.n_intakes)

    @cached_property
    def share_of_intake(self) -> Floats:
        """W ÷ E: the share of each supply in what its customer buys of the good."""
        return self.supply_amount / self.intake_total[self.supply_intake]

    @cached_property
    def intake_need(self) -> Floats:
        """What a firm loses of its output when it has none of a good at all, by the good's level.

        LINEAR: the share of the good in the costs, as stated, else E ÷ c; where these come to more
        than 1, in proportion. STOPS: 1. Either only of what it is needed for (``intake_reach``).
        """
        recorded = self.intake_total / self.spent[self.intake_customer]
        cost = np.where(np.isnan(self.intake_cost_share), recorded, self.intake_cost_share)
        linear = np.where(self.intake_level == LINEAR, cost * self.intake_reach, 0.0)
        whole = np.maximum(1.0, added(self.intake_customer, linear, self.n_firms))
        shared = linear / whole[self.intake_customer]
        return np.where(self.intake_level == STOPS, self.intake_reach, shared)

    @cached_property
    def intake_weight(self) -> Floats:
        """What a firm loses of its output when nobody delivers a good to it any more.

        Of a good that it makes itself no more than what it buys is worth to it: E ÷ r.
        """
        worth = np.minimum(1.0, self.intake_total / self.sales[self.intake_customer])
        return np.where(self.intake_own, np.minimum(self.intake_need, worth), self.intake_need)

    @cached_property
    def outlet_intake(self) -> Ints:
        """The intake of the same firm and good that each outlet spares a part of; -1: none."""
        keys = self.intake_customer * self.n_goods + self.intake_good
        found = places_in(keys, self.outlet_firm * self.n_goods + self.outlet_good)
        own = np.append(self.intake_own, False)[found]
        return np.where(own, found, -1)

    @cached_property
    def bought(self) -> Floats:
        """What each firm is recorded to buy, CNY."""
        return added(self.intake_customer, self.intake_total, self.n_firms)

    @cached_property
    def recorded_sales(self) -> Floats:
        """What each firm is recorded to sell, CNY; 0 without a recorded customer."""
        return added(self.supplier, self.supply_amount, self.n_firms)

    @cached_property
    def share_of_sales(self) -> Floats:
        """W ÷ r: the share of each supply in all that its supplier sells.

        Where amounts that nobody stated come to more than the revenue, W ÷ what is recorded.
        """
        return self.supply_amount / np.maximum(self.sales, self.recorded_sales)[self.supplier]

    @cached_property
    def by_good(self) -> tuple[Ints, Ints]:
        """Start of each good's run, and the outlets sorted by good."""
        order = np.argsort(self.outlet_good, kind="stable")
        return starts_of(self.outlet_good, self.n_goods), order

    @cached_property
    def outlet_unrecorded(self) -> Floats:
        """What the stated share of a good in its firm's revenue exceeds its recorded sales by.

        A share of the firm's sales: what customers that nobody wrote down buy of this good. Sales
        that are recorded under a broader or a narrower name beyond what is stated for that count
        for the good as well, in step with what it lacks.
        """
        recorded = added(self.supply_outlet, self.share_of_sales, self.n_outlets)
        stated = np.where(self.outlet_counts, np.nan_to_num(self.outlet_share), 0.0)
        lacks = np.maximum(0.0, stated - recorded)
        if not self.kin_narrow.size:
            return lacks
        giver = np.concatenate([self.kin_broad, self.kin_narrow])
        taker = np.concatenate([self.kin_narrow, self.kin_broad])
        asked = added(giver, lacks[taker], self.n_outlets)
        given = np.minimum(np.maximum(0.0, recorded - stated), asked)
        part = np.divide(given, asked, out=np.zeros(asked.size), where=asked > 0)
        covered = added(taker, lacks[taker] * part[giver], self.n_outlets)
        return np.maximum(0.0, lacks - covered)

    def sales_basis(self, firm: int) -> str | None:
        """Return what the sales of a firm rest on; None where they are unknown."""
        if not self.connected[firm]:
            return None
        recorded, sales = self.recorded_sales[firm], self.sales[firm]
        if not np.isnan(self.revenue[firm]):
            return REVENUE if sales <= self.revenue[firm] else RECORDED
        if sales <= recorded:
            return RECORDED
        return PURCHASES if sales <= self.bought[firm] else ESTIMATED

    @cached_property
    def sales_assumed(self) -> Flags:
        """Whether the sales of a firm are taken from what is recorded, for want of a revenue."""
        return np.isnan(self.revenue) & self.connected

    @cached_property
    def good_size(self) -> Floats:
        """Σ size of the outlets of each good: what all its makers sell or could."""
        return added(self.outlet_good, self.outlet_size, self.n_goods)

    @cached_property
    def average_intake(self) -> Floats:
        """What a customer of each good buys of it on average, CNY; 0 where nobody does."""
        return _average_intake(
            self.intake_good, self.supply_intake, self.supply_amount, self.n_goods
        )

    @cached_property
    def connected(self) -> Flags:
        """Whether any supply of or to each firm is recorded."""
        told = np.zeros(self.n_firms, dtype=np.bool_)
        told[self.supplier] = True
        told[self.intake_customer] = True
        return told

    def with_values(
        self,
        settings: RiskSettings,
        amount: Floats,
        level: npt.NDArray[np.int8],
        spare: Flags,
        ratio: Floats | float | None = None,
    ) -> RiskNetwork:
        """Return the network with other amounts, levels, and spare makers that take part.

        ``ratio``: recorded sales ÷ all sales of the firms that state no revenue; default: the
        typical one.
        """
        sold = added(self.supply_outlet, amount, self.n_outlets)
        room = settings.spare_customers * _average_intake(
            self.intake_good, self.supply_intake, amount, self.n_goods
        )
        known = np.isnan(self.outlet_spare)
        size = np.where(known, sold, np.where(spare, room[self.outlet_good], 0.0))
        ratio = typical_ratio(self.observed, settings) if ratio is None else ratio
        customer = self.intake_customer[self.supply_intake]
        bought = added(customer, amount, self.n_firms)
        recorded = added(self.supplier, amount, self.n_firms)
        stated = added(self.supplier, np.where(self.supply_guessed, 0.0, amount), self.n_firms)
        sales = total_sales(recorded, stated, bought, self.revenue, ratio)
        return replace(
            self,
            supply_amount=amount,
            intake_level=level,
            outlet_counts=known | spare,
            outlet_size=size,
            sales=sales,
            spent=np.clip(bought / ratio, bought, np.maximum(sales, bought)),
        )


def total_sales(
    recorded: Floats, stated: Floats, bought: Floats, revenue: Floats, ratio: Floats | float
) -> Floats:
    """Return what each firm sells in all, CNY a year.

    Parameters
    ----------
    recorded, stated, bought
        What it is recorded to sell, the part of that with a stated amount, and what it buys.
    revenue
        As stated; NaN: unknown.
    ratio
        Recorded sales ÷ all sales of firms that state no revenue.

    Notes
    -----
    The revenue, or the stated sales where these are more; without a revenue recorded ÷ ratio, and
    at least what it buys. What is not recorded goes to customers that no outage here reaches.
    """
    assumed = np.maximum(recorded / ratio, bought)
    return np.where(np.isnan(revenue), assumed, np.fmax(revenue, stated))


def middle(observed: Floats) -> Floats:
    """Return ascending ratios without the lowest and the highest tenth.

    A firm of which next to nothing is recorded would outweigh all others.
    """
    cut = observed.size // 10
    return observed[cut : observed.size - cut]


def typical_ratio(observed: Floats, settings: RiskSettings) -> float:
    """Return the harmonic mean of the ``middle`` of recorded sales ÷ revenue.

    What firms are taken to sell is then on average what the draws take. 1 where too few firms state
    both: the recorded customers of a firm are taken for all it has, lost sales are upper bounds.
    """
    if observed.size < settings.sales_firms:
        return 1.0
    return float(1.0 / np.mean(1.0 / middle(observed)))


def spans(start: Ints, rows: npt.NDArray[np.int64]) -> tuple[Ints, Ints]:
    """Return the positions of several runs one after the other, and which of ``rows`` each is of.

    >>> spans(np.array([0, 2, 3, 6]), np.array([2, 0]))[0].tolist()
    [3, 4, 5, 0, 1]
    """
    return places_of_runs(start[rows], start[rows + 1])


def added(at: Ints, value: Floats, size: int) -> Floats:
    """Return the sum of ``value`` at each of ``size`` places."""
    return np.asarray(np.bincount(at, value, minlength=size), dtype=np.float64)


def starts_sorted(sorted_owner: Ints, size: int) -> Ints:
    """Return (size + 1,): where the run of each owner begins, of owners in ascending order."""
    return np.searchsorted(sorted_owner, np.arange(size + 1)).astype(np.int64)


def starts_of(owner: Ints, size: int) -> Ints:
    """Return (size + 1,): where the run of each owner would begin, were they sorted."""
    counts = np.bincount(owner, minlength=size)
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)


def _average_intake(intake_good: Ints, intake: Ints, amount: Floats, n_goods: int) -> Floats:
    """Return what a customer of each good buys of it on average, CNY; 0 where nobody does."""
    total = added(intake, amount, intake_good.size)
    bought = added(intake_good, total, n_goods)
    customers = np.bincount(intake_good, minlength=n_goods)
    return np.divide(bought, customers, out=np.zeros(n_goods), where=customers > 0)
