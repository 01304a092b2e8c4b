"""Each rule catches from its bar on and not before, and a community stands once."""

import re

import pandas as pd
import pytest

from dashboard.insight.attention import (
    FULL_SHARE,
    LARGE_RESIDENTS,
    OVERDUE_PROPOSALS,
    QUIET_DAYS,
    RULES,
    Concern,
    concerns,
)
from dashboard.language import Say

ZH, EN = Say("zh"), Say("en")
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
# A large community under a grid that no rule catches: each test changes what matters to it.
CALM = {
    "community_code": "310112114001",
    "town_code": "310112114",
    "name_zh": "浦江公寓",
    "name_en": "Pujiang Apartments",
    "coverage_type": "grid",
    "resident_count": LARGE_RESIDENTS,
    "available_count": 1000,
    "let_count": 900,
    "over_let_count": 0,
    "has_service_station": False,
    "has_social_work_station": False,
    "days_quiet_count": 10.0,
    "days_known_count": 400,
    "overdue_count": 0,
}


def found(*changes, say=ZH) -> list[Concern]:
    return concerns(pd.DataFrame([{**CALM, **change} for change in changes]), say)


def level(**changes) -> str | None:
    one = found(changes)
    return one[0].level if one else None


def test_a_calm_community_is_no_concern():
    assert found({}) == []


@pytest.mark.parametrize(("let", "expected"), [(9495, "watch"), (9494, None)])
def test_a_community_is_full_as_its_share_is_written(let, expected):
    assert level(available_count=10_000, let_count=let) == expected


def test_no_communities_are_no_concern():
    assert concerns(pd.DataFrame([CALM]).head(0), ZH) == []


@pytest.mark.parametrize(("over_let", "expected"), [(0, "watch"), (1, "fault"), (2, "fault")])
def test_more_let_than_available_in_any_tier_is_a_fault_in_the_data(over_let, expected):
    assert level(let_count=1000, over_let_count=over_let) == expected


def test_a_small_community_may_have_faulty_data_too():
    (one,) = found({"over_let_count": 1, "resident_count": 1})
    assert one.reason == "有房源层次已租多于可租，数据有误"


@pytest.mark.parametrize("available", [0, None])
def test_without_available_units_there_is_no_occupancy_to_judge(available):
    assert level(available_count=available, let_count=5) is None


@pytest.mark.parametrize(
    ("days", "expected"), [(QUIET_DAYS - 1, None), (QUIET_DAYS, "late"), (400, "late")]
)
def test_quiet_days_are_late_from_the_bar_on(days, expected):
    assert level(days_quiet_count=float(days)) == expected


@pytest.mark.parametrize("missing", [float("nan"), None])
def test_never_an_activity_is_late_and_said_so(missing):
    assert found({"days_quiet_count": missing})[0].reason == "300 人，网格管理，从未有活动"


def test_quiet_under_a_committee_is_no_concern():
    assert level(days_quiet_count=400.0, coverage_type="committee") is None


@pytest.mark.parametrize("days", [400.0, float("nan")])
@pytest.mark.parametrize(
    ("residents", "expected"), [(LARGE_RESIDENTS - 1, None), (LARGE_RESIDENTS, "late")]
)
def test_quiet_concerns_large_communities(days, residents, expected):
    assert level(days_quiet_count=days, resident_count=residents) == expected


@pytest.mark.parametrize(
    ("overdue", "expected"), [(OVERDUE_PROPOSALS - 1, None), (OVERDUE_PROPOSALS, "late")]
)
@pytest.mark.parametrize("kind", ["grid", "committee"])
def test_overdue_proposals_are_late_from_the_bar_on(overdue, expected, kind):
    assert level(overdue_count=overdue, coverage_type=kind, resident_count=1) == expected


@pytest.mark.parametrize(
    ("let", "expected"), [(FULL_SHARE * 1000 - 1, None), (FULL_SHARE * 1000, "watch")]
)
def test_full_without_a_station_is_watched_from_the_bar_on(let, expected):
    assert level(let_count=let) == expected


@pytest.mark.parametrize("station", ["has_service_station", "has_social_work_station"])
def test_full_with_a_station_is_no_concern(station):
    assert level(let_count=1000, **{station: True}) is None


def test_a_small_full_community_is_no_concern():
    assert level(let_count=1000, resident_count=LARGE_RESIDENTS - 1) is None


def test_a_community_stands_once_for_its_first_rule():
    caught_by_all = {"days_quiet_count": 400.0, "overdue_count": 9, "let_count": 1000}
    (one,) = found(caught_by_all)
    assert one.reason == "300 人，网格管理，400 天无活动"


def test_late_stands_before_watch_then_the_most_residents_then_the_name():
    watch, late = {"let_count": 1000}, {"overdue_count": 5}
    ordered = found(
        {**watch, "resident_count": 9000, "name_zh": "丙"},
        {**late, "resident_count": 500, "name_zh": "乙"},
        {**late, "resident_count": 500, "name_zh": "丁"},
        {**late, "resident_count": 800, "name_zh": "甲"},
    )
    assert [one.name for one in ordered] == ["甲", "丁", "乙", "丙"]


def test_a_concern_carries_what_a_click_needs():
    (one,) = found({"overdue_count": 7})
    assert one == Concern(
        "310112114001", "310112114", "浦江公寓", "late", "提案 7 件超 14 天未办结", 300
    )


@pytest.mark.parametrize(
    ("changes", "numbers"),
    [
        ({"over_let_count": 1}, []),
        ({"days_quiet_count": None}, ["300"]),
        ({"days_quiet_count": 90.0}, ["300", "90"]),
        ({"overdue_count": 5}, ["5"]),
        ({"let_count": 950}, ["95.0%"]),
    ],
)
def test_reasons_are_said_in_english_with_the_same_numbers(changes, numbers):
    (one,) = found(changes, say=EN)
    assert one.name == "Pujiang Apartments"
    assert not CHINESE.search(one.reason)
    assert set(numbers) <= set(re.findall(r"[\d.,]*\d%?", one.reason))


def test_rules_state_the_bars_that_are_applied():
    stated = "".join(rule.zh for rule in RULES)
    for bar in (
        f"{QUIET_DAYS} 天",
        f"达 {OVERDUE_PROPOSALS} 件",
        "95%",
        f"{LARGE_RESIDENTS} 人以上",
    ):
        assert bar in stated


def test_who_is_not_known_for_90_days_is_not_quiet_for_so_long():
    assert level(days_quiet_count=None, days_known_count=QUIET_DAYS) == "late"
    assert level(days_quiet_count=None, days_known_count=QUIET_DAYS - 1) is None
