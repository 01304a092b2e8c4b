"""Take a place's distance from the whole apart: what it has more of, and what is left.

Kitagawa, Oaxaca and Blinder part a difference of two shares into composition and rates; of two
compositions at once that depends on their order. Here each factor gets its Shapley value, its mean
over all orders, so that parts add up to the gap whichever is named first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import floor

import numpy as np
import numpy.typing as npt

from dashboard.contract.columns import Floats
from dashboard.contract.rounding import rounded


@dataclass(frozen=True)
class Cells:
    """Hold what is counted (``count``) and of how many (``weight``), by size in rows and mix in columns."""

    weight: Floats
    count: Floats

    @property
    def share(self) -> float:
        return float(self.count.sum() / self.weight.sum())


@dataclass(frozen=True)
class Parts:
    """Hold the parts of a gap, as shares: they add up to it."""

    size: float
    mix: float
    rest: float

    @property
    def gap(self) -> float:
        return self.size + self.mix + self.rest


def cells(
    sizes: npt.NDArray[np.intp],
    mixes: npt.NDArray[np.intp],
    weight: Floats,
    count: Floats,
    shape: tuple[int, int],
) -> Cells:
    """Add up weights and counts by size and mix, which are numbered from 0."""
    added = [np.zeros(shape), np.zeros(shape)]
    for whole, each in zip(added, (weight, count), strict=True):
        np.add.at(whole, (sizes, mixes), each)
    return Cells(*added)


def decomposed(place: Cells, whole: Cells) -> Parts:
    """Part the place's share less the whole's into size mix, mix, and the rest.

    A cell that one of the two lacks has no rate of its own there: the other's stands for it, so that
    it counts as composition and never as rest. Neither may be empty.
    """
    both = (whole, place)
    rates = [_rates(one, other) for one, other in ((whole, place), (place, whole))]
    value: dict[tuple[int, ...], float] = {
        (size, mix, rate): float((_joint(both[size], both[mix]) * rates[rate]).sum())
        for size, mix, rate in product((0, 1), repeat=3)
    }
    return Parts(*(_shapley(value, at) for at in range(3)))


def _shapley(value: Mapping[tuple[int, ...], float], at: int) -> float:
    """Average over all orders of three factors what one adds when it is turned to the place's."""
    gained = 0.0
    for others in product((0, 1), repeat=2):
        before, after = [*others[:at], 0, *others[at:]], [*others[:at], 1, *others[at:]]
        orders = 1 if sum(others) == 1 else 2
        gained += orders * (value[tuple(after)] - value[tuple(before)]) / 6
    return gained


def _rates(own: Cells, other: Cells) -> Floats:
    """Give the rate of each cell; where there is none, the other's, and of a cell that neither has 0."""
    rates = _divided(own.count, own.weight, np.zeros_like(own.count))
    theirs = _divided(other.count, other.weight, np.zeros_like(own.count))
    return np.where(own.weight > 0, rates, theirs)


def _joint(sizes: Cells, mixes: Cells) -> Floats:
    """Give each cell's part where sizes are as in the one and mixes as in the other.

    Which of the two is conditional on which is nobody's choice: it is the mean of both. Where one
    has nothing to take a conditional part from, the other's stands for it.
    """
    if sizes is mixes:
        return sizes.weight / sizes.weight.sum()
    one, other = (each.weight / each.weight.sum() for each in (sizes, mixes))
    by_size = one.sum(axis=1, keepdims=True)
    by_mix = other.sum(axis=0, keepdims=True)
    mix_within = _within(other, one, axis=1)
    size_within = _within(one, other, axis=0)
    return (by_size * mix_within + by_mix * size_within) / 2


def _within(own: Floats, instead: Floats, *, axis: int) -> Floats:
    """Give the parts within each row or column; where there are none, the other's."""
    theirs = _divided(instead, instead.sum(axis=axis, keepdims=True), np.zeros_like(own))
    return _divided(own, own.sum(axis=axis, keepdims=True), theirs)


def _divided(counts: Floats, of: Floats, instead: Floats) -> Floats:
    of = np.broadcast_to(of, counts.shape)
    there: Floats = np.divide(counts, of, out=instead.copy(), where=of > 0)
    return there


def rounded_parts(points: Sequence[float], total: float) -> list[float]:
    """Round parts to tenths that add up to a total that is written so, by largest remainder."""
    tenths = [10 * each for each in points]
    whole = [floor(each) for each in tenths]
    first = sorted(range(len(whole)), key=lambda at: whole[at] - tenths[at])
    for at in first[: max(0, int(rounded(10 * total)) - sum(whole))]:
        whole[at] += 1
    return [each / 10 for each in whole]


def is_less_than_one(count: int, of: int, whole_count: int, whole_of: int) -> bool:
    """Tell whether a place is less than one community from where it would have the whole's share."""
    return abs(whole_count * of - count * whole_of) < whole_of


def needed(count: int, of: int, whole_count: int, whole_of: int) -> tuple[int, int]:
    """Give the least number to add to a place's count to reach the whole's share: as it is now, and as
    it rises when they are added, for the place is part of the whole and not all of it."""
    lacking = max(whole_count * of - count * whole_of, 0)
    return -(-lacking // whole_of), -(-lacking // (whole_of - of))
