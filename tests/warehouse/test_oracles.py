"""Hold the queries against slow, obvious oracles in plain Python, straight from the tables."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Any, NamedTuple

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.contract.filters import Filters, add_months
from dashboard.warehouse.catalogue import named_queries
from dashboard.warehouse.store import Warehouse
from tests.warehouse.plainly import (
    FIRST,
    LAST,
    Raw,
    Row,
    ask,
    chosen_codes,
    chosen_flows,
    chosen_states,
    grouped,
    known_total,
    mode_named,
    months_from,
    records,
    tiny_warehouse,
    told_total,
    total,
)

FILTERS = {
    "everything, three months": Filters(date(2025, 10, 1), LAST),
    "two towns under committees, a year": Filters(
        date(2024, 11, 1),
        date(2025, 10, 1),
        town_codes=("310112112", "310112114"),
        coverage_types=("committee",),
    ),
    "unclassified or mode 1, rooms or beds, no Home, every month": Filters(
        FIRST, LAST, modes=("none", "1"), tiers=("room", "bed"), is_home=False
    ),
    "Homes with beds, one month": Filters(
        date(2024, 10, 1), date(2024, 10, 1), tiers=("bed",), is_home=True
    ),
    "under grids, two months": Filters(
        date(2024, 9, 1), date(2024, 10, 1), coverage_types=("grid",)
    ),
    "one town, before the data reach back 90 days": Filters(
        date(2023, 12, 1), date(2023, 12, 1), town_codes=("310112112",)
    ),
    "one that closed with the last month, one before, one open": Filters(
        date(2025, 6, 1),
        date(2025, 11, 1),
        community_codes=("310112114-019", "310112101-012", "310112101-001"),
    ),
    "from the first month on, as there is nothing before": Filters(FIRST, date(2024, 1, 1)),
}


# The queries, once more ------------------------------------------------------------------


def coverage(states: list[Row]) -> Row:
    paired = [s for s in states if None not in (s["dwelling_count"], s["resident_count"])]
    covered = [state for state in states if state["coverage_type"] == "committee"]
    governed = [state for state in states if state["coverage_type"] is not None]
    is_known = bool(governed) or not states
    return {
        "community_count": len(states),
        "committee_community_count": len(covered) if is_known else None,
        "grid_community_count": len(governed) - len(covered) if is_known else None,
        "governed_community_count": len(governed),
        "resident_count": told_total(states, "resident_count") if states else 0,
        "committee_resident_count": told_total(covered, "resident_count") if covered else 0,
        "governed_resident_count": told_total(governed, "resident_count"),
        **{
            f"paired_{name}": told_total(paired, name) if states else 0
            for name in ("resident_count", "dwelling_count")
        },
        "own_branch_community_count": total(states, "has_own_branch"),
        "effective_community_count": known_total(states, "is_effective"),
        "service_station_community_count": total(states, "has_service_station"),
        "social_work_station_community_count": total(states, "has_social_work_station"),
        "home_count": total(states, "is_home"),
        "dwelling_count": told_total(states, "dwelling_count") if states else 0,
        "bed_supply_count": told_total(states, "bed_supply_count") if states else 0,
    }


def recorded(states: list[Row], flows: dict[str, Row | None]) -> Row:
    """Count the communities that reported what some numbers are made of."""
    housed = [state for state in states if state["resident_count"] is not None]
    return {
        "dwelling_community_count": sum(s["dwelling_count"] is not None for s in states),
        "housed_community_count": len(housed),
        "paired_community_count": sum(s["dwelling_count"] is not None for s in housed),
        "governed_housed_community_count": sum(s["coverage_type"] is not None for s in housed),
        "unstated_community_count": total(states, "has_unstated_tier"),
        "supplied_community_count": sum(s["bed_supply_count"] is not None for s in states),
        "moved_community_count": sum(
            (flows[s["community_code"]] or {}).get("move_out_count") is not None for s in states
        ),
    }


def district_by_month(raw: Raw, filters: Filters) -> list[Row]:
    happened = (
        "move_in_count",
        "move_out_count",
        "activity_count",
        "attendance_count",
        "proposal_count",
        "settled_count",
    )
    return [
        {
            "month": month,
            **coverage(states := chosen_states(raw, filters, month)),
            **recorded(
                states,
                {s["community_code"]: raw.flows[s["community_code"], month] for s in states},
            ),
            **{name: told_total(flows, name) for name in happened},
            "resident_month_count": told_total(with_moves(flows), "resident_month_count"),
            "overdue_count": total(states, "overdue_count"),
        }
        for month in months_from(filters.start_month, filters.end_month)
        if (flows := chosen_flows(raw, filters, month))
    ]


def with_moves(flows: Iterable[Row]) -> list[Row]:
    return [flow for flow in flows if flow["move_out_count"] is not None]


def coverage_by_town(raw: Raw, filters: Filters) -> list[Row]:
    rows = [
        {"town_code": town, "month": month, **coverage(states)}
        for month in months_from(filters.start_month, filters.end_month)
        for (town,), states in grouped(chosen_states(raw, filters, month), "town_code")
    ]
    return sorted(rows, key=lambda row: (row["town_code"], row["month"]))


def modes_by_month(raw: Raw, filters: Filters) -> list[Row]:
    return [
        {"month": month, **row}
        for month in months_from(filters.start_month, filters.end_month)
        for row in modes(chosen_states(raw, filters, month), "coverage_type", "mode")
    ]


def modes_by_town(raw: Raw, filters: Filters) -> list[Row]:
    states = chosen_states(raw, filters, filters.end_month)
    return modes(states, "town_code", "coverage_type", "mode")


def leading_organisations(raw: Raw, filters: Filters) -> list[Row]:
    states = chosen_states(raw, filters, filters.end_month)
    return [
        {
            "leading_organisation": leading,
            "community_count": len(group),
            "own_branch_community_count": total(group, "has_own_branch"),
        }
        for (leading,), group in grouped(states, "leading_organisation")
    ]


def modes(states: list[Row], *names: str) -> list[Row]:
    known = [state for state in states if state["coverage_type"] is not None]
    labelled = [{**state, "mode": mode_named(state, grid="grid")} for state in known]
    return [
        {
            **dict(zip(names, key, strict=True)),
            "community_count": len(group),
            "resident_count": told_total(group, "resident_count"),
        }
        for key, group in grouped(labelled, *names)
    ]


def occupancy_by_town(raw: Raw, filters: Filters) -> list[Row]:
    rows = [
        {**row, "town_code": raw.community[code]["town_code"]}
        for code in chosen_codes(raw, filters)
        for row in raw.occupancy[code]
        if filters.start_month <= row["month"] <= filters.end_month
        if row["tier"] != "unstated" and raw.states[code, row["month"]] is not None
    ]
    counts = ("dwelling_count", "supply_count", "available_count", "let_count", "resident_count")
    return [
        {
            "town_code": town,
            "month": month,
            "tier": tier,
            **{name: told_total(group, name) for name in counts},
        }
        for (town, month, tier), group in grouped(rows, "town_code", "month", "tier")
    ]


def attendances_of(raw: Raw, codes: Collection[str], months: Collection[date]) -> Counter[int]:
    """Count the attendances of each resident participant of some communities and months."""
    seen: Counter[int] = Counter()
    for code in codes:
        for month in months:
            seen.update(raw.participants.get((code, month), Counter()))
    return seen


def first_timers(
    raw: Raw, codes: Collection[str], months: list[date], seen: Counter[int]
) -> int | None:
    """Count who was not seen in the 12 months before; None where there are no data for them."""
    since = add_months(months[0], -12)
    if since < FIRST:
        return None
    before = attendances_of(raw, codes, months_from(since, add_months(months[0], -1)))
    return len(seen.keys() - before.keys())


def participation(raw: Raw, codes: set[str], months: list[date]) -> Row:
    there = [(month, raw.flows[code, month]) for code in codes for month in months]
    flows = [(month, flow) for month, flow in there if flow is not None]
    told = [(month, flow) for month, flow in flows if flow["resident_month_count"] is not None]
    seen = attendances_of(raw, codes, months)
    return {
        "participant_count": len(seen),
        "repeat_participant_count": sum(times > 1 for times in seen.values()),
        "first_time_participant_count": first_timers(raw, codes, months, seen),
        "resident_month_count": told_total((flow for _, flow in flows), "resident_month_count"),
        "month_count": len({month for month, _ in told}),
        "activity_count": sum(flow["activity_count"] for _, flow in flows),
        "attendance_count": sum(flow["attendance_count"] for _, flow in flows),
    }


def any_flow(raw: Raw, codes: Collection[str], months: Collection[date]) -> bool:
    return any(raw.flows[code, month] is not None for code in codes for month in months)


def participation_by_town(raw: Raw, filters: Filters) -> list[Row]:
    months = months_from(filters.start_month, filters.end_month)
    chosen = [raw.community[code] for code in chosen_codes(raw, filters)]
    return [
        {"town_code": town, **participation(raw, {c["community_code"] for c in group}, months)}
        for (town,), group in grouped(chosen, "town_code")
        if any_flow(raw, {c["community_code"] for c in group}, months)
    ]


def participation_by_month(
    raw: Raw, filters: Filters, *, window_months: int | None = None
) -> list[Row]:
    codes, length = chosen_codes(raw, filters), window_months or filters.window_months
    return [
        {
            "month": month,
            **participation(raw, codes, months_from(add_months(month, 1 - length), month)),
        }
        for month in months_from(filters.start_month, filters.end_month)
        # A window that began before there were data is no whole window.
        if add_months(month, 1 - length) >= FIRST
        if any_flow(raw, codes, months_from(add_months(month, 1 - length), month))
    ]


def changes(raw: Raw, filters: Filters) -> list[Row]:
    month_before = add_months(filters.start_month, -1)
    if month_before < FIRST:
        return [dict.fromkeys(named_queries()["changes"].columns)]
    before = {s["community_code"]: s for s in chosen_states(raw, filters, month_before)}
    after = {s["community_code"]: s for s in chosen_states(raw, filters, filters.end_month)}
    # One that is told of for the first time, whenever it opened, is not known to be new.
    anew = after.keys() - before.keys()
    unknown = {code for code in anew if raw.community[code]["opened_on"] is None}
    judged = {
        code
        for code in before.keys() | after.keys()
        if code not in after
        or (code in anew - unknown and after[code]["coverage_type"])
        or (code in before and before[code]["coverage_type"] and after[code]["coverage_type"])
    }
    covered = {
        code
        for code in judged & after.keys()
        if after[code]["coverage_type"] == "committee"
        if code in anew or before[code]["coverage_type"] == "grid"
    }
    is_chosen_by = len(filters.coverage_types) == 1 or bool(filters.modes)
    is_known = not is_chosen_by and (bool(judged) or not (before or after))
    beds = [
        (after[c]["bed_supply_count"] if c in after else 0, before[c]["bed_supply_count"] if c in before else 0)
        for c in before.keys() | after.keys()
    ]  # fmt: skip
    return [
        {
            "opened_count": None if unknown else len(anew),
            "closed_count": len(before.keys() - after.keys())
            if not (filters.coverage_types or filters.modes or filters.tiers)
            else None,
            "newly_covered_count": len(covered) if is_known else None,
            "newly_covered_opened_count": len(covered & anew) if is_known else None,
            "newly_covered_resident_count": (
                told_total([after[code] for code in covered], "resident_count") if covered else 0
            )
            if is_known
            else None,
            "bed_change_count": sum(now - was for now, was in beds if None not in (now, was)),
        }
    ]


def largest_first(rows: list[Row]) -> list[Row]:
    return sorted(
        rows,
        key=lambda row: (
            row["resident_count"] is None,
            -(row["resident_count"] or 0),
            row["community_code"],
        ),
    )


def communities(raw: Raw, filters: Filters) -> list[Row]:
    columns = named_queries()["communities"].columns
    rows = [
        {
            **raw.community[state["community_code"]],
            **state,
            **(raw.flows[state["community_code"], filters.end_month] or {}),
            **paired(state),
            **letting(raw, state, filters),
        }
        for state in chosen_states(raw, filters, filters.end_month)
    ]
    return largest_first([{name: row[name] for name in columns} for row in rows])


def paired(state: Row) -> Row:
    names = ("resident_count", "dwelling_count")
    is_known = all(state[name] is not None for name in names)
    return {f"paired_{name}": state[name] if is_known else None for name in names}


def letting(raw: Raw, state: Row, filters: Filters) -> Row:
    """Pick the tier with most dwellings: different tiers' units are never added."""
    rows = [
        r
        for r in raw.occupancy[state["community_code"]]
        if r["month"] == filters.end_month and r["tier"] != "unstated"
    ]
    if not rows:
        return dict.fromkeys(("tier", "available_count", "let_count", "over_let_count"))
    main = max(
        rows,
        key=lambda row: (
            -1 if row["dwelling_count"] is None else row["dwelling_count"],
            row["tier"],
        ),
    )
    over_let = sum((row["let_count"] or 0) > (row["available_count"] or 0) for row in rows)
    return {
        **{name: main[name] for name in ("tier", "available_count", "let_count")},
        "over_let_count": over_let,
    }


