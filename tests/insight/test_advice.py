"""Hold the decision table's advice to the table row by row, to properties, and to a slow oracle."""

from collections.abc import Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.contract.problem import Problem
from dashboard.insight.advice import (
    MOST_QUESTIONS,
    Inputs,
    advise,
    changed,
    contradictions,
    outcomes,
    row_holds,
    sensitivity,
    verdict,
)
from dashboard.insight.advice_facts import before_arrangements
from dashboard.insight.advice_inputs import INPUTS, Known, Value
from dashboard.insight.advice_table import KEEP, MODE_TABLE, RESULTS, mode_table, read_table
from dashboard.insight.advice_told import advice_lines, advice_told, outcomes_told, result_names
from dashboard.insight.lines import report_notes
from dashboard.language import Say

TABLE = mode_table()
SAY = Say("en")
LIMITS = {name: each.value for name, each in TABLE.thresholds.items()}
LONGFOR, WEILINGDI, YOUTHA = "310112103-001", "310112114-001", "310112112-001"


def inputs(**values: Value) -> Inputs:
    return {name: Known(value, "recorded") for name, value in values.items()}


# What every grid community's register says, and a place outside any boundary.
GRID: dict[str, Value] = {"has_grid": True, "is_committee": False}
OUTSIDE: dict[str, Value] = {**GRID, "is_inside_boundary": False}
FEW: dict[str, Value] = {
    "has_branch": False, "has_service_station": False, "club_count": 0, "dwellings": 300, "turnover": 0.2,
    "member_count": 0,
}  # fmt: skip
CALM: dict[str, Value] = {
    "youth_share": 0.3, "is_mixed": False, "overdue_count": 0, "reach": 0.8, "aspect_count": 4,
}  # fmt: skip

# Each row of the published table, met by what it names and no more.
ROWS: list[tuple[dict[str, Value], tuple[str, ...], int]] = [
    ({"has_grid": False, "has_leading_organisation": False}, ("blocker",), 0),
    ({"has_grid": True, "is_committee": True, "is_effective": True}, (KEEP,), 1),
    ({**GRID, "is_inside_boundary": True, "committee_households": 2500, "dwellings": 500}, ("4",), 2),
    ({**OUTSIDE, **FEW, "has_branch": True, "has_service_station": True, "club_count": 2}, ("5",), 3),
    ({**OUTSIDE, **FEW, "dwellings": 1000, "turnover": 0.5, "has_branch": True}, ("1",), 4),
    ({**OUTSIDE, **FEW, "dwellings": 1000, "turnover": 0.5, "member_count": 3}, ("1",), 4),
    *(
        ({**OUTSIDE, **FEW, **CALM, "has_neighbour": True, name: value}, ("3",), 5)
        for name, value in {
            "youth_share": 0.6, "is_mixed": True, "overdue_count": 5, "reach": 0.3, "aspect_count": 1,
        }.items()
    ),
    ({**OUTSIDE, **FEW, **CALM, "neighbour_metres": 1500, "youth_share": 0.6}, ("3",), 5),
    ({**OUTSIDE, **FEW, **CALM, "has_neighbour": True}, ("2",), 6),
    ({**OUTSIDE, **FEW, **CALM, "neighbour_metres": 1501}, ("grid",), 8),
    ({**OUTSIDE, **FEW, **CALM, "has_neighbour": False}, ("grid",), 8),
    ({**GRID, **FEW, "is_inside_boundary": True, "committee_households": 2701}, ("grid",), 8),
    ({**OUTSIDE, **FEW, **CALM, "is_committee": True, "is_effective": False, "has_neighbour": False}, (KEEP,), 7),
]  # fmt: skip


@pytest.mark.parametrize(("values", "results", "row"), ROWS)
def test_each_row_decides_what_the_published_table_says(
    values: dict[str, Value], results: tuple[str, ...], row: int
) -> None:
    found = verdict(TABLE, inputs(**values))
    assert (found.results, found.row.number) == (results, row)


