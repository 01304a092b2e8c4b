"""State the models of siting and solve them by HiGHS: small first, by what can be left out of them
without changing the best value, then to the end or to a limit of time."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, hstack, identity, vstack

from dashboard.insight.siting import EXACT

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]

_OPTIMAL = 0
_ROUNDS = 60
# With more pairs of demand and site HiGHS looks at the clock too late.
_MOST_PAIRS = 60_000
# To how many stations ways are looked at first, and what price is none.
_NEAREST, _PRICE = 12, 1e-9


@dataclass(frozen=True)
class Solved:
    """Hold the candidates chosen, by their places, and what no choice betters."""

    chosen: tuple[int, ...]
    bound: float
    is_limited: bool
    is_found: bool = True


# Covering ---------------------------------------------------------------------------------------


def covering(reach: Mask, weights: Floats, stations: int, *, seconds: float) -> Solved:
    """Choose up to so many candidates (columns) that the weight of the rows they reach is most."""
    kept, needs, worth = _reduced(reach, weights)
    if stations <= 0 or not len(kept):
        return Solved((), 0.0, False)
    if stations >= len(kept):
        return Solved(tuple(kept.tolist()), float(worth.sum()), False)
    if stations == 1:
        # Half of everything has no worse a relaxation: to look at each is quicker.
        reached = worth @ needs
        return Solved((int(kept[reached.argmax()]),), float(reached.max()), is_limited=False)
    rows, columns = needs.shape
    links = hstack([-csr_array(needs.astype(float)), identity(rows)], format="csr")
    number = csr_array(np.concatenate([np.ones(columns), np.zeros(rows)])[None, :])
    found = milp(
        np.concatenate([np.zeros(columns), -worth]),
        constraints=[
            LinearConstraint(links, -np.inf, 0),
            LinearConstraint(number, -np.inf, stations),
        ],
        integrality=np.concatenate([np.ones(columns), np.zeros(rows)]),
        bounds=Bounds(0, 1),
        options={"time_limit": seconds, "mip_rel_gap": 0},
    )
    chosen = () if found.x is None else tuple(kept[found.x[:columns] > 0.5].tolist())
    bound = found.mip_dual_bound
    is_known = bound is not None and np.isfinite(bound)
    most = -float(bound) if is_known else float(worth.sum())
    return Solved(chosen, most, found.status != _OPTIMAL)


def fewest_covering(reach: Mask, weights: Floats, target: float, *, seconds: float) -> Solved:
    """Choose as few candidates (columns) as reach rows of so much weight; ``bound``: fewer can't."""
    kept, needs, worth = _reduced(reach, weights)
    if target <= 0:
        return Solved((), 0.0, False)
    rows, columns = needs.shape
    links = hstack([-csr_array(needs.astype(float)), identity(rows)], format="csr")
    scale = worth.sum()
    weight = csr_array(np.concatenate([np.zeros(columns), worth / scale])[None, :])
    found = milp(
        np.concatenate([np.ones(columns), np.zeros(rows)]),
        constraints=[
            LinearConstraint(links, -np.inf, 0),
            LinearConstraint(weight, target / scale, np.inf),
        ],
        integrality=np.concatenate([np.ones(columns), np.zeros(rows)]),
        bounds=Bounds(0, 1),
        options={"time_limit": seconds, "mip_rel_gap": 0},
    )
    bound = found.mip_dual_bound
    least = float(np.ceil(bound - 1e-4)) if bound is not None and np.isfinite(bound) else 0.0
    if found.x is None:
        return Solved(tuple(kept.tolist()), max(least, 0.0), True, is_found=False)
    chosen = tuple(kept[found.x[:columns] > 0.5].tolist())
    return Solved(chosen, max(least, 0.0), found.status != _OPTIMAL)


def _reduced(reach: Mask, weights: Floats) -> tuple[Places, Mask, Floats]:
    """Leave out rows that nobody reaches or that weigh nothing, add up those that the same candidates
    reach, and leave out candidates that reach no more than another: of equals the first stays."""
    kept = np.arange(reach.shape[1])
    worth, needs = weights, reach
    while True:
        of_use = needs.any(axis=1) & (worth > 0)
        needs, worth = needs[of_use], worth[of_use]
        _, first, same = np.unique(
            np.packbits(needs, axis=1), axis=0, return_index=True, return_inverse=True
        )
        needs, worth = needs[first], np.bincount(same.ravel(), worth, len(first)).astype(float)
        is_best = ~_dominated(needs)
        if is_best.all():
            return kept, needs, worth
        kept, needs = kept[is_best], needs[:, is_best]