def uncovered_communities(raw: Raw, filters: Filters) -> list[Row]:
    columns = named_queries()["uncovered_communities"].columns
    rows = [
        {
            **raw.community[state["community_code"]],
            **state,
            **neighbour(raw, state),
            "town_committee_count": raw.committees[state["town_code"]],
        }
        for state in chosen_states(raw, filters, filters.end_month)
        if state["coverage_type"] == "grid"
    ]
    return largest_first([{name: row[name] for name in columns} for row in rows])


def neighbour(raw: Raw, state: Row) -> Row:
    if raw.community[state["community_code"]]["lon"] is None:
        names = ("neighbour_town_code", "neighbour_distance_m", "neighbour_committee_count")
        return dict.fromkeys(names)
    point = raw.points[state["community_code"]]
    metres = {
        code: shape.distance(point)
        for code, shape in raw.towns.items()
        if code != state["town_code"]
    }
    nearest = min(metres, key=metres.__getitem__)
    return {
        "neighbour_town_code": nearest,
        "neighbour_distance_m": pytest.approx(metres[nearest], abs=0.01),
        "neighbour_committee_count": raw.committees[nearest],
    }


# The comparison --------------------------------------------------------------------------

ORACLES: dict[str, Callable[[Raw, Filters], list[Row]]] = {
    oracle.__name__: oracle
    for oracle in (
        district_by_month,
        coverage_by_town,
        modes_by_town,
        modes_by_month,
        leading_organisations,
        occupancy_by_town,
        participation_by_town,
        participation_by_month,
        changes,
        communities,
        uncovered_communities,
    )
}


