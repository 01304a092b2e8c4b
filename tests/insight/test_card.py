"""Who does well, who is near enough to learn from, and which steps come first."""

import pytest

from dashboard.insight.advice import Inputs, advise
from dashboard.insight.advice_inputs import Known
from dashboard.insight.advice_table import URGENT, Step, mode_table
from dashboard.insight.advice_told import step_values
from dashboard.insight.attention import RULES
from dashboard.insight.card import NEAR, does_well, nearest_doing_well, next_steps
from dashboard.language import Say

NAN = float("nan")
TABLE = mode_table()


@pytest.mark.parametrize(
    ("effective", "level", "overdue", "activities", "low", "whole", "told"),
    [
        (True, None, 0, 6, 40.0, 40.0, True),
        (True, "watch", 0, 6, 41.0, 40.0, True),
        (True, None, 0, 6, 39.9, 40.0, False),
        (True, None, 0, 5, 90.0, 40.0, False),
        (True, "late", 0, 6, 90.0, 40.0, False),
        (True, "fault", 0, 6, 90.0, 40.0, False),
        (False, None, 0, 6, 90.0, 40.0, False),
        (None, None, 0, 6, 90.0, 40.0, None),
        (True, None, 0, NAN, 90.0, 40.0, None),
        (True, None, 0, 6, NAN, 40.0, None),
        (True, None, 0, 6, 90.0, None, None),
        (True, None, 1, 6, 90.0, 40.0, False),
        (True, None, NAN, 6, 90.0, 40.0, None),
        # What is known to fail fails, whatever else is missing.
        (False, None, 0, NAN, NAN, None, False),
        (None, "late", 0, NAN, NAN, None, False),
        (None, None, 0, 5, NAN, None, False),
    ],
)
def test_one_rule_tells_who_does_well(
    effective: bool | None,
    level: str | None,
    overdue: float,
    activities: float,
    low: float,
    whole: float | None,
    told: bool | None,
) -> None:
    assert does_well(effective, level, overdue, activities, low, whole) is told


def test_the_nearest_that_does_well_is_found_beyond_the_fifth() -> None:
    distances = {f"c{at}": at / 10 for at in range(1, 12)}
    well = {"c2": None, "c7": True, "c8": True}
    found = nearest_doing_well(distances, lambda code: well.get(code, False))
    assert (found.code, found.distance, found.near, found.untold) == ("c7", 0.7, 8, 1)


def test_one_in_the_advised_mode_goes_before_a_nearer_one() -> None:
    distances = {"near": 0.1, "advised": 0.5, "farther": 0.6}
    found = nearest_doing_well(distances, lambda code: True, lambda code: code != "near")
    assert (found.code, found.distance) == ("advised", 0.5)
    assert nearest_doing_well(distances, lambda code: True, lambda code: False).code == "near"


def test_one_too_far_away_is_no_example() -> None:
    found = nearest_doing_well({"near": NEAR, "far": NEAR + 0.01}, lambda code: code == "far")
    assert (found.code, found.near, found.untold) == ("", 1, 0)
    assert nearest_doing_well({"far": 2.0}, lambda code: True).near == 0


def known(**values: bool | float) -> dict[str, Known]:
    return {name: Known(value, "recorded") for name, value in values.items()}


VALUES = {"asked": "x", "missing": "x", "neighbour": "x", "next": "x"}


def steps(known: Inputs, present: str = "", concern: str = "", **values: str) -> list[Step]:
    advice = advise(TABLE, known)
    return next_steps(TABLE, advice, VALUES | values, present=present, concern=concern)


def test_asking_comes_first_where_the_advice_waits() -> None:
    found = steps(known(has_grid=True, is_committee=False))
    assert len(found) == 3 and tuple(found) == TABLE.steps["ask"]
    assert "{asked}" in found[0].words.zh and "{asked}" in found[0].words.en


def test_steps_of_two_modes_that_tie_come_in_turn() -> None:
    tie = known(has_grid=True, is_committee=False, is_inside_boundary=False, has_branch=True,
                has_service_station=True, club_count=2, dwellings=2475, turnover=0.6)  # fmt: skip
    one, five = TABLE.steps["1"], TABLE.steps["5"]
    assert steps(tie) == [one[0], five[0], one[1]]


STILL = known(has_grid=True, is_committee=True, is_effective=False, is_inside_boundary=False,
              has_branch=False, dwellings=300, has_neighbour=True, youth_share=0.7)  # fmt: skip


def test_a_mode_that_is_there_is_revived_and_not_started_anew() -> None:
    assert advise(TABLE, STILL).verdict.results == ("3",)
    assert tuple(steps(STILL, "3")) == TABLE.steps["revive"]
    # Who manages it on trust is settled.
    assert tuple(steps(STILL, "2")) == TABLE.steps["3"][1:]
    assert tuple(steps(STILL, "4")) == TABLE.steps["3"][:3]


@pytest.mark.parametrize("rule", [rule.code for rule in RULES])
def test_what_can_t_wait_comes_first(rule: str) -> None:
    found = steps(STILL, concern=rule)
    is_urgent = next(each for each in RULES if each.code == rule).level != "watch"
    first = TABLE.steps[rule] if is_urgent else ()
    assert found == [*first, *TABLE.steps["3"]][:3]
    assert [each.days for each in found] == sorted(each.days for each in found)


def test_a_step_that_has_nothing_to_name_is_left_out() -> None:
    grid = known(has_grid=True, is_committee=False, is_inside_boundary=True, dwellings=5000,
                 committee_households=1, has_branch=False)  # fmt: skip
    assert advise(TABLE, grid).verdict.results == ("grid",)
    assert tuple(steps(grid)) == TABLE.steps["grid"]
    assert tuple(steps(grid, missing="")) == TABLE.steps["grid"][1:]


def test_steps_name_what_is_missing_at_most_three_and_what_can_matter() -> None:
    say, grid = Say("zh"), known(has_grid=True, is_committee=False, is_inside_boundary=False,
                                 has_neighbour=False, has_leading_organisation=True,
                                 is_effective=False, dwellings=300, has_branch=False,
                                 has_service_station=False, club_count=0, turnover=0.1,
                                 member_count=0)  # fmt: skip
    values = step_values(say, advise(TABLE, grid), grid, present="3")
    assert values["missing"] == "问运营方：18–35 岁居民占多少、居民构成是否混合；核实有几件提案超期"
    assert "自治共治" in values["next"] and values["neighbour"] == "邻近居村"
    assert "五种模式" in step_values(say, advise(TABLE, grid), grid)["next"]


def test_the_first_body_that_is_there_is_told() -> None:
    first = TABLE.steps["keep"][0]
    assert first.who({"station", "leading"}).zh == "社工站"
    assert first.who({"leading"}).zh == "牵头党组织"
    assert first.who(()).zh == "运营方"


@pytest.mark.parametrize("result", TABLE.steps)
def test_each_result_has_three_steps_one_after_another(result: str) -> None:
    several = TABLE.steps[result]
    assert len([each for each in several if not each.unless]) == (1 if result in URGENT else 3)
    assert [each.days for each in several] == sorted(each.days for each in several)
    assert all(words.zh and words.en for each in several for _, words in each.bodies)
