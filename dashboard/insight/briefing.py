"""Write the sentences of a briefing by rule: a headline and a conclusion for each page.

A headline is a full sentence of at most ``HEADLINE`` characters, a conclusion of at most
``CONCLUSION``, so that both stand on one line in large type.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from dashboard.contract.indicators import (
    BY_CODE,
    Indicator,
    count_written,
    percent,
    rank_of,
    written,
)
from dashboard.contract.rounding import MISSING, number_written
from dashboard.contract.tables import tier
from dashboard.contract.words import Language
from dashboard.insight.changes import difference_shown, relative_change
from dashboard.insight.headline import largest_gaps
from dashboard.insight.limits import beyond, verdict_on
from dashboard.insight.occupancy import FILLING_MONTHS, LOW_OCCUPANCY, let_told
from dashboard.insight.state import State, governance_state, housing_state, judged, response_state
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
    """Hold one line of the conclusion: what it is about, what it says, how that stands."""

    subject: str
    text: str
    state: State


def change_brief(now: float, before: float, indicator: Indicator, say: Say) -> str:
    """Write a change as official papers do: points for shares, percent for large counts, the
    difference of other counts with its unit."""
    if pd.isna(now) or pd.isna(before):
        return MISSING
    difference = difference_shown(now, before, indicator)
    if difference == 0:
        return say("持平")
    size = abs(difference)
    if indicator.kind == "share":
        if difference > 0:
            return say("提高 {change:.1f} 个百分点", change=size)
        return say("降低 {change:.1f} 个百分点", change=size)
    relative = relative_change(difference, before, indicator)
    if relative is not None:
        if difference > 0:
            return say("增长 {percent:.1f}%", percent=abs(relative))
        return say("下降 {percent:.1f}%", percent=abs(relative))
    change = number_written(size, indicator.decimals)
    if say.language == "zh":  # In English the name tells the unit.
        change += f" {indicator.unit.zh}"
    return (
        say("增加 {change}", change=change)
        if difference > 0
        else say("减少 {change}", change=change)
    )


def named(say: Say, names: Sequence[str]) -> str:
    """Name the first few places, and say how many there are."""
    if len(names) <= MOST_NAMED:
        return say.listed(list(names))
    return say(
        "{first}等 {count} 个街镇", first=say.listed(list(names[:MOST_NAMED])), count=len(names)
    )


# Page by page ----------------------------------------------------------------------------


def conclusion_message(
    say: Say,
    *,
    now: pd.Series,
    changes: pd.Series | None,
    towns: pd.DataFrame,
    district: float | None,
    is_whole: bool,
) -> Message:
    """Say how many communities are under committees, what changed, and where most are left.

    ``now``: the chosen communities' row at the end month; ``towns``: all towns' measured coverage;
    ``district``: the coverage of all, in percent; ``is_whole``: nothing narrower is chosen.
    """
    covered, total = int(now["committee_community_count"]), int(now["community_count"])
    if covered == total:
        headline = say("{total} 个社区已全部纳入居村治理", total=total)
    else:
        headline = say(
            "{total} 个社区中 {covered} 个纳入居村治理，占 {share:.1f}%",
            total=total,
            covered=covered,
            share=percent(covered, total),
        )
    gaps = largest_gaps(towns)["name"].tolist() if is_whole else []
    if gaps:
        beside = say("{places}未纳入的最多", places=say.listed(gaps))
    elif district is not None and not is_whole:
        beside = say("全区覆盖率 {district:.1f}%", district=district)
    elif covered < total:
        beside = say("{count} 个尚未纳入", count=total - covered)
    else:
        beside = say("没有缺口")
    if changes is None:
        return Message(headline, say("{beside}；没有上期数据可比。", beside=beside))
    newly = int(changes["newly_covered_count"])
    if newly == 0:
        return Message(headline, say("本期没有新纳入的社区；{beside}。", beside=beside))
    residents = count_written(changes["newly_covered_resident_count"], say.language)
    return Message(
        headline,
        say(
            "新纳入 {newly} 个社区、{residents} 名居民；{beside}。",
            newly=newly,
            residents=residents.replace(" ", ""),
            beside=beside,
        ),
    )


MadeOf = Callable[[str], str]


def parts_told(say: Say, parts: Mapping[str, str]) -> MadeOf:
    """Return what says of an indicator what its share was divided of, where ``parts`` has it."""
    return lambda code: say("（{parts}）", parts=parts[code]) if parts.get(code) else ""


# Each line's pair is a value now and before, in percent.


def governance_point(
    say: Say, coverage: tuple[float, float], made_of: MadeOf, *, is_below: bool
) -> Point:
    """Write the line on governance; ``is_below``: the town is below the district beyond chance."""
    indicator = BY_CODE["committee_coverage"]
    text = say(
        "居村治理覆盖率 {share}，{change}",
        share=written(coverage[0], indicator, say.language) + made_of(indicator.code),
        change=against(say, change_brief(*coverage, indicator, say)),
    )
    return Point(say("治理"), text, governance_state(*coverage, is_below=is_below))


def housing_point(
    say: Say, tiers: pd.DataFrame, tiers_before: pd.DataFrame, made_of: MadeOf
) -> Point:
    """Write the line on housing, of measured rows of the end month and the period before."""
    text = say("入住率：{shares}", shares=let_told(say, tiers, made_of) or "—")
    return Point(say("住房"), text, housing_state(tiers, tiers_before))


def participation_point(
    say: Say, reach: tuple[float, float], made_of: MadeOf, *, is_yearly: bool
) -> Point:
    """Write the line on participation; ``is_yearly``: reach before is of a year before."""
    subject, state = say("参与"), judged(*reach, "reach")
    if pd.isna(reach[0]):
        return Point(subject, "—", state)
    change = change_brief(*reach, BY_CODE["reach"], say)
    text = say(
        "活动参与率 {share}，{change}",
        share=written(reach[0], BY_CODE["reach"], say.language) + made_of("reach"),
        change=against(say, change, is_yearly=is_yearly),
    )
    return Point(subject, text, state)


def response_point(
    say: Say,
    closing: tuple[float, float],
    made_of: MadeOf,
    *,
    overdue: int | None,
    has_late: bool,
) -> Point:
    """Write the line on response. ``overdue``: None where proposals are not loaded; ``has_late``:
    a community has as many overdue proposals as the rules call behind."""
    subject, state = say("响应"), response_state(*closing, has_late=has_late)
    if overdue is None:
        return Point(subject, "—", state)
    text = say(
        "提案 14 天闭环率 {share}，超期未办结 {count} 件",
        share=_share(closing[0], say) + made_of("closing_rate"),
        count=overdue,
    )
    return Point(subject, text, state)


def against(say: Say, change: str, *, is_yearly: bool = False, in_short: bool = False) -> str:
    """Say against what a change is told: the period before, or the same months a year before."""
    if change == MISSING:
        return say("无上期数据")
    if change == say("持平"):
        return say("与上年同期持平") if is_yearly else say("与上期持平")
    if is_yearly and in_short:
        return say("同比{change}", change=change)
    if is_yearly:
        return say("较上年同期{change}", change=change)
    return say("较上期{change}", change=change)


def _share(closing: float, say: Say) -> str:
    return "—" if pd.isna(closing) else written(closing, BY_CODE["closing_rate"], say.language)


def ranking_message(say: Say, towns: pd.DataFrame, *, district: float | None, own: str) -> Message:
    """Say which towns differ from the district beyond chance; of one town, its rank.

    ``towns``: measured coverage with ``key`` and ``name``; ``own``: the one town's key, or empty.
    """
    known = towns.dropna(subset=["value"])
    if known.empty or district is None:
        return Message(say("所选月份没有街镇数据"), say("请另选月份。"))
    if own and (known["key"] == own).any():
        return _own_rank(say, known, own, district)
    low, high = (places.sort_values("value")["name"] for places in beyond(known, district))
    if not low.empty:
        headline = say("{places}低于全区，超出随机波动", places=named(say, low.tolist()))
    elif not high.empty:
        headline = say("{places}高于全区，超出随机波动", places=named(say, high.tolist()[::-1]))
    else:
        ends = (
            written(end, BY_CODE["committee_coverage"], say.language)
            for end in (known["value"].min(), known["value"].max())
        )
        headline = say(
            "各街镇覆盖率 {low} 至 {high}，属随机波动",
            **dict(zip(("low", "high"), ends, strict=True)),
        )
    return Message(headline, _gaps_told(say, known))


def _own_rank(say: Say, known: pd.DataFrame, own: str, district: float) -> Message:
    """Say how one town stands; its rank only where chance is no reason for it."""
    coverage, verdict = BY_CODE["committee_coverage"], verdict_on(known, own, district)
    mine, whole = known[known["key"] == own].iloc[0], written(district, coverage, say.language)
    values = {"name": mine["name"], "share": written(mine["value"], coverage, say.language)}
    if verdict == "chance":
        return Message(
            say("{name}覆盖率 {share}，与全区无显著差别", **values),
            say("与全区 {district} 的差异在随机波动内，不宜排先后。", district=whole),
        )
    headline = say(
        "{name}覆盖率 {share}，居 {among} 个街镇第 {rank}",
        **values,
        among=len(known),
        rank=rank_of(mine["value"], known["value"], coverage),
    )
    if verdict == "below":
        return Message(
            headline, say("低于全区 {district}，超出随机波动，宜优先安排。", district=whole)
        )
    return Message(headline, say("高于全区 {district}，超出随机波动，可供借鉴。", district=whole))


def _gaps_told(say: Say, known: pd.DataFrame) -> str:
    """Say where most communities outside committee governance are."""
    total, most = known["grid_community_count"].sum(), largest_gaps(known, count=3)
    if not total:
        return say("没有缺口")
    if most.empty:
        return say("{count} 个尚未纳入", count=int(total))
    return say(
        "{places}的网格社区最多，合计占全区的 {share:.1f}%。",
        places=say.listed(most["name"].tolist()),
        share=percent(most["grid_community_count"].sum(), total),
    )


def modes_message(say: Say, modes: pd.DataFrame, names: dict[str, str]) -> Message:
    """Say which mode most communities have, and how many wait for one.

    ``modes``: one row per mode with ``community_share`` and ``resident_share``; ``none`` is
    unclassified.
    """
    classed = modes[modes["mode"] != "none"]
    if classed.empty:
        return Message(say("所选社区还没有确定治理模式"), say("先核定模式，再比较。"))
    most = classed.loc[classed["community_share"].idxmax()]
    headline = say(
        "居村治理中“{mode}”最多，占 {share:.1f}%",
        mode=names[most["mode"]],
        share=most["community_share"],
    )
    unclassed = int(modes.loc[modes["mode"] == "none", "community_count"].sum())
    if unclassed:
        return Message(
            headline,
            say("{count} 个社区未分类，宜先核定；模式间的差异是关联，不是效果。", count=unclassed),
        )
    return Message(headline, say("都已分类；模式间的差异是关联，不是效果。"))


def housing_message(say: Say, tiers: pd.DataFrame, communities: pd.DataFrame) -> Message:
    """Say which tier is emptiest and how many settled communities are rather empty.

    ``tiers``: measured rows of the end month; ``communities``: those of ``by_community``.
    """
    known = tiers.dropna(subset=["value"])
    if known.empty:
        return Message(say("所选月份没有可信的入住数据"), say("请核查房源数据。"))
    least = known.loc[known["value"].idxmin()]
    values = {
        "tier": say.words(tier.allowed[least["tier"]]),
        "share": written(least["value"], BY_CODE[f"occupancy_{least['tier']}"], say.language),
    }
    if len(known) == 1:
        headline = say("“{tier}”入住率为 {share}", **values)
    else:
        headline = say("各层次中“{tier}”入住率最低，为 {share}", **values)
    low = communities["is_low"] & ~communities["is_filling"]
    if not low.any():
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
            count=int(low.sum()),
            months=FILLING_MONTHS,
            bar=LOW_OCCUPANCY,
        ),
    )


def participation_message(
    say: Say,
    *,
    reach: tuple[float, float],
    is_yearly: bool,
    months: int,
    closing: float,
    overdue: int | None,
) -> Message:
    """Say what part of the residents took part, and how proposals were answered.

    ``is_yearly``: reach before is of a year before; ``overdue``: None where proposals are not loaded.
    """
    indicator = BY_CODE["reach"]
    if pd.isna(reach[0]):
        headline = say("参与人数太少或没有数据，参与率不列")
    else:
        headline = say(
            "近 {months} 个月 {share} 的居民参加过活动",
            months=months,
            share=written(reach[0], indicator, say.language),
        )
    return Message(
        headline,
        say(
            "{change}；14 天闭环率 {closing}，超期提案 {overdue} 件。",
            change=against(say, change_brief(*reach, indicator, say), is_yearly=is_yearly),
            closing=_share(closing, say),
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


def problems_message(say: Say, *, count: int, late: int, shown: int) -> Message:
    """Say how many communities the rules catch."""
    if count == 0:
        return Message(say("没有社区触发关注规则"), say("规则与界限见附录；界限为假定。"))
    if late:
        headline = say("{count} 个社区需要关注，其中 {late} 个滞后", count=count, late=late)
    else:
        headline = say("{count} 个社区需要关注，没有滞后的", count=count)
    return Message(
        headline, say("列出最急的 {shown} 个；责任单位与期限为建议，请会上核定。", shown=shown)
    )


def steps_message(say: Say, *, count: int, late: int) -> Message:
    """Say what comes next."""
    if late:
        headline = say("下一步 {count} 项工作，先办 {late} 个滞后社区", count=count, late=late)
    else:
        headline = say("下一步 {count} 项工作，按月推进", count=count)
    return Message(headline, say("按规则由数据提出；牵头单位与时限为建议，请会上核定。"))
