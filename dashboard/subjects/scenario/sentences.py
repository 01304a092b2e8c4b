"""Say what a plan changes and needs, and what it is not."""

from dataclasses import dataclass
from math import isnan

from dashboard.contract.rounding import number_written, percent_written
from dashboard.insight.headline import Headline
from dashboard.insight.scenario import STATION_KINDS, WORKER
from dashboard.language import Say


@dataclass(frozen=True)
class Told:
    """Hold what a headline tells of a plan: communities newly under committees (``new``) and all in it,
    shares before and after in percent, by communities and by residents, and what is needed."""

    name: str
    new: int
    count: int
    shares: tuple[float, float]
    by_residents: tuple[float, float]
    needed: dict[str, float]


def plan_named(say: Say, name: str) -> str:
    return say("方案“{name}”", name=name) if name else say("方案")


def caution(say: Say) -> str:
    """Say what a plan's numbers are, and what not."""
    return say("这是假设，不是预测：只作加减；模式因规模与区位而定，差异是关联而非效果。")


def plan_headline(say: Say, told: Told, place: str) -> Headline:
    """Say what a plan changes and needs in one sentence, then what that is of residents."""
    named = {"plan": plan_named(say, told.name), "what": _what_told(say, told)}
    needs = needs_told(say, told.needed)
    state = (
        say("{place}{plan}{what}，{needs}", place=place, **named, needs=needs)
        if place
        else say("{plan}：{what}，{needs}", **named, needs=needs)
    )
    before, after = map(percent_written, told.by_residents)
    if not told.new or isnan(told.by_residents[0]):
        return Headline(state, caution(say))
    told_of = say("按居民由 {before} 变为 {after}", before=before, after=after)
    return Headline(state, say("{residents}；{caution}", residents=told_of, caution=caution(say)))


def _what_told(say: Say, told: Told) -> str:
    """Say what a plan changes."""
    before, after = map(percent_written, told.shares)
    if told.new and isnan(told.shares[0]):
        what = say("新纳入 {count} 个社区，现在的居村治理覆盖率不详", count=told.new)
    elif told.new:
        what = say(
            "新纳入 {count} 个社区，居村治理覆盖率由 {before} 升至 {after}",
            count=told.new, before=before, after=after,
        )  # fmt: skip
    if told.new and told.count > told.new:
        what = say("{what}，另 {count} 个改变模式", what=what, count=told.count - told.new)
    elif not told.new:
        what = say("{count} 个社区改变模式，居村治理覆盖率不变", count=told.count)
    return what


def compared_headline(
    say: Say,
    mine: Headline,
    told: Told,
    name: str,
    both: int,
    first: int,
    second: int,
    *,
    is_same: bool,
) -> Headline:
    """Say besides what a plan changes what the one that it is compared with does (``told``), and how
    many communities they share."""
    if is_same:
        return Headline(mine.state, say("与“{name}”完全相同：社区与模式一个不差。", name=name))
    what = say("对照“{name}”没有选出社区", name=name)
    if told.count:
        what = say(
            "对照“{name}”：{what}，{needs}",
            name=name, what=_what_told(say, told), needs=needs_told(say, told.needed),
        )  # fmt: skip
    parts = say(
        "两者都有 {both} 个社区，只在前者 {first} 个，只在后者 {second} 个",
        both=both, first=first, second=second,
    )  # fmt: skip
    return Headline(
        mine.state, say("{what}。{parts}。{caution}", what=what, parts=parts, caution=caution(say))
    )


def needs_told(say: Say, needed: dict[str, float]) -> str:
    """Say how many stations and social workers are needed besides."""
    social, service = (needed[kind] for kind in STATION_KINDS)
    if not social and not service:
        return say("不需新设站点")
    told = [
        say("{count} 个社工站", count=number_written(social)) if social else "",
        say("{count} 个党群服务站", count=number_written(service)) if service else "",
        say("约 {count} 名社工", count=number_written(needed[WORKER])) if needed[WORKER] else "",
    ]
    return say("需新设 {what}（比例为假定）", what=say.listed([each for each in told if each]))


def empty_headline(say: Say, name: str, place: str, *, is_rule_chosen: bool, left: int) -> Headline:
    """Say that nothing is in the plan, and how to begin."""
    if not left:
        return Headline(
            say("{place}没有可新纳入居村治理的社区", place=place),
            say("所选社区都已在居村治理之内，或是示例中的具名项目。"),
        )
    if is_rule_chosen:
        state = say("{place}{plan}：这条规则没有选出社区", place=place, plan=plan_named(say, name))
    else:
        state = say("{place}{plan}还是空的", place=place, plan=plan_named(say, name))
    return Headline(
        state,
        say(
            "先选一条规则（按建议或按选址），或在下面的列表里点社区加入；再点一次即取出，都写在网址里。"
        ),
    )
