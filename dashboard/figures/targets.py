"""Set what was reached beside what was to be reached."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import nan

import pandas as pd

from dashboard.asking.memo import remembered
from dashboard.asking.questions import Questions
from dashboard.asking.scope import scope_titled
from dashboard.asking.targets import (
    Counted,
    Judged,
    judged,
    judged_at,
    judged_each,
    judged_here,
    places_here,
    targets,
)
from dashboard.contract.indicators import BY_CODE, written
from dashboard.contract.rounding import MISSING
from dashboard.contract.targets import EACH_COMMUNITY, EACH_TOWN, LOADED, PLACES
from dashboard.draw.rows import Level, table
from dashboard.figures.figure import Caption, Figure
from dashboard.insight.headline import MOST_NAMES
from dashboard.insight.targets import (
    STATE_MONTHS,
    State,
    Target,
    exact_told,
    gap_told,
    in_force,
    pace_told,
    state_words,
    target_told,
    wanted_told,
)
from dashboard.insight.windows import passing_told
from dashboard.language import Say

MOST_SHOWN = 60


@dataclass(frozen=True)
class Line:
    """Hold how one target stands, in words: each has a unit of its own. ``value`` is what ``now`` writes,
    not a number where that is a count of places."""

    target: Target
    now: str
    state: State
    gap: str
    value: float = nan


def target_state(ask: Questions, code: str, shown: float) -> tuple[str, tuple[Level, str]]:
    """Say whose target it is, what it is and how it stands; nothing where nobody set one. ``shown`` is the
    value that stands beside it."""
    found = judged_here(ask, code)
    if found is None or found.state == "none":
        return "", ("plain", "")
    say = ask.say
    told = say(
        "{indicator}：{target}",
        indicator=say.words(BY_CODE[code].name),
        target=target_told(say, found.target),
    )
    return told + judged_by_told(ask, code, shown), (found.state, state_words(say)[found.state])


def target_note(ask: Questions, code: str, shown: float) -> str:
    """Say in one line the target and how it stands, and by which value where another is ``shown``."""
    found = judged_here(ask, code)
    if found is None or found.state == "none":
        return ""
    told = ask.say(
        "{target}：{state}",
        target=target_told(ask.say, found.target),
        state=state_words(ask.say)[found.state],
    )
    return told + judged_by_told(ask, code, shown)


def judged_by_told(ask: Questions, code: str, shown: float) -> str:
    """Say by which value a state was judged, where another one is shown."""
    found, say = judged_here(ask, code), ask.say
    if found is None or found.state == "none" or pd.isna(shown):
        return ""
    value, written_here = (
        written(each, BY_CODE[code], say.language) for each in (found.value, shown)
    )
    if value == written_here:
        return ""
    return say("（状态按近 {months} 个月：{value}）", months=STATE_MONTHS, value=value)


# The list ---------------------------------------------------------------------------------


@remembered
def targets_figure(ask: Questions) -> Figure | None:
    """List the targets that hold for what is chosen and for the places in it; None without any."""
    every = target_lines(ask)
    if not every:
        return None
    say, states, found = ask.say, state_words(ask.say), every[:MOST_SHOWN]
    columns = {
        say("指标"): [say.words(BY_CODE[line.target.indicator].name) for line in found],
        say("范围"): [place_named(ask, line.target) for line in found],
        say("目标"): [wanted_told(say, line.target) for line in found],
        say("到期"): [f"{line.target.due:%Y-%m}" for line in found],
        say("现状"): [line.now for line in found],
        say("状态"): [states[line.state] for line in found],
        say("差距与进度"): [line.gap for line in found],
        say("制定单位"): [line.target.set_by for line in found],
    }
    shown = values_shown(found)
    passing = (passing_told(say, BY_CODE[code], values) for code, values in shown.items())
    rule = say(
        "未到期未达到为关注，已到期而现在未达到为滞后；按时段计的看截至月末的 {months} 个月",
        months=STATE_MONTHS,
    )
    return Figure(
        "targets",
        table(columns, say),
        Caption(
            _headline(say, every, len(found)),
            " · ".join(filter(None, (rule, *passing))),
            ask.as_of(),
        ),
        ask.count("targets").beside_others(*(BY_CODE[code] for code in shown)),
    )


@remembered
def target_lines(ask: Questions) -> tuple[Line, ...]:
    """Judge what is chosen, and the places in it, by the targets in force."""
    return tuple(_line(ask, target) for target in _listed(ask))


def values_shown(lines: Iterable[Line]) -> dict[str, list[float]]:
    """Give the values that lines show, by indicator."""
    values: dict[str, list[float]] = {}
    for line in lines:
        values.setdefault(line.target.indicator, []).append(line.value)
    return values


def _headline(say: Say, every: Sequence[Line], shown: int) -> str:
    told = targets_told(say, every)[0]
    return told if shown == len(every) else say("{told}，列出前 {count} 个", told=told, count=shown)


def targets_told(say: Say, found: Sequence[Line]) -> tuple[str, str]:
    """Say of how many targets how many are reached, and of those not how many are due."""
    counts = Counter(line.state for line in found)
    headline = say("{total} 个目标中 {good} 个达标", total=len(found), good=counts["good"])
    left: dict[State, str] = {
        "watch": say("{count} 个未到期还没达到", count=counts["watch"]),
        "late": say("{count} 个已到期而现在未达到", count=counts["late"]),
        "none": say("{count} 个没有数据", count=counts["none"]),
    }
    told = say.listed([text for state, text in left.items() if counts[state]])
    return headline, say("{told}。", told=told or say("都已达到"))


def _listed(ask: Questions) -> list[Target]:
    """Find the targets in force of what is chosen, and of the places in it."""
    every, end = targets(ask), ask.filters.end_month
    here = places_here(ask)
    within = [[place] for place in _places_within(ask) if place not in here]
    codes = dict.fromkeys(each.indicator for each in every)
    found = (in_force(every, code, places, end) for code in codes for places in (here, *within))
    return [each for each in found if each is not None]


def _places_within(ask: Questions) -> Iterable[str]:
    """List the codes of places in what is chosen for which somebody set a target."""
    chosen, there = ask.filters, {each.place for each in targets(ask)}
    if chosen.community_codes or not places_here(ask):
        return []
    towns = () if chosen.town_codes or ask.scope.operator else ask.scope.towns
    communities = ask.communities
    if chosen.town_codes:
        communities = communities[communities["town_code"].isin(chosen.town_codes)]
    # No town or community is singled out by a sample's numbers, which are made up.
    singly = () if ask.is_sample else (*towns, *communities.index)
    each = (EACH_TOWN, EACH_COMMUNITY) if towns else (EACH_COMMUNITY,)
    return [place for place in (*each, *singly) if place in there]


def _line(ask: Questions, target: Target) -> Line:
    if target.place in places_here(ask):
        return _of_one(ask, target, judged(ask, target))
    if target.place in (EACH_TOWN, EACH_COMMUNITY):
        return _of_each(ask, target)
    return _of_one(ask, target, judged_at(ask, target))


def _of_one(ask: Questions, target: Target, found: Judged) -> Line:
    say, indicator = ask.say, BY_CODE[target.indicator]
    if found.state == "none":
        return Line(target, MISSING, "none", say("没有数据"))
    end = ask.filters.end_month
    pace = pace_told(say, found.value, found.before, STATE_MONTHS, target, end)
    gap = gap_told(say, found.value, target)
    if pace:
        gap = say("{gap}；{pace}", gap=gap, pace=pace)
    return Line(target, exact_told(say, found.value, indicator), found.state, gap, found.value)


def _of_each(ask: Questions, target: Target) -> Line:
    say, found = ask.say, judged_each(ask, target)
    known = found.places - found.unknown
    if not known:
        return Line(target, MISSING, "none", say("没有数据"))
    reached = known - len(found.missed)
    now = say("{known} 个中 {reached} 个达到", known=found.places, reached=reached)
    gap = _missed_told(ask, found)
    if found.unknown:
        gap = say("{told}，{count} 个没有数据", told=gap, count=found.unknown)
    return Line(target, now, found.state, gap)


def _missed_told(ask: Questions, found: Counted) -> str:
    """Name the places that have not reached a target, but none of a sample's, whose numbers are made up."""
    say, missed = ask.say, found.missed
    if not missed:
        return say("已知的都达到") if found.unknown else say("已达到")
    if ask.is_sample:
        return say("{count} 个未达到", count=len(missed))
    is_of_towns = found.target.place == EACH_TOWN
    names = ask.town_names() if is_of_towns else ask.community_names
    named = say.listed([names[code] for code in missed[:MOST_NAMES]])
    if len(missed) <= MOST_NAMES:
        return say("未达到：{names}", names=named)
    return say("{count} 个未达到，如{names}", count=len(missed), names=named)


def place_named(ask: Questions, target: Target) -> str:
    """Name the place that a target is for."""
    if target.place == LOADED:
        return scope_titled(ask)
    if target.place in PLACES:
        return ask.say.words(PLACES[target.place])
    names = ask.town_names(short=False)
    return names.get(target.place) or ask.community_names.get(target.place, target.place)
