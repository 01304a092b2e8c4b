"""Sitings are the best there are: what counting all choices finds, and what was proved or published."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from dashboard.contract.problem import Problem
from dashboard.insight.siting import (
    Setting,
    cover,
    cover_curve,
    fewest,
    knee,
    median,
    median_curve,
    setting,
    with_found,
)

# A shared machine may be slow: what is checked here is not time.
unhurried = settings(deadline=None, max_examples=40)
SECONDS = 60.0


@st.composite
def places(draw, *, with_capacities=False, with_open=True):
    """Give a small setting on a grid of hundreds of metres, where many distances are equal."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    demand, sites = draw(st.integers(1, 9)), draw(st.integers(2, 8))
    own = rng.integers(0, 12, (demand, 2)) * 100.0
    there = rng.integers(0, 12, (sites, 2)) * 100.0
    weights = rng.integers(0, 400, demand).astype(float)
    weights[0] += 1
    is_open = np.zeros(sites, dtype=bool)
    if with_open:
        is_open[: draw(st.integers(0, 1))] = True
    return setting(
        [f"d{at}" for at in range(demand)],
        weights,
        [f"s{at}" for at in range(sites)],
        np.hypot(*(own[:, None] - there[None]).transpose(2, 0, 1)),
        is_open=is_open,
        capacities=rng.integers(1, 6, sites) * 100.0 if with_capacities else None,
    )


# Counting all choices ----------------------------------------------------------------------------


def choices(here: Setting, stations: int):
    """List all choices of up to so many added stations, with those that stand already."""
    opened = tuple(np.flatnonzero(here.is_open).tolist())
    for count in range(stations + 1):
        for chosen in combinations(here.candidates.tolist(), count):
            yield (*opened, *chosen)


def served_by(here: Setting, sites, within: float) -> float:
    """Reckon what stations reach; with capacities as the least cut between demand and sites."""
    near = here.distances[:, list(sites)] <= within
    if here.capacities is None:
        return float(here.weights[near.any(axis=1)].sum())
    # Whatever sites are given up, only what reaches another one counts beyond what they hold.
    return min(
        float(here.capacities[[s for s, kept in zip(sites, full, strict=True) if kept]].sum())
        + float(here.weights[(near & ~np.array(full, dtype=bool)).any(axis=1)].sum())
        for full in product((True, False), repeat=len(sites))
    ) if sites else 0.0  # fmt: skip


def way_of(here: Setting, sites) -> float:
    """Reckon the weighted way to stations; with capacities by a plain transport problem."""
    if not sites:
        return float("inf")
    ways = here.distances[:, list(sites)]
    if here.capacities is None:
        return float(here.weights @ ways.min(axis=1))
    rows, columns = ways.shape
    served = np.kron(np.eye(rows), np.ones(columns))
    held = np.kron(np.ones(rows), np.eye(columns))
    found = linprog(
        ways.ravel(), A_ub=held, b_ub=here.capacities[list(sites)], A_eq=served, b_eq=here.weights
    )
    return float(found.fun) if found.status == 0 else float("inf")


@unhurried
@given(places(), st.integers(0, 4), st.integers(1, 8))
def test_no_choice_reaches_more(here, stations, hundreds):
    stations, within = min(stations, len(here.candidates)), hundreds * 100.0
    best = max(served_by(here, each, within) for each in choices(here, stations))
    found = cover(here, stations, within, seconds=SECONDS)
    assert found.value == pytest.approx(best)
    assert found.is_exact
    assert len(found.chosen) <= stations


@unhurried
@given(places(with_capacities=True), st.integers(1, 3), st.integers(1, 8))
def test_no_choice_serves_more_where_stations_are_small(here, stations, hundreds):
    stations, within = min(stations, len(here.candidates)), hundreds * 100.0
    best = max(served_by(here, each, within) for each in choices(here, stations))
    found = cover(here, stations, within, seconds=SECONDS)
    assert found.value == pytest.approx(best)
    assert found.is_exact
    assert_served_as_told(found, within)