@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
@pytest.mark.parametrize("name", ORACLES)
def test_a_query_agrees_with_its_oracle(
    name: str, filters: Filters, raw: Raw, whole: Warehouse
) -> None:
    found = records(whole.run(name, filters.parameters(), named="whole"))
    expected = ORACLES[name](raw, filters)
    assert found == expected
    assert found or (name, filters.coverage_types) in NOTHING_TO_FIND


@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
@pytest.mark.parametrize("name", ORACLES)
def test_a_query_agrees_with_its_oracle_where_much_was_not_reported(
    name: str, filters: Filters, knocked_raw: Raw, knocked: Warehouse
) -> None:
    found = records(knocked.run(name, filters.parameters(), named="whole"))
    assert found == ORACLES[name](knocked_raw, filters)


# Homes and what committees govern are never outside committee governance.
NOTHING_TO_FIND = {("uncovered_communities", ("committee",)), ("uncovered_communities", ())}


@pytest.mark.parametrize("length", [1, 4, 12, 40])
def test_the_window_that_ends_with_a_month_may_have_any_length(
    length: int, raw: Raw, whole: Warehouse
) -> None:
    filters = Filters(date(2024, 6, 1), date(2025, 6, 1), town_codes=("310112112", "310112103"))
    parameters = {**filters.parameters(), "window_months": length}
    found = records(whole.run("participation_by_month", parameters))
    assert found == participation_by_month(raw, filters, window_months=length)


