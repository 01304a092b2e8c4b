"""Choose where stations go, exactly: most people within a distance (maximal covering; Church and ReVelle
1974), the shortest way on average (p-median), and the fewest stations that reach a share."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import ModuleType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dashboard.contract.indicators import as_percent, percent, ratio
from dashboard.contract.problem import Problem
from dashboard.contract.words import Words

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Objective = Literal["cover", "median"]

# As near to the bound, of the value, as the solver's own tolerances tell.
EXACT = 1e-6
# So long a solver may take, if nothing else is said.
SECONDS = 5.0
# A curve bends where it lies so far, of its whole rise, above the straight line between its ends.
_LEAST_BEND = 0.05
# No point of a curve takes more than this part of its time, that the others have some too.
_PATIENCE = 4


@dataclass(frozen=True)
class Setting:
    """Hold whom stations are to reach, and where stations stand or may stand, both in order of code.

    ``weights``: one a demand, such as residents. ``distances``: a row a demand, a column a site, in
    metres or any other one unit. ``is_open``: sites where a station stands already. ``capacities``:
    the weight that each site serves at most; without them there is no limit.
    """

    demand: tuple[str, ...]
    weights: Floats
    sites: tuple[str, ...]
    distances: Floats
    is_open: Mask
    capacities: Floats | None = None

    @property
    def candidates(self) -> NDArray[np.intp]:
        """The sites where a station may be added."""
        return np.flatnonzero(~self.is_open)

    @property
    def total(self) -> float:
        return float(self.weights.sum())

    @cached_property
    def digest(self) -> str:
        """The same of all settings that no solver tells apart."""
        told = hashlib.sha256(repr((self.demand, self.sites)).encode())
        for held in (self.weights, self.distances, self.is_open, self.capacities):
            told.update(b"none" if held is None else np.ascontiguousarray(held).tobytes())
        return told.hexdigest()


@dataclass(frozen=True)
class Siting:
    """Hold where stations are added and whom all stations reach.

    ``chosen``: the added sites. ``flows``: rows of demand, site and the weight served there; all three
    are places in the setting and numbers. ``value`` and ``before``: with the added stations and without,
    the weight reached or the weight times distance. ``bound``: no choice is better than this.
    ``greedy``: the value of adding the best station one by one; None where that finds nothing.
    """

    setting: Setting
    objective: Objective
    stations: int
    within: float | None
    chosen: tuple[int, ...]
    flows: Floats
    value: float
    before: float
    bound: float
    greedy: float | None
    greedy_chosen: tuple[int, ...]
    seconds: float
    is_limited: bool

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self.setting.sites[at] for at in self.chosen)

    @property
    def gap(self) -> float:
        """By how much of its value a better choice might differ at most, 0 to 1."""
        room = ratio(abs(self.bound - self.value), max(abs(self.value), 1e-9))
        return 0.0 if room <= EXACT else float(room)

    @property
    def is_exact(self) -> bool:
        return self.gap == 0

    @property
    def loss(self) -> float | None:
        """By how much of the value adding one by one falls short, 0 to 1."""
        if self.greedy is None or not self.value:
            return None
        return float(ratio(abs(self.value - self.greedy), abs(self.value)))

    def reached(self, within: float) -> Floats:
        """Give the weight of each demand that a station serves from within a distance."""
        return _by_demand(self.setting, self.flows[self.flow_distances <= within])

    @property
    def flow_distances(self) -> Floats:
        """Give the distance of each flow."""
        rows, sites = self.flows[:, 0].astype(np.intp), self.flows[:, 1].astype(np.intp)
        return self.setting.distances[rows, sites]


def reached_already(given: Setting, within: float) -> Floats:
    """Give the weight of each demand that the stations there are serve from within a distance."""
    return _by_demand(given, _served(given, (), within)[0])


def _by_demand(given: Setting, flows: Floats) -> Floats:
    summed = np.bincount(flows[:, 0].astype(np.intp), flows[:, 2], minlength=len(given.demand))
    return summed.astype(float)


@dataclass(frozen=True)
class Fewest:
    """Hold the fewest stations found that reach a share, and the number below which none can."""

    siting: Siting
    at_least: int

    @property
    def is_exact(self) -> bool:
        return len(self.siting.chosen) <= self.at_least


@dataclass(frozen=True)
class Point:
    """Hold the value of the best found of a number of added stations; ``bound``: none is better."""

    stations: int
    value: float
    bound: float

    @property
    def is_exact(self) -> bool:
        return abs(self.bound - self.value) <= EXACT * max(self.value, 1.0)


def setting(
    demand: Sequence[str],
    weights: Sequence[float] | Floats,
    sites: Sequence[str],
    distances: Floats,
    *,
    is_open: Sequence[bool] | Mask | None = None,
    capacities: Sequence[float] | Floats | None = None,
) -> Setting:
    """Put demand and sites in order of their codes, so that no row order changes an answer.

    Raise Problem where there is nobody to reach, a code twice, or distances have holes.
    """
    table = np.asarray(distances, dtype=float).reshape(len(demand), len(sites))
    _check(demand, np.asarray(weights, dtype=float), sites, table)
    rows = np.argsort(np.array(demand, dtype=str), kind="stable")
    columns = np.argsort(np.array(sites, dtype=str), kind="stable")
    opened = np.zeros(len(sites), dtype=bool) if is_open is None else np.asarray(is_open, bool)
    held = None if capacities is None else np.asarray(capacities, dtype=float)[columns]
    return Setting(
        tuple(demand[at] for at in rows),
        np.asarray(weights, dtype=float)[rows],
        tuple(sites[at] for at in columns),
        table[np.ix_(rows, columns)],
        opened[columns],
        held,
    )


def _check(demand: Sequence[str], weights: Floats, sites: Sequence[str], table: Floats) -> None:
    wrong = np.flatnonzero(~(weights >= 0) | ~np.isfinite(weights))
    if len(wrong):
        at = int(wrong[0])
        raise Problem(
            Words(
                f"{demand[at]} 的权重不是不小于 0 的数：请填好，或删去这一行。",
                f"The weight of {demand[at]} is no number from 0 on: fill it in, or drop its line.",
            )
        )
    if not len(demand) or not weights.sum() > 0:
        raise Problem(
            Words(
                "没有要覆盖的居民：请放宽筛选，或核对权重一列。",
                "There is nobody to reach: relax the filters, or check the column of weights.",
            )
        )
    for codes in (demand, sites):
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise Problem(
                Words(
                    f"代码 {twice[0]} 出现多次：每个地点只能有一行。",
                    f"The code {twice[0]} is there more than once: give each place one line.",
                )
            )
    holes = np.argwhere(~np.isfinite(table) | (table < 0))
    if len(holes):
        row, column = holes[0]
        raise Problem(
            Words(
                f"距离表缺 {len(holes)} 格（共 {table.size} 格），第一处是 {demand[row]} 到 {sites[column]}：请补齐，或删去该地点。",
                f"{len(holes)} of {table.size} distances are missing or below 0, the first from {demand[row]} to "
                f"{sites[column]}: fill them in, or leave the place out.",
            )
        )


def cover(
    given: Setting,
    stations: int,
    within: float,
    *,
    seconds: float = SECONDS,
    known: tuple[int, ...] = (),
) -> Siting:
    """Add up to so many stations that most weight lies within a distance; exact, or at the limit the
    best found, of which one may be ``known``. Where fewer reach as much, only those are added."""
    started = time.perf_counter()
    _check_number(given, stations)
    reach, candidates = given.distances <= within, given.candidates
    greedy = _greedy_cover(given, reach, stations)
    if given.capacities is None:
        open_reach = reach[:, given.is_open].any(axis=1)
        weights = np.where(open_reach, 0.0, given.weights)
        found = models().covering(reach[:, candidates], weights, stations, seconds=seconds)
        already = float(given.weights[open_reach].sum())
        bound = found.bound + already
    else:
        found = models().capacitated_cover(
            reach, given.weights, given.capacities, given.is_open, stations, seconds=seconds
        )
        bound = found.bound
    options = [tuple(int(at) for at in candidates[list(found.chosen)]), greedy, known]
    tried = [(each, *_served(given, each, within)) for each in options]
    chosen, flows, value = max(tried, key=lambda each: each[2])
    chosen = _without_idle(given, chosen, value, within)
    flows, value = _served(given, chosen, within)
    greedy_value = tried[1][2]
    return Siting(
        given, "cover", stations, within, chosen, flows, value,
        _served(given, (), within)[1],
        _whole(given.weights, max(bound, value)), greedy_value, greedy,
        time.perf_counter() - started, found.is_limited,
    )  # fmt: skip


def median(
    given: Setting, stations: int, *, seconds: float = SECONDS, known: tuple[int, ...] = ()
) -> Siting:
    """Add so many stations that the weighted distance to the nearest, or to that with room, is least;
    of what is found one may be ``known``.

    Raise Problem where there is no station at all, or the stations can't hold everybody.
    """
    started = time.perf_counter()
    _check_number(given, stations)
    candidates = given.candidates
    at_hand = _at_hand(given)
    greedy = _greedy_median(given, at_hand, stations)
    if given.capacities is None:
        found = models().median_sites(
            given.distances[:, candidates], given.weights, at_hand, stations, seconds=seconds
        )
    else:
        _check_room(given, stations)
        found = models().capacitated_median(
            given.distances, given.weights, given.capacities, given.is_open, stations,
            seconds=seconds,
        )  # fmt: skip
    options = [tuple(int(at) for at in candidates[list(found.chosen)]), greedy, known or greedy]
    tried = [(each, *_assigned(given, each)) for each in options]
    chosen, flows, value = min(tried, key=lambda each: each[2])
    greedy_value = tried[1][2] if np.isfinite(tried[1][2]) else None
    return Siting(
        given, "median", stations, None, tuple(sorted(chosen)), flows, value,
        _assigned(given, ())[1], min(found.bound, value), greedy_value, greedy,
        time.perf_counter() - started, found.is_limited,
    )  # fmt: skip


def fewest(given: Setting, share: float, within: float, *, seconds: float = SECONDS) -> Fewest:
    """Find the fewest stations that reach a share (0 to 1) of the weight, and of these the best.

    Raise Problem where all candidates together reach less.
    """
    started = time.perf_counter()
    most = len(given.candidates)
    target = share * given.total - 1e-9 * given.total
    _, possible = _served(given, tuple(given.candidates.tolist()), within)
    if possible < target:
        most_percent, wanted = percent(possible, given.total), as_percent(share)
        raise Problem(
            Words(
                f"在全部 {most} 个候选点设站也只能覆盖 {most_percent:.1f}%，达不到 {wanted:g}%：请放宽距离、降低目标，或增加候选点与容量。",
                f"Stations at all {most} candidates reach {most_percent:.1f} %, not {wanted:g} %: allow a longer "
                "distance, ask for less, or add candidates or capacity.",
            )
        )
    low, high, known = 0, most, tuple(given.candidates.tolist())
    if given.capacities is None:
        reach = given.distances <= within
        is_open = reach[:, given.is_open].any(axis=1)
        found = models().fewest_covering(
            reach[:, given.candidates], np.where(is_open, 0.0, given.weights),
            target - float(given.weights[is_open].sum()), seconds=seconds / 2,
        )  # fmt: skip
        low, known = int(found.bound), tuple(given.candidates[list(found.chosen)].tolist())
        high = len(known)
    while True:
        # The best of the fewest: of several choices of as many it reaches most.
        left = max(seconds - (time.perf_counter() - started), 0.1)
        middle = high if low >= high else (low + high) // 2
        tried = cover(given, middle, within, seconds=left, known=known if middle == high else ())
        if tried.value >= target:
            if low >= middle or tried.is_limited:
                return Fewest(tried, low)
            high, known = min(middle, len(tried.chosen)), tried.chosen
        elif tried.bound < target:
            low = middle + 1
        else:
            # Not decided in time: so many may do, or not.
            left = max(seconds - (time.perf_counter() - started), 0.1)
            return Fewest(cover(given, high, within, seconds=left, known=known), low)


def cover_curve(
    given: Setting, most: int, within: float, *, seconds: float = SECONDS
) -> tuple[Point, ...]:
    """Give the weight reached with 0, 1, … added stations, each exact as far as the time allows."""
    ends = time.perf_counter() + seconds
    most = min(most, len(given.candidates))
    order = _greedy_cover(given, given.distances <= within, most)
    points = [Point(0, *[_served(given, (), within)[1]] * 2)]
    for stations in range(1, most + 1):
        left = min(ends - time.perf_counter(), seconds / _PATIENCE)
        if left > 0:
            found = cover(given, stations, within, seconds=left, known=order[:stations])
            value, bound = found.value, found.bound
        else:
            value, bound = _served(given, order[:stations], within)[1], given.total
        points.append(Point(stations, max(value, points[-1].value), max(value, bound)))
    return tuple(points)


def median_curve(given: Setting, most: int, *, seconds: float = SECONDS) -> tuple[Point, ...]:
    """Give the weighted distance with 0, 1, … added stations, each exact as far as the time allows;
    nothing of numbers with which not everybody is served. What the time does not allow is of stations
    added one by one, or with capacities left out."""
    ends = time.perf_counter() + seconds
    most = min(most, len(given.candidates))
    alone, at_hand = _assigned(given, ())[1], _at_hand(given)
    order = _greedy_median(given, at_hand, most)
    points = [Point(0, alone, alone)] if np.isfinite(alone) else []
    for stations in range(1, most + 1):
        left = min(ends - time.perf_counter(), seconds / _PATIENCE)
        if left > 0:
            found = median(given, stations, seconds=left)
            value, bound = found.value, found.bound
        elif given.capacities is not None:
            # To know who serves whom is a model of its own.
            break
        else:
            value, bound = _assigned(given, order[:stations])[1], 0.0
        value = min([value, *(point.value for point in points[-1:])])
        points.append(Point(stations, value, min(value, bound)))
    return tuple(points)


def with_found(points: Sequence[Point], siting: Siting) -> tuple[Point, ...]:
    """Let a curve be no worse than a siting, with its number of stations and with more."""
    own = Point(len(siting.chosen), siting.value, siting.bound)
    better = max if siting.objective == "cover" else min
    if all(each.stations < own.stations for each in points):
        return (*points, own)
    return tuple(
        each
        if each.stations < own.stations or better(each.value, own.value) == each.value
        else replace(each, value=own.value, bound=own.bound)
        if each.stations == own.stations
        else replace(each, value=own.value)
        for each in points
    )


def knee(values: Sequence[float]) -> int | None:
    """Find the place after which a curve gains less (Kneedle; Satopää and others 2011): where it lies
    farthest above the line between its ends; None where it hardly bends."""
    heights = np.asarray(values, dtype=float)
    if len(heights) < 3 or heights[-1] == heights[0]:
        return None
    above = (heights - heights[0]) / (heights[-1] - heights[0]) - np.linspace(0, 1, len(heights))
    at = int(above.argmax())
    return at if above[at] >= _LEAST_BEND else None


def models() -> ModuleType:
    """Load the models only where something is solved: scipy takes longer than most pages."""
    from dashboard.insight import siting_models

    return siting_models


def _at_hand(given: Setting) -> Floats:
    """Give each demand's way to the nearest station that stands; infinite without any."""
    ways: Floats = given.distances[:, given.is_open].min(axis=1, initial=np.inf)
    return ways


