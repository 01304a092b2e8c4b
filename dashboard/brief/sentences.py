"""Write the sentences of a briefing by rule: a headline and a conclusion for each page.

A headline is a full sentence of at most ``HEADLINE`` characters, a conclusion of at most
``CONCLUSION``, so that both stand on one line in large type.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from dashboard.contract.columns import names_of_most
from dashboard.contract.indicators import (
    BY_CODE,
    Indicator,
    as_written,
    count_written,
    percent,
    rank_of,
    written,
)
from dashboard.contract.rounding import MISSING, number_written, rounded
from dashboard.contract.tables import tier
from dashboard.contract.words import Language
from dashboard.insight.changes import (
    Before,
    base_told,
    change_of,
    difference_shown,
    none_told,
    percent_told,
)
from dashboard.insight.headline import largest_gaps
from dashboard.insight.occupancy import FILLING_MONTHS, LOW_OCCUPANCY, let_told
from dashboard.insight.targets import State
from dashboard.insight.verdicts import gap_told
from dashboard.language import Say

HEADLINE: dict[Language, int] = {"zh": 28, "en": 90}
CONCLUSION: dict[Language, int] = {"zh": 40, "en": 88}
MOST_NAMED = 2


@dataclass(frozen=True)
class Message:
    """Hold what one page says."""

    headline: str
    conclusion: str


@dataclass(frozen=True)
class Point:
    """Hold one line of the conclusion: what it is about, what it says, how that stands by its targets."""

    subject: str
    text: str
    state: State = "none"


@dataclass(frozen=True)
class Standing:
    """Hold an indicator's value now, what it is compared with, what it is divided of, and whether
    chance can explain the change."""

    indicator: Indicator
    value: float
    before: Before
    parts: str = ""
    may_be_chance: bool = False

    @property
    def pair(self) -> tuple[float, float]:
        return self.value, self.before.value

    def change(self, say: Say, *, in_short: bool = False) -> str:
        """Say how it changed and against what; ``in_short``, a month's end is told elsewhere."""
        return against(
            say, change_brief(*self.pair, self.indicator, say), self.before, in_short=in_short
        )

    def written(self, say: Say) -> str:
        return written(self.value, self.indicator, say.language)

    def share(self, say: Say) -> str:
        """Write the value with what it is divided of."""
        return self.written(say) + in_brackets(say, self.parts)


def chance_note(say: Say, standings: Iterable[Standing]) -> str:
    """Name those of which chance can explain the change; empty where there is none."""
    names = [say.words(each.indicator.name) for each in standings if each.may_be_chance]
    if not names:
        return ""
    return say("{names}的变化在随机波动以内，说不上变好或变差。", names=say.listed(names))


def fraction(rows: pd.DataFrame) -> str:
    """Write what one measured row was divided of, so that a reader can divide it again."""
    pair = [] if rows.empty else [rows["numerator"].iloc[0], rows["denominator"].iloc[0]]
    known = pair and not any(pd.isna(each) for each in pair)
    return "/".join(map(number_written, pair)) if known else ""


def in_brackets(say: Say, parts: str) -> str:
    return say("（{parts}）", parts=parts) if parts else ""


def change_brief(now: float, before: float, indicator: Indicator, say: Say) -> str:
    """Write a change as official papers do: points for shares, for counts their number and by what
    part they changed."""
    change = change_of(now, before, indicator)
    size, has_risen = abs(change.size), change.size > 0
    if change.way == "none":
        return MISSING
    if change.way == "same":
        return say("持平")
    if change.way == "points":
        return say(
            "提高 {change:.1f} 个百分点" if has_risen else "降低 {change:.1f} 个百分点", change=size
        )
    plain = number_written(size, indicator.decimals)
    if say.language == "zh":  # In English the name tells the unit.
        plain += f" {indicator.unit.zh}"
    plain += percent_told(say, change, signed=False)
    return say("增加 {change}" if has_risen else "减少 {change}", change=plain)


# Page by page ----------------------------------------------------------------------------


