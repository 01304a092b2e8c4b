"""Check that states follow their stated rules."""

import pandas as pd
import pytest

from dashboard.insight.state import (
    BARS,
    LEAST_FALL,
    STATE_RULES,
    State,
    governance_state,
    housing_state,
    judged,
    response_state,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (80.0, 80.0, "good"),
        (80.0, 81.0, "good"),  # a fall of one point is none
        (80.0, 81.1, "watch"),
        (79.9, 79.9, "watch"),
        # What did not fall is not on track as long as it is low.
        (54.1, 52.3, "watch"),
        (54.1, 55.2, "late"),
        # Rounded as it is shown: 79.96 is written 80.0.
        (79.96, 79.0, "good"),
        (80.0, NAN, "good"),
        (54.1, NAN, "watch"),
        (NAN, 54.1, "none"),
    ],
)
def test_two_questions_make_a_state(now: float, before: float, expected: State) -> None:
    assert BARS["committee_coverage"] == 80.0
    assert LEAST_FALL == 1.0
    assert judged(now, before, "committee_coverage") == expected


def test_a_value_is_judged_as_it_is_written() -> None:
    # 599 of 2,000 are 29.95 %, which is written 30.0.
    assert judged(599 / 2000 * 100, NAN, "reach") == "good"
    # 81.04 and 79.96 are written 81.0 and 80.0: one point apart.
    assert judged(79.96, 81.04, "committee_coverage") == "good"
    assert governance_state(79.96, 79.96, district=95.0) == "good"


def test_a_town_below_the_district_is_behind_unless_it_meets_the_bar() -> None:
    assert governance_state(54.0, 50.0, district=63.9) == "watch"
    assert governance_state(54.0, 50.0, district=64.0) == "late"
    assert governance_state(85.0, 85.0, district=99.0) == "good"
    assert governance_state(NAN, 50.0, district=70.0) == "none"


def tiers(**values: float) -> pd.DataFrame:
    return pd.DataFrame({"tier": list(values), "value": list(values.values())})


def test_housing_stands_as_its_worst_tier() -> None:
    before = tiers(flat=92.0, bed=90.0)
    assert housing_state(tiers(flat=92.0, bed=91.0), before) == "good"
    assert housing_state(tiers(flat=92.0, bed=79.0), tiers(flat=92.0, bed=79.0)) == "watch"
    assert housing_state(tiers(flat=92.0, bed=79.0), before) == "late"
    assert housing_state(tiers(flat=92.0, bed=NAN), before) == "watch"
    assert housing_state(tiers(flat=92.0), tiers()) == "good"
    assert housing_state(tiers(), before) == "none"


def test_many_overdue_proposals_are_behind() -> None:
    assert response_state(90.0, 90.0, has_late=False) == "good"
    assert response_state(90.0, 90.0, has_late=True) == "late"
    assert response_state(NAN, NAN, has_late=False) == "none"


def test_rules_name_every_bar() -> None:
    text = STATE_RULES[0].zh
    assert all(f"{bar:.0f}%" in text for bar in BARS.values())
    assert "假定" in STATE_RULES[1].zh