def _check_number(given: Setting, stations: int) -> None:
    most = len(given.candidates)
    if 0 <= stations <= most:
        return
    raise Problem(
        Words(
            f"要建 {stations} 个站，候选点只有 {most} 个：请减少站数，或增加候选点。",
            f"{stations} stations are asked for and there are {most} candidate sites: ask for fewer, or add sites.",
        )
        if stations > most
        else Words(
            f"要建的站数为 {stations}：请给 1 以上的整数。",
            f"{stations} stations are asked for: give a whole number from 1 on.",
        )
    )


def _check_room(given: Setting, stations: int) -> None:
    """Refuse a p-median in which not everybody can be served."""
    assert given.capacities is not None
    largest = np.sort(given.capacities[given.candidates])[::-1][:stations]
    room = float(given.capacities[given.is_open].sum() + largest.sum())
    if room < given.total:
        raise Problem(
            Words(
                f"现有站与 {stations} 个新站合计最多容纳 {room:,.0f}，要服务 {given.total:,.0f}：请增加站数或容量。",
                f"The stations there are and {stations} more hold {room:,.0f} at most, and {given.total:,.0f} are to "
                "be served: allow more stations or capacity.",
            )
        )


def _whole(weights: Floats, bound: float) -> float:
    """Bring a bound down to the next number that whole weights can add up to."""
    is_whole = bool((weights == np.floor(weights)).all())
    return float(np.floor(bound + 1e-4)) if is_whole else bound


