"""Hold the queries against slow, obvious oracles in plain Python, straight from the tables."""

import calendar
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from dashboard.model.filters import Filters, add_months
from dashboard.model.tables import TABLES
from dashboard.places import DATA
from dashboard.warehouse.catalogue import build_statements, named_queries
from dashboard.warehouse.ddl import create_statement
from dashboard.warehouse.geography import METRES, WGS84, schematic_towns
from dashboard.warehouse.store import Warehouse

Row = dict[str, Any]

FIRST, LAST = date(2023, 11, 1), date(2025, 12, 1)

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
}


# The tables as plain values --------------------------------------------------------------


def records(frame: pd.DataFrame) -> list[Row]:
    """Turn a frame into dicts of plain values: None for missing, dates for days."""
    return [
        {str(key): plain(value) for key, value in row.items()} for row in frame.to_dict("records")
    ]


def plain(value: object) -> object:
    if value is pd.NaT or value != value:
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value


def by_community(rows: Iterable[Row]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row["community_code"]].append(row)
    return grouped


def month_of(day: date) -> date:
    return day.replace(day=1)


def end_of(month: date) -> date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def months_from(first: date, last: date) -> list[date]:
    """List the months from first to last that there are data for."""
    every = [add_months(FIRST, count) for count in range(26)]
    return [month for month in every if first <= month <= last]


def total(rows: Iterable[Row], name: str) -> Any:
    return sum(row[name] for row in rows)


def known_total(rows: Iterable[Row], name: str) -> Any:
    """Add up; what is not known of one is not known of all."""
    values = [row[name] for row in rows]
    return None if None in values else sum(values)


def reaches_back(day: date) -> bool:
    """Tell whether the data hold the 90 days up to one."""
    return (day - FIRST).days >= 89


@dataclass(frozen=True)
class Raw:
    """Hold the tables by community, and what the oracles derive from them once."""

    community: dict[str, Row]
    governance: dict[str, list[Row]]
    organisation: dict[str, list[Row]]
    occupancy: dict[str, list[Row]]
    activity: dict[str, list[Row]]
    proposal: dict[str, list[Row]]
    committees: Counter[str]
    attendances: Counter[str]
    participants: dict[tuple[str, date], Counter[int]]
    towns: dict[str, BaseGeometry]
    points: dict[str, BaseGeometry]
    states: dict[tuple[str, date], Row | None] = field(default_factory=dict)


@pytest.fixture(scope="module")
def warehouse(warehouse_file: Path) -> Warehouse:
    """Give the warehouse with nothing hidden: hiding has tests of its own."""
    whole = Warehouse(warehouse_file)
    whole.small_cell = 1
    return whole


@pytest.fixture(scope="module")
def raw(warehouse: Warehouse) -> Raw:
    def rows(name: str) -> list[Row]:
        return records(warehouse.table(name))

    activities, attendances = rows("activity"), warehouse.table("attendance")
    shapes = schematic_towns(DATA / "geography" / "schematic.json").to_crs(METRES)
    places = warehouse.table("community")
    points = gpd.GeoSeries.from_xy(places["lon"], places["lat"], crs=WGS84).to_crs(METRES)
    tables = Raw(
        community={row["community_code"]: row for row in rows("community")},
        governance=by_community(rows("governance")),
        organisation=by_community(rows("organisation")),
        occupancy=by_community(rows("occupancy")),
        activity=by_community(activities),
        proposal=by_community(rows("proposal")),
        committees=Counter(row["town_code"] for row in rows("committee")),
        attendances=Counter(attendances["activity_code"]),
        participants=participants_of(activities, attendances),
        towns=dict(zip(shapes["town_code"], shapes.geometry, strict=True)),
        points=dict(zip(places["community_code"], points, strict=True)),
    )
    for code in tables.community:
        for month in months_from(FIRST, LAST):
            tables.states[code, month] = state_of(tables, code, month)
    return tables


def participants_of(
    activities: list[Row], attendances: pd.DataFrame
) -> dict[tuple[str, date], Counter[int]]:
    """Count the attendances of each resident participant by community and month."""
    held = {row["activity_code"]: (row["community_code"], row["held_on"]) for row in activities}
    seen: dict[tuple[str, date], Counter[int]] = defaultdict(Counter)
    for activity, participant, is_resident in attendances.itertuples(index=False):
        if is_resident:
            community, day = held[activity]
            seen[community, month_of(day)][participant] += 1
    return seen


