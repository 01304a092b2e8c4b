"""Know the festivals that communities gather at: facts of the calendar, not data of the district.

Lunar festivals by the calendar of the Purple Mountain Observatory (GB/T 33661); Qingming is a
solar term; the rest have fixed days. One line a year: add the next when data reach it.
"""

from datetime import date

from dashboard.contract.words import Words

W = Words

_FIXED = (
    (W("元旦", "New Year's Day"), 1, 1),
    (W("劳动节", "Labour Day"), 5, 1),
    (W("国庆", "National Day"), 10, 1),
)
_MOVING = (
    W("春节", "Spring Festival"),
    W("元宵", "Lantern Festival"),
    W("清明", "Qingming"),
    W("端午", "Dragon Boat Festival"),
    W("中秋", "Mid-Autumn Festival"),
)
_DAYS: dict[int, tuple[tuple[int, int], ...]] = {
    2023: ((1, 22), (2, 5), (4, 5), (6, 22), (9, 29)),
    2024: ((2, 10), (2, 24), (4, 4), (6, 10), (9, 17)),
    2025: ((1, 29), (2, 12), (4, 4), (5, 31), (10, 6)),
    2026: ((2, 17), (3, 3), (4, 5), (6, 19), (9, 25)),
    2027: ((2, 6), (2, 20), (4, 5), (6, 9), (9, 15)),
}

FESTIVALS: tuple[tuple[date, Words], ...] = tuple(
    sorted(
        (date(year, month, day), name)
        for year, moving in _DAYS.items()
        for name, (month, day) in (
            *((name, (month, day)) for name, month, day in _FIXED),
            *zip(_MOVING, moving, strict=True),
        )
    )
)


def festivals_between(first: date, last: date) -> tuple[tuple[date, Words], ...]:
    """List the festivals from the first day to the last."""
    return tuple((day, name) for day, name in FESTIVALS if first <= day <= last)