def test_the_sample_has_what_the_oracles_are_to_tell_apart(raw: Raw) -> None:
    states = [state for state in raw.states.values() if state is not None]
    assert {mode_named(state, grid="grid") for state in states} == {*"12345", "none", "grid"}
    assert any(len(state["tiers"]) > 1 for state in states)
    assert any(state["days_quiet_count"] is None for state in states)
    assert any(state["overdue_count"] for state in states)
    assert any(community["closed_on"] for community in raw.community.values())
    months_seen = Counter(
        participant for participants in raw.participants.values() for participant in participants
    )
    assert max(months_seen.values()) > 3


# Distinct participants, for any choice ---------------------------------------------------

TOWNS = ("310112001", "310112103", "310112112", "310112114", "310112501")


@st.composite
def any_filters(draw: st.DrawFn) -> Filters:
    every = months_from(FIRST, LAST)
    start = draw(st.sampled_from(every))
    end = draw(st.sampled_from([month for month in every if month >= start][:8]))
    return Filters(
        start,
        end,
        town_codes=tuple(draw(st.sets(st.sampled_from(TOWNS), max_size=3))),
        coverage_types=tuple(draw(st.sets(st.sampled_from(["committee", "grid"]), max_size=1))),
        modes=tuple(draw(st.sets(st.sampled_from([*"12345", "none"]), max_size=2))),
        tiers=tuple(draw(st.sets(st.sampled_from(["flat", "room", "bed"]), max_size=2))),
        is_home=draw(st.sampled_from([None, None, True, False])),
    )