# One by one ------------------------------------------------------------------------------------


def _greedy_cover(given: Setting, reach: Mask, stations: int) -> tuple[int, ...]:
    """Add the station that reaches most of what is left, again and again; of equals the first."""
    left = given.weights.copy()
    chosen: list[int] = []
    for standing in np.flatnonzero(given.is_open).tolist():
        _serve(given, left, reach, standing)
    capacity = np.inf if given.capacities is None else given.capacities
    is_free = ~given.is_open
    for _ in range(stations):
        gains = np.where(is_free, np.minimum(left @ reach, capacity), -1.0)
        at = int(gains.argmax())
        if gains[at] <= 0:
            break
        _serve(given, left, reach, at)
        is_free[at] = False
        chosen.append(at)
    return tuple(chosen)


def _serve(given: Setting, left: Floats, reach: Mask, site: int) -> None:
    """Take from what is left what a site serves, the nearest first."""
    rows = np.flatnonzero(reach[:, site])
    if given.capacities is None:
        left[rows] = 0
        return
    room = float(given.capacities[site])
    for row in rows[np.argsort(given.distances[rows, site], kind="stable")]:
        taken = min(float(left[row]), room)
        left[row] -= taken
        room -= taken


def _greedy_median(given: Setting, at_hand: Floats, stations: int) -> tuple[int, ...]:
    """Add the station that shortens ways most, again and again, whatever it holds; of equals the first."""
    found = models().greedily(
        given.distances[:, given.candidates], given.weights, at_hand, stations
    )
    return tuple(given.candidates[list(found)].tolist())


