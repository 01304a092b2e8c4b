"""Judge how an aspect of governance stands: on track, to watch, or behind, by stated rules.

The bars are assumptions of this product: no standard has been published for any of them. They
are shown with ``STATE_RULES`` on the definitions page, and in the notes and the appendix of a
briefing.
"""

from typing import Literal

import pandas as pd

from dashboard.contract.indicators import BY_CODE, as_written
from dashboard.contract.words import Words
from dashboard.insight.attention import OVERDUE_PROPOSALS
from dashboard.insight.changes import difference_shown
from dashboard.insight.occupancy import LOW_OCCUPANCY
from dashboard.language import Say

State = Literal["good", "watch", "late", "fault", "none"]

# In percent.
BARS: dict[str, float] = {
    "committee_coverage": 80.0,
    "occupancy": LOW_OCCUPANCY,
    "reach": 30.0,
    "closing_rate": 80.0,
}
# A state is judged over so many months up to the end month, whichever are chosen.
STATE_MONTHS = 3
# In percentage points: a smaller fall is taken for none.
LEAST_FALL = 1.0
# So far below the district a town below the bar is behind.
FAR_BELOW = 10.0

_BAR_AND_FALL = Words(
    f"状态按两项判定：不低于界限（居村治理覆盖率 {BARS['committee_coverage']:.0f}%、各层次入住率 "
    f"{BARS['occupancy']:.0f}%、活动参与率 {BARS['reach']:.0f}%、14 天闭环率 "
    f"{BARS['closing_rate']:.0f}%），较上期（活动参与率较上年同期）下降不超过 {LEAST_FALL:.0f} 个百分点。两项都满足为达标，"
    f"一项为关注，都不满足为滞后。不论选哪段时间，状态一律按截至月末的 {STATE_MONTHS} 个月判定。",
    "A state rests on two questions: is the bar met (committee coverage "
    f"{BARS['committee_coverage']:.0f}%, occupancy of every tier {BARS['occupancy']:.0f}%, "
    f"reach {BARS['reach']:.0f}%, closing rate within 14 days {BARS['closing_rate']:.0f}%), "
    f"and has it fallen by no more than {LEAST_FALL:.0f} point since the period before (reach: "
    "since a year before)? Both: met; one: watch; neither: behind. Whichever months are chosen, a "
    f"state is judged over the {STATE_MONTHS} months up to the end month.",
)
_OTHERWISE = Words(
    f"街镇有社区超期提案达 {OVERDUE_PROPOSALS} 件，其响应为滞后。没有上期数据（活动参与率没有上年同期数据）的只看界限。界限均为本系统假定，未有公开标准。",
    f"a town with a community of {OVERDUE_PROPOSALS} proposals overdue is behind in "
    "response. Without a period before (reach: without a year before), the bar alone decides. The bars are assumptions: no "
    "standard has been published.",
)

STATE_RULES: tuple[Words, ...] = (
    _BAR_AND_FALL,
    Words(
        f"未达界限且低于全区 {FAR_BELOW:.0f} 个百分点以上的街镇，治理为滞后；{_OTHERWISE.zh}",
        f"A town below the bar and {FAR_BELOW:.0f} points or more below the district is behind "
        f"in governance; {_OTHERWISE.en}",
    ),
)
# Where part of the district was loaded nothing is held against the district.
RULES_OF_PART = (_BAR_AND_FALL, Words(_OTHERWISE.zh, _OTHERWISE.en[:1].upper() + _OTHERWISE.en[1:]))

STATE_RULE_IN_SHORT = Words(
    "达到界限且未明显下降为达标，缺一项为关注，缺两项为滞后；界限由本系统假定",
    "Bar reached, no marked fall: met; one lacking: watch; both: behind. This system assumes the bars",
)


def state_rules_told(say: Say, *, is_district: bool) -> tuple[str, ...]:
    """Say by which rules states are judged, of the whole district or of part of it."""
    return tuple(map(say.words, STATE_RULES if is_district else RULES_OF_PART))


def state_words(say: Say) -> dict[State, str]:
    return {
        "good": say("达标").capitalize(),
        "watch": say("关注"),
        "late": say("滞后"),
        "fault": say("数据有误"),
        "none": "—",
    }


def judged(now: float, before: float, code: str) -> State:
    """Judge one indicator, in percent, by its bar and by the period before."""
    if pd.isna(now):
        return "none"
    indicator = BY_CODE[code] if code in BY_CODE else BY_CODE["occupancy_room"]
    reached = as_written(now, indicator) >= BARS[code]
    if pd.isna(before):
        return "good" if reached else "watch"
    held = -difference_shown(now, before, indicator) <= LEAST_FALL
    return "good" if reached and held else "watch" if reached or held else "late"


def governance_state(now: float, before: float, *, district: float | None) -> State:
    """Judge coverage; ``district``: that of all towns, None where it is no measure."""
    coverage = BY_CODE["committee_coverage"]
    state = judged(now, before, coverage.code)
    if pd.isna(now) or district is None or as_written(now, coverage) >= BARS[coverage.code]:
        return state
    return "late" if -difference_shown(now, district, coverage) >= FAR_BELOW else state


def housing_state(tiers: pd.DataFrame, before: pd.DataFrame) -> State:
    """Judge occupancy as its worst tier stands; rows with ``tier`` and ``value``, in percent.

    A tier whose value is missing or not to be trusted is to be watched.
    """
    if tiers.empty:
        return "none"
    earlier = dict(zip(before["tier"], before["value"], strict=True))
    states = [
        judged(value, earlier.get(code, float("nan")), "occupancy")
        for code, value in zip(tiers["tier"], tiers["value"], strict=True)
    ]
    if "late" in states:
        return "late"
    return "good" if set(states) == {"good"} else "watch"


def response_state(now: float, before: float, *, has_late: bool) -> State:
    """Judge the closing rate; ``has_late``: a community has many proposals overdue."""
    if has_late:
        return "late"
    return judged(now, before, "closing_rate")