@given(filters=any_filters(), length=st.integers(1, 30))
@settings(max_examples=40, deadline=None)
def test_participants_are_distinct_for_any_choice(
    raw: Raw, whole: Warehouse, filters: Filters, length: int
) -> None:
    parameters = {**filters.parameters(), "window_months": length}
    by_town = records(whole.run_fresh("participation_by_town", parameters))
    by_month = records(whole.run_fresh("participation_by_month", parameters))
    assert by_town == participation_by_town(raw, filters)
    assert by_month == participation_by_month(raw, filters, window_months=length)


class Seen(NamedTuple):
    """Say that a person took part in a community's activity of a month."""

    person: int
    community: int
    month: int
    is_resident: bool
    activity: int


MONTHS, HOMES, ACTIVITIES, MOST_STAY = 16, 4, 2, 3
# Most people stay where they are, and what is near in time is what is to be told apart.
seen = st.builds(
    lambda person, community, *others: Seen(
        person, community if person > MOST_STAY else person % HOMES, *others
    ),
    st.integers(1, 5),
    st.integers(0, HOMES - 1),
    st.sampled_from([0, 1, 2, 3, *range(11, MONTHS)]),
    st.sampled_from([True, True, True, False]),
    st.integers(0, ACTIVITIES - 1),
)


