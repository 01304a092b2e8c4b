"""Draw choices and days in bulk."""

from collections.abc import Mapping

import numpy as np
from numpy.random import Generator

from data.sample.arrays import Days, Floats, Ints


def town_effects(rng: Generator, count: int) -> Floats:
    """Draw an effect for each town, of mean 0 and spread 1 whatever the seed."""
    drawn = rng.normal(size=count)
    effects: Floats = (drawn - drawn.mean()) / drawn.std()
    return effects


def choose(rng: Generator, weights: Floats) -> Ints:
    """Choose a column for each row of weights, in proportion to them."""
    reached = np.cumsum(weights, axis=1)
    drawn = rng.random((len(weights), 1)) * reached[:, -1:]
    chosen: Ints = (drawn >= reached[:, :-1]).sum(axis=1)
    return chosen


def draw_days(
    rng: Generator,
    count: int,
    first: Days | np.datetime64,
    last: Days | np.datetime64,
    *,
    skew: float = 1.0,
) -> Days:
    """Draw days between two days, both included; a skew below 1 favours late ones."""
    length = (last - first).astype(float) + 1
    days: Days = first + np.floor(rng.random(count) ** skew * length).astype("m8[D]")
    return days


def draw_days_in_waves(rng: Generator, count: int, waves: Mapping[str, float]) -> Days:
    """Draw days in months that are chosen in proportion to their weights."""
    weights = np.array(list(waves.values()), float)
    months = rng.choice(np.array(list(waves), "M8[M]"), count, p=weights / weights.sum())
    days: Days = months.astype("M8[D]") + rng.integers(0, 28, count).astype("m8[D]")
    return days
