"""Measure an indicator at a grain: what a page asks for when the grain is the user's choice."""

from dataclasses import replace
from math import isnan

import numpy as np
import pandas as pd

from dashboard.asking.grains import ONE_MONTH_EACH, Grain, columns_to_measure, query_at
from dashboard.asking.memo import remembered, remembered_for_all_towns
from dashboard.asking.questions import QueryResult, Questions
from dashboard.contract.columns import as_floats, rows_where, written_months
from dashboard.contract.filters import Filters
from dashboard.contract.indicators import Indicator, Months, add_up, measure, monthly, total
from dashboard.contract.windows import over_windows
from dashboard.insight.occupancy import occupancies


def measured(ask: Questions, indicator: Indicator, grain: Grain) -> QueryResult | None:
    """Measure an indicator over all towns at a grain, with ``key`` and ``name``.

    None where no query counts it at that grain.
    """
    return (
        ask.by_town(indicator) if grain == "town" else _measured_everywhere(ask, indicator, grain)
    )


@remembered_for_all_towns
def _measured_everywhere(ask: Questions, indicator: Indicator, grain: Grain) -> QueryResult | None:
    return _measured(ask, indicator, grain)


@remembered
def measured_here(ask: Questions, indicator: Indicator) -> QueryResult | None:
    """Measure an indicator month by month for the chosen towns and communities together."""
    return _measured(ask, indicator, "month")


def counted_at(ask: Questions, indicator: Indicator, grain: Grain) -> QueryResult:
    """Measure what is known to be counted at a grain."""
    counted = measured(ask, indicator, grain)
    assert counted is not None
    return counted


def counted_here(ask: Questions, indicator: Indicator) -> QueryResult:
    """Measure what is known to be counted by month, for the chosen places together."""
    counted = measured_here(ask, indicator)
    assert counted is not None
    return counted


@remembered
def months_here(ask: Questions, indicator: Indicator) -> Months:
    """Give the months of ``counted_here`` as key numbers and sentences need them: without intervals."""
    ask = _over_year(ask, indicator)
    counted = _counted(ask, indicator, "month")
    assert counted is not None
    months = monthly(counted.rows, indicator)
    if ask.is_known(indicator):
        return months
    return replace(months, value=np.full(len(months), np.nan))


@remembered
def added_here(ask: Questions, indicator: Indicator) -> pd.DataFrame:
    """Add up all that an indicator's query counts of the chosen places, and measure it: one row, or
    none where nothing was counted."""
    rows = ask.count(indicator.query).rows
    counts = [name for name in rows.columns if name != "town_code"]
    return measure(add_up(rows.assign(all=0), ["all"], counts), indicator)


@remembered
def tiers_by_month(ask: Questions) -> QueryResult:
    """Count the tiers for every month up to the end month, measured."""
    counted = ask.count("occupancy_by_month", start_month=ask.warehouse.months[0])
    return replace(counted, rows=occupancies(counted.rows))


@remembered
def ever_present(ask: Questions, filters: Filters) -> float:
    """Count who lived there at any time of the months that filters choose: the residents at their
    start and all who moved in.

    Who moved from one community to another is counted in both, so that it is the most there can have
    been; missing where a month of it is.
    """
    rows = ask.on(filters).district_months().rows
    rows = rows_where(rows, rows["month"].to_numpy() >= np.datetime64(filters.start_month))
    if rows.empty or rows["month"].iloc[0] != pd.Timestamp(filters.start_month):
        return float("nan")
    stood, moved_in, moved_out = (
        as_floats(rows[name]) for name in ("resident_count", "move_in_count", "move_out_count")
    )
    return float(stood[0] - moved_in[0] + moved_out[0] + moved_in.sum())


def _measured(ask: Questions, indicator: Indicator, grain: Grain) -> QueryResult | None:
    ask = _over_year(ask, indicator)
    counted = _counted(ask, indicator, grain)
    if counted is None:
        return None
    rows = ask.as_known(measure(counted.rows, indicator), indicator)
    rows = _named(ask, rows, grain).reset_index(drop=True)
    return replace(counted.showing(indicator), rows=rows)


def _over_year(ask: Questions, indicator: Indicator) -> Questions:
    """Ask over the year of which an indicator is, if it is of one."""
    return ask.on(ask.spanning(indicator)) if indicator.span == "year" else ask


def _counted(ask: Questions, indicator: Indicator, grain: Grain) -> QueryResult | None:
    """Count what an indicator is made of."""
    query, filters = query_at(indicator, grain), ask.filters
    if query is None:
        return None
    if grain != "community":
        counted = ask.count(query, start_month=ask.warehouse.months[0])
    elif indicator.span == "month_end":
        counted = ask.count(query, filters.at_end)
    else:
        counted = ask.count(query)
    if grain in ("month", "town_month") and indicator.query in ONE_MONTH_EACH:
        columns = tuple(sorted(columns_to_measure(indicator)))
        by = "town_code" if grain == "town_month" else None
        counted = replace(counted, rows=windows_to_end(ask, query, columns, indicator.query, by=by))
    return counted


@remembered
def windows_to_end(
    ask: Questions, query: str, columns: tuple[str, ...], whole: str, *, by: str | None = None
) -> pd.DataFrame:
    """Add what a query counts by month up to windows as long as the chosen one, one for each month
    that it could end with.

    A single month may be hidden or never reported where all of the chosen ones together are
    known: then ``whole``, a query, counts the last window.
    """
    months = [each for each in ask.warehouse.months if each <= ask.filters.end_month]
    rows = ask.count(query, start_month=ask.warehouse.months[0]).rows
    added = over_windows(rows, columns, months, ask.filters.window_months, by=by)
    if by is None and len(added) and any(isnan(added[column].iloc[-1]) for column in columns):
        chosen = ask.count(whole).rows
        added.loc[added.index[-1], list(columns)] = [total(chosen[column]) for column in columns]
    return added


def _named(ask: Questions, rows: pd.DataFrame, grain: Grain) -> pd.DataFrame:
    if grain == "month":
        return rows.assign(key=None, name=written_months(rows["month"]))
    if grain == "community":
        names = ask.communities["name"]
        return rows.assign(key=rows["community_code"], name=rows["community_code"].map(names))
    return rows.assign(key=rows["town_code"], name=rows["town_code"].map(ask.town_names()))