def conclusion_message(
    say: Say,
    *,
    counts: tuple[int, int, int] | None,
    weak: str,
    changes: pd.Series | None,
    beside: str = "",
    is_settled: bool = False,
) -> Message:
    """Say that committees and grids cover all, where the weak point is, and what changed.

    ``counts``: communities under committees, under grids and in all; ``weak``: the weak point as
    the Overview says it; ``beside`` tells the coverage of all, where it is another;
    ``is_settled``: communities are chosen by how they are governed, so that none is newly so.
    """
    covered = counts is not None and counts[0] + counts[1] == counts[2]
    headline = say("治理全覆盖；{weak}", weak=weak) if covered else weak
    told = beside or ("" if is_settled else _newly_brief(say, changes))
    if counts is None:
        return Message(headline, told)
    committee, grid, of = counts
    values = {"committee": committee, "grid": grid, "total": of}
    total = (
        say("居村 {committee} + 网格 {grid} = {total}", **values)
        if covered
        else say(
            "居村 {committee}、网格 {grid}、未载明 {left}，共 {total}",
            **values,
            left=of - committee - grid,
        )
    )
    if not told:
        return Message(headline, say("{told}。", told=total))
    return Message(headline, say("{total}；{told}。", total=total, told=told))


def _newly_brief(say: Say, changes: pd.Series | None) -> str:
    """Say in a few words who came under committees."""
    if changes is None or pd.isna(changes["newly_covered_count"]):
        return say("没有上期数据可比")
    newly = int(changes["newly_covered_count"])
    if newly == 0:
        return say("本期没有新纳入居村的社区")
    residents = count_written(changes["newly_covered_resident_count"], say.language)
    return say(
        "新纳入居村 {newly} 个、{residents} 人", newly=newly, residents=residents.replace(" ", "")
    )


def governance_line(say: Say, coverage: Standing) -> str:
    return say(
        "居村治理覆盖率 {share}，{change}",
        share=coverage.share(say),
        change=coverage.change(say, in_short=True),
    )


def housing_line(say: Say, tiers: pd.DataFrame) -> str:
    """Take the tiers' measured rows of the end month, by tier."""
    shares = let_told(
        say, tiers.reset_index(), lambda code: in_brackets(say, fraction(tiers.loc[[code]]))
    )
    return say("入住率：{shares}", shares=shares or "—")


def participation_line(say: Say, reach: Standing) -> str:
    if pd.isna(reach.value):
        return "—"
    return say("活动参与率 {share}，{change}", share=reach.share(say), change=reach.change(say))


def response_line(say: Say, closing: Standing, *, overdue: int | None) -> str:
    """``overdue``: None where proposals are not loaded."""
    if overdue is None:
        return "—"
    return say(
        "提案 14 天闭环率 {share}，超期未办结 {count} 件", share=closing.share(say), count=overdue
    )


def against(say: Say, change: str, before: Before, *, in_short: bool = False) -> str:
    """Say against what a change is told."""
    if change == MISSING:
        return none_told(say, before)
    if in_short and before.is_of_year:
        return say("同比{change}", change=change)
    if in_short and before.month is not None:
        return change
    if in_short:
        return say("较上期{change}", change=change)
    return say("{base}{change}", base=base_told(say, before), change=change)


def ranking_message(
    say: Say,
    towns: pd.DataFrame,
    *,
    district: float | None,
    own: str,
    names_towns: bool,
    whole: str = "",
    is_district: bool = True,
) -> Message:
    """Say how far towns lie apart; of one town, its rank and how many communities it is short.

    ``towns``: measured coverage with ``key`` and ``name``; ``own``: the one town's key, or empty;
    ``names_towns`` unless their numbers are a sample; ``whole`` names them where they are part of the
    district; ``is_district``: whether the towns are all of it.
    """
    known = towns.dropna(subset=["value"])
    if known.empty or district is None:
        return Message(say("所选月份没有街镇数据"), say("请另选月份。"))
    if own and (known["key"] == own).any():
        mine = known[known["key"] == own]
        told = _rank_told(say, mine, known, is_district=is_district)
        headline = told if names_towns else _share_told(say, mine)
        coverage = BY_CODE["committee_coverage"]
        # In communities the card tells it.
        gap = gap_told(say, mine, district, coverage, whole, in_communities=False)
        return Message(headline, gap)
    apart = _how_far_apart(say, known, is_district=is_district)
    left = _most_left(say, known, names_towns=names_towns, is_district=is_district)
    return Message(apart, left)


