"""Hold the profile's queries against slow, obvious counts in plain Python from the tables."""

from collections import Counter, defaultdict
from datetime import date

import pytest

from dashboard.contract.filters import Filters
from dashboard.warehouse.catalogue import named_queries
from dashboard.warehouse.store import Warehouse
from tests.warehouse.plainly import Row, end_of, is_open, records

FILTERS = {
    "everything, three months": Filters(date(2025, 10, 1), date(2025, 12, 1)),
    "one town, a year ago": Filters(date(2024, 1, 1), date(2024, 12, 1), town_codes=("310112112",)),
    "one community, one month": Filters(
        date(2025, 12, 1), date(2025, 12, 1), community_codes=("310112112-001",)
    ),
    "Homes and others with beds": Filters(
        date(2025, 1, 1), date(2025, 6, 1), tiers=("bed",), community_codes=()
    ),
}
every_filter = pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)


@pytest.fixture(scope="module")
def tables(whole: Warehouse) -> dict[str, list[Row]]:
    names = ("community", "governance", "organisation", "occupancy", "activity", "proposal",
             "committee", "attendance")  # fmt: skip
    return {name: records(whole.table(name, exact=True)) for name in names}


def chosen(tables: dict[str, list[Row]], filters: Filters) -> dict[str, str]:
    """Choose communities, by code, with their towns. Tiers are those of the end month."""
    offered = defaultdict(set)
    for row in tables["occupancy"]:
        if row["month"] == filters.end_month:
            offered[row["community_code"]].add(row["tier"])
    codes = {}
    for row in tables["community"]:
        code = row["community_code"]
        if filters.town_codes and row["town_code"] not in filters.town_codes:
            continue
        if filters.community_codes and code not in filters.community_codes:
            continue
        there = is_open(row, end_of(filters.end_month))
        if filters.tiers and not (there and offered[code] & set(filters.tiers)):
            continue
        codes[code] = row["town_code"]
    return codes


def found(whole: Warehouse, name: str, filters: Filters) -> list[Row]:
    rows = records(whole.run(name, filters.parameters(), named="whole"))
    assert rows, "nothing was found to compare"
    return rows


def picked(name: str, rows: list[Row], codes: dict[str, str]) -> list[Row]:
    columns = named_queries()[name].columns
    return [
        {column: {**row, "town_code": codes[row["community_code"]]}[column] for column in columns}
        for row in rows
    ]


@every_filter
@pytest.mark.parametrize(
    ("name", "table", "order"),
    [
        ("governance_spans", "governance", ("community_code", "valid_from")),
        ("organisations", "organisation", ("organisation_code",)),
    ],
)
def test_what_had_begun_by_the_end_month(
    name: str, table: str, order: tuple[str, ...], filters: Filters,
    tables: dict[str, list[Row]], whole: Warehouse,
) -> None:  # fmt: skip
    codes, end = chosen(tables, filters), end_of(filters.end_month)
    begun = [
        # What ended later had not ended then.
        {**row, "valid_to": None if row["valid_to"] and row["valid_to"] > end else row["valid_to"]}
        for row in tables[table]
        if row["community_code"] in codes and row["valid_from"] <= end
    ]
    expected = sorted(picked(name, begun, codes), key=lambda row: [row[key] for key in order])
    assert found(whole, name, filters) == expected


@every_filter
def test_activities_by_kind(
    filters: Filters, tables: dict[str, list[Row]], whole: Warehouse
) -> None:
    codes = chosen(tables, filters)
    kinds = Counter(
        row["activity_kind"]
        for row in tables["activity"]
        if row["community_code"] in codes
        and filters.start_month <= row["held_on"] <= end_of(filters.end_month)
    )
    rows = found(whole, "activity_kinds", filters)
    assert {row["activity_kind"]: row["activity_count"] for row in rows} == dict(kinds)


