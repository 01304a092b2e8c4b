"""Check that a state exists only against a target, and follows from it."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.contract.filters import add_months
from dashboard.contract.targets import LOWER_IS_BETTER, TARGETABLE, usual_bound
from dashboard.insight.targets import (
    SUGGESTED,
    Target,
    gap_told,
    in_force,
    is_reached,
    pace_told,
    state_of,
    target_told,
    targets_of,
)
from dashboard.language import Say

ZH, NAN = Say("zh"), float("nan")
END = date(2025, 12, 1)


def coverage(value=50.0, due=END, place="whole", bound="at_least", code="committee_coverage"):
    return Target(code, place, due, bound, value, "区社会工作部")


@pytest.mark.parametrize(
    ("value", "due", "state"),
    [
        (50.0, date(2025, 12, 1), "good"),
        (49.96, date(2025, 12, 1), "good"),  # written 50.0
        (49.9, date(2025, 12, 1), "late"),
        (49.9, date(2026, 1, 1), "watch"),
        (49.9, date(2024, 1, 1), "late"),
        (NAN, date(2024, 1, 1), "none"),
    ],
)
def test_a_state_follows_from_value_target_and_month(value: float, due: date, state: str) -> None:
    assert state_of(value, coverage(due=due), END) == state


def test_without_a_target_there_is_no_state() -> None:
    assert state_of(99.0, None, END) == "none"
    assert state_of(None, coverage(), END) == "none"


@given(
    value=st.floats(0, 100),
    wanted=st.floats(0, 100),
    months=st.integers(-24, 24),
    bound=st.sampled_from(["at_least", "at_most"]),
)
def test_states_agree_with_a_plain_reading(
    value: float, wanted: float, months: int, bound: str
) -> None:
    target = coverage(wanted, add_months(END, months), bound=bound)
    state = state_of(value, target, END)
    shown, asked = (float(f"{each:.1f}") for each in (value, wanted))
    clearly = abs(value - wanted) > 0.1
    if clearly:
        met = shown >= asked if bound == "at_least" else shown <= asked
        assert state == ("good" if met else "watch" if months > 0 else "late")
    # What is told never contradicts the state.
    assert (gap_told(ZH, value, target) == "已达到") == (state == "good")
    assert bool(pace_told(ZH, value, None, 0, target, END)) == (state == "watch")


def test_the_most_particular_place_s_target_holds_and_of_several_the_next() -> None:
    soon, later, gone = (coverage(n, add_months(END, m)) for n, m in ((40, 2), (60, 8), (30, -3)))
    town = coverage(20, place="310112114")
    every = [later, gone, soon, town, coverage(99, code="reach")]
    assert in_force(every, "committee_coverage", ["whole"], END) is soon
    assert in_force(every, "committee_coverage", ["310112114", "whole"], END) is town
    assert in_force(every, "committee_coverage", ["310112101"], END) is None
    assert in_force([gone], "committee_coverage", ["whole"], END) is gone
    assert in_force(every, "committee_coverage", ["whole"], add_months(END, 20)) is later
    assert in_force(every, "turnover", ["whole"], END) is None
    # A lapsed target of a place does not shield it from one that is still ahead.
    old = coverage(20, add_months(END, -5), place="310112101")
    ahead = coverage(60, add_months(END, 8))
    assert in_force([old, ahead], "committee_coverage", ["310112101", "whole"], END) == ahead


def test_what_is_better_low_is_reached_below() -> None:
    assert usual_bound("turnover") == "at_most"
    assert usual_bound("reach") == "at_least"
    assert TARGETABLE.keys() >= LOWER_IS_BETTER
    turnover = coverage(5.0, bound="at_most", code="turnover")
    assert is_reached(5.04, turnover)
    assert not is_reached(5.06, turnover)
    assert target_told(ZH, turnover) == "2025-12 目标不高于 5.0%"


def test_a_gap_and_its_pace_are_told_in_the_indicator_s_unit() -> None:
    target = coverage(60.0, add_months(END, 4))
    assert gap_told(ZH, 54.1, target) == "差 5.9 个百分点"
    assert pace_told(ZH, 54.0, 51.0, 3, target, END) == "每月需 +1.50，近 3 个月每月 +1.00"
    assert pace_told(ZH, 54.0, NAN, 3, target, END) == "每月需 +1.50"
    assert pace_told(ZH, 54.0, 51.0, 3, coverage(60.0), END) == ""
    beds = coverage(6500, code="bed_supply")
    assert gap_told(ZH, 5627, beds) == "差 873 张"
    assert target_told(ZH, coverage(20_000, code="bed_supply")) == "2025-12 目标不低于 20,000 张"
    assert gap_told(ZH, 5.6, coverage(5.0, bound="at_most", code="turnover")) == "高出 0.6 个百分点"
    assert gap_told(Say("en"), 5627, beds) == "873 beds to go"


def test_rows_are_read_and_indicators_unknown_by_now_left_out() -> None:
    row = {
        "target_indicator": "reach", "target_place": "whole", "due_month": pd.Timestamp(END),
        "target_bound": "at_least", "target_value": 30, "set_by": "区", "target_basis": None,
    }  # fmt: skip
    (found,) = targets_of(pd.DataFrame([row, row | {"target_indicator": "gone"}]))
    assert found == Target("reach", "whole", END, "at_least", 30.0, "区")


def test_suggestions_are_for_what_may_have_a_target() -> None:
    assert SUGGESTED.keys() <= TARGETABLE.keys()