@given(
    attendances=st.sets(seen, min_size=10, max_size=60),
    towns=st.lists(st.sampled_from("AB"), min_size=HOMES, max_size=HOMES),
    chosen=st.sets(st.sampled_from("AB")),
    start=st.integers(0, MONTHS - 1),
    length=st.integers(1, MONTHS),
)
@settings(max_examples=25, deadline=None)
@pytest.mark.slow
def test_the_roll_up_counts_each_person_once(
    attendances: set[Seen], towns: list[str], chosen: set[str], start: int, length: int
) -> None:
    filters = Filters(
        add_months(FIRST, start), add_months(FIRST, MONTHS - 1), town_codes=tuple(chosen)
    )
    parameters = {**filters.parameters(), "window_months": length}

    def times(among: Iterable[str], first: int, last: int) -> Counter[int]:
        return Counter(
            each.person
            for each in attendances
            if each.is_resident and towns[each.community] in among and first <= each.month <= last
        )

    def counts(among: Iterable[str], first: int, last: int) -> list[int | None]:
        seen, before = times(among, first, last), times(among, first - 12, first - 1)
        again = sum(number > 1 for number in seen.values())
        is_known = first - 12 >= min(each.month for each in attendances)
        new = len(seen.keys() - before.keys()) if is_known else None
        return [len(seen), again, new]

    # Nobody is there twice, as a resident and not.
    attendances = {each for each in attendances if each.is_resident} | {
        each for each in attendances if each._replace(is_resident=True) not in attendances
    }
    with tiny_town(attendances, towns) as connection:
        by_town = ask(connection, "participation_by_town", parameters)
        by_month = ask(connection, "participation_by_month", parameters)
    asked = chosen or {"A", "B"}
    names = ("participant_count", "repeat_participant_count", "first_time_participant_count")
    assert {row["town_code"]: [row[name] for name in names] for row in by_town} == {
        town: counts(town, start, MONTHS - 1) for town in asked & set(towns)
    }
    assert {row["month"]: [row[name] for name in names] for row in by_month} == {
        add_months(FIRST, month): counts(asked, month - length + 1, month)
        for month in range(start, MONTHS)
        if asked & set(towns) and month - length + 1 >= 0
    }


def tiny_town(attendances: set[Seen], towns: list[str]) -> duckdb.DuckDBPyConnection:
    """Make communities open throughout, each with two activities a month."""
    held = [(community, month) for community in range(HOMES) for month in range(MONTHS)]
    each_held = [(*where, number) for where in held for number in range(ACTIVITIES)]
    return tiny_warehouse(
        community=[
            {"community_code": f"c{code}", "town_code": town, "opened_on": FIRST, "is_home": False}
            for code, town in enumerate(towns)
        ],
        occupancy=[
            {"community_code": f"c{community}", "month": add_months(FIRST, month)}
            for community, month in held
        ],
        activity=[
            {
                "activity_code": f"{community}-{month}-{number}",
                "community_code": f"c{community}",
                "held_on": add_months(FIRST, month),
            }
            for community, month, number in each_held
        ],
        attendance=[
            {
                "activity_code": f"{each.community}-{each.month}-{each.activity}",
                "participant_code": each.person,
                "is_resident": each.is_resident,
            }
            for each in attendances
        ],
    )


def test_first_timers_are_not_known_before_attendances_were_recorded() -> None:
    """Residents are recorded from month 0 on, attendances from month 2: nobody knows who came before."""
    attendances = {Seen(1, 0, 2, True, 0), Seen(1, 0, 14, True, 0), Seen(2, 0, 13, True, 0)}
    with tiny_town(attendances, ["A"] * HOMES) as connection:
        for start, known in ((13, None), (14, 0)):
            month = add_months(FIRST, start)
            parameters = Filters(month, month).parameters()
            for name in ("participation_by_town", "participation_by_month"):
                (found,) = ask(connection, name, parameters)
                assert found["first_time_participant_count"] == known, (name, start)


def test_one_who_moved_before_the_first_month_of_housing_breaks_no_count() -> None:
    """Activities may have been recorded for longer than residents."""
    days = [date(2023, 6, 1), FIRST, add_months(FIRST, 1)]
    held = [(code, day) for code in "ab" for day in days]
    with tiny_warehouse(
        community=[
            {"community_code": code, "town_code": "A", "opened_on": date(2020, 1, 1)}
            for code in "ab"
        ],
        occupancy=[
            {"community_code": code, "month": add_months(FIRST, count), "resident_count": 10}
            for code in "ab" for count in range(2)
        ],
        activity=[
            {"activity_code": f"{code}{day}", "community_code": code, "held_on": day}
            for code, day in held
        ],
        attendance=[
            {"activity_code": f"{code}{day}", "participant_code": 1, "is_resident": True}
            for code, day in held
        ],
    ) as connection:  # fmt: skip
        parameters = Filters(FIRST, add_months(FIRST, 1)).parameters()
        (month,) = ask(connection, "participation_by_month", parameters)
        cohorts = ask(connection, "participation_cohorts", parameters)
    assert (month["participant_count"], month["activity_count"]) == (1, 4)
    assert [(row["first_month"], row["participant_count"]) for row in cohorts] == [(days[0], 1)] * 3


