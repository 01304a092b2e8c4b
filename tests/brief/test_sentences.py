"""Check the sentences of a briefing where the data are at their ends."""

from dataclasses import replace

import pandas as pd

from dashboard.brief.sentences import (
    CONCLUSION,
    Standing,
    case_message,
    chance_note,
    change_brief,
    conclusion_message,
    governance_line,
    housing_line,
    housing_message,
    modes_message,
    participation_line,
    participation_message,
    problems_message,
    ranking_message,
    response_line,
    steps_message,
)
from dashboard.contract.indicators import BY_CODE, measure
from dashboard.insight.changes import Before
from dashboard.language import Say

ZH, NAN = Say("zh"), float("nan")
COVERAGE = BY_CODE["committee_coverage"]


def standing(code: str, value: float, before: float = NAN) -> Standing:
    return Standing(BY_CODE[code], value, Before(before))


def towns(*counts: tuple[str, int, int]) -> pd.DataFrame:
    """Make measured towns of name, covered and all communities."""
    rows = pd.DataFrame(counts, columns=["name", "committee_community_count", COVERAGE.denominator])
    rows["grid_community_count"] = rows[COVERAGE.denominator] - rows["committee_community_count"]
    return measure(rows.assign(key=rows["name"]), COVERAGE)


def test_both_kinds_of_governance_are_added_up_before_the_weak_point() -> None:
    message = conclusion_message(
        ZH, counts=(222, 298, 520), weak="短板在回应：3 件提案超期未办", changes=None
    )
    assert message.headline == "治理全覆盖；短板在回应：3 件提案超期未办"
    assert message.conclusion == "居村 222 + 网格 298 = 520；没有上期数据可比。"


def test_who_is_under_neither_is_not_called_covered() -> None:
    changes = pd.Series({"newly_covered_count": 4, "newly_covered_resident_count": 851})
    message = conclusion_message(ZH, counts=(2, 5, 10), weak="没有按规则要办的事", changes=changes)
    assert "全覆盖" not in message.headline
    assert message.conclusion == "居村 2、网格 5、未载明 3，共 10；新纳入居村 4 个、851 人。"


def test_of_who_was_chosen_by_governance_none_is_newly_so() -> None:
    changes = pd.Series({"newly_covered_count": float("nan")})
    message = conclusion_message(ZH, counts=(0, 5, 5), weak="", changes=changes, is_settled=True)
    assert message.conclusion == "居村 0 + 网格 5 = 5。"


def test_a_town_is_told_beside_the_district() -> None:
    changes = pd.Series({"newly_covered_count": 0, "newly_covered_resident_count": 0})
    message = conclusion_message(
        ZH, counts=(3, 7, 10), weak="", changes=changes, beside="全区覆盖率 42.7%"
    )
    assert message.conclusion == "居村 3 + 网格 7 = 10；全区覆盖率 42.7%。"


def test_towns_are_told_by_how_far_they_lie_apart_and_not_by_chance() -> None:
    far = towns(("甲", 2, 40), ("乙", 20, 40), ("丙", 38, 40))
    for say, headline in (
        (ZH, "各街镇覆盖率 5.0% 至 95.0%，相差 90.0 个百分点"),
        (Say("en"), "Towns' coverage runs from 5.0% to 95.0%, 90.0 points apart"),
    ):
        assert (
            ranking_message(say, far, district=50.0, own="", names_towns=True).headline == headline
        )
    own = ranking_message(ZH, far, district=50.0, own="丙", names_towns=True)
    assert own.headline == "丙覆盖率 95.0%，居 3 个街镇第 1"
    assert own.conclusion == "比全区 50.0% 高 45.0 个百分点。"
    low = ranking_message(Say("en"), far, district=50.0, own="甲", names_towns=True)
    assert low.conclusion == "45.0 points below the 50.0% of the district."
    like = ranking_message(ZH, far, district=50.0, own="乙", names_towns=True, whole="所选范围")
    assert like.headline == "乙覆盖率 50.0%，居 3 个街镇第 2"
    assert like.conclusion == "与所选范围 50.0% 相差不到 1 个社区。"
    for message in (own, low, like):
        assert len(message.conclusion) <= CONCLUSION["en"]
    assert len(own.conclusion) <= CONCLUSION["zh"]
    assert (
        ranking_message(ZH, far, district=None, own="", names_towns=True).headline
        == "所选月份没有街镇数据"
    )
    same = towns(("甲", 20, 20), ("乙", 9, 9))
    assert (
        ranking_message(ZH, same, district=100.0, own="", names_towns=True).headline
        == "各街镇覆盖率都是 100.0%"
    )


def test_no_real_town_is_named_first_on_a_samples_numbers() -> None:
    far = towns(("甲", 2, 40), ("乙", 20, 40), ("丙", 38, 40))
    named = ranking_message(ZH, far, district=50.0, own="", names_towns=True).conclusion
    assert named.startswith("甲、乙、丙的网格社区最多")
    unnamed = ranking_message(ZH, far, district=50.0, own="", names_towns=False).conclusion
    assert unnamed == "60 个由片区网格治理"


