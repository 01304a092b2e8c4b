"""Measure an indicator at a grain: what a page asks for when the grain is the user's choice."""

from dataclasses import replace

import pandas as pd

from dashboard.insight.housing import occupancies
from dashboard.model.filters import Filters
from dashboard.model.indicators import Indicator, measure, total
from dashboard.model.windows import over_windows
from dashboard.ui.context import Context, Counted
from dashboard.warehouse.grains import ONE_MONTH_EACH, Grain, columns_to_measure, query_at


def measured(context: Context, indicator: Indicator, grain: Grain) -> Counted | None:
    """Measure an indicator over all towns at a grain, with ``key`` and ``name``.

    None where no query counts it at that grain.
    """
    if grain == "town":
        return context.by_town(indicator)
    query = query_at(indicator, grain)
    if query is None:
        return None
    return context.remember(
        "measured", grain, indicator.code,
        make=lambda: _measured(context, indicator, query, grain, context.everywhere),
    )  # fmt: skip


def measured_here(context: Context, indicator: Indicator) -> Counted | None:
    """Measure an indicator month by month for the chosen towns and communities together."""
    query = query_at(indicator, "month")
    if query is None:
        return None
    return context.remember_chosen(
        "measured-here", indicator.code,
        make=lambda: _measured(context, indicator, query, "month", context.filters),
    )  # fmt: skip


def counted_at(context: Context, indicator: Indicator, grain: Grain) -> Counted:
    """Measure what is known to be counted at a grain."""
    counted = measured(context, indicator, grain)
    assert counted is not None
    return counted


def counted_here(context: Context, indicator: Indicator) -> Counted:
    """Measure what is known to be counted by month, for the chosen places together."""
    counted = measured_here(context, indicator)
    assert counted is not None
    return counted


def tiers_by_month(context: Context) -> Counted:
    """Count the tiers for every month up to the end month, measured."""

    def make() -> Counted:
        counted = context.count("occupancy_by_month", start_month=context.warehouse.months[0])
        return replace(counted, rows=occupancies(counted.rows))

    return context.remember_chosen("tiers-by-month", make=make)


def _measured(
    context: Context, indicator: Indicator, query: str, grain: Grain, filters: Filters
) -> Counted:
    if grain != "community":
        counted = context.count(query, filters, start_month=context.warehouse.months[0])
    elif indicator.span == "month_end":
        counted = context.count(query, replace(filters, start_month=filters.end_month))
    else:
        counted = context.count(query, filters)
    rows = counted.rows
    if grain in ("month", "town_month") and indicator.query in ONE_MONTH_EACH:
        months = [each for each in context.warehouse.months if each <= filters.end_month]
        columns = sorted(columns_to_measure(indicator))
        rows = over_windows(
            rows, columns, months, filters.window_months,
            by="town_code" if grain == "town_month" else None,
        )  # fmt: skip
        if grain == "month" and rows[columns].tail(1).isna().any(axis=None):
            # The few persons of single months are hidden: those of the whole window need not be.
            window = context.count(indicator.query, filters).rows
            rows.loc[rows.index[-1], columns] = [total(window[column]) for column in columns]
    rows = measure(rows, indicator)
    rows = _named(context, rows, grain).reset_index(drop=True)
    counted = replace(counted.showing(indicator), rows=rows)
    return context.as_sure(counted, indicator) if grain == "community" else counted


def _named(context: Context, rows: pd.DataFrame, grain: Grain) -> pd.DataFrame:
    if grain == "month":
        return rows.assign(key=None, name=rows["month"].dt.strftime("%Y-%m"))
    if grain == "community":
        names = context.communities["name"]
        return rows.assign(key=rows["community_code"], name=rows["community_code"].map(names))
    return rows.assign(key=rows["town_code"], name=rows["town_code"].map(context.town_names()))
