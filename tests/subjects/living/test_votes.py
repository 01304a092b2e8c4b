"""Tell what won a vote, and what cannot be."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.contract.protection import BASE
from dashboard.language import Say
from dashboard.subjects.living.figures import result_told

ZH = Say("zh")


def options(*counts: int | None, voters: int | None) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "vote_option": [f"选项{number}" for number in range(len(counts))],
            "vote_count": pd.array(counts, dtype="Int64"),
            "voter_count": pd.array([voters] * len(counts), dtype="Int64"),
        }
    )


@pytest.mark.parametrize(
    ("counts", "voters", "told"),
    [
        ((30, 20), 50, "选项0，30 票"),
        ((20, 20), 50, "选项0、选项1 同为 20 票"),
        ((30, 21), 50, "票数合计多于投票人数，请核对"),
        ((30, None), 50, "票数过少，不显示"),
        ((30, 20), None, "选项0，30 票"),
    ],
)
def test_a_result_is_told_or_why_there_is_none(
    counts: tuple[int | None, ...], voters: int | None, told: str
) -> None:
    assert result_told(options(*counts, voters=voters), ZH) == told


@given(st.lists(st.integers(5, 500), min_size=2, max_size=5), st.integers(0, 50))
def test_the_most_votes_win_wherever_they_add_up(counts: list[int], abstained: int) -> None:
    told = result_told(options(*counts, voters=sum(counts) + abstained), ZH)
    assert f" {max(counts)} 票" in told or f"，{max(counts)} 票" in told
    assert "核对" in result_told(options(*counts, voters=sum(counts) - 1), ZH)
    rounded = result_told(options(*counts, voters=sum(counts) - 1), ZH, is_rounded=True)
    first, second, *_ = *sorted(counts, reverse=True), 0
    is_clear = len(counts) == 1 or first - second >= 2 * BASE
    assert rounded == (told if is_clear else "票数相近，凑整后分不出")
