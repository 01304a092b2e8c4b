"""Who does well, who is near enough to learn from, and which steps come first."""

import pytest

from dashboard.insight.advice import Inputs, advise
from dashboard.insight.advice_inputs import Known
from dashboard.insight.advice_table import FEW, LEARN, RESULTS, REVIVE, URGENT, Step, mode_table
from dashboard.insight.advice_told import step_values
from dashboard.insight.attention import RULES
from dashboard.insight.card import (
    NEAR,
    QUARTER,
    SHORTFALLS,
    State,
    are_few,
    nearest_doing_well,
    next_steps,
)
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
    state = State(effective, level, overdue, activities, low, whole)
    assert state.does_well is told
    assert bool(state.shortfalls) is (told is False) and {*state.shortfalls} <= SHORTFALLS.keys()


@pytest.mark.parametrize(
    ("months", "activities", "told"),
    [(12, 6, True), (12, 5, False), (7, 4, True), (7, 3, False), (3, 2, True), (3, 1, False),
     (1, 2, True), (1, 1, False)],
)  # fmt: skip
def test_activities_are_held_to_the_months_in_which_there_were_any_to_hold(
    months: int, activities: int, *, told: bool
) -> None:
    assert State(True, None, 0, activities, 90, 40, months).does_well is told
    assert are_few(activities, max(months, QUARTER)) is not told


def test_each_shortfall_is_named() -> None:
    assert State(False, "late", 2, 5, 39.9, 40.0).shortfalls == tuple(SHORTFALLS)
    assert State(None, "watch", 0, NAN, 40.0, None).shortfalls == ()


def test_the_nearest_that_does_well_is_found_beyond_the_fifth() -> None:
    distances = {f"c{at}": at / 10 for at in range(1, 12)}
    well = {"c2": None, "c7": True, "c8": True}
    found = nearest_doing_well(distances, lambda code: well.get(code, False))
    assert (found.code, found.distance, found.near, found.untold) == ("c7", 0.7, 8, 1)
    assert found.nearest == "c1"


def test_one_in_the_advised_mode_goes_before_a_nearer_one() -> None:
    distances = {"near": 0.1, "advised": 0.5, "farther": 0.6}
    found = nearest_doing_well(distances, lambda code: True, lambda code: code != "near")
    assert (found.code, found.distance) == ("advised", 0.5)
    assert nearest_doing_well(distances, lambda code: True, lambda code: False).code == "near"


def test_one_too_far_away_is_no_example() -> None:
    found = nearest_doing_well({"near": NEAR, "far": NEAR + 0.01}, lambda code: code == "far")
    assert (found.code, found.near, found.untold) == ("", 1, 0)
    none = nearest_doing_well({"far": 2.0}, lambda code: True)
    assert (none.near, none.nearest) == (0, "")


def known(**values: bool | float) -> dict[str, Known]:
    return {name: Known(value, "recorded") for name, value in values.items()}


VALUES = {"asked": "x", "missing": "x", "neighbour": "x", "next": "x"}


def steps(known: Inputs, present: str = "", *first: str, **values: str) -> list[Step]:
    return next_steps(TABLE, advise(TABLE, known), VALUES | values, present, first)


def test_asking_comes_first_where_the_advice_waits() -> None:
    waiting = known(has_grid=True, is_committee=False)
    ask, revive = TABLE.steps["ask"], TABLE.steps[REVIVE]
    assert tuple(steps(waiting)) == ask
    assert "{asked}" in ask[0].words.zh and "{asked}" in ask[0].words.en
    advice = advise(TABLE, waiting)
    learnt = next_steps(TABLE, advice, VALUES, better=[LEARN])
    assert learnt == [ask[0], *TABLE.steps[LEARN], ask[1]]
    # What an arrangement lacks it lacks whatever is answered.
    assert next_steps(TABLE, advice, VALUES, fails=True) == [ask[0], *revive[:2]]
    assert next_steps(TABLE, advice, VALUES, fails=True, is_moot=True) == [*revive]


