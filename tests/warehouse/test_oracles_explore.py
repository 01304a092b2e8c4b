"""Hold the queries at other grains against slow, obvious oracles, straight from the tables."""

from datetime import date

import pytest

from dashboard.asking.grains import COUNTED_BY, columns_to_measure, query_at
from dashboard.contract.filters import Filters, add_months
from dashboard.contract.indicators import BY_CODE, BY_TOWN, INDICATORS, measure
from dashboard.warehouse.catalogue import named_queries
from dashboard.warehouse.store import Warehouse
from tests.warehouse.plainly import (
    FIRST,
    LAST,
    Raw,
    Row,
    chosen_codes,
    grouped,
    months_from,
    records,
)
from tests.warehouse.test_oracles import FILTERS, participation, participation_by_town


def participation_by_town_and_month(raw: Raw, filters: Filters) -> list[Row]:
    length = filters.window_months
    columns = named_queries()["participation_by_town_and_month"].columns
    chosen = [raw.community[code] for code in chosen_codes(raw, filters)]
    rows = [
        {
            "town_code": town,
            "month": month,
            **participation(
                raw,
                {each["community_code"] for each in group},
                months_from(add_months(month, 1 - length), month),
            ),
        }
        for (town,), group in grouped(chosen, "town_code")
        for month in months_from(filters.start_month, filters.end_month)
        if add_months(month, 1 - length) >= FIRST
    ]
    return [{name: row[name] for name in columns} for row in rows if row["month_count"]]


@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
def test_participation_by_town_and_month_agrees_with_its_oracle(
    filters: Filters, raw: Raw, whole: Warehouse
) -> None:
    found = records(whole.run("participation_by_town_and_month", filters.parameters()))
    assert found == participation_by_town_and_month(raw, filters)
    assert found


@pytest.mark.parametrize("length", [1, 5, 12])
def test_town_windows_may_be_longer_than_what_is_shown(
    length: int, raw: Raw, whole: Warehouse
) -> None:
    filters = Filters(date(2025, 1, 1), date(2025, 3, 1), town_codes=("310112112", "310112103"))
    parameters = {**filters.parameters(), "window_months": length}
    found = records(whole.run("participation_by_town_and_month", parameters))
    same_window = Filters(
        add_months(filters.end_month, 1 - length), filters.end_month, filters.town_codes
    )
    last = [row for row in found if row["month"] == filters.end_month]
    by_town = participation_by_town(raw, same_window)
    counted = [name for name in last[0] if name != "month"]
    assert [{name: row[name] for name in counted} for row in last] == [
        {name: row[name] for name in counted} for row in by_town
    ]


def test_some_persons_take_part_in_several_communities(raw: Raw, whole: Warehouse) -> None:
    """So that a sum over communities is no count of a town's persons, and the test can tell."""
    filters = Filters(FIRST, LAST)
    communities = whole.run("participation_by_community", filters.parameters(), named="whole")
    towns = whole.run("participation_by_town", filters.parameters())
    summed = communities.groupby("town_code")["participant_count"].sum()
    assert (summed.to_numpy() > towns["participant_count"].to_numpy()).any()


# Grains ----------------------------------------------------------------------------------


@pytest.mark.parametrize("indicator", BY_TOWN, ids=lambda indicator: indicator.code)
@pytest.mark.parametrize("grain", ["community", "month", "town_month"])
def test_a_query_at_a_grain_has_the_columns_and_keys(indicator, grain) -> None:
    name = query_at(indicator, grain)
    if name is None:
        return
    query = named_queries()[name]
    assert columns_to_measure(indicator) <= set(query.columns)
    keys = {"community": {"community_code"}, "month": {"month"}}.get(grain, {"town_code", "month"})
    # Of what stands at the month's end only that month is asked for.
    ignored = {"tier", "month"} if indicator.span == "month_end" else {"tier"}
    assert set(query.keys) - ignored == keys - ignored


def test_every_query_of_the_mapping_exists() -> None:
    named = {*COUNTED_BY, *(name for grains in COUNTED_BY.values() for name in grains.values())}
    assert named <= named_queries().keys()
    assert set(COUNTED_BY) <= {indicator.query for indicator in INDICATORS}


def test_what_is_only_so_or_not_is_not_measured_for_one_community() -> None:
    assert query_at(BY_CODE["committee_coverage"], "community") is None
    assert query_at(BY_CODE["reach"], "community") == "participation_by_community"
    assert query_at(BY_CODE["mode_share"], "month") is None
    assert query_at(BY_CODE["mode_share"], "town") == "modes_by_town"


@pytest.mark.slow
@pytest.mark.parametrize("code", ["residents", "occupancy_room", "attendance_rate"])
@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
def test_grains_add_up_to_each_other(code: str, filters: Filters, whole: Warehouse) -> None:
    """Numerators and denominators of communities and of towns add up to the end month's."""
    indicator = BY_CODE[code]
    only = Filters(**{**vars(filters), "start_month": filters.end_month})

    def summed(grain) -> tuple[float, float]:
        query = query_at(indicator, grain)
        assert query is not None
        rows = measure(whole.run(query, only.parameters(), named="whole"), indicator)
        return float(rows["numerator"].sum()), float(rows["denominator"].sum())

    expected = summed("month")
    for grain in ("community", "town_month", "town"):
        assert summed(grain) == pytest.approx(expected), grain
