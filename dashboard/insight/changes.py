"""Tell what changed since the period before, in short lines from counted data."""

import pandas as pd

from dashboard.language import Say
from dashboard.model.indicators import Indicator, count_written, written
from dashboard.model.rounding import number_written, rounded


def change_written(now: float | None, before: float | None, indicator: Indicator, say: Say) -> str:
    """Write a change: points for shares, percent for large counts, else the plain difference."""
    if now is None or before is None or pd.isna(now) or pd.isna(before):
        return say("无上期数据")
    difference = now - before
    if rounded(difference, indicator.decimals) == 0:
        return say("持平")
    if indicator.kind == "share":
        return say("较上期 {change:+.1f} 个百分点", change=difference)
    percent = difference / before * 100 if before else 0
    if indicator.kind == "count" and abs(before) >= 10_000 and abs(percent) >= 0.05:
        return say("较上期 {change:+.1f}%", change=percent)
    return say(
        "较上期 {change}", change=number_written(difference, indicator.decimals, signed=True)
    )


def change_since(rows: pd.DataFrame, before: pd.Timestamp, indicator: Indicator, say: Say) -> str:
    """Write the change of measured months, from the month ``before`` to the last of them."""
    earlier = rows.loc[rows["month"] == before, "value"]
    return change_written(
        rows["value"].iloc[-1], earlier.iloc[0] if len(earlier) else None, indicator, say
    )


def change_lines(
    say: Say,
    *,
    changes: pd.Series | None,
    reach: tuple[float | None, float | None],
    reach_indicator: Indicator,
    settled: float,
    overdue: float,
) -> list[tuple[str, str]]:
    """List what changed as pairs of subject and sentence.

    ``changes``: the row of that query, None where no month lies before; ``reach``: in percent,
    now and before. What is missing is not told.
    """
    return [
        *([] if changes is None else _community_lines(say, changes)),
        *([] if pd.isna(reach[0]) else [_reach_line(say, reach, reach_indicator)]),
        *([] if pd.isna(overdue) else [_proposal_line(say, settled, overdue)]),
    ]


def _reach_line(
    say: Say, reach: tuple[float | None, float | None], indicator: Indicator
) -> tuple[str, str]:
    sentence = say(
        "{reach}，{change}",
        reach=written(reach[0], indicator, say.language),
        change=change_written(reach[0], reach[1], indicator, say),
    )
    return say("参与"), sentence


def _proposal_line(say: Say, settled: float, overdue: float) -> tuple[str, str]:
    sentence = say(
        "办结 {settled} 件，超 14 天未办结 {overdue} 件", settled=int(settled), overdue=int(overdue)
    )
    return say("提案"), sentence


def _community_lines(say: Say, changes: pd.Series) -> list[tuple[str, str]]:
    opened, beds = int(changes["opened_count"]), int(changes["bed_change_count"])
    if pd.isna(changes["closed_count"]):
        moved = say("新开 {opened} 个，床位 {beds:+,}", opened=opened, beds=beds)
    else:
        moved = say(
            "新开 {opened} 个，退出 {closed} 个，床位 {beds:+,}",
            opened=opened,
            closed=int(changes["closed_count"]),
            beds=beds,
        )
    return [
        (say("社区"), moved),
        (
            say("纳入"),
            say(
                "新纳入 {communities} 个社区、{residents} 名居民",
                communities=int(changes["newly_covered_count"]),
                residents=count_written(changes["newly_covered_resident_count"], say.language),
            ),
        ),
    ]
