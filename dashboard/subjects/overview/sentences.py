"""Say the Overview in a headline and the changes in short lines, by rule, from counted data only."""

import pandas as pd

from dashboard.contract.indicators import Indicator, count_written, written
from dashboard.insight.changes import Before, change_written
from dashboard.insight.windows import with_reason
from dashboard.language import Say


def chosen_state(say: Say, chosen_as: str, now: pd.Series) -> str:
    """Say how many and who are chosen, where the share covered would only repeat how."""
    if now["community_count"] == 1:
        residents = count_written(now["resident_count"], say.language)
        return say("{chosen}：居民 {residents} 人", chosen=chosen_as, residents=residents)
    return say(
        "{chosen}：{total} 个社区，{residents} 名居民",
        chosen=chosen_as,
        total=int(now["community_count"]),
        residents=count_written(now["resident_count"], say.language),
    )


def newly_told(say: Say, changes: pd.Series | None, since: str) -> str:
    """Say who came under committees ``since`` a month's end; ``changes``: the row of that query, None
    where no month lies before."""
    if changes is None or pd.isna(changes["newly_covered_count"]):
        return ""
    covered = int(changes["newly_covered_count"])
    if covered == 0:
        return say("较 {since}没有新纳入居村治理的社区。", since=since)
    return say(
        "较 {since}新纳入居村治理 {communities} 个社区{from_where}、{residents} 名居民。",
        since=since,
        communities=covered,
        from_where=_from_where(say, changes),
        residents=count_written(changes["newly_covered_resident_count"], say.language),
    )


def _from_where(say: Say, changes: pd.Series) -> str:
    """Say in brackets how many of the newly covered came from grids, and how many newly opened."""
    opened = int(changes["newly_covered_opened_count"])
    moved = int(changes["newly_covered_count"]) - opened
    if not opened:
        return say("（由网格转入）")
    if not moved:
        return say("（本期新开）")
    return say("（网格转入 {moved}、本期新开 {opened}）", moved=moved, opened=opened)


def change_lines(
    say: Say,
    *,
    changes: pd.Series | None,
    reach: tuple[float | None, Before],
    reach_indicator: Indicator,
    settled: float,
    overdue: float,
) -> list[tuple[str, str]]:
    """List what changed as pairs of subject and sentence.

    ``changes``: the row of that query, None where no month lies before; ``reach``: in percent,
    now and before it. What is missing is not told.
    """
    return [
        *([] if changes is None else _community_lines(say, changes)),
        *([] if pd.isna(reach[0]) else [_reach_line(say, reach, reach_indicator)]),
        *([] if pd.isna(overdue) else [_proposal_line(say, settled, overdue)]),
    ]


def _reach_line(
    say: Say, reach: tuple[float | None, Before], indicator: Indicator
) -> tuple[str, str]:
    told = written(reach[0], indicator, say.language)
    sentence = say(
        "{reach}，{change}",
        reach=with_reason(say, told, indicator, reach[0]),
        change=change_written(reach[0], reach[1], indicator, say),
    )
    return say("参与"), sentence


def _proposal_line(say: Say, settled: float, overdue: float) -> tuple[str, str]:
    sentence = say(
        "办结 {settled:,} 件，超 14 天未办结 {overdue:,} 件",
        settled=int(settled),
        overdue=int(overdue),
    )
    return say("提案"), sentence


def _moved_parts(say: Say, changes: pd.Series) -> list[str]:
    """Say who opened, who closed and how many beds came, as far as each is known."""
    opened, closed, beds = (
        None if pd.isna(changes[name]) else int(changes[name])
        for name in ("opened_count", "closed_count", "bed_change_count")
    )
    parts = []
    if opened is not None:
        parts.append(say("新开 {opened} 个", opened=opened))
    if closed is not None:
        parts.append(say("退出 {closed} 个", closed=closed))
    if beds is not None:
        parts.append(say("床位 {change:+,} 张", change=beds) if beds else say("床位持平"))
    return parts


def _community_lines(say: Say, changes: pd.Series) -> list[tuple[str, str]]:
    moved = ("，" if say.language == "zh" else ", ").join(_moved_parts(say, changes))
    lines = [(say("社区变动"), moved)] if moved else []
    if pd.isna(changes["newly_covered_count"]):
        return lines
    covered = int(changes["newly_covered_count"])
    return [
        *lines,
        (
            say("纳入"),
            say(
                "新纳入 {communities} 个社区{from_where}、{residents} 名居民",
                communities=covered,
                from_where=_from_where(say, changes) if covered else "",
                residents=count_written(changes["newly_covered_resident_count"], say.language),
            ),
        ),
    ]
