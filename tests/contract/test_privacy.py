"""Small counts of persons are hidden, and so is what would give them away."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from dashboard.contract.measures import NEVER_ADDED
from dashboard.contract.privacy import OF_PERSONS, hide_small


def hidden(rows: pd.DataFrame, name: str) -> list[bool]:
    return rows[name].isna().tolist()


def residents_of(*counts: int, towns: list[str] | None = None) -> pd.DataFrame:
    codes = [f"c{number}" for number in range(len(counts))]
    rows = pd.DataFrame({"community_code": codes, "resident_count": counts})
    return rows if towns is None else rows.assign(town_code=towns)


def test_counts_below_the_least_are_hidden_and_nought_is_shown() -> None:
    rows = hide_small(residents_of(0, 1, 4, 5, 300), ["community_code"], least=5)
    assert hidden(rows, "resident_count") == [False, True, True, False, False]
    assert rows["resident_count"].dropna().tolist() == [0, 5, 300]


def test_a_share_is_hidden_where_it_tells_of_few() -> None:
    rows = residents_of(6, 4, 400, 400, 400).assign(youth_share=[5 / 6, 0.0, 0.6, 0.99, 0.01])
    rows = hide_small(rows, ["community_code"], least=5)
    assert hidden(rows, "youth_share") == [True, True, False, True, True]


def test_a_single_hidden_cell_takes_the_next_smallest_with_it() -> None:
    rows = hide_small(residents_of(0, 3, 40, 50), ["community_code"], least=5)
    assert hidden(rows, "resident_count") == [False, True, True, False]


def test_a_total_is_that_of_the_town() -> None:
    rows = residents_of(3, 40, 50, 2, 3, 60, towns=["a", "a", "a", "b", "b", "b"])
    rows = hide_small(rows, ["community_code"], least=5)
    assert hidden(rows, "resident_count") == [True, True, False, True, True, False]


def test_a_single_cell_is_alone_and_hidden() -> None:
    assert hidden(hide_small(residents_of(2), ["community_code"], least=5), "resident_count") == [
        True
    ]


def test_distinct_persons_add_up_to_no_total() -> None:
    rows = pd.DataFrame({"town_code": ["a", "b", "c"], "participant_count": [3, 40, 50]})
    assert "participant_count" in NEVER_ADDED
    assert hidden(hide_small(rows, ["town_code"], least=5), "participant_count") == [
        True,
        False,
        False,
    ]


def test_of_a_breakdown_all_categories_are_hidden_or_none() -> None:
    rows = pd.DataFrame(
        {
            "breakdown": ["kind", "kind", "kind", "domain", "domain"],
            "category": ["a", "b", "c", "d", "e"],
            "participant_count": [8, 3, 31, 31, 11],
            "attendance_count": [8, 6, 34, 34, 14],
            "resident_month_count": [500.0] * 5,
        }
    )
    rows = hide_small(rows, ["breakdown", "category"], least=5)
    for name in ("participant_count", "attendance_count"):
        assert hidden(rows, name) == [True, True, True, False, False]
    assert not any(hidden(rows, "resident_month_count"))


def test_a_part_that_leaves_few_of_the_whole_is_hidden() -> None:
    rows = pd.DataFrame(
        {
            "town_code": ["a", "b", "c", "d"],
            "participant_count": [40, 40, 40, 40],
            "repeat_participant_count": [40, 38, 35, 3],
        }
    )
    rows = hide_small(rows, ["town_code"], least=5)
    assert hidden(rows, "repeat_participant_count") == [False, True, False, True]
    assert not any(hidden(rows, "participant_count"))


def test_what_counts_no_persons_is_left_alone() -> None:
    rows = pd.DataFrame(
        {"town_code": ["a", "b"], "community_count": [1, 2], "capacity_count": [3, 4]}
    )
    pd.testing.assert_frame_equal(hide_small(rows, ["town_code"], least=5), rows)
    assert {"resident_count", "participant_count", "attendance_count", "child_count"} <= OF_PERSONS


@given(st.lists(st.integers(0, 12), min_size=1, max_size=8), st.integers(1, 10))
def test_no_cell_can_be_told_from_its_total(counts: list[int], least: int) -> None:
    shown = hide_small(residents_of(*counts), ["community_code"], least=least)["resident_count"]
    seen = shown.dropna()
    assert not ((seen >= 1) & (seen < least)).any()
    gone = [count for count, is_gone in zip(counts, shown.isna(), strict=True) if is_gone]
    # One hidden cell alone equals the total less the rest; only without others may it stand.
    assert len(gone) != 1 or not any(seen > 0)
    assert bool(gone) == any(1 <= count < least for count in counts)
