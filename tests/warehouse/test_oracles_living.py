"""Hold the queries on life together against slow, obvious counts in plain Python from the tables."""

from collections.abc import Callable, Iterable
from datetime import date
from statistics import median
from typing import Any

import pytest

from dashboard.contract.filters import Filters, add_months
from dashboard.warehouse.catalogue import named_queries
from dashboard.warehouse.store import Warehouse
from tests.warehouse.plainly import (
    Raw,
    Row,
    ask,
    chosen_codes,
    chosen_states,
    end_of,
    grouped,
    holds,
    month_of,
    months_from,
    open_codes,
    records,
    tiny_warehouse,
    total,
)

FILTERS = {
    "everything, three months": Filters(date(2025, 10, 1), date(2025, 12, 1)),
    "two towns under committees, a year": Filters(
        date(2025, 1, 1),
        date(2025, 12, 1),
        town_codes=("310112112", "310112114"),
        coverage_types=("committee",),
    ),
    "rooms, no Home": Filters(date(2025, 9, 1), date(2025, 11, 1), tiers=("room",), is_home=False),
}
TABLES = ("space", "space_vote", "club", "monthly_record", "belonging_survey")
Tables = dict[str, list[Row]]


@pytest.fixture(scope="module")
def tables(raw: Raw, whole: Warehouse) -> Tables:
    """Read what is recorded, each row with its town."""
    read = {name: records(whole.table(name, exact=True)) for name in TABLES}
    read["activity"] = [row for rows in raw.activity.values() for row in rows]
    read["proposal"] = [row for rows in raw.proposal.values() for row in rows]
    read["occupancy"] = [row for rows in raw.occupancy.values() for row in rows]
    towns = {code: row["town_code"] for code, row in raw.community.items()}
    return {
        name: [{**row, "town_code": towns[row["community_code"]]} for row in rows]
        for name, rows in read.items()
    }


def chosen(raw: Raw, rows: Iterable[Row], filters: Filters) -> list[Row]:
    codes = chosen_codes(raw, filters)
    return [row for row in rows if row["community_code"] in codes]


def by(rows: Iterable[Row], keys: tuple[str, ...], counts: Callable[[list[Row]], Row]) -> list[Row]:
    return [
        {**dict(zip(keys, named, strict=True)), **counts(mine)}
        for named, mine in grouped(rows, *keys)
    ]


def self_organised(*keys: str) -> Callable[[Raw, Tables, Filters], list[Row]]:
    def count(rows: list[Row]) -> Row:
        known = [row["organiser"] for row in rows if row["organiser"]]
        return {
            "organised_activity_count": len(known),
            "self_organised_activity_count": known.count("residents"),
        }

    def oracle(raw: Raw, tables: Tables, filters: Filters) -> list[Row]:
        held = [
            {**row, "month": month_of(row["held_on"])}
            for row in chosen(raw, tables["activity"], filters)
            if filters.start_month <= row["held_on"] <= end_of(filters.end_month)
        ]
        return by(held, keys, count)

    return oracle


def replies(*keys: str) -> Callable[[Raw, Tables, Filters], list[Row]]:
    def count(rows: list[Row]) -> Row:
        return {
            "channel_proposal_count": sum(row["channel"] != "unrecorded" for row in rows),
            "reply_known_count": sum(row["is_replied"] is not None for row in rows),
            "replied_count": sum(row["is_replied"] is True for row in rows),
        }

    def oracle(raw: Raw, tables: Tables, filters: Filters) -> list[Row]:
        raised = [
            {**row, "month": month_of(row["raised_on"]), "channel": row["channel"] or "unrecorded"}
            for row in chosen(raw, tables["proposal"], filters)
            if filters.start_month <= row["raised_on"] <= end_of(filters.end_month)
        ]
        return by(raised, keys, count)

    return oracle


def living(*keys: str) -> Callable[[Raw, Tables, Filters], list[Row]]:
    def oracle(raw: Raw, tables: Tables, filters: Filters) -> list[Row]:
        rows = []
        real = {code for code, row in raw.community.items() if row["origin"] == "published"}
        for month in months_from(filters.start_month, filters.end_month):
            has = {
                name: {row["community_code"] for row in tables[name] if holds(row, end_of(month))}
                for name in ("space", "club")
            }
            rows += [
                {
                    **state,
                    "month": month,
                    "has": {name: state["community_code"] in has[name] for name in has},
                }
                for state in chosen_states(raw, filters, month)
                if state["community_code"] not in real
            ]

        def count(mine: list[Row]) -> Row:
            return {
                "community_count": len(mine),
                "space_community_count": sum(row["has"]["space"] for row in mine),
                "club_community_count": sum(row["has"]["club"] for row in mine),
            }

        return by(rows, keys, count)

    return oracle


