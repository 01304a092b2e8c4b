"""A change is said in the unit that a reader thinks in, and nothing is said to be +0."""

import re

import pandas as pd
import pytest

from dashboard.insight.changes import change_lines, change_written
from dashboard.language import Say
from dashboard.model.indicators import BY_CODE

ZH, EN = Say("zh"), Say("en")
SHARE, COUNT, RATIO, REACH = (
    BY_CODE[code] for code in ("committee_coverage", "residents", "residents_per_dwelling", "reach")
)
MISSING = float("nan")


@pytest.mark.parametrize(
    ("indicator", "now", "before", "zh", "en"),
    [
        (SHARE, 42.7, 40.2, "较上期 +2.5 个百分点", "+2.5"),
        (SHARE, 40.2, 42.7, "较上期 -2.5 个百分点", "-2.5"),
        (COUNT, 530, 520, "较上期 +10", "+10"),
        (COUNT, 1000, 9999, "较上期 -8,999", "-8,999"),
        (COUNT, 169_000, 151_000, "较上期 +11.9%", "+11.9%"),
        (COUNT, 9000, 10_000, "较上期 -10.0%", "-10.0%"),
        (COUNT, 5, 0, "较上期 +5", "+5"),
        (RATIO, 1.15, 1.02, "较上期 +0.13", "+0.13"),
    ],
)
def test_change_is_in_points_percent_or_plain_numbers(indicator, now, before, zh, en):
    assert change_written(now, before, indicator, ZH) == zh
    assert en in change_written(now, before, indicator, EN)


@pytest.mark.parametrize(
    ("indicator", "now", "before"),
    [(SHARE, 42.70, 42.71), (SHARE, 50.0, 50.04), (COUNT, 520, 520), (RATIO, 1.021, 1.024)],
)
def test_what_rounds_to_nothing_is_as_before(indicator, now, before):
    assert change_written(now, before, indicator, ZH) == "持平"
    assert not re.search(r"\d", change_written(now, before, indicator, EN))


@pytest.mark.parametrize(("now", "expected"), [(151_010, "较上期 +10"), (150_990, "较上期 -10")])
def test_a_large_count_that_hardly_changed_is_not_said_to_change_by_0_percent(now, expected):
    assert change_written(now, 151_000, COUNT, ZH) == expected


@pytest.mark.parametrize(("now", "before"), [(None, 1), (1, None), (MISSING, 1), (1, MISSING)])
def test_without_both_values_there_is_no_change(now, before):
    assert change_written(now, before, SHARE, ZH) == "无上期数据"


CHANGES = pd.Series(
    {
        "opened_count": 7,
        "closed_count": 1,
        "bed_change_count": 1234,
        "newly_covered_count": 12,
        "newly_covered_resident_count": 12_345,
    }
)


def lines(say, reach=(31.2, 30.0), *, overdue=3, has_before=True, **changes):
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
        ("社区", "新开 7 个，退出 1 个，床位 +1,234"),
        ("纳入", "新纳入 12 个社区、1.2 万 名居民"),
        ("参与", "31.2%，较上期 +1.2 个百分点"),
        ("提案", "办结 40 件，超 14 天未办结 3 件"),
    ]


def test_lines_are_said_in_english_with_the_same_numbers():
    numbers = [re.findall(r"[+-]?\d[\d,.]*%?", sentence) for _, sentence in lines(EN)]
    assert [[number.rstrip(",") for number in each] for each in numbers] == [
        ["7", "1", "+1,234"],
        ["12", "12,345"],
        ["31.2%", "+1.2"],
        ["40", "14", "3"],
    ]


def test_closed_ones_are_not_told_where_they_are_not_known():
    assert lines(ZH, closed_count=MISSING)[0] == ("社区", "新开 7 个，床位 +1,234")


def test_without_a_month_before_no_change_of_communities_is_told():
    assert [subject for subject, _ in lines(ZH, has_before=False)] == ["参与", "提案"]


def test_fewer_beds_carry_a_minus():
    assert lines(ZH, bed_change_count=-1234)[0][1].endswith("床位 -1,234")


def test_what_is_missing_is_not_told():
    subjects = [subject for subject, _ in lines(ZH, reach=(MISSING, None))]
    assert subjects == ["社区", "纳入", "提案"]
    assert [subject for subject, _ in lines(ZH, overdue=MISSING)] == ["社区", "纳入", "参与"]


def test_english_lines_have_no_chinese_in_them():
    text = "".join(map("".join, lines(EN)))
    assert not re.search(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]", text)