def _dominated(needs: Mask) -> Mask:
    """Tell which columns reach no more than another does; of equals all but the first."""
    ones = csr_array(needs.astype(float))
    common = (ones.T @ ones).toarray()
    sizes = common.diagonal()
    is_within = common == sizes[:, None]
    is_larger = sizes[None, :] > sizes[:, None]
    is_first = np.arange(len(sizes))[None, :] < np.arange(len(sizes))[:, None]
    is_equal = sizes[None, :] == sizes[:, None]
    beaten = (is_within & (is_larger | (is_equal & is_first))).any(axis=1)
    return beaten | (sizes == 0)


# The p-median -----------------------------------------------------------------------------------


def median_sites(
    ways: Floats, weights: Floats, at_hand: Floats, stations: int, *, seconds: float
) -> Solved:
    """Choose so many candidates (columns) that the weighted way to the nearest is least.

    ``at_hand``: the way to the nearest station that stands already, infinite without any. Solved by
    Benders cuts, a closed formula here (as in Duran-Mateluna, Ales and Elloumi 2023).
    """
    deadline = time.perf_counter() + seconds
    used = weights > 0
    ways, weights, at_hand = ways[used], weights[used], at_hand[used]
    if stations <= 0:
        return Solved((), float(weights @ at_hand), False)
    return _proved(ways, weights, at_hand, stations, deadline)


def _proved(
    ways: Floats, weights: Floats, at_hand: Floats, stations: int, deadline: float
) -> Solved:
    """Find the best choice by Benders cuts, first of the relaxation, then of whole candidates."""
    best = _interchanged(ways, weights, at_hand, greedily(ways, weights, at_hand, stations))
    most = _total(ways, weights, at_hand, best)
    cuts = _Cuts(ways, weights, at_hand, stations)
    cuts.add(_as_vector(best, ways.shape[1]))
    cuts.add(np.full(ways.shape[1], stations / ways.shape[1]))
    least, relaxed = 0.0, None
    while time.perf_counter() < deadline:
        relaxed = cuts.relaxation(deadline)
        if relaxed is None:
            break
        least, opened = relaxed.least, relaxed.opened
        if not cuts.add(opened):
            break
    if relaxed is None:
        return Solved(best, least, is_limited=True)
    rounded = tuple(np.argsort(-relaxed.opened, kind="stable")[:stations].tolist())
    rounded = _interchanged(ways, weights, at_hand, rounded)
    if _total(ways, weights, at_hand, rounded) < most:
        best, most = rounded, _total(ways, weights, at_hand, rounded)
    low, high = relaxed.settled(most * (1 + EXACT) - least)
    for _ in range(_ROUNDS):
        if most - least <= EXACT * most:
            return Solved(best, least, False)
        found = cuts.integral(low, high, deadline)
        if found is None:
            break
        least = max(least, found.least)
        if found.opened is None:
            break
        tried = tuple(np.flatnonzero(found.opened > 0.5).tolist())
        total = _total(ways, weights, at_hand, tried)
        if total < most:
            best, most = tried, total
        if not cuts.add((found.opened > 0.5).astype(float)) and found.is_optimal:
            return Solved(best, max(least, found.least), False)
        if time.perf_counter() >= deadline:
            break
    return Solved(best, least, most - least > EXACT * most)


@dataclass(frozen=True)
class _Relaxed:
    least: float
    opened: Floats
    rises: Floats
    falls: Floats

    def settled(self, room: float) -> tuple[Floats, Floats]:
        """Give the bounds of candidates: those settled whose other choice costs more than the room."""
        return (self.falls > room).astype(float), (self.rises <= room).astype(float)


@dataclass(frozen=True)
class _Found:
    least: float
    opened: Floats | None
    is_optimal: bool