def _rank_told(say: Say, mine: pd.DataFrame, known: pd.DataFrame, *, is_district: bool) -> str:
    coverage = BY_CODE["committee_coverage"]
    return say(
        "{name}覆盖率 {share}，居 {among} 个街镇第 {rank}"
        if is_district
        else "{name}覆盖率 {share}，居所载 {among} 个街镇第 {rank}",
        name=mine["name"].iloc[0],
        share=written(mine["value"].iloc[0], coverage, say.language),
        among=len(known),
        rank=rank_of(mine["value"].iloc[0], known["value"], coverage),
    )


def _share_told(say: Say, mine: pd.DataFrame) -> str:
    share = written(mine["value"].iloc[0], BY_CODE["committee_coverage"], say.language)
    return say("所选街镇覆盖率 {share}", share=share)


def _how_far_apart(say: Say, known: pd.DataFrame, *, is_district: bool) -> str:
    coverage, low, high = BY_CODE["committee_coverage"], known["value"].min(), known["value"].max()
    gap = difference_shown(high, low, coverage)
    ends = {
        "low": written(low, coverage, say.language),
        "high": written(high, coverage, say.language),
    }
    if not is_district and not gap:
        return say("所载 {count} 个街镇覆盖率都是 {share}", count=len(known), share=ends["high"])
    if not is_district:
        # Shorter than the district's, so that it fits its page with any number of towns.
        return say("所载 {count} 个街镇覆盖率 {low} 至 {high}", count=len(known), **ends)
    if not gap:
        return say("各街镇覆盖率都是 {share}", share=ends["high"])
    return say("各街镇覆盖率 {low} 至 {high}，相差 {gap:.1f} 个百分点", gap=gap, **ends)


def _in_grid_told(say: Say, count: int) -> str:
    return say("{count} 个由片区网格治理", count=count) if count else say("没有缺口")


def _most_left(say: Say, known: pd.DataFrame, *, names_towns: bool, is_district: bool) -> str:
    total = known["grid_community_count"].sum()
    most = largest_gaps(known, count=3)
    if most.empty or not names_towns or (not is_district and len(most) == len(known)):
        return _in_grid_told(say, int(total))
    share = percent(most["grid_community_count"].sum(), total)
    return say(
        "{places}的网格社区最多，合计占全部的 {share:.1f}%。",
        places=say.listed(most["name"].tolist()),
        share=share,
    )


def modes_message(say: Say, modes: pd.DataFrame, names: dict[str, str]) -> Message:
    """Say which mode most communities have, and how many wait for one.

    ``modes``: one row per mode with ``community_share`` and ``resident_share``; ``none`` is
    unclassified.
    """
    classed = modes[modes["mode"] != "none"]
    if classed.empty:
        return Message(say("所选社区还没有确定治理模式"), say("先核定模式，再比较。"))
    shares = [rounded(share, 1) for share in classed["community_share"]]
    most = names_of_most([names[mode] for mode in classed["mode"]], shares)
    if len(most) == 1:
        headline = say("居村治理中“{mode}”最多，占 {share:.1f}%", mode=most[0], share=max(shares))
    else:
        headline = say(
            "居村治理中 {count} 种模式并列最多，各占 {share:.1f}%",
            count=len(most),
            share=max(shares),
        )
    unclassed = int(modes.loc[modes["mode"] == "none", "community_count"].sum())
    if unclassed:
        return Message(
            headline,
            say("{count} 个社区未分类，宜先核定；模式间的差异是关联，不是效果。", count=unclassed),
        )
    return Message(headline, say("都已分类；模式间的差异是关联，不是效果。"))