def test_rows_three_and_four_tie() -> None:
    both = {**OUTSIDE, **FEW, "has_branch": True, "has_service_station": True, "club_count": 2,
            "dwellings": 2475, "turnover": 0.6}  # fmt: skip
    assert verdict(TABLE, inputs(**both)).results == ("1", "5")
    unknown = inputs(**both)
    without = {name: each for name, each in unknown.items() if name != "turnover"}
    found = verdict(TABLE, without)
    assert (found.results, found.tie_is_open) == (("5",), True)
    advice = advise(TABLE, without)
    assert result_names(SAY)["1"] in advice_told(SAY, advice)
    assert advice.runner_up is not None and advice.runner_up.row.result != "1"


def test_what_works_is_kept_unless_it_is_left_aside() -> None:
    works = inputs(has_grid=True, is_committee=True, is_effective=True, is_inside_boundary=True,
                   committee_households=1000, dwellings=200)  # fmt: skip
    assert verdict(TABLE, works).results == (KEEP,)
    assert verdict(TABLE, works, keep=False).results == ("4",)


def test_a_committee_s_community_is_never_left_in_the_grid() -> None:
    """Where no mode fits better, it is to work again, not to be started anew."""
    there = inputs(**{**OUTSIDE, **FEW, **CALM, "is_committee": True, "is_effective": False,
                      "has_neighbour": False})  # fmt: skip
    row = verdict(TABLE, there).row
    assert TABLE.steps_of(row, KEEP, "4") == TABLE.steps["revive"] != TABLE.steps[KEEP]
    assert verdict(TABLE, there, keep=False).results == ("grid",)


# The oracle ------------------------------------------------------------------------------


def oracle(values: Mapping[str, Value], *, keep: bool) -> tuple[str, ...]:
    """Decide in plain words, where all is known, by domain knowledge alone."""
    v: dict[str, Any] = dict(values)
    if not v["has_grid"] and not v["has_leading_organisation"]:
        return ("blocker",)
    if keep and v["is_committee"] and v["is_effective"]:
        return (KEEP,)
    inside = v["is_inside_boundary"]
    if inside and v["committee_households"] + v["dwellings"] <= 3000:
        return ("4",)
    own = (
        not inside
        and v["dwellings"] >= 1000
        and v["turnover"] >= 0.5
        and (v["has_branch"] or v["member_count"] >= 3)
    )
    if v["has_branch"] and v["has_service_station"] and v["club_count"] >= 2:
        return ("1", "5") if own else ("5",)
    if own:
        return ("1",)
    near = v["neighbour_metres"] <= 1500
    ailing = (
        v["youth_share"] >= 0.6
        or v["is_mixed"]
        or v["overdue_count"] >= 5
        or v["reach"] <= 0.3
        or v["aspect_count"] <= 1
    )
    if not inside and near:
        return ("3",) if ailing else ("2",)
    return (KEEP,) if keep and v["is_committee"] else ("grid",)


NUMBERS: dict[str, list[float]] = {
    "committee_households": [900, 1990, 2000, 2001, 2900],
    "dwellings": [60, 999, 1000, 1001, 3100],
    "club_count": [0, 1, 2, 5],
    "turnover": [0.1, 0.499, 0.5, 0.8],
    "member_count": [0, 2, 3, 30],
    "neighbour_metres": [200, 1500, 1501, 4000],
    "youth_share": [0.2, 0.599, 0.6, 0.9],
    "overdue_count": [0, 4, 5, 9],
    "reach": [0.1, 0.3, 0.301, 0.9],
    "aspect_count": [0, 1, 2, 5],
}
WHOLE = st.fixed_dictionaries(
    {name: st.sampled_from(NUMBERS[name]) if name in NUMBERS else st.booleans() for name in INPUTS}
)


def consistent(values: Mapping[str, Value]) -> dict[str, Value]:
    """Make a committee's communities governed, and a neighbour what its distance says."""
    return {
        **values,
        "has_grid": values["has_grid"] or values["is_committee"],
        "has_neighbour": float(values["neighbour_metres"]) <= LIMITS["near_metres"],
        "is_inside_boundary": values["is_inside_boundary"]
        and float(values["neighbour_metres"]) <= LIMITS["near_metres"],
    }