@unhurried
@given(places(), st.integers(1, 4))
def test_no_choice_shortens_ways_more(here, stations):
    stations = min(stations, len(here.candidates))
    best = min(way_of(here, each) for each in choices(here, stations))
    found = median(here, stations, seconds=SECONDS)
    assert found.value == pytest.approx(best, abs=1e-6)
    assert found.is_exact


@unhurried
@given(places(with_capacities=True), st.integers(1, 3))
def test_no_choice_shortens_ways_more_where_stations_are_small(here, stations):
    stations = min(stations, len(here.candidates))
    best = min(way_of(here, each) for each in choices(here, stations))
    if np.isinf(best):
        with pytest.raises(Problem, match="hold"):
            median(here, stations, seconds=SECONDS)
        return
    found = median(here, stations, seconds=SECONDS)
    assert found.value == pytest.approx(best, abs=1e-4)
    assert found.is_exact
    assert_served_as_told(found, np.inf)


@unhurried
@given(
    places() | places(with_capacities=True),
    st.integers(1, 8),
    st.sampled_from([0.3, 0.5, 0.8, 0.9, 1.0]),
)
def test_no_fewer_stations_reach_a_share(here, hundreds, share):
    within, most = hundreds * 100.0, len(here.candidates)
    target = share * here.total * (1 - 1e-9)
    enough = [each for each in choices(here, most) if served_by(here, each, within) >= target]
    if not enough:
        with pytest.raises(Problem, match="reach"):
            fewest(here, share, within, seconds=SECONDS)
        return
    least = min(len(each) for each in enough) - int(here.is_open.sum())
    found = fewest(here, share, within, seconds=SECONDS)
    assert len(found.siting.chosen) == found.at_least == least
    assert found.siting.value >= target


def assert_served_as_told(found, within):
    """Nobody is served twice, nor by more than a station holds, nor from too far."""
    here = found.setting
    demand, sites = found.flows[:, :2].astype(int).T
    assert (found.flow_distances <= within).all()
    opened = {*np.flatnonzero(here.is_open), *found.chosen}
    assert set(sites) <= opened
    served = np.bincount(demand, found.flows[:, 2], minlength=len(here.demand))
    held = np.bincount(sites, found.flows[:, 2], minlength=len(here.sites))
    assert (served <= here.weights + 1e-3).all()
    assert (held <= here.capacities + 1e-3).all()


# What holds of all -------------------------------------------------------------------------------


@unhurried
@given(places(), st.integers(1, 8))
def test_another_station_never_reaches_fewer(here, hundreds):
    points = cover_curve(here, len(here.candidates), hundreds * 100.0, seconds=SECONDS)
    values = [point.value for point in points]
    assert values == sorted(values)
    assert all(point.is_exact for point in points)
    assert [point.stations for point in points] == list(range(len(here.candidates) + 1))
    ways = median_curve(here, len(here.candidates), seconds=SECONDS)
    assert all(point.is_exact for point in ways)
    values = [point.value for point in ways]
    assert values == sorted(values, reverse=True)
    assert ways[0].stations == (0 if here.is_open.any() else 1)


@unhurried
@given(places(), st.integers(1, 4), st.integers(1, 8))
def test_adding_one_by_one_is_never_better(here, stations, hundreds):
    stations = min(stations, len(here.candidates))
    reaching = cover(here, stations, hundreds * 100.0, seconds=SECONDS)
    assert reaching.greedy is not None
    assert reaching.before <= reaching.greedy <= reaching.value + 1e-6
    shortening = median(here, stations, seconds=SECONDS)
    assert shortening.greedy is not None
    assert shortening.value <= shortening.greedy + 1e-6


