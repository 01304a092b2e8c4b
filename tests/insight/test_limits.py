"""Funnel limits follow Spiegelhalter's formula and stay percentages."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.insight.limits import funnel_limits, outside

# A shared machine may be slow: what is checked here is not time.
unhurried = settings(deadline=None)

EDGES = ["low998", "low95", "high95", "high998"]


def limits(district, *sizes):
    return funnel_limits(district, pd.Series(sizes, dtype="float64"))


def test_limits_are_the_formula():
    row = limits(50.0, 100).iloc[0]  # √(0.5 · 0.5 / 100) is 5 %
    assert row[EDGES].tolist() == pytest.approx([50 - 15.45, 40.2, 59.8, 50 + 15.45])


def test_limits_are_cut_at_0_and_100():
    assert limits(5.0, 4).iloc[0][["low95", "low998"]].tolist() == [0, 0]
    assert limits(95.0, 4).iloc[0][["high95", "high998"]].tolist() == [100, 100]


@unhurried
@given(st.floats(0, 100), st.integers(1, 5000))
def test_limits_lie_round_the_district_within_0_and_100(district, size):
    low998, low95, high95, high998 = limits(district, size).iloc[0][EDGES]
    assert 0 <= low998 <= low95 <= district <= high95 <= high998 <= 100


def test_limits_narrow_with_size():
    own = limits(42.7, 10, 40)
    widths = own["high95"] - own["low95"]
    assert widths.iloc[0] == pytest.approx(2 * widths.iloc[1])


def test_no_place_is_without_limits_but_of_size_zero():
    assert limits(42.7, 0, 1)[EDGES].isna().all(axis=1).tolist() == [True, False]


def is_outside(value, size, district=50.0):
    rows = pd.DataFrame({"value": [value], "denominator": [float(size)]})
    return outside(rows, district).item()


@pytest.mark.parametrize(
    ("value", "expected"), [(40.1, True), (40.3, False), (50, False), (59.7, False), (59.9, True)]
)
def test_outside_means_beyond_the_95_percent_limits(value, expected):
    assert is_outside(value, 100) is expected


def test_the_same_share_is_outside_in_a_large_place_only():
    assert not is_outside(20.0, 5)
    assert is_outside(20.0, 50)


def test_without_a_value_or_size_nothing_is_outside():
    assert not is_outside(float("nan"), 100)
    assert not is_outside(20.0, float("nan"))


@pytest.mark.parametrize("district", [0.0, 100.0])
def test_where_all_are_alike_nothing_is_outside(district):
    assert not is_outside(district, 10, district)
