"""Read the warehouse's tables as plain values, slowly and obviously: what the oracles stand on."""

import calendar
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import duckdb
import geopandas as gpd
import pandas as pd
from shapely.geometry.base import BaseGeometry

from dashboard.contract.filters import Filters, add_months
from dashboard.contract.tables import TABLES
from dashboard.paths import DATA
from dashboard.warehouse.build import roll_up
from dashboard.warehouse.catalogue import named_queries
from dashboard.warehouse.ddl import create_statement
from dashboard.warehouse.geography import METRES, WGS84, schematic_towns
from dashboard.warehouse.store import Warehouse

Row = dict[str, Any]

FIRST, LAST = date(2023, 11, 1), date(2025, 12, 1)


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


def every(rows: dict[str, list[Row]]) -> list[Row]:
    """List all communities' rows."""
    return [row for mine in rows.values() for row in mine]


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


def told_total(rows: Iterable[Row], name: str) -> Any:
    """Add up what is told; nothing told is missing."""
    values = [row[name] for row in rows if row[name] is not None]
    return sum(values) if values else None


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
    targets: list[Row]
    sources: dict[str, str]
    states: dict[tuple[str, date], Row | None] = field(default_factory=dict)
    flows: dict[tuple[str, date], Row | None] = field(default_factory=dict)


def read(warehouse: Warehouse) -> Raw:
    """Read the tables, and describe every community at every month's end."""

    def rows(name: str) -> list[Row]:
        return records(warehouse.table(name, exact=True))

    activities, attendances = rows("activity"), warehouse.table("attendance", exact=True)
    shapes = schematic_towns(DATA / "geography" / "schematic.json").to_crs(METRES)
    places = warehouse.table("community", exact=True)
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
        targets=rows("supply_target"),
        sources={row["figure_id"]: row["source_title"] for row in rows("published_figure")},
    )
    for code in tables.community:
        for month in months_from(FIRST, LAST):
            tables.states[code, month] = state_of(tables, code, month)
            tables.flows[code, month] = flow_of(tables, code, month)
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


def since(raw: Raw, code: str) -> date:
    """Give the day from which a community counts: of an unknown one the first that is told of."""
    opened = raw.community[code]["opened_on"]
    told = [row["valid_from"] for row in raw.governance.get(code, [])]
    told += [row["month"] for row in raw.occupancy.get(code, [])]
    return opened or min(told, default=date.min)


def holds(span: Row, day: date) -> bool:
    return span["valid_from"] <= day and (span["valid_to"] is None or day <= span["valid_to"])


def is_unsettled(proposal: Row, day: date) -> bool:
    settled = proposal["settled_on"]
    return proposal["is_reopened"] or settled is None or settled > day


def is_overdue(proposal: Row, day: date) -> bool:
    accepted = proposal["accepted_on"]
    return accepted is not None and (day - accepted).days > 14 and is_known_open(proposal, day)


def is_known_open(proposal: Row, day: date) -> bool:
    """Tell whether it is open and since when is known: of reopened ones it is not."""
    return is_unsettled(proposal, day) and not proposal["is_reopened"]


def state_of(raw: Raw, code: str, month: date) -> Row | None:
    """Describe a community at a month's end; None if it is not open then."""
    community, end = raw.community[code], end_of(month)
    if not is_open({**community, "opened_on": since(raw, code)}, end):
        return None
    unknown = dict.fromkeys(("coverage_type", "mode", "leading_organisation"))
    governance = ([span for span in raw.governance[code] if holds(span, end)] or [unknown])[0]
    kinds = {span["organisation_kind"] for span in raw.organisation[code] if holds(span, end)}
    housing = [row for row in raw.occupancy[code] if row["month"] == month]
    beds = [row for row in housing if row["tier"] == "bed"]
    is_unstated = any(row["tier"] == "unstated" and is_of_housing(row) for row in housing)
    is_unstated |= bool(housing) and all(row["tier"] == "unstated" for row in housing)
    past = [row for row in raw.activity[code] if row["held_on"] <= end]
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
        "tiers": {row["tier"] for row in housing} - {"unstated"},
        "has_unstated_tier": is_unstated,
        "has_own_branch": "party_branch" in kinds,
        "has_service_station": "service_station" in kinds,
        "has_social_work_station": "social_work_station" in kinds,
        "is_effective": (bool(kinds) and any((end - day).days < 90 for day in alive))
        if reaches_back(end)
        else None,
        "dwelling_count": told_total(housing, "dwelling_count"),
        "bed_supply_count": known_total(beds, "supply_count")
        if housing and not is_unstated
        else None,
        "resident_count": told_total(housing, "resident_count"),
        "days_quiet_count": min(((end - row["held_on"]).days for row in past), default=None),
        "days_known_count": (end - max(since(raw, code), FIRST)).days,
        "overdue_count": sum(is_overdue(row, end) for row in proposals),
        "longest_open_day_count": max(
            (
                (end - row["accepted_on"]).days
                for row in proposals
                if row["accepted_on"] and row["accepted_on"] <= end and is_known_open(row, end)
            ),
            default=None,
        ),
    }


