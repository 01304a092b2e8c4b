"""Reason about needs and proposals: the loop, time to settling, supply and demand, headlines."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from dashboard.contract.columns import as_floats, names_of_most
from dashboard.contract.indicators import (
    BY_CODE,
    as_written,
    measure,
    percent,
    ratio,
    total,
    written,
)
from dashboard.contract.rounding import rounded
from dashboard.contract.tables import need, proposal_category, responsible_unit, stage
from dashboard.insight.headline import Headline
from dashboard.insight.limits import compared
from dashboard.insight.survival import Curve, log_rank, time_curve
from dashboard.insight.verdicts import p_written
from dashboard.language import Say, tied

# Of proposals: what one published case took, an assumption. The queries' own bar.
DAYS_BAR = 14
# Assumptions: from fewer proposals no share or median is told as a finding, or no gap in supply;
# nor is a gap of fewer points.
LEAST_TOLD = 10
LEAST_OF_ONE = 5
LEAST_DEMAND = 30
LEAST_GAP = 3
# As usual: where equal groups would differ as much in one of twenty tries, chance can explain it.
LEAST_P = 0.05
MISSING = float("nan")
# Any share is written with as many decimals.
SHARE = BY_CODE["closing_rate"]
COHORT_COUNTS = (
    "proposal_count",
    "accepted_count",
    "prompt_count",
    "followed_count",
    "in_time_count",
    "self_service_count",
)


def loop_steps(stages: pd.DataFrame) -> pd.DataFrame:
    """Count how many reached each stage of the loop, as shares of the first and the one before.

    ``stages``: rows of the query proposals_by_stage, by the furthest stage reached.
    """
    furthest = dict(zip(stages["stage"], stages["proposal_count"], strict=True))
    order = list(stage.allowed)
    reached = np.cumsum([furthest.get(code, 0) for code in order[::-1]])[::-1]
    return pd.DataFrame(
        {
            "stage": order,
            "count": reached,
            "of_first": [percent(count, reached[0]) for count in reached],
            "of_before": [
                MISSING,
                *(percent(count, before) for before, count in pairwise(reached)),
            ],
        }
    )


def settling_curve(rows: pd.DataFrame) -> Curve | None:
    """Estimate the share settled by each day where some are open still.

    ``rows``: ``day_count``, ``is_settled`` and how many, ``proposal_count``.
    """
    return time_curve(rows["day_count"], rows["is_settled"], rows["proposal_count"])


def median_written(curve: Curve | None, say: Say) -> str:
    """Write the median's interval, or that it is not reached."""
    if curve is None:
        return say("无受理提案")
    if pd.isna(curve.median):
        return say("未达到：过半仍未办结")
    if pd.isna(curve.median_high):
        return say("95% 误差范围从 {low:.0f} 天起，久到多少还看不出", low=curve.median_low)
    return say("95% 误差范围 {low:.0f}–{high:.0f} 天", low=curve.median_low, high=curve.median_high)


def supply_against_demand(rows: pd.DataFrame) -> pd.DataFrame:
    """Set each youth need's share of the proposals beside its share of the activities.

    ``rows``: of the query youth_needs. ``gap`` is supply less demand, in points.
    """
    # What a query doesn't return was not there; what it returns as missing is hidden.
    names = ("proposal_count", "activity_count", "attendance_count")
    columns = (as_floats(rows[name]) for name in names)
    there = dict(zip(rows["need"], zip(*columns, strict=True), strict=True))
    counts = np.array([there.get(code, (0.0, 0.0, 0.0)) for code in need.allowed])
    proposals, activities, attendances = (pd.Series(column) for column in counts.T)
    demand, supply = (percent(each, total(each)) for each in (proposals, activities))
    return pd.DataFrame(
        {
            "need": list(need.allowed),
            "proposal_count": proposals,
            "activity_count": activities,
            "demand_share": demand,
            "supply_share": supply,
            "gap": as_written(supply, SHARE) - as_written(demand, SHARE),
            "per_activity": ratio(attendances, activities),
        }
    )