# The fine points of the definitions, one community each ----------------------------------

JUNE, JUNE_END = date(2025, 6, 1), date(2025, 6, 30)
BRANCH = {"organisation_kind": "party_branch", "valid_from": date(2024, 1, 1)}
STATION = {**BRANCH, "organisation_kind": "social_work_station"}
RAISED = {"raised_on": date(2025, 4, 1), "accepted_on": date(2025, 4, 2), "is_reopened": False}


def held(month: int, day: int) -> Row:
    return {"held_on": date(2025, month, day)}


def proposal(**dates: Any) -> Row:
    return {**RAISED, **dates}


FINE_POINTS: dict[str, tuple[Row, Row]] = {
    "a branch and an activity 89 days ago": (
        {"organisation": [BRANCH], "activity": [held(4, 2)]},
        {"is_effective": True, "days_quiet_count": 89, "activity_count": 0},
    ),
    "a branch and an activity 90 days ago": (
        {"organisation": [BRANCH], "activity": [held(4, 1)]},
        {"is_effective": False, "days_quiet_count": 90},
    ),
    "a station and an activity on the last day": (
        {"organisation": [STATION], "activity": [held(6, 30)]},
        {"is_effective": True, "days_quiet_count": 0, "activity_count": 1},
    ),
    "a branch and an activity after the month": (
        {"organisation": [BRANCH], "activity": [held(7, 1)]},
        {"is_effective": False, "days_quiet_count": None, "activity_count": 0},
    ),
    "an activity, but neither branch nor station": (
        {"activity": [held(6, 1)]},
        {"is_effective": False, "has_own_branch": False, "days_quiet_count": 29},
    ),
    "a branch until the month's last day": (
        {"organisation": [{**BRANCH, "valid_to": JUNE_END}], "activity": [held(6, 1)]},
        {"is_effective": True, "has_own_branch": True},
    ),
    "a branch until the day before": (
        {"organisation": [{**BRANCH, "valid_to": date(2025, 6, 29)}], "activity": [held(6, 1)]},
        {"is_effective": False, "has_own_branch": False},
    ),
    "a station and a settled proposal": (
        {"organisation": [STATION], "proposal": [proposal(settled_on=date(2025, 6, 2))]},
        {"is_effective": True, "overdue_count": 0},
    ),
    "a station and a proposal settled, then reopened": (
        {
            "organisation": [STATION],
            "proposal": [proposal(settled_on=date(2025, 6, 2), is_reopened=True)],
        },
        {"is_effective": False, "overdue_count": 0, "longest_open_day_count": None},
    ),
    "a proposal accepted 14 days ago": (
        {"proposal": [proposal(accepted_on=date(2025, 6, 16), settled_on=None)]},
        {"overdue_count": 0},
    ),
    "a proposal accepted 15 days ago": (
        {"proposal": [proposal(accepted_on=date(2025, 6, 15), settled_on=None)]},
        {"overdue_count": 1, "longest_open_day_count": 15},
    ),
    "a proposal settled on the last day": (
        {"proposal": [proposal(settled_on=JUNE_END)]},
        {"overdue_count": 0},
    ),
    "a proposal settled the day after": (
        {"proposal": [proposal(settled_on=date(2025, 7, 1))]},
        {"overdue_count": 1},
    ),
    "a proposal never accepted": (
        {"proposal": [proposal(accepted_on=None, settled_on=None)]},
        {"overdue_count": 0},
    ),
    "a committee that took over on the last day": (
        {
            "governance": [
                {"coverage_type": "grid", "valid_to": date(2025, 6, 29)},
                {"coverage_type": "committee", "mode": "2", "valid_from": JUNE_END},
            ]
        },
        {"coverage_type": "committee", "mode": "2"},
    ),
    "a committee from the day after": (
        {
            "governance": [
                {"coverage_type": "grid", "valid_to": JUNE_END},
                {"coverage_type": "committee", "mode": "2", "valid_from": date(2025, 7, 1)},
            ]
        },
        {"coverage_type": "grid", "mode": None},
    ),
}


