"""Classes of colour follow the method they name, and edges a reader can check values against."""

import statistics
from itertools import combinations, pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.draw.classes import METHODS, Classes, class_edges, class_of, method_named
from dashboard.draw.theme import SEQUENCE
from dashboard.language import Say

unhurried = settings(deadline=None, max_examples=40)
values = st.lists(st.floats(0, 100), min_size=1, max_size=14)
ways = st.sampled_from(METHODS)
counts = st.sampled_from([3, 4, 5])


def edges(numbers, method, count, decimals=1):
    return class_edges(pd.Series(numbers), Classes(method, count), decimals=decimals)


def test_equal_intervals_part_the_range():
    assert edges([0, 1, 2, 50, 100], "equal", 4) == [25, 50, 75]


def test_quantiles_part_the_places():
    assert edges([1, 2, 3, 4, 5, 6, 7, 8, 90], "quantiles", 3) == [3.7, 6.3]


def test_natural_breaks_lie_in_the_gaps_and_name_the_lowest_of_a_class():
    assert edges([1, 1.2, 1.4, 10, 10.3, 50, 51], "jenks", 3) == [10, 50]


@pytest.mark.parametrize("count", [3, 4, 5])
def test_natural_breaks_vary_less_within_classes_than_any_other_method(count):
    numbers = pd.Series([19.2, 26.6, 28.0, 28.4, 28.7, 29.5, 31.6, 32.6, 33.3, 35.7, 36.0, 46.3])

    def within(method):
        found = edges(numbers, method, count)
        own = numbers.apply(lambda value: class_of(value, found, decimals=1))
        return sum(((group - group.mean()) ** 2).sum() for _, group in numbers.groupby(own))

    assert within("jenks") <= min(within("equal"), within("quantiles")) + 1e-9


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_no_other_breaks_leave_less_variance_within_classes(count):
    """Against every way to part the values in order."""
    numbers = sorted([19.2, 26.6, 28.0, 28.4, 28.7, 29.5, 31.6, 32.6, 33.3, 35.7, 36.0, 46.3])

    def within(ends: tuple[int, ...]) -> float:
        parts = [numbers[i:j] for i, j in pairwise((0, *ends, len(numbers)))]
        return sum(statistics.pvariance(part) * len(part) for part in parts)

    every = combinations(range(1, len(numbers)), count - 1)
    best = min(every, key=within)
    assert edges(numbers, "jenks", count) == [numbers[end] for end in best]


@pytest.mark.parametrize("method", METHODS)
def test_few_different_values_make_few_classes(method):
    assert edges([5, 5, 5], method, 5) == []
    assert len(edges([5, 5, 9], method, 5)) <= 4
    assert class_of(9, edges([5, 5, 9], method, 5), decimals=1) == len(SEQUENCE) - 1


@unhurried
@given(values, ways, counts)
def test_edges_rise_lie_within_and_are_rounded(numbers, method, count):
    found = edges(numbers, method, count)
    assert found == sorted(set(found))
    assert len(found) < count
    assert all(edge == round(edge, 1) for edge in found)
    classes = {class_of(number, found, decimals=1) for number in numbers}
    assert 0 in classes
    assert not found or len(SEQUENCE) - 1 in classes


def test_legend_names_every_method_and_number_of_classes():
    for say in (Say("zh"), Say("en")):
        named = {method_named(Classes("quantiles", count), say) for count in (3, 4, 5)}
        assert len(named | {method_named(Classes(each), say) for each in ("jenks", "equal")}) == 5