# What a community is at a month's end ----------------------------------------------------


def is_open(community: Row, day: date) -> bool:
    closed = community["closed_on"]
    return community["opened_on"] <= day and (closed is None or day < closed)


def holds(span: Row, day: date) -> bool:
    return span["valid_from"] <= day and (span["valid_to"] is None or day <= span["valid_to"])


def is_unsettled(proposal: Row, day: date) -> bool:
    settled = proposal["settled_on"]
    return proposal["is_reopened"] or settled is None or settled > day


def is_overdue(proposal: Row, day: date) -> bool:
    accepted = proposal["accepted_on"]
    return accepted is not None and (day - accepted).days > 14 and is_unsettled(proposal, day)


def state_of(raw: Raw, code: str, month: date) -> Row | None:
    """Describe a community at a month's end; None if it is not open then."""
    community, end = raw.community[code], end_of(month)
    if not is_open(community, end):
        return None
    (governance,) = [span for span in raw.governance[code] if holds(span, end)]
    kinds = {span["organisation_kind"] for span in raw.organisation[code] if holds(span, end)}
    housing = [row for row in raw.occupancy[code] if row["month"] == month]
    beds = [row for row in housing if row["tier"] == "bed"]
    past = [row for row in raw.activity[code] if row["held_on"] <= end]
    held = [row for row in past if month_of(row["held_on"]) == month]
    proposals = [row for row in raw.proposal[code] if row["raised_on"] <= end]
    settled = [row for row in proposals if row["settled_on"] and not is_unsettled(row, end)]
    alive = [row["held_on"] for row in past] + [row["settled_on"] for row in settled]
    return {
        "community_code": code,
        "town_code": community["town_code"],
        "is_home": community["is_home"],
        "coverage_type": governance["coverage_type"],
        "mode": governance["mode"],
        "leading_organisation": governance["leading_organisation"],
        "tiers": {row["tier"] for row in housing},
        "has_own_branch": "party_branch" in kinds,
        "has_service_station": "service_station" in kinds,
        "has_social_work_station": "social_work_station" in kinds,
        "is_effective": (bool(kinds) and any((end - day).days < 90 for day in alive))
        if reaches_back(end)
        else None,
        "dwelling_count": total(housing, "dwelling_count"),
        "bed_supply_count": total(beds, "supply_count"),
        "resident_count": total(housing, "resident_count"),
        "mean_residents": mean_residents(housing),
        "move_in_count": total(housing, "move_in_count"),
        "move_out_count": total(housing, "move_out_count"),
        "activity_count": len(held),
        "attendance_count": sum(raw.attendances[row["activity_code"]] for row in held),
        "days_quiet_count": min(((end - row["held_on"]).days for row in past), default=None),
        "days_known_count": (end - max(community["opened_on"], FIRST)).days,
        "proposal_count": sum(month_of(row["raised_on"]) == month for row in proposals),
        "settled_count": sum(month_of(row["settled_on"]) == month for row in settled),
        "overdue_count": sum(is_overdue(row, end) for row in proposals),
    }


def mean_residents(housing: list[Row]) -> float:
    """Average the residents at the month's start and at its end."""
    at_end = total(housing, "resident_count")
    at_start = at_end - total(housing, "move_in_count") + total(housing, "move_out_count")
    return float((at_start + at_end) / 2)


# What the filters choose -----------------------------------------------------------------


def is_chosen(community: Row, state: Row | None, filters: Filters) -> bool:
    """Tell whether the filters choose a community, by its state at their end month."""
    if filters.town_codes and community["town_code"] not in filters.town_codes:
        return False
    if filters.community_codes and community["community_code"] not in filters.community_codes:
        return False
    if state is None:
        asked = filters.coverage_types or filters.modes or filters.tiers
        return not asked and filters.is_home is None
    return (
        (not filters.coverage_types or state["coverage_type"] in filters.coverage_types)
        and (not filters.modes or mode_named(state, grid="") in filters.modes)
        and (not filters.tiers or bool(state["tiers"] & set(filters.tiers)))
        and filters.is_home in (None, state["is_home"])
    )


def mode_named(state: Row, *, grid: str) -> str:
    if state["coverage_type"] == "grid":
        return grid
    return str(state["mode"] or "none")


def chosen_codes(raw: Raw, filters: Filters) -> set[str]:
    return {
        code
        for code, community in raw.community.items()
        if is_chosen(community, raw.states.get((code, filters.end_month)), filters)
    }


