"""Windows add up whole months, each of those that end with a month."""

from datetime import date

import pandas as pd

from dashboard.contract.windows import over_windows

MONTHS = [date(2025, month, 1) for month in (1, 2, 3, 4)]


def test_windows_add_up_the_months_that_end_with_each() -> None:
    rows = pd.DataFrame({"month": pd.to_datetime([MONTHS[0], MONTHS[2]]), "count": [5, 7]})
    added = over_windows(rows.assign(other="left out"), ["count"], MONTHS, 2)
    assert added["month"].dt.month.tolist() == [2, 3, 4]
    assert added["count"].tolist() == [5, 7, 7]
    assert list(added) == ["month", "count"]


def test_with_a_month_hidden_the_window_is_missing_and_not_smaller() -> None:
    rows = pd.DataFrame({"month": pd.to_datetime(MONTHS), "count": [1.0, None, 3, 4]})
    added = over_windows(rows, ["count"], MONTHS, 2)
    assert added["month"].dt.month.tolist() == [2, 3, 4]
    assert added["count"].isna().tolist() == [True, True, False]
    assert added["count"].iloc[-1] == 7


def test_with_a_month_never_reported_the_window_is_missing() -> None:
    months = [date(2025, month, 1) for month in (1, 2, 5, 6)]
    rows = pd.DataFrame({"month": pd.to_datetime(months), "count": [1, 2, 4, 8]})
    added = over_windows(rows, ["count"], months, 2)
    assert added["month"].dt.month.tolist() == [2, 5, 6]
    assert added["count"].isna().tolist() == [False, True, False]
    assert added["count"].iloc[-1] == 12


def test_places_are_added_up_each_by_itself() -> None:
    month = pd.to_datetime([MONTHS[0], MONTHS[1], MONTHS[1]])
    rows = pd.DataFrame({"month": month, "town": ["a", "a", "b"], "count": [1, 2, 4]})
    added = over_windows(rows, ["count"], MONTHS[:2], 2, by="town")
    assert added[["town", "count"]].to_numpy().tolist() == [["a", 3], ["b", 4]]
    assert over_windows(rows.head(0), ["count"], MONTHS, 2, by="town").empty


def test_a_window_longer_than_the_data_is_none() -> None:
    rows = pd.DataFrame({"month": pd.to_datetime(MONTHS), "count": 1})
    assert over_windows(rows, ["count"], MONTHS, 5).empty
