"""What happened in a community's closing month counts everywhere alike, and nothing stands after it."""

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from dashboard.contract.filters import Filters
from dashboard.warehouse.store import Warehouse
from tests.warehouse.plainly import (
    FIRST,
    LAST,
    Raw,
    Row,
    ask,
    every,
    month_of,
    months_from,
    tiny_warehouse,
)

MAY, JUNE = date(2025, 5, 1), date(2025, 6, 1)
CLOSED = {"town_code": "A", "operator": "O", "opened_on": date(2024, 1, 1), "is_home": True}
COUNTS = ("dwelling_count", "supply_count", "available_count", "let_count", "resident_count")


def lettings(code: str, month: date, count: int, moved_out: int) -> Row:
    moves = {"move_in_count": 0, "move_out_count": moved_out}
    key = {"community_code": code, "month": month, "tier": "room"}
    return {**key, **dict.fromkeys(COUNTS, count), **moves}


@pytest.fixture(scope="module")
def tiny() -> Iterator[duckdb.DuckDBPyConnection]:
    """Let ``c`` close on 20 June, after an activity and a proposal; ``d`` stays."""
    with tiny_warehouse(
        community=[
            {**CLOSED, "community_code": "c", "closed_on": date(2025, 6, 20)},
            {**CLOSED, "community_code": "d", "town_code": "B", "operator": "P"},
        ],
        occupancy=[
            lettings("c", MAY, 10, 0), lettings("c", JUNE, 0, 10),
            lettings("d", MAY, 10, 0), lettings("d", JUNE, 10, 0),
        ],
        activity=[
            {
                "activity_code": "a", "community_code": "c", "held_on": date(2025, 6, 5),
                "activity_kind": "lecture", "domain": "basic", "aspect": "youth", "is_online": False,
            }
        ],
        attendance=[
            {"activity_code": "a", "participant_code": 1, "is_resident": True},
            {"activity_code": "a", "participant_code": 2, "is_resident": False},
        ],
        proposal=[
            {
                "proposal_code": "p", "community_code": "c", "raised_on": date(2025, 6, 2),
                "accepted_on": date(2025, 6, 3), "settled_on": date(2025, 6, 10),
                "is_reopened": False, "proposal_category": "safety", "stage": "raised",
            }
        ],
    ) as connection:  # fmt: skip
        yield connection


HAPPENED: dict[str, Row] = {
    "district_by_month": {
        "activity_count": 1, "attendance_count": 2, "proposal_count": 1, "settled_count": 1,
        "move_out_count": 10, "resident_month_count": 5,
    },
    "participation_by_month": {
        "participant_count": 1, "activity_count": 1, "attendance_count": 2,
        "resident_month_count": 5, "month_count": 1,
    },
    "participation_by_town": {"participant_count": 1, "activity_count": 1, "attendance_count": 2},
    "participation_by_town_and_month": {"participant_count": 1, "activity_count": 1},
    "participation_by_community": {"participant_count": 1, "activity_count": 1},
    "activity_by_day": {"activity_count": 1, "attendance_count": 2},
    "activity_kinds": {"activity_count": 1},
    "services": {"activity_count": 1, "attendance_count": 2},
    "proposals_by_town": {"proposal_count": 1, "accepted_count": 1},
    "proposals_by_month": {"proposal_count": 1, "accepted_count": 1},
    "turnover_by_town": {"move_out_count": 10, "resident_month_count": 5},
    "turnover_by_town_and_month": {"move_out_count": 10, "resident_month_count": 5},
    "housing_by_operator": {"move_out_count": 10, "community_count": 0, "resident_count": 0},
    "micros_by_town": {"activity_count": 1, "proposal_count": 1, "community_count": 0},
}  # fmt: skip


@pytest.mark.parametrize("is_home", [None, True])
@pytest.mark.parametrize("name", HAPPENED)
def test_the_closing_month_counts_everywhere(
    name: str, is_home: bool | None, tiny: duckdb.DuckDBPyConnection
) -> None:
    filters = Filters(JUNE, JUNE, community_codes=("c",), is_home=is_home)
    (found,) = ask(tiny, name, filters.parameters())
    assert {column: found[column] for column in HAPPENED[name]} == HAPPENED[name]


def test_nothing_stands_at_the_end_of_the_closing_month(tiny: duckdb.DuckDBPyConnection) -> None:
    parameters = Filters(JUNE, JUNE).parameters()
    (month,) = ask(tiny, "district_by_month", parameters)
    assert (month["community_count"], month["resident_count"], month["home_count"]) == (1, 10, 1)
    for name in ("occupancy_by_town", "coverage_by_town", "housing_by_community", "communities"):
        assert [row["town_code"] for row in ask(tiny, name, parameters)] == ["B"], name
    alone = Filters(JUNE, JUNE, community_codes=("c",)).parameters()
    (month,) = ask(tiny, "district_by_month", alone)
    assert {month[name] for name in ("community_count", "resident_count", "dwelling_count")} == {0}
    assert month["effective_community_count"] == 0


def test_the_district_counts_all_that_happened(raw: Raw, whole: Warehouse) -> None:
    """Straight from the tables, whether a community closed in the month or not."""
    rows = whole.run("district_by_month", Filters(FIRST, LAST).parameters()).set_index("month")
    for month in months_from(FIRST, LAST):
        settled = [
            row for row in every(raw.proposal)
            if row["settled_on"] and month_of(row["settled_on"]) == month and not row["is_reopened"]
        ]  # fmt: skip
        held = [row for row in every(raw.activity) if month_of(row["held_on"]) == month]
        assert rows.loc[str(month), "settled_count"] == len(settled)
        assert rows.loc[str(month), "activity_count"] == len(held)
    assert rows["settled_count"].sum() > 1_000


def test_communities_by_home_add_up_to_all(whole: Warehouse) -> None:
    parts = [
        whole.run("district_by_month", Filters(FIRST, LAST, is_home=is_home).parameters())
        for is_home in (True, False, None)
    ]
    homes, others, both = (rows.set_index("month")["community_count"] for rows in parts)
    assert (homes + others).tolist() == both.tolist()
