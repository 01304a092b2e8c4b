"""Draw who attended which activity, as many as asked for, in a stream of chunks.

How it scales: up to MOST_ATTENDANCES_PER_ACTIVITY an activity, more attendances make fuller
activities; above that they make more activities, in proportion. Persons and residents stay the
same, so reach approaches the share of residents who would ever come, and never exceeds it.

How it draws: those who come to one activity are a systematic sample of the community's comers.
From a random start it takes equal steps along the running sum of their weights, so that it has
exactly the wanted size, nobody twice, and each person in proportion to the weight.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.random import Generator

from data.sample import assumptions as a
from data.sample.activities import Activities
from data.sample.apportion import apportion
from data.sample.arrays import Floats, Ints
from data.sample.housing import Housing
from data.sample.stays import CROWD_POWERS, Comers

CODE_TYPE = pd.ArrowDtype(pa.dictionary(pa.int32(), pa.string()))


@dataclass(frozen=True)
class _Draws:
    """Hold, for each activity, how many come, from which stretch of weights, and from where on."""

    count: Ints
    level: Ints
    low: Floats
    high: Floats
    start: Floats  # share of a step


def activity_count(attendances: int) -> int:
    """Say how many activities a number of attendances needs."""
    return max(a.DEFAULT_ACTIVITIES, -(-attendances // a.MOST_ATTENDANCES_PER_ACTIVITY))


def plan_attendances(
    rng: Generator,
    *,
    attendances: int,
    activities: Activities,
    comers: Comers,
    housing: Housing,
    town_code: pd.Series,
) -> Callable[[], Iterator[pd.DataFrame]]:
    """Decide how many come to each activity; return what streams them out, as often as asked."""
    cell = activities.cell
    comer_count = np.diff(comers.first)[cell]
    size = _crowd_sizes(
        rng,
        attendances=attendances,
        caps=np.floor(a.FULLEST_SHARE * comer_count).astype(np.int64),
        weights=_pull(rng, activities, housing),
    )
    town_low, town_high = _town_stretches(comers, housing, town_code)
    own = comers.reached[0][comers.first]
    elsewhere = (town_high - town_low)[cell] - (own[cell + 1] - own[cell])
    wished = rng.binomial(size, a.VISITOR_SHARE)
    visitor_count = np.minimum(wished, np.floor(a.FULLEST_SHARE * elsewhere).astype(np.int64))
    resident_count = size - visitor_count

    level = _levels(comers, cell, resident_count)
    edges = np.array([reached[comers.first] for reached in comers.reached])
    residents = _Draws(
        count=resident_count,
        level=level,
        low=edges[level, cell],
        high=edges[level, cell + 1],
        start=rng.random(len(cell)),
    )
    visitors = _Draws(
        count=visitor_count,
        level=np.zeros(len(cell), dtype=np.int64),
        low=town_low[cell],
        high=town_low[cell] + elsewhere,
        start=rng.random(len(cell)),
    )
    codes = activities.activity["activity_code"]

    def chunks() -> Iterator[pd.DataFrame]:
        for first, last in _chunk_bounds(size):
            part = slice(first, last)
            resident_rows = _positions(comers, residents, part)
            visitor_rows = _positions(
                comers, visitors, part, gap=(own[cell[part]], own[cell[part] + 1])
            )
            yield _chunk(comers, codes.iloc[part], resident_rows, visitor_rows)

    return chunks


def _pull(rng: Generator, activities: Activities, housing: Housing) -> Floats:
    """Weigh how many an activity draws: the community's size, its own pull, the kind."""
    communities = len(housing.residents)
    residents = housing.residents.T.ravel()[activities.cell].astype(float)
    own = np.where(rng.random(communities) < a.LOW_REACH_SHARE, a.LOW_REACH_FACTOR, 1.0)
    varied = np.exp(rng.normal(0, a.CROWD_SPREAD, len(residents)))
    return (
        residents**a.CROWD_SIZE_POWER
        * activities.appeal
        * varied
        * own[activities.cell % communities]
        * np.where(activities.is_after_opening, a.OPENING_CROWD_FACTOR, 1.0)
    )


