"""A change is said in the unit that a reader thinks in, and nothing is said to be +0."""

import re

import pandas as pd
import pytest

from dashboard.contract.indicators import BY_CODE, months_of
from dashboard.insight.changes import Before, Earlier, change_since, change_written
from dashboard.language import Say
from dashboard.subjects.overview.sentences import change_lines

ZH, EN = Say("zh"), Say("en")
SHARE, COUNT, RATIO, REACH = (
    BY_CODE[code] for code in ("committee_coverage", "residents", "residents_per_dwelling", "reach")
)
MISSING = float("nan")


@pytest.mark.parametrize(
    ("indicator", "now", "before", "zh", "en"),
    [
        (SHARE, 42.7, 40.2, "较上期 +2.5 个百分点", "+2.5"),
        (SHARE, 40.2, 42.7, "较上期 −2.5 个百分点", "−2.5"),
        (COUNT, 530, 520, "较上期 +10（+1.9%）", "+10 (+1.9%)"),
        (COUNT, 1000, 9999, "较上期 −8,999（−90.0%）", "−8,999 (−90.0%)"),
        (COUNT, 169_000, 151_000, "较上期 +18,000（+11.9%）", "+18,000 (+11.9%)"),
        (COUNT, 147_460, 147_516, "较上期 −56（不足 0.1%）", "−56 (under 0.1%)"),
        (COUNT, 5, 0, "较上期 +5", "+5 on the period before"),
        (COUNT, 12, 9, "较上期 +3", "+3 on the period before"),
        (RATIO, 1.15, 1.02, "较上期 +0.13", "+0.13"),
    ],
)
def test_change_is_in_points_percent_or_plain_numbers(indicator, now, before, zh, en):
    assert change_written(now, Before(before), indicator, ZH) == zh
    assert en in change_written(now, Before(before), indicator, EN)


@pytest.mark.parametrize(
    ("indicator", "now", "before"),
    [(SHARE, 42.70, 42.71), (SHARE, 50.0, 50.04), (COUNT, 520, 520), (RATIO, 1.021, 1.024)],
)
def test_what_rounds_to_nothing_is_as_before(indicator, now, before):
    assert change_written(now, Before(before), indicator, ZH) == "较上期持平"
    assert not re.search(r"\d", change_written(now, Before(before), indicator, EN))


@pytest.mark.parametrize(("now", "before"), [(None, 1), (MISSING, 1), (1, MISSING)])
def test_without_both_values_there_is_no_change(now, before):
    assert change_written(now, Before(before), SHARE, ZH) == "无上期数据"


def test_a_change_is_the_difference_of_what_is_written():
    # 52.75 − 31.44 is 21.31, yet 52.8 stands beside 31.4.
    assert change_written(52.75, Before(31.44), SHARE, ZH) == "较上期 +21.4 个百分点"
    assert change_written(42.74, Before(42.65), SHARE, ZH) == "较上期持平"


MONTHS = pd.DataFrame(
    {
        "month": pd.to_datetime(["2024-12-01", "2025-09-01", "2025-12-01"]),
        "numerator": [MISSING] * 3,
        "value": [27.6, 37.5, 33.6],
        "denominator": [1000, 1000, 1000],
    }
)
EARLIER = Earlier(pd.Timestamp("2025-09-01"), pd.Timestamp("2024-12-01"))


def test_what_has_seasons_is_compared_with_a_year_before():
    assert change_since(months_of(MONTHS), EARLIER, REACH, ZH) == "较上年同期 +6.0 个百分点"
    assert change_since(months_of(MONTHS), EARLIER, SHARE, ZH) == "较 2025-09 月末 −3.9 个百分点"
    assert change_since(months_of(MONTHS), EARLIER, SHARE, EN) == "−3.9 pp since 2025-09"
    year = Earlier(pd.Timestamp("2024-12-01"))
    assert change_since(months_of(MONTHS), year, SHARE, ZH) == "较 2024 年末 +6.0 个百分点"
    assert "on a year before" in change_since(months_of(MONTHS), EARLIER, REACH, EN)


@pytest.mark.parametrize(
    ("rows", "earlier"),
    [
        (MONTHS.iloc[1:], EARLIER),
        (MONTHS.assign(value=[MISSING, 37.5, 33.6]), EARLIER),
        (MONTHS, Earlier(EARLIER.period)),
    ],
)
def test_without_a_year_before_what_has_seasons_is_compared_with_nothing(rows, earlier):
    assert change_since(months_of(rows), earlier, REACH, ZH) == "无上年同期数据"
    assert change_since(months_of(rows), earlier, REACH, EN) == "no data for a year before"


