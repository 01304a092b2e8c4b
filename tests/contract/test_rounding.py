"""Numbers are written as a spreadsheet writes them, wherever they come from."""

from decimal import ROUND_HALF_UP, Decimal, localcontext

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.contract.indicators import BY_CODE, count_written, written
from dashboard.contract.rounding import (
    Number,
    interval_written,
    number_written,
    percent_written,
    rounded,
)
from dashboard.contract.words import Words
from dashboard.language import Say

NAN = float("nan")


@settings(deadline=None)
@given(
    st.one_of(
        st.floats(allow_nan=False, allow_infinity=False),
        # Halves, and what lies beside them.
        st.integers(-(10**7), 10**7).map(lambda number: number / 200 + 1e-9 * (number % 3)),
    ),
    st.integers(0, 3),
)
def test_all_numbers_are_rounded_by_their_first_15_digits(value: float, decimals: int) -> None:
    digits = Decimal(f"{value:.15g}") if abs(value) < 1e15 else Decimal(value)
    with localcontext(prec=400):
        exact = digits.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert rounded(value, decimals) == float(exact)
    plain = f"{exact.copy_abs():,.{decimals}f}"
    assert number_written(value, decimals) == ("−" if exact < 0 else "") + plain
    sign = "−" if exact < 0 else "+" if exact > 0 else ""
    assert number_written(value, decimals, signed=True) == sign + plain
    assert format(Number(value), f".{decimals}f").startswith("-") == bool(exact < 0)


@pytest.mark.parametrize(
    ("value", "spec", "expected"),
    [
        (0.25, ".1f", "0.3"),
        (-0.25, ".1f", "-0.3"),
        (2.5, ".0f", "3"),
        (2.675, ".2f", "2.68"),
        (1234.5, "+,.0f", "+1,235"),
        (0.125, ".0%", "13%"),
        (0.0005, ".1%", "0.1%"),
        (99.95, ".1f", "100.0"),
        (0.1 + 0.2, ".1f", "0.3"),
        (1e20, ",.0f", "100,000,000,000,000,000,000"),
        (NAN, ".1f", "nan"),
        (float("inf"), ".1f", "inf"),
        (2.5, "g", "2.5"),
        (2.5, "", "2.5"),
    ],
)
def test_halves_go_away_from_zero(value: float, spec: str, expected: str) -> None:
    assert format(Number(value), spec) == expected


def test_numbers_agree_with_decimals_of_their_text() -> None:
    """Everything but a tie is as Python writes it."""
    for value in np.random.default_rng(7).normal(0, 1000, 2000):
        assert format(Number(value), ",.1f") == f"{value:,.1f}"
        assert rounded(value, 2) == pytest.approx(round(value, 2), abs=1e-9)


def test_what_is_missing_is_a_dash() -> None:
    assert [number_written(None), percent_written(NAN), interval_written(1.0, NAN)] == ["—"] * 3
    assert number_written(pd.Series([1, None], dtype="Int64")[1]) == "—"
    assert np.isnan(rounded(NAN, 1))


def test_every_language_rounds_alike() -> None:
    for language in ("zh", "en"):
        assert "12.3%" in written(12.25, BY_CODE["reach"], language)
        assert count_written(2.5, language) == "3"
        assert Say(language).words(Words(*["{change:+.1f}"] * 2), change=-0.25) == "−0.3"
    assert count_written(12_350, "zh") == "1.24 万"
    assert Say("zh")("{change:+.1f} 个百分点", change=np.float64(0.25)).startswith("+0.3")
    assert Say("en")("{change:+.1f} 个百分点", change=-0.25).count("−0.3") == 1
    assert interval_written(0.25, 12.345) == "0.3–12.3"
    assert percent_written(62.5, 0) == "63%"
