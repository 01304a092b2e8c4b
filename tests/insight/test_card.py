"""Who does well, who is near enough to learn from, and which steps come first."""

import pytest

from dashboard.insight.advice import advise
from dashboard.insight.advice_inputs import Known
from dashboard.insight.advice_table import mode_table
from dashboard.insight.card import NEAR, does_well, nearest_doing_well, next_steps

NAN = float("nan")
TABLE = mode_table()


@pytest.mark.parametrize(
    ("effective", "level", "reach", "whole", "told"),
    [
        (True, None, 40.0, 40.0, True),
        (True, "watch", 41.0, 40.0, True),
        (True, None, 39.9, 40.0, False),
        (True, "late", 90.0, 40.0, False),
        (True, "fault", 90.0, 40.0, False),
        (False, None, 90.0, 40.0, False),
        (None, None, 90.0, 40.0, None),
        (True, None, NAN, 40.0, None),
        (True, None, 90.0, None, None),
        # What is known to fail fails, whatever else is missing.
        (False, None, NAN, None, False),
        (None, "late", NAN, None, False),
    ],
)
def test_one_rule_tells_who_does_well(
    effective: bool | None, level: str | None, reach: float, whole: float | None, told: bool | None
) -> None:
    assert does_well(effective, level, reach, whole) is told


def test_the_nearest_that_does_well_is_found_beyond_the_fifth() -> None:
    distances = {f"c{at}": at / 10 for at in range(1, 12)}
    well = {"c2": None, "c7": True, "c8": True}
    found = nearest_doing_well(distances, lambda code: well.get(code, False))
    assert (found.code, found.distance, found.near, found.untold) == ("c7", 0.7, 8, 1)


def test_one_too_far_away_is_no_example() -> None:
    found = nearest_doing_well({"near": NEAR, "far": NEAR + 0.01}, lambda code: code == "far")
    assert (found.code, found.near, found.untold) == ("", 1, 0)
    assert nearest_doing_well({"far": 2.0}, lambda code: True).near == 0


def known(**values: bool | float) -> dict[str, Known]:
    return {name: Known(value, "recorded") for name, value in values.items()}


def test_asking_comes_first_where_the_advice_waits() -> None:
    steps = next_steps(TABLE, advise(TABLE, known(has_grid=True, is_committee=False)))
    assert len(steps) == 3 and steps == TABLE.steps["ask"]
    assert "{asked}" in steps[0].words.zh and "{asked}" in steps[0].words.en


def test_steps_of_two_modes_that_tie_come_in_turn() -> None:
    tie = known(has_grid=True, is_committee=False, is_inside_boundary=False, has_branch=True,
                has_service_station=True, club_count=2, dwellings=2475, turnover=0.6)  # fmt: skip
    one, five = TABLE.steps["1"], TABLE.steps["5"]
    assert next_steps(TABLE, advise(TABLE, tie)) == (one[0], five[0], one[1])


@pytest.mark.parametrize("result", TABLE.steps)
def test_each_result_has_three_steps_one_after_another(result: str) -> None:
    steps = TABLE.steps[result]
    assert len(steps) == 3
    assert [each.days for each in steps] == sorted(each.days for each in steps)
    assert all(each.who.zh and each.who.en for each in steps)
