"""Tell what changed since the period before, or a year before, in short lines from counted data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from dashboard.contract.columns import by_month
from dashboard.contract.indicators import Indicator, as_written, percent
from dashboard.contract.rounding import number_written, rounded
from dashboard.language import Say

ByMonth = Mapping[pd.Timestamp, float]
# Of fewer no change of a share is told: one more or less would be ten points.
LEAST_COMPARED = 10
# Changes of counts from here on are told in percent.
LEAST_IN_PERCENT = 10_000


@dataclass(frozen=True)
class Earlier:
    """Name the months that changes may be told against: the last of the period before, and the
    end month a year before, None where so long a window would overlap that of a year before.

    ``is_whole_years``: the chosen months and the period before have all seasons alike.
    """

    period: pd.Timestamp
    year: pd.Timestamp | None = None
    is_whole_years: bool = False


@dataclass(frozen=True)
class Before:
    """Hold an earlier value, NaN where there is none, and whether it is of a year before."""

    value: float
    is_of_year: bool = False


def value_before(values: ByMonth, earlier: Earlier, indicator: Indicator) -> Before:
    """Find what a value is compared with: a seasonal one with the same months a year before, or
    with nothing; others with the period before."""
    if indicator.is_seasonal and not earlier.is_whole_years:
        of_year = None if earlier.year is None else values.get(earlier.year)
        return Before(float("nan") if of_year is None else float(of_year), is_of_year=True)
    of_period = values.get(earlier.period)
    return Before(float("nan") if of_period is None or pd.isna(of_period) else float(of_period))


def are_few(
    denominators: ByMonth, months: tuple[pd.Timestamp, pd.Timestamp], indicator: Indicator
) -> bool:
    """Tell whether shares are of so few that their change tells nothing."""
    if indicator.uncertainty == "none":
        return False
    return any(denominators.get(month, LEAST_COMPARED) < LEAST_COMPARED for month in months)


def difference_shown(now: float, before: float, indicator: Indicator) -> float:
    """Give the difference of two values as they are written, so that a reader finds the same."""
    return as_written(as_written(now, indicator) - as_written(before, indicator), indicator)


Way = Literal["none", "same", "points", "percent", "plain"]


def change_of(now: float | None, before: float, indicator: Indicator) -> tuple[Way, float]:
    """Give a change in the way it is told: points for shares, percent for large counts, else the
    plain difference."""
    if now is None or pd.isna(now) or pd.isna(before):
        return "none", float("nan")
    difference = difference_shown(now, before, indicator)
    if difference == 0:
        return "same", 0.0
    if indicator.kind == "share":
        return "points", difference
    if indicator.kind == "count" and before >= LEAST_IN_PERCENT:
        change = rounded(percent(difference, before), 1)
        return ("percent", change) if change else ("plain", difference)
    return "plain", difference


def change_written(now: float | None, before: Before, indicator: Indicator, say: Say) -> str:
    """Write a change with its sign, and against what it is."""
    way, change = change_of(now, before.value, indicator)
    if way == "none":
        return say("无上年同期数据") if before.is_of_year else say("无上期数据")
    if way == "same":
        return say("与上年同期持平") if before.is_of_year else say("持平")
    plain = number_written(change, indicator.decimals, signed=True)
    if before.is_of_year:
        if way == "points":
            return say("较上年同期 {change:+.1f} 个百分点", change=change)
        if way == "percent":
            return say("较上年同期 {change:+.1f}%", change=change)
        return say("较上年同期 {change}", change=plain)
    if way == "points":
        return say("较上期 {change:+.1f} 个百分点", change=change)
    if way == "percent":
        return say("较上期 {change:+.1f}%", change=change)
    return say("较上期 {change}", change=plain)


def change_since(rows: pd.DataFrame, earlier: Earlier, indicator: Indicator, say: Say) -> str:
    """Write the change of measured months, from an earlier one to the last of them."""
    values = by_month(rows)
    last = max(values)
    before = value_before(values, earlier, indicator)
    month = earlier.year if before.is_of_year else earlier.period
    denominators = by_month(rows, "denominator")
    if pd.notna(before.value) and are_few(denominators, (last, month), indicator):
        return say("数目过少，不比较")
    return change_written(values[last], before, indicator, say)
