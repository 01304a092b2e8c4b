"""Say over which months something is counted."""

from dashboard.language import Say

# Over more months so many move out and in that participants may outnumber residents.
LONGEST_WINDOW = 12


def window_told(say: Say, months: int) -> str:
    """Say over how many months a reach is, and what makes one over more than a year too high."""
    if months > LONGEST_WINDOW:
        return say("{months} 个月，含期间迁出的居民，可超过 100%", months=months)
    return say("{months} 个月", months=months)