def standing(raw: Raw, rows: list[Row], filters: Filters) -> list[Row]:
    there = open_codes(raw, filters)
    end = end_of(filters.end_month)
    return [row for row in rows if row["community_code"] in there and holds(row, end)]


def space_kinds(raw: Raw, tables: Tables, filters: Filters) -> list[Row]:
    def count(rows: list[Row]) -> Row:
        areas = [row["space_area_m2"] for row in rows if row["space_area_m2"] is not None]
        return {
            "space_count": len(rows),
            "space_community_count": len({row["community_code"] for row in rows}),
            "measured_space_count": len(areas),
            "space_area_m2": sum(areas) if areas else None,
        }

    return by(standing(raw, tables["space"], filters), ("space_kind",), count)


def club_kinds(raw: Raw, tables: Tables, filters: Filters) -> list[Row]:
    def count(rows: list[Row]) -> Row:
        return {"club_count": len(rows), "club_member_count": total(rows, "club_member_count")}

    return by(standing(raw, tables["club"], filters), ("club_kind", "club_leader"), count)


def space_votes(raw: Raw, tables: Tables, filters: Filters) -> list[Row]:
    rows = [
        row
        for row in chosen(raw, tables["space_vote"], filters)
        if row["voted_on"] <= end_of(filters.end_month)
    ]
    columns = named_queries()["space_votes"].columns
    keys = named_queries()["space_votes"].keys
    rows.sort(key=lambda row: [row[key] for key in keys])
    return [{name: row[name] for name in columns} for row in rows]


def monthly_records(raw: Raw, tables: Tables, filters: Filters) -> list[Row]:
    rows = [
        row
        for row in chosen(raw, tables["monthly_record"], filters)
        if filters.start_month <= row["month"] <= filters.end_month
    ]

    def count(mine: list[Row]) -> Row:
        return {"record_count": total(mine, "record_count"), "record_community_count": len(mine)}

    return by(rows, ("record_kind", "month"), count)


def rents(raw: Raw, tables: Tables, filters: Filters) -> list[Row]:
    rows = [
        row
        for row in chosen(raw, tables["occupancy"], filters)
        if row["month"] == filters.end_month and row["rent_cny"] is not None
    ]

    def count(mine: list[Row]) -> Row:
        rents = [row["rent_cny"] for row in mine]
        return {
            "rent_community_count": len(rents),
            "lowest_rent_cny": min(rents),
            "median_rent_cny": median(rents),
            "highest_rent_cny": max(rents),
        }

    return by(rows, ("tier",), count)


def belonging(*keys: str) -> Callable[[Raw, Tables, Filters], list[Row]]:
    def count(rows: list[Row]) -> Row:
        sound = [row for row in rows if not row["is_doubtful"]]
        scores = [
            row["answered_count"] * (row["mean_score"] - 1) / (row["score_scale"] - 1)
            for row in sound
        ]
        return {
            "answered_count": total(sound, "answered_count"),
            "score_sum": pytest.approx(sum(scores)),
            "surveyed_community_count": len(sound),
            "doubtful_survey_count": len(rows) - len(sound),
        }

    def oracle(raw: Raw, tables: Tables, filters: Filters) -> list[Row]:
        first, last = (end_of(add_months(filters.end_month, by)) for by in (-12, 0))
        latest: dict[str, Row] = {}
        for row in chosen(raw, tables["belonging_survey"], filters):
            before = latest.get(row["community_code"])
            if first < row["surveyed_on"] <= last and (
                before is None or before["surveyed_on"] < row["surveyed_on"]
            ):
                state = raw.states.get((row["community_code"], month_of(row["surveyed_on"])))
                residents = state and state["resident_count"]
                is_doubtful = residents is not None and row["answered_count"] > residents
                latest[row["community_code"]] = {**row, "is_doubtful": is_doubtful}
        return by(latest.values(), keys, count)

    return oracle


