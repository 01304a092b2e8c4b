"""Know which query counts an indicator at which grain.

An indicator names the query that counts it by town. Those below count the same columns at other
grains; an indicator of any other query is there by town only.
"""

from typing import Literal

from dashboard.contract.indicators import Indicator
from dashboard.warehouse.catalogue import named_queries

# No query counts the chosen places together, "district", once for all.
Grain = Literal["town", "community", "month", "town_month", "district"]

COUNTED_BY: dict[str, dict[Grain, str]] = {
    "coverage_by_town": {
        "community": "communities",
        "month": "district_by_month",
        "town_month": "coverage_by_town",
    },
    "occupancy_by_town": {
        "community": "occupancy_by_community",
        "month": "occupancy_by_month",
        "town_month": "occupancy_by_town",
    },
    "participation_by_town": {
        "community": "participation_by_community",
        "month": "participation_by_month",
        "town_month": "participation_by_town_and_month",
    },
    "turnover_by_town": {
        "community": "housing_by_community",
        "month": "district_by_month",
        "town_month": "turnover_by_town_and_month",
    },
    "proposals_by_town": {
        "month": "proposals_by_month",
        "town_month": "proposals_by_town_and_month",
    },
    "self_organised_by_town": {
        "community": "self_organised_by_community",
        "month": "self_organised_by_month",
        "town_month": "self_organised_by_town_and_month",
    },
    "replies_by_town": {
        "month": "replies_by_month",
        "town_month": "replies_by_town_and_month",
    },
    "living_by_town": {"month": "living_by_month", "town_month": "living_by_town"},
    "belonging_by_town": {"community": "belonging_by_community"},
    "overdue_by_town": {
        "community": "communities",
        "month": "district_by_month",
        "town_month": "overdue_by_town",
    },
}

# Their months are of one month each: what is asked for over a window adds them up.
ONE_MONTH_EACH = frozenset(
    {"turnover_by_town", "proposals_by_town", "self_organised_by_town", "replies_by_town"}
)


def query_at(indicator: Indicator, grain: Grain) -> str | None:
    """Name the query that counts an indicator at a grain; None if none does."""
    if grain == "town":
        return indicator.query
    name = COUNTED_BY.get(indicator.query, {}).get(grain)
    if name is None or not columns_to_measure(indicator) <= set(named_queries()[name].columns):
        return None
    return name


def columns_to_measure(indicator: Indicator) -> set[str]:
    """Give the counted columns that an indicator is made of."""
    columns = {indicator.numerator, indicator.denominator or indicator.numerator}
    if indicator.tier is not None:
        columns.add("tier")
    if indicator.mean_over_months:
        columns.add("month_count")
    return columns
