"""Draw the activities: where, when, of what kind and for whom."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.random import Generator

from data.sample import assumptions as a
from data.sample.arrays import Bools, Floats, Ints
from data.sample.draws import choose
from data.sample.governance import Governance
from data.sample.housing import Housing
from data.sample.seasons import (
    DAYS,
    MONTH_ENDS,
    MONTH_STARTS,
    MONTHS,
    festival_intensity,
    values_by_month,
    weekday_intensity,
)


@dataclass(frozen=True)
class Kind:
    """Describe one kind of activity; all of it is invented but the words."""

    share: float
    appeal: float  # factor on the number who come
    online_share: float = 0.0
    children: float = 0.0  # mean number present
    season: Mapping[int, float] | None = None
    profiles: Mapping[str, float] | None = None
    # (domain, aspect, need, programme, weight); an empty text is none.
    purposes: tuple[tuple[str, str, str, str, float], ...] = ()


# That the five named aspects belong to these domains is an assumption; published is only that
# there are three domains and nine aspects. Of the four without a name nothing is invented.
KINDS: dict[str, Kind] = {
    "parent_child": Kind(
        0.06, 0.8, children=11, season={6: 1.8, 7: 1.3, 8: 1.3},
        profiles={"family": 3.0, "mixed": 1.3, "young": 0.5, "worker": 0.3},
        purposes=(
            ("empowerment", "participation", "", "", 9),
        ),
    ),
    "talk": Kind(
        0.13, 0.7, online_share=0.10, season={7: 1.2, 10: 1.2},
        purposes=(
            ("basic", "government_services", "government_services", "", 3),
            ("professional", "youth_guidance", "business", "", 3),
            ("professional", "emergency", "", "", 2),
            ("professional", "counselling", "", "", 2),
        ),
    ),
    "course": Kind(
        0.15, 0.55, online_share=0.16, season={3: 1.2, 4: 1.2, 9: 1.3, 10: 1.3, 11: 1.2},
        profiles={"young": 1.4, "worker": 0.7},
        purposes=(
            ("professional", "youth_guidance", "business", "night_school", 6),
            ("professional", "youth_guidance", "culture_sport", "night_school", 4),
        ),
    ),
    "festival": Kind(
        0.17, 1.6, children=2,
        purposes=(
            ("empowerment", "participation", "culture_sport", "festivals", 6),
            ("empowerment", "participation", "", "festivals", 2),
            ("empowerment", "participation", "culture_sport", "festivals", 1),
        ),
    ),
    "food_fair": Kind(
        0.06, 1.8, children=2,
        season={1: 0.2, 2: 0.2, 3: 0.5, 6: 1.5, 7: 5.0, 8: 5.0, 11: 0.4, 12: 0.3},
        purposes=(
            ("empowerment", "participation", "culture_sport", "summer_food", 6),
            ("empowerment", "participation", "relationships", "summer_food", 2),
            ("empowerment", "participation", "culture_sport", "summer_food", 1),
        ),
    ),
    "arts": Kind(
        0.12, 0.8, profiles={"young": 1.3, "worker": 0.7},
        purposes=(
            ("empowerment", "participation", "culture_sport", "", 5),
            ("empowerment", "participation", "relationships", "", 2),
            ("empowerment", "participation", "culture_sport", "", 2),
        ),
    ),
    "sport": Kind(
        0.12, 0.8, season={1: 0.7, 2: 0.6, 4: 1.3, 5: 1.3, 10: 1.3, 11: 1.2},
        purposes=(
            ("empowerment", "participation", "culture_sport", "", 8),
            ("empowerment", "participation", "relationships", "", 1),
        ),
    ),
    "co_building": Kind(
        0.05, 0.65, season={1: 0.3, 2: 0.4, 3: 1.6, 4: 1.6, 5: 1.4, 10: 1.4, 12: 0.5},
        purposes=(
            ("empowerment", "participation", "", "garden", 6),
            ("empowerment", "participation", "culture_sport", "", 3),
            ("empowerment", "participation", "", "", 1),
        ),
    ),
    "consultation": Kind(
        0.07, 0.45,
        purposes=(
            ("empowerment", "participation", "", "manager_tea", 5),
            ("empowerment", "participation", "government_services", "manager_tea", 2),
            ("professional", "emergency", "", "", 1),
        ),
    ),
    "service_day": Kind(
        0.09, 1.1, season={3: 1.5}, profiles={"worker": 1.4},
        purposes=(
            ("basic", "government_services", "government_services", "", 6),
            ("professional", "counselling", "", "", 2),
            ("professional", "emergency", "", "", 2),
        ),
    ),
}  # fmt: skip
KIND_NAMES = tuple(KINDS)
CHILDREN_FACTOR = {"family": 1.4, "mixed": 0.9, "young": 0.35, "worker": 0.25}
SUMMER_FOOD_MONTHS = (7, 8)


@dataclass(frozen=True)
class Activities:
    """Hold the activity table and, beside each row, its cell and its appeal."""

    activity: pd.DataFrame
    cell: Ints
    appeal: Floats
    is_after_opening: Bools  # of the planted station


def draw_activities(
    rng: Generator,
    *,
    count: int,
    roster: pd.DataFrame,
    housing: Housing,
    governance: Governance,
    participation: Floats,
) -> Activities:
    """Draw ``count`` activities, ordered by month, community and day."""
    reached = _reached_by_day()
    first_day, end_day = _held_between(roster)
    # (kind, month, community): how many of the kind would be held there at one a day.
    chances = np.stack(
        [
            _profile_factor(roster, name)
            * (reached[kind][end_day][:, None] - reached[kind][first_day])
            for kind, name in enumerate(KIND_NAMES)
        ]
    )
    rate = _rate(rng, roster, housing, governance, participation).T
    cell = _draw_cells(rng, count, chances.sum(axis=0) * rate)

    kind = choose(rng, chances.reshape(len(KINDS), -1)[:, cell].T)
    month, community = np.divmod(cell, len(roster))
    day = _draw_day(rng, reached, kind, first_day[month, community], end_day[month])
    order = np.lexsort((day, cell))
    cell, kind, month, community, day = (
        each[order] for each in (cell, kind, month, community, day)
    )
    activity = _frame(rng, roster, kind, month, community, day)
    is_night_school = _night_school(rng, activity, community)
    activity["programme"] = activity["programme"].mask(
        (activity["programme"] == "night_school") & ~is_night_school
    )
    planted = roster["has_planted_opening"].to_numpy()[community]
    appeal = np.array([each.appeal for each in KINDS.values()])[kind]
    return Activities(
        activity=activity,
        cell=cell,
        appeal=np.where(is_night_school, a.NIGHT_SCHOOL_APPEAL, appeal),
        is_after_opening=planted & (DAYS[day] >= a.OPENING_STATION_ON),
    )


def _night_school(rng: Generator, activity: pd.DataFrame, community: Ints) -> Bools:
    """Choose which evening courses are the youth night school's: as many as published."""
    held = activity["held_on"].to_numpy().astype("M8[D]")
    is_course = (activity["programme"] == "night_school").to_numpy()
    first, last = a.NIGHT_SCHOOL_DAYS
    chosen = np.zeros(len(activity), dtype=bool)
    for is_then, sites, courses in (
        ((held >= first) & (held <= last), a.NIGHT_SCHOOL_SITES, a.NIGHT_SCHOOL_COURSES),
        (held > last, a.NIGHT_SCHOOL_LATER_SITES, a.NIGHT_SCHOOL_LATER_COURSES),
    ):
        rows = rng.permutation(np.flatnonzero(is_course & is_then))
        # Where most courses are held: a site is one that does so again and again.
        largest = pd.Series(community[rows]).value_counts(sort=True).index[:sites]
        rows = rows[np.isin(community[rows], largest)]
        # One at each site first, then any.
        again = pd.Series(community[rows]).duplicated().to_numpy()
        chosen[rows[np.argsort(again, kind="stable")[:courses]]] = True
    return chosen