def supply_sentence(needs: pd.DataFrame, say: Say) -> str:
    """Say which youth need falls furthest short of what is asked for."""
    if needs["demand_share"].isna().all():
        return say("提案未标注青年需求：只能看供给")
    if needs["supply_share"].isna().all():
        return say("所选月份内没有回应青年需求的活动")
    if needs["proposal_count"].sum() < LEAST_DEMAND:
        return say("标注青年需求的提案不足 {least} 件，不宜比较", least=LEAST_DEMAND)
    worst = needs.sort_values("gap").iloc[0]
    if rounded(worst["gap"], SHARE.decimals) > -LEAST_GAP:
        return say("四类青年需求的供给与需求大致相当")
    gaps = [-rounded(gap, SHARE.decimals) for gap in needs["gap"]]
    names = say.names(need.allowed)
    widest = names_of_most([names[code] for code in needs["need"]], gaps)
    if len(widest) > 1:
        return say(
            "缺口最大的：{needs}，占活动的比例都比占需求的低 {gap:.1f} 个百分点",
            needs=tied(say, widest),
            gap=max(gaps),
        )
    return say(
        "{need}缺口最大：占四类需求 {demand:.1f}%，只占四类活动 {supply:.1f}%",
        need=say.words(need.allowed[worst["need"]]),
        demand=worst["demand_share"],
        supply=worst["supply_share"],
    )


def loop_sentence(steps: pd.DataFrame, say: Say) -> str:
    """Say how many needs have come all the way, and where most of the others are."""
    share = steps["of_first"].iloc[-1]
    if pd.isna(share):
        return say("所选月份内没有记录闭环阶段的提案")
    if share == 100:
        return say("需求都已走到自我服务")
    raised, reached = int(steps["count"].iloc[0]), int(steps["count"].iloc[-1])
    if raised < LEAST_TOLD:
        return say("{raised} 件需求中 {reached} 件已走到自我服务", raised=raised, reached=reached)
    there = -steps["count"].diff().iloc[1:].to_numpy()
    if there.max() * 2 <= raised - reached or there.max() < LEAST_OF_ONE:
        return say("{share:.1f}% 的需求已走到自我服务", share=share)
    return say(
        "{share:.1f}% 的需求已走到自我服务，其余过半在{stage}",
        share=share,
        stage=say.words(stage.allowed[steps["stage"].iloc[int(there.argmax())]]),
    )


def settling_sentence(curves: Sequence[tuple[str, Curve]], say: Say) -> str:
    """Say by when half are settled: of all, or of the slowest and the quickest group."""
    if not curves:
        return say("所选月份内没有受理的提案")
    curves = _told(curves)
    if not curves:
        return say("受理的提案不足 {least} 件，曲线仅供参考", least=LEAST_TOLD)
    ordered = sorted(curves, key=lambda pair: (_or_never(pair[1].median), -pair[1].by(DAYS_BAR)))
    (quick, first), (slow, last) = ordered[0], ordered[-1]
    if len(curves) == 1:
        if pd.isna(first.median):
            return say("过半提案尚未办结")
        return say("半数提案在受理 {days:.0f} 天内办结", days=first.median)
    if first.median == last.median:
        return say("各组办结半数都用 {days:.0f} 天", days=last.median)
    if log_rank([curve for _, curve in curves]).p >= LEAST_P:
        return say("各组办结的快慢说不上不同：差别随机可以解释")
    if pd.isna(last.median):
        return say("{slow}过半尚未办结", slow=slow)
    slow, quick = (
        tied(say, [name for name, curve in curves if curve.median == end.median])
        for end in (last, first)
    )
    return say(
        "办结半数：{slow} {most:.0f} 天，{quick} {least:.0f} 天",
        slow=slow,
        most=last.median,
        quick=quick,
        least=first.median,
    )


def _told(curves: Sequence[tuple[str, Curve]]) -> list[tuple[str, Curve]]:
    return [pair for pair in curves if pair[1].count >= LEAST_TOLD]


def settling_test(curves: Sequence[tuple[str, Curve]], say: Say) -> str:
    """Say how curves were made, and by which test groups were told apart."""
    told = [curve for _, curve in _told(curves)]
    if len(told) < 2:
        return say("Kaplan–Meier 估计")
    test = log_rank(told)
    return say(
        "Kaplan–Meier 估计；log-rank 检验（每组 {least} 件以上）χ²({degrees}) = {chi2:,.1f}，{p}",
        least=LEAST_TOLD,
        degrees=test.degrees,
        chi2=test.chi2,
        p=p_written(test.p),
    )


def _or_never(days: float) -> float:
    return float("inf") if pd.isna(days) else days


