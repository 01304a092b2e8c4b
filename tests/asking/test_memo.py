"""What is remembered follows from its signature, and from nothing else."""

import importlib
import pkgutil
from dataclasses import replace

import pytest

import dashboard
from dashboard.asking.memo import remembered, remembered_for_all_towns
from dashboard.asking.questions import Asking, Questions
from dashboard.contract.filters import default_filters
from dashboard.language import Say
from dashboard.warehouse.store import Warehouse

TOWN = "310112103"
made: list[tuple[str, ...]] = []


@remembered
def places(ask: Questions, mark: str) -> tuple[str, ...]:
    made.append(ask.filters.town_codes)
    return (mark, ask.say.language, *ask.filters.town_codes)


@remembered_for_all_towns
def everywhere(ask: Questions) -> tuple[str, ...]:
    made.append(ask.filters.town_codes)
    return ask.filters.town_codes


@pytest.fixture
def ask(warehouse: Warehouse) -> Asking:
    made.clear()
    return Asking(warehouse, Say("zh"), default_filters(warehouse.months))


def in_town(ask: Asking) -> Asking:
    return replace(ask, chosen=replace(ask.chosen, town_codes=(TOWN,)))


def test_the_same_is_made_once_and_anything_else_anew(ask: Asking) -> None:
    assert places(ask, "a") == places(ask, "a") == ("a", "zh")
    assert len(made) == 1
    assert places(ask, "b") == ("b", "zh")
    assert places(replace(ask, say=Say("en")), "a") == ("a", "en")
    assert places(in_town(ask), "a") == ("a", "zh", TOWN)
    assert len(made) == 4


def test_what_is_of_all_towns_is_asked_without_a_town_and_made_once(ask: Asking) -> None:
    assert everywhere(in_town(ask)) == everywhere(ask) == ()
    assert made == [()]


def test_what_is_of_no_filter_is_made_once_for_a_language(ask: Asking) -> None:
    before = replace(ask, chosen=replace(in_town(ask).chosen, start_month=ask.chosen.end_month))
    assert before.communities is ask.communities
    assert replace(ask, say=Say("en")).communities is not ask.communities


def test_a_function_that_captures_something_is_refused() -> None:
    captured = "something"

    def figure(ask: Questions) -> str:
        return captured

    with pytest.raises(TypeError, match="not among its arguments"):
        remembered(figure)


def test_every_remembered_function_can_be_reached_by_its_signature() -> None:
    """A name that stood twice would be answered by the other one's result."""
    names = []
    for module in pkgutil.walk_packages(dashboard.__path__, "dashboard."):
        if module.name in ("dashboard.app", "dashboard.__main__"):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if getattr(value, "remembered_as", None) and value.__module__ == module.name:
                assert value.remembered_as == (module.name, name)
                names.append(value.remembered_as)
    assert len(names) > 5
    assert len(set(names)) == len(names)
