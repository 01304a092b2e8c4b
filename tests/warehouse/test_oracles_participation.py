"""Hold the queries of the participation page against slow, obvious oracles in plain Python."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pytest
from inequality.gini import Gini
from inequality.theil import TheilD

from dashboard.contract.filters import Filters, add_months
from dashboard.subjects.participation.reasoning import equity
from dashboard.warehouse.store import Warehouse
from tests.warehouse.plainly import (
    FIRST,
    LAST,
    Raw,
    Row,
    chosen_codes,
    end_of,
    month_of,
    months_from,
    records,
)
from tests.warehouse.test_oracles import FILTERS, any_flow, attendances_of, participation

A_COMMUNITY = Filters(date(2025, 1, 1), LAST, community_codes=("310112112-001",))
CHOICES = {**FILTERS, "one community, a year": A_COMMUNITY}
over_choices = pytest.mark.parametrize("filters", CHOICES.values(), ids=CHOICES)


@dataclass(frozen=True)
class Attended:
    """One attendance, with what is to be known of its activity."""

    person: int
    is_resident: bool
    activity: Row


@pytest.fixture(scope="module")
def attended(raw: Raw, whole: Warehouse) -> list[Attended]:
    held = {row["activity_code"]: row for rows in raw.activity.values() for row in rows}
    return [
        Attended(person, is_resident, held[activity])
        for activity, person, is_resident in whole.table("attendance", exact=True).itertuples(
            index=False
        )
    ]


def held_in(raw: Raw, filters: Filters) -> list[Row]:
    return [
        row
        for code in chosen_codes(raw, filters)
        for row in raw.activity[code]
        if filters.start_month <= month_of(row["held_on"]) <= filters.end_month
    ]


def attended_in(raw: Raw, attended: list[Attended], filters: Filters) -> list[Attended]:
    codes = {row["activity_code"] for row in held_in(raw, filters)}
    return [each for each in attended if each.activity["activity_code"] in codes]


# By community, category and day ----------------------------------------------------------


@over_choices
def test_participation_by_community(filters: Filters, raw: Raw, whole: Warehouse) -> None:
    months = months_from(filters.start_month, filters.end_month)
    expected = [
        {
            "community_code": code,
            "town_code": raw.community[code]["town_code"],
            **participation(raw, {code}, months),
        }
        for code in sorted(chosen_codes(raw, filters))
        if any_flow(raw, {code}, months)
    ]
    found = records(whole.run("participation_by_community", filters.parameters(), named="whole"))
    assert found == expected
    assert found


def categories_of(activity: Row) -> Iterable[tuple[str, str]]:
    yield "kind", activity["activity_kind"]
    yield "domain", activity["domain"]
    yield "aspect", activity["aspect"]
    yield "setting", "online" if activity["is_online"] else "offline"
    yield "programme", activity["programme"] or "none"


@over_choices
def test_participation_by_category(
    filters: Filters, raw: Raw, attended: list[Attended], whole: Warehouse
) -> None:
    codes = chosen_codes(raw, filters)
    months = months_from(filters.start_month, filters.end_month)
    residents = participation(raw, codes, months)
    held = Counter(pair for row in held_in(raw, filters) for pair in categories_of(row))
    came: Counter[tuple[str, str]] = Counter()
    persons: dict[tuple[str, str], set[int]] = defaultdict(set)
    for each in attended_in(raw, attended, filters):
        for pair in categories_of(each.activity):
            came[pair] += 1
            if each.is_resident:
                persons[pair].add(each.person)
    found = records(whole.run("participation_by_category", filters.parameters()))
    assert found == [
        {
            "breakdown": breakdown,
            "category": category,
            "participant_count": len(persons[breakdown, category]),
            "resident_month_count": residents["resident_month_count"],
            "month_count": residents["month_count"],
            "activity_count": held[breakdown, category],
            "attendance_count": came[breakdown, category],
        }
        for breakdown, category in sorted(held)
    ]
    assert found


@over_choices
def test_activity_by_day(filters: Filters, raw: Raw, whole: Warehouse) -> None:
    days = Counter(row["held_on"] for row in held_in(raw, filters))
    came: Counter[date] = Counter()
    for row in held_in(raw, filters):
        came[row["held_on"]] += raw.attendances[row["activity_code"]]
    found = records(whole.run("activity_by_day", filters.parameters()))
    assert found == [
        {"held_on": day, "activity_count": count, "attendance_count": came[day]}
        for day, count in sorted(days.items())
    ]
    assert found[-1]["held_on"] <= end_of(filters.end_month)


# Who comes again -------------------------------------------------------------------------


@over_choices
def test_participation_cohorts(filters: Filters, raw: Raw, whole: Warehouse) -> None:
    months_seen: dict[int, set[date]] = defaultdict(set)
    for month in months_from(FIRST, LAST):
        for person in attendances_of(raw, chosen_codes(raw, filters), [month]):
            months_seen[person].add(month)
    counts = Counter(
        (min(months), month)
        for months in months_seen.values()
        for month in months
        if month <= filters.end_month
    )
    found = records(whole.run("participation_cohorts", filters.parameters()))
    assert found == [
        {"first_month": first, "month": month, "participant_count": count}
        for (first, month), count in sorted(counts.items())
    ]
    assert found


# How unequal it is: against PySAL, over every single resident ----------------------------


def year_of(filters: Filters) -> list[date]:
    return [add_months(filters.end_month, count - 11) for count in range(12)]


@over_choices
def test_gini_and_theil_are_those_of_every_single_resident(
    filters: Filters, raw: Raw, whole: Warehouse
) -> None:
    spread = whole.run("attendance_spread", filters.parameters())
    towns = whole.run("equity_by_town", filters.parameters())
    months = year_of(filters)
    if months[0] < FIRST:
        assert spread.empty
        assert towns.empty
        return
    codes = chosen_codes(raw, filters)
    seen = attendances_of(raw, codes, months)
    assert spread["participant_count"].sum() == len(seen)
    assert spread["resident_attendance_count"].sum() == seen.total()
    assert spread["participant_count"].min() >= min(10, len(seen))
    found = equity(spread, towns)
    assert found is not None

    # PySAL takes whole residents; what is reckoned with takes their mean, which has a fraction.
    there = participation(raw, codes, months)
    residents = there["resident_month_count"] / there["month_count"]
    absent = round(residents) - len(seen)
    assert absent > 0
    vector = np.array([*seen.values(), *[0] * absent], dtype="float64")
    assert found.gini == pytest.approx(Gini(vector).g, abs=2e-4)

    values: list[float] = []
    places: list[str] = []
    for town in sorted({raw.community[code]["town_code"] for code in codes}):
        mine = {code for code in codes if raw.community[code]["town_code"] == town}
        came = list(attendances_of(raw, mine, months).values())
        people = round(
            participation(raw, mine, months)["resident_month_count"] / there["month_count"]
        )
        values += [*came, *[0] * max(0, people - len(came))]
        places += [town] * max(people, len(came))
    theil = TheilD(np.array(values, dtype="float64"), np.array(places))
    assert found.theil == pytest.approx(theil.T, abs=2e-3)
    assert found.between / 100 * found.theil == pytest.approx(float(np.squeeze(theil.bg)), abs=2e-3)


@over_choices
def test_the_lorenz_curve_goes_through_the_true_one(
    filters: Filters, raw: Raw, whole: Warehouse
) -> None:
    months = year_of(filters)
    if months[0] < FIRST:
        return
    spread = whole.run("attendance_spread", filters.parameters())
    times = sorted(attendances_of(raw, chosen_codes(raw, filters), months).values())
    before = 0
    for row in spread.itertuples():
        mine = times[before : before + row.participant_count]
        assert row.least_attendances == mine[0]
        assert row.resident_attendance_count == sum(mine)
        before += row.participant_count
    assert before == len(times)
    cumulated = np.concatenate([[0], np.cumsum(times)])
    assert spread["lorenz_sum"].sum() == (cumulated[1:] + cumulated[:-1]).sum()


def test_equity_by_town(raw: Raw, whole: Warehouse) -> None:
    for filters in (CHOICES["everything, three months"], A_COMMUNITY):
        expected = []
        codes = chosen_codes(raw, filters)
        for town in sorted({raw.community[code]["town_code"] for code in codes}):
            mine = {code for code in codes if raw.community[code]["town_code"] == town}
            seen = attendances_of(raw, mine, year_of(filters))
            there = participation(raw, mine, year_of(filters))
            expected.append(
                {
                    "town_code": town,
                    "participant_count": len(seen),
                    "resident_month_count": there["resident_month_count"],
                    "month_count": there["month_count"],
                    "resident_attendance_count": seen.total(),
                    "attendance_log_sum": pytest.approx(
                        sum(times * math.log(times) for times in seen.values())
                    ),
                }
            )
        assert records(whole.run("equity_by_town", filters.parameters())) == expected


def test_the_sample_tells_first_timers_and_moved_persons_apart(raw: Raw, whole: Warehouse) -> None:
    rows = whole.run(
        "participation_by_community",
        CHOICES["everything, three months"].parameters(),
        named="whole",
    )
    district = whole.run("participation_by_month", CHOICES["everything, three months"].parameters())
    assert rows["participant_count"].sum() > district["participant_count"].iloc[-1]
    assert (
        0
        < district["first_time_participant_count"].iloc[-1]
        < district["participant_count"].iloc[-1]
    )