def _crowd_sizes(rng: Generator, *, attendances: int, caps: Ints, weights: Floats) -> Ints:
    if attendances > caps.sum():
        raise ValueError(
            f"attendances: {attendances} is more than the {caps.sum()} these activities can hold"
        )
    return apportion(attendances, weights, caps=caps)


def _levels(comers: Comers, cell: Ints, count: Ints) -> Ints:
    """Choose the choosiest level at which nobody would have to be taken twice."""
    level = np.zeros(len(cell), dtype=np.int64)
    for each in range(len(CROWD_POWERS) - 1):
        # Weights are at most 1, so steps above 1 never meet one person twice.
        too_many = count > a.FULLEST_SHARE * comers.weight(each)[cell]
        level[too_many] = each + 1
    return level


def _town_stretches(
    comers: Comers, housing: Housing, town_code: pd.Series
) -> tuple[Floats, Floats]:
    """Give, for each cell, where its town's weights begin and end in the same month."""
    communities, months = housing.residents.shape
    codes = town_code.to_numpy()
    first = np.searchsorted(codes, codes, side="left")
    end = np.searchsorted(codes, codes, side="right")
    month_start = np.arange(months)[:, None] * communities
    edges = comers.reached[0][comers.first]
    return edges[(month_start + first).ravel()], edges[(month_start + end).ravel()]


def _chunk_bounds(size: Ints) -> Iterator[tuple[int, int]]:
    """Cut the activities into runs of at most CHUNK_ROWS attendances."""
    reached = np.concatenate([[0], np.cumsum(size)])
    first = 0
    while first < len(size):
        last = int(np.searchsorted(reached, reached[first] + a.CHUNK_ROWS, side="right")) - 1
        if reached[last] > reached[first]:
            yield first, last
        first = last


def _positions(
    comers: Comers, draws: _Draws, part: slice, gap: tuple[Floats, Floats] | None = None
) -> tuple[Ints, Ints]:
    """Take the samples of some activities; return each row's activity and comer.

    A ``gap`` is a stretch of weights to step over: the hosts' own community.
    """
    count, level = draws.count[part], draws.level[part]
    step = (draws.high[part] - draws.low[part]) / np.maximum(count, 1)
    activity = np.repeat(np.arange(len(count)), count)
    first_row = np.cumsum(count) - count
    # point = low + (start + order in the activity) x step
    offset = draws.low[part] + (draws.start[part] - first_row) * step
    point = np.arange(len(activity)) * step[activity] + offset[activity]
    if gap is not None:
        gap_low, gap_high = gap
        after = point >= gap_low[activity]
        point[after] += (gap_high - gap_low)[activity[after]]
    comer = np.empty(len(activity), dtype=np.int64)
    row_level = level[activity]
    for each, reached in enumerate(comers.reached):
        rows = np.flatnonzero(row_level == each)
        comer[rows] = np.searchsorted(reached, point[rows], side="right") - 1
    return activity, comer


def _chunk(
    comers: Comers,
    codes: pd.Series,
    resident_rows: tuple[Ints, Ints],
    visitor_rows: tuple[Ints, Ints],
) -> pd.DataFrame:
    """Put residents and visitors together as rows of the attendance table.

    The code is an Arrow dictionary: per row it costs four bytes, and DuckDB reads it fastest.
    """
    activity = np.concatenate([resident_rows[0], visitor_rows[0]])
    comer = np.concatenate([resident_rows[1], visitor_rows[1]])
    dictionary = pa.DictionaryArray.from_arrays(
        pa.array(activity.astype(np.int32)), pa.array(codes, type=pa.string())
    )
    return pd.DataFrame(
        {
            "activity_code": pd.array(dictionary, dtype=CODE_TYPE),
            "participant_code": comers.pseudonym[comer],
            "is_resident": np.arange(len(activity)) < len(resident_rows[0]),
        },
        copy=False,
    )