def chosen_states(raw: Raw, filters: Filters, month: date) -> list[Row]:
    there = [raw.states.get((code, month)) for code in sorted(chosen_codes(raw, filters))]
    return [state for state in there if state is not None]


def grouped(states: Iterable[Row], *names: str) -> list[tuple[tuple[Any, ...], list[Row]]]:
    """Group states by some of their values, in order."""
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for state in states:
        groups[tuple(state[name] for name in names)].append(state)
    return sorted(groups.items())


# The queries, once more ------------------------------------------------------------------


def coverage(states: list[Row]) -> Row:
    covered = [state for state in states if state["coverage_type"] == "committee"]
    return {
        "community_count": len(states),
        "committee_community_count": len(covered),
        "grid_community_count": len(states) - len(covered),
        "resident_count": total(states, "resident_count"),
        "committee_resident_count": total(covered, "resident_count"),
        "own_branch_community_count": total(states, "has_own_branch"),
        "effective_community_count": known_total(states, "is_effective"),
        "service_station_community_count": total(states, "has_service_station"),
        "social_work_station_community_count": total(states, "has_social_work_station"),
        "home_count": total(states, "is_home"),
        "dwelling_count": total(states, "dwelling_count"),
        "bed_supply_count": total(states, "bed_supply_count"),
    }


def district_by_month(raw: Raw, filters: Filters) -> list[Row]:
    flows = (
        "move_in_count",
        "move_out_count",
        "activity_count",
        "attendance_count",
        "proposal_count",
        "settled_count",
        "overdue_count",
    )
    return [
        {
            "month": month,
            **coverage(states),
            "resident_month_count": total(states, "mean_residents"),
            **{name: total(states, name) for name in flows},
        }
        for month in months_from(filters.start_month, filters.end_month)
        if (states := chosen_states(raw, filters, month))
    ]


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


def modes(states: list[Row], *names: str) -> list[Row]:
    labelled = [{**state, "mode": mode_named(state, grid="none")} for state in states]
    return [
        {
            **dict(zip(names, key, strict=True)),
            "community_count": len(group),
            "resident_count": total(group, "resident_count"),
        }
        for key, group in grouped(labelled, *names)
    ]


def occupancy_by_town(raw: Raw, filters: Filters) -> list[Row]:
    rows = [
        {**row, "town_code": raw.community[code]["town_code"]}
        for code in chosen_codes(raw, filters)
        for row in raw.occupancy[code]
        if filters.start_month <= row["month"] <= filters.end_month
    ]
    counts = ("dwelling_count", "supply_count", "available_count", "let_count", "resident_count")
    return [
        {
            "town_code": town,
            "month": month,
            "tier": tier,
            **{name: total(group, name) for name in counts},
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
    there = [(month, raw.states[code, month]) for code in codes for month in months]
    states = [(month, state) for month, state in there if state is not None]
    seen = attendances_of(raw, codes, months)
    return {
        "participant_count": len(seen),
        "repeat_participant_count": sum(times > 1 for times in seen.values()),
        "first_time_participant_count": first_timers(raw, codes, months, seen),
        "resident_month_count": sum(state["mean_residents"] for _, state in states),
        "month_count": len({month for month, _ in states}),
        "activity_count": sum(state["activity_count"] for _, state in states),
        "attendance_count": sum(state["attendance_count"] for _, state in states),
    }


def participation_by_town(raw: Raw, filters: Filters) -> list[Row]:
    months = months_from(filters.start_month, filters.end_month)
    chosen = [raw.community[code] for code in chosen_codes(raw, filters)]
    rows = [
        {"town_code": town, **participation(raw, {c["community_code"] for c in group}, months)}
        for (town,), group in grouped(chosen, "town_code")
    ]
    return [row for row in rows if row["month_count"]]


def participation_by_month(
    raw: Raw, filters: Filters, *, window_months: int | None = None
) -> list[Row]:
    codes, length = chosen_codes(raw, filters), window_months or filters.window_months
    rows = [
        {
            "month": month,
            **participation(raw, codes, months_from(add_months(month, 1 - length), month)),
        }
        for month in months_from(filters.start_month, filters.end_month)
        # A window that began before there were data is no whole window.
        if add_months(month, 1 - length) >= FIRST
    ]
    return [row for row in rows if row["month_count"]]


def changes(raw: Raw, filters: Filters) -> list[Row]:
    month_before = add_months(filters.start_month, -1)
    before = {s["community_code"]: s for s in chosen_states(raw, filters, month_before)}
    after = {s["community_code"]: s for s in chosen_states(raw, filters, filters.end_month)}
    was_covered = {c for c, state in before.items() if state["coverage_type"] == "committee"}
    covered = {c for c, state in after.items() if state["coverage_type"] == "committee"}
    return [
        {
            "opened_count": len(after.keys() - before.keys()),
            "closed_count": len(before.keys() - after.keys())
            if not (filters.coverage_types or filters.modes or filters.tiers)
            and filters.is_home is None
            else None,
            "newly_covered_count": len(covered - was_covered),
            "newly_covered_resident_count": sum(
                after[code]["resident_count"] for code in covered - was_covered
            ),
            "bed_change_count": total(after.values(), "bed_supply_count")
            - total(before.values(), "bed_supply_count"),
        }
    ]


def largest_first(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row["resident_count"], row["community_code"]))


def communities(raw: Raw, filters: Filters) -> list[Row]:
    columns = named_queries()["communities"].columns
    rows = [
        {**raw.community[state["community_code"]], **state, **letting(raw, state, filters)}
        for state in chosen_states(raw, filters, filters.end_month)
    ]
    return largest_first([{name: row[name] for name in columns} for row in rows])


def letting(raw: Raw, state: Row, filters: Filters) -> Row:
    """Pick the tier with most dwellings: different tiers' units are never added."""
    rows = [r for r in raw.occupancy[state["community_code"]] if r["month"] == filters.end_month]
    main = max(rows, key=lambda row: (row["dwelling_count"], row["tier"]))
    over_let = sum(row["let_count"] > row["available_count"] for row in rows)
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
    name: str, filters: Filters, raw: Raw, warehouse: Warehouse
) -> None:
    found = records(warehouse.run(name, filters.parameters()))
    expected = ORACLES[name](raw, filters)
    assert found == expected
    assert found or (name, filters.coverage_types) in NOTHING_TO_FIND


