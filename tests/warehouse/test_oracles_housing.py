"""Hold the housing queries against slow, obvious oracles, straight from the tables."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from dashboard.contract.filters import Filters
from dashboard.contract.indicators import BY_CODE, measure
from dashboard.warehouse.catalogue import named_queries
from dashboard.warehouse.store import Warehouse
from tests.warehouse.plainly import (
    FIRST,
    LAST,
    Raw,
    Row,
    ask,
    chosen_codes,
    end_of,
    grouped,
    known_total,
    month_of,
    months_from,
    moved,
    records,
    tiny_warehouse,
    told_total,
)

FILTERS = {
    "everything, three months": Filters(date(2025, 10, 1), LAST),
    "two towns, every month": Filters(FIRST, LAST, town_codes=("310112112", "310112114")),
    "Homes with beds, one month": Filters(
        date(2024, 10, 1), date(2024, 10, 1), tiers=("bed",), is_home=True
    ),
    "flats under grids, a year": Filters(
        date(2024, 11, 1), date(2025, 10, 1), coverage_types=("grid",), tiers=("flat",)
    ),
    "two communities, one new, half a year": Filters(
        date(2024, 5, 1),
        date(2024, 10, 1),
        community_codes=("310112112-001", "310112008-001"),
    ),
}


def lettings(
    raw: Raw, filters: Filters, *, first: date | None = None, is_stated: bool = True
) -> list[Row]:
    """List the occupancy rows of the chosen communities, with what is known of each: those of a
    stated tier, of open ones, or all."""
    first = filters.start_month if first is None else first
    return [
        {**raw.community[code], **row}
        for code in sorted(chosen_codes(raw, filters))
        for row in raw.occupancy[code]
        if first <= row["month"] <= filters.end_month
        if not is_stated
        or (row["tier"] != "unstated" and raw.states.get((code, row["month"])) is not None)
    ]


def summed(rows: list[Row], *names: str) -> Row:
    return {name: told_total(rows, name) for name in names}


UNITS = ("supply_count", "available_count", "let_count")


def occupancy_by_month(raw: Raw, filters: Filters) -> list[Row]:
    return [
        {
            "month": month,
            "tier": tier,
            "community_count": len({row["community_code"] for row in rows}),
            "let_community_count": sum(row["let_count"] is not None for row in rows),
            **summed(rows, *UNITS),
            "over_let_count": sum(
                (row["let_count"] or 0) > (row["available_count"] or 0) for row in rows
            ),
        }
        for (month, tier), rows in grouped(lettings(raw, filters), "month", "tier")
    ]


def occupancy_by_community(raw: Raw, filters: Filters) -> list[Row]:
    names = (
        "community_code",
        "town_code",
        "month",
        "tier",
        "dwelling_count",
        *UNITS,
        "resident_count",
    )
    rows = [{name: row[name] for name in names} for row in lettings(raw, filters)]
    return sorted(rows, key=lambda row: (row["community_code"], row["month"], row["tier"]))


def occupancy_by_operator(raw: Raw, filters: Filters) -> list[Row]:
    return [
        {"operator": operator, "tier": tier, "community_count": len(rows), **summed(rows, *UNITS)}
        for (operator, tier), rows in grouped(
            lettings(raw, filters, first=filters.end_month), "operator", "tier"
        )
    ]


def flows(rows: list[Row]) -> Row:
    """Count who moved, and the mean of the residents at each month's start and end, where residents
    were reported, and moves of all tiers or of the whole."""
    rows = [
        row
        for _, own in grouped(rows, "community_code", "month")
        if moved(own, "move_out_count") is not None
        for row in own
    ]
    if not rows:
        names = ("move_in_count", "move_out_count", "resident_month_count")
        return {**dict.fromkeys(names), "month_count": 0}
    at_end, moved_in, moved_out = (
        told_total(rows, name) for name in ("resident_count", "move_in_count", "move_out_count")
    )
    at_start = at_end - moved_in + moved_out
    return {
        **summed(rows, "move_in_count", "move_out_count"),
        "resident_month_count": (at_start + at_end) / 2,
        "month_count": len({row["month"] for row in rows}),
    }


def turnover_by_town(raw: Raw, filters: Filters) -> list[Row]:
    return [
        {"town_code": town, **flows(rows)}
        for (town,), rows in grouped(lettings(raw, filters, is_stated=False), "town_code")
    ]


def turnover_by_town_and_month(raw: Raw, filters: Filters) -> list[Row]:
    columns = named_queries()["turnover_by_town_and_month"].columns
    return [
        {name: {"town_code": town, "month": month, **flows(rows)}[name] for name in columns}
        for (town, month), rows in grouped(
            lettings(raw, filters, is_stated=False), "town_code", "month"
        )
    ]


def at_end(rows: list[Row], filters: Filters) -> Row:
    now = [row for row in rows if row["month"] == filters.end_month]
    if not now:
        return {"dwelling_count": 0, "resident_count": 0}
    return summed(now, "dwelling_count", "resident_count")


def paired(now: Row) -> Row:
    """Everything of the sample is reported, so both are those of all."""
    return {f"paired_{name}": now[name] for name in ("resident_count", "dwelling_count")}


def housing_by_operator(raw: Raw, filters: Filters) -> list[Row]:
    return [
        {
            "operator": operator,
            "community_count": len(
                {row["community_code"] for row in rows if row["month"] == filters.end_month}
            ),
            **at_end(rows, filters),
            **paired(at_end(rows, filters)),
            **flows(rows),
        }
        for (operator,), rows in grouped(lettings(raw, filters), "operator")
    ]


def housing_by_community(raw: Raw, filters: Filters) -> list[Row]:
    names = ("name_zh", "name_en", "town_code", "origin", "operator", "opened_on")
    found = []
    for (code,), rows in grouped(lettings(raw, filters), "community_code"):
        if not any(row["month"] == filters.end_month for row in rows):
            continue
        own = {name: raw.community[code][name] for name in names}
        now = at_end(rows, filters)
        found.append({"community_code": code, **own, **now, **paired(now), **flows(rows)})
    return found


def fill_up(raw: Raw, filters: Filters) -> list[Row]:
    found = []
    for (code,), rows in grouped(lettings(raw, filters, first=FIRST), "community_code"):
        opened = raw.community[code]["opened_on"]
        if opened is None or opened < FIRST:
            continue
        size = {t: told_total(own, "dwelling_count") for (t,), own in grouped(rows, "tier")}
        main = max(size, key=lambda tier: (-1 if size[tier] is None else size[tier], tier))
        found += [
            {
                "community_code": code,
                "town_code": row["town_code"],
                "month": row["month"],
                "months_open_count": len(months_from(month_of(opened), row["month"])) - 1,
                "tier": main,
                "available_count": row["available_count"],
                "let_count": row["let_count"],
            }
            for row in rows
            if row["tier"] == main
        ]
    return sorted(found, key=lambda row: (row["community_code"], row["month"]))


def supply_completion(raw: Raw, filters: Filters) -> list[Row]:
    every = [row for rows in raw.occupancy.values() for row in rows]
    found = []
    for target in raw.targets:
        month = min(filters.end_month, month_of(target["due_on"]))
        of = [row for row in every if (row["month"], row["tier"]) == (month, target["tier"])]
        supply = known_total(
            [row for row in of if raw.states[row["community_code"], month]], "supply_count"
        )
        found.append(
            {
                **target,
                "month": month,
                "supply_count": supply,
                "gap_count": None if supply is None else target["target_count"] - supply,
                "days_left_count": max(0, (target["due_on"] - end_of(filters.end_month)).days),
                "source_title": raw.sources[target["figure_id"]],
            }
        )
    return sorted(found, key=lambda row: (row["due_on"], row["target_count"]))


ORACLES: dict[str, Callable[[Raw, Filters], list[Row]]] = {
    oracle.__name__: oracle
    for oracle in (
        occupancy_by_month,
        occupancy_by_community,
        occupancy_by_operator,
        turnover_by_town,
        turnover_by_town_and_month,
        housing_by_operator,
        housing_by_community,
        fill_up,
        supply_completion,
    )
}


# They list communities without housing too, which these oracles start from.
LISTING_ALL = {"housing_by_operator", "housing_by_community"}


@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
@pytest.mark.parametrize("name", ORACLES)
def test_a_query_agrees_with_its_oracle(
    name: str, filters: Filters, raw: Raw, whole: Warehouse
) -> None:
    found = records(whole.run(name, filters.parameters(), named="whole"))
    expected = ORACLES[name](raw, filters)
    assert found == expected
    assert found


@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
@pytest.mark.parametrize("name", sorted(ORACLES.keys() - LISTING_ALL))
def test_a_query_agrees_with_its_oracle_where_much_was_not_reported(
    name: str, filters: Filters, knocked_raw: Raw, knocked: Warehouse
) -> None:
    found = records(knocked.run(name, filters.parameters(), named="whole"))
    assert found == ORACLES[name](knocked_raw, filters)


def test_the_sample_has_what_the_oracles_are_to_tell_apart(raw: Raw) -> None:
    opened = {community["opened_on"] >= FIRST for community in raw.community.values()}
    assert opened == {True, False}
    rows = [row for own in raw.occupancy.values() for row in own]
    assert any(row["available_count"] < row["supply_count"] for row in rows)
    assert {row["tier"] for row in rows} == {"flat", "room", "bed"}


# What the numbers come to ----------------------------------------------------------------


def test_supply_meets_the_published_completion(whole: Warehouse) -> None:
    """Published: 5,387 beds on 2024-09-30 against about 5,500 forecast, 97.9 %."""
    month = date(2024, 9, 1)
    rows = whole.run("supply_completion", Filters(month, month).parameters())
    forecast = rows[rows["target_kind"] == "forecast"]
    (completion,) = measure(forecast, BY_CODE["supply_completion"])["value"]
    (pace,) = measure(forecast, BY_CODE["required_pace"])["value"]
    assert round(completion, 1) == 97.9
    assert pace == pytest.approx((5500 - 5387) / 92)


@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
def test_turnover_is_move_outs_over_mean_residents(
    filters: Filters, raw: Raw, whole: Warehouse
) -> None:
    rows = whole.run("turnover_by_town", filters.parameters())
    shares = {
        row["town_code"]: row["move_out_count"] / row["resident_month_count"]
        for row in turnover_by_town(raw, filters)
    }

    def measured(code: str) -> Any:
        return dict(zip(rows["town_code"], measure(rows, BY_CODE[code])["value"], strict=True))

    assert measured("turnover") == pytest.approx({t: m * 100 for t, m in shares.items()})
    assert measured("annual_turnover") == pytest.approx({t: 1200 * m for t, m in shares.items()})
    assert measured("mean_stay") == pytest.approx({t: 1 / m for t, m in shares.items()})


# Housing that was not reported -----------------------------------------------------------

JUNE, JULY = date(2025, 6, 1), date(2025, 7, 1)
OPEN = {"town_code": "A", "opened_on": date(2024, 1, 1), "is_home": False}
COUNTS = (
    "dwelling_count",
    "supply_count",
    "available_count",
    "let_count",
    "resident_count",
    "move_in_count",
    "move_out_count",
)


def reported(code: str, month: date, count: int = 10) -> Row:
    return {
        "community_code": code,
        "month": month,
        "tier": "bed",
        **dict.fromkeys(COUNTS, count),
    }


@pytest.mark.parametrize("coverage", ["committee", "grid"])
def test_housing_that_was_not_reported_is_missing_and_not_nought(coverage: str) -> None:
    """Two communities in July: ``c`` reported both months, ``d`` only June."""
    codes = ("c", "d")
    with tiny_warehouse(
        community=[{"community_code": code, **OPEN} for code in codes],
        governance=[
            {"community_code": code, "valid_from": date(2024, 1, 1), "coverage_type": coverage}
            for code in codes
        ],
        occupancy=[reported("c", JUNE), reported("d", JUNE), reported("c", JULY, 30)],
    ) as connection:
        july = Filters(JULY, JULY).parameters()
        both = ask(connection, "coverage_by_town", july)
        only = ask(connection, "coverage_by_town", {**july, "community_codes": ["d"]})
        district = ask(connection, "district_by_month", {**july, "community_codes": ["d"]})
        moved = ask(connection, "changes", july)
        names = ask(connection, "housing_by_community", july)
    is_covered = coverage == "committee"
    assert [row["resident_count"] for row in both] == [30]
    assert [row["committee_resident_count"] for row in both] == [30 if is_covered else 0]
    for row in (*only, *district):
        assert row["community_count"] == 1
        assert row["resident_count"] is row["dwelling_count"] is row["bed_supply_count"] is None
        assert row["committee_resident_count"] == (None if is_covered else 0)
    assert district[0]["resident_month_count"] is None
    # The beds of d are not known to have gone.
    assert [row["bed_change_count"] for row in moved] == [20]
    assert {row["community_code"]: row["resident_count"] for row in names} == {"c": 30, "d": None}


def test_over_let_tiers_are_counted() -> None:
    over = {**reported("c", JUNE), "available_count": 9}
    with tiny_warehouse(
        community=[{"community_code": code, **OPEN} for code in "cd"],
        occupancy=[over, reported("d", JUNE)],
    ) as connection:
        (found,) = ask(connection, "occupancy_by_month", Filters(JUNE, JUNE).parameters())
    assert (found["over_let_count"], found["community_count"]) == (1, 2)