def housing_message(say: Say, tiers: pd.DataFrame, low: int) -> Message:
    """Say which tier is emptiest and that ``low`` settled communities are rather empty; ``tiers``
    are the measured rows of the end month."""
    known = tiers.dropna(subset=["value"])
    if known.empty:
        return Message(say("所选月份没有可信的入住数据"), say("请核查房源数据。"))
    least = known.loc[known["value"].idxmin()]
    indicator = BY_CODE[f"occupancy_{least['tier']}"]
    shown = as_written(known["value"], indicator)
    alike = int((shown == shown.min()).sum())
    values = {
        "tier": say.words(tier.allowed[least["tier"]]),
        "share": written(least["value"], indicator, say.language),
    }
    if alike > 1:
        headline = say("{count} 个层次的入住率并列最低，为 {share}", count=alike, **values)
    elif len(known) == 1:
        headline = say("“{tier}”入住率为 {share}", **values)
    else:
        headline = say("各层次中“{tier}”入住率最低，为 {share}", **values)
    if not low:
        return Message(
            headline,
            say(
                "开业满 {months} 个月的社区，入住率都不低于 {bar:.0f}%。",
                months=FILLING_MONTHS,
                bar=LOW_OCCUPANCY,
            ),
        )
    return Message(
        headline,
        say(
            "{count} 个社区开业满 {months} 个月而不足 {bar:.0f}%，宜先核查。",
            count=low,
            months=FILLING_MONTHS,
            bar=LOW_OCCUPANCY,
        ),
    )


def participation_message(
    say: Say, reach: Standing, closing: Standing, *, months: int, overdue: int | None
) -> Message:
    """Say what part of the residents took part, and how proposals were answered.

    ``overdue``: None where proposals are not loaded.
    """
    if pd.isna(reach.value):
        headline = say("参与人数太少或没有数据，参与率不列")
    else:
        headline = say(
            "近 {months} 个月活动参与率为 {share}",
            months=months,
            share=reach.written(say),
        )
    return Message(
        headline,
        say(
            "{change}；14 天闭环率 {closing}，超期提案 {overdue} 件。",
            change=reach.change(say),
            closing=closing.written(say),
            overdue="—" if overdue is None else overdue,
        ),
    )


def case_message(
    say: Say, *, name: str, facts: int, occupancy: float | None, is_here: bool
) -> Message:
    """Say what is published of the case: how full it is, else how much one knows of it.

    ``occupancy``: as last reported, in percent.
    """
    if occupancy is None:
        headline = say("{name}有 {facts} 项公开事实可供参照", name=name, facts=facts)
    else:
        headline = say("{name}入住率达 {share:g}%（公开报道）", name=name, share=occupancy)
    if is_here:
        return Message(headline, say("只列公开报道的事实，其余不列；不据此评判优劣。"))
    return Message(headline, say("所选范围内没有公开报道的项目，借区内案例参考。"))


def problems_message(say: Say, *, count: int, late: int, shown: int, unchecked: int = 0) -> Message:
    """Say how many communities the rules catch; ``unchecked``: how many rules are not checked."""
    if count == 0 and unchecked:
        return Message(say("没有社区触发已检查的规则"), _unchecked_told(say, unchecked))
    if count == 0:
        return Message(say("没有社区触发关注规则"), say("规则与界限见附录；界限由本系统假定。"))
    if late:
        headline = say("{count} 个社区需要关注，其中 {late} 个先办", count=count, late=late)
    else:
        headline = say("{count} 个社区需要关注，没有要先办的", count=count)
    return Message(
        headline, say("列出最急的 {shown} 个；责任单位与期限为建议，请会上核定。", shown=shown)
    )


def _unchecked_told(say: Say, count: int) -> str:
    return say("另有 {count} 条规则缺数据，未检查。", count=count)


def steps_message(say: Say, *, count: int, late: int, unchecked: int = 0) -> Message:
    """Say what comes next; ``unchecked``: how many rules are not checked."""
    if count == 0 and unchecked:
        return Message(say("已检查的规则没有提出工作"), _unchecked_told(say, unchecked))
    if count == 0:
        return Message(say("没有按规则提出的工作"), say("规则与界限见附录；界限由本系统假定。"))
    if late:
        headline = say("下一步 {count} 项工作，先办 {late} 个社区", count=count, late=late)
    else:
        headline = say("下一步 {count} 项工作，按月推进", count=count)
    return Message(headline, say("按规则由数据提出；牵头单位与时限为建议，请会上核定。"))
