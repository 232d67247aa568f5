"""Yearly figures and titles of the 示例 firms, made so that titles roughly fit the figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seed import draw

if TYPE_CHECKING:
    from seed.firms import Firm

YEARS = (2023, 2024, 2025)
TODAY = "2026-11-23"
"""The day the seed data was compiled; titles valid on it are current."""

INNOVATIVE = "创新型中小企业"
SPECIALISED = "专精特新中小企业"
LITTLE_GIANT = "专精特新“小巨人”企业"
HIGH_TECH = "高新技术企业"
LEVEL = {INNOVATIVE: "省级", SPECIALISED: "省级", LITTLE_GIANT: "国家级", HIGH_TECH: "国家级"}


@dataclass(frozen=True)
class Year:
    """One year of one firm; money in CNY."""

    year: int
    revenue_cny: float
    main_business_revenue_cny: float
    net_profit_cny: float
    total_assets_cny: float
    total_liabilities_cny: float
    rd_expense_cny: float
    employees: int
    rd_staff: int
    invention_patents: int


@dataclass(frozen=True)
class Award:
    """One title won in one year."""

    title: str
    year: int
    valid_to: str

    @property
    def is_current(self) -> bool:
        """Whether the title is valid on the day of the seed data."""
        return self.valid_to >= TODAY


def size_class(firm: Firm, industry: str) -> str:
    """Return 大型, 中型, 小型 or 微型: farms by revenue, all others as industry (工业).

    References
    ----------
    工信部联企业 (2011) 300号.
    """
    staff, revenue = firm.employees, firm.revenue_cny / 1e4
    if industry[:2] in {"01", "02", "03", "04", "05"}:
        steps = (revenue >= 20000, revenue >= 500, revenue >= 50)
    else:
        steps = (
            staff >= 1000 and revenue >= 40000,
            staff >= 300 and revenue >= 2000,
            staff >= 20 and revenue >= 300,
        )
    names = ("大型", "中型", "小型")
    return next((name for name, reached in zip(names, steps, strict=True) if reached), "微型")


def yearly(firm: Firm) -> list[Year]:
    """Return 2023-2025, the last with the firm's revenue; about a quarter reports nothing."""
    if not firm.leads and not draw.happens(0.76, "reports", firm.key):
        return []
    rows: list[Year] = []
    revenue = firm.revenue_cny
    for year in reversed(YEARS):
        rows.append(_year(firm, year, revenue))
        growth = draw.between(-0.08, 0.22 + 0.1 * firm.quality, "growth", firm.key, year)
        revenue /= 1 + growth
    return rows[::-1]


def _year(firm: Firm, year: int, revenue: float) -> Year:
    what = (firm.key, year)
    assets = revenue * draw.between(0.7, 1.6, "assets", firm.key)
    debt = draw.between(0.82, 0.38, "debt", firm.key) + draw.between(-0.03, 0.03, "debt", *what)
    research = 0.004 + 0.075 * firm.quality**1.6 + draw.between(-0.004, 0.006, "research", *what)
    staff = max(5, round(firm.employees * (1 - 0.04 * (2025 - year))))
    return Year(
        year=year,
        revenue_cny=draw.rounded(revenue, 4),
        main_business_revenue_cny=draw.rounded(
            revenue * draw.between(0.72, 0.98, "main", firm.key), 4
        ),
        net_profit_cny=draw.rounded(revenue * draw.between(-0.03, 0.13, "profit", *what), 3),
        total_assets_cny=draw.rounded(assets, 4),
        total_liabilities_cny=draw.rounded(assets * debt, 4),
        rd_expense_cny=draw.rounded(revenue * max(research, 0.002), 3),
        employees=staff,
        rd_staff=round(staff * (0.03 + 0.22 * firm.quality)),
        invention_patents=int(12 * firm.quality**3 * draw.between(0.4, 1.6, "patents", firm.key)),
    )


def awards(firm: Firm, industry: str, years: list[Year]) -> list[Award]:
    """Return the titles won, oldest first; large and stopped firms have none of the SME titles."""
    if not years or firm.status != "存续":
        return []
    last = years[-1]
    research = last.rd_expense_cny / last.revenue_cny
    won: list[Award] = []
    if firm.quality > 0.45 and research > 0.02:
        won.append(_award(HIGH_TECH, draw.whole(2022, 2025, HIGH_TECH, firm.key)))
    if size_class(firm, industry) == "大型" or firm.quality < 0.35:
        return won
    won.append(_award(INNOVATIVE, draw.whole(2022, 2024, INNOVATIVE, firm.key)))
    if firm.quality > 0.6 and last.revenue_cny >= 1.5e7:
        won.append(_award(SPECIALISED, draw.whole(2023, 2025, SPECIALISED, firm.key)))
    if firm.quality > 0.86 and last.revenue_cny >= 5e7:
        won.append(_award(LITTLE_GIANT, draw.whole(2024, 2025, LITTLE_GIANT, firm.key)))
    return sorted(won, key=lambda award: (award.year, award.title))


def _award(title: str, year: int) -> Award:
    return Award(title, year, f"{year + 3}-12-31")
