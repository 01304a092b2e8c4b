"""Each rule catches from its bar on and not before, and a community stands once."""

import re
from datetime import date

import pandas as pd
import pytest

from dashboard.insight.attention import (
    FULL_SHARE,
    LARGE_RESIDENTS,
    LONG_OPEN_DAYS,
    OVERDUE_PROPOSALS,
    QUIET_DAYS,
    RULES,
    Concern,
    concerns,
    rule_told,
    rules_table,
)
from dashboard.language import Say

ZH, EN = Say("zh"), Say("en")
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
# A large, mature community that no rule catches: each test changes what matters to it.
CALM = {
    "community_code": "310112114001",
    "town_code": "310112114",
    "name_zh": "浦江公寓",
    "name_en": "Pujiang Apartments",
    "opened_on": pd.Timestamp(2023, 1, 5),
    "resident_count": LARGE_RESIDENTS,
    "available_count": 1000,
    "let_count": 900,
    "over_let_count": 0,
    "has_service_station": False,
    "has_social_work_station": False,
    "days_quiet_count": 10.0,
    "days_known_count": 400,
    "overdue_count": 0,
    "longest_open_day_count": float("nan"),
}
RECORDS, END = date(2023, 11, 1), date(2025, 12, 1)


def found(*changes, say=ZH, not_loaded=()) -> list[Concern]:
    rows = pd.DataFrame([{**CALM, **change} for change in changes])
    return concerns(rows, say, first_month=RECORDS, end_month=END, not_loaded=not_loaded)


def level(**changes) -> str | None:
    one = found(changes)
    return one[0].level if one else None


def test_a_calm_community_is_no_concern():
    assert found({}) == []


@pytest.mark.parametrize(("let", "expected"), [(9495, "watch"), (9494, None)])
def test_a_community_is_full_as_its_share_is_written(let, expected):
    assert level(available_count=10_000, let_count=let) == expected


def test_no_communities_are_no_concern():
    none = pd.DataFrame([CALM]).head(0)
    assert concerns(none, ZH, first_month=RECORDS, end_month=END) == []


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
@pytest.mark.parametrize(
    ("opened", "zh", "en"),
    [
        (
            pd.Timestamp(2023, 11, 5),
            "居民 300 人，自 2023-11 有记录以来没有活动",
            "300 residents, no activity since records began in 2023-11",
        ),
        (
            pd.Timestamp(2025, 4, 1),
            "居民 300 人，自 2025-04 开业以来没有活动",
            "300 residents, no activity since opening in 2025-04",
        ),
    ],
)
def test_no_activity_on_record_is_not_called_never(missing, opened, zh, en):
    change = {"days_quiet_count": missing, "opened_on": opened}
    assert found(change)[0].reason == zh
    assert found(change, say=EN)[0].reason == en


@pytest.mark.parametrize("days", [400.0, float("nan")])
@pytest.mark.parametrize(
    ("residents", "expected"), [(LARGE_RESIDENTS - 1, None), (LARGE_RESIDENTS, "late")]
)
def test_quiet_concerns_large_communities(days, residents, expected):
    assert level(days_quiet_count=days, resident_count=residents) == expected


@pytest.mark.parametrize(
    ("overdue", "expected"), [(OVERDUE_PROPOSALS - 1, None), (OVERDUE_PROPOSALS, "late")]
)
def test_overdue_proposals_are_late_from_the_bar_on(overdue, expected):
    assert level(overdue_count=overdue, resident_count=1) == expected


@pytest.mark.parametrize(
    ("days", "expected"), [(LONG_OPEN_DAYS - 1, None), (LONG_OPEN_DAYS, "late"), (780, "late")]
)
def test_one_proposal_open_for_a_year_is_late_in_a_place_of_any_size(days, expected):
    assert level(longest_open_day_count=float(days), resident_count=1) == expected


@pytest.mark.parametrize(("let", "expected"), [(7995, None), (7994, "watch")])
def test_rather_empty_is_watched_as_its_share_is_written(let, expected):
    assert level(available_count=10_000, let_count=let, resident_count=1) == expected


