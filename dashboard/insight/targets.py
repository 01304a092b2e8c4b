"""Judge a value by the target that somebody set for it: met, to watch, or behind.

Without a target there is no state: no bar of this product's own stands for one. ``SUGGESTED`` are
values that an office may take as its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from dashboard.contract.filters import months_between
from dashboard.contract.indicators import Indicator, as_written, ratio, written
from dashboard.contract.rounding import number_written
from dashboard.contract.targets import TARGETABLE
from dashboard.contract.words import Words
from dashboard.insight.changes import difference_shown
from dashboard.insight.occupancy import LOW_OCCUPANCY
from dashboard.language import Say

State = Literal["good", "watch", "late", "none"]

# A state is judged over so many months up to the end month, whichever are chosen.
STATE_MONTHS = 3

# In percent; no standard has been published for any of them.
SUGGESTED: dict[str, float] = {
    "committee_coverage": 80.0,
    "occupancy_flat": LOW_OCCUPANCY,
    "occupancy_room": LOW_OCCUPANCY,
    "occupancy_bed": LOW_OCCUPANCY,
    "reach": 30.0,
    "closing_rate": 80.0,
}

STATE_RULE = Words(
    "只有填报了目标的指标才评状态：已达到目标为达标，未到期而未达到为关注，期限已过（含当月）而现在未达到为滞后。按写出的数值比较；"
    f"按时段计的指标一律看截至月末的 {STATE_MONTHS} 个月，按年计的看一年。有几个期限的，看下一个到期的；都已过期的，看最后一个。",
    "Only indicators for which somebody set a target have a state: reached, it is met; not reached "
    "before it is due, watch; past its due month, or in it, and not met now, behind. Values are compared "
    f"as written; what is counted over months covers the {STATE_MONTHS} months up to the end month, what "
    "is counted over a year the year. Of several months due the next counts; where all have passed, the last.",
)


@dataclass(frozen=True)
class Target:
    """Hold what was set for an indicator in a place: a value in its unit, to be reached by a month's
    end; ``place``: a code of ``contract.targets.PLACES``, a town's or a community's."""

    indicator: str
    place: str
    due: date
    bound: str
    value: float
    set_by: str
    basis: str = ""


def targets_of(rows: pd.DataFrame) -> tuple[Target, ...]:
    """Read the rows of the query ``targets``."""
    return tuple(
        Target(
            row.target_indicator,
            row.target_place,
            row.due_month.date(),
            row.target_bound,
            float(row.target_value),
            row.set_by,
            "" if pd.isna(row.target_basis) else row.target_basis,
        )
        for row in rows.itertuples()
        if row.target_indicator in TARGETABLE
    )


def in_force(
    targets: Iterable[Target], indicator: str, places: Iterable[str], end_month: date
) -> Target | None:
    """Find the target that holds: the next one due of the first of the places that has one ahead; where
    all have lapsed, the last one of the first place that has any."""
    mine = [each for each in targets if each.indicator == indicator]
    by_place = [[each for each in mine if each.place == place] for place in places]
    for here in by_place:
        if ahead := [each for each in here if each.due >= end_month]:
            return min(ahead, key=lambda each: each.due)
    lapsed = next(filter(None, by_place), None)
    return max(lapsed, key=lambda each: each.due) if lapsed else None


def is_reached(value: float, target: Target) -> bool:
    """Compare a value with a target, both as they are written."""
    indicator = TARGETABLE[target.indicator]
    now, wanted = as_written(value, indicator), as_written(target.value, indicator)
    return bool(now <= wanted if target.bound == "at_most" else now >= wanted)


def state_of(value: float | None, target: Target | None, end_month: date) -> State:
    """Judge a value of the end month; without a value or a target there is no state."""
    if target is None or value is None or pd.isna(value):
        return "none"
    if is_reached(value, target):
        return "good"
    return "watch" if end_month < target.due else "late"


def state_words(say: Say) -> dict[State, str]:
    return {
        "good": say("达标").capitalize(),
        "watch": say("关注"),
        "late": say("滞后"),
        "none": "—",
    }


# In words ---------------------------------------------------------------------------------


def exact_told(say: Say, value: float, indicator: Indicator) -> str:
    """Write a value as it is compared: a count to the last one, never in ten thousands."""
    if indicator.kind != "count":
        return written(value, indicator, say.language)
    number = number_written(value, indicator.decimals)
    return say("{number} {unit}", number=number, unit=say.words(indicator.unit))


def wanted_told(say: Say, target: Target) -> str:
    """Say what is to be reached: 不低于 50.0%."""
    value = exact_told(say, target.value, TARGETABLE[target.indicator])
    is_most = target.bound == "at_most"
    return say("不高于 {value}" if is_most else "不低于 {value}", value=value)


def target_told(say: Say, target: Target) -> str:
    """Say what was set and by when: 2026-12 目标不低于 50.0%."""
    month = f"{target.due:%Y-%m}"
    return say("{month} 目标{wanted}", month=month, wanted=wanted_told(say, target))


def gap_told(say: Say, value: float, target: Target) -> str:
    """Say how far a value is from its target, in points or in the indicator's unit."""
    indicator = TARGETABLE[target.indicator]
    if is_reached(value, target):
        return say("已达到")
    size = number_written(abs(difference_shown(value, target.value, indicator)), indicator.decimals)
    unit = say("个百分点") if indicator.kind == "share" else say.words(indicator.unit)
    gap = say("{number} {unit}", number=size, unit=unit)
    return say("高出 {gap}" if target.bound == "at_most" else "差 {gap}", gap=gap)


def pace_told(
    say: Say, value: float, before: float | None, months: int, target: Target, end_month: date
) -> str:
    """Say what change a month is needed to reach a target in time, beside that of the ``months`` since
    ``before``; nothing where it is reached or was due."""
    left = months_between(end_month, target.due)
    if left < 1 or is_reached(value, target):
        return ""
    decimals = TARGETABLE[target.indicator].decimals + 1
    needed = number_written(ratio(target.value - value, left), decimals, signed=True)
    told = say("每月需 {pace}", pace=needed)
    if before is None or pd.isna(before) or not months:
        return told
    pace = number_written(ratio(value - before, months), decimals, signed=True)
    return say("{needed}，近 {months} 个月每月 {pace}", needed=told, months=months, pace=pace)
