"""Hold the query on what a clerk knows against a slow, obvious count in plain Python from the tables."""

import pytest

from dashboard.contract.filters import Filters
from dashboard.contract.tables import NAMED_ASPECTS
from dashboard.warehouse.catalogue import named_queries
from dashboard.warehouse.store import Warehouse
from tests.warehouse.plainly import Raw, Row, chosen_states, end_of, holds, records
from tests.warehouse.test_oracles_living import FILTERS

TOLD = ("neighbour_committee", "is_inside_boundary", "neighbour_household_count")


def neighbourhood(raw: Raw, warehouse: Warehouse, filters: Filters) -> list[Row]:
    end = end_of(filters.end_month)
    clubs = [row for row in records(warehouse.table("club", exact=True)) if holds(row, end)]
    members: dict[str, Row] = {}
    for row in records(warehouse.table("monthly_record", exact=True)):
        is_within = filters.start_month <= row["month"] <= filters.end_month
        if row["record_kind"] == "party_members" and is_within:
            last = members.get(row["community_code"])
            if last is None or last["month"] < row["month"]:
                members[row["community_code"]] = row
    found = []
    for state in chosen_states(raw, filters, filters.end_month):
        code = state["community_code"]
        aspects = {
            row["aspect"]
            for row in raw.activity[code]
            if row["aspect"] in NAMED_ASPECTS and filters.start_month <= row["held_on"] <= end
        }
        community = raw.community[code]
        found.append(
            {
                "community_code": code,
                "town_code": community["town_code"],
                **{name: community[name] for name in TOLD},
                **{
                    name: state[name]
                    for name in (
                        "has_own_branch",
                        "has_service_station",
                        "is_effective",
                        "overdue_count",
                    )
                },
                "club_count": sum(row["community_code"] == code for row in clubs),
                "record_count": members[code]["record_count"] if code in members else None,
                "record_community_count": int(
                    code in members and members[code]["record_count"] is not None
                ),
                "delivered_aspect_count": len(aspects),
            }
        )
    return sorted(found, key=lambda row: str(row["community_code"]))


@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
def test_the_query_agrees_with_its_oracle(filters: Filters, raw: Raw, whole: Warehouse) -> None:
    found = records(whole.run("neighbourhood", filters.parameters(), named="whole"))
    assert found == neighbourhood(raw, whole, filters)
    assert found


def test_every_query_on_advice_has_an_oracle() -> None:
    assert {each.name for each in named_queries().values() if each.folder == "advice"} == {
        neighbourhood.__name__
    }


def test_the_sample_invents_nothing_of_real_projects_neighbours(raw: Raw) -> None:
    real = [row for row in raw.community.values() if row["origin"] == "published"]
    assert real and {row[name] for row in real for name in TOLD} == {None}
    invented = [row for row in raw.community.values() if row["origin"] == "sample"]
    for name in TOLD:
        assert any(row[name] is not None for row in invented)
        assert any(row[name] is None for row in invented)
    names = {row["neighbour_committee"] for row in invented} - {None}
    assert all(name.startswith("示例居委会·") for name in names)