def _reached_by_day() -> Floats:
    """Give the running sum over the days of each kind's daily intensity."""
    weekday, festival = weekday_intensity(), festival_intensity()
    month = np.searchsorted(MONTH_STARTS, DAYS, side="right") - 1
    rows = []
    for name, kind in KINDS.items():
        season = values_by_month(dict(kind.season or {}), otherwise=1.0)[month]
        intensity = kind.share * weekday * season * (festival if name == "festival" else 1.0)
        rows.append(np.concatenate([[0.0], np.cumsum(intensity)]))
    return np.array(rows)


def _held_between(roster: pd.DataFrame) -> tuple[Ints, Ints]:
    """Give the first day by month and community, and each month's end, as positions in DAYS."""
    opened = roster["opened_on"].to_numpy().astype("M8[D]")
    first = np.minimum(np.maximum(MONTH_STARTS[:, None], opened), MONTH_ENDS[:, None] + 1)
    return (first - DAYS[0]).astype(np.int64), (MONTH_ENDS + 1 - DAYS[0]).astype(np.int64)


def _profile_factor(roster: pd.DataFrame, kind_name: str) -> Floats:
    factors = KINDS[kind_name].profiles or {}
    return np.array([factors.get(profile, 1.0) for profile in roster["resident_profile"]])