@pytest.mark.parametrize(("tables", "expected"), FINE_POINTS.values(), ids=FINE_POINTS)
def test_fine_points(tables: Row, expected: Row) -> None:
    with tiny_community({}, **tables) as connection:
        (found,) = ask(connection, "communities", Filters(JUNE, JUNE).parameters())
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("dates", "is_there"),
    [
        ({"opened_on": JUNE_END}, True),
        ({"opened_on": date(2025, 7, 1)}, False),
        ({"closed_on": JUNE_END}, False),
        ({"closed_on": date(2025, 7, 1)}, True),
    ],
)
def test_a_community_counts_while_it_is_open(dates: Row, is_there: bool) -> None:
    with tiny_community(dates) as connection:
        found = ask(connection, "communities", Filters(JUNE, JUNE).parameters())
    assert len(found) == is_there


@pytest.mark.parametrize(
    ("reopened", "settled"), [(False, 1), (True, 0)], ids=["settled", "reopened"]
)
def test_a_reopened_proposal_is_not_settled(reopened: bool, settled: int) -> None:
    row = proposal(settled_on=date(2025, 6, 2), is_reopened=reopened)
    with tiny_community({}, proposal=[row]) as connection:
        (found,) = ask(connection, "district_by_month", Filters(JUNE, JUNE).parameters())
    assert found["settled_count"] == settled


@pytest.mark.parametrize(("first_month", "is_effective"), [(5, None), (4, True)])
def test_what_the_data_do_not_reach_back_to_is_not_known(first_month, is_effective) -> None:
    """90 days up to the last of June begin on 2 April."""
    first = date(2025, first_month, 1)
    with tiny_community({}, first, organisation=[BRANCH], activity=[held(6, 1)]) as connection:
        (found,) = ask(connection, "communities", Filters(JUNE, JUNE).parameters())
        (month,) = ask(connection, "district_by_month", Filters(JUNE, JUNE).parameters())
    assert found["is_effective"] is is_effective
    assert month["effective_community_count"] == (None if is_effective is None else 1)


@pytest.mark.parametrize(("first_activity", "known"), [((6, 10), 29), ((5, 3), 60), (None, 180)])
def test_no_day_before_the_first_activity_of_all_is_on_record(first_activity, known) -> None:
    """Where activities are told of from June on, nobody was silent in May; of no table nothing is said."""
    rows = [held(*first_activity)] if first_activity else []
    with tiny_community({}, activity=rows) as connection:
        (found,) = ask(connection, "communities", Filters(JUNE, JUNE).parameters())
    assert found["days_known_count"] == known


def tiny_community(
    dates: Row, first_month: date = date(2025, 1, 1), **tables: list[Row]
) -> duckdb.DuckDBPyConnection:
    """Make one community, open since 2024 and under a grid unless told otherwise."""
    code = {"community_code": "c"}
    spans = tables.pop("governance", [{"coverage_type": "grid"}])
    return tiny_warehouse(
        community=[
            {**code, "town_code": "A", "opened_on": date(2024, 1, 1), "is_home": False, **dates}
        ],
        governance=[{"valid_from": date(2024, 1, 1), **code, **span} for span in spans],
        occupancy=[
            {
                **code,
                "month": month,
                "tier": "room",
                **dict.fromkeys(("dwelling_count", "resident_count"), 10),
            }
            for month in (first_month, JUNE)
        ],
        **{name: [{**code, **row} for row in rows] for name, rows in tables.items()},
    )