ORACLES: dict[str, Callable[[Raw, Tables, Filters], list[Row]]] = {
    "self_organised_by_town": self_organised("town_code"),
    "self_organised_by_community": self_organised("community_code", "town_code"),
    "self_organised_by_month": self_organised("month"),
    "self_organised_by_town_and_month": self_organised("town_code", "month"),
    "replies_by_town": replies("town_code"),
    "replies_by_month": replies("month"),
    "replies_by_town_and_month": replies("town_code", "month"),
    "replies_by_channel": replies("channel"),
    "living_by_town": living("town_code", "month"),
    "living_by_month": living("month"),
    "belonging_by_town": belonging("town_code"),
    "belonging_by_community": belonging("community_code", "town_code"),
    **{
        oracle.__name__: oracle
        for oracle in (space_kinds, club_kinds, space_votes, monthly_records, rents)
    },
}


@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
@pytest.mark.parametrize("name", ORACLES)
def test_a_query_agrees_with_its_oracle(
    name: str, filters: Filters, raw: Raw, tables: Tables, whole: Warehouse
) -> None:
    found = records(whole.run(name, filters.parameters(), named="whole"))
    assert found == ORACLES[name](raw, tables, filters)
    assert found


def test_every_query_on_living_has_an_oracle() -> None:
    assert {q.name for q in named_queries().values() if q.folder == "living"} == ORACLES.keys()


def test_the_sample_has_nothing_of_this_for_real_projects(raw: Raw, tables: Tables) -> None:
    real = {code for code, row in raw.community.items() if row["origin"] == "published"}
    assert real
    for name in TABLES:
        assert tables[name]
        assert not real & {row["community_code"] for row in tables[name]}
    optional = {"activity": ("organiser", "partner_kind"), "occupancy": ("rent_cny",),
                "proposal": ("channel", "outcome_text", "is_replied")}  # fmt: skip
    for name, columns in optional.items():
        told = [row for row in tables[name] if row["community_code"] in real]
        assert told
        assert {row[column] for row in told for column in columns} == {None}


# Fine points ------------------------------------------------------------------------------


def tiny(**recorded: list[Row]) -> Any:
    """Make a warehouse of one community of thirty residents with what was recorded of it."""
    code = {"community_code": "A"}
    return tiny_warehouse(
        community=[{**code, "town_code": "T", "opened_on": date(2024, 1, 1), "is_home": False}],
        occupancy=[
            {**code, "month": date(2025, month, 1), "tier": "room", "dwelling_count": 30,
             "supply_count": 30, "resident_count": 30, "move_in_count": 0, "move_out_count": 0}
            for month in range(1, 13)
        ],
        **{name: [{**code, **row} for row in rows] for name, rows in recorded.items()},
    )  # fmt: skip


AUTUMN = Filters(date(2025, 12, 1), date(2025, 12, 1)).parameters()


def survey(day: date, answered: int, mean: float, scale: int = 5) -> Row:
    return {"surveyed_on": day, "answered_count": answered, "mean_score": mean,
            "score_scale": scale}  # fmt: skip


def test_only_the_latest_survey_of_a_year_counts_and_scales_are_made_alike() -> None:
    surveys = [survey(date(2025, 3, 1), 20, 2.0), survey(date(2025, 9, 1), 10, 8.2, 10)]
    (row,) = ask(tiny(belonging_survey=surveys), "belonging_by_town", AUTUMN)
    assert row["answered_count"] == 10
    assert row["score_sum"] / row["answered_count"] == pytest.approx(0.8)
    old = tiny(belonging_survey=[survey(date(2024, 12, 31), 20, 2.0)])
    assert ask(old, "belonging_by_town", AUTUMN) == []


def test_a_survey_with_more_answers_than_residents_is_told_and_in_no_mean() -> None:
    made = tiny(belonging_survey=[survey(date(2025, 9, 1), 31, 4.0)])
    (row,) = ask(made, "belonging_by_town", AUTUMN)
    assert (row["answered_count"], row["score_sum"]) == (0, 0)
    assert (row["surveyed_community_count"], row["doubtful_survey_count"]) == (0, 1)


@pytest.mark.parametrize(
    ("ended", "there"), [(None, 1), (date(2025, 12, 31), 1), (date(2025, 12, 30), 0)]
)
def test_a_club_counts_while_it_is_active(ended: date | None, there: int) -> None:
    club = {"club_code": "C", "club_kind": "arts", "club_leader": "senior", "club_member_count": 9,
            "valid_from": date(2025, 5, 1), "valid_to": ended}  # fmt: skip
    (row,) = ask(tiny(club=[club]), "living_by_month", AUTUMN)
    assert (row["club_community_count"], row["space_community_count"]) == (there, 0)