@every_filter
def test_answered_proposals(
    filters: Filters, tables: dict[str, list[Row]], whole: Warehouse
) -> None:
    codes, end = chosen(tables, filters), end_of(filters.end_month)
    closed = {row["community_code"]: row["closed_on"] for row in tables["community"]}
    expected = []
    for row in tables["proposal"]:
        code, settled = row["community_code"], row["settled_on"]
        if code not in codes or settled is None or row["is_reopened"]:
            continue
        if not filters.start_month <= settled <= end or (closed[code] and settled >= closed[code]):
            continue
        expected.append({**row, "day_count": (settled - row["accepted_on"]).days})
    expected.sort(key=lambda row: row["proposal_code"])
    expected.sort(key=lambda row: row["settled_on"], reverse=True)
    rows = records(whole.run("answered_proposals", filters.parameters(), named="whole"))
    assert rows == picked("answered_proposals", expected, codes)


@every_filter
def test_open_proposals(filters: Filters, tables: dict[str, list[Row]], whole: Warehouse) -> None:
    codes, end = chosen(tables, filters), end_of(filters.end_month)
    there = {row["community_code"] for row in tables["community"] if is_open(row, end)}
    expected = []
    for row in tables["proposal"]:
        if row["community_code"] not in codes or row["community_code"] not in there:
            continue
        settled = row["settled_on"]
        if row["raised_on"] > end or not (row["is_reopened"] or settled is None or settled > end):
            continue
        accepted = row["accepted_on"]
        accepted = accepted if accepted and accepted <= end else None
        days = (end - accepted).days if accepted else None
        expected.append({**row, "accepted_on": accepted, "open_day_count": days})
    expected.sort(key=lambda row: (row["raised_on"], row["proposal_code"]))
    rows = found(whole, "waiting_proposals", filters)
    assert rows == picked("waiting_proposals", expected, codes)
    # What is overdue here is what is counted as overdue elsewhere.
    overdue = sum((row["open_day_count"] or 0) > 14 and not row["is_reopened"] for row in rows)
    months = whole.run("district_by_month", filters.parameters())
    assert overdue == months["overdue_count"].iloc[-1]


@every_filter
def test_participants_by_community_are_distinct(
    filters: Filters, tables: dict[str, list[Row]], whole: Warehouse
) -> None:
    codes, end = chosen(tables, filters), end_of(filters.end_month)
    held = {
        row["activity_code"]: row["community_code"]
        for row in tables["activity"]
        if filters.start_month <= row["held_on"] <= end
    }
    persons = defaultdict(set)
    for row in tables["attendance"]:
        if row["is_resident"] and row["activity_code"] in held:
            persons[held[row["activity_code"]]].add(row["participant_code"])
    rows = found(whole, "participation_by_community", filters)
    assert {row["community_code"] for row in rows} <= codes.keys()
    assert {row["community_code"]: row["participant_count"] for row in rows} == {
        row["community_code"]: len(persons[row["community_code"]]) for row in rows
    }
    missed = {code for code, seen in persons.items() if seen and code in codes}
    assert missed <= {row["community_code"] for row in rows}


def test_committees_by_town(tables: dict[str, list[Row]], whole: Warehouse) -> None:
    counts = Counter(row["town_code"] for row in tables["committee"])
    rows = records(whole.run("committees_by_town", {}))
    assert {row["town_code"]: row["town_committee_count"] for row in rows} == dict(counts)


def test_published_columns_are_of_the_named_ones_and_columns_there_are(
    tables: dict[str, list[Row]], whole: Warehouse
) -> None:
    rows = records(whole.run("published_columns", {}))
    named = {r["community_code"] for r in tables["community"] if r["origin"] == "published"}
    assert {row["community_code"] for row in rows} == named
    one = next(row for row in rows if row["community_code"] == "310112103-001")
    assert {"operator", "mode", "mode_since"} <= set(one["published_columns"].split(";"))
    assert "youth_share" not in one["published_columns"]


def test_reports_are_those_of_the_table(whole: Warehouse) -> None:
    rows = records(whole.run("project_reports", {}))
    every = records(whole.table("project_report", exact=True))
    columns = named_queries()["project_reports"].columns
    assert rows == sorted(
        ({name: row[name] for name in columns} for row in every), key=lambda r: r["report_code"]
    )
