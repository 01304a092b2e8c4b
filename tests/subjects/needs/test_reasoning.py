"""What is said of needs follows from counts by rule; open proposals are censored, not dropped."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from dashboard.contract.indicators import BY_CODE, percent
from dashboard.insight.survival import Curve, log_rank
from dashboard.language import Say
from dashboard.subjects.needs.micros import MICROS, Part, made_of, micro_scores, part_score
from dashboard.subjects.needs.reasoning import (
    COHORT_COUNTS,
    loop_sentence,
    loop_steps,
    median_written,
    needs_headline,
    open_told,
    settling_curve,
    settling_sentence,
    supply_against_demand,
    supply_sentence,
)

ZH, EN = Say("zh"), Say("en")
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def days(*rows):
    return pd.DataFrame(rows, columns=["day_count", "is_settled", "proposal_count"])


def curve_of(rows: pd.DataFrame) -> Curve:
    curve = settling_curve(rows)
    assert curve is not None
    return curve


def kaplan_meier(rows):
    """Multiply up, day by day, the share that stays open: the oracle."""
    each = [
        (day, settled) for day, settled, count in rows.itertuples(index=False) for _ in range(count)
    ]
    still, shares = 1.0, {}
    for day in sorted({day for day, _ in each}):
        at_risk = sum(other >= day for other, _ in each)
        still *= 1 - sum(other == day and settled for other, settled in each) / at_risk
        shares[day] = (1 - still) * 100
    return shares


# Time to settling ---------------------------------------------------------------------------

SIX = days((2, True, 1), (3, True, 1), (4, False, 1), (5, True, 1), (8, False, 1), (9, True, 1))


def test_open_proposals_are_censored_not_dropped():
    curve = curve_of(SIX)
    # At 5 days three are left of six: 1 - 4/6 · 2/3.
    assert curve.by(5) == pytest.approx((1 - 4 / 6 * 2 / 3) * 100)
    assert curve.by(4.5) == pytest.approx(2 / 6 * 100)
    assert curve.by(1) == 0
    assert (curve.count, curve.reached_count, curve.median) == (6, 4, 5)


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.booleans(), st.integers(1, 3)), min_size=1, max_size=15
    )
)
@settings(max_examples=60, deadline=None)
def test_a_curve_is_the_product_limit_with_a_band_round_it(rows):
    curve = curve_of(days(*rows))
    expected = kaplan_meier(days(*rows))
    assert dict(zip(curve.times[1:], curve.reached[1:], strict=True)) == pytest.approx(expected)
    low, settled, high = (np.array(each) for each in (curve.low, curve.reached, curve.high))
    assert np.isfinite([low, settled, high]).all()
    assert (low <= settled + 1e-9).all()
    assert (settled <= high + 1e-9).all()
    assert low.min() >= 0
    assert high.max() <= 100


def test_a_median_that_is_not_reached_is_said_so():
    curve = curve_of(days((3, True, 4), (30, False, 6)))
    assert np.isnan(curve.median)
    assert median_written(curve, ZH) == "未达到：过半仍未办结"


def test_a_median_whose_upper_end_is_not_reached_is_said_so():
    curve = curve_of(days((3, True, 6), (30, False, 5)))
    assert curve.median == 3
    assert np.isnan(curve.median_high)
    assert "久到多少还看不出" in median_written(curve, ZH)


def test_a_median_stands_within_its_interval():
    curve = curve_of(days(*((day, True, 3) for day in range(1, 21)), (25, False, 4)))
    assert curve.median_low < curve.median < curve.median_high
    assert median_written(curve, EN) == "95% range 8–14 days"


def test_a_median_is_where_exactly_half_are_settled():
    """Five of ten are settled by day 6, with some censored before: floats make it a little less."""
    rows = days(
        (1, True, 2), (5, True, 2), (6, True, 1), (7, True, 1), (8, False, 1), (8, True, 1),
        (9, False, 1), (9, True, 1),
    )  # fmt: skip
    assert curve_of(rows).median == 6
    assert curve_of(rows).by(6) == 50


def test_it_is_told_how_many_are_followed_where_a_curve_ends():
    curve = curve_of(SIX)
    assert curve.at_risk == [6, 6, 5, 4, 3, 2, 1]
    assert [curve.followed_at(day) for day in (0, 3, 4.5, 9, 10)] == [6, 5, 3, 1, 0]


@given(
    st.lists(
        st.tuples(st.integers(1, 20), st.booleans(), st.integers(1, 3)), min_size=2, max_size=15
    )
)
@settings(max_examples=40, deadline=None)
def test_a_curve_and_its_median_are_those_of_statsmodels(rows):
    frame = days(*rows)
    if not frame["is_settled"].any():
        return
    curve, count = curve_of(frame), frame["proposal_count"]
    with np.errstate(all="ignore"):
        other = SurvfuncRight(
            frame["day_count"].repeat(count), frame["is_settled"].repeat(count) * 1
        )
    for day, still in zip(other.surv_times, other.surv_prob, strict=True):
        assert curve.by(day) == pytest.approx(100 * (1 - still))
    at_risk = dict(zip(curve.times[1:], curve.at_risk[1:], strict=True))
    assert [at_risk[day] for day in other.surv_times] == other.n_risk.tolist()


def test_without_any_accepted_there_is_no_curve():
    assert settling_curve(days()) is None
    assert median_written(None, ZH) == "无受理提案"
    assert settling_sentence([], ZH) == "所选月份内没有受理的提案"


def test_groups_are_told_by_when_half_are_settled():
    slow, quick = curve_of(days((20, True, 12))), curve_of(days((5, True, 12)))
    never, few = curve_of(days((5, False, 12))), curve_of(days((90, True, 3)))
    assert settling_sentence([("甲", slow)], ZH) == "半数提案在受理 20 天内办结"
    assert settling_sentence([("甲", never)], ZH) == "过半提案尚未办结"
    assert settling_sentence([("甲", slow), ("乙", quick)], ZH) == "办结半数：甲 20 天，乙 5 天"
    assert settling_sentence([("甲", slow), ("乙", slow)], ZH) == "各组办结半数都用 20 天"
    assert settling_sentence([("甲", never), ("乙", quick)], ZH) == "甲过半尚未办结"
    alike = settling_sentence([("甲", slow), ("乙", quick), ("丙", slow)], ZH)
    assert alike == "办结半数：甲、丙（并列） 20 天，乙 5 天"
    # What chance can explain is said so.
    near = curve_of(days((1, True, 5), (7, True, 3), (30, True, 4)))
    assert settling_sentence([("甲", near), ("乙", quick)], ZH).endswith("差别随机可以解释")
    assert "chance" in settling_sentence([("A", near), ("B", quick)], EN)
    # Few proposals tell nothing.
    assert settling_sentence([("甲", few), ("乙", quick)], ZH) == "半数提案在受理 5 天内办结"
    assert settling_sentence([("甲", few)], ZH) == "受理的提案不足 10 件，曲线仅供参考"


group = st.lists(
    st.tuples(st.integers(0, 30), st.booleans(), st.integers(1, 9)), min_size=2, max_size=12
)


@given(groups=st.lists(group, min_size=2, max_size=4))
@example(groups=[[(0, True, 2)], [(0, False, 1), (1, False, 9), (1, True, 4)]])
@settings(deadline=None)
def test_groups_are_compared_as_by_others_log_rank(groups):
    if not any(settled for rows in groups for _, settled, _ in rows):
        return
    mine = log_rank([curve_of(days(*rows)) for rows in groups])
    each = [
        (day, settled, number)
        for number, rows in enumerate(groups)
        for day, settled, count in rows
        for _ in range(count)
    ]
    # The one of statsmodels fails where nothing came on a day that somebody was still followed.
    times, settled, numbers = (np.array(column) for column in zip(*each, strict=True))
    with np.errstate(all="ignore"):
        try:
            chi2, p = survdiff(times + 1.0, settled, numbers)
        except np.linalg.LinAlgError:
            return
    if np.isfinite(chi2) and 0 <= chi2 < 1e6:
        assert mine.chi2 == pytest.approx(chi2, rel=1e-6, abs=1e-8)
        assert mine.p == pytest.approx(p, rel=1e-5, abs=1e-12)
    assert mine.degrees == len(groups) - 1


# The loop -----------------------------------------------------------------------------------


def stages(**counts):
    return pd.DataFrame({"stage": list(counts), "proposal_count": list(counts.values())})


def test_who_reached_a_stage_passed_those_before_it():
    steps = loop_steps(
        stages(need_raised=10, resource_matched=20, self_service=50, platform_built=20)
    )
    assert steps["count"].tolist() == [100, 90, 70, 50]
    assert steps["of_first"].tolist() == [100, 90, 70, 50]
    assert steps["of_before"].tolist()[1:] == pytest.approx([90, 700 / 9, 500 / 7])
    assert loop_sentence(steps, ZH) == "50.0% 的需求已走到自我服务"


def test_the_stage_of_most_is_told_if_it_is_of_over_half_of_them():
    steps = loop_steps(stages(need_raised=10, resource_matched=30, self_service=60))
    assert loop_sentence(steps, ZH) == "60.0% 的需求已走到自我服务，其余过半在资源对接"
    few = loop_steps(stages(resource_matched=4, self_service=16))
    assert loop_sentence(few, ZH) == "80.0% 的需求已走到自我服务"


def test_a_loop_of_few_is_told_in_counts():
    few = loop_steps(stages(resource_matched=2, self_service=1))
    assert loop_sentence(few, ZH) == "3 件需求中 1 件已走到自我服务"


def test_a_loop_that_stops_early_has_no_share_of_nothing():
    steps = loop_steps(stages(need_raised=3))
    assert steps["count"].tolist() == [3, 0, 0, 0]
    assert steps["of_before"].isna().tolist() == [True, False, True, True]
    assert loop_steps(stages())["of_first"].isna().all()
    assert loop_sentence(loop_steps(stages()), ZH) == "所选月份内没有记录闭环阶段的提案"
    assert loop_sentence(loop_steps(stages(self_service=2)), ZH) == "需求都已走到自我服务"


# Supply and demand --------------------------------------------------------------------------


def youth(**counts):
    rows = [(need, *each) for need, each in counts.items()]
    names = ["need", "proposal_count", "activity_count", "attendance_count"]
    return pd.DataFrame(rows, columns=names)


def test_the_widest_gap_between_demand_and_supply_is_named():
    needs = supply_against_demand(
        youth(business=(30, 10, 300), culture_sport=(45, 75, 4000), relationships=(25, 15, 100))
    ).set_index("need")
    assert needs.loc["business", ["demand_share", "supply_share", "gap"]].tolist() == [30, 10, -20]
    assert needs.loc["business", "per_activity"] == 30
    assert needs.loc["government_services", "demand_share"] == 0
    assert pd.isna(needs.loc["government_services", "per_activity"])
    assert (
        supply_sentence(needs.reset_index(), ZH)
        == "创新创业缺口最大：占四类需求 30.0%，只占四类活动 10.0%"
    )
    alike = supply_against_demand(
        youth(business=(30, 10, 300), culture_sport=(40, 80, 4000), relationships=(30, 10, 100))
    )
    assert supply_sentence(alike, ZH) == (
        "缺口最大的：创新创业、婚恋交友（并列），占活动的比例都比占需求的低 20.0 个百分点"
    )


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"business": (0, 5, 90)}, "提案未标注青年需求：只能看供给"),
        ({"business": (50, 0, 0)}, "所选月份内没有回应青年需求的活动"),
        ({"business": (5, 9, 90), "relationships": (5, 1, 9)}, "标注青年需求的提案不足 30 件，不宜比较"),
        ({"business": (50, 9, 90), "relationships": (50, 9, 9)}, "四类青年需求的供给与需求大致相当"),
    ],
)  # fmt: skip
def test_what_can_not_be_compared_is_not(counts, said):
    assert supply_sentence(supply_against_demand(youth(**counts)), ZH) == said


def test_hidden_attendances_stay_missing():
    needs = supply_against_demand(
        youth(business=(30, 1, pd.NA)).astype({"attendance_count": "Int64"})
    )
    assert needs.set_index("need")["per_activity"].isna()["business"]


# The headline -------------------------------------------------------------------------------


def cohort(proposals, followed, in_time, *, rate):
    return pd.Series(
        dict.fromkeys(COHORT_COUNTS, 0)
        | {"proposal_count": proposals, "followed_count": followed, "in_time_count": in_time}
        | {"value": rate}
    )


def categories(**counts):
    return pd.DataFrame(
        {
            "proposal_category": list(counts),
            "followed_count": [followed for followed, _ in counts.values()],
            "in_time_count": [in_time for _, in_time in counts.values()],
        }
    )


def open_rows(*rows):
    known = [(*row, False) if len(row) == 2 else row for row in rows]
    columns = ["open_day_count", "responsible_unit", "is_reopened"]
    return pd.DataFrame(known, columns=columns).astype({"is_reopened": bool})


EVEN = categories(safety=(50, 33), transport=(50, 32))
SLOW = categories(safety=(100, 80), transport=(100, 30))


def headline(say=ZH, *, counts=(120, 100, 65), kinds=EVEN, late=(), is_invented=False):
    _, followed, in_time = counts
    return needs_headline(
        say,
        cohort=cohort(*counts, rate=percent(in_time, followed)),
        curve=curve_of(days((9, True, 80), (40, False, 20))),
        categories=kinds,
        open_rows=open_rows(*late),
        is_invented=is_invented,
    )


def test_the_headline_says_how_many_are_settled_in_time():
    said = headline()
    assert said.state == "提出 120 件提案；受理已满 14 天的 100 件中，65.0% 在 14 天内办结"
    assert "半数在 9 天内办结" in said.change
    assert "  " not in headline(EN).change
    assert said.change.endswith("没有超期未办结的提案。")


def test_the_slowest_category_is_named_only_beyond_chance():
    assert headline(kinds=SLOW).state.endswith("；交通出行类最慢")
    assert "最慢" not in headline(kinds=EVEN).state
    # Neither of two that are written alike is the slowest.
    alike = categories(safety=(100, 30), transport=(100, 30), facilities=(100, 99))
    assert "最慢" not in headline(kinds=alike).state


def test_what_is_overdue_is_told_with_who_must_act():
    late = [(15, "town"), *[(30, "operator")] * 5, (14, "committee")]
    assert "6 件超过 14 天未办结。过半由运营方负责（5 件）。" in headline(late=late).change


@pytest.mark.parametrize("late", [[(30, "operator")] * 4, [(30, "operator"), (30, "town")] * 5])
def test_no_unit_is_named_for_a_few_or_for_half(late):
    assert "负责" not in headline(late=late).change


def test_the_reopened_are_not_counted_as_open_at_an_earlier_months_end():
    rows = pd.DataFrame(
        {"open_day_count": [15, 785, 9, 3], "is_reopened": [False, True, True, False]}
    )
    told = "2 件未办结，其中 1 件超过 14 天"
    assert open_told(ZH, rows) == f"{told}；另有 2 件到数据截止时已重启，日期不详"
    assert open_told(ZH, rows[~rows["is_reopened"]]) == told


def test_the_overdue_ones_that_were_reopened_are_told_apart():
    late = [(15, "town", False), (785, "operator", True), (9, "town", True)]
    said = headline(late=late).change
    assert "1 件超过 14 天未办结；另有 2 件到数据截止时已重启，日期不详，不计在内。" in said
    english = headline(EN, late=late).change
    assert (
        "1 is open over 14 days; 2 more were reopened by the data's end at no known date" in english
    )


def test_what_is_invented_of_real_projects_is_not_held_up():
    said = headline(kinds=SLOW, late=[(30, "operator")], is_invented=True)
    assert "最慢" not in said.state
    assert said.change.endswith("其提案均为示例，纯属虚构。")
    assert "超过 14 天" not in said.change


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((0, 0, 0), "所选月份内没有提案"),
        ((4, 0, 0), "提出 4 件提案，尚无受理满 14 天的"),
        ((4, 3, 2), "提出 4 件提案，受理满 14 天的 3 件中 2 件按时办结"),
    ],
)
def test_of_few_proposals_no_share_is_told(counts, said):
    assert headline(counts=counts).state == said


def test_english_sentences_have_no_chinese():
    said = headline(EN, kinds=SLOW, late=[(20, "town")])
    for text in (said.state, said.change, loop_sentence(loop_steps(stages(need_raised=3)), EN)):
        assert not CHINESE.search(text)


# The five micros ----------------------------------------------------------------------------


def counted(**changes):
    names = {
        name
        for micro in MICROS
        for part in micro.parts
        for name in (BY_CODE[part.indicator].numerator, BY_CODE[part.indicator].denominator)
    }
    return pd.DataFrame([dict.fromkeys(names, 100) | changes])


@pytest.mark.parametrize(("value", "score"), [(-1, 0), (0, 0), (2, 50), (4, 100), (9, 100)])
def test_a_score_lies_between_its_goalposts(value, score):
    assert part_score(Part("intensity", 0, 4), value) == score


def test_a_micro_is_the_mean_of_its_parts():
    scores = micro_scores(counted(own_branch_community_count=20, effective_community_count=60))
    party = scores.set_index("micro").loc["party"]
    assert party["score"] == pytest.approx(40)
    assert made_of(MICROS[0], party["values"], ZH) == (
        "独立党支部覆盖率 20.0%（0–100）\n有效覆盖率 60.0%（0–100）"
    )


def test_a_micro_with_a_missing_part_is_missing():
    scores = micro_scores(counted(followed_count=0)).set_index("micro")["score"]
    assert pd.isna(scores["governance"])
    assert scores.drop("governance").notna().all()


def test_there_are_five_micros_by_their_published_names():
    assert [micro.name.zh for micro in MICROS] == ["微党建", "微网格", "微治理", "微阵地", "微社区"]