@pytest.mark.parametrize(
    ("opened", "expected"),
    [(pd.Timestamp(2024, 12, 31), "watch"), (pd.Timestamp(2025, 1, 1), None)],
)
def test_what_is_still_filling_is_not_rather_empty(opened, expected):
    assert level(let_count=500, opened_on=opened) == expected


def test_what_is_not_loaded_catches_nobody():
    caught = {"days_quiet_count": 400.0, "overdue_count": 9, "let_count": 1000}
    assert found(caught, not_loaded=("activity",))[0].reason == "提案 9 件超 14 天未办结"
    rest = ("activity", "proposal", "organisation")
    assert found(caught, not_loaded=rest) == []


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
    assert one.reason == "居民 300 人，400 天无活动"


def test_rules_stand_in_the_table_s_order_then_what_is_furthest_beyond_then_the_name():
    quiet, late, full = {"days_quiet_count": 99.0}, {"overdue_count": 5}, {"let_count": 1000}
    ordered = found(
        {**full, "resident_count": 9000, "name_zh": "丙"},
        {**late, "resident_count": 9000, "name_zh": "乙"},
        {**late, "overdue_count": 6, "name_zh": "丁"},
        {**quiet, "resident_count": 500, "name_zh": "戊"},
        {**quiet, "resident_count": 924, "name_zh": "己"},
        {**quiet, "resident_count": 500, "name_zh": "甲"},
    )
    assert [one.name for one in ordered] == ["己", "戊", "甲", "丁", "乙", "丙"]


def test_a_concern_carries_what_a_click_needs():
    (one,) = found({"overdue_count": 7})
    assert one == Concern(
        "310112114001", "310112114", "浦江公寓", "late", "提案 7 件超 14 天未办结", 300, "overdue"
    )


@pytest.mark.parametrize(
    ("changes", "numbers"),
    [
        ({"over_let_count": 1}, []),
        ({"days_quiet_count": None}, ["300"]),
        ({"days_quiet_count": 90.0}, ["300", "90"]),
        ({"overdue_count": 5}, ["5"]),
        ({"longest_open_day_count": 1780.0}, ["1,780"]),
        ({"let_count": 792}, ["79.2%"]),
        ({"let_count": 950}, ["95.0%"]),
    ],
)
def test_reasons_are_said_in_english_with_the_same_numbers(changes, numbers):
    (one,) = found(changes, say=EN)
    assert one.name == "Pujiang Apartments"
    assert not CHINESE.search(one.reason)
    assert set(numbers) <= set(re.findall(r"[\d.,]*\d%?", one.reason))


def test_rules_state_the_bars_that_are_applied():
    bars = (QUIET_DAYS, OVERDUE_PROPOSALS, LONG_OPEN_DAYS, "95%", "80%", LARGE_RESIDENTS)
    for say in (ZH, EN):
        stated = "".join(rule_told(say, rule) for rule in RULES)
        assert all(str(bar) in stated for bar in bars)
    assert "不论覆盖类型" in "".join(rule_told(ZH, rule) for rule in RULES)


@pytest.mark.parametrize("say", [ZH, EN])
def test_the_table_has_a_row_for_each_rule_that_says_all_of_it(say):
    table = rules_table(say)
    assert len(table) == len(RULES)
    assert list(table) == (
        ["程度", "情形", "界限", "界限的依据"]
        if say is ZH
        else ["Level", "Case", "Bar", "Basis of the bar"]
    )
    assert table.map(bool).all().all()
    assert say is ZH or not any(CHINESE.search(cell) for cell in table.to_numpy().ravel())


def test_who_is_not_known_for_90_days_is_not_quiet_for_so_long():
    assert level(days_quiet_count=None, days_known_count=QUIET_DAYS) == "late"
    assert level(days_quiet_count=None, days_known_count=QUIET_DAYS - 1) is None
