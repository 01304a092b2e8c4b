"""Say over which months something is counted, since when, and what that makes of a rate."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from dashboard.contract.indicators import Indicator, as_written
from dashboard.language import Say

# Over more months so many move out and in that reach is far too high.
LONGEST_WINDOW = 12


def window_told(say: Say, months: int) -> str:
    """Say over how many months a reach is, and what makes one over more than a year too high."""
    if months > LONGEST_WINDOW:
        return say("{months} 个月，含期间迁出的居民", months=months)
    return say("{months} 个月", months=months)


def why_it_passes(say: Say, indicator: Indicator, value: float | None) -> str:
    """Say why a rate of persons passes 100 %; nothing where it does not."""
    if not indicator.may_pass_whole or value is None or not as_written(value, indicator) > 100:
        return ""
    return say("搬走的参加者也算")


def with_reason(say: Say, told: str, indicator: Indicator, *values: float | None) -> str:
    """Say after what is told of values of a rate why one of them passes 100 %, if any does."""
    why = max(why_it_passes(say, indicator, each) for each in values)
    return say("{told}（{why}）", told=told, why=why) if why else told


def passing_told(
    say: Say, indicator: Indicator, values: "pd.Series[float] | Sequence[float | None]"
) -> str:
    """Say why some of several rates pass 100 %; nothing where none does."""
    why = why_it_passes(say, indicator, pd.Series(values, dtype="float64").max())
    return why and say("超过 100%：{why}", why=why)


def month_end_told(say: Say, month: date) -> str:
    """Name a month's end; December's is the year's."""
    if month.month == 12:
        return say("{year} 年末", year=month.year)
    return say("{month} 月末", month=f"{month:%Y-%m}")


def since_told(say: Say, opened_on: date, first_month: date) -> str:
    """Say since when a community is on record: since it opened, or since records began,
    as of one that nobody knows since when it is open."""
    if pd.notna(opened_on) and f"{opened_on:%Y-%m}" > f"{first_month:%Y-%m}":
        return say("自 {month} 开业以来", month=f"{opened_on:%Y-%m}")
    return since_records(say, first_month)


def since_records(say: Say, first_month: date) -> str:
    """Say that nothing before the first month is known."""
    return say("自 {month} 有记录以来", month=f"{first_month:%Y-%m}")
