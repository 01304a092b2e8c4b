"""What siting says of a result is no more than the result tells."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dashboard.figures.siting import Located, outcome_of
from dashboard.insight.siting import cover, median, setting
from dashboard.language import Say
from dashboard.subjects.siting.drawings import Curve
from dashboard.subjects.siting.figures import brought
from dashboard.subjects.siting.sentences import (
    Brought,
    fewest_told,
    greedy_told,
    siting_headline,
)


def test_adding_one_by_one_does_as_well_only_where_it_was_found_to() -> None:
    here = setting(["d", "e"], [10, 5], ["a", "b"], np.array([[0, 300.0], [300.0, 0]]))
    say, both = Say("en"), median(here, 2)
    assert both.value == 0
    assert both.greedy == 0
    assert greedy_told(say, both) == "adding one by one does as well"
    assert greedy_told(say, replace(both, greedy=90.0)) == "adding one by one would be farther"
    untold = replace(both, greedy=None)
    assert greedy_told(say, untold) == "adding one by one would not serve everybody"


@pytest.mark.parametrize(("stations", "said"), [(1, "station brings"), (2, "stations bring")])
def test_one_station_brings_and_two_bring(stations: int, said: str) -> None:
    here = setting(["d", "e"], [10, 5], ["a", "b"], np.array([[0, 300.0], [300.0, 0]]))
    brought = Brought(5, (0.0, 50.0), (float("inf"), float("nan")))
    for who in ("grid", None):
        told = siting_headline(
            Say("en"), cover(here, stations, 0), brought, who=who, within=0, place=""
        )
        assert f"{stations} more {said} 5 more" in told.state


def test_the_way_before_is_of_stations_with_the_same_limits() -> None:
    """Those that stand hold 10 of 15: how far all would go to them is not told."""
    ways = np.array([[0, 300.0], [300.0, 0]])
    here = setting(
        ["d", "e"], [10, 5], ["a", "b"], ways, is_open=[True, False], capacities=[10, 10]
    )
    rows = pd.DataFrame()
    found = outcome_of(Located(here, rows, rows, rows), median(here, 1), 500)
    assert brought(found).ways == (float("inf"), 0)


@pytest.mark.parametrize(
    ("values", "is_exact", "told"),
    [
        ([40.0, 80.0, 95.0, 99.0], [True] * 4, "95.0% takes 2 more stations at least"),
        ([40.0, 80.0, 96.0], [True, True, False], "95.0% takes 2 more stations at least"),
        # One might do, too: nobody proved that it does not.
        ([40.0, 80.0, 96.0], [True, False, True], ""),
        ([40.0, 80.0, 90.0], [True] * 3, "2 more do not reach 95.0%"),
        ([40.0, 80.0, 90.0], [True, True, False], ""),
        ([95.0, 96.0], [True, True], ""),
    ],
)
def test_how_few_reach_nearly_all_is_said_where_it_is_proved(
    values: list[float], is_exact: list[bool], told: str
) -> None:
    held = Curve(range(len(values)), values, is_exact, "reached", "%", 1)
    assert fewest_told(Say("en"), held) == told
