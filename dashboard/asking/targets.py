"""Find the targets that hold for what is chosen, and judge what is counted by them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import nan

import pandas as pd

from dashboard.asking.grains import Grain
from dashboard.asking.measured import measured, measured_here
from dashboard.asking.memo import remembered, remembered_for_all_filters
from dashboard.asking.questions import Questions
from dashboard.contract.columns import by_month
from dashboard.contract.filters import add_months
from dashboard.contract.indicators import BY_CODE, Indicator
from dashboard.contract.targets import EACH_COMMUNITY, EACH_TOWN, LOADED, PLACES, WHOLE
from dashboard.insight.targets import (
    STATE_MONTHS,
    State,
    Target,
    in_force,
    is_reached,
    state_of,
    targets_of,
)


@dataclass(frozen=True)
class Judged:
    """Hold a value of the end month, ``before`` that of ``STATE_MONTHS`` earlier, and the target that
    it is judged by."""

    target: Target
    value: float
    before: float
    state: State


@dataclass(frozen=True)
class Counted:
    """Hold of a target for each of several places how many are known and which reach it not, by code."""

    target: Target
    known: int
    missed: tuple[str, ...]
    state: State


@remembered_for_all_filters
def targets(ask: Questions) -> tuple[Target, ...]:
    """List every target that was set."""
    return targets_of(ask.warehouse.run("targets", {}))


def places_here(ask: Questions) -> tuple[str, ...]:
    """Name, the most particular first, what a target may be for to hold for what is chosen: nothing where
    communities are chosen by what they are, since nobody set a target for such."""
    filters, scope = ask.filters, ask.scope
    if filters.community_codes:
        is_one = len(filters.community_codes) == 1
        return (filters.community_codes[0], EACH_COMMUNITY) if is_one else ()
    if filters.is_narrowed or len(filters.town_codes) > 1:
        return ()
    if scope.operator:  # its communities are no town's whole
        return () if filters.town_codes else (LOADED,)
    if filters.town_codes and len(scope.towns) > 1:
        return (filters.town_codes[0], EACH_TOWN)
    if len(scope.towns) == 1:
        return (scope.towns[0], LOADED, EACH_TOWN)
    return (LOADED, WHOLE) if scope.is_district else (LOADED,)


def target_here(ask: Questions, code: str) -> Target | None:
    """Find the target of an indicator for what is chosen."""
    return in_force(targets(ask), code, places_here(ask), ask.filters.end_month)


@remembered
def judged_here(ask: Questions, code: str) -> Judged | None:
    """Judge an indicator of what is chosen by its target; None where nobody set one."""
    target = target_here(ask, code)
    return None if target is None else judged(ask, target)


def judged(ask: Questions, target: Target) -> Judged:
    """Judge what is chosen by a target."""
    values = _values(over_state_months(ask), BY_CODE[target.indicator])
    end = pd.Timestamp(ask.filters.end_month)
    earlier = pd.Timestamp(add_months(ask.filters.end_month, -STATE_MONTHS))
    value = float(values.get(end, nan))
    state = state_of(value, target, ask.filters.end_month)
    return Judged(target, value, float(values.get(earlier, nan)), state)


def judged_each(ask: Questions, target: Target) -> Counted:
    """Judge each town or community of what is chosen by a target for each."""
    grain: Grain = "town" if target.place == EACH_TOWN else "community"
    indicator = BY_CODE[target.indicator]
    found = measured(over_state_months(ask), indicator, grain)
    rows = None if found is None else found.rows.dropna(subset=["value"])
    if rows is None or rows.empty:
        return Counted(target, 0, (), "none")
    chosen = ask.filters.town_codes
    if chosen and "town_code" in rows:
        rows = rows[rows["town_code"].isin(chosen)]
    own = _own_targets(ask, target)
    missed = tuple(
        str(key)
        for key, value in zip(rows["key"], rows["value"], strict=True)
        if key not in own and not is_reached(value, target)
    )
    known = int((~rows["key"].isin(own)).sum())
    is_due = ask.filters.end_month >= target.due
    state: State = "none" if not known else "good" if not missed else "late" if is_due else "watch"
    return Counted(target, known, missed, state)


def _own_targets(ask: Questions, target: Target) -> frozenset[str]:
    """Name the places that have a target of their own for the same indicator."""
    mine = (each.place for each in targets(ask) if each.indicator == target.indicator)
    return frozenset(mine) - PLACES.keys()


def over_state_months(ask: Questions) -> Questions:
    """Ask over the months that states are judged by, whichever are chosen."""
    start = add_months(ask.filters.end_month, 1 - STATE_MONTHS)
    return ask.on(replace(ask.filters, start_month=start))


def _values(ask: Questions, indicator: Indicator) -> dict[pd.Timestamp, float]:
    counted = measured_here(ask, indicator)
    return {} if counted is None else by_month(counted.rows)


def in_force_here(ask: Questions, codes: Iterable[str]) -> dict[str, Judged]:
    """Judge those of the indicators that have a target for what is chosen."""
    found = {code: judged_here(ask, code) for code in codes}
    return {code: each for code, each in found.items() if each is not None}
