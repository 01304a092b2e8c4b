"""The first sentence follows from counts by rule: both kinds of governance cover, one weak point is named."""

import re
from collections.abc import Mapping
from datetime import date

import pandas as pd
import pytest

from dashboard.contract.indicators import BY_CODE
from dashboard.insight.attention import COLUMNS
from dashboard.insight.due import KINDS, Due, due, weak_point
from dashboard.insight.outlook import (
    covered_told,
    governed_counts,
    is_chance,
    occupancy_told,
    state_told,
    sum_told,
    weak_told,
)
from dashboard.language import Say

ZH, EN = Say("zh"), Say("en")
HAN = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
CLOSING = BY_CODE["closing_rate"]
USUAL = {
    "town_code": "310112101", "name_zh": "示例", "name_en": "Sample", "opened_on": pd.Timestamp(2020, 1, 1),
    "resident_count": 100, "available_count": 100, "let_count": 90, "over_let_count": 0, "days_quiet_count": 5,
    "days_known_count": 700, "overdue_count": 0, "longest_open_day_count": float("nan"),
    "has_service_station": True, "has_social_work_station": False,
}  # fmt: skip


def found(*communities: Mapping[str, object], say: Say = ZH, **given: object) -> list[Due]:
    rows = pd.DataFrame(
        [{"community_code": f"c{at}", **USUAL, **each} for at, each in enumerate(communities)],
        columns=list(COLUMNS),
    )
    months = (date(2025, 12, 1), 92)
    return due(rows, say, first_month=date(2023, 11, 1), months=months, **given)  # type: ignore[arg-type]


def test_both_kinds_of_governance_cover() -> None:
    assert covered_told(ZH, (222, 298, 520)) == "网格与居村治理全覆盖"
    assert sum_told(ZH, (222, 298, 520)) == "居村治理 222 + 片区网格 298 = 520，全覆盖"
    assert covered_told(ZH, (5, 0, 5)) == "居村治理全覆盖"
    assert covered_told(ZH, (0, 5, 5)) == "片区网格全覆盖"


def test_who_is_neither_under_a_committee_nor_a_grid_is_not_called_covered() -> None:
    assert covered_told(ZH, (200, 300, 520)) == "20 个社区的治理方式未载明"
    assert "全覆盖" not in sum_told(ZH, (200, 300, 520))
    now = {
        "committee_community_count": float("nan"),
        "grid_community_count": 1,
        "community_count": 2,
    }
    assert governed_counts(pd.Series(now)) is None
    assert covered_told(ZH, None) == ""


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        ({"flat": 92.6, "bed": 91.0}, {"flat": 93.3, "bed": 90.5}, "入住较 2025-09 月末平稳"),
        (
            {"flat": 88.8, "bed": 91.0},
            {"flat": 92.9, "bed": 90.5},
            "“一套房”入住率较 2025-09 月末降 4.1 个百分点",
        ),
        ({"bed": 61.0}, {"bed": 58.5}, "“一张床”入住率较 2025-09 月末升 2.5 个百分点"),
        ({"bed": 61.0}, {}, ""),
        ({"bed": float("nan")}, {"bed": 61.0}, ""),
    ],
)
def test_occupancy_is_steady_or_the_tier_that_moved_most_is_named(
    now: dict[str, float], before: dict[str, float], told: str
) -> None:
    assert occupancy_told(ZH, now, before, "2025-09 月末") == told


def test_the_weak_point_is_of_what_is_behind_the_kind_that_touches_most_residents() -> None:
    quiet: dict[str, object] = {"days_quiet_count": 200, "resident_count": 900}
    late = found(quiet, {"overdue_count": 30, "longest_open_day_count": 60.0})
    assert [each.kind.code for each in late] == ["overdue", "quiet", "idle"]
    weak = weak_point(late)
    assert weak is not None
    assert weak.kind.code == "quiet"
    assert weak_told(ZH, weak) == "短板在活动：1 个大社区静默满 90 天"
    assert weak_told(ZH, weak, is_one=True) == "短板在活动：居民 900 人，200 天无活动"


def test_what_is_to_be_watched_is_the_weak_point_only_where_nothing_is_behind() -> None:
    idle: dict[str, object] = {"days_quiet_count": 120, "resident_count": 250}
    watched, behind = weak_point(found(idle)), weak_point(found(idle, {"overdue_count": 1}))
    assert watched is not None and behind is not None
    assert (watched.kind.code, behind.kind.code) == ("idle", "overdue")
    assert weak_point(found({})) is None
    assert weak_told(ZH, None) == "没有按规则要办的事"


def test_proposals_are_counted_and_other_kinds_by_communities() -> None:
    (overdue,) = found({"overdue_count": 3, "longest_open_day_count": 40.0}, {"overdue_count": 2})
    assert (overdue.count, overdue.communities, overdue.longest) == (5, 2, 40.0)
    assert [each.community_code for each in overdue.where] == ["c0", "c1"]


def test_real_projects_of_a_sample_count_and_are_not_listed() -> None:
    (overdue,) = found({"overdue_count": 3}, {"overdue_count": 2}, named={"c0"})
    assert (overdue.count, overdue.unnamed) == (5, 1)
    assert [each.community_code for each in overdue.where] == ["c1"]


def test_a_kind_whose_table_is_not_loaded_is_not_judged() -> None:
    assert (
        found({"days_quiet_count": float("nan"), "resident_count": 900}, not_loaded={"activity"})
        == []
    )


def test_an_activity_within_the_chosen_months_is_no_silence() -> None:
    assert found({"days_quiet_count": 91}) == []
    assert [each.kind.code for each in found({"days_quiet_count": 92})] == ["idle"]
    never = {"days_quiet_count": None}
    assert [each.kind.code for each in found({**never, "days_known_count": 92})] == ["idle"]
    assert found({**never, "days_known_count": 31}) == []


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        ((330, 505), (457, 671), True),
        ((100, 505), (457, 671), False),
        ((3, 0), (457, 671), None),
        ((float("nan"), 5), (457, 671), None),
    ],
)
def test_chance_is_named_where_it_can_explain_a_change(
    now: tuple[float, float], before: tuple[float, float], told: bool | None
) -> None:
    assert is_chance(now, before, CLOSING) is told


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.code))
def test_a_state_in_english_has_no_chinese_in_it(kind: object) -> None:
    told = Due(kind, 3, 3, 100.0, 5.0, (), 0)  # type: ignore[arg-type]
    covered = covered_told(EN, (222, 298, 520))
    state = state_told(EN, covered, "occupancy steady", weak_told(EN, told))
    assert state.startswith("Grids and committees cover all, occupancy steady; weak in ")
    assert "{" not in state
    assert not HAN.search(state)
