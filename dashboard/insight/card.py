"""Reason what stands on a prescription card: the similar community that is doing well, the next steps."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest
from math import isnan

from dashboard.contract.filters import MONTHS_A_YEAR
from dashboard.contract.tables import mode
from dashboard.contract.words import Words
from dashboard.insight.advice import Advice
from dashboard.insight.advice_table import ASK, KEEP, REVIVE, Step, Table
from dashboard.insight.advice_told import fillable

# How far apart, in standard deviations on average, places may be and still be called similar: assumed.
NEAR = 0.8
# More only where more is amiss.
FEWEST_STEPS = 3
# Fewer activities in a year are no example, nor is that share of them in fewer months: assumed.
LEAST_ACTIVITIES = 6
# Of fewer months few activities say nothing.
QUARTER = 3
# What ``does_well`` asks, to be read under the figure; assumed.
DOING_WELL = Words(
    f"有效覆盖、没有超期提案和“{{late}}”“{{fault}}”的关注、活动不少于每年 {LEAST_ACTIVITIES} 场（不满一年按月折算）、参与率的 95% 下限不低于{{whole}}",
    f"effective coverage, no overdue proposal, no concern “{{late}}” or “{{fault}}”, {LEAST_ACTIVITIES} activities or more a year "
    "(of fewer months in proportion), and the "
    "lower 95% limit of reach no lower than reach in {whole:the}",
)

# What keeps a community from doing well.
SHORTFALLS = {
    "coverage": Words("不算有效覆盖", "no effective coverage"),
    "concern": Words("有要先办的关注", "a concern that can't wait"),
    "overdue": Words("有超期提案", "overdue proposals"),
    "activities": Words(
        f"活动不到每年 {LEAST_ACTIVITIES} 场", f"fewer than {LEAST_ACTIVITIES} activities a year"
    ),
    "reach": Words("参与率的 95% 下限不够高", "the lower limit of reach too low"),
}


def are_few(activities: float, months: int) -> bool:
    """Tell whether activities are fewer than the least in a year, held to as many months."""
    return activities * MONTHS_A_YEAR < LEAST_ACTIVITIES * months


@dataclass(frozen=True)
class State:
    """Hold what tells whether a community is doing well: its coverage, the ``level`` of its concern if
    it has one, how many proposals are overdue, its activities, and the lower limit of its reach beside
    the reach of the ``whole``, in percent; ``months`` are those of the last year on record in which it
    was open."""

    is_effective: bool | None
    level: str | None
    overdue: float
    activities: float
    low: float
    whole: float | None
    months: int = MONTHS_A_YEAR

    @property
    def shortfalls(self) -> tuple[str, ...]:
        """Name what is known to keep it from doing well, codes of SHORTFALLS."""
        found = {
            "coverage": self.is_effective is False,
            "concern": self.level in ("fault", "late"),
            "overdue": self.overdue > 0,
            "activities": are_few(self.activities, max(self.months, QUARTER)),
            "reach": self.whole is not None and self.low < self.whole,
        }
        return tuple(name for name, falls in found.items() if falls)

    @property
    def does_well(self) -> bool | None:
        """Tell whether it is doing well; None where what is missing could decide."""
        if self.shortfalls:
            return False
        counts = (self.overdue, self.activities, self.low)
        is_open = self.is_effective is None or self.whole is None or any(map(isnan, counts))
        return None if is_open else True


@dataclass(frozen=True)
class Found:
    """Hold the nearest community that is doing well, if there is one, of those wanted if any is; how
    many were near enough and how many of those can't be told, and the ``nearest`` of them."""

    code: str
    distance: float
    near: int
    untold: int
    nearest: str


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
    return Found(code, distance, len(near), untold, near[0][1] if near else "")


def next_steps(
    table: Table,
    advice: Advice,
    values: Mapping[str, object],
    present: str = "",
    first: Iterable[str] = (),
    also: Iterable[str] = (),
    better: Iterable[str] = (),
    *,
    fails: bool = False,
    is_moot: bool = False,
) -> list[Step]:
    """Give the first steps: those named by ``first``, then those of what is advised to a community that
    is governed as ``present``, those of two that tie in turn, and after the first of them, or the first
    two of a mode, ``also``: what is amiss has its step, however many there are.

    Where the advice waits for answers, asking comes before unless it ``is_moot``, and where its
    arrangement ``fails`` to work what makes that good. ``better`` names steps by which what works gets better: they stand for the
    first of an arrangement that is kept, and come last elsewhere. A step that has nothing to name
    of ``values`` is left out."""

    def named(several: Iterable[str]) -> list[Step]:
        return fillable(chain.from_iterable(table.steps[each] for each in several), values)

    results, row = advice.verdict.results or (ASK,), advice.verdict.row
    in_turn = zip_longest(*(table.steps_of(row, each, present) for each in results))
    advised = fillable([step for step in chain.from_iterable(in_turn) if step], values)
    if results == (ASK,) and fails:
        advised = [*advised[: 0 if is_moot else 1], *named([REVIVE])]
    improving = named(better)
    if KEEP in results and not row.steps and improving:
        advised[:1] = improving
    else:
        advised += improving
    begun = 2 if {*results} & {*mode.allowed} else 1
    due = [*named(first), *advised[:begun], *named(also)]
    steps = list(dict.fromkeys([*due, *advised[begun:]]))[: max(len(due), FEWEST_STEPS)]
    return sorted(steps, key=lambda step: step.days)
