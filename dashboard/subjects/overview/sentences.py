"""Say the Overview in a headline and the changes in short lines, by rule, from counted data only."""

import pandas as pd

from dashboard.contract.filters import Filters
from dashboard.contract.indicators import (
    BY_CODE,
    Indicator,
    count_written,
    percent,
    written,
)
from dashboard.insight.changes import Before, change_written
from dashboard.insight.headline import Headline, towns_named
from dashboard.insight.verdicts import gap_told, gaps_told
from dashboard.language import Say


def overview_headline(
    say: Say,
    *,
    now: pd.Series,
    newly: str,
    towns: pd.DataFrame,
    filters: Filters,
    district_coverage: float,
) -> Headline:
    """Write the Overview's headline.

    ``now``: the chosen communities' row of district_by_month at the end month; ``newly``: who is
    newly covered, as ``newly_told`` says it; ``towns``: coverage of all towns
    at the end month, measured, with ``key`` and ``name``; ``district_coverage``: in
    percent. Where communities are chosen by more than their town, the district is no measure for
    them.
    """
    chosen = filters.town_codes
    covered, total = int(now["committee_community_count"]), int(now["community_count"])
    share = percent(covered, total)
    names = zip(towns["key"].tolist(), towns["name"].tolist(), strict=True)
    places = towns_named(say, [name for key, name in names if key in chosen])
    if filters.is_narrowed and covered == total:
        state = say(
            "{places}所选 {total} 个社区都在居村治理内",
            places=say("{places}：", places=places) if places else "",
            total=total,
        )
    elif filters.is_narrowed:
        state = say(
            "{places}所选 {total} 个社区中 {covered} 个在居村治理内，占 {share:.1f}%",
            places=say("{places}：", places=places) if places else "",
            total=total,
            covered=covered,
            share=share,
        )
    elif chosen:
        state = say(
            "{places}：{total} 个社区中 {covered} 个已纳入居村治理，占 {share:.1f}%",
            places=places,
            total=total,
            covered=covered,
            share=share,
        )
    elif covered < total:
        # Both kinds of governance leave none out, so that no town is named for the other kind.
        state = say(
            "居村治理 {covered} + 片区网格 {grid} = {total} 个社区，全覆盖",
            covered=covered,
            grid=total - covered,
            total=total,
        )
    else:
        state = say("{covered} 个社区已全部纳入居村治理", covered=covered)
    gap = "" if filters.is_narrowed else _gap_sentence(say, towns, chosen, district_coverage)
    return Headline(state, f"{newly}{gap}")


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
    if changes is None:
        return ""
    covered = int(changes["newly_covered_count"])
    if covered == 0:
        return say("较 {since}没有新纳入的社区。", since=since)
    return say(
        "较 {since}新纳入 {communities} 个社区、{residents} 名居民。",
        since=since,
        communities=covered,
        residents=count_written(changes["newly_covered_resident_count"], say.language),
    )


def _gap_sentence(say: Say, towns: pd.DataFrame, chosen: tuple[str, ...], district: float) -> str:
    """Say how many communities the chosen town is from the district, or all below it together."""
    known = towns.dropna(subset=["value"])
    mine = known[known["key"].isin(chosen)]
    if len(chosen) == 1 and len(mine):
        return gap_told(say, mine, district, BY_CODE["committee_coverage"])
    return gaps_told(say, known, district)


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


def _beds_written(change: int, say: Say) -> str:
    return say("床位 {change:+,} 张", change=change) if change else say("床位持平")


def _community_lines(say: Say, changes: pd.Series) -> list[tuple[str, str]]:
    opened, beds = int(changes["opened_count"]), int(changes["bed_change_count"])
    if pd.isna(changes["closed_count"]):
        moved = say("新开 {opened} 个，{beds}", opened=opened, beds=_beds_written(beds, say))
    else:
        moved = say(
            "新开 {opened} 个，退出 {closed} 个，{beds}",
            opened=opened,
            closed=int(changes["closed_count"]),
            beds=_beds_written(beds, say),
        )
    return [
        (say("社区变动"), moved),
        (
            say("纳入"),
            say(
                "新纳入 {communities} 个社区、{residents} 名居民",
                communities=int(changes["newly_covered_count"]),
                residents=count_written(changes["newly_covered_resident_count"], say.language),
            ),
        ),
    ]
