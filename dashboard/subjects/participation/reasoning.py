"""Reason about who takes part: who is not reached, how unequal it is, who comes again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isnan

import numpy as np
import pandas as pd

from dashboard.contract.columns import as_floats
from dashboard.contract.filters import months_between
from dashboard.contract.indicators import (
    BY_CODE,
    as_percent,
    count_written,
    measure,
    percent,
    ratio,
    total,
    written,
)
from dashboard.contract.rounding import number_written, rounded
from dashboard.contract.words import Words
from dashboard.insight.headline import Headline
from dashboard.insight.limits import LEVEL, Comparison
from dashboard.language import Say

MOST_ACTIVE = 0.1
TOLD = ("reach", "repeat_rate", "first_timers")
# What is told of those who came first: whether they are seen again so many months later.
TOLD_MONTHS = (1, 6)
# Who is first on record after so many months of records is taken to come for the first time.
LOOK_BACK_MONTHS = 12
# What part of the persons may be in hidden cells for the rest to stand for all.
MOST_HIDDEN = 0.05
# A busy day so many days ahead of a festival may be told with it.
FESTIVAL_DAYS = 14

Festivals = tuple[tuple[date, Words], ...]


def unreached(
    rows: pd.DataFrame, communities: pd.DataFrame, found: Comparison | None, *, least: int
) -> pd.DataFrame:
    """Tell for each community whether it had no activity or a reach below the limits.

    ``rows``: participation_by_community; ``communities``: those of that query, which are open at
    the end month: the others are left out; ``found``: how all of them were compared, None where
    they cannot be.
    Adds ``days_quiet_count``, ``resident_count`` and ``opened_on`` of the end month, ``is_without``,
    ``is_never`` (no activity on record), ``is_low`` (below the 95 % limit for its size, of the
    differences that communities show anyway) and ``unreached_count``
    (residents less participants). A hidden number of participants is below ``least``: it counts
    as the most that it can be.
    """
    state = communities[["community_code", "days_quiet_count", "resident_count", "opened_on"]]
    rows = rows.merge(state, on="community_code")
    measured = measure(rows, BY_CODE["reach"])
    residents = measured["denominator"]
    hidden = measured["participant_count"].isna()
    most = measured["numerator"].where(~hidden, least - 1)
    is_without = measured["activity_count"] == 0
    is_low = pd.Series(False, measured.index)
    if found is not None:
        is_low = found.funnel.is_below(as_floats(most), as_floats(residents)) & ~is_without
    return measured.assign(
        is_without=is_without,
        is_never=is_without & measured["days_quiet_count"].isna(),
        is_low=is_low,
        unreached_count=(residents - most).clip(lower=0),
    )


@dataclass(frozen=True)
class Equity:
    """Hold how unequally attendances are spread over residents; NaN where it is not known.

    In percent: ``points``, the Lorenz curve of residents and attendances; ``absent``, by how many
    mean residents are more than participants; ``most_active``, the attendances of the most active tenth; ``between``, how much of Theil's
    index is between towns. With a town hidden, Theil's index is not known.
    """

    gini: float
    theil: float
    between: float
    absent: float
    most_active: float
    points: pd.DataFrame


def equity(spread: pd.DataFrame, towns: pd.DataFrame) -> Equity | None:
    """Reckon Gini and Theil over all residents, those who never came as zeros.

    ``spread`` and ``towns``: rows of attendance_spread and equity_by_town. Residents are the mean
    of the year's, or the participants where those are more. Gini is 1 less twice the area under
    the Lorenz curve, from a sum over every person; Theil's T is Σ s ln(s ÷ p) over persons, of
    which towns' shares are the part between. None where there is nothing, or something is hidden.
    """
    persons, attended = spread["participant_count"], spread["resident_attendance_count"]
    lived = towns["resident_month_count"]
    if spread.empty or any(each.isna().any() for each in (persons, attended, lived)):
        return None
    participants, attendances = float(persons.sum()), float(attended.sum())
    months = towns["month_count"].max()
    residents = float(np.maximum(ratio(total(towns["resident_month_count"]), months), participants))
    if np.isnan(residents):
        return None
    # A person seen in several towns is one of each, so that the parts add up. With a town hidden,
    # nothing is known of the parts.
    mine = np.maximum(
        ratio(towns["resident_month_count"], months), towns["participant_count"].astype("float64")
    )
    all_mine = towns["resident_attendance_count"].astype("float64")
    share = ratio(all_mine, total(all_mine))
    theil = ratio(total(towns["attendance_log_sum"]), total(all_mine)) + float(
        np.log(ratio(total(mine), total(all_mine)))
    )
    some = share != 0
    between = total(share[some] * np.log(ratio(share[some], ratio(mine[some], total(mine)))))
    absent = percent(residents - participants, residents)
    points = pd.DataFrame(
        {
            "residents": np.concatenate(
                [[0, absent], absent + percent(persons.cumsum(), residents)]
            ),
            "attendances": np.concatenate([[0, 0], percent(attended.cumsum(), attendances)]),
        }
    ).astype("float64")
    below = np.interp(as_percent(1 - MOST_ACTIVE), points["residents"], points["attendances"])
    return Equity(
        gini=1 - float(spread["lorenz_sum"].sum()) / (residents * attendances),
        theil=theil,
        between=percent(between, theil),
        absent=absent,
        most_active=as_percent(1) - float(below),
        points=points,
    )


def among_ever_present(spread: pd.DataFrame, ever: float) -> tuple[float, float]:
    """Give Gini, and the percentage who never came, over all who lived there at any time of the year.

    Of mean residents both are too low: participants who moved out or in are more than such."""
    participants = float(spread["participant_count"].sum())
    attendances = float(spread["resident_attendance_count"].sum())
    ever = float(np.maximum(ever, participants))
    gini = 1 - float(spread["lorenz_sum"].sum()) / (ever * attendances)
    return gini, float(percent(ever - participants, ever))


@dataclass(frozen=True)
class Cohort:
    """Hold who first came in one month: how many, and how many of them were seen so many months
    later: nought where nobody was, missing where it is hidden."""

    first_month: pd.Timestamp
    size: float
    seen: Mapping[int, float]

    def share(self, months_since: int) -> float:
        """Give the share seen so many months later, in percent."""
        return float(percent(self.seen[months_since], self.size))


def retention(rows: pd.DataFrame) -> list[Cohort]:
    """Follow each cohort over the months since it first came; rows of participation_cohorts."""
    counts = dict(
        zip(
            zip(rows["first_month"], rows["month"], strict=True),
            as_floats(rows["participant_count"]).tolist(),
            strict=True,
        )
    )
    firsts = sorted({first for first, _ in counts})
    months = sorted({month for _, month in counts})
    return [
        Cohort(
            first,
            counts.get((first, first), float("nan")),
            {
                months_between(first, month): counts.get((first, month), 0.0)
                for month in months
                if month >= first
            },
        )
        for first in firsts
    ]


def looked_back(cohorts: Sequence[Cohort], recorded_since: date) -> list[Cohort]:
    """Leave out the cohorts before which there are too few months on record: they hold many who had
    come before."""
    return [
        each
        for each in cohorts
        if months_between(recorded_since, each.first_month) >= LOOK_BACK_MONTHS
    ]


def retained(cohorts: Sequence[Cohort], months_since: int) -> float | None:
    """Give the share of all cohorts old enough that was seen so many months later.

    Who moved out meanwhile counts as not seen. None where more than a little is hidden: what is
    hidden is small, and the rest would tell too much.
    """
    old_enough = [each for each in cohorts if months_since in each.seen]
    known = [each for each in old_enough if not isnan(each.share(months_since))]
    persons = sum(each.size for each in known)
    if persons <= (1 - MOST_HIDDEN) * sum(each.size for each in old_enough if not isnan(each.size)):
        return None
    # Nobody is in two cohorts, so that these persons do add up.
    return float(percent(sum(each.seen[months_since] for each in known), persons))


@dataclass(frozen=True)
class Quiet:
    """Tell since when records say nothing of activities, and the ``days`` since the chosen ones' last
    activity, None where there was none."""

    since: str
    days: float | None = None


def participation_headline(
    say: Say,
    *,
    now: Mapping[str, float],
    window_months: int,
    communities: pd.DataFrame,
    beside: str = "",
    quiet: Quiet,
) -> Headline:
    """Say how many take part and who is to be reached first.

    ``now``: the counts of participation_by_month at the end month, and the indicators ``TOLD`` that
    are made of them; ``communities``: rows of ``unreached``, none where none may be
    held up, with ``name`` where names may be told; ``quiet``: since when there was none. Single communities are told ``beside`` the reach of
    all of them instead.
    """
    language = say.language
    if beside and now["activity_count"] == 0:
        none = say("所选社区 {months} 个月没有活动", months=window_months)
        if quiet.days is None:
            return Headline(none, say("{since}没有过活动。", since=quiet.since))
        return Headline(none, say("最近一次活动在 {days:.0f} 天前。", days=quiet.days))
    participants = now["participant_count"]
    state = say(
        "{months} 个月内 {participants} 名居民参加过活动，参与率 {reach}",
        months=window_months,
        participants="—" if pd.isna(participants) else count_written(participants, language),
        reach=written(now["reach"], BY_CODE["reach"], language),
    )
    if beside:
        return Headline(state + beside, _again(say, now))
    if communities.empty:
        return Headline(state, _again(say, now))
    return Headline(
        state + _without_told(say, communities),
        _never_told(say, communities, quiet.since) + _again(say, now) + _low_told(say, communities),
    )


def _without_told(say: Say, communities: pd.DataFrame) -> str:
    without = int(communities["is_without"].sum())
    return (
        say("；{without} 个社区没有活动", without=without) if without else say("；各社区都有活动")
    )


def _never_told(say: Say, communities: pd.DataFrame, since: str) -> str:
    """Say how many of those without an activity have none on record, and since when that is."""
    without, never = (int(communities[name].sum()) for name in ("is_without", "is_never"))
    if not never:
        return ""
    if never == without:
        return say("这 {never} 个社区{since}都没有过。", never=never, since=since)
    return say("没有活动的社区中，{never} 个{since}没有过。", never=never, since=since)


def low_anyhow(say: Say, low: int, count: int) -> str:
    """Say how many of so many lie below their 95 % limit though all differ no more than usual."""
    expected = rounded(count * LEVEL / 2, 0)
    if expected >= low:
        return say("碰巧也会有这么多")
    if not expected:
        return say("碰巧连 1 个也不到")
    return say("碰巧也会有约 {expected:.0f} 个", expected=expected)


def low_headline(say: Say, low: int, found: Comparison | None, count: int) -> str:
    """Say how many of so many lie below the limits, beside how many would anyhow."""
    if found is None:
        return say("没有参与率可比")
    if not low:
        return say(
            "有活动的 {count} 个社区，参与率都不低于平常波动的下限", count=number_written(count)
        )
    anyhow = low_anyhow(say, low, count)
    if 0 < rounded(count * LEVEL / 2, 0) < low:
        anyhow = say("{anyhow}，分不出哪些是碰巧", anyhow=anyhow)
    return say("{low} 个社区的参与率低于平常波动的下限；{anyhow}", low=low, anyhow=anyhow)


def _low_told(say: Say, communities: pd.DataFrame) -> str:
    """Say how many are of low reach; those with most residents to reach are looked at first."""
    low = communities[communities["is_low"]].sort_values("unreached_count", ascending=False)
    if low.empty:
        return say("有活动的社区，参与率都不低于平常波动的下限。")
    told = say(
        "{count} 个社区有活动而参与率低于平常波动的下限（{anyhow}）",
        count=len(low),
        anyhow=low_anyhow(say, len(low), int((~communities["is_without"]).sum())),
    )
    if "name" not in low:
        return say("{told}。", told=told)
    return say("{told}，先看{names}。", told=told, names=say.listed(low["name"].head(2).tolist()))


def _again(say: Say, now: Mapping[str, float]) -> str:
    """Say how many came more than once and, where it is known, for the first time."""
    again = written(now["repeat_rate"], BY_CODE["repeat_rate"], say.language)
    if pd.isna(now["repeat_rate"]):
        return ""
    if pd.isna(now["first_timers"]):
        return say("参加者中 {again} 来过不止一次。", again=again)
    return say(
        "参加者中 {again} 来过不止一次，{first} 为近一年首次。",
        again=again,
        first=written(now["first_timers"], BY_CODE["first_timers"], say.language),
    )


def calendar_headline(say: Say, rows: pd.DataFrame, festivals: Festivals) -> str:
    """Say how much of it lies on weekends, and which day had most and by which festival.

    ``rows``: ``held_on`` and ``value``; ``festivals``: those near them.
    """
    every = total(rows["value"])
    if not every:
        return say("所选范围内没有活动。")
    if pd.isna(every):
        return say("有的日子人次太少，不列，周末的比例也不列。")
    weekend = percent(rows.loc[rows["held_on"].dt.day_of_week >= 5, "value"].sum(), every)
    busiest = rows.loc[rows["value"] == rows["value"].max(), "held_on"]
    if len(busiest) > 1:
        return say(
            "周末占 {share:.1f}%，最多的有 {count} 天，不分先后", share=weekend, count=len(busiest)
        )
    most = busiest.iloc[0].date()
    ahead = [(day - most, name) for day, name in festivals]
    near = [(gap.days, name) for gap, name in ahead if 0 <= gap.days <= FESTIVAL_DAYS]
    if not near:
        return say("周末占 {share:.1f}%，{day} 最多", share=weekend, day=most)
    gap, name = min(near, key=lambda pair: pair[0])
    if gap == 0:
        return say(
            "周末占 {share:.1f}%，{day} {festival}当天最多",
            share=weekend,
            day=most,
            festival=say.words(name),
        )
    return say(
        "周末占 {share:.1f}%，{day} 最多，{festival}前 {days} 天",
        share=weekend,
        day=most,
        festival=say.words(name),
        days=gap,
    )