PARTS = st.tuples(WHOLE.map(consistent), st.sets(st.sampled_from(list(INPUTS))), st.booleans())


@given(WHOLE.map(consistent), st.booleans())
def test_where_all_is_known_the_table_says_what_the_oracle_says(
    values: dict[str, Value], keep: bool
) -> None:
    assert verdict(TABLE, inputs(**values), keep=keep).results == oracle(values, keep=keep)


@settings(deadline=None)
@given(PARTS)
def test_what_is_missing_leaves_open_exactly_what_it_could_decide(
    parts: tuple[dict[str, Value], set[str], bool],
) -> None:
    """Complete what is missing in every way, two inputs at most: a told result is every completion's."""
    values, missing, keep = parts
    missing = set(sorted(missing)[:2])
    known = {name: value for name, value in values.items() if name not in missing}
    found = verdict(TABLE, inputs(**known), keep=keep)
    ways = [NUMBERS.get(name, [True, False]) for name in sorted(missing)]
    completed = {
        oracle(whole, keep=keep)
        for chosen in product(*ways)
        for whole in [{**known, **dict(zip(sorted(missing), chosen, strict=True))}]
        if consistent(whole) == whole
    }
    if found.is_told and not found.tie_is_open:
        assert completed <= {found.results}
    elif found.is_told:
        assert all(set(found.results) <= set(each) for each in completed)


# Properties ------------------------------------------------------------------------------


@settings(deadline=None)
@given(PARTS)
def test_every_input_gets_a_result_a_reason_and_a_flip_that_flips(
    parts: tuple[dict[str, Value], set[str], bool],
) -> None:
    values, missing, keep = parts
    known = inputs(**{name: value for name, value in values.items() if name not in missing})
    advice = advise(TABLE, known, keep=keep)
    assert advice.verdict.row.reason.zh and advice.verdict.row.reason.en
    assert set(advice.verdict.results) <= set(RESULTS)
    if not advice.verdict.is_told:
        assert 1 <= len(advice.questions) <= MOST_QUESTIONS
        assert all(each.name not in known and each.answers for each in advice.questions)
        return
    assert all(each.holds for each in advice.judged)
    flip = advice.flip
    assert flip is not None and 1 <= len(flip.changes) <= 2
    after = changed(known, flip.changes)
    assert verdict(TABLE, after, keep=keep) == flip.verdict
    assert flip.verdict.results != advice.verdict.results
    assert not contradictions(TABLE, after) or contradictions(TABLE, known)


@settings(deadline=None)
@given(PARTS)
def test_the_runner_up_is_the_next_row_that_may_hold(
    parts: tuple[dict[str, Value], set[str], bool],
) -> None:
    values, missing, keep = parts
    known = inputs(**{name: value for name, value in values.items() if name not in missing})
    advice = advise(TABLE, known, keep=keep)
    mine = {*advice.verdict.results, advice.verdict.may_tie_with, "blocker", KEEP}
    later = [
        row
        for row in TABLE.rows
        if row.number > advice.verdict.row.number and row.when and row.result not in mine
    ]
    possible = [row for row in later if row_holds(TABLE, row, known) is not False]
    if possible:
        assert advice.runner_up is not None and advice.runner_up.row == possible[0]
    elif advice.runner_up is not None:
        assert advice.runner_up.state == "lacks"


@settings(deadline=None)
@given(PARTS)
def test_one_change_is_found_wherever_one_flips_the_advice(
    parts: tuple[dict[str, Value], set[str], bool],
) -> None:
    values, missing, keep = parts
    known = inputs(**{name: value for name, value in values.items() if name not in missing})
    advice = advise(TABLE, known, keep=keep)
    if advice.flip is None or len(advice.flip.changes) < 2:
        return
    for name, each in known.items():
        for value in NUMBERS.get(name, [True, False]):
            after = {**known, name: Known(value, "typed")}
            if value == each.value or contradictions(TABLE, after):
                continue
            found = verdict(TABLE, after, keep=keep)
            assert found.results in (advice.verdict.results, ("blocker",), ()), (name, value)


