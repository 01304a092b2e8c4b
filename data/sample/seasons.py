"""Know the calendar of the sample: its months and days, and the festivals in them."""

import numpy as np

from data.sample.arrays import Days, Floats, Ints
from data.sample.assumptions import (
    FIRST_DAY,
    LAST_DAY,
    MOVE_OUT_SEASON,
    SPRING_DIP,
    SPRING_DIP_DAYS,
    SPRING_MOVE_OUT,
    SUMMER_RISE,
)

DAYS: Days = np.arange(FIRST_DAY, LAST_DAY + 1)
MONTHS: Days = np.arange(FIRST_DAY.astype("M8[M]"), LAST_DAY.astype("M8[M]") + 1)
MONTH_STARTS: Days = MONTHS.astype("M8[D]")
MONTH_ENDS: Days = (MONTHS + 1).astype("M8[D]") - 1
MONTH_OF_YEAR: Ints = MONTHS.astype(np.int64) % 12 + 1

SPRING_FESTIVALS: Days = np.array(["2024-02-10", "2025-01-29"], "M8[D]")
LANTERN_FESTIVALS: Days = np.array(["2024-02-24", "2025-02-12"], "M8[D]")
DRAGON_BOAT_FESTIVALS: Days = np.array(["2024-06-10", "2025-05-31"], "M8[D]")
MID_AUTUMN_FESTIVALS: Days = np.array(["2024-09-17", "2025-10-06"], "M8[D]")

# Days before a festival on which it is kept.
FESTIVAL_WINDOWS: tuple[tuple[Days, int], ...] = (
    (SPRING_FESTIVALS, 16),
    (LANTERN_FESTIVALS, 6),
    (DRAGON_BOAT_FESTIVALS, 9),
    (MID_AUTUMN_FESTIVALS, 10),
)


def month_index(days: Days) -> Ints:
    """Count the months from the first month; negative before it."""
    months: Ints = days.astype("M8[M]").astype(np.int64) - MONTHS[0].astype(np.int64)
    return months


def month_position(days: Days) -> Floats:
    """Place days on an axis on which the end of month i lies at i."""
    months = days.astype("M8[M]")
    start = months.astype("M8[D]")
    length = ((months + 1).astype("M8[D]") - start).astype(float)
    position: Floats = month_index(days) - 1 + ((days - start).astype(float) + 1) / length
    return position


def values_by_month(values: dict[int, float], *, otherwise: float) -> Floats:
    """Look up a value for each month of the sample by its month of the year."""
    return np.array([values.get(int(month), otherwise) for month in MONTH_OF_YEAR])


def occupancy_season() -> Floats:
    """Give each month end's shift of the log-odds of being let."""
    distance = (MONTH_ENDS[:, None] - SPRING_FESTIVALS).astype(float)
    dip = np.exp(-0.5 * (distance / SPRING_DIP_DAYS) ** 2).max(axis=1)
    season: Floats = values_by_month(SUMMER_RISE, otherwise=0.0) - SPRING_DIP * dip
    return season


def move_out_season() -> Floats:
    """Give each month's factor on the readiness to move out."""
    before_spring = np.isin(MONTHS, SPRING_FESTIVALS.astype("M8[M]"))
    return np.where(before_spring, SPRING_MOVE_OUT, values_by_month(MOVE_OUT_SEASON, otherwise=1.0))


def festival_intensity() -> Floats:
    """Give each day's intensity of festival customs: high shortly before a festival."""
    intensity = np.full(len(DAYS), 0.25)
    for festivals, window in FESTIVAL_WINDOWS:
        before = (festivals - DAYS[:, None]).astype(int)
        intensity[((before >= 0) & (before <= window)).any(axis=1)] = 6.0
    return intensity


def weekday_intensity() -> Floats:
    """Give each day's intensity by weekday, with the lull after the Spring Festival."""
    weekday = (DAYS.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday; Monday is 0
    intensity = np.array([0.8, 0.8, 0.85, 0.85, 1.2, 2.2, 1.7])[weekday]
    after = (DAYS[:, None] - SPRING_FESTIVALS).astype(int)
    intensity[((after >= 0) & (after <= 7)).any(axis=1)] *= 0.12
    return intensity