def test_over_whole_years_all_seasons_are_in_the_period_before_too():
    over_years = Earlier(EARLIER.period, is_whole_years=True)
    assert change_since(months_of(MONTHS), over_years, REACH, ZH) == "较上期 −3.9 个百分点"


def test_shares_of_few_are_not_compared():
    rows = MONTHS.assign(denominator=[100, 2, 30])
    assert (
        change_since(months_of(rows), Earlier(EARLIER.period, is_whole_years=True), REACH, ZH)
        == "数目过少，不比较"
    )
    assert change_since(months_of(rows), EARLIER, REACH, ZH) == "较上年同期 +6.0 个百分点"
    assert (
        change_since(months_of(rows.assign(denominator=9)), EARLIER, REACH, EN)
        == "too few to compare"
    )
    few = Before(MISSING, is_of_year=True, are_few=True)
    assert change_written(5, few, REACH, ZH) == "数目过少，不比较"
    assert change_since(months_of(rows.head(2)), EARLIER, COUNT, ZH) != "数目过少，不比较"


def test_large_and_plain_changes_on_a_year_before():
    of_year = Before(10_000, is_of_year=True)
    assert change_written(9000, of_year, COUNT, ZH) == "较上年同期 −1,000（−10.0%）"
    assert change_written(9, Before(5, is_of_year=True), COUNT, ZH) == "较上年同期 +4"
    assert change_written(5, Before(5, is_of_year=True), COUNT, ZH) == "较上年同期持平"


CHANGES = pd.Series(
    {
        "opened_count": 7,
        "closed_count": 1,
        "bed_change_count": 1234,
        "newly_covered_count": 12,
        "newly_covered_opened_count": 5,
        "newly_covered_resident_count": 12_345,
    }
)


THEN = Before(30.0)


def lines(say, reach=(31.2, THEN), *, overdue=3, has_before=True, **changes):
    return change_lines(
        say,
        changes=pd.Series({**CHANGES, **changes}) if has_before else None,
        reach=reach,
        reach_indicator=REACH,
        settled=40,
        overdue=overdue,
    )


def test_lines_say_what_opened_was_covered_reached_and_settled():
    assert lines(ZH) == [
        ("社区变动", "新开 7 个，退出 1 个，床位 +1,234 张"),
        ("纳入", "新纳入 12 个社区（网格转入 7、本期新开 5）、1.23 万名居民"),
        ("参与", "31.2%，较上期 +1.2 个百分点"),
        ("提案", "办结 40 件，超 14 天未办结 3 件"),
    ]


def test_lines_are_said_in_english_with_the_same_numbers():
    numbers = [re.findall(r"[+-]?\d[\d,.]*%?", sentence) for _, sentence in lines(EN)]
    assert [[number.rstrip(",") for number in each] for each in numbers] == [
        ["7", "1", "+1,234"],
        ["12", "7", "5", "12,345"],
        ["31.2%", "+1.2"],
        ["40", "3", "14"],
    ]


def test_closed_ones_are_not_told_where_they_are_not_known():
    assert lines(ZH, closed_count=MISSING)[0] == ("社区变动", "新开 7 个，床位 +1,234 张")


def test_without_a_month_before_no_change_of_communities_is_told():
    assert [subject for subject, _ in lines(ZH, has_before=False)] == ["参与", "提案"]


def test_fewer_beds_carry_a_minus():
    assert lines(ZH, bed_change_count=-1234)[0][1].endswith("床位 −1,234 张")


def test_as_many_beds_are_said_to_be_unchanged():
    assert lines(ZH, bed_change_count=0)[0][1].endswith("，床位持平")


def test_what_is_missing_is_not_told():
    subjects = [subject for subject, _ in lines(ZH, reach=(MISSING, Before(MISSING)))]
    assert subjects == ["社区变动", "纳入", "提案"]
    assert [subject for subject, _ in lines(ZH, overdue=MISSING)] == ["社区变动", "纳入", "参与"]


def test_english_lines_have_no_chinese_in_them():
    text = "".join(map("".join, lines(EN)))
    assert not re.search(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]", text)
