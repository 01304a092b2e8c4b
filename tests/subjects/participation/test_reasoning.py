"""Who is not reached, how unequal it is and who comes again, on examples done by hand."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inequality.gini import Gini
from scipy.stats import poisson

from dashboard.contract.festivals import FESTIVALS, festivals_between
from dashboard.contract.indicators import BY_CODE, measure
from dashboard.insight.limits import compared
from dashboard.insight.windows import since_records, window_told
from dashboard.language import Say
from dashboard.subjects.participation.reasoning import (
    TOLD,
    Quiet,
    among_ever_present,
    calendar_headline,
    equity,
    looked_back,
    low_headline,
    participation_headline,
    retained,
    retention,
    unreached,
)

ZH, EN = Say("zh"), Say("en")
MISSING = float("nan")


# Who is not reached ----------------------------------------------------------------------


def community(participants, residents, activities=3, code="c", quiet=10):
    return {
        "community_code": code,
        "days_quiet_count": quiet,
        "resident_count": residents,
        "opened_on": pd.Timestamp(2020, 1, 1),
        "participant_count": participants,
        "resident_month_count": residents * 3.0,
        "month_count": 3,
        "activity_count": activities,
    }


def judged(*rows, district=30.0, closed=()):
    table = pd.DataFrame(rows).assign(
        community_code=[f"{row['community_code']}{n}" for n, row in enumerate(rows)]
    )
    states = ["days_quiet_count", "resident_count", "opened_on"]
    communities = table[["community_code", *states]]
    communities = communities[~communities["community_code"].isin(closed)]
    table = table.drop(columns=states)
    measured = measure(table, BY_CODE["reach"])
    found = compared(measured, district, BY_CODE["reach"])
    return unreached(table, communities, found, least=5)


def test_only_what_lies_below_the_limit_for_its_size_is_low():
    # Of 120 expected persons at most 98 come once in forty times, of 6 none or one.
    usual = [community(120, 400)] * 40
    rows = judged(
        community(98, 400), community(99, 400), community(1, 20), community(2, 20), *usual
    )
    assert rows["is_low"].head(4).tolist() == [
        poisson(120).cdf(98) < 0.025, poisson(120).cdf(99) < 0.025,
        poisson(6).cdf(1) < 0.025, False,
    ]  # fmt: skip
    assert rows["unreached_count"].head(4).tolist() == [302, 301, 19, 18]


def test_what_sets_most_communities_apart_is_not_low():
    # Five points either way are twice what chance gives at 400 residents.
    usual = [community(100, 400), community(140, 400)] * 20
    rows = judged(community(91, 400), community(2, 400), *usual)
    assert rows["is_low"].tolist() == [False, True] + [False] * 40


def test_without_an_activity_is_no_low_reach():
    (row,) = judged(community(0, 400, activities=0)).to_dict("records")
    assert row["is_without"] is True
    assert row["is_low"] is False


def test_without_an_activity_is_told_apart_from_never_with_one():
    rows = judged(community(0, 400, 0, quiet=120), community(0, 400, 0, quiet=pd.NA))
    assert rows["is_without"].all()
    assert rows["is_never"].tolist() == [False, True]
    assert rows["days_quiet_count"].iloc[0] == 120


def test_what_has_closed_is_not_held_up():
    rows = judged(community(0, 400, 0), community(0, 400, 0), closed=("c0",))
    assert rows["community_code"].tolist() == ["c1"]


def test_a_hidden_number_is_taken_as_the_most_it_can_be():
    rows = judged(community(pd.NA, 400), community(pd.NA, 30), community(120, 400))
    assert rows["is_low"].tolist() == [True, False, False]
    assert rows["unreached_count"].tolist() == [396, 26, 280]
    assert rows["value"].isna().tolist() == [True, True, False]


def test_how_many_would_be_low_anyhow_is_told_beside_how_many_are():
    rows = judged(community(20, 400), *[community(120, 400)] * 40)
    found = compared(rows, 30.0, BY_CODE["reach"])
    assert low_headline(ZH, 27, found, 424) == (
        "27 个社区的参与率低于平常波动的下限；碰巧也会有约 11 个，分不出哪些是碰巧"
    )
    assert "chance alone would give about 11" in low_headline(EN, 27, found, 424)
    # As many as chance alone gives are nothing to be told of.
    assert low_headline(ZH, 1, found, 41).endswith("；碰巧也会有这么多")
    assert low_headline(EN, 1, found, 41).endswith("chance alone would give as many")
    assert low_headline(ZH, 1, found, 5).endswith("；碰巧连 1 个也不到")
    assert low_headline(ZH, 0, found, 41) == "有活动的 41 个社区，参与率都不低于平常波动的下限"
    assert low_headline(ZH, 0, None, 0) == "没有参与率可比"


# How unequal -----------------------------------------------------------------------------


def spread_of(times):
    """Put each number of attendances into a step of its own."""
    values, counts = np.unique(times, return_counts=True)
    before = np.concatenate([[0], np.cumsum(values * counts)])
    return pd.DataFrame(
        {
            "participant_count": counts,
            "resident_attendance_count": values * counts,
            "lorenz_sum": counts * (before[:-1] + before[1:]).astype("float64"),
        }
    )


def towns_of(*towns):
    """Make towns of their residents and the attendances of those who came."""
    return pd.DataFrame(
        {
            "participant_count": [len(times) for _, times in towns],
            "resident_month_count": [residents * 12.0 for residents, _ in towns],
            "month_count": 12,
            "resident_attendance_count": [sum(times) for _, times in towns],
            "attendance_log_sum": [sum(x * math.log(x) for x in times) for _, times in towns],
        }
    )


def found(*towns):
    result = equity(spread_of([x for _, times in towns for x in times]), towns_of(*towns))
    assert result is not None
    return result


def test_all_alike_is_no_inequality():
    alike = found((4, [3, 3, 3, 3]))
    assert alike.gini == pytest.approx(0)
    assert alike.theil == pytest.approx(0)
    assert alike.most_active == pytest.approx(10)


def test_one_of_many_is_all_inequality():
    one = found((100, [7]))
    assert one.gini == pytest.approx(0.99)
    assert one.theil == pytest.approx(math.log(100))
    assert (one.absent, one.most_active) == (pytest.approx(99), pytest.approx(100))
    assert one.points.iloc[[0, -1]].to_numpy().tolist() == [[0, 0], [100, 100]]


def test_theil_is_all_between_towns_where_each_town_is_alike():
    parted = found((2, [1, 1]), (2, [3, 3]))
    assert parted.between == pytest.approx(100)
    expected = 0.25 * math.log(0.25 / 0.5) + 0.75 * math.log(0.75 / 0.5)
    assert parted.theil == pytest.approx(expected)


@settings(deadline=None)
@given(st.lists(st.integers(1, 50), min_size=1, max_size=60), st.integers(0, 60))
def test_gini_is_pysals(times, absent):
    result = found((len(times) + absent, times))
    assert result.gini == pytest.approx(Gini(np.array([*times, *[0] * absent], float)).g, abs=1e-9)


def test_more_participants_than_mean_residents_are_all_the_residents():
    assert found((3, [1, 2, 1, 4])).absent == 0


def test_of_all_who_ever_lived_there_more_never_came_and_it_is_less_even():
    times = [1, 2, 5]
    mean = found((10, times))
    gini, absent = among_ever_present(spread_of(times), 20.0)
    assert mean.absent == pytest.approx(70)
    assert absent == pytest.approx(85)
    assert gini == pytest.approx(Gini(np.array([*times, *[0] * 17], float)).g)
    assert gini > mean.gini
    assert among_ever_present(spread_of(times), 2.0)[1] == 0


def test_nothing_is_said_where_something_is_hidden_or_nothing_is_there():
    hidden = spread_of([1, 1, 2]).assign(participant_count=[2, None])
    assert equity(hidden, towns_of((9, [1, 1, 2]))) is None
    assert equity(spread_of([]), towns_of()) is None


# Who comes again -------------------------------------------------------------------------

MONTHS = pd.date_range("2025-01-01", periods=3, freq="MS")


def cohorts(*rows):
    return retention(
        pd.DataFrame(
            [(MONTHS[first], MONTHS[month], count) for first, month, count in rows],
            columns=["first_month", "month", "participant_count"],
        ).astype({"participant_count": "Float64"})
    )


def test_retention_tells_nobody_from_hidden():
    rows = cohorts((0, 0, 50), (0, 2, 20), (1, 1, 10), (1, 2, pd.NA), (2, 2, 8))
    shares = {
        (each.first_month.month, since): each.share(since) for each in rows for since in each.seen
    }
    assert shares[1, 1] == 0
    assert shares[1, 2] == 40
    assert math.isnan(shares[2, 1])
    assert shares[3, 0] == 100
    assert len(shares) == 6


def test_nobody_is_no_cohort():
    assert cohorts() == []
    assert retained(cohorts(), 1) is None


def test_cohorts_before_which_too_little_is_on_record_are_left_out():
    rows = cohorts((0, 0, 50), (0, 1, 50), (1, 1, 10), (1, 2, 4), (2, 2, 8))
    kept = looked_back(rows, date(2024, 2, 1))
    assert [each.first_month.month for each in kept] == [2, 3]
    assert retained(kept, 1) == pytest.approx(40)
    assert retained(kept, 2) is None
    assert looked_back(rows, date(2024, 11, 1)) == []


def test_what_is_hidden_is_not_told_by_the_rest():
    rows = cohorts((1, 1, 10), (1, 2, 9), (2, 2, 90))
    assert retained(rows, 1) == pytest.approx(90)
    rows = cohorts((1, 1, 10), (1, 2, pd.NA))
    assert retained(rows, 1) is None


# Sentences -------------------------------------------------------------------------------

NOW = pd.Series(
    {
        "participant_count": 300,
        "repeat_participant_count": 120,
        "first_time_participant_count": 60,
        "resident_month_count": 3000.0,
        "month_count": 3,
        "activity_count": 9,
    }
)


def told(*, low=3, without=2, never=0) -> pd.DataFrame:
    """Give communities A, B, C …, the first of low reach, then those without activity, and one of
    neither; the earlier a name, the more residents are not reached."""
    count = low + without + 1
    return pd.DataFrame(
        {
            "name": [chr(ord("A") + n) for n in range(count)],
            "is_low": [n < low for n in range(count)],
            "is_without": [low <= n < low + without for n in range(count)],
            "is_never": [low <= n < low + never for n in range(count)],
            "unreached_count": range(count, 0, -1),
        }
    )[::-1]


def headline(say=ZH, now=NOW, communities=None, quiet_days=None, **changes):
    rows = told() if communities is None else communities
    counts = now.to_frame().T.infer_objects()
    values = {code: measure(counts, BY_CODE[code])["value"].iloc[0] for code in TOLD}
    told_now = now.to_dict() | values
    quiet = Quiet(since_records(say, date(2023, 11, 1)), quiet_days)
    return participation_headline(
        say, now=told_now, window_months=3, communities=rows, quiet=quiet, **changes
    )


def test_headline_says_how_many_and_whom_to_look_at_first():
    said = headline()
    assert said.state == "3 个月内 300 名居民参加过活动，参与率 30.0%；2 个社区没有活动"
    assert said.change == (
        "参加者中 40.0% 来过不止一次，20.0% 为近一年首次。3 个社区有活动而参与率低于平常波动的下限"
        "（碰巧连 1 个也不到），先看A、B。"
    )
    assert "2 communities held nothing" in headline(EN).state
    never = headline(communities=told(never=1))
    assert never.state.endswith("；2 个社区没有活动")
    assert never.change.startswith("没有活动的社区中，1 个自 2023-11 有记录以来没有过。")
    every = headline(communities=told(never=2)).change
    assert every.startswith("这 2 个社区自 2023-11 有记录以来都没有过。")
    assert headline(communities=told(without=0)).state.endswith("；各社区都有活动")
    assert headline(communities=told().head(0)).state.endswith("参与率 30.0%")


def test_headline_of_single_communities_sets_them_beside_the_district():
    said = headline(beside="，全区为 33.3%")
    assert said.state.endswith("参与率 30.0%，全区为 33.3%")
    assert "先看" not in said.change


def test_headline_of_a_community_without_activities_says_since_when():
    none = NOW.replace({9: 0, 300: 0})
    said = headline(now=none, beside="，全区为 33.3%", quiet_days=130.0)
    assert said.state == "所选社区 3 个月没有活动"
    assert said.change == "最近一次活动在 130 天前。"
    assert headline(now=none, beside="，全区为 33.3%").change == "自 2023-11 有记录以来没有过活动。"


def test_headline_leaves_out_what_is_not_known():
    assert "首次" not in headline(now=NOW.replace({60: MISSING})).change
    nobody = headline(now=NOW.replace({300: MISSING, 120: MISSING}))
    assert "— 名居民" in nobody.state
    assert "nan" not in nobody.state + nobody.change
    assert "参与率都不低于平常波动的下限" in headline(communities=told(low=0)).change


def test_a_long_window_says_what_makes_its_reach_too_high():
    assert window_told(ZH, 12) == "12 个月"
    assert window_told(ZH, 13).endswith("含期间迁出的居民")


def days(**values):
    return pd.DataFrame(
        {
            "held_on": pd.to_datetime(list(values)),
            "value": pd.array(list(values.values()), "Float64"),
        }
    )


def test_calendar_headline_finds_the_festival_ahead():
    rows = days(**{"2025-10-04": 30, "2025-10-06": 60, "2025-06-11": 10})
    near = festivals_between(date(2025, 1, 1), date(2025, 12, 31))
    assert calendar_headline(ZH, rows, near) == "周末占 30.0%，2025-10-06 中秋当天最多"
    rows = days(**{"2025-05-29": 30, "2025-06-11": 10})
    assert calendar_headline(ZH, rows, near) == "周末占 0.0%，2025-05-29 最多，端午前 2 天"
    assert calendar_headline(ZH, days(**{"2025-07-30": 3}), near) == "周末占 0.0%，2025-07-30 最多"
    assert "没有活动" in calendar_headline(ZH, days(), near)


# The table of festivals ------------------------------------------------------------------


def test_festivals_are_eight_a_year_in_order():
    years = pd.Series([day.year for day, _ in FESTIVALS]).value_counts()
    assert set(years) == {8}
    assert list(FESTIVALS) == sorted(FESTIVALS)


def test_lunar_festivals_keep_their_distances():
    """The Lantern Festival ends a fortnight after New Year; both follow the moon."""
    by_name = {(day.year, name.zh): day for day, name in FESTIVALS}
    for year in {day.year for day, _ in FESTIVALS}:
        spring = by_name[year, "春节"]
        assert (by_name[year, "元宵"] - spring).days == 14
        assert 118 <= (by_name[year, "端午"] - spring).days <= 152
        assert (by_name[year, "中秋"] - by_name[year, "端午"]).days in range(97, 130)
        assert date(year, 1, 21) <= spring <= date(year, 2, 20)


@pytest.mark.parametrize("days_alike", [2, 3, 12])
def test_of_days_with_as_many_none_is_told_as_the_day_with_most(days_alike: int) -> None:
    rows = days(**{f"2025-10-{day:02d}": 7 for day in range(1, days_alike + 1)} | {"2025-09-01": 6})
    told = calendar_headline(ZH, rows, festivals_between(date(2025, 1, 1), date(2025, 12, 31)))
    assert told.endswith(f"最多的有 {days_alike} 天，不分先后")


def test_calendar_headline_makes_no_share_of_what_is_hidden():
    rows = days(**{"2025-10-04": 30, "2025-10-06": None})
    assert "比例也不列" in calendar_headline(ZH, rows, ())
    assert "比例也不列" in calendar_headline(ZH, days(**{"2025-10-06": None}), ())
