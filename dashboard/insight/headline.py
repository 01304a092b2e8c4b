"""Write the sentences that stand above a page, by rule, from counted data only."""

from dataclasses import dataclass

import pandas as pd

from dashboard.contract.indicators import BY_CODE, count_written, measure, percent
from dashboard.insight.limits import outside
from dashboard.language import Say

MOST_NAMES = 3


@dataclass(frozen=True)
class Headline:
    """Say the state in one sentence, and what changed and how sure one can be in a second."""

    state: str
    change: str


def overview_headline(
    say: Say,
    *,
    now: pd.Series,
    changes: pd.Series | None,
    towns: pd.DataFrame,
    chosen: tuple[str, ...],
    district_coverage: float,
    is_narrowed: bool = False,
) -> Headline:
    """Write the Overview's headline.

    ``now``: the chosen communities' row of district_by_month at the end month; ``changes``: the
    row of the changes query, None where no month lies before; ``towns``: coverage_by_town rows
    of the whole district at the end month with ``key`` and ``name``; ``district_coverage``: in
    percent; ``is_narrowed``: communities are chosen by more than their town, so that the
    district and chance are no measure for them.
    """
    covered, total = int(now["committee_community_count"]), int(now["community_count"])
    share = percent(covered, total)
    gaps = [
        say("{town} {count} 个", town=row.name, count=row.grid_community_count)
        for row in largest_gaps(towns).itertuples(index=False)
    ]
    places = _places(say, towns.loc[towns["key"].isin(chosen), "name"].tolist())
    if is_narrowed:
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
    elif gaps:
        state = say(
            "{covered} 个社区已纳入居村治理，占 {share:.1f}%；未纳入最多：{places}",
            covered=covered,
            share=share,
            places=say.listed(gaps),
        )
    elif covered < total:
        state = say("{covered} 个社区已纳入居村治理，占 {share:.1f}%", covered=covered, share=share)
    else:
        state = say("{covered} 个社区已全部纳入居村治理", covered=covered)
    chance = "" if is_narrowed else _chance_sentence(say, towns, chosen, district_coverage)
    return Headline(state, f"{_covered_sentence(say, changes)}{chance}")


def _places(say: Say, names: list[str]) -> str:
    """Name the chosen towns, so that the sentence stays short however many they are."""
    if len(names) <= MOST_NAMES:
        return say.listed(names)
    return say("{first}等 {count} 个街镇", first=names[0], count=len(names))


def foremost(
    rows: pd.DataFrame, column: str, *, count: int, most: int = MOST_NAMES
) -> pd.DataFrame:
    """Keep the ``count`` rows with most of something, and all that equal the last of them.

    Where these are more than ``most``, the equals are left out rather than some of them named;
    so that nothing may be left. Rows: ``key`` and the column.
    """
    ordered = rows.sort_values([column, "key"], ascending=[False, True])
    if len(ordered) <= count:
        return ordered
    last = ordered[column].iloc[count - 1]
    named = ordered[ordered[column] >= last]
    return named if len(named) <= most else ordered[ordered[column] > last]


def largest_gaps(towns: pd.DataFrame, *, count: int = 2) -> pd.DataFrame:
    """Find the towns with most communities outside committee governance; none without any."""
    left = towns[towns["grid_community_count"] > 0]
    return foremost(left, "grid_community_count", count=count)


def _covered_sentence(say: Say, changes: pd.Series | None) -> str:
    if changes is None:
        return ""
    covered = int(changes["newly_covered_count"])
    if covered == 0:
        return say("本期没有新纳入的社区。")
    return say(
        "较上期新纳入 {communities} 个社区、{residents} 名居民。",
        communities=covered,
        residents=count_written(changes["newly_covered_resident_count"], say.language),
    )


def _chance_sentence(
    say: Say, towns: pd.DataFrame, chosen: tuple[str, ...], district: float
) -> str:
    coverage = BY_CODE["committee_coverage"]
    measured = measure(towns, coverage)
    measured = measured.assign(outside=outside(measured, district))
    if len(chosen) == 1 and (measured["key"] == chosen[0]).any():
        mine = measured[measured["key"] == chosen[0]].iloc[0]
        if not mine["outside"]:
            return say("与全区 {district:.1f}% 的差异在随机波动范围内。", district=district)
        if mine["value"] > district:
            return say("高于全区 {district:.1f}%，超出随机波动范围。", district=district)
        return say("低于全区 {district:.1f}%，超出随机波动范围。", district=district)
    low = measured[measured["outside"] & (measured["value"] < district)]["name"].tolist()
    high = measured[measured["outside"] & (measured["value"] > district)]["name"].tolist()
    if low:
        return say("{places}低于全区且超出随机波动范围。", places=say.listed(low))
    if high:
        return say("{places}高于全区且超出随机波动范围。", places=say.listed(high))
    return say("各街镇的差异都在随机波动范围内。")


def coverage_headline(say: Say, *, now: pd.Series) -> Headline:
    """Write the Coverage page's headline from the chosen communities' end-month row."""
    return Headline(
        say(
            "{total} 个社区：居村治理 {covered} 个，片区网格 {grid} 个",
            total=int(now["community_count"]),
            covered=int(now["committee_community_count"]),
            grid=int(now["grid_community_count"]),
        ),
        _branches_sentence(say, now),
    )


def _branches_sentence(say: Say, now: pd.Series) -> str:
    """Say how many have a branch, and how many are effectively covered where that is known."""
    branch, effective = now["own_branch_community_count"], now["effective_community_count"]
    if pd.isna(branch):
        return ""
    if pd.isna(effective):
        return say(
            "全部社区中，{branch} 个有独立党支部；有效覆盖尚不可知（须有 90 天的记录）。",
            branch=int(branch),
        )
    return say(
        "全部社区中，{branch} 个有独立党支部；{effective} 个有效覆盖"
        "（有党支部或站点，且近 90 天有活动或办结提案；90 天为假定）。",
        branch=int(branch),
        effective=int(effective),
    )