# Homes and what committees govern are never outside committee governance.
NOTHING_TO_FIND = {("uncovered_communities", ("committee",)), ("uncovered_communities", ())}


@pytest.mark.parametrize("length", [1, 4, 12, 40])
def test_the_window_that_ends_with_a_month_may_have_any_length(
    length: int, raw: Raw, warehouse: Warehouse
) -> None:
    filters = Filters(date(2024, 6, 1), date(2025, 6, 1), town_codes=("310112112", "310112103"))
    parameters = {**filters.parameters(), "window_months": length}
    found = records(warehouse.run("participation_by_month", parameters))
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
    raw: Raw, warehouse: Warehouse, filters: Filters, length: int
) -> None:
    parameters = {**filters.parameters(), "window_months": length}
    by_town = records(warehouse.run_fresh("participation_by_town", parameters))
    by_month = records(warehouse.run_fresh("participation_by_month", parameters))
    assert by_town == participation_by_town(raw, filters)
    assert by_month == participation_by_month(raw, filters, window_months=length)


def tiny_warehouse(**tables: list[Row]) -> duckdb.DuckDBPyConnection:
    """Load rows, with only the columns that matter, and roll them up in memory."""
    connection = duckdb.connect(config={"threads": 1})
    for table in TABLES:
        connection.execute(create_statement(table).replace(" not null", ""))
        if tables.get(table.name):
            connection.append(table.name, pd.DataFrame(tables[table.name]), by_name=True)
    for statement in build_statements():
        connection.execute(statement.read_text(encoding="utf-8"))
    return connection


def ask(connection: duckdb.DuckDBPyConnection, name: str, parameters: Row) -> list[Row]:
    query = named_queries()[name]
    taken = {key: parameters[key] for key in query.parameter_names}
    return records(connection.execute(query.sql, taken).df())


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
        new = len(seen.keys() - before.keys()) if first >= 12 else None
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
        {"is_effective": False, "overdue_count": 1},
    ),
    "a proposal accepted 14 days ago": (
        {"proposal": [proposal(accepted_on=date(2025, 6, 16), settled_on=None)]},
        {"overdue_count": 0},
    ),
    "a proposal accepted 15 days ago": (
        {"proposal": [proposal(accepted_on=date(2025, 6, 15), settled_on=None)]},
        {"overdue_count": 1},
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
    assert found["days_known_count"] == (JUNE_END - first).days
    assert month["effective_community_count"] == (None if is_effective is None else 1)


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
