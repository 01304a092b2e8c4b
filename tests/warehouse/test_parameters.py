"""Check how settings typed by hand become a query's parameters."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dashboard.contract.filters import Filters
from dashboard.contract.problem import Problem
from dashboard.warehouse.catalogue import named_queries
from dashboard.warehouse.parameters import read_settings
from dashboard.warehouse.store import Warehouse

DEFAULTS = Filters(date(2025, 10, 1), date(2025, 12, 1))
ASKED = named_queries()["participation_by_month"]


def read(*settings: str) -> dict[str, Any]:
    return read_settings(ASKED, settings, defaults=DEFAULTS)


def problems_of(*settings: str) -> list[str]:
    with pytest.raises(Problem) as caught:
        read(*settings)
    assert all(words.zh != words.en for words in caught.value.problems)
    return caught.value.lines("en")


def test_what_is_not_set_takes_its_default() -> None:
    assert read() == DEFAULTS.parameters()
    shorter = {"end_month": date(2025, 11, 1), "window_months": 2}
    assert read("end_month=2025-11") == {**DEFAULTS.parameters(), **shorter}


@pytest.mark.parametrize("text", ["2025-02", "2025-2", "2025-02-01", "2025-02-28"])
def test_a_month_may_be_written_with_or_without_a_day(text: str) -> None:
    assert read(f"start_month={text}")["start_month"] == date(2025, 2, 1)


@pytest.mark.parametrize("text", ["", "2025", "2025-13", "2025-02-30", "02/2025", "2025年2月"])
def test_what_is_no_month_is_told_with_an_example(text: str) -> None:
    (said,) = problems_of(f"start_month={text}")
    assert said == f"--set start_month={text}: “{text}” is not DATE; 2025-12"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("310112103", ["310112103"]),
        ("310112103,310112112", ["310112103", "310112112"]),
        (" 310112103 , 310112112 ,", ["310112103", "310112112"]),
        ("", []),
    ],
)
def test_a_list_is_parted_by_commas(text: str, codes: list[str]) -> None:
    assert read(f"town_codes={text}")["town_codes"] == codes


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("True", True), ("FALSE", False), ("", None)]
)
def test_a_boolean_may_be_left_empty_to_mean_all(text: str, value: bool | None) -> None:
    assert read(f"is_home={text}")["is_home"] is value


@pytest.mark.parametrize("text", ["1", "yes", "是"])
def test_what_is_no_boolean_is_told(text: str) -> None:
    assert "is not BOOLEAN; true / false" in problems_of(f"is_home={text}")[0]


@pytest.mark.parametrize("text", ["1", "12", "1200"])
def test_a_number_of_months_is_one_that_dates_can_bear(text: str, warehouse: Warehouse) -> None:
    parameters = read(f"window_months={text}")
    assert parameters["window_months"] == int(text)
    # A window longer than the data is no whole window, and none is given.
    assert len(warehouse.run(ASKED.name, parameters)) == (3 if int(text) <= 12 else 0)


@pytest.mark.parametrize("text", ["", "three", "2.5", "0", "-3", "1201", "99999999999"])
def test_what_is_no_number_of_months_is_told(text: str) -> None:
    assert "is not INTEGER; 1–1200" in problems_of(f"window_months={text}")[0]


def test_a_setting_may_contain_another_equals_sign() -> None:
    assert read("town_codes=a=b")["town_codes"] == ["a=b"]


def test_every_bad_setting_is_told_at_once() -> None:
    said = problems_of("nonsense", "end_month=x", "towns=310112103", "end_month=2025-12", "tiers")
    assert len(said) == 4
    assert said[1] == "--set end_month=x: “x” is not DATE; 2025-12"
    for line, setting in zip(
        said[::2] + said[3:], ["nonsense", "towns=310112103", "tiers"], strict=True
    ):
        assert line.startswith(f"--set {setting}: write name=value; participation_by_month takes: ")
        assert all(name in line for name in ASKED.parameter_names)


def test_a_query_without_parameters_takes_no_settings() -> None:
    with pytest.raises(Problem, match="towns takes: -"):
        read_settings(named_queries()["towns"], ["month=2025-12"], defaults=DEFAULTS)


LISTS = {
    "town_codes": ["310112103", "310112112"],
    "community_codes": ["310112112-001"],
    "coverage_types": ["committee", "grid"],
    "modes": ["1", "none"],
    "tiers": ["flat", "bed"],
}


@pytest.mark.parametrize("query", named_queries().values(), ids=lambda query: query.name)
def test_every_parameter_of_every_query_can_be_set(query: Any) -> None:
    texts = {"DATE": "2025-03", "BOOLEAN": "true", "INTEGER": "3"}
    typed = {"DATE": date(2025, 3, 1), "BOOLEAN": True, "INTEGER": 3}
    settings = [
        f"{each.name}={','.join(LISTS[each.name]) if each.name in LISTS else texts[each.type]}"
        for each in query.parameters
    ]
    # Without its partner one month may lie on the wrong side of the default for the other.
    defaults = replace(DEFAULTS, start_month=date(2025, 3, 1), end_month=date(2025, 3, 1))
    values = read_settings(
        query, settings, defaults=defaults, known={"town_codes": ["310112103", "310112112"]}
    )
    assert {each.name: values[each.name] for each in query.parameters} == {
        each.name: LISTS.get(each.name, typed.get(each.type)) for each in query.parameters
    }


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("town_codes=310112999", "there is no “310112999”; there are: 310112103"),
        ("modes=9", "there is no “9”; there are: 1, 2, 3, 4, 5, none"),
        ("tiers=sofa", "there is no “sofa”; there are: flat, room, bed"),
        ("coverage_types=all", "there is no “all”; there are: committee, grid"),
    ],
)
def test_an_unknown_code_is_refused_with_those_there_are(setting: str, said: str) -> None:
    with pytest.raises(Problem, match=said):
        read_settings(
            named_queries()["coverage_by_town"],
            [setting],
            defaults=DEFAULTS,
            known={"town_codes": ["310112103"]},
        )


def test_a_start_after_the_end_is_refused() -> None:
    with pytest.raises(Problem, match="start_month 2025-06 is after end_month 2025-03"):
        read_settings(
            named_queries()["coverage_by_town"],
            ["start_month=2025-06", "end_month=2025-03"],
            defaults=DEFAULTS,
        )


def test_the_window_is_as_long_as_the_months_unless_set() -> None:
    asked = named_queries()["participation_by_month"]
    months = ["start_month=2025-01", "end_month=2025-06"]
    assert read_settings(asked, months, defaults=DEFAULTS)["window_months"] == 6
    own = read_settings(asked, [*months, "window_months=2"], defaults=DEFAULTS)
    assert own["window_months"] == 2