@unhurried
@given(places(), st.integers(1, 4), st.integers(1, 8), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(here, stations, hundreds, random):
    stations, within = min(stations, len(here.candidates)), hundreds * 100.0
    rows, columns = (list(range(len(each))) for each in (here.demand, here.sites))
    random.shuffle(rows)
    random.shuffle(columns)
    shuffled = setting(
        [here.demand[at] for at in rows],
        here.weights[rows],
        [here.sites[at] for at in columns],
        here.distances[np.ix_(rows, columns)],
        is_open=here.is_open[columns],
    )
    for solve in (lambda each: cover(each, stations, within), lambda each: median(each, stations)):
        assert solve(here).codes == solve(shuffled).codes


def test_of_equal_sites_the_first_by_code_is_taken():
    here = setting(["d"], [10], ["b", "a"], np.array([[50.0, 50.0]]))
    assert cover(here, 1, 100).codes == median(here, 1).codes == ("a",)


def test_stations_that_reach_nobody_new_are_not_added():
    here = setting(["d", "e"], [10, 5], ["a", "b", "c"], np.array([[0, 1, 9.0], [9, 9, 0.0]]))
    assert cover(here, 3, 2).codes == ("a", "c")


def test_adding_one_by_one_can_fall_short_and_says_by_how_much():
    # The middle reaches most at once, and then two more are needed where two would have done.
    reach = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 1], [0, 0, 1]], dtype=bool)
    here = setting(["a", "b", "c", "d"], [4, 5, 5, 4], ["x", "y", "z"], np.where(reach, 0.0, 9.0))
    found = cover(here, 2, 1)
    assert (found.value, found.greedy, found.codes) == (18, 14, ("x", "z"))
    assert found.loss == pytest.approx(4 / 18)


def test_where_the_time_ends_the_best_found_stands_with_its_gap():
    rng = np.random.default_rng(7)
    own, there = rng.uniform(0, 9000, (150, 2)), rng.uniform(0, 9000, (120, 2))
    here = setting(
        [f"{at:03}" for at in range(150)],
        rng.integers(1, 500, 150).astype(float),
        [f"{at:03}" for at in range(120)],
        np.hypot(*(own[:, None] - there[None]).transpose(2, 0, 1)),
    )
    exact, hurried = median(here, 12, seconds=SECONDS), median(here, 12, seconds=0.0)
    assert exact.is_exact
    assert not exact.is_limited
    assert hurried.is_limited
    assert hurried.gap > 0
    assert hurried.bound <= exact.value <= hurried.value


@unhurried
@given(places(), st.integers(1, 4), st.sampled_from(["cover", "median"]))
def test_a_curve_without_time_is_no_worse_than_what_was_found(here, stations, aim):
    stations, most = min(stations, len(here.candidates)), len(here.candidates)
    if aim == "cover":
        found = cover(here, stations, 300, seconds=SECONDS)
        exact, hurried = (cover_curve(here, most, 300, seconds=each) for each in (SECONDS, 0))
    else:
        found = median(here, stations, seconds=SECONDS)
        exact, hurried = (median_curve(here, most, seconds=each) for each in (SECONDS, 0))
    told = with_found(hurried, found)
    sign = 1 if aim == "cover" else -1
    gains = [sign * point.value for point in told]
    assert gains == sorted(gains)
    for point, best in zip(told, exact, strict=True):
        assert sign * point.value <= sign * best.value + 1e-6
        assert sign * point.bound >= sign * point.value
        if point.stations == len(found.chosen):
            assert point.value == pytest.approx(best.value)


# A curve's bend ----------------------------------------------------------------------------------


def test_a_curve_bends_where_it_gains_less():
    assert knee([0, 30, 60, 65, 70, 75]) == 2
    assert knee([0, 10, 20, 30]) is None
    assert knee([5, 5, 5]) is None
    assert knee([0, 1]) is None


# Published instances -----------------------------------------------------------------------------


def everywhere(ways) -> Setting:
    """Let everybody be one, and stations stand at all places."""
    codes = [f"{at:04}" for at in range(len(ways))]
    return setting(codes, np.ones(len(codes)), codes, ways)