# Who serves whom -------------------------------------------------------------------------------


def _served(given: Setting, chosen: Sequence[int], within: float) -> tuple[Floats, float]:
    """Give who serves whom within a distance, and the weight served in all: each demand by its
    nearest station, or where stations have room, as many as can be."""
    sites = _all_open(given, chosen)
    if given.capacities is not None:
        flows = _transported(given, sites, within)
        return flows, float(flows[:, 2].sum())
    flows = _nearest(given, sites)
    rows, columns = flows[:, 0].astype(np.intp), flows[:, 1].astype(np.intp)
    flows = flows[given.distances[rows, columns] <= within]
    return flows, float(flows[:, 2].sum())


def _assigned(given: Setting, chosen: Sequence[int]) -> tuple[Floats, float]:
    """Give who serves whom at whatever distance, and the weighted distance in all; infinite where not
    everybody is served."""
    sites = _all_open(given, chosen)
    if given.capacities is not None:
        flows = _transported(given, sites, np.inf)
    else:
        flows = _nearest(given, sites)
    if flows[:, 2].sum() < given.total * (1 - EXACT):
        return flows, float("inf")
    rows, columns = flows[:, 0].astype(np.intp), flows[:, 1].astype(np.intp)
    return flows, float((flows[:, 2] * given.distances[rows, columns]).sum())


def _all_open(given: Setting, chosen: Sequence[int]) -> NDArray[np.intp]:
    return np.union1d(np.flatnonzero(given.is_open), np.array(chosen, dtype=np.intp))


def _nearest(given: Setting, sites: NDArray[np.intp]) -> Floats:
    if not len(sites):
        return np.empty((0, 3))
    nearest = sites[given.distances[:, sites].argmin(axis=1)]
    return np.column_stack([np.arange(len(given.demand)), nearest, given.weights])


def _transported(given: Setting, sites: NDArray[np.intp], within: float) -> Floats:
    """Serve as much as the stations hold, then on ways as short as can be."""
    assert given.capacities is not None
    return models().transported(
        given.distances[:, sites], given.weights, given.capacities[sites], sites, within
    )


def _without_idle(
    given: Setting, chosen: Sequence[int], value: float, within: float
) -> tuple[int, ...]:
    """Leave out stations without which as much is reached, the last codes first."""
    kept = sorted(chosen)
    for at in sorted(chosen, reverse=True):
        others = [each for each in kept if each != at]
        if _served(given, others, within)[1] >= value - EXACT * max(value, 1.0):
            kept = others
    return tuple(kept)
