"""Filters count whole months, both ends inclusive, and start at the last three."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.contract.filters import Filters, add_months, default_filters, months_between

# A shared machine may be slow: what is checked here is not time.
unhurried = settings(deadline=None)

months = st.dates(date(1990, 1, 1), date(2090, 12, 31)).map(lambda day: day.replace(day=1))


@pytest.mark.parametrize(
    ("month", "count", "expected"),
    [
        (date(2024, 12, 1), 1, date(2025, 1, 1)),
        (date(2025, 1, 1), -1, date(2024, 12, 1)),
        (date(2025, 1, 1), -13, date(2023, 12, 1)),
        (date(2024, 6, 1), 0, date(2024, 6, 1)),
        (date(2024, 1, 1), 11, date(2024, 12, 1)),
        (date(2024, 1, 1), 24, date(2026, 1, 1)),
    ],
)
def test_months_are_added_across_years(month, count, expected):
    assert add_months(month, count) == expected


@unhurried
@given(months, st.integers(-240, 240))
def test_months_between_undoes_adding(month, count):
    assert months_between(month, add_months(month, count)) == count


@pytest.mark.parametrize(
    ("start", "end", "window"),
    [
        (date(2025, 3, 1), date(2025, 3, 1), 1),
        (date(2024, 11, 1), date(2025, 1, 1), 3),
        (date(2024, 1, 1), date(2025, 12, 1), 24),
    ],
)
def test_window_counts_both_ends(start, end, window):
    assert Filters(start, end).window_months == window


def test_defaults_are_the_last_three_months_and_everything():
    known = [date(2024, 10, 1), date(2024, 11, 1), date(2024, 12, 1), date(2025, 1, 1)]
    assert default_filters(known) == Filters(date(2024, 11, 1), date(2025, 1, 1))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_defaults_take_what_months_there_are(count):
    known = [date(2025, month, 1) for month in range(1, count + 1)]
    assert default_filters(known) == Filters(known[0], known[-1])


def test_parameters_are_every_value_that_queries_take():
    filters = Filters(
        date(2025, 1, 1), date(2025, 2, 1), ("310112101",), ("grid",), ("none",), ("bed",), False
    )
    assert filters.parameters() == {
        "start_month": date(2025, 1, 1),
        "end_month": date(2025, 2, 1),
        "town_codes": ["310112101"],
        "coverage_types": ["grid"],
        "modes": ["none"],
        "tiers": ["bed"],
        "is_home": False,
        "community_codes": [],
        "window_months": 2,
    }


def test_nothing_chosen_is_empty_lists_and_none():
    parameters = Filters(date(2025, 1, 1), date(2025, 1, 1)).parameters()
    assert [parameters[name] for name in ("town_codes", "coverage_types", "modes", "tiers")] == [
        []
    ] * 4
    assert parameters["is_home"] is None
