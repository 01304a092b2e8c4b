"""Hold the parts of a gap to a slow oracle, to their sum, and to what must be nothing."""

from collections import Counter, defaultdict
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.insight.decomposition import Cells, cells, decomposed, is_less_than_one, needed

SIZES, MIXES = 3, 4
# Communities: size, mix, whether counted, whether of the place.
Community = tuple[int, int, bool, bool]
COMMUNITIES = st.lists(
    st.tuples(st.integers(0, SIZES - 1), st.integers(0, MIXES - 1), st.booleans(), st.booleans()),
    min_size=2,
    max_size=40,
).filter(lambda rows: 0 < sum(row[3] for row in rows) < len(rows))


def tables(rows: list[Community], *, swapped: bool = False) -> tuple[Cells, Cells]:
    size, mix, counted, mine = (np.array(column) for column in zip(*rows, strict=True))
    shape = (SIZES, MIXES)
    if swapped:
        size, mix, shape = mix, size, (MIXES, SIZES)

    def of(there: "np.ndarray") -> Cells:
        weight = np.ones(int(there.sum()))
        return cells(size[there], mix[there], weight, counted[there].astype("float64"), shape)

    return of(mine.astype(bool)), of(np.ones(len(rows), dtype=bool))


def oracle(rows: list[Community]) -> tuple[float, ...]:
    """Reckon the same in plain Python: walk from the whole to the place in all six orders."""
    whole, place = rows, [row for row in rows if row[3]]

    def part(of: list[Community], key: int, value: int) -> float:
        return sum(row[key] == value for row in of) / len(of)

    def within(
        of: list[Community], instead: list[Community], at: int, given: tuple[int, int]
    ) -> float:
        """The part of what stands at ``at`` among those alike in the other."""
        other = 1 - at
        there = [row for row in of if row[other] == given[other]]
        there = there or [row for row in instead if row[other] == given[other]]
        return sum(row[at] == given[at] for row in there) / len(there) if there else 0.0

    def rate(of: list[Community], instead: list[Community], cell: tuple[int, int]) -> float:
        there = [row for row in of if row[:2] == cell] or [
            row for row in instead if row[:2] == cell
        ]
        return sum(row[2] for row in there) / len(there) if there else 0.0

    def value(turned: frozenset[int]) -> float:
        sizes, mixes, rates = (place if at in turned else whole for at in range(3))
        other = whole if rates is place else place
        total = 0.0
        for size in range(SIZES):
            for mix in range(MIXES):
                cell = (size, mix)
                one = part(sizes, 0, size) * within(mixes, sizes, 1, cell)
                two = part(mixes, 1, mix) * within(sizes, mixes, 0, cell)
                joint = sum(row[:2] == cell for row in sizes) / len(sizes)
                total += (joint if sizes is mixes else (one + two) / 2) * rate(rates, other, cell)
        return total

    gained: dict[int, float] = defaultdict(float)
    for order in permutations(range(3)):
        turned: frozenset[int] = frozenset()
        for at in order:
            gained[at] += (value(turned | {at}) - value(turned)) / 6
            turned |= {at}
    return tuple(gained[at] for at in range(3))


@settings(deadline=None, max_examples=200)
@given(COMMUNITIES)
def test_parts_are_those_of_the_oracle_and_add_up_to_the_gap(rows: list[Community]) -> None:
    place, whole = tables(rows)
    parts = decomposed(place, whole)
    assert (parts.size, parts.mix, parts.rest) == pytest.approx(oracle(rows), abs=1e-9)
    shares = [sum(row[2] for row in of) / len(of) for of in ([row for row in rows if row[3]], rows)]
    assert parts.gap == pytest.approx(shares[0] - shares[1], abs=1e-12)


@settings(deadline=None)
@given(COMMUNITIES)
def test_no_part_depends_on_which_factor_is_named_first(rows: list[Community]) -> None:
    parts, other = decomposed(*tables(rows)), decomposed(*tables(rows, swapped=True))
    assert (parts.size, parts.mix, parts.rest) == pytest.approx(
        (other.mix, other.size, other.rest), abs=1e-12
    )


@settings(deadline=None)
@given(COMMUNITIES)
def test_what_is_alike_has_no_parts(rows: list[Community]) -> None:
    place, _ = tables(rows)
    parts = decomposed(place, place)
    assert (parts.size, parts.mix, parts.rest) == (0, 0, 0)
    # The same mixes and rates, twice as many of them.
    twice = Cells(place.weight * 2, place.count * 2)
    parts = decomposed(place, twice)
    assert (parts.size, parts.mix, parts.rest) == pytest.approx((0, 0, 0), abs=1e-12)


def test_a_cell_that_the_place_lacks_is_composition_and_never_rest() -> None:
    """Large communities are all counted and small ones none; the place has small ones alone."""
    rows = [(0, 0, False, True), (0, 0, False, False), (1, 0, True, False), (1, 0, True, False)]
    parts = decomposed(*tables(rows))
    assert (parts.size, parts.mix, parts.rest) == pytest.approx((-0.5, 0, 0))


@given(st.integers(1, 60), st.integers(1, 300), st.data())
def test_the_least_number_is_the_least(of: int, more: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, of))
    whole_of = of + more
    whole_count = count + data.draw(st.integers(0, more))

    def reaches(n: int, added: int) -> bool:
        return (count + n) * whole_of >= (whole_count + added) * of

    now, rising = needed(count, of, whole_count, whole_of)
    assert now == next(n for n in range(of + 1) if reaches(n, 0))
    assert rising == next(n for n in range(of + 1) if reaches(n, n))
    assert now <= rising <= of - count or (now, rising) == (0, 0)
    lacking = abs(whole_count / whole_of * of - count)
    assert is_less_than_one(count, of, whole_count, whole_of) == (lacking < 1 - 1e-9)


def test_cells_add_up() -> None:
    place, whole = tables([(0, 1, True, True), (0, 1, False, False), (2, 3, True, False)])
    assert Counter({(0, 1): whole.weight[0, 1], (2, 3): whole.weight[2, 3]}) == {
        (0, 1): 2,
        (2, 3): 1,
    }
    assert whole.share == pytest.approx(2 / 3) and place.share == 1