@settings(deadline=None)
@given(PARTS, st.randoms())
def test_to_know_more_never_turns_what_is_told(
    parts: tuple[dict[str, Value], set[str], bool], random: Any
) -> None:
    """What is told stays told: only a tie that was open may add its second mode."""
    values, missing, keep = parts
    known = {name: value for name, value in values.items() if name not in missing}
    before = verdict(TABLE, inputs(**known), keep=keep)
    for name in random.sample(sorted(missing), len(missing)):
        known[name] = values[name]
        after = verdict(TABLE, inputs(**known), keep=keep)
        if before.is_told:
            assert set(before.results) <= set(after.results)
            assert before.results == after.results or before.tie_is_open
        assert after.row.number >= before.row.number
        before = after


@settings(deadline=None)
@given(PARTS)
def test_an_answer_gives_what_was_said_of_it(
    parts: tuple[dict[str, Value], set[str], bool],
) -> None:
    values, missing, keep = parts
    known = inputs(**{name: value for name, value in values.items() if name not in missing})
    for question in advise(TABLE, known, keep=keep).questions:
        for answer in question.answers:
            after = {**known, question.name: Known(answer.value, "typed")}
            assert verdict(TABLE, after, keep=keep) == answer.verdict


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_advice_can_be_said(language: Any) -> None:
    for values, *_ in ROWS:
        known = inputs(**values)
        lines = advice_lines(Say(language), TABLE, known, advise(TABLE, known))
        assert all(line.strip() and "{" not in line for line in lines)


@pytest.mark.parametrize("dwellings", [60, 300, 1200, 3100])
def test_of_a_register_of_eight_columns_asking_on_ends_in_an_advice(dwellings: int) -> None:
    """Whatever is answered, nothing is asked twice, and what is asked leads on to an advice."""

    @cache
    def most_asked(answered: frozenset[tuple[str, Value]]) -> int:
        known = {**inputs(has_grid=True, is_committee=False, dwellings=dwellings)}
        known |= inputs(**dict(answered))
        advice = advise(TABLE, known)
        if advice.verdict.is_told:
            return 0
        first = advice.questions[0]
        assert first.name not in known
        ways = (answered | {(first.name, each.value)} for each in first.answers)
        return 1 + max(map(most_asked, ways))

    assert 2 < most_asked(frozenset()) <= 11


def test_moving_a_threshold_changes_those_beyond_it() -> None:
    several = [
        inputs(**{**OUTSIDE, **FEW, **CALM, "has_neighbour": True, "youth_share": share})
        for share in (0.4, 0.5, 0.59, 0.65, 0.9)
    ]
    assert sensitivity(TABLE, several, keep=True)["youth"] == (2, 1)


# Golden cases ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "results"), [(LONGFOR, ("3",)), (WEILINGDI, ("5",)), (YOUTHA, ("1", "5"))]
)
def test_named_places_get_before_their_arrangement_what_they_then_took(
    code: str, results: tuple[str, ...]
) -> None:
    before = before_arrangements()[code]
    found = verdict(TABLE, before.inputs(), keep=False)
    assert (found.results, found.tie_is_open) == (results, False)


@pytest.mark.parametrize("code", [LONGFOR, WEILINGDI, YOUTHA])
def test_what_would_change_a_named_places_advice_is_told(code: str) -> None:
    known = before_arrangements()[code].inputs()
    flip = advise(TABLE, known, keep=False).flip
    assert flip is not None and flip.verdict.is_told


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        (LONGFOR, ["has_branch", "has_service_station"]),
        (WEILINGDI, ["club_count"]),
        (YOUTHA, ["is_inside_boundary", "committee_households"]),
    ],
)
def test_of_what_is_published_alone_the_table_says_whom_to_ask(code: str, asked: list[str]) -> None:
    published = before_arrangements()[code].inputs(published_alone=True)
    assert {each.basis for each in published.values()} == {"published"}
    advice = advise(TABLE, published, keep=False)
    assert [each.name for each in advice.questions] == asked


