"""Reason what stands on a prescription card: the similar community that is doing well, the next steps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest
from math import isnan

from dashboard.contract.words import Words
from dashboard.insight.advice import Advice
from dashboard.insight.advice_table import ASK, Step, Table

# How far apart, in standard deviations on average, places may be and still be called similar: assumed.
NEAR = 0.8
MOST_STEPS = 3
# What ``does_well`` asks, to be read under the figure; assumed.
DOING_WELL = Words(
    "有效覆盖、没有“{late}”或“{fault}”的关注、活动参与率不低于{whole}",
    "effective coverage, no concern “{late}” or “{fault}”, reach no lower than in {whole:the}",
)


def does_well(
    is_effective: bool | None, level: str | None, reach: float, whole: float | None
) -> bool | None:
    """Tell whether a community is doing well: by its coverage, the ``level`` of its concern if it has
    one, and its reach beside that of the whole, in percent; None where what is missing could decide."""
    if is_effective is False or level in ("fault", "late"):
        return False
    if is_effective is None or whole is None or isnan(reach):
        return None
    return reach >= whole


@dataclass(frozen=True)
class Found:
    """Hold the nearest community that is doing well, if there is one, and how many were near enough
    and how many of those can't be told."""

    code: str
    distance: float
    near: int
    untold: int


def nearest_doing_well(
    distances: Mapping[str, float], does_well: Callable[[str], bool | None]
) -> Found:
    """Find it among those near enough; ``distances`` by code."""
    near = sorted((each, code) for code, each in distances.items() if each <= NEAR)
    judged = {code: does_well(code) for _, code in near}
    untold = sum(each is None for each in judged.values())
    first = next(((code, each) for each, code in near if judged[code]), ("", float("nan")))
    return Found(*first, len(near), untold)


def next_steps(table: Table, advice: Advice) -> tuple[Step, ...]:
    """Give the first steps of what is advised; those of two that tie in turn. Where the advice waits
    for answers, asking comes first."""
    results = advice.verdict.results or (ASK,)
    several = zip_longest(*(table.steps[each] for each in results))
    return tuple(step for step in chain.from_iterable(several) if step)[:MOST_STEPS]
