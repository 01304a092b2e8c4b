"""A count agrees with a published figure as exactly as the figure was published."""

import pytest

from dashboard.contract.agreement import agrees


@pytest.mark.parametrize(
    ("qualifier", "published", "rounding", "own", "expected"),
    [
        ("exact", 520, 1, 520, True),
        ("exact", 520, 1, 519, False),
        ("exact", 520, 1, 521, False),
        ("about", 151_000, 1000, 151_000, True),
        ("about", 151_000, 1000, 150_500, True),
        ("about", 151_000, 1000, 151_500, True),
        ("about", 151_000, 1000, 150_499, False),
        ("about", 151_000, 1000, 151_501, False),
        ("at_least", 148_000, 1000, 148_000, True),
        ("at_least", 148_000, 1000, 148_999, True),
        ("at_least", 148_000, 1000, 147_999, False),
        ("at_least", 148_000, 1000, 149_000, False),
    ],
)
def test_qualifier_decides_how_near_is_near(qualifier, published, rounding, own, expected):
    assert agrees(own=own, published=published, qualifier=qualifier, rounding=rounding) is expected


@pytest.mark.parametrize("qualifier", ["exact", "about", "at_least"])
@pytest.mark.parametrize("own", [None, float("nan")])
def test_a_missing_count_agrees_with_nothing(own, qualifier):
    assert agrees(own=own, published=0, qualifier=qualifier, rounding=1) is False


@pytest.mark.parametrize("qualifier", ["planned", "", "余"])
def test_what_is_no_statement_of_fact_raises(qualifier):
    with pytest.raises(ValueError, match=f"'{qualifier}'"):
        agrees(own=1, published=1, qualifier=qualifier, rounding=1)
