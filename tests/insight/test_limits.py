"""Limits, tests and false alarms are what scipy and statsmodels reckon, and what simulation finds."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from dashboard.contract.indicators import BY_CODE, measure
from dashboard.insight.limits import (
    LEVEL,
    Funnel,
    between_places,
    common_value_test,
    compared,
    drawn_in,
    held_at_level,
)

# A shared machine may be slow: what is checked here is not time.
unhurried = settings(deadline=None)

CLOSING, REACH, COVERAGE = (
    BY_CODE[each] for each in ("closing_rate", "reach", "committee_coverage")
)
EDGES = ["low998", "low95", "high95", "high998"]


def closed(counts, sizes):
    rows = pd.DataFrame({"in_time_count": counts, "followed_count": sizes})
    return measure(rows, CLOSING)


def reached(counts, sizes, activities=1):
    rows = pd.DataFrame({
        "participant_count": counts, "resident_month_count": sizes, "month_count": 1,
        "activity_count": activities,
    })  # fmt: skip
    return measure(rows, REACH)


def found_in(rows, district, indicator=CLOSING):
    found = compared(rows, district, indicator)
    assert found is not None
    return found


# By chance alone --------------------------------------------------------------------------


@unhurried
@given(st.integers(1, 400), st.floats(0.02, 0.98), st.data())
def test_without_differences_a_place_is_judged_by_exact_binomial_probabilities(size, share, data):
    count = data.draw(st.integers(0, size))
    by_chance = stats.binom(size, share)
    expected = min(1.0, 2 * min(by_chance.cdf(count), by_chance.sf(count - 1)))
    (own,) = Funnel(CLOSING, share).chances(np.array([float(count)]), np.array([float(size)]))
    assert own == pytest.approx(expected, abs=1e-9)


@unhurried
@given(st.integers(0, 300), st.floats(1, 500), st.floats(0.05, 1.2))
def test_persons_over_a_mean_stock_are_judged_by_exact_poisson_probabilities(count, size, rate):
    by_chance = stats.poisson(size * rate)
    expected = min(1.0, 2 * min(by_chance.cdf(count), by_chance.sf(count - 1)))
    (own,) = Funnel(REACH, rate).chances(np.array([float(count)]), np.array([size]))
    assert own == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("indicator", [CLOSING, REACH])
def test_exact_limits_are_where_a_place_stops_being_told_apart(indicator):
    funnel, sizes = Funnel(indicator, 0.4), [5.0, 20.0, 90.0, 300.0]
    limits = funnel.limits(pd.Series(sizes))
    for size, (_, row) in zip(sizes, limits.iterrows(), strict=True):
        for level, low, high in (
            (0.05, row["low95"], row["high95"]),
            (0.002, row["low998"], row["high998"]),
        ):
            counts = np.arange(size + 1)
            is_far = funnel.chances(counts, np.full(len(counts), size)) < level
            values = counts / size * 100
            outside = (values < low - 1e-6) | (values > high + 1e-6)
            assert outside.tolist() == is_far.tolist()


@unhurried
@given(st.floats(0.01, 0.99), st.integers(1, 5000), st.sampled_from([0.0, 0.05, 0.3]))
def test_limits_lie_round_the_common_value(share, size, between):
    row = Funnel(CLOSING, share, between).limits(pd.Series([float(size)])).iloc[0]
    assert row[EDGES].is_monotonic_increasing
    assert row["low95"] <= share * 100 + 1e-9
    assert row["high95"] >= share * 100 - 1e-9
    assert row["low998"] >= 0
    assert row["high998"] <= 100 + 1e-9


# Whether chance can explain it ------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 60)), min_size=2, max_size=14))
def test_one_common_value_is_tested_as_scipy_does(parts):
    counts, others = (np.array(column, dtype="float64") for column in zip(*parts, strict=True))
    chi2, p = common_value_test(counts, counts + others, CLOSING)
    expected = stats.chi2_contingency(np.array([counts, others]), correction=False)
    assert (chi2, p) == pytest.approx((expected.statistic, expected.pvalue), rel=1e-9)
    chi2, p = common_value_test(counts, counts + others, REACH)
    means = (counts + others) * counts.sum() / (counts + others).sum()
    same = stats.chisquare(counts, means)
    assert (chi2, p) == pytest.approx((same.statistic, same.pvalue), rel=1e-9)


@pytest.mark.parametrize("counts", [(0, 0, 0), (9, 9, 9)])
def test_where_all_are_alike_nothing_is_tested_and_nobody_differs(counts):
    found = found_in(closed(counts, [9, 9, 9]), 100 * counts[0] / 9)
    assert found.p == 1
    assert found.verdicts == ["alike"] * 3


def test_where_chance_is_not_rejected_it_may_be_said():
    found = found_in(closed([11, 9, 10, 8, 12, 10], [20] * 6), 50.0)
    assert not found.is_widened
    assert found.may_be_chance
    assert found.degrees == 5


def test_where_chance_is_rejected_it_is_never_said():
    found = found_in(closed([440, 450, 460, 540, 550, 560], [1000] * 6), 50.0)
    assert found.p < LEVEL
    assert found.is_widened
    assert not found.may_be_chance
    assert found.verdicts == ["alike"] * 6


def test_few_places_do_not_widen_the_limits():
    found = found_in(closed([440, 470, 530, 560], [1000] * 4), 50.0)
    assert not found.is_widened
    assert found.verdicts[0] == "below"
    assert found.verdicts[-1] == "above"


# How widely places differ -----------------------------------------------------------------


@unhurried
@given(st.lists(st.tuples(st.floats(-2, 2), st.floats(0.01, 1)), min_size=3, max_size=20))
def test_the_variance_between_places_is_statsmodels_dersimonian_laird(parts):
    effects, variances = (np.array(column) for column in zip(*parts, strict=True))
    centre = (effects / variances).sum() / (1 / variances).sum()
    with np.errstate(all="ignore"):  # of what it reckons besides
        expected = combine_effects(effects, variances, method_re="chi2").tau2
    own = between_places((effects - centre) / variances**0.5, variances)
    assert own == pytest.approx(max(0.0, expected), abs=1e-9)


def test_drawing_in_the_outer_tenths_leaves_normal_scores_as_wide():
    scores = np.random.default_rng(4).normal(0, 3, 40_000)
    assert (drawn_in(scores) ** 2).mean() == pytest.approx(9, rel=0.03)


def test_a_few_far_out_hardly_widen_the_limits():
    scores = np.random.default_rng(5).normal(0, 1, 1000)
    with_far = np.concatenate([scores, np.full(50, 40.0)])
    assert (drawn_in(with_far) ** 2).mean() < 2


@pytest.mark.parametrize("indicator", [CLOSING, REACH])
def test_the_spread_between_places_is_found_again(indicator):
    """Draw places as far apart as is known; small ones too, whose chance is larger than that."""
    numbers = np.random.default_rng(6)
    sizes = numbers.integers(30, 900, 2000).astype("float64")
    shares = numbers.normal(0.4, 0.06, len(sizes)).clip(0.01, 0.99)
    counts = numbers.binomial(sizes.astype(int), shares).astype("float64")
    make = closed if indicator is CLOSING else reached
    found = found_in(make(counts, sizes), 40.0, indicator)
    # A Poisson count spreads wider by chance than the binomial one drawn here.
    assert found.funnel.apart == pytest.approx(6.0, abs=0.5 if indicator is CLOSING else 1.2)
    assert sum(found.are("alike")) > 0.99 * len(sizes)


def test_a_place_far_beyond_the_usual_differences_is_told_apart_however_small_the_others_are():
    counts = [44.0, 45, 46, 47, 53, 54, 55, 56, 49, 51] * 3 + [95.0]
    found = found_in(closed(np.array(counts) * 10, [1000.0] * 31), 50.0)
    assert found.is_widened
    assert found.verdicts == ["alike"] * 30 + ["above"]


def test_widened_limits_are_those_of_both_variances():
    row = Funnel(CLOSING, 0.5, 0.1).limits(pd.Series([100.0])).iloc[0]
    room = 1.959964 * (1 / 400 + 0.01) ** 0.5
    assert row["high95"] == pytest.approx(100 * np.sin(np.pi / 4 + room) ** 2)
    assert Funnel(CLOSING, 0.5, 0.1).apart == pytest.approx(10.0)


# Many at once -----------------------------------------------------------------------------


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_false_alarms_are_held_as_scipy_does(chances):
    expected = stats.false_discovery_control(np.array(chances)) <= LEVEL
    own = held_at_level(np.array(chances))
    # Exactly at the level, the last digit decides in either.
    at_edge = np.isclose(stats.false_discovery_control(np.array(chances)), LEVEL, rtol=1e-9)
    assert (own == expected)[~at_edge].all()


def test_of_many_places_alike_hardly_any_is_told_apart():
    """Of 540 places at 95 % chance alone would give 27."""
    told_apart = []
    for seed in range(40):
        counts = np.random.default_rng(seed).binomial(80, 0.5, 540).astype("float64")
        found = found_in(closed(counts, [80.0] * 540), 50.0)
        told_apart.append(540 - sum(found.are("alike")))
    assert np.mean(np.array(told_apart) > 0) <= 2 * LEVEL


# What is compared -------------------------------------------------------------------------


def test_where_no_activity_was_held_reach_has_no_interval_and_is_not_compared():
    rows = reached([0, 30, 28, 33], [90, 90, 90, 90], activities=[0, 2, 1, 4])
    assert rows["low"].isna().tolist() == [True, False, False, False]
    found = found_in(rows, 33.0, REACH)
    assert found.verdicts[0] == "none"
    assert found.degrees == 2


def test_decided_shares_are_not_held_against_chance():
    rows = measure(
        pd.DataFrame({"committee_community_count": [1, 40], "governed_community_count": [50, 50]}),
        COVERAGE,
    )
    assert rows[["low", "high"]].isna().all(axis=None)
    assert compared(rows, 41.0, COVERAGE) is None


def test_without_a_district_or_a_value_nothing_is_compared():
    assert compared(closed([1, 2], [3, 4]), None, CLOSING) is None
    assert compared(closed([1, 2], [3, 4]), float("nan"), CLOSING) is None
    assert compared(closed([], []), 50.0, CLOSING) is None
    found = found_in(closed([pd.NA, 2], [3, 4]), 50.0)
    assert found.verdicts[0] == "none"
