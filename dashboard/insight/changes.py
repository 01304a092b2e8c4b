"""Tell what changed since the period before, or a year before, in short lines from counted data."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from dashboard.contract.indicators import Indicator, Months, as_written, percent
from dashboard.contract.rounding import number_written, rounded
from dashboard.insight.windows import month_end_told
from dashboard.language import Say

ByMonth = Mapping[pd.Timestamp, float]
# Of fewer no change of a share is told: one more or less would be ten points.
LEAST_COMPARED = 10
# In percent: of a smaller change only that it is smaller is told.
LEAST_PERCENT = 0.1


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
    """Hold an earlier value, NaN where there is none, and of when it is: of the same months a year
    before, of the end of ``month``, or else of the equally long time just before.

    ``are_few``: there is one, of too few to compare.
    """

    value: float
    is_of_year: bool = False
    month: pd.Timestamp | None = None
    are_few: bool = False


def value_before(values: ByMonth, earlier: Earlier, indicator: Indicator) -> Before:
    """Find what a value is compared with: a seasonal one with the same months a year before, or
    with nothing; others with the period before."""
    if indicator.is_seasonal and not earlier.is_whole_years:
        of_year = None if earlier.year is None else values.get(earlier.year)
        return Before(float("nan") if of_year is None else float(of_year), is_of_year=True)
    of_period = values.get(earlier.period)
    value = float("nan") if of_period is None or pd.isna(of_period) else float(of_period)
    return Before(value, month=earlier.period if indicator.span == "month_end" else None)


def comparable_before(
    values: ByMonth,
    denominators: ByMonth,
    end: pd.Timestamp,
    earlier: Earlier,
    indicator: Indicator,
) -> Before:
    """Find what the value at the ``end`` is compared with, unless one of the two is of too few."""
    before = value_before(values, earlier, indicator)
    month = earlier.year if before.is_of_year else earlier.period
    if pd.isna(before.value) or indicator.uncertainty == "none":
        return before
    if min(denominators.get(each, LEAST_COMPARED) for each in (end, month)) >= LEAST_COMPARED:
        return before
    return replace(before, value=float("nan"), are_few=True)


def difference_shown(now: float, before: float, indicator: Indicator) -> float:
    """Give the difference of two values as they are written, so that a reader finds the same."""
    return as_written(as_written(now, indicator) - as_written(before, indicator), indicator)


@dataclass(frozen=True)
class Change:
    """Hold a change as it is told: in points for a share, as number and percent for a count.

    ``percent`` is NaN where a percentage would say nothing: of few, or of what is no count.
    """

    way: Literal["none", "same", "points", "plain"]
    size: float = float("nan")
    percent: float = float("nan")


def change_of(now: float | None, before: float, indicator: Indicator) -> Change:
    """Find how an indicator changed, by one rule for its kind."""
    if now is None or pd.isna(now) or pd.isna(before):
        return Change("none")
    difference = difference_shown(now, before, indicator)
    if difference == 0:
        return Change("same", 0.0)
    if indicator.kind == "share":
        return Change("points", difference)
    if indicator.kind == "count" and before >= LEAST_COMPARED:
        return Change("plain", difference, percent(difference, before))
    return Change("plain", difference)


def percent_told(say: Say, change: Change, *, signed: bool = True) -> str:
    """Write in brackets by what part a count changed; nothing where that says nothing."""
    if pd.isna(change.percent):
        return ""
    size = change.percent if signed else abs(change.percent)
    if abs(rounded(size, 1)) < LEAST_PERCENT:
        return say("（不足 {least}%）", least=f"{LEAST_PERCENT:g}")
    return say("（{percent}%）", percent=number_written(size, 1, signed=signed))


def change_written(now: float | None, before: Before, indicator: Indicator, say: Say) -> str:
    """Write a change with its sign, and against what it is."""
    change = change_of(now, before.value, indicator)
    if change.way == "none":
        return none_told(say, before)
    size = number_written(change.size, indicator.decimals, signed=True)
    if change.way == "points":
        size = say("{change:+.1f} 个百分点", change=change.size)
    base = base_told(say, before)
    if change.way == "same":
        return say("{base}{change}", base=base, change=say("持平"))
    return say("{base} {change}", base=base, change=size + percent_told(say, change))


def none_told(say: Say, before: Before) -> str:
    """Say why nothing is compared: too few, or of when there is nothing to compare with."""
    if before.are_few:
        return say("数目过少，不比较")
    return say("无上年同期数据") if before.is_of_year else say("无上期数据")


def base_told(say: Say, before: Before) -> str:
    """Say against what a change is told."""
    if before.is_of_year:
        return say("较上年同期")
    if before.month is not None:
        return say("较 {month}", month=month_end_told(say, before.month))
    return say("较上期")


def change_since(months: Months, earlier: Earlier, indicator: Indicator, say: Say) -> str:
    """Write the change from an earlier month to the last."""
    values, last = months.by_month(), months.month[-1]
    denominators = dict(zip(months.month, months.denominator.tolist(), strict=True))
    before = comparable_before(values, denominators, last, earlier, indicator)
    return change_written(values[last], before, indicator, say)