def flow_of(raw: Raw, code: str, month: date) -> Row | None:
    """Say what happened in a community in a month; None if it was not there and nothing did."""
    community = raw.community[code]
    closed = community["closed_on"]
    last = end_of(LAST) if closed is None else min(end_of(LAST), closed - timedelta(days=1))
    housing = [row for row in raw.occupancy[code] if row["month"] == month]
    held = [row for row in raw.activity[code] if month_of(row["held_on"]) == month]
    raised = [row for row in raw.proposal[code] if month_of(row["raised_on"]) == month]
    settled = [
        row
        for row in raw.proposal[code]
        if row["settled_on"] and month_of(row["settled_on"]) == month
        if row["settled_on"] <= last and not row["is_reopened"]
    ]
    was_there = since(raw, code) <= end_of(month) and (closed is None or closed > month)
    if not (was_there or housing or held or raised or settled):
        return None
    return {
        "town_code": community["town_code"],
        "resident_month_count": mean_residents(raw.occupancy[code], month),
        "move_in_count": moved(housing, "move_in_count"),
        "move_out_count": moved(housing, "move_out_count"),
        "activity_count": len(held),
        "attendance_count": sum(raw.attendances[row["activity_code"]] for row in held),
        "proposal_count": len(raised),
        "settled_count": len(settled),
    }


def is_of_housing(row: Row) -> bool:
    names = ("dwelling_count", "supply_count", "available_count", "let_count")
    return any(row[name] is not None for name in names)


def moved(housing: list[Row], name: str) -> Any:
    """Add up who moved where the residents are known and it was told of the whole, or of each tier."""
    if told_total(housing, "resident_count") is None:
        return None
    whole = [row[name] for row in housing if row["tier"] == "unstated"]
    of_tiers = [row[name] for row in housing if row["tier"] != "unstated"]
    if None in of_tiers and set(whole) <= {None}:
        return None
    return told_total(housing, name)


def mean_residents(housing: list[Row], month: date) -> float | None:
    """Average the residents at the month's start and at its end; where moves were not reported, it
    starts as the month before ended, else as it ends."""
    now = [row for row in housing if row["month"] == month]
    if not now:
        return None
    at_end = told_total(now, "resident_count")
    if at_end is None:
        return None
    moved_in, moved_out = moved(now, "move_in_count"), moved(now, "move_out_count")
    before = [row for row in housing if row["month"] == add_months(month, -1)]
    at_start = told_total(before, "resident_count")
    if at_start is None:
        at_start = at_end
    if moved_in is not None:
        at_start = at_end - moved_in + moved_out
    return float((at_start + at_end) / 2)


# What the filters choose -----------------------------------------------------------------


def is_chosen(community: Row, state: Row | None, filters: Filters) -> bool:
    """Tell whether the filters choose a community, by its state at their end month."""
    if filters.town_codes and community["town_code"] not in filters.town_codes:
        return False
    if filters.community_codes and community["community_code"] not in filters.community_codes:
        return False
    if filters.is_home not in (None, community["is_home"]):
        return False
    if state is None:
        return not (filters.coverage_types or filters.modes or filters.tiers)
    return (
        (not filters.coverage_types or state["coverage_type"] in filters.coverage_types)
        and (not filters.modes or mode_named(state, grid="") in filters.modes)
        and (not filters.tiers or bool(state["tiers"] & set(filters.tiers)))
    )


def mode_named(state: Row, *, grid: str) -> str:
    if state["coverage_type"] is None:
        return ""
    if state["coverage_type"] == "grid":
        return grid
    return str(state["mode"] or "none")


def chosen_codes(raw: Raw, filters: Filters) -> set[str]:
    return {
        code
        for code, community in raw.community.items()
        if is_chosen(community, raw.states.get((code, filters.end_month)), filters)
    }


def open_codes(raw: Raw, filters: Filters) -> list[str]:
    """List the chosen communities that are open at the end month's end."""
    return [state["community_code"] for state in chosen_states(raw, filters, filters.end_month)]


def chosen_states(raw: Raw, filters: Filters, month: date) -> list[Row]:
    there = [raw.states.get((code, month)) for code in sorted(chosen_codes(raw, filters))]
    return [state for state in there if state is not None]


def chosen_flows(raw: Raw, filters: Filters, month: date) -> list[Row]:
    there = [raw.flows.get((code, month)) for code in sorted(chosen_codes(raw, filters))]
    return [flow for flow in there if flow is not None]


def grouped(states: Iterable[Row], *names: str) -> list[tuple[tuple[Any, ...], list[Row]]]:
    """Group states by some of their values, in order."""
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for state in states:
        groups[tuple(state[name] for name in names)].append(state)
    # What is missing stands last.
    return sorted(groups.items(), key=lambda each: [(key is None, key or "") for key in each[0]])


# A warehouse of a few rows ---------------------------------------------------------------


def tiny_warehouse(**tables: list[Row]) -> duckdb.DuckDBPyConnection:
    """Load rows, with only the columns that matter, and roll them up in memory."""
    connection = duckdb.connect(config={"threads": 1})
    for table in TABLES:
        connection.execute(create_statement(table).replace(" not null", ""))
        if tables.get(table.name):
            connection.append(table.name, pd.DataFrame(tables[table.name]), by_name=True)
    roll_up(connection, b"")
    return connection


def ask(connection: duckdb.DuckDBPyConnection, name: str, parameters: Row) -> list[Row]:
    query = named_queries()[name]
    taken = {key: parameters[key] for key in query.parameter_names}
    return records(connection.execute(query.sql, taken).df())
