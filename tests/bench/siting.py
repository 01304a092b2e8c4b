"""Time where stations go: a district as large as ours, and candidates besides its communities."""

import time
from collections.abc import Callable

import numpy as np

from dashboard.insight.siting import (
    Setting,
    Siting,
    cover,
    cover_curve,
    fewest,
    median,
    setting,
)

DEMAND, SITES, TOWNS, STATIONS = 547, 600, 14, 20
SECONDS = 60.0
_SEED = 1


def district(capacity: float | None = None) -> Setting:
    """Scatter communities round towns in a square of 20 km, none of which has a station yet; candidates
    are all of them and some besides."""
    rng = np.random.default_rng(_SEED)
    towns = rng.uniform(0, 20_000, (TOWNS, 2))
    there = towns[rng.integers(0, TOWNS, SITES)] + rng.normal(0, 1500, (SITES, 2))
    own = there[:DEMAND]
    return setting(
        [f"{at:04}" for at in range(DEMAND)],
        np.round(rng.lognormal(5.3, 0.8, DEMAND)),
        [f"{at:04}" for at in range(SITES)],
        np.hypot(*(own[:, None] - there[None]).transpose(2, 0, 1)),
        capacities=None if capacity is None else np.full(SITES, capacity),
    )


def timed(solve: Callable[[], Siting]) -> tuple[float, str]:
    """Give the seconds of one solution, and what came of it."""
    began = time.perf_counter()
    found = solve()
    taken, loss = time.perf_counter() - began, found.loss or 0.0
    gap = "proved" if found.is_exact else f"gap {found.gap:.2%}"
    return taken, f"{gap}, one by one {loss:.2%} worse"


def solved() -> dict[str, tuple[float, str]]:
    """Time each model, by its name."""
    here, small = district(), district(capacity=3000)
    found = {
        f"cover within {within:,} m": timed(lambda within=within: cover(  # type: ignore[misc]
            here, STATIONS, within, seconds=SECONDS))
        for within in (300, 500, 800, 1000, 1500, 3000)
    }  # fmt: skip
    found["p-median"] = timed(lambda: median(here, STATIONS, seconds=SECONDS))
    found["fewest for 90 % within 1,500 m"] = timed(
        lambda: fewest(here, 0.9, 1500, seconds=SECONDS).siting
    )
    found["cover within 1,000 m, 3,000 a station, at most 8 s"] = timed(
        lambda: cover(small, STATIONS, 1000, seconds=8)
    )
    return found


def curve() -> tuple[float, int]:
    """Time the curve of 1 to 20 stations, and count the points that were proved."""
    here, began = district(), time.perf_counter()
    points = cover_curve(here, STATIONS, 1000, seconds=SECONDS)
    return time.perf_counter() - began, sum(point.is_exact for point in points)
