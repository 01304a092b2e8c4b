"""Say over which months something is counted, and since when."""

from datetime import date

import pandas as pd

from dashboard.language import Say

# Over more months so many move out and in that participants may outnumber residents.
LONGEST_WINDOW = 12


def window_told(say: Say, months: int) -> str:
    """Say over how many months a reach is, and what makes one over more than a year too high."""
    if months > LONGEST_WINDOW:
        return say("{months} 个月，含期间迁出的居民，可超过 100%", months=months)
    return say("{months} 个月", months=months)


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