def test_what_makes_a_kept_arrangement_better_stands_for_its_first_step() -> None:
    works = known(has_grid=True, is_committee=True, is_effective=True)
    keep, advice = TABLE.steps["keep"], advise(TABLE, works)
    assert advice.verdict.results == ("keep",) and tuple(steps(works)) == keep[:3]
    better = next_steps(TABLE, advice, VALUES, better=[FEW, LEARN])
    assert better == [*TABLE.steps[FEW], *TABLE.steps[LEARN], keep[1]]
    assert next_steps(TABLE, advice, VALUES | {"example": ""}, better=[LEARN]) == [*keep[:3]]
    # What fails is made good before anything gets better.
    fails = advise(TABLE, known(has_grid=True, is_committee=True, is_effective=False,
                                is_inside_boundary=False, has_branch=False, dwellings=9,
                                has_neighbour=False))  # fmt: skip
    assert fails.verdict.results == ("keep",)
    assert tuple(next_steps(TABLE, fails, VALUES, better=[FEW])) == TABLE.steps[REVIVE]


def test_a_concern_that_may_wait_has_its_step_after_the_first_advised() -> None:
    advice = advise(TABLE, STILL)
    found = next_steps(TABLE, advice, VALUES, also=["empty"])
    assert found == [TABLE.steps["3"][0], *TABLE.steps["empty"], TABLE.steps["3"][1]]
    asking = next_steps(TABLE, advise(TABLE, known(has_grid=True)), VALUES, also=["full", "empty"])
    assert asking == [TABLE.steps["ask"][0], *TABLE.steps["empty"], *TABLE.steps["full"]]
    # What is amiss has its step, however many there are; then nothing else fits.
    every = ["empty", "reach", "full"]
    found = next_steps(TABLE, advice, VALUES, "", ["overdue"], every)
    assert {*found} == {
        *TABLE.steps["3"][:2],
        *(TABLE.steps[each][0] for each in ["overdue", *every]),
    }


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
    found = steps(STILL, "", *({rule} & {*URGENT}))
    first = TABLE.steps[rule] if rule in URGENT else ()
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
    values = step_values(say, TABLE, advise(TABLE, grid), grid, present="3")
    assert values["missing"] == "问运营方：18–35 岁居民占多少、居民构成是否混合；核实有几件提案超期"
    assert "自治共治" in values["next"] and values["neighbour"] == "邻近居村"
    # A preparatory group that is too small for a committee of its own is not asked when it becomes one.
    small, large = (
        step_values(say, TABLE, advice, place, present="1")["next"]
        for place in (known(dwellings=45), known(dwellings=1200))
        for advice in [advise(TABLE, place)]
    )
    assert "现有 45 户，单独成立居委会要 1,000 户" in small and "1,200（门槛 ≥ 1,000）" in large
    # The next step up stands beside this place's own values.
    assert "活跃社团 0（门槛 ≥ 2）、有自己的党支部 否" in values["next"]
    assert "五种模式" in step_values(say, TABLE, advise(TABLE, grid), grid)["next"]


@pytest.mark.parametrize(
    ("youth", "told"),
    [(0.7, "青年占比 70.0%（门槛 ≥ 60.0%）；不详或不满一年：一年参与率"), (0.2, "")],
)
def test_a_next_step_that_nothing_calls_for_is_not_told(youth: float, told: str) -> None:
    place = known(youth_share=youth, **({"reach": 0.8, "aspect_count": 4} if not told else {}))
    found = step_values(Say("zh"), TABLE, advise(TABLE, place), place, present="2")["next"]
    assert told in found and bool(found) is bool(told)


def test_only_what_is_of_a_year_may_be_of_less() -> None:
    young, plain = known(youth_share=0.7), known(has_branch=True)
    of_year, others = (
        step_values(Say("en"), TABLE, advise(TABLE, place), place, present=present)["next"]
        for place, present in ((young, "2"), (plain, "3"))
    )
    names = "Reach in a year, Aspects of service (of five)"
    assert of_year.endswith(f"(limit ≥ 60.0%); unknown or under a year: {names}")
    assert others.endswith("A Party branch of its own: yes; unknown: Active clubs")


def test_the_first_body_that_is_there_is_told() -> None:
    first = TABLE.steps["keep"][0]
    assert first.who({"station", "leading"}).zh == "社工站"
    assert first.who({"leading"}).zh == "牵头党组织"
    assert first.who(()).zh == "运营方"


_THREE = {*RESULTS, "close", REVIVE}


@pytest.mark.parametrize("result", TABLE.steps)
def test_each_result_has_three_steps_one_after_another(result: str) -> None:
    several = TABLE.steps[result]
    count = {"ask": 2, "keep": 4}.get(result, 3 if result in _THREE else 1)
    assert len([each for each in several if not each.unless]) == count
    assert [each.days for each in several] == sorted(each.days for each in several)
    assert all(words.zh and words.en for each in several for _, words in each.bodies)
