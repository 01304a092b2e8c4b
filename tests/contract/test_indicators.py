"""An indicator divides once, keeps what is missing, and reads the same in both languages."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from dashboard.contract.indicators import (
    BY_CODE,
    INDICATORS,
    Indicator,
    NotAdditive,
    add_up,
    byar,
    column_heading,
    count_written,
    figure_of,
    measure,
    short_figure,
    total,
    total_of,
    wilson,
    written,
)

# A shared machine may be slow: what is checked here is not time.
unhurried = settings(deadline=None)

COVERAGE = BY_CODE["committee_coverage"]
CLOSING = BY_CODE["closing_rate"]
REACH = BY_CODE["reach"]
RESIDENTS = BY_CODE["residents"]
BEDS = BY_CODE["occupancy_bed"]
PER_DWELLING = BY_CODE["residents_per_dwelling"]
MISSING = float("nan")

counts = st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def covered(numerator: Any, denominator: Any) -> pd.DataFrame:
    return pd.DataFrame(
        {"committee_community_count": [numerator], "governed_community_count": [denominator]}
    )


def value_of(rows: pd.DataFrame, indicator: Indicator) -> float:
    return measure(rows, indicator)["value"].iloc[0]


# Dividing ---------------------------------------------------------------------------------


def test_share_is_in_percent():
    assert value_of(covered(1, 4), COVERAGE) == 25


def test_ratio_is_not_scaled():
    rows = pd.DataFrame({"paired_resident_count": [3], "paired_dwelling_count": [2]})
    assert value_of(rows, PER_DWELLING) == 1.5


def test_rate_is_per_thousand():
    rows = pd.DataFrame({"activity_count": [3], "resident_month_count": [2000.0]})
    assert value_of(rows, BY_CODE["intensity"]) == 1.5


def test_count_is_its_numerator_and_has_no_denominator_or_interval():
    row = measure(pd.DataFrame({"resident_count": [7]}), RESIDENTS).iloc[0]
    assert row["value"] == row["numerator"] == 7
    assert row[["denominator", "low", "high"]].isna().all()


@pytest.mark.parametrize("denominator", [0, None, MISSING, -1])
def test_without_a_denominator_value_and_interval_are_missing(denominator):
    row = measure(covered(0, denominator), COVERAGE).iloc[0]
    assert row[["value", "low", "high", "denominator"]].isna().all()


@pytest.mark.parametrize("indicator", [each for each in INDICATORS if each.denominator])
def test_every_indicator_is_missing_over_zero(indicator):
    rows = pd.DataFrame(
        {
            indicator.numerator: [0],
            indicator.denominator: [0],
            "month_count": [3],
            "tier": [indicator.tier],
        }
    )
    assert pd.isna(value_of(rows, indicator))


def test_missing_numerator_is_not_zero():
    assert pd.isna(value_of(covered(None, 10), COVERAGE))


def test_missing_count_is_not_zero():
    assert pd.isna(value_of(pd.DataFrame({"resident_count": [None]}), RESIDENTS))


def test_zero_of_something_is_zero():
    assert value_of(covered(0, 10), COVERAGE) == 0


def test_nullable_integers_are_measured():
    rows = covered(1, 4).astype("Int64")
    assert value_of(rows, COVERAGE) == 25
    assert pd.isna(value_of(covered(pd.NA, 4).astype("Int64"), COVERAGE))


def test_no_rows_measure_to_no_rows():
    assert measure(covered(1, 2).head(0), COVERAGE).empty


def test_measure_leaves_the_counted_rows_as_they_were():
    rows = covered(1, 2)
    measure(rows, COVERAGE)
    assert list(rows.columns) == ["committee_community_count", "governed_community_count"]


def reached(persons: int, resident_months: float, months: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "participant_count": [persons],
            "resident_month_count": [resident_months],
            "month_count": [months],
            "activity_count": [1],
        }
    )


def test_reach_divides_by_the_mean_residents_of_its_months():
    row = measure(reached(50, 300.0, 3), REACH).iloc[0]
    assert row["denominator"] == 100
    assert row["value"] == 50


def test_reach_over_no_months_is_missing():
    assert pd.isna(value_of(reached(5, 300.0, 0), REACH))


def test_attendance_rate_does_not_average_over_months():
    rows = reached(0, 300.0, 3).assign(attendance_count=30)
    assert value_of(rows, BY_CODE["attendance_rate"]) == 100


def test_occupancy_takes_its_own_tier_only():
    rows = pd.DataFrame({"tier": ["flat", "bed"], "let_count": [1, 9], "available_count": [10, 10]})
    assert measure(rows, BEDS)["value"].tolist() == [90]


def test_each_tier_has_an_occupancy():
    assert {each.tier for each in INDICATORS if each.tier} == {"flat", "room", "bed"}


@unhurried
@given(st.lists(counts, min_size=1, max_size=14))
def test_district_is_sum_over_sum_and_not_a_mean_of_rates(towns):
    rows = pd.DataFrame(towns, columns=["committee_community_count", "governed_community_count"])
    expected = sum(n for n, _ in towns) / sum(d for _, d in towns) * 100
    assert total_of(rows, COVERAGE) == pytest.approx(expected)
    assert math.isnan(total_of(rows.head(0), COVERAGE))
    unknown = rows.assign(
        governed_community_count=[None, *rows["governed_community_count"].iloc[1:]]
    )
    assert math.isnan(total_of(unknown, COVERAGE))


def test_district_differs_from_the_mean_of_unequal_towns():
    rows = pd.DataFrame({"committee_community_count": [1, 0], "governed_community_count": [1, 99]})
    assert total_of(rows, COVERAGE) == pytest.approx(1.0)
    assert measure(rows, COVERAGE)["value"].mean() == pytest.approx(50.0)


# Published facts --------------------------------------------------------------------------


def test_published_coverage():
    assert written(value_of(covered(222, 520), COVERAGE), COVERAGE, "zh") == "42.7%"


def test_published_supply_completion():
    completion = replace(COVERAGE, numerator="bed_supply_count", denominator="target_count")
    rows = pd.DataFrame({"bed_supply_count": [5387], "target_count": [5500]})
    assert written(value_of(rows, completion), completion, "en") == "97.9%"


def test_published_residents_per_dwelling():
    rows = pd.DataFrame({"paired_resident_count": [151_000], "paired_dwelling_count": [148_000]})
    assert written(value_of(rows, PER_DWELLING), PER_DWELLING, "zh") == "1.02人/套（间）"


# Wilson's interval ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)  # fmt: skip
def test_wilson_equals_newcombes_reference(successes, trials, low, high):
    own = wilson(np.array([float(successes)]), np.array([float(trials)]))
    assert [round(abs(float(each[0])), 4) for each in own] == [low, high]


def closed(in_time: int, followed: int) -> pd.DataFrame:
    return pd.DataFrame({"in_time_count": [in_time], "followed_count": [followed]})


@unhurried
@given(counts)
def test_interval_holds_its_value_and_stays_a_percentage(pair):
    row = measure(closed(*pair), CLOSING).iloc[0]
    slack = 1e-9
    assert 0 <= row["low"] <= row["value"] + slack
    assert row["value"] - slack <= row["high"] <= 100


@unhurried
@given(counts)
def test_interval_of_the_others_is_the_mirror(pair):
    own = measure(closed(*pair), CLOSING).iloc[0]
    others = measure(closed(pair[1] - pair[0], pair[1]), CLOSING).iloc[0]
    assert own["low"] == pytest.approx(100 - others["high"], abs=1e-6)


def test_more_trials_narrow_the_interval():
    few, many = (measure(closed(n, 2 * n), CLOSING).iloc[0] for n in (5, 500))
    assert many["high"] - many["low"] < few["high"] - few["low"]


def test_a_share_over_100_keeps_its_value_and_has_no_interval():
    row = measure(closed(21, 20), CLOSING).iloc[0]
    assert row["value"] == 105
    assert row[["low", "high"]].isna().all()


# Intervals of other kinds -----------------------------------------------------------------


@pytest.mark.parametrize("count", [5, 8, 20, 75, 400, 9000])
def test_byar_is_close_to_the_exact_poisson_interval(count):
    low, high = (float(edge[0]) for edge in byar(np.array([float(count)])))
    exact = chi2.ppf(0.025, 2 * count) / 2, chi2.ppf(0.975, 2 * count + 2) / 2
    assert (low, high) == pytest.approx(exact, rel=0.01)


def test_persons_over_a_mean_stock_have_a_poisson_interval_that_may_pass_100():
    row = measure(reached(110, 300.0, 3), REACH).iloc[0]
    low, high = (float(edge[0]) for edge in byar(np.array([110.0])))
    assert (row["low"], row["high"]) == pytest.approx((low, high))
    assert row["high"] > 110
    # It is wider than if each resident had come or not.
    few = measure(reached(50, 300.0, 3), REACH).iloc[0]
    trial = wilson(np.array([50.0]), np.array([100.0]))
    assert few["low"] < 100 * trial[0][0] and few["high"] > 100 * trial[1][0]


def test_where_nothing_was_held_there_is_a_value_and_no_interval():
    row = measure(reached(0, 300.0, 3).assign(activity_count=0), REACH).iloc[0]
    assert row["value"] == 0
    assert row[["low", "high"]].isna().all()
    held = measure(reached(0, 300.0, 3), REACH).iloc[0]
    assert held["low"] == 0
    assert 3 < held["high"] < 4


@pytest.mark.parametrize("indicator", [i for i in INDICATORS if i.uncertainty == "decided"])
def test_decided_shares_have_no_interval(indicator):
    rows = pd.DataFrame({indicator.numerator: [3], indicator.denominator: [9]})
    assert measure(rows, indicator)[["low", "high"]].isna().all(axis=None)


def test_only_shares_have_intervals():
    rows = pd.DataFrame({"paired_resident_count": [3], "paired_dwelling_count": [2]})
    assert measure(rows, PER_DWELLING)[["low", "high"]].isna().all(axis=None)


# Adding up --------------------------------------------------------------------------------


def test_distinct_people_are_never_added():
    rows = pd.DataFrame({"town_code": ["a", "a"], "participant_count": [1, 2]})
    with pytest.raises(NotAdditive, match="participant_count"):
        add_up(rows, ["town_code"], ["participant_count"])
    with pytest.raises(NotAdditive, match="participant_count"):
        total_of(rows.assign(resident_month_count=1, month_count=1), BY_CODE["reach"])


@pytest.mark.parametrize("name", ["supply_count", "available_count", "let_count"])
def test_tiers_own_units_are_not_added_together(name):
    rows = pd.DataFrame({"month": [1, 1], "tier": ["flat", "bed"], name: [1, 2]})
    with pytest.raises(NotAdditive, match=name):
        add_up(rows, ["month"], [name])


def test_one_tiers_units_are_added():
    rows = pd.DataFrame({"month": [1, 1], "tier": ["bed", "bed"], "let_count": [1, 2]})
    assert add_up(rows, ["month"], ["let_count"])["let_count"].tolist() == [3]


def test_tiers_units_are_added_within_each_tier():
    rows = pd.DataFrame({"tier": ["flat", "bed", "bed"], "let_count": [1, 2, 3]})
    assert add_up(rows, ["tier"], ["let_count"]).to_dict("list") == {
        "tier": ["flat", "bed"],
        "let_count": [1, 5],
    }


def test_rows_without_a_group_are_kept():
    rows = pd.DataFrame({"mode": ["1", None, None], "community_count": [1, 2, 3]})
    assert add_up(rows, ["mode"], ["community_count"])["community_count"].tolist() == [1, 5]


def test_what_is_all_missing_adds_up_to_missing():
    rows = pd.DataFrame({"month": [1, 1], "community_count": [MISSING, MISSING]})
    assert add_up(rows, ["month"], ["community_count"])["community_count"].isna().all()


def test_a_sum_with_a_hidden_part_is_missing_and_not_smaller():
    rows = pd.DataFrame({"town_code": ["a", "a", "b"], "month": 1, "move_out_count": [7, None, 9]})
    rows["move_out_count"] = rows["move_out_count"].astype("Float64")
    assert add_up(rows, ["town_code"], ["move_out_count"])["move_out_count"].isna().tolist() == [
        True,
        False,
    ]
    assert math.isnan(total(rows["move_out_count"]))
    assert total(rows["move_out_count"].tail(1)) == 9


# Writing ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (520, "520人", "520 persons"),
        (5387, "5,387人", "5,387 persons"),
        (9999, "9,999人", "9,999 persons"),
        (9999.4, "9,999人", "9,999 persons"),
        (9999.6, "1.00万人", "10,000 persons"),
        (10_000, "1.00万人", "10,000 persons"),
        (151_000, "15.1万人", "151,000 persons"),
        (99_999, "10.0万人", "99,999 persons"),
        (-12_000, "−1.20万人", "−12,000 persons"),
        (0, "0人", "0 persons"),
        (None, "—", "—"),
        (MISSING, "—", "—"),
    ],
)
def test_count_is_written_in_wan_in_chinese_and_with_separators_in_english(value, zh, en):
    assert written(value, RESIDENTS, "zh") == zh
    assert written(value, RESIDENTS, "en") == en


def test_figure_and_unit_come_apart_for_large_type():
    assert figure_of(151_000, RESIDENTS, "zh") == ("15.1", "万人")
    assert figure_of(151_000, RESIDENTS, "en") == ("151,000", "persons")


def test_missing_figure_keeps_its_unit():
    assert figure_of(None, COVERAGE, "zh") == ("—", "%")


@pytest.mark.parametrize(("value", "text"), [(42.692, "42.7%"), (99.96, "100.0%"), (0, "0.0%")])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_percent_is_written_without_a_space_to_one_decimal(value, text, language):
    assert written(value, COVERAGE, language) == text


def test_large_rate_is_not_written_in_wan():
    assert figure_of(12_000, BY_CODE["attendance_rate"], "zh") == ("12,000", "人次/千人·月")


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [(151_000, "15.1万", "151,000"), (9800, "9,800", "9,800"), (None, "—", "—")],
)
def test_short_figure_drops_the_unit_but_not_wan(value, zh, en):
    assert short_figure(value, RESIDENTS, "zh") == zh
    assert short_figure(value, RESIDENTS, "en") == en


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [(999, "999", "999"), (9999.6, "1.00 万", "10,000"), (12_345, "1.23 万", "12,345")],
)
def test_plain_count_is_written(value, zh, en):
    assert count_written(value, "zh") == zh
    assert count_written(value, "en") == en


def test_column_heading_names_its_unit():
    assert column_heading("resident_count", "zh") == "入住居民（人）"
    assert column_heading("resident_count", "en") == "Residents (persons)"


def test_column_heading_without_a_unit_is_its_label():
    assert column_heading("town_code", "en") == "Town code"


# Turnover ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moved", "annual", "stay"), [(48, 48.0, 25.0), (0, 0.0, MISSING), (1200, 1200.0, 1.0)]
)
def test_a_year_s_move_outs_are_per_100_mean_residents(moved, annual, stay):
    """1,200 resident-months of twelve months are 100 mean residents."""
    rows = pd.DataFrame(
        {"move_out_count": [moved], "move_in_count": [60], "resident_month_count": [1200.0]}
    )
    assert value_of(rows, BY_CODE["annual_turnover"]) == pytest.approx(annual)
    assert value_of(rows, BY_CODE["mean_stay"]) == pytest.approx(stay, nan_ok=True)
    assert value_of(rows, BY_CODE["mean_stay_in"]) == 20.0


def test_a_missing_count_is_written_as_missing():
    assert count_written(MISSING, "zh") == count_written(MISSING, "en") == "—"
