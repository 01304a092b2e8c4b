"""Hold the queries on siting against slow, obvious counts in plain Python from the tables."""

from datetime import date

import pytest

from dashboard.contract.filters import Filters
from dashboard.warehouse.catalogue import named_queries
from dashboard.warehouse.store import Warehouse
from tests.warehouse.plainly import Row, end_of, is_open, records

FILTERS = {
    "everything": Filters(date(2025, 10, 1), date(2025, 12, 1)),
    "one town, a year ago": Filters(date(2024, 1, 1), date(2024, 12, 1), town_codes=("310112112",)),
    "under grids": Filters(date(2025, 6, 1), date(2025, 6, 1), coverage_types=("grid",)),
}
STATIONS = {
    "has_service_station": "service_station",
    "has_social_work_station": "social_work_station",
}


def test_every_query_on_siting_has_an_oracle() -> None:
    assert [q.name for q in named_queries().values() if q.folder == "siting"] == ["siting_places"]


@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
def test_places_are_those_of_the_tables(whole: Warehouse, filters: Filters) -> None:
    tables = {
        name: records(whole.table(name, exact=True))
        for name in ("community", "governance", "organisation", "occupancy")
    }
    end, expected = end_of(filters.end_month), []
    for community in tables["community"]:
        if not is_open(community, end):
            continue
        if filters.town_codes and community["town_code"] not in filters.town_codes:
            continue
        mine = {
            name: [r for r in rows if r["community_code"] == community["community_code"]]
            for name, rows in tables.items()
        }
        covered = [r["coverage_type"] for r in mine["governance"] if holds(r, end)]
        if filters.coverage_types and covered[-1:] != list(filters.coverage_types):
            continue
        stations = {r["organisation_kind"] for r in mine["organisation"] if holds(r, end)}
        counts = [r["resident_count"] for r in mine["occupancy"] if r["month"] == filters.end_month]
        expected.append(
            {
                **{name: community[name] for name in
                   ("community_code", "name_zh", "name_en", "town_code", "origin", "lon", "lat")},
                "coverage_type": covered[-1] if covered else None,
                **{flag: kind in stations for flag, kind in STATIONS.items()},
                "resident_count": sum(counts) if counts else None,
            }
        )  # fmt: skip
    assert expected
    found = records(whole.run("siting_places", filters.parameters(), named="whole"))
    assert found == sorted(expected, key=lambda row: row["community_code"])


def holds(row: Row, day: date) -> bool:
    """Tell whether what holds over a span does on a day."""
    return bool(row["valid_from"] <= day and (row["valid_to"] is None or row["valid_to"] > day))
