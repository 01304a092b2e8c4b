"""Months that come in any order, late and corrected, come to the same roll-ups as all at once."""

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.contract.tables import ACTIVITY
from dashboard.rollups.dialects import Statement, statements_of_kept, statements_of_month
from dashboard.warehouse.rolled import ROLLUPS
from tests.rollups.made import roll_up_in_duckdb

OF_MONTH, OF_KEPT = statements_of_month("duckdb"), statements_of_kept("duckdb")
MONTHS = [date(2024, 1, 1), date(2024, 2, 1), date(2025, 3, 1)]
_WORDS = st.sampled_from(["a", "b", "c", "d", "e"])

activity = st.fixed_dictionaries(
    {
        "community_code": st.sampled_from(["C1", "C2", "C3"]),
        "day": st.integers(0, 27),
        "activity_kind": _WORDS,
        "domain": st.none() | _WORDS,
        "aspect": st.none() | _WORDS,
        "programme": st.none() | _WORDS,
        "is_online": st.booleans(),
        "organiser": st.none() | _WORDS,
        "need": st.none() | _WORDS,
        "came": st.dictionaries(st.integers(1, 6), st.booleans(), max_size=5),
    }
)
# What is told of each month, and what was told of it before that.
versions = st.tuples(
    *(st.lists(st.lists(activity, max_size=3), min_size=1, max_size=2) for _ in MONTHS)
)


def rows(month: date, held: list[dict[str, object]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give a month's activities and attendances as tables."""
    activities, came = [], []
    for number, each in enumerate(held):
        code = f"{month:%Y-%m} {number}"
        said = {k: v for k, v in each.items() if k not in ("day", "came")}
        day = month + timedelta(days=int(str(each["day"])))
        activities.append({"activity_code": code, "held_on": day, **said})
        persons = each["came"]
        assert isinstance(persons, dict)
        came += [(code, person, is_resident) for person, is_resident in persons.items()]
    return (
        pd.DataFrame(activities, columns=[column.name for column in ACTIVITY.columns]),
        pd.DataFrame(came, columns=["activity_code", "participant_code", "is_resident"]),
    )


def with_rows(connection: duckdb.DuckDBPyConnection, *tables: pd.DataFrame) -> None:
    """Make the tables activity and attendance of a connection."""
    words = (
        "community_code, activity_code, activity_kind, domain, aspect, programme, organiser, need"
    )
    cast = ", ".join(f"cast({each} as varchar) as {each}" for each in words.split(", "))
    held = f"* replace ({cast}, cast(held_on as date) as held_on, cast(is_online as boolean) as is_online)"
    connection.from_df(tables[0]).project(held).create("activity")
    connection.from_df(tables[1]).project(
        "activity_code::varchar as activity_code, participant_code::bigint as participant_code, "
        "is_resident::boolean as is_resident"
    ).create("attendance")


def run(connection: duckdb.DuckDBPyConnection, statements: list[Statement]) -> None:
    for each in statements:
        connection.execute(f"create temporary table {each.table} as {each.select}")


def part(number: int, told: Mapping[date, list[dict[str, object]]]) -> dict[str, pd.DataFrame]:
    """Make of several months' rows what is kept of them."""
    tables = [rows(month, held) for month, held in told.items()]
    with duckdb.connect() as connection:
        with_rows(connection, *(pd.concat(each) for each in zip(*tables, strict=True)))
        keys = "select distinct participant_code, 0 as participant_key from attendance where is_resident"
        connection.execute(f"create table key_of as {keys}")
        run(connection, OF_MONTH)
        asked = {
            "activity": "select a.*, h.month, h.attendance_count from activity a join held h using (activity_code)",
            "category": "from activity_category",
            "participant_month": "select * exclude (participant_key, early_bit, late_bit) from participant_month",
        }
        return {
            name: connection.sql(sql).df().assign(part=f"part-{number}")
            for name, sql in asked.items()
        }


def put_together(
    parts: list[dict[str, pd.DataFrame]], holding: Mapping[date, int]
) -> duckdb.DuckDBPyConnection:
    """Make the roll-ups of each month from the part that holds it now."""
    connection = duckdb.connect()
    for table, view in (
        ("activity", "kept_activity"),
        ("participant_month", "kept_participant_month"),
    ):
        kept = pd.concat(
            parts[number][table].query("month == @month") for month, number in holding.items()
        )
        connection.from_df(kept).create(view)
    connection.from_df(pd.concat(each["category"] for each in parts)).create("kept_category")
    columns = ", ".join(column.name for column in ACTIVITY.columns)
    connection.table("kept_activity").project(columns).create("activity")
    run(connection, OF_KEPT)
    return connection


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(versions, st.randoms(use_true_random=False))
def test_any_order_of_months_and_corrections_is_the_same_as_all_at_once(
    told: tuple[list[list[dict[str, object]]], ...], random: Random
) -> None:
    deliveries = [(place, said) for place, each in enumerate(told) for said in each]
    order = list(range(len(deliveries)))
    random.shuffle(order)
    # Of each month the last that is told stands, whenever it comes; the others come before it.
    places = [deliveries[number][0] for number in order]
    waiting = [list(each) for each in told]
    sequence = [(MONTHS[place], waiting[place].pop(0)) for place in places]
    parts: list[dict[str, pd.DataFrame]] = []
    holding: dict[date, int] = {}
    final: dict[date, list[dict[str, object]]] = {}
    while sequence:
        # Several months may come together, and the same once more.
        count = random.randint(1, 3)
        batch = dict(sequence[:count])
        sequence = sequence[count:]
        parts.append(part(len(parts), batch))
        holding |= dict.fromkeys(batch, len(parts) - 1)
        final |= batch
        if random.random() < 0.3:
            parts.append(part(len(parts), batch))
            holding |= dict.fromkeys(batch, len(parts) - 1)
    if not any(final.values()):
        return
    with duckdb.connect() as at_once, put_together(parts, holding) as by_month:
        tables = [rows(month, held) for month, held in final.items()]
        with_rows(at_once, *(pd.concat(each) for each in zip(*tables, strict=True)))
        roll_up_in_duckdb(at_once)
        for name, columns in ROLLUPS.items():
            wanted = ", ".join(columns)
            ours, theirs = (
                c.table(name).project(wanted).order(wanted).df() for c in (at_once, by_month)
            )
            pd.testing.assert_frame_equal(ours, theirs, obj=name, check_dtype=False)
