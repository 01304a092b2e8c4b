"""Follow persons through the communities: who lives where in which month, and who would come.

A stay is one person's time in one community. The number of stays present at each month's end
is exactly the residents of the occupancy table, and every resident has a stay.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from data.sample import assumptions as a
from data.sample.arrays import Bools, Floats, Ints
from data.sample.housing import Housing

# The larger the crowd, the less choosy: weights are willingness to the power of one of these.
CROWD_POWERS = (1.0, 0.5, 0.0)


@dataclass(frozen=True)
class Comers:
    """Hold, for every month and community in turn, the residents who would ever come.

    ``first[cell]`` to ``first[cell + 1]`` is the slice of one cell, where a cell is
    month x communities + community. ``reached[level]`` is the running sum of weights, one
    element longer than ``pseudonym``.
    """

    first: Ints
    pseudonym: NDArray[np.uint64]
    reached: tuple[Floats, ...]

    def weight(self, level: int) -> Floats:
        """Sum the weights in each cell."""
        return np.diff(self.reached[level][self.first])


@dataclass(frozen=True)
class _Stays:
    community: NDArray[np.int32]
    person: NDArray[np.int32]
    present: list[NDArray[np.int32]]


def draw_comers(
    rng: Generator, roster: pd.DataFrame, housing: Housing, participation: Floats
) -> Comers:
    """Draw who comes to activities; ``participation`` is each community's own factor."""
    stays = _draw_stays(rng, housing)
    willingness = _willingness(rng, roster, stays, participation)
    cells, people = [], []
    for month, present in enumerate(stays.present):
        comes = present[willingness[stays.person[present]] > 0]
        cells.append(month * len(roster) + stays.community[comes].astype(np.int64))
        people.append(stays.person[comes])
    cell, person = np.concatenate(cells), np.concatenate(people)
    count = housing.residents.size
    first = np.concatenate([[0], np.cumsum(np.bincount(cell, minlength=count))])
    weight = willingness[person]
    pseudonyms = _pseudonyms(rng, int(stays.person.max()) + 1)
    return Comers(
        first=first,
        pseudonym=pseudonyms[person],
        reached=tuple(np.concatenate([[0.0], np.cumsum(weight**power)]) for power in CROWD_POWERS),
    )


def _draw_stays(rng: Generator, housing: Housing) -> _Stays:
    """Let persons come and go as the occupancy table says; some move within the district."""
    communities, months = housing.residents.shape
    arrivals = np.where(np.arange(months) > 0, housing.move_ins, housing.residents)
    arriving = np.repeat(
        np.tile(np.arange(communities, dtype=np.int32), months), arrivals.T.ravel()
    )
    first_stay = np.concatenate([[0], np.cumsum(arrivals.sum(axis=0))])
    restlessness = np.exp(rng.normal(0, a.RESTLESSNESS_SPREAD, len(arriving)))
    person = np.arange(len(arriving), dtype=np.int32)
    has_moved = np.zeros(len(arriving), dtype=bool)

    present = np.arange(first_stay[1], dtype=np.int32)
    by_month = [present]
    for month in range(1, months):
        # A community that has left the list keeps no one.
        leaving_counts = np.where(
            housing.is_open[:, month], housing.move_outs[:, month], housing.residents[:, month - 1]
        )
        leaves = _leaving(rng, arriving[present], restlessness[present], leaving_counts)
        new = np.arange(first_stay[month], first_stay[month + 1], dtype=np.int32)
        _move_some(rng, present[leaves], new, arriving, person, has_moved)
        remaining = present[~leaves]
        together = np.concatenate([remaining, new])
        present = together[np.argsort(arriving[together], kind="stable")]
        by_month.append(present)
    return _Stays(community=arriving, person=person, present=by_month)


def _leaving(
    rng: Generator, community: NDArray[np.int32], restlessness: Floats, counts: Ints
) -> Bools:
    """Choose who leaves, the restless sooner; ``community`` is in ascending order."""
    time_to_leave = rng.exponential(size=len(community)) / restlessness
    order = np.argsort(community + time_to_leave / (1 + time_to_leave))
    start = np.searchsorted(community, np.arange(len(counts)))
    rank = np.arange(len(community)) - start[community]
    leaves = np.zeros(len(community), dtype=bool)
    leaves[order[rank < counts[community]]] = True
    return leaves


def _move_some(
    rng: Generator,
    leaving: NDArray[np.int32],
    new: NDArray[np.int32],
    community: NDArray[np.int32],
    person: NDArray[np.int32],
    has_moved: Bools,
) -> None:
    """Let some who leave be the persons of new stays elsewhere, each at most once."""
    settled = leaving[~has_moved[leaving]]
    count = min(round(a.MOVED_SHARE_OF_LEAVERS * len(settled)), len(new))
    origin = rng.choice(settled, count, replace=False)
    target = rng.choice(new, count, replace=False)
    elsewhere = community[origin] != community[target]
    person[target[elsewhere]] = person[origin[elsewhere]]
    has_moved[target[elsewhere]] = True


def _willingness(
    rng: Generator, roster: pd.DataFrame, stays: _Stays, participation: Floats
) -> Floats:
    """Draw each person's willingness: none for most, high for a few."""
    share = (
        a.COMER_SHARE
        * participation
        * roster["resident_profile"].map(a.COMER_PROFILE_FACTOR).to_numpy()
    ).clip(0.1, 0.9)
    count = len(stays.person)
    willingness = np.maximum(rng.beta(*a.WILLINGNESS_BETA, count), a.LEAST_WILLINGNESS)
    willingness[rng.random(count) < a.ALWAYS_SHARE] = 1.0
    willingness[rng.random(count) >= share[stays.community]] = 0.0
    return willingness


def _pseudonyms(rng: Generator, count: int) -> NDArray[np.uint64]:
    """Scatter persons over 63 bits by a seeded one-to-one mixing.

    It stands in for the keyed hash that real data carry; nobody is behind these persons.
    """
    below_63_bits = np.uint64(2**63 - 1)
    code = np.arange(count, dtype=np.uint64) + rng.integers(0, 2**62, dtype=np.uint64)
    for shift, odd in (
        (30, 0xBF58476D1CE4E5B9),
        (27, 0x94D049BB133111EB),
        (31, 0x9E3779B97F4A7C15),
    ):
        code = ((code ^ (code >> np.uint64(shift))) * np.uint64(odd)) & below_63_bits
    return code ^ (code >> np.uint64(29))
