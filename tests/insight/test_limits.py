"""Funnel limits follow Spiegelhalter's formula and stay percentages."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.insight.limits import dispersion, funnel_limits, outside, widened

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


def test_places_as_wide_apart_as_chance_spreads_them_leave_the_limits_alone():
    sizes = pd.Series([100.0] * 200)
    chance = pd.Series(np.random.default_rng(1).binomial(100, 0.5, 200)).astype("float64")
    assert dispersion(chance, sizes, 50.0) == pytest.approx(1, abs=0.3)
    thrice = 50 + (chance - 50) * 3
    assert dispersion(thrice, sizes, 50.0) > 5


def test_a_few_far_out_do_not_widen_the_limits():
    sizes, values = pd.Series([100.0] * 100), pd.Series([48.0, 52.0] * 50)
    values.iloc[:5] = 5.0
    assert dispersion(values, sizes, 50.0) == 1.0


def test_without_places_there_is_no_dispersion():
    none = pd.Series([], dtype="float64")
    assert dispersion(none, none, 50.0) == 1.0


def test_limits_widen_with_the_root_of_the_dispersion():
    sizes = pd.Series([400.0])
    narrow, wide = funnel_limits(50, sizes), funnel_limits(50, sizes, dispersion=4.0)
    assert (50 - wide["low95"]).iloc[0] == pytest.approx(2 * (50 - narrow["low95"]).iloc[0])


def places(*values, of=10_000.0):
    sizes = pd.Series([of] * len(values))
    values = pd.Series(values, dtype="float64")
    return pd.DataFrame({"value": values, "numerator": values * sizes / 100, "denominator": sizes})


# Towns of 10,000: chance spreads them by half a point, these lie four to five points apart.
APART = (44.0, 45.0, 46.0, 47.0, 53.0, 54.0, 55.0, 56.0)


def test_places_that_all_differ_are_not_all_outside():
    assert not outside(places(*APART), 50.0).any()
    assert outside(places(*APART, 90.0), 50.0).tolist() == [False] * 8 + [True]


def test_few_places_do_not_widen_the_limits():
    assert outside(places(44.0, 47.0, 53.0, 56.0), 50.0).all()


def test_intervals_are_those_of_so_many_fewer_persons_as_the_dispersion_says():
    rows = places(*APART)
    wide = dispersion(rows["value"], rows["denominator"], 50.0)
    assert wide > 20
    half = 1.96 * (0.44 * 0.56 / (10_000 / wide)) ** 0.5 * 100
    found = widened(rows, 50.0).iloc[0]
    assert (found["high"] - found["low"]) / 2 == pytest.approx(half, rel=0.02)
