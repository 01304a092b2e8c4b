"""Find the targets that hold for what is chosen, and judge what is counted by them."""

from dataclasses import dataclass, replace
from math import nan

import pandas as pd

from dashboard.asking.grains import Grain
from dashboard.asking.measured import measured, measured_here
from dashboard.asking.memo import remembered, remembered_for_all_filters
from dashboard.asking.questions import Questions
from dashboard.contract.columns import as_floats, by_month
from dashboard.contract.filters import add_months
from dashboard.contract.indicators import BY_CODE, Indicator
from dashboard.contract.targets import EACH_COMMUNITY, EACH_TOWN, LOADED, WHOLE
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
    """Hold of a target for each of several places how many there are, which don't reach it, by code, and
    how many are not known."""

    target: Target
    places: int
    missed: tuple[str, ...]
    unknown: int
    state: State


@remembered_for_all_filters
def targets(ask: Questions) -> tuple[Target, ...]:
    """List every target that was set."""
    return targets_of(ask.warehouse.run("targets", {}))


def places_here(ask: Questions) -> tuple[str, ...]:
    """Name, the most particular first, what a target may be for to hold for what is chosen: nothing where
    communities are chosen by what they are, since nobody set a target for such, and nothing of one town or
    community whose numbers are a sample."""
    filters, scope = ask.filters, ask.scope
    if ask.is_sample and (filters.town_codes or filters.community_codes):
        return ()
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
    return (WHOLE,) if scope.is_district else (LOADED,)


def target_here(ask: Questions, code: str) -> Target | None:
    """Find the target of an indicator for what is chosen."""
    return in_force(targets(ask), code, places_here(ask), ask.filters.end_month)


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


def judged_at(ask: Questions, target: Target) -> Judged:
    """Judge one town or community of what is chosen by its own target."""
    grain: Grain = "town" if target.place in ask.towns.index else "community"
    value = _values_by_place(ask, BY_CODE[target.indicator], grain).get(target.place, nan)
    return Judged(target, value, nan, state_of(value, target, ask.filters.end_month))


def judged_each(ask: Questions, target: Target) -> Counted:
    """Judge each town or community of what is chosen by a target for each, but for those that have a
    target of their own."""
    grain: Grain = "town" if target.place == EACH_TOWN else "community"
    end, every = ask.filters.end_month, targets(ask)
    values = {
        place: value
        for place, value in _values_by_place(ask, BY_CODE[target.indicator], grain).items()
        if in_force(every, target.indicator, (place, target.place), end) is target
    }
    unknown = sum(pd.isna(value) for value in values.values())
    missed = tuple(
        place
        for place, value in values.items()
        if pd.notna(value) and not is_reached(value, target)
    )
    state: State = "good"
    if missed:
        state = "late" if end >= target.due else "watch"
    elif unknown or not values:
        state = "none"
    return Counted(target, len(values), missed, unknown, state)


@remembered
def _values_by_place(ask: Questions, indicator: Indicator, grain: Grain) -> dict[str, float]:
    """Give an indicator's value of each town or community of what is chosen; none before there are as
    many months as states are judged over."""
    over = over_state_months(ask)
    if indicator.span != "month_end" and over.filters.start_month < ask.warehouse.months[0]:
        return {}
    found = measured(over, indicator, grain)
    if found is None or found.rows.empty:
        return {}
    rows, chosen = found.rows, ask.filters.town_codes
    if chosen:
        towns = rows["key"] if grain == "town" else rows["key"].map(ask.communities["town_code"])
        rows = rows[towns.isin(chosen)]
    return dict(zip(rows["key"].astype(str), as_floats(rows["value"]), strict=True))


def over_state_months(ask: Questions) -> Questions:
    """Ask over the months that states are judged by, whichever are chosen."""
    start = add_months(ask.filters.end_month, 1 - STATE_MONTHS)
    return ask.on(replace(ask.filters, start_month=start))


def _values(ask: Questions, indicator: Indicator) -> dict[pd.Timestamp, float]:
    counted = measured_here(ask, indicator)
    return {} if counted is None else by_month(counted.rows)