def test_unclassified_is_no_mode() -> None:
    modes = pd.DataFrame(
        {"mode": ["2", "none"], "community_count": [3, 7], "community_share": [30.0, 70.0]}
    )
    message = modes_message(ZH, modes, {"2": "居村代管"})
    assert message.headline == "居村治理中“居村代管”最多，占 30.0%"
    assert message.conclusion.startswith("7 个社区未分类")
    assert "还没有" in modes_message(ZH, modes[modes["mode"] == "none"], {}).headline


def test_modes_and_tiers_written_alike_are_not_told_apart() -> None:
    modes = pd.DataFrame(
        {"mode": ["1", "2"], "community_count": [7, 7], "community_share": [35.01, 35.04]}
    )
    message = modes_message(ZH, modes, {"1": "居委会", "2": "居村代管"})
    assert message.headline == "居村治理中 2 种模式并列最多，各占 35.0%"
    tiers = pd.DataFrame({"tier": ["room", "bed"], "value": [61.21, 61.24]})
    assert housing_message(ZH, tiers, 1).headline == "2 个层次的入住率并列最低，为 61.2%"


def test_the_emptiest_tier_is_named_and_how_many_communities_are_rather_empty() -> None:
    tiers = pd.DataFrame({"tier": ["room", "bed"], "value": [90.0, 61.24]})
    message = housing_message(ZH, tiers, 1)
    assert message.headline == "各层次中“一张床”入住率最低，为 61.2%"
    assert message.conclusion.startswith("1 个社区开业满 12 个月而不足 80%")
    assert "都不低于 80%" in housing_message(ZH, tiers.head(1), 0).conclusion
    assert housing_message(ZH, tiers.assign(value=NAN), 1).headline.endswith("入住数据")


def test_hidden_persons_give_no_reach() -> None:
    message = participation_message(
        ZH, standing("reach", NAN, 3.0), standing("closing_rate", NAN), months=3, overdue=0
    )
    assert message.headline == "参与人数太少或没有数据，参与率不列"
    assert message.conclusion == "无上期数据；14 天闭环率 —，超期提案 0 件。"


def test_lines_of_the_conclusion_say_what_is_not_loaded_as_missing() -> None:
    tiers = pd.DataFrame(
        {"value": [95.0], "numerator": [95], "denominator": [100]},
        index=pd.Index(["flat"], name="tier"),
    )
    lines = [
        governance_line(ZH, standing("committee_coverage", 85, 84)),
        housing_line(ZH, tiers),
        participation_line(ZH, standing("reach", NAN)),
        response_line(ZH, standing("closing_rate", NAN), overdue=None),
    ]
    assert lines[1:] == ["入住率：一套房 95.0%（95/100）", "—", "—"]


def test_changes_are_told_in_their_kind() -> None:
    share, count = COVERAGE, BY_CODE["residents"]
    assert change_brief(54.1, 52.3, share, ZH) == "提高 1.8 个百分点"
    assert change_brief(52.3, 54.1, share, ZH) == "降低 1.8 个百分点"
    assert change_brief(52.3, 54.1, share, Say("en")) == "−1.8 pp"
    assert change_brief(54.14, 54.1, share, ZH) == "持平"
    assert change_brief(101_700, 100_000, count, ZH) == "增加 1,700 人（1.7%）"
    assert change_brief(147_460, 147_516, count, ZH) == "减少 56 人（不足 0.1%）"
    assert change_brief(8, 5, count, ZH) == "增加 3 人"
    assert change_brief(8, NAN, count, ZH) == "—"


def test_a_case_is_told_by_what_was_reported() -> None:
    said = case_message(ZH, name="有巢马桥", facts=8, occupancy=96.0, is_here=True)
    assert said.headline == "有巢马桥入住率达 96%（公开报道）"
    unknown = case_message(ZH, name="有巢马桥", facts=8, occupancy=None, is_here=False)
    assert unknown.headline == "有巢马桥有 8 项公开事实可供参照"
    assert unknown.conclusion.startswith("所选范围内没有")


def test_nothing_late_is_said() -> None:
    assert problems_message(ZH, count=0, late=0, shown=0).headline == "没有社区触发关注规则"
    assert problems_message(ZH, count=4, late=0, shown=4).headline.endswith("没有要先办的")
    assert steps_message(ZH, count=3, late=0).headline == "下一步 3 项工作，按月推进"
    assert steps_message(ZH, count=0, late=0).headline == "没有按规则提出的工作"


def test_a_seasonal_change_says_that_it_is_on_a_year_before() -> None:
    message = participation_message(
        ZH,
        Standing(BY_CODE["reach"], 33.6, Before(27.6, is_of_year=True)),
        standing("closing_rate", 54.1),
        months=3,
        overdue=9,
    )
    assert message.conclusion.startswith("较上年同期提高 6.0 个百分点；")
    assert len(message.conclusion) <= CONCLUSION["zh"]


def test_changes_that_chance_can_explain_are_named() -> None:
    by_chance = replace(standing("closing_rate", 68.5, 59.7), may_be_chance=True)
    told = chance_note(ZH, [standing("reach", 27.0, 20.0), by_chance])
    assert told == "14 天闭环率的变化在随机波动以内，说不上变好或变差。"
    assert chance_note(ZH, [standing("closing_rate", 90.0, 10.0)]) == ""