def _rate(
    rng: Generator,
    roster: pd.DataFrame,
    housing: Housing,
    governance: Governance,
    participation: Floats,
) -> Floats:
    """Give how active each community is in each month: size, organisations, town, itself."""
    count = len(roster)
    own = participation * np.exp(rng.normal(0, a.ACTIVITY_SPREAD, count))
    quiet = (rng.random(count) < a.QUIET_COMMUNITY_SHARE) & (roster["origin"] == "sample")
    quiet &= ~roster["has_planted_opening"]
    own = np.where(quiet, own * a.QUIET_FACTOR, own)
    own = np.where(roster["origin"] == "published", own.clip(1.0) * a.NAMED_ACTIVITY_FACTOR, own)
    rate = own[:, None] * housing.residents.astype(float) ** a.ACTIVITY_SIZE_POWER
    rate = rate * np.where(governance.is_committee, a.COMMITTEE_ACTIVITY_FACTOR, 1.0)
    for kind, factor in a.ORGANISATION_ACTIVITY_FACTOR.items():
        rate = rate * np.where(governance.has_organisation[kind], factor, 1.0)
    is_after = roster["has_planted_opening"].to_numpy()[:, None] & (
        MONTH_STARTS > a.OPENING_STATION_ON
    )
    rate = rate * np.where(is_after, a.OPENING_ACTIVITY_FACTOR, 1.0)
    return rate * np.linspace(1.0, 1.0 + a.ACTIVITY_GROWTH, len(MONTHS)) * housing.is_open


def _draw_cells(rng: Generator, count: int, weight: Floats) -> Ints:
    """Draw cells (month x communities + community) for ``count`` activities.

    One is drawn in each of ``count`` equal parts of the weights, laid out community by
    community: people plan ahead, so the gaps are more even than chance would make them.
    """
    reached = np.cumsum(weight.T.ravel())
    drawn = (np.arange(count) + rng.random(count)) * (reached[-1] / count)
    community, month = np.divmod(np.searchsorted(reached, drawn, side="right"), len(weight))
    cell: Ints = month * weight.shape[1] + community
    return cell


def _draw_day(rng: Generator, reached: Floats, kind: Ints, first_day: Ints, end_day: Ints) -> Ints:
    """Draw the day of each activity by its kind's daily intensity."""
    low, high = reached[kind, first_day], reached[kind, end_day]
    drawn = low + rng.random(len(kind)) * (high - low)
    day = np.empty(len(kind), dtype=np.int64)
    for each in range(len(KINDS)):
        rows = kind == each
        day[rows] = np.searchsorted(reached[each], drawn[rows], side="right") - 1
    return np.clip(day, first_day, end_day - 1)


def _frame(
    rng: Generator, roster: pd.DataFrame, kind: Ints, month: Ints, community: Ints, day: Ints
) -> pd.DataFrame:
    purposes = [(name, *purpose) for name, each in KINDS.items() for purpose in each.purposes]
    weights = np.array(
        [[row[-1] if row[0] == name else 0.0 for row in purposes] for name in KIND_NAMES]
    )
    purpose = choose(rng, weights[kind])
    words = np.array([row[:-1] for row in purposes], dtype=object)
    month_of_year = MONTHS.astype(int)[month] % 12 + 1
    not_summer = ~np.isin(month_of_year, SUMMER_FOOD_MONTHS)
    programme = words[purpose, 4]
    programme[(programme == "summer_food") & not_summer] = ""
    need = words[purpose, 3]
    online = np.array([each.online_share for each in KINDS.values()])[kind]
    children = (
        np.array([each.children for each in KINDS.values()])[kind]
        * roster["resident_profile"].map(CHILDREN_FACTOR).to_numpy()[community]
    )
    is_online = rng.random(len(kind)) < online
    return pd.DataFrame(
        {
            "activity_code": _codes(len(kind)),
            "community_code": roster["community_code"].to_numpy()[community],
            "held_on": DAYS[day].astype("M8[s]"),
            "activity_kind": np.array(KIND_NAMES, dtype=object)[kind],
            "domain": words[purpose, 1],
            "aspect": words[purpose, 2],
            "need": np.where(need == "", None, need),
            "programme": np.where(programme == "", None, programme),
            "is_online": is_online,
            "child_count": rng.poisson(children) * ~is_online,
        }
    ).astype(dict.fromkeys(("activity_kind", "domain", "aspect", "need", "programme"), "str"))


def _codes(count: int) -> pd.Series:
    return "A" + pd.Series(np.arange(1, count + 1)).astype("str").str.zfill(7)
