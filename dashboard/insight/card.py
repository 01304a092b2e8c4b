"""Reason what stands on a prescription card: the similar community that is doing well, the next steps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest
from math import isnan

from dashboard.contract.words import Words
from dashboard.insight.advice import Advice
from dashboard.insight.advice_table import ASK, URGENT, Step, Table
from dashboard.insight.advice_told import fillable

# How far apart, in standard deviations on average, places may be and still be called similar: assumed.
NEAR = 0.8
MOST_STEPS = 3
# Fewer activities in a year are no example: assumed.
LEAST_ACTIVITIES = 6
# What ``does_well`` asks, to be read under the figure; assumed.
DOING_WELL = Words(
    f"有效覆盖、没有超期提案和“{{late}}”“{{fault}}”的关注、活动不少于 {LEAST_ACTIVITIES} 场、参与率的 95% 下限不低于{{whole}}",
    f"effective coverage, no overdue proposal, no concern “{{late}}” or “{{fault}}”, {LEAST_ACTIVITIES} activities or more, and the "
    "lower 95% limit of reach no lower than reach in {whole:the}",
)


def does_well(
    is_effective: bool | None,
    level: str | None,
    overdue: float,
    activities: float,
    low: float,
    whole: float | None,
) -> bool | None:
    """Tell whether a community is doing well: by its coverage, the ``level`` of its concern if it has
    one, how many proposals are overdue, its activities, and the lower limit of its reach beside the
    reach of the whole, in percent; None where what is missing could decide."""
    if is_effective is False or level in ("fault", "late") or overdue > 0:
        return False
    if activities < LEAST_ACTIVITIES:
        return False
    if is_effective is None or whole is None or any(map(isnan, (overdue, activities, low))):
        return None
    return low >= whole


@dataclass(frozen=True)
class Found:
    """Hold the nearest community that is doing well, if there is one, of those wanted if any is, and
    how many were near enough and how many of those can't be told."""

    code: str
    distance: float
    near: int
    untold: int


def nearest_doing_well(
    distances: Mapping[str, float],
    does_well: Callable[[str], bool | None],
    is_wanted: Callable[[str], bool] = lambda code: True,
) -> Found:
    """Find it among those near enough, first among those wanted; ``distances`` by code."""
    near = sorted((each, code) for code, each in distances.items() if each <= NEAR)
    judged = {code: does_well(code) for _, code in near}
    untold = sum(each is None for each in judged.values())
    well = sorted((not is_wanted(code), each, code) for each, code in near if judged[code])
    distance, code = well[0][1:] if well else (float("nan"), "")
    return Found(code, distance, len(near), untold)


def next_steps(
    table: Table, advice: Advice, values: Mapping[str, object], present: str = "", concern: str = ""
) -> list[Step]:
    """Give the first steps: what a concern that can't wait asks for, then those of what is advised to
    a community that is governed as ``present``; those of two that tie in turn. Where the advice waits
    for answers, asking comes before. A step that has nothing to name of ``values`` is left out."""
    results, row = advice.verdict.results or (ASK,), advice.verdict.row
    first = table.steps[concern] if concern in URGENT else ()
    several = zip_longest(*(table.steps_of(row, each, present) for each in results))
    advised = [step for step in chain.from_iterable(several) if step]
    return fillable([*first, *advised], values)[:MOST_STEPS]