class _Cuts:
    """Hold what is known of how long each demand's way is at least, given which candidates open.

    A way is at least ``level``, less what each nearer candidate shortens it by, for any level.
    """

    def __init__(self, ways: Floats, weights: Floats, at_hand: Floats, stations: int) -> None:
        self.ways, self.weights, self.at_hand = ways, weights, at_hand
        self.rows, self.columns = ways.shape
        self.order = np.argsort(ways, axis=1, kind="stable")
        self.sorted = np.take_along_axis(ways, self.order, axis=1)
        self.scale = max(float(self.sorted[:, -1].max()), 1e-9)
        self.known: Floats = self.sorted[:, 0].copy()
        self.matrices: list[csr_array] = []
        self.levels: list[Floats] = []
        self.stations = stations
        self.seen: set[tuple[int, float]] = set()

    def add(self, opened: Floats) -> int:
        """Add the strongest cut of each demand at a choice, unless it is there; say how many came."""
        reached = np.cumsum(opened[self.order], axis=1) >= 1 - 1e-9
        at = np.where(reached.any(axis=1), reached.argmax(axis=1), self.columns - 1)
        levels = np.minimum(self.sorted[np.arange(self.rows), at], self.at_hand)
        new = [
            row
            for row, level in enumerate(levels.tolist())
            if (row, level) not in self.seen
        ]  # fmt: skip
        self.seen.update((row, float(levels[row])) for row in new)
        if not new:
            return 0
        shortened = np.maximum(levels[new, None] - self.ways[new], 0)
        picks = csr_array(
            (np.ones(len(new)), (np.arange(len(new)), new)), shape=(len(new), self.rows)
        )
        self.matrices.append(hstack([csr_array(shortened), picks], format="csr"))
        self.levels.append(levels[new])
        return len(new)

    @property
    def _matrix(self) -> tuple[csr_array, Floats]:
        return vstack(self.matrices, format="csr"), np.concatenate(self.levels)

    @property
    def _objective(self) -> Floats:
        return np.concatenate([np.zeros(self.columns), self.weights])

    @property
    def _number(self) -> csr_array:
        return csr_array(np.concatenate([np.ones(self.columns), np.zeros(self.rows)])[None, :])

    def _limits(self, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        longest = np.minimum(self.at_hand, self.sorted[:, -1])
        shortest = np.minimum(self.known, longest)
        return np.concatenate([low, shortest]), np.concatenate([high, longest])

    def relaxation(self, deadline: float) -> _Relaxed | None:
        """Solve it with parts of candidates allowed; None where the time ends before."""
        matrix, levels = self._matrix
        low, high = self._limits(np.zeros(self.columns), np.ones(self.columns))
        found = linprog(
            self._objective,
            A_ub=vstack([-matrix, self._number], format="csr"),
            b_ub=np.concatenate([-levels, [self.stations]]),
            bounds=np.column_stack([low, high]),
            method="highs",
            options={"time_limit": max(deadline - time.perf_counter(), 0.01)},
        )
        if found.status != _OPTIMAL:
            return None
        own = slice(0, self.columns)
        rises, falls = found.lower.marginals[own], -found.upper.marginals[own]
        return _Relaxed(float(found.fun), found.x[own], rises, falls)

    def integral(self, low: Floats, high: Floats, deadline: float) -> _Found | None:
        """Solve it with whole candidates between bounds; None where the time ended before."""
        left = deadline - time.perf_counter()
        if left <= 0:
            return None
        matrix, levels = self._matrix
        found = milp(
            self._objective,
            constraints=[
                LinearConstraint(matrix, levels, np.inf),
                LinearConstraint(self._number, -np.inf, self.stations),
            ],
            integrality=np.concatenate([np.ones(self.columns), np.zeros(self.rows)]),
            bounds=Bounds(*self._limits(low, high)),
            options={"time_limit": left, "mip_rel_gap": 0},
        )
        bound = found.mip_dual_bound
        least = float(bound) if bound is not None and np.isfinite(bound) else 0.0
        opened = None if found.x is None else found.x[: self.columns]
        return _Found(least, opened, found.status == _OPTIMAL)


def _as_vector(chosen: Sequence[int], length: int) -> Floats:
    vector = np.zeros(length)
    vector[list(chosen)] = 1
    return vector


def _total(ways: Floats, weights: Floats, at_hand: Floats, chosen: Sequence[int]) -> float:
    nearest = np.minimum(ways[:, list(chosen)].min(axis=1, initial=np.inf), at_hand)
    return float(weights @ nearest)


def greedily(ways: Floats, weights: Floats, at_hand: Floats, stations: int) -> tuple[int, ...]:
    """Add the candidate that shortens ways most, again and again; of equals the first."""
    chosen: list[int] = []
    nearest = at_hand
    for _ in range(stations):
        totals = weights @ np.minimum(nearest[:, None], ways)
        totals[chosen] = np.inf
        chosen.append(int(totals.argmin()))
        nearest = np.minimum(nearest, ways[:, chosen[-1]])
    return tuple(chosen)


def _interchanged(
    ways: Floats, weights: Floats, at_hand: Floats, chosen: tuple[int, ...]
) -> tuple[int, ...]:
    """Exchange one chosen candidate for another as long as that shortens ways (Teitz and Bart 1968)."""
    sites = list(chosen)
    while True:
        own = np.column_stack([ways[:, sites], at_hand])
        order = np.argsort(own, axis=1, kind="stable")[:, :2]
        nearest, second = np.take_along_axis(own, order, axis=1).T
        with_new = np.minimum(nearest[:, None], ways)
        gains = weights @ (with_new - np.where(np.isfinite(nearest), nearest, 0)[:, None])
        lost = weights[:, None] * (np.minimum(second[:, None], ways) - with_new)
        is_of = (order[:, :1] == np.arange(len(sites))[None, :]).astype(float)
        changes = gains[None, :] + is_of.T @ lost
        changes[:, sites] = np.inf
        out, into = np.unravel_index(int(changes.argmin()), changes.shape)
        if changes[out, into] >= -EXACT * max(float(weights @ nearest), 1e-9):
            return tuple(sorted(sites))
        sites[int(out)] = int(into)


# Stations that hold so many -----------------------------------------------------------------------


def capacitated_cover(
    reach: Mask,
    weights: Floats,
    capacities: Floats,
    is_open: Mask,
    stations: int,
    *,
    seconds: float,
) -> Solved:
    """Choose up to so many candidates that most weight is served, each site as much as it holds.

    A demand may be served in parts, by several sites; chosen are places among the candidates.
    """
    rows, columns = np.nonzero(reach & (weights > 0)[:, None])
    return _transport(
        rows, columns, -np.ones(len(rows)), weights, capacities, is_open, stations,
        must_serve=False, seconds=seconds,
    )  # fmt: skip


def capacitated_median(
    ways: Floats,
    weights: Floats,
    capacities: Floats,
    is_open: Mask,
    stations: int,
    *,
    seconds: float,
) -> Solved:
    """Choose so many candidates that all are served, each site as much as it holds, on the least ways.

    Without limits of capacity ways are no longer: that bounds them where the time ends before, and
    where the model is too large to be begun.
    """
    started = time.perf_counter()
    is_free = ~is_open
    at_hand = ways[:, is_open].min(axis=1, initial=np.inf)
    free = median_sites(ways[:, is_free], weights, at_hand, stations, seconds=seconds / 2)
    rows, columns = np.nonzero((weights > 0)[:, None] & np.ones(ways.shape, dtype=bool))
    bound = free.bound
    if len(rows) <= _MOST_PAIRS:
        found = _transport(
            rows, columns, ways[rows, columns], weights, capacities, is_open, stations,
            must_serve=True, seconds=max(seconds - (time.perf_counter() - started), 0.1),
        )  # fmt: skip
        bound = max(found.bound, free.bound)
        if found.is_found:
            return Solved(found.chosen, bound, found.is_limited)
    # Nothing was found in time: those that are best without limits, where they hold everybody, else
    # the largest.
    held = capacities[is_free]
    if capacities[is_open].sum() + held[list(free.chosen)].sum() >= weights.sum():
        return Solved(free.chosen, bound, True)
    return Solved(tuple(np.argsort(-held, kind="stable")[:stations].tolist()), bound, True)


def _transport(
    rows: Places,
    columns: Places,
    costs: Floats,
    weights: Floats,
    capacities: Floats,
    is_open: Mask,
    stations: int,
    *,
    must_serve: bool,
    seconds: float,
) -> Solved:
    """Open sites and send weight along pairs of demand and site, at the least cost a unit."""
    sites, pairs = len(is_open), len(rows)
    scale = float(weights.max())
    places, ones = np.arange(pairs), np.ones(pairs)
    by_demand = csr_array((ones, (rows, places)), shape=(len(weights), pairs))
    by_site = csr_array((ones, (columns, places)), shape=(sites, pairs))
    # Nobody needs a site that holds more than all.
    held = np.minimum(capacities, weights.sum())
    room = csr_array((-held / scale, (np.arange(sites), np.arange(sites))), shape=(sites, sites))
    only_open = csr_array((-weights[rows] / scale, (places, columns)), shape=(pairs, sites))
    number = csr_array(np.concatenate([(~is_open).astype(float), np.zeros(pairs)])[None, :])
    served = weights / scale
    found = milp(
        np.concatenate([np.zeros(sites), costs]),
        constraints=[
            LinearConstraint(
                hstack([csr_array((len(weights), sites)), by_demand], format="csr"),
                served if must_serve else -np.inf,
                served,
            ),
            LinearConstraint(hstack([room, by_site], format="csr"), -np.inf, 0),
            LinearConstraint(hstack([only_open, identity(pairs)], format="csr"), -np.inf, 0),
            LinearConstraint(number, -np.inf, stations),
        ],
        integrality=np.concatenate([np.ones(sites), np.zeros(pairs)]),
        bounds=Bounds(
            np.concatenate([is_open.astype(float), np.zeros(pairs)]),
            np.concatenate([np.ones(sites), np.full(pairs, np.inf)]),
        ),
        options={"time_limit": seconds, "mip_rel_gap": 0},
    )
    opened = () if found.x is None else np.flatnonzero((found.x[:sites] > 0.5)[~is_open])
    bound = found.mip_dual_bound
    is_known = bound is not None and np.isfinite(bound)
    if must_serve:
        least = float(bound) * scale if is_known else 0.0
        return Solved(tuple(map(int, opened)), least, found.status != _OPTIMAL, found.x is not None)
    most = -float(bound) * scale if is_known else float(weights.sum())
    return Solved(tuple(map(int, opened)), most, found.status != _OPTIMAL)


def transported(
    ways: Floats, weights: Floats, capacities: Floats, sites: Places, within: float
) -> Floats:
    """Serve as much as stations hold within a distance, then on ways as short as can be: rows of
    demand, site and weight. ``ways``: a row a demand, a column a station, which is of ``sites``."""
    is_way = (ways <= within) & (weights > 0)[:, None]
    if not is_way.any():
        return np.empty((0, 3))
    # Whoever is served counts for more than all the detours that this may cost.
    worth = (ways[is_way].max() + 1) * (len(weights) + 1)
    costs, scale = (ways - worth) / worth, float(weights.max())
    # Most go to a station near by: other ways come in where their reduced costs say that they may help.
    is_in = is_way & (np.argsort(np.argsort(ways, axis=1), axis=1) < _NEAREST)
    while True:
        rows, columns = np.nonzero(is_in)
        pairs, ones = np.arange(len(rows)), np.ones(len(rows))
        by_demand = csr_array((ones, (rows, pairs)), shape=(len(weights), len(pairs)))
        by_site = csr_array((ones, (columns, pairs)), shape=(len(sites), len(pairs)))
        found = linprog(
            costs[rows, columns],
            A_ub=vstack([by_demand, by_site], format="csr"),
            b_ub=np.concatenate([weights, capacities]) / scale,
            bounds=(0, None),
            method="highs",
        )
        prices = found.ineqlin.marginals
        reduced = costs - prices[: len(weights), None] - prices[None, len(weights) :]
        helping = is_way & ~is_in & (reduced < -_PRICE)
        if not helping.any():
            break
        is_in |= helping
    amounts = found.x * scale
    used = amounts > EXACT * scale
    return np.column_stack([rows[used], sites[columns[used]], amounts[used]])
