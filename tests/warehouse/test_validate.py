"""Check that frames are held against the contract, and every fault is told at once."""

import re
from typing import Any

import duckdb
import pandas as pd
import pytest

from dashboard.contract.problem import Problem
from dashboard.contract.tables import ATTENDANCE, NAMED, OCCUPANCY, TABLES
from dashboard.warehouse.ddl import create_statement
from dashboard.warehouse.store import Warehouse
from dashboard.warehouse.validate import check_keys, validate


@pytest.fixture
def occupancy(warehouse: Warehouse) -> pd.DataFrame:
    return warehouse.table("occupancy", limit=50, exact=True)


def problems_of(frame: pd.DataFrame) -> list[str]:
    with pytest.raises(Problem) as caught:
        validate(OCCUPANCY, frame)
    assert all(words.zh != words.en for words in caught.value.problems)
    return caught.value.lines("en")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_what_was_built_keeps_the_contract(table: Any, warehouse: Warehouse) -> None:
    frame = warehouse.table(table.name, limit=5_000, exact=True)
    assert validate(table, frame).columns.tolist() == [column.name for column in table.columns]


def test_columns_are_put_in_the_contracts_order(occupancy: pd.DataFrame) -> None:
    turned = occupancy[occupancy.columns[::-1]]
    pd.testing.assert_frame_equal(validate(OCCUPANCY, turned), occupancy)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("tier", "bunk", "isin.*such as bunk"),
        ("tier", None, "not_nullable"),
        ("let_count", -1, "greater_than_or_equal_to.*such as -1"),
        ("month", pd.Timestamp("2025-01-02"), "first day of a month.*2025-01-02"),
    ],
)
def test_a_faulty_value_is_told_with_its_column(
    occupancy: pd.DataFrame, column: str, value: object, said: str
) -> None:
    occupancy.loc[3, column] = value
    (line,) = problems_of(occupancy)
    assert line.startswith(f"occupancy.{column}: 1 values fail “")
    assert re.search(said, line)


def test_values_above_the_greatest_are_told(warehouse: Warehouse) -> None:
    community = warehouse.table("community", exact=True)
    community.loc[:6, "youth_share"] = 1.5
    with pytest.raises(Problem, match=r"community\.youth_share: 7 values .* such as 1\.5;"):
        validate(NAMED["community"], community)


def test_every_fault_is_told_at_once(occupancy: pd.DataFrame) -> None:
    occupancy.loc[0, "tier"] = "bunk"
    occupancy.loc[1:2, "let_count"] = -1
    faulty = occupancy.drop(columns="supply_count").assign(colour="red")
    said = "\n".join(problems_of(faulty))
    for part in ("occupancy.tier: 1 ", "occupancy.let_count: 2 ", "supply_count", "colour"):
        assert part in said


def test_no_more_than_five_values_are_shown(occupancy: pd.DataFrame) -> None:
    occupancy["let_count"] = range(-50, 0)
    (line,) = problems_of(occupancy)
    assert "50 values" in line
    assert "-50, -49, -48, -47, -46;" in line


def test_a_repeated_key_is_told(occupancy: pd.DataFrame) -> None:
    said = "\n".join(problems_of(pd.concat([occupancy, occupancy.tail(1)], ignore_index=True)))
    assert occupancy["community_code"].iloc[-1] in said


# Keys in the loaded warehouse ------------------------------------------------------------


def loaded(**tables: list[dict[str, object]]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    for table in TABLES:
        connection.execute(create_statement(table).replace(" not null", ""))
        if table.name in tables:
            connection.append(table.name, pd.DataFrame(tables[table.name]), by_name=True)
    return connection


def attended(*pairs: tuple[str, int]) -> list[dict[str, object]]:
    return [{"activity_code": code, "participant_code": person} for code, person in pairs]


HELD: list[dict[str, object]] = [{"activity_code": "x", "community_code": "c"}]
OPENED: list[dict[str, object]] = [{"community_code": "c", "town_code": "t"}]
TOWN: list[dict[str, object]] = [{"town_code": "t"}]


def test_sound_keys_pass() -> None:
    with loaded(
        town=TOWN, community=OPENED, activity=HELD, attendance=attended(("x", 1), ("x", 2))
    ) as connection:
        check_keys(connection)


def test_every_repeated_key_and_lost_reference_is_told() -> None:
    with loaded(
        community=OPENED, activity=HELD, attendance=attended(("x", 1), ("x", 1), ("y", 1))
    ) as connection:
        with pytest.raises(Problem) as caught:
            check_keys(connection)
    said = caught.value.lines("en")
    assert len(said) == 3
    assert "community.town_code: “t” is not in town; add that row or correct the code." in said
    assert (
        "attendance.activity_code: “y” is not in activity; add that row or correct the code."
        in said
    )
    assert any(
        line.startswith(f"{ATTENDANCE.name}: duplicate key activity_code, participant")
        for line in said
    )


def test_an_empty_reference_is_none() -> None:
    report: list[dict[str, object]] = [{"report_code": "P1", "community_code": None}]
    with loaded(project_report=report) as connection:
        check_keys(connection)


# Spans of governance ---------------------------------------------------------------------


def governed(*spans: tuple[str, str | None], code: str = "c") -> list[dict[str, object]]:
    return [
        {
            "community_code": code,
            "valid_from": pd.Timestamp(start),
            "valid_to": pd.NaT if end is None else pd.Timestamp(end),
            "coverage_type": "grid",
        }
        for start, end in spans
    ]


def test_spans_that_follow_each_other_pass() -> None:
    first = governed(("2024-01-01", "2024-03-31"), ("2024-04-01", None))
    # Another community's spans are no concern of theirs.
    other = governed(("2023-01-01", "2024-02-10"), code="d")
    opened: list[dict[str, object]] = [*OPENED, {"community_code": "d", "town_code": "t"}]
    with loaded(town=TOWN, community=opened, governance=[*first, *other]) as connection:
        check_keys(connection)


@pytest.mark.parametrize(
    ("spans", "said"),
    [
        ((("2024-01-01", "2024-04-01"), ("2024-04-01", None)), "to 2024-04-01 overlaps the next"),
        ((("2024-01-01", None), ("2024-04-01", None)), "to now overlaps the next from 2024-04-01"),
        (
            (("2024-01-01", "2024-03-30"), ("2024-04-01", None)),
            "no governance between 2024-03-30 and 2024-04-01",
        ),
        ((("2024-01-02", "2024-01-01"),), "from 2024-01-02 ends before it begins"),
    ],
)
def test_broken_spans_are_told(spans: tuple[tuple[str, str | None], ...], said: str) -> None:
    with loaded(town=TOWN, community=OPENED, governance=governed(*spans)) as connection:
        with pytest.raises(Problem) as caught:
            check_keys(connection)
    (line,) = caught.value.lines("en")
    assert line.startswith("governance: c")
    assert said in line


@pytest.mark.parametrize(("last", "is_told"), [("2034-06-01", False), ("2034-07-01", True)])
def test_more_months_than_can_be_kept_are_told(last: str, is_told: bool) -> None:
    lets: list[dict[str, object]] = [
        {"community_code": "c", "month": pd.Timestamp(month), "tier": "room"}
        for month in ("2024-01-01", last)
    ]
    with loaded(town=TOWN, community=OPENED, occupancy=lets) as connection:
        if not is_told:
            check_keys(connection)
            return
        with pytest.raises(Problem) as caught:
            check_keys(connection)
    (line,) = caught.value.lines("en")
    assert "2024-01 to 2034-07 are 127 months, and 126 are the most" in line