def test_what_is_said_of_named_places_names_its_sources() -> None:
    for code, before in before_arrangements().items():
        names = [fact.name for fact in before.facts]
        assert len(names) == len(set(names)) and set(names) <= INPUTS.keys(), code
        for fact in before.facts:
            assert fact.rests_on and all(each[0] in "FP" for each in fact.rests_on)
            reports = {each for each in fact.rests_on if each.startswith("P")}
            assert reports <= report_notes().keys()
            assert fact.words.zh and fact.words.en


# The file --------------------------------------------------------------------------------


FAULTS = {
    'result = "4"': ('result = "6"', "row 2.result"),
    '{ input = "is_committee", is = "yes" }': ('{ input = "is_comittee", is = "yes" }', "row 1.when[0].input"),
    '{ input = "club_count", at_least = "active_clubs" }': (
        '{ input = "club_count", at_least = "clubs" }', "row 3.when[2].at_least"),
    '{ input = "has_branch", is = "yes" },\n  { input = "has_service': (
        '{ input = "has_branch", at_least = "youth" },\n  { input = "has_service', "row 3.when[0]"),
    "ties_with = 4": ("ties_with = 1", "row 3.ties_with"),
    "active_clubs = { value = 2,": ("active_clubs = { value = -2,", "threshold.active_clubs.value"),
    "number = 5": ("number = 9", "row 9.number"),
    "when = []": ('when = [{ input = "has_grid", is = "yes" }]', "row"),
    "grid = [": ("gird = [", "steps.grid"),
    'steps = "revive"': ('steps = "revived"', "row 7.steps"),
    'unless = "2"': ('unless = "6"', "steps.3[0].unless"),
    "long_open = [": ("longopen = [", "steps.long_open"),
    '"leading", "operator"], days = 30': ('"leading", "nobody"], days = 30', "steps.keep[0].who"),
    'who = "own_committee", days = 60': ('who = "nobody", days = 0', "steps.4[1].who"),
    'who = "committee", days = 60': ('who = "committee", days = 0', "steps.2[1].days"),
    "close = [": ("cloze = [", "steps.close"),
    'en = "None of the above: stay in the grid, and look again in 90 days."': ("", "row 8.en"),
}  # fmt: skip


@pytest.mark.parametrize("there", FAULTS)
def test_a_fault_in_the_table_is_told_with_its_row_and_field(there: str, tmp_path: Path) -> None:
    instead, where = FAULTS[there]
    text = MODE_TABLE.read_text(encoding="utf-8")
    assert there in text
    file = tmp_path / "table.toml"
    file.write_text(text.replace(there, instead, 1), encoding="utf-8")
    with pytest.raises(Problem) as caught:
        read_table(file)
    assert any(f"table.toml: {where} " in words.en for words in caught.value.problems)


def test_a_table_that_is_no_toml_is_told(tmp_path: Path) -> None:
    file = tmp_path / "table.toml"
    file.write_text("row = [", encoding="utf-8")
    with pytest.raises(Problem, match="not valid TOML"):
        read_table(file)


def test_what_each_way_of_answering_gives_is_told_and_the_rest_at_once() -> None:
    place = inputs(**GRID, **FEW, **CALM, has_neighbour=True)
    advice = advise(TABLE, place)
    assert [each.name for each in advice.questions] == [
        "is_inside_boundary",
        "committee_households",
    ]
    several = dict(outcomes(TABLE, advice, place, keep=True))
    assert len(several) == 4
    told = outcomes_told(Say("zh"), TABLE, advice, place, several)
    assert told == (
        "在居村辖区内 是，且该居村现有户数 ≤ 2,700：纳入居委会管理；"
        "在居村辖区内 是，且该居村现有户数 ≥ 2,701：留在片区网格；其余：居村代管（纳入后至多 3,000 户，含本社区 300）"
    )
    alike = {changes: verdict(TABLE, inputs(**GRID, has_leading_organisation=True, **FEW, **CALM,
             is_inside_boundary=False, has_neighbour=True)) for changes in several}  # fmt: skip
    assert outcomes_told(Say("zh"), TABLE, advice, place, alike) == "怎样答都是：居村代管"