def needs_headline(
    say: Say,
    *,
    cohort: pd.Series,
    curve: Curve | None,
    categories: pd.DataFrame,
    open_rows: pd.DataFrame,
    is_invented: bool = False,
) -> Headline:
    """Write the page's headline.

    ``cohort``: what was raised in the chosen months, its closing rate as ``value``; ``categories``: rows of proposals_by_category; ``open_rows``: rows of open_proposals.
    ``is_invented``: only real, named projects are chosen, in a sample: what ails them is invented
    and not held up.
    """
    share = cohort["value"]
    is_reopened = open_rows["is_reopened"].astype(bool)
    late = open_rows[~is_reopened & (open_rows["open_day_count"] > DAYS_BAR)]
    if not cohort["proposal_count"]:
        state = say("所选月份内没有提案")
    elif pd.isna(share):
        state = say("提出 {count:.0f} 件提案，尚无受理满 14 天的", count=cohort["proposal_count"])
    elif cohort["followed_count"] < LEAST_TOLD:
        state = say(
            "提出 {count:.0f} 件提案，受理满 14 天的 {followed:.0f} 件中 {in_time:.0f} 件按时办结",
            count=cohort["proposal_count"],
            followed=cohort["followed_count"],
            in_time=cohort["in_time_count"],
        )
    else:
        slow = None if is_invented else _slowest(say, categories, share)
        state = say(
            "提出 {count:.0f} 件提案；受理已满 14 天的 {followed:.0f} 件中，{share} 在 14 天内办结{slow}",
            count=cohort["proposal_count"],
            followed=cohort["followed_count"],
            share=written(share, SHARE, say.language),
            slow=say("；{category}类最慢", category=slow) if slow else "",
        )
    parts = []
    if curve is not None and curve.count >= LEAST_TOLD and pd.notna(curve.median):
        parts.append(
            say(
                "受理后半数在 {days:.0f} 天内办结（{interval}）。",
                days=curve.median,
                interval=median_written(curve, say),
            )
        )
    if is_invented:
        parts.append(say("具名的真实项目：其提案均为示例，纯属虚构。"))
    elif late.empty:
        parts.append(say("没有超期未办结的提案。"))
    else:
        parts += [
            _late_sentence(say, late, int(open_rows["is_reopened"].sum())),
            _most_responsible(say, late),
        ]
    return Headline(state, (" " if say.language == "en" else "").join(filter(None, parts)))


def open_told(say: Say, open_rows: pd.DataFrame) -> str:
    """Say how many are open, and how many more are known to have been reopened by the data's end:
    whether they were open at an earlier month's end is not recorded.

    ``open_rows``: rows of open_proposals.
    """
    is_reopened = open_rows["is_reopened"].astype(bool)
    sure = open_rows[~is_reopened]
    told = say(
        "{open} 件未办结，其中 {late} 件超过 14 天",
        open=len(sure),
        late=int((sure["open_day_count"] > DAYS_BAR).sum()),
    )
    if not is_reopened.any():
        return told
    return say(
        "{told}；另有 {reopened} 件到数据截止时已重启，日期不详",
        told=told,
        reopened=int(is_reopened.sum()),
    )


def _late_sentence(say: Say, late: pd.DataFrame, reopened: int) -> str:
    """Say how many are overdue, and of how many besides it is not known since when."""
    if not reopened:
        return say("{count} 件超过 14 天未办结。", count=len(late))
    return say(
        "{count} 件超过 14 天未办结；另有 {reopened} 件到数据截止时已重启，日期不详，不计在内。",
        count=len(late),
        reopened=reopened,
    )


def _slowest(say: Say, categories: pd.DataFrame, district: float) -> str | None:
    """Name the category with the lowest closing rate, if it is told apart from all."""
    rows = measure(categories, SHARE).dropna(subset=["value"])
    found = compared(rows, district, SHARE)
    slow = rows.head(0) if found is None else rows[found.are("below")]
    if slow.empty:
        return None
    shown = as_written(slow["value"], SHARE)
    slowest = slow.loc[shown == shown.min(), "proposal_category"].tolist()
    # Of several that are written alike none is the slowest.
    return say.words(proposal_category.allowed[slowest[0]]) if len(slowest) == 1 else None


def _most_responsible(say: Say, late: pd.DataFrame) -> str:
    """Name the unit that more than half of the overdue ones wait for; nothing if none, or few."""
    ((unit, most),) = Counter(late["responsible_unit"]).most_common(1)
    if most < LEAST_OF_ONE or most * 2 <= len(late):
        return ""
    return say(
        "过半由{unit}负责（{most} 件）。",
        unit=say.words(responsible_unit.allowed[unit]),
        most=most,
    )
