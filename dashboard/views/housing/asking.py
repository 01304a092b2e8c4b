"""Ask for what several figures of the page stand on: tiers and communities, measured."""

from dataclasses import replace

import pandas as pd

from dashboard.asking.measured import tiers_by_month
from dashboard.asking.questions import QueryResult
from dashboard.contract.filters import Filters
from dashboard.contract.indicators import Indicator, measure
from dashboard.insight.housing import by_community, without_faults
from dashboard.ui.context import Context


def tiers_at_end(context: Context, rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["month"] == pd.Timestamp(context.filters.end_month)]


def usual_indicator(context: Context) -> str:
    """Name the occupancy of the tier chosen, or of that which most of the communities have."""
    if context.filters.tiers:
        return f"occupancy_{context.filters.tiers[0]}"

    def make() -> str:
        now = tiers_at_end(context, tiers_by_month(context).rows)
        return f"occupancy_{now.at[now['community_count'].idxmax(), 'tier']}"

    return context.remember_chosen("housing-usual-indicator", make=make)


def beside(context: Context) -> Filters:
    """The filters of figures that show the chosen communities among the others."""
    return replace(context.filters, community_codes=())


def by_communities(context: Context, filters: Filters) -> pd.DataFrame:
    """Describe the communities of some filters, with ``key`` and ``name``."""

    def make() -> pd.DataFrame:
        rows = by_community(
            context.count("housing_by_community", filters).rows,
            context.count("occupancy_by_community", filters.at_end).rows,
            filters.end_month,
        )
        names = rows["name_zh" if context.say.language == "zh" else "name_en"]
        return rows.assign(key=rows["community_code"], name=names)

    return context.warehouse.remember(("housing-communities", context.say.language, filters), make)


def fault_count(context: Context) -> int:
    rows = tiers_by_month(context).rows
    is_chosen = rows["month"] >= pd.Timestamp(context.filters.start_month)
    return int(rows.loc[is_chosen, "over_let_count"].sum())


def measured_communities(context: Context, indicator: Indicator, filters: Filters) -> QueryResult:
    """Measure the indicator for every community of some filters, with ``key`` and ``name``."""

    def make() -> QueryResult:
        people = context.count("housing_by_community", filters)
        if indicator.tier:
            counted = context.count("occupancy_by_community", filters.at_end)
            operators = people.rows[["community_code", "operator"]]
            rows = counted.rows.merge(operators, on="community_code")
        else:
            counted, rows = people, people.rows
        rows = without_faults(measure(rows, indicator), indicator)
        code = rows["community_code"]
        rows = rows.assign(key=code, name=code.map(context.communities["name"]))
        return replace(counted.showing(indicator), rows=rows)

    key = ("housing-measured", indicator.code, context.say.language, filters)
    return context.warehouse.remember(key, make)