@pytest.mark.parametrize(("dimension", "least"), [(2, 5), (3, 18)])
def test_steiner_triples_are_covered_by_as_few_as_published(dimension, least):
    """A9 and A27 of Fulkerson, Nemhauser and Trotter (1974): 5 and 18."""
    points = list(product(range(3), repeat=dimension))
    lines = [
        three
        for three in combinations(points, 3)
        if all(sum(each) % 3 == 0 for each in zip(*three, strict=True))
    ]
    ways = np.array([[float(point not in line) for point in points] for line in lines])
    here = setting(
        [f"{at:04}" for at in range(len(lines))], np.ones(len(lines)),
        [f"{at:02}" for at in range(len(points))], ways,
    )  # fmt: skip
    found = fewest(here, 1.0, 0, seconds=600)
    assert len(found.siting.chosen) == found.at_least == least


@pytest.mark.parametrize(
    ("reaches", "least"),
    [
        (lambda a, b: 0 in (a[0] - b[0], a[1] - b[1]) or abs(a[0] - b[0]) == abs(a[1] - b[1]), 5),
        (lambda a, b: a == b or {abs(a[0] - b[0]), abs(a[1] - b[1])} == {1, 2}, 12),
    ],
    ids=["queens", "knights"],
)
def test_a_chessboard_is_covered_by_as_few_as_published(reaches, least):
    """Five queens (de Jaenisch 1862) or twelve knights (Dudeney 1917) reach all of a chessboard."""
    squares = list(product(range(8), repeat=2))
    ways = np.array([[float(not reaches(a, b)) for b in squares] for a in squares])
    found = fewest(everywhere(ways), 1.0, 0, seconds=600)
    assert len(found.siting.chosen) == found.at_least == least


def test_a_perfect_code_is_the_median_of_all_words():
    """Hamming's code (1950): 16 words of 7 bits, from which each of the other 112 is one bit away."""
    words = np.array(list(product((0, 1), repeat=7)))
    ways = (words[:, None] != words[None]).sum(axis=2).astype(float)
    found = median(everywhere(ways), 16, seconds=600)
    assert found.value == 112
    assert found.is_exact


# Bad input ---------------------------------------------------------------------------------------


def told(solve) -> str:
    with pytest.raises(Problem) as caught:
        solve()
    (words,) = caught.value.problems
    assert words.zh.endswith("。")
    assert words.en.endswith(".")
    return words.en


def test_what_cannot_be_solved_is_one_sentence():
    here = setting(["d", "e"], [10, 5], ["a", "b"], np.array([[0, 300.0], [300.0, 900]]))
    assert "3 stations are asked for and there are 2" in told(lambda: cover(here, 3, 100))
    assert "3 stations are asked for and there are 2" in told(lambda: median(here, 3))
    assert "-1 stations" in told(lambda: cover(here, -1, 100))
    assert "reach 66.7 %, not 90 %" in told(lambda: fewest(here, 0.9, 100))
    small = replace(here, capacities=np.array([7.0, 7.0]))
    assert "hold 14 at most, and 15" in told(lambda: median(small, 2))


def test_what_is_missing_or_twice_is_named():
    ways = np.array([[0, np.nan], [np.inf, 900.0]])
    assert "2 of 4 distances" in told(lambda: setting(["d", "e"], [1, 2], ["a", "b"], ways))
    assert "from d to b" in told(lambda: setting(["d", "e"], [1, 2], ["a", "b"], ways))
    whole = np.ones((2, 2))
    assert "code d" in told(lambda: setting(["d", "d"], [1, 2], ["a", "b"], whole))
    assert "code a" in told(lambda: setting(["d", "e"], [1, 2], ["a", "a"], whole))
    assert "weight of e" in told(lambda: setting(["d", "e"], [1, -2], ["a", "b"], whole))
    assert "nobody" in told(lambda: setting(["d", "e"], [0, 0], ["a", "b"], whole))
    assert "nobody" in told(lambda: setting([], [], ["a", "b"], np.empty((0, 2))))
